"""ILSVRC's localization error of a network, as the papers of CAM and Grad-CAM measure it: class and box must be right.

A guess is a class and the box around what its map marks. It is right if the class is the photograph's, and the box has
an IoU of at least one half with *any* of the instances. Top-1 asks for the first guess, top-5 for any of the first
five. A guess of another class is wrong whatever its box: so of a photograph's five boxes, that of its true class
decides, and only that one is drawn.
"""

import copy
import json
import math
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import NormalDist
from typing import Any

import torch
from torch import Tensor, nn

from cam_tutorial.bar import Bar
from cam_tutorial.cam import cam
from cam_tutorial.grad_cam import grad_cam
from cam_tutorial.imagenet import class_numbers, read_annotation, read_photo, survey
from cam_tutorial.metrics import Interval, boxes, iou
from cam_tutorial.metrics.checks import check_threshold
from cam_tutorial.metrics.localization import among_the_first
from cam_tutorial.photos import ImageNetNetwork, Placement, load_network
from cam_tutorial.targets import as_logits

METHODS: dict[str, Callable[..., Tensor]] = {"cam": cam, "grad-cam": grad_cam}
THRESHOLDS = {"cam": 0.2, "grad-cam": 0.15}  # shares of the maximum, of Zhou et al. and of Selvaraju et al.
DELTA = 0.5  # the least IoU of a right box
GUESSES = (1, 5)
MOST_SHOWN = 20  # faults that are named one by one


@dataclass(frozen=True)
class Found:
    """How often a network was wrong.

    Attributes:
        network, method, threshold, crop: what was asked for.
        size: (H, W) of what the network saw of each photograph.
        count: how many photographs were measured.
        classification: k -> the share whose class is not among the first k guesses.
        localization: k -> the share for which none of the first k guesses has both right, class and box.
        class_given: the share for which the box of the true class is wrong, whatever the network guesses.
        faults: a sentence for each file, or kind of file, that could not be used.
    """

    network: str
    method: str
    threshold: float
    crop: bool
    size: tuple[int, int]
    count: int
    classification: dict[int, Interval]
    localization: dict[int, Interval]
    class_given: Interval
    faults: list[str]

    def __str__(self) -> str:
        seen = "of each the middle cut out" if self.crop else "each whole, squeezed"
        rows = [f"{'error, % [95 % interval]':26}" + "".join(f"{f'top-{k}':24}" for k in self.localization)]
        for name, errors in (("classification", self.classification), ("localization", self.localization)):
            rows.append(f"{name:26}" + "".join(f"{_percent(error):24}" for error in errors.values()))
        rows.append(f"{'box of the true class':26}{_percent(self.class_given)}")
        return (
            f"{self.network}, {self.method}, boxes above {self.threshold:.0%} of the maximum; {self.count} "
            f"photographs, {seen} to {self.size[0]} × {self.size[1]}\n" + "\n".join(row.rstrip() for row in rows)
        )

    def as_json(self) -> str:
        """All of it as JSON; shares from 0 to 1."""
        return json.dumps(
            {
                "network": self.network,
                "method": self.method,
                "threshold": self.threshold,
                "crop": self.crop,
                "size": self.size,
                "photographs": self.count,
                "classification_error": {f"top{k}": error._asdict() for k, error in self.classification.items()},
                "localization_error": {f"top{k}": error._asdict() for k, error in self.localization.items()},
                "box_error_class_given": self.class_given._asdict(),
                "faults": self.faults,
            },
            indent=2,
        )

    def report(self, *, as_json: bool) -> int:
        """Print it, and the faults on stderr, of many only the first; 1 as an exit code if there are any, else 0."""
        print(self.as_json() if as_json else self)
        for fault in self.faults[:MOST_SHOWN]:
            print(f"cam-tutorial: {fault}", file=sys.stderr)
        if len(self.faults) > MOST_SHOWN:
            more = len(self.faults) - MOST_SHOWN
            print(f"cam-tutorial: and {more} more faults, which --json lists", file=sys.stderr)
        return 1 if self.faults else 0


def localize(
    folder: str | Path,
    network: str | ImageNetNetwork = "squeezenet1_0",
    *,
    weights: str | Path | None = None,
    method: str = "cam",
    threshold: float | None = None,
    crop: bool = False,
    limit: int | None = None,
    batch_size: int = 16,
    progress: bool = True,
) -> Found:
    """Measure a network on photographs with boxes. What is kept of each is its name, and counts over all.

    As in the code of Zhou et al. the network sees the whole photograph, squeezed into a square. (They average ten crops
    of it, and their box generator does more than the paper says; here it is one view and the box of the largest piece,
    so that numbers differ a little from the printed ones. They also leave out what the devkit's blacklist names.) With
    `crop` it is the network's own preprocessing, which cuts out the middle: what lies outside has no map, and an object
    that reaches there is missed more often.

    A file that cannot be used is left out, and named among the faults.

    Args:
        folder: with photographs and XML files, as `imagenet.survey` finds them.
        network: the name of a classification network of torchvision, or one already loaded.
        weights: a file with weights for a network that is given by its name; None for those of torchvision.
        method: "cam", for networks that end in global average pooling, or "grad-cam".
        threshold: what is above this share of the map's maximum is in the box; None takes the paper's, 0.2 for CAM and
            0.15 for Grad-CAM.
        crop: preprocess as the network's own transforms do.
        limit: measure the first so many photographs, in the order of their names.
        batch_size: how many photographs run at once.
        progress: show a progress bar.

    Raises:
        OSError: there is no such folder, or the weights are not to be had.
        ValueError: there is nothing to measure, or the method cannot explain this network; a bad argument.

    Source: Russakovsky et al., "ImageNet Large Scale Visual Recognition Challenge" (IJCV 2015); Zhou et al. (CVPR
    2016), section 3.2; Selvaraju et al. (ICCV 2017).
    """
    threshold = _checked(method, threshold, limit, batch_size, network, weights)
    files = survey(Path(folder).expanduser())  # before the network, which may have to be downloaded
    faults = files.unpaired()
    if isinstance(network, str):
        network = load_network(network, weights)
    if not crop:
        network = replace(network, transforms=_squeezing(network.transforms))
    numbers = class_numbers(files.class_lists, len(network.categories))
    names = files.pairs()[:limit]

    wrong: Counter[Any] = Counter()
    count = 0
    batch: list[_Example] = []
    for name in Bar(names, desc="photographs", disable=not progress):
        try:
            batch.append(_example(Path(files.photos[name]), Path(files.annotations[name]), numbers, network))
        except (ValueError, OSError) as error:
            faults.append(str(error) if name in str(error) else f"{name}: {error}")
        if batch and (len(batch) == batch_size or name == names[-1]):
            wrong += _mistakes(network.model, batch, METHODS[method], threshold)
            count += len(batch)
            batch = []
    if not count:
        raise ValueError(f"none of {len(names)} photographs could be used; of the last one: {faults[-1]}")
    size = network.transforms.crop_size
    return Found(
        network=network.name,
        method=method,
        threshold=threshold,
        crop=crop,
        size=(size[0], size[-1]),
        count=count,
        classification={k: share_interval(wrong["class", k], count) for k in GUESSES},
        localization={k: share_interval(wrong["class or box", k], count) for k in GUESSES},
        class_given=share_interval(wrong["box"], count),
        faults=faults,
    )


def share_interval(count: int, total: int, level: float = 0.95) -> Interval:
    """The share of `count` in `total`, with Wilson's interval: it needs the two counts alone, and no single values.

    Args:
        count: how often it happened, from 0 to `total`.
        total: out of how many, at least 1.
        level: how often the interval holds the true share.

    Source: Wilson, "Probable Inference, the Law of Succession, and Statistical Inference" (JASA 1927).
    """
    z = NormalDist().inv_cdf((1 + level) / 2)
    share, spread = count / total, z * z / total
    middle = (share + spread / 2) / (1 + spread)
    reach = math.sqrt(spread * share * (1 - share) + spread**2 / 4) / (1 + spread)
    return Interval(share, max(0.0, middle - reach), min(1.0, middle + reach))


@dataclass(frozen=True)
class _Example:
    """A photograph as the network takes it, (3, h, w), and what is true of it."""

    image: Tensor
    label: int
    boxes: Tensor
    placement: Placement


def _example(photo: Path, xml: Path, numbers: dict[str, int], network: ImageNetNetwork) -> _Example:
    annotation = read_annotation(xml)
    if annotation.wordnet_id not in numbers:
        raise ValueError(f"{xml.name} names the class {annotation.wordnet_id}, which is none of {len(numbers)} classes")
    picture = read_photo(photo)
    return _Example(
        image=network.preprocess(picture)[0],
        label=numbers[annotation.wordnet_id],
        boxes=annotation.boxes_on(picture.height, picture.width),
        placement=Placement.of(picture, network.transforms),
    )


def _mistakes(
    model: nn.Module, batch: list[_Example], explain: Callable[..., Tensor], threshold: float
) -> Counter[Any]:
    """How many photographs of a batch have a wrong class, a wrong box, or either, with k guesses."""
    images, labels = torch.stack([each.image for each in batch]), torch.tensor([each.label for each in batch])
    outputs: list[Any] = []
    with model.register_forward_hook(lambda _model, _inputs, output: outputs.append(output)):
        maps = explain(model, images, labels)
    logits = as_logits(outputs[-1], len(batch)).detach()  # of the forward pass that the maps are from
    box_right = torch.tensor([_box_is_right(map_, each, threshold) for map_, each in zip(maps, batch, strict=True)])
    wrong: Counter[Any] = Counter({"box": int((~box_right).sum())})
    for k in GUESSES:
        class_right = among_the_first(logits, labels, k)
        wrong["class", k] = int((~class_right).sum())
        wrong["class or box", k] = int((~(class_right & box_right)).sum())
    return wrong


def _box_is_right(map_: Tensor, example: _Example, threshold: float) -> bool:
    drawn = boxes(example.placement.lay(map_), threshold)  # none at all for a blank map
    return bool(drawn) and bool((iou(torch.tensor(drawn[0]), example.boxes) >= DELTA).any())


def _squeezing(transforms: Any) -> Any:
    """The same preprocessing, but for the crop: the whole photograph is resized to what the network takes."""
    squeezing = copy.copy(transforms)
    squeezing.resize_size = [transforms.crop_size[0], transforms.crop_size[-1]]
    return squeezing


def _percent(error: Interval) -> str:
    return f"{100 * error.mean:.2f} [{100 * error.low:.2f}, {100 * error.high:.2f}]"


def _checked(
    method: str, threshold: float | None, limit: int | None, batch_size: int, network: Any, weights: Any
) -> float:
    """The threshold, once all arguments are found to be right."""
    if method not in METHODS:
        raise ValueError(f"method must be {' or '.join(METHODS)}, got {method!r}")
    threshold = THRESHOLDS[method] if threshold is None else threshold
    check_threshold(threshold, "threshold")
    if batch_size < 1 or (limit is not None and limit < 1):
        raise ValueError(f"batch_size and limit must be at least 1, got {batch_size} and {limit}")
    if weights is not None and not isinstance(network, str):
        raise ValueError("weights go with the name of a network, and this one is loaded already: load them into it")
    return threshold
