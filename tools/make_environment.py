"""Make the virtual environment that `make` works in, bring it up to date, or write down what is in it.

    python3 tools/make_environment.py lab      what the notebooks need
    python3 tools/make_environment.py test     the same and what the tests need
    .venv/bin/python tools/make_environment.py freeze   constraints.txt from what is in it

The first two need nothing but Python's own library. A second run that finds all in place takes a tenth of a second;
one that finds an installation broken off in the middle makes the environment anew.
"""

import argparse
import hashlib
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONSTRAINTS = ROOT / "constraints.txt"
STATE = "cam-tutorial.json"
# Parts of one platform's PyTorch build, which PyTorch itself pins, and the tools that install.
NOT_PINNED = re.compile(r"(nvidia-.*|cuda-.*|triton|cam-tutorial|pip|setuptools|uv)$", re.IGNORECASE)
OLDEST_PYTHON = "3.11.0"
# JupyterLab's question about news would lie on the course's first picture. Set here, in the environment's own folder,
# it is off for this environment alone, and whoever says otherwise in JupyterLab's settings is heard.
LAB_DEFAULTS = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false"}}
HEADER = """\
# The versions that the tests last passed with. `make lab` and `make test` install these; pyproject.toml says which
# versions are allowed at all. `make upgrade` tries the newest ones in a fresh environment, runs every test there
# and writes this file again. Parts of one platform's PyTorch build (nvidia-*, cuda-*, triton) are left out: torch
# pins them itself.
"""
# Run inside the environment: does every installed file that is on record exist, at its recorded size?
IS_WHOLE = """
import importlib.metadata, os, sys
for distribution in importlib.metadata.distributions():
    files = distribution.files
    if not files or not distribution.metadata["Name"]:
        sys.exit(1)
    for file in files:
        path = file.locate()
        if file.suffix != ".pyc" and (not os.path.exists(path) or file.size not in (None, os.path.getsize(path))):
            sys.exit(1)
"""


class InstallError(Exception):
    """One sentence: what could not be installed and what to do about it."""


def executable(venv: Path) -> Path:
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def runs(venv: Path, code: str) -> bool:
    """Whether the environment's own Python exists and gets through `code`."""
    try:
        return subprocess.run([executable(venv), "-c", code], capture_output=True).returncode == 0
    except OSError:
        return False


def fingerprint() -> str:
    """Of everything that a change of makes an installation necessary; the folder, because it is linked to."""
    parts = [str(ROOT).encode(), (ROOT / "pyproject.toml").read_bytes(), CONSTRAINTS.read_bytes()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def read_state(venv: Path) -> dict[str, object]:
    try:
        state = json.loads((venv / STATE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return state if isinstance(state, dict) else {}


def write_state(venv: Path, **state: object) -> None:
    (venv / STATE).write_text(json.dumps(state), encoding="utf-8")


def set_lab_defaults(venv: Path) -> None:
    """Give JupyterLab in the environment the course's defaults."""
    file = venv / "share/jupyter/lab/settings/overrides.d/cam-tutorial.json"
    text = json.dumps(LAB_DEFAULTS, indent=2) + "\n"
    if not file.is_file() or file.read_text(encoding="utf-8") != text:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def make_venv(venv: Path) -> None:
    """Make the environment, or make it anew where it does not run or an installation into it broke off."""
    if venv.exists():
        broken_off = read_state(venv).get("state") == "installing"
        if runs(venv, "import pip") and not (broken_off and not runs(venv, IS_WHOLE)):
            return
        print(f"{venv} was left half made: making it anew.", flush=True)
        shutil.rmtree(venv)
    print(f"Making {venv} with Python {sys.version.split()[0]}.", flush=True)
    if subprocess.run([sys.executable, "-m", "venv", str(venv)]).returncode:
        shutil.rmtree(venv, ignore_errors=True)
        raise InstallError(
            f"{venv} could not be made (the lines above say why): mend that and run the same command again."
        )


def find_cpu_torch(venv: Path) -> list[str]:
    """The command that installs PyTorch's CPU build, which lives on a server of its own: uv knows where.

    It is tried without installing: what cannot be had is found out before anything is taken away.
    """
    python = str(executable(venv))
    default = "run the same command without TORCH=cpu for the default build, which works as well"
    if subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "uv"]).returncode:
        raise InstallError(f"uv, which fetches PyTorch's CPU build, could not be installed: {default}.")
    command = [python, "-m", "uv", "pip", "install", "--python", python, "--torch-backend=cpu"]
    command += ["--reinstall-package", "torch", "--reinstall-package", "torchvision"]
    command += ["--constraint", str(CONSTRAINTS), "torch", "torchvision"]
    if subprocess.run([*command, "--dry-run"], capture_output=True).returncode:
        raise InstallError(f"The server of PyTorch's CPU builds could not be reached or lacks this one: {default}.")
    return command


def install(purpose: str, venv: Path, torch: str, pinned: bool) -> None:
    """Bring the environment to what its purpose, `lab` or `test`, needs, or do nothing where it is there already."""
    if torch not in ("", "cpu"):
        raise InstallError(f"TORCH is {torch!r}: give TORCH=cpu, or leave it out for the default build.")
    if torch == "cpu" and not sys.platform.startswith("linux"):
        print("PyTorch's default build for this system is the CPU build already: TORCH=cpu changes nothing.")
        torch = ""
    wanted, state = fingerprint(), read_state(venv)
    purpose = "test" if state.get("purpose") == "test" else purpose  # it has the notebooks' packages too
    torch = torch or str(state.get("torch", ""))
    if state == {"fingerprint": wanted, "purpose": purpose, "torch": torch} and runs(venv, ""):
        return
    make_venv(venv)
    python = str(executable(venv))
    commands = [find_cpu_torch(venv)] if torch != read_state(venv).get("torch", "") else []
    pip = [python, "-m", "pip", "install", "--disable-pip-version-check"]
    pip += ["--constraint", str(CONSTRAINTS)] if pinned else []
    if commands or runs(venv, "import importlib.metadata as m; m.version('torch')"):
        print("Bringing the environment up to date.", flush=True)
        pip += ["--quiet"]
    else:
        print("Installing PyTorch and the rest: 2.5 GB on Linux, a few minutes, once.", flush=True)
    commands.append([*pip, "--editable", f".[{purpose}]"])
    write_state(venv, **{**read_state(venv), "state": "installing"})
    for command in commands:
        if subprocess.run(command, cwd=ROOT).returncode:
            raise InstallError(
                "Something could not be installed (the lines above say what): mend that, be it the network or a "
                "full disk, and run the same command again."
            )
    write_state(venv, fingerprint=wanted, purpose=purpose, torch=torch)


def pins() -> list[str]:
    """What is installed beside this Python, one `name==version` a line.

    Without what belongs to one platform, without local versions (`+cpu`), and with a marker where a package asks
    for a newer Python than the project does: there the older Python takes what fits it.
    """
    from packaging.specifiers import SpecifierSet

    lines = {}
    for distribution in importlib.metadata.distributions():
        name, asks = distribution.metadata["Name"], distribution.metadata["Requires-Python"] or ""
        if NOT_PINNED.match(name):
            continue
        oldest = re.search(r">=?\s*([\d.]+)", asks)
        marker = "" if oldest is None or OLDEST_PYTHON in SpecifierSet(asks) else oldest[1]
        pin = f"{name}=={distribution.version.partition('+')[0]}"
        lines[name.lower()] = pin + (f' ; python_full_version >= "{marker}"' if marker else "")
    return [lines[name] for name in sorted(lines)]


def freeze() -> None:
    CONSTRAINTS.write_text(HEADER + "\n".join(pins()) + "\n", encoding="utf-8")
    print(f"Wrote {CONSTRAINTS.name}.")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("purpose", choices=["lab", "test", "freeze"])
    parser.add_argument("--venv", type=Path, default=Path(".venv"), help="folder (default: %(default)s)")
    parser.add_argument("--torch", default="", help="cpu for PyTorch's CPU build on Linux (default: pip's choice)")
    parser.add_argument("--unpinned", action="store_true", help="take the newest versions, not constraints.txt")
    options = parser.parse_args()
    venv = ROOT / options.venv
    try:
        if options.purpose == "freeze":
            freeze()
        else:
            install(options.purpose, venv, options.torch, pinned=not options.unpinned)
            set_lab_defaults(venv)
    except InstallError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped: run the same command again to go on.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
