"""Attempts at 6.12."""

import copy

import torch
from attempts import right, wrong
from cam_tutorial import saliency


@right("notes the mode of every module, autograd.grad, finally")
def every_module(network, images, classes):
    modes = [(m, m.training) for m in network.modules()]
    images = images.clone().requires_grad_()
    try:
        network.eval()
        scores = network(images)[torch.arange(len(images)), classes]
        return torch.autograd.grad(scores.sum(), images)[0]
    finally:
        for m, mode in modes:
            m.training = mode


@right("works on a deep copy")
def on_a_copy(network, images, classes):
    twin = copy.deepcopy(network).eval()
    x = images.detach().clone().requires_grad_()
    twin(x)[torch.arange(len(x)), classes].sum().backward()
    return x.grad


@right("a dictionary of modes by name, gather")
def modes_by_name(network, images, classes):
    before = {name: module.training for name, module in network.named_modules()}
    network.eval()
    try:
        x = images.detach().requires_grad_()
        score = network(x).gather(1, classes[:, None]).sum()
        (gradient,) = torch.autograd.grad(score, x)
    finally:
        for name, module in network.named_modules():
            module.training = before[name]
    return gradient


@right("only the modules that train are switched, and switched back")
def switches_back(network, images, classes):
    training = [m for m in network.modules() if m.training]
    for m in training:
        m.training = False
    try:
        x = images.clone().requires_grad_(True)
        y = network(x)
        total = sum(y[i, c] for i, c in enumerate(classes))
        return torch.autograd.grad(total, x)[0]
    finally:
        for m in training:
            m.training = True


@right("the package's saliency")
def package(network, images, classes):
    return saliency(network, images, classes)


@right("m.train(mode) from the outside in, so that the inner ones have the last word")
def outside_in(network, images, classes):
    modes = [(m, m.training) for m in network.modules()]
    images = images.clone().requires_grad_()
    network.eval()
    try:
        scores = network(images)[torch.arange(len(images)), classes]
        return torch.autograd.grad(scores.sum(), images)[0]
    finally:
        for m, mode in modes:
            m.train(mode)


@wrong("restores the mode, but fills .grad of the weights")
def fills_grad(network, images, classes):
    modes = [(m, m.training) for m in network.modules()]
    images = images.clone().requires_grad_()
    try:
        network.eval()
        scores = network(images)[torch.arange(len(images)), classes]
        scores.sum().backward()
    finally:
        for m, mode in modes:
            m.training = mode
    return images.grad


@wrong("autograd.grad, but the network stays in eval mode")
def stays_in_eval(network, images, classes):
    images = images.clone().requires_grad_()
    network.eval()
    scores = network(images)[torch.arange(len(images)), classes]
    return torch.autograd.grad(scores.sum(), images)[0]


@wrong("the mode comes back only if no error is raised")
def no_finally(network, images, classes):
    modes = [(m, m.training) for m in network.modules()]
    images = images.clone().requires_grad_()
    network.eval()
    scores = network(images)[torch.arange(len(images)), classes]
    (gradient,) = torch.autograd.grad(scores.sum(), images)
    for m, mode in modes:
        m.training = mode
    return gradient


@wrong("train(was_training) switches frozen layers to training as well")
def one_flag(network, images, classes):
    was_training = network.training
    images = images.clone().requires_grad_()
    network.eval()
    try:
        scores = network(images)[torch.arange(len(images)), classes]
        return torch.autograd.grad(scores.sum(), images)[0]
    finally:
        network.train(was_training)


@wrong("always puts the network in training mode afterwards")
def always_train(network, images, classes):
    images = images.clone().requires_grad_()
    network.eval()
    try:
        scores = network(images)[torch.arange(len(images)), classes]
        return torch.autograd.grad(scores.sum(), images)[0]
    finally:
        network.train()


@wrong("zero_grad afterwards: it throws away gradients that were there before")
def zero_grad(network, images, classes):
    modes = [(m, m.training) for m in network.modules()]
    images = images.clone().requires_grad_()
    network.eval()
    try:
        scores = network(images)[torch.arange(len(images)), classes]
        scores.sum().backward()
    finally:
        for m, mode in modes:
            m.training = mode
        network.zero_grad()
    return images.grad


@wrong("no eval mode at all: BatchNorm counts the images, and the gradient is that of training mode")
def no_eval(network, images, classes):
    images = images.clone().requires_grad_()
    scores = network(images)[torch.arange(len(images)), classes]
    return torch.autograd.grad(scores.sum(), images)[0]


@wrong("freezes the weights and does not thaw them")
def freezes(network, images, classes):
    modes = [(m, m.training) for m in network.modules()]
    for p in network.parameters():
        p.requires_grad_(False)
    images = images.clone().requires_grad_()
    try:
        network.eval()
        network(images)[torch.arange(len(images)), classes].sum().backward()
    finally:
        for m, mode in modes:
            m.training = mode
    return images.grad


@wrong("thaws all weights, also those that were frozen before")
def thaws_all(network, images, classes):
    modes = [(m, m.training) for m in network.modules()]
    network.requires_grad_(False)
    images = images.clone().requires_grad_()
    try:
        network.eval()
        network(images)[torch.arange(len(images)), classes].sum().backward()
    finally:
        for m, mode in modes:
            m.training = mode
        network.requires_grad_(True)
    return images.grad


@wrong("the modes of the direct children only")
def children_only(network, images, classes):
    modes = [(m, m.training) for m in network.children()]
    own = network.training
    images = images.clone().requires_grad_()
    network.eval()
    try:
        scores = network(images)[torch.arange(len(images)), classes]
        return torch.autograd.grad(scores.sum(), images)[0]
    finally:
        network.train(own)
        for m, mode in modes:
            m.train(mode)


@wrong("notes the modes after eval, when they are all False")
def noted_too_late(network, images, classes):
    network.eval()
    modes = [(m, m.training) for m in network.modules()]
    images = images.clone().requires_grad_()
    try:
        scores = network(images)[torch.arange(len(images)), classes]
        return torch.autograd.grad(scores.sum(), images)[0]
    finally:
        for m, mode in modes:
            m.training = mode


@wrong("restores with m.train(mode), from the inside out, so that the outermost overwrites the rest")
def inside_out(network, images, classes):
    modes = [(m, m.training) for m in network.modules()]
    images = images.clone().requires_grad_()
    network.eval()
    try:
        scores = network(images)[torch.arange(len(images)), classes]
        return torch.autograd.grad(scores.sum(), images)[0]
    finally:
        for m, mode in reversed(modes):
            m.train(mode)


@wrong("everything right but the scores: every asked class of every image")
def all_pairs(network, images, classes):
    modes = [(m, m.training) for m in network.modules()]
    images = images.clone().requires_grad_()
    network.eval()
    try:
        scores = network(images)[:, classes]
        return torch.autograd.grad(scores.sum(), images)[0]
    finally:
        for m, mode in modes:
            m.training = mode


@wrong("copy.copy shares the layers with the network, which are left in eval mode")
def shallow_copy(network, images, classes):
    twin = copy.copy(network).eval()
    images = images.clone().requires_grad_()
    scores = twin(images)[torch.arange(len(images)), classes]
    return torch.autograd.grad(scores.sum(), images)[0]
