"""The map of a wrong attempt beside the expected one."""

from typing import Any

from torch import Tensor

from cam_tutorial import plot

from .exercise import Exercise
from .run import each, run


def draw(exercise: Exercise, attempt: Any) -> None:
    """Draw an attempt's map beside the expected one, on one scale; nothing if it gives no map of that shape."""
    assert exercise.picture is not None
    cases = [exercise.picture()]
    (expected,) = each(exercise.solution, cases)
    report = run(attempt, cases, exercise.patience)
    got = report.outcomes[0].value if report.outcomes else None
    if not isinstance(got, Tensor) or got.shape != expected.value.shape or got.is_complex():
        return
    maps = [_first(got), _first(expected.value)]
    if not maps[0].isfinite().all():
        return
    limit = float(maps[1].abs().max())
    highest = [f"row {row}, column {column}" for row, column in (divmod(int(m.argmax()), m.shape[1]) for m in maps)]
    plot.panels(
        heatmaps=maps,
        titles=["yours", "expected"],
        signed=exercise.signed,
        limit=limit,
        width=1.7,
        colorbar="value",
        alt=f"Your map, from {maps[0].min():.3g} to {maps[0].max():.3g}, highest in {highest[0]}; and the expected "
        f"one, from {maps[1].min():.3g} to {maps[1].max():.3g}, highest in {highest[1]}.",
    )


def _first(maps: Tensor) -> Tensor:
    return maps.detach().float().reshape(-1, *maps.shape[-2:])[0]
