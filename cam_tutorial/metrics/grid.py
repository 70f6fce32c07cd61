"""The grid pointing game: a truth without any annotation, from photographs that are glued to a grid."""

from collections.abc import Sequence

import torch
from torch import Tensor

from cam_tutorial.metrics.checks import as_maps
from cam_tutorial.metrics.pixels import energy_inside


def grid_pointing_game(maps: Tensor, cells: int | Tensor | Sequence[int], grid: tuple[int, int]) -> Tensor:
    r"""The share of each map's positive part that lies in the cell of its own class: (N, H, W) -> (N,) in [0, 1].

    $$\frac{\sum_{p \in \mathrm{cell}} \max(L_p, 0)}{\sum_p \max(L_p, 0)}$$

    Photographs of different classes are glued to a grid, and each class is explained in turn: what speaks for a class
    should lie on its own photograph. So the cell takes the place of the mask in `energy_inside`. A map that is the same
    positive number everywhere has 1/(rows · columns), which is chance; a blank map lies on nothing and has 0.

    Args:
        maps: (N, H, W), floating point, one for each class that is explained; as large as the glued photographs, or of
            any other size that the rows and columns divide evenly.
        cells: (N,), which cell shows each map's class, counted from 0 in reading order; or one number for all maps.
        grid: (rows, columns) of photographs.

    Raises:
        TypeError, ValueError: bad maps, cells or grid; maps that do not fall into such cells.

    Source: Böhle, Fritz and Schiele, "Convolutional Dynamic Alignment Networks for Interpretable Classifications"
    (CVPR 2021); Rao, Böhle and Schiele, "Towards Better Understanding Attribution Methods" (CVPR 2022).
    """
    maps = as_maps(maps)
    rows, columns = _check_grid(grid)
    count, height, width = maps.shape
    if height % rows or width % columns:
        raise ValueError(
            f"maps of {height} × {width} do not fall into {rows} × {columns} cells of one size; "
            "bring them to the size of the glued photographs with upsample"
        )
    cells = _check_cells(cells, count, rows * columns).to(maps.device)
    numbers = torch.arange(rows * columns, device=maps.device).view(rows, columns)
    cell_of_pixel = numbers.repeat_interleave(height // rows, dim=0).repeat_interleave(width // columns, dim=1)
    return energy_inside(maps, cell_of_pixel == cells[:, None, None])


def _check_grid(grid: tuple[int, int]) -> tuple[int, int]:
    """The grid, once it is found to be two whole numbers from 1 on.

    Raises:
        TypeError: not two whole numbers.
        ValueError: one of them is less than 1.
    """
    if not isinstance(grid, tuple | list) or [type(number) for number in grid] != [int, int]:
        raise TypeError(f"grid must be two whole numbers (rows, columns), got {grid!r}")
    if min(grid) < 1:
        raise ValueError(f"grid must have at least one row and one column, got {grid!r}")
    return grid[0], grid[1]


def _check_cells(cells: int | Tensor | Sequence[int], count: int, places: int) -> Tensor:
    """The cells as one number a map, (count,) int64, each from 0 to places - 1.

    Raises:
        TypeError: not whole numbers.
        ValueError: not `count` of them, or one that is no cell of the grid.
    """
    try:
        found = torch.as_tensor(cells)
    except (TypeError, ValueError, RuntimeError):  # text, or lists of different lengths
        raise TypeError(f"cells must be whole numbers, one for each of {count} maps, got {cells!r}") from None
    if found.is_floating_point() or found.is_complex() or found.dtype == torch.bool:
        raise TypeError(f"cells must be whole numbers, one for each of {count} maps, got {found.dtype}")
    if found.ndim > 1 or (found.ndim == 1 and len(found) != count):
        raise ValueError(f"cells must be one number for each of {count} maps, got the shape {tuple(found.shape)}")
    found = found.long().expand(count)
    outside = found[(found < 0) | (found >= places)]
    if len(outside):
        raise ValueError(f"cells must be numbers from 0 to {places - 1}, got {outside[0].item()}")
    return found
