"""What a file is that Pillow cannot read, told from its first bytes, and what to do about it."""

import importlib

from PIL import Image

HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
DAMAGED = ": it begins like one and is cut off or damaged, so copy or download it again"
BEGINNINGS = {
    (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"II*\0", b"MM\0*", b"BM"): DAMAGED,
    (b"<!doctype html", b"<html"): ": it is a web page: open it in a browser and save the picture itself",
    (b"%pdf",): ": it is a PDF: save the page as PNG first",
    (b"pk\3\4",): ": it is a ZIP archive: unpack it first",
    (b"\x93numpy",): ": it is a NumPy file: give the array that np.load makes of it",
    (b"version https://git-lfs",): ": it is a pointer of Git LFS: run 'git lfs pull' to get the file itself",
    (b"\x1a\x45\xdf\xa3", b"\0\0\1\xba"): ": it is a video: save one frame as a picture first",
    (b"\xff\x0a", b"\0\0\0\x0cjxl "): ": it is JPEG XL: save it as JPEG or PNG first",
    (b"fujifilmccd-raw",): ": it is a camera's raw file: save it as JPEG or PNG first",
}


def what_it_is(head: bytes) -> str:
    """The end of a sentence, ": it is a PDF …"; nothing where the first bytes tell nothing.

    Args:
        head: the first few hundred bytes of the file.
    """
    kind = _media(head)
    if f".{kind.lower()}" in Image.registered_extensions():
        return DAMAGED
    if kind in ("HEIC", "AVIF"):
        plugin = {"HEIC": "pillow-heif", "AVIF": "pillow-avif-plugin"}[kind]
        return f": it is {kind}, which takes 'pip install {plugin}'; or save it as JPEG or PNG"
    if kind:
        return f": it is {kind}: save it, or one frame of it, as JPEG or PNG first"
    lowered = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for beginnings, meaning in BEGINNINGS.items():
        if lowered.startswith(tuple(each.lower() for each in beginnings)):
            return meaning
    if b"<svg" in lowered:
        return ": it is a drawing in SVG: save it as PNG first"
    return ": it is text" if _is_text(head) else ""


def add_reader(head: bytes) -> None:
    """Let Pillow read HEIC, or AVIF before Pillow 11.3, if `head` is of that kind and the plugin for it is installed.

    Args:
        head: the first few hundred bytes of the file.
    """
    kind = _media(head)
    known = Image.registered_extensions()
    try:
        if kind == "HEIC" and ".heic" not in known:
            importlib.import_module("pillow_heif").register_heif_opener()
        if kind == "AVIF" and ".avif" not in known:
            importlib.import_module("pillow_avif")  # which makes itself known to Pillow
    except ImportError:
        pass  # what cannot be read is said by `what_it_is`


def _media(head: bytes) -> str:
    """The kind of a file in one of the containers that pictures and videos share; "" for any other file."""
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return "a video"
    if head[4:8] != b"ftyp":
        return ""
    brands = head[8 : int.from_bytes(head[:4], "big")]
    if b"avif" in brands or b"avis" in brands:
        return "AVIF"
    if any(brand in brands for brand in HEIF_BRANDS):
        return "HEIC"
    return "a camera's raw file" if brands.startswith(b"crx") else "a video"


def _is_text(head: bytes) -> bool:
    try:
        head[:-4].decode()  # the last character may be cut in two
    except UnicodeDecodeError:
        return False
    return b"\0" not in head
