"""Exercise 4.6: A test for class-blindness."""

import torch
import torch.nn.functional as F

from cam_tutorial.course.material import flatten_network, indices
from cam_tutorial.practice.exercise import exercise

from .material import errors_told_apart


def gradient(network, images, classes):
    """A method without fault: (N, H, W), and nothing is left behind."""
    x = images.clone().requires_grad_()
    y = network(x).gather(1, torch.as_tensor(classes).expand(len(images))[:, None])
    return torch.autograd.grad(y.sum(), x)[0].abs().amax(dim=1)


def blind(network, images, classes):
    """A method that is truly blind: the same picture for every class, computed anew."""
    return images.abs().amax(dim=1)


class AddsUp:
    """A method that adds to one tensor at each call, as `.backward()` does, and hands that tensor out."""

    def __init__(self):
        self.total = None

    def __call__(self, network, images, classes):
        new = gradient(network, images, classes)
        self.total = new if self.total is None else self.total.add_(new)
        return self.total


class AddsUpAndCopies(AddsUp):
    """The same, but handing out copies."""

    def __call__(self, network, images, classes):
        return super().__call__(network, images, classes).clone()


def methods_and_classes(generator):
    cases = []
    for size, n in (((6, 8), 4), ((5, 3), 3)):
        network, images = flatten_network(generator, size=size), torch.randn(n, 2, *size, generator=generator)
        a = indices(generator, n, 5)
        b = (a + 1 + indices(generator, n, 4)) % 5
        cases += [(method, network, images, a, b) for method in (gradient, AddsUp(), AddsUpAndCopies(), blind)]
    return [*cases, (gradient, network, images, 3, 1)]


def alike(a, b):
    a, b = (p.flatten(1) - p.flatten(1).mean(dim=1, keepdim=True) for p in (a, b))
    return F.cosine_similarity(a, b, dim=1)


def tested(attempt, explain, network, images, a, b):
    with errors_told_apart():
        return attempt(explain, network, images, a, b)


@exercise(
    "4.6",
    "A test for class-blindness",
    minutes=10,
    difficulty=3,
    cases=methods_and_classes,
    probe=tested,
    hints=[
        "Call `explain` three times: for a, for b, and for a again. If the calls are independent, the first and the "
        "third picture are equal: `torch.allclose(first, third)`.",
        "A careless method hands out the same tensor every time, and then you compare it with itself. Keep the first "
        "picture safe: `explain(network, images, a).clone()`.",
        "`alike(first, second)` gives one correlation for each image. Asked for is their mean, as a number.",
    ],
)
def my_class_test(explain, network, images, a, b):
    """The mean correlation of each image's pictures for the classes a and b; None if the calls are not independent

    explain(network, images, classes) gives one picture for each image, (N, H, W); a and b are a class, or one for
    each image. Calls are independent if asking about a once more, after b, gives the same picture as before.
    """
    for_a = explain(network, images, a).clone()
    for_b = explain(network, images, b).clone()
    for_a_again = explain(network, images, a)
    if not torch.allclose(for_a, for_a_again):
        return None
    return alike(for_a, for_b).mean().item()


def asked(explain, network, images, a, b):
    """The pictures for a and b, or nothing if the calls are not independent."""
    for_a, for_b = explain(network, images, a).clone(), explain(network, images, b).clone()
    return (for_a, for_b) if torch.equal(for_a, explain(network, images, a)) else None


@my_class_test.mistake(
    "A method that hands out one and the same tensor fooled you: the first picture changed under your hands, and you "
    "compared it with itself. Keep a copy, `explain(...).clone()`, before the next call."
)
def no_copy(explain, network, images, a, b):
    for_a, for_b = explain(network, images, a), explain(network, images, b)
    return alike(for_a, for_b).mean().item() if torch.equal(for_a, explain(network, images, a)) else None


@my_class_test.mistake(
    "You never checked whether the calls are independent: explain a once more after b, and give None if its picture is "
    "another one than before."
)
def no_check(explain, network, images, a, b):
    for_a, for_b = explain(network, images, a).clone(), explain(network, images, b).clone()
    return alike(for_a, for_b).mean().item()


@my_class_test.mistake(
    "You never checked the calls, and kept no copy of the first picture. Keep one, `explain(...).clone()`, and explain "
    "a once more after b: None if that picture is another one."
)
def neither_copy_nor_check(explain, network, images, a, b):
    return alike(explain(network, images, a), explain(network, images, b)).mean().item()


@my_class_test.mistake(
    "You looked only whether both names mean one tensor. A method that adds up and hands out copies slips through: "
    "explain a once more after b, and compare the numbers."
)
def one_tensor_is_all_you_fear(explain, network, images, a, b):
    for_a = explain(network, images, a)
    for_b = explain(network, images, b)
    return None if for_a is for_b else alike(for_a, for_b).mean().item()


@my_class_test.mistake(
    "You gave None because both classes have the same picture. That is a finding, a correlation of 1: None is for "
    "methods whose picture for a changes when you ask again."
)
def equal_pictures_are_suspicious(explain, network, images, a, b):
    pictures = asked(explain, network, images, a, b)
    return None if pictures is None or torch.equal(*pictures) else alike(*pictures).mean().item()


@my_class_test.mistake(
    "Your answer is 1 for every method, because you compared class a with itself: the second picture is for b."
)
def a_with_itself(explain, network, images, a, b):
    pictures = asked(explain, network, images, a, b)
    return None if pictures is None else alike(pictures[0], pictures[0]).mean().item()


@my_class_test.mistake(
    "You averaged the pictures of the batch before you compared them. Compare each image's two pictures, and average "
    "the correlations."
)
def averaged_first(explain, network, images, a, b):
    pictures = asked(explain, network, images, a, b)
    if pictures is None:
        return None
    return alike(*(p.mean(dim=0, keepdim=True) for p in pictures)).item()


@my_class_test.mistake(
    "You compared the whole batch as one long picture, so a strong image counts more than a faint one. One correlation "
    "for each image, then their mean: `alike` does the first."
)
def one_long_picture(explain, network, images, a, b):
    pictures = asked(explain, network, images, a, b)
    return None if pictures is None else alike(*(p.reshape(1, -1) for p in pictures)).item()


@my_class_test.mistake("You looked at the first image only: average the correlations of all images.")
def first_image(explain, network, images, a, b):
    pictures = asked(explain, network, images, a, b)
    return None if pictures is None else alike(*pictures)[0].item()


@my_class_test.mistake(
    "You gave one correlation for each image. Asked for is one number: their mean, `.mean().item()`."
)
def not_averaged(explain, network, images, a, b):
    pictures = asked(explain, network, images, a, b)
    return None if pictures is None else alike(*pictures)


@my_class_test.mistake(
    "You left out the signs of the correlations. A negative one says that the pictures are *opposite*: average them as "
    "they are."
)
def without_the_sign(explain, network, images, a, b):
    pictures = asked(explain, network, images, a, b)
    return None if pictures is None else alike(*pictures).abs().mean().item()


@my_class_test.mistake(
    "Your similarity does not subtract each picture's mean, so any two pictures without negative numbers look alike: "
    "use `alike`, the correlation."
)
def cosine(explain, network, images, a, b):
    pictures = asked(explain, network, images, a, b)
    return None if pictures is None else F.cosine_similarity(*(p.flatten(1) for p in pictures)).mean().item()


@my_class_test.mistake("You gave the difference, and likeness is asked for: 1 for equal pictures, not 0.")
def difference_for_likeness(explain, network, images, a, b):
    pictures = asked(explain, network, images, a, b)
    return None if pictures is None else 1 - alike(*pictures).mean().item()


@my_class_test.mistake(
    "It is the wrong way round: None is for a picture of a that is *another* one the second time, and the correlation "
    "for one that is equal."
)
def the_wrong_way_round(explain, network, images, a, b):
    for_a, for_b = explain(network, images, a).clone(), explain(network, images, b).clone()
    return None if torch.equal(for_a, explain(network, images, a)) else alike(for_a, for_b).mean().item()


@my_class_test.mistake(
    "Two tensors are never the same object, even with equal numbers in them, unless a method is careless. Compare the "
    "numbers: `torch.allclose` in place of `is`."
)
def the_same_object(explain, network, images, a, b):
    for_a, for_b = explain(network, images, a), explain(network, images, b)
    return alike(for_a, for_b).mean().item() if for_a is explain(network, images, a) else None


@my_class_test.mistake(
    "`==` and `!=` compare entry by entry, and `if` wants a single True or False: `torch.allclose(first, third)`."
)
def entry_by_entry(explain, network, images, a, b):
    for_a, for_b = explain(network, images, a).clone(), explain(network, images, b).clone()
    return alike(for_a, for_b).mean().item() if for_a == explain(network, images, a) else None


@my_class_test.mistake(
    "You took equal pictures for a sign of dependence. A blind method has them by right, and a careless one need not: "
    "explain a once more after b, and compare that with a copy of the first picture."
)
def equality_is_all_you_fear(explain, network, images, a, b):
    for_a, for_b = explain(network, images, a), explain(network, images, b)
    return None if torch.equal(for_a, for_b) else alike(for_a, for_b).mean().item()


@my_class_test.mistake("You summed the correlations of the images; asked for is their mean.")
def summed(explain, network, images, a, b):
    pictures = asked(explain, network, images, a, b)
    return None if pictures is None else alike(*pictures).sum().item()


@my_class_test.mistake(
    "Dependent calls are an answer, and your assertion stops everything: use `if`, and return None, so that the next "
    "method can be tested."
)
def asserts(explain, network, images, a, b):
    pictures = asked(explain, network, images, a, b)
    assert pictures is not None
    return alike(*pictures).mean().item()


@my_class_test.mistake(
    "Dependent calls are an answer, not an error: return None in place of raising a ValueError, so that the next "
    "method can be tested."
)
def raises(explain, network, images, a, b):
    pictures = asked(explain, network, images, a, b)
    if pictures is None:
        raise ValueError("the calls depend on each other")
    return alike(*pictures).mean().item()
