"""Attempts at 6.3."""

import random

import numpy as np
import torch
from attempts import right, wrong


@right("a permutation of each class's indices")
def randperm(labels, generator):
    tags = torch.zeros(len(labels), dtype=torch.bool)
    for c in labels.unique():
        where = (labels == c).nonzero().flatten()
        order = torch.randperm(len(where), generator=generator)
        tags[where[order[: len(where) // 2]]] = True
    return tags


@right("random numbers, the smaller half of each class by topk")
def smaller_half(labels, generator):
    draws = torch.rand(len(labels), generator=generator)
    tags = torch.zeros_like(labels, dtype=torch.bool)
    for c in set(labels.tolist()):
        index = torch.where(labels == c)[0]
        lowest = draws[index].topk(len(index) // 2, largest=False).indices
        tags[index[lowest]] = True
    return tags


@right("shuffles everything, then goes through with a counter of each class")
def counter(labels, generator):
    left = {c: int((labels == c).sum()) // 2 for c in labels.unique().tolist()}
    chosen = [False] * len(labels)
    for i in torch.randperm(len(labels), generator=generator).tolist():
        c = int(labels[i])
        if left[c] > 0:
            chosen[i] = True
            left[c] -= 1
    return torch.tensor(chosen, dtype=torch.bool)


@right("shuffled truth values for each class")
def shuffled_values(labels, generator):
    result = torch.empty(labels.shape, dtype=torch.bool)
    for c in range(int(labels.max()) + 1):
        n = int((labels == c).sum())
        values = torch.arange(n) < n // 2
        result[labels == c] = values[torch.randperm(n, generator=generator)]
    return result


@right("torch.multinomial without replacement")
def multinomial(labels, generator):
    tags = torch.zeros(len(labels)).bool()
    for c in labels.unique():
        mine = labels == c
        k = int(mine.sum()) // 2
        if k:
            tags[torch.multinomial(mine.float(), k, generator=generator)] = True
    return tags


@wrong("a coin for each picture: half only on average")
def coins(labels, generator):
    return torch.rand(len(labels), generator=generator) < 0.5


@wrong("half of all pictures, not of every class")
def half_of_all(labels, generator):
    tags = torch.zeros(len(labels), dtype=torch.bool)
    tags[torch.randperm(len(labels), generator=generator)[: len(labels) // 2]] = True
    return tags


@wrong("the first half of every class, without chance")
def first_half(labels, generator):
    tags = torch.zeros(len(labels), dtype=torch.bool)
    for c in labels.unique():
        index = (labels == c).nonzero()[:, 0]
        tags[index[: len(index) // 2]] = True
    return tags


@wrong("ignores the generator")
def global_state(labels, generator):
    tags = torch.zeros(len(labels), dtype=torch.bool)
    for c in labels.unique():
        index = (labels == c).nonzero()[:, 0]
        tags[index[torch.randperm(len(index))[: len(index) // 2]]] = True
    return tags


@wrong("seeds its own generator, so that the draw is always the same")
def own_generator(labels, generator):
    g = torch.Generator().manual_seed(0)
    tags = torch.zeros(len(labels), dtype=torch.bool)
    for c in labels.unique():
        index = (labels == c).nonzero()[:, 0]
        tags[index[torch.randperm(len(index), generator=g)[: len(index) // 2]]] = True
    return tags


@wrong("seeds the caller's generator anew")
def reseeds(labels, generator):
    generator.manual_seed(0)
    tags = torch.zeros(len(labels), dtype=torch.bool)
    for c in labels.unique():
        index = (labels == c).nonzero()[:, 0]
        tags[index[torch.randperm(len(index), generator=generator)[: len(index) // 2]]] = True
    return tags


@wrong("rounds up")
def rounds_up(labels, generator):
    tags = torch.zeros(len(labels), dtype=torch.bool)
    for c in labels.unique():
        index = torch.where(labels == c)[0]
        index = index[torch.randperm(len(index), generator=generator)]
        tags[index[: (len(index) + 1) // 2]] = True
    return tags


@wrong("rounds with round(): a class of three gets two tags")
def rounds(labels, generator):
    tags = torch.zeros(len(labels), dtype=torch.bool)
    for c in labels.unique():
        index = torch.where(labels == c)[0]
        index = index[torch.randperm(len(index), generator=generator)]
        tags[index[: round(len(index) / 2)]] = True
    return tags


@wrong("every other picture of a class, which leaves nothing to chance and rounds up")
def every_other(labels, generator):
    tags = torch.zeros(len(labels), dtype=torch.bool)
    for c in labels.unique():
        tags[(labels == c).nonzero().flatten()[::2]] = True
    return tags


@wrong("uses positions within the class as if they were positions in the batch")
def wrong_positions(labels, generator):
    tags = torch.zeros(len(labels), dtype=torch.bool)
    for c in labels.unique():
        n = int((labels == c).sum())
        tags[torch.randperm(n, generator=generator)[: n // 2]] = True
    return tags


@wrong("the numbers of the chosen pictures in place of True and False")
def indices(labels, generator):
    chosen = []
    for c in labels.unique():
        index = (labels == c).nonzero().flatten()
        chosen.append(index[torch.randperm(len(index), generator=generator)[: len(index) // 2]])
    return torch.cat(chosen)


@wrong("numbers 0.0 and 1.0 in place of True and False")
def floats(labels, generator):
    tags = torch.zeros(len(labels))
    for c in labels.unique():
        index = (labels == c).nonzero().flatten()
        tags[index[torch.randperm(len(index), generator=generator)[: len(index) // 2]]] = 1
    return tags


@wrong("randint draws with replacement: a picture twice, so fewer than half")
def with_replacement(labels, generator):
    tags = torch.zeros(len(labels), dtype=torch.bool)
    for c in labels.unique():
        index = (labels == c).nonzero().flatten()
        picks = torch.randint(len(index), (len(index) // 2,), generator=generator)
        tags[index[picks]] = True
    return tags


@wrong("chained indexing assigns to a copy: no picture gets a tag")
def assigns_to_copy(labels, generator):
    tags = torch.zeros(len(labels), dtype=torch.bool)
    for c in labels.unique():
        n = int((labels == c).sum())
        tags[labels == c][torch.randperm(n, generator=generator)[: n // 2]] = True
    return tags


@wrong("above the median of the random numbers of all, not of the class")
def median_of_all(labels, generator):
    draws = torch.rand(len(labels), generator=generator)
    return draws > draws.median()


@wrong("the results class after class, not in the order of the pictures")
def grouped(labels, generator):
    parts = []
    for c in labels.unique():
        n = int((labels == c).sum())
        part = torch.zeros(n, dtype=torch.bool)
        part[torch.randperm(n, generator=generator)[: n // 2]] = True
        parts.append(part)
    return torch.cat(parts)


@wrong("Python's random in place of the generator")
def python_random(labels, generator):
    tags = np.zeros(len(labels), dtype=bool)
    for c in range(8):
        index = np.flatnonzero(labels.numpy() == c).tolist()
        tags[random.sample(index, len(index) // 2)] = True
    return torch.from_numpy(tags)
