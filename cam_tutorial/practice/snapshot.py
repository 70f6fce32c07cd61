"""What a call left changed that it should not have touched: its arguments, and PyTorch's settings.

A snapshot is a flat dictionary from (argument, what) to contents that can be compared; the argument is its position, or
-1 for what belongs to everybody.
"""

from typing import Any

import torch
from torch import Tensor, nn

Key = tuple[int, str]
EVERYBODYS = -1
GRADIENTS_OFF: Key = (EVERYBODYS, "gradients")  # seen by whoever makes the call, in its thread

# What can change, and what to do about it. {f} is the learner's function, {a} the argument.
SENTENCES = {
    "": "{f} writes into its argument {a}: compute a new tensor, or work on {a}.clone()",
    "flag": "{f} leaves {a} with another requires_grad than before: work on {a}.detach().clone()",
    "gradient": "{f} leaves a .grad on its argument {a}: torch.autograd.grad returns the gradient and leaves {a} alone",
    "contents": "{f} changes its argument {a}, which belongs to whoever calls: work on a copy of it",
    "weights": "{f} changes the weights of {a}, which belong to the network",
    ".grad": "{f} writes into the .grad of {a}'s weights: torch.autograd.grad leaves them alone",
    "requires_grad": "{f} leaves {a} with other requires_grad flags than before",
    "training mode": "{f} leaves {a} in another mode (train or eval) than before",
    "hooks": "{f} leaves a hook on {a}: remove it in a `finally`, or use a `with` block",
    "default dtype": "{f} changes PyTorch's default dtype for the whole notebook: convert the tensors instead",
    "gradients": "{f} switches gradients off for the whole notebook: use `with torch.no_grad():`",
    "number of threads": "{f} changes PyTorch's number of threads for the whole notebook: leave it alone",
}


def take(arguments: tuple[Any, ...]) -> dict[Key, list[Any]]:
    """What must be the same after the call."""
    found: dict[Key, list[Any]] = {}
    for position, argument in enumerate(arguments):
        _look(argument, position, found)
    found[EVERYBODYS, "default dtype"] = [torch.get_default_dtype()]
    found[EVERYBODYS, "number of threads"] = [torch.get_num_threads()]
    return found


def changes(before: dict[Key, list[Any]], after: dict[Key, list[Any]]) -> tuple[Key, ...]:
    """What is not as it was, in the order of the arguments."""
    keys = dict.fromkeys([*before, *after])
    return tuple(key for key in keys if not _all_same(before.get(key, []), after.get(key, [])))


def sentence(change: Key, name: str, arguments: list[str]) -> str:
    """What is wrong about a change, and what to do."""
    position, what = change
    argument = arguments[position] if 0 <= position < len(arguments) else ""
    return SENTENCES[what].format(f=name, a=argument)


def restore(before: dict[Key, list[Any]]) -> None:
    """Put the settings that belong to everybody back."""
    torch.set_default_dtype(before[EVERYBODYS, "default dtype"][0])
    if torch.get_num_threads() != before[EVERYBODYS, "number of threads"][0]:
        torch.set_num_threads(before[EVERYBODYS, "number of threads"][0])


def _look(argument: Any, position: int, found: dict[Key, list[Any]]) -> None:
    def note(what: str, *contents: Any) -> None:
        found.setdefault((position, what), []).extend(contents)

    if isinstance(argument, Tensor):
        note("", argument.detach().clone())
        note("flag", argument.requires_grad)
        note("gradient", _copy(argument.grad) if argument.is_leaf else None)
    elif isinstance(argument, nn.Module):
        parameters = list(argument.parameters())
        note("weights", *(tensor.detach().clone() for tensor in argument.state_dict().values()))
        note(".grad", *(_copy(parameter.grad) for parameter in parameters))
        note("requires_grad", *(parameter.requires_grad for parameter in parameters))
        note("training mode", *(module.training for module in argument.modules()))
        note("hooks", *(_hooks(module) for module in argument.modules()))
    elif isinstance(argument, list | tuple | dict | set):
        values = list(argument.values()) if isinstance(argument, dict) else list(argument)
        note("contents", type(argument), len(values), *(argument if isinstance(argument, dict) else ()))
        note("contents", *(value for value in values if isinstance(value, bool | int | float | str | None)))
        for value in values:
            _look(value, position, found)


def _hooks(module: nn.Module) -> int:
    kinds = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
    return sum(len(getattr(module, kind, ())) for kind in kinds)


def _copy(tensor: Tensor | None) -> Tensor | None:
    return None if tensor is None else tensor.detach().clone()


def _all_same(before: list[Any], after: list[Any]) -> bool:
    return len(before) == len(after) and all(map(_same, before, after))


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, Tensor) and isinstance(b, Tensor):
        return (
            a.shape == b.shape
            and a.dtype == b.dtype
            and bool(torch.isclose(a, b, rtol=0, atol=0, equal_nan=True).all())
        )
    return bool(a is b or (type(a) is type(b) and a == b))
