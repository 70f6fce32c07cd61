"""Exercise 1.4: weigh every position.

The mistakes are tables: how the K numbers are weighed, how the bias is added, what is done to the maps afterwards, and
how dimensions are brought to where `@` wants them.
"""

import torch
from torch import nn

from cam_tutorial import models, zoo
from cam_tutorial.practice.exercise import exercise

from .material import layers

_BY_HAND = (
    "The text asks you to weigh the maps without a ready-made convolution, and `{}` is one: multiply by the weights, "
    "sum over k and add the bias yourself."
)
_CONVOLUTIONS = (
    "Conv1d", "Conv2d", "Conv3d", "LazyConv1d", "LazyConv2d", "conv1d", "conv2d", "conv3d", "conv_tbc", "convolution",
    "ConvTranspose1d", "ConvTranspose2d", "conv_transpose1d", "conv_transpose2d",
)  # fmt: skip

# ((N, K, H, W), C). In some, several of N, K, C, H and W are equal, so that what pairs the wrong ones does not fail,
# but differs; and each of them is 1 once.
SIZES = (
    ((2, 3, 4, 5), 6), ((3, 5, 6, 2), 4), ((4, 2, 3, 7), 5), ((2, 4, 4, 3), 4), ((3, 3, 5, 3), 3), ((1, 3, 5, 2), 2),
    ((2, 4, 3, 3), 1), ((4, 1, 2, 3), 3), ((1, 2, 1, 1), 4), ((1, 1, 3, 2), 1), ((3, 2, 3, 4), 3), ((2, 3, 1, 4), 4),
    ((2, 2, 5, 5), 3), ((2, 3, 2, 3), 4), ((2, 3, 3, 2), 5),
)  # fmt: skip


def features_weights_and_bias(generator):
    """Features of both signs, as SIZES says; all negative; and after a ReLU, with zeros and a map that is all 0."""
    cases = layers(generator, (*SIZES, ((3, 2, 3, 4), 4), ((3, 4, 2, 5), 3)))
    negative, with_zeros = cases[-2][0], cases[-1][0]
    negative.abs_().add_(1).neg_()
    with_zeros.relu_()[1, 2] = 0
    return cases


def cat_and_bird():
    """The class map of the cat, from a scene with a cat and a bird."""
    network = models.load("zoo-nin").requires_grad_(False)
    scene = zoo.scene(10_015, animals=["cat", "bird"])
    classes = [zoo.ANIMALS.index(name) for name in ("cat", "bird")]
    features = network.get_submodule("trunk")(zoo.preprocess(scene.image))
    weights = network.get_parameter("to_class_maps.weight")[classes, :, 0, 0]
    return features, weights, network.get_parameter("to_class_maps.bias")[classes]


@exercise(
    "1.4",
    "Weigh every position",
    minutes=10,
    difficulty=2,
    cases=features_weights_and_bias,
    picture=cat_and_bird,
    forbids={name: _BY_HAND.format(name) for name in _CONVOLUTIONS},
    hints=[
        "At one position there are K numbers. A class gives each its own weight, adds them up, and adds its bias.",
        "With loops: for class c, start from `bias[c]` and add `weights[c, k] * features[:, k]` for each k. Then "
        "`torch.stack` the class maps over dimension 1.",
        "Without: `torch.einsum` names the dimensions. `'nkij,ck->ncij'` sums over k and keeps everything else.",
        "The bias is (C,), and the maps are (N, C, H, W). Give it the shape (C, 1, 1) before you add: "
        "`bias[:, None, None]`.",
    ],
)
def my_class_maps(features, weights, bias):
    """(N, K, H, W), (C, K), (C,) -> (N, C, H, W), at i, j:  Σ_k w_k^c A^k_ij + b_c"""
    class_maps = torch.einsum("nkij,ck->ncij", features, weights)
    return class_maps + bias[:, None, None]


wrong = my_class_maps.mistake


def weighed(A, w):
    return torch.einsum("nkij,ck->ncij", A, w)


def right(A, w, b):
    return weighed(A, w) + b[:, None, None]


# How the K numbers of a position are weighed: features and weights -> (N, C, H, W).
WEIGHED = {
    "You averaged over the K maps. The formula is a sum over k: do not divide by K.": (
        lambda A, w: weighed(A, w) / w.shape[1]
    ),
    "You divided by the number of positions. Nothing is pooled here: leave Z out.": (
        lambda A, w: weighed(A, w) / A[0, 0].numel()
    ),
    "All classes look alike but for the bias: you used the weights of class 0 for each. Class c has `weights[c]`.": (
        lambda A, w: weighed(A, w[:1].expand_as(w))
    ),
    "All images look alike: the first one is weighed in place of each. Keep dimension 0, the batch.": (
        lambda A, w: weighed(A[:1].expand_as(A), w)
    ),
    "Only the last map is weighed: add up over k with `+=`, where `=` forgets what was there.": (
        lambda A, w: weighed(A[:, -1:], w[:, -1:])
    ),
    "Only map 0 is weighed. Sum over all K of them.": lambda A, w: weighed(A[:, :1], w[:, :1]),
    "The last map is left out: `range(K)` already stops at K - 1.": lambda A, w: weighed(A[:, :-1], w[:, :-1]),
    "Map 0 is left out: k counts from 0.": lambda A, w: weighed(A[:, 1:], w[:, 1:]),
    "The sum goes on from one class to the next. Start from 0 for each class.": (
        lambda A, w: weighed(A, w).cumsum(dim=1)
    ),
    "You added weights to maps. They are multiplied, and the products added: `weights[c, k] * features[:, k]`.": (
        lambda A, w: A.sum(dim=1, keepdim=True) + w.sum(dim=1)[:, None, None]
    ),
    "The maps are not weighed, only summed: map k counts with `weights[c, k]`.": (
        lambda A, w: weighed(A, torch.ones_like(w))
    ),
    "You cut off negative features. All of them count: leave the ReLU out.": lambda A, w: weighed(A.relu(), w),
    "You took columns of the weights for rows. Class c has the row `weights[c]`: map k gets `weights[c, k]`.": (
        lambda A, w: torch.einsum("nkij,kc->ncij", A, w)
    ),
    "`reshape` and `view` do not turn the weights, they cut the same row of numbers anew: `weights.T`.": (
        lambda A, w: torch.einsum("nkij,kc->ncij", A, w.reshape(w.shape[1], w.shape[0]))
    ),
    "You pooled first and copied the result to every position, so the maps are flat. Weigh the K numbers of each "
    "position by themselves.": lambda A, w: weighed(A.mean(dim=(2, 3), keepdim=True).expand_as(A), w),
    "You cut the batch anew: `(K, -1)` mixes images and maps, as dimension 0 is the batch. Keep it: `.flatten(2)` "
    "gives (N, K, H · W).": lambda A, w: (w @ A.reshape(A.shape[1], -1)).reshape(len(A), len(w), *A.shape[2:]),
    "`reshape` and `view` do not move a dimension, they cut the same row of numbers anew, and mix maps with positions. "
    "Move it: `.permute(0, 2, 3, 1)`, and `.permute(0, 3, 1, 2)` back.": (
        lambda A, w: (cut_anew(A) @ w.T).reshape(len(A), len(w), *A.shape[2:])
    ),
    "`reshape` and `view` do not move the maps to the end: `.permute(0, 2, 3, 1)` does. (Back is right.)": (
        lambda A, w: (cut_anew(A) @ w.T).permute(0, 3, 1, 2)
    ),
    "The maps were moved to the end with `permute`; `reshape` and `view` do not move the classes back, "
    "`.permute(0, 3, 1, 2)` does, and from (N, H·W, C) `.transpose(1, 2)`.": (
        lambda A, w: (A.permute(0, 2, 3, 1) @ w.T).reshape(len(A), len(w), *A.shape[2:])
    ),
    "Rows and columns are mixed up in the end: after `.flatten(2)`, (H, W) in this order gives the maps their shape.": (
        lambda A, w: weighed(A, w).reshape(len(A), len(w), A.shape[3], A.shape[2])
    ),
}
# How the bias is added: the weighted maps (N, C, H, W), the bias and the features -> the class maps.
BIASED = {
    "You forgot the bias. Add it at every position: `bias[:, None, None]` has one number a class.": lambda M, b, A: M,
    "You divided the bias by the number of positions. Add all of it everywhere: the average of a constant is the "
    "constant, so the pooling keeps it.": lambda M, b, A: M + b[:, None, None] / A[0, 0].numel(),
    "The bias counts K times: it is in the sum over k. Take the sum first, then add it.": (
        lambda M, b, A: M + b[:, None, None] * A.shape[1]
    ),
    "The bias counts once for each position. Add it once, at every position.": (
        lambda M, b, A: M + b[:, None, None] * A[0, 0].numel()
    ),
    "You cut off what is negative, before the bias. What speaks against a class counts: leave the ReLU out.": (
        lambda M, b, A: M.relu() + b[:, None, None]
    ),
    "You subtracted the bias. Add it.": lambda M, b, A: M - b[:, None, None],
    "You added the bias twice.": lambda M, b, A: M + 2 * b[:, None, None],
    "You multiplied by the bias. Add it.": lambda M, b, A: M * b[:, None, None],
    "Add the bias along the classes, not along the columns: give it the shape (C, 1, 1).": lambda M, b, A: M + b,
    "Add the bias along the classes, not along the rows: give it the shape (C, 1, 1), not (C, 1).": (
        lambda M, b, A: M + b[:, None]
    ),
    "Add the bias along the classes, not along the images: give it the shape (C, 1, 1).": (
        lambda M, b, A: M + b[:, None, None, None]
    ),
    "You added the bias of class 0 to all maps. Class c has `bias[c]`.": lambda M, b, A: M + b[0],
    "You added the bias of the last class to all maps. Class c has `bias[c]`.": lambda M, b, A: M + b[-1],
    "You added the sum of all biases to each map. Class c has `bias[c]`.": lambda M, b, A: M + b.sum(),
    "You added the mean of all biases to each map. Class c has `bias[c]`.": lambda M, b, A: M + b.mean(),
}
# What is done to the class maps.
ENDINGS = {
    "You cut off what is negative. What speaks against a class counts as well: leave the ReLU out.": lambda M: M.relu(),
    "You put a softmax over the classes at each position. The maps hold logits; the softmax comes after the pooling.": (
        lambda M: M.softmax(dim=1)
    ),
    "You squeezed the maps into 0 to 1. Leave the sigmoid out: a logit can be any number.": lambda M: M.sigmoid(),
    "You divided each map by its maximum. The maps hold logits: leave them as they are.": (
        lambda M: M / M.amax(dim=(2, 3), keepdim=True)
    ),
    "You pooled already: these are the logits, (N, C). Asked for are the maps before the pooling, (N, C, H, W).": (
        lambda M: M.mean(dim=(2, 3))
    ),
    "You pooled already, and kept (N, C, 1, 1). Asked for are the maps before the pooling, (N, C, H, W).": (
        lambda M: M.mean(dim=(2, 3), keepdim=True)
    ),
    "You summed over the positions. Asked for are the maps before that, (N, C, H, W).": lambda M: M.sum(dim=(2, 3)),
    "Rows and columns of your maps are swapped: `ij` on both sides of `einsum`; or there with `.permute(0, 2, 3, "
    "1)` and "
    "back with `.permute(0, 3, 1, 2)`.": lambda M: M.mT,
    "Images and classes are swapped: your maps are (C, N, H, W), and asked for is (N, C, H, W): "
    "`torch.stack(..., dim=1)`, or `.transpose(0, 1)`.": lambda M: M.transpose(0, 1),
    "The classes stand last, (N, H, W, C): a linear layer wants them there. Move them back to dimension 1: "
    "`.permute(0, 3, 1, 2)`.": lambda M: M.permute(0, 2, 3, 1),
    "The positions stand in one row, (N, C, H · W). Give them their shape: `.reshape(N, C, H, W)`.": (
        lambda M: M.flatten(2)
    ),
    "The maps of all images and classes stand in one row. `torch.stack(..., dim=1)` gives the classes a dimension of "
    "their own, where `torch.cat` gives none.": lambda M: M.transpose(0, 1).flatten(0, 1),
    "The batch is gone: one row of maps, image after image. Keep (N, C, H, W).": lambda M: M.flatten(0, 1),
    "The classes stand side by side in one map. `torch.stack(..., dim=1)` gives them a dimension of their own.": (
        lambda M: torch.cat(tuple(M.transpose(0, 1)), dim=1)
    ),
    "You added up the classes, too. Each class has a map of its own: the sum goes over k alone.": lambda M: M.sum(
        dim=1
    ),
    "You added up the images, too. Each image has maps of its own: the sum goes over k alone.": lambda M: M.sum(dim=0),
    "You averaged over the images, too. Each image has maps of its own.": lambda M: M.mean(dim=0),
    "You made the maps of the first image only: keep dimension 0, the batch.": lambda M: M[0],
    "You made the maps of the last image only: keep dimension 0, the batch.": lambda M: M[-1],
    "You made the map of class 0 only. Each of the C classes has one: stack them over dimension 1.": lambda M: M[:, 0],
    "You made the map of the last class only. Each of the C classes has one: stack them over dimension 1.": (
        lambda M: M[:, -1]
    ),
    "With one image, class, row or column, a dimension disappears: leave `squeeze()` out.": lambda M: M.squeeze(),
    # This one hides what else is wrong.
    "You put a softmax over the positions. The maps hold logits: leave it out.": (
        lambda M: M.flatten(2).softmax(dim=2).view(M.shape)
    ),
}


def cut_anew(A):
    return A.reshape(A.shape[0], A.shape[2], A.shape[3], A.shape[1])


def with_bias(M, b, A):
    return M + b[:, None, None]


def wrong_maps(sentence, weigh=weighed, add=with_bias, end=lambda M: M):
    wrong(sentence)(lambda features, weights, bias: end(add(weigh(features, weights), bias, features)))


for sentence, weigh in WEIGHED.items():
    wrong_maps(sentence, weigh=weigh)
for sentence, add in BIASED.items():
    wrong_maps(sentence, add=add)
for sentence, end in ENDINGS.items():
    wrong_maps(sentence, end=end)
# Two at once.
for sentence, weigh in WEIGHED.items():
    wrong_maps(f"Two things. Add the bias. {sentence}", weigh=weigh, add=lambda M, b, A: M)
for sentence, end in list(ENDINGS.items())[:-1]:
    wrong_maps(f"Two things. Add the bias. {sentence}", add=lambda M, b, A: M, end=end)


def into_a_layer(A, w, b):
    layer = nn.Linear(w.shape[1], w.shape[0])
    layer.weight, layer.bias = w, b
    return layer(A.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


def plain(A, weights):
    """The weighted sum of one class, (N, H, W)."""
    return weighed(A, weights[None])[:, 0]


# What does not fit these steps: features, weights and bias -> the class maps.
OTHERS = {
    "All classes look alike: you used weights and bias of class 0 for each. Class c has `weights[c]` and `bias[c]`.": (
        lambda A, w, b: right(A, w[:1], b[:1]).expand(-1, len(w), -1, -1)
    ),
    "The bias is in the sum over k, and that of map k: it belongs to the classes. Sum first, then add `bias[c]`.": (
        lambda A, w, b: torch.stack([plain(A, one) + sum(b[k] for k in range(w.shape[1])) for one in w], dim=1)
    ),
    "Your loop over the classes runs to K, the number of maps. There are C of them, `len(bias)`.": (
        lambda A, w, b: torch.stack([plain(A, w[c]) + b[c] for c in range(w.shape[1])], dim=1)
    ),
    "`torch.bmm` wants a batch on either side, and the weights have none: `weights @ features.flatten(2)`.": (
        lambda A, w, b: torch.bmm(w, A.flatten(2)) + b
    ),
    "`reshape` and `view` cut the features anew (the maps are not last), and the result as well. Move dimensions with "
    "`.permute(0, 2, 3, 1)`, and back with `.permute(0, 3, 1, 2)`.": (
        lambda A, w, b: (cut_anew(A) @ w.T + b).reshape(len(A), len(w), *A.shape[2:])
    ),
    "The maps were moved to the end with `permute`, and the bias added there; then `reshape` or `view` cut the result "
    "anew. `.permute(0, 3, 1, 2)` moves the classes back, and from (N, H·W, C) `.transpose(1, 2)`.": (
        lambda A, w, b: (A.permute(0, 2, 3, 1) @ w.T + b).reshape(len(A), len(w), *A.shape[2:])
    ),
    "The classes come first, and then images and positions: to `reshape` that into (N, C, H, W) mixes them. Give it "
    "(C, N, H, W) first, then `.transpose(0, 1)`.": (
        lambda A, w, b: (right(A, w, b).transpose(0, 1)).reshape(len(A), len(w), *A.shape[2:])
    ),
    "`*` pairs class c with image c and sums nothing. At each position, sum over k, for each image and each class: "
    "`torch.einsum` does both.": lambda A, w, b: w[:, :, None, None] * A + b[:, None, None],
    "The sum over k is missing: each image and class has K maps still. `.sum(dim=2)` before you add the bias.": (
        lambda A, w, b: A[:, None] * w[:, :, None, None] + b[:, None, None, None]
    ),
    "`features @ ...` works on the last dimension, the columns, and the weights belong to the K maps. Move dimension 1 "
    "to the end first, `.permute(0, 2, 3, 1)`, and back afterwards.": lambda A, w, b: A @ w.T + b,
    "`weights @ ...` works on the rows of each map, and the weights belong to the K maps. Flatten the positions first, "
    "`features.flatten(2)`, and give them their shape back afterwards.": lambda A, w, b: w @ A + b[:, None, None],
    "A new layer (`nn.Linear`, `nn.Conv2d`) has random weights of its own. Use those that come in.": (
        lambda A, w, b: nn.Linear(w.shape[1], w.shape[0])(A.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
    ),
    "A layer's `weight` takes an `nn.Parameter`: `nn.Parameter(weights)`. Shorter, without a layer: `@ weights.T`.": (
        into_a_layer
    ),
}
for sentence, version in OTHERS.items():
    wrong(sentence)(version)
