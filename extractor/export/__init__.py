"""A database as tables for analysts: a folder of Parquet or CSV files, figures partitioned by year and place.

``columns`` says what the tables hold, ``rows`` makes their rows, ``partitions`` tells where a figure goes, ``files``
writes them, ``folder`` puts the whole into place; ``dataset`` joins them.
"""

from __future__ import annotations

from extractor.export.dataset import FORMATS, Options, export
from extractor.export.folder import replaced_folder
from extractor.export.partitions import KEYS, LEVELS

__all__ = ["FORMATS", "KEYS", "LEVELS", "Options", "export", "replaced_folder"]
