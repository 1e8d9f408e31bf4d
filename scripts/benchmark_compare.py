"""Measure the time and memory of comparing a large ledger with a large database, both made up from a seed.

    python scripts/benchmark_compare.py                      # 100,000 rows against 1,000,000 figures
    python scripts/benchmark_compare.py --rows 1000 --figures 10000

The database is an SQLite file in a temporary folder. Three of four figures measure what the ledger records, at its
places and in its years, for one row in ten with another value; the rest measure something else. The comparison runs in
a process of its own, by the command that users run.
"""

from __future__ import annotations

import argparse
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from extractor.resources import read_table
from extractor.resources.units import unit_named
from extractor.store import schema, upgrade
from extractor.store.engine import make_engine, parse_url, writing

ROOT = Path(__file__).parents[1]
SECONDS, MEGABYTES = 120.0, 1024.0
"""What the comparison may take."""

LEDGER = "基准台账"
YEARS = range(2016, 2021)
INDICATORS = 200
"""What a ledger records of each place and year."""
SENTENCES = 25
"""Figures of a document; each stands in a sentence of its own."""
UNITS = {
    "money": "元", "people": "人", "households": "户", "length": "公里", "area": "亩", "count": "座", "mass": "吨",
    "percent": "%",
}  # fmt: skip

Row = dict[str, Any]


def indicators() -> list[tuple[str, str, str]]:
    """Return the names, codes and units of indicators of the lexicon."""
    rows = read_table("indicators.tsv", ("code", "name", "aliases", "dimension", "project_type"))
    return [
        (row["name"], row["code"], UNITS[row["dimension"]]) for row in rows if UNITS.get(row["dimension"]) is not None
    ]


def places(count: int, chance: random.Random) -> list[str]:
    """Return names of villages."""
    first, second = "石青白龙金清大上下双高新红黄桃梅竹松柏云", "山水坪坝湾岭溪河塘坡沟桥井林田岩洞寨垭坎"
    names = [f"{a}{b}{c}村" for a in first for b in second for c in second]
    chance.shuffle(names)
    return names[:count]


def ledger_rows(count: int, chance: random.Random) -> list[Row]:
    """Return rows of a ledger: indicators by places by years."""
    names = chance.sample(indicators(), INDICATORS)
    somewhere = places(max(count // (len(names) * len(YEARS)), 20) * 2, chance)
    rows: dict[tuple[str, str, int], Row] = {}
    while len(rows) < count:
        name, code, unit = chance.choice(names)
        place, year = chance.choice(somewhere), chance.choice(YEARS)
        if (name, place, year) not in rows:
            rows[name, place, year] = _recorded(len(rows), name, code, unit, place, year, chance)
    return list(rows.values())


def _recorded(index: int, name: str, code: str, unit: str, place: str, year: int, chance: random.Random) -> Row:
    value = Decimal(chance.randint(100, 99_999)) / (100 if unit == "%" else 1)
    return {
        "ledger_id": 1, "record_index": index, "sheet": "台账", "row": index + 2, "column": "E", "text": str(value),
        "indicator": name, "indicator_code": code, "place": place, "period": str(year), **_days(year), "value": value,
        "unit": unit, "dimension": unit_named(unit).dimension, "base_value": unit_named(unit).to_base(value),
        "base_unit": unit_named(unit).base_unit, "decimals": 2 if unit == "%" else 0, "scale": Decimal(1),
        "project": "", "within": "", "note": "",
    }  # fmt: skip


def _days(year: int) -> Row:
    return {"period_start": date(year, 1, 1), "period_end": date(year, 12, 31)}


def figures(count: int, ledger: Sequence[Row], chance: random.Random) -> Iterator[tuple[str, Row]]:
    """Yield figures with their place; most are of the ledger, in other words now and then."""
    others = ["召开会议", "印发文件", "走访群众", "发放宣传资料", "举办讲座", "悬挂横幅", "排查隐患", "调解纠纷"]
    for _ in range(count):
        row = chance.choice(ledger)
        known = chance.random() < 0.75
        wrong = row["record_index"] % 10 == 0  # one row in ten is stated with a fifth more
        value = row["value"] * (6 if wrong else 5) / 5
        words = row["indicator"] if known else chance.choice(others) + str(chance.randint(1, 2000))
        if known and chance.random() < 0.3:
            words = f"全年完成{words}"
        yield row["place"], {
            "value": value, "unit": row["unit"], "dimension": row["dimension"],
            "base_value": unit_named(row["unit"]).to_base(value), "base_unit": row["base_unit"], "indicator": words,
            "indicator_code": row["indicator_code"] if words == row["indicator"] else None,
            "period": row["period"], "period_start": row["period_start"], "period_end": row["period_end"],
        }  # fmt: skip


def fill(connection: Connection, rows: int, count: int, seed: int) -> None:
    """Write a ledger of ``rows`` rows and ``count`` figures."""
    chance = random.Random(seed)
    ledger = ledger_rows(rows, chance)
    now = datetime(2026, 1, 1, tzinfo=UTC)
    head = {"id": 1, "name": LEDGER, "source": "benchmark", "sha256": "0" * 64, "warnings": [], "imported": now}
    connection.execute(schema.ledger.insert(), head)
    for begin in range(0, len(ledger), 10_000):
        connection.execute(schema.recorded_figure.insert(), ledger[begin : begin + 10_000])
    batch: list[tuple[str, Row]] = []
    document = 0
    for one in figures(count, ledger, chance):
        batch.append(one)
        if len(batch) == SENTENCES:
            document += 1
            write_document(connection, document, batch)
            batch = []
    if batch:
        write_document(connection, document + 1, batch)


def write_document(connection: Connection, number: int, batch: Sequence[tuple[str, Row]]) -> None:
    """Write a document of one sentence for each figure."""
    texts = [
        f"截至年底，{place}{row['indicator']}{row['value']}{row['unit']}，比上年有所增长。" for place, row in batch
    ]
    starts = [sum(map(len, texts[:i])) for i in range(len(texts))]
    key = {"document_id": number}
    connection.execute(
        schema.document.insert(),
        {
            "id": number, "sha256": f"{number:064d}", "source": f"报告{number}.txt", "media_type": "text/plain",
            "encoding": "utf-8", "title": "工作总结", "state": "done", "text": "".join(texts), "parts": [],
            "warnings": [],
        },
    )  # fmt: skip
    whole = {"start_offset": 0, "end_offset": sum(map(len, texts))}
    connection.execute(schema.article.insert(), {**key, "article_index": 0, "title": "工作总结", **whole})
    connection.execute(
        schema.sentence.insert(),
        [
            {**key, "start_offset": start, "end_offset": start + len(text), "article_index": 0, "text": text}
            for start, text in zip(starts, texts, strict=True)
        ],
    )
    rows, mentions = [], []
    for start, text, (place, row) in zip(starts, texts, batch, strict=True):
        written = f"{row['value']}{row['unit']}"
        begin = start + text.index(written, len(place) + len(row["indicator"]))
        common = {
            "start_offset": begin, "end_offset": begin + len(written), "sentence_start": start, "text": written,
            "modifier": "exact", "redacted": False, "status": "actual", "confidence": 1.0, "rule_or_model": "rule",
        }  # fmt: skip
        rows.append({**key, **common, **row})
        mentions.append({**key, "figure_start": begin, "position": 0, "name": place, "level": "village"})
    connection.execute(schema.figure.insert(), rows)
    connection.execute(schema.figure_place.insert(), mentions)


def make(url: str, rows: int, count: int, seed: int) -> None:
    """Make the database."""
    upgrade(url)
    engine = make_engine(parse_url(url))
    with writing(engine) as connection:
        fill(connection, rows, count, seed)
        assert connection.execute(select(schema.ledger.c.id)).scalar_one() == 1
    engine.dispose()


def main() -> int:
    """Make the database, compare, print, and return 1 where the bounds are not kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000, help="rows of the ledger (default 100,000)")
    parser.add_argument("--figures", type=int, default=1_000_000, help="figures stored (default 1,000,000)")
    parser.add_argument("--seed", type=int, default=20_260_101, help="of what is made up")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/benchmark.db"
        begin = time.perf_counter()
        make(url, arguments.rows, arguments.figures, arguments.seed)
        print(f"made {arguments.rows:,} rows and {arguments.figures:,} figures in {time.perf_counter() - begin:.0f} s")
        command = [sys.executable, "-c", "from extractor.cli import main; main()", "compare", LEDGER, "--db", url]
        begin = time.perf_counter()
        with (Path(folder) / "out.txt").open("wb") as out:
            subprocess.run([*command, "--format", "summary"], check=True, cwd=ROOT, stdout=out)
        seconds = time.perf_counter() - begin
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        megabytes = used.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
        print((Path(folder) / "out.txt").read_text(encoding="utf-8"))
    print(
        f"compared and stored in {seconds:.1f} s (bound {SECONDS:.0f}), {used.ru_utime + used.ru_stime:.1f} s of them "
        f"of the processor, peak memory {megabytes:.0f} MB (bound {MEGABYTES:.0f})"
    )
    return int(seconds > SECONDS or megabytes > MEGABYTES)


if __name__ == "__main__":
    sys.exit(main())
