"""Exercise 4.3: one ReLU, three ways back."""

import torch

from cam_tutorial.practice.exercise import exercise

from .material import inputs_and_incoming


@exercise(
    "4.3",
    "One ReLU, three ways back",
    minutes=6,
    difficulty=1,
    cases=inputs_and_incoming,
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


def rules(x_positive, R_positive, R, plain=None, deconv=None, guided=None):
    """The three results for these conditions, unless one is given."""
    return (
        torch.where(x_positive, R, 0) if plain is None else plain,
        torch.where(R_positive, R, 0) if deconv is None else deconv,
        torch.where(x_positive & R_positive, R, 0) if guided is None else guided,
    )


# The questions.


@my_three_rules.mistake(
    "You let R pass where x is exactly 0. There the ReLU is closed: ask for `x > 0`, not for `x >= 0`."
)
def open_at_zero(x, R):
    return rules(x >= 0, R > 0, R)


@my_three_rules.mistake(
    "Your plain gradient passes where x is exactly 0, and your guided rule does not. The ReLU is closed there: `x > 0` "
    "for both."
)
def plain_open_at_zero(x, R):
    return rules(x > 0, R > 0, R, plain=torch.where(x >= 0, R, 0))


@my_three_rules.mistake(
    "Your guided rule passes where x is exactly 0, and your plain gradient does not. The ReLU is closed there: `x > 0` "
    "for both."
)
def guided_open_at_zero(x, R):
    return rules(x > 0, R > 0, R, guided=torch.where((x >= 0) & (R > 0), R, 0))


@my_three_rules.mistake(
    "Your deconvnet asks whether the ReLU was open. It does not look at x at all: its only question is `R > 0`."
)
def deconvnet_looks_at_x(x, R):
    return rules(x > 0, R > 0, R, deconv=torch.where((x > 0) & (R > 0), R, 0))


@my_three_rules.mistake("Your deconvnet is the plain gradient: it asks about x, and should ask about R alone, `R > 0`.")
def deconvnet_is_plain(x, R):
    return rules(x > 0, R > 0, R, deconv=torch.where(x > 0, R, 0))


@my_three_rules.mistake("Your guided rule passes what *either* question lets through. Both must be true: `&`, not `|`.")
def either_is_enough(x, R):
    return rules(x > 0, R > 0, R, guided=torch.where((x > 0) | (R > 0), R, 0))


@my_three_rules.mistake(
    "Your guided rule passes where x and R have the same sign: their product is positive too where both are negative. "
    "Ask `(x > 0) & (R > 0)`."
)
def same_sign(x, R):
    return rules(x > 0, R > 0, R, guided=torch.where(x * R > 0, R, 0))


@my_three_rules.mistake(
    "Your plain gradient asks whether R is positive. The true derivative keeps the sign of R: its only question is "
    "`x > 0`."
)
def plain_looks_at_R(x, R):
    return rules(x > 0, R > 0, R, plain=torch.where((x > 0) & (R > 0), R, 0))


@my_three_rules.mistake(
    "Your plain gradient hands on all of R. It is the derivative of a ReLU, which is 0 where the ReLU was closed: ask "
    "`x > 0`."
)
def plain_is_R(x, R):
    return rules(x > 0, R > 0, R, plain=R.clone())


@my_three_rules.mistake(
    "Your guided rule is the plain gradient. It asks a second question as well, whether R is positive: "
    "`(x > 0) & (R > 0)`."
)
def guided_is_plain(x, R):
    return rules(x > 0, R > 0, R, guided=torch.where(x > 0, R, 0))


@my_three_rules.mistake(
    "Your guided rule is deconvnet's. It asks a second question as well, whether the ReLU was open: `(x > 0) & (R > "
    "0)`."
)
def guided_is_deconvnet(x, R):
    return rules(x > 0, R > 0, R, guided=R.relu())


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


@my_three_rules.mistake(
    "You let R pass where the ReLU was closed, and at x = 0: yes and no are swapped. R stays where `x > 0`, and "
    "becomes 0 elsewhere."
)
def zeroes_the_open(x, R):
    return rules(x <= 0, R > 0, R)


@my_three_rules.mistake(
    "Your conditions are the wrong way round, all of them: R is kept where a condition holds, and 0 stands where it "
    "does not."
)
def all_turned_around(x, R):
    return (
        torch.where(x > 0, 0, R),
        torch.where(R > 0, 0, R),
        torch.where((x > 0) & (R > 0), 0, R),
    )


# What is handed on.


@my_three_rules.mistake(
    "You handed on the conditions themselves, True or False. Where the condition holds, the ReLU hands on R: "
    "`torch.where(condition, R, 0)`."
)
def conditions_alone(x, R):
    return x > 0, R > 0, (x > 0) & (R > 0)


@my_three_rules.mistake(
    "You handed on the conditions, as 1 and 0. Where the condition holds, the ReLU hands on R: "
    "`torch.where(condition, R, 0)`."
)
def ones_and_zeros(x, R):
    return tuple(condition.float() for condition in conditions_alone(x, R))


@my_three_rules.mistake(
    "You multiplied by x. The derivative of an open ReLU is 1, however large x is: only *whether* x > 0 counts, and R "
    "is handed on as it came."
)
def times_x(x, R):
    return x.relu() * R, R.relu(), x.relu() * R.relu()


@my_three_rules.mistake(
    "You multiplied by x, and did not ask whether it is positive: what counts is *whether* x > 0, not how large x is."
)
def times_x_of_both_signs(x, R):
    return x * R, R.relu(), x * R.relu()


@my_three_rules.mistake(
    "Where the ReLU was closed you hand on −R, because the sign of x is −1 there. A closed ReLU hands on 0: "
    "`torch.where(x > 0, R, 0)`."
)
def sign_of_x(x, R):
    return x.sign() * R, R.relu(), x.sign() * R.relu()


@my_three_rules.mistake(
    "Your guided signal is a product of the other two, which holds R twice: multiply the *conditions*, or use "
    "`(x > 0) & (R > 0)`."
)
def R_twice(x, R):
    return rules(x > 0, R > 0, R, guided=torch.where(x > 0, R, 0) * R.relu())


@my_three_rules.mistake(
    "You handed on x, which is the forward pass. On the way back it is R that passes, where the condition holds."
)
def hands_on_x(x, R):
    return rules(x > 0, R > 0, x)


@my_three_rules.mistake(
    "Your plain gradient is the ReLU's forward pass, max(0, x). Its backward pass hands on R where x > 0: "
    "`torch.where(x > 0, R, 0)`."
)
def plain_is_forward(x, R):
    return rules(x > 0, R > 0, R, plain=x.relu())


@my_three_rules.mistake(
    "You turned negative gradients into positive ones. Deconvnet and guided backprop throw them away: 0 in their place."
)
def absolute_values(x, R):
    return torch.where(x > 0, R, 0), R.abs(), torch.where(x > 0, R.abs(), 0)


@my_three_rules.mistake(
    "The negative R are turned around and not thrown away in your deconvnet. `R.clamp(min=0)`, or "
    "`torch.where(R > 0, R, 0)`, puts 0 in their place; so does the guided rule, which you have right."
)
def absolute_deconvnet(x, R):
    return rules(x > 0, R > 0, R, deconv=R.abs())


# What is given back.


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
    "Your three results are one and the same tensor: each name is given to the first copy, and it is written into each "
    "time. Make a copy for each, `R.clone()`, or use `torch.where(condition, R, 0)`."
)
def one_copy_three_times(x, R):
    return one_tensor_three_times(x, R.clone())


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
    "Your results are right, and R is not what it was: the last rule wrote into it. Work on `R.clone()`, or use "
    "`torch.where(condition, R, 0)`."
)
def the_last_in_place(x, R):
    plain, deconv, _ = rules(x > 0, R > 0, R)
    R[(x <= 0) | (R <= 0)] = 0
    return plain, deconv, R


@my_three_rules.mistake(
    "Your results are lists of the entries that pass, without their places: `torch.where(condition, R, 0)` keeps the "
    "shape and puts 0 where the answer is no."
)
def picked_out(x, R):
    return R[x > 0], R[R > 0], R[(x > 0) & (R > 0)]


@my_three_rules.mistake("That is guided backprop's signal alone. Give back all three: `return plain, deconv, guided`.")
def guided_alone(x, R):
    return rules(x > 0, R > 0, R)[2]


@my_three_rules.mistake("That is the plain gradient alone. Give back all three: `return plain, deconv, guided`.")
def plain_alone(x, R):
    return rules(x > 0, R > 0, R)[0]


@my_three_rules.mistake(
    "You gave a dictionary. Asked for are the three results by themselves, in order: `return plain, deconv, guided`.",
)
def a_dictionary(x, R):
    return dict(zip(("plain", "deconvnet", "guided"), rules(x > 0, R > 0, R), strict=True))


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
