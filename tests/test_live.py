"""What stays on a page when the kernel is gone: the note, and nothing of a progress bar."""

import io
import sys
from contextlib import redirect_stderr
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from patience import PATIENCE

from cam_tutorial import bar, live

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
import make_notebooks

CELLS = """
from cam_tutorial.bar import Bar
for _ in Bar(range(3), desc="counting", mininterval=0):
    pass
--
import ipywidgets
from cam_tutorial import live
live.put_out(ipywidgets.IntSlider(), "<b>a slider</b>", "a slider in words")
"""


@pytest.fixture(scope="module")
def ran():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in CELLS.split("--\n")])
    return NotebookClient(notebook, timeout=PATIENCE, startup_timeout=PATIENCE, store_widget_state=False).execute()


def test_a_bar_leaves_nothing_but_an_unseen_mark(ran):
    (left,) = ran.cells[0].outputs
    assert left.data == bar.NOTHING and bar.GONE in left.data["text/html"]


def test_a_widget_comes_with_a_still_and_a_note(ran):
    shown, note = ran.cells[1].outputs
    assert make_notebooks.WIDGET in shown.data and shown.data["text/html"] == "<b>a slider</b>"
    assert shown.data["text/plain"] == "a slider in words"
    assert f'class="{live.NOTE} {live.NOTE}-' in note.data["text/html"] and live.ASLEEP in note.data["text/html"]


def test_a_stored_notebook_has_neither_note_nor_mark(ran):
    cells = make_notebooks.clean(ran).cells
    assert cells[0].outputs == []
    assert [output.data for output in cells[1].outputs] == [
        {"text/html": "<b>a slider</b>", "text/plain": "a slider in words"}
    ]


def test_in_a_terminal_a_bar_is_a_line_that_goes():
    with redirect_stderr(io.StringIO()) as page:
        assert list(bar.Bar(range(3), desc="counting", mininterval=0)) == [0, 1, 2]
    said = page.getvalue()
    assert "counting: 100%" in said and said.endswith("\r") and "\n" not in said


def test_a_silent_bar_says_nothing(capsys):
    assert list(bar.Bar(range(3), disable=True)) == [0, 1, 2]
    assert capsys.readouterr() == ("", "")
