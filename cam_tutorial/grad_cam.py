"""Grad-CAM (notebook 03): class activation maps for networks that have no global average pooling."""

import torch
from torch import Tensor, nn

from cam_tutorial.hooks import Layer, explaining, is_spatial, last_spatial_layer, record
from cam_tutorial.targets import Target, as_images, select_scores


def grad_cam(
    model: nn.Module, images: Tensor, target: Target = None, layer: Layer | None = None, relu: bool = True
) -> Tensor:
    r"""Weigh the maps of a layer by the mean gradient of the score: (N, C, H, W) -> (N, h, w).

    $$\alpha_k^c = \frac{1}{Z} \sum_i \sum_j \frac{\partial y^c}{\partial A^k_{ij}}, \qquad
      L^c = \mathrm{ReLU}\Big(\sum_k \alpha_k^c A^k\Big)$$

    Costs little more than a forward pass: no gradient is taken through the layers before `layer`.

    Args:
        model: any network; it is explained in eval mode and left exactly as it was.
        images: (N, C, H, W), preprocessed as the network wants them.
        target: whose score y^c, before the softmax: a class index, N of them, None for the predicted class, or a
            function from the network's output to N scores (minus the logit gives the counterfactual map).
        layer: a module or its dotted name; None takes the last one whose output still has a height and a width, for
            which one image is run once more.
        relu: keep only what speaks for the class; False gives the signed map.

    Returns:
        (N, h, w) at the layer's own resolution, detached, in the network's own scale and type; all zeros where
        nothing speaks for the class.

    Raises:
        TypeError, ValueError: bad images, target or layer; scores that are NaN; a layer on which the score does not
            depend, or whose maps have one position only. The message says what would be right.

    Source: Selvaraju et al., "Grad-CAM" (ICCV 2017), section 3.
    """
    images = as_images(images)
    with explaining(model):
        if layer is None:
            layer = last_spatial_layer(model, images)
        # Gradients are off until the layer is reached: that is what makes this cheap. A network that runs the layer in
        # a torch.no_grad() of its own (a frozen trunk) comes out with gradients off again, and gets a second try.
        for before_layer in (False, True):
            with torch.set_grad_enabled(before_layer), record(model, layer, as_leaf=True) as recorded:
                y = select_scores(model(images), target, len(images))
            if y.requires_grad:
                break
        A = recorded.output
        if not is_spatial(A):
            raise ValueError(
                f"layer {recorded.layer!r} gives {tuple(A.shape)}, which has no places to tell apart; "
                f"choose an earlier one, such as {last_spatial_layer(model, images)!r}"
            )
        (gradient,) = torch.autograd.grad(y.sum(), A, allow_unused=True) if y.requires_grad else (None,)
    if gradient is None:
        raise ValueError(f"the score does not depend on layer {recorded.layer!r} in a way that gradients can follow")
    alpha = gradient.mean(dim=(2, 3), keepdim=True)  # (N, K, 1, 1)
    L = (alpha * A.detach()).sum(dim=1)
    return L.relu() if relu else L
