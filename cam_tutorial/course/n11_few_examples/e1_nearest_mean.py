"""Exercise 11.1: the nearest mean as a linear classifier.

A long file, because it is a table: three lines a mistake.
"""

import torch

from cam_tutorial.practice.exercise import exercise

from . import solutions


def few_features(generator):
    """Features of unlike classes, not as many of each, in any order; one of each; more classes than features."""
    cases = []
    for K, C, N in ((6, 3, 11), (4, 5, 9), (7, 2, 2), (3, 4, 13)):
        labels = torch.arange(N).clamp(max=C - 1)[torch.randperm(N, generator=generator)]
        F = torch.randn(N, K, generator=generator) + 0.4 * labels[:, None] + 0.5
        cases.append((F, labels, C))
    return cases


my_nearest_mean = exercise(
    "11.1",
    "The nearest mean, as a linear classifier",
    minutes=8,
    difficulty=2,
    cases=few_features,
    hints=[
        "First the means: `F[labels == c].mean(dim=0)` for each class c, stacked to (C, K).",
        "Multiply out: |f − m|² = |f|² − 2 m · f + |m|². What is left of |f|² − |f − m|²?",
        "It is 2 m · f − |m|². What stands before f is the weight, and what stands alone is the bias.",
    ],
)(solutions.my_nearest_mean)


def means_of(F, labels, classes):
    return torch.stack([F[labels == c].mean(dim=0) for c in range(classes)])


def made(how, sentence):
    """A mistake: `how(F, labels, classes)`."""

    def version(F, labels, classes):
        return how(F, labels, classes)

    my_nearest_mean.mistake(sentence)(version)


def of_means(how, sentence):
    """A mistake in what is made of the right means (C, K): `how(means)`."""
    made(lambda F, labels, classes: how(means_of(F, labels, classes)), sentence)


def squares(m):
    return m.square().sum(dim=1)


# The weights and the biases.
of_means(lambda m: (m, -squares(m)), "The factor 2 of the weights is missing: |f|² − |f − m|² = 2 m · f − |m|².")
of_means(
    lambda m: (m, -squares(m) / 2),
    "You halved both: it decides alike, but asked for is w · f + b = |f|² − |f − m|², so 2 m and −|m|².",
)
of_means(lambda m: (2 * m, squares(m)), "The sign of the biases is turned around: what stands alone is −|m|².")
of_means(lambda m: (m, squares(m)), "The weights lack their 2, and the biases their minus: 2 m · f − |m|².")
of_means(
    lambda m: (-2 * m, squares(m)),
    "That is |f − m|² − |f|², which is lowest for the nearest mean. Turn both signs around: 2 m and −|m|².",
)
of_means(lambda m: (-2 * m, -squares(m)), "The sign of the weights is turned around: −(−2 m · f) = +2 m · f.")
of_means(
    lambda m: (2 * m, torch.zeros(len(m))),
    "Your biases are 0, so a mean that lies far out attracts what is not near it: the bias is −|m|².",
)
of_means(lambda m: (m, torch.zeros(len(m))), "Those are the bare means. The weights are 2 m, the biases −|m|².")
of_means(
    lambda m: (2 * m, -m.norm(dim=1)),
    "Your biases hold the length |m|. Asked for is its square: −(m²).sum(dim=1), without the root.",
)
of_means(lambda m: (m, -m.norm(dim=1)), "The weights lack their 2, and the biases hold |m| in place of |m|².")
of_means(lambda m: (2 * m, -4 * squares(m)), "You squared the weights 2 m. The bias is that of the mean, −|m|².")
of_means(lambda m: (2 * m, -2 * squares(m)), "The 2 belongs to m · f alone: the bias is −|m|², once.")
of_means(lambda m: (2 * m, -squares(m) / 2), "Your weights are right, and your biases half as large: −|m|².")
of_means(
    lambda m: (2 * m, -m.square().mean(dim=1)),
    "Your biases average the squares over the K numbers. |m|² is their sum.",
)
of_means(lambda m: (2 * m, -m.sum(dim=1)), "Your biases add up the mean's numbers without squaring them: −|m|².")
of_means(lambda m: (2 * m, -(m.sum(dim=1) ** 2)), "You summed first and squared afterward. |m|² is the sum of squares.")
of_means(
    lambda m: (2 * m, -m.square().sum(dim=0)),
    "Your biases are summed over the classes, (K,). Each class has its own: sum over dimension 1.",
)
of_means(
    lambda m: (2 * m, -m.square().sum()),
    "Your bias is one number, summed over all classes. Each class has its own: sum over dimension 1.",
)
of_means(
    lambda m: (2 * m, -m.square().sum(dim=1, keepdim=True)),
    "Your biases are (C, 1): leave out `keepdim`.",
)
of_means(lambda m: (2 * m.T, -squares(m)), "Your weights are turned: a row a class, (C, K).")
of_means(
    lambda m: (2 * m / m.norm(dim=1, keepdim=True), -torch.ones(len(m))),
    "You scaled each mean to the length 1. Leave the means as they are.",
)

# The means.
made(
    lambda F, y, C: (2 * (m := torch.stack([F[y == c].sum(dim=0) for c in range(C)])), -squares(m)),
    "You added up the features of a class. Asked for is their mean: divide by how many it has.",
)
made(
    lambda F, y, C: (2 * (m := torch.stack([F[y == c].sum(dim=0) / len(F) for c in range(C)])), -squares(m)),
    "You divided by the number of all features. Divide by how many the class itself has.",
)
made(
    lambda F, y, C: (2 * (m := torch.stack([F[y == c].sum(dim=0) / (len(F) / C) for c in range(C)])), -squares(m)),
    "You divided by N / C, as if every class had as many. Divide by how many the class itself has.",
)
made(
    lambda F, y, C: (2 * (m := torch.stack([F[y == c][0] for c in range(C)])), -squares(m)),
    "You took the first feature of each class alone. Take the mean of all that it has.",
)
made(
    lambda F, y, C: (2 * (m := torch.stack([F[y == c].median(dim=0).values for c in range(C)])), -squares(m)),
    "You took the median. Asked for is the mean.",
)
made(
    lambda F, y, C: (2 * (m := means_of(F, y, C) - F.mean(dim=0)), -squares(m)),
    "You subtracted the mean of all features. Leave the class means as they are.",
)
made(
    lambda F, y, C: (
        2 * means_of(F, y, C),
        -torch.stack([F[y == c].square().sum(dim=1).mean() for c in range(C)]),
    ),
    "Your biases average the squares |f|² of a class. Average first: −|m|².",
)
made(
    lambda F, y, C: (2 * F, -squares(F)),
    "You made a class of every row of F: that is the nearest example. Average the rows of each class first.",
)

# The answer.
made(lambda F, y, C: 2 * means_of(F, y, C), "You gave the weights alone. Return both: the weights and the biases.")
made(
    lambda F, y, C: (-squares(means_of(F, y, C)), 2 * means_of(F, y, C)),
    "The two are swapped: first the weights (C, K), then the biases (C,).",
)
made(
    lambda F, y, C: F @ (2 * means_of(F, y, C)).T - squares(means_of(F, y, C)),
    "Those are the scores of F. Asked for are the weights and the biases that make them.",
)
made(lambda F, y, C: means_of(F, y, C), "Those are the means. The weights are 2 m, and the biases −|m|²: return both.")
