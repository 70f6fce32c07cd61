"""The figures of notebook 17: layout, colors and words; what is drawn, the notebook computes."""

from collections.abc import Mapping, Sequence

import torch
from IPython.display import display
from torch import Tensor

from cam_tutorial import metrics, plot, zoo
from cam_tutorial.zoo import Scene

from .audit import Listed
from .authors import Published, merged

FINE = 288  # pixels of a drawn scene; the network sees 96


def opening(scene: Scene, first: Tensor, second: Tensor) -> None:
    """The scene, and two maps of its first animal, without saying which is which."""
    names = [animal.name for animal in scene.animals]
    picture = zoo.scene(scene.seed, names, FINE).image
    maps = [map_.relu() / map_.max() for map_ in (first, second)]
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
        mean, low, high = metrics.interval(values)
        axes.plot(values, [row] * len(values), "|", color=plot.NEUTRAL, markersize=12)
        axes.plot([low, high], [row, row], color=plot.AGAINST, linewidth=2.5)
        axes.plot(mean, row, "o", color=plot.AGAINST, markersize=7)
        told.append(f"{name} {mean:.0%}")
    axes.set(yticks=range(len(of)), yticklabels=list(of), xlim=(-0.02, 1.02), ylim=(len(of) - 0.5, -0.5))
    axes.set_xlabel("share on the animal asked for (a stroke is a scene, the dot the mean, with its interval)")
    plot.show(figure, alt=f"Of the map on the two animals, the share on the one asked for: {', '.join(told)}.")


def photographs(paper: Published, maps: Sequence[Tensor], classes: Sequence[int]) -> None:
    """The authors' photographs, each with the map of one class over it, merged of ten crops."""
    images = [torch.from_numpy(p.image.copy()).permute(2, 0, 1).float() / 255 for p in paper.photographs]
    large = [merged(map_).relu() for map_ in maps]
    names = [paper.names[c] for c in classes]
    plot.panels(
        [image for image in images for _ in range(2)],
        [one for map_ in large for one in (None, map_ / map_.max())],
        titles=["photograph 1", f"“{names[0]}”", "photograph 2", f"“{names[1]}”"],
        alt=f"A café table with the map of “{names[0]}”, which is highest on the cup, and a building with a dome with "
        f"the map of “{names[1]}”, which is highest on the building.",
    )


def residuals(left: Tensor, pooled: Tensor) -> None:
    """What is unexplained on a photograph: two crops class by class, and its size beside the length of F."""
    figure, (one, two) = plot.figure(plot.FULL_WIDTH, 3.6, columns=2)
    alike = torch.corrcoef(left[:2])[0, 1].item()
    one.axline((0, 0), slope=1, color=plot.FAINT, linewidth=1)
    one.plot(left[0], left[1], ".", color=plot.AGAINST, markersize=4, alpha=0.5)
    one.set(xlabel="what is unexplained, crop 1", ylabel="crop 2", title="a dot a class")
    sizes, lengths = left.pow(2).mean(dim=1).sqrt(), pooled.norm(dim=1)
    slope = (sizes.sum() / lengths.sum()).item()
    far = lengths.max().item() * 1.08
    two.plot([0, far], [0, slope * far], color=plot.NEUTRAL, linestyle="--", linewidth=1.4, label="proportional")
    two.axhline(sizes.mean().item(), color=plot.FAINT, linestyle=":", linewidth=1.4, label="the same in all")
    two.plot(lengths, sizes, "o", color=plot.AGAINST, markersize=6)
    two.set(xlabel="length of the pooled maps, |F|", ylabel="size of it", title="a dot a crop")
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
