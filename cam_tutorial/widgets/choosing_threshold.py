"""The explorer of notebook 05: from a map to a box, and whether the box is right."""

from collections.abc import Sequence
from functools import lru_cache

from PIL import Image, ImageChops, ImageDraw, ImageFilter
from torch import Tensor, nn

from cam_tutorial import metrics, zoo
from cam_tutorial.heatmap import upsample
from cam_tutorial.metrics.boxes import Box, Which

from . import canvas, colors
from .canvas import SIDE, font
from .controls import buttons, class_list, slider
from .core import Explorer
from .networks import check_scene, class_map, class_names, scores
from .words import rounded

RIGHT = 0.5  # from this IoU on a box counts as right
PERCENTS = range(1, 100)
REGIONS: dict[str, Which] = {"the largest region": "largest", "all regions": "all"}
Color = str | tuple[int, int, int, int]
_FINE = 3  # Pillow's slanted lines have steps, which drawing larger and shrinking smooths


def choose_threshold(network: nn.Module, scene: zoo.Scene, target: int | str | None = None) -> Explorer:
    """Choose from where on the map counts as animal, and see the box that follows and its IoU with the true one.

    Of several boxes the best counts, and of several animals of the class the one that it fits best.

    Args:
        network: any; the map is CAM where it has one, or else Grad-CAM.
        scene: what the network looks at.
        target: the class to begin with, an index or a name; None for the predicted one.

    Raises:
        TypeError, ValueError: not a network of class scores, or one without maps; not a scene; no such class.
    """
    inputs = zoo.preprocess(check_scene(scene, "choose_threshold").image)
    logits, size = scores(network, scene), scene.size
    image, names = canvas.fine_image(scene), class_names(len(logits))
    method, explain = class_map(network, scene)

    @lru_cache(16)
    def maps_and_truth(target: int) -> tuple[Tensor, Tensor, list[Box]]:
        """The map, the same at the size of the scene, and the true boxes."""
        heatmap = explain(network, inputs, target)
        true = [animal.box for animal in scene.animals if animal.name == names[target] and animal.mask.any()]
        return heatmap[0], upsample(heatmap, size)[0], true

    @lru_cache(32)
    def ious_of(target: int, which: Which) -> list[float]:
        """The IoU at each threshold; zeros where there is no true box."""
        _, enlarged, true = maps_and_truth(target)
        if not true:
            return [0.0] * len(PERCENTS)
        shares = [percent / 100 for percent in PERCENTS]
        return metrics.threshold_ious(enlarged[None], [true], shares, which)[0].tolist()

    def draw(percent: int, which: str, target: int) -> tuple[Image.Image, str]:
        heatmap, enlarged, true = maps_and_truth(target)
        ious = ious_of(target, REGIONS[which])
        best = max(range(len(ious)), key=ious.__getitem__)  # of equals the first
        found = metrics.boxes(enlarged, percent / 100, REGIONS[which])
        found.sort(key=lambda box: -max((metrics.iou(box, truth) for truth in true), default=0))
        photo, overlay = canvas.photo(image), canvas.overlay(image, heatmap)
        if found:
            # At the size of a panel the edge of the region is smooth; it is the same region.
            _outline(overlay, upsample(heatmap[None], SIDE)[0] > percent / 100 * enlarged.max())
        for panel in (photo, overlay):
            for box in true:
                canvas.frame(panel, [edge / size for edge in box])
            for box in found:
                _mark(panel, [edge / size for edge in box])
        agreement = (
            f"IoU {rounded(ious[percent - 1])}, at best {rounded(ious[best])}"
            if true
            else "no true box: every IoU is 0"
        )
        panels = [
            ("true box dashed, found box red" if true else "found box red", photo),
            (f"{method}: {names[target]}", overlay),
            (agreement, iou_curve(ious, percent - 1, best if true else None)),
        ]
        sentence = f"At {percent}% of the maximum {_verdict(found, true, names[target], ious, percent, best)}."
        return canvas.row(panels), sentence

    controls = {
        "percent": slider("threshold", PERCENTS[0], PERCENTS[-1], 20),
        "which": buttons("boxes", list(REGIONS), next(iter(REGIONS))),
        "target": class_list(logits, target),
    }
    return Explorer(draw, controls)


def iou_curve(ious: Sequence[float], at: int, best: int | None) -> Image.Image:
    """The IoU over the threshold, as a panel: a line, a dot where the slider is, a ring at the best, a dashed `RIGHT`.

    Args:
        ious: for 1 %, 2 % and so on.
        at: the position in `ious` that is marked by the dot.
        best: the position that is marked by the ring; None for no ring.
    """
    left, top, right, bottom = 30, 8, SIDE - 12, SIDE - 38

    def spot(i: int, iou: float) -> tuple[float, float]:
        return left + (right - left) * (i + 1) / 100, bottom - (bottom - top) * iou

    large = Image.new("RGBA", (_FINE * SIDE, _FINE * SIDE), colors.CLEAR)
    pen = ImageDraw.Draw(large)

    def line(points: Sequence[tuple[float, float]], color: Color, width: float) -> None:
        places = [(_FINE * x, _FINE * y) for x, y in points]
        pen.line(places, fill=color, width=round(_FINE * width), joint="curve")

    def dot(i: int, radius: float, color: Color) -> None:
        x, y = spot(i, ious[i])
        pen.ellipse([_FINE * edge for edge in (x - radius, y - radius, x + radius, y + radius)], fill=color)

    for share in (0, 0.25, 0.5, 0.75, 1):
        line([spot(-1, share), spot(99, share)], colors.EDGE if share == 0 else colors.PALE, 1)
    for start in range(-1, 99, 4):
        line([spot(start, RIGHT), spot(start + 2, RIGHT)], colors.NEUTRAL, 1)
    line([spot(at, 0), spot(at, ious[at])], colors.ACCENT, 1)
    line([spot(i, iou) for i, iou in enumerate(ious)], colors.INK, 1.6)
    if best is not None:
        dot(best, 6.5, colors.INK)
        dot(best, 5, colors.CLEAR)
    dot(at, 4, colors.ACCENT)

    panel = large.resize((SIDE, SIDE), Image.Resampling.BOX)
    pen = ImageDraw.Draw(panel)
    for share in (0, 0.5, 1):
        pen.text((left - 6, spot(0, share)[1]), f"{share:g}", fill=colors.INK, font=font(11), anchor="rm")
    for percent in (0, 25, 50, 75, 100):
        pen.text((spot(percent - 1, 0)[0], bottom + 11), f"{percent}", fill=colors.INK, font=font(11), anchor="mm")
    middle = (left + right) / 2
    pen.text((middle, SIDE - 9), "threshold, % of the maximum", fill=colors.INK, font=font(11), anchor="mm")
    return panel


def _outline(panel: Image.Image, region: Tensor) -> None:
    """Draw a white line around a region, bool (SIDE, SIDE), with a dark one outside it."""
    shape = Image.fromarray(region.numpy()).convert("L")
    panel.paste(colors.INK, mask=ImageChops.subtract(shape.filter(ImageFilter.MaxFilter(3)), shape))
    panel.paste(colors.PAPER, mask=ImageChops.subtract(shape, shape.filter(ImageFilter.MinFilter(3))))


def _mark(panel: Image.Image, region: Sequence[float]) -> None:
    """Draw a solid frame in color around (left, top, right, bottom), in shares of the panel."""
    left, top, right, bottom = canvas.corners(region)
    pen = ImageDraw.Draw(panel)
    pen.rectangle((left - 1, top - 1, right + 1, bottom + 1), outline=colors.PAPER, width=4)
    pen.rectangle((left, top, right, bottom), outline=colors.ACCENT, width=2)


def _verdict(found: list[Box], true: list[Box], name: str, ious: list[float], percent: int, best: int) -> str:
    if not found:
        return f"there is no box, because nothing speaks for {name}"
    several = len(found) > 1
    what = f"there are {len(found)} boxes" if several else f"the box is {found[0]}"
    if not true:
        return f"{what}, and {'all are' if several else 'it is'} wrong: there is no {name} in the scene"
    whose = f"the best, {found[0]}, has" if several else "it has"
    truth = f"with the true box {true[0]}" if len(true) == 1 else f"with the nearest of {len(true)} true boxes"
    verdict = "right" if ious[percent - 1] >= RIGHT else "wrong"
    return (
        f"{what}; {whose} IoU {rounded(ious[percent - 1])} {truth}: counted as {verdict} at IoU ≥ {RIGHT}. "
        f"The best threshold for this scene is {PERCENTS[best]}% (IoU {rounded(ious[best])})"
    )
