"""The figures of notebook 00."""

from collections.abc import Sequence

import torch
from PIL import Image
from torch import Tensor

from cam_tutorial import plot, zoo
from cam_tutorial.zoo import Scene

from .photographs import CLASSES, Answer

FINE = 288  # pixels of a scene in a figure; networks see 96


def fine(seed: int, animals: Sequence[str], **where: object) -> Tensor:
    """A scene drawn finer, for the eye."""
    return zoo.scene(seed, animals=animals, size=FINE, **where).image


def two_questions(seed: int, animals: Sequence[str], maps: Tensor) -> None:
    """A scene, and the map of each of its two animals."""
    picture = fine(seed, animals)
    first, second = animals
    plot.panels(
        3 * [picture],
        [None, *maps],
        titles=["the scene", f"what speaks for “{first}”", f"what speaks for “{second}”"],
        width=2.6,
        alt=f"A scene with a {first} and a {second}, and two heatmaps of it: the one for “{first}” glows on the "
        f"{first}, the one for “{second}” on the {second}.",
    )


def where_it_lies(seed: int, animals: Sequence[str], scene: Scene, heatmap: Tensor) -> None:
    """The first animal's map by itself, over the picture and with the animal's outline."""
    name = animals[0]
    outline = scene.animals[0].mask.float()
    figure, axes = plot.figure(plot.FULL_WIDTH, 3.0, columns=3)
    scale = dict(extent=(0, 96, 96, 0))
    axes[0].imshow(fine(seed, animals).permute(1, 2, 0), **scale)
    axes[1].imshow(heatmap, cmap=plot.MAGNITUDE, vmin=0, **scale)
    axes[2].imshow(heatmap * scene.animals[0].mask, cmap=plot.MAGNITUDE, vmin=0, vmax=heatmap.max(), **scale)
    titles = ("the scene", f"the map of “{name}”, and the {name}'s outline", f"what of it lies on the {name}")
    for one, title in zip(axes, titles, strict=True):
        one.set_title(title)
        one.set_axis_off()
    axes[1].contour(outline, levels=[0.5], colors="white", linewidths=1.4)
    plot.show(
        figure,
        alt=f"The scene; the map of “{name}” with the {name}'s outline drawn on it: the glow is wider than the {name}; "
        f"and the part of the map inside the outline.",
    )


def photographs(pair: Image.Image, answer: Answer) -> None:
    """The two photographs, and the map of either class."""
    shares = [f"{share:.0%} on its half" for share in answer.on_own_half()]
    kept = ", stored" if answer.missing else ""
    titles = [f"“{name}”{kept}: {share}" for name, share in zip(CLASSES, shares, strict=True)]
    plot.panels(
        [pair, pair, pair],
        [None, *answer.maps],
        titles=["two photographs, side by side", *titles],
        alt="A photograph of a cat and one of a cup of coffee, glued side by side; the map of “Egyptian cat” glows on "
        f"the cat's half ({shares[0]}), the map of “espresso” on the cup's ({shares[1]}).",
    )
    if answer.missing:
        print(f"These maps are stored ones: {answer.missing}.")


def highest_places(images: Tensor, maps: Tensor, masks: Tensor, asked_for: Tensor, count: int = 8) -> None:
    """The first scenes, the outline of the animal asked for, and the highest place of its map."""
    figure, axes = plot.figure(plot.FULL_WIDTH, 4.7, columns=count // 2, rows=2)
    hits = 0
    for n, one in enumerate(axes.flat):
        row, column = divmod(int(maps[n].argmax()), maps.shape[-1])
        hit = bool(masks[n, row, column])
        hits += hit
        one.imshow(images[n].permute(1, 2, 0), extent=(0, 96, 96, 0), interpolation="bilinear")
        one.contour(masks[n].float(), levels=[0.5], colors="white", linewidths=1.2)
        one.plot(
            column + 0.5, row + 0.5, "P" if hit else "X", color=plot.ACCENT, markeredgecolor="white", markersize=12
        )
        one.set_title(f"“{zoo.ANIMALS[asked_for[n]]}”: {'hit' if hit else 'miss'}")
        one.set_axis_off()
    plot.show(
        figure,
        alt=f"The first {count} scenes, with the outline of the animal asked for and a mark at the highest place of "
        f"its map: {hits} of the {count} marks lie inside the outline.",
    )


def peaks(present: Tensor, absent: Tensor) -> None:
    """How high the maps of animals that are there reach, and of those that are not."""
    figure, axes = plot.figure(plot.FULL_WIDTH, 2.4)
    bins = torch.linspace(0, float(max(present.max(), absent.max())), 40).tolist()
    for values, color, where in ((absent, plot.NEUTRAL, "is not there"), (present, plot.FOR, "is there")):
        label = f"an animal that {where}"
        axes.hist(values.flatten().tolist(), bins, density=True, color=color, alpha=0.75, label=label)
    axes.set(xlabel="the highest value of the map", ylabel="how often", yticks=[])
    axes.legend()
    plot.show(
        figure,
        alt="Two heaps of bars: the maps of animals that are not there reach low values, those of animals that are "
        f"there high ones, {absent.mean():.0f} against {present.mean():.0f} on average; the heaps overlap.",
    )


def species() -> None:
    """One scene for each of the eight animals."""
    scenes = [fine(300 + number, [name]) for number, name in enumerate(zoo.ANIMALS)]
    plot.panels(
        scenes,
        titles=zoo.ANIMALS,
        alt="One scene for each of the eight animals, in the order of their class numbers: "
        + ", ".join(zoo.ANIMALS)
        + ".",
    )


def with_box(scene: Scene) -> None:
    """A scene and the box of its animal."""
    plot.panels(
        [scene.image], boxes=[scene.animals[0].box], alt="A scene of your own, with the animal's box around it."
    )
