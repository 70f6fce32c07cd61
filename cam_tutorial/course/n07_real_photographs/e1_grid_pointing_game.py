"""Exercise 7.1: the grid pointing game: the share of each map that lies in its own cell."""

import torch

from cam_tutorial.practice.exercise import exercise


def glued_maps(generator):
    """Grids of several shapes, never square and never with square cells; a blank map; one that is never positive."""
    cases = []
    for n, height, width, grid in ((3, 4, 6, (2, 3)), (2, 3, 8, (1, 2)), (4, 6, 4, (3, 1)), (1, 6, 9, (2, 3))):
        rows, columns = grid
        maps = torch.randn(n, height, width, generator=generator)
        cells = torch.randint(rows * columns, (n,), generator=generator)
        cells[0] = rows * columns - 1
        cases.append((maps, cells.tolist(), grid))
    maps = torch.randn(4, 4, 10, generator=generator)
    maps[1] = 0
    maps[2] = -maps[2].abs()
    cases.append((maps, [4, 1, 2, 9], (2, 5)))
    cases.append((torch.randn(6, 4, 6, generator=generator).abs(), [0, 1, 2, 3, 4, 5], (2, 3)))
    cases.append((torch.randn(2, 4, 6, generator=generator).double(), [2, 1], (1, 3)))
    return cases


@exercise(
    "7.1",
    "The grid pointing game",
    minutes=12,
    difficulty=2,
    cases=glued_maps,
    hints=[
        "Negative values do not count: begin with `maps.clamp(min=0)`.",
        "The cells have sizes H // rows and W // columns. Cell c lies in row c // columns and column c % columns.",
        "Go through the maps in a loop: cut out the map's own cell, and divide its sum by the sum of the whole map. A "
        "map without any positive value has the share 0.",
    ],
)
def my_grid_pointing_game(maps, cells, grid):
    """(N, H, W), N cell numbers, (rows, columns) -> (N,)

    The share of each map's positive part that lies in its own cell. Cells are counted
    from 0 in reading order and are all of one size. A map without any positive value
    has 0.
    """
    rows, columns = grid
    height, width = maps.shape[1] // rows, maps.shape[2] // columns
    shares = torch.zeros(len(maps))
    for n, (positive, cell) in enumerate(zip(maps.clamp(min=0), cells, strict=True)):
        row, column = cell // columns, cell % columns
        inside = positive[row * height : (row + 1) * height, column * width : (column + 1) * width]
        if positive.sum() > 0:
            shares[n] = inside.sum() / positive.sum()
    return shares


def share(maps, cells, grid, *, place=None, reduce=torch.sum, sizes=None, blank=0.0):
    """The solution, with parts that can be changed; `maps` are taken as they are."""
    rows, columns = grid
    place = place or (lambda cell: (cell // columns, cell % columns))
    height, width = sizes or (maps.shape[1] // rows, maps.shape[2] // columns)
    found = []
    for one, cell in zip(maps, cells, strict=True):
        row, column = place(cell)
        inside = one[row * height : (row + 1) * height, column * width : (column + 1) * width]
        whole = reduce(one)
        found.append(reduce(inside) / whole if blank is None or whole != 0 else torch.tensor(blank))
    return torch.stack([torch.as_tensor(value, dtype=maps.dtype) for value in found]).float()


def mistake(sentence, wrong):
    """A mistake that computes `wrong(maps, positive, cells, grid)`."""

    @my_grid_pointing_game.mistake(sentence)
    def other(maps, cells, grid):
        return wrong(maps, maps.clamp(min=0), cells, grid)


mistake(
    "Negative values count in your sums. What speaks against the class is no part of what speaks for it: clamp the "
    "maps at 0 first.",
    lambda maps, positive, cells, grid: share(maps, cells, grid),
)
mistake(
    "Negative values count in your sums, and a blank map gives NaN. Clamp the maps at 0 first, and give 0 where "
    "nothing is left.",
    lambda maps, positive, cells, grid: share(maps, cells, grid, blank=None),
)
mistake(
    "You took absolute values: then what speaks against the class counts as if it spoke for it. Clamp at 0.",
    lambda maps, positive, cells, grid: share(maps.abs(), cells, grid),
)
mistake(
    "A map without any positive value gives NaN, 0 divided by 0. Its share is 0.",
    lambda maps, positive, cells, grid: share(positive, cells, grid, blank=None),
)
mistake(
    "A map without any positive value has the share 0: it lies on nothing. You gave it 1.",
    lambda maps, positive, cells, grid: share(positive, cells, grid, blank=1.0),
)
mistake(
    "A map without any positive value has the share 0: it lies on nothing. You gave it what chance would give.",
    lambda maps, positive, cells, grid: share(positive, cells, grid, blank=1 / (grid[0] * grid[1])),
)
mistake(
    "Cells are counted in reading order, along the rows: cell c lies in row c // columns and column c % columns. "
    "You count down the columns.",
    lambda maps, positive, cells, grid: share(
        positive, cells, grid, place=lambda cell: (cell % grid[0], cell // grid[0])
    ),
)
mistake(
    "You divided by the number of rows: a row has as many cells as there are *columns*, so row = c // columns and "
    "column = c % columns.",
    lambda maps, positive, cells, grid: share(
        positive, cells, grid, place=lambda cell: (cell // grid[0], cell % grid[0])
    ),
)
mistake(
    "Row and column are exchanged: c // columns is the row, c % columns the column.",
    lambda maps, positive, cells, grid: share(
        positive, cells, grid, place=lambda cell: (cell % grid[1], cell // grid[1])
    ),
)
mistake(
    "You read the grid as (columns, rows). It is (rows, columns), as shapes are.",
    lambda maps, positive, cells, grid: share(positive, cells, (grid[1], grid[0])),
)
mistake(
    "You count the cells from 1. They are counted from 0: cell 0 is at the upper left.",
    lambda maps, positive, cells, grid: share(positive, [cell - 1 for cell in cells], grid),
)
mistake(
    "You gave the mean of the cell over the mean of the map. A share is sum over sum.",
    lambda maps, positive, cells, grid: share(positive, cells, grid, reduce=torch.mean, blank=0.0),
)
mistake(
    "You gave the sum in the cell. Divide it by the sum of the whole map.",
    lambda maps, positive, cells, grid: share(positive, cells, grid) * positive.sum(dim=(1, 2)).float(),
)
mistake(
    "You gave what lies *outside* of the cell. Asked for is the share inside.",
    lambda maps, positive, cells, grid: (positive.sum(dim=(1, 2)) > 0) * (1 - share(positive, cells, grid)),
)
mistake(
    "You gave what lies *outside* of the cell, and 1 for a blank map. Asked for is the share inside, and 0.",
    lambda maps, positive, cells, grid: 1 - share(positive, cells, grid),
)
mistake(
    "You divided by the sum of all maps. Each map has a sum of its own.",
    lambda maps, positive, cells, grid: (
        share(positive, cells, grid) * positive.sum(dim=(1, 2)).float() / positive.sum().float()
    ),
)
mistake(
    "You counted the positive places. Add up their values: a bright place weighs more than a faint one.",
    lambda maps, positive, cells, grid: share((maps > 0).to(maps.dtype), cells, grid),
)
mistake(
    "You asked whether the highest place lies in the cell: that is the pointing game. Here the share of the sum "
    "counts.",
    lambda maps, positive, cells, grid: highest(maps, cells, grid),
)
mistake(
    "Every map is measured in the cell of the first. Each has a number of its own: `cells[n]`.",
    lambda maps, positive, cells, grid: share(positive, [cells[0]] * len(cells), grid),
)
mistake(
    "Every map is measured in cell 0. Each has a number of its own: `cells[n]`.",
    lambda maps, positive, cells, grid: share(positive, [0] * len(cells), grid),
)
mistake(
    "You gave the mean over the maps. Asked for is a number for each map, (N,).",
    lambda maps, positive, cells, grid: share(positive, cells, grid).mean(),
)
mistake(
    "You stretched each map from its minimum to its maximum first: then the zero lies elsewhere, and what speaks "
    "against the class counts as well. Clamp at 0 instead.",
    lambda maps, positive, cells, grid: share(stretched(maps), cells, grid),
)
mistake(
    "Your shares are in per cent. Asked for is a share, 0 to 1.",
    lambda maps, positive, cells, grid: 100 * share(positive, cells, grid),
)
mistake(
    "You took the highest value in the cell over the highest of the map. Asked for is sum over sum.",
    lambda maps, positive, cells, grid: share(positive, cells, grid, reduce=torch.amax),
)
mistake(
    "You asked whether more than a half lies in the cell. Asked for is the share itself.",
    lambda maps, positive, cells, grid: (share(positive, cells, grid) > 0.5).float(),
)
mistake(
    "You squared the values: a bright place counts too much. Add up the positive values as they are.",
    lambda maps, positive, cells, grid: share(positive**2, cells, grid),
)
mistake(
    "You divided what lies inside by what lies outside. Divide it by the sum of the whole map.",
    lambda maps, positive, cells, grid: odds(share(positive, cells, grid)),
)
mistake(
    "You clamped the cell alone: negative values still count in the sum of the whole map. Clamp the map first.",
    lambda maps, positive, cells, grid: (
        share(positive, cells, grid) * positive.sum(dim=(1, 2)).float() / not_zero(maps.sum(dim=(1, 2)).float())
    ),
)
mistake(
    "You gave the mean of the cell. Asked for is a share: the sum in the cell, divided by the sum of the map.",
    lambda maps, positive, cells, grid: (
        share(positive, cells, grid)
        * positive.sum(dim=(1, 2)).float()
        * (grid[0] * grid[1] / (maps.shape[1] * maps.shape[2]))
    ),
)
mistake(
    "You took a softmax over the map, in which what is negative counts, too. Clamp at 0 instead.",
    lambda maps, positive, cells, grid: share(maps.flatten(1).softmax(dim=1).view_as(maps), cells, grid),
)
mistake(
    "A map without any positive value has the share 0: it lies on nothing. You gave it one half.",
    lambda maps, positive, cells, grid: share(positive, cells, grid, blank=0.5),
)
mistake(
    "Height and width are exchanged in the size of your cells: a cell is H // rows high and W // columns wide.",
    lambda maps, positive, cells, grid: share(
        positive, cells, grid, sizes=(maps.shape[2] // grid[0], maps.shape[1] // grid[1])
    ),
)
mistake(
    "Your slices end a row and a column too early: the end of a slice is not taken itself, so write it as "
    "(row + 1) * height.",
    lambda maps, positive, cells, grid: cut_short(positive, cells, grid),
)


def highest(maps, cells, grid):
    rows, columns = grid
    height, width = maps.shape[1] // rows, maps.shape[2] // columns
    found = []
    for one, cell in zip(maps, cells, strict=True):
        row, column = divmod(int(one.argmax()), one.shape[1])
        found.append(float(row // height * columns + column // width == cell))
    return torch.tensor(found)


def stretched(maps):
    low, high = maps.amin(dim=(1, 2), keepdim=True), maps.amax(dim=(1, 2), keepdim=True)
    return (maps - low) / torch.where(high == low, 1, high - low)


def odds(shares):
    return shares / (1 - shares)


def not_zero(sums):
    return torch.where(sums == 0, 1, sums)


def cut_short(positive, cells, grid):
    height, width = positive.shape[1] // grid[0], positive.shape[2] // grid[1]
    inside = torch.zeros_like(positive)
    for row in range(grid[0]):
        for column in range(grid[1]):
            rows = slice(row * height, (row + 1) * height - 1)
            columns = slice(column * width, (column + 1) * width - 1)
            inside[:, rows, columns] = positive[:, rows, columns]
    kept = share(inside, cells, grid) * inside.sum(dim=(1, 2)).float()
    return kept / not_zero(positive.sum(dim=(1, 2)).float())
