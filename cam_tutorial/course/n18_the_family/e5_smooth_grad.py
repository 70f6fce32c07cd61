"""Exercise 18.5: SmoothGrad.

A long file, because it is a table: three lines a mistake.
"""

import torch

from cam_tutorial.practice.exercise import exercise

from . import solutions
from .material import gradients_and_images

NOT_GIVEN = object()  # an argument that a call leaves out


def gradients_and_noise(generator):
    """1 to 4 copies, with noise of each image's own and with the same for all; several levels, and the default."""
    cases = []
    for k, (gradient_of, x) in enumerate(gradients_and_images(generator)):
        shape = (4 - k, len(x) if k % 2 else 1, *x.shape[1:])
        cases.append((gradient_of, x, torch.randn(shape, generator=generator), (0.125, 0.5, 0.25, 0.0625)[k]))
    gradient_of, x, noise, _ = cases[0]
    cases.append((gradient_of, x, noise))
    cases.append((gradient_of, x, noise, 0.0))
    return cases


def a_call(attempt, gradient_of, x, noise, level=NOT_GIVEN):
    return attempt(gradient_of, x, noise, *([] if level is NOT_GIVEN else [level]))


my_smooth_grad = exercise(
    "18.5",
    "SmoothGrad",
    minutes=5,
    difficulty=1,
    cases=gradients_and_noise,
    probe=a_call,
    hints=[
        "Each image has one σ: `x.amax(dim=(1, 2, 3), keepdim=True)` minus the same with `amin`, times `level`.",
        "A loop over the noise gives one copy's noise at a time: `for z in noise:`.",
        "Add up `gradient_of(x + sigma * z)`, always from the same x, and divide by `len(noise)`.",
    ],
)(solutions.my_smooth_grad)


ALL = {"dim": (1, 2, 3), "keepdim": True}


def reach(x):
    return x.amax(**ALL) - x.amin(**ALL)


def right(gradient_of, x, noise, level=0.15):
    return averaged(gradient_of, x, noise, level * reach(x))


def averaged(gradient_of, x, noise, sigma):
    return sum(gradient_of(x + sigma * z) for z in noise) / len(noise)


def made(how, sentence):
    """A mistake: `how(gradient_of, x, noise, level)`."""

    def version(gradient_of, x, noise, level=0.15):
        return how(gradient_of, x, noise, level)

    my_smooth_grad.mistake(sentence)(version)


def spread(sigma, sentence):
    """A mistake in σ: `sigma(x, level)`."""
    made(lambda f, x, z, level: averaged(f, x, z, sigma(x, level)), sentence)


# σ.
spread(
    lambda x, level: level, "You used `level` as σ. It is a share of each image's range: level · (highest − lowest)."
)
spread(lambda x, level: 1.0, "You added the noise as it is. Give it σ = level · (highest − lowest value) first.")
spread(lambda x, level: reach(x), "Your σ is the whole range of the image. It is `level` times that.")
spread(
    lambda x, level: level * (x.amax() - x.amin()),
    "You took the range of the whole batch. Each image has its own: `amax(dim=(1, 2, 3), keepdim=True)`.",
)
spread(
    lambda x, level: level * (x.amax(dim=(2, 3), keepdim=True) - x.amin(dim=(2, 3), keepdim=True)),
    "You took the range of each channel by itself. An image has one range, over channels and places.",
)
spread(
    lambda x, level: level * (x.amax(dim=1, keepdim=True) - x.amin(dim=1, keepdim=True)),
    "You took the range over the channels, pixel by pixel. An image has one range, over channels and places.",
)
spread(
    lambda x, level: level * (x.amax(dim=0, keepdim=True) - x.amin(dim=0, keepdim=True)),
    "You took the range over the images of the batch. Each image has its own, over channels and places.",
)
spread(
    lambda x, level: level * x.std(**ALL),
    "You took the standard deviation of the image. Asked for is its range, highest − lowest value.",
)
spread(lambda x, level: level * x.std(), "You took the batch's standard deviation. Asked for is each image's range.")
spread(lambda x, level: level * x.amax(**ALL), "You left out the lowest value: the range is highest − lowest.")
spread(
    lambda x, level: level * x.abs().amax(**ALL),
    "You took the largest absolute value. The range is highest − lowest value.",
)
spread(lambda x, level: level * x, "You scaled the noise pixel by pixel. σ is one number an image.")
spread(lambda x, level: (level * reach(x)) ** 2, "That is σ². The noise is multiplied by σ itself.")
spread(lambda x, level: (level * reach(x)) ** 0.5, "That is the root of σ. The noise is multiplied by σ itself.")
spread(lambda x, level: level * reach(x)[:1], "You took the first image's range for all. Each has its own.")
spread(lambda x, level: 0.15 * reach(x), "Your level is always 0.15. It is the argument `level`.")
spread(lambda x, level: level * reach(x) / 2, "You took half of the range. σ is `level` times the whole of it.")
spread(lambda x, level: 0 * x, "The noise is missing: that is the plain gradient of the image.")
spread(lambda x, level: -level * reach(x), "You subtracted the noise. Add it.")

# The copies.
made(
    lambda f, x, z, level: f(averaged(lambda y: y, x, z, level * reach(x))),
    "You averaged the noisy pictures, where the noise cancels, and took one gradient. Take the gradient of each copy, "
    "and average those.",
)
made(
    lambda f, x, z, level: (averaged(f, x, z, level * reach(x)) + averaged(f, x, z, -level * reach(x))) / 2,
    "You added each noise once and subtracted it once, which makes 2n copies. Asked for are the n with it added.",
)
made(
    lambda f, x, z, level: (
        sum(f((x + level * reach(x) * one).clamp(x.amin(**ALL), x.amax(**ALL))) for one in z) / len(z)
    ),
    "You cut the noisy copies off at the image's own range. Leave them as the noise makes them.",
)
made(
    lambda f, x, z, level: averaged(f, x, z - z.mean(dim=0, keepdim=True), level * reach(x)),
    "You shifted the noise, so that its mean over the copies is 0. Add it as it comes, times σ.",
)
made(
    lambda f, x, z, level: f(x + level * reach(x) * z[0]),
    "Only the first copy's noise counts: take that of each copy, and average.",
)
made(
    lambda f, x, z, level: f(x + level * reach(x) * z[-1]),
    "Only the last copy is left, since each replaces the one before: add the gradients up.",
)
made(
    lambda f, x, z, level: f(x + level * reach(x) * z[-1]) / len(z),
    "Only the last copy is left, since each replaces the one before: add the gradients up.",
)
made(
    lambda f, x, z, level: f(x + level * reach(x) * z[0]) / len(z),
    "Only the first copy is there: a `return` stands inside the loop.",
)
made(
    lambda f, x, z, level: sum(f(x + level * reach(x) * s) for s in z.cumsum(dim=0)) / len(z),
    "The noise adds up from copy to copy, because each begins from the noisy one before. Begin from `x` each time.",
)
made(
    lambda f, x, z, level: len(z) * right(f, x, z, level),
    "You added up the gradients without dividing by the number of copies.",
)
made(
    lambda f, x, z, level: right(f, x, z, level) / len(z), "You divided by the number of copies twice: once is enough."
)
made(
    lambda f, x, z, level: right(f, x, z, level) * len(z) / len(x),
    "You divided by the number of images. Divide by that of the copies, `len(noise)`.",
)
made(
    lambda f, x, z, level: (f(x) + len(z) * right(f, x, z, level)) / (len(z) + 1),
    "You counted the image without noise as one more copy. The mean is over the noisy ones alone.",
)
made(
    lambda f, x, z, level: sum(f(x + level * reach(x) * s).abs() for s in z) / len(z),
    "You took absolute values before the mean, so that nothing cancels. Average the gradients with their signs.",
)
made(
    lambda f, x, z, level: sum(f(x + level * reach(x) * s).relu() for s in z) / len(z),
    "You cut off negative derivatives before the mean. Average the gradients with their signs.",
)
made(
    lambda f, x, z, level: sum(f(x + level * reach(x) * s) ** 2 for s in z) / len(z),
    "You squared the gradients. Average them as they are.",
)
made(
    lambda f, x, z, level: torch.stack([f(x + level * reach(x) * s) for s in z]).amax(dim=0),
    "You took the largest value over the copies. Asked for is the mean.",
)
made(
    lambda f, x, z, level: torch.stack([f(x + level * reach(x) * s) for s in z]).median(dim=0).values,
    "You took the median over the copies. Asked for is the mean.",
)
made(
    lambda f, x, z, level: torch.stack([f(x + level * reach(x) * s) for s in z]),
    "You stopped before the mean: these are the gradients of all copies. Average over dimension 0.",
)
made(
    lambda f, x, z, level: f(x) + level * reach(x) * z.mean(dim=0),
    "You added the noise to the gradient. Add it to the image, before the gradient is taken.",
)
made(
    lambda f, x, z, level: sum(f(level * reach(x) * s) for s in z) / len(z),
    "Your copies are noise alone: add it to the image.",
)
made(
    lambda f, x, z, level: sum(f(x * (1 + level * reach(x) * s)) for s in z) / len(z),
    "You multiplied the image by the noise. Add the noise to it.",
)
made(
    lambda f, x, z, level: x * right(f, x, z, level),
    "You multiplied by the image. SmoothGrad is the mean of the gradients, as they are.",
)

# The result.
made(lambda f, x, z, level: right(f, x, z, level).abs(), "You took the absolute value: keep the signs.")
made(
    lambda f, x, z, level: right(f, x, z, level).abs().amax(dim=1),
    "You took the strongest channel. Asked for is the mean gradient itself, (N, C, H, W).",
)
made(
    lambda f, x, z, level: right(f, x, z, level).sum(dim=1),
    "You summed over the channels. Asked for is the mean gradient itself, (N, C, H, W).",
)
made(
    lambda f, x, z, level: right(f, x, z, level)[0],
    "That is the first image alone: give one for each of them, (N, C, H, W).",
)
made(
    lambda f, x, z, level: right(f, x, z, level).squeeze(),
    "The numbers are right, but `squeeze()` drops every dimension of size 1, a batch of one as well: leave it out.",
)


@my_smooth_grad.mistake("Without `level` it is 0.15: the default in the stub stays as it is.")
def another_default(gradient_of, x, noise, level=0.1):
    return right(gradient_of, x, noise, level)


OWN_NOISE = "You drew noise of your own. The noise comes in as an argument, so that two calls give the same."


@my_smooth_grad.mistake(OWN_NOISE)
def noise_of_its_own(gradient_of, x, noise, level=0.15):
    return right(gradient_of, x, torch.randn(noise.shape), level)


@my_smooth_grad.mistake(OWN_NOISE)
def noise_of_each_copy(gradient_of, x, noise, level=0.15):
    return right(gradient_of, x, [torch.randn_like(x) for _ in noise], level)


@my_smooth_grad.mistake(
    "You added the noise to `x` itself, which belongs to whoever calls, and it adds up from copy to copy. Begin from "
    "`x` each time, and leave it as it is."
)
def noise_into_x(gradient_of, x, noise, level=0.15):
    sigma, total = level * reach(x), 0
    for z in noise:
        x += sigma * z
        total = total + gradient_of(x)
    return total / len(noise)
