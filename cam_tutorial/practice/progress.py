"""What is solved and what was predicted: kept in one small file beside the notebooks, so that it outlives the kernel.

The file is `.cam-tutorial-progress.json` in the folder that the notebook runs in; the environment variable
CAM_TUTORIAL_PROGRESS names another. It is written whole or not at all, and read again before each change, since two
notebooks may be open. What is solved stays solved, also after a later attempt that is wrong; of a prediction the first
one counts.
"""

import html
import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path

from cam_tutorial.files import whole

from .card import COLORS, SIGNS
from .exercise import Exercise

NAME = ".cam-tutorial-progress.json"
_RANKS = ("not attempted", "wrong", "solved")


@dataclass(frozen=True)
class Prediction:
    """What somebody expected, and what came of it.

    Attributes:
        question: that was asked; after a new edition an old answer to another question does not count.
        said: a number, or the position of an option.
        found: the truth, in words.
        good: right, or within a tenth of the slider.
    """

    question: str
    said: float
    found: str
    good: bool


@dataclass(frozen=True)
class _Kept:
    """What the file holds."""

    exercises: dict[str, str]
    predictions: dict[str, Prediction]


_in_this_kernel = _Kept({}, {})  # where the file cannot be written


def path(folder: Path | None = None) -> Path:
    """The file that progress is kept in: CAM_TUTORIAL_PROGRESS, or the usual name in `folder` (where we are)."""
    named = os.environ.get("CAM_TUTORIAL_PROGRESS")
    return Path(named) if named and folder is None else (folder or Path.cwd()) / NAME


def folder_of(folder: Path | None = None) -> Path | None:
    """Where the notebooks are: `folder`, or here, or `course` or `notebooks` below; None for the named file.

    Raises:
        FileNotFoundError: there is no such folder.
    """
    if folder is not None:
        if not folder.is_dir():
            raise FileNotFoundError(f"there is no folder {folder}: name the one with the notebooks")
        return folder
    if os.environ.get("CAM_TUTORIAL_PROGRESS"):
        return None
    here = Path.cwd()
    below = [folder for name in ("course", "notebooks") if (folder := here / name).is_dir()]
    return below[0] if below and not (here / NAME).exists() else here


def states(folder: Path | None = None) -> dict[str, str]:
    """Exercise id -> "solved" or "wrong" (not right yet); a file that cannot be read counts as empty."""
    known = _read(folder).exercises
    return known if folder is not None else _merged(known, _in_this_kernel.exercises)


def predictions(folder: Path | None = None) -> dict[str, Prediction]:
    """Prediction id -> what was said first and what came of it; a file that cannot be read counts as empty."""
    known = _read(folder).predictions
    return known if folder is not None else {**_in_this_kernel.predictions, **known}


def remember(id: str, state: str) -> str:
    """Note what came of an attempt; nothing for one that is not attempted.

    Returns:
        A sentence if it could not be written to the file, the first time only; else "".
    """
    known = states()
    changed = _merged(known, {id: state}) if state != "not attempted" else known
    return "" if changed == known else _write(_Kept(changed, predictions()))


def remember_prediction(id: str, made: Prediction) -> str:
    """Note a prediction and what came of it; the first one counts.

    Returns:
        As `remember`.
    """
    known = predictions()
    if id in known and known[id].question == made.question:
        return ""
    return _write(_Kept(states(), {**known, id: made}))


def _read(folder: Path | None) -> _Kept:
    """What the file holds, as far as it can be understood."""
    try:
        kept = json.loads(path(folder).read_text(encoding="utf-8"))
        exercises = {str(id): state for id, state in kept["exercises"].items() if state in _RANKS}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return _Kept({}, {})
    try:
        made = {str(id): Prediction(**entry) for id, entry in kept["predictions"].items()}
    except (KeyError, TypeError, AttributeError):  # of an older course, or not ours
        made = {}
    return _Kept(exercises, made)


def _write(kept: _Kept) -> str:
    """Keep it in the file, or else in this kernel; a sentence if the latter, the first time."""
    first_trouble = not (_in_this_kernel.exercises or _in_this_kernel.predictions)
    content = {
        "exercises": kept.exercises,
        "predictions": {id: asdict(made) for id, made in kept.predictions.items()},
    }
    try:
        with whole(path()) as unfinished:
            unfinished.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        _in_this_kernel.exercises.update(kept.exercises)
        _in_this_kernel.predictions.update(kept.predictions)
        reason = error.strerror or type(error).__name__
        return f"(Progress cannot be kept in {path().name}: {reason}. It is gone with this kernel.)" * first_trouble
    return ""


def forget(folder: Path | None = None) -> bool:
    """Forget all progress; whether there was any.

    Raises:
        OSError: the file cannot be removed.
    """
    _in_this_kernel.exercises.clear()
    _in_this_kernel.predictions.clear()
    file = path(folder)
    there = file.exists()
    file.unlink(missing_ok=True)
    return there


@dataclass(frozen=True)
class Row:
    """One exercise in the table."""

    id: str
    title: str
    state: str
    minutes: int

    @property
    def notebook(self) -> str:
        return self.id.split(".")[0].zfill(2)


class Progress:
    """How far one has come: a small table, with the exercises of those notebooks that were begun.

    Attributes:
        rows: one for each exercise of the course, in reading order.
        predictions: id -> what was said and what came of it, of those that were made.
        solved, attempted: how many; a solved one was attempted too.
    """

    def __init__(
        self, exercises: Sequence[Exercise], states: Mapping[str, str], made: Mapping[str, Prediction] | None = None
    ) -> None:
        self.predictions = dict(sorted((made or {}).items()))
        self.rows = tuple(
            Row(exercise.id, exercise.title, states.get(exercise.id, "not attempted"), exercise.minutes)
            for exercise in exercises
        )
        self.solved = sum(row.state == "solved" for row in self.rows)
        self.attempted = sum(row.state != "not attempted" for row in self.rows)

    @property
    def sentence(self) -> str:
        """The sum of it."""
        return _both(_sum(self.rows), _guessed(self.predictions))

    def __repr__(self) -> str:
        width = max((len(row.title) for row in self.rows), default=0)
        lines = []
        for notebook, rows in self._notebooks():
            lines.append(f"notebook {notebook}: {self._said_of(notebook, rows)}")
            lines += [
                f"  {SIGNS[row.state]} {row.id:<4} {row.title:<{width}}  {row.minutes:>2} min  {_said(row.state)}"
                for row in rows
                if _begun(rows)
            ]
        return "\n".join([*lines, f"the course: {self.sentence}"])

    def _repr_html_(self) -> str:
        left = 'style="text-align: left"'
        body = ""
        for notebook, rows in self._notebooks():
            said = html.escape(self._said_of(notebook, rows))
            body += f'<tr><td {left} colspan="4"><b>notebook {notebook}</b>: {said}</td></tr>'
            for row in rows if _begun(rows) else ():
                sign = f'<b style="color: {COLORS[row.state]}">{SIGNS[row.state]}</b>'
                body += (
                    f"<tr><td {left}>{sign} {_said(row.state)}</td>"
                    f"<td {left}>{row.id}</td><td {left}>{html.escape(row.title)}</td><td>{row.minutes} min</td></tr>"
                )
        return f"<table><tbody>{body}</tbody></table><p>The course: {html.escape(self.sentence)}</p>"

    def _said_of(self, notebook: str, rows: Sequence[Row]) -> str:
        made = {id: one for id, one in self.predictions.items() if re.sub(r"\D.*", "", id).zfill(2) == notebook}
        return _both(_sum(rows) if rows else "", _guessed(made))

    def _notebooks(self) -> list[tuple[str, list[Row]]]:
        """The notebooks with exercises, and 00, which has none, once something was predicted there."""
        found = [(notebook, list(rows)) for notebook, rows in groupby(self.rows, lambda row: row.notebook)]
        return [("00", []), *found] if any(id.startswith("0") for id in self.predictions) else found


def _merged(known: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
    """Of two states of an exercise the better one counts."""
    found = dict(known)
    for id, state in new.items():
        found[id] = max(state, found.get(id, state), key=_RANKS.index)
    return found


def _sum(rows: Sequence[Row]) -> str:
    minutes = sum(row.minutes for row in rows if row.state != "solved")
    attempted = sum(row.state != "not attempted" for row in rows)
    left = f"; the rest takes about {minutes} minutes" if minutes else ""
    return f"{sum(row.state == 'solved' for row in rows)} of {len(rows)} solved, {attempted} attempted{left}."


def _guessed(made: Mapping[str, Prediction]) -> str:
    """How well one knows networks; nothing where nothing was predicted."""
    good = sum(one.good for one in made.values())
    many = "prediction" if len(made) == 1 else "predictions"
    return f"Right or nearly: {good} of {len(made)} {many}." if made else ""


def _both(*sentences: str) -> str:
    return " ".join(filter(None, sentences))


def _begun(rows: Sequence[Row]) -> bool:
    return any(row.state != "not attempted" for row in rows)


def _said(state: str) -> str:
    return "not right yet" if state == "wrong" else state
