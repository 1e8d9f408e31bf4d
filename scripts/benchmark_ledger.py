"""Measure what a work ledger of a million files costs: to note them, to tell how far they are, and to go on.

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

from sqlalchemy import update

from extractor.archive.run import matched
from extractor.archive.walk import Found
from extractor.store import WorkLedger, open_store, schema, upgrade
from extractor.store.engine import make_engine, parse_url, writing
from extractor.types import SurveyedFile, SurveyedItem, WorkReason, WorkState

TARGET = 5.0
"""Seconds that telling how far they are may take, and going on."""
_ROOT = "/归档"
_REGISTERED = 500
_LEFT = 1000
_FAILS = 1000  # one in so many


def files(count: int) -> Iterator[Found]:
    """Yield what a walk over the archive finds, by path."""
    for number in range(count):
        path = f"{_ROOT}/{number // 1000:05}/{number % 1000:03}.docx"
        yield Found(path, path, 20_000 + number, number)


def fill(url: str, ledger: WorkLedger, count: int) -> None:
    """Note all files; of each thousand one has failed, and all but the last thousand are done."""
    root = ledger.add_root(_ROOT)
    rest = files(count)
    while some := list(islice(rest, _REGISTERED)):
        items = ((found, SurveyedItem(found.path, found.bytes, f"{found.mtime_ns:064x}")) for found in some)
        ledger.register(root, [SurveyedFile(item, found.mtime_ns) for found, item in items])
    ledger.close_root(root)
    item = schema.work_item.c
    with writing(make_engine(parse_url(url))) as connection:
        done = {"state": WorkState.DONE, "characters": 5000, "figures": 70, "attempts": 1}
        failed = {"state": WorkState.FAILED, "reason": WorkReason.ENCRYPTED, "message": "有密码"}
        connection.execute(update(schema.work_item).where(item.id <= count - _LEFT).values(done))
        connection.execute(
            update(schema.work_item).where(item.id % _FAILS == 1, item.id <= count - _LEFT).values(failed)
        )


def go_on(ledger: WorkLedger, count: int) -> None:
    """Ask what a run asks when nothing has changed, up to the first file that is to be read."""
    changed = sum(new is None or old is None for new, old in matched(files(count), ledger.known(_ROOT)))
    if changed or ledger.count_pending() != min(_LEFT, count) or next(ledger.pending(), None) is None:
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
            steps: dict[str, tuple[Callable[[], object], bool]] = {
                "to note all files": (lambda: fill(url, ledger, arguments.files), False),
                "gouji archive status": (ledger.status, True),
                "to go on": (lambda: go_on(ledger, arguments.files), True),
                "gouji archive errors": (lambda: list(ledger.troubles()), True),
            }
            for name, (step, bounded) in steps.items():
                begin = time.perf_counter()
                step()
                seconds = time.perf_counter() - begin
                late |= bounded and seconds > TARGET
                print(f"{name:25} {seconds:8.2f} s" + (f"   target <= {TARGET}" if bounded else ""), flush=True)
            ledger.release()
    return int(late)


if __name__ == "__main__":
    sys.exit(main())
