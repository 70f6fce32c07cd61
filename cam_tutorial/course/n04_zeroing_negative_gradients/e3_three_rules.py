"""Exercise 4.3: one ReLU, three ways back.

Longer than other files: the three results go wrong together or one at a time.
"""

from itertools import permutations

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
    """two tensors of one shape -> (plain, deconvnet, guided), what each makes of R"""
    plain = torch.where(x > 0, R, 0)
    deconv = torch.where(R > 0, R, 0)
    guided = torch.where((x > 0) & (R > 0), R, 0)
    return plain, deconv, guided


def rules(x_positive, R_positive, R):
    """The three results for these conditions."""
    return torch.where(x_positive, R, 0), torch.where(R_positive, R, 0), torch.where(x_positive & R_positive, R, 0)


def right(x, R):
    return rules(x > 0, R > 0, R)


# All three go wrong together.


@my_three_rules.mistake(
    "You let R pass where x is exactly 0. There the ReLU is closed: ask for `x > 0`, not for `x >= 0`."
)
def open_at_zero(x, R):
    return rules(x >= 0, R > 0, R)


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
    "You let R pass where the ReLU was closed, and at x = 0: yes and no are swapped. R stays where `x > 0`, and is 0 "
    "elsewhere."
)
def zeroes_the_open(x, R):
    return rules(x <= 0, R > 0, R)


@my_three_rules.mistake(
    "Your conditions are the wrong way round, all of them: R is kept where a condition holds, and 0 stands elsewhere."
)
def all_turned_around(x, R):
    return torch.where(x > 0, 0, R), torch.where(R > 0, 0, R), torch.where((x > 0) & (R > 0), 0, R)


@my_three_rules.mistake(
    "You never asked about x: the plain gradient hands on R where `x > 0`, and guided backprop where `x > 0` and `R > "
    "0`."
)
def without_x(x, R):
    return R.clone(), R.relu(), R.relu()


@my_three_rules.mistake(
    "You never asked about R: deconvnet hands it on where `R > 0`, and guided backprop where `x > 0` and `R > 0`."
)
def without_R(x, R):
    return torch.where(x > 0, R, 0), R.clone(), torch.where(x > 0, R, 0)


@my_three_rules.mistake("You swapped x and R: the ReLU's input x decides, and R is what is handed on.")
def swapped(x, R):
    return rules(R > 0, x > 0, x)


@my_three_rules.mistake(
    "Where the answer is no, you hand on x. A ReLU hands on 0 there: `torch.where(condition, R, 0)`."
)
def x_elsewhere(x, R):
    return torch.where(x > 0, R, x), torch.where(R > 0, R, x), torch.where((x > 0) & (R > 0), R, x)


@my_three_rules.mistake(
    "Where the answer is no, you hand on −R. A ReLU hands on 0 there: `torch.where(condition, R, 0)`."
)
def minus_R_elsewhere(x, R):
    return torch.where(x > 0, R, -R), torch.where(R > 0, R, -R), torch.where((x > 0) & (R > 0), R, -R)


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
    "You handed on x, which is the forward pass. On the way back it is R that passes, where the condition holds."
)
def hands_on_x(x, R):
    return rules(x > 0, R > 0, x)


@my_three_rules.mistake(
    "You turned negative gradients into positive ones. Deconvnet and guided backprop throw them away: 0 in their place."
)
def absolute_values(x, R):
    return torch.where(x > 0, R, 0), R.abs(), torch.where(x > 0, R.abs(), 0)


# What is given back.


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
    plain, deconv, _ = right(x, R)
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
    return right(x, R)[2]


@my_three_rules.mistake("That is the plain gradient alone. Give back all three: `return plain, deconv, guided`.")
def plain_alone(x, R):
    return right(x, R)[0]


@my_three_rules.mistake(
    "You gave a dictionary. Asked for are the three results by themselves, in order: `return plain, deconv, guided`.",
)
def a_dictionary(x, R):
    return dict(zip(("plain", "deconvnet", "guided"), right(x, R), strict=True))


@my_three_rules.mistake("The numbers are right, and each result comes in one long row: keep the shape of R.")
def in_a_row(x, R):
    return tuple(signal.flatten() for signal in right(x, R))


@my_three_rules.mistake("You made whole numbers of R: leave out `int`, `.int()` or `.long()`.")
def whole_numbers(x, R):
    return tuple(signal.int() for signal in right(x, R))


@my_three_rules.mistake(
    "`torch.where` wants three things: the condition, what is to stand where it holds, and what elsewhere: "
    "`torch.where(condition, R, 0)`."
)
def where_of_two(x, R):
    return torch.where(x > 0, R), torch.where(R > 0, R), torch.where((x > 0) & (R > 0), R)


@my_three_rules.mistake(
    "Your loops go over rows and columns, and x and R may have any shape: `torch.where(condition, R, 0)` needs no loop."
)
def rows_and_columns(x, R):
    results = [torch.zeros_like(R) for _ in range(3)]
    for i in range(R.shape[0]):
        for j in range(R.shape[1]):
            if x[i, j] > 0:
                results[0][i, j] = R[i, j]
            if R[i, j] > 0:
                results[1][i, j] = R[i, j]
            if x[i, j] > 0 and R[i, j] > 0:
                results[2][i, j] = R[i, j]
    return tuple(results)


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


# In another order.
NAMES = ("plain", "deconvnet", "guided")
for order in permutations(range(3)):
    if order != (0, 1, 2):

        def in_another_order(x, R, order=order):
            return tuple(right(x, R)[k] for k in order)

        in_another_order.__name__ = "_".join(NAMES[k] for k in order)
        my_three_rules.mistake(
            f"The signals are right and in another order: yours is {', '.join(NAMES[k] for k in order)}, asked for is "
            "plain, deconvnet, guided."
        )(in_another_order)


# One of the three is something else: what it does, and what makes that of x and R.
SIGNALS = {
    "hands on all of R": lambda x, R: R.clone(),
    "asks `x > 0` alone": lambda x, R: torch.where(x > 0, R, 0),
    "asks `R > 0` alone": lambda x, R: R.relu(),
    "asks both, `x > 0` and `R > 0`": lambda x, R: torch.where((x > 0) & (R > 0), R, 0),
    "asks `x >= 0`, so that R passes where x is exactly 0": lambda x, R: torch.where(x >= 0, R, 0),
    "asks `x >= 0` and `R > 0`, so that R passes where x is exactly 0": lambda x, R: torch.where(x >= 0, R.relu(), 0),
    "passes what *either* question lets through": lambda x, R: torch.where((x > 0) | (R > 0), R, 0),
    "passes where exactly *one* of the questions is answered by yes": lambda x, R: torch.where((x > 0) ^ (R > 0), R, 0),
    "passes where x and R have the same sign, both negative included": lambda x, R: torch.where(x * R > 0, R, 0),
    "passes the negative R": lambda x, R: torch.where(R < 0, R, 0),
    "passes the negative R of open ReLUs": lambda x, R: torch.where((x > 0) & (R < 0), R, 0),
    "passes R where the ReLU was closed": lambda x, R: torch.where(x <= 0, R, 0),
    "passes the positive R of closed ReLUs": lambda x, R: torch.where(x <= 0, R.relu(), 0),
    "turns negative R around": lambda x, R: R.abs(),
    "turns the negative R of open ReLUs around": lambda x, R: torch.where(x > 0, R.abs(), 0),
    "is the forward pass, max(0, x)": lambda x, R: x.relu(),
    "hands on x, not R, where R is positive": lambda x, R: torch.where(R > 0, x, 0),
    "hands on x, not R, where both are positive": lambda x, R: torch.where((x > 0) & (R > 0), x, 0),
    "multiplies R by x": lambda x, R: x * R,
    "multiplies R by x where the ReLU was open": lambda x, R: x.relu() * R,
    "multiplies R by x where both are positive": lambda x, R: x.relu() * R.relu(),
    "hands on −R where the ReLU was closed": lambda x, R: torch.where(x > 0, R, -R),
    "hands on the condition `x > 0`": lambda x, R: x > 0,
    "hands on the condition `x > 0`, as 1 and 0": lambda x, R: (x > 0).float(),
    "hands on the condition `R > 0`": lambda x, R: R > 0,
    "hands on the condition `R > 0`, as 1 and 0": lambda x, R: (R > 0).float(),
    "hands on the two conditions": lambda x, R: (x > 0) & (R > 0),
    "hands on the two conditions, as 1 and 0": lambda x, R: ((x > 0) & (R > 0)).float(),
    "is the sum of two other signals": lambda x, R: torch.where(x > 0, R, 0) + R.relu(),
    "is the mean of two other signals": lambda x, R: (torch.where(x > 0, R, 0) + R.relu()) / 2,
    "is the product of two other signals, and holds R twice": lambda x, R: torch.where(x > 0, R, 0) * R.relu(),
    "is 0 everywhere": lambda x, R: torch.zeros_like(R),
}
ASKED = (
    "The plain gradient is R where `x > 0`, with its sign, and 0 elsewhere.",
    "Deconvnet's signal is R where `R > 0`, whatever x is, and 0 elsewhere.",
    "The guided signal is R where both hold, `(x > 0) & (R > 0)`, and 0 elsewhere.",
)
RIGHT = ("asks `x > 0` alone", "asks `R > 0` alone", "asks both, `x > 0` and `R > 0`")
for position, (name, asked) in enumerate(zip(("plain gradient", "deconvnet", "guided rule"), ASKED, strict=True)):
    for what, signal in SIGNALS.items():
        if what == RIGHT[position]:
            continue

        def one_is_wrong(x, R, position=position, signal=signal):
            results = list(right(x, R))
            results[position] = signal(x, R)
            return tuple(results)

        one_is_wrong.__name__ = f"{NAMES[position]}_{list(SIGNALS).index(what)}"
        my_three_rules.mistake(f"Your {name} {what}; the other two are right. {asked}")(one_is_wrong)
