"""Look-alikes: kinds of one species that differ in one small part alone, to the pixel.

Each kind is the species' own drawing with that part drawn another way. All kinds of a species stand in one frame, the
drawing that has all their forms of the part at once: so they are equally large, stand in the same place, and none
leaves the room that a scene makes for it.
"""

from collections.abc import Sequence

from .animals import BIRD, BIRD_HEAD, CAT, TAIL
from .figures import Figure, Joint, Part, Tone
from .shapes import Outline, ellipse, rounded, stroke

DIFFERS: dict[str, str] = {"bird": "beak", "cat": "tail"}
"""Species -> the one part in which its kinds differ."""


def _form(name: str, joint: Joint, *shapes: tuple[Outline, Tone]) -> list[Part]:
    return [Part(name, outline, tone, joint) for outline, tone in shapes]


BEAKS: dict[str, list[Part]] = {
    "finch": _form("beak", BIRD_HEAD, (rounded((0.3, -0.28), (0.47, -0.13), (0.3, -0.02), cut=0.12), "accent")),
    "curlew": _form(
        "beak",
        BIRD_HEAD,
        (stroke((0.3, -0.17), (0.44, -0.18), (0.54, -0.1), (0.55, 0.06), width=0.08, tip=0.03), "accent"),
    ),
    "spoonbill": _form(
        "beak",
        BIRD_HEAD,
        (
            rounded(
                *((0.3, -0.2), (0.42, -0.17), (0.5, -0.21), (0.58, -0.15), (0.57, -0.05), (0.48, -0.05)),
                *((0.42, -0.11), (0.3, -0.1)),
                cut=0.2,
            ),
            "accent",
        ),
    ),
    "parrot": _form(
        "beak",
        BIRD_HEAD,
        (
            rounded(
                *((0.28, -0.28), (0.42, -0.28), (0.51, -0.17), (0.49, 0.02), (0.43, -0.08), (0.3, -0.04)),
                cut=0.18,
            ),
            "accent",
        ),
    ),
}

TAILS: dict[str, list[Part]] = {
    "manx": _form("tail", TAIL, (stroke((-0.27, 0.12), (-0.36, 0.05), width=0.11), "base")),
    "siamese": _form(
        "tail",
        TAIL,
        (stroke((-0.27, 0.12), (-0.46, 0.1), (-0.5, -0.18), (-0.4, -0.36), width=0.065, tip=0.04), "base"),
    ),
    "angora": _form(
        "tail",
        TAIL,
        (
            rounded(
                *((-0.25, 0.16), (-0.42, 0.14), (-0.54, -0.06), (-0.47, -0.36), (-0.34, -0.26)),
                *((-0.36, -0.06), (-0.25, 0.06)),
                cut=0.22,
            ),
            "base",
        ),
    ),
    "lioness": _form(
        "tail",
        TAIL,
        (stroke((-0.27, 0.12), (-0.46, 0.1), (-0.5, -0.12), (-0.45, -0.26), width=0.06, tip=0.05), "base"),
        (ellipse(-0.43, -0.29, 0.06, 0.085, 30), "dark"),
    ),
}

KINDS: dict[str, tuple[str, ...]] = {"bird": tuple(BEAKS), "cat": tuple(TAILS)}
"""Species -> its kinds, species too: a seed drawn as two of them differs in the part that `DIFFERS` names alone."""


def figures_of(parts: Sequence[Part], forms: dict[str, list[Part]]) -> dict[str, Figure]:
    """Name -> figure of the kinds of a species, drawn with `parts`, that have these forms of a part."""
    frame = Figure(_with(parts, [part for form in forms.values() for part in form]))
    return {name: Figure(_with(parts, form), frame=frame) for name, form in forms.items()}


def _with(parts: Sequence[Part], form: Sequence[Part]) -> list[Part]:
    """The parts with the form in the place of those that go by its name."""
    first = next(i for i, part in enumerate(parts) if part.name == form[0].name)
    rest = [part for part in parts if part.name != form[0].name]
    return [*rest[:first], *form, *rest[first:]]


KIND_FIGURES: dict[str, Figure] = {**figures_of(BIRD, BEAKS), **figures_of(CAT, TAILS)}
