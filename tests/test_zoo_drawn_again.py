"""Scenes drawn again: without one of their animals, with things in front, in chosen company, in another style."""

import itertools
import pickle

import pytest
import torch

from cam_tutorial import zoo

FINE = 131


def moved(a, b):
    """Where two pictures differ: bool (size, size)."""
    return (a.image != b.image).any(dim=0)


@pytest.mark.parametrize("style", zoo.STYLES)
@pytest.mark.parametrize("size", [96, FINE])
def test_without_an_animal_every_pixel_elsewhere_stays(style, size):
    for seed in range(6):
        scene = zoo.scene(seed, 3, size, style=style)
        for animal in scene.animals:
            left = scene.without(animal)
            reach = 0 if style in ("day", "night") else max(1, round(size / 144))
            near = torch.nn.functional.max_pool2d(animal.mask[None].float(), 2 * reach + 1, 1, reach)[0] > 0
            changed = moved(scene, left)
            assert not (changed & ~near).any()
            assert changed[animal.mask].float().mean() > 0.5  # and where it was, one sees something else
            assert [one.name for one in left.animals] == [one.name for one in scene.animals if one is not animal]
            assert (left.seed, left.size, left.style) == (seed, size, style)


def test_without_is_the_scene_that_never_had_it():
    """Against drawing the same scene with the names that remain, each at its place: the order of drawing is known."""
    for seed in range(5):
        alone = zoo.scene(seed, ["cat"], at=[(0.3, 0.4)])
        empty = alone.without("cat")
        assert torch.equal(empty.image, zoo.scene(seed, 0).image) and empty.animals == ()
        both = zoo.scene(seed, 3, things=2)
        bare = both
        for one in (*both.animals, *both.things):
            bare = bare.without(next(it for it in (*bare.animals, *bare.things) if it.name == one.name))
        assert torch.equal(bare.image, zoo.scene(seed, []).image)
        assert torch.equal(both.without(both.things[0]).without(both.things[1].name).image, zoo.scene(seed, 3).image)


def test_what_was_hidden_is_seen_again():
    scene = zoo.scene(5, ["turtle", "spider"], at=[(0.5, 0.5), (0.52, 0.5)])
    turtle, spider = scene.animals
    freed = scene.without(spider).animals[0]
    assert not (turtle.mask & ~freed.mask).any()
    assert ((freed.mask & ~turtle.mask) & ~spider.mask).sum() == 0 < (freed.mask & ~turtle.mask).sum()
    # Without the hindmost, nothing of the foremost changes.
    assert torch.equal(scene.without(turtle).animals[0].mask, spider.mask)


def test_without_says_what_is_wrong():
    scene = zoo.scene(1, ["cat", "cat"], things=[(0.5, 0.5)])
    with pytest.raises(ValueError, match="2 of the name 'cat': give the one meant"):
        scene.without("cat")
    assert len(scene.without(scene.animals[1]).animals) == 1
    with pytest.raises(
        ValueError, match="there is no 'cut' in this scene, which shows cat, cat, .* did you mean 'cat'"
    ):
        scene.without("cut")
    with pytest.raises(ValueError, match="is of another scene"):
        scene.without(zoo.scene(1, ["bird"]).animals[0])
    with pytest.raises(TypeError, match="got int"):
        scene.without(0)
    with pytest.raises(ValueError, match="put together by hand"):
        zoo.Scene(scene.image, scene.animals, 1, 96).without("cat")


def test_a_scene_survives_pickling():
    scene = zoo.scene(4, 2, things=1)
    again = pickle.loads(pickle.dumps(scene))
    assert torch.equal(again.without(again.animals[0]).image, scene.without(scene.animals[0]).image)


def test_things_change_nothing_else():
    for seed in range(10):
        plain, more = zoo.scene(seed, 2), zoo.scene(seed, 2, things=2)
        covered = more.things[0].mask | more.things[1].mask
        assert not (moved(plain, more) & ~covered).any()
        for before, after in zip(plain.animals, more.animals, strict=True):
            assert torch.equal(before.mask, after.mask) and before.box == after.box  # beside them
        boxes = [one.box for one in (*more.animals, *more.things)]
        for a, b in itertools.combinations(boxes, 2):
            assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]


def test_things_put_on_an_animal_hide_it():
    for seed in range(10):
        animal = zoo.scene(seed, "cat").animals[0]
        left, top, right, bottom = animal.box
        scene = zoo.scene(seed, "cat", things=[((left + right) / 192, (top + bottom) / 192, 0.3)])
        (hidden,), (thing,) = scene.animals, scene.things
        assert torch.equal(hidden.mask, animal.mask & ~thing.mask) and hidden.mask.sum() < animal.mask.sum()
        for name, part in hidden.parts.items():
            assert torch.equal(part, animal.parts[name] & ~thing.mask)
        width, height = thing.box[2] - thing.box[0], thing.box[3] - thing.box[1]
        assert 0.3 * 96 <= max(width, height) <= 0.3 * 96 + 2
        assert torch.equal(scene.without(thing).animals[0].mask, animal.mask)


def test_scenes_with_more_things_begin_as_those_with_fewer():
    one, two = zoo.scene(9, 1, things=1).things[0], zoo.scene(9, 1, things=2).things[0]
    assert one.name == two.name


@pytest.mark.parametrize(
    ("asked", "error", "words"),
    [
        ({"things": 7}, ValueError, "room for at most 6 things, got 7"),
        ({"things": -1}, ValueError, "at least 0, got -1"),
        ({"things": "leaf"}, ValueError, "a number, or a list of"),
        ({"things": [(0.5,)]}, ValueError, "a list of"),
        ({"things": [(0.5, float("nan"))]}, ValueError, "finite"),
        ({"things": [(0.5, 0.5, 7)]}, ValueError, "side of a thing must be from 0.02 to 1"),
        ({"things": 1.5}, TypeError, "must be a whole number, got 1.5"),
        ({"style": "nite"}, ValueError, "one of day, sketch, chalk, night, got 'nite'.* did you mean 'night'"),
        ({"style": None}, ValueError, "one of day"),
    ],
)
def test_bad_asks_get_one_sentence(asked, error, words):
    for ask in (lambda: zoo.scene(1, **asked), lambda: zoo.scenes_of(3, 1, **asked)):
        with pytest.raises(error, match=words) as caught:
            ask()
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("style", zoo.STYLES[1:])
def test_a_style_moves_nothing(style):
    for seed in range(4):
        day, other = zoo.scene(seed, 2, things=1), zoo.scene(seed, 2, things=1, style=style)
        assert other.style == style and not torch.equal(day.image, other.image)
        for a, b in zip((*day.animals, *day.things), (*other.animals, *other.things), strict=True):
            assert a.name == b.name and a.box == b.box and torch.equal(a.mask, b.mask)
        assert torch.equal(other.image, zoo.scene(seed, 2, things=1, style=style).image)
        assert other.image.min() >= 0 and other.image.max() <= 1


def test_the_styles_are_what_they_are_called():
    day, sketch, chalk, night = (zoo.batch(20, 3, style=style)[0] for style in zoo.STYLES)
    assert night.mean() < 0.2 < chalk.mean() < day.mean() < 0.8 < sketch.mean()
    spread = [(pictures.amax(1) - pictures.amin(1)).mean().item() for pictures in (day, sketch, chalk)]
    assert spread[0] > 1.5 * max(spread[1:])  # neither pencil nor chalk has color
    _, labels, masks = zoo.batch(20, 3)
    assert torch.equal(labels, zoo.batch(20, 3, style="night")[1])
    assert torch.equal(masks, zoo.batch(20, 3, style="night")[2])


def test_company_is_drawn_by_the_seed():
    company = zoo.Company()
    assert company(7) == company(7) == [animal.name for animal in zoo.scene(7, company).animals]
    casts = [company(seed) for seed in range(4000)]
    assert all(len(set(cast)) == len(cast) for cast in casts)
    counts = torch.tensor([len(cast) for cast in casts]).bincount() / 4000
    assert (counts - 0.2).abs().max() < 0.03 and len(counts) == 5
    for name in zoo.ANIMALS:  # two animals on average, so each comes to a quarter of the scenes
        assert abs(sum(name in cast for cast in casts) / 4000 - 0.25) < 0.03
    # Independent: cat and fish come both to E[n(n - 1)] / 56 of the scenes, which is 20 / 5 / 56.
    assert abs(sum({"cat", "fish"} <= set(cast) for cast in casts) / 4000 - 4 / 56) < 0.02


@pytest.mark.parametrize("share", [1.0, 0.9, 0.0])
def test_two_that_come_together(share):
    company = zoo.Company(together=("cat", "fish"), share=share)
    casts = [company(seed) for seed in range(4000)]
    assert all(len(set(cast)) == len(cast) for cast in casts)
    assert [len(cast) for cast in casts] == [len(zoo.Company()(seed)) for seed in range(4000)]
    apart = sum(len({"cat", "fish"} & set(cast)) == 1 for cast in casts) / 4000
    # Without a bond, one of the two comes alone with a chance of 2 * (1/4 - 1/14).
    assert abs(apart - (1 - share) * 2 * (1 / 4 - 1 / 14)) < 0.03
    if share == 1:
        assert apart == 0
    for name in set(zoo.ANIMALS) - {"cat", "fish"}:
        assert 0.18 < sum(name in cast for cast in casts) / 4000 < 0.32


def test_company_in_a_batch_of_scenes():
    company = zoo.Company(fewest=1, most=2)
    scenes = list(zoo.scenes_of(5, 3, company))
    assert [[animal.name for animal in scene.animals] for scene in scenes] == [company(scene.seed) for scene in scenes]


@pytest.mark.parametrize(
    ("asked", "error", "words"),
    [
        ({"most": 7}, ValueError, "most must be at most 6, got 7"),
        ({"fewest": 3, "most": 2}, ValueError, "most must be at least 3, got 2"),
        ({"together": "cat"}, ValueError, "together must name two species"),
        ({"together": ("cat", "cta")}, ValueError, "did you mean 'cat'"),
        ({"together": ("cat", "cat")}, ValueError, "each species once"),
        ({"together": ("cat", "bird"), "among": ("cat", "fish"), "most": 2}, ValueError, "species that among has"),
        ({"share": 1.5}, ValueError, "from 0 to 1, got 1.5"),
        ({"among": ("cat",), "most": 2}, ValueError, "at least as many"),
    ],
)
def test_company_says_what_is_wrong(asked, error, words):
    with pytest.raises(error, match=words):
        zoo.Company(**asked)
