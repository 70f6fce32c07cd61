"""Notebook 08: the hard scenes are what they say, what is taken away is gone, and the numbers by hand."""

import pytest
import torch

from cam_tutorial import models, upsample, zoo
from cam_tutorial.course.n08_why_was_it_wrong import blind, figures, hard, shapes
from cam_tutorial.course.n08_why_was_it_wrong.e1_the_blame import my_blame
from cam_tutorial.course.n08_why_was_it_wrong.e2_auc import my_auc

SEED = 1_080_990
blame, auc = my_blame.solution, my_auc.solution


@pytest.fixture(scope="module")
def cases():
    return hard.every_kind(3, SEED)


def seen(case):
    """Of the animal that is asked for: bool (96, 96)."""
    return case.view.framed(case.view.scene().animals[0].mask)


def test_the_same_seed_gives_the_same_scenes(cases):
    again = hard.every_kind(2, SEED)
    first = [case for kind in hard.KINDS for case in [one for one in cases if one.kind == kind][:2]]
    for one, other in zip(first, again, strict=True):
        assert (one.kind, one.label, one.suspects) == (other.kind, other.label, other.suspects)
        assert torch.equal(one.image, other.image) and torch.equal(one.masks, other.masks)


def test_scenes_are_as_the_network_takes_them(cases):
    assert [case.kind for case in cases] == [kind for kind in hard.KINDS for _ in range(3)]
    for case in cases:
        assert case.image.shape == (3, 96, 96) and case.masks.shape == (len(case.suspects), 96, 96)
        assert 0 <= case.label < 8 and case.masks.dtype == torch.bool and len(case.suspects) >= 2
        assert case.fine().shape == (3, 288, 288) and case.mended().shape == (3, 96, 96)
        assert torch.equal(case.view.picture(), case.image)


def test_what_is_taken_away_is_gone_and_the_rest_as_it_was(cases):
    for case in cases:
        for k, mask in enumerate(case.masks):
            changed = (case.without(k) != case.image).any(dim=0)
            if case.kind == "a chimera" and k == 0:
                animal = seen(case) | case.undone.framed(case.undone.scene().animals[0].mask)
                assert changed.any() and not (changed & ~animal).any()
            else:
                assert changed.any() and not (changed & ~mask).any()


def test_the_culprit_comes_first_where_it_is_known(cases):
    assert {case.kind for case in cases if case.culprit == 0} == set(hard.KNOWN)
    assert all(case.culprit is None for case in cases if case.kind not in hard.KNOWN)
    for case in cases:
        scene = case.view.scene()
        if case.kind == "another animal":
            assert case.suspects[0] == scene.animals[1].name != scene.animals[0].name
        elif case.kind == "a chimera":
            assert scene.animals[0].name.endswith(case.suspects[0])
            assert zoo.ANIMALS[case.label] == scene.animals[0].name.split(" with ")[0]
        elif case.kind == "hidden":
            behind = scene.without(scene.things[0]).animals[0].mask
            assert (behind & case.masks[0]).sum() > 0.15 * behind.sum()


def test_the_control_is_as_large_as_the_culprit(cases):
    for case in cases:
        sides = [side for *_, side in case.view.options["things"]]
        if case.kind == "another animal":
            (box,) = hard.boxes_of(case.view.scene())[1:]
            assert sides == [hard.longer(box)]
        elif case.kind == "hidden":
            assert len(set(sides)) == 1


def test_tiny_is_smaller_and_cut_off_is_cut(cases):
    for case in cases:
        if case.kind == "tiny":
            large = case.undone.scene().animals[0].mask
            assert seen(case).sum() < 0.6 * large.sum()
        elif case.kind == "cut off":
            whole = case.undone.framed(case.undone.scene().animals[0].mask)
            assert seen(case).sum() < 0.6 * whole.sum()
            assert seen(case).sum() > 0


def test_those_to_look_at_are_none_of_those_that_are_measured():
    shown = hard.one("things", 35).view.seed // 2**32
    assert shown == hard.LOOKED_AT and shown not in range(1_080_500, 1_080_506)
    with pytest.raises(ValueError, match="no room"):
        for seed in range(200):
            hard.one("another animal", seed)


def test_blame_by_hand():
    M = torch.tensor([[4.0, 0.0, 1.0], [-2.0, 0.0, 3.0]])
    masks = torch.tensor([[[1, 0, 0], [1, 0, 0]], [[0, 0, 0], [0, 0, 1]], [[0, 0, 0], [0, 0, 0]]]).bool()
    assert blame(M, masks).tolist() == [2, 3, 0]


def test_auc_by_hand():
    """Right: 1 and 3; wrong: 1 and 0. Pairs: a tie, then three that the right one wins."""
    right = torch.tensor([True, False, True, False])
    assert auc(torch.tensor([1.0, 1.0, 3.0, 0.0]), right) == 3.5 / 4
    assert auc(torch.zeros(4), right) == 0.5


def test_auc_is_scikit_learns():
    metrics = pytest.importorskip("sklearn.metrics")
    generator = torch.Generator().manual_seed(0)
    scores = torch.randint(0, 9, (60,), generator=generator).float()
    right = torch.rand(60, generator=generator) < 0.4
    assert auc(scores, right) == pytest.approx(metrics.roc_auc_score(right.numpy(), scores.numpy()))


def test_spread_and_pieces_by_hand():
    maps = torch.zeros(3, 4, 4)
    maps[0, 1, 1] = 5  # one place
    maps[1, 0, 0] = maps[1, 0, 2] = 1  # two, each one cell from their middle
    maps[2] = -1
    assert shapes.spread(maps).tolist() == pytest.approx([0, 1, 0], abs=1e-5)
    assert shapes.pieces(maps[:2]).tolist() == [1, 2]


def test_mean_auc_compares_within_kinds_alone(cases):
    """A number that tells easy kinds from hard ones, and nothing else, has an AUC of one half."""
    many = [case for case in cases for _ in range(8)]  # 24 of each kind
    easy = torch.tensor([list(hard.KINDS).index(case.kind) for case in many])
    place = torch.arange(len(many)) % 24
    right = place < 6 + 2 * easy
    assert shapes.mean_auc(easy.float(), right, many) == (0.5, 0.5, 0.5)
    perfect = shapes.mean_auc(right.float(), right, many, minus=easy.float())
    assert perfect == (0.5, 0.5, 0.5)
    assert shapes.mean_auc(right.float(), right, many, kind="tiny").mean == 1


def test_values_by_kind_and_paired_gains(cases):
    values = torch.arange(len(cases)).double()
    assert hard.per_kind(cases, values)["a chimera"].tolist() == [3, 4, 5]
    assert list(hard.per_kind(cases[:3], values[:3])) == ["another animal"]
    assert hard.gains(cases, values + 2, values)["tiny"] == (2, 2, 2)


def test_blind_maps_know_nothing_of_the_network(cases):
    middle, edges = blind.middle(2), blind.edges(cases[:2])
    assert middle.shape == edges.shape == (2, 96, 96)
    assert torch.equal(middle, middle.flip(1)) and torch.equal(middle, middle.transpose(1, 2)) and (edges >= 0).all()


def test_figures_say_in_words_what_they_show(cases, capsys, monkeypatch):
    said = []
    monkeypatch.setattr(figures.plot, "show", lambda figure, *, alt, caption=None: said.append(alt))
    case = cases[0]
    with torch.no_grad():
        network = models.load("zoo-gap")
        A = network.trunk(zoo.preprocess(case.image))
    maps = torch.einsum("ck,khw->chw", network.classifier.weight.detach(), A[0])
    figures.two_maps(case, maps, 3)
    figures.redrawn(case, [case.label, 3])
    figures.by_kind(cases, {"a way": torch.ones(len(cases)).double()}, "mended")
    assert all(name in said[0] for name in (*case.suspects, "fish")) and "right" in said[1] and "wrong" in said[1]
    assert "hidden: a way 100%" in said[2]
    assert upsample(maps[:1], 96).shape == (1, 96, 96)
