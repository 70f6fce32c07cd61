"""The solutions of notebook 18, by which its figures, too, are drawn: plain functions."""

import torch

from cam_tutorial import upsample


def my_layer_cam(A, gradient):
    """maps, gradient, (N, K, h, w) each -> (N, h, w): ReLU(Σ_k relu(∂y/∂A^k) ⊙ A^k)"""
    return (gradient.relu() * A).sum(dim=1).relu()


def my_grad_cam_plus_plus(A, gradient):
    """maps and gradient, (N, K, h, w) each -> (N, h, w): ReLU(Σ_k u_k A^k)

    u_k = Σ_ij α_ij relu(g_ij), α = g² / (2 g² + S g³) with S = Σ_ab A^k_ab;
    α is 0 where that would divide by 0.
    """
    above = gradient**2
    below = 2 * above + A.sum(dim=(2, 3), keepdim=True) * gradient**3
    alpha = torch.where(below == 0, 0.0, above / below)
    u = (alpha * gradient.relu()).sum(dim=(2, 3), keepdim=True)  # (N, K, 1, 1)
    return (u * A).sum(dim=1).relu()


def my_score_cam(score, x, A):
    """a class's score, (n, C, H, W) -> (n,); image (C, H, W); maps (K, h, w) -> (h, w)

    ReLU(Σ_k α_k A^k), α_k = score(x ⊙ H^k) − score(zeros). H^k is A^k, as large as the
    picture by `upsample`, then scaled to [0, 1]; 0 if A^k is the same everywhere.
    """
    M = upsample(A, x.shape[1:])  # (K, H, W)
    low, high = M.amin(dim=(1, 2), keepdim=True), M.amax(dim=(1, 2), keepdim=True)
    H = torch.where(high > low, (M - low) / (high - low), 0.0)
    alpha = score(x * H[:, None]) - score(torch.zeros_like(x)[None])  # (K,)
    return (alpha[:, None, None] * A).sum(dim=0).relu()


def my_integrated_gradients(gradient_of, x, baseline, steps=16):
    """images and baselines, (N, C, H, W) each -> (N, C, H, W)

    (x − x′) ⊙ the mean of `gradient_of` at the middles of `steps` equal steps on the
    straight way from x′ = baseline to x. `gradient_of` takes and gives (N, C, H, W).
    """
    way = x - baseline
    total = torch.zeros_like(x)
    for s in range(steps):
        total = total + gradient_of(baseline + (s + 0.5) / steps * way)
    return way * total / steps


def my_smooth_grad(gradient_of, x, noise, level=0.15):
    """images (N, C, H, W), noise (n, N or 1, C, H, W) -> (N, C, H, W)

    The mean of `gradient_of` over n noisy copies of x. The noise comes with a standard
    deviation of 1; give it σ = level · (highest − lowest value), each image its own.
    """
    high, low = x.amax(dim=(1, 2, 3), keepdim=True), x.amin(dim=(1, 2, 3), keepdim=True)
    sigma = level * (high - low)  # (N, 1, 1, 1)
    return sum(gradient_of(x + sigma * z) for z in noise) / len(noise)
