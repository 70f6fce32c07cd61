"""What the explorers share: controls, a picture, and the sentence that says what there is to see."""

import html
import io
from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets
import traitlets
from PIL import Image

from cam_tutorial import live, plot

from . import colors

# What an explorer draws from the values of its controls: a picture, and what it shows in one sentence.
Draw = Callable[..., tuple[Image.Image, str]]

_RUN_LENGTH = 3  # zlib's Z_RLE: half the time of the usual search, for a file a quarter larger


class Explorer:
    """Controls above a picture above a sentence; any change of a control draws the picture anew.

    As the last expression of a cell, or through `display`, it shows itself.

    Attributes:
        controls: name -> the ipywidgets control; to set a `.value` from code is as good as to drag.
        image: the `ipywidgets.Image` with the picture as PNG.
        sentence: what the picture shows, or what went wrong.
        widget: all of it, to be put into other widgets.
    """

    def __init__(self, draw: Draw, controls: Mapping[str, Any]) -> None:
        """Draw the first picture; errors there are raised, later ones become the sentence.

        Args:
            draw: called with the value of each control by its name.
            controls: name -> control, in the order from top to bottom.
        """
        self.controls = dict(controls)
        self._draw = draw
        self._picture, self.sentence = draw(**self._values())
        # On a narrow page it shrinks to two thirds and no further: the rest is scrolled to.
        smallest = f"{self._picture.width * 2 // 3}px"
        layout = {"max_width": "100%", "min_width": smallest, "margin": "4px 0", "flex": "0 0 auto"}
        self.image = TitledImage(format="png", layout=layout)
        self._line = ipywidgets.HTML(layout={"max_width": "760px", "min_height": "3em"})
        self._line.add_class("cam-says")  # `live.js` makes of it what a screen reader reads out when it changes
        self._show()
        for control in self.controls.values():
            control.observe(self._changed, names="value")
        # Without flex-start the picture would be stretched to the width of the page.
        self.widget = ipywidgets.VBox(
            [*self.controls.values(), self.image, self._line], layout={"align_items": "flex-start", "overflow": "auto"}
        )

    def __repr__(self) -> str:
        return self.sentence

    def _ipython_display_(self) -> None:
        """The live view, and beside it the still picture for where there is no kernel or no widgets."""
        live.put_out(self.widget, plot.image(self._picture, self.sentence), self.sentence)

    def _values(self) -> dict[str, Any]:
        return {name: control.value for name, control in self.controls.items()}

    def _changed(self, _change: Any) -> None:
        try:
            self._picture, self.sentence = self._draw(**self._values())
        except Exception as error:  # whatever it is, in a callback nobody would see it
            self.sentence = f"This could not be drawn: {error} ({type(error).__name__})"
            self._line.value = _paragraph(self.sentence, colors.ACCENT)
        else:
            self._show()

    def _show(self) -> None:
        self.image.value = live_png(self._picture)
        self.image.tooltip = self.sentence
        self._line.value = _paragraph(self.sentence)


class TitledImage(ipywidgets.Image):  # type: ignore[misc]
    """An `ipywidgets.Image` whose tooltip works: it becomes the title, which screen readers take where there is no alt.

    The front end of ipywidgets 8 sets a tooltip only where a description is empty, and breaks where there is none.
    """

    description = traitlets.Unicode("").tag(sync=True)


def live_png(picture: Image.Image) -> bytes:
    """A picture as PNG, made for speed."""
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=1, compress_type=_RUN_LENGTH)
    return out.getvalue()


def _paragraph(sentence: str, color: str | None = None) -> str:
    # No color of our own for what is no error: the front end's is readable in light and dark.
    mark = f"border-left: 4px solid {color}; padding-left: 8px;" if color else ""
    style = f"line-height: 1.4; margin: 0; {mark}"
    return f'<p style="{style}">{html.escape(sentence)}</p>'
