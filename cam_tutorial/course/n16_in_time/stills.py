"""zoo-stills: zoo-clips' twin that sees each frame by itself, trained on the same clips: what a single frame tells."""

from functools import partial

from . import network
from .network import ClipNet, accuracy

__all__ = ["StillNet", "accuracy", "train"]


class StillNet(ClipNet):
    """As `ClipNet`, with no convolution over time: the order of the frames changes nothing."""

    TIMES = (1, 1, 1, 1)


train = partial(network.train, network=StillNet)
