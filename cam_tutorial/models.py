"""The networks of the tiny world: one trunk of five convolutions under several heads; and their weight files.

`cam_tutorial.recipes` lists their names, and how each is trained.
"""

import json
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn

from cam_tutorial.files import whole
from cam_tutorial.gap import global_average_pool
from cam_tutorial.recipes import RECIPES, Recipe, recipe_of
from cam_tutorial.zoo import ANIMALS

WEIGHTS = Path(__file__).parent / "weights"
IMAGE_SIZE = 96  # what all but those of a room were trained on; of them, all but zoo-flatten take any size
MAP_SIZE = IMAGE_SIZE // 8  # three poolings halve it
MAPS = 64


def block(inputs: int, outputs: int) -> nn.Sequential:
    """A 3×3 convolution, BatchNorm and ReLU; height and width stay."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel_size=3, padding=1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
    )


def make_trunk() -> nn.Sequential:
    """Five convolutions: images (N, 3, H, W) to features (N, 64, H/8, W/8), none negative."""
    return nn.Sequential(
        block(3, 24), nn.MaxPool2d(2),
        block(24, 32), nn.MaxPool2d(2),
        block(32, 48), nn.MaxPool2d(2),
        block(48, 64),
        block(64, MAPS),
    )  # fmt: skip


class GapNet(nn.Module):
    """zoo-gap: features -> their averages -> one linear layer."""

    def __init__(self, classes: int = len(ANIMALS)) -> None:
        super().__init__()
        self.trunk = make_trunk()
        self.classifier = nn.Linear(MAPS, classes)

    def forward(self, images: Tensor) -> Tensor:
        """(N, 3, H, W) -> (N, C) logits, for any H and W of at least 8."""
        features = self.trunk(images)
        logits: Tensor = self.classifier(global_average_pool(features))
        return logits


class GmpNet(GapNet):
    """zoo-gmp: as zoo-gap, with the maximum of each map in place of its average."""

    def forward(self, images: Tensor) -> Tensor:
        """(N, 3, H, W) -> (N, C) logits, for any H and W of at least 8."""
        features = self.trunk(images)
        logits: Tensor = self.classifier(features.amax(dim=(2, 3)))
        return logits


class NinNet(nn.Module):
    """zoo-nin: features -> one map a class -> its average, which is the logit (Network in Network's order)."""

    def __init__(self, classes: int = len(ANIMALS)) -> None:
        super().__init__()
        self.trunk = make_trunk()
        self.to_class_maps = nn.Conv2d(MAPS, classes, kernel_size=1)

    def forward(self, images: Tensor) -> Tensor:
        """(N, 3, H, W) -> (N, C) logits, for any H and W of at least 8."""
        return global_average_pool(self.to_class_maps(self.trunk(images)))


class FlattenNet(nn.Module):
    """zoo-flatten: features -> one long vector -> a hidden layer -> a linear layer. No pooling to run backwards."""

    def __init__(self, classes: int = len(ANIMALS), hidden: int = 16) -> None:
        super().__init__()
        self.trunk = make_trunk()
        self.head = nn.Sequential(
            nn.Flatten(), nn.Linear(MAPS * MAP_SIZE**2, hidden), nn.ReLU(), nn.Linear(hidden, classes)
        )

    def forward(self, images: Tensor) -> Tensor:
        """(N, 3, 96, 96) -> (N, C) logits; no other size fits the weights."""
        logits: Tensor = self.head(self.trunk(images))
        return logits


_CLASSES: dict[str, type[nn.Module]] = {network.__name__: network for network in (GapNet, GmpNet, NinNet, FlattenNet)}


def room_of(recipe: Recipe) -> ModuleType:
    """The module in the room of a notebook that builds and trains the network; imported only now, with all it needs."""
    return import_module(f"cam_tutorial.course.{recipe.room}")


def _builder(recipe: Recipe) -> Callable[..., nn.Module]:
    def from_its_room(**options: Any) -> nn.Module:
        network: nn.Module = getattr(room_of(recipe), recipe.network)(**options)
        return network

    return _CLASSES[recipe.network] if recipe.room is None else from_its_room


NETWORKS: dict[str, Callable[..., nn.Module]] = {name: _builder(recipe) for name, recipe in RECIPES.items()}
"""Name -> what makes the network: called without arguments, it gives an untrained one; for the eight animals, where it
has classes to choose."""


def build(name: str) -> nn.Module:
    """An untrained network by its name, its weights drawn from the global random state.

    Raises:
        ValueError: there is no network of that name.
        ModuleNotFoundError: it lives in a room of the course, and what the course needs is not installed.
    """
    classes = recipe_of(name).among  # says so if there is no such network
    return NETWORKS[name]() if classes is None else NETWORKS[name](classes=len(classes))


def load(name: str, path: str | Path | None = None) -> nn.Module:
    """A trained network, in eval mode.

    Args:
        name: one of `NETWORKS`.
        path: a weight file that `save_weights` wrote; None for the one that ships with the package.

    Raises:
        ValueError: there is no such network, or the file is damaged or holds another network.
        FileNotFoundError: there is no such file.
        ModuleNotFoundError: it lives in a room of the course, and what the course needs is not installed.
    """
    path = _file_of(name, path)
    state, about = _read(path)
    if about.get("network") != name:
        held = about.get("network", "something that this package did not write")
        raise ValueError(f"{path.name} holds {held}, not {name}; 'cam-tutorial train {name}' makes the right file")
    network = build(name)
    try:
        network.load_state_dict(state)
    except RuntimeError as error:
        raise ValueError(
            f"the weights in {path.name} do not fit today's {name}; 'cam-tutorial train {name}' makes new ones"
        ) from error
    return network.eval()


def about(name: str, path: str | Path | None = None) -> dict[str, Any]:
    """How a weight file came about, and not the weights.

    Args:
        name: one of `NETWORKS`.
        path: a weight file that `save_weights` wrote; None for the one that ships with the package.

    Returns:
        "network", "seed", "scenes", "epochs", "accuracy" (on held-out scenes, 0 to 1), "torch" (its version); and what
        of its recipe is not as for zoo-gap: "tagged" (a species) if there was a paper tag, "among" (its classes) if
        they are not the eight animals, "several" (True) for a sigmoid each, "together" and "share" if two came so.

    Raises:
        ValueError: there is no such network, or the file is damaged.
        FileNotFoundError: there is no such file.
    """
    return _read(_file_of(name, path))[1]


def save_weights(network: nn.Module, name: str, path: str | Path, **about: Any) -> Path:
    """Write a network's weights and how they came about; whole or not at all, so an old file survives an interruption.

    Args:
        network: what to write.
        name: what `load` shall find it by.
        path: the file; missing folders are made.
        about: further facts for `about`, of types that JSON knows.

    Returns:
        The path.

    Raises:
        OSError: the file cannot be written.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    metadata = {"network": name, "about": json.dumps({"torch": torch.__version__, **about}, sort_keys=True)}
    data = save({key: value.contiguous() for key, value in network.state_dict().items()}, metadata)
    with whole(path) as unfinished:
        unfinished.write_bytes(data)
    return path


def _file_of(name: str, path: str | Path | None) -> Path:
    """The weight file `path`, or without one that of the network in the package."""
    recipe_of(name)  # says so if there is none
    path = WEIGHTS / f"{name}.safetensors" if path is None else Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"there is no weight file {path}; 'cam-tutorial train {name}' makes one")
    return path


def _read(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            state = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118  (it is no dict)
        return state, {**json.loads(metadata.pop("about", "{}")), **metadata}
    except (SafetensorError, ValueError) as error:
        raise ValueError(f"{path.name} is no readable safetensors file ({error}); fetch or train it again") from error
