"""Attempts at 7.2."""

import math

import numpy as np
import torch

from attempts import right, wrong


@right("a loop from the first block up")
def roll_loop(attentions):
    R = None
    for a in attentions:
        A = 0.5 * a.mean(dim=1) + 0.5 * torch.eye(a.shape[-1])
        R = A if R is None else A @ R
    s = math.isqrt(R.shape[-1] - 1)
    return R[:, 0, 1:].reshape(-1, s, s)


@right("only the class token's row is carried, from the top down")
def roll_row(attentions):
    N, _, T, _ = attentions[0].shape
    row = torch.zeros(N, 1, T)
    row[:, 0, 0] = 1
    for a in reversed(attentions):
        row = row @ ((a.mean(1) + torch.eye(T)) / 2)
    s = round((T - 1) ** 0.5)
    return row[:, 0, 1:].view(N, s, s)


@right("linalg.multi_dot a picture")
def roll_multi_dot(attentions):
    found = []
    T = attentions[0].shape[-1]
    for n in range(len(attentions[0])):
        R = torch.eye(T)
        for a in attentions:
            R = torch.matmul((a[n].mean(dim=0) + torch.eye(T)) / 2, R)
        found.append(R[0, 1:].reshape(int((T - 1) ** 0.5), -1))
    return torch.stack(found)


@right("NumPy and einsum")
def roll_numpy(attentions):
    T = attentions[0].shape[-1]
    R = np.broadcast_to(np.eye(T), (len(attentions[0]), T, T))
    for a in attentions:
        A = (a.numpy().mean(1) + np.eye(T)) / 2
        R = np.einsum("nij,njk->nik", A, R)
    s = int(np.sqrt(T - 1))
    return torch.from_numpy(R[:, 0, 1:]).reshape(len(R), s, s)


def base(attentions, heads=lambda a: a.mean(1), mix=lambda A, I: (A + I) / 2, left=True):  # noqa: E741
    T = attentions[0].shape[-1]
    R = torch.eye(T).expand(len(attentions[0]), T, T)
    for a in attentions:
        A = mix(heads(a), torch.eye(T))
        R = A @ R if left else R @ A
    return R


def grid(row):
    s = int(row.shape[-1] ** 0.5)
    return row.reshape(-1, s, s)


@wrong("no residual connection")
def roll_no_residual(attentions):
    return grid(base(attentions, mix=lambda A, I: A)[:, 0, 1:])  # noqa: E741


@wrong("A + I, not halved")
def roll_not_halved(attentions):
    return grid(base(attentions, mix=lambda A, I: A + I)[:, 0, 1:])  # noqa: E741


@wrong("the other order")
def roll_order(attentions):
    return grid(base(attentions, left=False)[:, 0, 1:])


@wrong("the maximum over the heads")
def roll_max(attentions):
    return grid(base(attentions, heads=lambda a: a.max(dim=1).values)[:, 0, 1:])


@wrong("the sum over the heads")
def roll_sum(attentions):
    return grid(base(attentions, heads=lambda a: a.sum(dim=1))[:, 0, 1:])


@wrong("one head")
def roll_head(attentions):
    return grid(base(attentions, heads=lambda a: a[:, 0])[:, 0, 1:])


@wrong("column for row")
def roll_column(attentions):
    return grid(base(attentions)[:, 1:, 0])


@wrong("leaves out the last token in place of the first")
def roll_last(attentions):
    return grid(base(attentions)[:, 0, :-1])


@wrong("the last block alone")
def roll_last_block(attentions):
    return grid(base(attentions[-1:])[:, 0, 1:])


@wrong("raw attention of the last block")
def roll_raw(attentions):
    return grid(attentions[-1].mean(dim=1)[:, 0, 1:])


@wrong("elementwise product")
def roll_elementwise(attentions):
    T = attentions[0].shape[-1]
    R = torch.ones(len(attentions[0]), T, T)
    for a in attentions:
        R = R * (a.mean(1) + torch.eye(T)) / 2
    return grid(R[:, 0, 1:])


@wrong("the mean over the blocks")
def roll_mean_blocks(attentions):
    T = attentions[0].shape[-1]
    A = torch.stack([(a.mean(1) + torch.eye(T)) / 2 for a in attentions]).mean(0)
    return grid(A[:, 0, 1:])


@wrong("not back on the grid")
def roll_flat(attentions):
    return base(attentions)[:, 0, 1:]


@wrong("the whole matrix")
def roll_matrix(attentions):
    return base(attentions)


@wrong("divided by the maximum")
def roll_normalized(attentions):
    row = base(attentions)[:, 0, 1:]
    return grid(row / row.max(dim=1, keepdim=True).values)


@wrong("keeps the class token: the tokens do not fill a square")
def roll_with_class(attentions):
    row = base(attentions)[:, 0]
    s = int(row.shape[1] ** 0.5)
    return row.reshape(-1, s, s)


@wrong("an identity of the wrong size")
def roll_identity(attentions):
    T = attentions[0].shape[-1]
    return grid(base(attentions, mix=lambda A, I: (A + torch.eye(T - 1)) / 2)[:, 0, 1:])  # noqa: E741


@wrong("mean over the batch for the heads")
def roll_mean_batch(attentions):
    return grid(base(attentions, heads=lambda a: a.mean(dim=0))[:, 0, 1:])


@wrong("averages all rows")
def roll_all_rows(attentions):
    return grid(base(attentions).mean(dim=1)[:, 1:])


@wrong("rows and columns of the map exchanged")
def roll_transposed(attentions):
    return grid(base(attentions)[:, 0, 1:]).transpose(1, 2)


@wrong("returns nothing")
def roll_nothing(attentions):
    base(attentions)


@wrong("adds the identity into the caller's attention")
def roll_inplace(attentions):
    for a in attentions:
        a += torch.eye(a.shape[-1])
        a /= 2
    R = attentions[0].mean(1)
    for a in attentions[1:]:
        R = a.mean(1) @ R
    return grid(R[:, 0, 1:])
