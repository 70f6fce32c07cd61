"""Exercise 11.2: a classifier of scaled features, written for the features themselves.

A long file, because it is a table: three lines a mistake.
"""

import torch

from cam_tutorial.practice.exercise import exercise

from . import solutions


def classifiers(generator):
    """Weights of several classes, one among them, and a mean and a spread for each feature; never as many of both."""
    cases = []
    for C, K in ((3, 5), (1, 4), (6, 2), (2, 7)):
        v, a = torch.randn(C, K, generator=generator), torch.randn(C, generator=generator)
        mean = torch.randn(K, generator=generator) + 0.5
        std = 0.3 + 2 * torch.rand(K, generator=generator)
        cases.append((v, a, mean, std))
    return cases


my_folded = exercise(
    "11.2",
    "The scaling, folded into the weights",
    minutes=6,
    difficulty=2,
    cases=classifiers,
    hints=[
        "Multiply out, for one class and one feature: v · (F − mean) / std = (v / std) · F − (v / std) · mean.",
        "What stands before F is the weight: `v / std`, each column by its own spread.",
        "What is left does not depend on F: take `(v / std) @ mean` away from the bias.",
    ],
)(solutions.my_folded)


def made(how, sentence):
    """A mistake: `how(v, a, mean, std)`."""

    def version(v, a, mean, std):
        return how(v, a, mean, std)

    my_folded.mistake(sentence)(version)


# The bias.
made(lambda v, a, m, s: (v / s, a), "The mean is missing: it takes (v / std) · mean from each score, so from the bias.")
made(lambda v, a, m, s: (v / s, a + (v / s) @ m), "The sign is turned around: subtract (v / std) · mean from the bias.")
made(lambda v, a, m, s: (v / s, (v / s) @ m - a), "Your bias has the wrong sign: it is a − (v / std) · mean.")
made(lambda v, a, m, s: (v / s, -(v / s) @ m), "The old bias a is missing: a − (v / std) · mean.")
made(lambda v, a, m, s: (v / s, (v / s) @ m), "The old bias a is missing, and the minus: a − (v / std) · mean.")
made(
    lambda v, a, m, s: (v / s, a - v @ m),
    "In your bias the mean is not divided by the spread: it is (v / std) · mean that falls away.",
)
made(lambda v, a, m, s: (v / s, a + v @ m), "Your bias adds v · mean. Take (v / std) · mean away instead.")
made(
    lambda v, a, m, s: (v / s, a - (v / s / s) @ m),
    "In your bias the spread divides twice. Once is enough: (v / std) · mean.",
)
made(
    lambda v, a, m, s: (v / s, a - (v / s * m).mean(dim=1)),
    "You averaged over the features. A score is a sum over them: `(v / std) @ mean`.",
)
made(
    lambda v, a, m, s: (v / s, a[:, None] - v / s * m),
    "Your biases are (C, K): the sum over the features is missing. `(v / std) @ mean` has it.",
)
made(lambda v, a, m, s: (v / s, a - m.sum()), "The mean is taken away without its weight: it is (v / std) · mean.")
made(
    lambda v, a, m, s: (v / s, a - (m / s).sum()),
    "The mean is taken away without the weight v: it is (v / std) · mean.",
)
made(lambda v, a, m, s: (v / s, a - ((v / s) @ m).sum()), "You summed over the classes: each has a bias of its own.")
made(
    lambda v, a, m, s: (v / s, (a - (v / s) @ m)[:, None]),
    "Your biases are (C, 1). Asked for is (C,).",
)

# The weights.
made(
    lambda v, a, m, s: (v, a - v @ m),
    "The spread is missing: divide the weights by it, each column by its own, and take the mean with these weights.",
)
made(
    lambda v, a, m, s: (v, a - (v / s) @ m),
    "Your bias is right. The weights must be divided by the spread: v / std.",
)
made(lambda v, a, m, s: (v, a), "Nothing is folded: the weights are v / std, and the bias a − (v / std) · mean.")
made(
    lambda v, a, m, s: (v * s, a - (v * s) @ m),
    "You multiplied by the spread. The features are divided by it, so the weights are as well: v / std.",
)
made(lambda v, a, m, s: (v * s, a - v @ m), "You multiplied the weights by the spread. Divide: v / std, bias too.")
made(
    lambda v, a, m, s: (v * s, a + v @ m),
    "That undoes the scaling, F · std + mean, in place of doing it: w = v / std and b = a − (v / std) · mean.",
)
made(
    lambda v, a, m, s: ((v - m) / s, a),
    "You scaled the weights as if they were features. Multiply v · (F − mean) / std out: w = v / std.",
)
made(
    lambda v, a, m, s: ((v - m) / s, a - (v / s) @ m),
    "Your bias is right. The weights lose no mean: w = v / std.",
)
made(
    lambda v, a, m, s: (v / s - m, a),
    "The mean is taken from the scaled weights. It belongs to the bias: a − (v / std) · mean.",
)
made(
    lambda v, a, m, s: (v / s**2, a - (v / s**2) @ m),
    "You divided by the square of the spread. Divide by the spread itself.",
)
made(
    lambda v, a, m, s: (v / s.mean(), a - (v / s.mean()) @ m),
    "You divided by the mean of all spreads. Each column has its own.",
)
made(
    lambda v, a, m, s: (v / s, a / s.mean() - (v / s) @ m),
    "You divided the bias by a spread as well. a is added after the scaling: it stays.",
)
made(
    lambda v, a, m, s: (v / (s + 1e-2), a - (v / (s + 1e-2)) @ m),
    "You added a number to the spread. Leave it out.",
)

# The answer.
made(lambda v, a, m, s: v / s, "You gave the weights alone. Return both: the weights and the biases.")
made(lambda v, a, m, s: (a - (v / s) @ m, v / s), "The two are swapped: the weights (C, K) come first.")
made(lambda v, a, m, s: ((v / s).T, a - (v / s) @ m), "Your weights are turned: a row a class, (C, K).")
