"""Exercise 3.5: what speaks against it."""

from cam_tutorial.practice.exercise import exercise

from .material import cam_of, own_scores, turtle_image, whole_calls
from .solutions import my_grad_cam


def calls_at_layers(generator):
    return [case[:-1] for case in whole_calls(generator)]


@exercise(
    "3.5",
    "What speaks against it",
    minutes=5,
    difficulty=1,
    cases=calls_at_layers,
    picture=turtle_image,
    hints=[
        "Minus the score has minus the gradient, so minus the α, so minus the *signed* map.",
        "The signed map is `my_grad_cam(..., relu=False)`. Turn its sign, and put the ReLU after that.",
    ],
)
def my_counterfactual(model, images, target, layer="trunk"):
    """(N, C, H, W), class indices (N,) -> (N, h, w): what lowers the score of the class, as values of 0 and more"""
    signed = my_grad_cam(model, images, target, layer, relu=False)
    return (-signed).relu()


@my_counterfactual.mistake(
    "You turned the sign of the finished map, when the ReLU had thrown away what speaks against the class. Start from "
    "the signed map, `relu=False`, and put the ReLU last."
)
def minus_the_finished_map(model, images, target, layer="trunk"):
    return -cam_of(model, images, target, layer, True)


@my_counterfactual.mistake(
    "Your maps are blank: the first ReLU throws away what is negative, and after the minus the second one throws away "
    "the rest. Ask for the signed map, `relu=False`."
)
def two_relus(model, images, target, layer="trunk"):
    return (-cam_of(model, images, target, layer, True)).relu()


@my_counterfactual.mistake(
    "One minus the map glows wherever the map says nothing. What speaks *against* the class is the negative part of "
    "the signed map: turn its sign, then the ReLU."
)
def one_minus_the_map(model, images, target, layer="trunk"):
    return 1 - cam_of(model, images, target, layer, True)


@my_counterfactual.mistake(
    "One minus the signed map is above zero wherever the map says nothing. Turn its sign, `-signed`, without the 1."
)
def one_minus_the_signed_map(model, images, target, layer="trunk"):
    return (1 - cam_of(model, images, target, layer, False)).relu()


@my_counterfactual.mistake(
    "The maximum minus the map glows wherever the map says nothing. What speaks *against* the class is the negative "
    "part of the signed map: turn its sign, and let the ReLU follow."
)
def maximum_minus_the_map(model, images, target, layer="trunk"):
    L = cam_of(model, images, target, layer, True)
    return L.amax(dim=(1, 2), keepdim=True) - L


@my_counterfactual.mistake(
    "The sign is turned, and the ReLU is missing: what spoke for the class is now negative. Put zero there."
)
def without_the_relu(model, images, target, layer="trunk"):
    return -cam_of(model, images, target, layer, False)


@my_counterfactual.mistake("That is what speaks *for* the class. Turn the sign of the signed map before the ReLU.")
def what_speaks_for_it(model, images, target, layer="trunk"):
    return cam_of(model, images, target, layer, True)


@my_counterfactual.mistake(
    "That is the signed map, with what speaks for the class above zero. Turn its sign, and put the ReLU after that."
)
def the_signed_map(model, images, target, layer="trunk"):
    return cam_of(model, images, target, layer, False)


@my_counterfactual.mistake(
    "The right places, with a negative sign: you cut off the positive part. Asked for are values of 0 and more, so "
    "turn the sign first, and then use the ReLU."
)
def below_zero(model, images, target, layer="trunk"):
    return cam_of(model, images, target, layer, False).clamp(max=0)


@my_counterfactual.mistake(
    "The absolute value shows what speaks for the class and what speaks against it in one color. Turn the sign, and "
    "cut off with the ReLU."
)
def both_in_one(model, images, target, layer="trunk"):
    return cam_of(model, images, target, layer, False).abs()


@my_counterfactual.mistake(
    "You asked what lowers the *probability* (1 − p has the same map): what raises any other class comes in with it. "
    "Take minus the logit."
)
def against_the_probability(model, images, target, layer="trunk"):
    return cam_of(model, images, target, layer, True, lambda logits, c: 1 - own_scores(logits.softmax(dim=1), c))


@my_counterfactual.mistake(
    "You asked what speaks for the other classes. That is another question: something can lower one score and raise "
    "none. Take minus the logit of the class itself."
)
def for_the_others(model, images, target, layer="trunk"):
    def others(logits, c):
        return logits.sum(dim=1, keepdim=True) - own_scores(logits, c)

    return cam_of(model, images, target, layer, True, others)


@my_counterfactual.mistake(
    "You turned the sign of the images. They stay as they are: it is the score, and with it the signed map, whose sign "
    "is turned."
)
def of_the_negative(model, images, target, layer="trunk"):
    return cam_of(model, -images, target, layer, True)


@my_counterfactual.mistake("Your map is of the trunk, whatever layer was asked for: hand on `layer` to `my_grad_cam`.")
def against_it_at_the_trunk(model, images, target, layer="trunk"):
    return (-cam_of(model, images, target, "trunk", False)).relu()
