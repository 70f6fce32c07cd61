"""Two slips at once: a known mistake, and something that was done to its numbers besides."""

import re
from collections.abc import Iterable, Iterator, Sequence

from ..compare import difference, is_telling
from ..exercise import Case, Exercise, Mistake
from ..run import Outcome
from . import values
from .pairs import Pair, pairs


def sentence(
    exercise: Exercise,
    cases: Sequence[Case],
    outcomes: Sequence[Outcome],
    expected: Sequence[Outcome],
    mistakes: Iterable[tuple[Mistake, Iterator[Outcome]]],
) -> str:
    """The mistake's sentence and what was done besides, if the numbers are those of the mistake, changed; else "".

    `mistakes` are the known ones, each with what it makes of the cases.
    """
    for mistake, versions in mistakes:
        if re.search(r"\b(is|are) right\b", mistake.sentence):  # which it need not be after a second slip
            continue
        made = []
        for case, got, outcome in zip(cases, outcomes, versions, strict=False):
            made.append(outcome)
            if outcome.error is not None or not _may_be(exercise, case, got, outcome):
                break
        if len(made) < len(cases) or made[-1].error is not None:
            continue
        if not any(is_telling(one.value, right.value) for one, right in zip(made, expected, strict=True)):
            continue
        together = _pairs(exercise, cases, outcomes, made)
        if together and (said := values.changed(together)):
            return f"{mistake.sentence} And besides: {said[0].lower()}{said[1:]}"
    return ""


def _may_be(exercise: Exercise, case: Case, got: Outcome, made: Outcome) -> bool:
    """Whether one case leaves it open that the numbers are the mistake's, changed."""
    together = _pairs(exercise, [case], [got], [made])
    return not difference(got.value, made.value) or bool(together and values.changed(together))


def _pairs(
    exercise: Exercise, cases: Sequence[Case], outcomes: Sequence[Outcome], made: Sequence[Outcome]
) -> list[Pair]:
    """The attempt's numbers beside the mistake's, at the first place where they differ."""
    for got, other in zip(outcomes, made, strict=True):
        if found := difference(got.value, other.value):
            return pairs(exercise, found, cases, outcomes, made) if found.kind == "value" else []
    return []
