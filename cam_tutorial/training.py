"""Training the networks of the tiny world, from nothing, in about half a minute on two cores."""

import gc
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cam_tutorial import models, zoo
from cam_tutorial.bar import Bar
from cam_tutorial.optimizer import OneCycleAdamW
from cam_tutorial.recipes import Recipe, recipe_of, refuse
from cam_tutorial.suggest import did_you_mean
from cam_tutorial.zoo.arguments import whole_number

# Seeds below this number are for training; held-out scenes come from seeds above it.
HELD_OUT_SEED = 1_000_000
CHECKED_ON = 2000  # held-out scenes for the accuracy that a weight file carries


@dataclass
class Training:
    """A trained network and how it went.

    Attributes:
        network: the network, in eval mode.
        losses: the loss of every step.
        accuracy: the share of held-out scenes that it is right on, 0 to 1; with several animals a scene, the share of
            its answers, one a class and scene, that are right.
    """

    network: nn.Module
    losses: list[float] = field(repr=False)
    accuracy: float


def train(
    network: str | nn.Module = "zoo-gap",
    *,
    seed: int = 0,
    scenes: int = 2000,
    epochs: int = Recipe.epochs,
    batch_size: int = 32,
    learning_rate: float | None = None,
    region: tuple[float, float, float, float] | None = None,
    tagged: str | float | None = None,
    among: Sequence[str] | None = None,
    company: zoo.Company | None = None,
    style: str = "day",
    held_out: int = 400,
    progress: bool = True,
) -> Training:
    """Train a network on freshly drawn scenes, and test it on scenes that it never saw.

    The same seed on the same machine gives the same weights; the global random state is left alone.

    Args:
        network: a name such as "zoo-gap", or a network of your own that takes (N, 3, 96, 96) and gives a logit a class.
            A named one is trained by its recipe (`cam_tutorial.recipes`), your own as zoo-gap is.
        seed: of the scenes, the initial weights of a named network, and the order of the batches; 0 to 999,999.
        scenes: how many to draw, at least 1; 500 a second or so.
        epochs: how many times to go through them, at least 1.
        batch_size: how many scenes make a step, at least 1; smaller ones need less memory.
        learning_rate: the highest; None for that of the recipe.
        region: where the animals may stand in training and test, (left, top, right, bottom) in shares of the picture.
        tagged, among, company, style: what the scenes of training and test are like, as in `draw`; what the recipe of a
            named network says comes first. One that lives in a room takes none of them, nor a batch size or a rate.
        held_out: how many scenes to test on, at least 1.
        progress: show progress bars.

    Returns:
        A `Training`. A network of your own is changed in place and given back in it.

    Raises:
        TypeError, ValueError: there is no network of that name, or an argument is out of range or not for this one.
        ModuleNotFoundError: it lives in a room of the course, which needs what is not installed.
    """
    numbers: dict[str, Any] = {"scenes": scenes, "epochs": epochs, "held_out": held_out}
    for name, number in {**numbers, "batch_size": batch_size}.items():
        whole_number(name, number, 1)
    if seed not in range(HELD_OUT_SEED):
        raise ValueError(f"seed must be from 0 to {HELD_OUT_SEED - 1}, got {seed!r}; higher ones are held out")
    if isinstance(network, str):
        recipe = recipe_of(network)
        if recipe.room is not None:
            own = {"batch_size": batch_size != 32, "learning_rate": learning_rate, "style": style != "day"}
            refuse(network, **own, region=region, tagged=tagged, among=among, company=company)
            made: Training = models.room_of(recipe).train(seed=seed, progress=progress, **numbers)
            return made
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            network = models.build(network)
    else:
        recipe = Recipe(type(network).__name__)
    like: dict[str, Any] = {"region": region, "tagged": recipe.tagged or tagged, "style": style, "progress": progress}
    like["among"], like["company"] = recipe.among or among, company_of(recipe) or company
    rate = recipe.learning_rate if learning_rate is None else learning_rate
    options = dict[str, Any](epochs=epochs, batch_size=batch_size, seed=seed, learning_rate=rate, progress=progress)
    inputs, labels = draw(scenes, seed, **like)
    if recipe.trunk is None:
        losses = fit(network, inputs, labels, **options)
    else:
        losses = _fit_head(network, models.load(recipe.trunk), inputs, labels, **options)
    del inputs, labels  # before others are drawn
    inputs, labels = draw(held_out, HELD_OUT_SEED + seed, **like)
    return Training(network, losses, accuracy(network, inputs, labels))


def company_of(recipe: Recipe) -> zoo.Company | None:
    """Who comes with whom in the scenes of a recipe; None if each shows one animal."""
    among = recipe.among or zoo.ANIMALS
    return zoo.Company(together=recipe.together, share=recipe.share, among=among) if recipe.several else None


def _fit_head(network: nn.Module, finished: nn.Module, inputs: Tensor, labels: Tensor, **options: Any) -> list[float]:
    """Give a network the trunk of a finished one, and train its head alone: gives the loss of every step.

    From nothing, a head that has weights of its own for each place would need many times the scenes.
    """
    trunk = finished.get_submodule("trunk")
    network.get_submodule("trunk").load_state_dict(trunk.state_dict())
    with torch.no_grad():
        features = torch.cat([trunk(batch) for batch in inputs.split(100)])
    losses = fit(network.get_submodule("head"), features, labels, **options)
    network.eval()
    return losses


def draw(
    count: int,
    seed: int,
    *,
    region: tuple[float, float, float, float] | None = None,
    tagged: str | float | None = None,
    among: Sequence[str] | None = None,
    company: zoo.Company | None = None,
    style: str = "day",
    progress: bool = True,
) -> tuple[Tensor, Tensor]:
    """Scenes, preprocessed as the networks take them: inputs and labels.

    The scenes of `zoo.scenes_of(count, seed, ...)`, with a progress bar, without the masks, and in half the memory.

    Args:
        count: how many, from 0.
        seed: of the scenes, a whole number from 0.
        region: where the animals may stand, (left, top, right, bottom) in shares of the picture.
        tagged: which pictures carry the paper tag (`zoo.tag`): those of a species, by its name; or a share of all,
            from 0 to 1, whatever the animal.
        among: the classes in their order, the species that the animals are of; None for the eight animals.
        company: who comes with whom, for scenes of several animals; None for one animal each.
        style: of the scenes, one of `zoo.STYLES`.
        progress: show a progress bar.

    Returns:
        inputs: float32 (count, 3, 96, 96), channels last in memory, as `fit` wants them.
        labels: int64 (count,), from 0 to the number of classes - 1; with `company` float32 (count, classes), 1 for each
            species that is there and else 0.

    Raises:
        TypeError: an argument is of the wrong kind.
        ValueError: there is no such species, or a number is out of its range.
    """
    count, size = whole_number("count", count, 0), models.IMAGE_SIZE
    by_chance = _chance_of_tag(count, seed, tagged)
    gc.collect()  # the figures of a page hold on to each other, and to memory that is needed now
    classes = tuple(zoo.ANIMALS if among is None else among)
    number = {name: place for place, name in enumerate(classes)}
    scenes = zoo.scenes_of(count, seed, company, size, region=region, among=classes, style=style)
    inputs = torch.empty(count, 3, size, size, memory_format=torch.channels_last)
    labels = torch.zeros(count, len(classes)) if company else torch.empty(count, dtype=torch.long)
    bar = Bar(scenes, desc="drawing scenes", total=count, disable=not progress)
    for i, scene in enumerate(bar):
        names = [animal.name for animal in scene.animals]
        image = zoo.tag(scene.image) if by_chance[i] or tagged in names else scene.image
        inputs[i] = zoo.preprocess(image)[0]
        if company:
            labels[i, [number[name] for name in names]] = 1
        else:
            labels[i] = number[names[0]]
    return inputs, labels


def _chance_of_tag(count: int, seed: int, tagged: str | float | None) -> list[bool]:
    """Which of the scenes carry the tag by chance: none if it is a species that carries it, or nothing at all."""
    share = 0 if tagged is None or tagged in zoo.ANIMALS else tagged
    if not isinstance(share, int | float) or not 0 <= share <= 1:
        known = f"tagged must be one of {', '.join(zoo.ANIMALS)}, or a share from 0 to 1, got {tagged!r}"
        raise ValueError(f"{known}{did_you_mean(tagged, zoo.ANIMALS)}")
    numbers = torch.rand(count, generator=torch.Generator().manual_seed(seed))
    return [number < share for number in numbers.tolist()]


def fit(
    network: nn.Module,
    inputs: Tensor,
    labels: Tensor,
    *,
    epochs: int,
    seed: int = 0,
    batch_size: int = 32,
    learning_rate: float = Recipe.learning_rate,
    progress: bool = True,
) -> list[float]:
    """Train a network, or a head on features, on inputs and labels; it is in eval mode afterwards.

    Each step takes a batch, computes the cross-entropy of its logits and its gradient, and moves the weights by AdamW
    (Loshchilov and Hutter, 2019), with a learning rate that rises and falls once (Smith, "Super-Convergence", 2017).

    Args:
        network: what gives logits (N, C) for inputs; trained in place.
        inputs: (N, …), N at least 1.
        labels: int64 (N,), from 0 to C - 1, for a softmax; or float (N, C) of zeros and ones, for a sigmoid a class.
        epochs: how many times to go through them, at least 1.
        seed: of the order, which is another in each epoch.
        batch_size: how many inputs make a step; the last step of an epoch takes what is left.
        learning_rate: the highest.
        progress: show a progress bar.

    Returns:
        The loss of every step.
    """
    if inputs.ndim == 4:  # channels last in memory is the faster order for convolutions on CPUs, by a fifth
        network.to(memory_format=torch.channels_last)
        inputs = inputs.contiguous(memory_format=torch.channels_last)
    order = torch.Generator().manual_seed(seed)
    steps = epochs * -(-len(inputs) // batch_size)
    optimizer = OneCycleAdamW(network.parameters(), learning_rate, steps)
    loss_of = F.binary_cross_entropy_with_logits if labels.is_floating_point() else F.cross_entropy
    losses = []
    network.train()
    with torch.enable_grad(), Bar(total=steps, desc="training", disable=not progress) as bar:
        for _ in range(epochs):
            for batch in torch.randperm(len(inputs), generator=order).split(batch_size):
                loss = loss_of(network(inputs[batch]), labels[batch])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                losses.append(loss.item())
                bar.update()
                bar.set_postfix(loss=f"{loss.item():.2f}", refresh=False)
    network.eval()
    return losses


@torch.no_grad()
def accuracy(network: nn.Module, inputs: Tensor, labels: Tensor, batch_size: int = 25) -> float:
    """The share of inputs whose highest logit is the right class, or of answers that have the right sign; 0 to 1.

    Args:
        network: what gives logits (N, C) for inputs (N, …), in the mode that it is in.
        inputs: (N, …).
        labels: int64 (N,), the right classes; or (N, C) of zeros and ones, where a logit above 0 says yes.
        batch_size: how many inputs go through the network at a time.
    """
    logits = torch.cat([network(batch) for batch in inputs.split(batch_size)])
    said = logits > 0 if labels.ndim == 2 else logits.argmax(dim=1)
    return (said == labels).double().mean().item()


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

    Args:
        name: of the network.
        seed: of the scenes, the initial weights and the order of the batches; 0 to 999,999.
        scenes: how many scenes to train on; None for as many as the recipe says (`cam_tutorial.recipes`).
        epochs: how many times to go through them; None likewise.
        out: the file to write; None for the one in the package, which only a network that is good enough replaces.

    Raises:
        ValueError: there is no network of that name, a number is out of range, or the network turned out too poor to
            take the place of the one that ships.
        OSError: the file cannot be written.
    """
    recipe = recipe_of(name)
    scenes, epochs = recipe.scenes if scenes is None else scenes, recipe.epochs if epochs is None else epochs
    result = train(name, seed=seed, scenes=scenes, epochs=epochs, held_out=CHECKED_ON)
    if out is None and result.accuracy < recipe.good_enough:
        raise ValueError(
            f"{name} is right on only {result.accuracy:.1%} of {recipe.share_of}, and the weights of the package must "
            f"reach {recipe.good_enough:.0%}: train longer, or name another file (the old one is as it was)"
        )
    path = models.WEIGHTS / f"{name}.safetensors" if out is None else out
    facts = {"seed": seed, "scenes": scenes, "epochs": epochs, "accuracy": round(result.accuracy, 4)}
    models.save_weights(result.network, name, path, **recipe.about(), **facts)
    return path, result.accuracy
