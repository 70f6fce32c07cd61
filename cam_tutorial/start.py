"""The learner's working copy of the course: its notebooks without outputs, brought up to date without losing a word.

A copy carries, in its metadata, the record of what was handed out (`editions`); Jupyter hands that on when it saves.
A notebook without a record is nobody's business but the learner's.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from cam_tutorial import editions
from cam_tutorial.files import whole

PACKAGE = Path(__file__).resolve().parent
DEFAULT = "course"
RECORD = "cam_tutorial"  # the record's name in a notebook's metadata

Notebook = dict[str, Any]


class Unreadable(ValueError):
    """A file that is no notebook of the kind that Jupyter writes today."""


def course() -> Path:
    """The folder of the course's own notebooks: the clone's, or what the installed package brought along.

    Raises:
        FileNotFoundError: neither is there.
    """
    clone = PACKAGE.parent
    found = [clone / "notebooks"] if (clone / "pyproject.toml").is_file() else []
    for folder in [*found, PACKAGE / "notebooks"]:
        if any(folder.glob("*.ipynb")):
            return folder
    raise FileNotFoundError("the course's notebooks are not installed: install cam-tutorial anew, or clone it")


def default_folder(here: Path, source: Path) -> Path:
    """Where the copy belongs if nobody says: `here` if it is one already, or else `course` in it.

    Args:
        here: the folder that one stands in.
        source: the course's own notebooks; who stands there gets the copy beside them.
    """
    if here.resolve() == source.resolve():
        return here.parent / DEFAULT
    return here if any(_is_copy(path) for path in sorted(here.glob("*.ipynb"))) else here / DEFAULT


def refresh(folder: Path | None = None, source: Path | None = None) -> Iterator[str]:
    """Make the working copy or bring it up to date: gives a line for each thing done, when it is done.

    Args:
        folder: of the copy; None for the usual one (`default_folder`).
        source: the course's notebooks; None for `course()`.

    Raises:
        ValueError: the folder is the course's own.
        OSError: it cannot be written to; every notebook is whole.
    """
    source = course() if source is None else source
    folder = default_folder(Path.cwd(), source) if folder is None else folder
    if folder.resolve() == source.resolve():
        raise ValueError(f"{folder} holds the course's own notebooks: name another folder for your copy")
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(f"{folder} is a file: name a folder for your copy")
    folder.mkdir(parents=True, exist_ok=True)
    names = sorted(path.name for path in source.glob("*.ipynb"))
    missing = [name for name in names if not (folder / name).exists()]
    if missing == names:
        for name in names:
            _write(folder / name, handed_out(_read(source / name), name))
        yield f"made {_counted(names)} in {folder}"
        return
    as_they_are = []
    for name in names:
        edition = handed_out(_read(source / name), name)
        if name in missing:
            _write(folder / name, edition)
            yield f"made {folder / name}"
            continue
        lines = list(_bring_up_to_date(folder / name, edition, source / name))
        as_they_are += [name] * (not lines)
        yield from lines
    for path in sorted(folder.glob("*.ipynb")):
        if path.name not in names and _is_copy(path, named=path.name):
            yield f"kept {path}: the course no longer has it"
    if as_they_are:
        yield f"kept {_counted(as_they_are)} in {folder} without a change: the course has nothing new there"


def _counted(names: Sequence[str]) -> str:
    return f"{len(names)} notebook{'s' * (len(names) != 1)}"


def handed_out(notebook: Notebook, name: str) -> Notebook:
    """A notebook of the course as a learner gets it: without outputs and counts, and with the record of its cells."""
    cells = []
    for number, cell in enumerate(notebook["cells"], start=1):
        bare: dict[str, Any] = {"outputs": [], "execution_count": None} if cell["cell_type"] == "code" else {}
        cells.append({"id": f"cell-{number:02}", "metadata": {}, **cell, **bare})
    record = {"notebook": name, "cells": editions.keys(cells)}
    return {**notebook, "cells": cells, "metadata": {**notebook["metadata"], RECORD: record}}


def _bring_up_to_date(path: Path, edition: Notebook, own: Path) -> Iterator[str]:
    """Bring one copy to the new edition: gives a line for what was done, and for what the learner should know."""
    aside = "rename it and run this again to get the course's beside it"
    try:
        copy = _read(path)
    except (OSError, Unreadable) as error:
        reason = (isinstance(error, OSError) and error.strerror) or error
        yield f"kept {path}: it cannot be read ({reason}); {aside}"
        return
    record = _record(copy)
    if record is None:
        yield f"kept {path}: it was not made by this command; {aside}"
        return
    if record == editions.keys(edition["cells"]):
        return
    merged = editions.merge(copy["cells"], record, edition["cells"])
    metadata = {**copy["metadata"], RECORD: edition["metadata"][RECORD]}
    minor = max(copy["nbformat_minor"], edition["nbformat_minor"])
    _write(path, {**copy, "cells": merged.cells, "metadata": metadata, "nbformat_minor": minor})
    counts = {"new": merged.new, "changed": merged.changed, "gone": merged.gone}
    said = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    yield f"brought {path} up to date{said and f' (cells: {said})'}"
    for clash in merged.clashes:
        yield f"kept your cell {clash.number} there (“{clash.line[:50]}”): the course changed it too, see {own}"


def _read(path: Path) -> Notebook:
    """A notebook, with what every one of ours has.

    Raises:
        Unreadable: it is none, or of another time.
        OSError: the file cannot be read.
    """
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        raise Unreadable("it is no JSON, as where a merge or a full disk broke it") from None
    if not isinstance(notebook, dict) or notebook.get("nbformat") != 4:
        raise Unreadable("it is no notebook of format 4")
    cells = notebook.get("cells")
    if not isinstance(cells, list) or not all(_is_cell(cell) for cell in cells):
        raise Unreadable("its cells are not those of a notebook")
    metadata, minor = notebook.get("metadata"), notebook.get("nbformat_minor")
    return {
        **notebook,
        "metadata": metadata if isinstance(metadata, dict) else {},
        "nbformat_minor": minor if isinstance(minor, int) else 0,
    }


def _is_cell(cell: Any) -> bool:
    if not isinstance(cell, dict) or cell.get("cell_type") not in ("code", "markdown", "raw"):
        return False
    text = cell.get("source")
    return isinstance(text, str) or (isinstance(text, list) and all(isinstance(line, str) for line in text))


def _record(notebook: Notebook) -> Sequence[editions.Key] | None:
    """What was handed out, as the notebook carries it; None if it carries nothing of the kind."""
    try:
        found = [(id, mark) for id, mark in notebook["metadata"][RECORD]["cells"]]
    except (KeyError, TypeError, ValueError):
        return None
    return found if all(isinstance(part, str) for key in found for part in key) else None


def _is_copy(path: Path, named: str | None = None) -> bool:
    """Whether a notebook is a working copy, and perhaps still under the name that it was handed out by."""
    try:
        notebook = _read(path)
    except (OSError, Unreadable):
        return False
    if _record(notebook) is None:
        return False
    return named is None or notebook["metadata"][RECORD].get("notebook") == named


def _write(path: Path, notebook: Notebook) -> None:
    """Write it as Jupyter does, whole or not at all."""
    with whole(path.resolve()) as unfinished:
        text = json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
        unfinished.write_text(text, encoding="utf-8", newline="\n")
