"""A small picture of random colors, and the bytes of its file."""

import io

import numpy as np
from PIL import Image

PIXELS = np.random.default_rng(0).integers(0, 256, (4, 6, 3), np.uint8)
PICTURE = Image.fromarray(PIXELS)


def saved(picture, kind="PNG", **options) -> bytes:
    """The bytes of the file that Pillow writes."""
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


DATA = saved(PICTURE)
