"""Training: reproducible, considerate of global state, and never half-written."""

import pytest
import torch
from torch import nn

from cam_tutorial import models, training, zoo


def tiny() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(3, 4, 7, stride=4), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 8)
    )


def weights_of(network: nn.Module) -> torch.Tensor:
    return torch.cat([p.detach().flatten() for p in network.parameters()])


def test_same_seed_same_weights():
    a, b = (training.train(tiny(), seed=1, scenes=40, epochs=1, held_out=8, progress=False) for _ in range(2))
    c = training.train(tiny(), seed=2, scenes=40, epochs=1, held_out=8, progress=False)
    assert torch.equal(weights_of(a.network), weights_of(b.network))
    assert a.losses == b.losses and a.accuracy == b.accuracy
    assert not torch.equal(weights_of(a.network), weights_of(c.network))


def test_a_named_network_starts_from_its_seed_and_leaves_global_chance_alone(monkeypatch):
    monkeypatch.setattr(models, "NETWORKS", {"tiny": lambda: nn.Sequential(nn.Flatten(), nn.Linear(3 * 96 * 96, 8))})
    torch.manual_seed(5)
    before = torch.get_rng_state()
    a, b = (training.train("tiny", seed=3, scenes=8, epochs=1, held_out=8, progress=False) for _ in range(2))
    assert torch.equal(weights_of(a.network), weights_of(b.network))
    assert torch.equal(before, torch.get_rng_state())


def test_it_learns():
    torch.manual_seed(0)
    inputs = torch.randn(64, 5)
    labels = (inputs[:, 0] > 0).long()
    head = nn.Linear(5, 2)
    losses = training.fit(head, inputs, labels, epochs=50, learning_rate=0.2, progress=False)
    assert losses[-1] < losses[0] / 3
    assert training.accuracy(head, inputs, labels) > 0.95
    assert not head.training


def test_trains_under_no_grad_too():
    with torch.no_grad():
        losses = training.fit(nn.Linear(5, 2), torch.randn(8, 5), torch.zeros(8).long(), epochs=2, progress=False)
    assert len(losses) == 2


def test_accuracy_by_hand():
    logits = torch.tensor([[2.0, 1.0], [0.0, 3.0], [5.0, 4.0], [1.0, 0.0]])
    assert training.accuracy(nn.Identity(), logits, torch.tensor([0, 1, 1, 0]), batch_size=3) == 0.75


def test_draws_the_scenes_of_a_batch():
    inputs, labels = training.draw(3, seed=4, progress=False)
    images, same, _ = zoo.batch(3, seed=4)
    assert torch.equal(inputs, zoo.preprocess(images)) and torch.equal(labels, same)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"scenes": 0}, "scenes must be at least 1, got 0"),
        ({"epochs": -1}, "epochs must be at least 1, got -1"),
        ({"held_out": 0}, "held_out must be at least 1, got 0"),
        ({"seed": 1_000_000}, "seed must be from 0 to 999999"),
        ({"seed": -1}, "seed must be from 0 to 999999"),
        ({"network": "zoo"}, "there is no network 'zoo'"),
    ],
)
def test_bad_arguments(wrong, message):
    with pytest.raises(ValueError, match=message):
        training.train(**{"network": tiny(), "progress": False, **wrong})


def test_saving_writes_what_was_trained(tmp_path, monkeypatch):
    small = {"scenes": 8, "epochs": 1}
    monkeypatch.setattr(training, "CHECKED_ON", 8)
    path, accuracy = training.train_and_save("zoo-nin", out=tmp_path / "nin.safetensors", seed=2, **small)
    about = models.about("zoo-nin", path)
    assert (about["seed"], about["scenes"], about["epochs"]) == (2, 8, 1)
    assert about["accuracy"] == round(accuracy, 4)
    expected = training.train("zoo-nin", seed=2, held_out=8, progress=False, **small).network
    assert torch.equal(weights_of(models.load("zoo-nin", path)), weights_of(expected))


def test_a_poor_network_does_not_take_the_place_of_the_one_that_ships(monkeypatch, tmp_path):
    monkeypatch.setattr(models, "WEIGHTS", tmp_path)
    monkeypatch.setattr(training, "CHECKED_ON", 8)
    with pytest.raises(ValueError, match="must reach 99%: train longer, or name another file"):
        training.train_and_save("zoo-nin", scenes=8, epochs=1)
    assert list(tmp_path.iterdir()) == []


def test_zoo_flatten_stands_on_the_trunk_of_zoo_gap():
    result = training.train("zoo-flatten", scenes=40, epochs=1, held_out=8, progress=False)
    shipped = models.load("zoo-gap").trunk.state_dict()
    for network in (result.network, models.load("zoo-flatten")):
        assert all(torch.equal(value, shipped[key]) for key, value in network.trunk.state_dict().items())
    assert len(result.losses) == 2


@pytest.mark.parametrize("moment", ["training", "writing"])
def test_interruption_leaves_the_old_weights_whole(tmp_path, monkeypatch, moment):
    path = tmp_path / "nin.safetensors"
    path.write_bytes(b"the old weights")

    def interrupted(*_args, **_kwargs):
        raise KeyboardInterrupt

    if moment == "training":
        monkeypatch.setattr(training, "fit", interrupted)
    else:
        monkeypatch.setattr(models.os, "replace", interrupted)
        monkeypatch.setattr(training, "CHECKED_ON", 8)
    with pytest.raises(KeyboardInterrupt):
        training.train_and_save("zoo-nin", scenes=8, epochs=1, out=path)
    assert path.read_bytes() == b"the old weights"
    assert list(tmp_path.iterdir()) == [path]
