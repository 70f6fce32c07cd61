"""Exercise 2.2: upsample and overlay."""

import torch
import torch.nn.functional as F

from cam_tutorial.practice.exercise import exercise


def images_and_maps(generator):
    cases = []
    for (h, w), (height, width) in (((2, 3), (6, 12)), ((4, 3), (12, 6)), ((3, 5), (9, 10))):
        image = torch.rand(3, height, width, generator=generator)
        cases.append((image, torch.randn(h, w, generator=generator)))
    cases.append((torch.rand(3, 6, 8, generator=generator), -torch.rand(2, 4, generator=generator)))
    return cases


@exercise(
    "2.2",
    "Upsample and overlay",
    minutes=10,
    difficulty=2,
    cases=images_and_maps,
    hints=[
        "Four steps, in the order of the docstring: enlarge, cut, scale, multiply.",
        "`upsample` wants a batch, (N, h, w): give it `map_[None]` and the image's `(H, W)`, and take `[0]` of "
        "the result.",
        "Scale by the map's maximum alone, so that zero stays zero; a maximum of 0 would divide by zero: "
        "`.clamp(min=1e-8)`.",
    ],
)
def my_overlay(image, map_):
    """(3, H, W) in [0, 1], (h, w) -> (3, H, W): bright where the map is high, at a quarter where it is not

    The map is upsampled, cut off below zero, scaled to a maximum of 1 (a blank map stays blank), and mixed in:
    the result is image · (0.25 + 0.75 · map).
    """
    glow = upsample(map_[None], image.shape[1:])[0].clamp(min=0)
    glow = glow / glow.max().clamp(min=1e-8)
    return image * (0.25 + 0.75 * glow)


def upsample(maps, size):
    return F.interpolate(maps[:, None], tuple(size), mode="bilinear", align_corners=False)[:, 0]


def overlaid(image, glow):
    return image * (0.25 + 0.75 * glow)


def scaled(glow):
    return glow / glow.max().clamp(min=1e-8)


@my_overlay.mistake(
    "The map is enlarged with its corners aligned, which shifts it by up to half a cell: use `upsample`, or "
    "`F.interpolate(..., align_corners=False)`."
)
def corners_aligned(image, map_):
    enlarged = F.interpolate(map_[None, None], tuple(image.shape[1:]), mode="bilinear", align_corners=True)[0, 0]
    return overlaid(image, scaled(enlarged.clamp(min=0)))


@my_overlay.mistake("The map is copied cell by cell (“nearest”), and blending was asked for: use `upsample`.")
def nearest(image, map_):
    enlarged = F.interpolate(map_[None, None], tuple(image.shape[1:]), mode="nearest")[0, 0]
    return overlaid(image, scaled(enlarged.clamp(min=0)))


@my_overlay.mistake(
    "You stretched the map from its minimum to its maximum, so that places that speak *against* the class glow a "
    "little: cut off what is below zero, and divide by the maximum alone."
)
def stretched(image, map_):
    glow = upsample(map_[None], image.shape[1:])[0]
    return overlaid(image, (glow - glow.min()) / (glow.max() - glow.min()))


@my_overlay.mistake(
    "You did not cut off what is negative, so that places against the class go darker than a quarter, or below black: "
    "`.clamp(min=0)` after the upsampling."
)
def not_cut(image, map_):
    glow = upsample(map_[None], image.shape[1:])[0]
    return overlaid(image, glow / glow.max().clamp(min=1e-8))


@my_overlay.mistake(
    "You took the absolute value, so that what speaks against the class glows as if it spoke for it: cut it off with "
    "`.clamp(min=0)`."
)
def absolute(image, map_):
    return overlaid(image, scaled(upsample(map_[None], image.shape[1:])[0].abs()))


@my_overlay.mistake(
    "You cut off the negative values before the upsampling. Then the blend between a red cell and a blue one is "
    "too red: enlarge first, cut afterwards."
)
def cut_too_early(image, map_):
    return overlaid(image, scaled(upsample(map_[None].clamp(min=0), image.shape[1:])[0]))


@my_overlay.mistake(
    "A blank map gives NaN: its maximum is 0, and you divide by it. Divide by `glow.max().clamp(min=1e-8)`."
)
def divides_by_zero(image, map_):
    glow = upsample(map_[None], image.shape[1:])[0].clamp(min=0)
    return overlaid(image, glow / glow.max())
