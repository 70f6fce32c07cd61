"""Exercise 6.1: the mean map of each class."""

import torch

from cam_tutorial.practice.exercise import exercise


def maps_and_labels(generator):
    """Of very different scales, one of them very weak; blank ones; one of the classes without an image, or several.

    One image alone, one class, one place. A weak map is a whole class, so that a floor under its maximum shows.
    """
    cases = []
    for n, height, width, classes in ((6, 3, 5, 4), (9, 4, 3, 5), (7, 2, 6, 6), (8, 4, 4, 9)):
        maps = torch.rand(n, height, width, generator=generator) * torch.linspace(0.5, 9, n)[:, None, None]
        labels = torch.randint(classes - 1, (n,), generator=generator)
        labels[:5] = torch.tensor([1, 1, 0, 0, 1])
        maps[1], maps[2, :, 0] = 0, 0
        cases.append((maps, labels + (labels > 1), classes))
    maps = torch.rand(4, 3, 4, generator=generator) + 0.25
    weak = maps / maps.amax(dim=(1, 2), keepdim=True) * torch.tensor([2, 1 / 128, 4, 3])[:, None, None]
    return [
        *cases,
        (weak, torch.tensor([2, 0, 1, 2]), 3),  # no blank map, and no class without an image
        (3 * maps[:1], torch.tensor([1]), 3),
        (maps[:3] * torch.tensor([1, 4, 2])[:, None, None], torch.tensor([0, 0, 0]), 1),
        (torch.tensor([0.5, 0, 0.25, 2])[:, None, None], torch.tensor([2, 2, 0, 3]), 4),
        (torch.zeros(2, 3, 2), torch.tensor([0, 1]), 2),
    ]


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
    """(N, H, W) from 0 up, (N,), int -> (classes, H, W): the mean map of each class

    Each map is first divided by its own maximum; a blank map stays blank, and
    counts. A class without images gives zeros.
    """
    scaled = maps / maps.amax(dim=(1, 2), keepdim=True).clamp(min=1e-8)
    means = torch.zeros(classes, *maps.shape[1:])
    for c in labels.unique():
        means[c] = scaled[labels == c].mean(dim=0)
    return means


def mean(own):
    return own.mean(dim=0)


def mean_maps(scaled, labels, classes, mean=mean, empty=0.0):
    """`mean(own)` of the maps of each class; `empty` where it has none."""
    means = torch.full((classes, *scaled.shape[1:]), empty)
    for c in labels.unique():
        means[c] = mean(scaled[labels == c])
    return means


def top(maps, dim=(1, 2)):
    return maps.amax(dim=dim, keepdim=True)


def safe(divisor):
    return divisor.clamp(min=1e-8)


def scaled_by_itself(maps):
    return maps / safe(top(maps))


def mistaken(sentence, scale=scaled_by_itself, mean=mean, empty=0.0, finish=lambda means: means):
    """A mistake: in how each map is scaled, in the mean of a class, in a class without images, or at the end."""
    my_mean_maps.mistake(sentence)(
        lambda maps, labels, classes: finish(mean_maps(scale(maps), labels, classes, mean, empty))
    )


NAN = float("nan")
OWN = "Each map is divided by its own maximum, `maps.amax(dim=(1, 2), keepdim=True)`."
BLANK = "a blank map gives NaN, its maximum being 0: divide by its `.clamp(min=1e-8)`"
EMPTY = (
    "a class without images gives NaN, the mean of nothing: start from zeros, and go through `labels.unique()` alone"
)
FLOORED = "so that a weak map does not reach 1. A guard against 0 / 0 must be tiny, 1e-8."


def unsafe(maps):
    return maps / top(maps)


def whole(maps):
    return maps / safe(maps.max())


def as_is(maps):
    return maps


def summed(own):
    return own.sum(dim=0)


# How each map is scaled.
mistaken("You did not scale the maps: divide each one by its own maximum before the mean.", as_is)
mistaken(
    f"You divided by the maximum of the whole set, so the brightest image drowns the others. {OWN}",
    whole,
)
mistaken(
    f"You divided by the maximum of the whole set, which is 0 if all are blank, and 0 / 0 is NaN. {OWN} And of at "
    "least 1e-8.",
    lambda maps: maps / maps.max(),
)
mistaken(f"Nearly: {BLANK}.", unsafe)
mistaken(
    "You stretched each map from its minimum to its maximum. Divide by the maximum alone, so that zero stays zero.",
    lambda maps: (maps - maps.amin(dim=(1, 2), keepdim=True)) / safe(top(maps) - maps.amin(dim=(1, 2), keepdim=True)),
)
mistaken(
    "You stretched each map from its minimum to its maximum, and a blank one gives NaN. Divide by the maximum alone, "
    "of at least 1e-8.",
    lambda maps: (maps - maps.amin(dim=(1, 2), keepdim=True)) / (top(maps) - maps.amin(dim=(1, 2), keepdim=True)),
)
mistaken(
    "You took the minimum away from each map and divided by its old maximum. Divide by the maximum alone.",
    lambda maps: (maps - maps.amin(dim=(1, 2), keepdim=True)) / safe(top(maps)),
)
mistaken(
    f"You divided each map by its sum. {OWN}",
    lambda maps: maps / safe(maps.sum(dim=(1, 2), keepdim=True)),
)
mistaken(
    f"You divided each map by its mean. {OWN}",
    lambda maps: maps / safe(maps.mean(dim=(1, 2), keepdim=True)),
)
mistaken(
    f"You divided each map by its length, the root of the sum of squares. {OWN}",
    lambda maps: maps / safe(maps.flatten(1).norm(dim=1)[:, None, None]),
)
mistaken(f"You took the maximum of each *row*, dimension 2. {OWN}", lambda maps: maps / safe(top(maps, 2)))
mistaken(f"You took the maximum of each *column*, dimension 1. {OWN}", lambda maps: maps / safe(top(maps, 1)))
mistaken(f"You took the maximum over the images, dimension 0. {OWN}", lambda maps: maps / safe(top(maps, 0)))
mistaken(f"You divided all maps by the first one's maximum. {OWN}", lambda maps: maps / safe(top(maps[:1])))
mistaken(
    f"A softmax over the places is no scaling: it makes the sum 1, and 0 positive. {OWN}",
    lambda maps: maps.flatten(1).softmax(dim=1).view_as(maps),
)
mistaken(
    f"You subtracted each map's mean and divided by its spread. {OWN} Subtract nothing.",
    lambda maps: (maps - maps.mean(dim=(1, 2), keepdim=True)) / safe(maps.std(dim=(1, 2), keepdim=True)).nan_to_num(1),
)
mistaken(f"You cut the maps off above 1, which is no scaling. {OWN}", lambda maps: maps.clamp(0, 1))
for floor in (1, 0.1, 0.01):
    mistaken(
        f"You divide by at least {floor:g}, {FLOORED}",
        lambda maps, floor=floor: maps / top(maps).clamp(min=floor),
    )
for added in (1, 0.1, 0.01, 1e-3, 1e-4, 1e-5):
    mistaken(f"You add {added:g} to the maximum, {FLOORED}", lambda maps, added=added: maps / (top(maps) + added))

# The mean of a class.
SUM = "You summed the maps of a class: divide by the number of its images, so that classes can be compared."
mistaken(SUM, mean=summed)
mistaken(f"You summed and did not scale. {OWN} And the sum by the number of the class's images.", as_is, summed)
mistaken(f"{SUM} And they were divided by the maximum of the whole set: each map has its own.", whole, summed)
mistaken(f"{SUM} Also, {BLANK}.", unsafe, summed)
mistaken(
    "The sum of a class is divided by one more than the number of its images: `.clamp(min=1)` guards against 0 "
    "without changing the rest.",
    mean=lambda own: own.sum(dim=0) / (len(own) + 1),
)
mistaken(
    "Within a class, you took the highest value at each place. Asked for is the mean.",
    mean=lambda own: own.amax(dim=0),
)
mistaken(
    "Within a class, you took the median at each place. Asked for is the mean.",
    mean=lambda own: own.median(dim=0).values,
)
mistaken(
    "You keep one image of each class, the last: `means[labels] = ...` and `means[labels] += ...` write each row once. "
    "Take the mean of `scaled[labels == c]`, one class after the other.",
    mean=lambda own: own[-1],
)
mistaken(
    "You keep one image of each class, the first. Take the mean of `scaled[labels == c]`.", mean=lambda own: own[0]
)

mistaken(
    "A class with a single image counts too: its mean is that image's map.",
    mean=lambda own: own.mean(dim=0) if len(own) > 1 else torch.zeros_like(own[0]),
)


def halving(own):
    found = torch.zeros_like(own[0])
    for one in own:
        found = (found + one) / 2
    return found


def halving_from_the_first(own):
    found = own[0]
    for one in own[1:]:
        found = (found + one) / 2
    return found


for version in (halving, halving_from_the_first):
    mistaken(
        "You halve the sum with each new image, so that the last of a class counts most. Sum all of them, and divide "
        f"once, by their number{', at the end' if version is halving else ''}.",
        mean=version,
    )
mistaken(
    "You averaged the places as well: the mean goes over the images of a class alone, `dim=0`, and leaves a map.",
    mean=lambda own: own.mean().expand_as(own[0]),
)
mistaken("You scaled the means. Scale each map before the mean, or the brightest image drowns the others.", as_is,
         finish=scaled_by_itself)  # fmt: skip
mistaken("You scaled the means, and those of classes without images, or blank, are NaN. Scale each map before the "
         "mean, by a maximum of at least 1e-8.", as_is, finish=unsafe)  # fmt: skip
mistaken("You scaled the maps, which is right, and the means once more: leave these as they are.",
         finish=scaled_by_itself)  # fmt: skip
mistaken("You scaled the maps, which is right, and the means once more, so that those that are 0 are NaN: leave the "
         "means as they are.", finish=unsafe)  # fmt: skip
mistaken("You divided the means by the highest of them all: leave them as they are.",
         finish=lambda means: means / safe(means.max()))  # fmt: skip

# Classes without images, and blank maps.
mistaken(f"Nearly: {EMPTY}.", empty=NAN)
mistaken(
    "A blank map gives NaN, and so does a class without images. Divide by a maximum that is at least 1e-8, and start "
    "from zeros.",
    unsafe,
    empty=NAN,
)
mistaken(f"You did not scale the maps. {OWN} And {EMPTY}.", as_is, empty=NAN)
mistaken(f"You divided by the maximum of the whole set. {OWN} And {EMPTY}.", whole, empty=NAN)
mistaken("A class without images gives ones: start from `torch.zeros`.", empty=1.0)


def counted_otherwise(sentence):
    """A decorator: a mistake in which maps are of which class, and in their number."""

    def add(version):
        my_mean_maps.mistake(sentence)(
            lambda maps, labels, classes: version(scaled_by_itself(maps), labels, classes, maps)
        )

    return add


@counted_otherwise("You divided by all N images. Each class has its own number of images: divide by that.")
def divided_by_all(scaled, labels, classes, maps):
    return mean_maps(scaled, labels, classes, summed) / len(maps)


@counted_otherwise("You divided by the number of classes. It is to be the number of images of the class.")
def divided_by_classes(scaled, labels, classes, maps):
    return mean_maps(scaled, labels, classes, summed) / classes


@counted_otherwise(
    "You left the blank maps out. A blank map is an answer, “nothing here”: it counts as one image of its class."
)
def without_blank_maps(scaled, labels, classes, maps):
    seen = maps.flatten(1).any(dim=1)
    return mean_maps(scaled[seen], labels[seen], classes)


@counted_otherwise(
    "You averaged only over images that are not 0 at the place. A 0 counts as well: divide by the number of images."
)
def without_zeros(scaled, labels, classes, maps):
    return mean_maps(scaled, labels, classes, lambda own: own.sum(dim=0) / (own > 0).sum(dim=0).clamp(min=1))


@counted_otherwise(
    "`means[labels] += ...` writes each row once, so that of each class the last image alone is in, divided by their "
    "number. Sum with a loop, or take the mean of `scaled[labels == c]`."
)
def last_by_number(scaled, labels, classes, maps):
    return mean_maps(scaled, labels, classes, lambda own: own[-1] / len(own))


@counted_otherwise(
    "You divided by the highest value of each class, so that the brightest image of a class drowns the others. " + OWN
)
def by_the_classes_maximum(scaled, labels, classes, maps):
    return mean_maps(maps, labels, classes, lambda own: own.mean(dim=0) / safe(own.max()))


@counted_otherwise(
    "You divided by the highest value of each class, so that the brightest image drowns the others, and 0 / 0 is NaN. "
    + OWN
)
def by_the_classes_maximum_unsafe(scaled, labels, classes, maps):
    return mean_maps(maps, labels, classes, lambda own: own.mean(dim=0) / own.max())


@counted_otherwise("That is one number for each class: average over the images alone, `dim=0`, so that a map is left.")
def numbers(scaled, labels, classes, maps):
    return mean_maps(scaled, labels, classes).mean(dim=(1, 2))


@counted_otherwise(
    "The maps of classes 1 to `classes` stand where those of 0 to `classes - 1` belong: `range(classes)`."
)
def from_one(scaled, labels, classes, maps):
    return torch.cat([mean_maps(scaled, labels, classes)[1:], torch.zeros_like(scaled[:1])])


@counted_otherwise("You gave every class the mean of all images: pick out the maps of class c, `labels == c`.")
def mean_of_all(scaled, labels, classes, maps):
    return mean(scaled).expand(classes, -1, -1)


@counted_otherwise(
    "A class without images gives the mean of all images, where it should give zeros. The others are right."
)
def mean_of_all_for_none(scaled, labels, classes, maps):
    means = mean(scaled).expand(classes, -1, -1).clone()
    for c in labels.unique():
        means[c] = mean(scaled[labels == c])
    return means


@counted_otherwise("You took class c + 1 for class c: labels count from 0.")
def one_on(scaled, labels, classes, maps):
    return mean_maps(scaled, labels, classes).roll(-1, 0)


@counted_otherwise(
    "Only the classes that have images have a row, so that row c is not class c: make `classes` rows, "
    "`torch.zeros(classes, H, W)`, and leave 0 where there is no image."
)
def rows_of_those_present(scaled, labels, classes, maps):
    return torch.stack([mean(scaled[labels == c]) for c in labels.unique()])


@counted_otherwise(
    "There are rows up to the highest label alone. There are `classes` classes, and the last may have no image."
)
def rows_up_to_the_highest(scaled, labels, classes, maps):
    return mean_maps(scaled, labels, int(labels.max()) + 1)


@counted_otherwise(
    "There are rows up to the highest label alone, and a class without images gives NaN. Make `classes` rows of zeros."
)
def rows_up_to_the_highest_with_nan(scaled, labels, classes, maps):
    return mean_maps(scaled, labels, int(labels.max()) + 1, empty=NAN)


@counted_otherwise(
    "The last class is missing: `range(classes)` goes from 0 to `classes - 1`, all of which are asked for."
)
def without_the_last(scaled, labels, classes, maps):
    return mean_maps(scaled, labels, classes)[:-1]


@counted_otherwise("The last class stays 0: `range(classes)` is right, `range(classes - 1)` stops one too early.")
def last_is_zero(scaled, labels, classes, maps):
    means = mean_maps(scaled, labels, classes)
    means[-1] = 0
    return means


@counted_otherwise("Class 0 stays 0: labels count from 0.")
def first_is_zero(scaled, labels, classes, maps):
    means = mean_maps(scaled, labels, classes)
    means[0] = 0
    return means


@counted_otherwise(
    "That is a dictionary. Asked for is one tensor, (classes, H, W): `torch.stack`, or start from zeros."
)
def dictionary(scaled, labels, classes, maps):
    return dict(enumerate(mean_maps(scaled, labels, classes)))


@my_mean_maps.mistake("`max` takes one dimension at a time: `maps.amax(dim=(1, 2), keepdim=True)` takes both.")
def max_over_two(maps, labels, classes):
    return mean_maps(maps / maps.max(dim=(1, 2)), labels, classes)
