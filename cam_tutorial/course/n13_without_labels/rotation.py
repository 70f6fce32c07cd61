"""zoo-rotation: a network that was only ever asked which way is up (RotNet, Gidaris et al., ICLR 2018)."""

import torch
import torch.nn.functional as F
from torch import Tensor

from cam_tutorial import models, training
from cam_tutorial.recipes import recipe_of

NAME = "zoo-rotation"
TURNS = 4
BATCH = 64


def small(images: Tensor) -> Tensor:
    """Pictures (N, 3, S, S) at half their size, as the networks of this notebook take them: a quarter of the time."""
    return F.avg_pool2d(images, 2)


class RotationNet(models.GapNet):
    """zoo-gap with four classes: turned by 0, 90, 180 or 270 degrees."""

    def __init__(self) -> None:
        super().__init__(classes=TURNS)


def turned(images: Tensor, seed: int) -> tuple[Tensor, Tensor]:
    """Each picture (N, 3, S, S) turned by a random number of quarter turns; the turned ones, and how often, (N,)."""
    turns = torch.randint(TURNS, (len(images),), generator=torch.Generator().manual_seed(seed))
    pictures = torch.stack([picture.rot90(n, (1, 2)) for picture, n in zip(images, turns.tolist(), strict=True)])
    return pictures, turns


def train(seed: int, scenes: int, epochs: int, held_out: int, progress: bool = True) -> training.Training:
    """Train from nothing to tell by how much a scene is turned; each epoch turns it another way."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = RotationNet()
    images = small(training.draw(scenes, seed, progress=progress)[0])
    # Each scene in all four positions is the same as four times the scenes: an epoch of it is four.
    everything = [torch.stack([picture.rot90(n, (1, 2)) for picture in images]) for n in range(TURNS)]
    answers = torch.arange(TURNS).repeat_interleave(scenes)
    rate = recipe_of(NAME).learning_rate
    options = {"epochs": epochs, "seed": seed, "learning_rate": rate, "progress": progress, "batch_size": BATCH}
    losses = training.fit(network, torch.cat(everything), answers, **options)
    return training.Training(network, losses, accuracy(network, held_out, training.HELD_OUT_SEED + seed))


def accuracy(network: torch.nn.Module, count: int, seed: int) -> float:
    """The share of unseen scenes whose turn it names, 0 to 1; chance is 1/4."""
    images, _ = training.draw(count, seed, progress=False)
    return training.accuracy(network, *turned(small(images), seed))
