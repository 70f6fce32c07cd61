"""How well the boxes of many maps agree with the true ones (weakly supervised localization)."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from cam_tutorial.metrics.boxes import Which, areas, as_boxes, check_which, iou, overlap
from cam_tutorial.metrics.checks import as_maps, check_threshold, shares_of_maximum
from cam_tutorial.metrics.pieces import piece_boxes
from cam_tutorial.targets import class_indices

THRESHOLDS = tuple(k / 100 for k in range(100))
DELTAS = (0.3, 0.5, 0.7)  # of MaxBoxAccV2


def threshold_ious(
    maps: Tensor, true_boxes: Any, thresholds: Sequence[float] = THRESHOLDS, which: Which = "all"
) -> Tensor:
    """How well each map's boxes agree with the truth at each threshold: (N, H, W) -> (N, T) IoUs, 0 to 1.

    The evaluation that was published with MaxBoxAcc differs in three things: it rounds each map to 256 levels; it takes
    the outlines of holes for pieces too, and the outline around the largest area for the largest piece; and its boxes
    end with the pixel that ours end before, within the map. Without the three the IoUs are the same; with them, most
    differ by less than 0.01. Its maps are stretched to [0, 1] first, as `normalize` does.

    Args:
        maps: (N, H, W), floating point.
        true_boxes: (N, 4); or one list of boxes a map, of which the best match counts.
        thresholds: T shares of the maximum, each from 0 to below 1.
        which: "largest" takes the largest piece's box, "all" the box that fits best. Without any box the IoU is 0.

    Raises:
        TypeError, ValueError: bad maps or thresholds; boxes that are empty or reach out of the maps.
    """
    check_which(which)
    maps = as_maps(maps).cpu()
    truths = _one_list_a_map(true_boxes, len(maps))
    _check_within(truths, *maps.shape[1:])
    if len(thresholds) == 0:
        raise ValueError("thresholds must hold at least one, got none")
    for threshold in thresholds:
        check_threshold(threshold, "thresholds")
    levels, place = np.unique([float(threshold) for threshold in thresholds], return_inverse=True)
    result = torch.zeros(len(maps), len(levels), dtype=torch.float64)
    for n, (map_, truth) in enumerate(zip(maps, truths, strict=True)):
        above, found = (torch.from_numpy(each) for each in piece_boxes(shares_of_maximum(map_).numpy(), levels, which))
        ious = overlap(found.double()[:, None], truth[None]).amax(dim=1)
        result[n].scatter_reduce_(0, above, ious, "amax")  # the best box of each threshold
    return result[:, torch.from_numpy(place)]


def cor_loc(maps: Tensor, true_boxes: Any, threshold: float, delta: float = 0.5) -> float:
    """CorLoc: the share of maps, 0 to 1, whose largest piece at `threshold` has a box with IoU ≥ `delta`.

    Arguments and errors as in `threshold_ious`.

    Source: Deselaers, Alexe and Ferrari, "Weakly Supervised Localization and Learning with Generic Knowledge" (IJCV
    2012).
    """
    return (threshold_ious(maps, true_boxes, [threshold], "largest") >= delta).double().mean().item()


def max_box_acc(maps: Tensor, true_boxes: Any, delta: float = 0.5, thresholds: Sequence[float] = THRESHOLDS) -> float:
    r"""MaxBoxAcc(δ): CorLoc at the threshold that suits these maps best, 0 to 1.

    $$\max_\tau \frac{1}{N} \sum_n 1[\mathrm{IoU}(\mathrm{box}(s_n, \tau), B_n) \ge \delta]$$

    Arguments, errors and what differs from the published evaluation as in `threshold_ious`; `delta` is δ, the least IoU
    of a right box. Stretched maps, `max_box_acc(normalize(maps), true_boxes)`, are the paper's.

    Source: Choe et al., "Evaluating Weakly Supervised Object Localization Methods Right" (CVPR 2020).
    """
    ious = threshold_ious(maps, true_boxes, thresholds, "largest")
    return (ious >= delta).double().mean(dim=0).max().item()


def max_box_acc_v2(maps: Tensor, true_boxes: Any, thresholds: Sequence[float] = THRESHOLDS) -> float:
    """MaxBoxAccV2, 0 to 1: as `max_box_acc`, with the best of all pieces' boxes, averaged over δ = 0.3, 0.5 and 0.7.

    Each δ has a best threshold of its own. Arguments, errors and what differs from the published evaluation as in
    `threshold_ious`.

    Source: Choe et al., "Evaluation for Weakly Supervised Object Localization" (2020).
    """
    ious = threshold_ious(maps, true_boxes, thresholds, "all")
    return sum((ious >= delta).double().mean(dim=0).max().item() for delta in DELTAS) / len(DELTAS)


def localization_error(
    logits: Tensor,
    labels: Tensor | Sequence[int],
    class_boxes: Any,
    true_boxes: Any,
    k: int = 1,
    delta: float = 0.5,
) -> float:
    """The localization error of ILSVRC, 0 to 1: class *and* box must be right in one of the first k guesses.

    Args:
        logits: (N, C) scores of the classes.
        labels: (N,) the true classes.
        class_boxes: (N, C, 4), the box that is drawn for each class if it is guessed.
        true_boxes: (N, 4), or one list of boxes an image.
        k: how many guesses there are, 1 or 5 in the challenge, at most C. A class that others tie with comes after
            them, so that scores that say nothing are not right by luck.
        delta: the least IoU of a right box.

    Raises:
        TypeError: labels that are not integers.
        ValueError: shapes that do not fit; NaN in the logits; a label or k out of range.

    Source: Russakovsky et al., "ImageNet Large Scale Visual Recognition Challenge" (IJCV 2015).
    """
    _check_guesses(logits, k)
    labels = class_indices(labels, len(logits), logits.shape[1], logits.device, name="labels")
    class_right = among_the_first(logits, labels, k).cpu()
    drawn = _drawn_for(labels.cpu(), class_boxes, logits.shape[1])
    truths = _one_list_a_map(true_boxes, len(drawn))
    box_right = torch.stack([(iou(box, truth) >= delta).any() for box, truth in zip(drawn, truths, strict=True)])
    return 1 - (class_right & box_right).double().mean().item()


def _check_guesses(logits: Tensor, k: int) -> None:
    if logits.ndim != 2 or logits.numel() == 0:
        raise ValueError(f"logits must have the shape (N, C) and hold at least one score, got {tuple(logits.shape)}")
    if logits.isnan().any():
        raise ValueError("logits must not hold NaN; look for it in the images and in the weights")
    if not 1 <= k <= logits.shape[1]:
        raise ValueError(f"k must be from 1 to the {logits.shape[1]} classes, got {k}")


def among_the_first(logits: Tensor, labels: Tensor, k: int) -> Tensor:
    """Whether each image's true class is one of the k with the highest scores: (N, C), (N,) -> bool (N,).

    Args:
        logits: (N, C) scores of the classes.
        labels: (N,) the true classes.
        k: how many guesses there are. A class that others tie with comes after them.
    """
    own = logits.gather(1, labels[:, None])
    return (logits >= own).sum(dim=1) <= k  # its own score is one of them


def _drawn_for(labels: Tensor, class_boxes: Any, classes: int) -> Tensor:
    """The box that is drawn for each image's true class: (N,), (N, C, 4) -> (N, 4)."""
    found, wanted = as_boxes(class_boxes), (len(labels), classes, 4)
    if found.shape != wanted:
        raise ValueError(f"class_boxes must have the shape {wanted}, got {tuple(found.shape)}")
    return found[torch.arange(len(labels)), labels]


def _one_list_a_map(true_boxes: Any, count: int) -> list[Tensor]:
    """The true boxes of each map, (B, 4), none of them empty."""
    if len(true_boxes) != count:
        raise ValueError(
            f"true_boxes must hold one box (or one list of boxes) for each of {count} maps, got {len(true_boxes)}"
        )
    if isinstance(true_boxes, Tensor):
        true_boxes = as_boxes(true_boxes)  # all at once: that is faster
    truths = [as_boxes(boxes).reshape(-1, 4) for boxes in true_boxes]
    for n, truth in enumerate(truths):
        if len(truth) == 0 or not (areas(truth) > 0).all():
            raise ValueError(f"true_boxes must not be empty, and true_boxes[{n}] is {truth.tolist()}")
    return truths


def _check_within(truths: list[Tensor], height: int, width: int) -> None:
    for n, truth in enumerate(truths):
        if (truth < 0).any() or (truth > torch.tensor([width, height, width, height])).any():
            raise ValueError(
                f"true_boxes must lie within the maps, {height} × {width}, and true_boxes[{n}] is {truth.tolist()}; "
                "bring the maps to the images' size with upsample"
            )
