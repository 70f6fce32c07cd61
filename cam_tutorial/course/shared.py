"""What the pages of several rooms share: how things are told and drawn, and guides that no network had a part in."""

from collections.abc import Iterable, Sequence

import numpy as np
import torch
from matplotlib.axes import Axes
from scipy import ndimage
from torch import Tensor

from cam_tutorial import plot
from cam_tutorial.metrics import Interval

SPREAD = 17  # pixels of 96: the standard deviation of the spot in the middle


def several(words: Iterable[str]) -> str:
    """A list in words: "a", "a and b", "a, b and c"."""
    *others, last = words
    return ", ".join(others) + " and " + last if others else last


def in_words(difference: Interval, above: str, below: str, neither: str) -> str:
    """What an interval of a difference says: above 0, below 0, or neither."""
    if not difference.excludes():
        return neither
    return above if difference.mean > 0 else below


def dots(axes: Axes, intervals: Sequence[Interval], color: str = plot.AGAINST) -> None:
    """A dot for each mean and a line for its interval, one row each."""
    for row, (mean, low, high) in enumerate(intervals):
        axes.plot([low, high], [row, row], color=color, linewidth=2)
        axes.plot(mean, row, "o", color=color, markersize=6)
    axes.grid(axis="y", color=plot.FAINT, linewidth=0.4, alpha=0.5)


def spot(size: int = 96) -> Tensor:
    """A soft spot in the middle of the picture, (size, size): what guesses best who has not looked."""
    across = torch.arange(size) - (size - 1) / 2
    return torch.exp(-(across[:, None] ** 2 + across**2) / (2 * (SPREAD * size / 96) ** 2))


def edges(images: Tensor, scale: float = 1) -> Tensor:
    """How steeply the brightness changes at each pixel, as in notebook 05: (..., 3, H, W) -> (..., H, W)."""
    gray = images.mean(dim=-3).numpy()
    # Not `gaussian_gradient_magnitude(axes=...)`: up to SciPy 1.17 it blurs along the other axes too, over the batch.
    down, across = (ndimage.gaussian_filter(gray, scale, order=order, axes=(-2, -1)) for order in ((1, 0), (0, 1)))
    return torch.from_numpy(np.hypot(down, across))
