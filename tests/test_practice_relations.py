"""What is said of a wrong answer that nobody foresaw: facts that are computed from the right one."""

import pytest
import torch

from cam_tutorial.practice.exercise import exercise
from cam_tutorial.practice.verdict import judge


def stacks(generator):
    """Values of both signs, no dimension like another, and a batch of one."""
    return [
        (torch.randn(*shape, generator=generator), 0.5 + k) for k, shape in enumerate(((2, 3, 4), (3, 5, 2), (1, 4, 3)))
    ]


@exercise("9.1", "Scaled maps", minutes=1, difficulty=1, hints=["Multiply.", "By s."], cases=stacks)
def my_scaled(A, s):
    return A * s


@exercise("9.2", "Means", minutes=1, difficulty=1, hints=["Add.", "Divide."], cases=stacks)
def my_means(A, s):
    return A.mean(dim=(1, 2))


@exercise("9.3", "Cut off", minutes=1, difficulty=1, hints=["Cut.", "At 0."], cases=stacks)
def my_cut(A, s):
    return A.relu()


@exercise("9.4", "Sums of rows", minutes=1, difficulty=1, hints=["Add.", "Rows."], cases=stacks)
def my_rows(A, s):
    return A.sum(dim=2)


@exercise("9.5", "Is it high?", minutes=1, difficulty=1, hints=["Compare.", "With s."], cases=stacks)
def my_high(A, s):
    return A.mean(dim=(1, 2)) > -0.2


@exercise(
    "9.6", "A division", minutes=1, difficulty=1, hints=["Divide.", "The first by the second."],
    cases=lambda generator: [(a, b) for a, b in ((6, 3), (8, 5), (1, 4), (9, 2))],
)  # fmt: skip
def my_ratio(a, b=4):
    return a / b


@exercise(
    "9.7", "Quotient and rest", minutes=1, difficulty=1, hints=["Divide.", "Twice."],
    cases=lambda generator: [(17, 5), (20, 3), (9, 4)],
)  # fmt: skip
def my_divmod(a, b):
    return divmod(a, b)


@pytest.mark.parametrize(
    ("of", "attempt", "said"),
    [
        # values
        (my_scaled, lambda A, s: -A * s, "the expected ones with the opposite sign"),
        (my_scaled, lambda A, s: (A * s).abs(), "the absolute values of the expected ones"),
        (my_scaled, lambda A, s: (A * s).relu(), "cut off below zero"),
        (my_cut, lambda A, s: A, "is to be cut off at the end (a ReLU"),
        (my_cut, lambda A, s: A.clamp(0, 1), "You cut the expected numbers off below 0 and above 1"),
        (my_scaled, lambda A, s: 3 * A * s, "Your numbers are 3 times the expected ones"),
        (my_scaled, lambda A, s: A * s + 2, "Each of your numbers is 2 too large"),
        (my_scaled, lambda A, s: A * s * A.shape[1] * A.shape[2], "times H·W, the number of positions of `A`"),
        (my_scaled, lambda A, s: A * s / A.shape[1], "divided by `A.shape[1]`: one division too many"),
        (my_means, lambda A, s: A.sum(dim=(1, 2)) / A.shape[1] ** 2, "times `A.shape[2]` divided by `A.shape[1]`"),
        (my_scaled, lambda A, s: 3 * (A * s).relu(), "And your numbers are 3 times these"),
        (my_scaled, lambda A, s: (A * s) / (A * s).abs().amax(), "by the largest absolute value"),
        (my_scaled, lambda A, s: (A * s)[:1].expand_as(A), "what is right for the first one"),
        (my_scaled, lambda A, s: (A * s)[:, -1:].expand_as(A), "along dimension 1 are what is right for the last one"),
        (my_scaled, lambda A, s: (A * s).cumsum(1), "Each entry along dimension 1 contains the ones before it"),
        (my_scaled, lambda A, s: torch.cat([A[:, :-1] * s, 0 * A[:, -1:]], 1), "The last entry along dimension 1 is 0"),
        (my_rows, lambda A, s: A.sum(dim=2).sum(dim=1, keepdim=True), "You summed over dimension 1"),
        (my_means, lambda A, s: ..., "three dots"),
        (my_scaled, lambda A, s: A * s * A.std(dim=(1, 2), keepdim=True), "the factor differs from entry to entry"),
        (my_scaled, lambda A, s: torch.full_like(A, 3), "Your result is 3 everywhere"),
        (my_scaled, lambda A, s: torch.where(A > 0, A * s, float("nan")), "NaN (0 divided by 0 gives that, or the"),
        (my_high, lambda A, s: ~(A.mean(dim=(1, 2)) > -0.2), "the other way around in every case"),
        (my_high, lambda A, s: torch.ones(len(A), dtype=torch.bool), "True in all calls tried here"),
        # arguments
        (my_scaled, lambda A, s: A, "divided by `s`"),
        (my_scaled, lambda A, s: A * s * s, "times `s`"),
        (my_ratio, lambda a, b=4: b / a, "1 divided by the expected ones"),
        (my_divmod, lambda a, b: divmod(b, a), "with `a` and `b` swapped"),
        (my_divmod, lambda a, b: divmod(a + 1, b), "for `a` + 1"),
        # entries
        (my_divmod, lambda a, b: (a % b, a // b), "The right values, in another order"),
        # shapes
        (my_means, lambda A, s: A.mean(dim=(1, 2), keepdim=True), "but a dimension of size 1 is left over"),
        (my_means, lambda A, s: A.mean(dim=(1, 2)).squeeze(), "in place of `squeeze()`"),
        (my_rows, lambda A, s: A.sum(dim=2).T, "The numbers are right, but the dimensions 0 and 1"),
        (my_rows, lambda A, s: A, "One step is missing at the end: sum over dimension 2"),
        (my_rows, lambda A, s: A.sum(dim=(1, 2)), "You summed over dimension 1"),
        (my_rows, lambda A, s: A.sum(), "You give one number for everything"),
        # types
        (my_means, lambda A, s: print(A.mean(dim=(1, 2))), "gives back None: it needs a `return`"),
        (my_means, lambda A, s: A.mean(dim=(1, 2)).numpy(), "is a NumPy array with the right numbers"),
        (my_means, lambda A, s: A.mean(dim=(1, 2)).tolist(), "`torch.tensor(...)` one of a list of numbers"),
        (my_rows, lambda A, s: A.max(dim=2), "The result is a tuple of 2."),
        (my_ratio, lambda a, b=4: torch.tensor([a / b, 1]), "one number is asked for"),
        (my_ratio, lambda a, b=4: a > b, "Asked for is a number"),
    ],
)  # fmt: skip
def test_what_is_said(of, attempt, said):
    verdict = judge(of, attempt)
    assert said in verdict.sentence, verdict
    assert verdict.state == "wrong" and verdict.basis == "relation"


@pytest.mark.parametrize(
    ("of", "attempt", "said"),
    [
        (my_divmod, lambda a, b: (a // b, a - b), "The first of the 2 values is right in every call"),
        (my_scaled, lambda A, s: torch.cat([A[:1] * s, A[1:] ** 3]), "Only the first entry along dimension 0 is right"),
        (my_scaled, lambda A, s: A * s if len(A) == 1 else A**3, "right where there is one image alone"),
    ],
)
def test_where_it_is_wrong_is_said_where_no_more_is_known(of, attempt, said):
    verdict = judge(of, attempt)
    assert said in verdict.sentence and verdict.basis == "place", verdict


def test_nothing_is_called_right_where_all_is_wrong():
    """All that is expected is negative, or 0: then no wrong number can be told from the right ones by its sign."""
    for change in (lambda A, s: -1 - A.abs() * s, lambda A, s: A * 0):
        of = exercise("9.8", "All alike", minutes=1, difficulty=1, hints=["Look.", "Again."], cases=stacks)(change)
        verdict = judge(of, lambda A, s: (A * s).exp() + A**2)
        assert verdict.state == "wrong" and "right" not in verdict.sentence, verdict
    verdict = judge(my_scaled, lambda A, s: torch.where(A > 0, A * s, A**3 - 1))
    assert "right wherever the expected one is positive" in verdict.sentence, verdict


@pytest.mark.parametrize(
    ("of", "attempt"),
    [
        (my_scaled, lambda A, s: A.sin() * s),
        (my_scaled, lambda A, s: A * s + torch.linspace(0, 1, A.shape[2])),
        (my_ratio, lambda a, b=4: a / b + a * b),
    ],
)
def test_where_nothing_is_known_the_first_number_that_differs_is_shown(of, attempt):
    verdict = judge(of, attempt)
    assert verdict.basis == "plain" and "expected" in verdict.sentence


def test_a_fact_must_hold_in_every_call():
    """Minus the right numbers in the first call alone is no “opposite sign”."""
    verdict = judge(my_scaled, lambda A, s: -A * s if len(A) == 2 else A.sin())
    assert "opposite sign" not in verdict.sentence


def test_what_is_right_is_never_said_to_be_wrong():
    for of in (my_scaled, my_means, my_cut, my_rows, my_high, my_ratio, my_divmod):
        assert judge(of, lambda *case, of=of: of.solution(*case)).state == "solved"


@exercise(
    "9.8", "Only few answers", minutes=1, difficulty=1, hints=["Look.", "Again."],
    cases=lambda generator: [(torch.rand(4, generator=generator), k) for k in range(2)],
    probe=lambda attempt, x, k: {"hooks left": attempt(x, k), "whether it is long": len(x) > 2},
)  # fmt: skip
def my_nothing_left(x, k):
    return 0 * k


def test_little_said_by_an_answer_is_not_taken_for_much():
    """What a count or True and False would fit by chance is no ground for a sentence on the arguments."""
    verdict = judge(my_nothing_left, lambda x, k: 2)
    assert "`x`" not in verdict.sentence and "`k`" not in verdict.sentence


def test_one_number_a_call_is_not_said_to_be_divided_by_its_own_size():
    verdict = judge(my_ratio, lambda a, b=4: (a / b > 0) * 1.0)
    assert "divided" not in verdict.sentence and "Your result is 1 everywhere" in verdict.sentence


def test_calls_that_fail_are_told_apart_from_those_that_answer():
    def attempt(A, s):
        return -A * s if len(A) < 3 else A @ A

    verdict = judge(my_scaled, attempt)
    assert "the opposite sign. In 1 of 3 calls it stops with RuntimeError: " in verdict.sentence
    assert "None" not in verdict.sentence and verdict.basis == "relation"


@my_rows.mistake("You summed over the columns' own dimension: rows are dimension 1.")
def columns(A, s):
    return A.sum(dim=1)[:, :1].expand(A.shape[:2])


def test_two_slips_at_once_are_both_named():
    verdict = judge(my_rows, lambda A, s: -columns(A, s))
    assert verdict.sentence == (
        "You summed over the columns' own dimension: rows are dimension 1. And besides: your numbers are these with "
        "the opposite sign."
    )
