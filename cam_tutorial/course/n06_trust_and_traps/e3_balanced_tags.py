"""Exercise 6.3: A tag that says nothing."""

import random

import numpy as np
import torch
from torch import Tensor

from cam_tutorial.practice.exercise import exercise

_FEW, _MANY = 24, 80  # draws; many tell whether every half of a class can come up


def sets_of_labels(generator):
    """Classes of odd and even size, of one picture, with gaps between their numbers; one class; one picture."""
    cases = []
    for sizes, runs in (
        ((5, 0, 6, 7, 1), _FEW),
        ((4, 3, 0, 0, 1, 2, 4), _MANY),
        ((7, 0, 0, 0, 0, 0, 0, 0, 0, 5), _FEW),
    ):
        labels = torch.repeat_interleave(torch.arange(len(sizes)), torch.tensor(sizes))
        cases.append((labels[torch.randperm(len(labels), generator=generator)], len(labels), runs))
    return [*cases, (torch.full((6,), 2), 6, _FEW), (torch.tensor([3]), 5, _FEW)]


def many_draws(attempt, labels, seed, runs):
    """What the tags of many generators have in common: the tags themselves are anybody's choice."""

    def draw(source, around):
        torch.manual_seed(seed + around)  # the global random numbers, which are to play no part
        return attempt(labels, source)

    def generator(number):
        return torch.Generator().manual_seed(seed + number)

    twice = generator(0)
    kinds = {
        "here": [draw(generator(0), 0), draw(generator(0), 1), draw(generator(0), 2)],
        "there": [draw(generator(k), 0) for k in range(6)],
        "again": [draw(twice, 0) for _ in range(4)],
        "all": [draw(generator(k), 1000 + k) for k in range(runs)],
    }
    expected = f"a bool tensor of the shape ({len(labels)},)"
    for tags in (tags for drawn in kinds.values() for tags in drawn):
        if said(tags) != expected:
            return {"the result": said(tags)}
    here, there, again, drawn = (torch.stack([tags.detach() for tags in found]) for found in kinds.values())
    return {
        "the result": expected,
        **{f"the number of tags in the class of label {c}": counted(drawn[:, labels == c]) for c in labels.unique()},
        "what every generator chooses": choice(drawn, labels),
        "the tags depend on the generator": varies(there),
        "the tags depend on something else": varies(here),
        "a second draw from the same generator is another one": varies(again),
        **{
            f"the number of halves of the class of label {c} that come up": len(drawn[:, labels == c].unique(dim=0))
            for c in labels.unique()
            if runs == _MANY and not varies(drawn[:, labels == c].sum(dim=1))  # else it hangs on the draws
        },
    }


def said(tags):
    if not isinstance(tags, Tensor):
        return "None" if tags is None else f"a {type(tags).__name__}"
    return f"a {str(tags.dtype).removeprefix('torch.')} tensor of the shape {tuple(tags.shape)}"


def varies(draws):
    return bool((draws != draws[0]).any())


def counted(draws):
    """In words that hang on no single draw."""
    half, counts = draws.shape[1] // 2, draws.sum(dim=1)
    if not varies(counts):
        return str(int(counts[0]))
    if (counts >= half).all():
        return "half of them, or more"
    return "half of them, or fewer" if (counts <= half).all() else "differs from draw to draw"


def choice(draws, labels):
    """In words, because a choice that is always the same has only its rule to be recognized by."""
    if varies(draws) or not draws[0].any():
        return "its own"
    own = [draws[0][labels == c] for c in labels.unique()]
    for words, rule in (
        ("the first ones of each class", lambda tags: not tags[int(tags.sum()) :].any()),
        ("the last ones of each class", lambda tags: not tags[: len(tags) - int(tags.sum())].any()),
        ("every second one of each class", lambda tags: not tags[::2].any() or not tags[1::2].any()),
    ):
        if len(labels) > 15 and all(map(rule, own)):  # in a small set, chance may look like a rule
            return words
    return "always the same"


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

    Exactly half of the pictures of every class (rounded down), chosen at random
    by the generator.
    """
    tags = torch.zeros(len(labels), dtype=torch.bool)
    for c in labels.unique():
        places = (labels == c).nonzero()[:, 0]
        order = torch.randperm(len(places), generator=generator)
        tags[places[order[: len(places) // 2]]] = True
    return tags


def no_tags(labels, dtype=torch.bool):
    return torch.zeros(len(labels), dtype=dtype)


def tagged(labels, choose, classes=None):
    tags = no_tags(labels)
    for c in labels.unique() if classes is None else classes:
        places = (labels == c).nonzero()[:, 0]
        tags[choose(places)] = True
    return tags


def shuffled(places, generator):
    return places[torch.randperm(len(places), generator=generator)]


def half(places):
    return places[: len(places) // 2]


def half_up(places):
    return places[: (len(places) + 1) // 2]


def drawn(version, sentence):
    """A mistake: `version(labels, generator)` are the tags."""
    my_balanced_tags.mistake(sentence)(version)


# How many, and of which class.
COUNTS = (
    (
        lambda labels, g: torch.rand(len(labels), generator=g) < 0.5,
        "You flip a coin for each picture. By chance one class gets more tags than another, and the tag says something "
        "after all: take exactly half of each class.",
    ),
    (
        lambda labels, g: torch.isin(
            torch.arange(len(labels)), half(shuffled(torch.arange(len(labels)), g))
        ),
        "Half of all pictures are tagged, but one class gets more than another: either you don't look at the class, "
        "or the "
        "answers stand in the order of the classes and not at the pictures' places. Take half of each class, in place.",
    ),
    (
        lambda labels, g: tagged(labels, lambda places: half_up(shuffled(places, g))),
        "Half is rounded down: a class of five pictures gets two tags. Use `len(places) // 2`.",
    ),
    (
        lambda labels, g: tagged(labels, lambda places: shuffled(places, g)[: round(len(places) / 2)]),
        "Half is rounded down, and Python's `round` goes to the next even number: of 3.5 it makes 4. Use "
        "`len(places) // 2`.",
    ),
    (
        lambda labels, g: tagged(labels, lambda places: shuffled(places, g)[: max(1, len(places) // 2)]),
        "A class with a single picture gets no tag: half of 1, rounded down, is 0.",
    ),
    (
        lambda labels, g: tagged(labels, lambda places: shuffled(places, g)[: (len(places) - 1) // 2]),
        "A class of even size gets one tag too few: half is `len(places) // 2`.",
    ),
    (
        lambda labels, g: tagged(labels, lambda places: shuffled(places, g)[: len(places) // 2 + 1]),
        "Each class gets one tag too many: half, rounded down, is `len(places) // 2`.",
    ),
    (
        lambda labels, g: tagged(labels, lambda places: shuffled(places, g)[:1]),
        "Each class gets one tag. It is to be half of its pictures, `len(places) // 2`.",
    ),
    (
        lambda labels, g: tagged(
            labels, lambda places: places[torch.randint(len(places), (len(places) // 2,), generator=g)]
        ),
        "You draw with replacement (`torch.randint`, for one), so that one picture may be drawn twice, and too few get "
        "the tag. `torch.randperm` draws each once.",
    ),
)  # fmt: skip
for version, sentence in COUNTS:
    drawn(version, sentence)
drawn(
    lambda labels, g: tagged(labels, lambda places: half(shuffled(places, g)), classes=[int(labels.min())]),
    "Only one class gets tags: that is how the shortcut was planted. Half of *every* class gets one.",
)
drawn(
    lambda labels, g: tagged(labels, lambda places: half(shuffled(places, g)), classes=[0]),
    "Only class 0 gets tags: that is how the shortcut was planted. Half of *every* class gets one.",
)
drawn(
    lambda labels, g: labels == 0,
    "Class 0 gets a tag on all of its pictures, the others none: that is how the shortcut was planted. Half of *every* "
    "class gets one.",
)
drawn(
    lambda labels, g: torch.ones(len(labels), dtype=torch.bool),
    "Every picture gets the tag. Then the network cannot learn that it says nothing: half of each class goes without.",
)
drawn(lambda labels, g: no_tags(labels), "No picture gets a tag: set the chosen places to True.")
drawn(
    lambda labels, g: tagged(labels, lambda places: half(shuffled(places, g)), classes=[int(labels.max())]),
    "Only the last class gets tags. Start with zeros once, before the loop, and go through every class.",
)
drawn(
    lambda labels, g: tagged(labels, lambda places: half(shuffled(places, g))[:1]),
    "A class gets one tag at most. It is to be half of its pictures, `len(places) // 2`.",
)
drawn(
    lambda labels, g: tagged(labels, lambda places: shuffled(places, g)[: len(places) / 2]),
    "`len(places) / 2` is no whole number, and a slice wants one: `len(places) // 2`.",
)
for wrong, words in (
    (lambda labels: range(len(labels.unique())), "`range(len(labels.unique()))`: a class may be missing in between"),
    (lambda labels: range(int(labels.max())), "`range(labels.max())`: the last class is missing"),
    (lambda labels: range(1, int(labels.max()) + 1), "a range that begins at 1: class 0 is missing"),
    (lambda labels: range(8), "`range(8)`: a set may have more than eight classes"),
):
    drawn(
        lambda labels, g, wrong=wrong: tagged(labels, lambda places: half(shuffled(places, g)), classes=wrong(labels)),
        f"Some classes get no tag, as with {words}. Go through `labels.unique()`.",
    )


# Which ones.
def within_the_class(labels, generator):
    tags = no_tags(labels)
    for c in labels.unique():
        n = int((labels == c).sum())
        tags[half(torch.randperm(n, generator=generator))] = True
    return tags


def block(places, generator):
    start = int(torch.randint(max(len(places), 1), (1,), generator=generator))
    return half(places.roll(start))


def every_second(places, generator):
    start = int(torch.randint(2, (1,), generator=generator))
    return places[start::2][: len(places) // 2]


drawn(
    within_the_class,
    "You tagged the shuffled numbers themselves. They count within the class: `places[order]` turns them into places "
    "among all pictures.",
)
drawn(
    lambda labels, g: tagged(labels, lambda places: block(places, g)),
    "Only the start is drawn, and neighbors always get the tag together. Every half of a class is to be possible: "
    "shuffle its places.",
)
drawn(
    lambda labels, g: tagged(labels, lambda places: every_second(places, g)),
    "Every second picture gets the tag, and only where it begins is drawn. Every half of a class is to be possible: "
    "shuffle its places.",
)
drawn(
    lambda labels, g: tagged(labels, lambda places: half(places[:2].flip(0) if len(places) < 3 else block(places, g))),
    "Too few halves of a class ever come up: shuffle its places.",
)
drawn(
    lambda labels, g: tagged(labels, half),
    "The first half of each class gets the tag, whatever the generator. Shuffle the places before you take half of "
    "them, and leave them in that order: `torch.randperm(n, generator=generator)`.",
)
drawn(
    lambda labels, g: tagged(labels, lambda places: half(places.flip(0))),
    "The last half of each class gets the tag, whatever the generator. Shuffle the places before you take half of "
    "them: `torch.randperm(n, generator=generator)`.",
)
drawn(
    lambda labels, g: tagged(labels, lambda places: half_up(places)),
    "The first half of each class gets the tag, whatever the generator, and it is rounded up. Shuffle the places, and "
    "take `len(places) // 2`.",
)
drawn(
    lambda labels, g: tagged(labels, lambda places: places[1::2]),
    "Every second picture of each class gets the tag, whatever the generator. Shuffle the places: "
    "`torch.randperm(n, generator=generator)`.",
)
drawn(
    lambda labels, g: tagged(labels, lambda places: places[::2]),
    "Every second picture of each class gets the tag, whatever the generator, and one too many where their number is "
    "odd. Shuffle the places, and take `len(places) // 2`.",
)
drawn(
    lambda labels, g: torch.arange(len(labels)) % 2 == 0,
    "Every second picture gets the tag, without looking at its class. Take half of each class, drawn by chance.",
)
drawn(
    lambda labels, g: torch.arange(len(labels)) < len(labels) // 2,
    "The first half of all pictures gets the tag, without looking at their class. Take half of each class, drawn by "
    "chance.",
)

# Where the chance comes from; the same again with numbers that are wrong besides.
UNUSED = "Your generator is left unused, so that nobody can repeat the draw: `torch.randperm(n, generator=generator)`."
FIXED = (
    "Every generator gives the same tags: there is a fixed seed (`torch.manual_seed(0)`, `generator.manual_seed(0)`, a "
    "generator of your own), or no chance at all. Draw from the generator that comes in, as it is."
)
READ = (
    "A second draw from the same generator gives the same tags again: its seed is read or set anew, where its next "
    "numbers should be drawn, `torch.randperm(n, generator=generator)`."
)
PYTHONS = (
    "The tags do not hang on the generator alone: the chance comes, at least in part, from elsewhere (`random`, NumPy, "
    "or `torch` without `generator=generator`), and nobody can repeat the draw."
)


def of_python(labels, half_of=half):
    return tagged(labels, lambda places: torch.tensor(half_of(random.sample(places.tolist(), len(places))), dtype=int))


def partly(labels, generator, half_of=half):
    """The order of the classes' places is the generator's, and that of the half is not."""
    return tagged(labels, lambda places: half_of(shuffled(shuffled(places, generator), None)))


def fixed(labels):
    return torch.Generator().manual_seed(len(labels))


def from_generator(labels, generator):
    return tagged(labels, lambda places: half(shuffled(places, generator)))


def read(generator):
    return torch.Generator().manual_seed(generator.initial_seed())


drawn(lambda labels, g: tagged(labels, lambda places: half(shuffled(places, None))), UNUSED)
drawn(lambda labels, g: of_python(labels), PYTHONS)
drawn(partly, PYTHONS)
drawn(lambda labels, g: from_generator(labels, fixed(labels)), FIXED)
drawn(lambda labels, g: from_generator(labels, read(g)), READ)
for version, sentence in COUNTS:
    drawn(lambda labels, g, version=version: version(labels, None), f"{sentence} And besides: {UNUSED}")

# Another type.
BOOL = "`zoo.tag` wants a tensor of True and False"
for dtype in (torch.int64, torch.float32, torch.uint8, torch.int32):
    drawn(
        lambda labels, g, dtype=dtype: my_balanced_tags.solution(labels, g).to(dtype),
        f"These are {str(dtype).removeprefix('torch.')} numbers. {BOOL}: `dtype=torch.bool`, or `.bool()` at the end.",
    )
drawn(
    lambda labels, g: my_balanced_tags.solution(labels, g).nonzero()[:, 0],
    f"These are as many numbers as tags. {BOOL}, one for each picture: start with N times False, and set the chosen "
    "places to True.",
)
drawn(
    lambda labels, g: my_balanced_tags.solution(labels, g).tolist(),
    f"That is a list. {BOOL}, one for each picture: `torch.tensor(...)`.",
)
drawn(
    lambda labels, g: np.array(my_balanced_tags.solution(labels, g)),
    f"That is a NumPy array. {BOOL}: `torch.from_numpy(...)`.",
)
drawn(
    lambda labels, g: my_balanced_tags.solution(labels, g)[:, None],
    f"There is a dimension too many: the shape is (N, 1). {BOOL} of the shape (N,).",
)
drawn(
    lambda labels, g: my_balanced_tags.solution(labels, g)[None],
    f"There is a dimension too many: the shape is (1, N). {BOOL} of the shape (N,).",
)
drawn(
    lambda labels, g: {int(c): my_balanced_tags.solution(labels, g) for c in labels.unique()},
    f"That is a dictionary. {BOOL}, one for each picture.",
)
drawn(lambda labels, g: tuple(my_balanced_tags.solution(labels, g).tolist()), f"That is a tuple. {BOOL}.")
