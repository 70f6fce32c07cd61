"""Captions, questions and colors: what is said of a scene is true of its pixels."""

import dataclasses

import pytest
import torch

from cam_tutorial import zoo
from cam_tutorial.zoo.looks import color_of, oklch

TO_LMS = [
    [0.4122214708, 0.5363325363, 0.0514459929],
    [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
]
FROM_LMS = [[1.9779984951, -2.4285922050, 0.4505937099], [0.0259040371, 0.7827717662, -0.8086757660]]


def hue_of(rgb):
    """The hue of a color in OKLCH, in turns, by the published matrices run backwards (Ottosson 2020)."""
    linear = torch.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4).double()
    a, b = torch.tensor(FROM_LMS, dtype=torch.float64) @ (torch.tensor(TO_LMS, dtype=torch.float64) @ linear).pow(1 / 3)
    return (torch.atan2(b, a) / (2 * torch.pi)).item() % 1


def body_color(scene):
    """The color that most pixels of the animal have, from a picture without grain to speak of."""
    animal = scene.animals[0]
    pixels = (scene.image[:, animal.mask] * 24).round().long()
    values, counts = pixels.unique(dim=1, return_counts=True)
    colorful = values.amax(0) - values.amin(0) > 3
    return values[:, colorful][:, counts[colorful].argmax()] / 24


@pytest.mark.parametrize("color", zoo.COLORS)
def test_an_animal_of_a_chosen_color_has_it(color):
    for seed in range(6):
        scene = zoo.scene(seed, ["fish"], 160, colors=[color])
        assert scene.animals[0].color == color
        assert color_of(hue_of(body_color(scene))) in _neighbors(color)


def _neighbors(color):
    """It and the words beside it: shading turns a hue a little."""
    words = list(zoo.COLORS)
    at = words.index(color)
    return {words[at - 1], color, words[(at + 1) % len(words)]}


def test_the_color_of_an_animal_is_the_nearest_word():
    assert [color_of(hue) for hue in (0.06, 0.99, 0.005, 0.61, 0.62)] == ["red", "pink", "red", "teal", "blue"]
    assert all(color_of(hue) == word for word, hue in zoo.COLORS.items())
    assert hue_of(torch.tensor(oklch(*(torch.tensor([v]).numpy() for v in (0.7, 0.1, 0.3)))[0])) == pytest.approx(
        0.3, abs=1e-4
    )


def test_a_color_changes_nothing_else():
    for seed in range(6):
        plain, blue = zoo.scene(seed, 2, things=1), zoo.scene(seed, 2, things=1, colors=["blue", None])
        changed = (plain.image != blue.image).any(dim=0)
        assert not (changed & ~plain.animals[0].mask).any()
        for a, b in zip(plain.animals, blue.animals, strict=True):
            assert a.name == b.name and torch.equal(a.mask, b.mask)
        assert blue.animals[1].color == plain.animals[1].color
        assert blue.without(blue.animals[1]).animals[0].color == "blue"


@pytest.mark.parametrize(
    ("colors", "words"),
    [
        (["blu", None], "no color 'blu': the words are red, .* did you mean 'blue'"),
        (["blue"], "a color or None for each animal, 2 in all"),
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


def test_what_has_several_answers_is_not_asked():
    twins = put(CAT, ("cat", "red", (60, 10, 80, 30)), BIRD)
    assert [one.text for one in zoo.questions(twins) if "the cat" in one.text] == []
    assert all(one.answer for one in zoo.questions(twins))


def test_every_answer_is_true_of_its_scene():
    for seed in range(40):
        scene = zoo.scene(seed, 3)
        for asked in zoo.questions(scene):
            assert any(asked.about is animal for animal in scene.animals)
            assert asked.answer == (asked.about.color if asked.kind == "color" else asked.about.name)
