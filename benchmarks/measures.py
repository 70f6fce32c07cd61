"""The measures of localization, against the procedure of the evaluation that was published with them.

Choe et al. (CVPR 2020) go map by map. For boxes they round a map to 256 levels and at each of 100 thresholds outline
what is above; MaxBoxAcc takes the box of the largest outline, MaxBoxAccV2 all of them. For PxAP they count pixels on
the object and beside it into 1,000 steps. `published_ious` and `published_pxap` are that in our words, without files
and checks.
"""

from __future__ import annotations

import functools
import statistics
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor

SIZES, KINDS = (224, 96), {"smooth": 20, "noisy": 2}  # how many maps of a kind: noise has many outlines
THRESHOLDS, STEPS = 100, 1000
BUDGET = 1.0  # times the published procedure


def rows(rounds: int) -> list[tuple[str, str, str, bool | None]]:
    """For each measure what was measured, milliseconds and ratio, budget, and whether it holds; on one thread."""
    import cv2
    import torch

    before = torch.get_num_threads(), cv2.getNumThreads()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    try:
        cases = [(size, kind, *case) for size in SIZES for kind in KINDS for case in _cases(size, kind)]
        return [_row(*case, rounds) for case in tqdm(cases, desc="measures", unit="row")]
    finally:
        torch.set_num_threads(before[0])
        cv2.setNumThreads(before[1])


def _cases(size: int, kind: str) -> list[tuple[str, Callable[[], Any], Callable[[], Any], bool]]:
    """Name, ours, the published procedure, and whether there is a budget."""
    from cam_tutorial import metrics

    maps, boxes, masks = _data(size, kind)
    arrays = maps.double().numpy(), boxes.numpy()
    pixels = functools.partial(published_pxap, arrays[0], masks.numpy())
    return [
        (
            "max_box_acc",
            lambda: metrics.max_box_acc(maps, boxes),
            lambda: [published_ious(map_, box, all_outlines=False) for map_, box in zip(*arrays, strict=True)],
            True,
        ),
        (
            "max_box_acc_v2",
            lambda: metrics.max_box_acc_v2(maps, boxes),
            lambda: [published_ious(map_, box, all_outlines=True) for map_, box in zip(*arrays, strict=True)],
            True,
        ),
        (f"pxap(thresholds={STEPS})", lambda: metrics.pxap(maps, masks, thresholds=STEPS), pixels, True),
        ("pxap, exact", lambda: metrics.pxap(maps, masks), pixels, False),
    ]


def _row(
    size: int, kind: str, name: str, ours: Callable[[], Any], published: Callable[[], Any], budget: bool, rounds: int
) -> tuple[str, str, str, bool | None]:
    ours()
    published()
    seconds: list[tuple[float, float]] = []
    for _ in range(rounds):  # in turns, so that a slow spell of the machine falls on both
        start = time.perf_counter()
        ours()
        middle = time.perf_counter()
        published()
        seconds.append((middle - start, time.perf_counter() - middle))
    mine, theirs = (statistics.median(each) / KINDS[kind] for each in zip(*seconds, strict=True))
    what = f"{name}: {kind} maps of {size} pixels, one thread"
    measured = f"{1000 * mine:.1f} ms a map = {mine / theirs:.2f} × the published"
    return (what, measured, f"≤ {BUDGET} ×", mine <= BUDGET * theirs) if budget else (what, measured, "–", None)


def _data(size: int, kind: str) -> tuple[Tensor, Tensor, Tensor]:
    """Maps from 0 to 1, a true box for each, and an object that fills it."""
    import torch

    from cam_tutorial import normalize, upsample

    chance, count = torch.Generator().manual_seed(0), KINDS[kind]
    if kind == "smooth":
        maps = upsample(torch.randn(count, 7, 7, generator=chance), size)
    else:
        maps = torch.rand(count, size, size, generator=chance)
    corners = torch.randint(0, size // 2, (count, 2), generator=chance)
    boxes = torch.cat([corners, corners + torch.randint(size // 10, size // 2, (count, 2), generator=chance)], dim=1)
    masks = torch.zeros(count, size, size, dtype=torch.bool)
    for mask, (left, top, right, bottom) in zip(masks, boxes.tolist(), strict=True):
        mask[top:bottom, left:right] = True
    return normalize(maps), boxes, masks


def published_ious(map_: NDArray[np.float64], box: NDArray[np.int64], *, all_outlines: bool) -> NDArray[np.float64]:
    """The best IoU at each threshold, with boxes whose last pixel is theirs: (H, W), (4,) -> (100,)."""
    import cv2
    import numpy as np

    levels = (map_ * 255).astype(np.uint8)
    height, width = levels.shape
    found, counts = [], []
    for k in range(THRESHOLDS):
        _, above = cv2.threshold(levels, int(k / THRESHOLDS * levels.max()), 255, cv2.THRESH_BINARY)
        outlines, _ = cv2.findContours(above, cv2.RETR_TREE, cv2.CHAIN_APPROX_SIMPLE)
        if outlines and not all_outlines:
            outlines = [max(outlines, key=cv2.contourArea)]
        rectangles = [cv2.boundingRect(outline) for outline in outlines]
        ends = [(x, y, min(x + w, width - 1), min(y + h, height - 1)) for x, y, w, h in rectangles] or [(0, 0, 0, 0)]
        found += ends
        counts.append(len(ends))
    boxes = np.array(found)
    sides = np.minimum(boxes[:, 2:], box[2:]) - np.maximum(boxes[:, :2], box[:2]) + 1
    both = np.maximum(sides, 0).prod(axis=1)
    areas = [(each[..., 2:] - each[..., :2] + 1).prod(axis=-1) for each in (boxes, box)]
    return np.maximum.reduceat(both / (areas[0] + areas[1] - both), np.cumsum([0, *counts[:-1]]))


def published_pxap(maps: NDArray[np.float64], masks: NDArray[np.bool_]) -> float:
    """The area under precision and recall at 1,000 thresholds, from histograms of each map: (N, H, W) twice."""
    import numpy as np

    edges = np.append(np.arange(STEPS) / STEPS, [1.0, 2.0])
    counts = np.zeros((2, STEPS + 1))
    for map_, mask in zip(maps, masks, strict=True):
        counts += [np.histogram(map_[where], edges)[0] for where in (mask, ~mask)]
    hits, false = counts[:, ::-1].cumsum(axis=1)
    return float((hits / np.maximum(hits + false, 1) * np.diff(hits / hits[-1], prepend=0)).sum())
