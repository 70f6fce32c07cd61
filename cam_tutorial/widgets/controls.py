"""The controls that several explorers have, in one look."""

from collections.abc import Sequence
from typing import Any

import ipywidgets
from torch import Tensor

from .networks import class_names

CAPTION = {"description_width": "70px"}  # as wide as the longest, so that the controls stand in line
WIDE = {"width": "480px", "max_width": "100%"}


def slider(description: str, low: int, high: int, value: int | None = None) -> Any:
    """A slider over whole numbers, which begins at the lowest if no value is given."""
    return ipywidgets.IntSlider(
        low if value is None else value, low, high, description=description, style=CAPTION, layout=WIDE
    )


def slider_over(description: str, options: Sequence[tuple[str, Any]], value: Any) -> Any:
    """A slider that stops at each of the (label, value) options."""
    return ipywidgets.SelectionSlider(options=options, value=value, description=description, style=CAPTION, layout=WIDE)


def buttons(description: str, options: Sequence[Any], value: Any) -> Any:
    """A row of buttons of which one is pressed."""
    style = {**CAPTION, "button_width": "auto"}
    row = ipywidgets.ToggleButtons(
        options=options,
        value=value,
        description=description,
        style=style,
        layout={"width": "auto", "max_width": "100%"},
    )
    row.add_class("widget-inline-hbox")  # what other controls have by themselves: the name stands beside, not above
    return row


def dropdown(description: str, options: Sequence[Any], value: Any) -> Any:
    """A list of which one is chosen."""
    return ipywidgets.Dropdown(
        options=options,
        value=value,
        description=description,
        style=CAPTION,
        layout={"width": "300px", "max_width": "100%"},
    )


def class_list(logits: Tensor, target: int | str | None) -> Any:
    """The list to choose a class from, each with its probability.

    Args:
        logits: (C,).
        target: what is chosen first: a class index, its name, or None for the predicted class.

    Raises:
        ValueError: there is no such class.
    """
    names = class_names(len(logits))
    if target is None:
        target = int(logits.argmax())
    elif isinstance(target, str) and target in names:
        target = names.index(target)
    if isinstance(target, bool) or not isinstance(target, int) or not 0 <= target < len(names):
        raise ValueError(f"target must be a class index from 0 to {len(names) - 1} or a name such as {names[0]!r}, "
                         f"got {target!r}")  # fmt: skip
    shares = logits.softmax(0).tolist()
    options = [(f"{name}  ({share:.1%})", i) for i, (name, share) in enumerate(zip(names, shares, strict=True))]
    return dropdown("class", options, target)
