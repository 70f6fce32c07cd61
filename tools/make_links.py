"""Write what follows from where the course lives: the first code cell of every notebook, and the badges of the README.

    python tools/make_links.py           write them
    python tools/make_links.py --check   only say what would change; exit code 1 if something would

The address stands in pyproject.toml, under [project.urls], and nowhere else. While it is unset the README has no
badges, and the cell says in a sentence what to do where the package is missing. No notebook is run: the cell puts out
nothing.
"""

import argparse
import re
import sys
from pathlib import Path

import nbformat
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

import make_notebooks  # noqa: E402

from cam_tutorial import __version__, links  # noqa: E402
from cam_tutorial.files import whole  # noqa: E402

EDITION = __version__.rpartition(".")[0]  # 0.2 of 0.2.0: notebooks and package go together up to here
CELL_ID = "the-package"
METADATA = {"jupyter": {"source_hidden": True}}
CELL = """\
from importlib.util import find_spec

if not find_spec("cam_tutorial"):{get}
from cam_tutorial import __version__ as edition

assert edition[:{letters}] == "{edition}.", {told}"""
INSTALL = """\
  # as on Colab: half a minute
    url = "{url}@{branch}"
    get_ipython().run_line_magic("pip", f"install -q 'cam-tutorial[notebooks] @ git+{{url}}'")"""
NO_ADDRESS = """
    raise ModuleNotFoundError("The course has no address yet to install it from: run 'make lab' in a clone of it.")"""
OTHER_EDITION = 'f"This needs cam-tutorial {edition}, not {{edition}}: git pull, make lab, cam-tutorial start"'
BLOCK = re.compile(r"(<!-- badges -->\n).*?(<!-- /badges -->)", re.DOTALL)
BADGES = {
    "Binder": "https://mybinder.org/badge_logo.svg",
    "Colab": "https://colab.research.google.com/assets/colab-badge.svg",
}


def remote() -> links.Remote | None:
    """Where the course lives; None while that is not set."""
    return links.where() if links.address() else None


def first_cell(course: links.Remote | None) -> str:
    """The code that gets the package where there is none, and refuses the package of another edition."""
    get = NO_ADDRESS if course is None else INSTALL.format(url=course.url, branch=course.branch)
    told = OTHER_EDITION.format(edition=EDITION)
    return CELL.format(get=get, letters=len(EDITION) + 1, edition=EDITION, told=told)


def with_first_cell(notebook: NotebookNode, code: str) -> NotebookNode:
    """The notebook with this code in its first code cell, below the title; in place."""
    cells = [cell for cell in notebook.cells if cell.id != CELL_ID]
    new = nbformat.v4.new_code_cell(code, id=CELL_ID, metadata=METADATA)
    first = next((i for i, cell in enumerate(cells) if cell.cell_type == "code"), len(cells))
    notebook.cells = [*cells[:first], new, *cells[first:]]
    return make_notebooks.clean(notebook)


def badges(course: links.Remote | None, notebooks: list[str]) -> str:
    """A table with a line a notebook; nothing while nobody knows where they would lead."""
    if course is None:
        return ""
    lines = ["", "| | open without installing anything |", "|---|---|"]
    for notebook in notebooks:
        found = links.links(course, notebook)
        shown = [f"[![{name}]({picture})]({found[name]})" for name, picture in BADGES.items() if name in found]
        lines.append(f"| notebook {Path(notebook).stem[:2]} | {' '.join(shown)} |")
    return "\n".join([*lines, "", ""])


def texts(course: links.Remote | None, root: Path = ROOT) -> dict[Path, str]:
    """What the README and each notebook hold when all is well."""
    found = {}
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        notebook = with_first_cell(nbformat.read(path, as_version=4), first_cell(course))
        found[path] = nbformat.writes(notebook).rstrip("\n") + "\n"
    readme = root / "README.md"
    table = badges(course, links.notebooks(root))
    found[readme] = BLOCK.sub(lambda block: block[1] + table + block[2], readme.read_text(encoding="utf-8"))
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit code 1 if a file would change")
    options = parser.parse_args()
    course = remote()
    print(f"The course lives at {course.url}." if course else "pyproject.toml gives no address: no badges, no links.")
    changed = {path: text for path, text in texts(course).items() if text != path.read_text(encoding="utf-8")}
    for path, text in changed.items():
        print(f"{path.relative_to(ROOT)} {'would change' if options.check else 'changed'}")
        if not options.check:
            with whole(path) as unfinished:
                unfinished.write_text(text, encoding="utf-8", newline="\n")
    return 1 if changed and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
