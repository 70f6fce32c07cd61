"""What an exercise is: a solution, what it is tried on, and the known ways to get it wrong.

@exercise("2.1", "The class activation map", minutes=10, difficulty=1, cases=features_and_weights, hints=[...])
def my_class_activation_map(features, weights, class_index):
    ...

@my_class_activation_map.mistake("You took a column of the weights; a class has a row.")
def takes_a_column(features, weights, class_index):
    ...
"""

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch

from . import run, source

Case = tuple[Any, ...]  # the arguments of one call

_ID = re.compile(r"\d{1,2}\.\d{1,2}")


def returned(attempt: Any, *case: Any) -> Any:
    """What an attempt is judged by, unless its exercise says otherwise: what it returns."""
    return attempt(*case)


@dataclass(frozen=True)
class Mistake:
    """A wrong version of the solution, and the sentence that says what to change.

    Attributes:
        version: the wrong function or class.
        sentence: what to change.
        raises: the type of error that it fails with, if it does. Attempts that fail with that type on the same cases
            are recognized, whatever the words of their error; without it, the words count too.
    """

    version: Any
    sentence: str
    raises: type[BaseException] | None = None


@dataclass(eq=False, kw_only=True)
class Exercise:
    """One exercise; the decorator `exercise` makes them, and says what the attributes mean."""

    id: str
    title: str
    minutes: int
    difficulty: int
    hints: Sequence[str]
    solution: Any
    cases: Callable[[torch.Generator], Sequence[Case]]
    probe: Callable[..., Any]
    picture: Callable[[], Case] | None
    signed: bool
    seconds: float
    forbids: Mapping[str, str]
    mistakes: list[Mistake] = field(default_factory=list)
    patient: Any = None

    @property
    def name(self) -> str:
        """What the learner's version is called in the notebook."""
        name: str = self.solution.__name__
        return name

    @property
    def patience(self) -> float:
        """How many seconds an attempt gets on this machine."""
        return self.seconds * run.slowness()

    @property
    def argument_names(self) -> list[str]:
        """What the arguments of a case are called: as in the stub, or as in the probe."""
        if self.probe is returned:
            return list(inspect.signature(self.solution).parameters)
        return list(inspect.signature(self.probe).parameters)[1:]

    @property
    def learners_arguments(self) -> list[str]:
        """Those of `argument_names` that the learner's function gets too, and knows by that name."""
        if inspect.isclass(self.solution):
            return []
        own = inspect.signature(self.solution).parameters
        return [name for name in self.argument_names if name in own]

    def mistake(self, sentence: str, *, raises: type[BaseException] | None = None) -> Callable[[Any], Any]:
        """A decorator: what stands below is a known mistake, and `sentence` says what to change.

        `raises` declares the type of error that it fails with, as `Mistake` says.
        """

        def add(version: Any) -> Any:
            self.mistakes.append(Mistake(version, sentence, raises))
            return version

        return add

    def broken(self, sentence: str) -> Callable[[Any], Any]:
        """A decorator: the notebook holds what stands below, to be mended, in place of three dots.

        Left as it is, it is not attempted yet. What behaves like it gets the sentence, as with any known mistake.
        """

        def add(version: Any) -> Any:
            self.patient = version
            return self.mistake(sentence)(version)

        return add

    def code(self) -> str:
        """The solution as the learner could have written it."""
        return source.code(self.solution)

    def stub(self) -> str:
        """What the notebook holds: names, docstrings and three dots for the code; or the code that is to be mended."""
        if self.patient is not None:
            return source.code(self.patient).replace(f"def {self.patient.__name__}(", f"def {self.name}(", 1)
        return source.emptied(self.code())


def exercise(
    id: str,
    title: str,
    *,
    minutes: int,
    difficulty: int,
    hints: Sequence[str],
    cases: Callable[[torch.Generator], Sequence[Case]],
    probe: Callable[..., Any] = returned,
    picture: Callable[[], Case] | None = None,
    signed: bool = True,
    seconds: float = 10,
    forbids: Mapping[str, str] | None = None,
) -> Callable[[Any], Exercise]:
    """A decorator: the function (or class) below is the solution of an exercise.

    Args:
        id: "2.1" for the first exercise of notebook 02.
        title: what is to be built, in a few words.
        minutes: suggested time.
        difficulty: 1, 2 or 3.
        hints: a ladder, the gentlest first; at least two.
        cases: makes the argument lists that an attempt is tried on, from a random generator. Take several shapes, most
            of them not square, batches of one and of more, classes other than 0, and leave out each argument that has a
            default once: what no case tells apart, passes.
        probe: is called as `probe(attempt, *case)`, and what it gives for the attempt must be what it gives for the
            solution. Without it, the returned values are compared. A probe lets an exercise ask for more, such as what
            is left of a hook after an exception.
        picture: makes the arguments of one call whose answer is a map; a wrong attempt's map is then drawn beside the
            expected one.
        signed: whether these maps have negative values, for their colors.
        seconds: how long an attempt may take for all cases, on a usual machine; a slower one gives it more.
        forbids: name -> sentence: what the text asks to do without. An attempt whose code uses such a name is wrong,
            however right its numbers are, and gets the sentence.

    Raises:
        ValueError: the id is malformed, or there are fewer than two hints.
    """
    if not _ID.fullmatch(id):
        raise ValueError(f"an exercise's id must be notebook.number, such as '2.1', got {id!r}")
    if len(hints) < 2:
        raise ValueError(f"exercise {id} must have at least two hints, got {len(hints)}")

    def make(solution: Any) -> Exercise:
        return Exercise(
            id=id, title=title, minutes=minutes, difficulty=difficulty, hints=tuple(hints), solution=solution,
            cases=cases, probe=probe, picture=picture, signed=signed, seconds=seconds, forbids=dict(forbids or {}),
        )  # fmt: skip

    return make
