"""The Tiny Zoo: drawn scenes with cartoon animals, in which the truth is known to the pixel.

A scene comes from its seed and holds the exact mask of every animal and of every one of its parts. Colors,
patterns, pose, size, place and background say nothing about the species; only the shape does.
"""

from .company import Company
from .drawing import Scene
from .kinds import DIFFERS, KINDS
from .scenes import batch, preprocess, scene, scenes_of
from .species import ANIMALS, NEWCOMERS, SPECIES, chimera
from .style import STYLES
from .tag import tag, tag_mask
from .truth import Animal, Thing

__all__ = [
    "ANIMALS",
    "DIFFERS",
    "KINDS",
    "NEWCOMERS",
    "SPECIES",
    "STYLES",
    "Animal",
    "Company",
    "Scene",
    "Thing",
    "batch",
    "chimera",
    "preprocess",
    "scene",
    "scenes_of",
    "tag",
    "tag_mask",
]
