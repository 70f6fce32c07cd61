"""What students could have written: nothing right is refused, nothing wrong accepted, and most of it told by name.

The attempts were written by people who had not seen the exercises' files. `make exercises` prints the same as a table.
"""

import sys
from functools import cache
from pathlib import Path

import pytest

from cam_tutorial.course import catalog

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
import exercise_table


@cache
def judged(id):
    return exercise_table.judged(id)


@pytest.mark.parametrize("id", catalog.ids)
def test_right_is_accepted_and_wrong_refused(id):
    results = judged(id)
    assert sum(one.right for one in results) >= 2 and sum(not one.right for one in results) >= 10
    assert [(one.name, one.verdict.sentence) for one in results if one.right != one.accepted] == []
    assert [(one.name, one.verdict.trouble) for one in results if one.verdict.trouble] == []


@pytest.mark.parametrize("notebook", catalog.notebooks)
def test_at_least_four_of_five_get_a_specific_sentence_and_no_reader_found_one_false(notebook):
    refused = [
        one
        for id in catalog.ids
        if id.split(".")[0] == notebook
        for one in judged(id)
        if not one.right and not one.accepted
    ]
    assert [(one.exercise, one.name) for one in refused if one.read is False] == []
    assert sum(one.specific for one in refused) >= 0.8 * len(refused)
