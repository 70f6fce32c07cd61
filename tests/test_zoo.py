"""The Tiny Zoo keeps its promises: exact masks, boxes and batches, and only shape tells the species."""

import numpy as np
import pytest
import torch

from cam_tutorial import zoo
from cam_tutorial.zoo.arguments import MOST_ANIMALS

SEEDS = range(25)
CASTS = [None, 0, 1, 2, 3, MOST_ANIMALS, "cat", ["snail", "snail"], list(zoo.ANIMALS[:MOST_ANIMALS])]


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
