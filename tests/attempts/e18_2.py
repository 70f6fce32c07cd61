"""Attempts at 18.2."""

import torch
import torch.nn.functional as F
from attempts import right, wrong


@right("where on the gradient, denominators made safe")
def safe(A, gradient):
    g2, g3 = gradient.pow(2), gradient.pow(3)
    S = A.sum((2, 3), keepdim=True)
    denominator = 2 * g2 + S * g3
    denominator = torch.where(denominator != 0, denominator, torch.ones_like(denominator))
    alpha = g2 / denominator
    weights = (alpha * F.relu(gradient)).sum((2, 3))
    return F.relu(torch.einsum("nk,nkij->nij", weights, A))


@right("nan_to_num on alpha")
def nan_to_num(A, gradient):
    S = A.sum(dim=(2, 3), keepdim=True)
    alpha = torch.nan_to_num(gradient**2 / (2 * gradient**2 + S * gradient**3), nan=0.0, posinf=0.0, neginf=0.0)
    w = (alpha * gradient.clamp(min=0)).sum(dim=(2, 3))
    return (w[..., None, None] * A).sum(1).clamp(min=0)


@right("the fraction shortened by g²")
def shortened(A, gradient):
    S = A.sum(dim=(2, 3), keepdim=True)
    w = (gradient.relu() / (2 + S * gradient)).sum(dim=(2, 3), keepdim=True)
    return (w * A).sum(dim=1).relu()


@right("a mask of the positive derivatives")
def positive_alone(A, gradient):
    alpha = torch.zeros_like(gradient)
    S = A.sum(dim=(2, 3), keepdim=True).expand_as(A)
    p = gradient > 0
    g = gradient[p]
    alpha[p] = g**2 / (2 * g**2 + S[p] * g**3)
    return F.relu(((alpha * F.relu(gradient)).sum((2, 3), keepdim=True) * A).sum(1))


@wrong("an ε of 1e-6 as in a library")
def epsilon(A, gradient):
    g2, g3 = gradient**2, gradient**3
    alpha = g2 / (2 * g2 + A.sum(dim=(2, 3), keepdim=True) * g3 + 1e-6)
    w = (alpha * F.relu(gradient)).sum(dim=(2, 3), keepdim=True)
    return F.relu((w * A).sum(dim=1))


@wrong("an ε of 1e-7")
def smaller_epsilon(A, gradient):
    g2, g3 = gradient**2, gradient**3
    alpha = g2 / (2 * g2 + A.sum(dim=(2, 3), keepdim=True) * g3 + 1e-7)
    w = (alpha * F.relu(gradient)).sum(dim=(2, 3), keepdim=True)
    return F.relu((w * A).sum(dim=1))


@wrong("divides 0 by 0")
def not_a_number(A, gradient):
    g2, g3 = gradient**2, gradient**3
    alpha = g2 / (2 * g2 + A.sum(dim=(2, 3), keepdim=True) * g3)
    w = (alpha * F.relu(gradient)).sum(dim=(2, 3), keepdim=True)
    return F.relu((w * A).sum(dim=1))


@wrong("nan_to_num at the very end")
def too_late(A, gradient):
    g2, g3 = gradient**2, gradient**3
    alpha = g2 / (2 * g2 + A.sum(dim=(2, 3), keepdim=True) * g3)
    w = (alpha * F.relu(gradient)).sum(dim=(2, 3), keepdim=True)
    return torch.nan_to_num(F.relu((w * A).sum(dim=1)))


@wrong("Grad-CAM")
def grad_cam(A, gradient):
    return F.relu((gradient.mean(dim=(2, 3), keepdim=True) * A).sum(dim=1))


@wrong("without α")
def no_alpha(A, gradient):
    return F.relu((F.relu(gradient).sum(dim=(2, 3), keepdim=True) * A).sum(dim=1))


def alpha_of(A, gradient, S=None):
    S = A.sum(dim=(2, 3), keepdim=True) if S is None else S
    below = 2 * gradient**2 + S * gradient**3
    return torch.where(below == 0, torch.zeros_like(below), gradient**2 / below)


@wrong("no ReLU on the gradient")
def no_relu(A, gradient):
    w = (alpha_of(A, gradient) * gradient).sum(dim=(2, 3), keepdim=True)
    return F.relu((w * A).sum(dim=1))


@wrong("ReLU on the weights")
def relu_on_w(A, gradient):
    w = F.relu((alpha_of(A, gradient) * gradient).sum(dim=(2, 3), keepdim=True))
    return F.relu((w * A).sum(dim=1))


@wrong("mean in place of the sum over places")
def mean_places(A, gradient):
    w = (alpha_of(A, gradient) * F.relu(gradient)).mean(dim=(2, 3), keepdim=True)
    return F.relu((w * A).sum(dim=1))


@wrong("the sum of A forgotten, A itself")
def no_total(A, gradient):
    w = (alpha_of(A, gradient, A) * F.relu(gradient)).sum(dim=(2, 3), keepdim=True)
    return F.relu((w * A).sum(dim=1))


@wrong("the sum runs over A g³")
def sum_of_product(A, gradient):
    below = 2 * gradient**2 + (A * gradient**3).sum(dim=(2, 3), keepdim=True)
    alpha = torch.where(below == 0, torch.zeros_like(below), gradient**2 / below)
    w = (alpha * F.relu(gradient)).sum(dim=(2, 3), keepdim=True)
    return F.relu((w * A).sum(dim=1))


@wrong("the mean of A")
def mean_of_A(A, gradient):
    w = (alpha_of(A, gradient, A.mean(dim=(2, 3), keepdim=True)) * F.relu(gradient)).sum(dim=(2, 3), keepdim=True)
    return F.relu((w * A).sum(dim=1))


@wrong("the 2 is missing")
def no_two(A, gradient):
    below = gradient**2 + A.sum(dim=(2, 3), keepdim=True) * gradient**3
    alpha = torch.where(below == 0, torch.zeros_like(below), gradient**2 / below)
    w = (alpha * F.relu(gradient)).sum(dim=(2, 3), keepdim=True)
    return F.relu((w * A).sum(dim=1))


@wrong("no final ReLU")
def no_end(A, gradient):
    w = (alpha_of(A, gradient) * F.relu(gradient)).sum(dim=(2, 3), keepdim=True)
    return (w * A).sum(dim=1)


@wrong("no sum over the places")
def each_place(A, gradient):
    return F.relu((alpha_of(A, gradient) * F.relu(gradient) * A).sum(dim=1))


@wrong("keepdim forgotten: shapes do not fit")
def shapes(A, gradient):
    below = 2 * gradient**2 + A.sum(dim=(2, 3)) * gradient**3
    alpha = torch.where(below == 0, torch.zeros_like(below), gradient**2 / below)
    w = (alpha * F.relu(gradient)).sum(dim=(2, 3), keepdim=True)
    return F.relu((w * A).sum(dim=1))


@wrong("squeeze at the end")
def squeezed(A, gradient):
    w = (alpha_of(A, gradient) * F.relu(gradient)).sum(dim=(2, 3), keepdim=True)
    return F.relu((w * A).sum(dim=1)).squeeze()


@wrong("α normalized to sum 1")
def normalized(A, gradient):
    alpha = alpha_of(A, gradient)
    alpha = alpha / alpha.sum(dim=(2, 3), keepdim=True)
    w = (alpha * F.relu(gradient)).sum(dim=(2, 3), keepdim=True)
    return F.relu((w * A).sum(dim=1))


@wrong("Python's if on a tensor")
def ambiguous(A, gradient):
    below = 2 * gradient**2 + A.sum(dim=(2, 3), keepdim=True) * gradient**3
    alpha = gradient**2 / below if below != 0 else 0
    w = (alpha * F.relu(gradient)).sum(dim=(2, 3), keepdim=True)
    return F.relu((w * A).sum(dim=1))


@wrong("the first image's weights for all")
def first_weights(A, gradient):
    w = (alpha_of(A, gradient) * F.relu(gradient)).sum(dim=(2, 3), keepdim=True)
    return F.relu((w[0] * A).sum(dim=1))


@wrong("ReLU on each weighted map")
def relu_inside(A, gradient):
    w = (alpha_of(A, gradient) * F.relu(gradient)).sum(dim=(2, 3), keepdim=True)
    return F.relu(w * A).sum(dim=1)


# A second round, by someone else.


@right("loops over images and maps, only where the derivative is above 0")
def image_by_image(A, gradient):
    maps = []
    for a, g in zip(A, gradient, strict=True):
        L = torch.zeros(a.shape[1:])
        for k in range(len(a)):
            up = g[k][g[k] > 0]
            below = 2 * up**2 + a[k].sum() * up**3
            L = L + torch.where(below == 0, torch.zeros_like(up), up**3 / below).sum() * a[k]
        maps.append(L.clamp(min=0))
    return torch.stack(maps)


@right("masked_fill against 0/0, einsum")
def filled(A, gradient):
    g2, g3 = gradient.pow(2), gradient.pow(3)
    S = A.flatten(2).sum(-1)[:, :, None, None]
    below = 2 * g2 + S * g3
    alpha = g2 / below.masked_fill(below == 0, 1)
    alpha = alpha.masked_fill(below == 0, 0)
    u = torch.einsum("nkij,nkij->nk", alpha, gradient.clamp(min=0))
    return torch.relu(torch.einsum("nk,nkij->nij", u, A))


@wrong("the paper's second and third derivative swapped")
def powers(A, gradient):
    below = 2 * gradient**3 + A.sum(dim=(2, 3), keepdim=True) * gradient**2
    alpha = torch.where(below == 0, torch.zeros_like(below), gradient**2 / below)
    u = (alpha * torch.relu(gradient)).sum(dim=(2, 3), keepdim=True)
    return torch.relu((u * A).sum(dim=1))


@wrong("the sum multiplied with the whole denominator")
def brackets(A, gradient):
    below = 2 * (gradient**2 + A.sum(dim=(2, 3), keepdim=True) * gradient**3)
    alpha = torch.where(below == 0, torch.zeros_like(below), gradient**2 / below)
    u = (alpha * torch.relu(gradient)).sum(dim=(2, 3), keepdim=True)
    return torch.relu((u * A).sum(dim=1))


@wrong("2 in the numerator as well")
def two_above(A, gradient):
    below = 2 * gradient**2 + A.sum(dim=(2, 3), keepdim=True) * gradient**3
    alpha = torch.where(below == 0, torch.zeros_like(below), 2 * gradient**2 / below)
    u = (alpha * torch.relu(gradient)).sum(dim=(2, 3), keepdim=True)
    return torch.relu((u * A).sum(dim=1))


@wrong("α is 1 where it cannot be computed")
def one_where_zero(A, gradient):
    below = 2 * gradient**2 + A.sum(dim=(2, 3), keepdim=True) * gradient**3
    alpha = gradient**2 / torch.where(below != 0, below, torch.ones_like(below))
    alpha = alpha.clamp(max=1)
    u = (alpha * torch.relu(gradient)).sum(dim=(2, 3), keepdim=True)
    return torch.relu((u * A).sum(dim=1))


@wrong("negative α cut off")
def alpha_cut(A, gradient):
    below = 2 * gradient**2 + A.sum(dim=(2, 3), keepdim=True) * gradient**3
    alpha = torch.where(below == 0, torch.zeros_like(below), gradient**2 / below).relu()
    u = (alpha * torch.relu(gradient)).sum(dim=(2, 3), keepdim=True)
    return torch.relu((u * A).sum(dim=1))


@wrong("the gradient cut off at the start, where S g³ then hides nothing")
def sum_of_positive(A, gradient):
    g = torch.relu(gradient)
    below = 2 * g**2 + torch.relu(A).sum(dim=(2, 3), keepdim=True) * g**3
    alpha = torch.where(below == 0, torch.zeros_like(below), g**2 / below)
    u = (alpha * g).sum(dim=(2, 3), keepdim=True)
    return torch.relu((u * A).sum(dim=1))


@wrong("the sum over the places as an average of Grad-CAM's kind")
def over_count(A, gradient):
    below = 2 * gradient**2 + A.sum(dim=(2, 3), keepdim=True) * gradient**3
    alpha = torch.where(below == 0, torch.zeros_like(below), gradient**2 / below)
    u = (alpha * torch.relu(gradient)).sum(dim=(2, 3), keepdim=True) / A[0, 0].numel()
    return torch.relu((u * A).sum(dim=1))


@wrong("averaged over the maps")
def mean_of_maps(A, gradient):
    below = 2 * gradient**2 + A.sum(dim=(2, 3), keepdim=True) * gradient**3
    alpha = torch.where(below == 0, torch.zeros_like(below), gradient**2 / below)
    u = (alpha * torch.relu(gradient)).sum(dim=(2, 3), keepdim=True)
    return torch.relu((u * A).mean(dim=1))


@wrong("every place with its own weight: LayerCAM with α")
def local(A, gradient):
    below = 2 * gradient**2 + A.sum(dim=(2, 3), keepdim=True) * gradient**3
    alpha = torch.where(below == 0, torch.zeros_like(below), gradient**2 / below)
    return torch.relu((alpha * torch.relu(gradient) * A).sum(dim=1))


@wrong("the weights alone")
def weights_alone(A, gradient):
    below = 2 * gradient**2 + A.sum(dim=(2, 3), keepdim=True) * gradient**3
    alpha = torch.where(below == 0, torch.zeros_like(below), gradient**2 / below)
    return (alpha * torch.relu(gradient)).sum(dim=(2, 3))


@wrong("S over the whole batch")
def batch_total(A, gradient):
    below = 2 * gradient**2 + A.sum(dim=(0, 2, 3), keepdim=True) * gradient**3
    alpha = torch.where(below == 0, torch.zeros_like(below), gradient**2 / below)
    u = (alpha * torch.relu(gradient)).sum(dim=(2, 3), keepdim=True)
    return torch.relu((u * A).sum(dim=1))


@wrong("writes into the gradient")
def cuts_in_place(A, gradient):
    gradient[gradient < 0] = 0
    below = 2 * gradient**2 + A.sum(dim=(2, 3), keepdim=True) * gradient**3
    alpha = torch.where(below == 0, torch.zeros_like(below), gradient**2 / below)
    u = (alpha * gradient).sum(dim=(2, 3), keepdim=True)
    return torch.relu((u * A).sum(dim=1))
