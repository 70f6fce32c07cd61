"""Gradients at the input (notebook 04): plain, deconvnet and guided, which differ in one line at each ReLU."""

import warnings
from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from cam_tutorial.grad_cam import grad_cam
from cam_tutorial.heatmap import upsample
from cam_tutorial.hooks import Layer, explaining
from cam_tutorial.targets import Target, as_images, select_scores

# From where the ReLU's input was positive, 1[x > 0], and the incoming gradient R: the gradient that it hands back.
Rule = Callable[[Tensor, Tensor], Tensor]


def deconvnet_rule(x_positive: Tensor, R: Tensor) -> Tensor:
    """1[R > 0] · R: only positive gradients pass, and whether the ReLU was open plays no part.

    Args:
        x_positive: bool, any shape (...,): where the ReLU's input was positive. Not used.
        R: (...,), the gradient that comes in from above.
    """
    return torch.where(R > 0, R, 0)


def guided_rule(x_positive: Tensor, R: Tensor) -> Tensor:
    """1[x > 0] · 1[R > 0] · R: only positive gradients pass, and only where the ReLU was open.

    Args:
        x_positive: bool, any shape (...,): where the ReLU's input was positive, 1[x > 0].
        R: (...,), the gradient that comes in from above.
    """
    return torch.where(x_positive & (R > 0), R, 0)


def saliency(model: nn.Module, images: Tensor, target: Target = None) -> Tensor:
    r"""The gradient of the score at the input, $\partial y^c / \partial x$: (N, C, H, W) -> (N, C, H, W), signed.

    Its absolute value, maximum over the channels, is the saliency map of the paper.

    Args:
        model: any network; it is explained in eval mode and left exactly as it was.
        images: (N, C, H, W), preprocessed as the network wants them.
        target: whose score y^c, before the softmax: a class index, N of them, None for the predicted class, or a
            function from the network's output to N scores.

    Returns:
        (N, C, H, W), detached, of the images' own type.

    Raises:
        TypeError, ValueError: bad images or target; scores that are NaN, or do not depend on the images.

    Source: Simonyan, Vedaldi and Zisserman, "Deep Inside Convolutional Networks" (2013), section 3.
    """
    images = as_images(images).requires_grad_()
    with explaining(model):
        # A clone, so that a network that begins with an in-place operation does not write into the leaf.
        y = select_scores(model(images.clone()), target, len(images))
        (gradient,) = torch.autograd.grad(y.sum(), images, allow_unused=True) if y.requires_grad else (None,)
    if gradient is None:
        raise ValueError("the score does not depend on the images in a way that gradients can follow")
    return gradient.clone()  # autograd may hand out one number, shown at every position


def deconvnet(model: nn.Module, images: Tensor, target: Target = None) -> Tensor:
    """As `saliency`, with the gradient handed back by every ReLU as 1[R > 0] · R.

    Raises:
        TypeError, ValueError: as `saliency`; ValueError too where the network calls no ReLU.

    Warns:
        UserWarning: other activations stand beside the ReLUs, and keep their plain gradient.

    Source: Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks" (ECCV 2014), section 2.1.
    """
    with ReLUBackward(deconvnet_rule):
        return saliency(model, images, target)


def guided_backprop(model: nn.Module, images: Tensor, target: Target = None) -> Tensor:
    """As `saliency`, with the gradient handed back by every ReLU as 1[x > 0] · 1[R > 0] · R.

    Raises:
        TypeError, ValueError: as `saliency`; ValueError too where the network calls no ReLU.

    Warns:
        UserWarning: other activations stand beside the ReLUs, and keep their plain gradient.

    Source: Springenberg et al., "Striving for Simplicity: The All Convolutional Net" (2014), section 3.4.
    """
    with ReLUBackward(guided_rule):
        return saliency(model, images, target)


def guided_grad_cam(model: nn.Module, images: Tensor, target: Target = None, layer: Layer | None = None) -> Tensor:
    """Where Grad-CAM points, in the detail of guided backprop: (N, C, H, W) -> (N, C, H, W).

    The product of the two, the map upsampled to the image. Arguments and errors as in `grad_cam` and
    `guided_backprop`.

    Source: Selvaraju et al., "Grad-CAM" (ICCV 2017), section 3.2.
    """
    maps = grad_cam(model, images, target, layer)
    return upsample(maps, (images.shape[2], images.shape[3]))[:, None] * guided_backprop(model, images, target)


class ReLUWithRule(torch.autograd.Function):
    """max(x, 0) forward; backward whatever the rule says."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, rule: Rule) -> Tensor:
        ctx.save_for_backward(x > 0)  # not x itself: the caller may be an in-place ReLU, about to overwrite it
        ctx.rule = rule
        return x.clamp(min=0)

    @staticmethod
    def backward(ctx: Any, R: Tensor) -> tuple[Tensor, None]:
        (x_positive,) = ctx.saved_tensors
        return ctx.rule(x_positive, R), None


_IN_PLACE = {torch.relu_, torch.Tensor.relu_, F.relu_}
_RELUS = {torch.relu, torch.Tensor.relu, F.relu} | _IN_PLACE
# By name, because each exists as F.elu, F.elu_, torch.elu_ ...
_NOT_RELU = {"relu6", "hardtanh", "leaky_relu", "rrelu", "prelu", "elu", "celu", "selu", "gelu", "silu"}
_NOT_RELU |= {"mish", "hardswish", "softplus", "threshold"}


class ReLUBackward(TorchFunctionMode):
    """While the block runs, every ReLU computes its gradient by `rule`.

    It intercepts the functions and not the modules: `nn.ReLU` calls `F.relu`, but a network that calls `F.relu` or
    `x.relu_()` itself has no module to replace. Nothing on the network is touched, so nothing can be left behind.
    Other spellings, such as `x.clamp(min=0)`, are not recognized and keep their plain gradient.

    Raises, at the end of the block:
        ValueError: no ReLU was called, so that the rule changed nothing.
    """

    def __init__(self, rule: Rule) -> None:
        super().__init__()
        self.rule = rule
        self.relus = 0
        self.others: set[str] = set()

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        name = getattr(func, "__name__", "").strip("_")
        if name in _NOT_RELU:
            self.others.add(name)
        if func not in _RELUS:
            return func(*args, **kwargs)
        self.relus += 1
        x = args[0] if args else kwargs["input"]
        result = ReLUWithRule.apply(x, self.rule)
        in_place = func in _IN_PLACE or kwargs.get("inplace", False)
        return x.copy_(result) if in_place else result

    def __exit__(self, exc_type: Any, exc_val: Any, exc_tb: Any) -> None:
        super().__exit__(exc_type, exc_val, exc_tb)  # type: ignore[no-untyped-call]
        if exc_type is not None:
            return
        others = ", ".join(sorted(self.others))
        if self.relus == 0:
            raise ValueError(
                f"this rule for the backward pass of ReLUs needs a network that calls ReLU, and this one calls "
                f"{others or 'none'}; saliency works with any activation"
            )
        if others:
            warnings.warn(f"the rule applies to ReLU alone; the gradient of {others} stays plain", stacklevel=3)
