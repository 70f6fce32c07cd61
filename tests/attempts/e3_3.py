"""Attempts at 3.3."""

import torch
from attempts import right, wrong
from torch import nn


@right("broadcast, sum over the maps, ReLU")
def broadcast(alpha, A, relu=True):
    total = (alpha[:, :, None, None] * A).sum(dim=1)
    return total.relu() if relu else total


@right("einsum and an early return")
def summed(alpha, A, relu=True):
    m = torch.einsum("nk,nkij->nij", alpha, A)
    if not relu:
        return m
    return torch.clamp(m, min=0)


@right("a batched matrix product")
def batched(alpha: torch.Tensor, A: torch.Tensor, relu: bool = True) -> torch.Tensor:
    N, K, H, W = A.shape
    L = torch.bmm(alpha.unsqueeze(1), A.reshape(N, K, H * W)).view(N, H, W)
    if relu:
        L = nn.functional.relu(L)
    return L


@right("loops over images and maps")
def loops(alpha, A, relu=True):
    maps = []
    for a, image_maps in zip(alpha, A):
        total = 0
        for weight, one in zip(a, image_maps):
            total = total + weight * one
        maps.append(total)
    L = torch.stack(maps)
    return torch.relu(L) if relu else L


@right("NumPy in float64, a tensor of the old kind at the end")
def in_numpy(alpha, A, relu=True):
    a = alpha.detach().double().numpy()
    maps = A.detach().double().numpy()
    out = (a[..., None, None] * maps).sum(axis=1)
    if relu:
        out = out.clip(min=0)
    return torch.from_numpy(out).to(A.dtype)


@right("a module as the last step, ReLU or Identity")
def module_step(alpha, A, relu=True):
    last = nn.ReLU() if relu else nn.Identity()
    return last(torch.stack([torch.tensordot(w, m, dims=1) for w, m in zip(alpha, A)]))


@wrong("always a ReLU")
def always(alpha, A, relu=True):
    return (alpha[:, :, None, None] * A).sum(dim=1).relu()


@wrong("never a ReLU")
def never(alpha, A, relu=True):
    return torch.einsum("nk,nkhw->nhw", alpha, A)


@wrong("the flag the wrong way round")
def flipped(alpha, A, relu=True):
    L = (alpha[:, :, None, None] * A).sum(1)
    return L if relu else L.relu()


@wrong("a default of relu=False")
def other_default(alpha, A, relu=False):
    L = (alpha[:, :, None, None] * A).sum(1)
    if relu:
        L = L.relu()
    return L


@wrong("the ReLU stands inside the sum, on every term")
def inside(alpha, A, relu=True):
    terms = alpha[:, :, None, None] * A
    if relu:
        terms = terms.relu()
    return terms.sum(dim=1)


@wrong("the ReLU is on α")
def on_alpha(alpha, A, relu=True):
    if relu:
        alpha = alpha.relu()
    return torch.einsum("nk,nkij->nij", alpha, A)


@wrong("mean over the maps in place of their sum")
def averaged(alpha, A, relu=True):
    L = (alpha[:, :, None, None] * A).mean(dim=1)
    return L.relu() if relu else L


@wrong("absolute value for the ReLU")
def absolute(alpha, A, relu=True):
    L = (alpha[:, :, None, None] * A).sum(dim=1)
    if relu:
        return L.abs()
    return L


@wrong("sums over the images")
def over_images(alpha, A, relu=True):
    L = (alpha[:, :, None, None] * A).sum(dim=0)
    return L.relu() if relu else L


@wrong("einsum loses the n: all images are added into one map")
def lost_n(alpha, A, relu=True):
    L = torch.einsum("nk,nkij->ij", alpha, A)
    return L.relu() if relu else L


@wrong("keepdim left over: (N, 1, H, W)")
def keeps_dim(alpha, A, relu=True):
    L = (alpha[:, :, None, None] * A).sum(dim=1, keepdim=True)
    return L.relu() if relu else L


@wrong("squeeze kills a batch of one")
def squeezed(alpha, A, relu=True):
    L = (alpha[:, :, None, None] * A).sum(dim=1, keepdim=True)
    return L.relu().squeeze() if relu else L.squeeze()


@wrong("first image only")
def only_first(alpha, A, relu=True):
    L = (alpha[0][:, None, None] * A[0]).sum(dim=0)
    return L.relu() if relu else L


@wrong("the first image's α for all images")
def first_alpha(alpha, A, relu=True):
    L = torch.einsum("k,nkij->nij", alpha[0], A)
    return L.relu() if relu else L


@wrong("α without new axes: lines up with the places, not the maps")
def no_axes(alpha, A, relu=True):
    L = (alpha * A).sum(dim=1)
    return L.relu() if relu else L


@wrong("the matrix product of all α with all images: each image's α meets every image, and only the first one's is kept")
def all_pairs(alpha, A, relu=True):
    N, K, H, W = A.shape
    L = (alpha @ A.reshape(N, K, H * W))[:, 0].reshape(N, H, W)
    return L.relu() if relu else L


@wrong("weights the maps in place: the caller's maps are changed")
def in_place(alpha, A, relu=True):
    A *= alpha[:, :, None, None]
    L = A.sum(dim=1)
    return L.relu() if relu else L


@wrong("divided by its maximum")
def by_maximum(alpha, A, relu=True):
    L = (alpha[:, :, None, None] * A).sum(dim=1)
    if relu:
        L = L.relu()
        L = L / L.amax(dim=(1, 2), keepdim=True)
    return L


@wrong("nn.ReLU(L) makes a layer and does not apply it")
def layer_made(alpha, A, relu=True):
    L = (alpha[:, :, None, None] * A).sum(dim=1)
    return nn.ReLU(L) if relu else L


@wrong("the ReLU's result is thrown away")
def thrown_away(alpha, A, relu=True):
    L = (alpha[:, :, None, None] * A).sum(dim=1)
    if relu:
        torch.relu(L)
    return L


@wrong("nothing is returned with relu=False")
def no_else(alpha, A, relu=True):
    L = (alpha[:, :, None, None] * A).sum(dim=1)
    if relu:
        return L.relu()


@wrong("clamped at 1 as well")
def clamped(alpha, A, relu=True):
    L = (alpha[:, :, None, None] * A).sum(dim=1)
    return L.clamp(0, 1) if relu else L


@wrong("keeps what is negative in place of what is positive")
def negative_part(alpha, A, relu=True):
    L = (alpha[:, :, None, None] * A).sum(dim=1)
    return L.clamp(max=0) if relu else L


@wrong("64 maps hard-coded")
def sixty_four(alpha, A, relu=True):
    L = torch.zeros(A.shape[0], A.shape[2], A.shape[3])
    for k in range(64):
        L += alpha[:, k, None, None] * A[:, k]
    return L.relu() if relu else L


@wrong("the last map is left out")
def off_by_one(alpha, A, relu=True):
    L = 0
    for k in range(A.shape[1] - 1):
        L = L + alpha[:, k, None, None] * A[:, k]
    return L.relu() if relu else L


@wrong("softmax over α first")
def softmaxed(alpha, A, relu=True):
    w = alpha.softmax(dim=1)
    L = (w[:, :, None, None] * A).sum(dim=1)
    return L.relu() if relu else L


@wrong("enlarged to the image")
def enlarged(alpha, A, relu=True):
    L = (alpha[:, :, None, None] * A).sum(dim=1, keepdim=True)
    if relu:
        L = L.relu()
    return nn.functional.interpolate(L, size=(96, 96), mode="bilinear")[:, 0]


@wrong("height and width change places")
def swapped_places(alpha, A, relu=True):
    L = torch.einsum("nk,nkij->nji", alpha, A)
    return L.relu() if relu else L


@wrong("a list of maps whose first image is used for all, with the ReLU on every term")
def two_mistakes(alpha, A, relu=True):
    result = []
    for n in range(len(A)):
        terms = alpha[0][:, None, None] * A[n]
        result.append((terms.relu() if relu else terms).sum(0))
    return torch.stack(result)


@wrong("adds α to the maps in place of multiplying")
def added(alpha, A, relu=True):
    L = (alpha[:, :, None, None] + A).sum(dim=1)
    return L.relu() if relu else L


@wrong("overwrites the sum in the loop in place of adding to it: only the last map counts")
def overwritten(alpha, A, relu=True):
    for k in range(A.shape[1]):
        L = alpha[:, k, None, None] * A[:, k]
    return L.relu() if relu else L


@wrong("asks relu == None, which is never so: always a ReLU; and a mean for the sum")
def always_and_mean(alpha, A, relu=True):
    L = (alpha[:, :, None, None] * A).mean(dim=1)
    if relu == None:  # noqa: E711
        return L
    return L.relu()
