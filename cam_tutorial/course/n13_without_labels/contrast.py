"""zoo-contrast: a network that learned to know a scene again, in two changed views of it (SimCLR, Chen et al. 2020)."""

import dataclasses
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cam_tutorial import models, training, zoo
from cam_tutorial.bar import Bar
from cam_tutorial.optimizer import OneCycleAdamW
from cam_tutorial.recipes import recipe_of
from cam_tutorial.zoo.drawing import draw

from .rotation import small

BATCH = 64
TEMPERATURE = 0.2
SIDE = models.IMAGE_SIZE // 2
ELSEWHERE = 500_000  # added to a scene's seed for another background; no scene of the course has such a seed


class ContrastNet(nn.Module):
    """The course's trunk, its averages, and two layers that turn them into a point on a sphere."""

    def __init__(self) -> None:
        super().__init__()
        self.trunk = models.make_trunk()
        self.projection = nn.Sequential(nn.Linear(models.MAPS, 64), nn.ReLU(), nn.Linear(64, 32))

    def forward(self, images: Tensor) -> Tensor:
        """(N, 3, H, W) -> (N, 32), each of length 1."""
        return self.points(self.trunk(images))

    def points(self, features: Tensor) -> Tensor:
        """The trunk's maps (N, 64, h, w) -> (N, 32), each of length 1."""
        return F.normalize(self.projection(features.mean(dim=(2, 3))), dim=1)


def untrained(seed: int) -> ContrastNet:
    """With random weights, in eval mode; the caller's random numbers go on as if nothing had been drawn."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return ContrastNet().eval()


def changed(images: Tensor, chance: torch.Generator) -> Tensor:
    """Another view of each picture (N, 3, S, S), preprocessed: cropped, mirrored or not, in other light and colors."""
    n = len(images)

    def uniform(low: float, high: float, *shape: int) -> Tensor:
        return low + (high - low) * torch.rand(n, *shape, generator=chance)

    zoom, mirror = uniform(0.65, 1.0), uniform(0, 1).lt(0.5).float() * 2 - 1
    shift = uniform(-1, 1, 2) * (1 - zoom)[:, None]
    grids = torch.zeros(n, 2, 3)
    grids[:, 0, 0], grids[:, 1, 1], grids[:, :, 2] = zoom * mirror, zoom, shift
    views = F.grid_sample(images, F.affine_grid(grids, list(images.shape), align_corners=False), align_corners=False)
    views = views * uniform(0.6, 1.4, 3, 1, 1) + uniform(-0.4, 0.4, 1, 1, 1)
    gray = views.mean(dim=1, keepdim=True)
    return torch.where(uniform(0, 1, 1, 1, 1) < 0.2, gray, views)


def nt_xent(one: Tensor, other: Tensor) -> Tensor:
    """The contrastive loss of two views (N, D) of the same scenes: each finds its partner among all 2N - 1 others."""
    points = torch.cat([one, other])
    likeness = (points @ points.T / TEMPERATURE).fill_diagonal_(-torch.inf)
    partner = torch.arange(len(points)).roll(len(one))
    return F.cross_entropy(likeness, partner)


def pairs(count: int, seed: int, elsewhere: bool, progress: bool = True) -> tuple[Tensor, Tensor]:
    """Scenes of one animal, twice: as they are; and again, or with `elsewhere` the same animal before another backdrop.

    Returns:
        Both float32 (count, 3, 48, 48), preprocessed.
    """
    here, there = torch.empty(2, count, 3, SIDE, SIDE).unbind()
    bar = Bar(zoo.scenes_of(count, seed), desc="drawing scenes", total=count, disable=not progress)
    for i, scene in enumerate(bar):
        other = draw(dataclasses.replace(scene.drawing, seed=scene.seed + ELSEWHERE * 2**32)) if elsewhere else scene
        here[i], there[i] = (small(zoo.preprocess(one.image))[0] for one in (scene, other))
    return here, there


def train(
    seed: int,
    scenes: int,
    epochs: int,
    held_out: int,
    progress: bool = True,
    *,
    name: str = "zoo-contrast",
    size: int = BATCH,
) -> training.Training:
    """Train from nothing to know scenes again, so many at a time; `name` says whether the animal keeps its backdrop."""
    elsewhere, size = name == "zoo-contrast-elsewhere", min(size, scenes)
    network = untrained(seed).to(memory_format=torch.channels_last)
    here, there = pairs(scenes, seed, elsewhere, progress)
    chance = torch.Generator().manual_seed(seed)
    steps = epochs * (scenes // size)
    optimizer = OneCycleAdamW(network.parameters(), recipe_of(name).learning_rate, steps)
    losses: list[float] = []
    network.train()
    with Bar(total=steps, desc="training", disable=not progress) as bar:
        for _ in range(epochs):
            for batch in torch.randperm(scenes, generator=chance).split(size)[: scenes // size]:
                views = torch.cat([changed(here[batch], chance), changed(there[batch], chance)])
                one, other = network(views.contiguous(memory_format=torch.channels_last)).chunk(2)
                loss = nt_xent(one, other)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                losses.append(loss.item())
                bar.update()
    network.eval()
    del here, there
    return training.Training(network, losses, accuracy_of(network, held_out, training.HELD_OUT_SEED + seed, elsewhere))


def accuracy(network: nn.Module, count: int, seed: int) -> float:
    """The share of unseen scenes that it knows again among fifty, in another view; chance is 1/50."""
    return accuracy_of(network, count, seed, elsewhere=False)


@torch.no_grad()
def accuracy_of(network: nn.Module, count: int, seed: int, elsewhere: bool) -> float:
    here, there = pairs(count, seed, elsewhere, progress=False)
    chance = torch.Generator().manual_seed(seed)
    known: list[Any] = []
    for one, other in zip(here.split(50), there.split(50), strict=True):
        likeness = network(changed(one, chance)) @ network(changed(other, chance)).T
        known.append(likeness.argmax(dim=1) == torch.arange(len(one)))
    return torch.cat(known).double().mean().item()
