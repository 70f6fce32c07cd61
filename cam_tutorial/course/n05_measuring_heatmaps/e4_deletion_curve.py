"""Exercise 5.4: the deletion curve.

More than 300 lines, because a curve can go wrong in the order, in the portions, in what is put in and in the score.
"""

from itertools import combinations, pairwise

import torch
from torch import nn

from cam_tutorial.course.material import draw_weights
from cam_tutorial.practice.exercise import exercise


class Watchful(nn.Module):
    """A network that says the same of whatever holds anything but pixels of its image and zeros.

    So all the ways to fill a place with something else (a mean, a blur, noise) have one curve, and one sentence.
    """

    def __init__(self, image, classes, generator):
        super().__init__()
        self.register_buffer("image", image.clone())
        self.network = nn.Sequential(nn.Flatten(), nn.Linear(image.numel(), 8), nn.ReLU(), nn.Linear(8, classes))
        draw_weights(self.network, generator)
        self.eval().requires_grad_(False)

    def forward(self, images):
        if images.ndim != 4:
            raise ValueError(f"the network wants a batch of images, (N, C, H, W), got {tuple(images.shape)}")
        foreign = ((images != self.image) & (images != 0)).flatten(1).any(dim=1)
        logits = self.network(images)
        return torch.where(foreign[:, None], torch.linspace(2, -1, logits.shape[1]), logits)


def networks_images_and_maps(generator):
    """Maps without equal values: of both signs, negative everywhere, and far from 0."""
    cases = []
    sizes = (
        (2, 6, 8, 5, 3, 4), (2, 4, 6, 5, 1, 6), (3, 5, 8, 4, 0, 10), (1, 4, 4, 2, 1, 16), (2, 3, 5, 3, 2, 1),
        (3, 1, 6, 3, 0, 3), (2, 6, 1, 3, 1, 2), (4, 6, 8, 5, 2, 24), (2, 5, 7, 4, 3, 2), (2, 7, 9, 4, 2, 4),
    )  # fmt: skip
    for k, (channels, height, width, classes, class_index, steps) in enumerate(sizes):
        count = height * width
        image = torch.randn(channels, height, width, generator=generator)
        ranks = torch.randperm(count, generator=generator).view(height, width)
        map_ = (ranks**2).float() + (-count, -(count**2), 500)[k % 3]
        if count % steps:
            # One may round in several ways here, and the ends alone are certain: all places but the last are 0 anyway.
            image.view(channels, -1)[:, map_.flatten().argsort(descending=True)[:-1]] = 0
        cases.append((Watchful(image, classes, generator), image, map_, class_index, steps))
    return cases


@exercise(
    "5.4",
    "The deletion curve",
    minutes=15,
    difficulty=3,
    cases=networks_images_and_maps,
    hints=[
        "Sort the places once: `map_.flatten().argsort(descending=True)` lists them from the most important down.",
        "In step k, the first `round(k * len(order) / steps)` of them become 0, in a fresh copy of the image.",
        "`image.flatten(1)` has a column for each place, so one assignment takes a place out of all channels. The"
        " score is `model(copy[None]).softmax(dim=1)[0, class_index]`.",
    ],
    forbids={
        "metrics": "The numbers are right, and it is the tutorial's `metrics` that finds them. Write the curve "
        "yourself.",
    },
)
def my_deletion_curve(model, image, map_, class_index, steps):
    """network, (C, H, W), (H, W), int, S -> (S + 1,) probabilities of the class

    In S equal portions, the places where the map is highest are set to 0, in all
    channels. The first number is the whole image's, the last that of an image of zeros.
    """
    order = map_.flatten().argsort(descending=True)
    scores = []
    for k in range(steps + 1):
        deleted = image.clone()
        deleted.flatten(1)[:, order[: round(k * len(order) / steps)]] = 0
        scores.append(model(deleted[None]).softmax(dim=1)[0, class_index])
    return torch.stack(scores)


def highest_first(map_):
    return map_.flatten().argsort(descending=True)


def ends(count, steps):
    """How many places are gone after each step."""
    return [round(k * count / steps) for k in range(steps + 1)]


def floored_ends(count, steps):
    """The same, rounded down."""
    return [k * count // steps for k in range(steps + 1)]


def one_at_a_time(count, steps):
    """Where each portion begins and ends, and before them nothing."""
    return [(0, 0), *pairwise(ends(count, steps))]


def probability(model, image, class_index):
    return model(image[None]).softmax(dim=1)[0, class_index]


def mistake(
    sentence, *, order=highest_first, portions=ends, score=probability, fill=0.0, start=None, channels=slice(None),
    curve=lambda scores: scores, raises=None,
):  # fmt: skip
    """A mistake in one of the parts.

    `fill` is what is put in, and `start` makes what it is put into, the image without it; `portions` gives the
    numbers of places, or pairs of where a portion begins and ends; `curve` makes the result of the scores.
    """

    @my_deletion_curve.mistake(sentence, raises=raises)
    def other(model, image, map_, class_index, steps):
        places, scores = order(map_), []
        put_in = fill(image) if callable(fill) else torch.full_like(image, fill)
        for portion in portions(len(places), steps):
            first, last = portion if isinstance(portion, tuple) else (0, portion)
            changed = start(image) if start else image.clone()
            gone = places[first:last]
            changed.flatten(1)[channels, gone] = put_in.flatten(1)[channels, gone]
            scores.append(score(model, changed, class_index))
        return curve(torch.stack(scores))


# The order.
mistake("You delete the lowest places first. Begin with the most important ones: `argsort(descending=True)`.",
        order=lambda map_: map_.flatten().argsort())  # fmt: skip
mistake(
    "You go by the absolute values of the map. The highest places come first, the negative ones last: leave out `abs`.",
    order=lambda map_: highest_first(map_.abs()),
)
mistake("You go by the map without its negative values. They count: what is most negative is deleted last.",
        order=lambda map_: highest_first(map_.relu()))  # fmt: skip
mistake(
    "You delete in reading order, from the top left. The map gives the order: "
    "`map_.flatten().argsort(descending=True)`.",
    order=lambda map_: torch.arange(map_.numel()),
)
mistake(
    "You take the list of places for a list of ranks: `argsort` says which place comes k-th, not how high a place "
    "ranks. Take the first of the list, `order[:count]`.",
    order=lambda map_: highest_first(map_).argsort(),
)
mistake(
    "You sort each row by itself, so the numbers are columns. Sort all places at once: "
    "`map_.flatten().argsort(descending=True)`.",
    order=lambda map_: map_.argsort(dim=1, descending=True).flatten(),
)
mistake(
    "You sort each column by itself, so the numbers are rows. Sort all places at once: "
    "`map_.flatten().argsort(descending=True)`.",
    order=lambda map_: map_.argsort(dim=0, descending=True).flatten(),
)


def rows_by_the_height(map_):
    height, width = map_.shape
    order = highest_first(map_)
    if (order // height >= height).any() or (order % height >= width).any():
        raise IndexError("a place beyond the map")
    return order // height * width + order % height


mistake(
    "Row and column are taken apart with the height of the map. A flattened map counts in rows of its *width*: index "
    "// width and index % width.",
    order=rows_by_the_height, raises=IndexError,
)  # fmt: skip


def columns_for_rows(map_):
    height, width = map_.shape
    order = highest_first(map_)
    row, column = order % width, order // width
    if (row >= height).any() or (column >= width).any():
        raise IndexError("a place beyond the map")
    return row * width + column


mistake(
    "Row and column are swapped. A place's number is row · width + column, and the image is indexed [:, row, column].",
    order=columns_for_rows, raises=IndexError,
)  # fmt: skip
mistake(
    "Your map is turned: rows and columns are swapped before it is flattened, and a place's number is row · width + "
    "column.",
    order=lambda map_: highest_first(map_.T),
)

ROUNDED = {"by `round`": ends, "by `//` or `int`": floored_ends}
for how, portions in ROUNDED.items():
    mistake(
        "You sort each row by itself, and take whole rows of what comes out. Sort all places at once: "
        f"`map_.flatten().argsort(descending=True)`. (And your portions, {how}, are portions of H.)",
        order=lambda map_: map_.argsort(descending=True), portions=portions,
    )  # fmt: skip

# The portions.
mistake(
    "The places in your slice are a fraction, as `/` gives it. Make a whole number of it: `round(k * len(order) / "
    "steps)`.",
    portions=lambda count, steps: [k * count / steps for k in range(steps + 1)],
)
mistake("The first number is missing: the whole image, before anything is deleted. There are S + 1 of them.",
        portions=lambda count, steps: ends(count, steps)[1:])  # fmt: skip
mistake("The last number is missing: the image of zeros. There are S + 1 of them: `range(steps + 1)`.",
        portions=lambda count, steps: ends(count, steps)[:-1])  # fmt: skip
mistake("The first number and the last are missing: the whole image, and the image of zeros. There are S + 1 of them.",
        portions=lambda count, steps: ends(count, steps)[1:-1] or [0])  # fmt: skip
mistake(
    "You are one portion ahead: the first number is that of the whole image, before anything is deleted.",
    portions=lambda count, steps: [*ends(count, steps)[1:], count],
)
mistake(
    "You are one portion late: the first number comes twice, and the last, that of an image of zeros, is missing.",
    portions=lambda count, steps: [0, *ends(count, steps)[:-1]],
)
mistake(
    "You delete one portion at a time and put it back. The portions add up: after step k, all of the first k are gone.",
    portions=one_at_a_time,
)
mistake(
    "You delete one portion at a time and put it back, and the whole image is missing. The portions add up, and the "
    "first number is that of the whole image.",
    portions=lambda count, steps: one_at_a_time(count, steps)[1:],
)
mistake(
    "One place goes in each step. A portion has H · W / S places: after the last, all of them are gone.",
    portions=lambda count, steps: range(steps + 1),
)
mistake(
    "One place goes in each step, until all are gone. Asked for are S portions of H · W / S places, and S + 1 numbers.",
    portions=lambda count, steps: range(count + 1),
)
mistake(
    "You delete `steps` places at a time. `steps` is how *many* portions there are: each has H · W / S places.",
    portions=lambda count, steps: range(0, count + 1, steps),
)
mistake(
    "You delete `steps` places at a time, S times. `steps` is how *many* portions there are: each has H · W / S "
    "places.",
    portions=lambda count, steps: [k * steps for k in range(steps + 1)],
)
mistake(
    "Where S does not divide the number of places, portions of `H * W // S` leave some in the end. The last number is "
    "that of an image of zeros: take the first `round(k * H * W / S)`, for k from 0 to S.",
    portions=lambda count, steps: [k * (count // steps) for k in range(steps + 1)],
)
for how, rounded in ROUNDED.items():
    mistake(
        "There are S numbers, the whole image and the image of zeros among them, as `linspace(..., steps)` gives it: "
        f"your portions, made {how}, are too large. S portions have S + 1 ends.",
        portions=lambda count, steps, rounded=rounded: rounded(count, steps - 1) if steps > 1 else [0],
    )
    mistake(
        f"Your portions, made {how}, are those of S + 1: they are too small, and the last number is not that of an "
        "image of zeros. Divide by S.",
        portions=lambda count, steps, rounded=rounded: rounded(count, steps + 1)[:-1],
    )
    for fixed in (10, 20, 24, 32, 50, 100):
        mistake(
            f"You always delete in {fixed} portions, made {how}. Their number is the argument `steps`.",
            portions=lambda count, steps, rounded=rounded, fixed=fixed: rounded(count, fixed),
        )
mistake("Nothing is deleted: do you write into a copy of the copy, or into none? Every number is the whole image's.",
        portions=lambda count, steps: [0] * (steps + 1))  # fmt: skip
mistake(
    "Your numbers are all those of an image of zeros: do all steps share one tensor, in the end with nothing left? "
    "Take a fresh `image.clone()` in each step.",
    portions=lambda count, steps: [count] * (steps + 1),
)
mistake(
    "Your first number is that of the whole image, and all others are those of an image of zeros: everything goes in "
    "the first step. After step k, k / S of this map's places are to be gone.",
    portions=lambda count, steps: [0] + [count] * steps,
)


def by_value(sentence, threshold, reaches=torch.ge):
    """A mistake that deletes all places whose value reaches `threshold(map_, share)`."""

    @my_deletion_curve.mistake(sentence)
    def other(model, image, map_, class_index, steps):
        levels = [threshold(map_, k / steps) for k in range(steps + 1)]
        changed = torch.stack([image.where(~reaches(map_, level), 0.0) for level in levels])
        return model(changed).softmax(dim=1)[:, class_index]


by_value(
    "Your portions are equal in the map's *values*, from the highest to the lowest, and so differ in their number of "
    "places. And the first number is to be the whole image's.",
    lambda map_, share: map_.max() - share * (map_.max() - map_.min()),
)
by_value(
    "Your portions are equal in the map's *values*, from the highest to the lowest, and so differ in their number of "
    "places. And the last number is to be that of an image of zeros.",
    lambda map_, share: map_.max() - share * (map_.max() - map_.min()), torch.gt,
)  # fmt: skip
by_value(
    "You delete what reaches a share of the map's maximum. Portions are equal in their number of *places*: sort them.",
    lambda map_, share: (1 - share) * map_.max(),
)
by_value(
    "You delete what lies above a share of the map's maximum. Portions are equal in their number of *places*: sort "
    "them.",
    lambda map_, share: (1 - share) * map_.max(), torch.gt,
)  # fmt: skip
by_value(
    "With `>= quantile` the highest place is gone before the first step. The first number is the whole image's: sort "
    "the places, and take the first of them.",
    lambda map_, share: map_.double().quantile(1 - share).float(),
)
by_value(
    "With `> quantile` the lowest place always stays. The last number is that of an image of zeros: sort the places, "
    "and take the first of them.",
    lambda map_, share: map_.double().quantile(1 - share).float(), torch.gt,
)  # fmt: skip

# What is put in, and into what.
mistake(
    "You put pixels into an empty image, or delete all but the highest places: that is insertion. Deletion begins "
    "with the whole image and takes them out.",
    fill=lambda image: image, start=torch.zeros_like,
)  # fmt: skip
mistake(
    "You set the deleted places to something other than 0, such as a mean, a blur or noise. Set them to 0.",
    fill=lambda image: 7 + image.abs(),
)
mistake(
    "Already your first image is not the one that came in, and later ones hold other values than its own and 0. Begin "
    "with the image as it is, and set places to 0.",
    start=lambda image: image + 7,
)
mistake(
    "You begin with something other than the image, such as a blur, and put its pixels in: that is insertion. "
    "Deletion begins with the whole image and sets places to 0.",
    fill=lambda image: image, start=lambda image: image + 7,
)  # fmt: skip
mistake("You delete the first channel only: a place is gone when all of its channels are 0.", channels=slice(1))
mistake("You delete the last channel only: a place is gone when all of its channels are 0.", channels=slice(-1, None))


# The score.
mistake(
    "You follow the logit. The curve is of the probability, from 0 to 1, so that areas can be compared: "
    "`.softmax(dim=1)`.",
    score=lambda model, image, c: model(image[None])[0, c],
)
mistake(
    "Your softmax goes over dimension 0, the batch, where it finds one image and gives 1. Classes are dimension 1: "
    "`.softmax(dim=1)`.",
    score=lambda model, image, c: model(image[None]).softmax(dim=0)[0, c],
)
mistake(
    "Your softmax goes over the S + 1 images, so the numbers add up to 1. It is to go over the classes: "
    "`.softmax(dim=1)`.",
    score=lambda model, image, c: model(image[None])[0, c], curve=lambda scores: scores.softmax(dim=0),
)  # fmt: skip
mistake("You give the logarithm of the probability. Leave out `log`: `.softmax(dim=1)`.",
        score=lambda model, image, c: model(image[None]).log_softmax(dim=1)[0, c])  # fmt: skip
mistake(
    "You put the logit through a sigmoid. The classes compete here: the probability is a `softmax` over all of them.",
    score=lambda model, image, c: model(image[None]).sigmoid()[0, c],
)
mistake("You put the probabilities through a second softmax. One is enough.",
        score=lambda model, image, c: model(image[None]).softmax(1).softmax(1)[0, c])  # fmt: skip
mistake(
    "You take `exp` of the logit, which is not yet a probability: divide by the sum over the classes, as `softmax` "
    "does.",
    score=lambda model, image, c: model(image[None]).exp()[0, c],
)
mistake("You follow the largest probability, whichever class it is of. Stay with the class that was asked for.",
        score=lambda model, image, c: model(image[None]).softmax(dim=1).max())  # fmt: skip
mistake("You follow the largest logit. Asked for is the probability of one class, the one that comes in.",
        score=lambda model, image, c: model(image[None]).max())  # fmt: skip
mistake("You give the class that the network finds, as `argmax` does. Asked for is the probability of `class_index`.",
        score=lambda model, image, c: model(image[None]).argmax())  # fmt: skip
mistake("You say whether the network still finds the class. Asked for is its probability.",
        score=lambda model, image, c: (model(image[None]).argmax() == c).float())  # fmt: skip
mistake(
    "You follow the class that the network finds in the whole image. Follow the one that is asked for, `class_index`.",
    score=lambda model, image, c: probability(model, image, model(model.image[None]).argmax()),
)
mistake("You give the probabilities of all classes. Asked for is that of one: `[0, class_index]`.",
        score=lambda model, image, c: model(image[None]).softmax(dim=1)[0])  # fmt: skip
mistake("You give the logits of all classes. Asked for is the probability of one: `.softmax(dim=1)[0, class_index]`.",
        score=lambda model, image, c: model(image[None])[0])  # fmt: skip
mistake("You pass the image without a batch dimension. The network wants (N, C, H, W): `image[None]`.",
        score=lambda model, image, c: model(image))  # fmt: skip

# The result.
mistake("You gave the area under the curve. Asked for is the curve: its S + 1 numbers.",
        curve=lambda scores: torch.trapezoid(scores, dx=1 / (len(scores) - 1)))  # fmt: skip
mistake("You gave the shares of the places and the curve. Asked for is the curve alone.",
        curve=lambda scores: (torch.linspace(0, 1, len(scores)), scores))  # fmt: skip
mistake("You gave the mean of the curve. Asked for is the curve: its S + 1 numbers.", curve=torch.mean)
mistake(
    "You gave the last number alone. Asked for are all S + 1: collect them in a list.", curve=lambda scores: scores[-1]
)
mistake("You gave the first number alone: is there a `return` inside the loop? Collect all S + 1.",
        curve=lambda scores: scores[0])  # fmt: skip
mistake("You gave how far the probability has fallen. Asked for is the probability itself.",
        curve=lambda scores: scores[0] - scores)  # fmt: skip
mistake("You divided by the whole image's probability. Asked for is the probability itself.",
        curve=lambda scores: scores / scores[0])  # fmt: skip
mistake("You divided by the largest probability of the curve. Asked for is the probability itself.",
        curve=lambda scores: scores / scores.max())  # fmt: skip
mistake("You gave the changes from one step to the next. Asked for is the probability after each.", curve=torch.diff)
mistake(
    "Your numbers add up from step to step. Asked for is the probability after each.",
    curve=lambda scores: scores.cumsum(0),
)
mistake("Your curve is stretched from its minimum to its maximum. Asked for is the probability itself.",
        curve=lambda scores: (scores - scores.min()) / (scores.max() - scores.min()))  # fmt: skip

# Two at once, in different parts.
SLIPS = {
    "the lowest places go first": {"order": lambda map_: map_.flatten().argsort()},
    "the whole image, the first number, is missing": {"portions": lambda count, steps: ends(count, steps)[1:]},
    "the image of zeros, the last number, is missing": {"portions": lambda count, steps: ends(count, steps)[:-1]},
    "each portion is put back before the next is deleted": {"portions": one_at_a_time},
    "you follow the logit in place of the probability, `.softmax(dim=1)`":
        {"score": lambda model, image, c: model(image[None])[0, c]},
    "you follow the largest probability, whichever class it is of":
        {"score": lambda model, image, c: model(image[None]).softmax(dim=1).max()},
    "you follow the class that the network finds in the whole image, in place of `class_index`":
        {"score": lambda model, image, c: probability(model, image, model(model.image[None]).argmax())},
    "you put pixels into an empty image, which is insertion":
        {"fill": lambda image: image, "start": torch.zeros_like},
    "what you put in is something other than 0": {"fill": lambda image: 7 + image.abs()},
    "you delete the first channel only": {"channels": slice(1)},
}  # fmt: skip
for (fault, parts), (other_fault, other_parts) in combinations(SLIPS.items(), 2):
    one_part = parts.keys() & other_parts.keys() or ("fill" in parts and "channels" in other_parts)
    # Where the lowest first are put in, the right curve comes out backward; and what is put in hides the order.
    unordered = "order" in parts or (parts.get("portions") is one_at_a_time and "start" not in other_parts)
    hidden = "fill" in other_parts and unordered
    if not one_part and not hidden:
        mistake(f"Two things: {fault}; and {other_fault}.", **parts, **other_parts)
