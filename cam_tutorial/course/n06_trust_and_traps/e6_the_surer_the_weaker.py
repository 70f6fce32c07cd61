"""Exercise 6.6: the surer, the weaker."""

import torch
import torch.nn.functional as F

from cam_tutorial.practice.exercise import exercise

from .material import batches_before_a_head, own, score_gradient


@exercise(
    "6.6",
    "The surer, the weaker",
    minutes=6,
    difficulty=1,
    cases=batches_before_a_head,
    hints=[
        "How much can a probability of 0.9999 still grow? Print the largest gradient for a picture that the network is "
        "sure of.",
        "Grad-CAM's y is the score before the softmax: the logit.",
    ],
)
def my_score_gradient(features, head, classes):
    """(N, K, h, w), the layers behind them, (N,) -> (N, K, h, w)

    The gradient of each image's score for its class.
    """
    A = features.detach().requires_grad_()
    logits = head(A)
    scores = logits[torch.arange(len(A)), classes]
    return torch.autograd.grad(scores.sum(), A)[0]


@my_score_gradient.broken(
    "It is the gradient of the probability: near 1 it can hardly grow, so its gradient vanishes, and all other classes "
    "mix into it. Take the logit: remove the softmax."
)
def gradient_of_a_probability(features, head, classes):
    """(N, K, h, w), the layers behind them, (N,) -> (N, K, h, w)

    The gradient of each image's score for its class.
    """
    A = features.detach().requires_grad_()
    scores = head(A).softmax(dim=1)[torch.arange(len(A)), classes]
    return torch.autograd.grad(scores.sum(), A)[0]


def asked(score, sentence, finish=lambda gradient: gradient):
    """A mistake in what is asked (`score(logits, classes)`), or in what becomes of the gradient."""
    my_score_gradient.mistake(sentence)(
        lambda features, head, classes: finish(score_gradient(lambda z: score(z, classes), features, head))
    )


KEEP = "Keep `[torch.arange(len(A)), classes]`."

# A half-mend: something that still hangs on all classes, or flattens.
asked(
    lambda z, c: own(z.log_softmax(dim=1), c),
    "The logarithm of the probability (or the gradient divided by the probability) is a half-mend: the other classes "
    "still mix in, and it still vanishes when the network is sure. Take the logit itself.",
)
asked(
    lambda z, c: F.cross_entropy(z, c, reduction="sum"),
    "That is the gradient of the loss: it points *against* the class, and vanishes when the network is sure. Take the "
    "logit of the class.",
)
asked(
    lambda z, c: F.cross_entropy(z, c),
    "That is the gradient of the mean loss, which training goes down: it points *against* the class. Take the sum of "
    "each image's own logit.",
)
asked(
    lambda z, c: own(z.log_softmax(dim=1), c) / len(z),
    "That is the logarithm of the probability, averaged over the batch: the other classes still mix in. Take the logit "
    "itself, and sum.",
)
asked(
    lambda z, c: own(z.sigmoid(), c),
    "A sigmoid saturates like the softmax: where the network is sure, its gradient vanishes too. Take the logit as it "
    "is.",
)
asked(lambda z, c: own(F.logsigmoid(z), c), "The logarithm of a sigmoid still flattens where the network is sure. Take "
      "the logit as it is.")  # fmt: skip
asked(lambda z, c: own(z.tanh(), c), "A tanh saturates like the softmax. Take the logit as it is.")
asked(lambda z, c: own(z.relu(), c), "You cut the logits off below zero: then a negative one has no gradient. "
    "Take it as "
      "it is.")  # fmt: skip
asked(lambda z, c: own(z.abs(), c), "You took the absolute value, so that the gradient of a negative logit is turned "
      "around. Take it as it is.")  # fmt: skip
asked(
    lambda z, c: own(z.exp(), c), "You took `exp` of the logit, which multiplies its gradient: take the logit itself."
)
asked(lambda z, c: own(z.square(), c), "You squared the logit, which multiplies its gradient: take the logit itself.")
asked(
    lambda z, c: own((z / z.abs().amax(dim=1, keepdim=True)), c),
    "You divided the logits by the largest of them, which brings the other classes in: take the logit as it is.",
)
asked(lambda z, c: own(z - z.mean(dim=1, keepdim=True), c), "You subtracted the mean of the logits, which brings the "
      "other classes in: take the logit as it is.")  # fmt: skip
asked(lambda z, c: own(z - z.amax(dim=1, keepdim=True), c), "You subtracted the largest logit, which brings "
    "another class "
      "in: take the logit as it is.")  # fmt: skip
for dim, words in ((0, "over the images"), (1, "over the classes, a second time")):
    asked(
        lambda z, c, dim=dim: own((z if dim == 0 else z.softmax(dim=1)).softmax(dim=dim), c),
        f"There is a softmax {words}. Take the logit, with no softmax at all.",
    )
for temperature in (2, 10, 100):
    asked(
        lambda z, c, temperature=temperature: own((z / temperature).softmax(dim=1), c),
        f"You divide the logits by {temperature}, which makes the network less sure, but the softmax still mixes the "
        "classes. Take the logit itself.",
    )

# The wrong class.
asked(
    lambda z, c: z.amax(dim=1).sum(),
    "You take each image's highest logit, whatever class was asked for: `logits[torch.arange(len(A)), classes]`.",
)
asked(
    lambda z, c: z.softmax(dim=1).amax(dim=1).sum(),
    f"You take each image's highest probability, whatever class was asked for, and the softmax is still there. {KEEP}",
)
asked(
    lambda z, c: z[:, c].sum(),
    "The softmax is gone, and with it the choice: `logits[:, classes]` gives every image the classes of all of them. "
    f"{KEEP}",
)
asked(
    lambda z, c: z.sum(),
    f"The softmax is gone, and with it the choice: you sum the logits of all classes. {KEEP}",
)
asked(lambda z, c: z.softmax(dim=1).sum(), "The probabilities of all classes sum to 1, whatever comes in: their "
    "gradient "
      "is 0. Take the logit of the class.")  # fmt: skip
asked(
    lambda z, c: z[0, c].sum(),
    f"The softmax is gone, and all scores are the first image's, so that the others have no gradient. {KEEP}",
)
asked(lambda z, c: z[:, c[0]].sum(), f"Every image is asked about the first one's class. {KEEP}")
asked(lambda z, c: z[:, 0].sum(), f"Every image is asked about class 0. {KEEP}")
asked(
    lambda z, c: own(z, c) - (z.sum() - own(z, c)),
    "You subtract the other classes' logits, which brings them in: take the logit of the class alone.",
)
asked(
    lambda z, c: own(z.softmax(dim=1), c) * 1000,
    "You multiply by 1000, which cures nothing: the probability still has no slope where the network is sure. Take the "
    "logit, without the softmax.",
)

# What becomes of the gradient.
asked(
    lambda z, c: own(z, c) / len(z),
    "The logit is right, but you average over the batch, so that gradients shrink with its size: `.sum()`.",
)
asked(lambda z, c: -own(z, c), "There is a minus too many: the gradient points *against* the class.")
asked(own, "You took the logit, and cut its gradient off below zero: leave the signs.", torch.relu)
asked(own, "You took the logit, and the absolute value of its gradient: leave the signs.", torch.abs)
for score, words in (
    (own, "The logit is taken, and its gradient"),
    (lambda z, c: own(z.softmax(dim=1), c), "The softmax is still there, and its gradient"),
):
    asked(
        score,
        f"{words} is divided by its largest value. Take the logit, and leave the gradient as it is.",
        lambda g: g / g.abs().amax(dim=(1, 2, 3), keepdim=True),
    )
    asked(
        score,
        f"{words} is divided by the largest value of the whole batch. Take the logit, and leave the gradient as it is.",
        lambda g: g / g.abs().max(),
    )
    asked(
        score,
        f"{words} is divided by its length. Take the logit, and leave the gradient as it is.",
        lambda g: g / g.flatten(1).norm(dim=1)[:, None, None, None],
    )
    asked(
        score,
        f"{words} is averaged over the places: that comes later, with α. Take the logit, and leave the gradient "
        f"as it is.",
        lambda g: g.mean(dim=(2, 3), keepdim=True).expand_as(g),
    )
