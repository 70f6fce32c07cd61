"""A figure is a list of parts in painter's order; here it becomes points that can be posed in one go."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from .shapes import Outline, Point, ellipse, outset

Tone = Literal["base", "dark", "light", "accent", "line", "white"]
TONES: tuple[Tone, ...] = ("base", "dark", "light", "accent", "line", "white")
MOST_JOINTS = 9
MOST_POLYGONS = 127  # an index is a byte, and its highest bit says that a pattern crosses it


@dataclass(frozen=True)
class Joint:
    """A point about which parts turn by up to `swing` degrees either way, all that share it together."""

    at: Point
    swing: float


@dataclass(frozen=True, eq=False)
class Part:
    """One flat shape: the name it goes by (several shapes may share one), its outline, tone and joint.

    `line=False` leaves out the dark line around it, for markings that lie on another shape.
    """

    name: str
    outline: Outline
    tone: Tone = "base"
    joint: Joint | None = None
    line: bool = True


@dataclass(frozen=True, eq=False)
class Pose:
    """How a figure stands: mirrored or not, turned (radians), stretched.

    `swings` (1 + MOST_JOINTS,) in [-1, 1] holds what share of its swing each joint turns; surplus ones are ignored.
    """

    mirror: bool
    turn: float
    stretch: float
    swings: NDArray[np.float64]

    def place(self, points: Outline) -> Outline:
        """Stretch, mirror and turn the points; bending the joints is the figure's own business."""
        across = -self.stretch if self.mirror else self.stretch
        turned: Outline = (points.real * across + 1j * (points.imag / self.stretch)) * np.exp(1j * self.turn)
        return turned


class Figure:
    """A list of parts, compiled: every outline in one array, ready to be posed by a few array operations.

    Attributes:
        names: the part names, in painter's order of their first shape.
        spans: (start, stop, index) of each polygon in `points`, in painter's order; the indices count from 1.
        tones: index - 1 -> position in TONES.
        owner: index - 1 -> position in `names`.
        parts: the parts that it was made of.
        joints: what they turn about; the first never turns.
        frame: the figure whose box, in the same pose, is taken for this one's; None for its own. Figures in one
            frame are equally large and stand in the same place, and the joints that they share turn alike.

    Raises:
        ValueError: there are more than MOST_POLYGONS outlines, each line around a part being one, or more than
            MOST_JOINTS joints.
    """

    def __init__(self, parts: Sequence[Part], line_width: float = 0.026, frame: "Figure | None" = None) -> None:
        polygons: list[tuple[Part, Outline, Tone]] = []
        for part in parts:
            if part.line:
                polygons.append((part, outset(part.outline, line_width), "line"))
            polygons.append((part, part.outline, part.tone))
        # Parts without a joint hang on one that never turns, so that all points bend alike.
        stiff = Joint((0.0, 0.0), 0.0)
        # The frame's joints come first: it is a joint's position that says which roll turns it.
        first = (stiff,) if frame is None else frame.joints
        joints = list(dict.fromkeys([*first, *(part.joint for part in parts if part.joint is not None)]))
        if len(polygons) > MOST_POLYGONS or len(joints) > 1 + MOST_JOINTS:
            raise ValueError(
                f"a figure has at most {MOST_POLYGONS} outlines (a part with a line has two) and {MOST_JOINTS} joints, "
                f"got {len(polygons)} and {len(joints) - 1}."
            )
        lengths = [len(outline) for _, outline, _ in polygons]
        stops = np.cumsum(lengths).tolist()

        self.parts, self.line_width, self.frame = tuple(parts), line_width, frame
        self.joints: tuple[Joint, ...] = tuple(joints)
        self.names = tuple(dict.fromkeys(part.name for part in parts))
        self.spans = [(a, b, i) for i, (a, b) in enumerate(zip([0, *stops], stops, strict=False), start=1)]
        self.tones = np.array([TONES.index(tone) for _, _, tone in polygons])
        self.owner = np.array([self.names.index(part.name) for part, _, _ in polygons], dtype=np.uint8)
        self._swing = 1j * np.radians([joint.swing for joint in joints])
        self._joint = np.repeat([joints.index(part.joint or stiff) for part, _, _ in polygons], lengths)
        self._rest = np.concatenate([outline for _, outline, _ in polygons])
        self._lever = self._rest - np.array([complex(*joint.at) for joint in joints])[self._joint]

    def posed(self, pose: Pose) -> Outline:
        """All points of the figure in the pose."""
        bend = np.exp(self._swing * pose.swings[: len(self._swing)]) - 1
        return pose.place(self._rest + self._lever * bend[self._joint])


def eye(x: float, y: float, radius: float, joint: Joint | None = None, name: str = "head") -> list[Part]:
    """A round eye that looks a little ahead and up, with a glint; it counts as part of the head."""
    return [
        Part(name, ellipse(x, y, radius, corners=20), "line", joint, line=False),
        Part(name, ellipse(x, y, radius * 0.78, corners=20), "white", joint, line=False),
        Part(name, ellipse(x + radius * 0.18, y, radius * 0.58, corners=16), "line", joint, line=False),
        Part(
            name,
            ellipse(x + radius * 0.36, y - radius * 0.26, radius * 0.2, corners=10),
            "white",
            joint,
            line=False,
        ),
    ]
