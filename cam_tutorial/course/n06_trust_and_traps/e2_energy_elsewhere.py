"""Exercise 6.2: the energy elsewhere."""

import torch

from cam_tutorial.practice.exercise import exercise


def maps_and_masks(generator):
    """Of both signs; one blank, and one that is nowhere positive."""
    cases = []
    for n, height, width in ((4, 3, 5), (5, 6, 4), (3, 2, 7)):
        maps = torch.randn(n, height, width, generator=generator)
        masks = torch.rand(n, height, width, generator=generator) < torch.linspace(0.2, 0.6, n)[:, None, None]
        masks[:, 0, 1], masks[:, 1, 0] = True, False
        cases.append((maps, masks))
        special = maps.clone()
        special[1], special[-1] = 0, -maps[-1].abs()
        cases.append((special, masks))
    return cases


@exercise(
    "6.2",
    "The energy elsewhere",
    minutes=6,
    difficulty=1,
    cases=maps_and_masks,
    hints=[
        "Three steps: cut off what is negative, sum what lies outside, divide by the sum of all of it.",
        "`~masks` is True outside. A sum over `dim=(1, 2)` gives one number for each map.",
        "A blank map has the sum 0, and 0 / 0 is NaN: divide by the sum's `.clamp(min=1e-8)`.",
    ],
)
def my_energy_elsewhere(maps, masks):
    """(N, H, W), bool (N, H, W) -> (N,): the share of each map's positive part that lies outside of its mask

    A map that is nowhere positive gives 0.
    """
    positive = maps.clamp(min=0)
    outside = (positive * ~masks).sum(dim=(1, 2))
    return outside / positive.sum(dim=(1, 2)).clamp(min=1e-8)


def share(positive, masks, total=None):
    total = positive.sum(dim=(1, 2)) if total is None else total
    return (positive * masks).sum(dim=(1, 2)) / total.clamp(min=1e-8)


@my_energy_elsewhere.mistake(
    "That is the share inside the mask. Asked for is what lies elsewhere: multiply by `~masks`."
)
def inside(maps, masks):
    return share(maps.clamp(min=0), masks)


@my_energy_elsewhere.mistake(
    "A blank map gives 1, as if all of it lay elsewhere, because you took 1 minus the share inside. It lies nowhere: "
    "sum over `~masks`, and blank gives 0."
)
def one_minus_inside(maps, masks):
    return 1 - share(maps.clamp(min=0), masks)


@my_energy_elsewhere.mistake(
    "You did not cut off the negative values, which cancel positive ones; the share can even exceed 1. Begin with "
    "`maps.clamp(min=0)`."
)
def not_cut(maps, masks):
    return (maps * ~masks).sum(dim=(1, 2)) / maps.sum(dim=(1, 2))


@my_energy_elsewhere.mistake(
    "You cut off the negative values in the total only. Outside of the mask they have to go too: cut once, at the "
    "beginning."
)
def cut_below_only(maps, masks):
    return share(maps, ~masks, maps.clamp(min=0).sum(dim=(1, 2)))


@my_energy_elsewhere.mistake(
    "You took the absolute value, so that what speaks against the class counts as energy for it: `.clamp(min=0)`."
)
def absolute(maps, masks):
    return share(maps.abs(), ~masks)


@my_energy_elsewhere.mistake(
    "You divided by the sum over the whole batch. Each map has its own total: sum over `dim=(1, 2)`."
)
def over_the_batch(maps, masks):
    return share(maps.clamp(min=0), ~masks, maps.clamp(min=0).sum())


@my_energy_elsewhere.mistake("That is one number for the whole batch. Asked for is one for each map: do not average.")
def one_number(maps, masks):
    return share(maps.clamp(min=0), ~masks).mean()


@my_energy_elsewhere.mistake(
    "A blank map gives NaN: its sum is 0, and you divide by it. Divide by the sum's `.clamp(min=1e-8)`."
)
def blank_is_not_a_number(maps, masks):
    positive = maps.clamp(min=0)
    return (positive * ~masks).sum(dim=(1, 2)) / positive.sum(dim=(1, 2))


@my_energy_elsewhere.mistake(
    "You counted places. Energy weighs them: sum the map's values outside, not the number of places where it is "
    "positive."
)
def counts_places(maps, masks):
    return share((maps > 0).float(), ~masks)


@my_energy_elsewhere.mistake(
    "You divided by the number of places outside. A share is a part of the whole: divide by the map's positive sum."
)
def mean_outside(maps, masks):
    return share(maps.clamp(min=0), ~masks, (~masks).sum(dim=(1, 2)))


@my_energy_elsewhere.mistake("You divided outside by inside. A share is a part of the whole: divide by both together.")
def outside_to_inside(maps, masks):
    return share(maps.clamp(min=0), ~masks, (maps.clamp(min=0) * masks).sum(dim=(1, 2)))
