"""The exercises of notebook 02, Class Activation Mapping."""

import torch
import torch.nn.functional as F
from skimage import measure

from .exercise import exercise
from .material import stacks, turtle

# --- 2.1 -------------------------------------------------------------------------------------------------------------


def features_and_weights(generator):
    return [
        (features[0], torch.randn(len(features[0]) + 4, len(features[0]), generator=generator), class_index)
        for features, class_index in zip(stacks(generator), (2, 4, 1), strict=True)
    ]


def turtle_features():
    _, features, weights, label = turtle()
    return features[0], weights, label


@exercise(
    "2.1",
    "The class activation map",
    minutes=8,
    difficulty=1,
    cases=features_and_weights,
    picture=turtle_features,
    hints=[
        "A class's weights are one row of `weights`: K numbers, one for each map.",
        "Start from a map of zeros, go through the K maps, and add each one times its own number.",
        "Without a loop: give the K weights the shape (K, 1, 1), multiply, and sum over dimension 0.",
    ],
)
def my_class_activation_map(features, weights, class_index):
    """(K, H, W), (C, K), int -> (H, W):  M_c(i, j) = Σ_k w_k^c A^k_ij"""
    A, w_c = features, weights[class_index]
    M_c = torch.zeros(A.shape[1:])
    for k in range(len(A)):
        M_c += w_c[k] * A[k]
    return M_c


@my_class_activation_map.mistake(
    "You used one map's weight for every map: the weights of class c are a whole row, `weights[class_index]`, and"
    " map k gets entry k of it."
)
def one_weight_for_all(features, weights, class_index):
    return (weights[class_index, 0] * features).sum(dim=0)


@my_class_activation_map.mistake(
    "You took class 0, whatever class was asked for: the row to use is `weights[class_index]`."
)
def always_class_0(features, weights, class_index):
    return (weights[0][:, None, None] * features).sum(dim=0)


@my_class_activation_map.mistake(
    "You took a column of the weights, which is what one map is worth to each class. A class has a row: "
    "`weights[class_index]`, with one number for each map."
)
def takes_a_column(features, weights, class_index):
    return (weights[: len(features), class_index][:, None, None] * features).sum(dim=0)


@my_class_activation_map.mistake(
    "You put the weights through a softmax. They are used as they are, negative ones included: that is what makes the "
    "map's mean the logit."
)
def softmax_of_the_weights(features, weights, class_index):
    return (weights[class_index].softmax(dim=0)[:, None, None] * features).sum(dim=0)


@my_class_activation_map.mistake(
    "You averaged over the maps. The formula is a sum over k: do not divide by the number of maps."
)
def mean_over_the_maps(features, weights, class_index):
    return (weights[class_index][:, None, None] * features).mean(dim=0)


@my_class_activation_map.mistake(
    "You cut off what is negative. That ReLU is Grad-CAM's; a class activation map is signed."
)
def with_a_relu(features, weights, class_index):
    return (weights[class_index][:, None, None] * features).sum(dim=0).relu()


@my_class_activation_map.mistake(
    "You stopped before the sum: these are the K weighted maps. Add them up over dimension 0."
)
def not_summed(features, weights, class_index):
    return weights[class_index][:, None, None] * features


@my_class_activation_map.mistake(
    "Rows and columns of your map are swapped: keep the (H, W) of the features as they are."
)
def transposed(features, weights, class_index):
    return (weights[class_index][:, None, None] * features).sum(dim=0).T


# --- 2.2 -------------------------------------------------------------------------------------------------------------


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


# --- 2.3 -------------------------------------------------------------------------------------------------------------


def maps_biases_and_logits(generator):
    """Right to the last digit; right to rounding; wrong by a bias, in one image alone, by a little, and by a lot."""
    cases = []
    for n, h, w in ((3, 2, 8), (4, 8, 4), (5, 4, 2)):
        # Quarters, averaged over a power of two: exact in whatever order one adds.
        maps = torch.randint(-9, 10, (n, h, w), generator=generator) / 4
        bias = torch.randint(1, 9, (n,), generator=generator) / 4
        right = maps.mean(dim=(1, 2)) + bias
        one_wrong = right.clone()
        one_wrong[-1] += 2
        wrong = [right - bias, one_wrong, right + 0.02, -right, right + torch.linspace(-1, 1, n)]
        cases += [(maps, bias, logits) for logits in (right, right + 3e-6, *wrong)]
    return cases


@exercise(
    "2.3",
    "A check that catches wrong weights",
    minutes=8,
    difficulty=2,
    cases=maps_biases_and_logits,
    hints=[
        "The identity has one side for each image: the mean of its map, plus its bias. Compare N numbers with N "
        "logits.",
        "The mean goes over the two last dimensions: `maps.mean(dim=(1, 2))`.",
        "Equal means equal up to rounding: `torch.allclose` with `atol=1e-3`, say, gives one True or False for all.",
    ],
)
def my_identity_holds(maps, bias, logits):
    """(N, H, W), (N,), (N,) -> True if mean(M) + b = y for every one of the N maps, up to rounding"""
    return torch.allclose(maps.mean(dim=(1, 2)) + bias, logits, atol=1e-3)


@my_identity_holds.mistake(
    "You ask for equality to the last digit, and rounding alone breaks that: allow a difference of 1e-3 or so, as "
    "`torch.allclose(a, b, atol=1e-3)` does."
)
def to_the_last_digit(maps, bias, logits):
    return bool((maps.mean(dim=(1, 2)) + bias == logits).all())


@my_identity_holds.mistake(
    "You forgot the bias: the mean of the map is the logit without it. Add `bias` before you compare."
)
def forgets_the_bias(maps, bias, logits):
    return torch.allclose(maps.mean(dim=(1, 2)), logits, atol=1e-3)


@my_identity_holds.mistake(
    "You compared sums. The network averages its maps, so take their mean over height and width."
)
def sums_in_place_of_means(maps, bias, logits):
    return torch.allclose(maps.sum(dim=(1, 2)) + bias, logits, atol=1e-3)


@my_identity_holds.mistake(
    "One wrong map went through: you looked at the first image only, or said True as soon as one of them fits. "
    "All must."
)
def any_will_do(maps, bias, logits):
    return bool(((maps.mean(dim=(1, 2)) + bias - logits).abs() < 1e-3).any())


@my_identity_holds.mistake(
    "You averaged the gaps before looking at them, so that one too high and one too low cancel: take the absolute"
    " value of each first."
)
def gaps_that_cancel(maps, bias, logits):
    return abs((maps.mean(dim=(1, 2)) + bias - logits).mean().item()) < 1e-3


@my_identity_holds.mistake(
    "You leave out the sign: two numbers of the same size and opposite sign are not equal. Take the absolute value of "
    "their difference, not the difference of their absolute values."
)
def without_the_sign(maps, bias, logits):
    return torch.allclose((maps.mean(dim=(1, 2)) + bias).abs(), logits.abs(), atol=1e-3)


@my_identity_holds.mistake(
    "Your tolerance is too generous: a forgotten bias of 0.02 passes as rounding. Rounding is far below 1e-3."
)
def too_generous(maps, bias, logits):
    return torch.allclose(maps.mean(dim=(1, 2)) + bias, logits, atol=0.1)


# --- 2.4 -------------------------------------------------------------------------------------------------------------


def blobs(generator):
    """Smooth random maps with several pieces; pieces that touch at a corner only; and a thin one with a large box."""
    cases = []
    for (height, width), threshold in (((9, 14), 0.2), ((16, 11), 0.5), ((12, 20), 0.35)):
        for _ in range(3):
            map_ = upsample(torch.randn(1, height // 2, width // 2, generator=generator), (height, width))[0]
            cases.append((3 * map_, threshold))
    corner = torch.zeros(6, 9)
    corner[1:3, 1:3], corner[3:5, 3:7], corner[0, 8] = 4, 3, 9
    diagonal = torch.eye(8, 12)
    diagonal[1:4, 8:11] = 0.9
    return [*cases, (corner, 0.25), (diagonal, 0.5)]


@exercise(
    "2.4",
    "From map to box",
    minutes=12,
    difficulty=2,
    cases=blobs,
    hints=[
        "First a picture of True and False: which cells are above `threshold` times the map's maximum?",
        "`measure.label` numbers its connected pieces, and `measure.regionprops` lists them; each has `.area` and"
        " `.bbox`.",
        "`.bbox` is (top, left, bottom, right), bottom and right exclusive. Asked for is (left, top, right, bottom).",
    ],
)
def my_box(map_, threshold):
    """(H, W), share of the maximum -> (left, top, right, bottom) of the largest connected piece

    Right and bottom are the first column and row past the piece.
    """
    pieces = measure.label((map_ > threshold * map_.max()).numpy())
    largest = max(measure.regionprops(pieces), key=lambda piece: piece.area)
    top, left, bottom, right = largest.bbox
    return left, top, right, bottom


def pieces_of(above):
    return measure.regionprops(measure.label(above.numpy()))


def turned(bbox):
    top, left, bottom, right = bbox
    return left, top, right, bottom


@my_box.mistake(
    "Your box goes around everything above the threshold. Take the largest connected piece alone: `measure.label`"
    " numbers the pieces."
)
def around_everything(map_, threshold):
    rows, columns = (map_ > threshold * map_.max()).nonzero().T
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1


@my_box.mistake(
    "The order is (top, left, bottom, right), as `.bbox` has it. Asked for is (left, top, right, bottom): swap them."
)
def rows_first(map_, threshold):
    return max(pieces_of(map_ > threshold * map_.max()), key=lambda piece: piece.area).bbox


@my_box.mistake(
    "You took the threshold as a value. It is a share of the map's maximum: compare with `threshold * map_.max()`."
)
def absolute_threshold(map_, threshold):
    return turned(max(pieces_of(map_ > threshold), key=lambda piece: piece.area).bbox)


@my_box.mistake("You took the first piece, and the largest was asked for: choose by `.area`.")
def first_piece(map_, threshold):
    return turned(pieces_of(map_ > threshold * map_.max())[0].bbox)


@my_box.mistake(
    "Right and bottom are one too small: they are the first column and row *past* the piece, so that right − left"
    " is its width."
)
def inclusive(map_, threshold):
    left, top, right, bottom = turned(max(pieces_of(map_ > threshold * map_.max()), key=lambda p: p.area).bbox)
    return left, top, right - 1, bottom - 1


@my_box.mistake("You gave (left, top, width, height); asked for is (left, top, right, bottom).")
def width_and_height(map_, threshold):
    left, top, right, bottom = turned(max(pieces_of(map_ > threshold * map_.max()), key=lambda p: p.area).bbox)
    return left, top, right - left, bottom - top


@my_box.mistake(
    "You took the piece with the largest box. A thin diagonal has a large box and few cells: choose by `.area`, the "
    "number of cells."
)
def largest_box(map_, threshold):
    return turned(max(pieces_of(map_ > threshold * map_.max()), key=lambda piece: piece.area_bbox).bbox)


@my_box.mistake(
    "Cells that touch at a corner count as connected here, as `measure.label` has it by default: leave `connectivity` "
    "alone."
)
def edges_only(map_, threshold):
    pieces = measure.label((map_ > threshold * map_.max()).numpy(), connectivity=1)
    return turned(max(measure.regionprops(pieces), key=lambda piece: piece.area).bbox)


# --- 2.5 -------------------------------------------------------------------------------------------------------------


def pairs_of_boxes(generator):
    pairs = [((0, 0, 4, 4), (2, 0, 6, 4)), ((0, 0, 4, 4), (0, 0, 4, 2)), ((0, 0, 4, 4), (5, 0, 9, 4))]
    pairs += [((0, 0, 4, 4), (6, 7, 9, 9)), ((1, 2, 8, 5), (1, 2, 8, 5)), ((0, 0, 10, 8), (3, 2, 5, 7))]
    corners = torch.randint(0, 12, (8, 2, 2), generator=generator)
    sides = torch.randint(1, 9, (8, 2, 2), generator=generator)
    boxes = torch.cat([corners, corners + sides], dim=2).tolist()
    return pairs + [(tuple(a), tuple(b)) for a, b in boxes]


@exercise(
    "2.5",
    "Intersection over union",
    minutes=8,
    difficulty=1,
    cases=pairs_of_boxes,
    hints=[
        "The intersection of two boxes is a box: it starts where the later one starts and ends where the earlier "
        "one ends.",
        "Two boxes apart give a negative width or height: cut it at 0 before you multiply.",
        "The union is both areas minus what was counted twice.",
    ],
)
def my_iou(a, b):
    """(left, top, right, bottom) twice -> intersection over union, from 0 to 1"""
    width = max(min(a[2], b[2]) - max(a[0], b[0]), 0)
    height = max(min(a[3], b[3]) - max(a[1], b[1]), 0)
    both = width * height
    area_a, area_b = ((right - left) * (bottom - top) for left, top, right, bottom in (a, b))
    return both / (area_a + area_b - both)


def overlap(a, b, smallest=0, more=0):
    width = max(min(a[2], b[2]) - max(a[0], b[0]) + more, smallest)
    return width * max(min(a[3], b[3]) - max(a[1], b[1]) + more, smallest)


def area(box, more=0):
    return (box[2] - box[0] + more) * (box[3] - box[1] + more)


@my_iou.mistake("You counted the overlap twice in the union: it is both areas *minus* the intersection.")
def counted_twice(a, b):
    return overlap(a, b) / (area(a) + area(b))


@my_iou.mistake(
    "Boxes that do not touch should give 0. Apart in both directions, two negative sides multiply to a positive "
    "area: cut each at 0 first."
)
def not_cut_at_0(a, b):
    both = overlap(a, b, smallest=-100)
    return both / (area(a) + area(b) - both)


@my_iou.mistake(
    "You divided by the area of one box. Divide by the union of the two: else a box around the whole picture is "
    "perfect."
)
def over_one_box(a, b):
    return overlap(a, b) / area(b)


@my_iou.mistake(
    "You divided by the area of the first box. Divide by the union of the two: else a tiny box inside is perfect."
)
def over_the_first_box(a, b):
    return overlap(a, b) / area(a)


@my_iou.mistake(
    "You added 1 to each side. That is right for boxes whose right and bottom are inside; here they are past the end."
)
def plus_one(a, b):
    both = overlap(a, b, more=1)
    return both / (area(a, 1) + area(b, 1) - both)


@my_iou.mistake("You divided by the smallest box around both. The union is smaller: both areas minus the intersection.")
def over_the_hull(a, b):
    hull = (min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3]))
    return overlap(a, b) / area(hull)
