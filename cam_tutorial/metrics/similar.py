"""How alike two maps of the same image are."""

import torch
from torch import Tensor

from cam_tutorial.heatmap import normalize
from cam_tutorial.metrics.checks import as_maps

WINDOW = 7  # pixels: what structural similarity looks at together


def rank_correlation(a: Tensor, b: Tensor) -> Tensor:
    """Spearman's rank correlation of each pair of maps, over their places: (N, H, W) twice -> (N,) in [−1, 1].

    1 if both put the places in the same order, whatever the values; −1 for the opposite order; around 0 for maps that
    have nothing to do with each other. Equal values share their mean rank. A map that is the same everywhere has no
    order, and gives 0.

    Args:
        a: (N, H, W), floating point.
        b: likewise, of the same shape.

    Raises:
        TypeError, ValueError: bad maps, or of different shapes.

    Source: used by Adebayo et al., "Sanity Checks for Saliency Maps" (NeurIPS 2018).
    """
    from scipy import stats

    a, b = _check_pair(a, b)
    ranks = [torch.from_numpy(stats.rankdata(maps.flatten(1).cpu().numpy(), axis=1)) for maps in (a, b)]
    x, y = (rank - rank.mean(dim=1, keepdim=True) for rank in ranks)
    spread = x.norm(dim=1) * y.norm(dim=1)
    return (x * y).sum(dim=1) / torch.where(spread > 0, spread, 1)


def ssim(a: Tensor, b: Tensor) -> Tensor:
    """Structural similarity of each pair of maps, each stretched to [0, 1] first: (N, H, W) twice -> (N,), 1 if equal.

    Compares means, spreads and correlation in windows of 7 × 7 (smaller where the maps are) and averages over them. A
    map that is the same everywhere is compared as zeros.

    Args:
        a: (N, H, W), floating point.
        b: likewise, of the same shape.

    Raises:
        TypeError, ValueError: bad maps, of different shapes, or with a side of less than 3.

    Source: Wang, Bovik, Sheikh and Simoncelli, "Image Quality Assessment" (IEEE TIP 2004); used by Adebayo et al.
    """
    from skimage.metrics import structural_similarity

    a, b = _check_pair(a, b)
    side = min(a.shape[1:])
    if side < 3:
        raise ValueError(f"ssim needs maps of at least 3 × 3, got {tuple(a.shape[1:])}")
    window = min(WINDOW, side - 1 + side % 2)  # an odd number
    pairs = zip(normalize(a).cpu().numpy(), normalize(b).cpu().numpy(), strict=True)
    found = [structural_similarity(x, y, win_size=window, data_range=1.0) for x, y in pairs]
    return torch.tensor(found, dtype=torch.float64)


def _check_pair(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    a, b = as_maps(a, "a"), as_maps(b, "b")
    if a.shape != b.shape:
        raise ValueError(f"two maps must have one shape to be compared, got {tuple(a.shape)} and {tuple(b.shape)}")
    return a, b
