"""Notebook 16's films: the truth of when and where, the measures by hand, and what its two networks can see."""

import pytest
import torch

from cam_tutorial import models, zoo
from cam_tutorial.cam import class_activation_map
from cam_tutorial.course.n16_in_time import films, network
from cam_tutorial.course.n16_in_time.e1_film_map import my_film_map
from cam_tutorial.course.n16_in_time.e2_segment import my_segment

film_map, segment = my_film_map.solution, my_segment.solution


@pytest.fixture(scope="module")
def four():
    return films.some(4)


def test_the_film_map_by_hand():
    """Two maps of two frames and one place; the class's weights are 2 and −1."""
    A = torch.tensor([[1.0, 3.0], [0.0, 4.0]])[None, :, :, None, None]
    W = torch.tensor([[9.0, 9.0], [2.0, -1.0]])
    assert film_map(A, W, torch.tensor([1])).tolist() == [[[[2.0]], [[2.0]]]]


def test_its_mean_and_the_bias_are_the_logit_for_any_length(four):
    net = models.load("zoo-clips").requires_grad_(False)
    whole = network.to_input(four.frames)
    for inputs in (whole, whole[:, :, :17], torch.cat([whole, whole], dim=2)):
        maps = film_map(net.trunk(inputs), net.classifier.weight, four.labels)
        assert maps.shape == (4, inputs.shape[2], 12, 12)
        logits = net(inputs).gather(1, four.labels[:, None])[:, 0]
        torch.testing.assert_close(
            maps.mean((1, 2, 3)) + net.classifier.bias[four.labels], logits, rtol=1e-4, atol=1e-4
        )


def test_it_is_the_map_of_the_frames_set_in_a_column():
    A, W, c = torch.randn(2, 3, 4, 5, 6), torch.randn(4, 3), torch.tensor([3, 1])
    column = class_activation_map(A.flatten(2, 3), W, c).unflatten(1, (4, 5))
    torch.testing.assert_close(column, film_map(A, W, c))


@pytest.mark.parametrize(
    ("first", "second", "iou"),
    [
        ((2, 6), (4, 8), 2 / 6),
        ((0, 24), (7, 17), 10 / 24),
        ((3, 5), (5, 9), 0),
        ((3, 5), (3, 5), 1),
        ((0, 0), (2, 4), 0),
    ],
)
def test_temporal_iou_by_hand(first, second, iou):
    assert films.temporal_iou(first, second) == films.temporal_iou(second, first) == pytest.approx(iou)


def test_films_are_the_clips_with_their_truth(four):
    for k, clip in enumerate(network.clips_of(4, films.SEED)):
        assert four.when[k] == (clip.start, clip.stop) and four.labels[k] == clip.label
        assert torch.equal(four.masks[k], clip.masks) and torch.equal(four.others[k], clip.others)
        torch.testing.assert_close(four.frames[k] / 255, clip.frames, rtol=0, atol=0.5 / 255 + 1e-6)
    assert torch.equal(zoo.clip(films.SEED * 2**32, animals=2, size=48).frames, films.one(films.SEED * 2**32).frames)


def test_changes_are_there_only_while_the_animal_acts(four):
    """And in the frame after, in which it stands again."""
    curves = films.changes(four.frames).mean(dim=(2, 3))
    for curve, (start, stop) in zip(curves, four.when, strict=True):
        assert (
            (curve[: max(start, 1)] == 0).all() and (curve[stop + 1 :] == 0).all() and curve[start + 1 : stop].sum() > 0
        )


def test_one_by_one_are_all_films_in_their_order(four):
    each = list(films.one_by_one(four.frames))
    assert len(each) == 4 and torch.equal(torch.cat(each), network.to_input(four.frames))


def test_points_and_what_they_lie_on():
    maps = torch.zeros(2, 3, 12, 12)
    maps[0, 1, 4, 7], maps[1, 2, 0, 0] = 5, 5
    places = films.points(maps)
    assert places[:, 0].tolist() == [1, 2]
    assert [int(value) // 4 for value in places[0, 1:]] == [4, 7] and places[1, 1:].max() < 4
    masks = torch.zeros(2, 3, 48, 48, dtype=torch.bool)
    masks[0, 1, 16:20, 28:32] = masks[1, 1, :4, :4] = True
    assert films.on(masks, places).tolist() == [True, False]
    assert films.within([(1, 2), (0, 2)], places).tolist() == [True, False]


def test_pairs_differ_and_use_each_film_once():
    labels = torch.tensor([0, 0, 0, 1, 2, 0])
    first, second = films.pairs(labels, 9)
    assert all(labels[a] != labels[b] for a, b in zip(first, second, strict=True))
    assert len({*first, *second}) == 2 * len(first) == 4
    assert films.pairs(labels, 1) == ([0], [3])


def test_shuffled_and_frozen(four):
    mixed = films.shuffled(four.frames)
    assert torch.equal(mixed.sort(dim=1).values, four.frames.sort(dim=1).values) and not torch.equal(mixed, four.frames)
    for still, film, (start, stop) in zip(films.frozen(four), four.frames, four.when, strict=True):
        assert (still == film[(start + stop) // 2]).all()


def test_a_value_has_seen_three_frames_before_and_two_after():
    net = models.load("zoo-clips").requires_grad_(False)
    x = torch.rand(1, 3, 24, 48, 48)
    changed = x.clone()
    changed[:, :, 10] += 1
    differs = (net.trunk(x) != net.trunk(changed)).any(dim=(1)).flatten(2).any(dim=2)[0]
    assert differs.nonzero().flatten().tolist() == [8, 9, 10, 11, 12, 13]


def test_the_threshold_is_the_one_that_agrees_best():
    curves = torch.tensor([[0.0, 2.5, 8.0, 8.0, 2.5, 0.0], [0.0, 0.0, 3.5, 8.0, 3.5, 0.0]])
    assert films.best_threshold(curves, [(2, 4), (2, 5)], segment) == 0.4


def test_to_the_right_every_film_has_its_mirror_image_or_itself(four):
    assert set(four.ways) == {"left", "right"}
    for changed, film, way in zip(films.to_the_right(four), four.frames, four.ways, strict=True):
        assert torch.equal(changed, film.flip(-1) if way == "left" else film)


def test_cut_short_the_last_third_is_gone(four):
    for film, before, (start, stop) in zip(films.cut_short(four), four.frames, four.when, strict=True):
        cut = stop - (stop - start) // 3
        assert torch.equal(film[:cut], before[:cut]) and torch.equal(film[stop:], before[stop:])
        assert (film[cut:stop] == before[min(stop, 23)]).all()


def test_in_sight_is_where_the_animal_is_in_the_six_frames():
    masks = torch.zeros(1, 24, 1, 1, dtype=torch.bool)
    masks[0, 10] = True
    assert films.in_sight(masks)[0, :, 0, 0].nonzero().flatten().tolist() == [8, 9, 10, 11, 12, 13]


def test_a_tiny_training_gives_a_network_of_its_own_and_leaves_the_random_state_alone():
    before = torch.random.get_rng_state()
    made = network.train(scenes=4, epochs=1, held_out=2, progress=False)
    assert torch.equal(before, torch.random.get_rng_state())
    assert not made.network.training and len(made.losses) == 1 and made.accuracy in (0, 0.5, 1)
