"""Drawing with Pillow, which is ten times as fast as a figure of matplotlib, in the colors and the font of those."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import matplotlib
import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from cam_tutorial import blend, zoo

from . import colors

# A panel and the title above it.
Panel = tuple[str, Image.Image]

SIDE = 240  # of a panel, in pixels
GAP = 20  # between panels
EDGE = 10  # around them all
TITLE = 28
TEXT = 13
_DASH = 7


@cache
def font(size: int = TEXT, bold: bool = False) -> ImageFont.FreeTypeFont:
    """The font of the course's figures; Pillow's own lacks ×, − and α."""
    file = Path(matplotlib.get_data_path(), "fonts", "ttf", f"DejaVuSans{'-Bold' if bold else ''}.ttf")
    return ImageFont.truetype(str(file), size)


def width_of(panels: Sequence[Panel]) -> int:
    """How wide a row of panels is, without the edge around it: so wide is a strip below them."""
    return sum(panel.width for _, panel in panels) + GAP * (len(panels) - 1)


def row(panels: Sequence[Panel], strip: Image.Image | None = None) -> Image.Image:
    """Panels of equal height side by side, a title above each, and perhaps a strip below them all."""
    bottom = TITLE + max(panel.height for _, panel in panels) + EDGE
    size = width_of(panels) + 2 * EDGE, bottom + (strip.height + EDGE if strip else 0)
    whole = Image.new("RGBA", size, colors.CLEAR)
    pen = ImageDraw.Draw(whole)
    left = EDGE
    for title, panel in panels:
        pen.text((left, TITLE - 8), title, fill=colors.INK, font=font(), anchor="ls")
        whole.paste(panel, (left, TITLE))
        left += panel.width + GAP
    if strip:
        whole.paste(strip, (EDGE, bottom))
    return whole


def photo(image: Tensor) -> Image.Image:
    """An image (3, H, W) in [0, 1] as a panel."""
    pixels = np.round(255 * image.detach().float().clamp(0, 1).permute(1, 2, 0).numpy()).astype(np.uint8)
    return _fitted(Image.fromarray(pixels))


def overlay(image: Tensor, heatmap: Tensor, *, signed: bool = False, limit: float | None = None) -> Image.Image:
    """An image under its heatmap, as `heatmap.blend` draws it, as a panel."""
    return _fitted(Image.fromarray(blend(image, heatmap, signed=signed, limit=limit)))


def cells(heatmap: Tensor, *, signed: bool = False, limit: float | None = None) -> Image.Image:
    """A map (h, w) at its own resolution as a panel: each cell one square of color.

    Args:
        heatmap: the values.
        signed: diverging colors around zero in place of magnitudes, for which negative values count as zero.
        limit: the value at the end of the colors; None takes the map's own largest.
    """
    values = heatmap.detach().float().numpy()
    limit = float(np.abs(values).max() if signed else values.max()) if limit is None else limit
    scaled = np.clip(values / limit, -1, 1) if limit > 0 else np.zeros_like(values)
    shares = 0.5 + 0.5 * scaled if signed else scaled.clip(min=0)
    palette = colors.palette(colors.SIGNED if signed else colors.MAGNITUDE)
    painted = palette[np.round(255 * shares).astype(np.uint8)]
    panel = Image.fromarray(painted).resize((SIDE, SIDE), Image.Resampling.NEAREST)
    if signed:  # zero is white, as the page may be
        ImageDraw.Draw(panel).rectangle((0, 0, SIDE - 1, SIDE - 1), outline=colors.EDGE)
    return panel


def corners(region: Sequence[float]) -> tuple[int, int, int, int]:
    """(left, top, right, bottom) in shares of the picture -> in pixels of a panel."""
    left, top, right, bottom = (round(edge * (SIDE - 1)) for edge in region)
    return left, top, right, bottom


def frame(panel: Image.Image, region: Sequence[float]) -> Image.Image:
    """A dashed frame around (left, top, right, bottom), in shares of the panel; drawn into it."""
    pen = ImageDraw.Draw(panel)
    left, top, right, bottom = corners(region)
    for ink, width in ((colors.SHADOW, 3), (colors.PAPER, 1)):
        for start in range(left, right, 2 * _DASH):
            for y in (top, bottom):
                pen.line((start, y, min(start + _DASH, right), y), fill=ink, width=width)
        for start in range(top, bottom, 2 * _DASH):
            for x in (left, right):
                pen.line((x, start, x, min(start + _DASH, bottom)), fill=ink, width=width)
    return panel


def fine_image(scene: zoo.Scene) -> Tensor:
    """The scene's image, drawn anew at the size of a panel, or as it is where that would give another one."""
    names = [animal.name for animal in scene.animals]
    again = zoo.scene(scene.seed, names, scene.size)
    if torch.equal(again.image, scene.image):
        return zoo.scene(scene.seed, names, SIDE).image
    if torch.equal(zoo.tag(again.image), scene.image):
        return zoo.tag(zoo.scene(scene.seed, names, SIDE).image)
    return scene.image  # drawn with places or a region of the caller's, which a scene does not keep


def _fitted(panel: Image.Image) -> Image.Image:
    return panel if panel.size == (SIDE, SIDE) else panel.resize((SIDE, SIDE), Image.Resampling.BICUBIC)
