"""Class Activation Mapping (notebook 02): the pooling run backwards."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from cam_tutorial.gap import global_average_pool
from cam_tutorial.grids import Reshape
from cam_tutorial.hooks import Layer, explaining, last_spatial_layer, record
from cam_tutorial.targets import as_images, as_logits, class_indices


class NotPooled(ValueError):
    """The network does not end in global average pooling and a linear layer, so that it has no CAM."""


def class_activation_map(features: Tensor, weights: Tensor, target: int | Tensor | Sequence[int]) -> Tensor:
    r"""Weigh the feature maps by a class's weights and sum: (N, K, H, W) × (C, K) -> (N, H, W), signed.

    $$M_c(i, j) = \sum_k w_k^c A^k_{ij}$$

    Args:
        features: the maps A, (N, K, H, W).
        weights: of the linear layer behind the pooling, (C, K): a row a class.
        target: a class index, or one for each of the N images.

    Raises:
        TypeError, ValueError: shapes that do not fit together, or a class that does not exist.

    Source: Zhou et al., "Learning Deep Features for Discriminative Localization" (CVPR 2016), section 2, equation 2.
    """
    if features.ndim != 4:
        raise ValueError(f"features must have the shape (N, K, H, W), got {tuple(features.shape)}")
    if weights.ndim != 2 or weights.shape[1] != features.shape[1]:
        raise ValueError(
            f"weights must have the shape (C, {features.shape[1]}), a column for each feature map, "
            f"got {tuple(weights.shape)}"
        )
    w = weights[class_indices(target, len(features), len(weights), weights.device)]
    return torch.einsum("nk,nkhw->nhw", w, features)


def cam(
    model: nn.Module,
    images: Tensor,
    target: int | Tensor | Sequence[int] | None = None,
    layer: Layer | None = None,
    reshape: Reshape | None = None,
) -> Tensor:
    """The class activation maps of a network that ends in global average pooling: (N, C, H, W) -> (N, h, w).

    No gradient and no training is involved: the maps are there already. What makes them class activation maps is the
    identity `maps.mean((1, 2)) + bias[target] == logits[target]`, and this function finds the classifier by it: it
    takes the maps and the weights that reproduce the network's own scores for these very images, or refuses.

    - A linear layer behind the pooling (zoo-gap, ResNet, GoogLeNet, MobileNet v2): M_c as in `class_activation_map`.
    - A ReLU between the last layer and the pooling (DenseNet): the maps are those behind the ReLU.
    - One map a class, pooled straight into the scores (zoo-nin, SqueezeNet): that class's map. It holds the bias
      already, and in SqueezeNet it is what the last ReLU left of it, never negative: `maps.mean((1, 2))` alone equals
      the logit.

    Args:
        model: the network; it is explained in eval mode and left exactly as it was.
        images: (N, C, H, W), preprocessed as the network wants them.
        target: a class index, N of them, or None for the predicted class.
        layer: whose maps are averaged, a module or its dotted name; None looks for them as `grad_cam` does.
        reshape: from what the layer gives to maps (N, K, h, w); None finds it by the shape.

    Returns:
        (N, h, w) at the resolution of the last feature maps, signed, detached.

    Raises:
        NotPooled: the network does not end in global average pooling (use `grad_cam` there).
        TypeError, ValueError: bad images, target or layer; NaN in the scores; a classifier whose weights are all zero.

    Source: Zhou et al. (CVPR 2016), section 2; one map a class: Lin, Chen and Yan, "Network in Network" (2013).
    """
    if callable(target):
        raise TypeError(
            "cam explains a class, by its weights, and target is a function; use grad_cam, or give cam a network that "
            "makes class scores, such as Adapted(model, lambda network, images: network(images)['logits'])"
        )
    images = as_images(images)
    with explaining(model), torch.no_grad():
        layer = last_spatial_layer(model, images) if layer is None else layer
        with record(model, layer) as recorded:
            logits = as_logits(model(images), len(images))
        maps = recorded.reshape(model, images, reshape)(recorded.output)
        if target is None:
            target = logits.argmax(dim=1)
        for features in (maps, maps.relu()):
            weights = _classifier(model, features, logits)
            if weights is not None:
                return class_activation_map(features, weights, target)
    raise NotPooled(
        f"cam needs a network that averages its last feature maps and classifies the averages linearly, and the layers "
        f"behind {recorded.layer!r} of this {type(model).__name__} do something else; use grad_cam, which needs neither"
    )


def _classifier(model: nn.Module, features: Tensor, logits: Tensor) -> Tensor | None:
    """The (C, K) weights with which the averaged features give the logits, if the network has such."""
    pooled = global_average_pool(features)
    if pooled.shape == logits.shape and _equal(pooled, logits):
        return torch.eye(logits.shape[1], dtype=logits.dtype, device=logits.device)
    for layer in model.modules():
        if isinstance(layer, nn.Linear | nn.Conv2d):
            weights = layer.weight.flatten(1)  # a 1×1 convolution behind the pooling is a linear layer too
            bias = torch.zeros_like(logits[0]) if layer.bias is None else layer.bias
            fits = weights.shape == (logits.shape[1], features.shape[1])
            if fits and _equal(pooled @ weights.T + bias, logits, beside=bias):
                if not weights.any():
                    raise ValueError(
                        f"all weights of this {type(model).__name__}'s classifier are zero, as a new one's often are, "
                        "and its scores the same for every image; train it or load its weights"
                    )
                return weights
    return None


def _equal(a: Tensor, b: Tensor, beside: Tensor | float = 0) -> bool:
    """Whether two sets of scores agree: to half the digits of what stands beside the bias, down to rounding."""
    eps = torch.finfo(b.dtype).eps
    tolerance = eps**0.5 * (b - beside).abs().max() + 16 * eps * b.abs().max()
    return bool((a - b).abs().max() <= tolerance)
