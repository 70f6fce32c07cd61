"""Exercise 3.1: A hook that cleans up after itself.

Longer than other files, because a hook can do wrong in three ways at once: what it keeps, where it hangs, how it ends.
"""

import copy
import inspect
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from cam_tutorial.practice.exercise import exercise

from . import solutions
from .material import SIZES, elsewhere, hooked, trunk_and_head


def networks_and_layers(generator):
    """The layer in front of one that works in place, that one, the part around them; other names; one image."""
    cases = [
        (trunk_and_head(generator, size), torch.randn(n, 2, *size, generator=generator), layer)
        for (n, size), layer in zip(SIZES, ("trunk.0", "trunk.1", "trunk"), strict=True)
    ]
    for layer, n in (("body.0", 1), ("body", 1), ("body.0", 3)):
        cases.append((elsewhere(generator, (6, 4)), torch.randn(n, 2, 6, 4, generator=generator), layer))
    return cases


class Stumbled(Exception):
    """What goes wrong inside the block."""


FORWARD, OTHERS = ("_forward_hooks",), ("_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")


def hooks(network, kinds=FORWARD + OTHERS):
    """All hooks that hang on a network."""
    return [hook for module in network.modules() for kind in kinds for hook in getattr(module, kind).values()]


def taken_off(network):
    """How many hooks there are; and off with them, so that one fault does not hide the next."""
    count = len(hooks(network))
    for module in network.modules():
        for kind in FORWARD + OTHERS:
            getattr(module, kind).clear()
    return count


def unfit(manager):
    """Why something cannot stand behind `with`; "" if it can."""
    if not (hasattr(type(manager), "__enter__") and hasattr(type(manager), "__exit__")):
        return type(manager).__name__
    inner = getattr(manager, "gen", None) if hasattr(manager, "gen") else iter(())
    return "" if isinstance(inner, Iterator) else f"{type(inner).__name__}, from a function without a `yield`"


def fits(hook):
    """Whether a forward hook can be called as PyTorch calls it."""
    for count in (3, 4):  # one more, the keyword arguments, if the hook has asked for them
        try:
            inspect.signature(hook).bind(*range(count))
        except TypeError:
            continue
        except ValueError:  # a function of C that does not tell
            return True
        return True
    return False


def entry(kept):
    """What the record holds; None if it holds nothing, or is nothing that could."""
    try:
        return kept["A"]
    except (KeyError, TypeError, IndexError, AttributeError):
        return None


def a_block_and_its_end(attempt, network, images, layer):
    """What a block records, what it does to the network, and what is left when it ends well and when it fails."""
    module, seen = network.get_submodule(layer), {}
    manager = attempt(network, layer)
    seen["what `with` is given, if it cannot be used"] = unfit(manager)
    if unfit(manager):
        taken_off(network)
        return seen
    inside, y, A = [], None, None
    try:
        with manager as kept:
            inside = [len(hooks(network, FORWARD)), len(hooks(network, OTHERS))]
            seen["whether the hook takes three arguments"] = all(map(fits, hooks(network, FORWARD)))
            if seen["whether the hook takes three arguments"]:
                y = network(images)
                A = entry(kept)
    except KeyError as error:
        if inside or error.args != ("A",):
            raise
        taken_off(network)
        seen["the entry that is asked for before the network has run"] = "A"
        return seen
    left = taken_off(network)
    if not seen["whether the hook takes three arguments"]:
        return seen
    seen['whether the entry "A" is a tensor, once the network has run'] = isinstance(A, torch.Tensor)
    if not isinstance(A, torch.Tensor):
        names = sorted(map(str, kept)) if isinstance(kept, dict) else []
        seen["the type of what the block gets"] = "dict" if isinstance(kept, dict) else type(kept).__name__
        seen["the type of its entry"] = type(A).__name__
        seen["the names of its entries"] = names
        seen["how many forward hooks, and others, there are inside"] = inside
        return seen

    seen["the network's result inside the block"] = y if y is None else y.detach()
    seen['kept["A"]'] = A.detach().clone()
    seen['whether kept["A"] requires a gradient'] = A.requires_grad
    may = y is not None and y.requires_grad and A.requires_grad
    (gradient,) = torch.autograd.grad(y[:, 1].sum(), A, allow_unused=True) if may else (None,)
    seen['whether the score depends on kept["A"]'] = gradient is not None
    if gradient is not None:
        seen['the gradient of the score at kept["A"]'] = gradient
    seen["the number of hooks left after the block"] = left

    with attempt(network, layer):
        network(-2 * images)
    seen["the number of hooks left after a second block"] = taken_off(network)
    again = entry(kept)
    seen['kept["A"] of the first block, after a second one'] = None if again is None else again.detach()
    other = [name for name, _ in network.named_children()][1]
    with attempt(network, layer) as outer, attempt(network, other) as inner:
        network(images)
    taken_off(network)
    both = [entry(one) for one in (outer, inner)]
    seen["two blocks, one inside the other"] = [one.detach() if isinstance(one, torch.Tensor) else one for one in both]

    def comes_out(what):
        """Whether an error gets out of the block as it came up."""
        raised = []
        try:
            with attempt(network, layer):
                try:
                    what()
                except BaseException as error:
                    raised.append(error)
                    raise
        except (Exception, KeyboardInterrupt) as error:
            return "itself" if error in raised else "another one"
        return "nothing"

    def stumble(error):
        raise error

    for name, what in (
        ("an exception", lambda: stumble(Stumbled())),
        ("a forward pass that fails", lambda: network(images.repeat(1, 1, 2, 2))),
        ("the stop button (KeyboardInterrupt)", lambda: stumble(KeyboardInterrupt())),
    ):
        seen[f"what comes out of the block after {name}"] = comes_out(what)
        seen[f"the number of hooks left after {name}"] = taken_off(network)

    def theirs(module, inputs, output):
        """Somebody else's hook, put there before."""

    def theirs_too(module, inputs, output):
        """Somebody else's hook, put there during the block."""

    module.register_forward_hook(theirs)
    network.register_forward_hook(theirs)
    with attempt(network, layer):
        network(images)
        module.register_forward_hook(theirs_too)
    found = hooks(network)
    taken_off(network)
    seen["how many of the two hooks of somebody else's, put there before, are left"] = found.count(theirs)
    seen["how many of the one hook of somebody else's, put there during the block, are left"] = found.count(theirs_too)
    seen["how many hooks are left beside somebody else's"] = len(found) - found.count(theirs) - found.count(theirs_too)
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


# What the hook does.
def keeps(what, hands_on=None):
    """A maker of hooks: `what(inputs, output)` is kept, and the network goes on with `hands_on(what is kept)`."""

    def maker(kept):
        def keep(module, inputs, output):
            kept["A"] = what(inputs, output)
            return None if hands_on is None else hands_on(kept["A"])

        return keep

    return maker


right_hook = keeps(lambda inputs, output: output.clone(), torch.clone)


# What becomes of the hook.
def without_finally(module, hook, kept):
    handle = module.register_forward_hook(hook)
    yield kept
    handle.remove()


def after_a_failure_alone(module, hook, kept):
    handle = module.register_forward_hook(hook)
    try:
        yield kept
    except BaseException:
        handle.remove()
        raise


def after_an_exception_alone(module, hook, kept):
    handle = module.register_forward_hook(hook)
    try:
        yield kept
    except Exception:
        handle.remove()
        raise


def in_else_alone(module, hook, kept):
    handle = module.register_forward_hook(hook)
    try:
        yield kept
    except Exception:
        pass
    else:
        handle.remove()


def not_after_an_interrupt(module, hook, kept):
    handle = module.register_forward_hook(hook)
    try:
        yield kept
    except Exception:
        handle.remove()
        raise
    handle.remove()


def after_a_runtime_error_too(module, hook, kept):
    handle = module.register_forward_hook(hook)
    try:
        yield kept
    except RuntimeError:
        handle.remove()
        raise
    handle.remove()


def never(module, hook, kept):
    module.register_forward_hook(hook)
    yield kept


def too_early(module, hook, kept):
    module.register_forward_hook(hook).remove()
    yield kept


def swallowing(error):
    def ending(module, hook, kept):
        handle = module.register_forward_hook(hook)
        try:
            yield kept
        except error:
            pass
        finally:
            handle.remove()

    return ending


def swallowing_without_finally(module, hook, kept):
    handle = module.register_forward_hook(hook)
    try:
        yield kept
    except Exception:
        handle.remove()
    else:
        handle.remove()


def another_error(module, hook, kept):
    handle = module.register_forward_hook(hook)
    try:
        yield kept
    except Exception as error:
        raise ValueError("the block failed") from error
    finally:
        handle.remove()


def everybodys(module, hook, kept):
    module.register_forward_hook(hook)
    try:
        yield kept
    finally:
        module._forward_hooks.clear()


def everybodys_without_finally(module, hook, kept):
    module.register_forward_hook(hook)
    yield kept
    module._forward_hooks.clear()


def the_last(module, hook, kept):
    module.register_forward_hook(hook)
    try:
        yield kept
    finally:
        module._forward_hooks.popitem()


def the_first(module, hook, kept):
    module.register_forward_hook(hook)
    try:
        yield kept
    finally:
        module._forward_hooks.popitem(last=False)


def before_as_well(module, hook, kept):
    module._forward_hooks.clear()
    with hooked(module, hook, kept):
        yield kept


def emptied(module, hook, kept):
    with hooked(module, hook, kept):
        try:
            yield kept
        finally:
            kept.clear()


def recorder(*, maker=right_hook, ending=hooked, find=torch.nn.Module.get_submodule, dictionary=dict):
    """A version of `my_record`, right but for what is given."""
    manager = ending if ending is hooked else contextmanager(ending)

    def version(model, layer):
        kept = dictionary()
        return manager(find(model, layer), maker(kept), kept)

    return version


def slip(sentence, raises=None, **what):
    my_record.mistake(sentence, raises=raises)(recorder(**what))


NO_FINALLY = (
    "The hook stays after an exception in the block, because your `handle.remove()` is never reached: put the `yield` "
    "under `try:` and the `remove` under `finally:`."
)
NEVER = (
    "The hook stays on the layer for good, one more with each block: keep the handle that `register_forward_hook` "
    "gives, and call its `remove()` under `finally:`."
)
SWALLOWED = (
    "The exception disappears: your function catches it, and whoever wrote the block never learns that it failed. Use "
    "`finally:` in place of `except:`, and no `return` in it."
)
ENDINGS = {without_finally: NO_FINALLY, never: NEVER, swallowing(Exception): SWALLOWED}
OVERWRITTEN = (
    "What works in place behind the layer wrote into your record: keep a clone of the output, and return another clone "
    "of it to the network."
)
SIDE_TRACK = (
    "The numbers are right, but the score does not depend on your copy, so it gets no gradient: the hook must return "
    'a clone *of the copy*, `kept["A"].clone()` and no `detach()`, and the network goes on with that.'
)
DETACHED = (
    "The record is cut off from the graph, by `detach()`, `.data` or `torch.no_grad()`, and no gradient can reach it: "
    "use `clone()` alone, and return a clone of that clone."
)
MAKERS = {
    keeps(lambda inputs, output: output): OVERWRITTEN,
    keeps(lambda inputs, output: output.clone()): SIDE_TRACK,
    keeps(lambda inputs, output: output.detach().clone()): DETACHED,
    keeps(lambda inputs, output: output.detach()): f"{OVERWRITTEN} And no `detach()`: it cuts the record off from the "
    "score.",
}

for ending, sentence in ENDINGS.items():
    slip(sentence, ending=ending)
for maker, sentence in MAKERS.items():
    slip(sentence, maker=maker)
for ending, first in ENDINGS.items():
    for maker, second in MAKERS.items():
        slip(f"Two things. {first} {second}", ending=ending, maker=maker)

# Other endings.
slip(
    "The hook stays when the block ends without an exception: `except` runs after a failure alone. Remove the hook "
    "under `finally:`.",
    ending=after_a_failure_alone,
)
slip(
    "The hook stays when the block ends well, and when it is interrupted: `except` runs after an exception alone. "
    "Remove the hook under `finally:`, which runs in any case.",
    ending=after_an_exception_alone,
)
slip(
    "When the block fails the hook stays, and the exception disappears. Put the `remove` under `finally:`, without any "
    "`except`.",
    ending=in_else_alone,
)
slip(
    "The hook stays when the block is interrupted with the stop button: that is a KeyboardInterrupt, which `except "
    "Exception` does not catch. `finally:` runs in any case.",
    ending=not_after_an_interrupt,
)
slip(
    "The hook is removed after a RuntimeError, and stays after other exceptions. `finally:` runs in any case.",
    ending=after_a_runtime_error_too,
)
slip(
    "No hook is on the layer while the block runs: it was never registered, or it is removed before the `yield`. "
    "`register_forward_hook` comes first, then the `yield`, and the `remove` after it, under `finally:`.",
    ending=too_early,
)
slip(
    "Every exception disappears, even the stop button (KeyboardInterrupt): there is a bare `except:`, a `return` in "
    "the `finally:`, or an `__exit__` that returns True. Leave it out: whoever wrote the block must learn of it.",
    ending=swallowing(BaseException),
)
slip(
    "A RuntimeError in the block disappears: your function catches it, and whoever wrote the block never learns that "
    "the network failed. Use `finally:` in place of `except`.",
    ending=swallowing(RuntimeError),
)
slip(
    "The exception disappears, and after an interrupt the hook stays: `try:`, `yield kept`, `finally:`, "
    "`handle.remove()`, without any `except`.",
    ending=swallowing_without_finally,
)
slip(
    "Another exception comes out of the block than went wrong in it. Let it pass as it is: `finally:` in place of "
    "`except`, and nothing under it that can fail.",
    ending=another_error,
)
slip(
    "You take everybody's hooks off the layer, also those that were there before. Remove your own alone, with "
    "`handle.remove()`.",
    ending=everybodys,
)
slip(
    "You take everybody's hooks off the layer, and none after an exception. Remove your own alone, with "
    "`handle.remove()`, under `finally:`.",
    ending=everybodys_without_finally,
)
slip(
    "You take off the last hook, whosever it is: one that came up during the block was somebody else's. Remove your "
    "own, with `handle.remove()`.",
    ending=the_last,
)
slip(
    "You take off the first hook, whosever it is: one that was there before is somebody else's. Remove your own, with "
    "`handle.remove()`.",
    ending=the_first,
)
slip(
    "You take off the hooks that were there before your block. Leave them where they are: they are somebody else's.",
    ending=before_as_well,
)
slip(
    "Your record is empty after the block, because you clear it at the end. It is to be read then: remove the hook "
    "alone.",
    ending=emptied,
)

# Other things kept.
slip(
    "You recorded what goes *into* the layer. What comes out of it is the third thing that a forward hook is given, "
    "`output`.",
    maker=keeps(lambda inputs, output: inputs[0].clone()),
)
slip(
    "You recorded what goes *into* the layer, and handed it on in place of what comes out. Keep a clone of the third "
    "thing that the hook is given, `output`.",
    maker=keeps(lambda inputs, output: inputs[0].clone(), torch.clone),
)
slip(
    "You cut off the record below zero, and the network goes on with that: keep the output as it is.",
    maker=keeps(lambda inputs, output: output.relu(), torch.clone),
)
slip(
    "You cut off the record below zero: keep the output as it is, and return a clone of it to the network.",
    maker=keeps(lambda inputs, output: output.relu()),
)
slip(
    "You recorded the first image's maps alone: keep all of `output`, and return a clone of it to the network.",
    maker=keeps(lambda inputs, output: output[0].clone()),
)
slip(
    "You recorded the mean over the places: keep all of `output`, and return a clone of it to the network.",
    maker=keeps(lambda inputs, output: output.mean(dim=(2, 3))),
)
slip(
    "The network goes on with zeros, because your hook returns them in place of the maps: return a copy of it.",
    maker=keeps(lambda inputs, output: output.clone(), torch.zeros_like),
)
slip(
    "`copy.deepcopy` does not work on a tensor in the middle of a graph: `output.clone()` makes a copy, and the "
    "gradient finds its way through it.",
    maker=keeps(lambda inputs, output: copy.deepcopy(output)),
)
slip(
    "The entry is a NumPy array, which has no gradient: keep the tensor, `output.clone()`, and return a clone of it.",
    maker=keeps(lambda inputs, output: output.detach().numpy()),
)
slip(
    'The entry is a list. Asked for is the tensor itself: `kept["A"] = output.clone()`.',
    maker=keeps(lambda inputs, output: [output.clone()]),
)
slip(
    'The entry is a tuple, as `inputs` is, or what you put in parentheses. Asked for is a tensor: `kept["A"] = '
    "output.clone()`.",
    maker=keeps(lambda inputs, output: (output.clone(),)),
)


# Other dictionaries and layers.
_everyones: dict[str, torch.Tensor] = {}
slip(
    "A second block overwrites the record of the first: they share one dictionary. Make a new one inside of "
    "`my_record`, `kept = {}`.",
    dictionary=lambda: _everyones,
)
slip(
    "You listen to the trunk, whatever layer was asked for: `model.get_submodule(layer)` finds it by its name.",
    find=lambda model, layer: model.trunk,
)
slip(
    "You listen to the network's first part, whatever layer was asked for: `model.get_submodule(layer)` finds it by "
    "its name.",
    find=lambda model, layer: model[0],
)
slip(
    "You listen to the whole network, whatever layer was asked for: `model.get_submodule(layer)` finds it by its name.",
    find=lambda model, layer: model,
)
slip(
    "It works with “trunk”, and not with a name that has a dot in it: `getattr` does not follow the dot. "
    "`model.get_submodule(layer)` goes from part to part.",
    raises=AttributeError,
    find=getattr,
)
slip(
    "It works with “trunk”, and not with a name that has a dot in it: only the network's own parts are looked through. "
    "`model.get_submodule(layer)` goes from part to part.",
    raises=KeyError,
    find=lambda model, layer: dict(model.named_children())[layer],
)


slip(
    "`layer` is a name, and square brackets want a number here: `model.get_submodule(layer)` finds the layer.",
    find=lambda model, layer: model[layer],
)


@my_record.mistake(
    "PyTorch calls your hook with three things, the layer, its inputs and its output: "
    "`def keep(module, inputs, output):`."
)
@contextmanager
def a_hook_of_one_argument(model, layer):
    kept = {}
    with hooked(model.get_submodule(layer), lambda output: kept.update(A=output), kept):
        yield kept


@my_record.mistake("The block gets None: put the dictionary behind the `yield`, as in `yield kept`.")
@contextmanager
def yields_nothing(model, layer):
    kept = {}
    with hooked(model.get_submodule(layer), right_hook(kept), kept):
        yield


@my_record.mistake("The block gets the network: put the dictionary behind the `yield`, as in `yield kept`.")
@contextmanager
def yields_the_network(model, layer):
    with hooked(model.get_submodule(layer), right_hook({}), model):
        yield model


@my_record.mistake("The block gets the layer: put the dictionary behind the `yield`, as in `yield kept`.")
@contextmanager
def yields_the_layer(model, layer):
    with hooked(model.get_submodule(layer), right_hook({}), model):
        yield model.get_submodule(layer)


@my_record.mistake(
    'The entry `"A"` is None once the network has run. The hook must write into the dictionary, `kept["A"] = ...`: an '
    "assignment to a plain name stays inside of the hook."
)
@contextmanager
def never_filled(model, layer):
    kept = {"A": None}
    with hooked(model.get_submodule(layer), lambda m, inputs, output: None, kept):
        yield kept


@my_record.mistake(
    "You take the hooks off the whole network, also those of others, and none after an exception. Remove your own "
    "alone, with `handle.remove()`, under `finally:`."
)
@contextmanager
def off_the_whole_network(model, layer):
    kept = {}
    model.get_submodule(layer).register_forward_hook(right_hook(kept))
    yield kept
    for module in model.modules():
        module._forward_hooks.clear()


@my_record.mistake(
    "You take the hooks off the whole network, also those of others that were there before, and whatever happens. "
    "Remove your own alone, with `handle.remove()`."
)
@contextmanager
def off_the_whole_network_finally(model, layer):
    kept = {}
    model.get_submodule(layer).register_forward_hook(right_hook(kept))
    try:
        yield kept
    finally:
        for module in model.modules():
            module._forward_hooks.clear()


@my_record.mistake(
    "You recorded what goes *into* the layer, with a hook that runs before it: `register_forward_hook`, whose hook "
    "gets the output as well."
)
@contextmanager
def before_the_layer(model, layer):
    kept = {}

    def keep(module, inputs):
        kept["A"] = inputs[0].clone()

    with model.get_submodule(layer).register_forward_pre_hook(keep):
        yield kept


@my_record.mistake(
    "Your function goes on to a second `yield` when the block ends. There is one alone: what follows it cleans up."
)
@contextmanager
def yields_twice(model, layer):
    kept = {}
    with hooked(model.get_submodule(layer), right_hook(kept), kept):
        yield kept
    yield kept


@my_record.mistake("The block gets the hook's handle: put the dictionary behind the `yield`, as in `yield kept`.")
@contextmanager
def yields_the_handle(model, layer):
    with model.get_submodule(layer).register_forward_hook(right_hook({})) as handle:
        yield handle


@my_record.mistake(
    'The entry has another name than `"A"`: the hook must fill `kept["A"]`, whatever the layer is called.'
)
@contextmanager
def named_after_the_layer(model, layer):
    kept = {}
    with hooked(model.get_submodule(layer), lambda m, inputs, output: kept.update({layer: output}), kept):
        yield kept


for other_name in ("a", "output", "maps", "features", "kept", "0"):

    @my_record.mistake(f'The entry is called “{other_name}”. Asked for is `kept["A"]`.')
    @contextmanager
    def named_otherwise(model, layer, other_name=other_name):
        kept = {}
        with hooked(model.get_submodule(layer), lambda m, i, output: kept.update({other_name: output}), kept):
            yield kept


@my_record.mistake(
    "The hook is there, and your dictionary stays empty: the hook must write into the very dictionary that is behind "
    '`yield`, `kept["A"] = ...`. An assignment to a plain name stays inside of the hook.'
)
@contextmanager
def fills_something_else(model, layer):
    with hooked(model.get_submodule(layer), lambda m, inputs, output: None, {}) as kept:
        yield kept


@my_record.mistake(
    "That is a hook of the backward pass, which has not come when the network has run: `register_forward_hook`."
)
@contextmanager
def on_the_way_back(model, layer):
    kept = {}
    with model.get_submodule(layer).register_full_backward_hook(lambda m, inputs, outputs: None):
        yield kept


@my_record.mistake(
    "You hand out the entry before the network has run, when there is none: `yield kept`, the dictionary itself, and "
    "the hook fills it during the block."
)
@contextmanager
def hands_out_the_entry(model, layer):
    kept = {}
    with hooked(model.get_submodule(layer), right_hook(kept), kept):
        yield kept["A"]


@my_record.mistake(
    'You hand out a list. Asked for is a dictionary whose entry `"A"` holds the output: `kept = {}` and '
    '`kept["A"] = output.clone()`.'
)
@contextmanager
def hands_out_a_list(model, layer):
    kept = []
    with hooked(model.get_submodule(layer), lambda m, inputs, output: kept.append(output), kept):
        yield kept


@my_record.mistake(
    "There is no `yield`, but a `return`, and a function under `@contextmanager` needs a `yield`: it waits there while "
    "the block runs, and goes on after it."
)
@contextmanager
def returns_the_dictionary(model, layer):
    return {}


@my_record.mistake("There is no `yield`: a function under `@contextmanager` waits at its `yield` while the block runs.")
@contextmanager
def returns_none(model, layer):
    model.get_submodule(layer).register_forward_hook(right_hook({}))


@my_record.mistake(
    "The line `@contextmanager` above your function is missing: it is what makes a function with a `yield` fit for "
    "`with`."
)
def without_the_decorator(model, layer):
    yield {}


@my_record.mistake(
    "You hand out the dictionary itself, which cannot stand behind `with`: `@contextmanager` above the function, and "
    "`yield` in place of `return`."
)
def a_plain_dictionary(model, layer):
    return {}
