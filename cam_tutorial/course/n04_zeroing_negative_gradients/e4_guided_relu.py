"""Exercise 4.4: the guided ReLU."""

import inspect

import torch

from cam_tutorial.practice.exercise import exercise

from .e3_three_rules import inputs_and_incoming
from .material import errors_told_apart


def forward_and_back(relu, x, R):
    """What a ReLU gives and hands back, called twice before the way back, as in every network with two of them."""
    if not issubclass(relu, torch.autograd.Function):
        return {"a subclass of torch.autograd.Function": False}
    seen = {"a subclass of torch.autograd.Function": True}
    parts = [inspect.getattr_static(relu, name, None) for name in ("forward", "backward")]
    seen["forward and backward are static methods"] = all(isinstance(part, staticmethod) for part in parts)
    if not seen["forward and backward are static methods"]:
        return seen
    first, second = x.clone().requires_grad_(), (-x).requires_grad_()
    incoming = [R.clone(), R.clone()]
    with errors_told_apart():
        outputs = [relu.apply(first), relu.apply(second)]
        seen["the value of the forward pass"] = outputs[0]
        seen["x after the forward pass"] = first.detach()
        if not isinstance(outputs[0], torch.Tensor) or not outputs[0].requires_grad:
            return seen
        back = torch.autograd.grad(outputs, [first, second], incoming, allow_unused=True)
    seen |= {"what backward hands back": back[0], "what a second ReLU hands back": back[1]}
    return seen | {"R after the backward pass": incoming[0]}


@exercise(
    "4.4",
    "The guided ReLU",
    minutes=12,
    difficulty=2,
    cases=inputs_and_incoming,
    probe=forward_and_back,
    hints=[
        "Forward is an ordinary ReLU, `x.clamp(min=0)`. Before it returns, it keeps what backward will ask for: "
        "`ctx.save_for_backward(...)`.",
        "Backward asks two questions. `R > 0` it can answer by itself; for `x > 0` it needs what forward kept.",
        "`ctx.saved_tensors` is a tuple, even of one: `(x_positive,) = ctx.saved_tensors`.",
        "Backward returns R where both answers are yes, and 0 elsewhere: you wrote that line in exercise 4.3.",
    ],
)
class MyGuidedReLU(torch.autograd.Function):
    """forward: max(0, x);  backward: 1[x > 0] · 1[R > 0] · R"""

    @staticmethod
    def forward(ctx, x):
        """x -> max(0, x); keeps in ctx where x is positive"""
        ctx.save_for_backward(x > 0)
        return x.clamp(min=0)

    @staticmethod
    def backward(ctx, R):
        """the gradient that arrives from above -> what the ReLU hands on"""
        (x_positive,) = ctx.saved_tensors
        return torch.where(x_positive & (R > 0), R, 0)


class GuidedReLU(torch.autograd.Function):
    """The right one, for the wrong ones to change a method of."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x > 0)
        return x.clamp(min=0)

    @staticmethod
    def backward(ctx, R):
        (x_positive,) = ctx.saved_tensors
        return torch.where(x_positive & (R > 0), R, 0)


@MyGuidedReLU.mistake(
    "That is the plain gradient: negative R passes through open ReLUs. Ask `R > 0` as well: `x_positive & (R > 0)`."
)
class PlainReLU(GuidedReLU):
    @staticmethod
    def backward(ctx, R):
        (x_positive,) = ctx.saved_tensors
        return torch.where(x_positive, R, 0)


@MyGuidedReLU.mistake(
    "That is deconvnet's rule: positive R passes through closed ReLUs. Ask where x was positive as well, which is what "
    "`forward` keeps in `ctx`."
)
class DeconvReLU(GuidedReLU):
    @staticmethod
    def backward(ctx, R):
        return R.clamp(min=0)


@MyGuidedReLU.mistake("R passes where x is exactly 0. There the ReLU is closed: keep `x > 0`, not `x >= 0`.")
class OpenAtZero(GuidedReLU):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x >= 0)
        return x.clamp(min=0)


@MyGuidedReLU.mistake("Something passes wherever *one* of the two conditions holds. Both must: `&`, not `|`.")
class EitherIsEnough(GuidedReLU):
    @staticmethod
    def backward(ctx, R):
        (x_positive,) = ctx.saved_tensors
        return torch.where(x_positive | (R > 0), R, 0)


@MyGuidedReLU.mistake(
    "Open ReLUs hand on the size of a negative R, without its sign. The rule throws negative R away: 0 in its place, "
    "no `.abs()`."
)
class AbsoluteReLU(GuidedReLU):
    @staticmethod
    def backward(ctx, R):
        (x_positive,) = ctx.saved_tensors
        return torch.where(x_positive, R.abs(), 0)


@MyGuidedReLU.mistake(
    "What comes back is 1 or 0: you returned the condition. Return R where it holds, `torch.where(condition, R, 0)`."
)
class ConditionAlone(GuidedReLU):
    @staticmethod
    def backward(ctx, R):
        (x_positive,) = ctx.saved_tensors
        return (x_positive & (R > 0)).to(R.dtype)


@MyGuidedReLU.mistake(
    "You multiplied R by the value that x had. An open ReLU hands on R as it came: x only decides *whether*."
)
class TimesX(GuidedReLU):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x.clamp(min=0))
        return x.clamp(min=0)

    @staticmethod
    def backward(ctx, R):
        (output,) = ctx.saved_tensors
        return output * R.clamp(min=0)


@MyGuidedReLU.mistake(
    "Your forward pass lets negative x through, so the network's scores would change. Only the way back is new: "
    "forward gives `x.clamp(min=0)`."
)
class NoReLUForward(GuidedReLU):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x > 0)
        return x.clone()


@MyGuidedReLU.mistake(
    "Your forward pass writes into its input, which belongs to the layer before: `x.clamp(min=0)`, without the "
    "underscore, makes a new tensor."
)
class InPlaceReLU(GuidedReLU):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x > 0)
        return x.clamp_(min=0)


@MyGuidedReLU.mistake("You kept the negative gradients and threw away the positive ones: the question is `R > 0`.")
class KeepsTheNegative(GuidedReLU):
    @staticmethod
    def backward(ctx, R):
        (x_positive,) = ctx.saved_tensors
        return torch.where(x_positive & (R < 0), R, 0)


@MyGuidedReLU.mistake(
    "Your backward pass writes into R, which other layers may need as well: compute a new tensor, "
    "`torch.where(condition, R, 0)`, or work on `R.clone()`."
)
class WritesIntoR(GuidedReLU):
    @staticmethod
    def backward(ctx, R):
        (x_positive,) = ctx.saved_tensors
        R[~x_positive | (R < 0)] = 0
        return R


@MyGuidedReLU.mistake(
    "`backward` does not see the `x` of `forward`: that name means nothing there, or another tensor of the notebook. "
    "Whatever it needs, `forward` keeps with `ctx.save_for_backward(x > 0)`."
)
class AnotherX(GuidedReLU):
    @staticmethod
    def backward(ctx, R):
        return torch.where((torch.zeros(2, 2) > 0) & (R > 0), R, 0)


@MyGuidedReLU.mistake(
    "`and` wants a single True or False, and the conditions have one for each entry: combine them with `&`, each in "
    "parentheses."
)
class AndForTensors(GuidedReLU):
    @staticmethod
    def backward(ctx, R):
        (x_positive,) = ctx.saved_tensors
        return torch.where(x_positive and R > 0, R, 0)


@MyGuidedReLU.mistake(
    "An argument is missing: `forward` takes `ctx` and `x`, and `backward` takes `ctx` and `R`. Keep the stub's lines "
    "as they are."
)
class NoContext(GuidedReLU):
    @staticmethod
    def forward(x):
        return x.clamp(min=0)


@MyGuidedReLU.mistake(
    "With two ReLUs in a network, the second one overwrites what the first one kept, because you keep it on the class. "
    "Each call has a `ctx` of its own: use `ctx.save_for_backward`."
)
class KeptOnTheClass(GuidedReLU):
    @staticmethod
    def forward(ctx, x):
        KeptOnTheClass.x_positive = x > 0
        return x.clamp(min=0)

    @staticmethod
    def backward(ctx, R):
        return torch.where(KeptOnTheClass.x_positive & (R > 0), R, 0)


@MyGuidedReLU.mistake(
    "What `backward` unpacks is not what `forward` put in: write `ctx.save_for_backward(x > 0)` in `forward`, and "
    "`(x_positive,) = ctx.saved_tensors` in `backward`."
)
class NothingSaved(GuidedReLU):
    @staticmethod
    def forward(ctx, x):
        return x.clamp(min=0)


@MyGuidedReLU.mistake(
    "`ctx.saved_tensors` is a tuple, even of one: unpack it with `(x_positive,) = ctx.saved_tensors`, comma included."
)
class NotUnpacked(GuidedReLU):
    @staticmethod
    def backward(ctx, R):
        x_positive = ctx.saved_tensors
        return torch.where(x_positive & (R > 0), R, 0)


@MyGuidedReLU.mistake(
    "`forward` and `backward` belong to no object: keep the line `@staticmethod` above each, and `ctx` as the first "
    "argument."
)
class NotStatic(GuidedReLU):
    def forward(self, x):
        return x.clamp(min=0)


@MyGuidedReLU.mistake(
    "Your class is no `torch.autograd.Function`, and in any other class PyTorch never calls `backward`: keep the "
    "stub's first line as it is."
)
class AModule(torch.nn.Module):
    def forward(self, x):
        return x.clamp(min=0)
