"""The figures of notebook 08: layout, colors and words; what is drawn, the notebook computes."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from torch import Tensor

from cam_tutorial import plot, zoo
from cam_tutorial.course.shared import dots, several
from cam_tutorial.metrics import Interval, interval, mask_boxes

from .hard import KINDS, SIDE, Hard, per_kind

LETTERS = "ABCD"
WHOLE = (-0.5, SIDE - 0.5, SIDE - 0.5, -0.5)  # so that a fine picture lies under masks of 96


def quoted(label: int) -> str:
    return f"“{zoo.ANIMALS[label]}”"


def two_maps(case: Hard, maps: Tensor, answer: int) -> None:
    """A hard scene with its suspects lettered, and on one scale the maps of its answer and of the right one."""
    said, right = maps[answer], maps[case.label]
    limit = max(float(said.max()), float(right.max()))
    figure, axes = plot.figure(plot.FULL_WIDTH, 3.05, columns=3)
    picture = case.fine()
    _picture(axes[0], picture)
    for number, mask in enumerate(case.masks):
        if mask.any():
            left, top, right_, bottom = mask_boxes(mask[None])[0].tolist()
            _letter(axes[0], (left + right_) / 2, (top + bottom) / 2, LETTERS[number])
    axes[0].set_title(f"the answer: {quoted(answer)}")
    for axis, map_, label in zip(axes[1:], (said, right), (answer, case.label), strict=True):
        _picture(axis, plot.blend(picture, map_.relu(), limit=limit))
        axis.set_title(f"what speaks for {quoted(label)}")
    named = [f"{letter}: {name}" for letter, name in zip(LETTERS, case.suspects, strict=False)]
    plot.show(
        figure,
        alt=f"A scene in which {several(named)} are marked. It shows a {zoo.ANIMALS[case.label]}, and the network says "
        f"{zoo.ANIMALS[answer]}. Beside it the map of the answer and the map of the right class, on one scale.",
    )


def redrawn(case: Hard, answers: Sequence[int]) -> None:
    """The scene without each of its suspects, and what the network says then."""
    figure, axes = plot.figure(plot.FULL_WIDTH, 3.05, columns=len(answers))
    told = []
    for number, (axis, answer) in enumerate(zip(axes, answers, strict=True)):
        _picture(axis, case.without(number, scale=3))
        verdict = "right" if answer == case.label else "wrong"
        axis.set_title(f"without {LETTERS[number]}: {quoted(answer)}, {verdict}")
        told.append(f"without {LETTERS[number]}, the {case.suspects[number]}, it says {zoo.ANIMALS[answer]}: {verdict}")
    plot.show(figure, alt=f"The same scene, drawn again: {several(told)}.")


def kinds(cases: Sequence[Hard]) -> None:
    """One scene of each kind, with its kind above it."""
    plot.panels(
        [case.fine() for case in cases],
        titles=[f"{case.kind}: a {zoo.ANIMALS[case.label]}" for case in cases],
        columns=3,
        alt=f"Six scenes, one of each kind: {several([case.kind for case in cases])}.",
    )


def rates(found: Mapping[str, Tensor]) -> None:
    """How often the answer is right, a row a kind."""
    figure, axes = plot.figure(plot.FULL_WIDTH, 2.2)
    means = [interval(values.double()) for values in found.values()]
    _rows(axes, means, list(found))
    axes.set_xlabel("share of right answers")
    told = [f"{kind} {one.mean:.0%}" for kind, one in zip(found, means, strict=True)]
    plot.show(figure, alt=f"Share of right answers: {several(told)}.")


def by_kind(cases: Sequence[Hard], ways: Mapping[str, Tensor], words: str, kinds: Sequence[str] = tuple(KINDS)) -> None:
    """A panel a kind and a row a way, three panels in a row: each mean a dot with its interval over the scenes."""
    across, down = 3, -(-len(kinds) // 3)
    tables = {kind: {way: interval(per_kind(cases, values)[kind]) for way, values in ways.items()} for kind in kinds}
    figure, axes = plot.figure(
        plot.FULL_WIDTH, down * (0.75 + 0.27 * len(ways)), columns=across, rows=down, sharey=True, squeeze=False
    )
    for axis, (kind, table) in zip(axes.flat, tables.items(), strict=True):
        _rows(axis, list(table.values()), list(ways))
        axis.set_title(f"{kind}: {sum(case.kind == kind for case in cases)} mistakes")
    for axis in axes[-1]:
        axis.set_xlabel(words)
    told = [
        f"{kind}: {several([f'{way} {one.mean:.0%}' for way, one in table.items()])}" for kind, table in tables.items()
    ]
    plot.show(figure, alt=f"{words[0].upper()}{words[1:]}, a panel a kind. {'. '.join(told)}.")


def maps_alone(maps: Sequence[Tensor]) -> None:
    """Four maps without their scenes, on one scale."""
    plot.panels(
        heatmaps=[map_.relu() for map_ in maps],
        titles=list(LETTERS[: len(maps)]),
        limit=max(float(map_.max()) for map_ in maps),
        alt=f"Four maps of 12 by 12 cells on one scale, {several(list(LETTERS[: len(maps)]))}. Their highest values: "
        f"{several([f'{map_.max():.0f}' for map_ in maps])}.",
    )


def their_scenes(
    cases: Sequence[Hard], maps: Sequence[Tensor], answers: Sequence[int], probabilities: Sequence[float]
) -> None:
    """The scenes of some maps, the maps on them, the answers and their probabilities."""
    verdicts = ["right" if answer == case.label else "wrong" for case, answer in zip(cases, answers, strict=True)]
    titles = [
        f"{letter}: {quoted(answer)} at {p:.0%}, {verdict}"
        for letter, answer, p, verdict in zip(LETTERS, answers, probabilities, verdicts, strict=False)
    ]
    plot.panels(
        [case.fine() for case in cases],
        [map_.relu() for map_ in maps],
        titles=titles,
        limit=max(float(map_.max()) for map_ in maps),
        alt=f"The scenes of the four maps, the maps on them, and the answers: {several(titles)}.",
    )


def aucs(table: Mapping[str, Mapping[str, float]], doubt: Mapping[str, Sequence[Interval]]) -> None:
    """AUCs with their intervals, a row a number and a column a kind, and their mean over the kinds; 0.5 is pale."""
    means = {name: row[-1] for name, row in doubt.items()}
    columns = list(next(iter(table.values())))
    grid = np.array([[*row.values(), means[name].mean] for name, row in table.items()])
    figure, axes = plot.figure(plot.FULL_WIDTH, 0.8 + 0.48 * len(table))
    axes.imshow(np.ma.masked_invalid(grid), cmap=plot.SIGNED, vmin=0, vmax=1, aspect="auto")
    for (i, j), value in np.ma.ndenumerate(np.ma.masked_invalid(grid)):
        _, low, high = list(doubt.values())[i][j]
        axes.text(j, i, f"{value:.2f}\n{low:.2f} to {high:.2f}", ha="center", va="center", fontsize=9,
                  color="white" if abs(value - 0.5) > 0.3 else plot.DARK)  # fmt: skip
    axes.axvline(len(columns) - 0.5, color="white", linewidth=4)
    axes.set(yticks=range(len(table)), yticklabels=list(table), xticks=range(len(columns) + 1))
    axes.set_xticklabels([*columns, "mean of the kinds"])
    axes.xaxis.tick_top()
    axes.set_xlabel("AUC, and its interval below; red: right answers have the higher number")
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    told = [f"{name} {one.mean:.2f}" for name, one in means.items()]
    best = {kind: max(table, key=lambda name, kind=kind: np.nan_to_num(table[name][kind])) for kind in columns}
    plot.show(
        figure,
        alt=f"AUC of each number within each kind of scene. Over the kinds: {several(told)}. Highest: "
        f"{several([f'{name} with {kind}' for kind, name in best.items()])}.",
    )


def _picture(axes: Axes, picture: Tensor | np.ndarray) -> None:
    axes.imshow(plot.as_pixels(picture), extent=WHOLE)
    axes.set_axis_off()


def _letter(axes: Axes, x: float, y: float, letter: str) -> None:
    text = axes.text(x, y, letter, color="white", fontsize=15, fontweight="bold", ha="center", va="center")
    text.set_path_effects([withStroke(linewidth=4, foreground=plot.DARK)])


def _rows(axes: Axes, means: Sequence[Interval], names: Sequence[str]) -> None:
    """A row for each mean with its name, the first on top, on a scale from 0 to 1."""
    dots(axes, means)
    axes.set(xlim=(-0.04, 1.04), xticks=(0, 0.5, 1), xticklabels=("0", "½", "1"), ylim=(len(means) - 0.4, -0.6))
    axes.set(yticks=range(len(names)), yticklabels=list(names))
