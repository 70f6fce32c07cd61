"""Finding the exercises of a course: a room (folder) a notebook, a file an exercise.

`n02_class_activation_mapping/e1_the_map.py` holds exercise 2.1, under the name of what the learner writes.
"""

import importlib
import re
from pathlib import Path

from cam_tutorial.suggest import did_you_mean

from .exercise import Exercise

_ROOM = re.compile(r"n(\d\d)_(\w+)")
_FILE = re.compile(r"e(\d+)_\w+\.py")


class Catalog:
    """The exercises of a package; to list their ids, none of them is imported, and to find one, that one alone.

    Args:
        package: the dotted name of the package whose folders are the rooms.
        folder: where it lies.
    """

    def __init__(self, package: str, folder: Path) -> None:
        self._modules: dict[str, str] = {}  # id -> module
        self.notebooks: list[str] = []  # "2" for notebook 02
        for room in sorted(folder.iterdir()):
            if not (number := _ROOM.fullmatch(room.name)):
                continue
            files = {int(found[1]): file.stem for file in room.iterdir() if (found := _FILE.fullmatch(file.name))}
            if files:
                self.notebooks.append(str(int(number[1])))
            for position, name in sorted(files.items()):
                self._modules[f"{int(number[1])}.{position}"] = f"{package}.{room.name}.{name}"

    @property
    def ids(self) -> list[str]:
        """All ids, in reading order."""
        return list(self._modules)

    def find(self, id: str) -> Exercise:
        """The exercise with this id.

        Raises:
            ValueError: there is none, or the id is no string.
        """
        if not isinstance(id, str):
            raise ValueError(f'an exercise\'s id stands in quotes, such as "{self.ids[0]}"; got {id!r} without')
        if id not in self._modules:
            hint = did_you_mean(id, self._modules)
            raise ValueError(f"there is no exercise {id!r}: the ids are {', '.join(self._modules)}{hint}")
        module = importlib.import_module(self._modules[id])
        (found,) = {value for value in vars(module).values() if isinstance(value, Exercise) and value.id == id}
        return found

    def every(self, notebook: str | None = None) -> list[Exercise]:
        """All exercises in reading order, or those of one notebook, such as "2"."""
        return [self.find(id) for id in self._modules if notebook is None or id.split(".")[0] == notebook]
