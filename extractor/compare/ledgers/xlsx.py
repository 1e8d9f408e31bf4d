"""An .xlsx file as sheets: stored values, merged ranges, and what its cells show that their value does not tell.

openpyxl reads the cells row by row in little memory (100,000 rows of 10 columns: 7 s, 60 MB; python-calamine is ten
times as fast but gives no number formats, without which 85% reads as 0.85 of whatever the header says). In that
mode it knows neither merged ranges nor whether a formula was ever calculated; both are looked up in the XML of the sheet.
"""

from __future__ import annotations

import re
from contextlib import closing
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from io import BytesIO
from typing import Any, NamedTuple
from warnings import catch_warnings

import openpyxl
from lxml import etree
from openpyxl.utils.cell import coordinate_to_tuple, range_boundaries

from extractor.compare.ledgers.grid import Budget, Cell, Kind, Merge, Sheet, number_cell, text_cell
from extractor.container import ZIP_ERRORS, Container
from extractor.errors import ReadError
from extractor.resources.headers import measure_named

#: A cell of a spreadsheet takes no more than this when unpacked, with its share of the strings.
BYTES_PER_CELL = 128

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_STRICT = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
_WORKBOOK = "xl/workbook.xml"
_REMEDY = "请用 Excel 或 WPS 打开后另存为 .xlsx 再试"
_DAMAGED = f"文件已损坏，无法读取；{_REMEDY}"
_DIGITS = 15  # significant digits that a spreadsheet shows; what is behind them is noise of its binary numbers
# What openpyxl lets through where a part is not as it expects.
_OPENPYXL_ERRORS = (*ZIP_ERRORS, LookupError, TypeError, AttributeError, AssertionError, etree.XMLSyntaxError)
_DECIMALS = re.compile(r"[0#?]\.([0?]+)")
_QUOTED = re.compile(r'"([^"]*)"|\\(.)|\[[^\]]*\]|_.|\*.')
# A thousandth (0,) or a decimal point that is only painted (0!.0, which shows yuan as 万元).
_RESCALED = re.compile(r"[0#?],+(?![0#?,])|[!\\]\.")
_MONTH_OR_DAY = re.compile(r"[md]", re.IGNORECASE)


class Workbook(NamedTuple):
    """The sheets that are seen, and what was passed over."""

    sheets: list[Sheet]
    warnings: list[str]


def read_xlsx(data: bytes, max_cells: int) -> Workbook:
    """Read the sheets of a workbook.

    Args:
        data: the bytes of the file.
        max_cells: bound on the cells of all sheets that are not empty.

    Raises:
        ReadError: ``encrypted``, ``unsupported``, ``too_large`` or ``unreadable``.
    """
    container = Container(data, max_cells * BYTES_PER_CELL, _DAMAGED, "GOUJI_MAX_LEDGER_CELLS")
    container.require_fit()
    if _WORKBOOK not in container.names:
        raise ReadError(
            "这个压缩包不是 Excel 工作簿（.xlsx）；请选择 .xlsx 或 .csv 文件", "no xl/workbook.xml", kind="unsupported"
        )
    parts = _sheet_parts(container)
    outlines = {name: _outline(container, part) for name, part in parts.items()}
    budget = Budget(max_cells)
    found = Workbook([], [])
    with catch_warnings(action="ignore"), closing(_book(data)) as book:  # openpyxl warns of what a ledger needs not
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                found.warnings.append(f"工作表“{sheet.title}”是隐藏的，未读")
                continue
            outline = outlines.get(sheet.title, _Outline([], {}))
            try:
                rows = _rows(sheet, outline.uncalculated, budget)
            except _OPENPYXL_ERRORS as error:
                raise ReadError(f"工作表“{sheet.title}”无法读取；{_REMEDY}", f"openpyxl: {error}") from error
            found.sheets.append(Sheet(sheet.title, rows, outline.merges))
    return found


def _book(data: bytes) -> Any:
    try:
        return openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=True)
    except _OPENPYXL_ERRORS as error:
        raise ReadError(f"工作簿的格式不合规范，无法读取；{_REMEDY}", f"openpyxl: {error}") from error


class _Outline(NamedTuple):
    merges: list[Merge]
    uncalculated: dict[int, list[int]]


def _sheet_parts(container: Container) -> dict[str, str]:
    """Return the part of each worksheet by its name."""
    with container.open(_WORKBOOK) as part:
        if _STRICT in part.read(4096):
            raise ReadError(f"这是“Strict Open XML”格式的工作簿；{_REMEDY}", "strict OOXML", kind="unsupported")
    parts = container.relations(_WORKBOOK, "worksheet")
    sheets = container.parse(_WORKBOOK).iter(f"{_S}sheet")
    named = {str(sheet.get("name")): parts.get(str(sheet.get(f"{_R}id"))) for sheet in sheets}
    return {name: part for name, part in named.items() if part in container.names}


def _outline(container: Container, part: str) -> _Outline:
    """Return the merged ranges of a sheet, and the cells whose formula has no result, columns by row, both from 0."""
    merges: list[Merge] = []
    uncalculated: dict[int, list[int]] = {}
    try:
        with container.open(part) as stream:
            for _, element in etree.iterparse(stream, tag=(f"{_S}row", f"{_S}mergeCell"), resolve_entities=False):
                if element.tag == f"{_S}mergeCell":
                    left, top, right, bottom = range_boundaries(element.get("ref", ""))
                    merges.append(Merge(top - 1, left - 1, bottom - 1, right - 1))
                    continue
                for formula in element.iter(f"{_S}f"):
                    cell = formula.getparent()
                    if cell is not None and cell.get("t") != "str" and not cell.findtext(f"{_S}v"):
                        row, column = coordinate_to_tuple(cell.get("r", ""))
                        uncalculated.setdefault(row - 1, []).append(column - 1)
                element.clear()
                parent = element.getparent()
                while parent is not None and element.getprevious() is not None:
                    del parent[0]
    except (*ZIP_ERRORS, TypeError, etree.XMLSyntaxError) as error:
        raise ReadError(_DAMAGED, f"part {part}: {error}") from error
    return _Outline(merges, uncalculated)


def _rows(sheet: Any, uncalculated: dict[int, list[int]], budget: Budget) -> list[tuple[Cell | None, ...]]:
    sheet.reset_dimensions()  # what a file says of its own size is often wrong
    rows: list[tuple[Cell | None, ...]] = []
    for number, row in enumerate(sheet.iter_rows()):
        cells = [_cell(cell) for cell in row]
        for column in uncalculated.get(number, ()):
            cells += [None] * (column + 1 - len(cells))
            cells[column] = Cell(Kind.BAD, "公式没有计算结果；请用 Excel 或 WPS 打开文件，保存后再导入")
        while cells and cells[-1] is None:
            cells.pop()
        budget.take(sum(cell is not None for cell in cells))
        rows.append(tuple(cells))
    while rows and not rows[-1]:
        rows.pop()
    return rows


def _cell(cell: Any) -> Cell | None:
    value = cell.value
    if value is None:
        return None
    if cell.data_type == "e":
        return Cell(Kind.BAD, f"单元格是错误值 {value}；请改正公式或数据")
    if isinstance(value, bool):
        return text_cell("是" if value else "否")
    if isinstance(value, int | float):
        return _number(value, cell.number_format or "General")
    if isinstance(value, datetime | date):
        return _date(value, cell.number_format or "")
    return text_cell(str(value))


def _number(value: float, number_format: str) -> Cell:
    shape = _shape(number_format)
    if shape.rescaled:
        return Cell(Kind.BAD, f"数字格式 {number_format} 显示的不是存储的数 {value!r}；请改用常规数字格式")
    amount = Decimal(value if isinstance(value, int) else f"{value:.{_DIGITS}g}")
    if shape.percent:
        return Cell(Kind.TEXT, number_cell((amount * 100).normalize(), shape.decimals).text + "%")
    shown = number_cell(amount, shape.decimals)
    return Cell(Kind.TEXT, shown.text + shape.unit) if shape.unit else shown


class _Shape(NamedTuple):
    """What a number format shows beside the digits of the value."""

    decimals: int
    percent: bool
    unit: str
    rescaled: bool


@lru_cache(maxsize=1024)
def _shape(number_format: str) -> _Shape:
    positive = number_format.split(";")[0]
    literal = "".join(quoted or escaped for quoted, escaped in _QUOTED.findall(positive)).strip()
    bare = _QUOTED.sub("", positive)
    decimals = _DECIMALS.search(bare)
    return _Shape(
        len(decimals[1]) if decimals else 0,
        "%" in bare,
        literal if measure_named(literal) else "",
        _RESCALED.search(re.sub(r'"[^"]*"', "", positive)) is not None,
    )


def _date(value: date, number_format: str) -> Cell:
    day = value.date() if isinstance(value, datetime) else value
    if "y" in number_format.lower() and not _MONTH_OR_DAY.search(_QUOTED.sub("", number_format)):
        return Cell(Kind.TEXT, str(day.year))
    return Cell(Kind.DATE, day.isoformat(), day)
