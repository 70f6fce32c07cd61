import copy
import threading
import warnings
from contextlib import suppress

import pytest
import torch
import torch.nn.functional as F
from networks import (
    OneConvolution,
    deconvnet_relu,
    guided_relu,
    pictures,
    plain_relu,
    reference_gradient,
    vision,
    witness,
)
from torch import nn
from torch.utils.checkpoint import checkpoint, checkpoint_sequential

from cam_tutorial import deconvnet, grad_cam, guided_backprop, guided_grad_cam, saliency, upsample
from cam_tutorial.backprop import ReLUBackward, deconvnet_rule, guided_rule

SIXTEEN = torch.arange(16.0).view(1, 1, 4, 4)
RULES = {
    "saliency": (saliency, plain_relu),
    "deconvnet": (deconvnet, deconvnet_relu),
    "guided": (guided_backprop, guided_relu),
}


class OneReLU(nn.Module):
    """y = R · relu(x): what arrives at the ReLU from above is R itself."""

    def __init__(self, R, relu=F.relu):
        super().__init__()
        self.R, self.relu = torch.tensor(R), relu

    def forward(self, x):
        return (self.relu(1 * x.flatten(1)) * self.R).sum(1, keepdim=True)


@pytest.mark.parametrize(
    ("function", "expected"),
    [(saliency, [5, 0, -3, 0, 0, 0]), (deconvnet, [5, 7, 0, 0, 2, 0]), (guided_backprop, [5, 0, 0, 0, 0, 0])],
)
def test_the_three_rules_by_hand(function, expected):
    x = torch.tensor([[[[1.0, -1, 2, -2, 0, 0]]]])
    assert function(OneReLU([5.0, 7, -3, -4, 2, -2]), x, 0).flatten().tolist() == expected


def test_the_rules_as_formulas():
    x_positive, R = torch.tensor([True, True, False, False]), torch.tensor([2.0, -2, 3, -3])
    assert deconvnet_rule(x_positive, R).tolist() == [2, 0, 3, 0]
    assert guided_rule(x_positive, R).tolist() == [2, 0, 0, 0]


@pytest.mark.parametrize("inplace", [False, True])
def test_the_hand_computed_cases_of_captum(inplace):
    model = OneConvolution(inplace)
    from_above = [[2, 3, 3, 1], [3, 5, 5, 2], [3, 5, 5, 2], [1, 2, 2, 1]]
    assert deconvnet(model, SIXTEEN, 0)[0, 0].tolist() == from_above
    assert guided_backprop(model, SIXTEEN, 0)[0, 0].tolist() == [
        [0, 1, 1, 1],
        [1, 3, 3, 2],
        [1, 3, 3, 2],
        [1, 2, 2, 1],
    ]
    # Plain: the second map is open in its lower row, where its gradient of -1 cancels the first map's.
    assert saliency(model, SIXTEEN, 0)[0, 0].tolist() == [[0, 1, 1, 1]] * 3 + [[0, 0, 0, 0]]


def test_guided_grad_cam_by_hand():
    # Grad-CAM at the ReLU is [[0, 4], [28, 32.5]], upsampled, times the guided gradient.
    guided = torch.tensor([[0.0, 1, 1, 1], [1, 3, 3, 2], [1, 3, 3, 2], [1, 2, 2, 1]])
    top, bottom = torch.tensor([0, 1, 3, 4]), torch.tensor([28, 29.125, 31.375, 32.5])
    maps = torch.stack([top, 0.75 * top + 0.25 * bottom, 0.25 * top + 0.75 * bottom, bottom])
    torch.testing.assert_close(guided_grad_cam(OneConvolution(), SIXTEEN, 0, "relu1")[0, 0], maps * guided)


def test_guided_grad_cam_is_the_product_of_its_two_parts():
    model, images = witness(), pictures()
    product = upsample(grad_cam(model, images, 2, "bn1"), 12)[:, None] * guided_backprop(model, images, 2)
    assert product.any()
    torch.testing.assert_close(guided_grad_cam(model, images, 2, "bn1"), product)


SPELLINGS = {
    "nn.ReLU": nn.ReLU(),
    "nn.ReLU in place": nn.ReLU(inplace=True),
    "F.relu": F.relu,
    "F.relu(input=)": lambda x: F.relu(input=x),
    "F.relu in place": lambda x: F.relu(x, inplace=True),
    "F.relu in place by position, value ignored": lambda x: (F.relu(x, True), x)[1],
    "F.relu in place, value ignored": lambda x: (F.relu(x, inplace=True), x)[1],
    "F.relu in place, all by name, value ignored": lambda x: (F.relu(input=x, inplace=True), x)[1],
    "F.relu_": F.relu_,
    "torch.relu": torch.relu,
    "torch.relu(input=)": lambda x: torch.relu(input=x),
    "torch.relu_": torch.relu_,
    "Tensor.relu": lambda x: x.relu(),
    "Tensor.relu_, value ignored": lambda x: (x.relu_(), x)[1],
    "Tensor.relu_ on a view": lambda x: (x[:, :3].relu_(), x[:, 3:].relu_(), x)[2],
    "in chunks": lambda x: torch.cat([part.relu() for part in x.chunk(2, 1)], 1),
    "nn.ReLU in place on a view": lambda x: (nn.ReLU(inplace=True)(x[:, :3]), F.relu(x[:, 3:], inplace=True), x)[2],
    "torch.ops.aten.relu": torch.ops.aten.relu,
    "torch.ops.aten.relu.default": torch.ops.aten.relu.default,
    "torch.ops.aten.relu_ on a view": lambda x: (torch.ops.aten.relu_(x[:, :3]), torch.ops.aten.relu_(x[:, 3:]), x)[2],
    "clamp": lambda x: x.clamp(min=0),
    "clamp with a tensor": lambda x: x.clamp(min=torch.zeros(())),
    "clamp_, value ignored": lambda x: (x.clamp_(min=0), x)[1],
    "clamp_ on a view": lambda x: (x[:, :3].clamp_(min=0), x[:, 3:].clamp_(0), x)[2],
    "clamp_min": lambda x: x.clamp_min(0),
    "torch.clip": lambda x: torch.clip(x, 0),
    "maximum": lambda x: torch.maximum(x, torch.zeros(())),
    "maximum, the zeros first": lambda x: torch.maximum(torch.zeros_like(x), x),
    "torch.max of two": lambda x: torch.max(x, torch.zeros(1)),
    "fmax": lambda x: torch.fmax(x, torch.zeros(())),
    "where": lambda x: torch.where(x > 0, x, 0),
    "where, the other way round": lambda x: torch.where(x <= 0, torch.zeros(()), x),
    "Tensor.where": lambda x: x.where(x > 0, torch.zeros(())),
    "masked_fill": lambda x: x.masked_fill(x < 0, 0),
    "threshold": lambda x: F.threshold(x, 0, 0),
    "nn.Threshold in place on a view": lambda x: (nn.Threshold(0, 0, inplace=True)(x.view(-1)), x)[1],
    "in a graph module": torch.fx.symbolic_trace(nn.Sequential(nn.ReLU())),
    "in a checkpoint": lambda x: checkpoint(F.relu, x, use_reentrant=False),
    "clamp in a checkpoint": lambda x: checkpoint(lambda x: x.clamp(min=0), x, use_reentrant=False),
    "in a thread": lambda x: in_a_thread(F.relu, x),
    "in vmap": lambda x: torch.func.vmap(F.relu)(x),
}


def in_a_thread(function, x):
    results = []
    thread = threading.Thread(target=lambda: results.append(function(x)))
    thread.start()
    thread.join()
    return results[0]


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize(
    ("function", "expected"), [(deconvnet, [5, 7, 0, 0, 2, 0]), (guided_backprop, [5, 0, 0, 0, 0, 0])]
)
def test_every_spelling_of_relu_obeys_the_rule(spelling, function, expected):
    x = torch.tensor([[[[1.0, -1, 2, -2, 0, 0]]]])
    model = OneReLU([5.0, 7, -3, -4, 2, -2], SPELLINGS[spelling])
    assert function(model, x, 0).flatten().tolist() == expected


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_relu_with_another_gradient_has_the_same_value(spelling):
    x = torch.tensor([[1.0, -1, 2, -2, 0, torch.nan]], requires_grad=True)
    plain = SPELLINGS[spelling](1 * x)
    with suppress(ValueError), ReLUBackward(guided_rule):  # a `where` that turned NaN into 0 is refused: no ReLU does
        value = SPELLINGS[spelling](1 * x)
        torch.testing.assert_close(value, plain, equal_nan=True)
        torch.autograd.grad(value.sum(), x)


def test_an_in_place_relu_still_writes_in_place():
    leaf = torch.tensor([1.0, -1, -2], requires_grad=True)
    whole, partly = 1 * leaf, 1 * leaf
    part = partly[:2]
    with ReLUBackward(guided_rule):
        assert torch.relu_(whole) is whole
        assert F.relu(part, inplace=True) is part
        torch.autograd.grad(whole.sum() + partly.sum(), leaf)
    assert whole.tolist() == [1, 0, 0]
    assert partly.tolist() == [1, 0, -2]


def two_dimensional(rule):
    """A batch of two through nn.RNN, two layers in both directions, and through the same with `rule` as its ReLU."""
    torch.manual_seed(0)
    rnn = nn.RNN(3, 4, 2, nonlinearity="relu", batch_first=True, bidirectional=True).double()
    x = torch.randn(2, 1, 5, 3, dtype=torch.float64)

    def by_hand(x):
        steps = x[:, 0]
        for layer in (0, 1):
            both = []
            for backward in ("", "_reverse"):
                W, U, b, c = (
                    getattr(rnn, f"{n}_l{layer}{backward}") for n in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
                )
                h, states = torch.zeros(2, 4, dtype=torch.float64), []
                for t in range(5)[:: -1 if backward else 1]:
                    h = rule(steps[:, t] @ W.T + b + h @ U.T + c)
                    states.append(h)
                both.append(torch.stack(states[:: -1 if backward else 1], 1))
            steps = torch.cat(both, 2)
        return steps[:, -1]

    return rnn, by_hand, x


class Calls(nn.Module):
    """A network that calls a function; modules in it are found as its own."""

    def __init__(self, function, *parts):
        super().__init__()
        self.function, self.parts = function, nn.ModuleList(parts)

    def forward(self, x):
        return self.function(x)


@pytest.mark.parametrize("rule", RULES)
def test_the_relus_inside_of_an_rnn_obey(rule):
    function, relu = RULES[rule]
    rnn, by_hand, x = two_dimensional(relu)
    expected = saliency(Calls(by_hand), x, 1)
    torch.testing.assert_close(function(Calls(lambda x: rnn(x[:, 0])[0][:, -1], rnn), x, 1), expected)


@pytest.mark.parametrize("rule", RULES)
def test_the_relus_of_a_transformer_obey(rule):
    function, relu = RULES[rule]
    torch.manual_seed(0)
    layer = nn.TransformerEncoderLayer(8, 2, 16, activation="relu", batch_first=True, dropout=0).double()
    images, score = pictures(2, 8, dtype=torch.float64), lambda tokens: tokens[:, :, 0].sum(1)
    gradient = function(Calls(lambda x: layer(x.flatten(1, 2)), layer), images, score)
    layer.activation = relu
    torch.testing.assert_close(gradient, saliency(Calls(lambda x: layer(x.flatten(1, 2)), layer), images, score))


@pytest.mark.parametrize("name", ["googlenet", "inception_v3", "densenet121"])
@pytest.mark.parametrize("rule", RULES)
def test_functional_and_in_place_relus_of_well_known_networks_obey(name, rule):
    function, relu = RULES[rule]
    images = pictures(1, 96 if name == "inception_v3" else 64, dtype=torch.float64)
    model, target = copy.deepcopy(vision(name)).double(), torch.tensor([3])
    expected = reference_gradient(model, images, target, relu)
    gradient = function(model, images, target)
    torch.testing.assert_close(gradient, expected, rtol=1e-6, atol=1e-9 * expected.abs().max().item())
    if relu is not plain_relu:
        plain = saliency(model, images, target)
        assert (gradient - plain).norm() > 0.5 * plain.norm(), "the rule made no difference"


@pytest.mark.parametrize(
    ("name", "activation"),
    [("mobilenet_v2", "relu6"), ("efficientnet_b0", "silu"), ("convnext_tiny", "gelu")],
)
@pytest.mark.parametrize("function", [deconvnet, guided_backprop, guided_grad_cam])
def test_a_network_without_relu_is_refused_and_told_what_it_calls(name, activation, function):
    with pytest.raises(ValueError, match=f"calls ReLU, and this one calls ({activation});") as caught:
        function(vision(name), pictures(1, 64), 1)
    assert "saliency works with any activation" in str(caught.value)
    assert "\n" not in str(caught.value)


class Shy(torch.autograd.Function):
    """A ReLU with a backward pass of its own."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x > 0)
        return x.relu()

    @staticmethod
    def backward(ctx, R):
        return R * ctx.saved_tensors[0]


class Relu(Shy):
    """One whose node is called as PyTorch's, but for the number."""


class Nothing(Shy):
    @staticmethod
    def backward(ctx, R):
        return None


@pytest.mark.parametrize(
    ("activation", "name"),
    [
        (nn.ReLU6(), "relu6"),
        (F.relu6, "relu6"),
        (lambda x: x.clamp(0, 6), "relu6"),
        (nn.Hardtanh(), "hardtanh"),
        (nn.LeakyReLU(inplace=True), "leaky_relu"),
        (lambda x: F.leaky_relu_(x, 0.1), "leaky_relu"),
        (nn.ELU(), "elu"),
        (nn.CELU(), "celu"),
        (nn.SELU(), "selu"),
        (torch.selu, "selu"),
        (nn.GELU(), "gelu"),
        (nn.SiLU(inplace=True), "silu"),
        (nn.Mish(), "mish"),
        (nn.Hardswish(), "hardswish"),
        (nn.PReLU(), "prelu"),
        (nn.RReLU(), "rrelu"),
        (nn.Softplus(), "softplus"),
        (nn.Threshold(1, 0), "threshold"),
        (nn.Tanh(), "none"),
        (lambda x: x.clamp(min=1), "none"),
        (lambda x: x.clamp(max=0), "none"),
        (lambda x: x.clamp(min=torch.tensor([[0.0, 1]])), "none"),
        (lambda x: torch.maximum(x, -x), "none"),
        (lambda x: torch.where(x > 0, x, 0.1 * x), "none"),
        (lambda x: torch.where(torch.tensor([[True, False]]), x, 0), "none"),
        (lambda x: Shy.apply(x), "Shy"),
        (lambda x: Relu.apply(x), "Relu"),
    ],
)
def test_each_other_activation_is_named_and_none_passes_as_a_relu(activation, name):
    with pytest.raises(ValueError, match=f"this one calls ({name});"):
        guided_backprop(OneReLU([1.0, 1], activation), torch.ones(1, 1, 1, 2), 0)


def test_a_mixture_is_explained_with_a_warning_that_names_the_rest():
    with pytest.warns(UserWarning, match="ReLU alone; the gradient of .*hardswish.* stays plain") as caught:
        gradient = guided_backprop(vision("mobilenet_v3_small"), pictures(1, 64), 1)
    assert gradient.any()
    assert caught[0].filename == __file__, "the warning must point at the caller's line"


def test_networks_of_relus_alone_are_explained_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        guided_backprop(vision("resnet18"), pictures(1, 64), 1)


def test_guided_gradients_lie_within_what_was_positive_and_open():
    # One layer: whatever guided backprop lets through, plain and deconvnet let through as well.
    model = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Flatten(), nn.Linear(800, 4))
    images = pictures()
    with torch.no_grad():
        model[0].weight.fill_(1)  # positive weights: positive gradients cannot cancel
    guided, through = guided_backprop(model, images, 1), deconvnet(model, images, 1)
    assert (guided >= 0).all() and (guided <= through + 1e-5).all()
    assert (guided < through).any()


def test_saliency_is_the_slope_of_the_score():
    model, images = witness(dtype=torch.float64), pictures(1, dtype=torch.float64)
    gradient = saliency(model, images, 2)
    step = 1e-6 * torch.randn(images.shape, dtype=torch.float64)
    with torch.no_grad():
        rise = model(images + step)[0, 2] - model(images - step)[0, 2]
    torch.testing.assert_close(rise, 2 * (gradient * step).sum(), rtol=1e-5, atol=1e-12)


def test_a_gradient_that_is_one_number_everywhere_can_still_be_written_to():
    class Sums(nn.Module):
        def forward(self, x):
            return x.sum((2, 3))

    gradient = saliency(Sums(), pictures(), 1)
    gradient[0, 1, 0, 0] = 7
    assert gradient[0, 1].sum() == 12 * 12 - 1 + 7


def test_a_score_that_does_not_depend_on_the_images_is_refused():
    class Constant(nn.Module):
        def __init__(self):
            super().__init__()
            self.scores = nn.Parameter(torch.ones(4))

        def forward(self, x):
            return self.scores.expand(len(x), 4)

    for target in (1, lambda output: output.detach()[:, 0]):
        with pytest.raises(ValueError, match="does not depend on the images"):
            saliency(Constant(), pictures(), target)


def test_a_failure_inside_the_block_is_the_one_that_is_reported():
    with pytest.raises(ArithmeticError, match="half-way"), ReLUBackward(guided_rule):
        raise ArithmeticError("half-way")


# --- Which ReLUs count: those that the gradient passes ---


class BesideTheWay(nn.Module):
    """One ReLU makes a bias out of a table, as in Swin v2, and another one's output is not used."""

    def __init__(self, activation):
        super().__init__()
        self.table, self.activation = nn.Parameter(torch.ones(3)), activation

    def forward(self, x):
        F.relu(x)
        return self.activation(x).mean((2, 3)) + F.relu(self.table)


@pytest.mark.parametrize("function", [deconvnet, guided_backprop])
def test_relus_that_the_gradient_does_not_pass_do_not_count(function):
    with pytest.raises(ValueError, match="the gradient passes no ReLU: .* and this one calls gelu;"):
        function(BesideTheWay(nn.GELU()), pictures(), 1)
    assert function(BesideTheWay(nn.ReLU()), pictures(), 1).any()


def test_swin_v2_whose_relus_make_its_position_bias_is_refused():
    with pytest.raises(ValueError, match="the gradient passes no ReLU: .* and this one calls gelu;"):
        guided_backprop(vision("swin_v2_t"), pictures(1, 64), 1)


def test_activations_beside_the_way_are_not_warned_of():
    guided_backprop(Calls(lambda x: (F.gelu(x), F.relu(x).mean((2, 3)))[1]), pictures(), 1)  # warnings are errors here


def test_a_mask_that_covers_what_is_zero_already_is_no_relu():
    # Attention's: the softmax is never negative, 0 where it is masked, and afterwards masked again.
    mask = torch.ones(4, 4).tril().bool()

    def attention(x):
        shares = x.masked_fill(~mask, -torch.inf).softmax(-1)
        return torch.where(mask, shares, 0).sum((1, 3))

    with pytest.raises(ValueError, match="passes no ReLU"):
        guided_backprop(Calls(attention), torch.randn(2, 3, 4, 4), 1)


# --- Gradients that are not there, and parts that hide their ReLUs ---


@pytest.mark.parametrize("function", [saliency, deconvnet, guided_backprop])
@pytest.mark.parametrize(
    "way",
    [Nothing.apply, torch.Tensor.detach, lambda x: Nothing.apply(x) + F.relu(x.detach()), lambda x: x.round().long()],
)
def test_where_no_gradient_comes_back_all_functions_say_so(function, way):
    model = Calls(lambda x: (way(F.relu(x)) * torch.ones(1, requires_grad=True)).mean((2, 3)))
    with pytest.raises(
        ValueError, match="^the score does not depend on the images in a way that gradients can follow;"
    ):
        function(model, pictures(), 1)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("function", [saliency, deconvnet, guided_backprop])
def test_an_int8_head_lets_no_gradient_back(function):
    from torch.ao.quantization import quantize_dynamic

    with pytest.raises(ValueError, match="does not depend on the images in a way that gradients can follow"):
        function(quantize_dynamic(witness().eval(), {nn.Linear}), pictures(), 1)


def test_a_gradient_that_pytorch_cannot_take_is_one_sentence():
    def written_to(x):
        y = x.exp()
        y += 1
        return y.mean((2, 3))

    with pytest.raises(
        ValueError, match="^PyTorch cannot take the gradient .*: one of the variables .* inplace"
    ) as caught:
        saliency(Calls(written_to), pictures(), 1)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("rule", [*RULES, "turned around"])
def test_checkpointing_changes_no_gradient(rule):
    def by_rule(model, images, target):
        with ReLUBackward(lambda x_positive, R: torch.where(x_positive & (R < 0), R, 0)):
            return saliency(model, images, target)

    function = RULES[rule][0] if rule in RULES else by_rule
    model, images = copy.deepcopy(vision("densenet121")), pictures(1, 64)
    expected = function(model, images, 1)
    for module in model.modules():
        if hasattr(module, "memory_efficient"):
            module.memory_efficient = True
    assert torch.equal(function(model, images, 1), expected)


def test_sequential_checkpoints_are_right_and_reentrant_ones_refused():
    model = nn.Sequential(
        nn.Conv2d(3, 4, 3), nn.ReLU(True), nn.Conv2d(4, 4, 3), nn.ReLU(True), nn.AvgPool2d(8), nn.Flatten()
    )
    expected = guided_backprop(model, pictures(), 1)
    both = {
        kind: Calls(lambda x, kind=kind: checkpoint_sequential(model, 3, x, use_reentrant=kind))
        for kind in (True, False)
    }
    assert torch.equal(guided_backprop(both[False], pictures(), 1), expected)
    for function in (saliency, guided_backprop):
        with pytest.raises(ValueError, match="checkpointing with use_reentrant=True, .* use use_reentrant=False"):
            function(both[True], pictures(), 1)


@pytest.mark.filterwarnings("ignore")
def test_torch_jit_hides_relus_in_part_in_whole_and_in_functions():
    trunk, head = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU()), nn.Sequential(nn.ReLU(), nn.AvgPool2d(10), nn.Flatten())
    model = nn.Sequential(trunk, torch.jit.script(head))
    for whole in (
        torch.jit.script(model),
        torch.jit.trace(model, pictures()),
        torch.jit.freeze(torch.jit.script(model.eval())),
    ):
        with pytest.raises(ValueError, match="scripted or traced network"):
            guided_backprop(whole, pictures(), 1)
    with pytest.raises(ValueError, match="torch.jit hides the ReLUs of the network's part '1'"):
        guided_backprop(model, pictures(), 1)
    assert saliency(model, pictures(), 1).any()

    function = torch.jit.script(scripted_relu)
    calls = Calls(lambda x: function(x).mean((2, 3)))
    for _ in range(3):  # PyTorch compiles it after the first call or two
        saliency(calls, pictures(), 1)
    with pytest.raises(ValueError, match="the rule cannot reach all ReLUs: torch.jit hides"):
        guided_backprop(calls, pictures(), 1)


def scripted_relu(x):
    return torch.relu(2 * x)


@pytest.mark.parametrize("function", [deconvnet, guided_backprop])
def test_a_compiled_network_obeys_as_the_one_it_was_made_from(function):
    model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.AvgPool2d(10), nn.Flatten())
    compiled = torch.compile(model, backend="aot_eager", fullgraph=True)
    assert "Compiled" in compiled(pictures()).grad_fn.name()
    assert torch.equal(function(compiled, pictures(), 1), function(model, pictures(), 1))
    assert "Compiled" in compiled(pictures()).grad_fn.name()


@pytest.mark.filterwarnings("ignore")  # torch.func.jvp warns of torch.jit, which it uses itself
@pytest.mark.parametrize("function", [saliency, guided_backprop])
def test_transforms_of_torch_func_are_refused_in_one_sentence(function):
    model, images = witness(), pictures()

    def total(images):
        return function(model, images.reshape(-1, 3, 12, 12), 1).sum()

    for transformed in (
        lambda: torch.func.vmap(total)(images),
        lambda: torch.func.grad(total)(images),
        lambda: torch.func.jvp(total, (images,), (images,)),
    ):
        with pytest.raises(ValueError, match="inside a transform of torch.func .* call this function outside of it"):
            transformed()


# --- ReLUBackward by itself ---


def test_any_way_to_take_a_gradient_obeys_and_later_ones_do_not():
    x, R = torch.tensor([1.0, -1, 2, 0], requires_grad=True), torch.tensor([2.0, 3, -4, 5])
    ways = [
        lambda y: torch.autograd.grad(y, x, R, retain_graph=True)[0],
        lambda y: torch.autograd.grad([y], [x], [R], retain_graph=True)[0],
        lambda y: y.backward(R, retain_graph=True),
        lambda y: torch.autograd.backward([y], [R], retain_graph=True),
    ]
    for way in ways:
        x.grad = None
        with ReLUBackward(lambda x_positive, R: 10 * x_positive + R.abs()):
            y = x.relu()
            gradient = way(y)
        assert (x.grad if gradient is None else gradient).tolist() == [12, 3, 14, 5]
    assert torch.autograd.grad(y, x, R)[0].tolist() == [2, 0, -4, 0]


def test_a_block_in_which_no_gradient_is_taken_is_refused():
    refused = pytest.raises(ValueError, match="the rule changed nothing: take the gradient inside the block")
    with refused, ReLUBackward(guided_rule):
        F.relu(torch.ones(2))


@pytest.mark.parametrize(
    ("rule", "got"), [(lambda x_positive, R: None, "NoneType"), (lambda x_positive, R: R.sum(), r"\(\)")]
)
def test_a_rule_that_gives_no_gradient_is_refused(rule, got):
    refused = pytest.raises(
        ValueError, match=rf"a rule must give a tensor of the shape of R, \(3, 6, 6, 6\), got {got}"
    )
    with refused, ReLUBackward(rule):
        saliency(witness(), pictures(), 1)


def test_one_network_can_be_explained_from_several_threads():
    model, images = witness().train(), pictures()
    expected = {function: function(model, images, 1) for function, _ in RULES.values()}
    same = []

    def work(function):
        for _ in range(5):
            same.append(torch.equal(function(model, images, 1), expected[function]))

    threads = [threading.Thread(target=work, args=(function,)) for function in expected]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert same == [True] * 15
    assert all(module.training for module in model.modules())
