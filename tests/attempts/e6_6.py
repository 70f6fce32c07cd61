"""Attempts at 6.6."""

import torch
import torch.nn.functional as F
from attempts import right, wrong


@right("the softmax taken out")
def taken_out(features, head, classes):
    A = features.detach().requires_grad_()
    scores = head(A)[torch.arange(len(A)), classes]
    return torch.autograd.grad(scores.sum(), A)[0]


@right("gather, and backward on a clone")
def gather(features, head, classes):
    A = features.clone().detach().requires_grad_(True)
    logits = head(A)
    logits.gather(1, classes[:, None]).sum().backward()
    return A.grad


@right("one image at a time")
def one_by_one(features, head, classes):
    result = []
    for f, c in zip(features, classes):
        a = f[None].detach().requires_grad_()
        (g,) = torch.autograd.grad(head(a)[0, c], a)
        result.append(g)
    return torch.cat(result)


@right("grad_outputs with a one at each class")
def grad_outputs(features, head, classes):
    A = features.detach().clone().requires_grad_()
    logits = head(A)
    ones = F.one_hot(classes, logits.shape[1]).to(logits.dtype)
    return torch.autograd.grad(logits, A, grad_outputs=ones)[0]


@right("torch.func.grad")
def functional(features, head, classes):
    def score(a):
        return head(a)[range(len(a)), classes].sum()

    return torch.func.grad(score)(features.detach())


@wrong("log_softmax: of a sure answer there is no slope either")
def log_softmax(features, head, classes):
    A = features.detach().requires_grad_()
    scores = head(A).log_softmax(dim=1)[torch.arange(len(A)), classes]
    return torch.autograd.grad(scores.sum(), A)[0]


@wrong("the cross-entropy loss")
def cross_entropy(features, head, classes):
    A = features.detach().requires_grad_()
    loss = F.cross_entropy(head(A), classes)
    return torch.autograd.grad(loss, A)[0]


@wrong("softmax over the images in place of the classes")
def softmax_dim_0(features, head, classes):
    A = features.detach().requires_grad_()
    scores = head(A).softmax(dim=0)[torch.arange(len(A)), classes]
    return torch.autograd.grad(scores.sum(), A)[0]


@wrong("a sigmoid in place of the softmax")
def sigmoid(features, head, classes):
    A = features.detach().requires_grad_()
    scores = head(A).sigmoid()[torch.arange(len(A)), classes]
    return torch.autograd.grad(scores.sum(), A)[0]


@wrong("keeps the softmax and scales the gradient to a maximum of 1")
def rescaled(features, head, classes):
    A = features.detach().requires_grad_()
    scores = head(A).softmax(dim=1)[torch.arange(len(A)), classes]
    g = torch.autograd.grad(scores.sum(), A)[0]
    return g / g.abs().amax(dim=(1, 2, 3), keepdim=True)


@wrong("divides the gradient of the probability by the probability")
def divided(features, head, classes):
    A = features.detach().requires_grad_()
    p = head(A).softmax(dim=1)[torch.arange(len(A)), classes]
    g = torch.autograd.grad(p.sum(), A)[0]
    return g / p.detach()[:, None, None, None]


@wrong("the highest score, not that of the class asked for")
def predicted(features, head, classes):
    A = features.detach().requires_grad_()
    return torch.autograd.grad(head(A).amax(dim=1).sum(), A)[0]


@wrong("all asked classes of every image")
def all_pairs(features, head, classes):
    A = features.detach().requires_grad_()
    scores = head(A)[:, classes]
    return torch.autograd.grad(scores.sum(), A)[0]


@wrong("the mean of the scores: the gradients shrink with the batch")
def mean_of_scores(features, head, classes):
    A = features.detach().requires_grad_()
    scores = head(A)[torch.arange(len(A)), classes]
    return torch.autograd.grad(scores.mean(), A)[0]


@wrong("the scores of the first image only")
def first_image(features, head, classes):
    A = features.detach().requires_grad_()
    scores = head(A)[0, classes]
    return torch.autograd.grad(scores.sum(), A)[0]


@wrong("the tuple that autograd gives, not its only entry")
def whole_tuple(features, head, classes):
    A = features.detach().requires_grad_()
    scores = head(A)[torch.arange(len(A)), classes]
    return torch.autograd.grad(scores.sum(), A)


@wrong("absolute values")
def absolute(features, head, classes):
    A = features.detach().requires_grad_()
    scores = head(A)[torch.arange(len(A)), classes]
    return torch.autograd.grad(scores.sum(), A)[0].abs()


@wrong("softmax with a temperature in place of the logits")
def temperature(features, head, classes):
    A = features.detach().requires_grad_()
    scores = (head(A) / 10).softmax(dim=1)[torch.arange(len(A)), classes]
    return torch.autograd.grad(scores.sum(), A)[0]
