"""The explorer of notebook 02 adds up to the class activation map and to the logit."""

import pytest
import torch
from seen import on_white, shade
from test_widgets import close, panel, pixels

from cam_tutorial import cam, models, widgets, zoo
from cam_tutorial.widgets import canvas, colors, mixing_maps, words

FISH = zoo.ANIMALS.index("fish")


def test_all_maps_mixed_in_give_the_logit(trained, two):
    explorer = widgets.mix_maps(trained, two)
    with torch.no_grad():
        logits = trained(zoo.preprocess(two.image))[0]
    for target in range(len(zoo.ANIMALS)):
        explorer.controls["target"].value = target
        explorer.controls["count"].value = 64
        logit = words.rounded(float(logits[target]))
        assert f"mean of the sum + bias = {logit}; which is the logit." in explorer.sentence
        explorer.controls["count"].value = 0
        bias = words.rounded(trained.classifier.bias[target].item())
        assert f"mean of the sum + bias = {bias}; the logit of {zoo.ANIMALS[target]} is {logit}." in explorer.sentence


def test_the_maps_that_count_most_come_first(trained, two):
    explorer = widgets.mix_maps(trained, two, "fish")
    with torch.no_grad():
        means = trained.trunk(zoo.preprocess(two.image))[0].mean((1, 2))
    order = (trained.classifier.weight[FISH] * means).abs().argsort(descending=True).tolist()
    for n in (1, 5, 64):
        explorer.controls["count"].value = n
        assert f"The last, map {order[n - 1]}, " in explorer.sentence


def test_the_pictures_are_the_newest_map_and_the_sum_on_scales_that_stay(trained, two):
    explorer = widgets.mix_maps(trained, two, "fish")
    image = canvas.fine_image(two)
    with torch.no_grad():
        features, w = trained.trunk(zoo.preprocess(two.image))[0], trained.classifier.weight[FISH]
    order = (w * features.mean(dim=(1, 2))).abs().argsort(descending=True)
    weighted = (w[:, None, None] * features)[order].detach()
    largest = max(float(weighted[:n].sum(0).abs().max()) for n in range(1, 65))
    for n in (1, 7, 64):
        explorer.controls["count"].value = n
        newest = canvas.cells(weighted[n - 1], signed=True, limit=float(weighted.abs().max()))
        whole = cam(trained, zoo.preprocess(two.image), FISH)[0] if n == 64 else weighted[:n].sum(0)
        mixed = canvas.overlay(image, whole, signed=True, limit=largest)
        for i, expected in enumerate((canvas.photo(image), newest, mixed)):
            assert close(panel(explorer, i), expected)
        strip = mixing_maps.columns(weighted.mean(dim=(1, 2)).tolist(), n, 3 * canvas.SIDE + 2 * canvas.GAP)
        top, left = canvas.TITLE + canvas.SIDE + canvas.EDGE, canvas.EDGE
        assert (pixels(explorer)[top : top + strip.height, left : left + strip.width] == on_white(strip)).all()
    explorer.controls["count"].value = 0
    assert (panel(explorer, 1)[1:-1, 1:-1] >= 246).all()  # no map yet: as white as zero


def test_columns_go_up_for_the_class_and_down_against_it():
    drawn = on_white(mixing_maps.columns([2.0, -1.0, 1.0], 2, 300))
    zero = (drawn[:, 99] == shade(colors.INK)).all(axis=1).nonzero()[0]  # beside the columns, only the line
    assert len(zero) == 1
    heights = []
    for x, color in ((50, colors.FOR), (150, colors.AGAINST), (250, colors.FAINT)):
        rows = (drawn[:, x] == shade(color)).all(axis=1).nonzero()[0]
        assert (rows < zero).all() if x != 150 else (rows > zero).all()
        heights.append(len(rows))
    assert heights[0] > 30 and abs(heights[0] - 2 * heights[1]) <= 2 and abs(heights[1] - heights[2]) <= 1


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda net, s: widgets.mix_maps(models.FlattenNet(), s),
            ValueError,
            "mix_maps needs .* this FlattenNet is",
        ),
        (lambda net, s: widgets.mix_maps(models.GmpNet(), s), ValueError, "cam needs a network that averages"),
        (lambda net, s: widgets.mix_maps(net, s.image), TypeError, "mix_maps needs a scene, .* got Tensor"),
        (lambda net, s: widgets.mix_maps(net, s, 8), ValueError, "class index from 0 to 7 .* got 8"),
        (lambda net, s: widgets.mix_maps(net, s, "dog"), ValueError, "such as 'cat', got 'dog'"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence(call, error, message, trained, two):
    with pytest.raises(error, match=message):
        call(trained, two)
