"""Exercise 8.2: the AUC, how well a number tells right answers from wrong ones."""

import torch

from cam_tutorial.practice.exercise import exercise


def scores_and_right(generator):
    """Whole numbers, so that many are equal; of both signs; more right than wrong, fewer; one of each."""
    cases = []
    for wrong, right, lift in ((7, 12, 2), (11, 4, 1), (1, 6, 0), (5, 1, -3), (20, 30, 1), (9, 9, 4)):
        scores = torch.randint(-5, 6, (wrong + right,), generator=generator).float()
        is_right = torch.arange(wrong + right) >= wrong
        scores += lift * is_right
        order = torch.randperm(wrong + right, generator=generator)
        cases.append((scores[order], is_right[order]))
    scores, is_right = cases[0]
    return [
        *cases,
        (scores.double() / 100, is_right),
        (scores.sigmoid(), is_right),
        (-scores, is_right),
        (torch.zeros(5), torch.tensor([True, False, False, True, True])),
        (torch.tensor([0.4, 0.9]), torch.tensor([False, True])),
        (torch.tensor([3.0, 7.0, 3.0, 1.0]), torch.tensor([True, False, False, True])),
    ]


@exercise(
    "8.2",
    "How well does a number tell right from wrong?",
    minutes=7,
    difficulty=2,
    cases=scores_and_right,
    hints=[
        "`scores[right]` are those of the right answers, `scores[~right]` those of the wrong ones.",
        "All pairs at once: `scores[right][:, None]` beside `scores[~right]` makes a table, a row a right answer.",
        "Count 1 where the row's score is higher, ½ where they are equal, and take the mean of the table.",
    ],
)
def my_auc(scores, right):
    """scores (N,), bool (N,): was the answer right? -> a number from 0 to 1

    The share of all pairs of a right and a wrong answer in which the right one scores
    higher. A pair with equal scores counts one half.
    """
    first, second = scores[right][:, None], scores[~right]
    return ((first > second).double() + (first == second).double() / 2).mean().item()


def pairs(scores, right):
    """The table of differences, a row a right answer and a column a wrong one."""
    return scores[right][:, None].double() - scores[~right].double()


def auc(gap):
    return (gap > 0).double().mean() + (gap == 0).double().mean() / 2


def made(how, sentence):
    """A mistake: `how(scores, right)`."""

    def version(scores, right):
        result = how(scores, right)
        return result.item() if isinstance(result, torch.Tensor) and result.ndim == 0 else result

    my_auc.mistake(sentence)(version)


def neighbors(scores, right):
    first, second = scores[right].double(), scores[~right].double()
    n = min(len(first), len(second))
    return auc(first[:n] - second[:n])


HALF = "A pair with equal scores counts one half"
HALF_TOO = "a" + HALF[1:]

made(lambda s, r: (pairs(s, r) > 0).double().mean(), f"{HALF}, and in yours 0: add half of `first == second`.")
made(lambda s, r: (pairs(s, r) >= 0).double().mean(), f"{HALF}, and in yours 1: `>`, and half of `first == second`.")
made(
    lambda s, r: 1 - auc(pairs(s, r)),
    "The wrong way around: count the pairs in which the *right* answer scores higher.",
)
made(
    lambda s, r: (pairs(s, r) < 0).double().mean(),
    f"The wrong way around: count the pairs in which the *right* answer scores higher. And: {HALF_TOO}.",
)
made(
    lambda s, r: torch.maximum(auc(pairs(s, r)), 1 - auc(pairs(s, r))),
    "You turned what lies below one half around. A score that is higher for wrong answers has an AUC below one half.",
)
made(lambda s, r: 2 * auc(pairs(s, r)) - 1, "You stretched it to −1 to 1. Give the share of the pairs, 0 to 1.")
made(
    lambda s, r: (pairs(s, r) > 0).double().sum() + (pairs(s, r) == 0).double().sum() / 2,
    "You counted the pairs. Divide by how many there are: the mean of the table.",
)
made(
    lambda s, r: (pairs(s, r) > 0).double().sum(),
    f"You counted the pairs. Divide by how many there are. And: {HALF_TOO}.",
)
made(
    lambda s, r: auc(pairs(s, r)) * r.sum() * (~r).sum() / len(s) ** 2,
    "You divided by N². There are fewer pairs of a right and a wrong answer: the mean of their table is enough.",
)
made(
    lambda s, r: auc(pairs(s, r)) * r.sum() * (~r).sum() / len(s),
    "You divided by N. Divide by the number of pairs of a right and a wrong answer: the mean of their table.",
)
made(
    lambda s, r: auc(s[:, None].double() - s.double()),
    "You compared everybody with everybody, right with right as well. A pair is a right answer and a wrong one.",
)
made(
    lambda s, r: auc(s[r][:, None].double() - s.double()),
    "You compared each right answer with all answers. Compare with the wrong ones: `scores[~right]`.",
)
made(
    neighbors,
    "You compared the first right answer with the first wrong one, and so on. All pairs count: `[:, None]` makes a "
    "table of them.",
)
made(lambda s, r: pairs(s, r).mean(), "That is by how much right answers score higher on average. Count pairs instead.")
made(
    lambda s, r: auc(s[r].double() - s[~r].double().mean()),
    "You compared with the mean of the wrong answers. Compare with each of them.",
)
made(
    lambda s, r: auc(s[r].double() - s[~r].double().median()),
    "You compared with the median of the wrong answers. Compare with each of them.",
)
made(
    lambda s, r: ((s > 0.5) == r).double().mean(),
    "You cut the scores at 0.5 and counted how often that is right. The AUC has no threshold: it counts pairs.",
)
made(
    lambda s, r: ((s > s.mean()) == r).double().mean(),
    "You cut the scores at their mean and counted how often that is right. The AUC has no threshold: it counts pairs.",
)
made(lambda s, r: r.double().mean(), "That is the share of right answers; the scores have no say in it.")
made(
    lambda s, r: (pairs(s, r) > 0).double() + (pairs(s, r) == 0).double() / 2,
    "That is the table of the pairs, and right so far. Asked for is its mean.",
)
made(
    lambda s, r: ((pairs(s, r) > 0).double() + (pairs(s, r) == 0).double() / 2).mean(dim=1),
    "That is a number for each right answer. Asked for is one number: the mean over all pairs.",
)
made(lambda s, r: pairs(s, r).sigmoid().mean(), "You put the differences through a sigmoid. Count 1, ½ or 0 a pair.")
