"""The explorer of notebook 03 draws Grad-CAM at the layer that it names."""

import pytest
import torch
from test_widgets import close, panel
from torch import nn

from cam_tutorial import grad_cam, widgets, zoo
from cam_tutorial.widgets import canvas, choosing_layer, words

CAT = zoo.ANIMALS.index("cat")


def test_a_layer_shows_its_own_resolution(trained, two):
    explorer = widgets.choose_layer(trained, two)
    assert [value for _, value in explorer.controls["layer"].options] == [f"trunk.{i}" for i in (0, 2, 4, 6, 7)]
    assert "64 maps of 12×12 cells" in explorer.sentence
    shown = panel(explorer, 1)
    assert all((shown[i : i + 20, j : j + 20] == shown[i, j]).all() for i in range(0, 240, 20) for j in (0, 100, 220))
    explorer.controls["layer"].value = "trunk.0"
    assert "24 maps of 96×96 cells" in explorer.sentence


def test_layers_of_a_network_without_a_trunk(two):
    plain = nn.Sequential(
        nn.Conv2d(3, 4, 3, stride=4),
        nn.ReLU(),
        nn.Conv2d(4, 4, 3),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(4, 3),
    )
    explorer = widgets.choose_layer(plain, two, target=2)
    assert [value for _, value in explorer.controls["layer"].options] == ["0", "2"]
    assert "Grad-CAM of class 2 at 2" in explorer.sentence


@pytest.mark.parametrize("layer", ["trunk.0", "trunk.4", "trunk.7"])
@pytest.mark.parametrize("relu", [True, False])
def test_the_map_is_that_of_grad_cam_and_so_are_the_numbers(trained, two, layer, relu):
    explorer = widgets.choose_layer(trained, two, "cat")
    explorer.controls["layer"].value, explorer.controls["relu"].value = layer, relu
    heatmap = grad_cam(trained, zoo.preprocess(two.image), CAT, layer, relu)[0]
    assert close(panel(explorer, 1), canvas.cells(heatmap, signed=not relu))
    over = canvas.overlay(canvas.fine_image(two), heatmap, signed=not relu)
    assert close(panel(explorer, 2), over)
    low, high = (words.rounded(float(end), 3) for end in (heatmap.min(), heatmap.max()))
    assert f": values from {low} to {high}, the strongest on the " in explorer.sentence


def test_what_lies_under_the_strongest_place_is_named(trained, two):
    explorer = widgets.choose_layer(trained, two, "cat")
    h, w = grad_cam(trained, zoo.preprocess(two.image), CAT, "trunk.0").shape[1:]
    assert (h, w) == (96, 96)  # here a cell is a pixel, and the mask itself the truth
    places = set()
    for target in range(len(zoo.ANIMALS)):
        explorer.controls["layer"].value, explorer.controls["target"].value = "trunk.0", target
        heatmap = grad_cam(trained, zoo.preprocess(two.image), target, "trunk.0")[0]
        row, column = divmod(int(heatmap.abs().argmax()), w)
        here = [animal.name for animal in two.animals if animal.mask[row, column]]
        place = f"on the {here[0]}" if here else "on the background"
        places.add(place)
        assert explorer.sentence.endswith(f"the strongest {place}.")
    assert len(places) > 1


def test_a_cell_covers_what_it_touches():
    mask = torch.zeros(10, 10, dtype=torch.bool)
    mask[2, 9] = True  # four rows of cells, of two and a half pixels each: row 2 belongs to the first and the second
    covered = [(i, j) for i in range(4) for j in range(5) if choosing_layer.covers(mask, (i, j), (4, 5))]
    assert covered == [(0, 4), (1, 4)]


def test_a_map_of_zeros_is_said_to_be_one(two):
    blind = nn.Sequential(nn.Conv2d(3, 2, 1), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(2, 8))
    nn.init.zeros_(blind[4].weight)
    assert widgets.choose_layer(blind, two).sentence.endswith(": zero everywhere: nothing here speaks for the class.")


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda net, s: widgets.choose_layer("zoo-gap", s), TypeError, "model must be a torch.nn.Module"),
        (lambda net, s: widgets.choose_layer(net, 7), TypeError, "choose_layer needs a scene"),
        (lambda net, s: widgets.choose_layer(_no_maps(), s), ValueError, "no part of this Sequential does"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence(call, error, message, trained, two):
    with pytest.raises(error, match=message):
        call(trained, two)


def _no_maps() -> nn.Module:
    return nn.Sequential(nn.Flatten(), nn.Linear(3 * 96 * 96, 8))
