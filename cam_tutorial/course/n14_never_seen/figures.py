"""The figures of notebook 14: layout, colors and words; what is drawn, the notebook computes."""

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from cam_tutorial import metrics, plot, record, zoo
from cam_tutorial.course.shared import dots, several
from cam_tutorial.heatmap import as_pixels
from cam_tutorial.zoo import ANIMALS, COLORS, Scene

from .network import PAIRS, SEEN, UNSEEN, Towers
from .scenes import highest_on, painted

FINE = 288  # pixels of a drawn scene; the network sees 96
SMALL = 144  # pixels of one in the table of pairs


def _shown(scene: Scene) -> str:
    return several([zoo.phrase(animal.color, animal.name) for animal in scene.animals])


def fine(scene: Scene) -> Tensor:
    names, colors = [a.name for a in scene.animals], [a.color for a in scene.animals]
    return zoo.scene(scene.seed, names, FINE, colors=colors).image


def _maps(network: Towers, scene: Scene, t: Tensor) -> Tensor:
    """The maps of captions, by their vectors (C, 32), on one scene: (C, 12, 12)."""
    with record(network, "trunk") as recorded:
        network(zoo.preprocess(scene.image))
    return (t @ network.to_vector.weight @ recorded.output[0].flatten(1)).view(len(t), *recorded.output.shape[2:])


def captions(network: Towers, scene: Scene, asked: Sequence[str]) -> None:
    """A scene, and beside it the map of each caption."""
    maps = _maps(network, scene, network.read(list(asked)))
    plot.panels(
        [fine(scene)] * (1 + len(asked)),
        [None, *maps],
        titles=["the scene", *(f"“{caption}”" for caption in asked)],
        alt=f"A scene with {_shown(scene)}, and the maps of {several(f'“{caption}”' for caption in asked)}. "
        f"They are highest {several(highest_on(network, scene, caption) for caption in asked)}, in this order.",
    )


def pairs() -> None:
    """A table of small scenes, a row a color and a column a species, with holes where training held none."""
    figure, axes = plot.figure(6.8, 6.5)
    for color, species in SEEN:
        row, column = list(COLORS).index(color), ANIMALS.index(species)
        drawn = painted(14_000 + 8 * row + column, [(color, species)], SMALL).image
        axes.imshow(as_pixels(drawn), extent=(column, column + 0.94, row + 0.94, row))
    for color, species in UNSEEN:
        axes.text(
            ANIMALS.index(species) + 0.47, list(COLORS).index(color) + 0.47, "?", ha="center", va="center", fontsize=22
        )
    middles = [place + 0.47 for place in range(8)]
    axes.set(xticks=middles, xticklabels=ANIMALS, yticks=middles, yticklabels=COLORS)
    axes.set(xlim=(0, len(ANIMALS)), ylim=(len(COLORS), 0))
    axes.tick_params(length=0)
    axes.xaxis.tick_top()
    axes.spines[:].set_visible(False)
    plot.show(
        figure,
        alt="A table of 64 places, a row a color and a column a species. 48 hold a small scene with that animal in "
        f"that color; 16 are holes, two in every row and column, "
        f"such as {' '.join(UNSEEN[0])} and {' '.join(UNSEEN[1])}.",
    )


def table(cosines: Tensor) -> None:
    """Cosines (64, 64) of pictures, in rows, and captions, in columns; the true ones of unseen pairs are marked."""
    figure, axes = plot.figure(7.4, 6.0)
    limit = float(cosines.abs().max())
    drawn = axes.imshow(cosines.numpy(), cmap=plot.SIGNED, vmin=-limit, vmax=limit)
    for color, species in UNSEEN:
        place = list(COLORS).index(color) * 8 + ANIMALS.index(species)
        axes.plot(place, place, "s", markersize=11, color="none", markeredgecolor=plot.DARK, clip_on=False)
    middles = [8 * block + 3.5 for block in range(8)]
    axes.set(xticks=middles, xticklabels=COLORS, yticks=middles, yticklabels=COLORS)
    axes.set(xlabel="captions: colors, and the eight species in each", ylabel="pictures, in the same order")
    axes.set_title("each pair's pictures with each caption; framed: the 16 unseen pairs", pad=12)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    bar = figure.colorbar(drawn, shrink=0.6, label="cosine")
    bar.outline.set_visible(False)
    kinds = torch.arange(64)
    color, species = (kinds[:, None] // 8 == kinds // 8), (kinds[:, None] % 8 == kinds % 8)
    own = torch.tensor([pair in UNSEEN for pair in PAIRS])
    first = (cosines.argmax(dim=1) == kinds).sum().item()
    told = [
        f"{name} {cosines[place].mean():.2f}"
        for name, place in {
            "on the diagonal": color & species,
            "at its 16 framed places": color & species & own,
            "elsewhere in blocks of the same color": color & ~species,
            "on stripes of the same species": species & ~color,
            "in the rest": ~color & ~species,
        }.items()
    ]
    plot.show(
        figure,
        alt=f"A table of 64 by 64 cosines, pictures in rows and captions in columns. In {first} rows the highest is on "
        f"the diagonal. The 16 unseen pairs are framed. The means: {several(told)}.",
    )


def shares(rows: Mapping[str, Tensor], title: str) -> None:
    """A row for each name: the mean of (n,) values, a dot, and its interval over scenes."""
    figure, axes = plot.figure(plot.FULL_WIDTH, 0.9 + 0.34 * len(rows))
    found = [metrics.interval(values) for values in rows.values()]
    dots(axes, found)
    axes.set(yticks=range(len(rows)), yticklabels=list(rows), ylim=(len(rows) - 0.5, -0.5), xlim=(-0.02, 1.02))
    axes.set(xticks=[tenth / 10 for tenth in range(0, 11, 2)], title=title, xlabel="share of the scenes")
    told = [f"{name} {one.mean:.2f}" for name, one in zip(rows, found, strict=True)]
    plot.show(figure, alt=f"{title}: {several(told)}. Each a dot with its interval over the scenes.")


def words(network: Towers, scene: Scene, caption: str, vectors: Tensor) -> None:
    """A scene, the map of each word of a caption, and that of the caption; the words' on one scale."""
    maps, whole = _maps(network, scene, vectors), _maps(network, scene, network.read([caption]))
    limit = float(maps.abs().max())
    shown = [*maps, whole[0] * limit / whole.abs().max()]
    names = [f"“{word}”" for word in caption.split()]
    plot.panels(
        [fine(scene)] * (1 + len(shown)),
        [None, *shown],
        titles=["the scene", *names, f"“{caption}”"],
        columns=3,
        signed=True,
        limit=limit,
        alt=f"A scene with {_shown(scene)}; the maps of {several(names)}, on one scale, what is for it in red and what "
        "is against it in blue; and the map of the whole caption.",
    )


def two_scenes(scene: Scene, swapped: Scene) -> None:
    """A scene and the same with its colors swapped, large."""
    told = [_shown(scene), _shown(swapped)]
    plot.panels(
        [fine(scene), fine(swapped)],
        titles=told,
        width=plot.LARGEST,
        alt=f"The same scene twice, in other colors. Left: {told[0]}. Right: {told[1]}.",
    )


def two_maps(network: Towers, scene: Scene, swapped: Scene, caption: str) -> None:
    """The map of one caption on both, each on a scale of its own, with its mean, which is the score."""
    t = network.read([caption])
    maps = [_maps(network, one, t)[0] for one in (scene, swapped)]
    told = [f"mean (the score) {map_.mean():.2f}" for map_ in maps]
    plot.panels(
        [fine(scene), fine(swapped)],
        maps,
        titles=told,
        width=plot.LARGEST,
        alt=f"The map of “{caption}” on the scene that shows one, {told[0]}, highest "
        f"{highest_on(network, scene, caption)}; and on the scene with the colors swapped, {told[1]}, highest "
        f"{highest_on(network, swapped, caption)}.",
        caption="Each map has a scale of its own.",
    )


def gaps(of_scores: Tensor, of_peaks: Tensor) -> None:
    """How far score and peak are higher in the true scene than in the swapped one, counted in bars."""
    found = {"mean of the map (the score)": of_scores, "highest value of the map": of_peaks}
    figure, axes = plot.figure(plot.FULL_WIDTH, 2.9, columns=2, sharey=True)
    told = []
    for axis, (name, gap) in zip(axes, found.items(), strict=True):
        reach = float(gap.abs().max()) * 1.02
        edges = np.linspace(-reach, reach, 23)
        for side, color in ((gap[gap > 0], plot.FOR), (gap[gap <= 0], plot.AGAINST)):
            axis.hist(side.numpy(), bins=edges, color=color)
        axis.axvline(0, color=plot.INK, linewidth=1)
        share = (gap > 0).double().mean().item()
        axis.set(title=name, xlabel="true scene less swapped scene")
        said = f"true scene higher: {share:.0%}"
        axis.text(0.99, 0.98, said, transform=axis.transAxes, ha="right", va="top", color=plot.FOR)
        told.append(f"{name}: above 0 in {share:.0%}")
    axes[0].set_ylim(top=1.2 * axes[0].get_ylim()[1])
    axes[0].set_ylabel("scenes")
    plot.show(
        figure,
        alt="How far a value is higher in the scene that shows what the caption says than in the one with swapped "
        f"colors. {'; '.join(told)} of the scenes.",
    )
