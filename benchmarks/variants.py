"""What is measured: each variant of Grad-CAM as its users call it, drawing the Tiny Zoo, and scoring boxes.

A task is built and run in a worker process of its own (`workers.py`). Its imports stand inside it, so that a
process holds only what its own task needs and the process that shows the progress bar stays small.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor, nn

THREADS, BATCH, SIZE, LAYER = 2, 16, 224, "layer4"
SCENES, SCENE_SIZE = 200, 96  # scenes drawn in one turn
MAPS = 1000  # scored in one turn, of SCENE_SIZE too

# Run a variant on the network, the images and a class for each of them.
Variant = Callable[["nn.Module", "Tensor", list[int]], Any]


class Task:
    """One thing to time: `run` is the timed call; `difference` says how far its maps are from ours."""

    def __init__(self, run: Callable[[], Any], difference: Callable[[], float] | None = None) -> None:
        self.run = run
        self.difference = difference or (lambda: 0.0)


def bare_forward(model: nn.Module, images: Tensor, targets: list[int]) -> Tensor:
    import torch

    with torch.no_grad():
        scores: Tensor = model(images)
    return scores


def ours(model: nn.Module, images: Tensor, targets: list[int], layer: str | None = LAYER) -> Tensor:
    import torch

    from cam_tutorial import grad_cam

    return grad_cam(model, images, torch.tensor(targets), layer)


def captum(model: nn.Module, images: Tensor, targets: list[int]) -> Tensor:
    import torch
    from captum.attr import LayerGradCam  # type: ignore[import-untyped]

    explainer = LayerGradCam(model, model.get_submodule(LAYER))
    maps: Tensor = explainer.attribute(images, target=torch.tensor(targets), relu_attributions=True)
    return maps[:, 0]


def torchcam(model: nn.Module, images: Tensor, targets: list[int]) -> Tensor:
    from torchcam.methods import GradCAM

    with GradCAM(model, LAYER) as explainer:
        scores = model(images)
        maps: Tensor = explainer(targets, scores)[0]
    return maps


def pytorch_grad_cam(model: nn.Module, images: Tensor, targets: list[int]) -> Any:
    from pytorch_grad_cam import GradCAM  # type: ignore[import-untyped]
    from pytorch_grad_cam.utils.model_targets import (  # type: ignore[import-untyped]
        ClassifierOutputTarget,
    )

    with GradCAM(model=model, target_layers=[model.get_submodule(LAYER)]) as explainer:
        return explainer(input_tensor=images, targets=[ClassifierOutputTarget(target) for target in targets])


VARIANTS: dict[str, Variant] = {
    "forward pass alone": bare_forward,
    f'grad_cam(layer="{LAYER}")': ours,
    "grad_cam()": functools.partial(ours, layer=None),
    "captum": captum,
    "torchcam": torchcam,
    "grad-cam": pytorch_grad_cam,
}
BARE, *_OTHERS = VARIANTS
OURS, PEERS = _OTHERS[:2], _OTHERS[2:]
ZOO, BOXES = "zoo.scene", "metrics.max_box_acc_v2"


def build(name: str) -> Task:
    """The task of that name, its network and images included."""
    others = {ZOO: _zoo_task, BOXES: _boxes_task}
    return others[name]() if name in others else _grad_cam_task(name)


def _grad_cam_task(name: str) -> Task:
    import torch
    from torchvision.models import resnet50

    torch.set_num_threads(THREADS)
    torch.manual_seed(0)
    model = resnet50(weights=None).eval()  # untrained: nothing is downloaded, and the work is the same
    images = torch.rand(BATCH, 3, SIZE, SIZE)
    targets = list(range(BATCH))
    run = functools.partial(VARIANTS[name], model, images, targets)
    if name == BARE:
        return Task(run)
    return Task(run, lambda: _difference(run(), ours(model, images, targets)))


def _difference(maps: Any, expected: Tensor) -> float:
    """The largest difference of two stacks of maps once both are brought to the images' size and to [0, 1].

    torchcam always scales its maps, grad-cam scales and enlarges them: only so can they be compared.
    """
    import torch

    from cam_tutorial import normalize, upsample

    def as_picture(maps: Tensor) -> Tensor:
        return normalize(maps if maps.shape[-1] == SIZE else upsample(normalize(maps), SIZE))

    return (as_picture(torch.as_tensor(maps).detach()) - as_picture(expected)).abs().max().item()


def _zoo_task() -> Task:
    import torch

    from cam_tutorial import zoo

    torch.set_num_threads(1)

    def draw() -> None:
        for seed in range(SCENES):
            scene = zoo.scene(seed, size=SCENE_SIZE)
            _ = scene.image, [animal.mask for animal in scene.animals]

    return Task(draw)


def _boxes_task() -> Task:
    """Half of the maps smooth, as class activation maps are, half noise in every pixel, which has the most pieces."""
    import cv2
    import torch

    from cam_tutorial import metrics, upsample

    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    chance = torch.Generator().manual_seed(0)
    smooth = upsample(torch.randn(MAPS // 2, 12, 12, generator=chance), SCENE_SIZE)
    maps = torch.cat([smooth, torch.rand(MAPS // 2, SCENE_SIZE, SCENE_SIZE, generator=chance)])
    corners = torch.randint(0, SCENE_SIZE // 2, (MAPS, 2), generator=chance)
    true_boxes = torch.cat([corners, corners + torch.randint(10, 48, (MAPS, 2), generator=chance)], dim=1)
    return Task(lambda: metrics.max_box_acc_v2(maps, true_boxes))
