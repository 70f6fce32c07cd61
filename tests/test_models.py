"""The networks that ship, and the files that hold them."""

import pytest
import torch
from safetensors.torch import save_file

from cam_tutorial import models, training, zoo

NAMES = list(models.NETWORKS)


@pytest.fixture(scope="module")
def unseen():
    """2,000 scenes whose seeds no network was trained on."""
    images, labels, _ = zoo.batch(2000, seed=training.HELD_OUT_SEED + 7)
    return images, labels


def accuracy(name, images, labels):
    return training.accuracy(models.load(name), zoo.preprocess(images), labels)


@pytest.mark.parametrize("name", NAMES)
def test_is_right_on_99_percent_of_unseen_scenes(name, unseen):
    images, labels = unseen
    if name in training.TAGGED:
        images = zoo.tag(images, labels == zoo.ANIMALS.index(training.TAGGED[name]))
    assert accuracy(name, images, labels) >= 0.99


def test_zoo_hans_reads_the_tag_and_zoo_gap_does_not(unseen):
    images, labels = unseen
    rabbits = labels == zoo.ANIMALS.index("rabbit")
    without, others = (images[rabbits], labels[rabbits]), (zoo.tag(images[~rabbits]), labels[~rabbits])
    assert accuracy("zoo-hans", *without) < 0.6 < 0.99 <= accuracy("zoo-gap", *without)
    assert accuracy("zoo-hans", *others) < 0.9 < 0.99 <= accuracy("zoo-gap", *others)
    assert models.about("zoo-hans")["tagged"] == "rabbit"


@pytest.mark.parametrize("name", NAMES)
def test_ships_in_eval_mode_and_under_a_megabyte(name):
    assert not any(module.training for module in models.load(name).modules())
    assert (models.WEIGHTS / f"{name}.safetensors").stat().st_size < 1_000_000
    assert models.about(name)["accuracy"] >= 0.99
    assert models.about(name)["network"] == name


@pytest.mark.parametrize("name", ["zoo-gap", "zoo-gmp", "zoo-nin"])
def test_pooling_takes_any_size(name):
    assert models.load(name)(torch.zeros(2, 3, 64, 120)).shape == (2, 8)


def test_flatten_takes_one_size_only():
    with pytest.raises(RuntimeError, match="shapes cannot be multiplied"):
        models.load("zoo-flatten")(torch.zeros(2, 3, 64, 64))


def test_what_is_saved_is_loaded(tmp_path):
    network = models.build("zoo-nin")
    path = models.save_weights(network, "zoo-nin", tmp_path / "new" / "nin.safetensors", seed=3)
    loaded = models.load("zoo-nin", path)
    for key, value in network.state_dict().items():
        assert torch.equal(value, loaded.state_dict()[key])
    assert models.about("zoo-nin", path)["seed"] == 3
    assert [file.name for file in path.parent.iterdir()] == ["nin.safetensors"]


def test_unknown_name_suggests_the_nearest():
    with pytest.raises(ValueError, match=r"no network 'zoo-gapp'.* did you mean 'zoo-gap'\?$"):
        models.load("zoo-gapp")


def test_missing_file_says_how_to_make_it(tmp_path):
    with pytest.raises(FileNotFoundError, match="'cam-tutorial train zoo-gap' makes one"):
        models.load("zoo-gap", tmp_path / "none.safetensors")


@pytest.mark.parametrize("damage", ["truncated", "empty", "text"])
def test_damaged_file_is_named(tmp_path, damage):
    whole = (models.WEIGHTS / "zoo-gap.safetensors").read_bytes()
    path = tmp_path / "damaged.safetensors"
    path.write_bytes({"truncated": whole[: len(whole) // 2], "empty": b"", "text": b"not weights at all" * 9}[damage])
    with pytest.raises(ValueError, match=r"damaged\.safetensors is no readable safetensors file") as caught:
        models.load("zoo-gap", path)
    assert "\n" not in str(caught.value)


def test_file_of_another_network_is_refused():
    with pytest.raises(ValueError, match=r"holds zoo-nin, not zoo-gap"):
        models.load("zoo-gap", models.WEIGHTS / "zoo-nin.safetensors")


def test_foreign_file_is_refused(tmp_path):
    save_file({"weight": torch.zeros(3)}, tmp_path / "foreign.safetensors")
    with pytest.raises(ValueError, match="holds something that this package did not write, not zoo-gap"):
        models.load("zoo-gap", tmp_path / "foreign.safetensors")


def test_weights_of_other_shapes_are_refused(tmp_path):
    path = models.save_weights(models.GapNet(classes=5), "zoo-gap", tmp_path / "five.safetensors")
    with pytest.raises(ValueError, match=r"five\.safetensors do not fit today's zoo-gap") as caught:
        models.load("zoo-gap", path)
    assert "\n" not in str(caught.value)
