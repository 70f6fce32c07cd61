"""Exercise 18.1: LayerCAM.

A long file, because it is a table: three lines a mistake.
"""

import torch

from cam_tutorial.practice.exercise import exercise

from . import solutions
from .material import maps_and_gradients, turtle_maps

my_layer_cam = exercise(
    "18.1",
    "LayerCAM",
    minutes=3,
    difficulty=1,
    cases=maps_and_gradients,
    picture=turtle_maps,
    signed=False,
    hints=[
        "It is HiResCAM, `(gradient * A).sum(dim=1)`, with one thing more before the product.",
        "Cut the negative derivatives off first: `gradient.relu() * A`. The ReLU on the sum stays.",
    ],
)(solutions.my_layer_cam)


def made(how, sentence):
    """A mistake: `how(A, gradient)`."""

    def version(A, gradient):
        return how(A, gradient)

    my_layer_cam.mistake(sentence)(version)


def right(A, g):
    return (g.relu() * A).sum(dim=1).relu()


def highest(L):
    return L.amax(dim=(1, 2), keepdim=True)


def lowest(L):
    return L.amin(dim=(1, 2), keepdim=True)


MEAN = {"dim": (2, 3), "keepdim": True}

# The gradient.
made(
    lambda A, g: (g * A).sum(dim=1).relu(),
    "That is HiResCAM: the negative derivatives are still in. Cut them off before the product, `gradient.relu()`.",
)
made(
    lambda A, g: (g.mean(**MEAN) * A).sum(dim=1).relu(),
    "That is Grad-CAM: you average the gradient over the places. Each value keeps its own derivative here.",
)
made(
    lambda A, g: (g.relu().mean(**MEAN) * A).sum(dim=1).relu(),
    "You average the positive derivatives over the places. Each value keeps its own: leave out the mean.",
)
made(
    lambda A, g: (g.relu().sum(**MEAN) * A).sum(dim=1).relu(),
    "You add up the positive derivatives of each map. Each value keeps its own: leave out the sum over the places.",
)
made(
    lambda A, g: (g.mean(**MEAN).relu() * A).sum(dim=1).relu(),
    "You average first and cut off afterward, which is one weight a map. Each value keeps its own derivative.",
)
made(
    lambda A, g: (g.abs() * A).sum(dim=1).relu(),
    "You took the absolute value of the gradient, so that what speaks against the class counts as if for it: "
    "`relu()` in place of `abs()`.",
)
made(
    lambda A, g: ((-g).relu() * A).sum(dim=1).relu(),
    "You kept the negative derivatives and cut off the positive ones: `gradient.relu()`, without the minus.",
)
made(
    lambda A, g: ((g > 0) * A).sum(dim=1).relu(),
    "You multiply by 1 where the derivative is positive. Multiply by the derivative itself: `gradient.relu()`.",
)
made(
    lambda A, g: (g.relu() ** 2 * A).sum(dim=1).relu(),
    "You multiplied by the derivative twice. Once is enough.",
)
made(lambda A, g: g.relu().sum(dim=1), "The maps are missing: multiply the positive derivatives by `A`, then sum.")
made(lambda A, g: A.sum(dim=1).relu(), "The gradient is missing: multiply `A` by `gradient.relu()`, then sum.")
made(lambda A, g: (g.relu() + A).sum(dim=1).relu(), "You added gradient and maps. ⊙ is a product, place by place: `*`.")
made(
    lambda A, g: g.relu().sum(dim=1) * A.sum(dim=1).relu(),
    "You added up gradient and maps before you multiplied. The product comes first, map by map.",
)
made(
    lambda A, g: (g.softmax(dim=1) * A).sum(dim=1).relu(),
    "You put the gradient through a softmax. Cut the negative part off, and use the rest as it is.",
)

# Where the ReLUs stand.
made(
    lambda A, g: (g * A).relu().sum(dim=1),
    "Your ReLU stands on the products. A negative derivative times a negative value gets through there, and what is "
    "negative in a map can cancel nothing: cut off the gradient before the product, and the sum after it.",
)
made(
    lambda A, g: (g.relu() * A).relu().sum(dim=1),
    "What is negative in a map can cancel nothing, because a ReLU stands on the maps or on each product. One belongs "
    "on the gradient, before the product, and one on the sum.",
)
made(
    lambda A, g: (g * A.relu()).sum(dim=1).relu(),
    "You cut off the maps and not the gradient, or the two are swapped. The ReLU inside stands on the gradient: "
    "`gradient.relu() * A`.",
)
made(
    lambda A, g: (g.relu() * A).sum(dim=1),
    "The ReLU on the sum is missing: a layer without a ReLU has negative values, and so has your map.",
)
made(
    lambda A, g: (g.relu() * A).sum(dim=1).abs(),
    "You took the absolute value of the sum. Cut the negative part off instead: `.relu()`.",
)
made(
    lambda A, g: (g * A).sum(dim=1),
    "Both ReLUs are missing: one stands on the gradient, before the product, and one on the sum.",
)

# The sum and the shape.
made(lambda A, g: (g.relu() * A).mean(dim=1).relu(), "You averaged over the maps. The formula has a sum over k.")
made(
    lambda A, g: (g.relu() * A).amax(dim=1).relu(),
    "You took the largest product in each place. The formula has a sum over k.",
)
made(
    lambda A, g: (g.relu() * A).relu(),
    "You stopped before the sum: that is one map for each k. Add them up over dimension 1, then cut off.",
)
made(
    lambda A, g: g.relu() * A,
    "You stopped before the sum: that is one map for each k. Add them up over dimension 1, then cut off.",
)
made(
    lambda A, g: (g.relu() * A).sum(dim=(2, 3)).relu(),
    "You summed over the places, which leaves a number a map. Sum over the maps, dimension 1.",
)
made(
    lambda A, g: (g.relu() * A).sum(dim=0).relu(),
    "You summed over the images. Each has a map of its own: sum over dimension 1, the maps.",
)
made(lambda A, g: (g.relu() * A).sum().relu(), "You summed everything to one number. Sum over dimension 1 alone.")
made(
    lambda A, g: (g.relu() * A).sum(dim=1, keepdim=True).relu(),
    "You kept a dimension of 1 for the maps. Asked for is (N, h, w): leave out `keepdim`.",
)
made(
    lambda A, g: right(A, g).squeeze(),
    "The numbers are right, but `squeeze()` drops every dimension of size 1, a batch of one as well: leave it out.",
)
made(lambda A, g: right(A, g)[0], "That is the map of the first image alone: give one an image, (N, h, w).")
made(
    lambda A, g: right(A, g) / highest(right(A, g)),
    "You divided by the maximum, which is 0/0 for a blank map. Leave the maps in the network's own scale.",
)
made(
    lambda A, g: right(A, g) / highest(right(A, g)).clamp(min=1e-8),
    "You divided by the maximum. Leave the maps in the network's own scale, so that a faint one stays faint.",
)
made(
    lambda A, g: (right(A, g) - lowest(right(A, g))) / (highest(right(A, g)) - lowest(right(A, g))),
    "You scaled each map to [0, 1]. Leave the maps in the network's own scale, so that a faint one stays faint.",
)
for factor in (1, 2):
    made(
        lambda A, g, factor=factor: torch.tanh(factor * right(A, g)),
        "There is a tanh on the finished map. Leave the map in the network's own scale.",
    )
made(
    lambda A, g: (g.relu() @ A.transpose(2, 3)).sum(dim=1).relu(),
    "`@` multiplies rows with columns. ⊙ is place by place: `gradient.relu() * A`.",
)
made(
    lambda A, g: (-(-g).relu() * A).sum(dim=1).relu(),
    "You kept the negative derivatives and cut off the positive ones. It is the other way round: `gradient.relu()`.",
)
for dimension, places in ((2, "rows"), (3, "columns")):
    made(
        lambda A, g, dimension=dimension: (g.relu() * A).sum(dim=dimension).relu(),
        f"You summed over the {places}, dimension {dimension}. Sum over the maps, dimension 1.",
    )
