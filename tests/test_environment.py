"""pip, conda and Binder give the same environment, and `make` says what it can do and what it lacks."""

import importlib.metadata
import inspect
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from cam_tutorial import photos

ROOT = Path(__file__).resolve().parent.parent
# Packages that conda-forge knows by another name.
CONDA_NAMES = {"pytorch-cpu": "torch", "matplotlib-base": "matplotlib", "py-opencv": "opencv-python-headless"}

sys.path.insert(0, str(ROOT / "tools"))
import make_environment  # noqa: E402

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))


def bounds(lines: list[str]) -> dict[str, tuple[SpecifierSet, str]]:
    """Requirements by name: bounds and marker; what is asked for twice has the bounds of both."""
    found: dict[str, tuple[SpecifierSet, str]] = {}
    for wanted in map(Requirement, lines):
        name = canonicalize_name(CONDA_NAMES.get(wanted.name, wanted.name))
        marker = str(wanted.marker or "")
        specifier, before = found.get(name, (SpecifierSet(), marker))
        assert marker == before, f"{name} is asked for with two markers"
        found[name] = narrowest(specifier & wanted.specifier), marker
    return found


def narrowest(specifier: SpecifierSet) -> SpecifierSet:
    """Of several lower bounds the highest; the rest as it is."""
    lower = [one for one in specifier if one.operator == ">="]
    highest = max(lower, key=lambda one: Version(one.version), default=None)
    return SpecifierSet(",".join(str(one) for one in specifier if one is highest or one not in lower))


def extra(name: str) -> list[str]:
    """What an extra asks for, with what the extras that it builds on ask for, and the package itself."""
    lines = PROJECT["dependencies"] if name == "" else PROJECT["optional-dependencies"][name]
    found = [*PROJECT["dependencies"]]
    for line in lines:
        wanted = Requirement(line)
        if wanted.name == PROJECT["name"]:
            for other in wanted.extras:
                found += extra(other)
        else:
            found.append(line)
    return found


@pytest.fixture(scope="module")
def pip_side():
    return bounds(extra("test"))


@pytest.fixture(scope="module")
def constraints() -> dict[str, Requirement]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    wanted = [Requirement(line) for line in lines if not line.startswith("#")]
    return {canonicalize_name(w.name): w for w in wanted}


def test_each_extra_holds_the_one_before():
    base, notebooks, lab, test = (set(bounds(extra(name))) for name in ("", "notebooks", "lab", "test"))
    assert base < notebooks < lab < test
    assert "torch" in base and "matplotlib" not in base
    assert {"anywidget", "matplotlib"} <= notebooks and not {"jupyterlab", "pytest"} & notebooks
    assert lab - notebooks == {"jupyterlab"}


def test_conda_asks_for_what_the_notebooks_and_nbval_need_with_the_bounds_of_pip(pip_side):
    python, *listed = CONDA["dependencies"]
    assert "pip" in listed and CONDA["channels"] == ["conda-forge"]
    # repo2docker takes a Python of its own choice unless it is told exactly.
    version = re.fullmatch(r"python=(3\.\d+)", python)
    assert version and version[1] in SpecifierSet(PROJECT["requires-python"])
    wanted = bounds(extra("lab")) | {name: pip_side[name] for name in ("nbval", "pytest")}
    assert bounds([line for line in listed if line != "pip"]) == wanted


def test_constraints_are_exact_and_within_the_bounds(pip_side, constraints):
    for name, (specifier, _) in pip_side.items():
        (pin,) = constraints[name].specifier
        assert pin.operator == "==" and specifier.contains(pin.version), f"{constraints[name]} is not {specifier}"


def test_constraints_fit_every_build_of_torch(constraints):
    assert all("+" not in str(pin) for pin in constraints.values())
    (torch,) = constraints["torch"].specifier
    assert SpecifierSet(str(torch)).contains(f"{torch.version}+cpu")
    assert not [name for name in constraints if name.startswith(("nvidia-", "cuda-")) or name == "triton"]


def test_constraints_leave_an_older_python_its_choice(constraints):
    """A pin of what needs a newer Python than the project does would lock out Debian's."""
    for name, pin in constraints.items():
        try:
            asks = importlib.metadata.metadata(name)["Requires-Python"] or ""
        except importlib.metadata.PackageNotFoundError:
            continue
        if make_environment.OLDEST_PYTHON not in SpecifierSet(asks):
            assert pin.marker and not pin.marker.evaluate({"python_full_version": "3.11.0"}), f"{pin} asks for {asks}"


def test_installed_bounds_are_those_of_this_file(pip_side):
    """An environment that was made from an older pyproject.toml would test something else."""
    lines = importlib.metadata.requires("cam-tutorial") or []
    installed = bounds([line for line in (str(without_extra(line)) for line in lines) if not line.startswith("cam-")])
    assert installed == pip_side, "run make lab or make test, which bring the environment up to date"


def without_extra(line: str) -> Requirement:
    """An installed requirement without the part of its marker that says of which extra it is."""
    wanted = Requirement(line)
    own = re.sub(r"""(?:\s*and\s+)?extra == ["']\w+["']""", "", str(wanted.marker or "")).strip("() ")
    wanted.marker = Marker(own) if own else None
    return wanted


def test_the_version_stands_in_one_place_and_what_repeats_it_agrees():
    import cam_tutorial

    assert "version" in PROJECT["dynamic"] and "version" not in PROJECT
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## (\S+) \((\S+)\)$", changelog, re.MULTILINE)
    assert newest, "CHANGELOG.md has no heading such as ## 0.2.0 (2026-11-30)"
    assert cam_tutorial.__version__ == citation["version"] == newest[1]
    assert str(citation["date-released"]) == newest[2]


def code_of(path: Path) -> str:
    """A file of Python, or the code of a notebook: what its text advises is fetched by nobody."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return text
    return "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["cell_type"] == "code")


def test_binder_fetches_the_weights_that_a_notebook_uses_and_no_others():
    fetched = re.findall(r"(\w+)_Weights\.", (ROOT / "postBuild").read_text(encoding="utf-8"))
    files = [*(ROOT / "notebooks").glob("*.ipynb"), *(ROOT / "cam_tutorial/course").rglob("*.py")]  # and their rooms
    texts = [code_of(path) for path in files]
    asked = {name for text in texts for name in re.findall(r"(?:load_network\(|network=)\"(\w+)", text)}
    if any("photos.explain(" in text or "load_network()" in text for text in texts):
        asked.add(inspect.signature(photos.load_network).parameters["name"].default)
    assert {name.lower() for name in fetched} == asked


def test_weights_and_types_are_part_of_the_package():
    files = {path.name for path in (ROOT / "cam_tutorial/weights").iterdir()}
    assert files >= {f"zoo-{name}.safetensors" for name in ("gap", "flatten", "nin", "gmp")}
    assert (ROOT / "cam_tutorial/py.typed").is_file()


def test_workflow_runs_the_same_command_everywhere():
    workflow = yaml.safe_load((ROOT / ".github/workflows/test.yml").read_text(encoding="utf-8"))
    job = workflow["jobs"]["test"]
    assert {name.partition("-")[0] for name in job["strategy"]["matrix"]["os"]} == {"ubuntu", "macos", "windows"}
    assert job["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13"]
    assert any(step.get("run", "").startswith("make test") for step in job["steps"])


@pytest.mark.skipif(os.name == "nt", reason="Windows has no executable bit")
@pytest.mark.parametrize("file", ["postBuild", ".ci/run"])
def test_scripts_can_be_run_and_stop_at_the_first_error(file):
    text = (ROOT / file).read_text(encoding="utf-8")
    assert os.access(ROOT / file, os.X_OK) and re.search(r"^set -e", text, re.MULTILINE)
    subprocess.run(["bash", "-n", ROOT / file], check=True)


def test_binder_accepts_the_folder(tmp_path):
    command = shutil.which("jupyter-repo2docker", path=str(Path(sys.executable).parent))
    if command is None:
        pytest.skip("jupyter-repo2docker is not installed: it is for Linux")
    # In a copy without the environment and other large things, as Binder gets it.
    for name in ("environment.yml", "postBuild", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    assert not (ROOT / "binder").exists() and not (ROOT / ".binder").exists(), "either hides the files in the root"
    options = ["--no-build", "--debug", "--user-id", "1000", "--user-name", "jovyan"]
    result = subprocess.run([command, *options, "."], cwd=tmp_path, capture_output=True, text=True)
    dockerfile = result.stdout + result.stderr
    assert result.returncode == 0, dockerfile
    assert re.search(r"^COPY .*src/environment.yml", dockerfile, re.MULTILINE), "not the conda buildpack"
    assert "RUN ./postBuild" in dockerfile


needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


def make(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
    # Not as a part of the `make test` that may be running this.
    clean = {key: value for key, value in os.environ.items() if key not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    command = ["make", "-C", str(ROOT), "--no-print-directory", *arguments]
    return subprocess.run(command, env=clean | environment, capture_output=True, text=True)


@needs_make
def test_help_is_the_default_and_lists_the_targets():
    shown = make().stdout
    assert shown == make("help").stdout
    for target in ("lab", "test", "notebooks", "bench", "figures", "format", "upgrade", "clean"):
        assert re.search(rf"^  make {target} +\w", shown, re.MULTILINE), f"make help says nothing of {target}"


@needs_make
def test_no_python_is_one_sentence(tmp_path):
    result = make("lab", "PYTHON=no-such-python", f"VENV={tmp_path / 'env'}")
    assert result.returncode != 0
    sentence, *of_make = result.stderr.splitlines()
    assert sentence.startswith("Python 3.11 or newer is needed and no-such-python is none at all: install one")
    assert len(of_make) == 1 and of_make[0].startswith("make")


@needs_make
def test_no_venv_is_one_sentence(tmp_path):
    (tmp_path / "ensurepip.py").write_text("raise ImportError('as on Debian without python3-venv')\n")
    python = Path(sys.executable).as_posix()
    result = make("lab", f"PYTHON={python}", f"VENV={tmp_path / 'env'}", PYTHONPATH=str(tmp_path))
    assert result.returncode != 0
    assert "cannot make virtual environments: install what is missing (on Debian" in result.stderr.splitlines()[0]
    assert not (tmp_path / "env").exists()


def fake_environment(folder: Path, state: str) -> Path:
    """An environment with pip alone, in which an installation is said to be in a state."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    make_environment.write_state(folder, state=state)
    return folder


def test_an_environment_that_was_left_half_made_is_made_anew(tmp_path, capfd):
    venv = fake_environment(tmp_path / "env", state="installing")
    make_environment.make_venv(venv)
    assert "anew" not in capfd.readouterr().out, "all that is there is whole: nothing needs to be taken away"
    (pip_package,) = venv.rglob("site-packages/pip")
    (pip_package / "py.typed").unlink()
    make_environment.make_venv(venv)
    assert "anew" in capfd.readouterr().out
    assert (pip_package / "py.typed").exists()


@pytest.mark.parametrize("purpose", ["lab", "test"])
def test_an_environment_gets_the_list_of_its_purpose(purpose, tmp_path, monkeypatch):
    """Also on Windows without make, where the README has this run by hand."""
    assert purpose in PROJECT["optional-dependencies"]
    assert "py tools\\make_environment.py lab\n" in (ROOT / "README.md").read_text(encoding="utf-8")
    commands = []

    def run(command, **options):
        commands.append([str(part) for part in command])
        if "venv" in commands[-1]:
            Path(commands[-1][-1]).mkdir()
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(make_environment.subprocess, "run", run)
    monkeypatch.setattr(sys, "argv", ["make_environment.py", purpose, "--venv", str(tmp_path / "env")])
    assert make_environment.main() == 0
    assert commands[0] == [sys.executable, "-m", "venv", str(tmp_path / "env")]
    assert commands[-1][1:4] == ["-m", "pip", "install"] and commands[-1][-2:] == ["--editable", f".[{purpose}]"]
    assert make_environment.read_state(tmp_path / "env")["purpose"] == purpose


def test_jupyterlab_asks_nothing_about_news(tmp_path):
    from jupyterlab_server import settings_utils

    assert settings_utils._get_overrides(str(tmp_path / "share/jupyter/lab/settings"))[0] == {}
    make_environment.set_lab_defaults(tmp_path)
    found, error = settings_utils._get_overrides(str(tmp_path / "share/jupyter/lab/settings"))
    assert found == make_environment.LAB_DEFAULTS and not error
    (file,) = (path for path in tmp_path.rglob("*") if path.is_file())
    before = file.stat().st_mtime_ns
    make_environment.set_lab_defaults(tmp_path)
    assert file.stat().st_mtime_ns == before


@needs_make
def test_lab_opens_the_working_copy():
    shown = make("--dry-run", "lab", f"PYTHON={Path(sys.executable).as_posix()}").stdout
    assert re.search(r"cam_tutorial.cli start course\n.*jupyterlab .* course/00_start_here.ipynb", shown)
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert "/course/" in ignored and "course/" not in ignored, "the package has a folder of that name"
    assert "cam-tutorial start course" in (ROOT / "postBuild").read_text(encoding="utf-8").splitlines()


def test_only_the_cpu_build_can_be_asked_for(tmp_path):
    with pytest.raises(make_environment.InstallError, match="TORCH is 'rocm': give TORCH=cpu, or leave it out"):
        make_environment.install("lab", tmp_path / "env", torch="rocm", pinned=True)
