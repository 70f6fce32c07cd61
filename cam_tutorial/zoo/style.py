"""Other worlds: the same scene in pencil, in chalk, or by night. What is where stays to the pixel."""

from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Style = Literal["day", "sketch", "chalk", "night"]
STYLES: tuple[str, ...] = get_args(Style)
"""What a scene can be drawn as; "day" is how all scenes are drawn unless another style is asked for."""

Picture = NDArray[np.float32]

_LUMA = np.array([0.299, 0.587, 0.114], dtype=np.float32)[:, None, None]
_PAPER = np.array([0.96, 0.945, 0.905], dtype=np.float32)[:, None, None]
_BOARD = np.array([0.2, 0.27, 0.25], dtype=np.float32)[:, None, None]
_CHALK = np.array([0.93, 0.92, 0.86], dtype=np.float32)[:, None, None]
_MOONLIGHT = np.array([0.2, 0.26, 0.4], dtype=np.float32)[:, None, None]
_NOISE = 0.13  # of the film at night, from the lowest to the highest


def styled(image: Picture, style: str, rng: np.random.Generator) -> Picture:
    """A picture (3, size, size) in [0, 1] in another style; by day it is the picture itself."""
    if style == "day":
        return image
    light = np.clip((image * _LUMA).sum(axis=0), 0, 1)
    if style == "night":
        return _night(image, light, rng)
    lines = _lines(light)
    drawn: Picture
    if style == "sketch":
        drawn = _PAPER * (0.88 + 0.12 * light) * (1 - 0.6 * lines)
    else:
        board = _BOARD * (0.85 + 0.3 * light)
        drawn = board + np.clip(1.25 * lines, 0, 0.9) * (_CHALK - board)
    return drawn


def _lines(light: Picture) -> Picture:
    """What is darker than its surroundings, (size, size), from 0 to below 1."""
    gray = Image.fromarray(np.rint(light * 255).astype(np.uint8))
    reach = max(1, round(len(light) / 144))  # in pixels to each side
    around = np.asarray(gray.filter(ImageFilter.MaxFilter(2 * reach + 1)), dtype=np.float32) / np.float32(255)
    lines: Picture = np.maximum(around - light, 0) / (around + np.float32(0.1))
    return lines


def _night(image: Picture, light: Picture, rng: np.random.Generator) -> Picture:
    """Little light, most of it blue, and a noisy film, as coarse as the grain."""
    size = image.shape[-1]
    film = Image.fromarray(rng.integers(0, 256, (96, 96), dtype=np.uint8))
    film = film.resize((size, size), Image.Resampling.BICUBIC)
    noise = np.asarray(film, dtype=np.float32) * np.float32(_NOISE / 255) - np.float32(_NOISE / 2)
    # Clipped, because a sum of bytes may be a hair below 0, which has no power of 1.5.
    dim = np.clip(0.35 * image + 0.65 * light, 0, 1) ** np.float32(1.5)
    dark: Picture = dim * _MOONLIGHT + noise
    return dark
