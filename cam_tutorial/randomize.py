"""Forgetting on purpose (notebook 06): a network whose top layers are drawn anew, to test the maps that explain it."""

import copy

import torch
from torch import nn
from torch.nn.modules.batchnorm import _NormBase

# Beside a convolution these only scale; they go with it.
_NORMS = (_NormBase, nn.GroupNorm, nn.LayerNorm)


def weighted_layers(network: nn.Module) -> list[str]:
    """The dotted names of the layers with weights, from the input to the top.

    A BatchNorm, or another normalization, has no name of its own here: it belongs to the layer before it. So zoo-gap
    has six, the convolutions of its five blocks and the classifier. The order is that in which the network lists its
    layers, which is the order of running in this package's networks and in torchvision's (an auxiliary classifier
    stands in its place, although it does not run in eval mode).

    Raises:
        TypeError: `network` is not a network.
        ValueError: it has no layer with weights.
    """
    return list(_layers(network))


def randomize_top(network: nn.Module, depth: int, seed: int = 0) -> nn.Module:
    """A copy whose top `depth` layers know nothing: drawn anew as torch draws the weights of a new layer.

    Cascading randomization: with `depth` from 0 to `len(weighted_layers(network))` the weights go, from the top down.
    A map that is the same before and after cannot be about what those layers had learned. Keep the target fixed while
    you compare, because the copy predicts something else.

    The seed draws the top layer first, then the one below it, and so on: a deeper copy begins with the same new
    layers. The original and the global random state stay as they are.

    A BatchNorm forgets its statistics too: mean 0 and variance 1, which pass everything on as it is. Torch's new
    weights shrink what passes through them, in zoo-gap the features to a fiftieth, but nothing dies: over 100 scenes
    every feature map answers to some of them at every depth (with the old statistics 5 to 12 of the 64 would answer
    to none, depending on the seed). So compare maps each on a scale of its own, and signed: at depth 6 and seed 0 the
    ReLU of Grad-CAM leaves 13 % of the maps blank, because a random class has nearly everything against it or nearly
    everything for it.

    Args:
        network: any; it is not changed.
        depth: how many of `weighted_layers`, counted from the top; 0 gives an equal copy.
        seed: of the new weights; a whole number from 0.

    Returns:
        The copy, in eval mode, on the device of the original.

    Raises:
        TypeError: `network` is not a network; `depth` or `seed` is not a whole number.
        ValueError: they are out of range; no layer has weights; one of the layers has no initialization of its own.

    Source: Adebayo et al., "Sanity Checks for Saliency Maps" (NeurIPS 2018), section 4.
    """
    layers = _layers(network)
    _check_whole("depth", depth, len(layers), f"{len(layers)}, the number of layers with weights")
    _check_whole("seed", seed, 2**63 - 1, "2**63 - 1")
    randomized = copy.deepcopy(network).eval()
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        for names in list(layers.values())[::-1][:depth]:
            for name in names:
                _draw_anew(name, randomized.get_submodule(name))
    return randomized


def _layers(network: nn.Module) -> dict[str, list[str]]:
    """Name of a layer with weights -> that name and those of the normalizations behind it."""
    if not isinstance(network, nn.Module):
        raise TypeError(f"network must be a torch.nn.Module, got {type(network).__name__}")
    layers: dict[str, list[str]] = {}
    for name, module in network.named_modules():
        if isinstance(module, _NORMS) and layers:
            layers[next(reversed(layers))].append(name)
        elif any(True for _ in module.parameters(recurse=False)):
            layers[name] = [name]
    if not layers:
        raise ValueError(f"this {type(network).__name__} has no layer with weights, so there is nothing to randomize")
    return layers


def _check_whole(name: str, value: object, highest: int, highest_in_words: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} must be a whole number, got {value!r}")
    if not 0 <= value <= highest:
        raise ValueError(f"{name} must be from 0 to {highest_in_words}, got {value}")


def _draw_anew(name: str, layer: nn.Module) -> None:
    reset = getattr(layer, "reset_parameters", None)
    if not callable(reset):
        raise ValueError(
            f"layer {name!r} cannot be drawn anew: its class {type(layer).__name__} holds weights and has no "
            "reset_parameters(), which torch's own layers have; choose a smaller depth"
        )
    tensors = [*layer.parameters(recurse=False), *layer.buffers(recurse=False)]
    device = tensors[0].device if tensors else "cpu"
    layer.cpu()  # the same weights on every device, from the one generator whose state is put back
    reset()
    layer.to(device)
