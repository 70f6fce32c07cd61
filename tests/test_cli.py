"""The command line: one sentence for every error, no half-written file, no picture of the learner's replaced."""

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PIL import Image

from cam_tutorial import cli, doctor, links, photos, training


@dataclass
class Explained:
    label: str = "tiger cat"
    probability: float = 0.18
    top: list = field(default_factory=lambda: [("Egyptian cat", 0.71), ("tiger cat", 0.18)])
    picture: Image.Image = field(default_factory=lambda: Image.new("RGB", (8, 4), "red"))


@pytest.fixture
def photo(tmp_path, monkeypatch) -> Path:
    """The name of a photo in the current folder, and an `explain` that needs no network and no weights."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(photos, "explain", lambda photo, target=None, network="": Explained())
    Image.new("RGB", (4, 4), "blue").save("photo.png")
    return Path("photo.png")


def size(path: str) -> tuple[int, int]:
    with Image.open(path) as picture:
        return picture.size


def error(capsys, *arguments) -> str:
    """The one sentence that a failing command prints."""
    assert cli.main([str(argument) for argument in arguments]) == 1
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.startswith("cam-tutorial: ") and captured.err.count("\n") == 1
    return captured.err


def test_explain_prints_the_classes_and_writes_the_picture(photo, capsys):
    assert cli.main(["explain", str(photo)]) == 0
    shown = capsys.readouterr().out
    assert " 71.0%  Egyptian cat" in shown and "'tiger cat' (18.0%) is in heatmap.png" in shown
    assert size("heatmap.png") == (8, 4)
    assert sorted(path.name for path in Path().iterdir()) == ["heatmap.png", "photo.png"]


def test_explain_passes_class_and_network_on(photo, monkeypatch):
    asked = []
    monkeypatch.setattr(photos, "explain", lambda *a, **k: asked.append((a, k)) or Explained())
    cli.main(["explain", str(photo), "--class", "282", "--network", "resnet50"])
    assert asked == [((photo, "282"), {"network": "resnet50"})]


def test_explain_replaces_nothing_unless_forced(photo, capsys):
    for out in ("heatmap.png", "mine.jpg"):
        Image.new("RGB", (1, 1)).save(out)
        before = Path(out).read_bytes()
        assert "is there already: give --out another name, or --force" in error(capsys, "explain", photo, "--out", out)
        assert Path(out).read_bytes() == before
        assert cli.main(["explain", str(photo), "--out", out, "--force"]) == 0
        assert size(out) == (8, 4)
        capsys.readouterr()


def test_explain_never_replaces_the_photo(photo, capsys):
    before = photo.read_bytes()
    for out in ("photo.png", "./photo.png", photo.resolve()):
        assert "is the photo itself" in error(capsys, "explain", photo, "--out", out, "--force")
    assert photo.read_bytes() == before


def test_explain_checks_the_output_before_it_works(photo, capsys, monkeypatch):
    monkeypatch.setattr(photos, "explain", None)
    for name in ("map.txt", "map", "map.psd", "map.mpg", "map.cur", "map.h5", "map.xbm"):  # some can only be read
        assert "no ending that stands for a picture" in error(capsys, "explain", photo, "--out", name)
    assert "there is no folder nowhere" in error(capsys, "explain", photo, "--out", "nowhere/map.png")


def test_explain_leaves_no_half_picture(photo, capsys, monkeypatch):
    class Full:
        def save(self, path):
            Path(path).write_bytes(b"half a pic")
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(photos, "explain", lambda *a, **k: Explained(picture=Full()))
    assert cli.main(["explain", str(photo)]) == 1
    assert "No space left on device" in capsys.readouterr().err
    assert [path.name for path in Path().iterdir()] == ["photo.png"]


def test_a_warning_is_a_sentence_too(photo, capsys, monkeypatch):
    def blank(*arguments, **keywords):
        import warnings

        warnings.warn("its map is blank", stacklevel=2)
        return Explained()

    monkeypatch.setattr(photos, "explain", blank)
    assert cli.main(["explain", str(photo)]) == 0
    assert capsys.readouterr().err == "cam-tutorial: its map is blank\n"


def test_a_missing_photo(tmp_path, capsys):
    missing = tmp_path / "no.png"
    assert "no.png" in error(capsys, "explain", missing, "--out", tmp_path / "out.png")


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


EXPLAIN = """
import sys
from torchvision.models import SqueezeNet1_0_Weights, squeezenet1_0
from cam_tutorial import cli, photos

weights = SqueezeNet1_0_Weights.DEFAULT
network = photos.ImageNetNetwork("untrained", squeezenet1_0().eval(), weights.meta["categories"], weights.transforms())
photos.explaining.load_network = lambda name: network
code = cli.main(["explain", "photo.png"])
print([name for name in ("IPython", "matplotlib.pyplot", "cam_tutorial.plot") if name in sys.modules])
sys.exit(code)
"""


def test_explain_brings_in_nothing_that_lays_out_figures(photo, root):
    """A command needs neither a notebook's display nor a plotting library: they cost a second and may be absent."""
    shown = subprocess.run(
        [sys.executable, "-c", EXPLAIN],
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
    )
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.splitlines()[-1] == "[]"
    assert size("heatmap.png") == (16, 4)  # the photo twice, and what lies between


def test_explain_for_real(imagenet_weights, cat_dog_photo, tmp_path, capsys):
    out = tmp_path / "heatmap.png"
    assert cli.main(["explain", str(cat_dog_photo), "--class", "282", "--out", str(out)]) == 0
    shown = capsys.readouterr().out
    assert "bull mastiff" in shown and "'tiger cat'" in shown
    with Image.open(out) as picture:
        assert picture.width > picture.height  # the photo, and beside it the map
