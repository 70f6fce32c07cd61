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


# A second round, by someone else.


@right("all copies scaled at once, then a list")
def scaled_at_once(gradient_of, x, noise, level=0.15):
    flat = x.view(len(x), -1)
    sigma = level * (flat.amax(1) - flat.amin(1))
    scaled = noise * sigma[None, :, None, None, None]
    return torch.stack([gradient_of(x + z) for z in scaled], dim=-1).mean(-1)


@right("the mean kept up as it goes")
def running_mean(gradient_of, x, noise, level=0.15):
    spread = sigma_of(x, level)
    mean = torch.zeros_like(x)
    for k, z in enumerate(noise, start=1):
        mean = mean + (gradient_of(x + spread * z) - mean) / k
    return mean


@right("aminmax, torch.add with alpha left out")
def aminmax(gradient_of, x, noise, level=0.15):
    low, high = torch.aminmax(x.flatten(1), dim=1)
    sigma = (level * (high - low)).reshape(-1, 1, 1, 1)
    found = [gradient_of(torch.addcmul(x, sigma, z.expand_as(x))) / noise.size(0) for z in noise]
    return torch.stack(found).sum(0)


@right("numpy's way: a sum over a list")
def summed_list(gradient_of, x, noise, level=0.15):
    n = len(noise)
    sigma = torch.tensor([level * (one.max().item() - one.min().item()) for one in x]).view(-1, 1, 1, 1)
    gradients = [gradient_of(x + sigma * noise[i]) for i in range(n)]
    total = gradients[0]
    for g in gradients[1:]:
        total = total + g
    return total / n


@wrong("noise multiplied with the picture")
def times(gradient_of, x, noise, level=0.15):
    return sum(gradient_of(x * (1 + sigma_of(x, level) * z)) for z in noise) / len(noise)


@wrong("the noise subtracted and added, both counted")
def both_signs(gradient_of, x, noise, level=0.15):
    s = sigma_of(x, level)
    return sum(gradient_of(x + s * z) + gradient_of(x - s * z) for z in noise) / (2 * len(noise))


@wrong("σ is a variance")
def variance(gradient_of, x, noise, level=0.15):
    return sum(gradient_of(x + sigma_of(x, level).sqrt() * z) for z in noise) / len(noise)


@wrong("σ squared")
def squared_sigma(gradient_of, x, noise, level=0.15):
    return sum(gradient_of(x + sigma_of(x, level) ** 2 * z) for z in noise) / len(noise)


@wrong("the first copy's noise again and again")
def same_noise(gradient_of, x, noise, level=0.15):
    return sum(gradient_of(x + sigma_of(x, level) * noise[0]) for _ in noise) / len(noise)


@wrong("the first image's range for all")
def first_range(gradient_of, x, noise, level=0.15):
    sigma = level * (x[0].max() - x[0].min())
    return sum(gradient_of(x + sigma * z) for z in noise) / len(noise)


@wrong("times the picture at the end")
def times_input(gradient_of, x, noise, level=0.15):
    return x * sum(gradient_of(x + sigma_of(x, level) * z) for z in noise) / len(noise)


@wrong("clamped to the image's range")
def clamped(gradient_of, x, noise, level=0.15):
    low, high = x.amin((1, 2, 3), keepdim=True), x.amax((1, 2, 3), keepdim=True)
    noisy = [torch.maximum(torch.minimum(x + sigma_of(x, level) * z, high), low) for z in noise]
    return sum(gradient_of(one) for one in noisy) / len(noise)


@wrong("level from 15 percent as 15")
def percent(gradient_of, x, noise, level=0.15):
    return sum(gradient_of(x + 100 * sigma_of(x, level) * z) for z in noise) / len(noise)


@wrong("the noise made to sum to zero")
def centered(gradient_of, x, noise, level=0.15):
    noise = noise - noise.mean(dim=0, keepdim=True)
    return sum(gradient_of(x + sigma_of(x, level) * z) for z in noise) / len(noise)


@wrong("all gradients kept, no mean")
def kept(gradient_of, x, noise, level=0.15):
    return torch.stack([gradient_of(x + sigma_of(x, level) * z) for z in noise])


@wrong("the mean over the images, too")
def over_images(gradient_of, x, noise, level=0.15):
    return torch.stack([gradient_of(x + sigma_of(x, level) * z) for z in noise]).mean(dim=(0, 1))


@wrong("the level fixed")
def fixed(gradient_of, x, noise, level=0.15):
    return sum(gradient_of(x + sigma_of(x, 0.15) * z) for z in noise) / len(noise)
