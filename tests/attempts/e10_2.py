"""Attempts at 10.2."""

import numpy as np
import torch
from attempts import right, wrong


@right("a loop with a counter")
def counter(scores, present):
    pairs = sorted(zip(scores.tolist(), present.tolist()), reverse=True)
    found, total = 0, 0.0
    for rank, (_, there) in enumerate(pairs, start=1):
        if there:
            found += 1
            total += found / rank
    return total / found


@right("without sorting: how many score at least as high")
def by_counting(scores, present):
    mine = scores[present]
    hits_above = (mine[None, :] >= mine[:, None]).sum(dim=1)
    all_above = (scores[None, :] >= mine[:, None]).sum(dim=1)
    return (hits_above / all_above).mean()


@right("steps of recall times precision")
def steps(scores, present):
    order = torch.argsort(scores, descending=True)
    hits = present[order].float()
    tp = torch.cumsum(hits, 0)
    precision = tp / torch.arange(1, len(scores) + 1)
    recall = tp / tp[-1]
    change = torch.diff(recall, prepend=torch.zeros(1))
    return (precision * change).sum().item()


@right("NumPy")
def numpy(scores, present):
    order = np.argsort(-scores.numpy())
    hits = present.numpy()[order]
    ranks = np.flatnonzero(hits) + 1
    return float(np.mean(np.arange(1, len(ranks) + 1) / ranks))


@right("where the hits are, one after another")
def where(scores, present):
    _, order = scores.sort(descending=True)
    ranks = present[order].nonzero()[:, 0] + 1
    return (torch.arange(1, len(ranks) + 1) / ranks).mean()


@right("summed products over the number of hits")
def products(scores, present):
    hits = present[scores.argsort(descending=True)].double()
    precision = hits.cumsum(0) / (torch.arange(len(hits)) + 1)
    return (precision * hits).sum() / hits.sum()


@right("slices")
def slices(scores, present):
    hits = present[scores.argsort(descending=True)]
    values = [hits[: r + 1].float().mean() for r in range(len(hits)) if hits[r]]
    return sum(values) / len(values)


@wrong("ascending")
def ascending(scores, present):
    hits = present[scores.argsort()].float()
    precision = hits.cumsum(0) / torch.arange(1, len(hits) + 1)
    return ((precision * hits).sum() / hits.sum()).item()


@wrong("not sorted")
def unsorted(scores, present):
    precision = present.cumsum(0) / torch.arange(1, len(present) + 1)
    return precision[present].mean().item()


@wrong("mean over all places")
def all_places(scores, present):
    hits = present[scores.argsort(descending=True)].float()
    return (hits.cumsum(0) / torch.arange(1, len(hits) + 1)).mean().item()


@wrong("divided by N")
def by_n(scores, present):
    hits = present[scores.argsort(descending=True)].float()
    precision = hits.cumsum(0) / torch.arange(1, len(hits) + 1)
    return (precision * hits).mean().item()


@wrong("accuracy")
def accuracy(scores, present):
    return ((scores > 0) == present).float().mean().item()


@wrong("accuracy at one half of the sigmoid")
def sigmoid_accuracy(scores, present):
    return ((torch.sigmoid(scores) > 0.5) == present).float().mean().item()


@wrong("precision at a threshold")
def precision_at(scores, present):
    said = scores > 0
    return (said & present).sum().item() / max(said.sum().item(), 1)


@wrong("the area under ROC")
def roc_area(scores, present):
    above, below = scores[present], scores[~present]
    if len(below) == 0:
        return 1.0
    return (above[:, None] > below[None, :]).float().mean().item()


@wrong("counts from 0")
def from_zero(scores, present):
    hits = present[scores.argsort(descending=True)]
    precision = hits.cumsum(0) / torch.arange(len(hits))
    return precision[hits].mean().item()


@wrong("recall in place of precision")
def recall(scores, present):
    hits = present[scores.argsort(descending=True)]
    return (hits.cumsum(0) / hits.sum())[hits].mean().item()


@wrong("no mean")
def no_mean(scores, present):
    hits = present[scores.argsort(descending=True)]
    precision = hits.cumsum(0) / torch.arange(1, len(hits) + 1)
    return precision[hits]


@wrong("the sum")
def no_division(scores, present):
    hits = present[scores.argsort(descending=True)]
    precision = hits.cumsum(0) / torch.arange(1, len(hits) + 1)
    return precision[hits].sum().item()


@wrong("return inside the loop")
def returns_early(scores, present):
    hits = present[scores.argsort(descending=True)]
    found = 0
    for r, hit in enumerate(hits, start=1):
        if hit:
            found += 1
            return found / r


@wrong("sorted twice")
def twice(scores, present):
    ranks = scores.argsort(descending=True).argsort()
    hits = present[ranks]
    precision = hits.cumsum(0) / torch.arange(1, len(hits) + 1)
    return precision[hits].mean().item()


@wrong("sorts the labels")
def sorts_labels(scores, present):
    hits = present.sort(descending=True).values
    precision = hits.cumsum(0) / torch.arange(1, len(hits) + 1)
    return precision[hits].mean().item()


@wrong("trapezoids")
def trapezoid(scores, present):
    hits = present[scores.argsort(descending=True)].float()
    tp = hits.cumsum(0)
    precision = torch.cat([torch.ones(1), tp / torch.arange(1, len(hits) + 1)])
    recall = torch.cat([torch.zeros(1), tp / hits.sum()])
    return torch.trapezoid(precision, recall).item()


@wrong("interpolated")
def interpolated(scores, present):
    hits = present[scores.argsort(descending=True)]
    precision = hits.cumsum(0) / torch.arange(1, len(hits) + 1)
    highest = torch.tensor([precision[k:].max() for k in range(len(precision))])
    return highest[hits].mean().item()


@wrong("percent")
def percent(scores, present):
    hits = present[scores.argsort(descending=True)]
    precision = hits.cumsum(0) / torch.arange(1, len(hits) + 1)
    return 100 * precision[hits].mean().item()


@wrong("rank counted among the misses only")
def misses_only(scores, present):
    hits = present[scores.argsort(descending=True)]
    misses = (~hits).cumsum(0)
    return (1 / (1 + misses[hits])).mean().item()


@wrong("bool as scores")
def mean_present(scores, present):
    return present.float().mean().item()


@wrong("nothing is returned")
def nothing(scores, present):
    hits = present[scores.argsort(descending=True)]
    precision = hits.cumsum(0) / torch.arange(1, len(hits) + 1)
    precision[hits].mean().item()
