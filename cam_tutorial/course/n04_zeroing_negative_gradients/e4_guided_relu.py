"""Exercise 4.4: the guided ReLU.

Longer than other files: forward, backward and what lies between them go wrong separately, and in pairs.
"""

import inspect

import torch

from cam_tutorial.practice.exercise import exercise

from .material import inputs_and_incoming


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
    outputs = [relu.apply(first), relu.apply(second)]
    seen["the value of the forward pass"] = outputs[0]
    double = relu.apply(x.double().requires_grad_())
    seen["the type of what comes out where float64 goes in"] = str(getattr(double, "dtype", type(double).__name__))
    seen["x after the forward pass"] = "as before" if torch.equal(first, x) else "changed"
    if not isinstance(outputs[0], torch.Tensor) or not outputs[0].requires_grad:
        return seen
    back = torch.autograd.grad(outputs, [first, second], incoming, allow_unused=True)
    seen |= {"what backward hands back": back[0], "what a second ReLU hands back": back[1]}
    seen["R after the backward pass"] = "as before" if torch.equal(incoming[0], R) else "changed"
    return seen | {"what backward hands back if x is overwritten after forward": overwritten(relu, x, R)}


def overwritten(relu, x, R):
    """What comes back if the caller writes into x after the forward pass, as in-place layers do."""
    leaf = x.clone().requires_grad_()
    hidden = leaf.clone()
    output = relu.apply(hidden)
    with torch.no_grad():
        hidden.fill_(1)
    try:
        return torch.autograd.grad(output, leaf, R.clone(), allow_unused=True)[0]
    except RuntimeError:  # PyTorch has noticed that what forward kept is not what it was
        return "an error"


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


def version(name, rule=None, kept=lambda x: x > 0, value=lambda x: x.clamp(min=0), unpacked=True):
    """A ReLU with something else in one place.

    `rule` makes of what was kept, and of R, what backward gives; `kept` is what forward puts into ctx, `value` what it
    gives; `unpacked` says whether backward takes the tuple apart.
    """

    class MyGuidedReLU(torch.autograd.Function):  # the name stands in some of PyTorch's errors
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(kept(x))
            return value(x)

        @staticmethod
        def backward(ctx, R):
            saved = ctx.saved_tensors[0] if unpacked else ctx.saved_tensors
            return rule(saved, R) if rule else torch.where(saved & (R > 0), R, 0)

    MyGuidedReLU.__name__ = name
    return MyGuidedReLU


def in_place(x_positive, R):
    R[~x_positive | (R < 0)] = 0
    return R


# What backward can do wrong: name -> (the rule, the sentence).
RULES = {
    "PlainReLU": (
        lambda x_positive, R: torch.where(x_positive, R, 0),
        "That is the plain gradient: negative R passes through open ReLUs. Ask `R > 0` as well: `x_positive & (R > "
        "0)`.",
    ),
    "DeconvReLU": (
        lambda x_positive, R: R.clamp(min=0),
        "That is deconvnet's rule: positive R passes through closed ReLUs. Your condition on x is "
        "missing, or always true (the output is never negative): keep `x > 0` in `ctx`, and ask for it.",
    ),
    "HandsAllOn": (
        lambda x_positive, R: R.clone(),
        "Backward hands on all of R, and asks neither question: keep R where x was positive *and* R is.",
    ),
    "EitherIsEnough": (
        lambda x_positive, R: torch.where(x_positive | (R > 0), R, 0),
        "Something passes wherever *one* of the two conditions holds. Both must: `&`, not `|`.",
    ),
    "AbsoluteReLU": (
        lambda x_positive, R: torch.where(x_positive, R.abs(), 0),
        "Open ReLUs hand on the size of a negative R, without its sign. The rule throws negative R away: 0 in its "
        "place, no `.abs()`.",
    ),
    "ConditionAlone": (
        lambda x_positive, R: (x_positive & (R > 0)).to(R.dtype),
        "What comes back is 1 or 0: you returned the condition. Return R where it holds, `torch.where(condition, R, "
        "0)`.",
    ),
    "OneWhereOpen": (
        lambda x_positive, R: x_positive.to(R.dtype),
        "What comes back is 1 where the ReLU was open: its own derivative. It is to be multiplied by what arrives from "
        "above, as far as that is positive.",
    ),
    "KeepsTheNegative": (
        lambda x_positive, R: torch.where(x_positive & (R < 0), R, 0),
        "You kept the negative gradients and threw away the positive ones: the question is `R > 0`.",
    ),
    "PassesTheClosed": (
        lambda x_positive, R: torch.where(~x_positive & (R > 0), R, 0),
        "What passes is the positive R of *closed* ReLUs: it passes where x was positive, not where it was not.",
    ),
    "ThrowsAwayWhatPasses": (
        lambda x_positive, R: torch.where(x_positive & (R > 0), 0, R),
        "R passes exactly where it should not: 0 and R are swapped in `torch.where(condition, R, 0)`.",
    ),
    "NegativeDeconvReLU": (
        lambda x_positive, R: R.clamp(max=0),
        "The negative R pass, and x is not asked about: keep R where x was positive and R is positive.",
    ),
    "OneEverywhere": (
        lambda x_positive, R: torch.ones_like(R),
        "Backward gives 1 everywhere, whatever arrives: it is R that is handed on, where x was positive and R is.",
    ),
    "SignOfR": (
        lambda x_positive, R: torch.where(x_positive, R.sign(), 0),
        "Backward hands on the sign of R where x was positive. Asked for is R itself, where it is positive as well.",
    ),
    "OneOfThem": (
        lambda x_positive, R: torch.where(x_positive ^ (R > 0), R, 0),
        "R passes where exactly one of the conditions holds: both must, `&`, not `^`.",
    ),
    "SquaredR": (
        lambda x_positive, R: torch.where(x_positive, R, 0) * R.clamp(min=0),
        "You multiplied two signals, and R is in both: multiply the *conditions*, and by R once.",
    ),
}
for name, (rule, sentence) in RULES.items():
    MyGuidedReLU.mistake(sentence)(version(name, rule))
    # The same in a version that keeps x, as PyTorch's own examples do.
    MyGuidedReLU.mistake(
        f"{sentence} And let `forward` keep `x > 0`, not x itself, which an in-place layer may overwrite."
    )(version(f"{name}KeepsX", lambda x, R, rule=rule: rule(x > 0, R), kept=lambda x: x))

MyGuidedReLU.mistake(
    "You keep x itself. The rule is right, but whoever else uses x may write into it before backward is called, as "
    "in-place "
    "ReLUs do: keep where it is positive, `ctx.save_for_backward(x > 0)`."
)(version("KeepsX", lambda x, R: torch.where((x > 0) & (R > 0), R, 0), kept=lambda x: x))

MyGuidedReLU.mistake("R passes where x is exactly 0. There the ReLU is closed: keep `x > 0`, not `x >= 0`.")(
    version("OpenAtZero", kept=lambda x: x >= 0)
)
MyGuidedReLU.mistake(
    "R passes where x is exactly 0, and there the ReLU is closed. Let `forward` keep `x > 0`, not x itself: the next "
    "layer may overwrite it."
)(version("OpenAtZeroKeepsX", lambda x, R: torch.where((x >= 0) & (R > 0), R, 0), kept=lambda x: x))

MyGuidedReLU.mistake(
    "That is the plain gradient, with R passing where x is exactly 0 besides: keep `x > 0`, and ask `R > 0` as well."
)(version("PlainOpenAtZero", RULES["PlainReLU"][0], kept=lambda x: x >= 0))
MyGuidedReLU.mistake("What passes is the positive R where x was *negative*: keep `x > 0`, not `x < 0`.")(
    version("KeepsTheClosed", kept=lambda x: x < 0)
)
MyGuidedReLU.mistake("R passes wherever x was not 0, negative x included: keep `x > 0`.")(
    version("KeepsAllButZero", kept=lambda x: x != 0)
)
MyGuidedReLU.mistake(
    "You multiplied R by the value that x had, and negative R passes: an open ReLU hands on R as it came, where it is "
    "positive."
)(version("TimesXOfBothSigns", lambda output, R: output * R, kept=lambda x: x.clamp(min=0)))
MyGuidedReLU.mistake(
    "You multiplied R by the value that x had. An open ReLU hands on R as it came: x only decides *whether*."
)(version("TimesX", lambda output, R: output * R.clamp(min=0), kept=lambda x: x.clamp(min=0)))

MyGuidedReLU.mistake(
    "You multiplied R by x itself. An open ReLU hands on R as it came: x only decides *whether*, so keep `x > 0`."
)(version("TimesXItself", lambda x, R: x * R.clamp(min=0), kept=lambda x: x))

MyGuidedReLU.mistake(
    "Backward hands back x and not R: what passes is what arrives from above, where both conditions hold."
)(version("HandsBackX", lambda x, R: torch.where((x > 0) & (R > 0), x, 0), kept=lambda x: x.clone()))

MyGuidedReLU.mistake(
    "Your forward pass lets negative x through, so the network's scores would change. Only the way back is new: "
    "forward gives `x.clamp(min=0)`."
)(version("NoReLUForward", value=lambda x: x.clone()))

MyGuidedReLU.mistake(
    "Your forward pass gives back x itself, and negative x with it. It is any ReLU's forward: `x.clamp(min=0)`."
)(version("GivesXItself", value=lambda x: x))

MyGuidedReLU.mistake(
    "Your forward pass gives True and False, or 1 and 0, where x is positive. It gives x itself there: "
    "`x.clamp(min=0)`."
)(version("StepForward", value=lambda x: (x > 0).to(x.dtype)))
MyGuidedReLU.mistake(
    "Your forward pass turns negative x around, and a ReLU gives 0 there: `x.clamp(min=0)`, not `x.abs()`."
)(version("AbsoluteForward", value=lambda x: x.abs()))
MyGuidedReLU.mistake(
    "Your forward pass keeps what is below 0 and cuts off what is above: `x.clamp(min=0)`, not `max=0`."
)(version("CutsOffAbove", value=lambda x: x.clamp(max=0)))
MyGuidedReLU.mistake("Your forward pass cuts x off above 1 as well. A ReLU has no upper end: `x.clamp(min=0)`.")(
    version("FromZeroToOne", value=lambda x: x.clamp(0, 1))
)
MyGuidedReLU.mistake(
    "Your forward pass writes into its input, which belongs to the layer before: `x.clamp(min=0)`, without the "
    "underscore, makes a new tensor."
)(version("InPlaceReLU", value=lambda x: x.clamp_(min=0)))

MyGuidedReLU.mistake(
    "Your backward pass writes into R, which other layers may need as well: compute a new tensor, "
    "`torch.where(condition, R, 0)`, or work on `R.clone()`."
)(version("WritesIntoR", in_place))

MyGuidedReLU.mistake(
    "Your backward pass sets negative R to 0 in R itself, which other layers may need as well: `R.clamp(min=0)`, "
    "without the underscore, makes a new tensor."
)(version("ClampsR", lambda x_positive, R: R.clamp_(min=0) * x_positive))

MyGuidedReLU.mistake(
    "Your backward pass writes into R, which other layers may need as well, and `forward` keeps x itself, which the "
    "next layer may overwrite: keep `x > 0`, and give `torch.where(condition, R, 0)`."
)(version("WritesIntoRAndKeepsX", lambda x, R: in_place(x > 0, R), kept=lambda x: x))

MyGuidedReLU.mistake(
    "Your `forward` gives back nothing: after it has kept where x is positive, `return x.clamp(min=0)`."
)(version("NothingForward", value=lambda x: None))
MyGuidedReLU.mistake("Your `backward` gives back nothing: it needs a `return` with what the ReLU hands on.")(
    version("NothingBackward", lambda x_positive, R: None)
)
MyGuidedReLU.mistake(
    "`backward` gives one gradient for each input of `forward`, and that is x alone: return one tensor. (`ctx` is no "
    "input.)"
)(version("TwoGradients", lambda x_positive, R: (torch.where(x_positive & (R > 0), R, 0), R)))

MyGuidedReLU.mistake(
    "What `backward` gives must have the shape of x, an entry for each: `torch.where(condition, R, 0)` keeps it. (No "
    "sum, no `.flatten()`, no picking out with `R[condition]`.)"
)(version("PickedOut", lambda x_positive, R: R[x_positive & (R > 0)]))
MyGuidedReLU.mistake("What `backward` gives is one long row, and it must have the shape of x: leave out `.flatten()`.")(
    version("InARow", lambda x_positive, R: torch.where(x_positive & (R > 0), R, 0).flatten())
)
MyGuidedReLU.mistake(
    "What `forward` gives must have the shape of x: `x.clamp(min=0)` keeps it, and `x[x > 0]` picks entries out."
)(version("PickedOutForward", value=lambda x: x[x > 0]))
MyGuidedReLU.mistake("`backward` gives back a plain number, and it must be a tensor: `torch.where(condition, R, 0)`.")(
    version("PlainZero", lambda x_positive, R: 0)
)
MyGuidedReLU.mistake("`ctx.save_for_backward` takes tensors, not a list of them: `ctx.save_for_backward(x > 0)`.")(
    version("SavesAList", kept=lambda x: [x > 0])
)
MyGuidedReLU.mistake(
    "`if`, `max(0, x)` and `and` want a single True or False, and there is one for each entry of x: forward is "
    "`x.clamp(min=0)`."
)(version("PythonsMax", value=lambda x: max(0, x)))
MyGuidedReLU.mistake(
    "`backward` does not see the `x` of `forward`: that name means nothing there, or another tensor of the notebook. "
    "Whatever it needs, `forward` keeps with `ctx.save_for_backward(x > 0)`."
)(version("AnotherX", lambda x_positive, R: torch.where((torch.zeros(2, 9) > 0) & (R > 0), R, 0)))

MyGuidedReLU.mistake(
    "`and` wants a single True or False, and the conditions have one for each entry: combine them with `&`, each in "
    "parentheses."
)(version("AndForTensors", lambda x_positive, R: torch.where(x_positive and R > 0, R, 0)))

MyGuidedReLU.mistake("`&` binds tighter than `>`: put the second condition in parentheses, `x_positive & (R > 0)`.")(
    version("WithoutParentheses", lambda x_positive, R: torch.where(x_positive & R > 0, R, 0))
)

NOT_UNPACKED = "`ctx.saved_tensors` is a tuple, even of one: unpack it with `(x_positive,) = ctx.saved_tensors`, "
MyGuidedReLU.mistake(f"{NOT_UNPACKED}comma included.")(version("NotUnpacked", unpacked=False))
MyGuidedReLU.mistake(f"{NOT_UNPACKED}and multiply then.")(
    version("TupleTimesR", lambda kept, R: kept * R.clamp(min=0), unpacked=False)
)
MyGuidedReLU.mistake(f"{NOT_UNPACKED}and use it as a condition then.")(
    version("TupleAsCondition", lambda kept, R: torch.where(kept, R.clamp(min=0), 0), unpacked=False)
)
MyGuidedReLU.mistake(f"{NOT_UNPACKED}and compare then.")(
    version("TupleCompared", lambda kept, R: torch.where((kept > 0) & (R > 0), R, 0), unpacked=False)
)


# What is kept elsewhere, or not at all.


@MyGuidedReLU.mistake(
    "What `backward` unpacks is not what `forward` put in: write `ctx.save_for_backward(x > 0)` in `forward`, and "
    "`(x_positive,) = ctx.saved_tensors` in `backward`."
)
class NothingSaved(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x.clamp(min=0)

    @staticmethod
    def backward(ctx, R):
        (x_positive,) = ctx.saved_tensors
        return torch.where(x_positive & (R > 0), R, 0)


@MyGuidedReLU.mistake(
    "You ask `ctx.saved_tensors` for an entry that is not there: `forward` puts it in with `ctx.save_for_backward(x > "
    "0)`, and the first entry is number 0."
)
class NothingToIndex(NothingSaved):
    @staticmethod
    def backward(ctx, R):
        return torch.where(ctx.saved_tensors[0] & (R > 0), R, 0)


@MyGuidedReLU.mistake(
    "You keep x in an attribute of `ctx`, and by the time of backward somebody may have written into it: keep where "
    "it is positive, `ctx.save_for_backward(x > 0)`."
)
class XInAnAttribute(NothingSaved):
    @staticmethod
    def forward(ctx, x):
        ctx.x = x
        return x.clamp(min=0)

    @staticmethod
    def backward(ctx, R):
        return torch.where((ctx.x > 0) & (R > 0), R, 0)


@MyGuidedReLU.mistake(
    "With two ReLUs in a network, the second one overwrites what the first one kept, because you keep it on the class. "
    "Each call has a `ctx` of its own: use `ctx.save_for_backward`."
)
class KeptOnTheClass(NothingSaved):
    @staticmethod
    def forward(ctx, x):
        KeptOnTheClass.x_positive = x > 0
        return x.clamp(min=0)

    @staticmethod
    def backward(ctx, R):
        return torch.where(KeptOnTheClass.x_positive & (R > 0), R, 0)


@MyGuidedReLU.mistake(
    "With two ReLUs in a network, the second one overwrites what the first one kept, because you keep x on the class, "
    "or in a global name. Each call has a `ctx` of its own: `ctx.save_for_backward(x > 0)`."
)
class XKeptOnTheClass(NothingSaved):
    @staticmethod
    def forward(ctx, x):
        XKeptOnTheClass.x = x
        return x.clamp(min=0)

    @staticmethod
    def backward(ctx, R):
        return torch.where((XKeptOnTheClass.x > 0) & (R > 0), R, 0)


@MyGuidedReLU.mistake(
    "An argument is missing: `forward` takes `ctx` and `x`, and `backward` takes `ctx` and `R`. Keep the stub's lines "
    "as they are."
)
class NoContext(NothingSaved):
    @staticmethod
    def forward(x):
        return x.clamp(min=0)


@MyGuidedReLU.mistake(
    "`forward` and `backward` belong to no object: keep the line `@staticmethod` above each, and `ctx` as the first "
    "argument."
)
class NotStatic(NothingSaved):
    def forward(self, x):
        return x.clamp(min=0)


@MyGuidedReLU.mistake(
    "Your class is no `torch.autograd.Function`, and in any other class PyTorch never calls `backward`: keep the "
    "stub's first line as it is."
)
class AModule(torch.nn.Module):
    def forward(self, x):
        return x.clamp(min=0)
