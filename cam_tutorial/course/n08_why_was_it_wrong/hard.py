"""Hard scenes: each asks for one animal, and something makes it hard to see which it is.

What may be to blame for a wrong answer, the *suspects*, can each be taken out: the scene is drawn again without it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count, islice
from typing import Any

import numpy as np
import torch
from torch import Tensor

from cam_tutorial import zoo
from cam_tutorial.metrics import Interval, interval
from cam_tutorial.zoo import Scene

SIDE = 96  # of a picture as the network takes it
ROOM = 144  # of the drawing of which a picture shows a part, where its frame cuts an animal off
_CUT = 0.38  # the side of the square in which that animal stands, in shares of the drawing
CHIMERAS = (
    "bird with rabbit ears",
    "cat with butterfly upper wings",
    "cat with spider back legs",
    "turtle with rabbit ears",
    "turtle with butterfly upper wings",
    "rabbit with bird wing",
    "fish with snail tentacles",
    "butterfly with spider back legs",
)
LOOKED_AT = 1_080_900  # the seed of the scenes that are looked at, and from which some were chosen
Box = tuple[float, float, float, float]  # in shares of the drawing, as `region` is


@dataclass(frozen=True)
class View:
    """What a picture shows: a scene of the zoo by its arguments, and where the frame lies in its drawing."""

    seed: int
    animals: tuple[str, ...]
    options: dict[str, Any] = field(default_factory=dict)
    size: int = SIDE  # of the drawing
    frame: tuple[int, int] = (0, 0)  # left and top

    def scene(self, scale: int = 1) -> Scene:
        return zoo.scene(self.seed, self.animals, self.size * scale, **self.options)

    def framed(self, whole: Tensor, scale: int = 1) -> Tensor:
        """What the frame shows of an image or a mask of the drawing."""
        left, top = (scale * edge for edge in self.frame)
        return whole[..., top : top + SIDE * scale, left : left + SIDE * scale].clone()

    def picture(self, scale: int = 1) -> Tensor:
        return self.framed(self.scene(scale).image, scale)


@dataclass(frozen=True, eq=False)
class Hard:
    """A hard scene.

    Attributes:
        kind: what makes it hard, one of `KINDS`.
        image: (3, 96, 96), as the network sees it.
        label: the class of the animal that is asked for.
        suspects: what may be to blame, by name.
        masks: of the suspects, bool (n, 96, 96).
        culprit: which of the suspects makes the trouble; None if it is none of them, or not known of any.
        view: how it is drawn.
        undone: how it is drawn without the trouble; None: without the culprit.
    """

    kind: str
    image: Tensor
    label: int
    suspects: tuple[str, ...]
    masks: Tensor
    culprit: int | None
    view: View
    undone: View | None

    def without(self, k: int, scale: int = 1) -> Tensor:
        """The picture drawn again without suspect number k."""
        if self.kind == "a chimera" and k == 0:
            assert self.undone is not None
            return self.undone.picture(scale)
        scene = self.view.scene(scale)
        gone = [*scene.animals[1:], *scene.things][k - (self.kind == "a chimera")]
        return self.view.framed(scene.without(gone).image, scale)

    def mended(self, scale: int = 1) -> Tensor:
        """The picture drawn again without the trouble."""
        return self.without(0, scale) if self.undone is None else self.undone.picture(scale)

    def fine(self) -> Tensor:
        """The picture, drawn finer: (3, 288, 288)."""
        return self.view.picture(3)


# What each kind gives: how the scene is drawn, how without the trouble, and which suspect makes it.
Made = tuple[View, View | None, int | None]


def another_animal(seed: int, rng: np.random.Generator) -> Made | None:
    """Two animals, and a thing as large as the second."""
    names = tuple(zoo.ANIMALS[i] for i in rng.permutation(len(zoo.ANIMALS))[:2].tolist())
    boxes = boxes_of(zoo.scene(seed, names))
    things = free(rng, 1, longer(boxes[1]), boxes)
    return things and (View(seed, names, {"things": things}), None, 0)


def things(seed: int, rng: np.random.Generator) -> Made | None:
    """A small animal and three things that are about as large."""
    region = square(rng, 0.36)
    animal = zoo.scene(seed, region=region)
    spots = free(rng, 3, 0.33, boxes_of(animal))
    alone = View(seed, (animal.animals[0].name,), {"region": region})
    return spots and (replace(alone, options={"region": region, "things": spots}), alone, None)


def hidden(seed: int, rng: np.random.Generator) -> Made | None:
    """An animal behind a thing, and two more things of that size."""
    region = (0.05, 0.05, 0.95, 0.95)
    animal = zoo.scene(seed, region=region)
    (box,) = boxes_of(animal)
    side = 0.7 * longer(box)
    spots = free(rng, 2, side, [box])
    x, y = ((box[k] + box[k + 2]) / 2 + 0.3 * (rng.random() - 0.5) * (box[k + 2] - box[k]) for k in (0, 1))
    options = {"region": region, "things": spots and [(x, y, side), *spots]}
    return spots and (View(seed, (animal.animals[0].name,), options), None, 0)


def tiny(seed: int, rng: np.random.Generator) -> Made | None:
    """A tiny animal, and two things that leave room for a larger one."""
    wide = square(rng, 0.5)
    small = tuple((wide[k] + wide[k + 2]) / 2 + end * 0.125 for end in (-1, 1) for k in (0, 1))
    large = zoo.scene(seed, region=wide)
    spots = free(rng, 2, 0.3, boxes_of(large))
    view = View(seed, (large.animals[0].name,), {"region": wide, "things": spots})
    return spots and (replace(view, options={"region": small, "things": spots}), view, None)


def cut_off(seed: int, rng: np.random.Generator, seen: float = 0.3) -> Made | None:
    """An animal of which the frame shows three tenths of the way across, and two things."""
    edge, along = int(rng.integers(4)), float(rng.random())
    low, side = [along * (1 - _CUT)] * 2, _CUT
    low[edge // 2] = (0.03, 0.97 - side)[edge % 2]  # near that border of the drawing, so that the frame can cut it
    region = (low[0], low[1], low[0] + side, low[1] + side)
    animal = zoo.scene(seed, None, ROOM, region=region)
    box = animal.animals[0].box
    inside = [min(max(round((box[k] + box[k + 2] - SIDE) / 2), 0), ROOM - SIDE) for k in (0, 1)]
    frame, across = list(inside), box[edge // 2 + 2] - box[edge // 2]
    # The first three tenths from the left or from the top are left of the animal, or the last ones.
    cut = (box[edge // 2 + 2] - round(seen * across), box[edge // 2] + round(seen * across) - SIDE)
    frame[edge // 2] = min(max(cut[edge % 2], 0), ROOM - SIDE)
    bounds = [place / ROOM for place in (*frame, frame[0] + SIDE, frame[1] + SIDE)]
    spots = free(rng, 2, 0.3 * SIDE / ROOM, boxes_of(animal), bounds)
    options = {"region": region, "things": spots}
    view = View(seed, (animal.animals[0].name,), options, ROOM, (frame[0], frame[1]))
    return (view, replace(view, frame=(inside[0], inside[1])), None) if spots else None


def a_chimera(seed: int, rng: np.random.Generator) -> Made | None:
    """An animal with a part of another, and two things."""
    name = CHIMERAS[int(rng.integers(len(CHIMERAS)))]
    plain, region = name.split(" with ")[0], square(rng, 0.5)
    spots = free(rng, 2, 0.3, [region])
    view = View(seed, (name,), {"region": region, "things": spots})
    return spots and (view, replace(view, animals=(plain,)), 0)


KINDS: dict[str, Callable[[int, np.random.Generator], Made | None]] = {
    "another animal": another_animal,
    "a chimera": a_chimera,
    "things": things,
    "hidden": hidden,
    "tiny": tiny,
    "cut off": cut_off,
}


def one(kind: str, seed: int) -> Hard:
    """One more hard scene of a kind, to look at: none of those that `every_kind` draws for measuring.

    Raises:
        ValueError: its things find no room.
    """
    number = LOOKED_AT * 2**32 + seed
    made = KINDS[kind](number, np.random.default_rng([8, number]))
    if not made:
        raise ValueError(f"the things of {kind!r}, seed {seed}, find no room")
    return _hard(kind, *made)


def every_kind(n: int, seed: int) -> list[Hard]:
    """The first n of each kind, each kind with seeds of its own: those of `seed`, `seed` + 1, and so on."""
    return [case for number, kind in enumerate(KINDS) for case in scenes(kind, n, seed + number)]


KNOWN = ("another animal", "a chimera", "hidden")  # where one of the suspects makes the trouble: the first


def per_kind(cases: Sequence[Hard], values: Tensor) -> dict[str, Tensor]:
    """One value a scene -> those of each kind that occurs, in the order of `KINDS`."""
    numbers = {kind: [n for n, case in enumerate(cases) if case.kind == kind] for kind in KINDS}
    return {kind: values[some] for kind, some in numbers.items() if some}


def gains(cases: Sequence[Hard], first: Tensor, second: Tensor) -> dict[str, Interval]:
    """By how much the first is higher in each kind, paired, with its interval."""
    higher = per_kind(cases, first.double() - second.double())
    return {kind: interval(values) for kind, values in higher.items()}


def scenes(kind: str, n: int, seed: int) -> list[Hard]:
    """The first n hard scenes of a kind; seeds as in `zoo.scenes_of`, those of 1,000,000 and more for measuring."""
    return list(islice(_scenes(kind, seed), n))


def _scenes(kind: str, seed: int) -> Iterator[Hard]:
    for number in count(seed * 2**32):
        made = KINDS[kind](number, np.random.default_rng([8, number]))
        if made:  # else there was no room
            yield _hard(kind, *made)


def _hard(kind: str, view: View, undone: View | None, culprit: int | None) -> Hard:
    scene = view.scene()
    asked, *others = scene.animals
    names, masks = [one.name for one in (*others, *scene.things)], [one.mask for one in (*others, *scene.things)]
    if kind == "a chimera":
        part = asked.name.split(" with ")[1]
        names.insert(0, part)
        masks.insert(0, asked.parts[part.split(" ", 1)[1]])
    shown = torch.stack([view.framed(mask) for mask in masks])
    return Hard(kind, view.framed(scene.image), asked.label, tuple(names), shown, culprit, view, undone)


def boxes_of(scene: Scene) -> list[Box]:
    """The boxes of a scene's animals, in shares of it."""
    return [tuple(edge / scene.size for edge in animal.box) for animal in scene.animals]


def longer(box: Box) -> float:
    """A box's longer side."""
    return max(box[2] - box[0], box[3] - box[1])


def square(rng: np.random.Generator, side: float) -> Box:
    """A square somewhere in the picture."""
    left, top = (rng.random(2) * (1 - side)).tolist()
    return left, top, left + side, top + side


def free(
    rng: np.random.Generator, wanted: int, side: float, taken: Sequence[Box], bounds: Sequence[float] = (0, 0, 1, 1)
) -> list[tuple[float, float, float]]:
    """As many (x, y, side) for things whose boxes overlap nothing that is taken; an empty list if there is no room."""
    boxes, found = list(taken), []
    left, top, right, bottom = bounds
    for across, down in rng.random((300, 2)).tolist():
        x, y = left + side / 2 + across * (right - left - side), top + side / 2 + down * (bottom - top - side)
        box = (x - side / 2, y - side / 2, x + side / 2, y + side / 2)
        if all(box[0] >= one[2] or box[2] <= one[0] or box[1] >= one[3] or box[3] <= one[1] for one in boxes):
            boxes.append(box)
            found.append((x, y, side))
            if len(found) == wanted:
                return found
    return []
