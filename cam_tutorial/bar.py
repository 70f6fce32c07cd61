"""A progress bar that leaves nothing behind: in a saved notebook no dead widget, on the page no red line."""

import io
import sys
from collections.abc import Callable
from typing import Any

from tqdm import tqdm

GONE = "cam-tutorial-gone"  # the class by which a stored notebook is cleaned of what a bar leaves
# An output cannot be taken back, and an empty one takes a line.
NOTHING = {
    "text/html": f'<i class="{GONE}"></i><style>.jp-OutputArea-child:has(.{GONE}) {{ display: none }}</style>',
    "text/plain": "",
}


class Bar(tqdm):  # type: ignore[misc]
    """`tqdm` as text, gone when it is done: `for scene in Bar(scenes, desc="drawing"): ...`."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        """Takes what `tqdm` takes."""
        keywords = {"leave": False, **keywords}
        if _in_notebook():
            keywords["file"] = io.StringIO()  # else it would end with a line on stderr, which pages show in red
        super().__init__(*arguments, **keywords)

    @staticmethod
    def status_printer(file: Any) -> Callable[[str], None]:
        """What shows a line in place of the one before."""
        if not _in_notebook():
            printer: Callable[[str], None] = tqdm.status_printer(file)
            return printer
        from IPython.display import display

        place = display({"text/plain": ""}, raw=True, display_id=True)  # type: ignore[no-untyped-call]

        def show(line: str) -> None:
            place.update({"text/plain": line} if line else NOTHING, raw=True)

        return show


def _in_notebook() -> bool:
    """Whether what is put out goes to a page."""
    if "IPython" not in sys.modules:
        return False
    from IPython.core.getipython import get_ipython

    return hasattr(get_ipython(), "kernel")
