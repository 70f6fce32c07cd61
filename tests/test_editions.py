"""A copy is brought to a newer edition of the course, and never a word of the learner's is lost."""

import json

import nbformat
import pytest
from copies import EDITION, NAME, cell, change, edited, insert, make_copy, make_course, read, refresh, texts, write

from cam_tutorial import editions


@pytest.fixture
def course(tmp_path):
    return make_course(tmp_path)


@pytest.fixture
def mine(course):
    return make_copy(course)


# --- A newer edition ---


def test_untouched_cells_follow_and_lose_their_outputs_only_if_they_change(course, mine):
    change(mine)
    write(course / NAME, edited(title="# Another title", task="def f(x): ...\n\ncheck(f)"))
    assert refresh(course) == [f"brought {mine} up to date (cells: 2 changed)"]
    assert texts(mine) == [
        editions.source(one) for one in edited(title="# Another title", task="def f(x): ...\n\ncheck(f)")
    ]
    load, task = read(mine).cells[1:3]
    assert load.outputs[0].text == "ran load\n" and load.execution_count == 7
    assert task.outputs == [] and task.execution_count is None
    assert len(refresh(course)) == 1 and "without a change" in refresh(course)[0]


def test_what_the_learner_wrote_stays_with_its_output(course, mine):
    change(mine, task="def f(x):\n    return 2 * x\n\ncheck(f)")
    write(course / NAME, edited(load="import torch\nx = torch.zeros(3)"))
    assert refresh(course) == [f"brought {mine} up to date (cells: 1 changed)"]
    assert texts(mine)[1:3] == ["import torch\nx = torch.zeros(3)", "def f(x):\n    return 2 * x\n\ncheck(f)"]
    assert read(mine).cells[2].outputs[0].text == "ran task\n"


def test_what_both_changed_stays_and_is_named_once(course, mine):
    change(mine, task="def f(x):\n    return 2 * x\n\ncheck(f)")
    write(course / NAME, edited(task="def f(x):\n    # your code here, in one line\n    ...\n\ncheck(f)"))
    assert refresh(course) == [
        f"brought {mine} up to date",
        f"kept your cell 3 there (“def f(x):”): the course changed it too, see {course / NAME}",
    ]
    assert texts(mine)[2] == "def f(x):\n    return 2 * x\n\ncheck(f)"
    assert "without a change" in refresh(course)[0]


def test_the_same_change_on_both_sides_is_no_clash(course, mine):
    change(mine, load="import torch\nx = torch.ones(4)")
    write(course / NAME, edited(load="import torch\nx = torch.ones(4)"))
    assert len(refresh(course)) == 1 and read(mine).cells[1].outputs[0].text == "ran load\n"


def test_new_cells_come_to_their_place_and_own_ones_stay_at_theirs(course, mine):
    insert(mine, 2, "x.shape  # my own")
    insert(mine, 0, "# on top")
    write(course / NAME, [*EDITION[:2], cell("more", "x.sum()"), *EDITION[2:], cell("last", "bye", "markdown")])
    assert refresh(course) == [f"brought {mine} up to date (cells: 2 new)"]
    title, load, task, end = (editions.source(one) for one in EDITION)
    assert texts(mine) == ["# on top", title, load, "x.shape  # my own", "x.sum()", task, end, "bye"]


def test_cells_that_the_course_dropped_go_only_if_unchanged(course, mine):
    change(mine, task="def f(x): return 5")
    insert(mine, 2, "# between load and task")
    write(course / NAME, [EDITION[0], EDITION[3]])
    assert refresh(course) == [f"brought {mine} up to date (cells: 1 gone)"]
    assert texts(mine) == ["# A title\n\nand a text", "# between load and task", "def f(x): return 5", "the end"]
    write(course / NAME, [*EDITION[:1], cell("new", "new"), EDITION[3]])
    refresh(course)
    assert texts(mine)[1:3] == ["# between load and task", "def f(x): return 5"], "they are the learner's own now"


def test_what_the_learner_deleted_stays_deleted(course, mine):
    notebook = read(mine)
    del notebook.cells[1]
    nbformat.write(notebook, mine)
    write(course / NAME, edited(load="another", end="The end."))
    refresh(course)
    assert texts(mine) == ["# A title\n\nand a text", editions.source(EDITION[2]), "The end."]


def test_the_course_may_move_cells_and_own_ones_move_along(course, mine):
    insert(mine, 3, "f(1)  # my own, behind the task")
    title, load, task, end = EDITION
    write(course / NAME, [title, task, load, end])
    refresh(course)
    assert texts(mine)[1:4] == [editions.source(task), "f(1)  # my own, behind the task", editions.source(load)]


def test_who_has_moved_cells_keeps_that_order(course, mine):
    notebook = read(mine)
    notebook.cells.insert(1, notebook.cells.pop(2))
    nbformat.write(notebook, mine)
    title, load, task, end = EDITION
    write(course / NAME, [title, load, cell("more", "x.sum()"), task, end])
    refresh(course)
    assert texts(mine) == [editions.source(title), editions.source(task), editions.source(load), "x.sum()", "the end"]


def test_ids_that_the_course_gave_to_other_cells_lose_nothing(course, mine):
    """As where ids were numbers: a new cell at the top moves all of them on."""
    change(mine, task="def f(x):\n    return 2 * x\n\ncheck(f)", load="y = 8")
    shifted = [cell("title", "A new first cell", "markdown"), cell("load", "# A title\n\nand a text", "markdown"),
               cell("task", "print('quite another')"), cell("more", "x = 1\nx + 1"),
               cell("end", "the end", "markdown")]  # fmt: skip
    write(course / NAME, shifted)
    refresh(course)
    mine_now = texts(mine)
    assert {"y = 8", "def f(x):\n    return 2 * x\n\ncheck(f)"} < set(mine_now)
    assert {editions.source(one) for one in shifted} < set(mine_now) and len(mine_now) == 7


def test_a_cell_that_got_another_id_keeps_its_output(course, mine):
    change(mine)
    title, load, task, end = EDITION
    write(course / NAME, [title, cell("load", "import math"), {**load, "id": "load-2"}, task, end])
    refresh(course)
    assert [one.outputs[0].text if one.outputs else "" for one in read(mine).cells[1:3]] == ["", "ran load\n"]


# --- What front ends do to a file ---


def test_a_saved_copy_is_recognized_whatever_jupyter_does_to_it(course, mine):
    notebook = json.loads(mine.read_text(encoding="utf-8"))
    notebook["nbformat_minor"] = 6
    notebook["metadata"]["language_info"] = {"name": "python", "version": "3.13.1"}
    notebook["metadata"]["widgets"] = {}
    for one in notebook["cells"]:
        one["metadata"] |= {"collapsed": True, "jupyter": {"source_hidden": True}}
        one["source"] = "".join(one["source"]).replace("\n", "  \n") + "\n\n"
    mine.write_text(json.dumps(notebook, indent=2), encoding="utf-8")
    insert(mine, 4, "mine")
    write(course / NAME, edited(load="import torch"))
    assert refresh(course) == [f"brought {mine} up to date (cells: 1 changed)"]
    now = read(mine)
    assert (
        now.nbformat_minor == 6 and now.metadata.language_info.version == "3.13.1" and now.cells[0].metadata.collapsed
    )
    assert texts(mine)[1] == "import torch" and texts(mine)[4] == "mine"


def test_a_front_end_without_ids_does_no_harm(course, mine):
    notebook = json.loads(mine.read_text(encoding="utf-8"))
    notebook["nbformat_minor"] = 0
    for one in notebook["cells"]:
        del one["id"]
    notebook["cells"][2]["source"] = "def f(x): return x\n\ncheck(f)"
    own = {"cell_type": "code", "source": "my own", "metadata": {}, "outputs": [], "execution_count": None}
    notebook["cells"].insert(1, own)
    mine.write_text(json.dumps(notebook), encoding="utf-8")
    write(course / NAME, edited(task="def f(x):\n    # your code\n    ...\n\ncheck(f)", end="The end."))
    assert [line.split(" (")[0] for line in refresh(course)] == [f"brought {mine} up to date", "kept your cell 4 there"]
    assert texts(mine)[1] == "my own" and texts(mine)[3:] == ["def f(x): return x\n\ncheck(f)", "The end."]
    assert [one.id for i, one in enumerate(read(mine).cells) if i != 1] == ["title", "load", "task", "end"]


def test_two_cells_with_one_id_become_two(course, mine):
    notebook = json.loads(mine.read_text(encoding="utf-8"))
    notebook["cells"].insert(2, {**notebook["cells"][1], "source": "x = 3  # tried"})
    mine.write_text(json.dumps(notebook), encoding="utf-8")
    write(course / NAME, edited(end="The end."))
    refresh(course)
    assert texts(mine)[2] == "x = 3  # tried" and len({one.id for one in read(mine).cells}) == 5
