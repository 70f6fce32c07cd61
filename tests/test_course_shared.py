"""What the pages of several rooms share, by hand."""

import math

import pytest
import torch
from matplotlib.colors import to_hex

from cam_tutorial import plot
from cam_tutorial.course import shared
from cam_tutorial.metrics import Interval


@pytest.mark.parametrize(("words", "said"), [("a", "a"), ("ab", "a and b"), (iter("abc"), "a, b and c")])
def test_a_list_in_words(words, said):
    assert shared.several(words) == said


def test_words_for_a_difference():
    told = [
        shared.in_words(Interval(*three), "more", "less", "?") for three in ((1, 0.5, 2), (-1, -2, -0.5), (0, -1, 1))
    ]
    assert told == ["more", "less", "?"]


def test_edges_are_where_the_brightness_jumps():
    """A step from 0 to 1 between columns 5 and 6: by hand the gradient of a blurred step is the bell curve itself."""
    step = torch.zeros(2, 3, 9, 12)
    step[..., 6:] = 1
    found = shared.edges(step)
    assert found.shape == (2, 9, 12) and torch.equal(found[0], shared.edges(step[0]))
    torch.testing.assert_close(found[0, 4, 5], torch.tensor(0.35206533), rtol=0, atol=0.02)  # the bell at half a pixel
    assert found[0, :, 5].allclose(found[0, :, 6]) and found[0, :, 0].abs().max() < 1e-3
    assert (found[0, 4].argmax().item() in (5, 6)) and shared.edges(step, 2)[0, 4, 5] < found[0, 4, 5]


def test_edges_of_a_picture_do_not_depend_on_its_neighbors_in_the_batch():
    pictures = torch.rand(3, 3, 16, 20, generator=torch.Generator().manual_seed(2))
    pictures[1] = 0.5  # nothing to see
    found = shared.edges(pictures, 2)
    assert all(torch.equal(one, shared.edges(picture, 2)) for one, picture in zip(found, pictures, strict=True))
    assert found[1].max() < 1e-6


def test_the_spot_is_highest_in_the_middle():
    spot = shared.spot(96)
    assert torch.equal(spot, spot.T) and torch.equal(spot, spot.flip(0))
    assert spot.max() == spot[47, 47]
    # From the middle, at 47.5, it is 0.5 to the left and 16.5 to the right: exp(-(16.5² - 0.5²) / (2 · 17²)).
    assert (spot[47, 64] / spot[47, 47]).item() == pytest.approx(math.exp(-272 / 578), abs=1e-6)


def test_dots_stand_where_the_numbers_are():
    _, axes = plot.figure(3, 1)
    shared.dots(axes, [Interval(0.5, 0.25, 0.75), Interval(1, 0, 2)])
    lines = [(list(line.get_xdata()), list(line.get_ydata())) for line in axes.lines]
    assert lines == [([0.25, 0.75], [0, 0]), ([0.5], [0]), ([0, 2], [1, 1]), ([1], [1])]
    assert to_hex(axes.lines[0].get_color()) == to_hex(plot.AGAINST)
