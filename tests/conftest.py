"""What several tests share: the repository's folder, and where real weights and photographs may lie."""

import os
import shutil
import tempfile
from pathlib import Path

import matplotlib
import pytest

ROOT = Path(__file__).resolve().parent.parent


def pytest_configure(config: pytest.Config) -> None:
    # Notebooks and commands run in other folders, where a relative path would mean something else.
    if os.environ.get("TORCH_HOME"):
        os.environ["TORCH_HOME"] = str(Path(os.environ["TORCH_HOME"]).resolve())
    matplotlib.use("Agg")  # here alone: a kernel that a test starts draws inline, as a reader's does
    # What a developer has solved is nobody's business here, and what tests solve is not to be kept; kernels inherit it.
    # Tests that run side by side have a folder each.
    folder = tempfile.mkdtemp(prefix="cam-tutorial-")
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    os.environ["CAM_TUTORIAL_PROGRESS"] = str(Path(folder) / "progress.json")


@pytest.fixture(autouse=True)
def nothing_solved(tmp_path, monkeypatch) -> None:
    """Every test begins with a course of which nothing is solved."""
    monkeypatch.setenv("CAM_TUTORIAL_PROGRESS", str(tmp_path / "progress.json"))


@pytest.fixture
def shown(monkeypatch) -> list[str]:
    """What the exercises put out, as plain text."""
    from cam_tutorial import exercises

    texts: list[str] = []
    monkeypatch.setattr(exercises, "show", lambda card: texts.append(repr(card)))
    return texts


@pytest.fixture(scope="module")
def trained():
    """zoo-gap as it ships."""
    from cam_tutorial import models

    return models.load("zoo-gap")


@pytest.fixture(scope="module")
def two():
    """A scene with a cat and a fish."""
    from cam_tutorial import zoo

    return zoo.scene(10_007, ["cat", "fish"])


@pytest.fixture(scope="session")
def browser():
    """Chromium or Chrome, driven by playwright; skipped where it is not there."""
    import browsing

    with browsing.chromium() as found:
        yield found


@pytest.fixture(scope="session")
def lab(browser, tmp_path_factory):
    """The address of a JupyterLab, and the folder that it serves."""
    import browsing

    with browsing.jupyterlab(tmp_path_factory.mktemp("lab")) as found:
        yield found


@pytest.fixture
def page(browser):
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.set_default_timeout(600_000)
    yield page
    page.close()


@pytest.fixture
def root() -> Path:
    """The folder of the repository."""
    return ROOT


@pytest.fixture
def imagenet_weights() -> Path:
    """The file of SqueezeNet's ImageNet weights; the test is skipped where there is none."""
    import torch

    files = sorted(Path(torch.hub.get_dir(), "checkpoints").glob("squeezenet1_0-*.pth"))
    if not files:
        pytest.skip("squeezenet1_0's weights are not in torch hub's folder: set TORCH_HOME to one that has them")
    return files[0]


@pytest.fixture
def cat_dog_photo() -> Path:
    """A photograph with a dog in its upper half and a cat in its lower half; skipped where there is none."""
    home = os.environ.get("TORCH_HOME")
    folder = os.environ.get("CAM_TUTORIAL_PHOTOS") or (home and str(Path(home).parent / "photos"))
    photo = Path(folder, "cat_dog.png") if folder else None
    if photo is None or not photo.is_file():
        pytest.skip("cat_dog.png is not here: set CAM_TUTORIAL_PHOTOS to a folder that has it")
    return photo
