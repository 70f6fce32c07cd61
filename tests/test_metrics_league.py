"""The league: values by hand on maps of 1 × 4 and 2 × 2 pixels."""

import pytest
import torch

from cam_tutorial import metrics
from cam_tutorial.metrics import league, paired_interval

N = 4
IMAGES = torch.arange(N * 3 * 4, dtype=torch.float32).view(N, 3, 1, 4)
MASKS = torch.tensor([[[True, False, False, False]], [[False, True, False, False]]]).repeat(2, 1, 1)
TARGET = torch.tensor([0, 1, 0, 1])
FIRST = torch.tensor([[[3.0, 1, 0, 0]]])  # its highest place is the first


def left(images, target):
    return FIRST.expand(len(images), 1, 4)


def right_for_class_1(images, target):
    """Points at the place whose number is the class: at every object."""
    return torch.nn.functional.one_hot(target, 4).float()[:, None]


METHODS = {"left": left, "told": right_for_class_1}
MEASURES = {
    "points": lambda maps, scenes: metrics.pointing_game(maps, scenes.masks),
    "energy": lambda maps, scenes: metrics.energy_inside(maps, scenes.masks),
}


def table(methods=METHODS, measures=MEASURES, **kwargs):
    return league(methods, measures, IMAGES, TARGET, MASKS, progress=False, **kwargs)


def test_values_are_those_computed_by_hand():
    found = table()
    assert found.values.shape == (2, 2, 4) and found.values.dtype == torch.float64
    # left has 3 of its 4 on the first place, 1 on the second; told has everything on the object
    assert found["left", "points"].tolist() == [1, 0, 1, 0] and found["left", "energy"].tolist() == [0.75, 0.25] * 2
    assert found["told", "energy"].tolist() == [1, 1, 1, 1]
    assert found.means.tolist() == [[0.5, 0.5], [1, 1]]
    assert found.best("energy") == "told"


@pytest.mark.parametrize("batch_size", [1, 3, 4, 100])
def test_the_size_of_batches_does_not_matter(batch_size):
    assert torch.equal(table(batch_size=batch_size).values, table().values)


def test_each_batch_gets_its_own_images_classes_and_masks():
    seen = {"image": lambda maps, s: s.images[:, 0, 0, 0], "class": lambda maps, s: s.target + s.masks[:, 0, 1]}
    found = table(measures=seen, batch_size=3)
    assert found["left", "image"].tolist() == [0, 12, 24, 36] and found["left", "class"].tolist() == [0, 2, 0, 2]


def test_comparing_is_paired():
    found = table()
    pair = found.compare("told", "left", "energy")
    assert pair == paired_interval([1.0] * 4, [0.75, 0.25] * 2) and pair.mean == 0.5 and pair.excludes()
    assert found.compare("left", "told", "energy").mean == -0.5
    assert found.interval("told", "points") == (1, 1, 1)


def test_leaders_are_the_best_and_those_not_told_from_it():
    nearly = {"nearly": lambda maps, s: torch.where(maps[:, 0, 0] == 3, torch.tensor([1.0, 0, 1, 0])[: len(maps)], 0.6)}
    found = table(measures=nearly)  # left: 1, 0, 1, 0; told: 0.6, four times
    assert found.best("nearly") == "told" and found.leaders("nearly") == ["left", "told"]
    assert table().leaders("energy") == ["told"]


def test_settings_are_chosen_on_the_other_half():
    # Scenes 0, 2 are good at the first setting, 1, 3 at the second: each half gets what suits the other half, 0.
    crossed = {"crossed": lambda maps, s: torch.stack([1.0 - s.target, 1.0 * s.target], dim=1)}
    assert table(measures=crossed)["left", "crossed"].tolist() == [0, 0, 0, 0]
    # Setting 1 is the best of both halves, and scene 0 would have been better off with setting 0.
    grid = torch.tensor([[0.9, 0.8], [0.1, 0.7], [0.1, 0.6], [0.2, 0.3]])
    common = {"common": lambda maps, s: grid[(s.images[:, 0, 0, 0] / 12).long()]}
    assert table(measures=common)["left", "common"].tolist() == pytest.approx([0.8, 0.7, 0.6, 0.3])


def test_small_maps_are_brought_to_the_size_of_the_masks():
    masks = torch.tensor([[[True, True], [False, False]]]).repeat(2, 1, 1)
    found = league(
        {"small": lambda images, target: torch.ones(len(images), 1, 1)},
        {"energy": lambda maps, s: metrics.energy_inside(maps, s.masks)},
        torch.zeros(2, 3, 2, 2), 0, masks, progress=False,
    )  # fmt: skip
    assert found["small", "energy"].tolist() == [0.5, 0.5]


def test_maps_with_gradients_are_fine_and_images_stay_what_they_are():
    before = IMAGES.clone()

    def writes(images, target):
        images.zero_()
        return (FIRST * torch.ones(1, requires_grad=True)).expand(len(images), 1, 4)

    assert not table({"writes": writes}).values.requires_grad
    assert torch.equal(IMAGES, before)


def test_as_text_and_as_a_table():
    found = table()
    assert repr(found) == (
        "      points  energy\n"
        "left    0.50•   0.50\n"
        "told    1.00•   1.00•\n"
        "• the best of its column, or not told apart from it: the paired 95 % interval over 4 scenes holds 0"
    )
    page = found._repr_html_()
    assert '<th scope="row">told</th><td><b>1.00</b> •<br><small>1.00 to 1.00</small>' in page
    assert "<b>0.50</b> •" in page and page.count("•") == 4  # of two in four scenes the interval still reaches 0
    assert "&lt;b&gt;" in table({"<b>": left})._repr_html_()


def test_a_bar_shows_how_far_it_is_unless_it_is_unwanted(capsys):
    league(METHODS, MEASURES, IMAGES, TARGET, MASKS)
    assert "league" in capsys.readouterr().err
    table()
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: table({}), ValueError, "methods must hold at least one function, got none"),
        (lambda: table(measures={}), ValueError, "measures must hold at least one function, got none"),
        (lambda: table([left]), TypeError, "methods must be a dict of names and functions, got list"),
        (lambda: table({"CAM": FIRST}), TypeError, r"methods\['CAM'\] must be a function, got Tensor"),
        (lambda: league(METHODS, MEASURES, IMAGES[:1], 0, MASKS[:1]), ValueError, "at least two scenes, got 1"),
        (lambda: league(METHODS, MEASURES, IMAGES, 0, MASKS[:3]), ValueError, r"each of 4 images, got \(3, 1, 4\)"),
        (lambda: league(METHODS, MEASURES, IMAGES, 0, MASKS.float()), TypeError, "bool tensor, .* got torch.float32"),
        (lambda: league(METHODS, MEASURES, IMAGES, [0, 1], MASKS), ValueError, "one for each of the 4 images"),
        (lambda: table(batch_size=0), ValueError, "batch_size must be at least 1, got 0"),
        (lambda: table({"one": lambda x, c: FIRST}), ValueError, "maps of 'one' must be one for each of 4 .* got 1"),
        (lambda: table({"flat": lambda x, c: FIRST[0]}), ValueError, r"maps of 'flat' must .*got \(1, 4\)"),
        (lambda: table({"nan": lambda x, c: left(x, c) / 0 * 0}), ValueError, "maps of 'nan'"),
        (lambda: table(measures={"mean": lambda m, s: 0.5}), TypeError, "'mean' must give a tensor, got float for"),
        (lambda: table(measures={"mean": lambda m, s: m.mean()}), ValueError, r"'mean' must .* got the shape \(\) for"),
        (lambda: table(measures={"log": lambda m, s: m[:, 0, 3] * torch.nan}), ValueError, "'log' gives NaN for"),
        (lambda: table()["lefd", "energy"], ValueError, "no method 'lefd' in this league, which has left, told"),
        (lambda: table().best("speed"), ValueError, "no measure 'speed' in this league"),
    ],
)  # fmt: skip
def test_what_cannot_be_measured_is_refused_in_one_sentence(call, error, message):
    with pytest.raises(error, match=message) as caught:
        call()
    assert "\n" not in str(caught.value)
