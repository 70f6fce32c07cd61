"""What the explorers draw with: the right colors at the right places."""

import dataclasses

import matplotlib
import numpy as np
import pytest
import torch
from PIL import Image
from seen import on_white

from cam_tutorial import zoo
from cam_tutorial.widgets import canvas, colors


@pytest.mark.parametrize(("signed", "name"), [(False, "inferno"), (True, "RdBu_r")])
def test_a_cell_has_the_color_of_its_value(signed, name):
    heatmap = torch.tensor([[0.0, 1.0, 2.0], [-1.0, 4.0, -4.0]])
    drawn = np.asarray(canvas.cells(heatmap, signed=signed, limit=4.0))
    for (i, j), value in np.ndenumerate(heatmap.numpy()):
        share = 0.5 + value / 8 if signed else max(0, value / 4)
        expected = 255 * np.array(matplotlib.colormaps[name](float(share))[:3])
        cell = drawn[120 * i + 2 : 120 * i + 118, 80 * j + 2 : 80 * j + 78]
        assert np.abs(cell - expected).max() <= 3 and (cell == cell[0, 0]).all()


def test_without_a_limit_the_largest_value_ends_the_colors_and_zeros_stay_dark():
    heatmap = torch.tensor([[0.5, 2.0]])
    assert canvas.cells(heatmap) == canvas.cells(heatmap, limit=2.0) != canvas.cells(heatmap, limit=3.0)
    flipped = -heatmap
    assert canvas.cells(flipped, signed=True) == canvas.cells(flipped, signed=True, limit=2.0)
    assert (np.asarray(canvas.cells(torch.zeros(2, 2))) == (0, 0, 4)).all()


def test_a_frame_is_dashed_white_on_dark():
    panel = Image.new("RGB", (canvas.SIDE, canvas.SIDE), (90, 120, 150))
    drawn = np.asarray(canvas.frame(panel, (0.25, 0.5, 0.75, 0.75)))
    left, top, right, bottom = (round(239 * edge) for edge in (0.25, 0.5, 0.75, 0.75))
    for along, before in (
        (drawn[top, left:right], drawn[top - 1, left:right]),
        (drawn[bottom, left:right], drawn[bottom + 1, left:right]),
        (drawn[top:bottom, left], drawn[top:bottom, left - 1]),
        (drawn[top:bottom, right], drawn[top:bottom, right + 1]),
    ):
        dash, gap = slice(14, 22), slice(24, 27)
        assert (along[dash] == 255).all() and (before[dash][1:-1] == 0).all()
        assert (along[gap] == (90, 120, 150)).all()


def test_panels_stand_side_by_side_above_the_strip():
    panels = [(name, Image.new("RGB", (240, 240), color)) for name, color in (("a", "red"), ("b", "blue"))]
    assert canvas.width_of(panels) == 500
    strip = Image.new("RGB", (500, 30), "green")
    drawn = on_white(canvas.row(panels, strip))
    assert drawn.shape == (28 + 240 + 10 + 30 + 10, 520, 3)
    assert (drawn[28:268, 10:250] == (255, 0, 0)).all() and (drawn[28:268, 270:510] == (0, 0, 255)).all()
    assert (drawn[278:308, 10:510] == (0, 128, 0)).all()
    assert (drawn[:28, 10:40] < 128).any() and (drawn[:28, 270:300] < 128).any()
    assert (on_white(canvas.row(panels)) == drawn[:278]).all()
    alone = canvas.row(panels)
    assert alone.getpixel((5, 100)) == alone.getpixel((260, 275)) == (255, 255, 255, 0), "a dark page shows through"


def test_pictures_are_drawn_fine_unless_that_would_be_another_scene():
    assert torch.equal(canvas.fine_image(zoo.scene(5, 2)), zoo.scene(5, 2, canvas.SIDE).image)
    scene = zoo.scene(5, 2)
    tagged = dataclasses.replace(scene, image=zoo.tag(scene.image))
    assert torch.equal(canvas.fine_image(tagged), zoo.tag(zoo.scene(5, 2, canvas.SIDE).image))
    moved = zoo.scene(5, "cat", at=[(0.2, 0.2)])
    assert canvas.fine_image(moved) is moved.image


def test_a_few_extreme_pixels_do_not_set_the_scale():
    values = torch.ones(100, 100)
    values[0, :10] = 50.0
    assert colors.end_of_scale(values) == pytest.approx(1)
    values[0, :30] = 50.0
    assert colors.end_of_scale(values) == pytest.approx(50)
    sparse = torch.zeros(100, 100)
    sparse[3, 3] = 2.0
    assert colors.end_of_scale(sparse) == 2.0  # where the rest is zero there is nothing to keep from the dark
