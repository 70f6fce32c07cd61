"""Recording what a layer gives, and leaving the network as it was found."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from cam_tutorial.suggest import did_you_mean

Layer = nn.Module | str


class Recording:
    """The output of a layer, once the network has run."""

    def __init__(self, layer: str) -> None:
        self.layer = layer
        self._output: Tensor | None = None

    @property
    def output(self) -> Tensor:
        """What the layer gave, before any later operation changed it.

        Raises:
            RuntimeError: the network has not run, or its forward pass does not use the layer.
        """
        if self._output is None:
            raise RuntimeError(f"nothing is recorded: the network did not run its layer {self.layer!r}")
        return self._output


@contextmanager
def record(model: nn.Module, layer: Layer, *, as_leaf: bool = False) -> Iterator[Recording]:
    """Record a layer's output while the block runs; the hook is gone afterwards, exceptions included.

        with record(model, "trunk") as recorded:
            logits = model(images)
        recorded.output  # (N, K, H, W)

    Record and network each get their own *clone*: an in-place operation that follows (the ReLU behind most
    BatchNorms) changes the network's and not the record. If the layer runs more than once, the last run counts.

    Args:
        model: the network.
        layer: one of its modules, or the dotted name of one.
        as_leaf: start the gradient here: the record is a leaf that requires a gradient, and gradients are switched on
            from here to the end of the forward pass. Under `torch.no_grad()` the layers before this one then cost
            neither memory nor time for a backward pass that nobody needs.

    Raises:
        ValueError: the network has no such layer.
        TypeError: the layer gives something else than a tensor.
    """
    name, module = find_layer(model, layer)
    recording = Recording(name)

    def keep(_module: nn.Module, _inputs: Any, output: Any) -> Tensor:
        if not isinstance(output, Tensor):
            raise TypeError(f"layer {name!r} gives a {type(output).__name__}; choose a layer that gives one tensor")
        # A clone for the record too: a layer may hand on its own input (nn.Identity does), and others write into it.
        if as_leaf:
            recording._output = output.detach().clone().requires_grad_()
            torch.set_grad_enabled(True)
        else:
            recording._output = output.clone()
        return recording._output.clone()

    # The grad mode stays as it is, and is so again at the end of the block, whatever `keep` switches on.
    with module.register_forward_hook(keep), torch.set_grad_enabled(torch.is_grad_enabled()):
        yield recording


@contextmanager
def explaining(model: nn.Module) -> Iterator[None]:
    """Eval mode and ordinary gradients inside the block; afterwards every training flag is as it was.

    The flags are set one by one rather than by `model.eval()`: some networks override `train()`, and a network whose
    parts are partly in train mode gets exactly that mixture back.

    Raises:
        TypeError: `model` is not a network.
        ValueError: its weights were made in inference mode, where gradients cannot exist.
    """
    if not isinstance(model, nn.Module):
        raise TypeError(f"model must be a torch.nn.Module, got {type(model).__name__}")
    if any(parameter.is_inference() for parameter in model.parameters()):
        raise ValueError("the network's weights were made under torch.inference_mode(); build or load it outside")
    was_training = {module: module.training for module in model.modules()}
    try:
        for module in was_training:
            module.training = False
        with torch.inference_mode(False), torch.enable_grad():
            yield
    finally:
        for module, flag in was_training.items():
            module.training = flag


def find_layer(model: nn.Module, layer: Layer) -> tuple[str, nn.Module]:
    """The dotted name of a layer and the layer itself, from either of them.

    Args:
        model: the network.
        layer: one of its modules, or the dotted name of one. A module with two names is found by each.

    Raises:
        TypeError: `layer` is neither a module nor a name.
        ValueError: the network has no such layer.
    """
    names = {name: module for name, module in model.named_modules(remove_duplicate=False) if name}
    if isinstance(layer, str):
        if layer not in names:
            last = ", ".join(map(repr, list(names)[-3:])) or "none"
            hint = did_you_mean(layer, names) or f"; its last layers are: {last}"
            raise ValueError(f"the network has no layer {layer!r}{hint}")
        return layer, names[layer]
    if not isinstance(layer, nn.Module):
        raise TypeError(f"layer must be a module of the network or its dotted name, got {type(layer).__name__}")
    for name, module in names.items():
        if module is layer:
            return name, module
    raise ValueError(f"the layer {type(layer).__name__} given is not part of this network; pass one of its own modules")


def last_spatial_layer(model: nn.Module, images: Tensor) -> str:
    """The dotted name of the last layer whose output still has a height and a width.

    Args:
        model: the network; it runs once, as it is: `explaining` sets its mode.
        images: (N, C, H, W), of which the first is run.

    Raises:
        ValueError: no layer gives maps of more than one position.
    """
    found: list[str] = []
    with torch.no_grad(), ExitStack() as hooks:
        for name, module in model.named_modules():
            if name:

                def note(_module: nn.Module, _inputs: Any, output: Any, name: str = name) -> None:
                    if is_spatial(output):
                        found.append(name)

                hooks.enter_context(module.register_forward_hook(note))
        model(images[:1].clone())
    if not found:
        raise ValueError(f"no layer of this network gives maps of more than one position for images of {_size(images)}")
    return found[-1]


def is_spatial(output: Any) -> bool:
    """Whether a layer's output is a stack of maps (N, K, H, W) with more than one position."""
    return isinstance(output, Tensor) and output.ndim == 4 and output.shape[2] * output.shape[3] > 1


def _size(images: Tensor) -> str:
    return f"{images.shape[2]}×{images.shape[3]} pixels"
