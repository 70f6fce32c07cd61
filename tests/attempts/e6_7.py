"""Attempts at 6.7."""

import copy

import torch
from attempts import right, wrong
from cam_tutorial import record
from torch import nn


@right("clones in the hook")
def clones(network, layer, images):
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


@right("a dictionary, and detach and clone")
def dictionary(network, layer, images):
    seen = {}

    def hook(m, i, o):
        seen["out"] = o.detach().clone()

    handle = dict(network.named_modules())[layer].register_forward_hook(hook)
    try:
        with torch.no_grad():
            network(images)
    finally:
        handle.remove()
    return seen["out"]


@right("the handle as a context manager, adding zero makes a copy")
def handle_with(network, layer, images):
    kept = []
    module = network.get_submodule(layer)
    with torch.no_grad(), module.register_forward_hook(lambda m, i, out: kept.append(out + 0)):
        network(images)
    return kept[0]


@right("a callable class as the hook")
def callable_class(network, layer, images):
    class Keeper:
        output = None

        def __call__(self, module, inputs, output):
            self.output = torch.clone(output)

    keeper = Keeper()
    handle = network.get_submodule(layer).register_forward_hook(keeper)
    try:
        with torch.no_grad():
            network(images)
    finally:
        handle.remove()
    return keeper.output


@right("the package's record")
def with_record(network, layer, images):
    with torch.no_grad(), record(network, layer) as recorded:
        network(images)
    return recorded.output


@wrong("the same as given, with another name for the list")
def not_mended(network, layer, images):
    outputs = []
    handle = network.get_submodule(layer).register_forward_hook(lambda m, i, o: outputs.append(o))
    try:
        with torch.no_grad():
            network(images)
    finally:
        handle.remove()
    return outputs[0]


@wrong("clones only at the end, when the ReLU has written already")
def clone_at_the_end(network, layer, images):
    kept = []

    def keep(module, inputs, output):
        kept.append(output)

    handle = network.get_submodule(layer).register_forward_hook(keep)
    try:
        with torch.no_grad():
            network(images)
    finally:
        handle.remove()
    return kept[0].clone()


@wrong("detach without clone: still the same memory")
def detached(network, layer, images):
    kept = []

    def keep(module, inputs, output):
        kept.append(output.detach())

    handle = network.get_submodule(layer).register_forward_hook(keep)
    try:
        with torch.no_grad():
            network(images)
    finally:
        handle.remove()
    return kept[0]


@wrong("output.data: still the same memory")
def data(network, layer, images):
    kept = []
    handle = network.get_submodule(layer).register_forward_hook(lambda m, i, o: kept.append(o.data))
    try:
        with torch.no_grad():
            network(images)
    finally:
        handle.remove()
    return kept[0]


@wrong("copies the list, not the tensor")
def copied_list(network, layer, images):
    kept = []

    def keep(module, inputs, output):
        kept.append(copy.copy(output))

    handle = network.get_submodule(layer).register_forward_hook(keep)
    try:
        with torch.no_grad():
            network(images)
    finally:
        handle.remove()
    return list(kept)[0]


@wrong("clones the layer's input in place of its output")
def the_input(network, layer, images):
    kept = []

    def keep(module, inputs, output):
        kept.append(inputs[0].clone())

    handle = network.get_submodule(layer).register_forward_hook(keep)
    try:
        with torch.no_grad():
            network(images)
    finally:
        handle.remove()
    return kept[0]


@wrong("turns the in-place ReLUs of the caller's network off for good")
def not_inplace(network, layer, images):
    for m in network.modules():
        if isinstance(m, nn.ReLU):
            m.inplace = False
    kept = []
    handle = network.get_submodule(layer).register_forward_hook(lambda m, i, o: kept.append(o))
    try:
        with torch.no_grad():
            network(images)
    finally:
        handle.remove()
    return kept[0]


@wrong("turns the in-place ReLU modules of a copy off, but a forward may call F.relu_ or += itself")
def copy_without_inplace(network, layer, images):
    twin = copy.deepcopy(network)
    for m in twin.modules():
        if hasattr(m, "inplace"):
            m.inplace = False
    kept = []
    twin.get_submodule(layer).register_forward_hook(lambda m, i, o: kept.append(o))
    with torch.no_grad():
        twin(images)
    return kept[0]


@wrong("leaves the hook on the network")
def hook_stays(network, layer, images):
    kept = []

    def keep(module, inputs, output):
        kept.append(output.clone())

    network.get_submodule(layer).register_forward_hook(keep)
    with torch.no_grad():
        network(images)
    return kept[0]


@wrong("removes the hook only if the network raises no error")
def no_finally(network, layer, images):
    kept = []

    def keep(module, inputs, output):
        kept.append(output.clone())

    handle = network.get_submodule(layer).register_forward_hook(keep)
    with torch.no_grad():
        network(images)
    handle.remove()
    return kept[0]


@wrong("the hook returns the clone's ReLU, so that the record has no negative numbers either")
def clamped(network, layer, images):
    kept = []

    def keep(module, inputs, output):
        kept.append(output.clone().relu())

    handle = network.get_submodule(layer).register_forward_hook(keep)
    try:
        with torch.no_grad():
            network(images)
    finally:
        handle.remove()
    return kept[0]


@wrong("runs the children one after the other up to the layer, which works only for a Sequential's own children")
def one_by_one(network, layer, images):
    x = images
    with torch.no_grad():
        for name, child in network.named_children():
            x = child(x)
            if name == layer:
                return x


@wrong("gives the list in place of the tensor")
def whole_list(network, layer, images):
    kept = []

    def keep(module, inputs, output):
        kept.append(output.clone())

    handle = network.get_submodule(layer).register_forward_hook(keep)
    try:
        with torch.no_grad():
            network(images)
    finally:
        handle.remove()
    return kept


@wrong("only the first image")
def first_image(network, layer, images):
    kept = []

    def keep(module, inputs, output):
        kept.append(output[0].clone())

    handle = network.get_submodule(layer).register_forward_hook(keep)
    try:
        with torch.no_grad():
            network(images)
    finally:
        handle.remove()
    return kept[0]


@wrong("the hook gives back a tensor of zeros, which changes what the network goes on with")
def returns_zeros(network, layer, images):
    kept = []

    def keep(module, inputs, output):
        kept.append(output)
        return torch.zeros_like(output)

    handle = network.get_submodule(layer).register_forward_hook(keep)
    try:
        with torch.no_grad():
            return network(images)
    finally:
        handle.remove()
