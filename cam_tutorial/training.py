"""Training the networks of the tiny world, from nothing, in about half a minute on two cores."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from tqdm.auto import tqdm

from cam_tutorial import models, zoo

# Seeds below this number are for training; held-out scenes come from seeds above it.
HELD_OUT_SEED = 1_000_000
GOOD_ENOUGH = 0.99  # for the weights that ship
CHECKED_ON = 2000  # held-out scenes for the accuracy that a weight file carries
TAGGED = {"zoo-hans": "rabbit"}  # network -> the species whose pictures carry the paper tag, in training and test
SCENES = {"zoo-hans": 1500}  # with the 6,000 of the others it would learn what rabbits look like, tag or no tag


@dataclass
class Training:
    """A trained network and how it went."""

    network: nn.Module
    losses: list[float] = field(repr=False)  # one a step
    accuracy: float  # on held-out scenes, 0 to 1


def train(
    network: str | nn.Module = "zoo-gap",
    *,
    seed: int = 0,
    scenes: int = 2000,
    epochs: int = 6,
    region: tuple[float, float, float, float] | None = None,
    tagged: str | float | None = None,
    held_out: int = 400,
    progress: bool = True,
) -> Training:
    """Train a network on freshly drawn scenes of one animal, and test it on scenes that it never saw.

    The same seed on the same machine gives the same weights; the global random state is left alone.

    Args:
        network: a name such as "zoo-gap", or a network of your own that takes (N, 3, 96, 96) and gives 8 logits. All
            start from nothing but "zoo-flatten", which gets the trunk of the zoo-gap that ships, and a new head.
        seed: of the scenes, the initial weights of a named network, and the order of the batches.
        scenes: how many to draw; 500 a second or so.
        epochs: how many times to go through them.
        region: where the animals may stand in training and test, (left, top, right, bottom) in shares of the picture.
        tagged: which pictures carry the paper tag, in training and test, as in `draw`; for zoo-hans always the rabbits.
        held_out: how many scenes to test on.
        progress: show progress bars.

    Raises:
        ValueError: there is no network of that name, or a number is out of range.
    """
    for name, number in (("scenes", scenes), ("epochs", epochs), ("held_out", held_out)):
        if number < 1:
            raise ValueError(f"{name} must be at least 1, got {number}")
    if not 0 <= seed < HELD_OUT_SEED:
        raise ValueError(f"seed must be from 0 to {HELD_OUT_SEED - 1}, got {seed}; higher ones are for held-out scenes")
    on_zoo_gap = network == "zoo-flatten"
    if isinstance(network, str):
        tagged = TAGGED.get(network, tagged)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            network = models.build(network)
    inputs, labels = draw(scenes, seed, region=region, tagged=tagged, progress=progress)
    if on_zoo_gap:
        losses = _fit_head_on_zoo_gap(network, inputs, labels, epochs=epochs, seed=seed, progress=progress)
    else:
        losses = fit(network, inputs, labels, epochs=epochs, seed=seed, progress=progress)
    inputs, labels = draw(held_out, HELD_OUT_SEED + seed, region=region, tagged=tagged, progress=progress)
    return Training(network, losses, accuracy(network, inputs, labels))


def _fit_head_on_zoo_gap(network: nn.Module, inputs: Tensor, labels: Tensor, **options: Any) -> list[float]:
    """Give a network zoo-gap's finished trunk, and train its head alone.

    So zoo-flatten and zoo-gap differ in nothing but the head. From nothing, a head that has weights of its own for
    each place needs many times the scenes, and at the learning rate of the others all its ReLUs close for good.
    """
    trunk = models.load("zoo-gap").get_submodule("trunk")
    network.get_submodule("trunk").load_state_dict(trunk.state_dict())
    with torch.no_grad():
        features = torch.cat([trunk(batch) for batch in inputs.split(100)])
    losses = fit(network.get_submodule("head"), features, labels, learning_rate=1e-3, **options)
    network.eval()
    return losses


def draw(
    count: int,
    seed: int,
    *,
    region: tuple[float, float, float, float] | None = None,
    tagged: str | float | None = None,
    progress: bool = True,
) -> tuple[Tensor, Tensor]:
    """Scenes of one animal, preprocessed as the networks take them: inputs (count, 3, 96, 96) and labels (count,).

    The same scenes as `zoo.batch(count, seed)`, with a progress bar, without the masks, and in half the memory.

    Args:
        count: how many.
        seed: of the scenes.
        region: where the animals may stand, (left, top, right, bottom) in shares of the picture.
        tagged: which pictures carry the paper tag (`zoo.tag`): those of a species, by its name; or a share of all,
            from 0 to 1, whatever the animal.
        progress: show a progress bar.

    Raises:
        ValueError: there is no such species, or the share is out of range.
    """
    share = isinstance(tagged, int | float) and 0 <= tagged <= 1
    if tagged is not None and not share and tagged not in zoo.ANIMALS:
        raise ValueError(f"tagged must be one of {', '.join(zoo.ANIMALS)}, or a share from 0 to 1, got {tagged!r}")
    size = models.IMAGE_SIZE
    inputs = torch.empty(count, 3, size, size, memory_format=torch.channels_last)  # as `fit` wants them
    labels = torch.empty(count, dtype=torch.long)
    lots = torch.rand(count, generator=torch.Generator().manual_seed(seed)).tolist()
    for i in tqdm(range(count), desc="drawing scenes", disable=not progress, leave=False):
        scene = zoo.scene(seed * 2**32 + i, size=size, region=region)
        name, image = scene.animals[0].name, scene.image
        if name == tagged if isinstance(tagged, str) else lots[i] < (tagged or 0):
            image = zoo.tag(image)
        inputs[i], labels[i] = zoo.preprocess(image)[0], zoo.ANIMALS.index(name)
    return inputs, labels


def fit(
    network: nn.Module,
    inputs: Tensor,
    labels: Tensor,
    *,
    epochs: int,
    seed: int = 0,
    batch_size: int = 32,
    learning_rate: float = 4e-3,
    progress: bool = True,
) -> list[float]:
    """Train a network, or a head on features, on inputs and labels; gives the loss of every step.

    AdamW with a learning rate that rises and falls once (Smith, "Super-Convergence", 2017). The network is in eval
    mode afterwards.
    """
    if inputs.ndim == 4:  # channels last in memory is the faster order for convolutions on CPUs, by a fifth
        network.to(memory_format=torch.channels_last)
        inputs = inputs.contiguous(memory_format=torch.channels_last)
    order = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.AdamW(network.parameters(), lr=learning_rate, weight_decay=0.01)
    steps = epochs * -(-len(inputs) // batch_size)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, learning_rate, total_steps=steps)
    losses = []
    network.train()
    with torch.enable_grad(), tqdm(total=steps, desc="training", disable=not progress, leave=False) as bar:
        for _ in range(epochs):
            for batch in torch.randperm(len(inputs), generator=order).split(batch_size):
                loss = F.cross_entropy(network(inputs[batch]), labels[batch])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                schedule.step()
                losses.append(loss.item())
                bar.update()
                bar.set_postfix(loss=f"{loss.item():.2f}", refresh=False)
    network.eval()
    return losses


@torch.no_grad()
def accuracy(network: nn.Module, inputs: Tensor, labels: Tensor, batch_size: int = 25) -> float:
    """The share of inputs whose highest logit is the right class, 0 to 1."""
    predicted = torch.cat([network(batch).argmax(dim=1) for batch in inputs.split(batch_size)])
    return (predicted == labels).double().mean().item()


def train_and_save(
    name: str,
    *,
    seed: int = 0,
    scenes: int | None = None,
    epochs: int | None = None,
    out: Path | None = None,
) -> tuple[Path, float]:
    """Remake a network that ships with the package, and write its weights: gives the path and the held-out accuracy.

    Longer than `train` by default, for the last percent. Interrupted, it leaves the old file whole.

    Raises:
        ValueError: there is no network of that name, a number is out of range, or the network turned out too poor to
            take the place of the one that ships.
        OSError: the file cannot be written.
    """
    scenes, epochs = scenes or SCENES.get(name, 6000), epochs or 6
    result = train(name, seed=seed, scenes=scenes, epochs=epochs, held_out=CHECKED_ON)
    if out is None and result.accuracy < GOOD_ENOUGH:
        raise ValueError(
            f"{name} is right on {result.accuracy:.1%} of unseen scenes only, and the weights of the package must "
            f"reach {GOOD_ENOUGH:.0%}: train longer, or name another file (the old one is as it was)"
        )
    path = models.WEIGHTS / f"{name}.safetensors" if out is None else out
    about: dict[str, Any] = {"tagged": TAGGED[name]} if name in TAGGED else {}
    about |= {"seed": seed, "scenes": scenes, "epochs": epochs, "accuracy": round(result.accuracy, 4)}
    models.save_weights(result.network, name, path, **about)
    return path, result.accuracy
