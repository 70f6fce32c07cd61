"""Attempts at 13.1."""

import math
import numpy as np


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


# Another round, by three who had read the notebook alone.


@right("log_softmax, and the diagonal")
def b_diagonal(z, partners, T):
    return torch.log_softmax(z @ partners.T / T, dim=1).diagonal()


@right("the formula word for word")
def b_words(z, partners, T):
    e = torch.exp(z @ partners.t() / T)
    return torch.log(torch.diag(e) / e.sum(dim=1))


@right("loops over i and j")
def b_loops(z, partners, T):
    s = []
    for i in range(z.shape[0]):
        below = 0
        for j in range(partners.shape[0]):
            below = below + torch.exp(torch.dot(z[i], partners[j]) / T)
        s.append(torch.log(torch.exp(torch.dot(z[i], partners[i]) / T) / below))
    return torch.stack(s)


@right("minus a cross-entropy, each view its own")
def b_cross_entropy(z, partners, T):
    like = torch.einsum("id,jd->ij", z, partners) / T
    return -nnF.cross_entropy(like, torch.arange(like.shape[0]), reduction="none")


@right("own product, minus logsumexp")
def b_logsumexp(z, partners, T):
    own = (z * partners).sum(-1) / T
    return own - torch.logsumexp(z.matmul(partners.transpose(0, 1)) / T, -1)


@right("partners first, softmax over the rows")
def b_other_order(z, partners, T):
    p = (partners @ z.T).div(T).softmax(dim=0)
    return p[range(len(z)), range(len(z))].log()


@right("the greatest taken off first, broadcast products")
def b_stable(z, partners, T):
    logits = (z[:, None, :] * partners[None, :, :]).sum(2) / T
    logits = logits - logits.max(dim=1, keepdim=True).values
    return logits.diag() - logits.exp().sum(1).log()


@right("a distribution's log_prob")
def b_distribution(z, partners, T):
    return torch.distributions.Categorical(logits=z @ partners.T / T).log_prob(torch.arange(len(z)))


@right("minus log of one plus the others' share")
def b_others(z, partners, T):
    like = z @ partners.T / T
    return -torch.exp(like - torch.diag(like)[:, None]).sum(dim=1).log()


@wrong("the mean of the scores")
def b_mean(z, partners, T):
    return torch.log_softmax(z @ partners.T / T, dim=1).diagonal().mean()


@wrong("the temperature of training written in")
def b_fixed_T(z, partners, T):
    return torch.log_softmax(z @ partners.T / 0.2, dim=1).diagonal()


@wrong("temperature below alone")
def b_below(z, partners, T):
    like = z @ partners.T
    return like.diag() - (like / T).exp().sum(1).log()


@wrong("the sum runs over the other views")
def b_over_views(z, partners, T):
    return (z * partners).sum(1) / T - torch.logsumexp(z @ z.T / T, dim=1)


@wrong("the sum runs over partners and other views, as in training")
def b_training(z, partners, T):
    like = z @ partners.T / T
    w = (z @ z.T / T).fill_diagonal_(-math.inf)
    return like.diag() - torch.logsumexp(torch.cat([like, w], 1), 1)


@wrong("log of the sum of all, forgot the exponential above")
def b_no_exp(z, partners, T):
    like = z @ partners.T / T
    return torch.log(like.diag() / like.exp().sum(1))


@wrong("distances, not products")
def b_distance(z, partners, T):
    return torch.log_softmax(torch.cdist(z, partners) / T, dim=1).diagonal()


@wrong("base 2")
def b_two(z, partners, T):
    return torch.softmax(z @ partners.T / T, dim=1).diagonal().log2()


@wrong("base 10")
def b_ten(z, partners, T):
    return torch.softmax(z @ partners.T / T, dim=1).diagonal().log10()


@wrong("which partner is nearest")
def b_which(z, partners, T):
    return (z @ partners.T / T).argmax(dim=1)


@wrong("both directions, averaged")
def b_both(z, partners, T):
    like = z @ partners.T / T
    return (like.log_softmax(1).diag() + like.log_softmax(0).diag()) / 2


@wrong("fifty views written in")
def b_fifty(z, partners, T):
    like = torch.log_softmax(z @ partners.T / T, dim=1)
    return torch.stack([like[i, i] for i in range(50)])


@wrong("the first column: each view with partner 0")
def b_first(z, partners, T):
    return torch.log_softmax(z @ partners.T / T, dim=1)[:, 0]


@wrong("elementwise, softmax over the D numbers")
def b_elementwise(z, partners, T):
    return torch.log_softmax(z * partners / T, dim=1).sum(dim=1)


@wrong("softmax twice")
def b_twice(z, partners, T):
    return torch.log_softmax(torch.softmax(z @ partners.T / T, dim=1), dim=1).diagonal()


@wrong("forgot to transpose")
def b_no_transpose(z, partners, T):
    return torch.log_softmax(z @ partners / T, dim=1).diagonal()


@wrong("the other product: D by D")
def b_d_by_d(z, partners, T):
    return torch.log_softmax(z.T @ partners / T, dim=1).diagonal()


@wrong("divides the argument in place")
def b_in_place(z, partners, T):
    z /= T
    return torch.log_softmax(z @ partners.T, dim=1).diagonal()


@wrong("nothing returned")
def b_nothing(z, partners, T):
    torch.log_softmax(z @ partners.T / T, dim=1).diagonal()


@wrong("a column (N, 1)")
def b_column(z, partners, T):
    like = z @ partners.T / T
    return like.log_softmax(dim=1).gather(1, torch.arange(len(like))[:, None])


@wrong("a list of floats")
def b_list(z, partners, T):
    return [row[i].item() for i, row in enumerate(torch.log_softmax(z @ partners.T / T, dim=1))]


@wrong("numpy, without a gradient")
def b_numpy(z, partners, T):
    like = np.exp(z.detach().numpy() @ partners.detach().numpy().T / T)
    return torch.from_numpy(np.log(np.diag(like) / like.sum(axis=1)))


@wrong("centered")
def b_centered(z, partners, T):
    s = torch.log_softmax(z @ partners.T / T, dim=1).diagonal()
    return s - s.mean()


@wrong("1e-8 below, and a sum that is cut off: one partner forgotten")
def b_one_short(z, partners, T):
    s = []
    for i in range(len(z)):
        below = sum(torch.exp(z[i] @ partners[j] / T) for j in range(len(z) - 1))
        s.append(torch.log(torch.exp(z[i] @ partners[i] / T) / below))
    return torch.stack(s)


@right("float64 by numpy for the numbers to divide by, within torch")
def b_double(z, partners, T):
    like = (z.double() @ partners.double().T) / T
    return (like.diagonal() - torch.log(torch.sum(torch.exp(like), dim=1))).float()


@wrong("numpy, without detach")
def b_numpy_plain(z, partners, T):
    e = np.exp(z.numpy() @ partners.numpy().T / T)
    return torch.tensor(np.log(np.diag(e) / e.sum(axis=1)))


@right("a softmax by hand, one view after the other, into an empty tensor")
def b_by_hand(z, partners, T):
    scores = torch.zeros(len(z))
    for i, view in enumerate(z):
        exponentials = [(view @ partner / T).exp() for partner in partners]
        scores[i] = (exponentials[i] / sum(exponentials)).log()
    return scores


@right("vmap")
def b_vmap(z, partners, T):
    def share(view, own):
        return (view @ own) / T - torch.logsumexp(partners @ view / T, dim=0)

    return torch.vmap(share)(z, partners)


@right("trace of each own pair, clones")
def b_bmm(z, partners, T):
    own = torch.bmm(z.clone().unsqueeze(1), partners.unsqueeze(2)).flatten()
    return own.div(T) - torch.mm(z, partners.T).div(T).exp().sum(-1).log()


@wrong("the own product detached from the rest: only the sum is given, negative")
def b_minus_sum(z, partners, T):
    return -torch.logsumexp(z @ partners.T / T, dim=1)


@wrong("a fixed N from the notebook in the range")
def b_arange_50(z, partners, T):
    return -nnF.cross_entropy(z @ partners.T / T, torch.arange(50), reduction="none")
