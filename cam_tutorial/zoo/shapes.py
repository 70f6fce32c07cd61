"""Closed outlines in unit coordinates: what every animal and every piece of clutter is drawn with.

An outline is an array of complex numbers, one a corner, x to the right and y *down* as in a picture; complex,
because turning it about a point is then one multiplication. A whole figure spans about -0.5 to 0.5 both ways.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Outline = NDArray[np.complex128]
Point = tuple[float, float]


def ellipse(x: float, y: float, rx: float, ry: float | None = None, turn: float = 0, corners: int = 28) -> Outline:
    """An ellipse about (x, y), turned clockwise by `turn` degrees; a circle without `ry`."""
    angles = np.arange(corners) * (2 * np.pi / corners)
    ring = rx * np.cos(angles) + 1j * (rx if ry is None else ry) * np.sin(angles)
    turned: Outline = complex(x, y) + ring * np.exp(1j * np.radians(turn))
    return turned


def rounded(*corners: Point, cut: float = 0.25) -> Outline:
    """A polygon with its corners rounded off: a small `cut` (0.1) keeps them pointed, 0.25 makes a pebble."""
    outline = _complex(corners)
    for share in (cut, 0.25, 0.25):
        after = np.roll(outline, -1)
        outline = np.stack([outline + share * (after - outline), after + share * (outline - after)], axis=1).ravel()
    return outline


def stroke(*points: Point, width: float, tip: float | None = None, bend: int = 2) -> Outline:
    """A brush stroke along the points with round ends, `width` to `tip` wide; `bend=0` keeps knees sharp."""
    path = _complex(points)
    for _ in range(bend):
        before, after = path[:-1], path[1:]
        cuts = np.stack([before * 0.75 + after * 0.25, before * 0.25 + after * 0.75], axis=1).ravel()
        path = np.concatenate([path[:1], cuts[1:-1], path[-1:]])
    return _brushed(path, width, width if tip is None else tip)


def spiral(x: float, y: float, radius: float, turns: float, width: float, tip: float | None = None) -> Outline:
    """A spiral stroke that winds from the rim at `radius` in to (x, y)."""
    share = np.linspace(0, 1, int(18 * turns))
    path = complex(x, y) + radius * (1 - 0.93 * share) * np.exp(2j * np.pi * turns * share)
    return _brushed(path, width, width if tip is None else tip)


def star(x: float, y: float, radius: float, points: int = 5, depth: float = 0.48) -> Outline:
    """A star with slightly rounded points."""
    angles = np.arange(2 * points) * (np.pi / points) - np.pi / 2
    tips = complex(x, y) + np.where(np.arange(2 * points) % 2, depth * radius, radius) * np.exp(1j * angles)
    return rounded(*((float(tip.real), float(tip.imag)) for tip in tips), cut=0.12)


def mirrored(outline: Outline) -> Outline:
    """The outline with left and right exchanged."""
    flipped: Outline = -outline.conj()
    return flipped


def outset(outline: Outline, distance: float) -> Outline:
    """The outline moved outward by `distance` all around: what is drawn beneath a shape as its dark line."""
    edge = np.roll(outline, -1) - outline
    area = np.sum(outline.real * edge.imag - outline.imag * edge.real)
    normal = -1j * np.sign(area) * edge / np.maximum(np.abs(edge), 1e-9)
    both = normal + np.roll(normal, 1)
    # A mitered corner sticks out by 1 / cos(half its turn); the bound keeps ears from becoming needles.
    moved: Outline = outline + distance * both / np.maximum(np.abs(both) ** 2 / 2, 0.5)
    return moved


def _complex(points: Sequence[Point]) -> Outline:
    return np.array([complex(x, y) for x, y in points])


def _brushed(path: Outline, width: float, tip: float) -> Outline:
    along = np.gradient(path)
    along /= np.abs(along)
    half = np.linspace(width, tip, len(path)) / 2
    fan = np.exp(1j * np.linspace(-np.pi / 2, np.pi / 2, 7))[1:-1]
    left, right = path - 1j * along * half, path + 1j * along * half
    end, start = path[-1] + along[-1] * half[-1] * fan, path[0] - along[0] * half[0] * fan
    return np.concatenate([left, end, right[::-1], start])
