"""Exercise 8.1: which suspect does the map blame?"""

import torch

from cam_tutorial.practice.exercise import exercise


def maps_and_masks(generator):
    """Maps of both signs, suspects of all sizes, some overlapping, some hidden altogether; one suspect, one place."""
    cases = []
    for n, height, width in ((3, 5, 7), (2, 6, 4), (1, 3, 8), (5, 4, 9), (4, 6, 6)):
        M = 3 * torch.randn(height, width, generator=generator)
        masks = torch.rand(n, height, width, generator=generator) < torch.linspace(0.15, 0.5, n)[:, None, None]
        masks[:, 0, 1], masks[:, 1, 0] = True, False
        cases.append((M, masks))
        if n > 1:
            gone = masks.clone()
            gone[1] = False
            cases.append((M + 1, gone))
    M, masks = cases[0]
    return [
        *cases,
        (M.abs() + 5, masks),  # nowhere below 0
        (-M.abs(), masks),  # nowhere above it
        (M / 100, masks),
        (M * masks[0] * 4, masks),  # nothing beside the first
        (M, masks & (M < 0)),  # nothing above 0 on any
        (torch.tensor([[2.0]]), torch.tensor([[[True]], [[False]]])),
    ]


@exercise(
    "8.1",
    "Whom does the map blame?",
    minutes=6,
    difficulty=1,
    cases=maps_and_masks,
    hints=[
        "Three steps: cut off what is negative, add up what lies on each suspect, divide by its number of pixels.",
        "`masks.sum(dim=(1, 2))` counts the pixels of each suspect.",
        "A suspect that cannot be seen has no pixels, and 0 / 0 is NaN: divide by the count's `.clamp(min=1)`.",
    ],
)
def my_blame(M, masks):
    """map (H, W), bool masks (n, H, W) of n suspects -> (n,): how much each is blamed

    The mean of the map's positive part over the suspect's pixels; 0 if it has none.
    """
    positive = M.relu()
    on_each = (positive * masks).sum(dim=(1, 2))
    return on_each / masks.sum(dim=(1, 2)).clamp(min=1)


def total(values):
    return values.sum(dim=(1, 2))


def made(how, sentence):
    """A mistake: `how(M, masks)`."""

    def version(M, masks):
        return how(M, masks)

    my_blame.mistake(sentence)(version)


def pixels(masks):
    return total(masks).clamp(min=1)


def right(M, masks):
    return total(M.relu() * masks) / pixels(masks)


def highest_on(values, masks):
    on = values.masked_fill(~masks, -torch.inf).amax(dim=(1, 2))
    return torch.where(masks.any(dim=2).any(dim=1), on, 0.0)


CUT = "Cut off what is negative first: `M.relu()`."

# The map's part.
made(lambda M, m: total(M * m) / pixels(m), f"What speaks against the answer is still in. {CUT}")
made(lambda M, m: (total(M * m) / pixels(m)).relu(), f"You averaged first and cut off afterward. {CUT}")
made(lambda M, m: total(M.abs() * m) / pixels(m), f"You took the absolute value. {CUT}")
made(lambda M, m: total((-M).relu() * m) / pixels(m), "You kept the negative part. Keep the positive one: `M.relu()`.")
made(lambda M, m: total((M > 0) * m) / pixels(m), "You counted the pixels above 0. Add up the values there.")
made(lambda M, m: total(M.sigmoid() * m) / pixels(m), f"There is a sigmoid on the map. {CUT}")
made(
    lambda M, m: total((M - M.min()) * m) / pixels(m),
    "You subtracted the map's minimum. 0 stays 0 here, and what lies below it is cut off: `M.relu()`.",
)

# What it is divided by.
made(
    lambda M, m: total(M.relu() * m),
    "That is the sum on each suspect, so that large ones get more blame. Divide by the number of its pixels.",
)
made(lambda M, m: total(M * m), f"Two things: divide by the suspect's number of pixels. And: {CUT}")
made(
    lambda M, m: (M.relu() * m).mean(dim=(1, 2)),
    "You averaged over the whole picture. Divide the sum by the suspect's own pixels, `masks.sum(dim=(1, 2))`.",
)
made(
    lambda M, m: total(M.relu() * m) / M.relu().sum().clamp(min=1e-8),
    "That is the energy: the share of the map that lies on each. Divide by the suspect's pixels instead.",
)
made(
    lambda M, m: total(M.relu() * m) / total(m * (M > 0)).clamp(min=1),
    "You divided by the pixels where the map is positive. All of the suspect's pixels count.",
)
made(
    lambda M, m: right(M, m) / right(M, m).sum().clamp(min=1e-8),
    "You divided by the sum over the suspects. Leave the blame in the map's own scale.",
)
made(
    lambda M, m: total(M.relu() * m) / m.sum().clamp(min=1),
    "You divided by the pixels of all suspects together. Each has a number of its own: `masks.sum(dim=(1, 2))`.",
)
made(lambda M, m: right(M, m).softmax(dim=0), "There is a softmax on the result. Leave it in the map's own scale.")
made(
    lambda M, m: right(M / M.relu().max().clamp(min=1e-8), m),
    "You scaled the map to a maximum of 1. Leave the blame in the map's own scale.",
)
made(
    lambda M, m: total(M.relu() * m) / total(m),
    "A suspect without a pixel gives NaN, 0 / 0: divide by `masks.sum(dim=(1, 2)).clamp(min=1)`.",
)
made(
    lambda M, m: total(M * m) / total(m),
    f"Two things: a suspect without a pixel gives NaN, so divide by the count's `.clamp(min=1)`. And: {CUT}",
)
made(
    lambda M, m: total(M.relu() * m) / (total(m) + 1),
    "You added 1 to each count. Use `.clamp(min=1)`, which changes a count of 0 alone.",
)

# Whose, and how many.
made(lambda M, m: highest_on(M.relu(), m), "That is the highest value on each suspect. Asked for is the mean.")
made(lambda M, m: highest_on(M, m), f"That is the highest value on each suspect. Asked for is the mean. And: {CUT}")
made(lambda M, m: right(M, ~m), "You averaged beside the suspects: leave out the `~`.")
made(lambda M, m: right(M, m).argmax(), "That is the number of the suspect blamed most. Give the blame of each.")
made(lambda M, m: right(M, m).max(), "That is the highest blame. Give one number a suspect, (n,).")
made(lambda M, m: right(M, m)[:1], "That is the first suspect alone. Give one number for each, (n,).")
made(
    lambda M, m: right(M, m).sort(descending=True).values,
    "You sorted the blame. Keep the order of the masks, so that one knows whose it is.",
)
made(lambda M, m: (M.relu() * m).sum(dim=0), "You summed over the suspects, dimension 0. Sum over dimensions 1 and 2.")
made(lambda M, m: (M.relu() * m).sum(), "You summed everything to one number. Give one a suspect: `dim=(1, 2)`.")
