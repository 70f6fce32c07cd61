"""Exercise 2.5: intersection over union.

Two slips at once are as likely as one here, boxes that are apart and a wrong divisor: two lists of them are crossed.
"""

import torch

from cam_tutorial.practice.exercise import exercise

from .material import list_mistakes

# Every way in which two boxes can lie; and few are squares, so that width and height cannot be taken for one another.
DRAWN = (
    ((0, 0, 4, 4), (2, 0, 6, 4)),  # shifted by half, as the notebook does
    ((0, 0, 4, 4), (0, 0, 4, 2)),  # one in the other
    ((0, 0, 10, 8), (3, 2, 5, 7)),
    ((0, 0, 8, 6), (0, 0, 8, 5)),
    ((3, 2, 5, 7), (1, 1, 9, 12)),  # the other in the one
    ((1, 2, 8, 5), (1, 2, 8, 5)),  # the same
    ((2, 3, 9, 7), (4, 1, 6, 11)),  # a cross
    ((3, 5, 10, 12), (7, 1, 14, 8)),  # upper right corner
    ((7, 1, 14, 8), (3, 5, 10, 11)),
    ((2, 2, 7, 6), (4, 3, 13, 9)),  # lower right corner
    ((0, 0, 4, 4), (5, 0, 9, 4)),  # apart in x alone, in both orders
    ((15, 1, 19, 8), (2, 3, 6, 9)),
    ((1, 0, 8, 3), (2, 5, 6, 9)),  # apart in y alone, in both orders
    ((1, 10, 8, 15), (2, 3, 6, 7)),
    ((0, 0, 4, 4), (6, 7, 9, 9)),  # apart in both: near and far, and in all four directions
    ((20, 21, 24, 27), (1, 2, 4, 8)),
    ((30, 1, 36, 5), (2, 22, 9, 26)),
    ((2, 22, 9, 27), (30, 1, 36, 4)),
    ((100, 200, 104, 203), (3, 4, 10, 6)),
    ((90, 92, 131, 120), (100, 95, 140, 111)),  # beyond a picture of 96×96
    ((0, 0, 2, 2), (4, 5, 7, 7)),  # so that the product of two negative sides makes more than 1
    ((2, 3, 6, 8), (6, 4, 11, 7)),  # touching at an edge
    ((2, 3, 6, 8), (3, 8, 5, 12)),
    ((2, 3, 6, 8), (6, 8, 9, 11)),  # touching at a corner
)


def pairs_of_boxes(generator):
    corners = torch.randint(0, 12, (8, 2, 2), generator=generator)
    sides = torch.randint(1, 9, (8, 2, 2), generator=generator)
    boxes = torch.cat([corners, corners + sides], dim=2).tolist()
    return [*DRAWN, *((tuple(a), tuple(b)) for a, b in boxes)]


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


# --- parts: sides of the intersection, areas, and what becomes of them ------------------------------------------------


def width(a, b):
    return min(a[2], b[2]) - max(a[0], b[0])


def height(a, b):
    return min(a[3], b[3]) - max(a[1], b[1])


def uncut(a, b):
    return width(a, b) * height(a, b)


def overlap(a, b, more=0):
    return max(width(a, b) + more, 0) * max(height(a, b) + more, 0)


def area(box, more=0):
    return (box[2] - box[0] + more) * (box[3] - box[1] + more)


def hull(a, b):
    return (max(a[2], b[2]) - min(a[0], b[0])) * (max(a[3], b[3]) - min(a[1], b[1]))


def rim(width, height):
    return width + height


def over_union(both, more=0):
    """A version in which the overlap is computed otherwise."""
    return lambda a, b: both(a, b) / (area(a, more) + area(b, more) - both(a, b))


def over(divisor, both=overlap):
    """A version in which the overlap is divided by something else."""
    return lambda a, b: both(a, b) / divisor(a, b)


def of(change):
    """A version in which something is done to the right result."""
    return lambda a, b: change(my_iou.solution(a, b))


def read_as(corners):
    """A version that reads the boxes in another format."""
    return lambda a, b: my_iou.solution(corners(*a), corners(*b))


def zero_if(apart):
    """A version that gives 0 for some boxes that are apart, and computes the others without a cut."""
    return lambda a, b: 0.0 if apart(a, b) else over_union(uncut)(a, b)


UNCUT = "Boxes that do not touch should give 0. "
CUT = "cut width and height at 0, `max(..., 0)`, each before you multiply."

# (name, what is done otherwise, what to say); both lists are likely enough to come in pairs.
OVERLAPS = (
    ("not_cut", uncut,
     UNCUT + "Apart in one direction, one side is negative and so is the result; apart in both, two negative sides "
     "even multiply to a positive area: " + CUT),
    ("product_cut", lambda a, b: max(uncut(a, b), 0),
     UNCUT + "You cut the *product* at 0, and apart in both directions two negative sides multiply to a positive area: "
     + CUT),
    ("absolute_sides", lambda a, b: abs(width(a, b)) * abs(height(a, b)),
     UNCUT + "You take the absolute value of width and height, so that a gap counts as an overlap: " + CUT),
)  # fmt: skip
DIVISORS = (
    ("counted_twice", lambda a, b: area(a) + area(b),
     "You counted the overlap twice in the union: it is both areas *minus* the intersection."),
    ("dice", lambda a, b: (area(a) + area(b)) / 2,
     "This is Dice (or F1): twice the intersection, divided by the sum of both areas. Divide the intersection, once, "
     "by the union: both areas minus the intersection."),
    ("over_the_second_box", lambda a, b: area(b),
     "You divided by the area of the second box. Divide by the union of the two: else a box around the whole picture "
     "is perfect."),
    ("over_the_first_box", lambda a, b: area(a),
     "You divided by the area of the first box. Divide by the union of the two: else a tiny box inside is perfect."),
    ("over_the_smaller_box", lambda a, b: min(area(a), area(b)),
     "You divided by the area of the smaller box, so that any box inside of another is perfect. Divide by the union: "
     "both areas minus the intersection."),
    ("over_the_larger_box", lambda a, b: max(area(a), area(b)),
     "You divided by the area of the larger box, as the smaller of the two shares is. The union is larger, unless one "
     "lies in the other: both areas minus the intersection."),
    ("over_the_hull", hull,
     "You divided by the smallest box around both. The union is smaller: both areas minus the intersection."),
)  # fmt: skip

list_mistakes(
    my_iou,
    # Calls that fail; they stand first because a call that fails contradicts no mistake, and all would be run.
    ("boxes_subtracted", lambda a, b: a - b,
     "One of the two things that you subtract is no number. A box is a tuple of four numbers, which cannot be "
     "subtracted as a whole: take them one by one, `a[2] - a[0]`."),
    ("keys", lambda a, b: a["left"],
     "A box is a tuple, whose entries have numbers, not names: `left, top, right, bottom = a`."),
    *((name, over_union(both), said) for name, both, said in OVERLAPS),
    *((name, over(divisor), said) for name, divisor, said in DIVISORS),
    *((f"{name}_and_{another}", over(divisor, both), f"Two things. {said} {also}")
      for name, divisor, said in DIVISORS for another, both, also in OVERLAPS),
    # Boxes that are apart.
    ("result_cut", lambda a, b: max(over_union(uncut)(a, b), 0),
     UNCUT + "You cut the *result* at 0, and apart in both directions two negative sides multiply to a positive area: "
     + CUT),
    ("result_cut_at_both_ends",
     lambda a, b: min(max(over_union(uncut)(a, b), 0), 1),
     UNCUT + "You cut the *result* at 0 and 1, and apart in both directions two negative sides multiply to a positive "
     "area: " + CUT),
    ("absolute_result", lambda a, b: abs(over_union(uncut)(a, b)),
     UNCUT + "You take the absolute value of the result, so that a gap counts as an overlap: " + CUT),
    ("width_cut", over_union(lambda a, b: max(width(a, b), 0) * height(a, b)),
     UNCUT + "You see to boxes that are apart in x alone: one above the other comes out negative. Cut the height, "
     "too."),
    ("height_cut", over_union(lambda a, b: width(a, b) * max(height(a, b), 0)),
     UNCUT + "You see to boxes that are apart in y alone: one beside the other comes out negative. Cut the width, "
     "too."),
    ("apart_in_both", zero_if(lambda a, b: width(a, b) < 0 and height(a, b) < 0),
     UNCUT + "You give it only if they are apart in *both* directions; one is enough: `or`, not `and`."),
    ("to_the_right_alone", zero_if(lambda a, b: b[0] >= a[2] or b[1] >= a[3]),
     UNCUT + "You look at one order alone: the second box may as well lie to the left of the first, or above."),
    ("to_the_left_alone", zero_if(lambda a, b: a[0] >= b[2] or a[1] >= b[3]),
     UNCUT + "You look at one order alone: the second box may as well lie to the right of the first, or below."),
    ("none_if_apart", lambda a, b: my_iou.solution(a, b) if overlap(a, b) else None,
     UNCUT + "Your function gives back None there: it needs a `return 0.0`."),
    ("one_in_the_other_alone",
     lambda a, b: my_iou.solution(a, b) if overlap(a, b) in (area(a), area(b)) else 0.0,
     "You give 0 unless one box lies inside of the other. They may also overlap in part."),
    # The union.
    ("counted_twice_but_for_the_same", lambda a, b: 1.0 if a == b else overlap(a, b) / (area(a) + area(b)),
     "You counted the overlap twice in the union, and boxes that are the same stand by themselves: with both areas "
     "*minus* the intersection they need not."),
    ("mean_of_shares", lambda a, b: (overlap(a, b) / area(a) + overlap(a, b) / area(b)) / 2,
     "You average two shares, of the first box and of the second. Divide once, by the union."),
    ("product_of_shares", lambda a, b: overlap(a, b) ** 2 / (area(a) * area(b)),
     "You multiply two shares, of the first box and of the second. Divide once, by the union."),
    ("product_of_areas", over(lambda a, b: area(a) * area(b) - overlap(a, b)),
     "You multiply the areas where you should add them: the union is their sum minus the intersection."),
    ("counted_three_times", over(lambda a, b: area(a) + area(b) + overlap(a, b)),
     "You added the intersection to the two areas: it is in them twice already, so subtract it."),
    ("subtracted_twice", over(lambda a, b: area(a) + area(b) - 2 * overlap(a, b)),
     "You subtracted the intersection twice, so that it is not in the union at all: subtract it once."),
    ("over_the_root", over(lambda a, b: (area(a) * area(b)) ** 0.5),
     "You divided by the root of the product of both areas. Divide by the union: both areas minus the intersection."),
    ("over_the_product", over(lambda a, b: area(a) * area(b)),
     "You divided by the product of both areas. Divide by the union: both areas minus the intersection."),
    ("over_the_difference", over(lambda a, b: abs(area(a) - area(b))),
     "You divided by the difference of the areas. Divide by the union: their sum minus the intersection."),
    ("generalized", lambda a, b: my_iou.solution(a, b) - 1 + (area(a) + area(b) - overlap(a, b)) / hull(a, b),
     "This is the generalized IoU, which subtracts what the smallest box around both holds besides. Asked for is the "
     "intersection divided by the union, from 0 to 1."),
    # The intersection.
    ("intersection", overlap, "You give the intersection itself: divide it by the union."),
    ("union", lambda a, b: area(a) + area(b) - overlap(a, b),
     "You give the union itself: asked for is the intersection divided by it."),
    ("only_widths", lambda a, b: max(width(a, b), 0) / (max(a[2], b[2]) - min(a[0], b[0])),
     "You compare left and right alone, in one dimension: the intersection has a height, too."),
    ("only_heights", lambda a, b: max(height(a, b), 0) / (max(a[3], b[3]) - min(a[1], b[1])),
     "You compare top and bottom alone, in one dimension: the intersection has a width, too."),
    ("width_for_area", over_union(lambda a, b: max(width(a, b), 0)),
     "Your intersection is its width alone: multiply by its height."),
    ("height_for_area", over_union(lambda a, b: max(height(a, b), 0)),
     "Your intersection is its height alone: multiply by its width."),
    ("width_twice", over_union(lambda a, b: max(width(a, b), 0) ** 2),
     "You multiply the width of the intersection by itself: its height goes from the larger top, [1], to the smaller "
     "bottom, [3]."),
    ("hull_in_x", over_union(lambda a, b: (max(a[2], b[2]) - min(a[0], b[0])) * max(height(a, b), 0)),
     "`min` and `max` are swapped in the width: the intersection starts at the *larger* of the two lefts and ends at "
     "the *smaller* of the two rights."),
    ("hull_in_y", over_union(lambda a, b: max(width(a, b), 0) * (max(a[3], b[3]) - min(a[1], b[1]))),
     "`min` and `max` are swapped in the height: the intersection starts at the *larger* of the two tops and ends at "
     "the *smaller* of the two bottoms."),
    ("larger_ends", over_union(
        lambda a, b: (max(a[2], b[2]) - max(a[0], b[0])) * (max(a[3], b[3]) - max(a[1], b[1]))),
     "You take the *larger* of the two rights and bottoms: the intersection ends where the earlier box ends, at the "
     "smaller."),
    ("smaller_starts", over_union(
        lambda a, b: max(min(a[2], b[2]) - min(a[0], b[0]), 0) * max(min(a[3], b[3]) - min(a[1], b[1]), 0)),
     "You take the *smaller* of the two lefts and tops: the intersection starts where the later box starts, at the "
     "larger."),
    ("first_ends_second_starts", over_union(lambda a, b: (a[2] - b[0]) * (a[3] - b[1])),
     "You take the first box's end and the second one's start, whichever is later: the intersection goes from the "
     "larger left to the smaller right, `min(a[2], b[2]) - max(a[0], b[0])`."),
    ("first_ends_second_starts_and_cut", over_union(lambda a, b: max(a[2] - b[0], 0) * max(a[3] - b[1], 0)),
     "You take the first box's end and the second one's start, whichever is later (and cut at 0): the intersection "
     "goes from the larger left to the smaller right, `min(a[2], b[2]) - max(a[0], b[0])`."),
    ("perimeters", lambda a, b: rim(max(width(a, b), 0), max(height(a, b), 0)) / (
        rim(a[2] - a[0], a[3] - a[1]) + rim(b[2] - b[0], b[3] - b[1]) - rim(max(width(a, b), 0), max(height(a, b), 0))),
     "You add width and height: an area is their product."),
    ("numbers_in_common", lambda a, b: len(set(a) & set(b)) / len(set(a) | set(b)),
     "You compare the four numbers of the boxes as sets. Compare areas: that of the intersection, and that of the "
     "union."),
    ("sum_of_sides", over_union(lambda a, b: max(width(a, b), 0) + max(height(a, b), 0)),
     "You add width and height of the intersection: an area is their product."),
    ("hull_as_intersection", over_union(hull),
     "`min` and `max` are swapped: the intersection starts at the *larger* of the two lefts and ends at the *smaller* "
     "of the two rights. Yours is the box around both."),
    ("hull_over_areas", over(lambda a, b: area(a) + area(b), both=hull),
     "`min` and `max` are swapped, which gives the box around both: the intersection starts at the *larger* of the two "
     "lefts. And the union is both areas *minus* the intersection."),
    ("sizes_alone", lambda a, b: min(area(a), area(b)) / max(area(a), area(b)),
     "You compare the areas alone: two boxes of one size that are far apart would be perfect. Where they overlap "
     "counts."),
    ("plus_one", over_union(lambda a, b: overlap(a, b, more=1), more=1),
     "You added 1 to each side. That is right for boxes whose right and bottom are inside; here they are past the "
     "end."),
    ("plus_one_uncut", over_union(lambda a, b: (width(a, b) + 1) * (height(a, b) + 1), more=1),
     "Two things. You added 1 to each side, which is right for boxes whose right and bottom are inside; here they are "
     "past the end. And boxes that do not touch should give 0: " + CUT),
    ("plus_one_in_the_intersection", over_union(lambda a, b: overlap(a, b, more=1)),
     "You added 1 to the sides of the intersection. Right and bottom are past the end here, so the difference is the "
     "width already."),
    ("plus_one_in_the_areas", over_union(overlap, more=1),
     "You added 1 to the sides of the two boxes. Right and bottom are past the end here, so the difference is the "
     "width already."),
    ("plus_one_below", over(lambda a, b: area(a) + area(b) - overlap(a, b) + 1),
     "You added 1 to the union. It is never 0, so nothing is needed there."),
    # The format, and the end.
    ("width_and_height", read_as(lambda x, y, w, h: (x, y, x + w, y + h)),
     "You read the boxes as (left, top, width, height). They are (left, top, right, bottom): the width is `right - "
     "left`."),
    ("columns_then_rows", read_as(lambda left, right, top, bottom: (left, top, right, bottom)),
     "You read the boxes as (left, right, top, bottom). They are (left, top, right, bottom)."),
    ("areas_from_the_origin",
     lambda a, b: overlap(a, b) / (a[2] * a[3] + b[2] * b[3] - overlap(a, b)),
     "You take right · bottom for a box's area. Its width is right − left, its height bottom − top."),
    ("upside_down", lambda a, b: (area(a) + area(b) - overlap(a, b)) / overlap(a, b),
     "You divide the union by the intersection: turn it over; boxes that are apart divide by 0 there.",
     ZeroDivisionError),
    ("distance", of(lambda x: 1 - x), "This is 1 − IoU, a distance: boxes that are the same have the IoU 1."),
    ("percent", of(lambda x: 100 * x), "You give percent. Asked for is a number from 0 to 1: leave out the 100."),
    ("whole", of(lambda x: int(x)), "You divide with `//` or round down: 0 and 1 alone are left. A share needs `/`."),
    ("rounded_to_1", of(lambda x: round(x, 1)), "You round to one decimal: give the share as it is."),
    ("rounded_to_2", of(lambda x: round(x, 2)), "You round to two decimals: give the share as it is."),
    ("rounded_to_3", of(lambda x: round(x, 3)), "You round to three decimals: give the share as it is."),
    ("rounded", of(round), "You round to a whole number: give the share as it is."),
    ("at_least_a_half", of(lambda x: x >= 0.5), "You compare with 0.5 already: give the share itself."),
    ("touching", of(lambda x: x > 0), "You say whether the boxes overlap. Asked for is how much: a share from 0 to 1."),
    ("root", of(lambda x: x**0.5), "You take the root of the share: give it as it is."),
)  # fmt: skip
