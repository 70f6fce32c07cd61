"""Photographs glued into a grid: a picture of several classes, of which each one's place is known."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import skimage.data
import torch
from PIL import Image
from torch import Tensor

from cam_tutorial import photos as files

SIDE = 224  # of each photograph in the grid, in pixels: what ImageNet networks are trained on
SHOWN = {  # ImageNet's name -> scikit-image's file that shows it
    "Egyptian cat": "chelsea.png",
    "espresso": "coffee.png",
    "missile": "rocket.jpg",
    "moped": "motorcycle_left.png",
    "tripod": "camera.png",
}


def photograph(name: str) -> Image.Image:
    """The whole photograph that shows a class of `SHOWN`; the cameraman is gray."""
    return files.open_photo(Path(skimage.data.__file__).with_name(SHOWN[name]))


def glued(photos: Sequence[np.ndarray | Image.Image], grid: tuple[int, int], side: int = SIDE) -> Image.Image:
    """The squares in the middle of photographs, on a grid in reading order: a picture rows · side high.

    Args:
        photos: as many as the grid has cells; RGB pictures, or arrays (H, W, 3) uint8.
        grid: (rows, columns), as `metrics.grid_pointing_game` takes it.
        side: of each square, in pixels.

    Raises:
        ValueError: there are not as many photographs as cells.
    """
    rows, columns = grid
    if len(photos) != rows * columns:
        raise ValueError(f"a grid of {rows} × {columns} takes {rows * columns} photographs, got {len(photos)}")
    picture = Image.new("RGB", (columns * side, rows * side))
    for cell, photo in enumerate(photos):
        row, column = divmod(cell, columns)
        picture.paste(_square(photo, side), (column * side, row * side))
    return picture


def of_each_photograph(shares: Tensor, pairs: Sequence[tuple[str, str]]) -> Tensor:
    """From two shares a pair, (2 · pairs,), one for each of its halves, to one a photograph of `SHOWN`, (5,).

    That is the mean of the questions that ask for it: intervals go over photographs, which the pairs share.
    """
    asked = [name for pair in pairs for name in pair]
    each = [[share for share, which in zip(shares.tolist(), asked, strict=True) if which == name] for name in SHOWN]
    return torch.tensor(each, dtype=torch.float64).mean(dim=1)


def _square(photo: np.ndarray | Image.Image, side: int) -> Image.Image:
    """The largest square in the middle of a photograph, as large as it is asked for."""
    picture = Image.fromarray(photo) if isinstance(photo, np.ndarray) else photo
    short = min(picture.size)
    left, top = (picture.width - short) // 2, (picture.height - short) // 2
    square = picture.crop((left, top, left + short, top + short))
    return square.resize((side, side), Image.Resampling.BICUBIC)
