"""Exercise 7.2: attention rollout: which tokens the class token has looked at, through all blocks."""

import torch

from cam_tutorial.practice.exercise import exercise


def attentions(generator):
    """Rows that sum to 1, of one to three blocks, several heads, grids of 2 × 2 to 4 × 4."""
    cases = []
    for blocks, n, heads, side in ((2, 2, 3, 2), (3, 1, 2, 3), (1, 3, 4, 2), (2, 1, 1, 4), (3, 2, 2, 2)):
        size = n, heads, side**2 + 1, side**2 + 1
        cases.append(([torch.randn(size, generator=generator).mul(2).softmax(dim=-1) for _ in range(blocks)],))
    return cases


@exercise(
    "7.2",
    "Attention rollout",
    minutes=12,
    difficulty=2,
    cases=attentions,
    hints=[
        "First one matrix a block: the mean over the heads, dimension 1.",
        "Half of it is what the residual connection hands on: (A + I) / 2, with `torch.eye(T)` for I.",
        "Multiply from the left as you go up: `rollout = A @ rollout`. At the end take row 0, the class token's, "
        "without its first entry, and bring it to the grid.",
    ],
)
def my_rollout(attentions):
    """B tensors (N, heads, T, T), the first block's first -> (N, s, s)

    T = 1 + s·s. The mean over the heads; with the residual connection, (A + I) / 2;
    the product over the blocks, the last block's at the left; and of it what the class
    token, token 0, takes from the s·s others.
    """
    N, _, T, _ = attentions[0].shape
    identity = torch.eye(T)
    rollout = identity
    for attention in attentions:
        A = attention.mean(dim=1)
        rollout = (A + identity) / 2 @ rollout
    side = int((T - 1) ** 0.5)
    return rollout[:, 0, 1:].reshape(N, side, side)


def rolled(
    attentions,
    *,
    heads=lambda attention: attention.mean(dim=1),
    residual=lambda A, identity: (A + identity) / 2,
    left=True,
    read=lambda rollout: rollout[:, 0, 1:],
    blocks=slice(None),
):
    """The solution, with parts that can be changed."""
    N, _, T, _ = attentions[0].shape
    identity = torch.eye(T)
    rollout = identity.expand(N, T, T)
    for attention in attentions[blocks]:
        A = residual(heads(attention), identity)
        rollout = A @ rollout if left else rollout @ A
    side = int((T - 1) ** 0.5)
    return read(rollout).reshape(N, side, side)


def mistake(sentence, **changed):
    """A mistake that does parts of it in another way."""

    @my_rollout.mistake(sentence)
    def other(attentions):
        return rolled(attentions, **changed)


mistake(
    "The residual connection is missing: half of what a token is comes from itself, (A + I) / 2.",
    residual=lambda A, identity: A,
)
mistake(
    "(A + I) is not divided by 2: the rows no longer sum to 1.",
    residual=lambda A, identity: A + identity,
)
mistake(
    "The blocks are multiplied in the wrong order: the last block's matrix stands at the left, "
    "`rollout = A @ rollout`.",
    left=False,
)
mistake(
    "Two things: the residual connection is missing, (A + I) / 2; and the last block's matrix stands at the left, "
    "`rollout = A @ rollout`.",
    residual=lambda A, identity: A,
    left=False,
)
mistake(
    "You read column 0: how much each token takes from the class token. Asked for is row 0, what the class token "
    "takes.",
    read=lambda rollout: rollout[:, 1:, 0],
)
mistake(
    "You added up the heads. Asked for is their mean: each head's rows sum to 1, and the mean's do, too.",
    heads=lambda attention: attention.sum(dim=1),
)
mistake(
    "You took the largest of the heads. Asked for is their mean.",
    heads=lambda attention: attention.amax(dim=1),
)
mistake(
    "You took the smallest of the heads. Asked for is their mean.",
    heads=lambda attention: attention.amin(dim=1),
)
mistake(
    "You took the first head alone. Asked for is the mean over the heads.",
    heads=lambda attention: attention[:, 0],
)
mistake(
    "You read row 0 with its first entry and without its last: the class token itself is token 0, leave that out.",
    read=lambda rollout: rollout[:, 0, :-1],
)
mistake(
    "You read the last row. The class token is token 0: row 0.",
    read=lambda rollout: rollout[:, -1, 1:],
)
mistake(
    "You read the row of the first place, 1. The class token is token 0: row 0.",
    read=lambda rollout: rollout[:, 1, 1:],
)
mistake(
    "You averaged over all tokens' rows. Asked for is what the class token takes: row 0.",
    read=lambda rollout: rollout.mean(dim=1)[:, 1:],
)
mistake(
    "Your map is stretched to end at 1: divided by its maximum. Give it as it is.",
    read=lambda rollout: rollout[:, 0, 1:] / rollout[:, 0, 1:].amax(dim=1, keepdim=True),
)
mistake(
    "Your map is divided by its sum. Give it as it is: what the class token takes from itself is a part of the whole.",
    read=lambda rollout: rollout[:, 0, 1:] / rollout[:, 0, 1:].sum(dim=1, keepdim=True),
)
mistake(
    "Rows and columns of your map are exchanged: the tokens lie in reading order, and `reshape` alone puts them back.",
    read=lambda rollout: transposed(rollout[:, 0, 1:]),
)
mistake(
    "That is the attention of the last block alone. Multiply the matrices of all blocks.",
    blocks=slice(-1, None),
)
mistake(
    "That is the attention of the first block alone. Multiply the matrices of all blocks.",
    blocks=slice(0, 1),
)
mistake(
    "That is the raw attention of the last block alone, without the residual connection. Multiply the matrices "
    "(A + I) / 2 of all blocks.",
    blocks=slice(-1, None),
    residual=lambda A, identity: A,
)
mistake(
    "That is the raw attention of the first block alone, without the residual connection. Multiply the matrices "
    "(A + I) / 2 of all blocks.",
    blocks=slice(0, 1),
    residual=lambda A, identity: A,
)
mistake(
    "The last block is left out of your product.",
    blocks=slice(None, -1),
)
mistake(
    "The first block is left out of your product: have you begun with its matrix and then not multiplied with it?",
    blocks=slice(1, None),
)
mistake(
    "Your matrices are turned: `A.transpose(1, 2)` says who is looked *at*. Row i of A holds what token i takes.",
    heads=lambda attention: attention.mean(dim=1).transpose(1, 2),
)
mistake(
    "The weights of matrix and residual connection are not equal: (A + I) / 2 is half of each.",
    residual=lambda A, identity: 0.9 * A + 0.1 * identity,
)
mistake(
    "Half of A alone: the identity is missing, (A + I) / 2.",
    residual=lambda A, identity: A / 2,
)
mistake(
    "The identity is halved, A is not: mind the brackets in (A + I) / 2.",
    residual=lambda A, identity: A + identity / 2,
)
mistake(
    "A is halved, the identity is not: mind the brackets in (A + I) / 2.",
    residual=lambda A, identity: A / 2 + identity,
)
mistake(
    "You added 1 everywhere. I is the identity, with ones on its diagonal alone: `torch.eye(T)`.",
    residual=lambda A, identity: (A + 1) / 2,
)
mistake(
    "You multiplied the heads. Asked for is their mean.",
    heads=lambda attention: attention.prod(dim=1),
)
mistake(
    "You took a softmax of the attention. It went through one already: its rows sum to 1.",
    heads=lambda attention: attention.softmax(dim=-1).mean(dim=1),
)


@my_rollout.mistake(
    "You added the residual connection once, to the product. Every block has one: (A + I) / 2 for each, then multiply."
)
def residual_once(attentions):
    T = attentions[0].shape[2]
    product = torch.eye(T)
    for attention in attentions:
        product = attention.mean(dim=1) @ product
    side = int((T - 1) ** 0.5)
    return ((product + torch.eye(T)) / 2)[:, 0, 1:].reshape(-1, side, side)


@my_rollout.mistake(
    "You followed each head by itself and averaged at the end. The mean over the heads comes first, in every block."
)
def heads_last(attentions):
    T = attentions[0].shape[2]
    rollout = torch.eye(T)
    for attention in attentions:
        rollout = (attention + torch.eye(T)) / 2 @ rollout
    side = int((T - 1) ** 0.5)
    return rollout.mean(dim=1)[:, 0, 1:].reshape(-1, side, side)


@my_rollout.mistake("You multiplied value by value, `*`. Asked for is the matrix product, `@`.")
def value_by_value(attentions):
    N, _, T, _ = attentions[0].shape
    identity = torch.eye(T)
    rollout = torch.ones(N, T, T)
    for attention in attentions:
        rollout = rollout * (attention.mean(dim=1) + identity) / 2
    side = int((T - 1) ** 0.5)
    return rollout[:, 0, 1:].reshape(N, side, side)


@my_rollout.mistake("You averaged over the blocks. Asked for is the product of their matrices.")
def mean_of_blocks(attentions):
    N, _, T, _ = attentions[0].shape
    rollout = sum((attention.mean(dim=1) + torch.eye(T)) / 2 for attention in attentions) / len(attentions)
    side = int((T - 1) ** 0.5)
    return rollout[:, 0, 1:].reshape(N, side, side)


@my_rollout.mistake("You added the blocks up. Asked for is the product of their matrices.")
def sum_of_blocks(attentions):
    N, _, T, _ = attentions[0].shape
    rollout = sum((attention.mean(dim=1) + torch.eye(T)) / 2 for attention in attentions)
    side = int((T - 1) ** 0.5)
    return rollout[:, 0, 1:].reshape(N, side, side)


@my_rollout.mistake("The shape is wrong: bring the s·s tokens back to their grid, (N, s, s).")
def still_in_a_row(attentions):
    return rolled(attentions).flatten(1)


@my_rollout.mistake("You gave the whole matrix. Asked for is row 0 without its first entry, on the grid.")
def whole_matrix(attentions):
    T = attentions[0].shape[2]
    rollout = torch.eye(T)
    for attention in attentions:
        rollout = (attention.mean(dim=1) + torch.eye(T)) / 2 @ rollout
    return rollout


def transposed(tokens):
    side = int(tokens.shape[1] ** 0.5)
    return tokens.reshape(-1, side, side).transpose(1, 2)
