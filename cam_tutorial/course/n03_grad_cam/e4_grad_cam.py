"""Exercise 3.4: Grad-CAM, the whole of it.

A long file, because it is a table: three lines a mistake.
"""

import torch

from cam_tutorial import grad_cam
from cam_tutorial.heatmap import upsample
from cam_tutorial.practice.exercise import exercise

from . import solutions
from .material import (
    a_batch,
    cam_of,
    gradient_and_maps,
    hooked,
    mean_over_places,
    own_scores,
    run,
    turtle_image,
    whole_calls,
)
from .solutions import my_alpha, my_map, my_record

my_grad_cam = exercise(
    "3.4",
    "Grad-CAM, the whole of it",
    minutes=12,
    difficulty=2,
    cases=whole_calls,
    probe=a_batch,
    picture=turtle_image,
    hints=[
        "You have the parts: `my_record` for the maps, `my_alpha` for their weights, `my_map` for the sum.",
        'Run the network inside a `with my_record(model, layer) as kept:` block. Then `A` is `kept["A"]`.',
        "Image n's score stands in row n, column `target[n]`: `logits.gather(1, target[:, None])[:, 0]`, or "
        "`logits[torch.arange(len(target)), target]`.",
        "At the end only numbers are wanted, and no graph: give `A.detach()` to `my_map`.",
    ],
)(solutions.my_grad_cam)


def asked(score, sentence):
    """A mistake in what is asked: `score(logits, target)`, whose sum the gradient is taken of."""

    def version(model, images, target, layer="trunk", relu=True):
        return cam_of(model, images, target, layer, relu, score)

    my_grad_cam.mistake(sentence)(version)


def weighed(alpha, sentence):
    """A mistake in the weights: `alpha(gradient)`."""

    def version(model, images, target, layer="trunk", relu=True):
        return cam_of(model, images, target, layer, relu, alpha=alpha)

    my_grad_cam.mistake(sentence)(version)


def summed(add, sentence):
    """A mistake in the map: `add(gradient, A, relu)`."""

    def version(model, images, target, layer="trunk", relu=True):
        return add(*gradient_and_maps(model, images, target, layer), relu)

    my_grad_cam.mistake(sentence)(version)


def finished(finish, sentence):
    """A mistake at the end: `finish(maps)`."""

    def version(model, images, target, layer="trunk", relu=True):
        return finish(cam_of(model, images, target, layer, relu))

    my_grad_cam.mistake(sentence)(version)


def cut(L, relu):
    return L.relu() if relu else L


def products(gradient, A):
    """Each map, weighed with its α."""
    return mean_over_places(gradient)[:, :, None, None] * A


def highest(L):
    return L.amax(dim=(1, 2), keepdim=True)


def lowest(L):
    return L.amin(dim=(1, 2), keepdim=True)


OWN_CLASS = "Take column `target[n]` of row n: `logits.gather(1, target[:, None])`."
OWN_SCALE = "Leave the maps in the network's own scale, so that a faint one stays faint."

# What is asked.
asked(
    lambda logits, c: own_scores(logits.softmax(dim=1), c),
    "You took the gradient of a probability. The score is the logit, what the network gives *before* the softmax: "
    "leave the softmax out.",
)
asked(
    lambda logits, c: own_scores(logits.log_softmax(dim=1), c),
    "You took the gradient of a log-probability, in which all classes have a part. The score is the logit alone, "
    "`logits[n, target[n]]`.",
)
asked(
    lambda logits, c: -own_scores(logits.log_softmax(dim=1), c),
    "You took the gradient of a loss, as in training: it falls where the score rises, and all classes have a part in "
    "it. Take the logits `logits[n, target[n]]` themselves.",
)
asked(
    lambda logits, c: -own_scores(logits.log_softmax(dim=1), c) / len(c),
    "You took the gradient of a loss, averaged over the batch, as `cross_entropy` does: it falls where the score "
    "rises, and all classes have a part in it. Take the logits `logits[n, target[n]]` themselves.",
)
asked(
    lambda logits, c: own_scores(logits.sigmoid(), c),
    "There is a sigmoid on the scores. The score is the logit, as it comes out of the network.",
)
asked(
    lambda logits, c: own_scores(logits.softmax(dim=0), c),
    "There is a softmax over the *images* on the scores. The score is the logit, as it comes out of the network.",
)
asked(lambda logits, c: own_scores(logits.exp(), c), "There is an `exp` on the scores. The score is the logit itself.")
asked(
    lambda logits, c: own_scores(logits.relu(), c),
    "There is a ReLU on the scores. It stands on the finished map alone.",
)
asked(lambda logits, c: own_scores(logits.abs(), c), "There is an `abs` on the scores. The score is the logit itself.")
asked(
    lambda logits, c: own_scores(logits, c) ** 2,
    "There is a square on the scores. The score is the logit itself.",
)
asked(
    lambda logits, c: -own_scores(logits, c),
    "There is a minus too many: that is what speaks *against* the class. The score is the logit itself.",
)
asked(
    lambda logits, c: logits[:, c[0]],
    "Every image gets the class of the first one: image n's own class is `target[n]`. `logits.gather(1, target[:, "
    "None])` picks one score from each row.",
)
asked(lambda logits, c: logits[:, c[-1]], f"Every image gets the class of the last one. {OWN_CLASS}")
asked(
    lambda logits, c: logits[:, c],
    "`logits[:, target]` is N × N: every image's scores for *every* image's class, and your sum adds them all. Take "
    "one score from each row: `logits.gather(1, target[:, None])`.",
)
asked(
    lambda logits, c: logits[:, c].mean(),
    "`logits[:, target]` is N × N: every image's scores for *every* image's class, and you average all of them. Take "
    "one score from each row: `logits.gather(1, target[:, None])`.",
)
asked(
    lambda logits, c: logits[0, c],
    "`logits[0, target]` takes the *first* image's scores alone, for the classes of all images: the other maps are "
    "blank. Take one score from each row: `logits[torch.arange(len(target)), target]`.",
)
asked(
    lambda logits, c: logits[-1, c],
    f"You took the last image's scores alone, for the classes of all images. {OWN_CLASS}",
)
asked(
    lambda logits, c: logits.amax(dim=1),
    "You asked for the class that the network predicts, whatever `target` says: take column `target[n]` of row n.",
)
asked(lambda logits, c: logits.amin(dim=1), f"You asked for the class with the lowest score. {OWN_CLASS}")
asked(lambda logits, c: logits.max(), f"You asked for the highest score of the whole batch. {OWN_CLASS}")
asked(
    lambda logits, c: logits[:, 0], "You asked for class 0, whatever `target` says: take column `target[n]` of row n."
)
asked(lambda logits, c: logits[:, -1], f"You asked for the last class, whatever `target` says. {OWN_CLASS}")
asked(
    lambda logits, c: logits,
    "You summed the scores of all classes, so `target` makes no difference: take column `target[n]` of row n first.",
)
asked(
    lambda logits, c: logits.mean(dim=1),
    f"You averaged the scores of all classes, so `target` makes no difference. {OWN_CLASS}",
)
asked(
    lambda logits, c: logits.mean(),
    f"You averaged all scores of the batch, so `target` makes no difference. {OWN_CLASS}",
)
asked(
    lambda logits, c: logits[c],
    "`logits[target]` takes rows, and a row is an *image* with all its classes. A class is a column: "
    "`logits.gather(1, target[:, None])` picks one score from each row.",
)
asked(
    lambda logits, c: logits.gather(0, c[None]),
    f"`gather` along dimension 0 goes over the images. The classes are dimension 1. {OWN_CLASS}",
)
asked(
    lambda logits, c: own_scores(logits, c.flip(0)),
    f"The images get one another's classes, in reversed order. {OWN_CLASS}",
)
asked(
    lambda logits, c: own_scores(logits, c.sort().values),
    f"You sorted the classes, so that images get one another's. {OWN_CLASS}",
)
asked(
    lambda logits, c: own_scores(logits, (c - 1) % logits.shape[1]),
    f"You asked for the class before the right one: classes count from 0, as they come in. {OWN_CLASS}",
)
asked(
    lambda logits, c: own_scores(logits, (c + 1) % logits.shape[1]),
    f"You asked for the class after the right one: classes count from 0, as they come in. {OWN_CLASS}",
)
asked(
    lambda logits, c: own_scores(logits, c) - logits.mean(dim=1, keepdim=True),
    f"You subtracted the mean score of all classes. The score is the logit of the class alone. {OWN_CLASS}",
)
asked(
    lambda logits, c: 2 * own_scores(logits, c) - logits.sum(dim=1, keepdim=True),
    f"You subtracted the scores of the other classes. The score is the logit of the class alone. {OWN_CLASS}",
)
asked(
    lambda logits, c: logits[0, c[0]],
    "All maps but the first are blank, because you took the first image's score alone: take one score from each row, "
    "and let `my_alpha` sum them.",
)
asked(
    lambda logits, c: logits[-1, c[-1]],
    f"All maps but the last are blank: only the last image's score is asked. {OWN_CLASS}",
)
asked(
    lambda logits, c: own_scores(logits, c).mean(),
    "Your maps shrink with the size of the batch, because you averaged the scores: sum them, and each image keeps its "
    "own gradient in full.",
)
asked(
    lambda logits, c: logits.gather(1, c),
    "`gather` wants an index with as many dimensions as the logits have: `target[:, None]`, of shape (N, 1).",
)

# α.
weighed(
    lambda g: g.mean(dim=(0, 2, 3)).expand(g.shape[:2]),
    "All images share one α, averaged over the batch. Each image has its own: average the gradient over dimensions 2 "
    "and 3 alone.",
)
weighed(
    lambda g: g[:1].mean(dim=(2, 3)).expand(g.shape[:2]),
    "Every image is weighed with the first image's α. Each image has its own.",
)
weighed(
    lambda g: g.sum(dim=(2, 3)),
    "Your maps are Z = h · w times too strong, because you summed the derivatives: α is their mean over the places.",
)
weighed(
    lambda g: g.relu().mean(dim=(2, 3)),
    "Your ReLU stands on the gradient, so that every map gets a positive weight, and whatever is active glows: let it "
    "stand on the finished sum alone.",
)
weighed(
    lambda g: g.relu().sum(dim=(2, 3)),
    "Two things: your ReLU stands on the gradient, and it belongs on the finished sum alone; and you summed the "
    "derivatives, whose mean is α.",
)
weighed(
    lambda g: mean_over_places(g).relu(),
    "Your ReLU stands on α, so that maps that speak against the class drop out. Keep all α: the ReLU stands on the "
    "finished sum alone.",
)
weighed(
    lambda g: g.abs().mean(dim=(2, 3)),
    "You took the absolute value of the gradient, as if a derivative below zero spoke for the class: keep the signs.",
)
weighed(
    lambda g: mean_over_places(g).abs(),
    "You took the absolute value of α: a map that speaks against the class has a negative weight, and keeps it.",
)
weighed(lambda g: g.amax(dim=(2, 3)), "Your α is the largest derivative of each map. It is the mean of all of them.")
weighed(lambda g: g.square().mean(dim=(2, 3)), "You squared the derivatives. α is their mean, as they are.")
weighed(
    lambda g: mean_over_places(g).softmax(dim=1),
    "You put α through a softmax. It is the mean of the gradient, used as it is.",
)
weighed(
    lambda g: mean_over_places(g) / mean_over_places(g).norm(dim=1, keepdim=True),
    "You brought the α of each image to the length 1. It is the mean of the gradient, used as it is.",
)
weighed(
    lambda g: torch.ones_like(mean_over_places(g)),
    "You added up the maps as they are, without α: the class has no part in that.",
)
weighed(
    lambda g: mean_over_places(g) / g[0, 0].numel(), "You divided by Z twice: α is the mean, and holds the 1/Z already."
)

# The map.
summed(
    lambda g, A, relu: cut((g * A).sum(dim=1), relu),
    "You multiplied each value by its own derivative, without the average. That is another method, which comes later "
    "in this notebook; in Grad-CAM all places of a map share its α.",
)
summed(
    lambda g, A, relu: cut(g.sum(dim=1), relu),
    "That is the gradient, added up over the maps: the maps themselves are missing. Weigh them with α.",
)
summed(
    lambda g, A, relu: cut(products(g, A), relu).sum(dim=1),
    "Your ReLU stands on each weighted map, before the sum, so that what speaks against the class can cancel nothing. "
    "It stands on the finished sum.",
)
summed(
    lambda g, A, relu: cut(products(g, cut(A, relu)).sum(dim=1), relu),
    "Your ReLU stands on the maps `A` too. What they hold stays as it is: cut off the finished sum alone.",
)
summed(
    lambda g, A, relu: cut(products(g, A.relu()).sum(dim=1), relu),
    "Your maps `A` have no negative values left, as if a ReLU had gone over them. What the layer gives stays as it is: "
    "the ReLU stands on the finished sum alone.",
)
summed(
    lambda g, A, relu: cut(products(g, A).mean(dim=1), relu),
    "You averaged over the maps. The formula has a sum over k.",
)
summed(
    lambda g, A, relu: cut(products(g, A).amax(dim=1), relu),
    "You took the largest of the weighted maps in each place. The formula has a sum over k.",
)
summed(
    lambda g, A, relu: cut(products(g, A), relu),
    "You stopped before the sum: these are the weighted maps, K an image. Add them up over dimension 1.",
)
summed(
    lambda g, A, relu: products(g, A).sum(dim=1).abs() if relu else products(g, A).sum(dim=1),
    "You took the absolute value where the ReLU stands, so that what speaks against the class glows as if it spoke "
    "for it.",
)
summed(
    lambda g, A, relu: products(g, A).sum(dim=1).abs(),
    "You took the absolute value, and with `relu=False` too: what speaks against the class glows as if for it.",
)
summed(
    lambda g, A, relu: products(g, A).sum(dim=1).relu(),
    "With `relu=False` the signed maps are asked for, and yours have no negative values: hand on `relu` to `my_map`.",
)
summed(
    lambda g, A, relu: products(g, A).sum(dim=1),
    "With `relu=True` no map has negative values, and yours do: hand on `relu` to `my_map`, or end with `.relu()`.",
)
summed(
    lambda g, A, relu: cut(products(g, A).sum(dim=1), not relu),
    "Your ReLU is on when `relu` is False, and off when it is True: hand on `relu` to `my_map` as it comes.",
)

# The end.
finished(
    lambda L: L.sum(dim=0, keepdim=True).expand(len(L), -1, -1),
    "All images have the same map, the sum of theirs: give each its own.",
)
finished(lambda L: L[0], "That is the map of the first image alone: give one map an image, (N, h, w).")
finished(lambda L: L[:1], "That is the map of the first image alone, (1, h, w): give one map an image, (N, h, w).")
finished(lambda L: L.mean(dim=0), "You averaged the maps of the images: give one map an image, (N, h, w).")
finished(
    lambda L: L[:, None], "You kept a dimension of 1 for the maps, (N, 1, h, w). Asked for is (N, h, w): sum it away."
)
finished(
    lambda L: L.squeeze(),
    "The numbers are right, but `squeeze()` drops every dimension of size 1: with one image, or one place, the shape "
    "is not (N, h, w) any more. Leave it out.",
)
finished(lambda L: L.flatten(1), "The numbers are right, each map in one long row. Asked for is (N, h, w).")
finished(lambda L: L.transpose(1, 2), "Rows and columns of your maps are swapped. Asked for is (N, h, w).")
finished(
    lambda L: L / highest(L),
    "You divided each map by its maximum. Leave it in the network's own scale, so that a faint map stays faint.",
)
finished(
    lambda L: L / highest(L).clamp(min=1e-8),
    f"You divided each map by its maximum, with a tiny floor against 0 / 0. {OWN_SCALE}",
)
finished(lambda L: L / L.max(), f"You divided by the maximum of all maps. {OWN_SCALE}")
finished(lambda L: L / L.abs().amax(dim=(1, 2), keepdim=True), f"You divided each map by its largest size. {OWN_SCALE}")
finished(
    lambda L: (L - L.min()) / (L.max() - L.min()),
    "You stretched the maps from their minimum to their maximum. Leave them in the network's own scale, where zero "
    "means zero.",
)
finished(
    lambda L: (L - lowest(L)) / (highest(L) - lowest(L)),
    f"You stretched each map from its minimum to its maximum, so that zero is no longer zero. {OWN_SCALE}",
)
finished(
    lambda L: (L - lowest(L)) / (highest(L) - lowest(L) + 1e-8),
    "You stretched each map from its minimum to its maximum, with 1e-8 against 0 / 0: zero is no longer zero. "
    f"{OWN_SCALE}",
)
finished(lambda L: L.clamp(max=1), f"You cut off above 1. {OWN_SCALE}")


@my_grad_cam.mistake(
    "You enlarged the maps. Leave them at the layer's own resolution, (N, h, w): enlarging is for the picture."
)
def enlarged(model, images, target, layer="trunk", relu=True):
    return upsample(cam_of(model, images, target, layer, relu), images.shape[2:])


# Options that are not handed on, and other defaults.
@my_grad_cam.mistake("You always record the trunk: hand on the layer that was asked for, `my_record(model, layer)`.")
def always_at_the_trunk(model, images, target, layer="trunk", relu=True):
    return cam_of(model, images, target, "trunk", relu)


@my_grad_cam.mistake("You always record the trunk, and your ReLU is always on: hand on both `layer` and `relu`.")
def no_options_at_all(model, images, target, layer="trunk", relu=True):
    return cam_of(model, images, target, "trunk", True)


@my_grad_cam.mistake(
    "Called without `relu`, your maps have negative values. The default is `relu=True`, as in the stub."
)
def off_by_default(model, images, target, layer="trunk", relu=False):
    return cam_of(model, images, target, layer, relu)


@my_grad_cam.mistake("Called without `layer`, your maps are of another layer. The default is “trunk”, as in the stub.")
def another_layer_by_default(model, images, target, layer="trunk.0", relu=True):
    return cam_of(model, images, target, layer, relu)


# The graph, and what is left of it.
@my_grad_cam.mistake(
    "What works in place behind the layer overwrote your maps. Keep a clone of the layer's output, or let `my_record` "
    "do it."
)
def overwritten_maps(model, images, target, layer="trunk", relu=True):
    kept = {}
    with hooked(model.get_submodule(layer), lambda m, inputs, output: kept.update(A=output), kept):
        y = own_scores(model(images), target)[:, 0]
    return my_map(my_alpha(y, kept["A"]), kept["A"].detach(), relu)


def walked_on(alpha, sentence, emptied=False):
    """A mistake in the weights, of a gradient that was got with `.backward()`; `emptied` by `zero_grad` in the end."""

    def version(model, images, target, layer="trunk", relu=True):
        logits, A = run(model, images, layer)
        A.retain_grad()
        own_scores(logits, target).sum().backward()
        gradient = A.grad
        if emptied:
            model.zero_grad()
        return my_map(alpha(gradient), A.detach(), relu)

    my_grad_cam.mistake(sentence)(version)


WRITES = "And `.backward()` writes into the `.grad` of the weights: `torch.autograd.grad` leaves them alone."
walked_on(
    lambda g: g.sum(dim=(2, 3)),
    f"You summed the derivatives, and α is their mean over the places. {WRITES}",
)
walked_on(
    lambda g: g.relu().mean(dim=(2, 3)),
    f"Your ReLU stands on the gradient, and it belongs on the finished sum alone. {WRITES}",
)
walked_on(
    lambda g: mean_over_places(g).relu(),
    f"Your ReLU stands on α, and it belongs on the finished sum alone. {WRITES}",
)
walked_on(
    lambda g: g.mean(dim=(0, 2, 3)).expand(g.shape[:2]),
    f"All images share one α, averaged over the batch, and each image has its own. {WRITES}",
)
walked_on(
    mean_over_places,
    "The maps are right, but `.backward()` and `zero_grad()` leave the `.grad` of the network's weights, or of the "
    "images, other than before: `torch.autograd.grad` leaves them alone.",
    emptied=True,
)


@my_grad_cam.mistake(
    "The maps are right, but the `.grad` that the network's weights had is gone: leave out `zero_grad()`. "
    "`torch.autograd.grad` adds to nothing."
)
def empties_the_grad(model, images, target, layer="trunk", relu=True):
    model.zero_grad()
    return cam_of(model, images, target, layer, relu)


@my_grad_cam.mistake(
    "That is the package's own `grad_cam`, which refuses maps of a single place. Put yours together from `my_record`, "
    "`my_alpha` and `my_map`."
)
def the_packages_own(model, images, target, layer="trunk", relu=True):
    return grad_cam(model, images, target, layer, relu=relu)


@my_grad_cam.mistake(
    "You took the gradient at the images, and weighed them with it. Asked for is the layer: record its maps, and take "
    "the gradient at those."
)
def at_the_images(model, images, target, layer="trunk", relu=True):
    x = images.detach().clone().requires_grad_()
    (gradient,) = torch.autograd.grad(own_scores(model(x), target).sum(), x)
    return my_map(mean_over_places(gradient), x.detach(), relu)


@my_grad_cam.mistake(
    "The maps are right, but each still holds the network's whole graph, and a hundred of them fill the memory: give "
    "`A.detach()` to `my_map`, or end with `.detach()`."
)
def not_detached(model, images, target, layer="trunk", relu=True):
    logits, A = run(model, images, layer)
    return my_map(my_alpha(own_scores(logits, target)[:, 0], A), A, relu)


@my_grad_cam.mistake(
    "The result still holds the network's graph, and with `relu=False` the signed maps are asked for: end with "
    "`.detach()`, and hand on `relu` to `my_map`."
)
def not_detached_and_cut(model, images, target, layer="trunk", relu=True):
    logits, A = run(model, images, layer)
    return my_map(my_alpha(own_scores(logits, target)[:, 0], A), A, True)


@my_grad_cam.mistake(
    "The result still holds the network's graph, and with `relu=True` no map has negative values, where yours do: end "
    "with `.detach()`, and hand on `relu` to `my_map`."
)
def not_detached_and_signed(model, images, target, layer="trunk", relu=True):
    return not_detached(model, images, target, layer, False)


@my_grad_cam.mistake(
    'You handed on the dictionary, where a tensor is wanted. The maps are its entry: `A = kept["A"]`, and `A` goes to '
    "`my_alpha` and `my_map`.",
)
def the_dictionary_for_the_maps(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        y = own_scores(model(images), target)
    return my_alpha(y, kept)


@my_grad_cam.mistake(
    '`kept["A"]` and the scores come from different runs of the network, or the record was cut off, so the gradient '
    "finds no way from one to the other: take both from one run, and detach nothing before `my_alpha`."
)
def two_runs(model, images, target, layer="trunk", relu=True):
    _, A = run(model, images, layer)
    return my_map(my_alpha(own_scores(model(images), target)[:, 0], A), A.detach(), relu)


@my_grad_cam.mistake(
    "There is no gradient, because the network ran under `torch.no_grad()` or the scores were detached: run it "
    "without, and detach at the end."
)
def under_no_grad(model, images, target, layer="trunk", relu=True):
    with torch.no_grad():
        logits, A = run(model, images, layer)
    return my_map(my_alpha(own_scores(logits, target)[:, 0], A), A, relu)


@my_grad_cam.mistake(
    "You detached the record before the gradient was taken: `my_alpha` needs the `A` that the score hangs on, and "
    "`my_map` its `A.detach()`."
)
def detached_too_early(model, images, target, layer="trunk", relu=True):
    logits, A = run(model, images, layer)
    return my_map(my_alpha(own_scores(logits, target)[:, 0], A.detach()), A.detach(), relu)


@my_grad_cam.mistake(
    "A gradient is taken of one number, and you gave several scores: sum them, or let `my_alpha` do it."
)
def of_many_scores(model, images, target, layer="trunk", relu=True):
    logits, A = run(model, images, layer)
    (gradient,) = torch.autograd.grad(own_scores(logits, target), A)
    return my_map(mean_over_places(gradient), A.detach(), relu)


@my_grad_cam.mistake(
    "You took one gradient after the other from one graph, and the first one has used it up: give all scores to "
    "`my_alpha` at once."
)
def one_after_the_other(model, images, target, layer="trunk", relu=True):
    logits, A = run(model, images, layer)
    alphas = [my_alpha(logits[n, c : c + 1], A)[n] for n, c in enumerate(target.tolist())]
    return my_map(torch.stack(alphas), A.detach(), relu)
