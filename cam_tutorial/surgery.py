"""Networks without CAM are given one: their last layers go, and global average pooling comes in their place.

torchvision is imported here, because its networks are what is converted; the rest of the course runs without it.
"""

import copy
from collections import OrderedDict
from collections.abc import Callable
from itertools import takewhile
from typing import Any

import torch
from torch import Tensor, nn
from torchvision.models import VGG, AlexNet, GoogLeNet
from torchvision.models.googlenet import Inception

from cam_tutorial.gap import global_average_pool
from cam_tutorial.models import FlattenNet
from cam_tutorial.zoo.arguments import whole_number

MAPS = 1024  # units of the new convolution, and so maps that the new classifier weighs

# The scale on which torchvision's weights take images, and the one that GoogLeNet's were trained on.
IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
GOOGLENET_MEAN = GOOGLENET_STD = 0.5


class ConvertedNet(nn.Module):
    """What `with_gap` gives: kept layers -> a new convolution and its ReLU -> their averages -> one linear layer."""

    def __init__(self, features: nn.Module, inputs: int, classes: int) -> None:
        super().__init__()
        self.features = features
        self.cam_conv = nn.Conv2d(inputs, MAPS, kernel_size=3, padding=1)
        self.cam_relu = nn.ReLU()
        self.classifier = nn.Linear(MAPS, classes)

    def forward(self, images: Tensor) -> Tensor:
        """(N, 3, H, W) -> (N, C) logits, for any H and W that the kept layers take."""
        maps = self.cam_relu(self.cam_conv(self.features(images)))
        logits: Tensor = self.classifier(global_average_pool(maps))
        return logits


def with_gap(model: nn.Module, classes: int) -> ConvertedNet:
    """Convert a network as the CAM paper did, so that `cam` applies: a new one, which must be trained.

    What goes is pool5 and all behind it in AlexNet and VGG, pool4 and all behind it in GoogLeNet, and the head of
    zoo-flatten. What comes is a 3×3 convolution of 1024 units with a ReLU, global average pooling and a linear layer.
    Without the last pooling the maps are finer: images of 224×224 pixels give 13×13 positions in AlexNet, and 14×14 in
    VGG and in GoogLeNet (which averages its last maps as it is, but those are 7×7).

    The new layers know nothing, so train the result before you explain it; `grad_cam` asks for no such thing. The
    other price is accuracy: in the paper the classification error on ImageNet, in percent (top-1/top-5), rises from
    42.6/19.5 to 51.1/26.3 for AlexNet, from 31.2/11.4 to 33.4/12.2 for VGG, and from 31.9/11.3 to 35.0/13.2 for
    GoogLeNet, as reported in its table 1.

    The paper does not name the ReLU, but the authors' released networks have it, and the maps that they published are
    never negative. Their networks for VGG and GoogLeNet also split the new convolution into two groups and drop half
    of the averages in training; the paper describes neither, and neither is done here.

    Args:
        model: torchvision's AlexNet, a VGG of any depth with or without BatchNorm, or GoogLeNet with or without
            auxiliary heads; or zoo-flatten. It is left exactly as it was.
        classes: how many scores the new classifier gives, at least 1.

    Returns:
        A network that takes images (N, 3, H, W) of any size that the kept layers take, and gives logits (N, classes),
        in training as well. Its `features` are copies of the kept layers, each with its weights, its mode, and frozen
        if it was. `cam_conv` and `classifier` are drawn from the global random state; device and type are `model`'s.

    Raises:
        TypeError: `model` is not a network, or `classes` is not a whole number.
        ValueError: `model` is of another family, rebuilt, or not to be copied; or `classes` is less than 1.

    Source: Zhou et al., "Learning Deep Features for Discriminative Localization" (CVPR 2016), section 3.1 and table 1.
    """
    classes = whole_number("classes", classes, 1)
    kept = _kept_layers(model)
    inputs = _number_of_maps(kept)
    with torch.inference_mode(False):  # tensors made in inference mode could never be trained
        network = ConvertedNet(_copied(kept), inputs, classes)
    like = list(network.features.parameters())[-1]
    for layer in (network.cam_conv, network.classifier):
        layer.to(like.device, like.dtype)
    # One by one, because network.train() would undo a mixture of modes among the kept layers.
    for module in (network, *network.children()):
        module.training = model.training
    return network


def _without_last_pooling(model: AlexNet | VGG) -> nn.Sequential:
    layers = list(model.features.named_children())
    last = layers[-1][1] if layers else None
    if not isinstance(model.features, nn.Sequential) or not isinstance(last, nn.MaxPool2d | nn.AvgPool2d):
        raise ValueError(
            f"the features of {type(model).__name__} must be an nn.Sequential that ends in a pooling layer, which "
            f"with_gap takes away, got {type(model.features).__name__} that ends in {type(last).__name__}"
        )
    return nn.Sequential(OrderedDict(layers[:-1]))


def _up_to_inception4e(model: GoogLeNet) -> nn.Sequential:
    layers = takewhile(lambda layer: layer[0] != "maxpool4", model.named_children())
    before = [("rescale", _Rescale())] if model.transform_input else []
    return nn.Sequential(OrderedDict([*before, *layers]))


# Family -> the layers that stay. The paper removes "pool5 to prob" of AlexNet and VGG, "pool4 to prob" of GoogLeNet.
_STAYS: dict[type[nn.Module], Callable[[Any], nn.Sequential]] = {
    AlexNet: _without_last_pooling,
    VGG: _without_last_pooling,
    GoogLeNet: _up_to_inception4e,
    FlattenNet: lambda model: model.trunk,
}


class _Rescale(nn.Module):
    """To the scale of GoogLeNet's weights, as torchvision's GoogLeNet does first if its `transform_input` is set."""

    def forward(self, images: Tensor) -> Tensor:
        mean, std = (images.new_tensor(numbers).view(3, 1, 1) for numbers in (IMAGENET_MEAN, IMAGENET_STD))
        return (images * std + mean - GOOGLENET_MEAN) / GOOGLENET_STD


def _kept_layers(model: nn.Module) -> nn.Sequential:
    """The layers that stay, not yet copied."""
    if not isinstance(model, nn.Module):
        raise TypeError(f"model must be a torch.nn.Module, got {type(model).__name__}")
    for family, kept_layers in _STAYS.items():
        if isinstance(model, family):
            if getattr(model.forward, "__func__", None) is not family.forward:
                raise ValueError(
                    f"with_gap takes the order of the layers from {family.__name__}'s own forward(), and this "
                    f"{type(model).__name__} has another; give it an unchanged {family.__name__}"
                )
            return kept_layers(model)
    instead = (
        "a network that averages its last maps already, as ResNet and DenseNet do, needs no conversion: give it to cam "
        "as it is, and all others to grad_cam"
    )
    inside = [(name, module) for name, module in model.named_modules() if isinstance(module, tuple(_STAYS))]
    if inside:  # as in nn.DataParallel and torch.compile
        name, module = inside[0]
        instead = f"give it the {type(module).__name__} inside, model.{name}"
    got = f"{type(model).__module__}.{type(model).__qualname__}"  # timm has a VGG, too
    raise ValueError(
        f"with_gap converts torchvision's AlexNet, VGG and GoogLeNet, and zoo-flatten, got {got}; {instead}"
    )


def _number_of_maps(layers: nn.Sequential) -> int:
    """How many maps come out: as many as of the last convolution, or of the last in each branch of an Inception."""
    last = layers[-1]
    count = 0
    for branch in last.children() if isinstance(last, Inception) else [layers]:
        convolutions = [module for module in branch.modules() if isinstance(module, nn.Conv2d)]
        if not convolutions:
            raise ValueError("the layers that stay must end in convolutions of torch.nn, got none; quantize afterwards")
        count += convolutions[-1].out_channels
    return count


def _copied(layers: nn.Sequential) -> nn.Sequential:
    for name, module in layers.named_modules():
        if any(isinstance(value, Tensor) and not value.is_leaf for value in vars(module).values()):
            raise ValueError(
                f"of the layers that stay, {name!r} cannot be copied, since its weights are computed from others; make "
                "its pruning or normalization permanent first, as with torch.nn.utils.prune.remove"
            )
    return copy.deepcopy(layers)
