"""Many images, a few at a time."""

from collections.abc import Callable

import torch
from torch import Tensor, nn


def in_pieces(
    f: Callable[[nn.Module, Tensor, Tensor], Tensor],
    network: nn.Module,
    inputs: Tensor,
    classes: Tensor,
    size: int = 5,
) -> Tensor:
    """f(network, inputs, classes) for `size` images at a time, put together again; the memory stays small.

    Args:
        f: gives one picture for each image, (N, ...).
        network: handed on.
        inputs: (N, C, H, W).
        classes: (N,), one for each image.
    """
    pieces = zip(inputs.split(size), classes.split(size), strict=True)
    return torch.cat([f(network, *piece) for piece in pieces])
