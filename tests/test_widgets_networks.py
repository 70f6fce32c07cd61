"""What the explorers ask of networks, and how their lists and sentences name it."""

import pytest
import torch

from cam_tutorial import cam, models, zoo
from cam_tutorial.cam import NotPooled
from cam_tutorial.widgets import controls, networks, words


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("zoo-gap", "class activation map"),
        ("zoo-nin", "class activation map"),
        ("zoo-gmp", "Grad-CAM"),
        ("zoo-flatten", "Grad-CAM"),
    ],
)
def test_a_network_without_cam_gets_grad_cam(two, name, expected):
    network = models.load(name)
    method, explain = networks.class_map(network, two, signed=True)
    assert method == expected and explain(network, zoo.preprocess(two.image), 1).min() < 0
    if expected == "Grad-CAM":
        assert networks.class_map(network, two)[1](network, zoo.preprocess(two.image), 1).min() >= 0
        with pytest.raises(NotPooled, match="use grad_cam"):
            cam(network, zoo.preprocess(two.image))


@pytest.mark.parametrize("name", ["zoo-gap", "zoo-flatten"])
def test_nan_in_the_weights_is_said_and_not_taken_for_a_network_without_cam(two, name):
    broken = models.build(name)
    with torch.no_grad():
        next(broken.parameters())[0] = torch.nan
    with pytest.raises(ValueError, match="scores hold NaN"):
        networks.class_map(broken, two)


def test_the_parts_of_a_network_give_its_logits(two):
    network = models.load("zoo-gap")
    parts = networks.GapParts(network, two, "a test")
    features, logits = parts(two)
    with torch.no_grad():
        expected = network(zoo.preprocess(two.image))[0]
    assert torch.allclose(logits, expected, atol=1e-5)
    assert torch.allclose(parts.weights @ features.mean(dim=(1, 2)) + parts.bias, expected, atol=1e-4)
    assert torch.allclose(networks.scores(network, two), expected, atol=1e-5)


def test_classes_are_listed_with_their_probabilities_the_predicted_one_chosen():
    listed = controls.class_list(torch.tensor([0.2, 0.5, 0.3]).log(), None)
    assert listed.options == (("class 0  (20.0%)", 0), ("class 1  (50.0%)", 1), ("class 2  (30.0%)", 2))
    assert listed.value == 1
    eight = controls.class_list(torch.zeros(8), "fish")
    assert [label.split()[0] for label, _ in eight.options] == list(zoo.ANIMALS)
    assert eight.value == zoo.ANIMALS.index("fish")


def test_numbers_and_lists_are_written_as_in_a_text():
    assert [words.rounded(value) for value in (-0.004, -0.005001, 1.25, -3)] == ["0.00", "−0.01", "1.25", "−3.00"]
    assert words.rounded(0.12345, 3) == "0.123"
    assert [words.listed(list("abc")[:n]) for n in (1, 2, 3)] == ["a", "a and b", "a, b and c"]
    assert words.capitalized("guided Grad-CAM") == "Guided Grad-CAM"
