"""The package as a reader meets it: quick to import, its ideas small and apart, its docstrings complete."""

import ast
import importlib
import inspect
import os
import pkgutil
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import cam_tutorial
from cam_tutorial import metrics

PACKAGE = Path(cam_tutorial.__file__).parent
IDEAS = ["gap", "cam", "grad_cam", "backprop"]
BENEATH = ["hooks", "targets", "graph", "heatmap", "randomize"]
BESIDE = ["surgery"]
METRICS = [f"metrics.{module.name}" for module in pkgutil.iter_modules(metrics.__path__)]


def test_importing_the_package_brings_in_torch_and_nothing_heavier():
    heavy = ["torchvision", "matplotlib", "ipywidgets", "IPython", "PIL", "skimage", "safetensors", "captum"]
    code = f"import sys, cam_tutorial; print([name for name in {heavy} if name in sys.modules])"
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE.parent)}
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert run.stdout.strip() == "[]", run.stderr


def imported(module: str) -> set[str]:
    """What a file imports, anywhere in it: `torch` for all of torch, the rest by its full name."""
    tree = ast.parse(PACKAGE.joinpath(*module.split(".")).with_suffix(".py").read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "." for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    names = {"torch" if name.split(".")[0] == "torch" else name for name in names}
    return {name for name in names if name not in sys.stdlib_module_names and name != "collections.abc"}


def test_an_idea_needs_torch_other_ideas_and_what_lies_beneath_them():
    beneath = {f"cam_tutorial.{name}" for name in ("hooks", "grids", "targets", "graph", "heatmap")}
    for name in IDEAS:
        assert imported(name) <= {"torch", *beneath, *(f"cam_tutorial.{idea}" for idea in IDEAS)}, name
    assert imported("hooks") == {
        "torch",
        *(f"cam_tutorial.{name}" for name in ("grids", "outputs", "suggest", "targets")),
    }
    assert imported("targets") == imported("randomize") == {"torch"}
    assert not any(name.startswith("cam_tutorial") for name in imported("heatmap"))


def test_a_metric_needs_no_network_of_the_course_and_no_drawing():
    allowed = {"torch", "numpy", "numpy.typing", "scipy", "skimage.metrics", "cv2"}
    allowed |= {f"cam_tutorial.{name}" for name in ("hooks", "targets", "heatmap", "bar", *METRICS)}
    for name in METRICS:
        assert imported(name) <= allowed, name


# --- Docstrings ---


def public(module: str) -> dict:
    """The public functions that a module defines, by name."""
    loaded = importlib.import_module(f"cam_tutorial.{module}")
    functions = inspect.getmembers(loaded, inspect.isfunction)
    return {
        name: inspect.unwrap(function)
        for name, function in functions
        if not name.startswith("_") and function.__module__ == loaded.__name__
    }


FUNCTIONS = {
    name: function for module in [*IDEAS, *BENEATH, *BESIDE, *METRICS] for name, function in public(module).items()
}
OFFERED = {*cam_tutorial.__all__, *metrics.__all__, "with_gap"}
OF_NO_PAPER = {"league", "mask_boxes", "part_shares", "threshold_ious"}

every_function = pytest.mark.parametrize("name", FUNCTIONS)


def told(name: str) -> str:
    """A function's docstring, and those that it names with “as in” or “As”."""
    text = inspect.getdoc(FUNCTIONS[name]) or ""
    references = re.findall(r"\b[Aa]s\s(?:in\s)?(`\w+`(?:\sand\s`\w+`)*)", text)
    others = {other for found in references for other in re.findall(r"`(\w+)`", found)} - {name}
    return "\n".join([text, *(told(other) for other in sorted(others & FUNCTIONS.keys()))])


@every_function
def test_a_docstring_names_every_argument(name):
    parameters = inspect.signature(FUNCTIONS[name]).parameters
    text = told(name)
    named = r"\b{}\b" if len(parameters) == 1 else r"`{0}`|^ +{0}: \S"  # a single one may be an ordinary word
    assert [p for p in parameters if not re.search(named.format(p), text, re.MULTILINE | re.IGNORECASE)] == []


@every_function
def test_a_docstring_gives_the_shape_of_what_goes_in_or_comes_out(name):
    annotations = [str(hint) for hint in inspect.get_annotations(FUNCTIONS[name]).values()]
    if any("Tensor" in hint for hint in annotations):
        assert re.search(r"\((N|H|h|count|\.\.\.),?[^()]*\)", told(name)), "no shape such as (N, H, W)"


@every_function
def test_a_docstring_names_every_error_that_the_function_raises(name):
    tree = ast.parse(textwrap.dedent(inspect.getsource(FUNCTIONS[name])))
    calls = [node.exc for node in ast.walk(tree) if isinstance(node, ast.Raise)]
    raised = {call.func.id for call in calls if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)}
    text = told(name)
    assert not raised or "Raises:" in text
    assert {error for error in raised if error not in text} == set()


@pytest.mark.parametrize(
    "name", sorted(OFFERED & {name for module in [*IDEAS, *BESIDE, *METRICS] for name in public(module)})
)
def test_what_comes_of_a_paper_says_of_which(name):
    assert ("Source:" in told(name)) == (name not in OF_NO_PAPER)
    if name not in OF_NO_PAPER:
        assert re.search(r"\((?:\w+ )*(?:19|20)\d\d\)", " ".join(told(name).split()).partition("Source:")[2]), "no year"


def test_all_that_is_offered_is_looked_at():
    assert OFFERED - FUNCTIONS.keys() == {"Adapted", "Curves", "Interval", "League", "Scenes"}
    assert len(FUNCTIONS) > 40
