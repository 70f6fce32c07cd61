"""What the exercises of notebook 15 are tried on."""

import torch
from torch import Tensor


def maps_and_numbers(generator: torch.Generator) -> list[tuple[Tensor, Tensor, Tensor]]:
    """Maps of both signs, never square, and two numbers a map: as many scenes as maps once, one scene alone, zeros."""
    cases = []
    for n, k, h, w in ((3, 5, 4, 6), (1, 3, 2, 5), (4, 4, 5, 3), (2, 6, 3, 1)):
        A = torch.randn(n, k, h, w, generator=generator)
        gamma, beta = torch.randn(n, k, generator=generator), torch.randn(n, k, generator=generator) / 2
        cases.append((A, gamma, beta))
    A, gamma, beta = cases[0]
    cases.append((A, torch.zeros(3, 5), beta))  # nothing is strengthened
    cases.append((A, gamma, torch.zeros(3, 5)))  # nothing is added
    cases.append((A, torch.full((3, 5), -1.0), beta))  # all maps are switched off
    return cases


def questions_and_answers(generator: torch.Generator) -> list[tuple[Tensor, Tensor, Tensor]]:
    """Questions by their numbers, answers by theirs, and questions asked later: each has one most frequent answer."""
    cases = []
    for kinds, classes, later in ((3, 4, 5), (5, 6, 3), (2, 3, 7), (4, 5, 4)):
        asked, given = [], []
        for kind in range(kinds):
            order = torch.randperm(classes, generator=generator).tolist()
            for times, answer in zip((4, 2, 1), order, strict=False):
                asked += [kind] * (times + kind % 2)
                given += [answer] * (times + kind % 2)
        shuffled = torch.randperm(len(asked), generator=generator)
        again = torch.randint(kinds, (later,), generator=generator)
        cases.append((torch.tensor(asked)[shuffled], torch.tensor(given)[shuffled], again))
    # Worked by hand: question 0 is answered 2, 2, 1; question 1 is answered 1, 0, 1; question 2 once.
    cases.append((torch.tensor([0, 1, 0, 1, 2, 0, 1]), torch.tensor([2, 1, 2, 0, 3, 1, 1]), torch.tensor([1, 0, 2, 0])))
    return cases
