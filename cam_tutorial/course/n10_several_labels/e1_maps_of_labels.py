"""Exercise 10.1: a map for each label that is said to be there.

A long file, because it is a table: three lines a mistake.
"""

import torch
from torch.nn.functional import one_hot

from cam_tutorial.practice.exercise import exercise

from .material import features_weights_and_logits


@exercise(
    "10.1",
    "A map for each label that is there",
    minutes=6,
    difficulty=2,
    cases=features_weights_and_logits,
    hints=[
        "All maps first: for each label the weighted sum of the K maps, as in notebook 02. In one line, "
        '`torch.einsum("ck,nkij->ncij", weights, features)`.',
        "Which are said to be there: `logits.sigmoid() > threshold`, (N, C), True or False.",
        "True counts as 1 and False as 0 in a product. Give the (N, C) two more dimensions, `[:, :, None, None]`, "
        "and multiply.",
    ],
)
def my_label_maps(features, weights, logits, threshold=0.5):
    """maps A (N, K, h, w), weights (C, K), logits (N, C) -> (N, C, h, w)

    Σ_k w_k^c A^k for each label c whose probability, the sigmoid of its logit, is above
    the threshold; 0 everywhere for the others.
    """
    M = torch.einsum("ck,nkij->ncij", weights, features)
    there = logits.sigmoid() > threshold  # (N, C)
    return M * there[:, :, None, None]


def all_maps(features, weights):
    return torch.einsum("ck,nkij->ncij", weights, features)


def chosen(there, features, weights):
    return all_maps(features, weights) * there[:, :, None, None]


def chooses(sentence, which):
    """A mistake in who is chosen: `which(logits, threshold)` gives (N, C)."""

    @my_label_maps.mistake(sentence)
    def version(features, weights, logits, threshold=0.5):
        return chosen(which(logits, threshold), features, weights)


def makes(sentence, how):
    """A mistake in the maps: `how(M, there)`, (N, C, h, w) and bool (N, C, 1, 1)."""

    @my_label_maps.mistake(sentence)
    def version(features, weights, logits, threshold=0.5):
        return how(all_maps(features, weights), (logits.sigmoid() > threshold)[:, :, None, None])


# Who is there.
chooses(
    "You took a softmax over the labels, whose shares add up to 1, so that two labels cannot both be likely. Each "
    "label has a probability of its own: `logits.sigmoid()`.",
    lambda y, t: y.softmax(dim=1) > t,
)
chooses(
    "You compare the logits themselves with the threshold. It is meant for probabilities: `logits.sigmoid()`.",
    lambda y, t: y > t,
)
chooses(
    "You keep the labels whose logit is above 0, whatever the threshold is. Compare the sigmoid with `threshold`.",
    lambda y, t: y > 0,
)
chooses(
    "A label at exactly the threshold is kept too. Asked for is above it: `>`, not `>=`.",
    lambda y, t: y.sigmoid() >= t,
)
chooses(
    "You keep the labels that are said not to be there: `>` and `<` are swapped.",
    lambda y, t: y.sigmoid() < t,
)
chooses(
    "You keep every label. Those at or below the threshold become 0 everywhere.",
    lambda y, t: torch.ones_like(y, dtype=torch.bool),
)
chooses(
    "You keep the highest label of each image alone. Several can be there, or none.",
    lambda y, t: one_hot(y.argmax(dim=1), y.shape[1]).bool(),
)
chooses(
    "You keep the highest label of each image alone, where it is above the threshold. Several can be there.",
    lambda y, t: one_hot(y.argmax(dim=1), y.shape[1]).bool() & (y.sigmoid() > t),
)
chooses(
    "You keep a label if any image of the batch shows it. Each image decides for itself.",
    lambda y, t: (y.sigmoid() > t).any(dim=0, keepdim=True).expand_as(y),
)
chooses(
    "You decide by the first image, for all of them. Each image decides for itself.",
    lambda y, t: (y.sigmoid() > t)[:1].expand_as(y),
)
chooses(
    "You keep all labels of an image as soon as one of them is above the threshold. Each label decides for itself.",
    lambda y, t: (y.sigmoid() > t).any(dim=1, keepdim=True).expand_as(y),
)
chooses(
    "Your threshold is a share of the image's highest probability. Compare the probability itself.",
    lambda y, t: y.sigmoid() / y.sigmoid().amax(dim=1, keepdim=True) > t,
)
chooses(
    "You take the sigmoid twice, and the sigmoid of a probability is never below one half. Once is enough.",
    lambda y, t: y.sigmoid().sigmoid() > t,
)
chooses(
    "Your maps are weighted by their probabilities. The sigmoid only decides which are kept: compare it with the "
    "threshold, and multiply by True or False.",
    lambda y, t: y.sigmoid(),
)
chooses(
    "Your maps are weighted by their probabilities. The sigmoid only decides which are kept: those stay as they are.",
    lambda y, t: y.sigmoid() * (y.sigmoid() > t),
)

# The maps.
makes(
    "You cut off the negative values. They stay: a class activation map says what speaks against its label, too.",
    lambda M, there: M.relu() * there,
)
makes(
    "What is not there is NaN in your answer. Asked for is 0.",
    lambda M, there: torch.where(there, M, torch.nan),
)
makes(
    "Your maps are summed over the labels. Each label keeps a map of its own: (N, C, h, w).",
    lambda M, there: (M * there).sum(dim=1),
)
makes(
    "You picked out the maps that are kept. Each image keeps its C maps, (N, C, h, w); those not kept are 0.",
    lambda M, there: M[there[:, :, 0, 0]],
)
makes(
    "You put the sigmoid to the values of the maps. It belongs to the logits, and decides which maps are kept.",
    lambda M, there: M.sigmoid() * there,
)
makes(
    "You divide each map by its maximum. Leave the values as they are: their mean is the logit, but for the bias.",
    lambda M, there: M / M.amax(dim=(2, 3), keepdim=True) * there,
)
makes(
    "Your first two dimensions are swapped, labels before images. Asked for is (N, C, h, w).",
    lambda M, there: (M * there).transpose(0, 1),
)
makes(
    "You gave the mean of each map, which is its part of the logit. Asked for is the map: (N, C, h, w).",
    lambda M, there: (M * there).mean(dim=(2, 3)),
)
makes(
    "You gave True and False where the maps should stand. Multiply the maps by them.",
    lambda M, there: there.expand_as(M),
)
makes(
    "Your maps are divided by the number of places, which is Grad-CAM's scale. CAM's sum is not divided.",
    lambda M, there: M / (M.shape[2] * M.shape[3]) * there,
)


@my_label_maps.mistake("You put the threshold to the values of the maps. It decides by the label's probability.")
def cuts_the_map(features, weights, logits, threshold=0.5):
    M = all_maps(features, weights)
    return torch.where(threshold < M, M, 0.0)


@my_label_maps.mistake(
    "You put a sigmoid and the threshold to every place of the maps. It is the label that decides: the sigmoid of "
    "its logit."
)
def decides_at_every_place(features, weights, logits, threshold=0.5):
    M = all_maps(features, weights)
    return M * (M.sigmoid() > threshold)


@my_label_maps.mistake("You average the K weighted maps. Their sum is asked for.")
def averages_over_the_maps(features, weights, logits, threshold=0.5):
    return chosen(logits.sigmoid() > threshold, features, weights) / features.shape[1]


@my_label_maps.mistake(
    "You take the threshold for one half, whatever it is, by rounding the probability. Compare it with `threshold`."
)
def rounds_up(features, weights, logits, threshold=0.5):
    return chosen(logits.sigmoid() + 1e-6 > 0.5, features, weights)
