"""What the explorers ask of a network that looks at a scene."""

from collections.abc import Callable, Sequence
from functools import partial

import torch
from torch import Tensor, nn

from cam_tutorial import zoo
from cam_tutorial.backprop import deconvnet, guided_backprop, guided_grad_cam, saliency
from cam_tutorial.cam import NotPooled, cam
from cam_tutorial.grad_cam import grad_cam
from cam_tutorial.hooks import explaining
from cam_tutorial.targets import as_logits

# From a network, images and a class to one map an image.
Explain = Callable[[nn.Module, Tensor, int], Tensor]

FIRST_SCENE = 10_000  # the networks that ship were trained on scenes of smaller numbers
RULES: dict[str, Explain] = {
    "plain gradient": saliency,
    "deconvnet": deconvnet,
    "guided": guided_backprop,
    "Guided Grad-CAM": guided_grad_cam,
}


def check_scene(scene: zoo.Scene, asker: str) -> zoo.Scene:
    """Give back the scene; TypeError if it is something else."""
    if not isinstance(scene, zoo.Scene):
        raise TypeError(f"{asker} needs a scene, such as zoo.scene(7), got {type(scene).__name__}")
    return scene


def scores(network: nn.Module, scene: zoo.Scene) -> Tensor:
    """The network's logits for a scene, (C,).

    Raises:
        TypeError, ValueError: not a network, or one that gives no class scores.
    """
    with explaining(network), torch.no_grad():
        return as_logits(network(zoo.preprocess(scene.image)), 1)[0]


def class_names(count: int) -> Sequence[str]:
    """The zoo's names for as many classes as the zoo has; numbers otherwise."""
    return zoo.ANIMALS if count == len(zoo.ANIMALS) else [f"class {i}" for i in range(count)]


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
