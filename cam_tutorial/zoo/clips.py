"""Clips of the Tiny Zoo: an animal that does something for a while, and the truth of where and when."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
import torch
from torch import Tensor

from cam_tutorial.suggest import did_you_mean

from .arguments import SMALLEST_SIZE, whole_number
from .backdrop import backdrop
from .drawing import BEHIND, CLIP_CHANCE
from .raster import Sketch, blend, paint
from .scenes import scene
from .shapes import Outline
from .species import ANIMALS
from .truth import seen

Action = Literal["hop", "spin", "shake", "walk"]
ACTIONS: tuple[str, ...] = get_args(Action)
"""What an animal can do: jump up and down in its place, turn about itself, tremble, or go to the side."""
Way = Literal["left", "right"]

_LEAST = 8  # frames of an action
_PERIOD = {"hop": 6, "spin": 12, "shake": 3}  # frames until a movement is at its beginning again, about
_MARGIN = 0.011  # of the picture, which stays free at its edges, as in a scene
_HEIGHT, _TREMBLE, _STEP = 0.13, 0.03, 0.012  # of a hop, a shake and a frame's walk, in shares of the picture


@dataclass(frozen=True, eq=False)
class Clip:
    """Some frames of a scene in which one animal acts from `start` to before `stop`, and else stands still.

    Attributes:
        frames: float32 (T, 3, size, size) in [0, 1].
        masks: bool (T, size, size), where the acting animal is seen; a pixel at the rim of one in front is that one's.
        name: the species of the acting animal, one of `SPECIES`.
        action: one of `ACTIONS`.
        label: the position of `action` in `ACTIONS`.
        start, stop: the first frame of the action, and the first one after it.
        way: "left" or "right", by chance: to which side it turns if it spins (right is clockwise), and goes first if it
            shakes or walks. A hop has no side.
        others: bool (T, size, size), where the animals are seen that only stand there.
        seed: of the clip.
    """

    frames: Tensor
    masks: Tensor
    name: str
    action: str
    label: int
    start: int
    stop: int
    way: Way
    others: Tensor
    seed: int


def clip(
    seed: int,
    action: str | None = None,
    animals: str | int | Sequence[str] = 1,
    *,
    frames: int = 24,
    size: int = 64,
    among: Sequence[str] = ANIMALS,
) -> Clip:
    """Draw the clip with this seed: the same arguments give the same bytes, in any process.

    The acting animal stays in the picture: it turns back from the edge on a walk, trembles less beside it, and keeps
    off it while it spins. Where it meets the others, it passes behind them, and may be hidden there. What hops, spins
    or shakes does so a whole number of times, and ends as it stood. So a movement played backward is one that is drawn,
    too, and just as often: what tells the two directions apart is no more than that nobody is hidden before a walk.

    Args:
        seed: a whole number from 0. It decides all that is not given.
        action: one of `ACTIONS`; None for a random one. It changes nothing but the movement.
        animals: a name, a list of names, or how many of different random species, 1 to 6: the first acts and the
            others stand still.
        frames: how many, at least 16.
        size: width and height in pixels, at least 16.
        among: the species that random animals may be of.

    Returns:
        A `Clip`. An action takes from 8 frames to half of all; how many, and where it begins, is left to chance.

    Raises:
        TypeError: an argument is of the wrong kind.
        ValueError: there is no such action or animal, or a number is out of its range.
    """
    seed, frames = whole_number("seed", seed, 0), whole_number("frames", frames, 2 * _LEAST)
    size = whole_number("size", size, SMALLEST_SIZE)
    still = scene(seed, animals, size, among=among, region=(0.0, _HEIGHT, 1.0, 1.0))  # room to hop
    if still.drawing is None or not still.animals:
        raise ValueError(f"a clip needs an animal that acts, got animals={animals!r}.")
    rolls = np.random.default_rng([CLIP_CHANCE, seed]).random(5).tolist()
    action = ACTIONS[int(rolls[0] * len(ACTIONS))] if action is None else _known(action)
    length = _LEAST + int(rolls[1] * (frames // 2 - _LEAST + 1))
    start = int(rolls[2] * (frames - length + 1))
    way: Way = "right" if rolls[4] < 0.5 else "left"

    image, grain = backdrop(np.random.default_rng([BEHIND, seed]), size)
    words, (actor, *others) = list(zip(still.drawing.names, still.drawing.colors, strict=True)), still.drawing.sketches
    layers = [paint([sketch], size) for sketch in others]
    pictures, masks, hidden = (np.empty((frames, *shape, size, size), kind) for shape, kind in _KINDS)
    moments: dict[int, int] = {}  # of the action -> the frame that shows it: all in which nothing moves are the same
    for t in range(frames):
        elapsed = min(max(t - start + 1, 0), length + 1)
        if elapsed in moments:
            same = moments[elapsed]
            pictures[t], masks[t], hidden[t] = pictures[same], masks[same], hidden[same]
            continue
        moments[elapsed] = t
        moved = paint([_moved(actor, action, way, elapsed, length + 1)], size)
        pictures[t] = image
        for layer in (moved, *layers):
            blend(pictures[t], layer)
        found, _ = seen(words, (), [moved, *layers], size)
        masks[t] = found[0].mask.numpy()
        hidden[t] = sum((one.mask.numpy() for one in found[1:]), np.zeros((size, size), np.bool_))
    np.clip(pictures + grain, 0, 1, out=pictures)
    where, elsewhere = torch.from_numpy(masks), torch.from_numpy(hidden)
    name, label, stop = words[0][0], ACTIONS.index(action), start + length
    return Clip(torch.from_numpy(pictures), where, name, action, label, start, stop, way, elsewhere, seed)


_KINDS = (((3,), np.float32), ((), np.bool_), ((), np.bool_))


def _moved(sketch: Sketch, action: str, way: Way, step: int, steps: int) -> Sketch:
    """The sketch after that many steps of the action: at none, and at the last one, it stands still."""
    if step == 0 or (step == steps and action != "walk"):
        return sketch
    side, (middle, half) = (1 if way == "right" else -1), _box(sketch.points)
    if action == "walk":
        return _put(sketch, middle, complex(_back_and_forth(middle.real, half.real, side * _STEP * step), middle.imag))
    phase = step * max(1, round(steps / _PERIOD[action])) / steps
    if action == "spin":
        turn = np.exp(2j * np.pi * side * phase)
        return _inside(_put(sketch, middle, middle, turn))
    if action == "shake":
        return _inside(_put(sketch, middle, middle + side * _TREMBLE * np.sin(2 * np.pi * phase)))
    return _inside(_put(sketch, middle, middle - 1j * _HEIGHT * abs(np.sin(np.pi * phase))))


def _put(sketch: Sketch, middle: complex, place: complex, turn: complex = 1) -> Sketch:
    """The sketch turned about the middle, which then comes to that place."""
    points, pattern = (place + (outline - middle) * turn for outline in (sketch.points, sketch.pattern))
    return replace(sketch, points=points, pattern=pattern)


def _inside(sketch: Sketch) -> Sketch:
    """The sketch, moved by as little as keeps it in the picture."""
    middle, half = _box(sketch.points)
    across, down = (
        min(max(at, least), 1 - least)
        for at, least in ((middle.real, _MARGIN + half.real), (middle.imag, _MARGIN + half.imag))
    )
    return _put(sketch, middle, complex(across, down))


def _back_and_forth(place: float, half: float, shift: float) -> float:
    """Where one comes to that goes so far, and turns back at the picture's edges; `half` is half its width."""
    room = 1 - 2 * (_MARGIN + half)
    gone = (place - _MARGIN - half + shift) % (2 * room)
    return _MARGIN + half + min(gone, 2 * room - gone)


def _box(points: Outline) -> tuple[complex, complex]:
    """The middle of the box around points, and half its width and height."""
    left, right, top, bottom = points.real.min(), points.real.max(), points.imag.min(), points.imag.max()
    return complex(left + right, top + bottom) / 2, complex(right - left, bottom - top) / 2


def _known(action: str) -> str:
    if action not in ACTIONS:
        hint = did_you_mean(action, ACTIONS) or "."
        raise ValueError(f"action must be one of {', '.join(ACTIONS)}, got {action!r}{hint}")
    return action
