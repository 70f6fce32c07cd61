"""One individual: a figure with the colors, pattern and pose that chance gave it, to be put anywhere."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .figures import MOST_JOINTS, Figure, Pose
from .looks import LOOK_ROLLS, Bytes, Floats, Patterns, Spans, mix_looks
from .raster import Sketch
from .shapes import Outline

ROLLS = LOOK_ROLLS + 4 + 1 + MOST_JOINTS
"""How many numbers in [0, 1) make an individual, the same for every figure."""


@dataclass(frozen=True, eq=False)
class Individual:
    """Points are centered on the box of the figure, or of its frame, `width` by `height`; its longer side is 1."""

    figure: Figure
    width: float
    height: float
    points: Outline
    pattern: Outline
    pattern_spans: Spans
    paints: Bytes
    patterned: Bytes

    def at(self, center: complex, side: float) -> Sketch:
        """The sketch of it around `center` with a longer side of `side`, both in shares of the picture."""
        return Sketch(
            center + side * self.points,
            self.figure.spans,
            self.paints[self.figure.tones],
            center + side * self.pattern,
            self.pattern_spans,
            self.patterned[self.figure.tones],
        )


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
    return Individual(
        figure,
        float(right - left) / side,
        float(bottom - top) / side,
        (points - center) / side,
        (pose.place(pattern) - center) / side,
        spans,
        paints,
        patterned,
    )
