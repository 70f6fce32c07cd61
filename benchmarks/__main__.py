"""`python -m benchmarks`: measure, print one table, and say which budgets hold."""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from contextlib import ExitStack
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

from tqdm import tqdm

from benchmarks import families, guided, measures, variants
from benchmarks.workers import Failed, Worker

ROUNDS, QUICK_ROUNDS = 15, 3
# Then fresh ones: the peak memory of a process is a single number, and luck moves it by a tenth.
ROUNDS_A_PROCESS = 3
TIME_BUDGET, MEMORY_BUDGET = 1.10, 1.05  # times the bare forward pass
SCENES_BUDGET = 400  # a second
BOXES_BUDGET = 10.0  # seconds
HEATMAP_BUDGET = 5.0  # seconds
WAIT = 600  # seconds, for a kernel that should have answered long ago
SAME_MAPS = 1e-3  # of full scale
README = Path(__file__).with_name("README.md")
NOTEBOOK = Path(__file__).parent.parent / "notebooks" / "00_start_here.ipynb"
START, END = "<!-- table: start -->", "<!-- table: end -->"


class Row(NamedTuple):
    what: str
    measured: str
    budget: str = "–"
    holds: bool | None = None  # None: there is no budget, or nothing to measure it on


class Figures(NamedTuple):
    """What one variant took."""

    seconds: float  # median
    memory: float  # MiB, median of the processes' peaks
    difference: float  # from our maps, 0 to 1
    spread: tuple[float, float]  # fastest and slowest, in seconds: wide apart, the machine was busy


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Measure, print one table, and say which budgets hold."
    )
    parser.add_argument("--rounds", type=_positive, help=f"measurements of each variant (default: {ROUNDS})")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_ROUNDS} rounds: a first look, no more")
    parser.add_argument("--write", action="store_true", help="store the table in benchmarks/README.md")
    options = parser.parse_args()
    rounds = options.rounds or (QUICK_ROUNDS if options.quick else ROUNDS)
    if options.write and rounds < 10:
        parser.error("only medians of at least ten rounds are stored; ask for --rounds 10 or more")
    try:
        rows = [*grad_cam_rows(rounds), zoo_row(rounds), boxes_row(min(rounds, 5))]
        for part in (families, guided, measures):
            rows += [Row(*row) for row in part.rows(rounds)]
        rows.append(heatmap_row(min(rounds, 5)))
    except KeyboardInterrupt:
        sys.exit("\nstopped; every worker process has ended")
    report = f"{table(rows)}\n\n{circumstances(rounds)}"
    missed = [row.what for row in rows if row.holds is False]
    absent = [row.what for row in rows if row.holds is None and row.budget != "–"]
    print(f"\n{report}\n")
    print("Does not hold: " + "; ".join(missed) + "." if missed else "Every budget that was measured holds.")
    if absent:
        print("Not measured: " + "; ".join(absent) + ".")
    if options.write:
        write(report)
        print(f"Written to {README.relative_to(README.parent.parent)}.")


def grad_cam_rows(rounds: int) -> list[Row]:
    """Grad-CAM in time and in memory, against the bare forward pass and against the peers."""
    figures = measure_variants(rounds)
    bare = figures[variants.BARE]
    if isinstance(bare, str):
        sys.exit(f"{variants.BARE}: {bare}")
    fastest, longest = bare.spread
    rows = [
        Row(f"{variants.BARE}: time", f"{bare.seconds:.3f} s ({fastest:.3f} to {longest:.3f})"),
        Row(f"{variants.BARE}: peak memory", f"{bare.memory:,.0f} MiB"),
    ]
    ours: list[Figures] = []
    for name in variants.OURS:
        mine = figures[name]
        if isinstance(mine, str):
            sys.exit(f"{name}: {mine}")
        ours.append(mine)
        slower, larger = mine.seconds / bare.seconds, mine.memory / bare.memory
        rows += [
            Row(f"{name}: time", _time(mine, bare), f"≤ {TIME_BUDGET} ×", slower <= TIME_BUDGET),
            Row(f"{name}: peak memory", _memory(mine, bare), f"≤ {MEMORY_BUDGET} ×", larger <= MEMORY_BUDGET),
        ]
    slowest, largest = max(mine.seconds for mine in ours), max(mine.memory for mine in ours)
    for name in variants.PEERS:
        peer = figures[name]
        if isinstance(peer, str):
            rows += [Row(f"{name}: {what}", peer, "more than ours") for what in ("time", "peak memory")]
            continue
        rows += [
            Row(f"{name}: time", _time(peer, bare), "more than ours", slowest < peer.seconds),
            Row(f"{name}: peak memory", _memory(peer, bare), "more than ours", largest < peer.memory),
        ]
    worst = max(figure.difference for figure in figures.values() if isinstance(figure, Figures))
    measured = f"differ by at most {worst:.0e} of full scale"
    return [*rows, Row("the maps of all of them", measured, f"≤ {SAME_MAPS:.0e}", worst <= SAME_MAPS)]


def measure_variants(rounds: int) -> dict[str, Figures | str]:
    """What each variant took, or why it couldn't be measured (not installed, say)."""
    failures: dict[str, str] = {}
    seconds: dict[str, list[float]] = defaultdict(list)
    memory: dict[str, list[float]] = defaultdict(list)
    differences: dict[str, float] = {}
    with tqdm(total=rounds, desc="Grad-CAM", unit="round") as progress:
        while progress.n < rounds:
            with ExitStack() as stack:
                workers: dict[str, Worker] = {}
                for name in variants.VARIANTS:
                    if name in failures:
                        continue
                    progress.set_postfix_str(f"warming up {name}")
                    worker = stack.enter_context(Worker(name))
                    try:
                        worker.warm_up()
                    except Failed as failure:
                        failures[name] = str(failure)
                    else:
                        workers[name] = worker
                progress.set_postfix_str("")
                for _ in range(min(ROUNDS_A_PROCESS, rounds - progress.n)):
                    for name, worker in workers.items():  # each in its turn: never two at a time
                        seconds[name].append(worker.seconds())
                    progress.update()
                for name, worker in workers.items():
                    memory[name].append(worker.peak_memory())
                    if name not in differences:  # once is enough, and after its time and memory are known
                        differences[name] = worker.difference()
    return failures | {
        name: Figures(
            statistics.median(seconds[name]),
            statistics.median(memory[name]),
            differences[name],
            (min(seconds[name]), max(seconds[name])),
        )
        for name in seconds
        if name not in failures
    }


def zoo_row(rounds: int) -> Row:
    """Scenes of the Tiny Zoo a second, with their masks, on one thread."""
    what = f"Tiny Zoo: scenes of {variants.SCENE_SIZE} pixels, one thread"
    budget = f"≥ {SCENES_BUDGET} a second"
    try:
        speed = variants.SCENES / _median_seconds(variants.ZOO, rounds, "Tiny Zoo")
    except Failed as failure:
        return Row(what, str(failure), budget)
    return Row(what, f"{speed:,.0f} a second", budget, speed >= SCENES_BUDGET)


def boxes_row(rounds: int) -> Row:
    """MaxBoxAccV2 with 100 thresholds, on one thread."""
    what = f"max_box_acc_v2: {variants.MAPS:,} maps of {variants.SCENE_SIZE} pixels, one thread"
    budget = f"≤ {BOXES_BUDGET:g} s"
    try:
        median = _median_seconds(variants.BOXES, rounds, "max_box_acc_v2")
    except Failed as failure:
        return Row(what, str(failure), budget)
    return Row(what, f"{median:.1f} s", budget, median <= BOXES_BUDGET)


def _median_seconds(name: str, rounds: int, label: str) -> float:
    with Worker(name) as worker:
        worker.warm_up()
        return statistics.median(worker.seconds() for _ in tqdm(range(rounds), desc=label, unit="round"))


def heatmap_row(repeats: int) -> Row:
    """From starting a kernel to the end of the first code cell of the first notebook."""
    what, budget = "first heatmap, from starting the kernel", f"≤ {HEATMAP_BUDGET:g} s"
    if not NOTEBOOK.exists():
        return Row(what, "notebook not there", budget)
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    code = "".join(next(cell["source"] for cell in cells if cell["cell_type"] == "code"))
    try:
        seconds = [_first_cell(code) for _ in tqdm(range(repeats), desc="first heatmap", unit="kernel")]
    except Failed as failure:
        return Row(what, str(failure), budget)
    median = statistics.median(seconds)
    return Row(what, f"{median:.1f} s", budget, median <= HEATMAP_BUDGET)


def _first_cell(code: str) -> float:
    from jupyter_client.manager import KernelManager

    start = time.perf_counter()
    manager = KernelManager(kernel_name="python3")
    # What the kernel says about itself while it starts would tear the progress bar.
    manager.start_kernel(cwd=str(NOTEBOOK.parent), stderr=subprocess.DEVNULL)
    try:
        client = manager.client()
        client.start_channels()
        client.wait_for_ready(timeout=WAIT)
        reply = client.execute_interactive(code, timeout=WAIT, output_hook=lambda message: None)
        seconds = time.perf_counter() - start
        client.stop_channels()
    except (RuntimeError, TimeoutError) as error:
        raise Failed(str(error)) from None
    finally:
        manager.shutdown_kernel(now=True)
    if reply["content"]["status"] != "ok":
        raise Failed(f"the cell fails: {reply['content']['ename']}: {reply['content']['evalue']}")
    return seconds


def table(rows: list[Row]) -> str:
    """The rows as a Markdown table that reads well on a terminal, too."""
    holds = {True: "yes", False: "**no**", None: "–"}
    lines = [("what", "measured", "budget", "holds?"), *((*row[:3], holds[row.holds]) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    padded = [[cell.ljust(width) for cell, width in zip(line, widths, strict=True)] for line in lines]
    printed = ["| " + " | ".join(line) + " |" for line in padded]
    printed.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(printed)


def circumstances(rounds: int) -> str:
    """When, where and with which versions it was measured."""
    packages = ("torch", "torchvision", "captum", "torchcam", "grad-cam")
    versions = ", ".join(f"{name} {_version(name)}" for name in packages)
    return (
        f"{datetime.date.today()}; medians of {rounds} rounds; {versions}; "
        f"Python {platform.python_version()}; {platform.system()}, {_processor()}, "
        f"{os.cpu_count()} cores, {variants.THREADS} threads used."
    )


def write(report: str) -> None:
    """Put the report between the markers of the README."""
    text = README.read_text(encoding="utf-8")
    before, after = text.split(START)[0], text.split(END)[1]
    README.write_text(f"{before}{START}\n{report}\n{END}{after}", encoding="utf-8")


def _time(figures: Figures, bare: Figures) -> str:
    return f"{figures.seconds:.3f} s = {figures.seconds / bare.seconds:.2f} ×"


def _memory(figures: Figures, bare: Figures) -> str:
    return f"{figures.memory:,.0f} MiB = {figures.memory / bare.memory:.2f} ×"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _positive(text: str) -> int:
    if (number := int(text)) < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1, got {number}")
    return number


if __name__ == "__main__":
    main()
