"""Attempts at 11.1."""

import torch
import torch.nn.functional as nnF
from attempts import right, wrong


@right("one-hot matrix product")
def one_hot(F, labels, classes):
    Y = nnF.one_hot(labels, classes).to(F.dtype)
    m = (Y.T @ F) / Y.sum(dim=0)[:, None]
    return 2 * m, -(m * m).sum(dim=1)


@right("a loop that fills")
def filled(F, labels, classes):
    weights = torch.zeros(classes, F.shape[1])
    biases = torch.zeros(classes)
    for c in range(classes):
        m = F[labels == c].mean(0)
        weights[c] = 2 * m
        biases[c] = -torch.dot(m, m)
    return weights, biases


@right("index_add and counts")
def index_add(F, labels, classes):
    total = torch.zeros(classes, F.shape[1]).index_add(0, labels, F)
    m = total / torch.bincount(labels, minlength=classes).unsqueeze(1)
    return m + m, -m.pow(2).sum(-1)


@right("norm squared, einsum")
def norms(F, labels, classes):
    m = torch.stack([torch.mean(F[torch.where(labels == k)[0]], dim=0) for k in range(classes)])
    return m.mul(2), -(torch.linalg.norm(m, dim=1) ** 2)


@right("from two values of the score")
def probed(F, labels, classes):
    m = torch.stack([F[labels == c].mean(0) for c in range(classes)])
    eye = torch.eye(F.shape[1])

    def score(f):
        return (f**2).sum() - ((f - m) ** 2).sum(dim=1)

    b = score(torch.zeros(F.shape[1]))
    return torch.stack([score(e) - b for e in eye], dim=1), b


@right("a dictionary of lists")
def lists(F, labels, classes):
    rows = {c: [] for c in range(classes)}
    for f, c in zip(F, labels.tolist(), strict=True):
        rows[c].append(f)
    m = torch.stack([sum(rows[c]) / len(rows[c]) for c in range(classes)])
    return 2 * m, torch.einsum("ck,ck->c", m, -m)


def class_means(F, labels, classes):
    return torch.stack([F[labels == c].mean(dim=0) for c in range(classes)])


@wrong("no factor 2")
def bare(F, labels, classes):
    m = class_means(F, labels, classes)
    return m, -(m**2).sum(1)


@wrong("halved")
def halved(F, labels, classes):
    m = class_means(F, labels, classes)
    return m, -0.5 * (m**2).sum(1)


@wrong("bias with a plus")
def plus(F, labels, classes):
    m = class_means(F, labels, classes)
    return 2 * m, (m**2).sum(1)


@wrong("the distance itself")
def distance(F, labels, classes):
    m = class_means(F, labels, classes)
    return -2 * m, (m**2).sum(1)


@wrong("no bias")
def no_bias(F, labels, classes):
    m = class_means(F, labels, classes)
    return 2 * m, torch.zeros(classes)


@wrong("norm without the square")
def root(F, labels, classes):
    m = class_means(F, labels, classes)
    return 2 * m, -m.norm(dim=1)


@wrong("sums in place of means")
def sums(F, labels, classes):
    m = torch.stack([F[labels == c].sum(dim=0) for c in range(classes)])
    return 2 * m, -(m**2).sum(1)


@wrong("one bias for all")
def one_bias(F, labels, classes):
    m = class_means(F, labels, classes)
    return 2 * m, -(m**2).sum()


@wrong("mean of squares over K")
def mean_square(F, labels, classes):
    m = class_means(F, labels, classes)
    return 2 * m, -(m**2).mean(1)


@wrong("weights turned")
def turned(F, labels, classes):
    m = class_means(F, labels, classes)
    return (2 * m).T, -(m**2).sum(1)


@wrong("only the weights")
def weights_alone(F, labels, classes):
    return 2 * class_means(F, labels, classes)


@wrong("square of the doubled weights")
def doubled(F, labels, classes):
    w = 2 * class_means(F, labels, classes)
    return w, -(w**2).sum(1)


@wrong("scores")
def scores(F, labels, classes):
    m = class_means(F, labels, classes)
    return 2 * F @ m.T - (m**2).sum(1)


@wrong("labels forgotten: the mean of everything")
def everything(F, labels, classes):
    m = F.mean(dim=0).expand(classes, -1)
    return 2 * m, -(m**2).sum(1)
