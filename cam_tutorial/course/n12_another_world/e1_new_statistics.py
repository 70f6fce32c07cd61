"""Exercise 12.1: new statistics.

A long file, because it is a table: a few lines a mistake.
"""

import copy

import torch
from torch import nn

from cam_tutorial.course.material import draw_weights
from cam_tutorial.practice.exercise import exercise


def network_with_norms(generator, maps=(3, 4)):
    """Convolutions and BatchNorm with statistics of an old world, in eval mode."""
    first, second = maps
    network = nn.Sequential(
        nn.Sequential(nn.Conv2d(2, first, 3, padding=1), nn.BatchNorm2d(first), nn.ReLU()),
        nn.Sequential(nn.Conv2d(first, second, 3, padding=1), nn.BatchNorm2d(second), nn.ReLU()),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(second, 5),
    )  # fmt: skip
    draw_weights(network, generator)
    for layer in norms(network):
        shape = layer.running_mean.shape
        layer.running_mean.copy_(torch.randn(shape, generator=generator) + 2)
        layer.running_var.copy_(torch.rand(shape, generator=generator) + 3)
        layer.num_batches_tracked.fill_(40)
        with torch.no_grad():
            layer.weight.copy_(torch.rand(shape, generator=generator) + 0.5)
    return network.requires_grad_(False).eval()


def networks_and_batches(generator):
    """One batch or several, the last of them smaller; one image; two networks; pictures that get brighter."""
    cases = []
    for sizes, (height, width), maps in (
        ((3, 3, 3, 2), (5, 4), (3, 4)),
        ((4, 2), (4, 6), (2, 3)),
        ((5,), (3, 5), (3, 2)),
        ((1, 3, 2), (6, 5), (3, 4)),
    ):
        batches = [
            (1 + n) * torch.randn(size, 2, height, width, generator=generator) + n for n, size in enumerate(sizes)
        ]
        cases.append((network_with_norms(generator, maps), batches))
    return cases


def norms(network):
    return [layer for layer in network.modules() if isinstance(layer, nn.BatchNorm2d)]


def everything(network):
    return {**{name: value.clone() for name, value in network.state_dict().items()}, "mode": modes(network)}


def modes(network):
    return torch.tensor([layer.training for layer in network.modules()])


def what_came_of_it(attempt, network, batches):
    """The copy's answers and statistics, and whether the network is as it was."""
    before = everything(network)
    adapted = attempt(network, batches)
    if not isinstance(adapted, nn.Module):
        return {"what is returned": None if adapted is None else "something that is no network"}
    after = everything(network)
    as_before = all(torch.equal(before[key], after[key]) for key in before)
    modes_of_it = "eval mode" if not modes(adapted).any() else "train mode, all of it or in part"
    statistics = [(layer.running_mean, layer.running_var) for layer in norms(adapted)]
    kept = all(mean is not None for mean, _ in statistics)
    twin = copy.deepcopy(adapted).eval()
    with torch.no_grad():
        answers = torch.cat([twin(images) for images in batches])
    return {
        "what is returned": "a network",
        "the means of the BatchNorm layers": torch.cat([mean for mean, _ in statistics]).clone() if kept else None,
        "the variances of the BatchNorm layers": torch.cat([var for _, var in statistics]).clone() if kept else None,
        "what the copy answers": answers,
        "“the network itself is as it was”": as_before,
        "the mode of the copy": modes_of_it,
    }


@exercise(
    "12.1",
    "New statistics",
    minutes=10,
    difficulty=2,
    cases=networks_and_batches,
    probe=what_came_of_it,
    hints=[
        "Make a copy (`copy.deepcopy`). For each of its BatchNorm layers call `reset_running_stats()` and set "
        "`momentum = None`. Then let the images do the work.",
        "The statistics change when images go through the copy in train mode: `adapted.train()`, then "
        "`adapted(images)` for each batch, under `torch.no_grad()`.",
        "The layers are those of `adapted.modules()` that are `isinstance(layer, nn.BatchNorm2d)`. At the end: "
        "`return adapted.eval()`.",
    ],
)
def my_new_statistics(network, batches):
    """a network, a list of images (n, 3, H, W) -> a copy of the network, in eval mode

    μ and σ² of its BatchNorm layers are the plain mean of what each batch gives; all
    else is the network's. The network itself stays as it is.
    """
    adapted = copy.deepcopy(network)
    for layer in adapted.modules():
        if isinstance(layer, nn.BatchNorm2d):
            layer.reset_running_stats()
            layer.momentum = None
    adapted.train()
    with torch.no_grad():
        for images in batches:
            adapted(images)
    return adapted.eval()


def adapting(
    network, batches, *, make=copy.deepcopy, reset="reset", momentum=None, train=True, which=norms, done=nn.Module.eval
):
    """The solution in all its variants."""
    adapted = make(network)
    for layer in which(adapted):
        if reset == "reset":
            layer.reset_running_stats()
        elif reset == "all":
            layer.reset_parameters()
        layer.momentum = momentum
    adapted.train(train)
    with torch.no_grad():
        for images in batches:
            adapted(images)
    return done(adapted)


def varied(sentence, **how):
    """A mistake: `adapting` with something else."""
    my_new_statistics.mistake(sentence)(lambda network, batches: adapting(network, batches, **how))


def made(sentence, version):
    """A mistake: `version(network, batches)`."""
    my_new_statistics.mistake(sentence)(lambda network, batches: version(network, batches))


MOMENTUM = "`layer.momentum = None` makes it the plain mean of all batches since the reset."

# How the batches are averaged.
varied(
    "The momentum is still 0.1: each batch changes a tenth, so most of the old world is still in the statistics. Reset "
    f"every BatchNorm layer (`adapted.modules()` finds them, `children()` not all), and {MOMENTUM}",
    reset="no", momentum=0.1,
)  # fmt: skip
varied(
    "The old statistics are gone, but the momentum is still 0.1: each batch changes a tenth, so the reset's own mean 0 "
    f"and variance 1 are still in. {MOMENTUM}",
    momentum=0.1,
)  # fmt: skip
varied(
    "Without `reset_running_stats()` the layer still counts the batches of its training, 40 here: to a mean over all "
    "of them yours add little. Call it before the images go through.",
    reset="no",
)
LAST = "Only the last batch counts: with a momentum of 1, or a reset before each, a batch replaces the one before. "
varied(f"{LAST}Reset once. {MOMENTUM}", momentum=1.0)
varied(f"{LAST}Reset once. {MOMENTUM}", reset="no", momentum=1.0)
varied(f"With a momentum of 0.5 the last batch counts as much as all before it. {MOMENTUM}", momentum=0.5)
made(
    "You took the first batch only. All batches go through, one after the other.",
    lambda network, batches: adapting(network, batches[:1]),
)
made(
    "You joined all batches to one. Then the difference between the batches gets into the variance, and with hundreds "
    "of images the memory does not suffice: let them go through one after the other.",
    lambda network, batches: adapting(network, [torch.cat(batches)]),
)
made(
    "You let each image go through by itself. The statistics are those of the batches as they are given.",
    lambda network, batches: adapting(network, [image[None] for images in batches for image in images]),
)
made(
    "The batches go through twice, or one of them more often than the others. Once is enough.",
    lambda network, batches: adapting(network, [*batches, batches[0]]),
)

# Modes.
varied(
    "Nothing of the batches got in: what is left is the reset's mean 0 and variance 1. The statistics change in train "
    "mode only, so call `adapted.train()` before the images go through (and `momentum` is None, not 0).",
    train=False,
)
varied(
    "The copy answers as the network did, its statistics are the old ones. Reset them; and as they change in train "
    "mode only, call `adapted.train()` before the images go through.",
    reset="no", train=False,
)  # fmt: skip
varied(
    "The copy is left in train mode, where it goes by the batch that it is asked about: `return adapted.eval()`.",
    done=lambda adapted: adapted,
)
# What is copied, and what is reset.
varied(
    "You changed the network itself. Work on a copy of all of it: `copy.deepcopy(network)`. (A `copy.copy` shares its "
    "layers.)",
    make=lambda network: network,
)
varied(
    "`reset_parameters()` resets γ and β as well, which training has found. `reset_running_stats()` leaves them alone.",
    reset="all",
)
varied(
    "You changed the first BatchNorm layer alone. Every one has statistics: go through `adapted.modules()`.",
    which=lambda network: norms(network)[:1],
)
varied(
    "You changed the last BatchNorm layer alone. Every one has statistics: go through `adapted.modules()`.",
    which=lambda network: norms(network)[-1:],
)


def without_statistics(network, batches):
    adapted = copy.deepcopy(network)
    for layer in norms(adapted):
        layer.track_running_stats, layer.running_mean, layer.running_var = False, None, None
    return adapted.eval()


made(
    "You took the statistics away, so that the copy goes by whatever batch it is asked about. The statistics of the "
    "given batches are to be kept.",
    without_statistics,
)


def answers(network, batches):
    adapted = copy.deepcopy(network)
    return [adapted(images) for images in batches]


made("You return something else than a network: give back the copy, `return adapted.eval()`.", answers)


def mended(network, batches, how):
    """Right statistics, changed afterward by `how(layer, old)`."""
    adapted = adapting(network, batches)
    for layer, old in zip(norms(adapted), norms(network), strict=True):
        how(layer, old)
    return adapted


for sentence, how in (
    ("The variances are still the old ones: σ changes from world to world as well as μ.",
     lambda layer, old: layer.running_var.copy_(old.running_var)),
    ("The means are still the old ones: μ changes from world to world as well as σ.",
     lambda layer, old: layer.running_mean.copy_(old.running_mean)),
    ("You averaged the old statistics with the new ones. Nothing of the old world is to be left.",
     lambda layer, old: (layer.running_mean.add_(old.running_mean).div_(2),
                         layer.running_var.add_(old.running_var).div_(2))),
    ("You stored the standard deviations. `running_var` is the variance, their square.",
     lambda layer, old: layer.running_var.sqrt_()),
):  # fmt: skip
    made(sentence, lambda network, batches, how=how: mended(network, batches, how))
