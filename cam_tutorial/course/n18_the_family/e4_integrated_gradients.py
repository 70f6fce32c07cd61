"""Exercise 18.4: integrated gradients.

A long file, because it is a table: three lines a mistake.
"""

import torch

from cam_tutorial.practice.exercise import exercise

from . import solutions
from .material import gradients_and_images

NOT_GIVEN = object()  # an argument that a call leaves out


def gradients_and_paths(generator):
    """Baselines of zeros and of other colors; 1 to 5 steps, and the default."""
    cases = []
    for k, (gradient_of, x) in enumerate(gradients_and_images(generator)):
        cases.append((gradient_of, x, 0.5 * torch.randn(x.shape, generator=generator), 2 + k))
    gradient_of, x, baseline, _ = cases[0]
    cases.append((gradient_of, x, torch.zeros_like(x), 1))
    cases.append((gradient_of, x, baseline))
    cases.append((gradient_of, x, x.clone(), 3))  # no way to go
    return cases


def a_path(attempt, gradient_of, x, baseline, steps=NOT_GIVEN):
    return attempt(gradient_of, x, baseline, *([] if steps is NOT_GIVEN else [steps]))


my_integrated_gradients = exercise(
    "18.4",
    "Integrated gradients",
    minutes=6,
    difficulty=2,
    cases=gradients_and_paths,
    probe=a_path,
    hints=[
        "The middle of step s, counted from 0, is (s + ½)/m of the way: with m = 2 these are ¼ and ¾.",
        "The image there is `baseline + (s + 0.5) / steps * (x - baseline)`: ask `gradient_of` for its gradient.",
        "Average the gradients of all steps, and multiply once by `x - baseline`.",
    ],
)(solutions.my_integrated_gradients)


def along(parts, gradient_of, x, baseline):
    """The mean of the gradient at these parts of the way."""
    found = [gradient_of(baseline + part * (x - baseline)) for part in parts]
    return sum(found) / len(found)


def middles(steps):
    return [(k + 0.5) / steps for k in range(steps)]


def right(gradient_of, x, baseline, steps=16):
    return (x - baseline) * along(middles(steps), gradient_of, x, baseline)


def made(how, sentence):
    """A mistake: `how(gradient_of, x, baseline, steps)`."""

    def version(gradient_of, x, baseline, steps=16):
        return how(gradient_of, x, baseline, steps)

    my_integrated_gradients.mistake(sentence)(version)


def stepped(parts, sentence):
    """A mistake in where the gradient is taken: `parts(steps)` of the way."""
    made(lambda f, x, b, m: (x - b) * along(parts(m), f, x, b), sentence)


# Where the gradient is taken.
stepped(
    lambda m: [k / m for k in range(m)],
    "You took the gradient at the beginning of each step. Take it in the middle: (s + ½)/m.",
)
stepped(
    lambda m: [(k + 1) / m for k in range(m)],
    "You took the gradient at the end of each step. Take it in the middle: (s + ½)/m.",
)
stepped(
    lambda m: [k / m for k in range(m + 1)],
    "You took the gradient at m + 1 places, both ends among them. Take it in the middle of each of m steps.",
)
stepped(
    lambda m: torch.linspace(0, 1, m).tolist(),
    "`linspace(0, 1, steps)` has both ends, and they count as much as the rest. Take the middles, (s + ½)/m.",
)
stepped(
    lambda m: [(k - 0.5) / m for k in range(m)],
    "You begin half a step before the baseline: `range` counts from 0, so the middles are (s + ½)/m.",
)
stepped(
    lambda m: [(k + 1.5) / m for k in range(m)],
    "You end half a step behind the image. Let s go from 0 to m − 1, as in `range(steps)`: the middles are (s + ½)/m.",
)
stepped(
    lambda m: [(k + 1) / (m + 1) for k in range(m)],
    "Your places are those of m + 1 steps, without the ends. Take the middles of m steps: (s + ½)/m.",
)
stepped(
    lambda m: [k / m + 0.5 for k in range(m)],
    "You went on by half of the whole way. Half a step is ½/m: the middles are (s + ½)/m.",
)
made(
    lambda f, x, b, m: (x - b) * sum([f(b + part * (x - b)) for part in middles(m)[:-1]], torch.zeros_like(x)) / m,
    "The last step is missing: s goes from 0 to m − 1, as in `range(steps)`.",
)
made(
    lambda f, x, b, m: (x - b) * along(middles(m), f, x, b).mean(dim=0, keepdim=True),
    "You averaged the gradients over the images. Each image has its own: average over the steps alone.",
)
stepped(lambda m: [1.0], "That is gradient times image: the gradient is taken at the image alone. Walk the way.")
stepped(
    lambda m: [0.5],
    "You took the gradient once, half way, which is where the mean of the pictures lies. Take it in the middle of each "
    "of `steps` steps, and average the gradients.",
)
stepped(lambda m: [0.0], "You took the gradient at the baseline alone. Walk the way from it to the image.")
for count in (16, 50):
    stepped(
        lambda m, count=count: middles(count), "Your number of steps is always the same. It is the argument `steps`."
    )
made(
    lambda f, x, b, m: (x - b) * sum(f((k + 0.5) / m * x) for k in range(m)) / m,
    "Your way begins at a picture of zeros, whatever the baseline is: baseline + (s + ½)/m · (x − baseline).",
)
made(
    lambda f, x, b, m: (x - b) * sum(f((k + 0.5) / m * (x - b)) for k in range(m)) / m,
    "Your way begins at zero: add the baseline, baseline + (s + ½)/m · (x − baseline).",
)
made(
    lambda f, x, b, m: (x - b) * sum(f(b + (k + 0.5) / m * x) for k in range(m)) / m,
    "Your way leads from the baseline to baseline + x. Its direction is x − baseline.",
)
made(
    lambda f, x, b, m: (x - b) * sum(f(x + (k + 0.5) / m * (x - b)) for k in range(m)) / m,
    "Your way begins at the image and leads away from it. It begins at the baseline.",
)

made(
    lambda f, x, b, m: (x - b) * sum((f(b + k / m * (x - b)) + f(b + (k + 1) / m * (x - b))) / 2 for k in range(m)) / m,
    "You averaged the gradients at both ends of each step (trapezoids). Take one, in the middle of it: (s + ½)/m.",
)

# The product.
made(
    lambda f, x, b, m: x * f(x),
    "That is gradient times image: walk the way from the baseline, and multiply by x − baseline.",
)
made(lambda f, x, b, m: along(middles(m), f, x, b), "The product is missing: multiply the mean by x − baseline.")
made(
    lambda f, x, b, m: x * along(middles(m), f, x, b),
    "You multiplied by the image. Multiply by the way, x − baseline.",
)
made(
    lambda f, x, b, m: (b - x) * along(middles(m), f, x, b),
    "The sign is turned around: the way leads from the baseline to x, and the product is with x − baseline.",
)
made(
    lambda f, x, b, m: (x - b).abs() * along(middles(m), f, x, b),
    "You multiplied by the length of the way. Where the image is darker than the baseline, x − baseline is negative.",
)
made(
    lambda f, x, b, m: (x - b) * along(middles(m), f, x, b).abs(),
    "You took the absolute value of the gradient: keep the signs, or the sum is no longer the score's rise.",
)
made(
    lambda f, x, b, m: right(f, x, b, m).abs(),
    "You took the absolute value: keep the signs, or the sum is no longer the score's rise.",
)
made(
    lambda f, x, b, m: right(f, x, b, m).relu(),
    "You cut off what is negative: keep the signs, or the sum is no longer the score's rise.",
)
made(
    lambda f, x, b, m: (x - b) * sum(f(b + t * (x - b)).relu() for t in middles(m)) / m,
    "You cut off negative derivatives on the way. Keep the signs, or the sum is no longer the score's rise.",
)
made(
    lambda f, x, b, m: (x - b) * sum(f(b + t * (x - b)).abs() for t in middles(m)) / m,
    "You took the absolute value of each gradient on the way. Keep the signs, or the sum is not the score's rise.",
)
made(
    lambda f, x, b, m: sum(t * (x - b) * f(b + t * (x - b)) for t in middles(m)) / m,
    "You multiplied each gradient by the part of the way that is walked. Multiply once, by the whole x − baseline.",
)
made(
    lambda f, x, b, m: sum((b + t * (x - b)) * f(b + t * (x - b)) for t in middles(m)) / m,
    "You multiplied each gradient by the picture that it is taken at. Multiply once, by x − baseline.",
)
made(
    lambda f, x, b, m: m * right(f, x, b, m),
    "You added up the gradients without dividing by the number of steps: each step is 1/m of the way.",
)
made(
    lambda f, x, b, m: right(f, x, b, m) / m,
    "You divided by the number of steps twice: one 1/m is enough.",
)
made(
    lambda f, x, b, m: m * right(f, x, b, m) / (m + 1),
    "You divided by m + 1. There are m steps.",
)
made(
    lambda f, x, b, m: (x - b) * f(b + middles(m)[-1] * (x - b)),
    "Only the last step's gradient is left, since each one replaces the one before: add them up.",
)
made(
    lambda f, x, b, m: (x - b) * f(b + middles(m)[-1] * (x - b)) / m,
    "Only the last step's gradient is left, since each one replaces the one before: add them up.",
)
made(
    lambda f, x, b, m: (x - b) * f(b + middles(m)[0] * (x - b)) / m,
    "Only the first step is there: a `return` stands inside the loop, or the loop runs once.",
)

# The result.
made(
    lambda f, x, b, m: right(f, x, b, m).sum(dim=1),
    "You summed over the channels. Asked for is a number for every channel, (N, C, H, W).",
)
made(
    lambda f, x, b, m: right(f, x, b, m).abs().amax(dim=1),
    "You took the strongest channel. Asked for is a number for every channel, (N, C, H, W), with its sign.",
)
made(
    lambda f, x, b, m: right(f, x, b, m).sum(dim=(1, 2, 3)),
    "You summed over the whole picture. Asked for is a number for every channel of every pixel.",
)
made(
    lambda f, x, b, m: right(f, x, b, m)[0],
    "That is the first image alone: give one for each of them, (N, C, H, W).",
)
made(
    lambda f, x, b, m: right(f, x, b, m).squeeze(),
    "The numbers are right, but `squeeze()` drops every dimension of size 1, a batch of one as well: leave it out.",
)


@my_integrated_gradients.mistake("Without `steps` it takes 16: the default in the stub stays as it is.")
def another_default(gradient_of, x, baseline, steps=50):
    return right(gradient_of, x, baseline, steps)
