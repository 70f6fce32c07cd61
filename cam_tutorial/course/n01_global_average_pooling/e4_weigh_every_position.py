"""Exercise 1.4: weigh every position."""

import torch

from cam_tutorial import models, zoo
from cam_tutorial.course.material import SHAPES, stacks
from cam_tutorial.practice.exercise import exercise


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
