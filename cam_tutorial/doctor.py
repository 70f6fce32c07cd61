"""Is this machine fit for the course? `report()` prints what was found, and what to do where it isn't fine.

Nothing here raises: a broken installation is what it is for. It imports nothing of the package before it is asked,
so that `python cam_tutorial/doctor.py` works where the package itself cannot be imported.
"""

import os
import sys
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

GOOD, DOUBTFUL, BAD = "✓", "!", "✗"
ASCII = {GOOD: "ok", DOUBTFUL: "!", BAD: "X"}  # for a terminal that lacks the signs

PACKAGE = "cam-tutorial"
OLDEST_PYTHON = (3, 11)
LITTLE_MEMORY = 2**30  # a kernel with torch and what a notebook adds to it
NOTEBOOKS = "notebooks"  # the list of packages, in pyproject.toml, that holds all that the course runs on
INSTALL = "run 'make lab' again, or 'pip install -e \".[lab]\"' in the folder of the course"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    sign: str  # GOOD, DOUBTFUL or BAD
    name: str
    found: str
    advice: str = ""  # what to do, where it is not fine


def check() -> list[Finding]:
    """Look at everything. A check that itself fails becomes a finding."""
    findings: list[Finding] = []
    for name, look in CHECKS.items():
        try:
            findings += look()
        except Exception as error:  # whatever is broken, the rest is still looked at
            findings.append(Finding(BAD, name, _reason(error), INSTALL))
    return findings


def report(findings: list[Finding] | None = None) -> None:
    """Print what `check` found, a line each, and under it what to do."""
    findings = check() if findings is None else findings
    width = max(len(finding.name) for finding in findings)
    indent = " " * (width + 5)
    for finding in findings:
        head = f"{_printable(finding.sign):<2} {finding.name:<{width}}  "
        print(_wrap(finding.found, head, indent))
        if finding.advice:
            print(_wrap(finding.advice, f"{indent}- ", f"{indent}  "))
    wrong = sum(finding.sign == BAD for finding in findings)
    doubtful = sum(finding.sign == DOUBTFUL for finding in findings)
    if not wrong and not doubtful:
        print("All is well: the whole course runs here.")
    elif not wrong:
        print("The course runs here; what is marked ! is explained above.")
    else:
        print("Mend what is marked above first, then run this again.")


def python_version() -> Iterator[Finding]:
    """The running Python, against the oldest that the course works with."""
    found = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] >= OLDEST_PYTHON:
        yield Finding(GOOD, "Python", found)
    else:
        yield Finding(BAD, "Python", f"{found}, but the course needs 3.11 or newer", "install a newer Python")


def packages() -> Iterator[Finding]:
    """Every package that the notebooks ask for, against the oldest version that they work with."""
    from packaging.requirements import Requirement

    try:
        lines = metadata.requires(PACKAGE) or []
    except metadata.PackageNotFoundError:
        yield Finding(DOUBTFUL, "packages", f"{PACKAGE} is not installed, so nothing says which it needs", INSTALL)
        return
    wanted = [Requirement(line) for line in lines]
    wanted = [need for need in wanted if need.marker is None or need.marker.evaluate({"extra": NOTEBOOKS})]
    fine = []
    for need in wanted:
        try:
            installed = metadata.version(need.name)
        except metadata.PackageNotFoundError:
            yield Finding(BAD, need.name, f"not installed; {need} is needed", INSTALL)
            continue
        if need.specifier.contains(installed, prereleases=True):
            fine.append(f"{need.name} {installed}")
        else:
            yield Finding(BAD, need.name, f"{installed} is installed; {need} is needed", INSTALL)
    if fine:
        yield Finding(GOOD, "packages", ", ".join(fine))


def memory() -> Iterator[Finding]:
    """The memory that is free, of the machine or of the container that this runs in."""
    import psutil

    machine = psutil.virtual_memory()
    total, available = machine.total, machine.available
    limit = _container("memory.max", "")
    if limit is not None and limit < total:
        # Files that the container has read are given up when a program asks for memory.
        used = (_container("memory.current", "") or 0) - (_container("memory.stat", "inactive_file ") or 0)
        total, available = limit, min(available, limit - used)
    size = f"{total / 2**30:.0f} GB"
    if available >= LITTLE_MEMORY:
        yield Finding(GOOD, "memory", f"{size}, of which more than 1 GB is free")
    else:
        advice = "close other programs and shut down kernels that you no longer use (in JupyterLab: Kernel menu)"
        yield Finding(DOUBTFUL, "memory", f"{size}, of which {available / 2**30:.1f} GB is free", advice)


def threads() -> Iterator[Finding]:
    """Threads of torch against the cores that this process may use: fewer than the machine's in a container."""
    import torch  # first, since it is what the reader has to mend first
    from joblib import cpu_count

    used, cores = torch.get_num_threads(), cpu_count()
    found = f"torch uses {used} of {cores} core{'s' * (cores != 1)}"
    if used <= cores:
        yield Finding(GOOD, "threads", found)
    else:
        advice = f"more threads than cores slow torch down: call torch.set_num_threads({cores}) in a first cell"
        yield Finding(DOUBTFUL, "threads", found, advice)


def zoo_weights() -> Iterator[Finding]:
    """Whether each network of the course can be loaded."""
    from cam_tutorial import models
    from cam_tutorial.recipes import RECIPES

    fine: list[str] = []
    homeless: dict[str, list[str]] = {}  # by what keeps the module that builds them from being imported
    for name in RECIPES:
        try:
            models.load(name)
            fine.append(name)
        except ImportError as error:  # no fault of the file
            homeless.setdefault(_reason(error), []).append(name)
        except Exception as error:
            advice = (
                f"'git checkout -- cam_tutorial/weights' brings the file back, 'cam-tutorial train {name}' remakes it"
            )
            yield Finding(BAD, name, _reason(error), advice)
    for reason, names in homeless.items():
        yield Finding(BAD, "zoo weights", f"{', '.join(names)} cannot be loaded: {reason}", INSTALL)
    if fine:
        yield Finding(GOOD, "zoo weights", ", ".join(fine))


def torchvision() -> Iterator[Finding]:
    """Whether torchvision can be imported and fits torch."""
    try:
        import torchvision
    except Exception as error:  # a torchvision built for another torch raises RuntimeError
        advice = (
            "only the photographs at the end of 00 and 03 need it; 'pip install torch torchvision' in one command "
            "gets a pair that fits together"
        )
        yield Finding(DOUBTFUL, "torchvision", _reason(error), advice)
    else:
        yield Finding(GOOD, "torchvision", f"{torchvision.__version__.partition('+')[0]} fits this torch")


def imagenet_weights() -> Iterator[Finding]:
    """Whether the weights for the photographs lie where torch hub looks for them."""
    import torch

    files = sorted(Path(torch.hub.get_dir(), "checkpoints").glob("squeezenet1_0-*.pth"))
    if files:
        yield Finding(GOOD, "ImageNet weights", files[0].name)
    else:
        advice = (
            "only the photographs need them; with a network, the notebook fetches them itself (5 MB), as does "
            "'cam-tutorial explain PHOTO'"
        )
        yield Finding(DOUBTFUL, "ImageNet weights", "squeezenet1_0 is not in torch hub's folder", advice)


def widgets() -> Iterator[Finding]:
    """Whether what draws the explorers is installed, and where this runs."""
    where = _front_end()
    try:
        found = f"ipywidgets {metadata.version('ipywidgets')}"
        # Colab and VS Code bring their own front end for widgets.
        if where not in ("Colab", "VS Code"):
            found += f", jupyterlab_widgets {metadata.version('jupyterlab_widgets')}"
    except metadata.PackageNotFoundError as error:
        yield Finding(DOUBTFUL, "widgets", f"{error.name} is missing: the explorers stay still pictures", INSTALL)
    else:
        yield Finding(GOOD, "widgets", found)
    yield Finding(GOOD, "running in", where)


CHECKS: dict[str, Callable[[], Iterator[Finding]]] = {
    "Python": python_version,
    "packages": packages,
    "memory": memory,
    "threads": threads,
    "zoo weights": zoo_weights,
    "torchvision": torchvision,
    "ImageNet weights": imagenet_weights,
    "widgets": widgets,
}


def _wrap(text: str, first: str, rest: str) -> str:
    return textwrap.fill(
        text, 100, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )


def _container(file: str, label: str) -> int | None:
    """A number that the container's own accounts hold after a label; None where there is none."""
    try:
        lines = Path("/sys/fs/cgroup", file).read_text().splitlines()
        return next((int(line.removeprefix(label)) for line in lines if line.startswith(label)), None)
    except (OSError, ValueError):
        return None


def _front_end() -> str:
    if "google.colab" in sys.modules:
        return "Colab"
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if type(shell).__name__ != "ZMQInteractiveShell":
        return "a terminal"
    return "VS Code" if "VSCODE_PID" in os.environ else "a notebook"


def _reason(error: BaseException) -> str:
    """The first line of an error, or its name where it says nothing."""
    return next(iter(str(error).strip().splitlines()), "") or type(error).__name__


def _printable(sign: str) -> str:
    try:
        sign.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        return ASCII[sign]
    return sign


if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parent.parent)  # the package, not its inside
    report()
