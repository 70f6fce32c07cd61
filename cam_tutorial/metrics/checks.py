"""What every metric asks of its maps and masks."""

import torch
from torch import Tensor


def check_maps(maps: Tensor, name: str = "maps", ndim: int = 3) -> Tensor:
    """Give back maps in float64 and without gradients, if they are finite numbers of shape (N, H, W).

    Raises:
        TypeError: not a floating-point tensor.
        ValueError: another number of dimensions, nothing in it, NaN or infinity.
    """
    shape = "(N, H, W)" if ndim == 3 else "(H, W)"
    if not isinstance(maps, Tensor):
        raise TypeError(f"{name} must be a torch.Tensor of shape {shape}, got {type(maps).__name__}")
    if maps.ndim != ndim:
        hint = f"; for a single map write {name}[None]" if (maps.ndim, ndim) == (2, 3) else ""
        raise ValueError(f"{name} must have the shape {shape}, got {tuple(maps.shape)}{hint}")
    if not maps.is_floating_point():
        raise TypeError(f"{name} must be floating point, got {maps.dtype}")
    if maps.numel() == 0:
        raise ValueError(f"{name} must hold at least one value, got the shape {tuple(maps.shape)}")
    if not maps.isfinite().all():
        raise ValueError(f"{name} must be finite, got NaN or infinity; look for them in the images and in the weights")
    return maps.detach().double()


def check_masks(masks: Tensor, maps: Tensor) -> Tensor:
    """Give back masks that fit the maps, (N, H, W), true on the object.

    Raises:
        TypeError: not a bool tensor.
        ValueError: another shape than the maps'.
    """
    if not isinstance(masks, Tensor) or masks.dtype != torch.bool:
        kind = masks.dtype if isinstance(masks, Tensor) else type(masks).__name__
        raise TypeError(f"masks must be a bool tensor, true on the object, got {kind}")
    if masks.shape != maps.shape:
        hint = "; bring the maps to the masks' size with upsample" if masks.shape[:1] == maps.shape[:1] else ""
        raise ValueError(f"masks must have the maps' shape {tuple(maps.shape)}, got {tuple(masks.shape)}{hint}")
    return masks


def shares_of_maximum(maps: Tensor) -> Tensor:
    """Maps without what is negative, each divided by its maximum: values in [0, 1]; a blank map is zero everywhere."""
    positive = maps.clamp(min=0)
    top = positive.amax(dim=(-2, -1), keepdim=True)
    return positive / torch.where(top > 0, top, 1)


def check_share(share: float, name: str) -> float:
    """Give back a threshold, a share of the maximum.

    Raises:
        ValueError: it is not from 0 to below 1.
    """
    if not 0 <= share < 1:
        raise ValueError(f"{name} must be a share of the maximum, from 0 to below 1, got {share}")
    return float(share)
