"""Exercise 6.3: A tag that says nothing."""

import torch
from torch import Tensor

from cam_tutorial.practice.exercise import exercise

_RUNS = 60


def sets_of_labels(generator):
    """Classes of odd and even size, mixed up."""
    cases = []
    for sizes in ((4, 6, 3), (5, 2, 8, 6), (7, 4)):
        labels = torch.repeat_interleave(torch.arange(len(sizes)), torch.tensor(sizes))
        cases.append((labels[torch.randperm(len(labels), generator=generator)], len(labels)))
    return cases


def many_draws(attempt, labels, seed):
    """What the tags of sixty generators have in common: the tags themselves are anybody's choice."""
    runs = [attempt(labels, torch.Generator().manual_seed(seed + k)) for k in (0, *range(_RUNS))]
    if not all(isinstance(tags, Tensor) for tags in runs):
        return {"the result": None if runs[0] is None else type(runs[0]).__name__}
    kinds = {f"a {str(tags.dtype).removeprefix('torch.')} tensor {tuple(tags.shape)}" for tags in runs}
    expected = f"a bool tensor ({len(labels)},)"
    if kinds != {expected}:
        return {"the result": next(kind for kind in kinds if kind != expected)}
    twice, drawn = torch.stack(runs[:2]), torch.stack(runs[1:])
    per_class = torch.stack([drawn[:, labels == c].sum(dim=1) for c in labels.unique()], dim=1)
    half = labels.bincount() // 2
    return {
        "the result": expected,
        "the number of classes with exactly half of their pictures tagged": int((per_class == half).all(dim=0).sum()),
        "the number of classes that never get a tag": int((per_class == 0).all(dim=0).sum()),
        "“the number of tags is always the same”": bool((drawn.sum(dim=1) == drawn[0].sum()).all()),
        "the number of pictures that no generator tags": int((~drawn).all(dim=0).sum()),
        "the number of pictures that every generator tags": int(drawn.all(dim=0).sum()),
        "“the same seed gives the same tags”": torch.equal(*twice),
    }


@exercise(
    "6.3",
    "A tag that says nothing",
    minutes=10,
    difficulty=2,
    cases=sets_of_labels,
    probe=many_draws,
    hints=[
        "Go class by class: where are its pictures, how many are half of them, which ones?",
        "`(labels == c).nonzero()[:, 0]` lists the places of class c.",
        "`torch.randperm(n, generator=generator)` shuffles n places; the first `n // 2` of them get the tag.",
    ],
)
def my_balanced_tags(labels, generator):
    """(N,), torch.Generator -> bool (N,): which pictures get the tag

    Exactly half of the pictures of every class (rounded down), chosen at random by the generator.
    """
    tags = torch.zeros(len(labels), dtype=torch.bool)
    for c in labels.unique():
        places = (labels == c).nonzero()[:, 0]
        order = torch.randperm(len(places), generator=generator)
        tags[places[order[: len(places) // 2]]] = True
    return tags


def tagged(labels, choose, classes=None):
    tags = torch.zeros(len(labels), dtype=torch.bool)
    for c in labels.unique() if classes is None else classes:
        places = (labels == c).nonzero()[:, 0]
        tags[choose(places)] = True
    return tags


def shuffled(places, generator):
    return places[torch.randperm(len(places), generator=generator)]


@my_balanced_tags.mistake(
    "You flip a coin for each picture. By chance one class gets more tags than another, and the tag says something "
    "after all: take exactly half of each class."
)
def a_coin_each(labels, generator):
    return torch.rand(len(labels), generator=generator) < 0.5


@my_balanced_tags.mistake(
    "You tag half of all pictures, without looking at the class. By chance one class gets more than another: take half "
    "of each class."
)
def half_of_all(labels, generator):
    tags = torch.zeros(len(labels), dtype=torch.bool)
    tags[torch.randperm(len(labels), generator=generator)[: len(labels) // 2]] = True
    return tags


@my_balanced_tags.mistake(
    "Only one class gets tags: that is how the shortcut was planted. Half of *every* class gets one."
)
def one_class_only(labels, generator):
    return tagged(labels, lambda places: shuffled(places, generator)[: len(places) // 2], classes=[0])


@my_balanced_tags.mistake(
    "One class gets a tag on all of its pictures, the others none: that is how the shortcut was planted. Half of "
    "*every* class gets one."
)
def all_of_one_class(labels, generator):
    return labels == 0


@my_balanced_tags.mistake(
    "Every picture gets the tag. Then the network cannot learn that it says nothing: half of each class goes without."
)
def all_pictures(labels, generator):
    return torch.ones(len(labels), dtype=torch.bool)


@my_balanced_tags.mistake("No picture gets a tag: set the chosen places to True.")
def no_picture(labels, generator):
    return torch.zeros(len(labels), dtype=torch.bool)


@my_balanced_tags.mistake(
    "The same pictures of each class get the tag in every run, such as its first half. Shuffle the places before you "
    "take half of them: `torch.randperm(n, generator=generator)`."
)
def first_half(labels, generator):
    return tagged(labels, lambda places: places[: len(places) // 2])


@my_balanced_tags.mistake(
    "The numbers are right, but your generator is left unused, so that nobody can repeat the draw: "
    "`torch.randperm(n, generator=generator)`."
)
def without_the_generator(labels, generator):
    return tagged(labels, lambda places: shuffled(places, None)[: len(places) // 2])


@my_balanced_tags.mistake("Half is rounded down: a class of five pictures gets two tags. Use `len(places) // 2`.")
def rounded_up(labels, generator):
    return tagged(labels, lambda places: shuffled(places, generator)[: (len(places) + 1) // 2])


@my_balanced_tags.mistake(
    "You tagged the shuffled numbers themselves. They count within the class: `places[order]` turns them into places "
    "among all pictures."
)
def order_for_places(labels, generator):
    tags = torch.zeros(len(labels), dtype=torch.bool)
    for c in labels.unique():
        n = int((labels == c).sum())
        tags[torch.randperm(n, generator=generator)[: n // 2]] = True
    return tags
