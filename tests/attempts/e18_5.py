"""Attempts at 18.5."""

import torch
from attempts import right, wrong


@right("flatten for the range, stack for the mean")
def stacked(gradient_of, x, noise, level=0.15):
    flat = x.flatten(1)
    sigma = level * (flat.max(dim=1).values - flat.min(dim=1).values)
    copies = [gradient_of(x + sigma.view(-1, 1, 1, 1) * z) for z in noise]
    return torch.stack(copies).mean(dim=0)


@right("a running total")
def running(gradient_of, x, noise, level=0.15):
    sigma = torch.stack([level * (image.max() - image.min()) for image in x])[:, None, None, None]
    total = torch.zeros_like(x)
    for k in range(noise.shape[0]):
        total += gradient_of(x + noise[k] * sigma)
    return total / noise.shape[0]


def sigma_of(x, level):
    return level * (x.amax((1, 2, 3), keepdim=True) - x.amin((1, 2, 3), keepdim=True))


@wrong("level as σ")
def level_alone(gradient_of, x, noise, level=0.15):
    return sum(gradient_of(x + level * z) for z in noise) / len(noise)


@wrong("noise as it comes")
def raw(gradient_of, x, noise, level=0.15):
    return sum(gradient_of(x + z) for z in noise) / len(noise)


@wrong("range of the batch")
def batch_range(gradient_of, x, noise, level=0.15):
    sigma = level * (x.max() - x.min())
    return sum(gradient_of(x + sigma * z) for z in noise) / len(noise)


@wrong("own noise")
def own_noise(gradient_of, x, noise, level=0.15):
    sigma = sigma_of(x, level)
    return sum(gradient_of(x + sigma * torch.randn_like(x)) for _ in noise) / len(noise)


@wrong("gradient of the mean picture")
def mean_picture(gradient_of, x, noise, level=0.15):
    return gradient_of((x + sigma_of(x, level) * noise).mean(dim=0))


@wrong("no division")
def total(gradient_of, x, noise, level=0.15):
    return sum(gradient_of(x + sigma_of(x, level) * z) for z in noise)


@wrong("divides by the number of images")
def by_images(gradient_of, x, noise, level=0.15):
    return sum(gradient_of(x + sigma_of(x, level) * z) for z in noise) / len(x)


@wrong("absolute values")
def absolute(gradient_of, x, noise, level=0.15):
    return sum(gradient_of(x + sigma_of(x, level) * z).abs() for z in noise) / len(noise)


@wrong("the noise adds up")
def walks(gradient_of, x, noise, level=0.15):
    sigma, y, total = sigma_of(x, level), x, 0
    for z in noise:
        y = y + sigma * z
        total = total + gradient_of(y)
    return total / len(noise)


@wrong("writes into x")
def in_place(gradient_of, x, noise, level=0.15):
    sigma, total = sigma_of(x, level), 0
    for z in noise:
        x += sigma * z
        total = total + gradient_of(x)
    return total / len(noise)


@wrong("standard deviation of the image")
def std(gradient_of, x, noise, level=0.15):
    sigma = level * x.std(dim=(1, 2, 3), keepdim=True)
    return sum(gradient_of(x + sigma * z) for z in noise) / len(noise)


@wrong("range without keepdim")
def no_keepdim(gradient_of, x, noise, level=0.15):
    sigma = level * (x.amax((1, 2, 3)) - x.amin((1, 2, 3)))
    return sum(gradient_of(x + sigma * z) for z in noise) / len(noise)


@wrong("range a channel")
def channel_range(gradient_of, x, noise, level=0.15):
    sigma = level * (x.amax((2, 3), keepdim=True) - x.amin((2, 3), keepdim=True))
    return sum(gradient_of(x + sigma * z) for z in noise) / len(noise)


@wrong("the maximum alone")
def maximum(gradient_of, x, noise, level=0.15):
    sigma = level * x.amax((1, 2, 3), keepdim=True)
    return sum(gradient_of(x + sigma * z) for z in noise) / len(noise)


@wrong("noise on the gradient")
def on_gradient(gradient_of, x, noise, level=0.15):
    g = gradient_of(x)
    return sum(g + sigma_of(x, level) * z for z in noise) / len(noise)


@wrong("all noise at once")
def at_once(gradient_of, x, noise, level=0.15):
    return gradient_of(x + sigma_of(x, level) * noise).mean(dim=0)


@wrong("overwrites in the loop")
def overwrites(gradient_of, x, noise, level=0.15):
    for z in noise:
        total = gradient_of(x + sigma_of(x, level) * z)
    return total / len(noise)


@wrong("returns in the loop")
def returns(gradient_of, x, noise, level=0.15):
    total = 0
    for z in noise:
        total = total + gradient_of(x + sigma_of(x, level) * z)
        return total / len(noise)


@wrong("no noise")
def no_noise(gradient_of, x, noise, level=0.15):
    return sum(gradient_of(x) for _ in noise) / len(noise)


@wrong("the plain image as one copy more")
def with_plain(gradient_of, x, noise, level=0.15):
    total = gradient_of(x)
    for z in noise:
        total = total + gradient_of(x + sigma_of(x, level) * z)
    return total / (len(noise) + 1)


@wrong("strongest channel")
def strength(gradient_of, x, noise, level=0.15):
    g = sum(gradient_of(x + sigma_of(x, level) * z) for z in noise) / len(noise)
    return g.abs().amax(dim=1)


@wrong("median")
def median(gradient_of, x, noise, level=0.15):
    return torch.stack([gradient_of(x + sigma_of(x, level) * z) for z in noise]).median(dim=0)[0]


@wrong("squared, as in another paper")
def squared(gradient_of, x, noise, level=0.15):
    return sum(gradient_of(x + sigma_of(x, level) * z) ** 2 for z in noise) / len(noise)


@wrong("another default")
def default(gradient_of, x, noise, level=0.2):
    return sum(gradient_of(x + sigma_of(x, level) * z) for z in noise) / len(noise)


@wrong("scaled by half the range")
def half_range(gradient_of, x, noise, level=0.15):
    return sum(gradient_of(x + sigma_of(x, level) / 2 * z) for z in noise) / len(noise)
