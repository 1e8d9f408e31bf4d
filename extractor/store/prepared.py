"""An extraction as rows that can be inserted as they are, made where it was extracted.

Building rows costs more than inserting them, so a worker process builds them and the one process that writes to the
database only hands them over. They are plain tuples and texts that both engines take: an amount is its decimal text, a
day its ISO text, JSON is text.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from extractor.errors import StoreError
from extractor.store.columns import UNSTORABLE, storable
from extractor.store.references import References, references
from extractor.store.rows import Row, content_rows, run_row
from extractor.types import Part

if TYPE_CHECKING:
    from collections.abc import Mapping

    from extractor.store.records import Run
    from extractor.types import Document, Extraction

_PART = tuple(field.name for field in fields(Part))


@dataclass(frozen=True, slots=True)
class Prepared:
    """One document with its extraction, ready to be inserted; the rows of ``content`` lack ``document_id``."""

    document: Row
    run: Row
    content: Mapping[str, list[tuple[Any, ...]]]
    hashes: frozenset[str]
    references: References


def prepare_rows(document: Document, extraction: Extraction, run: Run) -> Prepared:
    """Return what has to be written to store ``document`` with what was extracted from it.

    Args:
        document: identified by ``sha256``, else by the hash of its text.
        extraction: of ``document.text``.
        run: with which version, and when begun.

    Raises:
        StoreError: the text holds what no database stores, an amount is beyond what one holds, or the extraction
            contradicts itself.
    """
    _check(document, extraction)
    content = content_rows(extraction)
    return Prepared(
        document=_document_row(document, extraction.title),
        run=run_row(run, extraction),
        content=content,
        hashes=frozenset(row[-1] for row in content["article"] if row[-1]),
        references=references(extraction),
    )


def _check(document: Document, extraction: Extraction) -> None:
    """Refuse what would break half-way, or differently on the two engines."""
    name = document.source or document.sha256 or "（未命名）"
    if document.text != extraction.text:
        raise StoreError(f"文档 {name} 的文本与抽取结果的文本不同；请重新抽取", "extraction is of another text")
    if bad := UNSTORABLE.search(document.text):
        raise StoreError(
            f"文档 {name} 第 {bad.start()} 个字符 {bad[0]!r} 无法存入数据库；请先清除该字符",
            f"U+{ord(bad[0]):04X} at {bad.start()} cannot be stored",
        )
    sentences = {(sentence.start, sentence.end) for sentence in extraction.sentences}
    lost = next((figure for figure in extraction.figures if figure.sentence not in sentences), None)
    if lost is not None:
        raise StoreError(
            f"文档 {name} 的数字 {lost.text!r}（位置 {lost.start}）不在任何句子中；请报告此错误",
            f"figure at {lost.start} names the unknown sentence {lost.sentence}",
        )


def _document_row(document: Document, title: str) -> Row:
    parts = [{name: _clean(getattr(part, name)) for name in _PART} for part in document.parts]
    recognised = [(part.confidence, part.end - part.start) for part in document.parts if part.confidence is not None]
    letters = sum(length for _, length in recognised)
    return {
        "sha256": document.sha256 or sha256(document.text.encode()).hexdigest(),
        "source": storable(document.source),
        "media_type": document.media_type,
        "encoding": storable(document.encoding),
        "title": title,
        "state": "done",
        "text": document.text,
        "parts": json.dumps(parts, ensure_ascii=False),
        "warnings": [storable(warning) for warning in document.warnings],
        "reader": document.reader,
        "ocr_confidence": round(sum(share * length for share, length in recognised) / letters, 4) if letters else None,
    }


def _clean(value: Any) -> Any:
    return storable(value) if isinstance(value, str) else value
