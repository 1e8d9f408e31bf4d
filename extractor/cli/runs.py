"""Documents read, extracted, recomputed and saved one after the other: an archive needs the memory of its largest file."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from extractor import __version__, examine, extract_document
from extractor.errors import GoujiError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extractor.cli.files import Batch
    from extractor.store import Store, StoredCheck
    from extractor.types import Document, Extraction


def examined(
    documents: Iterator[Document], database: Database, batch: Batch, *, checked: bool = True
) -> Iterator[tuple[Document, Extraction]]:
    """Extract, recompute and save file by file; a file that cannot be used is told on standard error and noted.

    Args:
        documents: as they are read.
        database: where they are saved.
        batch: is told those that could not be used, and counts the others.
        checked: whether claims are recomputed too.

    Raises:
        UsageError: none could be used.
    """
    return batch.used(_examined(documents, database, batch, checked))


def _examined(
    documents: Iterator[Document], database: Database, batch: Batch, checked: bool
) -> Iterator[tuple[Document, Extraction]]:
    for document in documents:
        try:
            extraction = examine(document) if checked else extract_document(document)
        except GoujiError as error:
            batch.fail(str(error))
            continue
        database.open()  # one that cannot be used ends the run: no other file would fare better
        try:
            database.save(document, extraction)
        except GoujiError as error:
            batch.fail(str(error))
            continue
        for warning in (*document.warnings, *extraction.warnings, *database.unfit(document)):
            click.echo(f"提示：{document.source}：{warning}", err=True)
        yield document, extraction


class Database:
    """The database that ``--db`` names, made or opened when the first document is there to be saved.

    So a run that can read nothing leaves no database behind and no trace in one.
    """

    def __init__(self, url: str | None) -> None:
        self._url = url
        self._store: Store | None = None
        self._numbers: dict[str, int] = {}

    def open(self) -> None:
        """Make, upgrade or open the database, once; nothing without ``--db``."""
        if self._url is None or self._store is not None:
            return
        from extractor.corrections import correct
        from extractor.store import open_store, prepare  # only wanted here, and slow to import

        prepare(self._url)
        self._store = open_store(self._url, correct)

    def save(self, document: Document, extraction: Extraction) -> None:
        """Store a document in one transaction; nothing without ``--db``."""
        if self._store is None:
            return
        from extractor.store import Run

        run = Run(__version__, datetime.now(UTC))
        self._numbers[document.source] = self._store.save(document, extraction, run)

    def unfit(self, document: Document) -> Iterator[str]:
        """Yield what there is to say of corrections that no longer fit a saved document; nothing without ``--db``."""
        if self._store is None:
            return
        from extractor.store import CorrectionFilter
        from extractor.types import CorrectionState

        number = self._numbers[document.source]
        for one in self._store.corrections().listed(CorrectionFilter(number, state=CorrectionState.UNFIT)):
            yield f"更正 {one.correction.id}（“{one.correction.text}”，{one.correction.author}）不再适用：{one.unfit}"

    def checks(self, document: Document) -> Iterator[StoredCheck] | None:
        """Return the findings of a saved document with what people said of them; ``None`` without ``--db``."""
        if self._store is None:
            return None
        from extractor.store import CheckFilter

        return self._store.checks(CheckFilter(document=self._numbers[document.source]))

    def close(self) -> None:
        """Close the database if it was opened."""
        if self._store is not None:
            self._store.close()
