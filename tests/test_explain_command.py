"""`cam-tutorial explain`: whatever lies in a folder, each photo gets its own heatmap or one sentence."""

import json
import os
import subprocess
import sys
import tracemalloc
import weakref
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn
from torchvision.transforms._presets import ImageClassification

from cam_tutorial import cli, photos
from cam_tutorial.explain import asking, running
from cam_tutorial.explain.finding import find


class Colors(nn.Module):
    """A network with a class for each of red, green and blue: its score is how much of the color there is."""

    def __init__(self) -> None:
        super().__init__()
        self.cells = nn.Conv2d(3, 3, 8, stride=8, bias=False)
        with torch.no_grad():
            self.cells.weight.copy_(torch.eye(3)[:, :, None, None].expand(3, 3, 8, 8) / 64)
        self.relu = nn.ReLU()

    def forward(self, images):
        return self.relu(self.cells(images)).mean(dim=(2, 3))


COLORS = {"red": (255, 40, 0), "green": (0, 255, 40), "blue": (40, 0, 255)}


@pytest.fixture
def network(tmp_path, monkeypatch):
    """Stands in for every network that is loaded; the current folder is an empty one."""
    monkeypatch.chdir(tmp_path)
    transforms = ImageClassification(crop_size=32, resize_size=32, mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0))
    found = photos.ImageNetNetwork("colors", Colors().eval(), list(COLORS), transforms)
    monkeypatch.setattr(asking, "load_network", lambda name, weights=None: found)
    return found


def draw(path: str, color: str = "red", size=(16, 12)) -> Path:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, COLORS[color]).save(path)
    return Path(path)


def run(capsys, *arguments: object) -> tuple[int, list[str], list[str]]:
    """The exit code, and the lines of stdout and stderr."""
    code = cli.main(["explain", *map(str, arguments)])
    captured = capsys.readouterr()
    return code, captured.out.splitlines(), captured.err.splitlines()


def refused(capsys, *arguments: object) -> str:
    """The one sentence of a command that does nothing."""
    before = {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}
    code, out, err = run(capsys, *arguments)
    assert code == 1 and out == [] and len(err) == 1, (out, err)
    assert before == {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}
    return err[0].removeprefix("cam-tutorial: ")


def written(folder: str = "heatmaps") -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in Path(folder).rglob("*") if path.is_file())


# --- One photo ---


def test_one_photo_gives_one_file_beside_the_words(network, capsys):
    draw("photo.png")
    code, out, err = run(capsys, "photo.png")
    assert code == 0 and err == []
    assert out[0] == "colors, grad-cam, layer relu" and out[-1].startswith("The map of 'red' (")
    assert out[1].endswith("%  red") and len(out) == 5
    with Image.open("heatmap.png") as picture:
        assert picture.size == (2 * 16 + 8, 12)


def test_the_map_lies_on_the_photo_where_the_color_is(network, capsys):
    """Half of the photo is red, half green: by hand, a class's map is on its half of the square in the middle."""
    photo = np.zeros((40, 80, 3), np.uint8)
    photo[:, :40], photo[:, 40:] = (255, 0, 0), (0, 255, 0)
    Image.fromarray(photo).save("halves.png")
    for color, brighter in (("red", slice(20, 38)), ("green", slice(42, 60))):
        assert run(capsys, "halves.png", "--class", color, "--over", "--force")[0] == 0
        with Image.open("heatmap.png") as picture:
            assert picture.size == (80, 40)
            over = np.asarray(picture).astype(float)
        changed = np.abs(over - 0.72 * (0.3 * photo.mean(axis=2, keepdims=True) + 0.7 * photo)).sum(axis=2)
        assert changed[:, brighter].min() > 100  # the glow
        other = slice(42, 60) if color == "red" else slice(20, 38)
        assert changed[:, other][:, 8:-8].max() < 100


@pytest.mark.parametrize("out", ["map.txt", "map.psd", "map.mpg", "map.cur", "map.h5", "map.xbm", "maps.v2"])
def test_what_cannot_be_written_is_refused_before_the_work(out, network, capsys, monkeypatch):
    draw("photo.png")
    monkeypatch.setattr(running, "open_photo", None)
    assert f"{out} has no ending that stands for a picture that can be written" in refused(
        capsys, "photo.png", "--out", out
    )


def test_places_that_cannot_be_are_refused_before_the_work(network, capsys, monkeypatch):
    draw("photo.png"), draw("b.png"), Path("LICENSE").write_text("text")
    monkeypatch.setattr(running, "open_photo", None)
    assert "there is no folder nowhere" in refused(capsys, "photo.png", "--out", "nowhere/map.png")
    assert "LICENSE is a file and no folder" in refused(capsys, "photo.png", "--out", "LICENSE")
    assert "is one file, and 2 heatmaps are asked for" in refused(capsys, "photo.png", "b.png", "--out", "m.png")
    assert "is one file, and 3 heatmaps" in refused(capsys, "photo.png", "--class", "top3", "--out", "m.png")
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert "nothing may be written to the folder" in refused(capsys, "photo.png", "--out", "maps/")


def test_nothing_is_replaced_unless_forced(network, capsys):
    draw("photo.png")
    for out in ("heatmap.png", "mine.jpg"):
        Path(out).write_text("precious")
        assert refused(capsys, "photo.png", "--out", out) == (
            f"{out} is there already: give --out another name, or --force to replace it"
        )
        assert run(capsys, "photo.png", "--out", out, "--force")[0] == 0
        Image.open(out).close()


def test_no_photo_is_ever_replaced(network, capsys):
    draw("photo.png"), draw("cat.jpg"), draw("cat.jpg.png", "blue")
    for out in ("photo.png", "./photo.png", Path("photo.png").resolve()):
        assert "is a photo itself" in refused(capsys, "photo.png", "--out", out, "--force")
    os.link("photo.png", "same.png")
    assert "is a photo itself" in refused(capsys, "photo.png", "--out", "same.png", "--force")
    assert "cat.jpg.png is a photo itself" in refused(capsys, "cat.jpg", "cat.jpg.png", "--out", ".", "--force")


def test_a_full_disk_is_one_sentence_and_leaves_no_half_picture(network, capsys, monkeypatch):
    def full(self, path, **_):
        Path(path).write_bytes(b"half a pic")
        raise OSError(28, "No space left on device")

    for number in range(3):
        draw(f"in/{number}.png")
    monkeypatch.setattr(Image.Image, "save", full)
    code, _, err = run(capsys, "in", "--out", "maps")
    assert code == 1 and err == ["cam-tutorial: maps/0.png.png cannot be written: No space left on device"]
    assert written("maps") == []


# --- Which photos ---


def test_a_folder_of_good_strange_and_broken_files(network, capsys):
    for name in ("good.jpg", "Kätzchen 猫.webp", "with space.PNG", "sub/deep/good.jpg", "sub/b.gif", ".hidden.jpg"):
        draw(f"in/{name}")
    draw("in/.git/x.png")
    Path("in/empty.jpg").touch()
    Path("in/text.jpg").write_text("text")
    Path("in/sub/good.jpg").write_bytes(Path("in/good.jpg").read_bytes()[:300])
    for name in ("notes.txt", "Thumbs.db", "data.csv", ".DS_Store"):
        Path("in", name).write_text("text")
    os.symlink("..", "in/sub/loop")
    os.symlink("good.jpg", "in/again.jpg")
    os.symlink("gone.jpg", "in/broken.jpg")
    if hasattr(os, "mkfifo"):
        os.mkfifo("in/pipe.png")  # reading it would wait for ever
    code, out, err = run(capsys, "in")
    assert code == 1
    assert written() == [
        "Kätzchen 猫.webp.png",
        "again.jpg.png",
        "sub/b.gif.png",
        "sub/deep/good.jpg.png",
        "with space.PNG.png",
    ]
    assert out[-1] == f"5 of {5 + len(err) - 1} photos explained, heatmaps in heatmaps"
    assert err[0].startswith("cam-tutorial: 2 files are left out: without the ending of a picture")
    faults = {line.removeprefix("cam-tutorial: ") for line in err[1:]}
    expected = [
        "there is no photo at in/broken.jpg: it is a link to a file that is gone",
        "in/empty.jpg is empty: copy or download it again",
        "in/text.jpg is no picture that can be read: it is text",
    ]
    assert faults >= set(expected) and len(faults) == 4 + hasattr(os, "mkfifo")
    assert any(fault.startswith("in/sub/good.jpg is cut off or damaged") for fault in faults)


def test_links_to_folders_are_followed_but_not_back(network, capsys):
    draw("in/here/a.png"), draw("in/above.png"), draw("elsewhere/b.png")
    os.symlink("..", "in/here/loop")
    os.symlink(Path("elsewhere").resolve(), "in/here/link")
    os.symlink("link", "in/here/once_more")
    assert run(capsys, "in/here")[0] == 0 and written() == ["a.png.png", "link/b.png.png"]


def test_names_of_two_folders_do_not_meet(network, capsys):
    draw("a/cat.png", "red"), draw("b/cat.png", "blue"), draw("b/cat.jpg", "green")
    code, out, _ = run(capsys, "a/cat.png", "b")
    assert code == 0 and written() == ["a/cat.png.png", "b/cat.jpg.png", "b/cat.png.png"]
    assert [line.split()[1] for line in out[1:-1]] == ["red", "green", "blue"]


def test_a_photo_that_is_named_twice_is_explained_once(network, capsys):
    draw("a/cat.png")
    code, out, _ = run(capsys, "a/cat.png", "a", "./a/../a/cat.png", Path("a").resolve())
    assert (code == 0 and out[-1] == "nothing") or written() == ["cat.png.png"]


def test_heatmaps_are_not_taken_for_photos(network, capsys):
    """Heatmaps may lie beside the photos; whoever names one gets it explained."""
    draw("in/cat.png"), draw("in/dog.png", "blue")
    for out in ("in", "in/maps"):
        assert run(capsys, "in", "--out", out)[0] == 0
    found = find(["in"])
    assert [photo.place for photo in found.photos] == ["cat.png", "dog.png"] and found.others == 4
    assert [photo.place for photo in find(["in/cat.png.png"]).photos] == ["cat.png.png"]


def test_an_empty_folder_and_a_missing_photo_need_no_network(network, capsys, monkeypatch):
    monkeypatch.setattr(asking, "load_network", None)
    Path("empty").mkdir()
    assert refused(capsys, "empty").startswith("no picture is in empty")
    assert "there is no photo at no.png" in refused(capsys, "no.png")
    code, out, err = run(capsys, "no.png", "https://example.org/a.jpg")
    assert code == 1 and out == ["0 of 2 photos explained"]
    assert "no photo at no.png" in err[0] and "is an address and no file" in err[1]


# --- Going on ---


def test_resume_makes_what_is_missing_damaged_or_older_than_its_photo(network, capsys):
    for number in range(6):
        draw(f"in/{number}.png")
    run(capsys, "in")
    files = [Path(f"heatmaps/{number}.png.png") for number in range(6)]
    files[0].unlink()
    files[1].write_bytes(files[1].read_bytes()[:-20])
    files[2].write_bytes(b"")
    draw("in/3.png", "blue")
    os.utime("in/3.png", (1, 1))
    times = [files[number].stat().st_mtime_ns for number in (4, 5)]
    code, out, err = run(capsys, "in", "--resume")
    assert code == 0 and err == [] and out[-1] == "4 of 4 photos explained, heatmaps in heatmaps; 2 were there already"
    assert [line.split(":")[0] for line in out[1:-1]] == ["in/0.png", "in/1.png", "in/2.png", "in/3.png"]
    assert [files[number].stat().st_mtime_ns for number in (4, 5)] == times
    assert run(capsys, "in", "--resume")[1] == ["nothing to do: what is asked for is there already, in heatmaps"]


@pytest.mark.parametrize("other", [["--class", "green"], ["--method", "cam"], ["--over"], ["--network", "resnet50"]])
def test_resume_does_not_take_another_heatmap_for_the_one_that_is_asked_for(other, network, capsys):
    draw("in/a.png"), draw("in/b.png")
    run(capsys, "in")
    assert "heatmaps/a.png.png and 1 more is made in another way" in refused(capsys, "in", "--resume", *other)
    Path("heatmaps/a.png.png").write_text("somebody's notes")
    assert "heatmaps/a.png.png is made in another way" in refused(capsys, "in", "--resume")
    assert "or --resume to make the rest" in refused(capsys, "in")
    assert run(capsys, "in", "--force", *other)[0] == 0


def test_own_weights_that_were_written_anew_make_other_heatmaps(network, capsys):
    draw("in/a.png")
    Path("w.pth").write_bytes(b"1")
    run(capsys, "in", "--weights", "w.pth")
    Path("w.pth").write_bytes(b"12")
    assert "is made in another way" in refused(capsys, "in", "--weights", "w.pth", "--resume")
    assert b"w.pth" not in Path("heatmaps/a.png.png").read_bytes()  # heatmaps are shown around


def test_after_ctrl_c_it_goes_on_where_it_stopped(network, capsys, monkeypatch):
    for number in range(5):
        draw(f"in/{number}.png")
    Path("in/0.jpg").touch()

    def stop_at_3(path, _open=running.open_photo):
        if path.endswith("3.png"):
            raise KeyboardInterrupt
        return _open(path)

    monkeypatch.setattr(running, "BATCH", 2)
    with monkeypatch.context() as patched:
        patched.setattr(running, "open_photo", stop_at_3)
        code, _, err = run(capsys, "in")
    assert code == 130 and written() == ["0.png.png", "1.png.png"]
    assert err[0].startswith("cam-tutorial: stopped; 2 of 6 photos are done") and "--resume" in err[0]
    assert "in/0.jpg is empty" in err[1]
    assert run(capsys, "in", "--resume")[1][-1].startswith("3 of 4 photos explained")
    assert len(written()) == 5


# --- What is asked for ---


def test_json_is_a_line_a_photo_and_nothing_else(network, capsys):
    photo = np.zeros((32, 64, 3), np.uint8)
    photo[:, :32], photo[:, 32:] = (200, 0, 0), (0, 255, 0)
    Path("in").mkdir()
    Image.fromarray(photo).save("in/halves.png")
    Path("in/ö.jpg").touch()
    code, out, err = run(capsys, "in", "--class", "top2", "--json")
    assert code == 1 and len(out) == 2 and len(err) == 1
    fault, found = map(json.loads, out)  # a batch waits until it is full, and what fails does not
    assert fault == {"photo": "in/ö.jpg", "error": "in/ö.jpg is empty: copy or download it again"}
    assert {key: found[key] for key in ("photo", "width", "height", "network", "method", "layer")} == {
        "photo": "in/halves.png", "width": 64, "height": 32, "network": "squeezenet1_0", "method": "grad-cam",
        "layer": "relu",
    }  # fmt: skip
    assert [each["label"] for each in found["top"]] == ["green", "red", "blue"]
    green, red = found["maps"]
    assert (green["class"], green["label"], green["path"]) == (1, "green", "heatmaps/halves.png.1.png")
    assert green["score"] == pytest.approx(0.5) and red["score"] == pytest.approx(0.5 * 200 / 255)
    assert red["path"] == "heatmaps/halves.png.2.png" and 0 < red["probability"] < green["probability"] < 1
    # By hand: cells of 8 pixels over those from 16 to 48, their middles at 20, 28, 36, 44. Between the middles of black
    # and green the map rises from 0 at 28 to its maximum at 36, and is above 0.15 of it from 29.2 on.
    assert green["boxes"] == [[29, 0, 48, 32]] and red["boxes"] == [[16, 0, 35, 32]]
    assert written() == ["halves.png.1.png", "halves.png.2.png"]


def test_what_is_downloaded_is_not_told_between_the_lines_of_json(network, capsys, monkeypatch):
    draw("a.png")
    monkeypatch.setattr(asking, "load_network", lambda *_: print("Downloading ...") or network)
    code, out, err = run(capsys, "a.png", "--json")
    assert code == 0 and len(out) == 1 and json.loads(out[0]) and err == ["Downloading ..."]


def test_methods_of_pixels_have_no_layer_and_no_boxes(network, capsys):
    draw("a.png")
    for method in ("saliency", "guided-backprop", "deconvnet", "guided-grad-cam"):
        code, out, _ = run(capsys, "a.png", "--json", "--force", "--method", method)
        found = json.loads(out[0])
        assert code == 0 and found["maps"][0]["boxes"] is None
        assert found["layer"] == ("relu" if method == "guided-grad-cam" else None)
    assert "saliency explains pixels and takes no layer" in refused(
        capsys, "a.png", "--method", "saliency", "--layer", "cells", "--force"
    )


def test_what_no_photo_can_have_is_one_sentence(network, capsys):
    for number in range(3):
        draw(f"in/{number}.png")
    assert "there is no class 'yellow'" in refused(capsys, "in", "--class", "yellow")
    assert "top5 asks for 5 classes, and the network has 3" in refused(capsys, "in", "--class", "top5")
    assert "No such file or directory: none.pth" in refused(capsys, "in", "--weights", "none.pth")
    code, _, err = run(capsys, "in", "--layer", "lair")
    assert code == 1 and len(err) == 1 and "lair" in err[0] and not Path("heatmaps").exists()


def test_a_named_layer_is_taken_and_told(network, capsys):
    draw("a.png")
    assert run(capsys, "a.png", "--layer", "cells")[1][0] == "colors, grad-cam, layer cells"


def test_classes_of_ones_own(network, capsys):
    draw("a.png", "blue")
    Path("names.txt").write_text("\ufeffrosso\nverde \nazzurro\n", encoding="utf-8")
    assert "The map of 'azzurro'" in run(capsys, "a.png", "--classes", "names.txt")[1][-1]
    assert "The map of 'verde'" in run(capsys, "a.png", "--classes", "names.txt", "--class", "verde", "--force")[1][-1]
    Path("names.txt").write_text("rosso\nverde\n")
    assert "names.txt must have 3 lines, a name for each class of the network, got 2" in refused(
        capsys, "a.png", "--classes", "names.txt", "--force"
    )
    Path("names.txt").write_text("rosso\n\nazzurro")
    assert "names.txt has an empty line" in refused(capsys, "a.png", "--classes", "names.txt", "--force")
    Path("names.txt").write_bytes(b"\xff\xfe\x00")
    assert "no text in UTF-8" in refused(capsys, "a.png", "--classes", "names.txt", "--force")


def test_a_blank_map_is_said_to_be_blank_and_warnings_come_once(network, capsys, monkeypatch):
    Image.new("RGB", (8, 8)).save("black.png")
    draw("a.png")
    monkeypatch.setattr(running, "BATCH", 1)

    class Warning(Colors):
        def forward(self, images):
            import warnings

            warnings.warn("twice", stacklevel=2)
            return super().forward(images)

    network.model = Warning().eval()
    code, _, err = run(capsys, "black.png", "a.png", "--class", "green")
    assert code == 0, err
    assert err[0] == "cam-tutorial: twice" and err.count("cam-tutorial: twice") == 1
    assert "cam-tutorial: black.png: the map of 'green' is blank, nothing speaks for it" in err


# --- Many ---


def test_memory_does_not_grow_with_the_number_of_photos(network, capsys, monkeypatch):
    """Of 400 photos at most a batch is alive, and Python's memory at the end is what it was after a hundred."""
    Path("in").mkdir()
    data = draw("one.png").read_bytes()
    for number in range(400):
        Path(f"in/{number:03}.png").write_bytes(data)
    opened_before, alive, sizes = [], [], []

    def opened(path, _open=running.open_photo):
        photo = _open(path)
        alive.append(sum(each() is not None for each in opened_before))
        opened_before.append(weakref.ref(photo))
        if len(alive) in (100, 400):
            sizes.append(tracemalloc.get_traced_memory()[0])
        return photo

    monkeypatch.setattr(running, "open_photo", opened)
    tracemalloc.start()
    try:
        assert run(capsys, "in", "--over")[::2] == (0, [])
    finally:
        tracemalloc.stop()
    assert len(alive) == 400 and max(alive) <= 2 * running.BATCH
    assert sizes[1] - sizes[0] < 300 * 400  # bytes a photo: its line on stdout, which the test keeps


def test_large_photos_run_in_small_batches(network, capsys, monkeypatch):
    for number in range(5):
        draw(f"in/{number}.png", size=(100, 100))
    monkeypatch.setattr(running, "MOST_PIXELS", 15_000)
    sizes = []
    explain_batch = running.explain_batch
    monkeypatch.setattr(
        running, "explain_batch", lambda photos, *a, **k: sizes.append(len(photos)) or explain_batch(photos, *a, **k)
    )
    assert run(capsys, "in")[0] == 0 and sizes == [2, 2, 1]


def test_photos_of_a_batch_get_what_they_get_alone(network, capsys):
    colors = ["red", "green", "blue"]
    for number in range(3):
        draw(f"in/{number}.png", colors[number], (20 + number, 30))
    run(capsys, "in")
    for number in range(3):
        run(capsys, f"in/{number}.png", "--out", "alone.png", "--force")
        with Image.open("alone.png") as alone, Image.open(f"heatmaps/{number}.png.png") as among:
            assert np.array_equal(np.asarray(alone), np.asarray(among))


# --- For real ---


def test_explain_brings_in_nothing_that_lays_out_figures(network, root):
    """A command needs neither a notebook's display nor a plotting library: they cost a second and may be absent."""
    draw("photo.png")
    code = """
import sys
from torchvision.models import SqueezeNet1_0_Weights, squeezenet1_0
from cam_tutorial import cli, photos
from cam_tutorial.explain import asking

weights = SqueezeNet1_0_Weights.DEFAULT
network = photos.ImageNetNetwork("untrained", squeezenet1_0().eval(), weights.meta["categories"], weights.transforms())
asking.load_network = lambda name, weights: network
code = cli.main(["explain", "photo.png"])
print([name for name in ("IPython", "matplotlib.pyplot", "cam_tutorial.plot", "cv2") if name in sys.modules])
sys.exit(code)
"""
    environment = {**os.environ, "PYTHONPATH": str(root)}
    shown = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.splitlines()[-1] == "[]" and Path("heatmap.png").exists()


def test_explain_for_real(imagenet_weights, cat_dog_photo, tmp_path, capsys):
    out = tmp_path / "heatmap.png"
    code, shown, _ = run(capsys, cat_dog_photo, "--class", "282", "--out", out)
    assert code == 0 and shown[0] == "squeezenet1_0, grad-cam, layer classifier.2"
    assert shown[1].endswith("bull mastiff") and shown[-1].startswith("The map of 'tiger cat'")
    with Image.open(out) as picture:
        assert picture.width > picture.height  # the photo, and beside it the map
    code, shown, _ = run(
        capsys, cat_dog_photo, "--class", "282", "--json", "--method", "cam", "--out", tmp_path / "b.png"
    )
    (left, top, right, bottom), *_ = json.loads(shown[0])["maps"][0]["boxes"]
    assert top > 112 and left < 160 < right and bottom > 150  # the cat's head lies in the lower half
