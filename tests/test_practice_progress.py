"""Progress outlives the kernel, in one small file; and it says what is left of the whole course."""

import json
import subprocess
import sys

import pytest

from cam_tutorial import exercises
from cam_tutorial.practice import progress


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path, monkeypatch):
    """As in a kernel: the working folder is that of the notebook, and the usual file in it is used."""
    monkeypatch.delenv("CAM_TUTORIAL_PROGRESS")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(progress, "_in_this_kernel", progress._Kept({}, {}))
    monkeypatch.setattr(exercises, "show", lambda card: None)


def iou(a, b):
    width = max(min(a[2], b[2]) - max(a[0], b[0]), 0)
    height = max(min(a[3], b[3]) - max(a[1], b[1]), 0)
    area_a, area_b = ((right - left) * (bottom - top) for left, top, right, bottom in (a, b))
    return width * height / (area_a + area_b - width * height)


def untouched(a, b): ...


def test_it_is_over_the_whole_course():
    assert exercises.progress().attempted == 0 and len(exercises.progress().rows) == len(exercises.every())
    exercises.check("2.5", iou)
    exercises.check("2.1", lambda features, weights, class_index: features.sum(dim=0))
    found = exercises.progress()
    minutes = {one.id: one.minutes for one in exercises.every()}
    assert (found.solved, found.attempted, len(found.rows)) == (1, 2, len(minutes))
    left = sum(minutes.values()) - minutes["2.5"]
    assert (
        repr(found).splitlines()[-1]
        == f"the course: 1 of {len(minutes)} solved, 2 attempted; the rest takes about {left} minutes."
    )
    of_02 = sum(minutes[id] for id in ("2.1", "2.2", "2.3", "2.4"))
    assert f"notebook 02: 1 of 5 solved, 2 attempted; the rest takes about {of_02} minutes." in repr(found)
    assert "✗ 2.1" in repr(found) and "○ 2.2" in repr(found) and "✓ 2.5" in repr(found)
    assert "3.1" not in repr(found) and "notebook 03: 0 of 6 solved" in repr(found)  # not begun: a line is enough
    assert all(word in found._repr_html_() for word in ("✓", "✗", "○", "solved", "not right yet", "not attempted"))


def test_a_new_kernel_knows_it(tmp_path):
    exercises.check("2.5", iou)
    code = "from cam_tutorial import exercises; print([r.id for r in exercises.progress().rows if r.state == 'solved'])"
    said = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "['2.5']"


def test_an_untouched_notebook_writes_nothing(tmp_path):
    exercises.check("2.5", untouched)
    assert list(tmp_path.iterdir()) == []


def test_what_is_solved_stays_solved():
    exercises.check("2.5", iou)
    exercises.check("2.5", lambda a, b: 0.5)
    exercises.check("2.5", untouched)
    assert progress.states() == {"2.5": "solved"}


def test_two_open_notebooks_do_not_overwrite_each_other():
    exercises.check("2.5", iou)
    kept = json.loads(progress.path().read_text())
    kept["exercises"]["3.1"] = "solved"  # as another kernel would have written
    progress.path().write_text(json.dumps(kept))
    exercises.check("2.1", lambda *_: 0)
    assert progress.states() == {"2.5": "solved", "3.1": "solved", "2.1": "wrong"}


@pytest.mark.parametrize(
    "text", ["", "not json", "[]", '{"exercises": 3}', '{"exercises": {"2.1": "excellent"}}', "\x00"]
)
def test_a_damaged_file_counts_as_empty_and_is_replaced(text):
    progress.path().write_text(text)
    assert progress.states() == {}
    exercises.check("2.5", iou)
    assert progress.states() == {"2.5": "solved"}


def test_where_nothing_can_be_written_it_is_said_once_and_kept_in_the_kernel(monkeypatch, tmp_path):
    monkeypatch.setenv("CAM_TUTORIAL_PROGRESS", str(tmp_path / "no such folder" / "progress.json"))
    assert progress.remember("2.5", "solved") == (
        "(Progress cannot be kept in progress.json: No such file or directory. It is gone with this kernel.)"
    )
    assert progress.remember("2.1", "wrong") == ""
    assert progress.states() == {"2.5": "solved", "2.1": "wrong"}


def test_one_command_shows_it_and_one_forgets_it(tmp_path):
    from cam_tutorial.cli import main

    exercises.check("2.5", iou)
    assert main(["progress"]) == 0
    assert main(["progress", "--forget"]) == 0 and list(tmp_path.iterdir()) == []
    assert main(["progress", "--forget"]) == 0  # there is nothing left, and that is fine


def test_the_command_reads_the_folder_of_the_notebooks(tmp_path, capsys):
    from cam_tutorial.cli import main

    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / progress.NAME).write_text('{"exercises": {"2.5": "solved"}}')
    assert main(["progress"]) == 0
    assert f"the course: 1 of {len(exercises.every())} solved" in capsys.readouterr().out
    assert main(["progress", str(tmp_path / "nowhere")]) == 1
    assert "there is no folder" in capsys.readouterr().err
