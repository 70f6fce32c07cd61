"""The figures of notebook 02: layout, colors and words; what is drawn, the notebook computes.

Scenes are drawn finer than the network saw them; maps are those of the network's own size. The file is over 300 lines
long because it has one short function a figure, and the notebook has many.
"""

import textwrap

import torch.nn.functional as F

from cam_tutorial import plot, zoo
from cam_tutorial.course.shared import several
from cam_tutorial.heatmap import normalize

FINE = 288  # pixels of a drawn scene; the network sees 96
BESIDE_BAR = 1.88  # inches of a panel, four in a row beside a color bar


def fine(scene):
    """The same scene, drawn finer: (3, 288, 288)."""
    return zoo.scene(scene.seed, [animal.name for animal in scene.animals], FINE).image


def finer(box, size=96):
    """A box in pixels of the network's picture, in those of the drawn one."""
    return [edge * FINE / size for edge in box]


def say(words):
    """Print a long sentence in lines that break between words."""
    print(textwrap.fill(str(words), 88))


def _legend(axes, **where):
    axes.legend(frameon=False, labelcolor=plot.INK, fontsize=9, **where)


# --- the map ----------------------------------------------------------------------------------------------------------


def opening(scene, maps):
    """A scene, and for each of its animals the map of that class (n, h, w)."""
    names = [animal.name for animal in scene.animals]
    plot.panels(
        (1 + len(names)) * [fine(scene)],
        [None, *maps],
        titles=["the scene", *(f"class activation map of “{name}”" for name in names)],
        alt=f"A scene with a {' and a '.join(names)}, and one class activation map for each. Each map glows on the "
        "animal that was asked for and leaves the other one dark: the same network, the same scene, two questions.",
    )


def small(A, w, M):
    """Two feature maps of 2×2, and their weighted sum."""
    cells = [f"{value:g}" for value in M.flatten().tolist()]
    plot.panels(
        heatmaps=[*A, M],
        titles=[*(f"map {k}, weight {value:g}" for k, value in enumerate(w.tolist(), 1)), "class activation map"],
        signed=True,
        limit=M.abs().max().item(),
        numbers=True,
        width=2.0,
        alt=f"Two feature maps of 2×2 cells and their weighted sum, which holds {cells[0]} and {cells[1]} in the upper "
        f"row, {cells[2]} and {cells[3]} in the lower one. Red speaks for the class, blue against it.",
    )


def first_map(scene, M):
    """A scene, and its map."""
    name = scene.animals[0].name
    plot.panels(
        2 * [fine(scene)],
        [None, M],
        titles=["the scene", f"your map of “{name}”"],
        width=2.6,
        alt=f"A {name} in a meadow of small things, and its class activation map, which glows on the {name}.",
    )


# --- votes ------------------------------------------------------------------------------------------------------------


def votes(values, name):
    """One vote a map (64,), as bars, sorted."""
    ordered = values.sort(descending=True).values.tolist()
    up, down = sum(value > 0 for value in ordered), sum(value < 0 for value in ordered)
    figure, axes = plot.figure(plot.FULL_WIDTH, 2.4)
    axes.bar(range(len(ordered)), ordered, color=[plot.FOR if value > 0 else plot.AGAINST for value in ordered])
    axes.axhline(0, color=plot.FAINT, linewidth=0.8)
    axes.text(up / 2, max(ordered) * 1.02, f"{up} maps for", color=plot.FOR, ha="center")
    axes.text(up + down / 2, max(ordered) * 0.1, f"{down} maps against", color=plot.AGAINST, ha="center")
    axes.set(
        xlabel="the 64 maps, sorted by their vote", ylabel=f"vote for “{name}”", xticks=[], xlim=(-1, len(ordered))
    )
    plot.show(
        figure,
        alt=f"64 bars, sorted: {up} red ones above zero, from {ordered[0]:.2f} down, and {down} blue ones below zero, "
        f"down to {ordered[-1]:.2f}. The votes for are fewer and larger.",
    )


def strongest(summands, votes, scene):
    """The four summands (64, h, w) with the highest votes, and the four with the lowest, on one scale."""
    order = votes.argsort(descending=True)
    chosen = order[[0, 1, 2, 3, -4, -3, -2, -1]]
    plot.panels(
        8 * [fine(scene)],
        summands[chosen],
        titles=[f"map {k}: {votes[k]:+.2f}" for k in chosen.tolist()],
        signed=True,
        limit=summands[chosen].abs().max().item(),
        width=BESIDE_BAR,
        colorbar="evidence",
        alt="The scene eight times. Upper row: the four maps that vote most strongly for “rabbit” are red on the "
        "rabbit and on the snail, in the third panel more on the snail. Lower row: the four that vote most strongly "
        "against it are blue on the snail, and the rabbit is left blank.",
    )


def by_place(values, places):
    """What all votes for and all votes against bring at some places: (2, places)."""
    figure, axes = plot.figure(plot.FULL_WIDTH, 2.6)
    for row, color, label in zip(
        values.tolist(), (plot.FOR, plot.AGAINST), ("votes for", "votes against"), strict=True
    ):
        bars = axes.bar(range(len(places)), row, width=0.5, color=color, label=label)
        axes.bar_label(bars, fmt="%+.2f", padding=2, color=color)
    axes.axhline(0, color=plot.FAINT, linewidth=0.8)
    axes.set(ylabel="part of the logit", xticks=range(len(places)))
    axes.set_xticklabels(f"{place}\nboth: {both:+.2f}" for place, both in zip(places, values.sum(dim=0), strict=True))
    axes.margins(y=0.15)
    _legend(axes, loc="upper right")
    parts = [f"{place} {up:+.2f} and {down:+.2f}" for place, (up, down) in zip(places, values.T.tolist(), strict=True)]
    plot.show(
        figure,
        alt=f"Red bars up and blue bars down for each place. The votes for and those against bring {several(parts)}.",
    )


def mixing(values):
    """{animal: mean of the growing sum on it, (64,)} over the number of maps that are in."""
    figure, axes = plot.figure(6.6, 2.6)
    axes.axhline(0, color=plot.FAINT, linewidth=0.8)
    for (name, means), color in zip(values.items(), (plot.FOR, plot.AGAINST), strict=True):
        axes.plot(range(1, len(means) + 1), means, color=color)
        axes.text(len(means) + 1, means[-1], f"on the {name}", color=color, va="center")
    axes.set(xlabel="maps mixed in, the strongest votes first", ylabel="mean of the sum", xlim=(0, 78))
    axes.set_xticks([1, 8, 16, 24, 32, 40, 48, 56, 64])
    first, second = values
    plot.show(
        figure,
        alt=f"Two lines over the number of maps. On the {first} the sum climbs for a dozen maps and stays high. On the "
        f"{second} it climbs at first too, then falls below zero.",
    )


# --- signs ------------------------------------------------------------------------------------------------------------


def every_class(scene, maps, logits):
    """The signed maps of all classes (8, h, w) on one scale, with their logits."""
    full = maps.abs().max().item() / 2  # so that the pale blues are seen
    name = scene.animals[0].name
    plot.panels(
        8 * [fine(scene)],
        maps,
        titles=[f"{animal}: logit {y:+.1f}" for animal, y in zip(zoo.ANIMALS, logits.tolist(), strict=True)],
        signed=True,
        limit=full,
        width=BESIDE_BAR,
        colorbar=f"evidence (full from {full:.0f})",
        alt=f"Eight signed maps of one scene with a {name}, on one scale. “{name}” is strongly red on the {name}; the "
        "others are blue on it, or faintly mixed.",
    )


def for_and_against(maps, logits, absent):
    """For each class the mean of what is positive in its map, and of what is negative, and the logit."""
    up, down = maps.clamp(min=0).mean(dim=(1, 2)).tolist(), maps.clamp(max=0).mean(dim=(1, 2)).tolist()
    figure, axes = plot.figure(6.6, 2.8)
    rows = range(len(up))
    axes.barh(rows, up, color=plot.FOR, label="for")
    axes.barh(rows, down, color=plot.AGAINST, label="against")
    axes.plot(logits.tolist(), rows, "D", color=plot.INK, markersize=6, label="logit")
    axes.set(yticks=rows, yticklabels=zoo.ANIMALS, xlabel="mean over the map")
    axes.invert_yaxis()
    _legend(axes, loc="upper left", bbox_to_anchor=(1, 1))
    longest = zoo.ANIMALS[max(rows, key=lambda c: up[c])]
    mostly = sum(-down[c] > up[c] for c in rows if absent[c])
    plot.show(
        figure,
        alt="For each class a red bar to the right, the evidence for it, a blue bar to the left, the evidence against "
        f"it, and a diamond at the logit. “{longest}” has the longest red bar; of the {int(absent.sum())} absent "
        f"animals {mostly} have more blue than red.",
    )


# --- resolution and scale ---------------------------------------------------------------------------------------------


def three_ways(scene, M):
    """A map as cells, and enlarged smoothly."""
    name = scene.animals[0].name
    blocks = F.interpolate(M[None, None], size=FINE, mode="nearest")[0, 0]
    plot.panels(
        3 * [fine(scene)],
        [None, blocks, M],
        titles=["the scene", "144 cells, as they are", "the same cells, upsampled"],
        alt=f"A {name}; its map as a mosaic of 12×12 squares; and the same numbers blended into a smooth glow, which "
        "looks more exact and is not.",
    )


def window(scene, row, column, side):
    """One cell over the scene, and the window of `side` pixels that it sees."""
    left, top = 8 * column, 8 * row
    start_x, start_y = left + 4 - side / 2, top + 4 - side / 2
    cell, seen = (left, top, left + 8, top + 8), (start_x, start_y, start_x + side, start_y + side)
    plot.panels(
        [fine(scene)],
        boxes=[[finer(cell), finer(seen)]],
        width=2.6,
        alt=f"The scene with the small box of one cell, 8 pixels wide, in the middle of a large box, {side} pixels "
        "wide: the part of the picture that the cell sees.",
    )


def stretched(scene, maps):
    """The maps of all classes, each stretched to its own full range."""
    name = scene.animals[0].name
    plot.panels(
        8 * [fine(scene)],
        normalize(maps),
        titles=list(zoo.ANIMALS),
        limit=1,
        alt=f"Eight maps of one scene with a {name}, each stretched to its own full range: all of them glow at full "
        f"strength, some on the {name}, some around it. Which animal is there, the picture does not tell.",
    )


def overlays(scene, overlay, maps, names):
    """The learner's overlay of two of the maps of all classes (8, h, w)."""
    image, chosen = fine(scene), [maps[zoo.ANIMALS.index(name)] for name in names]
    plot.panels(
        [image, *(overlay(image, map_) for map_ in chosen)],
        titles=["the scene", *(f"“{name}”, scaled by itself" for name in names)],
        alt=f"A {names[0]}; the scene with everything dimmed but the {names[0]}; and the scene dimmed but for a glow "
        f"that belongs to the class “{names[1]}”, which is not there.",
    )


# --- weights ----------------------------------------------------------------------------------------------------------


def right_and_wrong(seed, labels, right, wrong):
    """Four scenes of `zoo.batch(…, seed)`, each under the right map (N, h, w) and the wrong one."""
    chosen = [(labels == zoo.ANIMALS.index(name)).nonzero()[1].item() for name in ("cat", "fish", "turtle", "spider")]
    images = [zoo.scene(seed * 2**32 + n, 1, FINE).image for n in chosen]
    plot.panels(
        2 * images,
        [*normalize(right[chosen]), *normalize(wrong[chosen])],
        titles=4 * ["zoo-gap"] + 4 * ["hidden head"],
        limit=1,
        alt="Four scenes. Upper row, the maps of zoo-gap: each glows on its animal. Lower row, maps from the last "
        "layer of the hidden head: as smooth, and now on the animal, now beside it.",
    )


# --- going deeper -----------------------------------------------------------------------------------------------------


def threshold_boxes(scene, M, found, agreement):
    """The true box, and the boxes {threshold: box} that a map gives, in pixels of the network's picture."""
    image = fine(scene)
    plot.panels(
        (1 + len(found)) * [image],
        [None] + len(found) * [M],
        titles=["the true box", *(f"{t:.0%}: IoU {iou:.2f}" for t, iou in zip(found, agreement, strict=True))],
        boxes=[finer(box) for box in (scene.animals[0].box, *found.values())],
        alt="The scene with the true box, and the boxes that its map gives at "
        f"{several([f'{t:.0%}' for t in found])} of the maximum: the higher the threshold, the smaller the box.",
    )


def thresholds(values, right, mean_iou, blind):
    """How good the boxes are, over the threshold."""
    best = values[right.argmax()]
    figure, axes = plot.figure(plot.FULL_WIDTH, 2.8)
    axes.plot(values, right, "o-", markersize=4, label="share with IoU ≥ 0.5")
    axes.plot(values, mean_iou, "s-", markersize=4, label="mean IoU")
    axes.axvline(0.2, color=plot.NEUTRAL, linestyle=":", label="the paper's 20 %")
    axes.axhline(blind, color=plot.NEUTRAL, linestyle="--", label="blind box, share with IoU ≥ 0.5")
    axes.set(xlabel="threshold, as a share of the maximum", ylim=(0, 1))
    _legend(axes, loc="upper left", bbox_to_anchor=(1, 1))
    plot.show(
        figure,
        alt=f"Two curves over the threshold: both rise to a peak, for the share of right boxes at {best:.0%}, "
        "and fall again; the dotted line at 20 % stands on the rising slope.",
    )


def ranks(highest, lowest, area):
    """By rank of the class: how often the highest and the lowest place of its map lie near the animal."""
    figure, axes = plot.figure(6.6, 2.8)
    places = range(1, len(highest) + 1)
    axes.plot(places, highest, "o-", color=plot.FOR, label="highest place")
    axes.plot(places, lowest, "s-", color=plot.AGAINST, label="lowest place")
    axes.axhline(area, color=plot.NEUTRAL, linestyle="--", label="share of the area")
    axes.set(xlabel="rank of the class by its logit", ylabel="near the animal", ylim=(0, 1.04))
    _legend(axes, loc="upper left", bbox_to_anchor=(1, 1))
    plot.show(
        figure,
        alt=f"Two lines over the rank from 1 to 8. The highest place is near the animal in {highest[0]:.0%} of the "
        f"scenes for the first class, in {highest[1]:.0%} for the second, and in ever fewer down to {highest[-1]:.0%}. "
        f"The lowest place rises from {lowest[0]:.0%} to {lowest[1]:.0%} and on to {lowest[-1]:.0%}.",
    )


def two_best(scenes, maps, names):
    """Scenes, each with the signed maps (2, h, w) of its two most probable classes, every map on its own scale."""
    plot.panels(
        [fine(scene) for scene in scenes for _ in range(3)],
        [one for pair in maps for one in (None, *pair)],
        titles=[title for scene, (first, second) in zip(scenes, names, strict=True)
                for title in (f"a {scene.animals[0].name}", f"first: {first}", f"second: {second}")],
        columns=3,
        width=2.1,
        signed=True,
        alt="Two scenes, each with the signed maps of its two most probable classes, each map on its own scale: the "
        "first class is red all over the animal; the runner-up has patches of red on it and beside it.",
    )  # fmt: skip


def contrast(scene, map_, name, rival):
    """What speaks for one class over another."""
    plot.panels(
        2 * [fine(scene)],
        [None, map_],
        titles=["the scene", f"“{name}” over “{rival}”"],
        width=2.6,
        signed=True,
        alt=f"The scene, and the difference of two maps: red where it speaks for “{name}” over “{rival}”, blue where "
        "it speaks for the other.",
    )


def ruler(shifts):
    """{align_corners: shift of each pixel}: by how much an enlarged map is displaced."""
    figure, axes = plot.figure(6.6, 2.5)
    for (aligned, values), color in zip(shifts.items(), (plot.INK, plot.ACCENT), strict=True):
        axes.plot(range(4, 92), values, color=color, label=f"align_corners={aligned}")
    axes.set(xlabel="pixel x", ylabel="number found − x")
    _legend(axes, loc="upper right")
    plot.show(
        figure,
        alt="Shift against pixel position: zero everywhere without aligned corners; with them a falling line from "
        f"{shifts[True].max():+.1f} pixels at the left through zero in the middle to {shifts[True].min():+.1f} at the "
        "right.",
    )


def twins(scene, M, box):
    """Two animals of one species, their one map, and one box from it."""
    name = scene.animals[0].name
    image = fine(scene)
    plot.panels(
        2 * [image],
        [None, M],
        titles=["the true boxes", f"the map of “{name}”, and its box"],
        boxes=[[finer(animal.box) for animal in scene.animals], finer(box)],
        width=2.6,
        alt=f"A scene with two animals of one species, {name}, in their true boxes, and their one map, which glows on "
        "both, with the one box that the rule draws.",
    )
