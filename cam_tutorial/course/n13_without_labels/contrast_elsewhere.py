"""zoo-contrast-elsewhere: as zoo-contrast, but the second view shows the same animal before another backdrop."""

from functools import partial

from torch import nn

from . import contrast

ContrastNet = contrast.ContrastNet
train = partial(contrast.train, name="zoo-contrast-elsewhere")


def accuracy(network: nn.Module, count: int, seed: int) -> float:
    """The share of unseen animals that it knows again among fifty, before another backdrop; chance is 1/50."""
    return contrast.accuracy_of(network, count, seed, elsewhere=True)
