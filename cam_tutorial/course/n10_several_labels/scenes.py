"""The scenes that notebook 10 measures on, and what is measured there."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from cam_tutorial import metrics, record, upsample, zoo
from cam_tutorial.course import shared
from cam_tutorial.metrics import Interval
from cam_tutorial.recipes import RECIPES
from cam_tutorial.zoo import ANIMALS, Scene
from cam_tutorial.zoo.arguments import Animals

AT_ONCE = 20  # pictures in one pass
DRAWS = 200  # of scenes, for the interval of an average precision


@dataclass(frozen=True, eq=False)
class Lot:
    """Some scenes, without what would fill the memory.

    Attributes:
        names: of the animals, scene by scene.
        seeds: of the scenes.
        inputs: as the networks take them, (n, 3, 96, 96).
        present: who is there, bool (n, 8).
        who: whose pixel it is, (n, 96, 96): a class, or -1 for nobody's.
    """

    names: Sequence[Sequence[str]]
    seeds: Sequence[int]
    inputs: Tensor
    present: Tensor
    who: Tensor

    def __len__(self) -> int:
        return len(self.names)

    def scene(self, n: int) -> Scene:
        """One of them, drawn again."""
        return zoo.scene(self.seeds[n], list(self.names[n]))

    def mask(self, names: str | Sequence[str]) -> Tensor:
        """Where a species is in each scene, (n, 96, 96) bool; or one of its own for each scene."""
        wanted = [names] * len(self) if isinstance(names, str) else names
        return self.who == torch.tensor([ANIMALS.index(name) for name in wanted])[:, None, None]


def lot(count: int, seed: int, animals: Animals) -> Lot:
    """Scenes by the way in which their animals are chosen, as in `zoo.scenes_of`."""
    names, seeds = [], []
    inputs, present = torch.empty(count, 3, 96, 96), torch.zeros(count, len(ANIMALS), dtype=torch.bool)
    who = torch.full((count, 96, 96), -1, dtype=torch.int8)
    for n, scene in enumerate(zoo.scenes_of(count, seed, animals)):
        names.append([animal.name for animal in scene.animals])
        seeds.append(scene.seed)
        inputs[n] = zoo.preprocess(scene.image)[0]
        for animal in scene.animals:
            present[n, animal.label] = True
            who[n][animal.mask] = animal.label
    return Lot(names, seeds, inputs, present, who)


def third(pair: Sequence[str]) -> Callable[[int], list[str]]:
    """For `lot`: a pair and one of the other six, another in each scene."""
    others = [name for name in ANIMALS if name not in pair]
    return lambda seed: [*pair, others[seed % len(others)]]


def its_company() -> zoo.Company:
    """Who comes to the scenes that zoo-paired was trained on."""
    recipe = RECIPES["zoo-paired"]
    return zoo.Company(together=recipe.together, share=recipe.share)


def tied() -> tuple[str, str]:
    """The two that come together there."""
    pair = its_company().together
    assert pair is not None
    return pair


@torch.no_grad()
def read(network: nn.Module, inputs: Tensor) -> tuple[Tensor, Tensor]:
    """What a network makes of pictures: the maps that it averages, (n, 64, 12, 12), and the logits (n, 8)."""
    maps, logits = [], []
    for some in inputs.split(AT_ONCE):
        with record(network, "trunk") as recorded:
            logits.append(network(some))
        maps.append(recorded.output)
    return torch.cat(maps), torch.cat(logits)


def yes(network: nn.Module, some: Lot, name: str) -> Tensor:
    """Whether a label gets more than one half, in each scene: (n,) of ones and zeros."""
    return (read(network, some.inputs)[1][:, ANIMALS.index(name)] > 0).double()


def only(network: nn.Module, some: Lot, name: str, other: str) -> Tensor:
    """Whether a label gets more than one half and another does not, in each scene: (n,) of ones and zeros."""
    return yes(network, some, name) * (1 - yes(network, some, other))


def right(network: nn.Module, some: Lot) -> Tensor:
    """The share of each scene's eight answers that are right at one half, (n,)."""
    return ((read(network, some.inputs)[1] > 0) == some.present).double().mean(dim=1)


def label_map(network: nn.Module, A: Tensor, name: str) -> Tensor:
    """One label's class activation maps as large as the pictures, (n, 96, 96)."""
    w = network.get_parameter("classifier.weight")[ANIMALS.index(name)].detach()
    return upsample(torch.einsum("k,nkij->nij", w, A), 96)


def pointing(maps: Tensor, some: Lot, tolerance: float = 0) -> Tensor:
    """Whether each map of (n, 8, h, w) points at its animal: (n, 8), NaN where the animal is not there."""
    found = torch.full(some.present.shape, torch.nan, dtype=torch.float64)
    for c, name in enumerate(ANIMALS):
        there = some.present[:, c]
        if there.any():
            large = upsample(maps[there, c], 96)
            found[there, c] = metrics.pointing_game(large, some.mask(name)[there], tolerance).double()
    return found


def per_scene(found: Tensor) -> Tensor:
    """(n, 8) with NaN -> a mean for each scene that shows an animal."""
    return found[~found.isnan().all(dim=1)].nanmean(dim=1)


def baselines(some: Lot) -> dict[str, Tensor]:
    """What pointing gives without a network, scene by scene: by chance, at the center, at the strongest edge."""
    size = some.inputs.shape[-1]
    share = torch.full(some.present.shape, torch.nan, dtype=torch.float64)
    for c, name in enumerate(ANIMALS):
        there = some.present[:, c]
        share[there, c] = some.mask(name)[there].double().mean(dim=(1, 2))
    every = {
        "the center": shared.spot(size).expand(len(some), 8, size, size),
        "edges": shared.edges(some.inputs)[:, None].expand(len(some), 8, size, size),
    }
    return {"chance": per_scene(share)} | {name: per_scene(pointing(maps, some)) for name, maps in every.items()}


Measure = Callable[[Tensor, Tensor], float]


def each_label(measure: Measure, scores: Tensor, present: Tensor) -> Tensor:
    """A measure of scores (n,) and presence (n,), label by label: (8,); NaN for a label that is nowhere."""
    columns = zip(scores.T, present.T, strict=True)
    return torch.tensor([measure(s, p) if p.any() else torch.nan for s, p in columns], dtype=torch.float64)


def label_intervals(measure: Measure, scores: Tensor, present: Tensor) -> tuple[list[Interval], Interval]:
    """Each label's value with its interval over draws of scenes, and the mean's over the labels."""
    drawn = torch.stack([each_label(measure, scores[lots], present[lots]) for lots in _draws(len(scores))])
    return _intervals(each_label(measure, scores, present), drawn)


def label_differences(
    measure: Measure, scores: Tensor, other_scores: Tensor, present: Tensor
) -> tuple[list[Interval], Interval]:
    """As `label_intervals`, of the first scores' value minus the others', on the same draws of scenes."""

    def gap(lots: Tensor | slice) -> Tensor:
        return each_label(measure, scores[lots], present[lots]) - each_label(measure, other_scores[lots], present[lots])

    return _intervals(gap(slice(None)), torch.stack([gap(lots) for lots in _draws(len(scores))]))


def _draws(count: int) -> Tensor:
    return torch.randint(count, (DRAWS, count), generator=torch.Generator().manual_seed(0))


def _intervals(values: Tensor, drawn: Tensor) -> tuple[list[Interval], Interval]:
    ends = torch.tensor([0.025, 0.975], dtype=torch.float64)
    rows = [
        Interval(value, *column[~column.isnan()].quantile(ends).tolist())
        for value, column in zip(values.tolist(), drawn.T, strict=True)
    ]
    return rows, Interval(values.nanmean().item(), *drawn.nanmean(dim=1).quantile(ends).tolist())


def at_thresholds(p: Tensor, present: Tensor, thresholds: Sequence[float]) -> tuple[list[float], list[float]]:
    """Precision and recall of all answers together, at each threshold; without any yes the precision is NaN."""
    precision, recall = [], []
    for threshold in thresholds:
        said = p > threshold
        right, yes = (said & present).sum().item(), said.sum().item()
        precision.append(right / yes if yes else float("nan"))
        recall.append(right / present.sum().item())
    return precision, recall


def mean_falls(rows: Sequence[Mapping[str, Tensor]]) -> Tensor:
    """Who was taken out -> the fall of each logit, scene by scene; their means (8, 8), a row for who was taken out."""
    lists: dict[str, list[Tensor]] = {name: [] for name in ANIMALS}
    for row in rows:
        for name, fall in row.items():
            lists[name].append(fall)
    return torch.stack([torch.stack(lists[name]).mean(dim=0) for name in ANIMALS])


def closest(table: Tensor) -> str:
    """The two, "a and b" in the order of the classes, whose logits hang most on each other, whoever is taken out."""
    both = (table + table.T).triu(diagonal=1)
    row, column = divmod(int(both.argmax()), len(ANIMALS))
    return f"{ANIMALS[row]} and {ANIMALS[column]}"


def strangers(pair: Sequence[str]) -> list[Scene]:
    """Three scenes to look at: in two of them one of a pair, and somebody else beside it; in the third neither."""
    others = [name for name in ANIMALS if name not in pair]
    asked = ((1_010_110, [pair[1], others[4]]), (1_010_111, [pair[0], others[2]]), (1_010_112, [others[1], others[5]]))
    return [zoo.scene(seed, names) for seed, names in asked]


def second_maps(networks: Mapping[str, nn.Module], some: Lot, asked: Tensor) -> dict[str, dict[str, Tensor]]:
    """Measures of the maps of a label of its own for each scene, (n,) indices: measure -> network -> (n,)."""
    masks = some.mask([ANIMALS[c] for c in asked.tolist()])
    found: dict[str, dict[str, Tensor]] = {"points at the second animal": {}, "energy on it": {}}
    for name, network in networks.items():
        w = network.get_parameter("classifier.weight").detach()[asked]
        maps = upsample(torch.einsum("nk,nkij->nij", w, read(network, some.inputs)[0]), 96)
        found["points at the second animal"][name] = metrics.pointing_game(maps, masks).double()
        found["energy on it"][name] = metrics.energy_inside(maps, masks)
    return found


def one_of(pair: Sequence[str]) -> Callable[[int], list[str]]:
    """For `lot`: one of a pair without the other, with nobody to two of the other six."""
    others = [name for name in ANIMALS if name not in pair]

    def names(seed: int) -> list[str]:
        first, count = (seed // 2) % len(others), (seed // 12) % 3
        return [pair[seed % 2], *(others * 2)[first : first + count]]

    return names
