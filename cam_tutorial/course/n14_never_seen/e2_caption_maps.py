"""Exercise 14.2: the maps of captions.

A long file, because it is a table: three lines a mistake.
"""

import torch
import torch.nn.functional as F

from cam_tutorial.practice.exercise import exercise

# Images, maps, height and width, numbers in a vector, captions: none equal to its neighbor, then some that are; a
# single image, map, place, number, caption.
SHAPES = (
    (2, 3, 4, 5, 6, 4), (3, 5, 2, 3, 4, 2), (1, 4, 3, 2, 3, 5), (2, 4, 3, 3, 4, 4), (2, 1, 4, 3, 2, 3),
    (2, 3, 1, 1, 5, 2), (3, 2, 2, 4, 1, 2), (2, 6, 3, 2, 3, 1), (3, 3, 3, 3, 3, 3),
)  # fmt: skip


def maps_projection_and_captions(generator):
    cases = []
    for images, maps, height, width, length, captions in SHAPES:
        A = torch.randn(images, maps, height, width, generator=generator) + 0.5
        P = torch.randn(length, maps, generator=generator)
        cases.append((A, P, 1.5 * torch.randn(captions, length, generator=generator)))
    A, P, t = cases[0]
    cases.append((A.relu(), P, F.normalize(t, dim=1)))
    return cases


@exercise(
    "14.2",
    "The map of a caption",
    minutes=8,
    difficulty=2,
    cases=maps_projection_and_captions,
    hints=[
        "The score is t · (P ā), and ā is a mean over the places. The same product at each place, before the mean, is "
        "the map.",
        "The weights of all captions for the K maps: `captions @ projection`, (C, K).",
        "Then weigh the maps as in notebook 02. For all images and captions at "
        'once: `torch.einsum("ck,nkij->ncij", …)`.',
    ],
)
def my_caption_maps(features, projection, captions):
    """maps A (N, K, h, w), P (D, K), captions' vectors t (C, D) -> (N, C, h, w)

    The map of each caption on each image: weighted sums of the K maps, such that the
    mean over the places is the score t · (P ā). There ā is A's mean over the places.
    """
    w = captions @ projection  # (C, K): a row of weights for each caption
    return torch.einsum("ck,nkij->ncij", w, features)


def made(how, sentence, **more):
    """A mistake: `how(A, P, t)`."""

    def version(features, projection, captions):
        return how(features, projection, captions)

    my_caption_maps.mistake(sentence, **more)(version)


def maps(A, w):
    return torch.einsum("ck,nkij->ncij", w, A)


def weighed(weights, sentence):
    """A mistake in the weights: `weights(P, t)`."""
    made(lambda A, P, t: maps(A, weights(P, t)), sentence)


def ended(end, sentence):
    """A mistake at the end: `end(M, A, P, t)`."""
    made(lambda A, P, t: end(maps(A, t @ P), A, P, t), sentence)


# The weights.
weighed(
    lambda P, t: t @ P.relu(),
    "You cut off the negative numbers of the projection. They stay.",
)
weighed(
    lambda P, t: (t @ P).relu(),
    "You cut off the negative weights. A map may speak against a caption: they stay.",
)
weighed(
    lambda P, t: (t @ P).abs(),
    "You took the absolute value of the weights. They keep their signs.",
)
weighed(
    lambda P, t: (t @ P).softmax(dim=1),
    "You put the weights through a softmax. They are used as they are: only then is the mean the score.",
)
weighed(
    lambda P, t: (t @ P).softmax(dim=0),
    "You put the weights through a softmax over the captions. Each caption has its own weights, as they are.",
)
weighed(
    lambda P, t: F.normalize(t @ P, dim=1),
    "You scaled the weights to length 1. They are used as they are: only then is the mean the score.",
)
weighed(
    lambda P, t: F.normalize(t, dim=1) @ P,
    "You scaled the captions' vectors to length 1. Take them as they come.",
)
weighed(
    lambda P, t: t @ F.normalize(P, dim=1),
    "You scaled the rows of the projection to length 1. Take it as it is.",
)
weighed(
    lambda P, t: t @ F.normalize(P, dim=0),
    "You scaled the columns of the projection to length 1. Take it as it is.",
)
weighed(
    lambda P, t: (t @ P) / P.shape[0],
    "You divided by D, the length of the vectors. A dot product is a sum, not a mean.",
)
weighed(
    lambda P, t: (t @ P) / P.shape[1],
    "You averaged over the K maps. Their weighted sum is asked for.",
)
weighed(
    lambda P, t: t.sum(dim=1, keepdim=True) * P.sum(dim=0),
    "You summed caption and projection separately. Multiply number by number first: `captions @ projection`.",
)
weighed(
    lambda P, t: P.sum(dim=0).expand(len(t), -1),
    "The captions are missing, so that all get the same map: the weights are `captions @ projection`.",
)
weighed(
    lambda P, t: (t @ P).mean(dim=0).expand(len(t), -1),
    "All captions get the mean of their weights. Each has its own row.",
)
weighed(
    lambda P, t: (t @ P)[:1].expand(len(t), -1),
    "All captions get the first one's weights. Each has its own row.",
)
weighed(
    lambda P, t: (t @ P).flip(1),
    "Weights and maps run in opposite orders: map k gets entry k.",
)
weighed(
    lambda P, t: t @ (P - P.mean(dim=1, keepdim=True)),
    "You subtracted a mean from the projection. Take it as it is.",
)
weighed(
    lambda P, t: -(t @ P),
    "The sign is wrong: what raises the score is positive in the map.",
)

# The maps.
made(
    lambda A, P, t: maps(A.relu(), t @ P),
    "You put the features through a ReLU. Take them as they come.",
)
made(
    lambda A, P, t: maps(A - A.mean(dim=(2, 3), keepdim=True), t @ P),
    "You subtracted each map's mean, and with it the score. Take the maps as they come.",
)
made(
    lambda A, P, t: torch.einsum("dk,nkij->ndij", P, A),
    "These are the D maps of the picture's vector. Weigh them by each caption's D numbers, and sum.",
)
made(
    lambda A, P, t: (A.mean(dim=(2, 3)) @ P.T @ t.T)[:, :, None, None].expand(-1, -1, *A.shape[2:]),
    "Every place has the score itself. Do not average first: make the product at each place.",
)
made(
    lambda A, P, t: A.mean(dim=(2, 3)) @ P.T @ t.T,
    "These are the scores, (N, C). Leave out the mean over the places, and each place has its own.",
)
ended(
    lambda M, A, P, t: M / A[0, 0].numel(),
    "You divided by the number of places. Then the sum over the places is the score, and asked for is the mean.",
)
ended(
    lambda M, A, P, t: M * A[0, 0].numel(),
    "You multiplied by the number of places. The mean over the places is to be the score.",
)
ended(
    lambda M, A, P, t: M.relu(),
    "You cut off what is negative. These maps are signed: only then is the mean the score.",
)
ended(
    lambda M, A, P, t: M.abs(),
    "You took the absolute value. These maps are signed: only then is the mean the score.",
)
ended(
    lambda M, A, P, t: M.sum(dim=1),
    "You summed over the captions. Each caption has a map of its own: (N, C, h, w).",
)
ended(
    lambda M, A, P, t: M.mean(dim=1),
    "You averaged over the captions. Each caption has a map of its own: (N, C, h, w).",
)
ended(
    lambda M, A, P, t: M.transpose(0, 1),
    "Images and captions are swapped: the result is (N, C, h, w).",
)
ended(
    lambda M, A, P, t: M.transpose(2, 3),
    "Rows and columns of your maps are swapped.",
)
ended(
    lambda M, A, P, t: M.squeeze(),
    "Your `squeeze` drops every dimension of one, such as a single image or caption: keep all four.",
)
ended(
    lambda M, A, P, t: M[:, 0],
    "Only the first caption's maps are there. Asked for are those of all: (N, C, h, w).",
)
ended(
    lambda M, A, P, t: M[:, :1],
    "Only the first caption's map is there. Asked for are those of all: (N, C, h, w).",
)
ended(
    lambda M, A, P, t: M[0],
    "Only the first image's maps are there. Asked for are those of all: (N, C, h, w).",
)
ended(
    lambda M, A, P, t: M / M.amax(dim=(2, 3), keepdim=True),
    "You divided each map by its maximum. Leave the values as they are: their mean is the score.",
)
ended(
    lambda M, A, P, t: M.flatten(2).softmax(dim=2).view(M.shape),
    "You put each map through a softmax over its places. Leave the values as they are: their mean is the score.",
)
ended(
    lambda M, A, P, t: M.softmax(dim=1),
    "You put the maps through a softmax over the captions. Leave the values as they are.",
)
ended(
    lambda M, A, P, t: M.sigmoid(),
    "You put the maps through a sigmoid. Leave the values as they are: their mean is the score.",
)
made(
    lambda A, P, t: torch.einsum(
        "cd,ndij->ncij", F.normalize(t, dim=1), F.normalize(torch.einsum("dk,nkij->ndij", P, A), dim=1)
    ),
    "These are cosines at each place. Take the dot products: only then is the mean the score.",
)
made(
    lambda A, P, t: (A.permute(0, 2, 3, 1) @ (t @ P).T).reshape(len(A), len(t), *A.shape[2:]),
    "`reshape` does not move dimensions: it lays the numbers out anew. To bring the captions forward, take "
    "`.permute(0, 3, 1, 2)`.",
)
made(
    lambda A, P, t: (
        (A.reshape(len(A), -1, A.shape[1]) @ (t @ P).T).transpose(1, 2).reshape(len(A), len(t), *A.shape[2:])
    ),
    "You laid the features out anew to bring the maps to the end. Turn them: `.flatten(2).transpose(1, 2)`, or "
    "`.permute(0, 2, 3, 1)`.",
)
made(
    lambda A, P, t: torch.einsum("nck,nkij->ncij", (t @ P) * A.mean(dim=(2, 3))[:, None], A),
    "You multiplied the weights by the averages as well. The weights are `captions @ projection` alone.",
)
ended(
    lambda M, A, P, t: (
        (M - M.amin(dim=(2, 3), keepdim=True)) / (M - M.amin(dim=(2, 3), keepdim=True)).amax(dim=(2, 3), keepdim=True)
    ),
    "You stretched each map from 0 to 1. Leave the values as they are: their mean is the score.",
)


@my_caption_maps.mistake(
    "You multiply `features` in place, so that the second caption's map holds the first one's weights too, and so on: "
    "`*` in place of `*=`."
)
def over_and_over(features, projection, captions):
    found = []
    for row in captions @ projection:
        features *= row[:, None, None]
        found.append(features.sum(dim=1))
    return torch.stack(found, dim=1)
