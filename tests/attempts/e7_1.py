"""Attempts at 7.1."""

import numpy as np
import torch
import torch.nn.functional as F

from attempts import right, wrong


@right("cut out the cell, divide by the whole")
def game_loop(maps, cells, grid):
    R, C = grid
    N, H, W = maps.shape
    h, w = H // R, W // C
    out = []
    for n in range(N):
        m = torch.relu(maps[n])
        i, j = divmod(int(cells[n]), C)
        total = m.sum()
        out.append(m[i * h : (i + 1) * h, j * w : (j + 1) * w].sum() / total if total > 0 else torch.tensor(0.0))
    return torch.stack(out).float()


@right("a view with six dimensions, and the sum of every cell")
def game_view(maps, cells, grid):
    R, C = grid
    N, H, W = maps.shape
    positive = maps.clamp(min=0).reshape(N, R, H // R, C, W // C).sum(dim=(2, 4)).flatten(1)
    own = positive[torch.arange(N), torch.as_tensor(cells)]
    return own / positive.sum(dim=1).clamp(min=1e-12)


@right("a mask, as in energy_inside")
def game_mask(maps, cells, grid):
    R, C = grid
    N, H, W = maps.shape
    rows = torch.arange(H)[:, None] // (H // R)
    columns = torch.arange(W)[None] // (W // C)
    number = rows * C + columns
    positive = maps.clamp(min=0)
    inside = (positive * (number[None] == torch.tensor(cells)[:, None, None])).sum((1, 2))
    return torch.nan_to_num(inside / positive.sum((1, 2)))


@right("NumPy")
def game_numpy(maps, cells, grid):
    found = np.zeros(len(maps))
    for n, m in enumerate(np.maximum(maps.numpy(), 0)):
        rows = np.split(m, grid[0], axis=0)
        cell = np.split(rows[cells[n] // grid[1]], grid[1], axis=1)[cells[n] % grid[1]]
        if m.sum():
            found[n] = cell.sum() / m.sum()
    return torch.from_numpy(found)


@right("average pooling to the grid")
def game_pool(maps, cells, grid):
    positive = maps.clamp(min=0)
    means = F.adaptive_avg_pool2d(positive[:, None], grid).flatten(1)
    shares = means / means.sum(dim=1, keepdim=True)
    return shares.gather(1, torch.tensor(cells)[:, None])[:, 0].nan_to_num()


def block(m, cell, grid):
    h, w = m.shape[0] // grid[0], m.shape[1] // grid[1]
    i, j = divmod(cell, grid[1])
    return m[i * h : (i + 1) * h, j * w : (j + 1) * w]


@wrong("no clamp: negative values count")
def game_signed(maps, cells, grid):
    return torch.stack([block(m, c, grid).sum() / m.sum() for m, c in zip(maps, cells, strict=True)])


@wrong("absolute values")
def game_abs(maps, cells, grid):
    out = []
    for m, c in zip(maps.abs(), cells, strict=True):
        out.append(block(m, c, grid).sum() / m.sum() if m.sum() > 0 else torch.tensor(0.0))
    return torch.stack(out)


@wrong("a blank map gives NaN")
def game_nan(maps, cells, grid):
    pos = maps.clamp(min=0)
    return torch.stack([block(m, c, grid).sum() / m.sum() for m, c in zip(pos, cells, strict=True)])


@wrong("divides by the number of rows")
def game_rows(maps, cells, grid):
    R, C = grid
    h, w = maps.shape[1] // R, maps.shape[2] // C
    out = torch.zeros(len(maps))
    for n, m in enumerate(maps.clamp(min=0)):
        i, j = cells[n] // R, cells[n] % R
        if m.sum() > 0:
            out[n] = m[i * h : (i + 1) * h, j * w : (j + 1) * w].sum() / m.sum()
    return out


@wrong("row and column exchanged")
def game_exchanged(maps, cells, grid):
    R, C = grid
    h, w = maps.shape[1] // R, maps.shape[2] // C
    out = torch.zeros(len(maps))
    for n, m in enumerate(maps.clamp(min=0)):
        j, i = divmod(cells[n], C)
        if m.sum() > 0:
            out[n] = m[i * h : (i + 1) * h, j * w : (j + 1) * w].sum() / m.sum()
    return out


@wrong("the grid as columns, rows")
def game_grid_turned(maps, cells, grid):
    C, R = grid
    h, w = maps.shape[1] // R, maps.shape[2] // C
    out = torch.zeros(len(maps))
    for n, m in enumerate(maps.clamp(min=0)):
        i, j = divmod(cells[n], C)
        if m.sum() > 0:
            out[n] = m[i * h : (i + 1) * h, j * w : (j + 1) * w].sum() / m.sum()
    return out


@wrong("counts cells from 1")
def game_from_one(maps, cells, grid):
    return game_loop(maps, [c - 1 for c in cells], grid)


@wrong("the sum, not the share")
def game_sum(maps, cells, grid):
    return torch.stack([block(m, c, grid).sum() for m, c in zip(maps.clamp(min=0), cells, strict=True)]).float()


@wrong("mean over mean")
def game_mean(maps, cells, grid):
    out = torch.zeros(len(maps))
    for n, m in enumerate(maps.clamp(min=0)):
        if m.mean() > 0:
            out[n] = block(m, cells[n], grid).mean() / m.mean()
    return out


@wrong("the highest place, as in the pointing game")
def game_argmax(maps, cells, grid):
    R, C = grid
    h, w = maps.shape[1] // R, maps.shape[2] // C
    hits = []
    for m, c in zip(maps, cells, strict=True):
        y, x = divmod(m.argmax().item(), m.shape[1])
        hits.append(float((y // h) * C + x // w == c))
    return torch.tensor(hits)


@wrong("counts positive pixels")
def game_count(maps, cells, grid):
    return game_loop((maps > 0).float(), cells, grid)


@wrong("always the first map's cell")
def game_first(maps, cells, grid):
    return game_loop(maps, [cells[0]] * len(maps), grid)


@wrong("the mean over all maps")
def game_one_number(maps, cells, grid):
    return game_loop(maps, cells, grid).mean()


@wrong("in percent")
def game_percent(maps, cells, grid):
    return 100 * game_loop(maps, cells, grid)


@wrong("what lies outside")
def game_outside(maps, cells, grid):
    return 1 - game_loop(maps, cells, grid)


@wrong("one row of the cell alone: no slice")
def game_index(maps, cells, grid):
    R, C = grid
    out = torch.zeros(len(maps))
    for n, m in enumerate(maps.clamp(min=0)):
        i, j = divmod(cells[n], C)
        if m.sum() > 0:
            out[n] = m[i, j] / m.sum()
    return out


@wrong("forgets to return")
def game_no_return(maps, cells, grid):
    game_loop(maps, cells, grid)


@wrong("changes the caller's maps")
def game_inplace(maps, cells, grid):
    maps.clamp_(min=0)
    return game_loop(maps, cells, grid)


@wrong("unpacks the shape with one name too few")
def game_unpack(maps, cells, grid):
    H, W = maps.shape
    return game_loop(maps, cells, grid)
