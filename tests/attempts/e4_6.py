"""Attempts at 4.6."""

import numpy as np
import torch
import torch.nn.functional as F
from attempts import right, wrong


def alike(a, b):
    """Correlation of each picture in a with the one in b: (N, H, W) × (N, H, W) -> (N,)"""
    a, b = (p.flatten(1) - p.flatten(1).mean(dim=1, keepdim=True) for p in (a, b))
    return F.cosine_similarity(a, b, dim=1)


@right("clones, allclose")
def clones(explain, network, images, a, b):
    for_a = explain(network, images, a).clone()
    for_b = explain(network, images, b).clone()
    again = explain(network, images, a)
    if not torch.allclose(for_a, again):
        return None
    return alike(for_a, for_b).mean()


@right("exactly equal, a Python number")
def equal(explain, network, images, a, b):
    first = explain(network, images, a).detach().clone()
    second = explain(network, images, b).detach().clone()
    third = explain(network, images, a).detach()
    return alike(first, second).mean().item() if torch.equal(first, third) else None


@right("compares before the third call, so the second needs no copy")
def before_the_third(explain, network, images, a, b):
    pictures_a = explain(network, images, a).clone()
    result = alike(pictures_a, explain(network, images, b)).mean()
    if torch.allclose(explain(network, images, a), pictures_a, rtol=1e-4, atol=1e-7):
        return float(result)


@right("a list of copies")
def list_of_copies(explain, network, images, a, b):
    pictures = []
    for c in (a, b, a):
        pictures.append(explain(network, images, c).clone())
    first, second, again = pictures
    same = (first - again).abs().max() <= 1e-6 * first.abs().max()
    return alike(first, second).mean() if same else None


@right("NumPy's corrcoef, one image at a time")
def numpy(explain, network, images, a, b):
    A = explain(network, images, a).detach().numpy().copy()
    B = explain(network, images, b).detach().numpy().copy()
    A2 = explain(network, images, a).detach().numpy().copy()
    if not np.allclose(A, A2, atol=1e-9):
        return None
    return np.mean([np.corrcoef(p.ravel(), q.ravel())[0, 1] for p, q in zip(A, B)])


@wrong("never asks again")
def never_asks_again(explain, network, images, a, b):
    for_a = explain(network, images, a).clone()
    for_b = explain(network, images, b).clone()
    return alike(for_a, for_b).mean()


@wrong("no copies: a method that gives one tensor again and again is equal to itself")
def no_copies(explain, network, images, a, b):
    first = explain(network, images, a)
    second = explain(network, images, b)
    again = explain(network, images, a)
    if not torch.equal(first, again):
        return None
    return alike(first, second).mean()


@wrong("detach in place of clone")
def detached(explain, network, images, a, b):
    first = explain(network, images, a).detach()
    second = explain(network, images, b).detach()
    again = explain(network, images, a).detach()
    return alike(first, second).mean() if torch.allclose(first, again) else None


@wrong("the second picture is not copied, and holds the third when it is compared")
def second_not_copied(explain, network, images, a, b):
    first = explain(network, images, a).clone()
    second = explain(network, images, b)
    again = explain(network, images, a)
    if not torch.allclose(first, again):
        return None
    return alike(first, second).mean()


@wrong("asks a twice in a row, before b")
def twice_before(explain, network, images, a, b):
    first = explain(network, images, a).clone()
    again = explain(network, images, a).clone()
    second = explain(network, images, b).clone()
    if not torch.allclose(first, again):
        return None
    return alike(first, second).mean()


@wrong("compares once more with b, not with a")
def compares_b(explain, network, images, a, b):
    first = explain(network, images, a).clone()
    second = explain(network, images, b).clone()
    again = explain(network, images, b)
    if not torch.allclose(second, again):
        return None
    return alike(first, second).mean()


@wrong("None if the two classes' pictures are the same tensor or equal")
def equal_pictures(explain, network, images, a, b):
    first = explain(network, images, a).clone()
    second = explain(network, images, b).clone()
    if first is second or torch.equal(first, second):
        return None
    return alike(first, second).mean()


@wrong("None where it is independent, and the other way round")
def turned_around(explain, network, images, a, b):
    first = explain(network, images, a).clone()
    second = explain(network, images, b).clone()
    again = explain(network, images, a)
    if torch.allclose(first, again):
        return None
    return alike(first, second).mean()


@wrong("a copy of the images for each call, which hides what the method leaves on them")
def fresh_images(explain, network, images, a, b):
    first = explain(network, images.clone(), a).clone()
    second = explain(network, images.clone(), b).clone()
    again = explain(network, images.clone(), a)
    return alike(first, second).mean() if torch.allclose(first, again) else None


@wrong("clears what the method left behind before it asks again")
def clears(explain, network, images, a, b):
    first = explain(network, images, a).clone()
    images.grad = None
    second = explain(network, images, b).clone()
    images.grad = None
    again = explain(network, images, a)
    return alike(first, second).mean() if torch.allclose(first, again) else None


@wrong("one number for each image, not the mean")
def no_mean(explain, network, images, a, b):
    first = explain(network, images, a).clone()
    second = explain(network, images, b).clone()
    again = explain(network, images, a)
    return alike(first, second) if torch.allclose(first, again) else None


@wrong("the first image only")
def first_image(explain, network, images, a, b):
    first = explain(network, images, a).clone()
    second = explain(network, images, b).clone()
    again = explain(network, images, a)
    if not torch.allclose(first, again):
        return None
    return alike(first, second)[0]


@wrong("NaN in place of None")
def nan(explain, network, images, a, b):
    first = explain(network, images, a).clone()
    second = explain(network, images, b).clone()
    again = explain(network, images, a)
    return alike(first, second).mean() if torch.allclose(first, again) else float("nan")


@wrong("0 in place of None")
def zero(explain, network, images, a, b):
    first = explain(network, images, a).clone()
    second = explain(network, images, b).clone()
    again = explain(network, images, a)
    if torch.allclose(first, again):
        return alike(first, second).mean()
    return 0


@wrong("raises an error in place of None")
def raises(explain, network, images, a, b):
    first = explain(network, images, a).clone()
    second = explain(network, images, b).clone()
    again = explain(network, images, a)
    assert torch.allclose(first, again), "the calls are not independent"
    return alike(first, second).mean()


@wrong("the cosine without taking the means off")
def cosine(explain, network, images, a, b):
    first = explain(network, images, a).clone()
    second = explain(network, images, b).clone()
    again = explain(network, images, a)
    if not torch.allclose(first, again):
        return None
    return F.cosine_similarity(first.flatten(1), second.flatten(1)).mean()


@wrong("a correlation over the whole batch at once")
def whole_batch(explain, network, images, a, b):
    first = explain(network, images, a).clone()
    second = explain(network, images, b).clone()
    again = explain(network, images, a)
    if not torch.allclose(first, again):
        return None
    return torch.corrcoef(torch.stack([first.flatten(), second.flatten()]))[0, 1]


@wrong("a wide tolerance: weak pictures always count as the same")
def wide_tolerance(explain, network, images, a, b):
    first = explain(network, images, a).clone()
    second = explain(network, images, b).clone()
    again = explain(network, images, a)
    if not torch.allclose(first, again, atol=0.1):
        return None
    return alike(first, second).mean()


@wrong("the same pattern counts as the same picture: a sum of a, b and a that looks alike passes")
def by_correlation(explain, network, images, a, b):
    first = explain(network, images, a).clone()
    second = explain(network, images, b).clone()
    again = explain(network, images, a)
    if alike(first, again).mean() < 0.9:
        return None
    return alike(first, second).mean()


@wrong("a comparison with == in an if, which is ambiguous for more than one number")
def ambiguous(explain, network, images, a, b):
    first = explain(network, images, a).clone()
    second = explain(network, images, b).clone()
    again = explain(network, images, a)
    if first == again:
        return alike(first, second).mean()
    return None


@wrong("any equal number is enough")
def any_equal(explain, network, images, a, b):
    first = explain(network, images, a).clone()
    second = explain(network, images, b).clone()
    again = explain(network, images, a)
    if (first == again).any():
        return alike(first, second).mean()
    return None


@wrong("compares the mean of the pictures only")
def means_only(explain, network, images, a, b):
    first = explain(network, images, a).clone()
    second = explain(network, images, b).clone()
    again = explain(network, images, a)
    if torch.isclose(first.mean(), again.mean()):
        return alike(first, second).mean()
    return None


@wrong("how alike the first and the third are, not the two classes")
def first_and_third(explain, network, images, a, b):
    first = explain(network, images, a).clone()
    explain(network, images, b)
    again = explain(network, images, a)
    if not torch.allclose(first, again):
        return None
    return alike(first, again).mean()


@wrong("asks image by image, but hands all the classes to each call, so that one class for each image does not fit")
def one_by_one(explain, network, images, a, b):
    values = []
    for image in images:
        first = explain(network, image[None], a).clone()
        second = explain(network, image[None], b).clone()
        if not torch.allclose(first, explain(network, image[None], a)):
            return None
        values.append(alike(first, second).item())
    return sum(values) / len(values)
