"""What several exercises of notebook 06 are tried on."""

import torch

from cam_tutorial.course.material import flatten_network, indices

# Eight faults of published code, in words of our own. The notebook holds the broken version, which raises no error.


def batches_before_a_head(generator):
    """Features, the layers behind them, a class for each image; one image alone; a network that is very sure."""
    cases = []
    batches = ((3, (4, 6), 1), (2, (3, 5), 1), (4, (5, 3), 1), (1, (3, 4), 1), (1, (1, 1), 1), (3, (6, 4), 6))
    for n, size, factor in batches:
        head = flatten_network(generator, size=size).requires_grad_(False)[2:]
        features = torch.randn(n, 4, *size, generator=generator).relu()
        classes = indices(generator, n, 5)
        with torch.no_grad():
            if factor > 1:
                classes = head(features).argmax(dim=1)
                classes[0] = (classes[0] + 2) % 5  # one image is asked about another class
            head[-1].weight *= factor
        cases.append((features, head, classes))
    return cases


def score_gradient(score, features, head):
    """The gradient at the features of whatever number `score` makes of the logits."""
    A = features.detach().requires_grad_()
    return torch.autograd.grad(score(head(A)), A)[0]


def own(scores, classes):
    """The sum of each image's score for its own class."""
    return scores[torch.arange(len(scores)), classes].sum()
