"""What the checker shows: a sign, a sentence and what stands below it, as HTML and as plain text.

Only the sign, its word and the edge are colored, in tones that stand out from a white page and from a dark one; all
else takes the front end's own color. Without any color the sign and the word say the same.
"""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from IPython.display import display

GREEN, RED, BLUE = "#2e8540", "#d63f3f", "#3b7dc4"
SIGNS = {"solved": "✓", "wrong": "✗", "not attempted": "○", "hint": "→", "solution": "→"}
COLORS = {"solved": GREEN, "wrong": RED, "not attempted": BLUE, "hint": BLUE, "solution": BLUE}


@dataclass(frozen=True)
class Card:
    """A sentence with a sign before it.

    Attributes:
        kind: a key of `SIGNS`.
        title: what it is about, "2.1 The class activation map".
        sentence: what there is to say; words in `backticks` are set as code, those in *asterisks* with emphasis.
        code: lines to be set as they are.
    """

    kind: str
    title: str
    sentence: str
    code: str = ""

    def __repr__(self) -> str:
        below = "".join(f"\n    {line}".rstrip() for line in self.code.splitlines())
        return f"{SIGNS[self.kind]} {self.title}: {self.sentence}{below}"

    def _repr_html_(self) -> str:
        color = COLORS[self.kind]
        below = f'<pre style="margin: 4px 0 0; white-space: pre-wrap">{html.escape(self.code)}</pre>' * bool(self.code)
        return (
            f'<div role="note" style="border-left: 4px solid {color}; padding: 2px 0 2px 10px; line-height: 1.45">'
            f'<b style="color: {color}">{SIGNS[self.kind]}</b> <b>{html.escape(self.title)}</b>: '
            f"{_marked(self.sentence)}{below}</div>"
        )


@dataclass(frozen=True)
class Row:
    """One exercise in the table of progress."""

    id: str
    title: str
    state: str
    minutes: int


class Progress:
    """How far one has come: a small table.

    Attributes:
        rows: one for each exercise, in reading order.
        solved, attempted: how many; a solved one was attempted too.
    """

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = tuple(rows)
        self.solved = sum(row.state == "solved" for row in rows)
        self.attempted = sum(row.state != "not attempted" for row in rows)

    @property
    def sentence(self) -> str:
        """The sum of it."""
        minutes = sum(row.minutes for row in self.rows if row.state != "solved")
        left = f"; the rest takes about {minutes} minutes" if minutes else ""
        return f"{self.solved} of {len(self.rows)} solved, {self.attempted} attempted{left}."

    def __repr__(self) -> str:
        width = max((len(row.title) for row in self.rows), default=0)
        states = {"wrong": "not right yet"}
        lines = [
            f"{SIGNS[row.state]} {row.id:<4} {row.title:<{width}}  {row.minutes:>2} min  "
            f"{states.get(row.state, row.state)}"
            for row in self.rows
        ]
        return "\n".join([*lines, self.sentence])

    def _repr_html_(self) -> str:
        left = 'style="text-align: left"'
        rows = "".join(
            f'<tr><td {left}><b style="color: {COLORS[row.state]}">{SIGNS[row.state]}</b> '
            f"{'not right yet' if row.state == 'wrong' else row.state}</td><td {left}>{row.id}</td>"
            f"<td {left}>{html.escape(row.title)}</td><td>{row.minutes}</td></tr>"
            for row in self.rows
        )
        head = f"<tr><th {left}>state</th><th {left}></th><th {left}>exercise</th><th>minutes</th></tr>"
        return f"<table><thead>{head}</thead><tbody>{rows}</tbody></table><p>{html.escape(self.sentence)}</p>"


def show(card: Any) -> None:
    """Put a card out, in a notebook or in a terminal."""
    display(card)  # type: ignore[no-untyped-call]


def _marked(text: str) -> str:
    """Backticks for code, asterisks for emphasis."""
    parts = html.escape(text, quote=False).split("`")
    parts[::2] = [re.sub(r"\*(\w[^*]*)\*", r"<em>\1</em>", part) for part in parts[::2]]
    parts[1::2] = [f"<code>{part}</code>" for part in parts[1::2]]
    return "".join(parts)
