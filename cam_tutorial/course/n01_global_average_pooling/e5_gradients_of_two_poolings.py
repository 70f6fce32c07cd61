"""Exercise 1.5: the gradients of two poolings.

Two maps, and a slip in one, in the other or in both: a table for each, and what comes of the likeliest ones together.
"""

import torch

from cam_tutorial.practice.exercise import exercise

_WITH_YOUR_HEAD = (
    "The text asks for your prediction, and `{}` lets PyTorch compute the gradients. Write down what they are, without "
    "autograd: the next cell asks PyTorch whether you are right."
)
_AUTOGRAD = (
    "backward", "grad", "autograd", "jacobian", "jacrev", "jacfwd", "vjp", "jvp", "grad_and_value", "gradient_of",
)  # fmt: skip


def maps_of_both_signs(generator):
    """One cell holds the maximum, a quarter and more above all others.

    The value of largest size is negative in some and positive in others, maxima are off the diagonal, and there are a
    square, one row, one column, one cell, zeros, a maximum of 0, one sign, and numbers far from 0.
    """
    cases = []
    for height, width, highest, lowest in ((4, 5, (2, 3), (0, 1)), (6, 3, (4, 1), (1, 2)), (2, 7, (1, 5), (0, 2))):
        map_ = 2 * torch.rand(height, width, generator=generator) - 1
        map_[highest], map_[lowest] = 3, -5
        cases.append((map_,))
    negative = -1 - torch.rand(3, 4, generator=generator)
    negative[1, 2], negative[0, 1] = -0.5, -3
    spiky = torch.rand(3, 8, generator=generator)
    spiky[2, 5] = 4  # the highest in size as well
    tall = torch.rand(8, 3, generator=generator)
    tall[0, 2] = 2  # a cell whose number would pass for a row
    square = torch.rand(4, 4, generator=generator).mul(2).sub(1)
    square[1, 3] = 1.5
    row, column = torch.rand(1, 5, generator=generator), torch.rand(6, 1, generator=generator)
    row[0, 3], column[2, 0] = 2.5, 1.75
    with_zeros = torch.tensor([[0.0, 0, 0.5], [0, 2, 0], [0, 0, 0.25], [0, 1, 0]])  # as after a ReLU
    up_to_zero = torch.tensor([[-1.0, -2, -0.5, -3], [-0.75, -1.25, 0, -2]])
    far = 100 + torch.tensor([[0.5, 3, 1], [2, 1, 1.5]])  # one cell is the average
    others = (square, row, column, torch.tensor([[-0.75]]), with_zeros, up_to_zero, far)
    return [*cases, (negative,), (spiky,), (tall,), *((map_,) for map_ in others)]


@exercise(
    "1.5",
    "The gradients of two poolings",
    minutes=10,
    difficulty=2,
    cases=maps_of_both_signs,
    forbids={name: _WITH_YOUR_HEAD.format(name) for name in _AUTOGRAD},
    hints=[
        "A gradient says: if this cell grows by 1, by how much does the pooled number grow?",
        "The average is the sum divided by Z. If one cell grows by 1, so does the sum, whatever value the cell has.",
        "The maximum grows only with the cell that holds it, and by as much. `map_ == map_.max()` finds that cell.",
    ],
)
def my_gradients(map_):
    """(H, W) -> (gradient of the average, gradient of the maximum), each (H, W)"""
    of_average = torch.ones_like(map_) / map_.numel()
    of_maximum = (map_ == map_.max()).float()
    return of_average, of_maximum


wrong = my_gradients.mistake


def share(map_):
    return torch.full_like(map_, 1 / map_.numel())


def highest(map_):
    return (map_ == map_.max()).float()


def filled(map_, value):
    return torch.full_like(map_, float(value))


def one_at(map_, *index):
    """A map of zeros, with a 1 at an index."""
    ones = torch.zeros_like(map_)
    ones[index] = 1
    return ones


wrong(
    "The gradient of the average is right. In that of the maximum the other cells have -1, as if the maximum fell "
    "when they "
    "grow. They do not move it: 0."
)(lambda m: (share(m), 2 * highest(m) - 1))

# The gradient of the average; the first few are also tried with the first few of MAXIMUM.
AVERAGE = {
    "each cell has 1, which is the sum's gradient. The average is the sum divided by Z, so a cell's share is 1 / Z": (
        lambda m: filled(m, 1)
    ),
    "each cell has its share of the average, its value divided by Z. The gradient asks how the average *changes* if "
    "the cell grows: 1 / Z, whatever the value": lambda m: m / m.numel(),
    "each cell has the average itself. The gradient is what the average gains if the cell grows by 1: 1 / Z": (
        lambda m: filled(m, m.mean())
    ),
    "each cell has its own value. The gradient asks how the average *changes* if the cell grows: 1 / Z": lambda m: (
        m * 1
    ),
    "each cell has its share of the sum, its value divided by all of them. The gradient is 1 / Z everywhere": (
        lambda m: m / m.sum()
    ),
    "each cell has its distance from the average. The gradient is 1 / Z everywhere": lambda m: m - m.mean(),
    "the share is 1 divided by the sum of the cells. It is 1 divided by their number: 1 / Z": (
        lambda m: filled(m, 1 / m.sum())
    ),
    "it is rounded down, as `//` and `.int()` do: keep the fraction 1 / Z": lambda m: filled(m, 1) // m.numel(),
    "only cells that equal the average have a 1. All cells have a share, 1 / Z": lambda m: (m == m.mean()).float(),
    "the share is one half, whatever the map. It is 1 / Z: take Z from the map": lambda m: filled(m, 0.5),
    "only the cells above 0 have a share. All cells have one, 1 / Z, whatever their value": lambda m: (
        share(m) * (m > 0)
    ),
    "the cells that are 0 have no share. All cells have one, 1 / Z, whatever their value": lambda m: (
        share(m) * (m != 0)
    ),
    "negative cells have a negative share. If a cell grows, so does the average, whatever its sign: 1 / Z": (
        lambda m: share(m) * m.sign()
    ),
    "the highest cell has it all. An average gives every cell the same share, 1 / Z": highest,
    "the highest cell alone has a share. An average gives every cell the same, 1 / Z": lambda m: highest(m) / m.numel(),
    "the share is 1 / H². A map of H rows and W columns has H · W positions, also if it is not square": (
        lambda m: filled(m, 1 / m.shape[0] ** 2)
    ),
    "the share is 1 / W². A map of H rows and W columns has H · W positions, also if it is not square": (
        lambda m: filled(m, 1 / m.shape[1] ** 2)
    ),
    "the share is 1 / H. All H · W cells share the average, not only those of one column": (
        lambda m: filled(m, 1 / m.shape[0])
    ),
    "the share is 1 / W. All H · W cells share the average, not only those of one row": (
        lambda m: filled(m, 1 / m.shape[1])
    ),
    "the share is 1 / (H + W). H rows and W columns have H · W cells": lambda m: filled(m, 1 / sum(m.shape)),
    "the share is a quarter, which is right for the pencil's 2×2 map only. It is 1 / Z: take Z from the map": (
        lambda m: filled(m, 1 / 4)
    ),
    "the share is 1 / 144, which is right for maps of 12×12 only. It is 1 / Z: take Z from the map": (
        lambda m: filled(m, 1 / 144)
    ),
    "each cell has Z, the number of cells. The share of each is 1 / Z": lambda m: filled(m, m.numel()),
    "the share is -1 / Z. If a cell grows, so does the average: 1 / Z": lambda m: -share(m),
    "the share is 1 / Z². The average is divided by Z once: 1 / Z": lambda m: filled(m, 1 / m.numel() ** 2),
    "all is 0. If a cell grows, so does the average, by 1 / Z": torch.zeros_like,
    "one number stands for all cells. It is a map of the shape of `map_`: `torch.full_like(map_, ...)`": (
        lambda m: 1 / m.numel()
    ),
    "the H · W numbers stand in one row. Give them the shape of `map_`": lambda m: share(m).flatten(),
    "the shape is (W, H). It is that of `map_`, (H, W): `torch.full_like(map_, ...)`": lambda m: share(m).T,
}
MAXIMUM = {
    "the highest cell has the maximum's value. If that cell grows by 1, so does the maximum: write 1 there": (
        lambda m: highest(m) * m.max()
    ),
    "each cell has a share of 1 / Z. All cells but the highest may grow a little, and the maximum stays: their "
    "gradient is 0": share,
    "the highest cell has 1 / Z. The maximum averages nothing: its one cell gets all, which is 1": (
        lambda m: highest(m) / m.numel()
    ),
    "each cell has 1. All cells but the highest may grow a little, and the maximum stays: their gradient is 0": (
        lambda m: filled(m, 1)
    ),
    "each cell has the maximum itself. The highest cell has 1, what the maximum gains if it grows by 1; the others 0": (
        lambda m: filled(m, m.max())
    ),
    "each cell has its own value. The highest cell has 1, what the maximum gains if it grows by 1; the others 0": (
        lambda m: m * 1
    ),
    "each cell has its share of the maximum, its value divided by it. The highest cell has 1, the others 0": (
        lambda m: m / m.max()
    ),
    "each cell has the maximum divided by Z. The highest cell has 1, the others 0": (
        lambda m: filled(m, m.max() / m.numel())
    ),
    "the highest cell has its value divided by Z. If it grows by 1, so does the maximum: write 1 there": (
        lambda m: highest(m) * m.max() / m.numel()
    ),
    "the cell of the largest absolute value has the 1. The maximum knows signs: -5 is lower than 3": (
        lambda m: (m.abs() == m.abs().max()).float()
    ),
    "the highest cell of each row has a 1. Only one cell of the map is the highest: `map_.max()`": (
        lambda m: (m == m.amax(dim=1, keepdim=True)).float()
    ),
    "the highest cell of each column has a 1. Only one cell of the map is the highest: `map_.max()`": (
        lambda m: (m == m.amax(dim=0, keepdim=True)).float()
    ),
    "the highest cell has a 1 only if it is above 0. One that is 0 or negative moves with its cell, too": (
        lambda m: highest(m) * (m.max() > 0)
    ),
    "the highest cell has a 1 only if it is not 0. A maximum of 0 moves with its cell, too": (
        lambda m: highest(m) * (m.max() != 0)
    ),
    "the search starts from 0, so that without a cell above 0 it stays at the first one. Start from the first value": (
        lambda m: highest(m) if m.max() > 0 else one_at(m, 0, 0)
    ),
    "each cell that is higher than all before it has a 1. Only the last of them is the maximum": (
        lambda m: (m.flatten() == m.flatten().cummax(0).values).float().view(m.shape)
    ),
    "each cell grows by a whole 1, and some pass the maximum. A gradient takes a small step: the highest has 1": (
        lambda m: (m + 1 - m.max()).relu()
    ),
    "the lowest cell has the 1. It belongs to the highest": lambda m: (m == m.min()).float(),
    "every cell above 0 has a 1. The maximum moves with one cell alone, the highest, even if that is negative": (
        lambda m: (m > 0).float()
    ),
    "every cell above the average has a 1. The maximum moves with one cell alone, the highest": (
        lambda m: (m > m.mean()).float()
    ),
    "the highest cell has 0 and the others 1. It is the other way around": lambda m: 1 - highest(m),
    "1 / Z is taken off everywhere. The highest cell has 1 and the others 0: the average plays no part in it": (
        lambda m: highest(m) - share(m)
    ),
    "all is 0. If the highest cell grows, so does the maximum: it has a 1": torch.zeros_like,
    "the highest cell has -1. If it grows, so does the maximum: 1": lambda m: -highest(m),
    "the first cell has the 1. It belongs to the highest one, wherever that is": lambda m: one_at(m, 0, 0),
    "it is a softmax of the map. The maximum itself moves with one cell alone, the highest, which has 1": (
        lambda m: m.flatten().softmax(dim=0).view(m.shape)
    ),
    "it holds True and False, as `==` gives them. Make numbers of them: `.float()`": lambda m: m == m.max(),
    "one number stands for all cells. It is a map of the shape of `map_`, with zeros but for one cell": lambda m: 1.0,
    "it is the number of the highest cell. Give a map of the shape of `map_`, with a 1 in that cell and zeros": (
        lambda m: m.argmax()
    ),
    "the H · W numbers stand in one row. Give them the shape of `map_`: `.view(map_.shape)`": (
        lambda m: highest(m).flatten()
    ),
    "rows and columns are swapped": lambda m: highest(m).T,
    "row and column come from dividing the number of the cell by the height. `argmax` counts along the rows, so divide "
    "by the width: `divmod(..., W)`. With square maps you would not notice": (
        lambda m: one_at(m, *divmod(m.argmax().item(), m.shape[0]))
    ),
    "row and column are swapped: `divmod(..., W)` gives the row first": (
        lambda m: one_at(m, *reversed(divmod(m.argmax().item(), m.shape[1])))
    ),
    "`argmax` counts all cells, row after row, and you used its number as a row. Turn it into row and column by "
    "`divmod(..., W)`, or compare with `map_.max()`": lambda m: one_at(m, m.argmax()),
}


def wrong_maps(sentence, of_average=share, of_maximum=highest, give=lambda a, b: (a, b)):
    wrong(sentence)(lambda map_: give(of_average(map_), of_maximum(map_)))


for sentence, of_average in AVERAGE.items():
    wrong_maps(f"The gradient of the maximum is right. In that of the average {sentence}.", of_average)
for sentence, of_maximum in MAXIMUM.items():
    wrong_maps(f"The gradient of the average is right. In that of the maximum {sentence}.", share, of_maximum)
for first, of_average in list(AVERAGE.items())[:4]:
    for second, of_maximum in list(MAXIMUM.items())[:6]:
        both = f"In the gradient of the average {first}. In that of the maximum {second}."
        wrong_maps(both, of_average, of_maximum)

# Both at once.
wrong_maps(
    "Both are right, in the wrong order: first the gradient of the average, then that of the maximum.",
    give=lambda a, b: (b, a),
)
wrong_maps(
    "They are in the wrong order, and the average's share is 1 / Z. First the gradient of the average, then that of "
    "the maximum.",
    lambda map_: filled(map_, 1),
    give=lambda a, b: (b, a),
)
wrong_maps("That is the gradient of the average. Give both: `return of_average, of_maximum`.", give=lambda a, b: a)
wrong_maps("That is the gradient of the maximum. Give both: `return of_average, of_maximum`.", give=lambda a, b: b)
wrong_maps("Your result is the sum of both gradients. Give the two maps, one after the other.", give=lambda a, b: a + b)
wrong_maps(
    "Both gradients have the opposite sign. If a cell grows, average and maximum grow with it, or stay.",
    give=lambda a, b: (-a, -b),
)
wrong_maps(
    "The numbers of both stand in one row each. Give them the shape of `map_`: `.view(map_.shape)`.",
    give=lambda a, b: (a.flatten(), b.flatten()),
)
wrong_maps("In both, rows and columns are swapped: they have the shape of `map_`.", give=lambda a, b: (a.T, b.T))
wrong_maps(
    "You gave the average and the maximum themselves. A gradient is a map: for each cell, what they gain if it grows.",
    torch.mean,
    torch.max,
)
wrong_maps(
    "You gave one number for each gradient. It has one number a cell: a map of the shape of `map_`, with zeros, too.",
    lambda map_: 1 / map_.numel(),
    lambda map_: 1.0,
)
wrong_maps(
    "Your second gradient holds the first as well: `backward()` adds to `.grad`, and by hand nothing is added.",
    give=lambda a, b: (a, a + b),
)
wrong_maps(
    "Your two gradients are alike, and each is the sum of both, as in a `.grad` to which `backward()` adds. Give each "
    "of them by itself.",
    give=lambda a, b: (a + b, a + b),
)
