"""Attempts at 1.3."""

import torch
import torch.nn.functional as F
from cam_tutorial import global_average_pool
from torch import nn

from attempts import right, wrong


@right("pools with mean, multiplies with the transposed weights, adds the bias")
def head_mean(features, weights, bias):
    pooled = features.mean(dim=(2, 3))
    return pooled @ weights.T + bias


@right("the package's pooling and F.linear")
def head_flinear(features, weights, bias):
    return F.linear(global_average_pool(features), weights, bias)


@right("one einsum over everything")
def head_einsum(features, weights, bias):
    Z = features.shape[2] * features.shape[3]
    return torch.einsum("nkij,ck->nc", features, weights) / Z + bias


@right("adaptive pooling, then addmm")
def head_adaptive(features, weights, bias):
    pooled = nn.AdaptiveAvgPool2d(1)(features).flatten(1)
    return torch.addmm(bias, pooled, weights.t())


@right("loops over images and classes")
def head_loops(features, weights, bias):
    out = torch.zeros(len(features), len(weights))
    for n in range(len(features)):
        pooled = features[n].flatten(1).mean(1)
        for c in range(len(weights)):
            out[n, c] = (weights[c] * pooled).sum() + bias[c]
    return out


@right("NumPy in between")
def head_numpy(features, weights, bias):
    f = features.detach().numpy().mean(axis=(2, 3))
    y = f @ weights.detach().numpy().T + bias.detach().numpy()
    return torch.from_numpy(y)


@right("a linear layer with the weights put in, without gradients")
def head_layer(features, weights, bias):
    layer = nn.Linear(weights.shape[1], weights.shape[0])
    with torch.no_grad():
        layer.weight.copy_(weights)
        layer.bias.copy_(bias)
        return layer(features.mean((-2, -1)))


@right("broadcasts instead of a matrix product")
def head_broadcast(features, weights, bias):
    F_k = features.sum((2, 3)) / features[0, 0].numel()
    return (F_k[:, None, :] * weights[None]).sum(dim=-1) + bias[None]


@right("weighs first, then pools")
def head_weigh_first(features, weights, bias):
    maps = torch.einsum("ck,nkhw->nchw", weights, features) + bias.view(1, -1, 1, 1)
    return maps.mean(dim=(2, 3))


@wrong("weights not transposed")
def head_no_transpose(features, weights, bias):
    return features.mean(dim=(2, 3)) @ weights + bias


@wrong("forgets the bias")
def head_no_bias(features, weights, bias):
    return features.mean(dim=(2, 3)) @ weights.T


@wrong("subtracts the bias")
def head_minus_bias(features, weights, bias):
    return features.mean(dim=(2, 3)) @ weights.T - bias


@wrong("sum in place of mean")
def head_sum(features, weights, bias):
    pooled = features.sum(dim=(2, 3))
    return pooled @ weights.T + bias


@wrong("max pooling in place of average pooling")
def head_max(features, weights, bias):
    pooled = features.amax(dim=(2, 3))
    return pooled @ weights.T + bias


@wrong("probabilities in place of logits")
def head_softmax(features, weights, bias):
    logits = features.mean(dim=(2, 3)) @ weights.T + bias
    return logits.softmax(dim=1)


@wrong("a new linear layer with random weights, the given ones unused")
def head_new_layer(features, weights, bias):
    pooled = features.mean(dim=(2, 3))
    layer = nn.Linear(weights.shape[1], weights.shape[0])
    return layer(pooled)


@wrong("flattens in place of pooling")
def head_flatten(features, weights, bias):
    return features.flatten(1) @ weights.T + bias


@wrong("divides by 144 whatever the size")
def head_144(features, weights, bias):
    pooled = features.sum(dim=(2, 3)) / 144
    return F.linear(pooled, weights, bias)


@wrong("divides by the square of the height")
def head_square(features, weights, bias):
    H = features.size(2)
    pooled = features.sum((2, 3)) / (H * H)
    return F.linear(pooled, weights, bias)


@wrong("squeeze also removes a batch of one")
def head_squeeze(features, weights, bias):
    pooled = F.adaptive_avg_pool2d(features, 1).squeeze()
    return pooled @ weights.T + bias


@wrong("squeezes the logits, so that one image gives (C,)")
def head_squeeze_end(features, weights, bias):
    y = features.mean((2, 3)) @ weights.T + bias
    return y.squeeze(0)


@wrong("leaves the result at (N, C, 1, 1)")
def head_conv_shape(features, weights, bias):
    pooled = features.mean(dim=(2, 3), keepdim=True)
    return F.conv2d(pooled, weights[:, :, None, None], bias)


@wrong("ReLU on the features before pooling")
def head_relu(features, weights, bias):
    pooled = features.relu().mean(dim=(2, 3))
    return pooled @ weights.T + bias


@wrong("ReLU on the logits")
def head_relu_end(features, weights, bias):
    pooled = features.mean(dim=(2, 3))
    return F.relu(F.linear(pooled, weights, bias))


@wrong("averages the batch away, too")
def head_batch(features, weights, bias):
    pooled = features.mean(dim=(0, 2, 3))
    return (weights @ pooled + bias)[None]


@wrong("the first image only")
def head_first(features, weights, bias):
    pooled = features[0].mean(dim=(1, 2))
    return weights @ pooled + bias


@wrong("classes first: (C, N)")
def head_classes_first(features, weights, bias):
    pooled = features.mean(dim=(2, 3))
    return weights @ pooled.T + bias[:, None]


@wrong("adds up the biases and gives every class the total")
def head_bias_sum(features, weights, bias):
    pooled = features.mean(dim=(2, 3))
    return pooled @ weights.T + bias.sum()


@wrong("adds the bias for every map: K times")
def head_bias_k(features, weights, bias):
    pooled = features.mean(dim=(2, 3))
    return (pooled[:, None, :] * weights + bias[None, :, None]).sum(-1)


@wrong("adds the bias before it divides by Z")
def head_bias_in(features, weights, bias):
    Z = features.shape[2] * features.shape[3]
    total = features.sum(dim=(2, 3)) @ weights.T + bias
    return total / Z


@wrong("means over the maps in place of the sum over k")
def head_mean_k(features, weights, bias):
    pooled = features.mean(dim=(2, 3))
    return (pooled.unsqueeze(1) * weights).mean(dim=2) + bias


@wrong("returns the predicted classes")
def head_argmax(features, weights, bias):
    return (features.mean((2, 3)) @ weights.T + bias).argmax(1)


@wrong("averages over the maps instead of the positions")
def head_wrong_dim(features, weights, bias):
    pooled = features.mean(dim=1).flatten(1)
    return pooled @ weights.T + bias




@wrong("adds each image's products to the caller's bias in place")
def head_inplace(features, weights, bias):
    rows = []
    for f in features:
        y = bias
        y += weights @ f.mean(dim=(1, 2))
        rows.append(y)
    return torch.stack(rows)


@wrong("averages over the width only and takes the first row, and no bias")
def head_two_mistakes(features, weights, bias):
    pooled = features.mean(dim=3)[:, :, 0]
    return pooled @ weights.T


@wrong("log-probabilities in place of logits")
def head_log_softmax(features, weights, bias):
    return F.log_softmax(F.linear(features.mean((2, 3)), weights, bias), dim=-1)


@wrong("computes the head and returns nothing")
def head_none(features, weights, bias):
    pooled = features.mean(dim=(2, 3))
    logits = pooled @ weights.T + bias
