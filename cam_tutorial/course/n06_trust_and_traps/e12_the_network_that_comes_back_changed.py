"""Exercise 6.12: the network that comes back changed."""

import contextlib
import copy

import torch
from torch import nn

from cam_tutorial.course.material import draw_weights, indices
from cam_tutorial.practice.exercise import exercise


def networks_in_both_modes(generator):
    cases = []
    for n, (height, width), training in ((3, (4, 5), True), (2, (6, 3), False), (4, (3, 7), True)):
        network = nn.Sequential(
            nn.Conv2d(2, 3, 3, padding=1), nn.BatchNorm2d(3), nn.ReLU(), nn.Flatten(), nn.Linear(3 * height * width, 5)
        )
        draw_weights(network, generator)
        images = torch.randn(n, 2, height, width, generator=generator)
        cases.append((network.train(training), images, indices(generator, n, 5)))
    return cases


def _fate(network):
    """What became of gradients that were all 1."""
    gradients = [p.grad for p in network.parameters()]
    if any(gradient is None or not gradient.any() for gradient in gradients):
        return "wiped out"
    return "as before" if all(bool((gradient == 1).all()) for gradient in gradients) else "added to"


def call_and_what_is_left(attempt, network, images, classes):
    """The gradient, and the network after a call in the middle of a training step, and after one that fails."""
    network = copy.deepcopy(network)
    for parameter in network.parameters():
        parameter.grad = torch.ones_like(parameter)
    statistics = network[1].running_mean.clone()
    gradient = attempt(network, images, classes)
    found = {
        "the gradient": gradient,
        "“training” after the call": network.training,
        "the .grad of the weights": _fate(network),
        "“the weights require a gradient as before”": all(p.requires_grad for p in network.parameters()),
        "“BatchNorm's averages are what they were”": torch.equal(network[1].running_mean, statistics),
    }
    training = network.training
    with contextlib.suppress(Exception):
        attempt(network, images[..., :-1], classes)
    return {**found, "“training is what it was” after an error in the network": network.training == training}


@exercise(
    "6.12",
    "The network that comes back changed",
    minutes=12,
    difficulty=3,
    cases=networks_in_both_modes,
    probe=call_and_what_is_left,
    hints=[
        "Two things are left behind. Print `network.training` and one weight's `.grad` before and after the call.",
        "`.backward()` writes into the `.grad` of every weight. `torch.autograd.grad(scores.sum(), images)` writes "
        "nowhere.",
        "Note `was_training = network.training` before `eval()`, and set it back with `network.train(was_training)`.",
        "The network may raise an error. What stands in `finally:` after a `try:` is done in any case.",
    ],
)
def my_tidy_gradient(network, images, classes):
    """a network, (N, C, H, W), (N,) -> (N, C, H, W): the gradient of each image's score; the network stays as it was"""
    images = images.clone().requires_grad_()
    was_training = network.training
    network.eval()
    try:
        scores = network(images)[torch.arange(len(images)), classes]
    finally:
        network.train(was_training)
    return torch.autograd.grad(scores.sum(), images)[0]


@my_tidy_gradient.broken(
    "The network stays in eval mode, and its weights' `.grad` is filled: the next training step goes wrong twice. Note "
    "`network.training` and set it back, and let `torch.autograd.grad` hand you the gradient."
)
def leaves_traces(network, images, classes):
    """a network, (N, C, H, W), (N,) -> (N, C, H, W): the gradient of each image's score; the network stays as it was"""
    images = images.clone().requires_grad_()
    network.eval()
    scores = network(images)[torch.arange(len(images)), classes]
    scores.sum().backward()
    return images.grad


def explained(network, images, classes, grad=True, evaluate=True, after=lambda network, was_training: None):
    images = images.clone().requires_grad_()
    was_training = network.training
    if evaluate:
        network.eval()
    scores = network(images)[torch.arange(len(images)), classes].sum()
    if grad:
        (gradient,) = torch.autograd.grad(scores, images)
    else:
        scores.backward()
        gradient = images.grad
    after(network, was_training)
    return gradient


def set_back(network, was_training):
    network.train(was_training)


@my_tidy_gradient.mistake(
    "The `.grad` of the weights is safe now, but the network is still left in eval mode: set it back with "
    "`network.train(was_training)`."
)
def left_in_eval_mode(network, images, classes):
    return explained(network, images, classes)


@my_tidy_gradient.mistake(
    "The mode is set back, but `.backward()` still adds to the `.grad` of every weight: use "
    "`torch.autograd.grad(scores.sum(), images)`."
)
def still_fills_grad(network, images, classes):
    return explained(network, images, classes, grad=False, after=set_back)


@my_tidy_gradient.mistake(
    "Always `network.train()` at the end: a network that came in eval mode goes out in train mode. Set back what it "
    "was, `network.train(was_training)`."
)
def always_train(network, images, classes):
    return explained(network, images, classes, after=lambda network, was_training: network.train())


@my_tidy_gradient.mistake(
    "`zero_grad()` cleans up too much: gradients that a training step had collected before your call are gone. Write "
    "nothing there in the first place: `torch.autograd.grad`."
)
def wipes_the_gradients(network, images, classes):
    def clean(network, was_training):
        network.train(was_training)
        network.zero_grad()

    return explained(network, images, classes, grad=False, after=clean)


@my_tidy_gradient.mistake(
    "The mode is as it was because you never change it. In train mode BatchNorm mixes the images of a batch and "
    "changes its averages: explain in eval mode, and set the mode back."
)
def explains_in_train_mode(network, images, classes):
    return explained(network, images, classes, evaluate=False)


@my_tidy_gradient.mistake(
    "Without an error all is well. When the network raises one, it stays in eval mode: put "
    "`network.train(was_training)` into a `finally:`."
)
def not_after_an_error(network, images, classes):
    return explained(network, images, classes, after=set_back)


@my_tidy_gradient.mistake(
    "Frozen weights collect no `.grad`, but you left them frozen, and training stops without a word. Leave "
    "`requires_grad` alone and use `torch.autograd.grad`."
)
def leaves_weights_frozen(network, images, classes):
    network.requires_grad_(False)
    return explained(network, images, classes, after=set_back)
