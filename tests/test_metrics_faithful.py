"""Insertion and deletion, on a network whose curves can be computed with a pencil."""

import math

import numpy as np
import pytest
import torch
from scipy import ndimage
from torch import nn

from cam_tutorial import metrics
from cam_tutorial.metrics.faithful import _background


class Sum(nn.Module):
    """Two classes: the sum of the pixels, and 0. The probability of the first is the logistic function of the sum."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(()))

    def forward(self, images):
        return torch.stack([self.weight * images.sum(dim=(1, 2, 3)), torch.zeros(len(images))], dim=1)


def logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x))


IMAGE = torch.tensor([[[[1.0, -2], [3, 0.5]]]])  # the sum is 2.5
MAP = torch.tensor([[[2.0, 1], [3, 0]]])  # the order is 3, 1, −2, 0.5


def test_deletion_by_hand():
    curves = metrics.deletion(Sum(), IMAGE, MAP, 0, steps=4, progress=False)
    sums = [2.5, -0.5, -1.5, 0.5, 0.0]  # without 3, then without 1, without −2, without 0.5
    assert curves.shares.tolist() == [0, 0.25, 0.5, 0.75, 1]
    assert curves.scores[0].tolist() == pytest.approx([logistic(s) for s in sums])
    p = [logistic(s) for s in sums]
    assert curves.areas.item() == pytest.approx((p[0] / 2 + p[1] + p[2] + p[3] + p[4] / 2) / 4)


def test_insertion_by_hand():
    curves = metrics.insertion(Sum(), IMAGE, MAP, 0, fill=0.0, steps=2, progress=False)
    assert curves.scores[0].tolist() == pytest.approx([logistic(0), logistic(4), logistic(2.5)])
    assert curves.areas.item() == pytest.approx((logistic(0) / 2 + logistic(4) + logistic(2.5) / 2) / 2)


def test_both_ends_are_the_whole_image_and_the_background():
    g = torch.Generator().manual_seed(0)
    images, maps = torch.randn(3, 2, 5, 7, generator=g) / 4, torch.randn(3, 5, 7, generator=g)
    network = Sum()
    whole = network(images).double().softmax(1)[:, 0].detach()
    for fill in (0.0, 0.1, "blur", torch.full((2, 1, 1), 0.05)):
        out = metrics.deletion(network, images, maps, 0, fill=fill, steps=3, progress=False).scores
        back = metrics.insertion(network, images, maps, 0, fill=fill, steps=3, progress=False).scores
        torch.testing.assert_close(out[:, 0], whole)
        torch.testing.assert_close(back[:, -1], whole)
        torch.testing.assert_close(out[:, -1], back[:, 0])
    assert (out[:, 1] != back[:, 2]).all()  # deleting the highest third is not keeping it


def test_the_blur_is_the_one_of_rise():
    """The two numbers are those of its published code, which filters a dot in 11 × 11 zeros with SciPy."""
    dots = torch.zeros(1, 2, 23, 25)
    dots[0, 0, 11, 12] = 1
    dots[0, 1, 0, 0] = 1  # a corner: what the blur moves past the border is lost
    blurred = _background(dots, "blur")
    kernel = blurred[0, 0, 6:17, 7:18]
    assert kernel[5, 5].item() == pytest.approx(0.0088326, abs=1e-7)
    assert kernel[0, 0].item() == pytest.approx(0.0077366, abs=1e-7)
    assert kernel.sum().item() == pytest.approx(1) and blurred[0, 0].sum().item() == pytest.approx(1)
    for other in (kernel.flip(0), kernel.flip(1), kernel.mT):
        torch.testing.assert_close(other, kernel, rtol=0, atol=1e-9)
    torch.testing.assert_close(blurred[0, 1, :6, :6], kernel[5:, 5:])
    dot = np.zeros((11, 11))
    dot[5, 5] = 1
    torch.testing.assert_close(kernel.double(), torch.from_numpy(ndimage.gaussian_filter(dot, 5)), rtol=0, atol=1e-9)


def test_the_blur_filters_each_channel_by_itself_with_zeros_beyond_the_border():
    images = torch.randn(2, 3, 8, 13, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    dot = np.zeros((11, 11))
    dot[5, 5] = 1
    kernel = ndimage.gaussian_filter(dot, 5)
    expected = [[ndimage.convolve(channel, kernel, mode="constant") for channel in image] for image in images.numpy()]
    torch.testing.assert_close(_background(images, "blur"), torch.from_numpy(np.array(expected)))
    assert _background(images.half(), "blur").dtype == torch.half


# --- what is followed ------------------------------------------------------------------------------------------------


class One(nn.Module):
    """A single score, the sum of the pixels, as networks for yes or no have it."""

    def forward(self, images):
        return images.sum(dim=(1, 2, 3))[:, None]


class Named(nn.Module):
    """The output is a dict."""

    def forward(self, images):
        return {"logits": Sum()(images)}


SUMS = [2.5, -0.5, -1.5, 0.5, 0.0]  # while `deletion` takes away 3, 1, −2, 0.5


@pytest.mark.parametrize(
    ("network", "target", "expected"),
    [
        (One(), lambda output: output[:, 0].sigmoid(), [logistic(s) for s in SUMS]),
        (One(), lambda output: output[:, 0], SUMS),
        (Sum(), lambda output: output[:, 0].sigmoid(), [logistic(s) for s in SUMS]),
        (Sum(), lambda output: output.softmax(dim=1)[:, 1], [logistic(-s) for s in SUMS]),
        (Named(), lambda output: output["logits"][:, 0], SUMS),
    ],
)
def test_the_curve_is_that_of_the_score_that_a_function_gives(network, target, expected):
    curves = metrics.deletion(network, IMAGE, MAP, target, steps=4, progress=False)
    assert curves.scores[0].tolist() == pytest.approx(expected)
    assert curves.areas.item() == pytest.approx((expected[0] / 2 + sum(expected[1:4]) + expected[4] / 2) / 4)
    back = metrics.insertion(network, IMAGE, MAP, target, fill=0.0, steps=4, progress=False)
    assert back.scores[0, [0, -1]].tolist() == pytest.approx([expected[-1], expected[0]])


def test_a_function_and_a_class_say_the_same_and_a_function_sees_a_batch_at_a_time():
    g = torch.Generator().manual_seed(0)
    images, maps = torch.randn(5, 1, 4, 6, generator=g), torch.randn(5, 4, 6, generator=g)
    sizes = []

    def second(output):
        sizes.append(len(output))
        return output.softmax(dim=1)[:, 1]

    followed = metrics.deletion(Sum(), images, maps, second, steps=3, batch_size=2, progress=False)
    of_class = metrics.deletion(Sum(), images, maps, 1, steps=3, progress=False)
    torch.testing.assert_close(followed.scores, of_class.scores)
    assert sizes == [2, 2, 1] * 4


@pytest.mark.parametrize("target", [None, 0, [0]])
def test_the_softmax_of_a_single_score_is_refused_with_a_way_out(target):
    with pytest.raises(ValueError, match="softmax is 1 whatever the image.*lambda output: output") as caught:
        metrics.deletion(One(), IMAGE, MAP, target, steps=4, progress=False)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("target", "telling"),
    [
        (lambda output: output, r"one score an image, shape \(1,\), got \(1, 2\)"),
        (lambda output: output[:, 0] / 0, "hold NaN or infinity"),
        (lambda output: 1.0, "one score an image, .* got float"),
    ],
)
def test_a_function_that_gives_no_scores_is_refused(target, telling):
    with pytest.raises(ValueError, match=telling):
        metrics.insertion(Sum(), IMAGE, MAP, target, steps=4, progress=False)


def test_each_image_is_scored_by_itself_and_in_portions_too():
    g = torch.Generator().manual_seed(0)
    images, maps = torch.randn(5, 1, 4, 6, generator=g), torch.randn(5, 4, 6, generator=g)
    together = metrics.deletion(Sum(), images, maps, [0, 1, 0, 1, 0], steps=6, progress=False)
    portions = metrics.deletion(Sum(), images, maps, [0, 1, 0, 1, 0], steps=6, batch_size=2, progress=False)
    alone = metrics.deletion(Sum(), images[3:4], maps[3:4], 1, steps=6, progress=False)
    torch.testing.assert_close(together.scores, portions.scores)
    torch.testing.assert_close(together.areas[3:4], alone.areas)


def test_without_a_target_the_class_of_the_whole_image_is_followed():
    images = torch.stack([IMAGE[0], -IMAGE[0]])
    curves = metrics.deletion(Sum(), images, MAP.expand(2, 2, 2), steps=4, progress=False)
    torch.testing.assert_close(curves.scores[0], curves.scores[1])
    torch.testing.assert_close(curves.scores[0, 0].item(), logistic(2.5))


def test_equal_values_go_in_reading_order():
    """A blank map of 400 pixels: many enough for a sort that is not stable to shuffle them."""
    images = torch.arange(400.0).view(1, 1, 20, 20) / 1e5
    curves = metrics.deletion(Sum(), images, torch.zeros(1, 20, 20), 0, steps=4, progress=False)
    left = [images.flatten()[count:].sum().item() for count in (0, 100, 200, 300, 400)]
    assert curves.scores[0].tolist() == pytest.approx([logistic(s) for s in left], abs=1e-6)


def test_scores_that_turn_into_nan_on_the_way_are_an_error():
    class Late(nn.Module):
        def forward(self, images):
            sums = images.sum(dim=(1, 2, 3))
            return torch.stack([(sums - 2).sqrt(), 0 * sums], dim=1)  # NaN below 2

    with pytest.raises(ValueError, match="scores hold NaN"):
        metrics.deletion(Late(), IMAGE, MAP, 0, steps=4, progress=False)


def test_the_network_and_the_inputs_are_left_as_they_were():
    network = Sum().train()
    images, maps = IMAGE.clone(), MAP.clone()
    metrics.deletion(network, images, maps, 0, steps=2, progress=False)
    assert network.training and network.weight.grad is None and network.weight.requires_grad
    assert torch.equal(images, IMAGE) and torch.equal(maps, MAP)


@pytest.mark.parametrize("curve", [metrics.insertion, metrics.deletion])
@pytest.mark.parametrize(
    ("change", "telling"),
    [
        ({"maps": torch.zeros(1, 1, 1)}, r"number and size \(1, 2, 2\), got \(1, 1, 1\); upsample"),
        ({"maps": MAP / 0}, "maps must be finite"),
        ({"target": 2}, "from 0 to 1, got 2"),
        ({"steps": 0}, "at least 1, got 0"),
        ({"batch_size": 0}, "at least 1, got 32 and 0"),
        ({"fill": "noise"}, "'blur', got 'noise'"),
        ({"fill": torch.zeros(3)}, r"must fit the images' shape \(1, 1, 2, 2\), got \(3,\)"),
        ({"images": IMAGE[0]}, r"for a single image write images\[None\]"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_sentence(curve, change, telling):
    arguments = {"model": Sum(), "images": IMAGE, "maps": MAP, "target": 0, "progress": False} | change
    with pytest.raises(ValueError, match=telling) as caught:
        curve(**arguments)
    assert "\n" not in str(caught.value)
