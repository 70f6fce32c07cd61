"""Attempts at 6.10."""

import torch
from attempts import right, wrong
from cam_tutorial import saliency


@right("autograd.grad, one call a class")
def autograd(network, images, classes):
    images = images.clone().requires_grad_()
    pictures = []
    for c in classes:
        score = network(images)[:, c].sum()
        pictures.append(torch.autograd.grad(score, images)[0])
    return pictures


@right("a fresh clone for every class")
def fresh(network, images, classes):
    pictures = []
    for c in classes:
        x = images.detach().clone().requires_grad_()
        network(x)[:, c].sum().backward()
        pictures.append(x.grad)
    return pictures


@right("one forward pass, retain_graph")
def one_forward(network, images, classes):
    x = images.detach().clone().requires_grad_()
    logits = network(x)
    return [torch.autograd.grad(logits[:, c].sum(), x, retain_graph=True)[0] for c in classes]


@right(".grad set to None before every class")
def grad_none(network, images, classes):
    images = images.detach().clone().requires_grad_()
    pictures = []
    for c in classes:
        images.grad = None
        score = network(images)[:, c].sum()
        score.backward()
        pictures.append(images.grad)
    return pictures


@right("clones .grad, and zeroes it")
def clone_and_zero(network, images, classes):
    images = images.detach().clone().requires_grad_()
    pictures = []
    for c in classes:
        network(images)[:, c].sum().backward()
        pictures.append(images.grad.clone())
        images.grad.zero_()
    return pictures


@right("stacked: one tensor (number of classes, N, C, H, W)")
def stacked(network, images, classes):
    images = images.clone().requires_grad_()
    scores = network(images).sum(dim=0)
    return torch.stack([torch.autograd.grad(scores[c], images, retain_graph=True)[0] for c in classes])


@right("the package's saliency for each class")
def package(network, images, classes):
    return [saliency(network, images, c) for c in classes]


@wrong("clones .grad but does not zero it: the second holds the first too")
def clones_only(network, images, classes):
    images = images.clone().requires_grad_()
    pictures = []
    for c in classes:
        score = network(images)[:, c].sum()
        score.backward()
        pictures.append(images.grad.clone())
    return pictures


@wrong("zeroes .grad but does not clone it: all entries are one tensor")
def zeroes_only(network, images, classes):
    images = images.clone().requires_grad_()
    pictures = []
    for c in classes:
        if images.grad is not None:
            images.grad.zero_()
        score = network(images)[:, c].sum()
        score.backward()
        pictures.append(images.grad)
    return pictures


@wrong("zero_grad of the network, which does not touch the images")
def network_zero_grad(network, images, classes):
    images = images.clone().requires_grad_()
    pictures = []
    for c in classes:
        network.zero_grad()
        score = network(images)[:, c].sum()
        score.backward()
        pictures.append(images.grad.clone())
    return pictures


@wrong("detach without clone: one memory")
def detaches(network, images, classes):
    images = images.clone().requires_grad_()
    pictures = []
    for c in classes:
        network(images)[:, c].sum().backward()
        pictures.append(images.grad.detach())
        images.grad.zero_()
    return pictures


@wrong("returns inside the loop: the first class only")
def first_class(network, images, classes):
    images = images.clone().requires_grad_()
    pictures = []
    for c in classes:
        score = network(images)[:, c].sum()
        pictures.append(torch.autograd.grad(score, images)[0])
        return pictures


@wrong("the scores of the first image only")
def first_image(network, images, classes):
    images = images.clone().requires_grad_()
    pictures = []
    for c in classes:
        score = network(images)[0, c]
        pictures.append(torch.autograd.grad(score, images)[0])
    return pictures


@wrong("all classes at once: the same sum each time")
def all_at_once(network, images, classes):
    images = images.clone().requires_grad_()
    score = network(images)[:, classes].sum()
    g = torch.autograd.grad(score, images)[0]
    return [g.clone() for _ in classes]


@wrong("tuples in the list")
def tuples(network, images, classes):
    images = images.clone().requires_grad_()
    pictures = []
    for c in classes:
        score = network(images)[:, c].sum()
        pictures.append(torch.autograd.grad(score, images))
    return pictures


@wrong("one forward pass without retain_graph: the second class raises an error")
def no_retain(network, images, classes):
    images = images.clone().requires_grad_()
    scores = network(images).sum(dim=0)
    return [torch.autograd.grad(scores[c], images)[0] for c in classes]


@wrong("subtracts the picture before, which undoes the sum for two classes only")
def subtracts(network, images, classes):
    images = images.clone().requires_grad_()
    pictures = []
    for c in classes:
        network(images)[:, c].sum().backward()
        g = images.grad.clone()
        if pictures:
            g -= pictures[-1]
        pictures.append(g)
    return pictures


@wrong("the mean of the scores over the images")
def mean_score(network, images, classes):
    images = images.clone().requires_grad_()
    pictures = []
    for c in classes:
        score = network(images)[:, c].mean()
        pictures.append(torch.autograd.grad(score, images)[0])
    return pictures


@wrong("the probability in place of the score")
def probability(network, images, classes):
    images = images.clone().requires_grad_()
    pictures = []
    for c in classes:
        score = network(images).softmax(dim=1)[:, c].sum()
        pictures.append(torch.autograd.grad(score, images)[0])
    return pictures


@wrong("a set of classes in between: another order, and no class twice")
def set_of_classes(network, images, classes):
    images = images.clone().requires_grad_()
    return [torch.autograd.grad(network(images)[:, c].sum(), images)[0] for c in set(classes)]


@wrong("a dictionary from class to picture")
def dictionary(network, images, classes):
    images = images.clone().requires_grad_()
    return {c: torch.autograd.grad(network(images)[:, c].sum(), images)[0] for c in classes}


@wrong("absolute values, largest of the channels")
def strength(network, images, classes):
    images = images.clone().requires_grad_()
    pictures = []
    for c in classes:
        g = torch.autograd.grad(network(images)[:, c].sum(), images)[0]
        pictures.append(g.abs().amax(dim=1))
    return pictures
