"""The exercises of notebook 04, Zeroing Negative Gradients."""

import inspect
from functools import partial

import torch
import torch.nn.functional as F

from cam_tutorial import models, zoo
from cam_tutorial.backprop import guided_backprop, saliency
from cam_tutorial.grad_cam import grad_cam
from cam_tutorial.heatmap import upsample

from .exercise import exercise
from .material import flatten_network, indices, kind, stacks, told_apart, turtle

# PyTorch says nearly everything with a RuntimeError, and mistakes are told apart by the type of their error. So what
# a learner meets in this notebook gets a type of its own, which is shown under the old name.


_mismatch, _unpacking, _a_tuple = kind(RuntimeError), kind(ValueError), kind(TypeError)
_KINDS = {
    "element 0 of tensors does not require grad": kind(RuntimeError),
    "does not require grad": kind(RuntimeError),
    "not have been used in the graph": kind(RuntimeError),
    "scalar outputs": kind(RuntimeError),
    "Boolean value of Tensor": kind(RuntimeError),
    "must match the size of tensor": _mismatch,
    "name 'x' is not defined": _mismatch,
    "tuple index out of range": _unpacking,
    "values to unpack": _unpacking,
    "positional argument": kind(TypeError),
    "not tuple": _a_tuple,
    "'tuple'": _a_tuple,
    "only integer tensors of a single element": _a_tuple,
}


errors_told_apart = partial(told_apart, _KINDS)


# --- 4.1 -------------------------------------------------------------------------------------------------------------


def networks_and_images(generator):
    """More images than the index of the class, so that a row taken for a column gives numbers and no error."""
    return [
        (flatten_network(generator, size=size), torch.randn(n, 2, *size, generator=generator), class_index)
        for n, size, class_index in ((4, (6, 8), 2), (5, (5, 3), 3), (3, (4, 7), 1))
    ]


def two_calls(attempt, network, images, class_index):
    """The gradients of two calls on the same images, and what the calls leave on them."""
    with errors_told_apart():
        first = attempt(network, images, class_index)
        second = attempt(network, images, class_index + 1)
    return {
        "the gradient": first,
        "the gradient of a second call": second,
        "requires_grad of the images after the call": images.requires_grad,
    }


def turtle_network():
    return models.load("zoo-gap"), zoo.preprocess(turtle()[0][0]), turtle()[-1]


@exercise(
    "4.1",
    "The gradient at the pixels",
    minutes=6,
    difficulty=1,
    cases=networks_and_images,
    probe=two_calls,
    picture=turtle_network,
    hints=[
        "Three steps, as in the cell with the pencil's numbers: an image that requires a gradient, a score, and "
        "`torch.autograd.grad`.",
        "The images belong to whoever calls you. Work on a copy: `x = images.clone().requires_grad_()`.",
        "The scores of class c are one column, `network(x)[:, class_index]`: one number for each image. A gradient is "
        "taken of a single number, so sum them.",
    ],
)
def my_saliency(network, images, class_index):
    """(N, C, H, W), int -> (N, C, H, W): the gradient of the class's score at every pixel, signed"""
    x = images.clone().requires_grad_()
    y = network(x)[:, class_index]
    (S,) = torch.autograd.grad(y.sum(), x)
    return S


def gradient_of(score, images):
    """The gradient at the images of whatever number `score` makes of them."""
    x = images.clone().requires_grad_()
    return torch.autograd.grad(score(x), x)[0]


@my_saliency.mistake(
    "The second call gives the sum of both gradients: `.backward()` adds to the `.grad` of the images, and of every "
    "weight as well. Work on `images.clone()`, and let `torch.autograd.grad` hand you the gradient."
)
def adds_up(network, images, class_index):
    images.requires_grad_()
    network(images)[:, class_index].sum().backward()
    return images.grad


@my_saliency.mistake(
    "The second call gives the sum of both gradients, although you copy the result: `.backward()` adds to the `.grad` "
    "of the images that you were given. Work on `images.clone()`, and let `torch.autograd.grad` hand you the gradient."
)
def adds_up_and_copies(network, images, class_index):
    return adds_up(network, images, class_index).clone()


@my_saliency.mistake(
    "The gradient is right, but you switched gradients on for the images of whoever calls you, and they stay on: work "
    "on `images.clone().requires_grad_()`."
)
def switched_on_for_good(network, images, class_index):
    images.requires_grad_()
    return torch.autograd.grad(network(images)[:, class_index].sum(), images)[0]


@my_saliency.mistake(
    "The gradient is right, but it was collected in the `.grad` of your caller's images, and of every weight. "
    "Work on `images.clone().requires_grad_()`, and let `torch.autograd.grad` hand you the gradient."
)
def collected_in_grad(network, images, class_index):
    images.grad = None
    return adds_up(network, images, class_index).clone()


@my_saliency.mistake(
    "You took the gradient of a probability. The score is what the network gives *before* the softmax: leave the "
    "softmax out."
)
def of_the_softmax(network, images, class_index):
    return gradient_of(lambda x: network(x).softmax(dim=1)[:, class_index].sum(), images)


@my_saliency.mistake(
    "You took the gradient of a log-probability, in which all classes have a part. The score is what the network gives "
    "*before* the softmax."
)
def of_the_log_softmax(network, images, class_index):
    return gradient_of(lambda x: network(x).log_softmax(dim=1)[:, class_index].sum(), images)


@my_saliency.mistake(
    "You took the gradient of the loss, as in training. Asked for is that of the class's score: the column "
    "`network(x)[:, class_index]`, summed."
)
def of_the_loss(network, images, class_index):
    labels = torch.full((len(images),), class_index)
    return gradient_of(lambda x: F.cross_entropy(network(x), labels), images)


@my_saliency.mistake(
    "You took the highest score of each image, whatever class was asked for: take the column `[:, class_index]`."
)
def of_the_prediction(network, images, class_index):
    return gradient_of(lambda x: network(x).amax(dim=1).sum(), images)


@my_saliency.mistake("You took class 0, whatever class was asked for: take the column `[:, class_index]`.")
def of_class_0(network, images, class_index):
    return gradient_of(lambda x: network(x)[:, 0].sum(), images)


@my_saliency.mistake(
    "You took a row of the scores: `network(x)[class_index]` is *image* number `class_index` with all its classes, "
    "so every other image has the gradient 0. A class is a column, `[:, class_index]`."
)
def of_a_row(network, images, class_index):
    return gradient_of(lambda x: network(x)[class_index].sum(), images)


@my_saliency.mistake(
    "All images but the first have the gradient 0, because you took the first one's score alone: take the whole column "
    "`[:, class_index]` and sum it."
)
def of_the_first_image(network, images, class_index):
    return gradient_of(lambda x: network(x)[0, class_index], images)


@my_saliency.mistake(
    "Your gradients shrink with the size of the batch, because you averaged the scores: sum them, and each image gets "
    "its own gradient in full."
)
def averaged_over_the_batch(network, images, class_index):
    return gradient_of(lambda x: network(x)[:, class_index].mean(), images)


@my_saliency.mistake(
    "You summed the scores of all classes, so the class makes no difference: take the column `[:, class_index]` first."
)
def of_all_classes(network, images, class_index):
    return gradient_of(lambda x: network(x).sum(), images)


@my_saliency.mistake("You lost the signs: leave the absolute value to the next step. The gradient has both signs.")
def without_signs(network, images, class_index):
    return gradient_of(lambda x: network(x)[:, class_index].sum(), images).abs()


@my_saliency.mistake(
    "You cut off the negative gradients. They belong to the answer: no ReLU here, the gradient has both signs."
)
def cut_off_below_zero(network, images, class_index):
    return gradient_of(lambda x: network(x)[:, class_index].sum(), images).relu()


@my_saliency.mistake(
    "That is the finished map already, one number for each pixel. Stop one step earlier: the gradient has the shape of "
    "the images, and both signs."
)
def the_finished_map(network, images, class_index):
    return gradient_of(lambda x: network(x)[:, class_index].sum(), images).abs().amax(dim=1)


@my_saliency.mistake(
    "You multiplied the gradient by the image. That is another method, “gradient times input”: give back the gradient "
    "as it is."
)
def times_the_image(network, images, class_index):
    return images * gradient_of(lambda x: network(x)[:, class_index].sum(), images)


@my_saliency.mistake(
    "`torch.autograd.grad` gives a tuple, even for one tensor: unpack it with `(S,) = torch.autograd.grad(...)`."
)
def a_tuple(network, images, class_index):
    x = images.clone().requires_grad_()
    return torch.autograd.grad(network(x)[:, class_index].sum(), x)


@my_saliency.mistake(
    "A gradient is taken of one number, and you gave several: the first argument of `torch.autograd.grad` is the sum "
    "of the scores, `y.sum()`, and the second one is `x`."
)
def of_many_numbers(network, images, class_index):
    return gradient_of(lambda x: network(x)[:, class_index], images)


@my_saliency.mistake(
    "The tensor at which you take the gradient does not require one. Switch it on before the network runs: "
    "`x = images.clone().requires_grad_()`, and take the gradient at `x`."
)
def never_switched_on(network, images, class_index):
    return torch.autograd.grad(network(images)[:, class_index].sum(), images)[0]


@my_saliency.mistake(
    "The score has forgotten how it was computed: let the network run outside of `torch.no_grad()`, and do not detach "
    "the score."
)
def without_history(network, images, class_index):
    return gradient_of(lambda x: network(x).detach()[:, class_index].sum(), images)


@my_saliency.mistake(
    "The score does not come from the tensor at which you take the gradient: give the network the copy that requires "
    "a gradient, `network(x)`, and take the gradient at the same `x`."
)
def another_tensor(network, images, class_index):
    x = images.clone().requires_grad_()
    return torch.autograd.grad(network(images)[:, class_index].sum(), x)[0]


# --- 4.2 -------------------------------------------------------------------------------------------------------------


def gradients_alone(generator):
    return [(gradients,) for gradients in stacks(generator)]


def turtle_gradient():
    return (saliency(*turtle_network()),)


@exercise(
    "4.2",
    "The saliency map",
    minutes=4,
    difficulty=1,
    cases=gradients_alone,
    picture=turtle_gradient,
    signed=False,
    hints=[
        "Two steps, and their order matters: first the absolute value of every number, then the largest of a pixel's "
        "channels.",
        "The channels are dimension 1. `.amax(dim=1)` gives the largest values and removes that dimension.",
    ],
)
def my_strength(gradients):
    """(N, C, H, W), signed -> (N, H, W): absolute value, then the largest of the channels"""
    return gradients.abs().amax(dim=1)


@my_strength.mistake(
    "You averaged the channels, and the largest is asked for: `.amax(dim=1)` in place of `.mean(dim=1)`."
)
def averaged_channels(gradients):
    return gradients.abs().mean(dim=1)


@my_strength.mistake("You summed the channels, and the largest is asked for: `.amax(dim=1)` in place of `.sum(dim=1)`.")
def summed_channels(gradients):
    return gradients.abs().sum(dim=1)


@my_strength.mistake(
    "You averaged the channels with their signs, so strong ones cancel. Absolute value first, and then the largest: "
    "`.abs().amax(dim=1)`."
)
def averaged_with_signs(gradients):
    return gradients.mean(dim=1)


@my_strength.mistake(
    "You averaged before you took the absolute value, so a red +1 and a blue −1 cancel to 0: absolute value first, and "
    "then the largest."
)
def cancelled_in_the_mean(gradients):
    return gradients.mean(dim=1).abs()


@my_strength.mistake(
    "You summed before you took the absolute value, so a red +1 and a blue −1 cancel to 0: absolute value first, and "
    "then the largest."
)
def cancelled_in_the_sum(gradients):
    return gradients.sum(dim=1).abs()


@my_strength.mistake(
    "The absolute value comes too late: of −5 and 1 you keep the 1. Take the absolute value first, then the largest."
)
def largest_first(gradients):
    return gradients.amax(dim=1).abs()


@my_strength.mistake(
    "There is no absolute value, so strong negative gradients are lost: `.abs()` before the largest is taken."
)
def no_absolute_value(gradients):
    return gradients.amax(dim=1)


@my_strength.mistake(
    "You cut off the negative gradients. A strong negative one matters as much: `.abs()` in place of the ReLU."
)
def cut_off(gradients):
    return gradients.relu().amax(dim=1)


@my_strength.mistake(
    "You took the root of the sum of squares, which is a fine measure of strength but not the paper's: absolute value, "
    "then the largest channel."
)
def length_of_the_gradient(gradients):
    return gradients.norm(dim=1)


@my_strength.mistake(
    "You squared the numbers. You found the right channel, but its size is asked for: `.abs()` in place of the square."
)
def squared(gradients):
    return gradients.square().amax(dim=1)


@my_strength.mistake(
    "You looked at the first channel only, which is red: take the largest of all of them, `.amax(dim=1)`."
)
def red_alone(gradients):
    return gradients.abs()[:, 0]


@my_strength.mistake(
    "You took the largest over the *images*: dimension 0 is the batch, and the channels are dimension 1."
)
def over_the_batch(gradients):
    return gradients.abs().amax(dim=0)


@my_strength.mistake(
    "`.max(dim=1)` gives two things, the values and where they were: take `.max(dim=1).values`, or `.amax(dim=1)`."
)
def values_and_indices(gradients):
    return tuple(gradients.abs().max(dim=1))


@my_strength.mistake(
    "You gave the *number* of the strongest channel: take the strongest value, `.amax(dim=1)` in place of `.argmax`."
)
def number_of_the_channel(gradients):
    return gradients.abs().argmax(dim=1)


@my_strength.mistake(
    "A dimension of size 1 is left where the channels were: drop the `keepdim=True`, or index with `[:, 0]`."
)
def dimension_kept(gradients):
    return gradients.abs().amax(dim=1, keepdim=True)


@my_strength.mistake(
    "You scaled each map to a maximum of 1. Leave the numbers as they are; only for a picture would you scale them."
)
def scaled_to_1(gradients):
    maps = gradients.abs().amax(dim=1)
    return maps / maps.amax(dim=(1, 2), keepdim=True)


# --- 4.3 -------------------------------------------------------------------------------------------------------------


def inputs_and_incoming(generator):
    """Whole numbers, so that there are zeros; each case has all combinations of signs."""
    return [
        tuple(torch.randint(-4, 5, shape, generator=generator).float() for _ in range(2))
        for shape in ((5, 8), (7, 4), (2, 3, 4, 5))
    ]


def by_name(attempt, x, R):
    with errors_told_apart():
        answer = attempt(x, R)
    stacked = isinstance(answer, torch.Tensor) and answer.shape == (3, *R.shape)
    if not isinstance(answer, tuple | list) and not stacked:
        return answer
    names = ("the plain gradient", "deconvnet's signal", "guided backprop's signal")
    return dict(zip(names, answer, strict=False))


@exercise(
    "4.3",
    "One ReLU, three ways back",
    minutes=6,
    difficulty=1,
    cases=inputs_and_incoming,
    probe=by_name,
    hints=[
        "Each rule asks one or two questions about an entry. Yes: it hands on R. No: it hands on 0.",
        "`torch.where(condition, R, 0)` does that for all entries at once; `x > 0` is such a condition.",
        "Guided backprop asks both questions, and both must be true: `(x > 0) & (R > 0)`. Mind the parentheses.",
    ],
)
def my_three_rules(x, R):
    """two tensors of one shape -> (plain, deconvnet, guided): what each rule makes of R, in that order"""
    plain = torch.where(x > 0, R, 0)
    deconv = torch.where(R > 0, R, 0)
    guided = torch.where((x > 0) & (R > 0), R, 0)
    return plain, deconv, guided


def rules(x_positive, R_positive, R):
    return torch.where(x_positive, R, 0), torch.where(R_positive, R, 0), torch.where(x_positive & R_positive, R, 0)


@my_three_rules.mistake(
    "You let R pass where x is exactly 0. There the ReLU is closed: ask for `x > 0`, not for `x >= 0`."
)
def open_at_zero(x, R):
    return rules(x >= 0, R > 0, R)


@my_three_rules.mistake(
    "Your deconvnet asks whether the ReLU was open. It does not look at x at all: its only question is `R > 0`."
)
def deconvnet_looks_at_x(x, R):
    plain, _, guided = rules(x > 0, R > 0, R)
    return plain, guided, guided


@my_three_rules.mistake("Your guided rule passes what *either* question lets through. Both must be true: `&`, not `|`.")
def either_is_enough(x, R):
    plain, deconv, _ = rules(x > 0, R > 0, R)
    return plain, deconv, torch.where((x > 0) | (R > 0), R, 0)


@my_three_rules.mistake(
    "You handed on the conditions themselves, True or False. Where the condition holds, the ReLU hands on R: "
    "`torch.where(condition, R, 0)`."
)
def conditions_alone(x, R):
    return x > 0, R > 0, (x > 0) & (R > 0)


@my_three_rules.mistake(
    "You multiplied by x. The derivative of an open ReLU is 1, however large x is: only *whether* x > 0 counts, and R "
    "is handed on as it came."
)
def times_x(x, R):
    return x.relu() * R, R.relu(), x.relu() * R.relu()


@my_three_rules.mistake(
    "You handed on x, which is the forward pass. On the way back it is R that passes, where the condition holds."
)
def hands_on_x(x, R):
    return rules(x > 0, R > 0, x)


@my_three_rules.mistake(
    "You turned negative gradients into positive ones. Deconvnet and guided backprop throw them away: 0 in their place."
)
def absolute_values(x, R):
    return torch.where(x > 0, R, 0), R.abs(), torch.where(x > 0, R.abs(), 0)


@my_three_rules.mistake(
    "Your plain gradient asks whether R is positive. The true derivative keeps the sign of R: its only question is "
    "`x > 0`."
)
def plain_looks_at_R(x, R):
    _, deconv, guided = rules(x > 0, R > 0, R)
    return guided, deconv, guided


@my_three_rules.mistake(
    "Your guided rule is the plain gradient. It asks a second question as well, whether R is positive: "
    "`(x > 0) & (R > 0)`."
)
def guided_is_plain(x, R):
    plain, deconv, _ = rules(x > 0, R > 0, R)
    return plain, deconv, plain


@my_three_rules.mistake("Plain and deconvnet have changed places: the order is plain, deconvnet, guided.")
def plain_comes_first(x, R):
    plain, deconv, guided = rules(x > 0, R > 0, R)
    return deconv, plain, guided


@my_three_rules.mistake("Deconvnet and guided have changed places: the order is plain, deconvnet, guided.")
def guided_comes_last(x, R):
    plain, deconv, guided = rules(x > 0, R > 0, R)
    return plain, guided, deconv


@my_three_rules.mistake(
    "Your three results are one and the same tensor, because you wrote into R each time. Start each from a copy, "
    "`R.clone()`, or use `torch.where(condition, R, 0)`."
)
def one_tensor_three_times(x, R):
    plain = deconv = guided = R
    plain[x <= 0] = 0
    deconv[R <= 0] = 0
    return plain, deconv, guided


@my_three_rules.mistake(
    "You wrote into R for the plain gradient, so the other rules never saw all of it. Start from a copy, `R.clone()`, "
    "or use `torch.where(condition, R, 0)`."
)
def plain_in_place(x, R):
    R[x <= 0] = 0
    return R, R.relu(), R.relu()


@my_three_rules.mistake(
    "You wrote into R before the plain gradient was taken, so its negative numbers are lost. Start from a copy, "
    "`R.clone()`, or use `torch.where(condition, R, 0)`."
)
def deconvnet_in_place(x, R):
    R[R < 0] = 0
    return torch.where(x > 0, R, 0), R, torch.where(x > 0, R, 0)


@my_three_rules.mistake(
    "Your results are lists of the entries that pass, without their places: `torch.where(condition, R, 0)` keeps the "
    "shape and puts 0 where the answer is no."
)
def picked_out(x, R):
    return R[x > 0], R[R > 0], R[(x > 0) & (R > 0)]


@my_three_rules.mistake(
    "`and`, `or` and `if` want a single True or False, and `x > 0` has one for each entry: combine conditions with "
    "`&`, and choose with `torch.where(condition, R, 0)`."
)
def and_for_tensors(x, R):
    return rules(x > 0, R > 0 and x > 0, R)


@my_three_rules.mistake(
    "`&` binds tighter than `>`, so Python reads `x > (0 & R) > 0`: put each condition in parentheses, "
    "`(x > 0) & (R > 0)`."
)
def without_parentheses(x, R):
    return rules(x > 0 & R > 0, R > 0, R)


@my_three_rules.mistake("That is guided backprop's signal alone. Give back all three: `return plain, deconv, guided`.")
def guided_alone(x, R):
    return rules(x > 0, R > 0, R)[2]


@my_three_rules.mistake(
    "You kept the negative gradients and threw away the positive ones: the question of deconvnet and of guided "
    "backprop is `R > 0`."
)
def keeps_the_negative(x, R):
    return rules(x > 0, R < 0, R)


@my_three_rules.mistake(
    "You let R pass where the ReLU was *closed*: an open one has `x > 0`, which is the question of the plain gradient "
    "and of guided backprop."
)
def passes_the_closed(x, R):
    return rules(x < 0, R > 0, R)


# --- 4.4 -------------------------------------------------------------------------------------------------------------


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


# --- 4.5 -------------------------------------------------------------------------------------------------------------


def maps_and_guided(generator):
    """As many images as channels, so that a map may land on a channel; a map that needs no enlarging; a square one."""
    cases = []
    for (n, channels), small, large in (
        ((3, 3), (2, 4), (6, 9)),
        ((2, 3), (3, 5), (10, 8)),
        ((4, 2), (4, 6), (4, 6)),
        ((2, 3), (3, 4), (7, 7)),
    ):
        L = 3 * torch.rand(n, *small, generator=generator)
        L[-1] = 0  # nothing speaks for the class
        cases.append((L, torch.randn(n, channels, *large, generator=generator)))
    return cases


def turtle_map_and_guided():
    arguments = turtle_network()
    return grad_cam(*arguments), guided_backprop(*arguments)


@exercise(
    "4.5",
    "Guided Grad-CAM",
    minutes=6,
    difficulty=2,
    cases=maps_and_guided,
    picture=turtle_map_and_guided,
    hints=[
        "First bring the maps to the size of the picture: `upsample(L, guided.shape[-2:])` gives (N, H, W).",
        "Every channel of an image is multiplied by that image's one map. A dimension of size 1 stands for “every "
        "channel”: (N, 1, H, W).",
        "`maps[:, None]` puts it in its place, between N and H.",
    ],
)
def my_guided_grad_cam(L, guided):
    """(N, h, w), (N, C, H, W) -> (N, C, H, W): upsample(L) ⊙ guided"""
    maps = upsample(L, guided.shape[-2:])
    return maps[:, None] * guided


def product(mode, L, guided, **options):
    return F.interpolate(L[:, None], guided.shape[-2:], mode=mode, **options) * guided


@my_guided_grad_cam.mistake(
    "The maps are enlarged with their corners aligned, which shifts them by up to half a cell: use `upsample`, or "
    "`F.interpolate(..., align_corners=False)`."
)
def corners_aligned(L, guided):
    return product("bilinear", L, guided, align_corners=True)


@my_guided_grad_cam.mistake(
    "The maps are copied cell by cell (“nearest”), so that the picture has steps at the edge of every cell: use "
    "`upsample`, which blends."
)
def nearest(L, guided):
    return product("nearest", L, guided)


@my_guided_grad_cam.mistake(
    "The maps are enlarged bicubically, which overshoots, even below zero: use `upsample`, which is bilinear."
)
def bicubic(L, guided):
    return product("bicubic", L, guided, align_corners=False)


@my_guided_grad_cam.mistake(
    "The sizes do not fit, because the maps are still small: enlarge them first, `upsample(L, guided.shape[-2:])`."
)
def not_enlarged(L, guided):
    return L[:, None] * guided


@my_guided_grad_cam.mistake(
    "You shrank the drawing to the size of the map, and its lines are gone: enlarge the map instead."
)
def drawing_shrunk(L, guided):
    return L[:, None] * F.interpolate(guided, L.shape[-2:], mode="bilinear", align_corners=False)


@my_guided_grad_cam.mistake(
    "Map 0 lands on channel 0, map 1 on channel 1, and unless there are as many images as channels there is an error. "
    "Put the dimension of size 1 between N and H: `maps[:, None]`."
)
def maps_on_channels(L, guided):
    return upsample(L, guided.shape[-2:]) * guided


@my_guided_grad_cam.mistake(
    "That works on square images only: `upsample` takes the height first and then the width, which is "
    "`guided.shape[-2:]`."
)
def sides_swapped(L, guided):
    return upsample(L, guided.shape[-2:][::-1])[:, None] * guided


@my_guided_grad_cam.mistake(
    "Every image was multiplied by the first one's map: take all maps, `upsample(L, ...)[:, None]`, not `[0]`."
)
def first_map_for_all(L, guided):
    return upsample(L, guided.shape[-2:])[0] * guided


@my_guided_grad_cam.mistake(
    "You scaled each map to [0, 1] first. The formula has no such step, and it makes a map of next to nothing look as "
    "strong as any: multiply by the map as it is."
)
def each_map_scaled(L, guided):
    maps = upsample(L, guided.shape[-2:])
    return (maps / maps.amax(dim=(1, 2), keepdim=True).clamp(min=1e-8))[:, None] * guided


@my_guided_grad_cam.mistake(
    "You stretched each map from its minimum to its maximum. The formula has no such step, and a map of zeros becomes "
    "NaN: multiply by the map as it is."
)
def each_map_stretched(L, guided):
    maps = upsample(L, guided.shape[-2:])
    low, high = maps.amin(dim=(1, 2), keepdim=True), maps.amax(dim=(1, 2), keepdim=True)
    return ((maps - low) / (high - low))[:, None] * guided


@my_guided_grad_cam.mistake(
    "You mixed the maps of the batch: every image is multiplied by its own map, without a mean over dimension 0."
)
def maps_of_the_batch_mixed(L, guided):
    return upsample(L, guided.shape[-2:]).mean(dim=0) * guided


@my_guided_grad_cam.mistake(
    "You scaled the maps by the largest value of the whole batch, so an image's picture depends on its neighbors: "
    "multiply by the map as it is."
)
def batch_scaled(L, guided):
    maps = upsample(L, guided.shape[-2:])
    return (maps / maps.max())[:, None] * guided


@my_guided_grad_cam.mistake(
    "You summed over the channels. The product keeps all of them, (N, C, H, W): leave the sum out."
)
def channels_summed(L, guided):
    return (upsample(L, guided.shape[-2:])[:, None] * guided).sum(dim=1)


@my_guided_grad_cam.mistake(
    "You made one map of the channels, with the absolute value and the maximum. That comes afterward, if at all: the "
    "product keeps the channels and their signs."
)
def strength_of_the_product(L, guided):
    return (upsample(L, guided.shape[-2:])[:, None] * guided).abs().amax(dim=1)


@my_guided_grad_cam.mistake("You lost the signs of the gradient: multiply by `guided` itself, without `.abs()`.")
def absolute_gradient(L, guided):
    return upsample(L, guided.shape[-2:])[:, None] * guided.abs()


@my_guided_grad_cam.mistake(
    "You cut off the negative part of the picture. The guided rule zeroes negative gradients *at the ReLUs*; at the "
    "pixels both signs are part of the drawing: no ReLU here."
)
def positive_gradient(L, guided):
    return upsample(L, guided.shape[-2:])[:, None] * guided.relu()


@my_guided_grad_cam.mistake(
    "That is guided backprop as it was: the maps play no part in it yet. Multiply by them, enlarged."
)
def drawing_alone(L, guided):
    return guided.clone()


@my_guided_grad_cam.mistake("You added the two. Each entry of the drawing is *multiplied* by the map: `*`, not `+`.")
def added(L, guided):
    return upsample(L, guided.shape[-2:])[:, None] + guided


@my_guided_grad_cam.mistake(
    "You used the map as a mask, yes or no. How strong it is counts as well: multiply by its values."
)
def used_as_a_mask(L, guided):
    return (upsample(L, guided.shape[-2:]) > 0)[:, None] * guided


# --- 4.6 -------------------------------------------------------------------------------------------------------------


def gradient(network, images, classes):
    """A method without fault: (N, H, W), and nothing is left behind."""
    x = images.clone().requires_grad_()
    y = network(x).gather(1, torch.as_tensor(classes).expand(len(images))[:, None])
    return torch.autograd.grad(y.sum(), x)[0].abs().amax(dim=1)


def blind(network, images, classes):
    """A method that is truly blind: the same picture for every class, computed anew."""
    return images.abs().amax(dim=1)


class AddsUp:
    """A method that adds to one tensor at each call, as `.backward()` does, and hands that tensor out."""

    def __init__(self):
        self.total = None

    def __call__(self, network, images, classes):
        new = gradient(network, images, classes)
        self.total = new if self.total is None else self.total.add_(new)
        return self.total


class AddsUpAndCopies(AddsUp):
    """The same, but handing out copies."""

    def __call__(self, network, images, classes):
        return super().__call__(network, images, classes).clone()


def methods_and_classes(generator):
    cases = []
    for size, n in (((6, 8), 4), ((5, 3), 3)):
        network, images = flatten_network(generator, size=size), torch.randn(n, 2, *size, generator=generator)
        a = indices(generator, n, 5)
        b = (a + 1 + indices(generator, n, 4)) % 5
        cases += [(method, network, images, a, b) for method in (gradient, AddsUp(), AddsUpAndCopies(), blind)]
    return [*cases, (gradient, network, images, 3, 1)]


def alike(a, b):
    a, b = (p.flatten(1) - p.flatten(1).mean(dim=1, keepdim=True) for p in (a, b))
    return F.cosine_similarity(a, b, dim=1)


def tested(attempt, explain, network, images, a, b):
    with errors_told_apart():
        return attempt(explain, network, images, a, b)


@exercise(
    "4.6",
    "A test for class-blindness",
    minutes=10,
    difficulty=3,
    cases=methods_and_classes,
    probe=tested,
    hints=[
        "Call `explain` three times: for a, for b, and for a again. If the calls are independent, the first and the "
        "third picture are equal: `torch.allclose(first, third)`.",
        "A careless method hands out the same tensor every time, and then you compare it with itself. Keep the first "
        "picture safe: `explain(network, images, a).clone()`.",
        "`alike(first, second)` gives one correlation for each image. Asked for is their mean, as a number.",
    ],
)
def my_class_test(explain, network, images, a, b):
    """The mean correlation of each image's pictures for the classes a and b; None if the calls are not independent

    explain(network, images, classes) gives one picture for each image, (N, H, W); a and b are a class, or one for
    each image. Calls are independent if asking about a once more, after b, gives the same picture as before.
    """
    for_a = explain(network, images, a).clone()
    for_b = explain(network, images, b).clone()
    for_a_again = explain(network, images, a)
    if not torch.allclose(for_a, for_a_again):
        return None
    return alike(for_a, for_b).mean().item()


def asked(explain, network, images, a, b):
    """The pictures for a and b, or nothing if the calls are not independent."""
    for_a, for_b = explain(network, images, a).clone(), explain(network, images, b).clone()
    return (for_a, for_b) if torch.equal(for_a, explain(network, images, a)) else None


@my_class_test.mistake(
    "A method that hands out one and the same tensor fooled you: the first picture changed under your hands, and you "
    "compared it with itself. Keep a copy, `explain(...).clone()`, before the next call."
)
def no_copy(explain, network, images, a, b):
    for_a, for_b = explain(network, images, a), explain(network, images, b)
    return alike(for_a, for_b).mean().item() if torch.equal(for_a, explain(network, images, a)) else None


@my_class_test.mistake(
    "You never checked whether the calls are independent: explain a once more after b, and give None if its picture is "
    "another one than before."
)
def no_check(explain, network, images, a, b):
    for_a, for_b = explain(network, images, a).clone(), explain(network, images, b).clone()
    return alike(for_a, for_b).mean().item()


@my_class_test.mistake(
    "You never checked the calls, and kept no copy of the first picture. Keep one, `explain(...).clone()`, and explain "
    "a once more after b: None if that picture is another one."
)
def neither_copy_nor_check(explain, network, images, a, b):
    return alike(explain(network, images, a), explain(network, images, b)).mean().item()


@my_class_test.mistake(
    "You looked only whether both names mean one tensor. A method that adds up and hands out copies slips through: "
    "explain a once more after b, and compare the numbers."
)
def one_tensor_is_all_you_fear(explain, network, images, a, b):
    for_a = explain(network, images, a)
    for_b = explain(network, images, b)
    return None if for_a is for_b else alike(for_a, for_b).mean().item()


@my_class_test.mistake(
    "You gave None because both classes have the same picture. That is a finding, a correlation of 1: None is for "
    "methods whose picture for a changes when you ask again."
)
def equal_pictures_are_suspicious(explain, network, images, a, b):
    pictures = asked(explain, network, images, a, b)
    return None if pictures is None or torch.equal(*pictures) else alike(*pictures).mean().item()


@my_class_test.mistake(
    "Your answer is 1 for every method, because you compared class a with itself: the second picture is for b."
)
def a_with_itself(explain, network, images, a, b):
    pictures = asked(explain, network, images, a, b)
    return None if pictures is None else alike(pictures[0], pictures[0]).mean().item()


@my_class_test.mistake(
    "You averaged the pictures of the batch before you compared them. Compare each image's two pictures, and average "
    "the correlations."
)
def averaged_first(explain, network, images, a, b):
    pictures = asked(explain, network, images, a, b)
    if pictures is None:
        return None
    return alike(*(p.mean(dim=0, keepdim=True) for p in pictures)).item()


@my_class_test.mistake(
    "You compared the whole batch as one long picture, so a strong image counts more than a faint one. One correlation "
    "for each image, then their mean: `alike` does the first."
)
def one_long_picture(explain, network, images, a, b):
    pictures = asked(explain, network, images, a, b)
    return None if pictures is None else alike(*(p.reshape(1, -1) for p in pictures)).item()


@my_class_test.mistake("You looked at the first image only: average the correlations of all images.")
def first_image(explain, network, images, a, b):
    pictures = asked(explain, network, images, a, b)
    return None if pictures is None else alike(*pictures)[0].item()


@my_class_test.mistake(
    "You gave one correlation for each image. Asked for is one number: their mean, `.mean().item()`."
)
def not_averaged(explain, network, images, a, b):
    pictures = asked(explain, network, images, a, b)
    return None if pictures is None else alike(*pictures)


@my_class_test.mistake(
    "You left out the signs of the correlations. A negative one says that the pictures are *opposite*: average them as "
    "they are."
)
def without_the_sign(explain, network, images, a, b):
    pictures = asked(explain, network, images, a, b)
    return None if pictures is None else alike(*pictures).abs().mean().item()


@my_class_test.mistake(
    "Your similarity does not subtract each picture's mean, so any two pictures without negative numbers look alike: "
    "use `alike`, the correlation."
)
def cosine(explain, network, images, a, b):
    pictures = asked(explain, network, images, a, b)
    return None if pictures is None else F.cosine_similarity(*(p.flatten(1) for p in pictures)).mean().item()


@my_class_test.mistake("You gave the difference, and likeness is asked for: 1 for equal pictures, not 0.")
def difference_for_likeness(explain, network, images, a, b):
    pictures = asked(explain, network, images, a, b)
    return None if pictures is None else 1 - alike(*pictures).mean().item()


@my_class_test.mistake(
    "It is the wrong way round: None is for a picture of a that is *another* one the second time, and the correlation "
    "for one that is equal."
)
def the_wrong_way_round(explain, network, images, a, b):
    for_a, for_b = explain(network, images, a).clone(), explain(network, images, b).clone()
    return None if torch.equal(for_a, explain(network, images, a)) else alike(for_a, for_b).mean().item()


@my_class_test.mistake(
    "Two tensors are never the same object, even with equal numbers in them, unless a method is careless. Compare the "
    "numbers: `torch.allclose` in place of `is`."
)
def the_same_object(explain, network, images, a, b):
    for_a, for_b = explain(network, images, a), explain(network, images, b)
    return alike(for_a, for_b).mean().item() if for_a is explain(network, images, a) else None


@my_class_test.mistake(
    "`==` and `!=` compare entry by entry, and `if` wants a single True or False: `torch.allclose(first, third)`."
)
def entry_by_entry(explain, network, images, a, b):
    for_a, for_b = explain(network, images, a).clone(), explain(network, images, b).clone()
    return alike(for_a, for_b).mean().item() if for_a == explain(network, images, a) else None


@my_class_test.mistake(
    "You took equal pictures for a sign of dependence. A blind method has them by right, and a careless one need not: "
    "explain a once more after b, and compare that with a copy of the first picture."
)
def equality_is_all_you_fear(explain, network, images, a, b):
    for_a, for_b = explain(network, images, a), explain(network, images, b)
    return None if torch.equal(for_a, for_b) else alike(for_a, for_b).mean().item()


@my_class_test.mistake("You summed the correlations of the images; asked for is their mean.")
def summed(explain, network, images, a, b):
    pictures = asked(explain, network, images, a, b)
    return None if pictures is None else alike(*pictures).sum().item()


@my_class_test.mistake(
    "Dependent calls are an answer, and your assertion stops everything: use `if`, and return None, so that the next "
    "method can be tested."
)
def asserts(explain, network, images, a, b):
    pictures = asked(explain, network, images, a, b)
    assert pictures is not None
    return alike(*pictures).mean().item()


@my_class_test.mistake(
    "Dependent calls are an answer, not an error: return None in place of raising a ValueError, so that the next "
    "method can be tested."
)
def raises(explain, network, images, a, b):
    pictures = asked(explain, network, images, a, b)
    if pictures is None:
        raise ValueError("the calls depend on each other")
    return alike(*pictures).mean().item()
