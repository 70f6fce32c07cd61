"""Where the map of a network lies on the photograph: what the network's transform did, undone."""

import math
from dataclasses import dataclass
from typing import Any, Self, TypeVar

import torch
from torch import Tensor

from cam_tutorial.heatmap import as_map

Place = TypeVar("Place", float, Tensor)  # one place, or a row of them


@dataclass(frozen=True)
class Placement:
    """A photo is resized, and a window in the middle is what the network sees: where is what?

    Places are (y, x) in pixels, with 0 at the upper edge of the first pixel and 0.5 in its middle.

        place = Placement.of(photo, network.transforms)
        y, x = place.to_photo(112, 112)  # the middle of the window, on the photo
        large = place.lay(heatmap)  # (H, W), as large as the photo

    Attributes:
        photo: (H, W) of the photo.
        resized: (H, W) that it is resized to.
        corner: (y, x) of the window's upper left corner on the resized photo; negative where the window is larger than
            the photo, which is then padded.
        window: (H, W) of the window.
    """

    photo: tuple[int, int]
    resized: tuple[int, int]
    corner: tuple[int, int]
    window: tuple[int, int]

    @classmethod
    def of(cls, photo: Any, transforms: Any) -> Self:
        """The placement that a network's own transforms make.

        Args:
            photo: a picture of Pillow, or its size (H, W).
            transforms: those of torchvision's weights, or others that have `resize_size` and `crop_size`: [256] for the
                short side, or [H, W].

        Raises:
            TypeError: the transforms do not say how they resize and crop.
        """
        height, width = photo if isinstance(photo, tuple) else (photo.height, photo.width)
        try:
            resize, crop = _numbers(transforms.resize_size), _numbers(transforms.crop_size)
        except AttributeError as error:
            raise TypeError(
                "transforms must have resize_size and crop_size, as those of torchvision's weights, "
                f"got {type(transforms).__name__}"
            ) from error
        if len(resize) == 2:
            resized = (resize[0], resize[1])
        else:
            short, long = sorted((height, width))
            longer = int(resize[0] * long / short)  # torchvision rounds the long side down
            resized = (longer, resize[0]) if height > width else (resize[0], longer)
        window = (crop[0], crop[-1])
        corner = (_corner(resized[0], window[0]), _corner(resized[1], window[1]))
        return cls((height, width), resized, corner, window)

    def to_window(self, y: Place, x: Place) -> tuple[Place, Place]:
        """Where a place on the photo, (y, x), lies in the window."""
        return (
            y * self.resized[0] / self.photo[0] - self.corner[0],
            x * self.resized[1] / self.photo[1] - self.corner[1],
        )

    def to_photo(self, y: Place, x: Place) -> tuple[Place, Place]:
        """Where a place in the window, (y, x), lies on the photo; the inverse of `to_window`."""
        return (
            (y + self.corner[0]) * self.photo[0] / self.resized[0],
            (x + self.corner[1]) * self.photo[1] / self.resized[1],
        )

    @property
    def seen(self) -> tuple[int, int, int, int]:
        """The part of the photo that the network saw: (top, left, bottom, right), the last two one pixel beyond.

        A pixel that was seen in part counts: of the narrowest photo something was seen.
        """
        top, left = self.to_photo(0, 0)
        bottom, right = self.to_photo(*self.window)
        return (
            max(0, math.floor(top)),
            max(0, math.floor(left)),
            min(self.photo[0], math.ceil(bottom)),
            min(self.photo[1], math.ceil(right)),
        )

    def lay(self, heatmap: Tensor) -> Tensor:
        """The map as large as the photo: (h, w) -> (H, W), bilinear as in `upsample`, and zero where nothing was seen.

        Args:
            heatmap: (h, w), of what the network saw.

        Raises:
            TypeError, ValueError: as `heatmap.as_map`.
        """
        heatmap = as_map(heatmap)
        top, left, bottom, right = self.seen
        y, x = self.to_window(_middles(top, bottom), _middles(left, right))
        down, across = _mixture(y / self.window[0], heatmap.shape[0]), _mixture(x / self.window[1], heatmap.shape[1])
        large = torch.zeros(self.photo)
        large[top:bottom, left:right] = down @ heatmap @ across.T
        return large


def _numbers(size: Any) -> list[int]:
    return [size] if isinstance(size, int) else list(size)


def _corner(size: int, window: int) -> int:
    """Where torchvision's `center_crop` begins, which pads what is smaller than the window."""
    return round((size - window) / 2) if size >= window else -((window - size) // 2)


def _middles(start: int, stop: int) -> Tensor:
    return torch.arange(start, stop, dtype=torch.float64) + 0.5


def _mixture(places: Tensor, cells: int) -> Tensor:
    """How much of each cell of a row goes into each place: (n,) in [0, 1] -> (n, cells), each of whose rows sums to 1.

    A cell's value holds in its middle; between two middles both count, the nearer one more.
    """
    distances = (places[:, None] * cells - 0.5).clamp(0, cells - 1) - torch.arange(cells)
    return (1 - distances.abs()).clamp(min=0).float()
