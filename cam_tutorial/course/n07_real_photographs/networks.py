"""ImageNet networks, as far as their weights are at hand; and results that are kept for those who have none.

`CAM_TUTORIAL_KEEP=1` keeps every result anew while the notebook runs: for whoever changes what is computed.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from torch import Tensor

from cam_tutorial import grad_cam, metrics, photos
from cam_tutorial.photos import ImageNetNetwork, Placement, Unavailable

from .memory import give_back
from .photographs import SQUEEZENET

KEPT = Path(__file__).parent / "kept"
BOX_AT = 0.2  # of the map's maximum, as in the CAM paper
Result = dict[str, Tensor]


@dataclass(frozen=True)
class Answer:
    """One class that a network gives a photograph, and why.

    Attributes:
        name: of the network.
        label, probability: the class, and how sure the network is of it.
        heatmap: (h, w), Grad-CAM.
        layer: at which the map was made.
        transforms: the network's preprocessing, which says where the map lies.
        box: (left, top, right, bottom) on the photograph; None for a blank map.
    """

    name: str
    label: str
    probability: float
    heatmap: Tensor
    layer: str
    transforms: Any
    box: tuple[int, int, int, int] | None = None


def squeezenet() -> ImageNetNetwork | None:
    """SqueezeNet as ImageNet trained it; None, and a sentence that says why, where its weights are not to be had."""
    network, reason = _squeezenet()
    if network is None:
        print(f"Without SqueezeNet, what follows shows kept results: {reason}.")
    return network


@cache
def _squeezenet() -> tuple[ImageNetNetwork | None, str]:
    try:
        network = photos.load_network("squeezenet1_0")
    except Unavailable as reason:
        return None, str(reason)
    network.model.requires_grad_(False)
    return network, ""


def result(name: str, network: ImageNetNetwork | None, make: Callable[[ImageNetNetwork], Result]) -> Result:
    """What `make` finds with a network; without one, what it found beforehand, and a line that says so."""
    if network is None:
        return _kept(name, "the weights are not here")
    found = _keep(name, make(network))
    give_back()
    return found


def computed(name: str, make: Callable[[], Result]) -> Result:
    """What `make` finds, which needs torchvision; without it, what it found beforehand, and a line that says so."""
    try:
        return _keep(name, make())
    except ImportError:
        return _kept(name, "torchvision is not here")


def _kept(name: str, reason: str) -> Result:
    print(f"Kept result: {reason}.")
    return load_file(KEPT / f"{name}.safetensors")


def _keep(name: str, found: Result) -> Result:
    if os.environ.get("CAM_TUTORIAL_KEEP"):
        KEPT.mkdir(exist_ok=True)
        save_file({key: value.contiguous() for key, value in found.items()}, KEPT / f"{name}.safetensors")
    return found


def at_hand(names: Sequence[str]) -> Iterator[ImageNetNetwork]:
    """Those networks whose weight files lie in torch hub's cache, one after the other; nothing is fetched."""
    for name in names:
        if (file := weight_file(name)) is not None and file.is_file():
            yield photos.load_network(name)


def weight_file(name: str) -> Path | None:
    """Where the weights of a network lie, once they are fetched; None without torchvision."""
    try:
        from torchvision import models
    except (ImportError, RuntimeError):
        return None
    url = models.get_model_weights(name).DEFAULT.url
    return Path(torch.hub.get_dir()) / "checkpoints" / Path(url).name


def first_answers(names: Sequence[str], photo: Image.Image) -> list[Answer]:
    """The most probable class of each network at hand; where there is none, what SqueezeNet said of the motorcycle."""
    return [answers(network, photo, 1)[0] for network in at_hand(names)] or [kept_answer()]


def kept_answer() -> Answer:
    """SqueezeNet's first answer to the photograph of the motorcycle, as it was kept."""
    kept = result("moped", None, lambda network: {})
    layer = "classifier.2"
    return Answer("squeezenet1_0, kept", "moped", kept["p"].item(), kept["map"], layer, SQUEEZENET)


def answers(network: ImageNetNetwork, photo: Image.Image, count: int = 3) -> list[Answer]:
    """A network's most probable classes, each with its map, and the box of the map's largest piece."""
    batch = network.preprocess(photo)
    with torch.no_grad():
        probabilities = network.model(batch)[0].softmax(dim=0)
    best = probabilities.topk(count)
    layer = last_layer(network)
    maps = [grad_cam(network.model, batch, index, layer)[0] for index in best.indices.tolist()]
    place = Placement.of(photo, network.transforms)
    found = []
    for index, p, heatmap in zip(best.indices.tolist(), best.values.tolist(), maps, strict=True):
        boxes = metrics.boxes(place.lay(heatmap), BOX_AT)
        label = network.categories[index]
        box = boxes[0] if boxes else None
        found.append(Answer(network.name, label, p, heatmap, layer, network.transforms, box))
    return found


def last_layer(network: ImageNetNetwork) -> str:
    """The layer that `grad_cam` takes by itself; looked for on a small image, where the network takes one."""
    layer_of = grad_cam.layer_of  # type: ignore[attr-defined]
    side = network.transforms.crop_size[0]
    small = torch.zeros(1, 3, 96, 96)
    try:
        return str(layer_of(network.model, small))
    except (AssertionError, RuntimeError, ValueError):  # a ViT takes images of one size alone
        return str(layer_of(network.model, torch.zeros(1, 3, side, side)))
