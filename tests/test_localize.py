"""The localization error of ILSVRC: by hand on photographs drawn here, and against the rules in plain loops.

The network is six 1×1 convolutions and an average: a class's map is one color of the photograph, so that every box can
be read off the drawing. Photographs are of 32 × 32 pixels, as the network takes them, unless a test is about sizes.
"""

import json
import re
import weakref
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn
from torchvision.transforms._presets import ImageClassification

from cam_tutorial import cli, grad_cam, metrics, photos
from cam_tutorial.localize import localize, share_interval

SIDE = 32
IDS = [f"n0000000{number}" for number in range(6)]
RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)
# Class c's score is the mean of its color. Classes 3, 4 and 5 see what 0, 1 and 2 see, and less of it.
COLORS = torch.tensor([[1.0, 0, 0], [0, 1, 0], [0, 0, 1], [0.9, 0, 0], [0, 0.9, 0], [0, 0, 0.9]])


def color_network(side=SIDE, model=None) -> photos.ImageNetNetwork:
    maps = nn.Conv2d(3, 6, 1, bias=False)
    with torch.no_grad():
        maps.weight.copy_(COLORS[:, :, None, None])
    model = model or nn.Sequential(maps, nn.AdaptiveAvgPool2d(1), nn.Flatten()).eval()
    transforms = ImageClassification(crop_size=side, resize_size=side, mean=(0, 0, 0), std=(1, 1, 1))
    return photos.ImageNetNetwork("colors", model, IDS, transforms)


def draw(*rectangles, size=(SIDE, SIDE)) -> Image.Image:
    """A black picture of a (width, height) with rectangles in it: (color, left, top, right, bottom), ends exclusive."""
    pixels = np.zeros((size[1], size[0], 3), dtype=np.uint8)
    for color, left, top, right, bottom in rectangles:
        pixels[top:bottom, left:right] += np.array(color, dtype=np.uint8)
    return Image.fromarray(pixels)


def xml(wordnet_id, *boxes, size=(SIDE, SIDE)) -> str:
    """As ILSVRC writes it, both ends of a box inclusive; the boxes are given with exclusive ends."""
    objects = "".join(
        f"<object><name>{wordnet_id}</name><pose>Unspecified</pose><truncated>0</truncated><difficult>0</difficult>"
        f"<bndbox><xmin>{left}</xmin><ymin>{top}</ymin><xmax>{right - 1}</xmax><ymax>{bottom - 1}</ymax></bndbox>"
        "</object>"
        for left, top, right, bottom in boxes
    )
    width, height = size
    return (
        f"<annotation><folder>val</folder><size><width>{width}</width><height>{height}</height><depth>3</depth></size>"
        f"<segmented>0</segmented>{objects}</annotation>"
    )


@pytest.fixture
def folder(tmp_path):
    """An empty folder in Kaggle's layout, and the way to fill it."""

    class Folder:
        path = tmp_path / "kaggle"
        photos = path / "ILSVRC/Data/CLS-LOC/val"
        boxes = path / "ILSVRC/Annotations/CLS-LOC/val"

        def add(self, picture, annotation, ending="png", **keywords):
            name = f"ILSVRC2012_val_{len(list(self.photos.iterdir())) + 1:08}"
            picture.save(self.photos / f"{name}.{ending}", **keywords)
            (self.boxes / f"{name}.xml").write_text(annotation, encoding="utf-8")

    folder = Folder()
    folder.photos.mkdir(parents=True)
    folder.boxes.mkdir(parents=True)
    lines = [f"{wordnet_id} a color, and its synonym" for wordnet_id in reversed(IDS)]
    (folder.path / "LOC_synset_mapping.txt").write_text("\n".join(lines), encoding="utf-8")
    return folder


def measure(folder, network=None, **keywords):
    return localize(folder.path, network or color_network(), progress=False, **keywords)


def errors(found) -> dict[str, float]:
    return {
        **{f"class {k}": error.mean for k, error in found.classification.items()},
        **{f"both {k}": error.mean for k, error in found.localization.items()},
        "box": found.class_given.mean,
    }


LEFT, RIGHT = (2, 4, 14, 20), (18, 4, 30, 20)


def fill(folder) -> None:
    """Eight photographs; behind each, at which place its class is guessed, and whether its box is right."""
    folder.add(draw((RED, *LEFT)), xml(IDS[0], LEFT))  # first, right
    folder.add(draw((RED, *LEFT)), xml(IDS[0], RIGHT, LEFT))  # first, right: the second instance
    folder.add(draw((RED, *LEFT)), xml(IDS[0], RIGHT))  # first, wrong box
    folder.add(draw((RED, *LEFT)), xml(IDS[3], LEFT))  # second, right
    folder.add(draw((RED, *LEFT), (GREEN, 18, 4, 30, 12)), xml(IDS[1], (18, 4, 30, 12)))  # third, right
    folder.add(draw((RED, *LEFT), (GREEN, 18, 4, 30, 12)), xml(IDS[4], RIGHT))  # fourth; IoU of exactly one half
    folder.add(draw((RED, *LEFT)), xml(IDS[2], (0, 0, 32, 32)))  # last, since three others tie with it; blank map
    folder.add(draw((BLUE, *LEFT), (RED, *RIGHT), (RED, *RIGHT)), xml(IDS[5], RIGHT))  # among the first five, wrong box


EXPECTED = {"class 1": 5 / 8, "class 5": 1 / 8, "both 1": 6 / 8, "both 5": 3 / 8, "box": 3 / 8}


@pytest.mark.parametrize("method", ["cam", "grad-cam"])
@pytest.mark.parametrize("batch_size", [1, 3, 16])
def test_errors_by_hand(folder, method, batch_size):
    fill(folder)
    found = measure(folder, method=method, batch_size=batch_size)
    assert errors(found) == EXPECTED
    assert found.count == 8 and found.faults == [] and found.threshold == {"cam": 0.2, "grad-cam": 0.15}[method]


def test_both_ends_of_a_box_belong_to_it_as_in_the_devkit(folder):
    """8 × 8 drawn, 8 × 4 true: one half, if from 4 to 7 are four pixels, and less if they are three."""
    folder.add(draw((RED, 4, 4, 12, 12)), xml(IDS[0], (4, 4, 12, 8)))
    folder.add(draw((RED, 4, 4, 12, 12)), xml(IDS[0], (4, 5, 12, 8)))  # 24 of 64
    assert measure(folder).class_given.mean == 0.5


def test_the_threshold_and_the_largest_piece_decide(folder):
    """A bright piece, and a dim larger one: at a fifth of the maximum the larger is drawn, at a half the bright one."""
    folder.add(draw(((250, 0, 0), 2, 2, 8, 8), ((100, 0, 0), 12, 12, 30, 30)), xml(IDS[0], (2, 2, 8, 8)))
    assert measure(folder).class_given.mean == 1
    assert measure(folder, threshold=0.5).class_given.mean == 0
    folder.add(draw(((250, 0, 0), 2, 2, 8, 8), ((45, 0, 0), 12, 12, 30, 30)), xml(IDS[0], (2, 2, 8, 8)))  # 0.18
    assert measure(folder, limit=2).class_given.mean == 0.5
    assert measure(folder, limit=2, method="grad-cam").class_given.mean == 1


# --- against the rules ---


def random_folder(folder, count=24) -> None:
    generator = np.random.default_rng(3)
    for _ in range(count):
        size = tuple(int(side) for side in generator.integers(40, 90, 2))
        rectangles, boxes = [], []
        for color in (RED, GREEN, BLUE):
            left, top = (int(generator.integers(0, side - 24)) for side in size)
            right, bottom = left + int(generator.integers(8, 24)), top + int(generator.integers(8, 24))
            bright = generator.uniform(0.3, 1)
            rectangles.append((tuple(int(part * bright) for part in color), left, top, right, bottom))
            boxes.append((left, top, right, bottom))
        chosen = int(generator.integers(6))
        shown = [boxes[chosen % 3]] if generator.random() < 0.6 else [boxes[(chosen + 1) % 3], boxes[(chosen + 2) % 3]]
        folder.add(draw(*rectangles, size=size), xml(IDS[chosen], *shown, size=size))


def devkit_overlap(box, truth) -> float:
    """IoU of boxes whose ends are both inclusive."""
    width = min(box[2], truth[2]) - max(box[0], truth[0]) + 1
    height = min(box[3], truth[3]) - max(box[1], truth[1]) + 1
    if width <= 0 or height <= 0:
        return 0.0
    areas = [(each[2] - each[0] + 1) * (each[3] - each[1] + 1) for each in (box, truth)]
    return width * height / (sum(areas) - width * height)


@pytest.mark.parametrize("crop", [False, True])
def test_against_five_boxes_a_photograph_the_metric_and_the_devkit_s_rule(folder, crop):
    """All five guesses with a box each, as the papers hand them in, where `localize` draws the true class's alone."""
    random_folder(folder)
    network = color_network()
    if not crop:
        network.transforms.resize_size = [SIDE, SIDE]
    rows, labels, class_boxes, truths = [], [], [], []
    wrong = {1: 0, 5: 0}
    for file in sorted(folder.photos.iterdir()):
        text = (folder.boxes / f"{file.stem}.xml").read_text()
        ends = [re.findall(f"<{end}>(.*?)<", text) for end in ("xmin", "ymin", "xmax", "ymax")]
        instances = [tuple(map(int, box)) for box in zip(*ends, strict=True)]
        label = IDS.index(text.split("<name>")[1][:9])
        with Image.open(file) as picture:
            images = network.preprocess(picture)
            placement = photos.Placement.of(picture, network.transforms)
        logits = network.model(images)[0].detach()
        maps = [placement.lay(grad_cam(network.model, images, c)[0]) for c in range(6)]
        drawn = [(metrics.boxes(map_, 0.15) or [(0, 0, 0, 0)])[0] for map_ in maps]
        for k in wrong:
            right = False
            for guess in logits.argsort(descending=True)[:k].tolist():
                left, top, end, bottom = drawn[guess]
                overlaps = [devkit_overlap((left, top, end - 1, bottom - 1), truth) for truth in instances]
                right |= guess == label and max(overlaps) >= 0.5
            wrong[k] += not right
        rows.append(logits)
        labels.append(label)
        class_boxes.append(drawn)
        truths.append([(left, top, right + 1, bottom + 1) for left, top, right, bottom in instances])
    found = measure(folder, crop=crop, method="grad-cam")
    for k in (1, 5):
        error = metrics.localization_error(torch.stack(rows), labels, torch.tensor(class_boxes), truths, k)
        assert found.localization[k].mean == pytest.approx(error) == wrong[k] / 24
        assert 0 < error < 1


def test_what_is_measured_is_the_map_of_the_true_class_for_both_methods(folder):
    random_folder(folder, 6)
    assert errors(measure(folder, threshold=0.3)) == errors(measure(folder, method="grad-cam", threshold=0.3))


# --- geometry ---


def test_boxes_come_back_to_the_photograph_s_own_pixels(folder):
    """Twice and four times as large as the network takes it, and not square: squeezed by another factor each way."""
    folder.add(draw((RED, 8, 16, 40, 60), size=(64, 128)), xml(IDS[0], (8, 16, 40, 60), size=(64, 128)))
    folder.add(draw((RED, 64, 2, 110, 20), size=(128, 32)), xml(IDS[0], (64, 2, 110, 20), size=(128, 32)))
    assert measure(folder).class_given.mean == 0


def test_a_crop_never_sees_what_lies_outside(folder):
    """Wide photographs, of which the middle third is seen: an object at the edge is missed, one inside is not."""
    size = (96, 32)
    folder.add(draw((RED, 2, 4, 20, 28), size=size), xml(IDS[0], (2, 4, 20, 28), size=size))
    folder.add(draw((RED, 40, 4, 58, 28), size=size), xml(IDS[0], (40, 4, 58, 28), size=size))
    assert measure(folder).class_given.mean == 0
    assert measure(folder, crop=True).class_given.mean == 0.5


def test_the_pixels_are_those_that_are_stored_however_the_camera_was_held(folder):
    turned = Image.Exif()
    turned[0x0112] = 6
    folder.add(draw((RED, 2, 4, 14, 10)), xml(IDS[0], (2, 4, 14, 10)), exif=turned)
    assert measure(folder).class_given.mean == 0


def test_a_smaller_copy_of_a_photograph_is_measured_by_the_boxes_of_the_large_one(folder):
    folder.add(draw((RED, 2, 4, 14, 20)), xml(IDS[0], (20, 40, 140, 200), size=(320, 320)))
    assert measure(folder).class_given.mean == 0


@pytest.mark.parametrize("mode", ["L", "CMYK", "RGB"])
def test_photographs_in_gray_and_for_print_are_read(folder, mode):
    folder.add(draw(((255, 255, 255), *LEFT)).convert(mode), xml(IDS[0], LEFT), ending="JPEG", quality=95)
    found = measure(folder)
    assert found.class_given.mean == 0 and found.faults == []


# --- many photographs ---


class Remembering(ImageClassification):
    """The preprocessing, which knows of all that it gave how much is still alive."""

    def forward(self, picture):
        prepared = super().forward(picture)
        self.given.append(weakref.ref(prepared))
        self.most_alive = max(self.most_alive, sum(image() is not None for image in self.given))
        return prepared


def test_memory_does_not_grow_with_the_number_of_photographs(folder):
    for _ in range(20):
        folder.add(draw((RED, *LEFT)), xml(IDS[0], LEFT))
    network = color_network()
    transforms = Remembering(crop_size=SIDE, resize_size=SIDE, mean=(0, 0, 0), std=(1, 1, 1))
    transforms.given, transforms.most_alive = [], 0
    found = measure(folder, replace(network, transforms=transforms), crop=True, batch_size=4)
    assert found.count == len(transforms.given) == 20
    assert transforms.most_alive <= 4 + 1


def test_a_limit_takes_the_first_in_the_order_of_names(folder):
    fill(folder)
    found = measure(folder, limit=3)
    assert found.count == 3 and found.class_given.mean == pytest.approx(1 / 3)


def test_the_network_is_left_as_it_was(folder):
    fill(folder)
    network = color_network()
    network.model.train()
    measure(folder, network)
    assert network.model.training and not network.model._forward_hooks and network.transforms.resize_size == [SIDE]


# --- files that cannot be used ---


def test_a_fault_is_named_and_the_rest_is_measured(folder):
    fill(folder)
    folder.add(draw((RED, *LEFT)), "<annotation><object>")
    folder.add(draw((RED, *LEFT)), xml(IDS[0], (2, 4, 60, 20)))
    folder.add(draw((RED, *LEFT)), xml("n99999999", LEFT))
    folder.add(draw((RED, *LEFT)), xml(IDS[0], LEFT))
    sorted(folder.photos.iterdir())[-1].write_bytes(b"no picture")
    folder.add(draw(size=(300, 2)), xml(IDS[0], (0, 0, 300, 2), size=(300, 2)))
    (folder.photos / "alone.JPEG").write_bytes(b"")
    found = measure(folder, batch_size=5)
    assert errors(found) == EXPECTED and found.count == 8
    starts = [
        "alone.JPEG has no XML file of its name",
        "ILSVRC2012_val_00000009.xml is no XML file that can be read",
        "a box of ILSVRC2012_val_00000010.xml reaches out of the photograph, which is 32 wide and 32 high",
        "ILSVRC2012_val_00000011.xml names the class n99999999, which is none of 6 classes",
        "ILSVRC2012_val_00000012.png is no picture that can be read",
        "ILSVRC2012_val_00000013: the picture is a strip, 300 wide and 2 high",
    ]
    assert [fault[: len(start)] for fault, start in zip(found.faults, starts, strict=True)] == starts
    assert not any("\n" in fault for fault in found.faults)


def test_nothing_that_can_be_used_is_an_error(folder):
    folder.add(draw((RED, *LEFT)), "<annotation/>")
    with pytest.raises(
        ValueError, match="none of 1 photographs could be used; .* ILSVRC2012_val_00000001.xml holds no"
    ):
        measure(folder)


@pytest.mark.parametrize(
    ("keywords", "telling"),
    [
        ({"method": "lime"}, "method must be cam or grad-cam, got 'lime'"),
        ({"threshold": 1}, "threshold must be a share of the maximum, from 0 to below 1, got 1"),
        ({"batch_size": 0}, "batch_size and limit must be at least 1, got 0 and None"),
        ({"limit": 0}, "batch_size and limit must be at least 1, got 16 and 0"),
        ({"weights": "w.pth"}, "this one is loaded already: load them into it"),
    ],
)
def test_arguments_are_checked_before_the_work(keywords, telling, folder):
    with pytest.raises(ValueError, match=telling):
        measure(folder, **keywords)


def test_a_network_without_cam_is_refused(folder):
    fill(folder)
    model = nn.Sequential(nn.Conv2d(3, 6, 1), nn.ReLU(), nn.AdaptiveMaxPool2d(1), nn.Flatten()).eval()
    with pytest.raises(ValueError, match="use grad_cam"):
        measure(folder, color_network(model=model))
    assert measure(folder, color_network(model=model), method="grad-cam").count == 8


# --- intervals ---


def test_wilson_s_interval():
    """10 of 20, and none of 20, against the formula worked out: z² = 3.8415, (0.5 + z²/40) / (1 + z²/20) = 0.5 …"""
    half = share_interval(10, 20)
    assert half == (0.5, pytest.approx(0.29930, abs=1e-5), pytest.approx(0.70070, abs=1e-5))
    none = share_interval(0, 20)
    assert none.mean == none.low == 0 and none.high == pytest.approx(3.8415 / 23.8415, abs=1e-5)
    assert share_interval(20, 20).high == 1
    assert share_interval(1, 1).low == pytest.approx(0.20655, abs=1e-5)


def test_wilson_s_interval_against_scipy():
    from scipy.stats import binomtest

    for count, total in ((1, 9), (300, 1000), (49_999, 50_000)):
        ours, theirs = share_interval(count, total), binomtest(count, total).proportion_ci(method="wilson")
        assert (ours.low, ours.high) == (pytest.approx(theirs.low), pytest.approx(theirs.high))


# --- the command ---


@pytest.fixture
def command(folder, monkeypatch):
    """`cam-tutorial localize` on the folder, with the network of colors in place of torchvision's."""
    asked = []

    def load(name, own_weights=None):
        asked.append((name, own_weights))
        return color_network()

    monkeypatch.setattr("cam_tutorial.localize.load_network", load)
    return lambda *arguments: (cli.main(["localize", str(folder.path), *arguments]), asked)


def test_the_command_prints_the_errors(folder, command, capsys):
    fill(folder)
    code, asked = command("--network", "resnet18", "--weights", "mine.pth")
    lines = capsys.readouterr().out.splitlines()
    assert code == 0 and asked == [("resnet18", "mine.pth")]
    assert lines[0] == "colors, cam, boxes above 20% of the maximum; 8 photographs, each whole, squeezed to 32 × 32"
    assert lines[1].split() == ["error,", "%", "[95", "%", "interval]", "top-1", "top-5"]
    assert lines[2].split()[:2] == ["classification", "62.50"] and lines[3].split()[0] == "localization"
    assert "75.00 [40.93, 92.85]" in lines[3] and "37.50 [13.68, 69.43]" in lines[3]
    assert lines[4].startswith("box of the true class     37.50")


def test_the_command_gives_json(folder, command, capsys):
    fill(folder)
    options = "--json --method grad-cam --crop --limit 7 --batch-size 2 --threshold 0.3"
    code, _ = command(*options.split())
    told = json.loads(capsys.readouterr().out)
    assert code == 0 and told["photographs"] == 7 and told["faults"] == []
    assert (told["method"], told["threshold"], told["crop"], told["size"]) == ("grad-cam", 0.3, True, [32, 32])
    assert told["classification_error"]["top5"]["mean"] == pytest.approx(1 / 7)
    assert told["localization_error"]["top1"].keys() == {"mean", "low", "high"}
    assert told["box_error_class_given"]["mean"] == pytest.approx(2 / 7)


def test_the_command_names_faults_and_fails_for_them(folder, command, capsys):
    fill(folder)
    for _ in range(25):
        folder.add(draw((RED, *LEFT)), "<annotation/>")
    code, _ = command()
    shown = capsys.readouterr()
    faults = [line for line in shown.err.splitlines() if line.startswith("cam-tutorial: ")]
    assert code == 1 and "8 photographs" in shown.out and len(faults) == 21
    assert faults[0] == "cam-tutorial: ILSVRC2012_val_00000009.xml holds no <object>, and so no box"
    assert faults[-1] == "cam-tutorial: and 5 more faults, which --json lists"


def test_a_wrong_folder_is_refused_before_the_network_is_loaded(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("cam_tutorial.localize.load_network", None)
    for folder, telling in ((tmp_path / "nowhere", "there is no folder"), (tmp_path, "0 photographs and 0 XML files")):
        assert cli.main(["localize", str(folder)]) == 1
        error = capsys.readouterr().err
        assert error.startswith("cam-tutorial: ") and telling in error and error.count("\n") == 1


def test_squeezenet_on_a_real_photograph(imagenet_weights, cat_dog_photo, folder):
    """A dog in the upper half, a cat in the lower: both are among the first five."""
    ids = [f"n{number:08}" for number in range(1000)]
    (folder.path / "LOC_synset_mapping.txt").write_text("\n".join(ids))
    with Image.open(cat_dog_photo) as picture:
        picture = picture.convert("RGB")
    width, height = picture.size
    halves = {"dog": (0, 0, width, height // 2), "cat": (0, height // 2, width, height)}
    network = photos.load_network("squeezenet1_0")
    dog, cat = network.class_index("bull mastiff"), network.class_index("tiger cat")
    for name, index in (("dog", dog), ("cat", cat)):
        folder.add(picture, xml(ids[index], halves[name], size=picture.size))
    for method in ("cam", "grad-cam"):
        found = measure(folder, network, method=method, threshold=0.5)
        assert found.count == 2 and found.classification[5].mean == 0
