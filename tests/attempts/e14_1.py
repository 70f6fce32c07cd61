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
