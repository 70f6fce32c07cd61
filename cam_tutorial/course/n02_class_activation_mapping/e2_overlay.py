"""Exercise 2.2: upsample and overlay.

A wrong overlay is one of four steps done otherwise, or two steps in another order. So the mistakes are written as
steps, and most of them count twice: with and without what keeps a blank map from dividing by zero, which is easily
forgotten beside any other mistake. That makes a hundred, and this file longer than others.
"""

import torch
import torch.nn.functional as F

from cam_tutorial import upsample
from cam_tutorial.practice.exercise import exercise

from .material import list_mistakes


def with_a_peak(generator, shape, low, peak):
    """A map from `low` up to three quarters of `peak`, and in one inner cell as high as `peak`."""
    map_ = low + (0.75 * peak - low) * torch.rand(shape, generator=generator)
    map_[shape[0] // 2, shape[1] // 2] = peak
    return map_


def images_and_maps(generator):
    """Of both signs; weak and strong; negative by more than it is positive; positive, negative or zero everywhere."""
    maps = [
        ((6, 12), with_a_peak(generator, (3, 4), -2.0, 3.0)),
        ((12, 6), with_a_peak(generator, (4, 3), -60.0, 20.0)),
        ((10, 15), with_a_peak(generator, (5, 5), -0.5, 0.5)),
        ((12, 12), with_a_peak(generator, (3, 3), -1.0, 0.5)),
        ((8, 12), with_a_peak(generator, (4, 3), 1.0, 4.0)),
        ((7, 9), with_a_peak(generator, (3, 4), -3.0, 2.0)),
        ((6, 9), with_a_peak(generator, (1, 3), -2.0, 8.0)),
        ((6, 8), -0.25 - torch.rand(2, 4, generator=generator)),
        ((9, 6), torch.zeros(3, 2)),
    ]
    return [(torch.rand(3, *size, generator=generator), map_) for size, map_ in maps]


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
    """(3, H, W) in [0, 1], (h, w) -> (3, H, W): bright where the map is high

    In this order: the map is enlarged to (H, W) as `upsample` does it (bilinear,
    `align_corners=False`), cut off below zero, and divided by its maximum; a map that
    is zero everywhere by then stays so. The result is image · (0.25 + 0.75 · map).
    """
    glow = upsample(map_[None], image.shape[1:])[0].clamp(min=0)
    glow = glow / glow.max().clamp(min=1e-8)
    return image * (0.25 + 0.75 * glow)


# --- steps: what is made of the map so far; `image` and `map_` are what came in --------------------------------------


def larger(mode="bilinear", aligned=None):
    def step(glow, image, map_, guard):
        return F.interpolate(glow[None, None], tuple(image.shape[1:]), mode=mode, align_corners=aligned)[0, 0]

    return step


def swapped(glow, image, map_, guard):
    return upsample(glow[None], image.shape[1:][::-1])[0]


def by(size, of_what_came_in=False):
    """Divide by a size of the map; `guard` says what is done about a size of 0, or below."""

    def step(glow, image, map_, guard):
        divisor = size(map_ if of_what_came_in else glow)
        if guard == "clamp":
            divisor = divisor.clamp(min=1e-8)
        elif guard == "plus":
            divisor = divisor + 1e-8
        elif guard == "if positive" and divisor <= 0:
            return glow
        elif guard == "else zeros" and divisor <= 0:
            return torch.zeros_like(glow)
        return glow / divisor

    return step


def plain(change):
    return lambda glow, image, map_, guard: change(glow)


def blend(image, glow):
    return image * (0.25 + 0.75 * glow)


def overlay(*steps, guard="clamp", mix=blend):
    def version(image, map_):
        glow = map_
        for step in steps:
            glow = step(glow, image, map_, guard)
        return mix(image, glow)

    return version


enlarge, nearest, aligned = larger(), larger("nearest"), larger(aligned=True)
cut, cut_both, absolute, turn = plain(torch.relu), plain(lambda x: x.clamp(0, 1)), plain(torch.abs), plain(torch.neg)
scale, by_absolute = by(torch.max), by(lambda x: x.abs().max())
scale_by_cells = by(torch.max, of_what_came_in=True)
to_zero = plain(lambda x: x - x.min())


def twice(name, sentence, *steps, turned=False, mix=blend):
    """A mistake with a guard and without; and if what divides may be negative, with a guard against 0 alone, too."""
    yield name, overlay(*steps, mix=mix), sentence
    sentence += TURNED if turned else ""
    yield f"{name}_and_no_guard", overlay(*steps, guard="", mix=mix), sentence + BLANK
    if turned:
        yield f"{name}_and_a_guard_against_0", overlay(*steps, guard="plus", mix=mix), sentence


def mixed(name, sentence, mix):
    return twice(name, sentence, enlarge, cut, scale, mix=mix)


def where_blank(of_image):
    def version(image, map_):
        is_blank = upsample(map_[None], image.shape[1:]).max() <= 0
        return of_image(image) if is_blank else my_overlay.solution(image, map_)

    return version


BLANK = (
    " Mind a blank map as well: there you divide by 0, which gives NaN; divide by `glow.max().clamp(min=1e-8)`, say."
)
TURNED = " And a map that is negative everywhere is divided by its negative maximum, which turns it over, so it glows."
CUT_EARLY = (
    "You cut off the negative values before the upsampling. Then the blend between a red cell and a blue one is too "
    "red: enlarge first, cut afterwards."
)
UNCUT = (
    "You did not cut off what is negative, so that places against the class go darker than a quarter, or below black: "
    "`.clamp(min=0)` after the upsampling."
)
STRETCHED = (
    "You stretched the map from its minimum to its maximum, so that places that speak *against* the class glow a "
    "little: cut off what is below zero, and divide by the maximum alone."
)
ALIGNED = (
    "The map is enlarged with its corners aligned, which shifts it by up to half a cell: use `upsample`, or "
    "`F.interpolate(..., align_corners=False)`."
)
NEAREST = "The map is copied cell by cell (“nearest”), and blending was asked for: use `upsample`."
ABSOLUTE = (
    "You took the absolute value, so that what speaks against the class glows as if it spoke for it: cut it off with "
    "`.clamp(min=0)`."
)
WITH_SIGN = (
    "You divide by the largest *absolute* value and keep the sign, so that places against the class go darker than a "
    "quarter. Cut off what is negative, then divide by the maximum."
)

LIKELY = (
    ("cut_too_early", CUT_EARLY, (cut, enlarge, scale)),
    ("uncut", UNCUT, (enlarge, scale)),
    ("nearest", NEAREST, (nearest, cut, scale)),
    ("aligned", ALIGNED, (aligned, cut, scale)),
    ("stretched", STRETCHED, (enlarge, to_zero, scale)),
)
MIXES = (
    ("shares_swapped",
     "The shares are swapped: a quarter is always there, and three quarters come with the map, 0.25 + 0.75 · map.",
     lambda image, glow: image * (0.75 + 0.25 * glow)),
    ("no_quarter",
     "Where the map is zero, your image is black, and a quarter of it should be left: the factor is 0.25 + 0.75 · map.",
     lambda image, glow: image * glow),
    ("halves",
     "You leave half of the image where the map is zero: a quarter is asked for, 0.25 + 0.75 · map.",
     lambda image, glow: image * (0.5 + 0.5 * glow)),
    ("added_to_the_image",
     "You add the map to the image, as a blend of two pictures. Asked for is the image, dimmed: image · (0.25 + 0.75 · "
     "map).",
     lambda image, glow: 0.25 * image + 0.75 * glow),
)  # fmt: skip

list_mistakes(
    my_overlay,
    # Calls that fail; they stand first because a call that fails contradicts no mistake, and all would be run.
    ("no_batch", lambda image, map_: upsample(map_, tuple(image.shape[1:])),
     "`upsample` wants a batch of maps, (N, h, w): give it `map_[None]`, and take `[0]` of what it gives."),
    ("no_channel", lambda image, map_: F.interpolate(map_[None], tuple(image.shape[1:]), mode="bilinear"),
     "`F.interpolate` wants (N, C, h, w) in this mode: give it `map_[None, None]`, and take `[0, 0]` of the result."),
    ("no_batch_no_channel", lambda image, map_: F.interpolate(map_, tuple(image.shape[1:]), mode="bilinear"),
     "`F.interpolate` wants (N, C, h, w): give it `map_[None, None]`, and take `[0, 0]` of what it gives."),
    ("whole_shape", lambda image, map_: upsample(map_[None], image.shape),
     "The image's shape has three numbers, (3, H, W), and two are wanted: `image.shape[1:]`."),
    ("whole_shape_interpolated", lambda image, map_: F.interpolate(map_[None, None], image.shape, mode="bilinear"),
     "`F.interpolate` wants the size as (H, W), and the image's shape has three numbers: `image.shape[1:]`."),
    ("height_and_width_swapped", overlay(swapped, cut, scale),
     "The enlarged map does not have the image's height and width: the size is (H, W), `image.shape[1:]`."),
    ("not_enlarged", lambda image, map_: image * (0.25 + 0.75 * map_),
     "When you multiply, the map does not have the image's height and width: `upsample(map_[None], "
     "image.shape[1:])[0]` enlarges it to that size."),
    ("no_guard", overlay(enlarge, cut, scale, guard=""),
     "A blank map gives NaN: its maximum is 0, and you divide by it. Divide by `glow.max().clamp(min=1e-8)`."),
    # The order.
    *twice("cut_too_early", CUT_EARLY, cut, enlarge, scale),
    *twice("cut_and_scaled_too_early",
           "You cut and scaled the map before the upsampling. Blending comes first: cut before it, the edges are too "
           "red, and scaled before it, the enlarged map need not reach 1. Enlarge, cut, scale.",
           cut, scale, enlarge),
    *twice("scaled_too_early",
           "You divide by the maximum of the map that came in. The enlarged map is lower than its highest cell, so "
           "that it stays below 1: divide by the maximum *after* the upsampling.",
           scale, enlarge, cut, turned=True),
    ("by_the_cells_maximum_and_no_guard", overlay(enlarge, cut, scale_by_cells, guard=""),
     "You divide by the maximum of the map that came in. The enlarged map is lower than its highest cell: divide by "
     "`glow.max()`, the maximum after the upsampling." + BLANK),
    ("scaled_before_the_cut", overlay(enlarge, scale, cut, guard=""),
     "You divide before you cut, without care for a maximum that is not positive: a map that is negative everywhere is "
     "turned over and glows, and a blank map gives NaN. Cut first, and divide by `glow.max().clamp(min=1e-8)`."),
    ("scaled_before_the_cut_plus", overlay(enlarge, scale, cut, guard="plus"),
     "You divide before you cut: a map that is negative everywhere is then divided by its negative maximum, which "
     "turns it over, so that it glows. Cut first, then divide."),
    ("all_too_early", overlay(scale, cut, enlarge, guard=""),
     "You scaled and cut the map before the upsampling, and a map without anything positive is turned over, or gives "
     "NaN. Enlarge, cut, scale, in this order, and divide by at least 1e-8."),
    # Enlarging.
    *twice("corners_aligned", ALIGNED, aligned, cut, scale),
    *twice("nearest", NEAREST, nearest, cut, scale),
    ("nearest_exact", overlay(larger("nearest-exact"), cut, scale),
     "The map is copied cell by cell (“nearest-exact”), and blending was asked for: use `upsample`."),
    ("area", overlay(larger("area"), cut, scale),
     "The map is enlarged with `area`, which copies cell by cell, and blending was asked for: use `upsample`."),
    *twice("bicubic", "The map is enlarged with `bicubic`, which overshoots: use `upsample`, which is bilinear.",
           larger("bicubic", False), cut, scale),
    *twice("aligned_and_cut_too_early", f"Two things. {ALIGNED} {CUT_EARLY}", cut, aligned, scale),
    *twice("aligned_and_uncut", f"Two things. {ALIGNED} {UNCUT}", aligned, scale, turned=True),
    *twice("nearest_and_uncut", f"Two things. {NEAREST} {UNCUT}", nearest, scale, turned=True),
    *twice("nearest_and_stretched", f"Two things. {NEAREST} {STRETCHED}", nearest, to_zero, scale),
    *twice("aligned_and_stretched", f"Two things. {ALIGNED} {STRETCHED}", aligned, to_zero, scale),
    *twice("nearest_and_absolute", f"Two things. {NEAREST} {ABSOLUTE}", nearest, absolute, scale),
    # Cutting.
    *twice("uncut", UNCUT, enlarge, scale, turned=True),
    ("uncut_if_positive", overlay(enlarge, scale, guard="if positive"),
     UNCUT + " A map that is negative everywhere keeps its values, too."),
    ("uncut_else_zeros", overlay(enlarge, scale, guard="else zeros"),
     UNCUT + " (A map without anything positive comes out right.)"),
    *twice("uncut_and_scaled_too_early",
           "You scaled the map before the upsampling, and did not cut off what is negative: enlarge, cut with "
           "`.clamp(min=0)`, divide by the maximum.",
           scale, enlarge, turned=True),
    *twice("uncut_by_absolute_maximum", WITH_SIGN, enlarge, by_absolute),
    *twice("cut_by_absolute_maximum",
           "You divide by the largest *absolute* value of the map, from before the cut. Where the map is negative by "
           "more than it is positive, nothing reaches 1: cut first, then divide by the maximum of what is left.",
           enlarge, by_absolute, cut),
    *twice("absolute", ABSOLUTE, enlarge, absolute, scale),
    *twice("absolute_too_early",
           "You took the absolute value, and before the upsampling: enlarge first, and then cut off what is negative "
           "with `.clamp(min=0)`.",
           absolute, enlarge, scale),
    *twice("negative_part",
           "You keep what is below zero and cut off what is above: what speaks *for* the class is to glow, so "
           "`.clamp(min=0)`.",
           enlarge, turn, cut, scale),
    ("cut_at_both_ends", overlay(enlarge, cut_both),
     "You cut the map off above 1 in place of scaling it: divide it by its maximum."),
    ("cut_at_both_ends_too_early", overlay(cut_both, enlarge),
     "You cut the map off above 1 in place of scaling it, and before the upsampling: enlarge, cut below zero alone, "
     "divide by the maximum."),
    *twice("cut_at_both_ends_and_scaled",
           "You cut the map off above 1 before you scale it: cut off below zero alone, `.clamp(min=0)`.",
           enlarge, cut_both, scale),
    # Scaling.
    *twice("stretched", STRETCHED, enlarge, to_zero, scale),
    *twice("stretched_too_early",
           "You stretched the map from its minimum to its maximum before the upsampling: enlarge it, cut off what is "
           "below zero, and divide by the maximum alone.",
           to_zero, scale, enlarge),
    *twice("cut_and_stretched",
           "You subtract the map's minimum before you divide. Where the map is positive everywhere, its lowest place "
           "would then count as nothing: zero is to stay zero, so divide by the maximum alone.",
           enlarge, cut, to_zero, scale),
    *twice("cut_too_early_and_stretched",
           "You cut the map off before the upsampling, and then subtract its minimum: enlarge, cut, and divide by the "
           "maximum alone.",
           cut, enlarge, to_zero, scale),
    *twice("cut_and_stretched_too_early",
           "You cut the map off and stretched it before the upsampling: enlarge, cut, and divide by the maximum alone.",
           cut, to_zero, scale, enlarge),
    ("unscaled", overlay(enlarge, cut), "The map is not scaled: divide it by its maximum after the cut."),
    ("unscaled_and_cut_too_early", overlay(cut, enlarge),
     "The map is not scaled, and it is cut off before the upsampling: enlarge, cut, divide by the maximum."),
    ("as_it_comes", overlay(enlarge),
     "The map is enlarged and nothing else: cut off what is below zero, and divide by the maximum."),
    ("strong_maps_only", overlay(enlarge, cut, by(lambda x: x.max().clamp(min=1))),
     "A map with a maximum below 1 stays as weak as it is: divide by the maximum whatever it is, but for 0."),
    ("by_maximum_plus_1", overlay(enlarge, cut, by(lambda x: x.max() + 1)),
     "You divide by the maximum plus 1, so that the map stays below 1. Against a division by 0 a tiny number is "
     "enough: `.clamp(min=1e-8)`."),
    ("by_maximum_plus_0.1", overlay(enlarge, cut, by(lambda x: x.max() + 0.1)),
     "You divide by the maximum plus 0.1, so that the map stays below 1. Against a division by 0 a tiny number is "
     "enough: `.clamp(min=1e-8)`."),
    ("by_each_columns_maximum", overlay(enlarge, cut, by(lambda x: x.amax(dim=0))),
     "You divide each column by a maximum of its own. There is one maximum for the whole map: `glow.max()`."),
    ("by_each_rows_maximum", overlay(enlarge, cut, by(lambda x: x.amax(dim=1, keepdim=True))),
     "You divide each row by a maximum of its own. There is one maximum for the whole map: `glow.max()`."),
    *twice("by_the_sum", "You divide by the map's sum. Scaled to a maximum of 1 means: divide by the maximum.",
           enlarge, cut, by(torch.sum)),
    *twice("by_the_mean", "You divide by the map's mean. Scaled to a maximum of 1 means: divide by the maximum.",
           enlarge, cut, by(torch.mean)),
    *twice("by_length",
           "You divide by the map's length (the root of the sum of squares). Scaled to a maximum of 1 means: divide by "
           "the maximum.", enlarge, cut, by(torch.norm)),
    ("sigmoid", overlay(enlarge, plain(torch.sigmoid)),
     "A sigmoid makes a half of zero, so that places that say nothing glow: cut below zero, divide by the maximum."),
    ("cut_and_sigmoid", overlay(enlarge, cut, plain(torch.sigmoid)),
     "A sigmoid makes a half of zero, so that everything glows a little: divide by the maximum in its place."),
    ("softmax", overlay(enlarge, plain(lambda x: x.flatten().softmax(dim=0).view(x.shape))),
     "A softmax is no scaling to a maximum of 1: cut below zero, divide by the maximum."),
    *twice("squared", "The map is squared, which darkens its middle values: leave it as it is.",
           enlarge, cut, scale, plain(torch.square)),
    *twice("root", "You take the root of the map, which lifts its middle values: leave it as it is.",
           enlarge, cut, scale, plain(torch.sqrt)),
    ("cut_above", overlay(enlarge, plain(lambda x: x.clamp(max=0)), scale),
     "You cut off what is *above* zero, `.clamp(max=0)`: what is below is to go, `.clamp(min=0)`."),
    # Mixing.
    *(pair for name, said, mix in MIXES for pair in mixed(name, said, mix)),
    *mixed("three_quarters_alone",
           "The quarter that is always there is missing: the factor is 0.25 + 0.75 · map.",
           lambda image, glow: 0.75 * image * glow),
    *mixed("a_quarter_on_top",
           "Your factor goes from 0.25 to 1.25, brighter than the image: only three quarters come with the map, 0.25 + "
           "0.75 · map.",
           lambda image, glow: image * (0.25 + glow)),
    *mixed("a_quarter_on_top_and_cut",
           "You add the whole map to the quarter and cut off above 1: three quarters come with the map, 0.25 + 0.75 · "
           "map.",
           lambda image, glow: image * (0.25 + glow).clamp(max=1)),
    *mixed("added_to_three_quarters",
           "You add the map to the image, as a blend of two pictures, and with the shares swapped. Asked for is the "
           "image, dimmed: image · (0.25 + 0.75 · map).",
           lambda image, glow: 0.75 * image + 0.25 * glow),
    *mixed("blend_of_halves",
           "You blend image and map half and half. Asked for is the image, dimmed: image · (0.25 + 0.75 · map).",
           lambda image, glow: 0.5 * image + 0.5 * glow),
    *mixed("sum", "You add where you should multiply: image · (0.25 + 0.75 · map).",
           lambda image, glow: image + (0.25 + 0.75 * glow)),
    *mixed("at_least_a_quarter",
           "You take the larger of the map and a quarter. Asked for is their mixture, 0.25 + 0.75 · map, which goes up "
           "from a quarter as soon as the map does.",
           lambda image, glow: image * glow.clamp(min=0.25)),
    ("all_or_a_quarter", overlay(enlarge, mix=lambda image, glow: image * torch.where(glow > 0, 1.0, 0.25)),
     "You show the image in full wherever the map is above zero. The brightness goes along with the map: 0.25 + 0.75 · "
     "map."),
    ("half_way", overlay(enlarge, scale, mix=lambda image, glow: image * torch.where(glow > 0.5, 1.0, 0.25)),
     "You show the image in full wherever the map is above a half, and dimmed elsewhere. The brightness goes along "
     "with the map: 0.25 + 0.75 · map."),
    *mixed("upside_down", "It is dim where the map is high: turn it over, 0.25 + 0.75 · map.",
           lambda image, glow: image * (1 - 0.75 * glow)),
    *mixed("map_alone",
           "You give the scaled map itself. Asked for is the image, dimmed by it: image · (0.25 + 0.75 · map).",
           lambda image, glow: glow),
    *mixed("factor_alone", "You give the factor alone: multiply the image by it.",
           lambda image, glow: 0.25 + 0.75 * glow),
    *mixed("larger_of_two",
           "You take the larger of a quarter of the image and three quarters of it times the map. Add them: image · "
           "(0.25 + 0.75 · map).",
           lambda image, glow: torch.maximum(0.25 * image, 0.75 * image * glow)),
    ("scaled_in_the_end", lambda image, map_: overlay(enlarge, cut)(image, map_) / upsample(
        map_[None], image.shape[1:]).max().clamp(min=1e-8),
     "You divide the whole product by the map's maximum. The map alone is scaled, before it is mixed in."),
    *mixed("result_scaled",
           "You scale the result once more. The map is scaled; the image keeps its own brightness.",
           lambda image, glow: blend(image, glow) / blend(image, glow).max()),
    *mixed("in_255", "You multiply by 255. The image comes in [0, 1], and stays so.",
           lambda image, glow: 255 * blend(image, glow)),
    ("in_bytes", overlay(enlarge, cut, scale, mix=lambda image, glow: (255 * blend(image, glow)).byte()),
     "You give whole numbers from 0 to 255. The image comes in [0, 1], and stays so."),
    *mixed("image_by_255", "You divide by 255. The image is in [0, 1] already.",
           lambda image, glow: blend(image, glow) / 255),
    # A slip with the map and another one with the mixture.
    *(pair for name, said, steps in LIKELY for another, also, mix in MIXES
      for pair in twice(f"{name}_and_{another}", f"Two things. {said} {also}", *steps, mix=mix)),
    # Blank maps.
    ("blank_is_bright", where_blank(lambda image: image),
     "Where the map has nothing positive you give the image as it is. A blank map stays blank: the image at a quarter "
     "everywhere."),
    ("blank_is_black", where_blank(torch.zeros_like),
     "Where the map has nothing positive you give black. A blank map stays blank: the image at a quarter everywhere."),
    ("blank_is_nothing", where_blank(lambda image: None),
     "Where the map has nothing positive your function gives back None. A blank map stays blank: the image at a "
     "quarter everywhere."),
)  # fmt: skip
