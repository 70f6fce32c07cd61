"""The first cell of every notebook gets the package where there is none, in the same kernel; elsewhere it does nothing.

What follows from the course's address is written by tools/make_links.py: this cell, and the badges of the README.
"""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from nbclient import NotebookClient
from packaging.requirements import Requirement
from patience import PATIENCE

import cam_tutorial
from cam_tutorial.links import Remote

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))

sys.path.insert(0, str(ROOT / "tools"))
import make_links  # noqa: E402

SOMEWHERE = Remote("github.com", "some-owner/cam-tutorial", "main")
ADDRESSES = pytest.mark.parametrize("course", [None, SOMEWHERE], ids=["no address", "an address"])


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_notebook_has_it_before_all_other_code(path):
    cells = nbformat.read(path, as_version=4).cells
    first = next(cell for cell in cells if cell.cell_type == "code")
    assert first.id == make_links.CELL_ID, "run make links"
    assert first.source == make_links.first_cell(make_links.remote()), "run make links"
    assert first.metadata == make_links.METADATA and first.outputs == [] and cells[0].cell_type == "markdown"
    assert [cell.id for cell in cells].count(make_links.CELL_ID) == 1


@ADDRESSES
def test_it_is_short(course):
    lines = [line for line in make_links.first_cell(course).splitlines() if line]
    assert len(lines) <= 6 and max(map(len, lines)) <= 120


def run(code: str, **names: object) -> None:
    exec(compile(code, "cell", "exec"), names)


@ADDRESSES
def test_where_the_package_is_it_does_nothing(course, capfd):
    run(make_links.first_cell(course), get_ipython=None)
    assert capfd.readouterr() == ("", "")


@ADDRESSES
@pytest.mark.parametrize("version", ["0.1.0", "0.20.0", "0.3.0", "1.2.0"])
def test_a_package_of_another_edition_is_one_sentence(course, version, monkeypatch):
    monkeypatch.setattr(cam_tutorial, "__version__", version)
    with pytest.raises(AssertionError) as caught:
        run(make_links.first_cell(course))
    assert str(caught.value) == (
        f"This needs cam-tutorial {make_links.EDITION}, not {version}: git pull, make lab, cam-tutorial start"
    )


def test_a_later_version_of_the_same_edition_will_do(monkeypatch):
    monkeypatch.setattr(cam_tutorial, "__version__", f"{make_links.EDITION}.99")
    run(make_links.first_cell(None))


@pytest.fixture
def no_package(monkeypatch):
    real = importlib.util.find_spec
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "cam_tutorial" else real(name))


def test_without_an_address_it_says_that_there_is_none(no_package):
    with pytest.raises(ModuleNotFoundError) as caught:
        run(make_links.first_cell(None))
    assert str(caught.value) == "The course has no address yet to install it from: run 'make lab' in a clone of it."


def test_with_an_address_it_asks_pip_for_the_notebooks_list_and_no_editable_installation(no_package):
    asked = []
    kernel = SimpleNamespace(run_line_magic=lambda magic, line: asked.append((magic, line)))
    run(make_links.first_cell(SOMEWHERE), get_ipython=lambda: kernel)
    ((magic, line),) = asked
    install, requirement = re.fullmatch(r"(install -q) '(.*)'", line).groups()
    wanted = Requirement(requirement)
    assert magic == "pip" and install and wanted.name == "cam-tutorial" and wanted.extras == {"notebooks"}
    assert wanted.url == "git+https://github.com/some-owner/cam-tutorial@main"


def bare_environment(folder: Path) -> Path:
    """A Python of its own that has what this one has, but for the course; gives its interpreter."""
    subprocess.run([sys.executable, "-m", "venv", folder / "env"], check=True)
    python = folder / "env/bin/python"
    links = folder / "links"
    links.mkdir()
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        if not re.match(r"_?cam_tutorial|_editable|pip\b|.*\.pth$|__pycache__", entry.name):
            (links / entry.name).symlink_to(entry)
    (site,) = folder.glob("env/lib/python*/site-packages")
    (site / "links.pth").write_text(f"{links}\n")
    return python


@pytest.mark.filterwarnings("default")
@pytest.mark.skipif(os.name == "nt", reason="makes links to packages, which Windows allows only administrators")
@pytest.mark.skipif(not (ROOT / ".git").exists() or not shutil.which("git"), reason="installs from a git clone")
def test_in_a_kernel_without_the_package_it_works_at_once(tmp_path, monkeypatch):
    monkeypatch.delenv("PYTHONPATH", raising=False)
    python = bare_environment(tmp_path)
    course = [python, "-c", "import torch, cam_tutorial"]
    missing = subprocess.run(course, capture_output=True, text=True, cwd=tmp_path).stderr
    assert "No module named 'cam_tutorial'" in missing
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    fetch = [python, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", tmp_path / "fetched", *build]
    if subprocess.run(fetch, capture_output=True).returncode:
        pytest.skip("what builds the package cannot be fetched here")
    spec = tmp_path / "kernels/bare/kernel.json"
    spec.parent.mkdir(parents=True)
    argv = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec.write_text(json.dumps({"argv": argv, "display_name": "bare", "language": "python"}))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    commit = subprocess.run(["git", "-C", ROOT, "rev-parse", "HEAD"], capture_output=True, text=True, check=True)
    cells = [
        make_links.first_cell(SimpleNamespace(url=f"file://localhost{ROOT}", branch=commit.stdout.strip())),
        "from cam_tutorial import cam, exercises, metrics, models, plot, practice, widgets, zoo\n"
        'scene = zoo.scene(24, animals=["cat", "butterfly"])\n'
        'print(cam(models.load("zoo-gap"), zoo.preprocess(scene.image)).shape, cam.__module__)',
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(
        notebook,
        timeout=PATIENCE,
        startup_timeout=PATIENCE,
        kernel_name="bare",
        resources={"metadata": {"path": str(tmp_path)}},
    ).execute()
    assert notebook.cells[1].outputs[0].text == "torch.Size([1, 12, 12]) cam_tutorial.cam\n"
    assert not list(tmp_path.glob("env/lib/python*/site-packages/*cam_tutorial*.pth")), "an editable installation"


# --- Badges ---


def test_the_badges_of_the_readme_are_those_of_the_address():
    texts = make_links.texts(make_links.remote())
    assert texts[ROOT / "README.md"] == (ROOT / "README.md").read_text(encoding="utf-8"), "run make links"


def test_without_an_address_there_are_no_badges_and_with_one_every_notebook_has_them():
    readme = ROOT / "README.md"
    assert "mybinder" not in make_links.texts(None)[readme]
    text = make_links.texts(SOMEWHERE)[readme]
    assert make_links.BLOCK.search(text), "the place of the badges must be found again"
    lines = [line for line in text.splitlines() if "badge_logo.svg" in line]
    assert len(lines) == len(NOTEBOOKS)
    for line, path in zip(lines, NOTEBOOKS, strict=True):
        assert f"urlpath=lab%2Ftree%2Fcourse%2F{path.name})" in line and f"/blob/main/notebooks/{path.name})" in line


def test_writing_twice_changes_nothing():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# A"), nbformat.v4.new_code_cell("1")])
    once = nbformat.writes(make_links.with_first_cell(notebook, make_links.first_cell(None)))
    again = make_links.with_first_cell(nbformat.reads(once, as_version=4), make_links.first_cell(None))
    assert nbformat.writes(again) == once
    assert [cell.get("execution_count") for cell in again.cells] == [None, 1, 2]
    moved = make_links.with_first_cell(again, make_links.first_cell(SOMEWHERE))
    assert [cell.source[:4] for cell in moved.cells] == ["# A", "from", "1"] and "some-owner" in moved.cells[1].source
