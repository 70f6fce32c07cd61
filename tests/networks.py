"""Networks whose right answers are known, and slow, plain references to compare with.

The references share no code with the package: they run in float64, without in-place operations, with
gradients through the whole network, and the rules at the ReLUs are tensor hooks.
"""

import copy
import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn


class OneConvolution(nn.Module):
    """The network of captum's hand-computed cases: a 3×3 sum against two thresholds, then signs."""

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 2, 3)
        self.relu1 = nn.ReLU(inplace=inplace)
        self.fc1 = nn.Linear(8, 4)
        self.relu2 = nn.ReLU(inplace=inplace)
        with torch.no_grad():
            self.conv1.weight.fill_(1)
            self.conv1.bias.copy_(torch.tensor([-50.0, -75.0]))
            self.fc1.weight.copy_(torch.tensor([1.0, 1, 1, 1, 1, -1, -1, -1]).expand(4, 8))
            self.fc1.bias.zero_()

    def forward(self, x: Tensor) -> Tensor:
        return self.relu2(self.fc1(self.relu1(self.conv1(x)).flatten(1)))


class Witness(nn.Module):
    """A small GAP network with everything in it that can go wrong.

    It begins with an in-place operation on its input, has BatchNorm and dropout, in-place ReLUs behind both
    possible target layers, one of them a module and one functional, and can be made to fail half-way.
    """

    def __init__(self, classes: int = 5) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 3, padding=1)
        self.bn1 = nn.BatchNorm2d(8)
        self.relu1 = nn.ReLU(inplace=True)
        self.drop = nn.Dropout(0.5)
        self.block = nn.Sequential(nn.Conv2d(8, 6, 3, padding=1), nn.BatchNorm2d(6))
        self.never_run = nn.Conv2d(6, 6, 1)
        self.aside = nn.Conv2d(8, 6, 1)
        self.pair = Pair()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(6, classes)
        self.explode = False

    def forward(self, x: Tensor) -> Tensor:
        x -= 0.25
        x = self.drop(self.relu1(self.bn1(self.conv1(x))))
        x = F.max_pool2d(x, 2)
        self.aside(x)
        self.pair(x)
        x = F.relu(self.block(x), inplace=True)
        if self.explode:
            raise ArithmeticError("half-way")
        return self.fc(self.pool(x).flatten(1))


class Pair(nn.Module):
    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return x, x


def witness(seed: int = 0, dtype: torch.dtype = torch.float32) -> Witness:
    torch.manual_seed(seed)
    model = roughened(Witness(), torch.randn(16, 3, 12, 12))
    model.fc.weight.data *= 10
    with torch.no_grad():  # so that not every image gets the same class
        model.fc.bias -= model(pictures(16)).mean(0)
    return model.to(dtype)


def pictures(n: int = 3, size: int = 12, seed: int = 1, dtype: torch.dtype = torch.float32) -> Tensor:
    return torch.randn(n, 3, size, size, generator=torch.Generator().manual_seed(seed)).to(dtype)


def roughened(model: nn.Module, images: Tensor) -> nn.Module:
    """The network in eval mode, with statistics and biases as after training.

    Fresh from its initialization a network has zero biases and BatchNorms that do nothing, its scores can be as
    small as 1e-6, and a comparison of such numbers proves nothing.
    """
    with torch.no_grad():
        norms = [m for m in model.modules() if isinstance(m, nn.BatchNorm2d)]
        for norm in norms:
            norm.momentum = 1.0
            norm.weight.uniform_(0.5, 1.5)
        for module in model.modules():
            if isinstance(getattr(module, "bias", None), Tensor):
                module.bias.normal_(0, 0.2)
        if norms:
            model.train()(images.clone())
        for norm in norms:
            norm.momentum = 0.1
    return model.eval()


@functools.cache
def vision(name: str) -> nn.Module:
    """A network of torchvision with random weights; shared between tests, which must leave it as it is."""
    import torchvision

    torch.manual_seed(sum(map(ord, name)))
    arguments = {"init_weights": False} if name in ("googlenet", "inception_v3") else {}
    if name == "inception_v3":
        arguments["aux_logits"] = False  # it wants large images
    model = getattr(torchvision.models, name)(weights=None, num_classes=20, **arguments)
    if name == "squeezenet1_0":
        nn.init.normal_(model.classifier[1].weight, std=0.3)  # torchvision's 0.01 leaves all scores at their bias
    if name in ("vgg11", "alexnet"):  # a hundred million weights behind the maps would prove nothing more
        width = model.classifier[0 if name == "vgg11" else 1].in_features
        model.classifier = nn.Sequential(nn.Linear(width, 32), nn.ReLU(inplace=True), nn.Dropout(), nn.Linear(32, 20))
    size = 96 if name == "inception_v3" else 64
    return roughened(model, torch.randn(2, 3, size, size))


def out_of_place(model: nn.Module) -> nn.Module:
    """A float64 copy whose modules write into nothing but their own output."""
    model = copy.deepcopy(model).double().eval()
    for module in model.modules():
        if hasattr(module, "inplace"):
            module.inplace = False
    return model


@contextmanager
def nothing_in_place(relu: Callable[[Tensor], Tensor]) -> Iterator[None]:
    """Every `nn.ReLU` and `F.relu` calls `relu`, whatever it was told of place, and `a += b` makes a new tensor.

    Good for networks that use the value that F.relu gives back, as those of torchvision do.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(F, "relu", lambda input, inplace=False: relu(input))
        patch.setattr(Tensor, "__iadd__", Tensor.__add__)
        patch.setattr(Tensor, "__isub__", Tensor.__sub__)
        yield


def plain_relu(x: Tensor) -> Tensor:
    return x.clamp(min=0)


def guided_relu(x: Tensor) -> Tensor:
    y = torch.where(x > 0, x, 0)
    if y.requires_grad:
        y.register_hook(lambda R: R.clamp(min=0))
    return y


def deconvnet_relu(x: Tensor) -> Tensor:
    y = x + (x.clamp(min=0) - x).detach()  # the value of a ReLU with the gradient of an identity
    if y.requires_grad:
        y.register_hook(lambda R: R.clamp(min=0))
    return y


def reference_grad_cam(
    model: nn.Module, images: Tensor, target: Tensor, layer: str, grid: tuple[int, int] | None = None
) -> tuple[Tensor, Tensor]:
    """The layer's maps and the signed Grad-CAM, both float64; `grid` for rows of channels and for tokens."""
    model, kept = out_of_place(model), []
    model.get_submodule(layer).register_forward_hook(lambda module, inputs, output: kept.append(output))
    with nothing_in_place(plain_relu):
        output = model(images.double())
    logits = getattr(output, "logits", output)
    score = logits[torch.arange(len(images)), target].sum()
    (gradient,) = torch.autograd.grad(score, kept[-1])
    A = kept[-1].detach()
    if grid:
        A, gradient = _on_its_grid(A, *grid), _on_its_grid(gradient, *grid)
    maps = sum(gradient[:, k].mean(dim=(1, 2))[:, None, None] * A[:, k] for k in range(A.shape[1]))
    return A, maps


def _on_its_grid(output: Tensor, height: int, width: int) -> Tensor:
    """(N, K, height, width) from that, from rows of channels, or from tokens, of which the image's are the last."""
    if output.ndim == 3:
        places = output[:, output.shape[1] - height * width :].unbind(dim=1)
        output = torch.stack([torch.stack(places[i * width : (i + 1) * width], 1) for i in range(height)], 1)
    if output.shape[2:] != (height, width):
        output = output.movedim(3, 1)
    assert output.shape[2:] == (height, width)
    return output


def reference_gradient(
    model: nn.Module, images: Tensor, target: Tensor, relu: Callable[[Tensor], Tensor] = plain_relu
) -> Tensor:
    """The gradient at the images, float64, with every ReLU replaced by `relu`."""
    model, x = out_of_place(model), images.detach().double().clone().requires_grad_()
    with nothing_in_place(relu):
        logits = model(x)
    (gradient,) = torch.autograd.grad(logits[torch.arange(len(images)), target].sum(), x)
    return gradient


def everything(model: nn.Module) -> dict[str, object]:
    """All that a function could leave behind, on the network and around it, in comparable form."""
    state: dict[str, object] = {
        "grad mode": torch.is_grad_enabled(),
        "inference mode": torch.is_inference_mode_enabled(),
        "random numbers": torch.get_rng_state().tolist(),
        "relu": (
            F.relu,
            F.relu_,
            torch.relu,
            torch.relu_,
            torch.Tensor.relu,
            torch.Tensor.relu_,
            nn.ReLU.forward,
        ),
        "function modes": len(torch.overrides._get_current_function_mode_stack()),
    }
    for name, module in model.named_modules():
        state[f"{name} training"] = module.training
        state[f"{name} attributes"] = sorted(vars(module))
        for key, value in vars(module).items():
            if "hook" in key:
                state[f"{name} {key}"] = list(value) if hasattr(value, "__iter__") else value
    for name, tensor in [*model.named_parameters(), *model.named_buffers()]:
        state[f"{name} values"] = (tensor.tolist(), tensor._version, id(tensor))
        state[f"{name} gradient"] = (
            tensor.requires_grad,
            None if tensor.grad is None else (tensor.grad.tolist(), id(tensor.grad), tensor.grad._version),
        )
    return state


def changes(before: dict[str, object], after: dict[str, object]) -> list[str]:
    return sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
