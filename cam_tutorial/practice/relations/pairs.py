"""The answers and the right answers of all cases at the one place where they first differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from ..compare import Difference, difference
from ..exercise import Case, Exercise
from ..run import Outcome


@dataclass(frozen=True)
class Pair:
    """One case: what was given, what is right, and sizes that a wrong factor may be made of.

    Attributes:
        place: "the result", or which part of it.
        got, right: at that place.
        sizes: name -> number, such as "the number of maps" or "`steps`".
    """

    place: str
    got: Any
    right: Any
    sizes: dict[str, float]

    @property
    def is_right(self) -> bool:
        return difference(self.got, self.right) is None

    def tensors(self) -> tuple[Tensor, Tensor] | None:
        """Both as float64 tensors, or None if they are no numbers."""
        both = [_tensor(value) for value in (self.got, self.right)]
        return None if both[0] is None or both[1] is None else (both[0], both[1])


def numbers(together: Sequence[Pair]) -> list[tuple[Tensor, Tensor]]:
    """Given and right of all pairs, as float64; none of them if any holds something else than numbers."""
    both = [pair.tensors() for pair in together]
    found = [two for two in both if two is not None]
    return found if len(found) == len(both) else []


def pairs(
    exercise: Exercise,
    found: Difference,
    cases: Sequence[Case],
    outcomes: Sequence[Outcome],
    expected: Sequence[Outcome],
) -> list[Pair]:
    """One pair a case, at the place of `found`; cases without that place are left out."""
    result = []
    for case, got, right in zip(cases, outcomes, expected, strict=True):
        values = _at(got.value, found.place), _at(right.value, found.place)
        if values[1] is not None:
            result.append(Pair(found.place, *values, _sizes(exercise, case)))
    return result


def _at(value: Any, place: str) -> Any:
    """The part of an answer that a difference names: "the result", "the result[1]", or the name of an entry."""
    if isinstance(value, dict):
        name, _, rest = place.partition("[")
        key = next((key for key in value if str(key) in (place, name)), None)
        return None if key is None else _at(value[key], f"the result[{rest}" if rest and key != place else "the result")
    if place.endswith("]") and isinstance(value, list | tuple | Tensor):
        position = place[place.index("[") + 1 : place.index("]")]
        return value[int(position)] if position.isdecimal() and int(position) < len(value) else None
    return value


def _tensor(value: Any) -> Tensor | None:
    if isinstance(value, bool | int | float):
        return torch.tensor(float(value), dtype=torch.float64)
    if isinstance(value, Tensor) and not value.is_complex() and value.layout == torch.strided:
        return value.detach().cpu().double()
    return None


def _sizes(exercise: Exercise, case: Case) -> dict[str, float]:
    """Numbers that belong to a case: its whole arguments and the sizes of its tensors, alone and multiplied.

    Only arguments that the learner's function gets: a probe has others, which would mean nothing to the learner.
    """
    found: dict[str, float] = {}
    known = exercise.learners_arguments
    for name, argument in zip(exercise.argument_names, case, strict=False):
        if name not in known:
            continue
        if isinstance(argument, int | float) and not isinstance(argument, bool):
            found[f"`{name}`"] = float(argument)
        if isinstance(argument, Tensor) and argument.ndim:
            shape = argument.shape
            for dimension, size in enumerate(shape):
                found[f"`{name}.shape[{dimension}]`"] = float(size)
            if argument.ndim >= 2:
                found[f"H·W, the number of positions of `{name}`"] = float(shape[-1] * shape[-2])
                found[f"H + W of `{name}`"] = float(shape[-1] + shape[-2])
                found[f"H² of `{name}`"] = float(shape[-2] ** 2)
                found[f"W² of `{name}`"] = float(shape[-1] ** 2)
            if argument.ndim >= 4:
                found[f"the number of all entries of `{name}[0]`"] = float(argument[0].numel())
            found[f"the number of all entries of `{name}`"] = float(argument.numel())
    return found
