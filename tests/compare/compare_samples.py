"""Ledgers for the tests of comparisons, and reports to compare them with."""

from __future__ import annotations

import csv
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from extractor import __version__, extract_document
from extractor.compare import ledgers as importer
from extractor.compare.ledgers import lay_out, open_file
from extractor.context.indicator_code import codes
from extractor.readers import read_path
from extractor.resources.units import spellings
from extractor.store import Run, Store, open_store, schema
from extractor.store.engine import make_engine, parse_url, writing
from extractor.types import (
    Figure,
    Ledger,
    Modifier,
    Place,
    Quantity,
    RecordedFigure,
    ReportedFigure,
    Status,
)

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "corpus" / "dev"
SEEDS = ROOT.parent / "shared" / "seeds"
SCALES = {"万": Decimal(10_000), "亿": Decimal(100_000_000)}
STATUSES = {"": None, "已完成": Status.ACTUAL, "计划": Status.PLANNED, "标准": Status.STANDARD}
YEAR = ("2015-01-01", "2015-12-31")


def recorded(
    indicator: str, number: str, unit: str, place: str = "", period: str = "", status: str = "", index: int = 0
) -> RecordedFigure:
    """One row of a ledger as an import makes it of six cells."""
    scale, name = Decimal(1), unit
    while name not in spellings():
        scale, name = scale * SCALES[name[0]], name[1:]
    known = spellings()[name]
    shown = Decimal(number)
    base = known.to_base(shown * scale)
    quantity = Quantity(
        0, 0, "", shown * scale, None, Modifier.EXACT, known.name, known.dimension, base, known.base_unit
    )
    start, end = days(period) if period else (None, None)
    return RecordedFigure(
        index=index,
        sheet="",
        row=index + 2,
        column="E",
        text=number,
        indicator=indicator,
        value=shown * scale,
        unit=known.name,
        dimension=known.dimension,
        base_value=base,
        base_unit=known.base_unit,
        decimals=max(-int(shown.as_tuple().exponent), 0),
        scale=scale,
        indicator_code=codes([indicator], [quantity])[0],
        place=place,
        period=period or None,
        period_start=start,
        period_end=end,
        status=STATUSES[status],
    )


def days(period: str) -> tuple[str, str]:
    """The first and last day of 2015, 2015-06 or 2011-2015."""
    first, _, last = period.partition("-")
    if len(last) == 2:
        return f"{period}-01", f"{period}-{monthrange(int(first), int(last))[1]}"
    return f"{first}-01-01", f"{last or first}-12-31"


def read_ledger(path: Path) -> tuple[Ledger, list[str]]:
    """A ledger as ``gouji ledger import`` reads it, and its column 结论, which says what a person would say."""
    source = open_file(path.read_bytes(), path.name)
    ledger = importer.read_ledger(source, lay_out(source), path.stem)
    with path.open(encoding="utf-8", newline="") as file:
        return ledger, [row.get("结论", "") for row in csv.DictReader(file)]


def reported(
    text: str,
    value: str | None,
    unit: str,
    indicator: str,
    place: str = "",
    period: str = "",
    start: int = 0,
    *,
    document: int = 1,
    title: str = "",
    sentence: str = "",
    **more: Any,
) -> ReportedFigure:
    """A figure of a report; ``value`` is in ``unit``, ``None`` when masked. Its sentence is it alone by default."""
    known = spellings()[unit]
    amount = None if value is None else Decimal(value)
    first, last = days(period) if period else (None, None)
    sentence = sentence or text
    at = sentence.index(text)
    figure = Figure(
        start=start + at,
        end=start + at + len(text),
        text=text,
        value=amount,
        value_max=None,
        modifier=more.pop("modifier", Modifier.EXACT),
        unit=known.name,
        dimension=known.dimension,
        base_value=None if amount is None else known.to_base(amount),
        base_unit=known.base_unit,
        redacted=amount is None,
        article=more.pop("article", 0),
        section=more.pop("section", ()),
        sentence=(start, start + len(sentence)),
        indicator=indicator,
        period=period or None,
        period_start=first,
        period_end=last,
        place=tuple(Place(name) for name in place.split("、") if name),
        **more,
    )
    return ReportedFigure(document, title, sentence, figure)


def save_ledger(url: str, ledger: Ledger) -> int:
    """Store a ledger as an import does."""
    engine = make_engine(parse_url(url))
    table = schema.ledger
    head = {"name": ledger.name, "source": ledger.source, "sha256": ledger.sha256, "warnings": []}
    with writing(engine) as connection:
        insert = table.insert().values(**head, imported=datetime.now(UTC)).returning(table.c.id)
        number = int(connection.execute(insert).scalar_one())
        connection.execute(schema.recorded_figure.insert(), [_row(number, figure) for figure in ledger.figures])
    engine.dispose()
    return number


def _row(ledger: int, figure: RecordedFigure) -> dict[str, Any]:
    row = asdict(figure)
    row["record_index"] = row.pop("index")
    row["status"] = figure.status.value if figure.status else None
    for name in ("period_start", "period_end"):
        row[name] = date.fromisoformat(row[name]) if row[name] else None
    return {**row, "ledger_id": ledger}


def save_reports(url: str, paths: Sequence[Path]) -> None:
    """Read, extract and store reports."""
    with open_store(url) as store:
        save_into(store, paths)


def save_into(store: Store, paths: Sequence[Path]) -> None:
    for path in paths:
        document = read_path(str(path))
        store.save(document, extract_document(document), Run(__version__, datetime.now(UTC)))
