"""Exercise 6.2: the energy elsewhere."""

import torch

from cam_tutorial.practice.exercise import exercise


def maps_and_masks(generator):
    """Of both signs; blank, nowhere positive, everywhere positive, weak; masks of all sizes; one map, one place."""
    cases = []
    for n, height, width in ((4, 3, 5), (5, 6, 4), (3, 2, 7), (4, 4, 4)):
        maps = torch.randn(n, height, width, generator=generator)
        masks = torch.rand(n, height, width, generator=generator) < torch.linspace(0.2, 0.6, n)[:, None, None]
        masks[:, 0, 1], masks[:, 1, 0] = True, False
        cases.append((maps, masks))
        special = maps.clone()
        special[1], special[-1] = 0, -maps[-1].abs()
        special[0] = maps[0].abs() + 1
        cases.append((special, masks))
    maps = torch.randn(3, 3, 4, generator=generator)
    masks = torch.rand(3, 3, 4, generator=generator) < 0.4
    masks[0], masks[1], masks[2, 0, :2] = False, True, torch.tensor([True, False])
    return [
        *cases,
        (maps, masks),  # an empty mask, and a full one
        (maps[2:], masks[2:]),
        (maps[2:] / maps[2].relu().sum() / 64, masks[2:]),
        (maps.transpose(1, 2), masks.transpose(1, 2)),
        (-maps.abs()[:2], masks[:2]),
        (torch.tensor([[[2.0]], [[0.5]], [[0.0]], [[-1.0]]]), torch.tensor([True, False, False, True])[:, None, None]),
    ]


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
    """(N, H, W), bool (N, H, W) -> (N,): the share of each map outside of its mask

    What counts is each map's positive part. A map that is nowhere positive gives 0.
    """
    positive = maps.clamp(min=0)
    outside = (positive * ~masks).sum(dim=(1, 2))
    return outside / positive.sum(dim=(1, 2)).clamp(min=1e-8)


def total(maps):
    return maps.sum(dim=(1, 2))


def safe(divisor):
    return divisor.clamp(min=1e-8)


def share(part, whole, divisor=safe):
    return total(part) / divisor(whole if whole.ndim < 2 else total(whole))


def shared(version, sentence):
    """A mistake: `version(maps, positive part, inside, outside)`, the last two as 0 and 1."""
    my_energy_elsewhere.mistake(sentence)(
        lambda maps, masks: version(maps, maps.clamp(min=0), masks.float(), (~masks).float())
    )


def as_it_is(divisor):
    return divisor


CUT = "Begin with `maps.clamp(min=0)`, and use that above and below."
NAN = "a map that is nowhere positive gives NaN, 0 / 0: divide by the sum's `.clamp(min=1e-8)`"
EACH = "Each map has its own total: sum over `dim=(1, 2)`."

# Inside and outside.
shared(
    lambda m, p, i, o: share(p * i, p),
    "That is the share inside the mask. Asked for is what lies elsewhere: multiply by `~masks`.",
)
shared(
    lambda m, p, i, o: share(p * i, p, as_it_is),
    f"That is the share inside the mask: multiply by `~masks`. And {NAN}.",
)
shared(
    lambda m, p, i, o: 1 - share(p * i, p),
    "A map that is nowhere positive gives 1, as if all of it lay elsewhere, because you took 1 minus the share inside. "
    "It lies nowhere: sum over `~masks`, and it gives 0.",
)
shared(
    lambda m, p, i, o: torch.where(total(p) > 0, share(p * o, p), 0.5),
    "A map that is nowhere positive gives 0.5. Asked for is 0.",
)
shared(lambda m, p, i, o: share(p, p), "The mask is left out: multiply by `~masks` before the sum above.")
shared(
    lambda m, p, i, o: share(p * o, p * i),
    "You divided outside by inside. A share is a part of the whole: divide by both together.",
)
shared(
    lambda m, p, i, o: share(p * o, p * i, as_it_is),
    "You divided outside by inside. A share is a part of the whole: divide by both together, of at least 1e-8.",
)
shared(
    lambda m, p, i, o: share(p * i, p * o),
    "You divided inside by outside. Asked for is the part outside, divided by both together.",
)
shared(
    lambda m, p, i, o: share(p * i, p * o, as_it_is),
    "You divided inside by outside. Asked for is the part outside, divided by both together, of at least 1e-8.",
)
shared(
    lambda m, p, i, o: total(p * o),
    "That is the sum outside. A share is a part of the whole: divide by the map's whole positive sum.",
)
shared(
    lambda m, p, i, o: share(p * o, p * o),
    "You divided what lies outside by itself: below belongs the sum of the whole map.",
)
shared(
    lambda m, p, i, o: (total(p * o) - total(p * i)) / safe(total(p)),
    "That is outside minus inside. Asked for is the part outside alone, divided by the whole.",
)

# Where it is cut off.
shared(
    lambda m, p, i, o: share(m * o, m, as_it_is),
    f"You did not cut off the negative values, which cancel positive ones; the share can even exceed 1. {CUT}",
)
shared(
    lambda m, p, i, o: share(m * o, m),
    "You did not cut off the negative values. The total may then be negative or tiny, and `.clamp(min=1e-8)` makes "
    f"huge numbers of that. {CUT}",
)
shared(
    lambda m, p, i, o: total(m * o) / (total(m) + 1e-8),
    f"You did not cut off the negative values, which cancel positive ones. {CUT}",
)
shared(
    lambda m, p, i, o: torch.where(total(m) > 0, share(m * o, m, as_it_is), 0.0),
    "You give 0 where the total is not positive, but did not cut off the negative values, which cancel positive ones. "
    f"{CUT}",
)
shared(
    lambda m, p, i, o: share(m * o, p),
    "You cut off the negative values in the total only. Outside of the mask they have to go too: cut once, at the "
    "beginning.",
)
shared(
    lambda m, p, i, o: share(m * o, p, as_it_is),
    f"You cut off the negative values in the total only. {CUT} And {NAN}.",
)
shared(
    lambda m, p, i, o: share(p * o, m),
    f"You cut off the negative values outside only, and not in the total. {CUT}",
)
shared(
    lambda m, p, i, o: share(p * o, m, as_it_is),
    f"You cut off the negative values outside only, and not in the total. {CUT} And {NAN}.",
)
shared(
    lambda m, p, i, o: total(m * o).relu() / safe(total(m).relu()),
    f"You cut off the *sums* below zero, when negative values have already canceled positive ones. {CUT}",
)
shared(
    lambda m, p, i, o: share(m * o, m, as_it_is).clamp(0, 1).nan_to_num(0),
    f"You cut off the share at 0 and 1. Cut off the map instead, before any sum. {CUT}",
)
shared(
    lambda m, p, i, o: share(m * o, m).clamp(0, 1),
    f"You cut off the share at 0 and 1. Cut off the map instead, before any sum. {CUT} (As it is, the total is.)",
)
ABSOLUTE = "You took the absolute value, so that what speaks against the class counts as energy for it"
shared(lambda m, p, i, o: share(m.abs() * o, m.abs()), f"{ABSOLUTE}: `.clamp(min=0)`.")
shared(lambda m, p, i, o: share(m.abs() * o, m.abs(), as_it_is), f"{ABSOLUTE}: `.clamp(min=0)`. And {NAN}.")
shared(lambda m, p, i, o: share(p * o, m.abs()), f"{ABSOLUTE} in the total: `.clamp(min=0)`, once.")
shared(lambda m, p, i, o: share((-m).relu() * o, (-m).relu()), "You kept the *negative* part. `.clamp(min=0)` keeps "
       "the positive one, `.clamp(max=0)` the other.")  # fmt: skip
shared(lambda m, p, i, o: share(p.square() * o, p.square()), "You squared the values, which the text does not ask for.")
shared(
    lambda m, p, i, o: share((m - m.amin((1, 2), True)) * o, m - m.amin((1, 2), True)),
    "You shifted each map until its lowest value is 0. What is negative is to be cut off: `.clamp(min=0)`.",
)
shared(
    lambda m, p, i, o: share((m - m.min()) * o, m - m.min()),
    "You shifted the maps until the lowest value of all is 0. What is negative is to be cut off: `.clamp(min=0)`.",
)
shared(
    lambda m, p, i, o: share(m.clamp(0, 1) * o, m.clamp(0, 1)), "You cut off above 1 as well: `.clamp(min=0)` alone."
)
shared(
    lambda m, p, i, o: share(m.flatten(1).softmax(1).view_as(m) * o, torch.ones(len(m))),
    "A softmax makes every place positive. Cut off what is negative, and divide by the sum.",
)

shared(
    lambda m, p, i, o: total(m * o).relu() / safe(total(p)),
    f"Outside, you cut off the *sum* below zero, when negative values have already canceled positive ones. {CUT}",
)
shared(
    lambda m, p, i, o: share(m * o, m.abs()),
    f"You did not cut off the negative values above, and took the absolute value below. {CUT}",
)

# What it is divided by.
shared(
    lambda m, p, i, o: share(p * o, p, as_it_is),
    f"Nearly: {NAN}.",
)
for floor in (1, 0.1):
    shared(
        lambda m, p, i, o, floor=floor: share(p * o, p, lambda divisor: divisor.clamp(min=floor)),
        f"You divide by at least {floor:g}, so that a weak map gets too small a share. A guard against 0 / 0 must be "
        "tiny, 1e-8.",
    )
for added in (1, 0.1, 0.01, 1e-3, 1e-4, 1e-5):
    shared(
        lambda m, p, i, o, added=added: share(p * o, p, lambda divisor: divisor + added),
        f"You add {added:g} to the sum, so that a weak map gets too small a share. A guard against 0 / 0 must be tiny, "
        "1e-8.",
    )
shared(lambda m, p, i, o: total(p * o) / safe(p.sum()), f"You divided by the sum over the whole batch. {EACH}")
shared(
    lambda m, p, i, o: total(p * o) / p.sum(),
    f"You divided by the sum over the whole batch, and it may be 0. {EACH} And divide by at least 1e-8.",
)
shared(
    lambda m, p, i, o: ((p * o).sum() / safe(p.sum())).expand(len(m)),
    f"Every map gets the share of the whole batch. {EACH}",
)
shared(lambda m, p, i, o: (p * o).sum() / safe(p.sum()), "That is one number, the share of the whole batch. Asked for "
       f"is one for each map. {EACH}")  # fmt: skip
shared(lambda m, p, i, o: (p * o).sum() / p.sum(), "That is one number, the share of the whole batch, and NaN if "
       f"nothing is positive. Asked for is one for each map. {EACH}")  # fmt: skip
shared(
    lambda m, p, i, o: share(p * o, p).mean(),
    "That is one number for the whole batch. Asked for is one for each map: do not average.",
)
shared(
    lambda m, p, i, o: share(p * o, total(o)),
    "You divided by the number of places outside. A share is a part of the whole: divide by the map's positive sum.",
)
shared(
    lambda m, p, i, o: share(p * o, total(o), as_it_is),
    "You divided by the number of places outside, which may be 0. A share is a part of the whole: divide by the map's "
    "positive sum.",
)
shared(
    lambda m, p, i, o: (p * o).mean(dim=(1, 2)),
    "You divided by the number of all places. A share is a part of the whole: divide by the map's positive sum.",
)
shared(
    lambda m, p, i, o: (p * o).mean(dim=(1, 2)) / safe(total(p)),
    "Above stands a mean, and below a sum: take sums, or means, for both.",
)
shared(
    lambda m, p, i, o: total(p * o) / safe(p.mean(dim=(1, 2))),
    "Above stands a sum, and below a mean: take sums, or means, for both.",
)
shared(
    lambda m, p, i, o: total(p * o) / safe(p.amax(dim=(1, 2))),
    "You divided by the map's maximum. A share is a part of the whole: divide by its positive sum.",
)
shared(
    lambda m, p, i, o: (p * o).amax(dim=(1, 2)) / safe(p.amax(dim=(1, 2))),
    "You compared maxima. A share of the energy is a matter of sums.",
)
shared(
    lambda m, p, i, o: share(p * o, total(o)) / safe(share(p * o, total(o)) + share(p * i, total(i))),
    "You compared the mean outside with the mean inside. A share is a matter of sums: outside, divided by the whole.",
)
shared(
    lambda m, p, i, o: share((p > 0) * o, (p > 0).float()),
    "You counted places. Energy weighs them: sum the map's values outside, not the number of places where it is "
    "positive.",
)
shared(
    lambda m, p, i, o: share((p > 0) * o, (p > 0).float(), as_it_is),
    f"You counted places. Energy weighs them: sum the map's values. And {NAN}.",
)
shared(lambda m, p, i, o: o.mean(dim=(1, 2)), "That is the share of the *places* outside. The map plays no part in it.")
shared(lambda m, p, i, o: share((p > 0) * o, total(o)), "That is the share of the places outside that are positive. "
       "Energy weighs them: sum the map's values, and divide by its positive sum.")  # fmt: skip
shared(lambda m, p, i, o: share(p * o[:1], p), "You used the first mask for all maps: each has its own.")
shared(
    lambda m, p, i, o: share(p * (1 - i.amax(0, keepdim=True)), p),
    "You laid all masks over one another: each map has its own.",
)
shared(
    lambda m, p, i, o: (p * o).sum(1) / safe(p.sum(1)),
    f"You summed over dimension 1 alone: that is one share for each column. {EACH}",
)
shared(
    lambda m, p, i, o: (p * o).sum(2) / safe(p.sum(2)),
    f"You summed over dimension 2 alone: that is one share for each row. {EACH}",
)
shared(lambda m, p, i, o: (p * o) / safe(p.sum((1, 2), True)), "The division is right, and the sum above is missing: "
       "`.sum(dim=(1, 2))` of what lies outside.")  # fmt: skip


@my_energy_elsewhere.mistake(
    "`1 - masks` is an error with True and False: `~masks` turns them around (or `1 - masks.float()`)."
)
def one_minus_the_masks(maps, masks):
    return share(maps.clamp(min=0) * (1 - masks), maps.clamp(min=0))


@my_energy_elsewhere.mistake("`-masks` is an error with True and False: `~masks` turns them around.")
def minus_the_masks(maps, masks):
    return share(maps.clamp(min=0) * -masks, maps.clamp(min=0))


@my_energy_elsewhere.mistake(
    "`maps[~masks]` lists the values outside of all maps in one row, which has no dimensions 1 and 2 left. Multiply by "
    "`~masks` instead: then each map keeps its shape."
)
def listed(maps, masks):
    positive = maps.clamp(min=0)
    return positive[~masks].sum(dim=(1, 2)) / safe(total(positive))


@my_energy_elsewhere.mistake(
    "`maps[~masks]` lists the values outside of all maps in one row, so that its sum is that of the whole batch. "
    "Multiply by `~masks` instead, and sum over `dim=(1, 2)`."
)
def listed_and_summed(maps, masks):
    positive = maps.clamp(min=0)
    return positive[~masks].sum() / safe(total(positive))


@my_energy_elsewhere.mistake(
    "You set the maps to 0 inside their masks before the total is taken, and so change the caller's maps: the total is "
    "that of the whole map. Multiply by `~masks` above only."
)
def written_into(maps, masks):
    maps[masks] = 0
    return share(maps.clamp(min=0), maps.clamp(min=0))


@my_energy_elsewhere.mistake(
    "The share is right, and maps that are nowhere positive are left out. Each map gets a number, and these get 0."
)
def without_blank_maps(maps, masks):
    positive = maps.clamp(min=0)
    positive, masks = (one[total(positive) > 0] for one in (positive, masks))
    return share(positive * ~masks, positive)
