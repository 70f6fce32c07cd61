"""Exercise 18.3: Score-CAM.

A long file, because it is a table: three lines a mistake.
"""

import torch
import torch.nn.functional as F

from cam_tutorial import models, upsample, zoo
from cam_tutorial.course.material import turtle
from cam_tutorial.practice.exercise import exercise

from . import solutions
from .material import Score, smooth_network, to_picture


def scores_images_and_maps(generator):
    """Pictures and maps of several shapes; maps of both signs, one that is the same everywhere, and maps of a ReLU."""
    cases = []
    for (height, width), (K, h, w), class_index in (
        ((6, 8), (3, 3, 4), 2),
        ((7, 4), (5, 2, 3), 4),
        ((5, 5), (1, 2, 2), 1),
        ((4, 6), (2, 4, 6), 3),
        ((6, 6), (6, 3, 3), 0),
    ):
        network = smooth_network(generator, (height, width))
        image = torch.randn(2, height, width, generator=generator)
        A = 2 * torch.randn(K, h, w, generator=generator) + 0.3
        cases.append((Score(network, class_index), image, A))
    score, image, A = cases[0]
    dead = A.clone()
    dead[1] = 0.75
    cases.append((score, image, dead))
    cases.append((score, image, A.relu()))
    cases.append((score, image, torch.zeros(2, 3, 4)))
    return cases


def turtle_image():
    image, features, _, label = turtle()
    return Score(models.load("zoo-gap"), label), zoo.preprocess(image[0])[0], features[0]


my_score_cam = exercise(
    "18.3",
    "Score-CAM",
    minutes=8,
    difficulty=2,
    cases=scores_images_and_maps,
    picture=turtle_image,
    signed=False,
    hints=[
        "`upsample(A, x.shape[1:])` brings the K maps to the size of the picture.",
        "Each map has a lowest and a highest value of its own: `M.amin(dim=(1, 2), keepdim=True)`. A map that is the "
        "same everywhere would give 0/0: `torch.where(high > low, …, 0.0)`.",
        "`H[:, None] * x` is K pictures, (K, C, H, W): ask for the scores of all of them at once.",
        "The baseline is one picture of zeros: `score(torch.zeros_like(x)[None])`.",
    ],
)(solutions.my_score_cam)


def confidence(score, x, H):
    return score(x * H[:, None]) - score(torch.zeros_like(x)[None])


def summed(alpha, A):
    return (alpha[:, None, None] * A).sum(dim=0).relu()


def right_alpha(score, x, A):
    return confidence(score, x, to_picture(A, x.shape[1:]))


def made(how, sentence, **more):
    """A mistake: `how(score, x, A)`."""

    def version(score, x, A):
        return how(score, x, A)

    my_score_cam.mistake(sentence, **more)(version)


def masked(mask, sentence):
    """A mistake in the masks: `mask(A, size)`."""
    made(lambda score, x, A: summed(confidence(score, x, mask(A, x.shape[1:])), A), sentence)


def weighed(alpha, sentence):
    """A mistake in the weights: `alpha(score, x, A, H)`."""
    made(lambda score, x, A: summed(alpha(score, x, A, to_picture(A, x.shape[1:])), A), sentence)


def ended(end, sentence):
    """A mistake at the end: `end(alpha, A)`."""
    made(lambda score, x, A: end(right_alpha(score, x, A), A), sentence)


def scaled(M, low, high):
    return torch.where(high > low, (M - low) / (high - low), torch.zeros_like(M))


def each_over(A):
    return A.amin(dim=(1, 2), keepdim=True), A.amax(dim=(1, 2), keepdim=True)


# The masks.
masked(
    lambda A, size: (
        (upsample(A, size) - each_over(upsample(A, size))[0])
        / (each_over(upsample(A, size))[1] - each_over(upsample(A, size))[0])
    ),
    "A map that is the same everywhere gives 0/0, and one NaN spoils the sum: let its mask be 0.",
)
masked(
    lambda A, size: upsample(A, size),
    "The masks are not scaled to [0, 1]: subtract each map's lowest value, and divide by the range.",
)
masked(
    lambda A, size: upsample(A.relu(), size) / each_over(upsample(A.relu(), size))[1].clamp(min=1e-12),
    "You cut off what is negative and divided by the maximum. Subtract the lowest value of each map, and divide by "
    "the range from the lowest to the highest.",
)
for least in (1e-12, 1e-8):
    masked(
        lambda A, size, least=least: upsample(A, size) / each_over(upsample(A, size))[1].clamp(min=least),
        "You divided by the maximum without subtracting the minimum first: the masks are to reach from 0 to 1.",
    )
masked(
    lambda A, size: scaled(upsample(A, size), upsample(A, size).amin(), upsample(A, size).amax()),
    "One lowest and one highest value served for all maps. Each map has its own: `amin(dim=(1, 2), keepdim=True)`.",
)
masked(
    lambda A, size: scaled(
        upsample(A, size), upsample(A, size).amin(dim=0, keepdim=True), upsample(A, size).amax(dim=0, keepdim=True)
    ),
    "You took the lowest and the highest over the maps, place by place. Take them over the places, dimensions 1 and 2.",
)
masked(
    lambda A, size: upsample(scaled(A, *each_over(A)), size),
    "You scaled first and enlarged afterward, and between the cells the enlarged masks do not reach from 0 to 1 "
    "any more: enlarge first.",
)
masked(
    lambda A, size: 1 - to_picture(A, size),
    "Your masks are turned around: what the map lights up is to stay, and the rest to go dark.",
)
masked(
    lambda A, size: torch.where(
        each_over(upsample(A, size))[1] > each_over(upsample(A, size))[0],
        to_picture(A, size),
        torch.ones_like(to_picture(A, size)),
    ),
    "The mask of a map that is the same everywhere is 1 in yours. Let it be 0.",
)
for correction in (0, 1):
    masked(
        lambda A, size, correction=correction: (
            (upsample(A, size) - upsample(A, size).mean(dim=(1, 2), keepdim=True))
            / (upsample(A, size).std(dim=(1, 2), keepdim=True, correction=correction) + 1e-8)
        ),
        "You scaled by mean and standard deviation. The masks reach from 0 to 1: by the lowest and the highest value.",
    )
masked(
    lambda A, size: (to_picture(A, size) > 0.5).float(),
    "You cut the masks at one half. They are soft: each pixel is multiplied by a number from 0 to 1.",
)
masked(
    lambda A, size: upsample(A, size).sigmoid(),
    "You used a sigmoid. The masks are scaled by their own lowest and highest value.",
)
masked(
    lambda A, size: upsample(A, size).flatten(1).softmax(dim=1).view(len(A), *size),
    "You used a softmax over the places. The masks are scaled by their own lowest and highest value.",
)
masked(
    lambda A, size: scaled(
        F.interpolate(A[None], size, mode="nearest")[0], *each_over(F.interpolate(A[None], size, mode="nearest")[0])
    ),
    "You enlarged without blending (mode nearest), so the masks have hard edges: `upsample(A, x.shape[1:])`.",
)
masked(
    lambda A, size: scaled(
        F.interpolate(A[None], size, mode="bilinear", align_corners=True)[0],
        *each_over(F.interpolate(A[None], size, mode="bilinear", align_corners=True)[0]),
    ),
    "You enlarged with `align_corners=True`, which shifts the map: `upsample(A, x.shape[1:])`.",
)

# The weights.
weighed(
    lambda score, x, A, H: score(x * H[:, None]),
    "The baseline is missing: subtract the score of a picture of zeros.",
)
weighed(
    lambda score, x, A, H: score(x * H[:, None]) - score(x[None]),
    "You subtracted the score of the whole picture. The baseline is a picture of zeros, `torch.zeros_like(x)`.",
)
weighed(
    lambda score, x, A, H: score(x[None]) - score(x * H[:, None]),
    "You measured how far the score falls below that of the whole picture. Asked for is how far it rises above that "
    "of a picture of zeros.",
)
weighed(
    lambda score, x, A, H: -confidence(score, x, H),
    "The difference is the wrong way round: the masked picture's score minus the baseline's.",
)
weighed(
    lambda score, x, A, H: confidence(score, x, H).softmax(dim=0),
    "You put the weights through a softmax, as several libraries do. The formula here takes the increase as it is; "
    "this notebook compares the two further down.",
)
weighed(
    lambda score, x, A, H: score(x * H[:, None]).sigmoid() - score(torch.zeros_like(x)[None]).sigmoid(),
    "There is a sigmoid on the scores. Use them as they come.",
)
weighed(
    lambda score, x, A, H: confidence(score, x, H).relu(),
    "You cut off negative weights. A map that lowers the score counts against: the ReLU stands on the sum alone.",
)
weighed(
    lambda score, x, A, H: confidence(score, x, H).abs(),
    "You took the absolute value of the weights. A map that lowers the score has a negative one, and keeps it.",
)
weighed(
    lambda score, x, A, H: score(H[:, None].expand(-1, len(x), -1, -1)) - score(torch.zeros_like(x)[None]),
    "You asked for the scores of the masks alone. Multiply the picture by them: `x * H[:, None]`.",
)
weighed(
    lambda score, x, A, H: score(x + H[:, None]) - score(torch.zeros_like(x)[None]),
    "You added the masks to the picture. Multiply it by them.",
)
weighed(
    lambda score, x, A, H: score(x * H[:, None]) - score(torch.ones_like(x)[None]),
    "Your baseline is a picture of ones. It is one of zeros, `torch.zeros_like(x)`.",
)
weighed(
    lambda score, x, A, H: confidence(score, x, H) / len(A),
    "Your map is K times too faint: nothing is averaged over the maps. The formula has a sum.",
)
weighed(
    lambda score, x, A, H: confidence(score, x, H) / confidence(score, x, H).sum(),
    "You made the weights sum up to 1. Use the increases as they are.",
)
weighed(
    lambda score, x, A, H: confidence(score, x, H).mean().expand(len(A)),
    "All maps have the same weight, the mean of the increases. Each has its own.",
)
weighed(
    lambda score, x, A, H: score((x * H[:, None]).sum(dim=0, keepdim=True)) - score(torch.zeros_like(x)[None]),
    "You added up the masked pictures and asked once. Each map's picture is asked for by itself: K scores.",
)

# The end.
made(
    lambda score, x, A: (right_alpha(score, x, A)[:, None, None] * upsample(A, x.shape[1:])).sum(dim=0).relu(),
    "You summed the enlarged maps. The sum is over the maps as the layer gives them, (h, w).",
)
made(
    lambda score, x, A: (right_alpha(score, x, A)[:, None, None] * to_picture(A, x.shape[1:])).sum(dim=0).relu(),
    "You summed the masks. The sum is over the maps A themselves, (h, w); the masks only find their weights.",
)
ended(lambda alpha, A: (alpha[:, None, None] * scaled(A, *each_over(A))).sum(dim=0).relu(),
      "You summed maps that are scaled to [0, 1]. The sum is over the maps A as they are.")  # fmt: skip
ended(lambda alpha, A: (alpha[:, None, None] * A).sum(dim=0), "The ReLU on the finished sum is missing.")
ended(
    lambda alpha, A: (alpha[:, None, None] * A).relu().sum(dim=0),
    "Your ReLU stands on each weighted map. It belongs on the finished sum.",
)
ended(
    lambda alpha, A: (alpha[:, None, None] * A).sum(dim=0).abs(),
    "You took the absolute value of the sum. Cut the negative part off: `.relu()`.",
)
ended(
    lambda alpha, A: (alpha[:, None, None] * A).relu(),
    "You stopped before the sum: that is one map for each k. Add them up over dimension 0.",
)
ended(lambda alpha, A: alpha, "These are the weights. The map is ReLU(Σ_k α_k A^k).")
ended(lambda alpha, A: A[alpha.argmax()].relu(), "That is the one map with the highest weight. Sum all of them.")
ended(
    lambda alpha, A: summed(alpha, A)[None],
    "You kept a dimension of 1 in front. Asked for is one map, (h, w).",
)
ended(
    lambda alpha, A: summed(alpha, A) / summed(alpha, A).max().clamp(min=1e-12),
    "You divided by the maximum. Leave the map in the network's own scale.",
)
ended(lambda alpha, A: A.sum(dim=0).relu(), "You added up the maps without weights: the class has no part in that.")


@my_score_cam.mistake(
    "Score-CAM takes no gradient: its weights are differences of scores, of masked pictures and a picture of zeros."
)
def with_the_gradient(score, x, A):
    (gradient,) = torch.autograd.grad(score(x[None]).sum(), A)
    return summed(gradient.mean(dim=(1, 2)), A)


@my_score_cam.mistake(
    "`score` takes pictures (n, C, H, W), and a single one, (C, H, W), has no dimension for n: `x[None]`, or "
    "`torch.zeros_like(x)[None]`."
)
def one_without_a_batch(score, x, A):
    H = to_picture(A, x.shape[1:])
    return summed(score(x * H[:, None]) - score(torch.zeros_like(x)), A)
