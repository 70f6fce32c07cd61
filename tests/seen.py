"""What one sees of a drawing that has no ground of its own."""

import numpy as np
from PIL import Image, ImageColor

Color = str | tuple[int, ...]


def on_white(picture: Image.Image) -> np.ndarray:
    """A picture on a white page, (H, W, 3)."""
    page = Image.new("RGBA", picture.size, "white")
    return np.asarray(Image.alpha_composite(page, picture.convert("RGBA")).convert("RGB"))


def shade(color: Color) -> np.ndarray:
    """A color on a white page, (3,)."""
    tone = ImageColor.getcolor(color, "RGBA") if isinstance(color, str) else color
    return on_white(Image.new("RGBA", (1, 1), tone))[0, 0]
