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


# Below: a second series, as students would write it from the notebook's text alone.


def grid_of(row):
    return row.reshape(len(row), math.isqrt(row.shape[1]), -1)


@right("functools.reduce")
def second_reduce(attentions):
    import functools

    one = torch.eye(attentions[0].shape[-1])
    start = one.expand(len(attentions[0]), -1, -1)
    product = functools.reduce(lambda R, a: torch.bmm((a.mean(1) + one) / 2, R), attentions, start)
    return grid_of(product[:, 0][:, 1:])


@right("recursion from the top")
def second_recursion(attentions):
    def R(b):
        A = attentions[b].mean(1) / 2
        A = A + torch.diag_embed(torch.full(A.shape[:2], 0.5))
        return A if b == 0 else A @ R(b - 1)

    return grid_of(R(len(attentions) - 1)[:, 0, 1:])


@right("einsum, and rows that are normalized again, which changes nothing")
def second_normalized(attentions):
    R = torch.eye(attentions[0].shape[-1])[None]
    for a in attentions:
        A = a.sum(1) / a.shape[1] + torch.eye(a.shape[-1])
        A = A / A.sum(-1, keepdim=True)
        R = torch.einsum("nij,njk->nik", A, R.expand(len(a), -1, -1))
    return grid_of(R[:, 0, 1:])


@right("NumPy in double precision")
def second_numpy(attentions):
    R = np.eye(attentions[0].shape[-1])
    for a in attentions:
        R = (a.numpy().astype(np.float64).mean(axis=1) + np.eye(a.shape[-1])) / 2 @ R
    s = int(np.sqrt(R.shape[-1] - 1))
    return torch.from_numpy(R[:, 0, 1:].reshape(-1, s, s))


@right("the transposed product, read as a column")
def second_transposed(attentions):
    T = attentions[0].shape[-1]
    R = torch.eye(T)
    for a in attentions:
        R = R @ (a.mean(1) + torch.eye(T)).mT / 2
    return grid_of(R[:, 1:, 0])


@right("half of what is there stays, the other half is mixed")
def second_in_place_of_identity(attentions):
    R = torch.eye(attentions[0].shape[-1]).repeat(len(attentions[0]), 1, 1)
    for a in attentions:
        R = 0.5 * R + 0.5 * (a.mean(dim=1) @ R)
    return grid_of(R[:, 0, 1:])


@wrong("the heads are multiplied, not averaged")
def second_heads_product(attentions):
    R = torch.eye(attentions[0].shape[-1])
    for a in attentions:
        R = (a.prod(1) + torch.eye(a.shape[-1])) / 2 @ R
    return grid_of(R[:, 0, 1:])


@wrong("the mean over the images in place of the heads")
def second_mean_images(attentions):
    R = torch.eye(attentions[0].shape[-1])
    for a in attentions:
        R = (a.mean(0) + torch.eye(a.shape[-1])) / 2 @ R
    return grid_of(R[:, 0, 1:])


@wrong("the residual connection once, at the end")
def second_residual_once(attentions):
    R = torch.eye(attentions[0].shape[-1])
    for a in attentions:
        R = a.mean(1) @ R
    return grid_of(((R + torch.eye(R.shape[-1])) / 2)[:, 0, 1:])


@wrong("(A + I) / 2 without brackets")
def second_brackets(attentions):
    R = torch.eye(attentions[0].shape[-1])
    for a in attentions:
        R = (a.mean(1) + torch.eye(a.shape[-1]) / 2) @ R
    return grid_of(R[:, 0, 1:])


@wrong("ones in place of the identity")
def second_ones(attentions):
    R = torch.eye(attentions[0].shape[-1])
    for a in attentions:
        R = (a.mean(1) + torch.ones(a.shape[-1], a.shape[-1])) / 2 @ R
    return grid_of(R[:, 0, 1:])


@wrong("softmax over the attention once more")
def second_softmax(attentions):
    R = torch.eye(attentions[0].shape[-1])
    for a in attentions:
        R = (a.softmax(-1).mean(1) + torch.eye(a.shape[-1])) / 2 @ R
    return grid_of(R[:, 0, 1:])


@wrong("the same block every time")
def second_same_block(attentions):
    R = torch.eye(attentions[0].shape[-1])
    for _ in attentions:
        R = (attentions[0].mean(1) + torch.eye(R.shape[-1])) / 2 @ R
    return grid_of(R[:, 0, 1:])


@wrong("without the class token from the beginning")
def second_places_only(attentions):
    T = attentions[0].shape[-1]
    R = torch.eye(T - 1)
    for a in attentions:
        R = (a.mean(1)[:, 1:, 1:] + torch.eye(T - 1)) / 2 @ R
    return grid_of(R.mean(1))


@wrong("the heads kept apart, averaged at the end")
def second_heads_last(attentions):
    R = torch.eye(attentions[0].shape[-1])
    for a in attentions:
        R = (a + torch.eye(a.shape[-1])) / 2 @ R  # (N, heads, T, T)
    return grid_of(R.mean(1)[:, 0, 1:])


@wrong("the wrong dimension is averaged: the tokens")
def second_dim_two(attentions):
    R = torch.eye(attentions[0].shape[-1])
    for a in attentions:
        R = (a.mean(2) + torch.eye(a.shape[-1])) / 2 @ R
    return grid_of(R[:, 0, 1:])
