"""Exercise 6.9: the pale neighbor."""

import torch

from cam_tutorial.practice.exercise import exercise


def maps_of_many_scales(generator):
    """Of both signs, at very different scales; everywhere positive; everywhere negative; blank."""
    cases = []
    for height, width in ((3, 5), (6, 4), (2, 7)):
        maps = torch.randn(4, height, width, generator=generator) * torch.tensor([1, 10, 0.1, 3])[:, None, None]
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
    """(N, h, w), signed -> (N, h, w): what speaks for the class, each to a maximum of 1; blank stays blank"""
    maps = maps.relu()
    return maps / maps.amax(dim=(1, 2), keepdim=True).clamp(min=1e-8)


@my_display.broken(
    "Minimum and maximum are those of the whole batch: a map next to a brighter one turns pale, and 0 moves to a gray. "
    "Cut off below zero, and divide each map by its own maximum."
)
def stretched_together(maps):
    """(N, h, w), signed -> (N, h, w): what speaks for the class, each to a maximum of 1; blank stays blank"""
    low, high = maps.min(), maps.max()
    return (maps - low) / (high - low)


def low_and_high(maps):
    return maps.amin(dim=(1, 2), keepdim=True), maps.amax(dim=(1, 2), keepdim=True)


@my_display.mistake(
    "Each map has its own scale now, but a blank map is NaN, and 0 is still gray: a map that speaks *against* the "
    "class everywhere glows somewhere. Use `.relu()` and the maximum."
)
def stretched_apart(maps):
    low, high = low_and_high(maps)
    return (maps - low) / (high - low)


@my_display.mistake(
    "Each map has its own scale now, but you still subtract its minimum: a map that speaks *against* the class "
    "everywhere glows somewhere. Cut off below zero with `.relu()` instead."
)
def stretched_apart_and_safe(maps):
    low, high = low_and_high(maps)
    return (maps - low) / (high - low).clamp(min=1e-8)


@my_display.mistake(
    "Black means 0 now, but the maximum is still that of the whole batch: `maps.amax(dim=(1, 2), keepdim=True)`."
)
def one_maximum(maps):
    return maps.relu() / maps.max()


@my_display.mistake(
    "Nearly: a blank map has the maximum 0, and 0 / 0 is NaN. Divide by a maximum of at least 1e-8, `.clamp(min=1e-8)`."
)
def blank_divided(maps):
    maps = maps.relu()
    return maps / maps.amax(dim=(1, 2), keepdim=True)


@my_display.mistake(
    "You cut off below zero and subtract the minimum as well. Where a map is positive everywhere, its lowest place "
    "turns black: divide by the maximum alone."
)
def cut_and_stretched(maps):
    low, high = low_and_high(maps.relu())
    return (maps.relu() - low) / (high - low).clamp(min=1e-8)


@my_display.mistake("You did not cut off below zero: the result goes below 0. Begin with `maps.relu()`.")
def not_cut_below(maps):
    return maps / maps.amax(dim=(1, 2), keepdim=True).clamp(min=1e-8)


@my_display.mistake(
    "You divided by the largest absolute value, which may be a place against the class: the maximum of what speaks "
    "*for* it is to be 1."
)
def by_the_absolute(maps):
    return maps.relu() / maps.abs().amax(dim=(1, 2), keepdim=True).clamp(min=1e-8)


@my_display.mistake(
    "You took the absolute value, so that what speaks against the class glows. Cut it off with `.relu()`."
)
def absolute_values(maps):
    return by_the_absolute(maps.abs())
