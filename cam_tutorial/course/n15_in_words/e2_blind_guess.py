"""Exercise 15.2: answering without looking.

A long file, because it is a table: three lines a mistake.
"""

import torch

from cam_tutorial.practice.exercise import exercise

from .material import questions_and_answers


def many_questions_too(generator):
    """As many as in the notebook besides: 40 numbers of questions, of which some never come, and 16 answers."""
    questions, answers = [], []
    for question in torch.randperm(40, generator=generator)[:25].tolist():
        for times, answer in zip((5, 3, 2), torch.randperm(16, generator=generator).tolist(), strict=False):
            questions += [question] * times
            answers += [answer] * times
    order = torch.randperm(len(questions), generator=generator)
    q, a = torch.tensor(questions)[order], torch.tensor(answers)[order]
    return [*questions_and_answers(generator), (q, a, q.unique().flip(0)[:12])]


@exercise(
    "15.2",
    "Answering without looking",
    minutes=7,
    difficulty=2,
    cases=many_questions_too,
    hints=[
        "For one question `q`: `answers[questions == q]` are all answers that it got.",
        "`.bincount()` counts how often each number stands there, and `.argmax()` gives the number that is most "
        "frequent.",
        "Do it for each `q` of `asked`, and make a tensor of the answers: `torch.stack([...])`.",
    ],
)
def my_blind_guess(questions, answers, asked):
    """N questions and answers by their numbers, (N,) each; asked (M,) -> (M,)

    For each question asked, the answer that it got most often among the N. No picture
    is looked at.
    """
    return torch.stack([answers[questions == q].bincount().argmax() for q in asked])


def guesses(sentence, how):
    """A mistake in what is made of one question's answers: `how(its answers)`."""

    @my_blind_guess.mistake(sentence)
    def version(questions, answers, asked):
        return torch.stack([torch.as_tensor(how(answers[questions == q])) for q in asked])


def other(sentence, how):
    """Another mistake: `how(questions, answers, asked)`."""

    @my_blind_guess.mistake(sentence)
    def version(questions, answers, asked):
        return how(questions, answers, asked)


def each(questions, answers, asked):
    return torch.stack([answers[questions == q].bincount().argmax() for q in asked])


guesses("You took the first answer that each question got. Take the most frequent.", lambda a: a[0])
guesses("You took the last answer that each question got. Take the most frequent.", lambda a: a[-1])
guesses("You took the largest number among a question's answers. Take the most frequent.", lambda a: a.max())
guesses(
    "Yours is the smallest number among a question's answers. Take the most frequent; if you count with `table[q, a] "
    "+= 1`, it counts each pair once, however often it comes.",
    lambda a: a.min(),
)
guesses(
    "You took the median of the answers' numbers. Numbers of classes have no middle: count them.", lambda a: a.median()
)
guesses(
    "You took the mean of the answers' numbers. Numbers of classes have no mean: count them.",
    lambda a: a.double().mean(),
)
guesses(
    "You took the mean of the answers' numbers, rounded. Numbers of classes have no mean: count them.",
    lambda a: a.double().mean().round().long(),
)
guesses(
    "You gave how often the most frequent answer comes. Asked for is the answer: `argmax`, not `max`.",
    lambda a: a.bincount().max(),
)
guesses(
    "You gave the share of the most frequent answer. Asked for is the answer itself.",
    lambda a: a.bincount().max() / len(a),
)
guesses("You took the rarest answer of each question. Take the most frequent.", lambda a: rarest(a))
guesses(
    "You counted how many answers each question got. Asked for is the most frequent.", lambda a: torch.tensor(len(a))
)
guesses(
    "You counted how many different answers each question got. Asked for is the most frequent.",
    lambda a: torch.tensor(len(a.unique())),
)


def rarest(a):
    counts = a.bincount()
    counts[counts == 0] = len(a) + 1
    return counts.argmin()


other(
    "You took the most frequent answer of all, whatever is asked. Count for each question by itself.",
    lambda q, a, asked: a.bincount().argmax().expand(len(asked)),
)
other(
    "You gave one answer for each question there is, in the order of their numbers. Asked for is one for each of "
    "`asked`.",
    lambda q, a, asked: each(q, a, q.unique()),
)
other(
    "You answered the N old questions. Asked for is an answer for each of `asked`.",
    lambda q, a, asked: each(q, a, q),
)
other(
    "You took `asked` for places among the N: `answers[asked]`. They are the numbers of questions.",
    lambda q, a, asked: a[asked],
)
other(
    "You swapped questions and answers: yours is the question that most often got an answer.",
    lambda q, a, asked: torch.stack(
        [(q[a == x].bincount().argmax() if (a == x).any() else torch.tensor(0)) for x in asked]
    ),
)
other(
    "You give the numbers of the questions back. Asked for are answers.",
    lambda q, a, asked: asked,
)
other(
    "Your answers are one too high: `argmax` counts from 0, as the answers do.",
    lambda q, a, asked: each(q, a, asked) + 1,
)
other(
    "You answered the first question alone. Asked for is an answer for each of `asked`, (M,).",
    lambda q, a, asked: each(q, a, asked)[0],
)
other(
    "You gave the counts of all answers to each question. One step is missing: which is the most frequent.",
    lambda q, a, asked: torch.stack([a[q == x].bincount(minlength=int(a.max()) + 1) for x in asked]),
)
other(
    "You left out the answers of the other questions by setting them to 0, and 0 is an answer. Pick instead: "
    "`answers[questions == q]`.",
    lambda q, a, asked: torch.stack([(a * (q == x)).bincount().argmax() for x in asked]),
)
other(
    "You counted the answers to all other questions. Count those to the question itself.",
    lambda q, a, asked: torch.stack([a[q != x].bincount().argmax() for x in asked]),
)
guesses(
    "That is a place in the selection, not an answer: `mode()` gives both, and the answer is `.values`.",
    lambda a: a.mode().indices,
)
guesses(
    "That is the place of the largest answer. Count first: `.bincount().argmax()`.",
    lambda a: a.argmax(),
)
guesses(
    "You took the answer that comes least often, or never. Take the most frequent: `argmax`, not `argmin`.",
    lambda a: a.bincount(minlength=16).argmin(),
)
guesses(
    "You took the answer that comes least often, or never. Take the most frequent: `argmax`, not `argmin`.",
    lambda a: a.bincount().argmin(),
)
other(
    "You answered each question once, in the order of the numbers. Asked for is an answer for each of `asked`, as "
    "they come.",
    lambda q, a, asked: each(q, a, asked.unique()),
)
other(
    "You count the answers to all questions up to this number: `==`, not `<=`.",
    lambda q, a, asked: torch.stack([a[q <= x].bincount().argmax() for x in asked]),
)
other(
    "Answer 0 is never yours: it is an answer as any other, so count it too.",
    lambda q, a, asked: torch.stack([a[q == x].bincount(minlength=2)[1:].argmax() + 1 for x in asked]),
)
guesses(
    "That is a place among the different answers, as `unique` lists them: take the answer that stands there.",
    lambda a: a.unique(return_counts=True)[1].argmax(),
)
