"""Gradients at the input (notebook 04): plain, deconvnet and guided, which differ in one line at each ReLU."""

import warnings
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode
from torch.utils.hooks import RemovableHandle

from cam_tutorial.grad_cam import grad_cam
from cam_tutorial.graph import (
    clamp_at_zero,
    hidden_by,
    is_relu,
    nodes_behind,
    other_activation,
)
from cam_tutorial.grids import Reshape
from cam_tutorial.heatmap import upsample
from cam_tutorial.hooks import SCRIPTED, Layer, explaining
from cam_tutorial.targets import NO_GRADIENT, Target, as_images, select_scores

# From where the ReLU's input was positive, 1[x > 0], and the incoming gradient R: the gradient that it hands back.
Rule = Callable[[Tensor, Tensor], Tensor]


def deconvnet_rule(x_positive: Tensor, R: Tensor) -> Tensor:
    """1[R > 0] · R: only positive gradients pass, and whether the ReLU was open plays no part.

    Args:
        x_positive: bool, any shape (...,): where the ReLU's input was positive. Not used.
        R: (...,), the gradient that comes in from above.
    """
    return R.relu()


def guided_rule(x_positive: Tensor, R: Tensor) -> Tensor:
    """1[x > 0] · 1[R > 0] · R: only positive gradients pass, and only where the ReLU was open.

    Args:
        x_positive: bool, any shape (...,): where the ReLU's input was positive, 1[x > 0].
        R: (...,), the gradient that comes in from above.
    """
    return torch.where(x_positive, R.relu(), 0)


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
        TypeError, ValueError: bad images or target; scores that are NaN, or do not depend on the images; a network
            through which PyTorch cannot take a gradient.

    Source: Simonyan, Vedaldi and Zisserman, "Deep Inside Convolutional Networks" (2013), section 3.
    """
    images = as_images(images)
    try:
        images.requires_grad_()
    except RuntimeError:
        raise ValueError(
            "the images are inside a transform of torch.func (vmap, grad, jvp ...), where no other gradient can be "
            "taken; call this function outside of it, with a batch of images"
        ) from None
    with explaining(model):
        # A clone, so that a network that begins with an in-place operation does not write into the leaf.
        y = select_scores(model(images.clone()), target, len(images))
        gradient = _gradient(y.sum(), images) if y.requires_grad else None
    if gradient is None:
        raise ValueError(f"the score does not depend on the images {NO_GRADIENT}")
    return gradient.clone()  # autograd may hand out one number, shown at every position


def _gradient(score: Tensor, images: Tensor) -> Tensor | None:
    """The gradient of the score at the images, None where no way leads back to them."""
    try:
        (gradient,) = torch.autograd.grad(score, images, allow_unused=True)
    except RuntimeError as error:
        if "use_reentrant=True" in str(error):
            raise ValueError(
                "the network uses gradient checkpointing with use_reentrant=True, with which PyTorch takes no gradient "
                "at the images; use use_reentrant=False, or switch checkpointing off"
            ) from None
        reason = str(error).splitlines()[0]
        raise ValueError(f"PyTorch cannot take the gradient of the score at the images: {reason}") from error
    return gradient


def deconvnet(model: nn.Module, images: Tensor, target: Target = None) -> Tensor:
    """As `saliency`, with the gradient handed back by every ReLU as 1[R > 0] · R.

    Raises:
        TypeError, ValueError: as `saliency`; ValueError too where the gradient passes no ReLU, or a part of the
            network that hides its ReLUs.

    Warns:
        UserWarning: the gradient passes other activations beside the ReLUs, and theirs stays plain.

    Source: Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks" (ECCV 2014), section 2.1.
    """
    _refuse_scripted(model)
    with ReLUBackward(deconvnet_rule):
        return saliency(model, images, target)


def guided_backprop(model: nn.Module, images: Tensor, target: Target = None) -> Tensor:
    """As `saliency`, with the gradient handed back by every ReLU as 1[x > 0] · 1[R > 0] · R.

    Raises:
        TypeError, ValueError: as `saliency`; ValueError too where the gradient passes no ReLU, or a part of the
            network that hides its ReLUs.

    Warns:
        UserWarning: the gradient passes other activations beside the ReLUs, and theirs stays plain.

    Source: Springenberg et al., "Striving for Simplicity: The All Convolutional Net" (2014), section 3.4.
    """
    _refuse_scripted(model)
    with ReLUBackward(guided_rule):
        return saliency(model, images, target)


def guided_grad_cam(
    model: nn.Module,
    images: Tensor,
    target: Target = None,
    layer: Layer | None = None,
    reshape: Reshape | None = None,
) -> Tensor:
    """Where Grad-CAM points, in the detail of guided backprop: (N, C, H, W) -> (N, C, H, W).

    The product of the two, the map upsampled to the image. Arguments and errors as in `grad_cam` and
    `guided_backprop`.

    Source: Selvaraju et al., "Grad-CAM" (ICCV 2017), section 3.2.
    """
    maps = grad_cam(model, images, target, layer, reshape=reshape)
    return upsample(maps, (images.shape[2], images.shape[3]))[:, None] * guided_backprop(model, images, target)


_TAKE_GRADIENTS = {torch.autograd.grad, torch.autograd.backward, Tensor.backward}
# Functions by name, because each exists as F.relu, torch.relu, torch.ops.aten.relu, Tensor.relu ...
_ACTIVATIONS = {"relu", "relu6", "threshold", "clamp", "clamp_min", "clip", "hardtanh", "leaky_relu", "rrelu"}
_ACTIVATIONS |= {"elu", "celu", "selu", "silu", "mish", "hardswish"}
_CHOOSERS = {"where", "masked_fill", "fmax"}  # functions that can be a ReLU, and mostly are none


def _writes_into_part(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """Whether the call changes its first argument in place, and that is a view into another tensor."""
    in_place = name.endswith("_") or kwargs.get("inplace") or any(argument is True for argument in args[1:])
    x = args[0] if args else kwargs.get("input")
    return bool(in_place) and isinstance(x, Tensor) and x._is_view()


def _as_relu(result: Tensor, arguments: list[Any]) -> Tensor:
    """The result as that of a ReLU, if all that was done is to cut off the negative values of an argument."""
    for x in arguments:
        if isinstance(x, Tensor) and x.is_floating_point() and x.requires_grad and x.shape == result.shape:
            values = x.detach()
            if (values < 0).any() and torch.equal(result, values.clamp(min=0)):
                return x.relu()
    return result


def _refuse_scripted(model: nn.Module) -> None:
    """Refuse torch.jit in whole or in part before the network runs: it hides ReLUs in some runs, and in others not."""
    for name, part in model.named_modules() if isinstance(model, nn.Module) else ():
        if isinstance(part, torch.jit.ScriptModule):
            raise ValueError(
                f"torch.jit hides the ReLUs of the network's part {name!r}: {SCRIPTED}" if name else SCRIPTED
            )


class ReLUBackward(TorchFunctionMode):
    """While the block runs, every gradient that is taken in it passes the ReLUs by `rule`.

        with ReLUBackward(guided_rule):
            gradient = saliency(model, images)

    The forward pass leaves a graph behind, a node for each operation, along which PyTorch takes the gradient back. Just
    before it does, the rule is hung on every node that is a ReLU. There it makes no difference whether it was called as
    `nn.ReLU`, `F.relu` or `x.relu_()`, inside an `nn.RNN`, a checkpoint or a thread; and a node that the gradient does
    not pass is never asked. Nothing on the network is touched, so nothing can be left behind.

    A ReLU is what gives max(x, 0): relu, threshold, clamp and maximum at 0, and a `where` or `masked_fill` that did
    just that. What takes several steps, such as `x * (x > 0)`, is not recognized and keeps its plain gradient.

    Raises, at the end of the block:
        ValueError: no gradient was taken, or none passed a ReLU, so that the rule changed nothing; or one passed a part
            that hides its ReLUs.
    """

    def __init__(self, rule: Rule) -> None:
        super().__init__()
        self.rule = rule
        self.gradients = 0  # taken in the block
        self.relus = 0  # that they passed
        self.others: set[str] = set()  # activations that they passed
        self.hidden_by: set[str] = set()

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Called in place of every function of torch while the block runs."""
        kwargs = kwargs or {}
        name = getattr(func, "__name__", "")
        if func in _TAKE_GRADIENTS:
            self.gradients += 1
            with ExitStack() as hooks:
                for node in nodes_behind(args[0] if isinstance(args[0], Sequence) else args[:1]):
                    for hook in self._hooks(node):
                        hooks.enter_context(hook)
                return func(*args, **kwargs)
        if name.strip("_") in _ACTIVATIONS and _writes_into_part(name, args, kwargs):
            # What is written into a part of a tensor hides in the graph. So the part is copied, changed, copied back.
            x, *others = args or (kwargs.pop("input"),)
            changed = x.clone()
            func(changed, *others, **kwargs)
            return x.copy_(changed)
        result = func(*args, **kwargs)
        return _as_relu(result, [*args, *kwargs.values()]) if name in _CHOOSERS else result

    def _hooks(self, node: Any) -> list[RemovableHandle]:
        """What is hung on a node for one way back: on a ReLU the rule, on others a note that they were passed."""
        if is_relu(node):
            return [node.register_hook(self._guided)] if self.rule is guided_rule else self._obey(node)
        if (clamp := clamp_at_zero(node)) is not None:
            return self._obey(node, *clamp)
        if hiding := hidden_by(node):
            return [node.register_hook(lambda back, R: self.hidden_by.add(hiding))]
        if other := other_activation(node):
            return [node.register_hook(lambda back, R: self.others.add(other))]
        return []

    def _guided(self, back: tuple[Tensor | None, ...], R: tuple[Tensor | None, ...]) -> tuple[Tensor] | None:
        """`guided_rule` in one step instead of three: what a ReLU hands back is 1[x > 0] · R already."""
        if back[0] is None:
            return None
        self.relus += 1
        return (back[0].relu(),)

    def _obey(self, node: Any, x_positive: Tensor | None = None, place: int = 0) -> list[RemovableHandle]:
        """Any rule, at a node with x in the given place among its inputs."""
        arrived: list[Tensor] = []

        def arrive(R: tuple[Tensor | None, ...]) -> tuple[Tensor] | None:
            if R[0] is None:
                return None
            arrived.append(R[0])
            return (torch.ones_like(R[0]),)  # for which a ReLU hands back 1[x > 0], whatever it has kept of x

        def hand_back(back: tuple[Tensor | None, ...], ones: Any) -> tuple[Tensor | None, ...] | None:
            if not arrived or (opened := back[place]) is None:
                return None
            self.relus += 1
            by_rule = self.rule(opened > 0 if x_positive is None else x_positive, arrived.pop())
            if not isinstance(by_rule, Tensor) or by_rule.shape != opened.shape:
                got = tuple(by_rule.shape) if isinstance(by_rule, Tensor) else type(by_rule).__name__
                raise ValueError(f"a rule must give a tensor of the shape of R, {tuple(opened.shape)}, got {got}")
            return (*back[:place], by_rule, *back[place + 1 :])

        return [node.register_prehook(arrive), node.register_hook(hand_back)]

    def __exit__(self, exc_type: Any, exc_val: Any, exc_tb: Any) -> None:
        super().__exit__(exc_type, exc_val, exc_tb)  # type: ignore[no-untyped-call]
        if exc_type is not None:
            return
        if not self.gradients:
            raise ValueError("the rule changed nothing: take the gradient inside the block, after the forward pass")
        if self.hidden_by:
            raise ValueError(f"the rule cannot reach all ReLUs: {'; '.join(sorted(self.hidden_by))}")
        others = ", ".join(sorted(self.others))
        if not self.relus:
            raise ValueError(
                "the gradient passes no ReLU: this rule for the backward pass needs a network that, between the images "
                f"and the score, calls ReLU, and this one calls {others or 'none'}; saliency works with any activation"
            )
        if others:
            warnings.warn(f"the rule applies to ReLU alone; the gradient of {others} stays plain", stacklevel=3)
