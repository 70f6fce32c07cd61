"""What the explorers of notebooks 05 and 06 say is what the package computes."""

import re

import numpy as np
import pytest
import torch
from test_widgets import panel
from torch import nn

from cam_tutorial import cam, grad_cam, metrics, models, saliency, upsample, widgets, zoo
from cam_tutorial.randomize import randomize_top
from cam_tutorial.widgets import canvas, choosing_threshold, networks, painting_over, randomizing_layers, words

CAT, FISH, BIRD = (zoo.ANIMALS.index(name) for name in ("cat", "fish", "bird"))


@pytest.fixture(scope="module")
def trained():
    return models.load("zoo-gap")


@pytest.fixture(scope="module")
def two():
    """A cat and a fish."""
    return zoo.scene(10_007, ["cat", "fish"])


def said(pattern: str, explorer) -> tuple[str, ...]:
    found = re.search(pattern, explorer.sentence)
    assert found, explorer.sentence
    return found.groups()


@pytest.mark.parametrize("which", choosing_threshold.REGIONS)
@pytest.mark.parametrize("percent", [1, 20, 44, 61, 99])
def test_the_box_and_its_iou_are_those_of_the_metrics(trained, two, which, percent):
    explorer = widgets.choose_threshold(trained, two, "cat")
    explorer.controls["which"].value, explorer.controls["percent"].value = which, percent
    heatmap = upsample(cam(trained, zoo.preprocess(two.image), CAT), 96)[0]
    true = two.animals[0].box
    boxes = metrics.boxes(heatmap, percent / 100, choosing_threshold.REGIONS[which])
    best = max(boxes, key=lambda box: metrics.iou(box, true))
    iou = metrics.iou(best, true)
    verdict = "right" if iou >= 0.5 else "wrong"
    end = f"IoU {iou:.2f} with the true box {true}: counted as {verdict} at IoU ≥ 0.5."
    start = f"the box is {best}; it has" if len(boxes) == 1 else f"there are {len(boxes)} boxes; the best, {best}, has"
    assert f"At {percent}% of the maximum {start} {end}" in explorer.sentence


def test_the_best_threshold_is_found_by_trying_them_all(trained, two):
    explorer = widgets.choose_threshold(trained, two, "fish")
    ious = {}
    for percent in range(1, 100):
        explorer.controls["percent"].value = percent
        ious[percent] = said(r"IoU (\d\.\d\d) with the true box", explorer)[0]
        best, value = said(r"best threshold for this scene is (\d+)% \(IoU (\d\.\d\d)\)\.$", explorer)
    assert value == max(ious.values()) == ious[int(best)]


def test_the_true_box_is_dashed_and_the_found_box_in_color(trained, two):
    explorer = widgets.choose_threshold(trained, two, "fish")
    explorer.controls["percent"].value = 60
    found = eval(said(r"the box is (\(.*?\));", explorer)[0])
    left, top, right, bottom = (round(edge / 96 * 239) for edge in found)
    accent = np.array([0xD1, 0x49, 0x5B])
    for i in (0, 1):
        shown = panel(explorer, i)
        assert (shown[(top + bottom) // 2, left] == accent).all() and (
            shown[(top + bottom) // 2, right] == accent
        ).all()


def test_without_the_animal_there_is_no_true_box(trained, two):
    explorer = widgets.choose_threshold(trained, two, "bird")
    assert explorer.sentence.endswith("and it is wrong: there is no bird in the scene.")
    explorer.controls["which"].value, explorer.controls["percent"].value = "all regions", 12
    count = len(metrics.boxes(upsample(cam(trained, zoo.preprocess(two.image), BIRD), 96)[0], 0.12, "all"))
    assert count > 1 and f"there are {count} boxes, and all are wrong: there is no bird" in explorer.sentence


def test_of_two_animals_of_a_class_the_nearest_counts(trained):
    scene = zoo.scene(10_003, ["cat", "cat"])
    explorer = widgets.choose_threshold(trained, scene, "cat")
    explorer.controls["which"].value = "all regions"
    explorer.controls["percent"].value = 50
    heatmap = upsample(cam(trained, zoo.preprocess(scene.image), CAT), 96)[0]
    iou = max(metrics.iou(b, a.box) for b in metrics.boxes(heatmap, 0.5, "all") for a in scene.animals)
    assert f"IoU {iou:.2f} with the nearest of 2 true boxes" in explorer.sentence


def test_grad_cam_stands_in_and_a_blank_map_has_no_box(two):
    blind = nn.Sequential(nn.Conv2d(3, 2, 1), nn.ReLU(), nn.Flatten(), nn.Linear(2 * 96 * 96, 8))
    nn.init.zeros_(blind[3].weight)
    explorer = widgets.choose_threshold(blind, two, "fish")
    assert explorer.sentence == "At 20% of the maximum there is no box, because nothing speaks for fish."
    flat = models.load("zoo-flatten")
    explorer = widgets.choose_threshold(flat, two, "fish")
    heatmap = upsample(grad_cam(flat, zoo.preprocess(two.image), FISH), 96)[0]
    assert f"the box is {metrics.boxes(heatmap, 0.2)[0]};" in explorer.sentence


@pytest.mark.parametrize("name", ["zoo-gap", "zoo-flatten"])
def test_nan_in_the_weights_is_said_and_not_taken_for_a_network_without_cam(two, name):
    broken = models.build(name)
    with torch.no_grad():
        next(broken.parameters())[0] = torch.nan
    with pytest.raises(ValueError, match="scores hold NaN"):
        networks.class_map(broken, two)


@pytest.mark.parametrize("depth", range(7))
@pytest.mark.parametrize("method", ["class activation map", "plain gradient"])
def test_the_rank_correlation_is_that_of_the_metrics(trained, two, method, depth):
    explorer = widgets.randomize_layers(trained, two, "fish")
    explorer.controls["method"].value, explorer.controls["depth"].value = method, depth
    if depth == 0:
        assert explorer.sentence.endswith(": no layer is random yet, so the two maps are the same.")
        assert (panel(explorer, 1) == panel(explorer, 2)).all()
        return
    inputs = zoo.preprocess(two.image)
    maps = [
        cam(network, inputs, FISH) if method.startswith("class") else saliency(network, inputs, FISH).abs().amax(dim=1)
        for network in (trained, randomize_top(trained, depth))
    ]
    value = float(metrics.rank_correlation(*maps)[0])
    assert f"the rank correlation of the two maps is {words.rounded(value)}: " in explorer.sentence
    assert explorer.sentence.endswith(f": {randomizing_layers.meaning(value)}.")


def test_the_random_layers_are_named_from_the_top(trained, two):
    explorer = widgets.randomize_layers(trained, two)
    assert [label for label, _ in explorer.controls["depth"].options][:3] == [
        "0: none",
        "1: classifier",
        "2: trunk.7.0",
    ]
    for depth, said_of_them in (
        (1, "the top layer is random (classifier);"),
        (3, "the top 3 of 6 layers are random (classifier, trunk.7.0 and trunk.6.0);"),
        (6, "all 6 layers are random (from classifier down to trunk.0.0);"),
    ):
        explorer.controls["depth"].value = depth
        assert said_of_them in explorer.sentence


def test_every_method_is_drawn_for_a_network_without_cam(two):
    explorer = widgets.randomize_layers(models.load("zoo-flatten"), two)
    methods = explorer.controls["method"].options
    assert methods == ("Grad-CAM", "plain gradient", "deconvnet", "guided", "Guided Grad-CAM")
    for method in methods:
        explorer.controls["method"].value = method
        assert explorer.sentence.startswith(f"{method[0].upper()}{method[1:]} for ")


def test_a_map_without_any_order_is_not_compared(two):
    blind = nn.Sequential(nn.Conv2d(3, 2, 1), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(2, 8))
    nn.init.zeros_(blind[4].weight)
    explorer = widgets.randomize_layers(blind, two)
    assert explorer.sentence.endswith(
        "(4); one of the two maps is the same everywhere, so there is nothing to compare."
    )


def test_what_a_correlation_means_has_four_answers():
    meanings = [randomizing_layers.meaning(value) for value in (0.9, 0.5, 0.0, -0.8)]
    assert len(set(meanings)) == 4 and "hardly" in meanings[0] and "turned around" in meanings[3]


@pytest.mark.parametrize("fill", ["gray", "the background's mean color", "blur"])
def test_what_is_said_of_a_painted_scene_is_what_the_network_says_of_it(trained, two, fill):
    explorer = widgets.paint_over(trained, two, "cat")
    explorer.controls["fill"].value = fill
    for name, value in (("x", 25), ("y", 70), ("side", 31)):
        explorer.controls[name].value = value
    image = two.image.clone()
    patch = image[:, 55:86, 10:41]
    if fill == "gray":
        patch.fill_(0.5)
    elif fill == "blur":
        assert patch.std() > painting_over.paints_of(two)["blur"][:, 55:86, 10:41].std() > 0
        patch.copy_(painting_over.paints_of(two)["blur"][:, 55:86, 10:41])
    else:
        free = ~(two.animals[0].mask | two.animals[1].mask)
        patch.copy_(two.image[:, free].mean(dim=1)[:, None, None].expand_as(patch))
    with torch.no_grad():
        old, new = (trained(zoo.preprocess(shown))[0] for shown in (two.image, image))
    best = int(new.argmax())
    word = "still" if best == old.argmax() else "now"
    assert f"{fill[0].upper()}{fill[1:]} over 31×31 pixels around (25, 70) hides " in explorer.sentence
    moves = "falls" if new[CAT] < old[CAT] else "rises"
    a, b = (words.rounded(logits[CAT].item()) for logits in (old, new))
    assert f"The logit of cat {moves} from {a} to {b}, its probability goes from " in explorer.sentence
    a, b = (logits.softmax(0) for logits in (old, new))
    end = f"from {a[CAT]:.1%} to {b[CAT]:.1%}; the network {word} says {zoo.ANIMALS[best]} ({b[best]:.1%})."
    assert explorer.sentence.endswith(end)


def test_what_lies_under_the_patch_is_counted_in_pixels(trained, two):
    explorer = widgets.paint_over(trained, two, "cat")
    cat = two.animals[0]
    for name, value in (("x", 25), ("y", 70), ("side", 20)):
        explorer.controls[name].value = value
    window = (slice(60, 80), slice(15, 35))
    assert f"hides {cat.mask[window].sum() / cat.mask.sum():.0%} of the cat (" in explorer.sentence
    for part, mask in cat.parts.items():
        share = mask[window].sum() / mask.sum()
        assert (f"{part} {painting_over.percent(float(share))}" in explorer.sentence) == (share > 0)
    explorer.controls["y"].value, explorer.controls["side"].value = 5, 10
    assert "hides nothing but background." in explorer.sentence
    explorer.controls["side"].value = 96
    explorer.controls["x"].value = explorer.controls["y"].value = 48
    assert "over 96×96 pixels around (48, 48) hides the whole cat and the whole fish." in explorer.sentence


def test_a_patch_at_the_edge_is_cut_and_few_pixels_are_not_called_none(trained, two):
    explorer = widgets.paint_over(trained, two)
    explorer.controls["x"].value = 0
    assert "over 12×24 pixels around (0, " in explorer.sentence
    assert [painting_over.percent(share) for share in (0.001, 0.5, 0.999, 1.0)] == [
        "under 1%",
        "50%",
        "over 99%",
        "100%",
    ]


def test_the_first_patch_lies_on_the_animal_and_both_maps_have_one_scale(trained, two):
    explorer = widgets.paint_over(trained, two, "fish")
    left, top, right, bottom = two.animals[1].box
    assert (explorer.controls["x"].value, explorer.controls["y"].value) == ((left + right) // 2, (top + bottom) // 2)
    after = two.image.clone()
    after[:, 19:43, 53:77] = 0.5
    before, painted = (cam(trained, zoo.preprocess(image), FISH)[0] for image in (two.image, after))
    assert painted.max() < before.max()
    shown = canvas.overlay(canvas.fine_image(two), before, limit=float(before.max()))
    assert np.abs(panel(explorer, 1).astype(int) - np.asarray(shown)).max() <= 2
    dimmed = np.asarray(canvas.overlay(canvas.fine_image(two), painted, limit=float(before.max())))[
        150:, :120
    ]  # beside the patch
    assert np.abs(panel(explorer, 2)[150:, :120].astype(int) - dimmed).max() <= 2
    assert widgets.paint_over(trained, zoo.scene(3, 0)).controls["x"].value == 48


def test_a_curve_marks_the_place_and_the_best():
    values = [i / 99 for i in range(99)]
    one, other = (np.asarray(choosing_threshold.iou_curve(values, at, 98)) for at in (10, 50))
    assert one.shape == (canvas.SIDE, canvas.SIDE, 3) and (one != other).any()
    assert np.asarray(randomizing_layers.cascade([1.0, float("nan"), -0.5], ["a", "b", "c"], 1, 760)).shape[1] == 760
    many = randomizing_layers.cascade([0.1] * 60, ["a long name of a layer"] * 60, 3, 760)
    assert many.width == 760


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda net, s: widgets.choose_threshold(net, s.image), TypeError, "choose_threshold needs a scene"),
        (lambda net, s: widgets.choose_threshold(net, s, "dog"), ValueError, "such as 'cat', got 'dog'"),
        (lambda net, s: widgets.choose_threshold("net", s), TypeError, "model must be a torch.nn.Module"),
        (lambda net, s: widgets.choose_threshold(_no_maps(), s), ValueError, "no layer of this network gives maps"),
        (lambda net, s: widgets.randomize_layers(net, 7), TypeError, "randomize_layers needs a scene"),
        (lambda net, s: widgets.randomize_layers(net, s, 8), ValueError, "class index from 0 to 7 .* got 8"),
        (lambda net, s: widgets.randomize_layers(_attentive(), s), ValueError, "cannot be drawn anew"),
        (lambda net, s: widgets.paint_over(net, None), TypeError, "paint_over needs a scene"),
        (lambda net, s: widgets.paint_over(net, s, True), ValueError, "got True"),
        (lambda net, s: widgets.paint_over(_no_maps(), s), ValueError, "no layer of this network gives maps"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence(call, error, message, trained, two):
    with pytest.raises(error, match=message):
        call(trained, two)


def _no_maps() -> nn.Module:
    return nn.Sequential(nn.Flatten(), nn.Linear(3 * 96 * 96, 8))


def _attentive() -> nn.Module:
    class Scaled(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.scale = nn.Parameter(torch.ones(1))

        def forward(self, x):
            return self.scale * x

    return nn.Sequential(Scaled(), nn.Conv2d(3, 8, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten())
