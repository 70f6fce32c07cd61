"""What can be said and asked of a scene: captions, and questions with their answers.

It is said of the animals that are to be seen, be it by one pixel; their color is the one that they have by day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

from .drawing import Scene
from .species import names_for
from .truth import Animal

RELATIONS = ("left of", "right of", "above", "below")


@dataclass(frozen=True, eq=False)
class Question:
    """A question about a scene, with what is true.

    Attributes:
        text: the question, lower case, one space between words, a question mark at the end.
        answer: a color's word or an animal's name, which is one word too unless the animal is a chimera.
        about: the animal that the answer is read off, where a network should look.
        kind: "color" or "where".
    """

    text: str
    answer: str
    about: Animal
    kind: str


def phrase(color: str, name: str) -> str:
    """An animal in words: "a blue snail", "an orange cat"."""
    return f"{'an' if color[0] in 'aeiou' else 'a'} {color} {name}"


def caption(scene: Scene) -> str:
    """What is to be seen, in words: color and species of each animal, and of two also how they stand to each other.

    An animal that is hidden altogether is not named; where the styles "sketch", "chalk" and "night" show no color, the
    caption still says the one that the animal has by day.

    Args:
        scene: what to describe.

    Returns:
        "a blue snail", "a blue snail left of a red cat", "a blue snail, a red cat and a green bird", or "nothing".
    """
    animals = _seen(scene)
    phrases = [phrase(animal.color, animal.name) for animal in animals]
    how = _standing(*animals) if len(animals) == 2 else None
    if how:
        return f"{phrases[0]} {how} {phrases[1]}"
    return " and ".join([", ".join(phrases[:-1]), phrases[-1]] if len(phrases) > 1 else phrases) or "nothing"


def relation(one: Animal, other: Animal) -> str:
    """How the middle of one animal's box stands to the other's: the larger of the two distances decides.

    Returns:
        One of `RELATIONS`: one is "left of", "right of", "above" or "below" the other. Of two distances that are equal,
        it is the one across that counts.

    Raises:
        ValueError: one of them is hidden altogether, or both have the same middle.
    """
    for animal in (one, other):
        if not animal.mask.any():
            raise ValueError(f"nothing is to be seen of the {animal.name}, so it stands nowhere.")
    how = _standing(one, other)
    if how is None:
        raise ValueError(f"the {one.name} and the {other.name} have the same middle, so neither is beside the other.")
    return how


def questions(scene: Scene) -> list[Question]:
    """Every question that has one answer in the scene.

    "what color is the bird?" for each animal that alone can be called so (a chimera can be called like its body, and a
    kind like its species: see `KINDS`); "what is left of the cat?" for each such animal that exactly one other stands
    to in that way. (Of two animals, the one that is left of the other is not above it as well: see `relation`.)
    Animals that are hidden altogether do not count.
    """
    animals = _seen(scene)
    called = [names_for(animal.name) for animal in animals]
    alone = [animal for animal in animals if sum(animal.name in names for names in called) == 1]
    asked = [Question(f"what color is the {animal.name}?", animal.color, animal, "color") for animal in alone]
    for how in RELATIONS:
        for animal in alone:
            there = [one for one, other in permutations(animals, 2) if other is animal and _standing(one, other) == how]
            if len(there) == 1:
                asked.append(Question(f"what is {how} the {animal.name}?", there[0].name, there[0], "where"))
    return asked


def _seen(scene: Scene) -> Sequence[Animal]:
    """The animals of which at least one pixel is to be seen."""
    return [animal for animal in scene.animals if animal.mask.any()]


def _standing(one: Animal, other: Animal) -> str | None:
    """How one stands to the other; None for two with the same middle."""
    across, down = (one.box[k] + one.box[k + 2] - other.box[k] - other.box[k + 2] for k in (0, 1))
    if across == down == 0:
        return None
    if abs(across) >= abs(down):
        return RELATIONS[0] if across < 0 else RELATIONS[1]
    return RELATIONS[2] if down < 0 else RELATIONS[3]
