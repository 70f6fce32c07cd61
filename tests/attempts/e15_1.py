"""Attempts at 15.1."""

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
