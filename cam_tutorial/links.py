"""Links that open the course elsewhere: on Binder, on Colab, on a JupyterHub.

They lead to the address that pyproject.toml gives under [project.urls]; while it gives none, to the clone's remote.
"""

import re
import subprocess
import tomllib
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

ROOT = Path(__file__).resolve().parent.parent  # of the clone; elsewhere, whatever folder the package lies in
START = "notebooks/00_start_here.ipynb"
COPY = "course"  # the folder of the working copy that Binder makes for everyone who comes
HUB = "https://hub.example.org"
BRANCH = "main"  # of the address


@dataclass(frozen=True)
class Remote:
    """Where a clone came from."""

    host: str  # github.com
    path: str  # owner/repository; on GitLab there may be groups in between
    branch: str

    @property
    def url(self) -> str:
        return f"https://{self.host}/{self.path}"


def address(root: Path = ROOT) -> str | None:
    """Where the course lives, https://github.com/owner/repository, or None while that is not set.

    Read from pyproject.toml, and where the package was installed without it, from what was noted then.
    """
    file = root / "pyproject.toml"
    if file.is_file():
        urls = tomllib.loads(file.read_text(encoding="utf-8")).get("project", {}).get("urls", {})
    else:
        try:
            lines = metadata.metadata("cam-tutorial").get_all("Project-URL") or []
        except metadata.PackageNotFoundError:
            lines = []
        urls = dict(line.split(", ", 1) for line in lines)
    url: str | None = urls.get("Repository")
    return url


def where(root: Path = ROOT) -> Remote:
    """Where the links lead: to the course's address, or while that is not set, to the remote of this clone.

    Raises:
        OSError, ValueError: as `read_remote`; or the address is none that other machines can open.
    """
    url = address(root)
    return read_remote() if url is None else Remote(*parse_remote(url), BRANCH)


def notebooks(root: Path = ROOT) -> list[str]:
    """The course's notebooks as paths in the repository, in reading order; the first alone where they are not here."""
    folders = [root / "notebooks", root / "cam_tutorial/notebooks"]  # of a clone, and of an installed package
    names = next(filter(None, ([path.name for path in sorted(f.glob("[0-9]*.ipynb"))] for f in folders)), [])
    return [f"notebooks/{name}" for name in names] or [START]


def parse_remote(url: str) -> tuple[str, str]:
    """Host and path of a git remote: https, ssh, git, or git@host:owner/repository.git. A password is left out.

    Raises:
        ValueError: it is no address on a server.
    """
    short = re.fullmatch(r"(?:[\w.-]+@)?([\w.-]{2,}):(?!//)([^\\]+)", url)
    if short:
        host, path = short[1], short[2]
    else:
        parts = urlsplit(url)
        host, path = (parts.hostname or "", parts.path) if parts.scheme in ("https", "http", "ssh", "git") else ("", "")
    path = path.strip("/").removesuffix(".git")
    if not host or "/" not in path:
        shown = re.sub(r"//[^/@]*@", "//", url)
        raise ValueError(
            f"the remote is {shown!r}, which no other machine can open: it must be like "
            "https://github.com/owner/repository"
        )
    return host.lower(), path


def read_remote(folder: Path | None = None) -> Remote:
    """The remote named origin of the clone that a folder is in, by default the one this package runs from.

    The branch is the current one, or where origin does not have that, origin's default.

    Raises:
        OSError: there is no git, no clone or no such remote.
        ValueError: the remote is no address on a server.
    """
    folder = Path(__file__).resolve().parent if folder is None else folder
    url = _git(folder, "remote", "get-url", "origin")
    if not url:
        raise OSError(
            f"{folder} is in no git clone with a remote named origin: run this in a clone of the course, or add the "
            "remote with 'git remote add origin URL'"
        )
    host, path = parse_remote(url)
    current = _git(folder, "symbolic-ref", "--short", "HEAD")
    default = _git(folder, "symbolic-ref", "--short", "refs/remotes/origin/HEAD").removeprefix("origin/")
    pushed = current and _git(folder, "rev-parse", "--verify", f"refs/remotes/origin/{current}")
    return Remote(host, path, current if pushed or not default else default)


def links(remote: Remote, notebook: str = START, hub: str = HUB) -> dict[str, str]:
    """Where to open a notebook: a name and a link each. Colab reads from GitHub alone.

    Raises:
        ValueError: the clone is on no branch and origin's default is not known.
    """
    if not remote.branch:
        raise ValueError("this clone is on no branch and does not know origin's: run 'git switch main' first")
    branch = quote(remote.branch)
    open_lab = urlencode({"urlpath": f"lab/tree/{COPY}/{Path(notebook).name}"})
    if remote.host == "github.com":
        spec = f"gh/{quote(remote.path)}/{branch}"
    elif remote.host == "gitlab.com":
        spec = f"gl/{quote(remote.path, safe='')}/{branch}"
    else:
        spec = f"git/{quote(remote.url, safe='')}/{branch}"
    found = {"Binder": f"https://mybinder.org/v2/{spec}?{open_lab}"}
    if remote.host == "github.com":
        found["Colab"] = (
            f"https://colab.research.google.com/github/{quote(remote.path)}/blob/{branch}/{quote(notebook)}"
        )
    # nbgitpuller clones into a folder of the repository's name, and the path starts there.
    name = remote.path.rpartition("/")[2]
    pull = urlencode({"repo": remote.url, "urlpath": f"lab/tree/{name}/{notebook}", "branch": remote.branch})
    found["nbgitpuller"] = f"{hub.rstrip('/')}/hub/user-redirect/git-pull?{pull}"
    return found


def _git(folder: Path, *arguments: str) -> str:
    """What git prints, or an empty string where it fails."""
    command = ["git", "-C", str(folder), *arguments]
    try:
        result = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise OSError("git was not found: install it, and run this in a clone of the course") from error
    return result.stdout.strip() if result.returncode == 0 else ""
