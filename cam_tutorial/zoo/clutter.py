"""What lies about in a scene. Some of it looks like a bit of an animal, so no single bit gives one away."""

from .figures import Figure, Joint, Part, eye
from .shapes import ellipse, rounded, spiral, star, stroke

STONE = [
    Part("stone", rounded((-0.5, 0.2), (-0.4, -0.25), (0.05, -0.4), (0.45, -0.15), (0.5, 0.25), (0.0, 0.38))),
    Part("stone", ellipse(-0.1, -0.12, 0.16, 0.08, -15), "light", line=False),
]

LEAF = [
    Part("leaf", rounded((-0.5, 0.0), (-0.1, -0.26), (0.5, 0.0), (-0.1, 0.26), cut=0.16)),
    Part("leaf", stroke((-0.55, 0.0), (0.3, 0.0), width=0.05), "line", line=False),
]

TWIG = [
    Part("twig", stroke((-0.05, 0.05), (0.16, -0.26), width=0.09), "dark"),
    Part("twig", stroke((-0.5, 0.1), (-0.1, 0.06), (0.5, -0.12), width=0.12, tip=0.08), "dark"),
]

MUSHROOM = [
    Part("stem", stroke((0.0, 0.0), (0.02, 0.4), width=0.22, tip=0.28), "light"),
    Part(
        "cap",
        rounded((-0.52, 0.1), (-0.4, -0.4), (0.0, -0.56), (0.4, -0.4), (0.52, 0.1), (0.0, 0.16), cut=0.22),
    ),
    Part("cap", ellipse(-0.18, -0.16, 0.1, corners=16), "light", line=False),
    Part("cap", ellipse(0.16, -0.22, 0.075, corners=16), "light", line=False),
]

FLOWER = [
    *(
        Part("petal", ellipse(x, y, 0.2, corners=18), "base")
        for x, y in ((0.0, -0.28), (0.27, -0.09), (0.17, 0.23), (-0.17, 0.23), (-0.27, -0.09))
    ),
    Part("center", ellipse(0.0, 0.0, 0.15, corners=18), "accent"),
]

STAR = [Part("star", star(0.0, 0.02, 0.5), "accent")]
EAR = [
    Part("ear", rounded((-0.4, 0.36), (-0.1, -0.5), (0.42, 0.3), cut=0.09)),
    Part("ear", rounded((-0.22, 0.22), (-0.08, -0.2), (0.2, 0.2), cut=0.09), "accent", line=False),
]
DISC = [Part("disc", ellipse(0.0, 0.0, 0.45))]
BEAD = [Part("bead", ellipse(0.0, 0.0, 0.42)), *eye(0.06, -0.06, 0.2, name="bead")]
COIL = [
    Part("coil", ellipse(0.0, 0.0, 0.45), "accent"),
    Part("coil", spiral(0.0, 0.0, 0.33, 1.8, 0.1, 0.06), "dark", line=False),
]
PETALS = [
    Part("petal", ellipse(-0.22, -0.1, 0.3, 0.17, 40), "base", Joint((0.0, 0.1), 15)),
    Part("petal", ellipse(0.22, -0.1, 0.3, 0.17, -40), "base", Joint((0.0, 0.1), 20)),
]
HOOK = [Part("hook", stroke((-0.3, 0.4), (-0.34, -0.3), (0.1, -0.42), (0.36, -0.1), width=0.14))]
FAN = [Part("fan", rounded((0.4, 0.0), (-0.3, -0.42), (-0.18, 0.0), (-0.3, 0.42), cut=0.14), "accent")]

# One more would change every scene, and the shipped weights and the stored outputs rest on the scenes as they are.
# Drawn at a quarter of the animals' size, so the line is wider in proportion: on paper it is the same pen.
CLUTTER: tuple[Figure, ...] = tuple(
    Figure(parts, line_width=0.08)
    for parts in (STONE, LEAF, TWIG, MUSHROOM, FLOWER, STAR, EAR, DISC, BEAD, COIL, PETALS, HOOK, FAN)
)

# Large enough to hide an animal, and drawn with the animals' pen.
THINGS: dict[str, Figure] = {
    "stone": Figure(STONE),
    "leaf": Figure(LEAF),
    "mushroom": Figure(MUSHROOM),
    "flower": Figure(FLOWER),
    "star": Figure(STAR),
    "ball": Figure(DISC),
}
