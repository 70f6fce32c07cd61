"""Boxes from maps and how they are scored: by pencil, and against plain loops written here."""

import numpy as np
import pytest
import torch
from skimage import measure
from torch import Tensor

from cam_tutorial import metrics, upsample

# Two pieces above half of 8: a square of four at the left, a column of three at the right. The 3 is below.
MAP = torch.tensor(
    [
        [0.0, 0, 0, 0, 0, 0],
        [0, 8, 6, 0, 0, 5],
        [0, 5, 5, 0, 0, 5],
        [0, 0, 0, 3, 0, 7],
    ]
)
LEFT, RIGHT = (1, 1, 3, 3), (5, 1, 6, 4)


@pytest.mark.parametrize(
    ("threshold", "which", "expected"),
    [
        (0.5, "largest", [LEFT]),
        (0.5, "all", [LEFT, RIGHT]),
        (0.7, "all", [(1, 1, 3, 2), (5, 3, 6, 4)]),  # above 5.6: the 8 and the 6 beside it, and the 7
        (0.8, "all", [(1, 1, 2, 2), (5, 3, 6, 4)]),  # above 6.4: two single pixels, the upper one first
        (0.875, "all", [(1, 1, 2, 2)]),  # the 7 is *at* the threshold, and not above it
        (0.0, "all", [(1, 1, 4, 4), RIGHT]),  # the 3 touches the square at a corner, and that is touching
    ],
)
def test_boxes_by_hand(threshold, which, expected):
    assert metrics.boxes(MAP, threshold, which) == expected


def test_a_blank_map_has_no_box():
    for blank in (torch.zeros(3, 4), -torch.ones(3, 4)):
        assert metrics.boxes(blank, 0.2) == metrics.boxes(blank, 0.2, "all") == []
        assert metrics.threshold_ious(blank[None], [(0, 0, 2, 2)]).max() == 0


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ((0, 0, 4, 4), (2, 0, 6, 4), 8 / 24),
        ((0, 0, 4, 4), (0, 0, 4, 2), 8 / 16),
        ((0, 0, 4, 4), (4, 0, 8, 4), 0),  # side by side: they share an edge and no pixel
        ((0, 0, 4, 4), (6, 7, 9, 9), 0),
        ((1, 2, 5, 9), (1, 2, 5, 9), 1),
        ((0, 0, 0, 0), (0, 0, 0, 0), 0),
        ((0, 0, 10, 10), (2, 2, 4, 7), 10 / 100),
    ],
)
def test_iou_by_hand(a, b, expected):
    assert metrics.iou(a, b) == metrics.iou(b, a) == expected
    assert isinstance(metrics.iou(a, b), float)


def test_iou_broadcasts():
    a, b = torch.tensor([[0, 0, 4, 4], [1, 1, 2, 2]]), torch.tensor([[2, 0, 6, 4], [0, 0, 4, 4], [9, 9, 10, 10]])
    expected = [[8 / 24, 1, 0], [0, 1 / 16, 0]]
    torch.testing.assert_close(metrics.iou(a[:, None], b[None]), torch.tensor(expected, dtype=torch.float64))
    assert metrics.iou((0, 0, 4, 4), b).tolist() == pytest.approx(expected[0])


def test_mask_boxes_by_hand():
    masks = torch.zeros(2, 4, 6, dtype=torch.bool)
    masks[0, 1:3, 2:5] = True
    masks[1, 3, 0] = masks[1, 0, 5] = True
    assert metrics.mask_boxes(masks).tolist() == [[2, 1, 5, 3], [0, 0, 6, 4]]


def test_scores_by_hand():
    """Two images. At a threshold of 0.5 the largest pieces are LEFT and LEFT; the truths are LEFT and RIGHT."""
    maps, truths = torch.stack([MAP, MAP]), [LEFT, RIGHT]
    ious = metrics.threshold_ious(maps, truths, [0.0, 0.5, 0.8], "largest")
    # At 0 the largest piece is 3 × 3 and holds LEFT; at 0.8 it is one of LEFT's four pixels.
    assert ious.tolist() == [[4 / 9, 1, 1 / 4], [0, 0, 0]]
    best = metrics.threshold_ious(maps, truths, [0.0, 0.5, 0.8], "all")
    assert best.tolist() == [[4 / 9, 1, 1 / 4], [1, 1, 1 / 3]]
    assert metrics.cor_loc(maps, truths, 0.5) == 0.5
    assert metrics.cor_loc(maps, truths, 0.0, iou=0.4) == 0.5
    assert metrics.cor_loc(maps, truths, 0.8) == 0
    assert metrics.max_box_acc(maps, truths, thresholds=[0.0, 0.8]) == 0
    assert metrics.max_box_acc(maps, truths) == 0.5
    assert metrics.max_box_acc_v2(maps, truths) == 1
    # δ = 0.3: both at threshold 0; δ = 0.5 and 0.7: only the second.
    assert metrics.max_box_acc_v2(maps, truths, thresholds=[0.0]) == pytest.approx((1 + 0.5 + 0.5) / 3)


def test_of_several_true_boxes_the_best_match_counts():
    assert metrics.threshold_ious(MAP[None], [[RIGHT, LEFT]], [0.5], "largest").item() == 1
    assert metrics.max_box_acc(MAP[None], [[(0, 3, 1, 4)]]) == 0


def test_an_iou_of_exactly_delta_is_enough():
    # At 0.5 the box is LEFT, 2 × 2; of the truth, 4 × 2, it covers one half.
    for score in (
        metrics.cor_loc(MAP[None], [(1, 1, 5, 3)], 0.5),
        metrics.max_box_acc(MAP[None], [(1, 1, 5, 3)], 0.5, [0.5]),
    ):
        assert score == 1


def test_of_pieces_of_one_size_the_box_that_begins_first_comes_first():
    """Two pixels each, from left to right: the lower one, and the upper one."""
    map_ = torch.tensor([[0.0, 0, 1, 1], [0, 0, 0, 0], [1, 1, 0, 0]])
    upper, lower = (2, 0, 4, 1), (0, 2, 2, 3)
    assert metrics.boxes(map_, 0.5) == [upper] and metrics.boxes(map_, 0.5, "all") == [upper, lower]
    assert metrics.threshold_ious(map_[None], [lower], [0.5], "largest").item() == 0


def test_scores_that_say_nothing_are_not_right_by_luck():
    truth, labels = (0, 0, 4, 4), torch.arange(3)
    for k, expected in ((1, 1), (2, 1), (3, 0)):
        class_boxes = torch.tensor([[truth] * 3] * 3)
        assert metrics.localization_error(torch.zeros(3, 3), labels, class_boxes, 3 * [truth], k) == expected


def test_boxes_that_carry_a_gradient_are_welcome():
    box = torch.tensor([0.0, 0, 4, 2], requires_grad=True)
    assert not metrics.iou(box, (0, 0, 4, 4)).requires_grad


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
    assert error(logits, labels, class_boxes, 4 * [truth], k=3, iou=1 / 31) == 0  # 1 of 16 + 16 − 1 pixels


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_any_float_type_and_gradients_are_welcome(dtype):
    maps = MAP.to(dtype)[None].requires_grad_()
    assert metrics.boxes(maps[0], 0.5) == [LEFT]
    found = metrics.threshold_ious(maps, [LEFT])
    assert not found.requires_grad and found.max() == 1 and torch.equal(maps[0].detach(), MAP.to(dtype))


def guessing(labels=(0,), logit=0.0):
    logits = torch.tensor([[logit, 1, 2]])
    return metrics.localization_error(logits, torch.tensor(labels), [[LEFT] * 3], [LEFT])


@pytest.mark.parametrize(
    ("call", "error", "telling"),
    [
        (lambda: metrics.boxes(MAP[None], 0.5), ValueError, r"map must have the shape \(H, W\), got \(1, 4, 6\)"),
        (lambda: metrics.boxes(MAP, 1.0), ValueError, "from 0 to below 1, got 1.0"),
        (lambda: metrics.boxes(MAP, -0.1), ValueError, "from 0 to below 1, got -0.1"),
        (lambda: metrics.boxes(MAP, 0.5, "biggest"), ValueError, "'largest' or 'all', got 'biggest'"),
        (lambda: metrics.boxes(MAP.long(), 0.5), TypeError, "floating point, got torch.int64"),
        (lambda: metrics.boxes(MAP / 0, 0.5), ValueError, "map must be finite, got NaN"),
        (lambda: metrics.boxes(MAP.numpy(), 0.5), TypeError, "torch.Tensor of shape .* got ndarray"),
        (
            lambda: metrics.iou((0, 0, 4), (0, 0, 4, 4)),
            ValueError,
            r"\(left, top, right, bottom\), got the shape \(3,\)",
        ),
        (lambda: metrics.iou((4, 0, 0, 4), (0, 0, 4, 4)), ValueError, "one ends before it begins"),
        (lambda: metrics.mask_boxes(torch.zeros(1, 2, 2, dtype=torch.bool)), ValueError, r"masks\[0\] is empty"),
        (lambda: metrics.mask_boxes(torch.zeros(1, 2, 2)), TypeError, "bool tensor, got torch.float32"),
        (lambda: metrics.max_box_acc(MAP[None], [LEFT, RIGHT]), ValueError, "for each of 1 maps, got 2"),
        (lambda: metrics.max_box_acc(MAP[None], [(2, 2, 2, 5)]), ValueError, r"true_boxes\[0\] is"),
        (lambda: metrics.iou((0, 0, float("nan"), 4), LEFT), ValueError, "four finite numbers, got NaN"),
        (
            lambda: metrics.max_box_acc(MAP[None], [(0, 0, 7, 2)]),
            ValueError,
            "within the maps, 4 × 6, .* with upsample",
        ),
        (lambda: metrics.max_box_acc(MAP[None], [(-1, 0, 2, 2)]), ValueError, "within the maps, 4 × 6"),
        (lambda: metrics.max_box_acc(MAP[None], [LEFT], thresholds=[]), ValueError, "at least one, got none"),
        (lambda: guessing(labels=[3]), ValueError, "labels must be from 0 to 2, got 3"),
        (lambda: guessing(labels=[-1]), ValueError, "labels must be from 0 to 2, got -1"),
        (lambda: guessing(labels=[0.0]), TypeError, "class indices, got numbers of type torch.float32"),
        (lambda: guessing(logit=float("nan")), ValueError, "logits must not hold NaN"),
        (lambda: metrics.max_box_acc(MAP, [LEFT]), ValueError, r"for a single map write maps\[None\]"),
        (
            lambda: metrics.localization_error(torch.zeros(2, 3), torch.zeros(2).long(), torch.zeros(2, 4), [LEFT] * 2),
            ValueError,
            r"class_boxes must have the shape \(2, 3, 4\), got \(2, 4\)",
        ),
        (
            lambda: metrics.localization_error(torch.zeros(1, 3), torch.zeros(1).long(), [[LEFT] * 3], [LEFT], k=4),
            ValueError,
            "k must be from 1 to the 3 classes, got 4",
        ),
    ],
)
def test_what_does_not_fit_is_refused_in_one_sentence(call, error, telling):
    with pytest.raises(error, match=telling) as caught:
        call()
    assert "\n" not in str(caught.value)
