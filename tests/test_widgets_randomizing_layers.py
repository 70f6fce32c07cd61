"""The explorer of notebook 06 that forgets: its numbers are those of the metrics, its maps those of the methods."""

import math

import numpy as np
import pytest
import torch
from scipy import stats
from seen import on_white, shade
from test_widgets import close, panel
from torch import nn

from cam_tutorial import cam, metrics, models, saliency, widgets, zoo
from cam_tutorial.randomize import randomize_top
from cam_tutorial.widgets import canvas, colors, randomizing_layers, words

FISH = zoo.ANIMALS.index("fish")
ACCENT, NEUTRAL = shade(colors.ACCENT), shade(colors.NEUTRAL)


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


def test_the_rank_correlation_is_scipys_and_where_there_is_no_order_there_is_none():
    generator = torch.Generator().manual_seed(0)
    for ties in (False, True):
        a, b = (torch.rand(12, 9, generator=generator) for _ in range(2))
        b = a + b
        if ties:
            a, b = (5 * a).round(), (5 * b).round()
        value = randomizing_layers.rank_correlation(a, b)
        assert value == pytest.approx(stats.spearmanr(a.flatten(), b.flatten()).statistic, abs=1e-6)
        assert 0.4 < value < 0.95
    for pair in ((a, torch.ones_like(a)), (torch.zeros_like(a), b)):
        assert math.isnan(randomizing_layers.rank_correlation(*pair))


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
    drawn = []
    for method in methods:
        explorer.controls["method"].value = method
        assert explorer.sentence.startswith(f"{method[0].upper()}{method[1:]} for ")
        drawn += [panel(explorer, 1), panel(explorer, 2)]
    for i, picture in enumerate(drawn):
        assert not any((picture == other).all() for other in drawn[:i])


def test_both_maps_are_those_of_the_method_each_on_a_scale_of_its_own(trained, two):
    explorer = widgets.randomize_layers(trained, two, "fish")
    explorer.controls["depth"].value = 2
    inputs = zoo.preprocess(two.image)
    networks = trained, randomize_top(trained, 2)
    for i, network in enumerate(networks, 1):
        expected = canvas.overlay(canvas.fine_image(two), cam(network, inputs, FISH)[0], signed=True)
        assert close(panel(explorer, i), expected)
    explorer.controls["method"].value = "plain gradient"
    for i, network in enumerate(networks, 1):
        values = saliency(network, inputs, FISH)[0].abs().amax(dim=0)
        expected = canvas.cells(values, limit=float(np.quantile(values.numpy(), 0.998)))
        assert close(panel(explorer, i), expected)


def test_a_map_without_any_order_is_not_compared(two):
    blind = nn.Sequential(nn.Conv2d(3, 2, 1), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(2, 8))
    nn.init.zeros_(blind[0].weight)
    nn.init.ones_(blind[0].bias)
    explorer = widgets.randomize_layers(blind, two)
    assert explorer.sentence.endswith(
        "(4); one of the two maps is the same everywhere, so there is nothing to compare."
    )


@pytest.mark.parametrize(
    ("correlation", "words"),
    [
        (1.0, "hardly notices"),
        (0.75, "hardly notices"),
        (0.749, "keeps some of its look"),
        (0.4, "keeps some of its look"),
        (0.399, "is another one"),
        (-0.399, "is another one"),
        (-0.4, "is turned around"),
        (-1.0, "is turned around"),
        (math.nan, "nothing to compare"),
    ],
)
def test_what_a_correlation_means(correlation, words):
    assert words in randomizing_layers.meaning(correlation)


def test_a_column_is_as_high_as_its_correlation():
    values = [1.0, math.nan, -0.5]
    drawn = on_white(randomizing_layers.cascade(values, ["a", "b", "c"], 1, 300))
    assert drawn.shape[1] == 300
    colored = [(drawn[40:105, x] == NEUTRAL).all(axis=1).nonzero()[0] for x in (20, 120, 220)]
    assert abs(len(colored[0]) - 43) <= 1 and abs(len(colored[2]) - 21) <= 1 and len(colored[1]) == 0
    assert colored[0].max() < colored[2].min()  # up and down from zero
    chosen = on_white(randomizing_layers.cascade(values, ["a", "b", "c"], 0, 300))
    assert (chosen[40:105, 20] == ACCENT).all(axis=1).sum() == len(colored[0])
    assert not (drawn[40:105, 20] == ACCENT).all(axis=1).any()


def test_names_stand_below_the_columns_where_they_fit():
    short, long = (
        on_white(randomizing_layers.cascade([0.1] * 60, [name] * 60, 3, width))
        for name, width in (("x", 1200), ("a long name of a layer", 760))
    )
    assert (short[106:] != 255).any() and (long[106:] == 255).all()


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda net, s: widgets.randomize_layers(net, 7), TypeError, "randomize_layers needs a scene"),
        (lambda net, s: widgets.randomize_layers(net, s, 8), ValueError, "class index from 0 to 7 .* got 8"),
        (lambda net, s: widgets.randomize_layers(_of_whole_numbers(), s), ValueError, "cannot be drawn anew"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence(call, error, message, trained, two):
    with pytest.raises(error, match=message):
        call(trained, two)


def _of_whole_numbers() -> nn.Module:
    class Scaled(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.scale = nn.Parameter(torch.ones(1, dtype=torch.uint8), requires_grad=False)

        def forward(self, x):
            return self.scale * x

    return nn.Sequential(Scaled(), nn.Conv2d(3, 8, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten())
