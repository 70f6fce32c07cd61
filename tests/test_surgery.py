"""Conversion to global average pooling: what goes, what stays, what comes; and that CAM holds on the result."""

import copy
import os
import pickle
from pathlib import Path

import pytest
import torch
import torchvision
from networks import changes, everything, pictures, vision
from scipy.io import loadmat
from torch import nn
from torch.nn.utils import parametrizations, prune

from cam_tutorial import cam, models, record, training, upsample, zoo
from cam_tutorial.metrics import pointing_game
from cam_tutorial.surgery import with_gap

VGGS = [f"vgg{depth}{norm}" for depth in (11, 13, 16, 19) for norm in ("", "_bn")]
# Family -> its last layer that stays, and the number of that layer's maps.
LAST_KEPT = {"alexnet": ("features.11", 256), "vgg11": ("features.19", 512), "googlenet": ("inception4e", 832)}


def shapes_only(name: str, **arguments) -> nn.Module:
    """A network of torchvision without values: built in no time, and good for names and shapes."""
    if name == "googlenet":
        arguments["init_weights"] = False
    with torch.device("meta"):
        return getattr(torchvision.models, name)(weights=None, **arguments)


def tiny_vgg() -> nn.Module:
    """A VGG with five convolutions and BatchNorm, and hardly any weights behind them."""
    torch.manual_seed(0)
    layers = torchvision.models.vgg.make_layers([4, "M", 6, "M", 6, "M", 8, 8, "M"], batch_norm=True)
    with torch.device("meta"):
        network = torchvision.models.VGG(nn.Sequential(), init_weights=False)
    network.features, network.classifier = layers, nn.Linear(8 * 49, 5)
    return network


# --- What goes, what stays, what comes ---


@pytest.mark.parametrize("name", LAST_KEPT)
def test_the_kept_layers_are_copies_that_give_what_they_gave(name):
    model, images = vision(name), pictures(2, 96)
    before = {key: value.clone() for key, value in model.state_dict().items()}
    network = with_gap(model, 7)
    layer, maps = LAST_KEPT[name]
    with torch.no_grad(), record(model, layer) as recorded:
        model(images)
        assert torch.equal(network.features(images), recorded.output)
    assert recorded.output.shape[1] == maps == network.cam_conv.in_channels

    originals = dict(model.named_parameters())
    for key, parameter in network.features.named_parameters():
        original = originals[key if name == "googlenet" else f"features.{key}"]
        assert torch.equal(parameter, original) and parameter.data_ptr() != original.data_ptr()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.zero_()
    assert all(torch.equal(value, before[key]) for key, value in model.state_dict().items())


def test_the_original_is_untouched():
    model = tiny_vgg()
    model.features[1].eval()
    torch.manual_seed(1)
    before = everything(model)
    network = with_gap(model, 3)
    assert [key for key in changes(before, everything(model)) if key != "random numbers"] == []
    training.fit(network, pictures(4, 32), torch.tensor([0, 1, 2, 0]), epochs=1, progress=False)
    assert [key for key in changes(before, everything(model)) if key != "random numbers"] == []


@pytest.mark.parametrize("name", ["alexnet", *VGGS])
def test_of_alexnet_and_vgg_pool5_goes_and_all_behind_it(name):
    model = shapes_only(name)
    assert isinstance(model.features[-1], nn.MaxPool2d)
    stays = [key for key in model.features.state_dict()]
    network = with_gap(model, 20)
    assert len(network.features) == len(model.features) - 1 and isinstance(network.features[-1], nn.ReLU)
    assert list(network.features.state_dict()) == stays


def test_of_googlenet_pool4_goes_and_all_behind_it():
    for aux_logits in (False, True):
        network = with_gap(shapes_only("googlenet", aux_logits=aux_logits), 20)
        first = ["conv1", "maxpool1", "conv2", "conv3", "maxpool2", "inception3a", "inception3b", "maxpool3"]
        assert [name for name, _ in network.features.named_children()] == [
            *first, *(f"inception4{letter}" for letter in "abcde")
        ]  # fmt: skip


def test_what_comes_is_the_papers_convolution_its_relu_and_a_linear_layer():
    network = with_gap(shapes_only("vgg16"), 20)
    assert [name for name, _ in network.named_children()] == ["features", "cam_conv", "cam_relu", "classifier"]
    conv = network.cam_conv
    assert conv.weight.shape == (1024, 512, 3, 3) and (conv.stride, conv.padding, conv.groups) == ((1, 1), (1, 1), 1)
    assert network.classifier.weight.shape == (20, 1024) and network.classifier.bias.shape == (20,)


@pytest.mark.parametrize("size", [224, 227])
@pytest.mark.parametrize("name", ["alexnet", *VGGS, "googlenet"])
def test_maps_are_as_fine_as_in_the_paper(name, size):
    images = torch.empty(1, 3, size, size, device="meta")
    side = 13 if name == "alexnet" else 14
    network = with_gap(shapes_only(name), 20)
    assert network.features(images).shape[2:] == (side, side)
    assert network(images).shape == (1, 20)


@pytest.mark.parametrize(("name", "side"), [("alexnet", 13), ("vgg11", 14), ("googlenet", 14)])
def test_cam_gives_them(name, side):
    assert cam(with_gap(vision(name), 20), pictures(1, 224), 3).shape == (1, side, side)


# --- The identity ---


@pytest.mark.parametrize("name", [*LAST_KEPT, "vgg with BatchNorm", "zoo-flatten"])
def test_the_mean_of_the_map_and_the_bias_make_the_logit(name):
    ours = {"vgg with BatchNorm": tiny_vgg, "zoo-flatten": lambda: models.load("zoo-flatten")}
    network = with_gap(ours[name]() if name in ours else vision(name), 20).double().eval()
    nn.init.normal_(network.classifier.bias)
    images, target = pictures(3, 80, dtype=torch.float64), torch.tensor([0, 7, 13])
    maps = cam(network, images, target)
    with torch.no_grad():
        logits = network(images)[range(3), target]
        maps_by_hand = torch.einsum(
            "nk,nkhw->nhw",
            network.classifier.weight[target],
            network.cam_conv(network.features(images)).clamp(min=0),
        )
    bias = network.classifier.bias.detach()[target]
    assert bias.abs().min() > 1e-3 and maps.shape[1] * maps.shape[2] > 1
    assert (maps < 0).any() and (maps > 0).any() and maps.std() > 1e-4
    torch.testing.assert_close(maps, maps_by_hand, rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(maps.mean((1, 2)) + bias, logits, rtol=1e-12, atol=1e-12)


def test_the_new_maps_are_never_negative():
    network = with_gap(tiny_vgg(), 4).eval()
    with torch.no_grad(), record(network, "cam_relu") as recorded:
        network(pictures(2, 32))
    assert recorded.output.min() == 0 and recorded.output.max() > 0


def test_images_of_any_size_are_taken():
    network = with_gap(models.load("zoo-flatten"), 4)
    for height, width in [(96, 96), (40, 72)]:
        images = torch.rand(2, 3, height, width)
        assert network(images).shape == (2, 4) and cam(network, images).shape == (2, height // 8, width // 8)


# --- As given ---


def test_every_layer_keeps_its_mode():
    model = tiny_vgg().train()
    model.features[1].eval()  # a BatchNorm with frozen statistics
    network = with_gap(model, 3)
    assert [name for name, module in network.named_modules() if not module.training] == ["features.1"]
    assert not any(module.training for module in with_gap(model.eval(), 3).modules())


def test_type_and_device_are_those_given():
    for dtype in (torch.float64, torch.bfloat16, torch.float16):
        network = with_gap(tiny_vgg().to(dtype), 3)
        assert {parameter.dtype for parameter in network.parameters()} == {dtype}
    assert {parameter.device.type for parameter in with_gap(shapes_only("vgg11"), 3).parameters()} == {"meta"}


def test_what_was_frozen_stays_frozen_and_what_comes_is_not():
    model = tiny_vgg()
    model.features[0].requires_grad_(False)
    frozen = [name for name, parameter in with_gap(model, 3).named_parameters() if not parameter.requires_grad]
    assert frozen == ["features.0.weight", "features.0.bias"]


def test_in_inference_mode_the_result_can_be_trained_all_the_same():
    with torch.inference_mode():
        network = with_gap(tiny_vgg(), 3)
    assert not any(tensor.is_inference() for tensor in [*network.parameters(), *network.buffers()])
    network(pictures(2, 32)).sum().backward()


def test_weights_can_be_saved_and_loaded_and_the_network_copied():
    network, images = with_gap(tiny_vgg(), 4).eval(), pictures(2, 32)
    other = with_gap(tiny_vgg(), 4).eval()
    nn.init.normal_(other.classifier.weight)
    assert not torch.equal(other(images), network(images))
    other.load_state_dict(network.state_dict())
    for twin in (other, copy.deepcopy(network), pickle.loads(pickle.dumps(network))):
        assert torch.equal(twin(images), network(images))


def test_googlenet_rescales_its_images_as_before():
    arguments = {"weights": None, "num_classes": 5, "init_weights": False, "aux_logits": True}
    torch.manual_seed(2)
    model = torchvision.models.googlenet(transform_input=True, **arguments).double().eval()
    images = pictures(2, 64, dtype=torch.float64)
    with torch.no_grad(), record(model, "inception4e") as recorded:
        model(images)
    network = with_gap(model, 6)
    assert network.features(images).dtype == torch.float64
    torch.testing.assert_close(network.features(images), recorded.output, rtol=1e-9, atol=1e-12)
    assert next(iter(network.state_dict())) == "features.conv1.conv.weight"  # what is rescaled has no weights
    assert network.train()(images).shape == (2, 6)  # and no auxiliary scores beside them


# --- Training ---


def test_trained_on_the_zoo_it_knows_the_animals_and_cam_points_at_them():
    inputs, labels = training.draw(160, seed=5, progress=False)
    images, truth, masks = zoo.batch(60, seed=training.HELD_OUT_SEED + 5)
    held_out = zoo.preprocess(images)
    torch.manual_seed(0)
    network = with_gap(models.load("zoo-flatten"), 8)
    network.features.requires_grad_(False)
    assert training.accuracy(network, held_out, truth) < 0.4  # the new layers know nothing yet
    training.fit(network, inputs, labels, epochs=1, learning_rate=1e-3, progress=False)
    assert training.accuracy(network, held_out, truth) > 0.7  # by chance 0.125

    maps = cam(network, held_out, truth)
    with torch.no_grad():
        logits = network(held_out)[range(60), truth]
    bias = network.classifier.bias.detach()[truth]
    torch.testing.assert_close(maps.mean((1, 2)) + bias, logits, rtol=1e-4, atol=1e-4)
    assert pointing_game(upsample(maps, 96), masks).double().mean() > 0.8
    assert masks.double().mean() < 0.2  # by chance


# --- The authors' own network ---


@pytest.fixture
def paper() -> Path:
    """The authors' published maps, weights and scores; the test is skipped where they are not."""
    folder = os.environ.get("CAM_TUTORIAL_PAPER")
    if not folder:
        pytest.skip("set CAM_TUTORIAL_PAPER to a folder with the CAM authors' data_net.mat and data_img1.mat")
    return Path(folder)


def test_the_authors_maps_and_weights_give_their_scores_in_the_new_layers(paper):
    published = loadmat(paper / "data_img1.mat")
    maps = torch.from_numpy(published["activation_lastconv"]).permute(3, 2, 1, 0)  # Caffe counts x first
    scores = torch.from_numpy(published["scores"]).reshape(1000, 10).T
    weights = torch.from_numpy(loadmat(paper / "data_net.mat")["weights_LR"]).T

    network = with_gap(shapes_only("googlenet"), 1000)
    assert maps.shape == (10, *network.cam_relu(network.cam_conv(network.features(meta_image()))).shape[1:])
    assert torch.equal(network.cam_relu(maps), maps)  # they have been through a ReLU
    network.features = network.cam_conv = nn.Identity()
    network.classifier = nn.Linear(1024, 1000, bias=False)
    network.classifier.weight.data = weights
    logits = network(maps).detach()
    torch.testing.assert_close(logits.softmax(1), scores, rtol=0, atol=1e-3)
    # What is left over is the same in all ten crops: the classifier's bias, which was not published.
    bias = scores.log() - logits
    bias = bias - bias.mean(dim=1, keepdim=True)
    assert (bias - bias[0]).abs().max() < 1e-4 < 1e-2 < bias[0].abs().max() < 2e-2
    # And `cam` finds these weights by itself. (The layer is named, since nothing in this network changes the maps.)
    expected = torch.einsum("k,nkyx->nyx", weights[504], maps)
    torch.testing.assert_close(cam(network, maps, 504, layer="cam_relu"), expected, rtol=1e-4, atol=1e-4)


def meta_image() -> torch.Tensor:
    return torch.empty(1, 3, 224, 224, device="meta")


# --- Refusals ---


class Reordered(torchvision.models.VGG):
    """A VGG with a forward pass of its own."""

    def __init__(self):
        with torch.device("meta"):
            super().__init__(nn.Sequential(nn.Conv2d(3, 5, 3), nn.ReLU(), nn.MaxPool2d(2)), init_weights=False)

    def forward(self, x):
        return self.classifier(self.features(x.flip(3)).mean((2, 3)))


class FiveMaps(torchvision.models.VGG):
    """A VGG with an __init__ of its own, and the forward pass of all."""

    def __init__(self):
        with torch.device("meta"):
            super().__init__(nn.Sequential(nn.Conv2d(3, 5, 3), nn.ReLU(), nn.AvgPool2d(2)), init_weights=False)


def test_a_subclass_with_the_familys_forward_pass_is_converted():
    network = with_gap(FiveMaps(), 3)
    assert network.cam_conv.in_channels == 5 and len(network.features) == 2


def rebuilt(features: nn.Module) -> nn.Module:
    model = tiny_vgg()
    model.features = features
    return model


@pytest.mark.parametrize(
    ("model", "telling"),
    [
        (
            lambda: shapes_only("resnet18"),
            r"AlexNet, VGG and GoogLeNet.*got torchvision\..*ResNet; .*give it to cam as",
        ),
        (lambda: with_gap(tiny_vgg(), 3), r"got cam_tutorial\.surgery\.ConvertedNet; .*give it to cam as it is"),
        (lambda: shapes_only("vit_b_16"), "got torchvision.*VisionTransformer; .*others to grad_cam"),
        (lambda: models.load("zoo-gap"), r"got cam_tutorial\.models\.GapNet"),
        (lambda: nn.DataParallel(tiny_vgg()), r"got torch.*DataParallel; give it the VGG inside, model\.module"),
        (lambda: torch.compile(tiny_vgg()), r"OptimizedModule; give it the VGG inside, model\._orig_mod"),
        (lambda: Reordered(), r"VGG's own forward\(\), and this Reordered has another"),
        (
            lambda: rebuilt(nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU())),
            "pooling layer.*got Sequential that ends in ReLU",
        ),
        (lambda: rebuilt(nn.DataParallel(tiny_vgg().features)), "must be an nn.Sequential.*got DataParallel"),
        (lambda: rebuilt(nn.Sequential()), "must be an nn.Sequential that ends in a pooling layer"),
        (lambda: rebuilt(nn.Sequential(nn.ReLU(), nn.MaxPool2d(2))), "must end in convolutions of torch.nn, got none"),
    ],
)
def test_a_network_that_cannot_be_converted_is_refused_in_one_sentence(model, telling):
    with pytest.raises(ValueError, match=telling) as caught:
        with_gap(model(), 3)
    assert "\n" not in str(caught.value)


def test_a_forward_pass_put_in_by_hand_is_refused():
    model = tiny_vgg()
    model.forward = lambda x: model.features(x)
    with pytest.raises(ValueError, match=r"this VGG has another; give it an unchanged VGG"):
        with_gap(model, 3)


def test_weights_computed_from_others_are_refused_and_parametrized_ones_copied():
    model = tiny_vgg()
    prune.l1_unstructured(model.features[4], "weight", 0.5)
    with pytest.raises(ValueError, match=r"'4' cannot be copied.*prune\.remove") as caught:
        with_gap(model, 3)
    assert "\n" not in str(caught.value)
    prune.remove(model.features[4], "weight")
    parametrizations.weight_norm(model.features[0])
    network, images = with_gap(model, 3).eval(), pictures(2, 32)
    assert torch.equal(network.features(images), model.eval().features[:-1](images))


@pytest.mark.parametrize(
    ("classes", "error", "telling"),
    [
        (0, ValueError, "classes must be at least 1, got 0"),
        (-3, ValueError, "classes must be at least 1, got -3"),
        (2.0, TypeError, "classes must be a whole number, got 2.0"),
        (True, TypeError, "classes must be a whole number, got True"),
        ("cat", TypeError, "classes must be a whole number, got 'cat'"),
    ],
)
def test_classes_that_are_no_number_of_scores_are_refused(classes, error, telling):
    with pytest.raises(error, match=telling):
        with_gap(tiny_vgg(), classes)


def test_what_is_no_network_is_refused():
    with pytest.raises(TypeError, match="model must be a torch.nn.Module, got str"):
        with_gap("vgg16", 3)
