"""Exercise 4.5: Guided Grad-CAM."""

import torch
import torch.nn.functional as F

from cam_tutorial.backprop import guided_backprop
from cam_tutorial.grad_cam import grad_cam
from cam_tutorial.heatmap import upsample
from cam_tutorial.practice.exercise import exercise

from .e1_saliency import turtle_network


def maps_and_guided(generator):
    """As many images as channels, so that a map may land on a channel; a map that needs no enlarging; a square one."""
    cases = []
    for (n, channels), small, large in (
        ((3, 3), (2, 4), (6, 9)),
        ((2, 3), (3, 5), (10, 8)),
        ((4, 2), (4, 6), (4, 6)),
        ((2, 3), (3, 4), (7, 7)),
    ):
        L = 3 * torch.rand(n, *small, generator=generator)
        L[-1] = 0  # nothing speaks for the class
        cases.append((L, torch.randn(n, channels, *large, generator=generator)))
    return cases


def turtle_map_and_guided():
    arguments = turtle_network()
    return grad_cam(*arguments), guided_backprop(*arguments)


@exercise(
    "4.5",
    "Guided Grad-CAM",
    minutes=6,
    difficulty=2,
    cases=maps_and_guided,
    picture=turtle_map_and_guided,
    hints=[
        "First bring the maps to the size of the picture: `upsample(L, guided.shape[-2:])` gives (N, H, W).",
        "Every channel of an image is multiplied by that image's one map. A dimension of size 1 stands for “every "
        "channel”: (N, 1, H, W).",
        "`maps[:, None]` puts it in its place, between N and H.",
    ],
)
def my_guided_grad_cam(L, guided):
    """(N, h, w), (N, C, H, W) -> (N, C, H, W): upsample(L) ⊙ guided"""
    maps = upsample(L, guided.shape[-2:])
    return maps[:, None] * guided


def product(mode, L, guided, **options):
    return F.interpolate(L[:, None], guided.shape[-2:], mode=mode, **options) * guided


@my_guided_grad_cam.mistake(
    "The maps are enlarged with their corners aligned, which shifts them by up to half a cell: use `upsample`, or "
    "`F.interpolate(..., align_corners=False)`."
)
def corners_aligned(L, guided):
    return product("bilinear", L, guided, align_corners=True)


@my_guided_grad_cam.mistake(
    "The maps are copied cell by cell (“nearest”), so that the picture has steps at the edge of every cell: use "
    "`upsample`, which blends."
)
def nearest(L, guided):
    return product("nearest", L, guided)


@my_guided_grad_cam.mistake(
    "The maps are enlarged bicubically, which overshoots, even below zero: use `upsample`, which is bilinear."
)
def bicubic(L, guided):
    return product("bicubic", L, guided, align_corners=False)


@my_guided_grad_cam.mistake(
    "The sizes do not fit, because the maps are still small: enlarge them first, `upsample(L, guided.shape[-2:])`."
)
def not_enlarged(L, guided):
    return L[:, None] * guided


@my_guided_grad_cam.mistake(
    "You shrank the drawing to the size of the map, and its lines are gone: enlarge the map instead."
)
def drawing_shrunk(L, guided):
    return L[:, None] * F.interpolate(guided, L.shape[-2:], mode="bilinear", align_corners=False)


@my_guided_grad_cam.mistake(
    "Map 0 lands on channel 0, map 1 on channel 1, and unless there are as many images as channels there is an error. "
    "Put the dimension of size 1 between N and H: `maps[:, None]`."
)
def maps_on_channels(L, guided):
    return upsample(L, guided.shape[-2:]) * guided


@my_guided_grad_cam.mistake(
    "That works on square images only: `upsample` takes the height first and then the width, which is "
    "`guided.shape[-2:]`."
)
def sides_swapped(L, guided):
    return upsample(L, guided.shape[-2:][::-1])[:, None] * guided


@my_guided_grad_cam.mistake(
    "Every image was multiplied by the first one's map: take all maps, `upsample(L, ...)[:, None]`, not `[0]`."
)
def first_map_for_all(L, guided):
    return upsample(L, guided.shape[-2:])[0] * guided


@my_guided_grad_cam.mistake(
    "You scaled each map to [0, 1] first. The formula has no such step, and it makes a map of next to nothing look as "
    "strong as any: multiply by the map as it is."
)
def each_map_scaled(L, guided):
    maps = upsample(L, guided.shape[-2:])
    return (maps / maps.amax(dim=(1, 2), keepdim=True).clamp(min=1e-8))[:, None] * guided


@my_guided_grad_cam.mistake(
    "You stretched each map from its minimum to its maximum. The formula has no such step, and a map of zeros becomes "
    "NaN: multiply by the map as it is."
)
def each_map_stretched(L, guided):
    maps = upsample(L, guided.shape[-2:])
    low, high = maps.amin(dim=(1, 2), keepdim=True), maps.amax(dim=(1, 2), keepdim=True)
    return ((maps - low) / (high - low))[:, None] * guided


@my_guided_grad_cam.mistake(
    "You mixed the maps of the batch: every image is multiplied by its own map, without a mean over dimension 0."
)
def maps_of_the_batch_mixed(L, guided):
    return upsample(L, guided.shape[-2:]).mean(dim=0) * guided


@my_guided_grad_cam.mistake(
    "You scaled the maps by the largest value of the whole batch, so an image's picture depends on its neighbors: "
    "multiply by the map as it is."
)
def batch_scaled(L, guided):
    maps = upsample(L, guided.shape[-2:])
    return (maps / maps.max())[:, None] * guided


@my_guided_grad_cam.mistake(
    "You summed over the channels. The product keeps all of them, (N, C, H, W): leave the sum out."
)
def channels_summed(L, guided):
    return (upsample(L, guided.shape[-2:])[:, None] * guided).sum(dim=1)


@my_guided_grad_cam.mistake(
    "You made one map of the channels, with the absolute value and the maximum. That comes afterward, if at all: the "
    "product keeps the channels and their signs."
)
def strength_of_the_product(L, guided):
    return (upsample(L, guided.shape[-2:])[:, None] * guided).abs().amax(dim=1)


@my_guided_grad_cam.mistake("You lost the signs of the gradient: multiply by `guided` itself, without `.abs()`.")
def absolute_gradient(L, guided):
    return upsample(L, guided.shape[-2:])[:, None] * guided.abs()


@my_guided_grad_cam.mistake(
    "You cut off the negative part of the picture. The guided rule zeroes negative gradients *at the ReLUs*; at the "
    "pixels both signs are part of the drawing: no ReLU here."
)
def positive_gradient(L, guided):
    return upsample(L, guided.shape[-2:])[:, None] * guided.relu()


@my_guided_grad_cam.mistake(
    "That is guided backprop as it was: the maps play no part in it yet. Multiply by them, enlarged."
)
def drawing_alone(L, guided):
    return guided.clone()


@my_guided_grad_cam.mistake("You added the two. Each entry of the drawing is *multiplied* by the map: `*`, not `+`.")
def added(L, guided):
    return upsample(L, guided.shape[-2:])[:, None] + guided


@my_guided_grad_cam.mistake(
    "You used the map as a mask, yes or no. How strong it is counts as well: multiply by its values."
)
def used_as_a_mask(L, guided):
    return (upsample(L, guided.shape[-2:]) > 0)[:, None] * guided
