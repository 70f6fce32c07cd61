"""What is told from an attempt's code alone."""

import functools

import pytest
import torch

from cam_tutorial.practice import source


def dots(x): ...


def documented(x):
    """what it does"""
    ...


def passes(x):
    # TODO
    pass


def not_implemented(x):
    """what it does"""
    raise NotImplementedError("later")


def gives_none(x):
    return None


class Idle:
    """what it does"""

    @staticmethod
    def forward(ctx, x): ...

    @staticmethod
    def backward(ctx, g):
        pass


IDLE = [dots, documented, passes, not_implemented, gives_none, Idle]


@pytest.mark.parametrize("attempt", IDLE)
def test_nothing_is_written_yet(attempt):
    assert source.is_idle(attempt)


@pytest.mark.parametrize(
    "body", ["...", "pass", "'doc'\n    ...", "raise NotImplementedError", "return None", "return"]
)
def test_also_where_the_source_cannot_be_had(body):
    names: dict = {}
    exec(f"def f(x):\n    {body}", names)
    assert source.is_idle(names["f"])


class Begun:
    @staticmethod
    def forward(ctx, x):
        return x

    @staticmethod
    def backward(ctx, g): ...


class Callable:
    def __call__(self, x):
        return x


@pytest.mark.parametrize(
    "attempt", [lambda x: x, Begun, Callable(), functools.partial(max, 3), max, 3, None, torch.relu]
)
def test_something_is_written(attempt):
    assert not source.is_idle(attempt)


STUB = "def my_f(x):\n    y = x + 1\n    return y * 2"


@pytest.mark.parametrize(
    ("text", "same"),
    [
        (STUB, True),
        ("\n\ndef my_f(x):\n    '''documented'''\n\n    y = x + 1  # a comment\n    return y * 2", True),
        ("def my_f(x):\n    y = x + 1\n    return y * 3", False),
        ("def my_f(x, z):\n    y = x + 1\n    return y * 2", False),
    ],
)
def test_unchanged(text, same, tmp_path):
    file = tmp_path / "cell.py"
    file.write_text(text)
    names: dict = {}
    exec(compile(text, str(file), "exec"), names)
    assert source.is_same(names["my_f"], STUB) is same


@pytest.mark.parametrize(
    ("text", "same"),
    [(STUB, True), ("\n\n" + STUB, True), (STUB.replace("* 2", "* 3"), False), (STUB.replace("x + 1", "x - 1"), False)],
)
def test_unchanged_where_the_source_cannot_be_had(text, same):
    names: dict = {}
    exec(text, names)
    assert source.is_same(names["my_f"], STUB) is same


def helper(x):
    return torch.softmax(x, 0)


def calls_a_helper(x):
    return helper(x)


def test_names_of_helpers_are_seen_too():
    assert source.names(calls_a_helper) == {"torch", "softmax"}  # what a helper is called is the learner's own affair
    assert {"sum", "relu"} <= source.names(lambda x: [row.relu() for row in x.sum(0)])
    assert "amax" in source.names(functools.partial(lambda k, x: x.amax(k), 1))
    assert source.names(max) == set()
