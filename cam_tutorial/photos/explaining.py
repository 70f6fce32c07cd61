"""`explain`: what an ImageNet network saw in a photograph, and where on it; `explain_batch` for several at once."""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from PIL import Image
from torch import Tensor, nn

from cam_tutorial.backprop import deconvnet, guided_backprop, guided_grad_cam, saliency
from cam_tutorial.cam import cam
from cam_tutorial.grad_cam import grad_cam
from cam_tutorial.heatmap import blend
from cam_tutorial.photos.networks import ImageNetNetwork, load_network
from cam_tutorial.photos.opening import Photo, open_photo
from cam_tutorial.photos.placement import Placement

AT_A_LAYER = ("cam", "grad-cam", "guided-grad-cam")  # the methods to which a layer can be named
IN_CELLS: dict[str, Callable[..., Tensor]] = {"cam": cam, "grad-cam": grad_cam}
IN_PIXELS: dict[str, Callable[..., Tensor]] = {
    "guided-grad-cam": guided_grad_cam,
    "guided-backprop": guided_backprop,
    "deconvnet": deconvnet,
    "saliency": saliency,
}
METHODS = (*IN_CELLS, *IN_PIXELS)
BRIGHT = 0.998  # of the pixels; the few that outshine these would leave all others dark
TOP = 5


@dataclass
class Explanation:
    """What a network saw in a photo, and where it saw one class.

    Attributes:
        label: the class that the map is of.
        index: its number, for two classes may have one name.
        probability: how sure the network is of it.
        score: its logit, which the map explains.
        top: the five most probable classes.
        top_indices: their numbers.
        heatmap: (h, w), at the resolution of a layer or, of methods that explain pixels, of what the network saw.
        photo: upright, at its own size.
        placement: where the map lies on the photo.
        crop: what the network saw.
    """

    label: str
    index: int
    probability: float
    score: float
    top: list[tuple[str, float]]
    top_indices: list[int]
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
    ((found,),) = explain_batch([photo], network, index)
    if not found.heatmap.any():
        warnings.warn(f"nothing in the picture speaks for {found.label!r}: its map is blank", stacklevel=2)
    return found


def explain_batch(
    photos: Sequence[Image.Image],
    network: ImageNetNetwork,
    index: int | None = None,
    *,
    count: int = 1,
    method: str = "grad-cam",
    layer: str | None = None,
) -> list[list[Explanation]]:
    """What a network saw in several photos, which run at once.

    Args:
        photos: N pictures, as `open_photo` gives them.
        network: as `load_network` gives it.
        index: of the class that is explained; None for the `count` most probable of each photo.
        count: how many classes are explained; more than one only without `index`.
        method: one of `METHODS`.
        layer: for the methods in `AT_A_LAYER`, the dotted name of a layer; None for the one that they choose.

    Returns:
        For each photo a list, with one Explanation a class, the most probable first.

    Raises:
        ValueError: the method cannot explain this network, or there is no such layer.
    """
    images = torch.cat([network.preprocess(photo) for photo in photos])
    with torch.no_grad():
        logits = network.model(images)
    probabilities = logits.softmax(dim=1)
    top = probabilities.topk(min(TOP, logits.shape[1]), dim=1)
    one_for_all = torch.full((len(photos), 1), index or 0)
    classes = probabilities.topk(count, dim=1).indices if index is None else one_for_all
    maps = [_maps(network.model, images, column, method, layer) for column in classes.T]  # a class after the other
    found = []
    for row, photo in enumerate(photos):
        placement, crop = Placement.of(photo, network.transforms), network.crop(photo)
        top_indices, top_values = top.indices[row].tolist(), top.values[row].tolist()
        names = [network.categories[each] for each in top_indices]
        found.append(
            [
                Explanation(
                    label=network.categories[which],
                    index=which,
                    probability=probabilities[row, which].item(),
                    score=logits[row, which].item(),
                    top=list(zip(names, top_values, strict=True)),
                    top_indices=top_indices,
                    heatmap=maps[rank][row],
                    photo=photo,
                    placement=placement,
                    crop=crop,
                )
                for rank, which in enumerate(classes[row].tolist())
            ]
        )
    return found


def _maps(model: nn.Module, images: Tensor, classes: Tensor, method: str, layer: str | None) -> Tensor:
    """(N, 3, H, W) -> (N, h, w), never negative: what speaks for a class or, of pixels, how much each one counts."""
    if method in IN_CELLS:
        return IN_CELLS[method](model, images, classes, layer).relu()
    at = {"layer": layer} if method in AT_A_LAYER else {}
    strength = IN_PIXELS[method](model, images, classes, **at).abs().amax(dim=1)
    return torch.minimum(strength, strength.flatten(1).quantile(BRIGHT, dim=1)[:, None, None])
