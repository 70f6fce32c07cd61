"""Real photographs and ImageNet networks: `explain` shows what such a network looked at in a picture of yours.

torchvision is imported when it is needed and not before: the rest of the course runs without it.
"""

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import Tensor, nn

from cam_tutorial.grad_cam import grad_cam
from cam_tutorial.heatmap import blend
from cam_tutorial.suggest import did_you_mean, nearest

Photo = str | Path | Image.Image | np.ndarray


class Unavailable(OSError):
    """torchvision or the weights are not to be had; the message says how to get them."""


@dataclass
class ImageNetNetwork:
    """A network of torchvision with all that belongs to its weights."""

    name: str
    model: nn.Module
    categories: list[str]  # the names of the 1,000 classes
    transforms: Any = None  # torchvision's own preprocessing for these weights

    def crop(self, photo: Photo) -> Image.Image:
        """The part of the photo that the network sees, as a picture: resized, then the square in the middle."""
        from torchvision.transforms import functional as TF

        resized = TF.resize(
            open_photo(photo), self.transforms.resize_size, interpolation=self.transforms.interpolation, antialias=True
        )
        cropped: Image.Image = TF.center_crop(resized, self.transforms.crop_size)
        return cropped

    def preprocess(self, photo: Photo) -> Tensor:
        """The photo as the network takes it, (1, 3, H, W), by torchvision's own transforms."""
        batch: Tensor = self.transforms(open_photo(photo))[None]
        return batch

    def class_index(self, which: int | str) -> int:
        """The index of a class given by index or name.

        Raises:
            ValueError: there is no such class; the message names the nearest.
        """
        text = str(which).strip().lower()
        if text.isdecimal() and int(text) < len(self.categories):
            return int(text)
        names = [name.lower() for name in self.categories]
        if text in names:
            return names.index(text)
        near = [name for name in self.categories if text in name.lower().split()] or nearest(text, self.categories)
        hint = f"; near that are {', '.join(near[:3])}" if near else ""
        raise ValueError(
            f"there is no class {which!r}: give an index from 0 to {len(self.categories) - 1} or an ImageNet name{hint}"
        )


@dataclass
class Explanation:
    """What a network saw in a photo, and where it saw one class."""

    label: str  # the class that the map is of
    probability: float
    top: list[tuple[str, float]]  # the five most probable classes
    heatmap: Tensor  # (h, w), Grad-CAM at the layer's own resolution
    crop: Image.Image  # what the network saw
    picture: Image.Image  # the crop, and beside it the crop under its map


def open_photo(photo: Photo) -> Image.Image:
    """A photo as an upright RGB picture, from a path, a PIL image or an array (H, W), (H, W, 3) or (H, W, 4) of uint8.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is no picture that Pillow can read, or the array has another shape.
        TypeError: the array is not of uint8.
    """
    if isinstance(photo, np.ndarray):
        if photo.dtype != np.uint8:
            raise TypeError(f"a photo as an array must be of uint8, 0 to 255, got {photo.dtype}")
        if photo.ndim != 2 and not (photo.ndim == 3 and photo.shape[2] in (3, 4)):
            raise ValueError(f"a photo as an array must have the shape (H, W) or (H, W, 3), got {photo.shape}")
        return Image.fromarray(photo).convert("RGB")
    if isinstance(photo, str | Path):
        path = Path(photo).expanduser()
        if not path.is_file():
            raise FileNotFoundError(f"there is no photo at {path}")
        try:
            with Image.open(path) as picture:
                photo = ImageOps.exif_transpose(picture)
                photo.load()
        except (OSError, SyntaxError, Image.DecompressionBombError) as error:
            raise ValueError(f"{path.name} is no picture that can be read ({error})") from error
    return photo.convert("RGB")


def load_network(name: str = "squeezenet1_0") -> ImageNetNetwork:
    """An ImageNet network of torchvision: its weights from torch hub's cache, or downloaded once with a progress bar.

    Raises:
        ValueError: torchvision has no classification network of that name.
        Unavailable: torchvision or the weights are not to be had here.
    """
    try:
        from torchvision import models
    except (ImportError, RuntimeError) as error:  # RuntimeError: a torchvision built for another torch
        raise Unavailable(
            f"torchvision cannot be imported ({error}); 'pip install torch torchvision' in one command gets a pair "
            "that fits together"
        ) from error
    names = models.list_models(module=models)
    if name not in names:
        raise ValueError(f"torchvision has no classification network {name!r}{did_you_mean(name, names)}")
    weights = models.get_model_weights(name).DEFAULT
    file = Path(torch.hub.get_dir()) / "checkpoints" / Path(weights.url).name
    size = f", {weights.meta['_file_size']:.0f} MB" if "_file_size" in weights.meta else ""
    try:
        model = models.get_model(name, weights=weights)
    except OSError as error:
        raise Unavailable(
            f"the weights of {name} ({file.name}{size}) are not on this machine and could not be fetched ({error}); "
            f"run this once with a network, or put the file into {file.parent}"
        ) from error
    except Exception as error:  # a damaged file: unpickling can fail in any way
        if not file.exists():
            raise
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise Unavailable(f"the weight file {file} cannot be read ({reason}); delete it and run this again") from error
    return ImageNetNetwork(name, model.eval(), list(weights.meta["categories"]), weights.transforms())


def explain(
    photo: Photo, target: int | str | None = None, *, network: str | ImageNetNetwork = "squeezenet1_0"
) -> Explanation:
    """What an ImageNet network saw in a photo, and the Grad-CAM map of one class.

    Args:
        photo: a path, a PIL image or an array of uint8.
        target: an ImageNet class, by index (282) or name ("tiger cat"); None for the most probable.
        network: the name of a classification network of torchvision, or one already loaded.

    Raises:
        FileNotFoundError, TypeError, ValueError: the photo cannot be read, or there is no such class or network.
        Unavailable: torchvision or the weights are not to be had here.
    """
    photo = open_photo(photo)
    if isinstance(network, str):
        network = load_network(network)
    index = None if target is None else network.class_index(target)
    batch = network.preprocess(photo)
    with torch.no_grad():
        probabilities = network.model(batch)[0].softmax(dim=0)
    top = probabilities.topk(5)
    if index is None:
        index = int(top.indices[0])
    heatmap = grad_cam(network.model, batch, index)[0]
    if not heatmap.any():
        warnings.warn(
            f"nothing in the picture speaks for {network.categories[index]!r}: its map is blank", stacklevel=2
        )
    crop = network.crop(photo)
    return Explanation(
        label=network.categories[index],
        probability=probabilities[index].item(),
        top=[(network.categories[int(i)], p.item()) for p, i in zip(top.values, top.indices, strict=True)],
        heatmap=heatmap,
        crop=crop,
        picture=_side_by_side(crop, heatmap),
    )


def _side_by_side(crop: Image.Image, heatmap: Tensor) -> Image.Image:
    blended = Image.fromarray(blend(crop, heatmap))
    picture = Image.new("RGB", (2 * crop.width + 8, crop.height), "white")
    picture.paste(crop, (0, 0))
    picture.paste(blended, (crop.width + 8, 0))
    return picture
