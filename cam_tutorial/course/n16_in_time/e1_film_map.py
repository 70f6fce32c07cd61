"""Exercise 16.1: the class activation map of a film, with three axes."""

import torch

from cam_tutorial.course.material import indices
from cam_tutorial.practice.exercise import exercise

# (N, K, T, h, w): no square, a batch of one, one frame, one place.
SHAPES = ((2, 3, 4, 5, 6), (3, 5, 2, 6, 3), (1, 4, 5, 2, 3), (4, 2, 1, 3, 5), (2, 3, 6, 1, 2), (2, 6, 3, 4, 1))
# As many films as maps and classes: a column of the weights fits there, too, and gives numbers to know it by.
ALIKE = ((3, 3, 2, 4, 5), (2, 2, 4, 3, 5))


def features_and_weights(generator):
    """Features of both signs, the weights of a few classes, and a class for each film."""
    cases = []
    for k, shape in enumerate(SHAPES + ALIKE):
        classes = shape[1] if shape in ALIKE else 4 + k % 3
        features = torch.randn(*shape, generator=generator) + 0.3
        cases.append(
            (features, torch.randn(classes, shape[1], generator=generator), targets(generator, shape, classes))
        )
    return cases


def targets(generator, shape, classes):
    return indices(generator, shape[0], classes) if shape[0] > 1 else torch.tensor([classes - 1])


@exercise(
    "16.1",
    "The map of a film",
    minutes=6,
    difficulty=1,
    cases=features_and_weights,
    hints=[
        "`w = weights[target]` is (N, K): a row a film. The formula of notebook 02 needs one letter more, t.",
        '`torch.einsum("nk,nkthw->…", …)`, or make `w` as long as the features: `w[:, :, None, None, None]`.',
        "The letter that is missing behind the arrow is summed over: it is k, and no other.",
    ],
)
def my_film_map(features, weights, target):
    """features (N, K, T, h, w), weights (C, K), classes (N,) -> maps (N, T, h, w)

    M(t, i, j) = Σ_k w_k A^k(t, i, j), with w the row of each film's own class.
    """
    return torch.einsum("nk,nkthw->nthw", weights[target], features)


def made(how, sentence):
    def version(features, weights, target):
        return how(features, weights, target)

    my_film_map.mistake(sentence)(version)


def long(w):
    return w[:, :, None, None, None]


def right(A, W, c):
    return (long(W[c]) * A).sum(dim=1)


def at(A, w):
    return torch.einsum("nk,nkthw->nthw", w, A)


# The weights.
made(lambda A, W, c: A.sum(dim=1), "The weights are missing: multiply each map by its weight before you sum over k.")
made(
    lambda A, W, c: at(A, W[c[:1]].expand(len(A), -1)),
    "You used the first film's class for all of them. Each has its own: `weights[target]` is (N, K).",
)
made(
    lambda A, W, c: at(A, W[[0] * len(A)]),
    "You used class 0 for all films. Each has its own: `weights[target]` is (N, K).",
)
made(
    lambda A, W, c: torch.einsum("nk,nkthw->nthw", W.sum(dim=0).expand(len(A), -1), A),
    "You added up the weights of all classes. Take the row of each film's own class: `weights[target]`.",
)
made(
    lambda A, W, c: at(A, W.mean(dim=0).expand(len(A), -1)),
    "You averaged the weights over all classes. Take the row of each film's own class: `weights[target]`.",
)
made(
    lambda A, W, c: at(A, W[c].relu()),
    "You cut off the negative weights. A map that speaks against the class belongs to the sum too.",
)
made(lambda A, W, c: at(A, W[c].abs()), "You took the absolute value of the weights. Their signs belong to the map.")
made(
    lambda A, W, c: at(A, W[c].softmax(dim=1)),
    "You put the weights through a softmax. Use them as they are.",
)
made(
    lambda A, W, c: torch.einsum("ck,nkthw->ncthw", W, A),
    "That is the map of every class. Asked for is one map a film: take the rows `weights[target]` first.",
)
made(
    lambda A, W, c: torch.einsum("mk,nkthw->nthw", W[c], A),
    "Films and classes have different letters in your sum, so that each film gets the weights of all: use n for both.",
)

# The sum.
made(
    lambda A, W, c: (long(W[c]) * A).mean(dim=1),
    "You averaged over the maps. The formula has a sum over k.",
)
made(
    lambda A, W, c: (long(W[c]) * A).amax(dim=1),
    "You took the largest of the weighted maps in each place. The formula has a sum over k.",
)
made(
    lambda A, W, c: long(W[c]) * A,
    "You stopped before the sum: that is one map for each k. Add them up over dimension 1.",
)
made(
    lambda A, W, c: (long(W[c]) * A).sum(dim=2),
    "You summed over the frames, dimension 2. Sum over the maps, dimension 1; the frames stay.",
)
made(
    lambda A, W, c: (long(W[c]) * A).sum(dim=0),
    "You summed over the films. Each has a map of its own: sum over dimension 1, the maps.",
)
made(
    lambda A, W, c: right(A, W, c).sum(dim=1),
    "Your map has lost its time: it is summed over the frames. Asked for is (N, T, h, w).",
)
made(
    lambda A, W, c: right(A, W, c).mean(dim=1),
    "Your map has lost its time: it is averaged over the frames. Asked for is (N, T, h, w).",
)
made(
    lambda A, W, c: right(A, W, c).mean(dim=(2, 3)),
    "Your map has lost its places: one number a frame is left. Asked for is (N, T, h, w).",
)
made(
    lambda A, W, c: right(A, W, c).sum(dim=(2, 3)),
    "Your map has lost its places: they are added up in each frame. Asked for is (N, T, h, w).",
)
made(
    lambda A, W, c: torch.einsum("nk,nk->n", W[c], A.mean(dim=(2, 3, 4))),
    "That is the logit without its bias: you averaged over time and space first. For the map, leave the averages out.",
)

# What is done to the finished map.
made(
    lambda A, W, c: right(A, W, c).relu(),
    "You cut off what is below 0. A class activation map has both signs; the ReLU is Grad-CAM's.",
)
made(
    lambda A, W, c: right(A.relu(), W, c),
    "You cut off the features below 0. Use them as they come.",
)
made(
    lambda A, W, c: right(A, W, c) / A[0, 0].numel(),
    "You divided by the number of places and frames. That division belongs to the average, not to the map.",
)
made(
    lambda A, W, c: right(A, W, c) / right(A, W, c).abs().amax(),
    "You divided by the largest value. Leave the map in the network's own scale, or the identity is lost.",
)
made(
    lambda A, W, c: right(A, W, c) / right(A, W, c).flatten(1).amax(dim=1)[:, None, None, None],
    "You divided each film's map by its maximum. Leave it in the network's own scale, or the identity is lost.",
)
made(
    lambda A, W, c: right(A, W, c)[:, None],
    "There is a dimension of 1 too many, where the maps stood. Asked for is (N, T, h, w).",
)
made(
    lambda A, W, c: right(A, W, c).squeeze(),
    "The numbers are right, but `squeeze()` drops every dimension of size 1, a batch of one as well: leave it out.",
)
made(lambda A, W, c: right(A, W, c)[0], "That is the map of the first film alone: give one a film, (N, T, h, w).")
made(
    lambda A, W, c: right(A, W, c).permute(0, 2, 3, 1),
    "Your axes stand in another order. Asked for is (N, T, h, w): time comes before the places.",
)
made(
    lambda A, W, c: at(A, W[:, c]),
    "You took columns of the weights; a class has a row: `weights[target]`.",
)
made(
    lambda A, W, c: (long(W[:, c].T) * A).sum(dim=1),
    "You took columns of the weights and turned them; a class has a row: `weights[target]`.",
)
made(
    lambda A, W, c: at(A, W[(A.mean(dim=(2, 3, 4)) @ W.T).argmax(dim=1)]),
    "You took the class with the highest score. Asked for is the map of each film's `target`, right or wrong.",
)
made(
    lambda A, W, c: at(A, W.softmax(dim=0)[c]),
    "You put the weights through a softmax over the classes. Use them as they are.",
)
made(
    lambda A, W, c: at(A, W[c] - W.mean(dim=0)),
    "You subtracted the mean weights of all classes. Use the class's own as they are.",
)
made(
    lambda A, W, c: right(A, W, c).sum(dim=(1, 2, 3)),
    "Time and space are summed away: one number a film is left. For the map, sum over k alone.",
)
made(
    lambda A, W, c: right(A, W, c).mean(dim=(1, 2, 3), keepdim=True).expand(-1, *A.shape[2:]),
    "Each place has the mean of the whole film. Leave the averages out: each frame and place has a value of its own.",
)
made(
    lambda A, W, c: (A.reshape(len(A), *A.shape[2:], A.shape[1]) * W[c][:, None, None, None]).sum(dim=-1),
    "`reshape` does not move dimensions: it lays the numbers out anew. To bring the maps to the end, take "
    "`.movedim(1, -1)`.",
)
made(
    lambda A, W, c: right(A, W, c).diff(dim=1, prepend=right(A, W, c)[:, :1]),
    "You took the change from frame to frame. Asked for is the map itself.",
)
