"""Exercise 2.1: the class activation map."""

import torch
import torch.nn.functional as F

from cam_tutorial.course.material import turtle
from cam_tutorial.practice.exercise import exercise

from .material import list_mistakes

# (K, H, W), the number of classes, and the class: more classes than maps, fewer, and as many, so that a column of the
# weights fits; the first class and the last; a single map, row, column or class.
CASES = (
    ((3, 4, 5), 7, 2), ((5, 6, 2), 9, 4), ((2, 3, 7), 6, 1), ((4, 5, 3), 4, 2), ((4, 4, 4), 4, 1), ((3, 2, 5), 3, 0),
    ((6, 4, 3), 4, 3), ((3, 4, 4), 5, 0), ((1, 4, 3), 5, 2), ((3, 1, 5), 4, 2), ((3, 5, 1), 4, 1), ((4, 3, 5), 1, 0),
)  # fmt: skip


def features_and_weights(generator):
    cases = []
    for shape, classes, class_index in CASES:
        weights = torch.randn(classes, shape[0], generator=generator)
        cases.append((torch.randn(*shape, generator=generator), weights, class_index))
    # Maps as they come from a ReLU, and a class that all of them speak for, or against: nothing is 0 in its map.
    for sign in (1, -1):
        weights = sign * (0.5 + torch.rand(4, 3, generator=generator))
        cases.append((0.5 + torch.rand(3, 2, 4, generator=generator), weights, 2))
    return cases


def turtle_features():
    _, features, weights, label = turtle()
    return features[0], weights, label


@exercise(
    "2.1",
    "The class activation map",
    minutes=8,
    difficulty=1,
    cases=features_and_weights,
    picture=turtle_features,
    hints=[
        "A class's weights are one row of `weights`: K numbers, one for each map.",
        "Start from a map of zeros, go through the K maps, and add each one times its own number.",
        "Without a loop: give the K weights the shape (K, 1, 1), multiply, and sum over dimension 0.",
    ],
    forbids={
        "class_activation_map": "You call the package's finished function. Here you write the formula yourself: each "
        "map times its weight, summed."
    },
)
def my_class_activation_map(features, weights, class_index):
    """(K, H, W), (C, K), int -> (H, W):  M_c(i, j) = Σ_k w_k^c A^k_ij"""
    A, w_c = features, weights[class_index]
    M_c = torch.zeros(A.shape[1:])
    for k in range(len(A)):
        M_c += w_c[k] * A[k]
    return M_c


def weigh(A, w):
    return torch.einsum("k,kij->ij", w, A)


def summands(A, w):
    return w[:, None, None] * A


def stretch(M, guard=0.0):
    return (M - M.min()) / (M.max() - M.min() + guard)


def into_integers(A, W, c):
    M = torch.zeros(A.shape[1:], dtype=torch.long)
    M += weigh(A, W[c])
    return M


list_mistakes(
    my_class_activation_map,
    # The wrong weights.
    ("class_0", lambda A, W, c: weigh(A, W[0]),
     "You took class 0, whatever class was asked for: the row to use is `weights[class_index]`."),
    ("last_class", lambda A, W, c: weigh(A, W[-1]),
     "You took the last class, whatever class was asked for: the row to use is `weights[class_index]`."),
    ("class_before", lambda A, W, c: weigh(A, W[c - 1]),
     "You took the class before the one that was asked for: class indices count from 0, as the rows do, so use "
     "`weights[class_index]` as it is."),
    ("class_after", lambda A, W, c: weigh(A, W[c + 1]),
     "You took the class after the one that was asked for: use `weights[class_index]` as it is."),
    ("class_after_in_a_circle", lambda A, W, c: weigh(A, W[(c + 1) % len(W)]),
     "You took the class after the one that was asked for (after the last one, the first): use `weights[class_index]` "
     "as it is."),
    ("highest_class", lambda A, W, c: weigh(A, W[(W @ A.mean(dim=(1, 2))).argmax()]),
     "You took the class with the highest score. Asked for is the map of `class_index`, whether it wins or not."),
    ("column", lambda A, W, c: weigh(A, W[:, c]),
     "You took a column of the weights, which is what one map is worth to each class. A class has a row: "
     "`weights[class_index]`, with one number for each map."),
    ("columns_beginning", lambda A, W, c: weigh(A[: len(W)], W[: len(A), c]),
     "You took the beginning of a column of the weights. A class has a row, `weights[class_index]`, with one number "
     "for each map."),
    ("reshaped", lambda A, W, c: weigh(A, W.reshape(len(A), -1)[:, c]),
     "You turned (C, K) into (K, C) by `view` or `reshape`, which mixes the classes' numbers, and took a column. A "
     "class has a row as it is: `weights[class_index]`."),
    ("reversed_weights", lambda A, W, c: weigh(A, W[c].flip(0)),
     "Weights and maps run in opposite orders: map k gets entry k of `weights[class_index]`."),
    ("all_classes", lambda A, W, c: torch.einsum("ck,kij->cij", W, A),
     "These are the maps of all classes. Asked for is the one of `class_index`: weigh with the row "
     "`weights[class_index]` alone, or take that map at the end."),
    ("classes_summed", lambda A, W, c: weigh(A, W.sum(dim=0)),
     "This is the sum of all classes' maps. Each class has its own: use the row `weights[class_index]` alone."),
    ("classes_averaged", lambda A, W, c: weigh(A, W.mean(dim=0)),
     "This is the mean of all classes' maps. Each class has its own: use the row `weights[class_index]` alone."),
    ("highest_over_classes", lambda A, W, c: torch.einsum("ck,kij->cij", W, A).amax(dim=0),
     "At each position you keep the class with the highest value. Asked for is the map of `class_index` alone."),
    ("one_weight", lambda A, W, c: W[c, 0] * A.sum(dim=0),
     "You used one map's weight for every map: the weights of class c are a whole row, `weights[class_index]`, and"
     " map k gets entry k of it."),
    ("last_weight", lambda A, W, c: W[c, -1] * A.sum(dim=0),
     "You used the last map's weight for every map: map k gets entry k of `weights[class_index]`."),
    ("weights_summed", lambda A, W, c: W[c].sum() * A.sum(dim=0),
     "You summed weights and maps separately, and multiplied the sums. Multiply each map by its own weight first, "
     "then sum."),
    ("mean_weight", lambda A, W, c: W[c].mean() * A.sum(dim=0),
     "Every map gets the same weight here, the mean of the class's weights: map k gets entry k of "
     "`weights[class_index]`."),
    ("no_weights", lambda A, W, c: A.sum(dim=0),
     "You summed the maps without any weight: each is to be multiplied by its entry of `weights[class_index]` first."),
    ("no_weights_mean", lambda A, W, c: A.mean(dim=0),
     "You averaged the maps without any weight: multiply each by its entry of `weights[class_index]`, and sum."),
    ("features_own_means", lambda A, W, c: weigh(A, A.mean(dim=(1, 2))),
     "You weighed each map by its own mean. The weights are the classifier's: the row `weights[class_index]`."),
    ("votes_as_weights", lambda A, W, c: weigh(A, W[c] * A.mean(dim=(1, 2))),
     "You multiplied by each map's mean as well as by its weight. The weight alone, w_k, belongs there; the mean comes "
     "later, when the map is pooled."),
    ("absolute_weights", lambda A, W, c: weigh(A, W[c].abs()),
     "You took the absolute values of the weights. They are used with their signs: a negative weight makes a map speak "
     "against the class."),
    ("positive_weights", lambda A, W, c: weigh(A, W[c].relu()),
     "You left out the negative weights (a ReLU). They count: a map with a negative weight speaks against the class."),
    ("squared_weights", lambda A, W, c: weigh(A, W[c].square()),
     "You squared the weights: use them as they are, with their signs."),
    ("softmax_of_weights", lambda A, W, c: weigh(A, W[c].softmax(dim=0)),
     "You put the weights through a softmax. They are used as they are, negative ones included: that is what makes the "
     "map's mean the logit."),
    ("softmax_over_classes", lambda A, W, c: weigh(A, W.softmax(dim=0)[c]),
     "You put the weights through a softmax over the classes. They are used as they are, negative ones included."),
    ("weights_to_sum_1", lambda A, W, c: weigh(A, W[c] / W[c].sum()),
     "You divided the weights by their sum. They are used as they are: only then is the map's mean the logit."),
    ("weights_by_absolute_sum", lambda A, W, c: weigh(A, W[c] / W[c].abs().sum()),
     "You divided the weights by the sum of their absolute values. They are used as they are: only then is the map's "
     "mean the logit."),
    ("weights_to_length_1", lambda A, W, c: weigh(A, W[c] / W[c].norm()),
     "You divided the weights by their length (the root of the sum of squares). They are used as they are: only then "
     "is the map's mean the logit."),
    ("weights_by_maximum", lambda A, W, c: weigh(A, W[c] / W[c].max()),
     "You divided the weights by the largest of them. They are used as they are: only then is the map's mean the "
     "logit."),
    ("weights_stretched", lambda A, W, c: weigh(A, stretch(W[c])),
     "You stretched the weights from 0 to 1. They are used as they are, negative ones included."),
    ("weights_less_their_mean", lambda A, W, c: weigh(A, W[c] - W[c].mean()),
     "You subtracted the mean of the class's weights. They are used as they are: only then is the map's mean the "
     "logit."),
    ("weights_less_all_classes", lambda A, W, c: weigh(A, W[c] - W.mean(dim=0)),
     "You subtracted the mean over all classes from the weights. Each class is weighed with its row as it is."),
    # A wrong sum.
    ("strongest_map", lambda A, W, c: W[c].max() * A[W[c].argmax()],
     "Only the map with the largest weight is in your result: all K maps are summed, each times its weight."),
    ("strongest_map_either_way", lambda A, W, c: W[c][W[c].abs().argmax()] * A[W[c].abs().argmax()],
     "Only the map with the largest absolute weight is in your result: all K maps are summed, each times its weight."),
    ("last_map", lambda A, W, c: W[c, -1] * A[-1],
     "Only the last map is in your result: in a loop, add each one to what is there already, `M_c += ...`, where `=` "
     "replaces it."),
    ("first_map", lambda A, W, c: W[c, 0] * A[0],
     "Only the first map is in your result: is the `return` inside of the loop? It belongs behind it, when all maps "
     "are added."),
    ("without_the_first", lambda A, W, c: weigh(A[1:], W[c, 1:]),
     "The first map is missing in your sum: k counts from 0."),
    ("without_the_last", lambda A, W, c: weigh(A[:-1], W[c, :-1]),
     "The last map is missing in your sum: `range(K)` ends at K - 1 already, so don't subtract one more."),
    ("first_without_its_weight", lambda A, W, c: A[0] + weigh(A[1:], W[c, 1:]),
     "The first map is in your sum without its weight: start from zeros, and add all K maps times their weights."),
    ("first_added_once_more", lambda A, W, c: A[0] + weigh(A, W[c]),
     "Your sum holds the first map once more, without a weight: start from zeros."),
    ("first_twice", lambda A, W, c: W[c, 0] * A[0] + weigh(A, W[c]),
     "The first map is in your sum twice: start from zeros, or go on with the second map."),
    ("added", lambda A, W, c: (A + W[c][:, None, None]).sum(dim=0),
     "You added the weights to the maps: multiply each map by its weight."),
    ("product_over_the_maps", lambda A, W, c: summands(A, W[c]).prod(dim=0),
     "You multiplied the weighted maps by one another: add them up."),
    ("highest_over_the_maps", lambda A, W, c: summands(A, W[c]).amax(dim=0),
     "You took the largest of the weighted maps at each position: add them up."),
    ("mean_over_the_maps", lambda A, W, c: summands(A, W[c]).mean(dim=0),
     "You averaged over the maps. The formula is a sum over k: do not divide by the number of maps."),
    ("divided_by_Z", lambda A, W, c: weigh(A, W[c]) / A[0].numel(),
     "You divided by Z, the number of positions. The 1/Z belongs to the mean that is taken later; M_c is the sum over "
     "k alone."),
    ("divided_by_K_and_Z", lambda A, W, c: weigh(A, W[c]) / A.numel(),
     "You divided by the number of maps and by the number of positions: M_c is the plain sum over k."),
    ("multiplied_by_Z", lambda A, W, c: weigh(A, W[c]) * A[0].numel(),
     "You multiplied by Z, the number of positions: M_c is the plain sum over k."),
    ("not_summed", lambda A, W, c: summands(A, W[c]),
     "You stopped before the sum: these are the K weighted maps. Add them up over dimension 0."),
    ("summed_over_rows", lambda A, W, c: summands(A, W[c]).sum(dim=1),
     "You summed over dimension 1, the rows. Sum over the maps, which are dimension 0: each position stays."),
    ("summed_over_columns", lambda A, W, c: summands(A, W[c]).sum(dim=2),
     "You summed over dimension 2, the columns. Sum over the maps, which are dimension 0: each position stays."),
    ("votes", lambda A, W, c: summands(A, W[c]).mean(dim=(1, 2)),
     "These are K numbers, what each map adds to the logit: you averaged over the positions. Sum over the maps "
     "instead, so that a value for every position is left."),
    ("votes_summed", lambda A, W, c: summands(A, W[c]).sum(dim=(1, 2)),
     "You summed over the positions, and K numbers are left. Sum over the maps, dimension 0, so that a value for every "
     "position is left."),
    ("logit", lambda A, W, c: summands(A, W[c]).mean(dim=(1, 2)).sum(),
     "This is one number, the logit without its bias. Sum over the maps alone: the map has a value for every "
     "position."),
    ("logits", lambda A, W, c: W @ A.mean(dim=(1, 2)),
     "These are the logits of all classes, without their biases. Asked for is one map, for `class_index`: don't "
     "average over the positions."),
    ("sum_of_everything", lambda A, W, c: summands(A, W[c]).sum(),
     "You summed over everything, and one number is left. Sum over the maps alone, `dim=0`: the map has a value for "
     "every position."),
    ("mean_of_everything", lambda A, W, c: summands(A, W[c]).mean(),
     "You averaged over everything, and one number is left. Sum over the maps alone, `dim=0`: the map has a value for "
     "every position."),
    # One step too many.
    ("relu", lambda A, W, c: weigh(A, W[c]).relu(),
     "You cut off what is negative. That ReLU is Grad-CAM's; a class activation map is signed."),
    ("relu_of_the_summands", lambda A, W, c: summands(A, W[c]).relu().sum(dim=0),
     "You cut off each weighted map below zero before you add them up. Nothing is cut off in a class activation map."),
    ("relu_of_the_features", lambda A, W, c: weigh(A.relu(), W[c]),
     "You put the features through a ReLU before you weigh them: take them as they come."),
    ("relu_and_maximum", lambda A, W, c: weigh(A, W[c]).relu() / weigh(A, W[c]).relu().max(),
     "You cut off what is negative and divided by the maximum, as one does to draw a map. Give the map as it is, "
     "signed and on its own scale."),
    ("relu_and_guarded_maximum", lambda A, W, c: weigh(A, W[c]).relu() / weigh(A, W[c]).max().clamp(min=1e-8),
     "You cut off what is negative and scaled to a maximum of 1, as one does to draw a map. Give the map as it is, "
     "signed and on its own scale."),
    ("relu_and_stretched", lambda A, W, c: stretch(weigh(A, W[c]).relu()),
     "You cut off what is negative and stretched the rest from 0 to 1, as one does to draw a map. Give the map as it "
     "is, signed and on its own scale."),
    ("relu_and_stretched_with_a_guard", lambda A, W, c: stretch(weigh(A, W[c]).relu(), 1e-8),
     "You cut off what is negative and stretched the rest from 0 to 1, as one does to draw a map. Give the map as it "
     "is: signed, and on its own scale."),
    ("relu_of_both", lambda A, W, c: weigh(A.relu(), W[c].relu()),
     "You cut off what is negative in the features and in the weights. Nothing is cut off in a class activation map."),
    ("negative_part", lambda A, W, c: weigh(A, W[c]).clamp(max=0),
     "You keep what speaks *against* the class alone. A class activation map is signed: both stay."),
    ("for_or_against", lambda A, W, c: (weigh(A, W[c]) > 0).float(),
     "You say where the map is positive. Asked for are its values."),
    ("standardized", lambda A, W, c: (weigh(A, W[c]) - weigh(A, W[c]).mean()) / weigh(A, W[c]).std(),
     "You subtracted the map's mean and divided by its spread. Give it on its own scale, so that its mean is the logit "
     "without its bias."),
    ("relu_in_255", lambda A, W, c: 255 * weigh(A, W[c]).relu() / weigh(A, W[c]).relu().max(),
     "You made a picture with values from 0 to 255. Give the map as it is, signed and on its own scale."),
    ("features_by_their_maxima", lambda A, W, c: weigh(A / A.amax(dim=(1, 2), keepdim=True), W[c]),
     "You divided each feature map by its maximum before you weigh it: take them as they come."),
    ("absolute", lambda A, W, c: weigh(A, W[c]).abs(),
     "You took the absolute value of the map. It is signed: what is negative speaks against the class."),
    ("absolute_features", lambda A, W, c: weigh(A.abs(), W[c]),
     "You took the absolute values of the features: take them as they come."),
    ("stretched", lambda A, W, c: stretch(weigh(A, W[c])),
     "You stretched the map from its minimum to its maximum, 0 to 1. Give it as it is: signed, and with a mean that is "
     "the logit without its bias."),
    ("by_maximum", lambda A, W, c: weigh(A, W[c]) / weigh(A, W[c]).max(),
     "You divided the map by its maximum. Give it on its own scale, so that its mean is the logit without its bias."),
    ("by_absolute_maximum", lambda A, W, c: weigh(A, W[c]) / weigh(A, W[c]).abs().max(),
     "You divided the map by its largest absolute value. Give it on its own scale, so that its mean is the logit "
     "without its bias."),
    ("by_sum", lambda A, W, c: weigh(A, W[c]) / weigh(A, W[c]).sum(),
     "You divided the map by its sum. Give it on its own scale, so that its mean is the logit without its bias."),
    ("mean_subtracted", lambda A, W, c: weigh(A, W[c]) - weigh(A, W[c]).mean(),
     "You subtracted the map's mean. That mean is the logit without its bias: it must stay."),
    ("sigmoid", lambda A, W, c: weigh(A, W[c]).sigmoid(),
     "You put the map through a sigmoid. Give it as it is, signed and on its own scale."),
    ("softmax", lambda A, W, c: weigh(A, W[c]).flatten().softmax(dim=0).view(A.shape[1:]),
     "You put the map through a softmax over its positions. Give it as it is, signed and on its own scale."),
    ("softmax_of_classes", lambda A, W, c: torch.einsum("ck,kij->cij", W, A).softmax(dim=0)[c],
     "You put the maps through a softmax over the classes. Give the map of `class_index` as it is, signed and on its "
     "own scale."),
    ("whole_numbers", lambda A, W, c: weigh(A, W[c]).trunc(),
     "Your map holds whole numbers, cut off behind the point: keep them as they come, without `int`."),
    ("transposed", lambda A, W, c: weigh(A, W[c]).T,
     "Rows and columns of your map are swapped: keep the (H, W) of the features as they are."),
    ("last_row_and_column_missing", lambda A, W, c: F.pad(weigh(A, W[c])[:-1, :-1], (0, 1, 0, 1)),
     "The last row and the last column of your map are 0: `range(H)` ends at H - 1 already, so don't subtract one "
     "more."),
    ("matrix_product_with_maps", lambda A, W, c: W[c] @ A,
     "`@` multiplies matrices, and a stack of maps is none: make one of it, `features.flatten(1)`, (K, H·W), and give "
     "the result its shape (H, W) again. Or multiply and sum without `@`."),
    ("matrix_product_with_maps_of_all_classes", lambda A, W, c: (W @ A)[c],
     "`@` multiplies matrices, and here it takes each map for one: make a matrix of the maps, `features.flatten(1)`, "
     "(K, H·W), and give the result its shape (H, W) again. Or multiply and sum without `@`."),
    ("into_integers", into_integers,
     "You add to a tensor of integers, which cannot hold what comes: start from `torch.zeros(H, W)`, without a "
     "`dtype`."),
)  # fmt: skip
