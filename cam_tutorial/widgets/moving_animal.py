"""The explorer of notebook 01: what a network says of an animal, wherever it stands."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import ipywidgets
from PIL import Image, ImageDraw
from torch import nn

from cam_tutorial import zoo

from . import canvas, colors
from .canvas import SIDE, font
from .controls import CAPTION, WIDE, dropdown
from .core import Explorer
from .networks import FIRST_SCENE, scores


def move_animal(
    networks: Mapping[str, nn.Module],
    animal: str = "cat",
    seed: int = FIRST_SCENE,
    region: Sequence[float] | None = None,
) -> Explorer:
    """Move an animal through a scene and watch the eight probabilities that each network gives.

    The sliders hold its center in shares of the picture, as far as it can go without leaving it.

    Args:
        networks: title -> network, for instance one that flattens and one that averages.
        animal: the species to begin with.
        seed: of the scene: its background, and the animal's looks.
        region: (left, top, right, bottom) in shares of the picture, drawn as a dashed frame: where the animals stood
            in training.

    Raises:
        TypeError, ValueError: no networks, or one that gives other than eight scores; no such animal; a bad region.
    """
    if not isinstance(networks, Mapping) or not networks:
        raise TypeError("move_animal needs a dict of titles and networks, such as {'GAP': models.load('zoo-gap')}")
    first = zoo.scene(seed, str(animal), region=region)  # the zoo says what is wrong with any of the three
    for title, network in networks.items():
        count = len(scores(network, first))
        if count != len(zoo.ANIMALS):
            raise ValueError(f"move_animal needs networks with {len(zoo.ANIMALS)} scores, and {title!r} gives {count}")

    def draw(x: float, y: float, animal: str) -> tuple[Image.Image, str]:
        scene = zoo.scene(seed, animal, at=[(x, y)])
        photo = canvas.photo(zoo.scene(seed, animal, SIDE, at=[(x, y)]).image)
        panels = [(f"a {animal}", photo if region is None else canvas.frame(photo, region))]
        answers = []
        for title, network in networks.items():
            shares = scores(network, scene).softmax(0)
            predicted = int(shares.argmax())
            answers.append(f"{title} says {zoo.ANIMALS[predicted]} ({shares[predicted]:.0%})")
            panels.append((title, bars(shares.tolist(), zoo.ANIMALS, scene.animals[0].label)))
        place = "" if region is None else f", {_inside_or_not(scene.animals[0], scene.size, region)} the frame"
        return canvas.row(panels), f"The {animal} stands at ({x:.2f}, {y:.2f}){place}: {'; '.join(answers)}."

    controls = {"x": _axis("x"), "y": _axis("y"), "animal": dropdown("animal", zoo.ANIMALS, animal)}

    def fit(_change: object = None) -> None:
        """The sliders end where the animal does, and no part of them is without effect."""
        for axis, (low, high) in zip("xy", _reach(seed, controls["animal"].value), strict=True):
            controls[axis].min, controls[axis].max = low, high

    fit()
    controls["animal"].observe(fit, names="value")  # before the explorer's own, so that it draws in the new bounds
    return Explorer(draw, controls)


def bars(shares: Sequence[float], names: Sequence[str], marked: int) -> Image.Image:
    """Probabilities as horizontal bars with their names, the marked one in color, as a panel."""
    panel = Image.new("RGBA", (SIDE, SIDE), colors.CLEAR)
    pen = ImageDraw.Draw(panel)
    step = SIDE / len(names)
    start = 8 + max(int(font().getlength(name)) for name in names)
    room = SIDE - start - 42
    for i, (share, name) in enumerate(zip(shares, names, strict=True)):
        middle = round((i + 0.5) * step)
        color = colors.ACCENT if i == marked else colors.NEUTRAL
        ink = colors.ACCENT if i == marked else colors.INK
        pen.text((start - 8, middle), name, fill=ink, font=font(bold=i == marked), anchor="rm")
        pen.rectangle((start, middle - 8, start + room, middle + 8), fill=colors.PALE)
        if share >= 0.005:
            pen.rectangle((start, middle - 8, start + round(room * share), middle + 8), fill=color)
        pen.text((SIDE, middle), f"{share:.0%}", fill=ink, font=font(12), anchor="rm")
    return panel


def _axis(description: str) -> Any:
    return ipywidgets.FloatSlider(
        0.5, min=0, max=1, step=0.01, description=description, style=CAPTION, layout=WIDE, readout_format=".2f"
    )


def _reach(seed: int, animal: str) -> tuple[tuple[float, float], tuple[float, float]]:
    """From where to where the center of the animal can go, (low, high) of x and of y, in shares of the picture."""
    centers = []
    for corner in (0.0, 1.0):  # an animal that would leave the picture is moved back inside
        scene = zoo.scene(seed, animal, at=[(corner, corner)])
        left, top, right, bottom = scene.animals[0].box
        centers.append(((left + right) / 2 / scene.size, (top + bottom) / 2 / scene.size))
    (x0, y0), (x1, y1) = centers
    return (math.ceil(100 * x0) / 100, math.floor(100 * x1) / 100), (
        math.ceil(100 * y0) / 100,
        math.floor(100 * y1) / 100,
    )


def _inside_or_not(animal: zoo.Animal, size: int, region: Sequence[float]) -> str:
    """'inside', 'outside' or 'partly inside' the region."""
    left, top, right, bottom = (edge * size for edge in region)
    box = animal.box
    if box[0] >= left and box[1] >= top and box[2] <= right and box[3] <= bottom:
        return "inside"
    apart = box[2] <= left or box[0] >= right or box[3] <= top or box[1] >= bottom
    return "outside" if apart else "partly inside"
