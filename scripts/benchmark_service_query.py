"""Measure how fast ``GET /v1/figures`` answers over a million figures: over HTTP, each kind of question by itself.

    python scripts/benchmark_service_query.py                                # an SQLite file, thrown away
    python scripts/benchmark_service_query.py --db sqlite:////tmp/big.db     # kept, and used again
    python scripts/benchmark_service_query.py --db postgresql://…            # an empty database
    python scripts/benchmark_service_query.py --figures 50000 --rounds 5

Making the database takes about five minutes on two cores. A few hundred reports of ``benchmark_archive.py`` are extracted;
each document is one of them with its places, crops, years and amounts drawn anew, so that words are frequent and rare as
in an archive of many counties. The same seed gives the same database and the same questions. One client asks one question
after another; what it asks for a place, a word or an amount differs each time. Beside the time that the client waits stands
the processor time of the server (on PostgreSQL without the database's), which says more on a busy machine. Needs httpx2
and psutil (extra ``test``).
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx2 as httpx
import psutil
from benchmark_archive import report

from extractor.pipeline import extract
from extractor.resources import read_table
from extractor.store import Prepared, Run, open_store, prepare, prepare_rows
from extractor.store.columns import order_key
from extractor.store.engine import make_engine, parse_url, writing
from extractor.store.write import write
from extractor.types import Document

TARGET_MS = 150.0
_REPORTS = 300
_BATCH = 100
_LIMIT = 100
_TURN = 5
_PORT = 8437
_TEMPLATES = ("青石镇", "白水乡", "柳河镇", "松林乡", "石桥镇", "杏花村", "双河村", "大坪村", "清溪村")
_CROPS = "烤烟"
_WORDS = 20_000
"""Crops there are; the first is grown everywhere, the last in one place if anywhere."""

Ask = dict[str, str]


def _names(rng: random.Random) -> list[str]:
    """Return words of two characters, the most frequent first."""
    letters = [row["simplified"] for row in read_table("common_hanzi.tsv", ("simplified", "traditional"))][:400]
    return ["烤烟", *("".join(rng.sample(letters, 2)) for _ in range(_WORDS))]


def _counties() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return counties by code, each with the codes and names of its townships that are written with three characters."""
    found = []
    for row in read_table("divisions.tsv", ("code", "name", "townships")):
        towns = [(row["code"] + town[:3], town[3:]) for town in row["townships"].split() if len(town) == 6]
        if len(towns) >= len(_TEMPLATES):
            found.append((row["code"], towns))
    return found


class Archive:
    """Documents that differ, each made out of a report."""

    def __init__(self, seed: int = 7) -> None:
        """Extract the reports."""
        self._rng = random.Random(seed)
        self.counties = _counties()
        self.words = _names(self._rng)
        run = Run("benchmark", datetime(2026, 1, 1, tzinfo=UTC))
        texts = [report(self._rng, number) for number in range(_REPORTS)]
        self._prepared = [prepare_rows(Document(text, source="报告.txt"), extract(text), run) for text in texts]

    def documents(self, figures: int) -> Iterator[Prepared]:
        """Yield documents with so many figures."""
        number = 0
        while figures > 0:
            made = self._vary(self._prepared[number % _REPORTS], number)
            yield made
            figures -= len(made.content["figure"])
            number += 1

    def _vary(self, one: Prepared, number: int) -> Prepared:
        rng = self._rng
        # Archives are added a province after another: near documents are about near places.
        code, towns = self.counties[number * 7 // 40 % len(self.counties)]
        chosen = rng.sample(towns, len(_TEMPLATES))
        word = self.words[min(int(rng.paretovariate(0.35)), _WORDS) - 1]
        named = {old: new for old, (_, new) in zip(_TEMPLATES, chosen, strict=True)} | {_CROPS: word}
        codes = {old[:2]: (new[:2], at) for old, (at, new) in zip(_TEMPLATES, chosen, strict=True)}
        shift, scale = rng.randint(-4, 4), rng.choice((1, 1, 1, 10, 100))

        def text(value: Any) -> Any:
            if isinstance(value, str):
                for old, new in named.items():
                    value = value.replace(old, new)
            return value

        def mention(row: tuple[Any, ...]) -> tuple[Any, ...]:
            owner, position, name, *_ = row
            new, at = codes.get(name[:2], (name, code))
            return owner, position, new, at, None

        def figure(row: tuple[Any, ...]) -> tuple[Any, ...]:
            cells = [text(cell) for cell in row]
            if cells[9] is not None and cells[8] != "percent":
                amount = Decimal(cells[9]) * scale + rng.randint(0, 99)
                cells[4] = cells[9] = format(amount, "f")
                cells[25] = order_key(amount)
            for at in (16, 17, 18):
                if cells[at]:
                    cells[at] = f"{int(cells[at][:4]) + shift}{cells[at][4:]}"
            return tuple(cells)

        def other(row: tuple[Any, ...]) -> tuple[Any, ...]:
            return tuple(map(text, row))

        rows: dict[str, Callable[[tuple[Any, ...]], tuple[Any, ...]]] = {
            "figure": figure, "figure_place": mention, "project_place": mention,
        }  # fmt: skip
        content = {table: [rows.get(table, other)(row) for row in stored] for table, stored in one.content.items()}
        key = f"{number:064x}"
        content["article"] = [(*row[:4], key) for row in content["article"]]
        document = {name: text(value) for name, value in one.document.items()}
        document |= {"sha256": key, "source": f"{code}/{number:06}.txt"}
        return replace(
            one,
            document=document,
            content=content,
            hashes=frozenset([key]),
            references=replace(one.references, places={at: name for _, (name, at) in codes.items()} | {code: code}),
        )


def fill(url: str, archive: Archive, figures: int) -> None:
    """Store documents, and take them into the index."""
    prepare(url)
    engine = make_engine(parse_url(url))
    begin = time.perf_counter()
    batch: list[Prepared] = []
    written = 0
    for one in archive.documents(figures):
        batch.append(one)
        if len(batch) == _BATCH:
            with writing(engine) as connection:
                written += len(write(connection, batch))
            batch = []
    if batch:
        with writing(engine) as connection:
            written += len(write(connection, batch))
    engine.dispose()
    print(f"{written:,} documents stored in {time.perf_counter() - begin:.0f} s", flush=True)


def catch_up(url: str) -> None:
    """Take all documents into the index."""
    with open_store(url) as store:
        index = store.search_index()
        begin, taken = time.perf_counter(), 0
        while some := index.catch_up():
            taken += some
        if taken:
            index.tidy()
            seconds = time.perf_counter() - begin
            print(f"{taken:,} documents taken into the index in {seconds:.0f} s", flush=True)
        print(f"{store.info().rows['figure']:,} figures", flush=True)


@contextmanager
def served(url: str, port: int) -> Iterator[tuple[httpx.Client, psutil.Process]]:
    """Start the service in a process of its own and yield a client, and the process."""
    command = [
        sys.executable,
        "-c",
        "from extractor.cli import main; main()",
        "serve",
        "--db",
        url,
        "--port",
        str(port),
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=120) as client:
            for _ in range(300):
                try:
                    client.get("/readyz")
                    break
                except httpx.TransportError:
                    time.sleep(0.1)
            yield client, psutil.Process(process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


@dataclass(slots=True)
class Measured:
    """The seconds that each question of a kind took, those of the server's processor for all, and the figures that came."""

    seconds: list[float] = field(default_factory=list)
    processor: float = 0.0
    figures: int = 0

    def share(self, part: float) -> float:
        """Return the milliseconds within which this part of the answers came."""
        ordered = sorted(self.seconds)
        return ordered[min(int(len(ordered) * part), len(ordered) - 1)] * 1000


class Drawn:
    """What questions are about, drawn anew for each."""

    def __init__(self, archive: Archive, rng: random.Random) -> None:
        """Ask about the first third of all counties: fewer figures need not have more."""
        self.one_of = rng.choice
        self.number = rng.randint
        self.words = archive.words
        self.frequent, self.seldom = archive.words[1:30], archive.words[200:]
        self._counties = archive.counties[: len(archive.counties) // 3]

    def county(self) -> str:
        """Return a code."""
        return self.one_of(self._counties)[0]

    def town(self) -> str:
        """Return a name."""
        return self.one_of(self.one_of(self._counties)[1])[1]

    def year(self) -> str:
        """Return a year."""
        return str(self.number(2009, 2023))

    def narrow(self) -> Ask:
        """Return bounds that few amounts are within."""
        least = self.number(100, 90_000)
        return {"dimension": "length", "min": str(least), "max": str(least + 3)}


Questions = dict[str, Callable[[], Ask]]


def by_one_condition(drawn: Drawn) -> Questions:
    """Return kinds of questions with one condition."""
    one_of, seldom = drawn.one_of, drawn.seldom
    return {
        "no filter": dict,
        "place by code of a province": lambda: {"place": drawn.county()[:2]},
        "place by code of a county": lambda: {"place": drawn.county()},
        "place by name": lambda: {"place": drawn.town()},
        "place by name of a province": lambda: {"place": one_of(["云南", "河北", "内蒙古", "山西"])},
        "place by two characters": lambda: {"place": drawn.town()[:2]},
        "place by a character of many": lambda: {"place": one_of("镇乡县")},
        "indicator, two characters": lambda: {"indicator": one_of(["投入", "收入", "产值", "培训", "就业"])},
        "indicator, one character": lambda: {"indicator": one_of("路水房田")},
        "indicator, a rare word": lambda: {"indicator": one_of(seldom)},
        "indicator by code": lambda: {"indicator": one_of(["fixed_investment", "farmer_net_income"])},
        "status": lambda: {"status": one_of(["actual", "planned", "standard"])},
        "project type": lambda: {"project_type": one_of(["road", "crop", "training", "道路桥梁"])},
        "unit": lambda: {"unit": one_of(["km", "亩", "户", "元", "口"])},
        "dimension with bounds": lambda: {
            "dimension": "money", "min": str(drawn.number(1, 9) * 10 ** drawn.number(3, 9)), "max": "1e11",
        },
        "dimension with narrow bounds": drawn.narrow,
        "year": lambda: {"period": drawn.year()},
        "text, a frequent word": lambda: {"text": one_of(["投入", "农民", "公里", "计划", "增长", *drawn.frequent])},
        "text, one character": lambda: {"text": one_of("路水元镇药")},
        "text, a rare word": lambda: {"text": one_of(seldom)},
        "text, a phrase": lambda: {"text": one_of(["解决了", "硬化村组道路", "农民人均纯收入达"])},
        "text, never": lambda: {"text": one_of(["航天发射", "魑魅", "石油", "龘"])},
        "text, two characters apart": lambda: {"text": one_of(["入投", "里公", "产实现"])},
    }  # fmt: skip


def by_several(drawn: Drawn) -> Questions:
    """Return kinds of questions with several conditions, and those in another order than that of documents."""
    one_of, county, year, frequent = drawn.one_of, drawn.county, drawn.year, drawn.frequent
    value = {"unit": "元", "sort": "-base_value"}
    return {
        "place, indicator, year": lambda: {"place": county(), "indicator": "收入", "period": year()},
        "place, text, status": lambda: {"place": county()[:2], "text": one_of(frequent), "status": "planned"},
        "type, unit, text": lambda: {"project_type": "road", "unit": "km", "text": one_of(drawn.words[1:300])},
        "all together": lambda: {
            "place": county()[:4], "indicator": "投入", "period": year(), "status": "actual", "unit": "元",
            "min": "100000", "text": "硬化",
        },
        "nothing meets all": lambda: {"indicator": "收入", "unit": "公里", "text": "培训"},
        "unique": lambda: {"unique": "true", "text": one_of(["投入", "培训"])},
        "sorted by value": lambda: {"dimension": "money", "sort": one_of(["base_value", "-base_value"])},
        "sorted by value, place": lambda: {**value, "place": county()[: one_of((2, 4, 6))]},
        "sorted by value, word": lambda: {**value, "text": one_of([*frequent, *drawn.seldom[:50]])},
        "sorted by value, indicator": lambda: {
            "dimension": "money", "sort": "base_value", "indicator": one_of(["收入", "产值", "投"]), "period": year(),
        },
        "sorted by period": lambda: {"sort": one_of(["period", "-period"]), "project_type": "training"},
        "sorted by confidence": lambda: {"sort": one_of(["confidence", "-confidence"]), "unit": "亩"},
        "a thousand at a time": lambda: {"limit": "1000", "text": one_of(["投入", "培训"])},
    }  # fmt: skip


def ask(client: httpx.Client, asked: Ask, measured: Measured) -> str | None:
    """Ask one question and return the cursor of the next page."""
    begin = time.perf_counter()
    answer = client.get("/v1/figures", params={"limit": str(_LIMIT), **asked})
    measured.seconds.append(time.perf_counter() - begin)
    if answer.status_code != 200:
        raise SystemExit(f"{asked}: {answer.status_code} {answer.text}")
    page = answer.json()
    measured.figures += len(page["items"])
    following: str | None = page["next"]
    return following


@contextmanager
def processor(server: psutil.Process, measured: Measured) -> Iterator[None]:
    """Count the processor seconds of the server."""
    begin = server.cpu_times()
    yield
    end = server.cpu_times()
    measured.processor += end.user + end.system - begin.user - begin.system


def measure(client: httpx.Client, server: psutil.Process, archive: Archive, rounds: int) -> dict[str, Measured]:
    """Ask all kinds of questions so many times, a few of a kind in turns, and go deep into some answers."""
    drawn = Drawn(archive, random.Random(11))
    made = by_one_condition(drawn) | by_several(drawn)
    found = {kind: Measured() for kind in made}
    deep = found["deep pages"] = Measured()
    warm = Measured()
    for make in made.values():
        ask(client, make(), warm)
    for _ in range(0, rounds, _TURN):
        for kind, make in made.items():
            with processor(server, found[kind]):
                for _ in range(_TURN):
                    ask(client, make(), found[kind])
    deep_into: tuple[Ask, ...] = (
        {"limit": "1000"},
        {"text": "投入"},
        {"dimension": "money", "sort": "-base_value"},
        {"place": "13"},
    )
    with processor(server, deep):
        for asked in deep_into:
            cursor: str | None = None
            for _ in range(rounds):
                cursor = ask(client, {**asked} | ({"cursor": cursor} if cursor else {}), deep)
                if cursor is None:
                    break
    return found


def main() -> int:
    """Print what was measured and return the exit status: 1 where the target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--figures", type=int, default=1_000_000, metavar="N", help="how many (default 1,000,000)")
    parser.add_argument("--rounds", type=int, default=20, metavar="N", help="questions of each kind (default 20)")
    parser.add_argument("--db", metavar="URL", help="a database that is kept; filled where it holds no figures")
    parser.add_argument("--port", type=int, default=_PORT, help=f"of the service (default {_PORT})")
    arguments = parser.parse_args()
    archive = Archive()
    with ExitStack() as stack:
        url = arguments.db or f"sqlite:///{Path(stack.enter_context(tempfile.TemporaryDirectory())) / 'figures.db'}"
        prepare(url)
        with open_store(url) as store:
            empty = not store.info().rows["figure"]
        if empty:
            fill(url, archive, arguments.figures)
        catch_up(url)
        client, server = stack.enter_context(served(url, arguments.port))
        found = measure(client, server, archive, arguments.rounds)
    whole = Measured([second for one in found.values() for second in one.seconds])
    missed = 0
    print(f"{'':32s} {'p50 ms':>8s} {'p99 ms':>8s} {'cpu ms':>8s} {'figures':>8s}")
    for kind, one in found.items():
        late = one.share(0.99) >= TARGET_MS
        missed += late
        many = len(one.seconds)
        means = f"{one.processor / many * 1000:8.1f} {one.figures / many:8.1f}"
        print(f"{kind:32s} {one.share(0.5):8.1f} {one.share(0.99):8.1f} {means}{'  !' if late else ''}")
    target = f"target p99 < {TARGET_MS:.0f} ms; {missed} kinds miss it; load average {os.getloadavg()[0]:.1f}"
    print(f"{'all':32s} {whole.share(0.5):8.1f} {whole.share(0.99):8.1f}   {target}")
    return int(whole.share(0.99) >= TARGET_MS)


if __name__ == "__main__":
    sys.exit(main())
