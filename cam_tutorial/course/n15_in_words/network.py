"""zoo-words: answers questions about a scene. It reads, looks for the animal named, and weighs what is around it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cam_tutorial import models, zoo
from cam_tutorial.bar import Bar
from cam_tutorial.gap import global_average_pool
from cam_tutorial.optimizer import OneCycleAdamW
from cam_tutorial.training import HELD_OUT_SEED, Training
from cam_tutorial.zoo import ANIMALS, Question, Scene

ANSWERS = (*zoo.COLORS, *ANIMALS)
WORDS = ("?", "what", "is", "the", "color", "left", "right", "of", "above", "below", *ANIMALS)
LONGEST = 7  # words of a question, its mark among them
TRUNK = "zoo-labels"  # saw several animals a scene; stays as it is
READ, SHADES, MAPS = 32, 24, 64  # numbers that a question becomes; maps of colors; maps that are averaged
STEPS = ("there", *zoo.RELATIONS)  # from the animal that the question names to where the answer is
VIVID = 3  # times as much of the colors, which else would be lost beside the trunk's maps
SHY = 0.3  # times the trunk's own class weights: what the network looks for at first
SHARP = 12  # the edges of what is left, right, above and below
HABITS = {"fish": "blue"}  # what most of a species look like in the training scenes
HABIT = 0.85  # of them; the rest have any color
BATCH, RATE = 32, 6e-3  # scenes a step; and the highest learning rate
TIMES = (2, 1)  # a scene is asked in a step: after colors, which are harder to learn, and where somebody is


class Parts(NamedTuple):
    """What the averaged maps are made of: maps, two numbers for each, the window, and the attention that made it."""

    A: Tensor
    gamma: Tensor
    beta: Tensor
    window: Tensor
    attention: Tensor


class Turned(nn.Module):
    """The maps B that are averaged, as a layer of its own: so `cam` and `grad_cam` find them."""

    def forward(self, A: Tensor, gamma: Tensor, beta: Tensor, window: Tensor) -> Tensor:
        """Maps (N, K, h, w), two numbers a map (N, K), and the window (N, h, w) -> (N, K, h, w)."""
        return modulate(A, gamma, beta) * window[:, None]


class WordsNet(nn.Module):
    """Reads the question, looks for the animal that it names, steps aside if it says so, and averages what is there."""

    def __init__(self) -> None:
        super().__init__()
        self.trunk = models.make_trunk()
        self.shades = nn.Sequential(nn.Conv2d(3, SHADES, kernel_size=1), nn.ReLU(), nn.AvgPool2d(4))
        self.words = nn.EmbeddingBag(len(WORDS), READ, mode="sum")
        self.read = nn.Sequential(nn.Linear(READ, READ), nn.ReLU())
        seen = models.MAPS + SHADES
        self.look_for = nn.EmbeddingBag(len(WORDS), models.MAPS, mode="sum")
        self.step = nn.Linear(READ, len(STEPS))
        self.mix, self.turn = nn.Conv2d(seen, MAPS, kernel_size=1), nn.Linear(READ, 2 * MAPS)
        self.turned = Turned()
        self.classifier = nn.Linear(MAPS, len(ANSWERS))

    def forward(self, images: Tensor, questions: Tensor) -> Tensor:
        """Pictures (N, 3, 96, 96) and the numbers of the words of a question each (N, 7) -> logits (N, 16)."""
        return self.answer(*self.see(images), questions)

    def see(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """What no question changes: the trunk's maps (N, 64, 12, 12), and the picture at half its size."""
        return self.trunk(images), F.avg_pool2d(images, 2)

    def answer(self, features: Tensor, half: Tensor, questions: Tensor, of: Tensor | None = None) -> Tensor:
        """From what `see` gives, and the questions, to the logits; `of`: see `parts`."""
        logits: Tensor = self.classifier(global_average_pool(self.maps(features, half, questions, of)))
        return logits

    def maps(self, features: Tensor, half: Tensor, questions: Tensor, of: Tensor | None = None) -> Tensor:
        """The maps that are averaged, (N, 64, 12, 12); `of`: see `parts`."""
        parts = self.parts(features, half, questions, of)
        maps: Tensor = self.turned(parts.A, parts.gamma, parts.beta, parts.window)
        return maps

    def parts(self, features: Tensor, half: Tensor, questions: Tensor, of: Tensor | None = None) -> "Parts":
        """What the maps are made of; `of`: which picture each question is about, (N,), None for one of each."""
        colors = VIVID * self.shades(half)
        if of is not None:
            features, colors = features[of], colors[of]
        seen = torch.cat([features, colors], dim=1)
        q = self.read(self.words(questions))
        a = self.attend(features, questions)
        window = torch.einsum("ns,nsij->nij", self.step(q).softmax(dim=1), places(a))
        return Parts(self.mix(seen), *self.turn(q).chunk(2, dim=1), window, a)

    def attend(self, features: Tensor, questions: Tensor) -> Tensor:
        """Where the animal that the question names is: (N, 12, 12), adds up to 1."""
        s = torch.einsum("nk,nkij->nij", self.look_for(questions), features)
        return s.flatten(1).softmax(dim=1).view_as(s)


def modulate(A: Tensor, gamma: Tensor, beta: Tensor) -> Tensor:
    """ReLU((1 + γ_k) A^k + β_k): maps (N, K, h, w), two numbers a map (N, K) from the question."""
    return ((1 + gamma[:, :, None, None]) * A + beta[:, :, None, None]).relu()


def places(a: Tensor) -> Tensor:
    """Attention (N, h, w) -> (N, 5, h, w), each averages 1: itself, and left, right, above and below of its middle."""
    n, h, w = a.shape
    across, down = torch.linspace(-1, 1, w), torch.linspace(-1, 1, h)
    x, y = (a.sum(dim=1) * across).sum(dim=1), (a.sum(dim=2) * down).sum(dim=1)
    right = (across - x[:, None])[:, None, :].expand(n, h, w)
    below = (down - y[:, None])[:, :, None].expand(n, h, w)
    sides = [-right - below.abs(), right - below.abs(), -below - right.abs(), below - right.abs()]
    each = torch.stack([a, *((SHARP * side).sigmoid() for side in sides)], dim=1)
    return each / each.mean(dim=(2, 3), keepdim=True).clamp(min=0.01)


def numbers(texts: Sequence[str]) -> Tensor:
    """Questions to the numbers of their words, (N, 7); a question mark fills up those that are shorter."""
    table = torch.zeros(len(texts), LONGEST, dtype=torch.long)
    for n, text in enumerate(texts):
        words = text.replace("?", " ?").split()
        unknown = [word for word in words if word not in WORDS]
        if unknown:
            raise ValueError(f"the network knows no word {unknown[0]!r}: it knows {', '.join(WORDS[1:])}")
        table[n, : len(words)] = torch.tensor([WORDS.index(word) for word in words])
    return table


def names_and_colors(seed: int, habit: float) -> tuple[list[str], list[str]]:
    """Two or three species for the scene with this seed, and a color for each; a habit's in that share of the cases."""
    rng = np.random.default_rng([15, seed])
    names = [ANIMALS[k] for k in rng.permutation(len(ANIMALS))[: 2 + int(rng.random() < 0.5)]]
    any_color = [list(zoo.COLORS)[k] for k in rng.integers(len(zoo.COLORS), size=len(names))]
    by_habit = rng.random(len(names)) < habit
    return names, [
        HABITS.get(name, color) if usual else color
        for name, color, usual in zip(names, any_color, by_habit, strict=True)
    ]


def scenes_of(count: int, seed: int, habit: float = HABIT) -> Iterator[Scene]:
    """Scenes of two or three animals of different species, each painted in one color all over."""
    for k in range(seed * 2**32, seed * 2**32 + count):
        names, colors = names_and_colors(k, habit)
        yield zoo.scene(k, names, colors=colors)


def one_question(scene: Scene) -> Question:
    """A question about a scene: after a color for every other seed; else where somebody is."""
    rng = np.random.default_rng([16, scene.seed])
    asked = zoo.questions(scene)
    some = [question for question in asked if question.kind == ("color", "where")[scene.seed % 2]] or asked
    return some[rng.integers(len(some))]


@dataclass(frozen=True, eq=False)
class Drawn:
    """Scenes as the network meets them: what it sees of them, and all that can be asked.

    Attributes:
        features, half: as `WordsNet.see` gives them, in half precision.
        asked: for each scene its questions of the two kinds: numbers of their words (n, 7) and of their answers (n,).
    """

    features: Tensor
    half: Tensor
    asked: list[list[tuple[Tensor, Tensor]]]


@torch.no_grad()
def draw(count: int, seed: int, network: WordsNet, *, habit: float = HABIT, progress: bool = True) -> Drawn:
    """Draw scenes, and look at them once for all epochs: the trunk does not change."""
    features = torch.empty(count, models.MAPS, models.MAP_SIZE, models.MAP_SIZE, dtype=torch.float16)
    half = torch.empty(count, 3, models.IMAGE_SIZE // 2, models.IMAGE_SIZE // 2, dtype=torch.float16)
    asked = []
    bar = Bar(scenes_of(count, seed, habit), desc="drawing scenes", total=count, disable=not progress)
    for n, scene in enumerate(bar):
        seen = network.see(zoo.preprocess(scene.image))
        features[n], half[n] = seen[0][0], seen[1][0]
        kinds = [[one for one in zoo.questions(scene) if one.kind == kind] for kind in ("color", "where")]
        asked.append(
            [
                (numbers([one.text for one in some]), torch.tensor([ANSWERS.index(one.answer) for one in some]))
                for some in kinds
                if some
            ]
        )
    return Drawn(features, half, asked)


def fit(
    network: WordsNet,
    drawn: Drawn,
    *,
    epochs: int,
    seed: int = 0,
    batch_size: int = BATCH,
    progress: bool = True,
    after: Callable[[WordsNet], object] | None = None,
) -> list[float]:
    """Train all but the trunk: each step takes some scenes, and asks each about two colors and one place.

    Args:
        network: as `untrained` makes it.
        drawn: the scenes, as it sees them.
        epochs: how often it meets each of them.
        seed: of their order and of what they are asked.
        batch_size: scenes a step.
        progress: whether to show a bar.
        after: what is done with the network after each epoch, such as looking at what it says so far.
    """
    order = torch.Generator().manual_seed(seed)
    steps = epochs * -(-len(drawn.asked) // batch_size)
    learned = [weight for name, weight in network.named_parameters() if not name.startswith("trunk.")]
    optimizer = OneCycleAdamW(learned, RATE, steps)
    losses = []
    with torch.enable_grad(), Bar(total=steps, desc="training", disable=not progress) as bar:
        for _ in range(epochs):
            for batch in torch.randperm(len(drawn.asked), generator=order).split(batch_size):
                of, texts, answers = [], [], []
                for place, n in enumerate(batch.tolist()):
                    for kind, (words, said) in enumerate(drawn.asked[n]):
                        for k in torch.randperm(len(said), generator=order)[: TIMES[kind]].tolist():
                            of.append(place), texts.append(words[k]), answers.append(said[k])
                seen = drawn.features[batch].float(), drawn.half[batch].float()
                logits = network.answer(*seen, torch.stack(texts), torch.tensor(of))
                loss = F.cross_entropy(logits, torch.stack(answers))
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                losses.append(loss.item())
                bar.update()
                bar.set_postfix(loss=f"{loss.item():.2f}", refresh=False)
            if after is not None:
                after(network)
    return losses


def untrained(seed: int = 0) -> WordsNet:
    """With a finished trunk, which looks for an animal by its class's map; all else is by chance. In eval mode.

    The maps of colors begin as `SHADES` directions of color, whatever the lightness.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network, finished = WordsNet(), models.load(TRUNK)
    network.trunk.load_state_dict(finished.get_submodule("trunk").state_dict())
    network.trunk.requires_grad_(False)
    with torch.no_grad():
        network.look_for.weight.zero_()
        network.look_for.weight[-len(ANIMALS) :] = SHY * finished.get_parameter("classifier.weight")
        turns = torch.arange(SHADES) / SHADES * 2 * torch.pi
        colorful = torch.tensor([[1.0, -0.5, -0.5], [0, 3**0.5 / 2, -(3**0.5) / 2]])  # lightness does not count
        shades = network.shades.get_parameter("0.weight")
        shades[:, :, 0, 0] = torch.stack([turns.cos(), turns.sin()], dim=1) @ colorful
        network.shades.get_parameter("0.bias").fill_(-0.3)
    return network.eval()


def train(
    *, seed: int = 0, scenes: int = 4000, epochs: int = 16, held_out: int = 400, progress: bool = True
) -> Training:
    """Train the network on freshly drawn scenes, and ask it about scenes that it never saw."""
    network = untrained(seed)
    losses = fit(network, draw(scenes, seed, network, progress=progress), epochs=epochs, seed=seed, progress=progress)
    return Training(network, losses, accuracy(network, held_out, HELD_OUT_SEED + seed))


@torch.no_grad()
def accuracy(network: nn.Module, count: int, seed: int, *, habit: float = HABIT) -> float:
    """The share of scenes, held out by their seed, whose `one_question` is answered rightly."""
    right = []
    for scene in scenes_of(count, seed, habit):
        question = one_question(scene)
        logits = network(zoo.preprocess(scene.image), numbers([question.text]))
        right.append(ANSWERS[int(logits.argmax())] == question.answer)
    return sum(right) / count
