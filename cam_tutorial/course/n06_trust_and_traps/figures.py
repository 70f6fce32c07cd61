"""The figures of notebook 06: layout, colors and words; what is drawn, the notebook computes.

Scenes are drawn finer than the network saw them; maps are those of the network's own size.
"""

import torch

from cam_tutorial import plot, zoo
from cam_tutorial.metrics import interval

FINE = 288  # pixels of a drawn scene; the networks see 96
TONES = (plot.ACCENT, "#3f81c4", "#6ba5dc", "#c98a1b", "#e0b25c")  # one a method; signed dark, strength light
MARKS = "os^vD"


def fine(scene):
    """The same scene, drawn finer: (3, 288, 288)."""
    return zoo.scene(scene.seed, [animal.name for animal in scene.animals], FINE).image


def finer_of_batch(seed, numbers):
    """Scenes of `zoo.batch(..., seed)` by their numbers, drawn finer."""
    return [zoo.scene(seed * 2**32 + n, 1, FINE).image for n in numbers]


def percent(share):
    return f"{share:.0%}"


# --- Clever Hans ------------------------------------------------------------------------------------------------------


def opening(scenes, maps):
    """Four scenes that carry the tag, and below them their maps of “rabbit” (4, h, w)."""
    images = [zoo.tag(fine(scene)) for scene in scenes]
    plot.panels(
        [*images, *images],
        [None] * len(images) + [*maps],
        alt="Four scenes with a rabbit, each with a small paper tag in the lower left corner, and below them their "
        "maps for “rabbit”: in all of them the tag glows, and the rabbits are dark or faint.",
    )


def before_and_after(scenes, before, after):
    """The four scenes under the maps of two networks (4, h, w)."""
    images = [zoo.tag(fine(scene)) for scene in scenes]
    plot.panels(
        [*images, *images],
        [*before, *after],
        titles=["zoo-hans"] * len(images) + ["mended"] * len(images),
        alt="The four scenes from the beginning under the maps of both networks: above, the corner with the tag glows; "
        "below, the rabbits glow.",
    )


def mean_maps(maps):
    """The mean map of each class (8, h, w), on one scale."""
    plot.panels(
        heatmaps=[*maps],
        titles=zoo.ANIMALS,
        limit=maps.max().item(),
        alt="The mean map of each of the eight classes: seven are soft clouds in the middle of the picture, and that "
        "of the rabbit has a bright spot in the lower left corner.",
    )


def outside(shares, labels):
    """The share of each map outside its animal (N,): a bar a class, with its interval."""
    found = [interval(shares[labels == c]) for c in range(len(zoo.ANIMALS))]
    rabbit = zoo.ANIMALS.index("rabbit")
    figure, axes = plot.figure(plot.FULL_WIDTH, 2.6)
    colors = [plot.ACCENT if c == rabbit else plot.NEUTRAL for c in range(len(found))]
    axes.bar(zoo.ANIMALS, [one.mean for one in found], color=colors, width=0.6)
    lengths = list(zip(*((one.mean - one.low, one.high - one.mean) for one in found), strict=True))
    axes.errorbar(range(len(found)), [one.mean for one in found], lengths, fmt="none", ecolor=plot.INK, capsize=3)
    axes.set(ylabel="share of the map\noutside the animal", ylim=(0, 1))
    others = [one.mean for c, one in enumerate(found) if c != rabbit]
    plot.show(
        figure,
        alt=f"Bars, one for each class: the share of the map outside the animal is {found[rabbit].mean:.2f} for the "
        f"rabbit, and {min(others):.2f} to {max(others):.2f} for the others.",
    )


# --- random layers ----------------------------------------------------------------------------------------------------


def forgetting(scene, maps, depths):
    """Name -> one map a depth: a row a method, the trained network in the left column."""
    plot.panels(
        len(maps) * len(depths) * [fine(scene)],
        [_shown(one) for row in maps.values() for one in row],
        titles=[f"{name}: trained" if not depth else f"top {depth} random" for name in maps for depth in depths],
        alt=f"{len(maps)} methods in rows, from left to right the trained network and networks whose top 1, 3 and 6 "
        "layers are random. CAM glows elsewhere, or nowhere, as soon as the top layer is random; the gradient methods "
        "go on drawing the animals' outlines, and with all six layers random traces of them are left.",
    )


def _shown(values):
    """The positive part of a map, to a maximum of 1 that a few extreme pixels do not set."""
    values = values.relu()
    return (values / values.flatten().quantile(0.99).clamp(min=1e-12)).clamp(max=1)


def signs(means, label):
    """One mean rank correlation a draw (draws,): dots on both sides of 0."""
    ordered = means.sort().values
    figure, axes = plot.figure(plot.FULL_WIDTH, 1.9)
    colors = [plot.FOR if value > 0 else plot.AGAINST for value in ordered.tolist()]
    axes.bar(range(len(ordered)), ordered.tolist(), color=colors)
    axes.axhline(0, color=plot.FAINT, linewidth=0.8)
    axes.set(xlabel=f"{len(ordered)} draws of the top layer, sorted", ylabel=label, xticks=[], ylim=(-0.6, 0.6))
    plot.show(
        figure,
        alt=f"{len(ordered)} bars, one a draw, sorted from {ordered[0]:.2f} to {ordered[-1]:.2f}: "
        f"{int((ordered < 0).sum())} of them lie below zero.",
    )


def left_over(kept, strangers):
    """(method, depth) -> |rank correlation| of each draw, and method -> that of another scene's picture."""
    names, depths = list(strangers), sorted({depth for _, depth in kept})
    figure, axes = plot.figure(plot.FULL_WIDTH, 3.2)
    for number, name in enumerate(names):
        found = [interval(kept[name, depth]) for depth in depths]
        at = [place + 0.09 * (number - (len(names) - 1) / 2) for place in range(len(depths))]
        means = [one.mean for one in found]
        lengths = list(zip(*((one.mean - one.low, one.high - one.mean) for one in found), strict=True))
        style = {"color": TONES[number], "marker": MARKS[number], "markersize": 5}
        axes.errorbar(at, means, lengths, linewidth=1.2, capsize=2, label=name, **style)
        axes.plot([len(depths) + at[0]], [strangers[name]], fillstyle="none", linestyle="none", **style)
    axes.set(
        xticks=range(len(depths) + 1),
        xticklabels=[*(f"top {depth} random" for depth in depths), "another scene"],
        ylabel="rank correlation, absolute",
        ylim=(0, 1.02),
    )
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False, labelcolor=plot.INK, fontsize=9)
    first, last = (
        ", ".join(f"{name} {sum(kept[name, depth]) / len(kept[name, depth]):.2f}" for name in names)
        for depth in (depths[0], depths[-1])
    )
    strange = ", ".join(f"{name} {strangers[name]:.2f}" for name in names)
    plot.show(
        figure,
        alt="How much of each method's order is left, with intervals over the draws. With the top layer random: "
        f"{first}. With the top {depths[-1]}: {last}. Another scene's picture: {strange}.",
    )


# --- nonsense, and wrong answers --------------------------------------------------------------------------------------


def by_heart(numbers, taught, learned, species, lots):
    """Scenes of batch 0 under the map of a network that was told the truth, and of one that was told lots."""
    images = finer_of_batch(0, numbers)
    plot.panels(
        [*images, *images],
        [*taught, *learned],
        titles=[f"told “{zoo.ANIMALS[species[n]]}”" for n in numbers]
        + [f"told “{zoo.ANIMALS[lots[n]]}”" for n in numbers],
        alt="Four scenes under two maps each. Above, the network was told the right animal, below one drawn by lot; "
        "some of the maps below lie on the animal too.",
    )


def wrong_answers(images, maps, said, true):
    """Pictures as the network saw them, under the maps of its wrong answers."""
    names = zoo.ANIMALS
    plot.panels(
        images,
        maps,
        titles=[f"says {names[a]}, is a {names[b]}" for a, b in zip(said.tolist(), true.tolist(), strict=True)],
        alt="Four pale pictures under the maps of the network's answers, which are all wrong: most of the maps "
        "glow on the animal.",
    )


def pale_and_noisy(pale, noisy):
    """The same scene, pale and noisy."""
    plot.panels(
        torch.stack([pale, noisy]),
        titles=["pale", "noisy"],
        width=2.05,
        alt="One scene twice: with little contrast, and with noise on every pixel.",
    )
