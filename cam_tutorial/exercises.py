"""Exercises that know what you did wrong.

    check(id, attempt)   tries your function out and says what is wrong; gives back what the notebook goes on with
    hint(id)             a hint, each time one more
    solution(id)         the code of the solution
    progress()           what is solved in the whole course, how long the rest should take, how well you predicted

The exercises themselves stand in `course/`, a room a notebook and a file an exercise; what makes them work stands in
`practice/`.
"""

import functools
from typing import Any

from cam_tutorial.course import catalog
from cam_tutorial.practice import progress as _progress
from cam_tutorial.practice.card import Card, show
from cam_tutorial.practice.compare import like
from cam_tutorial.practice.exercise import Exercise
from cam_tutorial.practice.verdict import Verdict, judge

__all__ = ["check", "every", "find", "hint", "progress", "solution"]

_hints_given: dict[str, int] = {}

find = catalog.find
every = catalog.every


def check(id: str, attempt: Any) -> Any:
    """Try an attempt out, say what is right or wrong with it, and give back what the notebook goes on with.

    Nothing is raised, whatever the attempt does: all of it is reported, a mistyped id as well.

    Args:
        id: of the exercise, such as "2.1".
        attempt: your function (or class), not its result.

    Returns:
        `attempt` if it is right (if it gives other types than the tutorial's, such as float64 for float32, a function
        that converts what it gives); otherwise the tutorial's own version, so that the rest of the notebook runs.
    """
    try:
        exercise = find(id)
    except ValueError as error:
        show(Card("wrong", "exercises.check", f"{error}."))
        return attempt
    try:
        verdict = judge(exercise, attempt)
        picture = exercise.picture if verdict.state == "wrong" else None
    except Exception as error:  # of an attempt that we cannot judge, we say so
        sentence = f"It could not be judged: {type(error).__name__} in the checker."
        verdict, picture = Verdict("wrong", sentence, basis="plain", trouble=repr(error)), None
    note = _progress.remember(exercise.id, verdict.state)
    sentence, below = _words(exercise, verdict)
    show(Card(verdict.state, _title(exercise), sentence, "\n".join(filter(None, (below, note)))))
    if picture is not None:
        from cam_tutorial.practice.picture import draw  # matplotlib only when there is something to draw

        draw(exercise, attempt)
    if verdict.state != "solved":
        return exercise.solution
    return attempt if verdict.example is None else _converted(attempt, verdict.example)


def hint(id: str) -> None:
    """Show a hint, each time one more.

    Raises:
        ValueError: there is no such exercise.
    """
    exercise = find(id)
    given = min(_hints_given.get(id, 0) + 1, len(exercise.hints))
    _hints_given[id] = given
    last = (
        "" if given < len(exercise.hints) else f' (That was the last one; `exercises.solution("{id}")` shows the code.)'
    )
    title = f"{_title(exercise)}, hint {given} of {len(exercise.hints)}"
    show(Card("hint", title, exercise.hints[given - 1] + last))


def solution(id: str) -> None:
    """Show the code of the solution.

    Raises:
        ValueError: there is no such exercise.
    """
    exercise = find(id)
    show(Card("solution", _title(exercise), "one way to write it.", exercise.code()))


def progress() -> _progress.Progress:
    """How far you have come in the whole course; kept in a file beside the notebooks, so a new kernel knows it too."""
    return _progress.Progress(every(), _progress.states(), _progress.predictions())


def _converted(attempt: Any, example: Any) -> Any:
    @functools.wraps(attempt)
    def converted(*arguments: Any, **named: Any) -> Any:
        return like(attempt(*arguments, **named), example)

    return converted


def _title(exercise: Exercise) -> str:
    return f"{exercise.id} {exercise.title}"


def _words(exercise: Exercise, verdict: Verdict) -> tuple[str, str]:
    """The sentence of the card and what stands below it."""
    goes_on = f"The notebook goes on with the tutorial's `{exercise.name}`."
    below = "\n".join(filter(None, (verdict.detail, verdict.printed and f"It printed:\n{verdict.printed}")))
    if verdict.state == "solved":
        return f"right. From here on the notebook uses your `{exercise.name}`. {verdict.sentence}".rstrip(), below
    if verdict.state == "wrong":
        return f"not right yet. {verdict.sentence} {goes_on}", below
    stars = f"{exercise.minutes} minutes, difficulty {exercise.difficulty} of 3"
    return f'not attempted yet ({stars}). {goes_on} Stuck? `exercises.hint("{exercise.id}")`', below
