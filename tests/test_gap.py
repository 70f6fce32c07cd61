import pytest
import torch
from torch import nn

from cam_tutorial import global_average_pool


def test_each_map_becomes_its_mean():
    features = torch.tensor([[[[1.0, 2], [3, 6]], [[0, 0], [0, -8]]], [[[5, 5], [5, 5]], [[4, 0], [0, 0]]]])
    assert global_average_pool(features).tolist() == [[3, -2], [5, 1]]


def test_it_is_what_adaptive_average_pooling_to_one_position_gives():
    features = torch.randn(4, 7, 5, 9)
    torch.testing.assert_close(global_average_pool(features), nn.AdaptiveAvgPool2d(1)(features).flatten(1))


def test_height_and_width_may_differ_and_each_position_counts_the_same():
    features = torch.arange(6.0).view(1, 1, 2, 3)
    assert global_average_pool(features).item() == 2.5
    assert global_average_pool(features.flip(2, 3)).item() == 2.5


def test_every_position_gets_one_zth_of_the_gradient():
    features = torch.randn(1, 2, 2, 4, requires_grad=True)
    global_average_pool(features)[0, 1].backward()
    assert features.grad[0, 0].eq(0).all()
    assert features.grad[0, 1].eq(1 / 8).all()


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_the_type_stays(dtype):
    assert global_average_pool(torch.ones(1, 2, 3, 3, dtype=dtype)).dtype == dtype


@pytest.mark.parametrize(
    ("shape", "telling"),
    [((3, 4, 4), r"\(N, K, H, W\), got \(3, 4, 4\)"), ((1, 2, 0, 4), "at least one position")],
)
def test_a_shape_that_has_no_average_is_refused(shape, telling):
    with pytest.raises(ValueError, match=telling):
        global_average_pool(torch.zeros(shape))
