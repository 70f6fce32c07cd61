"""The small charts beside and below the panels of the explorers that measure."""

import math
from collections.abc import Sequence

from PIL import Image, ImageDraw

from cam_tutorial import plot

from .canvas import SIDE, font
from .parts import number

PALE = "#eef1f4"
FAINT = "#d5dae0"
_FINE = 3  # Pillow's slanted lines have steps, which drawing larger and shrinking smooths


def curve(values: Sequence[float], at: int, best: int | None, bound: float) -> Image.Image:
    """A value from 0 to 1 over 1 to 99 %, as a panel: a line, a dot where the slider is, a ring at the best.

    Args:
        values: for 1 %, 2 % and so on.
        at: the position in `values` that is marked by the dot.
        best: the position that is marked by the ring; None for no ring.
        bound: from where on a value counts as right, drawn as a dashed line.
    """
    left, top, right, bottom = 30, 8, SIDE - 12, SIDE - 38

    def spot(i: int, value: float) -> tuple[float, float]:
        return left + (right - left) * (i + 1) / 100, bottom - (bottom - top) * value

    large = Image.new("RGB", (_FINE * SIDE, _FINE * SIDE), "white")
    pen = ImageDraw.Draw(large)

    def line(points: Sequence[tuple[float, float]], color: str, width: float) -> None:
        places = [(_FINE * x, _FINE * y) for x, y in points]
        pen.line(places, fill=color, width=round(_FINE * width), joint="curve")

    def dot(i: int, radius: float, color: str) -> None:
        x, y = spot(i, values[i])
        pen.ellipse([_FINE * edge for edge in (x - radius, y - radius, x + radius, y + radius)], fill=color)

    for share in (0, 0.25, 0.5, 0.75, 1):
        line([spot(-1, share), spot(99, share)], FAINT if share == 0 else PALE, 1)
    for start in range(-1, 99, 4):
        line([spot(start, bound), spot(start + 2, bound)], plot.NEUTRAL, 1)
    line([spot(at, 0), spot(at, values[at])], plot.ACCENT, 1)
    line([spot(i, value) for i, value in enumerate(values)], plot.INK, 1.6)
    if best is not None:
        dot(best, 6.5, plot.INK)
        dot(best, 5, "white")
    dot(at, 4, plot.ACCENT)

    panel = large.resize((SIDE, SIDE), Image.Resampling.BOX)
    pen = ImageDraw.Draw(panel)
    for share in (0, 0.5, 1):
        pen.text((left - 6, spot(0, share)[1]), f"{share:g}", fill=plot.INK, font=font(11), anchor="rm")
    for percent in (0, 25, 50, 75, 100):
        pen.text((spot(percent - 1, 0)[0], bottom + 11), f"{percent}", fill=plot.INK, font=font(11), anchor="mm")
    middle = (left + right) / 2
    pen.text((middle, SIDE - 9), "threshold, % of the maximum", fill=plot.INK, font=font(11), anchor="mm")
    return panel


def cascade(values: Sequence[float], names: Sequence[str], at: int, title: str, width: int) -> Image.Image:
    """A value from −1 to 1 for each number of random layers, as columns with their names; the chosen one in color.

    Args:
        values: NaN where there is none, which is drawn as a dash.
        names: below the columns; left out where they do not fit.
        at: the position of the column in color.
        title: above them all.
        width: of the strip, in pixels.
    """
    top, bottom = 40, 104
    low = min(0.0, *(value for value in values if not math.isnan(value)), 0.0)
    scale = (bottom - top) / (1 - low)
    zero = top + scale
    strip = Image.new("RGB", (width, bottom + 24), "white")
    pen = ImageDraw.Draw(strip)
    pen.text((0, 10), title, fill=plot.INK, font=font(), anchor="lm")
    step = width / len(values)
    roomy = step > 8 + max(font(11).getlength(name) for name in names)
    numbered = step > 8 + font(11).getlength("−0.00")
    for i, (value, name) in enumerate(zip(values, names, strict=True)):
        left, right = round(i * step), max(round(i * step), round((i + 1) * step) - 4)
        middle = (left + right) / 2
        color, ink = (plot.ACCENT, plot.ACCENT) if i == at else (plot.NEUTRAL, plot.INK)
        end = zero if math.isnan(value) else zero - value * scale
        pen.rectangle((left, top, right, bottom), fill=PALE)
        pen.rectangle((left, round(min(zero, end)), right, round(max(zero, end))), fill=color)
        if numbered or i == at:
            text = "–" if math.isnan(value) else number(value)
            pen.text((middle, top - 9), text, fill=ink, font=font(11, i == at), anchor="mm")
        if roomy:
            pen.text((middle, bottom + 12), name, fill=ink, font=font(11, i == at), anchor="mm")
    pen.line((0, round(zero), width, round(zero)), fill=plot.INK)
    return strip


def pair(rows: Sequence[tuple[str, float, str]], width: int) -> Image.Image:
    """Probabilities as long bars below each other, a name before and words behind; the last in color."""
    high = 24
    strip = Image.new("RGB", (width, high * len(rows)), "white")
    pen = ImageDraw.Draw(strip)
    start = 10 + round(max(font(bold=True).getlength(name) for name, _, _ in rows))
    room = width - start - 10 - round(max(font().getlength(words) for _, _, words in rows))
    for i, (name, share, words) in enumerate(rows):
        middle = high * i + high // 2
        last = i == len(rows) - 1
        color, ink = (plot.ACCENT, plot.ACCENT) if last else (plot.NEUTRAL, plot.INK)
        pen.text((0, middle), name, fill=ink, font=font(bold=last), anchor="lm")
        pen.rectangle((start, middle - 8, start + room, middle + 8), fill=PALE)
        if share >= 0.001:
            pen.rectangle((start, middle - 8, start + round(room * share), middle + 8), fill=color)
        pen.text((width, middle), words, fill=ink, font=font(), anchor="rm")
    return strip
