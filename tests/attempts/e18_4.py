"""Attempts at 18.4."""

import torch
from attempts import right, wrong


@right("stack and mean")
def stacked(gradient_of, x, baseline, steps=16):
    t = (torch.arange(steps) + 0.5) / steps
    g = torch.stack([gradient_of(baseline + a * (x - baseline)) for a in t])
    return (x - baseline) * g.mean(dim=0)


@right("lerp, the product inside the sum")
def lerp(gradient_of, x, baseline, steps=16):
    total = 0
    for k in range(1, steps + 1):
        total = total + gradient_of(torch.lerp(baseline, x, (k - 0.5) / steps)) * (x - baseline) / steps
    return total


@right("from the image's end")
def from_the_end(gradient_of, x, baseline, steps=16):
    total = torch.zeros_like(x)
    for k in range(steps):
        a = (k + 0.5) / steps
        total += gradient_of(x * (1 - a) + baseline * a)
    return total.div(steps).mul(x - baseline)


def walk(parts, gradient_of, x, baseline):
    return sum(gradient_of(baseline + a * (x - baseline)) for a in parts) / len(parts)


@wrong("linspace with both ends")
def linspace(gradient_of, x, baseline, steps=16):
    return (x - baseline) * walk(torch.linspace(0, 1, steps), gradient_of, x, baseline)


@wrong("left ends")
def left(gradient_of, x, baseline, steps=16):
    return (x - baseline) * walk([k / steps for k in range(steps)], gradient_of, x, baseline)


@wrong("right ends, as in the paper's sum")
def right_ends(gradient_of, x, baseline, steps=16):
    return (x - baseline) * walk([k / steps for k in range(1, steps + 1)], gradient_of, x, baseline)


@wrong("gradient times input")
def gradient_times_input(gradient_of, x, baseline, steps=16):
    return x * gradient_of(x)


@wrong("gradient times the way")
def gradient_times_way(gradient_of, x, baseline, steps=16):
    return (x - baseline) * gradient_of(x)


@wrong("times x")
def times_x(gradient_of, x, baseline, steps=16):
    return x * walk([(k + 0.5) / steps for k in range(steps)], gradient_of, x, baseline)


@wrong("no product")
def no_product(gradient_of, x, baseline, steps=16):
    return walk([(k + 0.5) / steps for k in range(steps)], gradient_of, x, baseline)


@wrong("sum without 1/m")
def no_mean(gradient_of, x, baseline, steps=16):
    return (x - baseline) * sum(gradient_of(baseline + (k + 0.5) / steps * (x - baseline)) for k in range(steps))


@wrong("baseline ignored on the way")
def from_zero(gradient_of, x, baseline, steps=16):
    return (x - baseline) * sum(gradient_of((k + 0.5) / steps * x) for k in range(steps)) / steps


@wrong("one half too early")
def early(gradient_of, x, baseline, steps=16):
    return (x - baseline) * walk([(k - 0.5) / steps for k in range(steps)], gradient_of, x, baseline)


@wrong("absolute values")
def absolute(gradient_of, x, baseline, steps=16):
    return ((x - baseline) * walk([(k + 0.5) / steps for k in range(steps)], gradient_of, x, baseline)).abs()


@wrong("absolute, strongest channel")
def strength(gradient_of, x, baseline, steps=16):
    g = (x - baseline) * walk([(k + 0.5) / steps for k in range(steps)], gradient_of, x, baseline)
    return g.abs().amax(dim=1)


@wrong("channels summed")
def channels(gradient_of, x, baseline, steps=16):
    return ((x - baseline) * walk([(k + 0.5) / steps for k in range(steps)], gradient_of, x, baseline)).sum(dim=1)


@wrong("overwrites in the loop")
def overwrites(gradient_of, x, baseline, steps=16):
    for k in range(steps):
        total = gradient_of(baseline + (k + 0.5) / steps * (x - baseline))
    return (x - baseline) * total / steps


@wrong("returns in the loop")
def returns(gradient_of, x, baseline, steps=16):
    total = torch.zeros_like(x)
    for k in range(steps):
        total = total + gradient_of(baseline + (k + 0.5) / steps * (x - baseline))
        return (x - baseline) * total / steps


@wrong("gradient of the mean picture")
def mean_picture(gradient_of, x, baseline, steps=16):
    pictures = torch.stack([baseline + (k + 0.5) / steps * (x - baseline) for k in range(steps)])
    return (x - baseline) * gradient_of(pictures.mean(dim=0))


@wrong("fifty steps, whatever is asked")
def fifty(gradient_of, x, baseline, steps=16):
    return (x - baseline) * walk([(k + 0.5) / 50 for k in range(50)], gradient_of, x, baseline)


@wrong("backward way")
def sign(gradient_of, x, baseline, steps=16):
    return (baseline - x) * walk([(k + 0.5) / steps for k in range(steps)], gradient_of, x, baseline)


@wrong("all pictures in one batch")
def one_batch(gradient_of, x, baseline, steps=16):
    t = (torch.arange(steps) + 0.5) / steps
    pictures = baseline + t[:, None, None, None] * (x - baseline)
    return (x - baseline) * gradient_of(pictures).mean(dim=0)


@wrong("steps as a list")
def iterates_int(gradient_of, x, baseline, steps=16):
    total = torch.zeros_like(x)
    for k in steps:
        total = total + gradient_of(baseline + (k + 0.5) / steps * (x - baseline))
    return (x - baseline) * total / steps


@wrong("walks by adding to the baseline, in place")
def in_place(gradient_of, x, baseline, steps=16):
    step = (x - baseline) / steps
    way = x - baseline
    total = torch.zeros_like(x)
    baseline += step / 2
    for _ in range(steps):
        total += gradient_of(baseline)
        baseline += step
    return way * total / steps


@wrong("trapezoids")
def trapezoids(gradient_of, x, baseline, steps=16):
    g = [gradient_of(baseline + k / steps * (x - baseline)) for k in range(steps + 1)]
    return (x - baseline) * sum((a + b) / 2 for a, b in zip(g, g[1:], strict=False)) / steps


@wrong("divides by steps + 1")
def plus_one(gradient_of, x, baseline, steps=16):
    total = sum(gradient_of(baseline + (k + 0.5) / steps * (x - baseline)) for k in range(steps))
    return (x - baseline) * total / (steps + 1)


# A second round, by someone else.


@right("one large batch, put apart again")
def by_columns(gradient_of, x, baseline, steps=16):
    middles = torch.arange(0.5, steps) / steps
    mean = torch.stack([gradient_of(torch.lerp(baseline, x, t.item())) for t in middles], dim=-1).mean(dim=-1)
    return mean * (x - baseline)


@right("a generator, from k = 1")
def generator(gradient_of, x, baseline, steps=16):
    step = (x - baseline) / steps
    return sum(step * gradient_of(baseline + step * (2 * k - 1) / 2) for k in range(1, steps + 1))


@right("walks from middle to middle, on a copy")
def walks(gradient_of, x, baseline, steps=16):
    step = (x - baseline) / steps
    here = baseline + step / 2
    found = step * gradient_of(here)
    for _ in range(steps - 1):
        here = here + step
        found = found + step * gradient_of(here)
    return found


@wrong("one step too few")
def one_less(gradient_of, x, baseline, steps=16):
    return (x - baseline) * sum(
        gradient_of(baseline + (k + 0.5) / steps * (x - baseline)) for k in range(steps - 1)
    ) / steps


@wrong("the middle of the whole way only")
def midpoint(gradient_of, x, baseline, steps=16):
    return (x - baseline) * gradient_of((x + baseline) / 2)


@wrong("starts at the image, the way doubled")
def from_image(gradient_of, x, baseline, steps=16):
    way = x - baseline
    return way * sum(gradient_of(x + (k + 0.5) / steps * way) for k in range(steps)) / steps


@wrong("half a step is one half")
def half(gradient_of, x, baseline, steps=16):
    way = x - baseline
    return way * sum(gradient_of(baseline + (k / steps + 0.5) * way) for k in range(steps)) / steps


@wrong("without the baseline in the path")
def scaled_way(gradient_of, x, baseline, steps=16):
    way = x - baseline
    return way * sum(gradient_of((k + 0.5) / steps * way) for k in range(steps)) / steps


@wrong("a batch's mean gradient")
def batch_mean(gradient_of, x, baseline, steps=16):
    way = x - baseline
    return way * sum(gradient_of(baseline + (k + 0.5) / steps * way).mean(0) for k in range(steps)) / steps


@wrong("divided by the number of images")
def by_images(gradient_of, x, baseline, steps=16):
    way = x - baseline
    return way * sum(gradient_of(baseline + (k + 0.5) / steps * way) for k in range(steps)) / len(x)


@wrong("only what is above 0")
def positive(gradient_of, x, baseline, steps=16):
    way = x - baseline
    return torch.relu(way * sum(gradient_of(baseline + (k + 0.5) / steps * way) for k in range(steps)) / steps)


@wrong("linspace without its ends")
def inner(gradient_of, x, baseline, steps=16):
    return (x - baseline) * walk(torch.linspace(0, 1, steps + 2)[1:-1], gradient_of, x, baseline)


@wrong("the last step forgotten to be multiplied: (x - baseline) only on the last gradient")
def precedence(gradient_of, x, baseline, steps=16):
    total = torch.zeros_like(x)
    for k in range(steps):
        total = total + gradient_of(baseline + (k + 0.5) / steps * x - baseline)
    return (x - baseline) * total / steps


@wrong("whole-number division: every step at the baseline")
def floor(gradient_of, x, baseline, steps=16):
    way = x - baseline
    return way * sum(gradient_of(baseline + (2 * k + 1) // (2 * steps) * way) for k in range(steps)) / steps


@wrong("random places on the way")
def random_places(gradient_of, x, baseline, steps=16):
    way = x - baseline
    return way * sum(gradient_of(baseline + torch.rand(1).item() * way) for _ in range(steps)) / steps
