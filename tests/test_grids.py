"""Maps, rows of channels and tokens: which is which, and nothing where the shape leaves a doubt."""

import pytest
import torch
from torch import nn

from cam_tutorial.grids import arrangement, channels_last, channels_of, has_places, is_spatial, tokens

MAPS, ROWS, DOUBT = "maps", "rows", None


def outcome(shape, image, channels=()):
    """("maps" or "rows", the shape of the maps), or (extra tokens, the grid), or None; read off numbered values."""
    reshape = arrangement(shape, image, channels)
    if reshape is None:
        return DOUBT
    values = torch.arange(float(torch.Size(shape).numel())).view(shape)
    maps = reshape(values)
    assert maps.ndim == 4
    if len(shape) == 4:
        return MAPS if torch.equal(maps, values) else ROWS
    # Token t's first channel is the number t·K.
    first = int(maps[0, 0, 0, 0].item()) // shape[2]
    assert maps[0, 0].flatten().tolist() == [(first + i) * shape[2] for i in range(maps[0, 0].numel())]
    return first, tuple(maps.shape[2:])


@pytest.mark.parametrize(
    ("shape", "image", "channels", "expected"),
    [
        # four dimensions: as PyTorch has them
        ((1, 512, 7, 7), (224, 224), (), MAPS),
        ((1, 7, 7, 768), (224, 224), (), ROWS),
        ((1, 7, 9, 768), (200, 280), (), ROWS),  # each stride rounds up: 6.25 and 8.75
        ((1, 768, 7, 9), (200, 280), (), MAPS),
        ((1, 14, 14, 14), (224, 224), (), MAPS),  # nothing tells
        ((1, 14, 14, 14), (224, 224), {14}, MAPS),
        # as many channels as rows or columns
        ((1, 96, 96, 96), (384, 384), (), MAPS),
        ((1, 40, 40, 60), (320, 480), {40}, MAPS),
        ((1, 40, 60, 40), (320, 480), {40}, ROWS),
        # sides squeezed unequally, as in networks that read text or sound
        ((1, 8, 16, 100), (32, 100), (), MAPS),
        ((1, 16, 4, 62), (64, 1000), (), MAPS),
        ((1, 512, 1, 25), (32, 100), (), MAPS),
        ((1, 64, 64, 1), (64, 64), (), MAPS),  # a single row of channels would be a single map
        ((1, 32, 128, 4), (128, 512), {32}, MAPS),
        ((1, 32, 128, 4), (128, 512), {16, 32}, MAPS),  # what its parts say
        ((1, 32, 128, 4), (128, 512), {4}, ROWS),
        # a dense block's last convolution gives 32 channels, and the block 256
        ((1, 256, 32, 32), (512, 512), {32, 128}, MAPS),
        # three dimensions: tokens
        ((1, 197, 192), (224, 224), (), (1, (14, 14))),
        ((1, 198, 192), (224, 224), (), (2, (14, 14))),
        ((1, 201, 384), (224, 224), (), (5, (14, 14))),
        ((1, 196, 512), (224, 224), (), (0, (14, 14))),
        ((1, 49, 7), (96, 48), (), DOUBT),  # 49 = 7·7 is no grid of 2 to 1
        ((1, 1 + 6 * 8, 16), (48, 64), {16}, (1, (6, 8))),
        ((1, 1 + 8 * 6, 16), (64, 48), {16}, (1, (8, 6))),
        # 1024 = 32² channels could be tokens
        ((1, 197, 1024), (224, 224), (), DOUBT),
        ((1, 197, 1024), (224, 224), {1024}, (1, (14, 14))),
        ((1, 197, 1024), (224, 224), {3072, 1024, 4096}, (1, (14, 14))),
        # channels first: 64 channels of a signal are no 8×8 tokens
        ((1, 64, 50), (32, 32), {64}, DOUBT),
        ((1, 64, 49), (224, 224), {64}, DOUBT),
        ((1, 64, 49), (224, 224), (), DOUBT),
        # a sequence
        ((1, 31, 16), (32, 32), (), DOUBT),
        ((1, 3, 16), (32, 32), (), DOUBT),
        # volumes and vectors
        ((1, 8, 4, 6, 6), (32, 32), (), DOUBT),
        ((1, 512), (32, 32), (), DOUBT),
        ((1, 512, 0, 0), (32, 32), (), MAPS),
    ],
)
def test_a_shape_tells_or_does_not(shape, image, channels, expected):
    assert outcome(shape, image, channels) == expected


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        (nn.Conv2d(3, 8, 3), {8}),
        (nn.Linear(3, 9), {9}),
        (nn.BatchNorm2d(7), {7}),
        (nn.GroupNorm(2, 6), {6}),
        (nn.LayerNorm(5), {5}),
        (nn.LayerNorm([4, 4]), set()),
        (nn.MaxPool2d(2), set()),
        (nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.Sequential(nn.ReLU(), nn.Conv2d(8, 4, 1))), {8, 4}),
    ],
)
def test_a_layer_says_how_many_channels_it_gives_or_its_parts_do(layer, expected):
    assert channels_of(layer) == expected


def test_places():
    assert has_places(torch.zeros(2, 3, 4)) and has_places(torch.zeros(1, 8, 1, 9))
    assert not has_places(torch.zeros(2, 3)) and not has_places(torch.zeros(2, 3, 1, 1)) and not has_places((1, 2))
    assert is_spatial(torch.zeros(1, 1, 1, 2)) and not is_spatial(torch.zeros(1, 9, 1, 1))


def test_given_ways_refuse_what_they_do_not_fit():
    with pytest.raises(ValueError, match=r"needs an output of shape \(N, h, w, K\), got \(2, 9, 4\)"):
        channels_last(torch.zeros(2, 9, 4))
    with pytest.raises(ValueError, match=r"tokens\(1\) needs \(N, 1 \+ h·w, K\) with a square number"):
        tokens()(torch.zeros(2, 9, 4))
    with pytest.raises(ValueError, match="with 2 × 3 tokens"):
        tokens(0, (2, 3))(torch.zeros(2, 9, 4))
    rows = torch.arange(24.0).view(1, 2, 3, 4)
    assert channels_last(rows)[0, 1].tolist() == [[1, 5, 9], [13, 17, 21]]
    assert tokens(1, (1, 2))(torch.arange(6.0).view(1, 3, 2)).tolist() == [[[[2, 4]], [[3, 5]]]]
