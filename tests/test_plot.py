"""Figures: described, reproducible, and drawn to the right scale."""

import io

import numpy as np
import pytest
import torch
from PIL import Image

from cam_tutorial import plot

GRAY = torch.full((3, 4, 4), 0.5)
ALT = "A sentence that says what is to be seen."


@pytest.fixture
def shown(monkeypatch):
    """What would go to the notebook: (data, metadata) of each output."""
    outputs = []
    monkeypatch.setattr(plot, "display", lambda data, raw, metadata: outputs.append((data, metadata)))
    return outputs


def test_a_figure_carries_its_description_and_shows_it_as_caption(shown):
    plot.show(np.zeros((5, 5, 3), np.uint8), alt=ALT)
    (picture, metadata), (caption, _) = shown
    assert picture["image/png"].startswith(b"\x89PNG")
    assert metadata["image/png"]["alt"] == ALT
    assert caption == {"text/markdown": f"*{ALT}*", "text/plain": ALT}


def test_a_caption_may_be_set_better_than_the_description(shown):
    plot.show(np.zeros((5, 5, 3), np.uint8), alt=ALT, caption="The map $M_c$.")
    assert shown[0][1]["image/png"]["alt"] == ALT
    assert shown[1][0]["text/markdown"] == "The map $M_c$."


@pytest.mark.parametrize("alt", ["", "   ", "figure 1"])
def test_a_figure_without_a_description_is_refused(alt):
    with pytest.raises(ValueError, match="alt must say what the figure shows"):
        plot.show(np.zeros((5, 5, 3), np.uint8), alt=alt)


def test_the_same_figure_gives_the_same_bytes(shown):
    for _ in range(2):
        plot.panels([GRAY, GRAY], [None, torch.eye(4)], titles=["a", "b"], alt=ALT)
    assert shown[0][0]["image/png"] == shown[2][0]["image/png"]


def test_levels_are_off_by_two_at_most():
    picture = np.arange(256, dtype=np.uint8).reshape(16, 16)[..., None].repeat(3, axis=2)
    out = np.asarray(Image.open(io.BytesIO(plot.png(picture))))
    assert np.abs(out.astype(int) - picture).max() == 2
    assert out.min() == 0 and out.max() == 255


def test_a_blank_map_stays_dark_and_holds_no_nan():
    blank = plot.blend(GRAY, torch.zeros(2, 2))
    hot = plot.blend(GRAY, torch.ones(2, 2))
    assert (blank == blank[0, 0]).all()
    assert hot.astype(int).sum() > blank.astype(int).sum()


def test_negative_values_do_not_glow_in_a_magnitude_map_and_are_blue_in_a_signed_one():
    heatmap = torch.tensor([[-1.0, 1.0]])
    image = torch.full((3, 8, 16), 0.5)
    magnitude, signed = plot.blend(image, heatmap), plot.blend(image, heatmap, signed=True)
    assert (magnitude[:, 0] == plot.blend(image, torch.zeros(1, 2))[:, 0]).all()
    assert (signed[:, 0, 2] > signed[:, 0, 0]).all() and (signed[:, -1, 0] > signed[:, -1, 2]).all()


def test_a_limit_puts_maps_on_one_scale():
    weak = torch.full((2, 2), 0.1)
    assert not np.array_equal(plot.blend(GRAY, weak, limit=1.0), plot.blend(GRAY, weak))
    assert np.array_equal(plot.blend(GRAY, weak * 10, limit=1.0), plot.blend(GRAY, weak))


def test_a_color_bar_needs_a_limit():
    with pytest.raises(ValueError, match="a color bar needs a limit"):
        plot.panels(None, [torch.eye(2)], colorbar="score", alt=ALT)


def test_maps_alone_are_drawn_cell_by_cell(shown):
    plot.panels(None, [torch.tensor([[0.0, 4.0], [-4.0, 0.0]])], signed=True, width=1.0, alt=ALT)
    data = shown[0][0]["image/png"]
    pixels = np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).astype(int)
    height, width = pixels.shape[:2]
    right_top, left_bottom = pixels[height // 4, 3 * width // 4], pixels[3 * height // 4, width // 4]
    assert right_top[0] > right_top[2] and left_bottom[2] > left_bottom[0]
