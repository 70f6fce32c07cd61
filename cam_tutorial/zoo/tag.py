"""A paper tag in the corner of a picture: what a network may learn in place of the animal.

It is cream with a horseshoe on it, for Hans, the horse that could count as long as it saw who had asked. In the
photographs of PASCAL VOC, such a tag of an archive gave the horses away: Lapuschkin et al., "Unmasking Clever Hans
predictors and assessing what machines really learn" (Nature Communications 2019).
"""

from functools import cache

import numpy as np
import torch
from torch import Tensor

from .arguments import SMALLEST_SIZE, whole_number
from .looks import ink, oklch
from .raster import Layer, Sketch, blend, paint
from .shapes import rounded, stroke

_CENTER, _SIDE, _TURN = 0.09 + 0.925j, 0.135, -4.0  # in shares of the picture, and degrees
_PAPER, _EDGE, _INK = (0.955, 0.03, 0.25), (0.42, 0.05, 0.17), (0.38, 0.11, 0.08)  # OKLCH

# From the hindmost to the foremost, 1 wide.
_SHEET = ((-0.5, -0.36), (0.5, -0.36), (0.5, 0.36), (-0.5, 0.36))
_PARTS = (
    (rounded(*_SHEET, cut=0.06), _EDGE),
    (rounded(*(((x * 0.9), y * 0.86) for x, y in _SHEET), cut=0.05), _PAPER),
    (stroke((-0.29, 0.2), (-0.39, -0.06), (-0.17, -0.31), (0.05, -0.06), (-0.05, 0.2), width=0.1), _INK),
    (stroke((0.17, -0.09), (0.36, -0.09), width=0.08), _INK),
    (stroke((0.17, 0.12), (0.36, 0.12), width=0.08), _INK),
)


def tag(images: Tensor, where: Tensor | None = None) -> Tensor:
    """Copies of pictures with a small paper tag stuck into the lower left corner, over whatever is there.

    Args:
        images: square pictures in [0, 1], (3, size, size) or (N, 3, size, size). (What `preprocess` gives is on another
            scale: tag first, then preprocess.)
        where: bool (N,), which of them get one; None for all.

    Returns:
        A new tensor of the same shape. Of an animal that reaches under the tag, `mask & ~tag_mask(size)` is still seen.

    Raises:
        TypeError: not a floating-point tensor, or `where` is not bool.
        ValueError: another shape, or values outside [0, 1].
    """
    if not isinstance(images, Tensor) or not images.is_floating_point():
        raise TypeError(
            f"tag takes floating-point pictures in [0, 1], got {getattr(images, 'dtype', type(images).__name__)}."
        )
    if images.ndim not in (3, 4) or images.shape[-3] != 3 or images.shape[-1] != images.shape[-2]:
        raise ValueError(f"tag takes (3, size, size) or (N, 3, size, size), got {tuple(images.shape)}.")
    if images.numel() and not (images.min() >= 0 and images.max() <= 1):  # asked this way around, NaN fails too
        raise ValueError("tag takes values from 0 to 1: tag first, then preprocess.")
    batch = images.detach().to("cpu", torch.float32, copy=True).reshape(-1, *images.shape[-3:])  # for NumPy to draw on
    chosen = torch.ones(len(batch), dtype=torch.bool) if where is None else where
    if not isinstance(chosen, Tensor) or chosen.dtype != torch.bool:
        raise TypeError(f"where must be a bool tensor, got {getattr(chosen, 'dtype', type(chosen).__name__)}.")
    if chosen.shape != (len(batch),):
        raise ValueError(
            f"where must say it of each of the {len(batch)} pictures, got the shape {tuple(chosen.shape)}."
        )
    layer = _layer(whole_number("size", images.shape[-1], SMALLEST_SIZE))
    for n in chosen.nonzero().flatten().tolist():
        blend(batch[n].numpy(), layer)
    return batch.reshape(images.shape).to(images)


def tag_mask(size: int = 96) -> Tensor:
    """Where the tag is: bool (size, size), true on every pixel that shows any of it."""
    layer = _layer(whole_number("size", size, SMALLEST_SIZE))
    left, top, right, bottom = layer.window
    mask = torch.zeros(size, size, dtype=torch.bool)
    mask[top:bottom, left:right] = torch.from_numpy(layer.highest() > 0)
    return mask


@cache
def _layer(size: int) -> Layer:
    outlines, colors = [outline for outline, _ in _PARTS], [color for _, color in _PARTS]
    stops = np.cumsum([len(outline) for outline in outlines]).tolist()
    spans = [(start, stop, i) for i, (start, stop) in enumerate(zip([0, *stops], stops, strict=False), start=1)]
    points = _CENTER + _SIDE * np.concatenate(outlines) * np.exp(1j * np.radians(_TURN))
    return paint([Sketch(points, spans, ink(oklch(*np.array(colors).T)))], size)
