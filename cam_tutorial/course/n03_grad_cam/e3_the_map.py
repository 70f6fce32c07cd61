"""Exercise 3.3: the map, and where its ReLU stands.

A long file, because it is a table: three lines a mistake.
"""

import torch

from cam_tutorial import models, zoo
from cam_tutorial.course.material import stacks, turtle
from cam_tutorial.practice.exercise import exercise

from . import solutions
from .solutions import my_alpha

# One image; one map; one place; square maps; as many images as maps, rows and columns.
SPECIAL = ((1, 3, 4, 2), (2, 1, 3, 4), (1, 1, 2, 3), (3, 4, 1, 1), (2, 3, 4, 4), (3, 3, 3, 3))


def weights_and_maps(generator):
    """Maps of both signs, as in the middle of a network; with the ReLU at the end, without, and by default."""
    maps = stacks(generator) * 2 + stacks(generator, SPECIAL)
    flags = [(True,), (False,), (), (False,), (True,), (), (), (False,), (), (True,), (), (False,)]
    cases = [(torch.randn(*A.shape[:2], generator=generator), A, *flag) for A, flag in zip(maps, flags, strict=True)]
    against = maps[0].abs()
    return [*cases, (-cases[0][0].abs(), against), (cases[0][0], torch.zeros_like(against), True)]


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


def cut(L, relu):
    return L.relu() if relu else L


def lowest(L, dim=(1, 2)):
    return L.amin(dim=dim, keepdim=True)


def highest(L, dim=(1, 2)):
    return L.amax(dim=dim, keepdim=True)


def made(how, sentence):
    """A mistake: `how(alpha, A, relu)` is the map."""

    def version(alpha, A, relu=True):
        return how(alpha, A, relu)

    my_map.mistake(sentence)(version)


def ended(end, sentence):
    """A mistake at the end: `end(L)` stands where the ReLU should, L being the signed map."""
    made(lambda alpha, A, relu: end(weighed(alpha, A).sum(dim=1)) if relu else weighed(alpha, A).sum(dim=1), sentence)


def shown(finish, sentence):
    """A mistake after the end: something is done to the finished map, with its ReLU or signed."""
    made(lambda alpha, A, relu: finish(cut(weighed(alpha, A).sum(dim=1), relu)), sentence)


def summed(add, sentence):
    """A mistake in the sum: `add` stands in place of `.sum(dim=1)`."""
    made(lambda alpha, A, relu: cut(add(weighed(alpha, A)), relu), sentence)


def with_weights(alpha_of, sentence):
    """A mistake in the weights: `alpha_of(alpha, A)` is used in place of `alpha`."""
    made(lambda alpha, A, relu: cut(weighed(alpha_of(alpha, A), A).sum(dim=1), relu), sentence)


OWN_SCALE = "Leave the map in the network's own scale."
BY_DEFAULT = "The default is `relu=True`, as in the stub's first line."

# Where the ReLU stands.
made(
    lambda alpha, A, relu: cut(weighed(alpha, A), relu).sum(dim=1),
    "Your ReLU stands on each weighted map, before the sum, so that what speaks against the class can cancel nothing: "
    "add up first, and cut off once.",
)
made(
    lambda alpha, A, relu: weighed(alpha, A).relu().sum(dim=1),
    "Your ReLU stands on each weighted map, before the sum, and with `relu=False` too. Add up first, and cut off the "
    "sum if `relu` says so.",
)
made(
    lambda alpha, A, relu: weighed(cut(alpha, relu), A).sum(dim=1),
    "Your ReLU stands on α, so that maps that speak against the class drop out. Keep all α, and cut off the finished "
    "sum.",
)
made(
    lambda alpha, A, relu: cut(weighed(cut(alpha, relu), A).sum(dim=1), relu),
    "You cut off α as well as the sum, so that maps that speak against the class drop out. Once is right: on the sum.",
)
made(
    lambda alpha, A, relu: cut(weighed(alpha.relu(), A).sum(dim=1), relu),
    "You cut off α below zero, whatever `relu` says, so that maps that speak against the class drop out. Keep all α.",
)
made(
    lambda alpha, A, relu: weighed(alpha, cut(A, relu)).sum(dim=1),
    "Your ReLU stands on the maps `A`. What they hold stays as it is: cut off the finished sum, and nothing before.",
)
made(
    lambda alpha, A, relu: cut(weighed(alpha, cut(A, relu)).sum(dim=1), relu),
    "You cut off the maps `A` as well as the sum. What they hold stays as it is: the ReLU stands on the sum alone.",
)
made(
    lambda alpha, A, relu: cut(weighed(alpha, A.relu()).sum(dim=1), relu),
    "You cut off the maps `A`, whatever `relu` says. What they hold stays as it is: the ReLU stands on the sum alone.",
)
made(
    lambda alpha, A, relu: cut(weighed(alpha.relu(), A.relu()).sum(dim=1), relu),
    "You cut off α and the maps `A` below zero. Both stay as they are: cut off the finished sum alone.",
)
made(
    lambda alpha, A, relu: weighed(alpha, A).sum(dim=1).abs(),
    "You took the absolute value, and with `relu=False` too. `.relu()` makes zero of what is negative, if asked to.",
)
made(
    lambda alpha, A, relu: weighed(alpha, A).sum(dim=1),
    "The ReLU is missing: your map has negative values with `relu=True` too. End with `L.relu() if relu else L`.",
)
made(
    lambda alpha, A, relu: weighed(alpha, A).sum(dim=1).relu(),
    "Your ReLU is always on. With `relu=False` the signed sum is asked for: `return L.relu() if relu else L`.",
)
made(
    lambda alpha, A, relu: cut(weighed(alpha, A).sum(dim=1), not relu),
    "Your ReLU is on when `relu` is False, and off when it is True: `L.relu() if relu else L`.",
)


@my_map.mistake(f"Called without `relu`, your map has negative values. {BY_DEFAULT}")
def off_by_default(alpha, A, relu=False):
    return cut(weighed(alpha, A).sum(dim=1), relu)


# What stands in its place.
ended(
    lambda L: L.abs(),
    "You took the absolute value, so that what speaks against the class glows as if it spoke for it: `.relu()` makes "
    "it zero.",
)
ended(lambda L: (-L).relu(), "You turned the sign before the ReLU: that is what speaks *against* the class.")
ended(lambda L: L.clamp(max=0), "You kept what is below zero, and cut off what is above: `.relu()` is `.clamp(min=0)`.")
ended(lambda L: L.clamp(0, 1), f"You cut off above 1, too. The ReLU cuts off below 0 alone. {OWN_SCALE}")
ended(lambda L: L.sigmoid(), "You used a sigmoid, which makes 0.5 of a place that says nothing: `.relu()`.")
ended(
    lambda L: torch.nn.functional.leaky_relu(L),
    "You used a leaky ReLU, which leaves a hundredth of what is negative: `.relu()` leaves 0.",
)
ended(lambda L: torch.nn.functional.gelu(L), "You used a GELU, which changes all values: `.relu()`.")
ended(lambda L: torch.nn.functional.softplus(L), "You used a softplus, which is above 0 everywhere: `.relu()`.")
ended(
    lambda L: (L > 0).float(),
    "That is 1 where the map is positive. Keep the values: `.relu()` changes those below 0 alone.",
)
ended(lambda L: L - lowest(L), f"You subtracted the minimum, so that places that say nothing glow. {OWN_SCALE}")
ended(
    lambda L: (L - lowest(L)) / (highest(L) - lowest(L)),
    "You stretched the map from its minimum to its maximum, so that places that say nothing glow. Put zero where it is "
    "negative, and leave the scale alone.",
)
ended(
    lambda L: (L - lowest(L)) / (highest(L) - lowest(L)).clamp(min=1e-8),
    "You stretched the map from its minimum to its maximum, with a floor against 0 / 0: places that say nothing glow "
    "all the same. Put zero where it is negative, and leave the scale alone.",
)
ended(
    lambda L: (L - L.min()) / (L.max() - L.min()),
    "You stretched all maps together from their minimum to their maximum. Put zero where they are negative, and leave "
    "the scale alone.",
)
ended(
    lambda L: L.relu() / highest(L.relu()),
    "You divided the map by its maximum. Leave it in the network's own scale: a blank map would give NaN, and a faint "
    "one would look like a strong one.",
)
ended(
    lambda L: L.relu() / highest(L.relu()).clamp(min=1e-8),
    "You divided the map by its maximum, of at least 1e-8. Leave it in the network's own scale, so that a faint map "
    "stays faint.",
)
ended(
    lambda L: L.relu() / L.relu().max(),
    "You divided by the maximum of all maps, so that one image's map hangs on the others. Leave the scale alone.",
)
shown(
    lambda L: L / highest(L),
    "You divided the map by its maximum, the signed one too: leave it in the network's own scale.",
)
shown(
    lambda L: L / L.abs().amax(dim=(1, 2), keepdim=True),
    "You divided the map by its largest absolute value: leave it in the network's own scale.",
)
shown(
    lambda L: (L - lowest(L)) / (highest(L) - lowest(L)),
    "You stretched the finished map from 0 to 1, the signed one too: leave it in the network's own scale.",
)
shown(
    lambda L: L / L.max(),
    "You divided by the maximum of all maps, the signed ones too: leave them in the network's own scale.",
)
shown(lambda L: L.sigmoid(), "There is a sigmoid on the finished map: leave it in the network's own scale.")
shown(lambda L: L.tanh(), "There is a tanh on the finished map: leave it in the network's own scale.")
shown(
    lambda L: torch.nn.functional.interpolate(L[:, None], scale_factor=2)[:, 0],
    "You enlarged the map. Leave it at the size of the maps, (N, H, W): enlarging is for the picture.",
)
shown(
    lambda L: L / L.sum(dim=(1, 2), keepdim=True),
    "You divided the map by its sum: leave it in the network's own scale.",
)

# The weights.
made(
    lambda alpha, A, relu: cut(A.sum(dim=1), relu),
    "You added up the maps as they are. Each map counts as much as its α says: multiply by `alpha` first.",
)
made(
    lambda alpha, A, relu: cut(A.mean(dim=1), relu),
    "You averaged the maps as they are: multiply by `alpha` first, and add up.",
)
with_weights(
    lambda alpha, A: alpha.abs(), "You took the absolute values of α: a map that speaks against the class has a minus."
)
with_weights(lambda alpha, A: -alpha, "You have a minus too many: a positive α speaks for the class.")
with_weights(lambda alpha, A: alpha.softmax(dim=1), "You put α through a softmax. The weights are used as they are.")
with_weights(
    lambda alpha, A: alpha / alpha.sum(dim=1, keepdim=True),
    "You made the α of each image add up to 1. The weights are used as they are.",
)
with_weights(
    lambda alpha, A: alpha / alpha.norm(dim=1, keepdim=True),
    "You brought the α of each image to the length 1. The weights are used as they are.",
)
with_weights(
    lambda alpha, A: alpha / (A.shape[2] * A.shape[3]),
    "You divided by Z. α holds the 1/Z already: the weights are used as they are.",
)
with_weights(lambda alpha, A: alpha**2, "You multiplied by α twice. Once is enough.")
with_weights(
    lambda alpha, A: alpha.flip(1), "You used each image's α from the last to the first: α_k belongs to map k."
)
with_weights(
    lambda alpha, A: alpha.flip(0), "You used the α of the images in reversed order: row n belongs to image n."
)
with_weights(
    lambda alpha, A: alpha[:1],
    "You used the first image's α for all images: row n of α belongs to image n. Multiply by all of `alpha`.",
)
with_weights(
    lambda alpha, A: alpha[-1:],
    "You used the last image's α for all images: row n of α belongs to image n. Multiply by all of `alpha`.",
)
with_weights(
    lambda alpha, A: alpha.mean(dim=0, keepdim=True),
    "You averaged α over the images: row n of α belongs to image n. Multiply by all of `alpha`.",
)
with_weights(
    lambda alpha, A: alpha.sum(dim=0, keepdim=True),
    "You added up α over the images: row n of α belongs to image n. Multiply by all of `alpha`.",
)
with_weights(
    lambda alpha, A: alpha[:, :1],
    "You weighed all maps with the α of the first one: α_k belongs to map k.",
)
with_weights(
    lambda alpha, A: alpha.mean(dim=1, keepdim=True),
    "You weighed all maps with the mean of the α: α_k belongs to map k.",
)
made(
    lambda alpha, A, relu: cut((alpha[:, :, None, None] + A).sum(dim=1), relu),
    "You added α to the maps. It is a weight: multiply by it.",
)
made(
    lambda alpha, A, relu: cut(torch.einsum("nk,mkhw->nhw", alpha, A), relu),
    "You weighed the maps of all images with the α of each, and added them up. Image n has its own α and its own maps: "
    "the n must be the same, `nk,nkhw->nhw`.",
)

# The sum.
summed(lambda each: each.mean(dim=1), "You averaged over the maps. The formula has a sum over k: `.sum(dim=1)`.")
summed(
    lambda each: each.amax(dim=1),
    "You took the largest of the weighted maps in each place. Add them up: `.sum(dim=1)`.",
)
summed(lambda each: each.prod(dim=1), "You multiplied the weighted maps with one another. Add them up: `.sum(dim=1)`.")
summed(lambda each: each[:, 0], "That is the first weighted map alone. Add up all K of them: `.sum(dim=1)`.")
summed(lambda each: each[:, -1], "That is the last weighted map alone. Add up all K of them: `.sum(dim=1)`.")
summed(lambda each: each[:, :-1].sum(dim=1), "The last map is missing from your sum: it goes over all K of them.")
summed(lambda each: each[:, 1:].sum(dim=1), "The first map is missing from your sum: it goes over all K of them.")
summed(
    lambda each: each.sum(dim=(0, 1)),
    "You added up the images as well, and one map is left: sum over the maps alone, `dim=1`. Each image has a map of "
    "its own.",
)
summed(
    lambda each: each.sum(dim=1).sum(dim=0, keepdim=True).expand(len(each), -1, -1),
    "All images have the same map, the sum of theirs: sum over the maps alone, `dim=1`.",
)
summed(
    lambda each: each.sum(dim=0),
    "You added up the images, dimension 0. The sum over k goes over the maps, which are dimension 1.",
)
summed(
    lambda each: each.sum(dim=(2, 3)),
    "You added up the places, and kept the maps. It is the other way around: `.sum(dim=1)`.",
)
summed(
    lambda each: each.mean(dim=(2, 3)),
    "You averaged over the places, and kept the maps. It is the other way around: `.sum(dim=1)`.",
)
summed(lambda each: each.sum(dim=-1), "You added up the columns, the last dimension. The maps are dimension 1.")
summed(lambda each: each.sum(dim=2), "You added up the rows, dimension 2. The maps are dimension 1.")
summed(lambda each: each.sum(dim=(1, 2, 3)), "You added up the places as well: sum over the maps alone, `dim=1`.")
summed(lambda each: each.sum(), "You added up everything, and one number is left: sum over the maps alone, `dim=1`.")
summed(
    lambda each: each.sum(dim=1)[0],
    "That is the map of the first image alone: leave out the `[0]`, and give one map an image, (N, H, W).",
)
summed(
    lambda each: each.sum(dim=1)[:1],
    "That is the map of the first image alone, (1, H, W): give one map an image, (N, H, W).",
)
summed(
    lambda each: each.sum(dim=1).cumsum(dim=0),
    "Each map holds those of the images before it: start each image's sum at 0.",
)
summed(
    lambda each: each,
    "You stopped before the sum: these are the K weighted maps of each image. Add them up over dimension 1.",
)
summed(
    lambda each: each.sum(dim=1, keepdim=True),
    "You kept a dimension of 1 for the maps, (N, 1, H, W). Asked for is (N, H, W): leave out `keepdim=True`.",
)
summed(
    lambda each: each.sum(dim=1).squeeze(),
    "The numbers are right, but `squeeze()` drops every dimension of size 1: with one image, or one place, the shape "
    "is no longer (N, H, W). `.sum(dim=1)` leaves it as it should be.",
)
summed(
    lambda each: each.sum(dim=1).transpose(1, 2),
    "Rows and columns of your maps are swapped. Asked for is (N, H, W), as in `A`.",
)
summed(
    lambda each: each.sum(dim=1).flatten(1),
    "The numbers are right, each map in one long row. Asked for is (N, H, W): keep rows and columns.",
)

# Two at once.
made(
    lambda alpha, A, relu: cut(weighed(alpha, A).relu().mean(dim=1), relu),
    "Your ReLU stands on each weighted map, before the sum, and you average: add up first, `.sum(dim=1)`, "
    "and cut off the sum.",
)
made(
    lambda alpha, A, relu: weighed(alpha, A).mean(dim=1),
    "The ReLU is missing, and you averaged over the maps: `.sum(dim=1)`, and `L.relu() if relu else L`.",
)
made(
    lambda alpha, A, relu: weighed(alpha, A).mean(dim=1).relu(),
    "You averaged over the maps, `.sum(dim=1)` is right, and your ReLU is on with `relu=False` too.",
)


@my_map.mistake(
    "`@` pairs the maps' rows and columns with α, which belongs to whole maps: `alpha[:, :, None, None] * A`, and then "
    "`.sum(dim=1)`."
)
def a_matrix_product(alpha, A, relu=True):
    return cut(alpha @ A, relu)


@my_map.mistake(
    "The shapes of α and the maps do not fit: they are lined up from the right, so α needs two more dimensions at its "
    "end, `alpha[:, :, None, None]`, which has (N, K, 1, 1)."
)
def shapes_that_do_not_fit(alpha, A, relu=True):
    return cut((alpha * A).sum(dim=1), relu)
