"""Exercise 3.4: Grad-CAM, the whole of it."""

import torch

from cam_tutorial.heatmap import upsample
from cam_tutorial.practice.exercise import exercise

from . import solutions
from .material import a_batch, cam_of, gradient_and_maps, hooked, own_scores, run, turtle_image, whole_calls
from .solutions import my_alpha, my_map, my_record

my_grad_cam = exercise(
    "3.4",
    "Grad-CAM, the whole of it",
    minutes=12,
    difficulty=2,
    cases=whole_calls,
    probe=a_batch,
    picture=turtle_image,
    hints=[
        "You have the parts: `my_record` for the maps, `my_alpha` for their weights, `my_map` for the sum.",
        'Run the network inside a `with my_record(model, layer) as kept:` block. Then `A` is `kept["A"]`.',
        "Image n's score stands in row n, column `target[n]`: `logits.gather(1, target[:, None])[:, 0]`, or "
        "`logits[torch.arange(len(target)), target]`.",
        "At the end only numbers are wanted, and no graph: give `A.detach()` to `my_map`.",
    ],
)(solutions.my_grad_cam)


@my_grad_cam.mistake(
    "You took the gradient of a probability. The score is the logit, what the network gives *before* the softmax: "
    "leave the softmax out."
)
def of_the_probability(model, images, target, layer="trunk", relu=True):
    return cam_of(model, images, target, layer, relu, lambda logits, c: own_scores(logits.softmax(dim=1), c))


@my_grad_cam.mistake(
    "You took the gradient of a log-probability, in which all classes have a part. The score is the logit alone, "
    "`logits[n, target[n]]`."
)
def of_the_log_probability(model, images, target, layer="trunk", relu=True):
    return cam_of(model, images, target, layer, relu, lambda logits, c: own_scores(logits.log_softmax(dim=1), c))


@my_grad_cam.mistake(
    "You took the gradient of a loss, as in training: it falls where the score rises, and all classes have a part in "
    "it. Take the logits `logits[n, target[n]]` themselves."
)
def of_the_loss(model, images, target, layer="trunk", relu=True):
    return cam_of(model, images, target, layer, relu, lambda logits, c: -own_scores(logits.log_softmax(dim=1), c))


@my_grad_cam.mistake(
    "Every image gets the class of the first one: image n's own class is `target[n]`. `logits.gather(1, target[:, "
    "None])` picks one score from each row."
)
def one_target_for_all(model, images, target, layer="trunk", relu=True):
    return cam_of(model, images, target, layer, relu, lambda logits, c: logits[:, c[0]])


@my_grad_cam.mistake(
    "`logits[:, target]` is N × N: every image's scores for *every* image's class, and your sum adds them all. Take "
    "one score from each row: `logits.gather(1, target[:, None])`."
)
def all_targets_for_all(model, images, target, layer="trunk", relu=True):
    return cam_of(model, images, target, layer, relu, lambda logits, c: logits[:, c])


@my_grad_cam.mistake(
    "You asked for the class that the network predicts, whatever `target` says: take column `target[n]` of row n."
)
def of_the_prediction(model, images, target, layer="trunk", relu=True):
    return cam_of(model, images, target, layer, relu, lambda logits, c: logits.amax(dim=1))


@my_grad_cam.mistake("You asked for class 0, whatever `target` says: take column `target[n]` of row n.")
def of_class_0(model, images, target, layer="trunk", relu=True):
    return cam_of(model, images, target, layer, relu, lambda logits, c: logits[:, 0])


@my_grad_cam.mistake(
    "You summed the scores of all classes, so `target` makes no difference: take column `target[n]` of row n first."
)
def of_all_classes(model, images, target, layer="trunk", relu=True):
    return cam_of(model, images, target, layer, relu, lambda logits, c: logits)


@my_grad_cam.mistake(
    "`logits[target]` takes rows, and a row is an *image* with all its classes. A class is a column: "
    "`logits.gather(1, target[:, None])` picks one score from each row."
)
def rows_for_columns(model, images, target, layer="trunk", relu=True):
    return cam_of(model, images, target, layer, relu, lambda logits, c: logits[c])


@my_grad_cam.mistake(
    "`gather` wants an index with as many dimensions as the logits have: `target[:, None]`, of shape (N, 1)."
)
def gather_with_a_row(model, images, target, layer="trunk", relu=True):
    return cam_of(model, images, target, layer, relu, lambda logits, c: logits.gather(1, c))


@my_grad_cam.mistake(
    'You handed on the dictionary. The maps are its entry: `A = kept["A"]`, and `A` goes to `my_alpha` and `my_map`.'
)
def the_dictionary_for_the_maps(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        y = own_scores(model(images), target)
    return my_alpha(y, kept)


@my_grad_cam.mistake(
    "All maps but the first are blank, because you took the first image's score alone: take one score from each row, "
    "and let `my_alpha` sum them."
)
def of_the_first_image(model, images, target, layer="trunk", relu=True):
    return cam_of(model, images, target, layer, relu, lambda logits, c: logits[0, c[0]])


@my_grad_cam.mistake(
    "Your maps shrink with the size of the batch, because you averaged the scores: sum them, and each image keeps its "
    "own gradient in full."
)
def scores_averaged(model, images, target, layer="trunk", relu=True):
    return cam_of(model, images, target, layer, relu, lambda logits, c: own_scores(logits, c).mean())


@my_grad_cam.mistake(
    "All images share one α, averaged over the batch. Each image has its own: average the gradient over dimensions 2 "
    "and 3 alone."
)
def one_alpha_for_the_batch(model, images, target, layer="trunk", relu=True):
    gradient, A = gradient_and_maps(model, images, target, layer)
    return my_map(gradient.mean(dim=(0, 2, 3)).expand(A.shape[:2]), A, relu)


@my_grad_cam.mistake(
    "Your maps are Z = h · w times too strong, because you summed the derivatives: α is their mean over the places."
)
def alpha_is_a_sum(model, images, target, layer="trunk", relu=True):
    gradient, A = gradient_and_maps(model, images, target, layer)
    return my_map(gradient.sum(dim=(2, 3)), A, relu)


@my_grad_cam.mistake(
    "Your ReLU stands on the gradient, so that every map gets a positive weight, and whatever is active glows: let it "
    "stand on the finished sum alone."
)
def relu_on_the_derivatives(model, images, target, layer="trunk", relu=True):
    gradient, A = gradient_and_maps(model, images, target, layer)
    return my_map(gradient.relu().mean(dim=(2, 3)), A, relu)


@my_grad_cam.mistake(
    "You multiplied each value by its own derivative, without the average. That is another method, which comes later "
    "in this notebook; in Grad-CAM all places of a map share its α."
)
def without_the_average(model, images, target, layer="trunk", relu=True):
    gradient, A = gradient_and_maps(model, images, target, layer)
    L = (gradient * A).sum(dim=1)
    return L.relu() if relu else L


@my_grad_cam.mistake("You always record the trunk: hand on the layer that was asked for, `my_record(model, layer)`.")
def always_at_the_trunk(model, images, target, layer="trunk", relu=True):
    return cam_of(model, images, target, "trunk", relu)


@my_grad_cam.mistake(
    "With `relu=False` the signed maps are asked for, and yours have no negative values: hand on `relu` to `my_map`."
)
def relu_whatever_is_asked(model, images, target, layer="trunk", relu=True):
    return cam_of(model, images, target, layer, True)


@my_grad_cam.mistake(
    "With `relu=True` no map has negative values, and yours do: hand on `relu` to `my_map`, or end with `.relu()`."
)
def never_a_relu(model, images, target, layer="trunk", relu=True):
    return cam_of(model, images, target, layer, False)


@my_grad_cam.mistake(
    "The ReLU behind the layer overwrote your maps. Keep a clone of the layer's output, or let `my_record` do it."
)
def overwritten_maps(model, images, target, layer="trunk", relu=True):
    kept = {}
    with hooked(model.get_submodule(layer), lambda m, inputs, output: kept.update(A=output), kept):
        y = own_scores(model(images), target)[:, 0]
    return my_map(my_alpha(y, kept["A"]), kept["A"].detach(), relu)


@my_grad_cam.mistake(
    "The maps are right, but each still holds the network's whole graph, and a hundred of them fill the memory: give "
    "`A.detach()` to `my_map`, or end with `.detach()`."
)
def not_detached(model, images, target, layer="trunk", relu=True):
    logits, A = run(model, images, layer)
    return my_map(my_alpha(own_scores(logits, target)[:, 0], A), A, relu)


@my_grad_cam.mistake("That is the map of the first image alone: give one map an image, (N, h, w).")
def the_first_map(model, images, target, layer="trunk", relu=True):
    return cam_of(model, images, target, layer, relu)[0]


@my_grad_cam.mistake(
    "You enlarged the maps. Leave them at the layer's own resolution, (N, h, w): enlarging is for the picture."
)
def enlarged(model, images, target, layer="trunk", relu=True):
    return upsample(cam_of(model, images, target, layer, relu), images.shape[2:])


@my_grad_cam.mistake("You kept a dimension of 1 for the maps, (N, 1, h, w). Asked for is (N, h, w): sum it away.")
def with_a_channel(model, images, target, layer="trunk", relu=True):
    return cam_of(model, images, target, layer, relu)[:, None]


@my_grad_cam.mistake(
    "You divided each map by its maximum. Leave it in the network's own scale, so that a faint map stays faint."
)
def scaled_to_one(model, images, target, layer="trunk", relu=True):
    L = cam_of(model, images, target, layer, relu)
    return L / L.amax(dim=(1, 2), keepdim=True)


@my_grad_cam.mistake(
    "You stretched the maps from their minimum to their maximum. Leave them in the network's own scale, where zero "
    "means zero."
)
def scaled_to_the_range(model, images, target, layer="trunk", relu=True):
    L = cam_of(model, images, target, layer, relu)
    return (L - L.min()) / (L.max() - L.min())


@my_grad_cam.mistake(
    '`kept["A"]` and the scores come from different runs of the network, or the record was cut off, so the gradient '
    "finds no way from one to the other: take both from one run, and detach nothing before `my_alpha`."
)
def two_runs(model, images, target, layer="trunk", relu=True):
    _, A = run(model, images, layer)
    return my_map(my_alpha(own_scores(model(images), target)[:, 0], A), A.detach(), relu)


@my_grad_cam.mistake(
    "There is no gradient, because the network ran under `torch.no_grad()` or the scores were detached: run it "
    "without, and detach at the end."
)
def under_no_grad(model, images, target, layer="trunk", relu=True):
    with torch.no_grad():
        logits, A = run(model, images, layer)
    return my_map(my_alpha(own_scores(logits, target)[:, 0], A), A, relu)
