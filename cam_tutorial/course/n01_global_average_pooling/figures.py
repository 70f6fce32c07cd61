"""The pictures of notebook 01: layout, colors and descriptions."""

import math
from collections.abc import Mapping, Sequence

import torch
from matplotlib.figure import Figure
from matplotlib.offsetbox import AnnotationBbox, OffsetImage
from torch import Tensor, nn

from cam_tutorial import class_activation_map, plot, zoo
from cam_tutorial.heatmap import as_pixels

from .the_trunk import trunk as trunk

FLATTEN, GAP = plot.FOR, plot.AGAINST  # the colors of the two heads


def maps_and_means(image: Tensor, maps: Tensor) -> None:
    """A scene, and seven of the maps that a network computes from it, each with its mean."""
    means = maps.mean(dim=(1, 2))
    chosen = means.argsort(descending=True)[:28:4].tolist()  # every fourth, from the highest mean down
    named = [f"map {k}: mean {means[k]:.2f}" for k in chosen]
    plot.panels(
        [image] * 8,
        [None, *maps[chosen]],
        titles=["the scene", *named],
        limit=maps[chosen].max().item(),
        alt=f"A scene with a cat and a bird, and seven of the {len(maps)} maps that a network computes from it, laid "
        f"over the scene. They glow in different places: on the cat, on the bird, or on both. {'; '.join(named)}.",
    )


# --- small maps -------------------------------------------------------------------------------------------------------


def pencil(A: Tensor) -> None:
    """The two maps (1, 2, 2, 2) with their numbers."""
    plot.panels(
        heatmaps=A[0], numbers=True, limit=A.max().item(), width=2, titles=["map 1", "map 2"],
        alt=f"Two maps of two by two numbers. Map 1 holds {_listed(A[0, 0])}; map 2 holds {_listed(A[0, 1])}.",
    )  # fmt: skip


def _listed(map_: Tensor) -> str:
    return ", ".join(f"{value:g}" for value in map_.flatten().tolist())


def shuffled(before: Tensor, after: Tensor) -> None:
    """A map, and its cells in another order."""
    plot.panels(
        heatmaps=[before, after], titles=["as computed", "shuffled"], limit=before.max().item(), width=3,
        alt=f"A map of {before.shape[0]} by {before.shape[1]} cells that glows in two places, and the same cells in "
        "random order: single spots all over.",
    )  # fmt: skip


def gradients(map_: Tensor, of_average: Tensor, of_maximum: Tensor) -> None:
    """A map and the gradients of its two poolings."""
    plot.panels(
        heatmaps=[map_ / map_.max(), of_average.float(), of_maximum.float()],
        numbers=".2g",
        limit=1,
        width=2,
        titles=[f"map 1, divided by {map_.max():g}", "gradient of the average", "gradient of the maximum"],
        alt=f"Three maps. Map 1 divided by {map_.max():g}: {_listed(map_ / map_.max())}. The gradient of its average: "
        f"{_listed(of_average)}. The gradient of its maximum: {_listed(of_maximum)}.",
    )


# --- half a world -----------------------------------------------------------------------------------------------------


def half_worlds(seeds: Sequence[int], left: Sequence[float], right: Sequence[float]) -> None:
    """The same scenes with their animals in the left half, and in the right half."""
    images = [zoo.scene(seed, region=side, size=288).image for side in (left, right) for seed in seeds]
    plot.panels(
        images,
        titles=["training: left"] * len(seeds) + ["new test: right"] * len(seeds),
        columns=len(seeds),
        alt=f"{len(images)} scenes. In the upper row, as in training, the animal stands in the left half; in the lower "
        "row, as in the harder test, in the right half.",
    )


def walk(places: Sequence[float], shares: Mapping[str, Tensor]) -> None:
    """How often each head is right, against the place of the animal.

    Args:
        places: where the animals' centers lie, in shares of the picture's width.
        shares: head -> (draws, places) accuracy, 0 to 1.
    """
    figure = Figure(figsize=(plot.FULL_WIDTH, 4.9))
    axes = figure.add_axes((0.075, 0.32, 0.9, 0.66))
    axes.axvspan(0.2, 0.5, color=plot.NEUTRAL, alpha=0.15, linewidth=0)
    axes.text(0.215, 0.5, "animals stood here\nin training", color=plot.INK, fontsize=10, va="center")
    for (name, lines), color in zip(shares.items(), (FLATTEN, GAP), strict=True):
        for line in lines:
            axes.plot(places, line, color=color, linewidth=0.8, alpha=0.45)
        mean = lines.mean(dim=0)
        axes.plot(places, mean, marker="o", color=color, linewidth=2.6)
        axes.annotate(
            name, (places[-1], mean[-1]), xytext=(14, 0), textcoords="offset points", va="center", color=color,
            fontsize=11, weight="bold",
        )  # fmt: skip
    axes.axhline(1 / 8, color=plot.NEUTRAL, linewidth=1, linestyle="--")
    axes.text(0.215, 1 / 8 + 0.02, "guessing: one in eight", color=plot.INK, fontsize=9)
    axes.set(xlim=(0.2, 0.8), ylim=(0, 1.04), ylabel="share of right answers")
    axes.set_xlabel("center of the animals in the picture, from left (0) to right (1)", labelpad=92)
    axes.tick_params(axis="x", length=0, pad=4)
    for place in [places[i] for i in (0, 2, 5, 7)]:
        picture = zoo.scene(10_006, "cat", at=[(place, 0.5)], size=144).image
        icon = OffsetImage(as_pixels(picture), zoom=72 * 1.0 / 144)
        axes.add_artist(
            AnnotationBbox(
                icon, (place, 0), xybox=(0, -58), boxcoords="offset points", frameon=False,
                annotation_clip=False,
            )
        )  # fmt: skip
    ends = "; ".join(f"{name} from {s.mean(0)[0]:.0%} to {s.mean(0)[-1]:.0%}" for name, s in shares.items())
    plot.show(
        figure,
        alt=f"The share of right answers against the animal's place, from the left edge to the right: {ends}. The "
        "flatten head is good in the left half, where it was trained, and falls steeply beyond it; GAP stays level.",
    )


def agreement(similarity: Tensor) -> None:
    """How alike the two heads' weights are, at each position."""
    middle = similarity.shape[1] // 2
    left, right = similarity[:, :middle].mean(), similarity[:, middle:].mean()
    figure, axes = plot.figure(6, 4.6)
    drawn = axes.imshow(similarity, cmap=plot.SIGNED, vmin=-1, vmax=1)
    axes.axvline(middle - 0.5, color=plot.DARK, linestyle="--", linewidth=1.8)
    axes.set(xlabel="column (training: animals left of the line)", ylabel="row")
    axes.set(xticks=range(0, similarity.shape[1], 2), yticks=range(0, similarity.shape[0], 2))
    bar = figure.colorbar(drawn, ax=axes, shrink=0.9)
    bar.set_label("cosine similarity")
    bar.outline.set_visible(False)
    plot.show(
        figure,
        alt=f"A map of {similarity.shape[0]} by {similarity.shape[1]} positions. In the left half, where animals stood "
        f"in training, flatten's weights are like GAP's, {left:.2f} on average; in the right half it is {right:.2f}.",
    )


# --- training, class maps ---------------------------------------------------------------------------------------------


def losses(values: Sequence[float], window: int = 25) -> None:
    """The loss of every step, and its running mean."""
    numbers = torch.tensor(values)
    running = torch.stack([numbers[i : i + window].mean() for i in range(len(numbers) - window + 1)])
    figure, axes = plot.figure(plot.FULL_WIDTH, 3.2)
    axes.plot(numbers, color=plot.NEUTRAL, linewidth=0.8, alpha=0.7, label="each step")
    axes.plot(range(window // 2, window // 2 + len(running)), running, label=f"mean of {window} steps")
    axes.axhline(math.log(8), color=plot.NEUTRAL, linewidth=1, linestyle="--", label="guessing: ln 8")
    axes.set(xlabel="step", ylabel="loss (cross-entropy)", ylim=(0, None))
    axes.legend()
    plot.show(
        figure,
        alt=f"The loss of {len(numbers)} training steps: it starts at {numbers[0]:.1f}, near the logarithm of 8, "
        f"which is what guessing gives, and falls to {running[-1]:.1f}.",
    )


def class_maps(image: Tensor, maps: Tensor) -> None:
    """The eight class maps (8, h, w) over the scene, each with its mean."""
    titles = [f"{name}: mean {m.mean():+.1f}" for name, m in zip(zoo.ANIMALS, maps, strict=True)]
    plot.panels(
        [image] * len(maps),
        maps,
        titles=titles,
        signed=True,
        limit=maps.abs().max().item(),
        alt="The scene with the cat and the bird under eight class maps; red speaks for the class, blue against it. "
        f"{'; '.join(titles)}. The cat's map is red on the cat, the bird's on the bird.",
    )


def extent(seeds: Sequence[int], networks: Mapping[str, nn.Module]) -> None:
    """The class maps of several networks for their scenes' animals, a row a network."""
    scenes = [zoo.scene(seed) for seed in seeds]
    labels = [scene.animals[0].label for scene in scenes]
    inputs = zoo.preprocess(torch.stack([scene.image for scene in scenes]))
    maps = [
        map_
        for network in networks.values()
        for map_ in class_activation_map(
            network.get_submodule("trunk")(inputs), network.get_parameter("classifier.weight"), labels
        )
    ]
    names = [scene.animals[0].name for scene in scenes]
    plot.panels(
        [zoo.scene(seed, size=288).image for seed in seeds] * len(networks),
        maps,
        titles=[f"{network}: {name}" for network in networks for name in names],
        columns=len(names),
        alt=f"{len(names)} scenes ({', '.join(names)}) under the maps of their animals' classes: the upper row from "
        "the network with GAP, the lower from the one with GMP. GAP's maps spread over the animal and beyond its "
        "edge, GMP's glow in a few spots on it.",
    )
