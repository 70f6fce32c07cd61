"""Exercise 7.3: where on the photograph a cell of the map lies: resize and crop undone."""

from cam_tutorial.practice.exercise import exercise


def placements(generator):
    """Photographs lying and standing, windows that are smaller than the resized photograph and such that are larger."""
    return [
        ((0, 0), (7, 7), (224, 224), (16, 80), (256, 384), (400, 600)),
        ((6, 3), (7, 7), (224, 224), (64, 16), (352, 256), (704, 512)),
        ((2, 5), (13, 13), (224, 224), (0, 56), (224, 336), (1000, 1500)),
        ((1, 4), (4, 8), (96, 192), (12, 8), (120, 208), (60, 208)),
        ((0, 3), (5, 4), (100, 60), (-10, 20), (80, 100), (240, 150)),
        ((4, 2), (6, 3), (90, 120), (7, 0), (104, 120), (208, 480)),
    ]


@exercise(
    "7.3",
    "Where on the photograph is this cell?",
    minutes=10,
    difficulty=2,
    cases=placements,
    hints=[
        "First in the window: a cell is window height / map height pixels high, and cell (i, j) begins at i times "
        "that.",
        "Then on the resized photograph: the window begins at `corner`, so add it.",
        "Then on the photograph: multiply by photo / resized, height by height and width by width.",
    ],
)
def my_cell_on_photo(cell, map_size, window, corner, resized, photo):
    """(i, j), (h, w), (H, W) of the window, (y, x), (H, W), (H, W) -> four numbers

    The box (left, top, right, bottom) on the photograph that a cell of the map covers.
    The photograph, of size `photo`, was resized to `resized`; what the network saw is a
    window in it, whose upper left corner is at `corner`. No rounding, nothing cut off.
    """
    edges = []
    for axis in (1, 0):  # x first, then y
        step = window[axis] / map_size[axis]
        scale = photo[axis] / resized[axis]
        start = cell[axis] * step + corner[axis]
        edges.append((start * scale, (start + step) * scale))
    (left, right), (top, bottom) = edges
    return left, top, right, bottom


def box(
    cell,
    map_size,
    window,
    corner,
    resized,
    photo,
    *,
    order=lambda left, top, right, bottom: (left, top, right, bottom),
    to_photo=lambda place, corner, photo, resized: (place + corner) * photo / resized,
    end=1.0,
    start=0.0,
):
    """The solution, with parts that can be changed."""
    edges = []
    for axis in (1, 0):
        step = window[axis] / map_size[axis]
        rest = corner[axis], photo[axis], resized[axis]
        edges.append([to_photo((cell[axis] + part) * step, *rest) for part in (start, end)])
    (left, right), (top, bottom) = edges
    return order(left, top, right, bottom)


def mistake(sentence, change=lambda *case: case, **changed):
    """A mistake that does parts of it in another way, or takes other arguments."""

    @my_cell_on_photo.mistake(sentence)
    def other(cell, map_size, window, corner, resized, photo):
        return box(*change(cell, map_size, window, corner, resized, photo), **changed)


def turned(pair):
    return pair[1], pair[0]


mistake(
    "The crop is not undone: the window begins at `corner`, which must be added before the scaling.",
    to_photo=lambda place, corner, photo, resized: place * photo / resized,
)
mistake(
    "The resize is not undone: multiply by photo / resized at the end.",
    to_photo=lambda place, corner, photo, resized: place + corner,
)
mistake(
    "Neither resize nor crop is undone: that is the cell's box in the window. Add `corner`, then multiply by "
    "photo / resized.",
    to_photo=lambda place, corner, photo, resized: place,
)
mistake(
    "Undo in the opposite order: the crop came last, so add `corner` first, and then multiply by photo / resized.",
    to_photo=lambda place, corner, photo, resized: place * photo / resized + corner,
)
mistake(
    "You multiplied by resized / photo, which makes it smaller once more. Undo it: photo / resized.",
    to_photo=lambda place, corner, photo, resized: (place + corner) * resized / photo,
)
mistake(
    "You subtracted the corner. The window begins *at* the corner: add it.",
    to_photo=lambda place, corner, photo, resized: (place - corner) * photo / resized,
)
mistake(
    "Your box is (top, left, bottom, right). Asked for is (left, top, right, bottom): x before y.",
    order=lambda left, top, right, bottom: (top, left, bottom, right),
)
mistake(
    "Your box is (left, right, top, bottom). Asked for is (left, top, right, bottom).",
    order=lambda left, top, right, bottom: (left, right, top, bottom),
)
mistake(
    "Your box is (top, bottom, left, right). Asked for is (left, top, right, bottom).",
    order=lambda left, top, right, bottom: (top, bottom, left, right),
)
mistake(
    "You gave left, top, width and height. Asked for are right and bottom in place of the sizes.",
    order=lambda left, top, right, bottom: (left, top, right - left, bottom - top),
)
mistake(
    "Row and column of the cell are exchanged: (i, j) is row i, column j, so i goes with heights and j with widths.",
    lambda cell, *rest: (turned(cell), *rest),
)
mistake(
    "Height and width of the photograph are exchanged: sizes are (H, W).",
    lambda cell, map_size, window, corner, resized, photo: (
        cell, map_size, window, corner, resized, turned(photo),
    ),
)  # fmt: skip
mistake(
    "The corner is (y, x): its first number goes with heights, the second with widths.",
    lambda cell, map_size, window, corner, resized, photo: (
        cell, map_size, window, turned(corner), resized, photo,
    ),
)  # fmt: skip
mistake(
    "The sizes of the map are exchanged: (h, w), so heights are divided by h and widths by w.",
    lambda cell, map_size, *rest: (cell, turned(map_size), *rest),
)
mistake(
    "You divided the whole photograph into cells, as if the window were all of it. The window is a part of the "
    "resized photograph: add `corner`, then multiply by photo / resized.",
    lambda cell, map_size, window, corner, resized, photo: (cell, map_size, window, (0, 0), window, photo),
)
mistake(
    "You divided the resized photograph into cells. The map covers the window alone: a cell is window / map size.",
    lambda cell, map_size, window, corner, resized, photo: (cell, map_size, resized, corner, resized, photo),
)
mistake(
    "You scaled width and height alike, by the factor of the height. Each has its own: photo / resized.",
    lambda cell, map_size, window, corner, resized, photo: (
        cell, map_size, window, corner, resized, (photo[0], resized[1] * photo[0] / resized[0]),
    ),
)  # fmt: skip
mistake(
    "You scaled width and height alike, by the factor of the width. Each has its own: photo / resized.",
    lambda cell, map_size, window, corner, resized, photo: (
        cell, map_size, window, corner, resized, (resized[0] * photo[1] / resized[1], photo[1]),
    ),
)  # fmt: skip
mistake(
    "Your box has no size: right and bottom are where the next cell begins, at i + 1 and j + 1.",
    end=0.0,
)
mistake(
    "Your box lies half a cell too far to the right and too low: cell i begins at i times its height, not in its "
    "middle.",
    start=0.5,
    end=1.5,
)
mistake(
    "Your box lies half a cell too far to the left and too high: cell i begins at i times its height, and ends at "
    "i + 1 times.",
    start=-0.5,
    end=0.5,
)
mistake(
    "You count the cells from 1. They are counted from 0: cell (0, 0) begins at the corner of the window.",
    start=-1.0,
    end=0.0,
)
mistake(
    "You took map size - 1 cells. There are as many as the map has: window / map size.",
    lambda cell, map_size, *rest: (cell, (map_size[0] - 1, map_size[1] - 1), *rest),
)
mistake(
    "You multiplied by photo / window. The photograph became `resized` and not the window: multiply by "
    "photo / resized.",
    lambda cell, map_size, window, corner, resized, photo: (cell, map_size, window, corner, window, photo),
)
mistake(
    "You added the corner twice. Once is enough: the window begins there.",
    lambda cell, map_size, window, corner, resized, photo: (
        cell, map_size, window, (2 * corner[0], 2 * corner[1]), resized, photo,
    ),
)  # fmt: skip
mistake(
    "You scaled the corner alone. The place in the window must be scaled with it: add first, then multiply by "
    "photo / resized.",
    to_photo=lambda place, corner, photo, resized: place + corner * photo / resized,
)
mistake(
    "You took the corner off the size of the window. The window is whole: `corner` says where it begins, so add it.",
    lambda cell, map_size, window, corner, resized, photo: (
        cell, map_size, (window[0] - corner[0], window[1] - corner[1]), corner, resized, photo,
    ),
)  # fmt: skip
mistake(
    "You gave the middle of the cell, and its width and height. Asked for is (left, top, right, bottom).",
    order=lambda left, top, right, bottom: ((left + right) / 2, (top + bottom) / 2, right - left, bottom - top),
)
mistake(
    "Your box is in shares of the photograph, 0 to 1. Asked for are its pixels: multiply by the photograph's size.",
    to_photo=lambda place, corner, photo, resized: (place + corner) / resized,
)
mistake(
    "You multiplied by the size of the map. A cell is window / map size.",
    lambda cell, map_size, window, corner, resized, photo: (cell, (1, 1), map_size, corner, resized, photo),
)


@my_cell_on_photo.mistake("You rounded to whole pixels. Give the numbers as they are.")
def rounded(cell, map_size, window, corner, resized, photo):
    return tuple(round(number) for number in box(cell, map_size, window, corner, resized, photo))


@my_cell_on_photo.mistake("You cut off to whole pixels, with // or int. Give the numbers as they are.")
def whole_pixels(cell, map_size, window, corner, resized, photo):
    return tuple(int(number // 1) for number in box(cell, map_size, window, corner, resized, photo))


@my_cell_on_photo.mistake("You divided with //, which cuts off: a cell need not be a whole number of pixels. Use /.")
def whole_cells(cell, map_size, window, corner, resized, photo):
    edges = []
    for axis in (1, 0):
        step, scale = window[axis] // map_size[axis], photo[axis] / resized[axis]
        start = cell[axis] * step + corner[axis]
        edges.append((start * scale, (start + step) * scale))
    (left, right), (top, bottom) = edges
    return left, top, right, bottom


@my_cell_on_photo.mistake("You gave the middle of the cell. Asked for is its box.")
def the_middle(cell, map_size, window, corner, resized, photo):
    left, top, right, bottom = box(cell, map_size, window, corner, resized, photo)
    return (left + right) / 2, (top + bottom) / 2


@my_cell_on_photo.mistake("You cut the box off at the edge of the photograph. Nothing is to be cut off here.")
def cut_off(cell, map_size, window, corner, resized, photo):
    left, top, right, bottom = box(cell, map_size, window, corner, resized, photo)
    return max(left, 0), max(top, 0), min(right, photo[1]), min(bottom, photo[0])
