"""Exercise 1.3: A head for every size."""

import torch

from cam_tutorial.practice.exercise import exercise


def heads_of_several_sizes(generator):
    """As many classes as maps, and as images, or maps of a single position: there, some mistakes do not fail."""
    cases = []
    for shape, classes in (
        ((2, 3, 4, 5), 6),
        ((3, 5, 6, 2), 4),
        ((3, 4, 2, 7), 4),
        ((2, 3, 12, 9), 5),
        ((3, 3, 2, 4), 3),
        ((2, 5, 1, 1), 3),
        ((1, 4, 3, 5), 6),
    ):
        features = torch.randn(*shape, generator=generator)
        weights = torch.randn(classes, shape[1], generator=generator)
        cases.append((features, weights, torch.randn(classes, generator=generator)))
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


@my_gap_head.mistake(
    "You summed where GAP averages, so that the logits grow with the size of the maps: divide by H · W."
)
def sum_for_average(features, weights, bias):
    return features.sum(dim=(2, 3)) @ weights.T + bias


@my_gap_head.mistake(
    "You divided by 144. That is right for maps of 12×12 only: take H and W from the shape of the features."
)
def always_144(features, weights, bias):
    return features.sum(dim=(2, 3)) / 144 @ weights.T + bias


@my_gap_head.mistake("You divided by H² and the maps need not be square: the number of positions is H · W.")
def by_height_squared(features, weights, bias):
    return features.sum(dim=(2, 3)) / features.shape[2] ** 2 @ weights.T + bias


@my_gap_head.mistake("You divided by W² and the maps need not be square: the number of positions is H · W.")
def by_width_squared(features, weights, bias):
    return features.sum(dim=(2, 3)) / features.shape[3] ** 2 @ weights.T + bias


@my_gap_head.mistake("You forgot the bias. Add it to the weighted averages: each class has one.")
def without_bias(features, weights, bias):
    return features.mean(dim=(2, 3)) @ weights.T


@my_gap_head.mistake("You subtracted the bias. A linear layer adds it.")
def bias_subtracted(features, weights, bias):
    return features.mean(dim=(2, 3)) @ weights.T - bias


@my_gap_head.mistake("You divided the bias by the number of positions as well. First divide the sums, then add it.")
def bias_divided(features, weights, bias):
    return (features.sum(dim=(2, 3)) @ weights.T + bias) / features[0, 0].numel()


@my_gap_head.mistake("You added the bias once for each position: it is added to the logit, once, after the pooling.")
def bias_at_each_position(features, weights, bias):
    return features.mean(dim=(2, 3)) @ weights.T + bias * features[0, 0].numel()


@my_gap_head.mistake("You pooled with the maximum. This head averages, as `zoo-gap` does.")
def with_the_maximum(features, weights, bias):
    return features.amax(dim=(2, 3)) @ weights.T + bias


@my_gap_head.mistake("These are probabilities. Asked for are the logits: leave the softmax out.")
def with_softmax(features, weights, bias):
    return (features.mean(dim=(2, 3)) @ weights.T + bias).softmax(dim=1)


@my_gap_head.mistake("You cut off negative logits. They mean “rather not this class”: leave the ReLU out.")
def relu_at_the_end(features, weights, bias):
    return (features.mean(dim=(2, 3)) @ weights.T + bias).relu()


@my_gap_head.mistake("You cut off negative features. That is the trunk's business, not the head's: leave the ReLU out.")
def relu_before_pooling(features, weights, bias):
    return features.relu().mean(dim=(2, 3)) @ weights.T + bias


@my_gap_head.mistake("You cut off negative averages. Nothing stands between pooling and weighing: leave the ReLU out.")
def relu_after_pooling(features, weights, bias):
    return features.mean(dim=(2, 3)).relu() @ weights.T + bias


@my_gap_head.mistake(
    "`averages @ weights` multiplies (N, K) by (C, K), which fits only if C = K, and is wrong even then: turn the "
    "weights, `weights.T`."
)
def weights_not_turned(features, weights, bias):
    return features.mean(dim=(2, 3)) @ weights + bias


@my_gap_head.mistake(
    "You flattened, and a row of weights has K numbers, not K · H · W: that fits maps of one position only. Average "
    "over rows and columns."
)
def flattened(features, weights, bias):
    return features.flatten(1) @ weights.T + bias


@my_gap_head.mistake(
    "You averaged over the images, too, so that all share one row of logits: pool over dimensions 2 and 3 alone."
)
def one_row_for_all(features, weights, bias):
    return features.mean(dim=(0, 2, 3)) @ weights.T + bias


@my_gap_head.mistake("These are the logits of the first image only: keep dimension 0, the batch.")
def logits_of_the_first(features, weights, bias):
    return (features.mean(dim=(2, 3)) @ weights.T + bias)[0]


@my_gap_head.mistake("That is the number of the winning class. Asked for are all C logits: leave `argmax` out.")
def winner_only(features, weights, bias):
    return (features.mean(dim=(2, 3)) @ weights.T + bias).argmax(dim=1)


@my_gap_head.mistake(
    "Your logits are (C, N), one row a class. Asked for is one row an image, (N, C): swap the two factors, or turn the "
    "result."
)
def classes_first(features, weights, bias):
    return (features.mean(dim=(2, 3)) @ weights.T + bias).T


@my_gap_head.mistake("With one image the batch disappears, and the shape is (C,). Leave `squeeze()` out.")
def logits_squeezed(features, weights, bias):
    return (features.mean(dim=(2, 3)) @ weights.T + bias).squeeze()


@my_gap_head.mistake(
    "You added the bias down the images. It belongs to the classes, the last dimension: `+ bias` does it by itself."
)
def bias_down_the_images(features, weights, bias):
    return features.mean(dim=(2, 3)) @ weights.T + bias[:, None]


@my_gap_head.mistake("These are logarithms of probabilities. Asked for are the logits: leave `log_softmax` out.")
def with_log_softmax(features, weights, bias):
    return (features.mean(dim=(2, 3)) @ weights.T + bias).log_softmax(dim=1)


@my_gap_head.mistake("You squeezed the logits into 0 to 1. Leave the sigmoid out: a logit can be any number.")
def with_sigmoid(features, weights, bias):
    return (features.mean(dim=(2, 3)) @ weights.T + bias).sigmoid()


@my_gap_head.mistake("These are the logits of class 0 only. Keep all C classes: one column each.")
def first_class_only(features, weights, bias):
    return (features.mean(dim=(2, 3)) @ weights.T + bias)[:, 0]


@my_gap_head.mistake(
    "`weights @ averages` multiplies (C, K) by (N, K), which does not fit. The averages come first, and the weights "
    "are turned: `averages @ weights.T`."
)
def weights_first(features, weights, bias):
    return weights @ features.mean(dim=(2, 3)) + bias


@my_gap_head.mistake(
    "`*` pairs class c with image c and sums nothing. A logit is a sum over k, for each image and each class: "
    "`averages @ weights.T`."
)
def entry_by_entry(features, weights, bias):
    return features.mean(dim=(2, 3)) * weights + bias


@my_gap_head.mistake("You put a softmax over the images. Asked for are the logits: leave it out.")
def with_softmax_over_images(features, weights, bias):
    return (features.mean(dim=(2, 3)) @ weights.T + bias).softmax(dim=0)


@my_gap_head.mistake(
    "You weighed every position, bias included, and added up the positions. Average them, as GAP does: the logits must "
    "not grow with the size of the maps."
)
def positions_weighed_and_summed(features, weights, bias):
    return (features.permute(0, 2, 3, 1) @ weights.T + bias).sum(dim=(1, 2))


@my_gap_head.mistake(
    "You weighed every position and did not pool: these are (N, H, W, C) numbers, and (N, C) are asked for. Average "
    "over the positions."
)
def positions_weighed(features, weights, bias):
    return features.permute(0, 2, 3, 1) @ weights.T + bias


@my_gap_head.mistake(
    "`sum / H * W` divides by H and then multiplies by W. Divide by all positions: `sum / (H * W)`, or pool with "
    "`my_global_average_pool`."
)
def pooled_by_the_wrong_precedence(features, weights, bias):
    return features.sum(dim=(2, 3)) / features.shape[2] * features.shape[3] @ weights.T + bias
