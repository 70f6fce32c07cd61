"""What the stored notebooks look like, and that they run on a machine without a network and without torchvision.

(That every notebook runs as it stands, and that results are the stored ones, is nbval's part of `make test`.)
"""

import os
import re
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from patience import PATIENCE

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))

sys.path.insert(0, str(ROOT / "tools"))
import make_notebooks  # noqa: E402


def read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def code_cells(notebook: NotebookNode) -> list[tuple[int, NotebookNode]]:
    """Code cells that hold code, with their number among all cells."""
    cells = enumerate(notebook.cells, start=1)
    return [(n, cell) for n, cell in cells if cell.cell_type == "code" and cell.source.strip()]


def outputs(notebook: NotebookNode) -> list[tuple[str, NotebookNode, NotebookNode]]:
    return [(f"cell {n}", cell, output) for n, cell in code_cells(notebook) for output in cell.outputs]


def test_the_course_is_there():
    assert [path.name[:2] for path in NOTEBOOKS] == [f"{n:02}" for n in range(19)]


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def path(request) -> Path:
    return request.param


def test_outputs_are_one_clean_run(path):
    notebook = read(path)
    counts = [cell.execution_count for _, cell in code_cells(notebook)]
    assert counts == list(range(1, len(counts) + 1))
    for where, cell, output in outputs(notebook):
        expected = "raises-exception" in cell.metadata.get("tags", [])
        assert output.output_type != "error" or expected, f"{where} stores the error {output.get('ename')}"
        assert output.get("name") != "stderr", f"{where} stores stderr: {output.text[:80]!r}"


def test_outputs_hold_no_widgets_without_a_kernel(path):
    notebook = read(path)
    assert "widgets" not in notebook.metadata
    for where, _, output in outputs(notebook):
        assert make_notebooks.WIDGET not in output.get("data", {}), f"{where} stores a widget that needs a kernel"


def test_every_figure_has_alt_text(path):
    for where, _, output in outputs(read(path)):
        if "image/png" in output.get("data", {}):
            alt = output.metadata.get("image/png", {}).get("alt", "")
            assert len(alt) >= 15, f"{where} stores a figure whose alt text is {alt!r}: say what one sees"


def test_cells_are_short_and_maps_are_not_jet(path):
    for number, cell in code_cells(read(path)):
        lines = cell.source.count("\n") + 1
        assert lines <= 25, f"cell {number} has {lines} lines of code: at most 25"
        assert not re.search(r"""["']jet["']|cm\.jet""", cell.source), f"cell {number} uses jet: see cam_tutorial.plot"


def test_file_is_small_and_opens_with_the_kernel_that_everyone_has(path):
    assert path.stat().st_size <= 1_500_000
    assert read(path).metadata.kernelspec.name == "python3"


def test_make_notebooks_would_have_stored_these_bytes(path):
    """Stored by `make notebooks`, and not saved from an editor since."""
    cleaned = nbformat.writes(make_notebooks.clean(read(path))).rstrip("\n") + "\n"
    assert cleaned == path.read_text(encoding="utf-8")


def run_blocked(notebook: NotebookNode, folder: Path, home: Path, monkeypatch) -> None:
    """Run a notebook where torchvision cannot be imported, no network answers and torch hub's folder is empty."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "tests" / "blocked"))
    monkeypatch.setenv("TORCH_HOME", str(home))
    NotebookClient(
        notebook,
        timeout=PATIENCE,
        startup_timeout=PATIENCE,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
    ).execute()


@pytest.mark.filterwarnings("default")  # a kernel's shutdown is not what is tested
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_runs_offline_without_torchvision(path, tmp_path, monkeypatch):
    monkeypatch.delenv(PAPER, raising=False)
    notebook = read(path)
    run_blocked(notebook, path.parent, tmp_path, monkeypatch)
    assert len(told("The authors' files are not at hand", notebook)) == path.name.startswith("17_")


PAPER = "CAM_TUTORIAL_PAPER"  # the folder with what CAM's authors published of their network: for notebook 17


def told(words: str, notebook: NotebookNode) -> list[str]:
    """The lines of what a notebook puts out that begin so."""
    texts = [output.get("text") or output.get("data", {}).get("text/plain", "") for _, _, output in outputs(notebook)]
    return [line for text in texts for line in text.splitlines() if line.startswith(words)]


@pytest.mark.filterwarnings("default")
def test_notebook_17_runs_with_the_authors_files(tmp_path, monkeypatch):
    """Without them it runs in the test above."""
    if not os.environ.get(PAPER):
        pytest.skip(
            f"set {PAPER} to a folder with the CAM authors' data_net.mat, data_img1.mat, data_img2.mat and photos"
        )
    (path,) = (path for path in NOTEBOOKS if path.name.startswith("17_"))
    monkeypatch.setenv(PAPER, str(Path(os.environ[PAPER]).absolute()))  # a kernel starts in the notebooks' folder
    notebook = read(path)
    run_blocked(notebook, path.parent, tmp_path, monkeypatch)
    assert told("The authors' files are here", notebook)
    now, stored = ([line.split(" (")[0] for line in told("✓", one)] for one in (notebook, read(path)))
    assert now == stored  # the claims, those about the files among them; their last digits differ between machines


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("import torchvision.models", "No module named 'torchvision'"),
        ("import urllib.request; urllib.request.urlopen('https://example.com')", "no network: example.com"),
        ("import socket; socket.create_connection(('192.0.2.1', 80))", "no network: 192.0.2.1"),
    ],
)
def test_the_block_blocks(code, message, tmp_path, monkeypatch):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    with pytest.raises(CellExecutionError, match=re.escape(message)):
        run_blocked(notebook, tmp_path, tmp_path, monkeypatch)


def display(**data: str) -> NotebookNode:
    mimes = {"text": "text/plain", "png": "image/png", "widget": make_notebooks.WIDGET}
    return nbformat.v4.new_output("display_data", data={mimes[key]: value for key, value in data.items()})


def stream(text: str, name: str = "stdout") -> NotebookNode:
    return nbformat.v4.new_output("stream", name=name, text=text)


def cleaned(*cell_outputs: NotebookNode) -> list[NotebookNode]:
    cell = nbformat.v4.new_code_cell("1", outputs=list(cell_outputs), execution_count=7)
    cell.metadata["execution"] = {"iopub.execute_input": "2026-01-01"}
    notebook = make_notebooks.clean(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(""), cell]))
    assert notebook.cells[0].execution_count is None and cell.execution_count == 1
    assert "execution" not in cell.metadata
    return cell.outputs


def test_cleaning_keeps_a_widgets_still_picture_and_drops_the_widget():
    assert cleaned(display(widget="{}", png="AAAA", text="a map")) == [display(png="AAAA", text="a map")]
    assert cleaned(display(widget="{}", text="VBox(children=())"), display(widget="{}")) == []
    assert cleaned(display(widget="{}", text="  0%|          | 0/6 [00:00<?, ?it/s]")) == []
    assert cleaned(display(text="Linear(in_features=2)")) == [display(text="Linear(in_features=2)")]


def test_cleaning_drops_progress_bars_and_refuses_the_rest_of_stderr():
    assert cleaned(stream("\rdrawing:  50%|#####     | 5/10 [00:01<00:01]\n", "stderr")) == []
    with pytest.raises(make_notebooks.Defect, match="cell 2 writes to stderr.*careful"):
        cleaned(stream("UserWarning: careful\n", "stderr"))


def test_cleaning_refuses_memory_addresses():
    with pytest.raises(make_notebooks.Defect, match="cell 2 shows a memory address"):
        cleaned(stream("<object at 0x7f3a2c1b5d60>\n"))


@pytest.mark.filterwarnings("default")
def test_a_failing_cell_is_shown_and_the_old_notebook_left_whole(tmp_path, capsys, monkeypatch):
    path = tmp_path / "broken.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x = 0\n1 / x")]), path)
    before = path.read_bytes()
    monkeypatch.setattr(sys, "argv", ["make_notebooks.py", str(path)])
    assert make_notebooks.main() == 1
    shown = capsys.readouterr().out
    assert "cell 1 failed" in shown and "1 / x" in shown and "ZeroDivisionError: division by zero" in shown
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]


@pytest.mark.filterwarnings("default")
def test_a_second_run_changes_no_byte_and_check_says_when_one_would(tmp_path, capsys, monkeypatch):
    path = tmp_path / "small.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("print(1)\n2")]), path)
    monkeypatch.setattr(sys, "argv", ["make_notebooks.py", "--check", str(path)])
    assert make_notebooks.main() == 1
    assert "would change in cell 1" in capsys.readouterr().out
    monkeypatch.setattr(sys, "argv", ["make_notebooks.py", str(path)])
    assert make_notebooks.main() == 0
    stored = path.read_bytes()
    assert stored.endswith(b"}\n") and [o.output_type for _, _, o in outputs(read(path))] == [
        "stream",
        "execute_result",
    ]
    monkeypatch.setattr(sys, "argv", ["make_notebooks.py", "--check", str(path)])
    assert make_notebooks.main() == 0
    assert path.read_bytes() == stored
