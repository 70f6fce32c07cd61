"""Run notebooks from top to bottom, each in a fresh kernel, and store clean outputs.

    python tools/make_notebooks.py                              all of them
    python tools/make_notebooks.py notebooks/03_grad_cam.ipynb  this one
    python tools/make_notebooks.py --check                      only say whether a byte would change

What differs from run to run without meaning anything (times, widget states, versions of the kernel) is left out, so
that a second run on the same machine writes the same bytes. A notebook with an error, with something on stderr or
with a memory address in its output is left as it was.
"""

import argparse
import os
import re
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"
CELL_SECONDS = 1200  # a cell may take 20 on a usual machine; one that never ends is found out all the same
WIDGET = "application/vnd.jupyter.widget-view+json"
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
PROGRESS = re.compile(r"\d+%\|.*?\||^\s*\d+it \[|\[\d\d:\d\d")  # a line of tqdm's
ADDRESS = re.compile(r"\b0x[0-9a-f]{6,}\b")
WIDGET_TEXT = re.compile(r"^[A-Z]\w+\(|\d+%\|")  # what a widget says where it cannot be drawn


class Defect(Exception):
    """A notebook that must not be stored; the message says which cell and why."""


def run(path: Path) -> NotebookNode:
    """The notebook at `path` after one clean run.

    Raises:
        Defect: a cell failed, wrote to stderr or printed a memory address.
    """
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        startup_timeout=CELL_SECONDS,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
        store_widget_state=False,
        record_timing=False,
        coalesce_streams=True,
        extra_arguments=["--log-level=ERROR"],  # how the kernel is connected to is no news
    )
    try:
        client.execute()
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        raise Defect(failure(notebook, error)) from error
    return clean(notebook)


def failure(notebook: NotebookNode, error: Exception) -> str:
    """Which cell went wrong, what it says, and the error."""
    for number, cell in enumerate(notebook.cells, start=1):
        for output in cell.get("outputs", []):
            if output.output_type == "error" and "raises-exception" not in cell.metadata.get("tags", []):
                source = "\n".join(f"    {line}" for line in cell.source.splitlines())
                return f"cell {number} failed:\n{source}\n  {output.ename}: {output.evalue}"
    return str(error)


def clean(notebook: NotebookNode) -> NotebookNode:
    """Leave out what changes from run to run, in place.

    Raises:
        Defect: something is stored that a reader should not see.
    """
    count = 0
    for number, cell in enumerate(notebook.cells, start=1):
        for key in ("execution", "ExecuteTime", "scrolled", "collapsed"):
            cell.metadata.pop(key, None)
        if cell.cell_type != "code":
            continue
        count += bool(cell.source.strip())
        cell.execution_count = count if cell.source.strip() else None
        cell.outputs = [output for output in cell.outputs if keep(output, number)]
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = count
    words = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    title = re.search(r"^# (.+)$", words, re.M)
    notebook.metadata = NotebookNode(kernelspec=KERNEL, language_info={"name": "python"})
    if title:
        notebook.metadata.title = title[1]  # exported pages are called by it
    return notebook


def keep(output: NotebookNode, number: int) -> bool:
    """Clean one output of cell `number`; whether anything is left of it."""
    if output.output_type == "stream" and output.name == "stderr":
        rest = [line for line in re.split(r"[\r\n]+", output.text) if line.strip() and not PROGRESS.search(line)]
        if rest:
            raise Defect(f"cell {number} writes to stderr, which a reader would see as a fault: {rest[0]!r}")
        return False
    data = output.get("data", {})
    from cam_tutorial import bar, live  # here, since it takes torch along

    if any(sign in data.get("text/html", "") for sign in (live.NOTE, bar.GONE)):
        return False  # stored outputs hold no widgets, so there is nothing asleep; and no bar is under way
    if data.pop(WIDGET, None) is not None and set(data) <= {"text/plain"}:
        # Nothing but the widget's own text: a reader has no use for it, unless somebody wrote it as a sentence.
        text = data.get("text/plain", "")
        return bool(text) and not WIDGET_TEXT.search(text)
    address = ADDRESS.search(output.get("text", "") + data.get("text/plain", ""))
    if address:
        raise Defect(f"cell {number} shows a memory address, which is another one at each run: {address[0]}")
    return True


def changed_cells(old: NotebookNode, new: NotebookNode) -> str:
    """The numbers of the cells that differ, for a message."""
    pairs = enumerate(zip(old.cells, new.cells, strict=True), start=1)
    numbers = [str(number) for number, (before, after) in pairs if before != after]
    return f"in cell {', '.join(numbers)}" if numbers else "outside of the cells"


def make(path: Path, check: bool) -> bool:
    """Run one notebook, and store it unless only a check was asked for; whether a byte changed."""
    notebook = run(path)
    nbformat.validate(notebook)
    text = nbformat.writes(notebook).rstrip("\n") + "\n"
    changed = text.encode() != path.read_bytes()
    if changed and check:
        print(f" would change {changed_cells(nbformat.read(path, as_version=4), notebook)},", end="")
    elif changed:
        from cam_tutorial.files import whole  # here, since it takes torch along

        with whole(path) as unfinished:
            unfinished.write_text(text, encoding="utf-8", newline="\n")
    return changed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("notebooks", nargs="*", type=Path, metavar="NOTEBOOK")
    parser.add_argument("--check", action="store_true", help="store nothing; exit code 1 if a byte would change")
    options = parser.parse_args()
    paths = [path.resolve() for path in options.notebooks] or sorted(NOTEBOOKS.glob("*.ipynb"))
    missing = [path for path in paths if not path.is_file()]
    if missing or not paths:
        print(f"There is no notebook at {missing[0] if missing else NOTEBOOKS}.", file=sys.stderr)
        return 1
    # Stored notebooks are those of somebody who has solved nothing yet, whatever has been solved here.
    os.environ["CAM_TUTORIAL_PROGRESS"] = str(Path(tempfile.gettempdir()) / f"no-progress-{os.getpid()}.json")
    if os.environ.get("TORCH_HOME"):  # kernels run in another folder
        os.environ["TORCH_HOME"] = str(Path(os.environ["TORCH_HOME"]).resolve())
    failed = 0
    for path in paths:
        print(f"{path.name} ...", end="", flush=True)
        start = time.perf_counter()
        try:
            changed = make(path, options.check)
            failed += changed and options.check
            print(f" {time.perf_counter() - start:.0f} s{'' if changed else ', no byte changed'}", flush=True)
        except Defect as defect:
            failed += 1
            print(f" {defect}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        print("\nStopped; the notebook that was running is as it was.", file=sys.stderr)
        sys.exit(130)
