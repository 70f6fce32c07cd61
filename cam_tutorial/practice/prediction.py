"""Predictions: say what you expect, then run the cell that finds out.

    predict("2b", "How many of the 64 maps vote for “rabbit”?", 0, 64)          a slider
    predict("2c", "Where will the map be highest?", "rabbit", "snail")          buttons
    answer("2b", (votes > 0).sum())                                              You said 40. It is 21.

Who says nothing is told nothing.
"""

import html
import math
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from cam_tutorial import live

from . import progress
from .card import Card, show

HERE = Path(__file__).resolve().parent
NEAR = 0.1  # of the slider's length: so far off, a guess still counts as good

_asked: dict[str, "Question"] = {}


class Question(anywidget.AnyWidget):
    """A question on the page; `said` is what the reader chose: a number, an option's number, or None.

    The truth is not in here: it comes from the cell that finds out, and the page cannot give it away.
    """

    _esm = HERE / "question.js"
    _css = HERE / "question.css"
    question = traitlets.Unicode().tag(sync=True)
    options = traitlets.List(traitlets.Unicode()).tag(sync=True)
    min = traitlets.Float(0).tag(sync=True)
    max = traitlets.Float(1).tag(sync=True)
    step = traitlets.Float(1).tag(sync=True)
    unit = traitlets.Unicode().tag(sync=True)
    said = traitlets.Any(None, allow_none=True).tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        self.on_msg(self._hear)

    def _hear(self, _: Any, message: dict[str, Any], __: Any) -> None:
        self.said = message["said"]
        self.send({"heard": self.said})

    def can_be(self, value: Any) -> bool:
        """Whether a value, from a file perhaps, can be chosen here: the question may have got other choices since."""
        if not isinstance(value, int | float) or isinstance(value, bool):
            return False
        return value in range(len(self.options)) if self.options else self.min <= value <= self.max

    def words(self, value: Any) -> str:
        """A value as the reader knows it: an option, or a number with its unit."""
        if self.options:
            return f"“{self.options[int(value)]}”"
        return f"{_rounded(float(value), self.step)}{self.unit}"


def predict(id: str, question: str, *choices: Any, unit: str = "", step: float | None = None) -> None:
    """Ask the reader what to expect of the next cell.

    Args:
        id: of the prediction: the notebook's number and a letter, such as "2b".
        question: with a question mark; may hold no answer.
        choices: the two ends of a slider, or two to eight options in words.
        unit: what stands behind a number, such as " %".
        step: of the slider; None takes 1, or a hundredth where the ends lie close together.

    Raises:
        ValueError: the choices are neither two numbers in order nor two or more different words.
    """
    words = all(isinstance(choice, str) for choice in choices)
    numbers = all(isinstance(choice, int | float) and not isinstance(choice, bool) for choice in choices)
    if words and 2 <= len(set(choices)) == len(choices) <= 8:
        asked = Question(question=question, options=list(choices))
        hint = ", ".join(choices)
    elif numbers and len(choices) == 2 and choices[0] < choices[1]:
        low, high = choices
        step = step or (1 if high - low >= 10 else (high - low) / 100)
        asked = Question(question=question, min=low, max=high, step=step, unit=unit)
        hint = f"{low:g} to {high:g}{unit}"
    else:
        raise ValueError(
            f"a prediction has the two ends of a slider, 0, 64, or two to eight options in words, got {choices}"
        )
    before = _asked.get(id) or progress.predictions().get(id)
    if before is not None and before.question == question and asked.can_be(before.said):
        asked.said = before.said
    _asked[id] = asked
    still = f"<p><b>{html.escape(question)}</b> <small>({html.escape(hint)})</small></p>"
    live.put_out(asked, still, f"{question} ({hint})")


def answer(id: str, truth: Any) -> None:
    """Say what was predicted beside what is true; nothing where nothing was predicted.

    Args:
        id: of the prediction.
        truth: a number as the slider counts it (percent where it shows percent); or the option, in words; of two
            options also True for the first and False for the second. From a computation.

    Raises:
        ValueError: no such prediction was asked; the truth is none of its options, or no number.
    """
    asked = _asked.get(id)
    if asked is None:
        raise ValueError(f"there is no prediction {id!r} here: run the cell with predict({id!r}, ...) first")
    value = _truth(asked, truth)
    said = asked.said
    if said is None:
        return
    if asked.options:
        good, exact = said == value, said == value
    else:
        good = abs(said - value) <= NEAR * (asked.max - asked.min) * 1.000001
        exact = asked.words(said) == asked.words(value)
    note = progress.remember_prediction(id, progress.Prediction(asked.question, said, asked.words(value), bool(good)))
    it_is = "and so it is." if exact else f"It is {asked.words(value)}."
    said_so = f"You said {asked.words(said)}{',' if exact else '.'} {it_is}"
    show(Card("solved" if good else "prediction", f"Prediction {id}", said_so, note))


def _truth(asked: Question, truth: Any) -> float:
    """The truth as a number: of the slider, or of the option."""
    if asked.options:
        if isinstance(truth, str) and truth in asked.options:
            return asked.options.index(truth)
        plain = truth.item() if hasattr(truth, "item") else truth
        if isinstance(plain, bool) and len(asked.options) == 2:
            return 0 if plain else 1
        raise ValueError(f"the truth must be one of {', '.join(map(repr, asked.options))}, got {truth!r}")
    try:
        value = float(truth.detach() if hasattr(truth, "detach") else truth)
    except (TypeError, ValueError):
        value = math.nan
    if not math.isfinite(value):
        raise ValueError(f"the truth must be one number, got {truth!r}")
    return value


def _rounded(value: float, step: float) -> str:
    digits = max(0, -math.floor(math.log10(step))) if step < 1 else 0
    return f"{value:.{digits}f}"
