"""What notebook 18 measures by: its scenes, its league, and the maps of its first figure."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from cam_tutorial import grad_cam, metrics, record, saliency, upsample, zoo
from cam_tutorial.course.gluing import SIDE
from cam_tutorial.metrics import Interval, League, Scenes
from cam_tutorial.zoo import Scene

from .material import to_picture
from .photographs import Explain
from .solutions import (
    my_grad_cam_plus_plus,
    my_integrated_gradients,
    my_layer_cam,
    my_score_cam,
    my_smooth_grad,
)

masks = to_picture


def pxap(maps: Tensor, scenes: Scenes) -> Tensor:
    """The pixel average precision of each scene by itself: (n,)."""
    return torch.tensor(
        [metrics.pxap(one[None], mask[None]) for one, mask in zip(maps, scenes.masks, strict=True)],
    )


MEASURES = {
    "pointing": lambda maps, scenes: metrics.pointing_game(maps, scenes.masks).double(),
    "energy": lambda maps, scenes: metrics.energy_inside(maps, scenes.masks),
    "PxAP": pxap,
}


def cat_and_snail() -> tuple[Scene, Tensor, Tensor]:
    """A scene, its image as a network takes it (1, 3, 96, 96), and the cat's class (1,)."""
    scene = zoo.scene(409, animals=["cat", "snail"])
    return scene, zoo.preprocess(scene.image), torch.tensor([scene.animals[0].label])


def two_animals(count: int, seed: int) -> tuple[Tensor, Tensor, Tensor]:
    """Scenes with two animals, of which the first is asked for: preprocessed images, its classes and its masks."""
    images, labels, masks = zoo.batch(count, seed=seed, animals=2)
    return zoo.preprocess(images), labels[:, 0], masks[:, 0].clone()


def league_on(scenes: tuple[Tensor, Tensor, Tensor]) -> Callable[..., League]:
    """A function that puts methods through the three measures on these scenes."""
    return lambda methods: metrics.league(methods, MEASURES, *scenes, batch_size=5, progress=False)


def ahead(difference: Interval, first: str, second: str) -> str:
    """Who is ahead, if the interval of first − second tells; else "neither"."""
    if not difference.excludes():
        return "neither"
    return first if difference.mean > 0 else second


def one_by_one(
    network: nn.Module, score_cam: Callable[..., Tensor], layer: str = "trunk"
) -> Callable[[Tensor, Tensor], Tensor]:
    """Score-CAM of a batch: each image by itself, with its own class's score."""

    def scores(label: Tensor) -> Callable[[Tensor], Tensor]:
        return lambda pictures: torch.cat([network(some)[:, label] for some in pictures.split(8)])

    @torch.no_grad()
    def explain(images: Tensor, target: Tensor) -> Tensor:
        with record(network, layer) as recorded:
            network(images)
        each = zip(images, target, recorded.output, strict=True)
        return torch.stack([score_cam(scores(label), image, A) for image, label, A in each])

    return explain


def all_of(network: nn.Module, x: Tensor, c: Tensor) -> dict[str, Tensor]:
    """Seven maps of one image (1, 3, H, W) of a zoo network, each (H, W)."""
    with torch.no_grad(), record(network, "trunk", as_leaf=True) as recorded:
        y = network(x)[:, c.item()]
    (gradient,) = torch.autograd.grad(y.sum(), recorded.output)
    A = recorded.output.detach()
    noise = torch.randn(16, *x.shape, generator=torch.Generator().manual_seed(0))

    def gradient_of(images: Tensor) -> Tensor:
        return saliency(network, images, c)

    layers = {
        "Grad-CAM": grad_cam(network, x, c),
        "Grad-CAM++": my_grad_cam_plus_plus(A, gradient),
        "LayerCAM": my_layer_cam(A, gradient),
        "Score-CAM": one_by_one(network, my_score_cam)(x, c),
    }
    pixels = {
        "saliency": gradient_of(x).abs().amax(dim=1),
        "integrated gradients": my_integrated_gradients(gradient_of, x, torch.zeros_like(x)).sum(dim=1),
        "SmoothGrad": my_smooth_grad(gradient_of, x, noise).abs().amax(dim=1),
    }
    size = (x.shape[2], x.shape[3])
    return {name: upsample(maps, size)[0] for name, maps in {**layers, **pixels}.items()}


def softened(score: Callable[[Tensor], Tensor], image: Tensor, A: Tensor) -> Tensor:
    """Score-CAM with its weights through a softmax, as several libraries have it: (h, w)."""
    increase = score(image * masks(A, image.shape[1:])[:, None])
    return (increase.softmax(dim=0)[:, None, None] * A).sum(dim=0)


def slow() -> dict[str, Explain]:
    """What takes minutes on the photographs, for `photographs.store`: half an hour in all, on one core."""
    noise = torch.randn(16, 1, 3, SIDE, 2 * SIDE, generator=torch.Generator().manual_seed(0))

    def integrated(network: nn.Module, images: Tensor, target: Tensor) -> Tensor:
        def gradient_of(pictures: Tensor) -> Tensor:
            return saliency(network, pictures, target)

        return my_integrated_gradients(gradient_of, images, torch.zeros_like(images)).sum(dim=1)

    def smooth(network: nn.Module, images: Tensor, target: Tensor) -> Tensor:
        def gradient_of(pictures: Tensor) -> Tensor:
            return saliency(network, pictures, target)

        return my_smooth_grad(gradient_of, images, noise).abs().amax(dim=1)

    return {
        "saliency": lambda network, images, target: saliency(network, images, target).abs().amax(dim=1),
        "integrated gradients": integrated,
        "SmoothGrad": smooth,
        "Score-CAM": lambda network, *asked: one_by_one(network, my_score_cam, "features")(*asked),
        "Score-CAM, softmax": lambda network, *asked: one_by_one(network, softened, "features")(*asked),
    }
