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
