"""Whether two answers are the same, down to rounding and however they were computed, and where they differ."""

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

ROUNDING = 1e-4  # of the largest value of the expected answer: far above float32's, far below any mistake's


def difference(got: Any, expected: Any, place: str = "the result") -> str:
    """Where `got` first differs from `expected`, as a clause; empty if it does not.

    Float64 for float32, a tensor that requires a gradient, a number for a tensor of one, or a list for a tuple make
    no difference.
    """
    if got is None and expected is not None:
        return f"{place} is None: is there a `return`?" if place == "the result" else f"{place} is None"
    if isinstance(expected, Tensor):
        return _tensors(got, expected, place)
    if isinstance(expected, bool | int | float):
        return _numbers(got, expected, place)
    if isinstance(expected, dict):
        for key, value in expected.items():
            if not isinstance(got, dict) or key not in got:
                return f"{place} has no {key!r}"
            if found := difference(got[key], value, key):
                return found
        return ""
    if isinstance(expected, tuple | list):
        if isinstance(got, Tensor | np.ndarray):
            got = got.tolist()
        if not isinstance(got, tuple | list):
            return f"{place} is {_kind(got)}, expected {_kind(expected)} of {len(expected)}"
        if len(got) != len(expected):
            return f"{place} has {len(got)} entries, expected {len(expected)}"
        entries = (
            difference(a, b, f"{place}[{i}]" if isinstance(place, str) else place)
            for i, (a, b) in enumerate(zip(got, expected, strict=True))
        )
        return next((found for found in entries if found), "")
    return (
        ""
        if type(got) is type(expected) and got == expected
        else f"{place} is {_brief(got)}, expected {_brief(expected)}"
    )


def _tensors(got: Any, expected: Tensor, place: str) -> str:
    if isinstance(got, bool | int | float) and expected.ndim == 0:
        got = torch.tensor(got)
    if not isinstance(got, Tensor):
        return f"{place} is {_kind(got)}, expected a tensor of shape {tuple(expected.shape)}"
    if got.shape != expected.shape:
        return f"{place} has the shape {tuple(got.shape)}, expected {tuple(expected.shape)}"
    a, b = got.detach().double().cpu(), expected.detach().double()
    scale = b[b.isfinite()].abs().max().item() if b.isfinite().any() else 0.0
    wrong = ~torch.isclose(a, b, rtol=ROUNDING, atol=ROUNDING * scale, equal_nan=True)
    if not wrong.any():
        return ""
    index = tuple(wrong.nonzero()[0].tolist())
    where = f"{place}[{', '.join(map(str, index))}]" if index else place
    values = (got.detach()[index].item(), expected.detach()[index].item())
    return f"{where} is {_number(values[0])}, expected {_number(values[1])}"


def _numbers(got: Any, expected: float, place: str) -> str:
    if isinstance(got, Tensor | np.ndarray | np.generic) and got.ndim == 0:
        got = got.item()
    wanted = "True or False" if isinstance(expected, bool) else "a number"
    if not isinstance(got, bool | int | float) or isinstance(got, bool) != isinstance(expected, bool):
        return f"{place} is {_kind(got)}, expected {wanted}"
    if isinstance(expected, int):  # a bool is one
        same = got == expected
    else:
        same = math.isclose(got, expected, rel_tol=ROUNDING, abs_tol=1e-6) or (got != got and expected != expected)
    return "" if same else f"{place} is {_number(got)}, expected {_number(expected)}"


def _number(value: float) -> str:
    return repr(value) if isinstance(value, bool | int) else f"{value:.5g}"


def _brief(value: Any) -> str:
    return _number(value) if isinstance(value, float) else repr(value)


def _kind(value: Any) -> str:
    if isinstance(value, Tensor):
        return f"a tensor of shape {tuple(value.shape)}"
    if value is None:
        return "None"
    name = {"ndarray": "NumPy array"}.get(type(value).__name__, type(value).__name__)
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"
