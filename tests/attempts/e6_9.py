"""Attempts at 6.9."""

import torch
import torch.nn.functional as F
from attempts import right, wrong


@right("ReLU, then each map by its own maximum")
def own_maximum(maps):
    maps = maps.relu()
    high = maps.amax(dim=(1, 2), keepdim=True)
    return maps / torch.where(high > 0, high, 1)


@right("a loop with an if")
def loop(maps):
    out = torch.zeros_like(maps)
    for i, m in enumerate(maps):
        positive = m.clamp(min=0)
        if positive.max() > 0:
            out[i] = positive / positive.max()
    return out


@right("the maximum clamped to a tiny number")
def tiny(maps):
    high = maps.flatten(1).max(dim=1).values.clamp(min=1e-12)
    return F.relu(maps) / high[:, None, None]


@right("nan_to_num behind the division, in float64")
def nan_to_num(maps):
    m = torch.clamp(maps.double(), min=0)
    return torch.nan_to_num(m / m.amax((1, 2), keepdim=True), nan=0.0)


@right("NumPy")
def numpy(maps):
    m = maps.detach().numpy().clip(min=0)
    high = m.max(axis=(1, 2), keepdims=True)
    high[high == 0] = 1
    return torch.from_numpy(m / high)


@wrong("min-max scaling of each map by itself")
def min_max_each(maps):
    low, high = maps.amin(dim=(1, 2), keepdim=True), maps.amax(dim=(1, 2), keepdim=True)
    return (maps - low) / (high - low)


@wrong("ReLU, but still one maximum for the batch")
def one_maximum(maps):
    maps = maps.relu()
    return maps / maps.max().clamp(min=1e-12)


@wrong("NaN where a map is nowhere positive")
def nan(maps):
    maps = maps.relu()
    return maps / maps.amax(dim=(1, 2), keepdim=True)


@wrong("no ReLU: negative values stay")
def no_relu(maps):
    high = maps.amax(dim=(1, 2), keepdim=True)
    return maps / high.clamp(min=1e-12)


@wrong("a clamp to [0, 1] without scaling")
def clamped(maps):
    return maps.clamp(0, 1)


@wrong("absolute values: what speaks against glows too")
def absolute(maps):
    m = maps.abs()
    return m / m.amax(dim=(1, 2), keepdim=True).clamp(min=1e-12)


@wrong("ReLU, then min-max: the weakest positive value becomes black")
def relu_min_max(maps):
    m = maps.relu()
    low, high = m.amin(dim=(1, 2), keepdim=True), m.amax(dim=(1, 2), keepdim=True)
    return (m - low) / (high - low).clamp(min=1e-12)


@wrong("divides by the largest absolute value, so a map does not reach 1")
def by_absolute(maps):
    high = maps.abs().amax(dim=(1, 2), keepdim=True).clamp(min=1e-12)
    return maps.relu() / high


@wrong("0.5 plus the signed map: zero is gray")
def centered(maps):
    high = maps.abs().amax(dim=(1, 2), keepdim=True).clamp(min=1e-12)
    return 0.5 + 0.5 * maps / high


@wrong("the maximum of each row")
def rows(maps):
    m = maps.relu()
    return m / m.amax(dim=2, keepdim=True).clamp(min=1e-12)


@wrong("the maximum over the images at each place")
def over_images(maps):
    m = maps.relu()
    return m / m.amax(dim=0, keepdim=True).clamp(min=1e-12)


@wrong("a constant in the denominator: the maximum of a weak map stays below 1")
def constant(maps):
    m = maps.relu()
    return m / (m.amax(dim=(1, 2), keepdim=True) + 1e-2)


@wrong("a maximum below 1 is not scaled")
def only_strong(maps):
    m = maps.relu()
    return m / m.amax(dim=(1, 2), keepdim=True).clamp(min=1)


@wrong("skips the blank maps, which changes the number of maps")
def skips(maps):
    return torch.stack([m.relu() / m.max() for m in maps if m.max() > 0])


@wrong("relu_ changes the caller's maps")
def in_place(maps):
    maps.relu_()
    high = maps.amax(dim=(1, 2), keepdim=True)
    return maps / high.clamp(min=1e-12)


@wrong("a blank map becomes ones")
def blank_ones(maps):
    m = maps.relu()
    high = m.amax(dim=(1, 2), keepdim=True)
    return torch.where(high > 0, m / high, 1.0)


@wrong("min-max first, ReLU afterwards, where nothing is negative any more")
def relu_afterwards(maps):
    low, high = maps.amin(dim=(1, 2), keepdim=True), maps.amax(dim=(1, 2), keepdim=True)
    return ((maps - low) / (high - low).clamp(min=1e-12)).relu()
