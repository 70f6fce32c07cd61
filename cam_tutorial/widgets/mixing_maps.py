"""The explorer of notebook 02: a class activation map, summand by summand."""

from collections.abc import Sequence
from functools import lru_cache

import torch
from PIL import Image, ImageDraw
from torch import Tensor, nn

from cam_tutorial import zoo

from . import canvas, colors
from .controls import class_list, slider
from .core import Explorer
from .networks import GapParts, class_names
from .words import rounded

_STRIP_HEIGHT = 72


def mix_maps(network: nn.Module, scene: zoo.Scene, target: int | str | None = None) -> Explorer:
    """Add the feature maps times their weights one by one, those that count most first, up to the full CAM.

    Args:
        network: with a `trunk`, an average and a linear `classifier`, such as zoo-gap.
        scene: what the network looks at.
        target: the class to begin with, an index or a name; None for the predicted one.

    Raises:
        TypeError, ValueError: the network is built in another way; not a scene; no such class.
    """
    parts = GapParts(network, scene, "mix_maps")
    features, logits = parts(scene)
    image, names, K = canvas.fine_image(scene), class_names(len(logits)), len(features)
    means = features.mean(dim=(1, 2))

    @lru_cache(16)
    def summands(target: int) -> tuple[Tensor, Tensor, Tensor]:
        """The maps' numbers in the order of mixing (K,), the maps times their weights in it, and the K + 1 sums."""
        order = (parts.weights[target] * means).abs().argsort(descending=True)
        weighted = (parts.weights[target, :, None, None] * features)[order]
        return order, weighted, torch.cat([torch.zeros_like(weighted[:1]), weighted.cumsum(0)])

    def draw(count: int, target: int) -> tuple[Image.Image, str]:
        order, weighted, sums = summands(target)
        bias, logit = float(parts.bias[target]), float(logits[target])
        added = weighted.mean(dim=(1, 2)).tolist()
        if count:
            k = int(order[count - 1])
            weight = rounded(float(parts.weights[target, k]))
            last = f" The last, map {k}, has the weight {weight} and adds {rounded(added[count - 1])}."
            title, newest = f"{weight} × map {k}", weighted[count - 1]
        else:
            last, title, newest = "", "no map yet", torch.zeros_like(weighted[0])
        # One scale for all maps of a class, so that those which hardly count look that way.
        panels = [
            ("the scene", canvas.photo(image)),
            (title, canvas.cells(newest, signed=True, limit=float(weighted.abs().max()))),
            (
                f"sum of {count} of {K}: {names[target]}",
                canvas.overlay(image, sums[count], signed=True, limit=float(sums.abs().max())),
            ),
        ]
        end = f"mean of the sum + bias = {rounded(float(sums[count].mean()) + bias)}"
        whole = "which is the logit" if count == K else f"the logit of {names[target]} is {rounded(logit)}"
        sentence = f"{count} of {K} maps mixed in.{last} So far, {end}; {whole}."
        return canvas.row(panels, columns(added, count, canvas.width_of(panels))), sentence

    return Explorer(draw, {"count": slider("maps in", 0, K, min(8, K)), "target": class_list(logits, target)})


def columns(added: Sequence[float], count: int, width: int) -> Image.Image:
    """What each map adds to the score, as columns up for the class and down against it; the first `count` in color."""
    strip = Image.new("RGBA", (width, _STRIP_HEIGHT), colors.CLEAR)
    pen = ImageDraw.Draw(strip)
    pen.text((0, 10), "what each map adds to the score", fill=colors.INK, font=canvas.font(), anchor="lm")
    top, bottom = 22, _STRIP_HEIGHT - 2
    high, low = max(0.0, *added), min(0.0, *added)
    scale = (bottom - top) / ((high - low) or 1)
    zero = round(top + high * scale)
    step = width / len(added)
    for i, value in enumerate(added):
        color = (colors.FOR if value > 0 else colors.AGAINST) if i < count else colors.FAINT
        end = zero - round(value * scale)
        left, right = round(i * step), round((i + 1) * step) - 3
        pen.rectangle((left, min(zero, end), max(left, right), max(zero, end)), fill=color)
    pen.line((0, zero, width, zero), fill=colors.INK)
    return strip
