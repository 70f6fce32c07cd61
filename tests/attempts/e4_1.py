"""Attempts at 4.1."""

import numpy as np
import torch
import torch.nn.functional as F
from attempts import right, wrong


@right("autograd.grad of the summed scores, on a clone")
def autograd(network, images, class_index):
    x = images.clone().requires_grad_()
    y = network(x)[:, class_index].sum()
    (S,) = torch.autograd.grad(y, x)
    return S


@wrong("backward, which writes into the .grad of the weights")
def with_backward(network, images, class_index):
    x = images.detach().clone()
    x.requires_grad = True
    network(x)[:, class_index].sum().backward()
    return x.grad


@right("a loop over the images")
def loop(network, images, class_index):
    gradients = []
    for image in images:
        x = image.detach()[None].clone().requires_grad_(True)
        score = network(x)[0, class_index]
        gradients.append(torch.autograd.grad(score, x)[0][0])
    return torch.stack(gradients)


@right("torch.func.grad")
def functional(network, images, class_index):
    return torch.func.grad(lambda x: network(x)[:, class_index].sum())(images)


@right("grad_outputs of ones, one for each image")
def grad_outputs(network, images, class_index):
    x = images.detach().requires_grad_()
    scores = network(x)[:, class_index]
    return torch.autograd.grad(scores, x, grad_outputs=torch.ones_like(scores))[0]


@right("a one-hot matrix times the scores")
def one_hot(network, images, class_index):
    x = torch.tensor(images.detach().numpy(), requires_grad=True)
    scores = network(x)
    target = torch.zeros_like(scores)
    target[:, class_index] = 1.0
    return torch.autograd.grad((scores * target).sum(), x)[0]


@wrong("switches gradients on for the caller's images")
def callers_images(network, images, class_index):
    images.requires_grad_()
    y = network(images)[:, class_index].sum()
    return torch.autograd.grad(y, images)[0]


@wrong("fills .grad of the caller's images, which adds up from call to call")
def fills_callers_grad(network, images, class_index):
    images.requires_grad = True
    network(images)[:, class_index].sum().backward()
    return images.grad


@wrong("the score of the first image only")
def first_image(network, images, class_index):
    x = images.clone().requires_grad_()
    return torch.autograd.grad(network(x)[0, class_index], x)[0]


@wrong("no sum: autograd wants one number, so a batch raises an error")
def no_sum(network, images, class_index):
    x = images.clone().requires_grad_()
    return torch.autograd.grad(network(x)[:, class_index], x)[0]


@wrong("the mean over the images")
def mean(network, images, class_index):
    x = images.clone().requires_grad_()
    score = network(x)[:, class_index].mean()
    return torch.autograd.grad(score, x)[0]


@wrong("the gradient of the probability")
def probability(network, images, class_index):
    x = images.clone().requires_grad_()
    score = network(x).softmax(dim=1)[:, class_index].sum()
    return torch.autograd.grad(score, x)[0]


@wrong("the gradient of the loss")
def loss(network, images, class_index):
    x = images.clone().requires_grad_()
    target = torch.full((len(x),), class_index)
    return torch.autograd.grad(F.cross_entropy(network(x), target, reduction="sum"), x)[0]


@wrong("absolute value: the sign is lost")
def absolute(network, images, class_index):
    x = images.clone().requires_grad_()
    y = network(x)[:, class_index].sum()
    return torch.autograd.grad(y, x)[0].abs()


@wrong("negative gradients set to zero")
def relu(network, images, class_index):
    x = images.clone().requires_grad_()
    y = network(x)[:, class_index].sum()
    return torch.autograd.grad(y, x)[0].clamp(min=0)


@wrong("the largest of the channels: (N, H, W)")
def one_map(network, images, class_index):
    x = images.clone().requires_grad_()
    y = network(x)[:, class_index].sum()
    (S,) = torch.autograd.grad(y, x)
    return S.abs().amax(dim=1)


@wrong("the tuple that autograd.grad gives")
def whole_tuple(network, images, class_index):
    x = images.clone().requires_grad_()
    y = network(x)[:, class_index].sum()
    return torch.autograd.grad(y, x)


@wrong("the best score of each image in place of the class asked for")
def predicted(network, images, class_index):
    x = images.clone().requires_grad_()
    y = network(x).max(dim=1).values.sum()
    return torch.autograd.grad(y, x)[0]


@wrong("sums the scores of all classes")
def all_classes(network, images, class_index):
    x = images.clone().requires_grad_()
    return torch.autograd.grad(network(x).sum(), x)[0]


@wrong("a row of the scores in place of a column: image number class_index, all classes")
def row(network, images, class_index):
    x = images.clone().requires_grad_()
    y = network(x)[class_index].sum()
    return torch.autograd.grad(y, x)[0]


@wrong("gradient times image")
def times_image(network, images, class_index):
    x = images.clone().requires_grad_()
    y = network(x)[:, class_index].sum()
    (S,) = torch.autograd.grad(y, x)
    return S * images


@wrong("each gradient divided by its largest magnitude")
def scaled(network, images, class_index):
    x = images.clone().requires_grad_()
    y = network(x)[:, class_index].sum()
    (S,) = torch.autograd.grad(y, x)
    return S / S.abs().amax(dim=(1, 2, 3), keepdim=True)


@wrong("runs the network under no_grad, so that there is nothing to differentiate")
def no_grad(network, images, class_index):
    x = images.clone().requires_grad_()
    with torch.no_grad():
        y = network(x)[:, class_index].sum()
    return torch.autograd.grad(y, x)[0]


@wrong("gives the result of backward, which is None")
def backward_result(network, images, class_index):
    x = images.clone().requires_grad_()
    y = network(x)[:, class_index].sum()
    return y.backward()


@wrong("squeeze: a batch of one and one channel lose their dimensions")
def squeezed(network, images, class_index):
    x = images.clone().requires_grad_()
    y = network(x)[:, class_index].sum()
    return torch.autograd.grad(y, x)[0].squeeze()


@wrong("a gradient by differences, with a step so wide that it crosses the ReLUs")
def differences(network, images, class_index):
    S = torch.zeros_like(images)
    with torch.no_grad():
        base = network(images)[:, class_index]
        for c, i, j in np.ndindex(*images.shape[1:]):
            raised = images.clone()
            raised[:, c, i, j] += 1
            S[:, c, i, j] = network(raised)[:, class_index] - base
    return S


@wrong("each image's scores of the loop, but .grad is never cleared and the list holds one tensor")
def loop_accumulates(network, images, class_index):
    x = images.clone().requires_grad_()
    result = []
    for n in range(len(x)):
        network(x)[n, class_index].backward()
        result.append(x.grad)
    return torch.stack(result).sum(dim=0)
