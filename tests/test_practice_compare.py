"""When two answers count as the same, and what is said of those that differ."""

import numpy as np
import pytest
import torch

from cam_tutorial.practice import compare

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
        (torch.ones(2, 3), [torch.ones(3), torch.ones(3)]),  # a stack for a list
        (T([1.0, 0.0]).to_sparse(), T([1.0, 0.0])),
        (T([1.0]).double().requires_grad_(), T([1.0])),
    ],
)
def test_the_same(got, expected):
    assert compare.difference(got, expected) is None


@pytest.mark.parametrize(
    ("got", "expected", "kind", "clause"),
    [
        (T([1.0, 2.1]), T([1.0, 2.0]), "value", "the result[1] is 2.1, expected 2"),
        (T([[1.0, float("nan")]]), T([[1.0, 2.0]]), "value", "the result[0, 1] is nan, expected 2"),
        (T([1.0]), T(1.0), "shape", "the result has the shape (1,), expected ()"),
        (None, 3, "nothing", "the result is None: is there a `return`?"),
        (1, True, "type", "the result is an int, expected True or False"),
        (True, 1.0, "type", "the result is a bool, expected a number"),
        (False, True, "value", "the result is False, expected True"),
        ((1, 2, 3), (1, 2), "length", "the result has 3 entries, expected 2"),
        ((1, 3), (1, 2), "value", "the result[1] is 3, expected 2"),
        (5, (1, 2), "type", "the result is an int, expected a tuple of 2"),
        ({}, {"hooks left": 0}, "missing", "the result has no 'hooks left'"),
        (T([1.0]), T([True]), "type", "the result holds numbers, expected True and False"),
        (T([True]), T([1.0]), "type", "the result holds True and False, expected numbers"),
        (T([1j]), T([1.0]), "type", "the result holds complex numbers, expected real ones"),
        (
            torch.ones(1, device="meta"),
            T([1.0]),
            "type",
            "the result is a tensor without numbers (on the device “meta”)",
        ),
        ({"hooks left": 2}, {"hooks left": 0}, "value", "hooks left is 2, expected 0"),
    ],
)
def test_different(got, expected, kind, clause):
    found = compare.difference(got, expected)
    assert (found.kind, found.text) == (kind, clause)


def test_python_numbers_where_the_notebook_counts_with_them():
    got = (T(1), np.int64(2), 3)
    assert compare.stops_later(got, (1, 2, 3)) and not compare.stops_later((1, 2, 3), (1, 2, 3))
    assert not compare.stops_later(T(0.5), 0.5)  # a tensor of one does where a float does
    assert [type(number) for number in compare.like(got, (1, 2, 3))] == [int, int, int]
    assert compare.like(T(1.5), T(1.5)).item() == 1.5


def test_a_difference_is_a_sentence():
    assert compare.difference(T([1.0, 2.1]), T([1.0, 2.0])).sentence == "The result[1] is 2.1, expected 2."
    assert compare.difference(None, 3).sentence == "The result is None: is there a `return`?"
