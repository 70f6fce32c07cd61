"""What the checker shows, counts and hands out."""

import html

import pytest
import torch

from cam_tutorial import exercises
from cam_tutorial.practice import card
from cam_tutorial.practice.verdict import judge

CAM = exercises.find("2.1")
IOU = exercises.find("2.5")


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    monkeypatch.setattr(exercises, "_hints_given", {})


def right(features, weights, class_index):
    return torch.einsum("k,kij->ij", weights[class_index], features)


def luminance(color: str) -> float:
    channels = [int(color[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("page", ["#ffffff", "#111111", "#1e1e1e"])  # JupyterLab light, JupyterLab dark, VS Code dark
@pytest.mark.parametrize("color", sorted(set(card.COLORS.values())))
def test_signs_stand_out_from_light_and_dark_pages(color, page):
    darker, lighter = sorted((luminance(color), luminance(page)))
    assert (lighter + 0.05) / (darker + 0.05) >= 3  # WCAG 2.1, 1.4.11


def test_colors_are_never_alone():
    kinds = ("solved", "wrong", "not attempted")
    assert len({card.SIGNS[kind] for kind in kinds}) == 3
    for kind in kinds:
        one = card.Card(kind, "1.1 A title", "a sentence with `code`.", "x < y")
        assert card.SIGNS[kind] in one._repr_html_() and repr(one).startswith(card.SIGNS[kind])


def test_backticks_are_code_and_asterisks_emphasis_outside_of_it():
    page = card.Card("hint", "1.1", "Use `a * b * c`, *not* `d`.")._repr_html_()
    assert "Use <code>a * b * c</code>, <em>not</em> <code>d</code>." in page


def test_what_the_learner_wrote_cannot_become_html():
    def attempt(a, b):
        raise ValueError("<script>alert(1)</script>")

    verdict = judge(IOU, attempt)
    page = card.Card("wrong", "<b>", verdict.sentence, verdict.detail)._repr_html_()
    assert "<script>" not in page and html.escape("<script>") in page


def test_hints_are_a_ladder(shown):
    for _ in range(len(IOU.hints) + 1):
        exercises.hint("2.5")
    assert [text.split(": ", 1)[1].removesuffix(' (That was the last one; `exercises.solution("2.5")` shows the code.)')
            for text in shown] == [*IOU.hints, IOU.hints[-1]]  # fmt: skip
    assert "hint 1 of" in shown[0] and "last one" in shown[-1] and "last one" not in shown[0]


def test_the_solution_shown_is_the_solution_that_is_used(shown):
    exercises.solution("2.5")
    names: dict = {}
    exec("\n".join(line[4:] for line in shown[0].splitlines()[1:]), names)
    assert names["my_iou"]((0, 0, 4, 4), (2, 0, 6, 4)) == 1 / 3


def test_an_id_that_is_not_there():
    for call in (exercises.hint, exercises.solution, exercises.find):
        with pytest.raises(ValueError, match=r"there is no exercise '2\.51': the ids are .*; did you mean '2\.5'\?"):
            call("2.51")


@pytest.mark.parametrize(
    ("id", "said"), [(2.5, 'stands in quotes, such as "1.1"; got 2.5'), ("2.51", "did you mean '2.5'?")]
)
def test_a_check_never_raises_not_even_for_an_id_that_is_not_there(id, said, shown):
    assert exercises.check(id, right) is right  # so that the notebook goes on with it
    assert len(shown) == 1 and shown[0].startswith("✗ exercises.check: ") and said in shown[0]


def test_a_wrong_map_is_drawn_beside_the_expected_one(monkeypatch):
    drawn = []
    monkeypatch.setattr("cam_tutorial.plot.panels", lambda **kwargs: drawn.append(kwargs))
    exercises.check("2.1", lambda features, weights, class_index: features.sum(dim=0))
    exercises.check("2.1", lambda *case: right(*case)[None])  # nothing to lay beside it
    exercises.check("2.1", right)  # right: nothing to compare
    assert len(drawn) == 1 and drawn[0]["titles"] == ["yours", "expected"]
    features, weights, label = CAM.picture()
    torch.testing.assert_close(drawn[0]["heatmaps"][0], features.sum(dim=0))
    torch.testing.assert_close(drawn[0]["heatmaps"][1], right(features, weights, label), atol=1e-3, rtol=0)
