"""Chimeras: one animal's figure with a part of another's."""

from dataclasses import replace

import numpy as np

from .figures import Figure, Part


def grafted(body: Figure, part: str, donor: Figure) -> Figure:
    """`body` with the donor's part of this name in place of its own, or on top of it if it has none.

    The middle of the new part lies where the middle of the old one lay; a part that is on top lies on the middle of
    the body's part "body", or of the whole body if it has none. The new shapes take the places of the old ones in
    painter's order and turn with them. The frame is the body's: nothing else changes.
    """
    new = [shape for shape in donor.parts if shape.name == part]
    places = [i for i, shape in enumerate(body.parts) if shape.name == part]
    old = [body.parts[i] for i in places]
    over = old or [shape for shape in body.parts if shape.name == "body"] or list(body.parts)
    shift = _middle(over) - _middle(new)
    # Joint for joint as far as they go: a cat's one neck moves both of a rabbit's ears.
    joints, own = (list(dict.fromkeys(shape.joint for shape in shapes)) for shapes in (new, old or over[:1]))
    hung = [
        replace(shape, outline=shape.outline + shift, joint=own[min(joints.index(shape.joint), len(own) - 1)])
        for shape in new
    ]

    layers = [[] if i in places else [shape] for i, shape in enumerate(body.parts)]
    if not places:
        layers.append([])
        places = [len(body.parts)]
    for i, shape in enumerate(hung):
        layers[places[min(i, len(places) - 1)]].append(shape)
    return Figure([shape for layer in layers for shape in layer], body.line_width, frame=body.frame or body)


def _middle(shapes: list[Part]) -> complex:
    """The middle of the box around the shapes at rest."""
    points = np.concatenate([shape.outline for shape in shapes])
    left, right, top, bottom = points.real.min(), points.real.max(), points.imag.min(), points.imag.max()
    return complex(left + right, top + bottom) / 2
