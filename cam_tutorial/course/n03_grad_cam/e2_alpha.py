"""Exercise 3.2: one weight a map, from the gradient."""

import torch

from cam_tutorial.practice.exercise import exercise

from . import solutions
from .material import images_and_targets


def scores_and_maps(attempt, network, images, target):
    """α, from the scores that a network gives and the maps that they were computed from."""
    A = network.trunk(images)
    y = network.head(A).gather(1, target[:, None])[:, 0]
    return {"the result": attempt(y, A)}


my_alpha = exercise(
    "3.2",
    "One weight a map, from the gradient",
    minutes=8,
    difficulty=2,
    cases=images_and_targets,
    probe=scores_and_maps,
    hints=[
        "Two steps: the gradient of the scores at `A`, which has the shape of `A`, and its mean over the places.",
        "A gradient is taken of one number: `torch.autograd.grad(y.sum(), A)`. It gives a tuple, so unpack it: "
        "`(gradient,) = ...`.",
        "The places are the two last dimensions: `.mean(dim=(2, 3))` leaves (N, K).",
    ],
)(solutions.my_alpha)


def gradient_at(A, score):
    return torch.autograd.grad(score, A)[0]


@my_alpha.mistake(
    "You summed the derivatives. The formula has 1/Z in front of the sums: take the mean over height and width."
)
def sum_for_mean(y, A):
    return gradient_at(A, y.sum()).sum(dim=(2, 3))


@my_alpha.mistake(
    "Your α shrink with the size of the batch, because you averaged the scores: sum them, `y.sum()`, and each image "
    "keeps its own gradient in full."
)
def averages_the_scores(y, A):
    return gradient_at(A, y.mean()).mean(dim=(2, 3))


@my_alpha.mistake(
    "All images but the first have α = 0, because you took the first score alone. Take `y.sum()`: no image's maps have "
    "an influence on another's score."
)
def first_score_alone(y, A):
    return gradient_at(A, y[0]).mean(dim=(2, 3))


@my_alpha.mistake(
    "You averaged over the batch as well. Each image has its own α: leave dimension 0 alone, `.mean(dim=(2, 3))`."
)
def mean_over_the_batch(y, A):
    return gradient_at(A, y.sum()).mean(dim=(0, 2, 3))


@my_alpha.mistake(
    "You averaged over the maps. Each of the K maps has a weight of its own: average over the places alone, "
    "dimensions 2 and 3."
)
def mean_over_the_maps(y, A):
    return gradient_at(A, y.sum()).mean(dim=1)


@my_alpha.mistake(
    "You averaged over maps and places, and one number an image is left. Asked for is one a *map*: average over "
    "dimensions 2 and 3."
)
def one_number_an_image(y, A):
    return gradient_at(A, y.sum()).mean(dim=(1, 2, 3))


@my_alpha.mistake(
    "You averaged over dimensions 1 and 2. That is right for the maps of a single image, (K, H, W); with a batch in "
    "front the places are dimensions 2 and 3."
)
def as_for_a_single_image(y, A):
    return gradient_at(A, y.sum()).mean(dim=(1, 2))


@my_alpha.mistake(
    "You took one gradient after the other, and the first one has used up the graph. One gradient is enough: "
    "`torch.autograd.grad(y.sum(), A)` holds those of all images."
)
def one_gradient_after_the_other(y, A):
    return torch.stack([gradient_at(A, y[n])[n].mean(dim=(1, 2)) for n in range(len(y))])


@my_alpha.mistake(
    "You averaged over one of the two directions. A place has a row and a column: average over both, `dim=(2, 3)`."
)
def mean_over_columns_alone(y, A):
    return gradient_at(A, y.sum()).mean(dim=3)


@my_alpha.mistake(
    "You cut off the negative derivatives before the mean. They are what tells one animal from another: no ReLU here, "
    "it comes once, on the finished map."
)
def relu_on_the_gradient(y, A):
    return gradient_at(A, y.sum()).relu().mean(dim=(2, 3))


@my_alpha.mistake(
    "You cut off the negative α. A map that speaks against the class has a negative weight, and keeps it: the ReLU "
    "comes once, on the finished map."
)
def relu_on_alpha(y, A):
    return gradient_at(A, y.sum()).mean(dim=(2, 3)).relu()


@my_alpha.mistake(
    "You took absolute values before the mean, as if a derivative below zero spoke for the class: keep the signs."
)
def absolute_gradient(y, A):
    return gradient_at(A, y.sum()).abs().mean(dim=(2, 3))


@my_alpha.mistake("You lost the sign of α: a negative one says that the map speaks against the class. Leave out `abs`.")
def absolute_alpha(y, A):
    return gradient_at(A, y.sum()).mean(dim=(2, 3)).abs()


@my_alpha.mistake("You took the largest derivative of each map. α is the mean of all of them: `.mean(dim=(2, 3))`.")
def largest_for_mean(y, A):
    return gradient_at(A, y.sum()).amax(dim=(2, 3))


@my_alpha.mistake(
    "You averaged the maps, not their gradients: α says what a map is worth to the score, not how active it is. Take "
    "`torch.autograd.grad(y.sum(), A)` first."
)
def mean_of_the_maps(y, A):
    return A.mean(dim=(2, 3))


@my_alpha.mistake(
    "You multiplied the gradient by the maps before you averaged. α is the mean of the gradient alone; the maps come "
    "in with the next step."
)
def gradient_times_maps(y, A):
    return (gradient_at(A, y.sum()) * A).mean(dim=(2, 3))


@my_alpha.mistake(
    "That is the gradient itself, one derivative for each place. One step is left: its mean over height and width."
)
def not_averaged(y, A):
    return gradient_at(A, y.sum())


@my_alpha.mistake(
    "The numbers are right, and the shape is (N, K, 1, 1). Asked for is (N, K): leave out `keepdim=True`."
)
def keeps_the_dimensions(y, A):
    return gradient_at(A, y.sum()).mean(dim=(2, 3), keepdim=True)


@my_alpha.mistake(
    "`torch.autograd.grad` gives a tuple, even for one tensor: unpack it with `(gradient,) = torch.autograd.grad(...)`."
)
def a_tuple(y, A):
    return torch.autograd.grad(y.sum(), A).mean(dim=(2, 3))


@my_alpha.mistake(
    "A gradient is taken of one number: the first argument of `torch.autograd.grad` is `y.sum()`, and the second one is"
    " `A`. The sum mixes nothing, because no image's maps have an influence on another's score."
)
def of_many_numbers(y, A):
    return gradient_at(A, y).mean(dim=(2, 3))


@my_alpha.mistake(
    "You took the gradient at a copy of `A`, which the score was not computed from: give `A` itself to "
    "`torch.autograd.grad`."
)
def at_a_copy(y, A):
    A = A.clone()
    return gradient_at(A, y.sum()).mean(dim=(2, 3))


@my_alpha.mistake(
    "The score, or the `A` that you gave, has lost its connection to the graph: no `detach()` (and no `.item()`) "
    "before the gradient is taken."
)
def cut_off(y, A):
    return gradient_at(A, y.detach().sum()).mean(dim=(2, 3))


@my_alpha.mistake(
    "`A.grad` is None: `.backward()` fills the `.grad` of the weights, and not that of a tensor in the middle. Let "
    "`torch.autograd.grad(y.sum(), A)` hand you the gradient."
)
def backward_and_grad(y, A):
    y.sum().backward()
    return A.grad.mean(dim=(2, 3))


@my_alpha.mistake(
    "α is right, but `.backward()` walked on through the whole network and wrote into the `.grad` of its weights. "
    "`torch.autograd.grad(y.sum(), A)` stops at `A` and leaves them alone."
)
def backward_and_retained_grad(y, A):
    A.retain_grad()
    y.sum().backward()
    return A.grad.mean(dim=(2, 3))
