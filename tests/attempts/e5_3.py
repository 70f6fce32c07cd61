"""Attempts at 5.3."""

import numpy as np
import torch

from attempts import right, wrong


@right("loops over all values from the top")
def pxap_unique(maps, masks):
    area, before = 0.0, 0.0
    for t in torch.unique(maps).flip(0):
        cut = maps >= t
        inside = (cut & masks).sum().item()
        precision = inside / cut.sum().item()
        recall = inside / masks.sum().item()
        area += precision * (recall - before)
        before = recall
    return area


@right("sorts the pixels, keeps the last of equal ones")
def pxap_sort(maps, masks):
    values, order = maps.flatten().sort(descending=True)
    hits = masks.flatten()[order].double().cumsum(0)
    count = torch.arange(1, len(values) + 1, dtype=torch.float64)
    last = torch.ones(len(values), dtype=torch.bool)
    last[:-1] = values[:-1] != values[1:]
    precision = (hits / count)[last]
    recall = (hits / hits[-1])[last]
    return (precision * recall.diff(prepend=torch.zeros(1, dtype=torch.float64))).sum()


@right("counts for each value that occurs")
def pxap_counts(maps, masks):
    values, where = maps.flatten().unique(return_inverse=True)
    on = torch.zeros(len(values), dtype=torch.float64).index_add_(0, where, masks.flatten().double())
    every = torch.bincount(where, minlength=len(values)).double()
    on, every = on.flip(0).cumsum(0), every.flip(0).cumsum(0)
    precision, recall = on / every, on / on[-1]
    steps = torch.cat([recall[:1], recall[1:] - recall[:-1]])
    return (precision * steps).sum().item()


@right("NumPy with lists of precision and recall")
def pxap_numpy(maps, masks):
    scores, truth = maps.numpy().ravel(), masks.numpy().ravel()
    precision, recall = [], [0.0]
    for tau in np.unique(scores)[::-1]:
        chosen = scores >= tau
        precision.append(truth[chosen].mean())
        recall.append(truth[chosen].sum() / truth.sum())
    return float(np.sum(np.array(precision) * np.diff(recall)))


@right("a Python set of the values, sorted")
def pxap_set(maps: torch.Tensor, masks: torch.Tensor) -> float:
    total = masks.sum()
    previous = torch.tensor(0.0)
    result = torch.tensor(0.0)
    for value in sorted(set(maps.flatten().tolist()), reverse=True):
        found = masks[maps >= value]
        recall = found.sum() / total
        result += found.float().mean() * (recall - previous)
        previous = recall
    return result


@wrong("equal values one by one: ties are taken in the order of the pixels")
def pxap_ties(maps, masks):
    order = maps.flatten().argsort(descending=True, stable=True)
    hits = masks.flatten()[order].double().cumsum(0)
    precision = hits / torch.arange(1, len(order) + 1)
    recall = hits / hits[-1]
    return (precision * recall.diff(prepend=torch.zeros(1))).sum()


@wrong("the trapezoid rule in place of the sum")
def pxap_trapezoid(maps, masks):
    precision, recall = [], []
    for t in torch.unique(maps).flip(0):
        cut = maps >= t
        inside = (cut & masks).sum().item()
        precision.append(inside / cut.sum().item())
        recall.append(inside / masks.sum().item())
    return np.trapezoid([precision[0]] + precision, [0] + recall)


@wrong("100 even thresholds in place of the values that occur")
def pxap_linspace(maps, masks):
    area, before = 0.0, 0.0
    for t in torch.linspace(1, 0, 100):
        cut = maps >= t
        if cut.sum() == 0:
            continue
        inside = (cut & masks).sum().item()
        recall = inside / masks.sum().item()
        area += inside / cut.sum().item() * (recall - before)
        before = recall
    return area


@wrong("each image by itself, then the mean")
def pxap_per_image(maps, masks):
    areas = []
    for map_, mask in zip(maps, masks):
        area, before = 0.0, 0.0
        for t in map_.unique().flip(0):
            cut = map_ >= t
            inside = (cut & mask).sum().item()
            recall = inside / mask.sum().item()
            area += inside / cut.sum().item() * (recall - before)
            before = recall
        areas.append(area)
    return sum(areas) / len(areas)


@wrong("the first image only")
def pxap_first(maps, masks):
    area, before = 0.0, 0.0
    for t in maps[0].unique().flip(0):
        cut = maps[0] >= t
        inside = (cut & masks[0]).sum().item()
        recall = inside / masks[0].sum().item()
        area += inside / cut.sum().item() * (recall - before)
        before = recall
    return area


@wrong("precision and recall swapped")
def pxap_swapped(maps, masks):
    area, before = 0.0, 0.0
    for t in torch.unique(maps).flip(0):
        cut = maps >= t
        inside = (cut & masks).sum().item()
        recall = inside / cut.sum().item()
        precision = inside / masks.sum().item()
        area += precision * (recall - before)
        before = recall
    return area


@wrong("goes up through the values, so that the sum is negative or misses")
def pxap_up(maps, masks):
    area, before = 0.0, 0.0
    for t in torch.unique(maps):
        cut = maps >= t
        inside = (cut & masks).sum().item()
        precision = inside / cut.sum().item()
        recall = inside / masks.sum().item()
        area += precision * (recall - before)
        before = recall
    return area


@wrong("forgets to remember the recall before")
def pxap_no_before(maps, masks):
    area, before = 0.0, 0.0
    for t in torch.unique(maps).flip(0):
        cut = maps >= t
        inside = (cut & masks).sum().item()
        precision = inside / cut.sum().item()
        recall = inside / masks.sum().item()
        area += precision * (recall - before)
    return area


@wrong("greater than the value: the last pixels are never cut out")
def pxap_greater(maps, masks):
    area, before = 0.0, 0.0
    for t in torch.unique(maps).flip(0):
        cut = maps > t
        inside = (cut & masks).sum().item()
        precision = inside / max(cut.sum().item(), 1)
        recall = inside / masks.sum().item()
        area += precision * (recall - before)
        before = recall
    return area


@wrong("leaves out the value 0, and with it the last step")
def pxap_no_zero(maps, masks):
    area, before = 0.0, 0.0
    for t in torch.unique(maps[maps > 0]).flip(0):
        cut = maps >= t
        inside = (cut & masks).sum().item()
        recall = inside / masks.sum().item()
        area += inside / cut.sum().item() * (recall - before)
        before = recall
    return area


@wrong("the first step is lost: differences without the 0 in front")
def pxap_first_step(maps, masks):
    precision, recall = [], []
    for t in torch.unique(maps).flip(0):
        cut = maps >= t
        inside = (cut & masks).sum().float()
        precision.append(inside / cut.sum())
        recall.append(inside / masks.sum())
    precision, recall = torch.stack(precision), torch.stack(recall)
    return (precision[1:] * recall.diff()).sum()


@wrong("the precision of the step before")
def pxap_left(maps, masks):
    area, before, last = 0.0, 0.0, 1.0
    for t in torch.unique(maps).flip(0):
        cut = maps >= t
        inside = (cut & masks).sum().item()
        recall = inside / masks.sum().item()
        area += last * (recall - before)
        last, before = inside / cut.sum().item(), recall
    return area


@wrong("the mean precision over the thresholds")
def pxap_mean_precision(maps, masks):
    values = torch.unique(maps)
    return sum(masks[maps >= t].float().mean() for t in values) / len(values)


@wrong("recall as the share of all pixels")
def pxap_recall_all(maps, masks):
    area, before = 0.0, 0.0
    for t in torch.unique(maps).flip(0):
        cut = maps >= t
        inside = (cut & masks).sum().item()
        recall = inside / masks.numel()
        area += inside / cut.sum().item() * (recall - before)
        before = recall
    return area


@wrong("the best F1 in place of an area")
def pxap_f1(maps, masks):
    best = 0.0
    for t in torch.unique(maps).flip(0):
        cut = maps >= t
        inside = (cut & masks).sum().item()
        p, r = inside / cut.sum().item(), inside / masks.sum().item()
        if p + r > 0:
            best = max(best, 2 * p * r / (p + r))
    return best


@wrong("IoU in place of precision")
def pxap_iou(maps, masks):
    area, before = 0.0, 0.0
    for t in torch.unique(maps).flip(0):
        cut = maps >= t
        inside = (cut & masks).sum().item()
        recall = inside / masks.sum().item()
        area += inside / (cut | masks).sum().item() * (recall - before)
        before = recall
    return area


@wrong("the area under the ROC curve")
def pxap_roc(maps, masks):
    area, before = 0.0, 0.0
    for t in torch.unique(maps).flip(0):
        cut = maps >= t
        true_rate = (cut & masks).sum().item() / masks.sum().item()
        false_rate = (cut & ~masks).sum().item() / (~masks).sum().item()
        area += true_rate * (false_rate - before)
        before = false_rate
    return area


@wrong("cuts out what is below")
def pxap_below(maps, masks):
    area, before = 0.0, 0.0
    for t in torch.unique(maps).flip(0):
        cut = maps <= t
        inside = (cut & masks).sum().item()
        recall = inside / masks.sum().item()
        area += inside / cut.sum().item() * (recall - before)
        before = recall
    return area


@wrong("sorts the lowest first")
def pxap_ascending(maps, masks):
    order = maps.flatten().argsort()
    hits = masks.flatten()[order].double().cumsum(0)
    precision = hits / torch.arange(1, len(order) + 1)
    recall = hits / hits[-1]
    return (precision * recall.diff(prepend=torch.zeros(1))).sum()


@wrong("sorts the maps but leaves the masks as they are")
def pxap_mask_unsorted(maps, masks):
    values = maps.flatten().sort(descending=True).values
    hits = masks.flatten().double().cumsum(0)
    precision = hits / torch.arange(1, len(values) + 1)
    recall = hits / hits[-1]
    return (precision * recall.diff(prepend=torch.zeros(1))).sum()


@wrong("sorts within the rows only")
def pxap_sort_rows(maps, masks):
    order = maps.argsort(dim=-1, descending=True)
    hits = masks.gather(-1, order).flatten().double().cumsum(0)
    precision = hits / torch.arange(1, len(hits) + 1)
    recall = hits / hits[-1]
    return (precision * recall.diff(prepend=torch.zeros(1))).sum()


@wrong("only the values of the first map as thresholds")
def pxap_first_values(maps, masks):
    area, before = 0.0, 0.0
    for t in maps[0].unique().flip(0):
        cut = maps >= t
        inside = (cut & masks).sum().item()
        recall = inside / masks.sum().item()
        area += inside / cut.sum().item() * (recall - before)
        before = recall
    return area


@wrong("rounds the values to two digits first")
def pxap_round(maps, masks):
    m = (maps * 100).round() / 100
    area, before = 0.0, 0.0
    for t in m.unique().flip(0):
        cut = m >= t
        inside = (cut & masks).sum().item()
        recall = inside / masks.sum().item()
        area += inside / cut.sum().item() * (recall - before)
        before = recall
    return area


@wrong("interpolated precision: the best at any higher recall")
def pxap_interpolated(maps, masks):
    precision, recall = [], [0.0]
    for t in torch.unique(maps).flip(0):
        cut = maps >= t
        inside = (cut & masks).sum().item()
        precision.append(inside / cut.sum().item())
        recall.append(inside / masks.sum().item())
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    return float((envelope * np.diff(recall)).sum())


@wrong("stops when the recall is above one half")
def pxap_break(maps, masks):
    area, before = 0.0, 0.0
    for t in torch.unique(maps).flip(0):
        cut = maps >= t
        inside = (cut & masks).sum().item()
        recall = inside / masks.sum().item()
        area += inside / cut.sum().item() * (recall - before)
        before = recall
        if recall > 0.5:
            break
    return area


@wrong("prints the area")
def pxap_print(maps, masks):
    area, before = 0.0, 0.0
    for t in torch.unique(maps).flip(0):
        cut = maps >= t
        inside = (cut & masks).sum().item()
        recall = inside / masks.sum().item()
        area += inside / cut.sum().item() * (recall - before)
        before = recall
    print(area)


@wrong("stretches each map again, which changes the order between images")
def pxap_normalized(maps, masks):
    m = maps - maps.amin(dim=(1, 2), keepdim=True)
    m = m / m.amax(dim=(1, 2), keepdim=True).clamp(min=1e-9)
    area, before = 0.0, 0.0
    for t in m.unique().flip(0):
        cut = m >= t
        inside = (cut & masks).sum().item()
        recall = inside / masks.sum().item()
        area += inside / cut.sum().item() * (recall - before)
        before = recall
    return area


@wrong("returns the lists of the curve, not the area")
def pxap_curve(maps, masks):
    precision, recall = [], []
    for t in torch.unique(maps).flip(0):
        cut = maps >= t
        inside = (cut & masks).sum().item()
        precision.append(inside / cut.sum().item())
        recall.append(inside / masks.sum().item())
    return precision, recall


@wrong("each image by itself, and ties in the order of the pixels")
def pxap_two_mistakes(maps, masks):
    areas = []
    for map_, mask in zip(maps, masks):
        order = map_.flatten().argsort(descending=True, stable=True)
        hits = mask.flatten()[order].float().cumsum(0)
        precision = hits / torch.arange(1, len(order) + 1)
        areas.append((precision * (hits / hits[-1]).diff(prepend=torch.zeros(1))).sum())
    return torch.stack(areas).mean()
