"""Attempts at 6.8."""

import torch
import torch.nn.functional as F
from attempts import right, wrong


@right("pairs images and classes")
def pairs(features, head, classes):
    A = features.detach().requires_grad_()
    scores = head(A)[torch.arange(len(A)), classes]
    (gradient,) = torch.autograd.grad(scores.sum(), A)
    alpha = gradient.mean(dim=(2, 3), keepdim=True)
    return (alpha * A).sum(dim=1).relu().detach()


@right("one image at a time")
def one_at_a_time(features, head, classes):
    maps = []
    for i in range(len(features)):
        A = features[i : i + 1].detach().requires_grad_()
        score = head(A)[0, classes[i]]
        (g,) = torch.autograd.grad(score, A)
        maps.append((g.mean((2, 3), keepdim=True) * A).sum(1).relu().detach())
    return torch.cat(maps)


@right("gather and einsum")
def gather(features, head, classes):
    A = features.detach().clone().requires_grad_()
    y = head(A).gather(1, classes.view(-1, 1)).sum()
    g = torch.autograd.grad(y, A)[0]
    with torch.no_grad():
        return torch.einsum("nk,nkhw->nhw", g.mean(dim=(2, 3)), A).clamp(min=0)


@right("a one-hot mask over the scores, and backward on a copy")
def one_hot(features, head, classes):
    A = features.detach().clone().requires_grad_()
    logits = head(A)
    (logits * F.one_hot(classes, logits.shape[1])).sum().backward()
    alpha = A.grad.mean(dim=(2, 3), keepdim=True)
    return F.relu((alpha * A).sum(dim=1)).detach()


@right("a Python loop sums the scores")
def summed_in_a_loop(features, head, classes):
    A = features.detach().requires_grad_()
    logits = head(A)
    total = sum(logits[n, c] for n, c in enumerate(classes.tolist()))
    (gradient,) = torch.autograd.grad(total, A)
    alpha = gradient.flatten(2).mean(2)[..., None, None]
    return (alpha * A).sum(1).detach().relu()


@wrong("every asked class of every image")
def all_pairs(features, head, classes):
    A = features.detach().requires_grad_()
    scores = head(A)[:, classes]
    (gradient,) = torch.autograd.grad(scores.sum(), A)
    alpha = gradient.mean(dim=(2, 3), keepdim=True)
    return (alpha * A).sum(dim=1).relu().detach()


@wrong("the first class for every image")
def first_class(features, head, classes):
    A = features.detach().requires_grad_()
    scores = head(A)[:, classes[0]]
    (gradient,) = torch.autograd.grad(scores.sum(), A)
    alpha = gradient.mean(dim=(2, 3), keepdim=True)
    return (alpha * A).sum(dim=1).relu().detach()


@wrong("the mean of the scores: maps shrink with the batch")
def mean_score(features, head, classes):
    A = features.detach().requires_grad_()
    scores = head(A)[torch.arange(len(A)), classes]
    (gradient,) = torch.autograd.grad(scores.mean(), A)
    alpha = gradient.mean(dim=(2, 3), keepdim=True)
    return (alpha * A).sum(dim=1).relu().detach()


@wrong("the weights averaged over the batch")
def batch_alpha(features, head, classes):
    A = features.detach().requires_grad_()
    scores = head(A)[torch.arange(len(A)), classes]
    (gradient,) = torch.autograd.grad(scores.sum(), A)
    alpha = gradient.mean(dim=(0, 2, 3), keepdim=True)
    return (alpha * A).sum(dim=1).relu().detach()


@wrong("the weights of the first image for all")
def first_alpha(features, head, classes):
    A = features.detach().requires_grad_()
    scores = head(A)[torch.arange(len(A)), classes]
    (gradient,) = torch.autograd.grad(scores.sum(), A)
    alpha = gradient[:1].mean(dim=(2, 3), keepdim=True)
    return (alpha * A).sum(dim=1).relu().detach()


@wrong("the predicted class in place of the one asked for")
def predicted(features, head, classes):
    A = features.detach().requires_grad_()
    scores = head(A).max(dim=1).values
    (gradient,) = torch.autograd.grad(scores.sum(), A)
    alpha = gradient.mean(dim=(2, 3), keepdim=True)
    return (alpha * A).sum(dim=1).relu().detach()


@wrong("the sum of all scores of each image")
def all_scores(features, head, classes):
    A = features.detach().requires_grad_()
    (gradient,) = torch.autograd.grad(head(A).sum(), A)
    alpha = gradient.mean(dim=(2, 3), keepdim=True)
    return (alpha * A).sum(dim=1).relu().detach()


@wrong("a loop over the images whose map is always the first image's")
def loop_first(features, head, classes):
    maps = []
    for c in classes:
        A = features.detach().requires_grad_()
        (gradient,) = torch.autograd.grad(head(A)[0, c], A)
        alpha = gradient.mean(dim=(2, 3), keepdim=True)
        maps.append((alpha * A).sum(dim=1)[0].relu().detach())
    return torch.stack(maps)


@wrong("image and class the wrong way round in the index")
def swapped_index(features, head, classes):
    A = features.detach().requires_grad_()
    scores = head(A)[classes, torch.arange(len(A))]
    (gradient,) = torch.autograd.grad(scores.sum(), A)
    alpha = gradient.mean(dim=(2, 3), keepdim=True)
    return (alpha * A).sum(dim=1).relu().detach()


@wrong("the image numbers 0 and 1 written down: two images only")
def two_images(features, head, classes):
    A = features.detach().requires_grad_()
    scores = head(A)[[0, 1], classes]
    (gradient,) = torch.autograd.grad(scores.sum(), A)
    alpha = gradient.mean(dim=(2, 3), keepdim=True)
    return (alpha * A).sum(dim=1).relu().detach()


@wrong("no ReLU any more")
def no_relu(features, head, classes):
    A = features.detach().requires_grad_()
    scores = head(A)[torch.arange(len(A)), classes]
    (gradient,) = torch.autograd.grad(scores.sum(), A)
    alpha = gradient.mean(dim=(2, 3), keepdim=True)
    return (alpha * A).sum(dim=1).detach()


@wrong("one hidden sum: the map of the whole batch added up")
def summed_over_images(features, head, classes):
    A = features.detach().requires_grad_()
    scores = head(A)[torch.arange(len(A)), classes]
    (gradient,) = torch.autograd.grad(scores.sum(), A)
    alpha = gradient.mean(dim=(2, 3), keepdim=True)
    return (alpha * A).sum(dim=0).relu().detach()


@wrong("squeeze: a batch of one loses its dimension")
def squeezed(features, head, classes):
    A = features.detach().requires_grad_()
    scores = head(A)[torch.arange(len(A)), classes]
    (gradient,) = torch.autograd.grad(scores.sum(), A)
    alpha = gradient.mean(dim=(2, 3), keepdim=True)
    return (alpha * A).sum(dim=1).relu().squeeze().detach()


@wrong("accumulates .grad over the images, so that later maps hold the earlier gradients")
def accumulates(features, head, classes):
    A = features.detach().clone().requires_grad_()
    maps = []
    for n, c in enumerate(classes):
        head(A)[:, c].sum().backward()
        alpha = A.grad[n].mean(dim=(1, 2), keepdim=True)
        maps.append((alpha * A[n]).sum(dim=0).relu().detach())
    return torch.stack(maps)
