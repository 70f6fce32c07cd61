"""Reading ILSVRC, the ImageNet challenge, as people have it on disk: photographs, boxes in XML, numbers of classes.

Of a validation set, what counts is that a photograph and its XML file have one name, `ILSVRC2012_val_00000001.JPEG` and
`ILSVRC2012_val_00000001.xml`, each anywhere below one folder. So the layouts of the devkit, Kaggle and torchvision are
all read. Folders called train and test are left out: the networks have seen the one, and the other has no boxes.
"""

import math
import os
import re
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

import torch
from PIL import Image
from torch import Tensor

from cam_tutorial import extras

extras.need(__name__, "scipy")

PHOTO_ENDINGS = {".jpeg", ".jpg", ".png"}
LEFT_OUT = {"train", "test"}
# Files that list the classes by their WordNet ids: of Kaggle, Caffe and Keras, and of the devkits of 2012 and later.
CLASS_LISTS = {
    *("LOC_synset_mapping.txt", "synset_words.txt", "synsets.txt", "imagenet_class_index.json"),
    *("meta.mat", "meta_clsloc.mat"),
}
WORDNET_ID = re.compile(r"n\d{8}")
ROUNDING = 0.02  # how far the proportions of a photograph and of a smaller copy may differ


@dataclass
class Folder:
    """What lies below a folder.

    Attributes:
        photos: name without ending -> path of the photograph; only the names are kept, not the pixels.
        annotations: likewise, of the XML files.
        twice: name -> two files of one kind that have it.
        class_lists: what the numbers of the classes can be read from: files, and folders with one folder a class.
    """

    photos: dict[str, str] = field(default_factory=dict)
    annotations: dict[str, str] = field(default_factory=dict)
    twice: dict[str, tuple[str, str]] = field(default_factory=dict)
    class_lists: list[Path] = field(default_factory=list)

    def pairs(self) -> list[str]:
        """The names that have both, a photograph and an XML file, in their order."""
        return sorted(self.photos.keys() & self.annotations.keys())

    def unpaired(self) -> list[str]:
        """A sentence for each kind of file whose other half is missing; none if all is complete."""
        sentences = []
        for kind, other, own, others in (
            ("photograph", "XML file", self.photos, self.annotations),
            ("XML file", "photograph", self.annotations, self.photos),
        ):
            alone = sorted(own.keys() - others.keys())
            if alone:
                first = Path(own[alone[0]]).name
                sentences.append(
                    f"{first} has no {other} of its name"
                    if len(alone) == 1
                    else f"{len(alone)} {kind}s have no {other} of their name; the first is {first}"
                )
        return sentences


@dataclass(frozen=True)
class Annotation:
    """What an XML file says of a photograph.

    Attributes:
        file: its name.
        wordnet_id: the class, such as n02123159.
        boxes: (B, 4), every instance: left, top, right, bottom in pixels, right and bottom exclusive.
        size: (H, W) of the photograph that the boxes were drawn on; None if the file does not say.
    """

    file: str
    wordnet_id: str
    boxes: Tensor
    size: tuple[int, int] | None

    def boxes_on(self, height: int, width: int) -> Tensor:
        """The boxes in pixels of a photograph of this size, (B, 4), which may be a smaller copy.

        Raises:
            ValueError: the photograph has another proportion, or a box reaches out of it.
        """
        drawn_height, drawn_width = self.size or (height, width)
        down, across = height / drawn_height, width / drawn_width
        if abs(math.log(down / across)) > ROUNDING:
            raise ValueError(
                f"the boxes of {self.file} were drawn on a photograph {drawn_width} wide and {drawn_height} high, and "
                f"this one is {width} wide and {height} high"
            )
        # Some files count pixels from 1: there the last one may seem to lie just outside.
        limits = torch.tensor([drawn_width, drawn_height, drawn_width, drawn_height]) + 1
        outside = ((self.boxes < 0) | (self.boxes > limits)).any(dim=1)
        if outside.any():
            left, top, right, bottom = self.boxes[outside][0].int().tolist()
            raise ValueError(
                f"a box of {self.file} reaches out of the photograph, which is {drawn_width} wide and {drawn_height} "
                f"high: it goes from ({left}, {top}) to ({right - 1}, {bottom - 1})"
            )
        return self.boxes * torch.tensor([across, down, across, down], dtype=torch.float64)


def survey(folder: Path) -> Folder:
    """Look through a folder and all below it, but for folders called train and test.

    Raises:
        OSError: there is no such folder.
        ValueError: it holds no photograph with an XML file of its name, or two photographs of one name.
    """
    if not folder.exists():
        raise FileNotFoundError(f"there is no folder {folder}")
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder} is a file: give the folder it is in, or unpack it first")
    found = Folder()
    seen = set()
    for path, folders, files in os.walk(folder, followlinks=True):
        place = os.path.realpath(path)
        if place in seen:  # a link back to a folder above
            folders.clear()
            continue
        seen.add(place)
        for name in sorted(files):
            _sort_in(found, path, name)
        if _has_a_folder_a_class(path):
            found.class_lists.append(Path(path))
        folders.sort()
        for name in LEFT_OUT & set(folders):
            folders.remove(name)
            if _has_a_folder_a_class(os.path.join(path, name)):
                found.class_lists.append(Path(path, name))
    if not found.pairs():
        raise ValueError(
            f"no photograph below {folder} has an XML file of its name, which would hold its boxes: there are "
            f"{len(found.photos)} photographs and {len(found.annotations)} XML files, not counting what lies in "
            "folders called train and test"
        )
    for name in found.twice.keys() & found.pairs():
        one, other = found.twice[name]
        raise ValueError(f"{one} and {other} have one name, and which is meant cannot be told: move one away")
    return found


def _has_a_folder_a_class(path: str) -> bool:
    with os.scandir(path) as entries:
        return any(WORDNET_ID.fullmatch(entry.name) and entry.is_dir() for entry in entries)


def _sort_in(found: Folder, path: str, name: str) -> None:
    stem, ending = os.path.splitext(name)
    file = os.path.join(path, name)
    if name.startswith("."):  # what macOS leaves beside a file
        return
    if name in CLASS_LISTS:
        found.class_lists.append(Path(file))
    elif ending.lower() == ".xml":
        _keep(found, found.annotations, stem, file)
    elif ending.lower() in PHOTO_ENDINGS:
        _keep(found, found.photos, stem, file)


def _keep(found: Folder, files: dict[str, str], stem: str, file: str) -> None:
    if stem in files:
        found.twice[stem] = (files[stem], file)
    else:
        files[stem] = file


def class_numbers(class_lists: list[Path], count: int) -> dict[str, int]:
    """WordNet id -> number of the class in networks trained on ImageNet, which is its place in the order of ids.

    Args:
        class_lists: as in `Folder`; the first that lists `count` classes is taken, files before folders.
        count: how many classes the network tells apart.

    Raises:
        ValueError: none of them lists so many, or there is none.
    """
    listed = []
    for path in sorted(class_lists, key=lambda path: (path.is_dir(), path)):
        ids = _listed_ids(path)
        if len(ids) == count:
            return {wordnet_id: number for number, wordnet_id in enumerate(sorted(ids))}
        listed.append(f"{path.name} lists {len(ids)}")
    raise ValueError(
        f"the network tells {count} classes apart and the XML files name them by WordNet ids, so that a list of all "
        f"{count} is needed: put LOC_synset_mapping.txt, imagenet_class_index.json or the devkit's meta.mat into the "
        f"folder, or the folder train with one folder a class ({'; '.join(listed) or 'there is none of them'})"
    )


def _listed_ids(path: Path) -> set[str]:
    """The WordNet ids that a file lists, or that the folders in a folder are called by."""
    if path.is_dir():
        return {name for name in os.listdir(path) if WORDNET_ID.fullmatch(name)}
    if path.suffix != ".mat":
        return set(WORDNET_ID.findall(path.read_text(encoding="utf-8", errors="replace")))
    from scipy.io import loadmat

    synsets = loadmat(path, squeeze_me=True)["synsets"]
    # The devkit lists the classes' ancestors as well ("animal"), which have children.
    return {str(synset["WNID"]) for synset in synsets if int(synset["num_children"]) == 0}


def read_annotation(path: Path) -> Annotation:
    """The class and the boxes of a photograph, from an XML file like those of PASCAL VOC.

    The devkit counts both ends of a box as part of it: from 10 to 19 are ten pixels.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is no such XML file, or names no class of ImageNet, or more than one.
    """
    try:
        root = ElementTree.parse(path).getroot()
    except (ElementTree.ParseError, UnicodeError) as error:
        raise ValueError(f"{path.name} is no XML file that can be read ({error})") from error
    objects = root.findall("object")
    if not objects:
        raise ValueError(f"{path.name} holds no <object>, and so no box")
    names = sorted({(each.findtext("name") or "").strip() for each in objects})
    if len(names) > 1:
        raise ValueError(f"{path.name} names the classes {' and '.join(names)}, and a photograph of ILSVRC has one")
    if not WORDNET_ID.fullmatch(names[0]):
        raise ValueError(f"{path.name} names the class {names[0]!r}, and ILSVRC's are WordNet ids such as n02123159")
    boxes = []
    for each in objects:
        left, top, right, bottom = (_number(path, each, f"bndbox/{end}") for end in ("xmin", "ymin", "xmax", "ymax"))
        if right < left or bottom < top:
            raise ValueError(
                f"{path.name} has a box that ends before it begins: {left:g}, {top:g}, {right:g}, {bottom:g}"
            )
        boxes.append([left, top, right + 1, bottom + 1])
    size = None
    if root.find("size") is not None:
        size = (int(_number(path, root, "size/height")), int(_number(path, root, "size/width")))
        if min(size) < 1:
            size = None  # some tools write 0 for what they do not know
    return Annotation(path.name, names[0], torch.tensor(boxes, dtype=torch.float64), size)


def _number(path: Path, element: ElementTree.Element, tag: str) -> float:
    text = element.findtext(tag, "")
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ValueError(f"{path.name} must have a number in <{tag.split('/')[1]}>, got {text!r}")
    return value


def read_photo(path: Path) -> Image.Image:
    """A photograph in RGB, its pixels as they are stored: the boxes were drawn without asking how the camera was held.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is no picture, or a damaged one.
    """
    with path.open("rb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's, of damaged EXIF
        try:
            with Image.open(file) as picture:
                deep = picture.mode[0] in "IF"
                photo = picture.convert("RGB")
                photo.info.clear()  # how the camera was held, and the profile of its colors
        except Exception as error:  # a damaged file fails in any way
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise ValueError(f"{path.name} is no picture that can be read ({reason})") from error
    if deep:
        raise ValueError(f"{path.name} has more than 8 bits a color, and photographs of ILSVRC have 8")
    return photo
