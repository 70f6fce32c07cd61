"""The figures of notebook 13: layout, colors and words; what is drawn, the notebook computes."""

from collections.abc import Mapping

import torch
from torch import Tensor

from cam_tutorial import metrics, plot, upsample, zoo
from cam_tutorial.zoo import Scene

from .contrast import changed
from .material import SIDE, Pictures, crossed, swapped, where

FINE = 288  # pixels of a drawn scene; the networks see 48
TURNS = ("upright", "a quarter turn", "half a turn", "three quarters")
COLORS = {
    "CAM": plot.AGAINST,
    "Grad-CAM": plot.AGAINST,
    "positive": plot.FOR,
    "negative": "#bf8217",
    "all maps": "#1f9392",
}


def fine(scene: Scene) -> Tensor:
    """The same scene, drawn finer: (3, 288, 288)."""
    return zoo.scene(scene.seed, [animal.name for animal in scene.animals], FINE).image


def turns(scene: Scene) -> None:
    """The scene in its four positions."""
    image = fine(scene)
    plot.panels(
        [image.rot90(n, (1, 2)) for n in range(4)],
        titles=list(TURNS),
        columns=4,
        alt=f"A scene with a {scene.animals[0].name}, four times: upright, and turned to the left by a quarter, a half "
        "and three quarters of a turn.",
    )


def seen(preprocessed: Tensor) -> Tensor:
    """What a network takes, (N, 3, h, w), as pictures again."""
    return (0.25 * preprocessed + 0.5).clamp(0, 1)  # `zoo.preprocess`, backwards


def pairs(pictures: Pictures, number: int) -> None:
    """Two views of a scene as the first network gets them, and the second view of the other."""
    scene, other = pictures.scenes[number], pictures.scenes[number + 1]
    elsewhere = crossed([scene], [other])
    chance = torch.Generator().manual_seed(2)
    here = pictures.small[number : number + 1]
    plot.panels(
        seen(torch.cat([here, changed(here, chance), changed(here, chance), changed(elsewhere, chance)])),
        titles=["the scene", "a view of it", "its partner: same scene", "its partner: elsewhere"],
        columns=4,
        alt=f"A scene with a {scene.animals[0].name}; a view of it, cropped and in other colors; and the view's two "
        "partners: another view of the scene, and one of the same animal before another backdrop.",
    )


def exchanged(pictures: Pictures, number: int) -> None:
    """A scene, its animal before another backdrop, and another animal before its backdrop."""
    scene, other = pictures.scenes[number], pictures.scenes[(number + 1) % len(pictures.scenes)]
    animal_stays, backdrop_stays = swapped(pictures, [number])
    plot.panels(
        seen(torch.cat([pictures.small[number : number + 1], animal_stays, backdrop_stays])),
        titles=["the scene", "its animal, another backdrop", "another animal, its backdrop"],
        alt=f"A scene with a {scene.animals[0].name}; the same {scene.animals[0].name} before another backdrop; and a "
        f"{other.animals[0].name} before the first backdrop.",
    )


def around(place: tuple[int, int], scale: float, half: int = 9) -> tuple[float, float, float, float]:
    """A small box around a pixel of a map (row, column), on a picture drawn so many times finer."""
    x, y = (place[1] + 0.5) * scale, (place[0] + 0.5) * scale
    return x - half, y - half, x + half, y + half


def maps(scene: Scene, named: Mapping[str, Tensor]) -> None:
    """The scene, and maps of it (h, w), each in its own colors, positive part."""
    named = {name: upsample(map_[None], SIDE)[0] for name, map_ in named.items()}
    highest = [around(divmod(int(map_.argmax()), SIDE), FINE / SIDE) for map_ in named.values()]
    told = "; ".join(f"{name}: highest {where(map_, scene)}" for name, map_ in named.items())
    plot.panels(
        [fine(scene)] * (1 + len(named)),
        [None, *(map_.relu() for map_ in named.values())],
        titles=["the scene", *named],
        boxes=[None, *highest],
        caption="In the middle of the small box the map is highest.",
        alt=f"A scene with a {scene.animals[0].name}, and maps of it. {told}.",
    )


def bars(values: Mapping[str, Tensor], what: str) -> None:
    """Name -> one value a scene: the means as bars, with their intervals; those of a kind, "whose: kind", together."""
    kind_of = {name: name.partition(": ")[2] for name in values}
    order = list(dict.fromkeys(kind_of.values()))
    spans = {
        name: metrics.interval(values[name]) for name in sorted(values, key=lambda name: order.index(kind_of[name]))
    }
    kinds = [kind_of[name] for name in spans]
    rows = [row + 0.5 * len({*kinds[: row + 1]}) for row in range(len(spans))]  # a gap before each kind
    figure, axes = plot.figure(plot.FULL_WIDTH, 0.5 + 0.34 * (rows[-1] - rows[0] + 1))
    for row, kind, (mean, low, high) in zip(rows, kinds, spans.values(), strict=True):
        axes.barh(row, mean, color=COLORS.get(kind, plot.NEUTRAL), alpha=0.45, height=0.7)
        axes.plot([low, high], [row, row], color=plot.INK, linewidth=2)
        axes.text(high + 0.012, row, f"{mean:.0%}", color=plot.INK, va="center")
    axes.set_yticks(rows, labels=list(spans))
    axes.set(xlim=(0, 1.06), ylim=(rows[-1] + 0.6, rows[0] - 0.6), xlabel=what)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], labels=["0", "25 %", "50 %", "75 %", "100 %"])
    plot.show(
        figure,
        caption="Lines: 95 % intervals over the scenes.",
        alt=f"Bars, {what}: {', '.join(f'{name} {span.mean:.0%}' for name, span in spans.items())}.",
    )


def curves(values: Mapping[str, Mapping[int, Tensor]], what: str, chance: float) -> None:
    """Trunk -> n -> one value a picture: the mean against n, a line a trunk."""
    figure, axes = plot.figure(plot.FULL_WIDTH, 3.6)
    told = []
    for number, (name, by_n) in enumerate(values.items()):
        spans = {n: metrics.interval(one) for n, one in by_n.items()}
        place = [n * 1.04 ** (number - (len(values) - 1) / 2) for n in by_n]
        means, mark = [span.mean for span in spans.values()], "os^Dv"[number % 5]
        (line,) = axes.plot(place, means, mark + "-", markersize=6, label=name)
        for x, (_, low, high) in zip(place, spans.values(), strict=True):
            axes.plot([x, x], [low, high], color=line.get_color(), linewidth=2)
        told.append(f"{name} {', '.join(f'{span.mean:.0%} with {n}' for n, span in spans.items())}")
    axes.axhline(chance, color=plot.NEUTRAL, linestyle="--", linewidth=1.2)
    counts = list(next(iter(values.values())))
    axes.text(counts[-1] * 1.6, chance - 0.015, "chance", color=plot.INK, va="top", ha="right")
    axes.set_xscale("log")
    axes.set(xlim=(counts[0] * 0.85, counts[-1] * 1.65), ylim=(0, 1.03), xlabel="labeled pictures of each species")
    axes.set_ylabel(what)
    axes.set_xticks(counts, labels=[str(n) for n in counts])
    axes.set_xticks([], minor=True)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1], labels=["0", "25 %", "50 %", "75 %", "100 %"])
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3)
    plot.show(
        figure,
        caption="Vertical lines: 95 % intervals over the test pictures.",
        alt=f"{what} against the number of labeled pictures of each species: {'; '.join(told)}; chance {chance:.0%}.",
    )
