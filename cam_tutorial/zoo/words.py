"""What can be said and asked of a scene: captions, and questions with their answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

from .drawing import Scene
from .truth import Animal

RELATIONS = ("left of", "right of", "above", "below")


@dataclass(frozen=True, eq=False)
class Question:
    """A question about a scene, with what is true.

    Attributes:
        text: the question, lower case, one space between words, a question mark at the end.
        answer: one word.
        about: the animal that the answer is read off, where a network should look.
        kind: "color" or "where".
    """

    text: str
    answer: str
    about: Animal
    kind: str


def caption(scene: Scene) -> str:
    """What is to be seen, in words: color and species of each animal, and of two also how they stand to each other.

    Args:
        scene: what to describe.

    Returns:
        "a blue snail", "a blue snail left of a red cat", "a blue snail, a red cat and a green bird", or "nothing".
    """
    phrases = [f"{_article(animal.color)} {animal.color} {animal.name}" for animal in scene.animals]
    if len(phrases) == 2:
        return f"{phrases[0]} {relation(*scene.animals)} {phrases[1]}"
    return " and ".join([", ".join(phrases[:-1]), phrases[-1]] if len(phrases) > 1 else phrases) or "nothing"


def relation(one: Animal, other: Animal) -> str:
    """How the middle of one animal's box stands to the other's: the larger of the two distances decides.

    Returns:
        One of `RELATIONS`: one is "left of", "right of", "above" or "below" the other.
    """
    across, down = (one.box[k] + one.box[k + 2] - other.box[k] - other.box[k + 2] for k in (0, 1))
    if abs(across) >= abs(down):
        return RELATIONS[0] if across < 0 else RELATIONS[1]
    return RELATIONS[2] if down < 0 else RELATIONS[3]


def questions(scene: Scene) -> list[Question]:
    """Every question that has one answer in the scene.

    "what color is the bird?" for each animal that is alone of its species; "what is left of the cat?" for each such
    animal that exactly one other stands to in that way. (Of two animals, the one that is left of the other is not
    above it as well: see `relation`.)
    """
    alone = [animal for animal in scene.animals if [one.name for one in scene.animals].count(animal.name) == 1]
    asked = [Question(f"what color is the {animal.name}?", animal.color, animal, "color") for animal in alone]
    for how in RELATIONS:
        for animal in alone:
            there = _standing(scene.animals, how, animal)
            if len(there) == 1:
                asked.append(Question(f"what is {how} the {animal.name}?", there[0].name, there[0], "where"))
    return asked


def _standing(animals: Sequence[Animal], how: str, middle: Animal) -> list[Animal]:
    """The others that stand so to the one in the middle."""
    return [one for one, other in permutations(animals, 2) if other is middle and relation(one, other) == how]


def _article(word: str) -> str:
    return "an" if word[0] in "aeiou" else "a"
