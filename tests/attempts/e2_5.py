"""Attempts at 2.5."""

import numpy as np
import torch

from attempts import right, wrong


@right("max of the starts, min of the ends, clamped")
def iou_plain(a, b):
    width = max(0, min(a[2], b[2]) - max(a[0], b[0]))
    height = max(0, min(a[3], b[3]) - max(a[1], b[1]))
    inter = width * height
    area_a = (a[2] - a[0]) * (a[3] - a[1])
    area_b = (b[2] - b[0]) * (b[3] - b[1])
    return inter / (area_a + area_b - inter)


@right("early return when they do not touch")
def iou_early(a, b):
    l1, t1, r1, b1 = a
    l2, t2, r2, b2 = b
    left, top, right, bottom = max(l1, l2), max(t1, t2), min(r1, r2), min(b1, b2)
    if right <= left or bottom <= top:
        return 0.0
    inter = (right - left) * (bottom - top)
    union = (r1 - l1) * (b1 - t1) + (r2 - l2) * (b2 - t2) - inter
    return inter / union


@right("with an inner function for the area")
def iou_area(a: tuple, b: tuple) -> float:
    def area(box):
        left, top, right, bottom = box
        return max(right - left, 0) * max(bottom - top, 0)

    shared = area((max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])))
    return shared / (area(a) + area(b) - shared)


@right("NumPy")
def iou_numpy(a, b):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    size = np.clip(np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2]), 0, None)
    inter = size.prod()
    union = (a[2:] - a[:2]).prod() + (b[2:] - b[:2]).prod() - inter
    return float(inter / union)


@right("tensors in between, a Python number out")
def iou_torch(a, b):
    a = torch.tensor(a, dtype=torch.float64)
    b = torch.tensor(b, dtype=torch.float64)
    wh = (torch.minimum(a[2:], b[2:]) - torch.maximum(a[:2], b[:2])).clamp(min=0)
    inter = wh[0] * wh[1]
    union = torch.prod(a[2:] - a[:2]) + torch.prod(b[2:] - b[:2]) - inter
    return (inter / union).item()


class Iou:
    def __call__(self, a, b):
        x = min(a[2], b[2]) - max(a[0], b[0])
        y = min(a[3], b[3]) - max(a[1], b[1])
        inter = x * y if x > 0 and y > 0 else 0
        return inter / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - inter)


iou_instance = right("a callable instance")(Iou())


@wrong("no clamp: apart in both directions gives a product of two negative numbers")
def iou_no_clamp(a, b):
    w = min(a[2], b[2]) - max(a[0], b[0])
    h = min(a[3], b[3]) - max(a[1], b[1])
    inter = w * h
    return inter / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - inter)


@wrong("clamps the product only")
def iou_clamp_product(a, b):
    w = min(a[2], b[2]) - max(a[0], b[0])
    h = min(a[3], b[3]) - max(a[1], b[1])
    inter = max(0, w * h)
    return inter / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - inter)


@wrong("absolute value in place of the clamp")
def iou_abs(a, b):
    w = abs(min(a[2], b[2]) - max(a[0], b[0]))
    h = abs(min(a[3], b[3]) - max(a[1], b[1]))
    inter = w * h
    return inter / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - inter)


@wrong("clamps the width only")
def iou_clamp_width(a, b):
    w = max(0, min(a[2], b[2]) - max(a[0], b[0]))
    h = min(a[3], b[3]) - max(a[1], b[1])
    inter = w * h
    return inter / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - inter)


@wrong("the union counts the shared part twice")
def iou_sum(a, b):
    w = max(0, min(a[2], b[2]) - max(a[0], b[0]))
    h = max(0, min(a[3], b[3]) - max(a[1], b[1]))
    inter = w * h
    union = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1])
    return inter / union


@wrong("Dice: twice the shared part over the sum")
def iou_dice(a, b):
    w = max(0, min(a[2], b[2]) - max(a[0], b[0]))
    h = max(0, min(a[3], b[3]) - max(a[1], b[1]))
    return 2 * w * h / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]))


@wrong("counts pixels inclusively: + 1 everywhere")
def iou_inclusive(a, b):
    w = max(0, min(a[2], b[2]) - max(a[0], b[0]) + 1)
    h = max(0, min(a[3], b[3]) - max(a[1], b[1]) + 1)
    inter = w * h
    area_a = (a[2] - a[0] + 1) * (a[3] - a[1] + 1)
    area_b = (b[2] - b[0] + 1) * (b[3] - b[1] + 1)
    return inter / (area_a + area_b - inter)


@wrong("the share of the first box that is covered")
def iou_first(a, b):
    w = max(0, min(a[2], b[2]) - max(a[0], b[0]))
    h = max(0, min(a[3], b[3]) - max(a[1], b[1]))
    return w * h / ((a[2] - a[0]) * (a[3] - a[1]))


@wrong("over the smaller box: 1 if one lies in the other")
def iou_smaller(a, b):
    w = max(0, min(a[2], b[2]) - max(a[0], b[0]))
    h = max(0, min(a[3], b[3]) - max(a[1], b[1]))
    return w * h / min((a[2] - a[0]) * (a[3] - a[1]), (b[2] - b[0]) * (b[3] - b[1]))


@wrong("over the larger box")
def iou_larger(a, b):
    w = max(0, min(a[2], b[2]) - max(a[0], b[0]))
    h = max(0, min(a[3], b[3]) - max(a[1], b[1]))
    return w * h / max((a[2] - a[0]) * (a[3] - a[1]), (b[2] - b[0]) * (b[3] - b[1]))


@wrong("over the box around both in place of the union")
def iou_hull(a, b):
    w = max(0, min(a[2], b[2]) - max(a[0], b[0]))
    h = max(0, min(a[3], b[3]) - max(a[1], b[1]))
    hull = (max(a[2], b[2]) - min(a[0], b[0])) * (max(a[3], b[3]) - min(a[1], b[1]))
    return w * h / hull


@wrong("the boxes read as left, top, width, height")
def iou_xywh(a, b):
    w = max(0, min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0]))
    h = max(0, min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1]))
    inter = w * h
    return inter / (a[2] * a[3] + b[2] * b[3] - inter)


@wrong("the boxes read as left, right, top, bottom")
def iou_lrtb(a, b):
    al, ar, at, ab = a
    bl, br, bt, bb = b
    inter = max(0, min(ar, br) - max(al, bl)) * max(0, min(ab, bb) - max(at, bt))
    return inter / ((ar - al) * (ab - at) + (br - bl) * (bb - bt) - inter)


@wrong("integer division")
def iou_floor(a, b):
    w = max(0, min(a[2], b[2]) - max(a[0], b[0]))
    h = max(0, min(a[3], b[3]) - max(a[1], b[1]))
    inter = w * h
    return inter // ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - inter)


@wrong("min and max swapped: the box around both in place of the shared one")
def iou_minmax_swapped(a, b):
    w = max(a[2], b[2]) - min(a[0], b[0])
    h = max(a[3], b[3]) - min(a[1], b[1])
    inter = w * h
    return inter / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - inter)


@wrong("in percent")
def iou_percent(a, b):
    w = max(0, min(a[2], b[2]) - max(a[0], b[0]))
    h = max(0, min(a[3], b[3]) - max(a[1], b[1]))
    inter = w * h
    return 100 * inter / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - inter)


@wrong("the distance, 1 − IoU")
def iou_distance(a, b):
    w = max(0, min(a[2], b[2]) - max(a[0], b[0]))
    h = max(0, min(a[3], b[3]) - max(a[1], b[1]))
    inter = w * h
    return 1 - inter / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - inter)


@wrong("rounded to one digit")
def iou_round(a, b):
    w = max(0, min(a[2], b[2]) - max(a[0], b[0]))
    h = max(0, min(a[3], b[3]) - max(a[1], b[1]))
    inter = w * h
    return round(inter / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - inter), 1)


@wrong("draws on a picture of 96×96: what sticks out is lost")
def iou_canvas(a, b):
    m, n = np.zeros((96, 96), bool), np.zeros((96, 96), bool)
    m[a[1] : a[3], a[0] : a[2]] = True
    n[b[1] : b[3], b[0] : b[2]] = True
    return (m & n).sum() / (m | n).sum()


@wrong("draws the boxes with rows and columns mixed up for the second one")
def iou_canvas_mixed(a, b):
    m, n = np.zeros((500, 500), bool), np.zeros((500, 500), bool)
    m[a[1] : a[3], a[0] : a[2]] = True
    n[b[0] : b[2], b[1] : b[3]] = True
    return (m & n).sum() / (m | n).sum()


@wrong("the product of the one-dimensional IoUs")
def iou_product(a, b):
    x = max(0, min(a[2], b[2]) - max(a[0], b[0])) / (max(a[2], b[2]) - min(a[0], b[0]))
    y = max(0, min(a[3], b[3]) - max(a[1], b[1])) / (max(a[3], b[3]) - min(a[1], b[1]))
    return x * y


@wrong("subtracts the shared part from one box only, and forgets the other")
def iou_one_area(a, b):
    w = max(0, min(a[2], b[2]) - max(a[0], b[0]))
    h = max(0, min(a[3], b[3]) - max(a[1], b[1]))
    inter = w * h
    return inter / ((a[2] - a[0]) * (a[3] - a[1]) - inter + 1e-9)


@wrong("takes the shared part as the overlap of the perimeters: width plus height")
def iou_perimeter(a, b):
    w = max(0, min(a[2], b[2]) - max(a[0], b[0]))
    h = max(0, min(a[3], b[3]) - max(a[1], b[1]))
    return (w + h) / ((a[2] - a[0]) + (a[3] - a[1]) + (b[2] - b[0]) + (b[3] - b[1]) - w - h)


@wrong("True or False in place of the number")
def iou_bool(a, b):
    w = max(0, min(a[2], b[2]) - max(a[0], b[0]))
    h = max(0, min(a[3], b[3]) - max(a[1], b[1]))
    inter = w * h
    return inter / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - inter) >= 0.5


@wrong("returns None if they do not touch")
def iou_none(a, b):
    w = min(a[2], b[2]) - max(a[0], b[0])
    h = min(a[3], b[3]) - max(a[1], b[1])
    if w > 0 and h > 0:
        inter = w * h
        return inter / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - inter)


@wrong("asks only whether the top left corner of the second lies in the first, so the order matters")
def iou_corner(a, b):
    if not (a[0] <= b[0] < a[2] and a[1] <= b[1] < a[3]):
        return 0.0
    inter = (min(a[2], b[2]) - b[0]) * (min(a[3], b[3]) - b[1])
    return inter / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - inter)


@wrong("takes all boxes as having the size of the first")
def iou_same_size(a, b):
    w = max(0, min(a[2], b[2]) - max(a[0], b[0]))
    h = max(0, min(a[3], b[3]) - max(a[1], b[1]))
    area = (a[2] - a[0]) * (a[3] - a[1])
    return w * h / (2 * area - w * h)


@wrong("squares: the width used for the height, too")
def iou_squares(a, b):
    side = max(0, min(a[2], b[2]) - max(a[0], b[0]))
    inter = side * side
    return inter / ((a[2] - a[0]) ** 2 + (b[2] - b[0]) ** 2 - inter)


@wrong("no clamp, and the union counts the shared part twice")
def iou_two_mistakes(a, b):
    inter = (min(a[2], b[2]) - max(a[0], b[0])) * (min(a[3], b[3]) - max(a[1], b[1]))
    return inter / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]))
