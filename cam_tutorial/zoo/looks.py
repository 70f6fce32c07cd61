"""Colors and patterns: what a figure looks like, whatever it is a figure of.

Colors are mixed in OKLCH (lightness, chroma, hue), where equal steps look equal: random colors stay in tune.
"""

import numpy as np
from numpy.typing import NDArray

from .shapes import Outline, ellipse, stroke

Floats = NDArray[np.float64]
Bytes = NDArray[np.uint8]
Spans = list[tuple[int, int]]
Patterns = tuple[tuple[Outline, Spans], ...]

LOOK_ROLLS = 5
COLORS: dict[str, float] = {
    "red": 0.06,
    "orange": 0.165,
    "yellow": 0.27,
    "green": 0.39,
    "teal": 0.53,
    "blue": 0.7,
    "purple": 0.82,
    "pink": 0.94,
}
"""Words for colors and the hue that each stands for, in turns of OKLCH."""
_SHADES = 0.025  # how far the hue of an animal of a chosen color may lie from that of the word
_ACCENT_TURNS = (0.0, 0.08, -0.08, 0.16, -0.16, 0.36, 0.5)


def oklch(lightness: Floats, chroma: Floats, hue: Floats) -> Floats:
    """OKLCH (hue in turns) to sRGB in [0, 1], along a new last axis; what no screen can show is clipped."""
    a, b = chroma * np.cos(2 * np.pi * hue), chroma * np.sin(2 * np.pi * hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
    linear = np.clip(np.stack([red, green, blue], axis=-1), 0.0031308, 1)
    encoded: Floats = 1.055 * linear ** (1 / 2.4) - 0.055
    return encoded


def hue_of(rgb: Floats) -> Floats:
    """The hues (in turns, 0 to 1) of sRGB colors (..., 3) in [0, 1]: `oklch` run backwards."""
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    red, green, blue = np.moveaxis(linear, -1, 0)
    long = np.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = np.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = np.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    hues: Floats = np.arctan2(b, a) / (2 * np.pi) % 1
    return hues


def ink(rgb: Floats, opacity: float = 1.0) -> Bytes:
    """Colors (..., 3) in [0, 1] as premultiplied RGBA bytes (..., 4)."""
    rgba = np.full((*rgb.shape[:-1], 4), opacity)
    rgba[..., :3] = rgb * opacity
    rgba *= 255
    return np.rint(rgba).astype(np.uint8)


def color_of(hue: float) -> str:
    """The word for a hue (in turns): that of the nearest of the `COLORS`."""
    return min(COLORS, key=lambda word: abs((hue - COLORS[word] + 0.5) % 1 - 0.5))


def color_of_most(paints: Bytes, areas: Floats) -> str:
    """The word for the color that most of an area has, of opaque paints (n, 4) that fill these shares of it (n,)."""
    most = dict.fromkeys(COLORS, 0.0)
    for hue, area in zip(hue_of(paints[:, :3] / 255).tolist(), areas.tolist(), strict=True):
        most[color_of(hue)] += area
    return max(most, key=lambda word: most[word])


def dyed(rolls: Floats, color: str) -> Floats:
    """The rolls (LOOK_ROLLS,) of an individual as those of one that has the color all over, in a shade of its own."""
    hue, _, chroma, _, _ = rolls.tolist()
    changed: Floats = rolls.copy()
    # The accent turns by nothing; and chroma stays in the upper half, because a grayish animal has no color to name.
    changed[[0, 2, 3]] = (COLORS[color] + _SHADES * (2 * hue - 1)) % 1, 0.5 + chroma / 2, 0
    return changed


def mix_looks(rolls: Floats) -> tuple[Bytes, Bytes]:
    """Draws (n, LOOK_ROLLS) in [0, 1) to two paint boxes (n, 6, 4), in the order of `figures.TONES`.

    The second holds what each tone becomes where a pattern crosses it: only base and accent change.
    """
    hue, light, chroma, turn, shade = rolls.T
    base_l, base_c = 0.6 + 0.24 * light, 0.09 + 0.08 * chroma
    accent_h = hue + np.take(_ACCENT_TURNS, (turn * len(_ACCENT_TURNS)).astype(int))
    accent_l = np.where(base_l > 0.7, base_l - 0.09, base_l + 0.12)
    step = np.where(shade < 0.6, -0.11, 0.1)
    zero = np.zeros_like(hue)
    tones = np.array(
        [
            (base_l, base_c, hue),
            (base_l - 0.12, base_c, hue - 0.015),
            (np.minimum(base_l + 0.15, 0.96), base_c * 0.45, hue + 0.02),
            (accent_l, base_c + 0.02, accent_h),
            (zero + 0.26, 0.3 * base_c, hue),
            (zero + 0.985, zero + 0.01, hue),
            (base_l + step, base_c + 0.01, hue + 0.01),
            (accent_l + step, base_c + 0.02, accent_h + 0.01),
        ]
    )
    paints: Bytes = ink(oklch(*tones.transpose(1, 2, 0)))
    return paints[:, :6], paints[:, [6, 1, 2, 7, 4, 5]]


def _joined(outlines: list[Outline]) -> tuple[Outline, Spans]:
    stops = np.cumsum([len(outline) for outline in outlines]).tolist()
    points = np.concatenate(outlines) if outlines else np.zeros(0, dtype=np.complex128)
    return points, list(zip([0, *stops], stops, strict=False))


def _stripes(gap: float, width: float, turn: float) -> tuple[Outline, Spans]:
    lanes = np.arange(-0.6 + gap / 2, 0.6, gap)
    wave = [
        stroke((x, -0.7), (x + 0.03, -0.35), (x - 0.03, 0.0), (x + 0.03, 0.35), (x, 0.7), width=width, bend=1)
        for x in lanes.tolist()
    ]
    points, spans = _joined(wave)
    return points * np.exp(1j * np.radians(turn)), spans


def _spots(gap: float, radius: float) -> tuple[Outline, Spans]:
    rows = np.arange(-0.5, 0.51, gap * 0.87).tolist()
    return _joined(
        [
            ellipse(x + (row % 2) * gap / 2, y, radius, corners=12)
            for row, y in enumerate(rows)
            for x in np.arange(-0.5, 0.51, gap).tolist()
        ]
    )


_PLAIN = _joined([])
PATTERNS: Patterns = (
    *(_PLAIN, _PLAIN, _PLAIN),
    *(_stripes(0.15, 0.06, 8), _stripes(0.15, 0.06, 82), _stripes(0.18, 0.07, 40)),
    *(_spots(0.21, 0.054), _spots(0.17, 0.034)),
)
"""Patterns in the unit coordinates of a figure: polygons that are seen only where they cross the figure."""
COARSE_PATTERNS: Patterns = (
    *(_PLAIN, _PLAIN, _PLAIN),
    *(_stripes(0.3, 0.12, 8), _stripes(0.3, 0.12, 82), _stripes(0.36, 0.14, 40)),
    *(_spots(0.42, 0.12), _spots(0.36, 0.08)),
)
"""The same for things so small that finer ones would be lost."""
