"""Weights of one's own for a network of torchvision: each file either fits, or says in a sentence why not."""

import pytest
import torch
from safetensors.torch import save_file
from torchvision import models

from cam_tutorial import photos


@pytest.fixture(scope="module")
def trained():
    torch.manual_seed(0)
    return models.squeezenet1_1()


@pytest.mark.parametrize("kind", ["plain", "checkpoint", "parallel", "safetensors"])
def test_weights_are_read_as_training_writes_them(kind, trained, tmp_path):
    weights = trained.state_dict()
    path = tmp_path / "mine.pth"
    if kind == "safetensors":
        path = path.with_suffix(".safetensors")
        save_file(weights, path)
    elif kind == "parallel":
        torch.save({f"module.{name}": value for name, value in weights.items()}, path)
    else:
        torch.save({"epoch": 3, "state_dict": weights} if kind == "checkpoint" else weights, path)
    network = photos.load_network("squeezenet1_1", path)
    assert not network.model.training and len(network.categories) == 1000 and network.transforms.crop_size == [224]
    for name, value in network.model.state_dict().items():
        assert value.equal(weights[name])


@pytest.mark.parametrize("name", ["googlenet", "inception_v3"])
def test_networks_that_rescale_their_input_do_so_with_own_weights_too(name, tmp_path):
    options = {"googlenet": {"init_weights": False}, "inception_v3": {"init_weights": False}}[name]
    weights = models.get_model(name, aux_logits=False, **options).state_dict()
    torch.save(weights, tmp_path / "mine.pth")
    network = photos.load_network(name, tmp_path / "mine.pth")
    assert network.model.transform_input


def _without(weights):
    return {name: value for name, value in weights.items() if name != "classifier.1.bias"}


@pytest.mark.parametrize(
    ("change", "telling"),
    [
        (
            _without,
            "mine.pth does not fit squeezenet1_1, which has 52 tensors: it lacks 1, such as 'classifier.1.bias'",
        ),
        (lambda weights: {**weights, "fc.bias": torch.zeros(3)}, "it has beside them 1, such as 'fc.bias'"),
        (
            lambda weights: {**weights, "classifier.1.bias": torch.zeros(5)},
            "has in another shape 1, such as 'classifier",
        ),
        (lambda weights: {"epoch": 3}, "mine.pth holds no weights by their names: save network.state_dict"),
        (lambda weights: [1, 2], "mine.pth holds no weights by their names"),
        (lambda weights: {}, "mine.pth holds no weights by their names"),
    ],
)
def test_weights_that_do_not_fit_are_refused(change, telling, trained, tmp_path):
    torch.save(change(trained.state_dict()), tmp_path / "mine.pth")
    with pytest.raises(ValueError, match=telling) as caught:
        photos.load_network("squeezenet1_1", tmp_path / "mine.pth")
    assert "\n" not in str(caught.value)


def test_no_file_a_damaged_one_and_a_whole_network_are_refused(trained, tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no weight file .*none.pth"):
        photos.load_network("squeezenet1_1", tmp_path / "none.pth")
    (tmp_path / "bad.pth").write_bytes(b"no weights")
    torch.save(trained, tmp_path / "whole.pth")  # which would run code when it is read
    for name in ("bad.pth", "whole.pth"):
        with pytest.raises(ValueError, match=f"{name} cannot be read") as caught:
            photos.load_network("squeezenet1_1", tmp_path / name)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["squeezenet1_1", "resnet18", "mobilenet_v2"])
def test_the_number_of_classes_is_read_off_the_weights(name, tmp_path):
    weights = models.get_model(name, num_classes=5).state_dict()
    torch.save(weights, tmp_path / "mine.pth")
    network = photos.load_network(name, tmp_path / "mine.pth")
    assert network.categories == ["0", "1", "2", "3", "4"] and network.class_index("4") == 4
    assert network.model(torch.zeros(1, 3, 64, 64)).shape == (1, 5)


def test_weights_of_another_network_with_as_many_classes_are_refused_with_both_shapes(tmp_path):
    torch.save(models.resnet50(num_classes=5).state_dict(), tmp_path / "mine.pth")
    with pytest.raises(ValueError, match="mine.pth does not fit resnet18.* it has beside them") as caught:
        photos.load_network("resnet18", tmp_path / "mine.pth")
    torch.save(models.resnet34(num_classes=5).state_dict(), tmp_path / "mine.pth")
    with pytest.raises(ValueError, match="does not fit resnet18"):
        photos.load_network("resnet18", tmp_path / "mine.pth")
    weights = models.resnet18(num_classes=5).state_dict()
    weights["conv1.weight"] = weights["conv1.weight"][:, :1]
    torch.save(weights, tmp_path / "mine.pth")
    with pytest.raises(ValueError, match=r"'conv1.weight', \(64, 1, 7, 7\) in place of \(64, 3, 7, 7\)"):
        photos.load_network("resnet18", tmp_path / "mine.pth")
    assert "\n" not in str(caught.value)
