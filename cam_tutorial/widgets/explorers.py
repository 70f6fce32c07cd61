"""The explorers of notebooks 00 to 04, in the order in which they are shown."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

import ipywidgets
import torch
from PIL import Image
from torch import Tensor, nn

from cam_tutorial import zoo
from cam_tutorial.backprop import deconvnet, guided_backprop, guided_grad_cam, saliency
from cam_tutorial.cam import class_activation_map
from cam_tutorial.grad_cam import grad_cam

from . import canvas
from .core import Explorer
from .parts import (
    CAPTION,
    WIDE,
    GapParts,
    blocks_of,
    bright,
    buttons,
    check_scene,
    class_list,
    class_names,
    covers,
    listed,
    number,
    reach,
    scores,
    slider,
    where,
)

FIRST_SCENE = 10_000  # the networks that ship were trained on scenes of smaller numbers
SCENES = 200
RULES = {
    "plain gradient": saliency,
    "deconvnet": deconvnet,
    "guided": guided_backprop,
    "Guided Grad-CAM": guided_grad_cam,
}


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
        scene = zoo.scene(seed, count)
        return [animal.name for animal in scene.animals], zoo.scene(seed, count, canvas.SIDE).image, *parts(scene)

    def draw(seed: int, count: int, target: int | None) -> tuple[Image.Image, str]:
        here, image, features, logits = look(seed, count)
        shares = logits.softmax(0)
        best = int(shares.argmax())
        label = best if target is None else target
        heatmap = class_activation_map(features[None], parts.weights, label)[0]
        seen, name = zoo.ANIMALS[best], zoo.ANIMALS[label]
        share = "" if label == best else f" ({shares[label]:.1%})"
        sentence = (
            f"Scene {seed} shows {listed(here)}; the network says {seen} ({shares[best]:.1%}). The map shows what "
            f"speaks for {name}{share}, which is {'' if name in here else 'not '}in the scene."
        )
        panels = [("the scene", canvas.photo(image)), (f"class activation map: {name}", canvas.under(image, heatmap))]
        return canvas.row(panels), sentence

    classes = [("what the network says", None), *((name, i) for i, name in enumerate(zoo.ANIMALS))]
    controls = {
        "seed": slider("scene", FIRST_SCENE, FIRST_SCENE + SCENES - 1),
        "count": buttons("animals", [("one", 1), ("two", 2), ("three", 3)], 1),
        "target": buttons("class", classes, None),
    }
    return Explorer(draw, controls)


def move_animal(
    networks: Mapping[str, nn.Module],
    animal: str = "cat",
    seed: int = FIRST_SCENE,
    region: Sequence[float] | None = None,
) -> Explorer:
    """Move an animal through a scene and watch the eight probabilities that each network gives.

    The sliders hold its center in shares of the picture, as far as it can go without leaving it.

    Args:
        networks: title -> network, for instance one that flattens and one that averages.
        animal: the species to begin with.
        seed: of the scene: its background, and the animal's looks.
        region: (left, top, right, bottom) in shares of the picture, drawn as a dashed frame: where the animals stood
            in training.

    Raises:
        TypeError, ValueError: no networks, or one that gives other than eight scores; no such animal; a bad region.
    """
    if not isinstance(networks, Mapping) or not networks:
        raise TypeError("move_animal needs a dict of titles and networks, such as {'GAP': models.load('zoo-gap')}")
    first = zoo.scene(seed, str(animal), region=region)  # the zoo says what is wrong with any of the three
    for title, network in networks.items():
        count = len(scores(network, first))
        if count != len(zoo.ANIMALS):
            raise ValueError(f"move_animal needs networks with {len(zoo.ANIMALS)} scores, and {title!r} gives {count}")

    def draw(x: float, y: float, animal: str) -> tuple[Image.Image, str]:
        scene = zoo.scene(seed, animal, at=[(x, y)])
        drawn = canvas.photo(zoo.scene(seed, animal, canvas.SIDE, at=[(x, y)]).image)
        panels = [(f"a {animal}", drawn if region is None else canvas.frame(drawn, region))]
        says = []
        for title, network in networks.items():
            shares = scores(network, scene).softmax(0)
            best = int(shares.argmax())
            says.append(f"{title} says {zoo.ANIMALS[best]} ({shares[best]:.0%})")
            panels.append((title, canvas.bars(shares.tolist(), zoo.ANIMALS, scene.animals[0].label)))
        inside = "" if region is None else f", {where(scene.animals[0], scene.size, region)} the frame"
        return canvas.row(panels), f"The {animal} stands at ({x:.2f}, {y:.2f}){inside}: {'; '.join(says)}."

    def place(description: str) -> ipywidgets.FloatSlider:
        return ipywidgets.FloatSlider(
            0.5, min=0, max=1, step=0.01, description=description, style=CAPTION, layout=WIDE, readout_format=".2f"
        )

    controls = {
        "x": place("x"),
        "y": place("y"),
        "animal": ipywidgets.Dropdown(
            options=zoo.ANIMALS, value=animal, description="animal", style=CAPTION, layout={"width": "300px"}
        ),
    }

    def fit(_change: object = None) -> None:
        """The sliders end where the animal does, and no part of them is without effect."""
        for axis, (low, high) in zip("xy", reach(seed, controls["animal"].value), strict=True):
            controls[axis].min, controls[axis].max = low, high

    fit()
    controls["animal"].observe(fit, names="value")  # before the explorer's own, so that it draws in the new bounds
    return Explorer(draw, controls)


def mix_maps(network: nn.Module, scene: zoo.Scene, target: int | str | None = None) -> Explorer:
    """Add the feature maps times their weights one by one, those that count most first, up to the full CAM.

    Args:
        network: with a `trunk`, an average and a linear `classifier`, such as zoo-gap.
        scene: what the network looks at.
        target: the class to begin with, an index or a name; None for the predicted one.

    Raises:
        TypeError, ValueError: the network is built in another way; not a scene; no such class.
    """
    parts = GapParts(network, scene, "mix_maps")
    features, logits = parts(scene)
    image, names, K = canvas.fine(scene), class_names(len(logits)), len(features)
    means = features.mean(dim=(1, 2))

    @lru_cache(16)
    def mixed(target: int) -> tuple[Tensor, Tensor, Tensor]:
        order = (parts.weights[target] * means).abs().argsort(descending=True)
        weighted = (parts.weights[target, :, None, None] * features)[order]
        return order, weighted, torch.cat([torch.zeros_like(weighted[:1]), weighted.cumsum(0)])

    def draw(count: int, target: int) -> tuple[Image.Image, str]:
        order, weighted, sums = mixed(target)
        bias, logit = float(parts.bias[target]), float(logits[target])
        added = weighted.mean(dim=(1, 2)).tolist()
        if count:
            k = int(order[count - 1])
            weight = float(parts.weights[target, k])
            last = f"The last, map {k}, has the weight {number(weight)} and adds {number(added[count - 1])}."
            title, newest = f"{number(weight)} × map {k}", weighted[count - 1]
        else:
            last, title, newest = "", "no map yet", torch.zeros_like(weighted[0])
        # One scale for all maps of a class, so that those which hardly count look that way.
        panels = [
            ("the scene", canvas.photo(image)),
            (title, canvas.cells(newest, signed=True, limit=float(weighted.abs().max()))),
            (
                f"sum of {count} of {K}: {names[target]}",
                canvas.under(image, sums[count], signed=True, limit=float(sums.abs().max())),
            ),
        ]
        end = f"mean of the sum + bias = {number(float(sums[count].mean()) + bias)}"
        whole = "which is the logit" if count == K else f"the logit of {names[target]} is {number(logit)}"
        sentence = f"{count} of {K} maps mixed in. {last} So far, {end}; {whole}."
        strip = canvas.steps(added, count, sum(panel.width for _, panel in panels) + 2 * canvas.GAP)
        return canvas.row(panels, strip), " ".join(sentence.split())

    return Explorer(draw, {"count": slider("maps in", 0, K, min(8, K)), "target": class_list(logits, target)})


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
    logits, shapes = scores(network, scene), blocks_of(network, scene)
    image, names = canvas.fine(scene), class_names(len(logits))

    def draw(layer: str, target: int, relu: bool) -> tuple[Image.Image, str]:
        heatmap = grad_cam(network, inputs, target, layer, relu)[0]
        channels, h, w = shapes[layer]
        low, high = float(heatmap.min()), float(heatmap.max())
        strongest = divmod(int(heatmap.abs().argmax()), w)
        animals = [animal.name for animal in scene.animals if covers(animal.mask, strongest, (h, w))]
        place = f"on the {' and the '.join(animals)}" if animals else "on the background"
        what = f"values from {number(low, 3)} to {number(high, 3)}, the strongest {place}" if low != high else (
            "zero everywhere: nothing here speaks for the class")  # fmt: skip
        sentence = f"Grad-CAM of {names[target]} at {layer}, {channels} maps of {h}×{w} cells: {what}."
        panels = [
            ("the scene", canvas.photo(image)),
            (f"{layer}: {h}×{w} cells", canvas.cells(heatmap, signed=not relu)),
            ("enlarged, over the scene", canvas.under(image, heatmap, signed=not relu)),
        ]
        return canvas.row(panels), sentence

    options = [(f"{name} ({h}×{w})", name) for name, (_, h, w) in shapes.items()]
    layers = ipywidgets.SelectionSlider(
        options=options, value=options[-1][1], description="layer", style=CAPTION, layout=WIDE
    )
    relu = ipywidgets.Checkbox(True, description="ReLU: only what speaks for the class", style=CAPTION, layout=WIDE)
    return Explorer(draw, {"layer": layers, "target": class_list(logits, target), "relu": relu})


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
    image, names = canvas.fine(scene), class_names(len(logits))
    if len(names) < 2:
        raise ValueError("choose_rule compares two classes, and this network has one score")
    guided_backprop(network, inputs)  # refuses a network that calls no ReLU, before the first button is pressed
    best, second = logits.topk(2).indices.tolist()

    @lru_cache(64)
    def picture(rule: str, target: int) -> Tensor:
        return RULES[rule](network, inputs, target)[0].abs().amax(dim=0)

    def draw(rule: str, target: int) -> tuple[Image.Image, str]:
        other = second if target == best else best
        one, two = picture(rule, target), picture(rule, other)
        alike = torch.corrcoef(torch.stack([one.flatten(), two.flatten()]))[0, 1]
        compared = (
            f"its correlation with the picture for {names[other]} is {number(float(alike))}"
            if alike.isfinite()
            else f"the picture for {names[target if one.max() == one.min() else other]} is blank"
        )
        panels = [
            ("the scene", canvas.photo(image)),
            (f"{rule}: {names[target]}", canvas.cells(one, limit=bright(one))),
            (f"the same for {names[other]}", canvas.cells(two, limit=bright(two))),
        ]
        sentence = (
            f"{rule[0].upper()}{rule[1:]}, absolute value and maximum over the colors, for {names[target]}; {compared}."
        )
        return canvas.row(panels), sentence

    return Explorer(
        draw, {"rule": buttons("rule", list(RULES), "plain gradient"), "target": class_list(logits, target)}
    )
