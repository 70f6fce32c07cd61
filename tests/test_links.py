"""Links lead to the course's address, or while it has none to the clone's remote, as each service reads them."""

import subprocess
from pathlib import Path

import pytest

import cam_tutorial.links
from cam_tutorial.links import Remote, address, links, notebooks, parse_remote, read_remote, where


def git(folder: Path, *arguments: str) -> None:
    author = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *author, "-C", str(folder), *arguments], check=True, capture_output=True)


@pytest.fixture
def clone(tmp_path) -> Path:
    """A repository with one commit on a branch named main."""
    git(tmp_path, "init")
    git(tmp_path, "symbolic-ref", "HEAD", "refs/heads/main")
    git(tmp_path, "commit", "--allow-empty", "-m", "first")
    return tmp_path


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/some-owner/cam-tutorial",
        "https://github.com/some-owner/cam-tutorial.git",
        "https://somebody:secret@github.com/some-owner/cam-tutorial.git/",
        "git@github.com:some-owner/cam-tutorial.git",
        "github.com:some-owner/cam-tutorial.git",
        "ssh://git@github.com:22/some-owner/cam-tutorial.git",
        "git://GitHub.com/some-owner/cam-tutorial",
    ],
)
def test_every_way_to_write_a_remote(url, clone):
    git(clone, "remote", "add", "origin", url)
    assert read_remote(clone) == Remote("github.com", "some-owner/cam-tutorial", "main")


@pytest.mark.parametrize(
    "url", ["/srv/git/cam.git", "../cam.git", "C:/work/cam", r"C:\work\cam", "file:///srv/cam.git"]
)
def test_a_remote_on_this_machine_is_no_link(url):
    with pytest.raises(ValueError, match="which no other machine can open"):
        parse_remote(url)


def test_a_password_is_never_shown():
    with pytest.raises(ValueError) as caught:
        parse_remote("https://somebody:secret@github.com/")
    assert "secret" not in str(caught.value)


def test_github():
    assert links(Remote("github.com", "some-owner/cam-tutorial", "main"), hub="https://hub.uni.edu/") == {
        "Binder": "https://mybinder.org/v2/gh/some-owner/cam-tutorial/main"
        "?urlpath=lab%2Ftree%2Fcourse%2F00_start_here.ipynb",
        "Colab": "https://colab.research.google.com/github/some-owner/cam-tutorial/blob/main/"
        "notebooks/00_start_here.ipynb",
        "nbgitpuller": "https://hub.uni.edu/hub/user-redirect/git-pull"
        "?repo=https%3A%2F%2Fgithub.com%2Fsome-owner%2Fcam-tutorial"
        "&urlpath=lab%2Ftree%2Fcam-tutorial%2Fnotebooks%2F00_start_here.ipynb&branch=main",
    }


def test_gitlab_escapes_its_groups_and_colab_cannot_read_it():
    found = links(Remote("gitlab.com", "group/part/cam-tutorial", "main"))
    assert list(found) == ["Binder", "nbgitpuller"]
    assert found["Binder"].startswith("https://mybinder.org/v2/gl/group%2Fpart%2Fcam-tutorial/main?urlpath=")
    assert "urlpath=lab%2Ftree%2Fcam-tutorial%2Fnotebooks" in found["nbgitpuller"]


def test_any_other_server():
    found = links(Remote("git.uni.edu", "lab/cam-tutorial", "main"))
    assert found["Binder"].startswith(
        "https://mybinder.org/v2/git/https%3A%2F%2Fgit.uni.edu%2Flab%2Fcam-tutorial/main?"
    )


def test_odd_branch_names_are_encoded():
    found = links(Remote("github.com", "o/r", "try/α #1"))
    assert "/gh/o/r/try/%CE%B1%20%231?" in found["Binder"]
    assert "/blob/try/%CE%B1%20%231/notebooks/" in found["Colab"]
    assert found["nbgitpuller"].endswith("&branch=try%2F%CE%B1+%231")


def test_the_branch_is_the_current_one_where_origin_has_it(clone):
    git(clone, "remote", "add", "origin", "https://github.com/o/r")
    git(clone, "checkout", "-b", "mine")
    assert read_remote(clone).branch == "mine"
    git(clone, "update-ref", "refs/remotes/origin/main", "main")
    git(clone, "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
    assert read_remote(clone).branch == "main"
    git(clone, "update-ref", "refs/remotes/origin/mine", "mine")
    assert read_remote(clone).branch == "mine"
    git(clone, "checkout", "--detach")
    assert read_remote(clone).branch == "main"


def test_on_no_branch_and_no_default(clone):
    git(clone, "remote", "add", "origin", "https://github.com/o/r")
    git(clone, "checkout", "--detach")
    with pytest.raises(ValueError, match="on no branch.*git switch main"):
        links(read_remote(clone))


def test_no_remote_no_clone_no_git(clone, tmp_path_factory, monkeypatch):
    with pytest.raises(OSError, match="no git clone with a remote named origin.*git remote add origin"):
        read_remote(clone)
    with pytest.raises(OSError, match="no git clone"):
        read_remote(tmp_path_factory.mktemp("empty"))
    monkeypatch.setenv("PATH", "")
    with pytest.raises(OSError, match="git was not found"):
        read_remote(clone)


# --- The address ---


def project(folder: Path, text: str) -> Path:
    (folder / "pyproject.toml").write_text(f'[project]\nname = "cam-tutorial"\n{text}\n', encoding="utf-8")
    return folder


def test_the_address_stands_in_pyproject(tmp_path, monkeypatch):
    monkeypatch.setattr(cam_tutorial.links, "read_remote", lambda: Remote("github.com", "a/fork", "mine"))
    assert address(project(tmp_path, "")) is None
    assert where(tmp_path) == Remote("github.com", "a/fork", "mine")
    project(tmp_path, 'urls.Repository = "https://github.com/o/r"')
    assert address(tmp_path) == "https://github.com/o/r" and where(tmp_path) == Remote("github.com", "o/r", "main")
    project(tmp_path, 'urls.Repository = "/srv/git/course"')
    with pytest.raises(ValueError, match="which no other machine can open"):
        where(tmp_path)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (None, None),
        (["Homepage, https://example.org"], None),
        (["Homepage, https://example.org", "Repository, https://github.com/o/r"], "https://github.com/o/r"),
    ],
)
def test_an_installed_package_knows_the_address_that_it_was_built_with(lines, expected, tmp_path, monkeypatch):
    class Metadata:
        get_all = staticmethod(lambda key: lines if key == "Project-URL" else None)

    monkeypatch.setattr(cam_tutorial.links.metadata, "metadata", lambda name: Metadata)
    assert address(tmp_path) == expected


def test_the_line_of_pyproject_works_or_would_without_its_number_sign(root, tmp_path):
    lines = (root / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    (line,) = [line for line in lines if line.lstrip("# ").startswith("urls.Repository =")]
    host, path = parse_remote(address(project(tmp_path, line.lstrip("# "))))
    assert host == "github.com" and path.count("/") == 1


def test_every_notebook_has_links(root, tmp_path):
    assert notebooks(root) == [f"notebooks/{path.name}" for path in sorted((root / "notebooks").glob("*.ipynb"))]
    assert notebooks(tmp_path) == ["notebooks/00_start_here.ipynb"]
    installed = tmp_path / "cam_tutorial/notebooks"
    installed.mkdir(parents=True)
    (installed / "03_grad_cam.ipynb").touch()
    assert notebooks(tmp_path) == ["notebooks/03_grad_cam.ipynb"]
    found = links(Remote("github.com", "o/r", "main"), "notebooks/03_grad_cam.ipynb")
    assert found["Binder"].endswith("?urlpath=lab%2Ftree%2Fcourse%2F03_grad_cam.ipynb")
    assert found["Colab"].endswith("/github/o/r/blob/main/notebooks/03_grad_cam.ipynb")
    assert "urlpath=lab%2Ftree%2Fr%2Fnotebooks%2F03_grad_cam.ipynb" in found["nbgitpuller"]
