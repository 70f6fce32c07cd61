import copy
import itertools

import pytest
import torch
from networks import changes, everything, vision, witness
from torch import Tensor, nn
from torch.nn.utils.parametrize import register_parametrization

from cam_tutorial import cam, grad_cam, guided_backprop, models, saliency, zoo
from cam_tutorial.randomize import randomize_top, weighted_layers

NAMES = ["trunk.0.0", "trunk.2.0", "trunk.4.0", "trunk.6.0", "trunk.7.0", "classifier"]


@pytest.fixture(scope="module")
def network():
    return models.load("zoo-gap")


@pytest.fixture(scope="module")
def images():
    return zoo.preprocess(torch.stack([zoo.scene(10_000 + i).image for i in range(30)]))


def same(a: nn.Module, b: nn.Module) -> bool:
    """Whether two networks hold the same numbers, buffers included."""
    pairs = zip(a.state_dict().values(), b.state_dict().values(), strict=True)
    return all(torch.equal(x, y) for x, y in pairs)


def test_the_layers_go_from_the_input_to_the_top_and_a_batchnorm_belongs_to_its_convolution(network):
    assert weighted_layers(network) == NAMES
    assert weighted_layers(models.build("zoo-flatten"))[-2:] == ["head.1", "head.3"]
    assert weighted_layers(nn.Conv2d(3, 3, 1)) == [""]
    names = weighted_layers(vision("resnet18"))
    assert names[:2] == ["conv1", "layer1.0.conv1"] and names[-1] == "fc" and len(names) == 21


@pytest.mark.parametrize(
    ("name", "depth", "expected"),
    [
        ("zoo-gap", 6, (444.430938, 2635.940857)),
        ("resnet18", 21, (9604.2897, 114590.6214)),
    ],
)
def test_the_draws_of_a_seed_stay_what_they_were(name, depth, expected):
    """Every layer is drawn, so the sums depend on the seed alone, not on the network's weights."""
    randomized = randomize_top(models.load(name) if name == "zoo-gap" else vision(name), depth, seed=3)
    values = [value.double() for value in randomized.state_dict().values() if value.is_floating_point()]
    sums = sum(float(value.sum()) for value in values), sum(float(value.abs().sum()) for value in values)
    assert sums == pytest.approx(expected, rel=1e-6)


def test_depth_zero_is_an_equal_copy_and_the_original_stays(network):
    before = everything(network)
    for depth in (0, 3, 6):
        copied = randomize_top(network, depth)
        assert same(copied, network) == (depth == 0)
        assert copied is not network and not any(module.training for module in copied.modules())
        with torch.no_grad():
            for parameter in copied.parameters():
                parameter.zero_()
    assert changes(before, everything(network)) == []


@pytest.mark.parametrize("depth", range(7))
def test_exactly_the_top_layers_change_with_their_batchnorms(network, depth):
    randomized = randomize_top(network, depth)
    for i, name in enumerate(NAMES):
        block = name.removesuffix(".0") if "." in name else name
        random = i >= 6 - depth
        old, new = network.get_submodule(block), randomized.get_submodule(block)
        for before, after in zip(old.parameters(), new.parameters(), strict=True):
            assert torch.equal(before, after) != random
        if isinstance(new, nn.Sequential) and random:
            fresh = nn.BatchNorm2d(new[1].num_features)
            assert same(new[1], fresh)


def test_a_deeper_cascade_begins_with_the_same_new_layers(network):
    cascade = [randomize_top(network, depth).state_dict() for depth in range(7)]
    for shallow, deep in itertools.pairwise(cascade[1:]):
        changed = [key for key in deep if not torch.equal(deep[key], cascade[0][key])]
        kept = [key for key in changed if not torch.equal(shallow[key], cascade[0][key])]
        assert 0 < len(kept) < len(changed)
        assert all(torch.equal(shallow[key], deep[key]) for key in kept)


def test_the_seed_decides_and_the_global_chance_is_left_alone(network):
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    randomized = randomize_top(network, 2, seed=1)
    assert torch.equal(torch.rand(3), expected)
    torch.manual_seed(99)
    assert same(randomized, randomize_top(network, 2, seed=1))
    assert not same(randomized, randomize_top(network, 2))


def test_it_is_torchs_own_initialization(network):
    torch.manual_seed(7)
    fresh = nn.Linear(64, 8)
    assert same(randomize_top(network, 1, seed=7).classifier, fresh)


@pytest.mark.parametrize("depth", range(7))
def test_random_layers_shrink_what_they_pass_on_and_let_nothing_die(network, images, depth):
    randomized = randomize_top(network, depth)
    with torch.no_grad():
        features, logits = randomized.trunk(images), randomized(images)
    assert logits.isfinite().all() and (logits.std(dim=0) > 1e-3).all()
    assert (features.amax(dim=(0, 2, 3)) > 0).all()
    maps = [cam(randomized, images, 3), grad_cam(randomized, images, 3, relu=False)]
    maps += [method(randomized, images, 3).abs().amax(dim=1) for method in (saliency, guided_backprop)]
    for found in maps:
        assert found.isfinite().all() and (found.amax(dim=(1, 2)) > found.amin(dim=(1, 2))).all()
    signed = maps[0]
    assert (signed.std(dim=(1, 2)) > 0.3 * signed.mean(dim=(1, 2)).abs()).float().mean() > 0.9  # they tell places apart


def test_what_the_docstring_says_of_the_batchnorms_statistics(network, images):
    randomized = randomize_top(network, 6)
    with torch.no_grad():
        shrunk = network.trunk(images).mean() / randomized.trunk(images).mean()
    assert 45 < shrunk < 60
    old = copy.deepcopy(randomized)
    for name in NAMES[:-1]:
        here, there = (n.get_submodule(name.removesuffix("0") + "1") for n in (network, old))
        there.running_mean, there.running_var = here.running_mean.clone(), here.running_var.clone()
    with torch.no_grad():
        dead = (old.trunk(images).amax(dim=(0, 2, 3)) == 0).sum()
    assert 4 <= dead <= 12


def test_blank_maps_come_of_the_relu(network, images):
    randomized = randomize_top(network, 6)
    blank = torch.stack([grad_cam(randomized, images, c).amax(dim=(1, 2)) == 0 for c in range(8)])
    assert 0.08 < blank.float().mean() < 0.2


@pytest.mark.parametrize("name", ["resnet18", "vgg11", "densenet121", "mobilenet_v2", "googlenet", "squeezenet1_0"])
def test_networks_of_torchvision(name):
    network = vision(name)
    layers = weighted_layers(network)
    randomized = randomize_top(network, len(layers))
    kept = [key for key, value in randomized.named_parameters() if torch.equal(value, network.get_parameter(key))]
    assert kept == []
    assert randomized(torch.randn(1, 3, 64, 64)).isfinite().all()


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_the_type_stays_and_frozen_stays_frozen(dtype):
    network = witness().to(dtype).requires_grad_(False)
    randomized = randomize_top(network, 2)
    assert all(p.dtype == dtype and not p.requires_grad for p in randomized.parameters())
    assert not same(randomized, network)


def test_a_normalization_without_a_layer_before_it_has_a_name():
    network = nn.Sequential(nn.BatchNorm2d(3), nn.Conv2d(3, 2, 1), nn.BatchNorm2d(2, affine=False), nn.GroupNorm(1, 2))
    assert weighted_layers(network) == ["0", "1"]
    network[2].running_mean.fill_(5)
    assert (randomize_top(network, 1)[2].running_mean == 0).all()


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda net: randomize_top(net, 7), ValueError, "depth must be from 0 to 6, the number of layers .* got 7"),
        (lambda net: randomize_top(net, -1), ValueError, "depth must be from 0 to 6, .* got -1"),
        (lambda net: randomize_top(net, 1.0), TypeError, "depth must be a whole number, got 1.0"),
        (lambda net: randomize_top(net, True), TypeError, "depth must be a whole number, got True"),
        (lambda net: randomize_top(net, 1, "a"), TypeError, "seed must be a whole number, got 'a'"),
        (lambda net: randomize_top(net, 1, -1), ValueError, "seed must be from 0 to .* got -1"),
        (lambda net: randomize_top("zoo-gap", 1), TypeError, "network must be a torch.nn.Module, got str"),
        (lambda net: weighted_layers(nn.ReLU()), ValueError, "this ReLU has no layer with weights"),
        (lambda net: randomize_top(nn.Flatten(), 0), ValueError, "this Flatten has no layer with weights"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence(call, error, message, network):
    with pytest.raises(error, match=message):
        call(network)


def test_the_copy_can_be_explained_although_it_was_made_in_inference_mode():
    with torch.inference_mode():
        randomized = randomize_top(nn.Linear(8, 5), 1)
        assert not any(parameter.is_inference() for parameter in randomized.parameters())
    randomized(torch.ones(2, 8)).sum().backward()
    assert randomized.weight.grad is not None


def test_outputs_that_a_network_keeps_do_not_hinder_the_copy():
    class Keeping(nn.Linear):
        def forward(self, x: Tensor) -> Tensor:
            self.last, self.all = super().forward(x), [super().forward(x)]
            return self.last

    network = Keeping(8, 5)
    network(torch.ones(2, 8))
    before = everything(network)
    assert not torch.equal(randomize_top(network, 1).weight, network.weight)
    assert changes(before, everything(network)) == []


def lazy() -> nn.Module:
    return nn.Sequential(nn.Flatten(), nn.LazyLinear(5))


def whole_numbers() -> nn.Module:
    layer = nn.Linear(8, 5)
    layer.weight = nn.Parameter(torch.ones(5, 8, dtype=torch.int8), requires_grad=False)
    return nn.Sequential(layer, nn.Linear(5, 5))


def a_plain_tensor() -> nn.Module:
    network = nn.Linear(8, 5)
    network.factor = torch.ones(5, requires_grad=True)
    return network


def in_a_list() -> nn.Module:
    network = nn.Linear(8, 5)
    network.others = [nn.Linear(5, 5)]
    return network


def the_same_whatever_is_drawn() -> nn.Module:
    class Fixed(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.register_buffer("base", torch.randn(5, 8))

        def forward(self, x: Tensor) -> Tensor:
            return self.base + 0 * x

    layer = nn.Linear(8, 5)
    register_parametrization(layer, "weight", Fixed())
    return layer


def uncopied() -> nn.Module:
    network = nn.Linear(8, 5)
    network.numbers = (number for number in range(3))
    return network


def failing() -> nn.Module:
    class Failing(nn.PReLU):
        luck = True

        def reset_parameters(self) -> None:
            if not self.luck:
                raise ArithmeticError("no luck today")

    network = Failing()
    network.luck = False
    return network


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")
@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lazy, "layer '1', a LazyLinear, cannot be drawn anew: its 'weight' has no numbers yet; let the network run"),
        (lambda: nn.Linear(8, 5).to("meta"), "a Linear, cannot be drawn anew: its 'weight' has no numbers yet"),
        (
            whole_numbers,
            r"layer '0', a Linear, .* whole numbers \(torch.int8\).*those above it can, with a depth .* 1$",
        ),
        (in_a_list, "this Linear keeps in 'others' what can learn, and torch does not list it"),
        (a_plain_tensor, "this Linear keeps in 'factor' what can learn"),
        (the_same_whatever_is_drawn, "layer '', a ParametrizedLinear, .* its 'weight' comes out as before"),
        (uncopied, "this Linear cannot be copied: cannot pickle 'generator' object"),
        (failing, "layer '', a Failing, cannot be drawn anew: no luck today$"),
        (lambda: torch.jit.script(nn.Linear(8, 5)), "this RecursiveScriptModule is scripted or traced"),
        (
            lambda: nn.Sequential(torch.jit.trace(nn.Linear(8, 5), torch.ones(2, 8))),
            "TopLevelTracedModule '0' is scripted or traced",
        ),
        (
            lambda: torch.ao.quantization.quantize_dynamic(
                nn.Sequential(nn.Conv2d(3, 8, 1), nn.Linear(8, 5)), {nn.Linear}
            ),
            "'1._packed_params' is quantized: its weights are packed",
        ),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_a_sentence(make, message):
    network = make()
    with pytest.raises(ValueError, match=message):
        randomize_top(network, len(weighted_layers(network)))
