"""Glued photographs: each square from the middle of its photograph, in reading order."""

import numpy as np
import pytest
from PIL import Image

from cam_tutorial.course.gluing import glued

COLORS = [(250, 0, 0), (0, 250, 0), (0, 0, 250), (250, 250, 0), (0, 250, 250), (250, 0, 250)]


def test_photographs_lie_in_reading_order():
    picture = glued([Image.new("RGB", (9, 6), color) for color in COLORS], (2, 3), side=4)
    assert picture.size == (12, 8)
    expected = np.array(COLORS).reshape(2, 3, 3).repeat(4, axis=0).repeat(4, axis=1)
    assert (np.asarray(picture) == expected).all()


def test_the_square_is_the_middle_of_the_photograph():
    """A white square in the middle of a black strip, lying and standing, and nothing of the strip around it."""
    strip = np.zeros((4, 12, 3), dtype=np.uint8)
    strip[:, 4:8] = 255
    for photo in (strip, strip.transpose(1, 0, 2).copy(), Image.fromarray(strip)):
        assert (np.asarray(glued([photo], (1, 1), side=4)) == 255).all()


def test_too_few_photographs_are_refused():
    with pytest.raises(ValueError, match="a grid of 2 × 2 takes 4 photographs, got 1"):
        glued([Image.new("RGB", (4, 4))], (2, 2))
