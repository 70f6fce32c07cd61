"""Choosing the layer that nobody names, from one run of the network with every layer's output recorded."""

from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.graph import Node

from cam_tutorial.grids import Reshape, arrangement, channels_of, has_places
from cam_tutorial.targets import NO_GRADIENT, Target, as_logits, select_scores

# Which layer, when nobody says
#
# The last one whose output is a stack of maps *through which everything passes that the score knows of the image*.
# One image is sent through the network once, with every layer's output recorded, and then:
#   1. An output is a stack of maps if it has one entry an image, two channels or more, and places: (N, K, h, w), rows
#      of channels (N, h, w, K), or tokens (N, T, K) that fill a grid of the image's proportion. It is not larger than
#      the maps before it: what is, was only enlarged. Of a layer that runs again the last output counts.
#   2. Every way from the score back to the image leads through it (`outputs.bottlenecks`). So it depends on the image
#      and runs on the way to the score; and it is no attention matrix, position table, mask, auxiliary head or branch
#      of a residual block, since each of those can be gone around.
#   3. The score's gradient reaches its places. Behind the last block of a ViT only the class token is read: what counts
#      there is what that block reads, its normalized input (`ln_1`, `norm1`).
# Of what is left the last is taken, of layers inside one another the outermost. Where nothing is left, or where more
# layers with weights and places come after it than before, the question goes back to whoever asks, with what was found.


@dataclass(frozen=True, eq=False)
class Output:
    """What a layer gave in the search."""

    name: str
    layer: nn.Module
    tensor: Tensor  # a clone of its own, so that its grad_fn stands for this output alone
    reshape: Reshape | None  # to maps (N, K, h, w); None where it is no stack of maps
    places: int


def choose(model: nn.Module, images: Tensor, target: Target) -> str:
    """The dotted name of the last layer that gives maps through which everything passes; the comment above says more.

    Args:
        model: the network, in eval mode.
        images: (N, C, H, W).
        target: as `grad_cam` takes it.

    Raises:
        ValueError: there is no such layer; the message lists what was found.
    """
    outputs, score, start = run(model, images, target)
    if not outputs:
        size = f"{images.shape[2]}×{images.shape[3]}"
        raise ValueError(f"no layer of this network gives maps of more than one position for images of {size} pixels")
    narrow = bottlenecks(score.grad_fn, start) if score.grad_fn else set()
    if score.grad_fn is None or not narrow:
        raise ValueError(f"the score does not depend on the images {NO_GRADIENT}")
    passed: list[Output] = []
    for output in outputs:
        if output.reshape and output.tensor.grad_fn in narrow and (not passed or output.places <= passed[-1].places):
            passed.append(output)
    read = read_outputs(outputs, score)
    found = [output for output in passed if output in read] or passed
    if found and read:
        chosen = found[-1]
        behind = outputs[outputs.index(chosen) + 1 :]
        if passed[-1] is not chosen:  # behind it only a class token is read
            norms = [output for output in behind if output in read and "Norm" in type(output.layer).__name__]
            norms = [norm for norm in norms if norm.reshape and norm.places == chosen.places]
            alike = [norm for norm in norms if norm.tensor.shape == chosen.tensor.shape]
            if alike or len(norms) == 1:  # the one that reads the chosen layer's places, with a class token beside them
                chosen = (alike or norms)[0]
        alone = [output for output, count in read.items() if count == 1 and _extra_tokens(output)]
        if alone and _extra_tokens(chosen):
            raise ValueError(
                f"the score reads one token alone of {alone[-1].name!r} {tuple(alone[-1].tensor.shape)}, and not one "
                f"of the first {_extra_tokens(chosen)}: its class token stands elsewhere; name a layer, and say by "
                "reshape= how its output becomes maps (N, K, h, w)"
            )
        at = outputs.index(chosen) + 1
        if _weighted(outputs[:at], read) >= _weighted(outputs[at:], read):
            return chosen.name
    hidden = any(step.name() == "CheckpointFunctionBackward" for step in _from_the_score_down(score.grad_fn))
    if hidden or not read:
        raise ValueError(f"the score does not depend on the layers of this network {NO_GRADIENT}")
    last = ", ".join(f"{output.name!r} {tuple(output.tensor.shape)}" for output in outputs[-5:])
    raise ValueError(
        "no layer of this network gives one stack of maps for each image through which everything passes that the "
        f"score knows of it; the last outputs with places are {last}: name a layer, and say by reshape= how its output "
        "becomes maps (N, K, h, w)"
    )


def _extra_tokens(output: Output) -> int:
    """How many tokens in front have no place, as its reshape takes it."""
    return output.tensor.shape[1] - output.places if output.reshape and output.tensor.ndim == 3 else 0


def _weighted(outputs: list[Output], read: dict[Output, int]) -> int:
    """How many come from layers with weights of their own, and are read."""
    return sum(any(True for _ in o.layer.parameters(recurse=False)) and o in read for o in outputs)


def run(model: nn.Module, images: Tensor, target: Target) -> tuple[list[Output], Tensor, Node | None]:
    """Run the network with everything recorded that the search for a layer asks for.

    Args:
        model: the network, in eval mode.
        images: (N, C, H, W).
        target: as `grad_cam` takes it.

    Returns:
        The outputs with places, in the order of running; a score, as a single number; and the images' step in its
        graph. Of a layer that runs again, only the last output can be a stack of maps: `record` takes that one.
    """
    outputs: list[Output] = []
    last: dict[str, int] = {}  # where among them a layer's last run stands
    given: list[tuple[Any, int]] = []  # to the layers that are running just now, innermost last
    size = (images.shape[2], images.shape[3])

    def before(_layer: nn.Module, inputs: tuple[Any, ...]) -> None:
        torch.set_grad_enabled(True)  # a network may run parts of itself under no_grad
        input = inputs[0] if inputs and isinstance(inputs[0], Tensor) else None
        given.append((input, 0 if input is None or input.is_inference() else input._version))

    def after(layer: nn.Module, _inputs: Any, output: Any, name: str) -> Tensor | None:
        input, version = given.pop()
        if not has_places(output):
            return None
        last[name] = len(outputs)
        rewritten = output is input and not output.is_inference() and output._version != version
        if _equal(output, input) and not rewritten:
            return None  # it hands on what it got: dropout in eval mode, a pooling into as many places as there were
        able = len(output) == len(images) and output.is_floating_point()
        reshape = arrangement(tuple(output.shape), size, channels_of(layer)) if able else None
        maps = reshape(output) if reshape else output
        if maps.shape[1] == 1 or any(side == 1 < whole for side, whole in zip(maps.shape[2:], size, strict=False)):
            reshape = None
        outputs.append(Output(name, layer, output.clone(), reshape, maps[0, 0].numel()))
        return outputs[-1].tensor.clone()

    leaf = images.detach().clone().requires_grad_()
    with ExitStack() as stack:
        stack.enter_context(torch.enable_grad())
        for name, layer in model.named_modules():
            if name and not takes_no_hooks(layer):
                stack.enter_context(layer.register_forward_pre_hook(before, prepend=True))
                stack.enter_context(layer.register_forward_hook(partial(after, name=name), prepend=True))
        start = leaf.clone()
        output = model(start.clone())
    if callable(target):
        score = select_scores(output, target, len(images)).sum()
    else:  # any class will do: all of them come the same way
        logits = as_logits(output, len(images))
        score = (logits * torch.linspace(1, 2, logits.shape[1], device=logits.device)).sum()
    final = [
        output if last[output.name] == place else replace(output, reshape=None) for place, output in enumerate(outputs)
    ]
    return final, score, start.grad_fn


def takes_no_hooks(layer: nn.Module) -> bool:
    """Whether a layer is scripted; a traced one takes hooks, and what lies inside of it calls none."""
    return isinstance(layer, torch.jit.RecursiveScriptModule)  # type: ignore[attr-defined]


def _equal(a: Any, b: Any) -> bool:
    return isinstance(a, Tensor) and isinstance(b, Tensor) and a.shape == b.shape and torch.equal(a, b)


def read_outputs(outputs: list[Output], score: Tensor) -> dict[Output, int]:
    """The outputs whose places the score depends on, and on how many: class tokens have none.

    Args:
        outputs: of `run`.
        score: likewise.

    Raises:
        ValueError: an operation on the way has no derivative.
    """
    able = [output for output in outputs if output.tensor.requires_grad]
    if not able or not score.requires_grad:
        return {}
    # NaN goes wherever a gradient would, through the zeros of a fresh classifier too.
    tensors = [output.tensor for output in able]
    try:
        gradients = torch.autograd.grad(score, tensors, score * torch.nan, allow_unused=True)
    except Exception as error:  # an operation has no derivative; a layer behind it could still be explained
        raise ValueError(f"the gradient cannot be followed through the whole network: {error}; name a layer") from error
    read: dict[Output, int] = {}
    for output, gradient in zip(able, gradients, strict=True):
        if gradient is not None:
            maps = output.reshape(gradient) if output.reshape else gradient
            places = int((maps != 0).flatten(2).sum(dim=(0, 1)).count_nonzero())
            if places:
                read[output] = places
    return read


def bottlenecks(score: Node, images: Node | None) -> set[Node]:
    """The steps that every way from the score to the images takes; empty where no way leads there.

    A residual branch, a gate, an attention matrix, an auxiliary head: each can be gone around. What cannot is found by
    counting: the ways through a step are those from the score down to it times those from the images up to it, and a
    bottleneck has all of them.

    Args:
        score: the `grad_fn` of the score.
        images: the `grad_fn` of the images as the network got them.

    Returns:
        Some of the graph's nodes; among them the `grad_fn` of every output that cannot be gone around.
    """
    order = _from_the_score_down(score)
    down = dict.fromkeys(order, 0) | {score: 1}
    for step in order:
        for input in _inputs(step):
            down[input] += down[step]
    up = dict.fromkeys(order, 0)
    for step in reversed(order):
        up[step] = 1 if step is images else sum(up[input] for input in _inputs(step))
    return {step for step in order if up[score] and down[step] * up[step] == up[score]}


def _inputs(step: Node) -> list[Node]:
    return [input for input, _ in step.next_functions if input is not None]


def _from_the_score_down(score: Node) -> list[Node]:
    """All steps, each after every one that uses it."""
    order: list[Node] = []
    seen = {score}
    stack = [(score, iter(_inputs(score)))]
    while stack:  # a recursion would be as deep as the network
        step, inputs = stack[-1]
        for input in inputs:
            if input not in seen:
                seen.add(input)
                stack.append((input, iter(_inputs(input))))
                break
        else:
            stack.pop()
            order.append(step)
    return order[::-1]
