"""What needs a running kernel, put out so that it says what to do where there is none.

A widget of a saved notebook comes back the next day as "Error displaying widget: model not found", by a front end that
we cannot change. So a note stands below each, and a companion of the widget, as long as both live, hides the note.
"""

import secrets
from pathlib import Path
from typing import Any

from cam_tutorial import extras

extras.need(__name__, "anywidget", "ipywidgets", "traitlets", "IPython")

import anywidget
import ipywidgets
import traitlets
from IPython.core.getipython import get_ipython
from IPython.display import display

VIEW = "application/vnd.jupyter.widget-view+json"  # named here since ipywidgets 7, which Colab has, tells nobody
NOTE = "cam-tutorial-asleep"  # the class by which a stored notebook is cleaned of notes
ASLEEP = (
    "What stands above is asleep: the kernel that drew it is gone. To wake it, click here, choose <b>Run → Run All "
    "Above Selected Cell</b>, and run this cell again."
)


class Companion(anywidget.AnyWidget):
    """Unseen, beside a widget: hides the note, and names the widget's controls for those who do not see them."""

    _esm = Path(__file__).resolve().with_suffix(".js")
    note = traitlets.Unicode().tag(sync=True)


def put_out(widget: Any, still: str, words: str) -> None:
    """Display a widget, and below it, seen only where the widget is not alive, what to do.

    Args:
        widget: of ipywidgets.
        still: HTML for pages without widgets: GitHub, an exported page.
        words: the same in plain text.
    """
    if get_ipython() is None:
        print(words)
        return
    name = f"{NOTE}-{secrets.token_hex(4)}"  # a number would come again after the next start of the kernel
    companion = Companion(note=name, layout={"height": "0", "margin": "0"})
    both = ipywidgets.VBox([widget, companion])
    both.add_class("cam-live")
    view = {"version_major": 2, "version_minor": 0, "model_id": both.model_id}
    display({VIEW: view, "text/html": still, "text/plain": words}, raw=True)  # type: ignore[no-untyped-call]
    note = f'<p class="{NOTE} {name}"><small>{ASLEEP}</small></p>'
    display({"text/html": note, "text/plain": ""}, raw=True)  # type: ignore[no-untyped-call]
