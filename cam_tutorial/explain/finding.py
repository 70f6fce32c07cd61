"""Which photographs are meant: files, and all below folders, each once."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from PIL.PngImagePlugin import PngImageFile

# What a photograph's file is called. A file in a folder that has another ending is left out and only counted; one that
# is named on the command line is tried, whatever it is called.
ENDINGS = {
    *(".jpg", ".jpeg", ".jpe", ".jfif", ".jp2", ".png", ".gif", ".webp", ".avif", ".heic", ".heif"),
    *(".bmp", ".dib", ".tif", ".tiff", ".ppm", ".pgm", ".pbm", ".pnm", ".tga"),
}
NO_WORD = {"thumbs.db", "desktop.ini"}  # what Windows puts beside photographs
MARK = "cam-tutorial"  # the name of the text in a PNG file that says what the heatmap was made from


@dataclass(frozen=True)
class Found:
    """A photograph's file.

    Attributes:
        path: as the user would write it.
        place: its path below the folder that all photographs share, which no other one has.
    """

    path: str
    place: str


@dataclass
class Search:
    """What was found.

    Attributes:
        photos: each once, in the order of the command line and, below a folder, of the names.
        files: the real paths of all photos.
        folders: whether folders were named, and not files alone.
        others: how many files in the folders are not called as photographs are, or are heatmaps of this command.
        faults: a sentence for each folder that could not be looked into.
    """

    photos: list[Found] = field(default_factory=list)
    files: set[str] = field(default_factory=set)
    folders: bool = False
    others: int = 0
    faults: list[str] = field(default_factory=list)


def find(named: Sequence[str]) -> Search:
    """The photographs that are meant. Only their paths are kept, so that a million of them fit into memory.

    Folders are searched to the bottom, links included but for those that lead back; what is hidden is left out.

    Args:
        named: paths of files and folders. A path that leads nowhere is kept: opening it gives the sentence.
    """
    found = Search()
    paths = [os.path.expanduser(path) for path in named]
    shared = os.path.commonpath([_folder_of(path) for path in paths])
    for path in paths:
        top = _folder_of(path)
        if not os.path.isdir(path):
            _keep(found, path, os.path.relpath(os.path.join(top, os.path.basename(path)), shared))
            continue
        found.folders = True
        for file in _walk(path, found):
            if _is_called_a_photo(file) and not is_heatmap(file):
                _keep(found, file, os.path.relpath(os.path.join(top, os.path.relpath(file, path)), shared))
            else:
                found.others += 1
    return found


def is_heatmap(path: str) -> bool:
    """Whether a file is a heatmap that this command has made, which nobody wants explained."""
    if not path.lower().endswith(".png") or not os.path.isfile(path):  # to read a pipe is to wait
        return False
    try:
        with PngImageFile(path) as picture:
            return MARK in picture.info
    except Exception:  # it is no PNG file, or a damaged one, which fails in any way
        return False


def _folder_of(path: str) -> str:
    """The real path of a folder, or of the folder in which a file lies."""
    return os.path.realpath(path if os.path.isdir(path) else os.path.dirname(path))


def _walk(top: str, found: Search) -> Iterator[str]:
    """All files, a folder's in the order of their names, but for hidden ones."""

    def fault(error: OSError) -> None:
        found.faults.append(f"{error.filename} cannot be looked into: {error.strerror}")

    seen = set()
    for folder, folders, names in os.walk(top, onerror=fault, followlinks=True):
        real = os.path.realpath(folder)
        if real in seen:  # two links may lead to one folder
            folders.clear()
            continue
        seen.add(real)
        folders[:] = sorted(name for name in folders if not name.startswith(".") and not _leads_back(folder, name))
        for name in sorted(names):
            if not name.startswith(".") and name.lower() not in NO_WORD:
                yield os.path.join(folder, name)


def _leads_back(folder: str, name: str) -> bool:
    """Whether a folder in a folder is a link to one of those above: following it would leave what was named."""
    real = os.path.realpath(os.path.join(folder, name))
    return os.path.join(os.path.realpath(folder), "").startswith(os.path.join(real, ""))


def _is_called_a_photo(path: str) -> bool:
    return os.path.splitext(path)[1].lower() in ENDINGS


def _keep(found: Search, path: str, place: str) -> None:
    real = os.path.realpath(path)
    if real not in found.files:
        found.files.add(real)
        found.photos.append(Found(path, place))
