"""Attempts at 6.2."""

import torch
from attempts import right, wrong
from cam_tutorial import metrics


@right("relu, and the complement of the mask")
def complement(maps, masks):
    positive = maps.relu()
    total = positive.sum(dim=(1, 2))
    out = (positive * ~masks).sum(dim=(1, 2))
    return out / total.clamp(min=1e-12)


@right("a loop over the images")
def loop(maps, masks):
    shares = []
    for m, mask in zip(maps, masks):
        m = m.clamp(min=0)
        total = m.sum()
        shares.append(m[~mask].sum() / total if total > 0 else torch.tensor(0.0))
    return torch.stack(shares)


@right("masked_fill and torch.where")
def filled(maps, masks):
    p = torch.clamp(maps, min=0).double()
    total = p.flatten(1).sum(1)
    outside = p.masked_fill(masks, 0).flatten(1).sum(1)
    return torch.where(total > 0, outside / total, torch.zeros_like(total))


@right("nan_to_num behind the division")
def nan_to_num(maps, masks):
    p = maps * (maps > 0)
    return ((p * (1 - masks.float())).sum((1, 2)) / p.sum((1, 2))).nan_to_num(0.0)


@right("a list of Python numbers, made a tensor")
def python_numbers(maps, masks):
    result = []
    for i in range(maps.shape[0]):
        plus = maps[i][maps[i] > 0].sum().item()
        beside = maps[i][(maps[i] > 0) & ~masks[i]].sum().item()
        result.append(0.0 if plus == 0 else beside / plus)
    return torch.tensor(result)


@wrong("the share inside of the mask")
def inside(maps, masks):
    p = maps.relu()
    return (p * masks).sum((1, 2)) / p.sum((1, 2)).clamp(min=1e-12)


@wrong("one minus the share inside, which gives 1 for a map that is nowhere positive")
def one_minus(maps, masks):
    p = maps.relu()
    return 1 - (p * masks).sum((1, 2)) / p.sum((1, 2)).clamp(min=1e-12)


@wrong("no ReLU: negative values count")
def no_relu(maps, masks):
    total = maps.sum((1, 2))
    outside = (maps * ~masks).sum((1, 2))
    return torch.where(total == 0, 0, outside / total)


@wrong("absolute values in place of the positive part")
def absolute(maps, masks):
    m = maps.abs()
    return (m * ~masks).sum(dim=(1, 2)) / m.sum(dim=(1, 2)).clamp(min=1e-12)


@wrong("ReLU above, but the total is that of the signed map")
def half_relu(maps, masks):
    outside = (maps.relu() * ~masks).sum(dim=(1, 2))
    total = maps.sum(dim=(1, 2))
    return torch.where(total > 0, outside / total, torch.zeros_like(total))


@wrong("NaN for a map that is nowhere positive")
def nan_at_zero(maps, masks):
    p = maps.clamp(min=0)
    return (p * ~masks).sum(dim=(1, 2)) / p.sum(dim=(1, 2))


@wrong("one number for the whole batch")
def whole_batch(maps, masks):
    p = maps.relu()
    return (p * ~masks).sum() / p.sum()


@wrong("the mean over the images is returned")
def mean_of_shares(maps, masks):
    p = maps.relu()
    return ((p * ~masks).sum((1, 2)) / p.sum((1, 2)).clamp(min=1e-12)).mean()


@wrong("the share of positive pixels, not of their values")
def pixels(maps, masks):
    positive = maps > 0
    n = positive.sum(dim=(1, 2))
    return (positive & ~masks).sum(dim=(1, 2)) / n.clamp(min=1)


@wrong("the mean value outside by the mean value everywhere")
def of_means(maps, masks):
    result = torch.zeros(len(maps))
    for i in range(len(maps)):
        m = maps[i].relu()
        if m.sum() > 0 and (~masks[i]).any():
            result[i] = m[~masks[i]].mean() / m.mean()
    return result


@wrong("outside by inside in place of outside by all")
def by_inside(maps, masks):
    p = maps.relu()
    return (p * ~masks).sum((1, 2)) / (p * masks).sum((1, 2)).clamp(min=1e-12)


@wrong("keeps dimensions of one: (N, 1, 1)")
def kept_dims(maps, masks):
    p = maps.relu()
    total = p.sum(dim=(1, 2), keepdim=True).clamp(min=1e-12)
    return (p * ~masks).sum(dim=(1, 2), keepdim=True) / total


@wrong("minus the mask, which a bool tensor does not allow")
def minus_bool(maps, masks):
    p = maps.relu()
    return (p * (1 - masks)).sum((1, 2)) / p.sum((1, 2)).clamp(min=1e-12)


@wrong("a large constant in the denominator: a weak map's share shrinks")
def big_epsilon(maps, masks):
    p = maps.relu()
    return (p * ~masks).sum((1, 2)) / (p.sum((1, 2)) + 1)


@wrong("scales each map to [0, 1] first, which moves its zero")
def min_max_first(maps, masks):
    low, high = maps.amin((1, 2), keepdim=True), maps.amax((1, 2), keepdim=True)
    maps = (maps - low) / (high - low + 1e-12)
    return (maps * ~masks).sum((1, 2)) / maps.sum((1, 2)).clamp(min=1e-12)


@wrong("the package's share inside, and 1 minus that of a map that is nowhere positive")
def with_the_package(maps, masks):
    return 1 - metrics.energy_inside(maps, masks)
