"""The database as the rest of the program sees it: records in, records out."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self

from sqlalchemy import Engine, func, select

from extractor.errors import StoreError
from extractor.store import (
    codes,
    comparisons,
    corrections,
    evidence,
    findings,
    ledgers,
    money,
    overview,
    read,
    schema,
)
from extractor.store.catalogue import Catalogue
from extractor.store.corrections import Correct, Corrections
from extractor.store.engine import (
    PATIENCE,
    current_revision,
    is_read_only,
    make_engine,
    parse_url,
    reading,
    shown,
    sqlite_file,
    writing,
)
from extractor.store.holdings import Holdings
from extractor.store.jobs import JobLedger
from extractor.store.listing import Listing
from extractor.store.money import Grouping, Sums
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
from extractor.store.search import SearchIndex
from extractor.store.selection import Selection
from extractor.store.turns import Patience
from extractor.store.users import Users
from extractor.store.vocabulary import Vocabulary
from extractor.store.work import WorkLedger
from extractor.store.write import write
from extractor.types import Status

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping, Sequence

    from extractor.store.comparisons import NumberedItem
    from extractor.types import (
        Comparison,
        CopySource,
        Document,
        Extraction,
        FigureRef,
        Ledger,
        Match,
        ReportedFigure,
        Verdict,
    )


_UPGRADE = "gouji db upgrade"


def open_store(url: str, correct: Correct | None = None, maker: str = _UPGRADE) -> Store:
    """Open an existing database of the current schema.

    Args:
        url: SQLAlchemy URL: ``sqlite:///file`` or ``postgresql://user:password@host/name``.
        correct: applies corrections (:func:`extractor.corrections.correct`), for a program that writes documents; without
            it a document that has some is refused, for they would be lost.
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
    engine = make_engine(parsed).execution_options(**{corrections.OPTION: correct})
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

    def with_patience(self, patience: Patience) -> Store:
        """Return the same database, to be closed with this one, whose writers on SQLite wait for their turn in another way."""
        return Store(self._engine.execution_options(**{PATIENCE: patience}))

    @property
    def address(self) -> str:
        """The URL, without a password."""
        return shown(self._engine.url)

    @property
    def driver_address(self) -> str:
        """The URL as the driver of PostgreSQL takes it, with the password: not to be shown."""
        return self._engine.url.set(drivername="postgresql").render_as_string(hide_password=False)

    @property
    def is_read_only(self) -> bool:
        """Whether it lies where nothing can be written, so that what others write to it meanwhile may be missed."""
        return is_read_only(self._engine.url)

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that an SQLite database consists of, and that of the service's messages; none for another engine."""
        file, queue = sqlite_file(self._engine.url), self.queue_file
        beside = ("", "-wal", "-shm", "-journal")
        return tuple(Path(f"{one.absolute()}{suffix}") for one in (file, queue) if one for suffix in beside)

    @property
    def queue_file(self) -> Path | None:
        """Where the service keeps its messages about jobs, beside an SQLite database."""
        file = sqlite_file(self._engine.url)
        return None if file is None else Path(f"{file.absolute()}-queue.db")

    def save(self, document: Document, extraction: Extraction, run: Run) -> int:
        """Store a document with what was extracted from it, in one transaction; a former extraction is replaced.

        What people corrected of the document is applied to the new extraction (see :meth:`corrections`).

        Args:
            document: identified by ``sha256``, or by the hash of its text when that is empty.
            extraction: of ``document.text``.
            run: with which version, and when begun; kept as history.

        Returns:
            The id of the document, the same for every extraction of it.

        Raises:
            StoreError: the text holds NUL or half a surrogate pair, an amount is beyond what a database holds, the
                extraction contradicts itself, or another process kept the database locked too long; or the document has
                corrections, and the database was opened without the function that applies them.
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
            MissingError: there is no such document or finding.
            ConflictError: something is said of it already and not to be replaced.
        """
        with writing(self._engine) as connection:
            return findings.explain(connection, document, claim, note, replace=replace)

    def withdraw(self, document: int, claim: str) -> None:
        """Take back what was said of a finding.

        Raises:
            MissingError: nothing was, or there is no such document.
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

    def holdings(self) -> Holdings:
        """Return the documents as they are held: found, looked at one by one, removed."""
        return Holdings(self._engine)

    def corrections(self) -> Corrections:
        """Return what people say figures are."""
        return Corrections(self._engine)

    def catalogue(self) -> Catalogue:
        """Return ledgers and comparisons as they are listed."""
        return Catalogue(self._engine)

    def save_ledger(self, ledger: Ledger, *, replace: bool = False) -> int:
        """Store a ledger in one transaction and return its id.

        Args:
            ledger: as imported.
            replace: whether a ledger of the same name gives way, with the comparisons made with it.

        Raises:
            ConflictError: there is one of this name, and it is not to be replaced.
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

    def remove_ledger(self, name: str | int) -> None:
        """Remove a ledger, given by its name or its id, with its recorded figures and the comparisons made with it.

        Raises:
            MissingError: there is none.
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

    def comparison_page(
        self, number: int, verdicts: Sequence[Match] = (), after: int = 0, limit: int | None = None
    ) -> list[NumberedItem]:
        """Return items of the comparison ``number``, what does not agree first.

        Args:
            number: its id.
            verdicts: only these; all by default.
            after: those behind the one of this ``order``.
            limit: at most so many.

        Raises:
            UsageError: there is none of this number.
        """
        with reading(self._engine) as connection:
            return comparisons.page(connection, number, verdicts, after, limit)

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

    def listing(self) -> Listing:
        """Return what is in the database a page at a time; it is closed with the store."""
        return Listing(self._engine)

    def vocabulary(self) -> Vocabulary:
        """Return the places, indicators, project types and units that figures can be asked for."""
        return Vocabulary(self._engine)

    def search_index(self) -> SearchIndex:
        """Return the index by which figures are found quickly; it is closed with the store."""
        return SearchIndex(self._engine)

    def money(
        self, groupings: Sequence[Grouping], wanted: FigureFilter | None = None, status: Status = Status.ACTUAL
    ) -> Mapping[Grouping, Sums]:
        """Return money added up, the largest sum first; see :func:`extractor.store.money.spent`.

        Raises:
            UsageError: as :meth:`figures`.
        """
        with reading(self._engine, snapshot=True) as connection:
            return money.spent(connection, groupings, wanted or FigureFilter(), status)

    def work(self) -> WorkLedger:
        """Return the work ledger of archives; it is closed with the store."""
        return WorkLedger(self._engine)

    def users(self) -> Users:
        """Return the keys, sessions and audit log of the service; they are closed with the store."""
        return Users(self._engine)

    def ping(self) -> None:
        """Ask the database for an answer, and nothing else."""
        with reading(self._engine) as connection:
            connection.execute(select(1))

    def jobs(self) -> JobLedger:
        """Return the uploads and jobs of the service."""
        return JobLedger(self._engine)

    def info(self) -> StoreInfo:
        """Return where the database is, its version, and how many rows each table holds."""
        with reading(self._engine) as connection:
            rows = {
                table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
                for table in schema.metadata.sorted_tables
            }
        return StoreInfo(self.address, self._engine.dialect.name, schema.REVISION, rows)
