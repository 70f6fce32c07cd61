"""Predictions, cards, figures and sleeping widgets as a reader meets them in JupyterLab; skipped without a browser."""

import nbconvert
import pytest
from browsing import OUTPUT, broken_widgets, end_kernels, open_notebook, restart_kernel, run_all, save, write

pytestmark = pytest.mark.browser

PREDICT = "from cam_tutorial.practice.prediction import answer, predict"
SLIDER = "predict('9a', 'How many of the 64 maps vote?', 0, 64)"
BUTTONS = "predict('9b', 'Where is the map highest?', 'rabbit', 'snail', 'fish')"
ANSWERS = "answer('9a', 21)\nanswer('9b', 'snail')"
EXPLORER = """
from cam_tutorial import models, widgets, zoo
network = models.build("zoo-gap").eval()
widgets.{}(network, zoo.scene(3, "cat"))
"""
ALT = "Three panels of noise, all alike."
EVERYTHING = [
    PREDICT,
    SLIDER,
    BUTTONS,
    f"import torch\nfrom cam_tutorial import plot\nplot.panels(torch.ones(3, 3, 8, 8), alt={ALT!r}, caption='Noise.')",
    "from cam_tutorial import exercises\nexercises.check('2.5', lambda a, b: 0.5);",
    "from cam_tutorial.practice.claims import claim\nclaim('three is more than two', 3 > 2, '3 > 2')",
    "exercises.progress()",
    EXPLORER.format("paint_over"),
    EXPLORER.format("choose_layer"),
    "from cam_tutorial.bar import Bar\nfor _ in Bar(range(3), desc='counting', mininterval=0): print('done')",
]
NOTE, SAYS = ".cam-tutorial-asleep", ".cam-says [role=status]"
WIDE = {"width": 1400, "height": 1000}


def selected(page) -> int:
    """The position of the selected cell."""
    return page.evaluate(
        "[...document.querySelectorAll('.jp-Notebook .jp-Cell')].findIndex(c => c.matches('.jp-mod-active'))"
    )


def number(page, cell: int) -> str:
    """The prompt of a cell, which changes when it has run again."""
    return page.locator(".jp-Notebook .jp-Cell").nth(cell).locator(".jp-InputPrompt").inner_text()


def tab_to(page, inside: str) -> None:
    """Press Tab until something in there has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.closest(s) !== null", inside):
            return
    pytest.fail(f"Tab does not lead to {inside}")


def heard(question, said) -> None:
    """Wait until the page tells the reader to go on: the kernel has heard what was said."""
    question.get_by_text(f"you say {said}; now run the next cell", exact=True).wait_for()


def test_predictions_by_mouse_and_by_keyboard(page, lab):
    address, folder = lab
    path = folder / "predictions.ipynb"
    write(path, PREDICT, SLIDER, BUTTONS, ANSWERS)
    open_notebook(page, address, path)
    run_all(page, path)
    slider, buttons = page.locator(".cam-question").nth(0), page.locator(".cam-question").nth(1)
    track = slider.locator("input")
    assert page.locator(f"{OUTPUT} [role=note]").count() == 0, "who said nothing is told nothing"

    box = track.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 4, box["y"] + box["height"] / 2)
    said = int(track.input_value())
    assert 12 <= said <= 20
    heard(slider, said)
    buttons.get_by_role("button", name="fish", exact=True).click()
    assert buttons.get_by_role("button", name="fish", exact=True).get_attribute("aria-pressed") == "true"

    page.locator(".jp-Notebook .jp-Cell").nth(1).locator(".jp-InputPrompt").click()
    tab_to(page, ".cam-question")
    for key, change in (("ArrowRight", 1), ("ArrowUp", 1), ("ArrowLeft", -1), ("ArrowDown", -1), ("Home", -said)):
        said += change
        page.keyboard.press(key)
        assert (int(track.input_value()), selected(page)) == (said, 1), key
    for _ in range(33):
        page.keyboard.press("ArrowRight")
    heard(slider, 33)
    before = number(page, 1)
    page.keyboard.press("Shift+Enter")
    page.wait_for_function("([p, b]) => p.innerText !== b && p.innerText.includes('5')", arg=[
        page.locator(".jp-Notebook .jp-Cell").nth(1).locator(".jp-InputPrompt").element_handle(), before])  # fmt: skip
    assert selected(page) == 2, "Shift+Enter runs the cell and goes on"
    page.wait_for_function("document.querySelector('.cam-question input')?.value === '33'")

    tab_to(page, ".cam-question button")
    page.keyboard.press("Space")
    assert buttons.get_by_role("button", name="rabbit", exact=True).get_attribute("aria-pressed") == "true"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert buttons.locator("[aria-pressed=true]").inner_text() == "snail" and selected(page) == 2
    heard(buttons, "snail")
    page.keyboard.press("Shift+Enter")
    page.wait_for_timeout(500)
    assert selected(page) == 3
    page.keyboard.press("Shift+Enter")
    cards = page.locator(f"{OUTPUT} [role=note]")
    cards.nth(1).wait_for()
    assert "You said 33. It is 21." in cards.nth(0).inner_text()
    assert "You said “snail”, and so it is." in cards.nth(1).inner_text()


def theme(page, name: str) -> None:
    page.get_by_role("menuitem", name="Settings", exact=True).click()
    page.get_by_text("Theme", exact=True).hover()
    page.get_by_text(f"JupyterLab {name}", exact=True).click()
    page.wait_for_function(f"document.body.dataset.jpThemeLight === '{str(name == 'Light').lower()}'")


def defects(page) -> list[str]:
    """What axe-core finds in the outputs."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe_playwright_python")
    found = axe.Axe().run(page, context=".jp-Notebook .jp-OutputArea").response
    assert {"color-contrast", "image-alt", "label"} <= {one["id"] for one in found["passes"]}
    return [f"{one['id']}: {node['html'][:200]}" for one in found["violations"] for node in one["nodes"]]


@pytest.fixture(scope="module")
def everything(browser, lab):
    """A page on which one of each stands, all cells run; and its file."""
    address, folder = lab
    path = folder / "everything.ipynb"
    write(path, *EVERYTHING)
    page = browser.new_page(viewport=WIDE)
    page.set_default_timeout(600_000)
    open_notebook(page, address, path)
    run_all(page, path)
    page.locator(SAYS).nth(1).wait_for()
    yield page, path
    page.close()


def test_axe_finds_nothing_in_the_light_and_in_the_dark(everything):
    page, _ = everything
    assert broken_widgets(page) == []
    for name in ("Dark", "Light"):
        theme(page, name)
        assert defects(page) == [], name


def test_an_explorer_says_what_its_controls_are(everything):
    page, _ = everything
    paint = page.get_by_role("group", name="paint")
    assert paint.locator("[aria-pressed=true]").inner_text() == "gray"
    paint.get_by_text("blur").click()
    paint.locator("[aria-pressed=true]", has_text="blur").wait_for()
    assert page.get_by_role("slider", name="side").count() == 1
    assert page.get_by_role("combobox", name="class").count() == 2

    layer, said = page.get_by_role("slider", name="layer"), page.locator(SAYS).nth(1).element_handle()
    assert layer.get_attribute("aria-valuetext").startswith("trunk.7")
    layer.press("ArrowLeft")
    page.wait_for_function("place => place.isConnected && place.innerText.includes(' at trunk.6')", arg=said)
    assert layer.get_attribute("aria-valuetext").startswith("trunk.6")


def test_an_explorer_on_a_narrow_page(everything):
    page, _ = everything
    page.set_viewport_size({"width": 400, "height": 800})
    page.keyboard.press("Control+b")  # the file browser would leave no room for anything
    page.wait_for_function("document.querySelector('.jp-Notebook').getBoundingClientRect().width > 300")
    try:
        room = page.locator(".jp-Notebook").bounding_box()
        for i in range(2):
            place = page.locator(f"{OUTPUT} select").nth(i).bounding_box()
            assert place["x"] + place["width"] <= room["x"] + room["width"], "a list is cut off"
            assert page.locator("img.widget-image").nth(i).bounding_box()["width"] >= 500, (
                "a picture shrinks to a stamp"
            )
    finally:
        page.keyboard.press("Control+b")
        page.set_viewport_size(WIDE)


def test_figures_and_bars_on_the_page_and_in_an_exported_one(everything):
    page, path = everything
    assert page.locator(f"{OUTPUT} img:not(.widget-image)").get_attribute("alt") == ALT
    assert page.locator(OUTPUT).get_by_text("counting").count() == 0
    assert page.locator(f"{OUTPUT}:has(.cam-tutorial-gone)").is_hidden(), "where the bar was is no gap"
    save(page, path)
    html, _ = nbconvert.HTMLExporter().from_filename(str(path))
    assert f'alt="{ALT}"' in html and "No description has been provided" not in html


def test_a_widget_whose_kernel_is_gone_says_what_to_do(page, lab):
    address, folder = lab
    path = folder / "asleep.ipynb"
    write(path, PREDICT, SLIDER, EXPLORER.format("mix_maps"))
    open_notebook(page, address, path)
    run_all(page, path)
    page.locator(SAYS).wait_for()
    notes = page.locator(NOTE)
    assert notes.count() == 2 and not any(notes.nth(i).is_visible() for i in range(2))

    restart_kernel(page)
    for i in range(2):
        notes.nth(i).wait_for(state="visible")

    save(page, path)
    end_kernels(address)  # the next day
    page.goto("about:blank")
    open_notebook(page, address, path)
    page.get_by_text("Error displaying widget").nth(1).wait_for()
    assert all(notes.nth(i).is_visible() for i in range(2))
    assert "Run All Above Selected Cell" in notes.nth(0).inner_text()
    run_all(page, path)
    page.locator(SAYS).wait_for()
    for i in range(2):
        notes.nth(i).wait_for(state="hidden")
    assert broken_widgets(page) == []
