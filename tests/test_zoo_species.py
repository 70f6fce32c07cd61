"""Newcomers, look-alikes and chimeras: what is promised of them holds to the pixel."""

import hashlib
import inspect
import itertools
import subprocess
import sys

import numpy as np
import pytest
import torch

from cam_tutorial import zoo
from cam_tutorial.zoo.figures import Figure
from cam_tutorial.zoo.individuals import ROLLS, individuals
from cam_tutorial.zoo.looks import PATTERNS
from cam_tutorial.zoo.raster import paint
from cam_tutorial.zoo.species import FIGURES, figure_of, label_of

SEEDS = range(8)
ALL_KINDS = [kind for kinds in zoo.KINDS.values() for kind in kinds]
LATER = zoo.SPECIES[len(zoo.ANIMALS) :]
# Parts that the body has and has not, with fewer and with more joints than its own, behind the rest and on top.
CHIMERAS = [
    ("cat", "ears", "rabbit"),
    ("rabbit", "ears", "cat"),
    ("rabbit", "legs", "cat"),
    ("cat", "head", "bird"),
    ("cat", "trunk", "elephant"),
    ("fish", "fins", "whale"),
    ("spider", "claws", "crab"),
    ("snail", "spines", "hedgehog"),
    ("whale", "upper wings", "butterfly"),
    ("crab", "front legs", "spider"),
    ("curlew", "beak", "parrot"),
    ("manx", "tail", "fish"),
    ("butterfly", "lower wings", "butterfly"),
]


def form(name, part, seed, size=96):
    """Every pixel that a part touches, also where others lie over it: the part drawn alone, in its animal's frame."""
    figure = figure_of(name)
    alone = Figure([shape for shape in figure.parts if shape.name == part], figure.line_width, figure.frame or figure)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(FIGURES, name, alone)
        return zoo.scene(seed, name, size).animals[0].mask


def assert_alike_but_for(part, a, b, forms):
    """Two scenes are the same outside the forms, and their animals' other parts where this one is seen in neither."""
    assert torch.equal(a.image[:, ~forms], b.image[:, ~forms])
    (a,), (b,) = a.animals, b.animals
    none = torch.zeros_like(a.mask)
    seen = a.parts.get(part, none) | b.parts.get(part, none)
    assert a.parts.keys() - {part} == b.parts.keys() - {part}
    for name in a.parts.keys() - {part}:
        assert torch.equal(a.parts[name] & ~seen, b.parts[name] & ~seen)


# --- Newcomers, and what holds for every species ---


def test_who_lives_in_the_zoo():
    assert (*zoo.ANIMALS, *zoo.NEWCOMERS, *ALL_KINDS) == zoo.SPECIES
    assert len(set(zoo.SPECIES)) == len(zoo.SPECIES) and len(zoo.NEWCOMERS) == 5
    assert not any(" " in name for name in zoo.SPECIES), "the name of a chimera could not be read"
    assert zoo.KINDS.keys() == zoo.DIFFERS.keys() == {"bird", "cat"}
    assert [label_of(name) for name in zoo.SPECIES] == list(range(len(zoo.SPECIES)))


@pytest.mark.parametrize("name", LATER)
def test_their_masks_are_exact(name):
    for seed in SEEDS:
        scene, empty = zoo.scene(seed, name), zoo.scene(seed, 0)
        (animal,) = scene.animals
        assert (animal.name, animal.label) == (name, zoo.SPECIES.index(name))
        assert torch.equal(animal.mask, (scene.image != empty.image).any(dim=0))
        assert torch.equal(torch.stack(list(animal.parts.values())).sum(dim=0), animal.mask.long())
        assert 4 <= len(animal.parts) <= 8 and all(part.sum() >= 5 for part in animal.parts.values())


@pytest.mark.parametrize("region", [(0, 0, 0.5, 1), (0.5, 0.5, 1, 1), (0.31, 0.2, 0.63, 0.97), (0.2, 0.3, 0.3, 0.4)])
def test_they_stay_in_the_region(region):
    for name, seed in itertools.product(LATER, range(25)):
        left, top, right, bottom = zoo.scene(seed, name, region=region).animals[0].box
        assert left >= 96 * region[0] and top >= 96 * region[1]
        assert right <= 96 * region[2] and bottom <= 96 * region[3] and right > left


def test_colors_and_pattern_say_nothing_of_the_species():
    rolls = np.random.default_rng(0).random((1, ROLLS)).repeat(len(zoo.SPECIES), axis=0)
    cast = individuals([FIGURES[name] for name in zoo.SPECIES], rolls, PATTERNS, 20)
    for individual in cast:
        assert (individual.paints == cast[0].paints).all() and (individual.patterned == cast[0].patterned).all()
        assert individual.pattern_spans == cast[0].pattern_spans


def test_chance_draws_them_where_it_is_asked_to():
    labels = zoo.batch(400, 3, size=16, among=zoo.KINDS["bird"])[1]
    counts = labels.bincount(minlength=len(zoo.SPECIES))[[zoo.SPECIES.index(kind) for kind in zoo.KINDS["bird"]]]
    assert counts.sum() == 400 and counts.min() > 70 and counts.max() < 130
    names = [animal.name for animal in zoo.scene(3, 5, among=zoo.NEWCOMERS).animals]
    assert sorted(names) == sorted(zoo.NEWCOMERS)
    assert zoo.batch(300, 5, size=16)[1].max() < len(zoo.ANIMALS)


# --- Look-alikes ---


@pytest.mark.parametrize(
    ("species", "kinds"), [(s, p) for s, k in zoo.KINDS.items() for p in itertools.combinations(k, 2)]
)
def test_two_kinds_differ_in_one_part_alone(species, kinds):
    part = zoo.DIFFERS[species]
    for seed in SEEDS:
        a, b = (zoo.scene(seed, kind) for kind in kinds)
        forms = [form(kind, part, seed) for kind in kinds]
        assert_alike_but_for(part, a, b, forms[0] | forms[1])
        assert (a.image != b.image).any()


@pytest.mark.parametrize("species", zoo.KINDS)
def test_the_part_that_differs_is_small_and_the_rest_is_the_species(species):
    part = zoo.DIFFERS[species]
    for kind, seed in itertools.product(zoo.KINDS[species], SEEDS):
        (animal,) = zoo.scene(seed, kind, 288).animals
        assert 0.01 < animal.parts[part].sum() / animal.mask.sum() < 0.11
        others, own = ([p for p in FIGURES[name].parts if p.name != part] for name in (kind, species))
        assert others == own  # the very same parts


def test_a_kind_among_others_leaves_them_where_they_are():
    for seed in SEEDS:
        a, b = (zoo.scene(seed, [kind, "fish", "whale"]) for kind in ("finch", "curlew"))
        for one, other in zip(a.animals[1:], b.animals[1:], strict=True):
            assert torch.equal(one.mask, other.mask)


def test_figures_in_one_frame_are_painted_in_one_window():
    """Pillow reckons edges in single precision from a window's left: in another window, subpixels would differ."""
    for rolls in np.random.default_rng(1).random((20, 1, ROLLS)):
        for kinds in zoo.KINDS.values():
            cast = individuals([FIGURES[kind] for kind in kinds], rolls.repeat(len(kinds), axis=0), PATTERNS, 20)
            assert len({paint([one.at(0.5 + 0.5j, 0.4)], 131).window for one in cast}) == 1
        body, mixed = individuals(
            [FIGURES["rabbit"], figure_of("rabbit with cat tail")], rolls.repeat(2, 0), PATTERNS, 20
        )
        ours, theirs = (paint([one.at(0.5 + 0.5j, 0.4)], 131).window for one in (body, mixed))
        assert all(a >= b for a, b in zip(ours[:2], theirs[:2], strict=True))
        assert all(a <= b for a, b in zip(ours[2:], theirs[2:], strict=True))


# --- Chimeras ---


@pytest.mark.parametrize(("body", "part", "donor"), CHIMERAS)
@pytest.mark.parametrize("size", [96, 131])
def test_a_chimera_is_its_body_but_for_the_part(body, part, donor, size):
    name = zoo.chimera(body, part, donor)
    for seed in SEEDS:
        scene, plain = zoo.scene(seed, name, size), zoo.scene(seed, body, size)
        forms = form(name, part, seed, size)
        if part in FIGURES[body].names:
            forms = forms | form(body, part, seed, size)
        assert_alike_but_for(part, scene, plain, forms)
        (animal,) = scene.animals
        assert (animal.name, animal.label) == (name, zoo.SPECIES.index(body))
        assert animal.parts.keys() == {*FIGURES[body].names, part}
        assert torch.equal(animal.mask, (scene.image != zoo.scene(seed, 0, size).image).any(dim=0))
        assert torch.equal(torch.stack(list(animal.parts.values())).sum(dim=0), animal.mask.long())


@pytest.mark.parametrize("name", zoo.SPECIES)
def test_an_animal_with_a_part_of_its_own_is_itself(name):
    for part, seed in itertools.product(FIGURES[name].names, range(3)):
        own = zoo.scene(seed, zoo.chimera(name, part, name))
        assert torch.equal(own.image, zoo.scene(seed, name).image)
        for mask, other in zip(
            own.animals[0].parts.items(), zoo.scene(seed, name).animals[0].parts.items(), strict=True
        ):
            assert mask[0] == other[0] and torch.equal(mask[1], other[1])


def middle(shapes):
    points = np.concatenate([shape.outline for shape in shapes])
    return (points.real.min() + points.real.max() + 1j * (points.imag.min() + points.imag.max())) / 2


@pytest.mark.parametrize(("body", "part", "donor"), CHIMERAS)
def test_where_the_new_part_lies(body, part, donor):
    old, new = FIGURES[body].parts, [shape for shape in figure_of(zoo.chimera(body, part, donor)).parts]
    grafted = [shape for shape in new if shape.name == part]
    given = [shape for shape in FIGURES[donor].parts if shape.name == part]
    replaced = [shape for shape in old if shape.name == part]
    under = replaced or [shape for shape in old if shape.name == "body"] or old
    assert middle(grafted) == pytest.approx(middle(under))
    for shape, source in zip(grafted, given, strict=True):
        assert np.ptp(shape.outline - source.outline) == pytest.approx(0)  # moved, nothing else
        assert (shape.tone, shape.line) == (source.tone, source.line)
    if replaced:
        assert {shape.joint for shape in grafted} <= {shape.joint for shape in replaced}
        assert new.index(grafted[0]) == old.index(replaced[0])
    else:
        assert new[-len(grafted) :] == grafted  # on top
    assert [shape for shape in new if shape.name != part] == [shape for shape in old if shape.name != part]


def test_a_part_on_top_is_all_seen():
    name = zoo.chimera("cat", "trunk", "elephant")
    for seed in SEEDS:
        assert torch.equal(zoo.scene(seed, name).animals[0].parts["trunk"], form(name, "trunk", seed))


def test_a_chimera_is_valid_wherever_an_animal_is_named():
    name = zoo.chimera("cat", "ears", "rabbit")
    assert name == "cat with rabbit ears" and figure_of(name) is figure_of(name)
    assert zoo.chimera("whale", "upper wings", "butterfly") == "whale with butterfly upper wings"
    for seed in SEEDS:
        a, b = (zoo.scene(seed, [first, "fish", name]) for first in (name, "cat"))
        assert [animal.name for animal in a.animals] == [name, "fish", name]
        assert [animal.label for animal in a.animals] == [0, 3, 0]
        for one, other in zip(a.animals[1:], b.animals[1:], strict=True):
            assert one.box == other.box
    assert {scene.animals[0].name for scene in zoo.scenes_of(30, 1, size=16, among=["cat", name])} == {"cat", name}
    assert not zoo.batch(9, 1, size=16, among=[name])[1].any()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: zoo.chimera("cat", "ears", "rabit"), r"no animal 'rabit' in the zoo, .*; did you mean 'rabbit'\?"),
        (lambda: zoo.chimera("cta", "ears", "rabbit"), r"no animal 'cta' in the zoo, .*; did you mean 'cat'\?"),
        (lambda: zoo.chimera("cat", "ear", "rabbit"), r"the rabbit has no part 'ear', it .*; did you mean 'ears'\?"),
        (lambda: zoo.chimera("cat", "wheels", "fish"), r"no part 'wheels', it has tail, fins, body, head\."),
        (lambda: zoo.chimera("cat", None, "fish"), r"the fish has no part None, it has tail"),
        (lambda: zoo.chimera("cat with rabbit ears", "tail", "fish"), "no animal 'cat with rabbit ears' in the zoo"),
        (lambda: zoo.scene(0, "cat with rabit ears"), "did you mean 'rabbit'"),
        (lambda: zoo.scene(0, ["fish", "cat with rabbit eras"]), "did you mean 'ears'"),
        (lambda: zoo.scene(0, "cat with rabbit"), r"named as in 'cat with rabbit ears', got 'cat with rabbit'\."),
        (lambda: zoo.scene(0, "cat with rabbit ears with fish tail"), "no part 'ears with fish tail'"),
        (lambda: zoo.scene(0, among=["cat", "cat with"]), "no animal 'cat with' in the zoo"),
        (lambda: zoo.scene(0, "crap"), "did you mean 'crab'"),
    ],
)
def test_errors_say_what_was_wrong(call, words):
    with pytest.raises(ValueError, match=words) as caught:
        call()
    assert "\n" not in str(caught.value) and str(caught.value)[-1] in ".?"


# --- The same scene everywhere ---


def fingerprint():
    """One number for all that is drawn of every species and of some chimeras."""
    digest = hashlib.sha256()
    for name in (*zoo.SPECIES, "cat with rabbit ears", "rabbit with crab claws", "turtle with hedgehog spines"):
        for seed in (0, 2**40 + 1):
            scene = zoo.scene(seed, name)
            digest.update(scene.image.numpy().tobytes())
            for animal in scene.animals:
                digest.update(repr((animal.name, animal.label, animal.box, list(animal.parts))).encode())
                for mask in animal.parts.values():
                    digest.update(mask.numpy().tobytes())
    return digest.hexdigest()


def test_the_same_bytes_in_another_process():
    code = f"import hashlib\nfrom cam_tutorial import zoo\n{inspect.getsource(fingerprint)}\nprint(fingerprint())"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == fingerprint()
