"""The map lies on the photograph where the network saw what it shows: resize and crop undone."""

import types

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from PIL import Image

from cam_tutorial import upsample
from cam_tutorial.photos import Placement

presets = pytest.importorskip("torchvision.transforms._presets", reason="torchvision is not installed")

SIZES = [(300, 451), (451, 300), (224, 224), (97, 640), (1201, 803), (60, 80), (256, 257), (50, 1000)]
SETTINGS = [(256, 224), (232, 224), (342, 299), (480, 480), (200, 224)]  # the last pads what it crops


def transforms(resize: int, crop: int):
    return presets.ImageClassification(crop_size=crop, resize_size=resize, mean=(0, 0, 0), std=(1, 1, 1))


def marked(size: tuple[int, int], y: int, x: int, side: int) -> Image.Image:
    """A black photo, (H, W), with a white square around a pixel."""
    pixels = np.zeros((*size, 3), np.uint8)
    pixels[max(0, y - side) : y + side + 1, max(0, x - side) : x + side + 1] = 255
    return Image.fromarray(pixels)


def test_by_hand():
    """100 × 200 becomes 50 × 100, of which columns 25 to 75 are seen: 50 to 150 of the photo."""
    place = Placement.of((100, 200), types.SimpleNamespace(resize_size=[50], crop_size=[50]))
    assert place == Placement(photo=(100, 200), resized=(50, 100), corner=(0, 25), window=(50, 50))
    assert place.seen == (0, 50, 100, 150)
    assert place.to_photo(25, 0) == (50, 50) and place.to_window(50, 50) == (25, 0)
    laid = place.lay(torch.tensor([[1.0, 2.0]]))
    assert laid.shape == (100, 200)
    assert not laid[:, :50].any() and not laid[:, 150:].any()
    # Cells are 50 pixels wide with their middles at 75 and 125; pixel 100 has its middle half a pixel beyond theirs.
    assert (laid[:, 50:75] == 1).all() and (laid[:, 125:150] == 2).all()
    torch.testing.assert_close(laid[0, 100], torch.tensor(1 + 25.5 / 50))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("resize", "crop"), SETTINGS)
def test_a_marked_pixel_comes_back_to_where_it_was(size, resize, crop):
    """From the photo through torchvision's own transform into a cell of a map, and back onto the photo."""
    transform = transforms(resize, crop)
    place = Placement.of(size, transform)
    top, left, bottom, right = place.seen
    cells = 8
    cell = [place.window[axis] / cells * size[axis] / place.resized[axis] for axis in (0, 1)]  # on the photo
    for share in (0.1, 0.45, 0.83):
        y, x = int(top + share * (bottom - top)), int(left + (1 - share) * (right - left))
        seen = transform(marked(size, y, x, side=max(1, min(size) // 60)))
        heatmap = F.adaptive_avg_pool2d(seen, cells)[0]
        laid = place.lay(heatmap)
        row, column = divmod(int(laid.argmax()), size[1])
        assert abs(row - y) <= cell[0] and abs(column - x) <= cell[1]
        highest = divmod(int(heatmap.argmax()), cells)
        back = place.to_photo(*((index + 0.5) * place.window[0] / cells for index in highest))
        assert abs(back[0] - y - 0.5) <= cell[0] and abs(back[1] - x - 0.5) <= cell[1]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("resize", "crop"), SETTINGS)
def test_the_geometry_is_torchvisions_to_less_than_a_pixel(size, resize, crop):
    """Ramps: what the network gets for a photo whose brightness is its column, or its row, says where it lies."""
    height, width = size
    ramps = torch.stack([torch.arange(height)[:, None].expand(size), torch.arange(width).expand(size)]) + 0.5
    transform = transforms(resize, crop)
    seen = transform(torch.cat([ramps, torch.ones(1, *size)]).float())  # the third: where there is any photo at all
    place = Placement.of(size, transform)
    inside = torch.zeros(place.window, dtype=torch.bool)
    top, left = (max(0, -corner) for corner in place.corner)
    inside[top : top + min(place.window[0], place.resized[0]), left : left + min(place.window[1], place.resized[1])] = 1
    assert torch.equal(seen[2] > 0.5, inside)
    for y, x in ((0.3, 0.4), (0.5, 0.5), (0.7, 0.6)):
        row, column = int(y * place.window[0]), int(x * place.window[1])
        expected = seen[0, row, column].item(), seen[1, row, column].item()
        assert place.to_photo(row + 0.5, column + 0.5) == pytest.approx(expected, abs=0.02 * max(size) / 100 + 0.01)


@pytest.mark.parametrize("size", SIZES)
def test_a_map_is_laid_as_grid_sample_lays_it(size):
    place = Placement.of(size, transforms(256, 224))
    heatmap = torch.rand(5, 7, generator=torch.Generator().manual_seed(0))
    top, left, bottom, right = place.seen
    y, x = place.to_window(torch.arange(top, bottom) + 0.5, torch.arange(left, right) + 0.5)
    grid = torch.stack(torch.meshgrid(2 * x / 224 - 1, 2 * y / 224 - 1, indexing="xy"), dim=-1)[None]
    expected = F.grid_sample(heatmap[None, None], grid, padding_mode="border", align_corners=False)[0, 0]
    torch.testing.assert_close(place.lay(heatmap)[top:bottom, left:right], expected, atol=1e-4, rtol=0)


def test_without_a_crop_it_is_upsampling():
    heatmap = torch.randn(3, 4, generator=torch.Generator().manual_seed(0))
    place = Placement.of((90, 120), types.SimpleNamespace(resize_size=[30, 40], crop_size=[30, 40]))
    torch.testing.assert_close(place.lay(heatmap), upsample(heatmap[None], (90, 120))[0])


def test_there_and_back():
    place = Placement.of(Image.new("RGB", (451, 300)), transforms(232, 224))
    for y, x in ((0, 0), (17.3, 200.1), (299, 450)):
        assert place.to_photo(*place.to_window(y, x)) == pytest.approx((y, x))


def test_of_the_narrowest_photo_something_is_seen():
    for size in ((100, 1), (1, 100), (1, 1)):
        place = Placement.of(size, transforms(256, 224))
        top, left, bottom, right = place.seen
        assert bottom > top and right > left
        assert place.lay(torch.ones(7, 7)).sum() == (bottom - top) * (right - left)


def test_transforms_that_do_not_say_what_they_do_are_refused():
    with pytest.raises(TypeError, match="must have resize_size and crop_size, .* got function"):
        Placement.of((9, 9), lambda photo: photo)
    with pytest.raises(ValueError, match=r"heatmap must have the shape \(h, w\)"):
        Placement.of((9, 9), transforms(256, 224)).lay(torch.zeros(1, 7, 7))
