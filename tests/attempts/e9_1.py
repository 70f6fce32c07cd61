"""Attempts at 9.1."""

import numpy as np
import torch

from attempts import right, wrong


@right("numpy, clip")
def clipped(box, scale=3, size=288, rim=0.25):
    b = np.array(box, dtype=float) * scale
    center = (b[:2] + b[2:]) / 2
    side = min((b[2:] - b[:2]).max() * (1 + 2 * rim), size)
    start = np.clip(center - side / 2, 0, size - side)
    return tuple(float(v) for v in (*start, *(start + side)))


@right("if by if")
def ifs(box, scale=3, size=288, rim=0.25):
    l, t, r, b = box
    l, t, r, b = l * scale, t * scale, r * scale, b * scale
    w, h = r - l, b - t
    longer = w if w > h else h
    side = longer + 2 * rim * longer
    if side > size:
        side = size
    cx, cy = l + w / 2, t + h / 2
    x, y = cx - side / 2, cy - side / 2
    if x < 0:
        x = 0
    if y < 0:
        y = 0
    if x + side > size:
        x = size - side
    if y + side > size:
        y = size - side
    return x, y, x + side, y + side


@right("the middle is moved, not the corner")
def middle_moved(box, scale=3, size=288, rim=0.25):
    half = min(scale * max(box[2] - box[0], box[3] - box[1]) * (0.5 + rim), size / 2)
    cx = max(half, min(scale * (box[0] + box[2]) / 2, size - half))
    cy = max(half, min(scale * (box[1] + box[3]) / 2, size - half))
    return (cx - half, cy - half, cx + half, cy + half)


@right("grown in the small picture, scaled at the end")
def small_first(box, scale=3, size=288, rim=0.25):
    room = size / scale
    w, h = box[2] - box[0], box[3] - box[1]
    side = min(max(w, h) * (1 + 2 * rim), room)
    out = []
    for low, high in ((box[0], box[2]), (box[1], box[3])):
        out.append(sorted((0, (low + high) / 2 - side / 2, room - side))[1])
    return tuple(scale * v for v in (out[0], out[1], out[0] + side, out[1] + side))


@right("shifts by what sticks out")
def shifts(box, scale=3, size=288, rim=0.25):
    left, top, right, bottom = [v * scale for v in box]
    side = max(right - left, bottom - top)
    side = min(side + rim * side * 2, size)
    left, top = (left + right) / 2 - side / 2, (top + bottom) / 2 - side / 2
    left += max(0, -left)
    top += max(0, -top)
    left -= max(0, left + side - size)
    top -= max(0, top + side - size)
    return left, top, left + side, top + side


@right("a helper for one axis")
def helper(box, scale=3, size=288, rim=0.25):
    side = min(max(box[2] - box[0], box[3] - box[1]) * scale * (1 + rim + rim), size)

    def one(a, b):
        start = (a + b) * scale / 2 - side / 2
        start = min(start, size - side)
        return max(start, 0)

    x, y = one(box[0], box[2]), one(box[1], box[3])
    return x, y, x + side, y + side


@right("torch, as floats")
def tensors(box, scale=3, size=288, rim=0.25):
    b = torch.tensor(box, dtype=torch.float64) * scale
    side = ((b[2:] - b[:2]).max() * (1 + 2 * rim)).clamp(max=size)
    start = ((b[:2] + b[2:] - side) / 2).clamp(min=0)
    start = torch.minimum(start, size - side)
    return tuple(torch.cat([start, start + side]).tolist())


@wrong("cut at the picture's edge")
def cut(box, scale=3, size=288, rim=0.25):
    l, t, r, b = (v * scale for v in box)
    side = max(r - l, b - t) * (1 + 2 * rim)
    cx, cy = (l + r) / 2, (t + b) / 2
    return max(0, cx - side / 2), max(0, cy - side / 2), min(size, cx + side / 2), min(size, cy + side / 2)


@wrong("not moved inside")
def outside(box, scale=3, size=288, rim=0.25):
    l, t, r, b = (v * scale for v in box)
    side = min(size, max(r - l, b - t) * (1 + 2 * rim))
    cx, cy = (l + r) / 2, (t + b) / 2
    return cx - side / 2, cy - side / 2, cx + side / 2, cy + side / 2


@wrong("the rim once")
def rim_once(box, scale=3, size=288, rim=0.25):
    l, t, r, b = (v * scale for v in box)
    side = min(size, max(r - l, b - t) * (1 + rim))
    x = min(max((l + r) / 2 - side / 2, 0), size - side)
    y = min(max((t + b) / 2 - side / 2, 0), size - side)
    return x, y, x + side, y + side


@wrong("no rim")
def no_rim(box, scale=3, size=288, rim=0.25):
    l, t, r, b = (v * scale for v in box)
    side = min(size, max(r - l, b - t))
    x = min(max((l + r) / 2 - side / 2, 0), size - side)
    y = min(max((t + b) / 2 - side / 2, 0), size - side)
    return x, y, x + side, y + side


@wrong("the shorter side")
def shorter(box, scale=3, size=288, rim=0.25):
    l, t, r, b = (v * scale for v in box)
    side = min(size, min(r - l, b - t) * (1 + 2 * rim))
    x = min(max((l + r) / 2 - side / 2, 0), size - side)
    y = min(max((t + b) / 2 - side / 2, 0), size - side)
    return x, y, x + side, y + side


@wrong("moved only from the left and the top")
def half_moved(box, scale=3, size=288, rim=0.25):
    l, t, r, b = (v * scale for v in box)
    side = min(size, max(r - l, b - t) * (1 + 2 * rim))
    x, y = max((l + r) / 2 - side / 2, 0), max((t + b) / 2 - side / 2, 0)
    return x, y, x + side, y + side


@wrong("begins at the box's corner")
def corner(box, scale=3, size=288, rim=0.25):
    l, t, r, b = (v * scale for v in box)
    side = min(size, max(r - l, b - t) * (1 + 2 * rim))
    x, y = min(max(l, 0), size - side), min(max(t, 0), size - side)
    return x, y, x + side, y + side


@wrong("no scale")
def no_scale(box, scale=3, size=288, rim=0.25):
    l, t, r, b = box
    side = min(size / scale, max(r - l, b - t) * (1 + 2 * rim))
    x = min(max((l + r) / 2 - side / 2, 0), size / scale - side)
    y = min(max((t + b) / 2 - side / 2, 0), size / scale - side)
    return x, y, x + side, y + side


@wrong("a rectangle with rims")
def rectangle(box, scale=3, size=288, rim=0.25):
    l, t, r, b = (v * scale for v in box)
    w, h = r - l, b - t
    return max(0, l - rim * w), max(0, t - rim * h), min(size, r + rim * w), min(size, b + rim * h)


@wrong("may be larger than the picture")
def too_large(box, scale=3, size=288, rim=0.25):
    l, t, r, b = (v * scale for v in box)
    side = max(r - l, b - t) * (1 + 2 * rim)
    x = min(max((l + r) / 2 - side / 2, 0), size - side)
    y = min(max((t + b) / 2 - side / 2, 0), size - side)
    return x, y, x + side, y + side


@wrong("whole pixels")
def ints(box, scale=3, size=288, rim=0.25):
    l, t, r, b = (v * scale for v in box)
    side = min(size, max(r - l, b - t) * (1 + 2 * rim))
    x = min(max((l + r) / 2 - side / 2, 0), size - side)
    y = min(max((t + b) / 2 - side / 2, 0), size - side)
    return int(x), int(y), int(x + side), int(y + side)


@wrong("rows first")
def rows_first(box, scale=3, size=288, rim=0.25):
    l, t, r, b = (v * scale for v in box)
    side = min(size, max(r - l, b - t) * (1 + 2 * rim))
    x = min(max((l + r) / 2 - side / 2, 0), size - side)
    y = min(max((t + b) / 2 - side / 2, 0), size - side)
    return y, x, y + side, x + side


@wrong("width and height at the end")
def sizes(box, scale=3, size=288, rim=0.25):
    l, t, r, b = (v * scale for v in box)
    side = min(size, max(r - l, b - t) * (1 + 2 * rim))
    x = min(max((l + r) / 2 - side / 2, 0), size - side)
    y = min(max((t + b) / 2 - side / 2, 0), size - side)
    return x, y, side, side


@wrong("the width alone")
def width_alone(box, scale=3, size=288, rim=0.25):
    l, t, r, b = (v * scale for v in box)
    side = min(size, (r - l) * (1 + 2 * rim))
    x = min(max((l + r) / 2 - side / 2, 0), size - side)
    y = min(max((t + b) / 2 - side / 2, 0), size - side)
    return x, y, x + side, y + side


@wrong("288 written down")
def hard_coded(box, scale=3, size=288, rim=0.25):
    l, t, r, b = (v * scale for v in box)
    side = min(288, max(r - l, b - t) * (1 + 2 * rim))
    x = min(max((l + r) / 2 - side / 2, 0), 288 - side)
    y = min(max((t + b) / 2 - side / 2, 0), 288 - side)
    return x, y, x + side, y + side
