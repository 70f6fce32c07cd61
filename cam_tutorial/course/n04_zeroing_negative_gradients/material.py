"""What several exercises of notebook 04 are tried on."""

import torch

from cam_tutorial import models, zoo
from cam_tutorial.course.material import turtle


def turtle_network():
    """A network, the turtle's scene as its input, and the turtle's class: to draw what a method makes of them."""
    image, _, _, label = turtle()
    return models.load("zoo-gap"), zoo.preprocess(image[0]), label


def inputs_and_incoming(generator):
    """x and R of one ReLU, (x, R) a case: halves from -2 to 2, so that there are zeros of both.

    The larger shapes have all nine combinations of signs; a single entry, a single row and a square are there as well.
    """
    shapes = ((5, 8), (7, 4), (2, 3, 4, 5), (12,), (1, 1), (1, 3, 6, 6))
    cases = [tuple(torch.randint(-4, 5, shape, generator=generator) / 2 for _ in range(2)) for shape in shapes]
    large = tuple(64 * number for number in cases[0])  # what a ReLU6 would cut off
    return [*cases, large]
