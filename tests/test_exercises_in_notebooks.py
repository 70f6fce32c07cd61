"""The notebooks hold the exercises that the package knows, run untouched, and run with the learner's answers."""

import ast
import copy
import re
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode
from patience import PATIENCE

from cam_tutorial import exercises
from cam_tutorial.practice.exercise import Exercise

NOTEBOOKS = {
    str(int(path.name[:2])): path for path in sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
}
WITH_EXERCISES = sorted({one.id.split(".")[0] for one in exercises.every()})


def read(notebook: str) -> NotebookNode:
    return nbformat.read(NOTEBOOKS[notebook], as_version=4)


def of(notebook: str) -> list[Exercise]:
    return exercises.every(notebook)


def checks(notebook: NotebookNode) -> dict[str, tuple[NotebookNode, ast.Module]]:
    """Exercise id -> the cell that checks it, and its code; in the order of the notebook."""
    found = {}
    for cell in notebook.cells:
        if cell.cell_type == "code" and "exercises.check(" in cell.source:
            tree = ast.parse(cell.source)
            for node in ast.walk(tree):
                if isinstance(node, ast.Call) and ast.unparse(node.func) == "exercises.check":
                    found[ast.literal_eval(node.args[0])] = cell, tree
    return found


def definition(tree: ast.Module, name: str) -> ast.AST:
    (node,) = [node for node in tree.body if getattr(node, "name", None) == name]
    return node


@pytest.mark.parametrize("notebook", WITH_EXERCISES)
def test_stubs_are_those_of_the_package_in_reading_order(notebook):
    found = checks(read(notebook))
    assert list(found) == [one.id for one in of(notebook)]
    for one in of(notebook):
        _, tree = found[one.id]
        stub = definition(tree, one.name)
        assert ast.dump(stub) == ast.dump(ast.parse(one.stub()).body[0]), f"the notebook's stub of {one.id} differs"
        assert f"{one.name} = exercises.check('{one.id}', {one.name})" in ast.unparse(tree)


@pytest.mark.parametrize("notebook", WITH_EXERCISES)
def test_every_exercise_is_announced_before_it_comes(notebook):
    cells = read(notebook).cells
    for one in of(notebook):
        (announced,) = [i for i, cell in enumerate(cells) if f"**Exercise {one.id}.**" in cell.source]
        (checked,) = [i for i, cell in enumerate(cells) if f'exercises.check("{one.id}"' in cell.source]
        assert cells[announced].cell_type == "markdown" and announced < checked
        text = cells[announced].source.split(f"**Exercise {one.id}.**")[1]
        assert re.search(r"\((\d+)\s+minutes\)", text)[1] == str(one.minutes), one.id


@pytest.mark.parametrize("notebook", WITH_EXERCISES)
def test_the_box_says_how_long_the_exercises_take(notebook):
    (said,) = re.findall(
        r"\*\*Minutes\*\* \d+, and (\d+) for the exercises", "\n".join(c.source for c in read(notebook).cells)
    )
    assert abs(int(said) - sum(one.minutes for one in of(notebook))) <= 5


@pytest.mark.parametrize("notebook", WITH_EXERCISES)
def test_the_untouched_notebook_says_that_nothing_is_attempted(notebook):
    stored = read(notebook)
    for id, (cell, _) in checks(stored).items():
        (said,) = [
            o.data["text/plain"] for o in cell.outputs if o.get("data", {}).get("text/plain", "").startswith("○")
        ]
        assert said.startswith(f"○ {id} ") and "not attempted yet" in said
    (table,) = [cell for cell in stored.cells if cell.source == "exercises.progress()"]
    assert "nbval-check-output" in table.metadata.tags  # so that `make test` compares it with a run
    said = table.outputs[0].data["text/plain"]
    assert f"notebook {notebook.zfill(2)}: 0 of {len(of(notebook))} solved, 0 attempted" in said
    assert f"the course: 0 of {len(exercises.every())} solved, 0 attempted" in said


def filled_in(notebook: str) -> NotebookNode:
    """The notebook with every solution written into its stub; at the end it says what progress() found."""
    filled = read(notebook)
    for id, (cell, tree) in checks(filled).items():
        one = exercises.find(id)
        stub = definition(tree, one.name)
        lines = cell.source.splitlines()
        first = min(node.lineno for node in [stub, *stub.decorator_list])
        cell.source = "\n".join([*lines[: first - 1], one.code(), *lines[stub.end_lineno :]])
    filled.cells.append(
        nbformat.v4.new_code_cell("print([row.id for row in exercises.progress().rows if row.state == 'solved'])")
    )
    return filled


def put_out(cell: NotebookNode) -> str:
    """What a cell put out, in words; what it measured of the machine left out."""
    outputs = [o.get("text", "") + o.get("data", {}).get("text/plain", "") for o in cell.get("outputs", [])]
    return re.sub(r"[\d.]+ (s|ms|seconds|×)\b", "TIME", "\n".join(outputs))


@pytest.mark.filterwarnings("default")  # a kernel's shutdown is not what is tested
@pytest.mark.parametrize("notebook", sorted(NOTEBOOKS))
def test_the_notebook_runs_with_every_solution_and_then_backwards(notebook):
    """With every solution filled in; and then each cell again, the last one first: none has lost what it needs."""
    filled = filled_in(notebook)
    folder = str(NOTEBOOKS[notebook].parent)
    client = NotebookClient(
        filled,
        timeout=PATIENCE,
        startup_timeout=PATIENCE,
        kernel_name="python3",
        resources={"metadata": {"path": folder}},
    )
    with client.setup_kernel():
        for number, cell in enumerate(filled.cells):
            client.execute_cell(cell, number)
        again = copy.deepcopy(filled.cells)
        for number, cell in reversed(list(enumerate(again))):
            client.execute_cell(cell, number)
    for cell, later in zip(filled.cells, again, strict=True):
        if cell.cell_type == "code" and cell.source != "exercises.progress()":  # which has grown meanwhile
            assert put_out(later) == put_out(cell), cell.source
    assert filled.cells[-1].outputs[0].text.strip() == str([one.id for one in of(notebook)])
    for id, (cell, _) in checks(filled).items():
        said = [o.data["text/plain"] for o in cell.outputs if o.get("data", {}).get("text/plain", "").startswith("✓")]
        assert len(said) == 1 and f"✓ {id} " in said[0]


@pytest.mark.filterwarnings("default")
def test_a_notebook_lives_on_after_every_kind_of_wrong_answer():
    """In a real kernel: an error, an endless loop and a megabyte of print, and the next cell runs."""
    cells = [
        "from cam_tutorial import exercises\nexercises.find('2.5').seconds = 1",
        "def my_iou(a, b):\n    width = a[9]\n    return width\nmy_iou = exercises.check('2.5', my_iou)",
        "def my_iou(a, b):\n    while True:\n        a = b\nmy_iou = exercises.check('2.5', my_iou)",
        "def my_iou(a, b):\n    print('x' * 2**20)\n    return 1\nmy_iou = exercises.check('2.5', my_iou)",
        "print(my_iou((0, 0, 4, 4), (2, 0, 6, 4)))",
    ]
    run = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(run, timeout=PATIENCE, startup_timeout=PATIENCE, kernel_name="python3").execute()
    said = [cell.outputs[0].data["text/plain"] for cell in run.cells[1:4]]
    assert "IndexError: tuple index out of range" in said[0] and "    line 2: width = a[9]" in said[0]
    late = re.search(r"not finished after \d+ seconds", said[1])
    assert (late and "a = b" in said[1]) or "while True" in said[1]
    assert len(said[2]) < 1500 and "letters in all" in said[2]
    assert run.cells[4].outputs[0].text == "0.3333333333333333\n"
    assert sys.getsizeof(nbformat.writes(run)) < 20_000
