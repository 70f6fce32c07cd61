"""Exercise 6.7: the record that changes."""

import torch
from torch import nn

from cam_tutorial.course.material import draw_weights
from cam_tutorial.practice.exercise import exercise


class Nested(nn.Module):
    """Layers inside of layers, and two operations that work in place and are no modules."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(2, 4, 3, padding=1), nn.BatchNorm2d(4))
        self.second = nn.Conv2d(4, 3, 3, padding=1)

    def forward(self, x):
        x = self.second(torch.relu_(self.body(x)))
        x -= 1
        return x.mean(dim=(2, 3))


def a_row():
    return nn.Sequential(
        nn.Conv2d(2, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(inplace=True),
        nn.Conv2d(4, 3, 3, padding=1), nn.ReLU(inplace=True), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
    )  # fmt: skip


def networks_that_work_in_place(generator):
    cases = []
    for n, height, width, make, layer in (
        (3, 4, 5, a_row, "1"), (2, 6, 3, a_row, "3"), (1, 3, 7, a_row, "1"),
        (3, 5, 4, Nested, "body.1"), (1, 4, 6, Nested, "second"),
    ):  # fmt: skip
        network = make()
        draw_weights(network, generator)
        cases.append((network.eval(), layer, torch.randn(n, 2, height, width, generator=generator)))
    return cases


def hooks_of(network):
    return sum(len(m._forward_hooks) + len(m._forward_pre_hooks) for m in network.modules())


def record_and_network(attempt, network, layer, images):
    """The record, and what the network is like afterwards, after a run that fails too; a hook was there before."""
    network.get_submodule(layer).register_forward_hook(lambda module, inputs, output: None)
    found = attempt(network, layer, images)
    left = {
        "the record": found,
        "whether the record requires a gradient": isinstance(found, torch.Tensor) and found.requires_grad,
        "the number of hooks afterwards": hooks_of(network),
        "the number of in-place ReLUs in the network afterwards": sum(
            getattr(m, "inplace", 0) for m in network.modules()
        ),
    }
    try:
        attempt(network, layer, images[:, :1])  # the network takes two channels
    except RuntimeError:
        left["what comes out when the network fails"] = "its error"
    else:
        left["what comes out when the network fails"] = "no error"
    return {**left, "the number of hooks after an error in the network": hooks_of(network)}


@exercise(
    "6.7",
    "The record that changes",
    minutes=6,
    difficulty=2,
    cases=networks_that_work_in_place,
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
    """a network, a layer's name, (N, C, H, W) -> (N, K, h, w): what the layer gives"""
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
    """a network, a layer's name, (N, C, H, W) -> (N, K, h, w): what the layer gives"""
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


def recorded(network, layer, images, keep=lambda inputs, output: output.clone(), remove=True, where=None, after=None):
    kept = []
    module = network.get_submodule(where or layer)
    handle = module.register_forward_hook(lambda module, inputs, output: kept.append(keep(inputs, output)))
    try:
        with torch.no_grad():
            result = network(images)
    finally:
        if remove:
            handle.remove()
    return after(kept, result) if after else kept[0]


def kept(keep, sentence):
    """A mistake in what is kept: `keep(inputs, output)`."""
    my_recorded.mistake(sentence)(lambda network, layer, images: recorded(network, layer, images, keep))


def given(after, sentence):
    """A mistake in what is given back: `after(kept, result)`."""
    my_recorded.mistake(sentence)(lambda network, layer, images: recorded(network, layer, images, after=after))


COPY = "Copy the output when you record it: `output.clone()`."

kept(
    lambda inputs, output: inputs[0].clone(),
    "You recorded what goes *into* the layer, which is not what the layer gives: `output.clone()`.",
)
kept(
    lambda inputs, output: output.clone().relu(),
    "You copied the output and put a ReLU over it, or copied it when it had been cut off: the negative values belong "
    "to what the layer gives. Keep `output.clone()` as it is.",
)
kept(
    lambda inputs, output: output[0].clone(), "You kept the first image only: record the whole batch, `output.clone()`."
)
kept(
    lambda inputs, output: output.clone().squeeze(),
    "With one image the batch disappears, and the record is (K, h, w): leave `squeeze()` out.",
)
kept(
    lambda inputs, output: output.mean(dim=(2, 3)),
    "You averaged the maps over their places. Asked for is the whole output of the layer, (N, K, h, w).",
)
kept(
    lambda inputs, output: output.mean(dim=1),
    "You averaged the maps into one. Asked for is the whole output of the layer, (N, K, h, w).",
)
kept(
    lambda inputs, output: output.clone().abs(),
    "You took the absolute value: the signs belong to what the layer gives.",
)
kept(lambda inputs, output: -output.clone(), "You turned the signs: the record is the output as it is.")
kept(
    lambda inputs, output: output.clone().numpy(),
    "You kept a NumPy array. Asked for is a tensor: `output.clone()`.",
)
kept(
    lambda inputs, output: output.clone().tolist(),
    "You kept lists of numbers. Asked for is a tensor: `output.clone()`.",
)
given(lambda kept, result: kept, "You give back the list. Asked for is what stands in it: `kept[0]`.")
given(lambda kept, result: result, "You give back the network's result. Asked for is what the layer gave: `kept[0]`.")
given(lambda kept, result: None, "The record is not given back: `return kept[0]`.")


def in_place(network, flag):
    """Switch the in-place operation of all ReLU modules on or off."""
    for module in network.modules():
        if isinstance(module, nn.ReLU):
            module.inplace = flag


@my_recorded.mistake(
    "The record is right, but you switched the in-place ReLUs off for good, in a network that is not yours (and there "
    f"are other operations in place). {COPY}"
)
def switches_in_place_off(network, layer, images):
    in_place(network, False)
    return recorded(network, layer, images)


@my_recorded.mistake(
    "You switch the in-place ReLUs off and record what follows without a copy. Other operations work in place as well, "
    f"such as `relu_` and `+=`. {COPY}"
)
def switches_relus_off_and_back(network, layer, images):
    in_place(network, False)
    try:
        return recorded(network, layer, images, lambda inputs, output: output)
    finally:
        in_place(network, True)


@my_recorded.mistake(
    "You switch the in-place ReLUs off for good, and record without a copy. Other operations work in place as well, "
    f"and the network is not yours. {COPY}"
)
def switches_relus_off_for_good(network, layer, images):
    in_place(network, False)
    return recorded(network, layer, images, lambda inputs, output: output)


@my_recorded.mistake(
    "The record is right, and the hook is still there: every later run of the network adds to a list that nobody reads."
    " Keep `handle.remove()`."
)
def leaves_the_hook(network, layer, images):
    return recorded(network, layer, images, remove=False)


@my_recorded.mistake(
    "The record is right, but when the network raises an error your hook stays: put `handle.remove()` under `finally:`."
)
def leaves_the_hook_after_an_error(network, layer, images):
    kept = []
    handle = network.get_submodule(layer).register_forward_hook(lambda m, inputs, output: kept.append(output.clone()))
    with torch.no_grad():
        network(images)
    handle.remove()
    return kept[0]


@my_recorded.mistake(
    "The in-place operation still writes into your record, and the hook stays on the layer as well. " + COPY
)
def leaves_the_hook_and_the_fault(network, layer, images):
    return recorded(network, layer, images, lambda inputs, output: output, remove=False)


@my_recorded.mistake(
    "You took everybody's hooks off the layer, also those that were there before: remove your own, `handle.remove()`."
)
def removes_everybodys_hooks(network, layer, images):
    found = recorded(network, layer, images, remove=False)
    network.get_submodule(layer)._forward_hooks.clear()
    return found


@my_recorded.mistake(
    "The record is right, but carries the graph: let the network run under `torch.no_grad()`, or `detach()` the copy."
)
def with_the_graph(network, layer, images):
    kept = []
    handle = network.get_submodule(layer).register_forward_hook(lambda m, inputs, output: kept.append(output.clone()))
    try:
        network(images)
    finally:
        handle.remove()
    return kept[0]


@my_recorded.mistake(
    "When the network fails, its error does not come out: catch nothing, and tidy up under `finally:`."
)
def swallows_the_error(network, layer, images):
    try:
        return recorded(network, layer, images)
    except RuntimeError:
        return None


@my_recorded.mistake(
    "The network runs in train mode, where BatchNorm mixes the images and changes its averages. Leave its mode alone."
)
def in_train_mode(network, layer, images):
    network.train()
    try:
        return recorded(network, layer, images)
    finally:
        network.eval()


@my_recorded.mistake(
    "You run the network's parts one after the other, which is right for a plain row of layers alone, and not for a "
    "network with a forward pass of its own: let a hook listen.",
)
def runs_the_children(network, layer, images):
    with torch.no_grad():
        for name, module in network.named_children():
            images = module(images)
            if name == layer:
                return images.clone()
