"""Exercise 4.6: a test for class-blindness.

What it is tried on stands in methods.py, and in wrong_tests.py how a test can go wrong in each of its steps.
"""

import copy
import math
from itertools import product

import torch

from cam_tutorial.course.material import indices
from cam_tutorial.practice.errors import said
from cam_tutorial.practice.exercise import exercise

from . import methods
from .wrong_tests import (
    ANOTHER_PLACE,
    ANSWERING,
    ASKING,
    COMPARING,
    OTHERWISE,
    alike,
    asked,
    mean_correlation,
    not_copied,
    once,
)


def methods_and_classes(generator):
    """Every kind of method, most of them with one class an image; and some with a class for all, a list, one image."""

    def case(method, count=3, size=(6, 8), a=None, b=None):
        network, images = methods.network_and_images(generator, count, size)
        if a is None:
            a = indices(generator, count, methods.CLASSES)
            b = (a + 1 + indices(generator, count, methods.CLASSES - 1)) % methods.CLASSES
        return method, network, images, a, b

    return [
        case(methods.patterns, 4, (5, 4)),
        case(methods.in_images_grad),
        case(methods.AddsUp()),
        case(methods.AddsUpAndCopies(), 4, (5, 4)),
        case(methods.OneBuffer()),
        case(methods.honest),
        case(methods.blind),
        case(methods.nearly_blind),
        case(methods.opposite, 4, (5, 5), torch.tensor([0, 3, 4, 2]), torch.tensor([1, 2, 1, 4])),
        case(methods.apart, 2, a=0, b=3),
        case(methods.AddsAnother()),
        case(methods.Reversed()),
        case(methods.MovesALittle()),
        *(case(methods.ChangesOneImage(k, name)) for k, name in enumerate(("first", "second", "last"))),
        case(methods.ChangesOnePixel((0, 0, 0), "the first of the first image")),
        case(methods.ChangesOnePixel((1, 3, 4), "in the middle of the second image")),
        case(methods.ChangesOnePixel((-1, -1, -1), "the last of the last image")),
        case(methods.ChangesALittle()),
        case(methods.AddsUpFaintly()),
        case(methods.Grows()),
        case(methods.MixesImages()),
        case(methods.ChangesSign()),
        case(methods.Brighter()),
        case(methods.Stronger()),
        case(methods.OneCallLate()),
        case(methods.HighestSoFar(), a=torch.tensor([0, 2, 1]), b=torch.tensor([3, 4, 2])),
        case(methods.AddsAnother(), 1, a=2, b=3),
        case(methods.in_weights_grad),
        case(methods.trains),
        case(methods.faint),
        case(methods.untidy),
        case(methods.honest, 1, (6, 5), [3], [1]),
        case(methods.patterns, 1, a=4, b=0),
        case(methods.patterns, 3, a=[2, 0, 1], b=[0, 3, 4]),
    ]


class Answer:
    """What a test says of a method: a number or None, or whatever else it may give, an error included."""

    def __init__(self, value):
        tensor = torch.as_tensor(value) if hasattr(value, "dtype") else None
        self.value = tensor.item() if tensor is not None and tensor.ndim == 0 else value

    def __eq__(self, other):
        a, b = self.value, other.value
        if isinstance(a, Exception) and isinstance(b, Exception):
            return isinstance(a, AssertionError) == isinstance(b, AssertionError)
        if isinstance(a, torch.Tensor) and isinstance(b, torch.Tensor):
            return a.shape == b.shape and torch.allclose(a.double(), b.double(), atol=1e-5, equal_nan=True)
        if isinstance(a, str) and isinstance(b, str):
            return True  # whatever it says
        if not (isinstance(a, int | float) and isinstance(b, int | float)):
            return type(a) is type(b) and bool(a == b)
        return isinstance(a, bool) == isinstance(b, bool) and (math.isclose(a, b, abs_tol=1e-4) or (a != a and b != b))

    def __repr__(self):
        if isinstance(self.value, Exception):
            return f"an error ({said(self.value)})"
        if isinstance(self.value, torch.Tensor):
            return f"a tensor of shape {tuple(self.value.shape)}"
        return f"{self.value:.4f}" if isinstance(self.value, float) else repr(self.value)


def tested(attempt, explain, network, images, a, b):
    """The answer, under what the method is. What a careless one changes are copies."""
    try:
        answer = attempt(explain, copy.deepcopy(network), images.clone(), a, b)
    except Exception as error:
        if not explain.careless:
            raise
        answer = error  # some raise an error where None is asked for
    calls = "calls depend on each other" if explain.careless else "calls are independent"
    return {f"the answer for {explain.says}, whose {calls},": Answer(answer)}


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
        "A careless method hands out the same tensor every time, and then you compare it with itself. Keep the "
        "pictures safe, each before the next call: `explain(network, images, a).clone()`.",
        "`alike(first, second)` gives one correlation for each image. Asked for is their mean, as a number.",
    ],
)
def my_class_test(explain, network, images, a, b):
    """The mean correlation of an image's pictures for a and b; None if calls depend

    explain(network, images, classes) gives one picture for each image, (N, H, W); a and
    b are a class, or one for each image. Calls are independent if asking about a once
    more, after b, gives the same picture as before, with the same network and images:
    close, as `torch.allclose` has it, in every pixel of every image. Pictures may be
    faint, with numbers of 0.0001. A method may hand out one and the same tensor at
    every call, and overwrite it.
    """
    for_a = explain(network, images, a).clone()
    for_b = explain(network, images, b).clone()
    for_a_again = explain(network, images, a)
    if not torch.allclose(for_a, for_a_again):
        return None
    return alike(for_a, for_b).mean().item()


def version(name, ask=asked, same=torch.allclose, answer=mean_correlation, otherwise=lambda: None):
    """A test with something else in one place or two; `otherwise` is what it gives if the pictures are not the same."""

    def test(explain, network, images, a, b):
        for_a, for_b, again = ask(explain, network, images, a, b)
        return answer(for_a, for_b) if same(for_a, again) else otherwise()

    test.__name__ = name
    return test


def known(sentence, name, **changed):
    my_class_test.mistake(sentence)(version(name, **changed))


# Some fool themselves in a way that fits into none of the three.


def with_itself_once_more(explain, network, images, a, b):
    """For those who look whether a's picture and b's are equal, or one object."""
    for_a, for_b = (explain(network, images, c) for c in (a, b))
    return for_a, for_b, for_b


known(
    "You looked only whether both names mean one tensor. A method that adds up and hands out copies slips through: "
    "explain a once more after b, and compare the numbers.",
    "one_tensor_is_all_you_fear",
    ask=with_itself_once_more,
    same=lambda first, again: first is not again,
)
known(
    "You took equal pictures for a sign of dependence. A blind method has them by right, and a careless one need not: "
    "explain a once more after b, and compare that with a copy of the first picture.",
    "equality_is_all_you_fear",
    ask=with_itself_once_more,
    same=lambda first, again: not torch.equal(first, again),
)
known(
    "You took equal pictures for a sign of dependence. A blind method has them by right, and one that adds up has not: "
    "explain a once more after b, and compare that with the first picture.",
    "equality_of_copies_is_all_you_fear",
    ask=lambda *arguments: [once(*arguments)[k] for k in (0, 1, 1)],
    same=lambda first, again: not torch.allclose(first, again),
)
known(
    "You took pictures that are much alike for a sign of dependence. A blind method has them by right, and a careless "
    "one need not: explain a once more after b, and compare that with a copy of the first picture.",
    "likeness_is_all_you_fear",
    ask=lambda *arguments: [maps.clone() for maps in with_itself_once_more(*arguments)],
    same=lambda first, again: not alike(first, again).mean().item() > 0.99,
)
known(
    "You took *different* pictures for a and b for a sign of dependence, and they only say that the method looks at "
    "the class: explain a once more after b, and compare that with the first picture.",
    "difference_is_all_you_fear",
    ask=lambda *arguments: [once(*arguments)[k] for k in (0, 1, 1)],
)
known(
    "Two tensors are never the same object, even with equal numbers in them, unless a method is careless. Compare the "
    "numbers: `torch.allclose` in place of `is`.",
    "the_same_object",
    ask=not_copied,
    same=lambda first, again: first is again,
)
known(
    "Your answer is None for every method. Compare the numbers of two pictures with `torch.allclose` (`is` never holds "
    "after `.clone()`), and if they are equal, `return` the mean correlation.",
    "always_none",
    same=lambda first, again: first is again,
)
known(
    "It is the wrong way round: None is for a picture of a that is *another* one the second time, and the correlation "
    "for one that is equal.",
    "the_wrong_way_round",
    same=lambda first, again: not torch.allclose(first, again),
)
known(
    "`==` and `!=` compare entry by entry, and `if` wants a single True or False: `torch.allclose(first, third)`.",
    "entry_by_entry",
    same=lambda first, again: first == again,
)


@my_class_test.mistake(
    "You looked whether the network's weights have changed. A method can remember in other places: explain a once more "
    "after b, and compare the *pictures*."
)
def weights_watched(explain, network, images, a, b):
    before = [parameter.detach().clone() for parameter in network.parameters()]
    for_a, for_b, _ = once(explain, network, images, a, b)
    same = all(map(torch.equal, before, network.parameters()))
    return mean_correlation(for_a, for_b) if same else None


@my_class_test.mistake(
    "You looked whether `images.grad` was filled. A method can remember in other places: explain a once more after b, "
    "and compare the *pictures*."
)
def gradients_watched(explain, network, images, a, b):
    for_a, for_b, _ = once(explain, network, images, a, b)
    return mean_correlation(for_a, for_b) if images.grad is None else None


@my_class_test.mistake(
    "You call the method with `classes=`, and a method may name its arguments as it likes: `explain(network, images, "
    "a)`."
)
def by_keyword(explain, network, images, a, b):
    return my_class_test.solution(lambda n, x, classes: explain(n, x, classes=classes), network, images, a, b)


@my_class_test.mistake(
    "You call the method under `torch.no_grad()`, where it cannot take a gradient: leave that out, or put it around "
    "your own arithmetic."
)
def without_gradients(explain, network, images, a, b):
    with torch.no_grad():
        return my_class_test.solution(explain, network, images, a, b)


for name, (ask, sentence) in ASKING.items():
    known(sentence, name, ask=ask)
for name, (same, sentence) in COMPARING.items():
    known(sentence + ANOTHER_PLACE, name, same=same)
for name, (answer, sentence) in ANSWERING.items():
    known(sentence, name, answer=answer)
for name, (otherwise, sentence) in OTHERWISE.items():
    known(sentence, name, otherwise=otherwise)

# Two at once, as they are likely to come together.
ANSWERS = ("averaged_first", "one_long_picture", "first_image", "not_averaged", "summed", "without_the_sign", "cosine")
ASKS = ("no_copy", "no_check", "neither_copy_nor_check", "images_copied")
for one, other in product(ASKS, ANSWERS):
    (ask, sentence), (answer, second) = ASKING[one], ANSWERING[other]
    known(f"{sentence} And a second thing: {second[0].lower()}{second[1:]}", f"{one}_{other}", ask=ask, answer=answer)
for other in ("false", "zero", "not_a_number"):
    (ask, sentence), (otherwise, second) = ASKING["no_copy"], OTHERWISE[other]
    known(
        f"{sentence} And a second thing: {second[0].lower()}{second[1:]}",
        f"no_copy_{other}",
        ask=ask,
        otherwise=otherwise,
    )
for other in (
    "one_pixel",
    "one_image",
    "maxima",
    "means",
    "atol_0.001",
    "rtol_0.01",
    "alike_mean_0.99",
    "mean_difference",
):
    (ask, sentence), (same, second) = ASKING["no_copy"], COMPARING[other]
    second = f"{second[0].lower()}{second[1:]}{ANOTHER_PLACE}"
    known(f"{sentence} And a second thing: {second}", f"no_copy_{other}", ask=ask, same=same)
