"""How a test for class-blindness (exercise 4.6) goes wrong: in asking, in comparing, in answering, or in saying None.

Each table has name -> (what a test does, what to say of it). A test asks for three pictures (for a, for b, and what is
to be the first one again), compares the first and the third, and answers with the first and the second. They are
longer than 300 lines because each step has many ways to go wrong, which combine in e6_class_test.py.
"""

import copy
import math

import torch
import torch.nn.functional as F


def alike(a, b):
    a, b = (p.flatten(1) - p.flatten(1).mean(dim=1, keepdim=True) for p in (a, b))
    return F.cosine_similarity(a, b, dim=1)


def asked(explain, network, images, a, b):
    return [explain(network, images, c).clone() for c in (a, b, a)]


def mean_correlation(for_a, for_b):
    return alike(for_a, for_b).mean().item()


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


def a_twice_first_not_copied(explain, network, images, a, b):
    for_a, again, for_b = (explain(network, images, c) for c in (a, a, b))
    return for_a, for_b, again


def images_copied_only(explain, network, images, a, b):
    return [explain(network, images.clone(), c) for c in (a, b, a)]


def network_copied_only(explain, network, images, a, b):
    return [explain(copy.deepcopy(network), images, c) for c in (a, b, a)]


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
    "a_twice_first_not_copied": (
        a_twice_first_not_copied,
        "You asked about a twice *before* b, and kept no copy of a picture: ask a, b, and a again, and keep copies, "
        "`explain(...).clone()`.",
    ),
    "images_copied_only": (
        images_copied_only,
        "You copied the images for each call, where nothing is to be copied, and not the pictures, where it is needed: "
        "`explain(network, images, a).clone()`.",
    ),
    "network_copied_only": (
        network_copied_only,
        "You copied the network for each call, where nothing is to be copied, and not the pictures, where it is "
        "needed: `explain(network, images, a).clone()`.",
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
    "last_pixel": (
        lambda first, again: torch.equal(first[-1, -1, -1], again[-1, -1, -1]),
        "You compared one pixel, the last of the last image, and others may have changed. ",
    ),
    "pixel_in_the_middle": (
        lambda first, again: torch.equal(*(p[0, p.shape[1] // 2, p.shape[2] // 2] for p in (first, again))),
        "You compared one pixel, in the middle of the first image, and others may have changed. ",
    ),
    "most_pixels": (
        lambda first, again: torch.isclose(first, again).float().mean().item() > 0.9,
        "It is enough for you if most pixels are equal. All must be. ",
    ),
    "rounded_numbers": (
        lambda first, again: torch.equal(first.round(), again.round()),
        "You compared rounded numbers, and faint pictures are all 0 then. ",
    ),
    "spreads": (
        lambda first, again: torch.allclose(first.std(), again.std()),
        "You compared the standard deviation, which stays the same when pixels change places. ",
    ),
    "mean_difference": (
        lambda first, again: (first - again).abs().mean().item() < 1e-2,
        "You averaged the differences over all pixels, and one pixel that changes is lost among so many. ",
    ),
    "mean_squared_difference": (
        lambda first, again: F.mse_loss(first, again).item() < 1e-2,
        "You averaged the squared differences over all pixels, and one pixel that changes is lost among so many. ",
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
            (0.9999, torch.mean, "on average the same but for the fourth digit"),
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
    "in_percent": (
        lambda for_a, for_b: 100 * mean_correlation(for_a, for_b),
        "You gave the correlation in percent: it goes from −1 to 1.",
    ),
    "as_text": (
        lambda for_a, for_b: f"{mean_correlation(for_a, for_b):.2f}",
        "You gave a text. Asked for is the number itself.",
    ),
    "cosine_of_columns": (
        lambda for_a, for_b: F.cosine_similarity(for_a, for_b).mean().item(),
        "Your similarity compares the columns of two pictures, one by one, and does not subtract their means: use "
        "`alike`, the correlation of two whole pictures.",
    ),
    "rounded_to_tenths": (
        lambda for_a, for_b: round(mean_correlation(for_a, for_b), 1),
        "You rounded the correlation to tenths: leave that to whoever prints it.",
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
    "alike_is_suspicious": (
        lambda for_a, for_b: None if mean_correlation(for_a, for_b) > 0.99 else mean_correlation(for_a, for_b),
        "You gave None because the pictures for both classes are much alike. That is a finding, and the answer is its "
        "number: None is for methods whose picture for a changes when you ask again.",
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
    "minus_one": (
        lambda: -1.0,
        "You gave −1 for a method whose calls depend on each other, which reads like “opposite”. Asked for is None.",
    ),
    "not_a_number": (
        lambda: math.nan,
        "You gave NaN for a method whose calls depend on each other. Asked for is None.",
    ),
    "the_word": (
        lambda: "None",
        "You gave a text for a method whose calls depend on each other. Asked for is None itself, without quotes.",
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
