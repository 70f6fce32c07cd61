"""Captions, questions and colors: what is said of a scene is true of its pixels."""

import dataclasses
import random

import pytest
import torch

from cam_tutorial import zoo
from cam_tutorial.zoo.looks import color_of, hue_of, oklch

TO_LMS = [
    [0.4122214708, 0.5363325363, 0.0514459929],
    [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
]
FROM_LMS = [[1.9779984951, -2.4285922050, 0.4505937099], [0.0259040371, 0.7827717662, -0.8086757660]]


def hues_of(pixels):
    """Hue in OKLCH, in turns, and chroma of colors (3, n), by the published matrices run backwards (Ottosson 2020)."""
    linear = torch.where(pixels <= 0.04045, pixels / 12.92, ((pixels + 0.055) / 1.055) ** 2.4).double()
    a, b = torch.tensor(FROM_LMS, dtype=torch.float64) @ (torch.tensor(TO_LMS, dtype=torch.float64) @ linear).pow(1 / 3)
    return torch.atan2(b, a) / (2 * torch.pi) % 1, torch.hypot(a, b)


def shares_of(scene):
    """Word -> the share of it among the pixels of the first animal that have a color and are no dark line."""
    pixels = scene.image[:, scene.animals[0].mask]
    hues, chroma = hues_of(pixels)
    counted = hues[(chroma > 0.03) & (pixels.amax(dim=0) > 0.4)]
    away = [(counted - hue + 0.5) % 1 - 0.5 for hue in zoo.COLORS.values()]
    counts = torch.stack(away).abs().argmin(dim=0).bincount(minlength=len(away)) / len(counted)
    return dict(zip(zoo.COLORS, counts.tolist(), strict=True))


MIXED = ("cat with rabbit ears", "whale with hedgehog spines")


@pytest.mark.parametrize("color", zoo.COLORS)
def test_an_animal_of_a_chosen_color_has_it(color):
    for seed, name in enumerate((*zoo.SPECIES, *MIXED) * 2):
        scene = zoo.scene(seed, [name], colors=[color])
        assert scene.animals[0].color == color and shares_of(scene)[color] > 0.6, (seed, name)


@pytest.mark.parametrize("name", [*zoo.SPECIES, *MIXED])
def test_an_animal_of_its_own_colors_is_called_by_that_of_most_of_it(name):
    """Also one that is mostly spines, shell or wing. Its pose, which moves the parts, may bring another as far."""
    for seed in range(15):
        scene = zoo.scene(seed, [name], 144)
        shares = shares_of(scene)
        assert shares[scene.animals[0].color] > max(shares.values()) - 0.2, (seed, shares)


def test_the_word_is_the_same_at_every_size_and_in_every_style():
    for seed in range(20):
        first, *others = [zoo.scene(seed, 3, size) for size in (96, 16, 64, 131)]
        others += [zoo.scene(seed, 3, style=style) for style in zoo.STYLES]
        words = [animal.color for animal in first.animals]
        assert all([animal.color for animal in other.animals] == words for other in others)
        assert [animal.color for animal in first.without(first.animals[0]).animals] == words[1:]


def test_the_color_of_an_animal_is_the_nearest_word():
    assert [color_of(hue) for hue in (0.06, 0.99, 0.005, 0.61, 0.62)] == ["red", "pink", "red", "teal", "blue"]
    assert all(color_of(hue) == word for word, hue in zoo.COLORS.items())
    mixed = oklch(*(torch.tensor([v]).numpy() for v in (0.7, 0.1, 0.3)))
    assert hue_of(mixed).item() == pytest.approx(0.3, abs=1e-4)
    hues, chroma = hues_of(torch.tensor(mixed).T)
    assert (hues.item(), chroma.item()) == (pytest.approx(0.3, abs=1e-4), pytest.approx(0.1, abs=1e-4))


@pytest.mark.parametrize("style", zoo.STYLES)
def test_a_color_changes_nothing_else(style):
    """But in pencil and chalk the pixels around, by one at this size."""
    for seed in range(6):
        asked = {"animals": 2, "things": 1, "style": style}
        plain, blue = zoo.scene(seed, **asked), zoo.scene(seed, **asked, colors=["blue", None])
        changed, there = (plain.image != blue.image).any(dim=0), plain.animals[0].mask
        if style in ("sketch", "chalk"):
            there = torch.nn.functional.max_pool2d(there[None].float(), 3, 1, 1)[0] > 0
        assert changed.any() and not (changed & ~there).any()
        for a, b in zip((*plain.animals, *plain.things), (*blue.animals, *blue.things), strict=True):
            assert (a.name, a.box) == (b.name, b.box) and torch.equal(a.mask, b.mask)
            assert all(torch.equal(part, b.parts[name]) for name, part in getattr(a, "parts", {}).items())
        assert blue.animals[1].color == plain.animals[1].color
        assert blue.without(blue.animals[1]).animals[0].color == "blue"


@pytest.mark.parametrize(
    ("colors", "words"),
    [
        (["blu", None], "no color 'blu': the words are red, .* did you mean 'blue'"),
        ([["blue"], None], r"no color \['blue'\]: the words are red"),
        (["blue"], r"a color or None for each animal, 2 in all, such as \['red', None\], got \['blue'\]"),
        ("blue", "a list with a color"),
    ],
)
def test_bad_colors_get_one_sentence(colors, words):
    with pytest.raises(ValueError, match=words):
        zoo.scene(1, 2, colors=colors)


def put(*animals):
    """A scene whose boxes and colors are written by hand: (name, color, box)."""
    drawn = zoo.scene(1, [name for name, _, _ in animals])
    by_hand = tuple(
        dataclasses.replace(one, color=color, box=box)
        for one, (_, color, box) in zip(drawn.animals, animals, strict=True)
    )
    return dataclasses.replace(drawn, animals=by_hand)


CAT, BIRD = ("cat", "orange", (10, 10, 30, 30)), ("bird", "blue", (50, 20, 70, 40))
FISH = ("fish", "red", (12, 60, 28, 80))


@pytest.mark.parametrize(
    ("scene", "said"),
    [
        (put(), "nothing"),
        (put(CAT), "an orange cat"),
        (put(CAT, BIRD), "an orange cat left of a blue bird"),
        (put(BIRD, CAT), "a blue bird right of an orange cat"),
        (put(CAT, FISH), "an orange cat above a red fish"),
        (put(FISH, CAT), "a red fish below an orange cat"),
        (put(CAT, BIRD, FISH), "an orange cat, a blue bird and a red fish"),
    ],
)
def test_captions(scene, said):
    assert zoo.caption(scene) == said


def test_questions_by_hand():
    scene = put(CAT, BIRD, FISH)
    asked = {one.text: (one.answer, one.about.name, one.kind) for one in zoo.questions(scene)}
    # The fish's middle is 40 px down and 40 px left of the bird's, a tie that goes to left and right.
    assert asked == {
        "what color is the cat?": ("orange", "cat", "color"),
        "what color is the bird?": ("blue", "bird", "color"),
        "what color is the fish?": ("red", "fish", "color"),
        "what is right of the cat?": ("bird", "bird", "where"),
        "what is above the fish?": ("cat", "cat", "where"),
        "what is below the cat?": ("fish", "fish", "where"),
        "what is right of the fish?": ("bird", "bird", "where"),
    }


@pytest.mark.parametrize(
    ("names", "asked_for"),
    [
        (("cat", "cat with rabbit ears", "fish"), ["cat with rabbit ears", "fish"]),
        (("bird", "finch", "fish"), ["finch", "fish"]),
        (("finch", "curlew"), ["finch", "curlew"]),
        (("finch", "finch with cat tail"), ["finch with cat tail"]),
    ],
)
def test_who_could_be_meant_as_well_is_not_asked_for(names, asked_for):
    """A cat with rabbit ears is a cat, and a finch is a bird; but a cat is no cat with rabbit ears."""
    colors = [one for one in zoo.questions(zoo.scene(1, names)) if one.kind == "color"]
    assert [one.text for one in colors] == [f"what color is the {name}?" for name in asked_for]


def test_what_is_hidden_altogether_is_neither_named_nor_asked_for():
    covered = zoo.scene(3, ["bird", "cat"], at=[(0.3, 0.3), (0.7, 0.7)], things=[(0.3, 0.3, 1.0)])
    hidden, cat = covered.animals
    assert not hidden.mask.any() and cat.mask.any()
    assert zoo.caption(covered) == f"{'an' if cat.color[0] in 'aeiou' else 'a'} {cat.color} cat"
    assert [one.text for one in zoo.questions(covered)] == ["what color is the cat?"]
    with pytest.raises(ValueError, match="nothing is to be seen of the bird, so it stands nowhere"):
        zoo.relation(cat, hidden)
    seen = covered.without(covered.things[0])
    assert " bird " in zoo.caption(seen) and len(zoo.questions(seen)) == 4


def test_two_with_the_same_middle_stand_to_each_other_in_no_way():
    around = put(CAT, ("bird", "blue", (0, 5, 40, 35)))
    assert zoo.caption(around) == "an orange cat and a blue bird"
    assert [one.kind for one in zoo.questions(around)] == ["color", "color"]
    with pytest.raises(ValueError, match="the cat and the bird have the same middle, so neither is beside the other"):
        zoo.relation(*around.animals)


def test_what_has_several_answers_is_not_asked():
    twins = put(CAT, ("cat", "red", (60, 10, 80, 30)), BIRD)
    assert [one.text for one in zoo.questions(twins) if "the cat" in one.text] == []
    assert all(one.answer for one in zoo.questions(twins))


def holds(how, one, other):
    """Whether one stands so to the other, by the middles of their masks' boxes."""
    (x, y), (u, v) = (((a.box[0] + a.box[2]) / 2, (a.box[1] + a.box[3]) / 2) for a in (one, other))
    level, upright = abs(x - u) >= abs(y - v), abs(y - v) > abs(x - u)
    return {"left of": level and x < u, "right of": level and x > u, "above": upright and y < v}.get(
        how, upright and y > v
    )


def test_what_is_asked_is_all_that_has_one_answer():
    """Of crowded scenes, some of them in one heap, against every question that can be put together."""
    chance = random.Random(13)
    for seed in range(250):
        names = chance.choices(zoo.ANIMALS, k=seed % 7)
        heap = [(chance.choice((0.5, chance.random())), chance.choice((0.5, chance.random()))) for _ in names]
        scene = zoo.scene(seed, names, 32, at=heap if seed % 2 else None, things=[(0.5, 0.5, 0.6)] if seed % 3 else 0)
        seen = [animal for animal in scene.animals if animal.mask.any()]
        found = {one.text: (one.answer, one.about, one.kind) for one in zoo.questions(scene)}
        expected = {}
        for one in [one for one in seen if [other.name for other in seen].count(one.name) == 1]:
            expected[f"what color is the {one.name}?"] = one.color, one, "color"
            for how in zoo.RELATIONS:
                there = [other for other in seen if other is not one and holds(how, other, one)]
                if len(there) == 1:
                    expected[f"what is {how} the {one.name}?"] = there[0].name, there[0], "where"
        assert found == expected and len(zoo.questions(scene)) == len(found)
        said = zoo.caption(scene)
        assert [one for one in seen if f"{one.color} {one.name}" not in said] == []
        assert sum(said.count(word) for word in zoo.ANIMALS) == len(seen) and (said == "nothing") == (not seen)
