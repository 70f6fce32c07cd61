"""The explorer of notebook 04 draws what the backward rules give, and compares it between classes."""

import re

import numpy as np
import pytest
import torch
from test_widgets import close, panel
from torch import nn

from cam_tutorial import deconvnet, guided_backprop, guided_grad_cam, models, saliency, widgets, zoo
from cam_tutorial.widgets import canvas, words

RULES = {
    "plain gradient": saliency,
    "deconvnet": deconvnet,
    "guided": guided_backprop,
    "Guided Grad-CAM": guided_grad_cam,
}


def test_a_rule_is_compared_with_another_class(trained, two):
    explorer = widgets.choose_rule(trained, two)
    with torch.no_grad():
        best, second = trained(zoo.preprocess(two.image))[0].topk(2).indices.tolist()
    assert explorer.controls["target"].value == best
    said = re.search(r"correlation with the picture for (\w+) is (−?\d\.\d\d)\.", explorer.sentence)
    assert said[1] == zoo.ANIMALS[second]
    explorer.controls["target"].value = second
    again = re.search(r"correlation with the picture for (\w+) is (−?\d\.\d\d)\.", explorer.sentence)
    assert again[1] == zoo.ANIMALS[best] and again[2] == said[2]


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_drawn_for_both_classes_and_their_correlation_said(trained, two, rule):
    explorer = widgets.choose_rule(trained, two, "cat")
    explorer.controls["rule"].value = rule
    other = re.search(r"correlation with the picture for (\w+) is", explorer.sentence)[1]
    maps = [
        RULES[rule](trained, zoo.preprocess(two.image), zoo.ANIMALS.index(name))[0].abs().amax(dim=0).numpy()
        for name in ("cat", other)
    ]
    for i, values in enumerate(maps, 1):
        drawn = canvas.cells(torch.from_numpy(values), limit=float(np.quantile(values, 0.998)))
        assert close(panel(explorer, i), drawn)
    correlation = words.rounded(np.corrcoef(maps[0].ravel(), maps[1].ravel())[0, 1])
    assert explorer.sentence == (
        f"{rule[0].upper()}{rule[1:]}, absolute value and maximum over the colors, for cat; its correlation with the "
        f"picture for {other} is {correlation}."
    )


def test_the_class_whose_picture_is_blank_is_named(two):
    blind = nn.Sequential(nn.Conv2d(3, 2, 1), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(2, 8))
    nn.init.zeros_(blind[4].weight)
    assert widgets.choose_rule(blind, two, 1).sentence.endswith(f"; the picture for {zoo.ANIMALS[1]} is blank.")


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda net, s: widgets.choose_rule(_no_maps(), s), ValueError, "calls ReLU|calls none"),
        (lambda net, s: widgets.choose_rule(net, s, True), ValueError, "got True"),
        (lambda net, s: widgets.choose_rule(models.GapNet(1), s), ValueError, "this network has one score"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence(call, error, message, trained, two):
    with pytest.raises(error, match=message):
        call(trained, two)


def _no_maps() -> nn.Module:
    return nn.Sequential(nn.Flatten(), nn.Linear(3 * 96 * 96, 8))
