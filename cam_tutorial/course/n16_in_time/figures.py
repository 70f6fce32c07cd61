"""The figures of notebook 16: film strips, the film that plays, and what was measured; words and layout."""

import base64
import html
import io
from collections.abc import Mapping, Sequence

import numpy as np
import torch
from IPython.display import display
from matplotlib.patches import Rectangle
from PIL import Image, ImageDraw
from torch import Tensor, nn

from cam_tutorial import plot, zoo
from cam_tutorial.course.shared import dots
from cam_tutorial.heatmap import as_pixels, blend
from cam_tutorial.metrics import Interval, interval
from cam_tutorial.zoo import ACTIONS, Clip

from .films import Segment, middle
from .network import FRAMES, as_bytes

FINE, PLAYED = 240, 320  # pixels of a drawn frame, and of one that plays; the network sees 48
SHOWN = 8  # frames of a strip
A_SECOND = 8  # frames of the film that plays


def large(clip: Clip, size: int = FINE) -> Clip:
    """The same clip of two animals, drawn for the page."""
    return zoo.clip(clip.seed, clip.action, 2, frames=len(clip.frames), size=size)


def strip(clip: Clip, map_: Tensor | None = None, *, truth: bool = True) -> None:
    """Eight frames of a clip from its first to its last, under its map (T, h, w) if there is one.

    Args:
        clip: of two animals.
        map_: positive values glow, on one scale for all frames.
        truth: whether the titles say in which frames the animal acts.
    """
    shown = torch.linspace(0, len(clip.frames) - 1, SHOWN).round().int().tolist()
    fine = large(clip)
    titles = [f"frame {t}" + (f": {acts(clip, t)}" if truth else "") for t in shown]
    alt = f"Eight of {len(clip.frames)} frames, with two animals on a meadow"
    if truth:
        alt += (
            f". The {clip.name} {VERBS[clip.action]} from frame {clip.start} to {clip.stop - 1}, else it stands still"
        )
    if map_ is not None:
        inside = map_[clip.start : clip.stop].relu().sum() / map_.relu().sum()
        alt += f". The map glows in its place; {inside:.0%} of it lies in these frames" if truth else ". A map glows"
    plot.panels(
        [fine.frames[t] for t in shown],
        None if map_ is None else [map_[t].relu() for t in shown],
        titles=titles,
        limit=None if map_ is None else float(map_.max()),
        alt=alt + ".",
    )


VERBS = {"hop": "hops", "spin": "spins", "shake": "shakes", "walk": "walks"}


def moments(clips: Sequence[Clip]) -> None:
    """One frame of each clip, the one in the middle of its action, under a letter."""
    plot.panels(
        [
            large(clip).frames[middle((clip.start, clip.stop))].clone() for clip in clips
        ],  # and no more of the clip is kept
        titles=list("ABCDEFGH"[: len(clips)]),
        alt=f"{len(clips)} single frames, each of another film and with two animals on a meadow; all animals stand "
        "upright, but for one that is upside down.",
    )


def acts(clip: Clip, t: int) -> str:
    """What the acting animal does in a frame, in a word or two."""
    return VERBS[clip.action] if clip.start <= t < clip.stop else "stands"


def play(*clips: Clip, maps: Sequence[Tensor | None] | None = None, tell: bool = True) -> None:
    """Clips side by side that play when one unfolds them, and until then stand still: nothing moves unasked.

    Args:
        clips: of two animals and equally many frames.
        maps: of each clip, (T, h, w) or None; None for no map at all.
        tell: whether the description says what happens and when.
    """
    drawn = {clip.seed: as_bytes(large(clip, PLAYED).frames) for clip in clips}
    fine = [drawn[clip.seed] for clip in clips]
    pictures = [_moment([_under(one, maps and maps[k], t) for k, one in enumerate(fine)], t) for t in range(FRAMES)]
    told = "; ".join(
        f"a {clip.name} {VERBS[clip.action]} from frame {clip.start} to {clip.stop - 1}"
        if tell
        else "two animals on a meadow, of which one moves for a while"
        for clip in clips
    )
    under = "" if maps is None else "; the right one under its map, which glows where and while it moves"
    alt = f"A film of {FRAMES} frames: {told}{under}. Below the picture stands the number of the frame."
    words = html.escape(alt, quote=True)
    first = plot.image(pictures[0], f"The first frame. {alt}")
    size = f'width="{pictures[0].width}" style="max-width: 100%; height: auto"'
    moving = f'<img alt="{words}" {size} src="data:image/webp;base64,{_animated(pictures)}">'
    asked = f"<details><summary>Play ({FRAMES // A_SECOND} seconds, again and again)</summary>{moving}</details>"
    display({"text/html": first + asked, "text/plain": alt}, raw=True)


def _under(frames: Tensor, map_: Tensor | None, t: int) -> np.ndarray:
    if map_ is None:
        return as_pixels(frames[t])
    return blend(frames[t], map_[t].relu(), limit=float(map_.max()))


def _moment(frames: Sequence[np.ndarray], t: int) -> Image.Image:
    """Frames side by side, and below them where in the film they are."""
    frames = [frame if frame.dtype == np.uint8 else (255 * frame).round().astype(np.uint8) for frame in frames]
    height, gap, bar = frames[0].shape[0], 8, 26
    width = sum(frame.shape[1] for frame in frames) + gap * (len(frames) - 1)
    picture = Image.new("RGB", (width, height + bar), "#26323f")
    for k, frame in enumerate(frames):
        picture.paste(Image.fromarray(frame), (k * (frame.shape[1] + gap), 0))
    pen = ImageDraw.Draw(picture)
    pen.text((6, height + 7), f"frame {t}", fill="white")
    left, right = 64, width - 8
    pen.rectangle((left, height + 11, right, height + 14), fill="#75797e")
    pen.rectangle((left, height + 11, left + (right - left) * (t + 1) // FRAMES, height + 14), fill=plot.ACCENT)
    return picture


def _animated(pictures: Sequence[Image.Image]) -> str:
    out = io.BytesIO()
    pictures[0].save(
        out, "WEBP", save_all=True, append_images=pictures[1:], duration=1000 // A_SECOND, loop=0, quality=70, method=4
    )
    return base64.b64encode(out.getvalue()).decode()


def network(net: nn.Module) -> None:
    """The network's parts from left to right, each with what it gives."""
    parts = [
        ("film", "3 × 24 × 48 × 48"),
        ("and its changes", "6 × 24 × 48 × 48"),
        ("trunk.1", "12 × 24 × 24 × 24"),
        ("trunk.2, over 3 frames", "24 × 24 × 12 × 12"),
        ("trunk.3", "32 × 24 × 12 × 12"),
        ("trunk.4, over 3 frames", "A: 32 × 24 × 12 × 12"),
        ("average over t, i, j", "32"),
        ("classifier", f"{len(ACTIONS)} logits"),
    ]
    figure, axes = plot.figure(plot.FULL_WIDTH, 1.9)
    axes.set(xlim=(0, 4), ylim=(0, 2))
    axes.set_axis_off()
    for k, (name, gives) in enumerate(parts):
        row, column = divmod(k, 4)
        x, y = column + 0.03, 1.12 - row
        color = plot.FOR if k >= 6 else plot.AGAINST
        axes.add_patch(Rectangle((x, y), 0.86, 0.76, fill=False, edgecolor=color, linewidth=1.4))
        axes.text(x + 0.43, y + 0.5, name, ha="center", va="center", color=plot.INK)
        axes.text(x + 0.43, y + 0.22, gives, ha="center", va="center", color=plot.INK, weight="bold")
        if column < 3:
            arrow = {"arrowstyle": "->", "color": plot.FAINT}
            axes.annotate("", (column + 1.03, y + 0.38), (x + 0.86, y + 0.38), arrowprops=arrow)
    count = sum(parameter.numel() for parameter in net.parameters())
    plot.show(
        figure,
        alt="The network in eight boxes: " + "; ".join(f"{name}, {gives}" for name, gives in parts) + ".",
        caption=f"{count:,} numbers are learned. Sizes are channels × frames × rows × columns.",
    )


def losses(training) -> None:
    """The loss of every step, and a line at that of guessing."""
    figure, axes = plot.figure(plot.FULL_WIDTH, 2.2)
    guess = float(np.log(len(ACTIONS)))
    axes.plot(training.losses, color=plot.FAINT, linewidth=1)
    smooth = np.convolve(training.losses, np.ones(8) / 8, "valid")
    axes.plot(range(7, 7 + len(smooth)), smooth, color=plot.AGAINST, label="mean of eight steps")
    axes.axhline(guess, color=plot.FOR, linestyle="--", linewidth=1.2, label="guessing")
    axes.set(xlabel="step", ylabel="loss", ylim=(0, None))
    axes.legend(loc="lower left")
    plot.show(
        figure,
        alt=f"The loss of {len(training.losses)} steps: the mean of the first eight is {smooth[0]:.2f}, that of the "
        f"last eight {smooth[-1]:.2f}; guessing has {guess:.2f}.",
    )


def curve(clip: Clip, values: Tensor, found: Segment) -> None:
    """The map's mean in each frame, the frames of the action, and those that the curve tells."""
    figure, axes = plot.figure(plot.FULL_WIDTH, 2.4)
    axes.axvspan(clip.start - 0.5, clip.stop - 0.5, color=plot.NEUTRAL, alpha=0.25, label="the action")
    axes.plot(values, "o-", color=plot.AGAINST, markersize=4, label="m(t)")
    axes.axhline(0, color=plot.FAINT, linewidth=0.8)
    low = float(values.min()) - 0.08 * float(values.max() - values.min())
    axes.plot([found[0] - 0.5, found[1] - 0.5], [low, low], color=plot.FOR, linewidth=5, label="the segment")
    axes.set(xlabel="frame", ylabel="mean of the map", xlim=(-0.6, len(values) - 0.4), xticks=range(0, len(values), 2))
    figure.legend(*axes.get_legend_handles_labels(), loc="outside upper center", ncols=3, frameon=False)
    plot.show(
        figure,
        alt=f"The mean of the map in each of {len(values)} frames, highest in frame {int(values.argmax())}. The action "
        f"takes frames {clip.start} to {clip.stop - 1}, the segment frames {found[0]} to {found[1] - 1}.",
    )


def compared(rows: Mapping[str, Tensor | Sequence[float]], what: str, chance: float | None = None) -> None:
    """The mean of each row with its interval over films."""
    means = {name: interval(torch.as_tensor(values).double()) for name, values in rows.items()}
    figure, axes = plot.figure(plot.FULL_WIDTH, 0.9 + 0.32 * len(rows))
    if chance is not None:
        axes.axvline(chance, color=plot.FOR, linestyle="--", linewidth=1.2, label=f"chance: {chance:.2f}")
    dots(axes, list(means.values()))
    for row, one in enumerate(means.values()):
        axes.text(1.04, row, f"{one.mean:.2f}", va="center", color=plot.INK)
    axes.set(yticks=range(len(rows)), yticklabels=list(rows), xlim=(-0.02, 1.02), ylim=(len(rows) - 0.5, -0.5))
    axes.set_xlabel(what)
    if chance is not None:
        figure.legend(*axes.get_legend_handles_labels(), loc="outside upper right", frameon=False)
    told = "; ".join(f"{name} {_brief(one)}" for name, one in means.items())
    at = "" if chance is None else f" A dashed line stands at {chance:.2f}, which is chance."
    plot.show(figure, alt=f"{what}, means with intervals over films: {told}.{at}")


def _brief(one: Interval) -> str:
    return f"{one.mean:.2f} ({one.low:.2f} to {one.high:.2f})"


def glued(frames: Tensor, maps: Sequence[Tensor], labels: Sequence[int], t: int) -> None:
    """One frame of two films side by side, by itself and under the map of each film's action.

    Args:
        frames: the glued film, (T, 3, H, 2W).
        maps: two, (T, h, 2w).
        labels: the actions of the left film and of the right one.
        t: which frame.
    """
    names = [ACTIONS[label] for label in labels]
    left = [float(map_[..., : map_.shape[-1] // 2].relu().sum() / map_.relu().sum()) for map_ in maps]
    own = left[0], 1 - left[1]
    plot.panels(
        [frames[t]] * 3,
        [None, *(map_[t].relu() for map_ in maps)],
        titles=[
            f"frame {t}; left: {names[0]}, right: {names[1]}",
            *(f"“{name}”: {part:.0%} on its half, over all frames" for name, part in zip(names, own, strict=True)),
        ],
        columns=3,
        alt=f"Two films side by side: “{names[0]}” on the left, “{names[1]}” on the right. Over all frames "
        f"{own[0]:.0%} of the map of “{names[0]}” lies on the left half, and {own[1]:.0%} of the map of "
        f"“{names[1]}” on the right one.",
    )


def by_action(rows: Mapping[str, Tensor], labels: Tensor) -> None:
    """A table: the share named right, for each action (with the number of its films) and each version of the films."""
    heads = ("the films", *(f"{name} ({int((labels == k).sum())})" for k, name in enumerate(ACTIONS)))
    lines = [
        (name, *(f"{right[labels == k].double().mean():.0%}" for k in range(len(ACTIONS))))
        for name, right in rows.items()
    ]
    head = "".join(f'<th scope="col">{words}</th>' for words in heads)
    body = "".join(
        f'<tr><th scope="row">{name}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>' for name, *cells in lines
    )
    widths = [max(map(len, column)) for column in zip(heads, *lines, strict=True)]
    plain = (
        "  ".join(f"{cell:{w}}" for cell, w in zip(line, widths, strict=True)).rstrip() for line in (heads, *lines)
    )
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    display({"text/html": table, "text/plain": "\n".join(plain)}, raw=True)
