"""Exercise 6.5: everything speaks for the class."""

from cam_tutorial.course.material import stacks, turtle
from cam_tutorial.practice.exercise import exercise


def features_and_gradients(generator):
    pairs = zip(stacks(generator), stacks(generator), strict=True)
    cases = [(features, gradients) for features, gradients in pairs]
    return [*cases, *((features.relu(), gradients) for features, gradients in cases)]


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


@my_grad_cam_map.mistake(
    "Half mended: the map is cut off below zero now, but the gradients still are too. Remove the ReLU from the line of "
    "alpha."
)
def relu_on_both(features, gradients):
    return relu_on_the_gradients(features, gradients).relu()


@my_grad_cam_map.mistake(
    "The ReLU is gone from the gradients, and missing at the end: Grad-CAM keeps what speaks for the class, `.relu()` "
    "on the sum."
)
def no_relu(features, gradients):
    return (gradients.mean(dim=(2, 3), keepdim=True) * features).sum(dim=1)


@my_grad_cam_map.mistake(
    "You moved the ReLU from the gradients to their means. A negative α is still lost there: move it behind the sum."
)
def relu_on_alpha(features, gradients):
    return (gradients.mean(dim=(2, 3), keepdim=True).relu() * features).sum(dim=1)


@my_grad_cam_map.mistake(
    "You cut off α, and the map as well. Only the map, at the very end: a negative α must stay in the sum."
)
def relu_on_alpha_and_map(features, gradients):
    return relu_on_alpha(features, gradients).relu()


@my_grad_cam_map.mistake(
    "You cut off each weighted map before the sum, so that none can take anything away: first the sum, then the ReLU."
)
def relu_before_the_sum(features, gradients):
    return (gradients.mean(dim=(2, 3), keepdim=True) * features).relu().sum(dim=1)


@my_grad_cam_map.mistake(
    "You took the absolute value, so that what speaks against the class glows as well. Cut it off with `.relu()`, on "
    "the sum."
)
def absolute_map(features, gradients):
    return no_relu(features, gradients).abs()


@my_grad_cam_map.mistake(
    "The map is right up to a factor: you summed the gradients over the places. α is their mean, `.mean(dim=(2, 3), "
    "keepdim=True)`."
)
def summed_gradients(features, gradients):
    return (gradients.sum(dim=(2, 3), keepdim=True) * features).sum(dim=1).relu()
