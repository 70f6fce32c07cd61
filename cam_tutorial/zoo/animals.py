"""How the animals are drawn: each is a list of parts, from the hindmost to the foremost.

They face right in unit coordinates: x to the right, y down, about -0.5 to 0.5 either way.
"""

from .figures import Joint, Part, Tone, eye
from .shapes import Outline, Point, ellipse, mirrored, rounded, spiral, stroke

NECK = Joint((0.12, 0.02), 9)
TAIL = Joint((-0.26, 0.1), 16)
NEAR_LEG, FAR_LEG = Joint((0.15, 0.2), 10), Joint((-0.2, 0.2), 10)

CAT = [
    Part(
        "tail",
        stroke((-0.27, 0.12), (-0.48, 0.08), (-0.5, -0.2), (-0.36, -0.34), width=0.1, tip=0.075),
        "base",
        TAIL,
    ),
    Part("legs", stroke((-0.14, 0.2), (-0.14, 0.42), width=0.11), "dark", FAR_LEG),
    Part("legs", stroke((0.06, 0.2), (0.06, 0.42), width=0.11), "dark", NEAR_LEG),
    Part("legs", stroke((-0.25, 0.16), (-0.26, 0.43), width=0.125), "base", NEAR_LEG),
    Part("legs", stroke((0.16, 0.2), (0.17, 0.43), width=0.115), "base", FAR_LEG),
    Part("body", ellipse(-0.05, 0.13, 0.3, 0.18)),
    Part("body", ellipse(-0.03, 0.22, 0.17, 0.07), "light", line=False),
    Part("ears", rounded((0.05, -0.18), (0.045, -0.5), (0.28, -0.28), cut=0.1), "base", NECK),
    Part("ears", rounded((0.28, -0.28), (0.49, -0.5), (0.49, -0.16), cut=0.1), "base", NECK),
    Part("ears", rounded((0.09, -0.26), (0.08, -0.43), (0.19, -0.31), cut=0.1), "accent", NECK, line=False),
    Part("ears", rounded((0.36, -0.31), (0.455, -0.43), (0.46, -0.26), cut=0.1), "accent", NECK, line=False),
    Part("head", ellipse(0.265, -0.13, 0.225, 0.185), "base", NECK),
    Part("head", ellipse(0.275, -0.05, 0.12, 0.08), "light", NECK, line=False),
    Part("head", rounded((0.235, -0.095), (0.325, -0.095), (0.28, -0.04), cut=0.15), "line", NECK, line=False),
    *eye(0.165, -0.155, 0.062, NECK),
    *eye(0.375, -0.155, 0.062, NECK),
]

HEAD = Joint((0.08, 0.08), 9)
LEFT_EAR, RIGHT_EAR = Joint((0.12, -0.14), 12), Joint((0.2, -0.16), 12)

RABBIT = [
    Part("tail", ellipse(-0.33, 0.27, 0.095), "light", Joint((-0.2, 0.2), 10)),
    Part("legs", stroke((0.06, 0.2), (0.1, 0.43), width=0.1), "dark", Joint((0.06, 0.2), 10)),
    Part("body", ellipse(-0.08, 0.2, 0.26, 0.23, -20)),
    Part("legs", stroke((0.1, 0.18), (0.15, 0.43), width=0.1), "base", Joint((0.08, 0.18), 10)),
    Part("legs", stroke((-0.17, 0.43), (0.04, 0.435), width=0.1), "base"),
    Part("legs", ellipse(-0.13, 0.3, 0.155, 0.135, 15), "base"),
    Part("ears", ellipse(0.09, -0.31, 0.062, 0.19, -16), "dark", LEFT_EAR),
    Part("ears", ellipse(0.22, -0.32, 0.065, 0.19, 9), "base", RIGHT_EAR),
    Part("ears", ellipse(0.22, -0.31, 0.032, 0.135, 9), "accent", RIGHT_EAR, line=False),
    Part("head", ellipse(0.19, -0.04, 0.18, 0.155, 10), "base", HEAD),
    Part("head", ellipse(0.28, 0.03, 0.085, 0.065), "light", HEAD, line=False),
    Part("head", ellipse(0.355, -0.025, 0.034, 0.028), "line", HEAD, line=False),
    *eye(0.23, -0.075, 0.06, HEAD),
]

BIRD_HEAD = Joint((0.1, 0.02), 10)
LEGS = Joint((0.0, 0.18), 10)

BIRD = [
    Part(
        "tail",
        rounded((-0.15, -0.02), (-0.47, -0.2), (-0.52, -0.04), (-0.44, 0.06), (-0.16, 0.18), cut=0.12),
        "dark",
        TAIL,
    ),
    Part("legs", stroke((-0.06, 0.2), (-0.06, 0.42), (0.04, 0.43), width=0.042, bend=0), "accent", LEGS),
    Part("legs", stroke((0.08, 0.2), (0.09, 0.42), (0.19, 0.43), width=0.042, bend=0), "accent", LEGS),
    Part("beak", rounded((0.3, -0.25), (0.55, -0.12), (0.3, -0.06), cut=0.08), "accent", BIRD_HEAD),
    Part("body", ellipse(0.0, 0.06, 0.285, 0.2, 22)),
    Part("body", ellipse(0.1, 0.14, 0.15, 0.105, 24), "light", line=False),
    Part("head", ellipse(0.2, -0.16, 0.165), "base", BIRD_HEAD),
    *eye(0.25, -0.19, 0.058, BIRD_HEAD),
    Part(
        "wing",
        rounded((-0.4, -0.05), (-0.14, -0.12), (0.1, -0.08), (0.14, 0.08), (-0.06, 0.19), (-0.22, 0.12), cut=0.2),
        "accent",
        Joint((0.06, 0.0), 14),
    ),
    Part(
        "wing",
        stroke((-0.2, 0.02), (-0.06, 0.08), (0.03, 0.06), width=0.022),
        "line",
        Joint((0.06, 0.0), 14),
        line=False,
    ),
]

FIN = Joint((0.06, 0.06), 22)
TAIL_FIN = Joint((-0.24, 0.0), 16)

FISH = [
    Part(
        "tail",
        rounded((-0.18, 0.0), (-0.46, -0.27), (-0.52, -0.18), (-0.42, 0.0), (-0.52, 0.18), (-0.46, 0.27), cut=0.16),
        "accent",
        TAIL_FIN,
    ),
    Part(
        "fins",
        rounded((-0.16, -0.12), (-0.12, -0.36), (0.05, -0.33), (0.24, -0.12), cut=0.16),
        "accent",
        Joint((0.05, -0.15), 8),
    ),
    Part(
        "fins",
        rounded((-0.12, 0.12), (-0.16, 0.32), (-0.02, 0.28), (0.1, 0.14), cut=0.16),
        "accent",
        Joint((0.0, 0.15), 10),
    ),
    Part(
        "body",
        rounded(
            (-0.36, 0.0),
            (-0.2, -0.16),
            (0.06, -0.27),
            (0.34, -0.2),
            (0.53, 0.02),
            (0.34, 0.2),
            (0.06, 0.27),
            (-0.2, 0.16),
            cut=0.25,
        ),
    ),
    Part("body", ellipse(0.04, 0.13, 0.23, 0.065), "light", line=False),
    Part(
        "head",
        rounded((0.2, -0.205), (0.35, -0.16), (0.5, 0.01), (0.35, 0.16), (0.2, 0.205), (0.27, 0.0), cut=0.2),
        "dark",
        line=False,
    ),
    Part("head", stroke((0.37, 0.085), (0.42, 0.085), (0.455, 0.055), width=0.024), "line", line=False),
    *eye(0.34, -0.05, 0.062),
    Part("fins", rounded((0.1, 0.02), (-0.12, 0.0), (-0.1, 0.15), (0.08, 0.12), cut=0.2), "accent", FIN),
]

TURTLE_HEAD = Joint((0.24, 0.14), 10)
FRONT, BACK = Joint((0.16, 0.14), 12), Joint((-0.22, 0.14), 12)

TURTLE = [
    Part("tail", rounded((-0.3, 0.08), (-0.53, 0.2), (-0.3, 0.22), cut=0.1), "base", Joint((-0.3, 0.14), 12)),
    Part("legs", stroke((-0.14, 0.14), (-0.12, 0.32), width=0.12), "dark", FRONT),
    Part("legs", stroke((0.1, 0.14), (0.1, 0.32), width=0.12), "dark", BACK),
    Part("legs", stroke((-0.23, 0.14), (-0.27, 0.33), width=0.13), "base", BACK),
    Part("legs", stroke((0.19, 0.14), (0.22, 0.33), width=0.13), "base", FRONT),
    Part("head", stroke((0.2, 0.16), (0.36, 0.1), (0.43, 0.0), width=0.12), "base", TURTLE_HEAD),
    Part("head", ellipse(0.44, -0.045, 0.115, 0.105), "base", TURTLE_HEAD),
    Part("head", stroke((0.45, 0.005), (0.5, 0.0), (0.53, -0.02), width=0.02), "line", TURTLE_HEAD, line=False),
    *eye(0.465, -0.075, 0.048, TURTLE_HEAD),
    Part(
        "shell",
        rounded((-0.46, 0.2), (-0.4, -0.1), (-0.22, -0.34), (0.1, -0.34), (0.27, -0.1), (0.33, 0.2), cut=0.25),
        "accent",
    ),
    Part(
        "shell",
        rounded(
            (-0.12, -0.25),
            (-0.01, -0.25),
            (0.03, -0.1),
            (-0.01, 0.04),
            (-0.12, 0.04),
            (-0.16, -0.1),
            cut=0.14,
        ),
        "dark",
        line=False,
    ),
    Part(
        "shell",
        rounded(
            (-0.27, -0.19),
            (-0.2, -0.22),
            (-0.23, -0.1),
            (-0.19, 0.04),
            (-0.36, 0.04),
            (-0.35, -0.08),
            cut=0.14,
        ),
        "dark",
        line=False,
    ),
    Part(
        "shell",
        rounded((0.14, -0.19), (0.07, -0.22), (0.1, -0.1), (0.06, 0.04), (0.23, 0.04), (0.22, -0.08), cut=0.14),
        "dark",
        line=False,
    ),
    Part("shell", stroke((-0.38, 0.14), (0.25, 0.14), width=0.085), "light"),
]

SNAIL_HEAD = Joint((0.28, 0.2), 9)

SNAIL = [
    Part("tentacles", stroke((0.34, 0.0), (0.31, -0.15), (0.25, -0.26), width=0.04), "base", SNAIL_HEAD),
    Part("tentacles", ellipse(0.25, -0.28, 0.042, corners=18), "white", SNAIL_HEAD),
    Part("tentacles", ellipse(0.258, -0.285, 0.022, corners=12), "line", SNAIL_HEAD, line=False),
    Part("tentacles", stroke((0.39, 0.0), (0.42, -0.15), (0.48, -0.24), width=0.04), "base", SNAIL_HEAD),
    Part("tentacles", ellipse(0.485, -0.26, 0.042, corners=18), "white", SNAIL_HEAD),
    Part("tentacles", ellipse(0.493, -0.265, 0.022, corners=12), "line", SNAIL_HEAD, line=False),
    Part(
        "foot",
        rounded(
            (-0.56, 0.35),
            (-0.34, 0.2),
            (0.14, 0.2),
            (0.3, 0.16),
            (0.44, 0.2),
            (0.44, 0.35),
            (0.3, 0.36),
            (-0.36, 0.37),
            cut=0.2,
        ),
    ),
    Part("head", stroke((0.27, 0.26), (0.36, 0.14), (0.38, 0.01), width=0.16, tip=0.15), "base", SNAIL_HEAD),
    Part("head", stroke((0.36, 0.06), (0.4, 0.075), (0.44, 0.05), width=0.02), "line", SNAIL_HEAD, line=False),
    Part("shell", ellipse(-0.08, -0.02, 0.265), "accent", Joint((-0.06, 0.2), 10)),
    Part("shell", spiral(-0.08, -0.02, 0.205, 2.1, 0.05, 0.03), "dark", Joint((-0.06, 0.2), 10), line=False),
]

LEFT_WING, RIGHT_WING = Joint((-0.03, 0.0), 9), Joint((0.03, 0.0), 9)


def _pair(name: str, outline: Outline, tone: Tone, line: bool = True) -> list[Part]:
    return [
        Part(name, mirrored(outline), tone, LEFT_WING, line),
        Part(name, outline, tone, RIGHT_WING, line),
    ]


LOWER = rounded((0.02, -0.02), (0.36, 0.06), (0.44, 0.28), (0.26, 0.46), (0.06, 0.32), cut=0.24)
UPPER = rounded((0.02, 0.1), (0.06, -0.22), (0.36, -0.44), (0.58, -0.36), (0.52, -0.02), (0.3, 0.12), cut=0.24)

BUTTERFLY = [
    *_pair("antennae", stroke((0.01, -0.2), (0.05, -0.36), (0.13, -0.42), width=0.024), "line", line=False),
    *_pair("antennae", ellipse(0.135, -0.42, 0.032, corners=14), "line", line=False),
    *_pair("lower wings", LOWER, "accent"),
    *_pair("upper wings", UPPER, "base"),
    *_pair("upper wings", ellipse(0.36, -0.2, 0.08, corners=20), "light", line=False),
    *_pair("lower wings", ellipse(0.26, 0.24, 0.06, corners=20), "light", line=False),
    Part("body", stroke((0.0, -0.1), (0.0, 0.3), width=0.1, tip=0.06), "dark"),
    Part("head", ellipse(0.0, -0.17, 0.075, corners=20), "dark"),
    *eye(-0.032, -0.185, 0.032),
    *eye(0.032, -0.185, 0.032),
]


def _leg(name: str, x: float, y: float, knee: Point, foot: Point) -> Part:
    return Part(name, stroke((x, y), knee, foot, width=0.05, tip=0.036, bend=0), "base", Joint((x, y), 7))


SPIDER = [
    *(_leg("front legs", side * 0.06, 0.0, (side * 0.27, -0.24), (side * 0.3, -0.5)) for side in (-1, 1)),
    *(_leg("front legs", side * 0.08, 0.02, (side * 0.36, -0.19), (side * 0.52, -0.3)) for side in (-1, 1)),
    *(_leg("back legs", side * 0.08, 0.05, (side * 0.39, 0.0), (side * 0.53, 0.2)) for side in (-1, 1)),
    *(_leg("back legs", side * 0.06, 0.08, (side * 0.32, 0.14), (side * 0.38, 0.5)) for side in (-1, 1)),
    Part("body", ellipse(0.0, 0.17, 0.185, 0.205)),
    Part("body", ellipse(0.0, 0.22, 0.075, 0.09), "accent", line=False),
    Part("head", ellipse(0.0, -0.1, 0.145, 0.125)),
    *eye(-0.062, -0.125, 0.056),
    *eye(0.062, -0.125, 0.056),
]
