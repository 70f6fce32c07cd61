"""Exercise 6.5: everything speaks for the class."""

import torch

from cam_tutorial.course.material import stacks, turtle
from cam_tutorial.practice.exercise import exercise


def features_and_gradients(generator):
    """Of both signs, and features from 0 up as behind a ReLU; one image, one map, one place; square; all against."""
    shapes = ((1, 3, 4, 2), (3, 1, 2, 3), (2, 4, 1, 1), (1, 1, 1, 1), (2, 3, 4, 4))
    more = list(zip(stacks(generator, shapes), stacks(generator, shapes), strict=True))
    against = (more[0][0].abs(), -more[0][1].abs())
    pairs = zip(stacks(generator), stacks(generator), strict=True)
    cases = [(features, gradients) for features, gradients in pairs]
    return [*cases, *((features.relu(), gradients) for features, gradients in cases), *more, against]


def turtle_gradients():
    _, features, weights, label = turtle()
    gradients = weights[label][None, :, None, None].expand_as(features) / features[0, 0].numel()
    return features, gradients.contiguous()


@exercise(
    "6.5",
    "Everything speaks for the class",
    minutes=5,
    difficulty=1,
    cases=features_and_gradients,
    picture=turtle_gradients,
    signed=False,
    hints=[
        "How does a feature map that speaks *against* the class enter the sum? Print the smallest `alpha`.",
        "A negative α takes away where the other animal is. Nothing may be cut off before the sum.",
    ],
)
def my_grad_cam_map(features, gradients):
    """(N, K, h, w), their gradients (N, K, h, w) -> (N, h, w): Grad-CAM"""
    alpha = gradients.mean(dim=(2, 3), keepdim=True)
    return (alpha * features).sum(dim=1).relu()


@my_grad_cam_map.broken(
    "What speaks against the class is cut off too early, in the gradients. Those maps then add nothing, where they "
    "should take away: move the ReLU behind the sum."
)
def relu_on_the_gradients(features, gradients):
    """(N, K, h, w), their gradients (N, K, h, w) -> (N, h, w): Grad-CAM"""
    alpha = gradients.relu().mean(dim=(2, 3), keepdim=True)
    return (alpha * features).sum(dim=1)


def averaged(gradients):
    return gradients.mean(dim=(2, 3), keepdim=True)


def summed(weighted):
    return weighted.sum(dim=1)


def mended(version, sentence):
    """A mistake: `version(A, g)` is the map."""
    my_grad_cam_map.mistake(sentence)(lambda features, gradients: version(features, gradients))


ONCE = "The ReLU belongs in one place, behind the sum: a negative α must stay in the sum."

# Where the ReLU stands.
mended(
    lambda A, g: summed(averaged(g.relu()) * A).relu(),
    "Half mended: the map is cut off below zero now, but the gradients still are too. Remove the ReLU from the line of "
    "alpha.",
)
mended(
    lambda A, g: summed(averaged(g) * A),
    "The ReLU is gone from the gradients, and missing at the end: Grad-CAM keeps what speaks for the class, `.relu()` "
    "on the sum.",
)
mended(
    lambda A, g: summed(averaged(g).relu() * A),
    "You moved the ReLU from the gradients to their means. A negative α is still lost there: move it behind the sum.",
)
mended(
    lambda A, g: summed(averaged(g).relu() * A).relu(),
    "You cut off α, and the map as well. Only the map, at the very end: a negative α must stay in the sum.",
)
mended(
    lambda A, g: summed((averaged(g) * A).relu()),
    "You cut off each weighted map before the sum, so that none can take anything away: first the sum, then the ReLU.",
)
mended(
    lambda A, g: summed((averaged(g.relu()) * A).relu()),
    f"You cut off the gradients, as before, and each weighted map (or the features) too. {ONCE}",
)
mended(lambda A, g: summed(averaged(g) * A.relu()), f"You cut off the features, and not the map. {ONCE}")
mended(lambda A, g: summed(averaged(g) * A.relu()).relu(), "The map is cut off at the end, which is right, and so are "
       "the features, which come in as they are.")  # fmt: skip
mended(lambda A, g: summed(averaged(g * (A > 0)) * A).relu(), "You let gradients count only where the features are "
       "positive. α is the mean over all places.")  # fmt: skip
mended(lambda A, g: summed(averaged(g.relu() * (A > 0)) * A).relu(), "These are the gradients of guided backprop. α is "
       "the mean of the gradients as they are, over all places.")  # fmt: skip
mended(
    lambda A, g: summed(g.relu() * A), f"You left out the mean over the places, and the gradients are cut off. {ONCE}"
)
mended(
    lambda A, g: summed(g * A).relu(),
    "You left out the mean over the places: that is HiResCAM. Grad-CAM's α is `gradients.mean(dim=(2, 3), "
    "keepdim=True)`.",
)
mended(lambda A, g: summed((g * A).relu()), "You left out the mean over the places, and cut off before the sum. "
    "α is the "
       "mean, and the ReLU comes behind the sum.")  # fmt: skip
mended(lambda A, g: summed(g * A), "You left out the mean over the places, and the ReLU at the end.")

# Another function in its place.
mended(
    lambda A, g: summed(averaged(g) * A).abs(),
    "You took the absolute value, so that what speaks against the class glows as well. Cut it off with `.relu()`, on "
    "the sum.",
)
for relu, words in ((False, "of the gradients"), (True, "of the gradients, and a ReLU at the end")):
    mended(
        lambda A, g, relu=relu: (lambda M: M.relu() if relu else M)(summed(averaged(g.abs()) * A)),
        f"You took the absolute value {words}: what speaks against the class now counts for it. {ONCE}",
    )
for relu, words in ((False, "of α"), (True, "of α, and a ReLU at the end")):
    mended(
        lambda A, g, relu=relu: (lambda M: M.relu() if relu else M)(summed(averaged(g).abs() * A)),
        f"You took the absolute value {words}: what speaks against the class now counts for it. {ONCE}",
    )
mended(lambda A, g: (-summed(averaged(g) * A)).relu(), "There is a minus too many: the map shows what speaks *against* "
       "the class.")  # fmt: skip
mended(
    lambda A, g: summed(averaged(-(-g).relu()) * A).relu(),
    "You keep only the negative gradients. All count, with their signs; the ReLU comes behind the sum.",
)
mended(lambda A, g: summed(averaged(g.clamp(max=0)) * A), "You keep only the negative gradients, and cut off "
    "nothing at "
       "the end. All gradients count; the ReLU comes behind the sum.")  # fmt: skip
mended(lambda A, g: summed(averaged(g) * A).clamp(0, 1), "You cut off above 1 as well: `.relu()` alone.")
mended(lambda A, g: summed(averaged(g) * A).sigmoid(), "A sigmoid turns 0 into a half. Cut off below zero, `.relu()`.")
mended(
    lambda A, g: torch.nn.functional.leaky_relu(summed(averaged(g) * A)),
    "A leaky ReLU lets a little through below zero: `.relu()`.",
)
mended(
    lambda A, g: summed(averaged(g).softmax(dim=1) * A).relu(),
    "A softmax makes every α positive, so that no map can take anything away: take α as it is.",
)

# The mean and the sum.
mended(
    lambda A, g: summed(g.sum(dim=(2, 3), keepdim=True) * A).relu(),
    "The map is right up to a factor: you summed the gradients over the places. α is their mean, `.mean(dim=(2, 3), "
    "keepdim=True)`.",
)
mended(
    lambda A, g: summed(g.amax(dim=(2, 3), keepdim=True) * A).relu(),
    "You took the highest gradient of each map. α is the mean, over dimensions 2 and 3.",
)
mended(
    lambda A, g: (averaged(g) * A).mean(dim=1).relu(),
    "The map is right up to a factor: the weighted maps are summed, not averaged.",
)
mended(
    lambda A, g: (averaged(g) * A).amax(dim=1).relu(),
    "You took the strongest of the weighted maps at each place. They are summed, so that one can take away from "
    "another.",
)
mended(lambda A, g: summed(g.mean(dim=(0, 2, 3), keepdim=True) * A).relu(), "You averaged α over the images as "
    "well: each "
       "image has its own, `dim=(2, 3)`.")  # fmt: skip
mended(lambda A, g: summed(g.mean(dim=(1, 2, 3), keepdim=True) * A).relu(), "You averaged α over the maps as "
    "well: each "
       "map has its own, `dim=(2, 3)`.")  # fmt: skip
mended(lambda A, g: (averaged(g) * A).relu(), "The sum over the maps, `.sum(dim=1)`, has gone: one map for each image.")
mended(
    lambda A, g: summed(averaged(g) * A).relu() / summed(averaged(g) * A).relu().amax((1, 2), True).clamp(min=1e-8),
    "The ReLU is in its place, and each map is divided by its maximum: leave its values as they are.",
)
mended(
    lambda A, g: summed(averaged(g) * A).relu() / summed(averaged(g) * A).relu().amax((1, 2), True),
    "The ReLU is in its place, and each map is divided by its maximum, which may be 0: leave its values as they are.",
)
mended(
    lambda A, g: summed(averaged(A) * g).relu(),
    "Features and gradients are swapped: α is the mean of the *gradients*, and weighs the features.",
)
