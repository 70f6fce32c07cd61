"""An explorer of notebook 06: whether the network depends on what the map shows."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import torch
import torch.nn.functional as F
from PIL import Image, ImageDraw
from scipy import ndimage
from torch import Tensor, nn

from cam_tutorial import zoo
from cam_tutorial.metrics.boxes import Box

from . import canvas, colors
from .canvas import font
from .controls import buttons, class_list, slider
from .core import Explorer
from .networks import check_scene, class_map, class_names, scores
from .words import capitalized, listed, rounded

_BLUR = 16  # the sigma of the blur is a 16th of the picture: 6 pixels of 96


def paint_over(network: nn.Module, scene: zoo.Scene, target: int | str | None = None) -> Explorer:
    """Paint over a square of the scene, and see what becomes of a class's score and of its map.

    Args:
        network: any.
        scene: what the network looks at.
        target: the class to begin with, an index or a name; None for the predicted one.

    Raises:
        TypeError, ValueError: not a network of class scores, or one without maps; not a scene; no such class.
    """
    size = check_scene(scene, "paint_over").size
    before, paints = scores(network, scene), paints_of(scene)
    image, names = canvas.fine_image(scene), class_names(len(before))
    method, explain = class_map(network, scene)

    @lru_cache(16)
    def painted_scene(x: int, y: int, side: int, fill: str) -> tuple[Box, Tensor, Tensor]:
        """The square, the painted image and the logits; another class needs none of them anew."""
        square = _square(x, y, side, size)
        painted = _paint(scene.image, paints[fill], square)
        return square, painted, scores(network, zoo.Scene(painted, scene.animals, scene.seed, size))

    def draw(x: int, y: int, side: int, fill: str, target: int) -> tuple[Image.Image, str]:
        square, painted, after = painted_scene(x, y, side, fill)
        maps = [explain(network, zoo.preprocess(shown), target)[0] for shown in (scene.image, painted)]
        limit = float(torch.stack(maps).max().clamp(min=0))  # one scale, or a map that has faded would not look it
        fine = _paint(image, paints[fill], _box(round(edge * image.shape[1] / size) for edge in square))
        region = [edge / size for edge in square]
        panels = [
            ("the scene, painted over", canvas.frame(canvas.photo(fine), region)),
            (f"{method} before", canvas.overlay(image, maps[0], limit=limit)),
            ("after, on the same scale", canvas.frame(canvas.overlay(fine, maps[1], limit=limit), region)),
        ]
        strip = before_and_after(names[target], before, after, target, canvas.width_of(panels))
        left, top, right, bottom = square
        sentence = (
            f"{capitalized(fill)} over {right - left}×{bottom - top} pixels around ({x}, {y}) hides "
            f"{_hidden(scene, square)}. {_change(names, before, after, target)}."
        )
        return canvas.row(panels, strip), sentence

    classes = class_list(before, target)
    return Explorer(draw, {**_brush(scene, names[classes.value], list(paints)), "target": classes})


def paints_of(scene: zoo.Scene) -> dict[str, Tensor]:
    """What to paint with, each a whole image (3, size, size)."""
    image = scene.image
    free = torch.ones(image.shape[1:], dtype=torch.bool)
    for animal in scene.animals:
        free &= ~animal.mask
    mean = image[:, free].mean(dim=1) if free.any() else image.mean(dim=(1, 2))
    sigma = scene.size / _BLUR
    blurred = ndimage.gaussian_filter(image.numpy(), (0, sigma, sigma), mode="nearest")
    return {
        "gray": torch.full_like(image, 0.5),
        "the background's mean color": mean[:, None, None].expand_as(image),
        "blur": torch.from_numpy(blurred).clamp(0, 1),
    }


def before_and_after(name: str, before: Tensor, after: Tensor, target: int, width: int) -> Image.Image:
    """A class's probability in either logits (C,), as long bars below each other; the one after it in color."""
    rows = []
    for when, logits in (("before", before), ("after", after)):
        share = float(logits.softmax(0)[target])
        rows.append((f"{name} {when}", share, f"{share:.1%}, logit {rounded(float(logits[target]))}"))
    high = 24
    strip = Image.new("RGBA", (width, high * len(rows)), colors.CLEAR)
    pen = ImageDraw.Draw(strip)
    start = 10 + round(max(font(bold=True).getlength(title) for title, _, _ in rows))
    room = width - start - 10 - round(max(font().getlength(words) for _, _, words in rows))
    for i, (title, share, words) in enumerate(rows):
        middle = high * i + high // 2
        last = i == len(rows) - 1
        color, ink = (colors.ACCENT, colors.ACCENT) if last else (colors.NEUTRAL, colors.INK)
        pen.text((0, middle), title, fill=ink, font=font(bold=last), anchor="lm")
        pen.rectangle((start, middle - 8, start + room, middle + 8), fill=colors.PALE)
        if share >= 0.001:
            pen.rectangle((start, middle - 8, start + round(room * share), middle + 8), fill=color)
        pen.text((width, middle), words, fill=ink, font=font(), anchor="rm")
    return strip


def percent(share: float) -> str:
    """Without calling a few pixels none, or nearly all of them all."""
    whole = round(100 * share)
    return "under 1%" if whole == 0 else "over 99%" if whole == 100 and share < 1 else f"{whole}%"


def _brush(scene: zoo.Scene, name: str, paints: list[str]) -> dict[str, Any]:
    """The controls of the square, which lies on an animal of that name at first, or else on any."""
    size = scene.size
    animals = [animal for animal in scene.animals if animal.name == name] or scene.animals
    left, top, right, bottom = animals[0].box if animals else (0, 0, size, size)
    return {
        "x": slider("x", 0, size - 1, min(size - 1, (left + right) // 2)),
        "y": slider("y", 0, size - 1, min(size - 1, (top + bottom) // 2)),
        "side": slider("side", 1, size, size // 4),
        "fill": buttons("paint", paints, "gray"),
    }


def _square(x: int, y: int, side: int, size: int) -> Box:
    """What lies in the picture of the square around that pixel."""
    left, top = x - side // 2, y - side // 2
    return max(0, left), max(0, top), min(size, left + side), min(size, top + side)


def _box(edges: Iterable[int]) -> Box:
    left, top, right, bottom = edges
    return left, top, right, bottom


def _paint(image: Tensor, paint: Tensor, square: Box) -> Tensor:
    """The image (3, H, W) with the square taken from the paint, which is enlarged to the image."""
    left, top, right, bottom = square
    if paint.shape != image.shape:
        paint = F.interpolate(paint[None], image.shape[1:], mode="bilinear", align_corners=False)[0]
    painted = image.clone()
    painted[:, top:bottom, left:right] = paint[:, top:bottom, left:right]
    return painted


def _hidden(scene: zoo.Scene, square: Box) -> str:
    """Which share of which animal lies in the square, and of which of its parts."""
    left, top, right, bottom = square

    def share(mask: Tensor) -> float:
        return float(mask[top:bottom, left:right].sum() / mask.sum().clamp(min=1))

    found = []
    for animal in scene.animals:
        if (whole := share(animal.mask)) == 1:
            found.append(f"the whole {animal.name}")
        elif whole > 0:
            parts = sorted(((share(mask), part) for part, mask in animal.parts.items()), reverse=True)
            words = ", ".join(f"{part} {percent(here)}" for here, part in parts if here)
            found.append(f"{percent(whole)} of the {animal.name} ({words})")
    return listed(found) if found else "nothing but background"


def _change(names: Sequence[str], before: Tensor, after: Tensor, target: int) -> str:
    """What became of a class's logit and probability, and of what the network says."""
    old, new = (rounded(float(logits[target])) for logits in (before, after))
    direction = "falls" if after[target] < before[target] else "rises"
    moves = f"{direction} from {old} to {new}" if old != new else f"stays at {old}"
    was, now = before.softmax(0), after.softmax(0)
    predicted = int(after.argmax())
    says = "still says" if predicted == int(before.argmax()) else "now says"
    return (
        f"The logit of {names[target]} {moves}, its probability goes from {was[target]:.1%} to {now[target]:.1%}; the "
        f"network {says} {names[predicted]} ({now[predicted]:.1%})"
    )
