"""The same arguments draw the same scene: in every process, whatever is asked for besides, and when the zoo grows."""

import hashlib
import importlib
import inspect
import random
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from cam_tutorial import zoo
from cam_tutorial.zoo.figures import MOST_JOINTS, MOST_POLYGONS, Figure, Joint, Part
from cam_tutorial.zoo.shapes import ellipse

SEEDS = range(25)


def fingerprint(zoo=zoo):
    """One number for all that 30 scenes and two batches hold."""
    digest = hashlib.sha256()
    for seed in (0, 7, 2**40 + 1, 10**30, 10_015):
        for asked in (
            {},
            {"animals": 2},
            {"animals": 6, "region": (0.1, 0, 0.9, 0.7)},
            {"animals": ["snail", "cat"], "size": 131},
            {"animals": 3, "at": [(0.4, 0.5), (0.5, 0.5), (2, 0)]},
            {"animals": 0, "size": 16},
        ):
            scene = zoo.scene(seed, **asked)
            digest.update(scene.image.numpy().tobytes() + zoo.tag(scene.image).numpy().tobytes())
            for animal in scene.animals:
                digest.update(repr((animal.name, animal.label, animal.box, list(animal.parts))).encode())
                for mask in (animal.mask, *animal.parts.values()):
                    digest.update(mask.numpy().tobytes())
    for part in (*zoo.batch(5, 3), *zoo.batch(5, 4, animals=2)):
        digest.update(part.numpy().tobytes())
    return digest.hexdigest()


def test_the_scenes_are_those_that_weights_and_stored_outputs_rest_on():
    """If this fails, every network must be trained and every notebook run again: change the drawing some other way."""
    assert fingerprint() == "a2e8e51b201cc6785c9362bc4aacf5169881c0f5221d15091d05c0b5d8ac6626"


def test_the_animals_in_class_order():
    assert zoo.ANIMALS == ("cat", "rabbit", "bird", "fish", "turtle", "snail", "butterfly", "spider")
    assert zoo.SPECIES[:8] == zoo.ANIMALS


@pytest.fixture(scope="module")
def larger_zoo(tmp_path_factory):
    """The zoo after a species was added to it, as `species.py` says."""
    folder = tmp_path_factory.mktemp("larger") / "larger_zoo"
    shutil.copytree(Path(zoo.__file__).parent, folder, ignore=shutil.ignore_patterns("__pycache__"))
    figures, rest = (folder / "species.py").read_text().split("\n}\n", 1)
    (folder / "species.py").write_text(f'{figures}\n    "yak": Figure(CAT[6:]),\n}}\n{rest}')
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder.parent)
        return importlib.import_module("larger_zoo")


def test_a_species_more_changes_no_scene_of_today(larger_zoo):
    assert (*zoo.SPECIES, "yak") == larger_zoo.SPECIES and larger_zoo.ANIMALS == zoo.ANIMALS
    assert fingerprint(larger_zoo) == fingerprint()
    for name in zoo.ANIMALS:
        assert torch.equal(larger_zoo.scene(5, name).image, zoo.scene(5, name).image)
    asked = {"n": 40, "seed": 8, "among": ["fish", "cat"]}
    for before, after in zip(zoo.batch(**asked), larger_zoo.batch(**asked), strict=True):
        assert torch.equal(before, after)


def test_it_is_drawn_by_its_name_and_where_it_is_asked_for(larger_zoo):
    (yak,) = larger_zoo.scene(5, "yak").animals
    assert (yak.name, yak.label) == ("yak", len(zoo.SPECIES))
    assert yak.mask.any() and set(yak.parts) == {"body", "ears", "head"}
    assert larger_zoo.batch(200, 1, size=16)[1].max() == 7
    counts = larger_zoo.batch(450, 1, size=16, among=[*zoo.ANIMALS, "yak"])[1].bincount()
    assert counts[counts > 0].shape == (9,) and counts[counts > 0].min() > 30 and counts.max() < 75  # 50 expected


def test_it_changes_only_the_scenes_it_comes_into(larger_zoo):
    came = 0
    for seed in range(150):
        before = zoo.scene(seed, 2, among=zoo.SPECIES)
        after = larger_zoo.scene(seed, 2, among=larger_zoo.SPECIES)
        joined = "yak" in [animal.name for animal in after.animals]
        came += joined
        assert torch.equal(before.image, after.image) is not joined
    assert 5 < came < 25  # 2 of 22 are expected, 14


def test_random_animals_come_from_among_and_nothing_else_changes():
    for seed in SEEDS:
        scene = zoo.scene(seed, 2, among=["snail", "fish", "cat"])
        names = [animal.name for animal in scene.animals]
        assert len(set(names)) == 2 and set(names) <= {"snail", "fish", "cat"}
        assert torch.equal(scene.image, zoo.scene(seed, names).image)  # size, look and place are those of the seed
        assert torch.equal(zoo.scene(seed, 2, among=zoo.ANIMALS[::-1]).image, zoo.scene(seed, 2).image)
        assert torch.equal(zoo.scene(seed, "bird", among=["cat"]).image, zoo.scene(seed, "bird").image)
    counts = zoo.batch(300, 2, size=16, among=["snail", "fish", "cat"])[1].bincount(minlength=8)
    assert counts[[5, 3, 0]].min() > 75 and counts.sum() == counts[[5, 3, 0]].sum()


def test_the_same_bytes_in_another_process():
    imports = "import hashlib\nfrom cam_tutorial import zoo\n"
    code = f"{imports}{inspect.getsource(fingerprint)}\nprint(fingerprint())"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == fingerprint()


def test_global_chance_is_neither_used_nor_spent():
    before = fingerprint()
    random.seed(1), np.random.seed(1), torch.manual_seed(1)
    states = random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state().tolist()
    assert fingerprint() == before
    assert states == (random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state().tolist())


def test_seeds_give_different_scenes():
    images = {zoo.scene(seed).image.numpy().tobytes() for seed in [*range(50), 2**32, 2**64, 2**96]}
    assert len(images) == 53


def test_naming_the_random_animals_changes_nothing():
    for seed in SEEDS:
        scene = zoo.scene(seed, 3)
        assert len({animal.name for animal in scene.animals}) == 3
        named = zoo.scene(seed, [animal.name for animal in scene.animals])
        assert torch.equal(scene.image, named.image)


def test_a_figure_has_room_for_so_many_joints_and_outlines():
    joints = [Part("leg", ellipse(0, 0, 0.1), joint=Joint((0.1 * k, 0), 5)) for k in range(MOST_JOINTS + 1)]
    outlines = [Part("dot", ellipse(0, 0, 0.1), line=False)] * (MOST_POLYGONS + 1)
    Figure(joints[:-1]), Figure(outlines[:-1])
    with pytest.raises(ValueError, match=r"9 joints, got 20 and 10\."):
        Figure(joints)
    with pytest.raises(ValueError, match=r"127 outlines .*, got 128 and 0\."):
        Figure(outlines)
