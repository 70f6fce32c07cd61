"""The network drawn once for the whole course: zoo-gap's trunk across the page, computed from the network itself."""

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle
from torch import Tensor, nn

from cam_tutorial import models, plot, zoo
from cam_tutorial.heatmap import as_pixels

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
    layers = layers_of(network, image)
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
def layers_of(network: nn.Module, image: Tensor) -> list[tuple[str, list[str], Tensor, int]]:
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
