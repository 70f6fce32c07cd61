"""Other numbers in the right shape: a sign, a factor, a step that is missing or too many."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from ..compare import difference, number
from .changes import CHANGES, Change
from .pairs import Pair, numbers

# What can be told from one number a call; the others compare numbers with one another.
_OF_ONE = {"minus", "abs", "relu", "negative part", "square", "root", "one minus", "inverse", "rounded down", "rounded",
           "to 0..1", "exp"}  # fmt: skip
# After these, a factor may be looked for as well: two slips at once.
_WITH_A_FACTOR = ("minus", "abs", "relu")


def sentence(together: Sequence[Pair]) -> str:
    """What is true of the numbers of all cases; "" if nothing is that we know of."""
    cases = numbers(together)
    if not cases or any(got.shape != right.shape for got, right in cases):
        return ""
    if isinstance(together[0].right, bool) or getattr(together[0].right, "dtype", None) == torch.bool:
        return _of_truths(cases)
    if said := _constant(cases) or _not_a_number(cases):
        return said
    one_each = all(
        right.numel() == 1 or bool((right == right.flatten()[0]).all()) for _, right in cases if right.numel()
    )
    for name, (change, done, missing) in CHANGES.items():
        if one_each and name not in _OF_ONE:
            continue
        if _holds(cases, change):
            return done
        if missing and _holds([(right, got) for got, right in cases], change):
            return missing
    if said := _off_by(cases, together) or _factor(cases, together):
        return said
    for name in _WITH_A_FACTOR:
        change, done, _ = CHANGES[name]
        changed = [(got, change(right)) for got, right in cases]
        if said := _factor(changed, together):
            return f"{done} {said.replace('Your', 'And your', 1).replace('the expected ones', 'these')}"
    return _factor_each(cases)


def changed(together: Sequence[Pair]) -> str:
    """What was done to numbers that a mistake gives, in words that speak of them as “these”; "" if nothing known."""
    cases = numbers(together)
    if not cases or any(got.shape != right.shape or right.numel() < 2 for got, right in cases):
        return ""
    said = next((done for change, done, _ in CHANGES.values() if _holds(cases, change)), "") or _factor(
        cases, together, vague=False
    )
    return said.replace("the expected ones", "these").replace("the expected numbers", "these numbers")


def _of_truths(cases: Sequence[tuple[Tensor, Tensor]]) -> str:
    if all(torch.equal(got, 1 - right) for got, right in cases):
        return "It is the other way around in every case: True where False is right, and False where True is."
    for value, word in ((1, "True"), (0, "False")):
        if all((got == value).all() for got, _ in cases):
            return f"Your answer is {word} in all calls tried here."
    wrong = [(got[got != right], right[got != right]) for got, right in cases]
    for value, words in ((1, "False where True"), (0, "True where False")):
        if all((right == value).all() for _, right in wrong):
            too = "strict" if value else "generous"
            return f"All your wrong answers are {words} is right: the condition is too {too}."
    return ""


def _constant(cases: Sequence[tuple[Tensor, Tensor]]) -> str:
    first = cases[0][0].flatten()
    one_number_each = len(cases) > 1 and all(got.numel() == 1 for got, _ in cases)
    blank = any(right.numel() and (right == right.flatten()[0]).all() for _, right in cases)
    if not len(first) or (blank and not one_number_each):
        return ""
    values = torch.cat([got.flatten() for got, _ in cases])
    if not len(values) or not (values == values[0]).all():
        return ""
    return f"Your result is {number(values[0].item())} everywhere, in all calls."


def _not_a_number(cases: Sequence[tuple[Tensor, Tensor]]) -> str:
    for got, right in cases:
        odd = got.isnan() & ~right.isnan()
        if odd.any():
            others = all(difference(torch.where(a.isnan(), b, a), b) is None for a, b in cases)
            return (
                "Some of your numbers are NaN (0 divided by 0 gives that, or the logarithm or root of a negative "
                f"number): expected is {number(right[odd][0].item())} there{'; all else is right' if others else ''}."
            )
        if (got.isinf() & ~right.isinf()).any():
            return (
                "Some of your numbers are infinite: you divide by 0, take the logarithm of 0, or the exponential of a "
                "large number."
            )
    return ""


def _off_by(cases: Sequence[tuple[Tensor, Tensor]], together: Sequence[Pair]) -> str:
    gaps = []
    for got, right in cases:
        gap = got - right
        if not gap.numel() or not gap.isfinite().all():
            return ""
        value = gap.flatten()[0]
        if difference(gap, torch.full_like(gap, value.item())) or (gap.numel() < 2 and not _whole(right)):
            return ""
        gaps.append(value.item())
    if max(abs(gap) for gap in gaps) < 1e-9:
        return ""
    if all(abs(gap - gaps[0]) < 1e-4 * max(1, abs(gap)) for gap in gaps):
        return f"Each of your numbers is {number(_tidy(abs(gaps[0])))} too {'large' if gaps[0] > 0 else 'small'}."
    return ""


def _factor(cases: Sequence[tuple[Tensor, Tensor]], together: Sequence[Pair], vague: bool = True) -> str:
    """One factor for all numbers of a case, and what it is made of; `vague`: if not known, that there is one."""
    factors: list[float | None] = []
    for got, right in cases:
        scale = right.abs().max() if right.numel() else torch.tensor(0.0)
        if not got.isfinite().all() or not right.isfinite().all() or scale == 0:
            factors.append(None)  # tells nothing, and must be right
            if got.numel() and difference(got, right):
                return ""
            continue
        factor = (got * right).sum() / right.square().sum()
        if factor == 0 or difference(got / factor, right):
            return ""
        factors.append(factor.item())
    known = [(factor, pair) for factor, pair in zip(factors, together, strict=True) if factor is not None]
    if not known or (max(got.numel() for got, _ in cases) == 1 and len(known) < 3):
        return ""
    if all(_close(factor, known[0][0]) for factor, _ in known):
        if max(got.numel() for got, _ in cases) == 1 and _close(known[0][0], 1):
            return ""
        return f"Your numbers are {number(_tidy(known[0][0]))} times the expected ones."
    names = sorted(set.intersection(*(set(pair.sizes) for _, pair in known)), key=_simplicity)
    for name in names:
        if all(_close(factor, pair.sizes[name]) for factor, pair in known):
            return f"Your numbers are the expected ones times {name}: one factor too many, or one division too few."
        if all(pair.sizes[name] and _close(factor, 1 / pair.sizes[name]) for factor, pair in known):
            return (
                f"Your numbers are the expected ones divided by {name}: one division too many, or one factor too few."
            )
    for above in names:
        for below in names:
            if all(
                pair.sizes[below] and _close(factor, pair.sizes[above] / pair.sizes[below]) for factor, pair in known
            ):
                return f"Your numbers are the expected ones times {above} divided by {below}."
    for name in names:
        fixed = [pair.sizes[name] / factor for factor, pair in known]
        if all(_close(one, fixed[0]) for one in fixed) and len({pair.sizes[name] for _, pair in known}) > 1:
            return (
                f"Your numbers are the expected ones times {name} divided by {number(_tidy(fixed[0]))}: a fixed number "
                "stands where that size belongs."
            )
    if vague and max(got.numel() for got, _ in cases) > 1 and not any(_close(factor, 1) for factor, _ in known):
        return (
            "Your numbers are the expected ones times a factor that differs from call to call "
            f"({', '.join(number(factor) for factor, _ in known[:3])}): something is scaled that should not be, or not."
        )
    return ""


def _factor_each(cases: Sequence[tuple[Tensor, Tensor]]) -> str:
    """A factor of its own for each image, which is how normalizing goes wrong."""
    if any(got.ndim < 2 or got.shape[0] < 1 or not got.isfinite().all() for got, _ in cases):
        return ""
    if all(got.shape[0] == 1 for got, _ in cases):
        return ""
    for got, right in cases:
        a, b = got.flatten(1), right.flatten(1)
        factor = (a * b).sum(1, keepdim=True) / b.square().sum(1, keepdim=True).clamp(min=1e-30)
        if (factor == 0).any() or difference(a / factor, b):
            return ""
    return (
        "Within each entry along dimension 0 your numbers are the expected ones times a factor, and the factor differs "
        "from entry to entry: something is scaled by entry that should not be, or the other way around."
    )


def _holds(cases: Sequence[tuple[Tensor, Tensor]], change: Change) -> bool:
    """Whether the change makes the first of the second, in all cases."""
    for one, other in cases:
        try:
            changed = change(other)
        except (RuntimeError, IndexError):  # it does not fit the shape
            return False
        if one.shape != changed.shape:
            return False
        # A blank map divided by its own maximum is NaN or, by those who take care, 0.
        careful = torch.where(changed.isnan() & ~one.isnan() & other.isfinite(), 0.0, changed)
        if difference(one, careful):
            return False
    return any(other.numel() > 1 for _, other in cases) or len(cases) > 2


def _simplicity(name: str) -> tuple[bool, int]:
    """A size that can be read off comes before one that is made of several."""
    return not name.startswith("`"), len(name)


def _close(a: float, b: float) -> bool:
    return abs(a - b) <= 1e-4 * max(abs(a), abs(b))


def _tidy(value: float) -> float:
    return round(value) if abs(value - round(value)) < 1e-4 * max(1, abs(value)) and round(value) else value


def _whole(values: Any) -> bool:
    return bool((values == values.round()).all())
