"""Attempts at 14.1."""

import torch
import torch.nn.functional as F
from attempts import right, wrong
from torch import nn


@right("lengths by norm, softmax by hand")
def by_hand(pictures, captions, scale):
    p = pictures / pictures.norm(dim=1, keepdim=True)
    c = captions / captions.norm(dim=1, keepdim=True)
    logits = p @ c.t() * scale
    over_captions = -torch.log_softmax(logits, dim=1).diag().mean()
    over_pictures = -torch.log_softmax(logits, dim=0).diag().mean()
    return (over_captions + over_pictures) / 2


@right("cosine_similarity of all pairs")
def broadcast(pictures, captions, scale):
    logits = scale * F.cosine_similarity(pictures[:, None], captions[None], dim=-1)
    labels = torch.arange(logits.shape[0])
    return 0.5 * F.cross_entropy(logits, labels) + 0.5 * F.cross_entropy(logits.transpose(0, 1), labels)


@right("loops")
def loops(pictures, captions, scale):
    N = len(pictures)
    total = 0
    for i in range(N):
        row = torch.stack([scale * F.cosine_similarity(pictures[i], captions[j], dim=0) for j in range(N)])
        column = torch.stack([scale * F.cosine_similarity(pictures[j], captions[i], dim=0) for j in range(N)])
        total = total - row[i] + torch.logsumexp(row, 0) - column[i] + torch.logsumexp(column, 0)
    return total / (2 * N)


@right("einsum, CrossEntropyLoss, stack and mean")
def einsum(pictures, captions, scale):
    table = torch.einsum("id,jd->ij", F.normalize(pictures), F.normalize(captions)) * scale
    loss = nn.CrossEntropyLoss()
    target = torch.tensor(range(len(table)))
    return torch.stack([loss(table, target), loss(table.T, target)]).mean()


@right("both tables in one batch")
def one_batch(pictures, captions, scale):
    logits = scale * F.normalize(pictures, dim=-1).mm(F.normalize(captions, dim=-1).T)
    n = logits.size(0)
    return F.cross_entropy(torch.cat([logits, logits.T]), torch.arange(n).repeat(2))


@right("the identity as target probabilities")
def soft_targets(pictures, captions, scale):
    logits = scale * (F.normalize(pictures, dim=1) @ F.normalize(captions, dim=1).T)
    target = torch.eye(len(logits))
    return (F.cross_entropy(logits, target) + F.cross_entropy(logits.T, target)) / 2


@right("scale on one of the two")
def scaled_first(pictures, captions, scale):
    p = F.normalize(pictures, p=2, dim=1) * scale
    logits = p @ F.normalize(captions, p=2, dim=1).T
    labels = torch.arange(logits.shape[1])
    return (F.cross_entropy(logits.T, labels) + F.cross_entropy(logits, labels)) * 0.5


@right("lengths divided out of the table")
def divided(pictures, captions, scale):
    table = pictures @ captions.T
    table = table / pictures.norm(dim=1)[:, None] / captions.norm(dim=1)[None, :]
    target = torch.arange(len(table))
    return sum(F.cross_entropy(one, target) for one in (scale * table, scale * table.T)) / 2


@wrong("no normalization")
def dots(pictures, captions, scale):
    logits = scale * pictures @ captions.T
    labels = torch.arange(len(logits))
    return (F.cross_entropy(logits, labels) + F.cross_entropy(logits.T, labels)) / 2


@wrong("one direction")
def one_way(pictures, captions, scale):
    logits = scale * F.normalize(pictures, dim=1) @ F.normalize(captions, dim=1).T
    return F.cross_entropy(logits, torch.arange(len(logits)))


@wrong("sum of the two")
def summed(pictures, captions, scale):
    logits = scale * F.normalize(pictures, dim=1) @ F.normalize(captions, dim=1).T
    labels = torch.arange(len(logits))
    return F.cross_entropy(logits, labels) + F.cross_entropy(logits.T, labels)


@wrong("scale forgotten")
def no_scale(pictures, captions, scale):
    logits = F.normalize(pictures, dim=1) @ F.normalize(captions, dim=1).T
    labels = torch.arange(len(logits))
    return (F.cross_entropy(logits, labels) + F.cross_entropy(logits.T, labels)) / 2


@wrong("scale as a temperature")
def temperature(pictures, captions, scale):
    logits = F.normalize(pictures, dim=1) @ F.normalize(captions, dim=1).T / scale
    labels = torch.arange(len(logits))
    return (F.cross_entropy(logits, labels) + F.cross_entropy(logits.T, labels)) / 2


@wrong("softmax before the cross-entropy")
def twice(pictures, captions, scale):
    logits = scale * F.normalize(pictures, dim=1) @ F.normalize(captions, dim=1).T
    labels = torch.arange(len(logits))
    return (F.cross_entropy(logits.softmax(1), labels) + F.cross_entropy(logits.T.softmax(1), labels)) / 2


@wrong("normalized over the batch")
def wrong_dim(pictures, captions, scale):
    logits = scale * F.normalize(pictures, dim=0) @ F.normalize(captions, dim=0).T
    labels = torch.arange(len(logits))
    return (F.cross_entropy(logits, labels) + F.cross_entropy(logits.T, labels)) / 2


@wrong("a plain number")
def number(pictures, captions, scale):
    logits = scale * F.normalize(pictures, dim=1) @ F.normalize(captions, dim=1).T
    labels = torch.arange(len(logits))
    return ((F.cross_entropy(logits, labels) + F.cross_entropy(logits.T, labels)) / 2).item()


@wrong("the same direction twice")
def same_twice(pictures, captions, scale):
    logits = scale * F.normalize(pictures, dim=1) @ F.normalize(captions, dim=1).T
    labels = torch.arange(len(logits))
    return (F.cross_entropy(logits, labels) + F.cross_entropy(logits, labels)) / 2


@wrong("only the pictures are normalized")
def half(pictures, captions, scale):
    logits = scale * F.normalize(pictures, dim=1) @ captions.T
    labels = torch.arange(len(logits))
    return (F.cross_entropy(logits, labels) + F.cross_entropy(logits.T, labels)) / 2


@wrong("one minus the cosine")
def pull_only(pictures, captions, scale):
    return (1 - F.cosine_similarity(pictures, captions)).mean() * scale


@wrong("a sigmoid for each pair")
def sigmoid(pictures, captions, scale):
    logits = scale * F.normalize(pictures, dim=1) @ F.normalize(captions, dim=1).T
    return F.binary_cross_entropy_with_logits(logits, torch.eye(len(logits)))


@wrong("always the first")
def zeros(pictures, captions, scale):
    logits = scale * F.normalize(pictures, dim=1) @ F.normalize(captions, dim=1).T
    labels = torch.zeros(len(logits), dtype=torch.long)
    return (F.cross_entropy(logits, labels) + F.cross_entropy(logits.T, labels)) / 2


@wrong("the table is returned")
def table(pictures, captions, scale):
    return scale * F.normalize(pictures, dim=1) @ F.normalize(captions, dim=1).T


# Another round, by three who had read the notebook alone.


@right("normalize and two cross-entropies")
def b_two(pictures, captions, scale):
    p, c = F.normalize(pictures), F.normalize(captions)
    logits = scale * p @ c.T
    own = torch.arange(len(logits))
    return (F.cross_entropy(logits, own) + F.cross_entropy(logits.T, own)) / 2


@right("log_softmax along both dimensions")
def b_log_softmax(pictures, captions, scale):
    cos = pictures @ captions.T / (pictures.norm(dim=1)[:, None] * captions.norm(dim=1)[None])
    z = cos * scale
    return -0.5 * (z.log_softmax(0).diagonal().mean() + z.log_softmax(1).diagonal().mean())


@right("cosine_similarity, broadcast")
def b_cosine(pictures, captions, scale):
    z = F.cosine_similarity(pictures[:, None], captions[None], dim=2) * scale
    n = torch.arange(z.size(0))
    return torch.stack([F.cross_entropy(z, n), F.cross_entropy(z.t(), n)]).mean()


@right("loops")
def b_loops(pictures, captions, scale):
    N = pictures.shape[0]
    total = 0.0
    z = [[scale * torch.dot(a, b) / (a.norm() * b.norm()) for b in captions] for a in pictures]
    for i in range(N):
        row = torch.stack([z[i][j] for j in range(N)])
        column = torch.stack([z[j][i] for j in range(N)])
        total = total - torch.log(row.exp()[i] / row.exp().sum()) - torch.log(column.exp()[i] / column.exp().sum())
    return total / (2 * N)


@right("one-hot targets")
def b_eye(pictures, captions, scale):
    p = pictures / pictures.pow(2).sum(1, keepdim=True).sqrt()
    c = captions / captions.pow(2).sum(1, keepdim=True).sqrt()
    z, own = torch.einsum("nd,md->nm", p, c) * scale, torch.eye(len(p))
    return 0.5 * F.cross_entropy(z, own) + 0.5 * F.cross_entropy(z.T, own)


@right("CrossEntropyLoss, both at once in a batch of 2 N")
def b_stacked(pictures, captions, scale):
    z = scale * F.normalize(pictures, dim=1) @ F.normalize(captions, dim=1).T
    return torch.nn.CrossEntropyLoss()(torch.cat([z, z.T]), torch.arange(len(z)).repeat(2))


@right("logsumexp minus own")
def b_logsumexp(pictures, captions, scale):
    z = scale * (F.normalize(captions) @ F.normalize(pictures).T)
    return (torch.logsumexp(z, 0) + torch.logsumexp(z, 1)).mean() / 2 - z.trace() / len(z)


@wrong("only captions for pictures")
def b_other_way(pictures, captions, scale):
    z = scale * F.normalize(captions) @ F.normalize(pictures).T
    return F.cross_entropy(z, torch.arange(len(z)))


@wrong("exp of the scale")
def b_exp(pictures, captions, scale):
    s = torch.exp(torch.as_tensor(scale))
    z, n = s * F.normalize(pictures) @ F.normalize(captions).T, torch.arange(len(pictures))
    return (F.cross_entropy(z, n) + F.cross_entropy(z.T, n)) / 2


@wrong("norm of the whole matrix")
def b_norm(pictures, captions, scale):
    z = scale * (pictures / pictures.norm()) @ (captions / captions.norm()).T
    n = torch.arange(len(pictures))
    return (F.cross_entropy(z, n) + F.cross_entropy(z.T, n)) / 2


@wrong("only the captions normalized")
def b_half_too(pictures, captions, scale):
    z, n = scale * pictures @ F.normalize(captions).T, torch.arange(len(pictures))
    return (F.cross_entropy(z, n) + F.cross_entropy(z.T, n)) / 2


@wrong("length by the sum of absolute values")
def b_l1(pictures, captions, scale):
    z = scale * F.normalize(pictures, p=1) @ F.normalize(captions, p=1).T
    n = torch.arange(len(z))
    return (F.cross_entropy(z, n) + F.cross_entropy(z.T, n)) / 2


@wrong("divides by the squared length")
def b_squared(pictures, captions, scale):
    p = pictures / pictures.pow(2).sum(1, keepdim=True)
    c = captions / captions.pow(2).sum(1, keepdim=True)
    z, n = scale * p @ c.T, torch.arange(len(p))
    return (F.cross_entropy(z, n) + F.cross_entropy(z.T, n)) / 2


@wrong("sums over the batch, reduction='sum'")
def b_reduction(pictures, captions, scale):
    z, n = scale * F.normalize(pictures) @ F.normalize(captions).T, torch.arange(len(pictures))
    return (F.cross_entropy(z, n, reduction="sum") + F.cross_entropy(z.T, n, reduction="sum")) / 2


@wrong("no reduction")
def b_none(pictures, captions, scale):
    z, n = scale * F.normalize(pictures) @ F.normalize(captions).T, torch.arange(len(pictures))
    return (F.cross_entropy(z, n, reduction="none") + F.cross_entropy(z.T, n, reduction="none")) / 2


@wrong("the sign: a score, not a loss")
def b_sign(pictures, captions, scale):
    z = scale * F.normalize(pictures) @ F.normalize(captions).T
    return (z.log_softmax(0).diagonal().mean() + z.log_softmax(1).diagonal().mean()) / 2


@wrong("no logarithm: one minus the share")
def b_share(pictures, captions, scale):
    z = scale * F.normalize(pictures) @ F.normalize(captions).T
    return 1 - (z.softmax(0).diagonal().mean() + z.softmax(1).diagonal().mean()) / 2


@wrong("the scale used on one side only")
def b_one_scale(pictures, captions, scale):
    z, n = F.normalize(pictures) @ F.normalize(captions).T, torch.arange(len(pictures))
    return (F.cross_entropy(scale * z, n) + F.cross_entropy(z.T, n)) / 2


@wrong("scale after the loss")
def b_scale_after(pictures, captions, scale):
    z, n = F.normalize(pictures) @ F.normalize(captions).T, torch.arange(len(pictures))
    return scale * (F.cross_entropy(z, n) + F.cross_entropy(z.T, n)) / 2


@wrong("both losses as a pair")
def b_pair(pictures, captions, scale):
    z, n = scale * F.normalize(pictures) @ F.normalize(captions).T, torch.arange(len(pictures))
    return F.cross_entropy(z, n), F.cross_entropy(z.T, n)


@wrong("normalizes in place")
def b_in_place(pictures, captions, scale):
    pictures /= pictures.norm(dim=1, keepdim=True)
    captions /= captions.norm(dim=1, keepdim=True)
    z, n = scale * pictures @ captions.T, torch.arange(len(pictures))
    return (F.cross_entropy(z, n) + F.cross_entropy(z.T, n)) / 2


@wrong("48 written in")
def b_48(pictures, captions, scale):
    z, n = scale * F.normalize(pictures) @ F.normalize(captions).T, torch.arange(48)
    return (F.cross_entropy(z, n) + F.cross_entropy(z.T, n)) / 2


@wrong("targets of the second dimension, D")
def b_targets(pictures, captions, scale):
    z, n = scale * F.normalize(pictures) @ F.normalize(captions).T, torch.arange(pictures.shape[1])
    return (F.cross_entropy(z, n) + F.cross_entropy(z.T, n)) / 2


@wrong("no transpose")
def b_no_t(pictures, captions, scale):
    z, n = scale * F.normalize(pictures) @ F.normalize(captions), torch.arange(len(pictures))
    return (F.cross_entropy(z, n) + F.cross_entropy(z.T, n)) / 2


@wrong("squared differences from the identity")
def b_mse(pictures, captions, scale):
    z = F.normalize(pictures) @ F.normalize(captions).T
    return F.mse_loss(scale * z, torch.eye(len(z)))


@wrong("nothing returned")
def b_nothing(pictures, captions, scale):
    z, n = scale * F.normalize(pictures) @ F.normalize(captions).T, torch.arange(len(pictures))
    loss = (F.cross_entropy(z, n) + F.cross_entropy(z.T, n)) / 2  # noqa: F841


@wrong("the larger of the two")
def b_larger(pictures, captions, scale):
    z, n = scale * F.normalize(pictures) @ F.normalize(captions).T, torch.arange(len(pictures))
    return torch.maximum(F.cross_entropy(z, n), F.cross_entropy(z.T, n))


@wrong("pictures with pictures, captions with captions")
def b_selves(pictures, captions, scale):
    p, c, n = F.normalize(pictures), F.normalize(captions), torch.arange(len(pictures))
    return (F.cross_entropy(scale * p @ p.T, n) + F.cross_entropy(scale * c @ c.T, n)) / 2


@wrong("the scale taken as a number: its gradient is lost")
def b_scale_number(pictures, captions, scale):
    z, n = float(scale) * F.normalize(pictures) @ F.normalize(captions).T, torch.arange(len(pictures))
    return (F.cross_entropy(z, n) + F.cross_entropy(z.T, n)) / 2


@right("gather, both ways, as a mean over 2 N")
def b_gather(pictures, captions, scale):
    z = torch.mm(F.normalize(pictures), F.normalize(captions).t()) * scale
    i = torch.arange(len(z))[:, None]
    found = torch.cat([z.log_softmax(1).gather(1, i), z.t().log_softmax(1).gather(1, i)])
    return found.mean().neg()


@right("a tensor (1,) squeezed, kl")
def b_nll(pictures, captions, scale):
    p = pictures.div(torch.linalg.vector_norm(pictures, dim=-1, keepdim=True))
    c = captions.div(torch.linalg.vector_norm(captions, dim=-1, keepdim=True))
    z, own = torch.inner(p, c).mul(scale), torch.arange(p.shape[0])
    return (F.nll_loss(F.log_softmax(z, 1), own) + F.nll_loss(F.log_softmax(z, 0).T, own)).div(2)


@wrong("cross-entropy with the table's own softmax as target")
def b_self_target(pictures, captions, scale):
    z = scale * F.normalize(pictures) @ F.normalize(captions).T
    return (F.cross_entropy(z, z.softmax(1)) + F.cross_entropy(z.T, z.T.softmax(1))) / 2


@wrong("detached pictures")
def b_detached(pictures, captions, scale):
    z = scale * F.normalize(pictures.detach()) @ F.normalize(captions).T
    n = torch.arange(len(z))
    return (F.cross_entropy(z, n) + F.cross_entropy(z.T, n)) / 2


@wrong("centered logits of a margin: the right one is left out below")
def b_without_own(pictures, captions, scale):
    z = scale * F.normalize(pictures) @ F.normalize(captions).T
    off = z.masked_fill(torch.eye(len(z), dtype=torch.bool), float("-inf"))
    return ((off.logsumexp(0) + off.logsumexp(1)) / 2 - z.diagonal()).mean()


@wrong("the scale under a root")
def b_root(pictures, captions, scale):
    z, n = scale**0.5 * F.normalize(pictures) @ F.normalize(captions).T, torch.arange(len(pictures))
    return (F.cross_entropy(z, n) + F.cross_entropy(z.T, n)) / 2


@wrong("divided by N twice, both sums over the rows")
def b_n_twice(pictures, captions, scale):
    z, n = scale * F.normalize(pictures) @ F.normalize(captions).T, torch.arange(len(pictures))
    return (F.cross_entropy(z, n) + F.cross_entropy(z.T, n)) / (2 * len(z))
