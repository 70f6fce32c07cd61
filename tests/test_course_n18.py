"""Notebook 18's five methods: worked by hand on small tensors, and what other libraries say where they are right."""

import json

import numpy as np
import pytest
import torch
from networks import pictures, vision
from torch import nn

from cam_tutorial import metrics, models, photos, record, saliency, upsample, zoo
from cam_tutorial.course.material import flatten_network
from cam_tutorial.course.n18_the_family import methods, photographs
from cam_tutorial.course.n18_the_family.solutions import my_grad_cam_plus_plus as grad_cam_plus_plus
from cam_tutorial.course.n18_the_family.solutions import my_integrated_gradients as integrated_gradients
from cam_tutorial.course.n18_the_family.solutions import my_layer_cam as layer_cam
from cam_tutorial.course.n18_the_family.solutions import my_score_cam as score_cam
from cam_tutorial.course.n18_the_family.solutions import my_smooth_grad as smooth_grad

TARGET = [3, 11]
LAYERS = [("resnet18", "layer4"), ("vgg11", "features.19")]


def maps(*rows):
    """One image's maps of one row each: (1, K, 1, w)."""
    return torch.tensor(rows, dtype=torch.float32)[None, :, None, :]


def test_layer_cam_by_hand():
    A, gradient = maps([2, 1, 4], [-3, 5, 0]), maps([1, -2, 0.5], [1, 2, -1])
    # 2·1 + (−3)·1 is below 0; 1·0 + 5·2; 4·½ + 0·0
    assert layer_cam(A, gradient).tolist() == [[[0, 10, 2]]]


def test_grad_cam_plus_plus_by_hand():
    """Map 1: S = 2; g = 1 gives α = 1/(2 + 2) = ¼, g = −1 counts for nothing, g = 0 has α = 0. Map 2: all below 0."""
    A, gradient = maps([2, 0, 0], [1, 1, 4]), maps([1, -1, 0], [-1, -2, -3])
    assert grad_cam_plus_plus(A, gradient).tolist() == [[[0.5, 0, 0]]]


def test_a_denominator_of_zero_counts_for_nothing():
    A, gradient = maps([-4, 0]), maps([0.5, 1])  # 2·¼ − 4·⅛ = 0; and α = 1/(2 − 4) = −½ for the other
    assert grad_cam_plus_plus(A, gradient).tolist() == [[[2, 0]]]  # w = −½


def test_nothing_for_the_class_is_blank_and_no_nan():
    for gradient in (torch.zeros(1, 2, 1, 3), -torch.ones(1, 2, 1, 3)):
        for method in (layer_cam, grad_cam_plus_plus):
            assert (method(torch.rand(1, 2, 1, 3), gradient) == 0).all()


def test_score_cam_by_hand():
    """The score is 1 + the left pixel: the first map keeps it (mask 1), the second does not, the third is dead."""
    A = maps([4, 2], [1, 3], [7, 7])[0]
    image = torch.tensor([[[3.0, 5.0]]])
    # α = 3, 0, 0
    assert score_cam(lambda pictures: 1 + pictures[:, 0, 0, 0], image, A).tolist() == [[12, 6]]


def test_integrated_gradients_by_hand():
    """y = v²: the gradient at the middles ¼ and ¾ of the way from 1 to 5 is 2·2 and 2·4; times 4, on average: 24."""
    x, baseline = torch.full((1, 1, 1, 1), 5.0), torch.full((1, 1, 1, 1), 1.0)
    assert integrated_gradients(lambda v: 2 * v, x, baseline, 2).item() == 24 == 5**2 - 1**2


def test_smooth_grad_by_hand():
    """The range is 4, so σ is 1 at a level of ¼; the gradient of v³ is 3 v², at 1 and 3 for the middle pixel."""
    x, noise = torch.tensor([[[[0.0, 2.0, 4.0]]]]), torch.tensor([-1.0, 1.0])[:, None, None, None, None]
    assert smooth_grad(lambda v: 3 * v**2, x, noise, 0.25).tolist() == [[[[3, 15, 51]]]]


@pytest.fixture(scope="module")
def network():
    return models.load("zoo-flatten").requires_grad_(False)


@pytest.fixture(scope="module")
def scenes():
    images, labels, _ = zoo.batch(3, seed=1801, animals=2)
    return zoo.preprocess(images), labels[:, 0]


def test_completeness(network, scenes):
    x, target = scenes
    found = integrated_gradients(lambda v: saliency(network, v, target), x, torch.zeros_like(x), 64).sum(dim=(1, 2, 3))
    rise = (network(x) - network(torch.zeros_like(x))).gather(1, target[:, None])[:, 0]
    assert ((found - rise).abs() < 0.01 * rise.abs()).all()


# What others say.


def close(ours, theirs, tolerance=1e-4):
    assert ours.shape == theirs.shape and ours.any()
    assert (ours - theirs).abs().max() <= tolerance * theirs.abs().max()


def stretched(ours, size):
    """As grad-cam shows its maps: each from 0 to 1, enlarged."""
    low, high = (getattr(ours, one)(dim=(1, 2), keepdim=True) for one in ("amin", "amax"))
    return upsample((ours - low) / (high - low), size)


def maps_and_gradient(model, images, layer):
    with torch.no_grad(), record(model, layer, as_leaf=True) as recorded:
        y = model(images)[torch.arange(len(images)), TARGET]
    (gradient,) = torch.autograd.grad(y.sum(), recorded.output)
    return recorded.output.detach(), gradient


@pytest.mark.filterwarnings("ignore")
def test_integrated_gradients_are_captums(network, scenes):
    captum = pytest.importorskip("captum.attr")
    x, target = scenes
    theirs = captum.IntegratedGradients(network).attribute(
        x, torch.full_like(x, 0.3), target.tolist(), n_steps=7, method="riemann_middle"
    )
    ours = integrated_gradients(lambda v: saliency(network, v, target), x, torch.full_like(x, 0.3), 7)
    close(ours, theirs.detach().float())


@pytest.mark.filterwarnings("ignore")
def test_smooth_grad_is_captums_noise_tunnel(network, scenes, monkeypatch):
    """With the noise that captum draws, one image at a time."""
    captum = pytest.importorskip("captum.attr")
    x, target = scenes[0][:1], scenes[1][:1]
    sigma = (0.15 * (x.max() - x.min())).item()
    torch.manual_seed(5)
    tunnel = captum.NoiseTunnel(captum.Saliency(network))
    theirs = tunnel.attribute(x, nt_type="smoothgrad", nt_samples=6, stdevs=sigma, target=target.tolist(), abs=False)
    torch.manual_seed(5)
    drawn = torch.normal(torch.zeros(6, *x.shape[1:]), torch.full((6, *x.shape[1:]), sigma)) / sigma
    close(smooth_grad(lambda v: saliency(network, v, target), x, drawn[:, None]), theirs)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("name", "layer"), LAYERS)
def test_layer_cam_is_torchcams_and_grad_cams(name, layer):
    torchcam = pytest.importorskip("torchcam.methods")
    pytorch_grad_cam = pytest.importorskip("pytorch_grad_cam")
    model, images = vision(name), pictures(2, 64)
    ours = layer_cam(*maps_and_gradient(model, images, layer))
    with torchcam.LayerCAM(model, layer) as extractor:
        theirs = extractor(TARGET, model(images), normalized=False)[0]
    close(ours, theirs)
    targets = [pytorch_grad_cam.utils.model_targets.ClassifierOutputTarget(c) for c in TARGET]
    with pytorch_grad_cam.LayerCAM(model, [model.get_submodule(layer)]) as extractor:
        np.testing.assert_allclose(stretched(stretched(ours, 64), 64), extractor(images, targets), atol=2e-3)


class Louder(nn.Module):
    """A network whose scores are a thousand times as large, so that the ε in a library's denominator is nothing."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, images):
        return 1000 * self.network(images)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("name", "layer"), LAYERS)
def test_grad_cam_plus_plus_is_grad_cams_but_for_its_epsilon(name, layer):
    pytorch_grad_cam = pytest.importorskip("pytorch_grad_cam")
    images = pictures(2, 64)
    targets = [pytorch_grad_cam.utils.model_targets.ClassifierOutputTarget(c) for c in TARGET]
    model = Louder(vision(name))
    with pytorch_grad_cam.GradCAMPlusPlus(model, [model.network.get_submodule(layer)]) as extractor:
        theirs = extractor(images, targets)
    ours = grad_cam_plus_plus(*maps_and_gradient(model, images, f"network.{layer}"))
    np.testing.assert_allclose(stretched(stretched(ours, 64), 64), theirs, atol=5e-3)


@pytest.mark.filterwarnings("ignore")
def test_score_cam_through_a_softmax_is_grad_cams_and_torchcams():
    """Both put the increases through a softmax, where the baseline falls out.

    Their masks are enlarged in other ways (by the corners; scaled first), so here the maps are as large as the image.
    """
    torchcam = pytest.importorskip("torchcam.methods")
    pytorch_grad_cam = pytest.importorskip("pytorch_grad_cam")
    model = flatten_network(torch.Generator().manual_seed(3), size=(12, 10)).requires_grad_(False)
    x = torch.randn(1, 2, 12, 10, generator=torch.Generator().manual_seed(4))
    ours = methods.one_by_one(model, methods.softened, "1")(x, torch.tensor([3]))
    with pytorch_grad_cam.ScoreCAM(model, [model[1]]) as extractor:
        theirs = extractor(x, [pytorch_grad_cam.utils.model_targets.ClassifierOutputTarget(3)])
    np.testing.assert_allclose(stretched(ours, (12, 10)), theirs, atol=1e-4)
    with torchcam.ScoreCAM(model, "1", input_shape=(2, 12, 10)) as extractor:
        close(ours, extractor(3, model(x), normalized=False)[0])


# The photographs.


def test_every_photograph_is_asked_for_four_times_on_either_side():
    assert len(photographs.PAIRS) == 10
    shares = torch.arange(20, dtype=torch.float64)
    of = photographs.Game({"it": shares}, []).of_photographs("it")
    # the cat stands on the left of the first four pairs: questions 0, 2, 4 and 6
    assert of[0] == 3 and abs(of.mean() - shares.mean()) < 1e-9


def test_what_is_stored_is_a_share_for_each_question():
    rows = json.loads(photographs.STORED.read_text(encoding="utf-8"))
    assert {"Grad-CAM", "Grad-CAM++", "LayerCAM", *methods.slow()} == set(rows)
    assert all(len(row) == 20 and all(0 <= share <= 1 for share in row) for row in rows.values())


def test_without_weights_all_of_it_is_stored(monkeypatch):
    def refuse(name):
        raise photos.Unavailable("no weights")

    monkeypatch.setattr(photos, "load_network", refuse)
    played = photographs.play({"Grad-CAM": None})
    assert played.missing == "no weights" and set(played.stored) == set(played.shares)


def test_with_weights_the_stored_shares_come_out_again():
    try:
        network = photos.load_network("squeezenet1_0")
    except photos.Unavailable as reason:
        pytest.skip(str(reason))
    rows = json.loads(photographs.STORED.read_text(encoding="utf-8"))

    def layer(network, images, target):
        with torch.no_grad(), record(network, "features", as_leaf=True) as recorded:
            y = network(images).gather(1, target[:, None])
        (gradient,) = torch.autograd.grad(y.sum(), recorded.output)
        return recorded.output.detach(), gradient

    explain = {
        "Grad-CAM++": lambda *asked: grad_cam_plus_plus(*layer(*asked)),
        "LayerCAM": lambda *asked: layer_cam(*layer(*asked)),
        "saliency": methods.slow()["saliency"],
    }
    for name, method in explain.items():
        np.testing.assert_allclose(photographs.measured(network, method, pairs=1), rows[name][:2], atol=0.002)
    assert metrics.interval(rows["Grad-CAM"]).low > 0.7
