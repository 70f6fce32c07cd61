"""Judge many attempts at every exercise, and print how often the judge was right and said something specific.

    python tools/exercise_table.py                    the attempts in tests/attempts
    python tools/exercise_table.py --only 2.1 --show  with the sentence that each attempt got
    python tools/exercise_table.py --folder FOLDER    other attempts, e2_1.py and so on

A wrong attempt's sentence is specific if it names the mistake, what was changed, what the error means or how the answer
hangs together with the right one; not specific is a first number that differs, a shape, or the bare words of an error.
Whether a sentence is also true, no program can tell: `reviewed.json` beside the attempts holds what readers found, and
a sentence that has changed since then counts as unread.
"""

import argparse
import importlib.util
import json
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import torch
from tqdm import tqdm

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import attempts  # noqa: E402

from cam_tutorial.course import catalog  # noqa: E402
from cam_tutorial.practice.verdict import Verdict, judge  # noqa: E402

ATTEMPTS = ROOT / "tests" / "attempts"
REVIEWED = "reviewed.json"


@dataclass(frozen=True)
class Judged:
    """One attempt and what was said of it.

    Attributes:
        exercise, name: "2.1", and what the attempt is called.
        right: whether it is.
        what: how it is written, or what is wrong with it.
        verdict: the judge's.
        read: whether a reader found this very sentence true; None if nobody has read it.
    """

    exercise: str
    name: str
    right: bool
    what: str
    verdict: Verdict
    read: bool | None

    @property
    def accepted(self) -> bool:
        return self.verdict.state == "solved"

    @property
    def specific(self) -> bool:
        return not self.accepted and self.verdict.basis not in ("place", "plain") and self.verdict.state == "wrong"


def load(id: str, folder: Path) -> list[tuple[str, bool, str, object]]:
    """The attempts at one exercise: name, whether it is right, what there is to it, and the attempt."""
    path = folder / f"e{id.replace('.', '_')}.py"
    if not path.is_file():
        return []
    spec = importlib.util.spec_from_file_location(f"attempts_at_{path.stem}_{abs(hash(folder))}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found = []
    for name, value in vars(module).items():
        if attempts.is_marked(value):
            truth, what = value.__attempt__
            found.append((name, truth == "right", what, value))
    return found


def judged(id: str, folder: Path = ATTEMPTS) -> list[Judged]:
    """What the judge says of the attempts at one exercise."""
    path = folder / REVIEWED
    reviewed = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    results = []
    for name, right, what, attempt in load(id, folder):
        verdict = judge(catalog.find(id), attempt)
        noted = reviewed.get(f"{id} {name}", {})
        read = noted.get("true") if noted.get("sentence") == verdict.sentence else None
        results.append(Judged(id, name, right, what, verdict, read))
    return results


def line(title: str, results: list[Judged]) -> str:
    """One line of the table."""
    right, wrong = [one for one in results if one.right], [one for one in results if not one.right]
    refused = [one for one in wrong if not one.accepted]
    specific = [one for one in refused if one.specific]
    false = sum(one.read is False for one in specific)
    unread = sum(one.read is None for one in specific)
    share = f"{(len(specific) - false) / max(len(refused), 1):6.0%}"
    accepted = sum(one.accepted for one in right)
    return (
        f"{title:<9}{accepted:>5} of {len(right):<4}{len(refused):>6} of {len(wrong):<5}{len(specific):>8}{share:>8}"
        f"{false:>8}{unread:>8}"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=ATTEMPTS, help="of the attempts (default: tests/attempts)")
    parser.add_argument("--only", nargs="*", default=[], metavar="ID", help="such as 2.1, or 2 for all of a notebook")
    parser.add_argument("--show", action="store_true", help="print what each attempt got")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write what each attempt got")
    options = parser.parse_args()
    torch.set_num_threads(1)
    ids = [id for id in catalog.ids if not options.only or id in options.only or id.split(".")[0] in options.only]
    results: list[Judged] = []
    for id in tqdm(ids, desc="judging", leave=False):
        results += judged(id, options.folder)
    for one in results if options.show else ():
        fault = one.accepted != one.right
        sign = "!!" if fault else "  " if one.right or one.specific else " ~"
        print(f"{sign} {one.exercise} {one.name} ({one.what})\n      {one.verdict.basis}: {one.verdict.sentence}")
    if options.json:
        rows = [
            {"exercise": one.exercise, "name": one.name, "right": one.right, "what": one.what,
             "state": one.verdict.state, "basis": one.verdict.basis, "sentence": one.verdict.sentence,
             "detail": one.verdict.detail}
            for one in results
        ]  # fmt: skip
        options.json.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{'':<9}{'right: accepted':<13}{'wrong: refused':>16}{'specific':>9}{'share':>7}{'false':>8}{'unread':>8}")
    groups: dict[str, list[Judged]] = defaultdict(list)
    for one in results:
        groups[one.exercise].append(one)
    for id, group in groups.items():
        print(line(id, group))
    for notebook in dict.fromkeys(id.split(".")[0] for id in groups):
        print(
            line(f"all of {notebook.zfill(2)}"[-9:], [one for one in results if one.exercise.split(".")[0] == notebook])
        )
    print(line("in all", results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
