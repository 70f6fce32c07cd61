"""Where other libraries are right, we say the same."""

import numpy as np
import pytest
import torch
from networks import pictures, vision

from cam_tutorial import (
    cam,
    deconvnet,
    grad_cam,
    guided_backprop,
    guided_grad_cam,
    normalize,
    saliency,
    upsample,
)

captum = pytest.importorskip("captum.attr")
pytorch_grad_cam = pytest.importorskip("pytorch_grad_cam")
torchcam = pytest.importorskip("torchcam.methods")

# The others warn of the hooks and gradients that they set; that is theirs to say.
pytestmark = pytest.mark.filterwarnings("ignore")

TARGET = [3, 11]
# Layers that no in-place operation follows: next to one, two of the three are wrong.
LAYERS = [
    ("resnet18", "layer4"),
    ("resnet18", "layer2.0.conv2"),
    ("vgg11", "features.19"),
    ("vgg11", "avgpool"),
]


@pytest.fixture
def images():
    return pictures(2, 64)


def close(ours, theirs, tolerance=1e-4):
    assert ours.shape == theirs.shape and ours.any()
    error = (ours - theirs).abs().flatten(1).amax(1)
    assert (error <= tolerance * theirs.abs().flatten(1).amax(1)).all(), error


@pytest.mark.parametrize(("name", "layer"), LAYERS)
def test_grad_cam_is_captums(name, layer, images):
    model = vision(name)
    theirs = captum.LayerGradCam(model, model.get_submodule(layer)).attribute(images, TARGET)
    close(grad_cam(model, images, TARGET, layer, relu=False), theirs[:, 0].detach())


@pytest.mark.parametrize(("name", "layer"), LAYERS)
def test_grad_cam_is_torchcams(name, layer, images):
    model = vision(name)
    with torchcam.GradCAM(model, layer) as extractor:
        theirs = extractor(TARGET, model(images), normalized=False)[0]
    close(grad_cam(model, images, TARGET, layer), theirs)


@pytest.mark.parametrize(("name", "layer"), LAYERS)
def test_grad_cam_is_that_of_the_library_of_this_name_stretched_and_enlarged(name, layer, images):
    model = vision(name)
    targets = [pytorch_grad_cam.utils.model_targets.ClassifierOutputTarget(c) for c in TARGET]
    with pytorch_grad_cam.GradCAM(model, [model.get_submodule(layer)]) as extractor:
        theirs = extractor(images, targets)
    model.zero_grad()
    ours = normalize(upsample(normalize(grad_cam(model, images, TARGET, layer)), 64))
    np.testing.assert_allclose(ours, theirs, atol=1e-3)


@pytest.mark.parametrize(
    ("name", "layer", "classifier"), [("resnet18", "layer4", "fc"), ("googlenet", "inception5b", "fc")]
)
def test_cam_is_torchcams(name, layer, classifier, images):
    model = vision(name)
    with torchcam.CAM(model, layer, classifier) as extractor, torch.no_grad():
        model(images)
        theirs = extractor(TARGET, normalized=False)[0]
    close(cam(model, images, TARGET), theirs)


@pytest.mark.parametrize("name", ["resnet18", "mobilenet_v2"])
def test_saliency_is_captums_without_its_absolute_value(name, images):
    theirs = captum.Saliency(vision(name)).attribute(images, TARGET, abs=False)
    close(saliency(vision(name), images, TARGET), theirs)


# Networks all of whose ReLUs are modules, which captum finds.
MODULES_ONLY = ["resnet18", "vgg11", "alexnet", "mnasnet0_5", "shufflenet_v2_x1_0", "regnet_y_400mf"]


@pytest.mark.parametrize("name", MODULES_ONLY)
def test_guided_backprop_and_deconvnet_are_captums_where_it_finds_every_relu(name, images):
    model = vision(name)
    close(guided_backprop(model, images, TARGET), captum.GuidedBackprop(model).attribute(images, TARGET))
    close(deconvnet(model, images, TARGET), captum.Deconvolution(model).attribute(images, TARGET))


@pytest.mark.parametrize("name", ["googlenet", "densenet121"])
def test_guided_backprop_is_not_captums_where_it_misses_some(name, images):
    # The day that this fails captum has learned it, and these networks belong in the list above.
    theirs = captum.GuidedBackprop(vision(name)).attribute(images, TARGET)
    ours = guided_backprop(vision(name), images, TARGET)
    assert (ours - theirs).norm() > 0.1 * ours.norm()


@pytest.mark.parametrize(("name", "layer"), [("resnet18", "layer4"), ("vgg11", "features.19")])
def test_guided_grad_cam_is_captums_interpolated_bilinearly(name, layer, images):
    model = vision(name)
    extractor = captum.GuidedGradCam(model, model.get_submodule(layer))
    theirs = extractor.attribute(images, TARGET, interpolate_mode="bilinear")
    close(guided_grad_cam(model, images, TARGET, layer), theirs.detach())
