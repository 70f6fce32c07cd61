"""One place guesses what a mistyped name was to be."""

import pytest

from cam_tutorial.suggest import did_you_mean, nearest

ANIMALS = ["cat", "crab", "bird"]


def test_the_likest_comes_first():
    assert nearest("crat", ANIMALS) == ["cat", "crab"]
    assert nearest("crat", ANIMALS, count=1) == ["cat"]
    assert nearest("zebra crossing", ANIMALS) == []


@pytest.mark.parametrize(
    ("name", "known", "end"),
    [
        ("CAT", ANIMALS, "; did you mean 'cat'?"),
        ("brid", ["Bird"], "; did you mean 'Bird'?"),
        (2.1, ["2.1", "3.4"], "; did you mean '2.1'?"),
        (None, ANIMALS, ""),
        ("xyz", [], ""),
    ],
)
def test_the_end_of_a_sentence(name, known, end):
    assert did_you_mean(name, known) == end
