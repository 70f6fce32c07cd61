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
    """(N, K, h, w), the layers behind them, (N,) -> (N, K, h, w): the gradient of each image's score"""
    A = features.detach().requires_grad_()
    logits = head(A)
    scores = logits[torch.arange(len(A)), classes]
    return torch.autograd.grad(scores.sum(), A)[0]


@my_score_gradient.broken(
    "It is the gradient of the probability: near 1 it can hardly grow, so its gradient vanishes, and all other classes "
    "mix into it. Take the logit: remove the softmax."
)
def gradient_of_a_probability(features, head, classes):
    """(N, K, h, w), the layers behind them, (N,) -> (N, K, h, w): the gradient of each image's score"""
    A = features.detach().requires_grad_()
    scores = head(A).softmax(dim=1)[torch.arange(len(A)), classes]
    return torch.autograd.grad(scores.sum(), A)[0]


@my_score_gradient.mistake(
    "The logarithm of the probability (or the gradient divided by the probability) is a half-mend: the other classes "
    "still mix in, and it still vanishes when the network is sure. Take the logit itself."
)
def of_the_log_probability(features, head, classes):
    return score_gradient(lambda logits: own(logits.log_softmax(dim=1), classes), features, head)


@my_score_gradient.mistake(
    "That is the gradient of the loss: it points *against* the class, and vanishes when the network is sure. Take the "
    "logit of the class."
)
def of_the_summed_loss(features, head, classes):
    return score_gradient(lambda logits: F.cross_entropy(logits, classes, reduction="sum"), features, head)


@my_score_gradient.mistake(
    "That is the gradient of the mean loss, which training goes down: it points *against* the class. Take the sum of "
    "each image's own logit."
)
def of_the_mean_loss(features, head, classes):
    return score_gradient(lambda logits: F.cross_entropy(logits, classes), features, head)


@my_score_gradient.mistake(
    "A sigmoid saturates like the softmax: where the network is sure, its gradient vanishes too. Take the logit as it "
    "is."
)
def of_the_sigmoid(features, head, classes):
    return score_gradient(lambda logits: own(logits.sigmoid(), classes), features, head)


@my_score_gradient.mistake(
    "You take each image's highest logit, whatever class was asked for: `logits[torch.arange(len(A)), classes]`."
)
def of_the_highest(features, head, classes):
    return score_gradient(lambda logits: logits.amax(dim=1).sum(), features, head)


@my_score_gradient.mistake(
    "The softmax is gone, and with it the choice: `logits[:, classes]` gives every image the classes of all of them. "
    "Keep `[torch.arange(len(A)), classes]`."
)
def of_all_the_classes(features, head, classes):
    return score_gradient(lambda logits: logits[:, classes].sum(), features, head)


@my_score_gradient.mistake(
    "The logit is right, but you average over the batch, so that gradients shrink with its size: `.sum()`."
)
def averaged(features, head, classes):
    return score_gradient(lambda logits: own(logits, classes) / len(logits), features, head)
