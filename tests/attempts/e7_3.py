"""Attempts at 7.3."""

from fractions import Fraction

import numpy as np
import torch

from attempts import right, wrong


@right("y and x apart")
def cell_plain(cell, map_size, window, corner, resized, photo):
    i, j = cell
    ch, cw = window[0] / map_size[0], window[1] / map_size[1]
    top, bottom = corner[0] + i * ch, corner[0] + (i + 1) * ch
    left, right_ = corner[1] + j * cw, corner[1] + (j + 1) * cw
    fy, fx = photo[0] / resized[0], photo[1] / resized[1]
    return left * fx, top * fy, right_ * fx, bottom * fy


@right("a helper for one axis")
def cell_helper(cell, map_size, window, corner, resized, photo):
    def edge(k, axis):
        return (corner[axis] + window[axis] * k / map_size[axis]) / resized[axis] * photo[axis]

    i, j = cell
    return [edge(j, 1), edge(i, 0), edge(j + 1, 1), edge(i + 1, 0)]


@right("tensors")
def cell_tensor(cell, map_size, window, corner, resized, photo):
    cell, map_size, window, corner, resized, photo = (
        torch.tensor(v, dtype=torch.float64) for v in (cell, map_size, window, corner, resized, photo)
    )
    step = window / map_size
    start = (cell * step + corner) * photo / resized
    stop = ((cell + 1) * step + corner) * photo / resized
    return start[1].item(), start[0].item(), stop[1].item(), stop[0].item()


@right("fractions of the resized photograph")
def cell_fraction(cell, map_size, window, corner, resized, photo):
    box = []
    for add in (0, 1):
        for a in (1, 0):
            share = (corner[a] + (cell[a] + add) * window[a] / map_size[a]) / resized[a]
            box.append(share * photo[a])
    return tuple(box)


def shift(cell, map_size, window, corner, resized, photo, f):
    out = []
    for add in (0, 1):
        for a in (1, 0):
            out.append(f((cell[a] + add) * window[a] / map_size[a], corner[a], resized[a], photo[a]))
    return tuple(out)


@wrong("no crop")
def cell_no_crop(*case):
    return shift(*case, lambda p, c, r, o: p * o / r)


@wrong("no resize")
def cell_no_resize(*case):
    return shift(*case, lambda p, c, r, o: p + c)


@wrong("neither")
def cell_window(*case):
    return shift(*case, lambda p, c, r, o: p)


@wrong("scales first, then adds the corner")
def cell_order(*case):
    return shift(*case, lambda p, c, r, o: p * o / r + c)


@wrong("the inverse factor")
def cell_inverse(*case):
    return shift(*case, lambda p, c, r, o: (p + c) * r / o)


@wrong("minus the corner")
def cell_minus(*case):
    return shift(*case, lambda p, c, r, o: (p - c) * o / r)


@wrong("y before x")
def cell_yx(*case):
    left, top, right_, bottom = cell_plain(*case)
    return top, left, bottom, right_


@wrong("width and height in place of right and bottom")
def cell_sizes(*case):
    left, top, right_, bottom = cell_plain(*case)
    return left, top, right_ - left, bottom - top


@wrong("i with widths and j with heights")
def cell_ij(cell, *rest):
    return cell_plain((cell[1], cell[0]), *rest)


@wrong("the map stretched over the whole photograph")
def cell_stretched(cell, map_size, window, corner, resized, photo):
    h, w = photo[0] / map_size[0], photo[1] / map_size[1]
    i, j = cell
    return j * w, i * h, (j + 1) * w, (i + 1) * h


@wrong("rounded")
def cell_rounded(*case):
    return tuple(round(v) for v in cell_plain(*case))


@wrong("int")
def cell_int(cell, map_size, window, corner, resized, photo):
    i, j = cell
    ch, cw = window[0] // map_size[0], window[1] // map_size[1]
    fy, fx = photo[0] / resized[0], photo[1] / resized[1]
    return (
        (corner[1] + j * cw) * fx,
        (corner[0] + i * ch) * fy,
        (corner[1] + (j + 1) * cw) * fx,
        (corner[0] + (i + 1) * ch) * fy,
    )


@wrong("the middle of the cell")
def cell_middle(*case):
    left, top, right_, bottom = cell_plain(*case)
    return (left + right_) / 2, (top + bottom) / 2


@wrong("one factor for both axes")
def cell_one_factor(cell, map_size, window, corner, resized, photo):
    f = photo[0] / resized[0]
    return shift(cell, map_size, window, corner, resized, photo, lambda p, c, r, o: (p + c) * f)


@wrong("an empty box")
def cell_empty(*case):
    left, top, _, _ = cell_plain(*case)
    return left, top, left, top


@wrong("cells of the resized photograph")
def cell_of_resized(cell, map_size, window, corner, resized, photo):
    return cell_plain(cell, map_size, resized, corner, resized, photo)


@wrong("counts from 1")
def cell_from_one(cell, *rest):
    return cell_plain((cell[0] - 1, cell[1] - 1), *rest)


@wrong("centered on the grid point")
def cell_centered(cell, *rest):
    return cell_plain((cell[0] - 0.5, cell[1] - 0.5), *rest)


@wrong("clipped to the photograph")
def cell_clipped(cell, map_size, window, corner, resized, photo):
    left, top, right_, bottom = cell_plain(cell, map_size, window, corner, resized, photo)
    return max(0, left), max(0, top), min(photo[1], right_), min(photo[0], bottom)


@wrong("multiplies tuples")
def cell_tuples(cell, map_size, window, corner, resized, photo):
    return (cell * window / map_size + corner) * photo / resized


@wrong("unpacks the photo's size as width, height")
def cell_wh(cell, map_size, window, corner, resized, photo):
    return cell_plain(cell, map_size, window, corner, resized, (photo[1], photo[0]))


@wrong("prints it")
def cell_print(*case):
    print(cell_plain(*case))


# Below: a second series, as students would write it from the notebook's text alone.


@right("NumPy arrays, y and x at once")
def second_numpy(cell, map_size, window, corner, resized, photo):
    cell, map_size, window, corner, resized, photo = map(np.array, (cell, map_size, window, corner, resized, photo))
    first = (cell / map_size * window + corner) / resized * photo
    last = ((cell + 1) / map_size * window + corner) / resized * photo
    return np.array([first[1], first[0], last[1], last[0]])


@right("two steps back, by small functions")
def second_functions(cell, map_size, window, corner, resized, photo):
    def uncrop(y, x):
        return y + corner[0], x + corner[1]

    def unresize(y, x):
        return y * photo[0] / resized[0], x * photo[1] / resized[1]

    h, w = window[0] / map_size[0], window[1] / map_size[1]
    top, left = unresize(*uncrop(cell[0] * h, cell[1] * w))
    bottom, right_ = unresize(*uncrop((cell[0] + 1) * h, (cell[1] + 1) * w))
    return left, top, right_, bottom


@right("left and top, plus the cell's size on the photograph")
def second_plus_size(cell, map_size, window, corner, resized, photo):
    zoom_y, zoom_x = photo[0] / resized[0], photo[1] / resized[1]
    height, width = window[0] * zoom_y / map_size[0], window[1] * zoom_x / map_size[1]
    top, left = corner[0] * zoom_y + cell[0] * height, corner[1] * zoom_x + cell[1] * width
    return left, top, left + width, top + height


@right("matrices that are inverted")
def second_matrix(cell, map_size, window, corner, resized, photo):
    def forward(a):  # from photograph to map, in homogeneous coordinates
        scale = torch.tensor([[resized[a] / photo[a], 0.0], [0.0, 1.0]], dtype=torch.float64)
        crop = torch.tensor([[1.0, -corner[a]], [0.0, 1.0]], dtype=torch.float64)
        to_map = torch.tensor([[map_size[a] / window[a], 0.0], [0.0, 1.0]], dtype=torch.float64)
        return to_map @ crop @ scale

    def back(a, k):
        return (torch.linalg.inv(forward(a)) @ torch.tensor([k, 1.0], dtype=torch.float64))[0].item()

    i, j = cell
    return back(1, j), back(0, i), back(1, j + 1), back(0, i + 1)


@right("exact fractions, turned to numbers at the end")
def second_fractions(cell, map_size, window, corner, resized, photo):
    def at(k, a):
        return float((Fraction(window[a] * k, map_size[a]) + corner[a]) * Fraction(photo[a], resized[a]))

    return at(cell[1], 1), at(cell[0], 0), at(cell[1] + 1, 1), at(cell[0] + 1, 0)


@right("linspace for all edges of the map")
def second_linspace(cell, map_size, window, corner, resized, photo):
    edges = [
        (torch.linspace(0, window[a], map_size[a] + 1, dtype=torch.float64) + corner[a]) * photo[a] / resized[a]
        for a in (0, 1)
    ]
    i, j = cell
    return torch.stack([edges[1][j], edges[0][i], edges[1][j + 1], edges[0][i + 1]])


@wrong("the corner taken off the window's size")
def second_smaller_window(cell, map_size, window, corner, resized, photo):
    return cell_plain(cell, map_size, (window[0] - corner[0], window[1] - corner[1]), corner, resized, photo)


@wrong("scales by photo / window")
def second_by_window(cell, map_size, window, corner, resized, photo):
    return cell_plain(cell, map_size, window, corner, window, photo)


@wrong("the corner is scaled, the cell is not")
def second_corner_scaled(*case):
    return shift(*case, lambda p, c, r, o: p + c * o / r)


@wrong("the corner added twice")
def second_corner_twice(*case):
    return shift(*case, lambda p, c, r, o: (p + 2 * c) * o / r)


@wrong("only right and bottom get the corner")
def second_corner_end(cell, map_size, window, corner, resized, photo):
    left, top, _, _ = cell_plain(cell, map_size, window, (0, 0), resized, photo)
    _, _, right_, bottom = cell_plain(cell, map_size, window, corner, resized, photo)
    return left, top, right_, bottom


@wrong("map size times, in place of window / map size")
def second_step(cell, map_size, window, corner, resized, photo):
    return shift(cell, (1, 1), map_size, corner, resized, photo, lambda p, c, r, o: (p + c) * o / r)


@wrong("right before left")
def second_right_first(*case):
    left, top, right_, bottom = cell_plain(*case)
    return right_, bottom, left, top


@wrong("the middle and the size")
def second_middle_size(*case):
    left, top, right_, bottom = cell_plain(*case)
    return (left + right_) / 2, (top + bottom) / 2, right_ - left, bottom - top


@wrong("in shares of the photograph, 0 to 1")
def second_shares(cell, map_size, window, corner, resized, photo):
    left, top, right_, bottom = cell_plain(cell, map_size, window, corner, resized, photo)
    return left / photo[1], top / photo[0], right_ / photo[1], bottom / photo[0]


@wrong("the corner exchanged: x, y")
def second_corner_xy(cell, map_size, window, corner, resized, photo):
    return cell_plain(cell, map_size, window, (corner[1], corner[0]), resized, photo)
