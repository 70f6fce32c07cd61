"""Attempts at 8.1."""

import numpy as np
import torch
import torch.nn.functional as F

from attempts import right, wrong


@right("a loop over the suspects")
def loop(M, masks):
    blame = []
    for mask in masks:
        values = M[mask].clamp(min=0)
        blame.append(values.mean() if len(values) else torch.tensor(0.0))
    return torch.stack(blame)


@right("einsum")
def einsum(M, masks):
    m = masks.float()
    return torch.einsum("hw,nhw->n", F.relu(M), m) / m.sum((1, 2)).clamp(min=1)


@right("nan_to_num")
def nan_to_num(M, masks):
    positive = torch.where(M > 0, M, torch.zeros_like(M))
    return torch.nan_to_num((positive[None] * masks).sum((-2, -1)) / masks.sum((-2, -1)), nan=0.0)


@right("flattened, a matrix product")
def flat(M, masks):
    m = masks.flatten(1).to(M.dtype)
    count = m.sum(1)
    return torch.where(count > 0, m @ torch.relu(M).flatten() / torch.maximum(count, torch.ones(())), 0.0)


@right("where, for the empty ones")
def where(M, masks):
    n = masks.sum(dim=[1, 2])
    s = (torch.clamp(M, 0) * masks).sum(dim=[1, 2])
    return torch.where(n == 0, torch.zeros_like(s), s / n)


@right("numpy")
def by_numpy(M, masks):
    positive, m = np.maximum(M.numpy(), 0), masks.numpy()
    return torch.tensor([float(positive[one].mean()) if one.any() else 0.0 for one in m], dtype=M.dtype)


@right("nanmean")
def nanmean(M, masks):
    on = torch.where(masks, M.relu(), torch.nan)
    return on.flatten(1).nanmean(dim=1).nan_to_num(0)


@right("a list of items")
def items(M, masks):
    out = torch.zeros(len(masks))
    for k in range(len(masks)):
        if masks[k].any():
            out[k] = M.relu()[masks[k]].sum() / masks[k].sum()
    return out


@wrong("forgot the ReLU")
def no_relu(M, masks):
    return torch.stack([M[m].mean() if m.any() else torch.tensor(0.0) for m in masks])


@wrong("sum in place of mean")
def summed(M, masks):
    return (F.relu(M) * masks).sum(dim=(-2, -1))


@wrong("mean over the whole picture")
def whole(M, masks):
    return (F.relu(M) * masks).mean(dim=(-2, -1))


@wrong("NaN for who cannot be seen")
def nan(M, masks):
    return torch.stack([F.relu(M)[m].mean() for m in masks])


@wrong("the maximum on each")
def maximum(M, masks):
    return torch.stack([F.relu(M)[m].max() if m.any() else torch.tensor(0.0) for m in masks])


@wrong("energy")
def energy(M, masks):
    p = M.relu()
    return (p * masks).sum((1, 2)) / (p.sum() + 1e-8)


@wrong("only who is blamed most")
def which(M, masks):
    return ((M.relu() * masks).sum((1, 2)) / masks.sum((1, 2)).clamp(min=1)).argmax()


@wrong("ReLU on the mean")
def late_relu(M, masks):
    return ((M * masks).sum((1, 2)) / masks.sum((1, 2)).clamp(min=1)).relu()


@wrong("abs")
def absolute(M, masks):
    return (M.abs() * masks).sum((1, 2)) / masks.sum((1, 2)).clamp(min=1)


@wrong("mean over positive pixels alone")
def positive_only(M, masks):
    return torch.stack([M[m & (M > 0)].mean() if (m & (M > 0)).any() else torch.tensor(0.0) for m in masks])


@wrong("normalized to sum 1")
def normalized(M, masks):
    b = (M.relu() * masks).sum((1, 2)) / masks.sum((1, 2)).clamp(min=1)
    return b / (b.sum() + 1e-12)


@wrong("sum over the wrong dimensions")
def dimensions(M, masks):
    return (M.relu() * masks).sum(dim=(0, 1))


@wrong("the map normalized first")
def stretched(M, masks):
    p = M.relu() / M.max()
    return (p * masks).sum((1, 2)) / masks.sum((1, 2)).clamp(min=1)


@wrong("a Python list")
def as_list(M, masks):
    return [float(M.relu()[m].sum()) / max(int(m.sum()), 1) for m in masks]


@wrong("prints")
def printed(M, masks):
    print((M.relu() * masks).sum((1, 2)) / masks.sum((1, 2)).clamp(min=1))
