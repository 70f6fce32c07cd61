"""Attempts at 4.2."""

import numpy as np
import torch
from attempts import right, wrong


@right("abs and amax")
def abs_amax(gradients):
    return gradients.abs().amax(dim=1)


@right("max gives values and indices")
def max_values(gradients):
    strengths, _ = torch.max(torch.abs(gradients), dim=1)
    return strengths


@right("a loop over the channels with torch.maximum")
def maximum_loop(gradients):
    best = gradients[:, 0].abs()
    for c in range(1, gradients.shape[1]):
        best = torch.maximum(best, gradients[:, c].abs())
    return best


@right("NumPy, back to a tensor")
def numpy(gradients):
    return torch.from_numpy(np.abs(gradients.detach().cpu().numpy()).max(axis=1))


@right("the larger of the maximum and minus the minimum")
def both_ends(gradients):
    return torch.maximum(gradients.amax(1), -gradients.amin(1))


@right("an infinity norm over the channels")
def infinity_norm(gradients):
    return torch.linalg.vector_norm(gradients, ord=float("inf"), dim=1)


@wrong("the largest first, then its absolute value")
def max_then_abs(gradients):
    return gradients.amax(dim=1).abs()


@wrong("no absolute value")
def no_abs(gradients):
    return gradients.amax(dim=1)


@wrong("ReLU in place of the absolute value")
def relu(gradients):
    return gradients.relu().amax(dim=1)


@wrong("the mean of the channels")
def mean(gradients):
    return gradients.abs().mean(dim=1)


@wrong("the sum of the channels")
def sum_channels(gradients):
    return gradients.abs().sum(dim=1)


@wrong("the square in place of the absolute value")
def square(gradients):
    return gradients.pow(2).amax(dim=1)


@wrong("the length of the three numbers")
def length(gradients):
    return gradients.norm(dim=1)


@wrong("the largest over the images")
def over_images(gradients):
    return gradients.abs().amax(dim=0)


@wrong("keeps the channel dimension: (N, 1, H, W)")
def kept(gradients):
    return gradients.abs().amax(dim=1, keepdim=True)


@wrong("both values and indices are returned")
def pair(gradients):
    return gradients.abs().max(dim=1)


@wrong("the number of the strongest channel")
def argmax(gradients):
    return gradients.abs().argmax(dim=1)


@wrong("the largest over everything, one number")
def one_number(gradients):
    return gradients.abs().max()


@wrong("the largest over the last dimension")
def last_dim(gradients):
    return gradients.abs().amax(dim=-1)


@wrong("the largest over the channels and the places")
def per_image(gradients):
    return gradients.abs().amax(dim=(1, 2, 3))


@wrong("the first image only")
def first_only(gradients):
    return gradients[0].abs().amax(dim=0)


@wrong("squeeze: a batch of one loses its dimension")
def squeezed(gradients):
    return gradients.abs().amax(dim=1, keepdim=True).squeeze()


@wrong("three channels written down")
def three_channels(gradients):
    g = gradients.abs()
    return torch.maximum(torch.maximum(g[:, 0], g[:, 1]), g[:, 2])


@wrong("abs_ changes the caller's gradients")
def in_place(gradients):
    return gradients.abs_().amax(dim=1)


@wrong("the strongest channel with its sign")
def signed_strongest(gradients):
    index = gradients.abs().argmax(dim=1, keepdim=True)
    return gradients.gather(1, index)[:, 0]


@wrong("each map divided by its maximum")
def scaled(gradients):
    s = gradients.abs().amax(dim=1)
    return s / s.amax(dim=(1, 2), keepdim=True)
