"""Attempts at 16.1."""

import numpy as np
import torch.nn.functional as F


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


# Another round, by three who had read the notebook alone.


@right("einsum")
def b_einsum(features, weights, target):
    return torch.einsum("nk,nktij->ntij", weights[target], features)


@right("broadcast and sum")
def b_broadcast(features, weights, target):
    return (features * weights[target][:, :, None, None, None]).sum(dim=1)


@right("a loop over films and maps")
def b_loops(features, weights, target):
    N, K, T, h, w = features.shape
    M = torch.zeros((N, T, h, w), dtype=features.dtype)
    for n in range(N):
        for k in range(K):
            M[n] += weights[target[n], k] * features[n, k]
    return M


@right("a loop over frames")
def b_frames(features, weights, target):
    rows = weights.index_select(0, target)
    frames = [torch.einsum("nk,nkij->nij", rows, features[:, :, t]) for t in range(features.shape[2])]
    return torch.stack(frames, dim=1)


@right("bmm, flattened")
def b_bmm(features, weights, target):
    w = weights[target].unsqueeze(1)
    return torch.bmm(w, features.flatten(2)).view(len(features), *features.shape[2:])


@right("numpy")
def b_numpy(features, weights, target):
    A, w = features.detach().numpy(), weights.detach().numpy()[target.numpy()]
    return torch.from_numpy(np.stack([np.tensordot(a, v, axes=(0, 0)) for a, v in zip(A, w, strict=True)]))


@right("the maps of all classes, then each film's own")
def b_all(features, weights, target):
    M = torch.einsum("ck,nktij->nctij", weights, features)
    return M[torch.arange(len(M)), target]


@right("a 1 × 1 × 1 convolution, gather")
def b_conv(features, weights, target):
    M = F.conv3d(features, weights[:, :, None, None, None])
    return torch.stack([m[c] for m, c in zip(M, target, strict=True)])


@right("channels last, matrix product")
def b_last(features, weights, target):
    x = features.movedim(1, -1)
    return (x @ weights[target][:, None, None, :, None]).squeeze(-1)


@wrong("class 0's row for all")
def b_zero(features, weights, target):
    return torch.einsum("k,nktij->ntij", weights[0], features)


@wrong("class by class: film and class crossed")
def b_crossed(features, weights, target):
    return torch.einsum("mk,nktij->nmtij", weights[target], features)


@wrong("divided by T")
def b_t(features, weights, target):
    return torch.einsum("nk,nktij->ntij", weights[target], features) / features.shape[2]


@wrong("the logit alone")
def b_logit(features, weights, target):
    return torch.einsum("nk,nktij->n", weights[target], features)


@wrong("summed over the films")
def b_batch(features, weights, target):
    return (features * weights[target][:, :, None, None, None]).sum(dim=0)


@wrong("keepdim")
def b_keepdim(features, weights, target):
    return (features * weights[target][:, :, None, None, None]).sum(dim=1, keepdim=True)


@wrong("the winner's class, not the target's")
def b_winner(features, weights, target):
    best = (features.mean(dim=(2, 3, 4)) @ weights.T).argmax(dim=1)
    return torch.einsum("nk,nktij->ntij", weights[best], features)


@wrong("softmax of the weights")
def b_softmax(features, weights, target):
    return torch.einsum("nk,nktij->ntij", weights[target].softmax(1), features)


@wrong("softmax over the classes")
def b_softmax_c(features, weights, target):
    return torch.einsum("nk,nktij->ntij", weights.softmax(0)[target], features)


@wrong("absolute weights")
def b_abs(features, weights, target):
    return torch.einsum("nk,nktij->ntij", weights[target].abs(), features)


@wrong("each film to its maximum")
def b_maximum(features, weights, target):
    M = torch.einsum("nk,nktij->ntij", weights[target], features)
    return M / M.amax(dim=(1, 2, 3), keepdim=True)


@wrong("time last")
def b_last_time(features, weights, target):
    return torch.einsum("nk,nktij->nijt", weights[target], features)


@wrong("rows and columns exchanged")
def b_ji(features, weights, target):
    return torch.einsum("nk,nktij->ntji", weights[target], features)


@wrong("four axes only: as in notebook 02")
def b_two(features, weights, target):
    return torch.einsum("nk,nkij->nij", weights[target], features)


@wrong("two Nones only")
def b_nones(features, weights, target):
    return (features * weights[target][:, :, None, None]).sum(dim=1)


@wrong("24 × 12 × 12 and 32 written in")
def b_hard(features, weights, target):
    x = features.reshape(-1, 32, 24 * 12 * 12)
    return torch.einsum("nk,nkz->nz", weights[target], x).reshape(-1, 24, 12, 12)


@wrong("averages times weights, at every place")
def b_averages(features, weights, target):
    s = (features.mean(dim=(2, 3, 4)) * weights[target]).sum(dim=1)
    return s[:, None, None, None].expand(-1, *features.shape[2:])


@wrong("a class off by one")
def b_off(features, weights, target):
    return torch.einsum("nk,nktij->ntij", weights[target - 1], features)


@wrong("only the first film")
def b_one_film(features, weights, target):
    return torch.einsum("k,ktij->tij", weights[target[0]], features[0])


@wrong("multiplies in place")
def b_in_place(features, weights, target):
    features *= weights[target][:, :, None, None, None]
    return features.sum(1)


@wrong("reshaped where it has to be permuted")
def b_reshape(features, weights, target):
    N, K, T, h, w = features.shape
    x = features.reshape(N, T, h, w, K)
    return (x * weights[target][:, None, None, None, :]).sum(-1)


@wrong("int() of the classes")
def b_int(features, weights, target):
    return torch.einsum("k,nktij->ntij", weights[int(target)], features)


@wrong("an array")
def b_array(features, weights, target):
    return np.einsum("nk,nktij->ntij", weights[target].detach().numpy(), features.detach().numpy())


@wrong("a list")
def b_list(features, weights, target):
    return [torch.einsum("k,ktij->tij", weights[c], a) for a, c in zip(features, target, strict=True)]


@wrong("change along time")
def b_diff(features, weights, target):
    M = torch.einsum("nk,nktij->ntij", weights[target], features)
    return M.diff(dim=1, prepend=M[:, :1])


@wrong("mean over the classes' rows")
def b_mean_rows(features, weights, target):
    return torch.einsum("k,nktij->ntij", weights.mean(0), features)


@wrong("less the mean row of all classes")
def b_minus_mean(features, weights, target):
    return torch.einsum("nk,nktij->ntij", weights[target] - weights.mean(0), features)


@right("in float64, a matrix product for each film")
def b_double(features, weights, target):
    maps = []
    for a, c in zip(features.double(), target.tolist(), strict=True):
        maps.append((weights[c].double() @ a.flatten(1)).unflatten(0, a.shape[1:]))
    return torch.stack(maps)


@right("one-hot of the classes")
def b_one_hot(features, weights, target):
    rows = F.one_hot(target, weights.shape[0]).to(weights.dtype) @ weights
    return torch.tensordot(rows, features, dims=([1], [1]))[torch.arange(len(rows)), torch.arange(len(rows))]


@wrong("sorted classes")
def b_sorted(features, weights, target):
    return torch.einsum("nk,nktij->ntij", weights[target.sort().values], features)


@wrong("a square of the maps")
def b_square(features, weights, target):
    return torch.einsum("nk,nktij->ntij", weights[target], features**2)


@wrong("the film's mean taken off")
def b_off_mean(features, weights, target):
    M = torch.einsum("nk,nktij->ntij", weights[target], features)
    return M - M.mean(dim=(1, 2, 3), keepdim=True)


@wrong("the classes as floats")
def b_float_class(features, weights, target):
    return torch.einsum("nk,nktij->ntij", weights[target.float()], features)
