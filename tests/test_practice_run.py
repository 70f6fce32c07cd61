"""One run of an attempt gives one report, and nothing that it shows gets out."""

import sys
import warnings
from types import SimpleNamespace

import matplotlib.pyplot as plt
import nbformat
import pytest
import torch
from nbclient import NotebookClient
from patience import PATIENCE

from cam_tutorial.practice import run as running
from cam_tutorial.practice.run import run


def test_an_outcome_a_case_in_order():
    def attempt(x):
        print("seen", x)
        return 1 / x

    report = run(attempt, [(1,), (0,), (2,)], seconds=PATIENCE)
    assert [outcome.value for outcome in report.outcomes] == [1.0, None, 0.5]
    assert isinstance(report.outcomes[1].error, ZeroDivisionError)
    assert report.outcomes[1].line.endswith("return 1 / x") and report.late is None
    assert report.printed == "seen 1\nseen 0\nseen 2"


def test_plots_are_closed_and_those_of_the_notebook_stay_open():
    mine = plt.figure()
    run(lambda: plt.plot([1, 2]), [(), ()], seconds=PATIENCE)
    assert plt.get_fignums() == [mine.number]
    plt.close(mine)


def test_warnings_and_what_goes_to_stderr_stay_inside(capfd):
    def attempt():
        print("careful", file=sys.stderr)
        warnings.warn("deprecated", stacklevel=1)
        return 1

    report = run(attempt, [()], seconds=PATIENCE)
    assert report.printed == "careful" and report.outcomes[0].value == 1
    assert capfd.readouterr() == ("", "")


def test_the_same_random_numbers_in_every_run():
    report, again = (run(lambda: torch.rand(3), [(), ()], seconds=PATIENCE) for _ in range(2))
    assert torch.equal(report.outcomes[1].value, again.outcomes[1].value)
    assert not torch.equal(report.outcomes[0].value, report.outcomes[1].value)


def test_gradients_are_on_whatever_the_notebook_has_switched_off():
    with torch.no_grad():
        report = run(lambda x: (x.requires_grad_() * 2).requires_grad, [(torch.ones(1),)], seconds=PATIENCE)
    assert report.outcomes[0].value is True


def test_where_it_was_when_its_time_was_up():
    def attempt(x):
        while x:
            x = x

    report = run(attempt, [(0,), (1,)], seconds=1)
    assert len(report.outcomes) == 1 and report.stopped
    assert "while x:" in report.late or "x = x" in report.late


@pytest.mark.filterwarnings("default")
def test_in_a_kernel_nothing_is_displayed_but_the_card():
    cells = [
        "%matplotlib inline\nimport matplotlib.pyplot as plt\nfrom tqdm.auto import tqdm\n"
        "from cam_tutorial import exercises",
        "def my_iou(a, b):\n    display('seen')\n    plt.plot([1, 2])\n    plt.show()\n    list(tqdm(range(3)))\n"
        "    return 1.0\nmy_iou = exercises.check('2.5', my_iou)",
    ]
    run_ = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(run_, timeout=PATIENCE, startup_timeout=PATIENCE, kernel_name="python3").execute()
    assert [output.output_type for output in run_.cells[1].outputs] == ["display_data"]
    assert run_.cells[1].outputs[0].data["text/plain"].startswith("✗ 2.5")


@pytest.mark.parametrize(("taken", "slowness"), [(0.001, 1), (1.9, 1), (2.1, 2), (5.1, 5)])
def test_how_slow_this_machine_is_is_measured(taken, slowness, monkeypatch):
    """`taken` is in usual machines' times; a short stop of one of three runs does not count."""
    clock, stops = [0.0], iter([9, 0, 0])

    def work():
        clock[0] += taken * running.USUAL + next(stops)

    monkeypatch.setattr(running, "_work", work)
    monkeypatch.setattr(running, "time", SimpleNamespace(perf_counter=lambda: clock[0]))
    assert running.slowness.__wrapped__() == slowness
