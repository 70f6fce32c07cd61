"""What notebook 13 measures on. Seeds below 1,000,000 are learned from, those above it are held out."""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from cam_tutorial import metrics, models, training, upsample, zoo
from cam_tutorial.course import shared
from cam_tutorial.zoo import Scene
from cam_tutorial.zoo.drawing import draw

from .rotation import small

FIRST = 1300  # seed of the scenes that the linear classifiers learn from
HELD_OUT = training.HELD_OUT_SEED + FIRST
SIDE = models.IMAGE_SIZE
EXAMPLES = (1, 5, 25)  # of each species
DRAWS = 5  # of labeled pictures, if there are as many
UNTRAINED = range(5)  # seeds of the trunks that were never trained


@dataclass(frozen=True)
class Pictures:
    """Scenes of one animal each.

    Attributes:
        images: (N, 3, 96, 96), preprocessed.
        masks: bool (N, 96, 96), where the animal is.
        labels: (N,), its species.
        scenes: all that is known of them.
    """

    images: Tensor
    masks: Tensor
    labels: Tensor
    scenes: tuple[Scene, ...]

    @property
    def small(self) -> Tensor:
        """As the networks of this notebook take them: (N, 3, 48, 48)."""
        return small(self.images)


def in_turn(each: int, seed: int) -> Pictures:
    """The eight species in turn: the first 8 · n are n of each."""
    rows = [zoo.scenes_of(each, seed + k, name, SIDE) for k, name in enumerate(zoo.ANIMALS)]
    images, masks = torch.empty(8 * each, 3, SIDE, SIDE), torch.empty(8 * each, SIDE, SIDE, dtype=torch.bool)
    kept = []
    for i, scene in enumerate(scene for one_of_each in zip(*rows, strict=True) for scene in one_of_each):
        images[i], masks[i] = zoo.preprocess(scene.image)[0], scene.animals[0].mask
        kept.append(dataclasses.replace(scene, image=scene.image[:, :0, :0].clone()))  # pixels once are enough
    labels = torch.tensor([zoo.ANIMALS.index(scene.animals[0].name) for scene in kept])
    return Pictures(images, masks, labels, tuple(kept))


def examples(each: int = EXAMPLES[-1]) -> Pictures:
    """What the linear classifiers learn from."""
    return in_turn(each, FIRST)


def held_out(each: int = 25) -> Pictures:
    """What everything is measured on."""
    return in_turn(each, HELD_OUT)


def crossed(animals: Sequence[Scene], backdrops: Sequence[Scene]) -> Tensor:
    """The animal of each first scene, where it stood, before the backdrop of each second one: (N, 3, 48, 48)."""
    drawn = []
    for animal, backdrop in zip(animals, backdrops, strict=True):
        assert animal.drawing is not None
        drawn.append(small(zoo.preprocess(draw(dataclasses.replace(animal.drawing, seed=backdrop.seed)).image)))
    return torch.cat(drawn)


def untrained(seed: int) -> nn.Module:
    """The trunk with random weights; the caller's random numbers go on as if nothing had been drawn.

    Its BatchNorms are in eval mode and so do nothing, as those of every trunk that was never trained.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return models.make_trunk().eval().requires_grad_(False)


def in_batches(of: Callable[..., Tensor], *tensors: Tensor, size: int = 10) -> Tensor:
    """What a function gives for tensors of N each, asked of some at a time: large stacks cost memory."""
    return torch.cat([of(*some) for some in zip(*(one.split(size) for one in tensors), strict=True)])


@torch.no_grad()
def untrained_points(pictures: Pictures) -> Tensor:
    """Whether the sum of all maps of a random trunk is highest on the animal: (5, N), a row a trunk."""
    sums = [in_batches(untrained(seed), pictures.small).sum(dim=1) for seed in UNTRAINED]
    return torch.stack([points(maps, pictures.masks) for maps in sums])


def points(maps: Tensor, masks: Tensor) -> Tensor:
    """Whether each map (N, h, w), enlarged, is highest on the animal: (N,), 1 or 0."""

    def hits(some: Tensor, animals: Tensor) -> Tensor:
        return metrics.pointing_game(upsample(some, SIDE), animals).double()

    return in_batches(hits, maps, masks)


def inside(maps: Tensor, masks: Tensor) -> Tensor:
    """The share of each map (N, h, w), enlarged, that lies on the animal: (N,)."""

    def shares(some: Tensor, animals: Tensor) -> Tensor:
        return metrics.energy_inside(upsample(some, SIDE), animals).double()

    return in_batches(shares, maps, masks)


def blind(pictures: Pictures) -> dict[str, Tensor]:
    """How well guesses point that no network had a part in: name -> float64 (N,)."""
    center = shared.spot(SIDE).expand(len(pictures.images), SIDE, SIDE)
    shares = {"any place": pictures.masks.double().mean(dim=(1, 2))}
    for name, maps in (("center", center), ("edges", shared.edges(pictures.images))):
        shares[name] = points(maps, pictures.masks)
    return shares


def where(map_: Tensor, scene: Scene) -> str:
    """Where the highest place of a map (H, W) lies."""
    row, column = divmod(int(map_.argmax()), map_.shape[1])
    return "on the animal" if scene.animals[0].mask[row, column] else "beside it"


def without(pictures: Pictures) -> Tensor:
    """The same scenes without their animals: (N, 3, 48, 48)."""
    return torch.cat([small(zoo.preprocess(scene.without(scene.animals[0]).image)) for scene in pictures.scenes])


def beside(scene: Scene) -> Scene:
    """The same scene with a thing (a stone, a leaf, a mushroom, ...) beside the animal."""
    return zoo.scene(scene.seed, [scene.animals[0].name], SIDE, things=1)


def with_things(pictures: Pictures) -> tuple[Tensor, Tensor]:
    """The same scenes with a thing beside the animal; and those without the animal: (N, 3, 48, 48) each."""
    both, alone = torch.empty(2, *pictures.small.shape).unbind()
    for i, scene in enumerate(map(beside, pictures.scenes)):
        both[i], alone[i] = (small(zoo.preprocess(one.image))[0] for one in (scene, scene.without(scene.animals[0])))
    return both, alone


def swapped(pictures: Pictures, numbers: Sequence[int] | None = None) -> tuple[Tensor, Tensor]:
    """The animal of each scene before the next one's backdrop; and the next one's animal, of another species, before
    the scene's own backdrop: (N, 3, 48, 48) each; of all scenes, or of those with these numbers."""
    asked = range(len(pictures.scenes)) if numbers is None else numbers
    own = [pictures.scenes[k] for k in asked]
    following = [pictures.scenes[(k + 1) % len(pictures.scenes)] for k in asked]
    return crossed(own, following), crossed(following, own)


@torch.no_grad()
def averages(trunk: nn.Module, pictures: Pictures, larger: bool = False) -> Tensor:
    """The averages of a trunk's maps, (N, 64), of pictures of 48 pixels, or of 96."""
    taken = pictures.images if larger else pictures.small
    return in_batches(lambda some: trunk(some).mean(dim=(2, 3)), taken)


def linear(features: Tensor, labels: Tensor) -> nn.Linear:
    """A linear classifier of features (N, 64) for the eight species, trained from zeros."""
    with torch.random.fork_rng(devices=[]):
        layer = nn.Linear(models.MAPS, len(zoo.ANIMALS))
    layer.load_state_dict({"weight": torch.zeros_like(layer.weight), "bias": torch.zeros_like(layer.bias)})
    training.fit(layer, features, labels, epochs=60, learning_rate=0.02, progress=False)
    return layer.requires_grad_(False)


def learned(trunks: Sequence[nn.Module], learn: Pictures, test: Pictures, larger: bool = False) -> dict[int, Tensor]:
    """How often linear classifiers on the averages of a trunk are right, by how many labels of each species they had.

    Each average is scaled by its mean and standard deviation over all pictures to learn from, labeled or not.

    Args:
        trunks: one, or several, over which the mean is taken.
        learn: the pictures to learn from, the species in turn; n of each are drawn `DRAWS` times, none twice.
        test: the pictures to name.
        larger: whether the trunk takes 96 pixels; else 48.

    Returns:
        n -> (N,), the share of the classifiers that name a test picture right.
    """
    named: dict[int, list[Tensor]] = {n: [] for n in EXAMPLES}
    for trunk in trunks:
        features = averages(trunk, learn, larger)
        mean, spread = features.mean(dim=0), features.std(dim=0)
        scaled, unseen = (features - mean) / spread, (averages(trunk, test, larger) - mean) / spread
        for n, right in named.items():
            draws = zip(scaled.split(8 * n)[:DRAWS], learn.labels.split(8 * n), strict=False)
            right += [(linear(*drawn)(unseen).argmax(dim=1) == test.labels).double() for drawn in draws]
    return {n: torch.stack(right).mean(dim=0) for n, right in named.items()}
