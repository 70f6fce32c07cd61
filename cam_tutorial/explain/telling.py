"""What is said of a photograph and its heatmaps: as text, or as a line of JSON."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cam_tutorial.bar import Bar
from cam_tutorial.photos import Explanation

Boxes = Callable[[Explanation], list[tuple[int, int, int, int]]]


def tell(sentence: str) -> None:
    """Say something on stderr, above the progress bar if there is one."""
    Bar.write(f"cam-tutorial: {in_one_line(sentence)}", file=sys.stderr)


def in_one_line(text: str) -> str:
    """A text without what a terminal cannot show; names of files may hold anything."""
    return "".join(character if character.isprintable() else "?" for character in text)


def as_lines(photo: str, files: list[Path], explanations: list[Explanation], *, alone: bool) -> list[str]:
    """Lines about a photo.

    Args:
        photo: its path.
        files: of its heatmaps.
        explanations: of its classes, one for each file.
        alone: whether it is the only one, of which the most probable classes are told, too.
    """
    pairs = list(zip(files, explanations, strict=True))
    if alone:
        lines = [f"{probability:6.1%}  {label}" for label, probability in explanations[0].top]
        lines += [f"The map of {each.label!r} ({each.probability:.1%}) is in {file}" for file, each in pairs]
    else:
        lines = [f"{photo}: {each.label} ({each.probability:.1%}) in {file}" for file, each in pairs]
    return [in_one_line(line) for line in lines]


def as_json(photo: str, files: list[Path], explanations: list[Explanation], boxes: Boxes | None, how: Any) -> str:
    """A line of JSON about a photo.

    Args:
        photo: its path.
        files: of its heatmaps.
        explanations: of its classes, one for each file.
        boxes: gives the boxes of a class, (left, top, right, bottom) in pixels of the photo, the last two exclusive;
            None where the method has none.
        how: more keys, and their values, that say how the photo was explained.
    """
    first = explanations[0]
    top = zip(first.top_indices, first.top, strict=True)
    return json.dumps(
        {
            "photo": photo,
            "width": first.photo.width,
            "height": first.photo.height,
            **how,
            "top": [_class(index, label, probability) for index, (label, probability) in top],
            "maps": [
                {
                    **_class(each.index, each.label, each.probability),
                    "score": each.score,
                    "boxes": boxes(each) if boxes else None,
                    "path": str(file),
                }
                for file, each in zip(files, explanations, strict=True)
            ],
        }
    )


def _class(index: int, label: str, probability: float) -> dict[str, Any]:
    return {"class": index, "label": label, "probability": probability}
