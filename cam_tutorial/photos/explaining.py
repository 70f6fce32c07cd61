"""`explain`: what an ImageNet network saw in a photograph, and where on it."""

import warnings
from dataclasses import dataclass

import torch
from PIL import Image
from torch import Tensor

from cam_tutorial.grad_cam import grad_cam
from cam_tutorial.heatmap import blend
from cam_tutorial.photos.networks import ImageNetNetwork, load_network
from cam_tutorial.photos.opening import Photo, open_photo
from cam_tutorial.photos.placement import Placement


@dataclass
class Explanation:
    """What a network saw in a photo, and where it saw one class.

    Attributes:
        label: the class that the map is of.
        index: its number, for two classes may have one name.
        probability: how sure the network is of it.
        top: the five most probable classes.
        heatmap: (h, w), Grad-CAM at the layer's own resolution.
        photo: upright, at its own size.
        placement: where the map lies on the photo.
        crop: what the network saw.
    """

    label: str
    index: int
    probability: float
    top: list[tuple[str, float]]
    heatmap: Tensor
    photo: Image.Image
    placement: Placement
    crop: Image.Image

    @property
    def over(self) -> Image.Image:
        """The photo under its map, at the photo's own size; what the network never saw is pale and without color."""
        top, left, bottom, right = self.placement.seen
        over = self.photo.convert("L").point(lambda value: 140 + 0.4 * value).convert("RGB")
        seen = self.photo.crop((left, top, right, bottom))
        over.paste(Image.fromarray(blend(seen, self.placement.lay(self.heatmap)[top:bottom, left:right])), (left, top))
        return over

    @property
    def picture(self) -> Image.Image:
        """The photo, and beside it the photo under its map, both at the photo's own size."""
        gap = max(8, self.photo.width // 50)
        picture = Image.new("RGB", (2 * self.photo.width + gap, self.photo.height), "white")
        picture.paste(self.photo, (0, 0))
        picture.paste(self.over, (self.photo.width + gap, 0))
        return picture


def explain(
    photo: Photo, target: int | str | None = None, *, network: str | ImageNetNetwork = "squeezenet1_0"
) -> Explanation:
    """What an ImageNet network saw in a photo, and the Grad-CAM map of one class.

    Args:
        photo: whatever `open_photo` takes: a path, bytes, a picture, an array.
        target: an ImageNet class, by index (282) or name ("tiger cat"); None for the most probable.
        network: the name of a classification network of torchvision, or one already loaded.

    Raises:
        OSError, TypeError, ValueError: the photo cannot be read, or there is no such class or network.
        Unavailable: torchvision or the weights are not to be had here.
    """
    photo = open_photo(photo)
    if isinstance(network, str):
        network = load_network(network)
    index = None if target is None else network.class_index(target)
    batch = network.preprocess(photo)
    with torch.no_grad():
        probabilities = network.model(batch)[0].softmax(dim=0)
    top = probabilities.topk(min(5, len(probabilities)))
    if index is None:
        index = int(top.indices[0])
    heatmap = grad_cam(network.model, batch, index)[0]
    if not heatmap.any():
        warnings.warn(
            f"nothing in the picture speaks for {network.categories[index]!r}: its map is blank", stacklevel=2
        )
    return Explanation(
        label=network.categories[index],
        index=index,
        probability=probabilities[index].item(),
        top=[(network.categories[int(i)], p.item()) for p, i in zip(top.values, top.indices, strict=True)],
        heatmap=heatmap,
        photo=photo,
        placement=Placement.of(photo, network.transforms),
        crop=network.crop(photo),
    )
