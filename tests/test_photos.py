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


@pytest.fixture(scope="module")
def named():
    """The names of the classes need no weights."""
    categories = list(torchvision.models.SqueezeNet1_0_Weights.DEFAULT.meta["categories"])
    return photos.ImageNetNetwork(SQUEEZENET, torch.nn.Identity(), categories)


def test_classes_go_by_index_or_name(named):
    assert named.class_index(282) == named.class_index("282") == named.class_index(" Tiger Cat ") == 282
    with pytest.raises(ValueError, match=r"no class 'Bear': .*near that are 105 koala, 294 brown bear, 295"):
        named.class_index("Bear")


def test_a_real_cat_is_a_cat(imagenet_weights):
    seen = photos.explain(skimage.data.chelsea())
    assert {label for label, _ in seen.top[:3]} <= CATS
    assert seen.label == seen.top[0][0] and seen.probability == seen.top[0][1] > 0.3
    assert seen.heatmap.ndim == 2 and seen.heatmap.max() > 0
    assert seen.index == 285 and seen.crop.size == (224, 224)
    assert seen.photo.size == seen.over.size == (451, 300) and seen.picture.size == (2 * 451 + 9, 300)


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


# --- The map on the photograph, without weights ---


class Brightness(torch.nn.Module):
    """A network whose class 1 is the brightness of what it sees, and class 0 what lacks of it: a map for each."""

    def __init__(self):
        super().__init__()
        self.cells = torch.nn.Conv2d(3, 2, 16, stride=16, bias=False)
        self.cells.weight.data = torch.tensor([-1 / 768, 1 / 768])[:, None, None, None].repeat(1, 3, 16, 16)

    def forward(self, images):
        return self.cells(images).mean(dim=(2, 3))


@pytest.fixture
def bright():
    from torchvision.transforms._presets import ImageClassification

    transforms = ImageClassification(crop_size=224, mean=(0, 0, 0), std=(1, 1, 1))
    return photos.ImageNetNetwork("brightness", Brightness().eval(), ["dark", "bright"], transforms)


@pytest.mark.parametrize(("width", "height"), [(640, 480), (480, 640), (100, 100), (1000, 300)])
def test_the_map_lies_over_what_it_shows_on_a_photo_of_any_shape(bright, width, height):
    pixels = np.zeros((height, width, 3), np.uint8)
    y, x = height // 3, width // 2 + min(width, height) // 4
    pixels[y - 9 : y + 9, x - 9 : x + 9] = 255
    seen = photos.explain(pixels, "bright", network=bright)
    assert seen.over.size == (width, height)
    glow = np.asarray(seen.over).astype(float)[..., 0]  # red
    top, left, bottom, right = seen.placement.seen
    center = np.average(np.mgrid[top:bottom, left:right], axis=(1, 2), weights=_above(glow[top:bottom, left:right]))
    cell = 16 * min(width, height) / 256
    assert abs(center[0] - y) < cell and abs(center[1] - x) < cell


def _above(values):
    """What stands out from the rest of a picture."""
    return np.where(values > (values.max() + values.min()) / 2, 1.0, 0.0)


def test_what_was_cropped_away_is_pale_and_has_no_color_and_no_map(bright):
    pixels = np.full((256, 512, 3), (200, 40, 40), np.uint8)
    seen = photos.explain(pixels, network=bright)
    top, left, bottom, right = seen.placement.seen
    assert (top, left, bottom, right) == (16, 144, 240, 368)  # the square of 224 in the middle
    over = np.asarray(seen.over).astype(int)
    gray = round(140 + 0.4 * (200 * 299 + 40 * 587 + 40 * 114) / 1000)
    away = np.ones((256, 512), bool)
    away[top:bottom, left:right] = False
    assert np.abs(over[away] - gray).max() <= 1
    assert not np.abs(over[~away] - gray).max(axis=1).min() <= 1
    picture = np.asarray(seen.picture)
    assert picture.shape == (256, 2 * 512 + 10, 3)
    assert np.array_equal(picture[:, :512], pixels) and np.array_equal(picture[:, -512:], over)


def test_a_photo_is_explained_as_it_is_seen(bright, tmp_path):
    """Lying on its side with EXIF saying so, the same photo gives the same map as upright."""
    upright = Image.fromarray(np.random.default_rng(0).integers(0, 256, (60, 90, 3), np.uint8))
    tags = Image.Exif()
    tags[0x0112] = 6
    upright.transpose(Image.Transpose.ROTATE_90).save(tmp_path / "phone.png", exif=tags)
    ours, theirs = (photos.explain(photo, 1, network=bright) for photo in (upright, tmp_path / "phone.png"))
    assert torch.equal(ours.heatmap, theirs.heatmap)
    with Image.open(tmp_path / "phone.png") as opened:
        assert torch.equal(photos.explain(opened, 1, network=bright).heatmap, ours.heatmap)
    assert np.array_equal(np.asarray(ours.over), np.asarray(theirs.over))


def test_16_bits_and_hidden_colors_change_no_answer(imagenet_weights, tmp_path):
    gray = np.asarray(Image.fromarray(skimage.data.chelsea()).convert("L"))
    Image.fromarray(gray.astype(np.uint16) * 257).save(tmp_path / "16.png")
    assert photos.explain(tmp_path / "16.png").top == photos.explain(gray).top
    erased = np.dstack([skimage.data.chelsea(), np.zeros((300, 451), np.uint8)])
    assert photos.explain(erased, 285).probability < 0.1
