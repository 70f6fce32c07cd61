import pytest
import torch
import torch.nn.functional as F
from networks import pictures, vision, witness
from torch import nn

from cam_tutorial import cam, class_activation_map, global_average_pool, grad_cam, record

FEATURES = torch.tensor([[[[1.0, 0], [2, 3]], [[0, 1], [4, 1]]], [[[1, 1], [1, 1]], [[0, 0], [0, 2]]]])
WEIGHTS = torch.tensor([[2.0, -1], [0, 3], [-1, 0]])


def test_the_weighted_sum_by_hand():
    assert class_activation_map(FEATURES, WEIGHTS, 0).tolist() == [[[2, -1], [0, 5]], [[2, 2], [2, 0]]]
    assert class_activation_map(FEATURES, WEIGHTS, [1, 2]).tolist() == [
        [[0, 3], [12, 3]],
        [[-1, -1], [-1, -1]],
    ]


def test_averaging_the_map_is_classifying_the_averages():
    features, weights = torch.randn(4, 9, 5, 3), torch.randn(7, 9)
    for target in range(7):
        averages = class_activation_map(features, weights, target).mean((1, 2))
        torch.testing.assert_close(averages, (global_average_pool(features) @ weights.T)[:, target])


def test_whole_numbers_are_welcome():
    assert class_activation_map(FEATURES.long(), WEIGHTS.long(), 0)[0].tolist() == [[2, -1], [0, 5]]


@pytest.mark.parametrize(
    ("features", "weights", "target", "error", "telling"),
    [
        (FEATURES[0], WEIGHTS, 0, ValueError, r"\(N, K, H, W\), got \(2, 2, 2\)"),
        (FEATURES, WEIGHTS.T, 0, ValueError, r"shape \(C, 2\), a column for each feature map, got \(2, 3\)"),
        (FEATURES, WEIGHTS[0], 0, ValueError, r"shape \(C, 2\).*got \(2,\)"),
        (FEATURES, WEIGHTS, 3, ValueError, "from 0 to 2, got 3"),
        (FEATURES, WEIGHTS, -1, ValueError, "from 0 to 2, got -1"),
        (FEATURES, WEIGHTS, [0, 1, 2], ValueError, "each of the 2 images"),
        (FEATURES, WEIGHTS, 0.0, TypeError, "class index"),
    ],
)
def test_shapes_that_do_not_fit_are_refused(features, weights, target, error, telling):
    with pytest.raises(error, match=telling) as caught:
        class_activation_map(features, weights, target)
    assert "\n" not in str(caught.value)


CLASSIFIERS = {
    "resnet18": "fc",
    "resnet50": "fc",
    "densenet121": "classifier",
    "googlenet": "fc",
    "mobilenet_v2": "classifier.1",
}


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_the_mean_of_the_map_and_the_bias_make_the_logit(name):
    model, images, target = vision(name), pictures(3, 64), torch.tensor([0, 7, 13])
    with torch.no_grad():
        logits = model(images)
    assert logits.std() > 0.05, "scores that all but agree would not be worth comparing"
    logits = logits[range(3), target]
    bias = model.get_submodule(CLASSIFIERS[name]).bias[target].detach()
    assert bias.abs().min() > 1e-3, "a bias of zero would not be missed"
    maps = cam(model, images, target)
    assert maps.shape[1] * maps.shape[2] > 1
    torch.testing.assert_close(maps.mean((1, 2)) + bias, logits, atol=1e-4, rtol=0)


def test_where_one_map_a_class_is_pooled_its_mean_alone_is_the_logit():
    model, images, target = vision("squeezenet1_0"), pictures(3, 64), torch.tensor([0, 7, 13])
    with torch.no_grad():
        logits = model(images)
    assert logits.std() > 0.05
    logits = logits[range(3), target]
    maps = cam(model, images, target)
    torch.testing.assert_close(maps.mean((1, 2)), logits, atol=1e-4, rtol=0)
    assert (maps >= 0).all()  # what the ReLU before the pooling left
    with torch.no_grad(), record(model, "classifier.2") as recorded:
        model(images)
    torch.testing.assert_close(maps, recorded.output[range(3), target])


@pytest.mark.parametrize("name", ["resnet18", "resnet50", "googlenet", "mobilenet_v2"])
def test_cam_is_z_times_grad_cam_without_its_relu(name):
    model, images, target = vision(name), pictures(2, 64), torch.tensor([4, 9])
    maps, signed = cam(model, images, target), grad_cam(model, images, target, relu=False)
    Z = maps.shape[1] * maps.shape[2]
    torch.testing.assert_close(maps, Z * signed, atol=1e-4 * maps.abs().max().item(), rtol=1e-4)


def test_on_squeezenet_cam_is_z_times_grad_cam_too():
    # The score is the mean of its own map: the gradient there is 1/Z, and no other map takes part.
    model, images = vision("squeezenet1_0"), pictures(2, 64)
    maps, signed = cam(model, images, 5), grad_cam(model, images, 5, relu=False)
    torch.testing.assert_close(maps, maps.shape[1] * maps.shape[2] * signed, atol=1e-5, rtol=1e-4)


def test_on_densenet_it_is_so_behind_the_relu_and_only_there():
    class Rectified(nn.Module):
        """DenseNet, with the ReLU of its forward pass as a layer that can be recorded."""

        def __init__(self):
            super().__init__()
            self.features, self.classifier = vision("densenet121").features, vision("densenet121").classifier
            self.relu = nn.ReLU()

        def forward(self, x):
            return self.classifier(self.relu(self.features(x)).mean((2, 3)))

    model, images, target = vision("densenet121"), pictures(2, 64), torch.tensor([4, 9])
    maps = cam(model, images, target)
    Z = maps.shape[1] * maps.shape[2]
    behind = Z * grad_cam(Rectified(), images, target, "relu", relu=False)
    before = Z * grad_cam(model, images, target, "features", relu=False)
    torch.testing.assert_close(maps, behind, atol=1e-4 * maps.abs().max().item(), rtol=1e-4)
    assert (maps - before).abs().max() > 0.1 * maps.abs().max()


class Gap(nn.Module):
    """As many maps, hidden units and classes as can be confused with each other: six of each."""

    def __init__(self, head: nn.Module, pool="mean", between: nn.Module | None = None):
        super().__init__()
        self.early = nn.Linear(6, 6)  # never run, and of the right shape
        self.mix = nn.Conv2d(3, 6, 3)
        self.trunk = nn.Sequential(nn.ReLU(), nn.Conv2d(6, 6, 1), nn.ReLU())
        self.between = between or nn.Identity()
        self.head, self.pool = head, pool

    def forward(self, x):
        maps = self.trunk(self.mix(x))
        pooled = {"mean": maps.mean((2, 3)), "max": maps.amax((2, 3)), "sum": maps.sum((2, 3))}[self.pool]
        return self.head(self.between(pooled))


def six(**arguments):
    torch.manual_seed(3)
    return nn.Linear(6, 6, **arguments)


def test_of_two_layers_of_the_right_shape_the_classifier_is_found():
    model, images = Gap(six()), pictures()
    with torch.no_grad(), record(model, "trunk") as recorded:
        model(images)
    expected = class_activation_map(recorded.output, model.head.weight.detach(), 2)
    torch.testing.assert_close(cam(model, images, 2), expected)


def test_a_classifier_without_bias_and_one_that_is_a_convolution_are_found():
    unbiased = Gap(six(bias=False))
    with torch.no_grad(), record(unbiased, "trunk") as recorded:
        unbiased(pictures())
    expected = class_activation_map(recorded.output, unbiased.head.weight.detach(), 2)
    torch.testing.assert_close(cam(unbiased, pictures(), 2), expected)
    as_conv = Gap(nn.Sequential(nn.Unflatten(1, (6, 1, 1)), nn.Conv2d(6, 6, 1), nn.Flatten()))
    linear = Gap(six())
    linear.load_state_dict({k: v for k, v in as_conv.state_dict().items() if "head" not in k}, strict=False)
    linear.head.weight.data = as_conv.head[1].weight.data.flatten(1)
    linear.head.bias.data = as_conv.head[1].bias.data
    torch.testing.assert_close(cam(as_conv, pictures(), 2), cam(linear, pictures(), 2))


def test_the_weights_of_a_hidden_layer_are_refused_even_where_their_shape_fits():
    model = Gap(nn.Sequential(six(), nn.ReLU(), nn.Linear(6, 6)))
    with pytest.raises(ValueError, match="grad_cam"):
        cam(model, pictures(), 1)


@pytest.mark.parametrize(
    "model",
    [
        Gap(six(), pool="max"),
        Gap(six(), pool="sum"),
        Gap(nn.Sequential(six(), nn.Softmax(1))),
        Gap(six(), between=nn.ReLU6()),
        Gap(six(), between=nn.LayerNorm(6)),
        nn.Sequential(nn.Conv2d(3, 6, 3), nn.ReLU(), nn.Flatten(), nn.Linear(600, 6)),
    ],
    ids=["max", "sum", "softmax", "relu6 of the averages", "layer norm", "flatten"],
)
def test_a_network_that_does_not_classify_averages_linearly_is_refused(model):
    if isinstance(model, Gap):
        model.trunk[1].bias.data += 5  # averages that a ReLU6 cuts off
        model.trunk[1].weight.data *= 5
    with pytest.raises(ValueError, match="averages its last feature maps.*use grad_cam") as caught:
        cam(model, pictures(), 1)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["vgg11", "alexnet", "mobilenet_v3_small", "convnext_tiny"])
def test_well_known_networks_without_a_linear_classifier_of_averages_are_refused(name):
    with pytest.raises(ValueError, match="use grad_cam"):
        cam(vision(name), pictures(1, 64), 1)


def test_scores_that_are_mostly_bias_do_not_make_any_weights_fit():
    model = Gap(nn.Sequential(six(), nn.Tanh(), nn.Linear(6, 6)))
    model.head[2].bias.data += 1e4
    with pytest.raises(ValueError, match="grad_cam"):
        cam(model, pictures(), 1)


def test_maps_of_more_crops_than_images_are_refused_and_not_mixed_up():
    class Crops(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = Gap(nn.Identity())
            self.fc = nn.Linear(6, 6)

        def forward(self, x):
            return self.fc(self.inner(torch.cat([x, x.flip(3)]))).unflatten(0, (2, -1)).mean(0)

    for n in (1, 3):
        with pytest.raises(ValueError, match="one stack of maps for each image"):
            cam(Crops(), pictures(n), 1)


def test_the_predicted_class_is_explained_when_none_is_asked_for():
    model, images = witness(), pictures(8)
    predicted = model(images.clone()).argmax(1)
    assert len(predicted.unique()) > 1
    assert torch.equal(cam(model, images), cam(model, images, predicted))


def test_the_maps_are_signed():
    maps = torch.stack([cam(witness(), pictures(), c) for c in range(5)])
    assert (maps < 0).any() and (maps > 0).any()


def test_a_function_as_target_is_refused_with_the_name_of_what_takes_it():
    with pytest.raises(TypeError, match="use grad_cam"):
        cam(witness(), pictures(), lambda output: output[:, 0])


def test_an_in_place_relu_behind_the_maps_is_taken_into_account_once():
    model, images = witness(), pictures()
    with torch.no_grad(), record(model, "block") as recorded:
        model(images.clone())
    assert (recorded.output < 0).any()
    expected = class_activation_map(F.relu(recorded.output), model.fc.weight.detach(), 1)
    torch.testing.assert_close(cam(model, images, 1), expected)
