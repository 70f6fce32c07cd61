"""The figures of notebook 05: layout, colors and words; what is drawn, the notebook computes."""

import numpy as np

from cam_tutorial import plot, zoo
from cam_tutorial.course.shared import several

FINE = 288  # pixels of a drawn scene; the network sees 96
BLIND = 4  # the last rows of the league: the baselines


def fine(scene):
    """The same scene, drawn finer: (3, 288, 288)."""
    return zoo.scene(scene.seed, [animal.name for animal in scene.animals], FINE).image


def opening(scene, maps):
    """A scene and three maps of it, without their names; a few very high values do not darken the rest."""
    shown = [(map_ / map_.flatten().quantile(0.99)).clamp(max=1) for map_ in maps]
    plot.panels(
        [fine(scene)] * 4,
        [None, *shown],
        titles=["the scene", "A", "B", "C"],
        alt="A scene with a cat and a snail, and three heatmaps of it: A is a wide glow on the cat, B fine lines on "
        "the cat, C the outlines of everything, snail and clutter included.",
    )


def middle(maps, masks, seed, count=4):
    """The soft spot in the middle, and scenes with the outline of the animal asked for and the two reaches."""
    figure, axes = plot.figure(plot.FULL_WIDTH, 2.4, columns=count)
    angle = np.linspace(0, 2 * np.pi, 100)
    side = maps.shape[-1]
    for n, (one, scene) in enumerate(zip(axes, zoo.scenes_of(count, seed, 2), strict=True)):
        row, column = divmod(int(maps[n].argmax()), side)
        one.imshow(fine(scene).permute(1, 2, 0), extent=(-0.5, side - 0.5, side - 0.5, -0.5))
        one.contour(masks[n], levels=[0.5], colors="white", linewidths=1.6)
        one.plot(column, row, "+", color="white", markersize=11, markeredgewidth=2.4)
        one.plot(column + 15 * np.cos(angle), row + 15 * np.sin(angle), color="white", linewidth=1.4)
        one.set_axis_off()
    plot.show(
        figure,
        alt=f"{count} scenes, each with the outline of the animal that is asked for, a cross in the middle of the "
        "picture, and around it a circle of 15 pixels, which takes up a third of the picture's width. The circle "
        "touches many animals that the cross does not.",
    )


def thresholds(levels, shares, blind):
    """The share of right boxes against the threshold, a line a method, and the blind spot at its best."""
    figure, axes = plot.figure(plot.FULL_WIDTH, 3.2)
    for (name, share), mark in zip(shares.items(), "os^D", strict=True):
        axes.plot(levels, share, mark + "-", markersize=4, label=name)
    axes.axhline(blind, color=plot.NEUTRAL, linestyle="--", linewidth=1.2, label="middle, at its best")
    axes.axvline(0.2, color=plot.NEUTRAL, linestyle=":", linewidth=1.2)
    axes.text(0.205, 1.02, "20 %", color=plot.INK)
    axes.set(xlabel="threshold, as a share of the maximum", ylabel="share of boxes with IoU ≥ 0.5", ylim=(0, 1.08))
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    peaks = [f"{name} at {levels[int(share.argmax())]:.0%}" for name, share in shares.items()]
    plot.show(
        figure,
        alt="Share of right boxes against the threshold for four methods. Each has a peak elsewhere: "
        f"{several(peaks)}. The curves cross, so which method is ahead depends on the threshold.",
    )


def deletion(curves, name):
    """Probability of a class against the share of deleted pixels, a line a map."""
    figure, axes = plot.figure(6.4, 2.9)
    for (who, curve), mark in zip(curves.items(), "os^", strict=False):
        share = np.linspace(0, 1, len(curve))
        area = np.trapezoid(curve, share)
        axes.plot(share, curve, mark + "-", markersize=3.5, label=f"{who}, area {area:.2f}")
    axes.axhline(0.5, color=plot.NEUTRAL, linewidth=1, linestyle=":")
    axes.set(xlabel="share of the pixels deleted", ylabel=f"probability of “{name}”", ylim=(0, 1.02))
    axes.legend(loc="upper right")
    first = {who: float((np.asarray(curve) < 0.5).argmax()) / (len(curve) - 1) for who, curve in curves.items()}
    plot.show(
        figure,
        alt=f"Probability of “{name}” against the share of deleted pixels. It is below one half "
        + several([f"after {share:.0%} in the order of {who}" for who, share in first.items()])
        + ".",
    )


def league(*tables):
    """Each method's mean on each measure, with its interval over scenes; the baselines below a line."""
    columns = [(table, measure) for table in tables for measure in table.measures]
    methods = tables[0].methods
    figure, axes = plot.figure(plot.FULL_WIDTH, 4.2, columns=len(columns), sharey=True)
    for axis, (table, measure) in zip(axes, columns, strict=True):
        for row, name in enumerate(methods):
            mean, low, high = table.interval(name, measure)
            blind = row >= len(methods) - BLIND
            color = plot.NEUTRAL if blind else plot.AGAINST
            axis.plot([low, high], [row, row], color=color, linewidth=2)
            axis.plot(mean, row, "s" if blind else "o", color=color, markersize=6)
        axis.set_title(measure)
        axis.set(xlim=(-0.04, 1.04), xticks=(0, 0.5, 1), xticklabels=("0", "½", "1"))
        axis.axhline(len(methods) - BLIND - 0.5, color=plot.NEUTRAL, linewidth=0.8)
        axis.grid(axis="y", color=plot.FAINT, linewidth=0.4, alpha=0.5)
    axes[0].set(yticks=range(len(methods)), yticklabels=methods)
    axes[0].invert_yaxis()
    best = [f"{table.best(measure)} on {measure}" for table, measure in columns]
    plot.show(
        figure,
        alt=f"{len(methods)} methods in rows and {len(columns)} measures in columns, each mean a dot with its "
        f"interval; the {BLIND} baselines are squares below a line. Farthest right: {several(best)}. In the last "
        "column even the baselines reach more than half.",
    )


def contradictions(measures, counts, pairs):
    """How many pairs of methods two measures put in opposite order: (K, K)."""
    figure, axes = plot.figure(5.6, 3.4)
    grid = np.ma.masked_array(counts, mask=np.triu(np.ones_like(counts, dtype=bool)))[1:, :-1]
    _squares(axes, grid, measures[1:], measures[:-1], "g", top=max(int(np.max(counts)), 1))
    named = [
        f"{one} and {other}: {counts[i][j]}" for i, one in enumerate(measures) for j, other in enumerate(measures[:i])
    ]
    plot.show(figure, alt=f"Of {pairs} pairs of methods, so many are put in opposite order by {several(named)}.")


def ranks(measures, everybody, good):
    """Rank correlations of the measures, over all methods and over the good ones."""
    figure, axes = plot.figure(plot.FULL_WIDTH, 3.2, columns=2)
    for axis, grid, title in zip(axes, (everybody, good), ("over everybody", "over the good ones"), strict=True):
        kept = np.ma.masked_array(grid, mask=np.triu(np.ones_like(grid, dtype=bool)))[1:, :-1]
        _squares(axis, kept, measures[1:], measures[:-1], ".2f", top=1)
        axis.set_title(title)
    below = np.tril_indices(len(measures), -1)
    plot.show(
        figure,
        alt=f"Rank correlations of the measures: over all methods from {everybody[below].min():.2f} to "
        f"{everybody[below].max():.2f}, over the good ones from {good[below].min():.2f} to {good[below].max():.2f}.",
    )


def _squares(axes, grid, down, across, form, top):
    """A small table of numbers on colors, of which 0 is pale on light pages and on dark ones."""
    axes.imshow(grid, cmap=plot.SIGNED, vmin=-top, vmax=top)
    for (i, j), value in np.ma.ndenumerate(grid):  # leaves out what is masked
        axes.text(j, i, format(float(value), form), ha="center", va="center", fontsize=10,
                  color="white" if abs(value) > 0.6 * top else plot.DARK)  # fmt: skip
    axes.set(yticks=range(len(down)), yticklabels=down, xticks=range(len(across)))
    axes.set_xticklabels(across, rotation=25, ha="right")
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)


def parts(means):
    """(animal, part) -> preference: a row an animal, its parts from the most preferred down."""
    rows = [sorted((key for key in means if key[0] == name), key=means.get, reverse=True) for name in zoo.ANIMALS]
    grid = np.full((len(rows), max(map(len, rows))), np.nan)
    for i, row in enumerate(rows):
        grid[i, : len(row)] = [means[key] for key in row]
    figure, axes = plot.figure(plot.FULL_WIDTH, 4.4)
    axes.imshow(np.ma.masked_invalid(np.log2(grid)), cmap=plot.SIGNED, vmin=-1.2, vmax=1.2, aspect="auto")
    for i, row in enumerate(rows):
        for j, key in enumerate(row):
            dark = abs(np.log2(grid[i, j])) > 0.7
            axes.text(j, i, f"{key[1]}\n{grid[i, j]:.1f}", ha="center", va="center", fontsize=9,
                      color="white" if dark else plot.DARK)  # fmt: skip
    axes.set(yticks=range(len(rows)), yticklabels=zoo.ANIMALS, xticks=[])
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    tops = [f"{row[0][0]}: {row[0][1]}" for row in rows if row]
    plot.show(
        figure,
        alt="For each of the eight animals its parts, from the one that the map prefers most, in red, to the one that "
        f"it prefers least, in blue. First come {several(tops)}.",
    )


def against_erasing(preferences, falls, correlations):
    """A panel a method: its preference for each part against the fall of the logit when the part is erased."""
    figure, axes = plot.figure(plot.FULL_WIDTH, 3.1, columns=len(preferences), sharey=True)
    for axis, (name, means) in zip(axes, preferences.items(), strict=True):
        both = [key for key in falls if key in means]
        axis.plot([means[key] for key in both], [falls[key] for key in both], "o", markersize=5, color=plot.AGAINST)
        for key, up in ((("snail", "tentacles"), 4), (("butterfly", "body"), -11), (("spider", "body"), -11)):
            right = means[key] > np.mean([means[k] for k in both]) + 0.15
            axis.annotate(" ".join(key), (means[key], falls[key]), fontsize=9, xytext=(-5 if right else 5, up),
                          textcoords="offset points", ha="right" if right else "left")  # fmt: skip
        axis.set_title(f"{name}: rank correlation {correlations[name].mean:.2f}")
        axis.set_xlabel("preference for the part (1: none)")
        axis.margins(y=0.1)
    axes[0].set_ylabel("fall of the logit, per area")
    told = [f"{name}, rank correlation {correlations[name].mean:.2f}" for name in preferences]
    plot.show(
        figure,
        alt="Each part of each animal as a point: to the right what the map prefers, upward how much the logit falls "
        f"when the part is erased. {several(told)}: the higher it is, the more the points rise to the right.",
    )
