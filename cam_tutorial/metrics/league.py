"""Many methods through many measures on the same scenes: a table that says who differs from whom."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import NamedTuple

import torch
from torch import Tensor

from cam_tutorial.bar import Bar
from cam_tutorial.heatmap import upsample
from cam_tutorial.metrics.checks import as_maps, check_masks
from cam_tutorial.metrics.intervals import Interval, interval, paired_interval
from cam_tutorial.targets import as_images, class_indices

MARK = "•"  # behind the best of a column, and behind what is not told apart from it
NOTE = MARK + " the best of its column, or not told apart from it: the paired 95 % interval over {} scenes holds 0"


class Scenes(NamedTuple):
    """What a measure may look at besides the maps.

    Attributes:
        images: (n, C, H, W), preprocessed.
        target: (n,) int64, the class that is asked for.
        masks: bool, (n, H, W), true on the object.
    """

    images: Tensor
    target: Tensor
    masks: Tensor


Method = Callable[[Tensor, Tensor], Tensor]  # (n, C, H, W), (n,) -> (n, h, w)
Measure = Callable[[Tensor, Scenes], Tensor]  # (n, H, W), Scenes -> (n,) or (n, T)


@dataclass(frozen=True, repr=False)
class League:
    """What `league` gives: one value for each method, measure and scene; the higher, the better.

    Attributes:
        methods: their M names.
        measures: their K names.
        values: (M, K, N) float64. `table["CAM", "energy"]` is one method's (N,).
    """

    methods: tuple[str, ...]
    measures: tuple[str, ...]
    values: Tensor

    def __getitem__(self, names: tuple[str, str]) -> Tensor:
        """One method's values on one measure, scene by scene: (N,)."""
        method, measure = names
        return self.values[_place(method, self.methods, "method"), _place(measure, self.measures, "measure")]

    @property
    def means(self) -> Tensor:
        """The mean over the scenes: (M, K)."""
        return self.values.mean(dim=2)

    def interval(self, method: str, measure: str) -> Interval:
        """One method's mean on one measure, with its interval over scenes."""
        return interval(self[method, measure])

    def compare(self, first: str, second: str, measure: str) -> Interval:
        """How much higher `first` scores than `second` on the same scenes, with the paired interval."""
        return paired_interval(self[first, measure], self[second, measure])

    def best(self, measure: str) -> str:
        """The method with the highest mean, of equals the first; `compare` says whether it differs from the next."""
        column = _place(measure, self.measures, "measure")
        return self.methods[int(self.means[:, column].argmax())]

    def leaders(self, measure: str) -> list[str]:
        """The best method and all that the paired interval does not tell from it."""
        best = self.best(measure)
        return [name for name in self.methods if name == best or not self.compare(best, name, measure).excludes()]

    def __repr__(self) -> str:
        leaders = [self.leaders(measure) for measure in self.measures]
        left = max(map(len, self.methods))
        widths = [max(6, len(measure)) for measure in self.measures]
        heads = (f"{measure:>{width}} " for measure, width in zip(self.measures, widths, strict=True))
        lines = [" " * left + "  " + " ".join(heads)]
        for name, row in zip(self.methods, self.means.tolist(), strict=True):
            cells = (
                f"{value:{width}.2f}{MARK if name in first else ' '}"
                for value, width, first in zip(row, widths, leaders, strict=True)
            )
            lines.append(f"{name:{left}}  " + " ".join(cells))
        return "\n".join(line.rstrip() for line in [*lines, NOTE.format(self.values.shape[2])])

    def _repr_html_(self) -> str:
        leaders = [self.leaders(measure) for measure in self.measures]
        heads = "".join(f'<th scope="col">{escape(measure)}</th>' for measure in self.measures)
        rows = []
        for name in self.methods:
            cells = []
            for measure, first in zip(self.measures, leaders, strict=True):
                mean, low, high = self.interval(name, measure)
                text = f"<b>{mean:.2f}</b> {MARK}" if name in first else f"{mean:.2f}"
                cells.append(f"<td>{text}<br><small>{low:.2f} to {high:.2f}</small></td>")
            rows.append(f'<tr><th scope="row">{escape(name)}</th>{"".join(cells)}</tr>')
        return (
            f'<table><thead><tr><th scope="col">method</th>{heads}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
            f"<small>{NOTE.format(self.values.shape[2])}</small>"
        )


def league(
    methods: Mapping[str, Method],
    measures: Mapping[str, Measure],
    images: Tensor,
    target: int | Tensor | Sequence[int],
    masks: Tensor,
    *,
    batch_size: int = 10,
    progress: bool = True,
) -> League:
    """Put M methods through K measures on the same N scenes; no map is kept.

        table = league(
            {"CAM": lambda images, target: cam(network, images, target)},
            {"energy": lambda maps, scenes: energy_inside(maps, scenes.masks)},
            images, target, masks,
        )

    Args:
        methods: name -> a function from images (n, C, H, W) and classes (n,) to maps (n, h, w), which are brought to
            the size of the masks by `upsample`.
        measures: name -> a function from maps (n, H, W) and their `Scenes` (images, target, masks) to one value a
            scene, (n,), the higher the better. Or to T values, (n, T), one for each setting of something that may be
            chosen, such as a threshold: then each half of the scenes (every other one) is measured at the setting
            with the highest mean on the other half.
        images: (N, C, H, W), preprocessed as the network wants them, N of at least 2.
        target: the class that is asked for: an index, or N of them.
        masks: bool, (N, H, W), true on the object.
        batch_size: how many scenes a method and a measure get at once.
        progress: show a progress bar.

    Returns:
        A `League`: values (M, K, N), their means, and the paired interval of any two methods.

    Raises:
        TypeError: methods or measures that are no functions; images, masks, maps or values that are no tensors of the
            right type.
        ValueError: no method or measure, fewer than two scenes, shapes that do not fit, NaN in a map or a value.
    """
    _check_functions(methods, "methods")
    _check_functions(measures, "measures")
    scenes = _scenes(images, target, masks)
    if batch_size < 1:
        raise ValueError(f"batch_size must be at least 1, got {batch_size}")
    parts = torch.arange(len(scenes.images)).split(batch_size)
    found: dict[tuple[str, str], list[Tensor]] = {(name, measure): [] for name in methods for measure in measures}
    with Bar(total=len(methods) * len(scenes.images), desc="league", disable=not progress) as bar:
        for name, explain in methods.items():
            for part in parts:
                batch = Scenes(*(each[part] for each in scenes))
                maps = _maps(explain(batch.images, batch.target), name, batch.masks)
                for measure, measured in measures.items():
                    found[name, measure].append(_values(measured(maps, batch), measure, name, len(part)))
                bar.update(len(part))
    values = [torch.stack([_one_a_scene(torch.cat(found[name, measure])) for measure in measures]) for name in methods]
    return League(tuple(methods), tuple(measures), torch.stack(values))


def _one_a_scene(values: Tensor) -> Tensor:
    """(N,) as it is; of (N, T) for each half of the scenes the column that is best on the other half: (N,)."""
    if values.ndim == 1:
        return values
    result = values.new_empty(len(values))
    for half in (0, 1):
        column = values[1 - half :: 2].mean(dim=0).argmax()
        result[half::2] = values[half::2, column]
    return result


def _check_functions(given: Mapping[str, object], name: str) -> None:
    if not isinstance(given, Mapping):
        raise TypeError(f"{name} must be a dict of names and functions, got {type(given).__name__}")
    if not given:
        raise ValueError(f"{name} must hold at least one function, got none")
    for key, function in given.items():
        if not callable(function):
            raise TypeError(f"{name}[{key!r}] must be a function, got {type(function).__name__}")


def _scenes(images: Tensor, target: int | Tensor | Sequence[int], masks: Tensor) -> Scenes:
    images = as_images(images)
    if len(images) < 2:
        raise ValueError(f"a league needs at least two scenes, got {len(images)}")
    if not isinstance(masks, Tensor) or masks.dtype != torch.bool:
        got = masks.dtype if isinstance(masks, Tensor) else type(masks).__name__
        raise TypeError(f"masks must be a bool tensor, true on the object, got {got}")
    if masks.ndim != 3 or len(masks) != len(images):
        raise ValueError(f"masks must be (N, H, W), one for each of {len(images)} images, got {tuple(masks.shape)}")
    most = torch.iinfo(torch.int64).max  # how many classes there are, the methods know
    return Scenes(images, class_indices(target, len(images), most, images.device), masks)


def _maps(maps: Tensor, method: str, masks: Tensor) -> Tensor:
    """A method's maps, as large as the masks."""
    maps = as_maps(maps, f"the maps of {method!r}").float()
    if len(maps) != len(masks):
        raise ValueError(f"the maps of {method!r} must be one for each of {len(masks)} images, got {len(maps)}")
    if maps.shape[1:] != masks.shape[1:]:
        maps = upsample(maps, (masks.shape[1], masks.shape[2]))
    check_masks(masks, maps)
    return maps


def _values(values: Tensor, measure: str, method: str, count: int) -> Tensor:
    """A measure's values of one batch, (n,) or (n, T), in float64."""
    if not isinstance(values, Tensor):
        raise TypeError(f"the measure {measure!r} must give a tensor, got {type(values).__name__} for {method!r}")
    if values.ndim not in (1, 2) or len(values) != count or values.numel() == 0:
        raise ValueError(
            f"the measure {measure!r} must give one value for each of {count} maps, (n,) or (n, T), "
            f"got the shape {tuple(values.shape)} for {method!r}"
        )
    if values.isnan().any():
        raise ValueError(f"the measure {measure!r} gives NaN for {method!r}")
    return values.detach().double().cpu()


def _place(name: str, known: tuple[str, ...], what: str) -> int:
    if name not in known:
        raise ValueError(f"there is no {what} {name!r} in this league, which has {', '.join(known)}")
    return known.index(name)
