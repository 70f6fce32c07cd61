"""The figures of notebook 17: layout, colors and words; what is drawn, the notebook computes."""

from collections.abc import Mapping, Sequence
from typing import Any

import ipywidgets
import torch
from IPython.display import display
from matplotlib.figure import Figure
from torch import Tensor

from cam_tutorial import live, metrics, plot, zoo
from cam_tutorial.course.shared import dots, several
from cam_tutorial.heatmap import blend
from cam_tutorial.zoo import Scene

from .audit import Listed
from .authors import Published, merged

FINE = 288  # pixels of a drawn scene; the network sees 96


def opening(scene: Scene, first: Tensor, second: Tensor) -> None:
    """The scene, and two maps of its first animal, without saying which is which."""
    names = [animal.name for animal in scene.animals]
    picture = zoo.scene(scene.seed, names, FINE).image
    maps = [(map_.relu() / map_.quantile(0.99)).clamp(max=1) for map_ in (first, second)]
    plot.panels(
        [picture] * 3,
        [None, *maps],
        titles=["the scene", "A", "B"],
        alt=f"A scene with a {' and a '.join(names)}, and two heatmaps for the {names[0]}: A is a wide glow on it, B "
        "fine lines on both animals and on the clutter.",
    )


def shares(of: Mapping[str, Tensor]) -> None:
    """Each scene as a stroke, each method's mean as a dot with its interval."""
    figure, axes = plot.figure(plot.FULL_WIDTH, 0.7 + 0.42 * len(of))
    told = []
    for row, (name, values) in enumerate(of.items()):
        axes.plot(values, [row] * len(values), "|", color=plot.NEUTRAL, markersize=12)
        told.append(f"{name} {values.mean():.0%}")
    dots(axes, [metrics.interval(values) for values in of.values()])
    axes.set(yticks=range(len(of)), yticklabels=list(of), xlim=(-0.02, 1.02), ylim=(len(of) - 0.5, -0.5))
    axes.set_xlabel("share on the animal asked for (a stroke is a scene, the dot the mean, with its interval)")
    plot.show(figure, alt=f"Of the map on the two animals, the share on the one asked for: {several(told)}.")


def photographs(paper: Published, maps: Sequence[Tensor], classes: Sequence[int]) -> None:
    """The authors' photographs under the map of one class, merged of ten crops.

    The photographs are not the course's: a stored page, without a kernel, has the maps alone.
    """
    names = [paper.names[c] for c in classes]
    large = [merged(map_).relu() for map_ in maps]
    shown = [view for p, map_ in zip(paper.photographs, large, strict=True) for view in (p.image, blend(p.image, map_))]
    titles = ["photograph 1", f"“{names[0]}”", "photograph 2", f"“{names[1]}”"]
    alt = (
        f"A café table with the map of “{names[0]}”, which is highest on the cup, and a building with a dome with the "
        f"map of “{names[1]}”, which is highest on the building below the dome."
    )
    alone = (
        f"The map of “{names[0]}” on photograph 1, highest right of the middle, "
        f"with a weaker glow on the left, and of “{names[1]}” on photograph 2, "
        "highest in the lower left, with a weaker glow above. The photographs appear when the cell runs."
    )
    still = plot.image(_row(large, [f"“{names[0]}”, photograph 1", f"“{names[1]}”, photograph 2"]), alone)
    live.put_out(ipywidgets.HTML(plot.image(_row(shown, titles), alt)), still, alone)


def _row(pictures: Sequence[Any], titles: Sequence[str]) -> Figure:
    """Pictures or maps beside each other, as wide as the page where there are four."""
    figure, axes = plot.figure(plot.FULL_WIDTH * len(pictures) / 4, 2.5, columns=len(pictures))
    for axis, picture, title in zip(axes, pictures, titles, strict=True):
        axis.imshow(picture, cmap=plot.MAGNITUDE)
        axis.set_axis_off()
        axis.set_title(title)
    return figure


def residuals(left: Tensor, pooled: Tensor) -> None:
    """What is unexplained on a photograph: two crops class by class, and its size beside the length of F."""
    figure, (one, two) = plot.figure(plot.FULL_WIDTH, 3.6, columns=2)
    alike = torch.corrcoef(left[:2])[0, 1].item()
    one.axline((0, 0), slope=1, color=plot.FAINT, linewidth=1)
    one.plot(left[0], left[1], ".", color=plot.AGAINST, markersize=4, alpha=0.5)
    one.set(xlabel="unexplained in crop 1 (a dot a class)", ylabel="unexplained in crop 2")
    one.set_title("nearly the same in two crops")
    sizes, lengths = left.pow(2).mean(dim=1).sqrt(), pooled.norm(dim=1)
    slope = (sizes.sum() / lengths.sum()).item()
    far = lengths.max().item() * 1.08
    two.plot([0, far], [0, slope * far], color=plot.NEUTRAL, linestyle="--", linewidth=1.4, label="proportional")
    two.axhline(sizes.mean().item(), color=plot.FAINT, linestyle=":", linewidth=1.4, label="the same in all")
    two.plot(lengths, sizes, "o", color=plot.AGAINST, markersize=6)
    two.set(xlabel="length of the pooled maps, |F| (a dot a crop)", ylabel="size of what is unexplained")
    two.set_title("does the size follow |F|?")
    two.set(xlim=(0, far), ylim=(0, sizes.max().item() * 1.15))
    two.legend(loc="lower right")
    zoom = two.inset_axes((0.1, 0.52, 0.42, 0.42))
    near = torch.tensor([lengths.min() * 0.98, lengths.max() * 1.02])
    zoom.plot(near, slope * near, color=plot.NEUTRAL, linestyle="--", linewidth=1.4)
    zoom.axhline(sizes.mean().item(), color=plot.FAINT, linestyle=":", linewidth=1.4)
    zoom.plot(lengths, sizes, "o", color=plot.AGAINST, markersize=5)
    zoom.set(xticks=[], yticks=[], title="enlarged")
    plot.show(
        figure,
        alt=f"Left: what is unexplained of each class in the first crop against the second, correlation {alike:.2f}: a "
        "narrow band along the diagonal. Right: its size in each of ten crops against the length of the pooled maps: "
        "the ten dots lie on a line through the origin.",
    )


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A small table of words and numbers."""
    display(Listed(tuple(heads), [tuple(map(str, row)) for row in rows]))  # type: ignore[no-untyped-call]


def spans(heads: Sequence[str], found: Mapping[str, Sequence[Sequence[float]]]) -> None:
    """A table of shares: of several draws the lowest and the highest."""
    rows = []
    for name, drawn in found.items():
        ends = [(f"{min(values):.1%}", f"{max(values):.1%}") for values in zip(*drawn, strict=True)]
        rows.append([name, *(low if low == high else f"{low} to {high}" for low, high in ends)])
    table(heads, rows)
