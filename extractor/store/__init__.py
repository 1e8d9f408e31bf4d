"""The database: SQLite file or PostgreSQL, all SQL of the project, and nothing but records to the outside.

``upgrade(url)`` makes or migrates a database, ``prepare(url)`` does so only where it is needed, ``open_store(url)`` opens
it; see :class:`Store` for what it does. The tables are in ``schema.py``; what an answer looks like in ``records.py``.
"""

from extractor.store.migrate import prepare, upgrade
from extractor.store.records import (
    Evidence,
    FigureFilter,
    ProjectFilter,
    Run,
    StoredComparison,
    StoredDocument,
    StoredFigure,
    StoredProject,
    StoreInfo,
)
from extractor.store.repository import Store, open_store

__all__ = [
    "Evidence",
    "FigureFilter",
    "ProjectFilter",
    "Run",
    "Store",
    "StoreInfo",
    "StoredComparison",
    "StoredDocument",
    "StoredFigure",
    "StoredProject",
    "open_store",
    "prepare",
    "upgrade",
]
