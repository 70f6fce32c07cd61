"""Scenes of the Tiny Zoo: pictures whose truth is known to the pixel."""

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np
import torch
from torch import Tensor

from .arguments import (
    MOST_ANIMALS,
    SMALLEST_SIZE,
    Animals,
    Points,
    Region,
    centers_of,
    choice_of,
    colors_of,
    count_or_names,
    region_of,
    style_of,
    things_of,
    whole_number,
)
from .clutter import THINGS
from .drawing import ANIMALS_CHANCE, NEWCOMERS_CHANCE, THINGS_CHANCE, Drawing, Scene, draw
from .individuals import ROLLS, individuals
from .looks import LOOK_ROLLS, PATTERNS, dyed
from .places import Placed, beside, moved_inside, spread
from .species import ANIMALS, figure_of

_TILT = 20
# The smallest and the largest side of one animal, of each of two, and so on.
_SIDES = ((0.33, 0.62), (0.3, 0.45), (0.26, 0.38), (0.24, 0.33), (0.22, 0.29), (0.2, 0.27))


def scene(
    seed: int,
    animals: Animals = None,
    size: int = 96,
    *,
    at: Sequence[tuple[float, float]] | None = None,
    region: Sequence[float] | None = None,
    among: Sequence[str] = ANIMALS,
    things: int | Points = 0,
    style: str = "day",
    colors: Sequence[str | None] | None = None,
) -> Scene:
    """Draw the scene with this seed: the same arguments give the same bytes, in any process.

    Args:
        seed: a whole number from 0, of any length. It alone decides background and clutter.
        animals: None for one animal of a random species, a name from `SPECIES`, a list of names (a name may
            come twice), how many animals of different random species, or a function from the seed to a list of
            names, such as a `Company`. At most 6; 0 and [] draw none.
        size: width and height in pixels, at least 16. The scene is the same at every size, only finer.
        at: an (x, y) for each animal, in shares of the picture, where its center goes instead of its random
            place; an animal that would leave the region is moved back inside. Nothing else changes. Animals
            that are put on one spot overlap: later ones lie on top, and masks tell what is left to see.
        region: (left, top, right, bottom) in shares of the picture, inside which the animals stay (to the
            pixel from size 96 on); they are drawn smaller if they have to be.
        among: the species that random animals may be of, each as likely as the others; named animals may be of any.
            One species more changes only the scenes into which it comes.
        things: what is put in front of the animals (stones, leaves, mushrooms, ...), which changes nothing else: how
            many, each as large as an animal may be and beside them all; or an (x, y) or (x, y, side) for each, in
            shares of the picture, where they may also hide an animal, and then its masks tell what is left to see.
        style: "day", or the same scene in pencil ("sketch"), in chalk ("chalk") or in little light ("night"): what is
            where stays to the pixel.
        colors: for each animal a word of `COLORS` that it shall be painted in all over, in shades of it, or None for
            its own colors. Nothing else changes. (In other styles than "day" there is little of a color to be seen, or
            none; in "sketch" and "chalk" the pixels beside the animal may change as well: see `Scene.without`.)

    Returns:
        A `Scene`. Without `at`, the boxes of its animals do not overlap.

    Raises:
        TypeError: an argument is of the wrong kind.
        ValueError: no such animal, too many of them, or a number out of its range.
    """
    seed, size = whole_number("seed", seed, 0), whole_number("size", size, SMALLEST_SIZE)
    asked, choice, bounds = _checked(animals, seed, among, region)
    count = asked if isinstance(asked, int) else len(asked)
    centers, words = centers_of(at, count), colors_of(colors, count)
    wanted, style = things_of(things), style_of(style)

    rng = np.random.default_rng([ANIMALS_CHANCE, seed])
    names = _names(rng, seed, asked, choice)
    placed = _animals(rng, names, bounds, centers, words)
    kinds, in_front = _things(np.random.default_rng([THINGS_CHANCE, seed]), wanted, placed)
    sketches, hiding = (tuple(one.sketch() for one in some) for some in (placed, in_front))
    painted = tuple(word or one.individual.color for word, one in zip(words, placed, strict=True))
    return draw(Drawing(seed, size, style, tuple(names), painted, sketches, kinds, hiding))


def scenes_of(
    n: int,
    seed: int,
    animals: Animals = None,
    size: int = 96,
    *,
    region: Sequence[float] | None = None,
    among: Sequence[str] = ANIMALS,
    things: int = 0,
    style: str = "day",
) -> Iterator[Scene]:
    """Draw the n scenes of a batch, one after the other: the same as `batch` draws, with boxes and parts.

    Scene i is `scene(seed * 2**32 + i, animals, size, ...)`, with all that is given here: batches of different seeds
    share no scene, and a longer batch begins with the shorter one.

    Args:
        n: how many, from 0 to 2**32.
        seed: a whole number from 0.
        animals, size, region, among, things, style: as in `scene`.

    Returns:
        An iterator over n scenes, each drawn when it is asked for.

    Raises:
        TypeError: an argument is of the wrong kind.
        ValueError: there is no such animal, there are too many of them, or a number is out of its range.
    """
    n, seed, size = whole_number("n", n, 0), whole_number("seed", seed, 0), whole_number("size", size, SMALLEST_SIZE)
    # Now, and also if no scene is ever asked for.
    _checked(animals, seed * 2**32, among, region), things_of(things), style_of(style)
    one = partial(scene, animals=animals, size=size, region=region, among=among, things=things, style=style)
    return (one(seed * 2**32 + i) for i in range(n))


def batch(
    n: int,
    seed: int,
    animals: int = 1,
    size: int = 96,
    *,
    region: Sequence[float] | None = None,
    among: Sequence[str] = ANIMALS,
    things: int = 0,
    style: str = "day",
) -> tuple[Tensor, Tensor, Tensor]:
    """Draw n scenes with `animals` random animals each, as tensors to train or to measure on.

    The scenes are those of `scenes_of` with the same arguments.

    Args:
        n: how many scenes, from 0.
        seed: a whole number from 0.
        animals: how many in each scene, 1 to 6.
        size, region, among, things, style: as in `scene`.

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
    scenes = scenes_of(n, seed, animals, size, region=region, among=among, things=things, style=style)
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
    animals: Animals, seed: int, among: Sequence[str], region: Sequence[float] | None
) -> tuple[int | list[str], tuple[str, ...], Region]:
    """How many animals or which, the species that chance may choose, and where the animals stay."""
    asked = count_or_names(animals, seed)
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
        numbers = np.random.default_rng([NEWCOMERS_CHANCE, seed]).random(len(newcomers))
        for name, number in zip(newcomers, numbers.tolist(), strict=True):
            names.insert(int(number * (len(names) + 1)), name)
    return names[:asked]


def _animals(
    rng: np.random.Generator,
    names: list[str],
    region: Region,
    centers: list[complex] | None,
    colors: Sequence[str | None],
) -> list[Placed]:
    """An individual of each species, in its place.

    The rolls are made for as many as there can be, so that an animal more leaves the looks of the others as they were.
    """
    rolls = rng.random((MOST_ANIMALS, ROLLS + 1))[: len(names)]
    if not names:
        return []
    for roll, color in zip(rolls[:, 1 : 1 + LOOK_ROLLS], colors, strict=True):
        if color is not None:
            roll[:] = dyed(roll, color)
    cast = individuals([figure_of(name) for name in names], rolls[:, 1:], PATTERNS, _TILT)
    low, high = _SIDES[len(names) - 1]
    sides, places = spread(rng, cast, (low + (high - low) * rolls[:, 0]).tolist(), region)
    if centers is not None:
        places = moved_inside(cast, sides, region, centers)
    return [Placed(*one) for one in zip(cast, places, sides, strict=True)]


def _things(
    rng: np.random.Generator, asked: int | list[tuple[complex, float | None]], animals: list[Placed]
) -> tuple[tuple[str, ...], list[Placed]]:
    """The names of the things that were asked for, and each in its place, as large as an animal of that many."""
    count = asked if isinstance(asked, int) else len(asked)
    rolls = rng.random((MOST_ANIMALS, ROLLS + 2))[:count]
    if not count:
        return (), []
    names = tuple(list(THINGS)[int(roll * len(THINGS))] for roll in rolls[:, 0].tolist())
    cast = individuals([THINGS[name] for name in names], rolls[:, 2:], PATTERNS, _TILT)
    low, high = _SIDES[min(count + len(animals), MOST_ANIMALS) - 1]
    sides = (low + (high - low) * rolls[:, 1]).tolist()
    if isinstance(asked, int):
        return names, beside(rng, cast, sides, animals)
    return names, [Placed(one, place, side or own) for one, own, (place, side) in zip(cast, sides, asked, strict=True)]
