"""Exercise 6.4: rank correlation."""

import torch
import torch.nn.functional as F

from cam_tutorial.practice.exercise import exercise


def pairs_of_maps(generator):
    """Unrelated maps; the same order with other values; the opposite order; half related.

    One row, one column, two places; far from 0, all negative, with a 0 in it; columns before rows in memory. No two
    values of a map are alike, nor are their squares.
    """
    cases = []
    for height, width in ((3, 5), (6, 4), (2, 7), (4, 4)):
        a, b = torch.randn(2, height, width, generator=generator)
        cases += [(a, b), (a, (3 * a).exp()), (-a, (2 * a).exp()), (a.exp(), a + b)]
    steps = [torch.randperm(12, generator=generator).float().view(3, 4) for _ in range(4)]
    a, b, c, d = steps
    return [
        *cases,
        (a / 4 + 1000, b / 4 - 1000),
        (-a - 1, c.square()),
        (a.T, d.T),
        (c[:1] + 1, d[:1]),
        (b[:, :1], -c[:, :1]),
        (torch.tensor([[0.25, 0.5]]), torch.tensor([[3.0, -8.0]])),
    ]


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
    """(H, W), (H, W) -> Spearman's rank correlation over the places, from −1 to 1

    No two values of a map are alike.
    """
    x, y = (map_.flatten().argsort().argsort().float() for map_ in (a, b))
    x, y = x - x.mean(), y - y.mean()
    return ((x * y).sum() / (x.norm() * y.norm())).item()


def ranks(map_):
    return map_.flatten().argsort().argsort().float()


def argsort(map_):
    return map_.flatten().argsort().float()


def correlation(x, y):
    x, y = x.flatten() - x.mean(), y.flatten() - y.mean()
    return ((x * y).sum() / (x.norm() * y.norm())).item()


def products(x, y):
    return (centered(x) * centered(y)).sum().item()


def centered(x):
    return x.flatten() - x.mean()


def correlated(version, sentence):
    """A mistake: `version(a, b)` is the number."""
    my_rank_correlation.mistake(sentence)(version)


def of(make, sentence, number=correlation):
    """A mistake: `make(map_)` stands in for the ranks of each map."""
    correlated(lambda a, b: number(make(a), make(b)), sentence)


TWICE = (
    "One `argsort` gives places, not ranks: it says where the smallest value is. Apply `argsort` twice, which "
    "gives the "
    "rank of each place (and three times gives places again)."
)
CENTER = "You did not subtract the mean rank. All ranks are positive, so even unrelated maps look alike: center both."
BOTH = "both become ranks, `argsort` twice."
VALUES = (
    "You correlated the values. One very bright place then decides nearly alone: replace each value by its rank first."
)

# Something else than the ranks.
of(lambda m: m, VALUES)
of(argsort, TWICE)
of(lambda m: m.flatten().sort().values, "You correlated the sorted values, so that the places are lost. The order of "
   "the places stays, and each value is replaced by its rank.")  # fmt: skip
of(lambda m: m.abs(), "You correlated absolute values. Leave the signs alone, and replace each value by its rank.")
of(
    lambda m: ranks(m.abs()),
    "You ranked the absolute values, or the squares. A place against the class is then as good as one for it: "
    "leave the signs alone.",
)
of(
    lambda m: m.relu(),
    "You cut the maps off below zero, and correlated values. All values count, by their ranks.",
)
of(lambda m: ranks(m).square(), "You squared the ranks: correlate them as they are.")
of(lambda m: (ranks(m) + 1).log(), "You took the logarithm of the ranks: correlate them as they are.")
of(lambda m: m.sign(), "You correlated the signs. Each value is to be replaced by its rank.")
of(
    lambda m: (m > m.mean()).float(),
    "You correlated who is above the mean. Each value is to be replaced by its rank.",
)
BY_ROW = "You ranked each row by itself, because `argsort` works along the last dimension. `.flatten()` each map first."
of(lambda m: m.argsort(dim=1).argsort(dim=1).float(), BY_ROW)
of(lambda m: m.argsort(dim=1).float(), f"{BY_ROW} And apply `argsort` twice.")
of(
    lambda m: m.argsort(dim=0).argsort(dim=0).float(),
    "You ranked each column by itself. `.flatten()` each map first.",
)
of(lambda m: m.argsort(dim=0).float(), "You ranked each column by itself. `.flatten()` each map first, and apply "
   "`argsort` twice.")  # fmt: skip
of(lambda m: ranks(m.mean(dim=1)), "You averaged over each row first. The correlation goes over all places.")
of(lambda m: ranks(m.mean(dim=0)), "You averaged over each column first. The correlation goes over all places.")

# The two maps differently.
correlated(lambda a, b: correlation(ranks(a), b), f"You ranked the first of the two maps only: {BOTH}")
correlated(lambda a, b: correlation(a, ranks(b)), f"You ranked the second map only: {BOTH}")
correlated(lambda a, b: correlation(ranks(a), argsort(b)), f"The second map had `argsort` once: {BOTH}")
correlated(lambda a, b: correlation(argsort(a), ranks(b)), f"The first map had `argsort` once: {BOTH}")
correlated(
    lambda a, b: -correlation(ranks(a), ranks(b)),
    "The sign is turned: rank both maps in the same direction, or leave out a minus.",
)
correlated(
    lambda a, b: correlation(ranks(a), ranks(b).flip(0)),
    "One of the two lists of ranks is turned around, so that places do not belong together any more.",
)
correlated(
    lambda a, b: correlation(ranks(a), ranks(b.T)),
    "One of the two maps has rows and columns swapped, so that places do not belong together any more.",
)
correlated(
    lambda a, b: correlation(ranks(torch.stack([a, b]))[: a.numel()], ranks(torch.stack([a, b]))[a.numel() :]),
    "You ranked the values of both maps in one list. Each map has an order of its own.",
)
correlated(
    lambda a, b: correlation(ranks(a), ranks(a)), "The second map plays no part: you correlate the first with itself."
)

# Another number of the ranks.
correlated(
    lambda a, b: abs(correlation(ranks(a), ranks(b))),
    "The sign is lost: two maps in opposite order have the correlation −1, not 1. Leave out the absolute value.",
)
correlated(
    lambda a, b: correlation(ranks(a), ranks(b)) ** 2,
    "You squared the correlation, so that its sign is lost: leave it as it is.",
)
correlated(
    lambda a, b: max(0.0, correlation(ranks(a), ranks(b))),
    "You cut the correlation off below zero: two maps in opposite order have −1.",
)
correlated(lambda a, b: (correlation(ranks(a), ranks(b)) + 1) / 2, "You moved the correlation to the range from "
    "0 to 1: "
           "it goes from −1 to 1.")  # fmt: skip
correlated(
    lambda a, b: 1 - correlation(ranks(a), ranks(b)),
    "That is 1 minus the correlation, a distance: in the short formula, the “1 −” is missing.",
)
correlated(lambda a, b: F.cosine_similarity(ranks(a), ranks(b), dim=0).item(), CENTER)
correlated(
    lambda a, b: F.cosine_similarity(ranks(a) + 1, ranks(b) + 1, dim=0).item(), f"{CENTER} (Yours count from 1.)"
)
correlated(
    lambda a, b: F.cosine_similarity(a.flatten(), b.flatten(), dim=0).item(),
    "That is the cosine of the values: replace each by its rank, and subtract the mean rank.",
)
correlated(
    lambda a, b: F.cosine_similarity(argsort(a), argsort(b), dim=0).item(),
    f"{CENTER} Also, one `argsort` gives places, and two give ranks.",
)
correlated(
    lambda a, b: ((ranks(a) * ranks(b)).sum() / (centered(ranks(a)).norm() * centered(ranks(b)).norm())).item(),
    "Below, the ranks are centered, and above they are not: subtract the mean in both.",
)
correlated(
    lambda a, b: (products(ranks(a), ranks(b)) / (ranks(a).norm() * ranks(b).norm())).item(),
    "Above, the ranks are centered, and below they are not: subtract the mean in both.",
)
correlated(
    lambda a, b: products(ranks(a), ranks(b)),
    "Your number grows with the size of the maps: divide the sum of the products by `x.norm() * y.norm()`.",
)
correlated(
    lambda a, b: products(ranks(a), ranks(b)) / a.numel(),
    "That is the covariance of the ranks, which grows with the size of the maps: divide the sum of the products by "
    "`x.norm() * y.norm()`.",
)
correlated(
    lambda a, b: products(ranks(a), ranks(b)) / (a.numel() - 1),
    "That is the covariance of the ranks (over n − 1), which grows with the size of the maps: divide the sum of the "
    "products by `x.norm() * y.norm()`.",
)
correlated(
    lambda a, b: correlation(ranks(a), ranks(b)) * (a.numel() - 1) / a.numel(),
    "Nearly: `.std()` divides by n − 1, and `.mean()` by n, so that your number is (n − 1) / n of the right one. Use "
    "`.std(correction=0)`, or the sum and `.norm()`.",
)
correlated(
    lambda a, b: correlation(ranks(a), ranks(b)) * a.numel() / (a.numel() - 1),
    "Nearly: your number is n / (n − 1) times the right one, where n is the number of places: divide by n above and "
    "below, or by n − 1.",
)
correlated(
    lambda a, b: correlation(ranks(a), ranks(b)) / a.numel(),
    "Nearly: you divided by the number of places as well. `x.norm() * y.norm()` is all it takes.",
)
correlated(
    lambda a, b: correlation(ranks(a), ranks(b)) * (a.numel() - 1),
    "You divided by the standard deviations and did not average above: your number is n − 1 times the right one.",
)
correlated(
    lambda a, b: correlation(ranks(a), ranks(b)) * a.numel(),
    "You divided by the standard deviations and did not average above: your number is n times the right one.",
)
correlated(
    lambda a, b: (products(ranks(a), ranks(b)) / centered(ranks(a)).norm()).item(),
    "You divided by one of the two lengths: divide by both, `x.norm() * y.norm()`.",
)
correlated(
    lambda a, b: (products(ranks(a), ranks(b)) / (centered(ranks(a)).norm() + centered(ranks(b)).norm())).item(),
    "You divided by the sum of the two lengths: by their product, `x.norm() * y.norm()`.",
)
correlated(
    lambda a, b: (products(ranks(a), ranks(b)) / (centered(ranks(a)).norm() * centered(ranks(b)).norm()) ** 2).item(),
    "You divided by the squares of the lengths: the root is missing.",
)
correlated(
    lambda a, b: (
        products(ranks(a), ranks(b)) / ranks(a).std().item() / ranks(b).std().item() / (a.numel() - 2)
        if a.numel() > 2
        else 2.0
    ),
    "You divided by n − 2: where the standard deviation divides by n − 1, the mean of the products does too.",
)


def squared_gaps(a, b):
    return (ranks(a) - ranks(b)).square().sum().item()


# The formula with the squared gaps.
SHORT = "The short formula is 1 − 6 Σd² / (n (n² − 1)), with n the number of places"
correlated(lambda a, b: 1 - 6 * squared_gaps(a, b) / a.numel() ** 3, f"{SHORT}: yours has n³ below.")
correlated(lambda a, b: 1 - squared_gaps(a, b) / (a.numel() * (a.numel() ** 2 - 1)), f"{SHORT}: the 6 is missing.")
correlated(
    lambda a, b: 1 - 6 * squared_gaps(a, b) / (a.numel() ** 2 - 1), f"{SHORT}: the n before (n² − 1) is missing."
)
correlated(
    lambda a, b: 1 - 6 * squared_gaps(a, b) / (a.numel() * (a.numel() - 1)), f"{SHORT}: below, n is not squared."
)
correlated(
    lambda a, b: 1 - 6 * squared_gaps(a, b) / (len(a) * (len(a) ** 2 - 1)) if len(a) > 1 else 1 / 0,
    f"{SHORT}: `len(a)` is the number of rows. Take `a.numel()`.",
)
correlated(
    lambda a, b: 1 - 6 * (a - b).square().sum().item() / (a.numel() * (a.numel() ** 2 - 1)),
    f"{SHORT}, and d the difference of *ranks*: yours are differences of values.",
)
correlated(
    lambda a, b: 1 - 6 * (ranks(a) - ranks(b)).abs().sum().item() / (a.numel() * (a.numel() ** 2 - 1)),
    f"{SHORT}: yours has |d| for d².",
)


# Other measures, and other types.
def kendall(a, b):
    x, y = a.flatten(), b.flatten()
    agree = (x[:, None] - x).sign() * (y[:, None] - y).sign()
    return (agree.sum() / (len(x) * (len(x) - 1))).item()


def agreement(a, b):
    return (ranks(a) == ranks(b)).float().mean().item()


correlated(kendall, "That is Kendall's τ, which counts pairs in the same order. Asked for is Spearman's: the "
    "correlation "
           "of the ranks.")  # fmt: skip
correlated(agreement, "That is the share of places with equal ranks. Asked for is the correlation of the ranks.")
correlated(
    lambda a, b: (ranks(a) - ranks(b)).abs().mean().item(),
    "That is the mean difference of the ranks. Asked for is their correlation.",
)
correlated(
    lambda a, b: torch.corrcoef(torch.stack([ranks(a), ranks(b)])),
    "That is the matrix of all correlations: the number asked for stands beside the diagonal, `[0, 1]`.",
)
correlated(lambda a, b: torch.corrcoef(torch.stack([a.flatten(), b.flatten()])), "That is the matrix of the "
    "correlations "
           "of the *values*: replace each by its rank, and take `[0, 1]`.")  # fmt: skip
correlated(
    lambda a, b: (correlation(ranks(a), ranks(b)), 0.0),
    "These are several values, and one number is asked for. Of what `scipy.stats.spearmanr` gives, it is the first.",
)
correlated(
    lambda a, b: centered(ranks(a)) * centered(ranks(b)) / (centered(ranks(a)).norm() * centered(ranks(b)).norm()),
    "These are the products of all places: sum them.",
)
correlated(
    lambda a, b: torch.tensor([correlation(a.argsort(1).argsort(1)[k].float(), b.argsort(1).argsort(1)[k].float())
                               for k in range(len(a))]),
    "That is one correlation for each row. `.flatten()` each map first: one number for all places.",
)  # fmt: skip
correlated(
    lambda a, b: correlation(a.flatten().argsort().argsort(), b.flatten().argsort().argsort()),
    "What `argsort` gives are whole numbers, and `mean` wants floating-point ones: `.argsort().argsort().float()`.",
)
