"""Attempts at 11.2."""

import torch
from attempts import right, wrong


@right("product with the inverse")
def inverse(v, a, mean, std):
    scale = 1 / std
    w = v * scale
    return w, a - (w * mean).sum(dim=1)


@right("diagonal matrix")
def diagonal(v, a, mean, std):
    D = torch.diag(1 / std)
    return v @ D, a - v @ D @ mean


@right("the mean scaled first")
def scaled_mean(v, a, mean, std):
    return v / std[None, :], a - torch.mv(v, mean / std)


@right("a loop over the classes")
def loop(v, a, mean, std):
    w, b = torch.empty_like(v), torch.empty_like(a)
    for c in range(len(v)):
        w[c] = v[c] / std
        b[c] = a[c] - torch.dot(w[c], mean)
    return w, b


@right("by asking at zero and at unit vectors")
def asked(v, a, mean, std):
    def score(F):
        return v @ ((F - mean) / std) + a

    b = score(torch.zeros_like(mean))
    return torch.stack([score(e) - b for e in torch.eye(len(mean))], dim=1), b


@right("einsum")
def einsum(v, a, mean, std):
    w = torch.einsum("ck,k->ck", v, std.reciprocal())
    return w, a + torch.einsum("ck,k->c", w, -mean)


@wrong("bias unchanged")
def bias_kept(v, a, mean, std):
    return v / std, a


@wrong("plus the mean")
def plus(v, a, mean, std):
    w = v / std
    return w, a + w @ mean


@wrong("v times mean, undivided")
def undivided(v, a, mean, std):
    return v / std, a - v @ mean


@wrong("times the spread")
def times(v, a, mean, std):
    w = v * std
    return w, a - w @ mean


@wrong("the scaling undone")
def undone(v, a, mean, std):
    return v * std, a + v @ mean


@wrong("weights scaled like features")
def like_features(v, a, mean, std):
    return (v - mean) / std, a


@wrong("nothing done")
def nothing(v, a, mean, std):
    return v, a


@wrong("old bias lost")
def lost(v, a, mean, std):
    w = v / std
    return w, -w @ mean


@wrong("one spread for all")
def one_spread(v, a, mean, std):
    w = v / std.mean()
    return w, a - w @ mean


@wrong("weights only")
def only(v, a, mean, std):
    return v / std


@wrong("mean over the features in the bias")
def averaged(v, a, mean, std):
    w = v / std
    return w, a - (w * mean).mean(dim=1)


@wrong("bias divided, too")
def divided(v, a, mean, std):
    w = v / std
    return w, a / std.mean() - w @ mean


@wrong("bias as a column")
def column(v, a, mean, std):
    w = v / std
    return w, (a - w @ mean).unsqueeze(1)


@wrong("variance in place of the deviation")
def variance(v, a, mean, std):
    w = v / std**2
    return w, a - w @ mean
