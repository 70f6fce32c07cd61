"""Pointing, pixels and similarity: by pencil, in plain loops, and against the libraries that have them."""

import math

import numpy as np
import pytest
import torch
from scipy import stats

from cam_tutorial import metrics, normalize, zoo

OBJECT = torch.tensor([[False, True, True], [False, True, False]])
MAP = torch.tensor([[1.0, 4, -2], [3, 0, 2]])


# --- pointing --------------------------------------------------------------------------------------------------------


def test_the_highest_place_is_on_the_object_or_beside_it():
    maps = torch.zeros(4, 2, 3)
    maps[0, 0, 1] = 1  # on it
    maps[1, 1, 2] = 1  # 1 pixel beside it
    maps[2, 0, 0] = 1  # 1 pixel
    maps[3, 1, 0] = 1  # 1 pixel to the right of it stands the object
    masks = OBJECT.expand(4, 2, 3)
    assert metrics.pointing_game(maps, masks).tolist() == [True, False, False, False]
    assert metrics.pointing_game(maps, masks, tolerance=1).tolist() == [True, True, True, True]
    only = torch.zeros(1, 5, 6, dtype=torch.bool)
    only[0, 0, 0] = True
    map_ = torch.zeros(1, 5, 6)
    map_[0, 4, 3] = 1  # four rows and three columns away: five pixels
    assert not metrics.pointing_game(map_, only, tolerance=4.99) and metrics.pointing_game(map_, only, tolerance=5)


def test_a_map_that_is_the_same_everywhere_points_nowhere():
    full = torch.ones(3, 2, 2, dtype=torch.bool)
    maps = torch.stack([torch.zeros(2, 2), torch.ones(2, 2), torch.tensor([[0.0, -1], [-1, -1]])])
    assert metrics.pointing_game(maps, full).tolist() == [False, False, True]


def test_an_empty_mask_cannot_be_hit_and_ties_go_to_the_first():
    assert not metrics.pointing_game(MAP[None], torch.zeros(1, 2, 3, dtype=torch.bool), tolerance=99)
    tie = torch.tensor([[[0.0, 5, 5]]])
    assert metrics.pointing_game(tie, torch.tensor([[[False, True, False]]]))
    assert not metrics.pointing_game(tie, torch.tensor([[[False, False, True]]]))


# --- pixels ----------------------------------------------------------------------------------------------------------


def test_precision_and_recall_by_hand():
    """In order: 4 (on), 3 (off), 2 (off), 1 (off), 0 and −2, which count as 0 together (both on)."""
    precision, recall = metrics.precision_recall(MAP[None], OBJECT[None])
    torch.testing.assert_close(precision, torch.tensor([1, 1 / 2, 1 / 3, 1 / 4, 3 / 6], dtype=torch.float64))
    torch.testing.assert_close(recall, torch.tensor([1 / 3, 1 / 3, 1 / 3, 1 / 3, 1], dtype=torch.float64))
    assert metrics.pxap(MAP[None], OBJECT[None]) == pytest.approx(1 * 1 / 3 + 3 / 6 * 2 / 3)


def test_each_map_is_measured_on_its_own_scale_and_all_are_pooled():
    maps, masks = torch.stack([MAP, 1000 * MAP]), torch.stack([OBJECT, OBJECT])
    assert metrics.pxap(maps, masks) == pytest.approx(metrics.pxap(MAP[None], OBJECT[None]))


def test_a_map_without_information_has_the_share_of_the_object():
    for blank in (torch.zeros(1, 2, 3), -torch.ones(1, 2, 3), torch.ones(1, 2, 3)):
        assert metrics.pxap(blank, OBJECT[None]) == pytest.approx(3 / 6)
    assert metrics.pxap(OBJECT[None].float(), OBJECT[None]) == 1


def test_pxap_against_the_definition_in_plain_loops():
    g = torch.Generator().manual_seed(3)
    maps, masks = torch.randn(6, 7, 9, generator=g), torch.rand(6, 7, 9, generator=g) < 0.3
    maps[2] = (maps[2] * 2).round() / 2  # with many equal values
    maps[3] = 0
    scores = [(max(v, 0) / max(m.max().item(), 1e-30), on) for m, mask in zip(maps.double(), masks, strict=True)
              for v, on in zip(m.flatten().tolist(), mask.flatten().tolist(), strict=True)]  # fmt: skip
    area, before = 0.0, 0.0
    for level in sorted({score for score, _ in scores}, reverse=True):
        found = [on for score, on in scores if score >= level]
        recall = sum(found) / sum(on for _, on in scores)
        area += sum(found) / len(found) * (recall - before)
        before = recall
    assert metrics.pxap(maps, masks) == pytest.approx(area, abs=1e-9) and 0.2 < area < 0.5


def test_pxap_is_the_average_precision_of_scikit_learn():
    oracle = pytest.importorskip("sklearn.metrics", reason="scikit-learn is not installed, and is the oracle here")
    g = torch.Generator().manual_seed(4)
    masks = torch.rand(5, 8, 6, generator=g) < 0.3
    maps = masks + torch.randn(5, 8, 6, generator=g)
    maps[1] = maps[1].round()  # with many equal values
    maps[2] = -maps[2].abs()  # blank
    # Its scores are those of one long list, so each map comes on the scale that `precision_recall` documents.
    scores = torch.stack([m.clamp(min=0) / m.max().clamp(min=1e-30) for m in maps.double()])
    expected = oracle.average_precision_score(masks.flatten().numpy(), scores.flatten().numpy())
    assert 0.35 < expected < 0.9  # a map without information would have 0.3
    assert metrics.pxap(maps, masks) == pytest.approx(expected, abs=1e-12)


def test_ignored_pixels_count_for_nothing_by_hand():
    """Without the 3 and the −2: 4 (on), 2 (off), 1 (off), 0 (on). The −2 lies on the object, which goes first."""
    ignore = torch.tensor([[[False, False, True], [True, False, False]]])
    precision, recall = metrics.precision_recall(MAP[None], OBJECT[None], ignore)
    torch.testing.assert_close(precision, torch.tensor([1, 1 / 2, 1 / 3, 3 / 5], dtype=torch.float64))
    torch.testing.assert_close(recall, torch.tensor([1 / 3, 1 / 3, 1 / 3, 1], dtype=torch.float64))
    assert metrics.pxap(MAP[None], OBJECT[None], ignore) == pytest.approx(1 / 3 + 3 / 5 * 2 / 3)
    # Of four steps 3 / 4 and 2 / 4, 1 / 4, 0 are reached, and 4 / 4.
    precision, recall = metrics.precision_recall(MAP[None], OBJECT[None], ignore, thresholds=4)
    assert precision.tolist() == [1, 1, 1 / 2, 1 / 3, 3 / 5] and recall.tolist() == [1 / 3] * 4 + [1]


def test_what_is_ignored_is_as_if_it_were_not_there_but_for_the_maximum():
    g = torch.Generator().manual_seed(5)
    maps, masks = torch.rand(4, 7, 9, generator=g), torch.rand(4, 7, 9, generator=g) < 0.3
    maps[:, 0, 0] = 1
    masks[:, 0, 0] = True
    ignore = torch.zeros_like(masks)
    ignore[:, :, 6:] = True
    masks[:, :, 6:] = False
    for thresholds in (None, 10):
        left = metrics.pxap(maps[:, :, :6], masks[:, :, :6], thresholds=thresholds)
        assert metrics.pxap(maps, masks, ignore, thresholds) == left != metrics.pxap(maps, masks, thresholds=thresholds)


def test_equal_steps_by_hand():
    """Of two steps: 4 of 4 reaches 1; 3 and 2 of 4 reach 1 / 2 (both beside the object); the rest reaches 0."""
    precision, recall = metrics.precision_recall(MAP[None], OBJECT[None], thresholds=2)
    assert precision.tolist() == [1, 1 / 3, 3 / 6] and recall.tolist() == [1 / 3, 1 / 3, 1]
    blank = metrics.precision_recall(torch.zeros(1, 2, 3), OBJECT[None], thresholds=2)  # only 0 is reached
    assert [each.tolist() for each in blank] == [[0.5], [1]]


def test_a_value_that_is_a_threshold_reaches_it():
    """0.29 · 100 is less than 29 in floating point, and 0.29 must reach 29 / 100 all the same."""
    values = torch.arange(101, dtype=torch.float64) / 100
    maps, masks = values.view(1, 1, 101), torch.zeros(1, 1, 101, dtype=torch.bool)
    for k in (29, 57, 58):
        masks.zero_()[..., k] = True
        precision, recall = metrics.precision_recall(maps, masks, thresholds=100)
        assert precision.tolist() == pytest.approx([float(count > 100 - k) / count for count in range(1, 102)])
        assert recall.sum() == k + 1


def test_a_value_just_below_a_threshold_does_not_reach_it():
    """Times 100 the double before 0.05 is 5 in floating point."""
    maps, masks = torch.tensor([[[1, math.nextafter(0.05, 0)]]], dtype=torch.float64), torch.tensor([[[False, True]]])
    recall = metrics.precision_recall(maps, masks, thresholds=100)[1]
    assert recall.tolist() == [0] * 96 + [1] * 5  # from 4 / 100 down


def test_a_thousand_steps_are_those_of_a_histogram():
    """The published evaluation: histograms of the pixels on the object and beside it, added up from the right."""
    g = torch.Generator().manual_seed(6)
    maps, masks = torch.rand(5, 20, 30, generator=g).double(), torch.rand(5, 20, 30, generator=g) < 0.3
    maps = normalize(maps + masks)
    edges = np.append(np.arange(1000) / 1000, [1, 2])
    on, beside = (np.histogram(maps[where], edges)[0][::-1].cumsum() for where in (masks, ~masks))
    reached = on + beside > 0
    precision, recall = (on / np.maximum(on + beside, 1))[reached], (on / on[-1])[reached]
    expected = np.sum(precision * np.diff(recall, prepend=0))
    found = metrics.pxap(maps, masks, thresholds=1000)
    assert found == pytest.approx(expected, abs=1e-12) and 0 < abs(found - metrics.pxap(maps, masks)) < 2e-3


def test_energy_by_hand():
    # Positive are 1, 4, 3 and 2; of these the 4 lies on the object. The −2 counts as nothing.
    assert metrics.energy_inside(MAP[None], OBJECT[None]).item() == pytest.approx(4 / 10)
    assert metrics.energy_inside(torch.stack([MAP, -MAP.abs()]), torch.stack([OBJECT, OBJECT])).tolist() == [0.4, 0]


def test_part_shares_by_hand():
    head, tail = torch.zeros(2, 2, 3, dtype=torch.bool)
    head[0, 1] = tail[1, 0] = tail[0, 2] = True
    shares = metrics.part_shares(MAP, {"head": head, "tail": tail})
    assert shares == pytest.approx({"head": 0.4, "tail": 0.3, "elsewhere": 0.3})
    assert metrics.part_shares(-MAP.abs(), {"head": head}) == {"head": 0, "elsewhere": 0}


def test_the_parts_of_a_real_animal_add_up_to_the_energy_on_it():
    animal = zoo.scene(3, "turtle").animals[0]
    map_ = torch.rand(96, 96, generator=torch.Generator().manual_seed(0)) - 0.3
    shares = metrics.part_shares(map_, animal.parts)
    assert sum(shares.values()) == pytest.approx(1)
    on_it = metrics.energy_inside(map_[None], animal.mask[None]).item()
    assert sum(shares[name] for name in animal.parts) == pytest.approx(on_it)


# --- similarity ------------------------------------------------------------------------------------------------------


def test_rank_correlation_by_hand():
    a = torch.tensor([[[1.0, 2], [3, 4]]])
    cases = {
        ((1, 2), (3, 4)): 1,
        ((10, 20), (30, 4000)): 1,  # only the order counts
        ((4, 3), (2, 1)): -1,
        ((2, 1), (3, 4)): 0.8,  # 1 − 6 · (1 + 1) / (4 · 15)
        ((1, 1), (1, 1)): 0,
        ((1, 1), (2, 2)): 2 / 5**0.5,  # ranks 1.5, 1.5, 3.5, 3.5: 4 / √(5 · 4)
    }
    for b, expected in cases.items():
        assert metrics.rank_correlation(a, torch.tensor([b]).float()).item() == pytest.approx(expected)


def test_rank_correlation_is_scipys():
    g = torch.Generator().manual_seed(6)
    a, noise = torch.randn(2, 9, 4, 7, generator=g)
    b = a * torch.linspace(-1, 1, 9)[:, None, None] + noise
    a[:4], b[2:6] = a[:4].round(), b[2:6].round()  # with many equal values in one of the two, and in both
    expected = [stats.spearmanr(x.flatten(), y.flatten()).statistic for x, y in zip(a, b, strict=True)]
    assert min(expected) < -0.5 and max(expected) > 0.5
    assert metrics.rank_correlation(a, b).tolist() == pytest.approx(expected, abs=1e-12)


def test_ssim_of_a_single_window_by_hand():
    """3 × 3 is one window. Means 4/9 and 5/9, sample variances and covariance by the formula of Wang et al."""
    a = torch.tensor([[[0.0, 0, 1], [0, 1, 1], [1, 0, 0]]])
    b = 1 - a
    mean_a, mean_b = 4 / 9, 5 / 9
    variance = (4 * (5 / 9) ** 2 + 5 * (4 / 9) ** 2) / 8
    c1, c2 = 0.01**2, 0.03**2
    expected = (2 * mean_a * mean_b + c1) * (-2 * variance + c2)
    expected /= (mean_a**2 + mean_b**2 + c1) * (2 * variance + c2)
    assert metrics.ssim(a, b).item() == pytest.approx(expected)
    assert metrics.ssim(a, 5 * a + 3).item() == pytest.approx(1)  # each is stretched to [0, 1]


def test_each_pair_is_compared_by_itself():
    a, b = torch.randn(2, 3, 8, 9, generator=torch.Generator().manual_seed(1))
    for measure in (metrics.rank_correlation, metrics.ssim):
        torch.testing.assert_close(measure(a, b), torch.cat([measure(a[n : n + 1], b[n : n + 1]) for n in range(3)]))
        torch.testing.assert_close(measure(a, a), torch.ones(3, dtype=torch.float64))
        assert measure(a, b).abs().max() < 0.6


@pytest.mark.parametrize("measure", [metrics.pointing_game, metrics.pxap, metrics.energy_inside])
@pytest.mark.parametrize(
    ("maps", "masks", "error", "telling"),
    [
        (MAP[None] / 0, OBJECT[None], ValueError, "maps must be finite, got NaN or infinity"),
        (MAP, OBJECT, ValueError, r"write maps\[None\]"),
        (MAP[None], OBJECT[None].float(), TypeError, "bool tensor, true on the object, got torch.float32"),
        (MAP[None, :, :2], OBJECT[None], ValueError, r"maps' shape \(1, 2, 2\), got \(1, 2, 3\); .* upsample"),
        (MAP[None], OBJECT.expand(2, 2, 3), ValueError, r"shape \(1, 2, 3\), got \(2, 2, 3\)"),
        (MAP[None][:0], OBJECT[None][:0], ValueError, "at least one value"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_sentence(measure, maps, masks, error, telling):
    with pytest.raises(error, match=telling) as caught:
        measure(maps, masks)
    assert "\n" not in str(caught.value)


def test_more_refusals():
    with pytest.raises(ValueError, match="every mask is empty"):
        metrics.pxap(MAP[None], ~OBJECT[None] & OBJECT[None])
    with pytest.raises(ValueError, match="None or a number of steps from 1 on, got 0"):
        metrics.pxap(MAP[None], OBJECT[None], thresholds=0)
    with pytest.raises(ValueError, match=r"ignore must have the maps' shape \(1, 2, 3\), got \(2, 3\)"):
        metrics.pxap(MAP[None], OBJECT[None], OBJECT)
    with pytest.raises(TypeError, match="ignore must be a bool tensor, true on the pixels that do not count"):
        metrics.pxap(MAP[None], OBJECT[None], OBJECT[None].float())
    with pytest.raises(ValueError, match="tolerance must be .* got -1"):
        metrics.pointing_game(MAP[None], OBJECT[None], tolerance=-1)
    with pytest.raises(ValueError, match="one shape to be compared"):
        metrics.rank_correlation(MAP[None], MAP[None].mT)
    with pytest.raises(ValueError, match="at least 3 × 3, got"):
        metrics.ssim(MAP[None], MAP[None])
    with pytest.raises(ValueError, match="elsewhere"):
        metrics.part_shares(MAP, {"elsewhere": OBJECT})
