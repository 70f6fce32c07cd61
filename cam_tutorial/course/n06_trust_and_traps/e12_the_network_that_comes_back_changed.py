"""Exercise 6.12: the network that comes back changed."""

import torch
from torch import nn

from cam_tutorial.course.material import draw_weights, indices
from cam_tutorial.practice.exercise import exercise


class Mixed(nn.Module):
    """Layers inside of layers, with BatchNorm and dropout, which are other networks in train mode."""

    def __init__(self, height, width):
        super().__init__()
        self.trunk = nn.Sequential(
            nn.Conv2d(2, 3, 3, padding=1), nn.Sequential(nn.BatchNorm2d(3), nn.ReLU()), nn.Dropout2d(0.5)
        )
        self.head = nn.Sequential(nn.Flatten(), nn.Dropout(0.5), nn.Linear(3 * height * width, 5))

    def forward(self, x):
        return self.head(self.trunk(x))


def networks_in_all_modes(generator):
    """All in train mode, all in eval mode, and mixtures; weights with gradients and without; some of them frozen."""
    cases = []
    for n, (height, width), mode, with_gradients, frozen in (
        (3, (4, 5), "train", True, False), (2, (6, 3), "eval", False, False), (4, (3, 7), "trunk in eval", True, True),
        (1, (5, 4), "eval", True, False), (2, (4, 4), "norm in eval", False, True),
        (2, (3, 5), "head in train", True, False),
    ):  # fmt: skip
        network = Mixed(height, width)
        draw_weights(network, generator)
        network.train(mode != "eval" and mode != "head in train")
        if mode == "trunk in eval":
            network.trunk.eval()
        elif mode == "norm in eval":
            network.trunk[1][0].eval()
        elif mode == "head in train":
            network.head.train()
        network.trunk[0].requires_grad_(not frozen)
        images = torch.randn(n, 2, height, width, generator=generator)
        cases.append((network, images, indices(generator, n, 5), with_gradients))
    return cases


def modes(network):
    return [module.training for module in network.modules()]


def compared(before, after):
    """What became of the modes of all layers."""
    if before == after:
        return "as before"
    if all(after) or not any(after):
        return f"all in {'train' if all(after) else 'eval'} mode"
    return "another mixture than before"


def fate(before, network):
    """What became of the gradients."""
    after = [parameter.grad for parameter in network.parameters()]
    there = [(old, new) for old, new in zip(before, after, strict=True) if old is not None]
    if any(new is None or not new.any() for _, new in there):
        return "wiped out"
    if any(not bool((new == old).all()) for old, new in there):
        return "added to"
    new_ones = [new for old, new in zip(before, after, strict=True) if old is None and new is not None]
    if any(new.any() for new in new_ones):
        return "filled"
    return "zeros, where there were none" if new_ones else "as before"


def call_and_what_is_left(attempt, network, images, classes, with_gradients):
    """The gradient, and the network after a call in the middle of a training step, and after one that fails."""
    if with_gradients:  # of a training step that is under way
        for parameter in network.parameters():
            parameter.grad = torch.ones_like(parameter)
    before, mode = [None if p.grad is None else p.grad.clone() for p in network.parameters()], modes(network)
    frozen = [p.requires_grad for p in network.parameters()]
    statistics = network.trunk[1][0].running_mean.clone()
    gradient = attempt(network, images, classes)
    found = {
        "the gradient": gradient,
        "whether the gradient carries a graph": isinstance(gradient, torch.Tensor) and gradient.requires_grad,
        "the modes of the layers": compared(mode, modes(network)),
        "the .grad of the weights": fate(before, network),
        "“the weights require a gradient as before”": [p.requires_grad for p in network.parameters()] == frozen,
        "“BatchNorm's averages are what they were”": torch.equal(network.trunk[1][0].running_mean, statistics),
    }
    mode, frozen = modes(network), [p.requires_grad for p in network.parameters()]
    try:
        attempt(network, images[..., :-1], classes)
    except RuntimeError:
        found["what comes out when the network fails"] = "its error"
    else:
        found["what comes out when the network fails"] = "no error"
    found["the modes of the layers after an error"] = compared(mode, modes(network))
    found["the frozen weights after an error"] = [p.requires_grad for p in network.parameters()] == frozen
    return found


@exercise(
    "6.12",
    "The network that comes back changed",
    minutes=12,
    difficulty=3,
    cases=networks_in_all_modes,
    probe=call_and_what_is_left,
    hints=[
        "Two things are left behind. Print `network.training` and one weight's `.grad` before and after the call.",
        "`.backward()` writes into the `.grad` of every weight. `torch.autograd.grad(scores.sum(), images)` writes "
        "nowhere.",
        "Note `network.training` before `eval()`, and set it back. Some layers may have been in eval mode while the "
        "others train, so note it of each: `{module: module.training for module in network.modules()}`.",
        "The network may raise an error. What stands in `finally:` after a `try:` is done in any case.",
    ],
)
def my_tidy_gradient(network, images, classes):
    """a network, (N, C, H, W), (N,) -> (N, C, H, W): the gradient of each image's score

    Every layer is afterwards as it was before, also after an error.
    """
    images = images.clone().requires_grad_()
    was_training = {module: module.training for module in network.modules()}
    network.eval()
    try:
        scores = network(images)[torch.arange(len(images)), classes]
    finally:
        for module, flag in was_training.items():
            module.training = flag
    return torch.autograd.grad(scores.sum(), images)[0]


@my_tidy_gradient.broken(
    "The network stays in eval mode, and its weights' `.grad` is filled: the next training step goes wrong twice. Note "
    "each layer's `training` and set it back, and let `torch.autograd.grad` hand you the gradient."
)
def leaves_traces(network, images, classes):
    """a network, (N, C, H, W), (N,) -> (N, C, H, W): the gradient of each image's score

    Every layer is afterwards as it was before, also after an error.
    """
    images = images.clone().requires_grad_()
    network.eval()
    scores = network(images)[torch.arange(len(images)), classes]
    scores.sum().backward()
    return images.grad


def own(logits, classes):
    return logits[torch.arange(len(logits)), classes].sum()


def explained(network, images, classes, *, by="grad", evaluate=True, back="each", on_error=True, score=own, done=None):
    """The call in all its variants: how the gradient comes, what is set back, and whether after an error too."""
    images = images.clone().requires_grad_()
    flags = {module: module.training for module in network.modules()}
    was_training, old = network.training, [parameter.grad for parameter in network.parameters()]

    def set_back():
        if back == "each":
            for module, flag in flags.items():
                module.training = flag
        elif back == "one flag":
            network.train(was_training)
        elif back == "train":
            network.train()
        elif back == "root":
            network.training = was_training
        elif back == "children":
            for module in network.children():
                module.train(flags[module])
            network.training = was_training

    if by == "zero grad first":
        network.zero_grad()
    if evaluate:
        network.eval()
    try:
        scores = score(network(images), classes)
    except RuntimeError:
        if on_error:
            set_back()
        raise
    if by == "grad":
        (gradient,) = torch.autograd.grad(scores, images)
    else:
        scores.backward()
        gradient = images.grad
    set_back()
    if by == "zero grad last":
        network.zero_grad()
    elif by == "zeros last":
        network.zero_grad(set_to_none=False)
    elif by == "old back":
        for parameter, before in zip(network.parameters(), old, strict=True):
            parameter.grad = before
    return done(gradient) if done else gradient


def left(sentence, **how):
    """A mistake: what is left behind, or another gradient."""
    my_tidy_gradient.mistake(sentence)(lambda network, images, classes: explained(network, images, classes, **how))


GRAD = "`torch.autograd.grad(scores.sum(), images)` hands the gradient out and writes nowhere."
EACH = "Note each flag, `{module: module.training for module in network.modules()}`; set it back under `finally:`."

# The mode.
left("The `.grad` of the weights is safe now, but the network is still left in eval mode. " + EACH, back="not")
left(
    "Always `network.train()` at the end: a network that came in eval mode goes out in train mode. " + EACH,
    back="train",
)
left(
    "You set one flag back for the whole network. A layer that was in eval mode while the others train comes back in "
    f"train mode. {EACH}",
    back="one flag",
)
left(
    "The network's own flag is as before, and its layers stay in eval mode: `eval()` sets theirs as well (those of a "
    "`copy.copy`, too, which shares them). " + EACH,
    back="root",
)
left(
    "Layers inside of other layers do not get their own flag back, but that of the layer around them. " + EACH,
    back="children",
)
left(
    "Without an error all is well. When the network raises one, it stays in eval mode: set the flags back under a "
    "`finally:`.",
    on_error=False,
)
left(
    "You set one flag back for the whole network, and after an error none at all. " + EACH,
    back="one flag",
    on_error=False,
)
left(
    "The mode is as it was because you never change it. In train mode BatchNorm mixes the images of a batch and "
    "changes its averages, and dropout deletes at random: explain in eval mode, and set the mode back.",
    evaluate=False,
)
left(
    "You call `network.train()` at the end, and after an error nothing is set back. " + EACH,
    back="train",
    on_error=False,
)

# The .grad of the weights.
left("The modes are set back, but `.backward()` still adds to the `.grad` of every weight. " + GRAD, by="backward")
left(
    "`zero_grad()` cleans up too much: gradients that a training step had collected before your call are gone. " + GRAD,
    by="zero grad last",
)
left(
    "`zero_grad()` leaves zeros where there was no gradient, or where a training step had collected one. " + GRAD,
    by="zeros last",
)
left(
    "You empty the `.grad` of the weights first, and `.backward()` fills it again: what a training step had collected "
    f"is gone, and what is there is yours. {GRAD}",
    by="zero grad first",
)
left(
    "You put the old `.grad` back, but it is the very tensor that `.backward()` has added to: a copy would be needed. "
    f"{GRAD}",
    by="old back",
)
left(
    "The network always comes back in train mode, and `.backward()` adds to the `.grad` of every weight. " + GRAD,
    by="backward",
    back="train",
)
left(
    "The network comes back in train mode, or after an error in eval mode, and `.backward()` adds to the `.grad` of "
    f"every weight. {GRAD}",
    by="backward",
    back="train",
    on_error=False,
)
left(
    "You set one flag back for the whole network, and `.backward()` adds to the `.grad` of every weight. " + GRAD,
    by="backward",
    back="one flag",
)
left(
    "One flag is set back for the whole network, none after an error; and `.backward()` adds to the `.grad` of every "
    f"weight. {GRAD}",
    by="backward",
    back="one flag",
    on_error=False,
)
left(
    "One flag is set back for the whole network, and `zero_grad()` wipes out what a training step had collected. "
    + GRAD,
    by="zero grad last",
    back="one flag",
)
left(
    "The network stays in eval mode, and `zero_grad()` wipes out what a training step had collected. " + GRAD,
    by="zero grad last",
    back="not",
)
left(
    "The mode is never changed, so BatchNorm and dropout have a say; and `.backward()` adds to the `.grad` of every "
    f"weight. {GRAD}",
    by="backward",
    evaluate=False,
)

# Another gradient.
left(
    "The network is as it was, but `[:, classes]` asks every image about the classes of all: "
    "`[torch.arange(len(images)), classes]`.",
    score=lambda logits, classes: logits[:, classes].sum(),
)
left(
    "The network is as it was, but the gradient is that of a probability: take the logits, without a softmax.",
    score=lambda logits, classes: own(logits.softmax(dim=1), classes),
)
left(
    "The network is as it was, but the gradient is that of a log-probability or of the loss: take the logits.",
    score=lambda logits, classes: own(logits.log_softmax(dim=1), classes),
)
left(
    "The network is as it was, but you averaged the scores: each gradient is divided by the number of images.",
    score=lambda logits, classes: own(logits, classes) / len(logits),
)
left(
    "The network is as it was, but only the first image's score is asked for.",
    score=lambda logits, classes: logits[0, classes[0]],
)
left(
    "The network is as it was, but you explain the class that it prefers: take `classes[n]`.",
    score=lambda logits, classes: logits.amax(dim=1).sum(),
)
left(
    "The network is as it was, but you sum the scores of all classes: take `classes[n]`.",
    score=lambda logits, classes: logits.sum(),
)
left("The network is as it was, but the signs are lost: a gradient has both.", done=torch.abs)
left("The network is as it was, but what is negative is cut off: a gradient has both signs.", done=torch.relu)
left(
    "The network is as it was, but you give a tuple, as `torch.autograd.grad` does: take its first part, `[0]`.",
    done=lambda gradient: (gradient,),
)
left(
    "The network is as it was, but with one image the batch disappears: leave `squeeze()` out.",
    done=lambda gradient: gradient.squeeze(),
)
left("The network is as it was, but the gradient is not given back: `return` it.", done=lambda gradient: None)


@my_tidy_gradient.mistake(
    "Frozen weights collect no `.grad`, but you left them frozen, and training stops without a word. Leave "
    "`requires_grad` alone. " + GRAD
)
def leaves_weights_frozen(network, images, classes):
    network.requires_grad_(False)
    return explained(network, images, classes)


@my_tidy_gradient.mistake(
    "Frozen weights collect no `.grad`, but in the end you thaw all of them, also those that were frozen before. Leave "
    "`requires_grad` alone. " + GRAD
)
def thaws_them_all(network, images, classes):
    network.requires_grad_(False)
    try:
        return explained(network, images, classes)
    finally:
        network.requires_grad_(True)


@my_tidy_gradient.mistake(
    "You freeze the weights, thaw all of them in the end, and set one flag back for the whole network. Leave "
    f"`requires_grad` alone. {EACH}"
)
def thaws_them_all_and_one_flag(network, images, classes):
    network.requires_grad_(False)
    try:
        return explained(network, images, classes, back="one flag")
    finally:
        network.requires_grad_(True)


@my_tidy_gradient.mistake(
    "When the network fails, its error does not come out: `except` swallows it. Tidy up under `finally:`."
)
def swallows_the_error(network, images, classes):
    try:
        return explained(network, images, classes)
    except RuntimeError:
        return None


@my_tidy_gradient.mistake(
    "You put BatchNorm alone into eval mode, and dropout goes on at random: `network.eval()`, and the flags back."
)
def batch_norm_alone(network, images, classes):
    norms = [module for module in network.modules() if isinstance(module, nn.BatchNorm2d)]
    flags = [module.training for module in norms]
    try:
        for module in norms:
            module.eval()
        return explained(network, images, classes, evaluate=False)
    finally:
        for module, flag in zip(norms, flags, strict=True):
            module.training = flag
