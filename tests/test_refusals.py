"""Bad input gets one clear sentence, from every function that explains a network."""

import pytest
import torch
from explainers import WITH_FUNCTION, every_function
from networks import pictures, witness
from torch import nn

BAD_INPUT = {
    "three dimensions": (
        lambda f: f(witness(), pictures()[0], 1),
        ValueError,
        r"\(N, C, H, W\), got \(3, 12, 12\); for a single image write images\[None\]",
    ),
    "uint8": (lambda f: f(witness(), pictures().byte(), 1), TypeError, "got torch.uint8; convert with"),
    "empty": (lambda f: f(witness(), pictures()[:0], 1), ValueError, "at least one image"),
    "no tensor": (lambda f: f(witness(), pictures().numpy(), 1), TypeError, "torch.Tensor.*got ndarray"),
    "no network": (lambda f: f(torch.relu, pictures(), 1), TypeError, "model must be a torch.nn.Module"),
    "class too large": (lambda f: f(witness(), pictures(), 5), ValueError, "from 0 to 4, got 5"),
    "class negative": (lambda f: f(witness(), pictures(), -1), ValueError, "from 0 to 4, got -1"),
    "one class too large": (lambda f: f(witness(), pictures(), [0, 9, 1]), ValueError, "from 0 to 4, got 9"),
    "class a float": (lambda f: f(witness(), pictures(), 1.0), TypeError, "target must be a class index"),
    "class a name": (
        lambda f: f(witness(), pictures(), "cat"),
        TypeError,
        "class index or 3 of them, got 'cat'",
    ),
    "class a bool": (lambda f: f(witness(), pictures(), True), TypeError, "target must be a class index"),
    "too few classes": (lambda f: f(witness(), pictures(), [0, 1]), ValueError, "each of the 3 images"),
    "NaN in the images": (lambda f: f(witness(), pictures() * torch.nan, 1), ValueError, "NaN.*images"),
    "NaN in the weights": (lambda f: f(with_nan(), pictures(), 1), ValueError, "NaN.*weights"),
    "a dictionary comes out": (
        lambda f: f(Wrapped(lambda y: {"out": y}), pictures(), 1),
        TypeError,
        "got dict",
    ),
    "a tuple comes out": (lambda f: f(Wrapped(lambda y: (y, y)), pictures(), 1), TypeError, "got tuple"),
    "scores of each place": (
        lambda f: f(Wrapped(lambda y: y[..., None].expand(-1, -1, 2)), pictures(), 1),
        ValueError,
        r"\(3, C\), got \(3, 5, 2\)",
    ),
}


class Wrapped(nn.Module):
    def __init__(self, change):
        super().__init__()
        self.inner, self.change = witness(), change

    def forward(self, x):
        return self.change(self.inner(x))


def with_nan():
    model = witness()
    model.fc.weight.data[3, 2] = torch.nan
    return model


@every_function
@pytest.mark.parametrize("what", BAD_INPUT)
def test_bad_input_gets_one_clear_sentence(function, what):
    call, error, telling = BAD_INPUT[what]
    with pytest.raises(error, match=telling) as caught:
        call(function)
    message = str(caught.value)
    assert "\n" not in message and not message.endswith(".") and ". " not in message


@pytest.mark.parametrize("function", WITH_FUNCTION)
@pytest.mark.parametrize(
    ("target", "telling"),
    [
        (lambda output: output, r"one score an image, shape \(3,\), got \(3, 5\)"),
        (lambda output: output.sum(), r"shape \(3,\), got \(\)"),
        (lambda output: output[:, 0] * torch.nan, "NaN"),
        (lambda output: output[:, 0].detach(), "does not depend"),
    ],
)
def test_a_function_as_target_must_give_one_number_an_image(function, target, telling):
    with pytest.raises(ValueError, match=telling):
        function(witness(), pictures(), target)
