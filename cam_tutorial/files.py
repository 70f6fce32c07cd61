"""Writing a file whole or not at all, so that an interruption leaves the old one as it was."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A file to be written in place of `path`: it takes its name when the block ends, and is gone if the block fails.

        with whole(Path("heatmap.png")) as unfinished:
            picture.save(unfinished)

    The unfinished file lies beside `path` and has the same suffix, by which some writers choose the format.

    Raises:
        OSError: the folder cannot be written to.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}.", suffix=path.suffix)
    os.close(handle)
    unfinished = Path(name)
    try:
        yield unfinished
        unfinished.chmod(0o644)  # temporary files are made private
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
