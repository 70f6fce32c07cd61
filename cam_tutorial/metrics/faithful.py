"""What the network says when the pixels that a map calls important are taken away, or put back first."""

from typing import Any, Literal, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from cam_tutorial.bar import Bar
from cam_tutorial.hooks import explaining
from cam_tutorial.metrics.checks import as_maps
from cam_tutorial.targets import Target, as_images, as_logits, class_indices, select_scores

SIGMA, SIDE = 5.0, 11  # of RISE's blur, in pixels
REACH = 20  # SciPy cuts a Gaussian after four σ

Fill = float | Literal["blur"] | Tensor


class Curves(NamedTuple):
    """How the score changes with the pixels.

    Attributes:
        shares: (S + 1,), the share of pixels that were changed, from 0 to 1.
        scores: (N, S + 1), the probability (softmax) of the class; with a function as target, what the function gave.
        areas: (N,), the area under each curve: 0 to 1 for probabilities.
    """

    shares: Tensor
    scores: Tensor
    areas: Tensor


def deletion(
    model: nn.Module,
    images: Tensor,
    maps: Tensor,
    target: Target = None,
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
        target: a class index, N of them, or None for the class predicted for the whole image: the curve is that of its
            probability, the softmax over all classes. Or a function from the network's output, for at most
            `batch_size` images, to one score for each: the curve is that of the score as it is, so what is no
            probability should be made one. `lambda output: output["logits"].softmax(dim=1)[:, 5]` reads an output
            that is no tensor; `lambda output: output[:, 5].sigmoid()` is for networks of several labels, and the same
            with 0 for those that give one score only.
        fill: what takes a pixel's place: a number on the scale of the preprocessed images (0 as in the paper, which
            for images of zero mean is the mean color), "blur" for a copy under RISE's blur, or a tensor that
            broadcasts.
        steps: in how many portions.
        batch_size: how many images run at once; ten are faster than fifty, and take less memory.
        progress: show a progress bar.

    Raises:
        TypeError, ValueError: bad images, maps, target, fill or number of steps; NaN in the scores; a class of a
            network that gives one score only, whose softmax is always 1.

    Source: Petsiuk, Das and Saenko, "RISE" (BMVC 2018).
    """
    images = as_images(images)
    background = _background(images, fill)
    return _curves(model, images, images, background, maps, target, steps, batch_size, progress and "deletion")


def insertion(
    model: nn.Module,
    images: Tensor,
    maps: Tensor,
    target: Target = None,
    *,
    fill: Fill = "blur",
    steps: int = 32,
    batch_size: int = 10,
    progress: bool = True,
) -> Curves:
    """Begin with a blurred image and put pixels back, the highest of the map first: the higher the area, the better.

    Arguments, errors and source as in `deletion`; `fill` is what the image begins as. The blur is that of the code
    that was published with the paper: a Gaussian with σ = 5, its tails folded back into 11 × 11 pixels, so nearly a
    mean over them; beyond the image's border everything is 0.
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
    target: Target,
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
        classes = None
        if not callable(target):
            classes = _classes(torch.cat([as_logits(model(images[part]), len(part)) for part in portions]), target)
        for k, count in enumerate(Bar(counts, desc=str(progress), disable=not progress)):
            for part in portions:
                mixed = torch.where(rank[part] < count, after[part], before[part])
                followed = target if classes is None else classes[part]
                scores[part, k] = _scores(model(mixed), followed, len(part)).cpu()
    shares = torch.tensor(counts, dtype=torch.float64) / order.shape[1]
    return Curves(shares, scores, torch.trapezoid(scores, shares, dim=1))


def _classes(logits: Tensor, target: Any) -> Tensor:
    """The class whose probability is followed, for each image: (N, C) -> (N,)."""
    if logits.shape[1] == 1:
        raise ValueError(
            "the network gives one score an image, whose softmax is 1 whatever the image; say what to follow by a "
            "function as target, such as lambda output: output[:, 0].sigmoid()"
        )
    if target is None:
        return logits.argmax(dim=1)
    return class_indices(target, len(logits), logits.shape[1], logits.device)


def _scores(output: Any, target: Any, count: int) -> Tensor:
    """The probability of each image's class, or what the target function gives: (count,), in float64."""
    if callable(target):
        return select_scores(output, target, count).double()
    return as_logits(output, count).double().softmax(dim=1).gather(1, target[:, None])[:, 0]


def _background(images: Tensor, fill: Fill) -> Tensor:
    """What takes the pixels' place: (N, C, H, W)."""
    if isinstance(fill, str):
        if fill != "blur":
            raise ValueError(f"fill must be a number, a tensor or 'blur', got {fill!r}")
        return _blurred(images)
    color = torch.as_tensor(fill, dtype=images.dtype, device=images.device)
    try:
        return color.broadcast_to(images.shape)
    except RuntimeError:
        raise ValueError(f"fill must fit the images' shape {tuple(images.shape)}, got {tuple(color.shape)}") from None


def _blurred(images: Tensor) -> Tensor:
    """Images under RISE's blur, beyond whose border everything is 0: (N, C, H, W) -> the same."""
    kernel = _kernel().to(images.device)
    lines = images.double().flatten(0, 1)[:, None]  # each channel for itself
    for shape, padding in (((1, 1, SIDE, 1), (SIDE // 2, 0)), ((1, 1, 1, SIDE), (0, SIDE // 2))):
        lines = functional.conv2d(lines, kernel.view(shape), padding=padding)
    return lines.view(images.shape).to(images.dtype)


def _kernel() -> Tensor:
    """RISE's blur along one axis, (11,): what SciPy's Gaussian filter makes of a dot in the middle of 11 pixels.

    At its borders the filter mirrors what it filters (c b a | a b c), so that the tails come back in.
    """
    reach = torch.arange(-REACH, REACH + 1)
    weights = (-(reach.double() ** 2) / (2 * SIGMA**2)).exp()
    seen = (torch.arange(SIDE)[:, None] + reach) % (2 * SIDE)  # the places that each of the 11 looks at, mirrored below
    on_dot = torch.minimum(seen, 2 * SIDE - 1 - seen) == SIDE // 2
    return (weights / weights.sum() * on_dot).sum(dim=1)
