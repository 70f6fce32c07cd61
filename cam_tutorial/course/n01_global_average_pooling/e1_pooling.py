"""Exercise 1.1: global average pooling."""

from cam_tutorial.course.material import SHAPES, stacks
from cam_tutorial.practice.exercise import exercise


def maps_to_pool(generator):
    """The last one has one image, for those who squeeze; the others do not."""
    return [(features,) for features in stacks(generator, (*SHAPES, (1, 4, 5, 3)))]


@exercise(
    "1.1",
    "Global average pooling",
    minutes=8,
    difficulty=1,
    cases=maps_to_pool,
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


@my_global_average_pool.mistake(
    "You averaged over the images as well: dimension 0 is the batch, and each image keeps averages of its own. Use "
    "dimensions 2 and 3 alone."
)
def batch_mixed_in(A):
    return A.mean(dim=(0, 2, 3))


@my_global_average_pool.mistake(
    "These are averages of numbers from all images, copied to each image. Leave dimension 0, the batch, out of the sum."
)
def batch_mixed_and_copied(A):
    return A.mean(dim=(0, 2, 3)).expand(A.shape[:2])


@my_global_average_pool.mistake("These are the sums. Divide them by Z, the number of positions of a map.")
def not_divided(A):
    return A.sum(dim=(2, 3))


@my_global_average_pool.mistake(
    "You merged all maps of an image into one number. Each map has an average of its own: leave dimension 1 alone."
)
def maps_mixed(A):
    return A.mean(dim=(1, 2, 3))


@my_global_average_pool.mistake(
    "That is one number for everything. Asked for is one for each map of each image: say over which dimensions to sum."
)
def one_number_for_all(A):
    return A.mean()


@my_global_average_pool.mistake(
    "You pooled over maps and rows. Dimensions count from 0: rows are dimension 2, and columns dimension 3."
)
def counts_from_one(A):
    return A.mean(dim=(1, 2))


@my_global_average_pool.mistake("You averaged over the rows only, so W numbers a map are left. Sum over columns, too.")
def rows_only(A):
    return A.mean(dim=2)


@my_global_average_pool.mistake("You averaged over the columns only, so H numbers a map are left. Sum over rows, too.")
def columns_only(A):
    return A.mean(dim=3)


@my_global_average_pool.mistake(
    "You divided by H², which is the number of positions only if the map is square: Z = H · W."
)
def height_squared(A):
    return A.sum(dim=(2, 3)) / A.shape[2] ** 2


@my_global_average_pool.mistake(
    "You divided by W², which is the number of positions only if the map is square: Z = H · W."
)
def width_squared(A):
    return A.sum(dim=(2, 3)) / A.shape[3] ** 2


@my_global_average_pool.mistake(
    "You divided by 4, which was right for the pencil's 2×2 maps. Take Z from the shape of A."
)
def four_positions(A):
    return A.sum(dim=(2, 3)) / 4


@my_global_average_pool.mistake(
    "You divided by the number of maps, too. Each map is averaged by itself: Z = H · W, without K."
)
def maps_counted(A):
    return A.sum(dim=(2, 3)) / A[0].numel()


@my_global_average_pool.mistake(
    "You divided by the number of all entries of A. Z counts the positions of one map: `A.shape[2] * A.shape[3]`."
)
def everything_counted(A):
    return A.sum(dim=(2, 3)) / A.numel()


@my_global_average_pool.mistake(
    "Your Z is K · H. The shape is (N, K, H, W) and counts from 0, so H and W are `A.shape[2]` and `A.shape[3]`."
)
def maps_for_columns(A):
    return A.sum(dim=(2, 3)) / (A.shape[1] * A.shape[2])


@my_global_average_pool.mistake("Your Z is H + W. A map of H rows and W columns has H · W positions.")
def added_sides(A):
    return A.sum(dim=(2, 3)) / (A.shape[2] + A.shape[3])


@my_global_average_pool.mistake("You divided with `//`, which rounds down to a whole number. Use `/`.")
def rounded_down(A):
    return A.sum(dim=(2, 3)) // (A.shape[2] * A.shape[3])


@my_global_average_pool.mistake(
    "The numbers are right, in the shape (N, K, 1, 1). Drop the two last dimensions: `.flatten(1)`, or no `keepdim`."
)
def kept_dimensions(A):
    return A.mean(dim=(2, 3), keepdim=True)


@my_global_average_pool.mistake("You pooled the first image only. Keep dimension 0: each image of the batch has a row.")
def first_image(A):
    return A[0].mean(dim=(1, 2))


@my_global_average_pool.mistake(
    "You took the highest value of each map. That is another pooling; this one sums and divides."
)
def maximum(A):
    return A.amax(dim=(2, 3))


@my_global_average_pool.mistake(
    "You left out the last row and the last column. `range(H)` already stops at H - 1: write no - 1 yourself."
)
def last_ones_missing(A):
    return A[:, :, :-1, :-1].sum(dim=(2, 3)) / (A.shape[2] * A.shape[3])


@my_global_average_pool.mistake(
    "With one image the batch disappears, and the shape is (K,). Leave `squeeze()` out, or use `.flatten(1)`."
)
def squeezed(A):
    return A.mean(dim=(2, 3)).squeeze()


@my_global_average_pool.mistake(
    "Your result is (K, N): one row a map. Asked for is (N, K), one row an image, as the batch comes in."
)
def turned(A):
    return A.mean(dim=(2, 3)).T


@my_global_average_pool.mistake(
    "You averaged the K maps into one. It is the other way around: the maps stay apart, and the positions are averaged."
)
def one_map_left(A):
    return A.mean(dim=1)


@my_global_average_pool.mistake("You divided by H alone. The sum goes over H · W positions: divide by both.")
def divided_by_height(A):
    return A.sum(dim=(2, 3)) / A.shape[2]


@my_global_average_pool.mistake("You divided by W alone. The sum goes over H · W positions: divide by both.")
def divided_by_width(A):
    return A.sum(dim=(2, 3)) / A.shape[3]


@my_global_average_pool.mistake(
    "That is the average of map 0 of image 0 alone. Sum over dimensions 2 and 3, and keep all images and all maps."
)
def first_map(A):
    return A[0, 0].mean()


@my_global_average_pool.mistake(
    "`sum / H * W` divides by H and then multiplies by W. Put Z in parentheses: `sum / (H * W)`."
)
def divided_and_multiplied(A):
    return A.sum(dim=(2, 3)) / A.shape[2] * A.shape[3]


@my_global_average_pool.mistake(
    "Both of your loops run to H. Columns run to W, `A.shape[3]`: with square maps you would not notice."
)
def loops_over_a_square(A):
    total = 0
    for i in range(A.shape[2]):
        for j in range(A.shape[2]):
            total = total + A[:, :, i, j]
    return total / (A.shape[2] * A.shape[3])
