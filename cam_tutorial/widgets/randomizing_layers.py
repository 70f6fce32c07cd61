"""An explorer of notebook 06: whether a map depends on what the network has learned."""

import math
from collections.abc import Sequence
from functools import lru_cache

from PIL import Image, ImageDraw
from torch import Tensor, nn

from cam_tutorial import metrics, zoo
from cam_tutorial.randomize import randomize_top, weighted_layers

from . import canvas, colors
from .canvas import font
from .controls import class_list, dropdown, slider_over
from .core import Explorer
from .networks import RULES, check_scene, class_map, class_names, scores
from .words import capitalized, listed, rounded

_NAMED = 4  # so many random layers are named, of more the first and the last


def randomize_layers(network: nn.Module, scene: zoo.Scene, target: int | str | None = None) -> Explorer:
    """Draw the weights anew from the top layer down, and see whether the map of one method after the other notices.

    Args:
        network: any whose layers can be drawn anew, such as zoo-gap.
        scene: what the network looks at.
        target: the class to begin with, an index or a name; None for the one that the trained network predicts.

    Raises:
        TypeError, ValueError: not a network of class scores; not a scene; no such class; weights that cannot be drawn.
    """
    inputs = zoo.preprocess(check_scene(scene, "randomize_layers").image)
    logits, layers = scores(network, scene), weighted_layers(network)[::-1]
    image, names = canvas.fine_image(scene), class_names(len(logits))
    cam_name, explain = class_map(network, scene, signed=True)

    @lru_cache(16)
    def randomized(depth: int) -> nn.Module:
        return randomize_top(network, depth)

    @lru_cache(256)
    def heatmap(method: str, target: int, depth: int) -> Tensor:
        """(H, W): signed for CAM and Grad-CAM; otherwise the largest absolute gradient of the three colors."""
        if method == cam_name:
            return explain(randomized(depth), inputs, target)[0]
        return RULES[method](randomized(depth), inputs, target)[0].abs().amax(dim=0)

    @lru_cache(64)
    def correlations(method: str, target: int) -> list[float]:
        """Of the trained network's map with that at each depth."""
        trained = heatmap(method, target, 0)
        return [rank_correlation(trained, heatmap(method, target, depth)) for depth in range(len(layers) + 1)]

    def draw(depth: int, method: str, target: int) -> tuple[Image.Image, str]:
        panels = [("the scene", canvas.photo(image))]
        for title, shown in (("trained", 0), (f"top {depth} of {len(layers)} random", depth)):
            values = heatmap(method, target, shown)
            # A scale of its own for each: random layers shrink what they pass on.
            panel = (
                canvas.overlay(image, values, signed=True)
                if method == cam_name
                else canvas.cells(values, limit=colors.end_of_scale(values))
            )
            panels.append((f"{title}: {names[target]}", panel))
        r = correlations(method, target)
        under_columns = ["trained", *(f"+ {name}" if i else name for i, name in enumerate(layers))]
        strip = cascade(r, under_columns, depth, canvas.width_of(panels))
        sentence = f"{capitalized(method)} for {names[target]}: {_finding(layers, depth, r[depth])}."
        return canvas.row(panels, strip), sentence

    options = [("0: none", 0), *((f"{i}: {name}", i) for i, name in enumerate(layers, 1))]
    controls = {
        "depth": slider_over("random", options, 1),
        "method": dropdown("method", [cam_name, *RULES], cam_name),
        "target": class_list(logits, target),
    }
    return Explorer(draw, controls)


def rank_correlation(a: Tensor, b: Tensor) -> float:
    """Of two maps (H, W); NaN where one of them is the same everywhere, which has no order to compare."""
    if a.min() == a.max() or b.min() == b.max():
        return math.nan
    return float(metrics.rank_correlation(a[None], b[None])[0])


def cascade(values: Sequence[float], names: Sequence[str], at: int, width: int) -> Image.Image:
    """A rank correlation for each number of random layers, as columns with their names; the chosen one in color.

    Args:
        values: from −1 to 1; NaN where there is none, which is drawn as a dash.
        names: below the columns; left out where they do not fit.
        at: the position of the column in color.
        width: of the strip, in pixels.
    """
    title = "rank correlation with the trained network's map, as more and more layers become random"
    top, bottom = 40, 104
    low = min(0.0, *(value for value in values if not math.isnan(value)), 0.0)
    scale = (bottom - top) / (1 - low)
    zero = top + scale
    strip = Image.new("RGBA", (width, bottom + 24), colors.CLEAR)
    pen = ImageDraw.Draw(strip)
    pen.text((0, 10), title, fill=colors.INK, font=font(), anchor="lm")
    step = width / len(values)
    roomy = step > 8 + max(font(11).getlength(name) for name in names)
    numbered = step > 8 + font(11).getlength("−0.00")
    for i, (value, name) in enumerate(zip(values, names, strict=True)):
        left, right = round(i * step), max(round(i * step), round((i + 1) * step) - 4)
        middle = (left + right) / 2
        color, ink = (colors.ACCENT, colors.ACCENT) if i == at else (colors.NEUTRAL, colors.INK)
        end = zero if math.isnan(value) else zero - value * scale
        pen.rectangle((left, top, right, bottom), fill=colors.PALE)
        pen.rectangle((left, round(min(zero, end)), right, round(max(zero, end))), fill=color)
        if numbered or i == at:
            text = "–" if math.isnan(value) else rounded(value)
            pen.text((middle, top - 9), text, fill=ink, font=font(11, i == at), anchor="mm")
        if roomy:
            pen.text((middle, bottom + 12), name, fill=ink, font=font(11, i == at), anchor="mm")
    pen.line((0, round(zero), width, round(zero)), fill=colors.INK)
    return strip


def meaning(correlation: float) -> str:
    """What a rank correlation with the trained network's map says of the map."""
    if math.isnan(correlation):
        return "one of the two maps is the same everywhere, so there is nothing to compare"
    if correlation >= 0.75:
        return "the map hardly notices, so it tells little of what was learned there"
    if correlation >= 0.4:
        return "the map keeps some of its look, so only part of it is about what was learned there"
    if correlation <= -0.4:
        return "the map is turned around, as can be if it shows what was learned there"
    return "the map is another one, as it must be if it shows what was learned there"


def _finding(layers: list[str], depth: int, correlation: float) -> str:
    if not depth:
        return "no layer is random yet, so the two maps are the same"
    value = "" if math.isnan(correlation) else f"the rank correlation of the two maps is {rounded(correlation)}: "
    return f"{_counted(depth, len(layers))} random ({_named(layers[:depth])}); {value}{meaning(correlation)}"


def _counted(depth: int, count: int) -> str:
    if depth == 1:
        return "the top layer is"
    return f"the top {depth} of {count} layers are" if depth < count else f"all {count} layers are"


def _named(layers: list[str]) -> str:
    return listed(layers) if len(layers) <= _NAMED else f"from {layers[0]} down to {layers[-1]}"
