"""Measure ``POST /v1/extract`` of a running ``gouji serve``, over HTTP, with clients that keep their connections.

    python scripts/benchmark_service.py                # about three minutes
    python scripts/benchmark_service.py --seconds 20   # shorter load
    python scripts/benchmark_service.py --json

The server is started as a user starts it, on a database of its own; the clients are threads of this process and share the
cores with it. The reports have 5,000 characters and are recombined from templates of our own, the same ones each time.
Then two more servers with small bounds are driven over them: they must send clients away with Retry-After, and answer
again afterwards. Ends with status 1 if a target is missed. Needs psutil (extra ``test``).
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from benchmark_archive import CHARACTERS, report

CLIENTS = 20
ONE_P50_MS = 60.0
REPORTS_PER_SECOND = 25.0
P99_SECONDS = 1.5
GROWTH = 1.05
"""How much more memory the last quarter of the load may see than the second."""
_REPORTS = 200
_ONE = 100
"""Requests of the one client."""
_START_SECONDS = 60.0
_SATURATED = 30


@dataclass(slots=True)
class Load:
    """What clients saw: seconds of the requests that were answered, answers by status, and those sent away unclearly.

    ``processor`` are the seconds that all processes of the server worked, which a busy machine changes least.
    """

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    unclear: int = 0
    wall: float = 0.0
    processor: float = 0.0
    memory: list[int] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        """Return how long that share of the requests took at most."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Client:
    """One client with a connection of its own."""

    def __init__(self, port: int, load: Load) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._load = load

    def ask(self, body: bytes) -> int:
        """Send a report and return the status of the answer."""
        begin = time.perf_counter()
        self._connection.request("POST", "/v1/extract", body, {"Content-Type": "application/json"})
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status == http.HTTPStatus.OK:
            self._load.seconds.append(time.perf_counter() - begin)
            if not content.endswith(b"}"):
                self._load.unclear += 1
        elif not answer.getheader("Retry-After"):
            self._load.unclear += 1
        self._load.statuses[answer.status] += 1
        return answer.status


@contextmanager
def serving(**settings: int) -> Iterator[tuple[int, psutil.Process]]:
    """Start a server; yields its port and its process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = os.environ | {f"GOUJI_{name.upper()}": str(value) for name, value in settings.items()}
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", "from extractor.cli import main; main()", "serve", "--port", str(port)]
        command += ["--db", f"sqlite:///{Path(folder) / 'gouji.db'}"]
        with (Path(folder) / "log").open("wb") as log:
            server = subprocess.Popen(command, env=environ, stdout=log, stderr=log)
        try:
            _wait(port)
            yield port, psutil.Process(server.pid)
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=60)


def _wait(port: int) -> None:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/readyz")
            if connection.getresponse().status == http.HTTPStatus.OK:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise SystemExit("the server did not start")


def drive(port: int, server: psutil.Process, bodies: list[bytes], clients: int, seconds: float) -> Load:
    """Let clients ask one request after the other for some seconds."""
    load = Load()
    end = time.monotonic() + seconds

    def work(number: int) -> None:
        client = Client(port, load)
        turn = number
        while time.monotonic() < end:
            client.ask(bodies[turn % len(bodies)])
            turn += clients

    threads = [threading.Thread(target=work, args=(number,)) for number in range(clients)]
    begin, worked = time.monotonic(), _processor(server)
    for thread in threads:
        thread.start()
    while time.monotonic() < end:
        time.sleep(min(1.0, max(0.0, end - time.monotonic())))
        load.memory.append(_memory(server))
    for thread in threads:
        thread.join()
    load.wall, load.processor = time.monotonic() - begin, _processor(server) - worked
    return load


def _memory(server: psutil.Process) -> int:
    """Return the resident bytes of a server and all its processes."""
    return int(_total(server, lambda process: process.memory_info().rss))


def _processor(server: psutil.Process) -> float:
    """Return for how many seconds a server and all its processes have worked."""
    return _total(server, lambda process: sum(process.cpu_times()[:2]))


def _total(server: psutil.Process, measured: Callable[[psutil.Process], float]) -> float:
    total = 0.0
    for process in (server, *server.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            total += measured(process)
    return total


def measure(seconds: float) -> dict[str, float]:
    """Return all figures by name."""
    rng = random.Random(7)
    texts = [report(rng, number)[:CHARACTERS] for number in range(_REPORTS)]
    bodies = [json.dumps({"text": text}, ensure_ascii=False).encode() for text in texts]
    with serving() as (port, server):
        alone = Load()
        one = Client(port, alone)
        for body in bodies[:20] + bodies[:_ONE]:
            one.ask(body)
        del alone.seconds[:20]
        load = drive(port, server, bodies, CLIENTS, seconds)
    quarter = max(1, len(load.memory) // 4)
    early, late = load.memory[quarter : 2 * quarter], load.memory[-quarter:]
    told = {
        "one client, p50 ms": alone.percentile(0.5) * 1000,
        "one client, p99 ms": alone.percentile(0.99) * 1000,
        "20 clients, reports/s": load.statuses[200] / load.wall,
        "20 clients, p50 s": load.percentile(0.5),
        "20 clients, p99 s": load.percentile(0.99),
        "20 clients, errors": load.unclear + sum(load.statuses.values()) - load.statuses[200],
        "20 clients, processor ms a report": load.processor * 1000 / max(1, load.statuses[200]),
        "load of the machine": os.getloadavg()[0],
        "memory, MB": statistics.median(late) / 1e6,
        "memory, growth": statistics.median(late) / statistics.median(early or late),
    }
    return told | _saturate(bodies)


def _saturate(bodies: list[bytes]) -> dict[str, float]:
    """Drive servers over their bounds, and see whether they recover."""
    told: dict[str, float] = {}
    for status, settings in ((503, {"max_extractions": 4}), (429, {"requests_per_minute": 20})):
        with serving(**settings) as (port, server):
            load = drive(port, server, bodies, _SATURATED, 5.0)
            other = sum(load.statuses.values()) - load.statuses[200] - load.statuses[status]
            told[f"saturated, answered {status}"] = load.statuses[status]
            told[f"saturated, other than 200 and {status}"] = other + load.unclear
            time.sleep(2 if status == http.HTTPStatus.SERVICE_UNAVAILABLE else 61)
            again = Client(port, Load())
            told[f"recovered from {status}"] = float(all(again.ask(body) == 200 for body in bodies[:5]))
    return told


def targets(told: dict[str, float]) -> dict[str, bool]:
    """Return whether each target is met."""
    return {
        f"one client, p50 < {ONE_P50_MS:.0f} ms": told["one client, p50 ms"] < ONE_P50_MS,
        f"20 clients, at least {REPORTS_PER_SECOND:.0f} reports/s": told["20 clients, reports/s"] >= REPORTS_PER_SECOND,
        f"20 clients, p99 < {P99_SECONDS} s": told["20 clients, p99 s"] < P99_SECONDS,
        "20 clients, no errors": told["20 clients, errors"] == 0,
        f"memory grows by less than {GROWTH - 1:.0%}": told["memory, growth"] < GROWTH,
        "saturated: 503 and 429, each with Retry-After, nothing else": all(
            told[f"saturated, answered {status}"] > 0 and told[f"saturated, other than 200 and {status}"] == 0
            for status in (503, 429)
        ),
        "recovers": told["recovered from 503"] == told["recovered from 429"] == 1.0,
    }


def main() -> int:
    """Measure, print, and return 1 if a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=120.0, help="of the load by 20 clients")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    told = measure(options.seconds)
    met = targets(told)
    if options.json:
        print(json.dumps({"measured": told, "targets": met}, indent=2))
    else:
        for name, value in told.items():
            print(f"{name:<40}{value:>12,.2f}")
        for name, good in met.items():
            print(f"{'met   ' if good else 'MISSED'} {name}")
    return 0 if all(met.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
