"""Kill ``gouji archive add`` again and again at random moments, and compare what it ends with with an undisturbed run.

    python scripts/check_kills.py                              # 20 times each combination, about half an hour
    python scripts/check_kills.py --times 5 --only driver,sqlite,local

What is killed is a worker, or the driver with all it has started, or it gets Ctrl-C as from a terminal; the database is
SQLite or PostgreSQL (of a server that is started for it), the engine local or Ray. A run that comes to its end before it
is killed is compared, and another one starts with an empty database. Every row of every table must be the same; nothing
may be left that runs, and after Ctrl-C no temporary file. The same seed draws the same moments.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from itertools import count, product
from pathlib import Path

import psutil
from sqlalchemy import create_engine, text

from extractor.archive.work import MOST_DEATHS
from extractor.errors import StoreError
from extractor.store import upgrade
from extractor.types import WorkReason

sys.path[:0] = [str(Path(__file__).parents[1] / "tests" / folder) for folder in (".", "archive")]

from archive_samples import contents, in_words, report, status, write_files  # noqa: E402
from made_containers import zipped  # noqa: E402
from postgresql_cluster import MISSING, cluster, server_programs  # noqa: E402

VICTIMS = ("worker", "driver", "ctrl-c")
DATABASES = ("sqlite", "postgresql")
ENGINES = ("local", "ray")
_COMMAND = "from extractor.cli import main; print(flush=True); main()"
_STOPPED = ("已停止；", "已中断；")
_RAY_WORKERS = ("ray::_process", "ray::IDLE")
_SUMMED_UP = "\n数字\t"
_INTERRUPTED = 130
_SECONDS = 300  # after which a run hangs
_GONE_SECONDS = 90  # Ray itself looks for its dead once in a while
_numbers = count(1)


@dataclass
class Outcome:
    """What came of a combination."""

    kills: int = 0
    ends: int = 0
    wrong: list[str] = field(default_factory=list)


class Archive:
    """The archive that is added, and what a database holds after an undisturbed run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        write_files(folder, {f"{n % 7}/{n:03}.txt": report(n, 25) for n in range(110)})
        write_files(folder, {"3/重复.txt": report(5, 25), "坏.txt": b"\x81\x00\xff\xfe\x80" * 40, "空.txt": b""})
        write_files(folder, {"包.zip": zipped({f"{n}.txt": report(n, 25).encode() for n in range(90, 170)})})
        self.expected: dict[str, list[str]] = {}

    def differences(self, url: str) -> list[str]:
        """Return the tables whose rows are not those of the undisturbed run."""
        found = in_words(contents(url))
        return [table for table, rows in self.expected.items() if found[table] != rows]


class Run:
    """A run of the command in a session of its own, as from a terminal."""

    def __init__(self, archive: Archive, url: str, engine: str, temporary: Path, *command: str) -> None:
        self.temporary = temporary
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir()
        arguments = command or ("add", str(archive.folder))
        self.process = subprocess.Popen(
            [sys.executable, "-c", _COMMAND, "archive", *arguments, "--db", url, "--engine", engine, "--workers", "2"],
            env={
                **os.environ,
                "TMPDIR": str(temporary),
                "RAY_TMPDIR": "/tmp/gouji-kills",
            },  # its sockets need a short one
            stdout=subprocess.PIPE,
            stderr=(temporary.parent / "said").open("wb"),
            start_new_session=True,
        )
        assert self.process.stdout is not None
        self.process.stdout.readline()
        self.family: set[psutil.Process] = set()

    @property
    def said(self) -> str:
        """What it has written to standard error."""
        return (self.temporary.parent / "said").read_text(encoding="utf-8")

    def wait(self, seconds: float) -> bool:
        """Wait for its end; false if it goes on."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def look(self) -> list[psutil.Process]:
        """Return all processes below it; they are remembered."""
        with suppress(psutil.NoSuchProcess):
            below = psutil.Process(self.process.pid).children(recursive=True)
            self.family.update(below)
            return below
        return []

    def workers(self) -> list[psutil.Process]:
        """Return those that do the work, without the servers that start them."""
        found = []
        for process in self.look():
            with suppress(psutil.Error):
                command = process.cmdline() or [""]
                forked = process.ppid() != self.process.pid and "forkserver" in " ".join(command)
                if command[0].startswith(_RAY_WORKERS) or (forked and not process.children()):
                    found.append(process)
        return sorted(found, key=lambda process: process.pid)

    def left(self) -> list[str]:
        """Return what is alive of its processes after a while."""
        deadline = time.monotonic() + _GONE_SECONDS
        while (alive := [one for one in self.family if _lives(one)]) and time.monotonic() < deadline:
            time.sleep(0.1)
        return [str(one) for one in alive]


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


class Combination:
    """Kills of one kind, on one engine, with one kind of workers."""

    def __init__(self, archive: Archive, victim: str, engine: str, server: str | None, folder: Path) -> None:
        self.archive, self.victim, self.engine, self.server, self.folder = archive, victim, engine, server, folder
        self.outcome = Outcome()
        self.url = self._database()

    def _database(self) -> str:
        name = f"kills_{next(_numbers)}"
        if self.server is None:
            url = f"sqlite:///{self.folder / name}.db"
        else:
            url = self.server.format(name)
            admin = create_engine(self.server.format("postgres"), isolation_level="AUTOCOMMIT")
            with admin.connect() as connection:
                connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0"))
            admin.dispose()
        upgrade(url)
        return url

    def run(self, *command: str) -> Run:
        """Start the command once more."""
        return Run(self.archive, self.url, self.engine, self.folder / "temporary", *command)

    def try_out(self, times: int, whole: float, rng: random.Random) -> Outcome:
        """Kill so many times, each at a moment of the ``whole`` seconds that a run takes, and compare."""
        while self.outcome.kills < times:
            run = self.run()
            if self.victim == "worker":
                self._kill_workers(run, times, whole, rng)
            elif run.wait(rng.uniform(0, whole)):
                self._compare(run)
            else:
                self._kill_driver(run)
        run = self.run()
        run.wait(_SECONDS)
        self._compare(run)
        return self.outcome

    def _kill_workers(self, run: Run, times: int, whole: float, rng: random.Random) -> None:
        while not run.wait(rng.uniform(0, whole / 5)):
            if self.outcome.kills < times and (workers := run.workers()):
                with suppress(psutil.NoSuchProcess):
                    rng.choice(workers).kill()
                    self.outcome.kills += 1
        self._compare(run)

    def _kill_driver(self, run: Run) -> None:
        self.outcome.kills += 1
        run.look()
        if self.victim == "driver":
            run.process.kill()
            run.process.wait()
        else:
            os.killpg(run.process.pid, signal.SIGINT)
            if not run.wait(_SECONDS):
                self._wrong("hangs after Ctrl-C")
                run.process.kill()
            last = run.said.strip().rpartition("\n")[2]
            finished = run.process.returncode in (0, 2) or _SUMMED_UP in run.said  # it was at its end
            if not finished and (run.process.returncode != _INTERRUPTED or not last.startswith(_STOPPED)):
                self._wrong(f"exit {run.process.returncode}: {run.said}")
            if "Traceback" in run.said:
                self._wrong(run.said)
        for process in run.left():
            self._wrong(f"left running: {process}")
        if self.victim == "ctrl-c" and (files := [path.name for path in run.temporary.iterdir()]):
            self._wrong(f"left behind: {files}")

    def _compare(self, run: Run) -> None:
        """Compare what a run ended with, after files over which workers were killed twice were tried again."""
        if run.process.poll() not in (0, 2):  # 2: if it was this run that met what cannot be read
            self._wrong(f"exit {run.process.returncode}: {run.said}")
            run.process.kill()
            run.process.wait()
        crashed = status(self.url).reasons.get(WorkReason.CRASHED, 0)
        if crashed * MOST_DEATHS > self.outcome.kills:
            self._wrong(f"{crashed} files are blamed for {self.outcome.kills} deaths")
        if crashed:
            self.run("retry", "--kind", "crashed").wait(_SECONDS)
        self.outcome.ends += 1
        for table in self.archive.differences(self.url):
            self._wrong(f"rows of {table} differ in {self.url}")
        self.url = self._database()

    def _wrong(self, what: str) -> None:
        self.outcome.wrong.append(what)
        print(f"    {self.victim} {self.engine}: {what}", flush=True)


def undisturbed(archive: Archive, folder: Path, engine: str) -> float:
    """Run once without a kill, and return how long that takes."""
    once = Combination(archive, "driver", engine, None, folder)
    begin = time.monotonic()
    run = once.run()
    run.wait(_SECONDS)
    if run.process.returncode != 2:  # for the files that cannot be read
        raise StoreError(f"exit {run.process.returncode}: {run.said}")
    archive.expected = archive.expected or in_words(contents(once.url))
    return time.monotonic() - begin


def chosen(only: str) -> Iterator[tuple[str, str, str]]:
    """Yield the combinations that consist of words of ``only``, where it has words of a kind."""
    words = set(filter(None, only.split(",")))
    if unknown := words - {*VICTIMS, *DATABASES, *ENGINES}:
        raise SystemExit(f"unknown: {', '.join(sorted(unknown))}")
    kinds = [[word for word in kind if word in words] or kind for kind in (VICTIMS, DATABASES, ENGINES)]
    yield from product(*kinds)


def main() -> int:
    """Print a table and return the exit status: 1 where anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=20, help="kills of each combination (default 20)")
    parser.add_argument("--seed", type=int, default=7, help="of the moments (default 7)")
    parser.add_argument("--only", default="", metavar="WORDS", help="such as driver,sqlite,ray")
    arguments = parser.parse_args()
    programs = server_programs()
    if programs is None:
        raise SystemExit(MISSING)
    wrong = 0
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(cluster(programs))
        archive = Archive(folder / "归档")
        whole: dict[str, float] = {}
        for victim, database, engine in chosen(arguments.only):
            if engine not in whole:
                whole[engine] = undisturbed(archive, folder, engine)
                print(f"an undisturbed run, {engine}: {whole[engine]:.1f} s", flush=True)
            rng = random.Random(f"{arguments.seed} {victim} {database} {engine}")
            begin = time.monotonic()
            one = Combination(archive, victim, engine, server if database == "postgresql" else None, folder)
            outcome = one.try_out(arguments.times, whole[engine], rng)
            wrong += len(outcome.wrong)
            print(
                f"{victim:7} {database:11} {engine:6} {outcome.kills:3} kills, {outcome.ends} ends compared, "
                f"{'the same' if not outcome.wrong else f'{len(outcome.wrong)} WRONG'}, {time.monotonic() - begin:.0f} s",
                flush=True,
            )
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
