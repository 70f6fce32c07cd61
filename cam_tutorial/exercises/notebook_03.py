"""The exercises of notebook 03, Grad-CAM."""

from collections import OrderedDict
from contextlib import ExitStack, contextmanager
from functools import partial

import torch
from torch import nn

from cam_tutorial import models, zoo
from cam_tutorial.heatmap import upsample

from .exercise import exercise
from .material import draw_weights, indices, kind, stacks, told_apart, turtle

# Python and PyTorch say many things with one type of error, and mistakes are told apart by the type of theirs. So what
# a learner meets in this notebook gets a type of its own, which is shown under the old name.


_KINDS = {
    "scalar outputs": kind(RuntimeError),
    "not have been used in the graph": kind(RuntimeError),
    "does not require grad": kind(RuntimeError),
    "generator didn't yield": kind(RuntimeError),
    "must match the size of tensor": kind(RuntimeError),
    "context manager protocol": kind(TypeError),
    "is not an iterator": kind(TypeError),
    "list indices must be integers": kind(TypeError),
    "has no attribute 'register_forward_hook'": kind(AttributeError),
    "'tuple' object has no attribute": kind(AttributeError),
    "'NoneType' object has no attribute": kind(AttributeError),
    "has no attribute 'trunk.": kind(AttributeError),
    "'str' object has no attribute": kind(AttributeError),
    "'NoneType' object is not subscriptable": kind(TypeError),
    "but 3 were given": kind(TypeError),
    "graph a second time": kind(RuntimeError),
    "same number of dimensions as input tensor": kind(RuntimeError),
}


errors_told_apart = partial(told_apart, _KINDS)


def trunk_and_head(generator, size):
    """A small network with the two parts of the zoo's, without pooling; in its trunk a ReLU works in place."""
    height, width = size
    trunk = nn.Sequential(nn.Conv2d(2, 4, 3, padding=1), nn.ReLU(inplace=True), nn.Conv2d(4, 3, 2, stride=2))
    head = nn.Sequential(nn.Flatten(), nn.Linear(3 * height * width // 4, 6), nn.ReLU(), nn.Linear(6, 5))
    network = nn.Sequential(OrderedDict(trunk=trunk, head=head))
    draw_weights(network, generator)
    return network.eval()


SIZES = ((3, (6, 8)), (2, (10, 4)), (4, (8, 10)))  # images and their size


# --- 3.1 -------------------------------------------------------------------------------------------------------------


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

    with errors_told_apart():
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


@exercise(
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
)
@contextmanager
def my_record(model, layer):
    """A network and the name of its layer -> a dictionary whose entry "A" is what the layer gives inside the block

    The entry is a copy that nothing overwrites, and the score depends on it. The hook is gone after the block.
    """
    kept = {}

    def keep(module, inputs, output):
        kept["A"] = output.clone()
        return kept["A"].clone()

    handle = model.get_submodule(layer).register_forward_hook(keep)
    try:
        yield kept
    finally:
        handle.remove()


def keeper(kept):
    """The right hook."""

    def keep(module, inputs, output):
        kept["A"] = output.clone()
        return kept["A"].clone()

    return keep


@contextmanager
def hooked(module, hook, kept):
    """The right ending, for whatever hook."""
    handle = module.register_forward_hook(hook)
    try:
        yield kept
    finally:
        handle.remove()


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


my_record = my_record.solution  # as in the notebook: what follows builds on it


# --- 3.2 -------------------------------------------------------------------------------------------------------------


def images_and_targets(generator):
    """Batches of different sizes, each with several different targets that do not ascend from 0."""
    cases = []
    for n, size in SIZES:
        images = torch.randn(n, 2, *size, generator=generator)
        target = (indices(generator, n, 4) + 1) % 5  # the classes 1 to 4, each once
        cases.append((trunk_and_head(generator, size), images, target))
    return cases


def scores_and_maps(attempt, network, images, target):
    """α, from the scores that a network gives and the maps that they were computed from."""
    A = network.trunk(images)
    y = network.head(A).gather(1, target[:, None])[:, 0]
    with errors_told_apart():
        return {"the result": attempt(y, A)}


@exercise(
    "3.2",
    "One weight a map, from the gradient",
    minutes=8,
    difficulty=2,
    cases=images_and_targets,
    probe=scores_and_maps,
    hints=[
        "Two steps: the gradient of the scores at `A`, which has the shape of `A`, and its mean over the places.",
        "A gradient is taken of one number: `torch.autograd.grad(y.sum(), A)`. It gives a tuple, so unpack it: "
        "`(gradient,) = ...`.",
        "The places are the two last dimensions: `.mean(dim=(2, 3))` leaves (N, K).",
    ],
)
def my_alpha(y, A):
    """scores (N,), maps (N, K, H, W) -> (N, K):  α_k = 1/Z Σ_ij ∂y/∂A^k_ij, for each image its own"""
    (gradient,) = torch.autograd.grad(y.sum(), A)
    return gradient.mean(dim=(2, 3))


def gradient_at(A, score):
    return torch.autograd.grad(score, A)[0]


@my_alpha.mistake(
    "You summed the derivatives. The formula has 1/Z in front of the sums: take the mean over height and width."
)
def sum_for_mean(y, A):
    return gradient_at(A, y.sum()).sum(dim=(2, 3))


@my_alpha.mistake(
    "Your α shrink with the size of the batch, because you averaged the scores: sum them, `y.sum()`, and each image "
    "keeps its own gradient in full."
)
def averages_the_scores(y, A):
    return gradient_at(A, y.mean()).mean(dim=(2, 3))


@my_alpha.mistake(
    "All images but the first have α = 0, because you took the first score alone. Take `y.sum()`: no image's maps have "
    "an influence on another's score."
)
def first_score_alone(y, A):
    return gradient_at(A, y[0]).mean(dim=(2, 3))


@my_alpha.mistake(
    "You averaged over the batch as well. Each image has its own α: leave dimension 0 alone, `.mean(dim=(2, 3))`."
)
def mean_over_the_batch(y, A):
    return gradient_at(A, y.sum()).mean(dim=(0, 2, 3))


@my_alpha.mistake(
    "You averaged over the maps. Each of the K maps has a weight of its own: average over the places alone, "
    "dimensions 2 and 3."
)
def mean_over_the_maps(y, A):
    return gradient_at(A, y.sum()).mean(dim=1)


@my_alpha.mistake(
    "You averaged over maps and places, and one number an image is left. Asked for is one a *map*: average over "
    "dimensions 2 and 3."
)
def one_number_an_image(y, A):
    return gradient_at(A, y.sum()).mean(dim=(1, 2, 3))


@my_alpha.mistake(
    "You averaged over dimensions 1 and 2. That is right for the maps of a single image, (K, H, W); with a batch in "
    "front the places are dimensions 2 and 3."
)
def as_for_a_single_image(y, A):
    return gradient_at(A, y.sum()).mean(dim=(1, 2))


@my_alpha.mistake(
    "You took one gradient after the other, and the first one has used up the graph. One gradient is enough: "
    "`torch.autograd.grad(y.sum(), A)` holds those of all images."
)
def one_gradient_after_the_other(y, A):
    return torch.stack([gradient_at(A, y[n])[n].mean(dim=(1, 2)) for n in range(len(y))])


@my_alpha.mistake(
    "You averaged over one of the two directions. A place has a row and a column: average over both, `dim=(2, 3)`."
)
def mean_over_columns_alone(y, A):
    return gradient_at(A, y.sum()).mean(dim=3)


@my_alpha.mistake(
    "You cut off the negative derivatives before the mean. They are what tells one animal from another: no ReLU here, "
    "it comes once, on the finished map."
)
def relu_on_the_gradient(y, A):
    return gradient_at(A, y.sum()).relu().mean(dim=(2, 3))


@my_alpha.mistake(
    "You cut off the negative α. A map that speaks against the class has a negative weight, and keeps it: the ReLU "
    "comes once, on the finished map."
)
def relu_on_alpha(y, A):
    return gradient_at(A, y.sum()).mean(dim=(2, 3)).relu()


@my_alpha.mistake(
    "You took absolute values before the mean, as if a derivative below zero spoke for the class: keep the signs."
)
def absolute_gradient(y, A):
    return gradient_at(A, y.sum()).abs().mean(dim=(2, 3))


@my_alpha.mistake("You lost the sign of α: a negative one says that the map speaks against the class. Leave out `abs`.")
def absolute_alpha(y, A):
    return gradient_at(A, y.sum()).mean(dim=(2, 3)).abs()


@my_alpha.mistake("You took the largest derivative of each map. α is the mean of all of them: `.mean(dim=(2, 3))`.")
def largest_for_mean(y, A):
    return gradient_at(A, y.sum()).amax(dim=(2, 3))


@my_alpha.mistake(
    "You averaged the maps, not their gradients: α says what a map is worth to the score, not how active it is. Take "
    "`torch.autograd.grad(y.sum(), A)` first."
)
def mean_of_the_maps(y, A):
    return A.mean(dim=(2, 3))


@my_alpha.mistake(
    "You multiplied the gradient by the maps before you averaged. α is the mean of the gradient alone; the maps come "
    "in with the next step."
)
def gradient_times_maps(y, A):
    return (gradient_at(A, y.sum()) * A).mean(dim=(2, 3))


@my_alpha.mistake(
    "That is the gradient itself, one derivative for each place. One step is left: its mean over height and width."
)
def not_averaged(y, A):
    return gradient_at(A, y.sum())


@my_alpha.mistake(
    "The numbers are right, and the shape is (N, K, 1, 1). Asked for is (N, K): leave out `keepdim=True`."
)
def keeps_the_dimensions(y, A):
    return gradient_at(A, y.sum()).mean(dim=(2, 3), keepdim=True)


@my_alpha.mistake(
    "`torch.autograd.grad` gives a tuple, even for one tensor: unpack it with `(gradient,) = torch.autograd.grad(...)`."
)
def a_tuple(y, A):
    return torch.autograd.grad(y.sum(), A).mean(dim=(2, 3))


@my_alpha.mistake(
    "A gradient is taken of one number: the first argument of `torch.autograd.grad` is `y.sum()`, and the second one is"
    " `A`. The sum mixes nothing, because no image's maps have an influence on another's score."
)
def of_many_numbers(y, A):
    return gradient_at(A, y).mean(dim=(2, 3))


@my_alpha.mistake(
    "You took the gradient at a copy of `A`, which the score was not computed from: give `A` itself to "
    "`torch.autograd.grad`."
)
def at_a_copy(y, A):
    A = A.clone()
    return gradient_at(A, y.sum()).mean(dim=(2, 3))


@my_alpha.mistake(
    "The score, or the `A` that you gave, has lost its connection to the graph: no `detach()` (and no `.item()`) "
    "before the gradient is taken."
)
def cut_off(y, A):
    return gradient_at(A, y.detach().sum()).mean(dim=(2, 3))


@my_alpha.mistake(
    "`A.grad` is None: `.backward()` fills the `.grad` of the weights, and not that of a tensor in the middle. Let "
    "`torch.autograd.grad(y.sum(), A)` hand you the gradient."
)
def backward_and_grad(y, A):
    y.sum().backward()
    return A.grad.mean(dim=(2, 3))


@my_alpha.mistake(
    "α is right, but `.backward()` walked on through the whole network and wrote into the `.grad` of its weights. "
    "`torch.autograd.grad(y.sum(), A)` stops at `A` and leaves them alone."
)
def backward_and_retained_grad(y, A):
    A.retain_grad()
    y.sum().backward()
    return A.grad.mean(dim=(2, 3))


my_alpha = my_alpha.solution


# --- 3.3 -------------------------------------------------------------------------------------------------------------


def weights_and_maps(generator):
    """Maps of both signs, as in the middle of a network; with the ReLU at the end, and without."""
    return [
        (torch.randn(*A.shape[:2], generator=generator), A, relu)
        for A, relu in zip(stacks(generator) * 2, (True, False, True, False, True, False), strict=True)
    ]


def turtle_weights_and_maps():
    network = models.load("zoo-flatten").requires_grad_(False)
    image, _, _, label = turtle()
    A = network.trunk(zoo.preprocess(image[0])).requires_grad_()
    return my_alpha(network.head(A)[:, label], A), A.detach(), True


@exercise(
    "3.3",
    "The map, and where its ReLU stands",
    minutes=6,
    difficulty=1,
    cases=weights_and_maps,
    picture=turtle_weights_and_maps,
    hints=[
        "Three steps in this order: multiply each map by its α, add up the K maps, and put zero where the sum is "
        "negative (if `relu` says so).",
        "α has the shape (N, K), the maps have (N, K, H, W): `alpha[:, :, None, None]` fits them.",
        "The maps are dimension 1: `.sum(dim=1)`. Then `L.relu() if relu else L`.",
    ],
)
def my_map(alpha, A, relu=True):
    """(N, K), (N, K, H, W) -> (N, H, W):  ReLU(Σ_k α_k A^k), or the signed sum if relu is False"""
    L = (alpha[:, :, None, None] * A).sum(dim=1)
    return L.relu() if relu else L


def weighed(alpha, A):
    return alpha[:, :, None, None] * A


@my_map.mistake(
    "Your ReLU stands on each weighted map, before the sum, so that what speaks against the class can cancel nothing: "
    "add up first, and cut off once."
)
def relu_before_the_sum(alpha, A, relu=True):
    L = weighed(alpha, A)
    return (L.relu() if relu else L).sum(dim=1)


@my_map.mistake(
    "Your ReLU stands on α, so that maps that speak against the class drop out. Keep all α, and cut off the finished "
    "sum."
)
def relu_on_the_weights(alpha, A, relu=True):
    return weighed(alpha.relu() if relu else alpha, A).sum(dim=1)


@my_map.mistake(
    "Your ReLU stands on the maps `A`. What they hold stays as it is: cut off the finished sum, and nothing before."
)
def relu_on_the_maps(alpha, A, relu=True):
    return weighed(alpha, A.relu() if relu else A).sum(dim=1)


@my_map.mistake(
    "The ReLU is missing: your map has negative values with `relu=True` too. End with `L.relu() if relu else L`."
)
def relu_is_missing(alpha, A, relu=True):
    return weighed(alpha, A).sum(dim=1)


@my_map.mistake(
    "Your ReLU is always on. With `relu=False` the signed sum is asked for: `return L.relu() if relu else L`."
)
def relu_always(alpha, A, relu=True):
    return weighed(alpha, A).sum(dim=1).relu()


@my_map.mistake("Your ReLU is on when `relu` is False, and off when it is True: `L.relu() if relu else L`.")
def relu_upside_down(alpha, A, relu=True):
    L = weighed(alpha, A).sum(dim=1)
    return L if relu else L.relu()


@my_map.mistake(
    "You took the absolute value, so that what speaks against the class glows as if it spoke for it: `.relu()` makes "
    "it zero."
)
def absolute_for_relu(alpha, A, relu=True):
    L = weighed(alpha, A).sum(dim=1)
    return L.abs() if relu else L


@my_map.mistake("You added up the maps as they are. Each map counts as much as its α says: multiply by `alpha` first.")
def without_alpha(alpha, A, relu=True):
    L = A.sum(dim=1)
    return L.relu() if relu else L


@my_map.mistake("You averaged over the maps. The formula has a sum over k: `.sum(dim=1)`.")
def mean_for_sum(alpha, A, relu=True):
    L = weighed(alpha, A).mean(dim=1)
    return L.relu() if relu else L


@my_map.mistake(
    "You stretched the map from its minimum to its maximum, so that places that say nothing glow. Put zero where it is "
    "negative, and leave the scale alone."
)
def stretched(alpha, A, relu=True):
    L = weighed(alpha, A).sum(dim=1)
    lowest, highest = L.amin(dim=(1, 2), keepdim=True), L.amax(dim=(1, 2), keepdim=True)
    return (L - lowest) / (highest - lowest) if relu else L


@my_map.mistake(
    "You divided the map by its maximum. Leave it in the network's own scale: a blank map would give NaN, and a faint "
    "one would look like a strong one."
)
def divided_by_the_maximum(alpha, A, relu=True):
    L = weighed(alpha, A).sum(dim=1)
    return L.relu() / L.relu().amax(dim=(1, 2), keepdim=True) if relu else L


@my_map.mistake(
    "You used the first image's α for all images: row n of α belongs to image n. Multiply by all of `alpha`."
)
def first_alpha_for_all(alpha, A, relu=True):
    L = weighed(alpha[:1], A).sum(dim=1)
    return L.relu() if relu else L


@my_map.mistake(
    "You added up the images as well, and one map is left: sum over the maps alone, `dim=1`. Each image has a map of "
    "its own."
)
def images_summed(alpha, A, relu=True):
    L = weighed(alpha, A).sum(dim=(0, 1))
    return L.relu() if relu else L


@my_map.mistake("You added up the images, dimension 0. The sum over k goes over the maps, which are dimension 1.")
def sum_over_the_images(alpha, A, relu=True):
    L = weighed(alpha, A).sum(dim=0)
    return L.relu() if relu else L


@my_map.mistake("That is the map of the first image alone: leave out the `[0]`, and give one map an image, (N, H, W).")
def first_image_alone(alpha, A, relu=True):
    L = weighed(alpha, A).sum(dim=1)[0]
    return L.relu() if relu else L


@my_map.mistake(
    "You stopped before the sum: these are the K weighted maps of each image. Add them up over dimension 1."
)
def not_summed(alpha, A, relu=True):
    L = weighed(alpha, A)
    return L.relu() if relu else L


@my_map.mistake(
    "You kept a dimension of 1 for the maps, (N, 1, H, W). Asked for is (N, H, W): leave out `keepdim=True`."
)
def keeps_a_dimension(alpha, A, relu=True):
    L = weighed(alpha, A).sum(dim=1, keepdim=True)
    return L.relu() if relu else L


@my_map.mistake(
    "The shapes of α and the maps do not fit: (N, K) against (N, K, H, W). Give α two more dimensions at its end, "
    "`alpha[:, :, None, None]`."
)
def shapes_that_do_not_fit(alpha, A, relu=True):
    return (alpha * A).sum(dim=1)


my_map = my_map.solution


# --- 3.4 -------------------------------------------------------------------------------------------------------------


def whole_calls(generator):
    """Layers before and behind the ReLU that works in place; signed and not; each image with a target of its own."""
    options = (("trunk", True), ("trunk.0", False), ("trunk", False), ("trunk.0", True))
    cases = images_and_targets(generator) + images_and_targets(generator)[:1]
    return [(*case, *option) for case, option in zip(cases, options, strict=True)]


def a_batch(attempt, model, images, target, layer, relu):
    """The maps of a batch, and whether they still hold the network's graph."""
    with errors_told_apart():
        maps = attempt(model, images, target, layer=layer, relu=relu)
    held = isinstance(maps, torch.Tensor) and maps.requires_grad
    return {"the result": maps, "requires_grad of the result": held}


def turtle_image():
    image, _, _, label = turtle()
    return models.load("zoo-flatten"), zoo.preprocess(image[0]), torch.tensor([label])


@exercise(
    "3.4",
    "Grad-CAM, the whole of it",
    minutes=12,
    difficulty=2,
    cases=whole_calls,
    probe=a_batch,
    picture=turtle_image,
    hints=[
        "You have the parts: `my_record` for the maps, `my_alpha` for their weights, `my_map` for the sum.",
        'Run the network inside a `with my_record(model, layer) as kept:` block. Then `A` is `kept["A"]`.',
        "Image n's score stands in row n, column `target[n]`: `logits.gather(1, target[:, None])[:, 0]`, or "
        "`logits[torch.arange(len(target)), target]`.",
        "At the end only numbers are wanted, and no graph: give `A.detach()` to `my_map`.",
    ],
)
def my_grad_cam(model, images, target, layer="trunk", relu=True):
    """(N, C, H, W), class indices (N,) -> (N, h, w): the Grad-CAM map of each image for its own class, detached"""
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]  # (N, K, h, w)
    y = logits.gather(1, target[:, None])[:, 0]  # (N,): each image's score
    return my_map(my_alpha(y, A), A.detach(), relu)


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


@my_grad_cam.mistake(
    "You took the gradient of a probability. The score is the logit, what the network gives *before* the softmax: "
    "leave the softmax out."
)
def of_the_probability(model, images, target, layer="trunk", relu=True):
    return cam_of(model, images, target, layer, relu, lambda logits, c: own_scores(logits.softmax(dim=1), c))


@my_grad_cam.mistake(
    "You took the gradient of a log-probability, in which all classes have a part. The score is the logit alone, "
    "`logits[n, target[n]]`."
)
def of_the_log_probability(model, images, target, layer="trunk", relu=True):
    return cam_of(model, images, target, layer, relu, lambda logits, c: own_scores(logits.log_softmax(dim=1), c))


@my_grad_cam.mistake(
    "You took the gradient of a loss, as in training: it falls where the score rises, and all classes have a part in "
    "it. Take the logits `logits[n, target[n]]` themselves."
)
def of_the_loss(model, images, target, layer="trunk", relu=True):
    return cam_of(model, images, target, layer, relu, lambda logits, c: -own_scores(logits.log_softmax(dim=1), c))


@my_grad_cam.mistake(
    "Every image gets the class of the first one: image n's own class is `target[n]`. `logits.gather(1, target[:, "
    "None])` picks one score from each row."
)
def one_target_for_all(model, images, target, layer="trunk", relu=True):
    return cam_of(model, images, target, layer, relu, lambda logits, c: logits[:, c[0]])


@my_grad_cam.mistake(
    "`logits[:, target]` is N × N: every image's scores for *every* image's class, and your sum adds them all. Take "
    "one score from each row: `logits.gather(1, target[:, None])`."
)
def all_targets_for_all(model, images, target, layer="trunk", relu=True):
    return cam_of(model, images, target, layer, relu, lambda logits, c: logits[:, c])


@my_grad_cam.mistake(
    "You asked for the class that the network predicts, whatever `target` says: take column `target[n]` of row n."
)
def of_the_prediction(model, images, target, layer="trunk", relu=True):
    return cam_of(model, images, target, layer, relu, lambda logits, c: logits.amax(dim=1))


@my_grad_cam.mistake("You asked for class 0, whatever `target` says: take column `target[n]` of row n.")
def of_class_0(model, images, target, layer="trunk", relu=True):
    return cam_of(model, images, target, layer, relu, lambda logits, c: logits[:, 0])


@my_grad_cam.mistake(
    "You summed the scores of all classes, so `target` makes no difference: take column `target[n]` of row n first."
)
def of_all_classes(model, images, target, layer="trunk", relu=True):
    return cam_of(model, images, target, layer, relu, lambda logits, c: logits)


@my_grad_cam.mistake(
    "`logits[target]` takes rows, and a row is an *image* with all its classes. A class is a column: "
    "`logits.gather(1, target[:, None])` picks one score from each row."
)
def rows_for_columns(model, images, target, layer="trunk", relu=True):
    return cam_of(model, images, target, layer, relu, lambda logits, c: logits[c])


@my_grad_cam.mistake(
    "`gather` wants an index with as many dimensions as the logits have: `target[:, None]`, of shape (N, 1)."
)
def gather_with_a_row(model, images, target, layer="trunk", relu=True):
    return cam_of(model, images, target, layer, relu, lambda logits, c: logits.gather(1, c))


@my_grad_cam.mistake(
    'You handed on the dictionary. The maps are its entry: `A = kept["A"]`, and `A` goes to `my_alpha` and `my_map`.'
)
def the_dictionary_for_the_maps(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        y = own_scores(model(images), target)
    return my_alpha(y, kept)


@my_grad_cam.mistake(
    "All maps but the first are blank, because you took the first image's score alone: take one score from each row, "
    "and let `my_alpha` sum them."
)
def of_the_first_image(model, images, target, layer="trunk", relu=True):
    return cam_of(model, images, target, layer, relu, lambda logits, c: logits[0, c[0]])


@my_grad_cam.mistake(
    "Your maps shrink with the size of the batch, because you averaged the scores: sum them, and each image keeps its "
    "own gradient in full."
)
def scores_averaged(model, images, target, layer="trunk", relu=True):
    return cam_of(model, images, target, layer, relu, lambda logits, c: own_scores(logits, c).mean())


@my_grad_cam.mistake(
    "All images share one α, averaged over the batch. Each image has its own: average the gradient over dimensions 2 "
    "and 3 alone."
)
def one_alpha_for_the_batch(model, images, target, layer="trunk", relu=True):
    gradient, A = gradient_and_maps(model, images, target, layer)
    return my_map(gradient.mean(dim=(0, 2, 3)).expand(A.shape[:2]), A, relu)


@my_grad_cam.mistake(
    "Your maps are Z = h · w times too strong, because you summed the derivatives: α is their mean over the places."
)
def alpha_is_a_sum(model, images, target, layer="trunk", relu=True):
    gradient, A = gradient_and_maps(model, images, target, layer)
    return my_map(gradient.sum(dim=(2, 3)), A, relu)


@my_grad_cam.mistake(
    "Your ReLU stands on the gradient, so that every map gets a positive weight, and whatever is active glows: let it "
    "stand on the finished sum alone."
)
def relu_on_the_derivatives(model, images, target, layer="trunk", relu=True):
    gradient, A = gradient_and_maps(model, images, target, layer)
    return my_map(gradient.relu().mean(dim=(2, 3)), A, relu)


@my_grad_cam.mistake(
    "You multiplied each value by its own derivative, without the average. That is another method, which comes later "
    "in this notebook; in Grad-CAM all places of a map share its α."
)
def without_the_average(model, images, target, layer="trunk", relu=True):
    gradient, A = gradient_and_maps(model, images, target, layer)
    L = (gradient * A).sum(dim=1)
    return L.relu() if relu else L


@my_grad_cam.mistake("You always record the trunk: hand on the layer that was asked for, `my_record(model, layer)`.")
def always_at_the_trunk(model, images, target, layer="trunk", relu=True):
    return cam_of(model, images, target, "trunk", relu)


@my_grad_cam.mistake(
    "With `relu=False` the signed maps are asked for, and yours have no negative values: hand on `relu` to `my_map`."
)
def relu_whatever_is_asked(model, images, target, layer="trunk", relu=True):
    return cam_of(model, images, target, layer, True)


@my_grad_cam.mistake(
    "With `relu=True` no map has negative values, and yours do: hand on `relu` to `my_map`, or end with `.relu()`."
)
def never_a_relu(model, images, target, layer="trunk", relu=True):
    return cam_of(model, images, target, layer, False)


@my_grad_cam.mistake(
    "The ReLU behind the layer overwrote your maps. Keep a clone of the layer's output, or let `my_record` do it."
)
def overwritten_maps(model, images, target, layer="trunk", relu=True):
    kept = {}
    with hooked(model.get_submodule(layer), lambda m, inputs, output: kept.update(A=output), kept):
        y = own_scores(model(images), target)[:, 0]
    return my_map(my_alpha(y, kept["A"]), kept["A"].detach(), relu)


@my_grad_cam.mistake(
    "The maps are right, but each still holds the network's whole graph, and a hundred of them fill the memory: give "
    "`A.detach()` to `my_map`, or end with `.detach()`."
)
def not_detached(model, images, target, layer="trunk", relu=True):
    logits, A = run(model, images, layer)
    return my_map(my_alpha(own_scores(logits, target)[:, 0], A), A, relu)


@my_grad_cam.mistake("That is the map of the first image alone: give one map an image, (N, h, w).")
def the_first_map(model, images, target, layer="trunk", relu=True):
    return cam_of(model, images, target, layer, relu)[0]


@my_grad_cam.mistake(
    "You enlarged the maps. Leave them at the layer's own resolution, (N, h, w): enlarging is for the picture."
)
def enlarged(model, images, target, layer="trunk", relu=True):
    return upsample(cam_of(model, images, target, layer, relu), images.shape[2:])


@my_grad_cam.mistake("You kept a dimension of 1 for the maps, (N, 1, h, w). Asked for is (N, h, w): sum it away.")
def with_a_channel(model, images, target, layer="trunk", relu=True):
    return cam_of(model, images, target, layer, relu)[:, None]


@my_grad_cam.mistake(
    "You divided each map by its maximum. Leave it in the network's own scale, so that a faint map stays faint."
)
def scaled_to_one(model, images, target, layer="trunk", relu=True):
    L = cam_of(model, images, target, layer, relu)
    return L / L.amax(dim=(1, 2), keepdim=True)


@my_grad_cam.mistake(
    "You stretched the maps from their minimum to their maximum. Leave them in the network's own scale, where zero "
    "means zero."
)
def scaled_to_the_range(model, images, target, layer="trunk", relu=True):
    L = cam_of(model, images, target, layer, relu)
    return (L - L.min()) / (L.max() - L.min())


@my_grad_cam.mistake(
    '`kept["A"]` and the scores come from different runs of the network, or the record was cut off, so the gradient '
    "finds no way from one to the other: take both from one run, and detach nothing before `my_alpha`."
)
def two_runs(model, images, target, layer="trunk", relu=True):
    _, A = run(model, images, layer)
    return my_map(my_alpha(own_scores(model(images), target)[:, 0], A), A.detach(), relu)


@my_grad_cam.mistake(
    "There is no gradient, because the network ran under `torch.no_grad()` or the scores were detached: run it "
    "without, and detach at the end."
)
def under_no_grad(model, images, target, layer="trunk", relu=True):
    with torch.no_grad():
        logits, A = run(model, images, layer)
    return my_map(my_alpha(own_scores(logits, target)[:, 0], A), A, relu)


my_grad_cam = my_grad_cam.solution


# --- 3.5 -------------------------------------------------------------------------------------------------------------


def calls_at_layers(generator):
    return [case[:-1] for case in whole_calls(generator)]


@exercise(
    "3.5",
    "What speaks against it",
    minutes=5,
    difficulty=1,
    cases=calls_at_layers,
    picture=turtle_image,
    hints=[
        "Minus the score has minus the gradient, so minus the α, so minus the *signed* map.",
        "The signed map is `my_grad_cam(..., relu=False)`. Turn its sign, and put the ReLU after that.",
    ],
)
def my_counterfactual(model, images, target, layer="trunk"):
    """(N, C, H, W), class indices (N,) -> (N, h, w): what lowers the score of the class, as values of 0 and more"""
    signed = my_grad_cam(model, images, target, layer, relu=False)
    return (-signed).relu()


@my_counterfactual.mistake(
    "You turned the sign of the finished map, when the ReLU had thrown away what speaks against the class. Start from "
    "the signed map, `relu=False`, and put the ReLU last."
)
def minus_the_finished_map(model, images, target, layer="trunk"):
    return -cam_of(model, images, target, layer, True)


@my_counterfactual.mistake(
    "Your maps are blank: the first ReLU throws away what is negative, and after the minus the second one throws away "
    "the rest. Ask for the signed map, `relu=False`."
)
def two_relus(model, images, target, layer="trunk"):
    return (-cam_of(model, images, target, layer, True)).relu()


@my_counterfactual.mistake(
    "One minus the map glows wherever the map says nothing. What speaks *against* the class is the negative part of "
    "the signed map: turn its sign, then the ReLU."
)
def one_minus_the_map(model, images, target, layer="trunk"):
    return 1 - cam_of(model, images, target, layer, True)


@my_counterfactual.mistake(
    "One minus the signed map is above zero wherever the map says nothing. Turn its sign, `-signed`, without the 1."
)
def one_minus_the_signed_map(model, images, target, layer="trunk"):
    return (1 - cam_of(model, images, target, layer, False)).relu()


@my_counterfactual.mistake(
    "The maximum minus the map glows wherever the map says nothing. What speaks *against* the class is the negative "
    "part of the signed map: turn its sign, and let the ReLU follow."
)
def maximum_minus_the_map(model, images, target, layer="trunk"):
    L = cam_of(model, images, target, layer, True)
    return L.amax(dim=(1, 2), keepdim=True) - L


@my_counterfactual.mistake(
    "The sign is turned, and the ReLU is missing: what spoke for the class is now negative. Put zero there."
)
def without_the_relu(model, images, target, layer="trunk"):
    return -cam_of(model, images, target, layer, False)


@my_counterfactual.mistake("That is what speaks *for* the class. Turn the sign of the signed map before the ReLU.")
def what_speaks_for_it(model, images, target, layer="trunk"):
    return cam_of(model, images, target, layer, True)


@my_counterfactual.mistake(
    "That is the signed map, with what speaks for the class above zero. Turn its sign, and put the ReLU after that."
)
def the_signed_map(model, images, target, layer="trunk"):
    return cam_of(model, images, target, layer, False)


@my_counterfactual.mistake(
    "The right places, with a negative sign: you cut off the positive part. Asked for are values of 0 and more, so "
    "turn the sign first, and then use the ReLU."
)
def below_zero(model, images, target, layer="trunk"):
    return cam_of(model, images, target, layer, False).clamp(max=0)


@my_counterfactual.mistake(
    "The absolute value shows what speaks for the class and what speaks against it in one color. Turn the sign, and "
    "cut off with the ReLU."
)
def both_in_one(model, images, target, layer="trunk"):
    return cam_of(model, images, target, layer, False).abs()


@my_counterfactual.mistake(
    "You asked what lowers the *probability* (1 − p has the same map): what raises any other class comes in with it. "
    "Take minus the logit."
)
def against_the_probability(model, images, target, layer="trunk"):
    return cam_of(model, images, target, layer, True, lambda logits, c: 1 - own_scores(logits.softmax(dim=1), c))


@my_counterfactual.mistake(
    "You asked what speaks for the other classes. That is another question: something can lower one score and raise "
    "none. Take minus the logit of the class itself."
)
def for_the_others(model, images, target, layer="trunk"):
    def others(logits, c):
        return logits.sum(dim=1, keepdim=True) - own_scores(logits, c)

    return cam_of(model, images, target, layer, True, others)


@my_counterfactual.mistake(
    "You turned the sign of the images. They stay as they are: it is the score, and with it the signed map, whose sign "
    "is turned."
)
def of_the_negative(model, images, target, layer="trunk"):
    return cam_of(model, -images, target, layer, True)


@my_counterfactual.mistake("Your map is of the trunk, whatever layer was asked for: hand on `layer` to `my_grad_cam`.")
def against_it_at_the_trunk(model, images, target, layer="trunk"):
    return (-cam_of(model, images, target, "trunk", False)).relu()


# --- 3.6 -------------------------------------------------------------------------------------------------------------


@exercise(
    "3.6",
    "HiResCAM: without the average",
    minutes=6,
    difficulty=1,
    cases=whole_calls,
    probe=a_batch,
    picture=turtle_image,
    hints=[
        "It begins like `my_grad_cam`: record, run, and take each image's own score.",
        "The gradient has the shape of the maps. Multiply the two place by place: there is no α and no mean.",
        "`(gradient * A).sum(dim=1)` adds up the maps. Then detach it, and use the ReLU if `relu` says so.",
    ],
)
def my_hires_cam(model, images, target, layer="trunk", relu=True):
    """(N, C, H, W), class indices (N,) -> (N, h, w):  Σ_k ∂y/∂A^k ⊙ A^k, with a ReLU or signed, detached"""
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits.gather(1, target[:, None])
    (gradient,) = torch.autograd.grad(y.sum(), A)
    L = (gradient * A.detach()).sum(dim=1)  # each place with its own derivative
    return L.relu() if relu else L


def products(model, images, target, layer, score=own_scores):
    gradient, A = gradient_and_maps(model, images, target, layer, score)
    return gradient * A


def finished(L, relu):
    return L.relu() if relu else L


@my_hires_cam.mistake(
    "That is still Grad-CAM: you average the gradient over each map. Leave out the mean, and multiply each value by "
    "its own derivative."
)
def still_averaged(model, images, target, layer="trunk", relu=True):
    return cam_of(model, images, target, layer, relu)


@my_hires_cam.mistake(
    "You added up the gradients alone. Multiply them by the maps first: what a place gave is its value times its "
    "derivative."
)
def the_gradient_alone(model, images, target, layer="trunk", relu=True):
    return finished(gradient_and_maps(model, images, target, layer)[0].sum(dim=1), relu)


@my_hires_cam.mistake(
    "Your ReLU stands on the products, before the sum over the maps. Add up first: only the finished map is cut off."
)
def products_cut_off(model, images, target, layer="trunk", relu=True):
    return finished(products(model, images, target, layer), relu).sum(dim=1)


@my_hires_cam.mistake(
    "Your ReLU stands on the gradient. Both signs count: multiply and add up first, and cut off the finished map."
)
def derivatives_cut_off(model, images, target, layer="trunk", relu=True):
    gradient, A = gradient_and_maps(model, images, target, layer)
    return finished((finished(gradient, relu) * A).sum(dim=1), relu)


@my_hires_cam.mistake(
    "You averaged over the maps. Add them up, `.sum(dim=1)`: only then do all values together make the score."
)
def averaged_over_the_maps(model, images, target, layer="trunk", relu=True):
    return finished(products(model, images, target, layer).mean(dim=1), relu)


@my_hires_cam.mistake(
    "You stopped before the sum: these are the products of each of the K maps. Add them up over dimension 1."
)
def products_not_summed(model, images, target, layer="trunk", relu=True):
    return finished(products(model, images, target, layer), relu)


@my_hires_cam.mistake("The ReLU is missing: with `relu=True` your maps have negative values. It stands at the end.")
def signed_whatever_is_asked(model, images, target, layer="trunk", relu=True):
    return products(model, images, target, layer).sum(dim=1)


@my_hires_cam.mistake("Your ReLU is on with `relu=False` too, where the signed maps are asked for.")
def cut_off_whatever_is_asked(model, images, target, layer="trunk", relu=True):
    return products(model, images, target, layer).sum(dim=1).relu()


@my_hires_cam.mistake(
    "`logits[:, target]` is N × N, and your sum adds up all of it. Take one score from each row, as in `my_grad_cam`."
)
def products_for_all_targets(model, images, target, layer="trunk", relu=True):
    return finished(products(model, images, target, layer, lambda logits, c: logits[:, c]).sum(dim=1), relu)


@my_hires_cam.mistake(
    "The maps are right, but they still hold the network's graph: multiply by `A.detach()`, or end with `.detach()`."
)
def products_not_detached(model, images, target, layer="trunk", relu=True):
    logits, A = run(model, images, layer)
    (gradient,) = torch.autograd.grad(own_scores(logits, target).sum(), A)
    return finished((gradient * A).sum(dim=1), relu)


@my_hires_cam.mistake("The score is the logit: leave the softmax out, here as in Grad-CAM.")
def products_for_the_probability(model, images, target, layer="trunk", relu=True):
    L = products(model, images, target, layer, lambda logits, c: own_scores(logits.softmax(dim=1), c)).sum(dim=1)
    return finished(L, relu)
