"""Boxes from maps, and how well they agree with the true ones (weakly supervised localization)."""

from collections.abc import Iterator, Sequence
from typing import Any, Literal, overload

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from cam_tutorial.metrics.checks import check_maps, check_share, shares_of_maximum

Box = tuple[int, int, int, int]  # left, top, right, bottom; right and bottom are the first column and row past it
Which = Literal["largest", "all"]

THRESHOLDS = tuple(k / 100 for k in range(100))
DELTAS = (0.3, 0.5, 0.7)  # of MaxBoxAccV2


def boxes(map: Tensor, threshold: float, which: Which = "largest") -> list[Box]:
    """The boxes around what is above a threshold: (H, W) -> a list, the box of the largest piece first.

    What is above `threshold` times the map's maximum falls into connected pieces (touching at a corner is touching);
    each has a box. Zhou et al. take 0.2 and the box of the largest piece, Selvaraju et al. ("Grad-CAM") 0.15.

    Args:
        map: (H, W), floating point.
        threshold: a share of the maximum, from 0 to below 1. (Choe et al. stretch each map to [0, 1] first, as
            `normalize` does.)
        which: "largest" for the piece with the most pixels, of equals the one whose box
            begins first in reading order; "all" for every one.

    Returns:
        A list of (left, top, right, bottom): one with "largest", and none at all for a blank map.

    Raises:
        TypeError, ValueError: a bad map or threshold.

    Source: Zhou et al., "Learning Deep Features for Discriminative Localization" (CVPR 2016), section 3.2.
    """
    _check_which(which)
    share = shares_of_maximum(check_maps(map, "map", ndim=2))
    found, sizes = next(_pieces(share.cpu().numpy(), [check_share(threshold, "threshold")]))
    order = np.lexsort((found[:, 0], found[:, 1], -sizes))[: 1 if which == "largest" else None]
    return [(left, top, right, bottom) for left, top, right, bottom in found[order].tolist()]


@overload
def iou(a: Box, b: Box) -> float: ...
@overload
def iou(a: Any, b: Any) -> Any: ...
def iou(a: Any, b: Any) -> Any:
    r"""Intersection over union of boxes: a number for two boxes, a tensor (...,) for tensors (..., 4) that broadcast.

    $$\mathrm{IoU} = \frac{|A \cap B|}{|A \cup B|}$$

    From 0 (apart) to 1 (the same); 0 if both are empty.

    Args:
        a: (left, top, right, bottom), right and bottom exclusive; or many of them, (..., 4).
        b: likewise.

    Raises:
        ValueError: not four numbers, NaN or infinity, or a box that ends before it begins.
    """
    single = not isinstance(a, Tensor) and not isinstance(b, Tensor) and np.ndim(a) == np.ndim(b) == 1
    a, b = (_check_boxes(box) for box in (a, b))
    start, end = torch.maximum(a[..., :2], b[..., :2]), torch.minimum(a[..., 2:], b[..., 2:])
    both = (end - start).clamp(min=0).prod(dim=-1)
    either = _area(a) + _area(b) - both
    result = both / torch.where(either > 0, either, 1)
    return result.item() if single else result


def mask_boxes(masks: Tensor) -> Tensor:
    """The tight box around what is true in each mask: bool (N, H, W) -> (N, 4) int64.

    Raises:
        TypeError: not a bool tensor.
        ValueError: not (N, H, W), or a mask in which nothing is true.
    """
    if not isinstance(masks, Tensor) or masks.dtype != torch.bool:
        raise TypeError(f"masks must be a bool tensor, got {getattr(masks, 'dtype', type(masks).__name__)}")
    if masks.ndim != 3:
        raise ValueError(f"masks must have the shape (N, H, W), got {tuple(masks.shape)}")
    empty = (~masks.flatten(1).any(dim=1)).nonzero().flatten().tolist()
    if empty:
        raise ValueError(f"an empty mask has no box, and masks[{empty[0]}] is empty")
    columns, rows = masks.any(dim=1).byte(), masks.any(dim=2).byte()
    ends = [line.shape[1] - line.flip(1).argmax(dim=1) for line in (columns, rows)]
    return torch.stack([columns.argmax(dim=1), rows.argmax(dim=1), *ends], dim=1)


def threshold_ious(
    maps: Tensor, true_boxes: Any, thresholds: Sequence[float] = THRESHOLDS, which: Which = "all"
) -> Tensor:
    """How well each map's boxes agree with the truth at each threshold: (N, H, W) -> (N, T) IoUs.

    Args:
        maps: (N, H, W), floating point.
        true_boxes: (N, 4); or one list of boxes a map, of which the best match counts.
        thresholds: T shares of the maximum.
        which: "largest" takes the largest piece's box, "all" the box that fits best. Without any box the IoU is 0.

    Raises:
        TypeError, ValueError: bad maps or thresholds; boxes that are empty or reach out of the maps.
    """
    _check_which(which)
    shares = shares_of_maximum(check_maps(maps)).cpu().numpy()
    truths = _one_list_a_map(true_boxes, len(shares))
    height, width = shares.shape[1:]
    for n, truth in enumerate(truths):
        if (truth < 0).any() or (truth > torch.tensor([width, height, width, height])).any():
            raise ValueError(
                f"true_boxes must lie within the maps, {height} × {width}, and true_boxes[{n}] is {truth.tolist()}; "
                "bring the maps to the images' size with upsample"
            )
    levels = [check_share(threshold, "thresholds") for threshold in thresholds]
    if not levels:
        raise ValueError("thresholds must hold at least one, got none")
    result = torch.zeros(len(shares), len(levels), dtype=torch.float64)
    for n, (share, truth) in enumerate(zip(shares, truths, strict=True)):
        found, sizes = zip(*_pieces(share, levels), strict=True)
        if which == "largest":
            found = tuple(b[np.lexsort((b[:, 0], b[:, 1], -s))[:1]] for b, s in zip(found, sizes, strict=True))
        # All thresholds at once: one IoU for each box, then the best within each threshold's stretch.
        ious = iou(torch.from_numpy(np.concatenate(found))[:, None], truth[None]).amax(dim=1)
        stretch = torch.from_numpy(np.repeat(np.arange(len(levels)), [len(b) for b in found]))
        result[n].scatter_reduce_(0, stretch, ious, "amax")
    return result


def cor_loc(maps: Tensor, true_boxes: Any, threshold: float, iou: float = 0.5) -> float:
    """CorLoc: the share of maps, 0 to 1, whose largest piece at `threshold` has a box with IoU ≥ `iou`.

    Arguments and errors as in `threshold_ious`.

    Source: Deselaers, Alexe and Ferrari, "Weakly Supervised Localization and Learning with Generic Knowledge" (IJCV
    2012).
    """
    return (threshold_ious(maps, true_boxes, [threshold], "largest") >= iou).double().mean().item()


def max_box_acc(maps: Tensor, true_boxes: Any, iou: float = 0.5, thresholds: Sequence[float] = THRESHOLDS) -> float:
    r"""MaxBoxAcc(δ): CorLoc at the threshold that suits these maps best, 0 to 1.

    $$\max_\tau \frac{1}{N} \sum_n 1[\mathrm{IoU}(\mathrm{box}(s_n, \tau), B_n) \ge \delta]$$

    Arguments and errors as in `threshold_ious`; `iou` is δ.

    Source: Choe et al., "Evaluating Weakly Supervised Object Localization Methods Right" (CVPR 2020).
    """
    return (threshold_ious(maps, true_boxes, thresholds, "largest") >= iou).double().mean(dim=0).max().item()


def max_box_acc_v2(maps: Tensor, true_boxes: Any, thresholds: Sequence[float] = THRESHOLDS) -> float:
    """MaxBoxAccV2, 0 to 1: as `max_box_acc`, with the best of all pieces' boxes, averaged over δ = 0.3, 0.5 and 0.7.

    Each δ has a best threshold of its own. Arguments and errors as in `threshold_ious`.

    Source: Choe et al., "Evaluation for Weakly Supervised Object Localization" (2020).
    """
    ious = threshold_ious(maps, true_boxes, thresholds, "all")
    return sum((ious >= delta).double().mean(dim=0).max().item() for delta in DELTAS) / len(DELTAS)


def localization_error(
    logits: Tensor, labels: Tensor, class_boxes: Any, true_boxes: Any, k: int = 1, iou: float = 0.5
) -> float:
    """The localization error of ILSVRC, 0 to 1: class *and* box must be right in one of the first k guesses.

    Args:
        logits: (N, C) scores of the classes.
        labels: (N,) the true classes.
        class_boxes: (N, C, 4), the box that is drawn for each class if it is guessed.
        true_boxes: (N, 4), or one list of boxes an image.
        k: how many guesses there are, 1 or 5 in the challenge. A class that others tie with comes after them, so that
            scores that say nothing are not right by luck.
        iou: the least IoU of a right box.

    Raises:
        TypeError: labels that are not integers.
        ValueError: shapes that do not fit; NaN in the logits; a label or k out of range.

    Source: Russakovsky et al., "ImageNet Large Scale Visual Recognition Challenge" (IJCV 2015).
    """
    if logits.ndim != 2 or labels.shape != logits.shape[:1]:
        raise ValueError(
            f"logits and labels must have the shapes (N, C) and (N,), got {tuple(logits.shape)} and "
            f"{tuple(labels.shape)}"
        )
    if labels.is_floating_point() or labels.dtype == torch.bool:
        raise TypeError(f"labels must be class indices, got numbers of type {labels.dtype}")
    if logits.isnan().any():
        raise ValueError("logits must not hold NaN; look for it in the images and in the weights")
    labels = labels.long().to(logits.device)
    wrong = labels[(labels < 0) | (labels >= logits.shape[1])]
    if len(wrong):
        raise ValueError(f"labels must be from 0 to {logits.shape[1] - 1}, got {wrong[0].item()}")
    if not 1 <= k <= logits.shape[1]:
        raise ValueError(f"k must be from 1 to the {logits.shape[1]} classes, got {k}")
    class_boxes = _check_boxes(class_boxes)
    if class_boxes.shape != (*logits.shape, 4):
        raise ValueError(f"class_boxes must have the shape {(*logits.shape, 4)}, got {tuple(class_boxes.shape)}")
    own = logits.gather(1, labels[:, None])
    guessed = (logits >= own).sum(dim=1) <= k  # its own score is one of them
    drawn = class_boxes[torch.arange(len(labels)), labels.cpu()]
    truths = _one_list_a_map(true_boxes, len(labels))
    fits = torch.tensor([bool((_iou(box, truth) >= iou).any()) for box, truth in zip(drawn, truths, strict=True)])
    return 1 - (guessed.cpu() & fits).double().mean().item()


_iou = iou  # where a parameter has that name


def _pieces(share: NDArray[np.float64], levels: Sequence[float]) -> Iterator[tuple[NDArray[Any], NDArray[Any]]]:
    """The boxes (B, 4) and sizes (B,) of the connected pieces above each level."""
    import cv2  # gives all boxes as one array; libraries that give objects take twice as long on noisy maps

    for level in levels:
        above = (share > level).view(np.uint8)
        _, _, found, _ = cv2.connectedComponentsWithStats(above, connectivity=8, ltype=cv2.CV_32S)
        left, top, width, height, size = found[1:].T  # the first is the background
        yield np.stack([left, top, left + width, top + height], axis=1), size


def _one_list_a_map(true_boxes: Any, count: int) -> list[Tensor]:
    if len(true_boxes) != count:
        raise ValueError(f"true_boxes must hold one box (or one list of boxes) for each of {count} maps, "
                         f"got {len(true_boxes)}")  # fmt: skip
    truths = [_check_boxes(boxes).reshape(-1, 4) for boxes in true_boxes]
    for n, truth in enumerate(truths):
        if len(truth) == 0 or not (_area(truth) > 0).all():
            raise ValueError(f"true_boxes must not be empty, and true_boxes[{n}] is {truth.tolist()}")
    return truths


def _check_boxes(boxes: Any) -> Tensor:
    found = torch.as_tensor(boxes, dtype=torch.float64).detach()
    if found.ndim == 0 or found.shape[-1] != 4:
        raise ValueError(f"a box must be (left, top, right, bottom), got the shape {tuple(found.shape)}")
    if not found.isfinite().all():
        raise ValueError(f"a box must be four finite numbers, got NaN or infinity: {found.tolist()}")
    if (found[..., 2:] < found[..., :2]).any():
        raise ValueError(f"a box must be (left, top, right, bottom), and one ends before it begins: {found.tolist()}")
    return found


def _area(boxes: Tensor) -> Tensor:
    return (boxes[..., 2:] - boxes[..., :2]).prod(dim=-1)


def _check_which(which: str) -> None:
    if which not in ("largest", "all"):
        raise ValueError(f"which must be 'largest' or 'all', got {which!r}")
