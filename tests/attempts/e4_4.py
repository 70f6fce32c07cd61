"""Attempts at 4.4."""

import torch
from attempts import right, wrong


@right("saves x > 0, product")
class Product(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x > 0)
        return x.clamp(min=0)

    @staticmethod
    def backward(ctx, R):
        (open_,) = ctx.saved_tensors
        return open_ * (R > 0) * R


@right("torch.where")
class Where(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        positive = x > 0
        ctx.save_for_backward(positive)
        return torch.where(positive, x, torch.zeros_like(x))

    @staticmethod
    def backward(ctx, R):
        positive = ctx.saved_tensors[0]
        return torch.where(positive & (R > 0), R, torch.zeros_like(R))


@right("the mask as an attribute of ctx, ReLU of R")
class Attribute(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.mask = x > 0
        return x.relu()

    @staticmethod
    def backward(ctx, R):
        return ctx.mask * R.relu()


@right("the mask as floating point numbers, with type hints")
class FloatMask(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x: torch.Tensor) -> torch.Tensor:
        mask = (x > 0).to(x.dtype)
        ctx.save_for_backward(mask)
        return x * mask

    @staticmethod
    def backward(ctx, R: torch.Tensor) -> torch.Tensor:
        (mask,) = ctx.saved_tensors
        return torch.clamp(R, min=0) * mask


@right("writes zeros into a clone of R")
class CloneOfR(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x > 0)
        return torch.maximum(x, torch.zeros_like(x))

    @staticmethod
    def backward(ctx, R):
        (mask,) = ctx.saved_tensors
        result = R.clone()
        result[~mask] = 0
        result[R < 0] = 0
        return result


@wrong("the plain rule: negative R passes")
class Plain(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x > 0)
        return x.clamp(min=0)

    @staticmethod
    def backward(ctx, R):
        (positive,) = ctx.saved_tensors
        return positive * R


@wrong("deconvnet's rule: never asks whether the ReLU was open")
class Deconvnet(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x > 0)
        return x.clamp(min=0)

    @staticmethod
    def backward(ctx, R):
        return (R > 0) * R


@wrong("x >= 0: open at zero")
class OpenAtZero(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x >= 0)
        return x.clamp(min=0)

    @staticmethod
    def backward(ctx, R):
        (positive,) = ctx.saved_tensors
        return positive * (R > 0) * R


@wrong("keeps x itself, which an in-place operation may overwrite")
class KeepsX(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.clamp(min=0)

    @staticmethod
    def backward(ctx, R):
        (x,) = ctx.saved_tensors
        return (x > 0) * (R > 0) * R


@wrong("keeps x as an attribute and asks only on the way back, when it may have been overwritten")
class KeepsXAsAttribute(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.x = x
        return x.clamp(min=0)

    @staticmethod
    def backward(ctx, R):
        return (ctx.x > 0) * (R > 0) * R


@wrong("changes x in place")
class InPlace(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x > 0)
        x[x < 0] = 0
        return x.clone()

    @staticmethod
    def backward(ctx, R):
        (positive,) = ctx.saved_tensors
        return positive * (R > 0) * R


@wrong("asks the ReLU's output with >= 0, which is always true")
class AsksOutput(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        y = x.clamp(min=0)
        ctx.save_for_backward(y >= 0)
        return y

    @staticmethod
    def backward(ctx, R):
        (positive,) = ctx.saved_tensors
        return positive * (R > 0) * R


@wrong("the tuple of saved tensors used as if it were the tensor")
class NotUnpacked(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x > 0)
        return x.clamp(min=0)

    @staticmethod
    def backward(ctx, R):
        positive = ctx.saved_tensors
        return torch.where(positive & (R > 0), R, 0)


@wrong("forgets to return from forward")
class NoReturn(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x > 0)
        x.clamp(min=0)

    @staticmethod
    def backward(ctx, R):
        (positive,) = ctx.saved_tensors
        return positive * (R > 0) * R


@wrong("forward returns the mask")
class ReturnsMask(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        mask = (x > 0).float()
        ctx.save_for_backward(mask)
        return mask

    @staticmethod
    def backward(ctx, R):
        (mask,) = ctx.saved_tensors
        return mask * (R > 0) * R


@wrong("forward hands x through")
class Identity(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x > 0)
        return x.clone()

    @staticmethod
    def backward(ctx, R):
        (positive,) = ctx.saved_tensors
        return positive * (R > 0) * R


@wrong("gives the masks' product, without R")
class WithoutR(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x > 0)
        return x.clamp(min=0)

    @staticmethod
    def backward(ctx, R):
        (positive,) = ctx.saved_tensors
        return (positive & (R > 0)).float()


@wrong("keeps negative R and zeroes the positive")
class TurnedAround(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x > 0)
        return x.clamp(min=0)

    @staticmethod
    def backward(ctx, R):
        (positive,) = ctx.saved_tensors
        return torch.where(positive & (R < 0), R, 0.0)


@wrong("the absolute value of R")
class Absolute(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x > 0)
        return x.clamp(min=0)

    @staticmethod
    def backward(ctx, R):
        (positive,) = ctx.saved_tensors
        return positive * R.abs()


@wrong("multiplies by the ReLU's output in place of 1[x > 0]")
class TimesOutput(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        y = x.clamp(min=0)
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, R):
        (y,) = ctx.saved_tensors
        return y * R.clamp(min=0)


@wrong("changes the R that it is given in place")
class ChangesR(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x > 0)
        return x.clamp(min=0)

    @staticmethod
    def backward(ctx, R):
        (positive,) = ctx.saved_tensors
        R[R < 0] = 0
        R[~positive] = 0
        return R


@wrong("a gradient too many for one input that needs it: two values that are not None")
class TwoGradients(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x > 0)
        return x.clamp(min=0)

    @staticmethod
    def backward(ctx, R):
        (positive,) = ctx.saved_tensors
        guided = positive * (R > 0) * R
        return guided, guided


@wrong("@staticmethod left out")
class NotStatic(torch.autograd.Function):
    def forward(self, x):
        self.save_for_backward(x > 0)
        return x.clamp(min=0)

    def backward(self, x, R):
        (positive,) = self.saved_tensors
        return positive * (R > 0) * R


@wrong("the mask in a variable of the class, which the next ReLU overwrites")
class ClassVariable(torch.autograd.Function):
    mask = None

    @staticmethod
    def forward(ctx, x):
        ClassVariable.mask = x > 0
        return x.clamp(min=0)

    @staticmethod
    def backward(ctx, R):
        return ClassVariable.mask * (R > 0) * R


@wrong("or in place of and")
class Either(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x > 0)
        return x.clamp(min=0)

    @staticmethod
    def backward(ctx, R):
        (positive,) = ctx.saved_tensors
        return torch.where(positive | (R > 0), R, 0.0)


@wrong("a forward that cuts at 6 as well")
class ReLU6(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x > 0)
        return x.clamp(0, 6)

    @staticmethod
    def backward(ctx, R):
        (positive,) = ctx.saved_tensors
        return positive * (R > 0) * R
