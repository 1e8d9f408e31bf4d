"""The database: SQLite file or PostgreSQL, all SQL of the project, and nothing but records to the outside.

``upgrade(url)`` makes or migrates a database, ``prepare(url)`` does so only where it is needed, ``open_store(url)`` opens
it; see :class:`Store` for what it does. The tables are in ``schema.py``; what an answer looks like in ``records.py``.
"""

from extractor.store.external import external_table
from extractor.store.migrate import prepare, upgrade
from extractor.store.overview import Discrepancy, Overview
from extractor.store.prepared import Prepared, prepare_rows
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
from extractor.store.repository import Store, open_store
from extractor.store.selection import Selection
from extractor.store.work import Extent, KnownFile, ListedFile, RootStatus, Trouble, WorkLedger, WorkResult, WorkStatus

__all__ = [
    "CheckFilter",
    "CheckNote",
    "Discrepancy",
    "Evidence",
    "Extent",
    "FigureFilter",
    "KnownFile",
    "ListedFile",
    "Overview",
    "Prepared",
    "ProjectFilter",
    "RootStatus",
    "Run",
    "Selection",
    "Store",
    "StoreInfo",
    "StoredCheck",
    "StoredComparison",
    "StoredDocument",
    "StoredFigure",
    "StoredLedger",
    "StoredProject",
    "Trouble",
    "WorkLedger",
    "WorkResult",
    "WorkStatus",
    "external_table",
    "open_store",
    "prepare",
    "prepare_rows",
    "upgrade",
]
