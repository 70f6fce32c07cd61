"""Who lives in the zoo, and whom chance draws.

To add a species, list its parts as `animals.py` does and name it at the end of `FIGURES`. No scene of today changes,
no class number moves, and no network has to be trained again: chance draws from `ANIMALS` until it is told otherwise.
"""

from functools import cache

from cam_tutorial.suggest import did_you_mean

from .animals import BIRD, BUTTERFLY, CAT, FISH, RABBIT, SNAIL, SPIDER, TURTLE
from .chimera import grafted
from .figures import Figure
from .kinds import KIND_FIGURES, KINDS
from .newcomers import CRAB, ELEPHANT, FROG, HEDGEHOG, WHALE

FIGURES: dict[str, Figure] = {
    "cat": Figure(CAT),
    "rabbit": Figure(RABBIT),
    "bird": Figure(BIRD),
    "fish": Figure(FISH),
    "turtle": Figure(TURTLE),
    "snail": Figure(SNAIL),
    "butterfly": Figure(BUTTERFLY),
    "spider": Figure(SPIDER),
    "frog": Figure(FROG),
    "crab": Figure(CRAB),
    "hedgehog": Figure(HEDGEHOG),
    "whale": Figure(WHALE),
    "elephant": Figure(ELEPHANT),
    **KIND_FIGURES,
}

SPECIES: tuple[str, ...] = tuple(FIGURES)
"""Every species that a scene can show. An animal's label is the position of its name here."""

ANIMALS: tuple[str, ...] = ("cat", "rabbit", "bird", "fish", "turtle", "snail", "butterfly", "spider")
"""The eight that the networks of the course know, in the order of their classes: SPECIES begins with them.

A random animal is one of these. They stay as they are, since weights and stored outputs rest on their scenes.
"""

NEWCOMERS: tuple[str, ...] = ("frog", "crab", "hedgehog", "whale", "elephant")
"""Five that no network of the course has seen: a scene shows them where they are asked for."""

_WITH = " with "


def figure_of(name: str) -> Figure:
    """The figure of a species or of a chimera, whose name `known_animal` has found to be right."""
    return FIGURES[name] if name in FIGURES else _chimera(name)


def label_of(name: str) -> int:
    """The class of a species, or that of a chimera's body."""
    return SPECIES.index(name.partition(_WITH)[0])


def names_for(name: str) -> set[str]:
    """All that one may call an animal of this name: a chimera also by its body, a kind also by its species."""
    body = name.partition(_WITH)[0]
    return {name, body, *(species for species, kinds in KINDS.items() if body in kinds)}


def known_animal(name: str) -> str:
    """The name, if there is such a species or such a chimera.

    Raises:
        ValueError: there is none.
    """
    if name in SPECIES:
        return name
    if _WITH not in name:
        return _species(name)
    body, donor, part = _read(name)
    if not part:
        raise ValueError(f"a chimera is named as in 'cat{_WITH}rabbit ears', got {name!r}.")
    return chimera(body, part, donor)


def chimera(body: str, part: str, donor: str) -> str:
    """The name of a chimera, as `scene` takes it: "cat with rabbit ears" for ("cat", "ears", "rabbit").

    It is the body to the pixel, only that this part of it is the donor's; a part that the body does not have lies on
    top of its middle. Its class is that of the body. The new part may stick out of the body's box, and so of a region
    or into a neighbor; where it does so to the left, one scene in a thousand has an outline of the body moved by a
    third of a pixel somewhere.

    Args:
        body: the species that it is, and whose class it keeps.
        part: a part of the donor, by its name in `Animal.parts`.
        donor: the species that the part comes from.

    Raises:
        ValueError: there is no such species, or the donor has no such part.
    """
    parts = figure_of(_species(donor)).names
    if part not in parts:
        hint = did_you_mean(part, parts) or "."
        raise ValueError(f"the {donor} has no part {part!r}, it has {', '.join(parts)}{hint}")
    return f"{_species(body)}{_WITH}{donor} {part}"


def _species(name: str) -> str:
    if name not in SPECIES:
        hint = did_you_mean(name, SPECIES) or "."
        raise ValueError(f"there is no animal {name!r} in the zoo, which has {', '.join(SPECIES)}{hint}")
    return name


def _read(name: str) -> tuple[str, str, str]:
    """Body, donor and part of a chimera's name. A species is one word, a part may be several."""
    body, _, graft = name.partition(_WITH)
    donor, _, part = graft.partition(" ")
    return body, donor, part


@cache
def _chimera(name: str) -> Figure:
    body, donor, part = _read(name)
    return grafted(FIGURES[body], part, FIGURES[donor])
