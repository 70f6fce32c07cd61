"""Classes by name: exact spelling first, several meanings listed with their numbers, words and synonyms found."""

import numpy as np
import pytest
import torch

from cam_tutorial.photos import class_index
from cam_tutorial.photos.class_names import _key
from cam_tutorial.photos.synonyms import NEAR, SAME

models = pytest.importorskip("torchvision.models", reason="torchvision is not installed")

NAMES = list(models.SqueezeNet1_0_Weights.DEFAULT.meta["categories"])


@pytest.mark.parametrize("index", range(0, 1000, 37))
def test_every_name_as_it_is_spelled_is_its_class(index):
    assert class_index(NAMES[index], NAMES) == class_index(index, NAMES) == class_index(str(index), NAMES) == index


def test_no_name_leads_to_another_class():
    found = [class_index(name, NAMES) for name in NAMES]
    assert found == list(range(1000))


@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("cardigan", 474),  # the garment
        ("Cardigan", 264),  # the dog
        ("crane", 517),  # the machine
        ("crane bird", 134),
        ("maillot", 638),
        ("maillot tank suit", 639),
        ("sunglass", 836),
        ("sunglasses", 837),
        (" Tiger Cat ", 282),
        ("tigercat", 282),
        ("tiger_cat", 282),
        ("TIGER-CAT", 282),
        ("jack o lantern", 607),
        ("Brabançon griffon", 262),
        ("tabby cat", 281),
        ("Polar bear", 296),
        ("red_panda", 387),
        ("smartphone", 487),
        ("Welsh corgi, no", None),
        (np.int64(282), 282),
        (torch.tensor(282), 282),
        (" 282 ", 282),
    ],
)
def test_a_name_in_another_spelling(name, index):
    if index is None:
        with pytest.raises(ValueError, match="no class"):
            class_index(name, NAMES)
    else:
        assert class_index(name, NAMES) == index


def refusal(which, names=NAMES) -> str:
    with pytest.raises(ValueError) as caught:
        class_index(which, names)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_name_of_two_classes_is_asked_back_about():
    assert refusal("CARDIGAN") == (
        "'CARDIGAN' is the name of 264 Cardigan (Cardigan Welsh corgi) and 474 cardigan (cardigan sweater): "
        "give the number of one"
    )
    keras = ["crane" if index in (134, 517) else name for index, name in enumerate(NAMES)]  # as other lists have it
    assert refusal("crane", keras).startswith("'crane' is the name of 134 crane and 517 crane: give")
    assert class_index(134, keras) == 134


def test_words_of_names_are_found_and_parts_of_words_are_not():
    told = refusal("cat")
    assert told.endswith(
        "near that are 281 tabby, 282 tiger cat, 283 Persian cat, 284 Siamese cat, 285 Egyptian cat, 383 Madagascar cat"
    )
    assert refusal("Cats").endswith(told.partition("; ")[2])
    for word in ("crate", "castle", "cattle", "catamaran", "polecat"):
        assert word not in told
    assert refusal("panda").endswith("near that are 387 lesser panda, 388 giant panda")
    assert refusal("welsh corgi").endswith("near that are 263 Pembroke, 264 Cardigan")
    assert refusal("bear").startswith("there is no class 'bear': give an index from 0 to 999 or a name; near")
    assert refusal("apple").endswith("near that are 948 Granny Smith, 956 custard apple")  # neither taken in silence


def test_everyday_words_list_what_they_stand_for():
    assert "281 tabby, 282 tiger cat" in refusal("kitten") and "mitten" not in refusal("kitten")
    assert refusal("dog").endswith("158 toy terrier and 111 more")  # 118 breeds, and an eskimo's among them
    assert refusal("bus").endswith("near that are 654 minibus, 779 school bus, 874 trolleybus")
    assert "345 ox" in refusal("cow")
    assert refusal("dog", ["a", "b"]) == "there is no class 'dog': give an index from 0 to 1 or a name"


def test_what_is_like_nothing_or_mistyped():
    assert refusal("tigr cat").endswith("; did you mean 'tiger cat'?")
    for odd in ("", "  ", "n02123045", "xyzzy", "--5", 2.5):
        assert refusal(odd).endswith("or a name")
    for number in (1000, -1, "1000", "-1", True, None):
        assert refusal(number).startswith(f"there is no class {number!r}: give an index from 0 to 999")


def test_the_synonyms_fit_the_names():
    assert SAME.keys() <= set(NAMES)
    assert {name for runs in NEAR.values() for run in runs for name in run} <= set(NAMES)
    others = [_key(other) for synonyms in SAME.values() for other in synonyms.split(", ")]
    assert len(set(others)) == len(others)
    assert not set(others) & {_key(name) for name in NAMES}  # a synonym would never be reached
    assert all(NAMES.index(run[0]) <= NAMES.index(run[-1]) for runs in NEAR.values() for run in runs)
