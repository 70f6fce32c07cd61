"""The explorer of notebook 01 moves the animal, and its bars are the networks' probabilities."""

import re

import numpy as np
import pytest
import torch
from seen import on_white, shade
from test_widgets import panel

from cam_tutorial import models, widgets, zoo
from cam_tutorial.widgets import canvas, colors, moving_animal


def test_the_animal_moves_and_it_is_said_where(trained):
    explorer = widgets.move_animal({"GAP": trained}, "bird", region=(0, 0, 0.5, 1))
    for x, word in ((0.0, "inside the frame"), (0.5, "partly inside the frame"), (1.0, "outside the frame")):
        explorer.controls["x"].value = x
        assert f", {word}: GAP says" in explorer.sentence
    left = float(re.search(r"at \((0\.\d\d),", explorer.sentence)[1])
    explorer.controls["x"].value = 0
    assert float(re.search(r"at \((0\.\d\d),", explorer.sentence)[1]) < 0.4 < 0.6 < left


@pytest.mark.parametrize("animal", zoo.ANIMALS)
def test_no_part_of_the_sliders_is_without_effect(trained, animal):
    explorer = widgets.move_animal({"GAP": trained}, "cat", seed=10_006)
    explorer.controls["animal"].value = animal
    for axis in "xy":
        control = explorer.controls[axis]
        for value, step in ((0, 0.01), (1, -0.01)):
            control.value = value
            assert 0.1 < control.value < 0.9
            shown, sentence = panel(explorer, 0), explorer.sentence
            control.value += step
            assert (panel(explorer, 0) != shown).any() and explorer.sentence != sentence


def test_the_networks_are_asked_about_the_scene_that_is_shown(trained):
    flat = models.load("zoo-flatten")
    explorer = widgets.move_animal({"flatten": flat, "GAP": trained}, "bird")
    explorer.controls["animal"].value = "cat"
    for name, value in (("x", 0.8), ("y", 0.2)):  # where the networks are less sure than they were
        explorer.controls[name].value = value
    place = tuple(explorer.controls[name].value for name in "xy")
    scene, fine = (zoo.scene(10_000, "cat", size, at=[place]) for size in (96, canvas.SIDE))
    assert np.abs(panel(explorer, 0) - 255 * fine.image.permute(1, 2, 0).numpy()).max() <= 0.5001
    answers = []
    for i, (title, network) in enumerate({"flatten": flat, "GAP": trained}.items(), 1):
        with torch.no_grad():
            shares = network(zoo.preprocess(scene.image))[0].softmax(0)
        answers.append(f"{title} says {zoo.ANIMALS[shares.argmax()]} ({shares.max():.0%})")
        cat = zoo.ANIMALS.index("cat")
        assert (panel(explorer, i) == on_white(moving_animal.bars(shares.tolist(), zoo.ANIMALS, cat))).all()
    assert explorer.sentence == f"The cat stands at ({place[0]:.2f}, {place[1]:.2f}): {'; '.join(answers)}."


def test_a_bar_is_as_long_as_its_probability():
    shares = [0.5, 0.25, 0.2, 0.046, 0.004]
    drawn = on_white(moving_animal.bars(shares, ["a", "bb", "ccc", "d", "e"], 1))
    accent, neutral, ground = map(shade, (colors.ACCENT, colors.NEUTRAL, colors.PALE))
    for i, share in enumerate(shares):
        edge = drawn[24 + 48 * i - 8]  # the upper edge of the bar, above all words
        bar, rest = ((edge == color).all(axis=1).sum() for color in (accent if i == 1 else neutral, ground))
        assert bar + rest > 150
        assert bar == (0 if share < 0.005 else round((bar + rest - 1) * share) + 1)
    assert ((drawn == accent).all(axis=2).any(axis=1).nonzero()[0] // 48 == 1).all()


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda net: widgets.move_animal({}), TypeError, "a dict of titles and networks"),
        (lambda net: widgets.move_animal(net), TypeError, "a dict of titles and networks"),
        (lambda net: widgets.move_animal({"a": net}, "dog"), ValueError, "dog"),
        (lambda net: widgets.move_animal({"a": net}, region=(0, 0, 2, 1)), ValueError, "region must be"),
        (lambda net: widgets.move_animal({"a": models.GapNet(3)}), ValueError, "8 scores, and 'a' gives 3"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence(call, error, message, trained):
    with pytest.raises(error, match=message):
        call(trained)
