"""Kill ``gouji serve`` with -9 again and again in the middle of uploads and jobs, and compare with an undisturbed server.

    python scripts/check_service_kills.py                        # 20 kills on SQLite, PostgreSQL and two servers
    python scripts/check_service_kills.py --times 5 --only sqlite

A client uploads reports and archives, one after the other, each with a key of its own, and sends again what was not
acknowledged. ``two`` are two servers on one PostgreSQL, of which one or the other is killed. At the end every acknowledged
upload must have its job, each job must have been carried out once, every row must be that of a server that nobody killed,
and nothing may be left: no bytes of uploads, no temporary file, no process. The same seed draws the same moments.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from pathlib import Path
from typing import Self

import httpx2
import psutil
from sqlalchemy import create_engine, text

from extractor.store import upgrade

sys.path[:0] = [str(Path(__file__).parents[1] / "tests" / folder) for folder in (".", "archive")]

from archive_samples import contents, in_words, report, rows  # noqa: E402
from made_containers import zipped  # noqa: E402
from postgresql_cluster import MISSING, cluster, server_programs  # noqa: E402

KINDS = ("sqlite", "postgresql", "two")
_COMMAND = "from extractor.cli import main; main()"
_SECONDS = 300  # after which a server hangs
_PAUSE = 0.15  # between uploads
_ALIVE = 3.0  # seconds at most that a server works until it is killed
_GONE_SECONDS = 30
_LARGE = 9 * 2**20
_numbers = count(1)

Files = list[tuple[str, bytes]]


@cache
def files_of(number: int) -> Files:
    """Return what the upload ``number`` consists of, byte for byte the same each time; no two share a content."""
    base = 1000 * number
    if number % 8 == 7:  # large: it is slow, and the kill may hit the upload itself
        noise = random.Random(number).randbytes(_LARGE)
        return [(f"{number}大.zip", zipped({"图.jpg": b"\xff\xd8\xff" + noise, **_reports(base, 30)}))]
    if number % 4 == 3:
        inner = zipped(_reports(base + 500, 8))
        return [(f"{number}包.zip", zipped({**_reports(base, 25), "里.zip": inner, "重复.txt": _report(base)}))]
    if number % 4 == 2:
        return [(f"{number}坏.txt", b"\x81\x00\xff\xfe\x80" * (40 + number)), (f"{number}好.txt", _report(base))]
    return [(f"{number}-{n}.txt", _report(base + n)) for n in range(1 + number % 4)]


def _report(number: int) -> bytes:
    return report(number, 25).encode()


def _reports(base: int, many: int) -> dict[str, bytes]:
    return {f"{n:03}.txt": _report(base + n) for n in range(many)}


class Server:
    """``gouji serve`` in a session of its own, which can be killed and started again."""

    def __init__(self, url: str, temporary: Path) -> None:
        self.url, self.temporary = url, temporary
        temporary.mkdir(parents=True, exist_ok=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.pids: list[int] = []
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self.process = subprocess.Popen(
            [sys.executable, "-c", _COMMAND, "serve", "--db", self.url, "--port", str(self.port)],
            env={**os.environ, "TMPDIR": str(self.temporary), "PYTHONPATH": os.pathsep.join(sys.path)},
            stdout=subprocess.DEVNULL,
            stderr=(self.temporary.parent / f"said-{self.port}").open("ab"),
            start_new_session=True,
        )
        self.pids.append(self.process.pid)
        deadline = time.monotonic() + _SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            with suppress(httpx2.HTTPError):
                if httpx2.get(f"{self.address}/readyz", timeout=5).status_code == 200:
                    return
            time.sleep(0.05)
        raise SystemExit(f"the server does not start: {self.said[-2000:]}")

    @property
    def said(self) -> str:
        """What it has written to standard error, in all its lives."""
        return (self.temporary.parent / f"said-{self.port}").read_text(encoding="utf-8", errors="replace")

    def end(self, *, kill: bool) -> list[str]:
        """End it, at once or in good order, and return what of it goes on."""
        family = psutil.Process(self.process.pid).children(recursive=True)
        if kill:
            self.process.kill()
        else:
            self.process.terminate()
        try:
            self.process.wait(_GONE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return ["the server does not end"]
        return [f"left running: {process}" for process in psutil.wait_procs(family, _GONE_SECONDS)[1]]

    def left(self) -> list[str]:
        """Return its temporary files."""
        return [f"left behind: {path.name}" for path in self.temporary.iterdir()]


class Client(threading.Thread):
    """Uploads until it is told to stop; every upload is sent until it is acknowledged.

    Args:
        servers: addresses, which it uses in turn.
        many: uploads after which it stops by itself.
    """

    def __init__(self, servers: list[str], many: int | None = None) -> None:
        super().__init__(daemon=True)
        self.servers, self.many = servers, many
        self.acknowledged: dict[int, int] = {}
        self.repeated = 0
        self.wrong: list[str] = []
        self.enough = threading.Event()

    def run(self) -> None:
        """Upload one after the other."""
        for number in count():
            if number == self.many or (self.many is None and self.enough.is_set()):
                return
            self.acknowledged[number] = self.upload(number)
            if self.many is None:
                time.sleep(_PAUSE)

    def upload(self, number: int) -> int:
        """Send an upload until it is acknowledged, and return its job."""
        files = [("files", one) for one in files_of(number)]
        deadline = time.monotonic() + _SECONDS
        for attempt in count():
            if attempt:
                self.repeated += 1
                time.sleep(0.2)
            server = self.servers[(number + attempt) % len(self.servers)]
            with suppress(httpx2.HTTPError):
                key = {"Idempotency-Key": f"upload {number}"}
                answer = httpx2.post(f"{server}/v1/documents", files=files, headers=key, timeout=60)
                if answer.status_code == 202:
                    return int(answer.json()["id"])
                self.wrong.append(f"upload {number}: {answer.status_code} {answer.text}")
                return 0
            if time.monotonic() > deadline:
                self.wrong.append(f"upload {number} is never acknowledged")
                return 0
        raise AssertionError


@dataclass
class Outcome:
    """What a database holds at the end, and what is wrong with it."""

    rows: dict[str, list[str]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


class Trial:
    """Uploads to one or two servers on one database."""

    def __init__(self, kind: str, url: str, folder: Path) -> None:
        self.url, self.outcome = url, Outcome()
        many = 2 if kind == "two" else 1
        self.servers = [Server(url, folder / f"temporary-{next(_numbers)}" / "tmp") for _ in range(many)]
        self.kills = self.interrupted = 0

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Leave no server behind, whatever happened."""
        for server in self.servers:
            server.process.kill()
            server.process.wait()

    def disturb(self, times: int, rng: random.Random) -> Client:
        """Kill so many times while a client uploads; return the client, which has ended."""
        client = Client([server.address for server in self.servers])
        client.start()
        for _ in range(times):
            time.sleep(rng.uniform(0.1, _ALIVE))
            victim = rng.choice(self.servers)
            held = f"SELECT count(*) FROM job WHERE state = 'running' AND process = {victim.process.pid}"
            self.interrupted += self._count(held)
            self.outcome.wrong += victim.end(kill=True)
            self.kills += 1
            victim.start()
        client.enough.set()
        client.join(_SECONDS)
        return client

    def finish(self, client: Client) -> Outcome:
        """Wait for the end of all jobs, stop the servers, and return what came of them."""
        self.outcome.wrong += client.wrong
        deadline = time.monotonic() + _SECONDS
        while self._count("SELECT count(*) FROM job WHERE state IN ('queued', 'running')"):
            if time.monotonic() > deadline:
                self.outcome.wrong.append("jobs do not end")
                break
            time.sleep(0.2)
        for number, job in client.acknowledged.items():  # the same again is the same job
            if client.upload(number) != job:
                self.outcome.wrong.append(f"upload {number} became another job")
        for server in self.servers:
            self.outcome.wrong += server.end(kill=False) + server.left()
            if "Traceback" in server.said:
                self.outcome.wrong.append(server.said[-2000:])
        self._check(client)
        return self.outcome

    def _check(self, client: Client) -> None:
        jobs = rows(self.url, "SELECT id, state, idempotency_key FROM job ORDER BY id")
        if sorted(client.acknowledged.values()) != [job.id for job in jobs]:
            self.outcome.wrong.append(
                f"{len(client.acknowledged)} uploads were acknowledged, there are {len(jobs)} jobs"
            )
        self.outcome.wrong += [f"job {job.id} is {job.state}" for job in jobs if job.state != "done"]
        for what, query in (
            ("documents were extracted twice", "SELECT count(*) - count(DISTINCT document_id) FROM extraction_run"),
            ("items are not finished", "SELECT count(*) FROM job_item WHERE state = 'pending'"),
            (
                "chunks are left of uploads of which all was read",
                "SELECT count(*) FROM upload_chunk JOIN upload ON upload.id = upload_id WHERE job_id IS NOT NULL"
                " AND upload_id NOT IN (SELECT upload_id FROM job_item WHERE state = 'failed')",
            ),
        ):
            if many := self._count(query):
                self.outcome.wrong.append(f"{many} {what}")
        found = contents(self.url)
        found["job_item"] = [
            repr(tuple(row))
            for row in rows(
                self.url,
                "SELECT upload.name, path, position, job_item.bytes, job_item.sha256, state, reason, characters, figures"
                " FROM job_item JOIN upload ON upload.id = upload_id",
            )
        ]
        self.outcome.rows = in_words(found)

    def holders(self) -> dict[str, int]:
        """Return how many jobs each server finished."""
        processes = dict(rows(self.url, "SELECT process, count(*) FROM job GROUP BY process"))
        return {
            f"server {n}": sum(processes.get(pid, 0) for pid in server.pids) for n, server in enumerate(self.servers, 1)
        }

    def _count(self, query: str) -> int:
        return int(rows(self.url, query)[0][0])


def new_database(kind: str, server: str | None, folder: Path) -> str:
    """Return the URL of an empty database."""
    name = f"kills_{next(_numbers)}"
    if kind == "sqlite" or server is None:
        url = f"sqlite:///{folder / name}.db"
    else:
        url = server.format(name)
        admin = create_engine(server.format("postgres"), isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0"))
        admin.dispose()
    upgrade(url)
    return url


def try_out(kind: str, times: int, seed: int, server: str | None, folder: Path) -> list[str]:
    """Kill, compare with a server that nobody kills, and return what is wrong."""
    begin = time.monotonic()
    with Trial(kind, new_database(kind, server, folder), folder) as trial:
        client = trial.disturb(times, random.Random(f"{seed} {kind}"))
        outcome = trial.finish(client)
    with Trial("one", new_database(kind, server, folder), folder) as calm:
        again = Client([calm.servers[0].address], len(client.acknowledged))
        again.start()
        again.join(_SECONDS)
        expected = calm.finish(again)
    wrong = outcome.wrong + [f"undisturbed: {one}" for one in expected.wrong]
    wrong += [f"rows of {table} differ" for table, found in expected.rows.items() if outcome.rows[table] != found]
    print(
        f"{kind:11} {trial.kills:3} kills ({trial.interrupted} jobs at work), {len(client.acknowledged)} uploads"
        f" ({client.repeated} sent again), {len(outcome.rows['job_item'])} files, {len(outcome.rows['figure'])} figures,"
        f" by {trial.holders()}: {'the same' if not wrong else f'{len(wrong)} WRONG'},"
        f" {time.monotonic() - begin:.0f} s",
        flush=True,
    )
    for one in wrong:
        print(f"    {one}", flush=True)
    return wrong


def main() -> int:
    """Print a line for each kind and return the exit status: 1 where anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=20, help="kills of each kind (default 20)")
    parser.add_argument("--seed", type=int, default=7, help="of the moments (default 7)")
    parser.add_argument("--only", default="", metavar="WORDS", help=f"some of {','.join(KINDS)}")
    arguments = parser.parse_args()
    kinds = arguments.only.split(",") if arguments.only else KINDS
    if unknown := set(kinds) - set(KINDS):
        raise SystemExit(f"unknown: {', '.join(sorted(unknown))}")
    wrong: list[str] = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = None
        if set(kinds) != {"sqlite"}:
            programs = server_programs()
            if programs is None:
                raise SystemExit(MISSING)
            server = stack.enter_context(cluster(programs))
        for kind in kinds:
            wrong += try_out(kind, arguments.times, arguments.seed, server, folder)
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
