"""What notebook 05 needs to average over the parts of many animals, and to say how far a rank correlation holds."""

import numpy as np
from scipy import stats

from cam_tutorial.metrics import Interval

SMALL = 12  # pixels: a part of fewer says little
SELDOM = 5  # scenes
DRAWS = 500


def large_parts(animal):
    """An animal's parts that are large enough: name -> mask."""
    return {name: part for name, part in animal.parts.items() if part.sum() >= SMALL}


def table(scenes, results):
    """One dict part -> number a scene -> {(animal, part): (N,) with NaN where the part does not occur}."""
    rows = {}
    for n, (scene, result) in enumerate(zip(scenes, results, strict=True)):
        for part, value in result.items():
            rows.setdefault((scene.animals[0].name, part), np.full(len(scenes), np.nan))[n] = value
    return {key: row for key, row in sorted(rows.items()) if (~np.isnan(row)).sum() >= SELDOM}


def means(found):
    """The mean of each part over the scenes where it occurs."""
    return {key: float(np.nanmean(row)) for key, row in found.items()}


def rank_correlation(first, second):
    """Spearman's correlation of two tables over the parts, with the interval of draws of scenes."""
    keys = [key for key in first if key in second]
    one, other = (np.stack([found[key] for key in keys]) for found in (first, second))
    rng = np.random.default_rng(0)
    drawn = [_correlation(one[:, lot], other[:, lot]) for lot in rng.integers(one.shape[1], size=(DRAWS, one.shape[1]))]
    low, high = np.quantile(drawn, (0.025, 0.975))
    return Interval(_correlation(one, other), float(low), float(high))


def _correlation(one, other):
    there = ~np.isnan(one)
    enough = there.any(axis=1) & (~np.isnan(other)).any(axis=1)  # a draw may leave a rare part out
    first, second = (np.nanmean(values[enough], axis=1) for values in (one, other))
    return float(stats.spearmanr(first, second).statistic)
