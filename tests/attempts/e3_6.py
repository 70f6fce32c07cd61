"""Attempts at 3.6."""

from contextlib import contextmanager

import torch
from attempts import right, wrong
from torch import nn

from cam_tutorial import record


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


@right("gradient times map, sum over the maps")
def direct(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits[torch.arange(len(images)), target]
    (gradient,) = torch.autograd.grad(y.sum(), A)

    L = (gradient * A.detach()).sum(dim=1)
    return L.relu() if relu else L


@right("einsum, detached at the end, early return")
def by_einsum(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        out = model(images)
    A = kept["A"]
    scores = torch.gather(out, 1, target.unsqueeze(1)).sum()
    g = torch.autograd.grad(scores, A)[0]
    signed = torch.einsum("nkij,nkij->nij", g, A).detach()
    if not relu:
        return signed
    return signed.clamp(min=0)


@right("one image and one gradient at a time")
def per_image(model, images, target, layer="trunk", relu=True):
    result = []
    for x, c in zip(images, target):
        with my_record(model, layer) as kept:
            score = model(x[None])[0, c]
        A = kept["A"]
        dA = torch.autograd.grad(score, A)[0]
        one = torch.sum(dA[0] * A[0], dim=0)
        if relu:
            one = nn.functional.relu(one)
        result.append(one.detach())
    return torch.stack(result)


@right("the package's record, ones as grad_outputs, the product under no_grad")
def with_package(model: nn.Module, images, target, layer: str = "trunk", relu: bool = True) -> torch.Tensor:
    with record(model, layer) as recorded:
        logits = model(images)
    maps = recorded.output
    y = torch.stack([row[c] for row, c in zip(logits, target)])
    grads = torch.autograd.grad(y, maps, torch.ones_like(y))[0]
    with torch.no_grad():
        total = torch.zeros_like(maps[:, 0])
        for k in range(maps.shape[1]):
            total += grads[:, k] * maps[:, k]
    return total.relu() if relu else total


@right("maximum with zero")
def maximum(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits[torch.arange(len(images)), target]
    (gradient,) = torch.autograd.grad(y.sum(), A)

    hires = torch.mul(gradient, A).detach().sum(-3)
    if relu:
        hires = torch.maximum(hires, torch.zeros_like(hires))
    return hires


@wrong("still averages the gradient: Grad-CAM")
def still_grad_cam(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits[torch.arange(len(images)), target]
    (gradient,) = torch.autograd.grad(y.sum(), A)

    L = (gradient.mean(dim=(2, 3), keepdim=True) * A).sum(dim=1).detach()
    return L.relu() if relu else L


@wrong("the same as Grad-CAM, through the parts")
def parts(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    y = logits[torch.arange(len(images)), target]
    alpha = my_alpha(y, kept["A"])
    return my_map(alpha, kept["A"], relu).detach()


@wrong("a ReLU on every term of the sum")
def relu_inside(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits[torch.arange(len(images)), target]
    (gradient,) = torch.autograd.grad(y.sum(), A)

    product = gradient * A.detach()
    if relu:
        product = product.relu()
    return product.sum(dim=1)


@wrong("a ReLU on the gradient")
def relu_gradient(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits[torch.arange(len(images)), target]
    (gradient,) = torch.autograd.grad(y.sum(), A)

    if relu:
        gradient = gradient.relu()
    return (gradient * A.detach()).sum(dim=1)


@wrong("mean over the maps in place of their sum")
def mean_maps(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits[torch.arange(len(images)), target]
    (gradient,) = torch.autograd.grad(y.sum(), A)

    L = (gradient * A.detach()).mean(dim=1)
    return L.relu() if relu else L


@wrong("the map is left out: only the gradient is summed")
def only_gradient(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits[torch.arange(len(images)), target]
    (gradient,) = torch.autograd.grad(y.sum(), A)

    L = gradient.sum(dim=1)
    return L.relu() if relu else L


@wrong("divided by Z, as Grad-CAM's mean does")
def divided(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits[torch.arange(len(images)), target]
    (gradient,) = torch.autograd.grad(y.sum(), A)

    Z = A.shape[2] * A.shape[3]
    L = (gradient * A.detach()).sum(dim=1) / Z
    return L.relu() if relu else L


@wrong("sums over the places: one number a map")
def over_places(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits[torch.arange(len(images)), target]
    (gradient,) = torch.autograd.grad(y.sum(), A)

    L = (gradient * A.detach()).sum(dim=(2, 3))
    return L.relu() if relu else L


@wrong("adds up the images")
def over_images(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits[torch.arange(len(images)), target]
    (gradient,) = torch.autograd.grad(y.sum(), A)

    L = (gradient * A.detach()).sum(dim=0)
    return L.relu() if relu else L


@wrong("does not sum over the maps at all")
def no_sum(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits[torch.arange(len(images)), target]
    (gradient,) = torch.autograd.grad(y.sum(), A)

    L = gradient * A.detach()
    return L.relu() if relu else L


@wrong("the result still hangs on the graph")
def with_graph(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits[torch.arange(len(images)), target]
    (gradient,) = torch.autograd.grad(y.sum(), A)

    L = (gradient * A).sum(dim=1)
    return L.relu() if relu else L


@wrong("always a ReLU")
def always_relu(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits[torch.arange(len(images)), target]
    (gradient,) = torch.autograd.grad(y.sum(), A)

    return (gradient * A.detach()).sum(dim=1).relu()


@wrong("never a ReLU")
def never_relu(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits[torch.arange(len(images)), target]
    (gradient,) = torch.autograd.grad(y.sum(), A)

    return torch.einsum("nkij,nkij->nij", gradient, A.detach())


@wrong("relu=False is the default")
def other_default(model, images, target, layer="trunk", relu=False):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits[torch.arange(len(images)), target]
    (gradient,) = torch.autograd.grad(y.sum(), A)

    L = (gradient * A.detach()).sum(dim=1)
    return L.relu() if relu else L


@wrong("the absolute value in place of the ReLU")
def absolute(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits[torch.arange(len(images)), target]
    (gradient,) = torch.autograd.grad(y.sum(), A)

    L = (gradient * A.detach()).sum(dim=1)
    return L.abs() if relu else L


@wrong("the absolute value of the gradient")
def absolute_gradient(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits[torch.arange(len(images)), target]
    (gradient,) = torch.autograd.grad(y.sum(), A)

    L = (gradient.abs() * A.detach()).sum(dim=1)
    return L.relu() if relu else L


@wrong("the gradient squared")
def squared(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits[torch.arange(len(images)), target]
    (gradient,) = torch.autograd.grad(y.sum(), A)

    L = (gradient**2 * A.detach()).sum(dim=1)
    return L.relu() if relu else L


@wrong("the probability in place of the logit")
def probability(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits.softmax(dim=1)[torch.arange(len(images)), target]
    (gradient,) = torch.autograd.grad(y.sum(), A)

    L = (gradient * A.detach()).sum(dim=1)
    return L.relu() if relu else L


@wrong("the mean score: N times too small")
def mean_score(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits[torch.arange(len(images)), target]
    (gradient,) = torch.autograd.grad(y.mean(), A)

    L = (gradient * A.detach()).sum(dim=1)
    return L.relu() if relu else L


@wrong("the predicted class in place of the one asked for")
def predicted(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits.amax(dim=1)
    (gradient,) = torch.autograd.grad(y.sum(), A)

    L = (gradient * A.detach()).sum(dim=1)
    return L.relu() if relu else L


@wrong("the gradient of all asked classes for every image")
def mixed_classes(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits[:, target]
    (gradient,) = torch.autograd.grad(y.sum(), A)

    L = (gradient * A.detach()).sum(dim=1)
    return L.relu() if relu else L


@wrong("the first image's class for all")
def first_class(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits[:, target[0]]
    (gradient,) = torch.autograd.grad(y.sum(), A)

    L = (gradient * A.detach()).sum(dim=1)
    return L.relu() if relu else L


@wrong("always the trunk")
def fixed_layer(model, images, target, layer="trunk", relu=True):
    with my_record(model, "trunk") as kept:
        logits = model(images)
    A = kept["A"]
    y = logits[torch.arange(len(images)), target]
    (gradient,) = torch.autograd.grad(y.sum(), A)

    L = (gradient * A.detach()).sum(dim=1)
    return L.relu() if relu else L


@wrong("squeeze kills a batch of one")
def squeezed(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits[torch.arange(len(images)), target]
    (gradient,) = torch.autograd.grad(y.sum(), A)

    L = (gradient * A.detach()).sum(dim=1).squeeze()
    return L.relu() if relu else L


@wrong("keepdim left over: (N, 1, h, w)")
def keeps_dim(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits[torch.arange(len(images)), target]
    (gradient,) = torch.autograd.grad(y.sum(), A)

    L = (gradient * A.detach()).sum(dim=1, keepdim=True)
    return L.relu() if relu else L


@wrong("a matrix product (@) in place of place by place")
def matrix_product(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits[torch.arange(len(images)), target]
    (gradient,) = torch.autograd.grad(y.sum(), A)

    L = (gradient @ A.detach()).sum(dim=1)
    return L.relu() if relu else L


@wrong("gradient times the images in place of the maps")
def times_image(model, images, target, layer="trunk", relu=True):
    x = images.clone().requires_grad_()
    y = model(x)[torch.arange(len(x)), target]
    (gradient,) = torch.autograd.grad(y.sum(), x)
    L = (gradient * x).sum(dim=1).detach()
    return L.relu() if relu else L


@wrong("the Grad-CAM map times the gradient, summed")
def cam_times_gradient(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits[torch.arange(len(images)), target]
    (gradient,) = torch.autograd.grad(y.sum(), A)

    alpha = gradient.mean(dim=(2, 3))
    cam = my_map(alpha, A.detach(), relu=False)
    L = (cam[:, None] * gradient).sum(dim=1)
    return L.relu() if relu else L


@wrong("averages the map, not the gradient")
def map_averaged(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits[torch.arange(len(images)), target]
    (gradient,) = torch.autograd.grad(y.sum(), A)

    L = (gradient * A.detach().mean(dim=(2, 3), keepdim=True)).sum(dim=1)
    return L.relu() if relu else L


@wrong("backward() fills the .grad of the parameters")
def by_backward(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    A.retain_grad()
    logits[torch.arange(len(images)), target].sum().backward()
    L = (A.grad * A.detach()).sum(dim=1)
    return L.relu() if relu else L


@wrong("leaves the network in evaluation mode")
def left_in_eval(model, images, target, layer="trunk", relu=True):
    model.eval()
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits[torch.arange(len(images)), target]
    (gradient,) = torch.autograd.grad(y.sum(), A)

    L = (gradient * A.detach()).sum(dim=1)
    return L.relu() if relu else L


@wrong("the flag the wrong way round, and a mean")
def two_mistakes(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits[torch.arange(len(images)), target]
    (gradient,) = torch.autograd.grad(y.sum(), A)

    L = (gradient * A.detach()).mean(dim=1)
    return L if relu else L.relu()


@wrong("divided by the maximum")
def normalized(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits[torch.arange(len(images)), target]
    (gradient,) = torch.autograd.grad(y.sum(), A)

    L = (gradient * A.detach()).sum(dim=1)
    if relu:
        L = L.relu()
    return L / L.amax(dim=(1, 2), keepdim=True)


@wrong("a one-liner with the Grad-CAM map times itself")
def cam_squared(model, images, target, layer="trunk", relu=True):
    m = my_grad_cam(model, images, target, layer, relu=False)
    return (m * m).relu() if relu else m * m


@wrong("the tuple of grad is not unpacked, so it cannot be multiplied")
def tuple_forgotten(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits[torch.arange(len(images)), target]
    gradient = torch.autograd.grad(y.sum(), A)

    L = (gradient * A).sum(dim=1).detach()
    return L.relu() if relu else L


@wrong("first image only")
def first_image(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits[torch.arange(len(images)), target]
    (gradient,) = torch.autograd.grad(y.sum(), A)

    L = (gradient[0] * A[0].detach()).sum(dim=0)
    return L.relu() if relu else L
