"""Scenes of the Tiny Zoo: pictures whose truth is known to the pixel."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from .animals import ANIMALS, FIGURES
from .arguments import MOST_ANIMALS, SMALLEST_SIZE, Animals, Region, centers_of, region_of, species, whole_number
from .backdrop import backdrop
from .individuals import ROLLS, Individual, individuals
from .looks import PATTERNS
from .raster import Layer, Sketch, Window, blend, paint

# Seeds are read as (stream, seed): the backdrop has chance of its own, so animals change nothing behind them.
_BACKDROP, _ANIMALS = 0, 1
_TILT = 20
_SIDES = ((0.33, 0.62), (0.3, 0.45), (0.26, 0.38), (0.24, 0.33), (0.22, 0.29), (0.2, 0.27))
# A good pixel at 96: keeps an animal's last, half covered pixel inside the region too.
_MARGIN = 0.011
_TRIES = 40

Bits = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Animal:
    """One animal of a scene and the truth about it.

    Attributes:
        name: its species, one of `ANIMALS`.
        label: its class, the position of `name` in `ANIMALS`.
        mask: bool (size, size), True on every pixel that shows any of it.
        parts: part name -> bool (size, size); together they are the mask, and no two share a pixel.
        box: (left, top, right, bottom) in pixels, tight around the mask; right and bottom are the first
            column and row past it. (0, 0, 0, 0) for an animal that others hide altogether (`at` can do that).
    """

    name: str
    label: int
    mask: Tensor
    parts: dict[str, Tensor]
    box: Window


@dataclass(frozen=True, eq=False)
class Scene:
    """A picture and the animals in it: `image` is float32 (3, size, size) in [0, 1]."""

    image: Tensor
    animals: tuple[Animal, ...]
    seed: int
    size: int


def scene(
    seed: int,
    animals: Animals = None,
    size: int = 96,
    *,
    at: Sequence[tuple[float, float]] | None = None,
    region: Sequence[float] | None = None,
) -> Scene:
    """Draw the scene with this seed: the same arguments give the same bytes, in any process.

    Args:
        seed: a whole number from 0, of any length. It alone decides background and clutter.
        animals: None for one animal of a random species, a name from `ANIMALS`, a list of names (a name may
            come twice), or how many animals of different random species. At most 6; 0 and [] draw none.
        size: width and height in pixels, at least 16. The scene is the same at every size, only finer.
        at: an (x, y) for each animal, in shares of the picture, where its center goes instead of its random
            place; an animal that would leave the region is moved back inside. Nothing else changes. Animals
            that are put on one spot overlap: later ones lie on top, and masks tell what is left to see.
        region: (left, top, right, bottom) in shares of the picture, inside which the animals stay (to the
            pixel from size 96 on); they are drawn smaller if they have to be.

    Returns:
        A `Scene`. Without `at`, the boxes of its animals do not overlap.

    Raises:
        TypeError: an argument is of the wrong kind.
        ValueError: no such animal, too many of them, or a number out of its range.
    """
    seed, size = whole_number("seed", seed, 0), whole_number("size", size, SMALLEST_SIZE)
    wanted, bounds = species(animals), region_of(region)
    centers = centers_of(at, wanted if isinstance(wanted, int) else len(wanted))

    image, grain = backdrop(np.random.default_rng([_BACKDROP, seed]), size)
    labels, sketches = _cast(np.random.default_rng([_ANIMALS, seed]), wanted, bounds, centers)
    layers = [paint([sketch], size) for sketch in sketches]
    for layer in layers:
        blend(image, layer)
    image += grain
    np.clip(image, 0, 1, out=image)

    seen = _visible(layers)
    return Scene(
        image=torch.from_numpy(image),
        animals=tuple(
            _animal(label, layer.window, top, size) for label, layer, top in zip(labels, layers, seen, strict=True)
        ),
        seed=seed,
        size=size,
    )


def batch(
    n: int,
    seed: int,
    animals: int = 1,
    size: int = 96,
    *,
    region: Sequence[float] | None = None,
) -> tuple[Tensor, Tensor, Tensor]:
    """Draw n scenes with `animals` random animals each, as tensors to train or to measure on.

    Scene i is `scene(seed * 2**32 + i, animals, size, region=region)`: batches of different seeds share no
    scene, and a longer batch begins with the shorter one.

    Returns:
        images: float32 (n, 3, size, size) in [0, 1].
        labels: int64 (n,), or (n, animals) for several animals.
        masks: bool (n, size, size), or (n, animals, size, size).

    Raises:
        TypeError: an argument is of the wrong kind.
        ValueError: a number is out of its range; n may be 0, animals goes from 1 to 6.
    """
    n, seed, animals = whole_number("n", n, 0), whole_number("seed", seed, 0), whole_number("animals", animals, 1)
    size = whole_number("size", size, SMALLEST_SIZE)
    # Even an empty batch is refused if its scenes would be.
    species(animals)
    region_of(region)
    images = torch.empty(n, 3, size, size, dtype=torch.float32)
    labels = torch.empty(n, animals, dtype=torch.int64)
    masks = torch.empty(n, animals, size, size, dtype=torch.bool)
    for i in range(n):
        drawn = scene(seed * 2**32 + i, animals, size, region=region)
        images[i] = drawn.image
        for k, animal in enumerate(drawn.animals):
            labels[i, k] = animal.label
            masks[i, k] = animal.mask
    return (images, labels[:, 0], masks[:, 0]) if animals == 1 else (images, labels, masks)


def preprocess(images: Tensor) -> Tensor:
    """Turn pictures into what the networks take: (images - 0.5) / 0.25, as a batch.

    Args:
        images: floating point (3, H, W) or (N, 3, H, W) in [0, 1].

    Returns:
        (N, 3, H, W) of the same type, N = 1 for a single picture.

    Raises:
        TypeError: not a floating point tensor.
        ValueError: another shape, or values outside [0, 1].
    """
    if not isinstance(images, Tensor) or not images.is_floating_point():
        kind = images.dtype if isinstance(images, Tensor) else type(images).__name__
        raise TypeError(f"preprocess takes a floating point tensor in [0, 1] (for bytes: x.float() / 255), got {kind}.")
    if images.ndim not in (3, 4) or images.shape[-3] != 3:
        raise ValueError(f"preprocess takes (3, H, W) or (N, 3, H, W), got {tuple(images.shape)}.")
    # Asked this way around, NaN fails too.
    if not bool(((images >= 0) & (images <= 1)).all()):
        low, high = images.min().item(), images.max().item()
        raise ValueError(f"preprocess takes values from 0 to 1, got values from {low:.3g} to {high:.3g}.")
    return ((images - 0.5) / 0.25).reshape(-1, *images.shape[-3:])


def _cast(
    rng: np.random.Generator, wanted: int | list[int], region: Region, centers: list[complex] | None
) -> tuple[list[int], list[Sketch]]:
    """The animals' labels, and each in its place.

    All lots are drawn in every case, so that naming an animal or moving it leaves the rest as it was.
    """
    lots = rng.permutation(len(ANIMALS)).tolist()
    rolls = rng.random((MOST_ANIMALS, ROLLS + 1))
    labels = lots[:wanted] if isinstance(wanted, int) else wanted
    count = len(labels)
    if count == 0:
        return [], []
    cast = individuals([FIGURES[ANIMALS[label]] for label in labels], rolls[:count, 1:], PATTERNS, _TILT)
    low, high = _SIDES[count - 1]
    sides, spots = _places(rng, cast, (low + (high - low) * rolls[:count, 0]).tolist(), region)
    if centers is not None:
        spots = [_inside(*room, spot) for room, spot in zip(_rooms(cast, sides, region), centers, strict=True)]
    return labels, [one.at(spot, side) for one, spot, side in zip(cast, spots, sides, strict=True)]


def _places(
    rng: np.random.Generator, cast: list[Individual], sides: list[float], region: Region
) -> tuple[list[float], list[complex]]:
    """A random place for each with no two boxes overlapping; if they do not fit, all are made smaller."""
    wide, high = region[2] - region[0] - 2 * _MARGIN, region[3] - region[1] - 2 * _MARGIN
    sides = [min(side, wide / one.width, high / one.height) for one, side in zip(cast, sides, strict=True)]
    while True:
        rooms = _rooms(cast, sides, region)
        spots: list[complex] = []
        for x, y in rng.random((_TRIES, 2)).tolist():
            first, last = rooms[len(spots)]
            spot = complex(first.real + x * (last.real - first.real), first.imag + y * (last.imag - first.imag))
            if all(_apart(cast, sides, spot, len(spots), other, k) for k, other in enumerate(spots)):
                spots.append(spot)
                if len(spots) == len(cast):
                    return sides, spots
        sides = [side * 0.94 for side in sides]


def _rooms(cast: list[Individual], sides: list[float], region: Region) -> list[tuple[complex, complex]]:
    """Where each one's center may be: from the first to the second corner."""
    left, top, right, bottom = region
    halves = [
        complex(one.width, one.height) * side / 2 + complex(_MARGIN, _MARGIN)
        for one, side in zip(cast, sides, strict=True)
    ]
    return [(complex(left, top) + half, complex(right, bottom) - half) for half in halves]


def _inside(first: complex, last: complex, spot: complex) -> complex:
    return complex(min(max(spot.real, first.real), last.real), min(max(spot.imag, first.imag), last.imag))


def _apart(cast: list[Individual], sides: list[float], spot: complex, i: int, other: complex, k: int) -> bool:
    gap = spot - other
    wide = (cast[i].width * sides[i] + cast[k].width * sides[k]) / 2 + 2 * _MARGIN
    high = (cast[i].height * sides[i] + cast[k].height * sides[k]) / 2 + 2 * _MARGIN
    return abs(gap.real) >= wide or abs(gap.imag) >= high


def _visible(layers: list[Layer]) -> list[NDArray[np.uint8]]:
    """Each layer's indices where no later layer covers it."""
    tops = [layer.highest() for layer in layers]
    for i, under in enumerate(layers):
        for k, over in enumerate(layers[i + 1 :], start=i + 1):
            left, top = max(under.window[0], over.window[0]), max(under.window[1], over.window[1])
            right, bottom = min(under.window[2], over.window[2]), min(under.window[3], over.window[3])
            if left < right and top < bottom:
                covered = _window(tops[k], over.window, (left, top, right, bottom)) > 0
                _window(tops[i], under.window, (left, top, right, bottom))[covered] = 0
    return tops


def _window(values: NDArray[np.uint8], origin: Window, box: Window) -> NDArray[np.uint8]:
    return values[box[1] - origin[1] : box[3] - origin[1], box[0] - origin[0] : box[2] - origin[0]]


def _animal(label: int, box: Window, top: NDArray[np.uint8], size: int) -> Animal:
    name = ANIMALS[label]
    figure = FIGURES[name]
    # Number 0 is "nothing", so that the whole animal is what is left of it.
    part = np.append(np.uint8(0), figure.owner + np.uint8(1))[top]
    masks = np.zeros((len(figure.names) + 1, size, size), dtype=np.bool_)
    here = masks[:, box[1] : box[3], box[0] : box[2]]
    np.not_equal(part, 0, out=here[0])
    np.equal(part, np.arange(1, len(figure.names) + 1, dtype=np.uint8)[:, None, None], out=here[1:])
    mask, *parts = torch.from_numpy(masks).unbind()
    return Animal(name, label, mask, dict(zip(figure.names, parts, strict=True)), _tight(here[0], box))


def _tight(mask: Bits, box: Window) -> Window:
    columns, rows = np.flatnonzero(mask.any(axis=0)), np.flatnonzero(mask.any(axis=1))
    if len(columns) == 0:
        return 0, 0, 0, 0
    left, top = box[:2]
    return left + int(columns[0]), top + int(rows[0]), left + int(columns[-1]) + 1, top + int(rows[-1]) + 1
