"""Exercise 6.10: two classes, one picture."""

import torch
from torch import Tensor

from cam_tutorial.course.material import flatten_network
from cam_tutorial.practice.exercise import exercise

from .material import score_gradient


def images_and_two_classes(generator):
    return [
        (
            flatten_network(generator, size=size).requires_grad_(False),
            torch.randn(n, 2, *size, generator=generator),
            classes,
        )
        for n, size, classes in ((2, (4, 6), [3, 1]), (3, (5, 3), [2, 4, 1]), (1, (3, 7), [4, 2]))
    ]


def one_by_one(attempt, network, images, classes):
    found = attempt(network, images, classes)
    return list(found) if isinstance(found, tuple | Tensor) else found


@exercise(
    "6.10",
    "Two classes, one picture",
    minutes=8,
    difficulty=2,
    cases=images_and_two_classes,
    probe=one_by_one,
    hints=[
        "Ask for two classes, and try `pictures[0] is pictures[1]`. How many tensors are there?",
        "`.backward()` *adds* to `images.grad`, and `images.grad` is one tensor: the list holds it several times.",
        "`torch.autograd.grad(score, images)` hands out a new tensor each time, and adds to nothing.",
    ],
)
def my_class_gradients(network, images, classes):
    """a network, (N, C, H, W), a list of classes -> a list of gradients (N, C, H, W)

    One for each class.
    """
    images = images.clone().requires_grad_()
    pictures = []
    for c in classes:
        score = network(images)[:, c].sum()
        pictures.append(torch.autograd.grad(score, images)[0])
    return pictures


@my_class_gradients.broken(
    "Every entry is the sum over all classes: the list holds one tensor several times, to which `.backward()` adds, or "
    "the scores of all classes are summed. Take `torch.autograd.grad(score, images)[0]` of one class after the other."
)
def one_tensor_for_all(network, images, classes):
    """a network, (N, C, H, W), a list of classes -> a list of gradients (N, C, H, W)

    One for each class.
    """
    images = images.clone().requires_grad_()
    pictures = []
    for c in classes:
        score = network(images)[:, c].sum()
        score.backward()
        pictures.append(images.grad)
    return pictures


def class_gradients(network, images, classes, score=lambda logits, c: logits[:, c].sum()):
    return [score_gradient(lambda logits, c=c: score(logits, c), images, network) for c in classes]


def asked(score, sentence):
    """A mistake in what is asked: `score(logits, c)` is the number whose gradient is taken."""
    my_class_gradients.mistake(sentence)(
        lambda network, images, classes: class_gradients(network, images, classes, score)
    )


def handed_out(change, sentence):
    """A mistake in what becomes of the right gradients: `change(pictures, classes)`."""
    my_class_gradients.mistake(sentence)(
        lambda network, images, classes: change(class_gradients(network, images, classes), classes)
    )


def sums(pictures):
    return list(torch.stack(pictures).cumsum(dim=0))


FRESH = "`torch.autograd.grad(score, images)[0]` hands out a new tensor each time, and adds to nothing."

# Half a mend.
handed_out(
    lambda pictures, classes: sums(pictures),
    "The pictures differ now, but the second one still contains the first: a copy does not stop `.backward()` from "
    f"adding up. {FRESH}",
)
handed_out(
    lambda pictures, classes: [pictures[-1]] * len(classes),
    "Nothing adds up any more, but every entry is still the same tensor, and shows the last class: emptying it empties "
    f"all of them. {FRESH}",
)
handed_out(
    lambda pictures, classes: [torch.zeros_like(picture) for picture in pictures],
    "All pictures are zero: you empty the very tensor that you have just put into the list, or switch gradients off. "
    f"{FRESH}",
)
handed_out(
    lambda pictures, classes: [pictures[0], *(later - pictures[0] for later in sums(pictures)[1:])],
    f"You subtract the first gradient alone: from the third class on, sums are left. {FRESH}",
)
handed_out(
    lambda pictures, classes: [pictures[0]] * len(classes),
    "You give the gradient of the first class for all of them: compute the score of class c within the loop.",
)
handed_out(
    lambda pictures, classes: [torch.stack(pictures).sum(dim=0)],
    f"You give one picture, the sum over all classes: asked for is one for each class. {FRESH}",
)
handed_out(
    lambda pictures, classes: torch.stack(pictures).sum(dim=0),
    f"You give one picture, the sum over all classes: asked for is a list, with one for each class. {FRESH}",
)
handed_out(
    lambda pictures, classes: pictures[:1],
    "The `return` stands inside of the loop: only the first class is explained.",
)
handed_out(
    lambda pictures, classes: pictures[-1:], "The list begins anew with each class: make it once, above the loop."
)
handed_out(
    lambda pictures, classes: dict(zip(classes, pictures, strict=True)),
    "The gradients stand in a dictionary. Asked for is a list, in the order of the classes.",
)
handed_out(
    lambda pictures, classes: torch.cat(pictures),
    "You put all gradients into one long batch with `torch.cat`. Asked for is a list, with one for each class.",
)
handed_out(
    lambda pictures, classes: [(picture,) for picture in pictures],
    "Each entry is a tuple, as `torch.autograd.grad` gives it: take its first part, `[0]`.",
)
handed_out(
    lambda pictures, classes: [None for _ in pictures],
    "The entries are None: the `.grad` of a copy that was computed from something else is never filled. Take the "
    f"gradient at `images` itself. {FRESH}",
)
handed_out(
    lambda pictures, classes: [pictures[k] for k in sorted(range(len(classes)), key=lambda k: classes[k])],
    "You sorted the classes: the pictures come in the order in which the classes are given.",
)
handed_out(lambda pictures, classes: pictures[::-1], "The pictures come in reversed order: first class, first picture.")

# Another score, or another gradient.
asked(
    lambda logits, c: logits.softmax(dim=1)[:, c].sum(),
    "The pictures are those of probabilities, which mix the classes: take the logits, without a softmax.",
)
asked(
    lambda logits, c: logits.log_softmax(dim=1)[:, c].sum(),
    "The pictures are those of log-probabilities, which mix the classes: take the logits.",
)
asked(
    lambda logits, c: logits[:, c].mean(),
    "The pictures are right up to a factor: you averaged the scores over the images. Sum them.",
)
asked(
    lambda logits, c: logits[0, c],
    "Only the first image's score is asked for, and the others have no gradient: sum them.",
)
asked(lambda logits, c: logits[:, 0].sum(), "You ask about class 0 each time: take column c.")
asked(
    lambda logits, c: logits.sum(),
    "You sum the scores of all classes, so that each picture is the same: take column c.",
)
asked(lambda logits, c: logits.amax(dim=1).sum(), "You explain the class that the network prefers: take column c.")
asked(
    lambda logits, c: -logits[:, c].sum(),
    "There is a minus too many: each picture shows what speaks *against* its class.",
)
handed_out(
    lambda pictures, classes: [picture.abs() for picture in pictures],
    "You lost the signs: a gradient has both. Leave out the absolute value.",
)
handed_out(
    lambda pictures, classes: [picture.relu() for picture in pictures],
    "You cut off what is negative: a gradient has both signs.",
)
handed_out(
    lambda pictures, classes: [picture.abs().amax(dim=1) for picture in pictures],
    "Those are finished saliency maps. Asked for are the gradients, in the shape of the images.",
)


@my_class_gradients.mistake(
    "You count the classes in place of taking them: `for c in classes`, not `range(len(classes))`."
)
def counts_them(network, images, classes):
    return class_gradients(network, images, range(len(classes)))


@my_class_gradients.mistake(
    f"Two faults are left: the pictures are those of probabilities, and each contains the ones before it. {FRESH}"
)
def probabilities_added_up(network, images, classes):
    return sums(class_gradients(network, images, classes, lambda logits, c: logits.softmax(dim=1)[:, c].sum()))


@my_class_gradients.mistake("You multiplied each gradient by the images: give the gradient as it is.")
def times_the_images(network, images, classes):
    return [images * picture for picture in class_gradients(network, images, classes)]
