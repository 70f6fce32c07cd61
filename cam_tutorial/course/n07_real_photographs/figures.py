"""The figures of notebook 07: layout, colors and words; what is drawn, the notebook computes."""

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from cam_tutorial import metrics, plot, zoo
from cam_tutorial.course.shared import several
from cam_tutorial.heatmap import as_pixels, blend
from cam_tutorial.photos import Placement

from .memory import give_back
from .photographs import SQUEEZENET, glued_pair, photograph

FINE = 288  # pixels of a drawn scene; the network sees 96
PHOTO_WIDTH = 440  # of a photograph in a figure with several
WHITE, DARK = (255, 255, 255), (38, 50, 63)  # an outline of both stands out from every ground


def panels(*pictures, **words):
    """As `plot.panels`, and what drawing took of memory goes back."""
    give_back()
    plot.panels(*pictures, **words)
    give_back()


def over(photo, heatmap, transforms=SQUEEZENET):
    """The photo under its map, at the photo's own size; what the network never saw is pale."""
    place = Placement.of(photo, transforms)
    top, left, bottom, right = place.seen
    picture = photo.convert("L").point(lambda value: 140 + 0.4 * value).convert("RGB")
    seen = photo.crop((left, top, right, bottom))
    laid = place.lay(heatmap)[top:bottom, left:right]
    picture.paste(Image.fromarray(blend(seen, laid)), (left, top))
    return picture


def window(photo, heatmap=None, transforms=SQUEEZENET):
    """The part of the photo that the network sees, under its map."""
    place = Placement.of(photo, transforms)
    top, left, bottom, right = place.seen
    seen = photo.crop((left, top, right, bottom))
    return seen if heatmap is None else Image.fromarray(blend(seen, place.lay(heatmap)[top:bottom, left:right]))


def outlined(picture, masks):
    """A picture (H, W, 3) with the outlines of some objects, masks bool (H, W): light outside, dark inside."""
    found = picture.copy()  # uint8
    for mask in masks:
        filled = mask.float()[None, None]
        wider, narrower = F.max_pool2d(filled, 5, 1, 2)[0, 0] > 0, F.max_pool2d(1 - filled, 5, 1, 2)[0, 0] == 0
        found[(wider & ~mask).numpy()] = WHITE
        found[(mask & ~narrower).numpy()] = DARK
    return found


def small(picture):
    return picture.resize((PHOTO_WIDTH, round(PHOTO_WIDTH * picture.height / picture.width)), Image.Resampling.LANCZOS)


def opening(name, heatmap):
    """A photograph, and the map of its class on it."""
    photo = photograph(name)
    panels(
        [photo, over(photo, heatmap)],
        titles=["a photograph", f"what speaks for “{name}”; pale is what the network never saw"],
        width=3.6,
        alt=f"A photograph of a cup of coffee on a saucer, and the same photograph under the map of “{name}”, which "
        "glows on the coffee in the cup. A margin on all four sides is pale: the network sees the middle square alone.",
    )


def pairs(pairs):
    """Some of the glued pairs."""
    panels(
        [glued_pair(*pair) for pair in pairs],
        titles=[f"{left} | {right}" for left, right in pairs],
        columns=2,
        width=4.2,
        alt="Pairs of photographs, glued side by side: "
        + "; ".join(f"{left} at the left, {right} at the right" for left, right in pairs)
        + ".",
    )


def game(games, blank):
    """Each method's share with its interval, a panel a world; chance is one half.

    Args:
        games: world -> method -> shares.
        blank: how many of deconvnet's maps are blank in the first world; they have the share 0.
    """
    give_back()
    figure, axes = plot.figure(plot.FULL_WIDTH, 2.9, columns=len(games), sharey=True)
    told = []
    first = next(iter(games))
    for one, (world, shares) in zip(axes, games.items(), strict=True):
        found = {name: metrics.interval(values) for name, values in shares.items()}
        for row, (name, each) in enumerate(found.items()):
            one.plot([100 * each.low, 100 * each.high], [row, row], color=plot.AGAINST, linewidth=3)
            one.plot(100 * each.mean, row, "o", color=plot.AGAINST)
            words = f"{each.mean:.0%}"
            if name == "deconvnet" and world == first:
                words += f" ({blank} blank maps: 0 each)"
            at = min(100 * each.high + 2, 104)
            at = 52 if 36 < at < 52 else at  # not across the line of chance
            one.text(at, row, words, va="center", color=plot.INK)
        one.axvline(50, color=plot.NEUTRAL, linestyle="--", linewidth=1.2)
        one.set(xlim=(-3, 113), xlabel="share on the half of its class, %", title=world)
        one.set_yticks(range(len(found)), list(found))
        told.append(f"{world}: " + ", ".join(f"{name} {each.mean:.0%}" for name, each in found.items()))
    axes[0].invert_yaxis()
    plot.show(
        figure,
        alt="The share of each method's maps that lies on the half of its class, with intervals; a dashed line marks "
        f"chance, 50%. {'. '.join(told)}. On the photographs {blank} of deconvnet's maps are blank.",
    )


def layers(photo, maps, correlations):
    """The middle of one photograph under the maps of several layers; each one's correlation with the CAM."""
    words = [f"{layer}: r = {r:.3f}" for layer, r in correlations.items()]
    panels(
        [window(small(photo), one) for one in maps],
        titles=words,
        alt=f"The photograph of the cat under {len(maps)} maps of “Egyptian cat”: {several(words)}. The first three "
        "look the same; the last is finer and scattered over fur and background. r is the correlation with the CAM.",
    )


def networks(photo, found):
    """One photograph under several networks: each one's map of its first answer, and the layer."""
    pictures = [over(small(photo), one.heatmap, one.transforms) for one in found]
    titles = [f"{one.name}: “{one.label}” {one.probability:.0%}\nat {one.layer}" for one in found]
    panels(
        [small(photo), *pictures],
        titles=["the photograph\n", *titles],
        columns=min(4, 1 + len(found)),
        alt="A photograph, and under it the map of each network's first answer: "
        + several(title.replace("\n", " ") for title in titles)
        + ".",
    )


def looks(scene, maps, rollout):
    """A scene with two animals, Grad-CAM of either, and attention rollout, which is asked for nothing."""
    first, second = (animal.name for animal in scene.animals)
    drawn = zoo.scene(scene.seed, [first, second], FINE)
    masks = [animal.mask for animal in drawn.animals]
    plain = np.round(255 * as_pixels(drawn.image)).astype(np.uint8)
    pictures = [plain, *(blend(drawn.image, one) for one in (*maps, rollout))]
    panels(
        [outlined(picture, masks) for picture in pictures],
        titles=["the scene", f"Grad-CAM, “{first}”", f"Grad-CAM, “{second}”", "attention rollout"],
        alt=f"A scene with a {first} and a {second}. Grad-CAM of the transformer for “{first}” glows on and beside "
        f"the {first}, for “{second}” on and beside the {second}; attention rollout is one map for both. "
        "Outlines show where the animals are.",
    )


def under_map(photo, heatmap, name, probability):
    """The rocket, and the rocket under its map."""
    panels(
        [photo, over(photo, heatmap)],
        titles=["the photograph", f"the map of “{name}”, {probability:.0%}"],
        width=3.0,
        alt=f"A photograph of a rocket between two masts at dusk, and the same under the map of “{name}”, which glows "
        "on the rocket's tip and, half as strongly, on the tips of the two masts.",
    )


def painted(pictures, probabilities, name):
    """A photograph with parts painted over: how sure the network is of the class, over several paints."""
    spans = [f"{100 * row.min():.0f} to {100 * row.max():.0f}%" for row in probabilities]
    titles = [f"{words}:\n“{name}” {span}" for words, span in zip(pictures, spans, strict=True)]
    panels(
        [small(picture) for picture in pictures.values()],
        titles=titles,
        alt="The photograph of the rocket with parts painted over in the colors of the sky, and how probable the class "
        "is in five such paints: " + "; ".join(title.replace("\n", " ") for title in titles) + ".",
    )


def top_three(photo, answers):
    """The photo, and over it the map and the box of each of the three first answers; without weights, a sentence."""
    if not answers:
        print("Asking about a photograph takes the weights: the first cell says how to get them.")
        return
    titles = [f"“{one.label}” {one.probability:.1%}" for one in answers]
    scale = PHOTO_WIDTH / photo.width
    boxes = [None, *([scale * side for side in one.box] if one.box else None for one in answers)]
    panels(
        [small(photo), *(over(small(photo), one.heatmap) for one in answers)],
        titles=["the photograph", *titles],
        boxes=boxes,
        width=1.9,
        alt="A photograph, and over it the maps of the network's first three answers, each with a box around what the "
        f"map marks: {several(titles)}.",
        caption=f"The maps are those at `{answers[0].layer}`, the boxes at 20% of each map's maximum. "
        "Each map is drawn at a strength of its own: an answer of 0.0% glows as brightly as one of 99%.",
    )


def cell_on_photo(photo, box, words):
    """A photograph with the window that the network sees, and the box of one cell."""
    top, left, bottom, right = Placement.of(photo, SQUEEZENET).seen
    panels(
        [photo],
        boxes=[[(left, top, right, bottom), box]],
        titles=[f"the window that the network sees, and\n{words}"],
        width=3.0,
        alt=f"The photograph of the cat with the window that the network sees, and a small box: {words}.",
    )


def swin(correlations):
    """How alike two maps are in each of several draws of the weights, a row of dots a pair of layers."""
    give_back()
    figure, axes = plot.figure(plot.FULL_WIDTH, 1.6)
    for row, (_, values) in enumerate(correlations.items()):
        axes.plot(values, np.full(len(values), row), "o", color=plot.AGAINST, alpha=0.7)
    axes.axvline(0, color=plot.NEUTRAL, linestyle="--", linewidth=1.2)
    axes.set_yticks(range(len(correlations)), list(correlations))
    axes.set(
        xlabel="correlation with the CAM, which is the map at the last norm; a dot for each draw of random weights",
        xlim=(-1.05, 1.05),
        ylim=(len(correlations) - 0.5, -0.5),
    )
    means = [f"{name} {torch.as_tensor(values).mean():.2f}" for name, values in correlations.items()]
    plot.show(
        figure,
        alt=f"Correlations with the CAM, a dot for each draw of random weights: on average {several(means)}.",
    )
