"""The explorer of notebook 04: what a backward rule shows, and whether it depends on the class."""

from functools import lru_cache

import torch
from PIL import Image
from torch import Tensor, nn

from cam_tutorial import zoo
from cam_tutorial.backprop import guided_backprop

from . import canvas
from .colors import end_of_scale
from .controls import buttons, class_list
from .core import Explorer
from .networks import RULES, check_scene, class_names, scores
from .words import capitalized, rounded


def choose_rule(network: nn.Module, scene: zoo.Scene, target: int | str | None = None) -> Explorer:
    """The gradient at the input by one backward rule after the other, beside the one of another class.

    Args:
        network: any that calls ReLUs.
        scene: what the network looks at.
        target: the class to begin with, an index or a name; None for the predicted one.

    Raises:
        TypeError, ValueError: not a network of class scores; not a scene; no such class.
    """
    inputs = zoo.preprocess(check_scene(scene, "choose_rule").image)
    logits = scores(network, scene)
    image, names = canvas.fine_image(scene), class_names(len(logits))
    if len(names) < 2:
        raise ValueError("choose_rule compares two classes, and this network has one score")
    guided_backprop(network, inputs)  # refuses a network that calls no ReLU, before the first button is pressed
    predicted, runner_up = logits.topk(2).indices.tolist()

    @lru_cache(64)
    def strength(rule: str, target: int) -> Tensor:
        """(H, W), the largest absolute value of the three colors."""
        return RULES[rule](network, inputs, target)[0].abs().amax(dim=0)

    def draw(rule: str, target: int) -> tuple[Image.Image, str]:
        other = runner_up if target == predicted else predicted
        here, there = strength(rule, target), strength(rule, other)
        correlation = torch.corrcoef(torch.stack([here.flatten(), there.flatten()]))[0, 1]
        compared = (
            f"its correlation with the picture for {names[other]} is {rounded(float(correlation))}"
            if correlation.isfinite()
            else f"the picture for {names[target if here.max() == here.min() else other]} is blank"
        )
        panels = [
            ("the scene", canvas.photo(image)),
            (f"{rule}: {names[target]}", canvas.cells(here, limit=end_of_scale(here))),
            (f"the same for {names[other]}", canvas.cells(there, limit=end_of_scale(there))),
        ]
        sentence = f"{capitalized(rule)}, absolute value and maximum over the colors, for {names[target]}; {compared}."
        return canvas.row(panels), sentence

    return Explorer(
        draw, {"rule": buttons("rule", list(RULES), "plain gradient"), "target": class_list(logits, target)}
    )
