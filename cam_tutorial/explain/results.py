"""Where the heatmaps go: names that no two photographs share, nothing replaced unasked, nothing half written."""

import io
import json
import os
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngImageFile, PngInfo

from cam_tutorial.explain.finding import MARK, Found, Search
from cam_tutorial.files import whole

FILE, FOLDER = "heatmap.png", "heatmaps"  # unless --out says otherwise
WHOLE, OLD, OTHER = "whole", "old", "other"
FAST = 1  # how hard PNG is compressed: the default takes four times as long for files a tenth smaller


@dataclass(frozen=True)
class Results:
    """The files that the heatmaps of photos are written to.

    Attributes:
        out: a folder, or the file itself where there is one heatmap.
        is_file: which of the two.
        count: heatmaps a photo.
        asked: a number that differs when something else is asked for: network, class, method and so on.
    """

    out: Path
    is_file: bool
    count: int
    asked: str

    @classmethod
    def choose(cls, out: str | None, found: Search, count: int, asked: str) -> "Results":
        """Where the results go; refused is what cannot or must not be written, before any work is done.

        Args:
            out: as the user gave it: a folder if it is one, ends in a slash or has no ending, else a file.
            found: the photos.
            count: heatmaps a photo.
            asked: as above.

        Raises:
            ValueError, OSError: a file for several heatmaps, no kind of picture, no folder to write to.
        """
        one = len(found.photos) == 1 and not found.folders and count == 1
        if out is None:
            return cls(Path(FILE if one else FOLDER), one, count, asked)._checked()
        path = Path(os.path.expanduser(out))
        is_folder = path.is_dir() or out.endswith(("/", os.sep)) or not path.suffix
        if not is_folder and not can_be_written(path.suffix):
            raise ValueError(
                f"{out} has no ending that stands for a picture that can be written: give --out a name like "
                "heatmap.png, or a folder with a slash at its end"
            )
        if not is_folder and (len(found.photos) > 1 or count > 1):
            raise ValueError(
                f"{out} is one file, and {len(found.photos) * count} heatmaps are asked for: give --out a folder, such "
                "as heatmaps/"
            )
        return cls(path, not is_folder, count, asked)._checked()

    def _checked(self) -> "Results":
        out = self.out
        if self.is_file and not out.parent.is_dir():
            raise FileNotFoundError(f"there is no folder {out.parent} for {out.name}: make it first or choose another")
        if not self.is_file and out.exists() and not out.is_dir():
            raise NotADirectoryError(f"{out} is a file and no folder: give --out another name")
        there = next(folder for folder in (out, *out.absolute().parents) if folder.is_dir())
        if not os.access(there, os.W_OK | os.X_OK):
            raise PermissionError(f"nothing may be written to the folder {there}: give --out another place")
        return self

    def of(self, photo: Found) -> list[Path]:
        """The files of a photo's heatmaps, the most probable class first."""
        if self.is_file:
            return [self.out]
        numbers = [""] if self.count == 1 else [f".{rank}" for rank in range(1, self.count + 1)]
        return [self.out / f"{photo.place}{number}.png" for number in numbers]

    def still_to_do(self, found: Search, *, force: bool, resume: bool) -> list[Found]:
        """The photos whose heatmaps are to be made.

        Args:
            found: all photos.
            force: replace what is there.
            resume: leave out photos whose heatmaps are there, whole, and made from this photo as it is asked for now.

        Raises:
            ValueError: something is there that must not be replaced; the first of it is named.
        """
        todo, in_the_way = [], []
        for photo in found.photos:
            files = [file for file in self.of(photo) if os.path.lexists(file)]
            for file in files:
                if os.path.realpath(file) in found.files or _same(file, photo.path):
                    raise ValueError(f"{file} is a photo itself: give --out another name")
            states = [self._state(file, photo) if resume else OTHER for file in files]
            if states.count(WHOLE) < self.count:
                todo.append(photo)
            if not force:
                in_the_way += [file for file, state in zip(files, states, strict=True) if state == OTHER]
        if in_the_way:
            more = f" and {len(in_the_way) - 1} more" if len(in_the_way) > 1 else ""
            fault = "made in another way" if resume else "there already"
            hint = "" if resume or self.is_file else ", or --resume to make the rest"
            raise ValueError(
                f"{in_the_way[0]}{more} is {fault}: give --out another name, or --force to replace it{hint}"
            )
        return todo

    def _state(self, file: Path, photo: Found) -> str:
        """Whether a file is the heatmap that is asked for, an old or damaged one of it, or something else."""
        try:
            if not file.stat().st_size:
                return OLD
            with PngImageFile(file) as picture:
                mark = json.loads(str(picture.info.get(MARK, "null")))
                if not isinstance(mark, dict) or mark.get("asked") != self.asked:
                    return OTHER
                try:
                    picture.verify()
                except Exception:  # a damaged file fails in any way
                    return OLD
        except Exception:  # likewise, and a folder
            return OTHER
        return WHOLE if mark.get("photo") == stamp(photo.path) else OLD

    def write(self, picture: Image.Image, file: Path, photo: Found) -> None:
        """Save a heatmap, whole or not at all.

        Raises:
            OSError: it cannot be written; the sentence names the file.
        """
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            with whole(file) as unfinished:
                if file.suffix.lower() == ".png":
                    info = PngInfo()
                    info.add_text(MARK, json.dumps({"photo": stamp(photo.path), "asked": self.asked}))
                    picture.save(unfinished, pnginfo=info, compress_level=FAST)
                else:
                    picture.save(unfinished)
        except OSError as error:
            raise OSError(error.errno, f"{file} cannot be written: {error.strerror or error}") from error


def stamp(path: str) -> list[int]:
    """What changes when a file does: its size, and when it was written."""
    status = os.stat(path)
    return [status.st_size, status.st_mtime_ns]


def can_be_written(suffix: str) -> bool:
    """Whether Pillow writes pictures in color with this ending; of some formats it only reads, or writes only gray."""
    try:
        Image.new("RGB", (16, 16)).save(io.BytesIO(), Image.registered_extensions()[suffix.lower()])
    except (KeyError, ValueError, OSError):
        return False
    return True


def _same(a: Path, b: str) -> bool:
    return os.path.exists(a) and os.path.exists(b) and os.path.samefile(a, b)
