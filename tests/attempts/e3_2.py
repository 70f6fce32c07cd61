"""Attempts at 3.2."""

import torch
from attempts import right, wrong
from torch import nn


@right("gradient of the sum, mean over the places")
def of_sum(y, A):
    (gradient,) = torch.autograd.grad(y.sum(), A)
    return gradient.mean(dim=(2, 3))


@right("ones as grad_outputs, graph retained")
def with_ones(y, A):
    g = torch.autograd.grad(y, A, grad_outputs=torch.ones_like(y), retain_graph=True)[0]
    return g.flatten(2).mean(-1)


@right("one gradient for each image, in a loop")
def one_by_one(y: torch.Tensor, A: torch.Tensor) -> torch.Tensor:
    rows = []
    for n in range(len(y)):
        (g,) = torch.autograd.grad(y[n], A, retain_graph=True)
        rows.append(g[n].mean(dim=(-2, -1)))
    return torch.stack(rows)


@right("sum over i and j, divided by Z")
def by_formula(y, A):
    N, K, H, W = A.shape
    Z = H * W
    dy_dA = torch.autograd.grad(sum(y), A)[0]
    return torch.einsum("nkij->nk", dy_dA) / Z


@right("adaptive pooling of the gradient to one place")
def pooled(scores, maps):
    grads = torch.autograd.grad(outputs=scores.sum(), inputs=maps)[0]
    return nn.functional.adaptive_avg_pool2d(grads, 1)[:, :, 0, 0]


@right("loops over images and maps, into an array of zeros")
def slow(y, A):
    gradient = torch.autograd.grad(y.sum(), A)[0]
    alpha = torch.zeros(A.shape[0], A.shape[1], dtype=A.dtype)
    for n in range(A.shape[0]):
        for k in range(A.shape[1]):
            alpha[n, k] = gradient[n, k].sum() / gradient[n, k].numel()
    return alpha


@wrong("the mean of the scores makes every α N times too small")
def mean_score(y, A):
    (gradient,) = torch.autograd.grad(y.mean(), A)
    return gradient.mean(dim=(2, 3))


@wrong("gradient of the N scores without making one number of them: an error for more than one image")
def not_scalar(y, A):
    (gradient,) = torch.autograd.grad(y, A)
    return gradient.mean(dim=(2, 3))


@wrong("gradient of the first score only, so the other images get zeros")
def first_score(y, A):
    (gradient,) = torch.autograd.grad(y[0], A)
    return gradient.mean(dim=(2, 3))


@wrong("sums over the places and does not divide by Z")
def no_z(y, A):
    (gradient,) = torch.autograd.grad(y.sum(), A)
    return gradient.sum(dim=(2, 3))


@wrong("averages over the images too")
def over_batch(y, A):
    (gradient,) = torch.autograd.grad(y.sum(), A)
    return gradient.mean(dim=(0, 2, 3))


@wrong("averages over images too and repeats the result: every image gets the same α")
def same_for_all(y, A):
    (gradient,) = torch.autograd.grad(y.sum(), A)
    alpha = gradient.mean(dim=(0, 2, 3))
    return alpha.expand(len(y), -1)


@wrong("keepdim left over: (N, K, 1, 1)")
def keeps_dims(y, A):
    (gradient,) = torch.autograd.grad(y.sum(), A)
    return gradient.mean(dim=(2, 3), keepdim=True)


@wrong("squeeze kills a batch of one (or a single map)")
def squeezed(y, A):
    (gradient,) = torch.autograd.grad(y.sum(), A)
    return gradient.mean(dim=(2, 3), keepdim=True).squeeze()


@wrong("mean over the maps in place of the places")
def over_maps(y, A):
    (gradient,) = torch.autograd.grad(y.sum(), A)
    return gradient.mean(dim=1)


@wrong("mean over dimensions 1 and 2")
def dims_one_two(y, A):
    (gradient,) = torch.autograd.grad(y.sum(), A)
    return gradient.mean(dim=(1, 2))


@wrong("a ReLU on the gradients before the mean")
def relu_first(y, A):
    (gradient,) = torch.autograd.grad(y.sum(), A)
    return gradient.relu().mean(dim=(2, 3))


@wrong("a ReLU on α")
def relu_alpha(y, A):
    gradient = torch.autograd.grad(y.sum(), A)[0]
    return torch.relu(gradient.mean(dim=(2, 3)))


@wrong("absolute values of the gradient")
def absolute(y, A):
    g = torch.autograd.grad(y.sum(), A)[0]
    return g.abs().mean((2, 3))


@wrong("Z is H·H: right only for square maps")
def square_maps(y, A):
    g = torch.autograd.grad(y.sum(), A)[0]
    Z = A.shape[2] ** 2
    return g.sum(dim=(2, 3)) / Z


@wrong("Z is 144, that of the notebook's maps")
def hard_z(y, A):
    g = torch.autograd.grad(y.sum(), A)[0]
    return g.sum(dim=(2, 3)) / 144


@wrong("Z is the number of all values of an image, maps included")
def z_with_maps(y, A):
    g = torch.autograd.grad(y.sum(), A)[0]
    Z = A[0].numel()
    return g.sum(dim=(2, 3)) / Z


@wrong("divides by Z twice")
def twice(y, A):
    H, W = A.shape[-2:]
    g = torch.autograd.grad(y.sum(), A)[0]
    return 1 / (H * W) * g.mean(dim=(2, 3))


@wrong("mean of the maps in place of their gradient")
def mean_of_maps(y, A):
    return A.mean(dim=(2, 3)).detach()


@wrong("gradient times map, averaged")
def grad_times_map(y, A):
    (gradient,) = torch.autograd.grad(y.sum(), A)
    return (gradient * A).mean(dim=(2, 3)).detach()


@wrong("a loop without retain_graph: an error at the second image")
def loop_frees(y, A):
    alphas = []
    for n in range(y.shape[0]):
        (g,) = torch.autograd.grad(y[n], A)
        alphas.append(g[n].mean(dim=(1, 2)))
    return torch.stack(alphas)


@wrong("a loop that averages each image's gradient over the whole batch: N times too small")
def loop_batch_mean(y, A):
    alphas = []
    for score in y:
        (g,) = torch.autograd.grad(score, A, retain_graph=True)
        alphas.append(g.mean(dim=(0, 2, 3)))
    return torch.stack(alphas)


@wrong("backward() writes into the .grad of everything on the way")
def by_backward(y, A):
    A.retain_grad()
    y.sum().backward(retain_graph=True)
    return A.grad.mean(dim=(2, 3))


@wrong("backward on the maps alone, which adds up in A.grad: a second call gives twice as much")
def accumulates(y, A):
    torch.autograd.backward(y.sum(), inputs=[A], retain_graph=True)
    return A.grad.mean(dim=(2, 3))


@wrong("the highest score only, the other images get zeros")
def of_max(y, A):
    (gradient,) = torch.autograd.grad(y.max(), A)
    return gradient.mean(dim=(2, 3))


@wrong("forgets that grad returns a tuple")
def tuple_forgotten(y, A):
    gradient = torch.autograd.grad(y.sum(), A)
    return gradient.mean(dim=(2, 3))


@wrong("the softmax of the scores over the images before the gradient")
def softmaxed(y, A):
    (gradient,) = torch.autograd.grad(y.softmax(dim=0).sum(), A)
    return gradient.mean(dim=(2, 3))


@wrong("the product of the scores in place of their sum: each gradient is multiplied by the other scores")
def product(y, A):
    (gradient,) = torch.autograd.grad(y.prod(), A)
    return gradient.mean(dim=(2, 3))


@wrong("the largest derivative of each map in place of the mean")
def largest(y, A):
    (gradient,) = torch.autograd.grad(y.sum(), A)
    return gradient.amax(dim=(2, 3))


@wrong("each row of α scaled to length 1")
def unit_length(y, A):
    (gradient,) = torch.autograd.grad(y.sum(), A)
    alpha = gradient.mean(dim=(2, 3))
    return alpha / alpha.norm(dim=1, keepdim=True)


@wrong("only the first image, and a sum for the mean")
def first_and_sum(y, A):
    (gradient,) = torch.autograd.grad(y.sum(), A)
    return gradient[0].sum(dim=(1, 2))


@wrong("transposed: (K, N)")
def transposed(y, A):
    (gradient,) = torch.autograd.grad(y.sum(), A)
    return gradient.mean(dim=(2, 3)).T
