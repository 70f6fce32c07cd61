"""How the values of a map lie on the pixels of the object."""

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from cam_tutorial.metrics.checks import as_maps, check_masks, shares_of_maximum


def precision_recall(
    maps: Tensor, masks: Tensor, ignore: Tensor | None = None, thresholds: int | None = None
) -> tuple[Tensor, Tensor]:
    """Precision and recall of the pixels of all maps together, at every threshold: two tensors (T,).

    At a threshold, all pixels that reach it count as found, in all maps at once. Precision is the share of the found
    ones that lie on the object, recall the share of the object's pixels that are found. Thresholds are shares of each
    map's maximum, from the highest down. Negative values count as 0, a blank map as 0 everywhere.

    Args:
        maps: (N, H, W), floating point.
        masks: bool, (N, H, W), true on the object.
        ignore: bool, (N, H, W), true where it is not known what is there, as in OpenImages: such pixels are neither
            found nor missed. The object goes first: where `masks` is true, `ignore` changes nothing.
        thresholds: None for one at each value that occurs, so that nothing is rounded; or the number of equal steps
            from 0 to 1, without those that no pixel reaches. The paper has 1,000; that takes a fifth of the time.

    Raises:
        TypeError, ValueError: bad maps, masks or number of thresholds; masks in which nothing at all is true.

    Source: Choe et al. (CVPR 2020).
    """
    maps = as_maps(maps)
    check_masks(masks, maps)
    if ignore is not None:
        check_masks(ignore, maps, "ignore", "true on the pixels that do not count")
    if not masks.any():
        raise ValueError("recall needs an object, and every mask is empty")
    kinds = masks.to(torch.uint8)  # 0 beside the object, 1 on it, 2 ignored
    if ignore is not None:
        kinds[ignore & ~masks] = 2
    if thresholds is None:
        hits, found = _counts_at_values(shares_of_maximum(maps), kinds)
    elif not isinstance(thresholds, int) or thresholds < 1:
        raise ValueError(f"thresholds must be None or a number of steps from 1 on, got {thresholds!r}")
    else:
        hits, found = _counts_at_steps(maps, kinds, thresholds)
    hits, found = hits.to(maps.device).double(), found.to(maps.device).double()
    return hits / found, hits / hits[-1]


def pxap(maps: Tensor, masks: Tensor, ignore: Tensor | None = None, thresholds: int | None = None) -> float:
    r"""PxAP: the area under the precision-recall curve of the pixels, 0 to 1; it needs no threshold.

    $$\mathrm{PxAP} = \sum_t \mathrm{precision}_t \, (\mathrm{recall}_t - \mathrm{recall}_{t-1})$$

    A map without any information has the share of the picture that the object covers. Arguments and errors as in
    `precision_recall`. The evaluation that was published with the paper stretches each map to [0, 1] first
    (`normalize`) and has 1,000 thresholds: `pxap(normalize(maps), masks, thresholds=1000)` is its value. Without
    `thresholds` the value is exact; the two differ by some 0.0001.

    Source: Choe et al. (CVPR 2020).
    """
    precision, recall = precision_recall(maps, masks, ignore, thresholds)
    return (precision * recall.diff(prepend=recall.new_zeros(1))).sum().item()


def _counts_at_values(shares: Tensor, kinds: Tensor) -> tuple[Tensor, Tensor]:
    """How many pixels of the object, and of all, reach each value that occurs, from the highest down: (T,) each."""
    if (kinds == 2).any():
        shares, kinds = shares[kinds < 2], kinds[kinds < 2]
    # Sorting numbers is much faster than sorting places, so each number takes along whether it lies on the object. The
    # bits of a double that is not negative ascend with it, and the first one, the sign's, is free.
    bits = shares.cpu().numpy().ravel().view(np.uint64) << np.uint64(1) | kinds.cpu().numpy().ravel()
    bits.sort()
    bits = bits[::-1]
    hits, values = np.cumsum(bits & np.uint64(1), dtype=np.int64), bits >> np.uint64(1)
    last = np.flatnonzero(np.append(values[1:] != values[:-1], True))  # equal values are found together
    return torch.from_numpy(hits[last]), torch.from_numpy(last + 1)


def _counts_at_steps(maps: Tensor, kinds: Tensor, steps: int) -> tuple[Tensor, Tensor]:
    """As `_counts_at_values`, at the thresholds 1, (steps − 1) / steps, ..., 0 that any pixel reaches."""
    thresholds = np.arange(steps + 1) / steps
    following = np.append(thresholds[1:], np.inf)
    counts = np.zeros(3 * (steps + 1), dtype=np.int64)  # of the three kinds, from the lowest step up
    for map_, kind in zip(maps, kinds, strict=True):
        shares = shares_of_maximum(map_).cpu().numpy()
        step = (shares * steps).astype(np.int64)
        step += shares >= following[step]  # the product may have been rounded down past a threshold,
        step -= shares < thresholds[step]  # or up onto one
        counts += np.bincount((3 * step + kind.cpu().numpy()).ravel(), minlength=len(counts))
    beside, on_object, _ = torch.from_numpy(counts).view(-1, 3).flip(0).cumsum(dim=0).unbind(1)
    reached = beside + on_object > 0
    return on_object[reached], (beside + on_object)[reached]


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
