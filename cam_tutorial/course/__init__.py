"""One room a notebook, for what belongs to that notebook alone: `n02_class_activation_mapping/` and so on.

A room holds a file an exercise (`e1_the_map.py` is 2.1: cases, hints, solution, mistakes) and, where several of them
share something, a `material.py`; `material.py` and `gluing.py` here have what several rooms share. No room imports
another. An exercise's file is as long as its list of mistakes, most of it a table, also over 300 lines.
"""

from pathlib import Path

from cam_tutorial import extras

extras.need(__name__, "anywidget", "IPython", "ipywidgets", "matplotlib", "scipy", "skimage", "traitlets")

from cam_tutorial.practice.catalog import Catalog

catalog = Catalog(__name__, Path(__file__).parent)
