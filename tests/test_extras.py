"""Each part of the package needs what its list in pyproject.toml holds and no more; what is missing is a sentence."""

import ast
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import nbformat
import pytest
from IPython.core.inputtransformer2 import TransformerManager
from packaging.requirements import Requirement

from cam_tutorial import extras, recipes

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "cam_tutorial"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

# The parts that need the extra `notebooks`; all the rest makes do with what the package brings along.
NOTEBOOKS = {"plot", "live", "widgets", "metrics", "practice", "course", "exercises", "imagenet", "localize"}
# Modules that are called otherwise than what brings them.
BROUGHT_BY = {
    "axe_playwright_python": "axe-playwright-python",
    "cv2": "opencv-python-headless",
    "IPython": "ipython",
    "PIL": "pillow",
    "pytorch_grad_cam": "grad-cam",
    "skimage": "scikit-image",
    "yaml": "pyyaml",
    # What comes along with another package, and goes with it.
    "cycler": "matplotlib",
    "jupyter_client": "nbclient",
    "jupyterlab_server": "jupyterlab",
    "nbconvert": "jupyterlab",
    "torch_home": "torch",
}
# Asked for in a notebook alone, which has it.
IN_NOTEBOOKS = {"bar.py": {"IPython"}}
# Compared with, where they are installed; nothing of the course's needs them.
OPTIONAL = {"google"}


def packages(extra: str) -> set[str]:
    """The names of what an extra brings, with the extras that it holds and the package itself."""
    names = {Requirement(line).name for line in PROJECT["dependencies"]}
    for line in PROJECT["optional-dependencies"].get(extra, []):
        wanted = Requirement(line)
        if wanted.name == PROJECT["name"]:
            names |= {name for other in wanted.extras for name in packages(other)}
        else:
            names.add(wanted.name)
    return names


def imported(tree: ast.AST) -> set[str]:
    """The top-level modules that some code imports, anywhere in it, but for Python's own and the project's."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add((node.module or "").split(".")[0])
    own = {"cam_tutorial", "benchmarks", *(path.stem for path in [*ROOT.glob("tests/*"), *ROOT.glob("tools/*")])}
    return found - set(sys.stdlib_module_names) - own - OPTIONAL


def brought_by(modules: set[str]) -> set[str]:
    return {BROUGHT_BY.get(module, module) for module in modules}


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def part_of(path: Path) -> str:
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


FILES = sorted(PACKAGE.rglob("*.py"))
BASE = [path for path in FILES if part_of(path) not in NOTEBOOKS]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_module_imports_what_its_list_has(path):
    extra = "notebooks" if part_of(path) in NOTEBOOKS else ""
    assert brought_by(imported(tree(path)) - IN_NOTEBOOKS.get(path.name, set())) <= packages(extra)


@pytest.mark.parametrize(
    "path", [*ROOT.glob("tests/*.py"), *ROOT.glob("tools/*.py"), *ROOT.glob("benchmarks/*.py")], ids=lambda p: p.stem
)
def test_tests_and_tools_import_what_the_tests_list_has(path):
    assert brought_by(imported(tree(path))) <= packages("test")


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_notebook_imports_what_its_list_has(path):
    cells = nbformat.read(path, as_version=4).cells
    code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    assert brought_by(imported(ast.parse(TransformerManager().transform_cell(code)))) <= packages("notebooks")


def test_the_lists_hold_nothing_that_nobody_imports():
    everywhere = {name for path in FILES for name in brought_by(imported(tree(path)))}
    assert packages("notebooks") - everywhere == {"ipykernel"}  # runs them
    in_base = {name for path in BASE for name in imported(tree(path)) - IN_NOTEBOOKS.get(path.name, set())}
    assert packages("") == brought_by(in_base)


@pytest.mark.parametrize("part", ["plot", "live", "widgets", "metrics", "practice", "course", "imagenet"])
def test_what_a_part_asks_for_is_what_it_imports(part):
    paths = [path for path in FILES if part_of(path) == part]
    asked = {
        argument.value
        for node in ast.walk(tree(PACKAGE / f"{part}.py" if len(paths) == 1 else PACKAGE / part / "__init__.py"))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "extras.need"
        for argument in node.args[1:]
    }
    needed = {name for path in paths for name in imported(tree(path)) if brought_by({name}) - packages("")}
    assert asked == needed - {"cycler"}  # which comes with matplotlib


# Run in a Python that has nothing but what the package brings along.
BARE = """
import sys
for name in {missing!r}:
    sys.modules[name] = None
import contextlib, importlib, io
for name in {base!r}:
    importlib.import_module(name)
from cam_tutorial import blend, cam, cli, grad_cam, models, upsample, zoo
scene = zoo.scene(24, animals=["cat", "butterfly"])
network, images = models.load("zoo-gap"), zoo.preprocess(scene.image)
blend(scene.image, cam(network, images)[0])
blend(scene.image, grad_cam(network, images)[0], signed=True)
with contextlib.redirect_stdout(io.StringIO()) as shown:
    cli.main(["doctor"])
assert "torch uses" in shown.getvalue(), shown.getvalue()
assert "git checkout" not in shown.getvalue(), shown.getvalue()  # no weight file is at fault
for name in {notebooks!r}:
    try:
        importlib.import_module(f"cam_tutorial.{{name}}")
    except ModuleNotFoundError as error:
        print(error)
    else:
        print("nothing said of", name)
sys.exit(cli.main(["progress"]))
"""


def missing() -> list[str]:
    """The modules that a Python lacks which has nothing but what the package brings along."""
    lacking = packages("test") - packages("")
    by_package = [module for module, package in BROUGHT_BY.items() if package in lacking]
    return [*(name.replace("-", "_") for name in lacking), *by_package]


def test_the_base_alone_runs_the_ideas_and_says_what_the_rest_needs(root):
    base = [f"cam_tutorial.{'.'.join(path.relative_to(PACKAGE).with_suffix('').parts)}" for path in BASE]
    base = [name.removesuffix(".__init__") for name in base]
    code = BARE.format(missing=missing(), base=base, notebooks=sorted(NOTEBOOKS))
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(root), "PYTHONUTF8": "1"},
    )
    said = run.stdout.splitlines()
    assert len(said) == len(NOTEBOOKS), run.stdout + run.stderr
    for line in said:
        assert line.startswith("cam_tutorial.") and line.endswith(f"not installed here: run {extras.how('notebooks')}")
    assert "cam_tutorial.plot needs matplotlib and IPython, not installed" in run.stdout
    assert run.returncode == 1 and run.stderr.startswith("cam-tutorial: cam_tutorial.") and run.stderr.count("\n") == 1


# The same Python, asked for the networks that live in a room of the course.
ROOMS = """
import sys
for name in {missing!r}:
    sys.modules[name] = None
from cam_tutorial import cli, models, recipes
for name in [name for name, recipe in recipes.RECIPES.items() if recipe.room]:
    assert models.about(name)["accuracy"] > 0
    for ask in (models.load, models.build, lambda name: cli.train(cli.make_parser().parse_args(["train", name]))):
        try:
            ask(name)
        except ModuleNotFoundError as error:
            print(error)
"""


def test_a_network_of_a_room_says_what_it_needs(root):
    code = ROOMS.format(missing=missing())
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(root)}
    )
    said = run.stdout.splitlines()
    rooms = [name for name, recipe in recipes.RECIPES.items() if recipe.room]
    assert run.stderr == "" and len(said) == 3 * len(rooms) > 0 and len(set(said)) == 1
    assert said[0].startswith("cam_tutorial.course needs anywidget, ") and said[0].endswith(extras.how("notebooks"))


def test_what_is_there_is_not_asked_for():
    extras.need("cam_tutorial.plot", "matplotlib")
    with pytest.raises(
        ModuleNotFoundError, match=r"needs no_such_module, not installed here: run pip install"
    ) as caught:
        extras.need("cam_tutorial.plot", "torch", "no_such_module")
    assert caught.value.name == "no_such_module"
    with pytest.raises(
        ModuleNotFoundError, match=r"needs no_a, no_b and no_c, not .* run pip install \"cam-tutorial\[lab"
    ):
        extras.need("cam_tutorial.plot", "no_a", "no_b", "no_c", extra="lab")
