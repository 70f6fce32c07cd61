"""Exercise 2.4: from map to box."""

import torch
from skimage import measure

from cam_tutorial.practice.exercise import exercise

from .e2_overlay import upsample


def blobs(generator):
    """Smooth random maps with several pieces; pieces that touch at a corner only; and a thin one with a large box."""
    cases = []
    for (height, width), threshold in (((9, 14), 0.2), ((16, 11), 0.5), ((12, 20), 0.35)):
        for _ in range(3):
            map_ = upsample(torch.randn(1, height // 2, width // 2, generator=generator), (height, width))[0]
            cases.append((3 * map_, threshold))
    corner = torch.zeros(6, 9)
    corner[1:3, 1:3], corner[3:5, 3:7], corner[0, 8] = 4, 3, 9
    diagonal = torch.eye(8, 12)
    diagonal[1:4, 8:11] = 0.9
    return [*cases, (corner, 0.25), (diagonal, 0.5)]


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
    """(H, W), share of the maximum -> (left, top, right, bottom) of the largest connected piece

    Right and bottom are the first column and row past the piece.
    """
    pieces = measure.label((map_ > threshold * map_.max()).numpy())
    largest = max(measure.regionprops(pieces), key=lambda piece: piece.area)
    top, left, bottom, right = largest.bbox
    return left, top, right, bottom


def pieces_of(above):
    return measure.regionprops(measure.label(above.numpy()))


def turned(bbox):
    top, left, bottom, right = bbox
    return left, top, right, bottom


@my_box.mistake(
    "Your box goes around everything above the threshold. Take the largest connected piece alone: `measure.label`"
    " numbers the pieces."
)
def around_everything(map_, threshold):
    rows, columns = (map_ > threshold * map_.max()).nonzero().T
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1


@my_box.mistake(
    "The order is (top, left, bottom, right), as `.bbox` has it. Asked for is (left, top, right, bottom): swap them."
)
def rows_first(map_, threshold):
    return max(pieces_of(map_ > threshold * map_.max()), key=lambda piece: piece.area).bbox


@my_box.mistake(
    "You took the threshold as a value. It is a share of the map's maximum: compare with `threshold * map_.max()`."
)
def absolute_threshold(map_, threshold):
    return turned(max(pieces_of(map_ > threshold), key=lambda piece: piece.area).bbox)


@my_box.mistake("You took the first piece, and the largest was asked for: choose by `.area`.")
def first_piece(map_, threshold):
    return turned(pieces_of(map_ > threshold * map_.max())[0].bbox)


@my_box.mistake(
    "Right and bottom are one too small: they are the first column and row *past* the piece, so that right − left"
    " is its width."
)
def inclusive(map_, threshold):
    left, top, right, bottom = turned(max(pieces_of(map_ > threshold * map_.max()), key=lambda p: p.area).bbox)
    return left, top, right - 1, bottom - 1


@my_box.mistake("You gave (left, top, width, height); asked for is (left, top, right, bottom).")
def width_and_height(map_, threshold):
    left, top, right, bottom = turned(max(pieces_of(map_ > threshold * map_.max()), key=lambda p: p.area).bbox)
    return left, top, right - left, bottom - top


@my_box.mistake(
    "You took the piece with the largest box. A thin diagonal has a large box and few cells: choose by `.area`, the "
    "number of cells."
)
def largest_box(map_, threshold):
    return turned(max(pieces_of(map_ > threshold * map_.max()), key=lambda piece: piece.area_bbox).bbox)


@my_box.mistake(
    "Cells that touch at a corner count as connected here, as `measure.label` has it by default: leave `connectivity` "
    "alone."
)
def edges_only(map_, threshold):
    pieces = measure.label((map_ > threshold * map_.max()).numpy(), connectivity=1)
    return turned(max(measure.regionprops(pieces), key=lambda piece: piece.area).bbox)
