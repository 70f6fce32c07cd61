import pytest
import torch

from cam_tutorial import normalize, upsample


def test_upsampling_2x2_to_4x4_by_hand():
    # Half-pixel centers: the new columns lie at -0.25, 0.25, 0.75 and 1.25 of the old, the outer two cut off.
    small = torch.tensor([[[0.0, 4], [8, 12]]])
    expected = torch.tensor([[0.0, 1, 3, 4], [2, 3, 5, 6], [6, 7, 9, 10], [8, 9, 11, 12]])
    torch.testing.assert_close(upsample(small, 4), expected[None])


def test_corners_are_not_aligned():
    # With aligned corners the second of four pixels would be 4/3.
    assert upsample(torch.tensor([[[0.0, 4]]]), (1, 4)).flatten().tolist() == [0, 1, 3, 4]


def test_one_hot_cell_stays_centered_over_the_pixels_that_it_covers():
    small = torch.zeros(1, 3, 3)
    small[0, 1, 0] = 1
    large = upsample(small, 9)
    hottest = (large == large.max()).nonzero()[:, 1:]
    assert hottest[:, 0].unique().tolist() == [4]  # the middle row of rows 3 to 5
    assert large[0, 4, 1] == 1  # the middle of columns 0 to 2


def test_nothing_overshoots():
    # Bicubic enlargement would, by a fifth of the range in a map like this one.
    maps = torch.tensor([[[0.0, 0, 1, 1]] * 4])
    large = upsample(maps, 50)
    assert large.max() <= 1 + 1e-6
    assert large.min() >= -1e-6


def test_size_is_height_then_width():
    assert upsample(torch.zeros(2, 3, 3), (6, 12)).shape == (2, 6, 12)


def test_each_map_is_enlarged_by_itself():
    maps = torch.randn(3, 2, 5)
    for one, alone in zip(upsample(maps, 8), maps, strict=True):
        assert torch.equal(one, upsample(alone[None], 8)[0])


def test_enlarging_to_the_same_size_gives_a_map_of_its_own():
    maps = torch.rand(1, 4, 4)
    same = upsample(maps, 4)
    assert torch.equal(same, maps)
    same.zero_()
    assert maps.any()


def test_normalize_by_hand_and_map_by_map():
    maps = torch.tensor([[[1.0, 2], [3, 5]], [[10, 20], [30, 50]]])
    expected = torch.tensor([[0, 0.25], [0.5, 1]])
    torch.testing.assert_close(normalize(maps), expected.expand(2, 2, 2))


def test_a_signed_map_is_stretched_from_its_minimum():
    assert normalize(torch.tensor([[[-3.0, 0, 1]]])).flatten().tolist() == [0, 0.75, 1]


@pytest.mark.parametrize("value", [0.0, 7.0, -7.0, 1e-30])
def test_a_map_that_is_the_same_everywhere_comes_back_blank(value):
    maps = torch.stack([torch.full((2, 2), value), torch.tensor([[0.0, 1], [2, 4]])])
    assert normalize(maps).tolist() == [[[0, 0], [0, 0]], [[0, 0.25], [0.5, 1]]]


@pytest.mark.parametrize("scale", [1e-30, 1e-9, 1e9, 1e30])
def test_no_epsilon_dims_a_faint_map(scale):
    assert normalize(torch.tensor([[[0.0, 1, 2]]]) * scale).flatten().tolist() == [0, 0.5, 1]


def test_normalizing_changes_neither_its_argument_nor_shares_its_memory():
    maps = torch.tensor([[[0.0, 1]]])
    normalize(maps).fill_(9)
    assert maps.tolist() == [[[0, 1]]]


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -float("inf")])
def test_what_is_not_a_finite_number_is_an_error_and_not_a_picture(bad):
    maps = torch.zeros(2, 2, 2)
    maps[1, 0, 1] = bad
    with pytest.raises(ValueError, match="NaN or infinity"):
        normalize(maps)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_the_type_stays(dtype):
    maps = torch.tensor([[[0.0, 1], [2, 4]]], dtype=dtype)
    assert normalize(maps).dtype == dtype
    assert upsample(maps, 4).dtype == dtype
    assert normalize(maps)[0, 1, 0] == 0.5


@pytest.mark.parametrize("function", [normalize, lambda maps: upsample(maps, 4)])
@pytest.mark.parametrize(
    ("maps", "error", "telling"),
    [
        (torch.zeros(2, 2), ValueError, r"maps\[None\]"),
        (torch.zeros(1, 1, 2, 2), ValueError, r"\(N, h, w\), got \(1, 1, 2, 2\)"),
        (torch.zeros(1, 2, 2, dtype=torch.uint8), TypeError, "floating point, got torch.uint8"),
    ],
)
def test_what_is_no_stack_of_maps_is_refused(function, maps, error, telling):
    with pytest.raises(error, match=telling):
        function(maps)


@pytest.mark.parametrize("size", [0, (4, 0), (-1, 4)])
def test_a_picture_without_pixels_is_refused(size):
    with pytest.raises(ValueError, match="size must be positive"):
        upsample(torch.zeros(1, 2, 2), size)
