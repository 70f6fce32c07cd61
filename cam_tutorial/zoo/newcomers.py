"""Five species more, drawn as those in `animals.py` are; no network of the course has seen them."""

import numpy as np

from .animals import TAIL
from .figures import Joint, Part, eye
from .shapes import Outline, Point, ellipse, rounded, stroke

_BOTH = (-1, 1)


def _beside(side: int, outline: Outline) -> Outline:
    """An outline drawn for the right half, put on one side."""
    return outline if side == 1 else -outline.conj()


FROG = [
    *(
        Part("back legs", _beside(side, outline), "dark", Joint((side * 0.2, 0.26), 6))
        for side in _BOTH
        for outline in (
            ellipse(0.31, 0.2, 0.19, 0.135, -38),
            rounded((0.24, 0.32), (0.36, 0.33), (0.52, 0.36), (0.53, 0.43), (0.26, 0.43), cut=0.15),
        )
    ),
    Part("body", ellipse(0.0, 0.18, 0.25, 0.235)),
    Part("body", ellipse(0.0, 0.25, 0.16, 0.15), "light", line=False),
    *(
        Part("front legs", _beside(side, outline), "base", Joint((side * 0.14, 0.16), 6))
        for side in _BOTH
        for outline in (
            stroke((0.15, 0.16), (0.17, 0.3), (0.12, 0.4), width=0.095, tip=0.08),
            rounded((0.06, 0.38), (0.18, 0.38), (0.22, 0.45), (0.02, 0.45), cut=0.2),
        )
    ),
    *(Part("eyes", ellipse(side * 0.19, -0.3, 0.125), "base", Joint((0.0, 0.06), 7)) for side in _BOTH),
    Part(
        "head",
        rounded((-0.3, -0.28), (0.3, -0.28), (0.44, -0.1), (0.3, 0.1), (-0.3, 0.1), (-0.44, -0.1), cut=0.25),
        "base",
        Joint((0.0, 0.06), 7),
    ),
    Part("head", ellipse(0.0, 0.015, 0.24, 0.06), "light", Joint((0.0, 0.06), 7), line=False),
    Part(
        "head",
        stroke((-0.3, -0.1), (-0.16, -0.03), (0.16, -0.03), (0.3, -0.1), width=0.026),
        "line",
        Joint((0.0, 0.06), 7),
        line=False,
    ),
    *(
        Part("head", ellipse(side * 0.035, -0.155, 0.015, corners=10), "line", Joint((0.0, 0.06), 7), line=False)
        for side in _BOTH
    ),
    *(
        part
        for side in _BOTH
        for part in (
            Part("eyes", ellipse(side * 0.19, -0.295, 0.11), "base", Joint((0.0, 0.06), 7), line=False),
            *eye(side * 0.19, -0.305, 0.08, Joint((0.0, 0.06), 7), name="eyes"),
        )
    ),
]


def _crab_leg(side: int, hip: Point, knee: Point, foot: Point) -> Part:
    outline = _beside(side, stroke(hip, knee, foot, width=0.062, tip=0.036, bend=0))
    return Part("legs", outline, "dark", Joint((side * hip[0], hip[1]), 6))


CRAB = [
    *(
        _crab_leg(side, hip, knee, foot)
        for side in _BOTH
        for hip, knee, foot in (
            ((0.22, 0.08), (0.43, 0.06), (0.52, 0.2)),
            ((0.2, 0.15), (0.39, 0.19), (0.45, 0.34)),
            ((0.14, 0.2), (0.27, 0.29), (0.29, 0.43)),
        )
    ),
    *(
        Part("claws", _beside(side, outline), "base", Joint((side * 0.2, 0.04), 9))
        for side in _BOTH
        for outline in (
            stroke((0.2, 0.04), (0.38, -0.02), (0.4, -0.18), width=0.075),
            rounded(
                *((0.33, -0.14), (0.22, -0.28), (0.27, -0.49), (0.37, -0.28)),
                *((0.44, -0.5), (0.56, -0.33), (0.46, -0.14)),
                cut=0.16,
            ),
        )
    ),
    *(
        part
        for side in _BOTH
        for part in (
            Part("eyes", _beside(side, stroke((0.09, 0.0), (0.1, -0.18), width=0.05)), "base", Joint((0.0, 0.0), 5)),
            Part("eyes", ellipse(side * 0.1, -0.21, 0.075), "base", Joint((0.0, 0.0), 5)),
            *eye(side * 0.1, -0.215, 0.062, Joint((0.0, 0.0), 5), name="eyes"),
        )
    ),
    Part(
        "shell",
        rounded(
            *((-0.22, -0.1), (0.22, -0.1), (0.36, 0.04), (0.22, 0.26), (0.0, 0.31), (-0.22, 0.26), (-0.36, 0.04)),
            cut=0.25,
        ),
        "accent",
    ),
    Part("shell", ellipse(0.0, 0.23, 0.16, 0.05), "light", line=False),
    Part("shell", stroke((-0.09, 0.1), (0.0, 0.145), (0.09, 0.1), width=0.024), "line", line=False),
]

SNOUT = Joint((0.14, 0.12), 8)


def _spines() -> Outline:
    """A dome of spines, from the forehead over the back to the tail, closed along the belly."""
    angles = np.radians(np.linspace(-42, -212, 19))
    reach = np.where(np.arange(19) % 2, 0.47, 0.37)
    reach[0] = 0.34
    tips = complex(-0.1, 0.08) + reach * (np.cos(angles) * 1.0 + 1j * np.sin(angles) * 0.98)
    belly = ((-0.2, 0.34), (0.1, 0.32), (0.18, 0.1))
    return rounded(*((float(tip.real), float(tip.imag)) for tip in tips), *belly, cut=0.07)


HEDGEHOG = [
    Part("legs", stroke((-0.16, 0.26), (-0.17, 0.4), width=0.095), "dark", Joint((-0.16, 0.26), 10)),
    Part("legs", stroke((0.16, 0.26), (0.17, 0.4), width=0.095), "dark", Joint((0.16, 0.26), 10)),
    Part("legs", stroke((-0.27, 0.26), (-0.28, 0.41), width=0.1), "base", Joint((0.16, 0.26), 10)),
    Part("legs", stroke((0.06, 0.26), (0.07, 0.41), width=0.1), "base", Joint((-0.16, 0.26), 10)),
    Part("body", ellipse(-0.06, 0.2, 0.33, 0.16)),
    Part(
        "head",
        rounded(
            (0.04, -0.08), (0.2, -0.14), (0.36, 0.0), (0.54, 0.13), (0.5, 0.22), (0.3, 0.31), (0.04, 0.3), cut=0.22
        ),
        "base",
        SNOUT,
    ),
    Part("head", ellipse(0.3, 0.22, 0.13, 0.055, -12), "light", SNOUT, line=False),
    Part("head", ellipse(0.505, 0.145, 0.045, corners=18), "line", SNOUT, line=False),
    Part("head", stroke((0.36, 0.22), (0.41, 0.225), (0.45, 0.2), width=0.022), "line", SNOUT, line=False),
    *eye(0.29, 0.06, 0.056, SNOUT),
    Part("spines", _spines(), "accent"),
    *(
        Part("spines", stroke((x, y), (x + dx, y + dy), width=0.034, tip=0.01), "dark", line=False)
        for x, y, dx, dy in (
            *((-0.02, -0.1, -0.03, -0.1), (-0.16, -0.08, -0.06, -0.09), (-0.28, 0.02, -0.09, -0.05)),
            *((-0.06, 0.06, -0.06, -0.08), (-0.2, 0.1, -0.09, -0.05), (-0.32, 0.17, -0.09, 0.0)),
            *((0.07, -0.02, -0.01, -0.1), (0.05, 0.16, -0.06, -0.07), (-0.1, 0.21, -0.09, -0.04)),
        )
    ),
    Part("ears", ellipse(0.15, -0.05, 0.07, 0.08, 15), "base", SNOUT),
    Part("ears", ellipse(0.155, -0.04, 0.035, 0.045, 15), "dark", SNOUT, line=False),
]

FLUKE, SPOUT = Joint((-0.22, 0.12), 9), Joint((0.2, -0.16), 6)

WHALE = [
    Part("spout", stroke((0.2, -0.14), (0.19, -0.36), (0.1, -0.47), (0.02, -0.36), width=0.06), "light", SPOUT),
    Part("spout", stroke((0.21, -0.14), (0.22, -0.36), (0.31, -0.47), (0.39, -0.36), width=0.06), "light", SPOUT),
    Part(
        "tail",
        rounded(
            *((-0.44, -0.04), (-0.57, -0.14), (-0.55, -0.3), (-0.41, -0.18)),
            *((-0.27, -0.3), (-0.25, -0.14), (-0.36, -0.04)),
            cut=0.16,
        ),
        "accent",
        FLUKE,
    ),
    Part(
        "body",
        rounded(
            *((-0.45, -0.12), (-0.34, -0.1), (-0.26, 0.04), (-0.06, -0.08), (0.16, -0.19), (0.42, -0.17)),
            *((0.56, 0.06), (0.48, 0.28), (0.2, 0.37), (-0.14, 0.34), (-0.36, 0.2)),
            cut=0.25,
        ),
    ),
    Part(
        "body",
        rounded((-0.24, 0.23), (0.1, 0.2), (0.3, 0.17), (0.5, 0.17), (0.46, 0.27), (0.2, 0.34), (-0.12, 0.32), cut=0.2),
        "light",
        line=False,
    ),
    *(
        Part("body", stroke((x, 0.23), (x - 0.05, 0.32), width=0.02), "dark", line=False)
        for x in (0.06, 0.16, 0.26, 0.36)
    ),
    Part("head", ellipse(0.36, 0.0, 0.15, 0.13), "base", line=False),
    Part("head", stroke((0.31, 0.15), (0.42, 0.165), (0.52, 0.12), width=0.024), "line", line=False),
    *eye(0.36, 0.01, 0.056),
    Part(
        "fins",
        rounded((0.06, 0.2), (0.2, 0.22), (0.12, 0.36), (-0.04, 0.46), (-0.06, 0.36), cut=0.2),
        "accent",
        Joint((0.13, 0.22), 14),
    ),
]

EAR, TRUNK = Joint((0.16, -0.16), 8), Joint((0.16, -0.06), 6)

ELEPHANT = [
    Part("tail", stroke((-0.38, -0.02), (-0.48, 0.06), (-0.5, 0.22), width=0.045), "base", TAIL),
    Part("tail", ellipse(-0.5, 0.24, 0.05, 0.075), "dark", TAIL),
    Part("legs", stroke((-0.18, 0.16), (-0.18, 0.38), width=0.14, tip=0.15), "dark", Joint((-0.18, 0.16), 6)),
    Part("legs", stroke((0.12, 0.16), (0.12, 0.38), width=0.14, tip=0.15), "dark", Joint((0.12, 0.16), 6)),
    Part("body", ellipse(-0.11, 0.03, 0.31, 0.24)),
    Part("legs", stroke((-0.29, 0.1), (-0.3, 0.38), width=0.15, tip=0.16), "base", Joint((-0.29, 0.1), 6)),
    Part("legs", stroke((0.0, 0.16), (0.01, 0.38), width=0.15, tip=0.16), "base", Joint((0.0, 0.16), 6)),
    Part(
        "trunk",
        stroke((0.3, -0.12), (0.46, -0.06), (0.45, 0.2), (0.44, 0.36), (0.56, 0.34), width=0.16, tip=0.075),
        "base",
        TRUNK,
    ),
    Part("tusks", stroke((0.31, 0.02), (0.36, 0.13), (0.46, 0.13), width=0.05, tip=0.02), "white", TRUNK),
    Part("head", ellipse(0.25, -0.13, 0.2, 0.19), "base", TRUNK),
    *eye(0.35, -0.13, 0.052, TRUNK),
    Part(
        "ears",
        rounded((0.2, -0.3), (0.22, -0.02), (0.08, 0.14), (-0.1, 0.0), (-0.12, -0.24), (0.04, -0.36), cut=0.25),
        "accent",
        EAR,
    ),
]
