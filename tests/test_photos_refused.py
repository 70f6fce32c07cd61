"""What holds no photograph is refused in one sentence, before much is read; Pillow stays as it is set."""

import io
import os
import struct
import sys
import threading
import time
import types
import warnings
import zlib
from pathlib import Path

import numpy as np
import pytest
import torch
from picture_files import DATA, saved
from PIL import Image, ImageFile

from cam_tutorial.photos import open_photo


@pytest.fixture
def file(tmp_path) -> Path:
    path = tmp_path / "a cat ä.png"
    path.write_bytes(DATA)
    return path


def refusal(photo, error=ValueError) -> str:
    with pytest.raises(error) as caught:
        open_photo(photo)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_missing_photo_is_asked_back_about(file):
    folder = file.parent
    missing = refusal(folder / "a cat a.png", FileNotFoundError)
    assert missing == f"there is no photo at {folder / 'a cat a.png'}; did you mean 'a cat ä.png'?"
    assert f"there is no folder {folder / 'no'}" in refusal(folder / "no" / "cat.png", FileNotFoundError)
    assert len(refusal("A" * 100_000, FileNotFoundError)) < 1000
    for odd in ("two\nlines.png", "nul\0.png", "~nobody/cat.png"):
        assert "there is no photo at" in refusal(odd, FileNotFoundError)


def test_what_is_no_file_is_named(tmp_path, file):
    assert refusal(tmp_path, IsADirectoryError) == f"{tmp_path} is a folder: give one photo in it, such as a cat ä.png"
    (tmp_path / "empty").mkdir()
    assert refusal(f"{tmp_path}/empty/", IsADirectoryError).endswith("is a folder: give one photo")
    for address in ("https://example.com/cat.jpg", Path("https://example.com/cat.jpg"), "s3://bucket/cat.jpg"):
        assert refusal(address).endswith("is an address and no file: download it first, then give the path of the file")
    assert len(refusal("data:image/png;base64," + "A" * 10_000)) < 400
    for nothing in ("", "  "):
        assert refusal(nothing) == "the path of the photo is empty"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has neither")
def test_a_pipe_and_a_link_that_leads_nowhere(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert "no ordinary file, but a pipe or a device" in refusal(tmp_path / "pipe", OSError)
    (tmp_path / "link.png").symlink_to(tmp_path / "gone.png")
    assert refusal(tmp_path / "link.png", FileNotFoundError).endswith("it is a link to a file that is gone")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(file):
    file.chmod(0)
    assert "may not be read" in refusal(file, PermissionError)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP", "PPM", "JPEG2000", "AVIF"])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.7])
def test_a_photo_that_is_cut_off(tmp_path, kind, share):
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 256, (64, 64, 3), np.uint8))
    try:
        data = saved(noise, kind)
    except (KeyError, OSError):
        pytest.skip(f"this Pillow writes no {kind}")
    path = tmp_path / "cut.jpg"
    path.write_bytes(data[: int(share * len(data))])
    for photo in (path, path.read_bytes()):
        told = refusal(photo)
        assert ("cut off or damaged" in told and "again" in told) or "is no picture that can be read" in told
    if kind in ("JPEG", "PNG") and share > 0.1:
        with Image.open(path) as opened:  # by the user, who does not know yet
            assert "the picture is cut off or damaged (image file is truncated" in refusal(opened)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "x.jpg is empty: copy or download it again"),
        (b"no picture", "x.jpg is no picture that can be read: it is text"),
        (bytes(range(256)) * 3, "x.jpg is no picture that can be read"),
        (b"\n<!DOCTYPE html><html>", "it is a web page: open it in a browser and save the picture itself"),
        (b'<?xml version="1.0"?><svg xmlns="">', "it is a drawing in SVG: save it as PNG first"),
        (b"%PDF-1.7", "it is a PDF"),
        (b"PK\3\4....", "it is a ZIP archive: unpack it first"),
        (b"version https://git-lfs.github.com/spec/v1\n", "run 'git lfs pull'"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0isommp42", "it is a video"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "it is HEIC, which takes 'pip install pillow-heif'"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "it is HEIC, which takes 'pip install pillow-heif'"),
        (b"\x89PNG", "it begins like one and is cut off or damaged"),
    ],
)
def test_what_is_no_picture_is_told_by_its_first_bytes(tmp_path, monkeypatch, data, told):
    monkeypatch.setitem(sys.modules, "pillow_heif", None)  # not installed
    path = tmp_path / "x.jpg"
    path.write_bytes(data)
    assert told in refusal(path)
    assert told.replace("x.jpg", "the photo") in refusal(data)


def test_avif_names_its_plugin_where_pillow_cannot_read_it(monkeypatch):
    monkeypatch.setattr(Image, "registered_extensions", lambda: {".png": "PNG"})
    monkeypatch.setitem(sys.modules, "pillow_avif", None)
    data = b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf"
    assert "it is AVIF, which takes 'pip install pillow-avif-plugin'" in refusal(data)


def test_heic_is_read_where_its_plugin_is_installed(monkeypatch):
    """The plugin is not among what the tests install: one of the same interface stands for it."""

    class HeifFile(ImageFile.ImageFile):
        format = "HEIF"

        def _open(self):
            self._mode, self._size = "RGB", (1, 1)
            self.tile = [("raw", (0, 0, 1, 1), 24, ("RGB", 0, 1))]

    plugin = types.ModuleType("pillow_heif")

    def register_heif_opener():
        Image.register_open("HEIF", HeifFile, lambda prefix: prefix[4:12] == b"ftypheic")
        Image.register_extension("HEIF", ".heic")

    plugin.register_heif_opener = register_heif_opener
    monkeypatch.setitem(sys.modules, "pillow_heif", plugin)
    for registry in ("OPEN", "EXTENSION", "ID"):
        known = getattr(Image, registry)
        monkeypatch.setattr(Image, registry, known.copy())
    assert open_photo(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic\1\2\3").getpixel((0, 0)) == (1, 2, 3)


def header(width: int, height: int) -> bytes:
    """A PNG that claims to be as large as that, and has next to nothing in it."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 9)) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("size", "told"),
    [
        ((1, 5000), "the photo is a strip, 1 wide and 5000 high, of which a network would see the middle 0.0%"),
        ((5000, 20), "the photo is a strip, 5000 wide and 20 high, of which a network would see the middle 0.4%"),
        ((50_000, 50_000), "the photo has more than the 89 million pixels that PIL.Image.MAX_IMAGE_PIXELS allows"),
        ((12_000, 12_000), "the photo has more than the 89 million pixels"),  # which Pillow would warn of and read
        ((2**31 - 1, 2**31 - 1), "the photo has more than the 89 million pixels"),
    ],
)
def test_what_no_network_could_look_at_is_refused_before_it_is_read(monkeypatch, size, told):
    def read(*_):
        raise AssertionError("the pixels were read")

    monkeypatch.setattr(ImageFile.ImageFile, "load", read)
    assert told in refusal(header(*size))


def test_a_strip_is_one_in_any_form():
    for photo in (np.zeros((5000, 1)), torch.zeros(3, 1, 5000), Image.new("L", (1, 5000))):
        assert "is a strip" in refusal(photo)
    assert "has no pixels" in refusal(Image.new("L", (0, 5)))
    assert open_photo(np.zeros((1, 100))).size == (100, 1)


def test_pillows_own_limit_counts_and_nothing_of_pillows_is_changed(monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 12)
    assert "more than the 0 million pixels that PIL.Image.MAX_IMAGE_PIXELS allows" in refusal(DATA)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", None)  # no limit
    filters = list(warnings.filters)
    assert open_photo(DATA).size == (6, 4)
    assert Image.MAX_IMAGE_PIXELS is None and ImageFile.LOAD_TRUNCATED_IMAGES is False
    assert warnings.filters == filters


@pytest.mark.parametrize(
    ("photo", "error", "told"),
    [
        (None, TypeError, "a photo must be a path, .*got NoneType"),
        (7, TypeError, "got int"),
        (["a.jpg", "b.jpg"], TypeError, "got list"),
        ({"a": 1}, TypeError, "got dict"),
        (io.StringIO("text"), TypeError, r"opened for reading bytes, as open\(path, 'rb'\); got str"),
        ((), ValueError, "nothing is uploaded yet: choose a photo first"),
        ({}, ValueError, "nothing is uploaded yet"),
        ({"a.png": DATA, "b.png": DATA}, ValueError, "one photo is asked for, got an upload of 2: a.png, b.png"),
        ({"two\nlines.png": b""}, ValueError, "two.lines.png is empty"),
        (np.zeros((2, 4, 6, 3)), ValueError, r"photo must have the shape .*for the first of a batch write photo\[0\]"),
        (np.zeros((5, 6, 7)), ValueError, r"got \(5, 6, 7\)"),
        (np.zeros((4, 6), np.int64), TypeError, "photo must be of uint8"),
        (255 * np.ones((4, 6)), ValueError, r"photo must be in \[0, 1\], got values from 255 to 255; give it as"),
        (torch.randn(3, 99, 99), ValueError, r"before the network's preprocessing"),
        (np.array([["cat"]]), TypeError, "photo must be an array of numbers"),
    ],
)
def test_what_holds_no_photo_is_refused(photo, error, told):
    with pytest.raises(error, match=told) as caught:
        open_photo(photo)
    assert "\n" not in str(caught.value)


def test_files_that_cannot_be_read_from(file):
    with file.open(encoding="utf-8") as text:
        assert "must be opened for reading bytes" in refusal(text, TypeError)
    closed = io.BytesIO(DATA)
    closed.close()
    assert "open it again, with mode 'rb'" in refusal(closed)
    with Image.open(file) as picture:
        pass
    assert "the picture was closed before its pixels were read" in refusal(picture)


def test_only_one_thread_at_a_time_filters_warnings(monkeypatch):
    """Two that change and restore the process's filters by turns could leave them changed."""
    opening, inside, most = Image.open, [], []

    def slow(file):
        inside.append(file)
        most.append(len(inside))
        time.sleep(0.01)
        inside.pop()
        return opening(file)

    monkeypatch.setattr(Image, "open", slow)
    threads = [threading.Thread(target=open_photo, args=(DATA,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1, 1, 1, 1]
