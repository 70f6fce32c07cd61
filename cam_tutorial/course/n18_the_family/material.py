"""What the exercises of notebook 18 are tried on."""

import torch
from torch import Tensor, nn

from cam_tutorial import models, record, upsample, zoo
from cam_tutorial.course.material import flatten_network, turtle

# (N, K, H, W): not square, a batch of one, one map, one place, one value.
SHAPES = ((2, 3, 4, 5), (3, 2, 6, 3), (1, 4, 3, 2), (2, 1, 2, 7), (2, 3, 1, 1), (1, 1, 1, 1), (2, 2, 3, 3))


def maps_and_gradients(generator):
    """Maps and gradients of both signs, whole zeros among them; then as a ReLU leaves them; then faint ones."""
    cases = []
    for shape in SHAPES:
        A, gradient = (torch.randn(*shape, generator=generator) for _ in range(2))
        cases.append((A, gradient * (torch.rand(shape, generator=generator) > 0.2)))
    A, gradient = cases[0]
    cases.append((A.relu(), gradient))
    cases.append((A.relu(), 0.001 * gradient))  # whose squares are smaller than many an ε
    cases.append((cases[1][0].relu(), -cases[1][1].abs()))  # nothing speaks for the class
    cases.append((torch.zeros(1, 2, 3, 4), torch.zeros(1, 2, 3, 4)))
    return cases


class Score:
    """The score of one class, as a function of images: (n, C, H, W) -> (n,)."""

    def __init__(self, network: nn.Module, class_index: int) -> None:
        self.network, self.class_index = network, class_index

    def __call__(self, images: Tensor) -> Tensor:
        with torch.no_grad():
            scores: Tensor = self.network(images)[:, self.class_index]
        return scores


class Gradient:
    """The gradient of each image's own class, as a function of images: (N, C, H, W) -> the same."""

    def __init__(self, network: nn.Module, target: Tensor) -> None:
        self.network, self.target = network, target

    def __call__(self, images: Tensor) -> Tensor:
        x = images.detach().clone().requires_grad_()
        with torch.enable_grad():
            y = self.network(x).gather(1, self.target[:, None])
            (gradient,) = torch.autograd.grad(y.sum(), x)
        return gradient


def smooth_network(generator: torch.Generator, size: tuple[int, int], classes: int = 5) -> nn.Sequential:
    """A small network whose gradient changes from place to place: where a ReLU stands, a Softplus."""
    network = flatten_network(generator, classes, size)
    parts = [nn.Softplus() if isinstance(part, nn.ReLU) else part for part in network]
    return nn.Sequential(*parts).requires_grad_(False).eval()


def gradients_and_images(generator):
    """(N, size, target) of several kinds: a batch of one, more images than classes, square pictures."""
    for n, size, target in (
        (3, (6, 8), [2, 0, 4]),
        (1, (5, 3), [3]),
        (6, (4, 4), [1, 0, 2, 2, 4, 3]),
        (2, (3, 7), [4, 1]),
    ):
        images = torch.randn(n, 2, *size, generator=generator) * torch.linspace(0.5, 3, n)[:, None, None, None] + 0.5
        yield Gradient(smooth_network(generator, size), torch.tensor(target)), images


def turtle_maps() -> tuple[Tensor, Tensor]:
    """The turtle's maps in the middle layer of zoo-flatten, and the gradient there, to draw what is made of them."""
    image, _, _, label = turtle()
    network = models.load("zoo-flatten").requires_grad_(False)
    with torch.no_grad(), record(network, "trunk.4", as_leaf=True) as recorded:
        y = network(zoo.preprocess(image[0]))[:, label]
    (gradient,) = torch.autograd.grad(y.sum(), recorded.output)
    return recorded.output.detach(), gradient


def to_picture(A: Tensor, size: tuple[int, int] | torch.Size) -> Tensor:
    """Maps (K, h, w) as large as the picture, each scaled to [0, 1]: what Score-CAM multiplies the image with."""
    M = upsample(A, (size[0], size[1]))
    low, high = M.amin(dim=(1, 2), keepdim=True), M.amax(dim=(1, 2), keepdim=True)
    return torch.where(high > low, (M - low) / (high - low), torch.zeros_like(M))
