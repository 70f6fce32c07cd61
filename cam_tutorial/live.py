"""What needs a running kernel, put out so that it says what to do where there is none.

A widget of a saved notebook comes back the next day as "Error displaying widget: model not found", by a front end that
we cannot change. So a note stands below each, and the widget, as long as it lives, hides the note.
"""

import itertools
from typing import Any

from cam_tutorial import extras

extras.need(__name__, "ipywidgets", "IPython")

import ipywidgets
from IPython.core.getipython import get_ipython
from IPython.display import display

VIEW = "application/vnd.jupyter.widget-view+json"  # named here since ipywidgets 7, which Colab has, tells nobody
NOTE = "cam-tutorial-asleep"  # the class by which a stored notebook is cleaned of notes
ASLEEP = (
    "What stands above needs a running kernel. If it shows an error: click here, choose <b>Run → Run All Above "
    "Selected Cell</b>, and run this cell again."
)
_numbers = itertools.count()


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
    name = f"{NOTE}-{next(_numbers)}"
    awake = ipywidgets.HTML(f"<style>.{name} {{display: none}}</style>", layout={"height": "0", "margin": "0"})
    view = {"version_major": 2, "version_minor": 0, "model_id": ipywidgets.VBox([awake, widget]).model_id}
    display({VIEW: view, "text/html": still, "text/plain": words}, raw=True)  # type: ignore[no-untyped-call]
    note = f'<p class="{NOTE} {name}"><small>{ASLEEP}</small></p>'
    display({"text/html": note, "text/plain": ""}, raw=True)  # type: ignore[no-untyped-call]
