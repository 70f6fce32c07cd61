"""What the exercises are tried on: random stacks of maps, small networks, and one scene of the zoo to draw."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from cam_tutorial import models, zoo

# (N, K, H, W): never square, never a batch of one alone, and no two numbers alike.
SHAPES = ((2, 3, 4, 5), (3, 5, 6, 2), (4, 2, 3, 7))


def stacks(generator: torch.Generator, shapes: Sequence[tuple[int, ...]] = SHAPES) -> list[Tensor]:
    """Random feature maps (N, K, H, W) of several shapes, from a normal distribution: of both signs."""
    return [torch.randn(*shape, generator=generator) for shape in shapes]


def indices(generator: torch.Generator, count: int, classes: int) -> Tensor:
    """One class index an image, (count,): not all alike, and not all 0."""
    return torch.randperm(classes, generator=generator)[torch.arange(count) % classes]


def flatten_network(generator: torch.Generator, classes: int = 5, size: tuple[int, int] = (6, 8)) -> nn.Sequential:
    """A small network without pooling, in eval mode: `[0]` and `[1]` are its trunk, for images (N, 2, H, W)."""
    height, width = size
    network = nn.Sequential(
        nn.Conv2d(2, 4, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(4 * height * width, 6), nn.ReLU(),
        nn.Linear(6, classes),
    )  # fmt: skip
    draw_weights(network, generator)
    return network.eval()


def draw_weights(network: nn.Module, generator: torch.Generator) -> None:
    """Draw a network's weights from `generator`, wide enough to give scores that differ."""
    with torch.no_grad():
        for parameter in network.parameters():
            spread = 1.5 / max(parameter[0].numel(), 1) ** 0.5 if parameter.ndim > 1 else 0.3
            parameter.copy_(spread * torch.randn(parameter.shape, generator=generator))


def turtle() -> tuple[Tensor, Tensor, Tensor, int]:
    """A scene of the zoo to draw: its image (1, 3, 96, 96), zoo-gap's features and weights, and the turtle's class."""
    network = models.load("zoo-gap").requires_grad_(False)
    image = zoo.scene(601, "turtle").image
    features = network.get_submodule("trunk")(zoo.preprocess(image))
    return image[None], features, network.get_parameter("classifier.weight"), zoo.ANIMALS.index("turtle")
