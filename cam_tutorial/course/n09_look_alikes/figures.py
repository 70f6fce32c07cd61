"""The figures of notebook 09: layout, colors and words; what is drawn, the notebook computes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from IPython.display import HTML, display
from torch import Tensor

from cam_tutorial import metrics, plot, zoo
from cam_tutorial.course.shared import several
from cam_tutorial.zoo import Scene

from .birds import FINE, KINDS, SEEN, box_of, crop, shows_beak, shrunk

PAPER = {"full picture": 63.0, "CAM's crop": 67.8, "true crop": 70.5}  # Zhou et al., table 4


def kinds(seed: int = 5) -> None:
    """One scene, drawn as each of the four kinds."""
    scenes = [zoo.scene(seed, name, FINE) for name in KINDS]
    plot.panels(
        [scene.image for scene in scenes],
        titles=list(KINDS),
        alt=f"The same bird in the same scene as {several(KINDS)}: only the beak differs. "
        "The finch's is short and deep, the curlew's long and bent down, the spoonbill's ends in a spoon, the "
        "parrot's is hooked.",
    )


def small(image: Tensor) -> None:
    """A picture of 96 pixels, enlarged pixel by pixel."""
    large = image.repeat_interleave(4, dim=1).repeat_interleave(4, dim=2)
    plot.panels([large], width=3.9, alt="A scene of 96 pixels with one small bird; its beak is a few pixels wide.")


def way(small_image: Tensor, map_: Tensor, box: Sequence[float], square: Sequence[float], scene: Scene) -> None:
    """The four steps: what the network sees, its map with the box, the square in the original, the crop."""
    fine = small_image.repeat_interleave(3, dim=1).repeat_interleave(3, dim=2)
    threefold = [3 * edge for edge in box]
    plot.panels(
        [fine, fine, scene.image, crop(scene.image, square)],
        [None, map_.relu(), None, None],
        boxes=[None, threefold, square, None],
        titles=["full picture, 96 pixels", "CAM and its box", "square in the original", "the crop, 96 pixels"],
        alt=f"From left to right: a scene with a small {scene.animals[0].name}; CAM glows around the bird, with a box "
        "around the glow; a square around the same place in the fine original; and what the square shows, in which "
        "the beak can be seen.",
    )


def squares(scenes: Iterable[Scene], box_in: Callable[..., Any], square_of: Callable[..., Any]) -> None:
    """Scenes with CAM's square and the true one, and whether the first holds the beak."""
    drawn, titles, both = [], [], []
    for scene in scenes:
        found = square_of(box_in(shrunk(scene.image)))
        drawn.append(scene.image)
        both.append([found, square_of(box_of(scene))])
        titles.append("holds the beak" if shows_beak(scene, found) else "does not hold the beak")
    plot.panels(
        drawn,
        boxes=both,
        titles=titles,
        caption="The larger square is CAM's crop, the smaller one the true crop.",
        alt="The first test scenes, each with two squares: a large one from CAM's box and a small one around the "
        f"bird. In reading order the large one: {several(titles)}.",
    )


def accuracies(right: Mapping[str, Tensor]) -> None:
    """How often each view of the birds is told right, with intervals, and the paper's numbers beside it."""
    found = {name: metrics.interval(values) for name, values in right.items()}
    figure, axes = plot.figure(plot.FULL_WIDTH, 0.9 + 0.42 * len(found))
    for row, (name, (mean, low, high)) in enumerate(found.items()):
        axes.plot([100 * low, 100 * high], [row, row], color=plot.AGAINST, linewidth=2.5)
        axes.plot(100 * mean, row, "o", color=plot.AGAINST, markersize=8, label="here" if row == 0 else None)
        if name in PAPER:
            axes.plot(PAPER[name], row, "D", color=plot.FOR, markersize=7, label="CUB (paper)" if row == 0 else None)
    axes.axvline(25, color=plot.NEUTRAL, linestyle="--", linewidth=1.2)
    axes.text(25.6, len(found) - 0.55, "chance, here", color=plot.INK, va="bottom")
    axes.set(yticks=range(len(found)), yticklabels=list(found), xlim=(20, 100), ylim=(-0.5, len(found) - 0.5))
    axes.set_xlabel("right, %")
    axes.invert_yaxis()
    axes.legend(loc="upper right")
    told = [f"{name} {one.mean:.0%}" for name, one in found.items()]
    plot.show(
        figure,
        alt=f"How often the classifier is right, with intervals: {several(told)}; chance is 25 %. Red diamonds: "
        f"the paper's, {several([f'{name} {value}' for name, value in PAPER.items()])}.",
    )


def table(right: Mapping[str, Tensor]) -> None:
    """The same in numbers."""
    rows = []
    for name, values in right.items():
        paper = f"{PAPER[name]:.1f} %" if name in PAPER else "not in the paper"
        rows.append(f'<tr><th scope="row">{name}</th><td>{metrics.interval(values):.1%}</td><td>{paper}</td></tr>')
    heads = ("what is classified", "right, here", "right, CUB-200-2011")
    head = "".join(f'<th scope="col">{words}</th>' for words in heads)
    display(HTML(f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"))


def on_the_beak(scene: Scene, maps: Mapping[str, Tensor]) -> None:
    """A large bird with the outline of its beak's box, and maps of it."""
    beak = metrics.mask_boxes(scene.animals[0].parts["beak"][None])[0].tolist()
    fine = zoo.scene(scene.seed, scene.animals[0].name, FINE).image
    threefold = [FINE / SEEN * edge for edge in beak]
    shown = [map_.relu() / map_.relu().flatten().quantile(0.995).clamp(min=1e-9) for map_ in maps.values()]
    plot.panels(
        [fine] * (1 + len(shown)),
        [None, *(map_.clamp(max=1) for map_ in shown)],
        boxes=[threefold] * (1 + len(shown)),
        titles=["the beak's box", *maps],
        alt=f"A large {scene.animals[0].name} with a box around its beak, and {several(list(maps))} of it: CAM is a "
        "wide glow around beak and head, guided backprop fine lines at the beak, edges go around everything.",
    )


def preferences(found: Mapping[str, Tensor]) -> None:
    """The preference for the beak, a row a map; 1 is what the area alone would give."""
    figure, axes = plot.figure(plot.FULL_WIDTH, 0.8 + 0.42 * len(found))
    told = []
    for row, (name, values) in enumerate(found.items()):
        mean, low, high = metrics.interval(values)
        axes.plot([low, high], [row, row], color=plot.AGAINST, linewidth=2.5)
        axes.plot(mean, row, "o", color=plot.AGAINST, markersize=8)
        told.append(f"{name} {mean:.1f}")
    axes.axvline(1, color=plot.FOR, linestyle="--", linewidth=1.2)
    axes.text(1.05, len(found) - 0.55, "as its area", color=plot.INK, va="bottom")
    axes.set(yticks=range(len(found)), yticklabels=list(found), xlim=(0, None), ylim=(-0.5, len(found) - 0.5))
    axes.set_xlabel("preference for the beak: share of the map on the bird / share of the bird's area")
    axes.invert_yaxis()
    plot.show(figure, alt=f"The preference for the beak, 1 for its area alone: {several(told)}.")


def thresholds(values: Sequence[float], ious: Sequence[float], shares: Sequence[float]) -> None:
    """At each threshold: the mean IoU of the box, and how often the square holds the beak."""
    figure, axes = plot.figure(6.4, 2.8)
    axes.plot([100 * v for v in values], ious, "o-", color=plot.AGAINST, label="mean IoU of the box")
    axes.plot([100 * v for v in values], shares, "s-", color=plot.FOR, label="share of squares with the whole beak")
    axes.set(xlabel="threshold, % of the maximum", ylim=(0, 1.02))
    axes.legend(loc="upper right")
    told = [f"{v:.0%}: {i:.2f} and {s:.2f}" for v, i, s in zip(values, ious, shares, strict=True)]
    plot.show(figure, alt=f"Mean IoU, and share of squares that hold the whole beak, by threshold: {several(told)}.")
