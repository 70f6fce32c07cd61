"""The course's figures: one style, described in words, and the same bytes at every run."""

import io
from collections.abc import Sequence
from typing import Any

import matplotlib
import numpy as np
from cycler import cycler
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL import Image
from torch import Tensor

from cam_tutorial.heatmap import MAGNITUDE as MAGNITUDE
from cam_tutorial.heatmap import SIGNED as SIGNED
from cam_tutorial.heatmap import as_pixels, blend

INK = "#26323f"
ACCENT = "#d1495b"
FULL_WIDTH, GAP = 8.6, 0.07  # of a figure, and between its panels, in inches
FOR, AGAINST, NEUTRAL = "#b2182b", "#2166ac", "#8a949e"

STYLE: Any = {
    "figure.dpi": 110,
    "figure.facecolor": "white",
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": "#b8c0c8",
    "axes.titlesize": 9,
    "axes.titlecolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.prop_cycle": cycler(color=["#30638e", "#d1495b", "#edae49", "#00798c", "#5f4b66", NEUTRAL]),
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
}


def panels(
    images: Tensor | Sequence[Tensor] | None = None,
    heatmaps: Tensor | Sequence[Tensor] | None = None,
    *,
    alt: str,
    caption: str | None = None,
    titles: Sequence[str] | None = None,
    boxes: Sequence[Any] | None = None,
    columns: int | None = None,
    width: float | None = None,
    signed: bool = False,
    limit: float | None = None,
    numbers: bool | str = False,
    colorbar: str | None = None,
) -> None:
    """Draw a row or a grid of pictures: images, images under heatmaps, or heatmaps by themselves.

    Args:
        images: (N, 3, H, W) in [0, 1], or a list of (3, H, W).
        heatmaps: (N, h, w), or a list of (h, w) where None leaves an image as it is. Without images the maps are
            drawn cell by cell, at their own resolution.
        alt: what the figure shows, in words, for those who cannot see it.
        caption: a better-set version for those who can (Markdown); None repeats `alt`.
        titles: one above each panel; `""` for none.
        boxes: for each panel None, or a box (left, top, right, bottom) in pixels, or a list of such.
        columns: panels in a row; None puts up to eight in one.
        width: of a panel, in inches; None takes what fits the page.
        signed: zero-centered diverging colors.
        limit: the value at full strength, for all panels; None lets every panel have its own.
        numbers: write each cell's value into it (small maps only); or a format such as ".2f".
        colorbar: what the colors mean; draws a bar, which needs `limit`.
    """
    count = len(images) if images is not None else len(heatmaps) if heatmaps is not None else 0
    columns = min(count, columns or 8)
    rows = -(-count // columns)
    if colorbar is not None and limit is None:
        raise ValueError("a color bar needs a limit: without one every panel has a scale of its own")
    first: Any = as_pixels(images[0])[..., 0] if images is not None else heatmaps[0]  # type: ignore[index]
    width = width or min(2.2, FULL_WIDTH / columns - GAP)
    height = width * first.shape[-2] / first.shape[-1]
    top = 0.05 + 0.17 * (1 + max(title.count("\n") for title in titles)) if titles else GAP
    total = columns * (width + GAP) + (0.75 if colorbar else 0), rows * (height + top)
    with style():
        figure = Figure(figsize=total)
        for index in range(count):
            row, column = divmod(index, columns)
            bottom = total[1] - (row + 1) * (height + top)
            axes = _axes(figure, column * (width + GAP), bottom, width, height)
            axes.set_axis_off()
            heatmap = None if heatmaps is None else heatmaps[index]
            if images is None:
                _cells(axes, heatmap, signed, limit, numbers)  # type: ignore[arg-type]
            elif heatmap is None:
                axes.imshow(as_pixels(images[index]))
            else:
                axes.imshow(blend(images[index], heatmap, signed=signed, limit=limit))
            if titles:
                axes.set_title(titles[index], pad=4)
            for left, upper, right, lower in _box_list(boxes, index):
                for color, line in (("white", 2.4), (ACCENT, 1.2)):
                    corner = (left - 0.5, upper - 0.5)
                    axes.add_patch(
                        Rectangle(corner, right - left, lower - upper, fill=False, edgecolor=color, linewidth=line)
                    )
        if colorbar is not None:
            scale = Normalize(-limit if signed else 0, limit)  # type: ignore[operator]
            beside = _axes(figure, columns * (width + GAP) + 0.08, total[1] - top - height, 0.1, height)
            bar = figure.colorbar(ScalarMappable(scale, SIGNED if signed else MAGNITUDE), cax=beside)
            bar.set_label(colorbar)
            bar.outline.set_visible(False)
    show(figure, alt=alt, caption=caption)


def show(figure: Figure | Image.Image | np.ndarray, *, alt: str, caption: str | None = None) -> None:
    """Put a figure out with its description: stored with the picture, and as a caption below it.

    Front ends of today drop the stored description, so that the caption is what everybody can read.

    Args:
        figure: of matplotlib, a PIL picture, or an array (H, W, 3) of uint8.
        alt: what the figure shows, in words; at least fifteen letters.
        caption: a better-set version of it (Markdown); None repeats `alt`.

    Raises:
        ValueError: the description is missing or too short to be one.
    """
    if len(alt.strip()) < 15:
        raise ValueError(f"alt must say what the figure shows in a sentence, got {alt!r}")
    _display({"image/png": png(figure), "text/plain": alt}, {"image/png": {"alt": alt}})
    words = alt if caption is None else caption
    _display({"text/markdown": f"*{words}*" if caption is None else words, "text/plain": words})


def _display(data: dict[str, Any], metadata: dict[str, Any] | None = None) -> None:
    display(data, raw=True, metadata=metadata or {})  # type: ignore[no-untyped-call]


def png(figure: Figure | Image.Image | np.ndarray) -> bytes:
    """A figure as PNG, the same bytes at every run; in 52 levels a channel, which nobody sees and halves the file."""
    if isinstance(figure, Figure):
        drawn = io.BytesIO()
        figure.savefig(drawn, format="png", bbox_inches="tight", pad_inches=0.04)
        figure = Image.open(drawn)
    elif isinstance(figure, np.ndarray):
        figure = Image.fromarray(figure)
    out = io.BytesIO()
    figure.convert("RGB").point([5 * round(level / 5) for level in range(256)] * 3).save(out, "PNG", optimize=True)
    return out.getvalue()


def style() -> Any:
    """A context in which matplotlib draws in the style of the course: `with plot.style(): figure, axes = ...`."""
    return matplotlib.rc_context(STYLE)


def figure(width: float = 6.4, height: float = 2.6, columns: int = 1, **kwargs: Any) -> tuple[Figure, Any]:
    """A figure in the style of the course and its axes (one, or an array of `columns`); `show` puts it out."""
    with style():
        drawn = Figure(figsize=(width, height), layout="constrained")
        return drawn, drawn.subplots(1, columns, **kwargs)


def _axes(figure: Figure, left: float, bottom: float, width: float, height: float) -> Axes:
    """Axes at a place in inches."""
    across, up = figure.get_size_inches()
    return figure.add_axes((left / across, bottom / up, width / across, height / up))


def _cells(axes: Axes, heatmap: Tensor, signed: bool, limit: float | None, numbers: bool | str) -> None:
    values = heatmap.detach().float().numpy()
    top = limit if limit is not None else float(np.abs(values).max() if signed else values.max())
    top = top or 1.0
    axes.imshow(values, cmap=SIGNED if signed else MAGNITUDE, vmin=-top if signed else 0, vmax=top)
    if numbers:
        form = numbers if isinstance(numbers, str) else "g"
        size = max(5, min(11, 40 / len(values)))
        for (i, j), value in np.ndenumerate(values):
            dark = abs(value) > 0.6 * top if signed else value < 0.55 * top
            axes.text(j, i, format(float(value), form), ha="center", va="center", fontsize=size,
                      color="white" if dark else INK)  # fmt: skip


def _box_list(boxes: Sequence[Any] | None, index: int) -> list[Any]:
    if boxes is None or boxes[index] is None:
        return []
    here = boxes[index]
    return list(here) if len(here) and not np.isscalar(here[0]) else [here]
