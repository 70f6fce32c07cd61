"""Guided backprop against captum's, which replaces modules' gradients and gives the same where all ReLUs are modules.

Both run in turns in one process, so that a slow spell of the machine falls on both, and the one that begins changes
from round to round. What counts is the median of the rounds' ratios.
"""

from __future__ import annotations

import statistics
import time
import warnings
from collections.abc import Callable
from typing import NamedTuple

SIZE = 224
# Name, batch, and threads.
RUNS = [("resnet50", 4, 1), ("resnet50", 16, 2), ("vgg16", 4, 2)]
BUDGET, NOISE = 1.0, 0.03  # times captum's, and by how much two runs of the same code differ


class Times(NamedTuple):
    """Medians: of the seconds, and of ours divided by captum's."""

    ours: float
    captum: float
    ratio: float


def rows(rounds: int) -> list[tuple[str, str, str, bool]]:
    """For the table: what, measured, budget, and whether it holds."""
    table = []
    for name, batch, threads in RUNS:
        ours, captum, ratio = measure(name, batch, threads, rounds)
        what = f"guided_backprop: {name}, batch of {batch}, {threads} thread{'s' if threads > 1 else ''}"
        measured = f"{ours:.3f} s = {ratio:.2f} × captum's {captum:.3f} s"
        table.append((what, measured, f"≤ {BUDGET:g} × (± {NOISE:g})", ratio <= BUDGET + NOISE))
    return table


def measure(name: str, batch: int, threads: int, rounds: int) -> Times:
    """Time both in turns, after a first call of each.

    Raises:
        AssertionError: they do not give the same.
    """
    import torch
    from captum.attr import GuidedBackprop  # type: ignore[import-untyped]
    from torchvision.models import get_model

    from cam_tutorial import guided_backprop

    torch.set_num_threads(threads)
    torch.manual_seed(0)
    model, images = get_model(name, weights=None).eval(), torch.rand(batch, 3, SIZE, SIZE)
    explainer, target = GuidedBackprop(model), torch.arange(batch)

    def ours() -> torch.Tensor:
        return guided_backprop(model, images, target)

    def captum() -> torch.Tensor:
        gradient: torch.Tensor = explainer.attribute(images.clone().requires_grad_(), target)
        return gradient.detach()

    taken: dict[Callable[[], torch.Tensor], list[float]] = {ours: [], captum: []}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # captum says in every call that it sets hooks
        torch.testing.assert_close(ours(), captum())
        for round in range(rounds):
            for call in [ours, captum][:: -1 if round % 2 else 1]:
                start = time.perf_counter()
                call()
                taken[call].append(time.perf_counter() - start)
    ratios = [mine / theirs for mine, theirs in zip(taken[ours], taken[captum], strict=True)]
    return Times(statistics.median(taken[ours]), statistics.median(taken[captum]), statistics.median(ratios))
