"""The functions that explain a network, by what they take."""

import pytest

from cam_tutorial import cam, deconvnet, grad_cam, guided_backprop, guided_grad_cam, saliency

ALL = [cam, grad_cam, saliency, deconvnet, guided_backprop, guided_grad_cam]
WITH_LAYER = [grad_cam, guided_grad_cam]
WITH_FUNCTION = [grad_cam, saliency, deconvnet, guided_backprop, guided_grad_cam]  # that take one as their target

every_function = pytest.mark.parametrize("function", ALL)
