"""Scenes of the Tiny Zoo: pictures whose truth is known to the pixel."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from .arguments import (
    MOST_ANIMALS,
    SMALLEST_SIZE,
    Animals,
    Region,
    centers_of,
    choice_of,
    count_or_names,
    region_of,
    whole_number,
)
from .backdrop import backdrop
from .individuals import ROLLS, individuals
from .looks import PATTERNS
from .places import moved_inside, spread
from .raster import Sketch, blend, paint
from .species import ANIMALS, figure_of
from .truth import Animal, animals_seen

# Seeds are read as (stream, seed): each stream has chance of its own, so that animals change nothing behind them.
_BEHIND, _ANIMALS, _NEWCOMERS = 0, 1, 2
_TILT = 20
# The smallest and the largest side of one animal, of each of two, and so on.
_SIDES = ((0.33, 0.62), (0.3, 0.45), (0.26, 0.38), (0.24, 0.33), (0.22, 0.29), (0.2, 0.27))


@dataclass(frozen=True, eq=False)
class Scene:
    """A picture and the animals in it.

    Attributes:
        image: float32 (3, size, size) in [0, 1].
        animals: what is known of each, in the order in which they were named.
        seed: the seed of the scene.
        size: width and height in pixels.
    """

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
    among: Sequence[str] = ANIMALS,
) -> Scene:
    """Draw the scene with this seed: the same arguments give the same bytes, in any process.

    Args:
        seed: a whole number from 0, of any length. It alone decides background and clutter.
        animals: None for one animal of a random species, a name from `SPECIES`, a list of names (a name may
            come twice), or how many animals of different random species. At most 6; 0 and [] draw none.
        size: width and height in pixels, at least 16. The scene is the same at every size, only finer.
        at: an (x, y) for each animal, in shares of the picture, where its center goes instead of its random
            place; an animal that would leave the region is moved back inside. Nothing else changes. Animals
            that are put on one spot overlap: later ones lie on top, and masks tell what is left to see.
        region: (left, top, right, bottom) in shares of the picture, inside which the animals stay (to the
            pixel from size 96 on); they are drawn smaller if they have to be.
        among: the species that random animals may be of, each as likely as the others; named animals may be of any.
            One species more changes only the scenes into which it comes.

    Returns:
        A `Scene`. Without `at`, the boxes of its animals do not overlap.

    Raises:
        TypeError: an argument is of the wrong kind.
        ValueError: no such animal, too many of them, or a number out of its range.
    """
    seed, size = whole_number("seed", seed, 0), whole_number("size", size, SMALLEST_SIZE)
    asked, choice, bounds = _checked(animals, among, region)
    centers = centers_of(at, asked if isinstance(asked, int) else len(asked))

    image, grain = backdrop(np.random.default_rng([_BEHIND, seed]), size)
    rng = np.random.default_rng([_ANIMALS, seed])
    names = _names(rng, seed, asked, choice)
    layers = [paint([sketch], size) for sketch in _sketches(rng, names, bounds, centers)]
    for layer in layers:
        blend(image, layer)
    image += grain
    np.clip(image, 0, 1, out=image)
    return Scene(torch.from_numpy(image), animals_seen(names, layers, size), seed, size)


def scenes_of(
    n: int,
    seed: int,
    animals: Animals = None,
    size: int = 96,
    *,
    region: Sequence[float] | None = None,
    among: Sequence[str] = ANIMALS,
) -> Iterator[Scene]:
    """Draw the n scenes of a batch, one after the other: the same as `batch` draws, with boxes and parts.

    Scene i is `scene(seed * 2**32 + i, animals, size, region=region, among=among)`: batches of different seeds share
    no scene, and a longer batch begins with the shorter one.

    Args:
        n: how many, from 0 to 2**32.
        seed: a whole number from 0.
        animals, size, region, among: as in `scene`.

    Returns:
        An iterator over n scenes, each drawn when it is asked for.

    Raises:
        TypeError: an argument is of the wrong kind.
        ValueError: there is no such animal, there are too many of them, or a number is out of its range.
    """
    n, seed, size = whole_number("n", n, 0), whole_number("seed", seed, 0), whole_number("size", size, SMALLEST_SIZE)
    _checked(animals, among, region)  # now, and also if no scene is ever asked for
    return (scene(seed * 2**32 + i, animals, size, region=region, among=among) for i in range(n))


def batch(
    n: int,
    seed: int,
    animals: int = 1,
    size: int = 96,
    *,
    region: Sequence[float] | None = None,
    among: Sequence[str] = ANIMALS,
) -> tuple[Tensor, Tensor, Tensor]:
    """Draw n scenes with `animals` random animals each, as tensors to train or to measure on.

    The scenes are those of `scenes_of` with the same arguments.

    Args:
        n: how many scenes, from 0.
        seed: a whole number from 0.
        animals: how many in each scene, 1 to 6.
        size, region, among: as in `scene`.

    Returns:
        images: float32 (n, 3, size, size) in [0, 1].
        labels: int64 (n,), or (n, animals) for several animals; positions in `SPECIES`, 0 to 7 for the `ANIMALS`.
        masks: bool (n, size, size), or (n, animals, size, size).

    Raises:
        TypeError: an argument is of the wrong kind.
        ValueError: there is no such species, or a number is out of its range.
    """
    n, animals = whole_number("n", n, 0), whole_number("animals", animals, 1)
    size = whole_number("size", size, SMALLEST_SIZE)
    scenes = scenes_of(n, seed, animals, size, region=region, among=among)
    images = torch.empty(n, 3, size, size, dtype=torch.float32)
    labels = torch.empty(n, animals, dtype=torch.int64)
    masks = torch.empty(n, animals, size, size, dtype=torch.bool)
    for i, drawn in enumerate(scenes):
        images[i] = drawn.image
        for k, animal in enumerate(drawn.animals):
            labels[i, k] = animal.label
            masks[i, k] = animal.mask
    return (images, labels[:, 0], masks[:, 0]) if animals == 1 else (images, labels, masks)


def preprocess(images: Tensor) -> Tensor:
    """Turn pictures into what the networks take: (images - 0.5) / 0.25, as a batch.

    Args:
        images: floating-point (3, H, W) or (N, 3, H, W) in [0, 1].

    Returns:
        (N, 3, H, W) of the same type, N = 1 for a single picture.

    Raises:
        TypeError: not a floating-point tensor.
        ValueError: another shape, or values outside [0, 1].
    """
    if not isinstance(images, Tensor) or not images.is_floating_point():
        found = images.dtype if isinstance(images, Tensor) else type(images).__name__
        raise TypeError(
            f"preprocess takes a floating-point tensor in [0, 1] (for bytes: x.float() / 255), got {found}."
        )
    if images.ndim not in (3, 4) or images.shape[-3] != 3:
        raise ValueError(f"preprocess takes (3, H, W) or (N, 3, H, W), got {tuple(images.shape)}.")
    # Asked this way around, NaN fails too.
    if not bool(((images >= 0) & (images <= 1)).all()):
        low, high = images.min().item(), images.max().item()
        raise ValueError(f"preprocess takes values from 0 to 1, got values from {low:.3g} to {high:.3g}.")
    return ((images - 0.5) / 0.25).reshape(-1, *images.shape[-3:])


def _checked(
    animals: Animals, among: Sequence[str], region: Sequence[float] | None
) -> tuple[int | list[str], tuple[str, ...], Region]:
    """How many animals or which, the species that chance may choose, and where the animals stay."""
    asked = count_or_names(animals)
    return asked, choice_of(among, asked if isinstance(asked, int) else 0), region_of(region)


def _names(rng: np.random.Generator, seed: int, asked: int | list[str], choice: tuple[str, ...]) -> list[str]:
    """The species of the animals.

    `rng` is used alike in every case, so that naming an animal, or choosing among others, leaves the rest as it was.
    """
    shuffled = [ANIMALS[i] for i in rng.permutation(len(ANIMALS)).tolist()]
    if not isinstance(asked, int):
        return asked
    # The eight without those that are not wanted, and each newcomer at a random place among them: all orders stay
    # equally likely, and a species more changes only the scenes into which it comes.
    names = [name for name in shuffled if name in choice]
    newcomers = [name for name in choice if name not in ANIMALS]
    if newcomers:
        numbers = np.random.default_rng([_NEWCOMERS, seed]).random(len(newcomers))
        for name, number in zip(newcomers, numbers.tolist(), strict=True):
            names.insert(int(number * (len(names) + 1)), name)
    return names[:asked]


def _sketches(
    rng: np.random.Generator, names: list[str], region: Region, centers: list[complex] | None
) -> list[Sketch]:
    """An individual of each species, in its place.

    The rolls are made for as many as there can be, so that an animal more leaves the looks of the others as they were.
    """
    rolls = rng.random((MOST_ANIMALS, ROLLS + 1))[: len(names)]
    if not names:
        return []
    cast = individuals([figure_of(name) for name in names], rolls[:, 1:], PATTERNS, _TILT)
    low, high = _SIDES[len(names) - 1]
    sides, places = spread(rng, cast, (low + (high - low) * rolls[:, 0]).tolist(), region)
    if centers is not None:
        places = moved_inside(cast, sides, region, centers)
    return [individual.at(place, side) for individual, place, side in zip(cast, places, sides, strict=True)]
