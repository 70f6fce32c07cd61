"""Attempts at 3.4."""

from contextlib import contextmanager

import torch
from attempts import right, wrong
from torch import nn

from cam_tutorial import record, upsample


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


@right("the parts in order, scores by two index lists")
def parts(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    y = logits[torch.arange(len(images)), target]
    alpha = my_alpha(y, kept["A"])
    return my_map(alpha, kept["A"].detach(), relu)


@right("gather, and the formula written out")
def gathered(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as rec:
        out = model(images)
    A = rec["A"]
    scores = out.gather(1, target.view(-1, 1)).squeeze(1)
    grads = torch.autograd.grad(scores.sum(), A)[0]
    weights = grads.mean(dim=(2, 3), keepdim=True)
    cam = (weights * A).sum(dim=1)
    if relu:
        cam = torch.relu(cam)
    return cam.detach()


@right("one image at a time")
def one_at_a_time(model, images, target, layer="trunk", relu=True):
    maps = []
    for n in range(len(images)):
        with my_record(model, layer) as kept:
            y = model(images[n : n + 1])[:, int(target[n])]
        A = kept["A"]
        maps.append(my_map(my_alpha(y, A), A, relu=relu)[0].detach())
    return torch.stack(maps)


@right("a one-hot mask for the scores, the package's record, a map under no_grad")
def one_hot(model, images, target, layer="trunk", relu=True):
    with record(model, layer) as recorded:
        logits = model(images)
    A = recorded.output
    mask = nn.functional.one_hot(target, logits.shape[1])
    y = (logits * mask).sum(dim=1)
    alpha = my_alpha(y, A)
    with torch.no_grad():
        return my_map(alpha, A, relu)


@right("a hook of its own, try and finally")
def own_hook(model, images, target, layer="trunk", relu=True):
    store = []

    def hook(module, inputs, output):
        store.append(output.clone())
        return store[0].clone()

    handle = model.get_submodule(layer).register_forward_hook(hook)
    try:
        logits = model(images)
    finally:
        handle.remove()
    A = store[0]
    y = torch.stack([logits[n, t] for n, t in enumerate(target)])
    (g,) = torch.autograd.grad(y, A, grad_outputs=torch.ones_like(y))
    L = torch.einsum("nk,nkij->nij", g.mean((2, 3)), A.detach())
    return L.clamp(min=0) if relu else L


@right("backward that stops at the maps (inputs=[A]) fills no parameter's .grad")
def backward_to_maps(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    A.retain_grad()
    y = logits[range(len(images)), target]
    y.sum().backward(inputs=[A])
    alpha = A.grad.mean(dim=(2, 3))
    return my_map(alpha, A.detach(), relu)


@wrong("all rows of the target columns: each image gets the gradient of all asked classes together")
def all_targets(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits[:, target].sum(dim=1)
    return my_map(my_alpha(y, A), A, relu).detach()


@wrong("the first image's class for all images")
def first_target(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits[:, target[0]]
    return my_map(my_alpha(y, A), A, relu).detach()


@wrong("the predicted class in place of the one asked for")
def predicted(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits.max(dim=1).values
    return my_map(my_alpha(y, A), A, relu).detach()


@wrong("always class 0")
def class_zero(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits[:, 0]
    return my_map(my_alpha(y, A), A, relu).detach()


@wrong("logits[target]: takes rows, images, in place of classes")
def rows(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits[target].sum(dim=1)
    return my_map(my_alpha(y, A), A, relu).detach()


@wrong("the sum over all classes")
def all_classes(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits.sum(dim=1)
    return my_map(my_alpha(y, A), A, relu).detach()


@wrong("the probability in place of the logit")
def probability(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    p = logits.softmax(dim=1)
    y = p[torch.arange(len(images)), target]
    return my_map(my_alpha(y, A), A, relu).detach()


@wrong("the logarithm of the probability")
def log_probability(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = nn.functional.log_softmax(logits, dim=1)[torch.arange(len(images)), target]
    return my_map(my_alpha(y, A), A, relu).detach()


@wrong("the cross entropy, a loss: its sign is the other one, and it is a mean")
def loss(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = nn.functional.cross_entropy(logits, target)
    return my_map(my_alpha(y, A), A, relu).detach()


@wrong("the mean score of the batch: maps N times too small")
def mean_score(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits[torch.arange(len(images)), target].mean()
    return my_map(my_alpha(y, A), A, relu).detach()


@wrong("only the first image's score, so the others' maps are empty")
def first_score(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits[0, target[0]]
    return my_map(my_alpha(y, A), A, relu).detach()


@wrong("the result still hangs on the graph")
def with_graph(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits[torch.arange(len(images)), target]
    return my_map(my_alpha(y, A), A, relu)


@wrong("always the trunk, whatever layer is asked for")
def fixed_layer(model, images, target, layer="trunk", relu=True):
    with my_record(model, "trunk") as kept:
        logits = model(images)
    A = kept["A"]
    y = logits[torch.arange(len(images)), target]
    return my_map(my_alpha(y, A), A, relu).detach()


@wrong("does not hand on relu")
def relu_ignored(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits.gather(1, target[:, None])[:, 0]
    alpha = my_alpha(y, A)
    return my_map(alpha, A).detach()


@wrong("another default layer than the stub's")
def other_default(model, images, target, layer="trunk.6", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    y = logits[torch.arange(len(images)), target]
    return my_map(my_alpha(y, kept["A"]), kept["A"], relu).detach()


@wrong("runs trunk and head by hand, so only this network and this layer work")
def by_hand(model, images, target, layer="trunk", relu=True):
    A = model.trunk(images)
    logits = model.head(A)
    y = logits[torch.arange(len(images)), target]
    return my_map(my_alpha(y, A), A, relu).detach()


@wrong("leaves the network in evaluation mode")
def left_in_eval(model, images, target, layer="trunk", relu=True):
    model.eval()
    with my_record(model, layer) as kept:
        logits = model(images)
    y = logits[torch.arange(len(images)), target]
    A = kept["A"]
    return my_map(my_alpha(y, A), A, relu).detach()


@wrong("ends with train(), in whatever mode the network was")
def left_in_train(model, images, target, layer="trunk", relu=True):
    model.eval()
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits[torch.arange(len(images)), target]
    alpha = my_alpha(y, A)
    model.train()
    return my_map(alpha, A, relu).detach()


@wrong("backward() fills the .grad of the parameters")
def by_backward(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    A.retain_grad()
    logits[torch.arange(len(images)), target].sum().backward()
    alpha = A.grad.mean(dim=(2, 3))
    return my_map(alpha, A.detach(), relu)


@wrong("backward() and then zero_grad(): the gradients that were there are lost")
def zero_grad(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    A.retain_grad()
    y = logits[torch.arange(len(images)), target].sum()
    y.backward()
    L = my_map(A.grad.mean(dim=(2, 3)), A.detach(), relu)
    model.zero_grad()
    return L


@wrong("freezes the network's parameters for good")
def frozen(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    y = logits[torch.arange(len(images)), target]
    L = my_map(my_alpha(y, kept["A"]), kept["A"], relu).detach()
    for p in model.parameters():
        p.requires_grad_(False)
    return L


@wrong("runs the network under no_grad, so there is no gradient")
def no_grad(model, images, target, layer="trunk", relu=True):
    with torch.no_grad(), my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits[torch.arange(len(images)), target]
    return my_map(my_alpha(y, A), A, relu)


@wrong("detaches the maps before the gradient is taken")
def detached_early(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"].detach()
    y = logits[torch.arange(len(images)), target]
    return my_map(my_alpha(y, A), A, relu)


@wrong("switches gradients off for the whole session at the end")
def grad_off(model, images, target, layer="trunk", relu=True):
    torch.set_grad_enabled(True)
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits[torch.arange(len(images)), target]
    alpha = my_alpha(y, A)
    torch.set_grad_enabled(False)
    return my_map(alpha, A, relu).detach()


@wrong("a hook that is not removed")
def hook_stays(model, images, target, layer="trunk", relu=True):
    kept = {}

    def keep(module, inputs, output):
        kept["A"] = output.clone()
        return kept["A"].clone()

    model.get_submodule(layer).register_forward_hook(keep)
    logits = model(images)
    y = logits[torch.arange(len(images)), target]
    return my_map(my_alpha(y, kept["A"]), kept["A"], relu).detach()


@wrong("a hook of its own without a copy: an in-place ReLU overwrites the maps")
def no_copy(model, images, target, layer="trunk", relu=True):
    kept = []
    handle = model.get_submodule(layer).register_forward_hook(lambda m, i, o: kept.append(o))
    try:
        logits = model(images)
    finally:
        handle.remove()
    A = kept[0]
    y = logits[torch.arange(len(images)), target]
    return my_map(my_alpha(y, A), A, relu).detach()


@wrong("sums the gradients in place of averaging them")
def summed(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits[torch.arange(len(images)), target]
    (gradient,) = torch.autograd.grad(y.sum(), A)
    return my_map(gradient.sum(dim=(2, 3)), A, relu).detach()


@wrong("the ReLU is on the gradients")
def relu_on_gradient(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits[torch.arange(len(images)), target]
    (gradient,) = torch.autograd.grad(y.sum(), A)
    alpha = gradient.relu().mean(dim=(2, 3))
    return my_map(alpha, A, relu).detach()


@wrong("one α for the whole batch")
def batch_alpha(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits[torch.arange(len(images)), target]
    (gradient,) = torch.autograd.grad(y.sum(), A)
    alpha = gradient.mean(dim=(0, 2, 3))
    L = torch.einsum("k,nkij->nij", alpha, A).detach()
    return L.relu() if relu else L


@wrong("returns the first image's map only")
def first_map(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits[torch.arange(len(images)), target]
    return my_map(my_alpha(y, A), A, relu)[0].detach()


@wrong("squeeze kills a batch of one")
def squeezed(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits[torch.arange(len(images)), target]
    return my_map(my_alpha(y, A), A, relu).detach().squeeze()


@wrong("divides each map by its maximum")
def normalized(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits[torch.arange(len(images)), target]
    L = my_map(my_alpha(y, A), A, relu).detach()
    return L / L.amax(dim=(1, 2), keepdim=True)


@wrong("enlarges the maps to the size of the images")
def enlarged(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits[torch.arange(len(images)), target]
    return upsample(my_map(my_alpha(y, A), A, relu).detach(), 96)


@wrong("makes the caller's images require a gradient")
def images_changed(model, images, target, layer="trunk", relu=True):
    images.requires_grad_(True)
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits[torch.arange(len(images)), target]
    return my_map(my_alpha(y, A), A, relu).detach()


@wrong("the gradient of the images, not of the maps")
def image_gradient(model, images, target, layer="trunk", relu=True):
    x = images.clone().requires_grad_()
    logits = model(x)
    y = logits[torch.arange(len(x)), target]
    alpha = my_alpha(y, x)
    return my_map(alpha, x, relu).detach()


@wrong("reads the record by the layer's name")
def key_error(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept[layer]
    y = logits[torch.arange(len(images)), target]
    return my_map(my_alpha(y, A), A, relu).detach()


@wrong("prints the shape and returns nothing")
def printed(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    y = logits[torch.arange(len(images)), target]
    L = my_map(my_alpha(y, kept["A"]), kept["A"], relu).detach()
    print(L.shape)


@wrong("two results: maps and logits")
def pair(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits[torch.arange(len(images)), target]
    return my_map(my_alpha(y, A), A, relu).detach(), logits


@wrong("probability, and leaves the graph on")
def two_mistakes(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        p = model(images).softmax(dim=1)
    y = p[torch.arange(len(images)), target]
    return my_map(my_alpha(y, kept["A"]), kept["A"], relu)


@wrong("sorts the classes together with the images: the maps come out in the order of the classes")
def sorted_classes(model, images, target, layer="trunk", relu=True):
    classes, order = target.sort()
    with my_record(model, layer) as kept:
        logits = model(images[order])
    y = logits[torch.arange(len(images)), classes]
    A = kept["A"]
    return my_map(my_alpha(y, A), A, relu).detach()


@wrong("counts the classes from 1")
def from_one(model, images, target, layer="trunk", relu=True):
    with my_record(model, layer) as kept:
        logits = model(images)
    A = kept["A"]
    y = logits[torch.arange(len(images)), target - 1]
    return my_map(my_alpha(y, A), A, relu).detach()
