"""Exercise 13.1: the contrastive score, a target without classes.

A long file, because it is a table: three lines a mistake.
"""

import torch
import torch.nn.functional as nnF

from cam_tutorial.practice.compare import difference
from cam_tutorial.practice.exercise import exercise

from . import solutions


def views(generator):
    """Points of length 1, more than dimensions and fewer; partners near their views; temperatures below and above 1."""
    cases = []
    for N, D, T in ((5, 3, 0.2), (3, 6, 0.5), (7, 4, 1.7), (2, 5, 0.9)):
        z = nnF.normalize(torch.randn(N, D, generator=generator), dim=1)
        partners = nnF.normalize(z + 0.7 * torch.randn(N, D, generator=generator), dim=1)
        cases.append((z, partners, T))
    return cases


NO_WAY_BACK = "the right scores, but no gradient"


def scores_with_a_way_back(attempt, z, partners, T):
    """The scores. If they are right and have no gradient at the views, that: the notebook's maps need one."""
    leaf = z.clone().requires_grad_()
    with torch.enable_grad():
        found = attempt(leaf, partners, T)
        right = solutions.my_contrastive_score(leaf, partners, T)
    if not isinstance(found, torch.Tensor):
        return found
    if found.requires_grad and torch.autograd.grad(found.sum(), leaf, allow_unused=True)[0] is not None:
        return found.detach()
    return found.detach() if difference(found, right) else NO_WAY_BACK


my_contrastive_score = exercise(
    "13.1",
    "A score without classes",
    minutes=8,
    difficulty=2,
    cases=views,
    probe=scores_with_a_way_back,
    hints=[
        "All products at once: `likeness = z @ partners.T / T` is (N, N), a row a view, a column a partner.",
        "The right partner of view i stands in column i: `likeness.diagonal()`.",
        "The logarithm of a quotient is a difference: `likeness.diagonal() - likeness.logsumexp(dim=1)`.",
    ],
)(solutions.my_contrastive_score)


def made(how, sentence):
    """A mistake: `how(z, partners, T)`."""

    def version(z, partners, T):
        return how(z, partners, T)

    my_contrastive_score.mistake(sentence)(version)


def of_likeness(how, sentence):
    """A mistake in what is made of the right likeness (N, N)."""
    made(lambda z, p, T: how(z @ p.T / T), sentence)


def others(likeness):
    """Without the diagonal."""
    return likeness.masked_fill(torch.eye(len(likeness), dtype=torch.bool), -torch.inf)


of_likeness(
    lambda s: s.diagonal() - s.logsumexp(dim=0),
    "You summed over the views of each partner. Sum over the partners of each view: dimension 1.",
)
of_likeness(lambda s: s.logsumexp(dim=1) - s.diagonal(), "The sign is turned around: that is the loss, not the score.")
of_likeness(lambda s: s.logsumexp(dim=0) - s.diagonal(), "Turn the sign around, and sum over dimension 1.")
of_likeness(lambda s: s.softmax(dim=1).diagonal(), "That is the share itself. Asked for is its logarithm.")
of_likeness(lambda s: s.softmax(dim=0).diagonal(), "That is a share, over the views. Take dimension 1, and log.")
of_likeness(lambda s: s.log_softmax(dim=1), "You gave all (N, N). Each view has one score: take the diagonal.")
of_likeness(lambda s: s.diagonal(), "The sum below the line is missing: subtract its logarithm.")
of_likeness(
    lambda s: s.diagonal() - others(s).logsumexp(dim=1),
    "Your sum leaves the right partner out. It runs over all N partners.",
)
of_likeness(
    lambda s: (s.diagonal() - s.logsumexp(dim=1)).mean(),
    "You averaged over the views. Each has a score of its own, (N,).",
)
of_likeness(lambda s: (s.logsumexp(dim=1) - s.diagonal()).mean(), "That is the mean loss. Asked for are N scores.")
of_likeness(lambda s: (s.diagonal() - s.logsumexp(dim=1)).sum(), "You added the views up. Each has a score of its own.")
of_likeness(lambda s: s.diagonal() - s.logsumexp(dim=(0, 1)), "You summed over all pairs. Sum over a row.")
of_likeness(
    lambda s: s.diagonal() - s.exp().mean(dim=1).log(), "You took the mean of the exponentials. Asked for is their sum."
)
of_likeness(
    lambda s: s.diagonal() - s.sum(dim=1), "You added the products up without `exp`. Sum their exponentials, then log."
)
of_likeness(lambda s: s.diagonal() - s.exp().sum(dim=1), "The logarithm of the sum is missing.")
of_likeness(lambda s: s.diagonal().exp() / s.exp().sum(dim=1).log(), "Take the logarithm of the whole quotient.")
of_likeness(lambda s: s.diagonal() - s.amax(dim=1), "You subtracted the maximum. Asked for is the log of a sum.")
of_likeness(
    lambda s: s.max(dim=1).values - s.logsumexp(dim=1),
    "You took each view's most similar partner. Its own is number i, similar or not.",
)
of_likeness(lambda s: s[:, 0] - s.logsumexp(dim=1), "You took the first partner for all. View i has partner i.")
of_likeness(
    lambda s: (s.diagonal() - s.logsumexp(dim=1))[:, None], "Your scores are (N, 1): leave out the second dimension."
)
made(lambda z, p, T: (s := z @ p.T).diagonal() - s.logsumexp(dim=1), "You left T out: divide each product by it.")
made(lambda z, p, T: (s := z @ p.T * T).diagonal() - s.logsumexp(dim=1), "You multiplied by T. Divide by it.")
made(
    lambda z, p, T: ((s := z @ p.T).diagonal() - s.logsumexp(dim=1)) / T,
    "You divided by T at the end. Divide the products, before `exp`.",
)
made(
    lambda z, p, T: (s := z @ p.T).diagonal() / T - s.logsumexp(dim=1),
    "T is missing in the sum: divide there, too.",
)
made(
    lambda z, p, T: (s := z @ p.T).diagonal() - (s / T).logsumexp(dim=1),
    "T is missing above the line: divide there, too.",
)
made(
    lambda z, p, T: (s := z @ z.T / T).diagonal() - s.logsumexp(dim=1),
    "You compared the views with themselves. Compare them with the partners.",
)
made(
    lambda z, p, T: (z * p).sum(dim=1) / T - (z @ z.T / T).logsumexp(dim=1),
    "Your sum runs over the views. It runs over the partners.",
)
made(
    lambda z, p, T: (s := -torch.cdist(z, p) / T).diagonal() - s.logsumexp(dim=1),
    "You compared by distance. Asked for are products.",
)
made(
    lambda z, p, T: (s := torch.cdist(z, p) / T).diagonal() - s.logsumexp(dim=1),
    "You compared by distance, so that the farthest partner gets the largest share. Asked for are products.",
)
made(
    lambda z, p, T: (s := z @ p.T / T).diagonal() - torch.cat([s, others(z @ z.T / T)], dim=1).logsumexp(dim=1),
    "Your sum runs over views, too, as in training. Here it runs over the N partners alone.",
)
made(
    lambda z, p, T: (s := z @ p.T / T).diagonal() - torch.cat([s, z @ z.T / T], dim=1).logsumexp(dim=1),
    "Your sum runs over views, too, as in training. Here it runs over the N partners alone.",
)
made(
    lambda z, p, T: (z * p / T).log_softmax(dim=1).sum(dim=1),
    "You multiplied number by number, with a softmax over the D numbers. It goes over the partners: `z @ partners.T`.",
)
made(
    lambda z, p, T: (s := z.T @ p / T).diagonal() - s.logsumexp(dim=1),
    "You multiplied the other way around, which makes (D, D). Asked for is (N, N): `z @ partners.T`.",
)
of_likeness(
    lambda s: (s.diagonal() / s.exp().sum(dim=1)).log(),
    "`exp` is missing above the line, and a product below 0 has no logarithm. Exponentials stand above and below.",
)
of_likeness(lambda s: s.argmax(dim=1), "You gave the number of the most similar partner. Asked for is a score.")
of_likeness(
    lambda s: (s.log_softmax(dim=1).diagonal() + s.log_softmax(dim=0).diagonal()) / 2,
    "You averaged over both directions. Here only the views look for their partners: dimension 1.",
)
of_likeness(
    lambda s: s.softmax(dim=1).log_softmax(dim=1).diagonal(),
    "You put the products through a softmax twice. Once is enough.",
)
of_likeness(
    lambda s: s.log_softmax(dim=1).diagonal() - s.log_softmax(dim=1).diagonal().mean(),
    "You subtracted the mean of the scores. Leave them as they are.",
)
of_likeness(
    lambda s: s.diagonal() - s[:, :-1].logsumexp(dim=1),
    "Your sum leaves the last partner out. It runs over all N partners.",
)
of_likeness(
    lambda s: (s.diagonal() - s.logsumexp(dim=1)).detach(),
    "The scores are right, but no gradient comes back through them, and the maps below need one. Stay in torch: no "
    "`detach()`, `.item()`, `float()`, `torch.tensor`, NumPy or `no_grad`.",
)
made(
    lambda z, p, T: torch.from_numpy(z.numpy()),
    "NumPy knows no gradients, and the maps below need one: write it with torch.",
)
of_likeness(
    lambda s: -s.logsumexp(dim=1),
    "The view's own product is missing: its score is that, less the logarithm of the sum.",
)
