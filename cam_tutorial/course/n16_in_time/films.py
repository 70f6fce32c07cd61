"""The films of notebook 16: clips that no network has seen, with the truth of when and where; and what is measured."""

import gc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from cam_tutorial import upsample, zoo
from cam_tutorial.zoo import Clip

from .network import FRAMES, SIZE, ClipNet, as_bytes, clips_of, to_input

Segment = tuple[int, int]  # the first frame, and the first one after
SEED, TRIAL = 1_160_000, 160_000  # of the films that are reported on, and of those that thresholds are chosen on


@dataclass(frozen=True, eq=False)
class Films:
    """Some clips, in bytes, and what is true of them.

    Attributes:
        frames: uint8 (N, T, 3, H, W): a quarter of the memory of what the network takes, which `one_by_one` makes.
        labels: (N,), the actions.
        masks, others: bool (N, T, H, W), where the acting animal is seen, and the one that only stands there.
        when: of each, the frames of the action.
        ways: of each, "left" or "right": to which side it turns, or goes first.
    """

    frames: Tensor
    labels: Tensor
    masks: Tensor
    others: Tensor
    when: list[Segment]
    ways: list[str]


def some(count: int, seed: int = SEED) -> Films:
    """The films of `clips_of(count, seed)`."""
    gc.collect()  # as `network.draw`
    frames = torch.empty(count, FRAMES, 3, SIZE, SIZE, dtype=torch.uint8)
    masks, others = (torch.empty(count, FRAMES, SIZE, SIZE, dtype=torch.bool) for _ in range(2))
    labels, when, ways = torch.empty(count, dtype=torch.long), [], []
    for i, clip in enumerate(clips_of(count, seed)):
        frames[i], masks[i], others[i], labels[i] = as_bytes(clip.frames), clip.masks, clip.others, clip.label
        when.append((clip.start, clip.stop))
        ways.append(clip.way)
    return Films(frames, labels, masks, others, when, ways)


def one_by_one(frames: Tensor) -> Iterator[Tensor]:
    """Of films in bytes (N, T, 3, H, W) each by itself, as the network takes it, (1, 3, T, H, W): more need memory."""
    return (to_input(film)[None] for film in frames)


def one(seed: int, action: str | None = None, animals: Sequence[str] | int = 2) -> Clip:
    """One clip, as large as the network takes it; `large` draws it again."""
    return zoo.clip(seed, action, animals, frames=FRAMES, size=SIZE)


def four() -> list[Clip]:
    """A film of each action, in an order that says nothing."""
    return [one(seed) for seed in (1_160_016, 1_160_024, 1_160_014, 1_160_020)]


def temporal_iou(first: Segment, second: Segment) -> float:
    """How well two segments agree: the frames that they share, over the frames of either."""
    shared = max(0, min(first[1], second[1]) - max(first[0], second[0]))
    return shared / max(1, first[1] - first[0] + second[1] - second[0] - shared)


def temporal_ious(found: Sequence[Segment], truth: Sequence[Segment]) -> list[float]:
    """The temporal IoU of each film's segment."""
    return [temporal_iou(one, other) for one, other in zip(found, truth, strict=True)]


def changes(frames: Tensor) -> Tensor:
    """What differs from the frame before, (N, T, 12, 12): no network, the edge detector of time."""
    moved = (film.diff(dim=2, prepend=film[:, :, :1]).abs().mean(dim=1) for film in one_by_one(frames))
    return torch.cat([F.avg_pool2d(film, 4) for film in moved])


def points(maps: Tensor) -> Tensor:
    """Where each map (N, T, h, w) is highest, in frames and pixels: (N, 3)."""
    top = torch.stack([upsample(map_, (SIZE, SIZE)).argmax() for map_ in maps])
    return torch.stack(torch.unravel_index(top, (maps.shape[1], SIZE, SIZE)), dim=1)


def on(masks: Tensor, places: Tensor) -> Tensor:
    """Whether each place (N, 3) lies on the mask (N, T, H, W), in its own frame."""
    return masks[torch.arange(len(masks)), places[:, 0], places[:, 1], places[:, 2]]


def share(masks: Tensor) -> float:
    """How much of the films the masks take: what a point hits by chance."""
    return masks.sum().item() / masks.numel()


def within(when: Sequence[Segment], places: Tensor) -> Tensor:
    """Whether each place (N, 3) lies in the time of its film's action."""
    return torch.tensor([start <= t < stop for (start, stop), t in zip(when, places[:, 0].tolist(), strict=True)])


def pairs(labels: Tensor, count: int) -> tuple[list[int], list[int]]:
    """That many pairs of films with different actions, each film in one pair."""
    left, first, second = list(range(len(labels))), [], []
    while left and len(first) < count:
        one = left.pop(0)
        fits = [other for other in left if labels[other] != labels[one]]
        if fits:
            left.remove(fits[0])
            first.append(one), second.append(fits[0])
    return first, second


def shuffled(frames: Tensor, seed: int = 0) -> Tensor:
    """The same frames, each film's in an order of its own."""
    generator = torch.Generator().manual_seed(seed)
    return torch.stack([film[torch.randperm(len(film), generator=generator)] for film in frames])


def middle(when: Segment) -> int:
    """The frame in the middle of an action."""
    return sum(when) // 2


def frozen(films: Films) -> Tensor:
    """The frame in the middle of each action, for the whole film."""
    still = [film[middle(when)][None] for film, when in zip(films.frames, films.when, strict=True)]
    return torch.stack(still).expand_as(films.frames)


@torch.no_grad()
def map_of(net: ClipNet, clip: Clip) -> Tensor:
    """The class activation map of the clip's own action, (T, h, w)."""
    A = net.trunk(to_input(clip.frames)[None])[0]
    return torch.einsum("k,kthw->thw", net.classifier.weight[clip.label], A)


def best_threshold(curves: Tensor, when: Sequence[Segment], segment: Callable[[Tensor, float], Segment]) -> float:
    """Of the tenths from 0 to 0.9, the one whose segments agree best with the truth, on these curves (N, T)."""

    def agreement(tenth: int) -> float:
        return sum(temporal_ious([segment(curve, tenth / 10) for curve in curves], when))

    return max(range(10), key=agreement) / 10


def in_sight(masks: Tensor) -> Tensor:
    """Where the animal is in one of the six frames that a value of the map has seen: bool (N, T, H, W)."""
    seen = masks.clone()
    for ago in (1, 2, 3):
        seen[:, ago:] |= masks[:, :-ago]
    for ahead in (1, 2):
        seen[:, :-ahead] |= masks[:, ahead:]
    return seen


def to_the_right(films: Films) -> Tensor:
    """The films, of which those are mirrored that turn or go to the left: so all turn, and go first, to the right."""
    each = zip(films.frames, films.ways, strict=True)
    return torch.stack([film.flip(-1) if way == "left" else film for film, way in each])


def cut_short(films: Films) -> Tensor:
    """The films, in which the last third of the action is cut out: the animal stands again from one frame to the next.

    Where it stands after the action, it stands that much longer.
    """
    frames = films.frames.clone()
    for film, (start, stop) in zip(frames, films.when, strict=True):
        cut = stop - (stop - start) // 3
        film[cut:stop] = film[min(stop, FRAMES - 1)].clone()
    return frames
