"""One answer beside the expected one: the same, down to rounding and however it was computed, or one difference."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor

ROUNDING = 1e-4  # of the largest value of the expected answer: far above float32's, far below any mistake's

Kind = Literal["nothing", "type", "shape", "length", "missing", "value"]


@dataclass(frozen=True)
class Difference:
    """Where an answer first differs from the expected one.

    Attributes:
        kind: in what: nothing was returned, another type, shape, number of entries, an entry is missing, a value.
        place: where, "the result" or the name of an entry.
        got, expected: what stands there.
        text: all of it as a clause, "the result[1, 2] is 7, expected 4".
    """

    kind: Kind
    place: str
    got: Any
    expected: Any
    text: str

    @property
    def sentence(self) -> str:
        """The clause as a sentence."""
        text = f"T{self.text[1:]}" if self.text.startswith("the ") else self.text
        return text if text[-1] in ".?!" else f"{text}."


def difference(got: Any, expected: Any, place: str = "the result") -> Difference | None:
    """Where `got` first differs from `expected`; None if it does not.

    Float64 for float32, a tensor that requires a gradient, a number for a tensor of one, or a list, a tuple
    or a stack of tensors where a list is asked for make no difference.
    """
    if got is None and expected is not None:
        hint = ": is there a `return`?" if place == "the result" else ""
        return Difference("nothing", place, got, expected, f"{place} is None{hint}")
    if isinstance(expected, Tensor):
        return _tensors(got, expected, place)
    if isinstance(expected, bool | int | float):
        return _numbers(got, expected, place)
    if isinstance(expected, dict):
        return _entries(got, expected, place)
    if isinstance(expected, tuple | list):
        return _sequences(got, expected, place)
    if isinstance(expected, np.ndarray):
        got = torch.from_numpy(got.copy()) if isinstance(got, np.ndarray) and got.dtype.kind in "fiub" else got
        return _tensors(got, torch.from_numpy(expected.copy()), place)
    if type(got) is type(expected) and _equal(got, expected):
        return None
    return Difference("value", place, got, expected, f"{place} is {_brief(got)}, expected {_brief(expected)}")


def like(got: Any, expected: Any) -> Any:
    """`got`, which is right, with Python's own numbers where `expected` has them: ints for tensors of one."""
    if isinstance(expected, bool | int | float):
        return type(expected)(got)
    if isinstance(expected, tuple | list):
        return type(expected)(like(a, b) for a, b in zip(got, expected, strict=True))
    return got


def stops_later(got: Any, expected: Any) -> bool:
    """Whether `got`, which is right, is of a type that later cells stumble over: no int where a place is counted."""
    if isinstance(expected, int):  # a bool is one
        return type(got) is not type(expected)
    if isinstance(expected, tuple | list):
        return any(stops_later(a, b) for a, b in zip(got, expected, strict=True))
    return False


def _equal(got: Any, expected: Any) -> bool:
    try:
        return bool(got == expected)
    except Exception:  # of what cannot be compared we do not know that it is the same
        return got is expected


def is_telling(made: Any, right: Any) -> bool:
    """Whether a wrong answer holds so much that two slips give it only if they are one: several real numbers."""
    found = difference(made, right)
    if found is None:
        return False
    if isinstance(found.expected, Tensor):
        return found.expected.is_floating_point() and isinstance(found.got, Tensor) and found.got.numel() > 1
    return isinstance(found.expected, float)


def dtypes(value: Any) -> list[str]:
    """The types of the numbers in a tensor, or in several, as one would say them: "float32"."""
    if isinstance(value, Tensor):
        return [str(value.dtype).removeprefix("torch.")]
    if isinstance(value, tuple | list):
        return [name for part in value for name in dtypes(part)]
    return []


def _tensors(got: Any, expected: Tensor, place: str) -> Difference | None:
    def differs(kind: Kind, text: str) -> Difference:
        return Difference(kind, place, got, expected, f"{place} {text}")

    if isinstance(got, bool | int | float | np.generic) and expected.ndim == 0:
        got = torch.tensor(got)
    if not isinstance(got, Tensor):
        return differs("type", f"is {kind(got)}, expected a tensor of shape {tuple(expected.shape)}")
    if got.device.type == "meta":
        return differs("type", "is a tensor without numbers (on the device “meta”)")
    got = got.to_dense() if got.layout != torch.strided else got
    if got.is_complex() != expected.is_complex():
        return differs("type", "holds complex numbers, expected real ones")
    if got.shape != expected.shape:
        return differs("shape", f"has the shape {tuple(got.shape)}, expected {tuple(expected.shape)}")
    if (got.dtype == torch.bool) != (expected.dtype == torch.bool):
        return differs("type", f"holds {_numbers_of(got)}, expected {_numbers_of(expected)}")
    a, b = got.detach().double().cpu(), expected.detach().double()
    scale = b[b.isfinite()].abs().max().item() if b.isfinite().any() else 0.0
    wrong = ~torch.isclose(a, b, rtol=ROUNDING, atol=ROUNDING * scale, equal_nan=True)
    if not wrong.any():
        return None
    index = tuple(wrong.nonzero()[0].tolist())
    where = f"{place}[{', '.join(map(str, index))}]" if index else place
    values = (got.detach()[index].item(), expected.detach()[index].item())
    return Difference("value", place, got, expected, f"{where} is {number(values[0])}, expected {number(values[1])}")


def _numbers(got: Any, expected: float, place: str) -> Difference | None:
    value = got
    if isinstance(got, Tensor | np.ndarray | np.generic) and got.ndim == 0:
        value = got.item()
    wanted = "True or False" if isinstance(expected, bool) else "a number"
    if not isinstance(value, bool | int | float) or isinstance(value, bool) != isinstance(expected, bool):
        return Difference("type", place, got, expected, f"{place} is {kind(got)}, expected {wanted}")
    if isinstance(expected, int):  # a bool is one
        same = value == expected
    else:
        same = math.isclose(value, expected, rel_tol=ROUNDING, abs_tol=1e-6) or (
            value != value and expected != expected
        )
    text = f"{place} is {number(value)}, expected {number(expected)}"
    return None if same else Difference("value", place, value, expected, text)


def _entries(got: Any, expected: dict[Any, Any], place: str) -> Difference | None:
    for key, value in expected.items():
        if not isinstance(got, dict) or key not in got:
            return Difference("missing", place, got, expected, f"{place} has no {key!r}")
        if found := difference(got[key], value, key):
            return found
    return None


def _sequences(got: Any, expected: Sequence[Any], place: str) -> Difference | None:
    if isinstance(got, np.ndarray) or (isinstance(got, Tensor) and got.ndim):
        got = list(got) if any(isinstance(part, Tensor) for part in expected) else got.tolist()
    if not isinstance(got, tuple | list):
        text = f"{place} is {kind(got)}, expected {kind(expected)} of {len(expected)}"
        return Difference("type", place, got, expected, text)
    if len(got) != len(expected):
        text = f"{place} has {len(got)} entries, expected {len(expected)}"
        return Difference("length", place, got, expected, text)
    found = (difference(a, b, f"{place}[{i}]") for i, (a, b) in enumerate(zip(got, expected, strict=True)))
    return next(filter(None, found), None)


def number(value: float) -> str:
    """A number as it is said: "0.33333", "7", "True"."""
    return repr(value) if isinstance(value, bool | int) else f"{value:.5g}"


def _brief(value: Any) -> str:
    text = number(value) if isinstance(value, float) else repr(value)
    return text if len(text) <= 80 else f"{text[:80]} …"


def _numbers_of(tensor: Tensor) -> str:
    return "True and False" if tensor.dtype == torch.bool else "numbers"


def kind(value: Any) -> str:
    """What a value is, as it is said: "a tensor of shape (2, 3)", "an int", "a tuple" (also one with names), "None"."""
    if isinstance(value, Tensor):
        return f"a tensor of shape {tuple(value.shape)}"
    if value is None:
        return "None"
    if isinstance(value, tuple):
        return "a tuple"
    name = {"ndarray": "NumPy array", "type": "class"}.get(type(value).__name__, type(value).__name__)
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"
