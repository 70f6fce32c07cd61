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
from .species import ANIMALS
from .truth import seen

Action = Literal["hop", "spin", "shake", "walk"]
ACTIONS: tuple[str, ...] = get_args(Action)
"""What an animal can do: jump up and down in its place, turn about itself, tremble, or go to the side."""

_LEAST = 8  # frames of an action
_PERIOD = {"hop": 6, "spin": 12, "shake": 3, "walk": 8}  # frames until a movement is at its beginning again
_HEIGHT, _TREMBLE, _STEP = 0.13, 0.03, 0.012  # of a hop, a shake and a frame's walk, in shares of the picture


@dataclass(frozen=True, eq=False)
class Clip:
    """Some frames of a scene in which one animal acts from `start` to before `stop`, and else stands still.

    Attributes:
        frames: float32 (T, 3, size, size) in [0, 1].
        masks: bool (T, size, size), where the acting animal is seen.
        name: the species of the acting animal, one of `SPECIES`.
        action: one of `ACTIONS`.
        label: the position of `action` in `ACTIONS`.
        start, stop: the first frame of the action, and the first one after it.
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

    Args:
        seed: a whole number from 0. It decides all that is not given.
        action: one of `ACTIONS`; None for a random one. It changes nothing but the movement.
        animals: a name, a list of names, or how many of different random species, 1 to 6: the first acts and the
            others stand still.
        frames: how many, at least 16.
        size: width and height in pixels, at least 16.
        among: the species that random animals may be of.

    Returns:
        A `Clip`. Where an action begins and how long it lasts is drawn from all that fits, with at least 8 frames.

    Raises:
        TypeError: an argument is of the wrong kind.
        ValueError: there is no such action or animal, or a number is out of its range.
    """
    seed, frames = whole_number("seed", seed, 0), whole_number("frames", frames, 2 * _LEAST)
    size = whole_number("size", size, SMALLEST_SIZE)
    still = scene(seed, animals, size, among=among, region=(0.0, _HEIGHT, 1.0, 1.0))  # room to hop
    if still.drawing is None or not still.animals:
        raise ValueError(f"a clip needs an animal that acts, got animals={animals!r}.")
    rolls = np.random.default_rng([CLIP_CHANCE, seed]).random(4).tolist()
    action = ACTIONS[int(rolls[0] * len(ACTIONS))] if action is None else _known(action)
    length = _LEAST + int(rolls[1] * (frames // 2 - _LEAST + 1)) if frames > 2 * _LEAST else _LEAST
    start = int(rolls[2] * (frames - length + 1))

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
        moved = paint([_moved(actor, action, elapsed, length)], size)
        pictures[t] = image
        for layer in (moved, *layers):
            blend(pictures[t], layer)
        found, _ = seen(words, (), [moved, *layers], size)
        masks[t] = found[0].mask.numpy()
        hidden[t] = sum((one.mask.numpy() for one in found[1:]), np.zeros((size, size), np.bool_))
    np.clip(pictures + grain, 0, 1, out=pictures)
    where, elsewhere = torch.from_numpy(masks), torch.from_numpy(hidden)
    name, label, stop = words[0][0], ACTIONS.index(action), start + length
    return Clip(torch.from_numpy(pictures), where, name, action, label, start, stop, elsewhere, seed)


_KINDS = (((3,), np.float32), ((), np.bool_), ((), np.bool_))


def _moved(sketch: Sketch, action: str, elapsed: int, length: int) -> Sketch:
    """The sketch in that frame of the action, counted from 1; afterwards it is as it was, or where it walked to."""
    phase = elapsed / _PERIOD[action] if elapsed <= length else 0.0
    middle = (sketch.points.real.max() + sketch.points.real.min()) / 2 + 1j * (
        (sketch.points.imag.max() + sketch.points.imag.min()) / 2
    )
    shift, turn = 0j, 1 + 0j
    if action == "hop":
        shift = -1j * _HEIGHT * abs(np.sin(np.pi * phase))
    elif action == "shake":
        shift = complex(_TREMBLE * np.sin(2 * np.pi * phase))
    elif action == "spin":
        turn = np.exp(2j * np.pi * phase)
    else:
        # To the side that has more room, so that it stays in the picture.
        shift = complex(_STEP * min(elapsed, length) * (1 if middle.real < 0.5 else -1))
    return replace(
        sketch,
        points=middle + (sketch.points - middle) * turn + shift,
        pattern=middle + (sketch.pattern - middle) * turn + shift,
    )


def _known(action: str) -> str:
    if action not in ACTIONS:
        hint = did_you_mean(action, ACTIONS) or "."
        raise ValueError(f"action must be one of {', '.join(ACTIONS)}, got {action!r}{hint}")
    return action
