"""Measure what a work ledger of a million files costs: to tell how far they are, and to go on.

    python scripts/benchmark_ledger.py                         # 1,000,000 files, SQLite
    python scripts/benchmark_ledger.py --files 100000 --db postgresql://…/empty

The files are made up and none is read: what is measured is the ledger, not the file system. A thousand of them are left to
be done, some have failed; going on is all that ``gouji archive add`` asks of the ledger before the first file is read.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from extractor.archive.run import matched
from extractor.archive.walk import Found
from extractor.store import WorkLedger, bulk, open_store, schema, upgrade
from extractor.store.engine import make_engine, parse_url, writing
from extractor.types import WorkReason, WorkState

TARGET = 5.0
"""Seconds that telling how far they are may take, and going on."""
_ROOT = "/归档"
_NOTED = 10_000
_LEFT = 1000
_FAILS = 1000  # one in so many


def files(count: int) -> Iterator[Found]:
    """Yield what a walk over the archive finds, by path."""
    for number in range(count):
        path = f"{_ROOT}/{number // 1000:05}/{number % 1000:03}.docx"
        yield Found(path, path, 20_000 + number, number)


def fill(url: str, root: int, count: int) -> None:
    """Note all files; of each thousand one has failed, and all but the last thousand are done."""
    columns = [column.name for column in schema.work_item.columns]
    now = "2026-01-01T00:00:00"
    done = {"state": WorkState.DONE.value, "characters": 5000, "figures": 70, "attempts": 1, "finished": now}
    failed = {"state": WorkState.FAILED.value, "reason": WorkReason.ENCRYPTED.value, "message": "有密码"}
    left = {"state": WorkState.PENDING.value, "attempts": 0}
    rest = enumerate(files(count), 1)
    with writing(make_engine(parse_url(url))) as connection:
        while some := list(islice(rest, _NOTED)):
            rows = []
            for number, found in some:
                came = left if number > count - _LEFT else failed if number % _FAILS == 1 else done
                same = {"id": number, "root_id": root, "position": "", "message": "", "attempts": 1, "first_seen": now}
                what = {
                    "path": found.path,
                    "bytes": found.bytes,
                    "mtime_ns": found.mtime_ns,
                    "sha256": f"{number:064x}",
                }
                rows.append(tuple({**same, **what, **came}.get(name) for name in columns))
            bulk.insert(connection, schema.work_item, rows)


def go_on(ledger: WorkLedger, there: list[Found]) -> None:
    """Ask what a run asks when nothing has changed, up to the first file that is to be read."""
    changed = sum(new is None or old is None for new, old in matched(iter(there), ledger.known(_ROOT)))
    if changed or ledger.count_pending()[0] != min(_LEFT, len(there)) or next(ledger.pending(), None) is None:
        raise SystemExit("the ledger is not what it should be")


def main() -> int:
    """Print what was measured and return the exit status: 1 where the target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=1_000_000, metavar="N", help="how many (default 1,000,000)")
    parser.add_argument("--db", metavar="URL", help="an empty database (default: an SQLite file, removed afterwards)")
    arguments = parser.parse_args()
    late = False
    with tempfile.TemporaryDirectory() as folder:
        url = arguments.db or f"sqlite:///{Path(folder) / 'gouji.db'}"
        upgrade(url)
        with open_store(url) as store:
            ledger = store.work()
            ledger.take()
            fill(url, ledger.add_root(_ROOT), arguments.files)
            there = list(files(arguments.files))
            steps: dict[str, Callable[[], object]] = {
                "gouji archive status": ledger.status,
                "to go on": lambda: go_on(ledger, there),
                "gouji archive errors": lambda: list(ledger.troubles()),
            }
            for name, step in steps.items():
                begin, used = time.perf_counter(), time.process_time()
                step()
                seconds, used = time.perf_counter() - begin, time.process_time() - used
                late |= seconds > TARGET
                print(f"{name:25} {seconds:8.2f} s   target <= {TARGET}   ({used:.2f} s of a core)", flush=True)
            ledger.release()
    return int(late)


if __name__ == "__main__":
    sys.exit(main())
