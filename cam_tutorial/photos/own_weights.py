"""Weights of one's own for a network of torchvision, from a file."""

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

NESTED = ("state_dict", "model_state_dict", "model")  # where training scripts put the weights in a checkpoint
IMAGENET_CLASSES = 1000
# Those that torchvision's own weights tell to rescale their input, and that warn where nobody says how to begin.
RESCALING = {"googlenet", "inception_v3"}


def with_own_weights(name: str, path: Path) -> tuple[nn.Module, int]:
    """A classification network of torchvision with the weights of a file, and how many classes these tell apart.

    Args:
        name: which torchvision has.
        path: a state dict, or a checkpoint that holds one, as torch.save writes it; or a .safetensors file.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it holds no weights, or those of another network.
    """
    from torchvision import models

    weights = _read(path)
    options = {"init_weights": False, "transform_input": True} if name in RESCALING else {}
    model: nn.Module = models.get_model(name, weights=None, **options)
    classes = _classes(weights, model.state_dict())
    if classes != IMAGENET_CLASSES:
        model = models.get_model(name, weights=None, num_classes=classes, **options)
    own = model.state_dict()
    # Auxiliary heads are for training alone, and often left out.
    missing = [key for key in own.keys() - weights.keys() if not key.lower().startswith("aux")]
    unknown = list(weights.keys() - own.keys())
    unlike = [key for key in own.keys() & weights.keys() if own[key].shape != weights[key].shape]
    faults = ((missing, "lacks"), (unknown, "has beside them"), (unlike, "has in another shape"))
    for keys, fault in faults:
        if keys:
            shapes = f", {_shape(weights, keys)} in place of {_shape(own, keys)}" if keys is unlike else ""
            raise ValueError(
                f"{path.name} does not fit {name}, which has {len(own)} tensors: it {fault} {len(keys)}, such as "
                f"{min(keys)!r}{shapes}"
            )
    model.load_state_dict(weights, strict=False)
    return model.eval(), classes


def _classes(weights: dict[str, Tensor], own: dict[str, Tensor]) -> int:
    """How many classes the weights tell apart: what they have where the network that torchvision has trained has 1,000.

    Those of another network, too, may differ there; so the caller compares all tensors.
    """
    found = {
        len(weights[key])
        for key in own.keys() & weights.keys()
        if own[key].ndim
        and len(own[key]) == IMAGENET_CLASSES
        and weights[key].shape[1:] == own[key].shape[1:]
        and weights[key].ndim
    }
    return found.pop() if len(found) == 1 else IMAGENET_CLASSES


def _shape(tensors: dict[str, Tensor], keys: list[str]) -> str:
    return str(tuple(tensors[min(keys)].shape))


def _read(path: Path) -> dict[str, Tensor]:
    """The tensors of a file by their names."""
    if not path.is_file():
        raise FileNotFoundError(f"there is no weight file {path}")
    try:
        if path.suffix == ".safetensors":
            from safetensors.torch import load_file

            found: Any = load_file(path)
        else:
            found = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # a damaged file: unpickling can fail in any way
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ValueError(f"the weight file {path} cannot be read ({reason})") from error
    for key in NESTED:
        if isinstance(found, dict) and isinstance(found.get(key), dict):
            found = found[key]
    if not isinstance(found, dict) or not found or not all(isinstance(value, Tensor) for value in found.values()):
        raise ValueError(f"{path.name} holds no weights by their names: save network.state_dict() with torch.save")
    return {str(key).removeprefix("module."): value for key, value in found.items()}  # as nn.DataParallel writes them
