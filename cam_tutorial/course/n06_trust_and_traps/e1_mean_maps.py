"""Exercise 6.1: the mean map of each class."""

import torch

from cam_tutorial.practice.exercise import exercise


def maps_and_labels(generator):
    """None negative, of very different scales; one blank; one of the classes without an image."""
    cases = []
    for n, height, width, classes in ((6, 3, 5, 4), (9, 4, 3, 5), (7, 2, 6, 6)):
        maps = torch.rand(n, height, width, generator=generator) * torch.linspace(0.5, 9, n)[:, None, None]
        labels = torch.randint(classes - 1, (n,), generator=generator)
        labels[:4] = torch.tensor([1, 1, 0, 0])
        maps[1] = 0
        cases.append((maps, labels + (labels > 1), classes))
    return cases


@exercise(
    "6.1",
    "The mean map of each class",
    minutes=8,
    difficulty=2,
    cases=maps_and_labels,
    hints=[
        "First scale each map by itself, so that no image counts more than another. Then one class after the other.",
        "`maps.amax(dim=(1, 2), keepdim=True)` has the shape (N, 1, 1): divide by it. `.clamp(min=1e-8)` spares the "
        "blank map.",
        "`scaled[labels == c]` are the maps of class c; their `.mean(dim=0)` is one map. Start from `torch.zeros`, so "
        "that a class without images stays 0.",
    ],
)
def my_mean_maps(maps, labels, classes):
    """(N, H, W), (N,), int -> (classes, H, W), the mean of the maps of each class

    Each map is first divided by its own maximum; a blank map stays blank, and counts. A class without images gives
    zeros.
    """
    scaled = maps / maps.amax(dim=(1, 2), keepdim=True).clamp(min=1e-8)
    means = torch.zeros(classes, *maps.shape[1:])
    for c in labels.unique():
        means[c] = scaled[labels == c].mean(dim=0)
    return means


def mean_maps(scaled, labels, classes, mean=lambda maps: maps.mean(dim=0)):
    means = torch.zeros(classes, *scaled.shape[1:])
    for c in labels.unique():
        means[c] = mean(scaled[labels == c])
    return means


def scaled_by_itself(maps):
    return maps / maps.amax(dim=(1, 2), keepdim=True).clamp(min=1e-8)


@my_mean_maps.mistake(
    "You summed the maps of a class: divide by the number of its images, so that classes can be compared."
)
def summed(maps, labels, classes):
    return mean_maps(scaled_by_itself(maps), labels, classes, lambda maps: maps.sum(dim=0))


@my_mean_maps.mistake("You divided by all N images. Each class has its own number of images: divide by that.")
def divided_by_all(maps, labels, classes):
    return mean_maps(scaled_by_itself(maps), labels, classes, lambda own: own.sum(dim=0) / len(maps))


@my_mean_maps.mistake(
    "You divided by the maximum of the whole set, so the brightest image drowns the others: each map is divided by its "
    "own maximum, `maps.amax(dim=(1, 2), keepdim=True)`."
)
def by_the_sets_maximum(maps, labels, classes):
    return mean_maps(maps / maps.max(), labels, classes)


@my_mean_maps.mistake("You did not scale the maps: divide each one by its own maximum before the mean.")
def not_scaled(maps, labels, classes):
    return mean_maps(maps, labels, classes)


@my_mean_maps.mistake(
    "You scaled the means. Scale each map before the mean, or the brightest image of a class drowns the others."
)
def scaled_afterwards(maps, labels, classes):
    return scaled_by_itself(mean_maps(maps, labels, classes))


@my_mean_maps.mistake(
    "You stretched each map from its minimum to its maximum. Divide by the maximum alone, so that zero stays zero."
)
def stretched(maps, labels, classes):
    low = maps.amin(dim=(1, 2), keepdim=True)
    return mean_maps(scaled_by_itself(maps - low), labels, classes)


@my_mean_maps.mistake(
    "A blank map turns the mean of its class into NaN: its maximum is 0. Divide by "
    "`maps.amax(dim=(1, 2), keepdim=True).clamp(min=1e-8)`."
)
def blank_is_nan(maps, labels, classes):
    return mean_maps(maps / maps.amax(dim=(1, 2), keepdim=True), labels, classes)


@my_mean_maps.mistake(
    "A class without images gives NaN, the mean of nothing. Start from zeros, and go through `labels.unique()` alone."
)
def empty_is_nan(maps, labels, classes):
    scaled = scaled_by_itself(maps)
    return torch.stack([scaled[labels == c].mean(dim=0) for c in range(classes)])


@my_mean_maps.mistake(
    "A blank map gives NaN, and so does a class without images. Divide by a maximum that is at least 1e-8, and start "
    "from zeros."
)
def both_are_nan(maps, labels, classes):
    scaled = maps / maps.amax(dim=(1, 2), keepdim=True)
    return torch.stack([scaled[labels == c].mean(dim=0) for c in range(classes)])


@my_mean_maps.mistake(
    "You keep one image of each class, the last: `means[labels] = ...` and `means[labels] += ...` write each row once. "
    "Take the mean of `scaled[labels == c]`, one class after the other."
)
def last_of_each_class(maps, labels, classes):
    return mean_maps(scaled_by_itself(maps), labels, classes, lambda own: own[-1])


@my_mean_maps.mistake(
    "You left the blank maps out. A blank map is an answer, “nothing here”: it counts as one image of its class."
)
def without_blank_maps(maps, labels, classes):
    seen = maps.flatten(1).any(dim=1)
    return mean_maps(scaled_by_itself(maps)[seen], labels[seen], classes)


@my_mean_maps.mistake("You gave every class the mean of all images: pick out the maps of class c, `labels == c`.")
def mean_of_all(maps, labels, classes):
    return scaled_by_itself(maps).mean(dim=0).expand(classes, -1, -1)
