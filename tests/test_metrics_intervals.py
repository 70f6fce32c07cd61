"""Intervals: against SciPy's bootstrap, and by hand where there is nothing to draw."""

import numpy as np
import pytest
import scipy.stats
import torch

from cam_tutorial.metrics import interval, paired_interval


@pytest.mark.parametrize("level", [0.9, 0.95])
def test_as_wide_as_scipys_bootstrap(level):
    values = torch.randn(60, generator=torch.Generator().manual_seed(3)) ** 2
    ours = interval(values, level)
    theirs = scipy.stats.bootstrap(
        (values.numpy(),), np.mean, confidence_level=level, n_resamples=20_000, method="percentile", rng=0
    ).confidence_interval
    assert ours.mean == pytest.approx(values.double().mean().item())
    spread = values.std().item() / 60**0.5
    assert abs(ours.low - theirs.low) < 0.12 * spread and abs(ours.high - theirs.high) < 0.12 * spread


def test_values_that_are_all_alike_have_no_width_and_excludes_reads_the_ends():
    assert interval([2.0, 2.0, 2.0]) == (2, 2, 2)
    assert interval([2.0, 2.0]).excludes() and not interval([2.0, 2.0]).excludes(2)
    assert (
        f"{interval([0.25, 0.25]):.1%}" == "25.0% [25.0%, 25.0%]" and str(interval([1.0, 1.0])) == "1.00 [1.00, 1.00]"
    )


def test_pairs_see_a_small_difference_that_scenes_of_every_difficulty_would_hide():
    scenes = torch.linspace(0, 1, 50)
    better = paired_interval(scenes + 0.02, scenes)
    assert better.mean == pytest.approx(0.02) and better.excludes()
    apart = interval(scenes + 0.02), interval(scenes)
    assert apart[0].low < apart[1].high  # unpaired, the intervals overlap
    swapped = paired_interval(scenes, scenes + 0.02)
    assert swapped.mean == pytest.approx(-0.02)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: interval([1.0]), r"at least two of them, got shape \(1,\)"),
        (lambda: interval(torch.ones(2, 2)), r"got shape \(2, 2\)"),
        (lambda: interval([1.0, float("nan"), 2.0]), "NaN in 1 of 3"),
        (lambda: interval([1.0, 2.0], level=95), "between 0 and 1, got 95"),
        (lambda: paired_interval([1.0, 2.0], [1.0]), r"shapes \(2,\) and \(1,\)"),
    ],
)
def test_what_has_no_interval_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
