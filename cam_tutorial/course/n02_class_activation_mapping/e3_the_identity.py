"""Exercise 2.3: A check that catches wrong weights."""

import torch

from cam_tutorial.practice.exercise import exercise


def maps_biases_and_logits(generator):
    """Right to the last digit; right to rounding; wrong by a bias, in one image alone, by a little, and by a lot."""
    cases = []
    for n, h, w in ((3, 2, 8), (4, 8, 4), (5, 4, 2)):
        # Quarters, averaged over a power of two: exact in whatever order one adds.
        maps = torch.randint(-9, 10, (n, h, w), generator=generator) / 4
        bias = torch.randint(1, 9, (n,), generator=generator) / 4
        right = maps.mean(dim=(1, 2)) + bias
        one_wrong = right.clone()
        one_wrong[-1] += 2
        wrong = [right - bias, one_wrong, right + 0.02, -right, right + torch.linspace(-1, 1, n)]
        cases += [(maps, bias, logits) for logits in (right, right + 3e-6, *wrong)]
    return cases


@exercise(
    "2.3",
    "A check that catches wrong weights",
    minutes=8,
    difficulty=2,
    cases=maps_biases_and_logits,
    hints=[
        "The identity has one side for each image: the mean of its map, plus its bias. Compare N numbers with N "
        "logits.",
        "The mean goes over the two last dimensions: `maps.mean(dim=(1, 2))`.",
        "Equal means equal up to rounding: `torch.allclose` with `atol=1e-3`, say, gives one True or False for all.",
    ],
)
def my_identity_holds(maps, bias, logits):
    """(N, H, W), (N,), (N,) -> True if mean(M) + b = y for every one of the N maps, up to rounding"""
    return torch.allclose(maps.mean(dim=(1, 2)) + bias, logits, atol=1e-3)


@my_identity_holds.mistake(
    "You ask for equality to the last digit, and rounding alone breaks that: allow a difference of 1e-3 or so, as "
    "`torch.allclose(a, b, atol=1e-3)` does."
)
def to_the_last_digit(maps, bias, logits):
    return bool((maps.mean(dim=(1, 2)) + bias == logits).all())


@my_identity_holds.mistake(
    "You forgot the bias: the mean of the map is the logit without it. Add `bias` before you compare."
)
def forgets_the_bias(maps, bias, logits):
    return torch.allclose(maps.mean(dim=(1, 2)), logits, atol=1e-3)


@my_identity_holds.mistake(
    "You compared sums. The network averages its maps, so take their mean over height and width."
)
def sums_in_place_of_means(maps, bias, logits):
    return torch.allclose(maps.sum(dim=(1, 2)) + bias, logits, atol=1e-3)


@my_identity_holds.mistake(
    "One wrong map went through: you looked at the first image only, or said True as soon as one of them fits. "
    "All must."
)
def any_will_do(maps, bias, logits):
    return bool(((maps.mean(dim=(1, 2)) + bias - logits).abs() < 1e-3).any())


@my_identity_holds.mistake(
    "You averaged the gaps before looking at them, so that one too high and one too low cancel: take the absolute"
    " value of each first."
)
def gaps_that_cancel(maps, bias, logits):
    return abs((maps.mean(dim=(1, 2)) + bias - logits).mean().item()) < 1e-3


@my_identity_holds.mistake(
    "You leave out the sign: two numbers of the same size and opposite sign are not equal. Take the absolute value of "
    "their difference, not the difference of their absolute values."
)
def without_the_sign(maps, bias, logits):
    return torch.allclose((maps.mean(dim=(1, 2)) + bias).abs(), logits.abs(), atol=1e-3)


@my_identity_holds.mistake(
    "Your tolerance is too generous: a forgotten bias of 0.02 passes as rounding. Rounding is far below 1e-3."
)
def too_generous(maps, bias, logits):
    return torch.allclose(maps.mean(dim=(1, 2)) + bias, logits, atol=0.1)
