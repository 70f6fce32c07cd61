"""Attempts at 3.5."""

from contextlib import contextmanager

import torch
from attempts import right, wrong
from torch import nn


# What the notebook's cells above have defined (exercises 3.1 to 3.3)
@contextmanager
def my_record(model, layer):
    kept = {}

    def keep(module, inputs, output):
        kept["A"] = output.clone()
        return kept["A"].clone()

    handle = model.get_submodule(layer).register_forward_hook(keep)
    try:
        yield kept
    finally:
        handle.remove()


def my_alpha(y, A):
    (gradient,) = torch.autograd.grad(y.sum(), A)
    return gradient.mean(dim=(2, 3))


def my_map(alpha, A, relu=True):
    L = (alpha[:, :, None, None] * A).sum(dim=1)
    return L.relu() if relu else L


def my_grad_cam(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    y = logits[torch.arange(len(images)), target]
    return my_map(my_alpha(y, kept["A"]), kept["A"], relu).detach()


@right("minus the signed map, then the ReLU")
def minus_relu(model, images, target, layer="trunk"):
    return (-my_grad_cam(model, images, target, layer, relu=False)).relu()


@right("a clamp")
def clamped(model, images, target, layer="trunk"):
    signed = my_grad_cam(model, images, target, layer=layer, relu=False)
    return torch.clamp(-signed, min=0)


@right("the negative part, by torch.where")
def by_where(model, images, target, layer="trunk"):
    m = my_grad_cam(model, images, target, layer, False)
    return torch.where(m < 0, -m, torch.zeros_like(m))


@right("the size of what is below zero")
def below_zero(model, images, target, layer="trunk"):
    against = my_grad_cam(model, images, target, layer, relu=False)
    against[against > 0] = 0  # the function's own result, nobody else's
    return against.abs()


@right("map with the ReLU minus map without it (two calls)")
def two_calls(model, images, target, layer="trunk"):
    positive = my_grad_cam(model, images, target, layer)
    signed = my_grad_cam(model, images, target, layer, relu=False)
    return positive - signed


@right("a network that gives minus the logits")
def negated_network(model: nn.Module, images: torch.Tensor, target: torch.Tensor, layer: str = "trunk") -> torch.Tensor:
    class Negated(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = model
            self.training = model.training

        def forward(self, x):
            return -self.inner(x)

    return my_grad_cam(Negated(), images, target, "inner." + layer)


@wrong("the minus after the ReLU: values of 0 and less")
def minus_after(model, images, target, layer="trunk"):
    return -my_grad_cam(model, images, target, layer)


@wrong("minus a map that had its ReLU, and a second ReLU: zero everywhere")
def blank(model, images, target, layer="trunk"):
    return (-my_grad_cam(model, images, target, layer)).relu()


@wrong("forgets the minus: plain Grad-CAM")
def no_minus(model, images, target, layer="trunk"):
    return my_grad_cam(model, images, target, layer, relu=False).relu()


@wrong("just Grad-CAM")
def grad_cam_again(model, images, target, layer="trunk"):
    return my_grad_cam(model, images, target, layer, relu=True)


@wrong("the minus binds later than .relu(): values of 0 and less")
def precedence(model, images, target, layer="trunk"):
    return -my_grad_cam(model, images, target, layer, relu=False).relu()


@wrong("the absolute value: what speaks for the class counts too")
def absolute(model, images, target, layer="trunk"):
    return my_grad_cam(model, images, target, layer, relu=False).abs()


@wrong("no ReLU: signed values")
def signed(model, images, target, layer="trunk"):
    return -my_grad_cam(model, images, target, layer, relu=False)


@wrong("the negative part keeps its sign")
def negative_part(model, images, target, layer="trunk"):
    signed = my_grad_cam(model, images, target, layer, relu=False)
    return signed.clamp(max=0)


@wrong("does not hand on the layer")
def layer_forgotten(model, images, target, layer="trunk"):
    return (-my_grad_cam(model, images, target, relu=False)).relu()


@wrong("relu=False stands where the layer belongs")
def wrong_place(model, images, target, layer="trunk"):
    return (-my_grad_cam(model, images, target, False)).relu()


@wrong("minus the class in place of minus the score")
def minus_target(model, images, target, layer="trunk"):
    return my_grad_cam(model, images, -target, layer)


@wrong("minus the images")
def minus_images(model, images, target, layer="trunk"):
    return my_grad_cam(model, -images, target, layer)


@wrong("maximum minus map: the background glows")
def max_minus(model, images, target, layer="trunk"):
    m = my_grad_cam(model, images, target, layer)
    return m.amax(dim=(1, 2), keepdim=True) - m


@wrong("1 minus the map")
def one_minus(model, images, target, layer="trunk"):
    L = my_grad_cam(model, images, target, layer)
    return 1 - L


@wrong("the map of the runner-up in place of what speaks against the class")
def runner_up(model, images, target, layer="trunk"):
    with torch.no_grad():
        logits = model(images)
    logits[torch.arange(len(images)), target] = -1e9
    return my_grad_cam(model, images, logits.argmax(dim=1), layer)


@wrong("the sum of all the other classes' maps")
def other_classes(model, images, target, layer="trunk"):
    with torch.no_grad():
        classes = model(images).shape[1]
    total = 0
    for c in range(classes):
        m = my_grad_cam(model, images, torch.full_like(target, c), layer)
        total = total + m * (target != c)[:, None, None]
    return total


@wrong("the ReLU's result is thrown away")
def thrown_away(model, images, target, layer="trunk"):
    against = -my_grad_cam(model, images, target, layer, relu=False)
    torch.relu(against)
    return against


@wrong("shifted so that the lowest value is 0")
def shifted(model, images, target, layer="trunk"):
    against = -my_grad_cam(model, images, target, layer, relu=False)
    return against - against.amin(dim=(1, 2), keepdim=True)


@wrong("divided by its maximum")
def normalized(model, images, target, layer="trunk"):
    against = (-my_grad_cam(model, images, target, layer, relu=False)).relu()
    return against / against.amax(dim=(1, 2), keepdim=True)


@wrong("takes out the negative places: the result is one row of numbers")
def picked_out(model, images, target, layer="trunk"):
    signed = my_grad_cam(model, images, target, layer, relu=False)
    return -signed[signed < 0]


@wrong("first image only")
def first_image(model, images, target, layer="trunk"):
    signed = my_grad_cam(model, images[:1], target[:1], layer, relu=False)
    return (-signed).relu()


@wrong("the first image's class for all")
def first_class(model, images, target, layer="trunk"):
    c = target[0].expand(len(images))
    return (-my_grad_cam(model, images, c, layer, relu=False)).relu()


@wrong("squeeze kills a batch of one")
def squeezed(model, images, target, layer="trunk"):
    return (-my_grad_cam(model, images, target, layer, relu=False)).relu().squeeze()


@wrong("turns the sign of the network's last weights and leaves them so")
def weights_turned(model, images, target, layer="trunk"):
    for p in list(model.parameters())[-2:]:
        p.data.neg_()
    return my_grad_cam(model, images, target, layer)


@wrong("minus the network, which Python doesn't know")
def minus_model(model, images, target, layer="trunk"):
    return my_grad_cam(-model, images, target, layer)


@wrong("hands over a function for target, which only the package's grad_cam takes")
def function_target(model, images, target, layer="trunk"):
    return my_grad_cam(model, images, lambda logits: -logits[:, target], layer)


@wrong("a ReLU too much and a layer too few: Grad-CAM at the trunk with a minus")
def two_mistakes(model, images, target, layer="trunk"):
    return -my_grad_cam(model, images, target)


@wrong("the name is misspelt")
def misspelt(model, images, target, layer="trunk"):
    return (-my_gradcam(model, images, target, layer, relu=False)).relu()  # noqa: F821


@wrong("another default layer than the stub's")
def other_default(model, images, target, layer="trunk.6"):
    return (-my_grad_cam(model, images, target, layer, relu=False)).relu()


@wrong("keeps only the strongest negative place")
def strongest(model, images, target, layer="trunk"):
    against = (-my_grad_cam(model, images, target, layer, relu=False)).relu()
    return against * (against == against.amax(dim=(1, 2), keepdim=True))


@wrong("nothing is returned")
def nothing(model, images, target, layer="trunk"):
    signed = my_grad_cam(model, images, target, layer, relu=False)
    counterfactual = (-signed).relu()


@wrong("1 where the map is negative, in place of how much")
def mask(model, images, target, layer="trunk"):
    return (my_grad_cam(model, images, target, layer, relu=False) < 0).float()
