"""Attempts at 16.1."""

import torch
from attempts import right, wrong


@right("broadcasting, one dimension after the other")
def broadcast(features, weights, target):
    w = weights[target]
    for _ in range(3):
        w = w.unsqueeze(-1)
    return (w * features).sum(1)


@right("einsum with other letters")
def einsum(features, weights, target):
    return torch.einsum("bc,bcxyz->bxyz", weights[target], features)


@right("a loop over films and maps")
def loops(features, weights, target):
    N, K, T, h, w = features.shape
    out = torch.zeros(N, T, h, w)
    for n in range(N):
        for k in range(K):
            out[n] += weights[target[n], k] * features[n, k]
    return out


@right("tensordot, film by film")
def tensordot(features, weights, target):
    return torch.stack([torch.tensordot(weights[c], A, dims=1) for A, c in zip(features, target, strict=True)])


@right("a matrix product over flattened places")
def matmul(features, weights, target):
    N, K = features.shape[:2]
    flat = features.reshape(N, K, -1)
    return torch.bmm(weights[target].unsqueeze(1), flat).reshape(N, *features.shape[2:])


@right("all classes first, then one is picked")
def all_classes(features, weights, target):
    maps = torch.einsum("ck,nkthw->ncthw", weights, features)
    return maps[torch.arange(len(features)), target]


@right("index_select and ellipsis")
def ellipsis(features, weights, target):
    return torch.einsum("nk,nk...->n...", weights.index_select(0, target), features)


@right("channels last, then a matrix product")
def channels_last(features, weights, target):
    w = weights[target][:, None, None, :, None]
    return (features.permute(0, 2, 3, 4, 1) @ w).squeeze(-1)


@wrong("no weights")
def unweighted(features, weights, target):
    return features.sum(dim=1)


@wrong("mean over k")
def mean_k(features, weights, target):
    w = weights[target]
    return (w[:, :, None, None, None] * features).mean(dim=1)


@wrong("all classes")
def every_class(features, weights, target):
    return torch.einsum("ck,nkthw->ncthw", weights, features)


@wrong("pools over time at once")
def no_time(features, weights, target):
    return torch.einsum("nk,nkthw->nhw", weights[target], features)


@wrong("averages time away")
def time_mean(features, weights, target):
    return torch.einsum("nk,nkhw->nhw", weights[target], features.mean(dim=2))


@wrong("the curve, not the map")
def curve(features, weights, target):
    return torch.einsum("nk,nkt->nt", weights[target], features.mean(dim=(3, 4)))


@wrong("ReLU at the end, as Grad-CAM")
def relu(features, weights, target):
    return torch.einsum("nk,nkthw->nthw", weights[target], features).relu()


@wrong("positive weights only")
def positive(features, weights, target):
    return torch.einsum("nk,nkthw->nthw", weights[target].clamp(min=0), features)


@wrong("the first film's class")
def first_class(features, weights, target):
    return torch.einsum("k,nkthw->nthw", weights[target[0]], features)


@wrong("divided by Z")
def by_z(features, weights, target):
    M = torch.einsum("nk,nkthw->nthw", weights[target], features)
    return M / (M.shape[1] * M.shape[2] * M.shape[3])


@wrong("scaled to a maximum of 1")
def scaled(features, weights, target):
    M = torch.einsum("nk,nkthw->nthw", weights[target], features)
    return M / M.max()


@wrong("squeezed")
def squeezed(features, weights, target):
    return torch.einsum("nk,nkthw->nthw", weights[target], features).squeeze()


@wrong("sum over time in place of k")
def over_time(features, weights, target):
    return (weights[target][:, :, None, None, None] * features).sum(dim=2)


@wrong("columns of the weights")
def columns(features, weights, target):
    return torch.einsum("nk,nkthw->nthw", weights[:, target].T, features)


@wrong("no sum at all")
def no_sum(features, weights, target):
    return weights[target][:, :, None, None, None] * features


@wrong("the logits")
def logits(features, weights, target):
    return (features.mean(dim=(2, 3, 4)) * weights[target]).sum(dim=1)


@wrong("nothing is returned")
def nothing(features, weights, target):
    torch.einsum("nk,nkthw->nthw", weights[target], features)


@wrong("classes of all films mixed")
def mixed(features, weights, target):
    return torch.einsum("mk,nkthw->nthw", weights[target], features)
