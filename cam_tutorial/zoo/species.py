"""Who lives in the zoo, and whom chance draws.

To add a species, list its parts as `animals.py` does and name it at the end of `FIGURES`. No scene of today changes,
no class number moves, and no network has to be trained again: chance draws from `ANIMALS` until it is told otherwise.
"""

from .animals import BIRD, BUTTERFLY, CAT, FISH, RABBIT, SNAIL, SPIDER, TURTLE
from .figures import Figure

FIGURES: dict[str, Figure] = {
    "cat": Figure(CAT),
    "rabbit": Figure(RABBIT),
    "bird": Figure(BIRD),
    "fish": Figure(FISH),
    "turtle": Figure(TURTLE),
    "snail": Figure(SNAIL),
    "butterfly": Figure(BUTTERFLY),
    "spider": Figure(SPIDER),
}

SPECIES: tuple[str, ...] = tuple(FIGURES)
"""Every species that a scene can show. An animal's label is the position of its name here."""

ANIMALS: tuple[str, ...] = ("cat", "rabbit", "bird", "fish", "turtle", "snail", "butterfly", "spider")
"""The eight that the networks of the course know, in the order of their classes: SPECIES begins with them.

A random animal is one of these. They stay as they are, since weights and stored outputs rest on their scenes.
"""
