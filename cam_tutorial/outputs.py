"""One run of a network with every layer's output recorded, and the way from its score back to the images."""

from collections import Counter
from contextlib import ExitStack
from functools import partial
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.autograd.graph import Node

from cam_tutorial.grids import Reshape, arrangement, channels_of, has_places
from cam_tutorial.targets import Target, as_logits, select_scores


class Output(NamedTuple):
    """What a layer gave in the search."""

    name: str
    layer: nn.Module
    tensor: Tensor  # a clone of its own, so that its grad_fn stands for this output alone
    reshape: Reshape | None  # to maps (N, K, h, w); None where it is no stack of maps
    places: int


def run(model: nn.Module, images: Tensor, target: Target) -> tuple[list[Output], Tensor, Node | None]:
    """Run the network with everything recorded that the search for a layer asks for.

    Args:
        model: the network, in eval mode.
        images: (N, C, H, W).
        target: as `grad_cam` takes it.

    Returns:
        The outputs with places of all layers that run once, in the order of running; a score, as a single number;
        and the images' step in its graph.
    """
    outputs: list[Output] = []
    runs: Counter[str] = Counter()
    given: list[tuple[Any, int]] = []  # to the layers that are running just now, innermost last
    size = (images.shape[2], images.shape[3])

    def before(_layer: nn.Module, inputs: tuple[Any, ...]) -> None:
        torch.set_grad_enabled(True)  # a network may run parts of itself under no_grad
        given.append((inputs[0], inputs[0]._version) if inputs and isinstance(inputs[0], Tensor) else (None, 0))

    def after(layer: nn.Module, _inputs: Any, output: Any, name: str) -> Tensor | None:
        input, version = given.pop()
        runs[name] += 1
        unchanged = output._version == version if output is input else _equal(output, input)
        if not has_places(output) or unchanged:
            return None  # it hands on what it got: dropout in eval mode, a pooling into as many places as there were
        reshape = arrangement(tuple(output.shape), size, channels_of(layer)) if len(output) == len(images) else None
        maps = reshape(output) if reshape else output
        if maps.shape[1] == 1 or not has_places(maps[:, 0]):
            reshape = None
        outputs.append(Output(name, layer, output.clone(), reshape, maps[0, 0].numel()))
        return outputs[-1].tensor.clone()

    leaf = images.detach().clone().requires_grad_()
    with ExitStack() as stack:
        stack.enter_context(torch.enable_grad())
        for name, layer in model.named_modules():
            if name:
                stack.enter_context(layer.register_forward_pre_hook(before, prepend=True))
                stack.enter_context(layer.register_forward_hook(partial(after, name=name), prepend=True))
        start = leaf.clone()
        output = model(start.clone())
    if callable(target):
        score = select_scores(output, target, len(images)).sum()
    else:  # any class will do: all of them come the same way
        logits = as_logits(output, len(images))
        score = (logits * torch.linspace(1, 2, logits.shape[1], device=logits.device)).sum()
    return [output for output in outputs if runs[output.name] == 1], score, start.grad_fn


def _equal(a: Any, b: Any) -> bool:
    return isinstance(a, Tensor) and isinstance(b, Tensor) and a.shape == b.shape and torch.equal(a, b)


def read_outputs(outputs: list[Output], score: Tensor) -> set[str]:
    """The names of the outputs whose places the score depends on: class tokens have none.

    Args:
        outputs: of `run`.
        score: likewise.
    """
    able = [output for output in outputs if output.tensor.requires_grad]
    if not able or not score.requires_grad:
        return set()
    # NaN goes wherever a gradient would, through the zeros of a fresh classifier too.
    gradients = torch.autograd.grad(score, [output.tensor for output in able], score * torch.nan, allow_unused=True)
    return {
        output.name
        for output, gradient in zip(able, gradients, strict=True)
        if gradient is not None and (output.reshape(gradient) if output.reshape else gradient).any()
    }


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
