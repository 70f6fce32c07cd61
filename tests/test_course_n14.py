"""Notebook 14: its towers, its scenes, and what its page says of captions, maps and binding."""

import math
from collections import Counter

import pytest
import torch
import torch.nn.functional as F

from cam_tutorial import grad_cam, metrics, models, record, zoo
from cam_tutorial.course.n14_never_seen import network as towers
from cam_tutorial.course.n14_never_seen import scenes
from cam_tutorial.course.n14_never_seen.e1_contrastive_loss import my_contrastive_loss
from cam_tutorial.course.n14_never_seen.e2_caption_maps import my_caption_maps

contrastive_loss, caption_maps = my_contrastive_loss.solution, my_caption_maps.solution


@pytest.fixture(scope="module")
def network():
    return models.load("zoo-towers").requires_grad_(False)


# The pairs and their captions.


def test_sixteen_pairs_are_held_out_two_of_every_word():
    assert len(towers.PAIRS) == 64 == len(set(towers.PAIRS)) and len(towers.SEEN) == 48
    assert set(towers.SEEN) | set(towers.UNSEEN) == set(towers.PAIRS)
    for place, words in ((0, zoo.COLORS), (1, zoo.ANIMALS)):
        assert Counter(pair[place] for pair in towers.UNSEEN) == dict.fromkeys(words, 2)
    assert ("blue", "snail") in towers.UNSEEN and ("orange", "cat") in towers.SEEN


@pytest.mark.parametrize("pair", [("blue", "snail"), ("orange", "cat")])
def test_a_caption_is_what_the_zoo_says(pair):
    assert zoo.phrase(*pair) == zoo.caption(scenes.painted(3, [pair]))


def test_training_holds_no_unseen_pair_and_each_caption_once_a_batch():
    found = list(towers.batches(100, 2))
    assert [len(batch) for batch, _ in found] == [48, 48, 4] * 2
    for epoch in (found[:3], found[3:]):
        assert sorted(torch.cat([batch for batch, _ in epoch]).tolist()) == list(range(100))
    for batch, captions in found:
        assert len(set(captions)) == len(captions)
        assert captions == [zoo.phrase(*towers.SEEN[i % 48]) for i in batch.tolist()]
    assert not {zoo.phrase(*pair) for pair in towers.UNSEEN} & {c for _, some in found for c in some}
    assert not torch.equal(found[0][0], found[3][0])


def test_the_drawn_scenes_show_the_pairs():
    images = towers.draw(3, 7, [("blue", "snail"), ("red", "bird")], size=32)
    assert images.shape == (3, 3, 32, 32)
    for i, pair in enumerate([("blue", "snail"), ("red", "bird"), ("blue", "snail")]):
        expected = zoo.preprocess(scenes.painted(7 * 2**32 + i, [pair], 32).image)[0]
        torch.testing.assert_close(images[i], expected)


# The towers.


def test_a_caption_is_the_mean_of_its_words(network):
    t = network.read(["a blue snail", "snail a blue", "blue"])
    rows = network.words.weight[[towers.WORDS.index(word) for word in ("a", "blue", "snail")]]
    torch.testing.assert_close(t[0], F.normalize(rows.mean(dim=0), dim=0))
    torch.testing.assert_close(t[0], t[1])
    torch.testing.assert_close(t.norm(dim=1), torch.ones(3))
    torch.testing.assert_close(rows, scenes.word_vectors(network, "a blue snail"))


def test_what_it_cannot_read_it_says(network):
    with pytest.raises(ValueError, match="never read 'silver'; its words are a, an, red"):
        network.read(["a silver snail"])
    with pytest.raises(ValueError, match="no empty caption"):
        network.read(["a blue snail", ""])
    with pytest.raises(TypeError, match=r"write \['a blue snail'\]"):
        network.read("a blue snail")


def test_the_loss_by_hand():
    """Two pairs at right angles: the table is scale on the diagonal and 0 beside it, whatever the lengths are."""
    pictures, captions = torch.tensor([[3.0, 0.0], [0.0, 0.5]]), torch.eye(2)
    expected = math.log(1 + math.exp(-2))
    assert contrastive_loss(pictures, captions, 2.0).item() == pytest.approx(expected, abs=1e-6)
    assert towers.contrastive_loss(pictures, captions, 2.0).item() == pytest.approx(expected, abs=1e-6)
    # swapped partners, and one vector for all: a guess among N costs log N
    assert contrastive_loss(pictures, captions.flip(0), 2.0).item() == pytest.approx(expected + 2, abs=1e-6)
    assert contrastive_loss(torch.ones(5, 3), torch.ones(5, 3), 9.0).item() == pytest.approx(math.log(5), abs=1e-5)


def test_the_networks_loss_is_the_exercises():
    generator = torch.Generator().manual_seed(1)
    pictures, captions = torch.randn(6, 4, generator=generator), torch.randn(6, 4, generator=generator)
    ours = towers.contrastive_loss(pictures, F.normalize(captions, dim=1), torch.tensor(7.0))
    torch.testing.assert_close(ours, contrastive_loss(pictures, captions, 7.0))


def test_a_training_can_be_made_again_and_leaves_chance_alone():
    torch.manual_seed(3)
    before = torch.get_rng_state()
    one, other = (towers.train(seed=5, scenes=50, epochs=1, held_out=10, progress=False) for _ in range(2))
    assert torch.equal(before, torch.get_rng_state()) and one.losses == other.losses and len(one.losses) == 2
    for a, b in zip(one.network.state_dict().values(), other.network.state_dict().values(), strict=True):
        assert torch.equal(a, b)
    assert not one.network.training and 0 <= one.accuracy <= 1


# The maps.


def test_the_map_by_hand():
    """One image, two maps of two places; a vector of one number, P = (1, 2); two captions, 1 and −1."""
    A = torch.tensor([[[[1.0, 0.0]], [[0.0, 3.0]]]])
    maps = caption_maps(A, torch.tensor([[1.0, 2.0]]), torch.tensor([[1.0], [-1.0]]))
    assert maps.tolist() == [[[[1, 6]], [[-1, -6]]]]


def test_the_mean_of_a_map_is_the_score_and_grad_cam_gives_it(network):
    lot = scenes.alone(scenes.roles(3), 1_014_900, "unseen")
    t = network.read(lot.captions)
    (inputs,) = lot.batches()
    with torch.no_grad(), record(network, "trunk") as recorded:
        v = network(inputs)
    M = caption_maps(recorded.output, network.to_vector.weight, t)
    torch.testing.assert_close(M.mean(dim=(2, 3)), v @ t.T, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(
        scenes.maps_of(network, lot, caption_maps), M[torch.arange(3), torch.arange(3)], atol=1e-4, rtol=1e-4
    )
    G = grad_cam(network, inputs, lambda out: out @ t[0], layer="trunk", relu=False)
    torch.testing.assert_close(144 * G, M[:, 0], atol=1e-3, rtol=1e-3)
    words = scenes.word_vectors(network, lot.captions[0])
    W = caption_maps(recorded.output, network.to_vector.weight, words)
    torch.testing.assert_close(W.sum(dim=1) / words.sum(dim=0).norm(), M[:, 0], atol=1e-3, rtol=1e-3)


# The scenes.


def test_the_roles_are_what_they_say():
    cast = scenes.roles(160)
    assert cast == scenes.roles(160) and cast[:8] == scenes.roles(8)
    assert Counter(role.asked for role in cast) == dict.fromkeys(zoo.ANIMALS, 20)
    for role in cast:
        assert (role.unseen, role.asked) in towers.UNSEEN and (role.seen, role.asked) in towers.SEEN
        assert (role.its_color, role.other) in towers.SEEN and role.other != role.asked
        assert len({role.unseen, role.seen, role.its_color}) == 3


def test_only_the_paint_differs():
    cast = scenes.roles(4)
    lots = [scenes.two(cast, 1_014_901, kind, word) for kind, word in (("seen", None), ("unseen", None))]
    lots += [scenes.two(cast, 1_014_901, "unseen", word) for word in ("color", "both")]
    for lot in lots[1:]:
        assert torch.equal(lot.masks, lots[0].masks) and torch.equal(lot.others, lots[0].others)
        outside = ~(lot.masks | lot.others)[:, None].expand_as(lot.pictures)
        assert (lot.pictures[outside] == lots[0].pictures[outside]).double().mean() > 0.99
        assert lot.captions == lots[1].captions
    single = scenes.alone(cast, 1_014_901, "unseen")
    assert not single.others.any() and single.masks.any(dim=(1, 2)).all()


def test_the_words_that_two_animals_share():
    cast = scenes.roles(6)
    by_word = {word: scenes.two(cast, 1_014_902, shared=word) for word in (None, "color", "species", "both")}
    for i, role in enumerate(cast):
        first, other = (role.unseen, role.asked), (role.its_color, role.other)
        expected = {
            None: other,
            "color": (role.unseen, role.other),
            "species": (role.its_color, role.asked),
            "both": (role.unseen, role.other),
        }
        for word, lot in by_word.items():
            assert lot.captions[i] == zoo.phrase(*first)
            assert lot.others_captions[i] == zoo.phrase(*expected[word])


def test_pointing_and_its_baselines():
    lot = scenes.two(scenes.roles(5), 1_014_903)
    assert scenes.points(lot.masks.float(), lot.masks).tolist() == [1] * 5
    assert scenes.points(lot.others.float(), lot.masks).tolist() == [0] * 5
    blind = scenes.baselines(lot)
    assert torch.equal(blind["chance (its area)"], lot.masks.double().mean(dim=(1, 2)))
    assert [set(blind[name].tolist()) <= {0.0, 1.0} for name in ("the center", "the strongest edge")] == [True, True]


def test_rivals_and_pointing(network):
    lot = scenes.two(scenes.roles(6), 1_014_907)
    hits = scenes.pointing(network, lot, caption_maps)
    assert torch.equal(hits, scenes.points(scenes.maps_of(network, lot, caption_maps), lot.masks))
    rivals = scenes.rivals(network, lot, caption_maps)
    assert list(rivals) == ["the other's caption", *scenes.baselines(lot)]
    assert rivals["the other's caption"].mean() < 0.5 < hits.mean()


def test_who_is_larger_and_what_training_held_after_a_swap():
    cast = scenes.roles(12)
    larger = scenes.larger(scenes.two(cast[:3], 1_014_908))
    for i, role in enumerate(cast[:3]):
        scene = scenes.painted(1_014_908 * 2**32 + i, [(role.unseen, role.asked), (role.its_color, role.other)])
        assert larger[i].item() == (scene.animals[0].mask.sum() > scene.animals[1].mask.sum()).item()
    for role, held in zip(cast, scenes.seen_when_swapped(cast).tolist(), strict=True):
        both = {(role.its_color, role.asked), (role.unseen, role.other)}
        assert held == (not both & set(towers.UNSEEN))
    by_hand = scenes.Role("snail", "cat", "blue", "red", "orange")  # a blue cat is unseen as well
    assert ("blue", "cat") in towers.UNSEEN and scenes.seen_when_swapped([by_hand]).tolist() == [False]


def test_scenes_and_their_swaps(network):
    averages, kind, larger = scenes.swaps(network, ("blue", "snail"), ("orange", "cat"), 2, 1_014_909)
    assert averages.shape == (4, 64) and kind.tolist() == [0, 0, 1, 1] and larger.shape == (2,)
    swapped = scenes.painted(1_014_909 * 2**32 + 1, [("orange", "snail"), ("blue", "cat")])
    (expected,) = network.trunk(zoo.preprocess(swapped.image)).mean(dim=(2, 3))
    torch.testing.assert_close(averages[3], expected, atol=2e-2, rtol=2e-2)  # pictures are kept in 256 steps


def test_which_word_is_wrong():
    said = ["a red cat", "a red cat", "an orange fish", "a blue snail"]
    assert scenes.wrong_words(said, ["a red cat", "a blue cat", "an orange cat", "a red cat"]) == [
        "color",
        "species",
        "both",
    ]


def test_where_a_map_is_highest(network):
    scene = zoo.scene(1_014_105, ["snail", "cat"], colors=["blue", "orange"])
    assert scenes.highest_on(network, scene, "a blue snail") == "on the snail"
    assert scenes.highest_on(network, scene, "an orange cat") == "on the cat"


# What the page says.


def test_unseen_pairs_are_named_and_pointed_at(network):
    cast = scenes.roles(64)
    lot = scenes.alone(cast, 1_014_904, "unseen")
    assert scenes.right(scenes.best_captions(network, lot), lot.captions).mean() > 0.7
    pair = scenes.two(cast, 1_014_905)
    assert scenes.points(scenes.maps_of(network, pair, caption_maps), pair.masks).mean() > 0.85


def test_the_score_does_not_bind_and_the_peak_does(network):
    cast = scenes.roles(96)
    both = [scenes.two(cast, 1_014_906, shared=word) for word in (None, "both")]
    maps = [scenes.maps_of(network, lot, caption_maps) for lot in both]
    by_mean, by_peak = ((how(maps[0]) > how(maps[1])).double() for how in (
        lambda M: M.mean(dim=(1, 2)), lambda M: M.amax(dim=(1, 2))
    ))  # fmt: skip
    assert 0.2 < by_mean.mean() < 0.6 < 0.7 < by_peak.mean()
    assert metrics.paired_interval(by_peak, by_mean).low > 0
