"""The colors of the explorers: those of the course's figures, and the few that a drawing with Pillow needs besides."""

from functools import cache

import matplotlib
import numpy as np
from torch import Tensor

from cam_tutorial.plot import ACCENT, AGAINST, FOR, INK, MAGNITUDE, NEUTRAL, SIGNED
from cam_tutorial.plot import FAINT as EDGE

__all__ = [
    "ACCENT",
    "AGAINST",
    "CLEAR",
    "EDGE",
    "FAINT",
    "FOR",
    "INK",
    "MAGNITUDE",
    "NEUTRAL",
    "PALE",
    "PAPER",
    "SHADOW",
    "SIGNED",
    "end_of_scale",
    "palette",
]

# Pictures have no ground of their own, so that a dark page shows no white box; tones let the page shine through.
CLEAR = (255, 255, 255, 0)
PALE = (117, 121, 126, 45)  # the ground that a bar stands on
FAINT = (117, 121, 126, 110)  # what does not count yet
PAPER = "white"
SHADOW = "black"  # under a line of paper color, which can then be seen on any scene


@cache
def palette(name: str) -> np.ndarray:
    """The 256 colors of one of matplotlib's color maps, (256, 3) uint8."""
    return np.round(255 * matplotlib.colormaps[name](np.arange(256))[:, :3]).astype(np.uint8)


def end_of_scale(values: Tensor) -> float:
    """The value that gets the last color: not the largest, since a few extreme pixels would leave all others dark."""
    return float(values.flatten().quantile(0.998)) or float(values.max())
