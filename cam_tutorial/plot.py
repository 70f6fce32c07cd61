"""The course's figures: one style for light and dark pages, described in words, the same bytes at every run."""

import base64
import gc
import html
import io
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any, Self

from cam_tutorial import extras

extras.need(__name__, "matplotlib", "IPython")

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
from cam_tutorial.heatmap import as_map, as_pixels, blend

# Figures have no ground of their own, so that a dark page shows no white box. These tones stand out from both pages.
INK, FAINT = "#75797e", "#9aa0a6"
ACCENT = "#d1495b"
FOR, AGAINST, NEUTRAL = "#c93a47", "#3f81c4", "#8a949e"
DARK = "#26323f"  # on the pale colors of a map

INCH = 110  # pixels of the page
SHARP = 2  # pixels of the picture for one of the page
FULL_WIDTH, GAP = 8.6, 0.07  # of a figure, and between its panels, in inches
LARGEST, MOST = 3.0, 4  # width of a panel in inches, and panels in a row, unless it is said otherwise
BAR = 0.75  # inches for a color bar and its label

Stack = Tensor | np.ndarray | Sequence[Any]  # of pictures or maps
STYLE: Any = {
    "figure.dpi": INCH,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": FAINT,
    "axes.titlesize": 9,
    "axes.titlecolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.prop_cycle": cycler(color=["#3f81c4", "#d1495b", "#bf8217", "#1f9392", "#9a72b4", NEUTRAL]),
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
}
# For all that is drawn after: titles and legends ask for their style when they are made, not when the figure is.
matplotlib.rcParams.update(STYLE)


def panels(
    images: Stack | None = None,
    heatmaps: Stack | None = None,
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
        images: (N, 3, H, W), or a list of pictures, each as `heatmap.as_pixels` takes it.
        heatmaps: (N, h, w), or a list of (h, w) where None leaves an image as it is. Without images the maps are
            drawn cell by cell, at their own resolution.
        alt: what the figure shows, in words, for those who cannot see it.
        caption: words below it, for everybody (Markdown).
        titles: one above each panel; `""` for none.
        boxes: for each panel None, or a box (left, top, right, bottom) in pixels, or a list of such.
        columns: panels in a row; None puts up to four in one.
        width: of a panel, in inches; None takes what fits the page.
        signed: zero-centered diverging colors.
        limit: the value at full strength, for all panels; None lets every panel have its own.
        numbers: write each cell's value into it (small maps only); or a format such as ".2f".
        colorbar: what the colors mean; draws a bar, which needs `limit`.

    Raises:
        TypeError: an image or a heatmap is no array of numbers.
        ValueError: there is nothing to draw, or not as many of one thing as of another; `columns` is less than 1; a
            color bar lacks its limit; an image, a heatmap or a box has another shape; `alt` is too short.
    """
    if columns is not None and columns < 1:
        raise ValueError(f"columns must be 1 or more, got {columns}")
    if colorbar is not None and limit is None:
        raise ValueError("a color bar needs a limit: without one every panel has a scale of its own")
    scale = _Scale(signed, limit)
    pictures = _pictures(images, heatmaps, scale)
    for name, given in (("titles", titles or None), ("boxes", boxes)):
        _check_count(name, given, len(pictures))
    grid = _Grid.fit(pictures, columns, width, titles, room=0 if colorbar is None else BAR)
    figure = Figure(figsize=grid.size)
    for index, picture in enumerate(pictures):
        axes = grid.axes(figure, index)
        axes.set_axis_off()
        if picture.ndim == 2:
            _draw_cells(axes, picture, scale, numbers)
        else:
            axes.imshow(picture)
        if titles:
            axes.set_title(titles[index], pad=4)
        if boxes is not None:
            _draw_boxes(axes, boxes[index])
    if colorbar is not None:
        scale.draw_bar(grid.axes_of_bar(figure), colorbar)
    show(figure, alt=alt, caption=caption)


@dataclass(frozen=True)
class _Scale:
    """How values become colors."""

    signed: bool
    limit: float | None  # None: each map's own largest

    @property
    def colors(self) -> str:
        return SIGNED if self.signed else MAGNITUDE

    def ends(self, values: np.ndarray) -> tuple[float, float]:
        """The values at the two ends of the colors."""
        own = float(np.abs(values).max() if self.signed else values.max())
        top = (own if self.limit is None else self.limit) or 1.0
        return (-top if self.signed else 0), top

    def draw_bar(self, axes: Axes, label: str) -> None:
        bar = axes.figure.colorbar(ScalarMappable(Normalize(*self.ends(np.zeros(1))), self.colors), cax=axes)
        bar.set_label(label)
        bar.outline.set_visible(False)


@dataclass(frozen=True)
class _Grid:
    """Where the panels lie, in inches."""

    columns: int
    rows: int
    width: float  # of a panel
    height: float
    above: float  # a panel: room for its title
    room: float  # at the right, for a color bar

    @classmethod
    def fit(
        cls,
        pictures: list[np.ndarray],
        columns: int | None,
        width: float | None,
        titles: Sequence[str] | None,
        room: float,
    ) -> Self:
        """Panels of the first picture's shape, as wide as is asked for or as the page allows."""
        columns = min(len(pictures), columns or MOST)
        width = width or min(LARGEST, (FULL_WIDTH - room) / columns - GAP)
        height = width * pictures[0].shape[0] / pictures[0].shape[1]
        above = 0.05 + 0.17 * (1 + max(title.count("\n") for title in titles)) if titles else GAP
        return cls(columns, -(-len(pictures) // columns), width, height, above, room)

    @property
    def size(self) -> tuple[float, float]:
        return self.columns * (self.width + GAP) + self.room, self.rows * (self.height + self.above)

    def axes(self, figure: Figure, index: int) -> Axes:
        row, column = divmod(index, self.columns)
        return self._axes(figure, row, column * (self.width + GAP), self.width)

    def axes_of_bar(self, figure: Figure) -> Axes:
        """A narrow strip at the right of the first row."""
        return self._axes(figure, 0, self.columns * (self.width + GAP) + 0.08, 0.1)

    def _axes(self, figure: Figure, row: int, left: float, width: float) -> Axes:
        across, up = self.size
        bottom = up - (row + 1) * (self.height + self.above)
        return figure.add_axes((left / across, bottom / up, width / across, self.height / up))


def _pictures(images: Stack | None, heatmaps: Stack | None, scale: _Scale) -> list[np.ndarray]:
    """What each panel shows: colors (H, W, 3), or the values (h, w) of a map without an image."""
    if images is None:
        pictures = [as_map(heatmap).numpy() for heatmap in ([] if heatmaps is None else heatmaps)]
    else:
        _check_count("heatmaps", heatmaps, len(images))
        pictures = [
            as_pixels(image) if heatmap is None else blend(image, heatmap, signed=scale.signed, limit=scale.limit)
            for image, heatmap in zip(images, repeat(None) if heatmaps is None else heatmaps, strict=False)
        ]
    if not pictures:
        raise ValueError("there is nothing to draw: give at least one image or one heatmap, got none")
    return pictures


def _check_count(name: str, given: Stack | None, count: int) -> None:
    if given is not None and len(given) != count:
        raise ValueError(f"{name} must be as many as the panels, {count}, got {len(given)}")


def _draw_cells(axes: Axes, values: np.ndarray, scale: _Scale, numbers: bool | str) -> None:
    low, top = scale.ends(values)
    axes.imshow(values, cmap=scale.colors, vmin=low, vmax=top)
    if numbers:
        form = numbers if isinstance(numbers, str) else "g"
        size = max(5, min(11, 40 / len(values)))
        for (i, j), value in np.ndenumerate(values):
            dark = abs(value) > 0.6 * top if scale.signed else value < 0.55 * top
            axes.text(j, i, format(float(value), "z" + form), ha="center", va="center", fontsize=size,
                      color="white" if dark else DARK)  # fmt: skip


def _draw_boxes(axes: Axes, given: Any) -> None:
    """Draw None, one box or a list of boxes."""
    boxes = np.asarray([] if given is None else given, dtype=float)
    if boxes.size and (boxes.ndim > 2 or boxes.shape[-1] != 4):
        raise ValueError(f"a box must be (left, top, right, bottom), or a list of such, got {given}")
    for left, top, right, bottom in boxes.reshape(-1, 4):
        corner = (left - 0.5, top - 0.5)  # pixel 0 is drawn from -0.5 to 0.5
        for color, line in (("white", 2.4), (ACCENT, 1.2)):
            axes.add_patch(Rectangle(corner, right - left, bottom - top, fill=False, edgecolor=color, linewidth=line))


def show(figure: Figure | Image.Image | np.ndarray, *, alt: str, caption: str | None = None) -> None:
    """Put a figure out, with its description in the page.

    Args:
        figure: of matplotlib, a PIL picture, or an array (H, W, 3) of uint8.
        alt: what the figure shows, in words; at least fifteen letters.
        caption: words below it, for everybody (Markdown).

    Raises:
        ValueError: the description is missing or too short to be one.
    """
    display({"text/html": image(figure, alt), "text/plain": alt}, raw=True)  # type: ignore[no-untyped-call]
    gc.collect()  # figures refer to themselves: their pictures would pile up
    if caption is not None:
        display({"text/markdown": caption, "text/plain": caption}, raw=True)  # type: ignore[no-untyped-call]


def image(figure: Figure | Image.Image | np.ndarray, alt: str) -> str:
    """A figure as an HTML image with its description: what JupyterLab, exported pages and GitHub all hand on.

    Raises:
        ValueError: the description is missing or too short to be one.
    """
    if len(alt.strip()) < 15:
        raise ValueError(f"alt must say what the figure shows in a sentence, got {alt!r}")
    picture = drawn(figure)
    width = picture.width // SHARP if isinstance(figure, Figure) else min(picture.width, round(FULL_WIDTH * INCH))
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=88, method=4)  # a fifth of a PNG; method 6 saves 2 % more in ten times the time
    code = base64.b64encode(out.getvalue()).decode()
    words = html.escape(alt, quote=True)
    style = "max-width: 100%; height: auto"
    return f'<img alt="{words}" width="{width}" style="{style}" src="data:image/webp;base64,{code}">'


def drawn(figure: Figure | Image.Image | np.ndarray) -> Image.Image:
    """A figure as a picture, at `SHARP` pixels for one of the page and without a ground."""
    if not isinstance(figure, Figure):
        return Image.fromarray(figure) if isinstance(figure, np.ndarray) else figure
    out = io.BytesIO()
    figure.savefig(
        out, format="png", bbox_inches="tight", pad_inches=0.04, dpi=SHARP * INCH, pil_kwargs={"compress_level": 1}
    )
    return Image.open(out)


def png(figure: Figure | Image.Image | np.ndarray) -> bytes:
    """A figure as a PNG file, the same bytes at every run."""
    out = io.BytesIO()
    drawn(figure).save(out, "PNG", optimize=True)
    return out.getvalue()


def figure(
    width: float = 6.4, height: float = 2.6, columns: int = 1, rows: int = 1, **kwargs: Any
) -> tuple[Figure, Any]:
    """A figure and its axes (one, or an array of them); `show` puts it out."""
    drawn = Figure(figsize=(width, height), layout="constrained")
    return drawn, drawn.subplots(rows, columns, **kwargs)
