"""The Tiny Zoo keeps its promises: exact masks, the same scene everywhere, only shape tells the species."""

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
from cam_tutorial.zoo.arguments import MOST_ANIMALS

SEEDS = range(25)
CASTS = [None, 0, 1, 2, 3, MOST_ANIMALS, "cat", ["snail", "snail"], list(zoo.ANIMALS[:MOST_ANIMALS])]


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
    for seed in range(60):
        before = zoo.scene(seed, 2, among=zoo.SPECIES)
        after = larger_zoo.scene(seed, 2, among=larger_zoo.SPECIES)
        joined = "yak" in [animal.name for animal in after.animals]
        came += joined
        assert torch.equal(before.image, after.image) is not joined
    assert 5 < came < 25  # 2 of 9 are expected


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


@pytest.mark.parametrize("animals", CASTS, ids=str)
@pytest.mark.parametrize("size", [16, 96, 101])
def test_what_a_scene_holds(animals, size):
    scene = zoo.scene(3, animals, size)
    assert (scene.seed, scene.size) == (3, size)
    assert scene.image.shape == (3, size, size)
    assert scene.image.dtype == torch.float32 and scene.image.is_contiguous()
    assert scene.image.min() >= 0 and scene.image.max() <= 1
    for animal in scene.animals:
        assert zoo.ANIMALS[animal.label] == animal.name
        assert animal.mask.shape == (size, size) and animal.mask.dtype == torch.bool
        assert 4 <= len(animal.parts) <= 8
        assert all(part.shape == (size, size) and part.dtype == torch.bool for part in animal.parts.values())


@pytest.mark.parametrize("animals", CASTS, ids=str)
def test_exactly_the_masked_pixels_were_drawn(animals):
    for seed in SEEDS:
        scene, empty = zoo.scene(seed, animals), zoo.scene(seed, [])
        drawn = (scene.image != empty.image).any(dim=0)
        for animal in scene.animals:
            assert drawn[animal.mask].all()
            drawn &= ~animal.mask
        assert not drawn.any()


@pytest.mark.parametrize("size", [16, 96, 131])
@pytest.mark.parametrize("name", zoo.ANIMALS)
def test_parts_share_out_the_mask(name, size):
    for seed in SEEDS:
        (animal,) = zoo.scene(seed, name, size).animals
        owners = torch.stack(list(animal.parts.values())).sum(dim=0)
        assert torch.equal(owners, animal.mask.long())
        assert size == 16 or all(part.any() for part in animal.parts.values())


@pytest.mark.parametrize("animals", [1, 2, 4, MOST_ANIMALS])
def test_boxes_are_tight_and_apart(animals):
    for seed in SEEDS:
        scene = zoo.scene(seed, animals)
        crowd = torch.zeros(96, 96, dtype=torch.long)
        for animal in scene.animals:
            rows, columns = (animal.mask.any(dim=side).nonzero()[:, 0] for side in (1, 0))
            left, top, right, bottom = animal.box
            assert (left, top) == (columns[0], rows[0])
            assert (right, bottom) == (columns[-1] + 1, rows[-1] + 1)
            assert all(type(edge) is int for edge in animal.box)
            crowd[top:bottom, left:right] += 1
        assert crowd.max() == 1


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


@pytest.mark.parametrize("animals", [1, 2, MOST_ANIMALS])
def test_the_same_scene_at_another_size(animals):
    for seed in range(12):
        small, large = zoo.scene(seed, animals), zoo.scene(seed, animals, 384)
        shrunk = torch.nn.functional.avg_pool2d(large.image, 4)
        assert (shrunk - small.image).abs().mean() < 0.015
        for a, b in zip(small.animals, large.animals, strict=True):
            assert a.name == b.name
            pooled = torch.nn.functional.max_pool2d(b.mask[None].float(), 4)[0] > 0
            assert (a.mask & pooled).sum() > 0.9 * (a.mask | pooled).sum()


def test_animals_stay_in_the_region():
    for region in [(0, 0, 0.5, 1), (0.5, 0.5, 1, 1), (0.31, 0.2, 0.63, 0.97), (0.2, 0.3, 0.3, 0.4)]:
        for seed in SEEDS:
            for animal in zoo.scene(seed, 1 + seed % 3, region=region).animals:
                left, top, right, bottom = animal.box
                assert left >= 96 * region[0] and top >= 96 * region[1]
                assert right <= 96 * region[2] and bottom <= 96 * region[3]
                assert animal.mask.any()


def test_a_region_shrinks_only_what_does_not_fit():
    for seed in SEEDS:
        free, wide, tight = (zoo.scene(seed, region=r).animals[0] for r in (None, (0, 0, 1, 0.9), (0, 0, 0.3, 0.3)))
        assert wide.mask.sum() == pytest.approx(free.mask.sum().item(), rel=0.1)
        assert tight.mask.sum() < 0.8 * free.mask.sum()


def test_at_moves_the_animal_and_nothing_else():
    for seed in SEEDS:
        here, there = zoo.scene(seed, at=[(0.45, 0.5)]), zoo.scene(seed, at=[(0.55, 0.5)], size=96)
        (a,), (b,) = here.animals, there.animals
        assert a.name == b.name == zoo.scene(seed).animals[0].name
        untouched = ~(a.mask | b.mask)
        assert torch.equal(here.image[:, untouched], there.image[:, untouched])
        # 0.1 of 100 pixels is a whole number of pixels, so the animal itself is the same to the pixel.
        (a,), (b,) = (zoo.scene(seed, size=100, at=[(x, 0.5)]).animals for x in (0.45, 0.55))
        assert torch.equal(a.mask.roll(10, dims=1), b.mask)
        assert (a.box[0] + a.box[2]) / 200 == pytest.approx(0.45, abs=0.015)


@pytest.mark.parametrize("corner", [(0, 0), (1, 1), (-5, 0.5), (0.5, 9)])
def test_an_animal_is_kept_inside(corner):
    for seed in range(10):
        free, kept = zoo.scene(seed, "cat").animals[0], zoo.scene(seed, "cat", at=[corner]).animals[0]
        assert kept.mask.sum() == pytest.approx(free.mask.sum().item(), rel=0.05)
        confined = zoo.scene(seed, "cat", at=[corner], region=(0.5, 0, 1, 0.5)).animals[0]
        assert confined.box[0] >= 48 and confined.box[3] <= 48


def test_animals_put_on_one_spot():
    for seed in SEEDS:
        scene, empty = zoo.scene(seed, 3, at=[(0.5, 0.5)] * 3), zoo.scene(seed, 0)
        masks = torch.stack([animal.mask for animal in scene.animals])
        assert masks.sum(dim=0).max() == 1
        assert torch.equal(masks.any(dim=0), (scene.image != empty.image).any(dim=0))
        for animal in scene.animals:
            assert torch.equal(torch.stack(list(animal.parts.values())).any(dim=0), animal.mask)
            assert animal.mask.any() or animal.box == (0, 0, 0, 0)


def test_a_batch_is_its_scenes():
    images, labels, masks = zoo.batch(5, seed=9)
    assert images.shape == (5, 3, 96, 96) and labels.shape == (5,) and masks.shape == (5, 96, 96)
    assert (images.dtype, labels.dtype, masks.dtype) == (torch.float32, torch.int64, torch.bool)
    for i in range(5):
        scene = zoo.scene(9 * 2**32 + i)
        assert torch.equal(images[i], scene.image)
        assert labels[i] == scene.animals[0].label
        assert torch.equal(masks[i], scene.animals[0].mask)


def test_scenes_of_a_batch():
    asked = {"n": 4, "seed": 6, "animals": 2, "size": 48, "region": (0, 0, 1, 0.8), "among": ["cat", "bird", "snail"]}
    images, labels, masks = zoo.batch(**asked)
    scenes = list(zoo.scenes_of(**asked))
    assert [scene.seed for scene in scenes] == [6 * 2**32 + i for i in range(4)]
    for image, label, mask, scene in zip(images, labels, masks, scenes, strict=True):
        assert torch.equal(image, scene.image) and label.tolist() == [animal.label for animal in scene.animals]
        assert torch.equal(mask, torch.stack([animal.mask for animal in scene.animals]))
    assert [len(scene.animals) for scene in zoo.scenes_of(2, 6)] == [1, 1]
    assert [scene.animals[0].name for scene in zoo.scenes_of(2, 6, "cat")] == ["cat", "cat"]


def test_a_batch_of_several_animals():
    images, labels, masks = zoo.batch(3, seed=1, animals=2, size=64, region=(0, 0, 1, 0.8))
    assert images.shape == (3, 3, 64, 64) and labels.shape == (3, 2) and masks.shape == (3, 2, 64, 64)
    scene = zoo.scene(2**32 + 2, 2, 64, region=(0, 0, 1, 0.8))
    assert torch.equal(images[2], scene.image)
    assert labels[2].tolist() == [animal.label for animal in scene.animals]


def test_an_empty_batch_and_numpy_numbers():
    assert [len(part) for part in zoo.batch(0, seed=0)] == [0, 0, 0]
    assert torch.equal(zoo.batch(np.int64(2), np.uint8(3), size=np.int16(64))[0], zoo.batch(2, 3, size=64)[0])
    assert torch.equal(zoo.scene(np.int64(5), np.int32(2)).image, zoo.scene(5, 2).image)


@pytest.fixture(scope="module")
def crowd():
    """Of 2,000 animals: label, mean color, center and longer side of the box, and the mean color around."""
    rows = []
    for seed in range(2000):
        scene = zoo.scene(10_000 + seed)
        (animal,) = scene.animals
        image, mask = scene.image.numpy(), animal.mask.numpy()
        left, top, right, bottom = animal.box
        center, side = ((left + right) / 192, (top + bottom) / 192), max(right - left, bottom - top) / 96
        rows.append([animal.label, *image[:, mask].mean(axis=1), *center, side, *image[:, ~mask].mean(axis=1)])
    table = torch.tensor(np.array(rows), dtype=torch.float32)
    return table[:, 0].long(), table[:, 1:4], table[:, 4:6], table[:, 6:7], table[:, 7:]


def nearest_centroid_accuracy(features, labels):
    features = (features - features.mean(dim=0)) / features.std(dim=0)
    centroids = torch.stack([features[:1000][labels[:1000] == k].mean(dim=0) for k in range(len(zoo.ANIMALS))])
    return (torch.cdist(features[1000:], centroids).argmin(dim=1) == labels[1000:]).float().mean().item()


def test_classes_are_equally_common(crowd):
    counts = crowd[0].bincount(minlength=8)
    assert counts.min() > 200 and counts.max() < 300


def test_only_shape_tells_the_species(crowd):
    labels, colors, places, sides, backs = crowd
    # Of the color, hue and saturation alone: how light an animal is on average also tells how much of it is line.
    hues = colors / colors.norm(dim=1, keepdim=True)
    for features in (hues, places, sides, backs, torch.cat([hues, places, sides, backs], dim=1)):
        assert nearest_centroid_accuracy(features, labels) < 0.18
    assert nearest_centroid_accuracy(colors, labels) < 0.25


def test_each_class_has_the_same_averages(crowd):
    labels, _, places, sides, backs = crowd
    for features in (places, sides, backs):
        means = torch.stack([features[labels == k].mean(dim=0) for k in range(8)])
        assert (means - features.mean(dim=0)).abs().max() < 0.05


def test_sizes(crowd):
    sides = crowd[3]
    assert 0.32 < sides.min() < 0.36 and 0.59 < sides.max() < 0.65


def test_there_is_more_than_animals_to_see():
    """Clutter has the dark lines that animals have: an edge is no sign of an animal."""
    for seed in SEEDS:
        empty = zoo.scene(seed, []).image.mean(dim=0)
        assert (empty.diff(dim=0).abs() > 0.1).sum() > 15


def test_preprocess():
    images = zoo.batch(2, 0)[0]
    assert torch.allclose(zoo.preprocess(images), (images - 0.5) / 0.25)
    assert torch.equal(zoo.preprocess(images[0]), zoo.preprocess(images)[:1])
    assert zoo.preprocess(images.double()).dtype == torch.float64
    assert zoo.preprocess(torch.rand(0, 3, 8, 8)).shape == (0, 3, 8, 8)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: zoo.preprocess(torch.zeros(3, 8, 8, dtype=torch.uint8)), TypeError, "torch.uint8"),
        (lambda: zoo.preprocess(np.zeros((3, 8, 8))), TypeError, "ndarray"),
        (lambda: zoo.preprocess(torch.zeros(8, 8, 3)), ValueError, r"\(8, 8, 3\)"),
        (lambda: zoo.preprocess(torch.zeros(1, 1, 3, 8, 8)), ValueError, r"\(N, 3, H, W\)"),
        (lambda: zoo.preprocess(torch.full((3, 8, 8), 255.0)), ValueError, "255"),
        (lambda: zoo.preprocess(torch.full((3, 8, 8), torch.nan)), ValueError, "nan"),
        (lambda: zoo.scene(0, animals="caat"), ValueError, "did you mean 'cat'"),
        (lambda: zoo.scene(0, animals=["cat", "xyzzy"]), ValueError, "'xyzzy'.*cat, rabbit, bird"),
        (lambda: zoo.scene(0, animals="CAT"), ValueError, "did you mean 'cat'"),
        (lambda: zoo.scene(0, animals=["cat", 3]), TypeError, "got 3"),
        (lambda: zoo.scene(0, among="cat"), TypeError, r"a list of species, such as .*, got 'cat'"),
        (lambda: zoo.scene(0, among=None), TypeError, "got None"),
        (lambda: zoo.scene(0, among=["cat", "brid"]), ValueError, "did you mean 'bird'"),
        (lambda: zoo.scene(0, among=["cat", "cat"]), ValueError, "each species once, got cat, cat"),
        (lambda: zoo.scene(0, animals=3, among=["cat", "bird"]), ValueError, "random animals, 3, got 2"),
        (lambda: zoo.scene(0, among=[]), ValueError, "random animals, 1, got 0"),
        (lambda: zoo.scene(0, animals=2.0), TypeError, "got float"),
        (lambda: zoo.scene(0, animals=-1), ValueError, "at least 0, got -1"),
        (lambda: zoo.scene(0, animals=7), ValueError, "at most 6 animals, got 7"),
        (lambda: zoo.scene(0, size=0), ValueError, "size must be at least 16, got 0"),
        (lambda: zoo.scene(0, size=96.0), TypeError, "got 96.0"),
        (lambda: zoo.scene(-1), ValueError, "seed must be at least 0, got -1"),
        (lambda: zoo.scene(0, at=[]), ValueError, "got 0 for 1"),
        (lambda: zoo.scene(0, animals=2, at=[(0.5, 0.5)]), ValueError, "got 1 for 2"),
        (lambda: zoo.scene(0, at=(0.5, 0.5)), ValueError, r"list of \(x, y\)"),
        (lambda: zoo.scene(0, at=[(0.5, float("nan"))]), ValueError, "finite"),
        (lambda: zoo.scene(0, region=(0, 0, 1)), ValueError, "left, top, right, bottom"),
        (lambda: zoo.scene(0, region=(0.5, 0, 0.5, 1)), ValueError, "left < right"),
        (lambda: zoo.scene(0, region=(0, 0, float("nan"), 1)), ValueError, "got .*nan"),
        (lambda: zoo.scene(0, region=(0, 0, 0.05, 1)), ValueError, "at least 0.1"),
        (lambda: zoo.batch(-1, 0), ValueError, "n must be at least 0, got -1"),
        (lambda: zoo.batch(0, 0, animals=7), ValueError, "at most 6"),
        (lambda: zoo.batch(1, 0, animals=0), ValueError, "animals must be at least 1, got 0"),
        (lambda: zoo.batch(1, 0, animals="cat"), TypeError, "got 'cat'"),
        (lambda: zoo.batch(0, 0, size=8), ValueError, "at least 16, got 8"),
        (lambda: zoo.batch(0, 0, region=(0, 0, 2, 2)), ValueError, "region must be"),
        (lambda: zoo.batch(0, 0, among=["horse"]), ValueError, "there is no animal 'horse'"),
        (lambda: zoo.scenes_of(-1, 0), ValueError, "n must be at least 0, got -1"),
        (lambda: zoo.scenes_of(1, 0, animals="horse"), ValueError, "there is no animal 'horse'"),
    ],
)
def test_errors_say_what_was_wrong(call, error, words):
    with pytest.raises(error, match=words) as caught:
        call()
    assert "\n" not in str(caught.value) and str(caught.value)[-1] in ".?"
