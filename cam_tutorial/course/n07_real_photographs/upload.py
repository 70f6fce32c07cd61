"""A place to drop a photograph on; it goes to the kernel and nowhere else."""

from pathlib import Path

import anywidget
import traitlets

from cam_tutorial import live

WORDS = "Drop a photograph here, or choose one. It stays on the machine that runs this notebook."


class Upload(anywidget.AnyWidget):
    """What was dropped: `file` is as `photos.open_photo` takes it."""

    _esm = Path(__file__).resolve().with_suffix(".js")
    words = traitlets.Unicode(WORDS).tag(sync=True)
    name = traitlets.Unicode().tag(sync=True)
    content = traitlets.Bytes().tag(sync=True)

    @property
    def file(self) -> dict[str, str | bytes] | None:
        """The name and the content of the file; None while nothing is dropped."""
        return {"name": self.name, "content": bytes(self.content)} if self.content else None


def here() -> Upload:
    """Put out a place to drop a photograph on."""
    upload = Upload()
    live.put_out(upload, f"<p>{WORDS}</p>", WORDS)
    return upload
