"""Exercise 4.1: the gradient at the pixels.

Longer than other files, because an attempt can go wrong in two ways that have nothing to do with each other: the
numbers are others, or they are right and something is left behind.
"""

import copy

import torch
import torch.nn.functional as F
from torch import nn

from cam_tutorial.course.material import draw_weights, flatten_network
from cam_tutorial.practice.exercise import exercise

from .material import turtle_network


def networks_and_images(generator):
    """Mostly more images than the index of the class, so that a row taken for a column gives numbers and no error."""
    cases = [
        (flatten_network(generator, size=size), torch.randn(n, 2, *size, generator=generator), class_index)
        for n, size, class_index in ((4, (6, 8), 2), (5, (5, 3), 3), (3, (4, 7), 1), (1, (5, 5), 4), (2, (3, 6), 0))
    ]
    network, images, class_index = cases[0]
    cases[0] = (in_training(network, generator), images, class_index)
    cases[3][0].train()
    for shape, classes, class_index in (((3, 3, 4, 2), 1, 0), ((2, 1, 1, 1), 3, 1)):
        images = torch.randn(*shape, generator=generator)
        network = nn.Sequential(nn.Flatten(), nn.Linear(images[0].numel(), classes), nn.Softplus())
        draw_weights(network, generator)
        cases.append((network, images.transpose(2, 3).contiguous().transpose(2, 3), class_index))
    return cases


class InTraining(nn.Sequential):
    """A network with gradients on its weights, which its copies keep: a parameter's own copy would be without."""

    def __deepcopy__(self, memo):
        copied = type(self)(*(copy.deepcopy(layer, memo) for layer in self)).train(self.training)
        for old, new in zip(self.parameters(), copied.parameters(), strict=True):
            new.grad = old.grad.clone()
        return copied


def in_training(network, generator):
    """The same network with gradients that belong to whoever calls, and a first layer that is not to be trained."""
    network = InTraining(*network)
    for parameter in network.parameters():
        parameter.grad = torch.randn(parameter.shape, generator=generator)
    network[0].requires_grad_(False)
    return network


def two_calls(attempt, network, images, class_index):
    """The gradients of two calls on the same images; of images that have one already, also what becomes of that."""
    in_use = isinstance(network, InTraining)
    if in_use:
        images = images.clone().requires_grad_()
        images.grad = torch.ones_like(images)
    first = attempt(network, images, class_index)
    seen = {"the gradient": first, "the gradient of a second call": attempt(network, images, class_index)}
    if in_use:
        seen["requires_grad of the images afterward"] = images.requires_grad
        seen["the .grad that the images had before"] = images.grad
    return seen


@exercise(
    "4.1",
    "The gradient at the pixels",
    minutes=6,
    difficulty=1,
    cases=networks_and_images,
    probe=two_calls,
    picture=turtle_network,
    forbids={
        "saliency": "`saliency` is the package's own answer. Write the three steps yourself: the first hint has them.",
    },
    hints=[
        "Three steps, as in the cell with the pencil's numbers: an image that requires a gradient, a score, and "
        "`torch.autograd.grad`.",
        "The images belong to whoever calls you. Work on a copy: `x = images.clone().requires_grad_()`.",
        "The scores of class c are one column, `network(x)[:, class_index]`: one number for each image. A gradient is "
        "taken of a single number, so sum them.",
    ],
)
def my_saliency(network, images, class_index):
    """(N, C, H, W), int -> (N, C, H, W): the signed gradient of the class's score"""
    x = images.clone().requires_grad_()
    y = network(x)[:, class_index]
    (S,) = torch.autograd.grad(y.sum(), x)
    return S


def gradient_of(score, images):
    """The gradient at the images of whatever number `score` makes of them."""
    x = images.clone().requires_grad_()
    return torch.autograd.grad(score(x), x)[0]


def right(network, images, class_index):
    """The right gradient, for the mistakes that come after it."""
    return gradient_of(lambda x: network(x)[:, class_index].sum(), images)


# Right numbers, and something left behind.


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
    "The gradient is right, but images that came with `requires_grad` on leave with it off: you switch it on and off "
    "on the images themselves. Work on `images.clone().requires_grad_()`."
)
def switched_on_and_off(network, images, class_index):
    gradient = switched_on_for_good(network, images, class_index)
    images.requires_grad_(False)
    return gradient


@my_saliency.mistake(
    "The gradient is right, but it was collected in the `.grad` of your caller's images, and of every weight. "
    "Work on `images.clone().requires_grad_()`, and let `torch.autograd.grad` hand you the gradient."
)
def collected_in_grad(network, images, class_index):
    images.grad = None
    return adds_up(network, images, class_index).clone()


@my_saliency.mistake(
    "You let `.backward()` write into the `.grad` of your caller's images, and took it away afterward: if the images "
    "had one, it is in your gradient, and gone. Let `torch.autograd.grad` hand you the gradient of `images.clone()`."
)
def cleans_up_the_images(network, images, class_index):
    gradient = adds_up_and_copies(network, images, class_index)
    images.grad = None
    return gradient


@my_saliency.mistake(
    "You let `.backward()` write into the `.grad` of your caller's images, and set it to 0 afterward: if the images "
    "had one, it is in your gradient, and lost. Let `torch.autograd.grad` hand you the gradient of `images.clone()`."
)
def zeroes_the_images(network, images, class_index):
    gradient = adds_up_and_copies(network, images, class_index)
    images.grad.zero_()
    return gradient


@my_saliency.mistake(
    "The gradient is right and the images are as they were, but `.backward()` has written into the `.grad` of every "
    "weight too, where the next training step would use it: let `torch.autograd.grad(y.sum(), x)` hand you the "
    "gradient."
)
def backward_on_a_copy(network, images, class_index):
    x = images.detach().clone().requires_grad_()
    network(x)[:, class_index].sum().backward()
    return x.grad


@my_saliency.mistake(
    "`.backward()` has written into the `.grad` of every weight, and where the images require a gradient already, "
    "your copy gets none, since `.clone()` belongs to their graph: let `torch.autograd.grad(y.sum(), x)` hand you the "
    "gradient."
)
def backward_on_a_clone(network, images, class_index):
    x = images.clone().requires_grad_()
    network(x)[:, class_index].sum().backward()
    return x.grad if x.is_leaf else None  # which it is None for, after a warning


@my_saliency.mistake(
    "The gradient is right, but you emptied the `.grad` of the network's weights, and what stood there belongs to "
    "whoever calls. With `torch.autograd.grad` in place of `.backward()` there is nothing to clean up."
)
def cleans_up_too_much(network, images, class_index):
    network.zero_grad()
    gradient = backward_on_a_copy(network, images, class_index)
    network.zero_grad()
    return gradient


@my_saliency.mistake(
    "The gradient is right, but you switched the network to eval mode and it stays there: leave its mode to whoever "
    "calls."
)
def switched_to_eval(network, images, class_index):
    return right(network.eval(), images, class_index)


@my_saliency.mistake(
    "The gradient is right, but you switched off `requires_grad` of the network's weights, and it stays off: "
    "`torch.autograd.grad(y.sum(), x)` takes the gradient at x alone, whatever the weights require."
)
def weights_frozen(network, images, class_index):
    return right(network.requires_grad_(False), images, class_index)


# The gradient of another number.


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
    "You took the gradient of the summed loss. Asked for is that of the class's score, which the softmax and the "
    "logarithm have no part in: the column `network(x)[:, class_index]`, summed."
)
def of_the_summed_loss(network, images, class_index):
    return -of_the_log_softmax(network, images, class_index)


@my_saliency.mistake(
    "Your softmax is taken over the images of the batch, and none is asked for: the score is what the network gives "
    "*before* the softmax."
)
def of_a_softmax_over_images(network, images, class_index):
    return gradient_of(lambda x: network(x).softmax(dim=0)[:, class_index].sum(), images)


@my_saliency.mistake(
    "You cut off negative scores, so their images have the gradient 0: take the score as it is, without a ReLU."
)
def of_positive_scores(network, images, class_index):
    return gradient_of(lambda x: network(x)[:, class_index].relu().sum(), images)


@my_saliency.mistake(
    "You took the sigmoid's gradient. The score is what the network gives, as it is: leave the sigmoid out."
)
def of_the_sigmoid(network, images, class_index):
    return gradient_of(lambda x: network(x)[:, class_index].sigmoid().sum(), images)


@my_saliency.mistake(
    "You took the highest score of each image, whatever class was asked for: take the column `[:, class_index]`."
)
def of_the_prediction(network, images, class_index):
    return gradient_of(lambda x: network(x).amax(dim=1).sum(), images)


@my_saliency.mistake(
    "You took the one highest score of the whole batch. Asked for is one class, in every image: sum the column "
    "`network(x)[:, class_index]`."
)
def of_the_highest_score(network, images, class_index):
    return gradient_of(lambda x: network(x).max(), images)


@my_saliency.mistake(
    "You took the highest score of the class in the batch, so that all other images have the gradient 0: `.sum()` in "
    "place of `.max()`."
)
def of_the_highest_image(network, images, class_index):
    return gradient_of(lambda x: network(x)[:, class_index].max(), images)


@my_saliency.mistake("You took class 0, whatever class was asked for: take the column `[:, class_index]`.")
def of_class_0(network, images, class_index):
    return gradient_of(lambda x: network(x)[:, 0].sum(), images)


@my_saliency.mistake(
    "You took the class before the one asked for: classes count from 0, so take `[:, class_index]` as it is."
)
def of_the_class_before(network, images, class_index):
    return right(network, images, class_index - 1)


@my_saliency.mistake(
    "You took the class after the one asked for: classes count from 0, so take `[:, class_index]` as it is."
)
def of_the_class_after(network, images, class_index):
    return right(network, images, class_index + 1)


@my_saliency.mistake(
    "You took a row of the scores: `network(x)[class_index]` is *image* number `class_index` with all its classes, "
    "so every other image has the gradient 0. A class is a column, `[:, class_index]`."
)
def of_a_row(network, images, class_index):
    return gradient_of(lambda x: network(x)[class_index].sum(), images)


@my_saliency.mistake(
    "You left the other classes in: asked for is the gradient of this class's score alone, not of its lead over the "
    "rest."
)
def of_the_lead(network, images, class_index):
    return gradient_of(lambda x: (network(x)[:, class_index] - network(x).mean(dim=1)).sum(), images)


@my_saliency.mistake(
    "All images but the first have the gradient 0, because you took the first one's score alone: take the whole column "
    "`[:, class_index]` and sum it."
)
def of_the_first_image(network, images, class_index):
    return gradient_of(lambda x: network(x)[0, class_index], images)


@my_saliency.mistake(
    "The gradient is that of the last image alone: take the whole column `[:, class_index]` and sum it."
)
def of_the_last_image(network, images, class_index):
    return gradient_of(lambda x: network(x)[-1, class_index], images)


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


@my_saliency.mistake(
    "You averaged over all scores, of all classes and images: take the column `[:, class_index]`, and sum it."
)
def of_the_mean_of_all(network, images, class_index):
    return gradient_of(lambda x: network(x).mean(), images)


# A step too many, or too few.


@my_saliency.mistake("You lost the signs: leave the absolute value to the next step. The gradient has both signs.")
def without_signs(network, images, class_index):
    return right(network, images, class_index).abs()


@my_saliency.mistake(
    "You cut off the negative gradients. They belong to the answer: no ReLU here, the gradient has both signs."
)
def cut_off_below_zero(network, images, class_index):
    return right(network, images, class_index).relu()


@my_saliency.mistake(
    "You scaled each image's gradient to a largest value of 1. Leave the numbers as they are; only for a picture would "
    "you scale them."
)
def scaled(network, images, class_index):
    S = right(network, images, class_index)
    return S / S.abs().amax(dim=(1, 2, 3), keepdim=True)


@my_saliency.mistake(
    "That is the finished map already, one number for each pixel. Stop one step earlier: the gradient has the shape of "
    "the images, and both signs."
)
def the_finished_map(network, images, class_index):
    return right(network, images, class_index).abs().amax(dim=1)


@my_saliency.mistake(
    "You gave the gradient of the first image alone: leave out the `[0]` behind it. (`torch.autograd.grad` gives a "
    "tuple, so its `[0]` is needed, once.)"
)
def first_image_alone(network, images, class_index):
    return right(network, images, class_index)[0]


@my_saliency.mistake(
    "You took one channel of the gradient, that with the number of the class. Classes are in the *scores*: "
    "`network(x)[:, class_index]`; the gradient keeps all its channels."
)
def a_channel_for_a_class(network, images, class_index):
    return gradient_of(lambda x: network(x).sum(), images)[:, class_index]


@my_saliency.mistake(
    "You multiplied the gradient by the image. That is another method, “gradient times input”: give back the gradient "
    "as it is."
)
def times_the_image(network, images, class_index):
    return images * right(network, images, class_index)


@my_saliency.mistake(
    "That is the network's score and no gradient of it: the third step is missing, `torch.autograd.grad(y.sum(), x)`."
)
def scores_alone(network, images, class_index):
    return network(images)[:, class_index]


@my_saliency.mistake(
    "`torch.autograd.grad` gives a tuple, even for one tensor: unpack it with `(S,) = torch.autograd.grad(...)`."
)
def a_tuple(network, images, class_index):
    x = images.clone().requires_grad_()
    return torch.autograd.grad(network(x)[:, class_index].sum(), x)


@my_saliency.mistake(
    "You took the gradient at the network's weights. Asked for is the gradient at the images: the second argument of "
    "`torch.autograd.grad` is `x`."
)
def at_the_weights(network, images, class_index):
    return torch.autograd.grad(network(images)[:, class_index].sum(), list(network.parameters())[-2])[0]


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
    x = images.detach().clone()
    return torch.autograd.grad(network(x)[:, class_index].sum(), x)[0]


@my_saliency.mistake(
    "The images that you were given do not require a gradient, unless by chance. Switch it on for a copy, before the "
    "network runs: `x = images.clone().requires_grad_()`, and take the gradient at `x`."
)
def never_switched_on_for_the_images(network, images, class_index):
    return torch.autograd.grad(network(images)[:, class_index].sum(), images)[0]


@my_saliency.mistake(
    "The score has forgotten how it was computed: let the network run outside of `torch.no_grad()`, and do not detach "
    "the score."
)
def without_history(network, images, class_index):
    return gradient_of(lambda x: network(x).detach()[:, class_index].sum(), images)


@my_saliency.mistake(
    "`.item()` makes a plain number of the score, which has forgotten how it was computed: leave it out, `y.sum()` is "
    "one number too."
)
def of_a_plain_number(network, images, class_index):
    return gradient_of(lambda x: network(x)[:, class_index].sum().item(), images)


@my_saliency.mistake(
    "You gave the network one image by itself, (C, H, W), and it wants a batch: give it all images at once, or "
    "`images[i : i + 1]`, a batch of one."
)
def without_a_batch(network, images, class_index):
    return torch.stack([gradient_of(lambda x: network(x)[class_index], image) for image in images])


@my_saliency.mistake(
    "You gave the network one image by itself, (C, H, W), and took the class from what came out as from a batch: give "
    "it all images at once, or `images[i : i + 1]`, a batch of one."
)
def without_a_batch_but_for_the_scores(network, images, class_index):
    return torch.stack([gradient_of(lambda x: network(x)[0, class_index], image) for image in images])


@my_saliency.mistake(
    "The score does not come from the tensor at which you take the gradient: give the network the copy that requires "
    "a gradient, `network(x)`, and take the gradient at the same `x`."
)
def another_tensor(network, images, class_index):
    x = images.clone().requires_grad_()
    return torch.autograd.grad(network(images)[:, class_index].sum(), x)[0]


@my_saliency.mistake(
    "What comes back is None: `.backward()` itself gives nothing, and it fills the `.grad` of those tensors alone that "
    "require a gradient before the network runs. Let `torch.autograd.grad(y.sum(), x)` hand the gradient to you."
)
def what_backward_gives(network, images, class_index):
    x = images.clone().requires_grad_()
    return network(x)[:, class_index].sum().backward()


@my_saliency.mistake("Your function gives back None: it ends without `return S`.")
def nothing(network, images, class_index):
    right(network, images, class_index)


# Two at once.
OFTEN = (
    of_the_softmax, of_the_log_softmax, of_the_loss, of_the_prediction, of_class_0, of_a_row, of_the_first_image,
    averaged_over_the_batch, of_all_classes, adds_up_and_copies, switched_on_for_good, backward_on_a_copy,
)  # fmt: skip


def followed_by(change, version):
    return lambda network, images, class_index: change(version(network, images, class_index))


for known in list(my_saliency.mistakes):
    if known.version not in OFTEN:
        continue
    for step, change, second in (
        ("signs", torch.abs, "The signs are lost besides: no `.abs()` here."),
        (
            "map",
            lambda S: S.abs().amax(dim=1),
            "And you went a step too far: the gradient keeps its channels and signs.",
        ),
    ):
        both = followed_by(change, known.version)
        both.__name__ = f"{known.version.__name__}_and_{step}"
        my_saliency.mistake(f"{known.sentence} {second}")(both)
