"""The solutions of notebook 11, by which its tests, too, measure: plain functions."""

import torch


def my_nearest_mean(F, labels, classes):
    """features (N, K), labels (N,), C -> weights (C, K) and biases (C,)

    w_c · f + b_c = |f|² − |f − m_c|² for every f; m_c is the mean of those rows of F
    that have label c.
    """
    means = torch.stack([F[labels == c].mean(dim=0) for c in range(classes)])  # (C, K)
    return 2 * means, -means.square().sum(dim=1)


def my_folded(v, a, mean, std):
    """weights (C, K), biases (C,), mean (K,), std (K,) -> weights (C, K), biases (C,)

    w · F + b = v · ((F − mean) / std) + a for every F.
    """
    w = v / std
    return w, a - w @ mean
