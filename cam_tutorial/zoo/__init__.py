"""The Tiny Zoo: drawn scenes with cartoon animals, in which the truth is known to the pixel.

A scene comes from its seed and holds the exact mask of every animal and of every one of its parts. Colors,
patterns, pose, size, place and background say nothing about the species; only the shape does.
"""

from .clips import ACTIONS, Clip, clip
from .company import Company
from .drawing import Scene
from .kinds import DIFFERS, KINDS
from .looks import COLORS
from .scenes import batch, preprocess, scene, scenes_of
from .species import ANIMALS, NEWCOMERS, SPECIES, chimera
from .style import STYLES
from .tag import tag, tag_mask
from .truth import Animal, Thing
from .words import RELATIONS, Question, caption, phrase, questions, relation

__all__ = [
    "ACTIONS",
    "ANIMALS",
    "COLORS",
    "DIFFERS",
    "KINDS",
    "NEWCOMERS",
    "RELATIONS",
    "SPECIES",
    "STYLES",
    "Animal",
    "Clip",
    "Company",
    "Question",
    "Scene",
    "Thing",
    "batch",
    "caption",
    "chimera",
    "clip",
    "phrase",
    "preprocess",
    "questions",
    "relation",
    "scene",
    "scenes_of",
    "tag",
    "tag_mask",
]
