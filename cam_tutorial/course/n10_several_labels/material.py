"""What the exercises of notebook 10 are tried on."""

import torch
from torch import Tensor


def features_weights_and_logits(generator: torch.Generator) -> list[tuple[Tensor, ...]]:
    """Maps, weights, logits and mostly a threshold: never square, one image alone, all labels there and none."""
    cases: list[tuple[Tensor, ...]] = []
    for (n, k, h, w), classes, threshold in (
        ((3, 5, 4, 6), 4, None),
        ((3, 5, 4, 6), 4, 0.7),
        ((1, 3, 2, 5), 6, 0.3),
        ((4, 2, 5, 3), 3, 0.9),
        ((2, 4, 3, 1), 5, 0.05),
    ):
        A, weights = torch.randn(n, k, h, w, generator=generator), torch.randn(classes, k, generator=generator)
        logits = 2 * torch.randn(n, classes, generator=generator)
        logits[0, :3] = torch.tensor([0.6, 1.4, -1.6])  # 0.65, 0.80 and 0.17: each threshold but the lowest parts them
        cases.append((A, weights, logits) if threshold is None else (A, weights, logits, threshold))
    A, weights, _ = cases[0]
    cases.append((A, weights, torch.full((3, 4), -3.0)))  # nobody is there
    cases.append((A, weights, torch.full((3, 4), 3.0) + torch.arange(4)))  # all are
    edge = torch.tensor([[0.0, 1.0, -1.0, 2.0]]).repeat(3, 1)  # a sigmoid of exactly one half
    cases.append((A, weights, edge, 0.5))
    return cases


def scores_and_presence(generator: torch.Generator) -> list[tuple[Tensor, Tensor]]:
    """Scores, no two alike, and who is there: few and many, one alone, the first and the last place among them."""
    cases = []
    for count, there in ((6, 3), (9, 2), (12, 7), (20, 5), (40, 13), (5, 1)):
        scores = 3 * torch.randn(count, generator=generator) - 0.5
        present = torch.zeros(count, dtype=torch.bool)
        present[torch.randperm(count, generator=generator)[:there]] = True
        cases.append((scores, present))
    scores = torch.tensor([0.3, -1.2, 2.5, 0.9, -0.4, 1.7])
    cases.append((scores, torch.tensor([False, True, False, True, False, True])))
    cases.append((scores, torch.ones(6, dtype=torch.bool)))  # everywhere
    cases.append((scores, scores > 1))  # in the right order
    cases.append((scores, scores < -1))  # in the worst
    return cases
