"""What the explorers ask of a network and a scene, and the controls that several of them have."""

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import ipywidgets
import torch
from torch import Tensor, nn

from cam_tutorial import zoo
from cam_tutorial.cam import NotPooled, cam
from cam_tutorial.grad_cam import grad_cam
from cam_tutorial.hooks import explaining, is_spatial
from cam_tutorial.targets import as_logits

# From a network, images and a class to one map an image.
Explain = Callable[[nn.Module, Tensor, int], Tensor]

CAPTION = {"description_width": "70px"}  # as wide as the longest, so that the controls stand in line
WIDE = {"width": "480px", "max_width": "100%"}


def scores(network: nn.Module, scene: zoo.Scene) -> Tensor:
    """The network's logits for a scene, (C,).

    Raises:
        TypeError, ValueError: not a network, or one that gives no class scores.
    """
    with explaining(network), torch.no_grad():
        return as_logits(network(zoo.preprocess(scene.image)), 1)[0]


class GapParts:
    """The parts of a network that averages its maps: the maps and the logits of a scene, the weights and the bias."""

    def __init__(self, network: nn.Module, scene: zoo.Scene, asker: str) -> None:
        """Raises TypeError or ValueError, with `asker` in the sentence, if the network is another one."""
        check_scene(scene, asker)
        trunk, classifier = getattr(network, "trunk", None), getattr(network, "classifier", None)
        if not isinstance(trunk, nn.Module) or not isinstance(classifier, nn.Linear):
            raise ValueError(
                f"{asker} needs a network with a trunk and, behind its average, a linear classifier, such as "
                f"models.load('zoo-gap'); this {type(network).__name__} is built in another way"
            )
        cam(network, zoo.preprocess(scene.image), 0)  # refuses a network in which the average is something else
        self.network, self.trunk = network, trunk
        self.weights = classifier.weight.detach()
        self.bias = torch.zeros(len(self.weights)) if classifier.bias is None else classifier.bias.detach()
        self._classifier = classifier

    def __call__(self, scene: zoo.Scene) -> tuple[Tensor, Tensor]:
        """Features (K, h, w) and logits (C,)."""
        with explaining(self.network), torch.no_grad():
            features = self.trunk(zoo.preprocess(scene.image))
            return features[0], self._classifier(features.mean(dim=(2, 3)))[0]


def class_map(network: nn.Module, scene: zoo.Scene, *, signed: bool = False) -> tuple[str, Explain]:
    """How this network's map of a class is made, and its name: CAM where there is one, or else Grad-CAM.

    CAM is signed in any case, Grad-CAM without its ReLU if `signed`.

    Raises:
        TypeError, ValueError: not a network of class scores, or one without maps; NaN in its scores.
    """
    try:
        cam(network, zoo.preprocess(scene.image), 0)
    except NotPooled:
        return "Grad-CAM", partial(grad_cam, relu=not signed)
    return "class activation map", cam


def blocks_of(network: nn.Module, scene: zoo.Scene) -> dict[str, tuple[int, ...]]:
    """The network's layers that a map can be made at: dotted name -> shape (K, h, w), in the order of running.

    They are the children of its `trunk`, or its own if it has none, that have weights and give maps.

    Raises:
        ValueError: there is none.
    """
    inside = "trunk." if isinstance(getattr(network, "trunk", None), nn.Module) else ""
    parent = network.get_submodule("trunk") if inside else network
    shapes: dict[str, tuple[int, ...]] = {}
    handles = []
    for name, child in parent.named_children():
        if any(True for _ in child.parameters()):

            def note(_module: nn.Module, _inputs: Any, output: Any, name: str = name) -> None:
                if is_spatial(output):
                    shapes[f"{inside}{name}"] = tuple(output.shape[1:])

            handles.append(child.register_forward_hook(note))
    try:
        scores(network, scene)
    finally:
        for handle in handles:
            handle.remove()
    if not shapes:
        raise ValueError(
            f"choose_layer needs a network whose layers give maps, and no part of this {type(network).__name__} does"
        )
    return shapes


def check_scene(scene: zoo.Scene, asker: str) -> zoo.Scene:
    """Give back the scene; TypeError if it is something else."""
    if not isinstance(scene, zoo.Scene):
        raise TypeError(f"{asker} needs a scene, such as zoo.scene(7), got {type(scene).__name__}")
    return scene


def class_names(count: int) -> Sequence[str]:
    """The zoo's names for as many classes as the zoo has; numbers otherwise."""
    return zoo.ANIMALS if count == len(zoo.ANIMALS) else [f"class {i}" for i in range(count)]


def class_list(logits: Tensor, target: int | str | None) -> Any:
    """The list to choose a class from, each with its probability.

    Args:
        logits: (C,).
        target: what is chosen first: a class index, its name, or None for the predicted class.

    Raises:
        ValueError: there is no such class.
    """
    names = class_names(len(logits))
    if target is None:
        target = int(logits.argmax())
    elif isinstance(target, str) and target in names:
        target = names.index(target)
    if isinstance(target, bool) or not isinstance(target, int) or not 0 <= target < len(names):
        raise ValueError(f"target must be a class index from 0 to {len(names) - 1} or a name such as {names[0]!r}, "
                         f"got {target!r}")  # fmt: skip
    shares = logits.softmax(0).tolist()
    options = [(f"{name}  ({share:.1%})", i) for i, (name, share) in enumerate(zip(names, shares, strict=True))]
    return ipywidgets.Dropdown(
        options=options, value=target, description="class", style=CAPTION, layout={"width": "300px"}
    )


def slider(description: str, low: int, high: int, value: int | None = None) -> Any:
    """A slider over whole numbers."""
    return ipywidgets.IntSlider(
        low if value is None else value, low, high, description=description, style=CAPTION, layout=WIDE
    )


def reach(seed: int, animal: str) -> tuple[tuple[float, float], tuple[float, float]]:
    """From where to where the center of the animal can go, (low, high) of x and of y, in shares of the picture."""
    ends = []
    for corner in (0.0, 1.0):  # an animal that would leave the picture is moved back inside
        scene = zoo.scene(seed, animal, at=[(corner, corner)])
        left, top, right, bottom = scene.animals[0].box
        ends.append(((left + right) / 2 / scene.size, (top + bottom) / 2 / scene.size))
    (x0, y0), (x1, y1) = ends
    return (math.ceil(100 * x0) / 100, math.floor(100 * x1) / 100), (
        math.ceil(100 * y0) / 100,
        math.floor(100 * y1) / 100,
    )


def buttons(description: str, options: Sequence[Any], value: Any, width: str = "auto") -> Any:
    """A row of buttons of which one is pressed."""
    style = {**CAPTION, "button_width": width}
    row = ipywidgets.ToggleButtons(
        options=options, value=value, description=description, style=style, layout={"width": "auto"}
    )
    row.add_class("widget-inline-hbox")  # what other controls have by themselves: the name stands beside, not above
    return row


def listed(names: Sequence[str]) -> str:
    """'a cat', 'a cat and a bird', 'a cat, a bird and a fish'."""
    return joined([f"a {name}" for name in names])


def joined(several: Sequence[str]) -> str:
    """'one', 'one and two', 'one, two and three'."""
    return " and ".join([", ".join(several[:-1]), several[-1]] if len(several) > 1 else several)


def number(value: float, digits: int = 2) -> str:
    """With a true minus sign, and no minus before what rounds to zero."""
    return f"{round(value, digits) + 0.0:.{digits}f}".replace("-", "−")


def bright(values: Tensor) -> float:
    """Where the colors end: a few extreme pixels would leave all others dark."""
    return float(values.flatten().quantile(0.998)) or float(values.max())


def covers(mask: Tensor, cell: tuple[int, int], shape: tuple[int, int]) -> bool:
    """Whether any of the mask lies in this (row, column) of a grid of that shape."""
    (i, j), (h, w) = cell, shape
    rows, columns = mask.shape
    top, left = i * rows // h, j * columns // w
    return bool(mask[top : -(-(i + 1) * rows // h), left : -(-(j + 1) * columns // w)].any())


def where(animal: zoo.Animal, size: int, region: Sequence[float]) -> str:
    """'inside', 'outside' or 'partly inside' the region."""
    left, top, right, bottom = (edge * size for edge in region)
    box = animal.box
    if box[0] >= left and box[1] >= top and box[2] <= right and box[3] <= bottom:
        return "inside"
    apart = box[2] <= left or box[0] >= right or box[3] <= top or box[1] >= bottom
    return "outside" if apart else "partly inside"
