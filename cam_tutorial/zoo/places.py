"""Where the animals of a scene stand: inside the region, and with no two of their boxes overlapping.

A place is the center of an animal's box, a complex number in shares of the picture. A side is the longer side of that
box, in shares of the picture too.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .arguments import WHOLE_PICTURE, Region
from .individuals import Individual
from .raster import Sketch

# A good pixel at 96: keeps an animal's last, half covered pixel inside the region too.
_MARGIN = complex(0.011, 0.011)
_TRIES = 40
_SHRINK = 0.94


@dataclass(frozen=True, eq=False)
class Placed:
    """An individual, where its middle stands, and how long its longer side is."""

    individual: Individual
    place: complex
    side: float

    def sketch(self) -> Sketch:
        return self.individual.at(self.place, self.side)


def spread(
    rng: np.random.Generator, individuals: Sequence[Individual], sides: Sequence[float], region: Region
) -> tuple[list[float], list[complex]]:
    """Sides and random places, one an individual. If they do not fit, all are made smaller until they do."""
    width, height = region[2] - region[0] - 2 * _MARGIN.real, region[3] - region[1] - 2 * _MARGIN.imag
    sides = [
        min(side, width / individual.width, height / individual.height)
        for individual, side in zip(individuals, sides, strict=True)
    ]
    while True:
        halves = _halves(individuals, sides)
        places: list[complex] = []
        for x, y in rng.random((_TRIES, 2)).tolist():
            half = halves[len(places)]
            first, last = _room(half, region)
            place = complex(first.real + x * (last.real - first.real), first.imag + y * (last.imag - first.imag))
            if all(_apart(place - places[k], half + halves[k]) for k in range(len(places))):
                places.append(place)
                if len(places) == len(individuals):
                    return sides, places
        sides = [_SHRINK * side for side in sides]


def beside(
    rng: np.random.Generator, individuals: Sequence[Individual], sides: Sequence[float], others: Sequence[Placed]
) -> list[Placed]:
    """Each at a random place where its box overlaps none of the others', made smaller until there is one."""
    placed = list(others)
    for individual, side in zip(individuals, sides, strict=True):
        while True:
            half = _halves([individual], [side])[0]
            first, last = _room(half, WHOLE_PICTURE)
            spots = [
                complex(first.real + x * (last.real - first.real), first.imag + y * (last.imag - first.imag))
                for x, y in rng.random((_TRIES, 2)).tolist()
            ]
            taken = [(one.place, _halves([one.individual], [one.side])[0]) for one in placed]
            free = [spot for spot in spots if all(_apart(spot - place, half + other) for place, other in taken)]
            if free:
                placed.append(Placed(individual, free[0], side))
                break
            side *= _SHRINK
    return placed[len(others) :]


def moved_inside(
    individuals: Sequence[Individual], sides: Sequence[float], region: Region, places: Sequence[complex]
) -> list[complex]:
    """The places, each moved by as little as keeps its individual inside the region."""
    rooms = [_room(half, region) for half in _halves(individuals, sides)]
    return [
        complex(
            min(max(place.real, first.real), last.real),
            min(max(place.imag, first.imag), last.imag),
        )
        for (first, last), place in zip(rooms, places, strict=True)
    ]


def _halves(individuals: Sequence[Individual], sides: Sequence[float]) -> list[complex]:
    """Half the width and half the height of each one's box."""
    return [
        complex(individual.width, individual.height) * side / 2
        for individual, side in zip(individuals, sides, strict=True)
    ]


def _room(half: complex, region: Region) -> tuple[complex, complex]:
    """Where the center of a box may be: from the first to the second corner."""
    left, top, right, bottom = region
    return complex(left, top) + (half + _MARGIN), complex(right, bottom) - (half + _MARGIN)


def _apart(gap: complex, halves: complex) -> bool:
    """Whether two boxes leave a margin between them: `gap` lies between their centers, `halves` is their sum."""
    least = halves + 2 * _MARGIN
    return abs(gap.real) >= least.real or abs(gap.imag) >= least.imag
