"""Maps are enlarged, stretched and laid over their images; what cannot be drawn is refused in a sentence."""

import numpy as np
import pytest
import torch
from PIL import Image

from cam_tutorial import blend, normalize, upsample
from cam_tutorial.heatmap import as_map, as_pixels

GRAY = torch.full((3, 4, 4), 0.5)


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
    for enlarged, alone in zip(upsample(maps, 8), maps, strict=True):
        assert torch.equal(enlarged, upsample(alone[None], 8)[0])


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


def test_a_blank_map_stays_dark_and_holds_no_nan():
    blank = blend(GRAY, torch.zeros(2, 2))
    hot = blend(GRAY, torch.ones(2, 2))
    assert (blank == blank[0, 0]).all()
    assert hot.astype(int).sum() > blank.astype(int).sum()


def test_negative_values_do_not_glow_in_a_magnitude_map_and_are_blue_in_a_signed_one():
    heatmap = torch.tensor([[-1.0, 1.0]])
    image = torch.full((3, 8, 16), 0.5)
    magnitude, signed = blend(image, heatmap), blend(image, heatmap, signed=True)
    assert (magnitude[:, 0] == blend(image, torch.zeros(1, 2))[:, 0]).all()
    assert (signed[:, 0, 2] > signed[:, 0, 0]).all() and (signed[:, -1, 0] > signed[:, -1, 2]).all()


def test_a_limit_puts_maps_on_one_scale():
    weak = torch.full((2, 2), 0.1)
    assert not np.array_equal(blend(GRAY, weak, limit=1.0), blend(GRAY, weak))
    assert np.array_equal(blend(GRAY, weak * 10, limit=1.0), blend(GRAY, weak))


def test_blend_by_hand():
    """One gray pixel: the ground is dimmed to 0.72, and 0.72 of the last color of the table covers it."""
    last = np.array([0.988362, 0.998364, 0.644924])  # of inferno
    expected = np.round(255 * (0.72 * 0.5 * (1 - 0.72) + 0.72 * last))
    assert blend(torch.full((3, 1, 1), 0.5), torch.ones(1, 1)).tolist() == [[expected.tolist()]]
    dark_red = np.array([103, 0, 31]) / 255  # of RdBu
    expected = np.round(255 * ((0.35 + 0.6 * 0.5) * (1 - 0.9) + 0.9 * dark_red))
    assert blend(torch.full((3, 1, 1), 0.5), torch.ones(1, 1), signed=True).tolist() == [[expected.tolist()]]


BYTES = np.random.default_rng(0).integers(0, 256, (6, 8, 3), dtype=np.uint8)


@pytest.mark.parametrize(
    "image",
    [
        BYTES.transpose(2, 0, 1),
        torch.from_numpy(BYTES),
        torch.from_numpy(BYTES).permute(2, 0, 1),
        BYTES / 255,
        (BYTES / 255).astype(np.float32),
        torch.from_numpy(BYTES).permute(2, 0, 1) / 255,
        (torch.from_numpy(BYTES) / 255).requires_grad_(),
        BYTES[:, ::-1][:, ::-1],
        np.asarray(Image.fromarray(BYTES)),  # cannot be written to
        Image.fromarray(BYTES),
    ],
    ids=lambda image: f"{type(image).__name__} {getattr(image, 'dtype', '')} {tuple(getattr(image, 'shape', ()))}",
)
def test_whatever_holds_the_picture_it_looks_the_same(image):
    heatmap = torch.rand(3, 4, generator=torch.Generator().manual_seed(0))
    assert np.array_equal(blend(image, heatmap), blend(BYTES, heatmap))
    assert np.array_equal(np.round(255 * as_pixels(image)), BYTES)


def test_mirrored_arrays_are_drawn_mirrored():
    assert np.array_equal(blend(BYTES[:, ::-1], np.eye(3)[:, ::-1]), blend(BYTES, np.eye(3))[:, ::-1])


@pytest.mark.parametrize("dtype", [torch.bool, torch.int64, torch.float16, torch.bfloat16, torch.float64])
def test_a_map_may_be_of_any_type_of_number(dtype):
    heatmap = torch.eye(2)
    assert np.array_equal(blend(GRAY, heatmap.to(dtype)), blend(GRAY, heatmap))
    if dtype != torch.bfloat16:
        assert np.array_equal(blend(GRAY, heatmap.to(dtype).numpy()), blend(GRAY, heatmap))
    assert as_map(heatmap.to(dtype)).dtype == torch.float32


class Elsewhere(torch.Tensor):
    """As a tensor on a GPU: it becomes an array only after `cpu`."""

    def cpu(self):
        return self.as_subclass(torch.Tensor)

    def numpy(self):
        raise TypeError("can't convert cuda:0 device type tensor to numpy. Use Tensor.cpu() first")


def test_image_and_map_may_lie_on_another_device():
    heatmap = torch.eye(2)
    expected = blend(GRAY, heatmap)
    assert np.array_equal(blend(GRAY.as_subclass(Elsewhere), heatmap.as_subclass(Elsewhere)), expected)


def test_values_that_are_outside_by_rounding_are_cut_off():
    assert np.array_equal(
        blend(torch.full((3, 2, 2), 1 + 1e-6), torch.zeros(1, 1)), blend(torch.ones(3, 2, 2), torch.zeros(1, 1))
    )
    assert as_pixels(torch.tensor([-1e-6, 0.5, 1 + 1e-6]).view(3, 1, 1)).tolist() == [[[0, 0.5, 1]]]


def test_where_both_ends_could_hold_the_colors_a_tensor_has_them_first_and_an_array_last():
    image = torch.zeros(3, 2, 3)
    image[0] = 1
    assert (as_pixels(image) == [1, 0, 0]).all()
    assert as_pixels(image.numpy())[:, 0].tolist() == [[1, 1, 1], [0, 0, 0], [0, 0, 0]]


GRAYS = BYTES[..., 0]
ALPHA = np.dstack([BYTES, np.full((6, 8), 102, np.uint8)])  # two fifths opaque


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        (GRAYS, GRAYS / 255),
        (GRAYS[None], GRAYS / 255),
        (GRAYS[..., None], GRAYS / 255),
        (torch.from_numpy(GRAYS), GRAYS / 255),
        (Image.fromarray(GRAYS), GRAYS / 255),
        (GRAYS.astype(np.uint16) * 257, GRAYS / 255),
        ((GRAYS.astype(np.uint16) * 257).astype(">u2"), GRAYS / 255),  # another machine's order of bytes
        (GRAYS > 99, GRAYS > 99),
        (ALPHA, 0.4 * BYTES / 255 + 0.6),
        (torch.from_numpy(ALPHA).permute(2, 0, 1), 0.4 * BYTES / 255 + 0.6),
        (Image.fromarray(ALPHA), 0.4 * BYTES / 255 + 0.6),
        (np.dstack([GRAYS, ALPHA[..., 3]]), 0.4 * GRAYS / 255 + 0.6),
        (Image.fromarray(BYTES).quantize(64), np.asarray(Image.fromarray(BYTES).quantize(64).convert("RGB")) / 255),
        (Image.fromarray(GRAYS / np.float32(255)), GRAYS / 255),  # of mode F
    ],
    ids=lambda value: f"{type(value).__name__} {getattr(value, 'dtype', '')} {tuple(getattr(value, 'shape', ()))}",
)
def test_gray_and_transparent_pictures_are_drawn_over_white(image, expected):
    expected = expected[..., None].repeat(3, axis=2) if expected.ndim == 2 else expected
    np.testing.assert_allclose(as_pixels(image), expected, atol=1e-6)
    assert blend(image, torch.eye(2)).shape == (6, 8, 3)


def test_a_large_picture_is_drawn_in_bands_that_do_not_show(monkeypatch):
    heatmap = torch.randn(3, 4, generator=torch.Generator().manual_seed(0))
    whole = [blend(BYTES, heatmap, signed=signed) for signed in (False, True)]
    monkeypatch.setattr("cam_tutorial.heatmap.PIXELS_AT_ONCE", 20)  # two rows of eight at a time
    for signed, expected in zip((False, True), whole, strict=True):
        assert np.array_equal(blend(BYTES, heatmap, signed=signed), expected)


@pytest.mark.parametrize(
    ("image", "error", "sentence"),
    [
        (
            torch.rand(6, 5, 5),
            ValueError,
            r"image must have the shape \(H, W\), \(C, H, W\) or .*1 to 4, got \(6, 5, 5\)$",
        ),
        (torch.rand(4), ValueError, r"got \(4,\)$"),
        (torch.rand(0, 4), ValueError, r"got \(0, 4\)$"),
        (torch.rand(1, 3, 4, 4), ValueError, r"got \(1, 3, 4, 4\); for the first of a batch write image\[0\]$"),
        (BYTES.astype(int), TypeError, r"of uint8 \(0 to 255\), .* floating point \(0 to 1\), got .*int64"),
        (np.array([["a"]]), TypeError, "image must be an array of numbers, got <U1"),
        (torch.rand(3, 4, 4, device="meta"), TypeError, "image must be an ordinary tensor"),
        (torch.rand(3, 4, 4).to_sparse(), TypeError, "image must be an ordinary tensor"),
        (BYTES.astype(float), ValueError, r"image must be in \[0, 1\], got values from 0 to 249; give it as"),
        (torch.tensor([-2.0, 0, 2]).view(3, 1, 1), ValueError, "got values from -2 to 2; .*before the network's"),
        (torch.full((3, 2, 2), float("nan")), ValueError, "got values from nan to nan"),
        ("photo.png", TypeError, "image must be a tensor or a NumPy array, got str"),
    ],
)
def test_what_is_no_picture_is_refused(image, error, sentence):
    with pytest.raises(error, match=sentence):
        blend(image, torch.zeros(2, 2))


@pytest.mark.parametrize(
    ("heatmap", "error", "sentence"),
    [
        (
            torch.zeros(1, 2, 2),
            ValueError,
            r"heatmap must have the shape \(h, w\), got \(1, 2, 2\); .*write heatmap\[0\]$",
        ),
        (torch.zeros(4), ValueError, r"got \(4,\)$"),
        (torch.tensor([[0.0, float("nan")]]), ValueError, "heatmap must be finite, got NaN or infinity"),
        (np.array([[0.0, np.inf]]), ValueError, "heatmap must be finite"),
        ([[0.0]], TypeError, "heatmap must be a tensor or a NumPy array, got list"),
    ],
)
def test_what_is_no_map_is_refused(heatmap, error, sentence):
    with pytest.raises(error, match=sentence):
        blend(GRAY, heatmap)
