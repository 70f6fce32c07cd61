"""Notebook 09's small birds, crops and classifier: worked by hand, and what its page says of them."""

import pytest
import torch

from cam_tutorial import metrics, models, zoo
from cam_tutorial.course.n09_look_alikes import birds
from cam_tutorial.course.n09_look_alikes.e1_the_square import my_square
from cam_tutorial.course.n09_look_alikes.e2_preference import my_preference

square, preference = my_square.solution, my_preference.solution


@pytest.fixture(scope="module")
def scenes():
    return list(birds.small_birds(40, seed=3))


def test_a_square_by_hand():
    # 60 by 36 in the fine picture, so a side of 1½ · 60 = 90 around (120, 138)
    assert square((30, 40, 50, 52)) == (75, 93, 165, 183)
    assert square((0, 0, 20, 10)) == (0, 0, 90, 90) and square((76, 86, 96, 96)) == (198, 198, 288, 288)
    assert square((0, 10, 96, 50)) == (0, 0, 288, 288)
    assert square((4, 4, 8, 6), scale=1, size=12, rim=0) == (4, 3, 8, 7)


def test_a_preference_by_hand():
    map_ = torch.tensor([[3.0, 1.0, -5.0], [0.0, 2.0, 9.0]])
    animal = torch.tensor([[True, True, True], [True, True, False]])
    part = torch.zeros(2, 3, dtype=torch.bool)
    part[0, 0] = True
    assert preference(map_, part, animal) == pytest.approx(3 / 6 / (1 / 5))
    assert preference(-map_.abs(), part, animal) == 0


def test_small_birds_are_small_and_of_all_kinds(scenes):
    assert {scene.animals[0].name for scene in scenes} == set(birds.KINDS) == set(zoo.KINDS["bird"])
    for scene in scenes:
        left, top, right, bottom = scene.animals[0].box
        assert scene.image.shape == (3, 288, 288) and len(scene.animals) == 1
        assert 0.12 <= max(right - left, bottom - top) / 288 <= 0.34
    again = list(birds.small_birds(2, seed=3))
    assert all(torch.equal(a.image, b.image) for a, b in zip(again, scenes, strict=False))


def test_no_scene_of_the_page_is_one_of_training():
    seeds = [{scene.seed for scene in birds.small_birds(3, seed)} for seed in (909, 1_000_909, 1_000_911)]
    assert not seeds[0] & seeds[1] and not seeds[1] & seeds[2] and min(seeds[1]) >= 1_000_000 * 2**32


def test_kinds_of_one_scene_differ_in_the_beak_alone():
    first, second = (zoo.scene(11, name) for name in birds.KINDS[:2])
    apart = (first.image != second.image).any(dim=0)
    beaks = first.animals[0].parts["beak"] | second.animals[0].parts["beak"]
    rows, columns = metrics.mask_boxes(beaks[None])[0][[1, 3]], metrics.mask_boxes(beaks[None])[0][[0, 2]]
    outside = apart.clone()
    outside[max(rows[0] - 2, 0) : rows[1] + 2, max(columns[0] - 2, 0) : columns[1] + 2] = False
    assert apart.any() and not outside.any()


def test_a_crop_shows_its_square():
    image = torch.zeros(3, 288, 288)
    image[:, 96:192, 192:288] = 1
    assert torch.equal(birds.crop(image, (192, 96, 288, 192)), torch.ones(3, 96, 96))
    assert birds.crop(image, (0, 0, 288, 288)).mean().item() == pytest.approx(1 / 9, abs=0.01)
    assert birds.crop(image, (5, 5, 5, 5)).shape == (3, 96, 96)
    assert torch.allclose(birds.shrunk(image)[:, 32:64, 64:96], torch.ones(3, 32, 32))


def test_a_random_square_is_as_large_and_inside():
    squares = torch.tensor([birds.moved((3, 5, 103, 105), seed) for seed in range(200)])
    assert torch.allclose(squares[:, 2:] - squares[:, :2], torch.tensor(100.0))
    assert squares.min() >= 0 and squares.max() <= 288 and squares[:, 0].std() > 40
    assert birds.moved((3, 5, 103, 105), 7) == birds.moved((3, 5, 103, 105), 7)


def test_the_true_square_shows_the_whole_bird(scenes):
    for scene in scenes:
        found = square(birds.box_of(scene))
        assert birds.shows_beak(scene, found)
        left, top, right, bottom = scene.animals[0].box
        assert found[0] <= left and found[1] <= top and right <= found[2] and bottom <= found[3]
        assert not birds.shows_beak(scene, (0, 0, 1, 1))


def test_shares_add_up(scenes):
    scene = scenes[0]
    map_ = torch.randn(288, 288, generator=torch.Generator().manual_seed(0))
    parts = scene.animals[0].parts
    assert sum(birds.share_on(part, scene, map_) for part in parts) == pytest.approx(1, abs=1e-4)
    assert birds.share_on("beak", scene, -map_.abs()) == 0
    even = torch.ones(288, 288)
    assert birds.share_on("beak", scene, even) == pytest.approx(birds.beak_area(scene), abs=1e-5)
    assert preference(even, parts["beak"], scene.animals[0].mask) == pytest.approx(1, abs=1e-4)


def test_the_linear_classifier_finds_what_is_linear():
    generator = torch.Generator().manual_seed(0)
    labels = torch.randint(4, (200,), generator=generator)
    inputs = torch.randn(200, 64, generator=generator) * 0.1 + torch.eye(4, 64)[labels] * 5 + 3
    classify = birds.linear(inputs[:100], labels[:100])
    assert (classify(inputs[100:]) == labels[100:]).all()
    assert torch.equal(birds.linear(inputs[:100], labels[:100])(inputs), classify(inputs))


def test_features_are_what_the_last_layer_gets(scenes):
    network = models.load("zoo-birds")
    pictures = [birds.shrunk(scene.image) for scene in scenes[:3]]
    with torch.no_grad():
        logits = network(zoo.preprocess(torch.stack(pictures)))
        again = network.classifier(birds.features(network, pictures))
    assert torch.allclose(logits, again, atol=1e-4) and logits.shape == (3, 4)
