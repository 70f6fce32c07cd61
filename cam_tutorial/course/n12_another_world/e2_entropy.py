"""Exercise 12.2: entropy.

A long file, because it is a table: two lines a mistake.
"""

import math

import torch

from cam_tutorial.practice.exercise import exercise


def logits(generator):
    """Of several sizes: few and many images, one image, as many images as classes, two classes; sure and unsure."""
    cases = [
        (spread * torch.randn(n, classes, generator=generator),)
        for n, classes, spread in ((4, 8, 2), (3, 5, 1), (1, 6, 3), (5, 5, 1.5), (7, 2, 1), (2, 3, 0.3), (1, 1, 1))
    ]
    sure = torch.tensor([[300.0, 0.0, -5.0, 1.0], [-2.0, 250.0, 250.0, 0.0]])  # where a probability is 0 exactly
    return [*cases, (torch.zeros(3, 8),), (sure,), (torch.randn(3, 4, generator=generator) + 500,)]


@exercise(
    "12.2",
    "Entropy",
    minutes=4,
    difficulty=1,
    cases=logits,
    hints=[
        "Take p from the softmax over the classes, dimension 1. The sum goes over the classes as well, so that one "
        "number an image is left.",
        "Where p is 0, its logarithm is −∞, and 0 · −∞ is not a number. `log_softmax` gives log p directly, and "
        "`log_p.exp()` is p.",
    ],
)
def my_entropy(logits):
    """(N, C) -> (N,): −Σ_c p_c log p_c, p the softmax of each image's logits"""
    log_p = logits.log_softmax(dim=1)
    return -(log_p.exp() * log_p).sum(dim=1)


def made(sentence, how):
    """A mistake: `how(p, log_p)`, from the probabilities and their logarithms."""

    def version(logits):
        log_p = logits.log_softmax(dim=1)
        return how(log_p.exp(), log_p)

    my_entropy.mistake(sentence)(version)


def direct(sentence, how):
    """A mistake: `how(logits)`."""
    my_entropy.mistake(sentence)(lambda logits: how(logits))


def right(logits):
    log_p = logits.log_softmax(dim=1)
    return -(log_p.exp() * log_p).sum(dim=1)


# Zero times infinity.
direct(
    "Where a probability is 0, its logarithm is −∞ and the product is not a number. Take `logits.log_softmax(dim=1)`, "
    "which stays finite.",
    lambda logits: -(logits.softmax(dim=1) * logits.softmax(dim=1).log()).sum(dim=1),
)


def unsafe(logits):
    p = logits.exp() / logits.exp().sum(dim=1, keepdim=True)
    return -(p * p.log()).sum(dim=1)


direct(
    "You took the exponential of the logits themselves, which is infinite from 89 on: `log_softmax` does it without.",
    unsafe,
)
for floor in (1e-2, 1e-4):
    made(
        "What you add to p before the logarithm is so large that it changes the result. With `log_softmax` nothing has "
        "to be added.",
        lambda p, log_p, floor=floor: -(p * (p + floor).log()).sum(dim=1),
    )
    made(
        "The value that you cut p off at is so large that it changes the result. With `log_softmax` nothing has to be "
        "cut off.",
        lambda p, log_p, floor=floor: -(p.clamp(min=floor) * p.clamp(min=floor).log()).sum(dim=1),
    )

# The formula.
made("The minus is missing: log p is never positive, and the entropy never negative.", lambda p, q: (p * q).sum(dim=1))
made("You took the logarithm to base 2. The formula has the natural one.", lambda p, q: -(p * q).sum(1) / math.log(2))
made("You took the logarithm to base 10. The formula has the natural one.", lambda p, q: -(p * q).sum(1) / math.log(10))
made(
    "You divided by log C, the largest entropy there is, or took the logarithm to base C. Leave it undivided.",
    lambda p, q: -(p * q).sum(dim=1) / math.log(max(p.shape[1], 2)),
)
made("You averaged over the classes. The formula has a sum.", lambda p, q: -(p * q).mean(dim=1))
made("The p before the logarithm is missing: each log p is weighed by its own p.", lambda p, q: -q.sum(dim=1))
made("The p before the logarithm is missing, and you averaged over the classes.", lambda p, q: -q.mean(dim=1))
made("The logarithm is missing: you multiplied p by itself.", lambda p, q: -(p * p).sum(dim=1))
made("That is 1 − Σ p², the Gini impurity. The entropy has a logarithm.", lambda p, q: 1 - (p * p).sum(dim=1))
made("That is 1 − the largest p. The entropy is made of all of them.", lambda p, q: 1 - p.amax(dim=1))
made(
    "That is −log of the largest p, the loss if the network's own answer were the truth. The entropy weighs −log p of "
    "every class by p.",
    lambda p, q: -q.amax(dim=1),
)
made("You took the largest of the terms. The formula has a sum.", lambda p, q: -(p * q).amin(dim=1))
made("You exponentiated the entropy, which is called perplexity. Leave the `exp` out.", lambda p, q: right(q).exp())
direct(
    "You multiplied p by the logits, where log p belongs: `logits.log_softmax(dim=1)`.",
    lambda logits: -(logits.softmax(dim=1) * logits).sum(dim=1),
)
direct(
    "You put the logits where p belongs: `log_p.exp()`.",
    lambda logits: -(logits * logits.log_softmax(dim=1)).sum(dim=1),
)
direct(
    "You took the softmax twice: the second one gets probabilities in place of logits.",
    lambda logits: right(logits.softmax(dim=1)),
)
direct(
    "You took a sigmoid of each logit. The classes exclude each other, so p is the softmax.",
    lambda logits: -(logits.sigmoid() * torch.nn.functional.logsigmoid(logits)).sum(dim=1),
)
direct(
    "You divided the logits by their sum. The softmax takes `exp` first.",
    lambda logits: -((logits / logits.sum(1, keepdim=True)) * (logits / logits.sum(1, keepdim=True)).log()).sum(dim=1),
)

# Dimensions and shapes.
direct(
    "Your softmax goes over the images, dimension 0. It goes over the classes of each image, dimension 1.",
    lambda logits: -(logits.softmax(dim=0) * logits.log_softmax(dim=0)).sum(dim=1),
)
direct(
    "Your softmax and your sum go over the images, dimension 0. Both go over the classes, dimension 1.",
    lambda logits: -(logits.softmax(dim=0) * logits.log_softmax(dim=0)).sum(dim=0),
)
direct(
    "Your softmax goes over all images and classes together. Each image has its own: dimension 1.",
    lambda logits: right(logits.flatten()[None]).expand(len(logits)),
)
made("You summed over the images. The sum goes over the classes, dimension 1.", lambda p, q: -(p * q).sum(dim=0))
made("You summed over everything. One number an image is asked for: `.sum(dim=1)`.", lambda p, q: -(p * q).sum())
made(
    "You averaged over the images. One number an image is asked for; the notebook averages later.",
    lambda p, q: -(p * q).sum(dim=1).mean(),
)
made("You averaged over everything. One number an image is asked for: `.sum(dim=1)`.", lambda p, q: -(p * q).mean())
made("The sum over the classes is missing: `.sum(dim=1)`.", lambda p, q: -(p * q))
made("You kept a dimension of 1. Asked for is (N,): leave out `keepdim`.", lambda p, q: right(q)[:, None])
made(
    "The numbers are right, but `squeeze()` drops the images' dimension of a batch of one: leave it out.",
    lambda p, q: right(q).squeeze(),
)
made("That is the first image's entropy alone: give one an image, (N,).", lambda p, q: right(q)[0])
made(
    "You made Python numbers of it. Stay with the tensor, so that the gradient can flow through it.",
    lambda p, q: right(q).tolist(),
)
