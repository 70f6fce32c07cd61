"""The scenes and questions that notebook 15 measures on, and what is measured there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from cam_tutorial import metrics, upsample, zoo
from cam_tutorial.cam import class_activation_map
from cam_tutorial.course.shared import edges, spot
from cam_tutorial.zoo import ANIMALS, Question, Scene

from . import network as words
from .network import ANSWERS, WordsNet, numbers

AT_ONCE = 10  # pictures in one pass


@dataclass(frozen=True, eq=False)
class Asked:
    """Some scenes with a question each.

    Attributes:
        seeds, names, colors: of the scenes and of their animals, so that they can be drawn again.
        texts: the questions.
        kinds: "color" or "where".
        words: the numbers of the questions' words, (n, 7).
        answers: the numbers of the right answers in `ANSWERS`, (n,).
        inputs: as the networks take them, (n, 3, 96, 96).
        about: the animal that the answer is read off, bool (n, 96, 96).
        named: the animal that the question names, bool (n, 96, 96).
    """

    seeds: list[int]
    names: list[list[str]]
    colors: list[list[str]]
    texts: list[str]
    kinds: list[str]
    words: Tensor
    answers: Tensor
    inputs: Tensor
    about: Tensor
    named: Tensor

    def __len__(self) -> int:
        return len(self.seeds)

    def scene(self, n: int, size: int = 96) -> Scene:
        """One of the scenes, drawn again."""
        return zoo.scene(self.seeds[n], self.names[n], size, colors=self.colors[n])

    def of_kind(self, kind: str) -> Tensor:
        """Which of the questions are of a kind, bool (n,)."""
        return torch.tensor([one == kind for one in self.kinds])


def color_of(which: int) -> Callable[[Scene], Question]:
    """For `ask`: what color is the first animal (0) or the second (1)?"""
    return lambda scene: [one for one in zoo.questions(scene) if one.kind == "color"][which]


def where(scene: Scene) -> Question:
    """For `ask`: what is left of, right of, above or below somebody."""
    some = [one for one in zoo.questions(scene) if one.kind == "where"]
    return some[np.random.default_rng([17, scene.seed]).integers(len(some))]


def ask(
    count: int, seed: int, question: Callable[[Scene], Question] = words.one_question, *, habit: float = 0.0
) -> Asked:
    """Ask one question about each of some scenes, held out by their seed; no habits in them unless it is said."""
    return asked(words.scenes_of(count, seed, habit), question)


def asked(scenes: Sequence[Scene], question: Callable[[Scene], Question]) -> Asked:
    """Ask one question about each of the scenes."""
    found = Asked([], [], [], [], [], *[torch.empty(0)] * 5)
    inputs, about, named, answers = [], [], [], []
    for scene in scenes:
        one = question(scene)
        found.seeds.append(scene.seed)
        found.names.append([animal.name for animal in scene.animals])
        found.colors.append([animal.color for animal in scene.animals])
        found.texts.append(one.text)
        found.kinds.append(one.kind)
        answers.append(ANSWERS.index(one.answer))
        inputs.append(zoo.preprocess(scene.image)[0])
        about.append(one.about.mask)
        named.append(next(animal.mask for animal in scene.animals if f"the {animal.name}?" in one.text))
    return Asked(
        found.seeds, found.names, found.colors, found.texts, found.kinds, numbers(found.texts),
        torch.tensor(answers), torch.stack(inputs), torch.stack(about), torch.stack(named),
    )  # fmt: skip


@torch.no_grad()
def read(network: WordsNet, inputs: Tensor, questions: Tensor) -> tuple[Tensor, Tensor]:
    """The maps that are averaged, (n, 64, 12, 12), and the logits, (n, 16)."""
    maps, logits = [], []
    for some, texts in zip(inputs.split(AT_ONCE), questions.split(AT_ONCE), strict=True):
        maps.append(network.maps(*network.see(some), texts))
        logits.append(network.classifier(maps[-1].mean(dim=(2, 3))))
    return torch.cat(maps), torch.cat(logits)


@torch.no_grad()
def attention(network: WordsNet, inputs: Tensor, questions: Tensor) -> Tensor:
    """Where the network finds the animal that each question names, (n, 12, 12)."""
    found = []
    for some, texts in zip(inputs.split(AT_ONCE), questions.split(AT_ONCE), strict=True):
        found.append(network.parts(*network.see(some), texts).attention)
    return torch.cat(found)


def pointing(maps: Tensor, masks: Tensor) -> Tensor:
    """Whether each small map points into its mask: (n,) of ones and zeros."""
    each = zip(maps.split(AT_ONCE), masks.split(AT_ONCE), strict=True)
    return torch.cat([metrics.pointing_game(upsample(some, masks.shape[-1]), into) for some, into in each]).double()


def baselines(some: Asked) -> dict[str, Tensor]:
    """How often the animal asked about is hit without a network: by chance, at the center, at the steepest edge."""
    middle = spot(some.inputs.shape[-1]).expand_as(some.about)
    return {
        "chance": some.about.double().mean(dim=(1, 2)),
        "the center": metrics.pointing_game(middle, some.about).double(),
        "the steepest edge": metrics.pointing_game(edges(some.inputs), some.about).double(),
    }


def old_questions(count: int, seed: int, *, habit: float = words.HABIT) -> tuple[Tensor, Tensor, list[str]]:
    """Questions and answers of as many training scenes: (N,) numbers each; and the questions by their numbers."""
    pairs = [
        (one.text, ANSWERS.index(one.answer))
        for scene in words.scenes_of(count, seed, habit)
        for one in zoo.questions(scene)
    ]
    texts = sorted({text for text, _ in pairs})
    return torch.tensor([texts.index(text) for text, _ in pairs]), torch.tensor([a for _, a in pairs]), texts


def with_one(name: str, count: int, seed: int) -> tuple[Asked, Tensor]:
    """Scenes with a species, of another color than it has by habit, asked for its color; and inputs without it."""
    scenes = []
    free = [color for color in zoo.COLORS if color not in words.HABITS.values()]
    for k in range(seed * 2**32, seed * 2**32 + count):
        rng = np.random.default_rng([18, k])
        others = [one for one in ANIMALS if one != name]
        names = [name, *(others[j] for j in rng.permutation(len(others))[: 1 + int(rng.random() < 0.5)])]
        colors = [free[j] for j in rng.integers(len(free), size=len(names))]
        scenes.append(zoo.scene(k, names, colors=colors))
    gone = torch.cat([zoo.preprocess(scene.without(scene.animals[0]).image) for scene in scenes])
    return asked(scenes, color_of(0)), gone


def says(network: WordsNet, some: Asked, answer: int, inputs: Tensor | None = None) -> Tensor:
    """Whether a network gives an answer, question by question, (n,); also to other inputs than theirs."""
    return (read(network, some.inputs if inputs is None else inputs, some.words)[1].argmax(dim=1) == answer).double()


def hits(network: WordsNet, some: Asked, answer: int) -> Tensor:
    """Where a network gives an answer: whether the answer's map points at the animal asked about, one each."""
    B, logits = read(network, some.inputs, some.words)
    maps = class_activation_map(B, network.classifier.weight.detach(), answer)
    return pointing(maps, some.about)[logits.argmax(dim=1) == answer]


def painted_gray(some: Asked) -> Tensor:
    """The inputs, with the animal that each question is about in grays: as bright as it was, and without a color."""
    gray = some.inputs.mean(dim=1, keepdim=True)
    return torch.where(some.about[:, None], gray, some.inputs)
