"""Networks of torchvision that ImageNet trained, each with its preprocessing and the names of its classes.

torchvision is imported when it is needed and not before: the rest of the course runs without it.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from torch import Tensor, nn

from cam_tutorial.photos.class_names import class_index
from cam_tutorial.photos.opening import Photo, open_photo
from cam_tutorial.photos.own_weights import with_own_weights
from cam_tutorial.suggest import did_you_mean


class Unavailable(OSError):
    """torchvision or the weights are not to be had; the message says how to get them."""


@dataclass
class ImageNetNetwork:
    """A network of torchvision with all that belongs to its weights."""

    name: str
    model: nn.Module
    categories: list[str]  # the names of the classes, ImageNet's 1,000 or one's own
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
            ValueError: there is no such class, or more than one; as `class_names.class_index`.
        """
        return class_index(which, self.categories)


def load_network(name: str = "squeezenet1_0", own_weights: str | Path | None = None) -> ImageNetNetwork:
    """An ImageNet network of torchvision: its weights from torch hub's cache, or downloaded once with a progress bar.

    Args:
        name: of a classification network of torchvision.
        own_weights: a file with other weights for it, as `with_own_weights` takes it. The preprocessing stays that of
            torchvision's weights, and so do the names of the classes if there are as many; else numbers are the names.

    Raises:
        ValueError: torchvision has no classification network of that name, or the weights do not fit it.
        FileNotFoundError: there is no file with own weights.
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
    if own_weights is not None:
        model, classes = with_own_weights(name, Path(own_weights).expanduser())
        categories = list(weights.meta["categories"])
        if classes != len(categories):
            categories = [str(number) for number in range(classes)]
        return ImageNetNetwork(name, model, categories, weights.transforms())
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
