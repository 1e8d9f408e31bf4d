"""What a worker process does for ``POST /v1/extract``, and for the page: the body of a request → what it is answered from.

The server only passes bytes on. So this module imports nothing of the web, and all that a body may break is broken here.
"""

from __future__ import annotations

import hashlib
import json
import traceback
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from io import BytesIO
from typing import TYPE_CHECKING, Any, TypeVar

from extractor import __version__, examine, extract_document
from extractor.archive.names import given
from extractor.errors import GoujiError, ReadError
from extractor.readers import read
from extractor.report.checks import check_rows
from extractor.report.documents import write_report
from extractor.report.rows import document_row, figure_row, project_row
from extractor.report.tabular import to_json
from extractor.store import Run
from extractor.store.columns import UNSTORABLE
from extractor.types import Document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from _typeshed import ReadableBuffer

    from extractor.config import Settings
    from extractor.types import Extraction

_Result = TypeVar("_Result")

UNSTORED = b'{"document_id": null, '
"""How the JSON of a document that is not stored begins."""


class AnswerFormat(StrEnum):
    """How what was extracted is answered."""

    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    HTML = "html"


@dataclass(frozen=True, slots=True)
class Asked:
    """A body, and what is wanted of it.

    Attributes:
        body: a file, or the JSON object ``{"text", "name", "checked"}``.
        is_json: which of the two.
        name: of the file.
        checked: whether claims are recomputed.
        format: of the answer.
        kept: whether document and extraction are returned too, to be stored.
        settings: bounds on what is read.
        max_characters: of the text.
        max_answer_bytes: of the answer, which tells the whole sentence of each figure.
    """

    body: bytes
    is_json: bool = False
    name: str = ""
    checked: bool = True
    format: AnswerFormat = AnswerFormat.JSON
    kept: bool = False
    settings: Settings | None = None
    max_characters: int = 500_000
    max_answer_bytes: int = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a body cannot be answered: in Chinese, in English, the kind of a :class:`ReadError`, and what only the log may tell."""

    detail: str
    detail_en: str
    reason: str | None = None
    trace: str | None = None


@dataclass(frozen=True, slots=True)
class Extracted:
    """The bytes of the answer; ``kept`` is what is to be stored."""

    answer: bytes
    kept: tuple[Document, Extraction, Run] | None = None


def extract(asked: Asked) -> Extracted | Refused:
    """Return the answer to a body; what is wrong with it is told, not raised."""
    return _tried(_answered, asked)


def examined(asked: Asked) -> tuple[Document, Extraction] | Refused:
    """Return what is in a body, for a page that shows it; what is wrong with it is told, not raised."""
    return _tried(_examined, asked)


def _answered(asked: Asked) -> Extracted:
    started = datetime.now(UTC)
    document, extraction = _examined(asked)
    answer = write(document, extraction, asked.format, asked.max_answer_bytes)
    return Extracted(answer, (document, extraction, Run(__version__, started)) if asked.kept else None)


def _examined(asked: Asked) -> tuple[Document, Extraction]:
    document, checked = _document(asked)
    if len(document.text) > asked.max_characters:
        raise ReadError(
            f"文字有 {len(document.text):,} 字，超过一次 {asked.max_characters:,} 字的上限；"
            "请用 POST /v1/documents 上传，或拆分",
            f"more than {asked.max_characters} characters",
            kind="too_large",
        )
    return document, examine(document) if checked else extract_document(document)


def _tried(work: Callable[[Asked], _Result], asked: Asked) -> _Result | Refused:
    try:
        return work(asked)
    except ReadError as error:
        return Refused(str(error), error.detail, error.kind)
    except GoujiError as error:
        return Refused(str(error), error.detail)
    except MemoryError:
        return Refused("内存不足；请拆分文件，或用 POST /v1/documents 上传", "out of memory", "too_large")
    except Exception as error:  # a slip of ours or of a library over a file is no fault of the service
        told = "处理时出错；请检查文件，或另存为 .docx 再试"
        return Refused(told, "an error over the file; see the log", "crashed", _trace(error))


def _trace(error: Exception) -> str:
    """Return where an error was raised, without its words: they may quote the file."""
    return "".join(traceback.format_tb(error.__traceback__)) + type(error).__name__


def write(document: Document, extraction: Extraction, format: AnswerFormat, most: int) -> bytes:  # noqa: A002
    """Return what was extracted, in at most so many bytes; the JSON has the keys of the rows of ``gouji extract``.

    Raises:
        ReadError: it is more.
    """
    out = _Answer(most)
    if format is AnswerFormat.JSON:
        _write_json(document, extraction, out)
    else:
        write_report([(document, extraction)], format.value, out)
    return out.getvalue()


class _Answer(BytesIO):
    """An answer while it is written."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def write(self, data: ReadableBuffer) -> int:
        """Add to the answer."""
        if self.tell() + len(memoryview(data)) > self._most:
            raise ReadError(
                f"抽取的结果超过 {self._most:,} 字节的上限，多半是一句话很长而数字很多；"
                "请拆分，或用 POST /v1/documents 上传",
                f"the answer has more than {self._most} bytes",
                kind="too_large",
            )
        return super().write(data)


def _write_json(document: Document, extraction: Extraction, out: BytesIO) -> None:
    """Write the JSON row by row, :data:`UNSTORED` first."""
    lists: dict[str, Iterable[object] | None] = {
        "figures": (figure_row(figure, extraction, document) for figure in extraction.figures),
        "projects": (project_row(project, document) for project in extraction.projects),
        "checks": None if extraction.checks is None else check_rows(document, extraction),
        "warnings": (*document.warnings, *extraction.warnings),
    }
    out.write(UNSTORED + f'"document": {to_json(document_row(document, extraction))}'.encode(errors="replace"))
    for name, rows in lists.items():
        if rows is None:
            out.write(f', "{name}": null'.encode())
            continue
        out.write(f', "{name}": ['.encode())
        for index, row in enumerate(rows):
            out.write(((", " if index else "") + to_json(row)).encode(errors="replace"))
        out.write(b"]")
    out.write(b"}")


def _document(asked: Asked) -> tuple[Document, bool]:
    """Return what is to be extracted, and whether claims are recomputed."""
    if not asked.is_json:
        return read(asked.body, given(asked.name), asked.settings), asked.checked
    fields = _fields(asked.body)
    text, name, checked = fields["text"], fields.get("name", asked.name), fields.get("checked", asked.checked)
    if not text.strip():
        raise ReadError("text 里没有文字；请填入报告的正文", "text is empty", kind="empty")
    for key, value in (("text", text), ("name", name)):
        if bad := UNSTORABLE.search(value):
            raise ReadError(
                f"{key} 第 {bad.start() + 1} 个字符（U+{ord(bad[0]):04X}）不是文字；请删去后再试",
                f"U+{ord(bad[0]):04X} at {bad.start()} of {key} is no character",
            )
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    return Document(text, source=given(name), encoding="utf-8", sha256=sha256), checked


_TYPES = {"text": (str, "字符串"), "name": (str, "字符串"), "checked": (bool, "true 或 false")}


def _fields(body: bytes) -> dict[str, Any]:
    """Return the fields of a JSON object.

    Raises:
        ReadError: it is no JSON, too deep, or has other fields than are known.
    """
    fields = _parse(body)
    if not isinstance(fields, dict) or "text" not in fields:
        raise _invalid('请求应为 {"text": "报告正文"}', "an object with the field text is expected")
    for key, value in fields.items():
        kind, told = _TYPES.get(key, (None, ""))
        if kind is None:
            shown = key[:50].encode(errors="replace").decode()
            raise _invalid(f"没有 {shown!r} 这一项；可用：{'、'.join(_TYPES)}", f"unknown field {shown!r}")
        if not isinstance(value, kind):
            raise _invalid(f"{key} 应为{told}", f"{key} must be {kind.__name__}")
    return fields


def _parse(body: bytes) -> Any:
    try:
        return json.loads(body.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise _invalid(
            f"JSON 不是 UTF-8：第 {error.start + 1} 个字节无法解码", f"no UTF-8 at byte {error.start}"
        ) from error
    except json.JSONDecodeError as error:
        raise _invalid(f"不是有效的 JSON：第 {error.lineno} 行第 {error.colno} 列", str(error)) from error
    except RecursionError as error:
        raise _invalid("JSON 嵌套太深", "JSON is nested too deeply") from error
    except ValueError as error:  # a number of thousands of digits
        raise _invalid("JSON 里的数字太长", str(error)) from error


def _invalid(detail: str, detail_en: str) -> ReadError:
    return ReadError(detail, detail_en, kind="unreadable")
