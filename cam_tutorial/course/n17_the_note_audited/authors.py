"""What Zhou et al. published of their own network: the last maps, the classifier's weights and the scores.

The files come from the repository zhoubolei/CAM (MIT licence). They are not part of the course: they are read from the
folder that CAM_TUTORIAL_PAPER names, or else fetched once into torch hub's folder, and recognized by their hashes.
"""

import hashlib
import os
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from scipy.io import loadmat
from torch import Tensor

from cam_tutorial.bar import Bar
from cam_tutorial.files import whole
from cam_tutorial.heatmap import upsample

VARIABLE = "CAM_TUTORIAL_PAPER"
ADDRESS = "https://raw.githubusercontent.com/zhoubolei/CAM/7e76a6eff9ac63a093020a2f1c5d76d4a7752c73/"
HASHES = {
    "data_net.mat": "6e03c2dc8f65479dd536f887a37e6b8907221944b2d5f4178aa0d18a6b30e91d",
    "data_img1.mat": "ae6a2a82497fa24eed73786c548cdc8c326628414995485cc6c17dbe3b9ce1fd",
    "data_img2.mat": "7b6d9017dd024c5b1bb0a2714ccfb25ca38b466e3ff87559bfdb6fa998db9d6f",
    "img1.jpg": "b7ca489c4bb039d1fb7fc0d34035227afa405a83f60e5f9b73cca34bd5154291",
    "img2.jpg": "c6ee5df6b42cd8e51fdcae9829003aba2ef25173635a80df4721c43733b0ac4d",
}
SIDE, CROP = 256, 224  # pixels of the picture as the network took it, and of a crop
CORNERS = [(0, 0), (0, SIDE - CROP), (SIDE - CROP, 0), (SIDE - CROP, SIDE - CROP), ((SIDE - CROP) // 2,) * 2]


@dataclass(frozen=True)
class Photograph:
    """One of the two photographs, and what their network made of ten crops of it.

    Attributes:
        image: the photograph, made square, (256, 256, 3) uint8.
        activations: the last maps as they stand in the file, (14, 14, 1024, 10): x, y, map, crop.
        scores: after the softmax, (10, 1000).
        shape: of the scores in the file.
    """

    image: NDArray[np.uint8]
    activations: Tensor
    scores: Tensor
    shape: tuple[int, ...]


@dataclass(frozen=True)
class Published:
    """Everything that was published.

    Attributes:
        weights: of the classifier as they stand in the file, (1024, 1000): a column a class.
        names: of the 1,000 classes.
        photographs: two.
    """

    weights: Tensor
    names: list[str]
    photographs: tuple[Photograph, Photograph]


def published() -> Published | None:
    """The authors' files, or None and a sentence that says why not."""
    try:
        folder = _folder()
        net = loadmat(folder / "data_net.mat")
        photographs = _photograph(folder, 1), _photograph(folder, 2)
    except (OSError, ValueError) as error:
        print(f"The authors' files are not at hand, so the cells about their network say nothing this time ({error}).")
        return None
    names = [str(entry[0]).split(" ", 1)[1].split(",")[0] for entry in net["categories"].ravel()]
    print("The authors' files are here: 1,000 classes, 1,024 maps, ten crops of two photographs.")
    return Published(torch.from_numpy(net["weights_LR"]).double(), names, photographs)


def _photograph(folder: Path, number: int) -> Photograph:
    with Image.open(folder / f"img{number}.jpg") as opened:
        image = np.asarray(opened.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BILINEAR))
    kept = loadmat(folder / f"data_img{number}.mat")
    scores = kept["scores"]
    flat = torch.from_numpy(scores.reshape(1000, 10)).double().T
    return Photograph(image, torch.from_numpy(kept["activation_lastconv"]).double(), flat, scores.shape)


def _folder() -> Path:
    """Where all five files lie, with the right content.

    Raises:
        OSError: one is missing or cannot be read; none is given, and it cannot be fetched.
        ValueError: one is another than the one that was audited here.
    """
    named = os.environ.get(VARIABLE)
    if not named:
        return _fetched(Path(torch.hub.get_dir()) / "zhoubolei-CAM")
    folder = Path(named).expanduser().absolute()
    if not folder.is_dir():
        raise NotADirectoryError(f"{VARIABLE} names {folder}, which is no folder")
    for name, known in HASHES.items():
        if not (folder / name).is_file():
            raise FileNotFoundError(f"{VARIABLE} names {folder}, a folder without {name}")
        if _hash(folder / name) != known:
            raise ValueError(f"{folder / name} is not as its authors published it: changed, or cut off")
    return folder


def _fetched(folder: Path) -> Path:
    """The folder with all five files, of which those that are missing or spoiled are fetched."""
    for name, known in HASHES.items():
        try:
            if not (folder / name).is_file() or _hash(folder / name) != known:
                _fetch(name, folder / name)
        except (OSError, HTTPException) as error:
            reason = error.reason if type(error) is URLError else error
            told = str(reason) or type(reason).__name__
            raise OSError(f"{VARIABLE} is not set, and {name} could not be fetched: {told}") from error
    return folder


def _fetch(name: str, file: Path) -> None:
    """Fetch one file, which is kept only if it is whole and the right one.

    Raises:
        OSError, HTTPException: no or another answer.
    """
    with urlopen(ADDRESS + name, timeout=20) as answer:
        total = int(answer.headers.get("Content-Length") or 0) or None
        file.parent.mkdir(parents=True, exist_ok=True)
        with whole(file) as unfinished:
            with unfinished.open("wb") as out, Bar(total=total, desc=name, unit="B", unit_scale=True) as bar:
                while part := answer.read(1 << 16):
                    out.write(part)
                    bar.update(len(part))
            if _hash(unfinished) != HASHES[name]:
                raise OSError("what came is cut off, or another file")


def _hash(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def merged(maps: Tensor) -> Tensor:
    """The maps of ten crops, (10, 14, 14) rows first, laid where the crops were cut, and averaged: (256, 256).

    Four corners and the middle, then the same five mirrored from left to right. (The authors' own code sums absolute
    values; a mean keeps the sign.)
    """
    large = upsample(maps, CROP)
    total, count = torch.zeros(SIDE, SIDE, dtype=maps.dtype), torch.zeros(SIDE, SIDE, dtype=maps.dtype)
    for position, map_ in enumerate(large):
        left, top = CORNERS[position % 5]  # x first, as all of their files
        where = slice(top, top + CROP), slice(left, left + CROP)
        total[where] += map_.flip(1) if position >= 5 else map_
        count[where] += 1
    return total / count
