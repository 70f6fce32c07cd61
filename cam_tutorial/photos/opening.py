"""`open_photo`: a photograph from whatever holds it, or one sentence that says why not."""

import io
import os
import re
import threading
import urllib.parse
import urllib.request
import warnings
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, UnidentifiedImageError
from torch import Tensor

from cam_tutorial.heatmap import as_pixels
from cam_tutorial.photos import kinds
from cam_tutorial.photos.modes import upright_rgb
from cam_tutorial.suggest import did_you_mean

# All that `open_photo` takes; uploads are dictionaries and tuples of them, and many classes behave like a file.
Photo = str | os.PathLike[str] | bytes | Image.Image | np.ndarray | Tensor | Any

LONGEST = 100  # times the short side: of anything longer a network would see less than a hundredth
SEARCHED = 2000  # files of a folder that are looked at for a name like the one that is missing

# Warnings are filtered for the whole process: while one thread opens a photo, no other may change and restore that.
_FILTERING = threading.Lock()


def open_photo(photo: Photo) -> Image.Image:
    """A photo as an upright RGB picture, what is transparent over white.

    Args:
        photo: one of

            - the path of a file, as text, `Path` or an address that begins with file:
            - the bytes of a file, or a file that is open for reading bytes
            - an upload: the value of ipywidgets' FileUpload, or what Colab's `files.upload()` gives
            - a picture of Pillow, of any mode; of an animation, the frame that it is at
            - an array or a tensor, as `heatmap.as_pixels` takes it; colors are red, green, blue in this order, so write
              `image[..., ::-1]` for what OpenCV read

    Returns:
        A new picture that shares nothing with `photo`. Of an animated file it is the first frame.

    Raises:
        FileNotFoundError, IsADirectoryError, OSError: there is no such file, it is a folder, or it may not be read.
        ValueError: it is no picture that can be read, or one that no network could look at: damaged, without pixels,
            a strip more than a hundred times as long as it is wide, or larger than `PIL.Image.MAX_IMAGE_PIXELS`.
        TypeError: it is none of the things above.
    """
    with _FILTERING, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's, of damaged EXIF, and of sizes that are refused below
        return _opened(photo)


def _opened(photo: Photo) -> Image.Image:
    if isinstance(photo, Image.Image):
        return _from_pillow(photo, "the picture")
    if isinstance(photo, Tensor) or hasattr(photo, "__array__"):
        pixels = as_pixels(photo if isinstance(photo, Tensor) else np.asarray(photo), "photo")
        _check_size((pixels.shape[1], pixels.shape[0]), "the photo")
        return Image.fromarray(np.round(255 * pixels).astype(np.uint8))
    if isinstance(photo, str | os.PathLike):
        path = _existing(os.fsdecode(photo))
        with path.open("rb") as file:
            return _from_file(file, path.name)
    if isinstance(photo, bytes | bytearray | memoryview):
        return _from_file(io.BytesIO(photo), "the photo")
    if hasattr(photo, "read"):
        return _from_file(io.BytesIO(_read(photo)), _name_of(photo))
    uploads = _uploads(photo)
    if uploads is None:
        raise TypeError(
            "a photo must be a path, the bytes of a file, an open file, an upload, a PIL image, an array or a tensor, "
            f"got {type(photo).__name__}"
        )
    if len(uploads) != 1:
        asked = f"one photo is asked for, got an upload of {len(uploads)}: " + ", ".join(name for name, _ in uploads)
        raise ValueError(asked if uploads else "nothing is uploaded yet: choose a photo first")
    name, content = uploads[0]
    return _from_file(io.BytesIO(content), name)


def _existing(text: str) -> Path:
    """The file that a path or an address stands for, once it is clear that there is one.

    Raises:
        ValueError: no name, or an address on the network.
        FileNotFoundError, IsADirectoryError, PermissionError, OSError: nothing that can be read.
    """
    if not text.strip():
        raise ValueError("the path of the photo is empty")
    if re.match(r"file:", text, re.IGNORECASE):
        text = urllib.request.url2pathname(urllib.parse.urlsplit(text).path)
    elif re.match(r"[a-z][a-z0-9+.-]+:/|data:", text, re.IGNORECASE):  # two letters: C:/ is a drive
        raise ValueError(f"{_shown(text)} is an address and no file: download it first, then give the path of the file")
    path = Path(os.path.expanduser(text))
    shown = _shown(str(path))
    if os.path.isdir(path):
        pictures = (each.name for each in path.iterdir() if each.suffix.lower() in Image.registered_extensions())
        example = min(islice(pictures, SEARCHED), default=None)
        raise IsADirectoryError(f"{shown} is a folder: give one photo{f' in it, such as {example}' if example else ''}")
    if not os.path.lexists(path):
        raise FileNotFoundError(f"there is no photo at {shown}{_near(path)}")
    if not os.path.exists(path):
        raise FileNotFoundError(f"there is no photo at {shown}: it is a link to a file that is gone")
    if not os.path.isfile(path):
        raise OSError(f"{shown} is no ordinary file, but a pipe or a device: save the photo to a file first")
    if not os.access(path, os.R_OK):
        raise PermissionError(f"{shown} may not be read: give yourself the right to, or copy it")
    return path


def _shown(text: str) -> str:
    """A path as a sentence can hold it: in one line, and not at any length."""
    printable = "".join(character if character.isprintable() else "?" for character in text)
    return printable if len(printable) <= 200 else f"{printable[:200]}…"


def _near(path: Path) -> str:
    if not os.path.isdir(path.parent):
        return f"; there is no folder {_shown(str(path.parent))}"
    try:
        names = [each.name for each in islice(path.parent.iterdir(), SEARCHED)]
    except OSError:  # a folder that may not be looked into
        return ""
    return did_you_mean(path.name, names)


def _read(file: Any) -> bytes:
    """All bytes of an open file, from its beginning where it can go back.

    Raises:
        TypeError: it gives something else than bytes.
        ValueError: it is closed, or holds text that is none.
    """
    try:
        file.seek(0)
    except (AttributeError, OSError):  # such as a download, which cannot go back
        pass
    except ValueError as error:
        raise ValueError(f"the file cannot be read ({error}): open it again, with mode 'rb'") from error
    try:
        data = file.read()
    except UnicodeDecodeError as error:
        raise TypeError("a photo must be opened for reading bytes: open(path, 'rb')") from error
    if not isinstance(data, bytes):
        raise TypeError(f"a photo must be opened for reading bytes, as open(path, 'rb'); got {type(data).__name__}")
    return data


def _name_of(file: Any) -> str:
    name = getattr(file, "name", None)
    return Path(name).name if isinstance(name, str) and name else "the photo"


def _uploads(upload: Any) -> list[tuple[str, bytes]] | None:
    """The names and contents of uploaded files; None for what is no upload.

    ipywidgets 8 gives a tuple of dictionaries with a name and a content, ipywidgets 7 a dictionary of such by name, and
    Colab a dictionary of bytes by name. Taken are also one file of the first kind, and the widget itself.
    """
    if type(upload).__name__ == "FileUpload":
        upload = upload.value
    if isinstance(upload, Mapping):
        named = [(upload.get("name"), upload)] if "content" in upload else list(upload.items())
    elif isinstance(upload, tuple | list) and all(isinstance(file, Mapping) for file in upload):
        named = [(file.get("name"), file) for file in upload]
    else:
        return None
    files: list[tuple[str, Any]] = [
        (str(name), file.get("content") if isinstance(file, Mapping) else file) for name, file in named
    ]
    if not all(isinstance(content, bytes | bytearray | memoryview) for _, content in files):
        return None
    return [(name, bytes(content)) for name, content in files]


def _from_file(file: Any, name: str) -> Image.Image:
    name = _shown(name)
    head: bytes = file.read(512)
    if not head:
        raise ValueError(f"{name} is empty: copy or download it again")
    kinds.add_reader(head)
    try:
        picture = Image.open(file)
    except UnidentifiedImageError:
        raise ValueError(f"{name} is no picture that can be read{kinds.what_it_is(head)}") from None
    except Exception as error:  # a damaged file fails in any way
        raise ValueError(_what_failed(name, error)) from error
    with picture:
        return _from_pillow(picture, name)


def _from_pillow(picture: Image.Image, name: str) -> Image.Image:
    _check_size(picture.size, name)  # which costs nothing, before the pixels are read
    waiting, file = getattr(picture, "tile", None), getattr(picture, "fp", None)
    if waiting and (file is None or file.closed):
        raise ValueError(f"{name} was closed before its pixels were read: give the path, or call load() before")
    try:
        picture.load()
    except Exception as error:
        raise ValueError(_what_failed(name, error)) from error
    return upright_rgb(picture)


def _what_failed(name: str, error: Exception) -> str:
    if isinstance(error, Image.DecompressionBombError):
        return _too_large(name)
    reason = str(error).strip().splitlines()[:1] or [type(error).__name__]
    return f"{name} is cut off or damaged ({reason[0]}): copy or download it again"


def _too_large(name: str) -> str:
    most = (Image.MAX_IMAGE_PIXELS or 0) / 1e6
    return (
        f"{name} has more than the {most:.0f} million pixels that PIL.Image.MAX_IMAGE_PIXELS allows: make a smaller "
        "copy first"
    )


def _check_size(size: tuple[int, int], name: str) -> None:
    short, long = sorted(size)
    if short < 1:
        raise ValueError(f"{name} has no pixels: it is {size[0]} wide and {size[1]} high")
    if long > LONGEST * short:
        raise ValueError(
            f"{name} is a strip, {size[0]} wide and {size[1]} high, of which a network would see the middle "
            f"{short / long:.1%}: cut out the part that matters"
        )
    if Image.MAX_IMAGE_PIXELS is not None and short * long > Image.MAX_IMAGE_PIXELS:
        raise ValueError(_too_large(name))
