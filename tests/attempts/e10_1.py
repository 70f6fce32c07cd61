"""Attempts at 10.1."""

import torch
import torch.nn.functional as F
from attempts import right, wrong


@right("a loop over images and labels")
def loops(features, weights, logits, threshold=0.5):
    N, K, h, w = features.shape
    C = weights.shape[0]
    out = torch.zeros(N, C, h, w)
    p = 1 / (1 + torch.exp(-logits))
    for n in range(N):
        for c in range(C):
            if p[n, c] > threshold:
                for k in range(K):
                    out[n, c] += weights[c, k] * features[n, k]
    return out


@right("a 1×1 convolution and where")
def convolution(features, weights, logits, threshold=0.5):
    maps = F.conv2d(features, weights[:, :, None, None])
    keep = torch.sigmoid(logits) > threshold
    return torch.where(keep[:, :, None, None], maps, torch.zeros_like(maps))


@right("matrix product, then zeros written in")
def matmul(features, weights, logits, threshold=0.5):
    N, K, h, w = features.shape
    maps = (weights @ features.reshape(N, K, h * w)).reshape(N, -1, h, w)
    maps[torch.sigmoid(logits) <= threshold] = 0
    return maps


@right("broadcasting")
def broadcasting(features, weights, logits, threshold=0.5):
    maps = (weights[None, :, :, None, None] * features[:, None]).sum(dim=2)
    return maps * (logits.sigmoid() > threshold).float()[..., None, None]


@right("tensordot and masked_fill")
def tensordot(features, weights, logits, threshold=0.5):
    maps = torch.tensordot(features, weights, dims=([1], [1])).permute(0, 3, 1, 2)
    absent = ~(torch.sigmoid(logits) > threshold)
    return maps.masked_fill(absent.unsqueeze(-1).unsqueeze(-1), 0.0)


@right("the threshold brought to the logits")
def logit_threshold(features, weights, logits, threshold=0.5):
    limit = torch.logit(torch.tensor(threshold))
    keep = (logits > limit)[:, :, None, None]
    return torch.einsum("nkhw,ck->nchw", features, weights) * keep


@right("stack of labels")
def stacked(features, weights, logits, threshold=0.5):
    maps = []
    for c in range(len(weights)):
        m = (features * weights[c].view(1, -1, 1, 1)).sum(1)
        said = (logits[:, c].sigmoid() > threshold).view(-1, 1, 1)
        maps.append(m * said)
    return torch.stack(maps, dim=1)


@wrong("softmax")
def softmax(features, weights, logits, threshold=0.5):
    p = logits.softmax(dim=-1)
    maps = torch.einsum("ck,nkij->ncij", weights, features)
    return maps * (p > threshold)[:, :, None, None]


@wrong("no sigmoid")
def no_sigmoid(features, weights, logits, threshold=0.5):
    maps = torch.einsum("ck,nkij->ncij", weights, features)
    return maps * (logits > threshold)[:, :, None, None]


@wrong("0 in place of the threshold")
def above_zero(features, weights, logits, threshold=0.5):
    maps = torch.einsum("ck,nkij->ncij", weights, features)
    return maps * (logits > 0)[:, :, None, None]


@wrong("at least")
def at_least(features, weights, logits, threshold=0.5):
    maps = torch.einsum("ck,nkij->ncij", weights, features)
    return maps * (torch.sigmoid(logits) >= threshold)[:, :, None, None]


@wrong("all of them")
def all_of_them(features, weights, logits, threshold=0.5):
    return torch.einsum("ck,nkij->ncij", weights, features)


@wrong("with a ReLU")
def with_relu(features, weights, logits, threshold=0.5):
    maps = F.relu(torch.einsum("ck,nkij->ncij", weights, features))
    return maps * (torch.sigmoid(logits) > threshold)[:, :, None, None]


@wrong("weighted by the probability")
def weighted(features, weights, logits, threshold=0.5):
    maps = torch.einsum("ck,nkij->ncij", weights, features)
    return maps * torch.sigmoid(logits)[:, :, None, None]


@wrong("the best label only")
def best_only(features, weights, logits, threshold=0.5):
    maps = torch.einsum("ck,nkij->ncij", weights, features)
    keep = F.one_hot(logits.argmax(dim=1), logits.shape[1]).bool()
    return maps * keep[:, :, None, None]


@wrong("summed over the labels")
def summed(features, weights, logits, threshold=0.5):
    maps = torch.einsum("ck,nkij->ncij", weights, features)
    return (maps * (torch.sigmoid(logits) > threshold)[:, :, None, None]).sum(dim=1)


@wrong("the threshold on the map")
def threshold_on_map(features, weights, logits, threshold=0.5):
    maps = torch.einsum("ck,nkij->ncij", weights, features)
    return torch.where(maps > threshold, maps, 0.0)


@wrong("sigmoid of the map")
def sigmoid_of_map(features, weights, logits, threshold=0.5):
    maps = torch.einsum("ck,nkij->ncij", weights, features)
    return torch.sigmoid(maps) * (torch.sigmoid(logits) > threshold)[:, :, None, None]


@wrong("a list of the kept maps")
def kept_list(features, weights, logits, threshold=0.5):
    maps = torch.einsum("ck,nkij->ncij", weights, features)
    return maps[torch.sigmoid(logits) > threshold]


@wrong("NaN for the others")
def nan_for_others(features, weights, logits, threshold=0.5):
    maps = torch.einsum("ck,nkij->ncij", weights, features)
    maps[torch.sigmoid(logits) <= threshold] = float("nan")
    return maps


@wrong("mean over the maps")
def mean_over_maps(features, weights, logits, threshold=0.5):
    maps = (weights[None, :, :, None, None] * features[:, None]).mean(dim=2)
    return maps * (torch.sigmoid(logits) > threshold)[:, :, None, None]


@wrong("mask without the two dimensions")
def no_dimensions(features, weights, logits, threshold=0.5):
    maps = torch.einsum("ck,nkij->ncij", weights, features)
    return maps * (torch.sigmoid(logits) > threshold)


@wrong("labels first")
def labels_first(features, weights, logits, threshold=0.5):
    maps = torch.einsum("ck,nkij->cnij", weights, features)
    return maps * (torch.sigmoid(logits) > threshold).T[:, :, None, None]


@wrong("the first image decides")
def first_decides(features, weights, logits, threshold=0.5):
    maps = torch.einsum("ck,nkij->ncij", weights, features)
    there = torch.sigmoid(logits[0]) > threshold
    return maps * there[None, :, None, None]


@wrong("threshold ignored: rounding")
def rounding(features, weights, logits, threshold=0.5):
    maps = torch.einsum("ck,nkij->ncij", weights, features)
    return maps * torch.sigmoid(logits).round()[:, :, None, None]


@wrong("nothing is returned")
def nothing(features, weights, logits, threshold=0.5):
    maps = torch.einsum("ck,nkij->ncij", weights, features)
    maps * (torch.sigmoid(logits) > threshold)[:, :, None, None]


@wrong("normalized to [0, 1]")
def normalized(features, weights, logits, threshold=0.5):
    maps = torch.einsum("ck,nkij->ncij", weights, features)
    maps = maps / maps.amax(dim=(2, 3), keepdim=True)
    return maps * (torch.sigmoid(logits) > threshold)[:, :, None, None]
