"""Attempts at 1.4."""

import torch
import torch.nn.functional as F
from torch import nn

from attempts import right, wrong


@right("einsum, bias with two new axes")
def maps_einsum(features, weights, bias):
    return torch.einsum("nkij,ck->ncij", features, weights) + bias[:, None, None]


@right("matrix product on flattened positions")
def maps_matmul(features, weights, bias):
    N, K, H, W = features.shape
    flat = features.reshape(N, K, H * W)
    out = weights @ flat + bias.view(1, -1, 1)
    return out.reshape(N, -1, H, W)


@right("channels last, F.linear, back again")
def maps_linear(features, weights, bias):
    x = features.permute(0, 2, 3, 1)
    return F.linear(x, weights, bias).permute(0, 3, 1, 2)


@right("loops over every position, with the linear layer at each")
def maps_positions(features, weights, bias):
    N, K, H, W = features.shape
    out = torch.zeros(N, weights.shape[0], H, W)
    for i in range(H):
        for j in range(W):
            out[:, :, i, j] = features[:, :, i, j] @ weights.T + bias
    return out


@right("sums map by map for each class, and stacks")
def maps_stack(features, weights, bias):
    class_maps = []
    for c in range(len(bias)):
        M = bias[c] + sum(weights[c, k] * features[:, k] for k in range(features.shape[1]))
        class_maps.append(M)
    return torch.stack(class_maps, dim=1)


@right("broadcasts to five dims and sums over k")
def maps_broadcast(features, weights, bias):
    product = features[:, None] * weights[None, :, :, None, None]
    return product.sum(dim=2) + bias[None, :, None, None]


@right("tensordot, then moves the class axis")
def maps_tensordot(features, weights, bias):
    M = torch.tensordot(weights, features, dims=([1], [1]))  # (C, N, H, W)
    return M.transpose(0, 1) + bias.reshape(1, -1, 1, 1)


@right("NumPy")
def maps_numpy(features, weights, bias):
    f, w, b = (t.detach().numpy() for t in (features, weights, bias))
    out = (f.transpose(0, 2, 3, 1) @ w.T + b).transpose(0, 3, 1, 2)
    return torch.tensor(out)


@wrong("F.conv2d, which the text forbids")
def maps_conv2d(features, weights, bias):
    return F.conv2d(features, weights[:, :, None, None], bias)


@wrong("nn.Conv2d with the weights put in, which the text forbids")
def maps_layer(features, weights, bias):
    conv = nn.Conv2d(weights.shape[1], weights.shape[0], kernel_size=1)
    conv.weight.data = weights[:, :, None, None]
    conv.bias.data = bias
    return conv(features).detach()


@wrong("a ready-made convolution in one dimension")
def maps_conv1d(features, weights, bias):
    flat = F.conv1d(features.flatten(2), weights[:, :, None], bias)
    return flat.unflatten(2, features.shape[2:])


@wrong("torch.conv2d is the same ready-made convolution")
def maps_torch_conv(features, weights, bias):
    C, K = weights.shape
    return torch.conv2d(features, weights.reshape(C, K, 1, 1), bias=bias)


@wrong("a new convolution with random weights")
def maps_random(features, weights, bias):
    C, K = weights.shape
    conv = nn.Conv2d(K, C, 1)
    return conv(features)


@wrong("no bias")
def maps_no_bias(features, weights, bias):
    return torch.einsum("ck,nkhw->nchw", weights, features)


@wrong("the bias is broadcast along the columns")
def maps_bias_last(features, weights, bias):
    return torch.einsum("ck,nkhw->nchw", weights, features) + bias


@wrong("the bias is broadcast along the rows")
def maps_bias_rows(features, weights, bias):
    M = torch.einsum("ck,nkhw->nchw", weights, features)
    return M + bias[:, None]


@wrong("pools as well")
def maps_pooled(features, weights, bias):
    M = torch.einsum("nkij,ck->ncij", features, weights) + bias.view(-1, 1, 1)
    return M.mean(dim=(2, 3))


@wrong("leaves the classes last")
def maps_channels_last(features, weights, bias):
    return features.permute(0, 2, 3, 1) @ weights.T + bias


@wrong("permutes back wrongly: rows and columns swapped")
def maps_transposed(features, weights, bias):
    x = features.permute(0, 2, 3, 1) @ weights.T + bias
    return x.permute(0, 3, 2, 1)


@wrong("transpose(1, 3) and back to another order")
def maps_transpose_once(features, weights, bias):
    x = features.transpose(1, 3)  # N, W, H, K
    y = x @ weights.T + bias
    return y.permute(0, 3, 1, 2)


@wrong("reshapes in place of permuting, so numbers of different maps get mixed")
def maps_reshape(features, weights, bias):
    N, K, H, W = features.shape
    x = features.reshape(N, H, W, K)
    y = x @ weights.T + bias
    return y.permute(0, 3, 1, 2)


@wrong("views the result as (N, C, H, W) without moving the class axis")
def maps_view(features, weights, bias):
    N, K, H, W = features.shape
    y = features.flatten(2).transpose(1, 2) @ weights.T + bias  # (N, HW, C)
    return y.reshape(N, -1, H, W)


@wrong("a ReLU at the end")
def maps_relu(features, weights, bias):
    return (torch.einsum("ck,nkij->ncij", weights, features) + bias[:, None, None]).relu()


@wrong("weights the wrong way around")
def maps_weights_t(features, weights, bias):
    return torch.einsum("nkij,kc->ncij", features, weights) + bias[:, None, None]


@wrong("mean over the maps instead of the sum")
def maps_mean_k(features, weights, bias):
    product = features[:, None] * weights[None, :, :, None, None]
    return product.mean(2) + bias[None, :, None, None]


@wrong("the first image only")
def maps_first(features, weights, bias):
    return torch.einsum("kij,ck->cij", features[0], weights) + bias[:, None, None]


@wrong("12×12 hard-coded")
def maps_12(features, weights, bias):
    flat = features.reshape(len(features), -1, 144)
    out = weights @ flat + bias[:, None]
    return out.reshape(len(features), -1, 12, 12)


@wrong("8 classes hard-coded")
def maps_8(features, weights, bias):
    N, K, H, W = features.shape
    out = torch.zeros(N, 8, H, W)
    for c in range(8):
        out[:, c] = (weights[c, None, :, None, None] * features).sum(2) + bias[c]
    return out


@wrong("adds the bias once for every map k")
def maps_bias_k(features, weights, bias):
    product = features[:, None] * weights[:, :, None, None] + bias[:, None, None, None]
    return product.sum(dim=2)


@wrong("divides the bias by the number of positions")
def maps_bias_z(features, weights, bias):
    Z = features.shape[2] * features.shape[3]
    return torch.einsum("nkij,ck->ncij", features, weights) + (bias / Z)[:, None, None]


@wrong("divides by Z as in the pooling")
def maps_divided(features, weights, bias):
    Z = features.shape[2] * features.shape[3]
    return torch.einsum("nkij,ck->ncij", features, weights) / Z + bias[:, None, None]


@wrong("softmax over the classes at each position")
def maps_softmax(features, weights, bias):
    M = torch.einsum("nkij,ck->ncij", features, weights) + bias[None, :, None, None]
    return M.softmax(dim=1)


@wrong("squeeze removes a batch of one, or a single class")
def maps_squeeze(features, weights, bias):
    M = torch.einsum("nkij,ck->ncij", features, weights) + bias[None, :, None, None]
    return M.squeeze()


@wrong("weighs each map but does not sum over k")
def maps_no_sum(features, weights, bias):
    return features[:, None] * weights[None, :, :, None, None] + bias[None, :, None, None, None]


@wrong("only the predicted class's map")
def maps_predicted(features, weights, bias):
    M = torch.einsum("nkij,ck->ncij", features, weights) + bias[None, :, None, None]
    best = M.mean((2, 3)).argmax(1)
    return torch.stack([m[c] for m, c in zip(M, best)])


@wrong("the stack puts the classes in front of the images")
def maps_stack_front(features, weights, bias):
    maps = []
    for w, b in zip(weights, bias):
        maps.append((features * w[:, None, None]).sum(1) + b)
    return torch.stack(maps)


@wrong("reshapes without moving axes, and forgets the bias")
def maps_two_mistakes(features, weights, bias):
    N, K, H, W = features.shape
    return (features.reshape(-1, K) @ weights.T).reshape(N, -1, H, W)
