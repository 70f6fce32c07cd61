"""Attempts at 1.1."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from attempts import right, wrong


@right("sum over the last two dims, divided by H·W")
def gap_sum(A):
    N, K, H, W = A.shape
    return A.sum(dim=(2, 3)) / (H * W)


@right("two sums, one after the other, negative dims")
def gap_two_sums(A):
    Z = A.shape[-1] * A.shape[-2]
    F_k = A.sum(-1).sum(-1)
    return F_k / Z


@right("flattens the positions and sums them")
def gap_flat(A):
    flat = A.flatten(start_dim=2)
    return flat.sum(dim=2) / flat.shape[2]


@right("einsum")
def gap_einsum(A):
    z = A.shape[2] * A.shape[3]
    return torch.einsum("nkij->nk", A) / z


@right("adds up whole columns of positions in a loop")
def gap_loop_positions(A):
    N, K, H, W = A.shape
    total = torch.zeros(N, K)
    for i in range(H):
        for j in range(W):
            total = total + A[:, :, i, j]
    return total / (H * W)


@right("fills the result map by map")
def gap_loop_maps(A):
    out = torch.zeros(A.shape[0], A.shape[1])
    for n in range(len(A)):
        for k in range(len(A[n])):
            out[n, k] = torch.sum(A[n, k]) / A[n, k].numel()
    return out


@right("multiplies the flattened maps with a vector of 1/Z")
def gap_matmul(A: torch.Tensor) -> torch.Tensor:
    n, k, h, w = A.shape
    ones = torch.ones(h * w, dtype=A.dtype) / (h * w)
    return A.reshape(n, k, -1) @ ones


@right("NumPy sum, back to a tensor")
def gap_numpy(A):
    a = A.detach().numpy()
    return torch.from_numpy(a.sum(axis=(2, 3)) / (a.shape[2] * a.shape[3]))


@right("sums in float64 and goes back")
def gap_double(A):
    Z = np.prod(A.shape[2:])
    return (A.double().sum((2, 3)) / float(Z)).to(A.dtype)


@wrong("uses mean, which the text forbids")
def gap_mean(A):
    return A.mean(dim=(2, 3))


@wrong("uses torch.mean on the flattened maps, which the text forbids")
def gap_torch_mean(A):
    return torch.mean(A.flatten(2), -1)


@wrong("uses a ready-made pooling layer")
def gap_adaptive(A):
    pool = nn.AdaptiveAvgPool2d(1)
    return pool(A).flatten(1)


@wrong("uses F.avg_pool2d over the whole map, a ready-made pooling")
def gap_avg_pool(A):
    return F.avg_pool2d(A, kernel_size=A.shape[2:])[:, :, 0, 0]


@wrong("takes NumPy's mean")
def gap_np_mean(A):
    return torch.tensor(np.mean(A.detach().numpy(), axis=(2, 3)))


@wrong("does not divide by Z")
def gap_no_division(A):
    return A.sum(dim=(2, 3))


@wrong("divides by H·H")
def gap_square(A):
    H = A.shape[2]
    return A.sum((2, 3)) / H**2


@wrong("divides by 144, the number of positions of the zoo's maps")
def gap_144(A):
    return A.sum(dim=[2, 3]) / 144


@wrong("divides by the width only")
def gap_width_only(A):
    N, K, H, W = A.shape
    return A.sum(3).sum(2) / W


@wrong("takes K·H for the number of positions: off by one in the shape")
def gap_shape_off(A):
    Z = A.shape[1] * A.shape[2]
    return A.sum(dim=(2, 3)) / Z


@wrong("divides by the number of all values of an image, maps included")
def gap_numel(A):
    return A.sum(dim=(2, 3)) / A[0].numel()


@wrong("sums over the maps and rows instead of rows and columns")
def gap_dims_12(A):
    _, K, H, W = A.shape
    return A.sum(dim=(1, 2)) / (H * W)


@wrong("leaves the two summed dims in, (N, K, 1, 1)")
def gap_keepdim(A):
    Z = A.shape[2] * A.shape[3]
    return A.sum(dim=(2, 3), keepdim=True) / Z


@wrong("squeeze also removes a batch of one image")
def gap_squeeze(A):
    Z = A.shape[2] * A.shape[3]
    return (A.sum(dim=(2, 3), keepdim=True) / Z).squeeze()


@wrong("pools the first image only")
def gap_first(A):
    maps = A[0]
    return maps.sum(dim=(1, 2)) / (maps.shape[1] * maps.shape[2])


@wrong("one number for each map, summed over the whole batch")
def gap_batch(A):
    N, K, H, W = A.shape
    return A.sum(dim=(0, 2, 3)) / (N * H * W)


@wrong("one number for the whole stack")
def gap_total(A):
    return A.sum() / A.numel()


@wrong("integer division throws the fraction away")
def gap_floor(A):
    Z = A.shape[2] * A.shape[3]
    return A.sum(dim=(2, 3)) // Z


@wrong("divides the caller's maps in place")
def gap_inplace(A):
    A /= A.shape[2] * A.shape[3]
    return A.sum(dim=(2, 3))


@wrong("cuts off negative values first")
def gap_relu(A):
    Z = A.shape[2] * A.shape[3]
    return A.clamp(min=0).sum(dim=(2, 3)) / Z


@wrong("takes the maximum: GMP in place of GAP")
def gap_max(A):
    return A.amax(dim=(2, 3))


@wrong("the loops start at 1 and miss the first row and column")
def gap_from_one(A):
    N, K, H, W = A.shape
    s = torch.zeros(N, K)
    for i in range(1, H):
        for j in range(1, W):
            s += A[:, :, i, j]
    return s / (H * W)


@wrong("counts only the positions that are not zero")
def gap_nonzero(A):
    return A.sum((2, 3)) / (A != 0).sum((2, 3)).clamp(min=1)


@wrong("prints the result and returns nothing")
def gap_print(A):
    Z = A.shape[2] * A.shape[3]
    print(A.sum(dim=(2, 3)) / Z)


@wrong("sums the rows only, and divides by Z")
def gap_one_dim(A):
    return A.sum(dim=2) / (A.shape[2] * A.shape[3])


@wrong("sums the first image only and forgets to divide")
def gap_two_mistakes(A):
    return torch.stack([a.sum() for a in A[0]])
