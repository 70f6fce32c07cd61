"""Pieces at many thresholds at once are, to the bit, those of a picture of labels at each threshold."""

import cv2
import numpy as np
import pytest
import torch

from cam_tutorial import metrics, upsample
from cam_tutorial.metrics import pieces
from cam_tutorial.metrics.localization import THRESHOLDS


def plain_boxes(shares, thresholds, which):
    """The definition: label the pixels above each threshold, put the pieces in order."""
    places, found = [], []
    for place, threshold in enumerate(thresholds):
        above = (shares > threshold).view(np.uint8)
        _, _, stats, _ = cv2.connectedComponentsWithStats(above, connectivity=8, ltype=cv2.CV_32S)
        left, top, width, height, size = stats[1:].T  # the first is the background
        order = np.lexsort((left, top, -size))[: 1 if which == "largest" else None]
        found.append(np.stack([left, top, left + width, top + height], axis=1)[order])
        places += [place] * len(order)
    return np.array(places), np.concatenate(found)


def same(shares, thresholds, which):
    found, expected = pieces.piece_boxes(shares, thresholds, which), plain_boxes(shares, thresholds, which)
    return all(np.array_equal(ours, theirs) for ours, theirs in zip(found, expected, strict=True))


@pytest.fixture(params=["runs", "labels", "either"])
def way(request, monkeypatch):
    """Both ways of finding pieces, whatever the map; and the choice between them."""
    if request.param != "either":
        monkeypatch.setattr(pieces, "MOST_RUNS", {"runs": np.inf, "labels": -1}[request.param])


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("which", ["largest", "all"])
def test_small_maps_of_every_kind(which):
    """Thin and wide ones, with ties, holes, pieces within holes and corners that touch; thresholds that are values."""
    chance = np.random.default_rng(0)
    boxes = 0
    for _ in range(300):
        values = chance.integers(0, chance.integers(2, 12), size=chance.integers(1, 13, size=2))
        shares = values / max(values.max(), 1)
        thresholds = np.unique(np.append(chance.random(chance.integers(1, 6)), chance.choice(shares.ravel(), 3)))
        assert same(shares, thresholds[thresholds < 1], which)
        boxes += len(plain_boxes(shares, thresholds, which)[0])
    assert boxes > 500


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("which", ["largest", "all"])
def test_smooth_and_noisy_maps_at_all_thresholds(which):
    chance = torch.Generator().manual_seed(1)
    smooth = upsample(torch.randn(3, 7, 7, generator=chance), (40, 57))
    for map_ in [*smooth, torch.rand(40, 57, generator=chance), smooth[0] + torch.rand(40, 57, generator=chance)]:
        shares = map_.double().clamp(min=0) / map_.max().double()
        assert same(shares.numpy(), np.array(THRESHOLDS), which)


@pytest.mark.usefixtures("way")
def test_by_hand():
    """A ring with a dot in it, and a pixel that touches the ring at a corner."""
    shares = np.array([[1, 1, 1, 1, 1, 0], [1, 0, 0, 0, 1, 0], [1, 0, 1, 0, 1, 0], [1, 0, 0, 0, 1, 0],
                       [1, 1, 1, 1, 0.5, 0], [0, 0, 0, 0, 0, 0.2]])  # fmt: skip
    places, boxes = pieces.piece_boxes(shares, np.array([0.1, 0.2, 0.9]), "all")
    assert places.tolist() == [0, 0, 1, 1, 2, 2]
    dot = [2, 2, 3, 3]
    assert boxes.tolist() == [[0, 0, 6, 6], dot, [0, 0, 5, 5], dot, [0, 0, 5, 5], dot]
    assert pieces.piece_boxes(shares, np.array([0.1, 0.9]), "largest")[1].tolist() == [[0, 0, 6, 6], [0, 0, 5, 5]]


def test_thresholds_in_any_order_twice_and_very_close():
    map_ = upsample(torch.randn(1, 7, 7, generator=torch.Generator().manual_seed(2)), 30)
    values = (map_.double().clamp(min=0) / map_.max().double()).unique()[[5, 6, 7, 300]].tolist()  # three within a step
    thresholds = [0.5, values[2], 0.1, values[0], 0.5, values[3], values[1], values[0] + 1e-12]
    truth = [(4, 5, 20, 25)]
    together = metrics.threshold_ious(map_, truth, thresholds)
    alone = [metrics.threshold_ious(map_, truth, [threshold]).item() for threshold in thresholds]
    assert together[0].tolist() == alone and len(set(alone)) > 3
    for which in ("largest", "all"):
        shares = (map_[0].double().clamp(min=0) / map_.max().double()).numpy()
        assert same(shares, np.unique(thresholds), which)


def test_more_thresholds_than_a_byte_counts():
    map_ = upsample(torch.randn(7, 7, generator=torch.Generator().manual_seed(3))[None], 24)[0].double().clamp(min=0)
    for count in (127, 128, 1000):
        assert same((map_ / map_.max()).numpy(), np.arange(count) / count, "all")


def test_more_places_than_four_bytes_count():
    """A square that is above each of 24,000 thresholds, on a map of 300 × 300: 2.2 billion places."""
    shares = np.zeros((300, 300))
    shares[297:299, 5:8] = 1
    places, boxes = pieces.piece_boxes(shares, np.arange(24_000) / 24_000, "all")
    assert np.array_equal(places, np.arange(24_000)) and (boxes == [5, 297, 8, 299]).all()


def test_the_choice_is_runs_for_smooth_maps_and_labels_for_noise(monkeypatch):
    taken = []
    for name in ("_join_runs", "_label_pixels"):
        way = getattr(pieces, name)
        monkeypatch.setattr(pieces, name, lambda *args, name=name, way=way: taken.append(name) or way(*args))
    chance = torch.Generator().manual_seed(4)
    smooth, noise = upsample(torch.randn(1, 7, 7, generator=chance), 64), torch.rand(1, 64, 64, generator=chance)
    for map_ in (smooth, noise, torch.zeros(1, 64, 64)):  # of a blank map there is nothing to find
        metrics.max_box_acc(map_, [(0, 0, 9, 9)])
    assert taken == ["_join_runs", "_label_pixels"]
