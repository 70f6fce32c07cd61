"""Exercise 1.3: A head for every size.

Two steps, so the mistakes are those of the pooling, those of the layer, and what is done to the logits afterwards.
"""

from torch import nn
from torch.nn import functional

from cam_tutorial.practice.exercise import exercise

from .material import layers

# ((N, K, H, W), C). As many classes or columns as maps, or as images, or a single position: there, some mistakes do not
# fail, and show what they are.
SIZES = (
    ((2, 3, 4, 5), 6), ((3, 5, 6, 2), 4), ((3, 4, 2, 7), 4), ((2, 3, 12, 9), 5), ((3, 3, 2, 4), 3), ((2, 5, 1, 1), 3),
    ((1, 4, 3, 5), 6), ((2, 4, 3, 2), 1), ((4, 1, 2, 3), 3), ((1, 2, 4, 3), 1), ((6, 4, 3, 3), 2), ((2, 5, 5, 3), 5),
    ((3, 3, 2, 3), 2), ((2, 4, 3, 4), 3),
)  # fmt: skip


def heads_of_several_sizes(generator):
    """Features of both signs, as SIZES says; all negative; and after a ReLU, with zeros and a map that is all 0."""
    cases = layers(generator, (*SIZES, ((3, 2, 3, 4), 4), ((3, 4, 2, 5), 3)))
    negative, with_zeros = cases[-2][0], cases[-1][0]
    negative.abs_().add_(1).neg_()
    with_zeros.relu_()[1, 2] = 0
    return cases


@exercise(
    "1.3",
    "A head for every size",
    minutes=8,
    difficulty=2,
    cases=heads_of_several_sizes,
    hints=[
        "Two steps, as in `zoo-gap`: pool, then a linear layer. You have the first one: `my_global_average_pool`.",
        "The averages are (N, K), the weights (C, K). What must be turned for the product to be (N, C)?",
        "`averages @ weights.T` is (N, C); the bias, (C,), is added to each row.",
    ],
)
def my_gap_head(features, weights, bias):
    """(N, K, H, W), (C, K), (C,) -> logits (N, C), for any H and W"""
    averages = features.mean(dim=(2, 3))
    return averages @ weights.T + bias


wrong = my_gap_head.mistake


def averaged(features):
    return features.mean(dim=(2, 3))


def sum_of(features):
    return features.sum(dim=(2, 3))


# Another pooling: features -> (N, K).
POOLINGS = {
    "You summed where GAP averages, so that the logits grow with the size of the maps: divide by H · W.": sum_of,
    "You divided by 144, which is right for maps of 12×12 only: take H and W from the shape of the features.": (
        lambda A: sum_of(A) / 144
    ),
    "You divided by H², and the maps need not be square: the number of positions is H · W.": (
        lambda A: sum_of(A) / A.shape[2] ** 2
    ),
    "You divided by W², and the maps need not be square: the number of positions is H · W.": (
        lambda A: sum_of(A) / A.shape[3] ** 2
    ),
    "You divided by H alone: the number of positions is H · W.": lambda A: sum_of(A) / A.shape[2],
    "You divided by W alone: the number of positions is H · W.": lambda A: sum_of(A) / A.shape[3],
    "You divided by H + W: the number of positions is H · W.": lambda A: sum_of(A) / sum(A.shape[2:]),
    "`sum / H * W` divides by H and then multiplies by W. Divide by all positions: `sum / (H * W)`.": (
        lambda A: sum_of(A) / A.shape[2] * A.shape[3]
    ),
    "You divided by the number of maps as well: K averages are weighed and *summed*, and each is one over H · W.": (
        lambda A: averaged(A) / A.shape[1]
    ),
    "You divided by the number of images as well. Each image is pooled by itself.": lambda A: averaged(A) / A.shape[0],
    "You divided by the number of positions twice. Once the averages are there, nothing is divided any more.": (
        lambda A: averaged(A) / (A.shape[2] * A.shape[3])
    ),
    "That is the median of each map. GAP averages: the sum, divided by H · W.": lambda A: A.flatten(2).median(2).values,
    "You pooled with the maximum. This head averages, as `zoo-gap` does.": lambda A: A.amax(dim=(2, 3)),
    "You cut off negative features. That is the trunk's business, not the head's: leave the ReLU out.": (
        lambda A: averaged(A.relu())
    ),
    "You cut off negative averages. Nothing stands between pooling and weighing: leave the ReLU out.": (
        lambda A: averaged(A).relu()
    ),
    "You put the averages through a softmax. Nothing stands between pooling and weighing: leave it out.": (
        lambda A: averaged(A).softmax(dim=1)
    ),
    "You averaged the cells that are not 0. All cells count: divide by H · W.": (
        lambda A: sum_of(A) / (A != 0).sum(dim=(2, 3))
    ),
    "Only the cell in row 0 and column 0 is weighed. Average all positions.": lambda A: A[:, :, 0, 0],
    "All images have the same logits: you averaged over the batch, too. Pool over dimensions 2 and 3 alone.": (
        lambda A: averaged(A).mean(dim=0).expand(A.shape[:2])
    ),
    "The batch is gone, averaged away: pool over dimensions 2 and 3 alone, so that each image has its logits.": (
        lambda A: averaged(A).mean(dim=0)
    ),
    "All images have the logits of the first one: `features[0]` is not the batch.": (
        lambda A: averaged(A)[:1].expand(A.shape[:2])
    ),
    "All maps count with the same average: you pooled over the maps as well. Leave dimension 1 out.": (
        lambda A: A.mean(dim=(1, 2, 3))[:, None].expand(A.shape[:2])
    ),
}
# Another layer: the averages, the weights and the bias -> the logits.
LAYERS = {
    "You forgot the bias. Add it to the weighted averages: each class has one.": lambda F, w, b: F @ w.T,
    "You subtracted the bias. A linear layer adds it.": lambda F, w, b: F @ w.T - b,
    "You divided the bias by the number of maps. Add it as it is.": lambda F, w, b: F @ w.T + b / w.shape[1],
    "You added the bias twice.": lambda F, w, b: F @ w.T + 2 * b,
    "You multiplied by the bias. A linear layer adds it.": lambda F, w, b: F @ w.T * b,
    "You added the bias of class 0 to all logits. Each class has its own: `+ bias`.": lambda F, w, b: F @ w.T + b[0],
    "You added the sum of all biases to each logit. Each class has its own: `+ bias`.": (
        lambda F, w, b: F @ w.T + b.sum()
    ),
    "You added the mean of all biases to each logit. Each class has its own: `+ bias`.": (
        lambda F, w, b: F @ w.T + b.mean()
    ),
    "The bias is in the sum over k, and so counts K times. Take the sum first, then add it.": (
        lambda F, w, b: F @ w.T + b * F.shape[1]
    ),
    "You added the bias to the averages. There are K of these, and C biases: weigh first, then add.": (
        lambda F, w, b: (F + b) @ w.T
    ),
    "You added the bias down the images. It belongs to the classes, the last dimension: `+ bias` does it by itself.": (
        lambda F, w, b: F @ w.T + b[:, None]
    ),
    "You divided the weighted sum by the number of maps. It is a sum over k: leave K out.": (
        lambda F, w, b: (F @ w.T + b) / F.shape[1]
    ),
    "You took columns of the weights for rows: `averages @ weights` fits only if C = K, and is wrong even then. A "
    "class has a row: turn the weights, `weights.T`.": lambda F, w, b: F @ w + b,
    "`reshape` and `view` do not turn the weights, they cut the same row of numbers anew: `weights.T`.": (
        lambda F, w, b: F @ w.reshape(w.shape[1], w.shape[0]) + b
    ),
    "`weights @ averages` multiplies (C, K) by (N, K), which does not fit. The averages come first, and the weights "
    "are turned: `averages @ weights.T`.": lambda F, w, b: w @ F + b,
    "`weights @ averages.T` is (C, N), one row a class, and the bias does not fit its columns, the images: "
    "`averages @ weights.T + bias`.": lambda F, w, b: w @ F.T + b,
    "`*` pairs class c with image c and sums nothing. A logit is a sum over k, for each image and each class: "
    "`averages @ weights.T`.": lambda F, w, b: F * w + b,
    "The sum over k is missing: each image and class still has K products. `.sum(dim=-1)`, or `@`.": (
        lambda F, w, b: F[:, None] * w + b[:, None]
    ),
    "All classes have the logit of class 0, but for the bias. Class c has the weights `weights[c]`.": (
        lambda F, w, b: (F @ w[0])[:, None] + b
    ),
    "All classes have the logit of class 0. Class c has `weights[c]` and `bias[c]`.": (
        lambda F, w, b: (F @ w[0] + b[0])[:, None].expand(len(F), len(w))
    ),
    "Only the last map is weighed: add up over k with `+=`, where `=` forgets what was there.": (
        lambda F, w, b: F[:, -1:] * w[:, -1] + b
    ),
    "Only map 0 is weighed. Sum over all K of them.": lambda F, w, b: F[:, :1] * w[:, 0] + b,
    "A new `nn.Linear` has random weights of its own. Use those that come in: `averages @ weights.T + bias`.": (
        lambda F, w, b: nn.Linear(w.shape[1], w.shape[0])(F)
    ),
    "The weights are used, but the bias is a random one of a new `nn.Linear`. Add the one that comes in.": (
        lambda F, w, b: F @ w.T + nn.Linear(w.shape[1], w.shape[0]).bias
    ),
}
# What is done to the logits.
ENDINGS = {
    "These are probabilities. Asked for are the logits: leave the softmax out.": lambda x: x.softmax(dim=1),
    "You put a softmax over all logits at once. Asked for are the logits: leave it out.": (
        lambda x: x.flatten().softmax(dim=0).view(x.shape)
    ),
    "These are logarithms of probabilities. Asked for are the logits: leave `log_softmax` out.": (
        lambda x: x.log_softmax(dim=1)
    ),
    "You squeezed the logits into 0 to 1. Leave the sigmoid out: a logit can be any number.": lambda x: x.sigmoid(),
    "You cut off negative logits. They mean “rather not this class”: leave the ReLU out.": lambda x: x.relu(),
    "That is the logit of the winning class. Asked for are all C logits: leave `max` out.": lambda x: x.amax(dim=1),
    "You added up the logits of all classes. Each class has one.": lambda x: x.sum(dim=1),
    "You added up the logits of all images. Each image has its own.": lambda x: x.sum(dim=0),
    "These are the logits of the first image only: keep dimension 0, the batch.": lambda x: x[0],
    "These are the logits of the last image only: keep dimension 0, the batch.": lambda x: x[-1],
    "These are the logits of class 0 only. Keep all C classes: one column each.": lambda x: x[:, 0],
    "Your logits are (C, N), one row a class. Asked for is one row an image, (N, C): `pooled @ "
    "weights.T + bias`, or turn the result, `.T`.": lambda x: x.T,
    "With one image, or one class, a dimension disappears: leave `squeeze()` out, or flatten with `.flatten(1)`.": (
        lambda x: x.squeeze()
    ),
    "Your logits are (N, C, 1, 1): one position is still there: `.flatten(1)` on the result.": (
        lambda x: x[:, :, None, None]
    ),
    "All logits stand in one long row. Give them their shape, (N, C).": lambda x: x.flatten(),
    # The last two hide what else is wrong.
    "You put a softmax over the images. Asked for are the logits: leave it out.": lambda x: x.softmax(dim=0),
    "That is the number of the winning class. Asked for are all C logits: leave `argmax` out.": lambda x: x.argmax(
        dim=1
    ),
}


def head(features, weights, bias, pool=averaged, layer=lambda F, w, b: F @ w.T + b, end=lambda x: x):
    return end(layer(pool(features), weights, bias))


def wrong_head(sentence, **what):
    wrong(sentence)(lambda features, weights, bias: head(features, weights, bias, **what))


for sentence, pool in POOLINGS.items():
    wrong_head(sentence, pool=pool)
for sentence, layer in LAYERS.items():
    wrong_head(sentence, layer=layer)
for sentence, end in ENDINGS.items():
    wrong_head(sentence, end=end)
# Two at once.
for sentence, pool in POOLINGS.items():
    wrong_head(f"Two things. Add the bias. {sentence}", pool=pool, layer=lambda F, w, b: F @ w.T)
for sentence, end in list(ENDINGS.items())[:-2]:
    wrong_head(f"Two things. Add the bias. {sentence}", layer=lambda F, w, b: F @ w.T, end=end)
    wrong_head(f"Two things. Divide the sums by H · W, as GAP averages. {sentence}", pool=sum_of, end=end)


def weighed(features, weights, bias):
    """Each position by itself, the classes last."""
    return features.permute(0, 2, 3, 1) @ weights.T + bias


def positions(features):
    return features.shape[2] * features.shape[3]


def into_a_layer(features, weights, bias):
    layer = nn.Linear(weights.shape[1], weights.shape[0])
    layer.weight, layer.bias = weights, bias
    return layer(averaged(features))


# Both steps at once: features, weights and bias -> the logits.
WHOLE = {
    "You divided the bias by the number of positions as well. First divide the sums, then add it.": (
        lambda A, w, b: head(A, w, b / positions(A))
    ),
    "You added the bias once for each position: it is added to the logit, once, after the pooling.": (
        lambda A, w, b: head(A, w, b * positions(A))
    ),
    "You weighed every position, bias included, and added up the positions. Average them, as GAP does: the logits must "
    "not grow with the size of the maps.": lambda A, w, b: weighed(A, w, b).sum(dim=(1, 2)),
    "You weighed every position and took the maximum. This head averages.": lambda A, w, b: weighed(A, w, b).amax(
        (1, 2)
    ),
    "You weighed every position and did not pool: these are (N, H, W, C) numbers, and (N, C) are asked for. Average "
    "over the positions.": weighed,
    "These are class maps, (N, C, H, W): you did not pool. Average over the positions, and (N, C) is left.": (
        lambda A, w, b: weighed(A, w, b).permute(0, 3, 1, 2)
    ),
    "You flattened, and a row of weights has K numbers, not K · H · W: that fits maps of one position only. Average "
    "over rows and columns.": lambda A, w, b: A.flatten(1) @ w.T + b,
    "Two things. Add the bias. You took columns of the weights for rows: turn the weights, `weights.T`.": (
        lambda A, w, b: averaged(A) @ w
    ),
    "You did not pool: `features @ ...` works on the last dimension, the columns, and the weights weigh the K maps. "
    "Average over dimensions 2 and 3 first.": lambda A, w, b: A @ w.T + b,
    "You pooled with `keepdim=True`: (N, K, 1, 1), and `@` looks at the last dimensions. Leave it out.": (
        lambda A, w, b: averaged(A)[:, :, None, None] @ w.T + b
    ),
    "You squeezed the averages: with one image, or one map, a dimension disappears. Use `.flatten(1)` for it.": (
        lambda A, w, b: averaged(A).squeeze() @ w.T + b
    ),
    "A pooling window of 12 cells fits maps of 12×12 only. `features.mean(dim=(2, 3))` pools maps of every size.": (
        lambda A, w, b: functional.avg_pool2d(A, 12).flatten(1) @ w.T + b
    ),
    "You pooled over dimension 2 alone, the rows. The columns, dimension 3, are positions as well.": (
        lambda A, w, b: A.mean(dim=2) @ w.T + b
    ),
    "You pooled over dimension 3 alone, the columns. The rows, dimension 2, are positions as well.": (
        lambda A, w, b: A.mean(dim=3) @ w.T + b
    ),
    "You pooled over dimension 1, the maps. These stay; average over rows and columns, dimensions 2 and 3.": (
        lambda A, w, b: A.mean(dim=1) @ w.T + b
    ),
    "You pooled over dimensions 1 and 2, maps and rows. They count from 0: rows are 2, and columns 3.": (
        lambda A, w, b: A.mean(dim=(1, 2)) @ w.T + b
    ),
    "A layer's `weight` takes an `nn.Parameter`: `nn.Parameter(weights)`. Shorter, without a layer: "
    "`averages @ weights.T + bias`.": into_a_layer,
}
for sentence, version in WHOLE.items():
    wrong(sentence)(version)
