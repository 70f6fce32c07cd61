"""What notebook 11 teaches from and measures on: the newcomers of the zoo.

Scenes to learn from have seeds below 1,000,000, those to measure on above it (`training.HELD_OUT_SEED`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from cam_tutorial import metrics, models, training, zoo
from cam_tutorial.course import shared
from cam_tutorial.zoo import NEWCOMERS, Scene

SIDE = 96  # pixels that the networks see
FIRST = 1100  # seed of the first draw's scenes
HELD_OUT = training.HELD_OUT_SEED + FIRST
HELD_OUT_TWO = HELD_OUT + 10
EXAMPLES = (1, 5, 20, 50)  # of each species

Way = Callable[[Tensor, Tensor], nn.Module]  # inputs (N, …) and labels (N,) -> what gives logits (N, 5)


@dataclass(frozen=True)
class Pictures:
    """Scenes, kept as photographs are: in bytes, a quarter of the memory that a network's input takes.

    Attributes:
        pixels: uint8 (N, 3, H, W).
        labels: (N,), the class of the animal that is asked for.
        masks: bool (N, H, W), where that animal is.
    """

    pixels: Tensor
    labels: Tensor
    masks: Tensor

    @property
    def images(self) -> Tensor:
        """As a network takes them: preprocessed, (N, 3, H, W), channels last in memory; made anew each time."""
        images = torch.empty(self.pixels.shape, memory_format=torch.channels_last)
        for place in range(0, len(self), 20):  # all at once would take four times the memory
            images[place : place + 20] = zoo.preprocess(self.pixels[place : place + 20] / 255)
        return images

    def __len__(self) -> int:
        return len(self.labels)


def collected(n: int, scenes: Iterable[Scene], classes: tuple[str, ...] = NEWCOMERS, size: int = SIDE) -> Pictures:
    """n scenes, each asked for its first animal, whose class is its place in `classes`; drawn one at a time."""
    pixels = torch.empty(n, 3, size, size, dtype=torch.uint8)
    labels, masks = torch.empty(n, dtype=torch.long), torch.empty(n, size, size, dtype=torch.bool)
    for i, scene in enumerate(scenes):
        pixels[i] = (255 * scene.image).round()
        labels[i] = classes.index(scene.animals[0].name)
        masks[i] = scene.animals[0].mask
    return Pictures(pixels, labels, masks)


def in_turn(each: int, seed: int, style: str = "day", size: int = SIDE) -> Pictures:
    """One animal a scene, the newcomers in turn: the first 5 · n are n of each."""
    rows = [zoo.scenes_of(each, seed + k, name, size, style=style) for k, name in enumerate(NEWCOMERS)]
    in_order = (scene for one_of_each in zip(*rows, strict=True) for scene in one_of_each)
    return collected(each * len(NEWCOMERS), in_order, size=size)


def examples(draw: int, each: int = 50, style: str = "day", size: int = SIDE) -> Pictures:
    """The pictures that a draw gives to learn from: those of another draw are others."""
    return in_turn(each, FIRST + 10 * draw, style, size)


def held_out(each: int = 40, style: str = "day", size: int = SIDE) -> Pictures:
    """Pictures of one newcomer each, to measure how often a classifier is right."""
    return in_turn(each, HELD_OUT, style, size)


def two(n: int = 120) -> Pictures:
    """Held-out pictures of two newcomers each; the first is asked for."""
    return collected(n, zoo.scenes_of(n, HELD_OUT_TWO, 2, SIDE, among=NEWCOMERS))


def two_of_the_eight(n: int = 120) -> Pictures:
    """The same scenes with two of the animals that zoo-gap knows."""
    return collected(n, zoo.scenes_of(n, HELD_OUT_TWO, 2, SIDE), zoo.ANIMALS)


def of_the_eight(n: int = 200) -> Pictures:
    """Pictures of one animal each that zoo-gap knows, for the scale of its averages."""
    return collected(n, zoo.scenes_of(n, FIRST + 9, None, SIDE), zoo.ANIMALS)


def untrained(trunk: nn.Module | None = None) -> models.GapNet:
    """zoo-gap's layers for five classes, with drawn weights, or with a copy of a trunk and a drawn last layer.

    The caller's random numbers go on as if nothing had been drawn.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network = models.GapNet(classes=len(NEWCOMERS))
    if trunk is not None:
        network.trunk.load_state_dict(trunk.state_dict())
    return network


def head(weights: Tensor, biases: Tensor) -> nn.Linear:
    """A linear layer with these weights (C, K) and biases (C,); the caller's random numbers stay as they were."""
    with torch.random.fork_rng(devices=[]):
        layer = nn.Linear(weights.shape[1], weights.shape[0])
    layer.load_state_dict({"weight": weights, "bias": biases})
    return layer


def learned(way: Way, inputs: Iterable[Tensor], drawn: Iterable[Pictures]) -> dict[int, list[nn.Module]]:
    """n -> the classifiers, one a draw, that `way` makes of the first n examples of each species.

    `inputs` are what it learns from, a draw at a time: the pictures, or features made of them.
    """
    made: dict[int, list[nn.Module]] = {n: [] for n in EXAMPLES}
    stream = iter(inputs)
    for some in drawn:
        x = next(stream)
        for n in EXAMPLES:
            count = n * len(NEWCOMERS)
            made[n].append(way(x[:count], some.labels[:count]))
        del x  # before the next is made
    return made


@torch.no_grad()
def right(made: Mapping[int, Sequence[nn.Module]], inputs: Tensor, tests: Pictures) -> dict[int, Tensor]:
    """n -> whether the classifier of each draw is right on each test picture: float64 (draws, N), 0 or 1."""

    def answers(classifier: nn.Module) -> Tensor:
        return torch.cat([classifier(some) for some in inputs.split(20)]).argmax(dim=1)

    return {n: torch.stack([answers(one) == tests.labels for one in some]).double() for n, some in made.items()}


@torch.no_grad()
def maps_of(trunk: nn.Module, pictures: Pictures) -> Tensor:
    """The maps that a trunk gives of pictures: (N, K, h, w)."""
    return torch.cat([trunk(some) for some in pictures.images.split(20)])


def blind(pictures: Pictures) -> dict[str, Tensor]:
    """Whether maps that no network had a part in point at the animal: name -> float64 (N,), 0 or 1."""
    guesses = {"edges": edges(pictures), "center": center(pictures)}
    return {name: metrics.pointing_game(maps, pictures.masks).double() for name, maps in guesses.items()}


def center(pictures: Pictures) -> Tensor:
    """The same soft spot in the middle of every picture: (N, 96, 96)."""
    return shared.spot(SIDE).expand(len(pictures), SIDE, SIDE)


def edges(pictures: Pictures) -> Tensor:
    """How steeply the brightness changes at each pixel, whatever the class: (N, 96, 96)."""
    return shared.edges(pictures.pixels.float())


@dataclass(frozen=True)
class Lead:
    """How much more often one way is right than another.

    Attributes:
        over_pictures: the mean over the draws, with its interval over the test pictures, paired.
        by_draw: the difference in each single draw.
    """

    over_pictures: metrics.Interval
    by_draw: tuple[float, ...]

    def __format__(self, form: str) -> str:
        return f"{self.over_pictures:{form}}, by draw {' '.join(f'{one:{form}}' for one in self.by_draw)}"

    @property
    def holds(self) -> bool:
        """Whether it is above 0: the whole interval, and every single draw."""
        return self.over_pictures.low > 0 and min(self.by_draw) > 0

    def __neg__(self) -> "Lead":
        mean, low, high = self.over_pictures
        return Lead(metrics.Interval(-mean, -high, -low), tuple(-one for one in self.by_draw))


def lead(first: Tensor, second: Tensor) -> Lead:
    """Of first over second: values (draws, N) on the same N test pictures, or (N,), the same in every draw."""
    first, second = torch.broadcast_tensors(first, second)
    pairs = metrics.paired_interval(first.mean(dim=0), second.mean(dim=0))
    return Lead(pairs, tuple((first - second).mean(dim=1).tolist()))


def ahead(lead: Lead, first: str, second: str) -> str:
    """Who is ahead, if the interval of first − second tells and every draw agrees."""
    if lead.holds:
        return first
    return second if (-lead).holds else "not told apart"


def one_by_one(draws: Iterable[Pictures]) -> Iterator[Tensor]:
    """The images of several draws, each made when it is asked for: together they take much memory."""
    return (some.images for some in draws)


def lies(map_: Tensor, scene: Scene) -> str:
    """Where the highest place of a map (H, W) lies: on which animal, or beside all."""
    row, column = divmod(int(map_.argmax()), map_.shape[1])
    on = [animal.name for animal in scene.animals if animal.mask[row, column]]
    return f"on the {on[0]}" if on else "beside both"
