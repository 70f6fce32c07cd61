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
HIGHEST = {torch.bool: 1, torch.uint8: 255, torch.uint16: 65535}  # what is white, by type of number
PIXELS_AT_ONCE = 2**18  # in one step of drawing, which takes a hundred bytes for each


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
            `as_pixels` says what else is taken: gray, transparency, other types of number.
        heatmap: (h, w); enlarged to the image bilinearly.
        signed: red for positive and blue for negative values in place of magnitudes.
        limit: the value drawn at full strength; None takes the map's own largest. Give one number for several maps
            that are to be compared. With 0, as for a map that is zero everywhere, nothing glows.

    Raises:
        TypeError, ValueError: as `as_pixels` and `as_map`.
    """
    picture, values = as_pixels(image), as_map(heatmap)
    height, width, _ = picture.shape
    values = upsample(values[None], (height, width))[0]
    strength = values.abs() if signed else values.clamp(min=0)
    limit = float(strength.max()) if limit is None else limit
    strength = (strength / limit).clamp(max=1) if limit > 0 else torch.zeros_like(strength)
    if signed:
        strength = strength * values.sign()
    blended = np.empty(picture.shape, np.uint8)
    band = max(1, PIXELS_AT_ONCE // width)
    for top in range(0, height, band):
        rows = slice(top, top + band)
        blended[rows] = _covered(picture[rows], strength[rows].numpy(), signed=signed)
    return blended


def _covered(picture: np.ndarray, strength: np.ndarray, *, signed: bool) -> np.ndarray:
    """(h, w, 3) in [0, 1] under a map that goes up to 1, in magnitudes or signed: (h, w, 3) uint8."""
    gray = picture.mean(axis=2, keepdims=True)
    if signed:
        ground = 0.35 + 0.6 * (0.5 * gray + 0.5 * picture)
        color = _colored(SIGNED, 0.5 + 0.5 * strength)
        cover = 0.9 * np.abs(strength)[..., None] ** 0.7
    else:
        ground = 0.72 * (0.3 * gray + 0.7 * picture)
        color = _colored(MAGNITUDE, 0.2 + 0.8 * strength)
        cover = 0.72 * strength[..., None] ** 0.8
    covered: np.ndarray = np.round(255 * (ground * (1 - cover) + color * cover)).astype(np.uint8)
    return covered


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


def as_pixels(image: "Tensor | np.ndarray | Image", name: str = "image") -> np.ndarray:
    """A picture as it is drawn: (H, W, 3) float32 in [0, 1], what is transparent over white.

    Args:
        image: a tensor, an array or a picture of Pillow: (C, H, W) or (H, W, C) with C = 3 for colors, 1 for gray, 4
            and 2 for these with transparency, or (H, W) for gray. Where both ends could be C, 3 is more likely than the
            others, and a tensor has it first, an array last. Floating point in [0, 1], uint8 to 255, uint16 to 65,535,
            or bool.
        name: what the caller calls it.

    Raises:
        TypeError: it is none of these, or of another type of number.
        ValueError: it has another shape, or floating point values that are not in [0, 1].
    """
    pixels = _colors_last(_on_cpu(_plain(image), name), colors_first=isinstance(image, Tensor), name=name)
    colors = _in_unit_range(pixels, name).numpy()
    if colors.shape[2] in (2, 4):
        colors, alpha = colors[..., :-1], colors[..., -1:]
        colors = colors * alpha + (1 - alpha)
    return colors if colors.shape[2] == 3 else np.repeat(colors, 3, axis=2)


def _plain(image: Any) -> Any:
    """A picture of Pillow in a mode whose numbers are colors, as a palette's are not; anything else as it is."""
    deep = ("I", "F", "I;16", "I;16L", "I;16B")  # which Pillow would cut off at 255
    if not hasattr(image, "getbands") or image.mode in deep:
        return image
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _colors_last(pixels: Tensor, *, colors_first: bool, name: str) -> Tensor:
    """(H, W), (C, H, W) or (H, W, C) -> (H, W, C).

    Where both ends could be C, the one that is 3 is; if that leaves two, `colors_first` decides.
    """
    shape = tuple(pixels.shape)
    if len(shape) == 2 and 0 not in shape:
        return pixels[..., None]
    ends = [end for end in (0, 2) if len(shape) == 3 and 0 not in shape and shape[end] in (1, 2, 3, 4)]
    if not ends:
        hint = f"; for the first of a batch write {name}[0]" if len(shape) == 4 else ""
        raise ValueError(
            f"{name} must have the shape (H, W), (C, H, W) or (H, W, C) with C from 1 to 4, got {shape}{hint}"
        )
    likeliest = [end for end in ends if shape[end] == 3] or ends
    return pixels.permute(1, 2, 0) if likeliest[0 if colors_first else -1] == 0 else pixels


def _in_unit_range(pixels: Tensor, name: str) -> Tensor:
    """Floating point in [0, 1], from whatever type of number a picture has."""
    if pixels.dtype in HIGHEST:
        return pixels.float().div_(HIGHEST[pixels.dtype])
    if not pixels.is_floating_point():
        raise TypeError(
            f"{name} must be of uint8 (0 to 255), uint16 (0 to 65535), bool or floating point (0 to 1), "
            f"got {pixels.dtype}"
        )
    pixels = pixels.float()
    if not ((pixels >= -ROUNDING) & (pixels <= 1 + ROUNDING)).all():
        raise ValueError(
            f"{name} must be in [0, 1], got values from {pixels.min():.3g} to {pixels.max():.3g}; give it as it was "
            "before the network's preprocessing, or as uint8 from 0 to 255"
        )
    return pixels.clamp(0, 1)


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
        if values.is_meta or values.is_quantized or values.layout != torch.strided:
            raise TypeError(f"{name} must be an ordinary tensor, got one that is sparse, quantized or without values")
        return values.detach().cpu()
    if not hasattr(values, "__array_interface__"):  # which Pillow's pictures have, too
        raise TypeError(f"{name} must be a tensor or a NumPy array, got {type(values).__name__}")
    array = np.array(values)  # a copy: torch takes neither mirrored nor read-only arrays
    if array.dtype.kind not in "biufc":
        raise TypeError(f"{name} must be an array of numbers, got {array.dtype}")
    return torch.from_numpy(array.astype(array.dtype.newbyteorder("="), copy=False))  # nor another machine's bytes


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
