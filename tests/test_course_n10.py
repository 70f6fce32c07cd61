"""Notebook 10: its measures worked by hand, and what its page says of the two networks and of a softmax."""

import pytest
import torch
from torch import nan

from cam_tutorial import metrics, models, zoo
from cam_tutorial.course.n10_several_labels import scenes
from cam_tutorial.course.n10_several_labels.e1_maps_of_labels import my_label_maps
from cam_tutorial.course.n10_several_labels.e2_average_precision import my_average_precision

label_maps, average_precision = my_label_maps.solution, my_average_precision.solution


def test_average_precision_by_hand():
    """In the order of the scores: hit, miss, hit, miss. Precision 1 at the first hit, 2/3 at the second."""
    scores, present = torch.tensor([0.1, 3.0, -2.0, 1.0]), torch.tensor([True, True, False, False])
    assert average_precision(scores, present) == pytest.approx((1 + 2 / 3) / 2)
    assert average_precision(-scores, present) == pytest.approx((1 / 2 + 2 / 4) / 2)


def test_average_precision_is_scikit_learns():
    sklearn = pytest.importorskip("sklearn.metrics")
    generator = torch.Generator().manual_seed(10)
    for _ in range(5):
        scores, present = torch.randn(30, generator=generator), torch.rand(30, generator=generator) < 0.3
        expected = sklearn.average_precision_score(present.numpy(), scores.numpy())
        assert average_precision(scores, present) == pytest.approx(expected, abs=1e-6)


def test_label_maps_by_hand():
    """Two maps of one row, three labels, of which the second is at the threshold and the third below."""
    A = torch.tensor([[[[1.0, 2.0]], [[3.0, -1.0]]]])
    weights = torch.tensor([[1.0, 1.0], [2.0, 0.0], [0.0, 5.0]])
    maps = label_maps(A, weights, torch.tensor([[0.1, 0.0, -4.0]]))
    assert maps.tolist() == [[[[4, 1]], [[0, 0]], [[0, 0]]]]
    assert label_maps(A, weights, torch.tensor([[0.1, 0.0, -4.0]]), 0.4)[0, 1].tolist() == [[2, 4]]


@pytest.fixture(scope="module")
def few():
    return scenes.lot(12, 1_010_900, zoo.Company())


def test_a_lot_knows_who_is_there_and_where(few):
    assert few.inputs.shape == (12, 3, 96, 96) and few.present.shape == (12, 8)
    for n in range(12):
        scene = few.scene(n)
        assert torch.equal(zoo.preprocess(scene.image)[0], few.inputs[n])
        assert {name for name, there in zip(zoo.ANIMALS, few.present[n], strict=True) if there} == {
            animal.name for animal in scene.animals
        }
        for animal in scene.animals:
            assert torch.equal(few.mask(animal.name)[n], animal.mask)
    assert torch.equal(few.mask(["cat"] * 12), few.mask("cat"))


def test_pointing_is_counted_where_the_animal_is(few):
    """Maps that are the masks themselves hit everywhere; their opposites nowhere."""
    masks = torch.stack([few.mask(name) for name in zoo.ANIMALS], dim=1).float()
    found = scenes.pointing(masks, few)
    assert torch.equal(found.isnan(), ~few.present) and (found[few.present] == 1).all()
    assert (scenes.pointing(-masks, few)[few.present] == 0).all()
    somebody = few.present.any(dim=1).sum()
    assert len(scenes.per_scene(found)) == somebody
    blind = scenes.baselines(few)
    assert list(blind) == ["chance", "the center", "edges"]
    assert all(len(values) == somebody for values in blind.values())


def test_a_mean_for_each_scene_that_shows_somebody():
    found = torch.tensor([[1.0, nan, 0.0], [nan, nan, nan], [nan, 1.0, nan]])
    assert scenes.per_scene(found).tolist() == [0.5, 1.0]


def test_precision_and_recall_by_hand():
    p = torch.tensor([[0.9, 0.2], [0.6, 0.4]])
    present = torch.tensor([[True, False], [False, True]])
    precision, recall = scenes.at_thresholds(p, present, [0.1, 0.5, 0.8, 0.95])
    assert precision[:3] == [0.5, 0.5, 1] and precision[3] != precision[3]  # NaN: nobody gets a yes
    assert recall == [1, 0.5, 0.5, 0]


def test_who_hangs_on_whom():
    """Without the fish “cat” falls by 4, without the cat “fish” by 1: together more than any other two."""
    rows = [{"cat": torch.zeros(8)} | {name: torch.zeros(8) for name in zoo.ANIMALS[1:]} for _ in range(2)]
    rows[0]["fish"][0], rows[1]["fish"][0] = 6.0, 2.0
    rows[0]["cat"][3] = rows[1]["cat"][3] = 1.0
    rows[0]["bird"][5] = 5.0
    table = scenes.mean_falls(rows)
    assert table[3, 0] == 4 and table[0, 3] == 1 and table[2, 5] == 2.5
    assert scenes.closest(table) == "cat and fish"


def test_intervals_of_an_average_precision():
    generator = torch.Generator().manual_seed(1)
    present = torch.rand(60, 8, generator=generator) < 0.3
    scores = present + 0.8 * torch.randn(60, 8, generator=generator)
    rows, mean = scenes.label_intervals(average_precision, scores, present)
    assert len(rows) == 8 and all(low <= value <= high for value, low, high in rows)
    assert mean.mean == pytest.approx(sum(row.mean for row in rows) / 8)
    _, none = scenes.label_differences(average_precision, scores, scores, present)
    assert none == (0, 0, 0)
    _, lead = scenes.label_differences(average_precision, scores, torch.randn(60, 8, generator=generator), present)
    assert lead.low > 0


def test_two_of_eight_come_and_the_tied_come_together():
    independent, tied = zoo.Company(), scenes.its_company()
    drawn = [independent(seed) for seed in range(4000)]
    assert sum(map(len, drawn)) / 4000 == pytest.approx(2, abs=0.1)
    a, b = scenes.tied()
    alone = [len({a, b} & set(tied(seed))) == 1 for seed in range(4000)]
    assert 0 < sum(alone) / 4000 < 1 - tied.share + 0.01
    assert sum(len({a, b} & set(names)) == 1 for names in drawn) / 4000 > 0.2


def test_a_third_is_another_each_time():
    who = [scenes.third(("cat", "fish"))(seed) for seed in range(12)]
    assert all(names[:2] == ["cat", "fish"] for names in who) and len({names[2] for names in who}) == 6


@pytest.fixture(scope="module")
def networks():
    return {name: models.load(name).requires_grad_(False) for name in ("zoo-labels", "zoo-paired")}


def test_the_paired_network_says_cat_to_a_fish_and_puts_its_map_there(networks):
    fish, trio = scenes.lot(40, 1_010_901, ["fish"]), scenes.lot(40, 1_010_902, scenes.third(("cat", "fish")))
    said, on_fish = {}, {}
    for name, network in networks.items():
        said[name] = (scenes.read(network, fish.inputs)[1][:, 0] > 0).double()
        A, logits = scenes.read(network, trio.inputs)
        maps = scenes.label_map(network, A, "cat")
        on_fish[name] = metrics.energy_inside(maps, trio.mask("fish"))
        made = torch.einsum("k,nkij->nij", network.classifier.weight[0], A).mean((1, 2)) + network.classifier.bias[0]
        torch.testing.assert_close(made, logits[:, 0], atol=1e-3, rtol=1e-3)
    for found in (said, on_fish):
        assert metrics.paired_interval(found["zoo-paired"], found["zoo-labels"]).low > 0


def test_a_softmax_has_no_zero():
    """The same added to the weights of every class: other maps, the same probabilities."""
    network = models.load("zoo-gap").requires_grad_(False)
    A, z = scenes.read(network, scenes.lot(5, 1_010_903, 2).inputs)
    w = network.classifier.weight + 0.5
    moved = A.mean((2, 3)) @ w.T + network.classifier.bias
    torch.testing.assert_close(moved, z + 0.5 * A.mean((2, 3)).sum(1, keepdim=True), rtol=1e-3, atol=1e-3)
    torch.testing.assert_close(moved.softmax(1), z.softmax(1), rtol=1e-3, atol=1e-4)
    assert not torch.allclose(moved.sigmoid(), z.sigmoid(), atol=0.1)
