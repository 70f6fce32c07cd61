"""From maps to pictures: bring a map to the size of its image, its values to a range, and both into one picture.

Colors are perceptually uniform for magnitudes and diverging around zero for signed maps; both can be read by
color-blind people.
"""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

if TYPE_CHECKING:
    from PIL.Image import Image

MAGNITUDE = "inferno"  # for what is never negative
SIGNED = "RdBu_r"  # red speaks for the class, blue against it, white is zero
ROUNDING = 0.01  # how far outside [0, 1] a picture of floating point may lie


def upsample(maps: Tensor, size: int | tuple[int, int]) -> Tensor:
    """Enlarge maps bilinearly: (N, h, w) -> (N, H, W).

    Bilinear with `align_corners=False`: a cell of the map stays over the pixels that it covers, where corner-aligned
    enlargement would shift it by up to half a cell, and nothing overshoots the largest value as bicubic does.

    Args:
        maps: (N, h, w), floating point.
        size: of the result, (H, W), or one number for a square.

    Raises:
        TypeError: `maps` is not floating point.
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
        TypeError: `maps` is not floating point.
        ValueError: `maps` does not have three dimensions, or holds NaN or infinity.
    """
    check_maps(maps)
    check_finite(maps, "maps")
    low, high = maps.amin(dim=(1, 2), keepdim=True), maps.amax(dim=(1, 2), keepdim=True)
    return (maps - low) / torch.where(high == low, 1, high - low)  # a blank map has nothing above its minimum


def blend(
    image: "Tensor | np.ndarray | Image",
    heatmap: Tensor | np.ndarray,
    *,
    signed: bool = False,
    limit: float | None = None,
) -> np.ndarray:
    """An image under its heatmap, (H, W, 3) uint8: where the map is strong the picture glows, elsewhere it is dimmed.

    Args:
        image: (3, H, W) or (H, W, 3), floating point in [0, 1] or uint8; a tensor on any device, an array or a picture.
        heatmap: (h, w); enlarged to the image bilinearly.
        signed: red for positive and blue for negative values in place of magnitudes.
        limit: the value drawn at full strength; None takes the map's own largest. Give one number for several maps
            that are to be compared. With 0, as for a map that is zero everywhere, nothing glows.

    Raises:
        TypeError, ValueError: as `as_pixels` and `as_map`.
    """
    picture, values = as_pixels(image), as_map(heatmap)
    values = upsample(values[None], (picture.shape[0], picture.shape[1]))[0]
    strength = values.abs() if signed else values.clamp(min=0)
    limit = float(strength.max()) if limit is None else limit
    strength = (strength / limit).clamp(max=1) if limit > 0 else torch.zeros_like(strength)
    gray = picture.mean(axis=2, keepdims=True)
    if signed:
        ground = 0.35 + 0.6 * (0.5 * gray + 0.5 * picture)
        color = _colored(SIGNED, 0.5 + 0.5 * (strength * values.sign()).numpy())
        cover = 0.9 * strength.numpy()[..., None] ** 0.7
    else:
        ground = 0.72 * (0.3 * gray + 0.7 * picture)
        color = _colored(MAGNITUDE, 0.2 + 0.8 * strength.numpy())
        cover = 0.72 * strength.numpy()[..., None] ** 0.8
    blended: np.ndarray = np.round(255 * (ground * (1 - cover) + color * cover)).astype(np.uint8)
    return blended


@cache
def _table(name: str) -> np.ndarray:
    """The 256 colors of one of matplotlib's tables, (256, 3) in [0, 1].

    A copy, so that a map can be drawn where matplotlib is not installed. inferno is by Nathaniel Smith, Stefan van der
    Walt and Eric Firing (CC0), RdBu of ColorBrewer by Cynthia Brewer (Apache 2.0).
    """
    with np.load(Path(__file__).with_name("colors.npz")) as tables:
        colors: np.ndarray = tables[name]
    return colors


def _colored(name: str, places: np.ndarray) -> np.ndarray:
    """(h, w) in [0, 1] -> (h, w, 3): the color of the table that each place falls on."""
    colors: np.ndarray = _table(name)[(places * 256).astype(int).clip(0, 255)]
    return colors


def as_pixels(image: "Tensor | np.ndarray | Image") -> np.ndarray:
    """A picture as it is drawn: (H, W, 3) float32 in [0, 1].

    Args:
        image: (3, H, W) or (H, W, 3), floating point in [0, 1] or uint8 from 0 to 255; a tensor, an array or a picture
            of Pillow. (3, H, 3) is read as (3, H, W).

    Raises:
        TypeError: it is none of these, or of another type of number.
        ValueError: it has another shape, or floating point values that are not in [0, 1].
    """
    pixels = _on_cpu(image, "image")
    shape = tuple(pixels.shape)
    if len(shape) != 3 or 3 not in (shape[0], shape[2]):
        hint = "; for the first of a batch write image[0]" if len(shape) == 4 else ""
        raise ValueError(f"image must have the shape (3, H, W) or (H, W, 3), got {shape}{hint}")
    if shape[0] == 3:
        pixels = pixels.permute(1, 2, 0)
    if pixels.dtype == torch.uint8:
        return (pixels / 255).numpy()
    if not pixels.is_floating_point():
        raise TypeError(f"image must be of uint8 (0 to 255) or floating point (0 to 1), got {pixels.dtype}")
    pixels = pixels.float()
    if not ((pixels >= -ROUNDING) & (pixels <= 1 + ROUNDING)).all():
        raise ValueError(
            f"image must be in [0, 1], got values from {pixels.min():.3g} to {pixels.max():.3g}; give it as it was "
            "before the network's preprocessing, or as uint8 from 0 to 255"
        )
    return pixels.clamp(0, 1).numpy()


def as_map(heatmap: Tensor | np.ndarray) -> Tensor:
    """A map as it is drawn: (h, w) float32, on the CPU and without gradient.

    Args:
        heatmap: (h, w), of any type of number; a tensor or an array.

    Raises:
        TypeError: it is neither a tensor nor an array.
        ValueError: it has another shape, or holds NaN or infinity.
    """
    values = _on_cpu(heatmap, "heatmap").float()
    if values.ndim != 2:
        hint = "; for the first of a stack write heatmap[0]" if values.ndim == 3 else ""
        raise ValueError(f"heatmap must have the shape (h, w), got {tuple(values.shape)}{hint}")
    check_finite(values, "heatmap")
    return values


def _on_cpu(values: Any, name: str) -> Tensor:
    if isinstance(values, Tensor):
        return values.detach().cpu()
    if not hasattr(values, "__array_interface__"):  # which Pillow's pictures have, too
        raise TypeError(f"{name} must be a tensor or a NumPy array, got {type(values).__name__}")
    return torch.from_numpy(np.array(values))  # a copy: torch takes neither mirrored nor read-only arrays


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
