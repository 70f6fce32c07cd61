"""The figures of notebook 12: layout, colors and words; what is drawn, the notebook computes."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from cam_tutorial import cam, metrics, plot, zoo
from cam_tutorial.course.shared import several
from cam_tutorial.metrics import Interval

from .worlds import Seen, shifts

FINE = 288  # pixels of a drawn scene; the network sees 96
OPENING = 12_043, "cat"  # the scene of the first figures
NIGHTS = ((12_113, "fish"), (12_105, "snail"), (12_101, "rabbit"))
NAMES = {"day": "by day", "sketch": "in pencil", "chalk": "in chalk", "night": "by night"}


def fine(style: str, seed: int = OPENING[0], name: str = OPENING[1]) -> Tensor:
    return zoo.scene(seed, name, FINE, style=style).image


def opening() -> None:
    """One scene in the four worlds."""
    plot.panels(
        [fine(style) for style in zoo.STYLES],
        titles=[NAMES[style] for style in zoo.STYLES],
        alt="One scene with a cat, four times: in color, as a pencil drawing on paper, in chalk on a dark board, and "
        "dark, bluish and noisy. What is where is the same.",
    )


def _told(network: nn.Module, style: str, seed: int, name: str) -> tuple[Tensor, str, str]:
    """The map of the animal that is there, the answer, and how sure it is."""
    x = zoo.preprocess(zoo.scene(seed, name, style=style).image)
    with torch.no_grad():
        p = network(x).softmax(dim=1)[0]
    says = zoo.ANIMALS[int(p.argmax())]
    return cam(network, x, zoo.ANIMALS.index(name))[0].relu(), says, f"“{says}”, {p.max():.0%}"


def answers(network: nn.Module) -> None:
    """The opening's scene with the map of its animal, and what the network says, in each world."""
    told = [_told(network, style, *OPENING) for style in zoo.STYLES]
    plot.panels(
        [fine(style) for style in zoo.STYLES],
        [map_ for map_, _, _ in told],
        titles=[f"{NAMES[style]}: {words}" for style, (_, _, words) in zip(zoo.STYLES, told, strict=True)],
        alt="The scene in four worlds under the map of the cat. "
        + "; ".join(f"{NAMES[s]} the network says {words}" for s, (_, _, words) in zip(zoo.STYLES, told, strict=True))
        + ".",
    )


def statistics(network: nn.Module, adapted: Mapping[str, nn.Module]) -> None:
    """How far the mean of each map moved from the day to another world, layer by layer."""
    figure, axes = plot.figure(plot.FULL_WIDTH, 2.7, columns=len(adapted), sharey=True)
    told = []
    for axis, (style, net) in zip(axes, adapted.items(), strict=True):
        moved = shifts(network, net)
        for layer, values in enumerate(moved, start=1):
            beside = torch.linspace(-0.25, 0.25, len(values))
            axis.plot(layer + beside, values, "o", markersize=3.5, color=plot.AGAINST, alpha=0.8)
        axis.axhline(0, color=plot.NEUTRAL, linewidth=1)
        axis.set_title(NAMES[style])
        axis.set(xlabel="BatchNorm layer", xticks=range(1, len(moved) + 1))
        first, behind = (max(v.abs().max().item() for v in part) for part in (moved[:1], moved[1:]))
        told.append(f"{NAMES[style]} up to {first:.1f} in the first layer and {behind:.1f} behind it")
    axes[0].set_ylabel("shift of the mean, in σ by day")
    plot.show(
        figure,
        alt="A point for each map of each of the five BatchNorm layers: how far its mean moved from the day's, in the "
        f"day's standard deviations: {'; '.join(told)}.",
    )


def before_after(
    before: Mapping[str, Seen], after: Mapping[str, Seen], blind: Mapping[str, Mapping[str, Tensor]]
) -> None:
    """Accuracy and pointing in each world, with the day's statistics and with its own, and the best blind guess."""
    figure, axes = plot.figure(plot.FULL_WIDTH, 2.5, columns=2, sharey=True)
    told = []
    for axis, (title, of) in zip(
        axes, (("right answers", lambda s: s.right), ("maps that point at the animal", lambda s: s.hits)), strict=True
    ):
        for row, style in enumerate(after):
            old, new = metrics.interval(of(before[style])), metrics.interval(of(after[style]))
            _dot(axis, row - 0.12, old, plot.NEUTRAL, "s", "the day's statistics" if row == 0 else None)
            _dot(axis, row + 0.12, new, plot.AGAINST, "o", "the world's own" if row == 0 else None)
            told.append(f"{title} {NAMES[style]} {old.mean:.0%} before, {new.mean:.0%} after")
        axis.set_title(title)
    for row, style in enumerate(after):
        name, hits = max(blind[style].items(), key=lambda each: each[1].mean())
        mean = hits.mean().item()
        axes[1].plot([mean, mean], [row - 0.35, row + 0.35], color=plot.FOR, linewidth=2,
                     label="best guess without a network" if row == 0 else None)  # fmt: skip
        told.append(f"best blind guess {NAMES[style]}: {name}, {mean:.0%}")
    axes[0].set(yticks=range(len(after)), yticklabels=[NAMES[style] for style in after], ylim=(len(after) - 0.4, -0.6))
    figure.legend(*axes[1].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    plot.show(figure, alt=f"Means with their intervals over the scenes. {'; '.join(told)}.")


def _dot(axis, row: float, found: Interval, color: str, mark: str, label: str | None = None) -> None:
    axis.plot([found.low, found.high], [row, row], color=color, linewidth=2)
    axis.plot(found.mean, row, mark, color=color, markersize=6, label=label)
    axis.set(xlim=(-0.03, 1.03), xticks=(0, 0.25, 0.5, 0.75, 1))
    axis.set_xticklabels(["0 %", "25 %", "50 %", "75 %", "100 %"])


def dark() -> None:
    """Four nights, large, whose animals the reader can tell."""
    asked = (*NIGHTS, (12_108, "turtle"))
    plot.panels(
        [fine("night", seed, name) for seed, name in asked],
        alt=f"Four nights, dark, bluish and noisy, with {several(['a ' + name for _, name in asked])}: hard to see, "
        "but a person can tell them.",
    )


def nights(networks: Mapping[str, nn.Module], scenes: Sequence[tuple[int, str]] = NIGHTS) -> None:
    """A row a night: the scene, and the map of its animal by each network, with the answer."""
    pictures, maps, titles = [], [], []
    for seed, name in scenes:
        pictures += [fine("night", seed, name)] * (1 + len(networks))
        maps.append(None)
        titles.append(f"a {name}\n")
        for who, network in networks.items():
            map_, _, words = _told(network, "night", seed, name)
            maps.append(map_)
            titles.append(f"{who}\n{words}")
    told = [title.replace("\n", ": ") for title in titles if "“" in title]
    plot.panels(
        pictures,
        maps,
        titles=titles,
        columns=1 + len(networks),
        alt=f"Nights with {several(['a ' + name for _, name in scenes])}, each under the map of its animal by "
        f"{len(networks)} networks. {'; '.join(told)}.",
    )


def failures(rows: Mapping[str, Mapping[str, Seen]]) -> None:
    """A panel a world, a row a network: the share of right answers and of maps that point."""
    names = list(next(iter(rows.values())))
    figure, axes = plot.figure(plot.FULL_WIDTH, 1.2 + 0.42 * len(names), columns=len(rows), sharey=True)
    told = []
    for axis, (world, found) in zip(axes, rows.items(), strict=True):
        for row, (name, seen) in enumerate(found.items()):
            right, hits = metrics.interval(seen.right), metrics.interval(seen.hits)
            _dot(axis, row - 0.13, right, plot.AGAINST, "o", "right answers" if row == 0 else None)
            _dot(axis, row + 0.13, hits, plot.FOR, "D", "maps that point" if row == 0 else None)
            told.append(f"{world}, {name}: {right.mean:.0%} right, {hits.mean:.0%} point")
        axis.set_title(world)
    axes[0].set(yticks=range(len(names)), yticklabels=names, ylim=(len(names) - 0.4, -0.6))
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    plot.show(figure, alt=f"Means with their intervals over the scenes. {'; '.join(told)}.")


def counts(found: Mapping[str, Mapping[int, Sequence[float]]], day: float) -> None:
    """Accuracy against the number of unlabelled scenes, each draw a point."""
    figure, axes = plot.figure(6.4, 2.8)
    told = []
    for (style, by_count), mark in zip(found.items(), "os^", strict=False):
        means = [sum(values) / len(values) for values in by_count.values()]
        (line,) = axes.plot(list(by_count), means, mark + "-", markersize=6, label=NAMES[style])
        for count, values in by_count.items():
            axes.plot([count] * len(values), values, mark, markersize=3, color=line.get_color(), alpha=0.6)
        told += [f"{NAMES[style]} {mean:.0%} with {count}" for count, mean in zip(by_count, means, strict=True)]
    axes.axhline(day, color=plot.NEUTRAL, linestyle="--", linewidth=1.2, label="by day")
    ticks = list(next(iter(found.values())))
    axes.set_xscale("log")
    axes.set(xlabel="scenes without a label", ylabel="right answers", ylim=(0, 1.04))
    axes.set_xticks(ticks, [str(n) for n in ticks])
    axes.minorticks_off()
    axes.legend(loc="lower right")
    plot.show(figure, alt=f"Right answers against the number of unlabelled scenes: {several(told)}.")
