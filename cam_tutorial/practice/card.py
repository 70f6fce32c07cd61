"""What the checker shows: a sign, a sentence and what stands below it, as HTML and as plain text.

Only the sign, its word and the edge are colored, in tones that stand out from a white page and from a dark one; all
else takes the front end's own color. Without any color the sign and the word say the same.
"""

import html
import re
from dataclasses import dataclass
from typing import Any

from IPython.display import display

# Each stands out from #ffffff and from #111111 by the same factor, 4.3.
GREEN, RED, BLUE = "#3a8749", "#d84f4f", "#3d80bd"
SIGNS = {"solved": "✓", "wrong": "✗", "not attempted": "○", "hint": "→", "solution": "→", "prediction": "≠"}
COLORS = {"solved": GREEN, "wrong": RED, **dict.fromkeys(("not attempted", "hint", "solution", "prediction"), BLUE)}


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
            f"{marked(self.sentence)}{below}</div>"
        )


def show(card: Any) -> None:
    """Put a card out, in a notebook or in a terminal."""
    display(card)  # type: ignore[no-untyped-call]


def marked(text: str) -> str:
    """Backticks for code, asterisks for emphasis."""
    parts = html.escape(text, quote=False).split("`")
    parts[::2] = [re.sub(r"\*(\w[^*]*)\*", r"<em>\1</em>", part) for part in parts[::2]]
    parts[1::2] = [f"<code>{part}</code>" for part in parts[1::2]]
    return "".join(parts)
