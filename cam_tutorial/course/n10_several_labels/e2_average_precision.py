"""Exercise 10.2: the average precision of one label.

A long file, because it is a table: three lines a mistake.
"""

import torch

from cam_tutorial.practice.exercise import exercise

from .material import scores_and_presence


@exercise(
    "10.2",
    "Average precision",
    minutes=8,
    difficulty=2,
    cases=scores_and_presence,
    hints=[
        "Bring the scenes into the order of their scores, the highest first: "
        "`order = scores.argsort(descending=True)`, and `hits = present[order]`.",
        "`hits.cumsum(0)` counts the hits up to each place. Divided by the number of the place, 1, 2, 3, …, it is the "
        "precision there.",
        "Average the precision over the places that are hits: `precision[hits].mean()`.",
    ],
)
def my_average_precision(scores, present):
    """a label's scores (N,), no two alike; who shows it, bool (N,) -> a number

    Sort the scenes by score, the highest first. The precision at place r is the share
    of hits, scenes that show the label, among the first r. Average it over all hits.
    """
    hits = present[scores.argsort(descending=True)]
    precision = hits.cumsum(dim=0) / torch.arange(1, len(hits) + 1)
    return precision[hits].mean().item()


def sorted_hits(scores, present, descending=True):
    return present[scores.argsort(descending=descending)]


def places(hits):
    return torch.arange(1, len(hits) + 1)


def precision(hits):
    return hits.cumsum(0) / places(hits)


def ranked(sentence, how):
    """A mistake behind the sorting: `how(hits)`."""

    @my_average_precision.mistake(sentence)
    def version(scores, present):
        return how(sorted_hits(scores, present))


def other(sentence, how):
    """Another mistake: `how(scores, present)`."""

    @my_average_precision.mistake(sentence)
    def version(scores, present):
        return how(scores, present)


def average(hits):
    return precision(hits)[hits].mean().item()


# The order.
other(
    "You sort the lowest score first. The highest comes first: `argsort(descending=True)`.",
    lambda s, p: average(sorted_hits(s, p, descending=False)),
)
other(
    "You do not sort: the scenes stand in the order in which they came. The highest score comes first.",
    lambda s, p: average(p),
)
other(
    "You sort `present`, so that all hits come first. The scores make the order: `present[scores.argsort(...)]`.",
    lambda s, p: average(p.sort(descending=True).values),
)
other(
    "You took the ranks of the scenes for the order of the scenes: one `argsort`, not two.",
    lambda s, p: average(p[s.argsort(descending=True).argsort()]),
)
other(
    "You sort by the size of the scores without their signs. A score far below 0 belongs at the end.",
    lambda s, p: average(sorted_hits(s.abs(), p)),
)

# What is averaged, and over what.
ranked(
    "You average the precision over all places. Only the places that are hits count: `precision[hits].mean()`.",
    lambda hits: precision(hits).mean().item(),
)
ranked(
    "You divide by all N scenes. Divide by the number of hits.",
    lambda hits: (precision(hits)[hits].sum() / len(hits)).item(),
)
ranked(
    "You add the precisions up. Asked for is their mean: divide by the number of hits.",
    lambda hits: precision(hits)[hits].sum().item(),
)
ranked(
    "You averaged the recall: you divide by the number of all hits. The precision divides by the number of the place.",
    lambda hits: (hits.cumsum(0) / hits.sum())[hits].mean().item(),
)
ranked(
    "You leave the hit itself out of the count at its place. The first hit in the first place has the precision 1.",
    lambda hits: ((hits.cumsum(0) - 1) / places(hits))[hits].mean().item(),
)
ranked(
    "You count the places one too far: the first is 1, not 2.",
    lambda hits: (hits.cumsum(0) / (places(hits) + 1))[hits].mean().item(),
)
ranked(
    "You count the places from 0, which divides by 0 at the first. They begin at 1: `torch.arange(1, N + 1)`.",
    lambda hits: (hits.cumsum(0) / (places(hits) - 1))[hits].mean().item(),
)
ranked(
    "You took the precision of the first hit alone. Average it over all hits.",
    lambda hits: precision(hits)[hits][0].item(),
)
ranked(
    "You took the precision of the last hit alone. Average it over all hits.",
    lambda hits: precision(hits)[hits][-1].item(),
)
ranked(
    "You took the highest precision. Average it over all hits.",
    lambda hits: precision(hits).max().item(),
)
ranked(
    "You took the median of the precisions. Asked for is their mean.",
    lambda hits: precision(hits)[hits].median().item(),
)
ranked(
    "You gave the precision at each hit. One step is missing: their mean.",
    lambda hits: precision(hits)[hits],
)
ranked(
    "You gave the precision at every place. Keep those that are hits, and take their mean.",
    precision,
)
ranked(
    "Yours is percent. Asked for is a number from 0 to 1.",
    lambda hits: 100 * average(hits),
)
ranked(
    "You make the precision fall before you average it, as the PASCAL challenge did: at each hit you take the highest "
    "that comes later. Take it as it is.",
    lambda hits: precision(hits).flip(0).cummax(0).values.flip(0)[hits].mean().item(),
)
ranked(
    "You average the precision over the places that are not hits. Only the hits count.",
    lambda hits: precision(hits)[~hits].mean().item() if not hits.all() else 1.0,
)
ranked(
    "You took the precision as far as there are hits in all. Average it over the places of the hits.",
    lambda hits: hits[: int(hits.sum())].double().mean().item(),
)


def trapezoids(hits):
    """The area under precision against recall, joined by straight lines from (0, 1)."""
    recall = torch.cat([torch.zeros(1), hits.cumsum(0) / hits.sum()])
    return torch.trapezoid(torch.cat([torch.ones(1), precision(hits)]), recall).item()


ranked(
    "You joined the points of precision against recall by straight lines. Average the precision at the hits alone.",
    trapezoids,
)


def roc(hits):
    """The share of pairs, one there and one not, in the right order."""
    below = (~hits).sum() - (~hits).cumsum(0)
    return (below[hits].double().mean() / (~hits).sum().clamp(min=1)).item() if not hits.all() else 1.0


ranked(
    "That is the area under the ROC curve: the share of pairs, one with the label and one without, in the right order. "
    "Asked for is the mean precision at the hits.",
    roc,
)


# A threshold, where none is asked for.
other(
    "You gave the share of right answers at the threshold 0. Average precision has no threshold: sort by the scores.",
    lambda s, p: ((s > 0) == p).double().mean().item(),
)
other(
    "You gave the precision at the threshold 0. Average precision has no threshold: sort by the scores.",
    lambda s, p: p[s > 0].double().mean().item(),
)
other(
    "You gave the recall at the threshold 0. Average precision has no threshold: sort by the scores.",
    lambda s, p: (s > 0)[p].double().mean().item(),
)
other(
    "You gave the share of scenes that show the label, which no score enters.",
    lambda s, p: p.double().mean().item(),
)
other(
    "You averaged the scores of the scenes that show the label. The scores only make the order.",
    lambda s, p: s[p].mean().item(),
)
