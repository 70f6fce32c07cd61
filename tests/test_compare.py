"""When two answers count as the same, and what is said of those that differ."""

import numpy as np
import pytest
import torch

from cam_tutorial.exercises import compare

T = torch.tensor


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        (T([1.0, 2.0]), T([1.0, 2.00001])),
        (T([1, 2]), T([1.0, 2.0])),
        (3, T(3.0)),
        (T(3.0), 3.0),
        (np.float64(3), 3.0),
        (np.bool_(True), True),
        (T(True), True),
        ([1, 2], (1, 2)),
        (T([1, 2]), (1, 2)),
        (np.array([1, 2]), (1, 2)),
        (float("nan"), float("nan")),
        ({"a": T([1.0]), "more": 3}, {"a": T([1.0])}),
    ],
)
def test_the_same(got, expected):
    assert compare.difference(got, expected) == ""


@pytest.mark.parametrize(
    ("got", "expected", "clause"),
    [
        (T([1.0, 2.1]), T([1.0, 2.0]), "the result[1] is 2.1, expected 2"),
        (T([[1.0, float("nan")]]), T([[1.0, 2.0]]), "the result[0, 1] is nan, expected 2"),
        (T([1.0]), T(1.0), "the result has the shape (1,), expected ()"),
        (None, 3, "the result is None: is there a `return`?"),
        (1, True, "the result is an int, expected True or False"),
        (True, 1.0, "the result is a bool, expected a number"),
        (False, True, "the result is False, expected True"),
        ((1, 2, 3), (1, 2), "the result has 3 entries, expected 2"),
        ((1, 3), (1, 2), "the result[1] is 3, expected 2"),
        (5, (1, 2), "the result is an int, expected a tuple of 2"),
        ({}, {"hooks left": 0}, "the result has no 'hooks left'"),
        ({"hooks left": 2}, {"hooks left": 0}, "hooks left is 2, expected 0"),
    ],
)
def test_different(got, expected, clause):
    assert compare.difference(got, expected) == clause
