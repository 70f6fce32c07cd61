"""One run of a network with every output recorded, and the choice of a layer from it (the rule is in `hooks.py`)."""

from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.graph import Node
from torch.overrides import TorchFunctionMode

from cam_tutorial.graph import bottlenecks, from_the_score_down
from cam_tutorial.grids import Reshape, arrangement, channels_of, has_places
from cam_tutorial.targets import NO_GRADIENT, Target, as_logits, select_scores


@dataclass(frozen=True, eq=False)
class Output:
    """What a layer gave in the search."""

    name: str
    layer: nn.Module
    tensor: Tensor  # a clone of its own, so that its grad_fn stands for this output alone
    reshape: Reshape | None  # to maps (N, K, h, w); None where it is no stack of maps
    places: int
    given: Node | None  # the step that made its layer's first input
    runs: int = 1  # of its layer
    in_attention: bool = False  # queries, keys or values


def choose(model: nn.Module, images: Tensor, target: Target) -> str:
    """The dotted name of the last layer that gives maps through which everything passes.

    Args:
        model: the network, in eval mode.
        images: (N, C, H, W).
        target: as `grad_cam` takes it.

    Raises:
        ValueError: there is no such layer; the message lists what was found.
    """
    outputs, score, start = run(model, images, target)
    if not outputs:
        size = f"{images.shape[2]}×{images.shape[3]}"
        raise ValueError(f"no layer of this network gives maps of more than one position for images of {size} pixels")
    steps = from_the_score_down(score)
    if start not in steps:
        raise ValueError(f"the score does not depend on the images {NO_GRADIENT}")
    narrow = bottlenecks(steps, start, {output.tensor.grad_fn for output in outputs})
    passed: list[Output] = []
    for output in outputs:
        if output.reshape and output.tensor.grad_fn in narrow and (not passed or output.places <= passed[-1].places):
            passed.append(output)
    read = read_outputs(outputs, score)
    norms = [output for output in outputs if output.reshape and "Norm" in type(output.layer).__name__]
    whole = bottlenecks(steps, start, {norm.given for norm in norms})
    norms = [norm for norm in norms if norm.given in whole and norm in read and not norm.in_attention]
    once = [output for output in passed if output.runs == 1]
    for able in ([output for output in once if not output.in_attention], once, passed):
        chosen = _last_read(able, outputs, read, norms)
        at = outputs.index(chosen) + 1 if chosen else 0
        if chosen and _weighted(outputs[:at], read) >= _weighted(outputs[at:], read):
            return chosen.name
    hidden = any(step.name() == "CheckpointFunctionBackward" for step in steps)
    if hidden or not read:
        raise ValueError(f"the score does not depend on the layers of this network {NO_GRADIENT}")
    last = ", ".join(f"{output.name!r} {tuple(output.tensor.shape)}" for output in outputs[-5:])
    raise ValueError(
        "no layer of this network gives one stack of maps for each image through which everything passes that the "
        f"score knows of it; the last outputs with places are {last}: name a layer, and say by reshape= how its output "
        "becomes maps (N, K, h, w)"
    )


def _last_read(
    passed: list[Output], outputs: list[Output], read: dict[Output, int], norms: list[Output]
) -> Output | None:
    """The last of `passed` that the score reads places of, or what the block behind it reads of them: one of `norms`.

    Everything passes into each of `norms`. Where blocks give tuples there is no other layer to show it.
    """
    found = [output for output in passed if output in read]
    if passed and passed[-1] not in read:  # of the last maps only a class token is read
        at = outputs.index(found[-1]) if found else -1
        found += [norm for norm in norms if outputs.index(norm) > at]
    if not found:
        return None
    chosen = found[-1]
    alone = [output for output, count in read.items() if count == 1 and _extra_tokens(output)]
    if alone and _extra_tokens(chosen):
        raise ValueError(
            f"the score reads one token alone of {alone[-1].name!r} {tuple(alone[-1].tensor.shape)}, and not one of "
            f"the first {_extra_tokens(chosen)}: its class token stands elsewhere; name a layer, and say by reshape= "
            "how its output becomes maps (N, K, h, w)"
        )
    return chosen


def _extra_tokens(output: Output) -> int:
    """How many tokens in front have no place, as its reshape takes it."""
    return output.tensor.shape[1] - output.places if output.reshape and output.tensor.ndim == 3 else 0


def _weighted(outputs: list[Output], read: dict[Output, int]) -> int:
    """How many come from layers with weights of their own, and are read."""
    return sum(any(True for _ in o.layer.parameters(recurse=False)) and o in read for o in outputs)


def run(model: nn.Module, images: Tensor, target: Target) -> tuple[list[Output], Tensor, Node | None]:
    """Run the network with everything recorded that the search for a layer asks for.

    Args:
        model: the network, in eval mode.
        images: (N, C, H, W).
        target: as `grad_cam` takes it.

    Returns:
        The outputs with places, in the order of running; a score, as a single number; and the images' step in its
        graph. Of a layer that runs again, only the last output can be a stack of maps: `record` takes that one.
    """
    outputs: list[Output] = []
    runs: Counter[str] = Counter()
    last: dict[str, int] = {}  # where among them a layer's last run stands
    # What the layers got that are running just now, innermost last: which tensor, its version, and the step it is from.
    given: list[tuple[Any, int, Node | None]] = []
    running: list[str] = []  # the names of those layers
    attention = _Attention(running)
    size = (images.shape[2], images.shape[3])

    def before(layer: nn.Module, inputs: tuple[Any, ...], name: str) -> None:
        running.append(running[-1] if running and isinstance(layer, nn.Softmax) else name)
        torch.set_grad_enabled(True)  # a network may run parts of itself under no_grad
        input = inputs[0] if inputs and isinstance(inputs[0], Tensor) else None
        version = 0 if input is None or input.is_inference() else input._version
        given.append((input, version, None if input is None else input.grad_fn))

    def after(layer: nn.Module, _inputs: Any, output: Any, name: str) -> Tensor | None:
        input, version, step = given.pop()
        running.pop()
        runs[name] += 1
        if not has_places(output):
            return None
        last[name] = len(outputs)
        rewritten = output is input and not output.is_inference() and output._version != version
        if _equal(output, input) and not rewritten:
            return None  # it hands on what it got: dropout in eval mode, a pooling into as many places as there were
        able = len(output) == len(images) and output.is_floating_point()
        reshape = arrangement(tuple(output.shape), size, channels_of(layer)) if able else None
        maps = reshape(output) if reshape else output
        if any(side == 1 < whole for side, whole in zip(maps.shape[2:], size, strict=False)):
            reshape = None
        outputs.append(Output(name, layer, output.clone(), reshape, maps[0, 0].numel(), step))
        return outputs[-1].tensor.clone()

    leaf = images.detach().clone().requires_grad_()
    with ExitStack() as stack:
        stack.enter_context(torch.enable_grad())
        stack.enter_context(attention)
        for name, layer in model.named_modules():
            if name and not takes_no_hooks(layer):
                stack.enter_context(layer.register_forward_pre_hook(partial(before, name=name), prepend=True))
                stack.enter_context(layer.register_forward_hook(partial(after, name=name), prepend=True))
        start = leaf.clone()
        output = model(start.clone())
    if callable(target):
        score = select_scores(output, target, len(images)).sum()
    else:  # any class will do: all of them come the same way
        logits = as_logits(output, len(images))
        score = (logits * torch.linspace(1, 2, logits.shape[1], device=logits.device)).sum()
    final = [
        replace(
            output,
            runs=runs[output.name],
            reshape=output.reshape if last[output.name] == place else None,
            in_attention=output.name.startswith(tuple(f"{name}." for name in attention.layers)),
        )
        for place, output in enumerate(outputs)
    ]
    return final, score, start.grad_fn


class _Attention(TorchFunctionMode):
    """Notes which layers weigh places by a softmax themselves: what is inside of these are no maps to look at."""

    def __init__(self, running: list[str]) -> None:
        super().__init__()
        self.running = running
        self.layers: set[str] = set()

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        name = getattr(func, "__name__", "")
        attends = name == "scaled_dot_product_attention" or (name == "softmax" and result.ndim > 2)
        if attends and self.running:
            self.layers.add(self.running[-1])
        return result


def takes_no_hooks(layer: nn.Module) -> bool:
    """Whether a layer is scripted; a traced one takes hooks, and what lies inside of it calls none."""
    return isinstance(layer, torch.jit.RecursiveScriptModule)  # type: ignore[attr-defined]


def _equal(a: Any, b: Any) -> bool:
    return isinstance(a, Tensor) and isinstance(b, Tensor) and a.shape == b.shape and torch.equal(a, b)


def read_outputs(outputs: list[Output], score: Tensor) -> dict[Output, int]:
    """The outputs whose places the score depends on, and on how many: class tokens have none.

    Args:
        outputs: of `run`.
        score: likewise.

    Raises:
        ValueError: an operation on the way has no derivative.
    """
    able = [output for output in outputs if output.tensor.requires_grad]
    if not able or not score.requires_grad:
        return {}
    # NaN goes wherever a gradient would, through the zeros of a fresh classifier too.
    tensors = [output.tensor for output in able]
    try:
        gradients = torch.autograd.grad((score * torch.nan).sum(), tensors, allow_unused=True)
    except Exception as error:  # an operation has no derivative; a layer behind it could still be explained
        raise ValueError(f"the gradient cannot be followed through the whole network: {error}; name a layer") from error
    read: dict[Output, int] = {}
    for output, gradient in zip(able, gradients, strict=True):
        if gradient is not None:
            maps = output.reshape(gradient) if output.reshape else gradient
            places = int((maps != 0).flatten(2).sum(dim=(0, 1)).count_nonzero())
            if places:
                read[output] = places
    return read
