"""Attempts at 3.1."""

import copy
from contextlib import ExitStack, contextmanager

import torch
from attempts import right, wrong
from torch import nn

kept = {}  # as in the notebook's cells above


@right("get_submodule, try and finally")
@contextmanager
def plain(model, layer):
    kept = {}

    def keep(module, inputs, output):
        kept["A"] = output.clone()
        return kept["A"].clone()

    handle = model.get_submodule(layer).register_forward_hook(keep)
    try:
        yield kept
    finally:
        handle.remove()


@right("a class with __enter__ and __exit__")
class Recorder:
    def __init__(self, model, layer):
        self.module = dict(model.named_modules())[layer]
        self.kept = {}

    def hook(self, module, inputs, output):
        self.kept["A"] = output.clone()
        return self.kept["A"].clone()

    def __enter__(self):
        self.handle = self.module.register_forward_hook(self.hook)
        return self.kept

    def __exit__(self, kind, error, trace):
        self.handle.remove()


@right("the handle is a context manager itself")
@contextmanager
def with_handle(model, layer):
    out = dict()

    def f(m, i, o):
        a = torch.clone(o)
        out["A"] = a
        return torch.clone(a)

    with model.get_submodule(layer).register_forward_hook(f):
        yield out


@right("ExitStack, and a lookup by walking along the dots")
@contextmanager
def with_stack(model: nn.Module, layer: str):
    module = model
    for part in layer.split("."):
        module = getattr(module, part)
    record = {}

    def keep(module, args, output):
        record["A"] = output * 1
        return record["A"] * 1

    with ExitStack() as stack:
        handle = module.register_forward_hook(keep)
        stack.callback(handle.remove)
        yield record


@right("a loop over named_modules, an except that raises again")
@contextmanager
def loop_and_raise(model, layer):
    result = {}

    def my_hook(module, inputs, output):
        mine = output.clone()
        theirs = mine.clone()
        result.update(A=mine)
        return theirs

    for name, module in model.named_modules():
        if name == layer:
            handle = module.register_forward_hook(my_hook)
    try:
        yield result
    except BaseException:
        handle.remove()
        raise
    else:
        handle.remove()


@wrong("no try ... finally: after an exception the hook stays")
@contextmanager
def no_finally(model, layer):
    kept = {}

    def keep(module, inputs, output):
        kept["A"] = output.clone()
        return kept["A"].clone()

    handle = model.get_submodule(layer).register_forward_hook(keep)
    yield kept
    handle.remove()


@wrong("keeps a reference and returns nothing, so an in-place ReLU overwrites the record")
@contextmanager
def reference(model, layer):
    kept = {}

    def keep(module, inputs, output):
        kept["A"] = output

    handle = model.get_submodule(layer).register_forward_hook(keep)
    try:
        yield kept
    finally:
        handle.remove()


@wrong("keeps a clone but returns nothing, so the score does not depend on it")
@contextmanager
def cut_off(model, layer):
    kept = {}

    def keep(module, inputs, output):
        kept["A"] = output.clone()

    handle = model.get_submodule(layer).register_forward_hook(keep)
    try:
        yield kept
    finally:
        handle.remove()


@wrong("hands on the very clone that it keeps, so it is overwritten")
@contextmanager
def one_clone(model, layer):
    kept = {}

    def keep(module, inputs, output):
        kept["A"] = output.clone()
        return kept["A"]

    handle = model.get_submodule(layer).register_forward_hook(keep)
    try:
        yield kept
    finally:
        handle.remove()


@wrong("hands on a clone of the output in place of a clone of the kept copy: no gradient")
@contextmanager
def clone_of_output(model, layer):
    kept = {}

    def keep(module, inputs, output):
        kept["A"] = output.clone()
        return output.clone()

    handle = model.get_submodule(layer).register_forward_hook(keep)
    try:
        yield kept
    finally:
        handle.remove()


@wrong("detaches the copy, and the network goes on with another")
@contextmanager
def detached(model, layer):
    kept = {}

    def keep(module, inputs, output):
        kept["A"] = output.detach().clone()
        return output.clone()

    handle = model.get_submodule(layer).register_forward_hook(keep)
    try:
        yield kept
    finally:
        handle.remove()


@wrong("detaches what it keeps and hands on, so the score has no gradient at all")
@contextmanager
def detached_both(model, layer):
    kept = {}

    def keep(module, inputs, output):
        kept["A"] = output.clone().detach()
        return kept["A"].clone()

    handle = model.get_submodule(layer).register_forward_hook(keep)
    try:
        yield kept
    finally:
        handle.remove()


@wrong("getattr finds only layers at the top, not \"trunk.6\"")
@contextmanager
def top_level(model, layer):
    kept = {}

    def keep(module, inputs, output):
        kept["A"] = output.clone()
        return kept["A"].clone()

    handle = getattr(model, layer).register_forward_hook(keep)
    try:
        yield kept
    finally:
        handle.remove()


@wrong("always listens to the trunk, whatever layer is asked for")
@contextmanager
def always_trunk(model, layer):
    kept = {}

    def keep(module, inputs, output):
        kept["A"] = output.clone()
        return kept["A"].clone()

    handle = model.trunk.register_forward_hook(keep)
    try:
        yield kept
    finally:
        handle.remove()


@wrong("swallows the exception of the block")
@contextmanager
def swallow(model, layer):
    kept = {}

    def keep(module, inputs, output):
        kept["A"] = output.clone()
        return kept["A"].clone()

    handle = model.get_submodule(layer).register_forward_hook(keep)
    try:
        yield kept
    except Exception as error:
        print(type(error).__name__)
    finally:
        handle.remove()


@wrong("a class whose __exit__ returns True, so that errors vanish")
class SilentRecorder:
    def __init__(self, model, layer):
        self.module = model.get_submodule(layer)
        self.kept = {}

    def __enter__(self):
        def keep(module, inputs, output):
            self.kept["A"] = output.clone()
            return self.kept["A"].clone()

        self.handle = self.module.register_forward_hook(keep)
        return self.kept

    def __exit__(self, *args):
        self.handle.remove()
        return True


@wrong("clears all hooks of the layer, other people's too")
@contextmanager
def clear_all(model, layer):
    kept = {}
    module = model.get_submodule(layer)

    def keep(module, inputs, output):
        kept["A"] = output.clone()
        return kept["A"].clone()

    module.register_forward_hook(keep)
    try:
        yield kept
    finally:
        module._forward_hooks.clear()


@wrong("one global dictionary for all blocks: a second block overwrites the first one's record")
@contextmanager
def global_dictionary(model, layer):
    def keep(module, inputs, output):
        kept["A"] = output.clone()
        return kept["A"].clone()

    handle = model.get_submodule(layer).register_forward_hook(keep)
    try:
        yield kept
    finally:
        handle.remove()


@wrong("the dictionary is a default argument, so all blocks share it")
@contextmanager
def default_dictionary(model, layer, kept={}):  # noqa: B006
    def keep(module, inputs, output):
        kept["A"] = output.clone()
        return kept["A"].clone()

    handle = model.get_submodule(layer).register_forward_hook(keep)
    try:
        yield kept
    finally:
        handle.remove()


@wrong("empties the dictionary at the end of the block")
@contextmanager
def emptied(model, layer):
    kept = {}

    def keep(module, inputs, output):
        kept["A"] = output.clone()
        return kept["A"].clone()

    handle = model.get_submodule(layer).register_forward_hook(keep)
    try:
        yield kept
    finally:
        handle.remove()
        kept.clear()


@wrong("the entry is a list of outputs, not the output")
@contextmanager
def appended(model, layer):
    kept = {"A": []}

    def keep(module, inputs, output):
        copy = output.clone()
        kept["A"].append(copy)
        return copy.clone()

    handle = model.get_submodule(layer).register_forward_hook(keep)
    try:
        yield kept
    finally:
        handle.remove()


@wrong("the entry is called by the layer's name in place of \"A\"")
@contextmanager
def named_entry(model, layer):
    kept = {}

    def keep(module, inputs, output):
        kept[layer] = output.clone()
        return kept[layer].clone()

    handle = model.get_submodule(layer).register_forward_hook(keep)
    try:
        yield kept
    finally:
        handle.remove()


@wrong("keeps the layer's input in place of its output")
@contextmanager
def keeps_input(model, layer):
    kept = {}

    def keep(module, inputs, output):
        kept["A"] = inputs[0].clone()
        return output.clone()

    handle = model.get_submodule(layer).register_forward_hook(keep)
    try:
        yield kept
    finally:
        handle.remove()


@wrong("a pre-hook: what goes into the layer, not what it gives")
@contextmanager
def pre_hook(model, layer):
    kept = {}

    def keep(module, inputs):
        kept["A"] = inputs[0].clone()
        return (kept["A"].clone(),)

    handle = model.get_submodule(layer).register_forward_pre_hook(keep)
    try:
        yield kept
    finally:
        handle.remove()


@wrong("yields nothing, so that the block gets None")
@contextmanager
def yields_none(model, layer):
    kept = {}

    def keep(module, inputs, output):
        kept["A"] = output.clone()
        return kept["A"].clone()

    handle = model.get_submodule(layer).register_forward_hook(keep)
    try:
        yield
    finally:
        handle.remove()


@wrong("deepcopy, which PyTorch refuses for a tensor in the middle of a graph")
@contextmanager
def deep(model, layer):
    kept = {}

    def keep(module, inputs, output):
        kept["A"] = copy.deepcopy(output)
        return kept["A"].clone()

    handle = model.get_submodule(layer).register_forward_hook(keep)
    try:
        yield kept
    finally:
        handle.remove()


@wrong("never removes the hook")
@contextmanager
def never_removed(model, layer):
    kept = {}

    def keep(module, inputs, output):
        kept["A"] = output.clone()
        return kept["A"].clone()

    model.get_submodule(layer).register_forward_hook(keep)
    yield kept


@wrong("looks for the layer by a part of its name, so \"trunk\" ends at its last sublayer and leaves hooks on the others")
@contextmanager
def part_of_name(model, layer):
    kept = {}

    def keep(module, inputs, output):
        kept["A"] = output.clone()
        return kept["A"].clone()

    for name, module in model.named_modules():
        if layer in name:
            handle = module.register_forward_hook(keep)
    try:
        yield kept
    finally:
        handle.remove()


@wrong("contiguous() is no copy, so what it keeps and what it hands on are one tensor; and no finally")
@contextmanager
def contiguous(model, layer):
    kept = {}

    def keep(module, inputs, output):
        kept["A"] = output.contiguous()
        return kept["A"].contiguous()

    handle = model.get_submodule(layer).register_forward_hook(keep)
    yield kept
    handle.remove()


@wrong("removes the hook before the yield, so nothing is recorded")
@contextmanager
def removed_early(model, layer):
    kept = {}

    def keep(module, inputs, output):
        kept["A"] = output.clone()
        return kept["A"].clone()

    handle = model.get_submodule(layer).register_forward_hook(keep)
    try:
        kept["A"] = None
    finally:
        handle.remove()
    yield kept


@wrong("catches only RuntimeError, so after any other exception the hook stays")
@contextmanager
def only_runtime(model, layer):
    kept = {}

    def keep(module, inputs, output):
        kept["A"] = output.clone()
        return kept["A"].clone()

    handle = model.get_submodule(layer).register_forward_hook(keep)
    try:
        yield kept
    except RuntimeError:
        handle.remove()
        raise
    else:
        handle.remove()
