"""The report on a run of documents: what ``gouji extract`` writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from extractor.report.checks import CHECK_COLUMNS, check_rows
from extractor.report.html import write_page
from extractor.report.rows import (
    DOCUMENT_COLUMNS,
    FIGURE_COLUMNS,
    PERSON_COLUMNS,
    PROJECT_COLUMNS,
    document_row,
    figure_row,
    project_row,
)
from extractor.report.tabular import ROW_FORMATS, Workbook, write_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from extractor.types import Document, Extraction

    Result = tuple[Document, Extraction]

REPORT_FORMATS = (*ROW_FORMATS, "html")


def write_report(results: Iterable[Result], format: str, out: BinaryIO) -> None:  # noqa: A002
    """Write the figures of ``results`` in one of :data:`REPORT_FORMATS`.

    JSONL, CSV, XLSX and the table are written document by document, so ``results`` may be a generator over an archive.

    Raises:
        UsageError: an unknown format, or more rows than an XLSX sheet holds.
    """
    if format == "html":
        write_page(results, out)
    elif format == "xlsx":
        _write_workbook(results, out)
    elif format == "table":
        for document, extraction in results:
            out.write(f"{document.source}：{len(extraction.figures)} 个数字\n".encode())
            write_rows(_figure_rows(document, extraction), PERSON_COLUMNS, format, out)
    else:
        rows = (row for document, extraction in results for row in _figure_rows(document, extraction))
        write_rows(rows, FIGURE_COLUMNS, format, out)


def _figure_rows(document: Document, extraction: Extraction) -> Iterator[dict[str, object]]:
    return (figure_row(figure, extraction, document) for figure in extraction.figures)


def _write_workbook(results: Iterable[Result], out: BinaryIO) -> None:
    with Workbook(out) as workbook:
        figures = workbook.add_sheet("数字", FIGURE_COLUMNS)
        projects = workbook.add_sheet("项目", PROJECT_COLUMNS)
        checks = workbook.add_sheet("勾稽", CHECK_COLUMNS)
        documents = workbook.add_sheet("文件", DOCUMENT_COLUMNS)
        for document, extraction in results:
            documents.write(document_row(document, extraction))
            for project in extraction.projects:
                projects.write(project_row(project, document))
            for row in check_rows(document, extraction):
                checks.write(row)
            for row in _figure_rows(document, extraction):
                figures.write(row)
    out.flush()
