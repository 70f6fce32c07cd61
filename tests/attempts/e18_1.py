"""Attempts at 18.1."""

import torch
import torch.nn.functional as F
from attempts import right, wrong


@right("clamp in place of relu")
def clamped(A, gradient):
    return torch.clamp((torch.clamp(gradient, min=0) * A).sum(1), min=0)


@right("einsum and functional relu")
def einsum(A, gradient):
    return F.relu(torch.einsum("nkij,nkij->nij", F.relu(gradient), A))


@right("a loop over images and maps")
def loops(A, gradient):
    N, K, h, w = A.shape
    L = torch.zeros(N, h, w)
    for n in range(N):
        for k in range(K):
            L[n] += torch.where(gradient[n, k] > 0, gradient[n, k], torch.tensor(0.0)) * A[n, k]
    L[L < 0] = 0
    return L


@wrong("HiResCAM")
def hires(A, gradient):
    return torch.relu(torch.sum(gradient * A, dim=1))


@wrong("Grad-CAM")
def grad_cam(A, gradient):
    alpha = gradient.mean(dim=(2, 3))
    return F.relu((alpha[:, :, None, None] * A).sum(dim=1))


@wrong("ReLU on the mean gradient")
def relu_of_alpha(A, gradient):
    alpha = F.relu(gradient.mean(dim=(2, 3), keepdim=True))
    return F.relu((alpha * A).sum(dim=1))


@wrong("mean of the positive gradients")
def mean_of_relu(A, gradient):
    alpha = F.relu(gradient).mean(dim=(2, 3), keepdim=True)
    return F.relu((alpha * A).sum(dim=1))


@wrong("ReLU on the maps instead")
def relu_on_maps(A, gradient):
    return F.relu((gradient * F.relu(A)).sum(dim=1))


@wrong("both cut off")
def both_cut(A, gradient):
    return (F.relu(gradient) * F.relu(A)).sum(dim=1)


@wrong("no ReLU at the end")
def no_end(A, gradient):
    return (F.relu(gradient) * A).sum(dim=1)


@wrong("the product is cut, not the gradient")
def product(A, gradient):
    return F.relu(gradient * A).sum(dim=1)


@wrong("abs")
def absolute(A, gradient):
    return F.relu((gradient.abs() * A).sum(dim=1))


@wrong("mean over maps")
def mean_k(A, gradient):
    return F.relu((F.relu(gradient) * A).mean(dim=1))


@wrong("forgot to sum")
def no_sum(A, gradient):
    return F.relu(F.relu(gradient) * A)


@wrong("squeeze")
def squeezed(A, gradient):
    return F.relu((F.relu(gradient) * A).sum(dim=1)).squeeze()


@wrong("keepdim")
def keepdim(A, gradient):
    return F.relu((F.relu(gradient) * A).sum(dim=1, keepdim=True))


@wrong("divides by the number of places")
def by_z(A, gradient):
    return F.relu((F.relu(gradient) * A).sum(dim=1)) / (A.shape[2] * A.shape[3])


@wrong("writes into the gradient")
def in_place(A, gradient):
    gradient.clamp_(min=0)
    return F.relu((gradient * A).sum(dim=1))


@wrong("normalized per image")
def normalized(A, gradient):
    L = F.relu((F.relu(gradient) * A).sum(dim=1))
    return L / (L.amax(dim=(1, 2), keepdim=True) + 1e-8)


@wrong("sums over the batch")
def batch_sum(A, gradient):
    return F.relu((F.relu(gradient) * A).sum(dim=0))


@wrong("a mask instead of the gradient")
def mask(A, gradient):
    return F.relu((A * (gradient > 0).float()).sum(dim=1))


@wrong("ReLU without parentheses: the method itself")
def no_call(A, gradient):
    return (gradient.relu * A).sum(dim=1).relu()


@wrong("nothing is returned")
def nothing(A, gradient):
    (gradient.relu() * A).sum(dim=1).relu()


@wrong("matrix product")
def matrix(A, gradient):
    return F.relu((F.relu(gradient) @ A).sum(dim=1))


@wrong("LayerCAM's tanh for shallow layers")
def tanh(A, gradient):
    return torch.tanh(2 * F.relu((F.relu(gradient) * A).sum(dim=1)))


# A second round, by someone else.


@right("where on the gradient, einsum with dots")
def where(A, gradient):
    kept = torch.where(gradient > 0, gradient, torch.zeros_like(gradient))
    return torch.einsum("nk...,nk...->n...", kept, A).clamp_min(0)


@right("half of value plus size, twice")
def halves(A, gradient):
    L = (0.5 * (gradient + gradient.abs()) * A).sum(-3)
    return 0.5 * (L + L.abs())


@right("a mask times the product")
def masked(A, gradient):
    L = ((gradient > 0) * gradient * A).sum(dim=1)
    return L * (L > 0)


@right("a sum over maps as a list, torch.maximum")
def listed(A, gradient):
    L = sum(gradient[:, k].clamp(min=0) * A[:, k] for k in range(A.shape[1]))
    return torch.maximum(L, torch.tensor(0.0))


@wrong("negative derivatives kept, positive dropped")
def other_side(A, gradient):
    return F.relu((-F.relu(-gradient) * A).sum(dim=1))


@wrong("negative derivatives turned round and kept")
def minus(A, gradient):
    return F.relu((F.relu(-gradient) * A).sum(dim=1))


@wrong("leaky")
def leaky(A, gradient):
    return F.relu((F.leaky_relu(gradient, 0.01) * A).sum(dim=1))


@wrong("ReLU of each weighted map")
def each(A, gradient):
    return F.relu(F.relu(gradient) * A).sum(dim=1)


@wrong("the largest map, not the sum")
def largest(A, gradient):
    return F.relu((F.relu(gradient) * A).amax(dim=1))


@wrong("the sum over the places: one number a map")
def places(A, gradient):
    return F.relu((F.relu(gradient) * A).sum(dim=(2, 3)))


@wrong("the first image alone")
def first(A, gradient):
    return F.relu((F.relu(gradient[0]) * A[0]).sum(dim=0))


@wrong("absolute value at the end")
def size(A, gradient):
    return (F.relu(gradient) * A).sum(dim=1).abs()


@wrong("only the maps come out, the gradient is not looked at")
def no_gradient(A, gradient):
    return F.relu(A.sum(dim=1))


@wrong("the gradient alone")
def no_maps(A, gradient):
    return F.relu(gradient).sum(dim=1)


@wrong("the arguments the other way round")
def swapped(A, gradient):
    return F.relu((F.relu(A) * gradient).sum(dim=1))


@wrong("summed over rows, dimension 2")
def dimension(A, gradient):
    return F.relu((F.relu(gradient) * A).sum(dim=2))
