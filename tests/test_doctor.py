"""The doctor finds what is broken, says what to do, and never breaks itself."""

import contextlib
import io
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from cam_tutorial import doctor
from cam_tutorial.doctor import BAD, DOUBTFUL, GOOD, Finding


def findings() -> dict[str, Finding]:
    return {finding.name: finding for finding in doctor.check()}


def test_a_machine_that_the_tests_run_on_is_fine():
    found = findings()
    assert [f for f in found.values() if f.sign == BAD] == []
    assert found["Python"].found == sys.version.split()[0]
    assert found["packages"].sign == GOOD and "torch 2" in found["packages"].found
    files = {path.stem for path in (Path(doctor.__file__).parent / "weights").glob("*.safetensors")}
    assert set(found["zoo weights"].found.split(", ")) == files


def test_it_is_quick_once_everything_is_imported():
    """Most of its time goes into loading the networks, which tells how fast this machine is."""
    doctor.check()
    loads, all_of_it = [], []
    for _ in range(5):
        start = time.perf_counter()
        list(doctor.zoo_weights())
        loads.append(time.perf_counter() - start)
        start = time.perf_counter()
        doctor.check()
        all_of_it.append(time.perf_counter() - start)
    assert min(all_of_it) < 10 * min(loads) + 0.1


@pytest.mark.parametrize(
    "module", ["torch", "torchvision", "packaging.requirements", "psutil", "joblib", "cam_tutorial.models"]
)
def test_a_broken_import_is_a_finding_and_the_rest_is_still_looked_at(module, monkeypatch, capsys):
    import cam_tutorial

    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.delattr(cam_tutorial, "models", raising=False)
    found = doctor.check()
    wrong = [f for f in found if f.sign != GOOD and module in f.found]
    assert wrong and all(f.advice for f in wrong)
    assert any(f.name == "widgets" for f in found) and any(f.name == "Python" for f in found)
    doctor.report()
    assert wrong[0].name in capsys.readouterr().out


def test_an_error_of_any_kind_is_a_finding(monkeypatch):
    def crash():
        raise RuntimeError("operator torchvision::nms does not exist\nand a long story")
        yield

    monkeypatch.setitem(doctor.CHECKS, "threads", crash)
    assert findings()["threads"] == Finding(BAD, "threads", "operator torchvision::nms does not exist", doctor.INSTALL)


def test_old_missing_and_unused_packages(monkeypatch):
    monkeypatch.setattr(
        doctor.metadata,
        "requires",
        lambda name: [
            "torch>=99",
            "no-such-package>=1",
            "numpy",
            "nbval ; extra == 'test'",
            "no-such-canvas ; extra == 'notebooks'",
            "x ; python_version < '3'",
        ],
    )
    found = {finding.name: finding for finding in doctor.packages()}
    assert set(found) == {"torch", "no-such-package", "no-such-canvas", "packages"}
    assert found["torch"].sign == BAD and "torch>=99 is needed" in found["torch"].found
    assert found["no-such-package"].found == "not installed; no-such-package>=1 is needed"
    assert found["packages"].found.startswith("numpy ")


def test_not_installed(monkeypatch):
    monkeypatch.setattr(doctor, "PACKAGE", "no-such-package")
    (found,) = doctor.packages()
    assert found.sign == DOUBTFUL and "make lab" in found.advice


@pytest.mark.parametrize(("available", "sign"), [(3 * 2**30, GOOD), (2**29, DOUBTFUL)])
def test_memory(available, sign, monkeypatch):
    import psutil

    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(total=8 * 2**30, available=available))
    monkeypatch.setattr(doctor, "_container", lambda file, label: None)
    (found,) = doctor.memory()
    assert found.sign == sign and found.found.startswith("8 GB")


def test_memory_of_a_container(monkeypatch):
    import psutil

    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(total=64 * 2**30, available=60 * 2**30))
    accounts = {"memory.max": 2 * 2**30, "memory.current": 2 * 2**30, "memory.stat": 2**29}
    monkeypatch.setattr(doctor, "_container", lambda file, label: accounts[file])
    (found,) = doctor.memory()
    assert found.sign == DOUBTFUL and found.found == "2 GB, of which 0.5 GB is free"


def test_more_threads_than_cores(monkeypatch):
    import joblib
    import torch

    monkeypatch.setattr(torch, "get_num_threads", lambda: 8)
    monkeypatch.setattr(joblib, "cpu_count", lambda: 1)
    (found,) = doctor.threads()
    assert found.sign == DOUBTFUL and found.found == "torch uses 8 of 1 core"
    assert "torch.set_num_threads(1)" in found.advice
    monkeypatch.setattr(joblib, "cpu_count", lambda: 8)
    assert list(doctor.threads()) == [Finding(GOOD, "threads", "torch uses 8 of 8 cores")]


def test_a_damaged_weight_file(monkeypatch):
    from cam_tutorial import models

    load = models.load

    def damaged(name):
        if name == "zoo-nin":
            raise ValueError("zoo-nin.safetensors is damaged")
        return load(name)

    monkeypatch.setattr(models, "load", damaged)
    bad, fine = doctor.zoo_weights()
    assert bad.sign == BAD and bad.name == "zoo-nin" and "cam-tutorial train zoo-nin" in bad.advice
    assert fine.found == ", ".join(name for name in models.NETWORKS if name != "zoo-nin")


def test_a_network_whose_room_cannot_be_imported(monkeypatch):
    """Its file is as it was: to fetch it anew, or to train, would change nothing."""
    from cam_tutorial import models

    load = models.load

    def without_widgets(name):
        if models.RECIPES[name].room:
            raise ModuleNotFoundError("cam_tutorial.course needs anywidget, not installed here: run this")
        return load(name)

    monkeypatch.setattr(models, "load", without_widgets)
    bad, fine = doctor.zoo_weights()
    rooms = [name for name, recipe in models.RECIPES.items() if recipe.room]
    assert bad.sign == BAD and bad.found.startswith(f"{', '.join(rooms)} cannot be loaded: cam_tutorial.course needs")
    assert bad.advice == doctor.INSTALL and fine.found == ", ".join(n for n in models.RECIPES if n not in rooms)


def test_imagenet_weights(monkeypatch, tmp_path):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    (missing,) = doctor.imagenet_weights()
    assert missing.sign == DOUBTFUL and "fetches them" in missing.advice
    (tmp_path / "hub/checkpoints").mkdir(parents=True)
    (tmp_path / "hub/checkpoints/squeezenet1_0-0123abcd.pth").touch()
    (there,) = doctor.imagenet_weights()
    assert there == Finding(GOOD, "ImageNet weights", "squeezenet1_0-0123abcd.pth")


def test_report_is_a_table_with_advice_under_it(capsys):
    doctor.report([Finding(GOOD, "memory", "8 GB"), Finding(BAD, "torch", "1.0 is installed", "install a newer one")])
    assert capsys.readouterr().out == (
        "✓  memory  8 GB\n"
        "✗  torch   1.0 is installed\n"
        "           - install a newer one\n"
        "Mend what is marked above first, then run this again.\n"
    )


def test_report_on_a_terminal_without_the_signs():
    written = io.BytesIO()
    terminal = io.TextIOWrapper(written, encoding="ascii")
    with contextlib.redirect_stdout(terminal):
        doctor.report([Finding(GOOD, "memory", "8 GB"), Finding(BAD, "torch", "none")])
    terminal.flush()
    assert written.getvalue().startswith(b"ok memory  8 GB")


def test_it_runs_where_the_package_cannot_be_imported(tmp_path):
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['torch'] = None\n")
    result = subprocess.run(
        [sys.executable, Path(doctor.__file__)],
        env={"PYTHONPATH": str(tmp_path), "PYTHONUTF8": "1", "PATH": ""},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert result.returncode == 0 and result.stderr == ""
    assert "✗  threads" in result.stdout and "✗  zoo" in result.stdout and "✓  Python" in result.stdout
