"""Small birds in fine pictures, crops of them, and a linear classifier on pooled features."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cam_tutorial import metrics, zoo
from cam_tutorial.zoo import Scene

FINE, SEEN = 288, 96  # pixels of the original, and of what the network takes
KINDS = zoo.KINDS["bird"]
SMALLEST, LARGEST = 0.18, 0.34  # of a bird, as a share of the picture's width
_PLACE, _RANDOM = 909, 910  # what the random numbers are for
_DECAY, _STEPS = 0.01, 20  # of the linear classifier's weights; in its training

Square = tuple[float, float, float, float]


def small_bird(seed: int) -> Scene:
    """A scene of 288 pixels with one small bird of a random kind, anywhere."""
    rng = np.random.default_rng([_PLACE, seed])
    side = SMALLEST + (LARGEST - SMALLEST) * rng.random()
    left, top = (rng.random(2) * (1 - side)).tolist()
    return zoo.scene(seed, None, FINE, among=KINDS, region=(left, top, left + side, top + side))


def small_birds(n: int, seed: int) -> Iterator[Scene]:
    """The n scenes of small birds that belong to this seed, numbered as those of `zoo.scenes_of` are."""
    return (small_bird(seed * 2**32 + i) for i in range(n))


def shrunk(image: Tensor) -> Tensor:
    """A fine picture (3, 288, 288) as the network takes it, (3, 96, 96): each pixel the mean of nine."""
    return F.avg_pool2d(image, FINE // SEEN)


def crop(image: Tensor, square: Sequence[float]) -> Tensor:
    """What a square of the fine picture shows, resized for the network: (3, 96, 96)."""
    left, top, right, bottom = (max(0, min(round(edge), FINE)) for edge in square)
    cut = image[None, :, top : max(bottom, top + 1), left : max(right, left + 1)]
    resized = F.interpolate(cut, (SEEN, SEEN), mode="bilinear", antialias=True, align_corners=False)
    return resized[0].clamp(0, 1)


def moved(square: Sequence[float], seed: int) -> Square:
    """A square of the same size at a random place of the picture."""
    side = square[2] - square[0]
    left, top = (np.random.default_rng([_RANDOM, seed]).random(2) * (FINE - side)).tolist()
    return left, top, left + side, top + side


def features(network: nn.Module, pictures: Sequence[Tensor]) -> Tensor:
    """The pooled features of pictures, (N, 64): what the network's own last layer is given."""
    with torch.no_grad():
        maps: Tensor = network.get_submodule("trunk")(zoo.preprocess(torch.stack(list(pictures))))
    return maps.mean(dim=(2, 3))


def linear(inputs: Tensor, labels: Tensor) -> Callable[[Tensor], Tensor]:
    """A linear classifier, trained to the end: a function from features (N, 64) to classes (N,).

    The cross-entropy, with a little weight decay, on features of mean 0 and standard deviation 1. Newton's method by
    hand: an optimizer of `torch.optim` loads torch's compiler when it is first used, 150 MB.
    """
    mean, spread = inputs.mean(dim=0), inputs.std(dim=0) + 1e-6

    def standard(some: Tensor) -> Tensor:  # a column of ones for the bias
        return torch.cat([(some - mean) / spread, torch.ones(len(some), 1)], dim=1).double()

    x, right = standard(inputs), F.one_hot(labels, len(KINDS)).double()
    wide = x.shape[1]
    decay = torch.full((wide, 1), 2 * _DECAY, dtype=torch.float64)
    decay[-1] = 1e-6  # next to none on the bias
    weights = torch.zeros(wide, len(KINDS), dtype=torch.float64)
    for _ in range(_STEPS):
        said = (x @ weights).softmax(dim=1)
        slope = x.T @ (said - right) / len(x) + decay * weights
        bend = torch.diag_embed(said) - said[:, :, None] * said[:, None, :]
        curve = torch.einsum("nab,ni,nj->iajb", bend, x, x).flatten(2).flatten(0, 1) / len(x)
        curve += torch.diag(decay.expand_as(weights).flatten())
        weights -= torch.linalg.solve(curve, slope.flatten()).view_as(weights)
    return lambda other: (standard(other) @ weights).argmax(dim=1)


def kind_of(scene: Scene) -> int:
    """The class of a scene's bird, 0 to 3."""
    return KINDS.index(scene.animals[0].name)


def box_of(scene: Scene) -> Square:
    """The bird's true box, in pixels of the picture of 96."""
    left, top, right, bottom = (edge * SEEN / scene.image.shape[-1] for edge in scene.animals[0].box)
    return left, top, right, bottom


def shows_beak(scene: Scene, square: Sequence[float]) -> bool:
    """Whether a square of the fine picture shows the whole beak."""
    left, top, right, bottom = metrics.mask_boxes(scene.animals[0].parts["beak"][None])[0].tolist()
    return square[0] <= left and square[1] <= top and right <= square[2] and bottom <= square[3]


def beak_area(scene: Scene) -> float:
    """The beak's share of the bird's area."""
    animal = scene.animals[0]
    return (animal.parts["beak"].sum() / animal.mask.sum()).item()


def share_on(part: str, scene: Scene, map_: Tensor) -> float:
    """A part's share of the positive part of a map on the bird; 0 for none."""
    animal = scene.animals[0]
    return metrics.part_shares(map_ * animal.mask, animal.parts)[part]
