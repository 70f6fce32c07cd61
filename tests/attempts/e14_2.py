"""Attempts at 14.2."""

import numpy as np


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


# Another round, by three who had read the notebook alone.


@right("einsum of three")
def b_einsum(features, projection, captions):
    return torch.einsum("cd,dk,nkij->ncij", captions, projection, features)


@right("a 1 × 1 convolution")
def b_conv(features, projection, captions):
    return F.conv2d(features, (captions @ projection)[:, :, None, None])


@right("loops over images and captions")
def b_loops(features, projection, captions):
    N, K, h, w = features.shape
    M = torch.zeros(N, len(captions), h, w)
    rows = captions @ projection
    for n in range(N):
        for c in range(len(captions)):
            for k in range(K):
                M[n, c] += rows[c, k] * features[n, k]
    return M


@right("vectors at every place, then the captions")
def b_places(features, projection, captions):
    v = features.permute(0, 2, 3, 1) @ projection.T
    return (v @ captions.T).permute(0, 3, 1, 2)


@right("matrix product of the flattened maps")
def b_flat(features, projection, captions):
    return torch.matmul(captions @ projection, features.flatten(2)).unflatten(2, features.shape[2:])


@right("tensordot and movedim")
def b_tensordot(features, projection, captions):
    return torch.tensordot(features, captions.mm(projection), dims=([1], [1])).movedim(-1, 1)


@right("numpy")
def b_numpy(features, projection, captions):
    t, P, A = (x.detach().numpy() for x in (captions, projection, features))
    return torch.from_numpy(np.einsum("ck,nkij->ncij", t @ P, A))


@right("broadcast and sum, stacked over captions")
def b_stack(features, projection, captions):
    maps = [((t @ projection)[None, :, None, None] * features).sum(1) for t in captions]
    return torch.stack(maps, dim=1)


@wrong("captions last")
def b_last(features, projection, captions):
    return features.permute(0, 2, 3, 1) @ (captions @ projection).T


@wrong("not summed over k")
def b_no_sum(features, projection, captions):
    return (captions @ projection)[None, :, :, None, None] * features[:, None]


@wrong("the rows t P normalized")
def b_rows(features, projection, captions):
    return torch.einsum("ck,nkij->ncij", F.normalize(captions @ projection), features)


@wrong("softmax of the weights")
def b_softmax(features, projection, captions):
    return torch.einsum("ck,nkij->ncij", (captions @ projection).softmax(1), features)


@wrong("forgot the projection")
def b_no_p(features, projection, captions):
    return torch.einsum("cd,ndij->ncij", captions, features[:, : captions.shape[1]])


@wrong("projection not transposed")
def b_pt(features, projection, captions):
    return torch.einsum("ck,nkij->ncij", captions @ projection.T, features)


@wrong("first caption alone")
def b_first(features, projection, captions):
    return torch.einsum("k,nkij->nij", captions[0] @ projection, features)


@wrong("first image alone")
def b_first_image(features, projection, captions):
    return torch.einsum("ck,kij->cij", captions @ projection, features[0])


@wrong("each image with its own caption only")
def b_own(features, projection, captions):
    w = (captions @ projection)[:, :, None, None]
    return (w * features).sum(1, keepdim=True)


@wrong("reshaped where it has to be permuted")
def b_reshape(features, projection, captions):
    N, _, h, w = features.shape
    return (features.permute(0, 2, 3, 1) @ (captions @ projection).T).reshape(N, len(captions), h, w)


@wrong("rows and columns exchanged")
def b_ji(features, projection, captions):
    return torch.einsum("ck,nkij->ncji", captions @ projection, features)


@wrong("view of (N, h w, K)")
def b_view(features, projection, captions):
    N, K, h, w = features.shape
    v = features.reshape(N, h * w, K) @ (captions @ projection).T
    return v.transpose(1, 2).reshape(N, -1, h, w)


@wrong("12 × 12 written in")
def b_twelve(features, projection, captions):
    return ((captions @ projection) @ features.flatten(2)).reshape(len(features), len(captions), 12, 12)


@wrong("each map from 0 to 1")
def b_stretched(features, projection, captions):
    M = torch.einsum("ck,nkij->ncij", captions @ projection, features)
    M = M - M.amin(dim=(2, 3), keepdim=True)
    return M / M.amax(dim=(2, 3), keepdim=True)


@wrong("the mean taken off")
def b_centered(features, projection, captions):
    M = torch.einsum("ck,nkij->ncij", captions @ projection, features)
    return M - M.mean(dim=(2, 3), keepdim=True)


@wrong("minus the mean features")
def b_minus(features, projection, captions):
    return -torch.einsum("ck,nkij->ncij", captions @ projection, features)


@wrong("multiplies in place: only right for one caption")
def b_in_place(features, projection, captions):
    rows = captions @ projection
    out = []
    for r in rows:
        features *= r[None, :, None, None]
        out.append(features.sum(1))
    return torch.stack(out, 1)


@wrong("a numpy array")
def b_array(features, projection, captions):
    return np.einsum("ck,nkij->ncij", (captions @ projection).detach().numpy(), features.detach().numpy())


@wrong("nothing returned")
def b_nothing(features, projection, captions):
    torch.einsum("ck,nkij->ncij", captions @ projection, features)


@wrong("a list of maps")
def b_list(features, projection, captions):
    return [torch.einsum("k,nkij->nij", t @ projection, features) for t in captions]


@wrong("times the number of places")
def b_times(features, projection, captions):
    N, K, h, w = features.shape
    return torch.einsum("ck,nkij->ncij", captions @ projection * (h * w), features)


@wrong("a bracket that does not multiply")
def b_shape(features, projection, captions):
    return captions @ projection @ features


@wrong("the averages multiplied in once more")
def b_averages(features, projection, captions):
    w = (captions @ projection)[None] * features.mean(dim=(2, 3))[:, None]
    return torch.einsum("nck,nkij->ncij", w, features)


@right("a linear layer's function at each place")
def b_linear(features, projection, captions):
    return F.linear(F.linear(features.movedim(1, -1), projection), captions).movedim(-1, 1)


@right("double precision")
def b_double(features, projection, captions):
    w = captions.double() @ projection.double()
    return (w[None, :, :, None, None] * features.double()[:, None]).sum(dim=2)


@right("over the places, one by one")
def b_place_by_place(features, projection, captions):
    rows = [torch.stack([(features[:, :, i, j] @ projection.T) @ captions.T for j in range(features.shape[3])], -1)
            for i in range(features.shape[2])]  # fmt: skip
    return torch.stack(rows, dim=2)


@wrong("maps of the mean caption")
def b_mean_caption(features, projection, captions):
    w = captions.mean(0, keepdim=True) @ projection
    return torch.einsum("ck,nkij->ncij", w, features).expand(-1, len(captions), -1, -1)


@wrong("the greatest of the weighted maps")
def b_greatest(features, projection, captions):
    w = captions @ projection
    return (w[None, :, :, None, None] * features[:, None]).amax(dim=2)


@wrong("matrix product with the places")
def b_matmul(features, projection, captions):
    return (captions @ projection) @ features.permute(0, 3, 1, 2)


@wrong("flattened over images too")
def b_flat_images(features, projection, captions):
    N, K, h, w = features.shape
    return ((captions @ projection) @ features.reshape(K, -1)).reshape(len(captions), N, h, w).transpose(0, 1)


@wrong("an einsum with one letter too few")
def b_letters(features, projection, captions):
    return torch.einsum("cd,dk,nkij->cij", captions, projection, features)
