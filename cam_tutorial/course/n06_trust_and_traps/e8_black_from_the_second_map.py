"""Exercise 6.8: black from the second map on."""

import torch

from cam_tutorial.practice.exercise import exercise

from .material import batches_before_a_head, own, score_gradient


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
    """(N, K, h, w), the layers behind them, (N,) -> (N, h, w)

    Grad-CAM of each image, for its own class.
    """
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
    """(N, K, h, w), the layers behind them, (N,) -> (N, h, w)

    Grad-CAM of each image, for its own class.
    """
    A = features.detach().requires_grad_()
    scores = head(A)[0, classes]
    (gradient,) = torch.autograd.grad(scores.sum(), A)
    alpha = gradient.mean(dim=(2, 3), keepdim=True)
    return (alpha * A).sum(dim=1).relu().detach()


def maps(features, gradient, alpha=lambda g: g.mean(dim=(2, 3), keepdim=True), relu=True):
    summed = (alpha(gradient) * features).sum(dim=1)
    return summed.relu() if relu else summed


def asked(score, sentence):
    """A mistake in what is asked: `score(logits, classes)` is the number whose gradient is taken."""

    def version(features, head, classes):
        return maps(features, score_gradient(lambda logits: score(logits, classes), features, head))

    my_batch_maps.mistake(sentence)(version)


def made(finish, sentence):
    """A mistake in what becomes of the gradient, and of the broken one: `finish(features, gradient)`."""

    def version(features, head, classes):
        return finish(features, score_gradient(lambda logits: own(logits, classes), features, head))

    my_batch_maps.mistake(sentence)(version)


def made_of_the_first(finish, sentence):
    """The fault is still there, and something is done to hide it."""

    def version(features, head, classes):
        return finish(features, score_gradient(lambda logits: logits[0, classes].sum(), features, head))

    my_batch_maps.mistake(sentence)(version)


def to_one(found):
    return found / found.amax(dim=(1, 2), keepdim=True).clamp(min=1e-8)


PAIR = "Pair them: `[torch.arange(len(A)), classes]`."

# The wrong scores.
asked(
    lambda logits, classes: logits[:, classes].sum(),
    f"No map is black now, but `[:, classes]` asks every image about the classes of all images. {PAIR}",
)
asked(
    lambda logits, classes: logits[:, classes[0]].sum(),
    f"Every image is asked about the first image's class. Image n has its own, `classes[n]`. {PAIR}",
)
asked(
    lambda logits, classes: logits[:, classes[-1]].sum(),
    f"Every image is asked about the last image's class. Image n has its own, `classes[n]`. {PAIR}",
)
asked(
    lambda logits, classes: logits[0, classes[0]],
    f"The first map is right, and the others are black: only the first image's score is left. {PAIR}",
)
asked(
    lambda logits, classes: logits[-1, classes].sum(),
    f"Now all scores are the last image's, and the other maps are black. {PAIR}",
)
asked(
    lambda logits, classes: logits[-1, classes[-1]],
    f"The last map is right, and the others are black: only the last image's score is left. {PAIR}",
)
asked(
    lambda logits, classes: logits.amax(dim=1).sum(),
    "You explain the class that the network prefers. Asked for is `classes[n]`, whatever the network says.",
)
asked(
    lambda logits, classes: logits.sum(),
    f"You summed the scores of all classes, so that the question plays no part. {PAIR}",
)
asked(lambda logits, classes: logits[:, 0].sum(), f"You asked every image about class 0. {PAIR}")
asked(
    lambda logits, classes: own(logits, classes) / len(logits),
    "The maps are right up to a factor: you averaged the scores, so that a map depends on how many images stand beside "
    "it. Sum them.",
)
asked(
    lambda logits, classes: own(logits.softmax(dim=1), classes),
    "The pairs are right, and a softmax has come in: it mixes the classes, and its gradient vanishes where the network "
    "is sure. Take the logits.",
)
asked(
    lambda logits, classes: own(logits.log_softmax(dim=1), classes),
    "The pairs are right, and a log-softmax (or the loss) has come in, with a part of every class. Take the logits.",
)
asked(
    lambda logits, classes: own(logits, classes.flip(0)),
    f"The images get one another's classes, in reversed order: image n is asked about `classes[n]`. {PAIR}",
)
asked(
    lambda logits, classes: own(logits, classes.sort().values),
    f"You sorted the classes, so that images get one another's: image n is asked about `classes[n]`. {PAIR}",
)
asked(
    lambda logits, classes: own(logits, (classes + 1) % logits.shape[1]),
    "You ask about the class after the right one: classes count from 0, as they come in.",
)
asked(
    lambda logits, classes: -own(logits, classes),
    "There is a minus too many: the maps show what speaks *against* the class.",
)

# The wrong maps.
made(
    lambda A, g: maps(A, g, lambda g: g.mean(dim=(0, 2, 3), keepdim=True)),
    "No map is black now, but α is averaged over the images as well: each image has weights of its own. Average over "
    "dimensions 2 and 3 alone.",
)
made(
    lambda A, g: maps(A, g, lambda g: g[:1].mean(dim=(2, 3), keepdim=True)),
    "Every image is weighed with the first image's α. Each has its own.",
)
made(
    lambda A, g: maps(A, g, lambda g: g),
    "You left out the average of the gradient over each map: that is HiResCAM. Grad-CAM's α is "
    "`gradient.mean(dim=(2, 3), keepdim=True)`.",
)
made(
    lambda A, g: maps(A, g, lambda g: g.sum(dim=(2, 3), keepdim=True)),
    "The pairs are right, but α is a sum: it is the *mean* of the gradient over each map.",
)
made(
    lambda A, g: maps(A, g, lambda g: g.mean(dim=(2, 3), keepdim=True).relu()),
    "You cut α off below zero. Maps that speak against the class count too: the ReLU comes after the sum.",
)
made(
    lambda A, g: maps(A, g, lambda g: g.relu().mean(dim=(2, 3), keepdim=True)),
    "You cut the gradient off below zero before its average. The ReLU comes once, after the sum over the maps.",
)
made(
    lambda A, g: maps(A, g, lambda g: g.abs().mean(dim=(2, 3), keepdim=True)),
    "You took the absolute value of the gradient, so that what speaks against the class counts for it.",
)
made(
    lambda A, g: to_one(maps(A, g)),
    "The pairs are right, and every map is divided by its own maximum: leave its values as they are.",
)
made(
    lambda A, g: (maps(A, g).sum(dim=0, keepdim=True) / len(A)).expand(len(A), -1, -1),
    "You averaged the maps of the batch: each image has one of its own.",
)
made_of_the_first(
    lambda A, g: maps(A, g, lambda g: g[:1].mean(dim=(2, 3), keepdim=True)),
    "No map is black now, because you weigh all images with the first one's gradient, which is still that of "
    f"`[0, classes]`. {PAIR}",
)
made_of_the_first(
    lambda A, g: maps(A, g, lambda g: g.sum(dim=0, keepdim=True).mean(dim=(2, 3), keepdim=True) / len(g)),
    f"No map is black now, because you average α over the images; but all scores are still the first image's. {PAIR}",
)
made_of_the_first(
    lambda A, g: to_one(maps(A, g)),
    f"You scaled the maps, but black ones stay black: all scores are still the first image's. {PAIR}",
)
made_of_the_first(
    lambda A, g: maps(A, g, relu=False),
    f"You took the ReLU away, and the maps are still black: all scores are the first image's. {PAIR}",
)


@my_batch_maps.mistake(
    f"Each image's gradient holds those of the images before it: `.backward()` adds to `.grad`. {PAIR} and one "
    "`torch.autograd.grad` is all it takes."
)
def adds_up(features, head, classes):
    found = score_gradient(lambda logits: own(logits, classes), features, head)
    return maps(features, found.cumsum(dim=0))
