import copy
import subprocess
import sys

import pytest
import torch
from networks import OneConvolution, pictures, reference_grad_cam, vision, witness
from torch import nn

from cam_tutorial import grad_cam, record

SIXTEEN = torch.arange(16.0).view(1, 1, 4, 4)


@pytest.mark.parametrize("inplace", [False, True])
@pytest.mark.parametrize(
    ("layer", "images", "expected"),
    [
        # conv1 gives [[-5, 4], [31, 40]] and [[-30, -21], [6, 15]]; the score's gradient there is
        # [[0, 1], [1, 1]] and [[0, 0], [-1, -1]]: alpha is 0.75 and -0.5.
        ("conv1", SIXTEEN, [[11.25, 13.5], [20.25, 22.5]]),
        # Behind the ReLU the gradient is [[1, 1], [1, 1]] and [[1, -1], [-1, -1]]: alpha is 1 and -0.5.
        ("relu1", SIXTEEN, [[0, 4], [28, 32.5]]),
        # One more in each pixel is nine more in each sum: only the last threshold is still out of reach.
        ("conv1", SIXTEEN + 1, [[14.5, 19], [32.5, 37]]),
    ],
)
def test_the_hand_computed_cases_of_captum(inplace, layer, images, expected):
    maps = grad_cam(OneConvolution(inplace), images, 0, layer, relu=False)
    assert maps.tolist() == [expected]


def test_a_2x2_map_by_hand():
    # The maps are the two channels, and the score weighs each position freely: alpha is 2 and -1.
    model = nn.Sequential(nn.Identity(), nn.Flatten(), nn.Linear(8, 1, bias=False))
    model[2].weight.data = torch.tensor([[1.0, 2, 3, 2, -4, 0, 0, 0]])
    images = torch.tensor([[[[1.0, 0], [2, 3]], [[0, 1], [4, 1]]]])
    assert grad_cam(model, images, 0, "0", relu=False).tolist() == [[[2, -1], [0, 5]]]
    assert grad_cam(model, images, 0, "0").tolist() == [[[2, 0], [0, 5]]]


@pytest.mark.parametrize(
    ("name", "layer"),
    [
        ("vgg11", "features.18"),
        ("vgg11", "features.16"),
        ("resnet18", "layer4.1.bn2"),
        ("resnet18", "layer3"),
        ("densenet121", "features"),
        ("densenet121", "features.denseblock4"),
        ("googlenet", "inception5b"),
        ("googlenet", "inception5b.branch1.bn"),
        ("mobilenet_v2", "features.18.1"),
        ("squeezenet1_0", "classifier.1"),
    ],
)
def test_the_map_ignores_what_an_in_place_operation_does_later(name, layer):
    images, target = pictures(2, 64, dtype=torch.float64), torch.tensor([3, 11])
    _, expected = reference_grad_cam(vision(name), images, target, layer)
    model = copy.deepcopy(vision(name)).double()
    maps = grad_cam(model, images, target, layer, relu=False)
    torch.testing.assert_close(maps, expected, rtol=1e-6, atol=1e-9 * expected.abs().max().item())
    torch.testing.assert_close(grad_cam(model, images, target, layer), expected.relu())
    # In float32 rounding may open or close a single ReLU.
    rounded = grad_cam(vision(name), images.float(), target, layer, relu=False)
    assert ((rounded - expected).norm() < 0.02 * expected.norm()).all()


@pytest.mark.parametrize("name", ["resnet18", "vgg11", "densenet121"])
def test_the_default_layer_is_the_last_one_with_a_height_and_a_width(name):
    layer = {"resnet18": "layer4", "vgg11": "features", "densenet121": "features"}[name]
    images = pictures(1, 64)
    maps = grad_cam(vision(name), images)
    assert maps.any()
    assert torch.equal(maps, grad_cam(vision(name), images, layer=layer))


def test_a_layer_can_be_given_as_a_module():
    model = witness()
    assert torch.equal(grad_cam(model, pictures(), 1, model.bn1), grad_cam(model, pictures(), 1, "bn1"))


def test_the_predicted_class_is_explained_when_none_is_asked_for():
    model, images = witness(), pictures(8)
    predicted = model(images.clone()).argmax(1)
    assert len(predicted.unique()) > 1
    assert torch.equal(grad_cam(model, images), grad_cam(model, images, predicted))


def test_a_function_as_target_that_picks_a_logit_gives_what_the_index_gives():
    model, images = witness(), pictures()
    by_index = grad_cam(model, images, 2, "bn1")
    torch.testing.assert_close(grad_cam(model, images, lambda output: output[:, 2], "bn1"), by_index)


def test_signed_maps_add_up_as_their_scores_do():
    model, images = witness(dtype=torch.float64), pictures(dtype=torch.float64)
    a, b = (grad_cam(model, images, c, "bn1", relu=False) for c in (0, 3))
    difference = grad_cam(model, images, lambda output: output[:, 0] - output[:, 3], "bn1", relu=False)
    torch.testing.assert_close(difference, a - b)
    both = grad_cam(model, images, lambda output: output[:, [0, 3]].mean(1), "bn1", relu=False)
    torch.testing.assert_close(both, (a + b) / 2)


def test_the_counterfactual_map_is_the_negative_one():
    model, images = witness(), pictures()
    signed = grad_cam(model, images, 1, "bn1", relu=False)
    assert torch.equal(grad_cam(model, images, lambda output: -output[:, 1], "bn1", relu=False), -signed)
    assert torch.equal(grad_cam(model, images, lambda output: -output[:, 1], "bn1"), (-signed).relu())


def test_a_function_as_target_opens_networks_that_give_no_table():
    class TwoHeads(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = witness()

        def forward(self, x):
            return {"logits": self.inner(x), "other": None}

    maps = grad_cam(TwoHeads(), pictures(), lambda output: output["logits"][:, 1], "inner.bn1")
    assert torch.equal(maps, grad_cam(witness(), pictures(), 1, "bn1"))


def test_where_everything_speaks_against_the_class_the_map_is_zero_and_no_nan():
    model, images = witness(), pictures()
    with torch.no_grad():
        model.fc.weight[4] = -1  # the maps behind the ReLU are positive: every weighted sum is negative
    assert (grad_cam(model, images, 4, "block", relu=False) < 0).any()
    maps = grad_cam(model, images, 4, nn_relu_of(model))
    assert maps.eq(0).all()


def nn_relu_of(model):
    """A layer whose maps are never negative, put behind the block."""
    model.block.append(nn.ReLU())
    return model.block


def test_a_layer_that_runs_twice_is_explained_at_its_last_run():
    images = pictures(1, 64)
    assert torch.equal(
        grad_cam(vision("resnet18"), images, 1, "layer4.1.relu"),
        grad_cam(vision("resnet18"), images, 1, "layer4"),
    )


class FrozenTrunk(nn.Module):
    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.trunk = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(inplace=True), nn.Conv2d(4, 4, 3), nn.Tanh())
        self.head = nn.Linear(4, 5)

    def features(self, x):
        with torch.no_grad():
            return self.trunk(x)

    def forward(self, x):
        return self.head(self.features(x).mean((2, 3)))


@pytest.mark.parametrize("layer", [None, "trunk", "trunk.0", "trunk.2"])
@pytest.mark.parametrize("outside", [torch.no_grad, torch.enable_grad])
def test_a_layer_inside_a_no_grad_block_of_the_network_is_explained(layer, outside):
    class Open(FrozenTrunk):
        def features(self, x):
            return self.trunk(x)

    with outside():
        maps = grad_cam(FrozenTrunk(), pictures(), 1, layer, relu=False)
    torch.testing.assert_close(maps, grad_cam(Open(), pictures(), 1, layer, relu=False))
    assert maps.any()


def test_a_record_around_it_stays_usable():
    model, images = witness(), pictures()
    expected = grad_cam(model, images, 1, "block")
    with record(model, "block") as recorded:
        assert torch.equal(grad_cam(model, images, 1, "block"), expected)
    assert recorded.output.shape == (3, 6, 6, 6)


def test_a_hook_of_the_user_that_replaces_the_output_is_part_of_the_network():
    model, images = witness(), pictures()
    model.block.register_forward_hook(lambda module, inputs, output: -output)
    negated = copy.deepcopy(witness())
    negated.block[1].weight.data *= -1
    negated.block[1].bias.data *= -1
    torch.testing.assert_close(grad_cam(model, images, 1, "block"), grad_cam(negated, images, 1, "block.1"))


def test_images_may_be_of_any_size_and_shape():
    assert grad_cam(vision("resnet18"), torch.randn(1, 3, 64, 128)).shape == (1, 2, 4)


def test_the_early_layers_see_no_gradient_and_the_late_ones_do():
    # What makes it cheap: nothing before the layer is kept for a backward pass.
    model, modes = witness(), {}
    for name in ("conv1", "bn1", "pool", "fc"):
        module = model.get_submodule(name)
        module.register_forward_hook(
            lambda module, inputs, output, name=name: modes.__setitem__(name, output.requires_grad)
        )
    grad_cam(model, pictures(), 1, "block")
    assert modes == {"conv1": False, "bn1": False, "pool": True, "fc": True}


@pytest.mark.parametrize(
    ("layer", "error", "telling"),
    [
        ("pool", ValueError, r"'pool' gives \(3, 6, 1, 1\).*choose one that has, such as 'block'"),
        ("fc", ValueError, r"'fc' gives \(3, 5\).*such as 'block'"),
        ("aside", ValueError, "does not depend on layer 'aside'"),
        ("never_run", RuntimeError, "did not run its layer 'never_run'"),
        ("pair", TypeError, "'pair' gives a tuple"),
        ("blok", ValueError, "no layer 'blok'.*'block'"),
        (nn.Conv2d(1, 1, 1), ValueError, "not part of this network"),
        (4, TypeError, "dotted name, got int"),
    ],
)
def test_a_layer_that_cannot_be_explained_is_refused_in_one_sentence(layer, error, telling):
    with pytest.raises(error, match=telling) as caught:
        grad_cam(witness(), pictures(), 1, layer)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "layer", "error", "telling"),
    [
        ("resnet18", "avgpool", ValueError, "choose one that has, such as 'layer4'"),
        ("resnet18", "layer5", ValueError, "'layer4'"),
        ("googlenet", "aux1.conv", RuntimeError, "did not run its layer 'aux1.conv'"),
    ],
)
def test_layers_of_well_known_networks_that_cannot_be_explained(name, layer, error, telling):
    with pytest.raises(error, match=telling):
        grad_cam(vision(name), pictures(1, 64), 1, layer)


def test_a_score_that_depends_on_nothing_is_refused():
    with pytest.raises(ValueError, match="does not depend on the images"):
        grad_cam(witness(), pictures(), lambda output: output.detach()[:, 0])
    with pytest.raises(ValueError, match="does not depend on the images"):
        grad_cam(witness(), pictures(), lambda output: torch.ones(len(output)))


def test_the_first_map_imports_no_algebra():
    """Torch imports SymPy for `grad_outputs`, a third of a second before the first map that anybody sees."""
    code = (
        "import sys, torch; from cam_tutorial import grad_cam; before = 'sympy' in sys.modules; "
        "net = torch.nn.Sequential(torch.nn.Conv2d(3, 2, 3), torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten()); "
        "grad_cam(net, torch.rand(1, 3, 8, 8)); print(before, 'sympy' in sys.modules)"
    )
    before, after = subprocess.check_output([sys.executable, "-c", code], text=True).split()
    assert after == before
