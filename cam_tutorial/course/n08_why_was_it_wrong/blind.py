"""Maps that no network had a part in, to compare with: the middle of the picture, and its edges."""

from collections.abc import Sequence

import torch
from torch import Tensor

from cam_tutorial.course import shared

from .hard import SIDE, Hard


def middle(count: int) -> Tensor:
    """The same map again and again, (count, 96, 96): a soft spot in the middle of the picture."""
    return shared.spot(SIDE).expand(count, SIDE, SIDE)


def edges(cases: Sequence[Hard]) -> Tensor:
    """How steeply the brightness changes at each pixel, (N, 96, 96)."""
    return shared.edges(torch.stack([case.image for case in cases]))
