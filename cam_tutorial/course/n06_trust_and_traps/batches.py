"""What a network says of many pictures, and its maps, five at a time to save memory; and a network trained on them."""

import copy

import torch

from cam_tutorial import cam, metrics, training, upsample, zoo

AT_A_TIME = 5


def said(network, pictures):
    """The class that the network says of each picture (N, 3, H, W): (N,)."""
    with torch.no_grad():
        return torch.cat([network(zoo.preprocess(batch)).argmax(dim=1) for batch in pictures.split(AT_A_TIME)])


def right(network, pictures, labels):
    """Whether the network is right about each picture, 1 or 0: (N,)."""
    return (said(network, pictures) == labels).double()


def maps_of(network, pictures, classes):
    """CAM of each picture for its class, the positive part, enlarged to the picture: (N, H, W)."""
    batches = zip(pictures.split(AT_A_TIME), classes.split(AT_A_TIME), strict=True)
    maps = torch.cat([cam(network, zoo.preprocess(batch), c) for batch, c in batches])
    return upsample(maps, pictures.shape[-1]).relu()


def hits(network, pictures, masks):
    """Whether the map of the network's own answer points at the animal, 1 or 0: (N,)."""
    maps = maps_of(network, pictures, said(network, pictures))
    return metrics.pointing_game(maps, masks).double()


def learned(network, pictures, labels, *, epochs, batch, rate, seed=0):
    """A copy of the network, trained on the pictures (N, 3, H, W) with `training.fit`, and frozen."""
    # Channels last: small batches train in half the time.
    pupil = copy.deepcopy(network).to(memory_format=torch.channels_last).requires_grad_(True)
    inputs = zoo.preprocess(pictures)
    training.fit(pupil, inputs, labels, epochs=epochs, seed=seed, batch_size=batch, learning_rate=rate)
    return pupil.eval().requires_grad_(False)
