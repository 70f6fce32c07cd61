"""Exercise 4.2: the saliency map."""

from cam_tutorial.backprop import saliency
from cam_tutorial.course.material import stacks
from cam_tutorial.practice.exercise import exercise

from .e1_saliency import turtle_network


def gradients_alone(generator):
    return [(gradients,) for gradients in stacks(generator)]


def turtle_gradient():
    return (saliency(*turtle_network()),)


@exercise(
    "4.2",
    "The saliency map",
    minutes=4,
    difficulty=1,
    cases=gradients_alone,
    picture=turtle_gradient,
    signed=False,
    hints=[
        "Two steps, and their order matters: first the absolute value of every number, then the largest of a pixel's "
        "channels.",
        "The channels are dimension 1. `.amax(dim=1)` gives the largest values and removes that dimension.",
    ],
)
def my_strength(gradients):
    """(N, C, H, W), signed -> (N, H, W): absolute value, then the largest of the channels"""
    return gradients.abs().amax(dim=1)


@my_strength.mistake(
    "You averaged the channels, and the largest is asked for: `.amax(dim=1)` in place of `.mean(dim=1)`."
)
def averaged_channels(gradients):
    return gradients.abs().mean(dim=1)


@my_strength.mistake("You summed the channels, and the largest is asked for: `.amax(dim=1)` in place of `.sum(dim=1)`.")
def summed_channels(gradients):
    return gradients.abs().sum(dim=1)


@my_strength.mistake(
    "You averaged the channels with their signs, so strong ones cancel. Absolute value first, and then the largest: "
    "`.abs().amax(dim=1)`."
)
def averaged_with_signs(gradients):
    return gradients.mean(dim=1)


@my_strength.mistake(
    "You averaged before you took the absolute value, so a red +1 and a blue −1 cancel to 0: absolute value first, and "
    "then the largest."
)
def cancelled_in_the_mean(gradients):
    return gradients.mean(dim=1).abs()


@my_strength.mistake(
    "You summed before you took the absolute value, so a red +1 and a blue −1 cancel to 0: absolute value first, and "
    "then the largest."
)
def cancelled_in_the_sum(gradients):
    return gradients.sum(dim=1).abs()


@my_strength.mistake(
    "The absolute value comes too late: of −5 and 1 you keep the 1. Take the absolute value first, then the largest."
)
def largest_first(gradients):
    return gradients.amax(dim=1).abs()


@my_strength.mistake(
    "There is no absolute value, so strong negative gradients are lost: `.abs()` before the largest is taken."
)
def no_absolute_value(gradients):
    return gradients.amax(dim=1)


@my_strength.mistake(
    "You cut off the negative gradients. A strong negative one matters as much: `.abs()` in place of the ReLU."
)
def cut_off(gradients):
    return gradients.relu().amax(dim=1)


@my_strength.mistake(
    "You took the root of the sum of squares, which is a fine measure of strength but not the paper's: absolute value, "
    "then the largest channel."
)
def length_of_the_gradient(gradients):
    return gradients.norm(dim=1)


@my_strength.mistake(
    "You squared the numbers. You found the right channel, but its size is asked for: `.abs()` in place of the square."
)
def squared(gradients):
    return gradients.square().amax(dim=1)


@my_strength.mistake(
    "You looked at the first channel only, which is red: take the largest of all of them, `.amax(dim=1)`."
)
def red_alone(gradients):
    return gradients.abs()[:, 0]


@my_strength.mistake(
    "You took the largest over the *images*: dimension 0 is the batch, and the channels are dimension 1."
)
def over_the_batch(gradients):
    return gradients.abs().amax(dim=0)


@my_strength.mistake(
    "`.max(dim=1)` gives two things, the values and where they were: take `.max(dim=1).values`, or `.amax(dim=1)`."
)
def values_and_indices(gradients):
    return tuple(gradients.abs().max(dim=1))


@my_strength.mistake(
    "You gave the *number* of the strongest channel: take the strongest value, `.amax(dim=1)` in place of `.argmax`."
)
def number_of_the_channel(gradients):
    return gradients.abs().argmax(dim=1)


@my_strength.mistake(
    "A dimension of size 1 is left where the channels were: drop the `keepdim=True`, or index with `[:, 0]`."
)
def dimension_kept(gradients):
    return gradients.abs().amax(dim=1, keepdim=True)


@my_strength.mistake(
    "You scaled each map to a maximum of 1. Leave the numbers as they are; only for a picture would you scale them."
)
def scaled_to_1(gradients):
    maps = gradients.abs().amax(dim=1)
    return maps / maps.amax(dim=(1, 2), keepdim=True)
