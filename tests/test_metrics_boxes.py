"""Boxes from maps and masks, and how two agree: by pencil, and against torchvision."""

import pytest
import torch

from cam_tutorial import metrics

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


def test_iou_and_mask_boxes_are_torchvisions():
    """Ours take lists, empty boxes and bad input, and end a box one pixel later: at the first pixel past it."""
    ops = pytest.importorskip("torchvision.ops", reason="torchvision is not installed, and is the oracle here")
    g = torch.Generator().manual_seed(2)
    start, size = torch.randint(0, 9, (2, 40, 2), generator=g)
    found = torch.cat([start, start + size + 1], dim=1)
    a, b = found[:15], found[15:]
    expected = ops.box_iou(a.double(), b.double())
    assert (expected == 0).any() and (expected > 0.5).any()
    torch.testing.assert_close(metrics.iou(a[:, None], b[None]), expected)
    masks = torch.rand(30, 9, 13, generator=g) < torch.linspace(0.02, 0.06, 30)[:, None, None]
    masks = masks[masks.flatten(1).any(dim=1)]
    inclusive = ops.masks_to_boxes(masks).long()
    assert len(inclusive.unique(dim=0)) > 15
    assert torch.equal(metrics.mask_boxes(masks), inclusive + torch.tensor([0, 0, 1, 1]))


def test_of_pieces_of_one_size_the_box_that_begins_first_comes_first():
    """Two pixels each, from left to right: the lower one, and the upper one."""
    map_ = torch.tensor([[0.0, 0, 1, 1], [0, 0, 0, 0], [1, 1, 0, 0]])
    upper, lower = (2, 0, 4, 1), (0, 2, 2, 3)
    assert metrics.boxes(map_, 0.5) == [upper] and metrics.boxes(map_, 0.5, "all") == [upper, lower]


def test_boxes_that_carry_a_gradient_are_welcome():
    box = torch.tensor([0.0, 0, 4, 2], requires_grad=True)
    found = metrics.iou(box, (0, 0, 4, 4))
    assert found.item() == 0.5 and not found.requires_grad


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_any_float_type_and_gradients_are_welcome(dtype):
    map_ = MAP.to(dtype).requires_grad_()
    assert metrics.boxes(map_, 0.5) == [LEFT]
    assert torch.equal(map_.detach(), MAP.to(dtype))


@pytest.mark.parametrize(
    ("call", "error", "telling"),
    [
        (lambda: metrics.boxes(MAP[None], 0.5), ValueError, r"map must have the shape \(H, W\), got \(1, 4, 6\)$"),
        (lambda: metrics.boxes(MAP, 1.0), ValueError, "from 0 to below 1, got 1.0"),
        (lambda: metrics.boxes(MAP, -0.1), ValueError, "from 0 to below 1, got -0.1"),
        (lambda: metrics.boxes(MAP, 0.5, "biggest"), ValueError, "'largest' or 'all', got 'biggest'"),
        (lambda: metrics.boxes(MAP.long(), 0.5), TypeError, "floating point, got torch.int64"),
        (lambda: metrics.boxes(MAP / 0, 0.5), ValueError, "map must be finite, got NaN"),
        (lambda: metrics.boxes(MAP.numpy(), 0.5), TypeError, "torch.Tensor of shape .* got ndarray"),
        (lambda: metrics.iou((0, 0, 4), LEFT), ValueError, r"\(left, top, right, bottom\), got the shape \(3,\)"),
        (lambda: metrics.iou((4, 0, 0, 4), LEFT), ValueError, "one ends before it begins"),
        (lambda: metrics.iou((0, 0, float("nan"), 4), LEFT), ValueError, "four finite numbers, got NaN"),
        (lambda: metrics.mask_boxes(torch.zeros(1, 2, 2, dtype=torch.bool)), ValueError, r"masks\[0\] is empty"),
        (lambda: metrics.mask_boxes(torch.ones(2, 2, dtype=torch.bool)), ValueError, r"\(N, H, W\), got \(2, 2\)"),
        (lambda: metrics.mask_boxes(torch.zeros(1, 2, 2)), TypeError, "bool tensor, got torch.float32"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_sentence(call, error, telling):
    with pytest.raises(error, match=telling) as caught:
        call()
    assert "\n" not in str(caught.value)
