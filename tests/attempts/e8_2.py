"""Attempts at 8.2."""

import numpy as np
import torch
from scipy.stats import rankdata

from attempts import right, wrong


@right("two loops")
def loops(scores, right):
    points = pairs = 0.0
    for a in scores[right].tolist():
        for b in scores[~right].tolist():
            pairs += 1
            if a > b:
                points += 1
            elif a == b:
                points += 0.5
    return points / pairs


@right("ranks")
def ranks(scores, right):
    r = rankdata(scores.numpy())
    n, m = int(right.sum()), int((~right).sum())
    return float((r[right.numpy()].sum() - n * (n + 1) / 2) / (n * m))


@right("sign")
def sign(scores, right):
    gap = scores[right].unsqueeze(1) - scores[right.logical_not()].unsqueeze(0)
    return float((torch.sign(gap).double().mean() + 1) / 2)


@right("heaviside")
def heaviside(scores, right):
    gap = scores[right].double()[:, None] - scores[~right].double()
    return torch.heaviside(gap, torch.tensor(0.5, dtype=torch.double)).mean().item()


@right("numpy, subtract.outer")
def outer(scores, right):
    s, r = scores.numpy().astype(float), right.numpy()
    gap = np.subtract.outer(s[r], s[~r])
    return float(np.where(gap > 0, 1, np.where(gap == 0, 0.5, 0)).mean())


@right("a tensor of no dimension")
def tensor(scores, right):
    a, b = scores[right], scores[~right]
    table = (a[:, None] > b[None, :]).float() + 0.5 * (a[:, None] == b[None, :]).float()
    return table.mean()


@right("> and >= averaged")
def averaged(scores, right):
    a, b = scores[right].view(-1, 1), scores[~right].view(1, -1)
    return (((a > b).double() + (a >= b).double()) / 2).mean().item()


@right("by searching in sorted scores")
def searched(scores, right):
    b = scores[~right].sort().values
    low = torch.searchsorted(b, scores[right].contiguous(), side="left").double()
    high = torch.searchsorted(b, scores[right].contiguous(), side="right").double()
    return ((low + high) / 2 / len(b)).mean().item()


@wrong("equal scores count nothing")
def strict(scores, right):
    return (scores[right][:, None] > scores[~right][None]).float().mean().item()


@wrong("equal scores count one")
def loose(scores, right):
    return (scores[right][:, None] >= scores[~right][None]).float().mean().item()


@wrong("right and wrong swapped")
def swapped(scores, right):
    a, b = scores[~right], scores[right]
    return ((a[:, None] > b).double() + 0.5 * (a[:, None] == b).double()).mean().item()


@wrong("counts, not shares")
def counts(scores, right):
    a, b = scores[right], scores[~right]
    return ((a[:, None] > b).double() + 0.5 * (a[:, None] == b).double()).sum().item()


@wrong("difference of the means")
def means(scores, right):
    return (scores[right].mean() - scores[~right].mean()).item()


@wrong("accuracy at one half")
def accuracy(scores, right):
    return ((scores > 0.5) == right).float().mean().item()


@wrong("all with all")
def everybody(scores, right):
    gap = scores[:, None] - scores[None, :]
    return ((gap > 0).double() + (gap == 0).double() / 2).mean().item()


@wrong("pairs in order")
def zipped(scores, right):
    pairs = list(zip(scores[right].tolist(), scores[~right].tolist(), strict=False))
    return sum((a > b) + 0.5 * (a == b) for a, b in pairs) / len(pairs)


@wrong("no broadcasting")
def no_table(scores, right):
    return (scores[right] > scores[~right]).float().mean().item()


@wrong("the table")
def table(scores, right):
    a, b = scores[right][:, None], scores[~right]
    return (a > b).double() + 0.5 * (a == b).double()


@wrong("one number a right answer")
def rows(scores, right):
    a, b = scores[right][:, None], scores[~right]
    return ((a > b).double() + 0.5 * (a == b).double()).mean(1)


@wrong("Gini: stretched")
def gini(scores, right):
    a, b = scores[right][:, None], scores[~right]
    return 2 * ((a > b).double() + 0.5 * (a == b).double()).mean().item() - 1


@wrong("never below one half")
def flipped(scores, right):
    a, b = scores[right][:, None], scores[~right]
    value = ((a > b).double() + 0.5 * (a == b).double()).mean().item()
    return max(value, 1 - value)


@wrong("the share of right answers")
def share(scores, right):
    return right.float().mean().item()
