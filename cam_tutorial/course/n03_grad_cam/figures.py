"""The pictures of notebook 03: layout, colors, titles, and what they show in words.

Over 300 lines, because the page has that many pictures: each function is one of them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from matplotlib.patches import Polygon, Rectangle
from torch import Tensor, nn

from cam_tutorial import plot, zoo
from cam_tutorial.heatmap import upsample
from cam_tutorial.zoo import Scene

from .measures import windows

Picture = Any  # as `plot.panels` takes it


def place(heatmap: Tensor, scene: Scene) -> str:
    """Where a map is strongest, in words."""
    if not heatmap.any():
        return "is dark everywhere"
    height, width = scene.animals[0].mask.shape
    at = int(upsample(heatmap.detach().abs()[None], (height, width)).flatten().argmax())
    on = [animal.name for animal in scene.animals if animal.mask.flatten()[at]]
    return f"is strongest on the {on[0]}" if on else "is strongest on no animal"


def fine(scene: Scene) -> Tensor:
    """The picture of the same scene, drawn finer."""
    return zoo.scene(scene.seed, animals=[animal.name for animal in scene.animals], size=288).image


def animals(scene: Scene) -> str:
    return " and ".join(f"a {animal.name}" for animal in scene.animals)


def opening(scene: Scene, maps: Tensor) -> None:
    """The first picture: the scene, and a map for each of its animals."""
    names = [animal.name for animal in scene.animals]
    said = "; ".join(f"the one for “{name}” {place(m, scene)}" for name, m in zip(names, maps, strict=True))
    plot.panels(
        [fine(scene)] * 3,
        [None, *maps],
        titles=["the scene", *(f"what speaks for “{name}”" for name in names)],
        alt=f"A scene with {animals(scene)}, and two Grad-CAM heatmaps of it: {said}.",
    )


def network(model: nn.Module, pixels: int = 96) -> None:
    """The trunk, layer by layer, with its names and sizes, and the head."""
    blocks, shapes = list(model.trunk.named_children()), []
    x = torch.zeros(1, 3, pixels, pixels)
    with torch.no_grad():
        for _, block in blocks:
            x = block(x)
            shapes.append(tuple(x.shape[1:]))
    seen = windows(model.trunk, [name for name, _ in blocks])
    figure, axes = plot.figure(plot.FULL_WIDTH, 2.75)
    axes.set_axis_off()
    axes.set_xlim(-0.55, 10.75)
    axes.set_ylim(-1.62, 1.42)
    boxes = [
        ("image", (3, pixels, pixels), None),
        *((f"trunk.{n}", s, b) for (n, b), s in zip(blocks, shapes, strict=True)),
    ]
    said = []
    for x_at, (name, (maps, side, _), block) in enumerate(boxes):
        pools = isinstance(block, nn.MaxPool2d)
        color = plot.FAINT if block is None or pools else plot.AGAINST
        half = 0.16 + 0.72 * side / pixels
        axes.add_patch(Rectangle((x_at - 0.2, -half), 0.4, 2 * half, color=color, alpha=0.85, linewidth=0))
        axes.text(x_at, half + 0.1, name, ha="center", va="bottom", fontweight="normal" if pools else "bold")
        kind = "" if block is None else "pooling" if pools else "3×3 conv."
        axes.text(x_at, -1.02, f"{kind}\n{maps} × {side}²", ha="center", va="top", linespacing=1.35)
        if block is not None and not pools:
            axes.text(x_at, -1.6, f"sees {seen[name.split('.')[1]]}", ha="center", va="bottom", color=plot.AGAINST)
            said.append(f"{name}, {maps} maps of {side} × {side}")
    long, hidden, classes = (
        f"{n:,}" for n in (model.head[1].in_features, model.head[1].out_features, model.head[3].out_features)
    )
    for x_at, half, text in (
        (9.0, 0.95, f"flat\n{long}"),
        (9.75, 0.45, f"ReLU\n{hidden}"),
        (10.4, 0.3, f"logits\n{classes}"),
    ):
        axes.add_patch(Rectangle((x_at - 0.07, -half), 0.14, 2 * half, color=plot.FOR, linewidth=0))
        axes.text(x_at, -1.02, text, ha="center", va="top", linespacing=1.35)
    for (a, tall), (b, low) in (((9.07, 0.95), (9.68, 0.45)), ((9.82, 0.45), (10.33, 0.3))):
        corners = [(a, tall), (b, low), (b, -low), (a, -tall)]
        axes.add_patch(Polygon(corners, color=plot.FOR, alpha=0.18, linewidth=0))
    axes.text(9.7, 1.05, "head", ha="center", va="bottom", fontweight="bold")
    plot.show(
        figure,
        alt=f"The network from left to right. An image of {pixels} × {pixels} pixels; five convolutions with three "
        f"poolings between them, called trunk.0 to trunk.7: {'; '.join(said)}. Then the head: all {long} values in a "
        f"row, {hidden} hidden units with a ReLU, {classes} logits.",
    )


def _numbers(grid: Tensor) -> str:
    return "(" + ", ".join(f"{value:g}" for value in grid.flatten().tolist()) + ")"


def eight_numbers(A: Tensor, gradient: Tensor, alpha: Tensor, weighted_sum: Tensor) -> None:
    """The whole method on two maps of 2 × 2."""
    A, alpha = A.detach(), alpha.detach()
    grids = [A[0], A[1], weighted_sum, gradient[0], gradient[1], weighted_sum.relu()]
    titles = ["A¹", "A²", "α₁A¹ + α₂A²", f"∂y/∂A¹, its mean α₁ = {alpha[0]:g}", f"∂y/∂A², its mean α₂ = {alpha[1]:g}",
              "after the ReLU"]  # fmt: skip
    plot.panels(
        heatmaps=grids,
        titles=titles,
        columns=3,
        width=2.0,
        signed=True,
        limit=4,
        numbers=True,
        alt="Six 2 × 2 grids with numbers: "
        + "; ".join(f"{title}: {_numbers(grid)}" for title, grid in zip(titles, grids, strict=True)),
    )


def gradients(A: Tensor, gradient: Tensor, alpha: Tensor, shown: Sequence[int]) -> None:
    """Some maps, and below each its gradient; each picture with its own scale."""
    grids = [m[k] / m[k].abs().max() for m in (A.detach(), gradient) for k in shown]
    parts = [(gradient[k] > 0).float().mean() for k in shown]
    plot.panels(
        heatmaps=grids,
        titles=[f"map {k}" for k in shown] + [f"its gradient, α = {alpha[k]:+.4f}" for k in shown],
        columns=4,
        signed=True,
        limit=1,
        alt=f"Above four feature maps, {', '.join(map(str, shown))}; below the derivative of the score at each of "
        "their places: mosaics that differ from place to place, positive at "
        f"{', '.join(f'{part:.0%}' for part in parts)} of the places. Each picture is scaled by itself.",
    )


def signed_map(scene: Scene, signed: Tensor, name: str) -> None:
    """A signed map over its scene."""
    limit = float(signed.abs().max())
    up = upsample(signed.detach()[None], scene.animals[0].mask.shape[0])[0]
    tones = [(a.name, "red" if float((up * a.mask).sum()) > 0 else "blue") for a in scene.animals]
    plot.panels(
        [fine(scene)] * 2,
        [None, signed],
        signed=True,
        limit=limit,
        titles=["the scene", f"Σ αₖ Aᵏ for “{name}”"],
        colorbar="for (red), against (blue)",
        alt=f"The scene, and over it the weighted sum for “{name}”: "
        + " and ".join(f"mostly {tone} on the {animal}" for animal, tone in tones),
    )


def ways(on_it: Mapping[str, Tensor], on_other: Mapping[str, Tensor], area: Tensor) -> None:
    """How much of the map's mass lies on the animal asked for and on the other one, three ways."""
    figure, axes = plot.figure(plot.FULL_WIDTH, 2.1, 2, sharey=True)
    names, size = list(on_it), float(100 * area.float().mean())
    said = []
    for axis, shares, color, title in (
        (axes[0], on_it, plot.FOR, "on the animal asked for"),
        (axes[1], on_other, plot.AGAINST, "on the other animal"),
    ):
        values = [float(100 * shares[name].mean()) for name in names]
        axis.barh(names, values, color=color, height=0.6)
        axis.axvline(size, color=plot.INK, linestyle=":", linewidth=1.2)
        for row, value in enumerate(values):
            axis.text(max(value, size if value < size < value + 4 else 0) + 0.6, row, f"{value:.0f} %", va="center")
        axis.set_xlim(0, 46)
        axis.set_title(f"{title} (dotted: its area)")
        axis.set_xlabel("share of the map's mass, %")
        said.append(f"{title} " + ", ".join(f"{n} {v:.0f} %" for n, v in zip(names, values, strict=True)))
    axes[0].invert_yaxis()
    plot.show(figure, alt=f"Bars, the mean of the scenes: {'; '.join(said)}. An animal covers {size:.0f} %.")


def overlays(scene: Scene, maps: Mapping[str, Tensor]) -> None:
    """The scene under some maps, (1, h, w), each at its own full strength."""
    said = "; ".join(f"{title} {place(m[0], scene)}" for title, m in maps.items())
    plot.panels(
        [fine(scene)] * (len(maps) + 1),
        [None, *(m[0] for m in maps.values())],
        titles=["the scene", *maps],
        alt=f"A scene with {animals(scene)}, and its maps: {said}.",
    )


def by_layer(scene: Scene, maps: Mapping[str, Tensor]) -> None:
    """One class at several depths."""
    titles = [f"{layer}: {m.shape[0]} × {m.shape[1]} cells" for layer, m in maps.items()]
    said = "; ".join(f"{layer} {place(m, scene)}" for layer, m in maps.items())
    plot.panels(
        [fine(scene)] * (len(maps) + 1),
        [None, *maps.values()],
        titles=["the scene", *titles],
        columns=3,
        width=2.6,
        alt=f"The map of one class at each convolution: fine dots and outlines first, a coarse glow last; {said}.",
    )


def over_layers(found: Mapping[str, Mapping[str, Tensor]], chance: Tensor) -> None:
    """Measures, (N,) of each layer, in the mean over the scenes: two by two."""
    figure, axes = plot.figure(plot.FULL_WIDTH, 2.9, 2)
    names, said = list(found), []
    layers = list(found[names[0]])
    for axis, pair in zip(axes, (names[:2], names[2:]), strict=True):
        means = {name: [found[name][layer].mean().item() for layer in layers] for name in pair}
        for (name, values), mark in zip(means.items(), "os", strict=True):
            (line,) = axis.plot(layers, values, f"{mark}-", label=name)
            for at, value in enumerate(values):
                upper = value == max(other[at] for other in means.values())
                offset = (0, 6) if upper else (0, -14)
                axis.annotate(
                    f"{value:.2f}", (at, value), offset, textcoords="offset points", ha="center", color=line.get_color()
                )
            said.append(f"{name} {', '.join(f'{value:.2f}' for value in values)}")
        axis.set_xlim(-0.35, len(layers) - 0.65)
        axis.set_ylim(-0.1, 1.1)
        axis.legend(loc="upper left" if axis is axes[0] else "upper right")
    axes[0].axhline(chance, color=plot.NEUTRAL, linestyle=":")
    axes[0].text(len(layers) - 0.7, float(chance) - 0.015, "an animal's area", ha="right", va="top")
    plot.show(figure, alt=f"Lines over the layers {', '.join(layers)}: {'; '.join(said)}.")


def averaging(cases: Sequence[tuple[Tensor, Tensor, Tensor]]) -> None:
    """A map, its gradient, Grad-CAM, and the product place by place; a row a case."""
    names = ["A", "∂y/∂A", "Grad-CAM: ReLU(α A)", "place by place: ∂y/∂A ⊙ A"]
    grids = [
        grid for A, gradient, averaged in cases for grid in (A.detach(), gradient, averaged, gradient * A.detach())
    ]
    plot.panels(
        heatmaps=grids,
        titles=names * len(cases),
        columns=4,
        signed=True,
        limit=8,
        numbers=True,
        alt="; ".join(f"case {i // 4 + 1}, {names[i % 4]}: {_numbers(grid)}" for i, grid in enumerate(grids)),
    )


def photograph(crop: Picture, maps: Sequence[Tensor], names: Sequence[str], p: Tensor) -> None:
    """A photograph and its maps, with the probability of each class."""

    def corner(m: Tensor) -> str:
        down, across = ((i + 0.5) / n for i, n in zip(divmod(int(m.argmax()), m.shape[1]), m.shape, strict=True))
        return f"{'upper' if down < 0.5 else 'lower'} {'left' if across < 0.5 else 'right'}"

    titles = [f"for “{name}”, p = {share:.1%}" for name, share in zip(names, p.tolist(), strict=True)]
    said = "; ".join(f"{title} it is strongest at the {corner(m)}" for title, m in zip(titles, maps, strict=True))
    plot.panels(
        [crop] * (len(maps) + 1),
        [None, *maps],
        titles=["what the network sees", *titles],
        alt=f"A photograph that is filled by the face of a cat, and heatmaps over it: {said}.",
    )


def doubt(doubts: Tensor, sizes: Tensor, alike: Tensor, certain: Tensor) -> None:
    """How large the map of the probability is, and how like the logit's, as the doubt goes to zero."""
    figure, axes = plot.figure(plot.FULL_WIDTH, 3.0, 2)
    for axis, values in zip(axes, (sizes, alike), strict=True):
        axis.plot(doubts[~certain], values[~certain], "o", markersize=4)
        axis.plot(
            doubts[certain], values[certain], "o", markersize=5, color=plot.ACCENT, label="p is exactly 1 in 32 bits"
        )
        axis.set_xscale("log")
        axis.set_xlabel("doubt: 1 − p of the predicted class")
    axes[0].set_yscale("log")
    axes[0].set_ylabel("size of its map (that of the logit is 1)")
    axes[1].set_ylabel("correlation with the logit's map")
    axes[1].set_ylim(-1.05, 1.15)
    axes[1].legend(loc="lower right")
    plot.show(
        figure,
        alt=f"{len(doubts)} scenes as points. Left: the less doubt, the smaller the map of the probability, in a line "
        "over several powers of ten. Right: its correlation with the map of the logit is near 1, but scatters down to "
        f"{alike.min():.2f} in the {int(certain.sum())} scenes in which p is exactly 1 in 32 bits.",
    )


def two_signed(scene: Scene, maps: Mapping[str, Tensor]) -> None:
    """Signed maps of one scene, each at its own full strength."""
    mask = scene.animals[1].mask
    up = [upsample(m.detach()[None], mask.shape[0])[0] / m.abs().max() for m in maps.values()]
    said = "; ".join(f"{title} {(m * mask).sum() / mask.sum():+.2f}" for title, m in zip(maps, up, strict=True))
    plot.panels(
        [fine(scene)] * (len(maps) + 1),
        [None, *(m / m.abs().max() for m in maps.values())],
        signed=True,
        limit=1,
        titles=["the scene", *maps],
        alt=f"A scene with {animals(scene)}, and two signed maps of it, red on the {scene.animals[0].name}. Their mean "
        f"on the {scene.animals[1].name}, where the highest value is 1: {said}.",
    )


def fine_of_batch(seed: int, n: int, count: int) -> Tensor:
    """Picture n of `zoo.batch(..., seed, animals=count)`, drawn finer."""
    return zoo.scene(seed * 2**32 + n, count, size=288).image


def worst(seed: int, n: int, maps: Sequence[Tensor], name: str) -> None:
    """The scene of two animals on which Grad-CAM and HiResCAM, (1, h, w), agree least."""
    image = fine_of_batch(seed, n, 2)
    plot.panels(
        [image] * 3,
        [None, *(m[0] for m in maps)],
        titles=["the scene", f"Grad-CAM, “{name}”", f"HiResCAM, “{name}”"],
        alt=f"The scene with the least agreement, and its two maps of “{name}”, Grad-CAM and HiResCAM: their glow "
        "lies on different places.",
    )


def blank(seed: int, n: int, maps: Tensor, present: int, absent: int) -> None:
    """Of all the maps of a scene that of the animal which is there, and one of an animal that is not."""
    image = fine_of_batch(seed, n, 1)
    here, gone = (zoo.ANIMALS[c] for c in (present, absent))
    plot.panels(
        [image] * 3,
        [None, maps[present], maps[absent]],
        titles=["the scene", f"for “{here}”", f"for “{gone}”"],
        alt=f"A scene with a {here}; the map of “{here}”, which glows; and that of “{gone}”, "
        + ("which is dark everywhere." if not maps[absent].any() else "which glows as well."),
    )
