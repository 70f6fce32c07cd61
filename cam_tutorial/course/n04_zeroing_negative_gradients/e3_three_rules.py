"""Exercise 4.3: one ReLU, three ways back."""

import torch

from cam_tutorial.practice.exercise import exercise

from .material import errors_told_apart


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
