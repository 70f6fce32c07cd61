"""Exercise 1.1: global average pooling.

What goes wrong comes in families, each a table with a line a slip: the wrong dimensions, the wrong Z, the wrong cells.
"""

import torch

from cam_tutorial.course.material import SHAPES, stacks
from cam_tutorial.practice.exercise import exercise

_BY_HAND = "The text asks for a sum and a division, and `{}` does both for you: use `A.sum(dim=...)` and `/`."
_READY_MADE = (
    "mean", "nanmean", "fmean", "var_mean", "std_mean", "global_average_pool", "avg_pool1d", "avg_pool2d", "avg_pool3d",
    "adaptive_avg_pool1d", "adaptive_avg_pool2d", "adaptive_avg_pool3d", "AvgPool1d", "AvgPool2d",
    "AvgPool3d", "AdaptiveAvgPool1d", "AdaptiveAvgPool2d", "AdaptiveAvgPool3d",
)  # fmt: skip


def maps_to_pool(generator):
    """One image, one map, one position, a square, one row, zeros, one sign, far from 0, and not in one piece."""
    special = ((1, 4, 5, 3), (2, 1, 3, 4), (1, 1, 2, 6), (2, 3, 1, 1), (3, 2, 4, 4), (2, 4, 1, 6), (2, 3, 5, 1))
    cases = stacks(generator, (*SHAPES, *special))
    with_zeros, negative, far, tall = stacks(generator, ((4, 3, 3, 5), (2, 4, 6, 3), (3, 2, 5, 4), (2, 5, 4, 3)))
    with_zeros = with_zeros.relu()
    with_zeros[1, 2] = 0
    in_pieces = tall.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2)  # so the class maps of 1.4 often are
    return [(features,) for features in (*cases, with_zeros, -1 - negative.abs(), 100 + far, in_pieces)]


@exercise(
    "1.1",
    "Global average pooling",
    minutes=8,
    difficulty=1,
    cases=maps_to_pool,
    forbids={name: _BY_HAND.format(name) for name in _READY_MADE},
    hints=[
        "The formula has a sum and a division. What are H and W of this stack? `A.shape` is (N, K, H, W).",
        "The sum goes over rows and columns, dimensions 2 and 3. Dimension 0 (images) and dimension 1 (maps) stay.",
        "`A.sum(dim=(2, 3))` gives N·K sums at once. Z is the number of positions: `A.shape[2] * A.shape[3]`.",
    ],
)
def my_global_average_pool(A):
    """(N, K, H, W) -> (N, K):  F_k = (1 / Z) Σ_ij A^k_ij"""
    Z = A.shape[2] * A.shape[3]
    return A.sum(dim=(2, 3)) / Z


wrong = my_global_average_pool.mistake


def sums(A):
    return A.sum(dim=(2, 3))


def Z_of(A):
    return A.shape[2] * A.shape[3]


def average(A):
    return sums(A) / Z_of(A)


# The wrong Z.
def divided(by, sentence):
    wrong(sentence)(lambda A: sums(A) / by(A, *A.shape))


divided(lambda A, N, K, H, W: 1, "These are the sums. Divide them by Z, the number of positions of a map.")
divided(lambda A, N, K, H, W: H, "You divided by H alone. The sum goes over H · W positions: divide by both.")
divided(lambda A, N, K, H, W: W, "You divided by W alone. The sum goes over H · W positions: divide by both.")
divided(
    lambda A, N, K, H, W: H**2,
    "You divided by H², which is the number of positions only if the map is square: Z = H · W.",
)
divided(
    lambda A, N, K, H, W: W**2,
    "You divided by W², which is the number of positions only if the map is square: Z = H · W.",
)
divided(lambda A, N, K, H, W: H + W, "Your Z is H + W. A map of H rows and W columns has H · W positions.")
divided(lambda A, N, K, H, W: 2, "You divided by 2, whatever the map. Take Z from the shape of A.")
divided(
    lambda A, N, K, H, W: 4,
    "You divided by 4, which was right for the pencil's 2×2 maps. Take Z from the shape of A.",
)
divided(lambda A, N, K, H, W: 144, "You divided by 144, which is right for maps of 12×12 only. Take Z from A's shape.")
divided(
    lambda A, N, K, H, W: K * H * W,
    "You divided by the number of maps, too. Each map is averaged by itself: Z = H · W, without K.",
)
divided(
    lambda A, N, K, H, W: N * H * W,
    "You divided by the number of images, too. Each image is pooled by itself: Z = H · W, without N.",
)
divided(
    lambda A, N, K, H, W: A.numel(),
    "You divided by the number of all entries of A. Z counts the positions of one map: `A.shape[2] * A.shape[3]`.",
)
divided(
    lambda A, N, K, H, W: K * H,
    "Your Z is K · H. The shape is (N, K, H, W) and counts from 0, so H and W are `A.shape[2]` and `A.shape[3]`.",
)
divided(lambda A, N, K, H, W: K * W, "Your Z is K · W: `A.shape[1]` is K, and H is `A.shape[2]`. Z is H · W.")
divided(lambda A, N, K, H, W: N * K, "Your Z is N · K, the number of maps. Z is the number of cells in one map, H · W.")
divided(lambda A, N, K, H, W: N, "You divided by the number of images, N. Divide by the number of positions, H · W.")
divided(lambda A, N, K, H, W: K, "You divided by the number of maps, K. Divide by the number of positions, H · W.")
divided(lambda A, N, K, H, W: H * W - 1, "You divided by Z - 1. An average of Z numbers divides by Z, which is H · W.")
divided(lambda A, N, K, H, W: H * W + 1, "You divided by Z + 1. An average of Z numbers divides by Z, which is H · W.")
divided(lambda A, N, K, H, W: (H * W) ** 2, "You divided by Z twice. The sum is divided once: `sum / Z`.")
divided(lambda A, N, K, H, W: 1 / (H * W), "You multiplied the sum by Z. It is divided by it.")
divided(
    lambda A, N, K, H, W: H / W,
    "`sum / H * W` divides by H and then multiplies by W. Put Z in parentheses: `sum / (H * W)`.",
)
divided(
    lambda A, N, K, H, W: W / H,
    "`sum / W * H` divides by W and then multiplies by H. Put Z in parentheses: `sum / (H * W)`.",
)
wrong("You divided with `//`, which rounds down to a whole number. Use `/`.")(lambda A: sums(A) // Z_of(A))
wrong("What stands behind the decimal point is cut off: leave out `int`, and fill a tensor of floats, not integers.")(
    lambda A: average(A).trunc()
)
wrong("The cells were cut to whole numbers before the sum: leave `int` out.")(lambda A: sums(A.trunc()) / Z_of(A))

# The wrong dimensions: averaged, summed and divided by H · W, or summed alone.
DIMENSIONS = {
    (0, 2, 3): "dimensions 0, 2 and 3, and the batch is gone: leave 0 alone, each image keeps averages of its own",
    (1, 2, 3): "dimensions 1, 2 and 3, and the maps are merged: leave 1 alone, each map has an average of its own",
    (0, 1, 2, 3): "all dimensions, and one number is left: leave 0 and 1 alone, each map of each image has one",
    (1, 2): "dimensions 1 and 2, maps and rows. They count from 0: rows are dimension 2, and columns dimension 3",
    (1, 3): "dimensions 1 and 3, maps and columns. They count from 0: rows are dimension 2, and columns dimension 3",
    (0, 1): "dimensions 0 and 1, images and maps, which are to stay. Rows and columns are dimensions 2 and 3",
    (2,): "dimension 2 only, the rows, and W numbers a map are left: columns, dimension 3, belong to it as well",
    (3,): "dimension 3 only, the columns, and H numbers a map are left: rows, dimension 2, belong to it as well",
    (1,): "dimension 1, the maps. It is the other way around: the maps stay apart, and the positions go",
    (0,): "dimension 0, the images (as Python's own `sum` does). Images stay apart: use dimensions 2 and 3",
}
# The same in the right shape: one number written into every place.
COPIED = {
    (0, 2, 3): "the images as well, so that all have the same row: leave dimension 0 out of it",
    (1, 2, 3): "the maps as well, so that all maps of an image have the same number: leave dimension 1 out of it",
    (0, 1, 2, 3): "everything, and the same number stands everywhere: each map of each image has one of its own",
}


def over(dimensions, sentence, copied=False):
    def reduced(A, how):
        result = how(A, dimensions, copied)
        return result[..., 0, 0].expand(A.shape[:2]) if copied else result

    wrong(f"Your average runs over {sentence}.")(lambda A: reduced(A, torch.mean))
    wrong(f"Your sum, divided by H · W, runs over {sentence}.")(lambda A: reduced(A, torch.sum) / Z_of(A))
    wrong(f"Your sum, which is not divided by H · W, runs over {sentence}.")(lambda A: reduced(A, torch.sum))


for dimensions, sentence in DIMENSIONS.items():
    over(dimensions, sentence)
for dimensions, sentence in COPIED.items():
    over(dimensions, sentence, copied=True)


# The wrong cells: divided by Z, or by their own number.
CELLS = {
    "You left out the last row and the last column: `range(H)` already stops at H - 1": lambda A: A[:, :, :-1, :-1],
    "You left out the last row: `range(H)` already stops at H - 1": lambda A: A[:, :, :-1],
    "You left out the last column: `range(W)` already stops at W - 1": lambda A: A[..., :-1],
    "You left out row 0 and column 0: rows and columns count from 0": lambda A: A[:, :, 1:, 1:],
    "Only the cell in row 0 and column 0 counts: is there a `return` inside of the loops?": lambda A: A[..., :1, :1],
    "Only row 0 counts: is there a `return` inside of a loop?": lambda A: A[..., :1, :],
    "Only column 0 counts. All of them belong to the sum": lambda A: A[..., :1],
    "Only the last row counts: does the sum start again from 0 in each row?": lambda A: A[..., -1:, :],
    "Only the last column counts: does the sum start again in each column?": lambda A: A[..., -1:],
    "Only the last cell counts: add with `+=`, where `=` forgets what was there": lambda A: A[..., -1:, -1:],
    "Only the diagonal counts, row i with column i: two loops are needed, one inside of the other": (
        lambda A: A.diagonal(dim1=2, dim2=3)[..., None]
    ),
}


def of_cells(sentence, cells):
    dot = "" if sentence[-1] == "?" else "."
    wrong(f"{sentence}{dot}")(lambda A: sums(cells(A)) / Z_of(A))
    wrong(f"{sentence}{dot} (And Z counts all H · W positions.)")(lambda A: average(cells(A)))


for sentence, cells in CELLS.items():
    of_cells(sentence, cells)


def looped(A, height, width):
    return sum(A[:, :, i, j] for i in range(height) for j in range(width)) / Z_of(A)


wrong("Both of your loops run to H. Columns run to W, `A.shape[3]`: with square maps you would not notice.")(
    lambda A: looped(A, A.shape[2], A.shape[2])
)
wrong("Both of your loops run to W. Rows run to H, `A.shape[2]`: with square maps you would not notice.")(
    lambda A: looped(A, A.shape[3], A.shape[3])
)
wrong("Your index is outside of A: rows, dimension 2, run to H = `A.shape[2]`, and columns, dimension 3, to W.")(
    lambda A: looped(A, A.shape[3], A.shape[2])
)


# Another number of each map.
def per_map(sentence, number):
    wrong(sentence)(lambda A: number(A.flatten(2)))


per_map("You took the highest value of each map. This pooling sums and divides.", lambda a: a.amax(2))
per_map("You took the lowest value of each map. The average sums all cells and divides by Z.", lambda a: a.amin(2))
per_map("That is the median of each map. The average sums all cells and divides by Z.", lambda a: a.median(2).values)
per_map("You averaged the absolute values. Each cell counts with its sign: leave out `abs`.", lambda a: a.abs().mean(2))
per_map("You cut off what is negative. Each cell counts with its sign: leave the ReLU out.", lambda a: a.relu().mean(2))
per_map("You averaged the squares. The formula sums the cells as they are.", lambda a: a.square().mean(2))
per_map("That is the root of the mean square. The formula sums cells as they are.", lambda a: a.square().mean(2).sqrt())
per_map(
    "That is how much each map varies. Asked for is its average: the sum divided by Z.",
    lambda a: ((a - a.mean(2, keepdim=True)).square().sum(2) / (a.shape[2] - 1)).sqrt(),  # `std`, without its warning
)
per_map(
    "You divided by the number of cells that are not 0. A zero counts as well: Z is H · W for every map.",
    lambda a: a.sum(2) / (a != 0).sum(2),
)
per_map(
    "You divided by the number of cells that are not 0, or by 1 where there are none. A zero counts, too: Z is H · W.",
    lambda a: a.sum(2) / (a != 0).sum(2).clamp(min=1),
)
per_map(
    "You averaged the cells above 0 alone. All cells count, zeros and negative ones as well: Z is H · W.",
    lambda a: a.relu().sum(2) / (a > 0).sum(2),
)
per_map(
    "You divided the sum by the number of cells above 0. All cells count, zeros and negative ones as well: Z is H · W.",
    lambda a: a.sum(2) / (a > 0).sum(2),
)

# The right averages in another shape, or not all of them.
wrong(
    "The numbers are right, in the shape (N, K, 1, 1). Drop the two last dimensions: `.flatten(1)`, or no `keepdim`."
)(lambda A: average(A)[:, :, None, None])
wrong("With one image, or with one map, a dimension disappears: `.flatten(1)` in place of `squeeze()`.")(
    lambda A: average(A).squeeze()
)
wrong("Your result is (K, N): one row a map. Asked for is (N, K), one row an image, as the batch comes in.")(
    lambda A: average(A).T
)
wrong("You pooled the first image only. Keep dimension 0: each image of the batch has a row.")(lambda A: average(A)[0])
wrong("Only the last image is left: is its row written over those before it? Keep one row an image, (N, K).")(
    lambda A: average(A)[-1]
)
wrong("Each image has a number for its first map only. Each of the K maps has one.")(lambda A: average(A)[:, 0])
wrong("That is the average of map 0 of image 0 alone. Sum over dimensions 2 and 3, and keep all images and all maps.")(
    lambda A: average(A)[0, 0]
)
wrong("All averages stand in one long row of N · K. Give them their shape, (N, K): `.reshape(A.shape[:2])`.")(
    lambda A: average(A).flatten()
)
wrong("You flattened the positions, which is fine, and then summed over the maps, dimension 1. Sum over dimension 2.")(
    lambda A: A.flatten(2).sum(dim=1) / Z_of(A)
)
wrong("`reshape` and `view` cut the row of numbers anew and mix maps with positions. Maps come first: `.flatten(2)`.")(
    lambda A: A.reshape(A.shape[0], Z_of(A), A.shape[1]).sum(dim=1) / Z_of(A)
)
wrong("Images and maps are mixed: the batch is cut into K parts. Keep `.reshape(N, K, -1)`, or `.flatten(2)`.")(
    lambda A: A.reshape(A.shape[1], A.shape[0], -1).sum(dim=2) / Z_of(A)
)
wrong("The sums go on from one map to the next. Start from 0 for each map.")(lambda A: average(A).cumsum(dim=1))
wrong("The sums go on from one map to the next, and from image to image. Start from 0 for each map.")(
    lambda A: average(A).flatten().cumsum(dim=0).view(A.shape[:2])
)
wrong("You divided by Z and did not sum: (N, K, H, W) is left. `A.sum(dim=(2, 3))` first.")(lambda A: A / Z_of(A))
wrong("The maps come back as they were: their cells are to be summed, and the sums to be divided by Z.")(lambda A: A)

# What ends in an error. A sentence stands for every attempt that ends in the same.
wrong(
    "There is no such dimension. They count from 0, so columns are number 3 of A; and after a sum over one of "
    "them only three are left. Sum over both at once: `A.sum(dim=(2, 3))`."
)(lambda A: A.sum(dim=2).sum(dim=3))
wrong("Several dimensions go into `sum` as one tuple: `A.sum(dim=(2, 3))`.")(lambda A: A.sum(2, 3) / Z_of(A))
wrong(
    "`/` has something on one side that is neither a number nor a tensor: the sum needs its parentheses, `A.sum(...)`, "
    "and Z is one number, `A.shape[2] * A.shape[3]`, not a shape."
)(lambda A: sums(A) / A.shape[2:])
wrong("A shape has no such entry. Entries count from 0, so H and W are `A.shape[2]` and `A.shape[3]`.")(
    lambda A: sums(A) / (A.shape[3] * A.shape[4])
)
wrong(
    "`view` fails for maps that do not lie in one piece in memory, as your class maps will later on. `.flatten(2)` and "
    "`.reshape(...)` take every tensor."
)(lambda A: (A.view(-1, Z_of(A)).sum(dim=1) / Z_of(A)).view(A.shape[:2]))
