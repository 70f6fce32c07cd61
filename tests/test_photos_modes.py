"""A picture of any mode is seen as an eye sees it: upright, over white, scaled from 16 bits, in sRGB."""

import io
import struct
import warnings
import zlib

import numpy as np
import pytest
from picture_files import saved
from PIL import Image, ImageCms, ImageOps

from cam_tutorial.photos import open_photo

HALF = 102  # of 255: two fifths opaque
PINK = [255, 153, 153]  # red that is two fifths opaque, over white: 255, and 0.6 of 255


def pixels(photo) -> list:
    return np.asarray(open_photo(photo)).tolist()


def png(width, height, depth, color, rows, *, clear=b"") -> bytes:
    """A PNG of any depth, by hand: Pillow writes no color in 16 bits."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + row for row in rows))
    parts = [chunk(b"IHDR", head), chunk(b"tRNS", clear) if clear else b"", chunk(b"IDAT", data), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


# --- Over white ---


def palette(alpha: bytes | int) -> bytes:
    picture = Image.new("P", (2, 1))
    picture.putpalette([255, 0, 0, 0, 0, 255])
    picture.putpixel((1, 0), 1)
    return saved(picture, transparency=alpha)


def palette_and_alpha() -> Image.Image:
    picture = Image.new("PA", (1, 1), (0, HALF))
    picture.putpalette([255, 0, 0])
    return picture


@pytest.mark.parametrize(
    ("photo", "expected"),
    [
        (Image.new("RGBA", (1, 1), (255, 0, 0, HALF)), [PINK]),
        (saved(Image.new("RGBA", (1, 1), (255, 0, 0, HALF))), [PINK]),
        (saved(Image.new("RGBA", (1, 1), (255, 0, 0, 0))), [[255, 255, 255]]),
        (saved(Image.new("RGBA", (1, 1), (255, 0, 0, HALF)), "WEBP", lossless=True), [PINK]),
        (Image.new("RGBa", (1, 1), (102, 0, 0, HALF)), [PINK]),
        (Image.new("LA", (1, 1), (0, HALF)), [[153, 153, 153]]),
        (Image.new("LA", (1, 1), (0, HALF)).convert("La"), [[153, 153, 153]]),
        (palette_and_alpha(), [PINK]),
        (palette(0), [[255, 255, 255], [0, 0, 255]]),
        (palette(bytes([HALF, 255])), [PINK, [0, 0, 255]]),
        (saved(Image.new("RGB", (1, 1), (1, 2, 3)), transparency=(1, 2, 3)), [[255, 255, 255]]),
        (saved(Image.new("RGB", (1, 1), (1, 2, 3)), transparency=(3, 2, 1)), [[1, 2, 3]]),
        (saved(Image.new("L", (1, 1), 7), transparency=7), [[255, 255, 255]]),
        (saved(Image.new("1", (1, 1), 0), transparency=0), [[255, 255, 255]]),
        (saved(Image.new("L", (1, 1), 7), "GIF", transparency=7), [[255, 255, 255]]),
        (png(2, 1, 16, 0, [b"\x00\x05\x12\x34"], clear=b"\x12\x34"), [[0, 0, 0], [255, 255, 255]]),
        (png(2, 1, 16, 2, [bytes.fromhex("123400000000 12FF00000001")], clear=b"\x12\x34\0\0\0\0"), None),
    ],
)
def test_what_is_transparent_is_white(photo, expected):
    if expected is None:  # 16 bits of color come as 8: the transparent color is white, and so are its neighbors
        assert pixels(photo)[0][0] == [255, 255, 255]
    else:
        np.testing.assert_allclose(pixels(photo)[0], expected, atol=1)


# --- More than 8 bits ---

RAMP = np.arange(256, dtype=np.uint16).reshape(16, 16)
DEEP = RAMP * 257  # 0 to 65,535


@pytest.mark.parametrize(
    "photo",
    [
        saved(Image.fromarray(DEEP)),
        saved(Image.fromarray(DEEP), "TIFF"),
        saved(Image.fromarray(DEEP.astype(np.int32)), "TIFF"),
        saved(Image.fromarray(DEEP.astype(np.int32)), "PPM"),
        saved(Image.fromarray(RAMP.astype(np.float32) / 255), "TIFF"),
        Image.open(io.BytesIO(saved(Image.fromarray(DEEP)))),
        Image.fromarray(DEEP),
        Image.fromarray(DEEP.astype(np.int32)),
        Image.fromarray(RAMP.astype(np.int32)),  # as `convert("I")` makes them of 8 bits
        Image.fromarray(RAMP.astype(np.float32)),  # and `convert("F")`
        Image.fromarray(RAMP.astype(np.float32) / 255),
        png(16, 16, 16, 0, [row.astype(">u2").tobytes() for row in DEEP]),
        png(16, 16, 16, 2, [row.astype(">u2").repeat(3).tobytes() for row in DEEP]),
    ],
)
def test_more_than_8_bits_are_scaled_and_not_cut_off(photo):
    expected = np.repeat(RAMP[..., None], 3, axis=2)
    np.testing.assert_array_equal(np.asarray(open_photo(photo)), expected)


def test_a_dark_picture_of_16_bits_stays_dark():
    assert pixels(saved(Image.fromarray(np.full((1, 1), 200, np.uint16)))) == [[[1, 1, 1]]]  # 200 / 257


def test_a_tiff_of_12_bits_says_so():
    tags = [(256, 3, 1, 2), (257, 3, 1, 1), (258, 3, 1, 12), (259, 3, 1, 1), (262, 3, 1, 1)]
    tags += [(273, 4, 1, 8), (277, 3, 1, 1), (278, 3, 1, 1), (279, 4, 1, 3)]
    rows = b"".join(struct.pack("<HHLL", *tag) for tag in tags)
    data = b"II*\0" + struct.pack("<L", 12) + b"\xff\xf8\x00\0" + struct.pack("<H", len(tags)) + rows + b"\0\0\0\0"
    assert pixels(data) == [[[255] * 3, [128] * 3]]  # 4095 and 2048 of 4095


@pytest.mark.parametrize(
    ("values", "range"),
    [([[-1.0, 0.5]], "-1 to 0.5"), ([[0.0, 1e6]], "0 to 1e"), ([[np.nan, 0.5]], "nan to nan")],
)
def test_numbers_that_are_no_brightness_are_refused(values, range):
    with pytest.raises(ValueError, match=rf"numbers from {range}.*: scale them to \[0, 1\]"):
        open_photo(Image.fromarray(np.array(values, np.float32)))


# --- Colors ---


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBX", "CMYK", "YCbCr", "HSV", "LAB"])
def test_every_mode_becomes_what_pillow_makes_of_it(mode):
    colors = Image.fromarray(np.random.default_rng(0).integers(0, 256, (4, 5, 3), np.uint8))
    picture = colors.convert("RGB" if mode == "RGBX" else mode)
    picture = picture.convert(mode)
    before = picture.tobytes()
    opened = open_photo(picture)
    assert opened.mode == "RGB" and opened.size == (5, 4) and opened is not picture
    assert np.array_equal(np.asarray(opened), np.asarray(picture.convert("RGB")))
    opened.putpixel((0, 0), (9, 9, 9))
    assert picture.tobytes() == before


def test_a_jpeg_for_print_is_not_inverted():
    photo = saved(Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "JPEG", quality=95)  # red, as Adobe writes it: inverted
    np.testing.assert_allclose(pixels(photo)[0][0], [255, 0, 0], atol=4)


def swapped_profile() -> bytes:
    """A color profile whose red is blue: sRGB's, with the entries of both in its table of tags exchanged."""
    data = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = data.replace(b"\0s\0R\0G\0B", b"\0m\0i\0n\0e")  # its name
    return data.replace(b"rXYZ", b"----").replace(b"bXYZ", b"rXYZ").replace(b"----", b"bXYZ")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP"])
def test_colors_of_another_profile_are_converted(kind):
    red = Image.new("RGB", (8, 8), (255, 0, 0))
    photo = saved(red, kind, icc_profile=swapped_profile())
    np.testing.assert_allclose(pixels(photo)[0][0], [0, 0, 255], atol=6)
    assert pixels(open_photo(photo)) == pixels(photo)  # once


def test_a_profile_that_is_damaged_or_of_another_kind_of_color_is_left_aside():
    red = Image.new("RGB", (1, 1), (255, 0, 0))
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for profile in (b"no profile", swapped_profile()[:200], lab, srgb):
        assert pixels(saved(red, icc_profile=profile)) == [[[255, 0, 0]]]


# --- Upright ---

CORNERS = Image.fromarray(np.arange(18, dtype=np.uint8).reshape(2, 3, 3))


def exif(kind: int, count: int, value: bytes, more: tuple[int, int, int] | None = None, data: bytes = b"") -> bytes:
    """EXIF with an orientation of any type and, where asked for, another entry whose data follow."""
    entries = struct.pack(">HHL", 274, kind, count) + value.ljust(4, b"\0")
    if more:
        entries += struct.pack(">HHLL", *more, 38)
    return b"Exif\0\0MM\0*" + struct.pack(">LH", 8, 1 + bool(more)) + entries + struct.pack(">L", 0) + data


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF"])
def test_a_photo_is_put_upright_whatever_it_comes_as(orientation, kind):
    tags = Image.Exif()
    tags[0x0112] = orientation
    data = saved(CORNERS, kind, exif=tags, **({"lossless": True} if kind == "WEBP" else {}))
    expected = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(data)))).tolist()
    assert pixels(data) == expected
    assert pixels(Image.open(io.BytesIO(data))) == expected  # opened by the user
    assert pixels(open_photo(data)) == expected  # turned once


def test_a_phone_that_was_turned_by_hand():
    """6 says that the first row is the right side: the upper left corner belongs at the upper right."""
    tags = Image.Exif()
    tags[0x0112] = 6
    first = np.asarray(CORNERS)[0, 0].tolist()
    assert pixels(saved(CORNERS, exif=tags))[0][-1] == first


@pytest.mark.parametrize(
    ("tags", "turned"),
    [
        (exif(3, 1, b"\0\6", (288, 5, 1), struct.pack(">LL", 72, 1)), True),  # an offset that is a fraction
        (exif(3, 1, b"\0\6", (282, 2, 8), b"72 dpi \0"), True),  # a fraction that is text
        (exif(3, 1, b"\0\0"), False),
        (exif(3, 1, b"\0\x09"), False),
        (exif(3, 1, b"\xff\xff"), False),
        (exif(2, 2, b"6\0"), False),  # text
        (exif(3, 2, b"\0\6\0\6"), True),  # two of them, of which the first counts
        (exif(5, 1, struct.pack(">L", 26), None, struct.pack(">LL", 6, 0)), False),  # six noughths
        (exif(3, 1, b"\0\6")[:20], False),  # cut off
        (b"Exif\0\0no exif at all", False),
        (b"Exif\0\0", False),
    ],
)
@pytest.mark.parametrize("opened", [False, True])
def test_odd_exif_is_no_error(tags, turned, opened):
    data = saved(Image.new("RGB", (40, 20)), "JPEG", exif=tags)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # which Pillow gives to whoever opens the file
        photo = Image.open(io.BytesIO(data)) if opened else data
    assert open_photo(photo).size == ((20, 40) if turned else (40, 20))


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "JPEG"])
def test_exif_that_is_none_is_no_error(kind):
    """Of a PNG, Pillow raises a SyntaxError where it is asked for EXIF."""
    assert open_photo(saved(Image.new("RGB", (40, 20)), kind, exif=b"Exif\0\0no exif at all")).size == (40, 20)


def test_what_pillow_cannot_convert_is_a_sentence():
    picture = Image.new("P", (2, 2))
    picture.info["transparency"] = (1, 2, 3)  # of a palette, one of its numbers would be right
    with pytest.raises(ValueError, match=r"a picture of mode P cannot be made RGB here \(Transparency for P mode"):
        open_photo(picture)
