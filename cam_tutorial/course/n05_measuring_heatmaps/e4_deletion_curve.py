"""Exercise 5.4: the deletion curve."""

import torch

from cam_tutorial.course.material import flatten_network
from cam_tutorial.practice.exercise import exercise


def networks_images_and_maps(generator):
    cases = []
    for height, width, class_index, steps in ((6, 8, 3, 4), (4, 6, 1, 6), (5, 8, 4, 10)):
        network = flatten_network(generator, size=(height, width)).requires_grad_(False)
        image = torch.randn(2, height, width, generator=generator)
        order = torch.randperm(height * width, generator=generator).view(height, width)
        cases.append((network, image, order.float(), class_index, steps))
    return cases


@exercise(
    "5.4",
    "The deletion curve",
    minutes=15,
    difficulty=3,
    cases=networks_images_and_maps,
    hints=[
        "Sort the places once: `map_.flatten().argsort(descending=True)` lists them from the most important down.",
        "In step k, the first `round(k * len(order) / steps)` of them become 0, in a fresh copy of the image.",
        "`image.flatten(1)` has a column for each place, so one assignment takes a place out of all channels. The"
        " score is `model(copy[None]).softmax(dim=1)[0, class_index]`.",
    ],
)
def my_deletion_curve(model, image, map_, class_index, steps):
    """network, (C, H, W), (H, W), int, S -> (S + 1,) probabilities of the class

    In S equal portions, the places where the map is highest are set to 0, in all channels. The first number is the
    whole image's, the last that of an image of zeros.
    """
    order = map_.flatten().argsort(descending=True)
    scores = []
    for k in range(steps + 1):
        deleted = image.clone()
        deleted.flatten(1)[:, order[: round(k * len(order) / steps)]] = 0
        scores.append(model(deleted[None]).softmax(dim=1)[0, class_index])
    return torch.stack(scores)


def deletion(model, image, map_, class_index, steps, *, score=None, first=0, keep=False, channels=None, down=True):
    order = map_.flatten().argsort(descending=down)
    score = score or (lambda logits: logits.softmax(dim=1)[0, class_index])
    scores = []
    for k in range(first, steps + 1):
        gone = order[: round(k * len(order) / steps)]
        changed = torch.zeros_like(image) if keep else image.clone()
        changed.flatten(1)[:channels, gone] = image.flatten(1)[:channels, gone] if keep else 0
        scores.append(score(model(changed[None])))
    return torch.stack(scores)


@my_deletion_curve.mistake(
    "You delete the lowest places first. Begin with the most important ones: `argsort(descending=True)`."
)
def lowest_first(model, image, map_, class_index, steps):
    return deletion(model, image, map_, class_index, steps, down=False)


@my_deletion_curve.mistake(
    "You follow the logit. The curve is of the probability, from 0 to 1, so that areas can be compared: "
    "`.softmax(dim=1)`."
)
def the_logit(model, image, map_, class_index, steps):
    return deletion(model, image, map_, class_index, steps, score=lambda logits: logits[0, class_index])


@my_deletion_curve.mistake(
    "You follow the largest probability, whichever class it is of. Stay with the class that was asked for."
)
def the_largest(model, image, map_, class_index, steps):
    return deletion(model, image, map_, class_index, steps, score=lambda logits: logits.softmax(dim=1).max())


@my_deletion_curve.mistake(
    "You put pixels into an empty image: that is insertion. Deletion begins with the whole image and takes them out."
)
def insertion_instead(model, image, map_, class_index, steps):
    return deletion(model, image, map_, class_index, steps, keep=True)


@my_deletion_curve.mistake(
    "The first number is missing: the whole image, before anything is deleted. There are S + 1 of them."
)
def without_the_whole_image(model, image, map_, class_index, steps):
    return deletion(model, image, map_, class_index, steps, first=1)


@my_deletion_curve.mistake("You delete the first channel only: a place is gone when all of its channels are 0.")
def one_channel_only(model, image, map_, class_index, steps):
    return deletion(model, image, map_, class_index, steps, channels=1)


@my_deletion_curve.mistake(
    "You delete one portion at a time and put it back. The portions add up: after step k, all of the first k are gone."
)
def only_one_portion(model, image, map_, class_index, steps):
    order = map_.flatten().argsort(descending=True)
    ends = [round(k * len(order) / steps) for k in range(steps + 1)]
    scores = []
    for start, end in zip([0, *ends], ends, strict=False):
        changed = image.clone()
        changed.flatten(1)[:, order[start:end]] = 0
        scores.append(model(changed[None]).softmax(dim=1)[0, class_index])
    return torch.stack(scores)
