"""Grad-CAM without a layer named, on networks of several kinds, against each one's own forward pass.

What is timed is every call but the first: the first looks for the layer.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from typing import NamedTuple

from tqdm import tqdm

THREADS, SIZE = 1, 224
BUDGET = 1.10  # times the bare forward pass
# Name and batch, and what is special about its maps.
NETWORKS = {
    ("resnet50", 1): "one image",
    ("densenet121", 8): "channels first",
    ("swin_t", 8): "rows of channels",
    ("vit_b_16", 4): "tokens",
}


# What is measured, the figure, the budget, and whether it holds.
Row = tuple[str, str, str, bool]


def rows(rounds: int) -> list[Row]:
    """One row a network."""
    result: list[Row] = []
    for (name, batch), maps in tqdm(NETWORKS.items(), desc="grad_cam() on other networks", unit="network"):
        times = measure(name, batch, rounds)
        ratio = times.grad_cam / times.forward
        what = f"grad_cam() on {name} ({maps}), batch of {batch}"
        result.append((what, f"{times.grad_cam:.3f} s = {ratio:.2f} ×", f"≤ {BUDGET:.2f} ×", ratio <= BUDGET))
    return result


class Times(NamedTuple):
    """Medians in seconds."""

    forward: float
    grad_cam: float


def measure(name: str, batch: int, rounds: int) -> Times:
    """Time the bare forward pass and `grad_cam(model, images, target)` in turns, after a first call of each."""
    import time

    import torch
    from torchvision.models import get_model

    from cam_tutorial import grad_cam

    torch.set_num_threads(THREADS)
    torch.manual_seed(0)
    model, images = get_model(name, weights=None).eval(), torch.rand(batch, 3, SIZE, SIZE)

    def forward() -> None:
        with torch.no_grad():
            model(images)

    def explain() -> None:
        grad_cam(model, images, 1)

    taken: dict[Callable[[], None], list[float]] = {forward: [], explain: []}
    for _ in range(rounds + 1):
        for call, seconds in taken.items():
            start = time.perf_counter()
            call()
            seconds.append(time.perf_counter() - start)
    return Times(*(statistics.median(seconds[1:]) for seconds in taken.values()))
