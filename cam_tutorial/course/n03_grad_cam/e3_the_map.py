"""Exercise 3.3: the map, and where its ReLU stands."""

import torch

from cam_tutorial import models, zoo
from cam_tutorial.course.material import stacks, turtle
from cam_tutorial.practice.exercise import exercise

from . import solutions
from .solutions import my_alpha


def weights_and_maps(generator):
    """Maps of both signs, as in the middle of a network; with the ReLU at the end, and without."""
    return [
        (torch.randn(*A.shape[:2], generator=generator), A, relu)
        for A, relu in zip(stacks(generator) * 2, (True, False, True, False, True, False), strict=True)
    ]


def turtle_weights_and_maps():
    network = models.load("zoo-flatten").requires_grad_(False)
    image, _, _, label = turtle()
    A = network.trunk(zoo.preprocess(image[0])).requires_grad_()
    return my_alpha(network.head(A)[:, label], A), A.detach(), True


my_map = exercise(
    "3.3",
    "The map, and where its ReLU stands",
    minutes=6,
    difficulty=1,
    cases=weights_and_maps,
    picture=turtle_weights_and_maps,
    hints=[
        "Three steps in this order: multiply each map by its α, add up the K maps, and put zero where the sum is "
        "negative (if `relu` says so).",
        "α has the shape (N, K), the maps have (N, K, H, W): `alpha[:, :, None, None]` fits them.",
        "The maps are dimension 1: `.sum(dim=1)`. Then `L.relu() if relu else L`.",
    ],
)(solutions.my_map)


def weighed(alpha, A):
    return alpha[:, :, None, None] * A


@my_map.mistake(
    "Your ReLU stands on each weighted map, before the sum, so that what speaks against the class can cancel nothing: "
    "add up first, and cut off once."
)
def relu_before_the_sum(alpha, A, relu=True):
    L = weighed(alpha, A)
    return (L.relu() if relu else L).sum(dim=1)


@my_map.mistake(
    "Your ReLU stands on α, so that maps that speak against the class drop out. Keep all α, and cut off the finished "
    "sum."
)
def relu_on_the_weights(alpha, A, relu=True):
    return weighed(alpha.relu() if relu else alpha, A).sum(dim=1)


@my_map.mistake(
    "Your ReLU stands on the maps `A`. What they hold stays as it is: cut off the finished sum, and nothing before."
)
def relu_on_the_maps(alpha, A, relu=True):
    return weighed(alpha, A.relu() if relu else A).sum(dim=1)


@my_map.mistake(
    "The ReLU is missing: your map has negative values with `relu=True` too. End with `L.relu() if relu else L`."
)
def relu_is_missing(alpha, A, relu=True):
    return weighed(alpha, A).sum(dim=1)


@my_map.mistake(
    "Your ReLU is always on. With `relu=False` the signed sum is asked for: `return L.relu() if relu else L`."
)
def relu_always(alpha, A, relu=True):
    return weighed(alpha, A).sum(dim=1).relu()


@my_map.mistake("Your ReLU is on when `relu` is False, and off when it is True: `L.relu() if relu else L`.")
def relu_upside_down(alpha, A, relu=True):
    L = weighed(alpha, A).sum(dim=1)
    return L if relu else L.relu()


@my_map.mistake(
    "You took the absolute value, so that what speaks against the class glows as if it spoke for it: `.relu()` makes "
    "it zero."
)
def absolute_for_relu(alpha, A, relu=True):
    L = weighed(alpha, A).sum(dim=1)
    return L.abs() if relu else L


@my_map.mistake("You added up the maps as they are. Each map counts as much as its α says: multiply by `alpha` first.")
def without_alpha(alpha, A, relu=True):
    L = A.sum(dim=1)
    return L.relu() if relu else L


@my_map.mistake("You averaged over the maps. The formula has a sum over k: `.sum(dim=1)`.")
def mean_for_sum(alpha, A, relu=True):
    L = weighed(alpha, A).mean(dim=1)
    return L.relu() if relu else L


@my_map.mistake(
    "You stretched the map from its minimum to its maximum, so that places that say nothing glow. Put zero where it is "
    "negative, and leave the scale alone."
)
def stretched(alpha, A, relu=True):
    L = weighed(alpha, A).sum(dim=1)
    lowest, highest = L.amin(dim=(1, 2), keepdim=True), L.amax(dim=(1, 2), keepdim=True)
    return (L - lowest) / (highest - lowest) if relu else L


@my_map.mistake(
    "You divided the map by its maximum. Leave it in the network's own scale: a blank map would give NaN, and a faint "
    "one would look like a strong one."
)
def divided_by_the_maximum(alpha, A, relu=True):
    L = weighed(alpha, A).sum(dim=1)
    return L.relu() / L.relu().amax(dim=(1, 2), keepdim=True) if relu else L


@my_map.mistake(
    "You used the first image's α for all images: row n of α belongs to image n. Multiply by all of `alpha`."
)
def first_alpha_for_all(alpha, A, relu=True):
    L = weighed(alpha[:1], A).sum(dim=1)
    return L.relu() if relu else L


@my_map.mistake(
    "You added up the images as well, and one map is left: sum over the maps alone, `dim=1`. Each image has a map of "
    "its own."
)
def images_summed(alpha, A, relu=True):
    L = weighed(alpha, A).sum(dim=(0, 1))
    return L.relu() if relu else L


@my_map.mistake("You added up the images, dimension 0. The sum over k goes over the maps, which are dimension 1.")
def sum_over_the_images(alpha, A, relu=True):
    L = weighed(alpha, A).sum(dim=0)
    return L.relu() if relu else L


@my_map.mistake("That is the map of the first image alone: leave out the `[0]`, and give one map an image, (N, H, W).")
def first_image_alone(alpha, A, relu=True):
    L = weighed(alpha, A).sum(dim=1)[0]
    return L.relu() if relu else L


@my_map.mistake(
    "You stopped before the sum: these are the K weighted maps of each image. Add them up over dimension 1."
)
def not_summed(alpha, A, relu=True):
    L = weighed(alpha, A)
    return L.relu() if relu else L


@my_map.mistake(
    "You kept a dimension of 1 for the maps, (N, 1, H, W). Asked for is (N, H, W): leave out `keepdim=True`."
)
def keeps_a_dimension(alpha, A, relu=True):
    L = weighed(alpha, A).sum(dim=1, keepdim=True)
    return L.relu() if relu else L


@my_map.mistake(
    "The shapes of α and the maps do not fit: (N, K) against (N, K, H, W). Give α two more dimensions at its end, "
    "`alpha[:, :, None, None]`."
)
def shapes_that_do_not_fit(alpha, A, relu=True):
    return (alpha * A).sum(dim=1)
