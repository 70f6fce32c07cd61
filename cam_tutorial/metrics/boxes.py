"""Boxes: around what a map marks, around what is true in a mask, and how well two of them agree."""

from typing import Any, Literal, overload

import numpy as np
import torch
from torch import Tensor

from cam_tutorial.metrics.checks import as_maps, check_threshold, shares_of_maximum
from cam_tutorial.metrics.pieces import piece_boxes

Box = tuple[int, int, int, int]  # left, top, right, bottom; right and bottom are the first column and row past it
Which = Literal["largest", "all"]


def boxes(map: Tensor, threshold: float, which: Which = "largest") -> list[Box]:
    """The boxes around what is above a threshold: (H, W) -> a list, the box of the largest piece first.

    What is above `threshold` times the map's maximum falls into connected pieces (touching at a corner is touching);
    each has a box. Zhou et al. take 0.2 and the box of the largest piece, Selvaraju et al. ("Grad-CAM") 0.15.

    Args:
        map: (H, W), floating point.
        threshold: a share of the maximum, from 0 to below 1. (Choe et al. stretch each map to [0, 1] first, as
            `normalize` does.)
        which: "largest" for the piece with the most pixels, of equals the one whose box
            begins first in reading order; "all" for every one.

    Returns:
        A list of (left, top, right, bottom): one with "largest", and none at all for a blank map.

    Raises:
        TypeError, ValueError: a bad map or threshold.

    Source: Zhou et al., "Learning Deep Features for Discriminative Localization" (CVPR 2016), section 3.2.
    """
    check_which(which)
    share = shares_of_maximum(as_maps(map, "map", "(H, W)")).cpu().numpy()
    check_threshold(threshold, "threshold")
    _, found = piece_boxes(share, np.array([threshold], dtype=np.float64), which)
    return [(left, top, right, bottom) for left, top, right, bottom in found.tolist()]


@overload
def iou(a: Box, b: Box) -> float: ...
@overload
def iou(a: Any, b: Any) -> Any: ...
def iou(a: Any, b: Any) -> Any:
    r"""Intersection over union of boxes: a number for two boxes, a tensor (...,) for tensors (..., 4) that broadcast.

    $$\mathrm{IoU} = \frac{|A \cap B|}{|A \cup B|}$$

    From 0 (apart) to 1 (the same); 0 if both are empty.

    Args:
        a: (left, top, right, bottom), right and bottom exclusive; or many of them, (..., 4).
        b: likewise.

    Raises:
        ValueError: not four numbers, NaN or infinity, or a box that ends before it begins.

    Source: Everingham et al., "The PASCAL Visual Object Classes (VOC) Challenge" (IJCV 2010), section 4.2.
    """
    single = not isinstance(a, Tensor) and not isinstance(b, Tensor) and np.ndim(a) == np.ndim(b) == 1
    result = overlap(as_boxes(a), as_boxes(b))
    return result.item() if single else result


def overlap(a: Tensor, b: Tensor) -> Tensor:
    """As `iou`, of tensors (..., 4) in float64 that are known to be boxes."""
    start, end = torch.maximum(a[..., :2], b[..., :2]), torch.minimum(a[..., 2:], b[..., 2:])
    both = (end - start).clamp(min=0).prod(dim=-1)
    either = areas(a) + areas(b) - both
    return both / torch.where(either > 0, either, 1)


def mask_boxes(masks: Tensor) -> Tensor:
    """The tight boxes around what is true in masks, one in each: bool (N, H, W) -> (N, 4) int64.

    A row is (left, top, right, bottom), right and bottom exclusive.

    Raises:
        TypeError: not a bool tensor.
        ValueError: not (N, H, W), or a mask in which nothing is true.
    """
    if not isinstance(masks, Tensor) or masks.dtype != torch.bool:
        raise TypeError(f"masks must be a bool tensor, got {getattr(masks, 'dtype', type(masks).__name__)}")
    if masks.ndim != 3:
        raise ValueError(f"masks must have the shape (N, H, W), got {tuple(masks.shape)}")
    empty = (~masks.flatten(1).any(dim=1)).nonzero().flatten().tolist()
    if empty:
        raise ValueError(f"an empty mask has no box, and masks[{empty[0]}] is empty")
    columns, rows = masks.any(dim=1).byte(), masks.any(dim=2).byte()
    ends = [line.shape[1] - line.flip(1).argmax(dim=1) for line in (columns, rows)]
    return torch.stack([columns.argmax(dim=1), rows.argmax(dim=1), *ends], dim=1)


def as_boxes(boxes: Any) -> Tensor:
    """Boxes in float64 and without gradients, (..., 4).

    Raises:
        ValueError: not four numbers, NaN or infinity, or a box that ends before it begins.
    """
    found = torch.as_tensor(boxes, dtype=torch.float64).detach()
    if found.ndim == 0 or found.shape[-1] != 4:
        raise ValueError(f"a box must be (left, top, right, bottom), got the shape {tuple(found.shape)}")
    if not found.isfinite().all():
        raise ValueError(f"a box must be four finite numbers, got NaN or infinity: {found.tolist()}")
    if (found[..., 2:] < found[..., :2]).any():
        raise ValueError(f"a box must be (left, top, right, bottom), and one ends before it begins: {found.tolist()}")
    return found


def areas(boxes: Tensor) -> Tensor:
    """How many pixels boxes hold, each: (..., 4) -> (...)."""
    return (boxes[..., 2:] - boxes[..., :2]).prod(dim=-1)


def check_which(which: str) -> None:
    """Refuse a `which` that does not exist.

    Raises:
        ValueError: neither "largest" nor "all".
    """
    if which not in ("largest", "all"):
        raise ValueError(f"which must be 'largest' or 'all', got {which!r}")
