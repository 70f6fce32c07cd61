"""How the values of a map lie on the pixels of the object."""

from collections.abc import Mapping

import torch
from torch import Tensor

from cam_tutorial.metrics.checks import as_maps, check_masks, shares_of_maximum


def precision_recall(maps: Tensor, masks: Tensor) -> tuple[Tensor, Tensor]:
    """Precision and recall of the pixels of all maps together, at every threshold: two tensors (T,).

    At a threshold, all pixels that reach it count as found, in all maps at once. Precision is the share of the found
    ones that lie on the object, recall the share of the object's pixels that are found. Thresholds are shares of each
    map's maximum, from the highest down: one for each value that occurs, so that nothing is rounded. Negative values
    count as 0, a blank map as 0 everywhere.

    Args:
        maps: (N, H, W), floating point.
        masks: bool, (N, H, W), true on the object.

    Raises:
        TypeError, ValueError: bad maps or masks; masks in which nothing at all is true.

    Source: Choe et al. (CVPR 2020).
    """
    maps = as_maps(maps)
    check_masks(masks, maps)
    if not masks.any():
        raise ValueError("recall needs an object, and every mask is empty")
    scores, order = shares_of_maximum(maps).flatten().sort(descending=True)
    hits = masks.flatten()[order].cumsum(dim=0)
    last = torch.cat([scores[1:] != scores[:-1], torch.ones(1, dtype=torch.bool, device=scores.device)])
    found = torch.arange(1, len(scores) + 1, device=scores.device)[last]  # equal values are found together
    return hits[last] / found.double(), hits[last] / hits[-1].double()


def pxap(maps: Tensor, masks: Tensor) -> float:
    r"""PxAP: the area under the precision-recall curve of the pixels, 0 to 1; it needs no threshold.

    $$\mathrm{PxAP} = \sum_t \mathrm{precision}_t \, (\mathrm{recall}_t - \mathrm{recall}_{t-1})$$

    A map without any information has the share of the picture that the object covers. Arguments and errors as in
    `precision_recall`. The paper uses 1,000 thresholds and stretches each map to [0, 1] first (`normalize`).

    Source: Choe et al. (CVPR 2020).
    """
    precision, recall = precision_recall(maps, masks)
    return (precision * recall.diff(prepend=recall.new_zeros(1))).sum().item()


def energy_inside(maps: Tensor, masks: Tensor) -> Tensor:
    r"""The share of each map's positive part that lies on its object: (N,) in [0, 1]; 0 for a blank map.

    $$\frac{\sum_{(i,j) \in \mathrm{object}} \max(L_{ij}, 0)}{\sum_{i,j} \max(L_{ij}, 0)}$$

    Args:
        maps: (N, H, W), floating point.
        masks: bool, (N, H, W), true on the object.

    Raises:
        TypeError, ValueError: bad maps or masks.

    Source: Wang et al., "Score-CAM" (CVPR Workshops 2020), where it is the energy-based pointing game.
    """
    maps = as_maps(maps)
    check_masks(masks, maps)
    shares = shares_of_maximum(maps)
    total = shares.sum(dim=(1, 2))
    return (shares * masks).sum(dim=(1, 2)) / torch.where(total > 0, total, 1)


def part_shares(map: Tensor, parts: Mapping[str, Tensor]) -> dict[str, float]:
    """How the positive part of a map is spread over parts: part -> share, and the rest under "elsewhere".

    Args:
        map: (H, W), floating point.
        parts: name -> bool (H, W), such as `Animal.parts`. Where they overlap, a pixel counts for each.

    Returns:
        Shares in [0, 1]; with parts that do not overlap they sum to 1. All 0 for a blank map.

    Raises:
        TypeError, ValueError: a bad map or mask; a part called "elsewhere".
    """
    if "elsewhere" in parts:
        raise ValueError('a part cannot be called "elsewhere": that is what lies on none of them')
    share = shares_of_maximum(as_maps(map, "map", "(H, W)"))
    share = share / share.sum().clamp(min=1)
    covered = torch.zeros_like(share, dtype=torch.bool)
    result = {}
    for name, mask in parts.items():
        check_masks(mask, share)
        result[name] = share[mask].sum().item()
        covered |= mask
    result["elsewhere"] = share[~covered].sum().item()
    return result
