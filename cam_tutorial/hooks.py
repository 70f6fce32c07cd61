"""Recording what a layer gives, choosing the layer when nobody says, and leaving the network as it was found."""

import sys
import threading
import weakref
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from cam_tutorial.grids import Reshape, arrangement, channels_of, has_places, is_spatial
from cam_tutorial.outputs import choose, takes_no_hooks
from cam_tutorial.suggest import did_you_mean
from cam_tutorial.targets import Target, as_images

Layer = nn.Module | str

# Two threads that explain one network would record each other's runs and lose its training flags.
_one_at_a_time = threading.RLock()


class Recording:
    """The output of a layer, once the network has run."""

    def __init__(self, layer: str, module: nn.Module) -> None:
        self.layer = layer
        self.module = module
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

    def reshape(self, model: nn.Module, images: Tensor, given: Reshape | None = None) -> Reshape:
        """How the output becomes one stack of maps for each image, (N, K, h, w), and likewise its gradient.

        Args:
            model: the network.
            images: (N, C, H, W), on which it has run.
            given: the way, where somebody says it; None finds it by the shape.

        Raises:
            ValueError: the output is not one stack of maps an image, with more than one position.
        """
        output, size = self.output, (images.shape[2], images.shape[3])
        gives = f"layer {self.layer!r} gives {tuple(output.shape)}"
        if output.shape[:1] != images.shape[:1]:
            raise ValueError(
                f"{gives} for {len(images)} images, not one stack of maps for each: it runs on parts of the batch, or "
                "on parts of an image; explain one image at a time, or choose another layer"
            )
        reshape = given or arrangement(tuple(output.shape), size, channels_of(self.module))
        if reshape is None and has_places(output):
            raise ValueError(
                f"{gives}, which is no stack of maps for images of {size[0]}×{size[1]} pixels; "
                "say by reshape= how it becomes maps (N, K, h, w)"
            )
        maps = reshape(output) if reshape else output
        if given and not (isinstance(maps, Tensor) and maps.ndim == 4 and len(maps) == len(images)):
            got = tuple(maps.shape) if isinstance(maps, Tensor) else type(maps).__name__
            raise ValueError(f"{gives}, and reshape must make maps ({len(images)}, K, h, w) of it, got {got}")
        if reshape is None or not is_spatial(maps):
            try:
                hint = f"; choose one that has, such as {last_spatial_layer(model, images)!r}"
            except (TypeError, ValueError):  # there is none, or it takes a target function to find it
                hint = ""
            raise ValueError(f"{gives}, which has no places to tell apart{hint}")
        return reshape


@contextmanager
def record(model: nn.Module, layer: Layer, *, as_leaf: bool = False) -> Iterator[Recording]:
    """Record a layer's output while the block runs; the hook is gone afterwards, exceptions included.

        with record(model, "trunk") as recorded:
            logits = model(images)
        recorded.output  # (N, K, H, W)

    Record and network each get their own *clone*: an in-place operation that follows (the ReLU behind most
    BatchNorms) changes the network's and not the record. If the layer runs more than once, the last run counts; of a
    layer that runs on maps and then on vectors (one ReLU for both), the last run on maps.

    Args:
        model: the network.
        layer: one of its modules, or the dotted name of one.
        as_leaf: start the gradient here: the record is a leaf that requires a gradient, and gradients are switched on
            from here to the end of the forward pass. Under `torch.no_grad()` the layers before this one then cost
            neither memory nor time for a backward pass that nobody needs.

    Raises:
        ValueError: the network has no such layer, or torch.jit hides it.
        TypeError: the layer gives something else than a tensor; with `as_leaf`, than a tensor of real numbers.
    """
    name, module = find_layer(model, layer)
    recording = Recording(name, module)
    handed_on: Tensor | None = None

    def keep(_module: nn.Module, _inputs: Any, output: Any) -> Tensor | None:
        nonlocal handed_on
        if not isinstance(output, Tensor):
            raise TypeError(f"layer {name!r} gives a {type(output).__name__}; choose a layer that gives one tensor")
        if recording._output is not None and has_places(recording._output) and not has_places(output):
            return None
        if as_leaf and not output.is_floating_point():
            raise TypeError(f"layer {name!r} gives numbers of type {output.dtype}; choose one that gives real numbers")
        # A clone for the record too: a layer may hand on its own input (nn.Identity does), and others write into it.
        if as_leaf:
            recording._output = output.detach().clone().requires_grad_()
            torch.set_grad_enabled(True)
        else:
            recording._output = output.clone()
        handed_on = recording._output.clone()
        return handed_on

    def keep_replaced(module: nn.Module, inputs: Any, output: Any) -> Tensor | None:
        return None if output is handed_on else keep(module, inputs, output)

    with ExitStack() as stack:
        # Before other hooks: a network may collect its features by a hook, and must collect the clone. And after them:
        # what another hook puts in its place is what the layer gives.
        stack.enter_context(module.register_forward_hook(keep, prepend=True))
        stack.enter_context(module.register_forward_hook(keep_replaced))
        # As it is, and so again at the end of the block, whatever `keep` switches on.
        stack.enter_context(torch.set_grad_enabled(torch.is_grad_enabled()))
        yield recording


@contextmanager
def explaining(model: nn.Module) -> Iterator[None]:
    """Eval mode and ordinary gradients inside the block; afterwards every training flag is as it was.

    The flags are set one by one rather than by `model.eval()`: some networks override `train()`, and a network whose
    parts are partly in train mode gets exactly that mixture back. Other threads wait until the block ends, and a
    compiled network runs as it was written.

    Raises:
        TypeError: `model` is not a network.
        ValueError: its weights have no values yet, or were made in inference mode, where gradients cannot exist.
    """
    if not isinstance(model, nn.Module):
        raise TypeError(f"model must be a torch.nn.Module, got {type(model).__name__}")
    if any(nn.parameter.is_lazy(weights) or weights.is_meta for weights in (*model.parameters(), *model.buffers())):
        raise ValueError("some weights of the network have no values yet; load them, or run lazy layers on images once")
    if any(parameter.is_inference() for parameter in model.parameters()):
        raise ValueError("the network's weights were made under torch.inference_mode(); build or load it outside")
    with ExitStack() as stack:
        stack.enter_context(_one_at_a_time)
        if "torch._dynamo" in sys.modules:  # else nothing is compiled
            stack.enter_context(torch.compiler.set_stance("force_eager"))
        # A frozen scripted network has no such flag.
        was_training = {module: module.training for module in model.modules() if hasattr(module, "training")}
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
        ValueError: the network has no such layer, or torch.jit hides it.
    """
    names = {name: module for name, module in model.named_modules(remove_duplicate=False) if name}
    if isinstance(layer, str):
        if layer not in names:
            last = ", ".join(map(repr, list(names)[-3:])) or "none"
            hint = did_you_mean(layer, names) or f"; its last layers are: {last}"
            raise ValueError(f"the network has no layer {layer!r}{hint}")
        found = layer
    elif not isinstance(layer, nn.Module):
        raise TypeError(f"layer must be a module of the network or its dotted name, got {type(layer).__name__}")
    else:
        found = next((name for name, module in names.items() if module is layer), "")
        if not found:
            raise ValueError(
                f"the layer {type(layer).__name__} given is not part of this network; pass one of its own modules"
            )
    # A traced module is called from outside, and so can be recorded; what it calls itself cannot. A scripted one has no
    # place for hooks.
    above = [found[:i] for i, letter in enumerate(found) if letter == "."]
    inside = any(isinstance(module, torch.jit.ScriptModule) for module in (model, *(names[name] for name in above)))
    if inside or takes_no_hooks(names[found]):
        raise ValueError(SCRIPTED)
    return found, names[found]


SCRIPTED = (
    "what runs inside of a scripted or traced network (torch.jit), and what a scripted part gives, cannot be seen from "
    "outside; explain the network that it was made from"
)


# Which layer, when nobody says
#
# The last one whose output is a stack of maps *through which everything passes that the score knows of the image*.
# One image is sent through the network once, with every layer's output recorded, and then:
#   1. An output is a stack of maps if it has one entry an image and places: (N, K, h, w), rows of channels
#      (N, h, w, K), or tokens (N, T, K) that fill a grid of the image's proportion. It is not larger than the maps
#      before it: what is, was only enlarged. The layer runs once; where there is none, one that runs again is taken at
#      its last run.
#   2. Every way from the score back to the image by way of such outputs leads through it (`graph.bottlenecks`). So it
#      depends on the image and runs on the way to the score; and it is no attention matrix, position table, one-channel
#      mask, auxiliary head or branch of a residual block, since each of those can be gone around.
#   3. The score's gradient reaches its places. Behind the last block of a ViT only the class token is read: what counts
#      there is what that block reads, its normalized input (`ln_1`, `norm1`).
# Of what is left the last is taken, of layers inside one another the outermost. Where nothing is left, or where more
# layers with weights and places come after it than before, the question goes back to whoever asks, with what was found.

# By network and target function (None where the target is a class); both weakly, so that neither is kept alive.
_Names = dict[Any, str]
_chosen: weakref.WeakKeyDictionary[nn.Module, weakref.WeakKeyDictionary[Any, _Names]] = weakref.WeakKeyDictionary()


def last_spatial_layer(model: nn.Module, images: Tensor, target: Target = None) -> str:
    """The dotted name of the layer that `grad_cam` and `cam` take when nobody says.

    The search runs one image once more, forward and backward. It is made once for a network, a size of images and a
    target function; again after a change of the network's parts or their settings.

    Args:
        model: the network; it is explained in eval mode and left exactly as it was.
        images: (N, C, H, W).
        target: what is explained; it matters only where it is a function.

    Raises:
        TypeError: `model` is not a network, or the images are no images.
        ValueError: there is no such layer; the message lists what was found.
    """
    if not isinstance(model, nn.Module):
        raise TypeError(f"model must be a torch.nn.Module, got {type(model).__name__}")
    images = as_images(images)
    known = _known(model, target)
    key = (_switches(model), _switch(target), tuple(images.shape[1:]), images.dtype)
    if key not in known:
        if isinstance(model, torch.jit.ScriptModule):
            raise ValueError(SCRIPTED)
        with explaining(model):
            try:
                known[key] = choose(model, images[:1], target)
            except Exception:  # some networks and target functions need the batch that they were made for
                if len(images) == 1:
                    raise
                known[key] = choose(model, images, target)
    return known[key]


def _known(model: nn.Module, target: Target) -> _Names:
    """What was chosen so far for this network and this function; empty where that cannot be remembered."""
    asked = target if callable(target) else explaining  # the weak dictionary takes no None
    try:
        return _chosen.setdefault(model, weakref.WeakKeyDictionary()).setdefault(asked, {})
    except TypeError:  # a function object without a hash, or that no weak reference can point to
        return {}


def _switches(model: nn.Module) -> int:
    """A number that changes when a layer is replaced, or a switch on one is turned, such as `global_pool`."""
    return hash(tuple((name, type(module), _switch(module)) for name, module in model.named_modules()))


def _switch(thing: Any) -> tuple[tuple[str, Any], ...]:
    """The plain values among an object's attributes; training mode is none, since explaining ends it."""
    values = getattr(thing, "__dict__", {}).items()
    return tuple(value for value in values if type(value[1]) in (bool, int, float, str) and value[0] != "training")
