"""What notebook 12 measures on: the same scenes in every world, other ones to adapt to, and guesses made blindly."""

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from torch import Tensor, nn

from cam_tutorial import metrics, upsample, zoo
from cam_tutorial.course import shared
from cam_tutorial.course.shared import in_words as in_words
from cam_tutorial.training import HELD_OUT_SEED
from cam_tutorial.zoo import Scene

MEASURED = HELD_OUT_SEED + 12_300  # the scenes that every number is measured on
ADAPTED = HELD_OUT_SEED + 12_301  # the scenes that a network adapts to; the next draw has the next number
OTHERS = tuple(style for style in zoo.STYLES if style != "day")
BATCH = 12  # a backward pass keeps every layer's maps: larger batches take more memory than the course allows
MAP = 96  # pixels of a scene, and of a map that is measured

Who = Callable[[int], list[str]]  # from a scene's seed to its animal


@dataclass(frozen=True)
class Scenes:
    """Scenes of one animal each, with the truth.

    Attributes:
        inputs: as a network takes them, (N, 3, 96, 96); kept in half precision, which spares memory.
        labels: the animal of each, (N,).
        masks: its pixels, bool (N, 96, 96).
    """

    inputs: Tensor
    labels: Tensor
    masks: Tensor

    def batches(self) -> Iterator[tuple[Tensor, Tensor]]:
        """Images and labels, 10 scenes at a time."""
        return ((x.float(), c) for x, c in zip(self.inputs.split(10), self.labels.split(10), strict=True))


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
        return self._of_maps(metrics.pointing_game)

    @cached_property
    def energy(self) -> Tensor:
        """The share of the map's positive part that lies on the animal."""
        return self._of_maps(metrics.energy_inside)

    def _of_maps(self, measure: Callable[[Tensor, Tensor], Tensor]) -> Tensor:
        """A measure of the maps, a few at a time."""
        pairs = zip(self.maps.split(20), self.scenes.masks.split(20), strict=True)
        return torch.cat([measure(upsample(maps, MAP), masks).double() for maps, masks in pairs])


class Batches(Sequence[Tensor]):
    """Images in batches of 12, (12, 3, 96, 96) each; kept in half precision, which spares memory."""

    def __init__(self, inputs: Tensor) -> None:
        self._parts = inputs.split(BATCH)

    def __len__(self) -> int:
        return len(self._parts)

    def __getitem__(self, place):
        if isinstance(place, slice):
            return [part.float() for part in self._parts[place]]
        return self._parts[place].float()


def labelled(style: str, n: int = 160, who: Who | None = None) -> Scenes:
    """Scenes to measure on: in every style the same ones."""
    labels, masks = torch.empty(n, dtype=torch.long), torch.empty(n, MAP, MAP, dtype=torch.bool)

    def drawn() -> Iterator[Scene]:
        for i, scene in enumerate(zoo.scenes_of(n, MEASURED, who, style=style)):
            (animal,) = scene.animals
            labels[i], masks[i] = animal.label, animal.mask
            yield scene

    inputs = _inputs(drawn(), n)
    return Scenes(inputs, labels, masks)


def unlabelled(style: str, n: int = 192, who: Who | None = None, draw: int = 0) -> Batches:
    """Images to adapt to, without their labels: other scenes than those of `labelled`, and in each draw."""
    return Batches(_inputs(zoo.scenes_of(n, ADAPTED + draw, who, style=style), n))


def _inputs(drawn: Iterable[Scene], n: int) -> Tensor:
    """Their images as a network takes them, (n, 3, 96, 96), in half precision."""
    gc.collect()  # the figures of a page hold on to memory that is needed now
    inputs = torch.empty(n, 3, MAP, MAP, dtype=torch.half, memory_format=torch.channels_last)
    for i, scene in enumerate(drawn):
        inputs[i] = zoo.preprocess(scene.image)[0]
    return inputs


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


STRANGE = {"cats and fish": only("cat", "fish"), "mostly cats": mostly("cat", 0.75)}


def accuracy(network: nn.Module, scenes: Scenes) -> Tensor:
    """1 where the answer is right, (N,), without any map."""
    with torch.no_grad():
        said = torch.cat([network(x).argmax(dim=1) for x, _ in scenes.batches()])
    return (said == scenes.labels).double()


def first(scenes: Scenes, n: int) -> Scenes:
    """The first n of them."""
    return Scenes(scenes.inputs[:n], scenes.labels[:n], scenes.masks[:n])


def sorted_batches(scenes: Scenes) -> Iterator[Tensor]:
    """The images of `scenes`, sorted by animal, 10 at a time: most batches hold one animal."""
    return (x.float() for x in scenes.inputs[scenes.labels.argsort(stable=True)].split(10))


def blind_hits(scenes: Scenes) -> dict[str, Tensor]:
    """How often one hits who asks no network: a random place, the middle, and where the brightness changes most."""
    middle = torch.zeros(1, MAP, MAP)
    middle[:, MAP // 2, MAP // 2] = 1
    places, centers, edges = [], [], []
    for (x, _), masks in zip(scenes.batches(), scenes.masks.split(10), strict=True):
        change = shared.edges(x, scale=2)
        places.append(masks.double().mean(dim=(1, 2)))
        centers.append(metrics.pointing_game(middle.expand(len(x), MAP, MAP), masks).double())
        edges.append(metrics.pointing_game(change, masks).double())
    found = {"a random place": places, "the middle": centers, "the strongest edge": edges}
    return {name: torch.cat(values) for name, values in found.items()}


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


def take_over(network: nn.Module, adapted: nn.Module, layers: int) -> None:
    """Give the first BatchNorm layers of a network the statistics of an adapted one; in place."""
    for mine, other in list(zip(norms(network), norms(adapted), strict=True))[:layers]:
        mine.running_mean, mine.running_var = other.running_mean, other.running_var


def by_its_own(network: nn.Module, batches: Iterable[Tensor]) -> Tensor:
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
