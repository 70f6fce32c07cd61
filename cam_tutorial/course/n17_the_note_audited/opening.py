"""The two maps that the page opens with; which is which, the reader is to find out."""

from torch import Tensor, nn

from cam_tutorial import cam, guided_backprop, upsample


def two_maps(network: nn.Module, image: Tensor, label: int) -> tuple[Tensor, Tensor]:
    """The class activation map of one image, (1, 96, 96), and the strength of guided backprop's gradient there."""
    lines = guided_backprop(network, image, label).abs().amax(dim=1)
    return upsample(cam(network, image, label), lines.shape[-1]), lines
