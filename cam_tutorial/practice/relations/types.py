"""Another type than asked for."""

import inspect
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ..compare import Difference, difference, kind
from .pairs import Pair


def sentence(found: Difference, together: Sequence[Pair]) -> str:
    """What was given in place of the type that is asked for; "" if the types fit."""
    got, right, place = found.got, found.expected, found.place[0].upper() + found.place[1:]
    if found.kind == "nothing":
        if found.place == "the result":
            empty = sum(pair.got is None for pair in together)
            if empty < len(together):
                return (
                    f"In {empty} of {len(together)} calls your function gives back None: it needs a `return` in "
                    "every branch."
                )
            return "Your function gives back None: it needs a `return` with the result (`print` gives nothing back)."
        return f"{place} is None, and a value is asked for."
    if found.kind == "length":
        entries = "1 entry" if len(got) == 1 else f"{len(got)} entries"
        return f"{place} has {entries}; asked for are {len(right)}."
    if found.kind != "type":
        return ""
    if inspect.isgenerator(got):
        return "Your function hands out a generator: write `return` where `yield` stands."
    if inspect.isfunction(got) or inspect.ismethod(got):
        return f"{place} is a function, not what it gives: parentheses are missing behind a name."
    if isinstance(right, Tensor):
        return _for_a_tensor(got, right, place)
    if isinstance(right, bool):
        return f"{place} is {_said(got)}. Asked for is True or False{_bool_hint(got)}."
    if isinstance(right, int | float):
        if isinstance(got, Tensor):
            return (
                f"{place} is a tensor of shape {tuple(got.shape)}, and one number is asked for: say over what to sum, "
                "average or take the maximum."
            )
        return f"{place} is {_said(got)}. Asked for is a number."
    if isinstance(right, tuple | list):
        return f"{place} is {_said(got)} alone. Asked for are {len(right)} values: `return a, b` gives several."
    return ""


def _for_a_tensor(got: Any, right: Tensor, place: str) -> str:
    if isinstance(got, np.ndarray | np.generic):
        converted = torch.from_numpy(np.asarray(got).copy()) if np.asarray(got).dtype.kind in "fiub" else None
        fine = converted is not None and difference(converted, right) is None
        return (
            f"{place} is a NumPy array{' with the right numbers' if fine else ''}. Asked for is a tensor, since the "
            "notebook goes on with one: `torch.from_numpy(...)`."
        )
    if isinstance(got, tuple | list):
        hint = (
            "take the part that you want (`torch.autograd.grad` gives a tuple even for one tensor)"
            if isinstance(got, tuple)
            else "`torch.stack(...)` makes one of a list of tensors, `torch.tensor(...)` one of a list of numbers"
        )
        return f"{place} is {kind(got)} of {len(got)}. Asked for is a tensor: {hint}."
    if isinstance(got, bool | int | float):
        return f"{place} is one number, {got!r}. Asked for is a tensor of shape {tuple(right.shape)}."
    if isinstance(got, Tensor) and got.dtype == torch.bool:
        return f"{place} holds True and False, as a comparison gives it. Asked for are numbers."
    if got is ...:
        return f"{place} is three dots, as in the stub: put your code in their place."
    if not isinstance(got, Tensor):
        return f"{place} is {_said(got)}. Asked for is a tensor of shape {tuple(right.shape)}."
    if right.dtype == torch.bool:
        return f"{place} holds numbers. Asked for is True or False in each place{_bool_hint(got)}."
    return ""


def _bool_hint(got: Any) -> str:
    if isinstance(got, Tensor) and got.dtype == torch.bool:
        return ", once for all: `.all()` or `.any()`"
    return ": compare with something"


def _said(value: Any) -> str:
    if isinstance(value, Tensor) and not value.ndim:
        return f"the number {value.item():.5g}"
    if isinstance(value, bool):
        return repr(value)
    return f"the number {value!r}" if isinstance(value, int | float) else kind(value)
