"""Exercise 3.6: HiResCAM: without the average.

A long file, because it is a table: three lines a mistake.
"""

import torch

from cam_tutorial.heatmap import upsample
from cam_tutorial.practice.exercise import exercise

from .material import a_batch, cam_of, gradient_and_maps, hooked, own_scores, run, turtle_image, whole_calls
from .solutions import my_record


@exercise(
    "3.6",
    "HiResCAM: without the average",
    minutes=6,
    difficulty=1,
    cases=whole_calls,
    probe=a_batch,
    picture=turtle_image,
    hints=[
        "It begins like `my_grad_cam`: record, run, and take each image's own score.",
        "The gradient has the shape of the maps. Multiply the two place by place: there is no α and no mean.",
        "`(gradient * A).sum(dim=1)` adds up the maps. Then detach it, and use the ReLU if `relu` says so.",
    ],
)
def my_hires_cam(model, images, target, layer="trunk", relu=True):
    """(N, C, H, W), class indices (N,) -> (N, h, w): Σ_k ∂y/∂A^k ⊙ A^k, detached"""
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits.gather(1, target[:, None])
    (gradient,) = torch.autograd.grad(y.sum(), A)
    L = (gradient * A.detach()).sum(dim=1)  # each place with its own derivative
    return L.relu() if relu else L


def cut(L, relu):
    return L.relu() if relu else L


def asked(score, sentence):
    """A mistake in what is asked: `score(logits, target)`, whose sum the gradient is taken of."""

    def version(model, images, target, layer="trunk", relu=True):
        gradient, A = gradient_and_maps(model, images, target, layer, score)
        return cut((gradient * A).sum(dim=1), relu)

    my_hires_cam.mistake(sentence)(version)


def summed(add, sentence):
    """A mistake in the map: `add(gradient, A, relu)`."""

    def version(model, images, target, layer="trunk", relu=True):
        return add(*gradient_and_maps(model, images, target, layer), relu)

    my_hires_cam.mistake(sentence)(version)


def finished(finish, sentence):
    """A mistake at the end: `finish(maps)`."""
    summed(lambda g, A, relu: finish(cut((g * A).sum(dim=1), relu)), sentence)


def highest(L):
    return L.amax(dim=(1, 2), keepdim=True)


def lowest(L):
    return L.amin(dim=(1, 2), keepdim=True)


OWN_CLASS = "Take column `target[n]` of row n, as in `my_grad_cam`."
OWN_SCALE = "Leave the maps in the network's own scale."

# The product.
summed(
    lambda g, A, relu: cut((g.mean(dim=(2, 3), keepdim=True) * A).sum(dim=1), relu),
    "That is still Grad-CAM: you average the gradient over each map. Leave out the mean, and multiply each value by "
    "its own derivative.",
)
summed(
    lambda g, A, relu: cut((g.sum(dim=(2, 3), keepdim=True) * A).sum(dim=1), relu),
    "You add up the gradient over each map, which is Grad-CAM times Z. Leave out the sum over the places, and multiply "
    "each value by its own derivative.",
)
summed(
    lambda g, A, relu: cut((g * A.mean(dim=(2, 3), keepdim=True)).sum(dim=1), relu),
    "You average the maps over their places. Each value is multiplied by its own derivative: no mean at all.",
)
summed(
    lambda g, A, relu: cut(g.sum(dim=1), relu),
    "You added up the gradients alone. Multiply them by the maps first: what a place gave is its value times its "
    "derivative.",
)
summed(
    lambda g, A, relu: cut(A.sum(dim=1), relu), "You added up the maps alone. Multiply them by their derivatives first."
)
summed(
    lambda g, A, relu: cut((g + A).sum(dim=1), relu),
    "You added gradient and maps. ⊙ is a product, place by place: `gradient * A`.",
)
summed(
    lambda g, A, relu: cut(g.sum(dim=1) * A.sum(dim=1), relu),
    "You added up gradient and maps before you multiplied. The product comes first, map by map: `(gradient * "
    "A).sum(dim=1)`.",
)
summed(lambda g, A, relu: cut((g * A * A).sum(dim=1), relu), "You multiplied by the maps twice. Once is enough.")
summed(lambda g, A, relu: cut((g * g * A).sum(dim=1), relu), "You multiplied by the gradient twice. Once is enough.")
summed(
    lambda g, A, relu: cut((g * A).sum(dim=1), relu) / A[0, 0].numel(),
    "You divided by Z. Here nothing is averaged: the products are added up as they are.",
)
summed(
    lambda g, A, relu: cut((g @ A.transpose(2, 3)).sum(dim=1), relu),
    "`@` multiplies rows with columns. ⊙ is place by place: `gradient * A`.",
)
summed(
    lambda g, A, relu: cut((g[:1] * A).sum(dim=1), relu),
    "Every image is multiplied by the first one's gradient. Each has its own.",
)
summed(
    lambda g, A, relu: cut((g.mean(dim=0, keepdim=True) * A).sum(dim=1), relu),
    "You averaged the gradient over the images. Each has its own.",
)
summed(
    lambda g, A, relu: cut((g.mean(dim=1, keepdim=True) * A).sum(dim=1), relu),
    "You averaged the gradient over the maps. Each map is multiplied by its own.",
)

summed(
    lambda g, A, relu: cut((g[:, :, None, None] * A).sum(dim=1), relu),
    "`my_map` wants one weight a map, (N, K), and the gradient has one a place. Multiply yourself, `(gradient "
    "* A).sum(dim=1)`.",
)
summed(
    lambda g, A, relu: cut((g.transpose(2, 3) @ A).sum(dim=1), relu),
    "`@` multiplies rows with columns, turned or not. ⊙ is place by place: `gradient * A`.",
)
summed(
    lambda g, A, relu: cut((g.mean(dim=(2, 3), keepdim=True) * g * A).sum(dim=1), relu),
    "You multiplied by α as well. There is none here: `gradient * A` alone.",
)

# The ReLU and the signs.
summed(
    lambda g, A, relu: cut((g.relu() * A.relu()).sum(dim=1), relu),
    "You cut off gradient and maps, whatever `relu` says. The ReLU stands on the finished map alone.",
)
summed(
    lambda g, A, relu: cut(g * A, relu).sum(dim=1),
    "Your ReLU stands on the products, before the sum over the maps. Add up first: only the finished map is cut off.",
)
summed(
    lambda g, A, relu: (g * A).relu().sum(dim=1),
    "Your ReLU stands on the products, before the sum over the maps, and with `relu=False` too. Only the finished map "
    "is cut off, if `relu` says so.",
)
summed(
    lambda g, A, relu: cut((cut(g, relu) * A).sum(dim=1), relu),
    "Your ReLU stands on the gradient. Both signs count: multiply and add up first, and cut off the finished map.",
)
summed(
    lambda g, A, relu: (cut(g, relu) * A).sum(dim=1),
    "Your ReLU stands on the gradient, and none on the finished map. Both signs count: multiply and add up first.",
)
summed(
    lambda g, A, relu: cut((g.relu() * A).sum(dim=1), relu),
    "You cut off the gradient, whatever `relu` says. Both signs count: the ReLU stands on the finished map alone.",
)
summed(
    lambda g, A, relu: cut((g * cut(A, relu)).sum(dim=1), relu),
    "Your ReLU stands on the maps. What they hold stays as it is: cut off the finished map alone.",
)
summed(
    lambda g, A, relu: cut((g * A.relu()).sum(dim=1), relu),
    "You cut off the maps, whatever `relu` says. What they hold stays as it is: the ReLU stands on the finished map.",
)
summed(
    lambda g, A, relu: cut((g.abs() * A).sum(dim=1), relu),
    "You took the absolute value of the gradient, as if what speaks against the class spoke for it: keep the signs.",
)
summed(
    lambda g, A, relu: cut((g * A.abs()).sum(dim=1), relu),
    "You took the absolute value of the maps. What they hold stays as it is, with its signs.",
)
summed(
    lambda g, A, relu: (g * A).abs().sum(dim=1),
    "You took the absolute value of the products: what speaks against the class must be able to cancel.",
)
summed(
    lambda g, A, relu: (g * A).sum(dim=1).abs() if relu else (g * A).sum(dim=1),
    "You took the absolute value where the ReLU stands: what speaks against the class glows as if it spoke for it.",
)
summed(
    lambda g, A, relu: cut(-(g * A).sum(dim=1), relu),
    "There is a minus too many: that is what speaks *against* the class.",
)
summed(
    lambda g, A, relu: (g * A).sum(dim=1),
    "The ReLU is missing: with `relu=True` your maps have negative values. It stands at the end.",
)
summed(
    lambda g, A, relu: (g * A).sum(dim=1).relu(),
    "Your ReLU is on with `relu=False` too, where the signed maps are asked for.",
)
summed(
    lambda g, A, relu: cut((g * A).sum(dim=1), not relu),
    "Your ReLU is on when `relu` is False, and off when it is True. End with `L.relu() if relu else L`.",
)


@my_hires_cam.mistake(
    "Called without `relu`, your maps have negative values. The default is `relu=True`: keep the stub's."
)
def off_by_default(model, images, target, layer="trunk", relu=False):
    gradient, A = gradient_and_maps(model, images, target, layer)
    return cut((gradient * A).sum(dim=1), relu)


@my_hires_cam.mistake("Called without `layer`, your maps are of another one. The default is “trunk”: keep the stub's.")
def another_layer_by_default(model, images, target, layer="trunk.0", relu=True):
    gradient, A = gradient_and_maps(model, images, target, layer)
    return cut((gradient * A).sum(dim=1), relu)


@my_hires_cam.mistake("You always record the trunk: hand on the layer that was asked for to `my_record`.")
def always_at_the_trunk(model, images, target, layer="trunk", relu=True):
    gradient, A = gradient_and_maps(model, images, target, "trunk")
    return cut((gradient * A).sum(dim=1), relu)


@my_hires_cam.mistake("That is Grad-CAM, average and all, and with a ReLU whatever `relu` says. Leave out the mean.")
def grad_cam_as_it_is(model, images, target, layer="trunk", relu=True):
    return cam_of(model, images, target, layer, True)


# The sum.
summed(
    lambda g, A, relu: cut((g * A).mean(dim=1), relu),
    "You averaged over the maps. Add them up, `.sum(dim=1)`: only then do all values together make the score.",
)
summed(
    lambda g, A, relu: cut(g * A, relu),
    "You stopped before the sum: these are the products of each of the K maps. Add them up over dimension 1.",
)
summed(
    lambda g, A, relu: cut((g * A).amax(dim=1), relu),
    "You took the largest of the products in each place. Add up the maps, `.sum(dim=1)`.",
)
summed(
    lambda g, A, relu: cut((g * A).sum(dim=1, keepdim=True), relu),
    "You kept a dimension of 1 for the maps, (N, 1, h, w). Asked for is (N, h, w): leave out `keepdim=True`.",
)
summed(
    lambda g, A, relu: cut((g * A).sum(dim=(2, 3)), relu),
    "You added up the places of each map. It is the other way around: `.sum(dim=1)`.",
)
summed(
    lambda g, A, relu: cut((g * A).mean(dim=(2, 3)), relu),
    "You averaged over the places, and kept the maps. Add up the maps, and keep the places: `.sum(dim=1)`.",
)
summed(
    lambda g, A, relu: cut((g * A).sum(dim=(1, 2, 3)), relu),
    "You added up maps and places, and one number an image is left. Add up the maps alone: `.sum(dim=1)`.",
)
summed(
    lambda g, A, relu: cut((g * A).sum(dim=0), relu),
    "You added up the images, dimension 0. The maps are dimension 1.",
)

# What is asked.
asked(
    lambda logits, c: logits[:, c],
    "`logits[:, target]` is N × N, and your sum adds up all of it. Take one score from each row, as in `my_grad_cam`.",
)
asked(
    lambda logits, c: own_scores(logits.softmax(dim=1), c),
    "The score is the logit: leave the softmax out, here as in Grad-CAM.",
)
asked(
    lambda logits, c: own_scores(logits.log_softmax(dim=1), c),
    "The score is the logit: leave the log-softmax out, in which all classes have a part.",
)
asked(
    lambda logits, c: -own_scores(logits.log_softmax(dim=1), c),
    "You took the gradient of a loss, as in training: it falls where the score rises. The score is the logit.",
)
asked(lambda logits, c: logits[:, c[0]], f"Every image gets the class of the first one. {OWN_CLASS}")
asked(
    lambda logits, c: logits[0, c[0]],
    f"All maps but the first are blank: one image's score alone is asked. {OWN_CLASS}",
)
asked(
    lambda logits, c: logits[0, c],
    f"You asked the first image about the classes of all: the other maps are blank. {OWN_CLASS}",
)
asked(lambda logits, c: logits[c], f"`logits[target]` takes rows, which are images. A class is a column. {OWN_CLASS}")
asked(lambda logits, c: logits.amax(dim=1), f"You asked for the class that the network predicts. {OWN_CLASS}")
asked(lambda logits, c: logits.max(), f"You asked for the highest score of all images. {OWN_CLASS}")
asked(lambda logits, c: logits[:, 0], f"You asked for class 0, whatever `target` says. {OWN_CLASS}")
asked(lambda logits, c: logits, f"You summed the scores of all classes. {OWN_CLASS}")
asked(
    lambda logits, c: own_scores(logits, c).mean(),
    "Your maps shrink with the size of the batch, because you averaged the scores: sum them.",
)
asked(
    lambda logits, c: logits.gather(1, c),
    "`gather` wants an index with as many dimensions as the logits: `target[:, None]`, of shape (N, 1).",
)

# The end.
finished(lambda L: L[0], "That is the first image's map alone: give one map an image, (N, h, w).")
finished(lambda L: L[:1], "That is the first image's map alone, (1, h, w): give one map an image, (N, h, w).")
finished(
    lambda L: L.squeeze(),
    "The numbers are right, but `squeeze()` drops every dimension of size 1: with one image, or one place, the shape "
    "is no longer (N, h, w). Leave it out.",
)
finished(lambda L: L / highest(L), f"Each map is divided by its maximum. {OWN_SCALE}")
finished(
    lambda L: L / highest(L).clamp(min=1e-8), f"Each map is divided by its maximum, with a tiny floor. {OWN_SCALE}"
)
finished(
    lambda L: (L - lowest(L)) / (highest(L) - lowest(L)),
    f"Each map is stretched from its minimum to its maximum: zero is no longer zero. {OWN_SCALE}",
)
finished(
    lambda L: (L - lowest(L)) / (highest(L) - lowest(L) + 1e-8),
    f"Each map is stretched from its minimum to its maximum, with 1e-8 against 0 / 0. {OWN_SCALE}",
)


@my_hires_cam.mistake("You enlarged the maps. Leave them at the resolution of the layer, (N, h, w).")
def enlarged(model, images, target, layer="trunk", relu=True):
    gradient, A = gradient_and_maps(model, images, target, layer)
    return upsample(cut((gradient * A).sum(dim=1), relu), images.shape[2:])


# The graph, and what is left of it.
@my_hires_cam.mistake(
    "The maps are right, but the `.grad` that the network's weights had is gone: leave out `zero_grad()`."
)
def empties_the_grad(model, images, target, layer="trunk", relu=True):
    model.zero_grad()
    gradient, A = gradient_and_maps(model, images, target, layer)
    return cut((gradient * A).sum(dim=1), relu)


@my_hires_cam.mistake(
    "The maps are right, but they still hold the network's graph: multiply by `A.detach()`, or end with `.detach()`."
)
def products_not_detached(model, images, target, layer="trunk", relu=True):
    logits, A = run(model, images, layer)
    (gradient,) = torch.autograd.grad(own_scores(logits, target).sum(), A)
    return cut((gradient * A).sum(dim=1), relu)


@my_hires_cam.mistake(
    "With `relu=False` the signed maps are asked for, and your result still holds the network's graph: end with "
    "`L.relu() if relu else L`, and multiply by `A.detach()`."
)
def not_detached_and_cut(model, images, target, layer="trunk", relu=True):
    return products_not_detached(model, images, target, layer, True)


@my_hires_cam.mistake(
    "The ReLU is missing, and your result still holds the network's graph: end with `L.relu() if relu else L`, and "
    "multiply by `A.detach()`."
)
def not_detached_and_signed(model, images, target, layer="trunk", relu=True):
    return products_not_detached(model, images, target, layer, False)


@my_hires_cam.mistake(
    "That is still Grad-CAM, with the mean of the gradient, and it holds the network's graph: leave out the mean, and "
    "multiply by `A.detach()`."
)
def averaged_and_not_detached(model, images, target, layer="trunk", relu=True):
    logits, A = run(model, images, layer)
    (gradient,) = torch.autograd.grad(own_scores(logits, target).sum(), A)
    return cut((gradient.mean(dim=(2, 3), keepdim=True) * A).sum(dim=1), relu)


@my_hires_cam.mistake(
    "What works in place behind the layer overwrote your maps: record them with `my_record`, which keeps a clone."
)
def overwritten_maps(model, images, target, layer="trunk", relu=True):
    kept = {}
    with hooked(model.get_submodule(layer), lambda m, inputs, output: kept.update(A=output), kept):
        y = own_scores(model(images), target)
    (gradient,) = torch.autograd.grad(y.sum(), kept["A"])
    return cut((gradient * kept["A"].detach()).sum(dim=1), relu)


@my_hires_cam.mistake(
    "Maps and scores come from different runs of the network, or the maps are a copy, so the gradient finds no way: "
    "take both from one run, and detach nothing before the gradient."
)
def two_runs(model, images, target, layer="trunk", relu=True):
    _, A = run(model, images, layer)
    (gradient,) = torch.autograd.grad(own_scores(model(images), target).sum(), A)
    return cut((gradient * A.detach()).sum(dim=1), relu)


@my_hires_cam.mistake("A gradient is taken of one number, and here are N scores: sum them, `y.sum()`.")
def of_many_scores(model, images, target, layer="trunk", relu=True):
    logits, A = run(model, images, layer)
    (gradient,) = torch.autograd.grad(own_scores(logits, target), A)
    return cut((gradient * A.detach()).sum(dim=1), relu)
