"""Notebook 12: new statistics and entropy by hand, and scenes that are the same in every world."""

import copy
import math

import torch
from torch import nn

from cam_tutorial import models, zoo
from cam_tutorial.course.n12_another_world import worlds
from cam_tutorial.course.n12_another_world.e1_new_statistics import my_new_statistics
from cam_tutorial.course.n12_another_world.e2_entropy import my_entropy
from cam_tutorial.metrics import Interval

new_statistics, entropy = my_new_statistics.solution, my_entropy.solution


def images(*values):
    """One image of one channel for each list of pixels: (n, 1, 1, w)."""
    return torch.tensor(values, dtype=torch.float32)[:, None, None, :]


def test_new_statistics_by_hand():
    """Batch 1: mean 2, variance 2; batch 2: mean 6, variance 8. Their plain mean: 4 and 5."""
    network = nn.Sequential(nn.BatchNorm2d(1)).eval()
    network[0].running_mean.fill_(100)
    adapted = new_statistics(network, [images([1, 3]), images([4, 8])])
    assert adapted[0].running_mean.item() == 4 and adapted[0].running_var.item() == 5
    assert not adapted.training and network[0].running_mean.item() == 100


def test_new_statistics_change_nothing_else():
    network = models.load("zoo-gap")
    before = {name: value.clone() for name, value in network.state_dict().items()}
    adapted = new_statistics(network, [torch.randn(2, 3, 16, 16)])
    assert all(torch.equal(before[name], value) for name, value in network.state_dict().items())
    changed = {name for name, value in adapted.state_dict().items() if not torch.equal(before[name], value)}
    assert {name.rsplit(".", 1)[1] for name in changed} == {"running_mean", "running_var", "num_batches_tracked"}


def test_entropy_by_hand():
    logits = torch.tensor([[0.0, 0, 0, 0], [500, 0, 0, 0], [7, 7, -900, -900]])
    assert torch.allclose(entropy(logits), torch.tensor([math.log(4), 0, math.log(2)]))
    logits.requires_grad_()
    entropy(logits).sum().backward()
    assert logits.grad.isfinite().all()


def test_the_scenes_are_the_same_in_every_world():
    day, night = (worlds.labelled(style, 6) for style in ("day", "night"))
    assert torch.equal(day.labels, night.labels) and torch.equal(day.masks, night.masks)
    assert not torch.equal(day.inputs, night.inputs)
    expected = zoo.scene(worlds.MEASURED * 2**32 + 3, style="night")
    assert torch.allclose(night.inputs[3].float(), zoo.preprocess(expected.image)[0], atol=2e-3)


def test_what_a_network_adapts_to_are_other_scenes_in_each_draw():
    drawn = [torch.cat(list(worlds.unlabelled("night", 20, draw=draw))) for draw in range(2)]
    assert [len(part) for part in worlds.unlabelled("night", 20)] == [16, 4]
    assert not torch.equal(*drawn)
    assert {worlds.ADAPTED, worlds.ADAPTED + 1, worlds.ADAPTED + 2}.isdisjoint({worlds.MEASURED})
    assert min(worlds.ADAPTED, worlds.MEASURED) >= worlds.HELD_OUT_SEED


def test_who_is_out():
    two = {name for seed in range(40) for name in worlds.only("cat", "fish")(seed)}
    assert two == {"cat", "fish"}
    names = [worlds.mostly("cat", 0.75)(seed)[0] for seed in range(800)]
    assert abs(names.count("cat") / 800 - 0.75) < 0.05 and set(names) == set(zoo.ANIMALS)


def seen():
    """Two scenes: right and on the animal; wrong and off it."""
    masks = torch.zeros(2, 96, 96, dtype=torch.bool)
    masks[:, :48, :48] = True
    scenes = worlds.Scenes(torch.zeros(2, 3, 96, 96), torch.tensor([1, 0]), masks)
    maps = torch.zeros(2, 12, 12)
    maps[0, 2, 2] = maps[1, 9, 9] = 1
    return worlds.Seen(scenes, torch.tensor([[0.0, math.log(3)], [0, math.log(3)]]), maps)


def test_seen_by_hand():
    it = seen()
    assert it.right.tolist() == [1, 0] and it.hits.tolist() == [1, 0] and it.energy.tolist() == [1, 0]
    assert torch.allclose(it.sure, torch.tensor([0.75, 0.75], dtype=torch.float64))


def test_blind_guesses_by_hand():
    masks = torch.zeros(2, 96, 96, dtype=torch.bool)
    masks[0, 48:, :], masks[1, :, 70:] = True, True
    inputs = torch.zeros(2, 3, 96, 96)
    inputs[:, :, 10, 80] = 5  # the only thing to see
    found = worlds.blind_hits(worlds.Scenes(inputs, torch.tensor([0, 0]), masks))
    assert found["a random place"].tolist() == [0.5, 26 / 96]
    assert found["the middle"].tolist() == [1, 0] and found["the strongest edge"].tolist() == [0, 1]


def test_a_batch_by_its_own_statistics_leaves_the_network_as_it_was():
    network, x = models.load("zoo-gap").requires_grad_(False), torch.randn(4, 3, 24, 24)
    before = network(x)
    own = worlds.by_its_own(network, [x])
    assert torch.equal(network(x), before) and not network.training
    assert torch.allclose(own, copy.deepcopy(network).train()(x), atol=1e-4)


def test_shifts_and_taking_over():
    network = nn.Sequential(nn.BatchNorm2d(2), nn.BatchNorm2d(1))
    adapted = copy.deepcopy(network)
    network[0].running_var.fill_(4)
    adapted[0].running_mean.copy_(torch.tensor([6.0, -2.0]))
    adapted[1].running_mean.fill_(9)
    assert [moved.tolist() for moved in worlds.shifts(network, adapted)] == [[3, -1], [9]]
    worlds.take_over(network, adapted, layers=1)
    assert network[0].running_mean.tolist() == [6, -2] and network[1].running_mean.item() == 0


def test_an_interval_in_words():
    words = ("more", "fewer", "not told apart")
    told = [worlds.in_words(Interval(*three), *words) for three in ((1, 0.5, 2), (-1, -2, -0.5), (1, -1, 2))]
    assert told == list(words)
