"""Exercise 4.6: a test for class-blindness. What it is tried on stands in methods.py.

Longer than other files: a test can go wrong in how it asks, in how it compares two answers about a, in what it then
says, and in two of these at once.
"""

import copy
import math
from itertools import product

import torch
import torch.nn.functional as F

from cam_tutorial.course.material import indices
from cam_tutorial.practice.errors import said
from cam_tutorial.practice.exercise import exercise

from . import methods


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


def alike(a, b):
    a, b = (p.flatten(1) - p.flatten(1).mean(dim=1, keepdim=True) for p in (a, b))
    return F.cosine_similarity(a, b, dim=1)


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
    """The answer, under the name of the method. What a careless one changes are copies, which the attempt may too."""
    try:
        answer = attempt(explain, copy.deepcopy(network), images.clone(), a, b)
    except Exception as error:
        if not explain.careless:
            raise
        answer = error  # some raise an error where None is asked for
    return {f"the answer for {explain.says}": Answer(answer)}


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
    """The mean correlation of each image's pictures for the classes a and b; None if the calls are not independent

    explain(network, images, classes) gives one picture for each image, (N, H, W); a and b are a class, or one for
    each image. Calls are independent if asking about a once more, after b, gives the same picture as before, with the
    same network and images: the same numbers in every pixel of every image, but for rounding. Pictures may be faint,
    with numbers of 0.0001.
    """
    for_a = explain(network, images, a).clone()
    for_b = explain(network, images, b).clone()
    for_a_again = explain(network, images, a)
    if not torch.allclose(for_a, for_a_again):
        return None
    return alike(for_a, for_b).mean().item()


# A test asks (three pictures: for a, for b, and what is to be the first one again), compares, and answers.


def asked(explain, network, images, a, b):
    return [explain(network, images, c).clone() for c in (a, b, a)]


def mean_correlation(for_a, for_b):
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


# How to ask.


def order(*classes):
    """Ask in this order; what is not asked for is not there."""

    def ask(explain, network, images, a, b):
        return [explain(network, images, {"a": a, "b": b}[c]).clone() for c in classes]

    return ask


def not_copied(explain, network, images, a, b):
    return [explain(network, images, c) for c in (a, b, a)]


def first_copied(explain, network, images, a, b):
    return [explain(network, images, a).clone(), explain(network, images, b), explain(network, images, a)]


def second_copied(explain, network, images, a, b):
    return [explain(network, images, a), explain(network, images, b).clone(), explain(network, images, a)]


def once(explain, network, images, a, b):
    """Only a and b, with copies: the first picture counts as the third."""
    for_a, for_b = (explain(network, images, c).clone() for c in (a, b))
    return for_a, for_b, for_a


def once_and_not_copied(explain, network, images, a, b):
    for_a, for_b = (explain(network, images, c) for c in (a, b))
    return for_a, for_b, for_a


def a_twice_first(explain, network, images, a, b):
    for_a, again, for_b = order("a", "a", "b")(explain, network, images, a, b)
    return for_a, for_b, again


def b_twice(explain, network, images, a, b):
    """Whether b stays b, in place of a."""
    for_a, for_b, again = order("a", "b", "b")(explain, network, images, a, b)
    return for_a, for_b, for_a if torch.allclose(for_b, again) else for_a + 1


def a_between(explain, network, images, a, b):
    for_b, for_a, again = order("b", "a", "b")(explain, network, images, a, b)
    return for_b, for_a, again


def without_b(explain, network, images, a, b):
    for_a, again = order("a", "a")(explain, network, images, a, b)
    return for_a, again, again


def images_copied(explain, network, images, a, b):
    return [explain(network, images.clone(), c).clone() for c in (a, b, a)]


def network_copied(explain, network, images, a, b):
    return [explain(copy.deepcopy(network), images, c).clone() for c in (a, b, a)]


def all_copied(explain, network, images, a, b):
    return [explain(copy.deepcopy(network), images.clone(), c).clone() for c in (a, b, a)]


def method_copied(explain, network, images, a, b):
    return [copy.deepcopy(explain)(network, images, c).clone() for c in (a, b, a)]


def network_tidied(explain, network, images, a, b):
    pictures = []
    for c in (a, b, a):
        network.zero_grad()
        pictures.append(explain(network, images, c).clone())
    return pictures


def all_tidied(explain, network, images, a, b):
    pictures = []
    for c in (a, b, a):
        images.grad = None
        network.zero_grad()
        pictures.append(explain(network, images, c).clone())
    return pictures


ASKING = {
    "no_copy": (
        not_copied,
        "A method that hands out one and the same tensor fooled you: the first picture changed under your hands, and "
        "you compared it with itself. Keep a copy, `explain(...).clone()`, before the next call.",
    ),
    "only_the_first_copied": (
        first_copied,
        "A method that writes all its pictures into one tensor fooled you: the picture for b was overwritten when you "
        "asked about a again. Copy that one too, `explain(network, images, b).clone()`, or take the correlation "
        "before.",
    ),
    "only_the_second_copied": (
        second_copied,
        "A method that hands out one and the same tensor fooled you, because the picture that needs a copy most is the "
        "*first* one: `explain(network, images, a).clone()`.",
    ),
    "no_check": (
        once,
        "You never checked whether the calls are independent: explain a once more after b, and give None if its "
        "picture is another one than before.",
    ),
    "neither_copy_nor_check": (
        once_and_not_copied,
        "You never checked the calls, and kept no copy of the first picture. Keep one, `explain(...).clone()`, and "
        "explain a once more after b: None if that picture is another one.",
    ),
    "a_twice_before_b": (
        a_twice_first,
        "You asked about a twice *before* b. A method that is spoiled by asking about another class still passes: ask "
        "a, b, and a again.",
    ),
    "b_twice": (
        b_twice,
        "You looked whether the picture for b stays the same. Asked for is whether that for *a* does, after b was "
        "asked about: a, b, and a again.",
    ),
    "a_between": (
        a_between,
        "You asked about b before you asked about a, and so you never saw what the picture of a was before: ask a, b, "
        "and a again.",
    ),
    "without_b": (
        without_b,
        "You never asked about b: your pictures are both for a.",
    ),
    "images_copied": (
        images_copied,
        "Each call got another tensor for the images (a copy, `.detach()`), or their `.grad` was emptied between the "
        "calls, so that what a method leaves there goes unseen. Call it as `explain(network, images, a)`, and clean "
        "nothing up.",
    ),
    "network_copied": (
        network_copied,
        "You gave each call a fresh copy of the network, so that a method that changes it goes unseen. Call it as "
        "`explain(network, images, a)`, with the network itself.",
    ),
    "all_copied": (
        all_copied,
        "You gave each call a fresh copy of the network and of the images, so that what a method leaves on them is "
        "thrown away unseen. Call it as `explain(network, images, a)`, with both themselves.",
    ),
    "method_copied": (
        method_copied,
        "You asked a fresh copy of the method each time, so that what it remembers is thrown away unseen: call "
        "`explain` itself.",
    ),
    "network_tidied": (
        network_tidied,
        "You emptied the network's gradients between the calls, and with them what you were to find: leave everything "
        "as the method left it.",
    ),
    "all_tidied": (
        all_tidied,
        "You emptied the gradients of images and network between the calls, and with them what you were to find: leave "
        "everything as the method left it.",
    ),
}

# How to compare the two pictures for a. The second sentence is for those who look at b's picture in place of a's again.


def alike_by(number, count=torch.mean):
    return lambda first, again: count(alike(first, again)).item() > number


ANOTHER_PLACE = "Compare the numbers of all pixels, `torch.allclose(first, again)`."
COMPARING = {
    "one_pixel": (
        lambda first, again: torch.equal(first[0, 0, 0], again[0, 0, 0]),
        "You compared one pixel, the first of the first image, and others may have changed. ",
    ),
    "one_pixel_an_image": (
        lambda first, again: torch.equal(first[:, 0, 0], again[:, 0, 0]),
        "You compared one pixel of each image, the first, and others may have changed. ",
    ),
    "one_image": (
        lambda first, again: torch.allclose(first[0], again[0]),
        "You compared the first image's pictures only, and those of the others may have changed. ",
    ),
    "last_image": (
        lambda first, again: torch.allclose(first[-1], again[-1]),
        "You compared the last image's pictures only, and those of the others may have changed. ",
    ),
    "maxima": (
        lambda first, again: torch.allclose(first.max(), again.max()),
        "You compared the maximum, which stays the same while other pixels change or change places. ",
    ),
    "maxima_of_images": (
        lambda first, again: torch.allclose(first.amax((1, 2)), again.amax((1, 2))),
        "You compared each picture's maximum, which stays the same while other pixels change or change places. ",
    ),
    "means": (
        lambda first, again: torch.allclose(first.mean(), again.mean()),
        "You compared means or sums over all pixels, or summed differences with their signs: they stay the same when "
        "pixels change places. ",
    ),
    "means_of_images": (
        lambda first, again: torch.allclose(first.mean((1, 2)), again.mean((1, 2))),
        "You compared each picture's mean, or sum, which stays the same when pixels change places. ",
    ),
    "mean_picture": (
        lambda first, again: torch.allclose(first.mean(0), again.mean(0)),
        "You compared the mean picture of the batch, which stays the same when images change places. ",
    ),
    "norms": (
        lambda first, again: torch.allclose(first.norm(), again.norm()),
        "You compared the lengths (the norm), which stay the same when pixels change places. ",
    ),
    "brightest_pixels": (
        lambda first, again: torch.equal(first.flatten(1).argmax(1), again.flatten(1).argmax(1)),
        "You compared where the pictures are brightest, and all else may have changed. ",
    ),
    "brightest_pixel": (
        lambda first, again: torch.equal(first.argmax(), again.argmax()),
        "You compared where the brightest pixel of the batch is, and all else may have changed. ",
    ),
    "any_pixel": (
        lambda first, again: (first == again).any().item(),
        "One pixel that is equal is enough for you (`any`). All must be. ",
    ),
    "sorted_numbers": (
        lambda first, again: torch.allclose(first.flatten().sort().values, again.flatten().sort().values),
        "You compared the numbers without their places. ",
    ),
    "signed_difference": (
        lambda first, again: (first - again).max().item() < 1e-6,
        "You looked whether the first picture is larger anywhere. Where it is smaller, the difference is negative: "
        "take its `.abs()`. ",
    ),
    "absolute_values": (
        lambda first, again: torch.allclose(first.abs(), again.abs()),
        "You compared absolute values: a picture that changes its sign is another one. ",
    ),
    **{
        f"atol_{number}": (
            lambda first, again, number=number: torch.allclose(first, again, atol=number),
            f"Your tolerance is too generous{where}: the same picture has the same numbers, but for rounding. ",
        )
        for number, where in (
            (1e-3, " for faint pictures, whose largest values are smaller than it"),
            (0.2, ", in faint pictures and in strong ones"),
            (0.3, ", which lets a pixel change by a quarter"),
            (1, ", which lets a pixel change by as much as there is"),
        )
    },
    **{
        f"rtol_{number}": (
            lambda first, again, number=number: torch.allclose(first, again, rtol=number),
            f"You allow each number to change by a share of itself{where}. The same picture has the same numbers, but "
            f"for rounding. ",
        )
        for number, where in ((1e-2, ", a percent or more"), (0.2, ", a fifth or so"), (0.5, ", a half or so"))
    },
    **{
        f"alike_{count.__name__}_{number}": (
            alike_by(number, count),
            f"You let pictures pass that are {how}. A correlation does not see that all numbers have grown, and one "
            f"changed pixel hardly lowers it. ",
        )
        for number, count, how in (
            (0.9, torch.mean, "on average much alike"),
            (0.99, torch.mean, "on average very much alike"),
            (0.999, torch.mean, "on average nearly the same"),
            (0.99, torch.min, "each very much alike"),
            (0.999, torch.min, "each nearly the same"),
        )
    },
}

# What to answer.

ANSWERING = {
    "averaged_first": (
        lambda for_a, for_b: alike(*(p.mean(dim=0, keepdim=True) for p in (for_a, for_b))).item(),
        "You averaged the pictures of the batch before you compared them. Compare each image's two pictures, and "
        "average the correlations.",
    ),
    "one_long_picture": (
        lambda for_a, for_b: alike(*(p.reshape(1, -1) for p in (for_a, for_b))).item(),
        "You compared the whole batch as one long picture, so a strong image counts more than a faint one. One "
        "correlation for each image, then their mean: `alike` does the first.",
    ),
    "first_image": (
        lambda for_a, for_b: alike(for_a, for_b)[0].item(),
        "You answer for the first image only: average the correlations of all images.",
    ),
    "last_image_alone": (
        lambda for_a, for_b: alike(for_a, for_b)[-1].item(),
        "You answer for the last image only: average the correlations of all images.",
    ),
    "not_averaged": (
        alike,
        "You gave one correlation for each image. Asked for is one number: their mean, `.mean().item()`.",
    ),
    "summed": (
        lambda for_a, for_b: alike(for_a, for_b).sum().item(),
        "You summed the correlations of the images; asked for is their mean.",
    ),
    "highest": (
        lambda for_a, for_b: alike(for_a, for_b).max().item(),
        "You gave the highest correlation of all images; asked for is their mean.",
    ),
    "lowest": (
        lambda for_a, for_b: alike(for_a, for_b).min().item(),
        "You gave the lowest correlation of all images; asked for is their mean.",
    ),
    "in_the_middle": (
        lambda for_a, for_b: alike(for_a, for_b).median().item(),
        "You gave the median of the correlations; asked for is their mean.",
    ),
    "without_the_sign": (
        lambda for_a, for_b: alike(for_a, for_b).abs().mean().item(),
        "You left out the signs of the correlations. A negative one says that the pictures are *opposite*: average "
        "them as they are.",
    ),
    "sign_lost_at_the_end": (
        lambda for_a, for_b: abs(mean_correlation(for_a, for_b)),
        "You left out the sign of the mean. A negative correlation says that the pictures are *opposite*: give it as "
        "it is.",
    ),
    "cut_off_below_0": (
        lambda for_a, for_b: alike(for_a, for_b).clamp(min=0).mean().item(),
        "You made 0 of negative correlations. They say that the pictures are *opposite*: average them as they are.",
    ),
    "cut_off_at_the_end": (
        lambda for_a, for_b: max(0.0, mean_correlation(for_a, for_b)),
        "You made 0 of a negative mean. It says that the pictures are *opposite*: give it as it is.",
    ),
    "squared": (
        lambda for_a, for_b: alike(for_a, for_b).square().mean().item(),
        "You squared the correlations: average them as they are.",
    ),
    "cosine": (
        lambda for_a, for_b: F.cosine_similarity(for_a.flatten(1), for_b.flatten(1)).mean().item(),
        "Your similarity does not subtract each picture's mean, so any two pictures without negative numbers look "
        "alike: use `alike`, the correlation.",
    ),
    "difference_for_likeness": (
        lambda for_a, for_b: 1 - mean_correlation(for_a, for_b),
        "You gave the difference, and likeness is asked for: 1 for equal pictures, not 0.",
    ),
    "distance": (
        lambda for_a, for_b: (for_a - for_b).abs().mean().item(),
        "You gave the mean difference of the pixels, which depends on how strong the pictures are. Asked for is their "
        "correlation: `alike`.",
    ),
    "squared_distance": (
        lambda for_a, for_b: F.mse_loss(for_a, for_b).item(),
        "You gave the mean squared difference of the pixels, which depends on how strong the pictures are. Asked for "
        "is their correlation: `alike`.",
    ),
    "product_alone": (
        lambda for_a, for_b: (for_a * for_b).mean().item(),
        "You gave the mean product of the pixels, which depends on how strong the pictures are. Asked for is their "
        "correlation: `alike`.",
    ),
    "a_with_itself": (
        lambda for_a, for_b: mean_correlation(for_a, for_a),
        "Your answer is 1 for every method that passes, because you compared class a with itself: the second picture "
        "is for b.",
    ),
    "rounded": (
        lambda for_a, for_b: round(mean_correlation(for_a, for_b), 2),
        "You rounded the correlation: leave that to whoever prints it.",
    ),
    "yes_or_no": (
        lambda for_a, for_b: mean_correlation(for_a, for_b) > 0.9,
        "You gave True or False. Asked for is the correlation itself, as a number.",
    ),
    "truth_of_equality": (
        torch.allclose,
        "You gave True or False, whether the pictures for a and b are equal. Asked for is how alike they are: their "
        "correlation, as a number.",
    ),
    "both_in_a_tuple": (
        lambda for_a, for_b: (mean_correlation(for_a, for_b), True),
        "You gave several things in a tuple. Asked for is one: the mean correlation, or None.",
    ),
    "none_for_zero": (
        lambda for_a, for_b: None if abs(mean_correlation(for_a, for_b)) < 1e-6 else mean_correlation(for_a, for_b),
        "You gave None for a correlation of 0, which Python takes for False: ask `is None`, or keep the two questions "
        "apart.",
    ),
    "none_for_negative": (
        lambda for_a, for_b: None if mean_correlation(for_a, for_b) < 0 else mean_correlation(for_a, for_b),
        "You gave None for a negative correlation. It says that the pictures are opposite, and is an answer: None is "
        "for methods whose picture for a changes when you ask again.",
    ),
    "equal_pictures_are_suspicious": (
        lambda for_a, for_b: None if torch.allclose(for_a, for_b) else mean_correlation(for_a, for_b),
        "You gave None because both classes have the same picture. That is a finding, a correlation of 1: None is for "
        "methods whose picture for a changes when you ask again.",
    ),
}


def raise_an_error():
    raise ValueError("the calls depend on each other")


def fail():
    raise AssertionError


OTHERWISE = {
    "false": (lambda: False, "You gave False for a method whose calls depend on each other. Asked for is None."),
    "zero": (
        lambda: 0.0,
        "You gave 0 for a method whose calls depend on each other, which reads like “nothing in common”. Asked for is "
        "None.",
    ),
    "one": (
        lambda: 1.0,
        "You gave 1 for a method whose calls depend on each other, which reads like “blind”. Asked for is None.",
    ),
    "not_a_number": (
        lambda: math.nan,
        "You gave NaN for a method whose calls depend on each other. Asked for is None.",
    ),
    "the_word": (
        lambda: "None",
        "You gave the *word* None for a method whose calls depend on each other: leave out the quotes.",
    ),
    "asserts": (
        fail,
        "Dependent calls are an answer, and your assertion stops everything: use `if`, and return None, so that the "
        "next method can be tested.",
    ),
    "raises": (
        raise_an_error,
        "Your test ends in an error where the calls depend on each other. That is an answer, and no error: return "
        "None, so that the next method can be tested.",
    ),
}

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
