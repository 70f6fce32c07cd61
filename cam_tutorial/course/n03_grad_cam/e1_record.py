"""Exercise 3.1: A hook that cleans up after itself."""

from contextlib import ExitStack, contextmanager

import torch

from cam_tutorial.practice.exercise import exercise

from . import solutions
from .material import SIZES, hooked, trunk_and_head


def networks_and_layers(generator):
    """The layer in front of the ReLU that works in place, that ReLU, and the trunk around them."""
    return [
        (trunk_and_head(generator, size), torch.randn(n, 2, *size, generator=generator), layer)
        for (n, size), layer in zip(SIZES, ("trunk.0", "trunk.1", "trunk"), strict=True)
    ]


class Stumbled(Exception):
    """What goes wrong inside the block."""


def a_block_and_its_end(attempt, network, images, layer):
    """What a block records, what it does to the network, and what is left when it ends well and when it fails."""
    module, seen = network.get_submodule(layer), {}

    def left():
        """How many hooks there are; and off with them, so that one fault does not hide the next."""
        count = sum(len(m._forward_hooks) + len(m._forward_pre_hooks) for m in network.modules())
        for m in network.modules():
            m._forward_hooks.clear()
            m._forward_pre_hooks.clear()
        return count

    def record(images):
        with ExitStack() as block:
            kept = block.enter_context(attempt(network, layer))
            y = network(images)
            inside = kept["A"] if not isinstance(kept, dict) or "A" in kept else None
        return kept, inside, y

    kept, A, y = record(images)
    seen["the number of hooks left after the block"] = left()
    seen['whether kept["A"] is there once the network has run'] = A is not None
    if A is None:
        seen["the names of the record's entries"] = [str(name) for name in kept]
        return seen
    seen["the names of the record's entries"] = ["A"]  # what else there is, does no harm
    seen["the network's result inside the block"] = y.detach()
    seen['kept["A"]'] = A.detach().clone()
    seen['whether kept["A"] requires a gradient'] = A.requires_grad
    (gradient,) = torch.autograd.grad(y[:, 1].sum(), A, allow_unused=True) if A.requires_grad else (None,)
    seen['whether the score depends on kept["A"]'] = gradient is not None
    if gradient is not None:
        seen['the gradient of the score at kept["A"]'] = gradient
    seen["the number of hooks left after a second block"] = [record(-2 * images), left()][1]
    seen['kept["A"] of the first block, after a second one'] = kept["A"].detach() if "A" in kept else None

    try:
        with attempt(network, layer):
            raise Stumbled
    except Stumbled:
        seen["whether an exception comes out of the block"] = True
    else:
        seen["whether an exception comes out of the block"] = False
    seen["the number of hooks left after an exception"] = left()

    module.register_forward_hook(lambda module, inputs, output: None)
    record(images)
    seen["the number of hooks left of somebody else's, who had one there before"] = left()
    return seen


my_record = exercise(
    "3.1",
    "A hook that cleans up after itself",
    minutes=12,
    difficulty=3,
    cases=networks_and_layers,
    probe=a_block_and_its_end,
    hints=[
        "With `@contextmanager`, what stands before `yield` runs when the block begins, what `yield` hands out is what "
        "stands behind `as`, and what stands after it runs when the block ends.",
        'Before the `yield`: an empty dictionary, a hook that fills its entry `"A"`, and '
        "`handle = model.get_submodule(layer).register_forward_hook(hook)`.",
        "An exception in the block comes out of the `yield`. So `try:`, `yield kept`, `finally:`, `handle.remove()`.",
        "The hook is `keep_clone` from above: one clone for the record, and a clone of that one for the network.",
    ],
)(solutions.my_record)


def keeper(kept):
    """The right hook."""

    def keep(module, inputs, output):
        kept["A"] = output.clone()
        return kept["A"].clone()

    return keep


@my_record.mistake(
    "The hook stays after an exception in the block, because your `handle.remove()` is never reached: put the `yield` "
    "under `try:` and the `remove` under `finally:`."
)
@contextmanager
def without_finally(model, layer):
    kept = {}
    handle = model.get_submodule(layer).register_forward_hook(keeper(kept))
    yield kept
    handle.remove()


@my_record.mistake(
    "The hook stays when the block ends without an exception: `except` runs after a failure alone. Remove the hook "
    "under `finally:`."
)
@contextmanager
def removed_after_a_failure_alone(model, layer):
    kept = {}
    handle = model.get_submodule(layer).register_forward_hook(keeper(kept))
    try:
        yield kept
    except BaseException:
        handle.remove()
        raise


@my_record.mistake(
    "The hook stays on the layer for good, one more with each block: keep the handle that `register_forward_hook` "
    "gives, and call its `remove()` under `finally:`."
)
@contextmanager
def never_removed(model, layer):
    kept = {}
    model.get_submodule(layer).register_forward_hook(keeper(kept))
    yield kept


@my_record.mistake(
    "You remove the hook before the block begins, so that nothing is recorded: the `yield` comes first, and the "
    "`remove` after it, under `finally:`."
)
@contextmanager
def removed_too_early(model, layer):
    kept = {}
    model.get_submodule(layer).register_forward_hook(keeper(kept)).remove()
    yield kept


@my_record.mistake(
    "You take everybody's hooks off the layer, also those that were there before. Remove your own alone, with "
    "`handle.remove()`."
)
@contextmanager
def removes_everybodys(model, layer):
    kept, module = {}, model.get_submodule(layer)
    module.register_forward_hook(keeper(kept))
    try:
        yield kept
    finally:
        module._forward_hooks.clear()


@my_record.mistake(
    "The exception disappears: your function catches it, and whoever wrote the block never learns that it failed. Use "
    "`finally:` in place of `except:`, and no `return` in it."
)
@contextmanager
def swallows_exceptions(model, layer):
    kept = {}
    handle = model.get_submodule(layer).register_forward_hook(keeper(kept))
    try:
        yield kept
    except Exception:
        pass
    finally:
        handle.remove()


@my_record.mistake(
    "The ReLU that follows wrote into your record: its negative values are gone. Keep a clone of the output, and "
    "return another clone of it to the network."
)
@contextmanager
def kept_without_a_copy(model, layer):
    kept = {}
    with hooked(model.get_submodule(layer), lambda m, inputs, output: kept.update(A=output), kept):
        yield kept


@my_record.mistake(
    "The numbers are right, but the score does not depend on your copy, so it gets no gradient: the hook must return "
    'a clone *of the copy*, `kept["A"].clone()`, and the network goes on with that.'
)
@contextmanager
def a_copy_on_a_side_track(model, layer):
    kept = {}
    with hooked(model.get_submodule(layer), lambda m, inputs, output: kept.update(A=output.clone()), kept):
        yield kept


@my_record.mistake(
    "The numbers are right, but you cut the record off from the graph with `detach()` (or `.data`), and no gradient "
    "can reach it: use `clone()` alone, and return a clone of that clone."
)
@contextmanager
def detached(model, layer):
    kept = {}
    with hooked(model.get_submodule(layer), lambda m, inputs, output: kept.update(A=output.detach().clone()), kept):
        yield kept


@my_record.mistake(
    "You recorded what goes *into* the layer. What comes out of it is the third thing that a hook is given, `output`."
)
@contextmanager
def records_the_input(model, layer):
    kept = {}
    with hooked(model.get_submodule(layer), lambda m, inputs, output: kept.update(A=inputs[0].clone()), kept):
        yield kept


_everyones = {}


@my_record.mistake(
    "A second block overwrites the record of the first: they share one dictionary. Make a new one inside of "
    "`my_record`, `kept = {}`."
)
@contextmanager
def one_dictionary_for_all(model, layer):
    with hooked(model.get_submodule(layer), keeper(_everyones), _everyones):
        yield _everyones


@my_record.mistake(
    "You listen to the trunk, whatever layer was asked for: `model.get_submodule(layer)` finds it by its name."
)
@contextmanager
def always_the_trunk(model, layer):
    kept = {}
    with hooked(model.trunk, keeper(kept), kept):
        yield kept


@my_record.mistake(
    "`layer` is a name, such as “trunk.0”, and not the layer itself: `model.get_submodule(layer)` finds the layer."
)
@contextmanager
def the_name_for_the_layer(model, layer):
    kept = {}
    with hooked(layer, keeper(kept), kept):
        yield kept


@my_record.mistake(
    "The name has a dot in it, and `getattr` does not follow it: `model.get_submodule(layer)` goes from part to part."
)
@contextmanager
def getattr_for_a_path(model, layer):
    kept = {}
    with hooked(getattr(model, layer), keeper(kept), kept):
        yield kept


@my_record.mistake(
    "PyTorch calls your hook with three things, the layer, its inputs and its output: "
    "`def keep(module, inputs, output):`."
)
@contextmanager
def a_hook_of_one_argument(model, layer):
    kept = {}
    with hooked(model.get_submodule(layer), lambda output: kept.update(A=output), kept):
        yield kept


@my_record.mistake("The block gets nothing: put the dictionary behind the `yield`, as in `yield kept`.")
@contextmanager
def yields_nothing(model, layer):
    kept = {}
    with hooked(model.get_submodule(layer), keeper(kept), kept):
        yield


@my_record.mistake(
    'The entry has another name than `"A"`: the hook must fill `kept["A"]`, whatever the layer is called.'
)
@contextmanager
def named_after_the_layer(model, layer):
    kept = {}

    def keep(module, inputs, output):
        kept[layer] = output.clone()
        return kept[layer].clone()

    with hooked(model.get_submodule(layer), keep, kept):
        yield kept


@my_record.mistake(
    "You hand out the entry before the network has run, when there is none: `yield kept`, the dictionary itself, and "
    "the hook fills it during the block."
)
@contextmanager
def hands_out_the_entry(model, layer):
    kept = {}
    with hooked(model.get_submodule(layer), keeper(kept), kept):
        yield kept["A"]


@my_record.mistake(
    'You hand out a list. Asked for is a dictionary whose entry `"A"` holds the output: `kept = {}` and '
    '`kept["A"] = output.clone()`.'
)
@contextmanager
def hands_out_a_list(model, layer):
    kept = []

    def keep(module, inputs, output):
        kept.append(output.clone())
        return kept[-1].clone()

    with hooked(model.get_submodule(layer), keep, kept):
        yield kept


@my_record.mistake(
    "You used `return`, and a function under `@contextmanager` needs a `yield`: it waits there while the block runs, "
    "and goes on after it."
)
@contextmanager
def returns_the_dictionary(model, layer):
    kept = {}
    model.get_submodule(layer).register_forward_hook(keeper(kept))
    return kept


@my_record.mistake(
    "The line `@contextmanager` above your function is missing: it is what makes a function with a `yield` fit for "
    "`with`."
)
def without_the_decorator(model, layer):
    kept = {}
    with hooked(model.get_submodule(layer), keeper(kept), kept):
        yield kept
