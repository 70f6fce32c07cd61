"""Attempts at the exercises, as students write them: right ones in many styles, and wrong ones."""

from collections.abc import Callable
from typing import Any


def right(how: str) -> Callable[[Any], Any]:
    """A decorator: what stands below is right, written in another way than the solution; `how` says which."""

    def mark(attempt: Any) -> Any:
        attempt.__attempt__ = ("right", how)
        return attempt

    return mark


def wrong(what: str) -> Callable[[Any], Any]:
    """A decorator: what stands below is wrong, and `what` says in a few words what is."""

    def mark(attempt: Any) -> Any:
        attempt.__attempt__ = ("wrong", what)
        return attempt

    return mark


def is_marked(value: Any) -> bool:
    """Whether something is an attempt."""
    return "__attempt__" in getattr(value, "__dict__", {})
