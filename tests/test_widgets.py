"""The explorers without a browser: a control changes, and with it the picture and the sentence."""

import base64
import io
import re

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from cam_tutorial import blend, cam, models, plot, widgets, zoo
from cam_tutorial.widgets import canvas, words

VIEW = "application/vnd.jupyter.widget-view+json"
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
    """The picture that is shown, (H, W, 3)."""
    return np.asarray(Image.open(io.BytesIO(explorer.image.value)).convert("RGB"))


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
def test_the_cell_gets_the_live_view_and_a_still_picture_with_words(make, name):
    explorer = make(name)
    data, metadata = explorer._repr_mimebundle_()
    assert data[VIEW]["model_id"] == explorer.widget.model_id
    assert metadata == {"image/png": {"alt": explorer.sentence}} and len(explorer.sentence) >= 15
    assert data["text/plain"] == explorer.sentence == repr(explorer) == explorer.image.tooltip
    still = Image.open(io.BytesIO(base64.b64decode(data["image/png"])))
    assert still.format == "PNG" and still.size == (pixels(explorer).shape[1], pixels(explorer).shape[0])
    assert make(name)._repr_mimebundle_()[0]["image/png"] == data["image/png"]
    assert len(data["image/png"]) < 200_000


@pytest.mark.parametrize("name", FIRST)
def test_every_control_has_a_description(make, name):
    assert all(control.description for control in make(name).controls.values())


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


def test_explore_scenes_says_what_is_there(network):
    explorer = widgets.explore_scenes(network)
    explorer.controls["count"].value = 3
    drawn = zoo.scene(10_000, 3)
    names = [animal.name for animal in drawn.animals]
    assert f"a {names[0]}, a {names[1]} and a {names[2]}" in explorer.sentence
    with torch.no_grad():
        shares = network(zoo.preprocess(drawn.image)).softmax(1)[0]
    assert f"the network says {zoo.ANIMALS[shares.argmax()]} ({shares.max():.1%})" in explorer.sentence
    for i, name in enumerate(zoo.ANIMALS):
        explorer.controls["target"].value = i
        assert (f"speaks for {name}" in explorer.sentence) and (
            ("not in the scene" in explorer.sentence) == (name not in names)
        )


def test_explore_scenes_shows_the_map_of_cam(network):
    explorer = widgets.explore_scenes(network)
    explorer.controls["target"].value = 3
    scene = zoo.scene(10_000)
    heatmap = cam(network, zoo.preprocess(scene.image), 3)[0]
    expected = blend(zoo.scene(10_000, size=canvas.SIDE).image, heatmap).astype(int)
    assert np.abs(panel(explorer, 1) - expected).max() <= 2


def test_move_animal_moves_it_and_says_where(network):
    explorer = widgets.move_animal({"GAP": network}, "bird", region=(0, 0, 0.5, 1))
    for x, word in ((0.0, "inside the frame"), (0.5, "partly inside the frame"), (1.0, "outside the frame")):
        explorer.controls["x"].value = x
        assert f", {word}: GAP says" in explorer.sentence
    left = float(re.search(r"at \((0\.\d\d),", explorer.sentence)[1])
    explorer.controls["x"].value = 0
    assert float(re.search(r"at \((0\.\d\d),", explorer.sentence)[1]) < 0.4 < 0.6 < left


@pytest.mark.parametrize("animal", zoo.ANIMALS)
def test_no_part_of_the_sliders_is_without_effect(network, animal):
    explorer = widgets.move_animal({"GAP": network}, "cat", seed=10_006)
    explorer.controls["animal"].value = animal
    for axis in "xy":
        control = explorer.controls[axis]
        for value, step in ((0, 0.01), (1, -0.01)):
            control.value = value
            assert 0.1 < control.value < 0.9
            shown, sentence = panel(explorer, 0), explorer.sentence
            control.value += step
            assert (panel(explorer, 0) != shown).any() and explorer.sentence != sentence


def test_all_maps_mixed_in_give_the_logit(network, scene):
    explorer = widgets.mix_maps(network, scene)
    with torch.no_grad():
        logits = network(zoo.preprocess(scene.image))[0]
    for target in range(len(zoo.ANIMALS)):
        explorer.controls["target"].value = target
        explorer.controls["count"].value = 64
        logit = words.rounded(float(logits[target]))
        assert f"mean of the sum + bias = {logit}; which is the logit." in explorer.sentence
        explorer.controls["count"].value = 0
        bias = words.rounded(network.classifier.bias[target].item())
        assert f"mean of the sum + bias = {bias}; the logit of {zoo.ANIMALS[target]} is {logit}." in explorer.sentence


def test_the_maps_that_count_most_come_first(network, scene):
    explorer = widgets.mix_maps(network, scene, "fish")
    with torch.no_grad():
        means = network.trunk(zoo.preprocess(scene.image))[0].mean((1, 2))
    order = (network.classifier.weight[FISH] * means).abs().argsort(descending=True).tolist()
    for n in (1, 5, 64):
        explorer.controls["count"].value = n
        assert f"The last, map {order[n - 1]}, " in explorer.sentence


def test_a_layer_shows_its_own_resolution(network, scene):
    explorer = widgets.choose_layer(network, scene)
    assert [value for _, value in explorer.controls["layer"].options] == [f"trunk.{i}" for i in (0, 2, 4, 6, 7)]
    assert "64 maps of 12×12 cells" in explorer.sentence
    shown = panel(explorer, 1)
    assert all((shown[i : i + 20, j : j + 20] == shown[i, j]).all() for i in range(0, 240, 20) for j in (0, 100, 220))
    explorer.controls["layer"].value = "trunk.0"
    assert "24 maps of 96×96 cells" in explorer.sentence


def test_layers_of_a_network_without_a_trunk(scene):
    plain = nn.Sequential(
        nn.Conv2d(3, 4, 3, stride=4),
        nn.ReLU(),
        nn.Conv2d(4, 4, 3),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(4, 3),
    )
    explorer = widgets.choose_layer(plain, scene, target=2)
    assert [value for _, value in explorer.controls["layer"].options] == ["0", "2"]
    assert "Grad-CAM of class 2 at 2" in explorer.sentence


def test_a_rule_is_compared_with_another_class(network, scene):
    explorer = widgets.choose_rule(network, scene)
    with torch.no_grad():
        best, second = network(zoo.preprocess(scene.image))[0].topk(2).indices.tolist()
    assert explorer.controls["target"].value == best
    said = re.search(r"correlation with the picture for (\w+) is (−?\d\.\d\d)\.", explorer.sentence)
    assert said[1] == zoo.ANIMALS[second]
    explorer.controls["target"].value = second
    again = re.search(r"correlation with the picture for (\w+) is (−?\d\.\d\d)\.", explorer.sentence)
    assert again[1] == zoo.ANIMALS[best] and again[2] == said[2]


def test_blank_pictures_are_said_to_be_blank(scene):
    blind = nn.Sequential(nn.Conv2d(3, 2, 1), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(2, 8))
    nn.init.zeros_(blind[4].weight)
    assert "is blank." in widgets.choose_rule(blind, scene).sentence
    assert "zero everywhere" in widgets.choose_layer(blind, scene).sentence


def test_pictures_are_drawn_fine_unless_that_would_be_another_scene():
    assert canvas.fine_image(zoo.scene(5, 2)).shape == (3, canvas.SIDE, canvas.SIDE)
    moved = zoo.scene(5, "cat", at=[(0.2, 0.2)])
    assert canvas.fine_image(moved) is moved.image


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda net, flat, s: widgets.explore_scenes(flat), ValueError, "explore_scenes needs a network with a trunk"),
        (lambda net, flat, s: widgets.mix_maps(flat, s), ValueError, "mix_maps needs .* this FlattenNet is built"),
        (lambda net, flat, s: widgets.mix_maps(models.GmpNet(), s), ValueError, "cam needs a network that averages"),
        (lambda net, flat, s: widgets.mix_maps(net, s.image), TypeError, "mix_maps needs a scene, .* got Tensor"),
        (lambda net, flat, s: widgets.mix_maps(net, s, 8), ValueError, "class index from 0 to 7 .* got 8"),
        (lambda net, flat, s: widgets.mix_maps(net, s, "dog"), ValueError, "such as 'cat', got 'dog'"),
        (lambda net, flat, s: widgets.move_animal({}), TypeError, "a dict of titles and networks"),
        (lambda net, flat, s: widgets.move_animal(net), TypeError, "a dict of titles and networks"),
        (lambda net, flat, s: widgets.move_animal({"a": net}, "dog"), ValueError, "dog"),
        (lambda net, flat, s: widgets.move_animal({"a": net}, region=(0, 0, 2, 1)), ValueError, "region must be"),
        (lambda net, flat, s: widgets.move_animal({"a": models.GapNet(3)}), ValueError, "8 scores, and 'a' gives 3"),
        (lambda net, flat, s: widgets.choose_layer("zoo-gap", s), TypeError, "model must be a torch.nn.Module"),
        (lambda net, flat, s: widgets.choose_layer(net, 7), TypeError, "choose_layer needs a scene"),
        (lambda net, flat, s: widgets.choose_layer(_no_maps(), s), ValueError, "no part of this Sequential does"),
        (lambda net, flat, s: widgets.choose_rule(_no_maps(), s), ValueError, "calls ReLU|calls none"),
        (lambda net, flat, s: widgets.choose_rule(net, s, True), ValueError, "got True"),
        (lambda net, flat, s: widgets.choose_rule(models.GapNet(1), s), ValueError, "this network has one score"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence(call, error, message, network, flat, scene):
    with pytest.raises(error, match=message):
        call(network, flat, scene)


def _no_maps() -> nn.Module:
    return nn.Sequential(nn.Flatten(), nn.Linear(3 * 96 * 96, 8))
