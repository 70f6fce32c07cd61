"""Exercise 2.5: intersection over union."""

import torch

from cam_tutorial.practice.exercise import exercise


def pairs_of_boxes(generator):
    pairs = [((0, 0, 4, 4), (2, 0, 6, 4)), ((0, 0, 4, 4), (0, 0, 4, 2)), ((0, 0, 4, 4), (5, 0, 9, 4))]
    pairs += [((0, 0, 4, 4), (6, 7, 9, 9)), ((1, 2, 8, 5), (1, 2, 8, 5)), ((0, 0, 10, 8), (3, 2, 5, 7))]
    corners = torch.randint(0, 12, (8, 2, 2), generator=generator)
    sides = torch.randint(1, 9, (8, 2, 2), generator=generator)
    boxes = torch.cat([corners, corners + sides], dim=2).tolist()
    return pairs + [(tuple(a), tuple(b)) for a, b in boxes]


@exercise(
    "2.5",
    "Intersection over union",
    minutes=8,
    difficulty=1,
    cases=pairs_of_boxes,
    hints=[
        "The intersection of two boxes is a box: it starts where the later one starts and ends where the earlier "
        "one ends.",
        "Two boxes apart give a negative width or height: cut it at 0 before you multiply.",
        "The union is both areas minus what was counted twice.",
    ],
)
def my_iou(a, b):
    """(left, top, right, bottom) twice -> intersection over union, from 0 to 1"""
    width = max(min(a[2], b[2]) - max(a[0], b[0]), 0)
    height = max(min(a[3], b[3]) - max(a[1], b[1]), 0)
    both = width * height
    area_a, area_b = ((right - left) * (bottom - top) for left, top, right, bottom in (a, b))
    return both / (area_a + area_b - both)


def overlap(a, b, smallest=0, more=0):
    width = max(min(a[2], b[2]) - max(a[0], b[0]) + more, smallest)
    return width * max(min(a[3], b[3]) - max(a[1], b[1]) + more, smallest)


def area(box, more=0):
    return (box[2] - box[0] + more) * (box[3] - box[1] + more)


@my_iou.mistake("You counted the overlap twice in the union: it is both areas *minus* the intersection.")
def counted_twice(a, b):
    return overlap(a, b) / (area(a) + area(b))


@my_iou.mistake(
    "Boxes that do not touch should give 0. Apart in both directions, two negative sides multiply to a positive "
    "area: cut each at 0 first."
)
def not_cut_at_0(a, b):
    both = overlap(a, b, smallest=-100)
    return both / (area(a) + area(b) - both)


@my_iou.mistake(
    "You divided by the area of one box. Divide by the union of the two: else a box around the whole picture is "
    "perfect."
)
def over_one_box(a, b):
    return overlap(a, b) / area(b)


@my_iou.mistake(
    "You divided by the area of the first box. Divide by the union of the two: else a tiny box inside is perfect."
)
def over_the_first_box(a, b):
    return overlap(a, b) / area(a)


@my_iou.mistake(
    "You added 1 to each side. That is right for boxes whose right and bottom are inside; here they are past the end."
)
def plus_one(a, b):
    both = overlap(a, b, more=1)
    return both / (area(a, 1) + area(b, 1) - both)


@my_iou.mistake("You divided by the smallest box around both. The union is smaller: both areas minus the intersection.")
def over_the_hull(a, b):
    hull = (min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3]))
    return overlap(a, b) / area(hull)
