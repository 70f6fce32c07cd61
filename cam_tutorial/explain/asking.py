"""What is asked for: a network, a class, a method."""

import hashlib
import json
import os
import re
from dataclasses import dataclass, replace
from pathlib import Path

from cam_tutorial.explain.results import stamp
from cam_tutorial.photos import ImageNetNetwork, load_network
from cam_tutorial.photos.explaining import AT_A_LAYER, METHODS


@dataclass(frozen=True)
class Asked:
    """What the user asks for.

    Attributes:
        network: of torchvision.
        weights: a file of own weights for it.
        classes: a file with the names of its classes.
        target: a class by number or name, "top3" for the three most probable, None for the most probable.
        method: how it is explained.
        layer: at which layer; None for the one that the method chooses.
        over: only the photo under its heatmap; else the photo stands beside that.

    Raises:
        ValueError: there is no such method, or it takes no layer.
    """

    network: str = "squeezenet1_0"
    weights: str | None = None
    classes: str | None = None
    target: str | None = None
    method: str = "grad-cam"
    layer: str | None = None
    over: bool = False

    def __post_init__(self) -> None:
        """Refuse at once what needs no network to be seen."""
        if self.method not in METHODS:
            raise ValueError(f"method must be one of {', '.join(METHODS)}, got {self.method!r}")
        if self.layer is not None and self.method not in AT_A_LAYER:
            raise ValueError(
                f"{self.method} explains pixels and takes no layer: --layer goes with {', '.join(AT_A_LAYER)}"
            )

    @property
    def most_probable(self) -> int | None:
        """How many of the most probable classes are explained; None if one class is named."""
        if self.target is None:
            return 1
        return int(self.target[3:]) if re.fullmatch(r"top[1-9]", self.target) else None

    @property
    def number(self) -> str:
        """A number that differs when the heatmaps would; it stands in their files, where a path would tell too much."""
        files = {
            name: [os.path.realpath(path), *stamp(path)]
            for name, path in (("weights", self.weights), ("classes", self.classes))
            if path
        }
        return hashlib.sha256(json.dumps({**vars(self), **files}).encode()).hexdigest()[:16]

    def load(self) -> tuple[ImageNetNetwork, int | None]:
        """The network, and the number of the class if one is named.

        Raises:
            OSError, ValueError: there is no such network, class or file.
        """
        network = load_network(self.network, self.weights)
        classes = len(network.categories)
        if self.classes:
            network = replace(network, categories=read_names(Path(self.classes), classes))
        if self.most_probable is None:
            return network, network.class_index(str(self.target))
        if self.most_probable > classes:
            raise ValueError(f"{self.target} asks for {self.most_probable} classes, and the network has {classes}")
        return network, None


def read_names(path: Path, count: int) -> list[str]:
    """The names of the classes from a file, one a line, in the order of their numbers.

    Raises:
        OSError: there is no such file.
        ValueError: it is no text, or does not have a name for each of the network's `count` classes.
    """
    try:
        names = path.read_text(encoding="utf-8-sig").rstrip().splitlines()
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is no text in UTF-8: give --classes a file with one name a line") from error
    if len(names) != count:
        raise ValueError(f"{path} must have {count} lines, a name for each class of the network, got {len(names)}")
    if not all(name.strip() for name in names):
        raise ValueError(f"{path} has an empty line, and each line must be the name of a class")
    return [name.strip() for name in names]
