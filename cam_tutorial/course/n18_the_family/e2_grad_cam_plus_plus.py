"""Exercise 18.2: Grad-CAM++.

A long file, because it is a table: three lines a mistake.
"""

import torch

from cam_tutorial.practice.exercise import exercise

from . import solutions
from .material import maps_and_gradients, turtle_maps

my_grad_cam_plus_plus = exercise(
    "18.2",
    "Grad-CAM++",
    minutes=8,
    difficulty=2,
    cases=maps_and_gradients,
    picture=turtle_maps,
    signed=False,
    hints=[
        "First the denominator, for all places at once: `A.sum(dim=(2, 3), keepdim=True)` has shape (N, K, 1, 1).",
        "Where the derivative is 0, the fraction is 0/0. `torch.where(below == 0, 0.0, above / below)` gives 0 there.",
        "Then u_k: multiply the fractions by `gradient.relu()` and sum over the places, dimensions 2 and 3.",
        "The end is Grad-CAM's: `(u * A).sum(dim=1).relu()`.",
    ],
)(solutions.my_grad_cam_plus_plus)


ALL = {"dim": (2, 3), "keepdim": True}


def total(A):
    return A.sum(**ALL)


def fraction(A, g, above=None, below=None):
    """α, or the same with another numerator or denominator."""
    above = g**2 if above is None else above
    below = 2 * g**2 + total(A) * g**3 if below is None else below
    return torch.where(below == 0, 0.0, above / below)


def weights(A, g, alpha=None):
    return ((fraction(A, g) if alpha is None else alpha) * g.relu()).sum(**ALL)


def summed(w, A):
    return (w * A).sum(dim=1).relu()


def right(A, g):
    return summed(weights(A, g), A)


def made(how, sentence):
    """A mistake: `how(A, gradient)`."""

    def version(A, gradient):
        return how(A, gradient)

    my_grad_cam_plus_plus.mistake(sentence)(version)


def alpha_of(alpha, sentence):
    """A mistake in the fraction: `alpha(A, gradient)`."""
    made(lambda A, g: summed(weights(A, g, alpha(A, g)), A), sentence)


def weight_of(w, sentence):
    """A mistake in the weights: `w(A, gradient)`, (N, K, 1, 1)."""
    made(lambda A, g: summed(w(A, g), A), sentence)


# Zeros and small numbers.
alpha_of(
    lambda A, g: g**2 / (2 * g**2 + total(A) * g**3),
    "Where a derivative is 0, you divide 0 by 0, and one NaN makes a whole map NaN: let α be 0 there, with "
    "`torch.where(below == 0, 0.0, above / below)`.",
)
for power in (6, 8):
    alpha_of(
        lambda A, g, e=10.0**-power: g**2 / (2 * g**2 + total(A) * g**3 + e),
        "The number that you add against dividing by 0 is too large: derivatives of 0.001 have squares of 0.000001, "
        "and it changes their α. Ask where the denominator is 0, with `torch.where`.",
    )
for power in (6, 8):
    alpha_of(
        lambda A, g, e=10.0**-power: g**2 / (2 * g**2 + total(A) * g**3).clamp(min=e),
        "`clamp` puts a larger number in place of small denominators, and derivatives of 0.001 have denominators of "
        "0.000002. Ask where the denominator is exactly 0, with `torch.where`.",
    )
made(
    lambda A, g: summed(weights(A, g, g**2 / (2 * g**2 + total(A) * g**3)), A).nan_to_num(),
    "You replaced the NaN of the finished map, and with it went the whole map. It comes from single derivatives that "
    "are 0: replace it in α, before you sum.",
)
made(
    lambda A, g: summed(weights(A, g, g**2 / (2 * g**2 + total(A) * g**3)).nan_to_num(), A),
    "You replaced the NaN of the weights: one derivative of 0 costs a map its whole weight. Replace it in α, before "
    "you sum over the places.",
)

# α.
alpha_of(
    lambda A, g: fraction(A, g, below=g**2 + total(A) * g**3),
    "The 2 in the denominator is missing: 2 g² + S g³.",
)
alpha_of(
    lambda A, g: fraction(A, g, below=2 * g**2 + A * g**3),
    "You took each place's own value of A. S is the sum over the whole map: `A.sum(dim=(2, 3), keepdim=True)`.",
)
alpha_of(
    lambda A, g: fraction(A, g, below=2 * g**2 + A.mean(**ALL) * g**3),
    "You took the mean of the map. S is its sum over the places.",
)
alpha_of(
    lambda A, g: fraction(A, g, below=2 * g**2 + (A * g**3).sum(**ALL)),
    "You summed A · g³ over the places. The sum is over the map alone; the g³ outside of it is the place's own.",
)
alpha_of(
    lambda A, g: fraction(A, g, below=2 * g**2 + total(A) * (g**3).sum(**ALL)),
    "You summed g³ over the places. The sum is over the map alone; the g³ is the place's own.",
)
alpha_of(
    lambda A, g: fraction(A, g, below=2 * g**2 + A.sum(dim=1, keepdim=True) * g**3),
    "You summed over the maps. S is one map's sum over its places, dimensions 2 and 3.",
)
alpha_of(
    lambda A, g: fraction(A, g, below=2 * g**2 + A.sum() * g**3),
    "You summed over all maps and images. S is one map's sum over its places, dimensions 2 and 3.",
)
alpha_of(
    lambda A, g: fraction(A, g, below=2 * g**2 - total(A) * g**3),
    "There is a minus in your denominator: it is 2 g² + S g³.",
)
alpha_of(
    lambda A, g: fraction(A, g, below=2 * g**2 + total(A) * g**2),
    "The last power is 3: the denominator is 2 g² + S g³.",
)
alpha_of(
    lambda A, g: fraction(A, g, above=g),
    "The numerator is g², and yours is g.",
)
alpha_of(
    lambda A, g: fraction(A, g, above=g**3),
    "There is one g too many in your weights: the numerator is g², and u_k = Σ α · relu(g).",
)
alpha_of(
    lambda A, g: g.abs(),
    "You weigh each derivative with its own size. α is the fraction g² / (2 g² + S g³).",
)
alpha_of(
    lambda A, g: fraction(A, g, above=torch.ones_like(g)),
    "The numerator is g², and yours is 1.",
)
alpha_of(
    lambda A, g: fraction(A, g) / fraction(A, g).sum(**ALL),
    "You made the α of a map sum up to 1. Use them as the formula gives them.",
)
alpha_of(
    lambda A, g: fraction(A, g, below=2 * g**2 + A.sum(dim=(0, 2, 3), keepdim=True) * g**3),
    "You summed over the images of the batch as well. S is one map's sum over its places, dimensions 2 and 3.",
)
alpha_of(
    lambda A, g: fraction(A, g, below=2 * g**3 + total(A) * g**2),
    "The powers in the denominator are swapped: it is 2 g² + S g³.",
)
alpha_of(
    lambda A, g: fraction(A, g, below=2 * (g**2 + total(A) * g**3)),
    "The 2 multiplies your whole denominator. It stands at g² alone: 2 g² + S g³.",
)
alpha_of(
    lambda A, g: fraction(A, g).relu(),
    "You cut off the α that are negative, which they are where S is far below 0. The ReLU stands on the derivative.",
)
made(
    lambda A, g: summed(weights(A, g, fraction(A.relu(), g)), A),
    "You cut off the maps in the denominator. S is the sum of A as it is.",
)

# The weights.
weight_of(
    lambda A, g: g.mean(**ALL),
    "That is Grad-CAM: the weight is the plain mean of the gradient. Here it is Σ α · relu(g).",
)
weight_of(
    lambda A, g: g.relu().mean(**ALL),
    "Your weight is the mean of the positive derivatives; α is missing. It is Σ α · relu(g).",
)
weight_of(
    lambda A, g: g.relu().sum(**ALL),
    "Your weight is the sum of the positive derivatives; α is missing. It is Σ α · relu(g).",
)
weight_of(
    lambda A, g: fraction(A, g).sum(**ALL),
    "You summed the α alone. Multiply each by relu(g) first: u_k = Σ α · relu(g).",
)
weight_of(
    lambda A, g: (fraction(A, g) * g).sum(**ALL),
    "The ReLU on the gradient is missing: u_k = Σ α · relu(g), so that only positive derivatives count.",
)
weight_of(
    lambda A, g: (fraction(A, g) * g).sum(**ALL).relu(),
    "Your ReLU stands on the finished weight. It belongs on each derivative: u_k = Σ α · relu(g).",
)
weight_of(
    lambda A, g: (fraction(A, g) * g).relu().sum(**ALL),
    "Your ReLU stands on the product α · g, where a negative α makes a negative derivative positive. It belongs on "
    "the derivative: α · relu(g).",
)
weight_of(
    lambda A, g: (fraction(A, g) * g.abs()).sum(**ALL),
    "You took the absolute value of the derivatives. Cut the negative ones off: relu(g).",
)
weight_of(
    lambda A, g: (fraction(A, g) * g.relu()).mean(**ALL),
    "You averaged α · relu(g) over the places. The weight is their sum.",
)
weight_of(
    lambda A, g: (fraction(A, g) * g.relu()).amax(**ALL),
    "You took the largest α · relu(g) of each map. The weight is their sum.",
)
weight_of(
    lambda A, g: weights(A, g)[:1],
    "You took the first image's weights for all. Each image has its own.",
)
weight_of(
    lambda A, g: weights(A, g).sum(dim=0, keepdim=True),
    "All images share their weights, which you summed over the batch. Each image has its own.",
)
made(
    lambda A, g: (fraction(A, g) * g.relu() * A).sum(dim=1).relu(),
    "You did not sum over the places, so each place has a weight of its own. In Grad-CAM++ a map has one weight.",
)

# The end.
made(lambda A, g: (weights(A, g) * A).sum(dim=1), "The ReLU on the finished sum is missing.")
made(
    lambda A, g: (weights(A, g) * A).relu().sum(dim=1),
    "Your ReLU stands on each weighted map. It belongs on the finished sum.",
)
made(lambda A, g: (weights(A, g) * A).sum(dim=1).abs(), "You took the absolute value of the sum. Cut off: `.relu()`.")
made(lambda A, g: (weights(A, g) * A).mean(dim=1).relu(), "You averaged over the maps. The formula has a sum over k.")
made(
    lambda A, g: (weights(A, g) * A).relu(),
    "You stopped before the sum: that is one map for each k. Add them up over dimension 1.",
)
made(lambda A, g: weights(A, g)[:, :, 0, 0], "These are the weights. The map is ReLU(Σ_k u_k A^k).")
made(
    lambda A, g: right(A, g)[:, None],
    "You kept a dimension of 1 for the maps. Asked for is (N, h, w).",
)
made(
    lambda A, g: right(A, g).squeeze(),
    "The numbers are right, but `squeeze()` drops every dimension of size 1, a batch of one as well: leave it out.",
)
made(lambda A, g: right(A, g)[0], "That is the map of the first image alone: give one an image, (N, h, w).")
made(
    lambda A, g: right(A, g) / right(A, g).amax(dim=(1, 2), keepdim=True).clamp(min=1e-12),
    "You divided by the maximum. Leave the maps in the network's own scale.",
)
made(lambda A, g: right(g, A), "Maps and gradient are swapped: the first argument is A.")
