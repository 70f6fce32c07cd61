"""Forgetting on purpose (notebook 06): a network whose top layers are drawn anew, to test the maps that explain it."""

import copy
import inspect
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _NormBase
from torch.nn.parameter import is_lazy
from torch.nn.utils import parametrize
from torch.nn.utils.prune import BasePruningMethod
from torch.nn.utils.spectral_norm import SpectralNorm
from torch.nn.utils.weight_norm import WeightNorm

# Beside a convolution these only scale; they go with it.
_NORMS = (_NormBase, nn.GroupNorm, nn.LayerNorm, nn.RMSNorm)

# What a new normalization holds where a frozen one, which learns no more, has buffers instead of parameters.
_NEW_NORM = {"running_mean": 0.0, "running_var": 1.0, "weight": 1.0, "bias": 0.0}

# How often a spectral norm is computed at most, until it is taken for 1.
_TIMES = 100


def weighted_layers(network: nn.Module) -> list[str]:
    """The dotted names of the layers with weights, from the input to the top.

    A BatchNorm, or another normalization, has no name of its own here: it belongs to the layer before it. So zoo-gap
    has six, the convolutions of its five blocks and the classifier. The order is that in which the network lists its
    layers, which is the order of running in this package's networks and in torchvision's (an auxiliary classifier
    stands in its place, although it does not run in eval mode). Weights that a block holds itself, such as the class
    token of a ViT, are a layer of the block's name, below the layers inside of it; the network's own name is "".

    Raises:
        TypeError: `network` is not a network.
        ValueError: it has no layer with weights; some of its weights are out of reach, because it is scripted, traced
            or quantized, or keeps them where torch does not list them, as in a Python list.
    """
    return list(_layers(network))


def randomize_top(network: nn.Module, depth: int, seed: int = 0) -> nn.Module:
    """A copy whose top `depth` layers know nothing: drawn anew as torch draws the weights of a new layer.

    Cascading randomization: with `depth` from 0 to `len(weighted_layers(network))` the weights go, from the top down.
    A map that is the same before and after cannot be about what those layers had learned. Keep the target fixed while
    you compare, because the copy predicts something else.

    The seed draws the top layer first, then the one below it, and so on: a deeper copy begins with the same new
    layers. A weight that several layers share is drawn once, with the topmost of them. The original and the global
    random state stay as they are.

    A layer's class knows how to draw: `reset_parameters()`. Of weights that no class draws (the class token of a ViT,
    the layer scale of a ConvNeXt, a factor of your own) nobody knows what a new one would be. They get their own
    numbers in a new order, each multiplied or divided by a random number from 1.5 to 2, so that a single number
    changes, too. That forgets which number stood where, and keeps about their size, and their signs; zeros stay.

    Where the layer's weight is computed from others (spectral norm, weight norm, pruning, parametrizations), these
    get what makes the new weight: a spectral norm is again 1 or close to it, and what was pruned stays pruned.

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
        ValueError: they are out of range; no layer has weights, or some are out of reach, as for `weighted_layers`;
            the network cannot be copied; one of the layers cannot be drawn anew (lazy and without weights yet, or
            with whole numbers for weights).

    Source: Adebayo et al., "Sanity Checks for Saliency Maps" (NeurIPS 2018), section 4.
    """
    layers = _layers(network)
    _check_whole("depth", depth, len(layers), f"{len(layers)}, the number of layers with weights")
    _check_whole("seed", seed, 2**63 - 1, "2**63 - 1")
    # Outside of inference mode, so that the copy can be explained like the original.
    with torch.inference_mode(False), torch.no_grad(), torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        randomized = _copied(network).eval()
        drawn: set[int] = set()
        for above, names in enumerate(list(layers.values())[::-1][:depth]):
            for name in names:
                layer = randomized.get_submodule(name)
                try:
                    _draw_anew(layer, drawn)
                except Exception as error:
                    raise ValueError(
                        f"layer {name!r}, a {type(layer).__name__}, cannot be drawn anew: {error}"
                        + (f"; those above it can, with a depth of up to {above}" if above else "")
                    ) from error
    return randomized


def _layers(network: nn.Module) -> dict[str, list[str]]:
    """Name of a layer with weights -> that name and those of the normalizations behind it."""
    if not isinstance(network, nn.Module):
        raise TypeError(f"network must be a torch.nn.Module, got {type(network).__name__}")
    _check_reach(network)
    layers: dict[str, list[str]] = {}
    for name, module in network.named_modules():
        if "parametrizations" in name.split("."):
            continue  # part of the layer whose weight it computes
        has_statistics = module._buffers.get("running_var") is not None
        if (isinstance(module, _NORMS) or has_statistics) and layers:
            layers[next(reversed(layers))].append(name)
        elif has_statistics or _weights(module):
            layers[name] = [name]
    if not layers:
        raise ValueError(f"this {type(network).__name__} has no layer with weights, so there is nothing to randomize")
    return layers


def _check_reach(network: nn.Module) -> None:
    """Refuse weights that would stay as they are without a word, because torch does not list them."""
    listed = {id(thing) for thing in (*network.modules(), *network.parameters())}
    for name, module in network.named_modules():
        kind = f"{type(module).__name__} {name!r}" if name else f"this {type(module).__name__}"
        if isinstance(module, torch.jit.ScriptModule):
            raise ValueError(
                f"{kind} is scripted or traced (torch.jit), so how its weights are drawn cannot be seen; "
                "randomize the network that it was made from"
            )
        for attribute, value in vars(module).items():
            if any(isinstance(thing, torch.ScriptObject) for thing in _held(value)):
                raise ValueError(
                    f"{kind} is quantized: its weights are packed and cannot be drawn anew; "
                    "randomize the network that it was made from"
                )
            if any(_learns(thing) and id(thing) not in listed for thing in _held(value)):
                raise ValueError(
                    f"{kind} keeps in {attribute!r} what can learn, and torch does not list it among the parameters; "
                    "hold weights as nn.Parameter, nn.ParameterList or nn.ModuleList, and delete what is none"
                )


def _held(value: Any) -> Iterable[Any]:
    """What an attribute of a module holds: the value itself, or the members of a list or dictionary."""
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list | tuple) else (value,)


def _learns(thing: object) -> bool:
    if isinstance(thing, nn.Module):
        return any(True for _ in thing.parameters())
    return isinstance(thing, nn.Parameter) or (isinstance(thing, Tensor) and thing.is_leaf and thing.requires_grad)


def _check_whole(name: str, value: object, highest: int, highest_in_words: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} must be a whole number, got {value!r}")
    if not 0 <= value <= highest:
        raise ValueError(f"{name} must be from 0 to {highest_in_words}, got {value}")


def _copied(network: nn.Module) -> nn.Module:
    # Torch copies no tensor that has a history, and a layer may keep one: a weight that its hook computed, an output.
    kept = [thing for module in network.modules() for value in vars(module).values() for thing in _held(value)]
    memo = {id(thing): thing.detach().clone() for thing in kept if isinstance(thing, Tensor) and not thing.is_leaf}
    try:
        return copy.deepcopy(network, memo)
    except Exception as error:
        raise ValueError(f"this {type(network).__name__} cannot be copied: {error}") from error


def _draw_anew(layer: nn.Module, drawn: set[int]) -> None:
    """Draw a layer's weights, but for those in `drawn` (ids), which other layers share and have drawn already."""
    weights = {name: weight for name, weight in _weights(layer).items() if id(weight) not in drawn}
    for name, weight in weights.items():
        if is_lazy(weight) or weight.is_meta:
            raise ValueError(f"its {name!r} has no numbers yet; let the network run once, or load its weights")
        if not weight.is_floating_point() and not weight.is_complex():
            raise ValueError(f"its {name!r} holds whole numbers ({weight.dtype}), as quantized layers do")
    reset, computed = _initialization(layer), _computed(layer)
    shared = list(layer.parameters()) if reset else list(_weights(layer).values())
    keep = [(weight, weight.clone()) for weight in shared if id(weight) in drawn]
    before = {name: (weight._version, weight.clone()) for name, weight in weights.items()}
    used = {name: getattr(layer, name).clone() for name in computed}

    _draw_by_class(layer, reset, computed)
    for name, weight in weights.items():
        version, old = before[name]
        # The version tells ones that were drawn as ones; what is written through `.data` leaves the version alone.
        untouched = weight._version == version and torch.equal(weight, old)
        if untouched or not weight.isfinite().all():  # no number gives the draw, as when a weight is an exponential
            weight.copy_(_in_new_order(old))
    for name, buffer in layer.named_buffers(recurse=False):
        if "running_var" in layer._buffers and name in _NEW_NORM:
            buffer.fill_(_NEW_NORM[name])
    for weight, value in keep:
        weight.copy_(value)
    _compute(layer, computed)
    for name, old in used.items():
        if not keep and torch.equal(getattr(layer, name), old) and (old != old.flatten()[:1]).any():
            raise ValueError(f"its {name!r} comes out as before, whatever the numbers are that it is computed from")
    drawn.update(map(id, weights.values()))


def _weights(layer: nn.Module) -> dict[str, nn.Parameter]:
    """What a layer holds itself: not what its children hold, but what is behind its parametrizations."""
    named = layer.named_parameters()
    return {name: weight for name, weight in named if name.split(".")[0] in (name, "parametrizations")}


def _initialization(layer: nn.Module) -> Callable[[], object] | None:
    """The method that draws the layer's weights as those of a new one; nn.MultiheadAttention's begins with _."""
    for name in ("reset_parameters", "_reset_parameters"):
        method = getattr(layer, name, None)
        if callable(method):
            with suppress(TypeError):  # it asks for arguments that nobody has
                inspect.signature(method).bind()
                return method  # type: ignore[no-any-return]
    return None


def _draw_by_class(layer: nn.Module, reset: Callable[[], object] | None, computed: list[str]) -> None:
    """Let the class draw, and put what it drew for a computed weight into what that is computed from."""
    device = next((tensor.device for tensor in (*layer.parameters(), *layer.buffers())), torch.device("cpu"))
    if reset:
        layer.cpu()  # the same weights on every device, from the one generator whose state is put back
        _compute(layer, computed)
    before = {name: getattr(layer, name).clone() for name in computed}
    # A class writes its draw into `layer.weight`. Cached, this is one tensor for a parametrization, too.
    with parametrize.cached():
        if reset:
            reset()
        new = {name: getattr(layer, name).clone() for name in computed}
    for name in computed:
        drawn = not torch.equal(new[name], before[name])
        if name in getattr(layer, "parametrizations", ()):
            with suppress(RuntimeError):  # not every parametrization can go back
                setattr(layer, name, new[name] if drawn else _in_new_order(new[name]))
        elif drawn:
            _put(layer, name, new[name])
    if reset:
        layer.to(device)


def _in_new_order(values: Tensor) -> Tensor:
    order = torch.randperm(values.numel()).to(values.device)
    factor = 1.5 + torch.rand(values.shape) / 2
    factor = torch.where(torch.rand(values.shape) < 0.5, factor, 1 / factor).to(values)
    return values.flatten()[order].view(values.shape) * factor


def _computed(layer: nn.Module) -> list[str]:
    """The names of tensors that the layer computes from its weights, by a parametrization or by torch's older hooks."""
    return [*getattr(layer, "parametrizations", ()), *_weight_hooks(layer)]


def _weight_hooks(layer: nn.Module) -> dict[str, Any]:
    """Name of a weight -> the hook that computes it before every forward pass."""
    hooks = layer._forward_pre_hooks.values()
    norms = {hook.name: hook for hook in hooks if isinstance(hook, SpectralNorm | WeightNorm)}
    return norms | {hook._tensor_name: hook for hook in hooks if isinstance(hook, BasePruningMethod)}


def _compute(layer: nn.Module, computed: list[str]) -> None:
    """Compute those tensors until they stay as they are; a spectral norm comes closer to 1 each time in train mode."""
    if not computed:
        return
    layer.train()
    new: list[Tensor] = []
    for _ in range(_TIMES):
        old = new
        for hook in _weight_hooks(layer).values():
            hook(layer, None)
        new = [getattr(layer, name).clone() for name in computed]
        if old and all(map(torch.equal, new, old)):
            break
    layer.eval()


def _put(layer: nn.Module, name: str, value: Tensor) -> None:
    """Write the numbers from which torch's older hooks compute `value`; a hook may compute those as well."""
    if name in layer._parameters:
        layer.get_parameter(name).copy_(value)
    elif hasattr(layer, f"{name}_orig"):  # a spectral norm or a pruning
        _put(layer, f"{name}_orig", value)
    else:  # a weight norm: directions v and their lengths g
        _put(layer, f"{name}_v", value)
        _put(layer, f"{name}_g", torch.norm_except_dim(value, 2, _weight_hooks(layer)[name].dim))
