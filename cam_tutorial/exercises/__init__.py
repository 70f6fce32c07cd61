"""Exercises that know what you did wrong.

    check(id, attempt)   tries your function out and says what is wrong; gives back what the notebook goes on with
    hint(id)             a hint, each time one more
    solution(id)         the code of the solution
    progress()           what is solved, what is not, and how long it should take

Each notebook's exercises stand in one file, `notebook_01.py` and so on: text, hints, solution and known mistakes.
"""

from typing import Any

from . import judge as _judge
from .card import Card, Progress, Row, show
from .exercise import Exercise, every, exercise, find

__all__ = ["Exercise", "Progress", "check", "every", "exercise", "find", "hint", "progress", "solution"]

_states: dict[str, str] = {}  # id -> the state of the last check since Python started
_hints_given: dict[str, int] = {}


def check(id: str, attempt: Any) -> Any:
    """Try an attempt out, say what is right or wrong with it, and give back what the notebook goes on with.

    Args:
        id: of the exercise, such as "2.1".
        attempt: your function (or class), not its result.

    Returns:
        `attempt` if it is right; otherwise the tutorial's own version, so that the rest of the notebook runs.

    Raises:
        ValueError: there is no such exercise. Nothing that an attempt does is raised: it is reported.
    """
    one = find(id)
    verdict = _judge.judge(one, attempt)
    if verdict.state != "not attempted" or id not in _states:
        _states[id] = verdict.state
    show(Card(verdict.state, _title(one), *_words(one, verdict)))
    if verdict.state == "wrong" and one.picture is not None:
        from .picture import draw  # matplotlib only when there is something to draw

        draw(one, attempt)
    return attempt if verdict.state == "solved" else one.solution


def hint(id: str) -> None:
    """Show a hint, each time one more.

    Raises:
        ValueError: there is no such exercise.
    """
    one = find(id)
    given = min(_hints_given.get(id, 0) + 1, len(one.hints))
    _hints_given[id] = given
    last = "" if given < len(one.hints) else f' (That was the last one; `exercises.solution("{id}")` shows the code.)'
    show(Card("hint", f"{_title(one)}, hint {given} of {len(one.hints)}", one.hints[given - 1] + last))


def solution(id: str) -> None:
    """Show the code of the solution.

    Raises:
        ValueError: there is no such exercise.
    """
    one = find(id)
    show(Card("solution", _title(one), "one way to write it.", one.code()))


def progress() -> Progress:
    """How far you have come in the notebooks whose exercises were checked since Python started; before that, in all."""
    notebooks = {id.split(".")[0] for id in _states}
    return Progress(
        [
            Row(one.id, one.title, _states.get(one.id, "not attempted"), one.minutes)
            for one in every()
            if not notebooks or one.id.split(".")[0] in notebooks
        ]
    )


def _title(one: Exercise) -> str:
    return f"{one.id} {one.title}"


def _words(one: Exercise, verdict: _judge.Verdict) -> tuple[str, str]:
    """The sentence of the card and what stands below it."""
    goes_on = f"The notebook goes on with the tutorial's `{one.name}`."
    below = "\n".join(filter(None, (verdict.detail, verdict.printed and f"It printed:\n{verdict.printed}")))
    if verdict.state == "solved":
        return f"right. From here on the notebook uses your `{one.name}`. {verdict.sentence}".rstrip(), below
    if verdict.state == "wrong":
        return f"not right yet. {verdict.sentence} {goes_on}", below
    stars = f"{one.minutes} minutes, difficulty {one.difficulty} of 3"
    return f'not attempted yet ({stars}). {goes_on} Stuck? `exercises.hint("{one.id}")`', below
