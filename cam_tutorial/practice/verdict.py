"""The verdict on an attempt: not attempted, solved, or what to change."""

import inspect
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal
from weakref import WeakKeyDictionary

import torch
from torch import Tensor, nn

from . import errors, relations, snapshot, source
from .compare import Difference, difference, dtypes, is_telling, kind, stops_later
from .exercise import Exercise, Mistake, returned
from .run import Outcome, Report, each, run

State = Literal["not attempted", "wrong", "solved"]
# Where a sentence comes from. "place" says no more than where it differs, "plain" that it does, or what the error was.
Basis = Literal["", "call", "time", "mistake", "forbidden", "side effect", "relation", "error", "place", "plain"]


@dataclass(frozen=True)
class Verdict:
    """What is said of an attempt.

    Attributes:
        state: not attempted, wrong or solved.
        sentence: what to change; of a right answer, a word of warning or nothing.
        detail: the learner's own line, or the call and the first number that differs.
        printed: what the attempt printed.
        basis: where the sentence comes from.
        example: of a right answer in types that later cells stumble over, one answer of the solution: what to convert
            to.
        trouble: of ours, not of the attempt: the error that came up where a relation was looked for.
    """

    state: State
    sentence: str
    detail: str = ""
    printed: str = ""
    basis: Basis = ""
    example: Any = None
    trouble: str = ""


def judge(exercise: Exercise, attempt: Any, seed: int = 0) -> Verdict:
    """Try an attempt on random inputs of several shapes, and say what is wrong with it.

    The attempt may raise, hang, print or plot as much as it likes. The global random state is left alone.
    """
    if attempt is exercise.solution or source.is_idle(attempt):
        return Verdict("not attempted", "")
    if exercise.patient is not None and (attempt is exercise.patient or source.is_same(attempt, exercise.stub())):
        return Verdict("not attempted", "")
    if found := _misfit(exercise, attempt):
        return Verdict("wrong", found, basis="call")
    with torch.random.fork_rng(devices=[]):
        trial = _trial(exercise, seed)
        report = run(partial(exercise.probe, attempt), trial.cases, exercise.patience, seed)
        if report.late is not None:
            return _too_slow(trial, report)
        differences = [*map(trial.judged, report.outcomes, trial.expected)]
        if any(differences):
            return _wrong(trial, report, differences)
    for name, sentence in exercise.forbids.items():
        if name in source.names(attempt):
            return Verdict("wrong", sentence, "Its numbers are right.", report.printed, "forbidden")
    return _solved(trial, report)


class _Lazily:
    """What a version makes of the cases, each case when it is first asked for: most differ in the first."""

    def __init__(self, call: Any, cases: Any, seed: int) -> None:
        self._outcomes, self._found = each(call, cases, seed), list[Outcome]()

    def __getitem__(self, position: int) -> Outcome:
        while len(self._found) <= position:
            self._found.append(next(self._outcomes))
        return self._found[position]


class _Trial:
    """The cases of an exercise for one seed, and what its solution and the known mistakes make of them."""

    def __init__(self, exercise: Exercise, seed: int) -> None:
        self.exercise, self.seed = exercise, seed
        torch.manual_seed(seed)
        self.cases = exercise.cases(torch.Generator().manual_seed(seed))
        self.expected = list(each(partial(exercise.probe, exercise.solution), self.cases, seed))
        self._made = [_Lazily(partial(exercise.probe, m.version), self.cases, seed) for m in exercise.mistakes]

    @property
    def mistakes(self) -> list[tuple[Mistake, "_Lazily"]]:
        """The known mistakes, and what each makes of the cases."""
        return list(zip(self.exercise.mistakes, self._made, strict=True))

    @staticmethod
    def judged(got: Outcome, expected: Outcome) -> Difference | Outcome | None:
        """What is wrong with one outcome: a difference, or the outcome itself if it failed or changed something."""
        if got.error is not None:
            return got
        return difference(got.value, expected.value) or (got if got.changed != expected.changed else None)

    def called(self, position: int) -> str:
        """How a case is called, in a few words: `called with features (2, 3, 4, 5), class_index 2`."""
        names = self.exercise.argument_names
        said = ", ".join(f"{name} {_brief(value)}" for name, value in zip(names, self.cases[position], strict=False))
        return f"called with {said}"


_trials: WeakKeyDictionary[Exercise, dict[tuple[int, int], _Trial]] = WeakKeyDictionary()


def _trial(exercise: Exercise, seed: int) -> _Trial:
    """The trial, made once: who tries again need not wait for all the known mistakes again."""
    kept = _trials.setdefault(exercise, {})
    key = seed, len(exercise.mistakes)
    if key not in kept:
        kept[key] = _Trial(exercise, seed)
    return kept[key]


def _wrong(trial: _Trial, report: Report, differences: list[Any]) -> Verdict:
    """What to say of an attempt that is wrong in some case: a known mistake, else what its answers or errors show."""
    exercise, outcomes = trial.exercise, report.outcomes
    # A wrong value or an error comes before something that was changed beside a right value.
    wrong = [k for k, found in enumerate(differences) if isinstance(found, Difference) or outcomes[k].error is not None]
    first = wrong[0] if wrong else next(position for position, found in enumerate(differences) if found)
    found, outcome, called = differences[first], outcomes[first], trial.called(first)
    if isinstance(found, Difference):
        detail = f"{called}:\n{found.text}"
    elif outcome.error is not None:
        detail = f"{outcome.line}\n{called}" if outcome.line else f"{errors.said(outcome.error)}\n{called}"
    else:
        detail = called
    if mistake := _known_mistake(trial, outcomes):
        return Verdict("wrong", mistake.sentence, detail, report.printed, "mistake")
    if not wrong:
        sentence = snapshot.sentence(outcome.changed[0], exercise.name, exercise.argument_names)
        return Verdict("wrong", f"The result is right, but {sentence}.", called, report.printed, "side effect")
    if outcome.error is not None:
        said = f"{exercise.name} stops with an error: {errors.said(outcome.error)}"
        meaning = errors.meaning(outcome.error)
        sentence = f"{_ended(said)} {meaning}".rstrip()
        if any(found is None for found in differences):
            sentence += f" In {_counted(differences)} it is right."
        return Verdict("wrong", sentence, detail, report.printed, "error" if meaning else "plain")
    try:
        sentence, basis = _related(trial, outcomes)
    except Exception as error:  # answers can be of any type and size; then the first difference alone is shown
        return Verdict("wrong", found.sentence, called, report.printed, "plain", trouble=errors.said(error))
    if sentence:
        return Verdict("wrong", sentence, detail, report.printed, basis)
    return Verdict("wrong", found.sentence, called, report.printed, "plain")


def _related(trial: _Trial, outcomes: list[Outcome]) -> tuple[str, Basis]:
    """How the answers hang together with the right ones; "" where that is not known."""
    answered = [position for position, outcome in enumerate(outcomes) if outcome.error is None]
    cases = [trial.cases[k] for k in answered]
    got, right = ([values[k] for k in answered] for values in (outcomes, trial.expected))
    errors_too = ""
    if len(answered) < len(outcomes):
        error = next(outcome.error for outcome in outcomes if outcome.error is not None)
        errors_too = f" In {len(outcomes) - len(answered)} of {len(outcomes)} calls it stops with {errors.said(error)}"
        errors_too = _ended(errors_too)
    if sentence := relations.sentence(trial.exercise, cases, got, right):
        return sentence + errors_too, "relation"
    made = [(mistake, (outcomes_[k] for k in answered)) for mistake, outcomes_ in trial.mistakes]
    if sentence := relations.two_at_once(trial.exercise, cases, got, right, made):
        return sentence + errors_too, "relation"
    sentence = relations.where(trial.exercise, cases, got, right)
    return sentence and sentence + errors_too, "place"


def _counted(differences: list[Any]) -> str:
    right = sum(found is None for found in differences)
    return f"{right} of {len(differences)} calls"


def _known_mistake(trial: _Trial, outcomes: list[Outcome]) -> Mistake | None:
    """The mistake that does what the attempt does: on all cases, or else wherever both give numbers."""
    near = None
    for mistake, made in trial.mistakes:
        alike = _likeness(trial, mistake, made, outcomes)
        if alike == "everywhere":
            return mistake
        if alike == "where both give numbers" and near is None:
            near = mistake
    return near


def _likeness(trial: _Trial, mistake: Mistake, all_made: _Lazily, outcomes: list[Outcome]) -> str:
    """How far an attempt does what a mistake does; "" where their answers differ anywhere.

    Where one of them fails and the other does not (`weights[:, c]` fits some shapes and not others), their answers in
    the other cases decide, if these are telling: two cases at least in which the mistake's numbers are wrong.
    """
    telling, everywhere = 0, True
    answered = sum(outcome.error is None for outcome in outcomes)
    for position, (got, right) in enumerate(zip(outcomes, trial.expected, strict=True)):
        made = all_made[position]
        if got.error is not None or made.error is not None:
            everywhere = everywhere and _same_error(got, made, mistake)
            if not everywhere and answered < 2:
                return ""
        elif difference(got.value, made.value) or got.changed != made.changed:
            return ""
        elif is_telling(made.value, right.value):
            telling += 1
    if everywhere:
        return "everywhere"
    return "where both give numbers" if telling >= 2 else ""


def _same_error(got: Outcome, made: Outcome, mistake: Mistake) -> bool:
    if got.error is None or made.error is None:
        return False
    if mistake.raises is not None:
        return isinstance(got.error, mistake.raises) and isinstance(made.error, mistake.raises)
    return type(got.error) is type(made.error) and errors.gist(got.error) == errors.gist(made.error)


def _solved(trial: _Trial, report: Report) -> Verdict:
    """Right; with a word of warning where an answer is of a type that a later cell may stumble over."""
    if trial.exercise.probe is not returned:
        return Verdict("solved", "", printed=report.printed)
    for got, expected in zip(report.outcomes, trial.expected, strict=True):
        if stops_later(got.value, expected.value):
            note = "(It gives other types of numbers than Python's own: the notebook converts them.)"
            return Verdict("solved", note, printed=report.printed, example=expected.value)
        for given, wanted in zip(dtypes(got.value), dtypes(expected.value), strict=False):
            if given != wanted:
                note = f"(It gives {given}, the tutorial's {wanted}: convert it if a later cell stumbles over that.)"
                return Verdict("solved", note, printed=report.printed)
    return Verdict("solved", "", printed=report.printed)


def _too_slow(trial: _Trial, report: Report) -> Verdict:
    exercise = trial.exercise
    late = f"{exercise.name} was not finished after {exercise.patience:g} seconds"
    if report.stopped:
        sentence = f"{late} and was stopped: is there a loop without an end?"
    else:
        sentence = f"{late} and cannot be stopped: restart the kernel, and look for a loop without an end."
    called = trial.called(len(report.outcomes))
    detail = f"it was in {report.late}\n{called}" if report.late else called
    return Verdict("wrong", sentence, detail, report.printed, "time")


def _misfit(exercise: Exercise, attempt: Any) -> str:
    """Why an attempt cannot even be called; empty if it can."""
    name = exercise.name
    if inspect.isclass(exercise.solution):
        if inspect.isclass(attempt):
            return ""
        return f"{name} is {kind(attempt)}, and a class is asked for: keep the name after `class`."
    if not callable(attempt):
        return f"{name} is {kind(attempt)}: pass the function itself, without calling it."
    if inspect.iscoroutinefunction(attempt):
        return f"{name} is an `async` function, which hands out no result when it is called: write `def` alone."
    wanted = inspect.signature(exercise.solution)
    try:
        own = inspect.signature(attempt)
    except (TypeError, ValueError):  # a function of C that does not tell
        return ""
    for count in range(_required(wanted), len(wanted.parameters) + 1):
        try:
            own.bind(*[None] * count)
        except TypeError:
            return (
                f"{name} takes ({', '.join(own.parameters) or 'nothing'}), and is called with "
                f"({', '.join(list(wanted.parameters)[:count])}): keep the stub's first line as it is."
            )
    return ""


def _required(signature: inspect.Signature) -> int:
    """How many arguments a function cannot do without."""
    return sum(parameter.default is inspect.Parameter.empty for parameter in signature.parameters.values())


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
