"""Exercise 6.9: the pale neighbor."""

import torch

from cam_tutorial.practice.exercise import exercise


def maps_of_many_scales(generator):
    """Both signs, at very different scales; everywhere positive; everywhere negative; blank; one map; one pixel."""
    alone = torch.randn(1, 4, 3, generator=generator)
    cases = [(alone,), (2 + alone.abs(),), (torch.tensor([[[0.25]], [[-0.5]]]),)]
    for height, width in ((3, 5), (6, 4), (2, 7)):
        maps = torch.randn(4, height, width, generator=generator) * torch.tensor([1, 10, 1e-4, 3])[:, None, None]
        special = maps.clone()
        special[0], special[1], special[2] = maps[0].abs() + 0.5, -maps[1].abs() - 0.5, 0
        cases += [(maps,), (special,)]
    return cases


@exercise(
    "6.9",
    "The pale neighbor",
    minutes=8,
    difficulty=2,
    cases=maps_of_many_scales,
    hints=[
        "Over which dimensions does `maps.min()` go? And where is 0 afterwards?",
        "What speaks against the class is to be black: cut it off, `.relu()`, in place of subtracting the minimum.",
        "`maps.amax(dim=(1, 2), keepdim=True)` is one maximum for each map. For a blank one it is 0: "
        "`.clamp(min=1e-8)`.",
    ],
)
def my_display(maps):
    """(N, h, w), signed -> (N, h, w): what speaks for the class

    Each map to a maximum of 1; a blank map stays blank.
    """
    maps = maps.relu()
    return maps / maps.amax(dim=(1, 2), keepdim=True).clamp(min=1e-8)


@my_display.broken(
    "Minimum and maximum are those of the whole batch: a map next to a brighter one turns pale, and 0 moves to a gray. "
    "Cut off below zero, and divide each map by its own maximum."
)
def stretched_together(maps):
    """(N, h, w), signed -> (N, h, w): what speaks for the class

    Each map to a maximum of 1; a blank map stays blank.
    """
    low, high = maps.min(), maps.max()
    return (maps - low) / (high - low)


def top(maps, dim=(1, 2)):
    return maps.amax(dim=dim, keepdim=True)


def low(maps):
    return maps.amin(dim=(1, 2), keepdim=True)


def safe(divisor):
    return divisor.clamp(min=1e-8)


def shown(how, sentence):
    """A mistake: `how(maps)` is what is displayed."""
    my_display.mistake(sentence)(lambda maps: how(maps))


EACH = "Each map has a maximum of its own: `maps.amax(dim=(1, 2), keepdim=True)`."

# Minimum and maximum.
shown(
    lambda m: (m - low(m)) / (top(m) - low(m)),
    "Each map has its own scale now, but a blank map is NaN, and 0 is still gray: a map that speaks *against* the "
    "class everywhere glows somewhere. Use `.relu()` and the maximum.",
)
shown(
    lambda m: (m - low(m)) / safe(top(m) - low(m)),
    "Each map has its own scale now, but you still subtract its minimum: a map that speaks *against* the class "
    "everywhere glows somewhere. Cut off below zero with `.relu()` instead.",
)
shown(
    lambda m: (m.relu() - low(m.relu())) / safe(top(m.relu()) - low(m.relu())),
    "You cut off below zero and subtract the minimum as well. Where a map is positive everywhere, its lowest place "
    "turns black: divide by the maximum alone.",
)
shown(
    lambda m: (m.relu() - low(m.relu())) / (top(m.relu()) - low(m.relu())),
    "You cut off below zero and subtract the minimum as well, and a blank map is NaN: divide by the maximum alone, of "
    "at least 1e-8.",
)
shown(
    lambda m: (m - m.min()).relu() / safe(top((m - m.min()).relu())),
    "You subtract the minimum of the whole batch first, so that 0 is not black: cut off below zero instead.",
)
shown(
    lambda m: m / safe(top(m.abs())) / 2 + 0.5,
    "You put 0 at gray, 0.5, and what speaks against the class below it. Asked for is black for both: `.relu()` first.",
)

# The wrong divisor.
shown(lambda m: m.relu() / m.max(), f"Black means 0 now, but the maximum is still that of the whole batch. {EACH}")
shown(
    lambda m: m.relu() / top(m.relu()),
    "Nearly: a blank map has the maximum 0, and 0 / 0 is NaN. Divide by at least 1e-8, `.clamp(min=1e-8)`.",
)
shown(
    lambda m: m.relu() / top(m),
    "Nearly: where a map is nowhere positive its maximum is 0 or negative. Divide by a maximum of at least 1e-8.",
)
shown(
    lambda m: m.relu() / safe(top(m.abs())),
    "You divided by the largest absolute value, which may be a place against the class: the maximum of what speaks "
    "*for* it is to be 1.",
)
shown(
    lambda m: m.relu() / safe(m.abs().max()),
    f"You divided by the largest absolute value of the whole batch. {EACH}",
)
shown(
    lambda m: m.relu() / top(m.relu()).clamp(min=1),
    "You divide by at least 1, so that a weak map stays dark. A floor against 0 / 0 must be tiny, 1e-8.",
)
for floor in (0.1, 0.01, 1e-3):
    shown(
        lambda m, floor=floor: m.relu() / top(m.relu()).clamp(min=floor),
        f"You divide by at least {floor:g}, so that a weak map stays dark. A floor against 0 / 0 must be tiny, 1e-8.",
    )
for added in (1, 0.1, 0.01, 1e-3, 1e-4, 1e-5):
    shown(
        lambda m, added=added: m.relu() / (top(m.relu()) + added),
        f"You add {added:g} to the maximum, so that a weak map does not reach 1. A guard against 0 / 0 must be tiny.",
    )
shown(
    lambda m: m.relu() / safe(m.relu().sum(dim=(1, 2), keepdim=True)),
    "You divided each map by its sum. Its *maximum* is to be 1.",
)
shown(
    lambda m: m.relu() / safe(m.relu().mean(dim=(1, 2), keepdim=True)),
    "You divided each map by its mean. Its *maximum* is to be 1.",
)
shown(
    lambda m: m.relu() / safe(m.relu().flatten(1).norm(dim=1)[:, None, None]),
    "You divided each map by its length, the root of the sum of squares. Its *maximum* is to be 1.",
)
shown(lambda m: m.relu() / safe(top(m.relu(), 2)), f"You took the maximum of each *row*. {EACH}")
shown(lambda m: m.relu() / safe(top(m.relu(), 1)), f"You took the maximum of each *column*. {EACH}")
shown(
    lambda m: m.relu() / safe(top(m.relu(), 0)),
    f"You took the maximum over the images, at each place: dimension 0 is the batch. {EACH}",
)
shown(lambda m: m.relu() / safe(top(m.relu()[:1])), f"You divided all maps by the first one's maximum. {EACH}")
shown(
    lambda m: m.relu() / safe(m.relu().flatten(1).quantile(0.99, dim=1)[:, None, None]),
    "You divided by the 99th percentile, and not by the maximum: the highest values exceed 1.",
)
shown(
    lambda m: (m.relu() / safe(m.relu().flatten(1).quantile(0.99, dim=1)[:, None, None])).clamp(max=1),
    "You divided by the 99th percentile and cut at 1. The maximum itself is to be 1, and the rest in proportion.",
)

# Something else than cutting off and dividing.
shown(
    lambda m: m / safe(top(m)),
    "You did not cut off below zero: the result goes below 0. Begin with `maps.relu()`.",
)
shown(
    lambda m: m / top(m),
    "You did not cut off below zero, and a map that is negative everywhere turns positive when it is divided by its "
    "maximum. Begin with `maps.relu()`.",
)
shown(
    lambda m: m / safe(top(m.abs())),
    "You kept the signs, with the largest absolute value at 1. Asked for is what speaks *for* the class alone: "
    "`maps.relu()`.",
)
shown(
    lambda m: m.abs() / safe(top(m.abs())),
    "You took the absolute value, so that what speaks against the class glows. Cut it off with `.relu()`.",
)
shown(
    lambda m: m.abs() / safe(m.abs().max()),
    f"You took the absolute value, so that what speaks against the class glows, and the batch's maximum. {EACH}",
)
shown(
    lambda m: (-m).relu() / safe(top((-m).relu())),
    "The sign is turned: what speaks against the class glows.",
)
shown(lambda m: m.clamp(0, 1), "You cut off below 0 and above 1, and scaled nothing: divide each map by its maximum.")
shown(lambda m: m.relu(), "You cut off below zero, and that is half of it: divide each map by its own maximum.")
shown(lambda m: m.sigmoid(), "A sigmoid turns 0 into a half, gray. Cut off below zero, and divide by the maximum.")
shown(
    lambda m: m.flatten(1).softmax(dim=1).view_as(m),
    "A softmax makes every place positive, and the sum 1. Cut off below zero, and divide by the maximum.",
)
shown(
    lambda m: (m.relu() / safe(top(m.relu()))).sqrt(),
    "You took the root, which makes weak places brighter: leave the values in proportion.",
)
shown(
    lambda m: (m.relu() / safe(top(m.relu()))).square(),
    "You squared the values, which makes weak places darker: leave them in proportion.",
)
shown(
    lambda m: torch.where(top(m.relu()) < 0.1, 0.0, m.relu() / safe(top(m.relu()))),
    "You take a weak map for a blank one. Only a map that is nowhere positive is blank.",
)
shown(
    lambda m: torch.where(top(m.relu()) == 0, 1.0, m.relu() / safe(top(m.relu()))),
    "A blank map comes out white. It stays blank: all 0.",
)
shown(
    lambda m: (m - low(m)[:1]) / safe(top(m) - low(m))[:1],
    f"You used the first map's minimum and maximum for all. Cut off below zero. {EACH}",
)
