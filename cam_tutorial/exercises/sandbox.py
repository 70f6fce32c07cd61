"""Running a learner's code so that whatever it does, the notebook lives: errors, endless loops, floods of print."""

import contextlib
import copy
import ctypes
import io
import linecache
import sys
import sysconfig
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import torch
from torch import Tensor, nn

KEPT = 400  # letters of what an attempt prints
_OURS = (str(Path(__file__).parents[1]), *(sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")))


@dataclass(frozen=True)
class Outcome:
    """What one call came to: a value, or an error and the learner's line that raised it."""

    value: Any = None
    error: BaseException | None = None
    line: str = ""
    changed: str = ""  # what the call changed and should not have


class TooSlow(Exception):
    """The calls were not finished in time; `done` of them were, and the learner's code was at `line`."""

    def __init__(self, done: int, line: str, stopped: bool) -> None:
        super().__init__(done, line, stopped)
        self.done, self.line, self.stopped = done, line, stopped


class Printed(io.TextIOBase):
    """What an attempt prints: the beginning of it, and how much there was."""

    def __init__(self) -> None:
        self.beginning, self.count = "", 0

    def write(self, text: str, /) -> int:
        self.count += len(text)
        if len(self.beginning) < KEPT:
            self.beginning = (self.beginning + text)[:KEPT]
        return len(text)


def outcomes(call: Callable[..., Any], cases: Sequence[tuple[Any, ...]]) -> Iterator[Outcome]:
    """Call with a copy of each case's arguments, one after the other; an error is an outcome too."""
    for case in cases:
        arguments = copy.deepcopy(case)
        before = [_contents(argument) for argument in arguments]
        try:
            value = call(*arguments)
        except _Stop:
            raise
        except BaseException as error:  # sys.exit() in a cell is no reason to end the kernel
            yield Outcome(error=error, line=_learners_line(traceback.walk_tb(error.__traceback__)))
        else:
            yield Outcome(value, changed=_change(before, [_contents(argument) for argument in arguments]))


def guarded(
    call: Callable[..., Any], cases: Sequence[tuple[Any, ...]], seconds: float, printed: Printed
) -> list[Outcome]:
    """The outcomes from a thread that is stopped when its time is up; what it prints goes to `printed`.

    A thread and not a signal, because Windows has no alarm; a thread and not a process, because the learner's
    functions live in this one.

    Raises:
        TooSlow: they were not finished in `seconds`.
    """
    found: list[Outcome] = []

    def work() -> None:
        with contextlib.suppress(_Stop):
            for outcome in outcomes(call, cases):
                found.append(outcome)

    worker = threading.Thread(target=work, daemon=True)
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        worker.start()
        try:
            worker.join(seconds)
            frame = sys._current_frames().get(worker.ident or 0) if worker.is_alive() else None
            line = _learners_line([*traceback.walk_stack(frame)][::-1]) if frame is not None else ""
        finally:  # also when the learner interrupts the kernel
            late, stopped = worker.is_alive(), _stop(worker)
    if late:
        raise TooSlow(len(found), line, stopped)
    return found


class _Stop(BaseException):
    """Thrown into a thread that takes too long. No Exception, so that `except Exception` lets it through."""


def _stop(worker: threading.Thread) -> bool:
    """Whether the thread has ended. A bare `except` in a loop may catch the first few."""
    for _ in range(20):
        if not worker.is_alive():
            return True
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(worker.ident or 0), ctypes.py_object(_Stop))
        worker.join(0.05)
    return not worker.is_alive()


def _learners_line(frames: Iterable[tuple[FrameType, int]]) -> str:
    """The innermost line that is neither Python's nor a library's, as `line 4: the code`; the outermost frame first."""
    lines = [(frame.f_code.co_filename, number) for frame, number in frames]
    lines = [(file, number) for file, number in lines if not file.startswith((*_OURS, "<frozen"))]
    if not lines:
        return ""
    file, number = lines[-1]
    return f"line {number}: {linecache.getline(file, number).strip()}"


def _contents(argument: Any) -> dict[str, list[Any]]:
    """What must be the same after a call, by what one would call it."""
    if isinstance(argument, Tensor):
        return {"": [argument.detach().clone()]}
    if isinstance(argument, nn.Module):
        parameters = list(argument.parameters())
        return {
            "weights": [tensor.detach().clone() for tensor in argument.state_dict().values()],
            ".grad": [None if p.grad is None else p.grad.clone() for p in parameters],
            "requires_grad": [p.requires_grad for p in parameters],
            "training mode": [module.training for module in argument.modules()],
            "hooks": [len(m._forward_hooks) + len(m._backward_hooks) for m in argument.modules()],
        }
    if isinstance(argument, list | tuple):
        parts = [_contents(part) for part in argument]
        return {"": [content for part in parts for content in part.get("", [])]}
    return {}


def _change(before: list[dict[str, list[Any]]], after: list[dict[str, list[Any]]]) -> str:
    """The first argument that changed, by its position, and what of it: `0`, or `1 hooks`."""
    for position, (old, new) in enumerate(zip(before, after, strict=True)):
        for what in old:
            if len(old[what]) != len(new[what]) or not all(map(_same, old[what], new[what])):
                return f"{position} {what}".strip()
    return ""


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, Tensor) and isinstance(b, Tensor):
        return a.shape == b.shape and bool(torch.isclose(a, b, rtol=0, atol=0, equal_nan=True).all())
    return bool(a is b or a == b)
