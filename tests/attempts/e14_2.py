"""Attempts at 14.2."""

import torch
import torch.nn.functional as F
from attempts import right, wrong


@right("project every place, then dot products")
def places(features, projection, captions):
    v = torch.einsum("dk,nkij->ndij", projection, features)
    return torch.einsum("cd,ndij->ncij", captions, v)


@right("a 1×1 convolution")
def conv(features, projection, captions):
    w = captions @ projection
    return F.conv2d(features, w[:, :, None, None])


@right("loops over images and captions")
def loops(features, projection, captions):
    N, _, h, w = features.shape
    out = torch.zeros(N, len(captions), h, w)
    for n in range(N):
        for c in range(len(captions)):
            weights = projection.T @ captions[c]
            out[n, c] = (weights[:, None, None] * features[n]).sum(dim=0)
    return out


@right("matrix product of flattened maps")
def flattened(features, projection, captions):
    N, _, h, w = features.shape
    return ((captions @ projection) @ features.flatten(2)).reshape(N, -1, h, w)


@right("broadcast and sum")
def broadcast(features, projection, captions):
    w = (captions @ projection)[None, :, :, None, None]
    return (w * features[:, None]).sum(dim=2)


@right("three in one einsum")
def one_einsum(features, projection, captions):
    return torch.einsum("cd,dk,nkhw->nchw", captions, projection, features)


@right("channels last and linear")
def last(features, projection, captions):
    v = F.linear(F.linear(features.permute(0, 2, 3, 1), projection), captions)
    return v.permute(0, 3, 1, 2)


@right("tensordot")
def tensordot(features, projection, captions):
    return torch.tensordot(captions @ projection, features, dims=([1], [1])).transpose(0, 1)


@wrong("ReLU at the end")
def relu(features, projection, captions):
    return torch.einsum("ck,nkij->ncij", captions @ projection, features).relu()


@wrong("divided by the places")
def by_z(features, projection, captions):
    M = torch.einsum("ck,nkij->ncij", captions @ projection, features)
    return M / (M.shape[2] * M.shape[3])


@wrong("the scores")
def scores(features, projection, captions):
    return features.mean(dim=(2, 3)) @ projection.T @ captions.T


@wrong("scores everywhere")
def everywhere(features, projection, captions):
    y = features.mean(dim=(2, 3)) @ projection.T @ captions.T
    return y[:, :, None, None].expand(-1, -1, features.shape[2], features.shape[3])


@wrong("captions forgotten")
def vectors(features, projection, captions):
    return torch.einsum("dk,nkij->ndij", projection, features)


@wrong("cosines at each place")
def cosine(features, projection, captions):
    v = F.normalize(torch.einsum("dk,nkij->ndij", projection, features), dim=1)
    return torch.einsum("cd,ndij->ncij", F.normalize(captions, dim=1), v)


@wrong("captions scaled to length 1")
def unit(features, projection, captions):
    return torch.einsum("ck,nkij->ncij", F.normalize(captions, dim=1) @ projection, features)


@wrong("images and captions swapped")
def swapped(features, projection, captions):
    return torch.einsum("ck,nkij->cnij", captions @ projection, features)


@wrong("absolute weights")
def absolute(features, projection, captions):
    return torch.einsum("ck,nkij->ncij", (captions @ projection).abs(), features)


@wrong("mean over the maps")
def averaged(features, projection, captions):
    w = (captions @ projection)[None, :, :, None, None]
    return (w * features[:, None]).mean(dim=2)


@wrong("softmax over the captions")
def softmax(features, projection, captions):
    return torch.einsum("ck,nkij->ncij", captions @ projection, features).softmax(dim=1)


@wrong("squeezed")
def squeezed(features, projection, captions):
    return torch.einsum("ck,nkij->ncij", captions @ projection, features).squeeze()


@wrong("only the first caption")
def first(features, projection, captions):
    return torch.einsum("k,nkij->nij", captions[0] @ projection, features)[:, None]


@wrong("negative weights dropped")
def positive(features, projection, captions):
    return torch.einsum("ck,nkij->ncij", (captions @ projection).relu(), features)
