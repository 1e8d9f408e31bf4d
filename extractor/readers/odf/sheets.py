"""The sheets of an OpenDocument spreadsheet (.ods): each cell holds the text that it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractor.errors import ReadError
from extractor.readers.odf.inline import Inline
from extractor.readers.odf.names import STYLE, TABLE, TEXT
from extractor.readers.odf.package import open_parts
from extractor.readers.odf.styles import Styles
from extractor.readers.odf.tables import Placed, rows_of
from extractor.readers.tables import on_one_line
from extractor.sheets.grid import PLACES_PER_CELL, Budget, Cell, Merge, Sheet, text_cell
from extractor.sheets.xlsx import Workbook

if TYPE_CHECKING:
    from lxml import etree

    from extractor.config import Settings

_MOST_ROWS = 1_048_576


def read_ods_sheets(data: bytes, settings: Settings) -> Workbook:
    """Read the sheets that are not hidden.

    Args:
        data: the zip container.
        settings: ``max_ledger_cells`` bounds the cells that are not empty, ``max_unpacked_bytes`` what it unpacks to.

    Raises:
        ReadError: ``encrypted``, ``too_large`` or ``unreadable``.
    """
    content, roots = open_parts(data, settings, "spreadsheet")
    hidden = {
        style.get(STYLE + "name")
        for root in roots
        for style in root.iter(STYLE + "style")
        if any(properties.get(TABLE + "display") == "false" for properties in style.iter(STYLE + "table-properties"))
    }
    inline = Inline(Styles(roots))
    budget = Budget(settings.max_ledger_cells)
    found = Workbook([], [])
    for table in content.iterchildren(TABLE + "table"):
        name = table.get(TABLE + "name", "")
        if table.get(TABLE + "style-name") in hidden:
            found.warnings.append(f"工作表“{name}”是隐藏的，未读")
        else:
            found.sheets.append(_sheet(table, name, inline, budget))
    return found


def _sheet(table: etree._Element, name: str, inline: Inline, budget: Budget) -> Sheet:
    sheet = Sheet(name, [])
    most_places = budget.limit * PLACES_PER_CELL
    places = 0
    blank = 0  # rows that are only written if another follows
    for row in rows_of(table):
        cells: list[Cell | None] = []
        for placed in row.cells:
            shown = _shown(placed, inline)
            if shown is None:
                continue
            budget.take(placed.repeated * row.repeated)
            cells += [None] * (placed.column - len(cells)) + [shown] * placed.repeated
        places += len(cells)
        if places > most_places or len(sheet.rows) + blank > _MOST_ROWS:
            message = f"工作表“{name}”的行列过多，无法读取；请拆分文件，或删去远处的单元格"
            raise ReadError(message, "too many places", kind="too_large")
        if not cells:
            blank += row.repeated
            continue
        sheet.rows += [()] * blank + [tuple(cells)] * row.repeated
        top = len(sheet.rows) - row.repeated
        sheet.merges += (
            Merge(top, placed.column, top + placed.down - 1, placed.column + placed.span - 1)
            for placed in row.cells
            if placed.element is not None and (placed.down > 1 or placed.span > 1)
        )
        blank = 0
    return sheet


def _shown(placed: Placed, inline: Inline) -> Cell | None:
    if placed.element is None:
        return None
    text = on_one_line(inline.text(paragraph) for paragraph in placed.element.iterchildren(TEXT + "p"))
    inline.asides.clear()
    return text_cell(text)
