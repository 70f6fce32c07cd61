"""Attempts at 15.1."""

import torch.nn.functional as F


import numpy as np
import torch
from attempts import right, wrong


@right("unsqueeze")
def unsqueezed(A, gamma, beta):
    gamma = gamma.unsqueeze(-1).unsqueeze(-1)
    beta = beta.unsqueeze(-1).unsqueeze(-1)
    return torch.relu(A * (1 + gamma) + beta)


@right("loops over scenes and maps")
def loops(A, gamma, beta):
    out = torch.zeros_like(A)
    for n in range(A.shape[0]):
        for k in range(A.shape[1]):
            out[n, k] = torch.clamp((1 + gamma[n, k]) * A[n, k] + beta[n, k], min=0)
    return out


@right("the product written out")
def written_out(A, gamma, beta):
    g, b = gamma[..., None, None], beta[..., None, None]
    return torch.nn.functional.relu(A + g * A + b)


@right("einsum")
def einsum(A, gamma, beta):
    scaled = torch.einsum("nk,nkij->nkij", gamma + 1, A)
    return (scaled + beta[:, :, None, None]).clamp(min=0)


@right("NumPy")
def numpy(A, gamma, beta):
    g, b = gamma.numpy()[:, :, None, None], beta.numpy()[:, :, None, None]
    return torch.from_numpy(np.maximum((1 + g) * A.numpy() + b, 0))


@right("flattened places")
def flattened(A, gamma, beta):
    n, k, h, w = A.shape
    flat = A.reshape(n * k, h * w) * (1 + gamma).reshape(-1, 1) + beta.reshape(-1, 1)
    return flat.relu().reshape(n, k, h, w)


@right("where")
def where(A, gamma, beta):
    out = (1 + gamma)[:, :, None, None] * A + beta[:, :, None, None]
    return torch.where(out > 0, out, torch.zeros_like(out))


@wrong("no one added")
def no_one(A, gamma, beta):
    return torch.relu(gamma[:, :, None, None] * A + beta[:, :, None, None])


@wrong("no ReLU")
def no_relu(A, gamma, beta):
    return (1 + gamma[:, :, None, None]) * A + beta[:, :, None, None]


@wrong("ReLU before the shift")
def early_relu(A, gamma, beta):
    return torch.relu((1 + gamma[:, :, None, None]) * A) + beta[:, :, None, None]


@wrong("ReLU on the maps only")
def relu_maps(A, gamma, beta):
    return (1 + gamma[:, :, None, None]) * torch.relu(A) + beta[:, :, None, None]


@wrong("shift first")
def shift_first(A, gamma, beta):
    return torch.relu((1 + gamma[:, :, None, None]) * (A + beta[:, :, None, None]))


@wrong("minus beta")
def minus(A, gamma, beta):
    return torch.relu((1 + gamma[:, :, None, None]) * A - beta[:, :, None, None])


@wrong("pooled")
def pooled(A, gamma, beta):
    return torch.relu((1 + gamma[:, :, None, None]) * A + beta[:, :, None, None]).mean(dim=(2, 3))


@wrong("swapped")
def swapped(A, gamma, beta):
    return torch.relu((1 + beta[:, :, None, None]) * A + gamma[:, :, None, None])


@wrong("beta forgotten")
def no_beta(A, gamma, beta):
    return torch.relu((1 + gamma[:, :, None, None]) * A)


@wrong("sigmoid for the gate")
def gate(A, gamma, beta):
    return torch.relu(torch.sigmoid(gamma)[:, :, None, None] * A + beta[:, :, None, None])


@wrong("broadcast without new dimensions")
def no_dimensions(A, gamma, beta):
    return torch.relu((1 + gamma) * A + beta)


@wrong("the first scene's numbers")
def first(A, gamma, beta):
    return torch.relu((1 + gamma[0][:, None, None]) * A + beta[0][:, None, None])


# Another round, by three who had read the notebook alone.


@right("None, None")
def b_none(A, gamma, beta):
    return torch.relu((1 + gamma[:, :, None, None]) * A + beta[:, :, None, None])


@right("loops")
def b_loops(A, gamma, beta):
    out = torch.empty_like(A)
    for n in range(A.shape[0]):
        for k in range(A.shape[1]):
            out[n, k] = torch.clamp((1 + gamma[n, k]) * A[n, k] + beta[n, k], min=0)
    return out


@right("einsum")
def b_einsum(A, gamma, beta):
    return F.relu(torch.einsum("nk,nkij->nkij", gamma, A) + A + beta[..., None, None])


@right("view")
def b_view(A, gamma, beta):
    N, K = gamma.shape
    return ((gamma.view(N, K, 1, 1) + 1.0) * A + beta.view(N, K, 1, 1)).clamp(0)


@right("numpy")
def b_numpy(A, gamma, beta):
    a, g, b = (t.detach().numpy() for t in (A, gamma, beta))
    return torch.from_numpy(np.maximum((1 + g[..., None, None]) * a + b[..., None, None], 0))


@right("addcmul, flattened")
def b_addcmul(A, gamma, beta):
    flat = torch.addcmul(beta.unsqueeze(-1), gamma.unsqueeze(-1) + 1, A.flatten(2))
    return flat.relu().view_as(A)


@right("where")
def b_where(A, gamma, beta):
    z = A.permute(2, 3, 0, 1) * (1 + gamma) + beta
    return torch.where(z > 0, z, 0.0).permute(2, 3, 0, 1)


@wrong("one minus gamma")
def b_one_minus(A, gamma, beta):
    return torch.relu((1 - gamma[:, :, None, None]) * A + beta[:, :, None, None])


@wrong("1 + gamma A + beta")
def b_no_brackets(A, gamma, beta):
    return torch.relu(1 + gamma[:, :, None, None] * A + beta[:, :, None, None])


@wrong("mean over the scenes")
def b_mean(A, gamma, beta):
    return torch.relu((1 + gamma.mean(0)[None, :, None, None]) * A + beta.mean(0)[None, :, None, None])


@wrong("exp of gamma")
def b_exp(A, gamma, beta):
    return torch.relu(gamma.exp()[:, :, None, None] * A + beta[:, :, None, None])


@wrong("sigmoid in place of ReLU")
def b_end(A, gamma, beta):
    return torch.sigmoid((1 + gamma[:, :, None, None]) * A + beta[:, :, None, None])


@wrong("leaky ReLU")
def b_leaky(A, gamma, beta):
    return F.leaky_relu((1 + gamma[:, :, None, None]) * A + beta[:, :, None, None])


@wrong("abs")
def b_abs(A, gamma, beta):
    return ((1 + gamma[:, :, None, None]) * A + beta[:, :, None, None]).abs()


@wrong("cut at 1 as well")
def b_clamp(A, gamma, beta):
    return ((1 + gamma[:, :, None, None]) * A + beta[:, :, None, None]).clamp(0, 1)


@wrong("ReLU on the factor too")
def b_factor(A, gamma, beta):
    return torch.relu((1 + gamma).relu()[:, :, None, None] * A + beta[:, :, None, None])


@wrong("ReLU on all pieces")
def b_pieces(A, gamma, beta):
    return (1 + gamma).relu()[:, :, None, None] * A.relu() + beta.relu()[:, :, None, None]


@wrong("changes A")
def b_in_place(A, gamma, beta):
    A *= 1 + gamma[:, :, None, None]
    A += beta[:, :, None, None]
    return A.relu_()


@wrong("changes gamma")
def b_in_place_gamma(A, gamma, beta):
    gamma += 1
    return torch.relu(gamma[:, :, None, None] * A + beta[:, :, None, None])


@wrong("summed over the maps")
def b_sum(A, gamma, beta):
    return torch.relu((1 + gamma[:, :, None, None]) * A + beta[:, :, None, None]).sum(dim=1)


@wrong("64 maps of 12 × 12 written in")
def b_hard(A, gamma, beta):
    g, b = gamma.reshape(-1, 64, 1, 1), beta.reshape(-1, 64, 1, 1)
    return torch.relu((1 + g) * A + b)


@wrong("one new dimension")
def b_one_dim(A, gamma, beta):
    return torch.relu((1 + gamma[:, :, None]) * A + beta[:, :, None])


@wrong("gamma over the maps turned round")
def b_flip(A, gamma, beta):
    return torch.relu((1 + gamma.T[:, :, None, None]) * A + beta.T[:, :, None, None])


@wrong("nothing returned")
def b_nothing(A, gamma, beta):
    torch.relu((1 + gamma[:, :, None, None]) * A + beta[:, :, None, None])


@wrong("1 added to A, not to gamma")
def b_one_to_a(A, gamma, beta):
    return torch.relu(gamma[:, :, None, None] * (1 + A) + beta[:, :, None, None])


@wrong("the ReLU without a call")
def b_module(A, gamma, beta):
    return torch.nn.ReLU((1 + gamma[:, :, None, None]) * A + beta[:, :, None, None])


@wrong("rounded to float64 by numpy, an array")
def b_array(A, gamma, beta):
    return np.maximum((1 + gamma[:, :, None, None].numpy()) * A.numpy() + beta[:, :, None, None].numpy(), 0)


@wrong("normalized to the maximum")
def b_max(A, gamma, beta):
    B = torch.relu((1 + gamma[:, :, None, None]) * A + beta[:, :, None, None])
    return B / B.amax(dim=(2, 3), keepdim=True).clamp(min=1e-8)


@wrong("beta twice")
def b_residual(A, gamma, beta):
    return A + torch.relu(gamma[:, :, None, None] * A + beta[:, :, None, None])


@right("repeat, in float64")
def b_repeat(A, gamma, beta):
    h, w = A.shape[2:]
    g = gamma.double()[:, :, None, None].repeat(1, 1, h, w)
    return torch.maximum(A * g + A + beta[:, :, None, None].repeat(1, 1, h, w), torch.zeros(()))


@right("times a mask")
def b_mask(A, gamma, beta):
    B = torch.einsum("nkhw,nk->nkhw", A, gamma + 1) + beta.reshape(*beta.shape, 1, 1)
    return B * (B > 0)


@right("a copy, changed in place")
def b_copy(A, gamma, beta):
    B = A.clone()
    B.mul_((1 + gamma)[..., None, None]).add_(beta[..., None, None])
    B[B < 0] = 0
    return B


@wrong("ReLU before the factor and the shift")
def b_early(A, gamma, beta):
    return (1 + gamma[:, :, None, None]) * torch.relu(A + beta[:, :, None, None])


@wrong("tanh of gamma")
def b_tanh(A, gamma, beta):
    return torch.relu((1 + gamma.tanh()[:, :, None, None]) * A + beta[:, :, None, None])


@wrong("beta divided by the number of places")
def b_beta_places(A, gamma, beta):
    return torch.relu((1 + gamma[:, :, None, None]) * A + beta[:, :, None, None] / A[0, 0].numel())


@wrong("gamma of dimension 1 first: permuted maps that are not turned back")
def b_not_back(A, gamma, beta):
    return torch.relu(A.permute(2, 3, 0, 1) * (1 + gamma) + beta)


@wrong("the largest map's factor for all")
def b_max_gamma(A, gamma, beta):
    return torch.relu((1 + gamma.amax(1)[:, None, None, None]) * A + beta.amax(1)[:, None, None, None])
