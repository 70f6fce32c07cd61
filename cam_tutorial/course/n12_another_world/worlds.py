"""What notebook 12 measures on: the same scenes in every world, other ones to adapt to, and guesses made blindly."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

import numpy as np
import torch
from scipy import ndimage
from torch import Tensor, nn

from cam_tutorial import metrics, upsample, zoo
from cam_tutorial.metrics import Interval
from cam_tutorial.training import HELD_OUT_SEED

MEASURED = HELD_OUT_SEED + 12_100  # the scenes that every number is measured on
ADAPTED = HELD_OUT_SEED + 12_101  # the scenes that a network adapts to, without their labels
OTHERS = tuple(style for style in zoo.STYLES if style != "day")
BATCH = 25
MAP = 96  # pixels of a scene, and of a map that is measured

Who = Callable[[int], list[str]]  # from a scene's seed to its animal


@dataclass(frozen=True)
class Scenes:
    """Scenes of one animal each, with the truth.

    Attributes:
        inputs: as a network takes them, (N, 3, 96, 96).
        labels: the animal of each, (N,).
        masks: its pixels, bool (N, 96, 96).
    """

    inputs: Tensor
    labels: Tensor
    masks: Tensor

    def batches(self) -> Iterator[tuple[Tensor, Tensor]]:
        """Images and labels, 20 scenes at a time."""
        return zip(self.inputs.split(20), self.labels.split(20), strict=True)


@dataclass(frozen=True)
class Seen:
    """What a network says to scenes, and where it looks; each property is one value a scene, (N,).

    Attributes:
        scenes: what it was asked.
        logits: its answers, (N, 8).
        maps: the CAM of the animal that is there, (N, 12, 12).
    """

    scenes: Scenes
    logits: Tensor
    maps: Tensor

    @cached_property
    def right(self) -> Tensor:
        """1 where the answer is right."""
        return (self.logits.argmax(dim=1) == self.scenes.labels).double()

    @cached_property
    def sure(self) -> Tensor:
        """The probability that the network gives its answer."""
        return self.logits.softmax(dim=1).amax(dim=1).double()

    @cached_property
    def hits(self) -> Tensor:
        """1 where the map's highest place lies on the animal."""
        return metrics.pointing_game(upsample(self.maps, MAP), self.scenes.masks).double()

    @cached_property
    def energy(self) -> Tensor:
        """The share of the map's positive part that lies on the animal."""
        return metrics.energy_inside(upsample(self.maps, MAP), self.scenes.masks)


def labelled(style: str, n: int = 200, who: Who | None = None) -> Scenes:
    """Scenes to measure on: in every style the same ones."""
    drawn = list(zoo.scenes_of(n, MEASURED, who, style=style))
    return Scenes(
        zoo.preprocess(torch.stack([scene.image for scene in drawn])).contiguous(memory_format=torch.channels_last),
        torch.tensor([scene.animals[0].label for scene in drawn]),
        torch.stack([scene.animals[0].mask for scene in drawn]),
    )


def unlabelled(style: str, n: int = 400, who: Who | None = None) -> list[Tensor]:
    """Images to adapt to, in batches of 25 and without their labels: other scenes than those of `labelled`."""
    drawn, batches = zoo.scenes_of(n, ADAPTED, who, style=style), []
    while some := [scene.image for scene in islice(drawn, BATCH)]:
        batches.append(zoo.preprocess(torch.stack(some)).contiguous(memory_format=torch.channels_last))
    return batches


def only(*names: str) -> Who:
    """A world in which these live, each as often as the others."""
    return lambda seed: [names[np.random.default_rng([12, seed]).integers(len(names))]]


def mostly(name: str, share: float) -> Who:
    """A world in which all eight live, and one of them makes up a share of all scenes."""
    rest = [other for other in zoo.ANIMALS if other != name]

    def who(seed: int) -> list[str]:
        rng = np.random.default_rng([12, seed])
        return [name if rng.random() < share else rest[rng.integers(len(rest))]]

    return who


def accuracy(network: nn.Module, scenes: Scenes) -> Tensor:
    """1 where the answer is right, (N,), without any map."""
    with torch.no_grad():
        said = torch.cat([network(x).argmax(dim=1) for x, _ in scenes.batches()])
    return (said == scenes.labels).double()


def first(scenes: Scenes, n: int) -> Scenes:
    """The first n of them."""
    return Scenes(scenes.inputs[:n], scenes.labels[:n], scenes.masks[:n])


def sorted_batches(scenes: Scenes) -> list[Tensor]:
    """The images of `scenes`, a batch an animal."""
    return [scenes.inputs[scenes.labels == label] for label in range(len(zoo.ANIMALS))]


def blind_hits(scenes: Scenes) -> dict[str, Tensor]:
    """How often one hits who asks no network: a random place, the middle, and where the brightness changes most."""
    gray = scenes.inputs.mean(dim=1).numpy()
    edges = torch.from_numpy(ndimage.gaussian_gradient_magnitude(gray, 2, axes=(1, 2)))
    middle = torch.zeros(len(gray), MAP, MAP)
    middle[:, MAP // 2, MAP // 2] = 1
    return {
        "a random place": scenes.masks.double().mean(dim=(1, 2)),
        "the middle": metrics.pointing_game(middle, scenes.masks).double(),
        "the strongest edge": metrics.pointing_game(edges, scenes.masks).double(),
    }


def in_words(difference: Interval, above: str, below: str, neither: str) -> str:
    """What an interval of a difference says: above 0, below 0, or neither."""
    if not difference.excludes():
        return neither
    return above if difference.mean > 0 else below


def norms(network: nn.Module) -> list[nn.BatchNorm2d]:
    """The BatchNorm layers of a network, from the image up."""
    return [layer for layer in network.modules() if isinstance(layer, nn.BatchNorm2d)]


def shifts(network: nn.Module, adapted: nn.Module) -> list[Tensor]:
    """For each BatchNorm layer: how far the mean of each of its maps moved, in the old standard deviations."""
    found = []
    for old, new in zip(norms(network), norms(adapted), strict=True):
        assert old.running_mean is not None and old.running_var is not None and new.running_mean is not None
        found.append((new.running_mean - old.running_mean) / old.running_var.sqrt())
    return found


def by_its_own(network: nn.Module, batches: Sequence[Tensor]) -> Tensor:
    """What the network says if every batch is normalized by its own mean and variance: (N, 8)."""
    layers = norms(network)
    kept = [(layer, layer.running_mean, layer.running_var, layer.training) for layer in layers]
    try:
        for layer in layers:  # without stored ones, a layer takes those of the batch
            layer.running_mean = layer.running_var = None
        return torch.cat([network(x) for x in batches])
    finally:
        for layer, mean, variance, training in kept:
            layer.running_mean, layer.running_var, layer.training = mean, variance, training
