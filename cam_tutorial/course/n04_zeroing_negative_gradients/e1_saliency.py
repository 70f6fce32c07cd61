"""Exercise 4.1: the gradient at the pixels."""

import torch
import torch.nn.functional as F

from cam_tutorial import models, zoo
from cam_tutorial.course.material import flatten_network, turtle
from cam_tutorial.practice.exercise import exercise

from .material import errors_told_apart


def networks_and_images(generator):
    """More images than the index of the class, so that a row taken for a column gives numbers and no error."""
    return [
        (flatten_network(generator, size=size), torch.randn(n, 2, *size, generator=generator), class_index)
        for n, size, class_index in ((4, (6, 8), 2), (5, (5, 3), 3), (3, (4, 7), 1))
    ]


def two_calls(attempt, network, images, class_index):
    """The gradients of two calls on the same images, and what the calls leave on them."""
    with errors_told_apart():
        first = attempt(network, images, class_index)
        second = attempt(network, images, class_index + 1)
    return {
        "the gradient": first,
        "the gradient of a second call": second,
        "requires_grad of the images after the call": images.requires_grad,
    }


def turtle_network():
    return models.load("zoo-gap"), zoo.preprocess(turtle()[0][0]), turtle()[-1]


@exercise(
    "4.1",
    "The gradient at the pixels",
    minutes=6,
    difficulty=1,
    cases=networks_and_images,
    probe=two_calls,
    picture=turtle_network,
    hints=[
        "Three steps, as in the cell with the pencil's numbers: an image that requires a gradient, a score, and "
        "`torch.autograd.grad`.",
        "The images belong to whoever calls you. Work on a copy: `x = images.clone().requires_grad_()`.",
        "The scores of class c are one column, `network(x)[:, class_index]`: one number for each image. A gradient is "
        "taken of a single number, so sum them.",
    ],
)
def my_saliency(network, images, class_index):
    """(N, C, H, W), int -> (N, C, H, W): the gradient of the class's score at every pixel, signed"""
    x = images.clone().requires_grad_()
    y = network(x)[:, class_index]
    (S,) = torch.autograd.grad(y.sum(), x)
    return S


def gradient_of(score, images):
    """The gradient at the images of whatever number `score` makes of them."""
    x = images.clone().requires_grad_()
    return torch.autograd.grad(score(x), x)[0]


@my_saliency.mistake(
    "The second call gives the sum of both gradients: `.backward()` adds to the `.grad` of the images, and of every "
    "weight as well. Work on `images.clone()`, and let `torch.autograd.grad` hand you the gradient."
)
def adds_up(network, images, class_index):
    images.requires_grad_()
    network(images)[:, class_index].sum().backward()
    return images.grad


@my_saliency.mistake(
    "The second call gives the sum of both gradients, although you copy the result: `.backward()` adds to the `.grad` "
    "of the images that you were given. Work on `images.clone()`, and let `torch.autograd.grad` hand you the gradient."
)
def adds_up_and_copies(network, images, class_index):
    return adds_up(network, images, class_index).clone()


@my_saliency.mistake(
    "The gradient is right, but you switched gradients on for the images of whoever calls you, and they stay on: work "
    "on `images.clone().requires_grad_()`."
)
def switched_on_for_good(network, images, class_index):
    images.requires_grad_()
    return torch.autograd.grad(network(images)[:, class_index].sum(), images)[0]


@my_saliency.mistake(
    "The gradient is right, but it was collected in the `.grad` of your caller's images, and of every weight. "
    "Work on `images.clone().requires_grad_()`, and let `torch.autograd.grad` hand you the gradient."
)
def collected_in_grad(network, images, class_index):
    images.grad = None
    return adds_up(network, images, class_index).clone()


@my_saliency.mistake(
    "You took the gradient of a probability. The score is what the network gives *before* the softmax: leave the "
    "softmax out."
)
def of_the_softmax(network, images, class_index):
    return gradient_of(lambda x: network(x).softmax(dim=1)[:, class_index].sum(), images)


@my_saliency.mistake(
    "You took the gradient of a log-probability, in which all classes have a part. The score is what the network gives "
    "*before* the softmax."
)
def of_the_log_softmax(network, images, class_index):
    return gradient_of(lambda x: network(x).log_softmax(dim=1)[:, class_index].sum(), images)


@my_saliency.mistake(
    "You took the gradient of the loss, as in training. Asked for is that of the class's score: the column "
    "`network(x)[:, class_index]`, summed."
)
def of_the_loss(network, images, class_index):
    labels = torch.full((len(images),), class_index)
    return gradient_of(lambda x: F.cross_entropy(network(x), labels), images)


@my_saliency.mistake(
    "You took the highest score of each image, whatever class was asked for: take the column `[:, class_index]`."
)
def of_the_prediction(network, images, class_index):
    return gradient_of(lambda x: network(x).amax(dim=1).sum(), images)


@my_saliency.mistake("You took class 0, whatever class was asked for: take the column `[:, class_index]`.")
def of_class_0(network, images, class_index):
    return gradient_of(lambda x: network(x)[:, 0].sum(), images)


@my_saliency.mistake(
    "You took a row of the scores: `network(x)[class_index]` is *image* number `class_index` with all its classes, "
    "so every other image has the gradient 0. A class is a column, `[:, class_index]`."
)
def of_a_row(network, images, class_index):
    return gradient_of(lambda x: network(x)[class_index].sum(), images)


@my_saliency.mistake(
    "All images but the first have the gradient 0, because you took the first one's score alone: take the whole column "
    "`[:, class_index]` and sum it."
)
def of_the_first_image(network, images, class_index):
    return gradient_of(lambda x: network(x)[0, class_index], images)


@my_saliency.mistake(
    "Your gradients shrink with the size of the batch, because you averaged the scores: sum them, and each image gets "
    "its own gradient in full."
)
def averaged_over_the_batch(network, images, class_index):
    return gradient_of(lambda x: network(x)[:, class_index].mean(), images)


@my_saliency.mistake(
    "You summed the scores of all classes, so the class makes no difference: take the column `[:, class_index]` first."
)
def of_all_classes(network, images, class_index):
    return gradient_of(lambda x: network(x).sum(), images)


@my_saliency.mistake("You lost the signs: leave the absolute value to the next step. The gradient has both signs.")
def without_signs(network, images, class_index):
    return gradient_of(lambda x: network(x)[:, class_index].sum(), images).abs()


@my_saliency.mistake(
    "You cut off the negative gradients. They belong to the answer: no ReLU here, the gradient has both signs."
)
def cut_off_below_zero(network, images, class_index):
    return gradient_of(lambda x: network(x)[:, class_index].sum(), images).relu()


@my_saliency.mistake(
    "That is the finished map already, one number for each pixel. Stop one step earlier: the gradient has the shape of "
    "the images, and both signs."
)
def the_finished_map(network, images, class_index):
    return gradient_of(lambda x: network(x)[:, class_index].sum(), images).abs().amax(dim=1)


@my_saliency.mistake(
    "You multiplied the gradient by the image. That is another method, “gradient times input”: give back the gradient "
    "as it is."
)
def times_the_image(network, images, class_index):
    return images * gradient_of(lambda x: network(x)[:, class_index].sum(), images)


@my_saliency.mistake(
    "`torch.autograd.grad` gives a tuple, even for one tensor: unpack it with `(S,) = torch.autograd.grad(...)`."
)
def a_tuple(network, images, class_index):
    x = images.clone().requires_grad_()
    return torch.autograd.grad(network(x)[:, class_index].sum(), x)


@my_saliency.mistake(
    "A gradient is taken of one number, and you gave several: the first argument of `torch.autograd.grad` is the sum "
    "of the scores, `y.sum()`, and the second one is `x`."
)
def of_many_numbers(network, images, class_index):
    return gradient_of(lambda x: network(x)[:, class_index], images)


@my_saliency.mistake(
    "The tensor at which you take the gradient does not require one. Switch it on before the network runs: "
    "`x = images.clone().requires_grad_()`, and take the gradient at `x`."
)
def never_switched_on(network, images, class_index):
    return torch.autograd.grad(network(images)[:, class_index].sum(), images)[0]


@my_saliency.mistake(
    "The score has forgotten how it was computed: let the network run outside of `torch.no_grad()`, and do not detach "
    "the score."
)
def without_history(network, images, class_index):
    return gradient_of(lambda x: network(x).detach()[:, class_index].sum(), images)


@my_saliency.mistake(
    "The score does not come from the tensor at which you take the gradient: give the network the copy that requires "
    "a gradient, `network(x)`, and take the gradient at the same `x`."
)
def another_tensor(network, images, class_index):
    x = images.clone().requires_grad_()
    return torch.autograd.grad(network(images)[:, class_index].sum(), x)[0]
