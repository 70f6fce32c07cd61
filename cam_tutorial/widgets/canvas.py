"""Drawing with Pillow, which is ten times as fast as a figure of matplotlib, in the colors and the font of those."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import matplotlib
import numpy as np
import torch
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont
from torch import Tensor

from cam_tutorial import blend, plot, zoo

SIDE = 240  # of a panel, in pixels
GAP = 20  # between panels
EDGE = 10  # around them all
TITLE = 28
TEXT = 13


@cache
def font(size: int = TEXT, bold: bool = False) -> ImageFont.FreeTypeFont:
    """The font of the course's figures; Pillow's own lacks ×, − and α."""
    file = Path(matplotlib.get_data_path(), "fonts", "ttf", f"DejaVuSans{'-Bold' if bold else ''}.ttf")
    return ImageFont.truetype(str(file), size)


def row(panels: Sequence[tuple[str, Image.Image]], below: Image.Image | None = None) -> Image.Image:
    """Panels of equal height side by side, a title above each, and perhaps a strip below them all."""
    width = sum(panel.width for _, panel in panels) + GAP * (len(panels) - 1) + 2 * EDGE
    bottom = TITLE + max(panel.height for _, panel in panels) + EDGE
    whole = Image.new("RGB", (width, bottom + (below.height + EDGE if below else 0)), "white")
    pen = ImageDraw.Draw(whole)
    left = EDGE
    for title, panel in panels:
        pen.text((left, TITLE - 8), title, fill=plot.INK, font=font(), anchor="ls")
        whole.paste(panel, (left, TITLE))
        left += panel.width + GAP
    if below:
        whole.paste(below, (EDGE, bottom))
    return whole


def photo(image: Tensor) -> Image.Image:
    """An image (3, H, W) in [0, 1] as a panel."""
    pixels = np.round(255 * image.detach().float().clamp(0, 1).permute(1, 2, 0).numpy()).astype(np.uint8)
    return _fitted(Image.fromarray(pixels))


def under(image: Tensor, heatmap: Tensor, *, signed: bool = False, limit: float | None = None) -> Image.Image:
    """An image under its heatmap, as `blend` draws it, as a panel."""
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
    colors = _palette(plot.SIGNED if signed else plot.MAGNITUDE)[np.round(255 * shares).astype(np.uint8)]
    panel = Image.fromarray(colors).resize((SIDE, SIDE), Image.Resampling.NEAREST)
    if signed:  # zero is white, as is the page
        ImageDraw.Draw(panel).rectangle((0, 0, SIDE - 1, SIDE - 1), outline="#d5dae0")
    return panel


def bars(shares: Sequence[float], names: Sequence[str], marked: int) -> Image.Image:
    """Probabilities as horizontal bars with their names, the marked one in color, as a panel."""
    panel = Image.new("RGB", (SIDE, SIDE), "white")
    pen = ImageDraw.Draw(panel)
    step = SIDE / len(names)
    start = 8 + max(int(font().getlength(name)) for name in names)
    room = SIDE - start - 42
    for i, (share, name) in enumerate(zip(shares, names, strict=True)):
        middle = round((i + 0.5) * step)
        color = plot.ACCENT if i == marked else plot.NEUTRAL
        ink = plot.ACCENT if i == marked else plot.INK
        pen.text((start - 8, middle), name, fill=ink, font=font(bold=i == marked), anchor="rm")
        pen.rectangle((start, middle - 8, start + room, middle + 8), fill="#eef1f4")
        if share >= 0.005:
            pen.rectangle((start, middle - 8, start + round(room * share), middle + 8), fill=color)
        pen.text((SIDE, middle), f"{share:.0%}", fill=ink, font=font(12), anchor="rm")
    return panel


def steps(added: Sequence[float], count: int, width: int, height: int = 72) -> Image.Image:
    """What each map adds to the score, as columns up for the class and down against it; the first `count` in color."""
    strip = Image.new("RGB", (width, height), "white")
    pen = ImageDraw.Draw(strip)
    pen.text((0, 10), "what each map adds to the score", fill=plot.INK, font=font(), anchor="lm")
    top, bottom = 22, height - 2
    high, low = max(0.0, *added), min(0.0, *added)
    scale = (bottom - top) / ((high - low) or 1)
    zero = round(top + high * scale)
    step = width / len(added)
    for i, value in enumerate(added):
        color = (plot.FOR if value > 0 else plot.AGAINST) if i < count else "#d5dae0"
        end = zero - round(value * scale)
        left, right = round(i * step), round((i + 1) * step) - 3
        pen.rectangle((left, min(zero, end), max(left, right), max(zero, end)), fill=color)
    pen.line((0, zero, width, zero), fill=plot.INK)
    return strip


def frame(panel: Image.Image, region: Sequence[float], color: str = "white", dash: int = 7) -> Image.Image:
    """A dashed frame around (left, top, right, bottom), in shares of the panel; drawn into it."""
    pen = ImageDraw.Draw(panel)
    left, top, right, bottom = (round(edge * (SIDE - 1)) for edge in region)
    for ink, width in (("black", 3), (color, 1)):  # white on black can be seen on any scene
        for start in range(left, right, 2 * dash):
            for y in (top, bottom):
                pen.line((start, y, min(start + dash, right), y), fill=ink, width=width)
        for start in range(top, bottom, 2 * dash):
            for x in (left, right):
                pen.line((x, start, x, min(start + dash, bottom)), fill=ink, width=width)
    return panel


def box(panel: Image.Image, region: Sequence[float]) -> Image.Image:
    """A solid frame in color around (left, top, right, bottom), in shares of the panel; drawn into it."""
    left, top, right, bottom = (round(edge * (SIDE - 1)) for edge in region)
    pen = ImageDraw.Draw(panel)
    pen.rectangle((left - 1, top - 1, right + 1, bottom + 1), outline="white", width=4)
    pen.rectangle((left, top, right, bottom), outline=plot.ACCENT, width=2)
    return panel


def outline(panel: Image.Image, region: Tensor) -> Image.Image:
    """A white line around a region, bool (SIDE, SIDE), with a dark one outside it; drawn into the panel."""
    shape = Image.fromarray(region.numpy()).convert("L")
    panel.paste(plot.INK, mask=ImageChops.subtract(shape.filter(ImageFilter.MaxFilter(3)), shape))
    panel.paste("white", mask=ImageChops.subtract(shape, shape.filter(ImageFilter.MinFilter(3))))
    return panel


def fine(scene: zoo.Scene) -> Tensor:
    """The scene's image, drawn anew at the size of a panel, or enlarged where that would give another one."""
    names = [animal.name for animal in scene.animals]
    again = zoo.scene(scene.seed, names, scene.size)
    # It was drawn with places or a region of the caller's, which a scene does not keep.
    if not torch.equal(again.image, scene.image):
        return scene.image
    return zoo.scene(scene.seed, names, SIDE).image


def _fitted(panel: Image.Image) -> Image.Image:
    return panel if panel.size == (SIDE, SIDE) else panel.resize((SIDE, SIDE), Image.Resampling.BICUBIC)


@cache
def _palette(name: str) -> np.ndarray:
    return np.round(255 * matplotlib.colormaps[name](np.arange(256))[:, :3]).astype(np.uint8)
