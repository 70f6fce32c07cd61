"""How a wrong answer hangs together with the right one: facts that are computed, and so are true of any exercise.

types.py      another type than asked for: a generator, a NumPy array, nothing at all
shapes.py     another shape: a dimension that is left over, lost, turned or summed away
values.py     other numbers: the sign, a factor, a step that is missing or too many (listed in changes.py)
arguments.py  what is right for other arguments: for class 0, without the bias, with two of them swapped
twofold.py    a known mistake, and something done to its numbers besides
places.py     right in some places or calls, and wrong in others
"""

from collections.abc import Sequence

from ..compare import Difference, difference
from ..exercise import Case, Exercise
from ..run import Outcome
from . import arguments, places, shapes, twofold, types, values
from .pairs import Pair, pairs


def sentence(
    exercise: Exercise, cases: Sequence[Case], outcomes: Sequence[Outcome], expected: Sequence[Outcome]
) -> str:
    """What is true of all of an attempt's answers, as one or two sentences; "" if nothing is that we know of.

    The attempt has not failed in any case; `outcomes` are its answers and `expected` the right ones.
    """
    found, together = _first(exercise, cases, outcomes, expected)
    if said := types.sentence(found, together):
        return said
    if found.kind == "shape":
        return shapes.sentence(together)
    if found.kind != "value":
        return ""
    if found.place == "the result":
        return values.sentence(together) or arguments.sentence(exercise, cases, outcomes, expected)
    # A part of an answer: what is true of all of it comes first, and then the part is named.
    said = arguments.sentence(exercise, cases, outcomes, expected) or places.in_another_order(outcomes, expected)
    if not said and not isinstance(found.expected, bool) and (part := values.sentence(together)):
        said = f"Of {found.place}: {part[0].lower()}{part[1:]}"
    return said


two_at_once = twofold.sentence


def where(exercise: Exercise, cases: Sequence[Case], outcomes: Sequence[Outcome], expected: Sequence[Outcome]) -> str:
    """What the places or calls have in common in which the answers are wrong; "" if nothing that we know of."""
    _, together = _first(exercise, cases, outcomes, expected)
    return (
        places.of_entries(outcomes, expected)
        or places.sentence(together)
        or places.of_calls(exercise, cases, outcomes, expected)
    )


def _first(
    exercise: Exercise, cases: Sequence[Case], outcomes: Sequence[Outcome], expected: Sequence[Outcome]
) -> tuple[Difference, list[Pair]]:
    """The first difference, and what stands at its place in all cases."""
    found = next(
        one for got, right in zip(outcomes, expected, strict=True) if (one := difference(got.value, right.value))
    )
    return found, pairs(exercise, found, cases, outcomes, expected)
