"""A JupyterLab of our own, a real browser, and what a reader does in them; the fixtures are in conftest.py."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pytest
from patience import PATIENCE

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
SECOND = 1000  # playwright counts in milliseconds
# JupyterLab draws an exception as it draws stderr.
FAILED = ".jp-Notebook .jp-RenderedText:is([data-mime-type$='jupyter.stderr'], [data-mime-type$='jupyter.error'])"
OUTPUT = ".jp-OutputArea-output"


@contextmanager
def chromium() -> Iterator:
    """A browser; the test is skipped where there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="a test in a browser needs playwright")
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    if executable is None:
        pytest.skip(f"a test in a browser needs one of {', '.join(BROWSERS)} on the PATH")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=executable, args=["--no-sandbox", "--disable-dev-shm-usage"], timeout=PATIENCE * SECOND
        )
        yield browser
        browser.close()


@contextmanager
def jupyterlab(home: Path) -> Iterator[tuple[str, Path]]:
    """The address of a JupyterLab with nobody's own settings, and the folder that it serves."""
    folder = home / "notebooks"
    folder.mkdir()
    # No question about news; and every cell is drawn, not only those in sight.
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
               "--ServerApp.port_retries=0", "--IdentityProvider.token=", "--ServerApp.disable_check_xsrf=True",
               f"--ServerApp.root_dir={folder}"]  # fmt: skip
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


def write(path: Path, *cells: nbformat.NotebookNode | str) -> None:
    """A notebook of these cells; a string is a code cell."""
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    made = [nbformat.v4.new_code_cell(cell) if isinstance(cell, str) else cell for cell in cells]
    nbformat.write(nbformat.v4.new_notebook(cells=made, metadata={"kernelspec": kernel}), path)


def sessions(address: str) -> list[dict]:
    # Asked of the server: the page calls a kernel idle before it is connected, and running a cell then asks for one.
    with urllib.request.urlopen(f"{address}/api/sessions", timeout=PATIENCE) as answer:
        return json.load(answer)


def open_notebook(page, address: str, path: Path) -> None:
    """Open a notebook, and wait until it is drawn and its kernel answers."""
    page.goto(f"{address}/lab/tree/{path.name}?reset")
    page.locator(".jp-Notebook .jp-Cell").first.wait_for()
    for _ in range(4 * PATIENCE):
        kernels = [session["kernel"] for session in sessions(address) if session["path"] == path.name]
        if any(kernel["execution_state"] == "idle" and kernel["connections"] for kernel in kernels):
            break
        page.wait_for_timeout(250)
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
    numbered = [
        cell for cell in cells if not cell.metadata.get("jupyter", {}).get("source_hidden")
    ]  # folded: no number
    page.wait_for_function(done, arg=[len(numbered), wrong_on_purpose, FAILED], timeout=PATIENCE * SECOND)
    assert len(failures := failed_cells(page)) == wrong_on_purpose, failures


def code_cells(path: Path) -> list[nbformat.NotebookNode]:
    """Those that hold code, and so get a number."""
    cells = nbformat.read(path, as_version=4).cells
    return [cell for cell in cells if cell.cell_type == "code" and cell.source.strip()]


def failed_cells(page) -> list[str]:
    return page.locator(FAILED).filter(has_text="Traceback (most").all_inner_texts()


def save(page, path: Path) -> None:
    """Save the open notebook, and wait until the file has changed."""
    before = path.stat().st_mtime_ns
    page.keyboard.press("Control+s")
    for _ in range(4 * PATIENCE):
        if path.stat().st_mtime_ns != before:
            return
        page.wait_for_timeout(250)
    pytest.fail(f"{path.name} was not saved")


def end_kernels(address: str) -> None:
    """What a night does to them."""
    for session in sessions(address):
        request = urllib.request.Request(f"{address}/api/sessions/{session['id']}", method="DELETE")
        urllib.request.urlopen(request, timeout=PATIENCE).close()


def broken_widgets(page) -> list[str]:
    """What the page says of widgets that failed: in the browser, for want of a model, or in an explorer's drawing."""
    signs = ("Error displaying widget", "Click to show javascript error", "This could not be drawn")
    return [text for sign in signs for text in page.get_by_text(sign).all_inner_texts()]


def restart_kernel(page) -> None:
    """By the menu, as a reader does."""
    page.get_by_role("menuitem", name="Kernel", exact=True).click()
    page.get_by_text("Restart Kernel…", exact=True).first.click()
    page.locator(".jp-Dialog .jp-mod-accept").click()
