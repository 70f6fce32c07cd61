"""Exercise 5.3: PxAP: pixels, without a threshold.

More than 300 lines, because an area under a curve can be wrong in its points, in its steps, in what it is of.
"""

import numpy as np
import torch

from cam_tutorial.practice.exercise import exercise


def maps_and_masks(generator):
    """Values in odd thirty-seconds (and 0 and 1), many of them equal: no fixed threshold falls on one of them."""
    cases = []
    for n, height, width in ((2, 4, 5), (3, 6, 4), (4, 3, 8), (2, 5, 5), (1, 3, 5)):
        masks = torch.rand(n, height, width, generator=generator) < 0.35
        masks[0, :2] = True  # objects of different sizes
        maps = (16 * torch.rand(n, height, width, generator=generator)).floor() * 0.75 + 4 * masks
        maps = (2 * maps.floor().clamp(max=15) + 1) / 32
        maps[:, 0, 0], masks[:, 0, 0] = 0, True  # some of the objects are found last
        maps[:, 1, 1] = 1
        masks[:, 1, 1] = torch.arange(n) % 2 == 1
        cases.append((maps, masks))
    maps = torch.rand(3, 5, 7, generator=generator)  # no two values alike
    cases.append((maps, maps + torch.rand(3, 5, 7, generator=generator) > 1.1))
    close = 0.5 + (1 + torch.randperm(48, generator=generator).view(2, 4, 6)) / 2**14  # nearly alike
    cases.append((close, torch.rand(2, 4, 6, generator=generator) < 0.5))
    maps, masks = (part.clone() for part in cases[1])
    maps = maps.clamp(1 / 32, 31 / 32) * torch.tensor([0.5, 0.75, 0.25])[:, None, None]  # neither 0 nor 1 occurs
    cases.append((maps, masks))
    maps, masks = (part.clone() for part in cases[2])
    maps, masks = maps.where(maps > 0.4, 0), masks.clone()  # cut off, as a ReLU does it,
    maps[1], masks[2] = 0, False  # a map without a value above 0, and one without an object
    cases.append((maps, masks))
    masks = torch.tensor([[[True, False, False], [True, False, True]]])
    cases.append((torch.full((1, 2, 3), 0.28125), masks))  # one value only
    cases.append((torch.tensor([0.65625, 1, 0.28125]).view(3, 1, 1), torch.tensor([True, False, True]).view(3, 1, 1)))
    maps = torch.rand(1, 30, 40, generator=generator)  # more values than anybody has thresholds
    cases.append((maps, maps + torch.rand(1, 30, 40, generator=generator) > 1.1))
    return cases


@exercise(
    "5.3",
    "PxAP: pixels, without a threshold",
    minutes=15,
    difficulty=3,
    cases=maps_and_masks,
    hints=[
        "Go down through the values that occur, `maps.unique().flip(0)`. At each, the found pixels are `maps >= "
        "value`.",
        "Precision is the share of the found pixels that lie on an object; recall the share of all object pixels "
        "found.",
        "Add up precision · (recall − recall before), beginning with a recall of 0.",
    ],
    forbids={
        "metrics": "The number is right, and it comes from a library's `metrics`. Compute it from its definition.",
        "average_precision_score": "The number is right, and a library's function finds it. Compute it from its "
        "definition.",
    },
)
def my_pxap(maps, masks):
    """(N, H, W) in [0, 1], bool (N, H, W) -> a number

    The area under the precision-recall curve of the pixels of all maps together:
    Σ precision · (recall − the recall before), down through all the values that occur.
    """
    area, recall_before = 0.0, 0.0
    for value in maps.unique().flip(0):
        found = maps >= value
        hits = (found & masks).sum()
        precision, recall = hits / found.sum(), hits / masks.sum()
        area += precision * (recall - recall_before)
        recall_before = recall
    return float(area)


def counts(maps, masks, values=None, above=torch.ge):
    """At each value, from the highest down: how many pixels are found, and how many of them lie on an object."""
    values = maps.unique().flip(0) if values is None else torch.as_tensor(values, dtype=maps.dtype)
    found = above(maps.flatten(), values[:, None])
    return found.sum(dim=1).double(), (found & masks.flatten()).sum(dim=1).double()


def curve(maps, masks, values=None, above=torch.ge, nothing=0.0):
    """Precisions and recalls, from the highest value down; `nothing` is the precision where nothing is found."""
    found, hits = counts(maps, masks, values, above)
    return (hits / found).where(found > 0, nothing), hits / masks.sum()


def before(x, first=0.0):
    """Each entry's predecessor, and `first` before the first."""
    return torch.cat([torch.full((1,), first).double(), x[:-1]])


def steps(P, R):
    """The right sum."""
    return (P * (R - before(R))).sum()


def one_by_one(order, maps, masks):
    """The curve that lets the pixels in one after the other, equal or not."""
    hits = masks.flatten()[order(maps.flatten())].cumsum(0).double()
    return hits / torch.arange(1, len(hits) + 1), hits / hits[-1]


def stable(values):
    return values.argsort(descending=True, stable=True)


def mistake(sentence, area):
    """A mistake that computes `area(maps, masks)`."""

    @my_pxap.mistake(sentence)
    def other(maps, masks):
        return float(area(maps, masks))


def wrong_sum(sentence, area):
    """A mistake that computes `area(P, R)` from the right curve: precisions and recalls, the highest value first."""
    mistake(sentence, lambda maps, masks: area(*curve(maps, masks)))


def for_each(area, maps, masks, nothing=None):
    """The areas of the maps, one by one; `nothing` for a map without an object, which is left out without it."""
    pairs = zip(maps, masks, strict=True)
    return torch.tensor(
        [area(m[None], k[None]) if k.any() else nothing for m, k in pairs if k.any() or nothing is not None]
    )


# What the curve is of.
mistake(
    "You computed the area for each map and averaged. The pixels of all maps go into one curve, so that large "
    "objects count for more.",
    lambda maps, masks: for_each(lambda m, k: steps(*curve(m, k)), maps, masks).mean(),
)
mistake(
    "You computed the area for each map and averaged, and a map without an object makes it NaN. The pixels of all "
    "maps go into one curve.",
    lambda maps, masks: for_each(lambda m, k: steps(*curve(m, k)), maps, masks, torch.nan).mean(),
)
mistake(
    "You computed the area for each map and averaged, with 0 for a map without an object. The pixels of all maps go "
    "into one curve.",
    lambda maps, masks: for_each(lambda m, k: steps(*curve(m, k)), maps, masks, 0.0).mean(),
)
mistake(
    "You added up the areas of the maps. The pixels of all maps go into one curve, with one area.",
    lambda maps, masks: for_each(lambda m, k: steps(*curve(m, k)), maps, masks).sum(),
)
mistake(
    "Two things: you computed an area for each map and averaged, where all pixels belong in one curve; and you drew "
    "straight lines (the trapezoid rule), where each step has the precision at its end.",
    lambda maps, masks: for_each(lambda m, k: torch.trapezoid(*curve(m, k)), maps, masks).mean(),
)
mistake(
    "Two things: you computed an area for each map and averaged, where all pixels belong in one curve; and equal "
    "values, which are found together, come in one by one.",
    lambda maps, masks: for_each(lambda m, k: steps(*one_by_one(stable, m, k)), maps, masks).mean(),
)
mistake("You used the first map alone. The pixels of all maps go into one curve.",
        lambda maps, masks: steps(*curve(maps[:1], masks[:1])))  # fmt: skip
mistake("You used the last map alone. The pixels of all maps go into one curve.",
        lambda maps, masks: steps(*curve(maps[-1:], masks[-1:])))  # fmt: skip
mistake(
    "You divide each map by its own maximum, as the package's `metrics.pxap` does. They are scaled already: take the "
    "values as they come.",
    lambda maps, masks: steps(*curve(maps / maps.amax(dim=(1, 2), keepdim=True).clamp(min=1e-9), masks)),
)


mistake(
    "You divide each map by its own maximum, which makes NaN of a map that is 0 everywhere. They are scaled already: "
    "take the values as they come.",
    lambda maps, masks: steps(*curve(maps / maps.amax(dim=(1, 2), keepdim=True), masks, nothing=torch.nan)),
)


def stretched(maps, least):
    low, high = maps.amin(dim=(1, 2), keepdim=True), maps.amax(dim=(1, 2), keepdim=True)
    return (maps - low) / (high - low).clamp(min=least)


mistake(
    "You stretch each map from its minimum to its maximum. They are scaled already: take the values as they come.",
    lambda maps, masks: steps(*curve(stretched(maps, 1e-9), masks)),
)
mistake(
    "You stretch each map from its minimum to its maximum, which makes NaN of a map with one value. They are scaled "
    "already: take the values as they come.",
    lambda maps, masks: steps(*curve(stretched(maps, 0), masks, nothing=torch.nan)),
)
mistake("True and False are swapped in `masks`: that is the area for the background.",
        lambda maps, masks: steps(*curve(maps, ~masks)))  # fmt: skip
mistake(
    "You begin with the *lowest* values, and find the pixels below. The highest come first: `maps >= value`, going "
    "down.",
    lambda maps, masks: steps(*curve(1 - maps, masks)),
)
mistake(
    "You find `maps <= value`, the pixels *below*. What is found at a value is what reaches it: `>=`.",
    lambda maps, masks: steps(*curve(maps, masks, above=torch.le)),
)
mistake(
    "You find `maps == value`, the pixels *at* a value alone. What is found is what reaches it: `>=`.",
    lambda maps, masks: steps(*curve(maps, masks, above=torch.eq)),
)
mistake(
    "This is the *energy*, the share of the maps' values that lies on the objects. Asked for is the area under "
    "precision over recall.",
    lambda maps, masks: maps[masks].sum() / maps.sum(),
)
mistake(
    "You gave the best IoU of all thresholds. Asked for is the area: add up precision · (recall − the recall before).",
    lambda maps, masks: max(((maps >= v) & masks).sum() / ((maps >= v) | masks).sum() for v in maps.unique()),
)
mistake(
    "You gave the mean IoU. Asked for is the area: add up precision · (recall − the recall before).",
    lambda maps, masks: (
        sum(((maps >= v) & masks).sum() / ((maps >= v) | masks).sum() for v in maps.unique()) / len(maps.unique())
    ),
)
mistake(
    "This is the area under the ROC curve, of recall over the share of false alarms. Asked for is that under "
    "precision over recall.",
    lambda maps, masks: torch.trapezoid(*(torch.cat([torch.zeros(1).double(), r]) for r in (
        curve(maps, masks)[1], curve(maps, ~masks)[1]))),
)  # fmt: skip
mistake(
    "This is an area of recall over the share of false alarms, as in a ROC curve. Asked for is that of precision over "
    "recall.",
    lambda maps, masks: steps(curve(maps, masks)[1], curve(maps, ~masks)[1]),
)

# The points of the curve.
ORDERS = {
    "as `argsort` or `sorted` does when it keeps the order of equals": stable,
    "as `sort(descending=True)` does": lambda values: values.sort(descending=True).indices,
    "in the reversed order of an ascending sort": lambda values: values.argsort(stable=True).flip(0),
    "in the order of `argsort`, flipped": lambda values: values.argsort().flip(0),
    "from the lowest up": torch.argsort,
    "as NumPy's `argsort` does with the negative values": lambda values: torch.from_numpy(np.argsort(-values.numpy())),
    "as NumPy's `argsort` does, reversed": lambda values: torch.from_numpy(np.argsort(values.numpy())[::-1].copy()),
}
SUMS = {
    "": steps,
    " (And you drew straight lines, the trapezoid rule: each step has the precision at its end.)": torch.trapezoid,
    " (And you drew straight lines, the trapezoid rule, beginning with a precision of 1: each step has the precision "
    "at its end.)":
        lambda P, R: torch.trapezoid(before(torch.cat([P, P[:1]]), 1.0), before(torch.cat([R, R[:1]]))),
}  # fmt: skip
for how, order in ORDERS.items():
    for lines, area in SUMS.items():
        mistake(
            f"Equal values are found together. You let them in one by one, {how}, and so their order decides: take "
            f"`maps >= value` for each value that occurs.{lines}",
            lambda maps, masks, order=order, area=area: area(*one_by_one(order, maps, masks)),
        )
mistake(
    "Equal values are found together. You let them in one by one, those on the object first, as sorting pairs of "
    "value and mask does: take `maps >= value` for each value that occurs.",
    lambda maps, masks: steps(*one_by_one(lambda v: stable(v.double() + 1e-7 * masks.flatten()), maps, masks)),
)
mistake(
    "The last step is missing: the pixels with the lowest value are never found. What is equal to a value is found "
    "too, `>=` and not `>`; and the lowest value that occurs is one of them.",
    lambda maps, masks: steps(*curve(maps, masks, above=torch.gt)),
)
mistake(
    "Two things: what is equal to a value is found too, `>=` and not `>`; and you drew straight lines (the trapezoid "
    "rule), where each step has the precision at its end.",
    lambda maps, masks: torch.trapezoid(*curve(maps, masks, above=torch.gt)),
)
mistake(
    "The area is NaN in every call: somewhere 0 is divided by 0. Going down through the values that occur, with `maps "
    ">= value`, something is always found; with `>`, nothing is at the highest.",
    lambda maps, masks: torch.nan,
)
mistake(
    "You leave out the value 0, where it occurs. There everything is found, and recall reaches 1: that step counts "
    "too.",
    lambda maps, masks: steps(*(x[: len(maps[maps > 0].unique())] for x in curve(maps, masks))),
)
mistake(
    "You leave out the highest value that occurs, so its step is taken together with the next. It has a precision of "
    "its own.",
    lambda maps, masks: steps(*curve(maps, masks, maps.unique().flip(0)[1:])) if len(maps.unique()) > 1 else 0.0,
)
mistake(
    "Your values are those of the first map. Go through the values of all of them: `maps.unique()`.",
    lambda maps, masks: steps(*curve(maps, masks, maps[0].unique().flip(0))),
)
mistake("Your values are rounded to two decimals. Go through those that occur, as they are.",
        lambda maps, masks: steps(*curve((100 * maps).round(), masks)))  # fmt: skip
mistake("Your values are rounded to one decimal. Go through those that occur, as they are.",
        lambda maps, masks: steps(*curve((10 * maps).round(), masks)))  # fmt: skip

# Fixed thresholds k / count, from the highest down. No value but 0 and 1 falls on one of them: rounding is no matter.
USUAL = (
    *(("", count, range(count, -1, -1)) for count in (10, 20, 99, 100, 999, 1000)),
    *((", without 1", count, range(count - 1, -1, -1)) for count in (10, 20)),
)
GRIDS = (
    *USUAL,
    *(
        ("", count, range(count, -1, -1))
        for count in (*range(4, 65), 127, 128, 199, 200, 255, 256, 499, 500)
        if count not in (10, 20)
    ),
    *((", without 0", count, range(count, 0, -1)) for count in (10, 20, 50, 100, 1000)),
    *((", without 0 and 1", count, range(count - 1, 0, -1)) for count in (10, 20)),
)
VALUES = "Go through all the values that occur"


def at_fixed_thresholds(grids, advice, rule, nothing=0.0):
    """Mistakes that add up in some way what is found at fixed thresholds; `nothing` is the precision of nothing."""
    for but, count, numbers in grids:
        mistake(
            f"You use fixed thresholds, {1 / count:.4g} apart{but} (or cut the values to such steps). {VALUES}{advice}",
            lambda maps, masks, at=[k / count for k in numbers]: rule(*curve(maps, masks, at, nothing=nothing)),
        )


at_fixed_thresholds(GRIDS, ": `maps.unique().flip(0)`.", steps)
at_fixed_thresholds(
    USUAL, ", and draw no straight lines between them (the trapezoid rule): each step has the precision at its end.",
    torch.trapezoid,
)  # fmt: skip
at_fixed_thresholds(
    USUAL,
    ", and draw no straight lines (the trapezoid rule; where nothing is found, you take a precision of 1): each step "
    "has the precision at its end.",
    torch.trapezoid,
    nothing=1.0,
)
at_fixed_thresholds(
    USUAL, ", from the highest *down*, so that recall grows from 0 to 1.", lambda P, R: steps(P.flip(0), R.flip(0))
)
at_fixed_thresholds(
    USUAL,
    ", from the highest *down*, and draw no straight lines (the trapezoid rule).",
    lambda P, R: -torch.trapezoid(P, R),
)
at_fixed_thresholds(
    USUAL, ", and add up precision · (recall − the recall before): you averaged the precisions.", lambda P, R: P.mean()
)
for count in (10, 20, 99, 100):
    mistake(
        f"Your thresholds are quantiles, in steps of {100 / count:.3g} %, and leave values out where there are many. "
        f"{VALUES}: `maps.unique().flip(0)`.",
        lambda maps, masks, count=count: steps(
            *curve(maps, masks, maps.flatten().quantile(torch.arange(count, -1, -1) / count))
        ),
    )
for but, lowest, steepest in (("", 0, 10), (", without 0", 1, 10), ("", 0, 40), (", without 0", 1, 40)):
    mistake(
        f"You use fixed thresholds{but}, {'0.1' if steepest == 10 else '0.05 or less'} apart, and where nothing is "
        f"found, 0 / 0 is NaN. {VALUES}: then something is always found.",
        lambda maps, masks, at=[k / steepest for k in range(steepest, lowest - 1, -1)]: steps(
            *curve(maps, masks, at, nothing=torch.nan)
        ),
    )

# The sum.
zero, one = torch.zeros(1).double(), torch.ones(1).double()
wrong_sum(
    "You drew straight lines between the points of the curve (the trapezoid rule). Each step has the precision that is "
    "reached at its end.",
    lambda P, R: torch.trapezoid(torch.cat([P[:1], P]), torch.cat([zero, R])),
)
wrong_sum(
    "You drew straight lines (the trapezoid rule), beginning with a precision of 1 at recall 0. Each step has the "
    "precision that is reached at its end.",
    lambda P, R: torch.trapezoid(torch.cat([one, P]), torch.cat([zero, R])),
)
wrong_sum(
    "You drew straight lines (the trapezoid rule), beginning with a precision of 0 at recall 0. Each step has the "
    "precision that is reached at its end.",
    lambda P, R: torch.trapezoid(torch.cat([zero, P]), torch.cat([zero, R])),
)
wrong_sum(
    "You drew straight lines (the trapezoid rule), and the first step, from recall 0 to the highest value's, is "
    "missing. Add up precision · (recall − the recall before).",
    torch.trapezoid,
)
wrong_sum(
    "You drew straight lines (the trapezoid rule), going *up* through the values, which makes the area negative. Go "
    "down, and add up precision · (recall − the recall before).",
    lambda P, R: -torch.trapezoid(P, R),
)
wrong_sum(
    "You left out the first step: before the highest value the recall is 0, and the way from there counts as well.",
    lambda P, R: (P[1:] * R.diff()).sum(),
)
wrong_sum(
    "Each of your steps has the precision *before* it, with the opposite sign, and the first step is missing: do you "
    "go up through the values? Go down, and begin with a recall of 0.",
    lambda P, R: -(P[:-1] * R.diff()).sum(),
)
wrong_sum(
    "Each of your steps has the precision *before* it, 1 in the beginning. It is to have the one that is reached at "
    "its end.",
    lambda P, R: (before(P, 1.0) * (R - before(R))).sum(),
)
wrong_sum(
    "Each of your steps has the precision *before* it, and the first step is missing or counts nothing. It is to have "
    "the one that is reached at its end, and recall begins at 0.",
    lambda P, R: (before(P) * (R - before(R))).sum(),
)
wrong_sum(
    "Each of your steps has the better of the precisions at its two ends. It is to have the one that is reached at "
    "its end.",
    lambda P, R: (torch.maximum(P, before(P)) * (R - before(R))).sum(),
)
wrong_sum(
    "You go up through the values and take the steps' absolute lengths, so the first is a step of 1. Go down, and "
    "begin with a recall of 0.",
    lambda P, R: (P.flip(0) * (R.flip(0) - before(R.flip(0))).abs()).sum(),
)
wrong_sum(
    "The recall before begins at 1. Going down, nothing is found in the beginning: it is 0.",
    lambda P, R: (P * (R - before(R, 1.0))).sum(),
)
wrong_sum(
    "You use the best precision at this recall or a higher one (“interpolated”). Take the precision itself.",
    lambda P, R: steps(P.flip(0).cummax(0).values.flip(0), R),
)
wrong_sum(
    "You averaged the best precision at eleven recalls, 0 to 1 (“interpolated”). Add up precision · (recall − the "
    "recall before).",
    lambda P, R: sum(P[r / 10 - 1e-9 <= R].max() for r in range(11)) / 11,
)
wrong_sum(
    "You averaged the precision over the thresholds. Each counts by how much recall it adds: precision · (recall − the "
    "recall before).",
    lambda P, R: P.mean(),
)
wrong_sum(
    "You added up the precisions. Each counts by how much recall it adds: precision · (recall − the recall before).",
    lambda P, R: P.sum(),
)
wrong_sum("You averaged the recalls. Add up precision · (recall − the recall before).", lambda P, R: R.mean())
wrong_sum(
    "You added up precision · recall: the recall before is missing, or never changes. Subtract it each time, and then "
    "keep the new one.",
    lambda P, R: (P * R).sum(),
)
wrong_sum("You added up precision · the recall *before*. The step is the new recall minus the one before.",
          lambda P, R: (P * before(R)).sum())  # fmt: skip
wrong_sum(
    "Parentheses are missing: precision · (recall − the recall before), and not precision · recall − the recall "
    "before.",
    lambda P, R: (P * R - before(R)).sum(),
)
wrong_sum(
    "You gave the highest precision · recall. Asked for is the area: add up precision · (recall − the recall before).",
    lambda P, R: (P * R).max(),
)
wrong_sum(
    "Your recall is the share of the objects that is *missed*. It is the share that is found, hits / `masks.sum()`.",
    lambda P, R: steps(P, 1 - R),
)
wrong_sum(
    "You averaged precision · recall. Add up precision · (recall − the recall before).", lambda P, R: (P * R).mean()
)
wrong_sum("You averaged the steps. Add them up: the area is the sum of precision · (recall − the recall before).",
          lambda P, R: (P * (R - before(R))).mean())  # fmt: skip
wrong_sum("You multiply with (recall before − recall): your area is the right one, with the opposite sign.",
          lambda P, R: -steps(P, R))  # fmt: skip
wrong_sum(
    "One of two slips, which give the same number: you go *up* through the values (begin with the highest, "
    "`.flip(0)`), or precision and recall are swapped (precision divides the hits by what is found, recall by the "
    "objects' pixels).",
    lambda P, R: steps(R, P),
)
wrong_sum(
    "Precision and recall are swapped, beginning with a precision of 1: that adds up recall · (precision − the "
    "precision before).",
    lambda P, R: (R * (P - before(P, 1.0))).sum(),
)
wrong_sum(
    "Precision and recall are swapped, and the first step is missing. Add up precision · (recall − the recall before).",
    lambda P, R: (R[1:] * P.diff()).sum(),
)
wrong_sum(
    "Two things: precision and recall are swapped, and you drew straight lines (the trapezoid rule), beginning at 0 "
    "and 0.",
    lambda P, R: torch.trapezoid(torch.cat([zero, R]), torch.cat([zero, P])),
)
wrong_sum("Two things: precision and recall are swapped, and you drew straight lines (the trapezoid rule).",
          lambda P, R: torch.trapezoid(R, P))  # fmt: skip
wrong_sum(
    "You added up precision · (precision − the precision before). The differences are those of *recall*, which "
    "divides the hits by the objects' pixels, `masks.sum()`.",
    lambda P, R: steps(P, P),
)
wrong_sum(
    "You added up recall · (recall − the recall before). The first factor is the *precision*, which divides the hits "
    "by what is found, `found.sum()`.",
    lambda P, R: steps(R, R),
)
wrong_sum("You added up the steps of recall alone, which always gives 1. Multiply each by its precision.",
          lambda P, R: R[-1])  # fmt: skip
wrong_sum(
    "Your area is 0 in every call. Is the recall before set to the new one *before* it is subtracted? Then each step "
    "is 0.",
    lambda P, R: 0.0,
)
wrong_sum(
    "This is the first step alone: is there a `return` inside the loop? Add them all up.", lambda P, R: P[0] * R[0]
)
wrong_sum("This is the last step alone. Add them all up: `+=`.", lambda P, R: P[-1] * (R - before(R))[-1])
wrong_sum("You gave the best F1 of all thresholds. Asked for is the area: no threshold is chosen.",
          lambda P, R: (2 * P * R / (P + R).clamp(min=1e-9)).max())  # fmt: skip
wrong_sum("You gave the mean F1. Asked for is the area: add up precision · (recall − the recall before).",
          lambda P, R: (2 * P * R / (P + R).clamp(min=1e-9)).mean())  # fmt: skip
wrong_sum("You gave the best precision. Asked for is the area: add up precision · (recall − the recall before).",
          lambda P, R: P.max())  # fmt: skip
wrong_sum("You gave the precision at the highest value. Asked for is the area over all values.", lambda P, R: P[0])
wrong_sum(
    "You gave the precision at the lowest value, the share of the objects. Asked for is the area over all values.",
    lambda P, R: P[-1],
)


def other_shares(sentence, shares):
    """A mistake in precision and recall: `shares(hits, found, objects, all)` gives both."""

    def area(maps, masks):
        found, hits = counts(maps, masks)
        return steps(*shares(hits, found, masks.sum(), masks.numel()))

    mistake(sentence, area)


other_shares("Your precision divides the hits by *all* pixels. It is their share of those found: `found.sum()`.",
             lambda hits, found, objects, every: (hits / every, hits / objects))  # fmt: skip
other_shares(
    "Your hits are found *or* on an object. Both at once is asked for: `found & masks`.",
    lambda hits, found, objects, every: ((found + objects - hits) / found, (found + objects - hits) / objects),
)
other_shares("Your precision is a whole number, as `//` gives it. Divide with `/`.",
             lambda hits, found, objects, every: (hits // found, hits / objects))  # fmt: skip
other_shares(
    "Your hits are all pixels that are found. Only those that lie on an object count: `(found & masks).sum()`.",
    lambda hits, found, objects, every: (found / found, found / objects),
)
other_shares("Your recall divides the hits by *all* pixels. It is their share of the objects' pixels: `masks.sum()`.",
             lambda hits, found, objects, every: (hits / found, hits / every))  # fmt: skip
other_shares(
    "Your recall is the share of all pixels that are found. It counts only those on the objects: hits / `masks.sum()`.",
    lambda hits, found, objects, every: (hits / found, found / every),
)
other_shares(
    "Your precision divides by what is found *or* on an object, as the IoU does. Divide by what is found alone.",
    lambda hits, found, objects, every: (hits / (found + objects - hits), hits / objects),
)
other_shares("Your precision divides the number of found pixels by the objects'. Divide the hits by what is found.",
             lambda hits, found, objects, every: (found / objects, hits / objects))  # fmt: skip
