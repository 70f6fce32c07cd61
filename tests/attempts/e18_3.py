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


# A second round, by someone else.


@right("a function for one map, stacked")
def one_map(score, x, A):
    empty = score(torch.zeros_like(x).unsqueeze(0)).item()

    def weight(a):
        big = upsample(a.unsqueeze(0), x.shape[1:])[0]
        spread = big.max() - big.min()
        mask = (big - big.min()) / spread if spread > 0 else torch.zeros_like(big)
        return score((x * mask).unsqueeze(0)).item() - empty

    return sum(weight(a) * a for a in A).clamp(min=0)


@right("nan_to_num for the dead maps, a list of pictures")
def nans(score, x, A):
    big = upsample(A, x.shape[1:]).flatten(1)
    low, high = big.min(1, keepdim=True)[0], big.max(1, keepdim=True)[0]
    masks_ = ((big - low) / (high - low)).nan_to_num(0).view(-1, 1, *x.shape[1:])
    alpha = score(torch.stack([x * m for m in masks_])) - score(torch.zeros(1, *x.shape))
    return torch.relu(sum(w * a for w, a in zip(alpha, A, strict=True)))


@right("baseline appended as one picture more")
def appended(score, x, A):
    M = upsample(A, x.shape[1:])
    low, high = M.amin((-2, -1), keepdim=True), M.amax((-2, -1), keepdim=True)
    M = (M - low) / torch.where(high == low, torch.ones_like(high), high - low)
    asked = score(torch.cat([x[None] * M[:, None], torch.zeros_like(x)[None]]))
    return ((asked[:-1] - asked[-1]) @ A.flatten(1)).view(A.shape[1:]).relu()


@wrong("the baseline is a picture of ones")
def bright(score, x, A):
    return add(score(masks(x, A)[:, None] * x) - score(torch.ones_like(x)[None]), A)


@wrong("the sign the wrong way")
def sign(score, x, A):
    return add(score(torch.zeros_like(x)[None]) - score(masks(x, A)[:, None] * x), A)


@wrong("scaled by mean and standard deviation")
def standardized(score, x, A):
    M = upsample(A, x.shape[1:])
    M = (M - M.mean((1, 2), keepdim=True)) / (M.std((1, 2), keepdim=True) + 1e-8)
    return add(score(M[:, None] * x) - score(torch.zeros_like(x)[None]), A)


@wrong("squashed by a sigmoid")
def squashed(score, x, A):
    M = torch.sigmoid(upsample(A, x.shape[1:]))
    return add(score(M[:, None] * x) - score(torch.zeros_like(x)[None]), A)


@wrong("masks of 0 and 1")
def hard(score, x, A):
    M = (masks(x, A) > 0.5).float()
    return add(score(M[:, None] * x) - score(torch.zeros_like(x)[None]), A)


@wrong("the mask added to the picture")
def added(score, x, A):
    return add(score(masks(x, A)[:, None] + x) - score(torch.zeros_like(x)[None]), A)


@wrong("the masks themselves are shown to the network")
def masks_alone(score, x, A):
    return add(score(masks(x, A)[:, None].expand(-1, x.shape[0], -1, -1)) - score(torch.zeros_like(x)[None]), A)


@wrong("the weights divided by their sum")
def to_one(score, x, A):
    alpha = score(masks(x, A)[:, None] * x) - score(torch.zeros_like(x)[None])
    return add(alpha / alpha.sum(), A)


@wrong("ReLU on each weighted map")
def relu_each(score, x, A):
    alpha = score(masks(x, A)[:, None] * x) - score(torch.zeros_like(x)[None])
    return F.relu(alpha[:, None, None] * A).sum(0)


@wrong("a dead map gets a mask of ones")
def dead_is_whole(score, x, A):
    M = upsample(A, x.shape[1:])
    low, high = M.amin((1, 2), keepdim=True), M.amax((1, 2), keepdim=True)
    M = torch.where(high > low, (M - low) / (high - low), torch.ones_like(M))
    return add(score(M[:, None] * x) - score(torch.zeros_like(x)[None]), A)


@wrong("the best map alone")
def best_map(score, x, A):
    alpha = score(masks(x, A)[:, None] * x) - score(torch.zeros_like(x)[None])
    return F.relu(alpha.max() * A[alpha.argmax()])


@wrong("the weights alone")
def weights_alone(score, x, A):
    return score(masks(x, A)[:, None] * x) - score(torch.zeros_like(x)[None])


@wrong("the maps cut off before they are scaled")
def cut_first(score, x, A):
    return add(score(masks(x, F.relu(A))[:, None] * x) - score(torch.zeros_like(x)[None]), A)
