"""`python -m benchmarks.networks`: run every function on every network, and print a table of what came of it."""

from __future__ import annotations

import argparse
import datetime
import warnings
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

import torch
from torch import Tensor, nn

from benchmarks.every_network import Network, build, every_network, pictures
from cam_tutorial import cam, grad_cam, guided_backprop, guided_grad_cam, saliency
from cam_tutorial.randomize import randomize_top, weighted_layers
from cam_tutorial.targets import as_logits

TABLE = Path(__file__).with_name("NETWORKS.md")
FUNCTIONS = ("grad_cam", "cam", "saliency", "guided_backprop", "guided_grad_cam", "randomize_top")
COLUMNS = ("network", "layer", "image", "map", *FUNCTIONS)
MOST_DRAWN = 2e8  # weights: to draw more of them anew takes longer, and a copy more memory, than all the rest
WORKS, NOT_POOLED, NO_LAYER, NOT_TRIED = "✓", "not pooled", "name a layer", "–"
# What a message says, and in a cell of the table.
IN_SHORT = {
    "averages its last feature maps": NOT_POOLED,
    "no layer of this network gives one stack of maps": NO_LAYER,
    "the gradient passes no ReLU": "no ReLU",
    "the rule applies to ReLU alone": f"{WORKS} ReLUs only",
    "cannot be drawn anew": "not all layers",
}
INTRODUCTION = """\
# Which layer, and which functions work

What `grad_cam` does on networks whose layer nobody names: every classifier of torchvision, and some of timm and
transformers. They have random weights, nothing is downloaded, and those of transformers are small ones of their family.
`tests/test_every_network.py` runs them all, compares the layers with this table and the maps with a plain reference.
`python -m benchmarks.networks --write` makes it anew, in ten minutes and up to 4 GB of memory.

- **layer** is `grad_cam.layer_of(model, images)`: the last maps through which everything passes that the score knows of
  the image. **image** and **map** are heights and widths; the images are small where the network allows it.
- **not pooled**: the network does not end in global average pooling and one linear layer, so that it has no CAM.
- **no ReLU**: guided backprop is a rule for ReLUs, and the gradient passes none. **ReLUs only**: it passes other
  activations, too, and a warning says so.
- **name a layer**: no layer is passed by everything; `grad_cam` lists what it found and asks for `layer=`.
- **not all layers**: `randomize_top` was asked for all layers with weights, and cannot draw all of them anew;
  "–": networks of more than 200 million weights were not asked.
"""


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.networks", description="Run every function on every network, and print a table."
    )
    parser.add_argument("names", nargs="*", help="of networks (default: all)")
    parser.add_argument("--write", action="store_true", help=f"store the table of all in benchmarks/{TABLE.name}")
    options = parser.parse_args()
    networks = [network for network in every_network() if not options.names or network.name in options.names]
    absent = sorted({network.library for network in networks if find_spec(network.library) is None})
    if options.write and (options.names or absent):
        parser.error(
            f"only a table of all networks is stored{'; not installed: ' if absent else ''}{', '.join(absent)}"
        )
    rows: dict[str, list[list[str]]] = {}
    for network in networks:
        if network.library not in absent:
            rows.setdefault(network.library, []).append(row(network))
            print(network.library, *rows[network.library][-1], sep=" | ", flush=True)
    if options.write:
        tables = [f"## {library}\n\n{_table(rows[library])}" for library in rows]
        TABLE.write_text("\n".join([INTRODUCTION, *tables, f"{_circumstances(list(rows))}\n"]), encoding="utf-8")
        print(f"Written to {TABLE.name}.")


def row(network: Network) -> list[str]:
    """A line of the table."""
    model, images = build(network), pictures(network)
    size = ""

    def find_layer() -> str:
        return f"`{grad_cam.layer_of(model, images)}`"  # type: ignore[attr-defined]

    def explain() -> Tensor:
        nonlocal size
        maps = grad_cam(model, images, relu=False)
        size = f"{maps.shape[1]}×{maps.shape[2]}"
        return maps

    # Without a target they explain the predicted class: of one against which everything speaks, the map would be blank.
    functions: list[Callable[[], Tensor]] = [
        explain,
        lambda: cam(model, images),
        lambda: saliency(model, images),
        lambda: guided_backprop(model, images),
        lambda: guided_grad_cam(model, images),
    ]
    layer = _outcome(find_layer)
    outcomes = [_outcome(function) for function in functions]
    if sum(weights.numel() for weights in model.parameters()) > MOST_DRAWN:
        outcomes.append(NOT_TRIED)
    else:
        outcomes.append(_outcome(lambda: _change_of_scores(model, images)))
    return [network.name, layer, f"{network.size}×{network.size}", size or NOT_TRIED, *outcomes]


def _outcome(function: Callable[[], Tensor | str]) -> str:
    """What a cell says of a call: that it works, or why not; what it gives, where that is a name."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = function()
        except (TypeError, ValueError) as error:
            return _in_short(str(error))
    if isinstance(result, str):
        return result
    if not result.isfinite().all() or not result.any():
        return "blank" if result.isfinite().all() else "NaN"
    said = [str(warning.message) for warning in caught if issubclass(warning.category, UserWarning)]
    return _in_short(said[0]) if said else WORKS


def _in_short(message: str) -> str:
    return next((short for part, short in IN_SHORT.items() if part in message), message.replace("|", "/")[:80])


def _change_of_scores(model: nn.Module, images: Tensor) -> Tensor:
    """By how much the scores move when every layer is drawn anew."""
    forgetful = randomize_top(model, len(weighted_layers(model)))
    with torch.no_grad():
        return as_logits(model(images), len(images)) - as_logits(forgetful(images), len(images))


def _table(rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(COLUMNS) + " |", "|---" * len(COLUMNS) + "|"]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows), ""])


def _circumstances(libraries: list[str]) -> str:
    versions = []
    for name in ("torch", *libraries):
        try:
            versions.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            versions.append(f"{name} of unknown version")
    return f"{datetime.date.today()}; {', '.join(versions)}."


def stored() -> dict[str, dict[str, str]]:
    """The stored table: "library network" -> its cells by their columns."""
    rows: dict[str, dict[str, str]] = {}
    library = ""
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            library = line.removeprefix("## ")
        elif line.startswith("| ") and not line.startswith(f"| {COLUMNS[0]} "):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            rows[f"{library} {cells[0]}"] = dict(zip(COLUMNS, cells, strict=True))
    return rows


if __name__ == "__main__":
    main()
