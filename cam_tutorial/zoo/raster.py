"""From polygons to pixels: flat colors, antialiased by drawing each pixel as 3 x 3 and averaging."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from .looks import Bytes, Spans
from .shapes import Outline

FINE = 3
_PATTERNED = 128

Window = tuple[int, int, int, int]
"""(left, top, right, bottom) in pixels; right and bottom are the first column and row past it."""


@dataclass(frozen=True, eq=False)
class Sketch:
    """A figure in its place: points in shares of the picture, and premultiplied RGBA, one an index."""

    points: Outline
    spans: Sequence[tuple[int, int, int]]
    paints: Bytes
    pattern: Outline = field(default_factory=lambda: np.zeros(0, dtype=np.complex128))
    pattern_spans: Spans = field(default_factory=list)
    patterned: Bytes | None = None


@dataclass(frozen=True, eq=False)
class Layer:
    """What was drawn inside `window`, a part of the picture h pixels high and w wide.

    `rgba` (h, w, 4) uint8 is premultiplied; `fine` holds the index seen in each subpixel, 0 for none.
    """

    window: Window
    rgba: Bytes
    fine: Bytes

    def highest(self) -> Bytes:
        """The highest index drawn in each pixel (h, w): above 0 exactly where the opacity is."""
        rows = np.maximum(np.maximum(self.fine[0::FINE], self.fine[1::FINE]), self.fine[2::FINE])
        highest: Bytes = np.maximum(np.maximum(rows[:, 0::FINE], rows[:, 1::FINE]), rows[:, 2::FINE])
        return highest


def paint(sketches: Sequence[Sketch], size: int) -> Layer:
    """Draw sketches one over the other, each in its painter's order, on transparent ground.

    Together they may use the indices 1 to 127; those of a later sketch follow those of the earlier ones.
    """
    window = _window(sketches, size)
    left, top, right, bottom = window
    shape = (FINE * (right - left), FINE * (bottom - top))
    flat, marks = Image.new("L", shape), Image.new("L", shape)
    brush, marker = ImageDraw.Draw(flat), ImageDraw.Draw(marks)
    palette = np.zeros((256, 4), dtype=np.uint8)
    used = 0
    for sketch in sketches:
        corners = _corners(sketch.points, size, window)
        for start, stop, index in sketch.spans:
            brush.polygon(corners[2 * start : 2 * stop], fill=used + index)
        corners = _corners(sketch.pattern, size, window) if sketch.pattern_spans else []
        for start, stop in sketch.pattern_spans:
            marker.polygon(corners[2 * start : 2 * stop], fill=_PATTERNED)
        first, used = used + 1, used + len(sketch.paints)
        palette[first : used + 1] = sketch.paints
        palette[_PATTERNED + first : _PATTERNED + used + 1] = (
            sketch.paints if sketch.patterned is None else sketch.patterned
        )
    indices = np.asarray(flat)
    colors = palette.view(np.uint32)[:, 0].take(indices | np.asarray(marks))
    # "RGBX" is averaged channel by channel; "RGBA" would be taken for colors that are not premultiplied yet.
    rgba = np.asarray(Image.frombuffer("RGBX", shape, colors, "raw", "RGBX", 0, 1).reduce(FINE))
    return Layer(window, rgba, indices)


def blend(image: NDArray[np.float32], layer: Layer) -> None:
    """Lay the layer over an image (3, size, size) in [0, 1], in place; pixels outside it keep every bit."""
    left, top, right, bottom = layer.window
    under = image[:, top:bottom, left:right]
    over = np.multiply(layer.rgba.transpose(2, 0, 1), np.float32(1 / 255), order="C")
    under *= 1 - over[3]
    under += over[:3]


def _window(sketches: Sequence[Sketch], size: int) -> Window:
    """The whole pixels that the sketches may touch, inside the picture, and at least one."""
    points = np.concatenate([sketch.points for sketch in sketches]) * size
    left, top = (min(max(int(np.floor(low)), 0), size - 1) for low in (points.real.min(), points.imag.min()))
    right, bottom = (int(np.floor(high)) + 1 for high in (points.real.max(), points.imag.max()))
    return left, top, min(max(right, left + 1), size), min(max(bottom, top + 1), size)


def _corners(points: Outline, size: int, window: Window) -> list[int]:
    """Shares of the picture to whole subpixels, x and y in turn.

    Pillow fills the subpixels that a polygon's edge runs through as well, hence floor. The 1/64 keeps a
    last-bit difference in another machine's cosine from moving a corner that sits right on a boundary.
    """
    inside = (points * size - complex(window[0], window[1])).view(np.float64)
    corners: list[int] = np.floor(np.rint(inside * (64 * FINE)) / 64).astype(np.int64).tolist()
    return corners
