"""Exercise 6.4: rank correlation."""

import torch
import torch.nn.functional as F

from cam_tutorial.practice.exercise import exercise


def pairs_of_maps(generator):
    """Unrelated maps; the same order with other values; the opposite order; half related."""
    cases = []
    for height, width in ((3, 5), (6, 4), (2, 7)):
        a, b = torch.randn(2, height, width, generator=generator)
        cases += [(a, b), (a, (3 * a).exp()), (-a, (2 * a).exp()), (a.exp(), a + b)]
    return cases


@exercise(
    "6.4",
    "Rank correlation",
    minutes=8,
    difficulty=2,
    cases=pairs_of_maps,
    hints=[
        "Replace every value by its rank: 0 for the smallest, 1 for the next. Then take the usual correlation of "
        "the two lists of ranks.",
        "`x.argsort()` lists where the smallest value is, the next one, and so on. `argsort` of *that* gives each "
        "value its rank.",
        "Correlation in three steps: subtract each list's mean, sum the products, divide by the product of the two "
        "lengths (`.norm()`).",
    ],
)
def my_rank_correlation(a, b):
    """(H, W), (H, W) -> Spearman's rank correlation over the places, from −1 to 1 (no two values are alike)"""
    x, y = (map_.flatten().argsort().argsort().float() for map_ in (a, b))
    x, y = x - x.mean(), y - y.mean()
    return ((x * y).sum() / (x.norm() * y.norm())).item()


def ranks(map_):
    return map_.flatten().argsort().argsort().float()


def correlation(x, y):
    x, y = x.flatten() - x.mean(), y.flatten() - y.mean()
    return ((x * y).sum() / (x.norm() * y.norm())).item()


@my_rank_correlation.mistake(
    "You correlated the values. One very bright place then decides nearly alone: replace each value by its rank first."
)
def of_the_values(a, b):
    return correlation(a, b)


@my_rank_correlation.mistake(
    "One `argsort` gives places, not ranks: it says where the smallest value is. Apply `argsort` once more to get the "
    "rank of each place."
)
def one_argsort(a, b):
    return correlation(a.flatten().argsort().float(), b.flatten().argsort().float())


@my_rank_correlation.mistake("You ranked one of the two maps only: both become ranks.")
def one_map_ranked(a, b):
    return correlation(ranks(a), b)


@my_rank_correlation.mistake("You ranked the second map only: both become ranks.")
def other_map_ranked(a, b):
    return correlation(a, ranks(b))


@my_rank_correlation.mistake(
    "You ranked the absolute values. A place against the class is then as good as one for it: leave the signs alone."
)
def of_absolute_values(a, b):
    return correlation(ranks(a.abs()), ranks(b.abs()))


@my_rank_correlation.mistake(
    "The sign is lost: two maps in opposite order have the correlation −1, not 1. Leave out the absolute value."
)
def without_the_sign(a, b):
    return abs(correlation(ranks(a), ranks(b)))


@my_rank_correlation.mistake(
    "You ranked each row by itself, because `argsort` works along the last dimension. `.flatten()` each map first."
)
def ranked_by_row(a, b):
    return correlation(a.argsort(dim=1).argsort(dim=1).float(), b.argsort(dim=1).argsort(dim=1).float())


@my_rank_correlation.mistake(
    "You did not subtract the mean rank. All ranks are positive, so even unrelated maps look alike: center both lists."
)
def not_centered(a, b):
    return F.cosine_similarity(ranks(a), ranks(b), dim=0).item()


@my_rank_correlation.mistake(
    "Your number grows with the size of the maps: divide the sum of the products by `x.norm() * y.norm()`."
)
def not_divided(a, b):
    x, y = ranks(a), ranks(b)
    return ((x - x.mean()) * (y - y.mean())).sum().item()


@my_rank_correlation.mistake("You ranked one map upwards and the other one downwards: rank both in the same direction.")
def one_descending(a, b):
    return -correlation(ranks(a), ranks(b))
