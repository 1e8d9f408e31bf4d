"""From the bytes of a file, or the rows of a table, to a ledger: recognise, read, check; all problems at once."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from extractor.compare.ledgers.columns import Layout, recognise
from extractor.compare.ledgers.mapping import ANY, SheetRule, unknown
from extractor.compare.ledgers.places import nested, no_such
from extractor.compare.ledgers.problems import LedgerError, Problem
from extractor.compare.ledgers.tables import read_csv, sheet_of
from extractor.compare.ledgers.totals import check_totals
from extractor.compare.ledgers.values import read_values
from extractor.compare.ledgers.words import Role
from extractor.config import Settings
from extractor.encoding import decode
from extractor.errors import ReadError
from extractor.sheets.grid import Sheet, filled, read_number
from extractor.sheets.xlsx import read_xlsx
from extractor.types import Ledger

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from extractor.types import RecordedFigure

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OTHERS = ((b"%PDF-", "PDF 文件"), (b"<", "网页或 XML 文件"), (b"SQLite format 3\0", "SQLite 数据库"))


@dataclass(frozen=True, slots=True)
class Source:
    """The sheets of a ledger before it is known what their columns are.

    Attributes:
        name: the file, or the table, for messages.
        sha256: of the bytes, or of the rows.
        sheets: its sheets, empty ones left out.
        warnings: what was passed over.
        single: whether it has one table without a name of its own (CSV, database).
    """

    name: str
    sha256: str
    sheets: tuple[Sheet, ...]
    warnings: tuple[str, ...] = ()
    single: bool = False


def open_file(data: bytes, name: str, settings: Settings | None = None) -> Source:
    """Read the sheets of a .xlsx or CSV file.

    Args:
        data: the whole file.
        name: its path, for messages and the name of a CSV's only sheet.
        settings: bounds on size; the defaults if ``None``.

    Raises:
        ReadError: ``empty``, ``too_large``, ``encrypted``, ``unsupported`` or ``unreadable``; begins with ``name``.
        LedgerError: a CSV with an open quote.
    """
    settings = settings or Settings()
    try:
        return _open(data, name, settings)
    except ReadError as error:
        raise ReadError(f"{name}：{error}", f"{name}: {error.detail}", kind=error.kind) from error


def open_table(
    name: str, columns: Sequence[str], rows: Iterable[Sequence[object]], origin: str, settings: Settings | None = None
) -> Source:
    """Take the rows of a database table.

    Args:
        name: of the table, for messages.
        columns: the names of its columns.
        rows: its rows, in a fixed order.
        origin: the database, without its password.
        settings: bounds on size; the defaults if ``None``.

    Raises:
        ReadError: ``too_large``.
    """
    sheet = sheet_of(name, columns, rows, (settings or Settings()).max_ledger_cells)
    texts = [[cell.text if cell else None for cell in row] for row in sheet.rows]
    digest = hashlib.sha256(json.dumps(texts, ensure_ascii=False).encode()).hexdigest()
    return Source(f"{origin} {name}", digest, (sheet,), single=True)


@dataclass(frozen=True, slots=True)
class Plan:
    """How each sheet is to be read, and what stands in the way."""

    layouts: tuple[Layout, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def certain(self) -> bool:
        """Whether every column was recognised."""
        return not any(layout.of(None) for layout in self.layouts)


def lay_out(source: Source, mapping: Mapping[str, SheetRule] | None = None, place: str = "") -> Plan:
    """Recognise the columns of each sheet.

    Args:
        source: what was opened.
        mapping: rules by sheet, :data:`ANY` for any; only sheets with a rule are read. ``None``: no mapping.
        place: in which all places lie, where the mapping names none.

    Returns:
        What was recognised. Among its problems are sheets without a header, columns that contradict each other, sheets
        and columns that the mapping names and the source has not, and a place that does not exist.
    """
    problems: list[Problem] = []
    layouts = []
    sheets = {sheet.name: sheet for sheet in source.sheets}
    given = {place: "", **{rule.place: name for name, rule in (mapping or {}).items()}}
    problems += (Problem(at, 0, "", no_such(name)) for name, at in given.items() if name and nested(name) is None)
    missing = [name for name in mapping or () if name != ANY and name not in sheets]
    problems += (Problem(name, 0, "", "映射文件：" + unknown("工作表", name, list(sheets))) for name in missing)
    for sheet in source.sheets:
        rule = (mapping or {}).get(sheet.name) or (mapping or {}).get(ANY) or (None if mapping else SheetRule())
        if rule is not None:
            layout = recognise(sheet, replace(rule, place=rule.place or place), problems)
            layouts += [layout] if layout else []
    if not layouts and not problems:
        problems.append(Problem(source.name, 0, "", "没有可读的表格；请检查是否选错文件"))
    return Plan(tuple(layouts), tuple(problems))


def read_ledger(source: Source, plan: Plan, name: str) -> Ledger:
    """Read every value of a ledger.

    Args:
        source: what was opened.
        plan: how to read it, from :func:`lay_out`.
        name: the name of the ledger.

    Raises:
        LedgerError: with all problems of all sheets; nothing is read in part.
    """
    if plan.problems:
        raise LedgerError(source.name, plan.problems)
    problems: list[Problem] = []
    warnings = list(source.warnings)
    figures: list[RecordedFigure] = []
    for layout in plan.layouts:
        warnings += _passed_over(layout)
        values = list(read_values(layout, problems, warnings))
        warnings += check_totals(values)
        recorded = [value.figure for value in values if not value.total]
        warnings += _undated(layout, recorded)
        figures += recorded
    figures = [replace(figure, index=index) for index, figure in enumerate(figures)]
    problems += _duplicates(figures)
    if not figures and not problems:
        problems.append(Problem(source.name, 0, "", "没有一个数值；请检查是否选错文件或没有填写"))
    if problems:
        raise LedgerError(source.name, sorted(problems, key=lambda problem: (problem.sheet, problem.row)))
    return Ledger(name, source.name, source.sha256, tuple(figures), tuple(warnings))


def _open(data: bytes, name: str, settings: Settings) -> Source:
    digest = hashlib.sha256(data).hexdigest()
    if not data.strip():
        raise ReadError("文件是空的；请检查是否选错文件", "empty file", kind="empty")
    if len(data) > settings.max_file_bytes:
        raise ReadError(
            f"文件超过上限 {settings.max_file_bytes:,} 字节；请拆分，或用环境变量 GOUJI_MAX_FILE_BYTES 调高上限",
            f"more than {settings.max_file_bytes} bytes",
            kind="too_large",
        )
    if data.startswith(_ZIP):
        book = read_xlsx(data, settings.max_ledger_cells)
        sheets, warnings = _with_numbers(book.sheets)
        return Source(name, digest, sheets, (*book.warnings, *warnings))
    _refuse(data)
    text, _, doubts = decode(data)
    sheet = read_csv(text, PurePath(name).stem, settings.max_ledger_cells)
    return Source(name, digest, (sheet,), doubts, single=True)


def _refuse(data: bytes) -> None:
    """Raise for kinds of files that are no tables, or not in a form that can be read."""
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise ReadError("文件有打开密码，无法读取；请去掉密码后再试", "encrypted OOXML package", kind="encrypted")
        raise ReadError(
            "这是旧版 Excel 文件（.xls）；请用 Excel 或 WPS 另存为 .xlsx 再试", "OLE container", kind="unsupported"
        )
    for signature, what in _OTHERS:
        if data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(signature):
            raise ReadError(f"这是{what}，不是表格；请选择 .xlsx 或 .csv 文件", f"{signature!r}", kind="unsupported")


def _with_numbers(sheets: Sequence[Sheet]) -> tuple[tuple[Sheet, ...], list[str]]:
    """Return the sheets that hold a number, and a warning for each that holds only words."""
    kept, warnings = [], []
    for sheet in sheets:
        if any(read_number(cell) for row in range(len(sheet.rows)) for _, cell in filled(sheet, row)):
            kept.append(sheet)
        elif sheet.rows:
            warnings.append(f"工作表“{sheet.name}”里没有数字，未读")
    if not kept:  # let a ledger without a number be told what it lacks
        return tuple(sheet for sheet in sheets if sheet.rows), []
    return tuple(kept), warnings


def _passed_over(layout: Layout) -> list[str]:
    unread = [f"{column.letter} 列“{column.header}”" for column in layout.of(None)]
    notes = [f"工作表“{layout.sheet.name}”：未认出 {'、'.join(unread)}，没有导入"] if unread else []
    columns = layout.of(Role.VALUE)
    if layout.period and not layout.of(Role.PERIOD) and any(column.period is None for column in columns):
        notes.append(f"工作表“{layout.sheet.name}”：没有写明时期的数值都算作 {layout.period.text}")
    return notes


def _undated(layout: Layout, figures: Sequence[RecordedFigure]) -> list[str]:
    """Say that no figure of a sheet has a period, which is easily overlooked and matches the figures of any year."""
    if not figures or any(figure.period for figure in figures):
        return []
    years = "、".join(sorted(layout.years))
    why = f"标题和工作表名写有几个时期（{years}）" if years else "表头、标题和工作表名都没有写"
    return [
        f"工作表“{layout.sheet.name}”：{len(figures)} 个数都没有时期，{why}；"
        "请在标题里写明年份，或在映射文件里写明 period，否则会与任何一年的报告相比"
    ]


def _duplicates(figures: Sequence[RecordedFigure]) -> list[Problem]:
    """Return a problem for each figure that says the same thing as one before it."""
    first: dict[tuple[object, ...], RecordedFigure] = {}
    problems = []
    for figure in figures:
        key = (
            figure.indicator, figure.base_unit, figure.place, figure.within, figure.place_code, figure.period,
            figure.period_start, figure.period_end, figure.status, figure.project, figure.project_type, figure.funder,
        )  # fmt: skip
        other = first.setdefault(key, figure)
        if other is not figure:
            what = "、".join(filter(None, (figure.place, figure.indicator, figure.period, figure.project)))
            where = f"{other.row} 行 {other.column} 列"
            sheet = "" if other.sheet == figure.sheet else f"工作表“{other.sheet}”"
            problems.append(
                Problem(
                    figure.sheet,
                    figure.row,
                    figure.column,
                    f"与{sheet}第 {where}重复（{what}，值为 {other.text} 和 {figure.text}）；请删去一处，或补上区分它们的列",
                )
            )
    return problems
