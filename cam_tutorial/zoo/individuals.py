"""One individual: a figure with the colors, pattern and pose that chance gave it, to be put anywhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from .figures import MOST_JOINTS, TONES, Figure, Pose
from .looks import LOOK_ROLLS, Bytes, Floats, Patterns, Spans, color_of_most, mix_looks
from .raster import Sketch, paint
from .shapes import Outline

ROLLS = LOOK_ROLLS + 4 + 1 + MOST_JOINTS
"""How many numbers in [0, 1) make an individual, the same for every figure."""
_COLORFUL = TONES.index("line")  # the tones before it have a color to name
_REST = Pose(mirror=False, turn=0.0, stretch=1.0, swings=np.zeros(1 + MOST_JOINTS))


@dataclass(frozen=True, eq=False)
class Individual:
    """Points are centered on the box of the figure, or of its frame, `width` by `height`; its longer side is 1."""

    figure: Figure
    width: float
    height: float
    points: Outline
    corners: Outline
    pattern: Outline
    pattern_spans: Spans
    paints: Bytes
    patterned: Bytes

    # `corners` are those of the frame's box, none for a figure that is its own frame. No shape uses them, but they keep
    # the window open: it then begins at the same pixel for all figures in a frame, and a polygon's edge, which Pillow
    # reckons from there in single precision, comes out the same to the last subpixel.

    def at(self, center: complex, side: float) -> Sketch:
        """The sketch of it around `center` with a longer side of `side`, both in shares of the picture."""
        return Sketch(
            np.concatenate([center + side * self.points, center + side * self.corners]),
            self.figure.spans,
            self.paints[self.figure.tones],
            center + side * self.pattern,
            self.pattern_spans,
            self.patterned[self.figure.tones],
        )

    @property
    def color(self) -> str:
        """The word for the color of most of it, lines and white aside; the same in every pose and at every size."""
        return color_of_most(self.paints[:_COLORFUL], _areas(self.figure))


def individuals(figures: Sequence[Figure], rolls: Floats, patterns: Patterns, tilt: float) -> list[Individual]:
    """One individual a figure, from rolls (n, ROLLS) in [0, 1), turned by up to `tilt` degrees either way."""
    looks = zip(*mix_looks(rolls[:, :LOOK_ROLLS]), strict=True)
    return [
        _individual(figure, row, patterns, tilt, *look)
        for figure, row, look in zip(figures, rolls[:, LOOK_ROLLS:], looks, strict=True)
    ]


def _individual(
    figure: Figure, rolls: Floats, patterns: Patterns, tilt: float, paints: Bytes, patterned: Bytes
) -> Individual:
    choice, mirror, turn, stretch = rolls[:4].tolist()
    pose = Pose(mirror < 0.5, np.radians(tilt) * (2 * turn - 1), 0.93 + 0.14 * stretch, 2 * rolls[4:] - 1)
    pattern, spans = patterns[int(choice * len(patterns))]
    points = figure.posed(pose)
    framed = points if figure.frame is None else figure.frame.posed(pose)
    left, right, top, bottom = framed.real.min(), framed.real.max(), framed.imag.min(), framed.imag.max()
    center, side = complex(left + right, top + bottom) / 2, max(right - left, bottom - top)
    corners: Outline = np.array([] if figure.frame is None else [complex(left, top), complex(right, bottom)], complex)
    return Individual(
        figure,
        float(right - left) / side,
        float(bottom - top) / side,
        (points - center) / side,
        (corners - center) / side,
        (pose.place(pattern) - center) / side,
        spans,
        paints,
        patterned,
    )


@cache
def _areas(figure: Figure) -> Floats:
    """How much of the figure, at rest and seen whole, each tone that has a color fills: (4,)."""
    still = Sketch(0.5 + 0.5j + 0.7 * figure.posed(_REST), figure.spans, np.zeros((len(figure.tones), 4), np.uint8))
    subpixels = np.bincount(paint([still], 192).fine.ravel(), minlength=1 + len(figure.tones))
    areas: Floats = subpixels[1:] @ np.eye(len(TONES), _COLORFUL)[figure.tones]
    return areas
