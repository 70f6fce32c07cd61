"""The connected pieces of a map above many thresholds at once, and the boxes around them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Integers = NDArray[np.int64]
Levels = NDArray[np.signedinteger[Any]]

# Runs are counted as a share of all pixels at all thresholds. Smooth maps have 0.5 % (224 × 224 pixels, 100 thresholds:
# 25,000 runs), noise has 17 %: there it is faster to label the pixels, threshold by threshold.
MOST_RUNS = 0.05
STEPS = 4096  # from 0 to 1; a power of two, so that multiplying by it rounds nothing


def piece_boxes(shares: NDArray[np.float64], thresholds: NDArray[np.float64], which: str) -> tuple[Integers, Integers]:
    """The boxes of the connected pieces above each threshold; touching at a corner is touching.

    Args:
        shares: (H, W), a map in shares of its maximum.
        thresholds: (T,) such shares, ascending; what is above one belongs to a piece of it.
        which: "largest" for one box at most for a threshold, "all" for every one.

    Returns:
        Where in `thresholds` each box belongs, (B,), and the boxes, (B, 4), right and bottom exclusive: threshold by
        threshold, the piece with the most pixels first, of equals the one whose box begins first in reading order.
    """
    levels = np.pad(_levels(shares, thresholds), [(0, 0), (1, 1)])  # so that every run begins and ends
    before, after = levels[:, :-1].ravel(), levels[:, 1:].ravel()  # each place between two neighbors, and the ends
    runs = np.maximum(after - before, 0).sum()
    if runs == 0:  # no pixel is above any threshold
        return np.zeros(0, dtype=np.int64), np.zeros((0, 4), dtype=np.int64)
    if runs > MOST_RUNS * shares.size * len(thresholds):
        places, boxes, sizes = _label_pixels(levels[:, 1:-1], len(thresholds))
    else:
        places, boxes, sizes = _join_runs(before, after, shares.shape[1] + 1, len(shares))
    order = np.lexsort((boxes[:, 0], boxes[:, 1], -sizes, places))
    if which == "largest":
        order = order[np.diff(places[order], prepend=-1) > 0]
    return places[order], boxes[order]


def _levels(shares: NDArray[np.float64], thresholds: NDArray[np.float64]) -> Levels:
    """How many of the thresholds each pixel is above: (H, W) -> (H, W), as `np.searchsorted`, but faster."""
    small = np.min_scalar_type(-1 - len(thresholds))  # the smallest signed type that holds so many
    step = np.ceil(shares * STEPS).astype(np.int32)  # above (step − 1) / STEPS, and at most step / STEPS
    borders = np.arange(-1, STEPS + 1) / STEPS
    least = np.searchsorted(thresholds, borders[:-1], side="right").astype(small)
    most = np.searchsorted(thresholds, borders[1:], side="left").astype(small)
    levels: Levels = least[step]
    unsure = (least < most)[step]  # a threshold lies within the step
    levels[unsure] = np.searchsorted(thresholds, shares[unsure])
    return levels


def _join_runs(before: Levels, after: Levels, width: int, height: int) -> tuple[Integers, Integers, Integers]:
    """The threshold, box and size of each piece, put together from runs, at all thresholds at once.

    A run is a stretch of one row that is above a threshold. Runs of neighboring rows that touch belong to one piece.

    Args:
        before: (height · width,) the level to the left of each place where a run can begin or end.
        after: (height · width,) the level to the right of it.
        width: how many such places there are in a row.
        height: how many rows there are.
    """
    # One number says where a run begins or ends: (threshold · rows + row) · width + place. An empty row comes after the
    # last one, so that no run touches one of the next threshold.
    rows = height + 1
    edges = np.flatnonzero(before != after)
    low, high = np.minimum(before[edges], after[edges]), np.maximum(before[edges], after[edges])
    integers = np.int32 if (int(high.max()) + 2) * rows * width < 2**31 else np.int64  # the smaller are faster
    thresholds = _counting(low, high - low, integers)
    found = thresholds * integers(rows * width) + np.repeat(edges.astype(integers), high - low)
    found = found[np.argsort(thresholds.astype(low.dtype), kind="stable")]  # up to two bytes NumPy sorts by counting
    begins, ends = found[::2].copy(), found[1::2].copy()
    # A run touches those of the next row from the first that does not end before it begins to the last that does not
    # begin after it ends. Ends are exclusive: runs whose corners touch are among them. Few touch more than one.
    first: NDArray[Any] = np.searchsorted(ends, begins + integers(width)).astype(integers)
    begins_after = np.append(begins, [begins[-1] + integers(2 * width)] * 2)  # so that there is always a next one
    until = ends + integers(width)
    touched = (begins_after[first] <= until).astype(integers)
    several = np.flatnonzero(begins_after[first + 1] <= until)
    touched[several] = np.searchsorted(begins, until[several], side="right") - first[several]
    stops = np.cumsum(touched, dtype=integers)
    graph = sparse.csr_array(
        (np.ones(stops[-1]), _counting(first, touched, integers), np.append(integers(0), stops)),
        shape=(len(begins), len(begins)),
    )
    _, labels = sparse.csgraph.connected_components(graph, directed=False)
    order = np.argsort(labels, kind="stable")  # piece by piece, in each from top to bottom
    last = np.bincount(labels).cumsum() - 1
    start = np.concatenate([[0], last[:-1] + 1])
    left = np.minimum.reduceat((begins % width)[order], start)
    right = np.maximum.reduceat((ends % width)[order], start)
    sizes = np.add.reduceat((ends - begins)[order], start)
    place, top = np.divmod(begins[order[start]] // width, rows)
    bottom = begins[order[last]] // width % rows + 1
    return place.astype(np.int64), np.stack([left, top, right, bottom], axis=1).astype(np.int64), sizes


def _counting(first: NDArray[Any], count: NDArray[Any], integers: type[Any]) -> NDArray[Any]:
    """`count[0]` numbers from `first[0]` on, then `count[1]` from `first[1]` on, and so forth."""
    ends = np.cumsum(count, dtype=integers)
    counted: NDArray[Any] = np.arange(ends[-1], dtype=integers) + np.repeat(first - ends + count, count)
    return counted


def _label_pixels(levels: Levels, count: int) -> tuple[Integers, Integers, Integers]:
    """The threshold, box and size of each piece, from a picture of labels for each of `count` thresholds."""
    import cv2  # gives all boxes as one array; libraries that give objects take twice as long on noisy maps

    places, found = [], []
    for place in range(count):
        above = (levels > place).view(np.uint8)
        _, _, pieces, _ = cv2.connectedComponentsWithStats(above, connectivity=8, ltype=cv2.CV_32S)
        found.append(pieces[1:])  # the first is the background
        places.append(np.full(len(pieces) - 1, place))
    left, top, width, height, sizes = np.concatenate(found).astype(np.int64).T
    return np.concatenate(places), np.stack([left, top, left + width, top + height], axis=1), sizes
