"""A photograph from whatever holds it."""

import io
from pathlib import Path

import numpy as np
import pytest
import torch
from picture_files import DATA, PICTURE, PIXELS, saved
from PIL import Image

from cam_tutorial.photos import open_photo


class Download(io.RawIOBase):
    """A file that cannot go back, as a connection."""

    def __init__(self):
        self.rest = io.BytesIO(DATA)

    def readable(self):
        return True

    def readinto(self, buffer):
        return self.rest.readinto(buffer)


class FileUpload:
    """As the widget of ipywidgets, whose value holds what was uploaded."""

    value = ({"name": "cat.png", "content": memoryview(DATA)},)


@pytest.fixture
def file(tmp_path) -> Path:
    path = tmp_path / "a cat ä.png"
    path.write_bytes(DATA)
    return path


@pytest.mark.parametrize(
    "photo",
    [
        DATA,
        bytearray(DATA),
        memoryview(DATA),
        io.BytesIO(DATA),
        Download(),
        PICTURE,
        PIXELS,
        PIXELS.transpose(2, 0, 1),
        PIXELS[:, ::-1][:, ::-1],
        PIXELS.astype(np.uint16) * 257,
        PIXELS / 255,
        (PIXELS / 255).astype(np.float32),
        torch.from_numpy(PIXELS),
        torch.from_numpy(PIXELS).permute(2, 0, 1),
        (torch.from_numpy(PIXELS).permute(2, 0, 1) / 255).requires_grad_(),
        torch.from_numpy(PIXELS).permute(2, 0, 1).half() / 255,
        ({"name": "cat.png", "type": "image/png", "size": len(DATA), "content": memoryview(DATA)},),  # ipywidgets 8
        {"name": "cat.png", "content": DATA},  # the first of them
        {"cat.png": {"metadata": {"name": "cat.png"}, "content": DATA}},  # ipywidgets 7
        {"cat.png": DATA},  # Colab
        FileUpload(),
    ],
    ids=lambda photo: type(photo).__name__,
)
def test_whatever_holds_the_photo_it_is_the_same(photo):
    opened = open_photo(photo)
    assert type(opened) is Image.Image and opened.mode == "RGB"
    assert np.array_equal(np.asarray(opened), PIXELS)


def test_a_photo_by_its_path(file, monkeypatch):
    monkeypatch.setenv("HOME", str(file.parent))
    monkeypatch.chdir(file.parent)
    for path in (file, str(file), file.name, f"~/{file.name}", file.as_uri(), f"file://localhost{file.as_uri()[7:]}"):
        assert np.array_equal(np.asarray(open_photo(path)), PIXELS)


def test_a_file_is_closed_again_and_one_that_was_open_stays_open(file):
    with file.open("rb") as stream:
        for _ in range(2):  # from the beginning, wherever it was read to
            assert open_photo(stream).size == (6, 4)
        assert not stream.closed
    open_photo(file)  # a file left open would be a warning, and thus an error


def test_gray_and_masks():
    gray = PIXELS[..., 0]
    expected = gray[..., None].repeat(3, axis=2)
    for photo in (gray, gray[..., None], gray[None], torch.from_numpy(gray), gray / 255):
        assert np.array_equal(np.asarray(open_photo(photo)), expected)
    assert np.asarray(open_photo(gray > 99))[..., 0].tolist() == np.where(gray > 99, 255, 0).tolist()


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "TIFF"])
def test_of_an_animation_the_first_frame(kind):
    frames = [Image.new("RGB", (8, 8), color) for color in ("red", "blue")]
    data = saved(frames[0], kind, save_all=True, append_images=frames[1:])
    assert Image.open(io.BytesIO(data)).n_frames == 2
    np.testing.assert_allclose(np.asarray(open_photo(data))[0, 0], [255, 0, 0], atol=8)


def test_an_animation_that_was_opened_shows_the_frame_that_it_is_at():
    frames = [Image.new("RGB", (8, 8), color) for color in ("red", "blue")]
    picture = Image.open(io.BytesIO(saved(frames[0], "GIF", save_all=True, append_images=frames[1:])))
    picture.seek(1)
    assert open_photo(picture).getpixel((0, 0)) == (0, 0, 255)


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "AVIF", "JPEG2000", "BMP", "TIFF", "GIF", "PPM", "MPO"])
def test_a_file_of_any_kind_under_any_name(tmp_path, kind):
    try:
        data = saved(Image.new("RGB", (32, 24), (200, 30, 30)), kind)
    except (KeyError, OSError):
        pytest.skip(f"this Pillow writes no {kind}")
    for name in ("photo.png", "photo.txt", "photo"):
        (tmp_path / name).write_bytes(data)
        opened = open_photo(tmp_path / name)
        assert opened.size == (32, 24) and abs(opened.getpixel((9, 9))[0] - 200) < 8
