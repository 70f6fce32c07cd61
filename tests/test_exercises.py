"""Every exercise of the course: its solution passes, and every known mistake is told apart from every other."""

import functools
import inspect
import re
import sys
from collections import Counter

import pytest
import torch
from torch import Tensor

from cam_tutorial import exercises
from cam_tutorial.practice import verdict
from cam_tutorial.practice.exercise import Exercise, returned
from cam_tutorial.practice.verdict import judge

ALL = exercises.every()
MISTAKES = [(one, mistake) for one in ALL for mistake in one.mistakes]
NAMES = [f"{one.id}-{k}-{mistake.sentence[:40]}" for one in ALL for k, mistake in enumerate(one.mistakes)]


@pytest.fixture(params=ALL, ids=lambda one: one.id)
def one(request) -> Exercise:
    return request.param


def written(one, source):
    """The function or class that `source` defines where the solution stands, and not the solution itself."""
    names = dict(vars(sys.modules[one.solution.__module__]))
    exec(compile(source, "<a cell>", "exec"), names)
    return names[one.name]


def test_ids_count_up_within_each_notebook():
    for notebook in {one.id.split(".")[0] for one in ALL}:
        ids = [one.id for one in ALL if one.id.startswith(f"{notebook}.")]
        assert ids == [f"{notebook}.{k}" for k in range(1, len(ids) + 1)]
        assert len(ids) >= (4 if int(notebook) < 7 else 1)


def test_the_solution_passes_when_it_is_written_again(one):
    found = judge(one, written(one, one.code()))
    assert found.state == "solved", (found.sentence, found.detail)


def test_it_passes_on_other_random_inputs_too(one):
    assert [judge(one, written(one, one.code()), seed=seed).state for seed in (1, 2)] == ["solved", "solved"]


def test_the_stub_is_not_attempted(one):
    stub = written(one, one.stub())
    assert judge(one, stub).state == "not attempted"
    assert judge(one, one.solution).state == "not attempted"  # the tutorial's own, handed back


def test_there_is_what_a_learner_needs(one):
    assert len(one.hints) >= 2 and len(one.mistakes) >= 3
    assert 1 <= one.difficulty <= 3 and 1 <= one.minutes <= 30
    assert one.name.startswith("my_") or one.name.startswith("My")
    assert written(one, one.stub()).__doc__
    for sentence in (*one.hints, *(mistake.sentence for mistake in one.mistakes)):
        assert sentence[0].isupper() or sentence[0] in "`.(α", sentence
        assert sentence.rstrip(")`”")[-1] in ".!?", sentence
    assert not any(one.code().strip() in hint for hint in one.hints)


def said(one, mistake, seed):
    """What is said of an attempt that does what a mistake does."""
    version = mistake.version
    if version is one.patient:  # the code of the notebook itself is not attempted; what behaves like it is wrong
        assert judge(one, version).state == "not attempted"
        version = functools.wraps(version)(lambda *case: mistake.version(*case))
        del version.__wrapped__
    return judge(one, version, seed=seed)


@pytest.mark.parametrize(("one", "mistake"), MISTAKES, ids=NAMES)
def test_every_mistake_gets_its_own_sentence(one, mistake):
    found = said(one, mistake, seed=0)
    assert (found.state, found.sentence) == ("wrong", mistake.sentence), found.detail


def test_so_it_does_on_other_random_inputs(one):
    """One in six of them: all of them on one seed take minutes already."""
    for mistake in one.mistakes[::6]:
        found = said(one, mistake, seed=1)
        assert (found.state, found.sentence) == ("wrong", mistake.sentence), found.detail


def test_there_are_hundreds_of_them_as_the_readme_says(root):
    (said,) = re.findall(r"More than ([\d,]+) known mistakes", (root / "README.md").read_text(encoding="utf-8"))
    assert 0 < len(MISTAKES) - int(said.replace(",", "")) < 200


def test_what_a_mistake_declares_to_raise_it_raises(one):
    trial = verdict._trial(one, 0)
    for mistake, made in trial.mistakes:
        errors = [made[k].error for k in range(len(trial.cases)) if made[k].error is not None]
        if mistake.raises is not None:
            assert errors and all(isinstance(error, mistake.raises) for error in errors), mistake.sentence


def test_no_two_mistakes_of_an_exercise_share_a_sentence(one):
    """But for two variants of one slip; and the same slip in two exercises may have the same words."""
    sentences = Counter(mistake.sentence for mistake in one.mistakes)
    assert [sentence for sentence, count in sentences.items() if count > 2] == []


def square(argument) -> bool:
    return isinstance(argument, Tensor) and argument.ndim >= 2 and argument.shape[-1] == argument.shape[-2]


def first_class(argument) -> bool:
    if isinstance(argument, Tensor):
        return not argument.is_floating_point() and argument.dtype != torch.bool and not argument.any()
    return isinstance(argument, int) and argument == 0


def batch_of_one(argument) -> bool:
    return isinstance(argument, Tensor) and argument.ndim == 4 and len(argument) == 1


@pytest.mark.parametrize("narrow", [square, first_class, batch_of_one])
def test_what_is_right_in_a_special_case_only_is_wrong(one, narrow):
    """A right answer where an argument is of that special kind, and zeros elsewhere."""
    if one.probe is not returned:
        pytest.skip("its cases are judged by a probe")
    cases = one.cases(torch.Generator().manual_seed(0))
    kinds = {
        square: lambda a: isinstance(a, Tensor) and a.ndim >= 2,
        first_class: lambda a: isinstance(a, int) or (isinstance(a, Tensor) and a.dtype == torch.long),
        batch_of_one: lambda a: isinstance(a, Tensor) and a.ndim == 4,
    }
    positions = [k for k, argument in enumerate(cases[0]) if kinds[narrow](argument)]
    if not positions:
        pytest.skip("it has no such argument")

    def attempt(*case):
        right = one.solution(*case)
        if all(narrow(case[k]) for k in positions):
            return right
        return torch.zeros_like(right) - 7 if isinstance(right, Tensor) else None

    attempt.__signature__ = inspect.signature(one.solution)
    assert judge(one, attempt).state == "wrong"
