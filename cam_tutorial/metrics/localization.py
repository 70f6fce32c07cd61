"""How well the boxes of many maps agree with the true ones (weakly supervised localization)."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from cam_tutorial.metrics.boxes import Which, areas, as_boxes, check_which, iou, piece_boxes
from cam_tutorial.metrics.checks import as_maps, check_threshold, shares_of_maximum
from cam_tutorial.targets import class_indices

THRESHOLDS = tuple(k / 100 for k in range(100))
DELTAS = (0.3, 0.5, 0.7)  # of MaxBoxAccV2


def threshold_ious(
    maps: Tensor, true_boxes: Any, thresholds: Sequence[float] = THRESHOLDS, which: Which = "all"
) -> Tensor:
    """How well each map's boxes agree with the truth at each threshold: (N, H, W) -> (N, T) IoUs, 0 to 1.

    Args:
        maps: (N, H, W), floating point.
        true_boxes: (N, 4); or one list of boxes a map, of which the best match counts.
        thresholds: T shares of the maximum, each from 0 to below 1.
        which: "largest" takes the largest piece's box, "all" the box that fits best. Without any box the IoU is 0.

    Raises:
        TypeError, ValueError: bad maps or thresholds; boxes that are empty or reach out of the maps.
    """
    check_which(which)
    shares = shares_of_maximum(as_maps(maps)).cpu().numpy()
    truths = _one_list_a_map(true_boxes, len(shares))
    _check_within(truths, *shares.shape[1:])
    if len(thresholds) == 0:
        raise ValueError("thresholds must hold at least one, got none")
    for threshold in thresholds:
        check_threshold(threshold, "thresholds")
    result = torch.zeros(len(shares), len(thresholds), dtype=torch.float64)
    for n, (share, truth) in enumerate(zip(shares, truths, strict=True)):
        found = [piece_boxes(share, threshold, which) for threshold in thresholds]
        # All thresholds at once: one IoU for each box, then the best within each threshold's stretch.
        ious = iou(torch.from_numpy(np.concatenate(found))[:, None], truth[None]).amax(dim=1)
        stretch = torch.from_numpy(np.repeat(np.arange(len(thresholds)), [len(boxes) for boxes in found]))
        result[n].scatter_reduce_(0, stretch, ious, "amax")
    return result


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

    Arguments and errors as in `threshold_ious`; `delta` is δ, the least IoU of a right box.

    Source: Choe et al., "Evaluating Weakly Supervised Object Localization Methods Right" (CVPR 2020).
    """
    ious = threshold_ious(maps, true_boxes, thresholds, "largest")
    return (ious >= delta).double().mean(dim=0).max().item()


def max_box_acc_v2(maps: Tensor, true_boxes: Any, thresholds: Sequence[float] = THRESHOLDS) -> float:
    """MaxBoxAccV2, 0 to 1: as `max_box_acc`, with the best of all pieces' boxes, averaged over δ = 0.3, 0.5 and 0.7.

    Each δ has a best threshold of its own. Arguments and errors as in `threshold_ious`.

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
