"""Maps that no network had a part in, to compare with: the middle of the picture, and its edges."""

from collections.abc import Sequence

import torch
from scipy import ndimage
from torch import Tensor

from .hard import SIDE, Hard

SPOT = 17  # pixels: the standard deviation of the spot in the middle


def middle(count: int) -> Tensor:
    """The same map again and again, (count, 96, 96): a soft spot in the middle of the picture."""
    across = torch.arange(SIDE) - (SIDE - 1) / 2
    spot = torch.exp(-(across[:, None] ** 2 + across**2) / (2 * SPOT**2))
    return spot.expand(count, SIDE, SIDE)


def edges(cases: Sequence[Hard]) -> Tensor:
    """How steeply the brightness changes at each pixel, (N, 96, 96)."""
    gray = torch.stack([case.image.mean(dim=0) for case in cases]).numpy()
    return torch.from_numpy(ndimage.gaussian_gradient_magnitude(gray, 1, axes=(1, 2)))
