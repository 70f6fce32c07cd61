"""Training: reproducible, by the recipe, considerate of global state, and never half-written."""

import copy
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import nn

from cam_tutorial import models, recipes, training, zoo


def tiny() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(3, 4, 7, stride=4), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 8)
    )


def weights_of(network: nn.Module) -> torch.Tensor:
    return torch.cat([p.detach().flatten() for p in network.parameters()])


@pytest.fixture(scope="module")
def shortly_trained():
    return training.train("zoo-gap", seed=1, scenes=100, epochs=3, held_out=16, progress=False)


def test_the_losses_fall_one_a_step(shortly_trained):
    losses = torch.tensor(shortly_trained.losses)
    assert len(losses) == 3 * 4  # 100 scenes are 3 batches of 32 and one of 4
    assert losses[0] == pytest.approx(torch.tensor(8.0).log().item(), abs=0.3)  # guessing among eight
    assert losses[-4:].mean() < losses[:4].mean() - 0.1


def test_the_accuracy_is_that_on_held_out_scenes(shortly_trained):
    network = shortly_trained.network
    assert not any(module.training for module in network.modules())
    right = 0
    for scene in zoo.scenes_of(16, seed=1_000_000 + 1):
        with torch.no_grad():
            right += network(zoo.preprocess(scene.image))[0].argmax().item() == scene.animals[0].label
    assert shortly_trained.accuracy == right / 16


def test_same_seed_same_weights():
    a, b = (training.train(tiny(), seed=1, scenes=40, epochs=1, held_out=8, progress=False) for _ in range(2))
    c = training.train(tiny(), seed=2, scenes=40, epochs=1, held_out=8, progress=False)
    assert torch.equal(weights_of(a.network), weights_of(b.network))
    assert a.losses == b.losses and a.accuracy == b.accuracy
    assert not torch.equal(weights_of(a.network), weights_of(c.network))
    assert not torch.equal(weights_of(a.network), weights_of(tiny()))


def test_a_named_network_starts_from_its_seed_and_leaves_global_chance_alone(monkeypatch):
    monkeypatch.setitem(models.NETWORKS, "tiny", lambda: nn.Sequential(nn.Flatten(), nn.Linear(3 * 96 * 96, 8)))
    monkeypatch.setitem(recipes.RECIPES, "tiny", recipes.Recipe("Sequential"))
    torch.manual_seed(5)
    before = torch.get_rng_state()
    a, b, c = (training.train("tiny", seed=seed, scenes=8, epochs=1, held_out=8, progress=False) for seed in (3, 3, 4))
    assert torch.equal(weights_of(a.network), weights_of(b.network))
    assert not torch.equal(weights_of(a.network), weights_of(c.network))
    assert torch.equal(before, torch.get_rng_state())


@pytest.fixture
def watched(monkeypatch):
    """Nothing is drawn and nothing is fitted: it is only written down what would be."""
    seen = {"drawn": [], "fitted": [], "batch_sizes": []}

    def draw(count, seed, **options):
        seen["drawn"].append((count, seed, options["tagged"]))
        return torch.zeros(3, 3, 96, 96), torch.tensor([0, 1, 2])

    def fit(network, inputs, labels, **options):
        seen["fitted"].append((network, inputs, options["epochs"], options["seed"], options["learning_rate"]))
        seen["batch_sizes"].append(options["batch_size"])
        return [2.0, 1.0]

    monkeypatch.setattr(training, "draw", draw)
    monkeypatch.setattr(training, "fit", fit)
    return seen


ROOMS = [name for name, recipe in recipes.RECIPES.items() if recipe.room]


@pytest.mark.parametrize("name", [name for name in recipes.RECIPES if name not in ROOMS])
def test_a_network_is_made_by_its_recipe(name, watched, tmp_path):
    recipe = recipes.RECIPES[name]
    path, _ = training.train_and_save(name, seed=4, out=tmp_path / "weights.safetensors")
    assert watched["drawn"] == [(recipe.scenes, 4, recipe.tagged), (2000, 1_000_004, recipe.tagged)]
    ((fitted, inputs, *options),) = watched["fitted"]
    assert options == [recipe.epochs, 4, recipe.learning_rate]
    made = models.load(name, path)
    assert type(made).__name__ == recipe.network
    assert torch.equal(weights_of(fitted), weights_of(made if recipe.trunk is None else made.head))
    assert inputs.shape == ((3, 3, 96, 96) if recipe.trunk is None else (3, 64, 12, 12))
    about = models.about(name, path)
    assert (about["scenes"], about["epochs"], about.get("tagged")) == (recipe.scenes, recipe.epochs, recipe.tagged)


@pytest.mark.parametrize("name", ROOMS)
def test_a_network_of_a_room_is_made_by_its_recipe(name, monkeypatch, tmp_path):
    recipe, asked = recipes.RECIPES[name], []
    room = models.room_of(recipe)
    network = getattr(room, recipe.network)()

    def train(**numbers):
        asked.append((numbers["seed"], numbers["scenes"], numbers["epochs"]))
        return training.Training(network, [2.0, 1.0], 0.5)

    monkeypatch.setattr(room, "train", train)
    path, _ = training.train_and_save(name, seed=4, out=tmp_path / "weights.safetensors")
    assert asked == [(4, recipe.scenes, recipe.epochs)]
    made, about = models.load(name, path), models.about(name, path)
    assert type(made).__name__ == recipe.network and torch.equal(weights_of(network), weights_of(made))
    assert (about["scenes"], about["epochs"], about["accuracy"]) == (recipe.scenes, recipe.epochs, 0.5)


@pytest.mark.parametrize("name", ROOMS)
def test_a_network_of_a_room_learns_from_few_scenes_by_its_seed(name):
    torch.manual_seed(5)
    before = torch.get_rng_state()
    few = {"scenes": 6, "held_out": 50, "progress": False}
    once, twice = (training.train(name, seed=3, epochs=epochs, **few) for epochs in (1, 2))
    again = training.train(name, seed=3, epochs=1, **few)
    assert torch.equal(weights_of(once.network), weights_of(again.network)) and once.losses == again.losses
    assert not torch.equal(weights_of(once.network), weights_of(twice.network))
    assert len(twice.losses) == 2 * len(once.losses) and not once.network.training
    assert torch.equal(before, torch.get_rng_state())


def test_the_caller_decides_what_no_recipe_does(watched):
    training.train("zoo-hans", scenes=5, epochs=2, tagged="cat", progress=False)
    training.train("zoo-gap", scenes=5, tagged="cat", held_out=7, progress=False)
    training.train(tiny(), scenes=5, tagged=0.5, progress=False)
    held_out = training.HELD_OUT_SEED
    assert watched["drawn"][::2] == [(5, 0, "rabbit"), (5, 0, "cat"), (5, 0, 0.5)]
    assert watched["drawn"][1::2] == [(400, held_out, "rabbit"), (7, held_out, "cat"), (400, held_out, 0.5)]
    assert [options for _, _, *options in watched["fitted"]] == [[2, 0, 4e-3], [6, 0, 4e-3], [6, 0, 4e-3]]


def test_it_learns():
    torch.manual_seed(0)
    inputs = torch.randn(64, 5)
    labels = (inputs[:, 0] > 0).long()
    head = nn.Linear(5, 2)
    losses = training.fit(head, inputs, labels, epochs=50, learning_rate=0.2, progress=False)
    assert losses[-1] < losses[0] / 3
    assert training.accuracy(head, inputs, labels) > 0.95
    assert not head.training


@pytest.mark.parametrize("epochs", [1, 2, 7, 30])
def test_it_steps_as_torchs_own_optimizer_and_schedule_do(epochs):
    torch.manual_seed(0)
    mine = nn.Sequential(nn.Linear(5, 7), nn.Tanh(), nn.Linear(7, 4))
    theirs = copy.deepcopy(mine)
    inputs, labels = torch.randn(6, 5), torch.arange(6) % 4
    losses = training.fit(mine, inputs, labels, epochs=epochs, batch_size=6, learning_rate=0.02, progress=False)
    optimizer = torch.optim.AdamW(theirs.parameters(), lr=0.02, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.02, total_steps=epochs)
    order, expected = torch.Generator().manual_seed(0), []
    for _ in range(epochs):
        batch = torch.randperm(6, generator=order)
        loss = nn.functional.cross_entropy(theirs(inputs[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        expected.append(loss.item())
    assert losses == pytest.approx(expected, rel=1e-4, abs=1e-5)
    torch.testing.assert_close(weights_of(mine), weights_of(theirs), rtol=1e-4, atol=1e-5)


def test_what_is_frozen_stays_as_it_is():
    torch.manual_seed(0)
    network = nn.Sequential(nn.Linear(5, 4), nn.Linear(4, 2))
    network[0].requires_grad_(False)
    before = weights_of(network[0])
    inputs, labels = torch.randn(8, 5), torch.arange(8) % 2
    losses = training.fit(network, inputs, labels, epochs=20, learning_rate=0.1, progress=False)
    assert torch.equal(before, weights_of(network[0])) and losses[-1] < losses[0]


def test_no_compiler_is_loaded_for_it():
    """It would cost 150 MB, which a small machine does not have."""
    code = (
        "import sys, torch; from cam_tutorial import training; "
        "training.fit(torch.nn.Linear(3, 2), torch.ones(4, 3), torch.zeros(4).long(), epochs=2, progress=False); "
        "training.train('zoo-gap', scenes=4, epochs=1, held_out=2, progress=False); "
        "print([name for name in ('torch._dynamo', 'sympy') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_smaller_steps_and_another_rate_for_a_named_network(watched):
    training.train("zoo-gap", scenes=5, batch_size=12, learning_rate=8e-3, progress=False)
    training.train("zoo-gap", scenes=5, progress=False)
    assert [options[-1] for _, _, *options in watched["fitted"]] == [8e-3, 4e-3]
    assert watched["batch_sizes"] == [12, 32]


def test_each_epoch_goes_through_everything_in_another_order():
    class Witness(nn.Linear):
        def forward(self, inputs):
            seen.append(inputs[:, 0].tolist())
            return super().forward(inputs)

    seen = []
    inputs = torch.arange(10.0)[:, None]
    training.fit(Witness(1, 2), inputs, torch.zeros(10).long(), epochs=2, batch_size=4, progress=False)
    assert [len(batch) for batch in seen] == [4, 4, 2, 4, 4, 2]
    first, second = seen[0] + seen[1] + seen[2], seen[3] + seen[4] + seen[5]
    assert sorted(first) == sorted(second) == list(range(10)) and first != second


def test_trains_under_no_grad_too():
    torch.manual_seed(0)
    head, inputs = nn.Linear(5, 2), torch.randn(8, 5)
    with torch.no_grad():
        losses = training.fit(head, inputs, torch.zeros(8).long(), epochs=20, learning_rate=0.1, progress=False)
    assert len(losses) == 20 and losses[-1] < losses[0] / 3
    assert head(inputs).argmax(dim=1).tolist() == [0] * 8


def test_accuracy_by_hand():
    logits = torch.tensor([[2.0, 1.0], [0.0, 3.0], [5.0, 4.0], [1.0, 0.0]])
    assert training.accuracy(nn.Identity(), logits, torch.tensor([0, 1, 1, 0]), batch_size=3) == 0.75


@pytest.mark.parametrize("region", [None, (0, 0, 0.5, 1)])
def test_draws_the_scenes_of_a_batch(region):
    inputs, labels = training.draw(3, seed=4, region=region, progress=False)
    images, same, _ = zoo.batch(3, seed=4, region=region)
    assert torch.equal(inputs, zoo.preprocess(images)) and torch.equal(labels, same)
    assert (inputs.dtype, labels.dtype) == (torch.float32, torch.int64)
    assert [len(part) for part in training.draw(0, seed=4, progress=False)] == [0, 0]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"scenes": 0}, "scenes must be at least 1, got 0"),
        ({"batch_size": 0}, "batch_size must be at least 1, got 0"),
        ({"epochs": -1}, "epochs must be at least 1, got -1"),
        ({"held_out": 0}, "held_out must be at least 1, got 0"),
        ({"seed": 1_000_000}, "seed must be from 0 to 999999"),
        ({"seed": -1}, "seed must be from 0 to 999999"),
        ({"network": "zoo"}, "there is no network 'zoo'"),
        ({"tagged": "horse"}, "tagged must be one of cat, .* or a share from 0 to 1, got 'horse'"),
        ({"region": (0, 0, 2, 2)}, "region must be"),
    ],
)
def test_bad_arguments(wrong, message):
    with pytest.raises(ValueError, match=message) as caught:
        training.train(**{"network": tiny(), "progress": False, **wrong})
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("number", ["scenes", "epochs"])
def test_a_number_of_the_caller_is_not_taken_for_none(number):
    with pytest.raises(ValueError, match=f"{number} must be at least 1, got 0"):
        training.train_and_save("zoo-nin", **{number: 0})
    with pytest.raises(ValueError, match="count must be at least 0, got -1"):
        training.draw(-1, seed=0)


def test_saving_writes_what_was_trained(tmp_path, monkeypatch):
    small = {"scenes": 8, "epochs": 1}
    monkeypatch.setattr(training, "CHECKED_ON", 8)
    path, accuracy = training.train_and_save("zoo-nin", out=tmp_path / "nin.safetensors", seed=2, **small)
    about = models.about("zoo-nin", path)
    assert (about["seed"], about["scenes"], about["epochs"]) == (2, 8, 1)
    assert about["accuracy"] == round(accuracy, 4)
    expected = training.train("zoo-nin", seed=2, held_out=8, progress=False, **small)
    assert torch.equal(weights_of(models.load("zoo-nin", path)), weights_of(expected.network))
    assert accuracy == expected.accuracy


def test_a_poor_network_does_not_take_the_place_of_the_one_that_ships(monkeypatch, tmp_path):
    monkeypatch.setattr(models, "WEIGHTS", tmp_path)
    monkeypatch.setattr(training, "CHECKED_ON", 8)
    with pytest.raises(ValueError, match="must reach 99%: train longer, or name another file"):
        training.train_and_save("zoo-nin", scenes=8, epochs=1)
    assert list(tmp_path.iterdir()) == []


def test_a_good_one_does(monkeypatch, tmp_path):
    monkeypatch.setattr(models, "WEIGHTS", tmp_path)
    good = training.Training(models.build("zoo-nin"), [1.0], 0.99)
    monkeypatch.setattr(training, "train", lambda *_args, **_options: good)
    assert training.train_and_save("zoo-nin") == (tmp_path / "zoo-nin.safetensors", 0.99)
    assert torch.equal(weights_of(models.load("zoo-nin")), weights_of(good.network))


def test_zoo_flatten_stands_on_the_trunk_of_zoo_gap():
    result = training.train("zoo-flatten", scenes=40, epochs=2, held_out=8, progress=False)
    shipped = models.load("zoo-gap").trunk.state_dict()
    for network in (result.network, models.load("zoo-flatten")):
        assert all(torch.equal(value, shipped[key]) for key, value in network.trunk.state_dict().items())
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        untrained = models.build("zoo-flatten")
    assert all(
        not torch.equal(a, b)
        for a, b in zip(result.network.head.parameters(), untrained.head.parameters(), strict=True)
    )
    assert len(result.losses) == 4 and sum(result.losses[2:]) < sum(result.losses[:2])


@pytest.mark.parametrize("moment", ["training", "writing"])
def test_interruption_leaves_the_old_weights_whole(tmp_path, monkeypatch, moment):
    path = tmp_path / "nin.safetensors"
    path.write_bytes(b"the old weights")

    def interrupted(*_args, **_kwargs):
        raise KeyboardInterrupt

    if moment == "training":
        monkeypatch.setattr(training, "fit", interrupted)
    else:
        monkeypatch.setattr(Path, "replace", interrupted)
        monkeypatch.setattr(training, "CHECKED_ON", 8)
    with pytest.raises(KeyboardInterrupt):
        training.train_and_save("zoo-nin", scenes=8, epochs=1, out=path)
    assert path.read_bytes() == b"the old weights"
    assert list(tmp_path.iterdir()) == [path]
