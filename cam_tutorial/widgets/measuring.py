"""The explorer of notebook 05: from a map to a box, and whether the box is right."""

from functools import lru_cache

from PIL import Image
from torch import Tensor, nn

from cam_tutorial import metrics, zoo
from cam_tutorial.heatmap import upsample
from cam_tutorial.metrics.boxes import Box, Which

from . import canvas, charts
from .core import Explorer
from .parts import buttons, check_scene, class_list, class_map, class_names, number, scores, slider

RIGHT = 0.5  # from this IoU on a box counts as right
PERCENTS = range(1, 100)
WHICH: dict[str, Which] = {"the largest region": "largest", "all regions": "all"}


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
    image, names = canvas.fine(scene), class_names(len(logits))
    method, explain = class_map(network, scene)

    @lru_cache(16)
    def look(target: int) -> tuple[Tensor, Tensor, list[Box]]:
        """The map, the same at the size of the scene, and the true boxes."""
        heatmap = explain(network, inputs, target)
        true = [animal.box for animal in scene.animals if animal.name == names[target] and animal.mask.any()]
        return heatmap[0], upsample(heatmap, size)[0], true

    @lru_cache(32)
    def curve(target: int, which: Which) -> list[float]:
        """The IoU at each threshold; zeros where there is no true box."""
        _, enlarged, true = look(target)
        if not true:
            return [0.0] * len(PERCENTS)
        shares = [percent / 100 for percent in PERCENTS]
        return metrics.threshold_ious(enlarged[None], [true], shares, which)[0].tolist()

    def draw(percent: int, which: str, target: int) -> tuple[Image.Image, str]:
        heatmap, enlarged, true = look(target)
        ious = curve(target, WHICH[which])
        best = max(range(len(ious)), key=ious.__getitem__)  # of equals the first
        boxes = metrics.boxes(enlarged, percent / 100, WHICH[which])
        boxes.sort(key=lambda box: -max((metrics.iou(box, place) for place in true), default=0))
        # At the size of a panel the edge of the region is smooth; it is the same region.
        region = upsample(heatmap[None], canvas.SIDE)[0] > percent / 100 * enlarged.max()
        over = canvas.under(image, heatmap)
        if boxes:
            canvas.outline(over, region)
        panels = [("true box dashed, found box red" if true else "found box red", canvas.photo(image))]
        for panel in (panels[0][1], over):
            for place in true:
                canvas.frame(panel, [edge / size for edge in place])
            for place in boxes:
                canvas.box(panel, [edge / size for edge in place])
        panels.append((f"{method}: {names[target]}", over))
        agree = (
            f"IoU {number(ious[percent - 1])}, at best {number(ious[best])}" if true else "no true box: every IoU is 0"
        )
        panels.append((agree, charts.curve(ious, percent - 1, best if true else None, RIGHT)))
        sentence = f"At {percent}% of the maximum {_says(boxes, true, names[target], ious, percent, best)}."
        return canvas.row(panels), sentence

    controls = {
        "percent": slider("threshold", PERCENTS[0], PERCENTS[-1], 20),
        "which": buttons("boxes", list(WHICH), next(iter(WHICH))),
        "target": class_list(logits, target),
    }
    return Explorer(draw, controls)


def _says(boxes: list[Box], true: list[Box], name: str, ious: list[float], percent: int, best: int) -> str:
    if not boxes:
        return f"there is no box, because nothing speaks for {name}"
    several = len(boxes) > 1
    what = f"there are {len(boxes)} boxes" if several else f"the box is {boxes[0]}"
    if not true:
        return f"{what}, and {'all are' if several else 'it is'} wrong: there is no {name} in the scene"
    whose = f"the best, {boxes[0]}, has" if several else "it has"
    place = f"with the true box {true[0]}" if len(true) == 1 else f"with the nearest of {len(true)} true boxes"
    verdict = "right" if ious[percent - 1] >= RIGHT else "wrong"
    return (
        f"{what}; {whose} IoU {number(ious[percent - 1])} {place}: counted as {verdict} at IoU ≥ {RIGHT}. "
        f"The best threshold for this scene is {PERCENTS[best]}% (IoU {number(ious[best])})"
    )
