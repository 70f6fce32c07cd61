"""Grad-CAM (notebook 03): class activation maps for networks that have no global average pooling."""

import torch
from torch import Tensor, nn

from cam_tutorial.grids import Reshape
from cam_tutorial.hooks import Layer, explaining, last_spatial_layer, record
from cam_tutorial.targets import NO_GRADIENT, Target, as_images, select_scores


def grad_cam(
    model: nn.Module,
    images: Tensor,
    target: Target = None,
    layer: Layer | None = None,
    relu: bool = True,
    reshape: Reshape | None = None,
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
        layer: a module or its dotted name; None takes the last maps through which everything passes, as
            `grad_cam.layer_of(model, images)` tells. They are looked for once, with one image more.
        relu: keep only what speaks for the class; False gives the signed map.
        reshape: from what the layer gives to maps (N, K, h, w), such as `grids.channels_last` or `grids.tokens(1)`;
            None finds it by the shape.

    Returns:
        (N, h, w) at the layer's own resolution, detached, in the network's own scale and type (a half-precision
        network's in float32: a share of 1/Z may be too small for its own type); all zeros where nothing speaks for
        the class.

    Raises:
        TypeError, ValueError: bad images, target or layer; scores that are NaN; a layer on which the score does not
            depend, or whose output is no stack of maps. The message says what would be right.

    Source: Selvaraju et al., "Grad-CAM" (ICCV 2017), section 3.
    """
    images = as_images(images)
    with explaining(model):
        if layer is None:
            layer = last_spatial_layer(model, images, target)
        A, gradient = _maps_and_gradient(model, images, target, layer, reshape)
    alpha = gradient.mean(dim=(2, 3), keepdim=True)  # (N, K, 1, 1)
    L = (alpha * A).sum(dim=1)
    return L.relu() if relu else L


grad_cam.layer_of = last_spatial_layer  # type: ignore[attr-defined]


def _maps_and_gradient(
    model: nn.Module, images: Tensor, target: Target, layer: Layer, reshape: Reshape | None
) -> tuple[Tensor, Tensor]:
    """The layer's maps A and the score's gradient at them, (N, K, h, w) each."""
    # Gradients are off until the layer is reached: that is what makes this cheap. A network that runs the layer in a
    # torch.no_grad() of its own (a frozen trunk) comes out with gradients off again, and gets a second try.
    for before_layer in (False, True):
        with torch.set_grad_enabled(before_layer), record(model, layer, as_leaf=True) as recorded:
            y = select_scores(model(images), target, len(images))
            A = recorded.output
            try:
                gradient = _gradient(y, A)
            except (RuntimeError, NotImplementedError) as error:
                raise ValueError(f"no gradient comes to layer {recorded.layer!r} from the score: {error}") from error
        if gradient is not None:
            break
    to_maps = recorded.reshape(model, images, reshape)
    if gradient is None:
        raise ValueError(f"the score does not depend on layer {recorded.layer!r} {NO_GRADIENT}")
    return to_maps(A.detach()).to(gradient.dtype), to_maps(gradient)


def _gradient(y: Tensor, A: Tensor) -> Tensor | None:
    """The gradient of y at A, in single precision at least."""
    if not y.requires_grad:
        return None
    # A place's share of the score can be too small for float16: there the gradient is taken about Z times as large.
    half = torch.float16 in (A.dtype, y.dtype)
    scale = min(2.0 ** (A[0].numel() // max(A.shape[1:])).bit_length(), 2.0**15) if half else 1.0
    # The sum, and no grad_outputs: torch imports SymPy for these, a third of a second and 35 MiB.
    (gradient,) = torch.autograd.grad((y * scale).sum(), A, allow_unused=True, retain_graph=half)
    if half and gradient is not None and not gradient.isfinite().all():
        scale = 1.0
        (gradient,) = torch.autograd.grad(y.sum(), A)
    return None if gradient is None else gradient.to(torch.promote_types(gradient.dtype, torch.float32)) / scale
