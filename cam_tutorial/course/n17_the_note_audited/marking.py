"""Marking a note: a question with four buttons for each claim, then the verdicts beside the marks, and a score."""

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import ipywidgets
from IPython.display import display

from cam_tutorial import live
from cam_tutorial.practice.card import COLORS, SIGNS
from cam_tutorial.practice.prediction import Question

from .note import FILES, MARKS, NOTE, Claim

HERE = "17"

_before: dict[str, str] = {}  # claim -> what it was marked in this kernel, so that a cell that runs again keeps it


@dataclass
class Board:
    """The claims, and how they are marked.

    Attributes:
        claims: in the note's order.
        written: number -> mark, as written in code; it goes before the buttons.
    """

    claims: Sequence[Claim]
    written: Mapping[int, str] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)

    def marks(self) -> list[str | None]:
        """What each claim is marked, or None."""
        found = []
        for number, question in enumerate(self.questions, start=1):
            pressed = None if question.said is None else MARKS[question.said]
            found.append(self.written.get(number, pressed))
        return found


def mark(written: Mapping[int, str] | None = None, claims: Sequence[Claim] = NOTE) -> Board:
    """Show the claims with four buttons each.

    Args:
        written: marks in code, for where there are no buttons: `{1: "false", 2: "true"}`.
        claims: the note's.

    Raises:
        ValueError: there is no such claim or no such mark.
    """
    written = dict(written or {})
    for number, said in written.items():
        if number not in range(1, len(claims) + 1):
            raise ValueError(f"the claims are 1 to {len(claims)}, got {number!r}")
        if said not in MARKS:
            raise ValueError(f"a mark is one of {', '.join(MARKS)}, got {said!r}")
    board = Board(claims, written)
    for number, claim in enumerate(claims, start=1):
        question = Question(question=f"{number}. {claim.text}", options=list(MARKS))
        kept = written.get(number, _before.get(question.question))
        question.said = None if kept is None else MARKS.index(kept)
        question.observe(_remember, names="said")
        board.questions.append(question)
    items = "".join(f"<li>{html.escape(claim.text)}</li>" for claim in claims)
    still = f"<p>Mark each: {', '.join(MARKS)}.</p><ol>{items}</ol>"
    lines = [f"{number}. {claim.text}" for number, claim in enumerate(claims, start=1)]
    live.put_out(ipywidgets.VBox(board.questions), still, "\n".join([f"Mark each: {', '.join(MARKS)}.", *lines]))
    return board


def _remember(change: Any) -> None:
    if change.new is not None:
        _before[change.owner.question] = MARKS[change.new]


@dataclass(frozen=True)
class Score:
    """The verdicts beside the marks; folded on the page as long as nothing is marked."""

    claims: Sequence[Claim]
    marks: Sequence[str | None]

    @property
    def right(self) -> int:
        return sum(said in claim.marks for claim, said in zip(self.claims, self.marks, strict=True))

    @property
    def made(self) -> int:
        return sum(said is not None for said in self.marks)

    def blind(self, said: str) -> int:
        """How many somebody gets who says the same of every claim."""
        return sum(said in claim.marks for claim in self.claims)

    @property
    def sentence(self) -> str:
        """The score, beside that of somebody who read nothing; of nobody who marked nothing."""
        blind = ", ".join(f"“{said}” {self.blind(said)}" for said in MARKS)
        count = len(self.claims)
        yours = f"You marked {self.made} of {count}, and {self.right} of these are right. " if self.made else ""
        return f"{yours}Who says the same of all {count} gets: {blind}."

    def __repr__(self) -> str:
        lines = []
        for number, (claim, said) in enumerate(zip(self.claims, self.marks, strict=True), start=1):
            yours = f" (you: {said} {_sign(claim, said)})" if said else ""
            lines.append(
                f"{number}. {claim.text}\n   {_verdict(claim)}{yours}. {claim.truth}\n   Tried: {_plain(claim)}"
            )
        return "\n".join([*lines, self.sentence])

    def _repr_html_(self) -> str:
        left = 'style="text-align: left; vertical-align: top"'
        anyone = self.made > 0
        heads = ["", "the note says", *["you"] * anyone, "verdict", "what is true", "tried in"]
        head = "".join(f'<th scope="col" {left}>{one}</th>' for one in heads)
        body = ""
        for number, (claim, said) in enumerate(zip(self.claims, self.marks, strict=True), start=1):
            yours = f"<td {left}>{_sign(claim, said, colored=True)} {said or ''}</td>" * anyone
            body += (
                f"<tr><td {left}>{number}</td><td {left}>{html.escape(claim.text)}</td>{yours}"
                f"<td {left}><b>{_verdict(claim)}</b></td><td {left}>{html.escape(claim.truth)}</td>"
                f"<td {left}>{_links(claim)}</td></tr>"
            )
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        whole = f"{table}<p>{html.escape(self.sentence)}</p>"
        folded = f"<details><summary>Nothing is marked yet. Show the verdicts all the same</summary>{whole}</details>"
        return whole if anyone else folded


def verdicts(board: Board) -> None:
    """Show what is true of each claim, whose it is and where it is tried, beside the reader's marks."""
    display(Score(board.claims, board.marks()))  # type: ignore[no-untyped-call]


def _verdict(claim: Claim) -> str:
    """The mark; where two count, both."""
    return " or ".join(claim.marks)


def _sign(claim: Claim, said: str | None, colored: bool = False) -> str:
    if said is None:
        return ""
    kind = "solved" if said in claim.marks else "wrong"
    return f'<b style="color: {COLORS[kind]}">{SIGNS[kind]}</b>' if colored else SIGNS[kind]


def _links(claim: Claim) -> str:
    """Each place as a link to its heading."""
    return "<br>".join(
        f'{_where(place)}<a href="{_address(*place)}">{html.escape(place[1])}</a>' for place in claim.places
    )


def _plain(claim: Claim) -> str:
    return ", ".join(f"{_where(place)}“{place[1]}”" for place in claim.places)


def _where(place: tuple[str, str]) -> str:
    return "here: " if place[0] == HERE else f"{place[0]}: "


def _address(notebook: str, heading: str) -> str:
    """A heading's address, for an attribute in HTML. JupyterLab finds it only if no sign in it is percent-encoded."""
    file = "" if notebook == HERE else f"{FILES[notebook]}.ipynb"
    return html.escape(f"{file}#{heading.replace(' ', '-')}")
