"""Reading PyTorch's graph: which steps a gradient passes on its way back, which it cannot avoid, which are ReLUs.

Each operation of a forward pass leaves a node, `torch.autograd.graph.Node`, with the operation's name, the nodes before
it, and what it saved for the way back, all as attributes.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import BackwardCFunction
from torch.autograd.graph import Node

# The names by which the network calls what is an activation and no ReLU. Sigmoid and tanh are not among them: they
# are gates more often than activations.
_ACTIVATIONS = {
    **{name: name.lower() for name in ("Elu", "Celu", "Gelu", "Silu", "Mish", "Hardswish", "Softplus", "Threshold")},
    **{"LeakyRelu": "leaky_relu", "RreluWithNoise": "rrelu", "PreluKernel": "prelu", "Hardtanh": "hardtanh"},
}
# A node that is a whole piece of the network, and what to do about it.
_HIDING = {
    "DifferentiableGraphBackward": "torch.jit hides those of a part; explain the network that it was made from",
    "CompiledFunctionBackward": "torch.compile hides those of a part; explain the network that it was made from",
    "CheckpointFunctionBackward": "gradient checkpointing hides those of a part; use it with use_reentrant=False",
}


def nodes_behind(outputs: Iterable[Tensor]) -> Iterator[Any]:
    """Every node of the graph that led to the outputs, each once.

    Args:
        outputs: tensors of any shape (...,).
    """
    waiting, seen = [output.grad_fn for output in outputs], set()
    while waiting:
        node = waiting.pop()
        if node is not None and node not in seen:
            seen.add(node)
            waiting += [before for before, _ in node.next_functions]
            yield node


def is_relu(node: Any) -> bool:
    """Whether the node is relu, or threshold at 0, and so hands back 1[x > 0] · R."""
    return _operation(node) == "Relu" or (_operation(node) == "Threshold" and node._saved_threshold == 0)


def clamp_at_zero(node: Any) -> tuple[Tensor, int] | None:
    """Whether the node is x.clamp(min=0) or maximum(x, 0), which are ReLUs with another derivative at x = 0, 1 and ½.

    Returns:
        Where x was positive, (...,) bool, and its place among the node's inputs; None for any other node.
    """
    place, ceiling = 0, None
    match _operation(node):
        case "Clamp":
            x, floor, ceiling = node._saved_self, node._saved_min, node._saved_max
        case "ClampMin":
            x, floor = node._saved_self, node._saved_min
        case "Maximum" if node.next_functions[1][0] is None:
            x, floor = node._saved_self, node._saved_other
        case "Maximum" if node.next_functions[0][0] is None:
            x, floor, place = node._saved_other, node._saved_self, 1
        case _:
            return None
    if floor is None or ceiling is not None:
        return None
    floor = torch.as_tensor(floor)
    if floor.any() or torch.broadcast_shapes(floor.shape, x.shape) != x.shape:
        return None
    return x > 0, place


def other_activation(node: Any) -> str | None:
    """The name of an activation that is no ReLU, or of a function whose backward pass is the network's own.

    None where the node is neither.
    """
    operation = _operation(node)
    if isinstance(node, BackwardCFunction):
        function: Any = type(node)._forward_cls  # type: ignore[attr-defined]
        return None if function.__module__.startswith("torch.") else function.__name__
    if operation == "Hardtanh" and (node._saved_min_val, node._saved_max_val) == (0, 6):
        return "relu6"
    if operation == "Clamp" and _is_number(node._saved_min, 0) and _is_number(node._saved_max, 6):
        return "relu6"
    if operation == "Elu" and node._saved_scale != 1:
        return "selu"
    return _ACTIVATIONS.get(operation)


def hidden_by(node: Any) -> str | None:
    """What hides the ReLUs of a part of the network that is one node, in words; else None."""
    return _HIDING.get(_operation(node))


def _operation(node: Any) -> str:
    """Relu, for torch::autograd::ReluBackward0. What is not PyTorch's own has no number, and keeps its whole name."""
    name: str = node.name().rpartition("::")[2]
    operation, _, number = name.rpartition("Backward")
    return operation if number else name


def _is_number(value: Any, number: float) -> bool:
    return isinstance(value, int | float) and value == number


def bottlenecks(steps: list[Node], images: Node | None, among: set[Node | None]) -> set[Node]:
    """Those of some steps that every way from the score to the images takes, if it takes any of them.

    A residual branch, a gate, an attention matrix, an auxiliary head: each can be gone around. What cannot is found by
    counting: the ways through a step are those from the score down to it times those from the images up to it.

    Args:
        steps: of the score's graph, each after every one that uses it, the score first.
        images: the `grad_fn` of the images as the network got them.
        among: the `grad_fn` of the outputs in question. Ways around all of them do not count: a mean color that joins
            the pooled maps knows no place.
    """
    down = dict.fromkeys(steps, 0) | {steps[0]: 1}
    for step in steps:
        for input in _inputs(step):
            down[input] += down[step]
    up, around = dict.fromkeys(steps, 0), dict.fromkeys(steps, 0)  # the latter through none of `among`
    for step in reversed(steps):
        up[step] = 1 if step is images else sum(up[input] for input in _inputs(step))
        around[step] = 1 if step is images else sum(around[input] for input in _inputs(step))
        if step in among:
            around[step] = 0
    ways = up[steps[0]] - around[steps[0]]
    return {step for step in steps if step in among and ways and down[step] * up[step] == ways}


def from_the_score_down(score: Tensor) -> list[Node]:
    """All steps of the score's graph, each after every one that uses it.

    Args:
        score: a single number, of any shape (...,).
    """
    if score.grad_fn is None:
        return []
    order: list[Node] = []
    seen = {score.grad_fn}
    stack = [(score.grad_fn, iter(_inputs(score.grad_fn)))]
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


def _inputs(step: Node) -> list[Node]:
    return [input for input, _ in step.next_functions if input is not None]
