"""What is solved: kept in one small file beside the notebooks, so that it outlives the kernel.

The file is `.cam-tutorial-progress.json` in the folder that the notebook runs in; the environment variable
CAM_TUTORIAL_PROGRESS names another. It is written whole or not at all, and read again before each change, since two
notebooks may be open. What is solved stays solved, also after a later attempt that is wrong.
"""

import html
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Protocol

from cam_tutorial.files import whole

from .card import COLORS, SIGNS

NAME = ".cam-tutorial-progress.json"
_RANKS = ("not attempted", "wrong", "solved")
_in_this_kernel: dict[str, str] = {}  # where the file cannot be written


class _Entry(Protocol):
    """What progress must know of an exercise."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def minutes(self) -> int: ...


def path(folder: Path | None = None) -> Path:
    """The file that progress is kept in: CAM_TUTORIAL_PROGRESS, or the usual name in `folder` (where we are)."""
    named = os.environ.get("CAM_TUTORIAL_PROGRESS")
    return Path(named) if named and folder is None else (folder or Path.cwd()) / NAME


def folder_of(folder: Path | None = None) -> Path | None:
    """Where the notebooks are: `folder`, or the working folder, or its subfolder `notebooks`; None for the named file.

    Raises:
        FileNotFoundError: there is no such folder.
    """
    if folder is not None:
        if not folder.is_dir():
            raise FileNotFoundError(f"there is no folder {folder}: name the one with the notebooks")
        return folder
    if os.environ.get("CAM_TUTORIAL_PROGRESS"):
        return None
    here, below = Path.cwd(), Path.cwd() / "notebooks"
    return below if below.is_dir() and not (here / NAME).exists() else here


def states(folder: Path | None = None) -> dict[str, str]:
    """Exercise id -> "solved" or "wrong" (not right yet); a file that cannot be read counts as empty."""
    try:
        kept = json.loads(path(folder).read_text(encoding="utf-8"))["exercises"]
        known = {str(id): state for id, state in kept.items() if state in _RANKS}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        known = {}
    return known if folder is not None else _merged(known, _in_this_kernel)


def remember(id: str, state: str) -> str:
    """Note what came of an attempt; nothing for one that is not attempted.

    Returns:
        A sentence if it could not be written to the file, the first time only; else "".
    """
    if state == "not attempted":
        return ""
    known = states()
    changed = _merged(known, {id: state})
    first_trouble = not _in_this_kernel
    if changed == known:
        return ""
    try:
        with whole(path()) as unfinished:
            unfinished.write_text(json.dumps({"exercises": changed}, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        _in_this_kernel[id] = changed[id]
        reason = error.strerror or type(error).__name__
        return f"(Progress cannot be kept in {path().name}: {reason}. It is gone with this kernel.)" * first_trouble
    return ""


def forget(folder: Path | None = None) -> bool:
    """Forget all progress; whether there was any.

    Raises:
        OSError: the file cannot be removed.
    """
    _in_this_kernel.clear()
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
        solved, attempted: how many; a solved one was attempted too.
    """

    def __init__(self, exercises: Sequence[_Entry], states: Mapping[str, str]) -> None:
        self.rows = tuple(
            Row(entry.id, entry.title, states.get(entry.id, "not attempted"), entry.minutes) for entry in exercises
        )
        self.solved = sum(row.state == "solved" for row in self.rows)
        self.attempted = sum(row.state != "not attempted" for row in self.rows)

    @property
    def sentence(self) -> str:
        """The sum of it."""
        return _sum(self.rows)

    def __repr__(self) -> str:
        width = max((len(row.title) for row in self.rows), default=0)
        lines = []
        for notebook, rows in self._notebooks():
            lines.append(f"notebook {notebook}: {_sum(rows)}")
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
            body += f'<tr><td {left} colspan="4"><b>notebook {notebook}</b>: {html.escape(_sum(rows))}</td></tr>'
            for row in rows if _begun(rows) else ():
                sign = f'<b style="color: {COLORS[row.state]}">{SIGNS[row.state]}</b>'
                body += (
                    f"<tr><td {left}>{sign} {_said(row.state)}</td>"
                    f"<td {left}>{row.id}</td><td {left}>{html.escape(row.title)}</td><td>{row.minutes} min</td></tr>"
                )
        return f"<table><tbody>{body}</tbody></table><p>The course: {html.escape(self.sentence)}</p>"

    def _notebooks(self) -> list[tuple[str, list[Row]]]:
        return [(notebook, list(rows)) for notebook, rows in groupby(self.rows, lambda row: row.notebook)]


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


def _begun(rows: Sequence[Row]) -> bool:
    return any(row.state != "not attempted" for row in rows)


def _said(state: str) -> str:
    return "not right yet" if state == "wrong" else state
