"""The figures of notebook 10: layout, colors and words; what is drawn, the notebook computes."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from cam_tutorial import metrics, plot, zoo
from cam_tutorial.course.shared import dots, several
from cam_tutorial.metrics import Interval
from cam_tutorial.zoo import ANIMALS, Scene

from . import scenes

FINE = 288  # pixels of a drawn scene; the networks see 96


def fine(scene: Scene) -> Tensor:
    return zoo.scene(scene.seed, [animal.name for animal in scene.animals], FINE).image


def _said(network: nn.Module, scene: Scene) -> list[tuple[str, float, Tensor]]:
    """The labels that are said to be there, the likeliest first: name, probability and map."""
    A, logits = scenes.read(network, zoo.preprocess(scene.image))
    p = logits[0].sigmoid()
    order = [int(c) for c in p.argsort(descending=True) if p[c] > 0.5]
    return [(ANIMALS[c], p[c].item(), scenes.label_map(network, A, ANIMALS[c])[0]) for c in order]


def labels(network: nn.Module, scene: Scene) -> None:
    """A scene, and beside it the map of each label that is said to be there."""
    said = _said(network, scene)
    plot.panels(
        [fine(scene)] * (1 + len(said)),
        [None, *(map_ for _, _, map_ in said)],
        titles=["the scene", *(f"“{name}” {p:.2f}" for name, p, _ in said)],
        alt=f"A scene with {several([a.name for a in scene.animals])}, and the map of each label that is said to be "
        f"there: {several([name for name, _, _ in said])}. Each glows on its own animal.",
    )


def scene_and_labels(network: nn.Module, some: Sequence[Scene], most: int = 3) -> None:
    """A row for each scene: the scene and the maps of the labels that are said to be there."""
    pictures, maps, titles, told = [], [], [], []
    for scene in some:
        picture, said = fine(scene), _said(network, scene)[:most]
        pictures += [picture] * (1 + most)
        maps += [None, *(map_ for _, _, map_ in said), *[torch.zeros(12, 12)] * (most - len(said))]
        titles += ["the scene", *(f"“{name}” {p:.2f}" for name, p, _ in said), *["nothing more"] * (most - len(said))]
        told.append(
            f"a scene with {several([a.name for a in scene.animals])}, said to show {several([n for n, _, _ in said])}"
        )
    plot.panels(
        pictures,
        maps,
        titles=titles,
        columns=1 + most,
        alt=f"Rows of a scene and the maps of its labels: {'; '.join(told)}.",
    )


def each_label(
    precision: Sequence[Interval], pointed: Tensor, baselines: Mapping[str, Tensor], present: Tensor
) -> None:
    """Average precision and pointing, label by label, and what both are without a network."""
    share = present.double().mean().item()
    points = [metrics.interval(column[~column.isnan()]) for column in pointed.T]
    figure, (left, right) = plot.figure(plot.FULL_WIDTH, 3.4, columns=2, sharey=True)
    dots(left, precision)
    dots(right, points)
    left.axvline(share, color=plot.FOR, linestyle="--", linewidth=1.2)
    left.text(share + 0.015, len(ANIMALS) - 0.45, "random order", color=plot.INK, va="center")
    for (name, values), line in zip(baselines.items(), (":", "--", "-."), strict=True):
        right.axvline(values.mean().item(), color=plot.FOR, linestyle=line, linewidth=1.2, label=name)
    figure.legend(*right.get_legend_handles_labels(), loc="outside lower right", ncols=3, handlelength=2.2)
    left.set(title="zoo-labels: average precision", yticks=range(len(ANIMALS)), yticklabels=ANIMALS)
    right.set(title="its map points at the animal")
    for axis in (left, right):
        axis.set(xlim=(-0.03, 1.03), ylim=(len(ANIMALS) - 0.1, -0.6))
    worst = [min(zip(rows, ANIMALS, strict=True), key=lambda one: one[0].mean) for rows in (precision, points)]
    told = [f"{name} {values.mean():.2f}" for name, values in baselines.items()]
    plot.show(
        figure,
        alt=f"Eight labels in rows. Left, average precision: the lowest is {worst[0][1]} with {worst[0][0].mean:.2f}; "
        f"in a random order it would be about {share:.2f}. Right, the share of maps that point at their animal: the "
        f"lowest is {worst[1][1]} with {worst[1][0].mean:.2f}; without a network {several(told)}.",
    )


def thresholds(logits: Mapping[str, Tensor], present: Tensor) -> None:
    """Precision and recall of all answers against the threshold, a panel a network."""
    values = [k / 50 for k in range(1, 50)]
    figure, axes = plot.figure(plot.FULL_WIDTH, 2.9, columns=len(logits), sharey=True)
    told = []
    for axis, (name, y) in zip(axes, logits.items(), strict=True):
        precision, recall = scenes.at_thresholds(y.sigmoid(), present, values)
        axis.plot(values, precision, label="precision: how many of the yeses are right")
        axis.plot(values, recall, label="recall: how many of those there get a yes")
        axis.set(title=name, xlabel="threshold of the probability", ylim=(-0.02, 1.03), xlim=(0, 1))
        told.append(
            f"{name}: recall falls from {recall[0]:.2f} to {recall[24]:.2f} at one half, {recall[-1]:.2f} at 0.98"
        )
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    plot.show(figure, alt=f"Precision and recall against the threshold. {'; '.join(told)}.")


def falls(table: Tensor) -> None:
    """How far each label's logit falls when an animal is taken out: a row who is taken out, a column a label."""
    limit = float(table.abs().max())
    figure, axes = plot.figure(plot.FULL_WIDTH, 4.6)
    axes.imshow(table.numpy(), cmap=plot.SIGNED, vmin=-limit, vmax=limit, aspect="auto")
    for (i, j), value in zip(
        [(i, j) for i in range(len(ANIMALS)) for j in range(len(ANIMALS))], table.flatten().tolist(), strict=True
    ):
        axes.text(
            j, i, f"{value:z.1f}", ha="center", va="center", color="white" if abs(value) > 0.6 * limit else plot.DARK
        )
    axes.set(
        xticks=range(len(ANIMALS)),
        xticklabels=[f"“{name}”" for name in ANIMALS],
        yticks=range(len(ANIMALS)),
        yticklabels=[f"without the {name}" for name in ANIMALS],
        title="zoo-paired: how far each label's logit falls, on average",
    )
    axes.spines[:].set_visible(False)
    off = table.clone().fill_diagonal_(-torch.inf)
    row, column = divmod(int(off.argmax()), len(ANIMALS))
    plot.show(
        figure,
        alt="A table of 8 by 8: who is taken out of the scene, and how far each label's logit falls. On the diagonal "
        f"{table.diagonal().min():.1f} to {table.diagonal().max():.1f}. The largest beside it: without the "
        f"{ANIMALS[row]} “{ANIMALS[column]}” falls by {off.max():.1f}.",
    )


def two_networks(networks: Mapping[str, nn.Module], scene: Scene, name: str) -> None:
    """A scene and one label's map by several networks."""
    found, told = [], []
    for who, network in networks.items():
        A, _ = scenes.read(network, zoo.preprocess(scene.image))
        found.append(scenes.label_map(network, A, name)[0])
        on = [
            f"{metrics.energy_inside(found[-1][None], a.mask[None]).item():.0%} on the {a.name}" for a in scene.animals
        ]
        told.append(f"{who} {several(on)}")
    animals = [animal.name for animal in scene.animals]
    plot.panels(
        [fine(scene)] * (1 + len(found)),
        [None, *found],
        titles=["the scene", *(f"“{name}” by {who}" for who in networks)],
        alt=f"A scene with {several(animals)}, and the map of “{name}”. Of its energy lie by {'; by '.join(told)}.",
    )


def networks(measured: Mapping[str, Mapping[str, Tensor]]) -> None:
    """Measures of several networks, measure -> network -> (n,): a panel a measure, a row a network."""
    names = list(next(iter(measured.values())))
    figure, axes = plot.figure(plot.FULL_WIDTH, 0.8 + 0.34 * len(names), columns=len(measured), sharey=True)
    told = []
    for axis, (measure, found) in zip(axes, measured.items(), strict=True):
        means = [metrics.interval(values) for values in found.values()]
        dots(axis, means)
        most = 1 if max(one.high for one in means) > 0.3 else 0.3  # small shares are drawn larger
        ticks = ("0", "½", "1") if most == 1 else ("0", "0.15", "0.3")
        axis.set(title=measure, xlim=(-0.03 * most, 1.03 * most), xticks=(0, most / 2, most), xticklabels=ticks)
        axis.set(ylim=(len(names) - 0.5, -0.6), yticks=range(len(names)))
        told.append(f"{measure}: {several([f'{name} {one.mean:.2f}' for name, one in zip(names, means, strict=True)])}")
    axes[0].set_yticklabels(names)
    plot.show(figure, alt=f"Each mean a dot with its interval over the scenes. {'. '.join(told)}.")
