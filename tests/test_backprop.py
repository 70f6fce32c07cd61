import copy
import warnings

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
}


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
    x = torch.tensor([[1.0, -1, 2, -2, 0, torch.nan]])
    plain = SPELLINGS[spelling](x.clone())
    with ReLUBackward(guided_rule):
        torch.testing.assert_close(SPELLINGS[spelling](x.clone()), plain, equal_nan=True)


def test_an_in_place_relu_still_writes_in_place():
    x = torch.tensor([1.0, -1])
    with ReLUBackward(guided_rule):
        assert torch.relu_(x) is x
    assert x.tolist() == [1, 0]


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
    [("mobilenet_v2", "hardtanh|relu6"), ("efficientnet_b0", "silu"), ("convnext_tiny", "gelu")],
)
@pytest.mark.parametrize("function", [deconvnet, guided_backprop, guided_grad_cam])
def test_a_network_without_relu_is_refused_and_told_what_it_calls(name, activation, function):
    with pytest.raises(ValueError, match=f"calls ReLU, and this one calls ({activation});") as caught:
        function(vision(name), pictures(1, 64), 1)
    assert "saliency works with any activation" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("activation", "name"),
    [
        (nn.ReLU6(), "hardtanh|relu6"),
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
        (nn.Threshold(0, 0), "threshold"),
        (nn.Tanh(), "none"),
        (lambda x: x.clamp(min=0), "none"),
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
