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


# Below: a second series, as students would write it from the notebook's text alone.


@right("tensor_split along both axes")
def second_split(maps, cells, grid):
    result = []
    for m, c in zip(maps, cells, strict=True):
        pieces = [p for row in m.relu().tensor_split(grid[0], 0) for p in row.tensor_split(grid[1], 1)]
        sums = torch.stack([p.sum() for p in pieces])
        result.append(sums[c] / sums.sum() if sums.sum() > 0 else 0.0)
    return torch.tensor([float(r) for r in result])


@right("unfold twice")
def second_unfold(maps, cells, grid):
    h, w = maps.shape[1] // grid[0], maps.shape[2] // grid[1]
    tiles = F.relu(maps).unfold(1, h, h).unfold(2, w, w).sum((-1, -2)).reshape(len(maps), -1)
    whole = tiles.sum(1)
    mine = torch.tensor([tiles[n, c] for n, c in enumerate(cells)])
    return torch.where(whole > 0, mine / whole, torch.zeros_like(whole))


@right("plain Python, place by place")
def second_python(maps, cells, grid):
    shares = []
    N, H, W = maps.shape
    for n in range(N):
        inside = total = 0.0
        for y, line in enumerate(maps[n].tolist()):
            for x, value in enumerate(line):
                if value > 0:
                    total += value
                    if y * grid[0] // H * grid[1] + x * grid[1] // W == cells[n]:
                        inside += value
        shares.append(inside / total if total else 0.0)
    return torch.tensor(shares)


@right("one-hot grid, made large by repeat_interleave")
def second_interleave(maps, cells, grid):
    R, C = grid
    N, H, W = maps.shape
    hot = F.one_hot(torch.as_tensor(cells), R * C).view(N, R, C)
    mask = hot.repeat_interleave(H // R, 1).repeat_interleave(W // C, 2)
    p = torch.where(maps > 0, maps, 0)
    total = p.flatten(1).sum(1)
    return (p * mask).flatten(1).sum(1) / (total + (total == 0))


@right("the mask by kron")
def second_kron(maps, cells, grid):
    R, C = grid
    N, H, W = maps.shape
    block_ = torch.ones(H // R, W // C)
    out = []
    for m, c in zip(maps.clip(0), cells, strict=True):
        where = torch.zeros(R * C)
        where[c] = 1
        mask = torch.kron(where.view(R, C), block_)
        out.append(torch.nan_to_num((m * mask).sum() / m.sum()))
    return torch.stack(out).double()


@right("einsum over the split axes")
def second_einsum(maps, cells, grid):
    R, C = grid
    N, H, W = maps.shape
    sums = torch.einsum("nrhcw->nrc", maps.clamp_min(0).reshape(N, R, H // R, C, W // C)).reshape(N, R * C)
    total = sums.sum(-1)
    total = torch.where(total == 0, torch.ones_like(total), total)
    return sums[range(N), cells] / total


@wrong("softmax over the map in place of the positive part")
def second_softmax(maps, cells, grid):
    p = maps.flatten(1).softmax(1).view_as(maps)
    return torch.stack([block(m, c, grid).sum() for m, c in zip(p, cells, strict=True)]).float()


@wrong("a blank map gives one half")
def second_half(maps, cells, grid):
    out = torch.zeros(len(maps))
    for n, m in enumerate(maps.clamp(min=0)):
        out[n] = block(m, cells[n], grid).sum() / m.sum() if m.sum() > 0 else 0.5
    return out


@wrong("squares what is positive")
def second_squares(maps, cells, grid):
    return game_loop(maps.clamp(min=0) ** 2, cells, grid)


@wrong("clamps the cell, not the whole")
def second_clamp_cell(maps, cells, grid):
    out = torch.zeros(len(maps))
    for n, m in enumerate(maps):
        if m.clamp(min=0).sum() > 0:
            out[n] = block(m, cells[n], grid).clamp(min=0).sum() / m.sum()
    return out


@wrong("share of the cell by its neighbors: inside over outside")
def second_odds(maps, cells, grid):
    out = torch.zeros(len(maps))
    for n, m in enumerate(maps.clamp(min=0)):
        inside = block(m, cells[n], grid).sum()
        if m.sum() > 0:
            out[n] = inside / (m.sum() - inside)
    return out


@wrong("whether more than a half lies inside: a hit or none")
def second_hit(maps, cells, grid):
    return (game_loop(maps, cells, grid) > 0.5).float()


@wrong("divides the cell's sum by the size of the cell")
def second_cell_mean(maps, cells, grid):
    return torch.stack([block(m, c, grid).mean() for m, c in zip(maps.clamp(min=0), cells, strict=True)]).float()


@wrong("the height of the cell taken from the width")
def second_axes(maps, cells, grid):
    h, w = maps.shape[2] // grid[0], maps.shape[1] // grid[1]
    out = torch.zeros(len(maps))
    for n, m in enumerate(maps.clamp(min=0)):
        i, j = divmod(cells[n], grid[1])
        if m.sum() > 0:
            out[n] = m[i * h : (i + 1) * h, j * w : (j + 1) * w].sum() / m.sum()
    return out


@wrong("the shares of all cells")
def second_all_cells(maps, cells, grid):
    R, C = grid
    N, H, W = maps.shape
    sums = maps.clamp(min=0).reshape(N, R, H // R, C, W // C).sum(dim=(2, 4)).flatten(1)
    return (sums / sums.sum(1, keepdim=True)).nan_to_num()


@wrong("an end of the slice too early: the last row and column of the cell are left out")
def second_outer_ring(maps, cells, grid):
    out = torch.zeros(len(maps))
    for n, m in enumerate(maps.clamp(min=0)):
        part = block(m, cells[n], grid)
        if m.sum() > 0:
            out[n] = part[:-1, :-1].sum() / m.sum()
    return out
