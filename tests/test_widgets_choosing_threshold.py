"""The explorer of notebook 05 says and draws what the metrics give."""

import numpy as np
import pytest
from seen import on_white, shade
from test_widgets import panel, said
from torch import nn

from cam_tutorial import cam, grad_cam, metrics, models, upsample, widgets, zoo
from cam_tutorial.widgets import canvas, choosing_threshold, colors

CAT, FISH, BIRD = (zoo.ANIMALS.index(name) for name in ("cat", "fish", "bird"))
ACCENT, INK = shade(colors.ACCENT), shade(colors.INK)


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
    found = [int(edge) for edge in said(r"the box is \((\d+), (\d+), (\d+), (\d+)\);", explorer)]
    left, top, right, bottom = (round(edge / 96 * 239) for edge in found)
    plain = np.asarray(canvas.photo(canvas.fine_image(two)))
    for i in (0, 1):
        middle = panel(explorer, i)[(top + bottom) // 2]
        assert (middle[[left, right]] == ACCENT).all()
    true = [round(edge / 96 * 239) for edge in two.animals[1].box]
    drawn = panel(explorer, 0)[true[1], true[0] : true[2]]
    white = (drawn == 255).all(axis=1)
    assert white[:8].all() and white.sum() > len(drawn) / 3
    assert (drawn[10:13] == plain[true[1], true[0] + 10 : true[0] + 13]).all()  # between two dashes


def test_the_region_above_the_threshold_is_outlined(trained, two):
    explorer = widgets.choose_threshold(trained, two, "fish")
    explorer.controls["percent"].value = 60
    heatmap = cam(trained, zoo.preprocess(two.image), FISH)
    share = upsample(heatmap, canvas.SIDE)[0] / upsample(heatmap, 96).max()
    plain = np.asarray(canvas.overlay(canvas.fine_image(two), heatmap[0]))
    changed = (panel(explorer, 1) != plain).any(axis=2)
    above = (share > 0.6).numpy()
    edge = above & ~(np.roll(above, 1, 0) & np.roll(above, -1, 0) & np.roll(above, 1, 1) & np.roll(above, -1, 1))
    assert edge.any() and changed[edge].all()
    assert not changed[(share > 0.75).numpy()].any()


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


def test_a_curve_marks_the_place_and_the_best():
    ious = [0.25] * 99
    marked, bare = (on_white(choosing_threshold.iou_curve(ious, 19, best)) for best in (70, None))
    assert marked.shape == (canvas.SIDE, canvas.SIDE, 3)
    y = 153  # a quarter of the way up
    dot, ring = 30 + round(1.98 * 20), 30 + round(1.98 * 71)
    assert (marked[y, dot] == ACCENT).all() and (bare[y, dot] == ACCENT).all()
    down = marked[160:200, dot - 1 : dot + 2].astype(int)
    assert (down[:, :, 0] - down[:, :, 1] > 60).any(axis=1).all()  # a line in color down to the axis
    assert (marked[y, ring] == 255).all() and (bare[y, ring] < 140).all()
    assert (marked[y - 6, ring] < 140).all() and (bare[y - 6, ring] == 255).all()
    assert (marked[:, : ring - 8] == bare[:, : ring - 8]).all()


def test_the_curve_rises_with_the_iou_and_shows_from_where_on_a_box_is_right():
    drawn = on_white(choosing_threshold.iou_curve([i / 98 for i in range(99)], 0, None)).astype(int)
    heights = [drawn[:95, x].sum(axis=1).argmin() for x in (150, 180, 210)]
    assert heights[0] > heights[1] > heights[2] and abs(heights[0] + heights[2] - 2 * heights[1]) <= 2
    dash, gap = (drawn[104:107, x].sum(axis=1).min() for x in (30 + 9, 30 + 13))
    assert dash < gap - 100


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda net, s: widgets.choose_threshold(net, s.image), TypeError, "choose_threshold needs a scene"),
        (lambda net, s: widgets.choose_threshold(net, s, "dog"), ValueError, "such as 'cat', got 'dog'"),
        (lambda net, s: widgets.choose_threshold("net", s), TypeError, "model must be a torch.nn.Module"),
        (lambda net, s: widgets.choose_threshold(_no_maps(), s), ValueError, "no layer of this network gives maps"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence(call, error, message, trained, two):
    with pytest.raises(error, match=message):
        call(trained, two)


def _no_maps() -> nn.Module:
    return nn.Sequential(nn.Flatten(), nn.Linear(3 * 96 * 96, 8))
