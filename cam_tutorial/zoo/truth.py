"""The truth about a scene: what is seen of each animal and of each of its parts, to the pixel."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from .looks import Bytes
from .raster import Layer, Window
from .species import figure_of, label_of


@dataclass(frozen=True, eq=False)
class Animal:
    """One animal of a scene and the truth about it.

    Attributes:
        name: its species, one of `SPECIES`, or a chimera's name such as "cat with rabbit ears".
        label: its class, the position of its species in `SPECIES` (a chimera's is that of its body); for the eight
            `ANIMALS` it is their position there too.
        mask: bool (size, size), True on every pixel that shows any of it.
        parts: part name -> bool (size, size); together they are the mask, and no two share a pixel.
        box: (left, top, right, bottom) in pixels, tight around the mask; right and bottom are the first
            column and row past it. (0, 0, 0, 0) for an animal that others hide altogether (`at` can do that).
        color: the word for the color of most of it, hidden or not, and in any style the one that it has by day: the
            nearest of `COLORS`, since colors have no borders. Where two cover about as much, either may be named.
    """

    name: str
    label: int
    mask: Tensor
    parts: dict[str, Tensor]
    box: tuple[int, int, int, int]
    color: str


@dataclass(frozen=True, eq=False)
class Thing:
    """Something that stands in front of the animals of a scene.

    Attributes:
        name: what it is, such as "leaf".
        mask: bool (size, size), True on every pixel that shows any of it.
        box: (left, top, right, bottom) in pixels, as that of an animal.
    """

    name: str
    mask: Tensor
    box: tuple[int, int, int, int]


def seen(
    animals: Sequence[tuple[str, str]], things: Sequence[str], layers: Sequence[Layer], size: int
) -> tuple[tuple[Animal, ...], tuple[Thing, ...]]:
    """The animals and things of a picture (size, size) from their names, colors and layers, the hindmost first."""
    tops, count = _visible(layers), len(animals)
    placed = [(layer.window, top) for layer, top in zip(layers, tops, strict=True)]
    return (
        tuple(_animal(*words, *one, size) for words, one in zip(animals, placed[:count], strict=True)),
        tuple(_thing(name, *one, size) for name, one in zip(things, placed[count:], strict=True)),
    )


def _visible(layers: Sequence[Layer]) -> list[Bytes]:
    """Each layer's indices where no later layer covers it."""
    tops = [layer.highest() for layer in layers]
    for i, under in enumerate(layers):
        for k, over in enumerate(layers[i + 1 :], start=i + 1):
            left, top = max(under.window[0], over.window[0]), max(under.window[1], over.window[1])
            right, bottom = min(under.window[2], over.window[2]), min(under.window[3], over.window[3])
            if left < right and top < bottom:
                covered = _cut(tops[k], over.window, (left, top, right, bottom)) > 0
                _cut(tops[i], under.window, (left, top, right, bottom))[covered] = 0
    return tops


def _cut(values: Bytes, origin: Window, window: Window) -> Bytes:
    """The view of `values`, which fill `origin`, that lies in `window`."""
    return values[window[1] - origin[1] : window[3] - origin[1], window[0] - origin[0] : window[2] - origin[0]]


def _animal(name: str, color: str, window: Window, top: Bytes, size: int) -> Animal:
    figure = figure_of(name)
    # Number 0 is "nothing", so that the whole animal is what is left of it.
    part = np.append(np.uint8(0), figure.owner + np.uint8(1))[top]
    masks = np.zeros((len(figure.names) + 1, size, size), dtype=np.bool_)
    here = masks[:, window[1] : window[3], window[0] : window[2]]
    np.not_equal(part, 0, out=here[0])
    np.equal(part, np.arange(1, len(figure.names) + 1, dtype=np.uint8)[:, None, None], out=here[1:])
    mask, *parts = torch.from_numpy(masks).unbind()
    named = dict(zip(figure.names, parts, strict=True))
    return Animal(name, label_of(name), mask, named, _tight(here[0], window), color)


def _thing(name: str, window: Window, top: Bytes, size: int) -> Thing:
    mask = np.zeros((size, size), dtype=np.bool_)
    here = mask[window[1] : window[3], window[0] : window[2]]
    np.not_equal(top, 0, out=here)
    return Thing(name, torch.from_numpy(mask), _tight(here, window))


def _tight(mask: NDArray[np.bool_], window: Window) -> Window:
    """The box around a mask that fills `window`; (0, 0, 0, 0) around an empty one."""
    columns, rows = np.flatnonzero(mask.any(axis=0)), np.flatnonzero(mask.any(axis=1))
    if len(columns) == 0:
        return 0, 0, 0, 0
    left, top = window[:2]
    return left + int(columns[0]), top + int(rows[0]), left + int(columns[-1]) + 1, top + int(rows[-1]) + 1
