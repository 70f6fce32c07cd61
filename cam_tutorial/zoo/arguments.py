"""What callers may ask for.

Each check returns the value as the zoo uses it, or says what is wrong and what would be right.
"""

from collections.abc import Callable, Sequence
from math import isfinite
from operator import index
from typing import SupportsIndex

from cam_tutorial.suggest import did_you_mean

from .looks import COLORS
from .species import SPECIES, known_animal
from .style import STYLES

MOST_ANIMALS = 6
SMALLEST_SIZE = 16
SMALLEST_REGION = 0.1

Animals = str | SupportsIndex | Sequence[str] | Callable[[int], Sequence[str]] | None
Points = Sequence[Sequence[float]]
Region = tuple[float, float, float, float]
WHOLE_PICTURE: Region = (0.0, 0.0, 1.0, 1.0)


def whole_number(name: str, value: object, least: int) -> int:
    """`value` as an int of at least `least`; bool and float are no whole numbers here."""
    if isinstance(value, bool) or not isinstance(value, SupportsIndex):
        raise TypeError(f"{name} must be a whole number, got {value!r} ({type(value).__name__}).")
    number = index(value)
    if number < least:
        raise ValueError(f"{name} must be at least {least}, got {number}.")
    return number


def count_or_names(animals: Animals, seed: int) -> int | list[str]:
    """How many random animals, or the species of the ones that were named, or that a function names for the seed."""
    if callable(animals):
        animals = animals(seed)
    if animals is None:
        return 1
    if isinstance(animals, str):
        return [_known(animals)]
    if isinstance(animals, SupportsIndex):
        return _at_most(whole_number("animals, as a count,", animals, 0))
    if not isinstance(animals, Sequence):
        raise TypeError(
            "animals must be None, a name, a list of names, a number of animals, or a function from the seed to names, "
            f"got {type(animals).__name__}."
        )
    _at_most(len(animals))
    return [_known(name) for name in animals]


def choice_of(among: Sequence[str], count: int) -> tuple[str, ...]:
    """The species that `count` different random animals are drawn from."""
    if isinstance(among, str) or not isinstance(among, Sequence):
        raise TypeError(f"among must be a list of species, such as ['cat', 'bird'], got {among!r}.")
    names = tuple(_known(name) for name in among)
    if len(set(names)) < len(names):
        raise ValueError(f"among must name each species once, got {', '.join(names)}.")
    if count > len(names):
        raise ValueError(f"among must name at least as many species as random animals, {count}, got {len(names)}.")
    return names


def region_of(region: Sequence[float] | None) -> Region:
    """The region as four floats; the whole picture for None."""
    if region is None:
        return WHOLE_PICTURE
    wanted = (
        "region must be (left, top, right, bottom) in shares of the picture, 0 <= left < right <= 1 and "
        f"0 <= top < bottom <= 1, each side at least {SMALLEST_REGION}"
    )
    try:
        left, top, right, bottom = (float(edge) for edge in region)
    except (TypeError, ValueError):
        raise ValueError(f"{wanted}, got {region!r}.") from None
    # Written so that NaN fails; the small allowance is for 0.4 - 0.3 < 0.1.
    least = SMALLEST_REGION - 1e-9
    if not (0 <= left <= right - least <= 1 - least and 0 <= top <= bottom - least <= 1 - least):
        raise ValueError(f"{wanted}, got {region!r}.")
    return left, top, right, bottom


def centers_of(at: Sequence[tuple[float, float]] | None, count: int) -> list[complex] | None:
    """The centers as complex numbers, one an animal; None for None."""
    if at is None:
        return None
    try:
        centers = [complex(float(x), float(y)) for x, y in at]
    except (TypeError, ValueError):
        raise ValueError(f"at must be a list of (x, y) in shares of the picture, got {at!r}.") from None
    if len(centers) != count:
        raise ValueError(f"at must hold one (x, y) for each animal, got {len(centers)} for {count}.")
    if not all(isfinite(center.real) and isfinite(center.imag) for center in centers):
        raise ValueError(f"at must hold finite numbers, got {at!r}.")
    return centers


def colors_of(colors: Sequence[str | None] | None, count: int) -> tuple[str | None, ...]:
    """A color, or None for an animal's own, for each of `count` animals."""
    if colors is None:
        return (None,) * count
    if isinstance(colors, str) or not isinstance(colors, Sequence) or len(colors) != count:
        right = (["red", *[None] * (count - 1)])[:count]
        raise ValueError(
            f"colors must be a list with a color or None for each animal, {count} in all, such as {right}, "
            f"got {colors!r}."
        )
    for color in colors:
        if color is not None and not (isinstance(color, str) and color in COLORS):
            hint = did_you_mean(color, COLORS) or "."
            raise ValueError(f"there is no color {color!r}: the words are {', '.join(COLORS)}{hint}")
    return tuple(colors)


def things_of(things: int | Points) -> int | list[tuple[complex, float | None]]:
    """How many things at random places; or the center and side of each, None for a random side."""
    if not isinstance(things, Sequence):
        count = whole_number("things, as a count,", things, 0)
        if count > MOST_ANIMALS:
            raise ValueError(f"a scene has room for at most {MOST_ANIMALS} things, got {count}.")
        return count
    wanted = "things must be a number, or a list of (x, y) or (x, y, side) in shares of the picture"
    try:
        rows = [[float(number) for number in row] for row in things]  # a string has no such rows
    except (TypeError, ValueError):
        raise ValueError(f"{wanted}, got {things!r}.") from None
    if len(rows) > MOST_ANIMALS or not all(len(row) in (2, 3) and all(map(isfinite, row)) for row in rows):
        raise ValueError(f"{wanted}, at most {MOST_ANIMALS} of finite numbers, got {things!r}.")
    if not all(0.02 <= row[2] <= 1 for row in rows if len(row) == 3):
        raise ValueError(f"the side of a thing must be from 0.02 to 1, in shares of the picture, got {things!r}.")
    return [(complex(row[0], row[1]), row[2] if len(row) == 3 else None) for row in rows]


def style_of(style: str) -> str:
    """The style, if there is one of the name."""
    if style not in STYLES:
        hint = did_you_mean(style, STYLES) or "."
        raise ValueError(f"style must be one of {', '.join(STYLES)}, got {style!r}{hint}")
    return style


def _at_most(count: int) -> int:
    if count > MOST_ANIMALS:
        raise ValueError(f"a scene has room for at most {MOST_ANIMALS} animals, got {count}.")
    return count


def _known(name: object) -> str:
    if not isinstance(name, str):
        raise TypeError(f"an animal must be named by a string such as {SPECIES[0]!r}, got {name!r}.")
    return known_animal(name)
