"""Exercise 3.5: what speaks against it.

A long file, because it is a table: three lines a mistake.
"""

from cam_tutorial.practice.exercise import exercise

from .material import cam_of, gradient_and_maps, own_scores, turtle_image, whole_calls
from .solutions import my_grad_cam


def calls_at_layers(generator):
    """Those of 3.4, without `relu`: some leave out the layer."""
    return [case[:4] for case in whole_calls(generator)]


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
    """(N, C, H, W), class indices (N,) -> (N, h, w): what lowers the score, ≥ 0"""
    signed = my_grad_cam(model, images, target, layer, relu=False)
    return (-signed).relu()


def shown(how, sentence, at=lambda layer: layer):
    """A mistake in what becomes of the signed map: `how(L)`, where `.relu()` and `-L` are left to it."""

    def version(model, images, target, layer="trunk"):
        return how(cam_of(model, images, target, at(layer), False))

    my_counterfactual.mistake(sentence)(version)


def asked(score, sentence, relu=True):
    """A mistake in what is asked: the map of `score(logits, target)`."""

    def version(model, images, target, layer="trunk"):
        return cam_of(model, images, target, layer, relu, score)

    my_counterfactual.mistake(sentence)(version)


def weighed(alpha, sentence):
    """A mistake in the weights, `alpha(gradient)`, of a map that is finished rightly."""

    def version(model, images, target, layer="trunk"):
        return (-cam_of(model, images, target, layer, False, alpha=alpha)).relu()

    my_counterfactual.mistake(sentence)(version)


def highest(L):
    return L.amax(dim=(1, 2), keepdim=True)


def lowest(L):
    return L.amin(dim=(1, 2), keepdim=True)


def against(L):
    return (-L).relu()


OWN_SCALE = "Leave what speaks against the class in the network's own scale."

# The sign and the ReLU.
shown(
    lambda L: -L.relu(),
    "You turned the sign of the finished map, when the ReLU had thrown away what speaks against the class. Start from "
    "the signed map, `relu=False`, and put the ReLU last, around the minus: `(-signed).relu()`.",
)
shown(
    lambda L: (-L.relu()).relu(),
    "Your maps are blank: the first ReLU throws away what is negative, and after the minus the second one throws away "
    "the rest. Ask for the signed map, `relu=False`.",
)
shown(
    lambda L: 1 - L.relu(),
    "One minus the map glows wherever the map says nothing. What speaks *against* the class is the negative part of "
    "the signed map: turn its sign, then the ReLU.",
)
shown(
    lambda L: (1 - L.relu()).relu(),
    "One minus the map, cut off below zero, glows wherever the map says nothing. What speaks *against* the class is "
    "the negative part of the signed map: turn its sign, then the ReLU.",
)
shown(
    lambda L: 1 - L.relu() / highest(L.relu()),
    "One minus the map divided by its maximum glows wherever the map says nothing. Start from the signed map, turn its "
    "sign, and let the ReLU follow.",
)
shown(
    lambda L: (1 - L).relu(),
    "One minus the signed map is above zero wherever the map says nothing. Turn its sign, `-signed`, without the 1.",
)
shown(
    lambda L: 1 - L,
    "One minus the signed map is 1 wherever the map says nothing. Turn its sign, `-signed`, and let the ReLU follow.",
)
shown(
    lambda L: 1 - L.relu() / highest(L.relu()).clamp(min=1e-8),
    "One minus the map divided by its maximum, with a floor against 0 / 0, glows wherever the map says nothing. Start "
    "from the signed map, turn its sign, and let the ReLU follow.",
)
shown(lambda L: (-L).softmax(dim=1), f"There is a softmax on the map. {OWN_SCALE}")
shown(
    lambda L: against(L).sum(dim=(1, 2)),
    "You added up the places of each map, and one number an image is left: asked for are maps, (N, h, w).",
)
shown(
    lambda L: highest(L.relu()) - L.relu(),
    "The maximum minus the map glows wherever the map says nothing. What speaks *against* the class is the negative "
    "part of the signed map: turn its sign, and let the ReLU follow.",
)
shown(
    lambda L: L.relu().max() - L.relu(),
    "The maximum of all maps minus each glows wherever a map says nothing. What speaks *against* the class is the "
    "negative part of the signed map: turn its sign, and let the ReLU follow.",
)
shown(
    lambda L: highest(L) - L,
    "The maximum minus the signed map glows where the map says nothing. Turn the sign alone, and let the ReLU follow.",
)
shown(
    lambda L: -L,
    "The sign is turned, and the ReLU is missing: what spoke for the class is now negative. Put zero there.",
)
shown(lambda L: L.relu(), "That is what speaks *for* the class. Turn the sign of the signed map before the ReLU.")
shown(
    lambda L: L,
    "That is the signed map, with what speaks for the class above zero. Turn its sign, and put the ReLU after that.",
)
shown(
    lambda L: L.clamp(max=0),
    "The right places, with a negative sign: you cut off the positive part. Asked for are values of 0 and more, so "
    "turn the sign first, and then use the ReLU.",
)
shown(
    lambda L: L.abs(),
    "The absolute value shows what speaks for the class and what speaks against it in one color. Turn the sign, and "
    "cut off with the ReLU.",
)
shown(lambda L: -L.abs(), "Everything is negative: turn the sign of the signed map, and put the ReLU after that.")
shown(
    lambda L: (L < 0).float(),
    "You show where something speaks against the class, and not how much: `(-signed).relu()` keeps the values.",
)
shown(
    lambda L: L < 0,
    "You show where something speaks against the class, as True or False, and not how much: `(-signed).relu()` keeps "
    "the values.",
)

# The scale and the shape.
shown(lambda L: against(L) / highest(against(L)), f"You divided each map by its maximum. {OWN_SCALE}")
shown(
    lambda L: against(L) / highest(against(L)).clamp(min=1e-8),
    f"You divided each map by its maximum, with a tiny floor against 0 / 0. {OWN_SCALE}",
)
shown(
    lambda L: (highest(L) - L) / (highest(L) - lowest(L)),
    f"You stretched the map, turned over, from 0 to 1, so that places that say nothing glow. {OWN_SCALE}",
)
shown(
    lambda L: (-L - (-L).min()) / (L.max() - L.min()),
    f"You stretched all maps together, turned over, from 0 to 1: places that say nothing glow. {OWN_SCALE}",
)
shown(lambda L: against(L).clamp(max=1), f"You cut off above 1. {OWN_SCALE}")
shown(lambda L: (-L).sigmoid(), f"A sigmoid makes 0.5 of places that say nothing. {OWN_SCALE}")
shown(lambda L: 1 / L.relu(), "One divided by the map is infinite wherever it says nothing. Turn the sign instead.")
shown(lambda L: against(L)[0], "That is the map of the first image alone, (h, w): give one map an image, (N, h, w).")
shown(lambda L: against(L)[:1], "That is the map of the first image alone, (1, h, w): give one map an image.")
shown(
    lambda L: against(L).squeeze(),
    "The numbers are right, but `squeeze()` drops every dimension of size 1: with one image, or one place, the shape "
    "is not that of the maps. Leave it out.",
)
shown(
    lambda L: against(L).sum(dim=0, keepdim=True).expand(len(L), -1, -1),
    "All images have the same map, the sum of theirs: each has its own.",
)

# What is handed on.
shown(
    against,
    "Your map is of the trunk, whatever layer was asked for: hand on `layer` to `my_grad_cam`.",
    at=lambda layer: "trunk",
)
shown(
    lambda L: -L.relu(),
    "Two things: hand on `layer` to `my_grad_cam`, and ask for the signed map, `relu=False`, to turn its sign before "
    "the ReLU.",
    at=lambda layer: "trunk",
)
shown(
    lambda L: -L,
    "Two things: hand on `layer` to `my_grad_cam`, and let a ReLU follow the minus.",
    at=lambda layer: "trunk",
)


@my_counterfactual.mistake(
    "Called without `layer`, your maps are of another one. The default is “trunk”, as in the stub."
)
def another_layer_by_default(model, images, target, layer="trunk.0"):
    return against(cam_of(model, images, target, layer, False))


# What is asked.
asked(
    lambda logits, c: 1 - own_scores(logits.softmax(dim=1), c),
    "You asked what lowers the *probability* (1 − p has the same map): what raises any other class comes in with it. "
    "Take minus the logit.",
)
asked(
    lambda logits, c: -own_scores(logits.log_softmax(dim=1), c),
    "You asked what lowers the log-probability, as the loss does: what raises any other class comes in with it. Take "
    "minus the logit.",
)
asked(
    lambda logits, c: logits.sum(dim=1, keepdim=True) - own_scores(logits, c),
    "You asked what speaks for the other classes. That is another question: something can lower one score and raise "
    "none. Take minus the logit of the class itself.",
)
asked(
    lambda logits, c: -logits.sum(dim=1),
    "You asked what lowers the scores of all classes together. Take minus the logit of the class alone.",
)
asked(
    lambda logits, c: -logits.amax(dim=1),
    "You asked what lowers the score of the class that the network predicts, whatever `target` says.",
)
asked(
    lambda logits, c: logits.amax(dim=1) - own_scores(logits, c)[:, 0],
    "You asked what speaks for the predicted class rather than for this one. Take minus the logit of the class itself.",
)
asked(
    lambda logits, c: logits.amin(dim=1),
    "You asked what speaks for the class with the lowest score. What lowers the score of `target` is another question.",
)
asked(
    lambda logits, c: own_scores(logits, (c + 1) % logits.shape[1]),
    "You asked what speaks for the next class. What lowers the score of `target` is another question: minus its logit.",
)
asked(
    lambda logits, c: -logits[:, c[0]],
    "Every image is asked about the first one's class: hand on all of `target` to `my_grad_cam`.",
)
asked(
    lambda logits, c: -own_scores(logits, c).mean(),
    "Your maps shrink with the size of the batch, because the scores are averaged: `my_grad_cam` sums them.",
)


@my_counterfactual.mistake(
    "You turned the sign of the images. They stay as they are: it is the score, and with it the signed map, whose sign "
    "is turned."
)
def of_the_negative(model, images, target, layer="trunk"):
    return cam_of(model, -images, target, layer, True)


# The weights.
weighed(
    lambda g: -((-g).relu()).mean(dim=(2, 3)),
    "You kept the negative derivatives alone, before the average. The ReLU comes once, on minus the signed map.",
)
weighed(
    lambda g: g.mean(dim=(2, 3)).clamp(max=0),
    "You kept the negative α alone. The ReLU comes once, on minus the signed map.",
)


@my_counterfactual.mistake(
    "You kept the negative α alone, and no ReLU is on the map: it comes once, on minus the signed map."
)
def negative_weights_without_a_relu(model, images, target, layer="trunk"):
    return -cam_of(model, images, target, layer, False, alpha=lambda g: g.mean(dim=(2, 3)).clamp(max=0))


weighed(lambda g: g.sum(dim=(2, 3)), "Your α are sums. They are the means of the gradient, as in `my_grad_cam`.")


@my_counterfactual.mistake(
    "That is HiResCAM's map, without the average, of what speaks against the class: start from `my_grad_cam`."
)
def without_the_average(model, images, target, layer="trunk"):
    gradient, A = gradient_and_maps(model, images, target, layer)
    return against((gradient * A).sum(dim=1))
