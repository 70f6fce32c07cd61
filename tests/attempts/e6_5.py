"""Attempts at 6.5."""

import torch
import torch.nn.functional as F
from attempts import right, wrong


@right("the ReLU moved to the map")
def moved(features, gradients):
    alpha = gradients.mean(dim=(2, 3), keepdim=True)
    return (alpha * features).sum(dim=1).relu()


@right("einsum")
def einsum(features, gradients):
    alpha = gradients.mean((2, 3))
    return torch.einsum("nk,nkhw->nhw", alpha, features).clamp(min=0)


@right("loops over images and maps")
def loops(features, gradients):
    N, K, h, w = features.shape
    maps = torch.zeros(N, h, w)
    for n in range(N):
        for k in range(K):
            maps[n] += gradients[n, k].mean() * features[n, k]
    return F.relu(maps)


@right("batched matrix product, in float64")
def bmm(features, gradients):
    N, K, h, w = features.shape
    alpha = gradients.double().flatten(2).mean(dim=2)[:, None]  # (N, 1, K)
    return torch.bmm(alpha, features.double().flatten(2)).view(N, h, w).relu()


@right("adaptive pooling of the gradients, without gradients of its own")
def pooled(features, gradients):
    with torch.no_grad():
        alpha = F.adaptive_avg_pool2d(gradients, 1)
        return torch.maximum((alpha * features).sum(1), torch.tensor(0.0))


@wrong("no ReLU at all: the map has negative cells")
def no_relu(features, gradients):
    alpha = gradients.mean(dim=(2, 3), keepdim=True)
    return (alpha * features).sum(dim=1)


@wrong("the ReLU on the averaged weights: still nothing takes away")
def relu_on_alpha(features, gradients):
    alpha = gradients.mean(dim=(2, 3), keepdim=True).relu()
    return (alpha * features).sum(dim=1)


@wrong("ReLU on the gradients and on the map")
def two_relus(features, gradients):
    alpha = gradients.relu().mean(dim=(2, 3), keepdim=True)
    return (alpha * features).sum(dim=1).relu()


@wrong("the ReLU before the sum over the maps")
def relu_before_sum(features, gradients):
    alpha = gradients.mean(dim=(2, 3), keepdim=True)
    return (alpha * features).relu().sum(dim=1)


@wrong("absolute value of the map in place of the ReLU")
def absolute(features, gradients):
    alpha = gradients.mean(dim=(2, 3), keepdim=True)
    return (alpha * features).sum(dim=1).abs()


@wrong("ReLU on the features")
def relu_on_features(features, gradients):
    alpha = gradients.mean(dim=(2, 3), keepdim=True)
    return (alpha * features.relu()).sum(dim=1)


@wrong("the sum of the gradients in place of their mean")
def sum_weights(features, gradients):
    alpha = gradients.sum(dim=(2, 3), keepdim=True)
    return (alpha * features).sum(dim=1).relu()


@wrong("the mean over the maps in place of their sum")
def mean_over_maps(features, gradients):
    alpha = gradients.mean(dim=(2, 3), keepdim=True)
    return (alpha * features).mean(dim=1).relu()


@wrong("gradient times feature cell by cell, which is HiResCAM")
def hires(features, gradients):
    return (gradients * features).sum(dim=1).relu()


@wrong("weights averaged over the batch as well")
def batch_weights(features, gradients):
    alpha = gradients.mean(dim=(0, 2, 3), keepdim=True)
    return (alpha * features).sum(dim=1).relu()


@wrong("each map divided by its maximum")
def scaled(features, gradients):
    alpha = gradients.mean(dim=(2, 3), keepdim=True)
    maps = (alpha * features).sum(dim=1).relu()
    return maps / maps.amax(dim=(1, 2), keepdim=True).clamp(min=1e-12)


@wrong("the first image only")
def first_only(features, gradients):
    alpha = gradients[0].mean(dim=(1, 2))
    return torch.einsum("k,khw->hw", alpha, features[0]).relu()


@wrong("squeeze kills a batch of one")
def squeezed(features, gradients):
    alpha = gradients.mean(dim=(2, 3), keepdim=True)
    return (alpha * features).sum(dim=1, keepdim=True).relu().squeeze()


@wrong("keeps a dimension of one for the maps")
def kept(features, gradients):
    alpha = gradients.mean(dim=(2, 3), keepdim=True)
    return (alpha * features).sum(dim=1, keepdim=True).relu()


@wrong("keeps only the negative side: minus before the ReLU")
def negated(features, gradients):
    alpha = (-gradients).mean(dim=(2, 3), keepdim=True)
    return (alpha * features).sum(dim=1).relu()


@wrong("absolute gradients: what speaks against adds up")
def absolute_gradients(features, gradients):
    alpha = gradients.abs().mean(dim=(2, 3), keepdim=True)
    return (alpha * features).sum(dim=1).relu()
