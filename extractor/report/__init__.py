"""Reports: an extraction → rows (JSONL, CSV, XLSX, a table on the terminal) or a page (HTML).

``rows`` says what a row holds, ``tabular`` writes rows, ``html`` writes the page, ``documents`` joins them for
``gouji extract``.
"""

from __future__ import annotations

from extractor.report.rows import document_row, figure_row, project_row, recorded_row
from extractor.report.tabular import ROW_FORMATS, write_rows

__all__ = ["ROW_FORMATS", "document_row", "figure_row", "project_row", "recorded_row", "write_rows"]
