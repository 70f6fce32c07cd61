"""The explorer of notebook 03: Grad-CAM, near the image and far from it."""

from contextlib import ExitStack
from typing import Any

import ipywidgets
from PIL import Image
from torch import Tensor, nn

from cam_tutorial import zoo
from cam_tutorial.grad_cam import grad_cam
from cam_tutorial.grids import is_spatial

from . import canvas
from .controls import CAPTION, WIDE, class_list, slider_over
from .core import Explorer
from .networks import check_scene, class_names, scores
from .words import rounded


def choose_layer(network: nn.Module, scene: zoo.Scene, target: int | str | None = None) -> Explorer:
    """Grad-CAM at one block of the network after the other, in the block's own resolution and over the scene.

    Args:
        network: any; the blocks are those of its `trunk`, or its own where it has none.
        scene: what the network looks at.
        target: the class to begin with, an index or a name; None for the predicted one.

    Raises:
        TypeError, ValueError: not a network of class scores, or none with maps; not a scene; no such class.
    """
    inputs = zoo.preprocess(check_scene(scene, "choose_layer").image)
    logits, shapes = scores(network, scene), _blocks(network, scene)
    image, names = canvas.fine_image(scene), class_names(len(logits))

    def draw(layer: str, target: int, relu: bool) -> tuple[Image.Image, str]:
        heatmap = grad_cam(network, inputs, target, layer, relu)[0]
        channels, h, w = shapes[layer]
        sentence = (
            f"Grad-CAM of {names[target]} at {layer}, {channels} maps of {h}×{w} cells: {_range_of(heatmap, scene)}."
        )
        panels = [
            ("the scene", canvas.photo(image)),
            (f"{layer}: {h}×{w} cells", canvas.cells(heatmap, signed=not relu)),
            ("enlarged, over the scene", canvas.overlay(image, heatmap, signed=not relu)),
        ]
        return canvas.row(panels), sentence

    options = [(f"{name} ({h}×{w})", name) for name, (_, h, w) in shapes.items()]
    relu = ipywidgets.Checkbox(True, description="ReLU: only what speaks for the class", style=CAPTION, layout=WIDE)
    controls = {
        "layer": slider_over("layer", options, options[-1][1]),
        "target": class_list(logits, target),
        "relu": relu,
    }
    return Explorer(draw, controls)


def covers(mask: Tensor, cell: tuple[int, int], shape: tuple[int, int]) -> bool:
    """Whether any of the mask lies in this (row, column) of a grid of that shape."""
    (i, j), (h, w) = cell, shape
    rows, columns = mask.shape
    top, left = i * rows // h, j * columns // w
    return bool(mask[top : -(-(i + 1) * rows // h), left : -(-(j + 1) * columns // w)].any())


def _blocks(network: nn.Module, scene: zoo.Scene) -> dict[str, tuple[int, ...]]:
    """The network's layers that a map can be made at: dotted name -> shape (K, h, w), in the order of running.

    They are the children of its `trunk`, or its own if it has none, that have weights and give maps.

    Raises:
        ValueError: there is none.
    """
    inside = "trunk." if isinstance(getattr(network, "trunk", None), nn.Module) else ""
    parent = network.get_submodule("trunk") if inside else network
    shapes: dict[str, tuple[int, ...]] = {}
    with ExitStack() as hooks:
        for name, child in parent.named_children():
            if any(True for _ in child.parameters()):

                def note(_module: nn.Module, _inputs: Any, output: Any, name: str = name) -> None:
                    if is_spatial(output):
                        shapes[f"{inside}{name}"] = tuple(output.shape[1:])

                hooks.enter_context(child.register_forward_hook(note))
        scores(network, scene)
    if not shapes:
        raise ValueError(
            f"choose_layer needs a network whose layers give maps, and no part of this {type(network).__name__} does"
        )
    return shapes


def _range_of(heatmap: Tensor, scene: zoo.Scene) -> str:
    """From where to where the values (h, w) go, and what lies under the strongest."""
    low, high = float(heatmap.min()), float(heatmap.max())
    if low == high:
        return "zero everywhere: nothing here speaks for the class"
    h, w = heatmap.shape
    strongest = divmod(int(heatmap.abs().argmax()), w)
    animals = [animal.name for animal in scene.animals if covers(animal.mask, strongest, (h, w))]
    place = f"on the {' and the '.join(animals)}" if animals else "on the background"
    return f"values from {rounded(low, 3)} to {rounded(high, 3)}, the strongest {place}"
