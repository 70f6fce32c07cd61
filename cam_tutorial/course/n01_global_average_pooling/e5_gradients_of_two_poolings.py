"""Exercise 1.5: the gradients of two poolings."""

import torch

from cam_tutorial.practice.exercise import exercise


def maps_of_both_signs(generator):
    """The value of largest size is negative in some and positive in others; maxima off the diagonal."""
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
    cases += [(negative,), (spiky,), (tall,)]
    return cases


@exercise(
    "1.5",
    "The gradients of two poolings",
    minutes=10,
    difficulty=2,
    cases=maps_of_both_signs,
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


def average_and_maximum(map_):
    return torch.full_like(map_, 1 / map_.numel()), (map_ == map_.max()).float()


@my_gradients.mistake(
    "Both are right, in the wrong order: first the gradient of the average, then that of the maximum."
)
def maximum_first(map_):
    return average_and_maximum(map_)[::-1]


@my_gradients.mistake(
    "Your average grows by 1 with each cell: that is the sum's gradient. The average is the sum divided by Z, so each "
    "cell's share is 1 / Z."
)
def gradient_of_the_sum(map_):
    return torch.ones_like(map_), average_and_maximum(map_)[1]


@my_gradients.mistake(
    "You gave each cell its share of the average, its value divided by Z. The gradient asks how the average *changes* "
    "if the cell grows: 1 / Z, whatever the value."
)
def value_over_z(map_):
    return map_ / map_.numel(), average_and_maximum(map_)[1]


@my_gradients.mistake(
    "You gave the average itself in every cell. The gradient is what the average gains if the cell grows by 1: 1 / Z."
)
def average_everywhere(map_):
    return torch.full_like(map_, map_.mean().item()), average_and_maximum(map_)[1]


@my_gradients.mistake("You divided by H². A map of H rows and W columns has H · W positions, also if it is not square.")
def share_by_height(map_):
    return torch.full_like(map_, 1 / map_.shape[0] ** 2), average_and_maximum(map_)[1]


@my_gradients.mistake("You divided by W². A map of H rows and W columns has H · W positions, also if it is not square.")
def share_by_width(map_):
    return torch.full_like(map_, 1 / map_.shape[1] ** 2), average_and_maximum(map_)[1]


@my_gradients.mistake("You divided by H alone. All H · W cells share the average, not only those of one column.")
def share_of_a_column(map_):
    return torch.full_like(map_, 1 / map_.shape[0]), average_and_maximum(map_)[1]


@my_gradients.mistake(
    "In your gradient of the maximum stands the maximum's value. If that cell grows by 1, the maximum grows by 1: "
    "write 1 there."
)
def value_of_the_maximum(map_):
    of_average, of_maximum = average_and_maximum(map_)
    return of_average, of_maximum * map_.max()


@my_gradients.mistake(
    "You gave the maximum a share in every cell. All cells but the highest may grow a little, and the maximum stays: "
    "their gradient is 0."
)
def maximum_shared_out(map_):
    return average_and_maximum(map_)[0], average_and_maximum(map_)[0]


@my_gradients.mistake(
    "You divided the maximum's gradient by Z. The maximum averages nothing: its one cell gets all, which is 1."
)
def maximum_over_z(map_):
    of_average, of_maximum = average_and_maximum(map_)
    return of_average, of_maximum / map_.numel()


@my_gradients.mistake("You marked the cell of the largest absolute value. The maximum knows signs: -5 is lower than 3.")
def largest_in_size(map_):
    return average_and_maximum(map_)[0], (map_.abs() == map_.abs().max()).float()


@my_gradients.mistake("You marked the highest cell of each row. Only one cell of the map is the highest: `map_.max()`.")
def one_a_row(map_):
    return average_and_maximum(map_)[0], (map_ == map_.amax(dim=1, keepdim=True)).float()


@my_gradients.mistake(
    "You marked the highest cell of each column. One cell of the whole map is the highest: `map_.max()`."
)
def one_a_column(map_):
    return average_and_maximum(map_)[0], (map_ == map_.amax(dim=0, keepdim=True)).float()


@my_gradients.mistake("You marked the lowest cell. Asked for is the gradient of the maximum.")
def lowest(map_):
    return average_and_maximum(map_)[0], (map_ == map_.min()).float()


@my_gradients.mistake(
    "You marked every cell above 0. The maximum moves with one cell alone, the highest, even if that is negative."
)
def all_positive(map_):
    return average_and_maximum(map_)[0], (map_ > 0).float()


@my_gradients.mistake(
    "You turned the number of the cell into row and column with the height: `argmax` counts along the rows, so divide "
    "by the width. With square maps you would not notice."
)
def index_by_height(map_):
    row, column = divmod(map_.argmax().item(), map_.shape[0])
    of_maximum = torch.zeros_like(map_)
    of_maximum[row, column] = 1
    return average_and_maximum(map_)[0], of_maximum


@my_gradients.mistake("A quarter is right for the pencil's 2×2 map only. The share is 1 / Z: take Z from the map.")
def always_a_quarter(map_):
    return torch.full_like(map_, 1 / 4), average_and_maximum(map_)[1]


@my_gradients.mistake("You divided by W alone. All H · W cells share the average, not only those of one row.")
def share_of_a_row(map_):
    return torch.full_like(map_, 1 / map_.shape[1]), average_and_maximum(map_)[1]


@my_gradients.mistake(
    "You gave the average and the maximum themselves. A gradient is a map: for each cell, what they gain if it grows."
)
def values_of_the_pooling(map_):
    return map_.mean(), map_.max()


@my_gradients.mistake(
    "You gave one number for each gradient. It has one number a cell: a map of the shape of `map_`, with zeros, too."
)
def one_number_each(map_):
    return 1 / map_.numel(), 1.0


@my_gradients.mistake(
    "`argmax` counts all cells, row after row, and you used its number as a row. Turn it into row and column by "
    "`divmod(..., W)`, or compare with `map_.max()`."
)
def cell_for_row(map_):
    of_maximum = torch.zeros_like(map_)
    of_maximum[map_.argmax()] = 1
    return average_and_maximum(map_)[0], of_maximum


@my_gradients.mistake(
    "`backward()` adds to `.grad`: your second gradient holds the first as well. Start from a new clone for each."
)
def second_on_top(map_):
    of_average, of_maximum = average_and_maximum(map_)
    return of_average, of_average + of_maximum


@my_gradients.mistake(
    "Your two gradients are the same tensor, `.grad`, and it holds the sum of both: `backward()` adds. Start from a "
    "new clone for each."
)
def same_grad_twice(map_):
    of_average, of_maximum = average_and_maximum(map_)
    return of_average + of_maximum, of_average + of_maximum
