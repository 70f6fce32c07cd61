"""Where on the image a layer's numbers lie: maps, rows of channels, or tokens, all brought to maps (N, K, h, w)."""

import math
from collections.abc import Callable, Collection
from typing import Any

from torch import Tensor, nn

# From what a layer gives to maps (N, K, h, w). It may drop and move values, but not change them: gradients go the same
# way.
Reshape = Callable[[Tensor], Tensor]

MOST_EXTRA_TOKENS = 8  # class, distillation and register tokens, all before those of the image


def has_places(output: Any) -> bool:
    """Whether an output can be maps, rows of channels or tokens: two axes behind the first are longer than 1."""
    return isinstance(output, Tensor) and sum(side > 1 for side in output.shape[1:]) >= 2


def is_spatial(output: Any) -> bool:
    """Whether a layer's output is a stack of maps (N, K, H, W) with more than one position."""
    return isinstance(output, Tensor) and output.ndim == 4 and output.shape[2] * output.shape[3] > 1


def channels_last(output: Tensor) -> Tensor:
    """Rows of channels to maps: (N, h, w, K) -> (N, K, h, w). Swin, ConvNeXt's and MaxViT's insides.

    Raises:
        ValueError: the output has not four dimensions.
    """
    if output.ndim != 4:
        raise ValueError(f"channels_last needs an output of shape (N, h, w, K), got {tuple(output.shape)}")
    return output.permute(0, 3, 1, 2)


def tokens(extra: int = 1, grid: tuple[int, int] | None = None) -> Reshape:
    """For `reshape=`: tokens to maps, (N, extra + h·w, K) -> (N, K, h, w).

        grad_cam(vit, images, layer="encoder.layers.encoder_layer_11.ln_1", reshape=tokens())
        grad_cam(deit_distilled, images, layer="blocks.11.norm1", reshape=tokens(2))

    Args:
        extra: how many tokens stand before those of the image and have no place: 1 in ViT and DeiT (the class token), 2
            in a distilled DeiT, 5 in DINOv2 with registers, 0 in Swin of transformers and in MLP-Mixer.
        grid: (h, w); None for a square.

    Returns:
        A function from (N, T, K) to (N, K, h, w), which raises ValueError where the tokens do not fill the grid.
    """

    def reshape(output: Tensor) -> Tensor:
        count = output.shape[1] - extra if output.ndim == 3 else -1
        side = math.isqrt(max(count, 0))
        height, width = grid or (side, side)
        if count <= 0 or height * width != count:
            wanted = f"{height} × {width} tokens" if grid else "a square number of tokens"
            raise ValueError(f"tokens({extra}) needs (N, {extra} + h·w, K) with {wanted}, got {tuple(output.shape)}")
        return output[:, extra:].transpose(1, 2).reshape(len(output), -1, height, width)

    return reshape


def arrangement(
    shape: tuple[int, ...],
    image: tuple[int, int],
    channels: Collection[int] = (),
) -> Reshape | None:
    """How an output of this shape becomes maps, where the shape leaves no doubt; None where it does.

    Four dimensions are maps (N, K, h, w) or rows of channels (N, h, w, K). The layer's own number of channels tells
    which; else rows have the image's proportion where maps have not. A network may squeeze one side more than the
    other, so that neither has it: then they are maps, as PyTorch has them. Three are tokens (N, T, K), from which as
    many leading ones are dropped as it takes for the rest to fill a grid of the image's proportion; where K could be
    T as well, the number of channels has to tell.

    Args:
        shape: of the output, N first.
        image: height and width of the images.
        channels: how many the layer gives, as `channels_of` tells.
    """
    first, last = shape[1] in channels, shape[-1] in channels
    if len(shape) == 4:
        if first != last and len(channels) == 1:
            return _as_it_is if first else channels_last
        if _in_proportion(shape[2:], image):
            return _as_it_is
        rows = shape[3] > 1 and _in_proportion(shape[1:3], image)
        return channels_last if (last and not first) or (rows and first == last) else _as_it_is
    if len(shape) == 3 and (last or not first):
        if not last and _grid(shape[2], image):
            return None
        for extra in range(min(MOST_EXTRA_TOKENS + 1, shape[1])):
            filled = _grid(shape[1] - extra, image)
            if filled and shape[1] > 2 * extra:
                return tokens(extra, filled)
    return None


def channels_of(layer: nn.Module) -> set[int]:
    """How many channels a layer gives, where it says so itself, as torch's own layers do; else what its parts say."""
    for name in ("out_channels", "out_features", "num_features", "num_channels", "normalized_shape"):
        number = getattr(layer, name, None)
        if isinstance(number, tuple | list) and len(number) == 1:
            number = number[0]
        if isinstance(number, int):
            return {number}
    return {number for part in layer.children() for number in channels_of(part)}


def _as_it_is(output: Tensor) -> Tensor:
    return output


def _in_proportion(sides: tuple[int, ...], image: tuple[int, int]) -> bool:
    """Whether the sides are the image's over some stride, each rounded up or down on the way."""
    exact = (sides[1] * image[0] / image[1], sides[0] * image[1] / image[0])
    return min(sides) > 0 and any(abs(side - wanted) <= 1 for side, wanted in zip(sides, exact, strict=True))


def _grid(count: int, image: tuple[int, int]) -> tuple[int, int] | None:
    """The sides of a grid of `count` places in the image's proportion, or None."""
    height = round(math.sqrt(count * image[0] / image[1]))
    if height == 0 or count % height or count < 4:
        return None
    width = count // height
    in_proportion = height == round(width * image[0] / image[1]) or width == round(height * image[1] / image[0])
    return (height, width) if in_proportion else None
