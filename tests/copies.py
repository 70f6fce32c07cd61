"""A course of one notebook, the learner's copy of it, and what a learner and Jupyter do to that."""

import json
from pathlib import Path

import nbformat

from cam_tutorial import editions, start

NAME = "00_first.ipynb"


def cell(id: str, text: str, kind: str = "code") -> dict:
    extra = {"outputs": [], "execution_count": None} if kind == "code" else {}
    return {"cell_type": kind, "id": id, "metadata": {}, "source": text.splitlines(keepends=True), **extra}


def write(path: Path, cells: list[dict], **metadata) -> None:
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3"}, **metadata}
    path.parent.mkdir(exist_ok=True)
    content = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(content), encoding="utf-8")


EDITION = [
    cell("title", "# A title\n\nand a text", "markdown"),
    cell("load", "import torch\nx = torch.ones(3)"),
    cell("task", "def f(x):\n    # your code here\n    ...\n\ncheck(f)"),
    cell("end", "the end", "markdown"),
]


def edited(**texts: str) -> list[dict]:
    """The edition with other texts in the cells of these ids."""
    return [cell(one["id"], texts.get(one["id"], editions.source(one)), one["cell_type"]) for one in EDITION]


def make_course(folder: Path) -> Path:
    """A course of one notebook with outputs; its copy is in `mine` beside it."""
    stored = [dict(one) for one in EDITION]
    stored[1] |= {"execution_count": 1, "outputs": [{"output_type": "stream", "name": "stdout", "text": ["seen\n"]}]}
    write(folder / "notebooks" / NAME, stored)
    return folder / "notebooks"


def make_copy(course: Path) -> Path:
    """The file of the copy, made."""
    assert refresh(course) == [f"made 1 notebook in {course.parent / 'mine'}"]
    return course.parent / "mine" / NAME


def refresh(course: Path) -> list[str]:
    return list(start.refresh(course.parent / "mine", course))


def read(path: Path) -> nbformat.NotebookNode:
    """As Jupyter reads it; it must be valid."""
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    return notebook


def texts(path: Path) -> list[str]:
    return [one.source for one in read(path).cells]


def change(path: Path, **sources: str) -> None:
    """Edit cells by id and run them, as the learner does, and save as Jupyter does."""
    notebook = read(path)
    for one in notebook.cells:
        one.source = sources.get(one.id, one.source)
        if one.cell_type == "code":
            one.execution_count = 7
            one.outputs = [nbformat.v4.new_output("stream", name="stdout", text=f"ran {one.id}\n")]
    nbformat.write(notebook, path)


def insert(path: Path, place: int, text: str) -> None:
    notebook = read(path)
    notebook.cells.insert(place, nbformat.v4.new_code_cell(text))
    nbformat.write(notebook, path)
