"""The exercises of notebook 05, Measuring heatmaps."""

import torch

from .exercise import exercise
from .material import flatten_network

# --- 5.1 -------------------------------------------------------------------------------------------------------------


def maps_masks_and_tolerances(generator):
    cases = []
    for n, height, width, tolerance in ((6, 9, 14, 0), (8, 12, 7, 1.5), (8, 10, 16, 3), (9, 15, 11, 4)):
        masks = torch.zeros(n, height, width, dtype=torch.bool)
        masks[:, 2:4, 3:6] = True
        maps = torch.rand(n, height, width, generator=generator)
        cases.append((maps, masks, tolerance))
    # Highest places at chosen offsets from a single pixel: straight, diagonal, and in between.
    masks = torch.zeros(6, 11, 13, dtype=torch.bool)
    masks[:, 4, 5] = True
    for tolerance in (2, 3):
        maps = torch.rand(6, 11, 13, generator=generator)
        for k, (down, right) in enumerate(((0, 2), (2, 2), (3, 0), (1, 1), (0, -3), (2, 1))):
            maps[k, 4 + down, 5 + right] = 2
        cases.append((maps, masks, tolerance))
    return cases


@exercise(
    "5.1",
    "The pointing game, with a tolerance",
    minutes=12,
    difficulty=2,
    cases=maps_masks_and_tolerances,
    hints=[
        "The number that `argmax` gives for a flattened map is row · width + column: `divmod` takes it apart.",
        "For one map: the rows and columns of the object's pixels come from `mask.nonzero().T`.",
        "The squared distances are (rows − row)² + (columns − column)²; the smallest decides, against tolerance².",
    ],
)
def my_pointing_game(maps, masks, tolerance=0):
    """(N, H, W), bool (N, H, W), pixels -> bool (N,)

    Does the highest place of each map lie on its object, or at most `tolerance` pixels from it (as the crow flies)?
    """
    hits = []
    for map_, mask in zip(maps, masks, strict=True):
        row, column = divmod(map_.argmax().item(), map_.shape[1])
        rows, columns = mask.nonzero().T
        squared = (rows - row) ** 2 + (columns - column) ** 2
        hits.append(squared.min().item() <= tolerance**2)
    return torch.tensor(hits)


def offsets(maps, masks):
    for map_, mask in zip(maps, masks, strict=True):
        row, column = divmod(map_.argmax().item(), map_.shape[1])
        rows, columns = mask.nonzero().T
        yield (rows - row).abs(), (columns - column).abs()


@my_pointing_game.mistake(
    "Your tolerance is a square: a place 2 down and 2 to the right is 2.8 pixels away, not 2. Take the distance as the "
    "crow flies."
)
def a_square(maps, masks, tolerance=0):
    return torch.tensor([torch.maximum(y, x).min().item() <= tolerance for y, x in offsets(maps, masks)])


@my_pointing_game.mistake(
    "You added the distance down and the distance to the right, as a taxi would. Square them, add, and compare with "
    "tolerance²."
)
def a_taxi(maps, masks, tolerance=0):
    return torch.tensor([(y + x).min().item() <= tolerance for y, x in offsets(maps, masks)])


@my_pointing_game.mistake("You leave out the tolerance: a place next to the object can be a hit too.")
def no_tolerance(maps, masks, tolerance=0):
    return torch.tensor([(y + x).min().item() == 0 for y, x in offsets(maps, masks)])


@my_pointing_game.mistake(
    "You compare the *squared* distance with the tolerance: square the tolerance too, or take the root."
)
def squared_against_plain(maps, masks, tolerance=0):
    return torch.tensor([(y**2 + x**2).min().item() <= tolerance for y, x in offsets(maps, masks)])


@my_pointing_game.mistake("A place exactly at the tolerance is a hit: at most, ≤, and not less than, <.")
def less_than(maps, masks, tolerance=0):
    return torch.tensor([(y**2 + x**2).min().item() < tolerance**2 for y, x in offsets(maps, masks)])


@my_pointing_game.mistake(
    "Row and column are taken apart with the height of the map; a flattened map counts in rows of its *width*. (On "
    "square maps nobody notices.)"
)
def divided_by_the_height(maps, masks, tolerance=0):
    hits = []
    for map_, mask in zip(maps, masks, strict=True):
        row, column = divmod(map_.argmax().item(), map_.shape[0])
        rows, columns = mask.nonzero().T
        hits.append(((rows - row) ** 2 + (columns - column) ** 2).min().item() <= tolerance**2)
    return torch.tensor(hits)


@my_pointing_game.mistake("You gave the share of hits. Asked for is True or False for each map: averaging comes later.")
def the_share(maps, masks, tolerance=0):
    return torch.tensor([(y**2 + x**2).min().item() <= tolerance**2 for y, x in offsets(maps, masks)]).float().mean()


@my_pointing_game.mistake(
    "You measure to the middle of the object. A place on its rim is a hit as well: take the nearest of its pixels."
)
def to_the_middle(maps, masks, tolerance=0):
    hits = []
    for map_, mask in zip(maps, masks, strict=True):
        row, column = divmod(map_.argmax().item(), map_.shape[1])
        middle = mask.nonzero().double().mean(dim=0)
        hits.append(((middle - torch.tensor([row, column])) ** 2).sum().item() <= tolerance**2)
    return torch.tensor(hits)


# --- 5.2 -------------------------------------------------------------------------------------------------------------


def iou_tables(generator):
    cases = []
    for n, t, delta in ((13, 5, 0.5), (17, 8, 0.3), (19, 6, 0.7)):
        ious = torch.randint(0, 11, (n, t), generator=generator) / 10
        ious = ious / 2
        ious[:, 0] = 0
        ious[:, 2] = torch.where(torch.arange(n) < 2 * n // 3, delta, 0)  # many boxes that are just good enough
        ious[:, 3] = torch.where(torch.arange(n) < n // 2, delta - 0.05, 1)  # fewer, with a higher mean
        ious[:, 4] = torch.where(torch.arange(n) < 2 * n // 3 - 1, delta + 0.01, 0)  # nearly as many, a little better
        cases.append((ious, delta))
    return cases


@exercise(
    "5.2",
    "MaxBoxAcc: every method at its best threshold",
    minutes=8,
    difficulty=2,
    cases=iou_tables,
    hints=[
        "First True or False for each entry: is this IoU at least δ?",
        "Then one number for each threshold: the share of images that are right. Images are dimension 0.",
        "Only then the best: the maximum over the thresholds.",
    ],
)
def my_max_box_acc(ious, delta=0.5):
    """(N, T) IoUs of N images at T thresholds, δ -> the share of right boxes at the one threshold that suits best"""
    right = (ious >= delta).double()
    return right.mean(dim=0).max().item()


@my_max_box_acc.mistake(
    "You let every image choose its own threshold. One threshold serves them all: average over the images first, then "
    "take the maximum over the thresholds."
)
def a_threshold_for_each_image(ious, delta=0.5):
    return (ious.amax(dim=1) >= delta).double().mean().item()


@my_max_box_acc.mistake("A box with an IoU of exactly δ is right: at least, ≥, and not more than, >.")
def more_than(ious, delta=0.5):
    return (ious > delta).double().mean(dim=0).max().item()


@my_max_box_acc.mistake("You averaged over the thresholds as well. Asked for is the best of them: `.max()`.")
def mean_over_thresholds(ious, delta=0.5):
    return (ious >= delta).double().mean().item()


@my_max_box_acc.mistake(
    "You took the threshold with the best mean IoU. Asked for is the one with the most boxes that reach δ; the two can "
    "differ."
)
def best_mean_iou(ious, delta=0.5):
    return (ious[:, ious.mean(dim=0).argmax()] >= delta).double().mean().item()


@my_max_box_acc.mistake("You gave the best mean IoU. Asked for is a share of boxes: compare with δ before you average.")
def the_mean_iou(ious, delta=0.5):
    return ious.double().mean(dim=0).max().item()


@my_max_box_acc.mistake("You averaged over the wrong dimension: images are dimension 0, thresholds dimension 1.")
def wrong_dimension(ious, delta=0.5):
    return (ious >= delta).double().mean(dim=1).max().item()


@my_max_box_acc.mistake("You gave the number of the best threshold, as `argmax` does. Asked for is the share: `max`.")
def which_threshold(ious, delta=0.5):
    return (ious >= delta).double().mean(dim=0).argmax().item()


# --- 5.3 -------------------------------------------------------------------------------------------------------------


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


# --- 5.4 -------------------------------------------------------------------------------------------------------------


def networks_images_and_maps(generator):
    cases = []
    for height, width, class_index, steps in ((6, 8, 3, 4), (4, 6, 1, 6), (5, 8, 4, 10)):
        network = flatten_network(generator, size=(height, width)).requires_grad_(False)
        image = torch.randn(2, height, width, generator=generator)
        order = torch.randperm(height * width, generator=generator).view(height, width)
        cases.append((network, image, order.float(), class_index, steps))
    return cases


@exercise(
    "5.4",
    "The deletion curve",
    minutes=15,
    difficulty=3,
    cases=networks_images_and_maps,
    hints=[
        "Sort the places once: `map_.flatten().argsort(descending=True)` lists them from the most important down.",
        "In step k, the first `round(k * len(order) / steps)` of them become 0, in a fresh copy of the image.",
        "`image.flatten(1)` has a column for each place, so one assignment takes a place out of all channels. The"
        " score is `model(copy[None]).softmax(dim=1)[0, class_index]`.",
    ],
)
def my_deletion_curve(model, image, map_, class_index, steps):
    """network, (C, H, W), (H, W), int, S -> (S + 1,) probabilities of the class

    In S equal portions, the places where the map is highest are set to 0, in all channels. The first number is the
    whole image's, the last that of an image of zeros.
    """
    order = map_.flatten().argsort(descending=True)
    scores = []
    for k in range(steps + 1):
        deleted = image.clone()
        deleted.flatten(1)[:, order[: round(k * len(order) / steps)]] = 0
        scores.append(model(deleted[None]).softmax(dim=1)[0, class_index])
    return torch.stack(scores)


def deletion(model, image, map_, class_index, steps, *, score=None, first=0, keep=False, channels=None, down=True):
    order = map_.flatten().argsort(descending=down)
    score = score or (lambda logits: logits.softmax(dim=1)[0, class_index])
    scores = []
    for k in range(first, steps + 1):
        gone = order[: round(k * len(order) / steps)]
        changed = torch.zeros_like(image) if keep else image.clone()
        changed.flatten(1)[:channels, gone] = image.flatten(1)[:channels, gone] if keep else 0
        scores.append(score(model(changed[None])))
    return torch.stack(scores)


@my_deletion_curve.mistake(
    "You delete the lowest places first. Begin with the most important ones: `argsort(descending=True)`."
)
def lowest_first(model, image, map_, class_index, steps):
    return deletion(model, image, map_, class_index, steps, down=False)


@my_deletion_curve.mistake(
    "You follow the logit. The curve is of the probability, from 0 to 1, so that areas can be compared: "
    "`.softmax(dim=1)`."
)
def the_logit(model, image, map_, class_index, steps):
    return deletion(model, image, map_, class_index, steps, score=lambda logits: logits[0, class_index])


@my_deletion_curve.mistake(
    "You follow the largest probability, whichever class it is of. Stay with the class that was asked for."
)
def the_largest(model, image, map_, class_index, steps):
    return deletion(model, image, map_, class_index, steps, score=lambda logits: logits.softmax(dim=1).max())


@my_deletion_curve.mistake(
    "You put pixels into an empty image: that is insertion. Deletion begins with the whole image and takes them out."
)
def insertion_instead(model, image, map_, class_index, steps):
    return deletion(model, image, map_, class_index, steps, keep=True)


@my_deletion_curve.mistake(
    "The first number is missing: the whole image, before anything is deleted. There are S + 1 of them."
)
def without_the_whole_image(model, image, map_, class_index, steps):
    return deletion(model, image, map_, class_index, steps, first=1)


@my_deletion_curve.mistake("You delete the first channel only: a place is gone when all of its channels are 0.")
def one_channel_only(model, image, map_, class_index, steps):
    return deletion(model, image, map_, class_index, steps, channels=1)


@my_deletion_curve.mistake(
    "You delete one portion at a time and put it back. The portions add up: after step k, all of the first k are gone."
)
def only_one_portion(model, image, map_, class_index, steps):
    order = map_.flatten().argsort(descending=True)
    ends = [round(k * len(order) / steps) for k in range(steps + 1)]
    scores = []
    for start, end in zip([0, *ends], ends, strict=False):
        changed = image.clone()
        changed.flatten(1)[:, order[start:end]] = 0
        scores.append(model(changed[None]).softmax(dim=1)[0, class_index])
    return torch.stack(scores)
