"""The explorers of notebook 06: whether a map depends on what was learned, and whether the network on what it shows."""

import math
from functools import lru_cache

import ipywidgets
import torch
import torch.nn.functional as F
from PIL import Image
from scipy import ndimage
from torch import Tensor, nn

from cam_tutorial import metrics, zoo
from cam_tutorial.randomize import randomize_top, weighted_layers

from . import canvas, charts
from .core import Explorer
from .explorers import RULES
from .parts import (
    CAPTION,
    WIDE,
    bright,
    buttons,
    check_scene,
    class_list,
    class_map,
    class_names,
    joined,
    number,
    scores,
    slider,
)

_BLUR = 16  # the sigma of the blur is a 16th of the picture: 6 pixels of 96
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
    image, names = canvas.fine(scene), class_names(len(logits))
    cam_name, explain = class_map(network, scene, signed=True)
    randomized = lru_cache(16)(lambda depth: randomize_top(network, depth))

    @lru_cache(256)
    def heatmap(method: str, target: int, depth: int) -> Tensor:
        """(H, W): signed for CAM and Grad-CAM; otherwise the largest absolute gradient of the three colors."""
        if method == cam_name:
            return explain(randomized(depth), inputs, target)[0]
        return RULES[method](randomized(depth), inputs, target)[0].abs().amax(dim=0)

    @lru_cache(64)
    def alike(method: str, target: int) -> list[float]:
        trained = heatmap(method, target, 0)
        return [_rank_correlation(trained, heatmap(method, target, depth)) for depth in range(len(layers) + 1)]

    def draw(depth: int, method: str, target: int) -> tuple[Image.Image, str]:
        similarity = alike(method, target)
        panels = [("the scene", canvas.photo(image))]
        for title, here in (("trained", 0), (f"top {depth} of {len(layers)} random", depth)):
            shown = heatmap(method, target, here)
            signed = method == cam_name
            # A scale of its own for each: random layers shrink what they pass on.
            panel = canvas.under(image, shown, signed=True) if signed else canvas.cells(shown, limit=bright(shown))
            panels.append((f"{title}: {names[target]}", panel))
        strip = charts.cascade(
            similarity,
            ["trained", *(f"+ {name}" if i else name for i, name in enumerate(layers))],
            depth,
            "rank correlation with the trained network's map, as more and more layers become random",
            sum(panel.width for _, panel in panels) + 2 * canvas.GAP,
        )
        which = f"{method[0].upper()}{method[1:]} for {names[target]}"
        r = similarity[depth]
        if not depth:
            sentence = f"{which}: no layer is random yet, so the two maps are the same."
        else:
            value = f"the rank correlation of the two maps is {number(r)}: " if not math.isnan(r) else ""
            sentence = (
                f"{which}: {_counted(depth, len(layers))} random ({_named(layers[:depth])}); {value}{_meaning(r)}."
            )
        return canvas.row(panels, strip), sentence

    options = [("0: none", 0), *((f"{i}: {name}", i) for i, name in enumerate(layers, 1))]
    depths = ipywidgets.SelectionSlider(options=options, value=1, description="random", style=CAPTION, layout=WIDE)
    methods = ipywidgets.Dropdown(
        options=[cam_name, *RULES], value=cam_name, description="method", style=CAPTION, layout={"width": "300px"}
    )
    return Explorer(draw, {"depth": depths, "method": methods, "target": class_list(logits, target)})


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
    logits, fills = scores(network, scene), _fills(scene)
    drawn, names = canvas.fine(scene), class_names(len(logits))
    before = logits.softmax(0)
    method, explain = class_map(network, scene)
    classes = class_list(logits, target)

    @lru_cache(16)
    def look(x: int, y: int, side: int, fill: str) -> tuple[tuple[int, int, int, int], Tensor, Tensor]:
        """The region, the painted image and the logits; another class needs none of them anew."""
        region = _square(x, y, side, size)
        image = _painted(scene.image, fills[fill], region)
        return region, image, scores(network, zoo.Scene(image, scene.animals, scene.seed, size))

    def draw(x: int, y: int, side: int, fill: str, target: int) -> tuple[Image.Image, str]:
        region, image, changed = look(x, y, side, fill)
        left, top, right, bottom = region
        after, name, best = changed.softmax(0), names[target], int(changed.argmax())
        maps = [explain(network, zoo.preprocess(shown), target)[0] for shown in (scene.image, image)]
        limit = float(torch.stack(maps).max().clamp(min=0))  # one scale, or a map that has faded would not look it
        painted = _painted(drawn, fills[fill], [round(edge * drawn.shape[1] / size) for edge in region])
        frame = [edge / size for edge in region]
        panels = [
            ("the scene, painted over", canvas.frame(canvas.photo(painted), frame)),
            (f"{method} before", canvas.under(drawn, maps[0], limit=limit)),
            ("after, on the same scale", canvas.frame(canvas.under(painted, maps[1], limit=limit), frame)),
        ]
        old, new = number(float(logits[target])), number(float(changed[target]))
        rows = [
            (f"{name} before", float(before[target]), f"{before[target]:.1%}, logit {old}"),
            (f"{name} after", float(after[target]), f"{after[target]:.1%}, logit {new}"),
        ]
        strip = charts.pair(rows, sum(panel.width for _, panel in panels) + 2 * canvas.GAP)
        change = float(changed[target] - logits[target])
        moves = f"{'falls' if change < 0 else 'rises'} from {old} to {new}" if old != new else f"stays at {old}"
        says = "still says" if best == int(logits.argmax()) else "now says"
        sentence = (
            f"{fill[0].upper()}{fill[1:]} over {right - left}×{bottom - top} pixels around ({x}, {y}) hides "
            f"{_hidden(scene, region)}. The logit of {name} {moves}, its probability goes from {before[target]:.1%} "
            f"to {after[target]:.1%}; the network {says} {names[best]} ({after[best]:.1%})."
        )
        return canvas.row(panels, strip), sentence

    start = [animal for animal in scene.animals if animal.name == names[classes.value]] or scene.animals
    left, top, right, bottom = start[0].box if start else (0, 0, size, size)
    controls = {
        "x": slider("x", 0, size - 1, min(size - 1, (left + right) // 2)),
        "y": slider("y", 0, size - 1, min(size - 1, (top + bottom) // 2)),
        "side": slider("side", 1, size, size // 4),
        "fill": buttons("paint", list(fills), "gray"),
        "target": classes,
    }
    return Explorer(draw, controls)


def _rank_correlation(one: Tensor, two: Tensor) -> float:
    """NaN where one of them is the same everywhere, which has no order to compare."""
    if one.min() == one.max() or two.min() == two.max():
        return math.nan
    return float(metrics.rank_correlation(one[None], two[None])[0])


def _counted(depth: int, count: int) -> str:
    if depth == 1:
        return "the top layer is"
    return f"the top {depth} of {count} layers are" if depth < count else f"all {count} layers are"


def _named(layers: list[str]) -> str:
    return joined(layers) if len(layers) <= _NAMED else f"from {layers[0]} down to {layers[-1]}"


def _meaning(correlation: float) -> str:
    if math.isnan(correlation):
        return "one of the two maps is the same everywhere, so there is nothing to compare"
    if correlation >= 0.75:
        return "the map hardly notices, so it tells little of what was learned there"
    if correlation >= 0.4:
        return "the map keeps some of its look, so only part of it is about what was learned there"
    if correlation <= -0.4:
        return "the map is turned around, as can be if it shows what was learned there"
    return "the map is another one, as it must be if it shows what was learned there"


def _fills(scene: zoo.Scene) -> dict[str, Tensor]:
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


def _square(x: int, y: int, side: int, size: int) -> tuple[int, int, int, int]:
    """(left, top, right, bottom) of what lies in the picture of the square around that pixel."""
    left, top = x - side // 2, y - side // 2
    return max(0, left), max(0, top), min(size, left + side), min(size, top + side)


def _painted(image: Tensor, fill: Tensor, region: tuple[int, int, int, int] | list[int]) -> Tensor:
    left, top, right, bottom = region
    if fill.shape != image.shape:
        fill = F.interpolate(fill[None], image.shape[1:], mode="bilinear", align_corners=False)[0]
    painted = image.clone()
    painted[:, top:bottom, left:right] = fill[:, top:bottom, left:right]
    return painted


def _hidden(scene: zoo.Scene, region: tuple[int, int, int, int]) -> str:
    """Which share of which animal lies in the region, and of which of its parts."""
    left, top, right, bottom = region

    def share(mask: Tensor) -> float:
        return float(mask[top:bottom, left:right].sum() / mask.sum().clamp(min=1))

    found = []
    for animal in scene.animals:
        if (whole := share(animal.mask)) == 1:
            found.append(f"the whole {animal.name}")
        elif whole > 0:
            parts = sorted(((share(mask), part) for part, mask in animal.parts.items()), reverse=True)
            words = ", ".join(f"{part} {_percent(here)}" for here, part in parts if here)
            found.append(f"{_percent(whole)} of the {animal.name} ({words})")
    return joined(found) if found else "nothing but background"


def _percent(share: float) -> str:
    """Without calling a few pixels none, or nearly all of them all."""
    rounded = round(100 * share)
    return "under 1%" if rounded == 0 else "over 99%" if rounded == 100 and share < 1 else f"{rounded}%"
