"""What a page asks of its reader: bounded, nothing given away, every cell fit to be run again.

The main path of a notebook ends where "Going deeper" begins.
"""

import ast
import re
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

NOTEBOOKS = sorted((Path(__file__).resolve().parent.parent / "notebooks").glob("*.ipynb"))
LONGEST, ACROSS, PREDICTIONS = 12, 88, 12


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def path(request) -> Path:
    return request.param


@pytest.fixture
def notebook(path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def bounds(path: Path) -> tuple[int, int, int]:
    """The most words, lines of code and minutes on the main path: from 08 on, a notebook is a short one."""
    if path.name >= "08":
        return 1500, 120, 25
    return 2500, 220, 15 if path.name.startswith("00") else 45


def main_path(notebook: NotebookNode) -> list[NotebookNode]:
    """The cells above "Going deeper"."""
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown" and re.search(r"^#+ Going deeper", cell.source, re.M):
            return notebook.cells[:number]
    raise AssertionError("there is no heading “Going deeper”")


def code(cells: list[NotebookNode]) -> list[NotebookNode]:
    """Code cells that the reader sees."""
    return [c for c in cells if c.cell_type == "code" and not c.metadata.get("jupyter", {}).get("source_hidden")]


def lines(cell: NotebookNode) -> list[str]:
    return [line for line in cell.source.splitlines() if line.strip()]


def calls(cell: NotebookNode, name: str) -> list[ast.Call]:
    tree = ast.parse(re.sub(r"^[%!].*$", "", cell.source, flags=re.M))
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == name]


def test_the_main_path_is_short_enough_to_be_walked(path, notebook):
    cells = main_path(notebook)
    most_words, most_lines, _ = bounds(path)
    words = sum(len(re.sub(r"<[^>]+>", " ", c.source).split()) for c in cells if c.cell_type == "markdown")
    seen = [c for c in code(cells) if not calls(c, "predict")]
    assert words <= most_words
    assert sum(len(lines(c)) for c in seen) <= most_lines
    assert sum(bool(calls(c, "predict")) for c in cells if c.cell_type == "code") <= PREDICTIONS


def test_cells_are_short_and_narrow(notebook):
    for cell in code(main_path(notebook)):
        assert len(lines(cell)) <= LONGEST, cell.source
    for cell in code(notebook.cells):
        assert max(map(len, cell.source.splitlines()), default=0) <= ACROSS, cell.source


def test_no_cell_draws_or_asserts_by_itself(notebook):
    """Figures are made in the notebook's room, and what is claimed is said in a sentence."""
    for cell in code(notebook.cells):
        assert not re.search(r"^\s*assert\b|assert_close|\balt\s*=|matplotlib|plt\.", cell.source, re.M), cell.source


def test_every_prediction_has_its_answer_and_that_is_computed(notebook):
    asked, answered = [], []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            asked += [call.args[0].value for call in calls(cell, "predict")]
            for call in calls(cell, "answer"):
                answered.append(call.args[0].value)
                assert not isinstance(call.args[1], ast.Constant), cell.source
            for call in calls(cell, "claim"):
                assert not isinstance(call.args[1], ast.Constant), cell.source
    assert asked == answered == sorted(asked)
    number = {id.rstrip("abcdefghijklmnopqrstuvwxyz") for id in asked}
    assert len(number) == 1


def test_no_prediction_is_given_away(notebook):
    """A question stands in a cell of its own; the next finds out, and what is then claimed of it stands in another."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for asks, finds in pairwise(cells):
        if calls(asks, "predict"):
            assert not calls(asks, "answer") and not calls(asks, "claim"), asks.source
            assert calls(finds, "answer"), f"no answer follows at once on {asks.source}"
        if calls(finds, "answer"):
            assert not calls(finds, "claim"), f"what is claimed here is read before it is guessed: {finds.source}"
    assert not any("**Predict" in cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def test_questions_and_experiments_have_an_answer_that_unfolds(notebook):
    """After “Try it” a folded answer comes before the next heading."""
    waiting = None
    for cell in notebook.cells:
        if cell.cell_type != "markdown":
            continue
        for part in re.split(r"(^#+ .*$|\*\*Try it\.\*\*|<details>)", cell.source, flags=re.M):
            if part.startswith("#"):
                assert waiting is None, f"no answer to {waiting}"
            elif part.startswith("**Try it"):
                waiting = cell.source
            elif part == "<details>":
                waiting = None
    assert waiting is None


def test_the_page_opens_with_a_question_a_picture_and_what_it_takes(notebook):
    first, *rest = [cell for cell in notebook.cells if not cell.metadata.get("jupyter", {}).get("source_hidden")]
    assert re.match(r"# .*\?\n", first.source)
    box = next(cell for cell in rest if "**You will**" in cell.source)
    before = rest[: rest.index(box)]
    assert any("<img " in str(output.get("data", {})) for cell in before for output in cell.get("outputs", []))
    assert "**You need**" in box.source and re.search(r"\*\*Minutes\*\* \d+", box.source)


def test_the_minutes_are_those_of_the_way_through_the_course():
    start = nbformat.read(NOTEBOOKS[0], as_version=4)
    table = next(cell.source for cell in start.cells if "The way through the course" in cell.source)
    readme = (NOTEBOOKS[0].parent.parent / "README.md").read_text(encoding="utf-8")
    for path in NOTEBOOKS:
        box = next(c.source for c in nbformat.read(path, as_version=4).cells if "**You will**" in c.source)
        minutes = re.search(r"\*\*Minutes\*\* (\d+)(?:, and (\d+) for the exercises)?", box)
        said = minutes[1] + (f" + {minutes[2]}" if minutes[2] else "")
        assert int(minutes[1]) <= bounds(path)[2]
        for text in (table, readme):
            (row,) = [line for line in text.splitlines() if re.match(rf"\|[\s\[*]*{path.stem[:2]}\b", line)]
            assert re.search(rf"\| {re.escape(said)} \|", row), f"{path.stem}: {said} is not in {row}"


APPLICATIONS = [path for path in NOTEBOOKS if "08" <= path.stem[:2] <= "17"]


@pytest.mark.parametrize("path", APPLICATIONS, ids=lambda path: path.stem)
def test_the_tables_say_what_the_page_needs(path):
    start = nbformat.read(NOTEBOOKS[0], as_version=4)
    table = next(cell.source for cell in start.cells if "The way through the course" in cell.source)
    readme = (NOTEBOOKS[0].parent.parent / "README.md").read_text(encoding="utf-8")
    box = next(c.source for c in nbformat.read(path, as_version=4).cells if "**You will**" in c.source)
    (needed,) = re.findall(r"\*\*You need\*\*([^;\n]*)", box)
    for text in (table, readme):
        (row,) = [line for line in text.splitlines() if re.match(rf"\|[\s\[*]*{path.stem[:2]}\b", line)]
        *_, said, _, _ = row.split("|")
        assert re.findall(r"\d\d", said) == re.findall(r"\[(\d\d)\]", needed), f"{row} beside {needed}"
