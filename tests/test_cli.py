"""The command line: one sentence for every error, no half-written file, no picture of the learner's replaced."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from cam_tutorial import cli, doctor, links, photos, recipes, training
from cam_tutorial.explain import running
from cam_tutorial.explain.asking import Asked


def error(capsys, *arguments) -> str:
    """The one sentence that a failing command prints."""
    assert cli.main([str(argument) for argument in arguments]) == 1
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.startswith("cam-tutorial: ") and captured.err.count("\n") == 1
    return captured.err


def test_explain_passes_everything_on(monkeypatch):
    passed = []
    monkeypatch.setattr(running, "explain", lambda *a, **k: passed.append((a, k)) or 1)
    assert cli.main(["explain", "a.jpg"]) == 1
    asked = ["--class", "top3", "--network", "resnet50", "--weights", "w", "--classes", "c", "--layer", "layer4"]
    how = ["--method", "cam", "--over", "--out", "maps/", "--force", "--json"]
    cli.main(["explain", "a.jpg", "b", *asked, *how])
    cli.main(["explain", "a.jpg", "--resume", "--beside"])
    nothing = {"out": None, "force": False, "resume": False, "as_json": False}
    assert passed == [
        ((["a.jpg"], Asked()), nothing),
        (
            (["a.jpg", "b"], Asked("resnet50", "w", "c", "top3", "cam", "layer4", True)),
            {"out": "maps/", "force": True, "resume": False, "as_json": True},
        ),
        ((["a.jpg"], Asked()), {**nothing, "resume": True}),
    ]


@pytest.mark.parametrize("pair", [("--force", "--resume"), ("--over", "--beside")])
def test_explain_takes_one_of_two(pair, capsys):
    with pytest.raises(SystemExit) as caught:
        cli.main(["explain", "a.jpg", *pair])
    assert caught.value.code == 2 and "not allowed with" in capsys.readouterr().err


def test_the_methods_of_the_help_are_the_real_ones():
    assert sorted(cli.METHODS) == sorted(photos.explaining.METHODS)


def test_whoever_reads_the_output_may_stop(root):
    """As with `cam-tutorial links | head -1`: no traceback, also none when Python ends."""
    code = (
        "import sys; from cam_tutorial import cli, doctor; doctor.check = list; "
        "doctor.report = lambda _: [print('x' * 9999) for _ in range(99)]; sys.exit(cli.main(['doctor']))"
    )
    command = f"{sys.executable} -c {shlex.quote(code)} | head -c 1"
    environment = {**os.environ, "PYTHONPATH": str(root)}
    shown = subprocess.run(command, shell=True, env=environment, capture_output=True, text=True)
    assert shown.stdout == "x" and shown.stderr == ""


def test_train_passes_everything_on(capsys, monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(training, "train_and_save", lambda *a, **k: asked.append((a, k)) or (tmp_path / "w", 0.9925))
    assert cli.main(["train", "zoo-gap"]) == 0
    assert cli.main(["train", "zoo-nin", "--seed", "3", "--scenes", "20", "--epochs", "2", "--out", "w"]) == 0
    assert asked == [
        (("zoo-gap",), {"seed": 0, "scenes": None, "epochs": None, "out": None}),
        (("zoo-nin",), {"seed": 3, "scenes": 20, "epochs": 2, "out": Path("w")}),
    ]
    assert f"zoo-nin is right on 99.2% of scenes that it never saw; its weights are in {tmp_path / 'w'}" in (
        capsys.readouterr().out
    )


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("zoo-words", "of questions about scenes that it never saw"),
        ("zoo-clips", "of clips that it never saw"),
        ("zoo-labels", "of questions, one for each species, about scenes that it never saw"),
        ("zoo-contrast", "of scenes that it never saw, each to be known again among fifty"),
    ],
)
def test_train_says_what_the_network_is_right_on(name, said, capsys, monkeypatch):
    monkeypatch.setattr(training, "train_and_save", lambda *a, **k: (Path("w"), 0.9925))
    cli.main(["train", name])
    assert capsys.readouterr().out == f"{name} is right on 99.2% {said}; its weights are in w\n"
    poor = training.Training(None, [], 0.125)
    monkeypatch.undo()
    monkeypatch.setattr(training, "train", lambda *a, **k: poor)
    assert f"{name} is right on only 12.5% {said}, and the weights of the package" in error(capsys, "train", name)


@pytest.mark.parametrize("columns", ["40", "80", "200"])
def test_help_breaks_no_name_of_a_network(columns, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", columns)
    with pytest.raises(SystemExit):
        cli.main(["train", "--help"])
    shown = capsys.readouterr().out.replace(",", " ").split()
    assert set(recipes.RECIPES) <= set(shown)


def test_train_an_unknown_network(capsys):
    message = error(capsys, "train", "zoo-gab")
    assert "'zoo-gab'" in message and "zoo-gap" in message


@pytest.mark.parametrize("number", ["0", "-3", "many"])
def test_train_counts_from_one(number, capsys):
    with pytest.raises(SystemExit) as caught:
        cli.main(["train", "zoo-gap", "--epochs", number])
    assert caught.value.code == 2 and "is no whole number from 1 on" in capsys.readouterr().err


@pytest.mark.parametrize("exception", [ValueError, TypeError, OSError, ModuleNotFoundError])
def test_errors_are_one_sentence(exception, capsys, monkeypatch):
    def fail(*arguments, **keywords):
        raise exception("this and that")

    monkeypatch.setattr(training, "train_and_save", fail)
    assert error(capsys, "train", "zoo-gap") == "cam-tutorial: this and that\n"


def test_ctrl_c(capsys, monkeypatch):
    def interrupt(*arguments, **keywords):
        raise KeyboardInterrupt

    monkeypatch.setattr(training, "train_and_save", interrupt)
    assert cli.main(["train", "zoo-gap"]) == 130
    assert capsys.readouterr().err == "cam-tutorial: stopped before the end; no file was changed\n"


def test_links(capsys, monkeypatch):
    monkeypatch.setattr(links, "where", lambda: links.Remote("github.com", "o/r", "main"))
    assert cli.main(["links"]) == 0
    shown = capsys.readouterr().out
    for notebook in links.notebooks():
        assert f"\n{Path(notebook).stem}\n" in f"\n{shown}" and f"/blob/main/{notebook}\n" in shown
    assert "https://mybinder.org/v2/gh/o/r/main" in shown and f"in place of {links.HUB}" in shown
    assert cli.main(["links", "--hub", "https://hub.uni.edu"]) == 0
    shown = capsys.readouterr().out
    assert "https://hub.uni.edu/hub/user-redirect" in shown and links.HUB not in shown


@pytest.mark.parametrize(("sign", "code"), [(doctor.GOOD, 0), (doctor.DOUBTFUL, 0), (doctor.BAD, 1)])
def test_doctor_fails_only_for_what_is_broken(sign, code, capsys, monkeypatch):
    monkeypatch.setattr(doctor, "check", lambda: [doctor.Finding(sign, "thing", "something")])
    assert cli.main(["doctor"]) == code
    assert "something" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["train", "explain", "localize", "doctor", "links"])
def test_help_has_examples(command, capsys):
    with pytest.raises(SystemExit) as caught:
        cli.main([command, "--help"])
    shown = capsys.readouterr().out
    assert caught.value.code == 0 and f"examples:\n  cam-tutorial {command}" in shown


def test_the_hub_of_the_help_is_the_real_one():
    assert cli.make_parser().parse_args(["links"]).hub == links.HUB


def test_the_command_is_installed():
    command = [sys.executable, "-m", "cam_tutorial.cli", "--version"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert shown.startswith("cam-tutorial 0.")
