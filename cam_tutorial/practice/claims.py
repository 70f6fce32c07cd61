"""Claims: a sentence about a network, and the computation that would show it false.

claim("CAM points at the animal in over 80 % of the scenes", hits.mean() > 0.8, f"{hits.mean():.0%}")
"""

from typing import Any

from .card import COLORS, SIGNS, marked, show


class Refuted(AssertionError):
    """A claim that does not hold here."""

    def _render_traceback_(self) -> list[str]:
        """In a notebook the sentence alone: where in the code it comes from, the reader sees."""
        return [str(self)]


class Claim:
    """A claim that holds, with its numbers."""

    def __init__(self, sentence: str, numbers: str) -> None:
        self.sentence, self.numbers = sentence, numbers

    def __repr__(self) -> str:
        return f"{SIGNS['solved']} {_with(self.sentence, self.numbers)}"

    def _repr_html_(self) -> str:
        sign = f'<b style="color: {COLORS["solved"]}">{SIGNS["solved"]}</b>'
        return f'<div role="note">{sign} {marked(_with(self.sentence, self.numbers))}</div>'


def claim(sentence: str, holds: Any, numbers: str = "") -> None:
    """Say something about a network, and have it checked.

    Args:
        sentence: the claim in words, without a full stop.
        holds: True or False (a bool, or a tensor or array of one), from a computation.
        numbers: what was measured, in words: shown in parentheses behind the sentence.

    Raises:
        Refuted: it does not hold.
        TypeError: `holds` is not one True or False.
    """
    truth = holds.item() if getattr(holds, "shape", None) == () else holds
    if not isinstance(truth, bool):
        shape = getattr(holds, "shape", None)
        got = f"a {type(holds).__name__}" + (f" of shape {tuple(shape)}" if shape is not None else f", {holds!r}")
        raise TypeError(f"a claim takes one True or False, got {got}: `.all()` and `.any()` make one of many")
    if not truth:
        raise Refuted(f"{SIGNS['wrong']} This does not hold here: {_with(sentence, numbers)}")
    show(Claim(sentence, numbers))


def _with(sentence: str, numbers: str) -> str:
    return f"{sentence} ({numbers})" if numbers else sentence
