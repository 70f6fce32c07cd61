"""Attempts at 7.3."""

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
