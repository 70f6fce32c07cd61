"""A real photograph whose truth is known: two of scikit-image's glued side by side, so each class has its own half."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import skimage.data
import torch
from PIL import Image
from torch import Tensor

from cam_tutorial import grad_cam, metrics, photos, upsample
from cam_tutorial.course.gluing import SIDE, glued

CLASSES = ("Egyptian cat", "espresso")  # ImageNet's names for what is on the left and on the right
STORED = Path(__file__).with_name("cat_and_cup.json")


@dataclass(frozen=True)
class Answer:
    """What a network says of the pair.

    Attributes:
        maps: (2, h, w), Grad-CAM of the two classes.
        missing: "" for maps that were made here; for stored ones, why, and how to get what is missing.
    """

    maps: Tensor
    missing: str

    def on_own_half(self) -> Tensor:
        """(2,): the share of each map that lies on the half where its object is."""
        large = upsample(self.maps, (SIDE, 2 * SIDE))
        return metrics.grid_pointing_game(large, [0, 1], (1, 2))


def cat_and_cup() -> Image.Image:
    """A cat on the left and a cup of espresso on the right, 448 × 224 pixels."""
    return glued([skimage.data.chelsea(), skimage.data.coffee()], (1, 2))


def ask(pair: Image.Image) -> Answer:
    """SqueezeNet, trained on ImageNet, asked for either class; what is stored where its weights are not to be had."""
    try:
        network = photos.load_network("squeezenet1_0")
    except photos.Unavailable as reason:
        return Answer(torch.tensor(json.loads(STORED.read_text(encoding="utf-8"))), str(reason))
    mean, std = (torch.tensor(numbers)[:, None, None] for numbers in (network.transforms.mean, network.transforms.std))
    scaled = (torch.from_numpy(np.asarray(pair) / np.float32(255)).permute(2, 0, 1) - mean) / std
    target = [network.class_index(name) for name in CLASSES]
    return Answer(grad_cam(network.model, scaled.expand(2, -1, -1, -1), target), "")


def store() -> None:
    """Keep today's answer for those who have no weights."""
    answer = ask(cat_and_cup())
    if answer.missing:
        raise photos.Unavailable(answer.missing)
    rows = [[[round(value, 3) for value in row] for row in one] for one in answer.maps.tolist()]
    STORED.write_text(json.dumps(rows) + "\n", encoding="utf-8")
