"""The verdict on an attempt: not attempted, solved, or what to change."""

import dis
import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from types import CodeType
from typing import Any, Literal

import torch
from torch import Tensor, nn

from . import sandbox
from .compare import difference
from .exercise import Case, Exercise, returned
from .sandbox import Outcome

State = Literal["not attempted", "wrong", "solved"]


@dataclass(frozen=True)
class Verdict:
    """What is said of an attempt."""

    state: State
    sentence: str
    detail: str = ""  # the learner's own line, or the first number that differs
    printed: str = ""


def judge(exercise: Exercise, attempt: Any, seed: int = 0) -> Verdict:
    """Try an attempt on random inputs of several shapes, and say what is wrong with it.

    The attempt may raise, hang or print as much as it likes. The global random state is left alone.
    """
    if attempt is exercise.solution or _is_untouched(attempt) or _is_the_patient(exercise, attempt):
        return Verdict("not attempted", "")
    if found := _misfit(exercise, attempt):
        return Verdict("wrong", found)
    printed = sandbox.Printed()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        cases = exercise.cases(torch.Generator().manual_seed(seed))
        expected = list(sandbox.outcomes(lambda *case: exercise.probe(exercise.solution, *case), cases))
        try:
            got = sandbox.guarded(lambda *case: exercise.probe(attempt, *case), cases, exercise.seconds, printed)
        except sandbox.TooSlow as slow:
            verdict = _too_slow(exercise, cases[slow.done], slow)
        else:
            verdict = _compare(exercise, cases, got, expected)
    return Verdict(verdict.state, verdict.sentence, verdict.detail, _said(printed))


def _compare(exercise: Exercise, cases: Sequence[Case], got: list[Outcome], expected: list[Outcome]) -> Verdict:
    if all(map(_alike, got, expected)):
        return Verdict("solved", _type_note(got[0].value, expected[0].value))
    wrong = next(i for i, pair in enumerate(zip(got, expected, strict=True)) if not _alike(*pair))
    detail = _detail(exercise, cases[wrong], got[wrong], expected[wrong])
    for mistake in exercise.mistakes:
        made = sandbox.outcomes(lambda *case, version=mistake.version: exercise.probe(version, *case), cases)
        if all(map(_alike, got, made)):
            return Verdict("wrong", mistake.sentence, detail)
    outcome, name = got[wrong], exercise.name
    if outcome.error is not None:
        return Verdict("wrong", _ended(f"{name} stops with an error: {_error(outcome.error)}"), detail)
    if found := difference(outcome.value, expected[wrong].value):
        sentence = f"T{found[1:]}" if found.startswith("the ") else found  # else it starts with a name
        return Verdict("wrong", _ended(sentence), f"called with {describe(exercise, cases[wrong])}")
    return Verdict("wrong", _changed(exercise, outcome.changed), detail)


def _type_note(got: Any, expected: Any) -> str:
    """A word of warning where a right answer is of a type that later cells may not multiply with."""
    if isinstance(got, Tensor) and isinstance(expected, Tensor) and got.dtype != expected.dtype:
        return (
            f"(It gives {got.dtype}, the tutorial's {expected.dtype}: convert it if a later cell stumbles over that.)"
        )
    return ""


def _alike(a: Outcome, b: Outcome) -> bool:
    if a.error is not None or b.error is not None:
        return type(a.error) is type(b.error)
    return not difference(a.value, b.value) and a.changed == b.changed


def _detail(exercise: Exercise, case: Case, got: Outcome, expected: Outcome) -> str:
    called = f"called with {describe(exercise, case)}"
    if got.error is not None:
        return f"{got.line}\n{called}" if got.line else f"{_error(got.error)}\n{called}"
    found = difference(got.value, expected.value)
    return f"{called}:\n{found}" if found else called


def _changed(exercise: Exercise, changed: str) -> str:
    """The sentence for an attempt that gives the right value and changes what it was given."""
    position, _, what = changed.partition(" ")
    name = _argument_names(exercise)[int(position)]
    ways = {
        "": f"{exercise.name} writes into its argument {name}: compute a new tensor, or work on {name}.clone()",
        "weights": f"{exercise.name} changes the weights of {name}, which belong to the network",
        ".grad": f"{exercise.name} writes into the .grad of {name}'s weights: torch.autograd.grad returns the gradient "
        "and leaves them alone",
        "requires_grad": f"{exercise.name} leaves {name} with other requires_grad flags than before",
        "training mode": f"{exercise.name} leaves {name} in another mode (train or eval) than before",
        "hooks": f"{exercise.name} leaves a hook on {name}: remove it in a `finally`, or use a `with` block",
    }
    return f"The result is right, but {ways[what]}."


def _too_slow(exercise: Exercise, case: Case, slow: sandbox.TooSlow) -> Verdict:
    late = f"{exercise.name} was not finished after {exercise.seconds:g} seconds"
    if slow.stopped:
        sentence = f"{late} and was stopped: is there a loop without an end?"
    else:
        sentence = f"{late} and cannot be stopped: restart the kernel, and look for a loop without an end."
    called = f"called with {describe(exercise, case)}"
    return Verdict("wrong", sentence, f"it was in {slow.line}\n{called}" if slow.line else called)


def _misfit(exercise: Exercise, attempt: Any) -> str:
    """Why an attempt cannot even be called; empty if it can."""
    if inspect.isclass(exercise.solution):
        if inspect.isclass(attempt):
            return ""
        return f"{exercise.name} is {_a(attempt)}, and a class is asked for: keep the name after `class`."
    if not callable(attempt) or inspect.isclass(attempt):
        return f"{exercise.name} is {_a(attempt)}: pass the function itself, without calling it."
    wanted = inspect.signature(exercise.solution)
    names = ", ".join(wanted.parameters)
    try:
        inspect.signature(attempt).bind(*[None] * len(wanted.parameters))
    except TypeError:
        own = ", ".join(inspect.signature(attempt).parameters) or "nothing"
        return f"{exercise.name} takes ({own}), and is called with ({names}): keep the stub's first line as it is."
    except ValueError:  # a function of C that does not tell
        return ""
    return ""


def _is_untouched(attempt: Any) -> bool:
    """Whether there is nothing but a docstring and three dots, in the function or in all of a class's."""
    if inspect.isclass(attempt):
        functions = [getattr(attempt, name) for name, value in vars(attempt).items() if _is_function(value)]
        return bool(functions) and all(map(_is_untouched, functions))
    code = getattr(inspect.unwrap(attempt), "__code__", None) if callable(attempt) else None
    if code is None:
        return False
    idle = {"RESUME", "NOP", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST", "RETURN_GENERATOR", "POP_TOP"}
    steps = list(dis.get_instructions(code))
    constants = [step.argval for step in steps if step.opname in ("LOAD_CONST", "RETURN_CONST")]
    return {step.opname for step in steps} <= idle and constants == [None]


def _is_the_patient(exercise: Exercise, attempt: Any) -> bool:
    """Whether it is the broken code that the notebook holds, unchanged."""
    code = getattr(inspect.unwrap(attempt), "__code__", None) if callable(attempt) else None
    if exercise.patient is None or code is None:
        return False
    # Compiled alone, as in a cell: in a file that imports torch, Python compiles `torch.f()` to other instructions.
    cell = next(c for c in compile(exercise.stub(), "<stub>", "exec").co_consts if isinstance(c, CodeType))
    return any(_same_code(code, known) for known in (cell, inspect.unwrap(exercise.patient).__code__))


def _same_code(a: Any, b: Any) -> bool:
    # Code objects compare their line numbers too, which differ from cell to cell.
    if not isinstance(a, CodeType) or not isinstance(b, CodeType):
        return type(a) is type(b) and bool(a == b)
    pairs = zip(a.co_consts, b.co_consts, strict=False)
    same = a.co_code == b.co_code and a.co_names == b.co_names and len(a.co_consts) == len(b.co_consts)
    return same and all(_same_code(x, y) for x, y in pairs)


def _is_function(value: Any) -> bool:
    return inspect.isfunction(value) or isinstance(value, staticmethod | classmethod)


def describe(exercise: Exercise, case: Case) -> str:
    """The arguments of a call, in a few words: `features (2, 3, 4, 5), class_index 2`."""
    return ", ".join(f"{name} {_brief(value)}" for name, value in zip(_argument_names(exercise), case, strict=False))


def _argument_names(exercise: Exercise) -> list[str]:
    if exercise.probe is returned:
        return list(inspect.signature(exercise.solution).parameters)
    return list(inspect.signature(exercise.probe).parameters)[1:]


def _brief(value: Any) -> str:
    if isinstance(value, Tensor):
        small = value.ndim <= 1 and value.numel() <= 4
        return str([round(v, 3) for v in value.flatten().tolist()]) if small else f"{tuple(value.shape)}"
    if isinstance(value, nn.Module):
        return f"({type(value).__name__})"
    if callable(value):
        return f"({getattr(value, '__name__', type(value).__name__)})"
    return repr(value)


def _ended(sentence: str) -> str:
    return sentence if sentence[-1] in ".?!" else f"{sentence}."


def _error(error: BaseException) -> str:
    message = " ".join(str(error).split())
    message = message if len(message) <= 200 else message[:200] + " …"
    return f"{type(error).__name__}: {message}".removesuffix(": ")


def _said(printed: sandbox.Printed) -> str:
    if printed.count <= sandbox.KEPT:
        return printed.beginning.rstrip()
    return f"{printed.beginning.rstrip()} …\n({printed.count:,} letters in all; the first {sandbox.KEPT} are shown)"


def _a(value: Any) -> str:
    kind = "class" if inspect.isclass(value) else type(value).__name__
    return "None" if value is None else f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"
