"""Claims: shown with their numbers where they hold, a stop where they do not."""

import nbformat
import numpy as np
import pytest
import torch
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from patience import PATIENCE

from cam_tutorial.practice import claim, claims


@pytest.fixture
def shown(monkeypatch):
    outputs = []
    monkeypatch.setattr(claims, "show", outputs.append)
    return outputs


@pytest.mark.parametrize("holds", [True, np.True_, np.array(True), torch.tensor(True), torch.ones(3).mean() > 0.5])
def test_a_claim_that_holds_is_shown_with_its_numbers(shown, holds):
    claim("the votes and the bias make the `logit`, *exactly*", holds, "1 < 2")
    (made,) = shown
    assert repr(made) == "✓ the votes and the bias make the `logit`, *exactly* (1 < 2)"
    assert "the <code>logit</code>, <em>exactly</em> (1 &lt; 2)" in made._repr_html_()


@pytest.mark.parametrize("holds", [False, np.False_, torch.tensor(float("nan")) > 0])
def test_one_that_does_not_hold_stops(shown, holds):
    with pytest.raises(AssertionError, match=r"✗ This does not hold here: CAM is best \(0.3 against 0.4\)"):
        claim("CAM is best", holds, "0.3 against 0.4")
    assert shown == []


@pytest.mark.parametrize(
    ("holds", "got"),
    [
        (torch.tensor([True, True]), r"a Tensor of shape \(2,\)"),
        (np.ones(2, bool), r"a ndarray of shape \(2,\)"),
        (1, "a int, 1"),
        (torch.tensor(0.7), r"a Tensor of shape \(\)"),
        ("yes", "a str, 'yes'"),
        (None, "a NoneType, None"),
    ],
)
def test_what_is_not_true_or_false_is_no_claim(holds, got):
    with pytest.raises(TypeError, match=f"a claim takes one True or False, got {got}: `.all\\(\\)`"):
        claim("CAM is best", holds)


@pytest.mark.filterwarnings("default")  # a kernel's shutdown is not what is tested
def test_in_a_notebook_it_stops_the_run_with_one_line():
    source = "from cam_tutorial.practice import claim\nclaim('one is two', 1 == 2, 'by count')"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    with pytest.raises(CellExecutionError):
        NotebookClient(notebook, timeout=PATIENCE, startup_timeout=PATIENCE, kernel_name="python3").execute()
    (error,) = notebook.cells[0].outputs
    assert error.ename == "Refuted" and error.traceback == ["✗ This does not hold here: one is two (by count)"]
