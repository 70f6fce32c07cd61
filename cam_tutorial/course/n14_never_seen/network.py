"""zoo-towers: a network for pictures and one for captions, trained so that what belongs together lies together."""

from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cam_tutorial import training, zoo
from cam_tutorial.bar import Bar
from cam_tutorial.gap import global_average_pool
from cam_tutorial.models import IMAGE_SIZE, MAPS, make_trunk
from cam_tutorial.optimizer import OneCycleAdamW
from cam_tutorial.training import Training
from cam_tutorial.zoo.arguments import whole_number

LENGTH = 32  # of the vectors of pictures and captions
WORDS = ("a", "an", *zoo.COLORS, *zoo.ANIMALS)
PAIRS = [(color, species) for color in zoo.COLORS for species in zoo.ANIMALS]
"""The 64 pairs of a color and a species, in the order of their captions."""
_STEPS_APART = (0, 3)
UNSEEN = [
    (color, species)
    for c, color in enumerate(zoo.COLORS)
    for s, species in enumerate(zoo.ANIMALS)
    if (s - c) % len(zoo.ANIMALS) in _STEPS_APART
]
"""The 16 pairs that training never holds: two of every color, and two of every species."""
SEEN = [pair for pair in PAIRS if pair not in UNSEEN]
LEARNING_RATE = 4e-3  # the highest of the training
OWN_SEEDS = 14_000_000  # held-out scenes have seeds of this notebook's own


class Towers(nn.Module):
    """Pictures to vectors, captions to vectors: the more two point the same way, the better they fit.

    Of a picture: features -> their averages -> one linear layer. Of a caption: the mean of its words' vectors, scaled
    to length 1.
    """

    def __init__(self) -> None:
        super().__init__()
        self.trunk = make_trunk()
        self.to_vector = nn.Linear(MAPS, LENGTH, bias=False)
        self.words = nn.EmbeddingBag(len(WORDS), LENGTH, mode="mean")
        self.log_scale = nn.Parameter(torch.tensor(2.5))

    def forward(self, images: Tensor) -> Tensor:
        """(N, 3, H, W) -> (N, 32): a vector a picture, of any length, for any H and W of at least 8."""
        vectors: Tensor = self.to_vector(global_average_pool(self.trunk(images)))
        return vectors

    def read(self, captions: list[str]) -> Tensor:
        """Captions to vectors of length 1, (C, 32); the order of the words makes no difference.

        Raises:
            TypeError: the captions are one string, not a list of them.
            ValueError: a caption is empty, or has a word that the network never read.
        """
        if isinstance(captions, str):
            raise TypeError(f"captions must be a list of captions, got one string; write [{captions!r}]")
        rows = [caption.split() for caption in captions]
        for row in rows:
            unknown = [word for word in row if word not in WORDS]
            if unknown or not row:
                found = f"never read {unknown[0]!r}" if unknown else "reads no empty caption"
                raise ValueError(f"this network {found}; its words are {', '.join(WORDS)}")
        numbers = torch.tensor([WORDS.index(word) for row in rows for word in row], dtype=torch.long)
        starts = torch.tensor([sum(map(len, rows[:i])) for i in range(len(rows))], dtype=torch.long)
        return F.normalize(self.words(numbers, starts), dim=1)


def draw(
    count: int, seed: int, pairs: list[tuple[str, str]], *, size: int = IMAGE_SIZE, progress: bool = False
) -> Tensor:
    """Scenes with one animal each, preprocessed: scene i shows pair i, and from the last pair on the first again.

    Args:
        count: how many, from 0.
        seed: of the scenes, a whole number from 0.
        pairs: of a color and a species.
        size: width and height in pixels.
        progress: show a progress bar.

    Returns:
        (count, 3, size, size), channels last in memory.
    """
    images = torch.empty(count, 3, size, size, memory_format=torch.channels_last)
    for i in Bar(range(count), desc="drawing scenes", disable=not progress):
        color, species = pairs[i % len(pairs)]
        images[i] = zoo.preprocess(zoo.scene(seed * 2**32 + i, [species], size, colors=[color]).image)[0]
    return images


def contrastive_loss(pictures: Tensor, captions: Tensor, scale: Tensor | float) -> Tensor:
    """Each picture shall find its caption among those of the batch, and each caption its picture.

    Args:
        pictures: (N, D), of any length.
        captions: (N, D), of length 1; caption i belongs to picture i.
        scale: what the cosines are multiplied by before the softmax.

    Source: Radford et al., "Learning Transferable Visual Models From Natural Language Supervision" (ICML 2021), section
    2.3.
    """
    logits = scale * F.normalize(pictures, dim=1) @ captions.T
    right = torch.arange(len(logits))
    return (F.cross_entropy(logits, right) + F.cross_entropy(logits.T, right)) / 2


def batches(
    count: int, epochs: int, pairs: list[tuple[str, str]] = SEEN, seed: int = 0
) -> Iterator[tuple[Tensor, list[str]]]:
    """The numbers of `count` pictures, in batches, and their captions: in a batch each caption comes once.

    Picture i shows pair i modulo the number of pairs, as `draw` has it. Which pictures of two captions meet is left to
    chance; the last batch of an epoch may lack some captions.
    """
    order = torch.Generator().manual_seed(seed)
    columns = [torch.arange(kind, count, len(pairs)) for kind in range(min(len(pairs), count))]
    for _ in range(epochs):
        shuffled = [column[torch.randperm(len(column), generator=order)] for column in columns]
        for row in range(len(columns[0])):
            batch = torch.stack([column[row] for column in shuffled if row < len(column)])
            yield batch, [zoo.phrase(*pairs[i % len(pairs)]) for i in batch.tolist()]


def train(
    *,
    seed: int = 0,
    scenes: int = 5760,
    epochs: int = 6,
    held_out: int = 400,
    progress: bool = True,
    pairs: list[tuple[str, str]] = SEEN,
) -> Training:
    """Train the towers on pictures of some pairs and their captions.

    Args:
        seed: of the scenes, the initial weights and the order of the batches; 0 to 999,999.
        scenes: how many to draw, at least 1.
        epochs: how many times to go through them, at least 1.
        held_out: how many scenes to test on, at least 1; of all 64 pairs alike.
        progress: show progress bars.
        pairs: the pairs that it is trained on.

    Returns:
        A `Training`; its accuracy is that of `accuracy`.

    Raises:
        TypeError, ValueError: a number is out of its range.
    """
    whole_number("scenes", scenes, 1), whole_number("epochs", epochs, 1), whole_number("held_out", held_out, 1)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = Towers().to(memory_format=torch.channels_last)
    images = draw(scenes, seed, pairs, progress=progress)
    steps = epochs * -(-scenes // len(pairs))
    optimizer = OneCycleAdamW(network.parameters(), LEARNING_RATE, steps)
    losses = []
    network.train()
    with torch.enable_grad(), Bar(total=steps, desc="training", disable=not progress) as bar:
        for batch, captions in batches(scenes, epochs, pairs, seed):
            loss = contrastive_loss(network(images[batch]), network.read(captions), network.log_scale.exp())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
            bar.update()
    network.eval()
    del images  # before others are drawn
    return Training(network, losses, accuracy(network, held_out, training.HELD_OUT_SEED + seed))


@torch.no_grad()
def accuracy(network: Towers, count: int, seed: int) -> float:
    """The share of scenes, 0 to 1, whose own caption fits best of all 64; the scenes show all pairs alike.

    Args:
        network: in eval mode.
        count: how many scenes, at least 1.
        seed: of the scenes, at least 1,000,000.
    """
    images = draw(count, OWN_SEEDS + seed, PAIRS)
    captions = network.read([zoo.phrase(*pair) for pair in PAIRS])
    best = torch.cat([(network(some) @ captions.T).argmax(dim=1) for some in images.split(25)])
    return (best == torch.arange(count) % len(PAIRS)).double().mean().item()
