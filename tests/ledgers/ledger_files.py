"""Ledger files for the tests, made as an office makes them, and what was read out of them in short."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import openpyxl

from extractor.compare import ledgers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from extractor.types import Ledger


def xlsx(*sheets: tuple[str, Sequence[Any], Iterable[str]], change: Callable[[Any], None] | None = None) -> bytes:
    """Return a workbook of sheets (name, rows, merged ranges); ``change`` is called with it before it is saved."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows, merges in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        for merged in merges:
            sheet.merge_cells(merged)
    if change is not None:
        change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def one_sheet(rows: Sequence[Any], merges: Iterable[str] = (), change: Callable[[Any], None] | None = None) -> bytes:
    """Return a workbook of one sheet, called 台账; ``change`` is called with the sheet."""
    return xlsx(("台账", rows, merges), change=change and (lambda book: change(book.active)))


def csv_text(rows: Sequence[Any]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


def imported(data: bytes, mapping: str | None = None, place: str = "", name: str = "台账.xlsx") -> Ledger:
    source = ledgers.open_file(data, name)
    rules = None if mapping is None else ledgers.parse_mapping(mapping, "映射.toml")
    return ledgers.read_ledger(source, ledgers.lay_out(source, rules, place), "台账")


def told(ledger: Ledger, *names: str) -> list[tuple[object, ...]]:
    """Return these fields of every recorded figure."""
    return [tuple(getattr(figure, name) for name in names) for figure in ledger.figures]


def problems(data: bytes, mapping: str | None = None, name: str = "台账.xlsx") -> list[tuple[str, int, str, str]]:
    """Return sheet, row, column and message of all that keeps ``data`` from being imported."""
    try:
        imported(data, mapping, name=name)
    except ledgers.LedgerError as error:
        return [(found.sheet, found.row, found.column, found.message) for found in error.problems]
    return []
