"""What is asked of the network: which images, and the score of which class."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

# A class index, one index an image, a function from the network's output to N scores, or None: the predicted class.
Target = int | Tensor | Sequence[int] | Callable[[Any], Tensor] | None

# The end of a sentence: "the score does not depend on ..."
NO_GRADIENT = (
    "in a way that gradients can follow; they end at detach(), at torch.no_grad() or inference_mode() in the network "
    "itself, at a checkpoint with use_reentrant=True, and at integers"
)


class Adapted(nn.Module):
    """A network as the functions here want it: images in, class scores (N, C) out.

        two_inputs = Adapted(network, lambda network, images: network(images, question))
        a_dict = Adapted(network, lambda network, images: network(images)["logits"])
        grad_cam(a_dict, images, target, layer=network.layer4)

    Its layers are the network's, by the name "network.layer4" or as the modules themselves.
    """

    def __init__(self, network: nn.Module, call: Callable[[nn.Module, Tensor], Tensor]) -> None:
        """Wrap a network.

        Args:
            network: of any inputs and outputs; it is held, not copied.
            call: from the network and images (N, C, H, W) to class scores (N, C).
        """
        super().__init__()
        self.network = network
        self.call = call

    def forward(self, images: Tensor) -> Tensor:
        """Images (N, C, H, W) to class scores (N, C)."""
        return self.call(self.network, images)


def as_images(images: Tensor) -> Tensor:
    """A plain copy of the images, (N, C, H, W) floating point -> the same shape and type.

    A copy, because networks that begin with an in-place operation would write into the caller's images; free of
    gradients and of inference mode, because we want gradients of our own.

    Raises:
        TypeError: `images` is not a tensor, or not of a floating-point type.
        ValueError: `images` does not have four dimensions, or holds no image, or no values.
    """
    if not isinstance(images, Tensor):
        raise TypeError(f"images must be a torch.Tensor of shape (N, C, H, W), got {type(images).__name__}")
    if images.ndim != 4:
        hint = "; for a single image write images[None]" if images.ndim == 3 else ""
        raise ValueError(f"images must have the shape (N, C, H, W), got {tuple(images.shape)}{hint}")
    if not images.is_floating_point():
        raise TypeError(
            f"images must be floating point, on the scale that the network was trained on, got {images.dtype}; "
            "convert with images.float() / 255 and then preprocess as in training"
        )
    if images.numel() == 0:
        raise ValueError(
            f"images must hold at least one image, of a pixel or more, got the shape {tuple(images.shape)}"
        )
    if images.is_meta:
        raise ValueError("images must have values, and on the device 'meta' tensors have none")
    with torch.inference_mode(False):
        return images.detach().clone()


def class_indices(
    target: int | Tensor | Sequence[int], count: int, classes: int, device: torch.device, name: str = "target"
) -> Tensor:
    """The target as one class index an image: (count,) int64, each from 0 to classes - 1.

    Args:
        target: a class index, or `count` of them.
        count: how many images there are.
        classes: how many classes there are.
        device: where the indices are to be.
        name: what the caller calls the target.

    Raises:
        TypeError: the target is neither an integer nor integers.
        ValueError: there are not `count` of them, or one is outside 0 to classes - 1.
    """
    try:
        indices = torch.as_tensor(target)
    except (TypeError, ValueError, RuntimeError):  # a class's name, or lists in a list
        raise TypeError(f"{name} must be a class index or {count} of them, got {target!r}") from None
    if indices.is_floating_point() or indices.dtype == torch.bool:
        raise TypeError(f"{name} must be a class index or {count} of them, got numbers of type {indices.dtype}")
    if indices.ndim > 1 or (indices.ndim == 1 and len(indices) != count):
        raise ValueError(
            f"{name} must be one class index or one for each of the {count} images, "
            f"got the shape {tuple(indices.shape)}"
        )
    indices = indices.long().to(device).expand(count)  # out of the `try`: an error of the device is not the target's
    wrong = indices[(indices < 0) | (indices >= classes)]
    if len(wrong):
        raise ValueError(f"{name} must be a class index from 0 to {classes - 1}, got {wrong[0].item()}")
    return indices


def as_logits(output: Any, count: int) -> Tensor:
    """The network's output as one row of class scores an image, (count, C); it is not copied.

    A score may be infinite: some networks mask a class that way.

    Args:
        output: what the network gave.
        count: how many images there were.

    Raises:
        TypeError: the output is not a tensor.
        ValueError: it does not have the shape (count, C), or holds NaN.
    """
    output = getattr(output, "logits", output)  # as the networks of transformers give them
    if not isinstance(output, Tensor):
        raise TypeError(
            f"the network must give a tensor of class scores (N, C), got {type(output).__name__}; "
            "a network around this one can pick them out: Adapted(model, lambda network, images: network(images)[...])"
        )
    if output.ndim != 2 or len(output) != count:
        raise ValueError(
            f"the network must give class scores of shape ({count}, C), got {tuple(output.shape)}; "
            "a network around this one can make them: Adapted(model, lambda network, images: network(images).mean(...))"
        )
    if output.isnan().any():
        raise ValueError("the network's scores hold NaN; look for NaN in the images and in the weights")
    return output


def select_scores(output: Any, target: Target, count: int) -> Tensor:
    """The score to explain of each image, (count,), finite, out of the network's output.

    Args:
        output: what the network gave: (count, C) class scores, or anything that a function as target can read.
        target: a class index, `count` of them, None for the predicted class, or a function from `output` to scores.
        count: how many images there were.

    Raises:
        TypeError, ValueError: as `as_logits` and `class_indices`; an infinite score; or a function as target that
            does not give one finite number an image.
    """
    if callable(target):
        scores = target(output)
        if not isinstance(scores, Tensor) or scores.shape != (count,):
            got = tuple(scores.shape) if isinstance(scores, Tensor) else type(scores).__name__
            raise ValueError(f"a function as target must give one score an image, shape ({count},), got {got}")
        if not scores.isfinite().all():
            raise ValueError(
                "the scores that the target function gave hold NaN or infinity; look for them in the images and weights"
            )
        return scores
    logits = as_logits(output, count)
    if target is None:
        target = logits.argmax(dim=1)
    indices = class_indices(target, count, logits.shape[1], logits.device)
    scores = logits.gather(1, indices[:, None]).squeeze(1)
    if not scores.isfinite().all():
        raise ValueError(f"the scores to explain must be finite, got infinity; {logits.dtype} may be too narrow")
    return scores
