"""Writes the export: four tables and a page that says what their columns are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extractor.errors import UsageError
from extractor.export import rows
from extractor.export.columns import CHECKS, DOCUMENTS, FIGURES, PROJECTS, Table
from extractor.export.files import CsvFiles, Files, ParquetFiles
from extractor.export.partitions import KEYS, LEVELS, folder
from extractor.export.readme import PAGE, readme

if TYPE_CHECKING:
    from extractor.store import Selection

    Row = Mapping[str, Any]

FORMATS = ("parquet", "csv")

#: Rows that wait for their partition to be written, all partitions together: what bounds the memory.
_WAITING = 16_384


@dataclass(frozen=True, slots=True)
class Options:
    """How to write an export.

    Attributes:
        format: one of :data:`FORMATS`.
        by: the keys by which figures are partitioned, outermost first; none for one folder.
        level: one of :data:`LEVELS`: how far the codes of places are told apart.
        mark: whether CSV files begin with the byte order mark that Excel expects.
    """

    format: str = FORMATS[0]
    by: tuple[str, ...] = KEYS
    level: str = LEVELS[0]
    mark: bool = True


def export(selection: Selection, target: Path, options: Options, told: Sequence[str] = ()) -> dict[str, int]:
    """Write what is selected to an empty folder, in bounded memory.

    Args:
        selection: of a database.
        target: the folder, see :func:`extractor.export.folder.replaced_folder`.
        options: how.
        told: lines on what was selected and from where, for the page on the columns.

    Returns:
        How many rows each table has.

    Raises:
        UsageError: a key is unknown or given twice; or the format is Parquet and pyarrow is not installed.
    """
    if len({*options.by}) < len(options.by) or not {*options.by} <= {*KEYS}:
        listed = "、".join(KEYS)
        raise UsageError(f"--by {','.join(options.by)} 不对；可用 {listed}，各至多一次", f"partition keys {options.by}")

    def place_of(stored: Any) -> str:
        return folder(stored.figure, options.by, options.level)

    sources: tuple[tuple[Table, Iterable[Any], Callable[[Any], Row], Callable[[Any], str]], ...] = (
        (FIGURES, selection.figures(), rows.figure, place_of),
        (DOCUMENTS, selection.documents(), rows.document, _whole),
        (PROJECTS, selection.projects(), rows.project, _whole),
        (CHECKS, selection.checks(), rows.check, _whole),
    )
    counts = {
        table.name: _write(_files(target, table, options), ((where(one), row(one)) for one in stored))
        for table, stored, row, where in sources
    }
    page = readme(counts, parquet=options.format == FORMATS[0], by=options.by, level=options.level, told=told)
    (target / PAGE).write_text(page, encoding="utf-8")
    return counts


def _whole(stored: object) -> str:  # noqa: ARG001 - all rows of a table that is not partitioned are in one place
    return ""


def _files(target: Path, table: Table, options: Options) -> Files:
    root = target / table.name
    return CsvFiles(root, table, mark=options.mark) if options.format == "csv" else ParquetFiles(root, table)


def _write(files: Files, placed: Iterator[tuple[str, Row]]) -> int:
    """Write rows to their partitions and return how many there are; a table without rows has one file without rows."""
    count = 0
    waiting: dict[str, list[Row]] = {}
    with closing(files):
        for count, (where, row) in enumerate(placed, 1):
            waiting.setdefault(where, []).append(row)
            if count % (_WAITING // 2) == 0:
                _spill(files, waiting)
        for where in sorted(waiting):
            files.append(where, waiting[where])
        if not count:
            files.append("", [])
    return count


def _spill(files: Files, waiting: dict[str, list[Row]]) -> None:
    """Write the fullest partitions until half of what may wait is left: large batches, and rare ones wait on."""
    left = sum(map(len, waiting.values()))
    for where in sorted(waiting, key=lambda one: (-len(waiting[one]), one)):
        if left <= _WAITING // 2:
            return
        batch = waiting.pop(where)
        files.append(where, batch)
        left -= len(batch)
