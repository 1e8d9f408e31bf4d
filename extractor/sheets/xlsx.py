"""An .xlsx file as sheets: stored values, merged ranges, and what its cells show that their value does not tell.

openpyxl reads the cells row by row in little memory (100,000 rows of 10 columns: 7 s, 60 MB; python-calamine is ten
times as fast but gives no number formats, without which 85% reads as 0.85 of whatever the header says). In that
mode it knows neither merged ranges nor whether a formula was ever calculated; both are looked up in the XML of the sheet.
"""

from __future__ import annotations

from contextlib import closing
from datetime import date, datetime
from io import BytesIO
from typing import Any, NamedTuple
from warnings import catch_warnings

import openpyxl
from lxml import etree
from openpyxl.utils.cell import coordinate_to_tuple, range_boundaries

from extractor.container import ZIP_ERRORS, Container
from extractor.errors import ReadError
from extractor.sheets.grid import Budget, Cell, Kind, Merge, Sheet, text_cell
from extractor.sheets.number_formats import date_cell, format_number

#: A cell of a spreadsheet takes no more than this when unpacked, with its share of the strings.
BYTES_PER_CELL = 128

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_STRICT = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
_WORKBOOK = "xl/workbook.xml"
_REMEDY = "请用 Excel 或 WPS 打开后另存为 .xlsx 再试"
_DAMAGED = f"文件已损坏，无法读取；{_REMEDY}"
# What openpyxl lets through where a part is not as it expects.
_OPENPYXL_ERRORS = (*ZIP_ERRORS, LookupError, TypeError, AttributeError, AssertionError, etree.XMLSyntaxError)


class Workbook(NamedTuple):
    """The sheets that are seen, and what was passed over."""

    sheets: list[Sheet]
    warnings: list[str]


def read_xlsx(data: bytes, max_cells: int, as_shown: bool = False) -> Workbook:
    """Read the sheets of a workbook.

    Args:
        data: the bytes of the file.
        max_cells: bound on the cells of all sheets that are not empty.
        as_shown: round numbers to the decimal places that the sheet shows, as on paper.

    Raises:
        ReadError: ``encrypted``, ``unsupported``, ``too_large`` or ``unreadable``.
    """
    container = Container(data, max_cells * BYTES_PER_CELL, _DAMAGED, "GOUJI_MAX_LEDGER_CELLS")
    container.require_fit()
    if _WORKBOOK not in container.names:
        raise ReadError(
            "这个文件不是 Excel 工作簿（.xlsx），可能是 Word 文件或压缩包；请选择 .xlsx 或 .csv 文件",
            "no xl/workbook.xml",
            kind="unsupported",
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
                rows = _rows(sheet, outline.uncalculated, budget, as_shown)
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
    try:
        with container.open(_WORKBOOK) as part:
            strict = _STRICT in part.read(4096)
    except ZIP_ERRORS as error:
        raise ReadError(_DAMAGED, f"part {_WORKBOOK}: {error}") from error
    if strict:
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


def _rows(
    sheet: Any, uncalculated: dict[int, list[int]], budget: Budget, as_shown: bool
) -> list[tuple[Cell | None, ...]]:
    sheet.reset_dimensions()  # what a file says of its own size is often wrong
    rows: list[tuple[Cell | None, ...]] = []
    for number, row in enumerate(sheet.iter_rows()):
        cells = [_cell(cell, as_shown) for cell in row]
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


def _cell(cell: Any, as_shown: bool) -> Cell | None:
    value = cell.value
    if value is None:
        return None
    if cell.data_type == "e":
        return Cell(Kind.BAD, f"单元格是错误值 {value}；请改正公式或数据")
    if isinstance(value, bool):
        return text_cell("是" if value else "否")
    if isinstance(value, int | float):
        return format_number(value, cell.number_format or "General", as_shown)
    if isinstance(value, datetime | date):
        return date_cell(value, cell.number_format or "")
    return text_cell(str(value))
