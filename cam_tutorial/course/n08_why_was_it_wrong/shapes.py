"""The shape of a map, as a number; and how well such a number tells right answers from wrong ones."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import ndimage
from torch import Tensor

from cam_tutorial.metrics import Interval

from .hard import Hard, per_kind

DRAWS = 400
FEWEST = 5  # right answers, and wrong ones, that an AUC is made of


def spread(maps: Tensor) -> Tensor:
    """How widely each map's positive part is spread around its middle, in cells: the root of its mean squared distance.

    (N, h, w) -> (N,); 0 where nothing is positive.
    """
    shares = maps.relu() / maps.relu().sum(dim=(1, 2), keepdim=True).clamp(min=1e-8)
    row, column = torch.meshgrid(*(torch.arange(float(side)) for side in maps.shape[1:]), indexing="ij")
    variances = [(shares * at**2).sum(dim=(1, 2)) - (shares * at).sum(dim=(1, 2)) ** 2 for at in (row, column)]
    return (variances[0] + variances[1]).clamp(min=0).sqrt()


def pieces(maps: Tensor) -> Tensor:
    """In how many pieces each map falls where it is cut at half of its maximum: (N, h, w) -> (N,)."""
    return torch.tensor([float(ndimage.label((map_ > map_.max() / 2).numpy())[1]) for map_ in maps])


def mean_auc(
    scores: Tensor | Sequence[float],
    right: Tensor,
    cases: Sequence[Hard],
    minus: Tensor | Sequence[float] | None = None,
    kind: str | None = None,
) -> Interval:
    """The AUC within each kind of scene, averaged over the kinds, with an interval over the scenes.

    Within a kind, because a number that only told hard kinds from easy ones would help nobody.

    Args:
        scores, right, cases: one a scene.
        minus: other scores for the same scenes: gives by how much the AUC of `scores` is higher, paired.
        kind: None for all of them, or the one that counts.
    """
    numbers = [np.asarray(one, dtype=float) for one in (scores, minus) if one is not None]
    truth = np.asarray(right, dtype=bool)
    split = per_kind(cases, torch.arange(len(cases)))
    groups = [some.numpy() for name, some in split.items() if kind in (None, name)]
    groups = [group for group in groups if min(truth[group].sum(), (~truth[group]).sum()) >= FEWEST]

    def value(chosen: list[NDArray[np.int64]]) -> float:
        found = [np.mean([_auc(one[group], truth[group]) for group in chosen]) for one in numbers]
        return float(found[0] - (found[1] if len(found) > 1 else 0))

    rng = np.random.default_rng(0)
    drawn = [value([_drawn(rng, group, truth) for group in groups]) for _ in range(DRAWS)]
    low, high = np.quantile(drawn, (0.025, 0.975))
    return Interval(value(groups), float(low), float(high))


def intervals(scores: Tensor, right: Tensor, cases: Sequence[Hard]) -> list[Interval]:
    """The AUC within each kind that occurs, in the order of `KINDS`, and at last its mean, each with its interval."""
    kinds = per_kind(cases, torch.arange(len(cases)))
    return [mean_auc(scores, right, cases, kind=kind) for kind in (*kinds, None)]


def _drawn(rng: np.random.Generator, group: NDArray[np.int64], truth: NDArray[np.bool_]) -> NDArray[np.int64]:
    """As many right and wrong answers of a group as it has, drawn with replacement."""
    right, wrong = group[truth[group]], group[~truth[group]]
    return np.concatenate([rng.choice(right, len(right)), rng.choice(wrong, len(wrong))])


def _auc(scores: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    first, second = scores[right][:, None], scores[~right]
    return float((first > second).mean() + (first == second).mean() / 2)
