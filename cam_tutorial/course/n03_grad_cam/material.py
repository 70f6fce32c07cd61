"""What several exercises of notebook 03 are tried on."""

from collections import OrderedDict
from contextlib import contextmanager

import torch
from torch import nn

from cam_tutorial import models, zoo
from cam_tutorial.course.material import draw_weights, indices, turtle

from .solutions import my_map, my_record


def trunk_and_head(generator, size):
    """A small network with the two parts of the zoo's, without pooling; in its trunk a ReLU works in place."""
    height, width = size
    trunk = nn.Sequential(nn.Conv2d(2, 4, 3, padding=1), nn.ReLU(inplace=True), nn.Conv2d(4, 3, 2, stride=2))
    head = nn.Sequential(nn.Flatten(), nn.Linear(3 * height * width // 4, 6), nn.ReLU(), nn.Linear(6, 5))
    network = nn.Sequential(OrderedDict(trunk=trunk, head=head))
    draw_weights(network, generator)
    return network.eval()


SIZES = ((3, (6, 8)), (2, (10, 4)), (4, (8, 10)))  # images and their size


@contextmanager
def hooked(module, hook, kept):
    """The right ending, for whatever hook."""
    handle = module.register_forward_hook(hook)
    try:
        yield kept
    finally:
        handle.remove()


def images_and_targets(generator):
    """Batches of different sizes, each with several different targets that do not ascend from 0."""
    cases = []
    for n, size in SIZES:
        images = torch.randn(n, 2, *size, generator=generator)
        target = (indices(generator, n, 4) + 1) % 5  # the classes 1 to 4, each once
        cases.append((trunk_and_head(generator, size), images, target))
    return cases


def whole_calls(generator):
    """Layers before and behind the ReLU that works in place; signed and not; each image with a target of its own."""
    options = (("trunk", True), ("trunk.0", False), ("trunk", False), ("trunk.0", True))
    cases = images_and_targets(generator) + images_and_targets(generator)[:1]
    return [(*case, *option) for case, option in zip(cases, options, strict=True)]


def a_batch(attempt, model, images, target, layer, relu):
    """The maps of a batch, and whether they still hold the network's graph."""
    maps = attempt(model, images, target, layer=layer, relu=relu)
    held = isinstance(maps, torch.Tensor) and maps.requires_grad
    return {"the result": maps, "requires_grad of the result": held}


def turtle_image():
    image, _, _, label = turtle()
    return models.load("zoo-flatten"), zoo.preprocess(image[0]), torch.tensor([label])


def own_scores(logits, target):
    return logits.gather(1, target[:, None])


def run(model, images, layer):
    with my_record(model, layer) as kept:
        logits = model(images)
    return logits, kept["A"]


def gradient_and_maps(model, images, target, layer, score=own_scores):
    logits, A = run(model, images, layer)
    (gradient,) = torch.autograd.grad(score(logits, target).sum(), A)
    return gradient, A.detach()


def cam_of(model, images, target, layer, relu, score=own_scores):
    """Grad-CAM of another score."""
    gradient, A = gradient_and_maps(model, images, target, layer, score)
    return my_map(gradient.mean(dim=(2, 3)), A, relu)
