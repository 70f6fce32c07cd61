"""Exercise 6.10: two classes, one picture."""

import torch
from torch import Tensor

from cam_tutorial.course.material import flatten_network
from cam_tutorial.practice.exercise import exercise

from .material import score_gradient


def images_and_two_classes(generator):
    return [
        (
            flatten_network(generator, size=size).requires_grad_(False),
            torch.randn(n, 2, *size, generator=generator),
            classes,
        )
        for n, size, classes in ((2, (4, 6), [3, 1]), (3, (5, 3), [2, 4, 1]), (1, (3, 7), [4, 2]))
    ]


def one_by_one(attempt, network, images, classes):
    found = attempt(network, images, classes)
    return list(found) if isinstance(found, tuple | Tensor) else found


@exercise(
    "6.10",
    "Two classes, one picture",
    minutes=8,
    difficulty=2,
    cases=images_and_two_classes,
    probe=one_by_one,
    hints=[
        "Ask for two classes, and try `pictures[0] is pictures[1]`. How many tensors are there?",
        "`.backward()` *adds* to `images.grad`, and `images.grad` is one tensor: the list holds it several times.",
        "`torch.autograd.grad(score, images)` hands out a new tensor each time, and adds to nothing.",
    ],
)
def my_class_gradients(network, images, classes):
    """a network, (N, C, H, W), a list of classes -> a list of gradients (N, C, H, W), one for each class"""
    images = images.clone().requires_grad_()
    pictures = []
    for c in classes:
        score = network(images)[:, c].sum()
        pictures.append(torch.autograd.grad(score, images)[0])
    return pictures


@my_class_gradients.broken(
    "The list holds one tensor several times, `images.grad`, and `.backward()` adds to it: every entry is the sum over "
    "all classes. Take `torch.autograd.grad(score, images)[0]`, a new tensor for each class."
)
def one_tensor_for_all(network, images, classes):
    """a network, (N, C, H, W), a list of classes -> a list of gradients (N, C, H, W), one for each class"""
    images = images.clone().requires_grad_()
    pictures = []
    for c in classes:
        score = network(images)[:, c].sum()
        score.backward()
        pictures.append(images.grad)
    return pictures


def class_gradients(network, images, classes):
    return [score_gradient(lambda logits, c=c: logits[:, c].sum(), images, network) for c in classes]


@my_class_gradients.mistake(
    "The pictures differ now, but the second one still contains the first: a copy does not stop `.backward()` from "
    "adding up. Start each class from `images.grad = None`, or use `torch.autograd.grad`."
)
def copied_and_added_up(network, images, classes):
    return list(torch.stack(class_gradients(network, images, classes)).cumsum(dim=0))


@my_class_gradients.mistake(
    "Nothing adds up any more, but every entry is still the same tensor, and shows the last class: `zero_()` empties "
    "it for all of them. Append `images.grad.clone()`, or use `torch.autograd.grad`."
)
def last_class_everywhere(network, images, classes):
    return [class_gradients(network, images, classes)[-1]] * len(classes)


@my_class_gradients.mistake(
    "All pictures are zero: `zero_()` empties the very tensor that you have just put into the list. Append a clone, or "
    "use `torch.autograd.grad`."
)
def emptied_afterwards(network, images, classes):
    return [torch.zeros_like(images) for _ in classes]


@my_class_gradients.mistake(
    "You give the gradient of the first class for all of them: compute the score of class c within the loop."
)
def first_class_everywhere(network, images, classes):
    return [class_gradients(network, images, classes)[0]] * len(classes)


@my_class_gradients.mistake("You lost the signs: a gradient has both. Leave out the absolute value.")
def unsigned_gradients(network, images, classes):
    return [gradient.abs() for gradient in class_gradients(network, images, classes)]
