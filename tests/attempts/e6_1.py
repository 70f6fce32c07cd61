"""Attempts at 6.1."""

import numpy as np
import torch
import torch.nn.functional as F
from attempts import right, wrong


@right("a loop over the classes, and torch.where for the blank maps")
def loop_classes(maps, labels, classes):
    top = maps.amax(dim=(1, 2), keepdim=True)
    scaled = maps / torch.where(top > 0, top, torch.ones_like(top))
    result = torch.zeros(classes, *maps.shape[1:])
    for c in range(classes):
        mine = scaled[labels == c]
        if len(mine) > 0:
            result[c] = mine.mean(dim=0)
    return result


@right("one-hot matrix times the scaled maps")
def one_hot(maps, labels, classes):
    top = maps.flatten(1).max(dim=1).values.clamp(min=1e-12)
    scaled = maps / top[:, None, None]
    member = F.one_hot(labels, classes).to(maps.dtype)  # (N, classes)
    sums = torch.einsum("nc,nhw->chw", member, scaled)
    return sums / member.sum(dim=0).clamp(min=1)[:, None, None]


@right("index_add_ over the labels, in float64")
def index_add(maps, labels, classes):
    maps = maps.double()
    top = maps.amax((1, 2))
    top[top == 0] = 1
    scaled = maps / top.view(-1, 1, 1)
    sums = torch.zeros(classes, maps.shape[1], maps.shape[2], dtype=torch.float64)
    sums.index_add_(0, labels, scaled)
    counts = torch.bincount(labels, minlength=classes)
    return sums / counts.clamp(min=1).view(-1, 1, 1)


@right("NumPy, one picture at a time")
def numpy_loop(maps, labels, classes):
    maps, labels = maps.detach().numpy(), labels.numpy()
    total = np.zeros((classes, maps.shape[1], maps.shape[2]))
    count = np.zeros(classes)
    for m, c in zip(maps, labels):
        if m.max() > 0:
            total[c] += m / m.max()
        count[c] += 1
    count[count == 0] = 1
    return torch.from_numpy(total / count[:, None, None])


@right("lists and torch.stack")
def with_lists(maps, labels, classes):
    groups = [[] for _ in range(classes)]
    for m, label in zip(maps, labels.tolist()):
        biggest = m.max().item()
        groups[label].append(m / biggest if biggest > 0 else m)
    blank = torch.zeros_like(maps[0])
    return torch.stack([torch.stack(g).mean(0) if g else blank for g in groups])


@wrong("does not divide the maps by their maximum")
def no_scaling(maps, labels, classes):
    out = torch.zeros(classes, *maps.shape[1:])
    for c in range(classes):
        if (labels == c).any():
            out[c] = maps[labels == c].mean(0)
    return out


@wrong("divides by the maximum over all maps")
def global_max(maps, labels, classes):
    maps = maps / maps.max()
    out = torch.zeros(classes, *maps.shape[1:])
    for c in range(classes):
        if (labels == c).any():
            out[c] = maps[labels == c].mean(0)
    return out


@wrong("NaN for a blank map")
def nan_blank(maps, labels, classes):
    scaled = maps / maps.amax(dim=(1, 2), keepdim=True)
    out = torch.zeros(classes, *maps.shape[1:])
    for c in range(classes):
        mine = scaled[labels == c]
        if len(mine):
            out[c] = mine.mean(dim=0)
    return out


@wrong("NaN for a class without images")
def nan_class(maps, labels, classes):
    top = maps.amax(dim=(1, 2), keepdim=True)
    scaled = maps / top.clamp(min=1e-12)
    return torch.stack([scaled[labels == c].mean(dim=0) for c in range(classes)])


@wrong("leaves the blank maps out of the mean")
def blanks_do_not_count(maps, labels, classes):
    top = maps.amax(dim=(1, 2))
    out = torch.zeros(classes, maps.shape[1], maps.shape[2])
    for c in range(classes):
        use = (labels == c) & (top > 0)
        if use.any():
            out[c] = (maps[use] / top[use, None, None]).mean(0)
    return out


@wrong("the sum in place of the mean")
def sums(maps, labels, classes):
    top = maps.amax(dim=(1, 2), keepdim=True)
    maps = maps / torch.where(top == 0, 1.0, top)
    out = torch.zeros(classes, *maps.shape[1:])
    for m, c in zip(maps, labels):
        out[c] += m
    return out


@wrong("min-max scaling of each map")
def min_max(maps, labels, classes):
    low, high = maps.amin((1, 2), keepdim=True), maps.amax((1, 2), keepdim=True)
    scaled = (maps - low) / (high - low).clamp(min=1e-12)
    out = torch.zeros(classes, *maps.shape[1:])
    for c in range(classes):
        if (labels == c).any():
            out[c] = scaled[labels == c].mean(0)
    return out


@wrong("takes the mean first and divides that by its maximum")
def scaled_afterwards(maps, labels, classes):
    out = torch.zeros(classes, *maps.shape[1:])
    for c in range(classes):
        mine = maps[labels == c]
        if len(mine) == 0:
            continue
        m = mine.mean(dim=0)
        out[c] = m / m.max() if m.max() > 0 else m
    return out


@wrong("divides by the sum of each map")
def divided_by_sum(maps, labels, classes):
    total = maps.sum(dim=(1, 2), keepdim=True).clamp(min=1e-12)
    maps = maps / total
    out = torch.zeros(classes, *maps.shape[1:])
    for c in range(classes):
        if (labels == c).any():
            out[c] = maps[labels == c].mean(0)
    return out


@wrong("only the classes that occur")
def only_occurring(maps, labels, classes):
    top = maps.amax(dim=(1, 2), keepdim=True)
    scaled = maps / top.clamp(min=1e-12)
    return torch.stack([scaled[labels == c].mean(0) for c in labels.unique()])


@wrong("divides by the number of all images, not of the class")
def over_n(maps, labels, classes):
    top = maps.amax(dim=(1, 2), keepdim=True)
    scaled = maps / torch.where(top > 0, top, 1)
    out = torch.zeros(classes, *maps.shape[1:])
    for c in range(classes):
        out[c] = scaled[labels == c].sum(0) / len(maps)
    return out


@wrong("changes the maps of the caller")
def in_place(maps, labels, classes):
    for i in range(len(maps)):
        if maps[i].max() > 0:
            maps[i] /= maps[i].max()
    out = torch.zeros(classes, *maps.shape[1:])
    for c in range(classes):
        if (labels == c).any():
            out[c] = maps[labels == c].mean(0)
    return out


@wrong("always eight classes and 96 × 96 maps")
def hard_coded(maps, labels, classes):
    top = maps.amax(dim=(1, 2), keepdim=True).clamp(min=1e-12)
    scaled = maps / top
    out = torch.zeros(8, 96, 96)
    for c in range(8):
        if (labels == c).any():
            out[c] = scaled[labels == c].mean(0)
    return out


@wrong("the largest of each row in place of the map's")
def row_max(maps, labels, classes):
    scaled = maps / maps.amax(dim=2, keepdim=True).clamp(min=1e-12)
    out = torch.zeros(classes, *maps.shape[1:])
    for c in range(classes):
        if (labels == c).any():
            out[c] = scaled[labels == c].mean(0)
    return out
