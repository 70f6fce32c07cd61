"""The learner's working copy is made without outputs, and what is not ours in its folder is left alone."""

import json
from pathlib import Path

import pytest
from copies import EDITION, NAME, change, edited, make_copy, make_course, read, refresh, texts, write

from cam_tutorial import cli, editions, start


@pytest.fixture
def course(tmp_path):
    return make_course(tmp_path)


@pytest.fixture
def mine(course):
    return make_copy(course)


# --- Making it ---


def test_the_copy_has_no_outputs_and_the_course_keeps_its_own(course, mine):
    before = (course / NAME).read_bytes()
    assert [(one.outputs, one.execution_count) for one in read(mine).cells if one.cell_type == "code"] == [
        ([], None)
    ] * 2
    assert texts(mine) == [editions.source(one) for one in EDITION]
    assert [one.id for one in read(mine).cells] == ["title", "load", "task", "end"]
    assert (course / NAME).read_bytes() == before and b"seen" in before


def test_a_second_run_changes_no_byte(course, mine):
    change(mine, task="def f(x): return x")
    before = mine.read_bytes()
    assert refresh(course) == [f"kept 1 notebook in {mine.parent} without a change: the course has nothing new there"]
    assert mine.read_bytes() == before


def test_a_missing_notebook_is_made_beside_the_others(course, mine):
    write(course / "01_second.ipynb", EDITION)
    change(mine, load="y = 1")
    before = mine.read_bytes()
    assert refresh(course)[0] == f"made {mine.parent / '01_second.ipynb'}"
    assert mine.read_bytes() == before and texts(mine.parent / "01_second.ipynb") == texts(course / NAME)


# --- What is not ours ---


@pytest.mark.parametrize(
    "content",
    ["{ broken", "[]", '{"nbformat": 3, "worksheets": []}', '{"nbformat": 4, "cells": [{"cell_type": "code"}]}', ""],
)
def test_an_unreadable_notebook_is_kept_and_named(course, mine, content):
    mine.write_text(content)
    write(course / "01_second.ipynb", EDITION)
    lines = refresh(course)
    assert len(lines) == 2 and lines[1] == f"made {mine.parent / '01_second.ipynb'}"
    assert lines[0].startswith(f"kept {mine}: it cannot be read (it") and "rename it and run this again" in lines[0]
    assert mine.read_text() == content


def test_a_copy_made_by_hand_is_never_written_to(course, mine):
    write(mine, edited(task="my work"))
    before = mine.read_bytes()
    write(course / NAME, edited(load="new"))
    assert refresh(course) == [
        f"kept {mine}: it was not made by this command; rename it and run this again to get the course's beside it"
    ]
    assert mine.read_bytes() == before
    mine.rename(mine.with_name("my_own.ipynb"))
    assert refresh(course) == [f"made 1 notebook in {mine.parent}"] and mine.with_name("my_own.ipynb").exists()


def test_a_renamed_copy_is_the_learners_and_a_dropped_notebook_stays(course, mine):
    mine.rename(mine.with_name("old.ipynb"))
    write(course / "01_second.ipynb", EDITION)
    refresh(course)
    (course / "01_second.ipynb").unlink()
    lines = refresh(course)
    assert lines[0] == f"kept {mine.with_name('01_second.ipynb')}: the course no longer has it" and len(lines) == 2
    assert len(list(mine.parent.glob("*.ipynb"))) == 3


def test_a_failing_write_leaves_the_copy_whole(course, mine, monkeypatch):
    change(mine, task="my work")
    before = mine.read_bytes()
    write(course / NAME, edited(load="new"))

    def full(self, *arguments, **keywords):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="No space left"):
        refresh(course)
    assert mine.read_bytes() == before and [path.name for path in mine.parent.iterdir()] == [NAME]


# --- The command ---


def test_the_default_folder(course, mine, tmp_path):
    assert start.default_folder(tmp_path, course) == tmp_path / "course"
    assert start.default_folder(course, course) == tmp_path / "course"
    assert start.default_folder(mine.parent, course) == mine.parent


def test_the_command_copies_the_real_course(tmp_path, monkeypatch, capsys, root):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["start"]) == 0
    names = sorted(path.name for path in (root / "notebooks").glob("*.ipynb"))
    assert capsys.readouterr().out == f"made {len(names)} notebooks in {tmp_path / 'course'}\n"
    assert sorted(path.name for path in Path("course").iterdir()) == names
    for name in names:
        assert texts(Path("course", name)) == texts(root / "notebooks" / name)
    monkeypatch.chdir("course")
    assert cli.main(["start"]) == 0 and not Path("course").exists()
    assert capsys.readouterr().out.startswith(f"kept {len(names)} notebooks in ")


def test_ids_of_the_real_course_are_there_and_differ(root):
    for path in (root / "notebooks").glob("*.ipynb"):
        ids = [one["id"] for one in json.loads(path.read_text(encoding="utf-8"))["cells"]]
        assert len(set(ids)) == len(ids), path.name


def test_errors_are_one_sentence(tmp_path, root, capsys, monkeypatch):
    (tmp_path / "file").write_text("")
    for folder, words in ((root / "notebooks", "the course's own notebooks"), (tmp_path / "file", "is a file: name a")):
        assert cli.main(["start", str(folder)]) == 1
        error = capsys.readouterr().err
        assert words in error and error.startswith("cam-tutorial: ") and error.count("\n") == 1
    monkeypatch.setattr(start, "PACKAGE", tmp_path / "site-packages" / "cam_tutorial")
    assert cli.main(["start", str(tmp_path / "new")]) == 1
    assert "the course's notebooks are not installed" in capsys.readouterr().err and not (tmp_path / "new").exists()


def test_an_installed_package_brings_its_notebooks_along(tmp_path, monkeypatch):
    package = tmp_path / "site-packages" / "cam_tutorial"
    package.mkdir(parents=True)
    write(package / "notebooks" / NAME, EDITION)
    write(package.parent / "notebooks" / "00_of_another_package.ipynb", EDITION)
    monkeypatch.setattr(start, "PACKAGE", package)
    assert start.course() == package / "notebooks"


def test_ctrl_c_says_that_all_is_whole(monkeypatch, capsys):
    def interrupt(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(start, "refresh", interrupt)
    assert cli.main(["start"]) == 130 and "what was made is whole" in capsys.readouterr().err
