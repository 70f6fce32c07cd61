"""Exercise 2.4: from map to box.

The rule has three steps, each of which is done otherwise in a dozen ways: three lists, of which the likeliest are
crossed. So many ways make this file a little longer than others.
"""

from itertools import combinations

import torch
from skimage import measure

from cam_tutorial import upsample
from cam_tutorial.practice.exercise import exercise

from .material import list_mistakes

# Maps drawn by hand, a digit a cell and "-" for -4, and their thresholds. The maximum is 8 and every threshold counts
# eighths, so that "above" is exact. No two pieces that could be the largest have equally many cells, and no map is
# blank: the text does not say what is right there.
DRAWN = (
    # The largest piece is not the first one, nor the last; the maximum is elsewhere, and so is the greatest sum.
    (0.25, "000000000000 088000033000 078000033000 000000030000 000000030000 000500000000 000550000000 000000000000"),
    # Cells at the threshold to the last digit are not above it; here they would join pieces and widen the box.
    (0.25, "0022200000 0086200770 0006222770 2000002000 2000000000"),
    (0.5, "00000000 04888400 04884400 44444444 07000070 77000000 00000000 00000000"),
    # Corners: what touches at one belongs together, and is larger than the block.
    (0.5, "000000008 660000000 660000000 006600000 006600000 000000777 000000777"),
    # A thin diagonal has few cells and a large box; so has a corner.
    (0.5, "800000000000 080000000000 008000006660 000800006660 000080006660 000008000000 000000800000 000000080000"),
    (0.375, "8000000 8000000 8000000 8000000 8888000 0000000 0555500 0555500 0555500"),
    # A ring has fewer cells than it surrounds; the bar beside it has one more.
    (0.5, "777700000000000 700700000000000 700700000000000 777700000000000 000000000000000 068666666666660"),
    # Of both signs, and far below zero: a share of the maximum is not a share of the range.
    (0.25, "----------- -013310---- -0135310--- -0113100--- -----003443 -----018443 -----003333"),
    # Positive everywhere; and nearly all of it above the threshold, so that the background is the smaller part.
    (0.5, "33335555 33375755 37785555 77775557 33375577"),
    (0.5, "7777777 7777777 7700777 7777777 7877777 0000007"),
    # A single row, a single column, a single cell; pieces at the rim.
    (0.5, "0077078877770"),
    (0.375, "0 4 4 0 8 7 5 0 4"),
    (0.875, "00000 00070 08000 00007"),
    (0.125, "1100111 2210112 8210111 1110222 1110223"),
)


def drawn(picture, scale=1.0, lowest=-4.0):
    rows = picture.split()
    return scale * torch.tensor([[lowest if cell == "-" else float(cell) for cell in row] for row in rows])


def blobs(generator):
    """Maps drawn by hand, as they are, weaker and stronger; and smooth random ones with several pieces."""
    cases = [(drawn(picture), threshold) for threshold, picture in DRAWN]
    for k, scale in ((0, 1 / 16), (5, 1 / 16), (7, 1 / 16), (8, 32.0)):
        cases.append((drawn(DRAWN[k][1], scale), DRAWN[k][0]))
    cases.append((drawn("--000000 --033300 00033800", lowest=-20.0), 0.25))
    for (height, width), threshold in (((10, 14), 0.2), ((16, 12), 0.45), ((12, 12), 0.3)):
        map_ = None
        while map_ is None or not clear(map_, threshold):
            map_ = 3 * upsample(torch.randn(1, height // 2, width // 2, generator=generator), (height, width))[0]
        cases.append((map_, threshold))
    return cases


def clear(map_, threshold):
    """Whether no cell is near the threshold, and the largest piece is alone in its size."""
    share = map_ / map_.max()
    areas = sorted(piece.area for piece in measure.regionprops(measure.label((share > threshold).numpy())))
    return (share - threshold).abs().min() > 1e-4 and len(areas) > 1 and areas[-1] > areas[-2]


@exercise(
    "2.4",
    "From map to box",
    minutes=12,
    difficulty=2,
    cases=blobs,
    hints=[
        "First a picture of True and False: which cells are above `threshold` times the map's maximum?",
        "`measure.label` numbers its connected pieces, and `measure.regionprops` lists them; each has `.area` and"
        " `.bbox`.",
        "`.bbox` is (top, left, bottom, right), bottom and right exclusive. Asked for is (left, top, right, bottom).",
    ],
)
def my_box(map_, threshold):
    """Tensor (H, W), share of the maximum -> (left, top, right, bottom), four ints

    The box of the largest connected piece of what is strictly above (>) the threshold,
    which is the share times the map's maximum. Largest is the one with the most cells.
    Right and bottom are the first column and row past it.
    """
    pieces = measure.label((map_ > threshold * map_.max()).numpy())
    largest = max(measure.regionprops(pieces), key=lambda piece: piece.area)
    top, left, bottom, right = largest.bbox
    return left, top, right, bottom


def of_the_maximum(map_, threshold):
    return map_ > threshold * map_.max()


def stretched(map_):
    return (map_ - map_.min()) / (map_.max() - map_.min())


def largest(pieces, map_):
    return max(pieces, key=lambda piece: piece.area)


def most(key):
    return lambda pieces, map_: max(pieces, key=key)


def as_asked(top, left, bottom, right):
    return left, top, right, bottom


def box(above=of_the_maximum, choose=largest, order=as_asked, connectivity=None):
    """A version of the exercise with some of its steps done otherwise."""

    def version(map_, threshold):
        pieces = measure.regionprops(measure.label(above(map_, threshold).numpy(), connectivity=connectivity))
        return order(*choose(pieces, map_).bbox)

    return version


def everything(pieces, map_):
    """All pieces as one."""
    return measure.regionprops((sum(filled(piece, map_) for piece in pieces) > 0).int().numpy())[0]


def filled(piece, map_):
    mask = torch.zeros(map_.shape, dtype=torch.int)
    mask[piece.coords[:, 0], piece.coords[:, 1]] = 1
    return mask


def background(pieces, map_):
    return measure.regionprops((1 - sum(filled(piece, map_) for piece in pieces)).numpy())[0]


def background_too(pieces, map_):
    """The largest label, number 0 included, which is what lies between the pieces."""
    return largest([background(pieces, map_), *pieces], map_)


def with_the_maximum(pieces, map_):
    return next(piece for piece in pieces if (filled(piece, map_) * map_ == map_.max()).any())


def label_before(pieces, map_):
    """What has the label before the largest piece's: that before it, or the background."""
    position = pieces.index(largest(pieces, map_))
    return pieces[position - 1] if position else background(pieces, map_)


def second_largest(pieces, map_):
    return sorted(pieces, key=lambda piece: -piece.area)[min(1, len(pieces) - 1)]


# (name, what is done otherwise, what to say). The first of each list are likely enough to come in pairs.
ORDERS = (
    ("rows_first", lambda top, left, bottom, right: (top, left, bottom, right),
     "The order is (top, left, bottom, right), as `.bbox` has it. Asked for is (left, top, right, bottom): swap them."),
    ("inclusive", lambda top, left, bottom, right: (left, top, right - 1, bottom - 1),
     "Right and bottom are one too small: they are the first column and row *past* the piece, so that right − left "
     "is its width."),
    ("width_and_height", lambda top, left, bottom, right: (left, top, right - left, bottom - top),
     "You gave (left, top, width, height); asked for is (left, top, right, bottom)."),
    ("one_more", lambda top, left, bottom, right: (left, top, right + 1, bottom + 1),
     "Right and bottom are one too large: `.bbox` gives the first column and row past the piece already, so add "
     "nothing."),
    ("rows_first_inclusive", lambda top, left, bottom, right: (top, left, bottom - 1, right - 1),
     "Two things. Your order is (top, left, bottom, right), and asked for is (left, top, right, bottom). And right "
     "and bottom are the first column and row *past* the piece, one more than its last."),
    ("height_and_width", lambda top, left, bottom, right: (top, left, bottom - top, right - left),
     "You gave (top, left, height, width); asked for is (left, top, right, bottom)."),
    ("width_and_height_less_1", lambda top, left, bottom, right: (left, top, right - left - 1, bottom - top - 1),
     "You gave (left, top, width, height), and the sizes are one too small; asked for is (left, top, right, bottom)."),
    ("columns_then_rows", lambda top, left, bottom, right: (left, right, top, bottom),
     "You gave (left, right, top, bottom); asked for is (left, top, right, bottom)."),
    ("rows_then_columns", lambda top, left, bottom, right: (top, bottom, left, right),
     "You gave (top, bottom, left, right); asked for is (left, top, right, bottom)."),
    ("end_swapped", lambda top, left, bottom, right: (left, top, bottom, right),
     "The second half is (bottom, right); asked for is (left, top, right, bottom)."),
    ("start_swapped", lambda top, left, bottom, right: (top, left, right, bottom),
     "The first half is (top, left); asked for is (left, top, right, bottom)."),
    ("middle_and_size",
     lambda top, left, bottom, right: ((left + right) / 2, (top + bottom) / 2, right - left, bottom - top),
     "You gave the middle, width and height; asked for is (left, top, right, bottom)."),
)  # fmt: skip
ABOVE = (
    ("at_least", lambda map_, threshold: map_ >= threshold * map_.max(),
     "You keep cells that are exactly at the threshold. Kept is what is *above* it: `>`, not `>=`."),
    ("absolute", lambda map_, threshold: map_ > threshold,
     "You took the threshold as a value. It is a share of the map's maximum: compare with `threshold * map_.max()`."),
    ("of_the_range", lambda map_, threshold: map_ > map_.min() + threshold * (map_.max() - map_.min()),
     "You took the threshold as a share of the range, from minimum to maximum (as after stretching the map to 0 to 1). "
     "It is a share of the maximum alone: compare the map as it is with `threshold * map_.max()`."),
    ("fixed_0.2", lambda map_, threshold: map_ > 0.2 * map_.max(),
     "You cut at 20 % whatever `threshold` is: the share comes in as an argument."),
    ("fixed_0.5", lambda map_, threshold: map_ > 0.5 * map_.max(),
     "You cut at a half of the maximum whatever `threshold` is: the share comes in as an argument."),
    ("fixed_0.2_absolute", lambda map_, threshold: map_ > 0.2,
     "You compare the map with 0.2, whatever comes in: the limit is `threshold * map_.max()`."),
    ("fixed_0.5_absolute", lambda map_, threshold: map_ > 0.5,
     "You compare the map with 0.5, whatever comes in: the limit is `threshold * map_.max()`."),
    ("positive", lambda map_, threshold: map_ > 0,
     "You keep all that is positive, or nearly all: the limit is `threshold * map_.max()`, where 0.2 is 20 %."),
    ("at_least_absolute", lambda map_, threshold: map_ >= threshold,
     "You took the threshold as a value, and keep cells that are exactly at it. It is a share of the map's maximum, "
     "and kept is what is *above*: `map_ > threshold * map_.max()`."),
    ("at_least_of_the_range", lambda map_, threshold: map_ - map_.min() >= threshold * (map_.max() - map_.min()),
     "You took the threshold as a share of the range, from minimum to maximum, and keep what is exactly at it. It is a "
     "share of the maximum alone, and kept is what is *above*: `map_ > threshold * map_.max()`."),
    ("cut_and_stretched", lambda map_, threshold: stretched(map_.clamp(min=0)) > threshold,
     "You subtract the map's minimum (a map that is positive everywhere has one above 0). The threshold is a share of "
     "the maximum alone: `map_ > threshold * map_.max()`."),
    ("not_above", lambda map_, threshold: map_ <= threshold * map_.max(),
     "You keep what is *not* above the threshold: `>`, not `<=`; and it is label 0 that is the background."),
    ("of_the_median", lambda map_, threshold: map_ > threshold * map_.median(),
     "You took the threshold as a share of the map's median: it is a share of its maximum."),
    ("below", lambda map_, threshold: map_ < threshold * map_.max(),
     "You keep what is *below* the threshold: `>`, not `<`."),
    ("the_rest", lambda map_, threshold: map_ > (1 - threshold) * map_.max(),
     "You cut at 1 − threshold of the maximum: `threshold` itself is the share."),
    ("of_the_mean", lambda map_, threshold: map_ > threshold * map_.mean(),
     "You took the threshold as a share of the map's mean: it is a share of its maximum."),
    ("above_the_mean", lambda map_, threshold: map_ > map_.mean(),
     "You keep what is above the map's mean: the limit is `threshold * map_.max()`."),
    ("of_the_minimum", lambda map_, threshold: map_ > threshold * map_.min(),
     "You took the threshold as a share of the map's minimum: it is a share of its maximum."),
    ("quantile", lambda map_, threshold: map_ > map_.quantile(threshold),
     "You took the threshold as a share of the *cells* (a quantile): it is a share of the map's maximum."),
    ("highest_cells", lambda map_, threshold: map_ > map_.quantile(1 - threshold),
     "You keep that share of the *cells*, the highest ones: the threshold is a share of the map's maximum."),
    ("absolute_values", lambda map_, threshold: map_.abs() > threshold * map_.abs().max(),
     "You compare absolute values, so that what is far below zero is kept as well: compare the map as it is."),
    ("absolute_values_kept", lambda map_, threshold: map_.abs() > threshold * map_.max(),
     "You take the map's absolute value, so that what is far below zero is kept as well: compare it as it is."),
    ("of_the_absolute_maximum", lambda map_, threshold: map_ > threshold * map_.abs().max(),
     "You took the threshold as a share of the largest *absolute* value: it is a share of the maximum, `map_.max()`."),
)  # fmt: skip
PIECES = (
    ("everything", dict(choose=everything),
     "Your box goes around everything above the threshold. Take the largest connected piece alone: `measure.label` "
     "numbers the pieces."),
    ("first_piece", dict(choose=lambda pieces, map_: pieces[0]),
     "You took the first piece, and the largest was asked for: choose by `.area`."),
    ("largest_box", dict(choose=most(lambda piece: piece.area_bbox)),
     "You took the piece with the largest box. A thin diagonal has a large box and few cells: choose by `.area`, the "
     "number of cells."),
    ("edges_only", dict(connectivity=1),
     "Cells that touch at a corner count as connected here, as `measure.label` has it by default. With "
     "SciPy's `label`, `structure=np.ones((3, 3))` says so; a search of your own goes in eight directions."),
    ("last_piece", dict(choose=lambda pieces, map_: pieces[-1]),
     "You took the last piece, or the one that begins lowest. The largest was asked for: choose by `.area`."),
    ("smallest", dict(choose=lambda pieces, map_: min(pieces, key=lambda piece: piece.area)),
     "You took the smallest piece: sorted by `.area`, the largest comes last (or first with `reverse=True`)."),
    ("second_largest", dict(choose=second_largest),
     "You took the second largest piece: asked for is the largest."),
    ("background_too", dict(choose=background_too),
     "You count what lies between the pieces as one, label 0, and it may be the largest: leave it out, as "
     "`measure.regionprops` does."),
    ("label_before", dict(choose=label_before),
     "Your label is one too small: the pieces are numbered from 1, and 0 is what lies between them."),
    ("with_the_maximum", dict(choose=with_the_maximum),
     "You took the piece with the map's highest place. Asked for is the largest one, by the number of cells."),
    ("greatest_sum", dict(choose=lambda pieces, map_: max(pieces, key=lambda p: (filled(p, map_) * map_).sum())),
     "You took the piece with the greatest sum of values. Asked for is the largest one, by the number of cells."),
    ("highest_mean", dict(choose=lambda pieces, map_: max(
        pieces, key=lambda piece: (filled(piece, map_) * map_).sum() / piece.area)),
     "You took the piece with the highest mean. Asked for is the largest one, by the number of cells."),
    ("widest", dict(choose=most(lambda piece: piece.bbox[3] - piece.bbox[1])),
     "You took the widest piece: the largest is the one with the most cells, `.area`."),
    ("highest", dict(choose=most(lambda piece: piece.bbox[2] - piece.bbox[0])),
     "You took the highest piece: the largest is the one with the most cells, `.area`."),
    ("longest_rim", dict(choose=most(lambda piece: piece.perimeter)),
     "You took the piece with the longest rim: the largest is the one with the most cells, `.area`."),
    ("filled", dict(choose=most(lambda piece: piece.area_filled)),
     "You count the holes of a piece as its cells: choose by `.area` alone."),
    ("longest", dict(choose=most(lambda piece: piece.axis_major_length)),
     "You took the longest piece: the largest is the one with the most cells, `.area`."),
    ("most_compact", dict(choose=most(lambda piece: piece.solidity)),
     "You took the most compact piece: the largest is the one with the most cells, `.area`."),
    ("convex", dict(choose=most(lambda piece: piece.area_convex)),
     "You took the piece with the largest convex hull: choose by `.area`, the number of cells."),
)  # fmt: skip


def cell(position, width):
    row, column = divmod(position, width)
    return column, row, column + 1, row + 1


SLIPS = (
    *((name, dict(above=above), said) for name, above, said in ABOVE),
    *PIECES,
    *((name, dict(order=order), said) for name, order, said in ORDERS),
)
LIKELY = (SLIPS[:4], PIECES[:4], SLIPS[-len(ORDERS) :][:3])

list_mistakes(
    my_box,
    # Calls that fail; they stand first because a call that fails contradicts no mistake, and all would be run.
    ("not_compared", lambda map_, threshold: largest(measure.regionprops(measure.label(map_.numpy())), map_),
     "You number pieces of equal values in the map itself. First say which cells count: `map_ > threshold * "
     "map_.max()`, then `measure.label`."),
    ("not_labeled", lambda map_, threshold: measure.regionprops(of_the_maximum(map_, threshold).numpy()),
     "`measure.regionprops` wants numbered pieces, not True and False: give it what `measure.label` gives."),
    ("not_labeled_tensor", lambda map_, threshold: measure.regionprops(of_the_maximum(map_, threshold)),
     "`measure.regionprops` wants numbered pieces, and a NumPy array: `measure.label((...).numpy())` makes one."),
    ("the_map_itself", lambda map_, threshold: measure.regionprops(map_.numpy()),
     "`measure.regionprops` wants numbered pieces, not the map: compare with the threshold, then `measure.label`."),
    ("without_a_key", box(choose=lambda pieces, map_: max(pieces)),
     "You compare (or sort) what cannot be compared as it is. Of pieces, `key=lambda piece: piece.area` says by what."),
    *((name, box(**slip), said) for name, slip, said in SLIPS),
    *((f"{name}_and_{another}", box(**slip, **other), f"Two things. {said} {also}")
      for one, two in combinations(LIKELY, 2) for name, slip, said in one for another, other, also in two),
    ("whole_map", lambda map_, threshold: (0, 0, map_.shape[1], map_.shape[0]),
     "Your box is the whole map: is everything above your limit?"),
    ("highest_cell", lambda map_, threshold: cell(int(map_.argmax()), map_.shape[1]),
     "Your box holds the highest cell alone. Asked for is the largest connected piece above the threshold."),
)  # fmt: skip
