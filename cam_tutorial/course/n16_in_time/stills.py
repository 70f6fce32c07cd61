"""zoo-stills: zoo-clips' twin that sees each frame by itself, trained on the same clips: what a single frame tells."""

from functools import partial

from torch import nn

from . import network
from .network import MAPS, ClipNet, accuracy, block

__all__ = ["StillNet", "accuracy", "train"]


class StillNet(ClipNet):
    """As `ClipNet`, without the changes and with no convolution over time: the order of the frames changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.trunk = nn.Sequential(
            block(3, 12, 1, stride=2), block(12, 24, 1, stride=2), block(24, 32, 1), block(32, MAPS, 1, side=1)
        )


train = partial(network.train, network=StillNet)
