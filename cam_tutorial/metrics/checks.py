"""What every metric asks of its maps and masks."""

import torch
from torch import Tensor

from cam_tutorial.heatmap import check_finite, check_maps


def as_maps(maps: Tensor, name: str = "maps", shape: str = "(N, H, W)") -> Tensor:
    """The maps in float64 and without gradients, of the same shape; `name` and `shape` as in `check_maps`.

    Raises:
        TypeError: not a floating-point tensor.
        ValueError: another number of dimensions, nothing in it, NaN or infinity.
    """
    check_maps(maps, name, shape)
    check_finite(maps, name)
    if maps.numel() == 0:
        raise ValueError(f"{name} must hold at least one value, got the shape {tuple(maps.shape)}")
    return maps.detach().double()


def check_masks(masks: Tensor, maps: Tensor, name: str = "masks", meaning: str = "true on the object") -> None:
    """Refuse masks that do not fit the maps.

    Args:
        masks: must be bool and of the maps' shape, true on the object.
        maps: (N, H, W) or (H, W), already found to be maps.
        name: what the caller calls the masks.
        meaning: where they are true, for the message.

    Raises:
        TypeError: not a bool tensor.
        ValueError: another shape than the maps'.
    """
    if not isinstance(masks, Tensor) or masks.dtype != torch.bool:
        got = masks.dtype if isinstance(masks, Tensor) else type(masks).__name__
        raise TypeError(f"{name} must be a bool tensor, {meaning}, got {got}")
    if masks.shape != maps.shape:
        hint = "; bring the maps to the masks' size with upsample" if masks.shape[:1] == maps.shape[:1] else ""
        raise ValueError(f"{name} must have the maps' shape {tuple(maps.shape)}, got {tuple(masks.shape)}{hint}")


def check_threshold(threshold: float, name: str) -> None:
    """Refuse a threshold that is no share of the maximum.

    Args:
        threshold: must be from 0 to below 1.
        name: what the caller calls it.

    Raises:
        ValueError: it is not from 0 to below 1.
    """
    if not 0 <= threshold < 1:
        raise ValueError(f"{name} must be a share of the maximum, from 0 to below 1, got {threshold}")


def shares_of_maximum(maps: Tensor) -> Tensor:
    """Maps (..., H, W) without what is negative, each divided by its maximum: in [0, 1], a blank map all zeros."""
    positive = maps.clamp(min=0)
    top = positive.amax(dim=(-2, -1), keepdim=True)
    return positive / torch.where(top > 0, top, 1)
