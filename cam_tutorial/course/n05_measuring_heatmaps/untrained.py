"""Networks that were never trained, for a baseline of notebook 05."""

import torch

from cam_tutorial import models


def networks(count):
    """As many of them, with seeds from 0 on; the caller's random numbers go on as if nothing had been drawn."""
    with torch.random.fork_rng(devices=[]):
        return [_network(seed) for seed in range(count)]


def _network(seed):
    torch.manual_seed(seed)
    return models.build("zoo-gap").eval().requires_grad_(False)
