"""Exercise 6.11: the wrong matrix."""

import torch
from torch import nn

from cam_tutorial.course.material import draw_weights, stacks
from cam_tutorial.practice.exercise import exercise


def features_before_a_neck(generator):
    """As many hidden units as maps, so that every wrong matrix fits."""
    cases = []
    for features, class_index in zip(stacks(generator), (2, 1, 1), strict=True):
        maps = features.shape[1]
        layers = nn.Sequential(nn.Linear(maps, maps), nn.Linear(maps, maps + 1)).requires_grad_(False)
        draw_weights(layers, generator)
        cases.append((features, layers[0], layers[1], class_index))
    return cases


@exercise(
    "6.11",
    "The wrong matrix",
    minutes=8,
    difficulty=2,
    cases=features_before_a_neck,
    hints=[
        "Write the logit as a sum over the maps: logit = classifier(neck(means)). What does one map's mean get "
        "multiplied by on the way?",
        "Two linear layers in a row are one linear layer. Its matrix is the product of both.",
        "In the shapes: `classifier.weight` is (C, J) and `neck.weight` is (J, K). Class c needs K numbers.",
    ],
)
def my_cam_behind_a_neck(features, neck, classifier, class_index):
    """(N, K, h, w), nn.Linear(K, J), nn.Linear(J, C), int -> (N, h, w): the CAM of classifier(neck(pooled features))"""
    w = classifier.weight[class_index] @ neck.weight  # (K,)
    return torch.einsum("k,nkhw->nhw", w, features).detach()


@my_cam_behind_a_neck.broken(
    "Row c of the neck is what feeds hidden unit c, and has nothing to do with class c: the shapes fit by coincidence. "
    "Go from the class back to the maps through both layers: `classifier.weight[class_index] @ neck.weight`."
)
def row_of_the_neck(features, neck, classifier, class_index):
    """(N, K, h, w), nn.Linear(K, J), nn.Linear(J, C), int -> (N, h, w): the CAM of classifier(neck(pooled features))"""
    w = neck.weight[class_index]  # (K,)
    return torch.einsum("k,nkhw->nhw", w, features).detach()


def weighted(features, w):
    return torch.einsum("k,nkhw->nhw", w, features)


@my_cam_behind_a_neck.mistake(
    "The right class, but its weights belong to the hidden units and not to the maps. Carry them back through the neck:"
    " `... @ neck.weight`."
)
def row_of_the_classifier(features, neck, classifier, class_index):
    return weighted(features, classifier.weight[class_index])


@my_cam_behind_a_neck.mistake(
    "Both matrices are there, and multiplied the wrong way around: `neck.weight @ row` goes from maps to hidden units. "
    "Back again is `row @ neck.weight`."
)
def the_wrong_way(features, neck, classifier, class_index):
    return weighted(features, neck.weight @ classifier.weight[class_index])


@my_cam_behind_a_neck.mistake(
    "You multiplied two rows number by number. Every hidden unit passes its share on to every map: that is the matrix "
    "product, `@`."
)
def number_by_number(features, neck, classifier, class_index):
    return weighted(features, classifier.weight[class_index] * neck.weight[class_index])


@my_cam_behind_a_neck.mistake("You took a column of the neck: that is one map's way to all hidden units, and no class.")
def column_of_the_neck(features, neck, classifier, class_index):
    return weighted(features, neck.weight[:, class_index])


@my_cam_behind_a_neck.mistake(
    "You cut off what is negative, and the identity breaks: a CAM is signed, and its mean is the logit without biases."
)
def cut_off(features, neck, classifier, class_index):
    return weighted(features, classifier.weight[class_index] @ neck.weight).relu()


@my_cam_behind_a_neck.mistake("The weights are right, but for class 0: take `classifier.weight[class_index]`.")
def class_0(features, neck, classifier, class_index):
    return weighted(features, classifier.weight[0] @ neck.weight)


@my_cam_behind_a_neck.mistake(
    "You applied the neck, with its bias, to the weights of the class. The neck maps features to hidden units; the way "
    "back is `row @ neck.weight`."
)
def neck_applied_to_weights(features, neck, classifier, class_index):
    return weighted(features, neck(classifier.weight[class_index]))


@my_cam_behind_a_neck.mistake(
    "The weights are right, and a bias is in the map. A bias has no place: leave it out, and add it to the map's mean "
    "when you compare with the logit."
)
def with_the_bias(features, neck, classifier, class_index):
    return weighted(features, classifier.weight[class_index] @ neck.weight) + classifier.bias[class_index]
