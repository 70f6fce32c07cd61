"""The figures of notebook 15: layout, colors and words; what is drawn, the notebook computes."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from cam_tutorial import metrics, plot, zoo
from cam_tutorial.cam import class_activation_map
from cam_tutorial.course.shared import dots, several
from cam_tutorial.zoo import Scene

from . import asking, habits
from .network import ANSWERS, WordsNet, numbers

FINE = 288  # pixels of a drawn scene; the network sees 96


def fine(scene: Scene) -> Tensor:
    """The same scene, finer."""
    colors = [animal.color for animal in scene.animals]
    return zoo.scene(scene.seed, [animal.name for animal in scene.animals], FINE, colors=colors).image


def _animals(scene: Scene) -> str:
    return several(zoo.phrase(animal.color, animal.name) for animal in scene.animals)


def answers(network: WordsNet, scene: Scene, texts: Sequence[str]) -> None:
    """A scene, and for each question the answer and its map."""
    inputs = zoo.preprocess(scene.image).expand(len(texts), -1, -1, -1)
    B, logits = asking.read(network, inputs, numbers(texts))
    said = logits.argmax(dim=1)
    maps = class_activation_map(B, network.classifier.weight.detach(), said)
    p = logits.softmax(dim=1).amax(dim=1)
    words = [ANSWERS[k] for k in said.tolist()]
    titles = [f"{text}\n“{word}”, p = {one:.2f}" for text, word, one in zip(texts, words, p.tolist(), strict=True)]
    told = [
        f"asked “{text}” it says “{word}”, and the map is highest on {_where(one, scene)}"
        for text, word, one in zip(texts, words, maps, strict=True)
    ]
    plot.panels(
        [fine(scene)] * (1 + len(texts)),
        [None, *maps],
        titles=["the scene,\nand the map of each answer", *titles],
        alt=f"A scene with {_animals(scene)}. {'; '.join(told)}.".replace(". a", ". A"),
    )


def _where(small: Tensor, scene: Scene) -> str:
    """Whom a map points at."""
    for animal in scene.animals:
        if asking.pointing(small[None], animal.mask[None]).item():
            return f"the {animal.name}"
    return "nobody"


def inside(network: WordsNet, scene: Scene, text: str) -> None:
    """What happens between question and answer: attention, window, and the answer's map."""
    image, words = zoo.preprocess(scene.image), numbers([text])
    with torch.no_grad():
        parts = network.parts(*network.see(image), words)
    B, logits = asking.read(network, image, words)
    said = logits.argmax(dim=1)
    M = class_activation_map(B, network.classifier.weight.detach(), said)
    plot.panels(
        [fine(scene)] * 4,
        [None, parts.attention[0], parts.window[0], M[0]],
        titles=[text, "1. look: the attention", "2. step aside: the window", f"3. the map of “{ANSWERS[int(said)]}”"],
        alt=f"A scene with {_animals(scene)}, and “{text}”. The attention is highest on "
        f"{_where(parts.attention[0], scene)}, the window covers one side of it, and the map of the answer "
        f"“{ANSWERS[int(said)]}” is highest on {_where(M[0], scene)}.",
    )


def rates(measured: Mapping[str, Mapping[str, Tensor]]) -> None:
    """Shares with their intervals, title -> row -> (n,): a panel a title, a row each."""
    rows = list(next(iter(measured.values())))
    figure, axes = plot.figure(
        plot.FULL_WIDTH, 0.9 + 0.36 * len(rows), columns=len(measured), sharey=True, squeeze=False
    )
    told = []
    for axis, (title, found) in zip(axes[0], measured.items(), strict=True):
        means = [metrics.interval(found[row]) for row in rows]
        dots(axis, means, plot.ACCENT)
        for y, one in enumerate(means):
            left = one.high < 0.84
            at, side = (one.high + 0.03, "left") if left else (one.low - 0.03, "right")
            axis.text(at, y, f"{one.mean:.0%}", va="center", ha=side, color=plot.INK)
        axis.set(title=title, xlim=(-0.03, 1.03), xticks=(0, 0.5, 1), xticklabels=("0", "½", "1"))
        axis.set(ylim=(len(rows) - 0.4, -0.6), yticks=range(len(rows)))
        axis.grid(axis="x", color=plot.FAINT, linewidth=0.4, alpha=0.5)
        told.append(f"{title}: {several(f'{row} {one.mean:.0%}' for row, one in zip(rows, means, strict=True))}")
    axes[0][0].set_yticklabels(rows)
    plot.show(figure, alt=f"Each share a dot with its interval over the scenes. {'. '.join(told)}.")


def habit(early: WordsNet, network: WordsNet, some: asking.Asked, n: int) -> None:
    """One question about a scene, and about the same with the animal in gray: two answers of one network, and its maps.

    In the middle the answer of a finished network, with its map.
    """
    scene = some.scene(n)
    gray = asking.painted_gray(some)[n]
    tried = [("early", early, some.inputs[n]), ("zoo-words", network, some.inputs[n]), ("early, in gray", early, gray)]
    maps, titles, told = [], [], []
    for name, one, image in tried:
        B, logits = asking.read(one, image[None], some.words[n : n + 1])
        said = logits.argmax(dim=1)
        maps.append(class_activation_map(B, one.classifier.weight.detach(), said)[0])
        titles.append(f"{name}: “{ANSWERS[int(said)]}”")
        told.append(f"{name}: “{ANSWERS[int(said)]}”, with a map highest on {_where(maps[-1], scene)}")
    fines = [fine(scene)] * 3 + [_in_gray(some.scene(n, FINE))]
    plot.panels(
        fines,
        [None, *maps],
        titles=[some.texts[n], *titles],
        alt=f"A scene with {_animals(scene)}, asked “{some.texts[n]}”, by a network after {habits.EARLY} epochs, by "
        f"zoo-words, and by the first again when the {scene.animals[0].name} is painted gray. {'; '.join(told)}.",
    )


def _in_gray(scene: Scene) -> Tensor:
    """The picture, its first animal in grays."""
    return torch.where(scene.animals[0].mask, scene.image.mean(dim=0), scene.image)


def learning(runs: Sequence[habits.Run], blue: int, answers: Tensor) -> None:
    """Epoch by epoch and training by training: who is called blue, and how many colors of cats are right.

    Args:
        runs: that watched fish and cats, none of them blue.
        blue: the number of that answer.
        answers: the right ones for the cats, (n,).
    """
    figure, axes = plot.figure(plot.FULL_WIDTH, 2.6, columns=len(runs), sharey=True)
    told = []
    for number, (axis, run) in enumerate(zip(axes, runs, strict=True), start=1):
        fish, cats = run.said
        lines = {
            "fish called “blue”": (fish == blue, plot.AGAINST, "-"),
            "cats called “blue”": (cats == blue, plot.AGAINST, ":"),
            "colors of cats right": (cats == answers, plot.ACCENT, "-"),
        }
        for label, (values, color, style) in lines.items():
            axis.plot(range(1, len(fish) + 1), values.double().mean(dim=1), style, color=color, label=label)
        axis.axvline(habits.EARLY, color=plot.FAINT, linewidth=0.8, label="early")
        axis.set(title=f"training {number}", xlabel="epoch", xticks=range(2, len(fish) + 1, 2))
        axis.set(ylim=(-0.03, 1.03), yticks=(0, 0.5, 1), yticklabels=("0", "½", "1"))
        at = {f"after epoch {habits.EARLY}": habits.EARLY - 1, "after the last": len(fish) - 1}
        shares = [
            f"{when} {several(f'{label} {values[k].double().mean():.0%}' for label, (values, *_) in lines.items())}"
            for when, k in at.items()
        ]
        told.append(f"Training {number}: {'; '.join(shares)}.")
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
    plot.show(
        figure, alt=f"Shares over the epochs of {len(runs)} trainings, epoch {habits.EARLY} marked. {' '.join(told)}"
    )


def two_maps(looks: Tensor, there: Tensor, named: Tensor, about: Tensor) -> None:
    """How often attention and map point at the animal that the question names, and at the one that is the answer."""
    rates(
        {
            "the attention points": {"at the animal named": looks, "at the answer’s animal": there},
            "the map of the answer points": {"at the animal named": named, "at the answer’s animal": about},
        }
    )


def gone(network: WordsNet, some: asking.Asked, without: Tensor, n: int) -> None:
    """A scene and the same without the animal asked about, each with the answer's map."""
    scene = some.scene(n)
    pictures = torch.stack([some.inputs[n], without[n]])
    B, logits = asking.read(network, pictures, some.words[[n, n]])
    said = logits.argmax(dim=1)
    maps = class_activation_map(B, network.classifier.weight.detach(), said)
    words = [ANSWERS[k] for k in said.tolist()]
    fines = [fine(scene), some.scene(n, FINE).without(scene.animals[0].name).image]
    limit = float(maps.amax())
    plot.panels(
        [fines[0], fines[0], fines[1], fines[1]],
        [None, maps[0], None, maps[1]],
        limit=limit,
        titles=[some.texts[n], f"“{words[0]}”", "the same without it", f"“{words[1]}”, on the same scale"],
        alt=f"A scene with {_animals(scene)}, asked “{some.texts[n]}”: it says “{words[0]}”. The same scene without "
        f"the {scene.animals[0].name}: it says “{words[1]}”, and its map there reaches "
        f"{maps[1].amax() / limit:.2f} of the height of the first.",
    )
