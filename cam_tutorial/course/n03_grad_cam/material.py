"""What several exercises of notebook 03 are tried on."""

from collections import OrderedDict
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from cam_tutorial import models, zoo
from cam_tutorial.course.material import draw_weights, indices, turtle

from .solutions import my_map, my_record

Batch = tuple[nn.Sequential, Tensor, Tensor]  # a network, images, and a class for each

NOT_GIVEN = object()  # an argument that a call leaves out


def trunk_and_head(generator, size, *, maps=3, classes=5, names=("trunk", "head"), between=nn.ReLU):
    """A small network with the two parts of the zoo's, without pooling; within its trunk a layer works in place."""
    height, width = size
    trunk = nn.Sequential(nn.Conv2d(2, 4, 3, padding=1), between(inplace=True), nn.Conv2d(4, maps, 2, stride=2))
    head = nn.Sequential(nn.Flatten(), nn.Linear(maps * height * width // 4, 6), nn.ReLU(), nn.Linear(6, classes))
    network = nn.Sequential(OrderedDict(zip(names, (trunk, head), strict=True)))
    draw_weights(network, generator)
    return network.eval()


def elsewhere(generator, size, **options):
    """The same with other names, and an ELU that works in place: what a record without a copy holds differs then."""
    return trunk_and_head(generator, size, names=("body", "top"), between=nn.ELU, **options)


SIZES = ((3, (6, 8)), (2, (10, 4)), (4, (8, 10)))  # images and their size


def images_and_targets(generator) -> list[Batch]:
    """Batches of different sizes, each with several different targets that do not ascend from 0."""
    cases = []
    for n, size in SIZES:
        images = torch.randn(n, 2, *size, generator=generator)
        target = (indices(generator, n, 4) + 1) % 5  # the classes 1 to 4, each once
        cases.append((trunk_and_head(generator, size), images, target))
    return cases


def special_batches(generator) -> list[Batch]:
    """One image; one map of one place; more images than classes, in square maps; one class."""
    found = []
    for network, n, size, target in (
        (trunk_and_head(generator, (4, 6)), 1, (4, 6), [3]),
        (trunk_and_head(generator, (2, 2), maps=1), 2, (2, 2), [2, 4]),
        (trunk_and_head(generator, (6, 6), classes=3), 5, (6, 6), [2, 0, 1, 2, 2]),
        (trunk_and_head(generator, (4, 8), classes=1), 2, (4, 8), [0, 0]),
    ):
        found.append((network, torch.randn(n, 2, *size, generator=generator), torch.tensor(target)))
    return found


def whole_calls(generator):
    """Layers before and behind what works in place; signed and not; `layer` and `relu` given and left out.

    Two networks have a history: one is in training mode and its head is frozen; the other's
    images require a gradient.
    """
    batches = [*images_and_targets(generator), images_and_targets(generator)[0], *special_batches(generator)]
    options = (
        ("trunk", True),
        ("trunk.0", False),
        ("trunk", False),
        ("trunk.0", True),
        (),
        ("trunk",),
        (),
        ("trunk.0",),
    )
    cases = [(*batch, *option) for batch, option in zip(batches, options, strict=True)]
    images = torch.randn(3, 2, 6, 4, generator=generator)
    for relu in (False, True):
        cases.append((elsewhere(generator, (6, 4)), images, torch.tensor([4, 1, 1]), "body.0", relu))
    used = trunk_and_head(generator, (6, 4)).train()
    used.head.requires_grad_(False)
    cases.append((used, images, torch.tensor([2, 3, 0]), "trunk", False))
    cases.append((trunk_and_head(generator, (6, 4)), images.clone().requires_grad_(), torch.tensor([1, 4, 2])))
    return cases


def a_batch(attempt, model, images, target, layer=NOT_GIVEN, relu=NOT_GIVEN):
    """The maps of a batch, whether they hold the network's graph, and whether a .grad from before is gone.

    The notebook too says `relu=`. A copy of a network has no .grad, so that it gets one here.
    """
    given = [] if layer is NOT_GIVEN else [layer]
    weights = list(model.parameters()) if model.training else []
    for parameter in weights:
        parameter.grad = torch.ones_like(parameter)
    maps = attempt(model, images, target, *given, **({} if relu is NOT_GIVEN else {"relu": relu}))
    parts = maps if isinstance(maps, list | tuple) else [maps]
    held = any(isinstance(part, Tensor) and part.requires_grad for part in parts)
    gone = any(parameter.grad is None or not parameter.grad.any() for parameter in weights)
    if all(parameter.grad is None or (parameter.grad == 1).all() for parameter in weights):
        for parameter in weights:
            parameter.grad = None  # as it was
    return {"the result": maps, "requires_grad of the result": held, "whether a .grad from before is gone": gone}


def turtle_image():
    image, _, _, label = turtle()
    return models.load("zoo-flatten"), zoo.preprocess(image[0]), torch.tensor([label])


@contextmanager
def hooked(module, hook, kept):
    """The right ending, for whatever hook."""
    handle = module.register_forward_hook(hook)
    try:
        yield kept
    finally:
        handle.remove()


def own_scores(logits, target):
    return logits.gather(1, target[:, None])


def run(model, images, layer):
    with my_record(model, layer) as kept:
        logits = model(images)
    return logits, kept["A"]


def gradient_and_maps(model, images, target, layer, score=own_scores):
    """The gradient of a score at a layer, and what the layer gave, without its graph."""
    logits, A = run(model, images, layer)
    (gradient,) = torch.autograd.grad(score(logits, target).sum(), A)
    return gradient, A.detach()


def mean_over_places(gradient):
    return gradient.mean(dim=(2, 3))


def cam_of(
    model, images, target, layer, relu, score=own_scores, alpha: Callable[[Tensor], Any] = mean_over_places
) -> Tensor:
    """Grad-CAM of another score, or with another α."""
    gradient, A = gradient_and_maps(model, images, target, layer, score)
    return my_map(alpha(gradient), A, relu)
