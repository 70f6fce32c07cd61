"""A picture of any mode that Pillow knows -> RGB as an eye sees it: upright, over white, from 16 bits, in sRGB."""

import io
from typing import Any

import numpy as np
from PIL import Image, ImageCms

ORIENTATION = 0x0112  # EXIF's tag for how the camera was held
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
SIXTEEN_BITS = 65535


def upright_rgb(picture: Image.Image) -> Image.Image:
    """A new RGB picture of the same scene; Pillow's own `convert` does the plain cases, and this the others.

    - EXIF's orientation is applied, and left out of the result, so that nothing turns it twice.
    - What is transparent shows white, whatever color is hidden beneath it.
    - Gray of 16 bits and of floating point is scaled to 8 bits, where `convert` would cut it off at 255.
    - Colors of another profile than sRGB are converted to sRGB, which networks were trained on.

    Args:
        picture: of any mode, and already loaded; it stays as it is.

    Raises:
        ValueError: its numbers have no plain meaning as brightness, or Pillow cannot convert its mode.
    """
    turn = TURNS.get(_orientation(picture))
    deep = picture.mode in ("I", "F") or picture.mode.startswith("I;16")
    gray_or_color = _eight_bits(picture) if deep else picture
    try:
        opaque = _over_white(gray_or_color) if gray_or_color.has_transparency_data else gray_or_color
        upright = _srgb(opaque)
    except (ValueError, TypeError, ImportError) as error:  # ImportError: a Pillow without the library for LAB
        raise ValueError(f"a picture of mode {picture.mode} cannot be made RGB here ({error})") from error
    if turn is not None:
        upright = upright.transpose(turn)
    upright.info.clear()
    return upright


def _orientation(picture: Image.Image) -> int:
    try:
        value: Any = picture.getexif().get(ORIENTATION)
    except Exception:  # damaged EXIF fails in many ways; the picture beside it is as good as before
        return 1
    return value if isinstance(value, int) else 1


def _eight_bits(picture: Image.Image) -> Image.Image:
    """Gray of 16 or 32 bits or of floating point, in 8: L, or LA where one value is transparent."""
    values = np.asarray(picture)
    highest = _highest(picture, values)
    gray = Image.fromarray(np.round(values * np.float32(255 / highest)).astype(np.uint8))
    clear = picture.info.get("transparency")
    if isinstance(clear, int):
        gray.putalpha(Image.fromarray(np.where(values == clear, 0, 255).astype(np.uint8)))
    if "icc_profile" in picture.info:
        gray.info["icc_profile"] = picture.info["icc_profile"]
    return gray


def _highest(picture: Image.Image, values: np.ndarray) -> int:
    """The value that stands for white: known from the mode or the file, else the smallest range that holds all values.

    Pillow has no range of its own for its modes I and F: they hold 16 bits from a PNG, and 8 after `convert("I")`.

    Raises:
        ValueError: the values fit none of the ranges.
    """
    if picture.mode.startswith("I;16") or (picture.mode == "I" and picture.format in ("PNG", "PPM")):
        bits_per_sample = getattr(picture, "tag_v2", {}).get(258)  # where it is a TIFF
        return 4095 if bits_per_sample in (12, (12,)) else SIXTEEN_BITS
    low, high = values.min(), values.max()
    ranges = (255, SIXTEEN_BITS) if picture.mode == "I" else (1, 255, SIXTEEN_BITS)
    fitting = [highest for highest in ranges if low >= 0 and high <= highest]  # none for NaN
    if not fitting:
        raise ValueError(
            f"the picture holds numbers from {low:.6g} to {high:.6g}, which are no brightness from 0 to "
            f"{SIXTEEN_BITS}: scale them to [0, 1] and give them as an array"
        )
    return fitting[0]


def _over_white(picture: Image.Image) -> Image.Image:
    if picture.mode == "La":
        picture = picture.convert("LA")  # Pillow knows no way from La to RGBA
    key = picture.info.get("transparency")
    if picture.mode == "RGB" and isinstance(key, tuple) and max(key) > 255:
        # The colors of a PNG of 16 bits come in 8, but the one that is transparent in 16.
        picture = picture.copy()
        picture.info["transparency"] = tuple(value >> 8 for value in key)
    colors = picture.convert("RGBA")
    opaque = Image.new("RGB", picture.size, "white")
    opaque.paste(colors, mask=colors)
    if "icc_profile" in picture.info:
        opaque.info["icc_profile"] = picture.info["icc_profile"]
    return opaque


def _srgb(picture: Image.Image) -> Image.Image:
    """A new RGB picture; by the color profile where there is one, and as if it were sRGB where it is damaged."""
    data = picture.info.get("icc_profile")
    if picture.mode in ("P", "RGBX"):
        picture = picture.convert("RGB")
    if data:
        try:
            profile = ImageCms.ImageCmsProfile(io.BytesIO(data))
            if "srgb" not in ImageCms.getProfileDescription(profile).lower():
                srgb = ImageCms.createProfile("sRGB")
                converted = ImageCms.profileToProfile(picture, profile, srgb, outputMode="RGB")
                if converted is not None:  # which it never is, but in place
                    return converted
        except (ImageCms.PyCMSError, OSError, ImportError, ValueError, TypeError):
            pass  # a damaged profile, one of other colors than the picture's, or a Pillow without the library
    return picture.convert("RGB")
