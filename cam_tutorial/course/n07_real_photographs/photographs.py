"""Photographs whose truth is known: five that come with scikit-image, glued side by side in pairs; likewise scenes."""

from collections.abc import Iterator
from types import SimpleNamespace

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from cam_tutorial import photos, zoo
from cam_tutorial.course import gluing
from cam_tutorial.course.gluing import SHOWN, glued, photograph

from .memory import give_back

SIDE = 176  # pixels of a photograph in a pair: at 224 the graph of one gradient takes 110 MB
# Each two of them once; each photograph is twice on the left and twice on the right.
PAIRS = [(list(SHOWN)[one], list(SHOWN)[(one + step) % len(SHOWN)]) for one in range(len(SHOWN)) for step in (1, 2)]
SQUEEZENET = SimpleNamespace(resize_size=[256], crop_size=[224])  # its preprocessing, for maps that are kept

Question = tuple[Tensor, int, int]  # two glued pictures (1, 3, H, W); the class asked for, and the cell that shows it


def glued_pair(left: str, right: str) -> Image.Image:
    """Two of the photographs side by side, 352 × 176 pixels."""
    return glued([photograph(left), photograph(right)], (1, 2), SIDE)


def questions(network: photos.ImageNetNetwork) -> Iterator[Question]:
    """Each pair, preprocessed but neither resized nor cropped, asked for its left class and for its right one."""
    for pair in PAIRS:
        both = scaled(glued_pair(*pair), network)[None]
        for cell, name in enumerate(pair):
            yield both, network.class_index(name), cell
            give_back()


def scaled(picture: Image.Image, network: photos.ImageNetNetwork) -> Tensor:
    """A picture on the scale that the network takes, at its own size: (3, H, W)."""
    mean, std = (torch.tensor(numbers)[:, None, None] for numbers in (network.transforms.mean, network.transforms.std))
    pixels: Tensor = (torch.from_numpy(np.asarray(picture) / np.float32(255)).permute(2, 0, 1) - mean) / std
    return pixels


def zoo_questions(count: int = 40, seed: int = 7100) -> Iterator[Question]:
    """Two scenes of the zoo side by side, with one animal each, of different species."""
    scenes = iter(zoo.scenes_of(3 * count, seed))
    for _ in range(count):
        left = next(scenes)
        right = next(scene for scene in scenes if scene.animals[0].label != left.animals[0].label)
        both = zoo.preprocess(torch.cat([left.image, right.image], dim=2))
        for cell, scene in enumerate((left, right)):
            yield both, scene.animals[0].label, cell


def of_each_photograph(shares: Tensor) -> Tensor:
    """From two shares a pair, (20,), to one a photograph, (5,)."""
    return gluing.of_each_photograph(shares, PAIRS)


def of_each_pair(shares: Tensor) -> Tensor:
    """From two shares a pair, (2 · n,), to their mean, (n,)."""
    return shares.double().view(-1, 2).mean(dim=1)


def painted_over(picture: Image.Image, boxes: list[tuple[int, int, int, int]], source: int) -> Image.Image:
    """The picture with boxes (left, top, right, bottom) painted over, row by row, in the color of one column.

    The column is taken from the picture as it was, `source` pixels from its left edge.
    """
    pixels = np.array(picture)
    column = pixels[:, source - 2 : source + 3].mean(axis=1, keepdims=True).astype(np.uint8)
    for left, top, right, bottom in boxes:
        pixels[top:bottom, left:right] = column[top:bottom]
    return Image.fromarray(pixels)
