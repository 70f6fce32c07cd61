"""The explorers as a reader meets them: a real JupyterLab, a real browser, and the keyboard.

Skipped where there is no Chromium or Chrome.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbformat
import pytest
from patience import PATIENCE

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parent.parent
COURSE = sorted((ROOT / "notebooks").glob("0*.ipynb"))
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
SECOND = 1000  # playwright counts in milliseconds
EXPLORER = ".jp-OutputArea-output .widget-vbox:has(> img.widget-image)"
# JupyterLab draws an exception as it draws stderr.
FAILED = ".jp-Notebook .jp-RenderedText:is([data-mime-type$='jupyter.stderr'], [data-mime-type$='jupyter.error'])"

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


def write(path: Path, *cells: nbformat.NotebookNode) -> None:
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    nbformat.write(nbformat.v4.new_notebook(cells=list(cells), metadata={"kernelspec": kernel}), path)


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api", reason="the explorers' test in a browser needs playwright")
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    if executable is None:
        pytest.skip(f"the explorers' test in a browser needs one of {', '.join(BROWSERS)} on the PATH")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(
            executable_path=executable, args=["--no-sandbox", "--disable-dev-shm-usage"], timeout=PATIENCE * SECOND
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def lab(browser, tmp_path_factory):
    """The address of a JupyterLab of our own, and the folder that it serves: a copy, which nothing here can harm."""
    home = tmp_path_factory.mktemp("lab")
    folder = home / "notebooks"
    folder.mkdir()
    for path in COURSE:
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None  # what is on the page afterwards is from this run
        nbformat.write(notebook, folder / path.name)
    # Nobody's own settings; no question about news; and every cell is drawn, not only those in sight.
    for plugin, settings in {
        "apputils-extension/notification": {"fetchNews": "false"},
        "notebook-extension/tracker": {"windowingMode": "none"},
    }.items():
        file = home / "settings" / "@jupyterlab" / f"{plugin}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(settings))
    own = {name: str(home / name) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")}
    own |= {"JUPYTERLAB_SETTINGS_DIR": str(home / "settings"), "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces")}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}",
               "--ServerApp.port_retries=0", "--IdentityProvider.token=", f"--ServerApp.root_dir={folder}"]  # fmt: skip
    log = home / "log.txt"
    with log.open("wb") as file:
        server = subprocess.Popen(command, env=os.environ | own, stdout=file, stderr=subprocess.STDOUT, cwd=folder)
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(server, address, log)
        yield address, folder
    finally:
        server.terminate()  # which ends its kernels, too
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def wait_for(server: subprocess.Popen, address: str, log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/api/status", timeout=60):
                return
        except OSError:
            time.sleep(0.5)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text(errors='replace')[-3000:]}")


@pytest.fixture
def page(browser):
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.set_default_timeout(PATIENCE / 2 * SECOND)
    yield page
    page.close()


def open_notebook(page, address: str, path: Path) -> None:
    """Open a notebook, and wait until it is drawn and its kernel answers."""
    page.goto(f"{address}/lab/tree/{path.name}?reset")
    page.locator(".jp-Notebook .jp-Cell").first.wait_for()
    # Asked of the server: the page calls a kernel idle before it is connected, and running a cell then asks for one.
    for _ in range(2 * PATIENCE):  # half seconds
        with urllib.request.urlopen(f"{address}/api/sessions", timeout=PATIENCE) as answer:
            kernels = [session["kernel"] for session in json.load(answer) if session["path"] == path.name]
        if any(kernel["execution_state"] == "idle" and kernel["connections"] for kernel in kernels):
            break
        page.wait_for_timeout(500)
    page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for()


def run_all(page, path: Path) -> None:
    """Run all cells and wait for the last; a cell that fails, fails the test."""
    cells = code_cells(path)
    wrong_on_purpose = sum("raises-exception" in cell.metadata.get("tags", []) for cell in cells)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    done = """([count, meant, failed]) => {
        const prompts = [...document.querySelectorAll('.jp-Notebook .jp-InputPrompt')].map(p => p.textContent);
        const failures = [...document.querySelectorAll(failed)].filter(e => e.textContent.includes('Traceback (most'));
        return failures.length > meant || prompts.filter(prompt => /[0-9]/.test(prompt)).length === count;
    }"""
    page.wait_for_function(done, arg=[len(cells), wrong_on_purpose, FAILED], timeout=PATIENCE * SECOND)
    assert len(failures := failed_cells(page)) == wrong_on_purpose, failures


def code_cells(path: Path) -> list[nbformat.NotebookNode]:
    """Those that hold code, and so get a number."""
    cells = nbformat.read(path, as_version=4).cells
    return [cell for cell in cells if cell.cell_type == "code" and cell.source.strip()]


def failed_cells(page) -> list[str]:
    return page.locator(FAILED).filter(has_text="Traceback (most").all_inner_texts()


def broken_widgets(page) -> list[str]:
    """What the page says of widgets that failed: in the browser, for want of a model, or in an explorer's drawing."""
    signs = ("Error displaying widget", "Click to show javascript error", "This could not be drawn")
    return [text for sign in signs for text in page.get_by_text(sign).all_inner_texts()]


def drive(page, explorer) -> None:
    """Change an explorer by the keyboard: picture and sentence must change."""
    picture, sentence = explorer.locator("> img.widget-image"), explorer.locator("p[role=status]")
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
                                        && box.querySelector('p[role=status]').innerText !== words"""
    page.wait_for_function(changed, arg=[box, before, words])


def test_every_explorer_answers_the_keyboard(page, lab):
    from cam_tutorial import widgets

    assert EXPLORERS.keys() == set(widgets.__all__) - {"Explorer"}
    address, folder = lab
    path = folder / "explorers.ipynb"
    write(path, *map(nbformat.v4.new_code_cell, [SETUP, *EXPLORERS.values()]))
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
    write(path, *map(nbformat.v4.new_code_cell, [SETUP, "e = widgets.mix_maps(network, scene); e", BREAK, "1 / 0"]))
    open_notebook(page, address, path)
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        run_all(page, path)
    page.get_by_text("This could not be drawn: no ink (RuntimeError)").wait_for()
    assert len(broken_widgets(page)) == 1


def test_without_a_kernel_the_still_picture_is_shown(page, lab):
    from cam_tutorial import models, widgets

    address, folder = lab
    data, metadata = widgets.explore_scenes(models.build("zoo-gap"))._repr_mimebundle_()
    del data["application/vnd.jupyter.widget-view+json"]  # as tools/make_notebooks.py stores it
    output = nbformat.v4.new_output("display_data", data=data, metadata=metadata)
    path = folder / "stored.ipynb"
    write(path, nbformat.v4.new_code_cell("explorer", outputs=[output]))
    open_notebook(page, address, path)
    picture = page.locator(".jp-OutputArea-output img")
    picture.wait_for()
    assert picture.get_attribute("src").startswith("data:image/png;base64,")
    assert picture.evaluate("image => image.naturalWidth") > 400


@pytest.mark.parametrize("path", COURSE, ids=lambda path: path.stem)
def test_the_explorers_of_the_course(path, page, lab):
    address, folder = lab
    path = folder / path.name
    count = sum(bool(CALL.search(cell.source)) for cell in code_cells(path))
    assert count > 0, f"{path.name} shows no explorer"
    open_notebook(page, address, path)
    run_all(page, path)
    explorers = page.locator(EXPLORER)
    explorers.nth(count - 1).wait_for()
    for i in range(count):
        drive(page, explorers.nth(i))
    assert broken_widgets(page) == []
