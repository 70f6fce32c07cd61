"""Exercise 2.1: the class activation map."""

import torch

from cam_tutorial.course.material import stacks, turtle
from cam_tutorial.practice.exercise import exercise


def features_and_weights(generator):
    return [
        (features[0], torch.randn(len(features[0]) + 4, len(features[0]), generator=generator), class_index)
        for features, class_index in zip(stacks(generator), (2, 4, 1), strict=True)
    ]


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
)
def my_class_activation_map(features, weights, class_index):
    """(K, H, W), (C, K), int -> (H, W):  M_c(i, j) = Σ_k w_k^c A^k_ij"""
    A, w_c = features, weights[class_index]
    M_c = torch.zeros(A.shape[1:])
    for k in range(len(A)):
        M_c += w_c[k] * A[k]
    return M_c


@my_class_activation_map.mistake(
    "You used one map's weight for every map: the weights of class c are a whole row, `weights[class_index]`, and"
    " map k gets entry k of it."
)
def one_weight_for_all(features, weights, class_index):
    return (weights[class_index, 0] * features).sum(dim=0)


@my_class_activation_map.mistake(
    "You took class 0, whatever class was asked for: the row to use is `weights[class_index]`."
)
def always_class_0(features, weights, class_index):
    return (weights[0][:, None, None] * features).sum(dim=0)


@my_class_activation_map.mistake(
    "You took a column of the weights, which is what one map is worth to each class. A class has a row: "
    "`weights[class_index]`, with one number for each map."
)
def takes_a_column(features, weights, class_index):
    return (weights[: len(features), class_index][:, None, None] * features).sum(dim=0)


@my_class_activation_map.mistake(
    "You put the weights through a softmax. They are used as they are, negative ones included: that is what makes the "
    "map's mean the logit."
)
def softmax_of_the_weights(features, weights, class_index):
    return (weights[class_index].softmax(dim=0)[:, None, None] * features).sum(dim=0)


@my_class_activation_map.mistake(
    "You averaged over the maps. The formula is a sum over k: do not divide by the number of maps."
)
def mean_over_the_maps(features, weights, class_index):
    return (weights[class_index][:, None, None] * features).mean(dim=0)


@my_class_activation_map.mistake(
    "You cut off what is negative. That ReLU is Grad-CAM's; a class activation map is signed."
)
def with_a_relu(features, weights, class_index):
    return (weights[class_index][:, None, None] * features).sum(dim=0).relu()


@my_class_activation_map.mistake(
    "You stopped before the sum: these are the K weighted maps. Add them up over dimension 0."
)
def not_summed(features, weights, class_index):
    return weights[class_index][:, None, None] * features


@my_class_activation_map.mistake(
    "Rows and columns of your map are swapped: keep the (H, W) of the features as they are."
)
def transposed(features, weights, class_index):
    return (weights[class_index][:, None, None] * features).sum(dim=0).T
