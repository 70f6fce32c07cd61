"""Predictions: what was said beside what is true; silence where nothing was said; the first one counts."""

import json

import numpy as np
import pytest
import torch

from cam_tutorial import exercises, live
from cam_tutorial.practice import answer, predict, prediction, progress


@pytest.fixture(autouse=True)
def put_out(monkeypatch):
    """A new kernel each time; what goes to the page: (widget, HTML, words)."""
    monkeypatch.setattr(prediction, "_asked", {})
    monkeypatch.setattr(progress, "_in_this_kernel", progress._Kept({}, {}))
    outputs = []
    monkeypatch.setattr(live, "put_out", lambda *given: outputs.append(given))
    return outputs


@pytest.fixture
def said(monkeypatch):
    """What `answer` put out, in plain text."""
    texts = []
    monkeypatch.setattr(prediction, "show", lambda card: texts.append(repr(card)))
    return texts


def ask(*choices, say=None, id="2b", **keywords):
    predict(id, "How many of the 64 maps?", *choices, **keywords)
    prediction._asked[id].said = say


def test_the_question_is_on_the_page_with_its_choices(put_out):
    predict("2b", "How many of the 64 maps vote for “a < b”?", 0, 64, unit=" maps")
    predict("2c", "Where?", "on it", "beside it")
    (slider, html, words), (buttons, _, options) = put_out
    assert (slider.min, slider.max, slider.step, slider.unit, slider.options) == (0, 64, 1, " maps", [])
    assert words == "How many of the 64 maps vote for “a < b”? (0 to 64 maps)" and "“a &lt; b”" in html
    assert buttons.options == ["on it", "beside it"] and options == "Where? (on it, beside it)"
    assert slider.said is None and buttons.said is None


def test_who_says_nothing_is_told_nothing_and_nothing_is_kept(said):
    ask(0, 64)
    answer("2b", 21)
    assert said == [] and not progress.path().exists()


@pytest.mark.parametrize(
    "truth", [21, 21.0, torch.tensor(21), np.float32(21), torch.tensor([21.0], requires_grad=True).sum()]
)
def test_a_number_of_any_kind_is_a_truth(said, truth):
    ask(0, 64, say=40)
    answer("2b", truth)
    assert said == ["≠ Prediction 2b: You said 40. It is 21."]


@pytest.mark.parametrize(
    ("say", "truth", "sentence"),
    [
        (20, 10, "✓ Prediction 2b: You said 20 %. It is 10 %."),  # a tenth of the slider off
        (21, 10, "≠ Prediction 2b: You said 21 %. It is 10 %."),
        (0, 10, "✓ Prediction 2b: You said 0 %. It is 10 %."),
        (10, 10.2, "✓ Prediction 2b: You said 10 %, and so it is."),  # as far as the slider can tell
        (50, 130, "≠ Prediction 2b: You said 50 %. It is 130 %."),
    ],
)
def test_within_a_tenth_of_the_slider_is_good(said, say, truth, sentence):
    ask(0, 100, say=say, unit=" %")
    answer("2b", truth)
    assert said == [sentence]
    assert progress.predictions()["2b"].good is sentence.startswith("✓")


def test_a_short_slider_counts_in_hundredths(said):
    ask(0, 1, say=0.25)
    answer("2b", 0.3)
    assert said == ["✓ Prediction 2b: You said 0.25. It is 0.30."]


def test_options_are_right_or_not(said):
    for say, truth in ((0, "rabbit"), (1, "rabbit"), (2, "both")):
        ask("rabbit", "snail", "both", say=say)
        answer("2b", truth)
    assert said == [
        "✓ Prediction 2b: You said “rabbit”, and so it is.",
        "≠ Prediction 2b: You said “snail”. It is “rabbit”.",
        "✓ Prediction 2b: You said “both”, and so it is.",
    ]


@pytest.mark.parametrize("truth", [True, np.True_, torch.tensor(True)])
def test_of_two_options_true_is_the_first(said, truth):
    ask("it rises", "it falls", say=0)
    answer("2b", truth)
    answer("2b", not truth)
    assert said[0].endswith("You said “it rises”, and so it is.") and said[1].endswith("It is “it falls”.")


def test_the_first_one_counts_and_the_course_shows_it(said):
    for id, say in (("2b", 40), ("2b", 21), ("2c", 20), ("1a", 3)):
        ask(0, 64, say=say, id=id)
        answer(id, 21)
    assert {id: one.said for id, one in progress.predictions().items()} == {"2b": 40, "2c": 20, "1a": 3}
    found = repr(exercises.progress())
    assert "notebook 02: 0 of 5 solved" in found and "Right or nearly: 1 of 2 predictions." in found
    assert "Right or nearly: 0 of 1 prediction." in found and "Right or nearly: 1 of 3 predictions." in found
    assert "Right or nearly: 1 of 2 predictions." in exercises.progress()._repr_html_()


def test_predictions_of_the_notebook_without_exercises_are_shown_too(said):
    ask(0, 100, say=50, id="0a")
    answer("0a", 45)
    assert repr(exercises.progress()).startswith("notebook 00: Right or nearly: 1 of 1 prediction.")


def test_a_new_kernel_shows_what_was_said_unless_the_question_is_another(monkeypatch):
    ask(0, 64, say=40)
    answer("2b", 21)
    monkeypatch.setattr(prediction, "_asked", {})
    predict("2b", "How many of the 64 maps?", 0, 64)
    assert prediction._asked["2b"].said == 40
    predict("2b", "How many of the 32 maps?", 0, 32)
    assert prediction._asked["2b"].said is None


def test_what_is_solved_and_what_is_predicted_are_kept_side_by_side():
    ask(0, 64, say=40)
    answer("2b", 21)
    progress.remember("2.5", "solved")
    assert progress.states() == {"2.5": "solved"} and progress.predictions()["2b"].found == "21"
    ask(0, 64, say=20, id="2c")
    answer("2c", 21)
    assert progress.states() == {"2.5": "solved"} and len(progress.predictions()) == 2
    assert progress.forget() and progress.predictions() == {} == progress.states()


@pytest.mark.parametrize("odd", [3, {"2b": 3}, {"2b": {"said": 1}}, None])
def test_a_file_of_another_edition_keeps_what_is_solved(odd):
    progress.path().write_text(json.dumps({"exercises": {"2.5": "solved"}, "predictions": odd}))
    assert progress.predictions() == {} and progress.states() == {"2.5": "solved"}


@pytest.mark.parametrize("choices", [(), (3,), (64, 0), (1, 1), (0, 5, 9), ("one",), ("a", "a"), (0, "a"), (True, 5)])
def test_choices_that_are_none_are_refused(choices):
    with pytest.raises(ValueError, match="two ends of a slider, 0, 64, or two to eight options in words, got"):
        predict("2b", "How many?", *choices)


@pytest.mark.parametrize(
    ("choices", "truth", "message"),
    [
        ((0, 64), torch.zeros(2), "the truth must be one number, got"),
        ((0, 64), float("nan"), "the truth must be one number, got nan"),
        ((0, 64), None, "the truth must be one number, got None"),
        (("a", "b"), "c", "the truth must be one of 'a', 'b', got 'c'"),
        (("a", "b", "c"), True, "the truth must be one of 'a', 'b', 'c', got True"),
    ],
)
def test_a_truth_that_is_none_is_refused(choices, truth, message):
    ask(*choices)
    with pytest.raises(ValueError, match=message):
        answer("2b", truth)


def test_an_answer_without_its_question_says_which_cell_to_run():
    with pytest.raises(ValueError, match=r"run the cell with predict\('2z', \.\.\.\) first"):
        answer("2z", 3)


@pytest.mark.parametrize(("choices", "said"), [(("a", "b"), 2), (("a", "b"), 0.5), ((0, 10), 40), ((0, 64), "many")])
def test_what_can_no_longer_be_chosen_counts_as_nothing_said(said, choices, monkeypatch):
    made = {"question": "How many of the 64 maps?", "said": said, "found": "21", "good": False}
    progress.path().write_text(json.dumps({"exercises": {}, "predictions": {"2b": made}}))
    predict("2b", "How many of the 64 maps?", *choices)
    assert prediction._asked["2b"].said is None
    answer("2b", choices[0])


def test_a_message_from_the_page_is_what_was_said():
    predict("2b", "How many of the 64 maps?", 0, 64)
    prediction._asked["2b"]._handle_custom_msg({"said": 33}, [])
    assert prediction._asked["2b"].said == 33
