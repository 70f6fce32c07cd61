"""Exercise 9.2: how much more of the map a part gets than its area would.

A table of mistakes; each is one share taken otherwise.
"""

import torch

from cam_tutorial.practice.exercise import exercise


def maps_and_parts(generator):
    """Maps of both signs and parts of several sizes; a map nowhere positive on the animal; the whole animal."""
    cases = []
    for height, width in ((6, 9), (8, 5), (12, 7), (5, 11), (10, 4)):
        map_ = torch.randn(height, width, generator=generator)
        rows, columns = torch.arange(height)[:, None], torch.arange(width)
        animal = (rows >= 1) & (rows < height - 1) & (columns >= 1) & (columns < width - 1)
        animal = animal & (torch.rand(height, width, generator=generator) > 0.2)
        part = animal & (rows < height // 2) & (columns < 3)
        part[2, 2] = animal[2, 2] = True
        map_[2, 2] = 1.5
        cases.append((map_, part, animal))
    map_, part, animal = cases[0]
    cases.append((100 * map_, part, animal))
    cases.append((0.01 * cases[1][0], *cases[1][1:]))
    cases.append((map_.double(), part, animal))
    cases.append((torch.where(animal, -map_.abs(), map_.abs()), part, animal))  # positive beside the animal alone
    cases.append((torch.zeros(4, 6), part[:4, :6], torch.ones(4, 6, dtype=torch.bool)))
    cases.append((torch.where(part, -map_.abs(), map_.abs()), part, animal))  # nothing on the part
    cases.append((map_, animal, animal))
    return cases


@exercise(
    "9.2",
    "How much more than its area",
    minutes=6,
    difficulty=1,
    cases=maps_and_parts,
    hints=[
        "Cut the map's negative values off first: `positive = map_.relu()`.",
        "`positive[part].sum() / positive[animal].sum()` is the part's share of the map on the animal; "
        "`part.sum() / animal.sum()` its share of the area.",
        "Where the map is nowhere positive on the animal, the first share is 0/0: give 0 there.",
    ],
)
def my_preference(map_, part, animal):
    """(H, W), two bool masks (H, W), the part within the animal -> a number

    The part's share of the map's positive values on the animal, divided by the part's
    share of the animal's area. 0 if the map is nowhere positive on the animal.
    """
    positive = map_.relu()
    whole = positive[animal].sum()
    if whole == 0:
        return 0.0
    return (positive[part].sum() / whole / (part.sum() / animal.sum())).item()


def made(sentence, how):
    """A mistake: `how(positive, part, animal, map_)`, 0 where that divides by 0."""

    @my_preference.mistake(sentence)
    def version(map_, part, animal):
        value = how(map_.double().relu(), part, animal, map_.double())
        return value.item() if bool(value.isfinite().all()) else 0.0


def area(part, animal):
    return part.sum() / animal.sum()


made(
    "That is the part's share of the map alone. Divide it by the part's share of the animal's area.",
    lambda p, part, animal, map_: p[part].sum() / p[animal].sum(),
)
made(
    "You took the share of the *whole* map. Asked for is the share of what lies on the animal: divide by "
    "`positive[animal].sum()`.",
    lambda p, part, animal, map_: p[part].sum() / p.sum() / area(part, animal),
)
made(
    "The negative values are still in: `map_.relu()` first.",
    lambda p, part, animal, map_: map_[part].sum() / map_[animal].sum() / area(part, animal),
)
made(
    "You took absolute values, so that what speaks against the class counts as if for it: `map_.relu()`.",
    lambda p, part, animal, map_: map_.abs()[part].sum() / map_.abs()[animal].sum() / area(part, animal),
)
made(
    "You took the part's share of the *picture*. Its area counts as a share of the animal's: divide by `animal.sum()`.",
    lambda p, part, animal, map_: p[part].sum() / p[animal].sum() / part.double().mean(),
)
made(
    "Both of your shares are of the picture. Both are of the animal: what lies beside it does not count.",
    lambda p, part, animal, map_: p[part].sum() / p.sum() / part.double().mean(),
)
made(
    "You multiplied by the share of the area. Divide by it: a small part with much of the map has a high preference.",
    lambda p, part, animal, map_: p[part].sum() / p[animal].sum() * area(part, animal),
)
made(
    "It is upside down: the share of the map over the share of the area.",
    lambda p, part, animal, map_: area(part, animal) / (p[part].sum() / p[animal].sum()),
)
made(
    "You took the difference of the two shares. Asked for is the first divided by the second.",
    lambda p, part, animal, map_: p[part].sum() / p[animal].sum() - area(part, animal),
)
made(
    "You compare the part with the rest of the animal. Both shares are of the whole animal, the part included.",
    lambda p, part, animal, map_: p[part].mean() / p[animal & ~part].mean(),
)
made(
    "You compare with what lies beside the animal. Both shares are of the animal.",
    lambda p, part, animal, map_: p[part].mean() / p[~animal].mean(),
)
made(
    "That is the share of the area alone: the map is missing.",
    lambda p, part, animal, map_: area(part, animal) * (p[animal].sum() > 0),
)
made(
    "You took the highest values. Asked for are sums: how much of the map lies on the part.",
    lambda p, part, animal, map_: p[part].max() / p[animal].max() / area(part, animal),
)
made(
    "You count the positive pixels, whatever their value. Add up the values.",
    lambda p, part, animal, map_: (p[part] > 0).sum() / (p[animal] > 0).sum() / area(part, animal),
)
made(
    "You divided the mean on the part by the sum on the animal. Two sums make a share.",
    lambda p, part, animal, map_: p[part].mean() / p[animal].sum() / area(part, animal),
)
made(
    "You divided the mean on the part by the mean on the animal, which is the preference already, and then by the area "
    "once more.",
    lambda p, part, animal, map_: p[part].mean() / p[animal].mean() / area(part, animal),
)
made(
    "You divided by the part's number of pixels. Asked for is its share of the animal's: `part.sum() / animal.sum()`.",
    lambda p, part, animal, map_: p[part].sum() / p[animal].sum() / part.sum(),
)
made(
    "That is the sum on the part: two shares are missing.",
    lambda p, part, animal, map_: p[part].sum() * (p[animal].sum() > 0),
)
made(
    "You stretched the map to 0 to 1 first, so that its negative values count. Cut them off instead: `map_.relu()`.",
    lambda p, part, animal, map_: (
        (map_ - map_.min())[part].sum() / (map_ - map_.min())[animal].sum() / area(part, animal)
    ),
)
made(
    "Your result is in per cent. Asked for is the quotient itself: 1 means no preference.",
    lambda p, part, animal, map_: 100 * p[part].sum() / p[animal].sum() / area(part, animal),
)


@my_preference.mistake("Where the map is nowhere positive on the animal you divide 0 by 0: give 0 there.")
def not_a_number(map_, part, animal):
    positive = map_.relu()
    return (positive[part].sum() / positive[animal].sum() / area(part, animal)).item()


@my_preference.mistake(
    "Where the map is nowhere positive on the animal you give 1. It has no preference to show: give 0."
)
def one_for_blank(map_, part, animal):
    whole = map_.relu()[animal].sum()
    return 1.0 if whole == 0 else (map_.relu()[part].sum() / whole / area(part, animal)).item()
