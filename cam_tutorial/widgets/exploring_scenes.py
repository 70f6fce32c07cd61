"""The explorer of notebook 00: what in a scene speaks for a class."""

from functools import lru_cache

from PIL import Image
from torch import Tensor, nn

from cam_tutorial import zoo
from cam_tutorial.cam import class_activation_map

from . import canvas
from .controls import buttons, slider
from .core import Explorer
from .networks import FIRST_SCENE, GapParts
from .words import listed

SCENES = 200


def explore_scenes(network: nn.Module) -> Explorer:
    """Pick a scene, how many animals stand in it, and a class; see the scene under the class's activation map.

    Args:
        network: with a `trunk`, an average and a linear `classifier`, such as zoo-gap.

    Raises:
        TypeError, ValueError: the network is built in another way.
    """
    parts = GapParts(network, zoo.scene(FIRST_SCENE), "explore_scenes")

    @lru_cache(16)  # another class of the same scene needs no new scene
    def look(seed: int, count: int) -> tuple[list[str], Tensor, Tensor, Tensor]:
        """The animals' names, the image to show, the features and the logits."""
        scene = zoo.scene(seed, count)
        return [animal.name for animal in scene.animals], zoo.scene(seed, count, canvas.SIDE).image, *parts(scene)

    def draw(seed: int, count: int, target: int | None) -> tuple[Image.Image, str]:
        animals, image, features, logits = look(seed, count)
        shares = logits.softmax(0)
        predicted = int(shares.argmax())
        label = predicted if target is None else target
        heatmap = class_activation_map(features[None], parts.weights, label)[0]
        name = zoo.ANIMALS[label]
        share = "" if label == predicted else f" ({shares[label]:.1%})"
        sentence = (
            f"Scene {seed} shows {listed([f'a {animal}' for animal in animals])}; the network says "
            f"{zoo.ANIMALS[predicted]} ({shares[predicted]:.1%}). The map shows what speaks for {name}{share}, which "
            f"is {'' if name in animals else 'not '}in the scene."
        )
        panels = [("the scene", canvas.photo(image)), (f"class activation map: {name}", canvas.overlay(image, heatmap))]
        return canvas.row(panels), sentence

    classes = [("what the network says", None), *((name, i) for i, name in enumerate(zoo.ANIMALS))]
    controls = {
        "seed": slider("scene", FIRST_SCENE, FIRST_SCENE + SCENES - 1),
        "count": buttons("animals", [("one", 1), ("two", 2), ("three", 3)], 1),
        "target": buttons("class", classes, None),
    }
    return Explorer(draw, controls)
