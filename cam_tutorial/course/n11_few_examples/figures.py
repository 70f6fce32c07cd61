"""The figures of notebook 11: layout, colors and words; what is drawn, the notebook computes."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from cam_tutorial import metrics, plot, zoo
from cam_tutorial.course.shared import several
from cam_tutorial.zoo import NEWCOMERS, Scene

from .material import FIRST, HELD_OUT_TWO, lies

FINE = 288  # pixels of a drawn scene; the network sees 96
MARKS = "os^D"


def fine(scene: Scene) -> Tensor:
    """The same scene, drawn finer: (3, 288, 288)."""
    return zoo.scene(scene.seed, [animal.name for animal in scene.animals], FINE).image


def newcomers() -> None:
    """The five by themselves, and two of them in one scene."""
    alone = [next(zoo.scenes_of(1, FIRST + k, name, FINE)).image for k, name in enumerate(NEWCOMERS)]
    both = zoo.scene(FIRST, ["frog", "whale"], FINE).image
    plot.panels(
        [*alone, both],
        titles=[*NEWCOMERS, "frog and whale"],
        columns=3,
        alt=f"The five newcomers, each in a scene of its own: {several(NEWCOMERS)}. They have eyes, legs and outlines "
        "as the eight animals of the course have. In the last scene a frog and a whale stand together.",
    )


def scene_of_two(number: int) -> Scene:
    """One of the held-out scenes with two newcomers."""
    return list(zoo.scenes_of(number + 1, HELD_OUT_TWO, 2, 96, among=NEWCOMERS))[number]


def a(names: Sequence[str]) -> str:
    return several([f"an {name}" if name[0] in "aeiou" else f"a {name}" for name in names])


def asked(number: int) -> Scene:
    """One of the scenes with two newcomers, large; gives it back."""
    scene = scene_of_two(number)
    names = [animal.name for animal in scene.animals]
    plot.panels([fine(scene)], width=3.2, alt=f"A scene with {a(names)}, among clutter.")
    return scene


def around(place: tuple[int, int], fine: float, half: int = 9) -> tuple[float, float, float, float]:
    """A small box around a pixel of a map (row, column), on a picture drawn so many times finer."""
    x, y = (place[1] + 0.5) * fine, (place[0] + 0.5) * fine
    return x - half, y - half, x + half, y + half


def maps_of(scene: Scene, maps: Tensor) -> None:
    """The scene, and the map of each of its animals (H, W), its positive part with its own colors."""
    names = [animal.name for animal in scene.animals]
    told = [f"that of {name} is highest {lies(map_, scene)}" for name, map_ in zip(names, maps, strict=True)]
    highest = [around(divmod(int(map_.argmax()), map_.shape[1]), FINE / map_.shape[1]) for map_ in maps]
    plot.panels(
        [fine(scene)] * (1 + len(maps)),
        [None, *(map_.relu() for map_ in maps)],
        titles=["the scene", *(f"the map of “{name}”" for name in names)],
        boxes=[None, *highest],
        caption="In the middle of the small box the map is highest.",
        alt=f"A scene with {a(names)}, and maps of it: {several(told)}.",
    )


def curves(
    values: Mapping[str, Mapping[int, Tensor]],
    what: str,
    levels: Mapping[str, Tensor | float],
) -> None:
    """Way -> n -> (draws, tests): the mean against n, a line a way, its interval, a stroke a draw; dashed levels."""
    figure, axes = plot.figure(plot.FULL_WIDTH, 3.6)
    told = []
    for number, (way, by_n) in enumerate(values.items()):
        spans = [metrics.interval(one.double().mean(dim=0)) for one in by_n.values()]
        place = [n * 1.045 ** (number - (len(values) - 1) / 2) for n in by_n]
        (line,) = axes.plot(place, [span.mean for span in spans], MARKS[number % 4] + "-", markersize=6, label=way)
        for x, one, (_, low, high) in zip(place, by_n.values(), spans, strict=True):
            axes.plot([x, x], [low, high], color=line.get_color(), linewidth=2)
            axes.plot([x] * len(one), one.double().mean(dim=1), "_", color=line.get_color(), markersize=7)
        numbers = several([f"{span.mean:.0%} with {n}" for n, span in zip(by_n, spans, strict=True)])
        told.append(f"{way} {numbers}")
    first, last = min(next(iter(values.values()))), max(next(iter(values.values())))
    level_of = {name: float(torch.as_tensor(level).mean()) for name, level in levels.items()}
    for name, level in level_of.items():
        axes.axhline(level, color=plot.NEUTRAL, linestyle="--", linewidth=1.2)
        axes.text(last * 1.24, level, f"{name}, {level:.0%}", color=plot.INK, va="center")
    axes.set_xscale("log")
    axes.set(xlim=(first * 0.88, last * 1.2), ylim=(0, 1.03), xlabel="examples of each species", ylabel=what)
    axes.set_xticks(list(next(iter(values.values()))), labels=[str(n) for n in next(iter(values.values()))])
    axes.set_xticks([], minor=True)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1], labels=["0", "25 %", "50 %", "75 %", "100 %"])
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=len(values))
    plot.show(
        figure,
        caption="Vertical lines: 95 % intervals over the test pictures. Short strokes: the single draws. "
        "Points of one n stand side by side.",
        alt=f"{what[0].upper()}{what[1:]} against the number of examples of each species: {'; '.join(told)}. "
        f"Dashed: {', '.join(f'{name} {level:.0%}' for name, level in level_of.items())}.",
    )
