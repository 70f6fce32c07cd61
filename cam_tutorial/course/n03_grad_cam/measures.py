"""What notebook 03 measures with, and does not explain: many scenes at once, arithmetic, what a cell sees."""

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cam_tutorial import photos

AT_ONCE = 4  # scenes; the early layers' maps are large


def maps_of(
    function: Callable[..., Tensor], model: nn.Module, images: Tensor, classes: Tensor, *options: Any, **named: Any
) -> Tensor:
    """`function(model, images, classes, ...)` for many preprocessed images, a few at a time: (N, h, w)."""
    parts = zip(images.split(AT_ONCE), classes.split(AT_ONCE), strict=True)
    return torch.cat([function(model, some, asked, *options, **named) for some, asked in parts])


def logits_of(model: nn.Module, images: Tensor) -> Tensor:
    """The logits of many preprocessed images, a few at a time: (N, C), without a graph."""
    with torch.no_grad():
        return torch.cat([model(some) for some in images.split(AT_ONCE)])


WEIGHTS = {"ConvolutionBackward0": "_saved_weight", "AddmmBackward0": "_saved_mat2"}  # as autograd calls them


def operations(y: Tensor, walk: Callable[..., Any], *given: Any, **named: Any) -> int:
    """The additions and multiplications of `walk(...)`, a way back through the graph of y.

    Counts convolutions and linear layers; the rest is small beside them. Each has two gradients to compute, by its
    input and by its weights, and what nobody asks for comes as None. (`torch.utils.flop_counter` gives the same
    numbers, and takes 140 MiB of memory along.)
    """
    count = 0

    def watch(node: Any, per_output: int) -> Any:
        def seen(gradients: tuple[Tensor | None, ...], outputs: tuple[Tensor, ...]) -> None:
            nonlocal count
            computed = sum(gradient is not None and gradient.ndim > 1 for gradient in gradients)  # no biases
            count += 2 * outputs[0].numel() * per_output * computed

        return node.register_hook(seen)

    handles, waiting, known = [], [y.grad_fn], set()
    while waiting:
        node = waiting.pop()
        if node is None or node in known:
            continue
        known.add(node)
        waiting += [after for after, _ in node.next_functions]
        if node.name() in WEIGHTS:
            weight = getattr(node, WEIGHTS[node.name()])
            handles.append(watch(node, weight[0].numel() if weight.ndim == 4 else len(weight)))
    try:
        walk(*given, **named)
    finally:
        for handle in handles:
            handle.remove()
    return count


def windows(model: nn.Module, layers: list[str]) -> dict[str, int]:
    """Layer -> how many pixels a cell of it sees across, borders left out.

    Every 3×3 convolution adds one cell to each side, every pooling half of one and doubles the cell.
    """
    found, window, cell = {}, 1, 1
    for name, module in model.named_modules():
        if isinstance(module, nn.Conv2d | nn.MaxPool2d):
            size, stride = (x if isinstance(x, int) else x[0] for x in (module.kernel_size, module.stride))
            window, cell = window + (size - 1) * cell, cell * stride
        found[name] = window
    inside = {
        layer: [window for name, window in found.items() if f"{name}.".startswith(f"{layer}.")] for layer in layers
    }
    return {layer: max(seen) for layer, seen in inside.items()}


def around(masks: Tensor, pixels: int) -> Tensor:
    """Where a mask is not, but within so many pixels (in a square) it is: (N, H, W) -> (N, H, W) of bool."""
    wider = F.max_pool2d(masks[:, None].float(), 2 * pixels + 1, stride=1, padding=pixels)[:, 0] > 0
    return wider & ~masks.bool()


def squeezenet() -> photos.ImageNetNetwork | None:
    """SqueezeNet with its weights; where these are not to be had it says why, and gives None."""
    try:
        return photos.load_network("squeezenet1_0")
    except photos.Unavailable as reason:
        print(reason)
        return None
