"""What may have been done to the right numbers, each with what to say of it.

Applied to the right numbers a change makes those given, or applied to those given it makes the right ones: then it is
missing. Sentences stand in this order.
"""

from collections.abc import Callable

import torch
from torch import Tensor

Change = Callable[[Tensor], Tensor]


def _per_image(x: Tensor, reduce: Callable[[Tensor], Tensor]) -> Tensor:
    """A number for each first index, shaped to be divided by or subtracted."""
    return reduce(x.flatten(1)).reshape(-1, *[1] * (x.ndim - 1))


def _stretched(x: Tensor) -> Tensor:
    return (x - x.min()) / (x.max() - x.min())


def _stretched_each(x: Tensor) -> Tensor:
    low, high = _per_image(x, lambda f: f.amin(1)), _per_image(x, lambda f: f.amax(1))
    return (x - low) / (high - low)


# What may have been done to the right numbers (and must not), and what may be missing in the numbers given: applied to
# the right ones, or to those given, they make them equal.
CHANGES: dict[str, tuple[Change, str, str]] = {
    "minus": (
        lambda x: -x,
        "Your numbers are the expected ones with the opposite sign.",
        "",
    ),
    "abs": (
        lambda x: x.abs(),
        "Your numbers are the absolute values of the expected ones: the sign belongs to the answer.",
        "The absolute value is missing: yours are the expected numbers, but for signs that should be gone.",
    ),
    "relu": (
        lambda x: x.relu(),
        "Your numbers are the expected ones, cut off below zero: what is negative belongs to the answer.",
        "What is negative is to be cut off at the end (a ReLU, or `.clamp(min=0)`); the rest of it is right.",
    ),
    "negative part": (
        lambda x: (-x).relu(),
        "You keep what is below zero, with the opposite sign, and cut off what is above.",
        "",
    ),
    "square": (
        lambda x: x.square(),
        "Your numbers are the squares of the expected ones.",
        "The square is missing: yours are the expected numbers before they are squared.",
    ),
    "root": (
        lambda x: x.sqrt(),
        "Your numbers are the square roots of the expected ones.",
        "The root is missing at the end.",
    ),
    "one minus": (lambda x: 1 - x, "Your numbers are 1 minus the expected ones.", ""),
    "inverse": (lambda x: 1 / x, "Your numbers are 1 divided by the expected ones: above and below are swapped.", ""),
    "stretched": (
        _stretched,
        "You stretched the expected numbers from their minimum to their maximum, 0 to 1: leave them as they are.",
        "The numbers are still to be stretched from 0 to 1.",
    ),
    "stretched each": (
        _stretched_each,
        "You stretched each entry along dimension 0 from its minimum to its maximum, 0 to 1: leave it as it is.",
        "Each entry along dimension 0 is still to be stretched from 0 to 1, by itself.",
    ),
    "by maximum": (
        lambda x: x / x.amax(),
        "You divided the expected numbers by the largest of them.",
        "The numbers are still to be divided by the largest of them.",
    ),
    "by absolute maximum": (
        lambda x: x / x.abs().amax(),
        "You divided the expected numbers by the largest absolute value.",
        "The numbers are still to be divided by the largest absolute value.",
    ),
    "by maximum each": (
        lambda x: x / _per_image(x, lambda f: f.amax(1)),
        "You divided each entry along dimension 0 by its own maximum.",
        "Each entry along dimension 0 is still to be divided by its own maximum.",
    ),
    "by sum": (
        lambda x: x / x.sum(),
        "You divided the expected numbers by their sum.",
        "The numbers are still to be divided by their sum.",
    ),
    "by sum each": (
        lambda x: x / _per_image(x, lambda f: f.sum(1)),
        "You divided each entry along dimension 0 by its own sum.",
        "Each entry along dimension 0 is still to be divided by its own sum.",
    ),
    "by length": (
        lambda x: x / x.norm(),
        "You divided the expected numbers by their length, the root of the sum of squares.",
        "",
    ),
    "rounded down": (lambda x: x.floor(), "Your numbers are the expected ones rounded down: no `//` or `int`.", ""),
    "rounded": (lambda x: x.round(), "Your numbers are the expected ones, rounded: leave out `round` and `int`.", ""),
    "to 0..1": (
        lambda x: x.clamp(0, 1),
        "You cut the expected numbers off below 0 and above 1.",
        "The numbers are still to be cut off below 0 and above 1.",
    ),
    "exp": (lambda x: x.exp(), "Your numbers are `exp` of the expected ones.", ""),
    "softmax": (
        lambda x: x.softmax(-1),
        "You put the expected numbers through a softmax.",
        "The softmax is missing at the end.",
    ),
    "sorted": (lambda x: x.sort(-1).values, "Your numbers are the expected ones, sorted: keep their order.", ""),
    "left and right": (lambda x: x.flip(-1), "Your numbers are the expected ones, left and right swapped.", ""),
    "up and down": (lambda x: x.flip(-2), "Your numbers are the expected ones, up and down swapped.", ""),
    "turned": (lambda x: x.transpose(-1, -2), "Rows and columns of the result are swapped.", ""),
}  # fmt: skip


def _along(d: int) -> dict[str, tuple[Change, str, str]]:
    """What may have been done along dimension d, whose entries are to be treated one by one."""
    own = f"each along dimension {d} is to have its own."
    return {
        f"first along {d}": (
            lambda x: x.narrow(d, 0, 1).expand_as(x),
            f"All entries along dimension {d} are what is right for the first one: {own}",
            "",
        ),
        f"last along {d}": (
            lambda x: x.narrow(d, x.shape[d] - 1, 1).expand_as(x),
            f"All entries along dimension {d} are what is right for the last one: {own}",
            "",
        ),
        f"mean along {d}": (
            lambda x: x.mean(d, keepdim=True).expand_as(x),
            f"All entries along dimension {d} are the mean over all of them: {own}",
            "",
        ),
        f"sum along {d}": (
            lambda x: x.sum(d, keepdim=True).expand_as(x),
            f"All entries along dimension {d} are the sum over all of them: {own}",
            "",
        ),
        f"running sum along {d}": (
            lambda x: x.cumsum(d),
            f"Each entry along dimension {d} contains the ones before it: they add up from one to the next.",
            "",
        ),
        f"reversed along {d}": (
            lambda x: x.flip(d),
            f"Your numbers are the expected ones, along dimension {d} from the last to the first.",
            "",
        ),
        f"first missing along {d}": (
            lambda x: torch.cat([torch.zeros_like(x.narrow(d, 0, 1)), x.narrow(d, 1, x.shape[d] - 1)], d),
            f"The first entry along dimension {d} is 0, and the others are right: the loop begins one too late.",
            "",
        ),
        f"last missing along {d}": (
            lambda x: torch.cat([x.narrow(d, 0, x.shape[d] - 1), torch.zeros_like(x.narrow(d, 0, 1))], d),
            f"The last entry along dimension {d} is 0, and the others are right: the loop ends one too early.",
            "",
        ),
    }


CHANGES |= _along(0) | _along(1)
