"""Photographs whose truth is known: five of scikit-image's, glued side by side in pairs, and SqueezeNet's maps of them.

Every pair is asked for both of its classes: 20 questions. The truth is which half shows the class.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, islice
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from cam_tutorial import metrics, photos, upsample
from cam_tutorial.course.gluing import SHOWN, SIDE, glued, of_each_photograph, photograph

PAIRS = list(combinations(SHOWN, 2))
STORED = Path(__file__).with_name("photographs.json")

Explain = Callable[[nn.Module, Tensor, Tensor], Tensor]  # network, (n, 3, H, W), (n,) -> (n, h, w)


@dataclass(frozen=True)
class Game:
    """The grid pointing game of several methods on the same questions.

    Attributes:
        shares: name -> (20,), the share of the map's positive part that lies on the half of its class.
        stored: the names whose shares were not made here but beforehand.
        missing: why nothing was made here, and how to get what is missing; "" where something was.
    """

    shares: dict[str, Tensor]
    stored: list[str]
    missing: str = ""

    def of_photographs(self, name: str) -> Tensor:
        """A method's mean over the four questions that ask for each photograph: (5,)."""
        return of_each_photograph(self.shares[name], PAIRS)

    def compare(self, first: str, second: str) -> metrics.Interval:
        """How much more of `first`'s maps lies on the right half; over the photographs, since the pairs share them."""
        return metrics.paired_interval(self.of_photographs(first), self.of_photographs(second))


def pair(which: tuple[str, str]) -> Tensor:
    """Two photographs side by side, in [0, 1]: (3, 224, 448)."""
    both = glued([photograph(name) for name in which], (1, 2))
    return torch.from_numpy(np.asarray(both) / np.float32(255)).permute(2, 0, 1)


def questions(network: photos.ImageNetNetwork) -> Iterator[tuple[Tensor, Tensor]]:
    """Each pair twice, as the network takes it (2, 3, 224, 448), and its two classes (2,)."""
    mean, std = (torch.tensor(numbers)[:, None, None] for numbers in (network.transforms.mean, network.transforms.std))
    for which in PAIRS:
        scaled = (pair(which) - mean) / std
        yield scaled.expand(2, -1, -1, -1), torch.tensor([*map(network.class_index, which)])


def measured(network: photos.ImageNetNetwork, explain: Explain, pairs: int | None = None) -> Tensor:
    """The shares of one method on the first pairs, or on all: (2 · pairs,)."""
    found = []
    for images, target in islice(questions(network), pairs):
        maps = torch.cat([explain(network.model, *one) for one in zip(images.split(1), target.split(1), strict=True)])
        maps = upsample(maps, (SIDE, 2 * SIDE))
        found.append(metrics.grid_pointing_game(maps, [0, 1], (1, 2)))
    return torch.cat(found).double()


def play(methods: Mapping[str, Explain]) -> Game:
    """The game of the methods given, and of those that are stored because they take minutes.

    Where torchvision or SqueezeNet's weights are not to be had, all of it is what is stored.
    """
    rows = json.loads(STORED.read_text(encoding="utf-8"))
    stored = {name: torch.tensor(row, dtype=torch.float64) for name, row in rows.items()}
    try:
        network = photos.load_network("squeezenet1_0")
    except photos.Unavailable as reason:
        return Game(stored, list(stored), str(reason))
    network.model.requires_grad_(False)
    made = {name: measured(network, explain) for name, explain in methods.items()}
    return Game({**stored, **made}, [name for name in stored if name not in made])


def store(methods: Mapping[str, Explain]) -> None:
    """Keep today's shares of these methods, beside those that are kept already.

    Raises:
        Unavailable: torchvision or the weights are not to be had.
    """
    network = photos.load_network("squeezenet1_0")
    network.model.requires_grad_(False)
    rows = json.loads(STORED.read_text(encoding="utf-8")) if STORED.is_file() else {}
    for name, explain in methods.items():
        rows[name] = [round(share, 4) for share in measured(network, explain).tolist()]
        lines = [f"{json.dumps(key)}: {json.dumps(row)}" for key, row in rows.items()]
        STORED.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
