"""Exercise 6.7: the record that changes."""

import torch
from torch import nn

from cam_tutorial.course.material import draw_weights
from cam_tutorial.practice.exercise import exercise


def networks_with_in_place_relus(generator):
    cases = []
    for n, height, width, layer in ((3, 4, 5, "1"), (2, 6, 3, "3"), (4, 3, 7, "1")):
        network = nn.Sequential(
            nn.Conv2d(2, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(inplace=True),
            nn.Conv2d(4, 3, 3, padding=1), nn.ReLU(inplace=True), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
        )  # fmt: skip
        draw_weights(network, generator)
        cases.append((network.eval(), layer, torch.randn(n, 2, height, width, generator=generator)))
    return cases


def record_and_network(attempt, network, layer, images):
    """The record, and what the network is like afterwards."""
    found = attempt(network, layer, images)
    hooks = sum(len(m._forward_hooks) + len(m._forward_pre_hooks) for m in network.modules())
    inplace = sum(m.inplace for m in network.modules() if isinstance(m, nn.ReLU))
    return {
        "the record": found,
        "the number of hooks afterwards": hooks,
        "the number of in-place ReLUs in the network afterwards": inplace,
    }


@exercise(
    "6.7",
    "The record that changes",
    minutes=6,
    difficulty=2,
    cases=networks_with_in_place_relus,
    probe=record_and_network,
    hints=[
        "Which layer comes next, and where does it write its result? Print `kept[0].min()` within the hook and after "
        "the run.",
        "The hook keeps a name for the layer's output. `nn.ReLU(inplace=True)` then writes into that same tensor.",
        "Copy at the moment of recording. A copy after the run, `.detach()`, or keeping and returning one and the same "
        "copy is not enough.",
    ],
)
def my_recorded(network, layer, images):
    """a network, the name of a layer, (N, C, H, W) -> (N, K, h, w): what the layer gives"""
    kept = []

    def keep(module, inputs, output):
        kept.append(output.clone())

    handle = network.get_submodule(layer).register_forward_hook(keep)
    try:
        with torch.no_grad():
            network(images)
    finally:
        handle.remove()
    return kept[0]


@my_recorded.broken(
    "The in-place ReLU behind the layer writes into your record: every negative value is 0. Keep a copy at the moment "
    "of recording, `kept.append(output.clone())`. `.detach()` is no copy, a clone after the run comes too late, and a "
    "clone that the hook hands on is overwritten in turn."
)
def keeps_a_reference(network, layer, images):
    """a network, the name of a layer, (N, C, H, W) -> (N, K, h, w): what the layer gives"""
    kept = []

    def keep(module, inputs, output):
        kept.append(output)

    handle = network.get_submodule(layer).register_forward_hook(keep)
    try:
        with torch.no_grad():
            network(images)
    finally:
        handle.remove()
    return kept[0]


def hooked(network, layer, images, keep=lambda inputs, output: output.clone(), remove=True):
    kept = []
    module = network.get_submodule(layer)
    handle = module.register_forward_hook(lambda module, inputs, output: kept.append(keep(inputs, output)))
    with torch.no_grad():
        network(images)
    if remove:
        handle.remove()
    return kept[0]


@my_recorded.mistake(
    "You recorded what goes *into* the layer. It is safe from the ReLU, but it is not what the layer gives: "
    "`output.clone()`."
)
def keeps_the_input(network, layer, images):
    return hooked(network, layer, images, lambda inputs, output: inputs[0].clone())


@my_recorded.mistake(
    "The record is right, but you switched the in-place ReLUs off for good, in a network that is not yours. Copy the "
    "output instead: `output.clone()`."
)
def switches_in_place_off(network, layer, images):
    for module in network.modules():
        if isinstance(module, nn.ReLU):
            module.inplace = False
    return hooked(network, layer, images)


@my_recorded.mistake(
    "The record is right, and the hook is still there: every later run of the network adds to a list that nobody reads."
    " Keep `handle.remove()`."
)
def leaves_the_hook(network, layer, images):
    return hooked(network, layer, images, remove=False)


@my_recorded.mistake("You kept the first image only: record the whole batch, `output.clone()`.")
def keeps_the_first_image(network, layer, images):
    return hooked(network, layer, images, lambda inputs, output: output[0].clone())


@my_recorded.mistake(
    "You averaged the maps over their places. Asked for is the whole output of the layer, (N, K, h, w)."
)
def keeps_the_means(network, layer, images):
    return hooked(network, layer, images, lambda inputs, output: output.mean(dim=(2, 3)))
