"""Exercise 3.2: one weight a map, from the gradient.

A long file, because it is a table: three lines a mistake.
"""

import torch

from cam_tutorial.practice.exercise import exercise

from . import solutions
from .material import images_and_targets, special_batches


def batches(generator):
    """Several sizes, one image, and one map of one place."""
    return images_and_targets(generator) + special_batches(generator)


def scores_and_maps(attempt, network, images, target):
    """α, from the scores that a network gives and the maps that they were computed from."""
    A = network.trunk(images)
    y = network.head(A).gather(1, target[:, None])[:, 0]
    found = attempt(y, A)
    return {"the result": found, "whether something is left in the .grad of A": A.grad is not None}


my_alpha = exercise(
    "3.2",
    "One weight a map, from the gradient",
    minutes=8,
    difficulty=2,
    cases=batches,
    probe=scores_and_maps,
    hints=[
        "Two steps: the gradient of the scores at `A`, which has the shape of `A`, and its mean over the places.",
        "A gradient is taken of one number: `torch.autograd.grad(y.sum(), A)`. It gives a tuple, so unpack it: "
        "`(gradient,) = ...`.",
        "The places are the two last dimensions: `.mean(dim=(2, 3))` leaves (N, K).",
    ],
)(solutions.my_alpha)


def gradient_at(A, score):
    return torch.autograd.grad(score, A)[0]


def mean(gradient):
    return gradient.mean(dim=(2, 3))


def asked(score, sentence):
    """A mistake in what the gradient is taken of: `score(y)`."""
    my_alpha.mistake(sentence)(lambda y, A: mean(gradient_at(A, score(y))))


def made(finish, sentence):
    """A mistake in what becomes of the gradient `g` and the maps `A`: `finish(g, A)`."""
    my_alpha.mistake(sentence)(lambda y, A: finish(gradient_at(A, y.sum()), A.detach()))


SUM_THE_SCORES = "Take the gradient of `y.sum()`: no image's maps have an influence on another's score."
PLACES = "Average over the places alone, `.mean(dim=(2, 3))`."

# The wrong score.
asked(
    lambda y: y.mean(),
    "Your α shrink with the size of the batch, by 1/N, as they do when the scores are averaged, or the gradients "
    "over the images too. Each image keeps its own gradient in full: `y.sum()`, and a mean over the places alone.",
)
asked(lambda y: y[0], f"All images but the first have α = 0: only the first score has a part in it. {SUM_THE_SCORES}")
asked(lambda y: y[-1], f"All images but the last have α = 0: only the last score has a part in it. {SUM_THE_SCORES}")
asked(
    lambda y: y.max(),
    "All images have α = 0, but the one with the highest score: you took the largest of the scores alone. "
    f"{SUM_THE_SCORES}",
)
asked(lambda y: -y.sum(), "Your α have the opposite sign: there is a minus too many in front of the scores or of α.")
asked(
    lambda y: (y**2).sum(),
    f"You squared the scores first, so that each gradient is 2y times too large. {SUM_THE_SCORES}",
)
asked(lambda y: y.prod(), f"In the product of the scores each image's gradient hangs on the others. {SUM_THE_SCORES}")
asked(lambda y: y.abs().sum(), f"Where a score is negative, its α have the wrong sign: no `abs`. {SUM_THE_SCORES}")
asked(lambda y: y.norm(), f"The length of the row of scores mixes the images. {SUM_THE_SCORES}")
asked(lambda y: y.relu().sum(), "Where a score is negative, your α are 0: no ReLU on the scores, `y.sum()` as it is.")
asked(lambda y: y.exp().sum(), f"There is an `exp` on the scores. {SUM_THE_SCORES}")
asked(
    lambda y: y.sigmoid().sum(),
    "There is a sigmoid on the scores, which makes their gradients small: take the gradient of the logits, `y.sum()`.",
)
asked(
    lambda y: y.softmax(dim=0).sum(),
    "There is a softmax over the images: it always adds up to 1, and has no gradient. Take the logits, `y.sum()`.",
)
asked(
    lambda y: y.log_softmax(dim=0).sum(),
    f"There is a log-softmax over the images, which mixes them. {SUM_THE_SCORES}",
)

# The wrong mean.
made(
    lambda g, A: g.sum(dim=(2, 3)),
    "You summed the derivatives. The formula has 1/Z in front of the sums: take the mean over height and width.",
)
made(
    lambda g, A: g.sum(dim=(2, 3)) / g.shape[2],
    "Z is H · W: these are the sums, divided by the height H alone. Average over both, `.mean(dim=(2, 3))`.",
)
made(
    lambda g, A: g.sum(dim=(2, 3)) / g.shape[3],
    "Z is H · W: these are the sums, divided by the width W alone. Average over both, `.mean(dim=(2, 3))`.",
)
made(lambda g, A: g.sum(dim=(2, 3)) / g.shape[1], "Z is H · W: these are the sums, divided by the number of maps K.")
made(lambda g, A: g.sum(dim=(2, 3)) / len(g), "Z is H · W: these are the sums, divided by the number of images N.")
made(
    lambda g, A: g.sum(dim=(2, 3)) / g[0].numel(),
    "Z is the number of places of *one* map, H · W: these are the sums, divided by K · H · W.",
)
made(
    lambda g, A: g.sum(dim=(2, 3)) / g.numel(),
    "Z is the number of places of *one* map, H · W: these are the sums, divided by the count of all numbers, "
    "N · K · H · W.",
)
made(
    lambda g, A: g.sum(dim=(2, 3)) / sum(g.shape[2:]),
    "Z is H times W, the number of places: these are the sums, divided by H + W.",
)
made(lambda g, A: mean(g) / (g.shape[2] * g.shape[3]), "You divided by Z twice: `mean` holds the 1/Z already.")
made(lambda g, A: mean(g) * A.shape[1], "Your α are K times too large: it is the mean over the places, and no more.")
made(
    lambda g, A: g.mean(dim=(0, 2, 3)),
    "You averaged over the batch as well. Each image has its own α: leave dimension 0 alone, `.mean(dim=(2, 3))`.",
)
made(
    lambda g, A: g.mean(dim=(0, 2, 3)).expand(A.shape[:2]),
    f"All images have the same α, the mean over the batch. Each image has its own. {PLACES}",
)
made(lambda g, A: g.mean(dim=0), f"You averaged over the images, dimension 0. {PLACES}")
made(
    lambda g, A: g.mean(dim=1),
    "You averaged over the maps. Each of the K maps has a weight of its own: average over the places alone, "
    "dimensions 2 and 3.",
)
made(
    lambda g, A: g.mean(dim=(1, 2, 3)),
    "You averaged over maps and places, and one number an image is left. Asked for is one a *map*: average over "
    "dimensions 2 and 3.",
)
made(lambda g, A: g.mean(), f"You averaged over everything, and one number is left. Asked for is (N, K). {PLACES}")
made(
    lambda g, A: g.mean(dim=(1, 2)),
    "You averaged over dimensions 1 and 2. That is right for the maps of a single image, (K, H, W); with a batch in "
    "front the places are dimensions 2 and 3.",
)
made(lambda g, A: g.mean(dim=(1, 3)), f"You averaged over dimensions 1 and 3, the maps and the columns. {PLACES}")
made(lambda g, A: g.mean(dim=(0, 1)), f"You averaged over images and maps, and kept the places. {PLACES}")
made(
    lambda g, A: g.mean(dim=3),
    "You averaged over the columns alone, dimension 3. A place has a row, too: `dim=(2, 3)`.",
)
made(
    lambda g, A: g.mean(dim=2),
    "You averaged over the rows alone, dimension 2. A place has a column, too: `dim=(2, 3)`.",
)
made(
    lambda g, A: g.sum(dim=3), "You summed over the columns alone. α is the mean over all places: `.mean(dim=(2, 3))`."
)
made(lambda g, A: g.sum(dim=2), "You summed over the rows alone. α is the mean over all places: `.mean(dim=(2, 3))`.")
made(
    lambda g, A: g.amax(dim=(2, 3)),
    "You took the largest derivative of each map. α is the mean of all of them: `.mean(dim=(2, 3))`.",
)
made(
    lambda g, A: g.amin(dim=(2, 3)),
    "You took the smallest derivative of each map. α is the mean of all of them: `.mean(dim=(2, 3))`.",
)
made(
    lambda g, A: g.flatten(2).median(dim=2).values,
    "You took the median of the derivatives of each map. α is their mean: `.mean(dim=(2, 3))`.",
)
made(
    lambda g, A: g.flatten(2).norm(dim=2),
    "You took the length of each map's gradient, which has no sign. α is the mean: `.mean(dim=(2, 3))`.",
)
made(lambda g, A: g.square().mean(dim=(2, 3)), "You squared the derivatives, and the signs are gone: take their mean.")
made(
    lambda g, A: mean(g.square()).sqrt(),
    "You took the root of the mean square, and the signs are gone: take the mean of the derivatives as they are.",
)
made(lambda g, A: g.std(dim=(2, 3)), "You took the standard deviation of the derivatives. α is their mean.")
made(
    lambda g, A: g[:, :, g.shape[2] // 2, g.shape[3] // 2],
    "You took the derivative in the middle of each map. α is the mean of all of them: `.mean(dim=(2, 3))`.",
)
made(
    lambda g, A: g[:, :, 0, 0],
    "You took the derivative in each map's first place. α is the mean of all of them: `.mean(dim=(2, 3))`.",
)

# The signs.
made(
    lambda g, A: mean(g.relu()),
    "You cut off the negative derivatives before the mean. They are what tells one animal from another: no ReLU here, "
    "it comes once, on the finished map.",
)
made(
    lambda g, A: mean(g).relu(),
    "You cut off the negative α. A map that speaks against the class has a negative weight, and keeps it: the ReLU "
    "comes once, on the finished map.",
)
made(
    lambda g, A: mean(g.abs()),
    "You took absolute values before the mean, as if a derivative below zero spoke for the class: keep the signs.",
)
made(
    lambda g, A: mean(g).abs(),
    "You lost the sign of α: a negative one says that the map speaks against the class. Leave out `abs`.",
)
made(
    lambda g, A: g.relu().sum(dim=(2, 3)) / (g > 0).sum(dim=(2, 3)).clamp(min=1),
    "You averaged over the places with a positive derivative alone. Z counts all places, and the negative ones count.",
)
made(
    lambda g, A: g.relu().sum(dim=(2, 3)),
    "You cut off the negative derivatives, and summed: no ReLU here, and the *mean* over the places.",
)
made(lambda g, A: g.sum(dim=(2, 3)).relu(), "You summed, and cut off what is negative: no ReLU here, and the *mean*.")
made(
    lambda g, A: mean((A > 0) * g),
    "You left out the derivatives where the map is not positive: α is the mean over all places, whatever `A` holds.",
)
made(
    lambda g, A: mean((A > 0) * g.relu()),
    "Only derivatives above zero where the map is above zero are left: α is the mean of all of them, with their signs.",
)

made(lambda g, A: mean((-g).relu()), "You kept the negative derivatives alone, as sizes. α is the mean of all of them.")
made(
    lambda g, A: g[None].mean(dim=(2, 3)),
    "There is a dimension too many in front, as when the tuple that `torch.autograd.grad` gives is stacked, and so "
    "dimensions 2 and 3 are not the places: unpack it with `(gradient,) = ...`.",
)

# Too many steps, or too few.
made(
    lambda g, A: mean(A),
    "You averaged the maps, not their gradients: α says what a map is worth to the score, not how active it is. Take "
    "`torch.autograd.grad(y.sum(), A)` first.",
)
made(
    lambda g, A: mean(g * A),
    "You multiplied the gradient by the maps before you averaged. α is the mean of the gradient alone; the maps come "
    "in with the next step.",
)
made(
    lambda g, A: mean(g) * mean(A),
    "You multiplied α by the mean of each map. α is the mean of the gradient alone; the maps come in later.",
)
made(
    lambda g, A: mean(g)[:, :, None, None] * A,
    "You went on to the weighted maps, α times A. Asked for are the weights alone, (N, K).",
)
made(
    lambda g, A: g,
    "That is the gradient itself, one derivative for each place. One step is left: its mean over height and width.",
)
made(
    lambda g, A: g.mean(dim=(2, 3), keepdim=True),
    "The numbers are right, and the shape is (N, K, 1, 1). Asked for is (N, K): leave out `keepdim=True`.",
)
made(
    lambda g, A: mean(g).squeeze(),
    "The numbers are right, but `squeeze()` drops every dimension of size 1: with one image, or one map, the shape is "
    "no longer (N, K). `.mean(dim=(2, 3))` leaves it as it should be.",
)
made(
    lambda g, A: mean(g).T,
    "The numbers are right, and turned: asked for is a row for each image and a column for each map.",
)
made(lambda g, A: mean(g)[0], "That is the α of the first image alone: leave out the `[0]`, there is a row for each.")
made(lambda g, A: mean(g)[:1], "That is the α of the first image alone. Asked for is a row for each, (N, K).")
made(
    lambda g, A: mean(g).flatten(), "The numbers are right, in one long row. Asked for is (N, K), a row for each image."
)
made(lambda g, A: mean(g).sum(dim=1), "You added up the α of each image. Asked for is one for each map, (N, K).")
made(lambda g, A: mean(g).sum(dim=0), "You added up the α of the images. Asked for is a row for each of them, (N, K).")
made(lambda g, A: mean(g).softmax(dim=1), "You put α through a softmax. It keeps its sign and size: leave that out.")
made(lambda g, A: mean(g).sigmoid(), "You put α through a sigmoid. It keeps its sign and size: leave that out.")
made(
    lambda g, A: mean(g) / mean(g).sum(dim=1, keepdim=True),
    "You made the α of each image add up to 1. They are derivatives: leave them as they are.",
)
made(
    lambda g, A: mean(g) / mean(g).abs().sum(dim=1, keepdim=True),
    "You divided the α of each image by the sum of their sizes. They are derivatives: leave them as they are.",
)
made(
    lambda g, A: mean(g) / mean(g).norm(dim=1, keepdim=True),
    "You brought the α of each image to the length 1. They are derivatives: leave them as they are.",
)
made(
    lambda g, A: mean(g) / mean(g).abs().amax(dim=1, keepdim=True),
    "You divided the α of each image by the largest of them. They are derivatives: leave them as they are.",
)
made(
    lambda g, A: mean(g / g.norm()),
    "You brought the gradient to the length 1 first, over the whole batch. It is taken as it is.",
)


# What goes wrong with the gradient itself. (A tuple, or a `.grad` that is None, the error's own words explain.)
@my_alpha.mistake(
    "You took one gradient after the other, and the first one has used up the graph. One gradient is enough: "
    "`torch.autograd.grad(y.sum(), A)` holds those of all images."
)
def one_gradient_after_the_other(y, A):
    return torch.stack([gradient_at(A, y[n])[n].mean(dim=(1, 2)) for n in range(len(y))])


@my_alpha.mistake(
    "A gradient is taken of one number, and you gave several scores: `torch.autograd.grad(y.sum(), A)`. The sum mixes "
    "nothing, because no image's maps have an influence on another's score."
)
def of_many_numbers(y, A):
    return mean(gradient_at(A, y))


@my_alpha.mistake(
    "You took the gradient at a copy, or a part, of `A`, which the score was not computed from: give `A` itself to "
    "`torch.autograd.grad`."
)
def at_a_copy(y, A):
    return mean(gradient_at(A.clone(), y.sum()))


@my_alpha.mistake(
    "The score that you gave has lost its connection to the graph: no `detach()`, `.item()` or `torch.no_grad()` "
    "before the gradient is taken."
)
def cut_off(y, A):
    return mean(gradient_at(A, y.detach().sum()))


@my_alpha.mistake(
    "The tensor at which you take the gradient has none: a `detach()` (or `.data`) cuts it off from the score. Give "
    "`A` itself to `torch.autograd.grad`.",
)
def at_a_detached_copy(y, A):
    return mean(gradient_at(A.detach(), y.sum()))


@my_alpha.mistake(
    "α is right, but `.backward()` walked on through the whole network and wrote into the `.grad` of its weights. "
    "`torch.autograd.grad(y.sum(), A)` stops at `A` and leaves them alone."
)
def backward_and_retained_grad(y, A):
    A.retain_grad()
    y.sum().backward()
    return mean(A.grad)


def walked_on(finish, sentence):
    """A mistake in what becomes of the gradient, which was got with `.backward()`."""

    def version(y, A):
        A.retain_grad()
        y.sum().backward()
        return finish(A.grad)

    my_alpha.mistake(
        f"{sentence} And `.backward()` wrote into the `.grad` of the network's weights: `torch.autograd.grad(y.sum(), "
        "A)` leaves them alone."
    )(version)


walked_on(lambda g: g.sum(dim=(2, 3)), "You summed the derivatives: take the mean over the places.")
walked_on(lambda g: mean(g.relu()), "You cut off the negative derivatives before the mean: no ReLU here.")
walked_on(lambda g: mean(g).relu(), "You cut off the negative α: no ReLU here.")
walked_on(lambda g: mean(g.abs()), "You took absolute values before the mean: keep the signs.")
walked_on(lambda g: g.mean(dim=(0, 2, 3)), "You averaged over the batch as well: average over dimensions 2 and 3.")
walked_on(lambda g: g, "That is the gradient itself: its mean over height and width is still to be taken.")
