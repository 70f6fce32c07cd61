"""The methods that a test for class-blindness (exercise 4.6) is tried on: honest ones, blind ones, and careless ones.

A little over 300 lines, because it is one list.

Each is called as `explain(network, images, classes)`, gives one picture for each image, (N, H, W), and says of itself
what kind of method it is (`says`), and whether each call changes what the next one gives (`careless`). Most of them
show a channel of the image as the picture of the class with that number: their images have as many channels as there
are classes, and their numbers are exact.
"""

import torch
import torch.nn.functional as F
from torch import nn

from cam_tutorial.course.material import draw_weights

CLASSES = 5
FAINT = 2**-14


class Scores(nn.Module):
    """A network with one hidden layer, which is quickly copied."""

    def __init__(self, inputs):
        super().__init__()
        self.first, self.last = nn.Parameter(torch.zeros(6, inputs)), nn.Parameter(torch.zeros(CLASSES, 6))

    def forward(self, images):
        return F.softplus(images.flatten(1) @ self.first.T) @ self.last.T


def network_and_images(generator, count, size):
    """A network, and images of different strength whose channels hold eighths from -4 to 4."""
    network = Scores(CLASSES * size[0] * size[1])
    draw_weights(network, generator)
    images = torch.randint(-8, 9, (count, CLASSES, *size), generator=generator) / 4
    return network, images * torch.tensor([1, 0.5, 2, 1])[:count, None, None, None]


def each(classes, images):
    """One class an image, (N,), of one class or a list."""
    return torch.as_tensor(classes).expand(len(images))


def score(network, images, classes):
    """The scores of these classes, summed."""
    return network(images).gather(1, each(classes, images)[:, None]).sum()


def channel(images, classes):
    """The channel with the number of the class, without its signs: nothing but numbers that are exact."""
    return images.detach()[torch.arange(len(images)), each(classes, images)].abs()


def saying(says, careless=False):
    """A decorator: what kind of method this function is, and whether each call changes the next."""

    def add(function):
        function.says, function.careless = says, careless
        return function

    return add


# Without fault: the picture of a is the same whenever one asks.


@saying("an honest method")
def honest(network, images, c):
    x = images.clone().requires_grad_()
    return torch.autograd.grad(score(network, x, c), x)[0].abs().amax(dim=1)


@saying("a method that shows another pattern for each class")
def patterns(network, images, c):
    return channel(images, c)


@saying("a method that is blind to the class")
def blind(network, images, c):
    return images.detach().abs().amax(dim=1)


@saying("a method whose pictures for two classes are much alike")
def nearly_blind(network, images, c):
    return 64 * blind(network, images, c) + channel(images, c)


@saying("a method whose pictures for two classes are opposite")
def opposite(network, images, c):
    maps = blind(network, images, c)
    odd = (each(c, images) % 2 == 1)[:, None, None]
    return torch.where(odd, 4 - maps, maps)


@saying("a method whose pictures for two classes have nothing in common")
def apart(network, images, c):
    maps = torch.zeros(len(images), *images.shape[2:])
    for i, label in enumerate(each(c, images).tolist()):
        place = 2 * (label % 2)
        maps[i].view(-1)[place], maps[i].view(-1)[place + 1] = 1, -1
    return maps


@saying("a method with faint pictures")
def faint(network, images, c):
    return FAINT * channel(images, c)


@saying("a method that leaves gradients on the network and does not use them")
def untidy(network, images, c):
    x = images.detach().clone().requires_grad_()
    score(network, x, c).backward()
    return x.grad.abs().amax(dim=1)


class OneBuffer:
    careless = False
    says = "a method that writes every picture into one and the same tensor"

    def __init__(self):
        self.buffer = None

    def __call__(self, network, images, c):
        maps = channel(images, c)
        self.buffer = maps if self.buffer is None else self.buffer.copy_(maps)
        return self.buffer


# Careless: each call changes what the next one gives.


@saying("a method that adds up in `images.grad`", careless=True)
def in_images_grad(network, images, c):
    images.requires_grad_()
    score(network, images, c).backward()
    return images.grad.abs().amax(dim=1)


@saying("a method that adds up in the `.grad` of the weights", careless=True)
def in_weights_grad(network, images, c):
    score(network, images.detach(), c).backward()
    weights = network.first.grad.abs().amax(dim=0).view(images.shape[1:])
    return (weights * images.detach().abs()).amax(dim=1)


@saying("a method that changes the network's weights", careless=True)
def trains(network, images, c):
    maps = honest(network, images, c)
    with torch.no_grad():
        network.last[each(c, images)] -= 0.5
        network.first[::2] *= 0.5
    return maps


class Careless:
    careless = True


class AddsUp(Careless):
    says = "a method that adds every picture to one tensor, and hands that out"

    def __init__(self, scale=1):
        self.total, self.scale = None, scale

    def __call__(self, network, images, c):
        new = self.scale * channel(images, c)
        self.total = new if self.total is None else self.total.add_(new)
        return self.total


class AddsUpAndCopies(AddsUp):
    says = "a method that adds every picture to one tensor, and hands out copies"

    def __call__(self, network, images, c):
        return super().__call__(network, images, c).clone()


class AddsUpFaintly(AddsUpAndCopies):
    says = "a method with faint pictures that add up"

    def __init__(self):
        super().__init__(FAINT)


class Grows(Careless):
    says = "a method whose pictures are twice as strong at each call"

    def __init__(self):
        self.calls = 0

    def __call__(self, network, images, c):
        self.calls += 1
        return 2.0**self.calls * channel(images, c)


class OneCallLate(Careless):
    says = "a method that shows the picture of the call before"

    def __init__(self):
        self.before = None

    def __call__(self, network, images, c):
        shown = channel(images, c if self.before is None else self.before)
        self.before = c
        return shown


class HighestSoFar(Careless):
    says = "a method that keeps to the highest class that it was asked about"

    def __init__(self):
        self.highest = torch.tensor(0)

    def __call__(self, network, images, c):
        self.highest = torch.maximum(self.highest, torch.as_tensor(c))
        return channel(images, self.highest)


class SpoiledByAnother(Careless):
    """As it should be, as long as one asks about the same class; `spoil` changes what it gives after another one."""

    def __init__(self):
        self.first, self.spoiled = None, False

    def __call__(self, network, images, c):
        maps = channel(images, c)
        if self.spoiled:
            maps = self.spoil(maps, images)
        if self.first is None:
            self.first = torch.as_tensor(c)
        elif not torch.equal(self.first, torch.as_tensor(c)):
            self.spoiled = True
        return maps

    def spoil(self, maps, images):
        return maps + blind(None, images, 0)


class AddsAnother(SpoiledByAnother):
    says = "a method that is changed only by asking about another class"


class Reversed(SpoiledByAnother):
    says = "a method that turns its pictures around once another class was asked about"

    def spoil(self, maps, images):
        return maps.flip(1, 2)


class ChangesSign(SpoiledByAnother):
    says = "a method that changes the sign of its pictures once another class was asked about"

    def spoil(self, maps, images):
        return -maps


class Brighter(SpoiledByAnother):
    says = "a method whose pictures become brighter everywhere once another class was asked about"

    def spoil(self, maps, images):
        return maps + 0.5


class Stronger(SpoiledByAnother):
    says = "a method whose pictures become stronger once another class was asked about"

    def spoil(self, maps, images):
        return 1.5 * maps


class MixesImages(SpoiledByAnother):
    says = "a method that hands out its pictures in another order once another class was asked about"

    def spoil(self, maps, images):
        return maps.roll(1, dims=0) if len(maps) > 1 else maps.flip(1)


class ChangesOneImage(SpoiledByAnother):
    def __init__(self, image, which):
        super().__init__()
        self.image, self.says = image, f"a method that changes the {which} image's picture alone"

    def spoil(self, maps, images):
        image = self.image % len(maps)  # some tests ask about one image at a time
        maps[image] = blind(None, images, 0)[image] + 0.25
        return maps


class ChangesOnePixel(SpoiledByAnother):
    def __init__(self, place, which):
        super().__init__()
        self.place, self.says = place, f"a method that changes one pixel alone, {which}"

    def spoil(self, maps, images):
        image, row, column = self.place
        maps[image % len(maps), row, column] += 0.25
        return maps


class MovesALittle(SpoiledByAnother):
    says = "a method that moves a little from one pixel to another once another class was asked about"

    def spoil(self, maps, images):
        maps[:, 1, 1] += 0.25
        maps[:, -2, 0] -= 0.25
        return maps


class ChangesALittle(SpoiledByAnother):
    says = "a method whose strong pictures change in their strongest pixels, by one in 256"

    def __call__(self, network, images, c):
        return 8 * super().__call__(network, images, c)

    def spoil(self, maps, images):
        return torch.where(maps == maps.max(), maps * (1 + 1 / 256), maps)
