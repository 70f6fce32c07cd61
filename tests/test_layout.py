"""Who may import whom: notebooks -> course -> practice, widgets, plot -> ideas -> hooks; read off the imports.

Imports inside of functions count as well: an arrow is an arrow, however late it is drawn.
"""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "cam_tutorial"

# Each part, and the parts of the package that it may import. What is not listed has no business here.
BOTTOM = {"suggest", "files", "editions", "bar"}
HOOKS = {"hooks", "outputs", "grids", "targets", "graph", *BOTTOM}
IDEAS = {"gap", "cam", "grad_cam", "backprop"}
MAPS = {"heatmap", "randomize", "metrics"}
WORLD = {"zoo", "models", "training", "recipes", "photos", "surgery"}
PICTURES = {"plot", "widgets", "practice"}
MAY_IMPORT: dict[str, set[str]] = {
    **{part: set() for part in BOTTOM},
    "grids": set(),
    "graph": set(),
    "targets": BOTTOM,
    "outputs": {"graph", "grids", "targets"},
    "hooks": HOOKS - {"hooks"},
    "heatmap": {"targets"},
    **{part: HOOKS | IDEAS | {"heatmap"} for part in IDEAS},
    "randomize": HOOKS,
    "metrics": HOOKS | {"heatmap", "metrics", "extras"},
    "recipes": BOTTOM,
    "zoo": BOTTOM | {"zoo"},
    "models": BOTTOM | {"zoo", "gap", "recipes"},
    "optimizer": set(),
    "training": BOTTOM | {"zoo", "models", "recipes", "optimizer"},
    "photos": HOOKS | IDEAS | {"heatmap", "photos"},
    "surgery": {"gap", "models", "zoo"},
    "explain": HOOKS | {"explain", "photos", "metrics"},
    "imagenet": {"extras"},
    "localize": HOOKS | IDEAS | {"imagenet", "metrics", "photos"},
    "extras": set(),
    "plot": {"heatmap", "zoo", "extras"},
    "live": {"extras"},
    "widgets": HOOKS | IDEAS | MAPS | WORLD | {"plot", "live", "widgets", "extras"},
    "practice": BOTTOM | {"plot", "live", "practice", "extras"},
    "course": HOOKS | IDEAS | MAPS | WORLD | {"plot", "live", "practice", "course", "extras", "optimizer"},
    "exercises": {"course", "practice"},
    "links": set(),
    "start": BOTTOM,
    "doctor": BOTTOM | {"models", "recipes"},
    "cli": {
        *("start", "training", "explain", "localize", "doctor", "links", "exercises", "practice", "files", "recipes"),
    },
    "__init__": HOOKS | IDEAS | MAPS,
}


def files() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def module_of(path: Path) -> list[str]:
    """["course", "n02_…", "e1_…"] for a file of the package."""
    parts = list(path.relative_to(PACKAGE).with_suffix("").parts)
    return parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts


def imported(path: Path) -> set[str]:
    """The modules of the package that a file imports, as dotted names below cam_tutorial."""
    here = list(path.relative_to(PACKAGE).parent.parts)
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            start = ["cam_tutorial", *here[: len(here) - node.level + 1]] if node.level else []
            base = ".".join([*start, *([node.module] if node.module else [])])
            names = [f"{base}.{alias.name}" for alias in node.names]
        else:
            continue
        found |= {name.removeprefix("cam_tutorial.") for name in names if name.startswith("cam_tutorial.")}
    return {name for name in found if exists(name.split(".")[0])}


def exists(part: str) -> bool:
    return (PACKAGE / part).is_dir() or (PACKAGE / f"{part}.py").is_file()


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_arrows_point_one_way(path):
    part = module_of(path)[0]
    wrong = {name for name in imported(path) if name.split(".")[0] not in MAY_IMPORT[part]}
    assert not wrong, f"{path.relative_to(PACKAGE)} imports {', '.join(sorted(wrong))}"


def test_every_part_has_its_arrows_and_none_leads_in_a_circle():
    left: dict[str, set[str]] = {}
    for path in files():
        part = module_of(path)[0]
        left.setdefault(part, set()).update(name.split(".")[0] for name in imported(path))
    assert set(left) <= set(MAY_IMPORT)
    while left:
        free = [part for part, to in left.items() if not (to - {part}) & set(left)]
        assert free, f"a circle among {sorted(left)}"
        for part in free:
            del left[part]


IDEA_FILES = [PACKAGE / f"{name}.py" for name in sorted(IDEAS)]


@pytest.mark.parametrize("path", IDEA_FILES, ids=lambda path: path.stem)
def test_the_ideas_import_torch_and_nothing_else_from_outside(path):
    outside = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            outside |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            outside.add((node.module or "").split(".")[0])
    assert outside - set(sys.stdlib_module_names) <= {"torch", "cam_tutorial"}


@pytest.mark.parametrize(
    "path", sorted((PACKAGE / "course").glob("n*/*.py")), ids=lambda path: f"{path.parent.name[:3]}{path.stem}"
)
def test_no_room_enters_another_and_no_exercise_imports_another(path):
    room = path.parent.name
    for name in imported(path):
        if name.startswith("course."):
            inside = name.split(".")[1:]
            assert not re.match(r"n\d\d_", inside[0]) or inside[0] == room, name
            assert not any(re.fullmatch(r"e\d+_\w+", part) for part in inside), name


def test_practice_knows_no_notebook():
    for path in sorted((PACKAGE / "practice").rglob("*.py")):
        assert not {name.split(".")[0] for name in imported(path)} & {"course", "zoo", "models", "exercises"}, path.name


def loaded(code: str) -> list[str]:
    """The modules of the package that are loaded after `code` has run in a new Python."""
    code += "\nimport sys; print(*sorted(name for name in sys.modules if name.startswith('cam_tutorial.')))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return run.stdout.splitlines()[-1].split()


@pytest.mark.parametrize("id", ["1.1", "3.2", "3.4", "6.10"])
def test_finding_one_exercise_imports_one(id):
    names = loaded(f"from cam_tutorial import exercises; exercises.find({id!r})")
    notebook, number = id.split(".")
    entries = [name for name in names if re.search(r"\.e\d+_\w+$", name)]
    assert len(entries) == 1 and f".n{notebook.zfill(2)}_" in entries[0] and f".e{number}_" in entries[0]
    assert not [name for name in names if re.search(r"course\.n\d\d_", name) and f".n{notebook.zfill(2)}_" not in name]


def test_the_package_stays_light_without_exercises():
    assert not {"cam_tutorial.exercises", "cam_tutorial.course", "cam_tutorial.plot"} & set(
        loaded("import cam_tutorial")
    )


def test_no_file_is_long_without_a_reason():
    """A file over 300 lines says why in its first lines; an exercise's is as long as its list of mistakes."""
    for path in files():
        if re.fullmatch(r"e\d+_\w+", path.stem):
            continue
        text = path.read_text(encoding="utf-8")
        if text.count("\n") > 300:
            docstring = ast.get_docstring(ast.parse(text)) or ""
            assert "300 lines" in docstring, f"{path.relative_to(PACKAGE)} has {text.count(chr(10))} lines"
