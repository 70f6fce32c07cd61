"""Exercise 5.3: PxAP: pixels, without a threshold."""

import torch

from cam_tutorial.practice.exercise import exercise


def maps_and_masks(generator):
    cases = []
    for n, height, width in ((2, 4, 5), (3, 6, 4), (4, 3, 8)):
        masks = torch.rand(n, height, width, generator=generator) < 0.35
        masks[0, :2] = True  # objects of different sizes
        maps = torch.rand(n, height, width, generator=generator) + 0.5 * masks
        maps = (8 * maps).round() / 8  # with equal values
        maps[:, 0, 0], masks[:, 0, 0] = 0, True  # and with some of the objects found last
        cases.append((maps / maps.amax(dim=(1, 2), keepdim=True), masks))
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
)
def my_pxap(maps, masks):
    """(N, H, W) in [0, 1], bool (N, H, W) -> the area under the precision-recall curve of the pixels of all maps

    Σ precision · (recall − the recall before), going down through all the values that occur.
    """
    area, recall_before = 0.0, 0.0
    for value in maps.unique().flip(0):
        found = maps >= value
        hits = (found & masks).sum()
        precision, recall = hits / found.sum(), hits / masks.sum()
        area += precision * (recall - recall_before)
        recall_before = recall
    return float(area)


def curve(maps, masks, values=None):
    values = maps.unique().flip(0) if values is None else values
    found = torch.stack([(maps >= value) for value in values]).flatten(1)
    hits = (found & masks.flatten()).sum(dim=1).double()
    return hits / found.sum(dim=1), hits / masks.sum()


def area_under(precision, recall):
    return (precision * recall.diff(prepend=torch.zeros(1).double())).sum().item()


@my_pxap.mistake(
    "You computed the area for each map and averaged. The pixels of all maps go into one curve, so that large "
    "objects count for more."
)
def averaged_over_the_maps(maps, masks):
    areas = [area_under(*curve(m[None], k[None])) for m, k in zip(maps, masks, strict=True) if k.any()]
    return sum(areas) / len(areas)


@my_pxap.mistake(
    "Equal values are found together. You let them in one by one, as sorting does, and so their order decides: take "
    "`maps >= value` for each value that occurs."
)
def one_by_one(maps, masks):
    hits = masks.flatten()[maps.flatten().argsort(descending=True, stable=True)].cumsum(0).double()
    return area_under(hits / torch.arange(1, len(hits) + 1), hits / hits[-1])


@my_pxap.mistake(
    "You drew straight lines between the points of the curve (the trapezoid rule). Each step has the precision that is "
    "reached at its end."
)
def trapezoids(maps, masks):
    precision, recall = curve(maps, masks)
    precision, recall = torch.cat([precision[:1], precision]), torch.cat([torch.zeros(1).double(), recall])
    return torch.trapezoid(precision, recall).item()


@my_pxap.mistake(
    "You left out the first step: before the highest value the recall is 0, and the way from there counts as well."
)
def without_the_first_step(maps, masks):
    precision, recall = curve(maps, masks)
    return (precision[1:] * recall.diff()).sum().item()


@my_pxap.mistake("You go up through the values. Begin with the highest, so that recall grows from 0 to 1: `.flip(0)`.")
def upward(maps, masks):
    return area_under(*curve(maps, masks, maps.unique()))


@my_pxap.mistake("You used only what is *above* each value; what is equal to it is found too: `>=`.")
def above_only(maps, masks):
    area, before = 0.0, 0.0
    for value in maps.unique().flip(0):
        found = maps > value
        hits = (found & masks).sum()
        recall = hits / masks.sum()
        area += hits / found.sum().clamp(min=1) * (recall - before)
        before = recall
    return float(area)


@my_pxap.mistake(
    "You averaged the precision over the thresholds. Each counts by how much recall it adds: precision · (recall − the "
    "recall before)."
)
def mean_precision(maps, masks):
    return curve(maps, masks)[0].mean().item()
