"""Exercise 3.6: HiResCAM: without the average."""

import torch

from cam_tutorial.practice.exercise import exercise

from .material import a_batch, cam_of, gradient_and_maps, own_scores, run, turtle_image, whole_calls
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
    """(N, C, H, W), class indices (N,) -> (N, h, w):  Σ_k ∂y/∂A^k ⊙ A^k, with a ReLU or signed, detached"""
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits.gather(1, target[:, None])
    (gradient,) = torch.autograd.grad(y.sum(), A)
    L = (gradient * A.detach()).sum(dim=1)  # each place with its own derivative
    return L.relu() if relu else L


def products(model, images, target, layer, score=own_scores):
    gradient, A = gradient_and_maps(model, images, target, layer, score)
    return gradient * A


def finished(L, relu):
    return L.relu() if relu else L


@my_hires_cam.mistake(
    "That is still Grad-CAM: you average the gradient over each map. Leave out the mean, and multiply each value by "
    "its own derivative."
)
def still_averaged(model, images, target, layer="trunk", relu=True):
    return cam_of(model, images, target, layer, relu)


@my_hires_cam.mistake(
    "You added up the gradients alone. Multiply them by the maps first: what a place gave is its value times its "
    "derivative."
)
def the_gradient_alone(model, images, target, layer="trunk", relu=True):
    return finished(gradient_and_maps(model, images, target, layer)[0].sum(dim=1), relu)


@my_hires_cam.mistake(
    "Your ReLU stands on the products, before the sum over the maps. Add up first: only the finished map is cut off."
)
def products_cut_off(model, images, target, layer="trunk", relu=True):
    return finished(products(model, images, target, layer), relu).sum(dim=1)


@my_hires_cam.mistake(
    "Your ReLU stands on the gradient. Both signs count: multiply and add up first, and cut off the finished map."
)
def derivatives_cut_off(model, images, target, layer="trunk", relu=True):
    gradient, A = gradient_and_maps(model, images, target, layer)
    return finished((finished(gradient, relu) * A).sum(dim=1), relu)


@my_hires_cam.mistake(
    "You averaged over the maps. Add them up, `.sum(dim=1)`: only then do all values together make the score."
)
def averaged_over_the_maps(model, images, target, layer="trunk", relu=True):
    return finished(products(model, images, target, layer).mean(dim=1), relu)


@my_hires_cam.mistake(
    "You stopped before the sum: these are the products of each of the K maps. Add them up over dimension 1."
)
def products_not_summed(model, images, target, layer="trunk", relu=True):
    return finished(products(model, images, target, layer), relu)


@my_hires_cam.mistake("The ReLU is missing: with `relu=True` your maps have negative values. It stands at the end.")
def signed_whatever_is_asked(model, images, target, layer="trunk", relu=True):
    return products(model, images, target, layer).sum(dim=1)


@my_hires_cam.mistake("Your ReLU is on with `relu=False` too, where the signed maps are asked for.")
def cut_off_whatever_is_asked(model, images, target, layer="trunk", relu=True):
    return products(model, images, target, layer).sum(dim=1).relu()


@my_hires_cam.mistake(
    "`logits[:, target]` is N × N, and your sum adds up all of it. Take one score from each row, as in `my_grad_cam`."
)
def products_for_all_targets(model, images, target, layer="trunk", relu=True):
    return finished(products(model, images, target, layer, lambda logits, c: logits[:, c]).sum(dim=1), relu)


@my_hires_cam.mistake(
    "The maps are right, but they still hold the network's graph: multiply by `A.detach()`, or end with `.detach()`."
)
def products_not_detached(model, images, target, layer="trunk", relu=True):
    logits, A = run(model, images, layer)
    (gradient,) = torch.autograd.grad(own_scores(logits, target).sum(), A)
    return finished((gradient * A).sum(dim=1), relu)


@my_hires_cam.mistake("The score is the logit: leave the softmax out, here as in Grad-CAM.")
def products_for_the_probability(model, images, target, layer="trunk", relu=True):
    L = products(model, images, target, layer, lambda logits, c: own_scores(logits.softmax(dim=1), c)).sum(dim=1)
    return finished(L, relu)
