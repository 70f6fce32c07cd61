"""The Tiny Zoo: drawn scenes with cartoon animals, in which the truth is known to the pixel.

A scene comes from its seed and holds the exact mask of every animal and of every one of its parts. Colors,
patterns, pose, size, place and background say nothing about the species; only the shape does.
"""

from .animals import ANIMALS
from .scenes import Animal, Scene, batch, preprocess, scene
from .tag import tag, tag_mask

__all__ = ["ANIMALS", "Animal", "Scene", "batch", "preprocess", "scene", "tag", "tag_mask"]
