"""The grid pointing game: by pencil, in plain loops, and at chance."""

import pytest
import torch

from cam_tutorial import metrics

# Two rows and three columns of cells, each 2 high and 1 wide. In reading order they hold 1, 4, 0, 3, 2 and 10.
MAP = torch.tensor(
    [
        [1.0, 3, 0],
        [0.0, 1, -9],
        [2.0, -5, 4],
        [1.0, 2, 6],
    ]
)
IN_CELL = [1, 4, 0, 3, 2, 10]


def test_shares_by_hand():
    found = metrics.grid_pointing_game(MAP.expand(6, 4, 3), torch.arange(6), (2, 3))
    torch.testing.assert_close(found, torch.tensor(IN_CELL, dtype=torch.float64) / 20)
    assert metrics.grid_pointing_game(MAP[None], [5], (2, 3)).tolist() == [0.5]


def test_rows_come_first_in_the_grid_and_cells_count_in_reading_order():
    """The same map over other grids: columns alone, rows alone, one cell, a cell a value."""
    game = metrics.grid_pointing_game
    columns = game(MAP.expand(3, 4, 3), [0, 1, 2], (1, 3))
    torch.testing.assert_close(columns, torch.tensor([4, 6, 10], dtype=torch.float64) / 20)
    rows = game(MAP.expand(4, 4, 3), [0, 1, 2, 3], (4, 1))
    torch.testing.assert_close(rows, torch.tensor([4, 1, 6, 9], dtype=torch.float64) / 20)
    assert game(MAP[None], 0, (1, 1)).tolist() == [1]
    values = game(MAP.expand(12, 4, 3), range(12), (4, 3))
    torch.testing.assert_close(values, MAP.clamp(min=0).flatten().double() / 20)


def test_the_share_of_a_map_does_not_hang_on_its_scale_or_on_other_maps():
    maps = torch.stack([MAP, 1e-30 * MAP, 1e30 * MAP])
    torch.testing.assert_close(metrics.grid_pointing_game(maps, 3, (2, 3)), torch.full((3,), 0.15, dtype=torch.float64))


def test_chance_is_one_cell_of_all_and_a_blank_map_lies_on_nothing():
    maps = torch.stack([torch.full((6, 8), 7.0), torch.zeros(6, 8), -torch.ones(6, 8)])
    assert metrics.grid_pointing_game(maps, 4, (3, 2)).tolist() == [pytest.approx(1 / 6), 0, 0]
    noise = torch.rand(400, 6, 6, generator=torch.Generator().manual_seed(0))
    cells = torch.arange(400) % 9
    assert metrics.grid_pointing_game(noise, cells, (3, 3)).mean().item() == pytest.approx(1 / 9, abs=0.005)


def test_against_the_definition_in_plain_loops():
    generator = torch.Generator().manual_seed(1)
    maps = torch.randn(5, 6, 12, generator=generator)
    cells = [7, 0, 3, 5, 2]
    expected = []
    for map_, cell in zip(maps.double(), cells, strict=True):
        inside = total = 0.0
        for y in range(6):
            for x in range(12):
                value = max(map_[y, x].item(), 0)
                total += value
                inside += value if (y // 3) * 4 + x // 3 == cell else 0
        expected.append(inside / total)
    assert metrics.grid_pointing_game(maps, cells, (2, 4)).tolist() == pytest.approx(expected)


def test_gradients_half_precision_and_any_kind_of_whole_number_are_welcome():
    maps = MAP[None].half().requires_grad_()
    for cells in (5, [5], (5,), torch.tensor([5], dtype=torch.uint8), torch.tensor(5)):
        found = metrics.grid_pointing_game(maps, cells, (2, 3))
        assert found.tolist() == [0.5] and not found.requires_grad and found.dtype == torch.float64


def game(maps=MAP[None], cells=(0,), grid=(2, 3)):
    return metrics.grid_pointing_game(maps, cells, grid)


@pytest.mark.parametrize(
    ("call", "error", "telling"),
    [
        (lambda: game(grid=(3, 3)), ValueError, "4 × 3 do not fall into 3 × 3 cells of one size; .* with upsample"),
        (lambda: game(grid=(2, 2)), ValueError, "4 × 3 do not fall into 2 × 2 cells"),
        (lambda: game(grid=(8, 3)), ValueError, "4 × 3 do not fall into 8 × 3 cells"),
        (lambda: game(grid=(0, 3)), ValueError, r"at least one row and one column, got \(0, 3\)"),
        (lambda: game(grid=3), TypeError, r"two whole numbers \(rows, columns\), got 3"),
        (lambda: game(grid=(2.0, 3)), TypeError, r"two whole numbers \(rows, columns\), got \(2.0, 3\)"),
        (lambda: game(grid=(1, 2, 3)), TypeError, r"two whole numbers \(rows, columns\), got \(1, 2, 3\)"),
        (lambda: game(cells=[6]), ValueError, "cells must be numbers from 0 to 5, got 6"),
        (lambda: game(cells=-1), ValueError, "cells must be numbers from 0 to 5, got -1"),
        (lambda: game(cells=[0, 1]), ValueError, r"one number for each of 1 maps, got the shape \(2,\)"),
        (lambda: game(cells=[[0]]), ValueError, r"one number for each of 1 maps, got the shape \(1, 1\)"),
        (lambda: game(cells=[0.0]), TypeError, "whole numbers, .*, got torch.float32"),
        (lambda: game(cells=[True]), TypeError, "whole numbers, .*, got torch.bool"),
        (lambda: game(cells="left"), TypeError, "whole numbers, .*, got 'left'"),
        (lambda: game(maps=MAP), ValueError, r"for a single map write maps\[None\]"),
        (lambda: game(maps=MAP[None] * torch.nan), ValueError, "NaN"),
        (lambda: game(maps=MAP[None].long()), TypeError, "floating"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_sentence(call, error, telling):
    with pytest.raises(error, match=telling) as caught:
        call()
    assert "\n" not in str(caught.value)
