"""What needs a kernel is put out in the same way by every ipywidgets, and holds what is shown without one."""

import ipywidgets

from cam_tutorial import live


def put_out(monkeypatch) -> list[dict]:
    """What a notebook gets for a slider."""
    shown: list[dict] = []
    monkeypatch.setattr(live, "get_ipython", object)
    monkeypatch.setattr(live, "display", lambda data, raw: shown.append(data))
    live.put_out(ipywidgets.IntSlider(), "<p>still</p>", "in words")
    return shown


def test_the_view_is_that_of_the_widget_in_its_box(monkeypatch):
    monkeypatch.setattr(ipywidgets, "VBox", lambda children: boxes.append(box(children)) or boxes[-1])
    boxes, box = [], ipywidgets.widgets.VBox
    view, note = put_out(monkeypatch)
    model = view["application/vnd.jupyter.widget-view+json"]["model_id"]
    assert model == boxes[0].model_id and isinstance(boxes[0].children[0], ipywidgets.IntSlider)
    assert (view["text/html"], view["text/plain"]) == ("<p>still</p>", "in words")
    assert live.NOTE in note["text/html"] and boxes[0].children[1].note in note["text/html"]


def test_an_older_ipywidgets_will_do_which_cannot_say_how_it_is_shown(monkeypatch):
    monkeypatch.delattr(ipywidgets.Widget, "_repr_mimebundle_", raising=False)
    view, _ = put_out(monkeypatch)
    assert set(view) == {"application/vnd.jupyter.widget-view+json", "text/html", "text/plain"}


def test_in_a_terminal_it_is_words(capsys):
    live.put_out(ipywidgets.IntSlider(), "<p>still</p>", "in words")
    assert capsys.readouterr().out == "in words\n"
