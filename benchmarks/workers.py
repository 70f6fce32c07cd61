"""Processes that each hold one task, wait idle, and compute when it is their turn."""

import multiprocessing
import signal
import sys
import time
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Self

from benchmarks import variants

WARM_UPS = 2


class Failed(Exception):
    """The task raised an exception in its process; this is what it said."""


class Worker:
    """One process with one task: started on entering, ended on leaving, however that happens."""

    def __init__(self, name: str) -> None:
        # "spawn" starts from nothing on every system: a forked process would begin with its parent's memory.
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, name), daemon=True)
        self._theirs: Connection | None = theirs

    def __enter__(self) -> Self:
        self._process.start()
        if self._theirs:
            self._theirs.close()  # so that we notice when theirs is the only end left, and it goes
        self._theirs = None
        return self

    def __exit__(
        self, exception: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.join()
        self._connection.close()

    def warm_up(self) -> None:
        """Wait until the process has imported and built everything and made its warm-up calls."""
        self._receive()

    def seconds(self) -> float:
        """Run the task once: how long it took."""
        return self._ask("seconds")

    def peak_memory(self) -> float:
        """The most memory that the process has held so far, in MiB."""
        return self._ask("peak_memory")

    def difference(self) -> float:
        """How far the task's maps are from ours, on a scale from 0 to 1. Ask after `peak_memory`."""
        return self._ask("difference")

    def _ask(self, question: str) -> float:
        self._connection.send(question)
        return self._receive()

    def _receive(self) -> float:
        try:
            answer = self._connection.recv()
        except EOFError:
            self._process.join()
            raise Failed(f"its process ended with exit code {self._process.exitcode}") from None
        if isinstance(answer, str):
            raise Failed(answer)
        return float(answer)


def _serve(connection: Connection, name: str) -> None:
    """The life of a worker process: build, warm up, then answer questions until nobody is there to ask."""
    # Ctrl-C reaches every process of the terminal; our parent is the one to end us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        task = variants.build(name)
        for _ in range(WARM_UPS):
            task.run()
        connection.send(0.0)
        while True:
            question = connection.recv()
            if question == "seconds":
                start = time.perf_counter()
                task.run()
                connection.send(time.perf_counter() - start)
            else:
                connection.send(_peak_memory() if question == "peak_memory" else task.difference())
    except (EOFError, BrokenPipeError):
        return
    except Exception as error:
        connection.send(f"{type(error).__name__}: {error}")


def _peak_memory() -> float:
    """The peak resident memory of this process in MiB."""
    if sys.platform == "win32":
        import psutil

        return float(psutil.Process().memory_info().peak_wset) / 2**20
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)  # bytes on macOS, KiB elsewhere
