"""How boxes are scored: by pencil, and against plain loops written here."""

import numpy as np
import pytest
import torch
from skimage import measure
from test_metrics_boxes import LEFT, MAP, RIGHT
from torch import Tensor

from cam_tutorial import metrics, upsample


def test_scores_by_hand():
    """Two images. At a threshold of 0.5 the largest pieces are LEFT and LEFT; the truths are LEFT and RIGHT."""
    maps, truths = torch.stack([MAP, MAP]), [LEFT, RIGHT]
    ious = metrics.threshold_ious(maps, truths, [0.0, 0.5, 0.8], "largest")
    # At 0 the largest piece is 3 × 3 and holds LEFT; at 0.8 it is one of LEFT's four pixels.
    assert ious.tolist() == [[4 / 9, 1, 1 / 4], [0, 0, 0]]
    best = metrics.threshold_ious(maps, truths, [0.0, 0.5, 0.8], "all")
    assert best.tolist() == [[4 / 9, 1, 1 / 4], [1, 1, 1 / 3]]
    assert metrics.cor_loc(maps, truths, 0.5) == 0.5
    assert metrics.cor_loc(maps, truths, 0.0, delta=0.4) == 0.5
    assert metrics.cor_loc(maps, truths, 0.8) == 0
    assert metrics.max_box_acc(maps, truths, thresholds=[0.0, 0.8]) == 0
    assert metrics.max_box_acc(maps, truths) == 0.5
    assert metrics.max_box_acc_v2(maps, truths) == 1
    # δ = 0.3: both at threshold 0; δ = 0.5 and 0.7: only the second.
    assert metrics.max_box_acc_v2(maps, truths, thresholds=[0.0]) == pytest.approx((1 + 0.5 + 0.5) / 3)


def test_of_several_true_boxes_the_best_match_counts():
    assert metrics.threshold_ious(MAP[None], [[RIGHT, LEFT]], [0.5], "largest").item() == 1
    assert metrics.max_box_acc(MAP[None], [[(0, 3, 1, 4)]]) == 0


def test_a_map_without_a_box_agrees_with_nothing():
    for blank in (torch.zeros(1, 3, 4), -torch.ones(1, 3, 4)):
        assert metrics.threshold_ious(blank, [(0, 0, 2, 2)]).eq(0).all()


def test_of_largest_pieces_of_one_size_the_first_counts():
    map_ = torch.tensor([[0.0, 0, 1, 1], [0, 0, 0, 0], [1, 1, 0, 0]])
    for truth, agrees in (((2, 0, 4, 1), 1), ((0, 2, 2, 3), 0)):
        assert metrics.threshold_ious(map_[None], [truth], [0.5], "largest").item() == agrees


def test_an_iou_of_exactly_delta_is_enough():
    # At 0.5 the box is LEFT, 2 × 2; of the truth, 4 × 2, it covers one half.
    for score in (
        metrics.cor_loc(MAP[None], [(1, 1, 5, 3)], 0.5),
        metrics.max_box_acc(MAP[None], [(1, 1, 5, 3)], 0.5, [0.5]),
    ):
        assert score == 1


def test_each_delta_has_a_best_threshold_of_its_own():
    """One map fits well at a low threshold, the other at a high one: no single threshold has both."""
    wide = torch.zeros(10, 10)
    wide[2:8, 2:8] = 1
    peak = torch.full((10, 10), 0.5)
    peak[4:6, 4:6] = 1
    maps, truths = torch.stack([wide, peak]), [(2, 2, 8, 8), (4, 4, 6, 6)]
    assert metrics.max_box_acc(maps, truths, 0.5, [0.3]) == 0.5
    assert metrics.max_box_acc(maps, truths, 0.5, [0.6]) == 1
    assert metrics.max_box_acc(maps[1:], truths[1:], 0.5, [0.3]) == 0


def plain_ious(map_: np.ndarray, truths: list, threshold: float, largest: bool) -> float:
    """The definition, word for word."""
    if map_.max() <= 0:
        return 0.0
    pieces = measure.regionprops(measure.label(map_ / map_.max() > threshold, connectivity=2))
    if largest:
        pieces = [max(pieces, key=lambda piece: (piece.area, -piece.bbox[0], -piece.bbox[1]))]
    best = 0.0
    for piece in pieces:
        top, left, bottom, right = piece.bbox
        for truth in truths:
            width = max(0, min(right, truth[2]) - max(left, truth[0]))
            height = max(0, min(bottom, truth[3]) - max(top, truth[1]))
            either = (right - left) * (bottom - top) + (truth[2] - truth[0]) * (truth[3] - truth[1]) - width * height
            best = max(best, width * height / either)
    return best


def random_maps() -> tuple[Tensor, list]:
    """Smooth, noisy and half blank maps, not square; some with two true boxes."""
    g = torch.Generator().manual_seed(5)
    smooth = upsample(torch.randn(8, 5, 7, generator=g), (20, 28))
    noisy = torch.randn(8, 20, 28, generator=g)
    mixed = smooth + 0.3 * noisy
    maps = torch.cat([smooth, noisy, mixed, -smooth[:1].abs()])
    corners = torch.stack([torch.randint(0, 15, (25, 2), generator=g), torch.randint(0, 9, (25, 2), generator=g)], 2)
    boxes = [[(x, y, x + 5 + (x + y) % 8, y + 4 + y % 7) for x, y in pair.T.tolist()][: 1 + n % 2]
             for n, pair in enumerate(corners.mT)]  # fmt: skip
    return maps, boxes


def test_against_the_definition_in_plain_loops():
    maps, truths = random_maps()
    thresholds = [k / 20 for k in range(20)]
    for which in ("largest", "all"):
        expected = [[plain_ious(m.double().numpy(), b, t, which == "largest") for t in thresholds]
                    for m, b in zip(maps, truths, strict=True)]  # fmt: skip
        expected = torch.tensor(expected, dtype=torch.float64)
        assert expected.max() > 0.5 and len(expected.unique()) > 50
        torch.testing.assert_close(metrics.threshold_ious(maps, truths, thresholds, which), expected)
        if which == "largest":
            share = (expected >= 0.4).double().mean(0).max().item()
            assert metrics.max_box_acc(maps, truths, 0.4, thresholds) == share > 0
        else:
            shares = [(expected >= delta).double().mean(0).max().item() for delta in (0.3, 0.5, 0.7)]
            assert metrics.max_box_acc_v2(maps, truths, thresholds) == pytest.approx(sum(shares) / 3)
            assert len(set(shares)) > 1


def test_the_error_of_the_challenge_needs_class_and_box():
    """Four images: both right; class wrong; box wrong; class second."""
    logits = torch.tensor([[3.0, 2, 1], [1, 2, 3], [3, 2, 1], [3, 2, 1]])
    labels = torch.tensor([0, 0, 0, 1])
    truth, off = (0, 0, 4, 4), (3, 3, 7, 7)
    class_boxes = torch.tensor([[truth, off, off], [truth, off, off], [off, truth, truth], [off, truth, off]])
    error = metrics.localization_error
    assert error(logits, labels, class_boxes, 4 * [truth]) == 0.75  # only the first
    assert error(logits, labels, class_boxes, 4 * [truth], k=2) == 0.5  # and the fourth
    assert error(logits, labels, class_boxes, 4 * [truth], k=3) == 0.25  # and the second
    assert error(logits, labels, class_boxes, 4 * [truth], k=3, delta=1 / 31) == 0  # 1 of 16 + 16 − 1 pixels


def test_scores_that_say_nothing_are_not_right_by_luck():
    truth, labels = (0, 0, 4, 4), torch.arange(3)
    for k, expected in ((1, 1), (2, 1), (3, 0)):
        class_boxes = torch.tensor([[truth] * 3] * 3)
        assert metrics.localization_error(torch.zeros(3, 3), labels, class_boxes, 3 * [truth], k) == expected


def test_labels_may_be_a_list_and_gradients_are_welcome():
    logits = torch.tensor([[3.0, 2, 1]], requires_grad=True)
    assert guess(logits=logits) == 0 and guess(logits=logits, labels=torch.tensor([1], dtype=torch.uint8)) == 1
    found = metrics.threshold_ious(MAP[None].half().requires_grad_(), [LEFT])
    assert not found.requires_grad and found.max() == 1


def guess(logits=((0.0, 1, 2),), labels=(0,), class_boxes=((LEFT, LEFT, LEFT),), true_boxes=(LEFT,), k=1):
    return metrics.localization_error(torch.as_tensor(logits), labels, class_boxes, true_boxes, k)


@pytest.mark.parametrize(
    ("call", "error", "telling"),
    [
        (lambda: metrics.max_box_acc(MAP, [LEFT]), ValueError, r"for a single map write maps\[None\]"),
        (lambda: metrics.max_box_acc(MAP[None], [LEFT, RIGHT]), ValueError, "for each of 1 maps, got 2"),
        (lambda: metrics.max_box_acc(MAP[None], [(2, 2, 2, 5)]), ValueError, r"true_boxes\[0\] is"),
        (lambda: metrics.max_box_acc(MAP[None], [[]]), ValueError, r"a box must be \(left, top, right, bottom\)"),
        (lambda: metrics.max_box_acc(MAP[None], [(0, 0, 7, 2)]), ValueError, "the maps, 4 × 6, .* with upsample"),
        (lambda: metrics.max_box_acc(MAP[None], [(-1, 0, 2, 2)]), ValueError, "within the maps, 4 × 6"),
        (lambda: metrics.max_box_acc(MAP[None], [LEFT], thresholds=[]), ValueError, "at least one, got none"),
        (lambda: metrics.max_box_acc(MAP[None], [LEFT], thresholds=[0.5, 1]), ValueError, "below 1, got 1"),
        (lambda: metrics.threshold_ious(MAP[None], [LEFT], [0.5], "any"), ValueError, "or 'all', got 'any'"),
        (lambda: guess(labels=[3]), ValueError, "labels must be a class index from 0 to 2, got 3"),
        (lambda: guess(labels=[-1]), ValueError, "labels must be a class index from 0 to 2, got -1"),
        (lambda: guess(labels=[0.0]), TypeError, "labels .*, got numbers of type torch.float32"),
        (lambda: guess(labels=[0, 1]), ValueError, r"one for each of the 1 images, got the shape \(2,\)"),
        (lambda: guess(logits=[[torch.nan, 1, 2]]), ValueError, "logits must not hold NaN"),
        (lambda: guess(logits=[0.0, 1, 2]), ValueError, r"shape \(N, C\) and .*, got \(3,\)"),
        (lambda: guess(logits=[]), ValueError, r"at least one score, got \(0,\)"),
        (lambda: guess(class_boxes=[LEFT]), ValueError, r"class_boxes must have the shape \(1, 3, 4\), got \(1, 4\)"),
        (lambda: guess(true_boxes=[LEFT, LEFT]), ValueError, "for each of 1 maps, got 2"),
        (lambda: guess(k=4), ValueError, "k must be from 1 to the 3 classes, got 4"),
        (lambda: guess(k=0), ValueError, "k must be from 1 to the 3 classes, got 0"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_sentence(call, error, telling):
    with pytest.raises(error, match=telling) as caught:
        call()
    assert "\n" not in str(caught.value)
