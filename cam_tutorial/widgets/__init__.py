"""Things to drag: pictures that a slider, a list or a button changes while one looks.

    explore_scenes   notebook 00: pick a scene and a class, see the map
    move_animal      notebook 01: move an animal, watch the probabilities
    mix_maps         notebook 02: mix the feature maps by their weights, one by one
    choose_layer     notebook 03: Grad-CAM at one layer after the other
    choose_rule      notebook 04: the gradient at the input by one backward rule after the other
    choose_threshold notebook 05: from where on a map counts, the box that follows and its IoU
    randomize_layers notebook 06: forget layer after layer, see which method's map notices
    paint_over       notebook 06: hide a square of the scene, watch the score and the map

They are made of the controls that every ipywidgets has, so that they work in JupyterLab, Notebook 7, VS Code, Colab and
Binder; what those leave out for screen readers, and a note for the next day, comes from `cam_tutorial.live`. Where they
cannot work they degrade: what a cell puts out holds, beside the live view, the first picture with its description.
Front ends take the richest kind that they can show, so with a kernel that is the live view; a notebook stored without
widget views, as this course's are, and viewers without widgets (GitHub, nbviewer, nbconvert) show the picture.

A drag cannot pile up work: ipywidgets sends the next value when the kernel is done with the last one, and only the
newest.
"""

from cam_tutorial import extras

extras.need(__name__, "ipywidgets", "matplotlib", "scipy", "traitlets")

from .choosing_layer import choose_layer
from .choosing_rule import choose_rule
from .choosing_threshold import choose_threshold
from .core import Explorer
from .exploring_scenes import explore_scenes
from .mixing_maps import mix_maps
from .moving_animal import move_animal
from .painting_over import paint_over
from .randomizing_layers import randomize_layers

__all__ = [
    "Explorer",
    "choose_layer",
    "choose_rule",
    "choose_threshold",
    "explore_scenes",
    "mix_maps",
    "move_animal",
    "paint_over",
    "randomize_layers",
]
