"""Reading PyTorch's graph: which operations a gradient passes on its way back, and which of them are ReLUs.

Each operation of a forward pass leaves a node, `torch.autograd.graph.Node`, with the operation's name, the nodes before
it, and what it saved for the way back, all as attributes.
"""

import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import BackwardCFunction

# The names by which the network calls what is an activation and no ReLU. Sigmoid and tanh are not among them: they
# are gates more often than activations.
_ACTIVATIONS = {
    **{name: name.lower() for name in ("Elu", "Celu", "Gelu", "Silu", "Mish", "Hardswish", "Softplus", "Threshold")},
    **{"LeakyRelu": "leaky_relu", "RreluWithNoise": "rrelu", "PreluKernel": "prelu", "Hardtanh": "hardtanh"},
}
# A node that is a whole piece of the network, and what to do about it.
_HIDING = {
    "DifferentiableGraph": "torch.jit hides those of a part that it compiled; explain that part as plain Python",
    "CompiledFunction": "torch.compile hides those of a part that it compiled; explain the network uncompiled",
    "CheckpointFunction": "gradient checkpointing hides those of a part; use it with use_reentrant=False",
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
    """Whether the node hands back 1[x > 0] · R: relu, and threshold at 0."""
    operation = _operation(node)
    return operation == "Relu" or (operation == "Threshold" and node._saved_threshold == 0)


def clamp_at_zero(node: Any) -> tuple[Tensor, int] | None:
    """For clamp(min=0) and maximum(x, 0): where x was positive, (...,) bool, and which of the node's inputs x is.

    None for any other node. These two are ReLUs in value; at x = 0 PyTorch gives them other derivatives, 1 and ½.
    """
    operation, place = _operation(node), 0
    if operation == "Maximum":
        before = [earlier for earlier, _ in node.next_functions]
        if None not in before:
            return None  # of two things computed from the image
        place = 1 - before.index(None)
        x, floor = (node._saved_self, node._saved_other)[:: 1 if place == 0 else -1]
    elif operation in ("Clamp", "ClampMin"):
        floor = node._saved_min
        if floor is None or getattr(node, "_saved_max", None) is not None:
            return None
        x = node._saved_self
    else:
        return None
    floor = torch.as_tensor(floor)
    if floor.any() or torch.broadcast_shapes(floor.shape, x.shape) != x.shape:
        return None
    return x > 0, place


def other_activation(node: Any) -> str | None:
    """The name of an activation that is no ReLU, or of a function with a backward pass of its own; else None."""
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


def refuse_scripted_parts(model: nn.Module) -> None:
    """Refuse a network with parts under torch.jit, which shows or hides their ReLUs from one run to the next.

    A network that is scripted as a whole, or is no network, is left to `hooks.explaining`.

    Args:
        model: the network.

    Raises:
        ValueError: a part of it was scripted or traced.
    """
    if not isinstance(model, nn.Module) or isinstance(model, torch.jit.ScriptModule):
        return
    for name, part in model.named_modules():
        if isinstance(part, torch.jit.ScriptModule):
            raise ValueError(
                f"torch.jit hides the ReLUs of the network's part {name!r}, which was scripted or traced; "
                "use that part as it was before, or saliency, which needs no ReLU"
            )


def _operation(node: Any) -> str:
    """ "Relu" for torch::autograd::ReluBackward0; a function of the network's own keeps apart by its missing number."""
    name: str = node.name().rpartition("::")[2]
    operation, _, number = name.rpartition("Backward")
    return operation if number or operation in _HIDING else f"{operation} of the network"


def _is_number(value: Any, number: float) -> bool:
    return isinstance(value, int | float) and value == number


_lock, _switch, _running = threading.Lock(), ExitStack(), 0


@contextmanager
def uncompiled() -> Iterator[None]:
    """While any such block runs, in whatever thread, networks under `torch.compile` run as they were written.

    PyTorch's switch for that is one for all threads: the first block to begin sets it, the last to end sets it back.
    """
    global _running
    if "torch._dynamo" not in sys.modules:  # the compiler takes a second to import; without it nothing is compiled
        yield
        return
    with _lock:
        _running += 1
        if _running == 1:
            with suppress(RuntimeError):  # inside a compiled function PyTorch does not allow it; `hidden_by` will tell
                _switch.enter_context(torch.compiler.set_stance("force_eager"))
    try:
        yield
    finally:
        with _lock:
            _running -= 1
            if _running == 0:
                _switch.close()
