"""Attempts at 2.4."""

import numpy as np
import torch
from scipy import ndimage
from skimage import measure

from attempts import right, wrong


@right("label, regionprops, max by area")
def box_props(map_, threshold):
    m = np.asarray(map_)
    regions = measure.regionprops(measure.label(m > threshold * m.max()))
    top, left, bottom, right = max(regions, key=lambda r: r.area).bbox
    return left, top, right, bottom


@right("stays a tensor until the label")
def box_tensor(map_, threshold):
    mask = map_ > threshold * map_.max()
    labels = measure.label(mask.numpy())
    best = None
    for region in measure.regionprops(labels):
        if best is None or region.area > best.area:
            best = region
    return (best.bbox[1], best.bbox[0], best.bbox[3], best.bbox[2])


@right("bincount without the background, nonzero for the corners")
def box_bincount(map_, threshold):
    values = np.array(map_)
    labels = measure.label(values > values.max() * threshold)
    sizes = np.bincount(labels.ravel())
    sizes[0] = 0
    ys, xs = np.nonzero(labels == sizes.argmax())
    return int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1


@right("sorts the pieces by area")
def box_sorted(map_: torch.Tensor, threshold: float) -> tuple[int, int, int, int]:
    m = map_.detach().numpy()
    pieces = sorted(measure.regionprops(measure.label(m > threshold * m.max())), key=lambda p: p.area, reverse=True)
    r0, c0, r1, c1 = pieces[0].bbox
    return (c0, r0, c1, r1)


@right("any over rows and columns of the largest piece")
def box_any(map_, threshold):
    mask = np.asarray(map_ > map_.max() * threshold)
    labels, count = measure.label(mask, return_num=True)
    areas = [(labels == k).sum() for k in range(1, count + 1)]
    piece = labels == 1 + int(np.argmax(areas))
    rows = np.where(piece.any(axis=1))[0]
    cols = np.where(piece.any(axis=0))[0]
    return int(cols[0]), int(rows[0]), int(cols[-1]) + 1, int(rows[-1]) + 1


@wrong("the box in skimage's order (top, left, bottom, right)")
def box_order(map_, threshold):
    m = np.asarray(map_)
    regions = measure.regionprops(measure.label(m > threshold * m.max()))
    return max(regions, key=lambda r: r.area).bbox


@wrong("right and bottom are the last column and row of the piece")
def box_inclusive(map_, threshold):
    m = np.asarray(map_)
    labels = measure.label(m > threshold * m.max())
    sizes = np.bincount(labels.ravel())
    sizes[0] = 0
    ys, xs = np.nonzero(labels == sizes.argmax())
    return int(xs.min()), int(ys.min()), int(xs.max()), int(ys.max())


@wrong("adds 1 to right and bottom, which are past the piece already")
def box_plus_one(map_, threshold):
    m = np.asarray(map_)
    regions = measure.regionprops(measure.label(m > threshold * m.max()))
    top, left, bottom, right = max(regions, key=lambda r: r.area).bbox
    return left, top, right + 1, bottom + 1


@wrong("the box around all pieces")
def box_all(map_, threshold):
    m = np.asarray(map_)
    ys, xs = np.where(m > threshold * m.max())
    return int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1


@wrong("the first piece in place of the largest")
def box_first(map_, threshold):
    m = np.asarray(map_)
    regions = measure.regionprops(measure.label(m > threshold * m.max()))
    top, left, bottom, right = regions[0].bbox
    return left, top, right, bottom


@wrong("the last piece in place of the largest")
def box_last(map_, threshold):
    m = np.asarray(map_)
    for region in measure.regionprops(measure.label(m > threshold * m.max())):
        top, left, bottom, right = region.bbox
    return left, top, right, bottom


@wrong("the smallest piece: sorted ascending, then the first")
def box_smallest(map_, threshold):
    m = np.asarray(map_)
    regions = sorted(measure.regionprops(measure.label(m > threshold * m.max())), key=lambda r: r.area)
    top, left, bottom, right = regions[0].bbox
    return left, top, right, bottom


@wrong("an absolute threshold: not multiplied by the maximum")
def box_absolute(map_, threshold):
    m = np.asarray(map_)
    regions = measure.regionprops(measure.label(m > threshold))
    top, left, bottom, right = max(regions, key=lambda r: r.area).bbox
    return left, top, right, bottom


@wrong("ignores the threshold, always 20 %")
def box_twenty(map_, threshold):
    m = np.asarray(map_)
    regions = measure.regionprops(measure.label(m > 0.2 * m.max()))
    top, left, bottom, right = max(regions, key=lambda r: r.area).bbox
    return left, top, right, bottom


@wrong("the threshold as a share of the range from minimum to maximum")
def box_range(map_, threshold):
    m = np.asarray(map_)
    m = (m - m.min()) / (m.max() - m.min())
    regions = measure.regionprops(measure.label(m > threshold))
    top, left, bottom, right = max(regions, key=lambda r: r.area).bbox
    return left, top, right, bottom


@wrong("the threshold as a quantile")
def box_quantile(map_, threshold):
    m = np.asarray(map_)
    regions = measure.regionprops(measure.label(m > np.quantile(m, threshold)))
    top, left, bottom, right = max(regions, key=lambda r: r.area).bbox
    return left, top, right, bottom


@wrong("a share of the mean in place of the maximum")
def box_mean(map_, threshold):
    m = np.asarray(map_)
    regions = measure.regionprops(measure.label(m > threshold * m.mean()))
    top, left, bottom, right = max(regions, key=lambda r: r.area).bbox
    return left, top, right, bottom


@wrong("keeps what is below the threshold")
def box_below(map_, threshold):
    m = np.asarray(map_)
    regions = measure.regionprops(measure.label(m < threshold * m.max()))
    top, left, bottom, right = max(regions, key=lambda r: r.area).bbox
    return left, top, right, bottom


@wrong("cells exactly at the threshold are kept, too: >= for above")
def box_at_least(map_, threshold):
    m = np.asarray(map_)
    regions = measure.regionprops(measure.label(m >= threshold * m.max()))
    top, left, bottom, right = max(regions, key=lambda r: r.area).bbox
    return left, top, right, bottom


@wrong("absolute values: strongly negative cells are kept")
def box_abs(map_, threshold):
    m = np.abs(np.asarray(map_))
    regions = measure.regionprops(measure.label(m > threshold * m.max()))
    top, left, bottom, right = max(regions, key=lambda r: r.area).bbox
    return left, top, right, bottom


@wrong("left, top, width, height")
def box_xywh(map_, threshold):
    m = np.asarray(map_)
    regions = measure.regionprops(measure.label(m > threshold * m.max()))
    top, left, bottom, right = max(regions, key=lambda r: r.area).bbox
    return left, top, right - left, bottom - top


@wrong("the piece with the largest box, not the largest piece")
def box_bbox_area(map_, threshold):
    m = np.asarray(map_)
    regions = measure.regionprops(measure.label(m > threshold * m.max()))
    biggest = max(regions, key=lambda r: (r.bbox[2] - r.bbox[0]) * (r.bbox[3] - r.bbox[1]))
    top, left, bottom, right = biggest.bbox
    return left, top, right, bottom


@wrong("the piece that holds the maximum")
def box_with_max(map_, threshold):
    m = np.asarray(map_)
    labels = measure.label(m > threshold * m.max())
    piece = labels == labels.flat[m.argmax()]
    ys, xs = np.nonzero(piece)
    return int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1


@wrong("the piece with the highest sum of the map")
def box_heaviest(map_, threshold):
    m = np.asarray(map_)
    labels = measure.label(m > threshold * m.max())
    regions = measure.regionprops(labels, intensity_image=m)
    top, left, bottom, right = max(regions, key=lambda r: r.area * r.intensity_mean).bbox
    return left, top, right, bottom


@wrong("counts the background as a piece")
def box_background(map_, threshold):
    m = np.asarray(map_)
    labels = measure.label(m > threshold * m.max())
    biggest = np.bincount(labels.ravel()).argmax()
    ys, xs = np.nonzero(labels == biggest)
    return int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1


@wrong("the labels begin at 1, the list of areas at 0")
def box_label_off(map_, threshold):
    m = np.asarray(map_)
    labels = measure.label(m > threshold * m.max())
    areas = [r.area for r in measure.regionprops(labels)]
    ys, xs = np.nonzero(labels == np.argmax(areas))
    return int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1


@wrong("no label at all: regionprops takes all cells as one piece")
def box_no_label(map_, threshold):
    m = np.asarray(map_)
    mask = (m > threshold * m.max()).astype(int)
    regions = measure.regionprops(mask)
    top, left, bottom, right = max(regions, key=lambda r: r.area).bbox
    return left, top, right, bottom


@wrong("max without a key compares regions")
def box_no_key(map_, threshold):
    m = np.asarray(map_)
    region = max(measure.regionprops(measure.label(m > threshold * m.max())))
    top, left, bottom, right = region.bbox
    return left, top, right, bottom


@wrong("the largest by bbox, compared number by number")
def box_key_bbox(map_, threshold):
    m = np.asarray(map_)
    region = max(measure.regionprops(measure.label(m > threshold * m.max())), key=lambda r: r.bbox)
    top, left, bottom, right = region.bbox
    return left, top, right, bottom


@wrong("top and bottom swapped")
def box_upside_down(map_, threshold):
    m = np.asarray(map_)
    regions = measure.regionprops(measure.label(m > threshold * m.max()))
    top, left, bottom, right = max(regions, key=lambda r: r.area).bbox
    return left, bottom, right, top


@wrong("unpacks the bbox as (left, top, right, bottom)")
def box_unpack(map_, threshold):
    m = np.asarray(map_)
    regions = measure.regionprops(measure.label(m > threshold * m.max()))
    left, top, right, bottom = max(regions, key=lambda r: r.area).bbox
    return left, top, right, bottom


@wrong("sets the low cells of the caller's map to zero")
def box_inplace(map_, threshold):
    map_[map_ <= threshold * map_.max()] = 0
    regions = measure.regionprops(measure.label(np.asarray(map_) > 0))
    top, left, bottom, right = max(regions, key=lambda r: r.area).bbox
    return left, top, right, bottom


@wrong("labels the values, not True and False: cells of different value fall apart")
def box_label_values(map_, threshold):
    m = np.asarray(map_).copy()
    m[m <= threshold * m.max()] = 0
    regions = measure.regionprops(measure.label(m))
    top, left, bottom, right = max(regions, key=lambda r: r.area).bbox
    return left, top, right, bottom


@wrong("SciPy's label, where cells that touch at a corner are not connected as in measure.label")
def box_scipy(map_, threshold):
    m = np.asarray(map_)
    labels, n = ndimage.label(m > threshold * m.max())
    rows, cols = max(ndimage.find_objects(labels), key=lambda s: (labels[s] > 0).sum())
    return cols.start, rows.start, cols.stop, rows.stop


@wrong("returns the region, not its box")
def box_region(map_, threshold):
    m = np.asarray(map_)
    return max(measure.regionprops(measure.label(m > threshold * m.max())), key=lambda r: r.area)


@wrong("shares of the map's size in place of columns and rows")
def box_fractions(map_, threshold):
    m = np.asarray(map_)
    H, W = m.shape
    regions = measure.regionprops(measure.label(m > threshold * m.max()))
    top, left, bottom, right = max(regions, key=lambda r: r.area).bbox
    return left / W, top / H, right / W, bottom / H


@wrong("all pieces, and skimage's order")
def box_two_mistakes(map_, threshold):
    m = np.asarray(map_)
    ys, xs = np.where(m > threshold * m.max())
    return int(ys.min()), int(xs.min()), int(ys.max()) + 1, int(xs.max()) + 1
