"""Attempts at 18.3."""

import torch
import torch.nn.functional as F
from attempts import right, wrong

from cam_tutorial import upsample


@right("a loop over the maps")
def loop(score, x, A):
    base = score(torch.zeros(1, *x.shape))[0]
    L = torch.zeros(A.shape[1:])
    for a in A:
        m = upsample(a[None], x.shape[1:])[0]
        if m.max() == m.min():
            continue
        m = (m - m.min()) / (m.max() - m.min())
        L = L + (score((x * m)[None])[0] - base) * a
    return torch.relu(L)


@right("F.interpolate, and a tiny ε against 0/0")
def interpolated(score, x, A):
    M = F.interpolate(A[None], size=tuple(x.shape[1:]), mode="bilinear", align_corners=False)[0]
    flat = M.flatten(1)
    low, high = flat.min(dim=1).values[:, None, None], flat.max(dim=1).values[:, None, None]
    H = (M - low) / (high - low + 1e-12)
    alpha = score(H.unsqueeze(1) * x.unsqueeze(0)) - score(torch.zeros_like(x).unsqueeze(0))
    return F.relu(torch.einsum("k,kij->ij", alpha, A))


@right("clamped range, tensordot")
def tensordot(score, x, A):
    M = upsample(A, tuple(x.shape[-2:]))
    M = M - M.amin((1, 2), keepdim=True)
    M = M / M.amax((1, 2), keepdim=True).clamp(min=1e-20)
    alpha = score(M[:, None] * x) - score(0 * x[None])
    return torch.tensordot(alpha, A, dims=1).clamp(min=0)


def masks(x, A):
    M = upsample(A, x.shape[1:])
    low, high = M.amin((1, 2), keepdim=True), M.amax((1, 2), keepdim=True)
    return torch.where(high > low, (M - low) / (high - low), torch.zeros_like(M))


def add(alpha, A):
    return F.relu((alpha[:, None, None] * A).sum(0))


@wrong("no baseline")
def no_baseline(score, x, A):
    return add(score(masks(x, A)[:, None] * x), A)


@wrong("softmax over the maps")
def softmaxed(score, x, A):
    s = score(masks(x, A)[:, None] * x) - score(torch.zeros_like(x)[None])
    return add(torch.softmax(s, 0), A)


@wrong("the picture itself as baseline")
def picture_baseline(score, x, A):
    return add(score(masks(x, A)[:, None] * x) - score(x[None]), A)


@wrong("0/0 for a dead map")
def dead(score, x, A):
    M = upsample(A, x.shape[1:])
    M = (M - M.amin((1, 2), keepdim=True)) / (M.amax((1, 2), keepdim=True) - M.amin((1, 2), keepdim=True))
    return add(score(M[:, None] * x) - score(torch.zeros_like(x)[None]), A)


@wrong("one minimum and maximum for all maps")
def one_range(score, x, A):
    M = upsample(A, x.shape[1:])
    M = (M - M.min()) / (M.max() - M.min() + 1e-12)
    return add(score(M[:, None] * x) - score(torch.zeros_like(x)[None]), A)


@wrong("not scaled at all")
def unscaled(score, x, A):
    M = upsample(A, x.shape[1:])
    return add(score(M[:, None] * x) - score(torch.zeros_like(x)[None]), A)


@wrong("divided by the maximum only")
def by_maximum(score, x, A):
    M = upsample(A, x.shape[1:])
    M = M / M.amax((1, 2), keepdim=True).clamp(min=1e-12)
    return add(score(M[:, None] * x) - score(torch.zeros_like(x)[None]), A)


@wrong("scaled before it is enlarged")
def scaled_first(score, x, A):
    low, high = A.amin((1, 2), keepdim=True), A.amax((1, 2), keepdim=True)
    M = upsample((A - low) / (high - low).clamp(min=1e-12), x.shape[1:])
    return add(score(M[:, None] * x) - score(torch.zeros_like(x)[None]), A)


@wrong("no ReLU")
def no_relu(score, x, A):
    alpha = score(masks(x, A)[:, None] * x) - score(torch.zeros_like(x)[None])
    return (alpha[:, None, None] * A).sum(0)


@wrong("ReLU on the weights")
def relu_weights(score, x, A):
    alpha = score(masks(x, A)[:, None] * x) - score(torch.zeros_like(x)[None])
    return add(F.relu(alpha), A)


@wrong("sums the enlarged maps")
def enlarged(score, x, A):
    alpha = score(masks(x, A)[:, None] * x) - score(torch.zeros_like(x)[None])
    return F.relu((alpha[:, None, None] * upsample(A, x.shape[1:])).sum(0))


@wrong("sums the masks")
def sums_masks(score, x, A):
    alpha = score(masks(x, A)[:, None] * x) - score(torch.zeros_like(x)[None])
    return F.relu((alpha[:, None, None] * masks(x, A)).sum(0))


@wrong("the maps are multiplied with the picture at the wrong size")
def wrong_size(score, x, A):
    M = (A - A.amin((1, 2), keepdim=True)) / (A.amax((1, 2), keepdim=True) - A.amin((1, 2), keepdim=True))
    return add(score(M[:, None] * x) - score(torch.zeros_like(x)[None]), A)


@wrong("masks as large as the picture, without a dimension for the colors")
def no_channel(score, x, A):
    return add(score(masks(x, A) * x) - score(torch.zeros_like(x)[None]), A)


@wrong("the baseline without a batch")
def no_batch(score, x, A):
    return add(score(masks(x, A)[:, None] * x) - score(torch.zeros_like(x)), A)


@wrong("masks turned around")
def inverted(score, x, A):
    return add(score((1 - masks(x, A))[:, None] * x) - score(torch.zeros_like(x)[None]), A)


@wrong("drop of the score in place of its increase")
def drop(score, x, A):
    return add(score(x[None]) - score(masks(x, A)[:, None] * x), A)


@wrong("the mean over the maps")
def mean(score, x, A):
    alpha = score(masks(x, A)[:, None] * x) - score(torch.zeros_like(x)[None])
    return F.relu((alpha[:, None, None] * A).mean(0))


@wrong("normalized at the end")
def normalized(score, x, A):
    alpha = score(masks(x, A)[:, None] * x) - score(torch.zeros_like(x)[None])
    L = add(alpha, A)
    return (L - L.min()) / (L.max() - L.min() + 1e-8)


@wrong("a batch dimension too many")
def batch(score, x, A):
    alpha = score(masks(x, A)[:, None] * x) - score(torch.zeros_like(x)[None])
    return add(alpha, A)[None]


@wrong("noise as a baseline")
def noisy_baseline(score, x, A):
    return add(score(masks(x, A)[:, None] * x) - score(torch.randn(1, *x.shape)), A)


@wrong("nearest neighbors")
def nearest(score, x, A):
    M = F.interpolate(A[None], size=tuple(x.shape[1:]))[0]
    low, high = M.amin((1, 2), keepdim=True), M.amax((1, 2), keepdim=True)
    H = (M - low) / (high - low).clamp(min=1e-12)
    return add(score(H[:, None] * x) - score(torch.zeros_like(x)[None]), A)


@wrong("writes into the maps")
def in_place(score, x, A):
    alpha = score(masks(x, A)[:, None] * x) - score(torch.zeros_like(x)[None])
    A *= alpha[:, None, None]
    return F.relu(A.sum(0))
