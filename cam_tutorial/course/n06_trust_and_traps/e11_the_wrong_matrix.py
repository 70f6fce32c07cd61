"""Exercise 6.11: the wrong matrix."""

import torch
from torch import nn

from cam_tutorial.course.material import draw_weights, stacks
from cam_tutorial.practice.exercise import exercise


def features_before_a_neck(generator):
    """As many hidden units as maps, so that every wrong matrix fits; more, and fewer; one image alone."""
    cases = []
    for features, class_index in zip(stacks(generator), (2, 1, 1), strict=True):
        maps = features.shape[1]
        cases.append((features, maps, maps + 1, class_index))
    for shape, hidden, classes, class_index in (
        ((1, 4, 3, 5), 4, 5, 3),
        ((2, 3, 5, 4), 5, 4, 2),
        ((3, 5, 2, 3), 2, 6, 4),
    ):
        cases.append((torch.randn(*shape, generator=generator), hidden, classes, class_index))
    made = []
    for features, hidden, classes, class_index in cases:
        layers = nn.Sequential(nn.Linear(features.shape[1], hidden), nn.Linear(hidden, classes)).requires_grad_(False)
        draw_weights(layers, generator)
        made.append((features, layers[0], layers[1], class_index))
    return made


@exercise(
    "6.11",
    "The wrong matrix",
    minutes=8,
    difficulty=2,
    cases=features_before_a_neck,
    hints=[
        "Write the logit as a sum over the maps: logit = classifier(neck(means)). What does one map's mean get "
        "multiplied by on the way?",
        "Two linear layers in a row are one linear layer. Its matrix is the product of both.",
        "In the shapes: `classifier.weight` is (C, J) and `neck.weight` is (J, K). Class c needs K numbers.",
    ],
)
def my_cam_behind_a_neck(features, neck, classifier, class_index):
    """(N, K, h, w), nn.Linear(K, J), nn.Linear(J, C), int -> (N, h, w)

    The CAM of classifier(neck(pooled features)), without the biases.
    """
    w = classifier.weight[class_index] @ neck.weight  # (K,)
    return torch.einsum("k,nkhw->nhw", w, features).detach()


@my_cam_behind_a_neck.broken(
    "Row c of the neck is what feeds hidden unit c, and has nothing to do with class c: the shapes fit by coincidence. "
    "Go from the class back to the maps through both layers: `classifier.weight[class_index] @ neck.weight`."
)
def row_of_the_neck(features, neck, classifier, class_index):
    """(N, K, h, w), nn.Linear(K, J), nn.Linear(J, C), int -> (N, h, w)

    The CAM of classifier(neck(pooled features)), without the biases.
    """
    w = neck.weight[class_index]  # (K,)
    return torch.einsum("k,nkhw->nhw", w, features).detach()


def weighted(features, w):
    return torch.einsum("k,nkhw->nhw", w, features)


def with_weights(weights, sentence, finish=lambda maps, neck, classifier, c: maps):
    """A mistake: `weights(neck, classifier, c)` (K,) weigh the maps."""

    def version(features, neck, classifier, class_index):
        return finish(
            weighted(features, weights(neck, classifier, class_index)).detach(), neck, classifier, class_index
        )

    my_cam_behind_a_neck.mistake(sentence)(version)


def finished(finish, sentence):
    """A mistake in what becomes of the right map."""
    with_weights(lambda neck, head, c: head.weight[c] @ neck.weight, sentence, finish)


BACK = "Carry the class's row back through the neck: `classifier.weight[class_index] @ neck.weight`."

# The wrong weights.
with_weights(
    lambda neck, head, c: head.weight[c],
    f"The class is the one asked for, but its weights belong to the hidden units and not to the maps. {BACK}",
)
with_weights(
    lambda neck, head, c: neck.weight @ head.weight[c],
    "Both matrices are there, and multiplied the wrong way around: `neck.weight @ row` goes from maps to hidden units. "
    "Back again is `row @ neck.weight`.",
)
with_weights(
    lambda neck, head, c: head.weight[c] * neck.weight[c],
    "You multiplied two rows number by number. Every hidden unit passes its share on to every map: that is the matrix "
    "product, `@`.",
)
with_weights(
    lambda neck, head, c: head.weight[c] + neck.weight[c],
    f"You added two rows. Two layers in a row are multiplied. {BACK}",
)
with_weights(
    lambda neck, head, c: neck.weight[c] * head.weight[c, c],
    f"You took hidden unit c alone, and its weight: all hidden units pass something on. {BACK}",
)
with_weights(
    lambda neck, head, c: neck.weight[head.weight[c].argmax()] * head.weight[c].max(),
    f"You took the strongest hidden unit alone: all of them pass something on. {BACK}",
)
with_weights(
    lambda neck, head, c: neck.weight[head.weight[c].argmax()],
    f"You took the maps of the strongest hidden unit alone: all of them pass something on. {BACK}",
)
with_weights(
    lambda neck, head, c: neck.weight[:, c],
    "You took a column of the neck: that is one map's way to all hidden units, and no class.",
)
with_weights(
    lambda neck, head, c: neck.weight.sum(dim=0),
    f"You summed all rows of the neck, and left the class out. {BACK}",
)
with_weights(
    lambda neck, head, c: neck.weight.mean(dim=0),
    f"You averaged all rows of the neck, and left the class out. {BACK}",
)
with_weights(
    lambda neck, head, c: head.weight[c] @ neck.weight / len(neck.weight),
    "You averaged over the hidden units, where the network sums. Leave out the division.",
)
with_weights(
    lambda neck, head, c: (head.weight @ neck.weight).sum(dim=0),
    "You summed the maps of all classes: take the row of `class_index` first.",
)
with_weights(
    lambda neck, head, c: (head.weight @ neck.weight).mean(dim=0),
    "You averaged the maps of all classes: take the row of `class_index` first.",
)
with_weights(
    lambda neck, head, c: head.weight[0] @ neck.weight,
    "Both layers are there, but for class 0: take `classifier.weight[class_index]`.",
)
with_weights(
    lambda neck, head, c: head.weight[-1] @ neck.weight,
    "Both layers are there, but for the last class: take `classifier.weight[class_index]`.",
)
with_weights(
    lambda neck, head, c: neck.weight @ head.weight[0],
    "Two things: the product is the wrong way around, and it is for class 0. " + BACK,
)
with_weights(
    lambda neck, head, c: head.weight[c - 1] @ neck.weight,
    "You took the row before the class's own: `class_index` counts from 0 already.",
)
with_weights(
    lambda neck, head, c: neck(head.weight[c]),
    "You applied the neck, with its bias, to the weights of the class. The neck maps features to hidden units; the way "
    "back is `row @ neck.weight`.",
)
with_weights(
    lambda neck, head, c: (head.weight[c] @ neck.weight).relu(),
    "You cut the weights off below zero: maps that speak against the class count too.",
)
with_weights(
    lambda neck, head, c: head.weight[c].relu() @ neck.weight,
    "You cut the class's weights off below zero: hidden units that speak against it count too.",
)
with_weights(
    lambda neck, head, c: head.weight[c] @ neck.weight.relu(),
    "You cut the neck's weights off below zero. There is no ReLU in this network.",
)
with_weights(
    lambda neck, head, c: (head.weight[c] @ neck.weight).abs(),
    "You took the absolute value of the weights, so that what speaks against the class counts for it.",
)
with_weights(
    lambda neck, head, c: (head.weight[c] @ neck.weight).softmax(dim=0),
    "You put the weights through a softmax: they have signs, and are no shares.",
)
with_weights(
    lambda neck, head, c: head.weight[c],
    "Two things: the neck is left out, so that the weights are those of hidden units; and the map is cut off below 0.",
    lambda maps, neck, head, c: maps.relu(),
)
with_weights(
    lambda neck, head, c: neck.weight[c],
    f"It is still row c of the neck, and cut off below zero besides. {BACK}",
    lambda maps, neck, head, c: maps.relu(),
)

# The weights are right, and the map is not.
finished(
    lambda maps, neck, head, c: maps.relu(),
    "You cut off what is negative, and the identity breaks: a CAM is signed, and its mean is the logit without biases.",
)
finished(
    lambda maps, neck, head, c: maps.abs(),
    "You took the absolute value: a CAM is signed, and its mean is the logit without biases.",
)
finished(
    lambda maps, neck, head, c: maps + head.bias[c],
    "The weights are right, and a bias is in the map. A bias has no place: leave it out, and add it to the map's mean "
    "when you compare with the logit.",
)
finished(
    lambda maps, neck, head, c: maps + head.weight[c] @ neck.bias + head.bias[c],
    "The weights are right, and the biases of both layers are in the map. They have no place: leave them out, and add "
    "them to the map's mean when you compare with the logit.",
)
finished(
    lambda maps, neck, head, c: maps + head.weight[c] @ neck.bias,
    "The weights are right, and the neck's bias is in the map. A bias has no place: leave it out.",
)
finished(
    lambda maps, neck, head, c: maps.mean(dim=(1, 2)),
    "You pooled the map, and one number an image is left. Asked for is the map itself.",
)
finished(
    lambda maps, neck, head, c: maps / maps.amax(dim=(1, 2), keepdim=True),
    "You scaled each map to a maximum of 1, and the identity breaks: leave the values as they are.",
)
finished(
    lambda maps, neck, head, c: maps / maps.shape[1] / maps.shape[2],
    "You divided by the number of places: then it is the map's *sum* that is the logit. Its mean is to be.",
)
finished(
    lambda maps, neck, head, c: maps.squeeze(),
    "With one image the batch disappears: leave `squeeze()` out.",
)
finished(lambda maps, neck, head, c: maps[0], "You give the first image's map alone: each image has one.")


@my_cam_behind_a_neck.mistake(
    "You put a ReLU between the two layers, and this network has none: two linear layers in a row are one."
)
def relu_between(features, neck, classifier, class_index):
    hidden = torch.einsum("jk,nkhw->njhw", neck.weight, features)
    return torch.einsum("j,njhw->nhw", classifier.weight[class_index], hidden.relu())


@my_cam_behind_a_neck.mistake(
    "You put a ReLU between the two layers, behind the neck's bias, and this network has none: two linear layers in a "
    "row are one."
)
def relu_behind_the_bias(features, neck, classifier, class_index):
    hidden = torch.einsum("jk,nkhw->njhw", neck.weight, features) + neck.bias[:, None, None]
    return torch.einsum("j,njhw->nhw", classifier.weight[class_index], hidden.relu())


@my_cam_behind_a_neck.mistake("You explain the class that the network prefers: asked for is `class_index`.")
def the_preferred_class(features, neck, classifier, class_index):
    preferred = classifier(neck(features.mean(dim=(2, 3)))).argmax(dim=1)
    return torch.einsum("nk,nkhw->nhw", classifier.weight[preferred] @ neck.weight, features)


@my_cam_behind_a_neck.mistake(
    "You explain the class that the network prefers in the first image: asked for is `class_index`."
)
def the_first_ones_class(features, neck, classifier, class_index):
    preferred = classifier(neck(features.mean(dim=(2, 3))))[0].argmax()
    return weighted(features, classifier.weight[preferred] @ neck.weight)


@my_cam_behind_a_neck.mistake(
    "The matrices, or the entry that you take, do not fit: `classifier.weight @ neck.weight`, in this order, is (C, "
    "K), and "
    "class c is its row, `[class_index]`.",
    raises=RuntimeError,
)
def the_wrong_order(features, neck, classifier, class_index):
    return weighted(features, (neck.weight @ classifier.weight)[class_index])
