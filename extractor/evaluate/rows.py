"""What is compared: rows of a JSONL file, of an annotated document, or of the extractor."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from extractor.errors import UsageError
from extractor.readers import SUFFIXES, read_path

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from extractor.types import Document


@dataclass(frozen=True, slots=True)
class Row:
    """The fields of a figure that annotations hold, from either side of a comparison.

    ``part_of`` and ``pair`` are ``start`` offsets of other rows; ``pct`` is the kind of a percentage.
    """

    start: int
    end: int
    text: str
    value: Decimal | None
    value_max: Decimal | None
    modifier: str | None
    unit: str | None
    indicator: str
    status: str | None
    period: str | None
    place: tuple[str, ...]
    project_type: str | None
    funder: str | None
    part_of: int | None
    pair: int | None
    pct: str | None

    @classmethod
    def parse(cls, record: Mapping[str, Any]) -> Row:
        """Return the row of one JSON object of an annotation file or of ``gouji extract --format jsonl``.

        Raises:
            KeyError: ``start`` or ``end`` is missing.
            decimal.InvalidOperation: a value is no number.
        """
        return cls(
            start=record["start"],
            end=record["end"],
            text=record.get("text") or "",
            value=_number(record.get("value")),
            value_max=_number(record.get("value_max")),
            modifier=record.get("modifier") or None,
            unit=record.get("unit") or None,
            indicator=record.get("indicator") or "",
            status=record.get("status") or None,
            period=record.get("period") or None,
            place=tuple(record.get("place") or ()),
            project_type=record.get("project_type") or None,
            funder=record.get("funder") or None,
            part_of=record.get("part_of"),
            pair=record.get("pair"),
            pct=(record.get("pct") or {}).get("kind"),
        )


def read_rows(path: Path) -> list[Row]:
    """Return the rows of a JSONL file by offset; lines with a key ``not`` (annotated non-figures) are passed over.

    Raises:
        UsageError: the file cannot be read, holds no row, or a line is no figure; names the line.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}：读不出来；请检查路径和编码（应为 UTF-8）", f"{path}: {error}") from error
    rows = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line, parse_float=Decimal)
            if "not" not in record:
                rows.append(Row.parse(record))
        except (ValueError, KeyError, TypeError, AttributeError, InvalidOperation) as error:
            raise UsageError(f"{path} 第 {number} 行不是数字记录；请检查该行", f"{path}:{number}: {error!r}") from error
    if not rows:
        raise UsageError(f"{path}：没有任何标注，无从评测", f"{path}: no rows")
    return sorted(rows, key=lambda row: (row.start, row.end))


@dataclass(frozen=True, slots=True)
class Golden:
    """An annotated document: its name, the document as read, its gold rows."""

    name: str
    document: Document
    rows: tuple[Row, ...]


def load_golden(corpus: Path, annotations: Path) -> list[Golden]:
    """Return the annotated documents: each ``annotations/NAME.jsonl`` with ``corpus/NAME.txt`` (or ``.docx``).

    Raises:
        UsageError: no annotation file, no text for one, an empty one, or one that does not fit its text.
    """
    paths = sorted(annotations.glob("*.jsonl"))
    if not paths:
        raise UsageError(f"{annotations}：没有标注文件（*.jsonl），无从评测", f"no *.jsonl in {annotations}")
    return [_golden(corpus, path) for path in paths]


def _golden(corpus: Path, path: Path) -> Golden:
    texts = [candidate for suffix in SUFFIXES if (candidate := corpus / f"{path.stem}{suffix}").is_file()]
    if len(texts) != 1:
        raise UsageError(
            f"{path}：在 {corpus} 中应恰有一个同名文本，实有 {len(texts)} 个", f"{path}: {len(texts)} texts in {corpus}"
        )
    document, rows = read_path(texts[0]), read_rows(path)
    starts = Counter(row.start for row in rows)
    for row in rows:
        if document.text[row.start : row.end] != row.text or not row.text:
            raise UsageError(
                f"{path}：标注“{row.text}”与 {texts[0]} 第 {row.start}–{row.end} 字符不符；请用同一版本的文本",
                f"{path}: {row.text!r} != text[{row.start}:{row.end}]",
            )
        dangling = [link for link in (row.part_of, row.pair) if link is not None and link not in starts]
        if starts[row.start] > 1 or dangling:
            raise UsageError(
                f"{path}：第 {row.start} 字符处的标注重复，或指向不存在的数字 {dangling}",
                f"{path}: {row.start} {dangling}",
            )
    return Golden(path.stem, document, tuple(rows))


def predict(document: Document) -> list[Row]:
    """Return the rows that the extractor finds in ``document``, by offset."""
    # Imported here: comparing two files of rows needs no extractor.
    from extractor import extract_document
    from extractor.report.rows import figure_row

    extraction = extract_document(document)
    rows = [Row.parse(figure_row(figure, extraction, document)) for figure in extraction.figures]
    return sorted(rows, key=lambda row: (row.start, row.end))


def _number(raw: object) -> Decimal | None:
    return None if raw is None else Decimal(str(raw))
