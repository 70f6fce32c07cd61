"""What 1.3 and 1.4 share: features, and a linear layer for them."""

import torch


def layers(generator, sizes):
    """For each ((N, K, H, W), C): features, weights (C, K) and a bias (C,), all of both signs."""
    cases = []
    for shape, classes in sizes:
        features = torch.randn(*shape, generator=generator)
        weights = torch.randn(classes, shape[1], generator=generator)
        cases.append((features, weights, torch.randn(classes, generator=generator)))
    return cases
