"""Notebook 17: the note and its marks, the authors' files, the second summary; worked by hand on small cases."""

import hashlib
import http.client
import io
import os
import re
import urllib.error
from collections import Counter
from pathlib import Path

import nbformat
import pytest
import torch

from cam_tutorial import cam, class_activation_map, models, upsample, zoo
from cam_tutorial.course.n17_the_note_audited import audit, authors, marking
from cam_tutorial.course.n17_the_note_audited.e1_the_missing_bias import my_missing_bias as exercise_1
from cam_tutorial.course.n17_the_note_audited.e2_the_second_summary import my_audit as exercise_2
from cam_tutorial.course.n17_the_note_audited.note import FILES, MARKS, NOTE
from cam_tutorial.course.n17_the_note_audited.opening import two_maps

missing_bias, solved_audit = exercise_1.solution, exercise_2.solution
WITH_FILES = pytest.mark.skipif(not os.environ.get(authors.VARIABLE), reason=f"{authors.VARIABLE} is not set")


def test_the_note_has_nineteen_claims_each_with_a_verdict_and_a_place():
    assert len(NOTE) == 19
    for claim in NOTE:
        assert claim.marks and set(claim.marks) <= set(MARKS) and claim.truth and claim.places
        assert all(number in FILES for number, _ in claim.places)
    assert sum(claim.marks == ("true",) for claim in NOTE) == 4  # as the page says
    assert sum(claim.marks == ("false",) for claim in NOTE) == 2
    assert {number for claim in NOTE for number, _ in claim.places} >= {f"{n:02}" for n in range(8, 17)}


PLACES = sorted({place for claim in NOTE for place in claim.places})


@pytest.mark.parametrize(("number", "heading"), PLACES, ids=lambda part: part[:30])
def test_a_place_is_a_heading_of_its_notebook_and_something_is_computed_below(number, heading, root):
    """From the heading to the next of its rank. A browser would encode any but these signs in a link to it."""
    assert re.fullmatch(r"[\w ,:'?-]+", heading, re.ASCII)
    page = nbformat.read(root / "notebooks" / f"{FILES[number]}.ipynb", as_version=4)
    rank, computed = None, 0
    for cell in page.cells:
        if cell.cell_type == "code":
            computed += rank is not None
            continue
        for signs, words in re.findall(r"^(#+) (.*)$", cell.source, re.M):
            if words == heading:
                assert rank is None, "the heading stands twice"
                rank = len(signs)
            elif rank is not None and len(signs) <= rank:
                assert computed
                return
    raise AssertionError(f"{FILES[number]} has no heading “{heading}”")


def test_a_place_is_a_link_that_jupyterlab_follows_and_plain_words_without_it():
    score = marking.Score(NOTE[:1], [None])
    assert 'href="04_zeroing_negative_gradients.ipynb#One-ReLU,-three-ways-back"' in score._repr_html_()
    assert 'here: <a href="#The-first-claim,-tried">The first claim, tried</a>' in score._repr_html_()
    assert "Tried: 04: “One ReLU, three ways back”, here: “The first claim, tried”" in repr(score)


def test_where_two_marks_count_both_are_named():
    twelfth = marking.Score(NOTE[11:12], ["true"])
    for told in (repr(twelfth), re.sub("<[^>]+>", "", twelfth._repr_html_())):
        assert "false or not in the paper" in told


def test_a_score_counts_either_mark_where_two_are_right():
    board = marking.mark({1: "false", 2: "true", 12: "not in the paper"})
    score = marking.Score(board.claims, board.marks())
    assert (score.made, score.right) == (3, 2)
    assert "You marked 3 of 19, and 2 of these are right." in repr(score)
    assert [score.blind(said) for said in MARKS] == [sum(said in claim.marks for claim in NOTE) for said in MARKS]


def test_without_marks_nothing_is_said_of_the_reader():
    score = marking.Score(NOTE, [None] * len(NOTE))
    assert "You marked" not in score.sentence and "you:" not in repr(score)
    assert ">you<" not in score._repr_html_() and score._repr_html_().count("<tr>") == 20


def test_verdicts_are_folded_until_something_is_marked():
    none, one = (marking.Score(NOTE, [said] + [None] * 18)._repr_html_() for said in (None, "true"))
    assert none.startswith("<details><summary>Nothing is marked yet") and none.endswith("</details>")
    assert one.startswith("<table>") and "details" not in one


def test_buttons_count_and_outlive_a_second_run(monkeypatch):
    monkeypatch.setattr(marking, "_before", {})
    board = marking.mark()
    board.questions[4].said = MARKS.index("not in the paper")
    assert marking.mark().marks()[4] == "not in the paper"  # before any score was asked for
    assert board.marks()[4] == "not in the paper" and board.marks().count(None) == 18
    assert marking.mark().marks()[4] == "not in the paper"


@pytest.mark.parametrize(("written", "said"), [({20: "true"}, "1 to 19"), ({1: "wrong"}, "a mark is one of")])
def test_marks_that_do_not_exist_are_refused(written, said):
    with pytest.raises(ValueError, match=said):
        marking.mark(written)


def test_marks_are_words_where_there_are_no_widgets(capsys):
    marking.mark()
    out = capsys.readouterr().out
    assert out.startswith("Mark each: true, partly") and "19. " in out


def test_the_missing_bias_by_hand():
    """Scores ¼ and ¾; W F = (0, ln 2): logs (−ln 4, ln 3 − ln 4) less that; centered: ∓½ ln(3/2)."""
    scores, F = torch.tensor([0.25, 0.75]), torch.tensor([1.0])
    W = torch.tensor([[0.0], [torch.tensor(2.0).log()]])
    half = torch.tensor(1.5).log() / 2
    assert torch.allclose(missing_bias(scores, F, W), torch.stack([-half, half]), atol=1e-6)


def test_the_summary_has_eight_errors_two_of_a_kind():
    kinds = Counter(sentence.verdict for sentence in audit.SUMMARY.values())
    assert "".join(audit.SUMMARY) == "abcdefghijklmn"
    assert kinds == {"true": 6, **dict.fromkeys(audit.VERDICTS[1:], 2)}
    assert all(1 <= card <= len(audit.EVIDENCE) for one in audit.SUMMARY.values() for card in one.evidence)


def test_cards_name_headings_that_exist(root):
    named = [re.fullmatch(r"Notebook (\d\d), “(.*)”", where) for where, _ in audit.EVIDENCE]
    assert sum(map(bool, named)) == 2
    for number, heading in (found.groups() for found in named if found):
        page = (root / "notebooks" / f"{FILES[number]}.ipynb").read_text(encoding="utf-8")
        assert f"## {heading}" in page


def test_numbers_of_true_sentences_and_of_misplaced_ones_stand_on_their_cards():
    for letter, one in audit.SUMMARY.items():
        numbers = re.findall(r"\d+\.?\d*", re.sub(r"top-\d", "", one.text))
        cards = " ".join(" ".join(audit.EVIDENCE[card - 1]) for card in one.evidence)
        there = [number for number in numbers if number in cards]
        assert there == numbers or (letter, one.verdict) in {("f", "never done"), ("k", "never done")}


def test_a_fault_is_named_and_not_what_would_be_right():
    right = solved_audit()
    assert audit.first_fault(right) == audit.ALL_RIGHT
    assert audit.first_fault({}) == "a: missing"
    assert audit.first_fault({**right, "z": ("true", 1)}) == "a key that is no sentence"
    assert audit.first_fault({**right, "c": ("true", 2)}) == "c: the verdict"
    assert audit.first_fault({**right, "c": ("other number", 9)}) == "c: the evidence"
    assert audit.first_fault({**right, "c": ("other number", 1)}) == audit.ALL_RIGHT
    assert audit.first_fault({**right, "c": "other number"}) == "c: no pair"
    assert audit.first_fault({**right, "c": (["true"], 1)}) == "c: no such verdict"
    assert audit.first_fault({**right, "c": ("true", [1])}) == "c: no such card"
    assert audit.first_fault([right]) == "no dictionary"
    assert audit.first_fault(None) == "nothing"


def test_ten_crops_are_laid_where_they_were_cut():
    assert torch.allclose(authors.merged(torch.ones(10, 14, 14)), torch.ones(256, 256))
    maps = torch.zeros(10, 14, 14)
    maps[1, 0, 13] = 9  # crop 1: x from 0, y from 32; its corner at the upper right
    maps[6, 0, 0] = 9  # the same crop mirrored: so is its corner
    found = authors.merged(maps)
    y, x = divmod(found.argmax().item(), 256)
    assert 32 <= y < 48 and 208 <= x < 224
    once = maps.clone()
    once[6] = 0
    assert torch.allclose(found, 2 * authors.merged(once), atol=1e-5)


def test_every_cell_about_the_authors_network_is_silent_without_the_files(monkeypatch, tmp_path, capsys, root):
    monkeypatch.setenv(authors.VARIABLE, str(tmp_path))
    (page,) = (root / "notebooks").glob("17_*.ipynb")
    cells = {cell.id: cell.source for cell in nbformat.read(page, as_version=4).cells if cell.cell_type == "code"}
    names: dict[str, object] = {}
    exec(cells["imports"], names)
    about = [id for id, source in cells.items() if re.search(r"^if paper:", source, re.M)]
    assert about[0] == "published" and len(about) >= 12
    for id in about:
        exec(cells[id], names)
    out = capsys.readouterr().out
    assert names["paper"] is None and out.count("\n") == 1 and "are not at hand" in out


def test_two_maps_are_cam_and_guided_backprop_of_one_size():
    network, scene = models.load("zoo-gap"), zoo.scene(1_017_543, animals=["cat", "snail"])
    label, x = scene.animals[0].label, zoo.preprocess(scene.image)
    glow, lines = two_maps(network, x, label)
    assert torch.equal(glow, upsample(cam(network, x, label), 96)) and lines.shape == (1, 96, 96) and lines.min() >= 0


SMALL = {"a.mat": b"abc", "b.jpg": b"defg"}


@pytest.fixture
def small(monkeypatch, tmp_path):
    """Two small files in place of the authors' five, at an address of this machine; torch hub's folder is empty."""
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in SMALL.items()}
    there = tmp_path / "there"
    there.mkdir()
    for name, content in SMALL.items():
        (there / name).write_bytes(content)
    monkeypatch.setattr(authors, "HASHES", hashes)
    monkeypatch.setattr(authors, "ADDRESS", f"{there.as_uri()}/")
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "home"))
    monkeypatch.delenv(authors.VARIABLE, raising=False)
    return there


def said(capsys):
    """What `published` says where it gives nothing: one sentence."""
    assert authors.published() is None
    out = capsys.readouterr().out
    assert out.count("\n") == 1 and out.startswith(
        "The authors' files are not at hand, so the cells about their network"
    )
    return out


def kept(folder):
    """The files below a folder, whatever their names."""
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_folder_that_is_none_is_named(small, monkeypatch, capsys):
    for wrong in (small / "nowhere", small / "a.mat"):
        monkeypatch.setenv(authors.VARIABLE, str(wrong))
        assert f"CAM_TUTORIAL_PAPER names {wrong}, which is no folder" in said(capsys)


def test_the_folder_that_is_named_is_taken_and_read_only(small, monkeypatch, tmp_path):
    monkeypatch.setenv(authors.VARIABLE, str(small))
    monkeypatch.setattr(authors, "ADDRESS", "file:///nowhere/")
    assert authors._folder() == small and kept(small) == SMALL and not (tmp_path / "home").exists()


def test_a_file_that_is_missing_changed_or_cut_off_is_named(small, monkeypatch, capsys):
    monkeypatch.setenv(authors.VARIABLE, str(small))
    for content in (b"abd", b"ab", b""):
        (small / "a.mat").write_bytes(content)
        assert f"{small / 'a.mat'} is not as its authors published it: changed, or cut off" in said(capsys)
    (small / "a.mat").unlink()
    assert f"names {small}, a folder without a.mat" in said(capsys)
    (small / "a.mat").mkdir()
    assert f"names {small}, a folder without a.mat" in said(capsys)
    assert kept(small) == {"b.jpg": b"defg"}  # nothing is fetched into a folder of the reader's


def test_the_files_are_fetched_once_and_a_spoiled_one_again(small, monkeypatch, tmp_path):
    folder = authors._folder()
    assert folder == tmp_path / "home" / "hub" / "zhoubolei-CAM" and kept(folder) == SMALL
    (folder / "b.jpg").write_bytes(b"def")
    assert authors._folder() == folder and kept(folder) == SMALL
    monkeypatch.setattr(authors, "ADDRESS", "file:///nowhere/")
    assert authors._folder() == folder


def test_what_comes_changed_or_cut_off_is_not_kept(small, capsys, tmp_path):
    for content in (b"abd", b"ab", b"<html>please sign in</html>"):
        (small / "a.mat").write_bytes(content)
        assert "a.mat could not be fetched: what came is cut off, or another file" in said(capsys)
        assert kept(tmp_path / "home") == {}


def test_without_a_network_one_sentence_and_no_folder(small, monkeypatch, tmp_path, capsys):
    def no_network(*_, **__):
        raise urllib.error.URLError(OSError("no route"))

    monkeypatch.setattr(authors, "urlopen", no_network)
    assert "(CAM_TUTORIAL_PAPER is not set, and a.mat could not be fetched: no route)" in said(capsys)
    assert not (tmp_path / "home").exists()


class BreaksOff(io.BytesIO):
    headers = {"Content-Length": "3"}  # noqa: RUF012

    def read(self, size=-1):
        return super().read(1) or self.fail()

    def fail(self):
        raise http.client.IncompleteRead(b"ab", 1)


def test_a_connection_that_breaks_leaves_nothing(small, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(authors, "urlopen", lambda *_, **__: BreaksOff(b"ab"))
    assert "a.mat could not be fetched: IncompleteRead" in said(capsys)
    assert kept(tmp_path / "home") == {}


def test_a_place_that_cannot_be_written_to_is_said(small, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("TORCH_HOME", str(small / "a.mat"))  # a file
    assert "a.mat could not be fetched: [Errno" in said(capsys)


def test_the_address_is_the_repositorys_at_one_commit():
    assert re.fullmatch(r"https://raw\.githubusercontent\.com/zhoubolei/CAM/[0-9a-f]{40}/", authors.ADDRESS)
    assert all(re.fullmatch("[0-9a-f]{64}", known) for known in authors.HASHES.values()) and len(authors.HASHES) == 5


@WITH_FILES
def test_the_authors_own_files_come_through_an_address(monkeypatch, tmp_path, capsys):
    there = Path(os.environ[authors.VARIABLE]).expanduser().absolute()
    monkeypatch.delenv(authors.VARIABLE)
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr(authors, "ADDRESS", f"{there.as_uri()}/")
    paper = authors.published()
    assert paper is not None and "are here" in capsys.readouterr().out
    assert sorted(kept(tmp_path)) == sorted(authors.HASHES)


@WITH_FILES
def test_the_authors_network_on_photograph_1_and_not_on_2():
    paper = authors.published()
    W = paper.weights.T
    A = [p.activations.permute(3, 2, 1, 0) for p in paper.photographs]
    cup = paper.photographs[0].scores.mean(dim=0).argmax().item()
    assert paper.names[cup] == "cup" and W.shape == (1000, 1024)
    map_ = class_activation_map(A[0][:1], W, cup)[0]
    F = [a.mean(dim=(2, 3)) for a in A]
    assert torch.allclose(map_.mean(), F[0][0] @ W[cup])
    b = missing_bias(paper.photographs[0].scores[0], F[0][0], W)
    off = [(((f @ W.T + b).softmax(1)) - p.scores).abs().max() for f, p in zip(F, paper.photographs, strict=True)]
    assert off[0] < 1e-5 and off[1] > 0.2
    assert abs(b.std() - 0.0048) < 0.0001
    assert b.mean().abs() < 1e-9
