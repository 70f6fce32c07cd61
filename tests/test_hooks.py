import copy

import pytest
import torch
import torch.nn.functional as F
from networks import Witness, changes, everything, pictures, reference_grad_cam, vision, witness
from torch import nn

from cam_tutorial import grad_cam, record
from cam_tutorial.hooks import explaining, find_layer, last_spatial_layer


@pytest.mark.parametrize(
    ("name", "layer"),
    [("vgg11", "features.18"), ("resnet18", "layer4.1.bn2"), ("densenet121", "features")],
)
@pytest.mark.parametrize("as_leaf", [False, True])
def test_the_record_is_what_the_layer_gave_whatever_an_in_place_operation_does_later(name, layer, as_leaf):
    model, images = copy.deepcopy(vision(name)).double(), pictures(2, 64, dtype=torch.float64)
    A, _ = reference_grad_cam(model, images, torch.tensor([0, 1]), layer)
    assert (A < 0).any(), "without negative values there is nothing that the ReLU could have overwritten"
    with record(model, layer, as_leaf=as_leaf) as recorded:
        model(images)
    torch.testing.assert_close(recorded.output.detach(), A)


@pytest.mark.parametrize("as_leaf", [False, True])
def test_a_layer_that_hands_on_its_own_input_is_recorded_as_it_was_then(as_leaf):
    class Through(nn.Module):
        def __init__(self):
            super().__init__()
            self.same = nn.Identity()

        def forward(self, x):
            h = 1 * x
            kept = self.same(h)
            h.relu_()
            return h + kept

    model, x = Through(), torch.tensor([[[[-1.0, 2]]]])
    with torch.no_grad(), record(model, "same", as_leaf=as_leaf) as recorded:
        model(x)
    assert recorded.output.flatten().tolist() == [-1, 2]


@pytest.mark.parametrize("as_leaf", [False, True])
def test_recording_does_not_change_what_the_network_gives(as_leaf):
    model, images = witness(), pictures()
    expected = model(images.clone())
    with record(model, "bn1", as_leaf=as_leaf):
        assert torch.equal(model(images.clone()), expected)


def test_the_record_can_be_differentiated_through():
    model, images = witness(dtype=torch.float64), pictures(dtype=torch.float64)
    with record(model, "block") as recorded:
        logits = model(images.clone())
    (gradient,) = torch.autograd.grad(logits[:, 1].sum(), recorded.output)
    open_ = (recorded.output > 0).double()
    torch.testing.assert_close(gradient, open_ * model.fc.weight[1].view(1, -1, 1, 1) / 36)


def test_a_leaf_cuts_the_network_off_before_the_layer():
    model, images = witness(), pictures()
    with torch.no_grad(), record(model, "block", as_leaf=True) as recorded:
        logits = model(images.clone())
    assert recorded.output.is_leaf and recorded.output.requires_grad
    logits.sum().backward()
    assert recorded.output.grad is not None
    assert model.fc.weight.grad is not None
    assert model.conv1.weight.grad is None and model.block[0].weight.grad is None


def test_if_a_layer_runs_twice_the_last_run_counts():
    # The ReLU of a ResNet block runs twice, and its second output is the block's.
    model, images = vision("resnet18"), pictures(1, 64)
    with record(model, "layer4.1.relu") as relu, record(model, "layer4") as block, torch.no_grad():
        model(images)
    assert torch.equal(relu.output, block.output)


@pytest.mark.parametrize("as_leaf", [False, True])
@pytest.mark.parametrize("fails", [False, True])
def test_nothing_is_left_behind(as_leaf, fails):
    model, images = witness(), pictures()
    model.explode = fails
    with torch.no_grad():  # where a leaf switches gradients on
        before = everything(model)
        try:
            with record(model, "block", as_leaf=as_leaf):
                model(images)
        except ArithmeticError:
            assert fails
        assert changes(before, everything(model)) == []


def test_a_hook_of_the_user_that_replaces_the_output_is_respected():
    model, images = witness(), pictures()
    handle = model.block.register_forward_hook(lambda module, inputs, output: 3 * output)
    with record(model, "block") as recorded, torch.no_grad():
        model(images.clone())
    handle.remove()
    with record(model, "block") as plain, torch.no_grad():
        model(images.clone())
    torch.testing.assert_close(recorded.output, 3 * plain.output)


def test_records_of_several_layers_and_of_one_layer_twice_do_not_disturb_each_other():
    model, images = witness(), pictures()
    with record(model, "bn1") as a, record(model, "bn1") as b, record(model, "block") as c, torch.no_grad():
        model(images)
    assert torch.equal(a.output, b.output)
    assert c.output.shape == (3, 6, 6, 6)
    a.output.zero_()
    assert b.output.any()


def test_a_layer_can_be_named_or_given():
    model = witness()
    assert find_layer(model, "block.1") == ("block.1", model.block[1])
    assert find_layer(model, model.block[1]) == ("block.1", model.block[1])


def test_each_name_of_a_shared_layer_finds_it():
    shared = nn.ReLU()
    model = nn.Sequential(nn.Conv2d(3, 3, 1), shared, nn.Conv2d(3, 3, 1), shared)
    assert find_layer(model, "1")[1] is shared
    assert find_layer(model, "3") == ("3", shared)


@pytest.mark.parametrize(
    ("layer", "error", "telling"),
    [
        ("blok", ValueError, r"no layer 'blok'; did you mean 'block'\?$"),
        ("", ValueError, "no layer ''; its last layers are: 'pair', 'pool', 'fc'$"),
        (nn.Conv2d(3, 3, 1), ValueError, "Conv2d given is not part of this network"),
        (3, TypeError, "dotted name, got int"),
    ],
)
def test_a_layer_that_the_network_has_not_is_refused(layer, error, telling):
    with pytest.raises(error, match=telling), record(witness(), layer):
        pass


def test_a_network_that_is_a_single_layer_has_none_to_name():
    with pytest.raises(ValueError, match="no layer 'conv'; its last layers are: none$"):
        find_layer(nn.Conv2d(3, 3, 1), "conv")


def test_a_layer_that_gives_no_tensor_is_refused():
    model = witness()
    with pytest.raises(TypeError, match="'pair' gives a tuple"), record(model, "pair"):
        model(pictures())


def test_a_record_that_does_not_exist_yet_says_so():
    model = witness()
    with record(model, "never_run") as recorded:
        with pytest.raises(RuntimeError, match="did not run its layer 'never_run'"):
            _ = recorded.output
        model(pictures())
    with pytest.raises(RuntimeError, match="did not run its layer 'never_run'"):
        _ = recorded.output


def test_explaining_is_eval_mode_with_gradients_and_then_as_before():
    model = witness().train()
    model.bn1.eval()
    with torch.no_grad():
        before = everything(model)
        with explaining(model):
            assert not any(module.training for module in model.modules())
            assert torch.is_grad_enabled()
        assert changes(before, everything(model)) == []


def test_flags_that_the_forward_pass_itself_sets_do_not_stay():
    class Dreamer(nn.Module):
        def __init__(self):
            super().__init__()
            self.drop = nn.Dropout()

        def forward(self, x):
            self.drop.train()
            return self.drop(x)

    model = Dreamer().eval()
    with explaining(model):
        model(torch.ones(1))
    assert not model.drop.training


def test_a_network_that_overrides_train_is_restored_all_the_same():
    class Stubborn(Witness):
        def train(self, mode=True):
            super().train(mode)
            self.bn1.eval()  # a frozen BatchNorm, as in fine-tuning
            return self

    model = Stubborn()
    model.bn1.train()
    with explaining(model):
        assert not model.bn1.training
    assert model.training and model.bn1.training


def test_explaining_refuses_what_cannot_be_explained():
    with pytest.raises(TypeError, match="torch.nn.Module, got function"), explaining(F.relu):
        pass
    with torch.inference_mode():
        model = witness()
    with pytest.raises(ValueError, match="inference_mode.*build or load it outside"), explaining(model):
        pass


@pytest.mark.parametrize(
    ("name", "layer"),
    [
        ("resnet18", "layer4"),
        ("densenet121", "features"),
        ("googlenet", "inception5b"),
        ("mobilenet_v2", "features"),
        ("squeezenet1_0", "classifier.2"),
        ("convnext_tiny", "features"),
        ("shufflenet_v2_x1_0", "conv5"),
    ],
)
def test_the_last_layer_that_has_a_height_and_a_width(name, layer):
    assert last_spatial_layer(vision(name), pictures(2, 64)) == layer


def test_maps_of_one_position_do_not_count():
    # At 32 pixels the last stage of a ResNet has 1×1 maps.
    assert last_spatial_layer(vision("resnet18"), pictures(1, 32)) == "layer3"


def test_a_network_without_maps_says_so():
    model = nn.Sequential(nn.Flatten(), nn.Linear(3 * 12 * 12, 4))
    with pytest.raises(ValueError, match="no layer of this network gives maps.*12×12 pixels"):
        last_spatial_layer(model, pictures())


class ByAClassToken(nn.Module):
    """A transformer whose blocks give tuples, so that only its normalizations show what passes."""

    class Block(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.norm = nn.LayerNorm(6)
            self.mix = nn.Linear(6, 6)

        def forward(self, x):
            return x + self.mix(self.norm(x).mean(1, keepdim=True)), None

    def __init__(self) -> None:
        super().__init__()
        self.patches = nn.Conv2d(3, 6, 4, stride=4)
        self.class_token = nn.Parameter(torch.randn(1, 1, 6))
        self.blocks = nn.ModuleList([self.Block(), self.Block(), self.Block()])
        self.norm = nn.LayerNorm(6)
        self.head = nn.Linear(6, 5)

    def forward(self, x):
        x = self.patches(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.class_token.expand(len(x), -1, -1), x], 1)
        for block in self.blocks:
            x, _ = block(x)
        return self.head(self.norm(x)[:, 0])


def test_with_a_class_token_the_last_normalization_that_is_read_at_its_places_is_taken():
    torch.manual_seed(0)
    model, images = ByAClassToken().eval(), torch.randn(2, 3, 16, 16)
    assert last_spatial_layer(model, images) == "blocks.2.norm"
    assert grad_cam(model, images, 1, relu=False).any()


def test_a_layer_that_gets_nothing_and_gives_nothing_is_passed_over():
    class Counts(nn.Module):
        def forward(self, *, images):
            return None

    class Counted(nn.Module):
        def __init__(self):
            super().__init__()
            self.trunk, self.counts = witness(), Counts()

        def forward(self, images):
            self.counts(images=images)
            return self.trunk(images)

    assert last_spatial_layer(Counted(), pictures()) == "trunk.block"
