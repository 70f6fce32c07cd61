"""Attempts at 13.1."""

import torch
import torch.nn.functional as nnF

from attempts import right, wrong


@right("cross-entropy, with a minus")
def cross_entropy(z, partners, T):
    return -nnF.cross_entropy(z @ partners.T / T, torch.arange(len(z)), reduction="none")


@right("log-softmax and the diagonal")
def log_softmax(z, partners, T):
    return torch.log_softmax(z.matmul(partners.transpose(0, 1)) / T, dim=-1).diag()


@right("as the formula stands")
def formula(z, partners, T):
    e = torch.exp(torch.einsum("id,jd->ij", z, partners) / T)
    return torch.log(torch.diagonal(e) / e.sum(dim=1))


@right("a loop")
def loop(z, partners, T):
    scores = []
    for i in range(len(z)):
        products = (partners * z[i]).sum(dim=1) / T
        scores.append(products[i] - torch.logsumexp(products, 0))
    return torch.stack(scores)


@right("products of partners, turned")
def turned(z, partners, T):
    s = partners @ z.T / T
    return s.diag() - s.logsumexp(0)


@right("cosine similarity, gather")
def cosine(z, partners, T):
    s = nnF.cosine_similarity(z[:, None], partners[None], dim=2) / T
    return s.log_softmax(1).gather(1, torch.arange(len(z))[:, None]).squeeze(1)


@right("from distances: 2 − d² is twice the product")
def distances(z, partners, T):
    s = (2 - (z[:, None] - partners[None]).square().sum(dim=2)) / (2 * T)
    return s.diagonal() - s.exp().sum(dim=1).log()


@right("the numerator by itself")
def two_parts(z, partners, T):
    above = (z * partners).sum(-1) / T
    below = torch.logsumexp((z @ partners.mT) / T, dim=1)
    return above - below


@wrong("the loss")
def loss(z, partners, T):
    return nnF.cross_entropy(z @ partners.T / T, torch.arange(len(z)), reduction="none")


@wrong("the mean loss")
def mean_loss(z, partners, T):
    return nnF.cross_entropy(z @ partners.T / T, torch.arange(len(z)))


@wrong("softmax over the views")
def columns(z, partners, T):
    return (z @ partners.T / T).log_softmax(dim=0).diag()


@wrong("no logarithm")
def no_log(z, partners, T):
    return (z @ partners.T / T).softmax(dim=1).diag()


@wrong("no temperature")
def no_temperature(z, partners, T):
    return (z @ partners.T).log_softmax(dim=1).diag()


@wrong("times the temperature")
def times(z, partners, T):
    return (z @ partners.T * T).log_softmax(dim=1).diag()


@wrong("views with views")
def itself(z, partners, T):
    return (z @ z.T / T).log_softmax(dim=1).diag()


@wrong("only the likeness to the partner")
def positive(z, partners, T):
    return (z * partners).sum(dim=1) / T


@wrong("the right partner is left out below")
def left_out(z, partners, T):
    e = torch.exp(z @ partners.T / T)
    return torch.log(e.diag() / (e.sum(dim=1) - e.diag()))


@wrong("all pairs")
def all_pairs(z, partners, T):
    return (z @ partners.T / T).log_softmax(dim=1)


@wrong("sum over the whole table")
def whole(z, partners, T):
    e = torch.exp(z @ partners.T / T)
    return torch.log(e.diag() / e.sum())


@wrong("the mean in place of the sum")
def mean(z, partners, T):
    e = torch.exp(z @ partners.T / T)
    return torch.log(e.diag() / e.mean(dim=1))


@wrong("the best partner")
def best(z, partners, T):
    return (z @ partners.T / T).log_softmax(dim=1).amax(dim=1)


@wrong("temperature above the line alone")
def above_alone(z, partners, T):
    s = z @ partners.T
    return s.diag() / T - s.logsumexp(dim=1)
