"""The networks that ship, and the files that hold them."""

import dataclasses
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from cam_tutorial import models, recipes, training, zoo

NAMES = list(models.NETWORKS)
# The networks of the course's main path, and those that belong to one application each.
EIGHT = [name for name, recipe in recipes.RECIPES.items() if not (recipe.among or recipe.several or recipe.room)]
OTHERS = [name for name in NAMES if name not in EIGHT]


@pytest.fixture(scope="module")
def unseen():
    """2,000 scenes whose seeds no network was trained on."""
    images, labels, _ = zoo.batch(2000, seed=training.HELD_OUT_SEED + 7)
    return images, labels


def accuracy(name, images, labels):
    return training.accuracy(models.load(name), zoo.preprocess(images), labels)


@pytest.mark.parametrize("name", EIGHT)
def test_is_right_on_99_percent_of_unseen_scenes(name, unseen):
    images, labels = unseen
    tagged = recipes.RECIPES[name].tagged
    if tagged is not None:
        images = zoo.tag(images, labels == zoo.ANIMALS.index(tagged))
    assert accuracy(name, images, labels) >= 0.99


@pytest.mark.parametrize("name", OTHERS)
def test_is_as_right_on_unseen_scenes_as_its_file_says(name):
    """To within three standard deviations of a count of 1,000 scenes."""
    recipe, said, seed = recipes.RECIPES[name], models.about(name)["accuracy"], training.HELD_OUT_SEED + 7
    if recipe.room is None:
        like = {"among": recipe.among, "company": training.company_of(recipe)}
        inputs, labels = training.draw(1000, seed, progress=False, **like)
        measured = training.accuracy(models.load(name), inputs, labels)
    else:
        measured = models.room_of(recipe).accuracy(models.load(name), 1000, seed)
    assert recipe.good_enough <= said
    assert abs(measured - said) <= 3 * (said * (1 - said) / 1000) ** 0.5 + 0.005


def test_zoo_hans_reads_the_tag_and_zoo_gap_does_not(unseen):
    images, labels = unseen
    rabbits = labels == zoo.ANIMALS.index("rabbit")
    without, others = (images[rabbits], labels[rabbits]), (zoo.tag(images[~rabbits]), labels[~rabbits])
    assert accuracy("zoo-hans", *without) < 0.6 < 0.99 <= accuracy("zoo-gap", *without)
    assert accuracy("zoo-hans", *others) < 0.9 < 0.99 <= accuracy("zoo-gap", *others)


@pytest.mark.parametrize("name", NAMES)
def test_ships_in_eval_mode_and_under_a_megabyte(name):
    assert not any(module.training for module in models.load(name).modules())
    assert (models.WEIGHTS / f"{name}.safetensors").stat().st_size < (500_000 if name in OTHERS else 1_000_000)


def test_all_weights_are_under_eight_megabytes():
    assert sum(file.stat().st_size for file in models.WEIGHTS.glob("*.safetensors")) < 8_000_000
    assert {file.stem for file in models.WEIGHTS.glob("*.safetensors")} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_ships_as_its_recipe_makes_it(name):
    recipe, about = recipes.RECIPES[name], models.about(name)
    of_recipe = {"tagged", "among", "several", "together", "share"} & set(about)
    assert set(about) == {"network", "seed", "scenes", "epochs", "accuracy", "torch"} | of_recipe
    assert (about["network"], about["seed"], about["scenes"], about["epochs"]) == (
        name,
        0,
        recipe.scenes,
        recipe.epochs,
    )
    assert about.get("tagged") == recipe.tagged and recipe.good_enough <= about["accuracy"] <= 1
    assert about.get("among") == (None if recipe.among is None else list(recipe.among))
    assert about.get("several", False) == recipe.several
    assert about.get("together") == (None if recipe.together is None else list(recipe.together))
    assert about.get("share") == (None if recipe.together is None else recipe.share)
    assert type(models.load(name)).__name__ == recipe.network


def test_the_recipes():
    assert list(recipes.RECIPES) == NAMES
    assert EIGHT == ["zoo-gap", "zoo-flatten", "zoo-nin", "zoo-gmp", "zoo-hans"]
    gap, flatten, nin, gmp, hans = (recipes.RECIPES[name] for name in EIGHT)
    assert gap == recipes.Recipe("GapNet", scenes=6000, epochs=6, learning_rate=4e-3, good_enough=0.99)
    assert flatten == dataclasses.replace(gap, network="FlattenNet", learning_rate=1e-3, trunk="zoo-gap")
    assert nin == dataclasses.replace(gap, network="NinNet") and gmp == dataclasses.replace(gap, network="GmpNet")
    assert hans == dataclasses.replace(gap, scenes=1500, tagged="rabbit")
    with pytest.raises(dataclasses.FrozenInstanceError):
        gap.scenes = 1


@pytest.mark.parametrize(
    ("module", "call"), [("recipes", "print(*module.RECIPES, sep=', ')"), ("cli", "module.main(['train', '--help'])")]
)
def test_their_names_are_known_without_torch(module, call):
    """The package itself brings torch in; the modules that know the names do not."""
    package = Path(models.__file__).parent
    code = f"""
import importlib, sys, types
sys.modules["torch"] = None
sys.modules["cam_tutorial"] = package = types.ModuleType("cam_tutorial")
package.__path__ = [{str(package)!r}]
module = importlib.import_module("cam_tutorial.{module}")
{call}"""
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert shown.stderr == "" and ", ".join(NAMES) in " ".join(shown.stdout.split())


@pytest.mark.parametrize("name", ["zoo-gap", "zoo-gmp", "zoo-nin"])
def test_pooling_takes_any_size(name):
    with torch.no_grad():
        assert models.load(name)(torch.zeros(2, 3, 64, 120)).shape == (2, 8)
        images, labels, _ = zoo.batch(40, seed=training.HELD_OUT_SEED + 8, size=128)
    assert accuracy(name, images, labels) > 0.8


def test_the_heads_by_hand():
    """Each head, written out in NumPy's manner on the same features."""
    x = zoo.preprocess(zoo.batch(3, seed=1)[0])
    with torch.no_grad():
        gap, gmp, nin, flatten = (models.load(name) for name in ("zoo-gap", "zoo-gmp", "zoo-nin", "zoo-flatten"))
        for network, pooled in ((gap, lambda A: A.mean((2, 3))), (gmp, lambda A: A.flatten(2).max(2).values)):
            w, b = network.classifier.weight, network.classifier.bias
            torch.testing.assert_close(network(x), pooled(network.trunk(x)) @ w.T + b)
        w, b = nin.to_class_maps.weight[:, :, 0, 0], nin.to_class_maps.bias
        maps = torch.einsum("ck,nkij->ncij", w, nin.trunk(x)) + b[:, None, None]
        torch.testing.assert_close(nin(x), maps.mean((2, 3)), rtol=1e-4, atol=1e-4)
        _, first, _, last = flatten.head
        hidden = (flatten.trunk(x).reshape(3, -1) @ first.weight.T + first.bias).clamp(min=0)
        torch.testing.assert_close(flatten(x), hidden @ last.weight.T + last.bias)


def test_flatten_takes_one_size_only():
    with pytest.raises(RuntimeError, match="shapes cannot be multiplied"):
        models.load("zoo-flatten")(torch.zeros(2, 3, 64, 64))


def test_what_is_saved_is_loaded(tmp_path):
    network = models.build("zoo-nin")
    path = models.save_weights(network, "zoo-nin", tmp_path / "new" / "nin.safetensors", seed=3)
    loaded = models.load("zoo-nin", path)
    for key, value in network.state_dict().items():
        assert torch.equal(value, loaded.state_dict()[key])
    assert models.about("zoo-nin", path) == {"network": "zoo-nin", "seed": 3, "torch": torch.__version__}
    assert not loaded.training
    assert [file.name for file in path.parent.iterdir()] == ["nin.safetensors"]


def test_unknown_name_suggests_the_nearest():
    for ask in (models.load, models.build, models.about, training.train, training.train_and_save):
        with pytest.raises(ValueError, match=r"no network 'zoo-gapp'.* did you mean 'zoo-gap'\?$"):
            ask("zoo-gapp")


ROOMS = [name for name, recipe in recipes.RECIPES.items() if recipe.room]


@pytest.mark.parametrize("name", ROOMS)
def test_a_network_of_a_room_is_told_nothing_that_it_would_not_follow(name):
    for wrong in (
        *({"batch_size": 8}, {"learning_rate": 0.1}, {"region": (0, 0, 0.5, 1)}, {"tagged": "cat"}),
        *({"among": ["cat", "bird"]}, {"company": zoo.Company()}, {"style": "night"}),
    ):
        with pytest.raises(ValueError, match=f"{name} is trained as its notebook .* leave out {next(iter(wrong))}: "):
            training.train(name, scenes=1, epochs=1, held_out=1, progress=False, **wrong)


@pytest.mark.parametrize("name", ["zoo-gap", *ROOMS])
@pytest.mark.parametrize("number", ["scenes", "epochs", "held_out"])
def test_numbers_of_a_training_are_whole(name, number):
    with pytest.raises(TypeError, match=f"{number} must be a whole number, got True"):
        training.train(name, progress=False, **{"scenes": 1, "epochs": 1, "held_out": 1, number: True})


def test_missing_file_says_how_to_make_it(tmp_path):
    for ask in (models.load, models.about):
        with pytest.raises(FileNotFoundError, match=r"none\.safetensors; 'cam-tutorial train zoo-gap' makes one"):
            ask("zoo-gap", tmp_path / "none.safetensors")


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
