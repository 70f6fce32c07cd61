"""ILSVRC on disk: the layouts that people have, the numbers of the classes, and files that are not as they should."""

import json
import re

import numpy as np
import pytest
import torch
from PIL import Image
from scipy.io import savemat

from cam_tutorial import imagenet

ANNOTATION = """<annotation>
  <folder>val</folder><filename>ILSVRC2012_val_00000002</filename>
  <size><width>500</width><height>375</height><depth>3</depth></size>
  <object><name>n02123159</name><bndbox><xmin>45</xmin><ymin>49</ymin><xmax>499</xmax><ymax>162</ymax></bndbox></object>
  <object><name>n02123159</name><bndbox><xmin>2</xmin><ymin>69</ymin><xmax>437</xmax><ymax>207</ymax></bndbox></object>
</annotation>"""


def touch(folder, *names) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("")


LAYOUTS = {
    "kaggle": ("ILSVRC/Data/CLS-LOC/val/1.JPEG", "ILSVRC/Annotations/CLS-LOC/val/1.xml"),
    "flat": ("val/1.JPEG", "bbox/val/1.xml"),
    "annotations": ("val/1.jpg", "Annotations/val/1.xml"),
    "a folder a class": ("val/n01440764/1.JPEG", "ILSVRC2012_bbox_val_v3/val/1.xml"),
    "side by side": ("1.png", "1.XML"),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_photograph_and_its_xml_file_are_found_anywhere_below(layout, tmp_path):
    photo, annotation = LAYOUTS[layout]
    touch(tmp_path, photo, annotation, "readme.txt", "val/._1.JPEG")
    found = imagenet.survey(tmp_path)
    assert found.pairs() == ["1"] and found.unpaired() == []
    assert (found.photos["1"], found.annotations["1"]) == (str(tmp_path / photo), str(tmp_path / annotation))


def test_train_and_test_are_left_out(tmp_path):
    touch(
        tmp_path, *LAYOUTS["kaggle"], "ILSVRC/Data/CLS-LOC/train/n1/1.JPEG", "ILSVRC/Annotations/CLS-LOC/train/n1/2.xml"
    )
    touch(tmp_path, "ILSVRC/Data/CLS-LOC/test/3.JPEG")
    found = imagenet.survey(tmp_path)
    assert found.pairs() == ["1"] and found.unpaired() == []


def test_what_has_no_other_half_is_told(tmp_path):
    touch(tmp_path, "val/1.JPEG", "val/2.JPEG", "box/1.xml", "box/3.xml", "box/4.xml")
    assert imagenet.survey(tmp_path).unpaired() == [
        "2.JPEG has no XML file of its name",
        "2 XML files have no photograph of their name; the first is 3.xml",
    ]


def test_names_that_occur_twice_do_no_harm_where_they_are_not_measured(tmp_path):
    touch(tmp_path, "val/1.JPEG", "box/1.xml", "a/logo.png", "b/logo.png")
    assert imagenet.survey(tmp_path).pairs() == ["1"]


def test_links_are_followed_and_a_circle_ends(tmp_path):
    touch(tmp_path, "elsewhere/1.JPEG", "data/box/1.xml")
    (tmp_path / "data/val").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere/back").symlink_to(tmp_path / "data")
    assert imagenet.survey(tmp_path / "data").pairs() == ["1"]


@pytest.mark.parametrize(
    ("names", "telling"),
    [
        ((), "there are 0 photographs and 0 XML files"),
        (("val/1.JPEG", "val/2.JPEG"), "there are 2 photographs and 0 XML files"),
        (("box/1.xml",), "there are 0 photographs and 1 XML files"),
        (("val/1.JPEG", "box/2.xml"), "no photograph below .* has an XML file of its name"),
        (("train/1.JPEG", "train/1.xml"), "not counting what lies in folders called train and test"),
        (("a/1.xml", "b/1.xml", "val/1.jpg"), "a/1.xml and .*b/1.xml have one name"),
        (("a/1.JPEG", "b/1.png", "box/1.xml"), "a/1.JPEG and .*b/1.png have one name, .*: move one away"),
    ],
)
def test_a_folder_without_anything_to_measure_is_refused(names, telling, tmp_path):
    touch(tmp_path, *names)
    with pytest.raises(ValueError, match=telling) as caught:
        imagenet.survey(tmp_path)
    assert "\n" not in str(caught.value)


def test_no_folder_and_a_file_are_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no folder .*nowhere"):
        imagenet.survey(tmp_path / "nowhere")
    touch(tmp_path, "val.tar")
    with pytest.raises(NotADirectoryError, match="val.tar is a file: give the folder it is in, or unpack it first"):
        imagenet.survey(tmp_path / "val.tar")


# --- the numbers of the classes ---

IDS = ["n01440764", "n01443537", "n02123159"]


def kaggle(folder):
    (folder / "LOC_synset_mapping.txt").write_text(f"{IDS[2]} tiger cat\n{IDS[0]} tench, Tinca\n{IDS[1]} goldfish\n")


def keras(folder):
    listed = {str(number): [wordnet_id, "name"] for number, wordnet_id in enumerate(IDS)}
    (folder / "imagenet_class_index.json").write_text(json.dumps(listed))


def devkit(folder):
    """The devkit counts in an order of its own, and lists the ancestors of the classes as well."""
    (folder / "devkit/data").mkdir(parents=True)
    fields = [("ILSVRC2012_ID", float), ("WNID", object), ("words", object), ("num_children", float)]
    rows = [(1, IDS[2], "cat", 0), (2, IDS[0], "tench", 0), (3, IDS[1], "goldfish", 0), (4, "n00001740", "entity", 2)]
    savemat(folder / "devkit/data/meta.mat", {"synsets": np.array(rows, dtype=fields).reshape(-1, 1)})


def train(folder):
    for wordnet_id in IDS:
        (folder / "ILSVRC/Data/CLS-LOC/train" / wordnet_id).mkdir(parents=True)


def validation(folder):
    for wordnet_id in IDS:
        (folder / "val" / wordnet_id).mkdir(parents=True)


@pytest.mark.parametrize("listed", [kaggle, keras, devkit, train, validation])
def test_the_numbers_are_the_order_of_the_ids_whoever_lists_them(listed, tmp_path):
    touch(tmp_path, "1.JPEG", "1.xml")
    listed(tmp_path)
    lists = imagenet.survey(tmp_path).class_lists
    assert imagenet.class_numbers(lists, 3) == {IDS[0]: 0, IDS[1]: 1, IDS[2]: 2}


def test_a_list_of_another_length_is_passed_over(tmp_path):
    touch(tmp_path, "1.JPEG", "1.xml", "train/n01440764/1.JPEG")
    with pytest.raises(ValueError, match=re.escape("(train lists 1)")):
        imagenet.class_numbers(imagenet.survey(tmp_path).class_lists, 3)
    keras(tmp_path)
    assert imagenet.class_numbers(imagenet.survey(tmp_path).class_lists, 3)[IDS[2]] == 2


def test_without_a_list_the_error_says_what_would_be_one(tmp_path):
    with pytest.raises(
        ValueError, match="tells 1000 classes apart .* put LOC_synset_mapping.txt, .*there is none of them"
    ):
        imagenet.class_numbers([], 1000)


def test_the_order_of_ids_is_the_order_of_torchvision_s_classes():
    """Ids that everybody knows: the tench, the tiger cat, and toilet tissue, first, 283rd and last."""
    timm = pytest.importorskip("timm.data", reason="timm is not installed, and knows the ids")
    numbers = {wordnet_id: n for n, wordnet_id in enumerate(sorted(timm.ImageNetInfo().label_names()))}
    assert (numbers["n01440764"], numbers["n02123159"], numbers["n15075141"]) == (0, 282, 999)


# --- one XML file ---


def read(tmp_path, text) -> imagenet.Annotation:
    path = tmp_path / "1.xml"
    path.write_text(text, encoding="utf-8")
    return imagenet.read_annotation(path)


def test_every_instance_is_read_and_both_ends_of_a_box_belong_to_it(tmp_path):
    found = read(tmp_path, ANNOTATION)
    assert (found.wordnet_id, found.size) == ("n02123159", (375, 500))
    assert found.boxes.tolist() == [[45, 49, 500, 163], [2, 69, 438, 208]]
    assert found.boxes_on(375, 500).equal(found.boxes)


def test_boxes_follow_a_smaller_copy_of_the_photograph(tmp_path):
    found = read(tmp_path, ANNOTATION)
    torch.testing.assert_close(found.boxes_on(150, 200), found.boxes * 0.4)
    torch.testing.assert_close(found.boxes_on(192, 256)[0, :2], torch.tensor([45 * 256 / 500, 49 * 192 / 375]).double())


@pytest.mark.parametrize("size", ["", "<size><width>0</width><height>0</height></size>"])
def test_without_a_size_the_boxes_are_on_the_photograph_as_it_is(size, tmp_path):
    found = read(tmp_path, re.sub("<size>.*</size>", size, ANNOTATION))
    assert found.size is None and found.boxes_on(208, 500).equal(found.boxes)


@pytest.mark.parametrize(
    ("old", "new", "telling"),
    [
        ("</annotation>", "", "1.xml is no XML file that can be read"),
        ("object>", "thing>", "1.xml holds no <object>, and so no box"),
        ("n02123159</name><bndbox><xmin>2<", "n01440764</name><bndbox><xmin>2<", "the classes n01440764 and n02123159"),
        ("n02123159", "cat", "names the class 'cat', and ILSVRC's are WordNet ids such as n02123159"),
        ("<name>n02123159</name>", "", "names the class '', and ILSVRC's are WordNet ids"),
        ("<xmin>45</xmin>", "", "1.xml must have a number in <xmin>, got ''"),
        ("<ymax>162</ymax>", "<ymax>deep</ymax>", "1.xml must have a number in <ymax>, got 'deep'"),
        ("<ymax>162</ymax>", "<ymax>nan</ymax>", "1.xml must have a number in <ymax>, got 'nan'"),
        ("<width>500</width>", "", "1.xml must have a number in <width>, got ''"),
        ("<xmin>45</xmin>", "<xmin>500</xmin>", "a box that ends before it begins: 500, 49, 499, 162"),
    ],
)
def test_an_xml_file_that_is_not_as_it_should_be_is_refused(old, new, telling, tmp_path):
    with pytest.raises(ValueError, match=telling) as caught:
        read(tmp_path, ANNOTATION.replace(old, new))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "size", "telling"),
    [
        (
            "<xmax>499<",
            "<xmax>499<",
            (500, 375),
            "on a photograph 500 wide and 375 high, and this one is 375 wide and 500",
        ),
        ("<xmin>45<", "<xmin>-3<", (375, 500), r"500 wide and 375 high: it goes from \(-3, 49\) to \(499, 162\)"),
        ("<ymax>162<", "<ymax>376<", (375, 500), r"it goes from \(45, 49\) to \(499, 376\)"),
    ],
)
def test_boxes_that_do_not_fit_the_photograph_are_refused(old, new, size, telling, tmp_path):
    with pytest.raises(ValueError, match=telling):
        read(tmp_path, ANNOTATION.replace(old, new)).boxes_on(*size)


def test_a_box_may_count_pixels_from_one(tmp_path):
    assert read(tmp_path, ANNOTATION.replace("<xmax>499<", "<xmax>500<")).boxes_on(375, 500)[0, 2] == 501


# --- one photograph ---


def test_a_photograph_is_read_as_it_is_stored(tmp_path):
    turned = Image.Exif()
    turned[0x0112] = 6
    Image.new("RGB", (8, 4), "red").save(tmp_path / "1.png", exif=turned)
    photo = imagenet.read_photo(tmp_path / "1.png")
    assert photo.size == (8, 4) and photo.mode == "RGB" and not photo.getexif()


@pytest.mark.parametrize("mode", ["L", "CMYK", "P", "1"])
def test_photographs_of_all_kinds_come_in_rgb(mode, tmp_path):
    Image.new("RGB", (8, 4), "white").convert(mode).save(tmp_path / "1.tiff")
    photo = imagenet.read_photo(tmp_path / "1.tiff")
    assert photo.mode == "RGB" and photo.getpixel((3, 2)) == (255, 255, 255)


@pytest.mark.parametrize("content", [b"", b"no picture", b"\xff\xd8\xff\xe0\x00\x10JFIF"])
def test_what_is_no_picture_is_refused(content, tmp_path):
    (tmp_path / "1.JPEG").write_bytes(content)
    with pytest.raises(ValueError, match="1.JPEG is no picture that can be read") as caught:
        imagenet.read_photo(tmp_path / "1.JPEG")
    assert "\n" not in str(caught.value)


def test_a_cut_off_photograph_and_one_of_16_bits_are_refused(tmp_path):
    noise = np.random.default_rng(0).integers(0, 255, (60, 60, 3), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "1.JPEG")
    (tmp_path / "1.JPEG").write_bytes((tmp_path / "1.JPEG").read_bytes()[:1500])
    with pytest.raises(ValueError, match="1.JPEG is no picture that can be read"):
        imagenet.read_photo(tmp_path / "1.JPEG")
    Image.fromarray(np.full((4, 4), 60_000, dtype=np.uint16)).save(tmp_path / "2.png")
    with pytest.raises(ValueError, match="2.png has more than 8 bits a color, and photographs of ILSVRC have 8"):
        imagenet.read_photo(tmp_path / "2.png")
