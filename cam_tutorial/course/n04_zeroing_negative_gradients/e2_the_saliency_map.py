"""Exercise 4.2: the saliency map.

Longer than other files: sign, measure, dimension and scale go wrong in many ways each, and each way has its sentence.
"""

import torch

from cam_tutorial.backprop import saliency
from cam_tutorial.course.material import stacks
from cam_tutorial.heatmap import normalize
from cam_tutorial.practice.exercise import exercise

from .material import turtle_network

# More images than channels and fewer, one image, one channel, one pixel, and a square.
SHAPES = ((2, 3, 4, 5), (3, 5, 6, 2), (4, 2, 3, 7), (1, 3, 5, 4), (3, 1, 4, 6), (2, 4, 1, 1), (2, 3, 5, 5))


def gradients_alone(generator):
    """Of both signs, and a batch in which one image is negative everywhere, one is 0, and the last has exact ties."""
    cases = [(gradients,) for gradients in stacks(generator, SHAPES)]
    mixed = torch.randint(-8, 9, (4, 3, 4, 6), generator=generator) / 4
    mixed[0] = -1 - mixed[0].abs()
    mixed[1] = 0
    mixed[3, 2] = -mixed[3, 0]
    return [*cases, (mixed,), (mixed.transpose(2, 3),)]


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
    """(N, C, H, W), signed -> (N, H, W): absolute value, then largest of channels"""
    return gradients.abs().amax(dim=1)


# Something other than the largest.


@my_strength.mistake(
    "You averaged the channels, and the largest is asked for: `.amax(dim=1)` in place of `.mean(dim=1)`."
)
def averaged_channels(gradients):
    return gradients.abs().mean(dim=1)


@my_strength.mistake("You summed the channels, and the largest is asked for: `.amax(dim=1)` in place of `.sum(dim=1)`.")
def summed_channels(gradients):
    return gradients.abs().sum(dim=1)


@my_strength.mistake("You took the smallest of the channels: the largest is asked for, `.amax(dim=1)`.")
def smallest(gradients):
    return gradients.abs().amin(dim=1)


@my_strength.mistake("You took the channel in the middle, the median: the largest is asked for, `.amax(dim=1)`.")
def median(gradients):
    return gradients.abs().median(dim=1).values


@my_strength.mistake(
    "You multiplied the channels with one another, so that one 0 is enough to make a pixel 0: take the largest, "
    "`.amax(dim=1)`."
)
def product(gradients):
    return gradients.abs().prod(dim=1)


@my_strength.mistake(
    "You took the root of the sum of squares, which is a fine measure of strength but not the paper's: absolute value, "
    "then the largest channel."
)
def length_of_the_gradient(gradients):
    return gradients.norm(dim=1)


@my_strength.mistake(
    "You took the root of the mean square, which is not the paper's measure: absolute value, then the largest channel."
)
def root_mean_square(gradients):
    return gradients.square().mean(dim=1).sqrt()


@my_strength.mistake("You summed the squares of the channels: take absolute values, and the largest of them.")
def sum_of_squares(gradients):
    return gradients.square().sum(dim=1)


@my_strength.mistake(
    "You squared the numbers. You found the right channel, but its size is asked for: `.abs()` in place of the square."
)
def squared(gradients):
    return gradients.square().amax(dim=1)


@my_strength.mistake("You averaged the squares of the channels: take absolute values, and the largest of them.")
def mean_of_squares(gradients):
    return gradients.square().mean(dim=1)


@my_strength.mistake("You took the root of the largest absolute value: leave the value as it is.")
def root(gradients):
    return gradients.abs().amax(dim=1).sqrt()


@my_strength.mistake(
    "You divided the sum of the channels by 3. Asked for is the largest of them, and there are not always three: "
    "`.amax(dim=1)`."
)
def a_third_of_the_sum(gradients):
    return gradients.abs().sum(dim=1) / 3


@my_strength.mistake(
    "You took the span from the smallest channel to the largest. Asked for is the largest absolute value: `.abs()`, "
    "then `.amax(dim=1)`."
)
def span(gradients):
    return gradients.amax(dim=1) - gradients.amin(dim=1)


@my_strength.mistake(
    "You weighed red, green and blue as for a gray picture. Asked for is the largest of the channels, however many."
)
def as_gray(gradients):
    weights = torch.tensor([0.299, 0.587, 0.114])
    return (gradients.abs() * weights[:, None, None]).sum(dim=1)


# The sign.


@my_strength.mistake(
    "You averaged the channels with their signs, so strong ones cancel. Absolute value first, and then the largest: "
    "`.abs().amax(dim=1)`."
)
def averaged_with_signs(gradients):
    return gradients.mean(dim=1)


@my_strength.mistake(
    "You summed the channels with their signs, so strong ones cancel. Absolute value first, and then the largest."
)
def summed_with_signs(gradients):
    return gradients.sum(dim=1)


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
    "You cut off what is negative of the channels' mean. Asked for is the largest absolute value: `.abs()`, then "
    "`.amax(dim=1)`."
)
def cut_off_mean(gradients):
    return gradients.mean(dim=1).relu()


@my_strength.mistake(
    "You took the smallest channel, signs and all: `.abs()` first, then the *largest*, `.amax(dim=1)`."
)
def smallest_with_signs(gradients):
    return gradients.amin(dim=1)


@my_strength.mistake(
    "You took the smallest channel and then its absolute value, so strong positive gradients are lost: `.abs()` first, "
    "then the *largest*."
)
def smallest_first(gradients):
    return gradients.amin(dim=1).abs()


@my_strength.mistake(
    "You looked at the negative gradients only. A strong positive one matters as much: `.abs()`, then `.amax(dim=1)`."
)
def negative_part(gradients):
    return (-gradients).relu().amax(dim=1)


@my_strength.mistake(
    "You found the strongest channel and kept its sign. The map says how strong, not in which direction: give the "
    "absolute value."
)
def strongest_with_its_sign(gradients):
    strongest = gradients.abs().argmax(dim=1, keepdim=True)
    return gradients.gather(1, strongest)[:, 0]


# The dimension.


@my_strength.mistake(
    "You looked at the first channel only, which is red: take the largest of all of them, `.amax(dim=1)`."
)
def red_alone(gradients):
    return gradients.abs()[:, 0]


@my_strength.mistake("You looked at channel 1 only, which is green: take the largest of all of them, `.amax(dim=1)`.")
def green_alone(gradients):
    return gradients.abs()[:, 1]


@my_strength.mistake("You looked at the last channel only: take the largest of all of them, `.amax(dim=1)`.")
def blue_alone(gradients):
    return gradients.abs()[:, -1]


@my_strength.mistake(
    "You looked at three channels, by their numbers. There can be more of them or fewer: `.amax(dim=1)` takes all that "
    "there are."
)
def three_by_name(gradients):
    red, green, blue = (gradients.abs()[:, channel] for channel in range(3))
    return torch.maximum(torch.maximum(red, green), blue)


@my_strength.mistake(
    "You looked at three channels by their numbers, and without an absolute value: `.abs()`, and then `.amax(dim=1)`, "
    "which takes all channels that there are."
)
def three_with_signs(gradients):
    red, green, blue = (gradients[:, channel] for channel in range(3))
    return torch.maximum(torch.maximum(red, green), blue)


@my_strength.mistake(
    "You took the largest over the *images*: dimension 0 is the batch, and the channels are dimension 1."
)
def over_the_batch(gradients):
    return gradients.abs().amax(dim=0)


@my_strength.mistake("You took the largest over the rows, dimension 2: the channels are dimension 1.")
def over_the_rows(gradients):
    return gradients.abs().amax(dim=2)


@my_strength.mistake(
    "You took the largest over the columns: dimension 3, or −1, is W here. The channels are dimension 1, not the last "
    "one."
)
def over_the_columns(gradients):
    return gradients.abs().amax(dim=3)


@my_strength.mistake(
    "You took the largest over all positions, which leaves a number for each channel. Asked for is a number for each "
    "*pixel*: the largest over the channels, `.amax(dim=1)`."
)
def over_the_positions(gradients):
    return gradients.abs().amax(dim=(2, 3))


@my_strength.mistake(
    "You gave one number for each image. Asked for is a number for each *pixel*: the largest over the channels alone, "
    "`.amax(dim=1)`."
)
def one_for_an_image(gradients):
    return gradients.abs().amax(dim=(1, 2, 3))


@my_strength.mistake("You gave the first image's channels. Each image has a map: `.abs()`, then `.amax(dim=1)`.")
def channels_of_the_first_image(gradients):
    return gradients[0].abs()


@my_strength.mistake("The numbers are right, and each map comes in one long row: leave out `.flatten(1)`.")
def in_a_row(gradients):
    return gradients.abs().amax(dim=1).flatten(1)


@my_strength.mistake("You gave the largest number of all: say over which dimension to take it, `.amax(dim=1)`.")
def over_everything(gradients):
    return gradients.abs().max()


@my_strength.mistake("That is the map of the first image alone: each image of the batch has one.")
def first_image_alone(gradients):
    return gradients[0].abs().amax(dim=0)


@my_strength.mistake(
    "The channels are still there: after the absolute value, take the largest of them, `.amax(dim=1)`."
)
def absolute_values_alone(gradients):
    return gradients.abs()


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


# A step too many.


@my_strength.mistake(
    "You scaled each map to a maximum of 1. Leave the numbers as they are; only for a picture would you scale them."
)
def scaled_to_1(gradients):
    maps = gradients.abs().amax(dim=1)
    return maps / maps.amax(dim=(1, 2), keepdim=True)


@my_strength.mistake(
    "You scaled all maps by the largest number in the batch, so a map depends on its neighbors: leave the numbers as "
    "they are."
)
def scaled_by_the_batch(gradients):
    maps = gradients.abs().amax(dim=1)
    return maps / maps.max()


@my_strength.mistake(
    "You stretched each map from its minimum to its maximum, and a map that is the same everywhere becomes NaN: leave "
    "the numbers as they are."
)
def stretched(gradients):
    maps = gradients.abs().amax(dim=1)
    low, high = maps.amin(dim=(1, 2), keepdim=True), maps.amax(dim=(1, 2), keepdim=True)
    return (maps - low) / (high - low)


@my_strength.mistake("You stretched each map from 0 to 1, with care for blank ones: leave the numbers as they are.")
def normalized(gradients):
    return normalize(gradients.abs().amax(dim=1))


@my_strength.mistake("You divided each map by its sum, and a map of zeros becomes NaN: leave the numbers as they are.")
def shares(gradients):
    maps = gradients.abs().amax(dim=1)
    return maps / maps.sum(dim=(1, 2), keepdim=True)


@my_strength.mistake("You made whole numbers of them: leave out `int`, `.int()` or `.long()`.")
def whole_numbers(gradients):
    return gradients.abs().amax(dim=1).int()


@my_strength.mistake(
    "You wrote into the gradients that you were given: `.abs()`, without the underscore, makes a new tensor."
)
def in_place(gradients):
    return gradients.abs_().amax(dim=1)


# Two at once.
for known in list(my_strength.mistakes):
    if known.version in (
        averaged_channels, summed_channels, averaged_with_signs, summed_with_signs, cancelled_in_the_mean,
        cancelled_in_the_sum, largest_first, no_absolute_value, cut_off, length_of_the_gradient,
    ):  # fmt: skip

        def kept(gradients, version=known.version):
            return version(gradients)[:, None]

        kept.__name__ = f"{known.version.__name__}_and_kept"
        my_strength.mistake(f"{known.sentence} And a dimension of size 1 is left where the channels were.")(kept)
