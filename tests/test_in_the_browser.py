"""The explorers as a reader meets them: a real JupyterLab, a real browser, and the keyboard.

Skipped where there is no Chromium or Chrome.
"""

import json
import re
from pathlib import Path

import nbformat
import pytest
from browsing import broken_widgets, code_cells, open_notebook, run_all, write

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parent.parent
COURSE = sorted((ROOT / "notebooks").glob("0[0-6]*.ipynb"))  # from 07 on a page has no explorer
EXPLORER = ".jp-OutputArea-output .widget-vbox:has(> img.widget-image)"

SETUP = """
from IPython.display import display
from cam_tutorial import models, widgets, zoo
network = models.build("zoo-gap").eval()
scene = zoo.scene(10_007, ["cat", "fish"])
"""
EXPLORERS = {
    "explore_scenes": "widgets.explore_scenes(network)",
    "move_animal": "display(widgets.move_animal({'one': network, 'two': network}, 'cat', region=(0, 0, 0.5, 1)))",
    "mix_maps": "widgets.mix_maps(network, scene)",
    "choose_layer": "widgets.choose_layer(network, scene)",
    "choose_rule": "widgets.choose_rule(network, scene)",
    "choose_threshold": "widgets.choose_threshold(network, scene)",
    "randomize_layers": "widgets.randomize_layers(network, scene)",
    "paint_over": "widgets.paint_over(network, scene)",
}
BREAK = """
def broken(**values):
    raise RuntimeError("no ink")
e._draw = broken
e.controls["count"].value += 1
"""
CALL = re.compile(rf"\b({'|'.join(EXPLORERS)})\(")


def drive(page, explorer) -> None:
    """Change an explorer by the keyboard: picture and sentence must change."""
    picture, sentence = explorer.locator("> img.widget-image"), explorer.locator("[role=status]")
    sentence.wait_for()
    picture.scroll_into_view_if_needed()
    before, words = picture.get_attribute("src"), sentence.inner_text()
    assert picture.get_attribute("title") == words and len(words) > 15
    assert picture.evaluate("image => image.complete && image.naturalWidth > 400")
    handle = explorer.locator(".noUi-handle").first
    if handle.count():
        at_end = handle.get_attribute("aria-valuenow") == handle.get_attribute("aria-valuemax")
        handle.focus()
        page.keyboard.press("ArrowLeft" if at_end else "ArrowRight")
    else:
        explorer.locator(".widget-toggle-button:not(.mod-active)").first.focus()
        page.keyboard.press("Enter")
    box = explorer.element_handle()
    changed = """([box, src, words]) => box.querySelector(':scope > img').src !== src
                                        && box.querySelector('[role=status]').innerText !== words"""
    page.wait_for_function(changed, arg=[box, before, words])


def test_every_explorer_answers_the_keyboard(page, lab):
    from cam_tutorial import widgets

    assert EXPLORERS.keys() == set(widgets.__all__) - {"Explorer"}
    address, folder = lab
    path = folder / "explorers.ipynb"
    write(path, SETUP, *EXPLORERS.values())
    open_notebook(page, address, path)
    run_all(page, path)
    explorers = page.locator(EXPLORER)
    explorers.nth(len(EXPLORERS) - 1).wait_for()
    # Beside the live view lies the still picture, which must not be shown as well.
    assert page.locator(".jp-OutputArea-output img:not(.widget-image)").count() == 0
    for i in range(len(EXPLORERS)):
        drive(page, explorers.nth(i))
    assert broken_widgets(page) == []


def test_a_failing_cell_and_a_failing_drawing_are_noticed(page, lab):
    address, folder = lab
    path = folder / "failing.ipynb"
    write(path, SETUP, "e = widgets.mix_maps(network, scene); e", BREAK, "1 / 0")
    open_notebook(page, address, path)
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        run_all(page, path)
    page.get_by_text("This could not be drawn: no ink (RuntimeError)").wait_for()
    assert len(broken_widgets(page)) == 1


def test_without_a_kernel_the_still_picture_is_shown(page, lab):
    from cam_tutorial import models, plot, widgets

    address, folder = lab
    explorer = widgets.explore_scenes(models.build("zoo-gap"))
    data = {"text/html": plot.image(explorer._picture, explorer.sentence)}  # as tools/make_notebooks.py stores it
    output = nbformat.v4.new_output("display_data", data=data)
    path = folder / "stored.ipynb"
    write(path, nbformat.v4.new_code_cell("explorer", outputs=[output]))
    open_notebook(page, address, path)
    picture = page.locator(".jp-OutputArea-output img")
    picture.wait_for()
    assert picture.get_attribute("alt") == explorer.sentence
    assert picture.get_attribute("src").startswith("data:image/webp;base64,")
    assert picture.evaluate("image => image.naturalWidth") > 400


def copied(path: Path, folder: Path) -> Path:
    """A notebook of the course without outputs, where nothing can harm it: what is seen is from this run."""
    from cam_tutorial import start

    content = start.handed_out(json.loads(path.read_text(encoding="utf-8")), path.name)
    (folder / path.name).write_text(json.dumps(content), encoding="utf-8")
    return folder / path.name


@pytest.mark.parametrize("path", COURSE, ids=lambda path: path.stem)
def test_the_explorers_of_the_course(path, page, lab):
    address, folder = lab
    path = copied(path, folder)
    count = sum(bool(CALL.search(cell.source)) for cell in code_cells(path))
    assert count > 0, f"{path.name} shows no explorer"
    open_notebook(page, address, path)
    run_all(page, path)
    explorers = page.locator(EXPLORER)
    explorers.nth(count - 1).wait_for()
    for i in range(count):
        drive(page, explorers.nth(i))
    assert broken_widgets(page) == []
