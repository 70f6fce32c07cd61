"""An answer that is right for other arguments: for class 0, without the bias, with two of them swapped.

The solution is asked with one argument changed at a time; where it then gives what the attempt gave in every case, that
is what the attempt did with the argument.
"""

import copy
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from ..compare import difference, is_telling
from ..exercise import Case, Exercise
from ..run import Outcome, each

Change = Callable[[Any], Any]

# (what is done to an argument, what to say of it); {a} is its name.
_TENSORS: tuple[tuple[Change, str], ...] = (
    (torch.zeros_like, "Your result is right only if all of `{a}` were 0: you leave it out."),
    (lambda x: x.relu(), "Your result is right for `{a}` cut off below zero: its negative values count."),
    (lambda x: x.abs(), "Your result is right for the absolute values of `{a}`: its signs count."),
    (lambda x: -x, "Your result is right for minus `{a}`: there is a sign too many, or too few."),
    (lambda x: x.flip(0), "Your result is right for `{a}` in reversed order."),
    (lambda x: x[:1].expand_as(x).clone(),
     "Your result is right if all of `{a}` were as its first entry: you use it alone."),
    (lambda x: x[-1:].expand_as(x).clone(),
     "Your result is right if all of `{a}` were as its last entry: you use it alone."),
    (lambda x: x.mean(0, keepdim=True).expand_as(x).clone(),
     "Your result is right if all of `{a}` were their own mean: you averaged over its first dimension too early."),
    (lambda x: x.transpose(-1, -2).contiguous(), "Your result is right for `{a}` with rows and columns swapped."),
    (lambda x: x.clamp(0, 1), "Your result is right for `{a}` cut off below 0 and above 1: leave it as it is."),
    (lambda x: (x - x.min()) / (x.max() - x.min()),
     "Your result is right for `{a}` stretched from 0 to 1: leave it as it is."),
    (lambda x: x / x.amax(), "Your result is right for `{a}` divided by its maximum: leave it as it is."),
    (lambda x: x.softmax(-1), "Your result is right for the softmax of `{a}`: leave it as it is."),
    (lambda x: x.square(), "Your result is right for the squares of `{a}`."),
    (torch.ones_like, "Your result is right only if all of `{a}` were 1: you leave it out."),
)  # fmt: skip
_INDICES: tuple[tuple[Change, str], ...] = (
    (torch.zeros_like, "Your result is right only if all of `{a}` were 0: you don't use it."),
    (lambda x: x[:1].expand_as(x).clone(), "You use the first entry of `{a}` for all images: each has its own."),
    (lambda x: x[-1:].expand_as(x).clone(), "You use the last entry of `{a}` for all images: each has its own."),
    (lambda x: x.flip(0), "Your result is right for `{a}` in reversed order."),
    (lambda x: x.sort().values, "Your result is right for `{a}` sorted: keep them as they come."),
    (lambda x: x + 1, "Your result is right for `{a}` + 1: indices count from 0."),
    (lambda x: x - 1, "Your result is right for `{a}` - 1: indices count from 0."),
)  # fmt: skip
_MASKS: tuple[tuple[Change, str], ...] = (
    (lambda x: ~x, "Your result is right for the opposite of `{a}`: True and False are swapped."),
    (torch.ones_like, "Your result is right only if `{a}` were True everywhere: you leave it out."),
    (torch.zeros_like, "Your result is right only if `{a}` were False everywhere: you leave it out."),
    (lambda x: x[:1].expand_as(x).clone(), "Your result uses the first of `{a}` for all: each has its own."),
    (lambda x: x.transpose(-1, -2).contiguous(), "Your result is right for `{a}` with rows and columns swapped."),
)  # fmt: skip
_NUMBERS: tuple[tuple[Change, str], ...] = (
    *(
        (lambda x, value=value: type(x)(value), f"Your result is right for `{{a}}` = {value:g}, whatever `{{a}}` is.")
        for value in (0, 1, 2, 3, 0.5, 0.2, 0.25, 10, 15, 100)
    ),
    (lambda x: x + 1, "Your result is right for `{a}` + 1: it is one too far."),
    (lambda x: x - 1, "Your result is right for `{a}` - 1: it is one too short."),
    (lambda x: -x, "Your result is right for minus `{a}`."),
    (lambda x: x * x, "Your result is right for the square of `{a}`."),
    (lambda x: 2 * x, "Your result is right for twice `{a}`."),
    (lambda x: x / 2, "Your result is right for half of `{a}`."),
)  # fmt: skip
_FLAGS: tuple[tuple[Change, str], ...] = (
    (lambda x: not x, "Your result is right for `{a}` = True where it is False, and the other way around."),
    (lambda x: True, "Your result is right for `{a}` = True, whatever `{a}` is."),
    (lambda x: False, "Your result is right for `{a}` = False, whatever `{a}` is."),
)  # fmt: skip
_LISTS: tuple[tuple[Change, str], ...] = (
    (lambda x: type(x)(reversed(x)), "Your result is right for `{a}` in reversed order."),
    (lambda x: type(x)([x[0]] * len(x)), "Your result uses the first entry of `{a}` for all of them."),
    (lambda x: type(x)([x[-1]] * len(x)), "Your result uses the last entry of `{a}` for all of them."),
)  # fmt: skip
_NETWORKS: tuple[tuple[Change, str], ...] = (
    (lambda x: x.train(), "Your result is that of `{a}` in train mode, where each batch is normalized by itself."),
    (lambda x: x.eval(), "Your result is that of `{a}` in eval mode: leave its mode alone."),
)  # fmt: skip


def sentence(
    exercise: Exercise, cases: Sequence[Case], outcomes: Sequence[Outcome], expected: Sequence[Outcome]
) -> str:
    """For which other arguments the answers are right, in every case; "" for none that we try."""
    names, known = exercise.argument_names, exercise.learners_arguments
    for position, name in enumerate(names):
        if name not in known:
            continue
        kinds = [_kind(case[position]) for case in cases if position < len(case)]
        for change, said in kinds[0] if kinds else ():
            if _explains(exercise, cases, outcomes, expected, partial(_with, position=position, change=change)):
                return said.format(a=name)
    for position in range(len(names)):
        for other in range(position):
            if names[position] not in known or names[other] not in known:
                continue
            if _explains(exercise, cases, outcomes, expected, partial(_swapped, a=position, b=other)):
                return f"Your result is right with `{names[other]}` and `{names[position]}` swapped."
    return ""


def _kind(argument: Any) -> tuple[tuple[Change, str], ...]:
    if isinstance(argument, Tensor):
        if argument.dtype == torch.bool:
            return _MASKS
        return _TENSORS if argument.is_floating_point() else _INDICES
    if isinstance(argument, bool):
        return _FLAGS
    if isinstance(argument, int | float):
        return _NUMBERS
    if isinstance(argument, list | tuple) and argument:
        return _LISTS
    return _NETWORKS if isinstance(argument, nn.Module) else ()


def _with(case: Case, position: int, change: Change) -> Case | None:
    """The case with one argument changed; itself where the change does nothing or the argument is left out."""
    if position >= len(case):
        return case
    argument = case[position]
    changed = change(argument.detach() if isinstance(argument, Tensor) else argument)  # a case is copied: leaves alone
    if isinstance(changed, Tensor) and changed.shape != case[position].shape:
        return None
    return (*case[:position], changed, *case[position + 1 :])


def _swapped(case: Case, a: int, b: int) -> Case | None:
    if max(a, b) >= len(case) or type(case[a]) is not type(case[b]) or isinstance(case[a], nn.Module):
        return None
    swapped = list(case)
    swapped[a], swapped[b] = swapped[b], swapped[a]
    return tuple(swapped)


def _explains(
    exercise: Exercise,
    cases: Sequence[Case],
    outcomes: Sequence[Outcome],
    expected: Sequence[Outcome],
    change: Callable[[Case], Case | None],
) -> bool:
    """Whether the solution, asked with changed arguments, gives in every case what the attempt gave; not by chance."""
    telling, others = 0, set()
    for case, got, right in zip(cases, outcomes, expected, strict=True):
        try:
            changed = change(copy.deepcopy(case))
        except (RuntimeError, IndexError, TypeError, ValueError, OverflowError):
            return False
        if changed is None:
            return False
        (made,) = each(partial(exercise.probe, exercise.solution), [changed])
        if made.error is not None or difference(got.value, made.value):
            return False
        found = difference(made.value, right.value)
        telling += is_telling(made.value, right.value)
        if found is not None and isinstance(found.expected, int) and not isinstance(found.expected, bool):
            others.add((found.got, found.expected))
    return telling > 0 or len(others) > 1
