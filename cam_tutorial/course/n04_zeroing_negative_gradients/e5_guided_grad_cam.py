"""Exercise 4.5: Guided Grad-CAM.

Longer than other files: enlarging, lining up and multiplying go wrong in many ways each, and each way has its sentence.
"""

import torch
import torch.nn.functional as F

from cam_tutorial.backprop import guided_backprop
from cam_tutorial.grad_cam import grad_cam
from cam_tutorial.heatmap import normalize, upsample
from cam_tutorial.practice.exercise import exercise

from .material import turtle_network

# The maps, and the pictures with their channels: as many images as channels, so that a map may land on a channel; maps
# that need no enlarging; squares; one image, one channel; maps of one cell; factors that are whole and that are not.
SHAPES = (
    ((3, 2, 4), (3, 3, 6, 9)),
    ((2, 3, 5), (2, 3, 10, 8)),
    ((4, 4, 6), (4, 2, 4, 6)),
    ((2, 3, 4), (2, 3, 7, 7)),
    ((1, 3, 2), (1, 3, 6, 8)),
    ((3, 2, 2), (3, 1, 4, 4)),
    ((2, 1, 1), (2, 3, 5, 3)),
    ((1, 2, 5), (1, 1, 4, 10)),
)


def maps_and_guided(generator):
    """Maps like Grad-CAM's, with cells of 0 and values above 1; in each batch the last map is 0 everywhere."""
    cases = []
    for small, large in SHAPES:
        L = (3 * torch.rand(*small, generator=generator) - 0.5).relu()
        if len(L) > 1:
            L[-1] = 0  # nothing speaks for the class
        cases.append((L, torch.randn(*large, generator=generator)))
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
    """The product, with the maps enlarged in another way."""
    return F.interpolate(L[:, None], guided.shape[-2:], mode=mode, **options) * guided


def enlarged(L, guided):
    """The maps, ready to be multiplied: (N, 1, H, W)."""
    return upsample(L, guided.shape[-2:])[:, None]


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
    "The maps are laid out cell by cell, or taken from the nearest cell in another way than `upsample` does: use "
    "`upsample`, which blends from cell to cell."
)
def nearest_exact(L, guided):
    return product("nearest-exact", L, guided)


@my_guided_grad_cam.mistake(
    "The maps are enlarged by averaging areas, which leaves steps: use `upsample`, which blends from cell to cell."
)
def areas(L, guided):
    return product("area", L, guided)


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
    "Map 0 lands on channel 0, map 1 on channel 1, and where there are neither as many images as channels nor one "
    "of them, there is an error. "
    "Put the dimension of size 1 between N and H: `maps[:, None]`."
)
def maps_on_channels(L, guided):
    return upsample(L, guided.shape[-2:]) * guided


@my_guided_grad_cam.mistake(
    "That works on square pictures only: `upsample` takes both sides, the height first and then the width, which is "
    "`guided.shape[-2:]`."
)
def sides_swapped(L, guided):
    return upsample(L, guided.shape[-2:][::-1])[:, None] * guided


@my_guided_grad_cam.mistake(
    "The enlarged maps do not have the size of the pictures, which is another one in each call: enlarge to "
    "`guided.shape[-2:]`, not to a number, and not by a factor."
)
def to_a_fixed_size(L, guided):
    return upsample(L, 96)[:, None] * guided


@my_guided_grad_cam.mistake(
    "The size that you enlarge to is taken from other dimensions: height and width are the last two, "
    "`guided.shape[-2:]`."
)
def size_of_the_channels(L, guided):
    return upsample(L, guided.shape[1:3])[:, None] * guided


@my_guided_grad_cam.mistake(
    "Every image was multiplied by the first one's map: take all maps, `upsample(L, ...)[:, None]`, not `[0]`."
)
def first_map_for_all(L, guided):
    return upsample(L, guided.shape[-2:])[0] * guided


@my_guided_grad_cam.mistake(
    "The new dimension of the maps stands at the end, and it belongs between N and H: `maps[:, None]`."
)
def dimension_at_the_end(L, guided):
    return upsample(L, guided.shape[-2:])[..., None] * guided


@my_guided_grad_cam.mistake(
    "`upsample` takes the maps as they are, (N, h, w): put the dimension for the channels in afterward, `maps[:, "
    "None]`."
)
def dimension_too_early(L, guided):
    return upsample(L[:, None], guided.shape[-2:]) * guided


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
    "You divided the maps by the largest value of the batch before enlarging them: multiply by the map as it is."
)
def batch_scaled_before(L, guided):
    return enlarged(L / L.max(), guided) * guided


@my_guided_grad_cam.mistake(
    "You divided each map by its largest cell before enlarging it. The formula has no such step: multiply by the map "
    "as it is."
)
def each_map_scaled_before(L, guided):
    return enlarged(L / L.amax(dim=(1, 2), keepdim=True).clamp(min=1e-8), guided) * guided


@my_guided_grad_cam.mistake(
    "You divided each map by its largest cell before enlarging it, and a map of zeros becomes NaN. The formula has no "
    "such step: multiply by the map as it is."
)
def each_map_scaled_before_to_nan(L, guided):
    return enlarged(L / L.amax(dim=(1, 2), keepdim=True), guided) * guided


@my_guided_grad_cam.mistake(
    "You stretched each small map from its minimum to its maximum. The formula has no such step: multiply by the map "
    "as it is."
)
def each_map_normalized_before(L, guided):
    return enlarged(normalize(L), guided) * guided


@my_guided_grad_cam.mistake(
    "You stretched each enlarged map from 0 to 1, as for a picture. The formula has no such step: multiply by the map "
    "as it is."
)
def each_map_normalized(L, guided):
    return normalize(upsample(L, guided.shape[-2:]))[:, None] * guided


@my_guided_grad_cam.mistake("You cut the maps off above 1. They have no upper end: multiply by the map as it is.")
def cut_off_at_1(L, guided):
    return enlarged(L, guided).clamp(0, 1) * guided


@my_guided_grad_cam.mistake(
    "You put the maps through a sigmoid, which makes ½ of a cell of 0: multiply by the map as it is."
)
def through_a_sigmoid(L, guided):
    return enlarged(L, guided).sigmoid() * guided


@my_guided_grad_cam.mistake("You multiplied by the map twice, or by its square: once is enough.")
def map_twice(L, guided):
    return enlarged(L, guided).square() * guided


@my_guided_grad_cam.mistake(
    "You multiplied by 1 plus the map: where the map is 0, nothing of the drawing is to be left."
)
def one_and_the_map(L, guided):
    return (1 + enlarged(L, guided)) * guided


@my_guided_grad_cam.mistake(
    "You scaled the drawings to a largest value of 1: multiply the map by the drawing as it is."
)
def drawing_scaled(L, guided):
    return enlarged(L, guided) * guided / guided.abs().amax(dim=(1, 2, 3), keepdim=True)


@my_guided_grad_cam.mistake(
    "You averaged the channels of the drawing, and multiplied each of them by the map: every channel keeps its own "
    "numbers."
)
def drawing_in_gray(L, guided):
    return enlarged(L, guided) * guided.mean(dim=1, keepdim=True).expand_as(guided)


@my_guided_grad_cam.mistake(
    "You averaged over the channels. The product keeps all of them, (N, C, H, W): leave the mean out."
)
def channels_averaged(L, guided):
    return (enlarged(L, guided) * guided).mean(dim=1)


@my_guided_grad_cam.mistake(
    "You summed over the channels and kept a dimension of size 1 for them. The product has all channels: leave the "
    "sum out."
)
def channels_summed_and_kept(L, guided):
    return (enlarged(L, guided) * guided).sum(dim=1, keepdim=True)


@my_guided_grad_cam.mistake(
    "You summed over the channels. The product keeps all of them, (N, C, H, W): leave the sum out."
)
def channels_summed(L, guided):
    return (enlarged(L, guided) * guided).sum(dim=1)


@my_guided_grad_cam.mistake(
    "You made one map of the channels, with the absolute value and the maximum. That comes afterward, if at all: the "
    "product keeps the channels and their signs."
)
def strength_of_the_product(L, guided):
    return (enlarged(L, guided) * guided).abs().amax(dim=1)


@my_guided_grad_cam.mistake("You lost the signs: no `.abs()`, neither of the drawing nor of the product.")
def absolute_gradient(L, guided):
    return enlarged(L, guided) * guided.abs()


@my_guided_grad_cam.mistake(
    "You cut off the negative part of the picture. The guided rule zeroes negative gradients *at the ReLUs*; at the "
    "pixels both signs are part of the drawing: no ReLU here."
)
def positive_gradient(L, guided):
    return enlarged(L, guided) * guided.relu()


@my_guided_grad_cam.mistake(
    "You wrote into the drawing that you were given: `maps * guided`, not `*=`, makes a new tensor."
)
def in_place(L, guided):
    guided *= enlarged(L, guided)
    return guided


@my_guided_grad_cam.mistake("That is the product for the first image alone: each image of the batch has one.")
def first_image_alone(L, guided):
    return (enlarged(L, guided) * guided)[0]


@my_guided_grad_cam.mistake("Those are the enlarged maps alone. The drawing is still to be multiplied by them.")
def maps_alone(L, guided):
    return enlarged(L, guided).expand_as(guided)


@my_guided_grad_cam.mistake(
    "Those are the enlarged maps alone, (N, H, W). Multiply the drawing by them: `maps[:, None] * guided`."
)
def maps_without_channels(L, guided):
    return upsample(L, guided.shape[-2:])


@my_guided_grad_cam.mistake(
    "That is guided backprop as it was: the maps play no part in it yet. Multiply by them, enlarged."
)
def drawing_alone(L, guided):
    return guided.clone()


@my_guided_grad_cam.mistake("You added the two. Each entry of the drawing is *multiplied* by the map: `*`, not `+`.")
def added(L, guided):
    return enlarged(L, guided) + guided


@my_guided_grad_cam.mistake(
    "You averaged each map, so its places are lost: enlarge the map, and multiply every pixel by its own number."
)
def mean_of_the_map(L, guided):
    return L.mean(dim=(1, 2))[:, None, None, None] * guided


@my_guided_grad_cam.mistake(
    "You took each map's largest cell for all pixels, so its places are lost: enlarge the map, and multiply every "
    "pixel by its own number."
)
def maximum_of_the_map(L, guided):
    return L.amax(dim=(1, 2))[:, None, None, None] * guided


@my_guided_grad_cam.mistake("You divided by the map. Each entry of the drawing is *multiplied* by it: `*`, not `/`.")
def divided(L, guided):
    return guided / (enlarged(L, guided) + 1e-8)


@my_guided_grad_cam.mistake("You averaged the map and the drawing. They are *multiplied*, entry by entry.")
def averaged(L, guided):
    return (enlarged(L, guided) + guided) / 2


@my_guided_grad_cam.mistake(
    "`@` is the product of matrices, rows times columns. Asked for is the product entry by entry: `*`."
)
def product_of_matrices(L, guided):
    return enlarged(L, guided) @ guided


@my_guided_grad_cam.mistake("You put the maps through `exp`: multiply by the map as it is.")
def through_exp(L, guided):
    return enlarged(L, guided).exp() * guided


@my_guided_grad_cam.mistake("You put the maps through a softmax over their pixels: multiply by the map as it is.")
def through_a_softmax(L, guided):
    maps = enlarged(L, guided)
    return maps.flatten(1).softmax(dim=1).view_as(maps) * guided


@my_guided_grad_cam.mistake("You took the root of the maps: multiply by the map as it is.")
def root_of_the_map(L, guided):
    return enlarged(L, guided).sqrt() * guided


@my_guided_grad_cam.mistake(
    "Rows and columns of the maps are swapped before they are enlarged: (N, h, w) is the right order already."
)
def maps_turned(L, guided):
    return enlarged(L.transpose(1, 2), guided) * guided


@my_guided_grad_cam.mistake(
    "You cut the maps at a threshold, yes or no. How strong they are counts as well: multiply by their values."
)
def cut_at_a_half(L, guided):
    return (enlarged(L, guided) > 0.5) * guided


@my_guided_grad_cam.mistake(
    "You cut the maps at their mean, yes or no. How strong they are counts as well: multiply by their values."
)
def cut_at_the_mean(L, guided):
    maps = enlarged(L, guided)
    return (maps > maps.mean()) * guided


@my_guided_grad_cam.mistake(
    "You put the channels into dimension 0 when you stacked them, and they belong into dimension 1, behind the images: "
    "`dim=1`."
)
def channels_in_front(L, guided):
    maps = upsample(L, guided.shape[-2:])
    return torch.stack([maps * guided[:, channel] for channel in range(guided.shape[1])])


@my_guided_grad_cam.mistake(
    "You count on three channels, and there may be more or fewer: `maps[:, None] * guided` takes all that there are."
)
def three_channels(L, guided):
    maps = upsample(L, guided.shape[-2:])
    return torch.stack([maps * guided[:, channel] for channel in range(3)], dim=1)


@my_guided_grad_cam.mistake(
    "`F.interpolate` wants (N, C, h, w), and the maps are (N, h, w): use `upsample`, or give it `L[:, None]`."
)
def interpolated_without_channels(L, guided):
    return F.interpolate(L, guided.shape[-2:], mode="bilinear") * guided


@my_guided_grad_cam.mistake(
    "You enlarge by a whole factor, of the width or of the height. The pictures need not be a whole number of times "
    "as large, and the two sides need not grow alike: enlarge to `guided.shape[-2:]`."
)
def by_a_factor(L, guided):
    return F.interpolate(L[:, None], scale_factor=guided.shape[-1] // L.shape[-1], mode="bilinear") * guided


@my_guided_grad_cam.mistake(
    "The size has too many numbers: `upsample` takes height and width alone, `guided.shape[-2:]`, not the channels."
)
def too_many_sides(L, guided):
    return upsample(L, guided.shape[1:])[:, None] * guided


@my_guided_grad_cam.mistake(
    "The sum of all maps went into every image's product: each image is multiplied by its own map."
)
def maps_of_the_batch_summed(L, guided):
    return enlarged(L, guided).sum(dim=0, keepdim=True) * guided


@my_guided_grad_cam.mistake(
    "You used the map as a mask, yes or no. How strong it is counts as well: multiply by its values."
)
def used_as_a_mask(L, guided):
    return (enlarged(L, guided) > 0) * guided


# Two at once: a slip in enlarging or in the maps, and one at the end.
for known in list(my_guided_grad_cam.mistakes):
    if known.version not in (corners_aligned, nearest, bicubic, each_map_scaled, each_map_normalized, batch_scaled):
        continue
    for step, change, second in (
        ("summed", lambda product: product.sum(dim=1), "And leave the channels as they are, without a sum."),
        ("cut_off", torch.relu, "And leave the negative part in the product: no ReLU here."),
        ("absolute", torch.abs, "And leave the product its signs: no `.abs()` here."),
        ("strength", lambda product: product.abs().amax(dim=1), "And the product keeps its channels and signs."),
    ):

        def both(L, guided, version=known.version, change=change):
            return change(version(L, guided))

        both.__name__ = f"{known.version.__name__}_and_{step}"
        my_guided_grad_cam.mistake(f"{known.sentence} {second}")(both)
