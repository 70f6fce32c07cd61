"""What an exercise is: a solution, what it is tried on, and the known ways to get it wrong.

@exercise("2.1", "The class activation map", minutes=10, difficulty=1, cases=features_and_weights, hints=[...])
def my_class_activation_map(features, weights, class_index):
    ...

@my_class_activation_map.mistake("You took a column of the weights; a class has a row.")
def takes_a_column(features, weights, class_index):
    ...
"""

import ast
import difflib
import importlib
import inspect
import pkgutil
import re
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch

Case = tuple[Any, ...]  # the arguments of one call

_ID = re.compile(r"\d\.\d{1,2}")
_MODULE = "notebook_0"  # notebook_02.py holds the exercises of notebook 02
_known: dict[str, "Exercise"] = {}


def returned(attempt: Any, *case: Any) -> Any:
    """What an attempt is judged by, unless its exercise says otherwise: what it returns."""
    return attempt(*case)


@dataclass(frozen=True)
class Mistake:
    """A wrong version of the solution, and the sentence that says what to change."""

    version: Any
    sentence: str


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
    mistakes: list[Mistake] = field(default_factory=list)
    patient: Any = None

    @property
    def name(self) -> str:
        """What the learner's version is called in the notebook."""
        name: str = self.solution.__name__
        return name

    def mistake(self, sentence: str) -> Callable[[Any], Any]:
        """A decorator: what stands below is a known mistake, and `sentence` says what to change."""

        def add(version: Any) -> Any:
            self.mistakes.append(Mistake(version, sentence))
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
        return _source(self.solution)

    def stub(self) -> str:
        """What the notebook holds: names, docstrings and three dots for the code; or the code that is to be mended."""
        if self.patient is not None:
            return _source(self.patient).replace(f"def {self.patient.__name__}(", f"def {self.name}(", 1)
        return ast.unparse(_Emptied().visit(ast.parse(self.code())))


def _source(version: Any) -> str:
    """The code of a function or class, without the first of its decorators."""
    source = textwrap.dedent(inspect.getsource(version))
    node = ast.parse(source).body[0]
    assert isinstance(node, ast.FunctionDef | ast.ClassDef)
    return "\n".join(source.splitlines()[node.decorator_list[0].end_lineno :])


class _Emptied(ast.NodeTransformer):
    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        docstring = node.body[:1] if ast.get_docstring(node) is not None else []
        node.body = [*docstring, ast.Expr(ast.Constant(...))]
        return node


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
) -> Callable[[Any], Exercise]:
    """A decorator: the function (or class) below is the solution of an exercise.

    Args:
        id: "2.1" for the first exercise of notebook 02.
        title: what is to be built, in a few words.
        minutes: suggested time.
        difficulty: 1, 2 or 3.
        hints: a ladder, the gentlest first; at least two.
        cases: makes the argument lists that an attempt is tried on, from a random generator. Take several shapes, none
            of them square, batches of more than one, and classes other than 0: what no case tells apart, passes.
        probe: is called as `probe(attempt, *case)`, and what it gives for the attempt must be what it gives for the
            solution. Without it, the returned values are compared. A probe lets an exercise ask for more, such as what
            is left of a hook after an exception.
        picture: makes the arguments of one call whose answer is a map; a wrong attempt's map is then drawn beside the
            expected one.
        signed: whether these maps have negative values, for their colors.
        seconds: how long an attempt may take for all cases.

    Raises:
        ValueError: the id is taken or malformed, or there are fewer than two hints.
    """
    if not _ID.fullmatch(id):
        raise ValueError(f"an exercise's id must be notebook.number, such as '2.1', got {id!r}")
    if id in _known:
        raise ValueError(f"there is an exercise {id} already: {_known[id].title}")
    if len(hints) < 2:
        raise ValueError(f"exercise {id} must have at least two hints, got {len(hints)}")

    def make(solution: Any) -> Exercise:
        _known[id] = Exercise(
            id=id, title=title, minutes=minutes, difficulty=difficulty, hints=tuple(hints), solution=solution,
            cases=cases, probe=probe, picture=picture, signed=signed, seconds=seconds,
        )  # fmt: skip
        return _known[id]

    return make


def find(id: str) -> Exercise:
    """The exercise with this id.

    Raises:
        ValueError: there is none.
    """
    known = {one.id: one for one in every()}
    if id not in known:
        near = difflib.get_close_matches(str(id), known, n=1, cutoff=0.5)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"there is no exercise {id!r}: the ids are {', '.join(known)}{hint}")
    return known[id]


def every() -> list[Exercise]:
    """All exercises, in reading order."""
    package = importlib.import_module(__package__ or "")
    for module in pkgutil.iter_modules(package.__path__):
        if module.name.startswith(_MODULE):
            importlib.import_module(f"{package.__name__}.{module.name}")
    return sorted(_known.values(), key=lambda one: [int(number) for number in one.id.split(".")])
