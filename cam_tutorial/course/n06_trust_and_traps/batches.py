"""What a network says of many pictures, and its maps: five at a time, to save memory; and a training that saves it."""

import copy
import math

import torch
import torch.nn.functional as F
from tqdm.auto import tqdm

from cam_tutorial import cam, metrics, upsample, zoo

AT_A_TIME = 5


def said(network, pictures):
    """The class that the network says of each picture (N, 3, H, W): (N,)."""
    with torch.no_grad():
        return torch.cat([network(zoo.preprocess(batch)).argmax(dim=1) for batch in pictures.split(AT_A_TIME)])


def right(network, pictures, labels):
    """Whether the network is right about each picture, 1 or 0: (N,)."""
    return (said(network, pictures) == labels).double()


def maps_of(network, pictures, classes):
    """CAM of each picture for its class, the positive part, enlarged to the picture: (N, H, W)."""
    batches = zip(pictures.split(AT_A_TIME), classes.split(AT_A_TIME), strict=True)
    maps = torch.cat([cam(network, zoo.preprocess(batch), c) for batch, c in batches])
    return upsample(maps, pictures.shape[-1]).relu()


def hits(network, pictures, masks):
    """Whether the map of the network's own answer points at the animal, 1 or 0: (N,)."""
    maps = maps_of(network, pictures, said(network, pictures))
    return metrics.pointing_game(maps, masks).double()


def learned(network, pictures, labels, *, epochs, batch, rate, seed=0):
    """A copy of the network, trained on the pictures (N, 3, H, W) as `training.fit` trains, and frozen.

    AdamW is written out here: `torch.optim` loads torch's compiler, which costs a kernel 140 MiB.
    """
    pupil = copy.deepcopy(network).to(memory_format=torch.channels_last).requires_grad_(True).train()
    weights = list(pupil.parameters())
    means, squares = ([torch.zeros_like(weight) for weight in weights] for _ in range(2))
    order = torch.Generator().manual_seed(seed)
    chosen = [c for _ in range(epochs) for c in torch.randperm(len(labels), generator=order).split(batch)]
    for step, batch_of in enumerate(tqdm(chosen, desc="training", leave=False), start=1):
        x = zoo.preprocess(pictures[batch_of]).contiguous(memory_format=torch.channels_last)
        gradients = torch.autograd.grad(F.cross_entropy(pupil(x), labels[batch_of]), weights)
        now = rate * _warmth(step / len(chosen))
        with torch.no_grad():
            for weight, gradient, mean, square in zip(weights, gradients, means, squares, strict=True):
                mean.lerp_(gradient, 0.1)
                square.lerp_(gradient**2, 0.001)
                size = (square / (1 - 0.999**step)).sqrt() + 1e-8
                weight -= now * (mean / (1 - 0.9**step) / size + 0.01 * weight)
    return pupil.eval().requires_grad_(False)


def _warmth(done):
    """The learning rate rises to 1 in the first third of the training, and falls to 0 in the rest."""
    return done / 0.3 if done < 0.3 else (1 + math.cos(math.pi * (done - 0.3) / 0.7)) / 2
