"""The pointing game: does the highest place of a map lie on the object?"""

import torch
from torch import Tensor

from cam_tutorial.metrics.checks import as_maps, check_masks


def pointing_game(maps: Tensor, masks: Tensor, tolerance: float = 0) -> Tensor:
    r"""Whether the highest place of each map lies on its object: (N, H, W) and (N, H, W) -> (N,) bool.

    $$\mathrm{accuracy} = \frac{\mathrm{hits}}{\mathrm{hits} + \mathrm{misses}}$$

    is the mean of the result; the paper takes it class by class and averages over the classes.

    Args:
        maps: (N, H, W), floating point. Of several highest places the first in reading order counts. A map that is the
            same everywhere points nowhere, and is a miss.
        masks: bool, (N, H, W), true on the object. An empty mask cannot be hit.
        tolerance: how many pixels beside the object still count, from center to center; 15 in the paper.

    Raises:
        TypeError, ValueError: maps with NaN, shapes that do not fit, masks that are not bool, a negative tolerance.

    Source: Zhang et al., "Top-down Neural Attention by Excitation Backprop" (ECCV 2016).
    """
    maps = as_maps(maps)
    check_masks(masks, maps)
    if not tolerance >= 0:
        raise ValueError(f"tolerance must be a number of pixels from 0 on, got {tolerance}")
    highest = maps.flatten(1).argmax(dim=1)
    row, column = highest // maps.shape[2], highest % maps.shape[2]
    rows = torch.arange(maps.shape[1], device=maps.device)[None, :, None] - row[:, None, None]
    columns = torch.arange(maps.shape[2], device=maps.device)[None, None, :] - column[:, None, None]
    squared = (rows**2 + columns**2).double().masked_fill(~masks, torch.inf)
    points_somewhere = maps.amax(dim=(1, 2)) > maps.amin(dim=(1, 2))
    return (squared.amin(dim=(1, 2)) <= tolerance**2) & points_somewhere
