"""Notebook 15: its measures worked by hand, and what its page says of the network."""

import pytest
import torch

from cam_tutorial import Adapted, metrics, models, zoo
from cam_tutorial.cam import cam, class_activation_map
from cam_tutorial.course.n15_in_words import asking, habits
from cam_tutorial.course.n15_in_words import network as words
from cam_tutorial.course.n15_in_words.e1_modulate import my_modulate
from cam_tutorial.course.n15_in_words.e2_blind_guess import my_blind_guess
from cam_tutorial.grad_cam import grad_cam

modulate, blind_guess = my_modulate.solution, my_blind_guess.solution


def test_turning_up_and_down_by_hand():
    A = torch.tensor([[[[1.0, -1.0]], [[2.0, 3.0]]]])
    found = modulate(A, torch.tensor([[1.0, -1.0]]), torch.tensor([[0.5, 0.25]]))
    assert found.tolist() == [[[[2.5, 0]], [[0.25, 0.25]]]]
    assert torch.equal(words.modulate(A, torch.tensor([[1.0, -1.0]]), torch.tensor([[0.5, 0.25]])), found)


def test_a_blind_guess_by_hand():
    old, answers = torch.tensor([0, 1, 0, 1, 0, 1]), torch.tensor([3, 0, 3, 2, 1, 2])
    assert blind_guess(old, answers, torch.tensor([1, 0, 1])).tolist() == [2, 3, 2]


def test_the_words_of_every_question_are_known_and_no_other():
    table = words.numbers(["what color is the cat?", "what is left of the snail?"])
    assert table.shape == (2, words.LONGEST)
    assert [words.WORDS[k] for k in table[1].tolist()] == ["what", "is", "left", "of", "the", "snail", "?"]
    with pytest.raises(ValueError, match="knows no word 'horse'"):
        words.numbers(["what color is the horse?"])


def test_places_average_one_and_lie_where_they_are_called():
    a = torch.zeros(1, 5, 5)
    a[0, 2, 2] = 1
    found = words.places(a)
    torch.testing.assert_close(found.mean((2, 3)), torch.ones(1, 5))
    assert torch.equal(found[0, 0], 25 * a[0])
    left, right, above, below = found[0, 1:]
    assert left[2, 0] > left[2, 4] and left[2, 0] > left[0, 2] and torch.allclose(left, right.flip(1), atol=1e-5)
    assert above[0, 2] > above[4, 2] and above[0, 2] > above[2, 0] and torch.allclose(above, below.flip(0), atol=1e-5)


def test_the_fish_has_a_habit_and_nobody_else():
    drawn = [words.names_and_colors(seed, words.HABIT) for seed in range(4000)]
    of = {name: [c for names, colors in drawn for n, c in zip(names, colors, strict=True) if n == name]
          for name in zoo.ANIMALS}  # fmt: skip
    for name, colors in of.items():
        share = colors.count("blue") / len(colors)
        assert share == pytest.approx(0.85 + 0.15 / 8 if name == "fish" else 1 / 8, abs=0.04)
    free = [words.names_and_colors(seed, 0.0) for seed in range(300)]
    assert all(names == with_habit[0] for (names, _), with_habit in zip(free, drawn, strict=False))


@pytest.fixture(scope="module")
def few():
    return asking.ask(24, 1_150_900)


def test_what_is_asked_is_true(few):
    for n in range(len(few)):
        scene = few.scene(n)
        (one,) = [question for question in zoo.questions(scene) if question.text == few.texts[n]]
        assert words.ANSWERS[few.answers[n]] == one.answer and torch.equal(few.about[n], one.about.mask)
        assert (few.kinds[n] == "color") == torch.equal(few.about[n], few.named[n])
    assert set(few.kinds) == {"color", "where"}


def test_baselines_are_counted_by_the_mask(few):
    blind = asking.baselines(few)
    assert blind["chance"][0] == pytest.approx(few.about[0].double().mean().item())
    assert all(len(values) == len(few) for values in blind.values())


def test_an_animal_is_taken_out_and_nothing_else():
    some, gone = asking.with_one("fish", 3, 1_150_901)
    for n in range(3):
        assert some.names[n][0] == "fish" and "blue" not in some.colors[n]
        changed = (some.inputs[n] != gone[n]).any(dim=0)
        assert changed[some.about[n]].any() and changed.float().mean() < 0.3


@pytest.fixture(scope="module")
def network():
    return models.load("zoo-words").requires_grad_(False)


def test_the_map_of_the_answer_makes_its_logit(network, few):
    B, y = asking.read(network, few.inputs, few.words)
    torch.testing.assert_close(network(few.inputs, few.words), y, atol=1e-3, rtol=1e-3)
    said = y.argmax(dim=1)
    M = class_activation_map(B, network.classifier.weight, said)
    made = M.mean((1, 2)) + network.classifier.bias[said]
    torch.testing.assert_close(made, y.amax(dim=1), atol=1e-3, rtol=1e-3)
    trunk = models.load(words.TRUNK).get_submodule("trunk").state_dict()
    assert all(torch.equal(network.trunk.state_dict()[key], value) for key, value in trunk.items())


def test_the_map_moves_with_the_question(network):
    one, two = (asking.ask(40, 1_150_902, asking.color_of(which)) for which in (0, 1))
    on_first = []
    for each in (one, two):
        B, y = asking.read(network, each.inputs, each.words)
        M = class_activation_map(B, network.classifier.weight, y.argmax(dim=1))
        on_first.append(asking.pointing(M, one.about))
    assert metrics.paired_interval(*on_first).low > 0.3


def test_a_small_training_learns_and_leaves_the_trunk():
    made = words.train(scenes=40, epochs=4, held_out=4, progress=False)
    assert sum(made.losses[-2:]) < sum(made.losses[:2]) and 0 <= made.accuracy <= 1
    trunk = models.load(words.TRUNK).get_submodule("trunk").state_dict()
    assert all(torch.equal(made.network.trunk.state_dict()[key], value) for key, value in trunk.items())


def test_the_networks_own_functions_find_the_averaged_maps(network, few):
    """`cam` and `grad_cam` of a network with the questions already in it: the map of each answer, and 1/Z of it."""
    inputs, questions = few.inputs[:5], few.words[:5]
    asks = Adapted(network, lambda network, images: network(images, questions))
    assert grad_cam.layer_of(asks, inputs) == "network.turned"
    B, y = asking.read(network, inputs, questions)
    M = class_activation_map(B, network.classifier.weight, y.argmax(dim=1))
    torch.testing.assert_close(cam(asks, inputs), M, atol=1e-2, rtol=1e-4)
    torch.testing.assert_close(144 * grad_cam(asks, inputs, relu=False), M, atol=1e-2, rtol=1e-4)


def test_an_animal_in_gray_has_no_color_and_nothing_else_changes(few):
    gray, mask = asking.painted_gray(few), few.about
    assert torch.equal(gray.permute(0, 2, 3, 1)[~mask], few.inputs.permute(0, 2, 3, 1)[~mask])
    inside = gray.permute(0, 2, 3, 1)[mask]
    assert torch.equal(inside[:, 0], inside[:, 1]) and torch.equal(inside[:, 0], inside[:, 2])
    torch.testing.assert_close(inside[:, 0], few.inputs.mean(dim=1)[mask])


def test_hits_are_counted_where_the_answer_is_given(network, few):
    y = asking.read(network, few.inputs, few.words)[1].argmax(dim=1)
    answer = int(y.mode().values)
    found = asking.hits(network, few, answer)
    assert len(found) == (y == answer).sum() and set(found.tolist()) <= {0.0, 1.0}


def test_when_a_habit_and_the_colors_begin_by_hand(network):
    fish = torch.tensor([[1, 0], [9, 9], [9, 9], [1, 2]])  # 9 is the habit; everybody gets it after the second epoch
    cats = torch.tensor([[0, 0], [9, 9], [3, 0], [3, 4]])
    run = habits.Run(network, [fish, cats])
    assert run.share(0, 9).tolist() == [0, 1, 1, 0]
    assert run.begins(9, torch.tensor([3, 4])) == (3, 4)
    assert habits.starts(torch.zeros(4, dtype=torch.bool)) == 5


def test_a_training_is_watched_after_each_epoch(few, monkeypatch):
    for name, value in {"SCENES": 12, "EPOCHS": 3, "AT_A_STEP": 6, "EARLY": 2}.items():
        monkeypatch.setattr(habits, name, value)
    run = habits.learn(0, (few, few))
    assert [len(answers) for answers in run.said] == [3, 3] and torch.equal(*run.said)
    assert torch.equal(asking.read(run.early, few.inputs, few.words)[1].argmax(dim=1), run.said[0][1])
