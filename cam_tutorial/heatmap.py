"""From maps to pictures: bring a map to the size of its image, and its values to a range that can be drawn."""

import torch
import torch.nn.functional as F
from torch import Tensor


def upsample(maps: Tensor, size: int | tuple[int, int]) -> Tensor:
    """Enlarge maps bilinearly: (N, h, w) -> (N, H, W).

    Bilinear with `align_corners=False`: a cell of the map stays over the pixels that it covers, where corner-aligned
    enlargement would shift it by up to half a cell, and nothing overshoots the largest value as bicubic does.

    Args:
        maps: (N, h, w), floating point.
        size: of the result, (H, W), or one number for a square.

    Raises:
        ValueError: `maps` does not have three dimensions, or `size` is not positive.
    """
    check_maps(maps)
    height, width = (size, size) if isinstance(size, int) else size
    if height < 1 or width < 1:
        raise ValueError(f"size must be positive, got {size}")
    return F.interpolate(maps[:, None], (height, width), mode="bilinear", align_corners=False)[:, 0]


def normalize(maps: Tensor) -> Tensor:
    """Stretch each map to [0, 1] by itself: its minimum becomes 0, its maximum 1.

    A map that is the same everywhere says nothing about where, and comes back as zeros. Mind that the scale is lost:
    a map of 1e-9 looks like one of 10 afterwards.

    Args:
        maps: (N, h, w), floating point.

    Raises:
        ValueError: `maps` does not have three dimensions, or holds NaN or infinity.
    """
    check_maps(maps)
    check_finite(maps, "maps")
    low, high = maps.amin(dim=(1, 2), keepdim=True), maps.amax(dim=(1, 2), keepdim=True)
    return (maps - low) / torch.where(high == low, 1, high - low)  # a blank map has nothing above its minimum


def check_maps(maps: Tensor, name: str = "maps", shape: str = "(N, h, w)") -> None:
    """Refuse what cannot be maps: here and in `metrics`, with the same sentences.

    Args:
        maps: what somebody gave.
        name: what the caller calls it.
        shape: as the sentence is to say it, "(N, h, w)" or "(h, w)"; there must be as many dimensions as it has names.

    Raises:
        TypeError: not a tensor, or not of a floating-point type.
        ValueError: another number of dimensions.
    """
    if not isinstance(maps, Tensor):
        raise TypeError(f"{name} must be a torch.Tensor of shape {shape}, got {type(maps).__name__}")
    ndim = len(shape.split(","))
    if maps.ndim != ndim:
        hint = f"; for a single map write {name}[None]" if (maps.ndim, ndim) == (2, 3) else ""
        raise ValueError(f"{name} must have the shape {shape}, got {tuple(maps.shape)}{hint}")
    if not maps.is_floating_point():
        raise TypeError(f"{name} must be floating point, got {maps.dtype}")


def check_finite(values: Tensor, name: str) -> None:
    """Refuse NaN and infinity, anywhere in `values`, (...,) of any shape; `name` is what the caller calls them.

    Raises:
        ValueError: NaN or infinity.
    """
    if not values.isfinite().all():
        raise ValueError(f"{name} must be finite, got NaN or infinity; look for them in the images and in the weights")
