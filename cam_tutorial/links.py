"""Links that open this clone's own course elsewhere: on Binder, on Colab, on a JupyterHub.

They follow the remote, so that the links of a fork lead to the fork.
"""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

START = "notebooks/00_start_here.ipynb"
HUB = "https://hub.example.org"


@dataclass(frozen=True)
class Remote:
    """Where a clone came from."""

    host: str  # github.com
    path: str  # owner/repository; on GitLab there may be groups in between
    branch: str

    @property
    def url(self) -> str:
        return f"https://{self.host}/{self.path}"


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
    open_lab = urlencode({"urlpath": f"lab/tree/{notebook}"})
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
