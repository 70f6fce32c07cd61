"""What the network says when the pixels that a map calls important are taken away, or put back first."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

import torch
from scipy import ndimage
from torch import Tensor, nn

from cam_tutorial.bar import Bar
from cam_tutorial.hooks import explaining
from cam_tutorial.metrics.checks import as_maps
from cam_tutorial.targets import as_images, as_logits, class_indices

SIGMA, RADIUS = 5.0, 5  # of the blur: 11 pixels wide, as in RISE

Fill = float | Literal["blur"] | Tensor


class Curves(NamedTuple):
    """How the probability of the class changes with the pixels.

    Attributes:
        shares: (S + 1,), the share of pixels that were changed, from 0 to 1.
        scores: (N, S + 1), the probability (softmax) of the class.
        areas: (N,), the area under each curve, 0 to 1.
    """

    shares: Tensor
    scores: Tensor
    areas: Tensor


def deletion(
    model: nn.Module,
    images: Tensor,
    maps: Tensor,
    target: int | Tensor | Sequence[int] | None = None,
    *,
    fill: Fill = 0.0,
    steps: int = 32,
    batch_size: int = 10,
    progress: bool = True,
) -> Curves:
    """Take pixels away, the highest of the map first: the lower the area, the more the network needed them.

    Args:
        model: the network; it runs in eval mode and is left exactly as it was.
        images: (N, C, H, W), preprocessed as the network wants them.
        maps: (N, H, W), floating point. Equal values go in reading order, so a blank map takes pixels row by row.
        target: a class index, N of them, or None for the class predicted for the whole image.
        fill: what takes a pixel's place: a number on the scale of the preprocessed images (0 as in the paper, which
            for images of zero mean is the mean color), "blur" for a blurred copy, or a tensor that broadcasts.
        steps: in how many portions.
        batch_size: how many images run at once; ten are faster than fifty, and take less memory.
        progress: show a progress bar.

    Raises:
        TypeError, ValueError: bad images, maps, target, fill or number of steps; NaN in the scores.

    Source: Petsiuk, Das and Saenko, "RISE" (BMVC 2018).
    """
    images = as_images(images)
    background = _background(images, fill)
    return _curves(model, images, images, background, maps, target, steps, batch_size, progress and "deletion")


def insertion(
    model: nn.Module,
    images: Tensor,
    maps: Tensor,
    target: int | Tensor | Sequence[int] | None = None,
    *,
    fill: Fill = "blur",
    steps: int = 32,
    batch_size: int = 10,
    progress: bool = True,
) -> Curves:
    """Begin with a blurred image and put pixels back, the highest of the map first: the higher the area, the better.

    Arguments, errors and source as in `deletion`; `fill` is what the image begins as. The blur is Gaussian, 11 pixels
    wide with σ = 5, as in the paper. (There the border is padded with zeros, here with the border's own pixels.)
    """
    images = as_images(images)
    background = _background(images, fill)
    return _curves(model, images, background, images, maps, target, steps, batch_size, progress and "insertion")


def _curves(
    model: nn.Module,
    images: Tensor,
    before: Tensor,
    after: Tensor,
    maps: Tensor,
    target: int | Tensor | Sequence[int] | None,
    steps: int,
    batch_size: int,
    progress: str | bool,
) -> Curves:
    """The scores while the pixels change from `before` to `after`, the highest of the maps first."""
    if steps < 1 or batch_size < 1:
        raise ValueError(f"steps and batch_size must be at least 1, got {steps} and {batch_size}")
    maps = as_maps(maps)
    wanted = (len(images), *images.shape[2:])
    if maps.shape != wanted:
        raise ValueError(
            f"maps must have the images' number and size {wanted}, got {tuple(maps.shape)}; upsample brings them there"
        )
    order = maps.flatten(1).argsort(dim=1, descending=True, stable=True)
    rank = order.argsort(dim=1).view_as(maps)[:, None]  # 0 for the highest pixel
    counts = [round(k * order.shape[1] / steps) for k in range(steps + 1)]
    scores = torch.empty(len(maps), steps + 1, dtype=torch.float64)
    portions = torch.arange(len(maps)).split(batch_size)
    with explaining(model), torch.no_grad():
        logits = torch.cat([as_logits(model(images[part]), len(part)) for part in portions])
        if target is None:
            target = logits.argmax(dim=1)
        classes = class_indices(target, len(logits), logits.shape[1], logits.device)
        for k, count in enumerate(Bar(counts, desc=str(progress), disable=not progress)):
            for part in portions:
                mixed = torch.where(rank[part] < count, after[part], before[part])
                probabilities = as_logits(model(mixed), len(part)).double().softmax(dim=1)
                scores[part, k] = probabilities.gather(1, classes[part, None])[:, 0].cpu()
    shares = torch.tensor(counts, dtype=torch.float64) / order.shape[1]
    return Curves(shares, scores, torch.trapezoid(scores, shares, dim=1))


def _background(images: Tensor, fill: Fill) -> Tensor:
    """What takes the pixels' place: (N, C, H, W)."""
    if isinstance(fill, str):
        if fill != "blur":
            raise ValueError(f"fill must be a number, a tensor or 'blur', got {fill!r}")
        sigma, radius = (0, 0, SIGMA, SIGMA), (0, 0, RADIUS, RADIUS)
        blurred = ndimage.gaussian_filter(images.cpu().double().numpy(), sigma, mode="nearest", radius=radius)
        return torch.from_numpy(blurred).to(images)
    color = torch.as_tensor(fill, dtype=images.dtype, device=images.device)
    try:
        return color.broadcast_to(images.shape)
    except RuntimeError:
        raise ValueError(f"fill must fit the images' shape {tuple(images.shape)}, got {tuple(color.shape)}") from None
