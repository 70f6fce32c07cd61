"""The learner's copy of a notebook brought to a newer edition, cell by cell.

Three things are compared: the copy, the *record* of what was handed out (each cell's id and mark, in order), and the
new edition. A cell that is as it was handed out follows the edition; one that the learner changed, added or deleted
stays changed, added or deleted. A cell here is a dictionary, as it stands in the file.
"""

import hashlib
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

Cell = dict[str, Any]
Key = tuple[str, str]  # a cell's id ("" if it has none) and its mark
Slot = tuple[str, int]  # a place in the merged notebook: ("edition", index) or ("own", index in the copy)


@dataclass(frozen=True)
class Clash:
    """A cell that both the learner and the course changed: the learner's stays.

    Attributes:
        number: of the cell in the merged notebook, from 1.
        line: its first line.
    """

    number: int
    line: str


@dataclass(frozen=True)
class Merged:
    """The merged cells, and how many of the course's are new, changed and gone in them."""

    cells: list[Cell]
    new: int
    changed: int
    gone: int
    clashes: list[Clash]


def source(cell: Cell) -> str:
    """The text of a cell, which files keep as a list of lines or in one."""
    text = cell["source"]
    return text if isinstance(text, str) else "".join(text)


def mark(cell: Cell) -> str:
    """A short fingerprint of a cell's kind and text; blanks at the ends of lines do not count, as editors trim them."""
    lines = [line.rstrip() for line in source(cell).strip().splitlines()]
    kind = cell["cell_type"]
    return f"{kind[0]}-{hashlib.sha256(chr(10).join([kind, *lines]).encode()).hexdigest()[:16]}"


def keys(cells: Sequence[Cell]) -> list[Key]:
    """What is kept in a record of these cells."""
    return [(str(cell.get("id", "")), mark(cell)) for cell in cells]


def merge(copy: Sequence[Cell], record: Sequence[Key], edition: Sequence[Cell]) -> Merged:
    """The copy as the new edition has it, but for what is the learner's own.

    Args:
        copy: the learner's cells.
        record: what was handed out.
        edition: the course's cells now, without outputs, each with an id.
    """
    handed_out = _paired(keys(copy), record)  # index in the copy -> in the record
    _pair_nameless(handed_out, copy, record)
    now = _paired(record, keys(edition))  # index in the record -> in the edition
    taken: dict[Slot, Cell] = {}
    ours: list[Slot] = []  # the copy, as far as it stays
    clashing, changed, gone, other = [], 0, 0, 0
    for i, cell in enumerate(copy):
        r = handed_out.get(i)
        e = None if r is None else now.get(r)
        touched = r is None or mark(cell) != record[r][1]
        if e is None:
            if not touched:
                gone += 1
                continue
            slot = ("own", i)
            taken[slot] = cell
        else:
            assert r is not None
            slot, new = ("edition", e), edition[e]
            if mark(new) in (record[r][1], mark(cell)):
                taken[slot] = {**cell, "metadata": {**cell.get("metadata", {}), **new.get("metadata", {})}}
            elif not touched:
                changed += 1
                taken[slot] = new
            elif _akin(cell, new):
                clashing.append(slot)
                taken[slot] = cell
            else:  # the course gave the id to another cell: both stay
                other += 1
                ours.append(slot)
                slot = ("own", i)
                taken[slot] = cell
        ours.append(slot)
    deleted = {now[r] for r in set(range(len(record))) - set(handed_out.values()) if r in now}
    theirs: list[Slot] = [("edition", e) for e in range(len(edition)) if e not in deleted]
    # Who has not moved cells gets the course's order; else what is new goes behind what it follows in the course.
    in_order = list(handed_out.values()) == sorted(handed_out.values())
    slots = _woven(theirs, ours) if in_order else _woven(ours, theirs)
    new_ones = other + len(edition) - len(now)
    cells = _named([taken[slot] if slot in taken else edition[slot[1]] for slot in slots], slots, edition)
    clashes = [
        Clash(number, source(cells[number - 1]).strip().split("\n")[0])
        for number, slot in enumerate(slots, start=1)
        if slot in clashing
    ]
    return Merged(cells, new_ones, changed, gone, clashes)


def _paired(left: Sequence[Key], right: Sequence[Key]) -> dict[int, int]:
    """Index on the left -> on the right of the same cell.

    Of the same cell are the same id and text; or else the same text, since a file may have lost its ids or a course
    have given them anew; or else the same id. Sorted by the left index.
    """
    pairs: dict[int, int] = {}
    ways: list[Callable[[Key, Key], bool]] = [
        lambda one, two: one == two,
        lambda one, two: one[1] == two[1],
        lambda one, two: one[0] == two[0] != "",
    ]
    for same in ways:
        free = [j for j in range(len(right)) if j not in set(pairs.values())]
        for i in range(len(left)):
            if i in pairs:
                continue
            found = next((j for j in free if same(left[i], right[j])), None)
            if found is not None:
                pairs[i] = found
                free.remove(found)
    return dict(sorted(pairs.items()))


def _pair_nameless(pairs: dict[int, int], copy: Sequence[Cell], record: Sequence[Key]) -> None:
    """Where a front end has dropped all ids, take a changed cell for the one that stood at its place; in place."""
    if {id for id, _ in keys(copy)} & {id for id, _ in record}:
        return
    ends = [(-1, -1), *sorted(pairs.items()), (len(copy), len(record))]
    for (i, r), (next_i, next_r) in pairwise(ends):
        if next_i - i == next_r - r:
            for step in range(1, next_i - i):
                if mark(copy[i + step])[0] == record[r + step][1][0]:
                    pairs[i + step] = r + step
    ordered = sorted(pairs.items())
    pairs.clear()
    pairs.update(ordered)


def _akin(mine: Cell, new: Cell) -> bool:
    """Whether the learner's cell can be one that the course's has come from: of its kind, with a line in common."""
    lines = [{line.strip() for line in source(cell).splitlines()} - {""} for cell in (mine, new)]
    return mine["cell_type"] == new["cell_type"] and bool(lines[0] & lines[1])


def _woven(spine: Sequence[Slot], other: Sequence[Slot]) -> list[Slot]:
    """The spine, and what only the other has, each behind what it follows there."""
    slots = list(spine)
    place = 0
    for slot in other:
        if slot not in slots:
            slots.insert(place, slot)
        place = slots.index(slot) + 1
    return slots


def _named(cells: Sequence[Cell], slots: Sequence[Slot], edition: Sequence[Cell]) -> list[Cell]:
    """The cells with ids of which no two are the same: the course's has its id, one's own keeps it if it is free."""
    used = {str(edition[index]["id"]) for kind, index in slots if kind == "edition"}
    found = []
    for cell, (kind, index) in zip(cells, slots, strict=True):
        id = str(edition[index]["id"] if kind == "edition" else cell.get("id", ""))
        if kind == "own":
            while not id or id in used:
                id = uuid.uuid4().hex[:8]
            used.add(id)
        found.append({**cell, "id": id})
    return found
