"""How far a mean can be trusted: intervals over scenes, and over pairs of methods on the same scenes."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

DRAWS = 2000


class Interval(NamedTuple):
    """A mean and the interval around it; as text "0.32 [0.28, 0.36]"."""

    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self:.2f}"

    def __format__(self, form: str) -> str:
        form = form or ".2f"
        return f"{self.mean:{form}} [{self.low:{form}}, {self.high:{form}}]"

    def excludes(self, value: float = 0) -> bool:
        """Whether a value, by default 0, lies outside: of a difference, whether there is one."""
        return not self.low <= value <= self.high


def interval(values: Tensor | Sequence[float], level: float = 0.95) -> Interval:
    """The mean of one value a scene, with a bootstrap interval: the course's 2,000 draws of as many scenes, seed 0.

    Args:
        values: (N,), one a scene (or one a draw of random weights), N of at least 2.
        level: how much of the drawn means the interval holds.

    Raises:
        ValueError: there are fewer than two values, a value is NaN, or the level is not between 0 and 1.

    Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13: the percentile interval.
    """
    numbers = torch.as_tensor(values, dtype=torch.float64).detach().cpu()
    if numbers.ndim != 1 or len(numbers) < 2:
        raise ValueError(f"values must be (N,) with at least two of them, got shape {tuple(numbers.shape)}")
    if numbers.isnan().any():
        raise ValueError(f"values must be numbers, got NaN in {int(numbers.isnan().sum())} of {len(numbers)}")
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, got {level}")
    generator = torch.Generator().manual_seed(0)
    drawn = torch.randint(len(numbers), (DRAWS, len(numbers)), generator=generator)
    means = numbers[drawn].mean(dim=1)
    low, high = means.quantile(torch.tensor([(1 - level) / 2, (1 + level) / 2], dtype=torch.float64)).tolist()
    return Interval(numbers.mean().item(), low, high)


def paired_interval(first: Tensor | Sequence[float], second: Tensor | Sequence[float], level: float = 0.95) -> Interval:
    """How much higher `first` is than `second` on the same scenes: the mean difference, with a bootstrap interval.

    Two methods are compared on the same scenes, and some scenes are hard for both: the interval of the difference is
    what counts, not whether the two intervals overlap.

    Args:
        first, second: (N,), one value a scene, scene by scene.
        level: how much of the drawn mean differences the interval holds.

    Raises:
        ValueError: they are not as many; and as `interval`.
    """
    one, two = (torch.as_tensor(values, dtype=torch.float64).detach().cpu() for values in (first, second))
    if one.shape != two.shape:
        raise ValueError(f"both must be of the same scenes, got shapes {tuple(one.shape)} and {tuple(two.shape)}")
    return interval(one - two, level)
