"""What notebook 11 teaches from and measures on: the newcomers of the zoo.

Scenes to learn from have seeds below 1,000,000, those to measure on above it (`training.HELD_OUT_SEED`).
"""

from dataclasses import dataclass

import torch
from scipy import ndimage
from torch import Tensor

from cam_tutorial import metrics, models, training, zoo
from cam_tutorial.zoo import NEWCOMERS, Scene

SIDE = 96  # pixels that the networks see
FIRST = 1100  # seed of the first draw's scenes
HELD_OUT = training.HELD_OUT_SEED + FIRST
HELD_OUT_TWO = HELD_OUT + 10


@dataclass(frozen=True)
class Pictures:
    """Scenes as a network takes them.

    Attributes:
        images: preprocessed, (N, 3, 96, 96).
        labels: (N,), the class of the animal that is asked for.
        masks: bool (N, 96, 96), where that animal is.
    """

    images: Tensor
    labels: Tensor
    masks: Tensor

    def __len__(self) -> int:
        return len(self.labels)


def collected(scenes: list[Scene], classes: tuple[str, ...] = NEWCOMERS) -> Pictures:
    """The scenes, each asked for its first animal, whose class is its place in `classes`."""
    images = torch.cat([zoo.preprocess(scene.image) for scene in scenes])
    labels = torch.tensor([classes.index(scene.animals[0].name) for scene in scenes])
    masks = torch.stack([scene.animals[0].mask for scene in scenes])
    return Pictures(images.contiguous(memory_format=torch.channels_last), labels, masks)


def in_turn(each: int, seed: int, style: str = "day", size: int = SIDE) -> Pictures:
    """One animal a scene, the newcomers in turn: the first 5 · n are n of each."""
    rows = [zoo.scenes_of(each, seed + k, name, size, style=style) for k, name in enumerate(NEWCOMERS)]
    return collected([scene for one_of_each in zip(*rows, strict=True) for scene in one_of_each])


def examples(draw: int, each: int = 50, style: str = "day", size: int = SIDE) -> Pictures:
    """The pictures that a draw gives to learn from: those of another draw are others."""
    return in_turn(each, FIRST + 10 * draw, style, size)


def held_out(each: int = 40, style: str = "day", size: int = SIDE) -> Pictures:
    """Pictures of one newcomer each, to measure how often a classifier is right."""
    return in_turn(each, HELD_OUT, style, size)


def two(n: int = 120) -> Pictures:
    """Held-out pictures of two newcomers each; the first is asked for."""
    return collected(list(zoo.scenes_of(n, HELD_OUT_TWO, 2, SIDE, among=NEWCOMERS)))


def two_of_the_eight(n: int = 120) -> Pictures:
    """The same scenes with two of the animals that zoo-gap knows."""
    return collected(list(zoo.scenes_of(n, HELD_OUT_TWO, 2, SIDE)), zoo.ANIMALS)


def of_the_eight(n: int = 200) -> Pictures:
    """Pictures of one animal each that zoo-gap knows, for the scale of its averages."""
    return collected(list(zoo.scenes_of(n, FIRST + 9, None, SIDE)), zoo.ANIMALS)


def untrained(seed: int = 0) -> models.GapNet:
    """zoo-gap's layers for five classes, their weights drawn; the caller's random numbers stay as they were."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return models.GapNet(classes=len(NEWCOMERS))


def center(pictures: Pictures) -> Tensor:
    """The same soft spot in the middle of every picture: (N, 96, 96)."""
    across = torch.linspace(-1, 1, SIDE)
    return torch.exp(-(across[:, None] ** 2 + across**2) / (2 * 0.35**2)).expand(len(pictures), SIDE, SIDE)


def edges(pictures: Pictures) -> Tensor:
    """How steeply the brightness changes at each pixel, whatever the class: (N, 96, 96)."""
    gray = pictures.images.mean(dim=1).numpy()
    return torch.from_numpy(ndimage.gaussian_gradient_magnitude(gray, 1, axes=(1, 2)))


def ahead(difference: metrics.Interval, first: str, second: str) -> str:
    """Who is ahead, if the interval of first − second tells."""
    if not difference.excludes():
        return "not told apart"
    return first if difference.mean > 0 else second
