"""The exercises of notebook 01, global average pooling."""

import torch

from cam_tutorial import models, zoo

from .exercise import exercise
from .material import SHAPES, stacks

# --- 1.1 -------------------------------------------------------------------------------------------------------------


def maps_to_pool(generator):
    """The last one has one image, for those who squeeze; the others do not."""
    return [(features,) for features in stacks(generator, (*SHAPES, (1, 4, 5, 3)))]


@exercise(
    "1.1",
    "Global average pooling",
    minutes=8,
    difficulty=1,
    cases=maps_to_pool,
    hints=[
        "The formula has a sum and a division. What are H and W of this stack? `A.shape` is (N, K, H, W).",
        "The sum goes over rows and columns, dimensions 2 and 3. Dimension 0 (images) and dimension 1 (maps) stay.",
        "`A.sum(dim=(2, 3))` gives N·K sums at once. Z is the number of positions: `A.shape[2] * A.shape[3]`.",
    ],
)
def my_global_average_pool(A):
    """(N, K, H, W) -> (N, K):  F_k = (1 / Z) Σ_ij A^k_ij"""
    Z = A.shape[2] * A.shape[3]
    return A.sum(dim=(2, 3)) / Z


@my_global_average_pool.mistake(
    "You averaged over the images as well: dimension 0 is the batch, and each image keeps averages of its own. Use "
    "dimensions 2 and 3 alone."
)
def batch_mixed_in(A):
    return A.mean(dim=(0, 2, 3))


@my_global_average_pool.mistake(
    "These are averages of numbers from all images, copied to each image. Leave dimension 0, the batch, out of the sum."
)
def batch_mixed_and_copied(A):
    return A.mean(dim=(0, 2, 3)).expand(A.shape[:2])


@my_global_average_pool.mistake("These are the sums. Divide them by Z, the number of positions of a map.")
def not_divided(A):
    return A.sum(dim=(2, 3))


@my_global_average_pool.mistake(
    "You merged all maps of an image into one number. Each map has an average of its own: leave dimension 1 alone."
)
def maps_mixed(A):
    return A.mean(dim=(1, 2, 3))


@my_global_average_pool.mistake(
    "That is one number for everything. Asked for is one for each map of each image: say over which dimensions to sum."
)
def one_number_for_all(A):
    return A.mean()


@my_global_average_pool.mistake(
    "You pooled over maps and rows. Dimensions count from 0: rows are dimension 2, and columns dimension 3."
)
def counts_from_one(A):
    return A.mean(dim=(1, 2))


@my_global_average_pool.mistake("You averaged over the rows only, so W numbers a map are left. Sum over columns, too.")
def rows_only(A):
    return A.mean(dim=2)


@my_global_average_pool.mistake("You averaged over the columns only, so H numbers a map are left. Sum over rows, too.")
def columns_only(A):
    return A.mean(dim=3)


@my_global_average_pool.mistake(
    "You divided by H², which is the number of positions only if the map is square: Z = H · W."
)
def height_squared(A):
    return A.sum(dim=(2, 3)) / A.shape[2] ** 2


@my_global_average_pool.mistake(
    "You divided by W², which is the number of positions only if the map is square: Z = H · W."
)
def width_squared(A):
    return A.sum(dim=(2, 3)) / A.shape[3] ** 2


@my_global_average_pool.mistake(
    "You divided by 4, which was right for the pencil's 2×2 maps. Take Z from the shape of A."
)
def four_positions(A):
    return A.sum(dim=(2, 3)) / 4


@my_global_average_pool.mistake(
    "You divided by the number of maps, too. Each map is averaged by itself: Z = H · W, without K."
)
def maps_counted(A):
    return A.sum(dim=(2, 3)) / A[0].numel()


@my_global_average_pool.mistake(
    "You divided by the number of all entries of A. Z counts the positions of one map: `A.shape[2] * A.shape[3]`."
)
def everything_counted(A):
    return A.sum(dim=(2, 3)) / A.numel()


@my_global_average_pool.mistake(
    "Your Z is K · H. The shape is (N, K, H, W) and counts from 0, so H and W are `A.shape[2]` and `A.shape[3]`."
)
def maps_for_columns(A):
    return A.sum(dim=(2, 3)) / (A.shape[1] * A.shape[2])


@my_global_average_pool.mistake("Your Z is H + W. A map of H rows and W columns has H · W positions.")
def added_sides(A):
    return A.sum(dim=(2, 3)) / (A.shape[2] + A.shape[3])


@my_global_average_pool.mistake("You divided with `//`, which rounds down to a whole number. Use `/`.")
def rounded_down(A):
    return A.sum(dim=(2, 3)) // (A.shape[2] * A.shape[3])


@my_global_average_pool.mistake(
    "The numbers are right, in the shape (N, K, 1, 1). Drop the two last dimensions: `.flatten(1)`, or no `keepdim`."
)
def kept_dimensions(A):
    return A.mean(dim=(2, 3), keepdim=True)


@my_global_average_pool.mistake("You pooled the first image only. Keep dimension 0: each image of the batch has a row.")
def first_image(A):
    return A[0].mean(dim=(1, 2))


@my_global_average_pool.mistake(
    "You took the highest value of each map. That is another pooling; this one sums and divides."
)
def maximum(A):
    return A.amax(dim=(2, 3))


@my_global_average_pool.mistake(
    "You left out the last row and the last column. `range(H)` already stops at H - 1: write no - 1 yourself."
)
def last_ones_missing(A):
    return A[:, :, :-1, :-1].sum(dim=(2, 3)) / (A.shape[2] * A.shape[3])


@my_global_average_pool.mistake(
    "With one image the batch disappears, and the shape is (K,). Leave `squeeze()` out, or use `.flatten(1)`."
)
def squeezed(A):
    return A.mean(dim=(2, 3)).squeeze()


@my_global_average_pool.mistake(
    "Your result is (K, N): one row a map. Asked for is (N, K), one row an image, as the batch comes in."
)
def turned(A):
    return A.mean(dim=(2, 3)).T


@my_global_average_pool.mistake(
    "You averaged the K maps into one. It is the other way around: the maps stay apart, and the positions are averaged."
)
def one_map_left(A):
    return A.mean(dim=1)


@my_global_average_pool.mistake("You divided by H alone. The sum goes over H · W positions: divide by both.")
def divided_by_height(A):
    return A.sum(dim=(2, 3)) / A.shape[2]


@my_global_average_pool.mistake("You divided by W alone. The sum goes over H · W positions: divide by both.")
def divided_by_width(A):
    return A.sum(dim=(2, 3)) / A.shape[3]


@my_global_average_pool.mistake(
    "That is the average of map 0 of image 0 alone. Sum over dimensions 2 and 3, and keep all images and all maps."
)
def first_map(A):
    return A[0, 0].mean()


@my_global_average_pool.mistake(
    "`sum / H * W` divides by H and then multiplies by W. Put Z in parentheses: `sum / (H * W)`."
)
def divided_and_multiplied(A):
    return A.sum(dim=(2, 3)) / A.shape[2] * A.shape[3]


@my_global_average_pool.mistake(
    "Both of your loops run to H. Columns run to W, `A.shape[3]`: with square maps you would not notice."
)
def loops_over_a_square(A):
    total = 0
    for i in range(A.shape[2]):
        for j in range(A.shape[2]):
            total = total + A[:, :, i, j]
    return total / (A.shape[2] * A.shape[3])


# --- 1.2 -------------------------------------------------------------------------------------------------------------


def sizes_of_heads(_):
    return [(3, 4, 5, 6), (5, 2, 7, 3), (16, 9, 12, 8), (2, 6, 3, 10)]


@exercise(
    "1.2",
    "What a head costs",
    minutes=5,
    difficulty=1,
    cases=sizes_of_heads,
    hints=[
        "A linear layer is all that either head has. What differs is how many numbers it gets.",
        "From n inputs to m outputs: n · m weights, and m biases. Here m is the number of classes.",
        "After flattening, n is K · H · W. After pooling, it is K.",
    ],
)
def my_head_parameters(K, H, W, C):
    """K maps of H × W positions, C classes -> (parameters of a flatten head, parameters of a GAP head)"""
    flatten_head = K * H * W * C + C
    gap_head = K * C + C
    return flatten_head, gap_head


@my_head_parameters.mistake("You forgot the biases: each class has one, in both heads. Add C to each count.")
def no_biases(K, H, W, C):
    return K * H * W * C, K * C


@my_head_parameters.mistake(
    "The flatten head is right. In the GAP head you forgot the biases: it is a linear layer, too."
)
def no_bias_after_pooling(K, H, W, C):
    return K * H * W * C + C, K * C


@my_head_parameters.mistake(
    "The GAP head is right. In the flatten head you forgot the biases: it is a linear layer, too."
)
def no_bias_after_flattening(K, H, W, C):
    return K * H * W * C, K * C + C


@my_head_parameters.mistake("You added one bias in all. Each output has one, and there are C of them.")
def one_bias_in_all(K, H, W, C):
    return K * H * W * C + 1, K * C + 1


@my_head_parameters.mistake("You gave each input a bias. Biases belong to the outputs: add C, not the inputs.")
def biases_of_inputs(K, H, W, C):
    return K * H * W * C + K * H * W, K * C + K


@my_head_parameters.mistake(
    "Your flatten head costs as much as the GAP head. Flattening keeps every position, so its inputs are K · H · W."
)
def positions_forgotten(K, H, W, C):
    return K * C + C, K * C + C


@my_head_parameters.mistake(
    "Your GAP head costs as much as the flatten head. Pooling leaves one number a map, so its inputs are K."
)
def not_pooled(K, H, W, C):
    return K * H * W * C + C, K * H * W * C + C


@my_head_parameters.mistake("You counted H · H positions, and the maps are not always square: it is H · W.")
def square_by_height(K, H, W, C):
    return K * H * H * C + C, K * C + C


@my_head_parameters.mistake("You counted W · W positions, and the maps are not always square: it is H · W.")
def square_by_width(K, H, W, C):
    return K * W * W * C + C, K * C + C


@my_head_parameters.mistake(
    "You left the maps out of the flatten head. All K maps are written into the vector, so its inputs are K · H · W."
)
def maps_forgotten(K, H, W, C):
    return H * W * C + C, K * C + C


@my_head_parameters.mistake(
    "You pooled over the maps and kept the positions. GAP averages the positions away: its inputs are K, not H · W."
)
def positions_kept(K, H, W, C):
    return K * H * W * C + C, H * W * C + C


@my_head_parameters.mistake(
    "You counted inputs, not parameters. Each of the C classes weighs each input by itself, and has a bias."
)
def inputs_only(K, H, W, C):
    return K * H * W, K


@my_head_parameters.mistake(
    "You left C out of the weights. Each class has weights of its own: inputs times classes, plus classes."
)
def weights_shared_by_classes(K, H, W, C):
    return K * H * W + C, K + C


@my_head_parameters.mistake("Both counts are right, in the wrong order: first the flatten head, then the GAP head.")
def swapped(K, H, W, C):
    return K * C + C, K * H * W * C + C


@my_head_parameters.mistake(
    "That is how many times as many the flatten head has. Asked for are the two counts, flatten first."
)
def ratio(K, H, W, C):
    return (K * H * W * C + C) / (K * C + C)


@my_head_parameters.mistake(
    "You added one to the inputs *and* added the biases. The bias is either an additional input or C more: not both."
)
def biases_twice(K, H, W, C):
    return (K * H * W + 1) * C + C, (K + 1) * C + C


@my_head_parameters.mistake("You gave the flatten head alone. Give both counts, the flatten head's and the GAP head's.")
def flatten_head_alone(K, H, W, C):
    return K * H * W * C + C


@my_head_parameters.mistake("You gave the GAP head alone. Give both counts, the flatten head's and the GAP head's.")
def gap_head_alone(K, H, W, C):
    return K * C + C


@my_head_parameters.mistake(
    "Averaging has no parameters, but the head does not end there: a linear layer follows, from K numbers to C."
)
def pooling_alone(K, H, W, C):
    return K * H * W * C + C, 0


@my_head_parameters.mistake("You gave each class a bias at every position. A class has one bias, wherever it looks.")
def bias_at_every_position(K, H, W, C):
    return K * H * W * C + H * W * C, K * C + C


@my_head_parameters.mistake("You counted 144 positions, whatever the map. That is right for 12×12 only: it is H · W.")
def always_12_by_12(K, H, W, C):
    return K * 144 * C + C, K * C + C


# --- 1.3 -------------------------------------------------------------------------------------------------------------


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


# --- 1.4 -------------------------------------------------------------------------------------------------------------


def features_weights_and_bias(generator):
    """In some, several of N, K, C, H and W are equal, so that what pairs the wrong ones does not fail, but differs."""
    cases = []
    shapes = (*SHAPES, (2, 4, 4, 3), (3, 3, 5, 3), (1, 3, 5, 2))
    for features, classes in zip(stacks(generator, shapes), (6, 4, 5, 4, 3, 2), strict=True):
        weights = torch.randn(classes, features.shape[1], generator=generator)
        cases.append((features, weights, torch.randn(classes, generator=generator)))
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
    """(N, K, H, W), (C, K), (C,) -> (N, C, H, W): at each position, Σ_k w_k^c A^k_ij + b_c"""
    class_maps = torch.einsum("nkij,ck->ncij", features, weights)
    return class_maps + bias[:, None, None]


def weighed(features, weights):
    return torch.einsum("nkij,ck->ncij", features, weights)


@my_class_maps.mistake("You forgot the bias. Add it at every position: `bias[:, None, None]` has one number a class.")
def maps_without_bias(features, weights, bias):
    return weighed(features, weights)


@my_class_maps.mistake(
    "You divided the bias by the number of positions. Add all of it everywhere: the average of a constant is the "
    "constant, so the pooling keeps it."
)
def maps_with_a_share_of_the_bias(features, weights, bias):
    return weighed(features, weights) + bias[:, None, None] / features[0, 0].numel()


@my_class_maps.mistake(
    "You added the bias once for each map k: it sits inside the sum. Take the sum over k first, then add it."
)
def bias_in_the_sum(features, weights, bias):
    return weighed(features, weights) + bias[:, None, None] * features.shape[1]


@my_class_maps.mistake("You subtracted the bias. Add it.")
def bias_taken_away(features, weights, bias):
    return weighed(features, weights) - bias[:, None, None]


@my_class_maps.mistake("Add the bias along the classes, not along the columns: give it the shape (C, 1, 1).")
def bias_along_columns(features, weights, bias):
    return weighed(features, weights) + bias


@my_class_maps.mistake("You averaged over the K maps. The formula is a sum over k: do not divide by K.")
def average_over_the_maps(features, weights, bias):
    return weighed(features, weights) / features.shape[1] + bias[:, None, None]


@my_class_maps.mistake(
    "You took columns of the weights for rows. A class's weights are the row `weights[c]`: map k gets `weights[c, k]`."
)
def columns_of_the_weights(features, weights, bias):
    return torch.einsum("nkij,kc->ncij", features, weights) + bias[:, None, None]


@my_class_maps.mistake("You cut off what is negative. What speaks against a class counts as well: leave the ReLU out.")
def maps_with_relu(features, weights, bias):
    return (weighed(features, weights) + bias[:, None, None]).relu()


@my_class_maps.mistake(
    "You put a softmax over the classes at each position. The maps hold logits; the softmax comes after the pooling."
)
def maps_with_softmax(features, weights, bias):
    return (weighed(features, weights) + bias[:, None, None]).softmax(dim=1)


@my_class_maps.mistake(
    "You pooled already: these are the logits, (N, C). Asked for are the maps before the pooling, (N, C, H, W)."
)
def pooled_already(features, weights, bias):
    return weighed(features, weights).mean(dim=(2, 3)) + bias


@my_class_maps.mistake(
    "You pooled first and copied the result to every position, so the maps are flat. Weigh the K numbers of each "
    "position by themselves."
)
def flat_maps(features, weights, bias):
    averages = features.mean(dim=(2, 3), keepdim=True).expand_as(features)
    return weighed(averages, weights) + bias[:, None, None]


@my_class_maps.mistake("You made the maps of the first image only: keep dimension 0, the batch.")
def maps_of_the_first(features, weights, bias):
    return weighed(features, weights)[0] + bias[:, None, None]


@my_class_maps.mistake(
    "Rows and columns of your maps are swapped: keep the (H, W) of the features, `ij` on both sides."
)
def maps_turned(features, weights, bias):
    return weighed(features, weights).mT + bias[:, None, None]


@my_class_maps.mistake("Images and classes are swapped: your maps are (C, N, H, W), and asked for is (N, C, H, W).")
def classes_before_images(features, weights, bias):
    return (weighed(features, weights) + bias[:, None, None]).transpose(0, 1)


@my_class_maps.mistake(
    "The classes stand last, (N, H, W, C): a linear layer wants them there. Move them back to dimension 1: "
    "`.permute(0, 3, 1, 2)`."
)
def classes_last(features, weights, bias):
    return features.permute(0, 2, 3, 1) @ weights.T + bias


@my_class_maps.mistake("You added up the classes, too. Each class has a map of its own: the sum goes over k alone.")
def classes_summed(features, weights, bias):
    return (weighed(features, weights) + bias[:, None, None]).sum(dim=1)


@my_class_maps.mistake("You made the map of class 0 only. Each of the C classes has one: stack them over dimension 1.")
def map_of_class_0(features, weights, bias):
    return (weighed(features, weights) + bias[:, None, None])[:, 0]


@my_class_maps.mistake("All classes look alike: you used the weights of class 0 for each. Class c has `weights[c]`.")
def weights_of_class_0(features, weights, bias):
    return weighed(features, weights[:1].expand_as(weights)) + bias[:, None, None]


@my_class_maps.mistake(
    "`*` pairs class c with image c and sums nothing. At each position, sum over k, for each image and each class: "
    "`torch.einsum` does both."
)
def maps_entry_by_entry(features, weights, bias):
    return weights[:, :, None, None] * features + bias[:, None, None]


@my_class_maps.mistake(
    "`features @ ...` works on the last dimension, the columns, and the weights belong to the K maps. Move dimension 1 "
    "to the end first, `.permute(0, 2, 3, 1)`, and back afterwards."
)
def weighs_the_columns(features, weights, bias):
    return features @ weights.T + bias


@my_class_maps.mistake(
    "`weights @ ...` works on the rows of each map, and the weights belong to the K maps. Flatten the positions first, "
    "`features.flatten(2)`, and give them their shape back afterwards."
)
def weighs_the_rows(features, weights, bias):
    return weights @ features + bias[:, None, None]


@my_class_maps.mistake(
    "`reshape` and `view` do not move a dimension, they cut the same row of numbers anew, and mix maps with positions. "
    "Move it: `.permute(0, 2, 3, 1)`, and `.permute(0, 3, 1, 2)` back."
)
def reshaped_for_permuted(features, weights, bias):
    N, K, H, W = features.shape
    return (features.reshape(N, H, W, K) @ weights.T + bias).reshape(N, len(bias), H, W)


# --- 1.5 -------------------------------------------------------------------------------------------------------------


def maps_of_both_signs(generator):
    """The value of largest size is negative in some and positive in others; maxima off the diagonal."""
    cases = []
    for height, width, highest, lowest in ((4, 5, (2, 3), (0, 1)), (6, 3, (4, 1), (1, 2)), (2, 7, (1, 5), (0, 2))):
        map_ = 2 * torch.rand(height, width, generator=generator) - 1
        map_[highest], map_[lowest] = 3, -5
        cases.append((map_,))
    negative = -1 - torch.rand(3, 4, generator=generator)
    negative[1, 2], negative[0, 1] = -0.5, -3
    spiky = torch.rand(3, 8, generator=generator)
    spiky[2, 5] = 4  # the highest in size as well
    tall = torch.rand(8, 3, generator=generator)
    tall[0, 2] = 2  # a cell whose number would pass for a row
    cases += [(negative,), (spiky,), (tall,)]
    return cases


@exercise(
    "1.5",
    "The gradients of two poolings",
    minutes=10,
    difficulty=2,
    cases=maps_of_both_signs,
    hints=[
        "A gradient says: if this cell grows by 1, by how much does the pooled number grow?",
        "The average is the sum divided by Z. If one cell grows by 1, so does the sum, whatever value the cell has.",
        "The maximum grows only with the cell that holds it, and by as much. `map_ == map_.max()` finds that cell.",
    ],
)
def my_gradients(map_):
    """(H, W) -> (gradient of the average, gradient of the maximum), each (H, W)"""
    of_average = torch.ones_like(map_) / map_.numel()
    of_maximum = (map_ == map_.max()).float()
    return of_average, of_maximum


def average_and_maximum(map_):
    return torch.full_like(map_, 1 / map_.numel()), (map_ == map_.max()).float()


@my_gradients.mistake(
    "Both are right, in the wrong order: first the gradient of the average, then that of the maximum."
)
def maximum_first(map_):
    return average_and_maximum(map_)[::-1]


@my_gradients.mistake(
    "Your average grows by 1 with each cell: that is the sum's gradient. The average is the sum divided by Z, so each "
    "cell's share is 1 / Z."
)
def gradient_of_the_sum(map_):
    return torch.ones_like(map_), average_and_maximum(map_)[1]


@my_gradients.mistake(
    "You gave each cell its share of the average, its value divided by Z. The gradient asks how the average *changes* "
    "if the cell grows: 1 / Z, whatever the value."
)
def value_over_z(map_):
    return map_ / map_.numel(), average_and_maximum(map_)[1]


@my_gradients.mistake(
    "You gave the average itself in every cell. The gradient is what the average gains if the cell grows by 1: 1 / Z."
)
def average_everywhere(map_):
    return torch.full_like(map_, map_.mean().item()), average_and_maximum(map_)[1]


@my_gradients.mistake("You divided by H². A map of H rows and W columns has H · W positions, also if it is not square.")
def share_by_height(map_):
    return torch.full_like(map_, 1 / map_.shape[0] ** 2), average_and_maximum(map_)[1]


@my_gradients.mistake("You divided by W². A map of H rows and W columns has H · W positions, also if it is not square.")
def share_by_width(map_):
    return torch.full_like(map_, 1 / map_.shape[1] ** 2), average_and_maximum(map_)[1]


@my_gradients.mistake("You divided by H alone. All H · W cells share the average, not only those of one column.")
def share_of_a_column(map_):
    return torch.full_like(map_, 1 / map_.shape[0]), average_and_maximum(map_)[1]


@my_gradients.mistake(
    "In your gradient of the maximum stands the maximum's value. If that cell grows by 1, the maximum grows by 1: "
    "write 1 there."
)
def value_of_the_maximum(map_):
    of_average, of_maximum = average_and_maximum(map_)
    return of_average, of_maximum * map_.max()


@my_gradients.mistake(
    "You gave the maximum a share in every cell. All cells but the highest may grow a little, and the maximum stays: "
    "their gradient is 0."
)
def maximum_shared_out(map_):
    return average_and_maximum(map_)[0], average_and_maximum(map_)[0]


@my_gradients.mistake(
    "You divided the maximum's gradient by Z. The maximum averages nothing: its one cell gets all, which is 1."
)
def maximum_over_z(map_):
    of_average, of_maximum = average_and_maximum(map_)
    return of_average, of_maximum / map_.numel()


@my_gradients.mistake("You marked the cell of the largest absolute value. The maximum knows signs: -5 is lower than 3.")
def largest_in_size(map_):
    return average_and_maximum(map_)[0], (map_.abs() == map_.abs().max()).float()


@my_gradients.mistake("You marked the highest cell of each row. Only one cell of the map is the highest: `map_.max()`.")
def one_a_row(map_):
    return average_and_maximum(map_)[0], (map_ == map_.amax(dim=1, keepdim=True)).float()


@my_gradients.mistake(
    "You marked the highest cell of each column. One cell of the whole map is the highest: `map_.max()`."
)
def one_a_column(map_):
    return average_and_maximum(map_)[0], (map_ == map_.amax(dim=0, keepdim=True)).float()


@my_gradients.mistake("You marked the lowest cell. Asked for is the gradient of the maximum.")
def lowest(map_):
    return average_and_maximum(map_)[0], (map_ == map_.min()).float()


@my_gradients.mistake(
    "You marked every cell above 0. The maximum moves with one cell alone, the highest, even if that is negative."
)
def all_positive(map_):
    return average_and_maximum(map_)[0], (map_ > 0).float()


@my_gradients.mistake(
    "You turned the number of the cell into row and column with the height: `argmax` counts along the rows, so divide "
    "by the width. With square maps you would not notice."
)
def index_by_height(map_):
    row, column = divmod(map_.argmax().item(), map_.shape[0])
    of_maximum = torch.zeros_like(map_)
    of_maximum[row, column] = 1
    return average_and_maximum(map_)[0], of_maximum


@my_gradients.mistake("A quarter is right for the pencil's 2×2 map only. The share is 1 / Z: take Z from the map.")
def always_a_quarter(map_):
    return torch.full_like(map_, 1 / 4), average_and_maximum(map_)[1]


@my_gradients.mistake("You divided by W alone. All H · W cells share the average, not only those of one row.")
def share_of_a_row(map_):
    return torch.full_like(map_, 1 / map_.shape[1]), average_and_maximum(map_)[1]


@my_gradients.mistake(
    "You gave the average and the maximum themselves. A gradient is a map: for each cell, what they gain if it grows."
)
def values_of_the_pooling(map_):
    return map_.mean(), map_.max()


@my_gradients.mistake(
    "You gave one number for each gradient. It has one number a cell: a map of the shape of `map_`, with zeros, too."
)
def one_number_each(map_):
    return 1 / map_.numel(), 1.0


@my_gradients.mistake(
    "`argmax` counts all cells, row after row, and you used its number as a row. Turn it into row and column by "
    "`divmod(..., W)`, or compare with `map_.max()`."
)
def cell_for_row(map_):
    of_maximum = torch.zeros_like(map_)
    of_maximum[map_.argmax()] = 1
    return average_and_maximum(map_)[0], of_maximum


@my_gradients.mistake(
    "`backward()` adds to `.grad`: your second gradient holds the first as well. Start from a new clone for each."
)
def second_on_top(map_):
    of_average, of_maximum = average_and_maximum(map_)
    return of_average, of_average + of_maximum


@my_gradients.mistake(
    "Your two gradients are the same tensor, `.grad`, and it holds the sum of both: `backward()` adds. Start from a "
    "new clone for each."
)
def same_grad_twice(map_):
    of_average, of_maximum = average_and_maximum(map_)
    return of_average + of_maximum, of_average + of_maximum
