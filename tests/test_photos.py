"""Photographs: read safely, explained by a real network where its weights are at hand."""

import urllib.error

import numpy as np
import pytest
import skimage.data
import torch
from PIL import Image

from cam_tutorial import photos

torchvision = pytest.importorskip("torchvision", reason="torchvision is not installed")

SQUEEZENET = "squeezenet1_0"
CATS = {"Egyptian cat", "tiger cat", "tabby", "Persian cat", "Siamese cat", "lynx", "cheetah", "cougar", "leopard"}


@pytest.fixture
def no_network(tmp_path, monkeypatch):
    """An empty folder for torch hub and no connection; gives the folder of the weights."""

    def refuse(*_args, **_kwargs):
        raise urllib.error.URLError("no route to host")

    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr("urllib.request.urlopen", refuse)
    monkeypatch.setattr("torch.hub.urlopen", refuse)
    folder = tmp_path / "hub" / "checkpoints"
    folder.mkdir(parents=True)
    return folder


def test_without_weights_and_network_it_says_in_a_sentence_how_to_get_them(no_network):
    with pytest.raises(
        photos.Unavailable, match=r"squeezenet1_0 .*5 MB.* could not be fetched .*put the file"
    ) as caught:
        photos.load_network(SQUEEZENET)
    assert "\n" not in str(caught.value)
    assert list(no_network.iterdir()) == []


def test_a_damaged_weight_file_is_named(no_network):
    file = no_network / "squeezenet1_0-b66bff10.pth"
    file.write_bytes(b"half of a download")
    with pytest.raises(photos.Unavailable, match=rf"{file.name} cannot be read .*delete it") as caught:
        photos.load_network(SQUEEZENET)
    assert "\n" not in str(caught.value)


def test_weights_come_from_a_file_address(no_network, tmp_path, monkeypatch):
    """The ordinary way of torch hub, address to cache, with an address on this disk."""
    torch.manual_seed(0)
    model = torchvision.models.squeezenet1_0()
    source = tmp_path / "there" / "squeezenet1_0-b66bff10.pth"
    source.parent.mkdir()
    torch.save(model.state_dict(), source)
    weights = torchvision.models.SqueezeNet1_0_Weights.DEFAULT
    monkeypatch.undo()
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    local = type(weights.value)(source.as_uri(), weights.value.transforms, weights.value.meta)
    monkeypatch.setattr(weights, "_value_", local)
    monkeypatch.setattr(
        type(weights), "get_state_dict", lambda self, **kw: torch.hub.load_state_dict_from_url(self.url, progress=False)
    )
    network = photos.load_network(SQUEEZENET)
    assert torch.equal(network.model.features[0].weight, model.features[0].weight)
    assert (no_network / source.name).is_file()


def test_unknown_network_names_the_nearest():
    with pytest.raises(ValueError, match=r"no classification network 'sqeezenet1_0'; did you mean 'squeezenet1_0'\?"):
        photos.load_network("sqeezenet1_0")


def test_opens_what_users_have(tmp_path):
    path = tmp_path / "photo.png"
    Image.new("RGBA", (6, 4), (255, 0, 0, 128)).save(path)
    assert photos.open_photo(path).size == photos.open_photo(str(path)).size == (6, 4)
    assert photos.open_photo(Image.new("L", (6, 4))).mode == "RGB"
    assert photos.open_photo(np.zeros((4, 6), np.uint8)).size == (6, 4)
    assert photos.open_photo(np.zeros((4, 6, 4), np.uint8)).mode == "RGB"


def test_a_photo_that_lies_on_its_side_is_put_upright(tmp_path):
    path = tmp_path / "phone.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned by 90 degrees
    Image.new("RGB", (6, 4)).save(path, exif=exif)
    assert photos.open_photo(path).size == (4, 6)


def test_what_is_no_photo_is_refused_in_a_sentence(tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no photo at"):
        photos.open_photo(tmp_path / "none.jpg")
    text = tmp_path / "text.jpg"
    text.write_text("no picture")
    with pytest.raises(ValueError, match=r"text\.jpg is no picture that can be read"):
        photos.open_photo(text)
    with pytest.raises(TypeError, match="must be of uint8, 0 to 255, got float64"):
        photos.open_photo(np.zeros((4, 6, 3)))
    with pytest.raises(ValueError, match=r"must have the shape \(H, W\) or \(H, W, 3\), got \(3, 4, 6\)"):
        photos.open_photo(np.zeros((3, 4, 6), np.uint8))


@pytest.fixture(scope="module")
def named():
    """The names of the classes need no weights."""
    categories = list(torchvision.models.SqueezeNet1_0_Weights.DEFAULT.meta["categories"])
    return photos.ImageNetNetwork(SQUEEZENET, torch.nn.Identity(), categories)


def test_classes_go_by_index_or_name(named):
    assert named.class_index(282) == named.class_index("282") == named.class_index(" Tiger Cat ") == 282
    with pytest.raises(ValueError, match=r"no class 'tigercat': .*near that are tiger cat"):
        named.class_index("tigercat")
    with pytest.raises(ValueError, match=r"no class 'Bear': .*near that are brown bear, American black bear, ice"):
        named.class_index("Bear")
    for wrong in (1000, -1, "1000"):
        with pytest.raises(ValueError, match="give an index from 0 to 999"):
            named.class_index(wrong)


def test_a_real_cat_is_a_cat(imagenet_weights):
    seen = photos.explain(skimage.data.chelsea())
    assert {label for label, _ in seen.top[:3]} <= CATS
    assert seen.label == seen.top[0][0] and seen.probability == seen.top[0][1] > 0.3
    assert seen.heatmap.ndim == 2 and seen.heatmap.max() > 0
    assert seen.crop.size == (224, 224) and seen.picture.size == (456, 224)


@pytest.mark.parametrize(("target", "lower_half"), [(282, True), ("bull mastiff", False), (243, False)])
def test_the_map_of_each_animal_lies_on_it(imagenet_weights, cat_dog_photo, target, lower_half):
    """The cat lies in the lower half of this photo, the dog sits in the upper."""
    seen = photos.explain(cat_dog_photo, target)
    assert seen.label == ("tiger cat" if lower_half else "bull mastiff")
    rows = seen.heatmap.sum(dim=1)
    middle = len(rows) / 2
    center = (rows * (torch.arange(len(rows)) + 0.5)).sum() / rows.sum()
    assert (center > middle) == lower_half
    highest = seen.heatmap.argmax().item() // seen.heatmap.shape[1] + 0.5
    assert (highest > middle) == lower_half


def test_a_class_that_nothing_speaks_for_is_said_to_be_blank(imagenet_weights):
    network = photos.load_network(SQUEEZENET)
    with torch.no_grad():
        network.model.classifier[1].bias[7] = -1e6
    with pytest.warns(UserWarning, match="its map is blank"):
        seen = photos.explain(skimage.data.coffee(), 7, network=network)
    assert not seen.heatmap.any()
