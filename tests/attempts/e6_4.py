"""Attempts at 6.4."""

import numpy as np
import torch
import torch.nn.functional as F
from attempts import right, wrong
from scipy.stats import spearmanr


@right("argsort twice, and the correlation of the ranks")
def argsort_twice(a, b):
    ra = a.flatten().argsort().argsort().double()
    rb = b.flatten().argsort().argsort().double()
    ra, rb = ra - ra.mean(), rb - rb.mean()
    return (ra * rb).sum() / (ra.norm() * rb.norm())


@right("torch.corrcoef of the ranks")
def corrcoef(a, b):
    ranks = torch.stack([a.flatten(), b.flatten()]).argsort(dim=1).argsort(dim=1)
    return torch.corrcoef(ranks.double())[0, 1]


@right("the formula with squared differences of ranks")
def formula(a, b):
    n = a.numel()
    rank_a = a.reshape(-1).argsort().argsort()
    rank_b = b.reshape(-1).argsort().argsort()
    d = (rank_a - rank_b).double()
    return 1 - 6 * (d**2).sum().item() / (n * (n**2 - 1))


@right("scipy's spearmanr")
def scipy(a, b):
    return float(spearmanr(a.flatten().detach().numpy(), b.flatten().detach().numpy()).statistic)


@right("ranks by counting, cosine similarity")
def counting(a, b):
    a, b = a.flatten(), b.flatten()
    ra = (a[:, None] > a[None]).sum(1).double()
    rb = (b[:, None] > b[None]).sum(1).double()
    return F.cosine_similarity(ra - ra.mean(), rb - rb.mean(), dim=0)


@right("NumPy, ranks written by assignment")
def numpy_ranks(a, b):
    def ranks(m):
        r = np.empty(m.numel())
        r[np.argsort(m.detach().numpy().ravel())] = np.arange(m.numel())
        return r

    return np.corrcoef(ranks(a), ranks(b))[0, 1]


@wrong("argsort only once: places in place of ranks")
def argsort_once(a, b):
    ra, rb = a.flatten().argsort().double(), b.flatten().argsort().double()
    return torch.corrcoef(torch.stack([ra, rb]))[0, 1]


@wrong("Pearson's correlation of the values")
def pearson(a, b):
    return torch.corrcoef(torch.stack([a.flatten(), b.flatten()]))[0, 1]


@wrong("cosine of the ranks without taking off the mean: never negative")
def not_centered(a, b):
    ra = a.flatten().argsort().argsort().double()
    rb = b.flatten().argsort().argsort().double()
    return (ra * rb).sum() / (ra.norm() * rb.norm())


@wrong("the sign turned around by ranking one map from above")
def one_descending(a, b):
    ra = a.flatten().argsort().argsort().double()
    rb = b.flatten().argsort(descending=True).argsort().double()
    return torch.corrcoef(torch.stack([ra, rb]))[0, 1]


@wrong("ranks within each row, not over the map")
def within_rows(a, b):
    ra = a.argsort(dim=-1).argsort(dim=-1).double().flatten()
    rb = b.argsort(dim=-1).argsort(dim=-1).double().flatten()
    return torch.corrcoef(torch.stack([ra, rb]))[0, 1]


@wrong("the covariance: not divided by the spreads")
def covariance(a, b):
    ra = a.flatten().argsort().argsort().double()
    rb = b.flatten().argsort().argsort().double()
    return ((ra - ra.mean()) * (rb - rb.mean())).mean()


@wrong("the absolute value of the correlation")
def absolute(a, b):
    ra = a.flatten().argsort().argsort().double()
    rb = b.flatten().argsort().argsort().double()
    return torch.corrcoef(torch.stack([ra, rb]))[0, 1].abs()


@wrong("population spread above, sample spread below: never reaches 1")
def mixed_spread(a, b):
    ra = a.flatten().argsort().argsort().double()
    rb = b.flatten().argsort().argsort().double()
    return ((ra - ra.mean()) * (rb - rb.mean())).mean() / (ra.std() * rb.std())


@wrong("the formula with the side in place of the number of places")
def formula_n(a, b):
    n = len(a)
    d = a.flatten().argsort().argsort() - b.flatten().argsort().argsort()
    return 1 - 6 * (d.double() ** 2).sum() / (n * (n**2 - 1))


@wrong("the formula without the square")
def formula_abs(a, b):
    n = a.numel()
    d = (a.flatten().argsort().argsort() - b.flatten().argsort().argsort()).double()
    return 1 - 6 * d.abs().sum() / (n * (n**2 - 1))


@wrong("the whole 2 × 2 matrix of correlations")
def whole_matrix(a, b):
    ra = a.flatten().argsort().argsort().double()
    rb = b.flatten().argsort().argsort().double()
    return torch.corrcoef(torch.stack([ra, rb]))


@wrong("the sorted values, correlated with each other")
def sorted_values(a, b):
    va, vb = a.flatten().sort().values, b.flatten().sort().values
    return torch.corrcoef(torch.stack([va, vb]))[0, 1]


@wrong("hard-coded 12 × 12 maps in the formula")
def twelve(a, b):
    d = a.flatten().argsort().argsort() - b.flatten().argsort().argsort()
    return 1 - 6 * (d.double() ** 2).sum() / (144 * (144**2 - 1))


@wrong("spearmanr of the maps as tables of columns, which gives a matrix")
def scipy_columns(a, b):
    return spearmanr(a.numpy(), b.numpy()).statistic


@wrong("mean of a tensor of whole numbers, which raises an error")
def long_mean(a, b):
    ra, rb = a.flatten().argsort().argsort(), b.flatten().argsort().argsort()
    ra, rb = ra - ra.mean(), rb - rb.mean()
    return (ra * rb).sum() / (ra.norm() * rb.norm())


@wrong("ranks without flattening first, so that a is ranked down its columns")
def no_flatten(a, b):
    ra, rb = a.argsort(0).argsort(0).double(), b.argsort(0).argsort(0).double()
    ra, rb = ra - ra.mean(), rb - rb.mean()
    return (ra * rb).sum() / (ra.norm() * rb.norm())
