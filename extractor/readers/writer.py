"""The text of a document while it is written, line by line, with a Part for each stretch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractor.errors import ReadError
from extractor.readers.tables import Headers
from extractor.types import Document, Part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractor.readers.tables import Row


class Writer:
    """Text and parts so far.

    Args:
        max_characters: bound on the text.

    Attributes:
        warnings: what could not be read, for people; each once.
    """

    def __init__(self, max_characters: int) -> None:
        self.warnings: tuple[str, ...] = ()
        self._max_characters = max_characters
        self._pieces: list[str] = []
        self._parts: list[Part] = []
        self._length = 0

    def line(self, text: str, kind: str, locator: str) -> None:
        """Write one line, and note where it came from unless it is blank."""
        if text.strip():
            self._parts.append(Part(self._length, self._length + len(text), kind, locator))
        self._write(text + "\n")

    def stretches(self, pieces: Sequence[tuple[str, str, float | None]], kind: str) -> None:
        """Write one line whose pieces came from several places: text, locator and confidence of each."""
        for text, locator, confidence in pieces:
            if text.strip():
                end = self._length + len(text)
                self._parts.append(Part(self._length, end, kind, locator, confidence=confidence))
            self._write(text)
        self._write("\n")

    def row(
        self,
        row: Row,
        texts: Sequence[str],
        headers: Headers,
        locators: Sequence[str],
        confidences: Sequence[float | None] = (),
    ) -> None:
        """Write the next row of a table as one line, with TABs between the columns of its grid.

        Args:
            row: its cells.
            texts: what to write for each of them.
            headers: of the table.
            locators: where each of them is.
            confidences: how sure the recognition of each is, if they are recognised.
        """
        column = 0
        named = headers.next_row(row, texts)
        sure = confidences or [None] * len(texts)
        for cell, text, locator, (header, row_header), confidence in zip(
            row.cells, texts, locators, named, sure, strict=True
        ):
            self._write("\t" * (cell.column - column))
            column = cell.column
            if text.strip():
                end = self._length + len(text)
                self._parts.append(Part(self._length, end, "cell", locator, header, row_header, confidence))
            self._write(text)
        self._write("\t" * (row.width - column - 1) + "\n")

    def table(self, rows: Sequence[Row], name: str) -> None:
        """Write a table whose cells hold nothing but their text; ``name`` is what locators call it."""
        headers = Headers(rows)
        for number, row in enumerate(rows, 1):
            locators = [f"{name} 第{number}行第{cell.column + 1}列" for cell in row.cells]
            self.row(row, row.texts, headers, locators)

    def warn(self, message: str) -> None:
        """Add a warning."""
        if message not in self.warnings:
            self.warnings += (message,)

    def document(self, encoding: str, empty: str) -> Document:
        """Return what was written.

        Args:
            encoding: of the bytes it was read from.
            empty: what to say if there is no text.

        Raises:
            ReadError: ``empty``.
        """
        text = "".join(self._pieces)
        if not text.strip():
            raise ReadError(empty, "no text", kind="empty")
        return Document(text, encoding=encoding, parts=tuple(self._parts), warnings=self.warnings)

    def _write(self, text: str) -> None:
        self._length += len(text)
        if self._length > self._max_characters:
            raise ReadError(
                f"读出的文字超过 {self._max_characters:,} 字；请拆分文件，或用环境变量 GOUJI_MAX_UNPACKED_BYTES 调高上限",
                f"more than {self._max_characters} characters",
                kind="too_large",
            )
        self._pieces.append(text)
