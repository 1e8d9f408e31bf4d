"""The database: SQLite file or PostgreSQL, all SQL of the project, and nothing but records to the outside.

``upgrade(url)`` makes or migrates a database, ``prepare(url)`` does so only where it is needed, ``open_store(url)`` opens
it; see :class:`Store` for what it does. The tables are in ``schema.py``; what an answer looks like in ``records.py``.
"""

from extractor.store.catalogue import Catalogue
from extractor.store.corrections import Correct, CorrectionFilter, Corrections, StoredCorrection
from extractor.store.external import external_table
from extractor.store.held_job import HeldJob, LostJobError, Upload
from extractor.store.holdings import DocumentCounts, DocumentFilter, Holdings
from extractor.store.jobs import (
    JobItem,
    JobLedger,
    JobStateError,
    NewJob,
    NewUpload,
    StoredJob,
    UnknownJobError,
    new_upload,
)
from extractor.store.listing import Listing
from extractor.store.migrate import prepare, upgrade
from extractor.store.money import Grouping, Money, Sums
from extractor.store.overview import Discrepancy, Overview
from extractor.store.prepared import Prepared, prepare_rows
from extractor.store.records import (
    CheckFilter,
    CheckNote,
    Evidence,
    FigureFilter,
    FigureOrder,
    KnownIndicator,
    KnownPlace,
    KnownProjectType,
    KnownUnit,
    Page,
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
from extractor.store.results import WorkResult
from extractor.store.search import SearchIndex
from extractor.store.selection import Selection
from extractor.store.turns import Patience
from extractor.store.users import AuditEvent, StoredKey, Users
from extractor.store.vocabulary import Vocabulary
from extractor.store.work import Extent, KnownFile, ListedFile, RootStatus, Trouble, WorkLedger, WorkStatus

__all__ = [
    "AuditEvent",
    "Catalogue",
    "CheckFilter",
    "CheckNote",
    "Correct",
    "CorrectionFilter",
    "Corrections",
    "Discrepancy",
    "DocumentCounts",
    "DocumentFilter",
    "Evidence",
    "Extent",
    "FigureFilter",
    "FigureOrder",
    "Grouping",
    "HeldJob",
    "Holdings",
    "JobItem",
    "JobLedger",
    "JobStateError",
    "KnownFile",
    "KnownIndicator",
    "KnownPlace",
    "KnownProjectType",
    "KnownUnit",
    "ListedFile",
    "Listing",
    "LostJobError",
    "Money",
    "NewJob",
    "NewUpload",
    "Overview",
    "Page",
    "Patience",
    "Prepared",
    "ProjectFilter",
    "RootStatus",
    "Run",
    "SearchIndex",
    "Selection",
    "Store",
    "StoreInfo",
    "StoredCheck",
    "StoredComparison",
    "StoredCorrection",
    "StoredDocument",
    "StoredFigure",
    "StoredJob",
    "StoredKey",
    "StoredLedger",
    "StoredProject",
    "Sums",
    "Trouble",
    "UnknownJobError",
    "Upload",
    "Users",
    "Vocabulary",
    "WorkLedger",
    "WorkResult",
    "WorkStatus",
    "external_table",
    "new_upload",
    "open_store",
    "prepare",
    "prepare_rows",
    "upgrade",
]
