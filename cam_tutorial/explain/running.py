"""The run over all photographs: a batch at a time; what fails is left out, and said at the end."""

import errno
import json
import os
import sys
import warnings
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from typing import Any

import torch
from PIL import Image

from cam_tutorial.bar import Bar
from cam_tutorial.explain import telling
from cam_tutorial.explain.asking import Asked
from cam_tutorial.explain.finding import Found, find
from cam_tutorial.explain.results import Results
from cam_tutorial.hooks import last_spatial_layer
from cam_tutorial.photos import Explanation, ImageNetNetwork, open_photo
from cam_tutorial.photos.explaining import AT_A_LAYER, explain_batch

BATCH = 8  # photos that run at once
MOST_PIXELS = 24_000_000  # in the photos of a batch; a single one may have more
# What is above this share of the map's maximum is in a box: of Zhou et al. and of Selvaraju et al.
THRESHOLDS = {"cam": 0.2, "grad-cam": 0.15}


def explain(
    named: Sequence[str],
    asked: Asked,
    *,
    out: str | None = None,
    force: bool = False,
    resume: bool = False,
    as_json: bool = False,
) -> int:
    """Explain photographs, write their heatmaps, and say what was found.

    Args:
        named: files and folders.
        asked: what to explain, and how.
        out: the file of a single heatmap, or a folder for several; None takes heatmap.png or heatmaps.
        force: replace what is there.
        resume: leave out photos whose heatmaps are there already and whole.
        as_json: print a line of JSON for each photo in place of text.

    Returns:
        The exit code: 0 if all went well, 1 if some photo could not be explained, 130 after Ctrl-C.

    Raises:
        OSError, TypeError, ValueError: what concerns all photos: there is no such class, network or layer, or nothing
            can be written.
    """
    found = find(named)
    results = Results.choose(out, found, asked.most_probable or 1, asked.number)
    if not found.photos and not found.faults:
        raise ValueError(f"no picture is in {', '.join(named)}: give files, or folders that hold some")
    todo = results.still_to_do(found, force=force, resume=resume)
    there = len(found.photos) - len(todo)
    run = Run(asked, results, as_json=as_json, alone=len(found.photos) == 1, faults=found.faults)
    if found.others:
        files = "1 file is" if found.others == 1 else f"{found.others} files are"
        telling.tell(f"{files} left out: without the ending of a picture, or heatmaps that this command made")
    try:
        with warnings.catch_warnings():
            _say_each_warning_once()
            run.all(todo)
    except KeyboardInterrupt:
        again = "" if results.is_file else "; with --resume this goes on"
        telling.tell(f"stopped; {run.done} of {len(todo)} photos are done, and what is written is whole{again}")
        return 130
    finally:
        for fault in run.faults:
            telling.tell(fault)
    if not as_json and there and not todo:
        print(f"nothing to do: what is asked for is there already, in {results.out}")
    elif not as_json and not run.alone:
        place = f", heatmaps in {results.out}" if run.done else ""
        before = f"; {there} {'was' if there == 1 else 'were'} there already" if there else ""
        print(f"{run.done} of {len(todo)} photos explained{place}{before}")
    return 1 if run.faults else 0


@dataclass
class Run:
    """The state of a run; of a photo that is done, nothing stays.

    Attributes:
        asked, results, as_json: as in `explain`.
        alone: whether there is only one photo.
        faults: a sentence for each photo that could not be explained.
        done: how many could.
        network: loaded for the first photo that can be read.
        index: of the class that is explained, if one is named.
        layer: where it is explained.
    """

    asked: Asked
    results: Results
    as_json: bool
    alone: bool
    faults: list[str] = field(default_factory=list)
    done: int = 0
    network: ImageNetNetwork | None = None
    index: int | None = None
    layer: str | None = None

    def __post_init__(self) -> None:
        """Look for what boxes need before there is any work to lose."""
        if self.as_json and self.asked.method in THRESHOLDS:
            from cam_tutorial import metrics  # needs more packages than the rest of the command

            self.draw_boxes = metrics.boxes

    def all(self, todo: list[Found]) -> None:
        """Explain photos; those that cannot be read become faults."""
        batch: list[tuple[Found, Image.Image]] = []
        pixels = 0
        shown = len(todo) > 1 and sys.stderr.isatty()
        for number, found in enumerate(Bar(todo, desc="photos", disable=not shown), start=1):
            try:
                photo = open_photo(found.path)
            except (OSError, TypeError, ValueError) as error:
                self.fault(found, error)
            else:
                batch.append((found, photo))
                pixels += photo.width * photo.height
            if batch and (len(batch) == BATCH or pixels >= MOST_PIXELS or number == len(todo)):
                self.explain(batch)
                batch, pixels = [], 0

    def explain(self, batch: list[tuple[Found, Image.Image]]) -> None:
        """Explain the photos of a batch, and write their heatmaps."""
        photos = [photo for _, photo in batch]
        network = self.network or self.load(photos[0])
        explained = explain_batch(
            photos, network, self.index, count=self.results.count, method=self.asked.method, layer=self.layer
        )
        for (found, _), explanations in zip(batch, explained, strict=True):
            self.keep(found, explanations)

    def load(self, photo: Image.Image) -> ImageNetNetwork:
        """The network; its layer is chosen for images as large as this photo's, and told."""
        with redirect_stdout(sys.stderr):  # torch hub tells there what it downloads
            self.network, self.index = self.asked.load()
        self.layer = self.asked.layer
        if self.layer is None and self.asked.method in AT_A_LAYER:
            # With noise, so that it is the same layer whichever photo comes first, a blank one too.
            noise = torch.randn(self.network.preprocess(photo).shape, generator=torch.Generator().manual_seed(0))
            self.layer = last_spatial_layer(self.network.model, noise)
        if not self.as_json:
            at = f", layer {self.layer}" if self.layer else ""
            Bar.write(f"{self.network.name}, {self.asked.method}{at}")
        return self.network

    def keep(self, found: Found, explanations: list[Explanation]) -> None:
        """Write the heatmaps of a photo, and tell what it shows."""
        files = self.results.of(found)
        try:
            for file, each in zip(files, explanations, strict=True):
                self.results.write(each.over if self.asked.over else each.picture, file, found)
        except OSError as error:
            if error.errno != errno.ENAMETOOLONG:
                raise  # a full disk, or a folder that may not be written to, is so for all photos
            self.fault(found, error)
            return
        self.done += 1
        for each in explanations:
            if not each.heatmap.any():
                telling.tell(f"{found.path}: the map of {each.label!r} is blank, nothing speaks for it")
        if self.as_json:
            how = {"network": self.asked.network, "method": self.asked.method, "layer": self.layer}
            boxes = self.boxes if self.asked.method in THRESHOLDS else None
            Bar.write(telling.as_json(found.path, files, explanations, boxes, how))
        else:
            Bar.write("\n".join(telling.as_lines(found.path, files, explanations, alone=self.alone)))
        sys.stdout.flush()

    def boxes(self, explanation: Explanation) -> list[tuple[int, int, int, int]]:
        """The boxes around what a map marks on the photo, the largest piece's first."""
        return self.draw_boxes(
            explanation.placement.lay(explanation.heatmap), THRESHOLDS[self.asked.method], which="all"
        )

    def fault(self, found: Found, error: Exception) -> None:
        """Note that a photo could not be explained; `open_photo` calls it by the last part of its path."""
        sentence = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        folder, name = os.path.split(found.path)
        if name and sentence.startswith(telling.in_one_line(name)):
            sentence = os.path.join(folder, sentence)
        elif telling.in_one_line(found.path) not in sentence:
            sentence = f"{found.path}: {sentence}"
        self.faults.append(sentence)
        if self.as_json:
            Bar.write(json.dumps({"photo": found.path, "error": sentence}))


def _say_each_warning_once() -> None:
    """Each is a sentence on stderr; what concerns the network would else come with every batch."""
    said = set()

    def say(message: Warning | str, *_: Any, **__: Any) -> None:
        if str(message) not in said:
            said.add(str(message))
            telling.tell(str(message))

    warnings.simplefilter("always", UserWarning)
    warnings.showwarning = say
