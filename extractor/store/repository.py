"""The database as the rest of the program sees it: records in, records out."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self

from sqlalchemy import Engine, func, select

from extractor.errors import StoreError
from extractor.store import codes, comparisons, evidence, findings, ledgers, overview, read, schema
from extractor.store.engine import (
    current_revision,
    is_read_only,
    make_engine,
    parse_url,
    reading,
    shown,
    sqlite_file,
    writing,
)
from extractor.store.overview import Overview
from extractor.store.prepared import prepare_rows
from extractor.store.records import (
    CheckFilter,
    CheckNote,
    Evidence,
    FigureFilter,
    ProjectFilter,
    Run,
    StoredCheck,
    StoredComparison,
    StoredDocument,
    StoredFigure,
    StoredLedger,
    StoredProject,
    StoreInfo,
)
from extractor.store.selection import Selection
from extractor.store.work import WorkLedger
from extractor.store.write import write

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from extractor.types import Comparison, CopySource, Document, Extraction, FigureRef, Ledger, ReportedFigure, Verdict


_UPGRADE = "gouji db upgrade"


def open_store(url: str, maker: str = _UPGRADE) -> Store:
    """Open an existing database of the current schema.

    Args:
        url: SQLAlchemy URL: ``sqlite:///file`` or ``postgresql://user:password@host/name``.
        maker: the command by which a person makes a database that is missing.

    Raises:
        StoreError: the database is missing, cannot be reached, or is of another version; ``gouji db upgrade`` (or
            :func:`extractor.store.upgrade`) makes or mends it.
    """
    parsed = parse_url(url)
    file = sqlite_file(parsed)
    if file is not None and not file.is_file():
        remedy = f"请检查 --db，或先运行 {maker} --db {shown(parsed)}"
        raise StoreError(f"数据库文件 {file} 不存在；{remedy}", f"{file} is missing")
    remedy = f"请先运行 {_UPGRADE} --db {shown(parsed)}"
    engine = make_engine(parsed)
    try:
        with reading(engine) as connection:
            revision = current_revision(connection)
        if revision != schema.REVISION:
            found = f"版本为 {revision}，本程序需要 {schema.REVISION}" if revision else "还没有建表"
            raise StoreError(f"数据库 {shown(parsed)} {found}；{remedy}", f"revision {revision} != {schema.REVISION}")
    except StoreError:
        engine.dispose()
        raise
    return Store(engine)


class Store:
    """An open database; made by :func:`open_store`, closed by :meth:`close` or at the end of a ``with`` block.

    Every method raises :class:`StoreError` when the database refuses. Answers are generators that hold a connection
    until they are exhausted or closed. A store must not be shared with a forked process: open one in each.
    """

    def __init__(self, engine: Engine) -> None:
        """Use ``engine``; callers go through :func:`open_store`."""
        self._engine = engine

    def __enter__(self) -> Self:
        """Return the store itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close all connections."""
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    @property
    def address(self) -> str:
        """The URL, without a password."""
        return shown(self._engine.url)

    @property
    def is_read_only(self) -> bool:
        """Whether it lies where nothing can be written, so that what others write to it meanwhile may be missed."""
        return is_read_only(self._engine.url)

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that an SQLite database consists of; none for another engine."""
        file = sqlite_file(self._engine.url)
        return tuple(Path(f"{file.absolute()}{suffix}") for suffix in ("", "-wal", "-shm", "-journal")) if file else ()

    def save(self, document: Document, extraction: Extraction, run: Run) -> int:
        """Store a document with what was extracted from it, in one transaction; a former extraction is replaced.

        Args:
            document: identified by ``sha256``, or by the hash of its text when that is empty.
            extraction: of ``document.text``.
            run: with which version, and when begun; kept as history.

        Returns:
            The id of the document, the same for every extraction of it.

        Raises:
            StoreError: the text holds NUL or half a surrogate pair, an amount is beyond what a database holds, the
                extraction contradicts itself, or another process kept the database locked too long.
        """
        prepared = prepare_rows(document, extraction, run)
        with writing(self._engine) as connection:
            return write(connection, [prepared])[0]

    def figures(self, wanted: FigureFilter | None = None) -> Generator[StoredFigure, None, None]:
        """Yield figures by document and place in the text.

        Raises:
            UsageError: a code, unit or document of the filter does not exist, so that a slip is not taken for "nothing
                found"; or bounds are given for amounts that do not compare.
        """
        with reading(self._engine) as connection:
            yield from read.figures(connection, codes.settled(connection, wanted or FigureFilter()))

    def projects(self, wanted: ProjectFilter | None = None) -> Generator[StoredProject, None, None]:
        """Yield projects by document and number.

        Raises:
            UsageError: a code or document of the filter does not exist.
        """
        wanted = wanted or ProjectFilter()
        with reading(self._engine) as connection:
            wanted = codes.settled_projects(connection, wanted)
            yield from read.projects(connection, wanted)

    def checks(self, wanted: CheckFilter | None = None) -> Generator[StoredCheck, None, None]:
        """Yield what came of recomputing claims, by document and place in the text.

        Raises:
            UsageError: the document of the filter does not exist.
        """
        with reading(self._engine) as connection:
            yield from findings.checks(connection, wanted or CheckFilter())

    def count_checks(self, wanted: CheckFilter | None = None) -> dict[Verdict, int]:
        """Return how many findings came out how; the filter's page does not count.

        Raises:
            UsageError: the document of the filter does not exist.
        """
        with reading(self._engine) as connection:
            return findings.count(connection, wanted or CheckFilter())

    def unchecked_documents(self, document: int | None = None) -> int:
        """Return how many documents (or whether this one) were stored without their claims being recomputed."""
        with reading(self._engine) as connection:
            return findings.unchecked_documents(connection, document)

    def explain(self, document: int, claim: str, note: CheckNote, *, replace: bool = False) -> CheckNote | None:
        """Keep what a person says of a finding (``CheckResult.key``); it outlives a new extraction of the document.

        Returns:
            What was said of it before, if that is replaced.

        Raises:
            UsageError: there is no such document or finding, or something is said of it already and not to be replaced.
        """
        with writing(self._engine) as connection:
            return findings.explain(connection, document, claim, note, replace=replace)

    def withdraw(self, document: int, claim: str) -> None:
        """Take back what was said of a finding.

        Raises:
            UsageError: nothing was.
        """
        with writing(self._engine) as connection:
            findings.withdraw(connection, document, claim)

    def documents(self) -> Generator[StoredDocument, None, None]:
        """Yield all documents by id, each with the counts of its latest extraction."""
        with reading(self._engine) as connection:
            yield from read.documents(connection)

    @contextmanager
    def selection(self, wanted: FigureFilter | None = None) -> Iterator[Selection]:
        """Open figures with the documents, projects and findings they belong to, all as of one moment.

        Raises:
            UsageError: as :meth:`figures`.
        """
        with reading(self._engine, snapshot=True) as connection:
            yield Selection(connection, codes.settled(connection, wanted or FigureFilter()))

    def sources(self) -> Generator[CopySource, None, None]:
        """Yield the texts of all documents with their articles, by id, as the search for copies takes them."""
        with reading(self._engine) as connection:
            yield from read.sources(connection)

    def document(self, number: int) -> Document:
        """Return the document ``number`` as it was read: its text, and where each part of the text came from.

        Raises:
            UsageError: there is none of this number.
        """
        with reading(self._engine) as connection:
            codes.require_document(connection, number)
            return read.document(connection, number)

    def save_ledger(self, ledger: Ledger, *, replace: bool = False) -> int:
        """Store a ledger in one transaction and return its id.

        Args:
            ledger: as imported.
            replace: whether a ledger of the same name gives way, with the comparisons made with it.

        Raises:
            UsageError: there is one of this name, and it is not to be replaced.
        """
        with writing(self._engine) as connection:
            return ledgers.save(connection, ledger, replace=replace)

    def ledgers(self) -> Generator[StoredLedger, None, None]:
        """Yield all ledgers by name."""
        with reading(self._engine) as connection:
            yield from ledgers.ledgers(connection)

    def ledger(self, name: str | int) -> Ledger:
        """Return a ledger, given by its name or its id, with its recorded figures, as it was imported.

        Raises:
            UsageError: there is none.
        """
        with reading(self._engine) as connection:
            return ledgers.ledger(connection, name)

    def remove_ledger(self, name: str) -> None:
        """Remove the ledger ``name`` with its recorded figures and the comparisons made with it.

        Raises:
            UsageError: there is none of this name.
        """
        with writing(self._engine) as connection:
            ledgers.remove(connection, name)

    def ledger_number(self, ledger: str | int) -> int:
        """Return the id of a ledger that is given by its name or its id.

        Raises:
            UsageError: there is none.
        """
        with reading(self._engine) as connection:
            return ledgers.number(connection, ledger)

    def document_numbers(self, wanted: Sequence[int] | None = None) -> tuple[int, ...]:
        """Return the ids of the documents ``wanted`` in order, of all by default.

        Raises:
            UsageError: there is no document of a number.
        """
        with reading(self._engine) as connection:
            return comparisons.document_ids(connection, wanted)

    def reported(
        self, documents: Sequence[int] | None = None, *, copies: bool = False
    ) -> Generator[ReportedFigure, None, None]:
        """Yield the figures of documents (of all by default) for a comparison, by document and place in the text.

        Args:
            documents: their ids.
            copies: whether articles that repeat an earlier one are given too.
        """
        with reading(self._engine) as connection:
            yield from comparisons.reported_figures(connection, documents, copies=copies)

    def save_comparison(self, comparison: Comparison) -> int:
        """Store a comparison in one transaction and return its id."""
        with writing(self._engine) as connection:
            return comparisons.save(connection, comparison)

    def comparisons(self) -> Generator[StoredComparison, None, None]:
        """Yield all comparisons by id, each with how often it gave each verdict."""
        with reading(self._engine) as connection:
            yield from comparisons.listed(connection)

    def comparison(self, number: int) -> Comparison:
        """Return the comparison ``number`` with its items.

        Raises:
            UsageError: there is none of this number.
        """
        with reading(self._engine) as connection:
            return comparisons.read(connection, number)

    def evidence(self, refs: Sequence[FigureRef], comparison: int | None = None) -> dict[FigureRef, Evidence]:
        """Return figures with the sentence and document they stand in.

        Args:
            refs: where they stand.
            comparison: a stored comparison, to have them as they were then; else as they are now, and one that is no
                longer there is left out.
        """
        with reading(self._engine) as connection:
            if comparison is None:
                return evidence.current(connection, refs)
            return evidence.kept(connection, comparison, refs)

    def overview(self) -> Overview:
        """Return what there is in numbers, all as of one moment."""
        with reading(self._engine, snapshot=True) as connection:
            return overview.overview(connection)

    def work(self) -> WorkLedger:
        """Return the work ledger of archives; it is closed with the store."""
        return WorkLedger(self._engine)

    def info(self) -> StoreInfo:
        """Return where the database is, its version, and how many rows each table holds."""
        with reading(self._engine) as connection:
            rows = {
                table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
                for table in schema.metadata.sorted_tables
            }
        return StoreInfo(self.address, self._engine.dialect.name, schema.REVISION, rows)
