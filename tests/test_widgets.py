"""The explorers without a browser: a control changes, and with it the picture and the sentence."""

import base64
import html
import io
import pkgutil
import re

import numpy as np
import pytest
import torch
from PIL import Image
from seen import on_white

from cam_tutorial import live, models, plot, widgets, zoo
from cam_tutorial.widgets import canvas

FISH = zoo.ANIMALS.index("fish")


@pytest.fixture(scope="module")
def network():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return models.build("zoo-gap").eval()


@pytest.fixture(scope="module")
def flat():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return models.build("zoo-flatten").eval()


@pytest.fixture(scope="module")
def scene():
    return zoo.scene(10_007, ["cat", "fish"])


@pytest.fixture
def make(network, flat, scene):
    """name -> an explorer of that kind."""
    makers = {
        "explore_scenes": lambda: widgets.explore_scenes(network),
        "move_animal": lambda: widgets.move_animal({"flatten": flat, "GAP": network}, "cat", region=(0, 0, 0.5, 1)),
        "mix_maps": lambda: widgets.mix_maps(network, scene),
        "choose_layer": lambda: widgets.choose_layer(network, scene),
        "choose_rule": lambda: widgets.choose_rule(network, scene),
        "choose_threshold": lambda: widgets.choose_threshold(network, scene),
        "randomize_layers": lambda: widgets.randomize_layers(network, scene),
        "paint_over": lambda: widgets.paint_over(network, scene),
    }
    return lambda name: makers[name]()


def pixels(explorer) -> np.ndarray:
    """The picture that is shown, (H, W, 3), on a white page."""
    return on_white(Image.open(io.BytesIO(explorer.image.value)))


def close(drawn: np.ndarray, expected) -> bool:
    """Whether two pictures are the same, but for a step of the palette here and there."""
    return np.abs(drawn.astype(int) - np.asarray(expected)).max() <= 8


def said(pattern: str, explorer) -> tuple[str, ...]:
    """What the groups of a pattern match in the sentence."""
    found = re.search(pattern, explorer.sentence)
    assert found, explorer.sentence
    return found.groups()


def panel(explorer, i: int) -> np.ndarray:
    left = canvas.EDGE + i * (canvas.SIDE + canvas.GAP)
    return pixels(explorer)[canvas.TITLE : canvas.TITLE + canvas.SIDE, left : left + canvas.SIDE]


CHANGES = [
    ("explore_scenes", "seed", 10_003),
    ("explore_scenes", "count", 2),
    ("explore_scenes", "target", FISH),
    ("move_animal", "x", 0.2),
    ("move_animal", "y", 0.8),
    ("move_animal", "animal", "snail"),
    ("mix_maps", "count", 20),
    ("mix_maps", "target", FISH),
    ("choose_layer", "layer", "trunk.4"),
    ("choose_layer", "target", FISH),
    ("choose_layer", "relu", False),
    ("choose_rule", "rule", "guided"),
    ("choose_rule", "rule", "Guided Grad-CAM"),
    ("choose_rule", "target", FISH),
    ("choose_threshold", "percent", 55),
    ("choose_threshold", "which", "all regions"),
    ("choose_threshold", "target", FISH),
    ("randomize_layers", "depth", 3),
    ("randomize_layers", "method", "guided"),
    ("randomize_layers", "target", FISH),
    ("paint_over", "x", 30),
    ("paint_over", "y", 30),
    ("paint_over", "side", 40),
    ("paint_over", "fill", "blur"),
    ("paint_over", "target", FISH),
]
# Explorer -> another value of its first control.
FIRST = {
    "explore_scenes": 10_001,
    "move_animal": 0.2,
    "mix_maps": 3,
    "choose_layer": "trunk.0",
    "choose_rule": "guided",
    "choose_threshold": 50,
    "randomize_layers": 4,
    "paint_over": 20,
}


def test_every_explorer_is_tested_here_and_no_file_takes_its_name():
    names = set(widgets.__all__) - {"Explorer"}
    assert FIRST.keys() == names == {name for name, _, _ in CHANGES}
    files = {module.name for module in pkgutil.iter_modules(widgets.__path__)}
    assert not files & set(widgets.__all__) and all(callable(getattr(widgets, name)) for name in names)


def test_every_control_is_changed_here(make):
    for name in FIRST:
        assert set(make(name).controls) == {control for explorer, control, _ in CHANGES if explorer == name}


@pytest.mark.parametrize(("name", "control", "value"), CHANGES)
def test_a_control_changes_picture_and_sentence_and_back(make, name, control, value):
    explorer = make(name)
    if control == "target" and explorer.controls[control].value == value:
        value = 0
    old, first, sentence = explorer.controls[control].value, pixels(explorer), explorer.sentence
    explorer.controls[control].value = value
    assert (pixels(explorer) != first).any() and explorer.sentence != sentence
    assert not explorer.sentence.startswith("This could not be drawn")
    explorer.controls[control].value = old
    assert (pixels(explorer) == first).all() and explorer.sentence == sentence


@pytest.mark.parametrize("name", FIRST)
def test_the_cell_gets_the_live_view_and_a_still_picture_with_words(make, name, monkeypatch):
    put_out = []
    monkeypatch.setattr(live, "put_out", lambda *given: put_out.append(given))
    explorer = make(name)
    explorer._ipython_display_()
    make(name)._ipython_display_()
    (widget, still, words), (_, again, _) = put_out
    assert widget is explorer.widget and still == again and len(still) < 200_000
    assert words == explorer.sentence == repr(explorer) == explorer.image.tooltip and len(words) >= 15
    assert f'alt="{html.escape(words)}"' in still
    drawn = Image.open(io.BytesIO(base64.b64decode(re.search('base64,([^"]+)', still)[1])))
    assert drawn.size == (pixels(explorer).shape[1], pixels(explorer).shape[0])


def test_outside_of_a_notebook_the_words_are_printed(make, capsys):
    explorer = make("mix_maps")
    explorer._ipython_display_()
    assert capsys.readouterr().out == f"{explorer.sentence}\n"


@pytest.mark.parametrize("name", FIRST)
def test_every_control_has_a_description(make, name):
    descriptions = [control.description for control in make(name).controls.values()]
    assert all(descriptions) and len(set(descriptions)) == len(descriptions)


@pytest.mark.parametrize("name", FIRST)
def test_the_network_is_left_as_it_was(make, name, network):
    network.train()
    try:
        state = {key: value.clone() for key, value in network.state_dict().items()}
        explorer = make(name)
        next(iter(explorer.controls.values())).value = FIRST[name]
        assert all(module.training for module in network.modules())
        assert all(torch.equal(value, state[key]) for key, value in network.state_dict().items())
        assert all(p.grad is None for p in network.parameters())
        assert not any(module._forward_hooks for module in network.modules())
    finally:
        network.eval()


def test_an_error_becomes_the_sentence_and_the_picture_stays(make):
    explorer = make("explore_scenes")
    draw, first = explorer._draw, pixels(explorer)

    def broken(**values):
        raise RuntimeError("no <ink> left")

    explorer._draw = broken
    explorer.controls["seed"].value += 1
    assert explorer.sentence == "This could not be drawn: no <ink> left (RuntimeError)"
    assert "no &lt;ink&gt; left" in explorer._line.value and plot.ACCENT in explorer._line.value
    assert (pixels(explorer) == first).all()
    explorer._draw = draw
    explorer.controls["seed"].value += 1
    assert "Scene 10002" in explorer.sentence and plot.ACCENT not in explorer._line.value
