"""Right in some places or calls, and wrong in others: what these have in common."""

from collections.abc import Callable, Sequence
from itertools import permutations
from typing import Any

from torch import Tensor

from ..compare import difference
from ..exercise import Case, Exercise
from ..run import Outcome
from .pairs import Pair, numbers


def sentence(together: Sequence[Pair]) -> str:
    """Where in the tensors the wrong numbers stand; "" if nowhere in particular."""
    cases = numbers(together)
    if not cases or not all(got.ndim and got.shape == right.shape for got, right in cases):
        return ""
    wrong = [(_wrong(got, right), right) for got, right in cases]
    telling = [(odd, right) for odd, right in wrong if odd.any()]
    images = [(odd.flatten(1).any(1) if odd.ndim > 1 else odd) for odd, _ in telling]
    if all(len(rows) > 1 and not rows[0] and rows[1:].all() for rows in images):
        return "Only the first entry along dimension 0 is right; all others are wrong."
    if all(len(rows) > 1 and rows[0] and not rows[1:].any() for rows in images):
        return "Only the first entry along dimension 0 is wrong; the others are right."
    if all(len(rows) > 1 and rows[-1] and not rows[:-1].any() for rows in images):
        return "Only the last entry along dimension 0 is wrong; the others are right."
    some_right = any((~odd).any() for odd, _ in wrong)
    if some_right and all((right[odd] == 0).all() for odd, right in telling):
        return "Your numbers are wrong only where 0 is expected; all others are right."
    if some_right and all((right[odd] < 0).all() and (right[~odd] >= 0).all() for odd, right in telling):
        return "Your numbers are right wherever the expected one is positive, and wrong wherever it is negative."
    if all(odd.ndim >= 2 and _rim_alone(odd) for odd, _ in telling):
        return "Your numbers are wrong in the outermost rows and columns only: look at what happens at the rim."
    return ""


def in_another_order(outcomes: Sequence[Outcome], expected: Sequence[Outcome]) -> str:
    """Of an answer with several parts: whether they are the right ones in another order."""
    values = _several(outcomes, expected)
    count = len(values[0][1]) if values else 0
    for order in permutations(range(count)) if count <= 4 else ():
        if order != tuple(range(count)) and all(
            difference([got[k] for k in order], list(right)) is None for got, right in values
        ):
            wanted = ", ".join(_ORDINALS[order.index(k)] for k in range(count))
            return f"The right values, in another order: what you give is the {wanted} of what is asked for."
    return ""


def of_entries(outcomes: Sequence[Outcome], expected: Sequence[Outcome]) -> str:
    """Of an answer with several parts: which of them are right in every case."""
    values = _several(outcomes, expected)
    count = len(values[0][1]) if values else 0
    fine = [k for k in range(count) if all(difference(got[k], right[k]) is None for got, right in values)]
    if not fine or len(fine) == count:
        return ""
    wrong = [k for k in range(count) if k not in fine]
    return (
        f"The {_listed(fine)} of the {count} values {'is' if len(fine) == 1 else 'are'} right in every call; "
        f"the {_listed(wrong)} {'is' if len(wrong) == 1 else 'are'} not."
    )


def _several(outcomes: Sequence[Outcome], expected: Sequence[Outcome]) -> list[tuple[Any, Any]]:
    """The answers beside the right ones, if these have 2 to 6 parts in every case, and the answers as many."""
    values = [(got.value, right.value) for got, right in zip(outcomes, expected, strict=True)]
    several = all(isinstance(right, tuple | list) and 2 <= len(right) <= 6 for _, right in values)
    if not several or len({len(right) for _, right in values}) > 1:
        return []
    return values if all(isinstance(g, tuple | list | Tensor) and len(g) == len(r) for g, r in values) else []


def of_calls(
    exercise: Exercise, cases: Sequence[Case], outcomes: Sequence[Outcome], expected: Sequence[Outcome]
) -> str:
    """What the calls have in common in which the answer is right; "" if nothing, or if it is right in none."""
    right = [difference(got.value, one.value) is None for got, one in zip(outcomes, expected, strict=True)]
    if not any(right) or all(right):
        return ""
    for holds, said in _PROPERTIES:
        found = [holds(case, exercise) for case in cases]
        if None in found:
            continue
        if found == right:
            return f"Your answer is right where {said}, and wrong in all other calls."
        if [not one for one in found] == right:
            return f"Your answer is wrong where {said}, and right in all other calls."
    return ""


_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")


def _listed(positions: Sequence[int]) -> str:
    return " and ".join(_ORDINALS[k] for k in positions)


def _wrong(got: Tensor, right: Tensor) -> Tensor:
    scale = right[right.isfinite()].abs().max() if right.isfinite().any() else 0.0
    return ~((got - right).abs() <= 1e-4 * right.abs() + 1e-4 * scale) & ~(got.isnan() & right.isnan())


def _rim_alone(odd: Tensor) -> bool:
    return min(odd.shape[-2:]) > 2 and not bool(odd[..., 1:-1, 1:-1].any())


def _tensors(case: Case, dimensions: int) -> list[Tensor]:
    return [argument for argument in case if isinstance(argument, Tensor) and argument.ndim >= dimensions]


def _is_square(case: Case, _: Exercise) -> bool | None:
    maps = _tensors(case, 2)
    return all(one.shape[-1] == one.shape[-2] for one in maps) if maps else None


def _is_one_image(case: Case, _: Exercise) -> bool | None:
    stacks = _tensors(case, 3)
    return all(len(one) == 1 for one in stacks) if stacks else None


def _is_all_positive(case: Case, _: Exercise) -> bool | None:
    numbers = [one for one in _tensors(case, 1) if one.is_floating_point()]
    return all(bool((one >= 0).all()) for one in numbers) if numbers else None


def _is_class_0(case: Case, _: Exercise) -> bool | None:
    numbers = [one for one in case if isinstance(one, int) and not isinstance(one, bool)]
    return all(one == 0 for one in numbers) if numbers else None


def _leaves_out(case: Case, exercise: Exercise) -> bool | None:
    return len(case) < len(exercise.argument_names)


_PROPERTIES: tuple[tuple[Callable[[Case, Exercise], Any], str], ...] = (
    (_is_one_image, "there is one image alone"),
    (_is_square, "the maps are square"),
    (_is_class_0, "the class is 0"),
    (_is_all_positive, "nothing is negative"),
    (_leaves_out, "the last argument is left out, so that its default counts"),
)
