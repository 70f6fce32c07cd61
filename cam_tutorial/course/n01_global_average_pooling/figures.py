"""The pictures of notebook 01: layout, colors and descriptions."""

import math
from collections.abc import Mapping, Sequence

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.offsetbox import AnnotationBbox, OffsetImage
from matplotlib.patches import FancyBboxPatch, Rectangle
from torch import Tensor, nn

from cam_tutorial import class_activation_map, models, plot, zoo
from cam_tutorial.heatmap import as_pixels

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


# --- the network ------------------------------------------------------------------------------------------------------

PITCH, HEIGHT = 0.782, 3.3  # inches from layer to layer; of the figure
SHEETS = 8  # maps for each sheet that is drawn
SIDE = {96: 0.66, 48: 0.58, 24: 0.5, 12: 0.44}  # of a sheet in inches: smaller for fewer cells, and not to scale
NAMES = {nn.BatchNorm2d: "BatchNorm", nn.ReLU: "ReLU"}


def trunk(network: nn.Module | None = None, image: Tensor | None = None) -> None:
    """zoo-gap from the picture to the logits: its layers by the names that hooks use, and the maps that each puts out.

    Args:
        network: with a `trunk` and a `classifier`; None for zoo-gap.
        image: (3, 96, 96) in [0, 1], what goes in; None for a scene with a cat and a bird.
    """
    network = models.load("zoo-gap") if network is None else network
    image = zoo.scene(10_015, animals=["cat", "bird"]).image if image is None else image
    layers = _layers(network, image)
    features = layers[-1][2]
    means = features.mean(dim=(1, 2))
    with torch.no_grad():
        logits = network.get_submodule("classifier")(means)
    figure = Figure(figsize=(plot.FULL_WIDTH, HEIGHT))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, plot.FULL_WIDTH), ylim=(0, HEIGHT))
    axes.set_axis_off()
    _column(axes, 0, "picture", [], f"3 × {image.shape[1]}\n× {image.shape[2]}", "")
    _sheets(axes, 0, as_pixels(image), 1, image.shape[1])
    for i, (name, steps, maps, window) in enumerate(layers, start=1):
        size = f"{maps.shape[0]} × {maps.shape[1]}\n× {maps.shape[2]}"
        _column(axes, i, name, steps, size, f"{window} × {window}")
        strongest = maps[maps.mean(dim=(1, 2)).argmax()]
        _sheets(axes, i, strongest.numpy(), maps.shape[0] // SHEETS, maps.shape[1])
    last = len(layers)
    _column(axes, last + 1, "GAP", ["mean of\neach map"], f"{len(means)}\nnumbers", "everything")
    _numbers(axes, last + 1, means)
    _column(axes, last + 2, "classifier", ["linear"], f"{len(logits)}\nlogits", "")
    _logits(axes, last + 2, logits)
    _bracket(axes, 1, last, "trunk")
    _bracket(axes, last + 1, last + 2, "head")
    axes.text(0.02, 0.22, "a cell\nsees", fontsize=9, va="center", color=plot.INK)
    steps_of = {name: ", ".join(steps).replace("\n", " ") for name, steps, *_ in layers}
    words = "; ".join(f"{n} ({steps_of[n]}): {m.shape[0]} maps of {m.shape[1]}×{m.shape[2]}" for n, _, m, _ in layers)
    windows = ", ".join(str(window) for *_, window in layers)
    plot.show(
        figure,
        alt=f"zoo-gap across the page, from a picture of 3 × {image.shape[1]} × {image.shape[2]} numbers to "
        f"{len(logits)} logits. The trunk: {words}. A cell of these layers sees a square of {windows} pixels a side. "
        f"The head: GAP makes {len(means)} numbers of the maps, and the linear classifier {len(logits)} logits.",
        caption="Channels × rows × columns below each layer; a sheet stands for eight maps, the one in front is the "
        "layer's strongest. *A cell sees* so many pixels of the picture. (Sheets are not to scale.)",
    )


@torch.no_grad()
def _layers(network: nn.Module, image: Tensor) -> list[tuple[str, list[str], Tensor, int]]:
    """Of each layer of the trunk: its name, its steps, the maps that it puts out, and how many pixels a cell sees."""
    found = []
    x, window, stride = zoo.preprocess(image), 1, 1
    for name, layer in network.get_submodule("trunk").named_children():
        steps = []
        x = layer(x)
        for part in layer.modules():
            if isinstance(part, nn.Conv2d | nn.MaxPool2d):
                kernel, step = (n if isinstance(n, int) else n[0] for n in (part.kernel_size, part.stride))
                window, stride = window + (kernel - 1) * stride, stride * step
                steps.append(
                    f"conv {kernel}×{kernel}" if isinstance(part, nn.Conv2d) else f"max pool\n{kernel}×{kernel}"
                )
            elif type(part) in NAMES:
                steps.append(NAMES[type(part)])
        found.append((f"trunk.{name}", steps, x[0], window))
    return found


def _middle(column: int) -> float:
    return (column + 0.5) * PITCH


def _column(axes: Axes, column: int, name: str, steps: list[str], size: str, window: str) -> None:
    """The words of a column: the layer's name, what it does, the size of what it puts out."""
    x = _middle(column)
    axes.text(x, HEIGHT - 0.42, name, ha="center", va="center", fontsize=9.5, color=plot.ACCENT, weight="bold")
    top = HEIGHT - 0.6
    for step in steps:
        height = 0.22 + 0.15 * step.count("\n")
        color = plot.AGAINST if "pool" in step else plot.FAINT
        box = FancyBboxPatch(
            (x - 0.345, top - height + 0.03), 0.69, height - 0.06, boxstyle="round,pad=0.03", facecolor="none",
            edgecolor=color, linewidth=1,
        )  # fmt: skip
        axes.add_patch(box)
        axes.text(x, top - height / 2 - 0.01, step, ha="center", va="center", fontsize=9, color=plot.INK)
        top -= height + 0.05
    axes.text(x, 0.72, size, ha="center", va="center", fontsize=9, color=plot.INK)
    axes.text(x, 0.22, window, ha="center", va="center", fontsize=9, color=plot.INK)


SHELF = 1.4  # the height at which the sheets' middle lies


def _sheets(axes: Axes, column: int, front: object, count: int, cells: int) -> None:
    """A stack of `count` sheets, the foremost a picture or a map."""
    side, shift = SIDE[cells], 0.022
    left = _middle(column) - side / 2 - shift * (count - 1) / 2
    bottom = SHELF - side / 2 - shift * (count - 1) / 2
    for i in reversed(range(count)):
        x, y = left + shift * i, bottom + shift * i
        if i:
            axes.add_patch(
                Rectangle(
                    (x, y), side, side, facecolor="#bfc5cb", edgecolor="#5b6168", linewidth=0.6, zorder=3 - i / 99
                )
            )
        else:
            axes.imshow(front, extent=(x, x + side, y, y + side), cmap=plot.MAGNITUDE, vmin=0, zorder=4, aspect="auto")
            axes.add_patch(Rectangle((x, y), side, side, fill=False, edgecolor="#5b6168", linewidth=0.6, zorder=5))


def _numbers(axes: Axes, column: int, means: Tensor) -> None:
    """The means as a bar of colors."""
    x, half = _middle(column), 0.5
    extent = (x - 0.06, x + 0.06, SHELF - half, SHELF + half)
    axes.imshow(means[:, None].numpy(), extent=extent, cmap=plot.MAGNITUDE, vmin=0, zorder=4, aspect="auto")


def _logits(axes: Axes, column: int, logits: Tensor) -> None:
    """The logits as bars to the right and to the left."""
    x, step = _middle(column), 1.0 / len(logits)
    longest = logits.abs().max().item()
    for i, logit in enumerate(logits.tolist()):
        color = plot.FOR if logit > 0 else plot.AGAINST
        y = SHELF + 0.5 - (i + 0.85) * step
        axes.add_patch(Rectangle((x, y), 0.3 * logit / longest, 0.7 * step, facecolor=color, linewidth=0))
    axes.plot([x, x], [SHELF - 0.5, SHELF + 0.5], color=plot.FAINT, linewidth=0.8)


def _bracket(axes: Axes, first: int, last: int, word: str) -> None:
    left, right, y = first * PITCH + 0.05, (last + 1) * PITCH - 0.05, HEIGHT - 0.22
    axes.plot([left, left, right, right], [y - 0.06, y, y, y - 0.06], color=plot.FAINT, linewidth=1)
    axes.text((left + right) / 2, y + 0.11, word, ha="center", va="center", fontsize=10, color=plot.INK)


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
