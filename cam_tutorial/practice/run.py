"""Running a learner's code so that whatever it does, the notebook lives: errors, endless loops, floods of print.

One run of an attempt on all cases gives one report.
"""

import contextlib
import copy
import ctypes
import functools
import io
import linecache
import sys
import sysconfig
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import torch

from . import snapshot

KEPT = 400  # letters of what an attempt prints
USUAL = 0.02  # seconds that a usual machine takes for `_work`, at most
_OURS = (str(Path(__file__).parents[1]), *(sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")))


@dataclass(frozen=True)
class Outcome:
    """What one call came to: a value, or an error and the learner's line that raised it.

    Attributes:
        changed: what the call changed and should not have, as `snapshot` names it.
    """

    value: Any = None
    error: BaseException | None = None
    line: str = ""
    changed: tuple[snapshot.Key, ...] = ()


@dataclass(frozen=True)
class Report:
    """What a run came to.

    Attributes:
        outcomes: one a case; fewer if the time was up.
        printed: the beginning of what was printed, and how much there was.
        late: where the learner's code was when its time was up, "" if that cannot be told; None if it was in time.
        stopped: whether it could be stopped then.
    """

    outcomes: list[Outcome]
    printed: str = ""
    late: str | None = None
    stopped: bool = True


def each(call: Callable[..., Any], cases: Sequence[tuple[Any, ...]], seed: int = 0) -> Iterator[Outcome]:
    """Call with a copy of each case's arguments, one after the other; an error is an outcome too.

    Random numbers start anew from `seed` for each case, and what the calls do to PyTorch's settings is undone.
    """
    for position, case in enumerate(cases):
        torch.default_generator.manual_seed(seed + position)  # a hundred times as quick as torch.manual_seed
        arguments = copy.deepcopy(case)
        before = snapshot.take(arguments)
        try:
            with torch.enable_grad(), warnings.catch_warnings():  # whatever the notebook has switched off
                warnings.simplefilter("ignore")
                value = call(*arguments)
                gradients_are_off = not torch.is_grad_enabled()
        except _Stop:
            raise
        except BaseException as error:  # sys.exit() in a cell is no reason to end the kernel
            outcome = Outcome(error=error, line=_learners_line(traceback.walk_tb(error.__traceback__)))
        else:
            changed = snapshot.changes(before, snapshot.take(arguments))
            outcome = Outcome(value, changed=(*changed, snapshot.GRADIENTS_OFF) if gradients_are_off else changed)
        finally:
            snapshot.restore(before)
        yield outcome


@functools.cache
def slowness() -> int:
    """How many times slower than usual this machine is, at least 1: who works on it gets as many times longer."""

    def taken() -> float:
        start = time.perf_counter()
        _work()
        return time.perf_counter() - start

    return max(1, int(min(taken() for _ in range(3)) / USUAL))


def _work() -> int:
    return sum(number * number % 7 for number in range(200_000))


def run(call: Callable[..., Any], cases: Sequence[tuple[Any, ...]], seconds: float, seed: int = 0) -> Report:
    """The outcomes from a thread that is stopped when its time is up; nothing that it shows gets out.

    A thread and not a signal, because Windows has no alarm; a thread and not a process, because the learner's
    functions live in this one.
    """
    printed, found = _Printed(), list[Outcome]()

    def work() -> None:
        with contextlib.suppress(_Stop):
            for outcome in each(call, cases, seed):
                found.append(outcome)

    worker = threading.Thread(target=work, daemon=True)
    with _quiet(printed):
        worker.start()
        try:
            worker.join(seconds)
            frame = sys._current_frames().get(worker.ident or 0) if worker.is_alive() else None
            line = _learners_line([*traceback.walk_stack(frame)][::-1]) if frame is not None else ""
        finally:  # also when the learner interrupts the kernel
            late, stopped = worker.is_alive(), _stop(worker)
    return Report(list(found), printed.summary(), line if late else None, stopped)


class _Printed(io.TextIOBase):
    """The beginning of what an attempt prints, and how much there was."""

    def __init__(self) -> None:
        self.beginning, self.count = "", 0

    def write(self, text: str, /) -> int:
        self.count += len(text)
        if len(self.beginning) < KEPT:
            self.beginning = (self.beginning + text)[:KEPT]
        return len(text)

    def summary(self) -> str:
        if self.count <= KEPT:
            return self.beginning.rstrip()
        return f"{self.beginning.rstrip()} …\n({self.count:,} letters in all; the first {KEPT} are shown)"


@contextlib.contextmanager
def _quiet(printed: _Printed) -> Iterator[None]:
    """Inside, what is printed goes to `printed`, and what is displayed or plotted goes nowhere."""
    with contextlib.ExitStack() as stack:
        stack.enter_context(contextlib.redirect_stdout(printed))
        stack.enter_context(contextlib.redirect_stderr(printed))
        if "IPython" in sys.modules:
            from IPython.core.interactiveshell import InteractiveShell
            from IPython.utils.capture import capture_output

            if InteractiveShell.initialized():  # else there is nobody to display to
                stack.enter_context(capture_output(stdout=False, stderr=False, display=True))
        stack.callback(_close_figures, _figures())
        yield


def _figures() -> list[int]:
    pyplot = sys.modules.get("matplotlib.pyplot")
    return list(pyplot.get_fignums()) if pyplot else []


def _close_figures(before: list[int]) -> None:
    """Close the figures that have come up since: the notebook would show them below the cell, one for each case."""
    for number in _figures():
        if number not in before:
            sys.modules["matplotlib.pyplot"].close(number)


class _Stop(BaseException):
    """Thrown into a thread that takes too long. No Exception, so that `except Exception` lets it through."""


def _stop(worker: threading.Thread) -> bool:
    """Whether the thread has ended. A bare `except` in a loop may catch the first few."""
    for _ in range(20 * slowness()):
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
    code = linecache.getline(*lines[-1]).strip()
    return f"line {lines[-1][1]}: {code}" if code else f"line {lines[-1][1]}"
