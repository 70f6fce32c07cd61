"""Exercise 6.8: black from the second map on."""

import torch

from cam_tutorial.practice.exercise import exercise

from .e6_the_surer_the_weaker import own, score_gradient
from .material import batches_before_a_head


@exercise(
    "6.8",
    "Black from the second map on",
    minutes=6,
    difficulty=2,
    cases=batches_before_a_head,
    hints=[
        "`head(A)` has the shape (N, C). What are the first and the second number in `[0, classes]`?",
        "Image n is asked about `classes[n]`. The pairs (0, classes[0]), (1, classes[1]), … are what you need.",
        "`torch.arange(len(A))` counts the images.",
    ],
)
def my_batch_maps(features, head, classes):
    """(N, K, h, w), the layers behind them, (N,) -> (N, h, w): Grad-CAM of each image, for its own class"""
    A = features.detach().requires_grad_()
    scores = head(A)[torch.arange(len(A)), classes]
    (gradient,) = torch.autograd.grad(scores.sum(), A)
    alpha = gradient.mean(dim=(2, 3), keepdim=True)
    return (alpha * A).sum(dim=1).relu().detach()


@my_batch_maps.broken(
    "All scores are the first image's: the others have no part in them, and so no gradient. `[0, classes]` must be "
    "`[torch.arange(len(A)), classes]`."
)
def scores_of_the_first_image(features, head, classes):
    """(N, K, h, w), the layers behind them, (N,) -> (N, h, w): Grad-CAM of each image, for its own class"""
    A = features.detach().requires_grad_()
    scores = head(A)[0, classes]
    (gradient,) = torch.autograd.grad(scores.sum(), A)
    alpha = gradient.mean(dim=(2, 3), keepdim=True)
    return (alpha * A).sum(dim=1).relu().detach()


def batch_maps(score, features, head):
    alpha = score_gradient(score, features, head).mean(dim=(2, 3), keepdim=True)
    return (alpha * features).sum(dim=1).relu()


@my_batch_maps.mistake(
    "No map is black now, but `[:, classes]` asks every image about the classes of all images: each map mixes them. "
    "Pair them: `[torch.arange(len(A)), classes]`."
)
def everyone_asked_about_all(features, head, classes):
    return batch_maps(lambda logits: logits[:, classes].sum(), features, head)


@my_batch_maps.mistake(
    "Every image is asked about the first image's class. Image n has its own, `classes[n]`: "
    "`[torch.arange(len(A)), classes]`."
)
def class_of_the_first(features, head, classes):
    return batch_maps(lambda logits: logits[:, classes[0]].sum(), features, head)


@my_batch_maps.mistake(
    "The first map is right, and the others are still black: only the first image's score is left. Sum the scores of "
    "all."
)
def first_score_only(features, head, classes):
    return batch_maps(lambda logits: logits[0, classes[0]], features, head)


@my_batch_maps.mistake(
    "You explain the class that the network prefers. Asked for is `classes[n]`, whatever the network says."
)
def preferred_class(features, head, classes):
    return batch_maps(lambda logits: logits.amax(dim=1).sum(), features, head)


@my_batch_maps.mistake(
    "You summed the scores of all classes, so that the question plays no part: pick `[torch.arange(len(A)), classes]`."
)
def all_classes(features, head, classes):
    return batch_maps(lambda logits: logits.sum(), features, head)


@my_batch_maps.mistake(
    "The maps are right up to a factor: you averaged the scores, so that a map depends on how many images stand beside "
    "it. Sum them."
)
def mean_of_the_scores(features, head, classes):
    return batch_maps(lambda logits: own(logits, classes) / len(logits), features, head)
