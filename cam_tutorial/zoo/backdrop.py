"""The world an animal stands in: a wash of two related hues, translucent hills, clutter and paper grain."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .clutter import CLUTTER
from .individuals import ROLLS, individuals
from .looks import COARSE_PATTERNS, Floats, ink, oklch
from .raster import Sketch, blend, paint

_CELLS = 6
_GRAIN = 0.024
_FEWEST, _MOST = 3, 7
_HILLS = np.linspace(-0.05, 1.05, 24)

Picture = NDArray[np.float32]


def backdrop(rng: np.random.Generator, size: int) -> tuple[Picture, Picture]:
    """The background with its clutter (3, size, size), and the grain (size, size) to add at the very end.

    The grain goes over the animals too: a smooth patch is no sign of one.
    """
    mood = rng.random(12)
    wash, hills = _wash(mood, rng.random((3, _CELLS + 1, _CELLS + 1)))
    image = np.multiply(_enlarged(Image.fromarray(wash), size).transpose(2, 0, 1), np.float32(1 / 255), order="C")
    blend(image, paint(hills + _clutter(rng), size))
    speckles = Image.fromarray(rng.integers(0, 256, (96, 96), dtype=np.uint8))
    grain = _enlarged(speckles, size) * np.float32(_GRAIN / 255) - np.float32(_GRAIN / 2)
    return image, grain


def _enlarged(picture: Image.Image, size: int) -> NDArray[np.uint8]:
    return np.asarray(picture.resize((size, size), Image.Resampling.BICUBIC))


def _wash(mood: Floats, noise: Floats) -> tuple[NDArray[np.uint8], list[Sketch]]:
    # Means of four neighbors: what is enlarged has no lone bright cell, which would show as a cross.
    noise = (noise[:, 1:, 1:] + noise[:, 1:, :-1] + noise[:, :-1, 1:] + noise[:, :-1, :-1]) / 2 - 0.5
    dusk = mood[0] < 0.3
    # By day any hue, pale; at dusk only the cool half of the hues: dark orange would be mud.
    lightness = 0.44 + 0.2 * mood[1] if dusk else 0.74 + 0.16 * mood[1]
    chroma = 0.035 + (0.055 if dusk else 0.05) * mood[2]
    hue = 0.38 + 0.52 * mood[3] if dusk else mood[3]
    spread = (0.06 + 0.12 * mood[4]) * (1 if mood[5] < 0.5 else -1)
    across = np.linspace(-0.5, 0.5, _CELLS)
    angle = 2 * np.pi * mood[6]
    slope = np.cos(angle) * across + np.sin(angle) * across[:, None]
    share = slope + 0.9 * (noise[0] - 0.5)
    light = lightness + 0.1 * slope + 0.09 * (noise[1] - 0.5)
    hill_light = lightness + np.array([-0.05, -0.09]) * (1 if mood[7] < 0.7 else -0.8)
    rgb = oklch(
        np.append(light, hill_light),
        np.append(chroma * (0.7 + 0.6 * np.clip(noise[2], 0, 1)), [chroma + 0.015, chroma + 0.025]),
        np.append(hue + spread * share, hue + spread * np.array([0.6, 0.9])),
    )
    wash = np.rint(rgb[:-2] * 255).astype(np.uint8).reshape(_CELLS, _CELLS, 3)
    heights = 0.45 + 0.4 * mood[8], 0.65 + 0.3 * mood[9]
    count = int(mood[10] * 3)
    hills = [_hill(heights[i], 2 * np.pi * (mood[11] + 0.37 * i), rgb[-2 + i]) for i in range(count)]
    return wash, hills


def _hill(height: float, phase: float, color: Floats) -> Sketch:
    crest = height + 0.06 * np.sin(5 * _HILLS + phase) + 0.025 * np.sin(9 * _HILLS + 2 * phase)
    points = np.concatenate([_HILLS + 1j * crest, [1.05 + 1.05j, -0.05 + 1.05j]])
    return Sketch(points, [(0, len(points), 1)], ink(color, 0.6)[None])


def _clutter(rng: np.random.Generator) -> list[Sketch]:
    count = _FEWEST + int(rng.random() * (_MOST - _FEWEST + 1))
    rolls = rng.random((_MOST, ROLLS + 4))[:count]
    figures = [CLUTTER[int(roll * len(CLUTTER))] for roll in rolls[:, 0].tolist()]
    pieces = individuals(figures, rolls[:, 4:], COARSE_PATTERNS, tilt=180)
    return [
        piece.at(complex(x, y), 0.085 + 0.075 * side)
        for piece, (x, y, side) in zip(pieces, rolls[:, 1:4].tolist(), strict=True)
    ]
